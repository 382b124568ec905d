use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;

use super::distributions::beta_quantile;

/// The quantile of Student's t: normal for infinite `df`, NaN for `df` of 0 or less.
///
/// ```
/// # use citx_core::statistics::t_quantile;
/// assert!((t_quantile(0.975, 9.0) - 2.2621571627982).abs() < 1e-12);
/// ```
pub fn t_quantile(probability: f64, df: f64) -> f64 {
    if df == f64::INFINITY {
        return normal_quantile(probability);
    }
    if df > 1000.0 && probability > 0.0 && probability < 1.0 {
        return large_df_quantile(normal_quantile(probability), df);
    }
    let (true, Ok(t)) = (df > 0.0 && probability > 0.0 && probability < 1.0, StudentsT::new(0.0, 1.0, df)) else {
        return f64::NAN;
    };
    refine_t(t.inverse_cdf(probability), probability, df)
}

/// Newton steps on the upper tail, which keeps its digits where the distribution function is near 1.
fn refine_t(start: f64, probability: f64, df: f64) -> f64 {
    let tail = probability.min(1.0 - probability);
    let mut t = start.abs();
    for _ in 0..4 {
        let above = 0.5 * beta_reg(df / 2.0, 0.5, df / (df + t * t));
        let log_density = statrs::function::gamma::ln_gamma((df + 1.0) / 2.0)
            - statrs::function::gamma::ln_gamma(df / 2.0)
            - 0.5 * (df * std::f64::consts::PI).ln()
            - (df + 1.0) / 2.0 * (t * t / df).ln_1p();
        let step = (above - tail) / log_density.exp();
        if !step.is_finite() || step.abs() > t.abs() {
            break;
        }
        t += step;
    }
    if probability < 0.5 { -t } else { t }
}

/// The expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5): beyond 1,000 degrees of freedom closer than the difference of
/// logarithms of gamma functions in the density.
fn large_df_quantile(z: f64, df: f64) -> f64 {
    let polynomial = |coefficients: &[f64]| coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * z * z + coefficient);
    let terms = [
        polynomial(&[1.0, 1.0]) / 4.0,
        polynomial(&[3.0, 16.0, 5.0]) / 96.0,
        polynomial(&[-15.0, 17.0, 19.0, 3.0]) / 384.0,
        polynomial(&[-945.0, -1920.0, 1482.0, 776.0, 79.0]) / 92_160.0,
    ];
    z + z * terms.iter().rev().fold(0.0, |sum, term| (sum + term) / df)
}

/// The quantile of the normal distribution.
pub fn normal_quantile(probability: f64) -> f64 {
    if probability > 0.0 && probability < 1.0 { Normal::standard().inverse_cdf(probability) } else { f64::NAN }
}

/// Wilson's interval of a proportion `p` on `n_eff` observations, with the quantile `t` (Wilson 1927).
///
/// ```
/// # use citx_core::statistics::wilson_interval;
/// let (low, high) = wilson_interval(81.0 / 263.0, 263.0, 1.959963984540054);   // Newcombe 1998a
/// assert_eq!(format!("{low:.4} {high:.4}"), "0.2553 0.3662");
/// ```
pub fn wilson_interval(p: f64, n_eff: f64, t: f64) -> (f64, f64) {
    if n_eff == f64::INFINITY {
        return (p, p);
    }
    let square = t * t / n_eff;
    let centre = (p + square / 2.0) / (1.0 + square);
    let half = (square * p * (1.0 - p) + square * square / 4.0).sqrt() / (1.0 + square);
    if !(centre.is_finite() && half.is_finite()) {
        return (f64::NAN, f64::NAN);
    }
    let low = if p == 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if p == 1.0 { 1.0 } else { (centre + half).min(1.0) };
    (low, high)
}

/// The interval of a proportion `p` in (0, 1) that is symmetric on the logit scale.
pub fn logit_interval(p: f64, std_error: f64, t: f64) -> (f64, f64) {
    let centre = (p / (1.0 - p)).ln();
    let half = t * std_error / (p * (1.0 - p));
    let expit = |x: f64| 1.0 / (1.0 + (-x).exp());
    (expit(centre - half), expit(centre + half))
}

/// The interval of a proportion `p` in (0, 1) that is symmetric on the arcsine scale, where the variance of a proportion does not depend
/// on it. It ends at 0 or 1 where the scale does.
pub fn arcsine_interval(p: f64, std_error: f64, t: f64) -> (f64, f64) {
    let centre = p.sqrt().asin();
    let half = t * std_error / (2.0 * (p * (1.0 - p)).sqrt());
    let back = |x: f64| x.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
    (back(centre - half), back(centre + half))
}

