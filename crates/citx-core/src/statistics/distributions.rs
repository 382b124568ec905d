//! Distribution functions and quantiles that intervals and tests are read from.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::{beta_reg, ln_beta};
use statrs::function::gamma::gamma_ur;

/// The probability that a standard normal variable is at most `z`.
///
/// ```
/// # use citx_core::statistics::normal_cdf;
/// assert!((normal_cdf(1.959963984540054) - 0.975).abs() < 1e-10);
/// ```
pub fn normal_cdf(z: f64) -> f64 {
    if z.is_nan() { f64::NAN } else { Normal::standard().cdf(z) }
}

/// The two-sided probability of a standard normal variable further from 0 than `z`.
pub fn normal_two_sided(z: f64) -> f64 {
    if z.is_nan() { f64::NAN } else { statrs::function::erf::erfc(z.abs() / std::f64::consts::SQRT_2) }
}

/// The probability that Student's t with `df` degrees of freedom is at most `t`; the normal one for infinite `df`, NaN for `df` of 0 or less.
///
/// ```
/// # use citx_core::statistics::t_cdf;
/// assert!((t_cdf(2.2621571627982, 9.0) - 0.975).abs() < 1e-12);
/// ```
pub fn t_cdf(t: f64, df: f64) -> f64 {
    let tail = t_two_sided(t, df) / 2.0;
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// The two-sided probability of Student's t further from 0 than `t`: the p value of a t statistic.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if df == f64::INFINITY {
        return normal_two_sided(t);
    }
    if df.is_nan() || df <= 0.0 || t.is_nan() {
        return f64::NAN;
    }
    if t.is_infinite() { 0.0 } else { beta_cdf(df / (df + t * t), df / 2.0, 0.5) }
}

/// The probability that chi-squared with `df` degrees of freedom is above `x`.
///
/// ```
/// # use citx_core::statistics::chi_squared_upper;
/// assert!((chi_squared_upper(3.841458820694124, 1.0) - 0.05).abs() < 1e-13);
/// ```
pub fn chi_squared_upper(x: f64, df: f64) -> f64 {
    if df.is_nan() || df <= 0.0 || x.is_nan() {
        return f64::NAN;
    }
    match x {
        _ if x <= 0.0 => 1.0,
        f64::INFINITY => 0.0,
        _ => gamma_ur(df / 2.0, x / 2.0),
    }
}

/// The probability that F with `df1` and `df2` degrees of freedom is above `x`; `df2` may be infinite.
///
/// ```
/// # use citx_core::statistics::f_upper;
/// assert!((f_upper(4.96460274356, 1.0, 10.0) - 0.05).abs() < 1e-9);
/// ```
pub fn f_upper(x: f64, df1: f64, df2: f64) -> f64 {
    if df2 == f64::INFINITY {
        return chi_squared_upper(x * df1, df1);
    }
    if x.is_nan() || df1.is_nan() || df2.is_nan() || df1 <= 0.0 || df2 <= 0.0 {
        return f64::NAN;
    }
    match x {
        _ if x <= 0.0 => 1.0,
        f64::INFINITY => 0.0,
        _ => beta_cdf(df2 / (df2 + df1 * x), df2 / 2.0, df1 / 2.0),
    }
}

/// The distribution function of Beta(`a`, `b`) at `x` in [0, 1].
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    match x {
        _ if !(a > 0.0 && b > 0.0) || x.is_nan() => f64::NAN,
        _ if x <= 0.0 => 0.0,
        _ if x >= 1.0 => 1.0,
        _ => beta_reg(a, b, x),
    }
}

