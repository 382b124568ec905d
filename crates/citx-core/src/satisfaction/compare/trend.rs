use super::sample::Sample;
use super::verdict::Arm;
use super::{CompareOptions, Comparison, compare, is_share};
use crate::satisfaction::estimate::{Estimate, ScoreOptions};
use crate::satisfaction::instrument::invalid;
use crate::satisfaction::rows::Results;
use crate::satisfaction::survey::Survey;
use crate::statistics::{MultipleTesting, adjust_p, normal_two_sided};
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// How a measure is followed over waves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrendOptions {
    /// How each wave is compared with the one before.
    pub compare: CompareOptions,
    /// How the p values of the changes are adjusted for their number: `holm` (the default), `bh`, `by`, `hochberg`, `bonferroni` or `none`.
    pub adjust: String,
    /// Control limits: `p` (binomial, for proportions), `xmr` (from moving ranges), `auto` (the default: `p` for proportions, else `xmr`).
    pub chart: String,
}

impl Default for TrendOptions {
    fn default() -> Self {
        Self { compare: CompareOptions::default(), adjust: "holm".into(), chart: "auto".into() }
    }
}

/// A measure over waves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trend {
    /// One row for each wave: wave, value, std_error, ci_low, ci_high, n, change, change_std_error, change_low, change_high, statistic, df,
    /// p_value, p_adjusted, significant, centre, lower, upper, signals, unit, method, warnings. Changes are against the wave before.
    ///
    /// | Signal | Rule, at the wave that completes it |
    /// |---|---|
    /// | `beyond_limits` | beyond three standard deviations (Shewhart 1931) |
    /// | `two_of_three` | two of three waves beyond two standard deviations on one side (Western Electric 1956) |
    /// | `run_of_eight` | eight waves on one side of the centre (Western Electric 1956) |
    /// | `trend_of_six` | six waves each above, or each below, the one before (Nelson 1984) |
    pub table: Table,
    /// Change from wave to wave, by least squares weighted by the inverse variances.
    pub slope: f64,
    /// Its standard error from those variances.
    pub slope_std_error: f64,
    /// Two-sided p value of no slope, normal.
    pub slope_p: f64,
    /// Mann and Kendall's S: pairs of waves that rise less pairs that fall.
    pub mann_kendall_s: i64,
    /// Kendall's tau-b of the values and the waves' order.
    pub tau: f64,
    /// Two-sided p value of no trend: exact without ties up to 50 waves, else normal with continuity correction.
    pub mann_kendall_p: f64,
    /// The control chart: `p` or `xmr`.
    pub chart: String,
}

struct Wave {
    label: String,
    estimate: Estimate,
    arm: Arm,
    change: Option<Comparison>,
    p_adjusted: f64,
    /// Centre and standard deviation of the chart.
    limits: (f64, f64),
    signals: Vec<&'static str>,
}

/// A measure in each of some waves, earliest first, with each change tested, control limits and tests of a trend.
///
/// # Errors
/// `InsufficientData` for fewer than two waves or one without answers, and as [`compare`].
pub fn trend(waves: &[(String, Survey)], measure: &str, options: &TrendOptions) -> Result<Trend> {
    if waves.len() < 2 {
        return Err(Error::new(ErrorKind::InsufficientData, format!("a trend needs two waves, found {}", waves.len())));
    }
    let adjustment = MultipleTesting::parse(&options.adjust)?;
    let scores = ScoreOptions { level: options.compare.level, min_base: options.compare.min_base, ..ScoreOptions::default() };
    scores.check()?;
    let mut rows = Vec::with_capacity(waves.len());
    let mut share = true;
    for (at, (label, survey)) in waves.iter().enumerate() {
        let named = |error: Error| error.context(format!("wave `{label}`"));
        let sample = Sample::new(survey, measure, options.compare.unit.as_deref(), None, &scores).map_err(named)?;
        if sample.estimate.n == 0 {
            return Err(named(Error::new(ErrorKind::InsufficientData, format!("nobody has a value of `{measure}`"))));
        }
        share &= is_share(sample.figure);
        let arm = Arm::new(&sample, options.compare.fpc);
        let earlier = at.checked_sub(1).and_then(|at| waves.get(at));
        let change = earlier.map(|(_, earlier)| compare(earlier, survey, measure, &options.compare)).transpose().map_err(named)?;
        let (limits, signals) = ((f64::NAN, f64::NAN), Vec::new());
        rows.push(Wave { label: label.clone(), estimate: sample.estimate, arm, change, p_adjusted: f64::NAN, limits, signals });
    }
    let chart = match options.chart.as_str() {
        "auto" => {
            if share {
                "p"
            } else {
                "xmr"
            }
        }
        "p" if !share => return Err(invalid("a `p` chart is of proportions; use `xmr` for a mean")),
        "p" => "p",
        "xmr" => "xmr",
        other => return Err(invalid(format!("`chart` is `auto`, `p` or `xmr`, not `{other}`"))),
    };
    let p: Vec<f64> = rows.iter().map(|wave| wave.change.as_ref().map_or(f64::NAN, |change| change.p_value)).collect();
    rows.iter_mut().zip(adjust_p(&p, adjustment)).for_each(|(wave, p)| wave.p_adjusted = p);
    set_limits(&mut rows, chart);
    set_signals(&mut rows);
    // Suppressed waves have no value, and keep their place in time.
    let known: Vec<(f64, &Arm)> =
        rows.iter().enumerate().filter(|(_, wave)| !wave.arm.value.is_nan()).map(|(at, wave)| (at as f64, &wave.arm)).collect();
    let (slope, slope_std_error) = weighted_slope(&known.iter().map(|(at, arm)| (*at, arm.value, arm.variance)).collect::<Vec<_>>());
    let (mann_kendall_s, tau, mann_kendall_p) = mann_kendall(&known.iter().map(|(_, arm)| arm.value).collect::<Vec<_>>());
    Ok(Trend {
        table: table(&rows, chart, options.compare.level)?,
        slope,
        slope_std_error,
        slope_p: normal_two_sided(slope / slope_std_error),
        mann_kendall_s,
        tau,
        mann_kendall_p,
        chart: chart.into(),
    })
}

