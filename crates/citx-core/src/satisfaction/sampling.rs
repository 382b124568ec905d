//! Samples of citizens that anyone can draw again.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, StringArray};

use super::instrument::invalid;
use crate::citizens::Population;
use crate::statistics::codes::{Codes, bad_row};
use crate::statistics::draw;
use crate::table::{Column, Table, unknown_name};
use crate::{Error, ErrorKind, Result};

/// How a sample is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DrawOptions {
    /// Column of the strata.
    pub strata: Option<String>,
    /// How many of each stratum.
    pub allocation: Allocation,
    /// Column of the household, of which one citizen is drawn.
    pub one_per: Option<String>,
    /// What the draws depend on, beside the keys.
    pub seed: u64,
}

/// How many of each stratum are drawn.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Allocation {
    /// In proportion to its size, rounded by largest remainders, of equal ones the first by name.
    #[default]
    Proportional,
    /// The same number of each, as far as it has them.
    Equal,
    /// In proportion to its size times the standard deviation of what is measured there (Neyman 1934), as far as it has them.
    Neyman(Vec<(String, f64)>),
    /// These numbers.
    Given(Vec<(String, u64)>),
}

/// What may be drawn: a citizen, or a household.
struct Unit {
    stratum: u32,
    /// Rows of its citizens.
    rows: Vec<usize>,
    name: String,
}

/// Stratum, key and unit.
type Drawn<'a> = (u32, String, &'a Unit);

/// Draws of households, and of a citizen within one.
const UNITS: u64 = 0;
const WITHIN: u64 = 1;

impl Population {
    /// A simple random sample without replacement of `n` citizens, within strata where they are named, or of one citizen of each of `n`
    /// households: those with the least [`draw`] for the seed and their key, so that neither the order of rows nor threads can change it.
    ///
    /// The columns: the key's own name, stratum, unit (the household, or the key), probability of selection, weight (one over it),
    /// stratum_population and stratum_sample (in units); sorted by stratum and key. `weight`, `stratum` and `stratum_population` are what
    /// [`super::SurveyOptions`] takes as weights, strata and fpc.
    ///
    /// ```
    /// # use citx_core::citizens::Population;
    /// # use citx_core::satisfaction::DrawOptions;
    /// # use citx_core::table::{Column, Table};
    /// let people = Population::from_table(Table::from_columns([Column::integer("id", (0..100).map(Some))])?, "id")?;
    /// assert_eq!(people.draw(10, &DrawOptions::default())?.num_rows(), 10);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `OutOfRange` for 0 or more than there are, `InvalidArgument` naming the row of a null stratum or household or of a household in two
    /// strata, `UnknownName` for a stratum that is not there.
    pub fn draw(&self, n: u64, options: &DrawOptions) -> Result<Table> {
        let codes = |name: &String, what: &str| Codes::of(&self.table().column(name)?)?.require(name, what);
        let strata = options.strata.as_ref().map(|name| codes(name, "stratum")).transpose()?;
        let households = options.one_per.as_ref().map(|name| codes(name, "household")).transpose()?;
        let units = self.drawable(strata.as_ref(), households.as_ref(), options)?;
        let labels = strata.as_ref().map_or_else(|| vec![String::new()], |strata| strata.labels.clone());
        let mut by_stratum: Vec<Vec<&Unit>> = vec![Vec::new(); labels.len()];
        units.iter().for_each(|unit| by_stratum[unit.stratum as usize].push(unit));
        let sizes: Vec<u64> = by_stratum.iter().map(|units| units.len() as u64).collect();
        let numbers = options.allocation.numbers(n, &sizes, &labels)?;
        let mut drawn: Vec<Drawn<'_>> = Vec::new();
        for (stratum, (units, &number)) in by_stratum.iter_mut().zip(&numbers).enumerate() {
            let mut order: Vec<(f64, &Unit)> = units.iter().map(|unit| (draw(options.seed, UNITS, &unit.name), *unit)).collect();
            order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
            for (_, unit) in order.into_iter().take(number as usize) {
                let keys = unit.rows.iter().filter_map(|&row| self.key(row));
                let key =
                    keys.map(|key| (draw(options.seed, WITHIN, &key), key)).min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
                drawn.push((stratum as u32, key.map(|(_, key)| key).unwrap_or_default(), unit));
            }
        }
        drawn.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let probability = |(stratum, _, unit): &Drawn<'_>| {
            let at = *stratum as usize;
            numbers[at] as f64 / sizes[at] as f64 / unit.rows.len() as f64
        };
        let whole = |name: &str, of: &[u64]| {
            Column::new(name, Arc::new(drawn.iter().map(|row| Some(of[row.0 as usize] as i64)).collect::<Int64Array>()))
        };
        let text = |name: &str, of: &dyn Fn(&Drawn<'_>) -> Option<String>| {
            Column::new(name, Arc::new(drawn.iter().map(of).collect::<StringArray>()))
        };
        Table::from_columns([
            text(self.key_name(), &|row| Some(row.1.clone())),
            text("stratum", &|row| strata.as_ref().and_then(|strata| strata.labels.get(row.0 as usize).cloned())),
            text("unit", &|row| Some(row.2.name.clone())),
            Column::new("probability", Arc::new(drawn.iter().map(|row| Some(probability(row))).collect::<Float64Array>())),
            Column::new("weight", Arc::new(drawn.iter().map(|row| Some(1.0 / probability(row))).collect::<Float64Array>())),
            whole("stratum_population", &sizes),
            whole("stratum_sample", &numbers),
        ])
    }

    /// Citizens, or households with theirs.
    fn drawable(&self, strata: Option<&Codes>, households: Option<&Codes>, options: &DrawOptions) -> Result<Vec<Unit>> {
        let stratum = |row: usize| strata.map_or(0, |strata| strata.codes[row]);
        let Some(households) = households else {
            let one = |row: usize| Unit { stratum: stratum(row), rows: vec![row], name: self.key(row).unwrap_or_default() };
            return Ok((0..self.len()).map(one).collect());
        };
        let mut units: Vec<Unit> =
            households.labels.iter().map(|label| Unit { stratum: u32::MAX, rows: Vec::new(), name: label.clone() }).collect();
        for row in 0..self.len() {
            let unit = &mut units[households.codes[row] as usize];
            if unit.rows.is_empty() {
                unit.stratum = stratum(row);
            } else if unit.stratum != stratum(row) {
                let column = options.strata.as_deref().unwrap_or_default();
                return Err(bad_row(column, row, "the household is in another stratum by an earlier row"));
            }
            unit.rows.push(row);
        }
        Ok(units)
    }
}

