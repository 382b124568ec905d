//! The Telephone, Corporate Telephone and Mailing Preference Services: who is on them, as the facts that a policy reads.

mod addresses;
mod numbers;
#[cfg(test)]
mod tests;

use serde::Deserialize;

pub use addresses::{AddressColumns, AddressList, screen_post};
pub use numbers::{NumberList, screen_calls};

use super::bits::wrong;
use crate::citizens::{FactColumns, Population};
use crate::consent::Policy;
use crate::table::{Column, Table, unknown_name};
use crate::time::{Date, Interval, TimeZone, Timestamp};
use crate::{Error, Result};

const RULES: &str = include_str!("../../../../data/signals/preference-lists.toml");
/// The columns of a screening that are facts.
const FACTS: [&str; 3] = ["tps_listed_at", "tps_screened_at", "mps_listed"];

/// What the law says of these lists: data, with its sources.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
    /// A registration counts so many days after it was made.
    grace_days: i32,
}

impl Rules {
    fn builtin() -> Result<Self> {
        toml::from_str(RULES).map_err(|error| wrong("not the rules of preference lists").caused_by(error))
    }

    /// The latest day of a registration that counts on `day`.
    fn counts_on(&self, day: Date) -> Result<Date> {
        let back = Interval { days: -self.grace_days, ..Interval::default() };
        day.checked_add(back).ok_or_else(|| out_of_range("the day of a list"))
    }
}

/// The population with what a screening found as columns of its own, known as facts: `tps_listed_at`, `tps_screened_at`, `mps_listed`. Columns
/// of those names are replaced.
///
/// # Errors
/// `InvalidArgument` for a screening of other citizens, or of the same in another order.
pub fn with_screening(people: &Population, screening: &Table) -> Result<Population> {
    let keys = screening.column(people.key_name())?;
    if keys.len() != people.len() || !keys.values().eq(people.keys().values()) {
        return Err(wrong("a screening is of all citizens of one population, in its order"));
    }
    let found: Vec<&str> = FACTS.into_iter().filter(|name| screening.column_names().contains(name)).collect();
    if found.is_empty() {
        return Err(unknown_name("column of a screening", FACTS[0], screening.column_names()));
    }
    let kept = people.table().columns().filter(|column| !found.contains(&column.name()));
    let new = found.iter().map(|name| screening.column(name)).collect::<Result<Vec<Column>>>()?;
    let mut facts = people.facts().cloned().unwrap_or_else(FactColumns::new);
    for name in &found {
        facts.set(name, [*name])?;
    }
    people.with_table(Table::from_columns(kept.chain(new))?)?.with_facts(facts)
}

/// The instant at which a day begins for the policy's controller.
fn midnight(day: Date, policy: &Policy) -> Result<Timestamp> {
    let zone = policy.controller().map_or(TimeZone::UTC, |controller| controller.time_zone);
    day.midnight(zone).ok_or_else(|| out_of_range("the day of a list"))
}

fn out_of_range(what: &str) -> Error {
    Error::new(crate::ErrorKind::OutOfRange, format!("{what} is outside the years that can be computed with"))
}