/// 3 / d2 with d2 = 1.128 is 2.66, the factor of Wheeler's (1993) limits of individual values.
const D2: f64 = 1.128;

/// Centre and standard deviation: of a p chart from all waves together and each wave's own base, of XmR from the mean moving range.
fn set_limits(waves: &mut [Wave], chart: &str) {
    let known = || waves.iter().filter(|wave| !wave.arm.value.is_nan());
    let n: f64 = known().map(|wave| wave.arm.n).sum();
    let pooled = known().map(|wave| wave.arm.n * wave.arm.value).sum::<f64>() / n;
    let values: Vec<f64> = known().map(|wave| wave.arm.value).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let ranges: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
    let deviation = ranges / (values.len() as f64 - 1.0) / D2;
    for wave in waves {
        wave.limits = if chart == "p" { (pooled, (pooled * (1.0 - pooled) / wave.arm.n).sqrt()) } else { (mean, deviation) };
    }
}

fn set_signals(waves: &mut [Wave]) {
    let values: Vec<f64> = waves.iter().map(|wave| wave.arm.value).collect();
    // Standard deviations from the centre.
    let scores: Vec<f64> = waves.iter().map(|wave| (wave.arm.value - wave.limits.0) / wave.limits.1).collect();
    let last = |at: usize, count: usize| (at + 1).checked_sub(count).map(|first| first..at + 1);
    for (at, wave) in waves.iter_mut().enumerate() {
        let on_one_side = |range: std::ops::Range<usize>, beyond: f64, least: usize| {
            let high = scores[range.clone()].iter().filter(|score| **score > beyond).count();
            let low = scores[range].iter().filter(|score| **score < -beyond).count();
            high >= least || low >= least
        };
        if scores[at].abs() > 3.0 {
            wave.signals.push("beyond_limits");
        }
        if last(at, 3).is_some_and(|range| scores[at].abs() > 2.0 && on_one_side(range, 2.0, 2)) {
            wave.signals.push("two_of_three");
        }
        if last(at, 8).is_some_and(|range| on_one_side(range, 0.0, 8)) {
            wave.signals.push("run_of_eight");
        }
        let steady = |range: std::ops::Range<usize>| {
            let steps = values[range].windows(2);
            steps.clone().all(|step| step[1] > step[0]) || steps.clone().all(|step| step[1] < step[0])
        };
        if last(at, 6).is_some_and(steady) {
            wave.signals.push("trend_of_six");
        }
    }
}

/// Slope of values with known variances over their places, and its standard error.
fn weighted_slope(points: &[(f64, f64, f64)]) -> (f64, f64) {
    let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|&(x, y, variance)| of(x, y) / variance).sum::<f64>();
    let total = sum(&|_, _| 1.0);
    let (mean_x, mean_y) = (sum(&|x, _| x) / total, sum(&|_, y| y) / total);
    let spread = sum(&|x, _| (x - mean_x).powi(2));
    let slope = sum(&|x, y| (x - mean_x) * (y - mean_y)) / spread;
    if slope.is_finite() { (slope, spread.sqrt().recip()) } else { (f64::NAN, f64::NAN) }
}

/// Beyond it the normal approximation serves.
const EXACT_UP_TO: usize = 50;

/// S, tau-b and the two-sided p value (Mann 1945; Kendall 1975, chapters 4 and 5).
fn mann_kendall(values: &[f64]) -> (i64, f64, f64) {
    let n = values.len();
    if n < 2 {
        return (0, f64::NAN, f64::NAN);
    }
    let sign = |a: f64, b: f64| i64::from(b > a) - i64::from(b < a);
    let s: i64 = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))).map(|(i, j)| sign(values[i], values[j])).sum();
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let ties: Vec<f64> = sorted.chunk_by(|a, b| a == b).map(|tied| tied.len() as f64).collect();
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let tied: f64 = ties.iter().copied().map(pairs).sum();
    let all = pairs(n as f64);
    let tau = s as f64 / (all * (all - tied)).sqrt();
    if tied == 0.0 && n <= EXACT_UP_TO {
        return (s, tau, exact_p(n, s.unsigned_abs() as usize));
    }
    let spread = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let variance = (spread(n as f64) - ties.iter().copied().map(spread).sum::<f64>()) / 18.0;
    let corrected = (s.unsigned_abs() as f64 - 1.0).max(0.0);
    (s, tau, if variance > 0.0 { normal_two_sided(corrected / variance.sqrt()) } else { f64::NAN })
}

