//! Two waves, two groups, many units: differences with their uncertainty, and what several tests at once may get wrong.

mod groups;
mod letters;
mod overlap;
mod rolling;
mod sample;
#[cfg(test)]
mod tests;
mod trend;
mod units;
mod verdict;

pub use self::groups::GroupOptions;
pub use self::letters::{ColumnLetters, LetterOptions};
pub use self::rolling::{RollingOptions, rolling};
pub use self::trend::{Trend, TrendOptions, trend};
pub use self::units::{UnitOptions, compare_measures, compare_units};

use self::overlap::Overlap;
use self::sample::Sample;
use self::verdict::{Arm, Difference, Interval, Test, check_level};
use super::estimate::{Estimate, ScoreOptions};
use super::instrument::{Figure, invalid};
use super::survey::Survey;
use crate::{Error, ErrorKind, Result};

/// How two waves are compared.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CompareOptions {
    /// The unit, for surveys of counts.
    pub unit: Option<String>,
    /// Level of the intervals.
    pub level: f64,
    /// Interval of a difference of proportions: `newcombe` (the default), `wald` or `agresti_caffo`.
    pub interval: String,
    /// `auto` (the default): for proportions of unweighted simple samples the pooled z test, else t with the design's variances;
    /// `pooled` or `unpooled` for that variance of proportions.
    pub test: String,
    /// Whether unweighted simple samples from a frame of known size are compared as parts of it, by (N - n) / (N - 1). A design with
    /// strata, clusters or weights has its finite populations in its variances always.
    pub fpc: bool,
    /// Respondents with one key in both waves: `auto` (the default) takes their covariance into account, `none` takes the waves as
    /// independent, `matched` compares those respondents only.
    pub overlap: String,
    /// Fewer answers than this in either wave are suppressed.
    pub min_base: u64,
}

impl Default for CompareOptions {
    fn default() -> Self {
        let (interval, test, overlap) = ("newcombe".into(), "auto".into(), "auto".into());
        Self { unit: None, level: 0.95, interval, test, fpc: false, overlap, min_base: 0 }
    }
}

/// One measure in two waves. What is not known or withheld is NaN.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The measure or column.
    pub measure: String,
    /// The estimate of each wave by itself.
    pub before: Estimate,
    /// The later wave's.
    pub after: Estimate,
    /// After less before, in the measure's unit: of shares a proportion.
    pub difference: f64,
    /// Its standard error, from each wave's own variance.
    pub std_error: f64,
    /// Its interval, low and high.
    pub ci: (f64, f64),
    /// The interval's level.
    pub level: f64,
    /// z or t of the test.
    pub statistic: f64,
    /// Degrees of freedom of t; infinite for z.
    pub df: f64,
    /// Two-sided p value.
    pub p_value: f64,
    /// `proportion` or `mean`.
    pub unit: String,
    /// How it was made, such as `newcombe; pooled z`.
    pub method: String,
    /// Answers of the earlier wave that it rests on.
    pub n_before: u64,
    /// And of the later.
    pub n_after: u64,
    /// Respondents of both waves.
    pub n_matched: u64,
    /// Covariance of the two estimates from those respondents.
    pub covariance: f64,
    /// What differs in how the waves were made: `instrument`, `scale`, `figure`, `base`, `mode`, `selection`.
    pub changed: Vec<String>,
    /// Those of either estimate, and:
    ///
    /// | Warning | Meaning |
    /// |---|---|
    /// | `DifferentMethod` | the waves were not made alike, see `changed`; a difference may be of method |
    /// | `KeyRepeated` | a key is there twice in one wave, so that respondents could not be matched |
    /// | `OverlapApproximate` | respondents were matched, but not strata and sampling units, in which the design's variances are |
    /// | `Suppressed` | a base is below `min_base` |
    /// | `ZeroVariance` | neither wave shows any variation, so that there is no test |
    pub warnings: Vec<String>,
}

impl Comparison {
    /// The difference in percentage points; NaN for a mean.
    pub fn difference_pp(&self) -> f64 {
        if self.unit == "proportion" { self.difference * 100.0 } else { f64::NAN }
    }

    /// Whether the p value is at most 1 - level.
    pub fn is_significant(&self) -> bool {
        self.p_value <= 1.0 - self.level
    }
}

