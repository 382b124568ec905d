use super::instrument::{Figure, invalid};
use crate::statistics::variance::Moments;
use crate::statistics::{logit_interval, symmetric_interval, t_quantile, wilson_interval};
use crate::{Error, ErrorKind, Result};

/// A figure with its uncertainty, base, unit and method. What is not known or withheld is NaN.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The figure; a share is in [0, 1].
    pub value: f64,
    /// Its design-based standard error.
    pub std_error: f64,
    /// The interval, low and high.
    pub ci: (f64, f64),
    /// The interval's level, such as 0.95.
    pub level: f64,
    /// Degrees of freedom of the design.
    pub df: f64,
    /// How many answers it rests on, unweighted.
    pub n: u64,
    /// Kish's effective sample size, in respondents.
    pub n_eff: f64,
    /// Design effect, against a simple random sample with replacement of the same size.
    pub deff: f64,
    /// Margin of error: half the interval's width.
    pub moe: f64,
    /// `proportion` or `mean`.
    pub unit: String,
    /// How the interval was made: `wilson`, `logit` or `t`.
    pub method: String,
    /// The standard's own text form, or `[S]`.
    pub published: Option<String>,
    /// Unit of `published`, such as `percent`.
    pub published_unit: Option<String>,
    /// What to keep in mind:
    ///
    /// | Warning | Meaning |
    /// |---|---|
    /// | `NonProbabilitySample` | a quota sample or a self-selected census: the interval knows nothing of who did not answer |
    /// | `SmallBase` | fewer than 30 answers |
    /// | `NoDegreesOfFreedom` | one sampling unit: there is no interval |
    /// | `NoAnswers` | nobody gave an answer that counts |
    /// | `ZeroVariance` | the design shows no variation, so that the interval has no width |
    /// | `LogitUndefined` | a share of 0 or 1 has no logit, so that the interval is Wilson's |
    /// | `WeightedCounts` | fractional counts: the weights behind them, and what they cost in precision, are not known |
    /// | `SampleExceedsFrame` | more answers than the frame holds, so that no finite population is taken into account |
    /// | `ValueNotSeen` | no row has the value asked for |
    pub warnings: Vec<String>,
}

/// How scores are computed and withheld.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ScoreOptions {
    /// Level of the interval.
    pub level: f64,
    /// Fewer answers than this are suppressed.
    pub min_base: u64,
    /// Interval of a proportion: `wilson` or `logit`.
    pub method: String,
}

impl Default for ScoreOptions {
    fn default() -> Self {
        Self { level: 0.95, min_base: 0, method: "wilson".into() }
    }
}

impl ScoreOptions {
    pub(super) fn check(&self) -> Result<()> {
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(Error::new(ErrorKind::OutOfRange, format!("`level` must lie between 0 and 1, such as 0.95, found {}", self.level)));
        }
        match self.method.as_str() {
            "wilson" | "logit" => Ok(()),
            other => Err(invalid(format!("`method` is `wilson` or `logit`, not `{other}`"))),
        }
    }
}

/// Below this base figures swing too much to be read without care; the usual threshold of customer research.
const SMALL_BASE: u64 = 30;

impl Estimate {
    /// Whether the figure was withheld because its base is below `min_base`.
    pub fn is_suppressed(&self) -> bool {
        self.published.as_deref().is_some_and(|text| text.starts_with("[S")) && self.value.is_nan()
    }

    /// A figure that was computed earlier and kept elsewhere. What is not given here is not known until it is set.
    pub fn from_stored(value: f64, std_error: f64, ci: (f64, f64), level: f64, n: u64, unit: impl Into<String>) -> Self {
        Self { value, std_error, ci, level, n, moe: (ci.1 - ci.0) / 2.0, unit: unit.into(), ..Self::blank() }
    }

    pub(super) fn blank() -> Self {
        let (nan, text) = (f64::NAN, String::new);
        Self {
            value: nan,
            std_error: nan,
            ci: (nan, nan),
            level: nan,
            df: nan,
            n: 0,
            n_eff: nan,
            deff: nan,
            moe: nan,
            unit: text(),
            method: text(),
            published: None,
            published_unit: None,
            warnings: Vec::new(),
        }
    }

    /// The estimate of a domain's moments; a blank one with a warning without moments. `exhaustive`: everyone was asked.
    pub(super) fn new(moments: Option<&Moments>, figure: Figure, exhaustive: bool, options: &ScoreOptions) -> Result<Self> {
        let unit = if figure == Figure::Mean { "mean" } else { "proportion" };
        let method = if figure == Figure::Mean { "t" } else { options.method.as_str() };
        let mut estimate = Self { level: options.level, unit: unit.into(), method: method.into(), ..Self::blank() };
        let Some(moments) = moments else {
            estimate.warn("NoAnswers");
            return Ok(estimate);
        };
        if !moments.value.is_finite() || moments.variance.is_infinite() {
            return Err(Error::new(ErrorKind::OutOfRange, "the values are too large to be averaged"));
        }
        estimate.value = moments.value;
        estimate.std_error = moments.variance.sqrt();
        estimate.df = moments.df;
        estimate.n = (moments.n + 0.5) as u64;
        estimate.n_eff = moments.n_eff;
        estimate.deff = if moments.simple > 0.0 { moments.deff() } else { f64::NAN };
        estimate.interval(moments, figure, exhaustive);
        if estimate.n < SMALL_BASE {
            estimate.warn("SmallBase");
        }
        Ok(estimate)
    }

    fn interval(&mut self, moments: &Moments, figure: Figure, exhaustive: bool) {
        let t = t_quantile(1.0 - (1.0 - self.level) / 2.0, moments.df);
        let (p, inside) = (moments.value, moments.value > 0.0 && moments.value < 1.0);
        if moments.df <= 0.0 || moments.df.is_nan() || moments.variance.is_nan() {
            self.warn("NoDegreesOfFreedom");
        } else if figure == Figure::Mean {
            self.ci = symmetric_interval(p, self.std_error, t);
        } else if inside && self.method == "logit" {
            self.ci = logit_interval(p, self.std_error, t);
        } else {
            if self.method == "logit" {
                self.method = "wilson".into();
                self.warn("LogitUndefined");
            }
            // A share of 0 or 1 shows no variance, yet is not certain: its base is Kish's.
            let n_eff = if inside || exhaustive { p * (1.0 - p) / moments.variance } else { moments.n_eff };
            self.ci = wilson_interval(p, if exhaustive { f64::INFINITY } else { n_eff }, t);
        }
        self.moe = (self.ci.1 - self.ci.0) / 2.0;
        if self.moe == 0.0 && !exhaustive {
            self.warn("ZeroVariance");
        }
    }

    pub(super) fn warn(&mut self, warning: &str) {
        self.warnings.push(warning.to_owned());
    }

    /// The same without its figures, if its base is below the least that may be shown. The base itself stays.
    pub(super) fn suppressed_below(mut self, min_base: u64, symbol: &str) -> Self {
        if self.n < min_base {
            let (level, n, unit, method) = (self.level, self.n, std::mem::take(&mut self.unit), std::mem::take(&mut self.method));
            let warnings =
                self.warnings.into_iter().filter(|warning| warning == "NonProbabilitySample" || warning == "SmallBase").collect();
            return Self { level, n, unit, method, warnings, published: Some(symbol.to_owned()), ..Self::blank() };
        }
        self
    }
}
