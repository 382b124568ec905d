use super::is_share;
use super::overlap::Paired;
use super::sample::Sample;
use crate::satisfaction::estimate::Estimate;
use crate::satisfaction::instrument::invalid;
use crate::statistics::{normal_quantile, t_quantile, t_two_sided, wilson_interval};
use crate::{Error, ErrorKind, Result};

/// How the interval of a difference of proportions is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interval {
    Newcombe,
    Wald,
    AgrestiCaffo,
}

/// Which variance the test of a difference of proportions has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Auto,
    Pooled,
    Unpooled,
}

impl Interval {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "newcombe" => Ok(Self::Newcombe),
            "wald" => Ok(Self::Wald),
            "agresti_caffo" => Ok(Self::AgrestiCaffo),
            other => Err(invalid(format!("`interval` is `newcombe`, `wald` or `agresti_caffo`, not `{other}`"))),
        }
    }
}

impl Test {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(Self::Auto),
            "pooled" => Ok(Self::Pooled),
            "unpooled" => Ok(Self::Unpooled),
            other => Err(invalid(format!("`test` is `auto`, `pooled` or `unpooled`, not `{other}`"))),
        }
    }
}

pub(super) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::OutOfRange, format!("`level` must lie between 0 and 1, such as 0.95, found {level}")))
}

/// The warnings of some estimates, each once.
pub(super) fn warnings(estimates: &[&Estimate]) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    for warning in estimates.iter().flat_map(|estimate| &estimate.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    warnings
}

/// One side of a difference.
#[derive(Clone, Debug)]
pub(super) struct Arm {
    pub value: f64,
    pub variance: f64,
    pub df: f64,
    /// For a share: how many independent answers it is worth.
    pub n: f64,
    share: bool,
    plain: bool,
    /// How many answers there are.
    base: f64,
    /// The share of the frame's variance that is left: (N - n) / (N - 1), or 1.
    left_out: f64,
    /// A design's own interval, where it is made by Wilson's formula.
    own: Option<(f64, f64)>,
}

impl Arm {
    pub fn new(sample: &Sample<'_>, fpc: bool) -> Self {
        let (estimate, share) = (&sample.estimate, is_share(sample.figure));
        let n = sample.moments.map_or(f64::NAN, |moments| moments.n);
        let simple = sample.moments.map_or(f64::NAN, |moments| moments.simple);
        if !sample.plain {
            return Self::of_estimate(estimate, share);
        }
        let p = estimate.value;
        let frame = sample.frame.filter(|_| fpc);
        let left_out = frame.map_or(1.0, |frame| ((frame - n) / if share { frame - 1.0 } else { frame }).max(0.0));
        let variance = if share { p * (1.0 - p) / n } else { simple } * left_out;
        Self { value: p, variance, df: n - 1.0, n: n / left_out, share, plain: true, base: n, left_out, own: None }
    }

    /// A domain's estimate, by its design.
    pub fn of_estimate(estimate: &Estimate, share: bool) -> Self {
        let (value, variance) = (estimate.value, estimate.std_error * estimate.std_error);
        let inside = value > 0.0 && value < 1.0 && variance > 0.0;
        let n = if share && inside { value * (1.0 - value) / variance } else { estimate.n_eff };
        Self { value, variance, df: estimate.df, n, share, plain: false, base: n, left_out: 1.0, own: share.then_some(estimate.ci) }
    }

    /// Wilson's interval of a share: the design's own, else with z.
    fn interval(&self, level: f64) -> (f64, f64) {
        self.own.unwrap_or_else(|| wilson_interval(self.value, self.n, normal_quantile(1.0 - (1.0 - level) / 2.0)))
    }
}

/// Second less first.
#[derive(Debug)]
pub(super) struct Difference<'a> {
    arms: &'a [Arm; 2],
    pub value: f64,
    pub std_error: f64,
    pub covariance: f64,
    df: f64,
    level: f64,
    /// Of the pairs that are all there is: how many, and the sum of their squared differences.
    pairs: Option<(f64, f64)>,
}

/// What a test found.
#[derive(Debug)]
pub(super) struct Tested {
    pub statistic: f64,
    pub df: f64,
    pub p_value: f64,
    pub name: &'static str,
}

impl<'a> Difference<'a> {
    pub fn new(arms: &'a [Arm; 2], paired: Option<&Paired>, level: f64) -> Self {
        let [first, second] = arms;
        let shared = paired.map_or(0.0, |paired| paired.covariance) * (first.left_out * second.left_out).sqrt();
        let complete = paired.filter(|paired| paired.complete && first.plain && second.plain);
        let df = match complete {
            Some(paired) => paired.n - 1.0,
            None => welch(first, second),
        };
        Self { pairs: complete.map(|paired| (paired.n, paired.squares)), ..Self::correlated(arms, shared, df, level) }
    }