/// One measure (or numeric column) in two waves: the change, its interval and test.
///
/// ```
/// use std::sync::Arc;
/// use citx_core::satisfaction::{CompareOptions, CountsOptions, Instrument, Survey, compare};
/// use citx_core::table::{Column, Table};
/// # use arrow_array::{Float64Array, StringArray};
/// let wave = |counts: Vec<f64>| {
///     let text = |name: &str, values: Vec<&str>| Column::new(name, Arc::new(StringArray::from(values)));
///     let table = Table::from_columns([
///         text("landlord", vec!["Abri"; 2]),
///         text("measure", vec!["TP01"; 2]),
///         text("answer", vec!["very_satisfied", "neither"]),
///         Column::new("n", Arc::new(Float64Array::from(counts))),
///     ])?;
///     Survey::from_counts(&table, &CountsOptions::new(Instrument::builtin("tsm-2022")?, "landlord", "measure", "answer", "n"))
/// };
/// let change = compare(&wave(vec![1844.0, 615.0])?, &wave(vec![1806.0, 619.0])?, "TP01", &CompareOptions::default())?;
/// assert_eq!(format!("{:.4} {:.4}", change.difference, change.statistic), "-0.0052 -0.4146");
/// assert!(!change.is_significant());
/// # Ok::<(), citx_core::Error>(())
/// ```
///
/// # Errors
/// `UnknownName`, `NotFound` for the unit, `InvalidArgument` for options that are none, or waves of which one figure is a mean and the
/// other a proportion; `InsufficientData` without answers.
pub fn compare(before: &Survey, after: &Survey, measure: &str, options: &CompareOptions) -> Result<Comparison> {
    let (interval, test) = options.check()?;
    let scores = ScoreOptions { level: options.level, ..ScoreOptions::default() };
    let unit = options.unit.as_deref();
    let mut earlier = Sample::new(before, measure, unit, None, &scores)?;
    let mut later = Sample::new(after, measure, unit, None, &scores)?;
    if earlier.figure != later.figure {
        return Err(invalid(format!("measure `{measure}` is a mean in one wave and a proportion in the other")));
    }
    let mut warnings = Vec::new();
    let overlap =
        if options.overlap == "none" { None } else { Overlap::find(&earlier, &later, options.overlap == "matched", &mut warnings)? };
    if let ("matched", Some(overlap)) = (options.overlap.as_str(), &overlap) {
        earlier = Sample::new(before, measure, unit, Some(&overlap.before), &scores)?;
        later = Sample::new(after, measure, unit, Some(&overlap.after), &scores)?;
    }
    for sample in [&earlier, &later] {
        if sample.estimate.n == 0 {
            return Err(Error::new(ErrorKind::InsufficientData, format!("nobody in one of the waves has a value of `{measure}`")));
        }
    }
    let arms = [Arm::new(&earlier, options.fpc), Arm::new(&later, options.fpc)];
    let paired = overlap.as_ref().map(|overlap| overlap.pairs(&earlier, &later));
    let changed = earlier.changed(&later);
    let difference = Difference::new(&arms, paired.as_ref(), options.level);
    let mut comparison = Comparison {
        measure: measure.to_owned(),
        difference: difference.value,
        std_error: difference.std_error,
        ci: difference.interval(interval),
        level: options.level,
        statistic: f64::NAN,
        df: f64::NAN,
        p_value: f64::NAN,
        unit: earlier.estimate.unit.clone(),
        method: String::new(),
        n_before: earlier.estimate.n,
        n_after: later.estimate.n,
        n_matched: paired.as_ref().map_or(0, |paired| paired.n as u64),
        covariance: difference.covariance,
        changed,
        warnings,
        before: earlier.estimate,
        after: later.estimate,
    };
    let tested = difference.test(test);
    (comparison.statistic, comparison.df, comparison.p_value) = (tested.statistic, tested.df, tested.p_value);
    comparison.method = format!("{}; {}", difference.interval_name(interval), tested.name);
    Ok(comparison.finished(options.min_base))
}

impl CompareOptions {
    fn check(&self) -> Result<(Interval, Test)> {
        check_level(self.level)?;
        if !matches!(self.overlap.as_str(), "auto" | "none" | "matched") {
            return Err(invalid(format!("`overlap` is `auto`, `none` or `matched`, not `{}`", self.overlap)));
        }
        Ok((Interval::parse(&self.interval)?, Test::parse(&self.test)?))
    }
}

impl Comparison {
    fn finished(mut self, min_base: u64) -> Self {
        let mut warnings = verdict::warnings(&[&self.before, &self.after]);
        warnings.append(&mut self.warnings);
        if !self.changed.is_empty() {
            warnings.push("DifferentMethod".into());
        }
        if self.statistic.is_nan() && self.std_error == 0.0 && !warnings.iter().any(|warning| warning == "ZeroVariance") {
            warnings.push("ZeroVariance".into());
        }
        if self.n_before.min(self.n_after) < min_base {
            let nan = f64::NAN;
            (self.difference, self.std_error, self.ci, self.covariance) = (nan, nan, (nan, nan), nan);
            (self.statistic, self.df, self.p_value) = (nan, nan, nan);
            self.before = self.before.suppressed_below(min_base, "[S]");
            self.after = self.after.suppressed_below(min_base, "[S]");
            warnings.push("Suppressed".into());
        }
        self.warnings = warnings;
        self
    }
}

/// Whether the figure is a share.
fn is_share(figure: Figure) -> bool {
    figure == Figure::Proportion
}