impl Allocation {
    fn numbers(&self, n: u64, sizes: &[u64], labels: &[String]) -> Result<Vec<u64>> {
        let all: u64 = sizes.iter().sum();
        if n == 0 || n > all {
            return Err(Error::new(ErrorKind::OutOfRange, format!("a sample of {n} from {all}; it must be between 1 and all there are")));
        }
        let place = |label: &String| {
            labels.iter().position(|known| known == label).ok_or_else(|| unknown_name("stratum", label, labels.iter().map(String::as_str)))
        };
        match self {
            Self::Proportional => Ok(allocate(n, sizes, &sizes.iter().map(|&size| size as f64).collect::<Vec<_>>())),
            Self::Equal => Ok(allocate(n, sizes, &vec![1.0; sizes.len()])),
            Self::Neyman(spread) => {
                let mut shares = vec![f64::NAN; sizes.len()];
                for (label, spread) in spread {
                    let at = place(label)?;
                    shares[at] = sizes[at] as f64 * spread;
                }
                if shares.iter().any(|share| !share.is_finite() || *share <= 0.0) {
                    return Err(invalid("`neyman` needs a spread above 0 for each stratum"));
                }
                Ok(allocate(n, sizes, &shares))
            }
            Self::Given(given) => {
                let mut numbers = vec![0; sizes.len()];
                for (label, number) in given {
                    let at = place(label)?;
                    if *number > sizes[at] {
                        return Err(Error::new(
                            ErrorKind::OutOfRange,
                            format!("stratum `{label}` has {} to draw {number} from", sizes[at]),
                        ));
                    }
                    numbers[at] = *number;
                }
                let sum: u64 = numbers.iter().sum();
                if sum == n { Ok(numbers) } else { Err(invalid(format!("the numbers of the strata add up to {sum}, not to {n}"))) }
            }
        }
    }
}

