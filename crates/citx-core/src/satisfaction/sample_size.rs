use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;
use serde::Deserialize;

use super::Instrument;
use super::instrument::invalid;
use crate::{Error, ErrorKind, Result};

/// The sample a standard requires.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SampleSize {
    /// Margin of error required, as a proportion.
    pub moe: f64,
    /// Sample required, before rounding.
    pub exact: f64,
    /// Sample required.
    pub required: u64,
}

/// How a required sample takes the population's size N into account, n0 being what an endless one would need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SampleForm {
    /// n0 / (1 + n0 / N), as the Regulator of Social Housing has it.
    #[default]
    Plain,
    /// n0 / (1 + (n0 - 1) / N) (Cochran 1977, section 4.4): at most one respondent more.
    Cochran,
}

impl SampleForm {
    /// The form named `plain` or `cochran`.
    ///
    /// # Errors
    /// `InvalidArgument` for another name.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "plain" => Ok(Self::Plain),
            "cochran" => Ok(Self::Cochran),
            _ => Err(invalid(format!("`form` is `plain` or `cochran`, not `{name}`"))),
        }
    }
}

/// How precise a standard wants its figures, by size of the population.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Precision {
    z: f64,
    p: f64,
    #[serde(default)]
    form: SampleForm,
    bands: Vec<Band>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Band {
    population_from: u64,
    margin: f64,
}

impl Precision {
    pub fn check(&self) -> Result<()> {
        let share = |x: f64| x > 0.0 && x < 1.0;
        let rising = self.bands.windows(2).all(|pair| pair[0].population_from < pair[1].population_from);
        let fits = self.z > 0.0 && self.z.is_finite() && share(self.p) && self.bands.iter().all(|band| share(band.margin));
        if fits && rising && self.bands.first().is_some_and(|band| band.population_from <= 1) {
            return Ok(());
        }
        Err(invalid("`precision` needs z above 0, p and margins in (0, 1), and bands that rise from a population of 1"))
    }
}

impl Instrument {
    /// The sample that the standard requires of a population, in the form that the standard has; n0 is z^2 p (1 - p) / e^2.
    ///
    /// ```
    /// # use citx_core::satisfaction::Instrument;
    /// let size = Instrument::builtin("tsm-2022")?.sample_size(20_780)?;
    /// assert_eq!((size.moe, size.required), (0.03, 1015));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unsupported` for an instrument that requires none, `OutOfRange` for a population of 0.
    pub fn sample_size(&self, population: u64) -> Result<SampleSize> {
        self.sample_size_by(population, self.required_precision()?.form)
    }

    /// The sample that the standard's margins require of a population, in another form than the standard's.
    ///
    /// ```
    /// # use citx_core::satisfaction::{Instrument, SampleForm};
    /// let tsm = Instrument::builtin("tsm-2022")?;
    /// assert_eq!((tsm.sample_size(5000)?.required, tsm.sample_size_by(5000, SampleForm::Cochran)?.required), (536, 537));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Instrument::sample_size`].
    pub fn sample_size_by(&self, population: u64, form: SampleForm) -> Result<SampleSize> {
        let precision = self.required_precision()?;
        if population == 0 {
            return Err(Error::new(ErrorKind::OutOfRange, "the population must be 1 or more, found 0"));
        }
        let band = precision.bands.iter().rev().find(|band| band.population_from <= population);
        let moe = band.map_or(f64::NAN, |band| band.margin);
        let n0 = precision.z * precision.z * precision.p * (1.0 - precision.p) / (moe * moe);
        let less = if form == SampleForm::Cochran { 1.0 } else { 0.0 };
        let exact = n0 / (1.0 + (n0 - less) / population as f64);
        let required =
            required(precision, moe, population, form).ok_or_else(|| Error::new(ErrorKind::OutOfRange, "the population is too large"))?;
        Ok(SampleSize { moe, exact, required })
    }

    /// The margin of error that `n` answers of `population` achieve by the standard's formula, as a proportion:
    /// z sqrt(p (1 - p) / n (N - n) / (N - 1)), which knows nothing of weights.
    ///
    /// # Errors
    /// `OutOfRange` for `n` of 0 or more than the population; `Unsupported` for an instrument that requires no precision.
    pub fn margin_of_error(&self, n: u64, population: u64) -> Result<f64> {
        let precision = self.required_precision()?;
        if n == 0 || n > population {
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("the sample must lie between 1 and the population of {population}, found {n}"),
            ));
        }
        if n == population {
            return Ok(0.0);
        }
        let left = (population - n) as f64 / (population - 1) as f64;
        Ok(precision.z * (precision.p * (1.0 - precision.p) / n as f64 * left).sqrt())
    }

    fn required_precision(&self) -> Result<&Precision> {
        self.precision().ok_or_else(|| Error::new(ErrorKind::Unsupported, format!("instrument `{}` requires no sample size", self.name())))
    }
}

