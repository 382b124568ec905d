use super::instrument::{Figure, invalid};
use crate::statistics::variance::Moments;
use crate::statistics::{
    agresti_coull_interval, arcsine_interval, clopper_pearson_interval, jeffreys_interval, likelihood_interval, logit_interval,
    normal_quantile, symmetric_interval, t_quantile, wilson_interval,
};
use crate::{Error, ErrorKind, Result};

/// A figure with its uncertainty, base, unit and method. What is not known or withheld is NaN; two estimates that do not know the same are equal.
#[derive(Clone, Debug)]
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
    /// How many answers, citizens, households or homes it rests on, as `base` says; unweighted.
    pub n: u64,
    /// What `n` counts: `answer`, `citizen`, `household` or `home`. Empty where that is not known.
    pub base: String,
    /// Kish's effective sample size, in respondents.
    pub n_eff: f64,
    /// Design effect, against the sample that `deff_reference` names.
    pub deff: f64,
    /// What `deff` compares with: `srswr`, a simple random sample with replacement of the same size (R's `deff = "replace"`), or
    /// `srswor`, one without replacement from a population of the sum of the weights (R's `deff = TRUE`).
    pub deff_reference: String,
    /// Margin of error: half the interval's width.
    pub moe: f64,
    /// The margin of error by the instrument's own formula, where it has one and the size of the frame is known: it knows nothing of
    /// weights and design, and is published beside `moe`, not in its place.
    pub standard_moe: f64,
    /// `proportion`, `net`, `mean`, `index`, `total`, `ratio` or `quantile`.
    pub unit: String,
    /// How the interval was made, as [`ScoreOptions::method`].
    pub method: String,
    /// What an instrument's measure is, in words: which answers count, what is left out, how it is rounded.
    pub definition: String,
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
    /// | `ZeroVariance` | the design shows no variation, which is no certainty: there is no interval |
    /// | `Experimental` | the measure is not yet confirmed against its source; its instrument says why |
    /// | `LogitUndefined` | a share of 0 or 1 has no logit, so that the interval is Wilson's |
    /// | `IntervalUndefined` | a share of 0 or 1 has no interval by the method asked for, so that it is Wilson's |
    /// | `NormalisedWeights` | the weights do not add up to more than the sample, so that there is no `srswor` to compare with |
    /// | `ReplicatesLeftOut` | the figure is not defined in some replicates, which were left out |
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
    /// Interval of a proportion, on the design's effective sample and its degrees of freedom:
    ///
    /// | Method | Interval |
    /// |---|---|
    /// | `wilson` (default) | Wilson 1927 |
    /// | `logit` | symmetric on the logit scale; R `svyciprop(method = "logit")` and `"xlogit"` |
    /// | `likelihood` | Rao-Scott scaled likelihood ratio |
    /// | `asin` | symmetric on the arcsine scale |
    /// | `beta` | Korn and Graubard 1998: Clopper-Pearson, the effective sample corrected for the degrees of freedom |
    /// | `agresti_coull`, `jeffreys`, `clopper_pearson` | as for a simple sample of the effective size |
    /// | `t`, `normal` | the estimate less and plus quantiles of t, or of the normal, times its standard error; also for other figures |
    pub method: String,
    /// What the design effect compares with: `srswr` (the default) or `srswor`.
    pub deff_reference: String,
}

const METHODS: [&str; 10] =
    ["wilson", "logit", "likelihood", "asin", "beta", "agresti_coull", "jeffreys", "clopper_pearson", "t", "normal"];

impl PartialEq for Estimate {
    fn eq(&self, other: &Self) -> bool {
        let numbers = |e: &Self| [e.value, e.std_error, e.ci.0, e.ci.1, e.level, e.df, e.n_eff, e.deff, e.moe, e.standard_moe];
        let texts = |e: &Self| [&e.base, &e.deff_reference, &e.unit, &e.method, &e.definition].map(String::clone);
        let same = |(a, b): (f64, f64)| a == b || (a.is_nan() && b.is_nan());
        numbers(self).into_iter().zip(numbers(other)).all(same)
            && self.n == other.n
            && texts(self) == texts(other)
            && (&self.published, &self.published_unit, &self.warnings) == (&other.published, &other.published_unit, &other.warnings)
    }
}

impl Default for ScoreOptions {
    fn default() -> Self {
        Self { level: 0.95, min_base: 0, method: "wilson".into(), deff_reference: "srswr".into() }
    }
}

impl ScoreOptions {
    pub(super) fn check(&self) -> Result<()> {
        check_level(self.level)?;
        if !METHODS.contains(&self.method.as_str()) {
            return Err(invalid(format!("`method` is one of {}, not `{}`", METHODS.join(", "), self.method)));
        }
        match self.deff_reference.as_str() {
            "srswr" | "srswor" => Ok(()),
            other => Err(invalid(format!("`deff_reference` is `srswr` or `srswor`, not `{other}`"))),
        }
    }
}