/// `n` shared out in proportion to `shares`, none above its size: whoever would have more has all, and the rest is shared out again; rounded
/// by largest remainders.
fn allocate(n: u64, sizes: &[u64], shares: &[f64]) -> Vec<u64> {
    let mut full = vec![false; sizes.len()];
    loop {
        let left = n - (0..sizes.len()).filter(|&at| full[at]).map(|at| sizes[at]).sum::<u64>();
        let sum: f64 = (0..sizes.len()).filter(|&at| !full[at]).map(|at| shares[at]).sum();
        let exact = |at: usize| left as f64 * shares[at] / sum;
        let over: Vec<usize> = (0..sizes.len()).filter(|&at| !full[at] && exact(at) > sizes[at] as f64).collect();
        if !over.is_empty() {
            over.into_iter().for_each(|at| full[at] = true);
            continue;
        }
        let mut numbers: Vec<u64> = (0..sizes.len()).map(|at| if full[at] { sizes[at] } else { exact(at) as u64 }).collect();
        let mut rest: Vec<usize> = (0..sizes.len()).filter(|&at| !full[at] && numbers[at] < sizes[at]).collect();
        rest.sort_by(|&a, &b| (exact(b).fract()).total_cmp(&exact(a).fract()).then(a.cmp(&b)));
        let missing = n - numbers.iter().sum::<u64>();
        rest.into_iter().cycle().take(missing as usize).for_each(|at| numbers[at] += 1);
        return numbers;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::codes::numbers;

    fn people(n: usize, order: &[usize]) -> Population {
        let row = |at: usize| order.get(at).copied().unwrap_or(at);
        let table = Table::from_columns([
            Column::text("id", (0..n).map(|at| Some(format!("C-{}", row(at))))),
            Column::text("area", (0..n).map(|at| Some(["n", "n", "n", "s"][row(at) / 2 % 4]))),
            Column::text("home", (0..n).map(|at| Some(format!("H-{}", row(at) / 2)))),
        ]);
        Population::from_table(table.expect("columns of one length"), "id").expect("people")
    }

    fn sum(table: &Table, column: &str) -> f64 {
        numbers(&table.column(column).expect("a column")).expect("numbers").into_iter().flatten().sum()
    }

    #[test]
    fn allocations_add_up_and_stay_within_their_strata() {
        assert_eq!(allocate(10, &[70, 20, 10], &[70.0, 20.0, 10.0]), [7, 2, 1]);
        assert_eq!(allocate(10, &[2, 50, 50], &[1.0; 3]), [2, 4, 4]);
        assert_eq!(allocate(7, &[50, 50], &[50.0, 50.0]), [4, 3]);
        assert_eq!(allocate(3, &[1, 1, 1], &[5.0, 1.0, 1.0]), [1, 1, 1]);
    }

    #[test]
    fn households_give_one_citizen_each_with_the_weight_of_all() {
        let options = DrawOptions { one_per: Some("home".into()), strata: Some("area".into()), seed: 3, ..DrawOptions::default() };
        let sample = people(80, &[]).draw(20, &options).expect("a sample");
        assert_eq!((sample.num_rows(), sum(&sample, "weight")), (20, 80.0));
        let homes = Codes::of(&sample.column("unit").expect("a column")).expect("labels");
        assert_eq!(homes.len(), 20);
    }

    #[test]
    fn what_cannot_be_drawn_is_said() {
        let all = people(20, &[]);
        let kind = |n: u64, options: &DrawOptions| all.draw(n, options).expect_err("bad").kind();
        assert_eq!((kind(0, &DrawOptions::default()), kind(21, &DrawOptions::default())), (ErrorKind::OutOfRange, ErrorKind::OutOfRange));
        let given = |pairs: &[(&str, u64)]| DrawOptions {
            strata: Some("area".into()),
            allocation: Allocation::Given(pairs.iter().map(|(label, n)| ((*label).to_owned(), *n)).collect()),
            ..DrawOptions::default()
        };
        assert_eq!(kind(3, &given(&[("n", 1), ("s", 1)])), ErrorKind::InvalidArgument);
        assert_eq!(kind(3, &given(&[("n", 1), ("w", 2)])), ErrorKind::UnknownName);
        assert_eq!(kind(20, &given(&[("s", 20)])), ErrorKind::OutOfRange);
        let neyman = DrawOptions { strata: Some("area".into()), allocation: Allocation::Neyman(Vec::new()), ..DrawOptions::default() };
        assert_eq!(kind(3, &neyman), ErrorKind::InvalidArgument);
        let split = DrawOptions { strata: Some("id".into()), one_per: Some("home".into()), ..DrawOptions::default() };
        assert_eq!(kind(3, &split), ErrorKind::InvalidArgument);
    }

    #[test]
    fn everyone_is_drawn_as_often() {
        let all = people(40, &[]);
        let mut times = [0_u32; 40];
        for seed in 0..2000 {
            let sample = all.draw(10, &DrawOptions { seed, ..DrawOptions::default() }).expect("a sample");
            for key in sample.column("id").expect("a column").values() {
                let crate::table::Value::Text(key) = key else { panic!("a key") };
                times[key[2..].parse::<usize>().expect("a number")] += 1;
            }
        }
        // 500 expected; 5 standard deviations are 97.
        assert!(times.iter().all(|times| times.abs_diff(500) < 97), "{times:?}");
    }

    proptest! {
        #[test]
        fn weights_add_up_and_the_order_of_rows_changes_nothing(n in 1_u64..40, seed in any::<u64>(), order in Just((0..40).collect::<Vec<usize>>()).prop_shuffle()) {
            let options = DrawOptions { strata: Some("area".into()), seed, ..DrawOptions::default() };
            let sample = people(40, &[]).draw(n, &options).expect("a sample");
            prop_assert_eq!(sample.num_rows() as u64, n);
            let weights = numbers(&sample.column("weight").expect("a column")).expect("numbers");
            let one_over: f64 = weights.into_iter().flatten().map(|weight| 1.0 / weight).sum();
            let near = (sum(&sample, "probability") - one_over).abs() < 1e-9;
            prop_assert!(near);
            let again = people(40, &order).draw(n, &options).expect("a sample");
            prop_assert_eq!(again.batch(), sample.batch());
        }
    }
}