/// The quantile of Beta(`a`, `b`): 0 where `a` is 0, 1 where `b` is 0, NaN for other parameters that are not above 0.
///
/// ```
/// # use citx_core::statistics::beta_quantile;
/// assert!((beta_quantile(0.025, 81.0, 183.0) - 0.2527).abs() < 5e-5);   // Clopper-Pearson of 81/263, Newcombe 1998a
/// ```
pub fn beta_quantile(probability: f64, a: f64, b: f64) -> f64 {
    if !(probability > 0.0 && probability < 1.0) || a.is_nan() || b.is_nan() || a < 0.0 || b < 0.0 || (a == 0.0 && b == 0.0) {
        return f64::NAN;
    }
    if a == 0.0 || b == 0.0 {
        return if a == 0.0 { 0.0 } else { 1.0 };
    }
    // Newton steps between two ends that always hold the quantile between them; halved where a step leaves them.
    let (mut low, mut high, mut x) = (0.0, 1.0, a / (a + b));
    let log_beta = ln_beta(a, b);
    for _ in 0..200 {
        let error = beta_cdf(x, a, b) - probability;
        if error > 0.0 {
            high = x
        } else {
            low = x
        }
        let density = ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - log_beta).exp();
        let next = x - error / density;
        let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
        if (next - x).abs() <= 1e-16 * x || next == low || next == high {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(ours: f64, theirs: f64) {
        assert!((ours - theirs).abs() <= 5e-11 * theirs.abs(), "{ours} against {theirs}");
    }

    #[test]
    fn distributions_are_those_of_r() {
        // R 4.2.2: 2 * pt(-t, df), pchisq(x, df, lower = FALSE), pf(x, df1, df2, lower = FALSE), qbeta(p, a, b), pnorm(z)
        close(t_two_sided(1.0, 1.0), 0.5);
        close(t_two_sided(2.5, 3.0), 0.0877066470080655);
        close(t_two_sided(4.0, 7.5), 0.00450611035018518);
        close(t_two_sided(2.0, 197.0), 0.0468738368405686);
        close(t_two_sided(10.0, 1000.5), 1.66520029800333e-22);
        close(t_two_sided(30.0, 4.0), 7.35285609766132e-06);
        close(chi_squared_upper(3.0, 1.0), 0.0832645166635506);
        close(chi_squared_upper(11.5, 4.5), 0.0306623766095634);
        close(chi_squared_upper(40.0, 12.0), 7.19088405284289e-05);
        close(chi_squared_upper(200.0, 3.0), 4.21854110719204e-43);
        close(f_upper(5.1933695, 1.4946398, 20.9249569), 0.0217474624853053);
        close(f_upper(2.0, 3.0, 17.0), 0.152240481311143);
        close(f_upper(1.1, 12.5, 300.0), 0.358927703262924);
        close(f_upper(25.0, 2.0, 40.0), 9.04377268381661e-08);
        close(beta_quantile(0.025, 81.0, 183.0), 0.252736745585271);
        close(beta_quantile(0.975, 82.0, 182.0), 0.3676219226013514);
        close(beta_quantile(0.025, 0.5, 20.5), 2.42464784592427e-05);
        close(beta_quantile(0.975, 0.7, 300.2), 0.0100153460823376);
        close(beta_quantile(0.5, 1.0, 29.0), 0.0236182452817781);
        close(beta_quantile(0.025, 300.0, 1.5), 0.984552825258535);
        close(beta_quantile(0.001, 2.0, 5000.0), 9.07945443191689e-06);
        assert!((normal_cdf(-6.0) / 9.86587645037698e-10 - 1.0).abs() < 1e-10);
        assert!((normal_cdf(-1.5) / 0.0668072012688581 - 1.0).abs() < 1e-10);
        assert!((normal_cdf(0.3) / 0.617911422188953 - 1.0).abs() < 1e-10);
        assert!((normal_cdf(4.0) / 0.999968328758167 - 1.0).abs() < 1e-10);
    }

    #[test]
    fn what_is_not_defined_is_not_a_number() {
        for undefined in [
            t_cdf(1.0, 0.0),
            t_two_sided(f64::NAN, 3.0),
            chi_squared_upper(1.0, 0.0),
            f_upper(1.0, 0.0, 3.0),
            f_upper(1.0, 3.0, f64::NAN),
            beta_quantile(0.0, 1.0, 1.0),
            beta_quantile(0.5, -1.0, 1.0),
            beta_quantile(0.5, 0.0, 0.0),
            normal_cdf(f64::NAN),
        ] {
            assert!(undefined.is_nan());
        }
        assert_eq!(
            (t_two_sided(f64::INFINITY, 3.0), f_upper(f64::INFINITY, 1.0, 3.0), chi_squared_upper(f64::INFINITY, 1.0)),
            (0.0, 0.0, 0.0)
        );
        assert_eq!((f_upper(-1.0, 1.0, 3.0), chi_squared_upper(-1.0, 2.0)), (1.0, 1.0));
        assert_eq!((beta_quantile(0.5, 0.0, 2.0), beta_quantile(0.5, 2.0, 0.0)), (0.0, 1.0));
        assert!((f_upper(3.84, 1.0, f64::INFINITY) - chi_squared_upper(3.84, 1.0)).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn a_beta_quantile_has_its_probability(p in 0.0001_f64..0.9999, a in 0.05_f64..5000.0, b in 0.05_f64..5000.0) {
            let x = beta_quantile(p, a, b);
            prop_assert!(x > 0.0 && x <= 1.0);
            let (below, above) = (beta_cdf(x * (1.0 - 1e-9), a, b), beta_cdf(x + (1.0 - x) * 1e-9 + 1e-15, a, b));
            prop_assert!(below <= p + 1e-9 && above >= p - 1e-9, "{} {} {}", below, p, above);
        }
    }
}