pub(super) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::OutOfRange, format!("`level` must lie between 0 and 1, such as 0.95, found {level}")))
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
            base: text(),
            n_eff: nan,
            deff: nan,
            deff_reference: text(),
            moe: nan,
            standard_moe: nan,
            unit: text(),
            method: text(),
            definition: text(),
            published: None,
            published_unit: None,
            warnings: Vec::new(),
        }
    }

    /// The estimate of a domain's moments; a blank one with a warning without moments. `exhaustive`: everyone was asked.
    pub(super) fn new(moments: Option<&Moments>, figure: Figure, exhaustive: bool, options: &ScoreOptions) -> Result<Self> {
        let unit = figure.unit();
        let symmetric = if options.method == "normal" { "normal" } else { "t" };
        let method = if figure == Figure::Proportion { options.method.as_str() } else { symmetric };
        let deff_reference = options.deff_reference.clone();
        let mut estimate = Self { level: options.level, unit: unit.into(), method: method.into(), deff_reference, ..Self::blank() };
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
        let left_out = if options.deff_reference == "srswor" { moments.left_out() } else { 1.0 };
        if left_out.is_nan() {
            estimate.warn("NormalisedWeights");
        }
        estimate.deff = if moments.simple > 0.0 { moments.deff() / left_out } else { f64::NAN };
        estimate.interval(moments, figure, exhaustive);
        if estimate.n < SMALL_BASE {
            estimate.warn("SmallBase");
        }
        Ok(estimate)
    }

    fn interval(&mut self, moments: &Moments, figure: Figure, exhaustive: bool) {
        let tail = 1.0 - (1.0 - self.level) / 2.0;
        let t = if self.method == "normal" { normal_quantile(tail) } else { t_quantile(tail, moments.df) };
        if moments.df <= 0.0 || moments.df.is_nan() || moments.variance.is_nan() {
            self.warn("NoDegreesOfFreedom");
        } else if figure == Figure::Proportion {
            self.ci = self.proportion_interval(moments, exhaustive, t);
        } else {
            self.ci = symmetric_interval(moments.value, self.std_error, t);
        }
        if self.ci.0 == self.ci.1 && !exhaustive {
            self.ci = (f64::NAN, f64::NAN);
            self.warn("ZeroVariance");
        }
        self.moe = (self.ci.1 - self.ci.0) / 2.0;
    }

    fn proportion_interval(&mut self, moments: &Moments, exhaustive: bool, t: f64) -> (f64, f64) {
        let p = moments.value;
        let inside = p > 0.0 && p < 1.0;
        if !inside && matches!(self.method.as_str(), "logit" | "likelihood" | "asin" | "t" | "normal") {
            self.warn(if self.method == "logit" { "LogitUndefined" } else { "IntervalUndefined" });
            self.method = "wilson".into();
        }
        // A share of 0 or 1 shows no variance, yet is not certain: its base is Kish's.
        let n_eff = match () {
            () if exhaustive => f64::INFINITY,
            () if inside => p * (1.0 - p) / moments.variance,
            () => moments.n_eff,
        };
        let tail = 1.0 - (1.0 - self.level) / 2.0;
        match self.method.as_str() {
            "logit" => logit_interval(p, self.std_error, t),
            "likelihood" => likelihood_interval(p, n_eff * (1.0 - 1.0 / moments.n), t),
            "asin" => arcsine_interval(p, self.std_error, t),
            "beta" => {
                let corrected = n_eff * (t_quantile(tail, moments.n - 1.0) / t).powi(2);
                clopper_pearson_interval(p, corrected, self.level)
            }
            "agresti_coull" => agresti_coull_interval(p, n_eff, t),
            "jeffreys" => jeffreys_interval(p, n_eff, self.level),
            "clopper_pearson" => clopper_pearson_interval(p, n_eff, self.level),
            "t" | "normal" => symmetric_interval(p, self.std_error, t),
            _ => wilson_interval(p, n_eff, t),
        }
    }

    pub(super) fn warn(&mut self, warning: &str) {
        self.warnings.push(warning.to_owned());
    }

    /// The same without its figures, if its base is below the least that may be shown. The base itself stays.
    pub(super) fn suppressed_below(self, min_base: u64, symbol: &str) -> Self {
        if self.n < min_base {
            let (level, n, [base, unit, method]) = (self.level, self.n, [self.base, self.unit, self.method]);
            let warnings = self
                .warnings
                .into_iter()
                .filter(|warning| ["NonProbabilitySample", "SmallBase", "Experimental"].contains(&warning.as_str()))
                .collect();
            return Self { level, n, base, unit, method, warnings, published: Some(symbol.to_owned()), ..Self::blank() };
        }
        self
    }
}