/// The chance of an S as far from 0, every order of `n` values being as likely: shares of orders by their number of inversions.
fn exact_p(n: usize, s: usize) -> f64 {
    let pairs = n * (n - 1) / 2;
    let mut shares = vec![0.0; pairs + 1];
    shares[0] = 1.0;
    for size in 2..=n {
        // The last of `size` values stands before 0 to size - 1 of the others, each as likely.
        let before = shares.clone();
        for (inversions, share) in shares.iter_mut().enumerate() {
            let least = (inversions + 1).saturating_sub(size);
            *share = before[least..=inversions].iter().sum::<f64>() / size as f64;
        }
    }
    let fewest = (pairs - s) / 2;
    if s == 0 { 1.0 } else { (2.0 * shares[..=fewest].iter().sum::<f64>()).min(1.0) }
}

fn table(waves: &[Wave], chart: &str, level: f64) -> Result<Table> {
    let results = Results(waves);
    let change = |of: fn(&Comparison) -> f64| move |wave: &Wave| wave.change.as_ref().map_or(f64::NAN, of);
    let limit = |wave: &Wave, sign: f64| {
        let limit = wave.limits.0 + sign * 3.0 * wave.limits.1;
        if chart == "p" { limit.clamp(0.0, 1.0) } else { limit }
    };
    let warnings = |wave: &Wave| wave.change.as_ref().map_or(&wave.estimate.warnings, |change| &change.warnings).join("; ");
    Table::from_columns([
        results.text("wave", |wave| wave.label.as_str()),
        results.number("value", |wave| wave.estimate.value),
        results.number("std_error", |wave| wave.estimate.std_error),
        results.number("ci_low", |wave| wave.estimate.ci.0),
        results.number("ci_high", |wave| wave.estimate.ci.1),
        results.whole("n", |wave| Some(wave.estimate.n)),
        results.number("change", change(|change| change.difference)),
        results.number("change_std_error", change(|change| change.std_error)),
        results.number("change_low", change(|change| change.ci.0)),
        results.number("change_high", change(|change| change.ci.1)),
        results.number("statistic", change(|change| change.statistic)),
        results.number("df", change(|change| change.df)),
        results.number("p_value", change(|change| change.p_value)),
        results.number("p_adjusted", |wave| wave.p_adjusted),
        results.flag("significant", |wave| (!wave.p_adjusted.is_nan()).then_some(wave.p_adjusted <= 1.0 - level)),
        results.number("centre", |wave| wave.limits.0),
        results.number("lower", |wave| limit(wave, -1.0)),
        results.number("upper", |wave| limit(wave, 1.0)),
        results.text("signals", |wave| wave.signals.join("; ")),
        results.text("unit", |wave| wave.estimate.unit.as_str()),
        results.maybe("method", |wave| wave.change.as_ref().map(|change| change.method.clone())),
        results.text("warnings", warnings),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mann_kendall_is_that_of_scipy() {
        // scipy 1.17: kendalltau(range(n), values), exact without ties
        let (s, tau, p) = mann_kendall(&[1.0, 3.0, 2.0, 5.0, 4.0, 6.0]);
        assert_eq!(s, 11);
        assert!((tau - 0.733_333_333_333).abs() < 1e-11 && (p - 0.055_555_555_555_6).abs() < 1e-11, "{tau} {p}");
        assert_eq!(mann_kendall(&[1.0, 2.0]).2, 1.0);
        assert!(mann_kendall(&[1.0, 1.0, 1.0]).2.is_nan());
        let (s, _, p) = mann_kendall(&[1.0, 2.0, 2.0, 3.0, 4.0]);
        // S = 9, variance (5 x 4 x 15 - 2 x 1 x 9) / 18 = 15.667
        assert_eq!(s, 9);
        assert!((p - normal_two_sided(8.0 / (282.0_f64 / 18.0).sqrt())).abs() < 1e-15);
    }

    #[test]
    fn a_slope_is_weighted_by_precision() {
        let (slope, error) = weighted_slope(&[(0.0, 1.0, 1.0), (1.0, 2.0, 1.0), (2.0, 9.0, 1e12)]);
        assert!((slope - 1.0).abs() < 1e-6 && (error - 2.0_f64.sqrt()).abs() < 1e-6, "{slope} {error}");
        assert!(weighted_slope(&[(0.0, 1.0, 0.0), (1.0, 2.0, 0.0)]).0.is_nan());
    }
}