/// Agresti and Coull's interval (1998) of a proportion `p` on `n_eff` observations, with the quantile `t`: Wald's about a proportion that has
/// t^2 / 2 successes and failures more. Cut at 0 and 1.
///
/// ```
/// # use citx_core::statistics::agresti_coull_interval;
/// let (low, high) = agresti_coull_interval(15.0 / 148.0, 148.0, 1.959963984540054);   // Newcombe 1998a
/// assert_eq!(format!("{low:.4} {high:.4}"), "0.0614 0.1615");
/// ```
pub fn agresti_coull_interval(p: f64, n_eff: f64, t: f64) -> (f64, f64) {
    if n_eff == f64::INFINITY {
        return (p, p);
    }
    let n = n_eff + t * t;
    let centre = (n_eff * p + t * t / 2.0) / n;
    let half = t * (centre * (1.0 - centre) / n).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// Jeffreys' interval of a proportion `p` on `n_eff` observations: quantiles of Beta(x + 1/2, n - x + 1/2); 0 where nobody, 1 where
/// everybody (Brown, Cai and DasGupta 2001).
pub fn jeffreys_interval(p: f64, n_eff: f64, level: f64) -> (f64, f64) {
    if n_eff == f64::INFINITY {
        return (p, p);
    }
    let (yes, no, tail) = (n_eff * p + 0.5, n_eff * (1.0 - p) + 0.5, (1.0 - level) / 2.0);
    let low = if p == 0.0 { 0.0 } else { beta_quantile(tail, yes, no) };
    let high = if p == 1.0 { 1.0 } else { beta_quantile(1.0 - tail, yes, no) };
    (low, high)
}

/// Clopper and Pearson's interval (1934) of a proportion `p` on `n_eff` observations, which need not be whole: quantiles of
/// Beta(x, n - x + 1) and Beta(x + 1, n - x).
pub fn clopper_pearson_interval(p: f64, n_eff: f64, level: f64) -> (f64, f64) {
    if n_eff == f64::INFINITY {
        return (p, p);
    }
    let (yes, no, tail) = (n_eff * p, n_eff * (1.0 - p), (1.0 - level) / 2.0);
    let low = if p == 0.0 { 0.0 } else { beta_quantile(tail, yes, no + 1.0) };
    let high = if p == 1.0 { 1.0 } else { beta_quantile(1.0 - tail, yes + 1.0, no) };
    (low, high)
}

/// The interval of proportions `p0` whose likelihood ratio against `p` in (0, 1), on `n_eff` observations, is at most `t`^2 (Rao and Scott
/// 1984 for the effective sample).
pub fn likelihood_interval(p: f64, n_eff: f64, t: f64) -> (f64, f64) {
    let ratio = |p0: f64| 2.0 * n_eff * (p * (p / p0).ln() + (1.0 - p) * ((1.0 - p) / (1.0 - p0)).ln()) - t * t;
    if !ratio(p).is_finite() {
        return (f64::NAN, f64::NAN);
    }
    // The ratio falls towards p and rises from it: one crossing on either side.
    let crossing = |mut outside: f64, mut inside: f64| {
        for _ in 0..200 {
            let middle = f64::midpoint(outside, inside);
            if middle == outside || middle == inside {
                break;
            }
            if ratio(middle) > 0.0 { outside = middle } else { inside = middle }
        }
        f64::midpoint(outside, inside)
    };
    (crossing(0.0, p), crossing(1.0, p))
}

/// `value` less and plus `t` standard errors.
pub fn symmetric_interval(value: f64, std_error: f64, t: f64) -> (f64, f64) {
    (value - t * std_error, value + t * std_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(ours: f64, theirs: f64) {
        assert!((ours - theirs).abs() <= 1e-11 * theirs.abs(), "{ours} against {theirs}");
    }

    #[test]
    fn quantiles_are_those_of_r() {
        // R 4.2.2: qt(.975, df), qt(p, 7), qnorm(p)
        let t = [
            (0.5, 164.557_673_480_494_46),
            (1.0, 12.706_204_736_174_69),
            (1.5, 6.016_663_104_427_93),
            (2.0, 4.302_652_729_749_46),
            (3.0, 3.182_446_305_283_71),
            (4.0, 2.776_445_105_197_79),
            (9.0, 2.262_157_162_798_20),
            (30.0, 2.042_272_456_301_24),
            (197.0, 1.972_079_033_778_50),
            (594.0, 1.963_965_718_820_85),
            (1e4, 1.960_201_239_890_63),
            (1e6, 1.959_966_356_814_11),
        ];
        for (df, expected) in t {
            close(t_quantile(0.975, df), expected);
            close(t_quantile(0.025, df), -expected);
        }
        let seven = [
            (0.6, 0.263_166_861_352_023),
            (0.9, 1.414_923_927_650_51),
            (0.995, 3.499_483_297_350_49),
            (0.999_999_5, 15.767_009_437_672_53),
        ];
        for (probability, expected) in seven {
            assert!((t_quantile(probability, 7.0) / expected - 1.0).abs() < 1e-9, "{probability}");
        }
        close(normal_quantile(0.975), 1.959_963_984_540_05);
        close(normal_quantile(0.995), 2.575_829_303_548_90);
        close(t_quantile(0.975, f64::INFINITY), 1.959_963_984_540_05);
        assert!(t_quantile(0.975, 0.0).is_nan() && t_quantile(0.975, f64::NAN).is_nan() && t_quantile(1.0, 3.0).is_nan());
        assert_eq!(t_quantile(0.5, 3.0), 0.0);
    }

    #[test]
    fn wilson_is_that_of_newcombe_and_keeps_its_ends() {
        let z = normal_quantile(0.975);
        let table = [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
            (0.0, 10.0, 0.0, 0.2775),
            (10.0, 10.0, 0.7225, 1.0),
        ];
        for (x, n, low, high) in table {
            let interval = wilson_interval(x / n, n, z);
            assert!((interval.0 - low).abs() < 5e-5 && (interval.1 - high).abs() < 5e-5, "{x}/{n}: {interval:?}");
        }
        assert_eq!(wilson_interval(0.3, f64::INFINITY, z), (0.3, 0.3));
        assert!(wilson_interval(0.3, 10.0, f64::NAN).0.is_nan() && wilson_interval(0.3, 0.0, z).0.is_nan());
    }

    #[test]
    fn other_intervals_are_those_of_statsmodels() {
        // statsmodels 0.15 proportion_confint(x, n, method = agresti_coull, jeffreys, beta)
        let table = [
            (
                81.0,
                263.0,
                (0.25522066518999675, 0.3662774316710775),
                (0.2545219349910236, 0.36564749917408246),
                (0.25273674558527126, 0.3676219226013514),
            ),
            (
                15.0,
                148.0,
                (0.06138597492879727, 0.16148766632524705),
                (0.060448517009296425, 0.15764314347874112),
                (0.05784401008344857, 0.161650490349479),
            ),
            (0.0, 20.0, (0.0, 0.18980956054248888), (0.0, 0.11663898290487543), (0.0, 0.16843347098308534)),
            (
                1.0,
                29.0,
                (0.0, 0.18628650856170612),
                (0.003746173649057073, 0.15007768600223176),
                (0.000872646883579922, 0.17764429548872293),
            ),
            (
                4.0,
                20.0,
                (0.07491151027670703, 0.42176358455498464),
                (0.07152005247873086, 0.4082257625169254),
                (0.05733399705003277, 0.4366140029966683),
            ),
            (10.0, 10.0, (0.6791126942494543, 1.0), (0.7828037324907894, 1.0), (0.6915028921812392, 1.0)),
        ];
        for (x, n, ac, jeffreys, exact) in table {
            let p = x / n;
            let near = |ours: (f64, f64), theirs: (f64, f64)| {
                assert!((ours.0 - theirs.0).abs() < 1e-10 && (ours.1 - theirs.1).abs() < 1e-10, "{x}/{n}: {ours:?} against {theirs:?}");
            };
            near(agresti_coull_interval(p, n, normal_quantile(0.975)), ac);
            near(jeffreys_interval(p, n, 0.95), jeffreys);
            near(clopper_pearson_interval(p, n, 0.95), exact);
        }
        for interval in [jeffreys_interval, clopper_pearson_interval, agresti_coull_interval] {
            assert_eq!(interval(0.3, f64::INFINITY, 0.95), (0.3, 0.3));
        }
        // Likelihood: scipy brentq on 2 (81 log(p / p0) + 182 log((1 - p) / (1 - p0))) - qchisq(.95, 1)
        let (low, high) = likelihood_interval(81.0 / 263.0, 263.0, normal_quantile(0.975));
        assert!((low - 0.25423898877545953).abs() < 1e-9 && (high - 0.3654533412993245).abs() < 1e-9, "{low} {high}");
        let (low, high) = arcsine_interval(0.001, 0.002, 1.96);
        assert!(low == 0.0 && high < 0.02, "{low} {high}");
    }
}
