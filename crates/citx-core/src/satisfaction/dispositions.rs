//! What became of the cases of a sample, and the response rates of that.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{Float64Array, StringArray};
use serde::Deserialize;

use super::instrument::invalid;
use crate::statistics::ExactSum;
use crate::statistics::codes::{Codes, bad_row, numbers};
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result};

const AAPOR: &str = include_str!("../../data/dispositions/aapor-2023.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Standard {
    #[serde(rename = "name")]
    _name: String,
    source: String,
    #[serde(rename = "group")]
    groups: Vec<Group>,
    #[serde(rename = "rate")]
    rates: Vec<Rate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    symbol: String,
    #[serde(rename = "what")]
    _what: String,
    codes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    name: String,
    numerator: Vec<String>,
    denominator: Vec<String>,
    #[serde(default)]
    estimated: Vec<String>,
}

/// The outcome rates of a sample's final dispositions by AAPOR's Standard Definitions (2023): RR1 to RR6, COOP1 to COOP4, REF1 to REF3 and
/// CON1 to CON3. The columns: rate, value (a proportion; null where nothing is below the line), numerator, denominator, e, formula, source.
///
/// `dispositions` has in the column `code` the standard's codes (`1.1`, `2.112`), its symbols (`I`, `P`, `R`, `NC`, `O`, `UH`, `UO`,
/// `NE`) or words such as `refusal`; with `count`, how many cases each row stands for, which may be weighted. `eligible` is the share of
/// unknown cases taken to be eligible; without, the share of eligible cases among those that are known (CASRO's e).
///
/// ```
/// use citx_core::satisfaction::response_rates;
/// use citx_core::table::{Column, Table, Value};
/// let cases = Table::from_columns([
///     Column::text("code", [Some("I"), Some("R"), Some("2.2"), Some("3.1"), Some("NE")]),
///     Column::integer("n", [Some(50), Some(20), Some(10), Some(20), Some(20)]),
/// ])?;
/// let rates = response_rates(&cases, "code", Some("n"), None)?;
/// // RR1: 50 / 100; RR3: e = 80 / 100, 50 / (80 + .8 x 20)
/// assert_eq!(rates.column("value")?.value(0), Value::Float(0.5));
/// assert_eq!(rates.column("denominator")?.value(2), Value::Float(96.0));
/// # Ok::<(), citx_core::Error>(())
/// ```
///
/// # Errors
/// `UnknownName` for a column, `InvalidArgument` naming the row of a code that is none or a count below 0, `OutOfRange` for `eligible`
/// outside [0, 1].
pub fn response_rates(dispositions: &Table, code: &str, count: Option<&str>, eligible: Option<f64>) -> Result<Table> {
    let standard: Standard = toml::from_str(AAPOR)
        .map_err(|error| Error::new(ErrorKind::Corrupted, "the dispositions that ship with citx cannot be read").caused_by(error))?;
    if eligible.is_some_and(|eligible| !(0.0..=1.0).contains(&eligible)) {
        return Err(Error::new(ErrorKind::OutOfRange, "`eligible` is a share in [0, 1]"));
    }
    let codes = Codes::of(&dispositions.column(code)?)?.require(code, "disposition")?;
    let groups: Vec<Option<&str>> = codes.labels.iter().map(|label| standard.group(label)).collect();
    let counts = count.map(|count| numbers(&dispositions.column(count)?)).transpose()?;
    let mut sums: BTreeMap<&str, ExactSum> = BTreeMap::new();
    for (row, &own) in codes.codes.iter().enumerate() {
        let group = groups[own as usize].ok_or_else(|| bad_row(code, row, "not a final disposition of AAPOR's Standard Definitions"))?;
        let cases = match (&counts, count) {
            (Some(counts), Some(count)) => {
                counts[row].filter(|cases| *cases >= 0.0).ok_or_else(|| bad_row(count, row, "a count must be 0 or more"))?
            }
            _ => 1.0,
        };
        sums.entry(group).or_default().add(cases);
    }
    let of = |symbols: &[String]| -> f64 {
        symbols.iter().filter_map(|symbol| sums.get(symbol.as_str())).map(ExactSum::value).collect::<ExactSum>().value()
    };
    let known = of(&["I", "P", "R", "NC", "O"].map(String::from));
    let all = known + of(&["NE".into()]);
    let e = eligible.unwrap_or(if all > 0.0 { known / all } else { f64::NAN });
    let below = |rate: &Rate| of(&rate.denominator) + if rate.estimated.is_empty() { 0.0 } else { e * of(&rate.estimated) };
    let formula = |rate: &Rate| {
        let estimated = if rate.estimated.is_empty() { String::new() } else { format!(" + e ({})", rate.estimated.join(" + ")) };
        format!("({}) / ({}{estimated})", rate.numerator.join(" + "), rate.denominator.join(" + "))
    };
    let rates = &standard.rates;
    let number = |name: &str, of: &dyn Fn(&Rate) -> f64| {
        Column::new(name, Arc::new(rates.iter().map(|rate| Some(of(rate)).filter(|x| x.is_finite())).collect::<Float64Array>()))
    };
    let text = |name: &str, of: &dyn Fn(&Rate) -> String| {
        Column::new(name, Arc::new(rates.iter().map(|rate| Some(of(rate))).collect::<StringArray>()))
    };
    Table::from_columns([
        text("rate", &|rate| rate.name.clone()),
        number("value", &|rate| of(&rate.numerator) / below(rate)),
        number("numerator", &|rate| of(&rate.numerator)),
        number("denominator", &below),
        number("e", &|rate| if rate.estimated.is_empty() { f64::NAN } else { e }),
        text("formula", &formula),
        text("source", &|_| standard.source.clone()),
    ])
}