/// The required sample by whole numbers: a rounding error must not add a respondent where the quotient is whole.
fn required(precision: &Precision, moe: f64, population: u64, form: SampleForm) -> Option<u64> {
    // In units of 10^-6 each factor of the standards is whole.
    let unit = |x: f64| BigInt::from((x * 1e6).round() as i64);
    let one = unit(1.0);
    let numerator = unit(precision.z).pow(2) * unit(precision.p) * (&one - unit(precision.p));
    let denominator = unit(moe).pow(2) * one.pow(2);
    // n0 N / (n0 + N), or n0 N / (n0 + N - 1), with n0 = numerator / denominator
    let population = BigInt::from(population);
    let others = if form == SampleForm::Cochran { &population - 1 } else { population.clone() };
    (&numerator * &population).div_ceil(&(numerator + denominator * others)).to_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tsm() -> Instrument {
        Instrument::builtin("tsm-2022").expect("ships with citx")
    }

    #[test]
    fn required_samples_are_those_of_the_regulator() {
        // ceil(n0 / (1 + n0 / N)); Cochran's (n0 - 1) / N would give 334, 537 and 2292 for 2499, 5000 and 50000.
        let table = [
            (1, 1),
            (250, 152),
            (500, 218),
            (1000, 278),
            (1500, 306),
            (2000, 323),
            (2499, 333),
            (2500, 485),
            (5000, 536),
            (7500, 556),
            (9999, 567),
            (10_000, 965),
            (15_000, 997),
            (20_000, 1014),
            (24_999, 1024),
            (25_000, 2191),
            (40_000, 2266),
            (50_000, 2291),
            (100_000, 2345),
            (u64::MAX, 2401),
        ];
        for (population, required) in table {
            assert_eq!(tsm().sample_size(population).expect("a population").required, required, "{population}");
        }
        assert_eq!(tsm().sample_size(0).expect_err("nobody").kind(), ErrorKind::OutOfRange);
    }

    #[test]
    fn the_form_of_cochran_asks_for_one_more_here_and_there() {
        let cochran = |population| tsm().sample_size_by(population, SampleForm::Cochran).expect("a population").required;
        for (population, required) in [(1, 1), (250, 152), (2499, 334), (5000, 537), (50_000, 2292), (u64::MAX, 2401)] {
            assert_eq!(cochran(population), required, "{population}");
        }
        for population in 1..3000 {
            let plain = tsm().sample_size(population).expect("a population").required;
            assert!((plain..=plain + 1).contains(&cochran(population)) && cochran(population) <= population, "{population}");
        }
        assert_eq!(SampleForm::parse("yamane").expect_err("unknown").kind(), ErrorKind::InvalidArgument);
    }

    #[test]
    fn a_whole_quotient_is_not_rounded_up_again() {
        // n0 = 2401, N = 2401 x 2400: exactly 2400.
        assert_eq!(tsm().sample_size(2401 * 2400).expect("a population").required, 2400);
    }

    #[test]
    fn samples_and_margins_of_published_returns_are_reproduced() {
        // 2024/25: population, required sample, achieved sample, margin of error in percent
        let returns = [
            (20_780, 1_014.988_607_697_94, 1317, 2.613_519_579_368_48),
            (34_460, 2_244.607_037_248_04, 2433, 1.915_410_289_425_78),
            (6085, 546.355_222_317_789, 982, 2.864_102_215_799_71),
            (1080, 283.365_752_376_789, 301, 4.799_553_470_476_19),
            (3439, 511.050_256_854_614, 537, 3.885_390_739_332_13),
        ];
        for (population, exact, n, percent) in returns {
            assert!((tsm().sample_size(population).expect("a population").exact - exact).abs() < 1e-9);
            assert!((100.0 * tsm().margin_of_error(n, population).expect("a sample") - percent).abs() < 1e-9, "{population}");
        }
        assert_eq!(tsm().margin_of_error(10, 10).expect("a census"), 0.0);
        assert_eq!(tsm().margin_of_error(1, 1).expect("a census"), 0.0);
        assert_eq!(tsm().margin_of_error(0, 10).expect_err("no sample").kind(), ErrorKind::OutOfRange);
        assert_eq!(tsm().margin_of_error(11, 10).expect_err("too many").kind(), ErrorKind::OutOfRange);
    }
}