    /// The difference of two estimates with a known covariance.
    pub fn correlated(arms: &'a [Arm; 2], covariance: f64, df: f64, level: f64) -> Self {
        let [first, second] = arms;
        let std_error = root(first.variance + second.variance - 2.0 * covariance);
        Self { arms, value: second.value - first.value, std_error, covariance, df, level, pairs: None }
    }

    /// Whether z takes the place of t: counts of a simple sample have no variance of their own to estimate.
    fn is_z(&self) -> bool {
        self.arms.iter().all(|arm| arm.share && arm.plain)
    }

    fn quantile(&self) -> f64 {
        t_quantile(1.0 - (1.0 - self.level) / 2.0, if self.is_z() { f64::INFINITY } else { self.df })
    }

    pub fn interval_name(&self, interval: Interval) -> &'static str {
        match interval {
            _ if !self.arms[0].share => "t",
            Interval::Newcombe => "newcombe",
            Interval::Wald => "wald",
            Interval::AgrestiCaffo => "agresti_caffo",
        }
    }

    pub fn interval(&self, interval: Interval) -> (f64, f64) {
        let half = self.quantile() * self.std_error;
        match interval {
            _ if !self.arms[0].share => (self.value - half, self.value + half),
            Interval::Wald => (self.value - half, self.value + half),
            Interval::Newcombe => self.hybrid(),
            Interval::AgrestiCaffo => self.agresti_caffo(),
        }
    }

    /// Newcombe's (1998b) method 10, with the correlation of the estimates (Zou and Donner 2008, equation 3; 0 for independent samples).
    fn hybrid(&self) -> (f64, f64) {
        let [first, second] = self.arms;
        let (own, others) = (first.interval(self.level), second.interval(self.level));
        let errors = (first.variance * second.variance).sqrt();
        let correlation = if errors > 0.0 { (self.covariance / errors).clamp(-1.0, 1.0) } else { 0.0 };
        let distance = |a: f64, b: f64| root(a * a + b * b - 2.0 * correlation * a * b);
        let low = self.value - distance(second.value - others.0, own.1 - first.value);
        let high = self.value + distance(others.1 - second.value, first.value - own.0);
        (low.clamp(-1.0, 1.0), high.clamp(-1.0, 1.0))
    }

    /// One answer of each kind added to either sample (Agresti and Caffo 2000).
    fn agresti_caffo(&self) -> (f64, f64) {
        let added = |arm: &Arm| {
            let p = (arm.n * arm.value + 1.0) / (arm.n + 2.0);
            (p, p * (1.0 - p) / (arm.n + 2.0))
        };
        let ((p, own), (q, other)) = (added(&self.arms[0]), added(&self.arms[1]));
        let half = self.quantile() * root(own + other - 2.0 * self.covariance);
        (q - p - half, q - p + half)
    }

    pub fn test(&self, test: Test) -> Tested {
        let [first, second] = self.arms;
        let pooled = first.share && (test == Test::Pooled || (test == Test::Auto && self.is_z()));
        let (error, name) = match (pooled, self.pairs) {
            (true, Some((n, squares))) => (squares.sqrt() / n, "McNemar z"),
            (true, None) => {
                let p = (first.base * first.value + second.base * second.value) / (first.base + second.base);
                let variance = p * (1.0 - p) * (1.0 / first.n + 1.0 / second.n) - 2.0 * self.covariance;
                (root(variance), if self.is_z() { "pooled z" } else { "pooled t on effective bases" })
            }
            (false, Some(_)) => (self.std_error, "paired t"),
            (false, None) if self.is_z() => (self.std_error, "unpooled z"),
            (false, None) => (self.std_error, if first.plain && second.plain { "Welch t" } else { "design t" }),
        };
        let df = if self.is_z() && (pooled || self.pairs.is_none()) { f64::INFINITY } else { self.df };
        let statistic = if error > 0.0 { self.value / error } else { f64::NAN };
        Tested { statistic, df, p_value: t_two_sided(statistic, df), name }
    }
}

/// The square root of a variance, which rounding may have made a little less than 0; NaN stays NaN.
fn root(variance: f64) -> f64 {
    if variance < 0.0 { 0.0 } else { variance.sqrt() }
}

/// Degrees of freedom of a difference of two means with unequal variances (Welch 1947; Satterthwaite 1946).
fn welch(first: &Arm, second: &Arm) -> f64 {
    let (a, b) = (first.variance, second.variance);
    let df = (a + b) * (a + b) / (a * a / first.df + b * b / second.df);
    if df.is_nan() { first.df.min(second.df) } else { df }
}