impl Standard {
    /// The symbol of the group that a code is in: by its symbol, its words, or the longest code that it begins with.
    fn group(&self, label: &str) -> Option<&str> {
        let label = label.trim();
        let own = self.groups.iter().find(|group| group.symbol.eq_ignore_ascii_case(label));
        let by_word = || self.groups.iter().find(|group| group.codes.iter().any(|code| code.eq_ignore_ascii_case(label)));
        let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok();
        let begins = |code: &String| {
            digits(code)
                && label.strip_prefix(code.as_str()).is_some_and(|rest| rest.is_empty() || code.contains('.') || rest.starts_with('.'))
        };
        let by_code = || {
            let matches =
                self.groups.iter().flat_map(|group| group.codes.iter().filter(|code| begins(code)).map(move |code| (code.len(), group)));
            matches.max_by_key(|(length, _)| *length).map(|(_, group)| group)
        };
        let found = own.or_else(by_word).or_else(|| if digits(label) { by_code() } else { None });
        found.map(|group| group.symbol.as_str())
    }
}

/// Whom answers stand for: one row with answers, citizens, households and, of each, how many answered more than once. A citizen or
/// household that is null is counted as unknown.
///
/// # Errors
/// `UnknownName` for a column; `InvalidArgument` without rows.
pub fn coverage(answers: &Table, citizen: &str, household: Option<&str>) -> Result<Table> {
    if answers.num_rows() == 0 {
        return Err(invalid("the table of answers has no rows"));
    }
    let mut columns = vec![Column::integer("answers", [i64::try_from(answers.num_rows()).ok()])];
    for (name, column) in [("citizens", Some(citizen)), ("households", household)] {
        let Some(column) = column else { continue };
        let codes = Codes::of(&answers.column(column)?)?;
        let mut times = vec![0_u32; codes.len()];
        codes.codes.iter().filter(|&&code| code != Codes::NULL).for_each(|&code| times[code as usize] += 1);
        let whole = |n: usize| [i64::try_from(n).ok()];
        columns.push(Column::integer(name, whole(codes.len())));
        columns.push(Column::integer(format!("{name}_more_than_once"), whole(times.iter().filter(|times| **times > 1).count())));
        columns.push(Column::integer(format!("{name}_unknown"), whole(codes.codes.iter().filter(|&&code| code == Codes::NULL).count())));
    }
    Table::from_columns(columns)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rates(cases: &[(&str, f64)], e: Option<f64>) -> Result<BTreeMap<String, f64>> {
        let table = Table::from_columns([
            Column::text("code", cases.iter().map(|case| Some(case.0))),
            Column::float("n", cases.iter().map(|case| Some(case.1))),
        ])?;
        let made = response_rates(&table, "code", Some("n"), e)?;
        let (names, values) = (crate::statistics::codes::labels(&made.column("rate")?)?, numbers(&made.column("value")?)?);
        Ok(names.into_iter().flatten().zip(values.into_iter().map(|value| value.unwrap_or(f64::NAN))).collect())
    }

    #[test]
    fn rates_are_those_of_the_standards_formulas() {
        let cases =
            [("1.1", 400.0), ("1.2", 20.0), ("2.11", 100.0), ("2.2", 80.0), ("2.35", 30.0), ("3.1", 60.0), ("3.9", 10.0), ("4.5", 50.0)];
        let made = rates(&cases, None).expect("rates");
        let e: f64 = 630.0 / 680.0;
        for (name, expected) in [
            ("RR1", 400.0 / 700.0),
            ("RR2", 420.0 / 700.0),
            ("RR3", 400.0 / (630.0 + e * 70.0)),
            ("RR4", 420.0 / (630.0 + e * 70.0)),
            ("RR5", 400.0 / 630.0),
            ("RR6", 420.0 / 630.0),
            ("COOP1", 400.0 / 550.0),
            ("COOP4", 420.0 / 520.0),
            ("REF1", 100.0 / 700.0),
            ("REF2", 100.0 / (630.0 + e * 70.0)),
            ("CON1", 550.0 / 700.0),
            ("CON3", 550.0 / 630.0),
        ] {
            assert!((made[name] - expected).abs() < 1e-15, "{name}: {}", made[name]);
        }
        assert_eq!(rates(&cases, Some(0.0)).expect("rates")["RR3"], made["RR5"]);
        assert_eq!(rates(&cases, Some(1.0)).expect("rates")["RR3"], made["RR1"]);
    }

    #[test]
    fn what_is_no_disposition_is_named() {
        assert!(rates(&[("5.1", 1.0)], None).expect_err("no code").to_string().contains("row 1"));
        assert!(rates(&[("I", -1.0)], None).expect_err("no count").to_string().contains("row 1"));
        assert_eq!(rates(&[("I", 1.0)], Some(2.0)).expect_err("no share").kind(), ErrorKind::OutOfRange);
        assert!(rates(&[("NE", 3.0)], None).expect("rates")["RR1"].is_nan());
        assert_eq!(rates(&[("Refusal", 1.0), ("complete", 1.0)], None).expect("rates")["RR1"], 0.5);
    }

    #[test]
    fn coverage_tells_answers_citizens_and_households_apart() {
        let answers = Table::from_columns([
            Column::text("id", [Some("a"), Some("a"), Some("b"), None]),
            Column::text("home", [Some("h"), Some("h"), Some("h"), Some("i")]),
        ])
        .expect("columns of one length");
        let row = coverage(&answers, "id", Some("home")).expect("coverage");
        let of = |name: &str| numbers(&row.column(name).expect("a column")).expect("numbers")[0].expect("a number");
        assert_eq!((of("answers"), of("citizens"), of("citizens_more_than_once"), of("citizens_unknown")), (4.0, 2.0, 1.0, 1.0));
        assert_eq!((of("households"), of("households_more_than_once")), (2.0, 1.0));
    }

    proptest! {
        #[test]
        fn rates_keep_their_order(counts in proptest::array::uniform8(0_u16..500)) {
            let symbols = ["I", "P", "R", "NC", "O", "UH", "UO", "NE"];
            let cases: Vec<(&str, f64)> = symbols.into_iter().zip(counts.map(f64::from)).collect();
            let made = rates(&cases, None).expect("rates");
            for (low, high) in [("RR1", "RR3"), ("RR3", "RR5"), ("RR1", "RR2"), ("COOP1", "COOP3"), ("REF1", "REF3"), ("CON1", "CON3")] {
                let (below, above) = (made[low], made[high]);
                prop_assert!(below.is_nan() || above.is_nan() || below <= above + 1e-12, "{}: {} above {}: {}", low, below, high, above);
            }
        }
    }
}
