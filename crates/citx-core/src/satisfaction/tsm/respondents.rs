use std::collections::BTreeMap;

use super::facts::dates;
use crate::statistics::codes::{bad_row, labels};
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// The last answer of each respondent, by `key` (a tenant, or a household) and `collected_at` (dates, instants or ISO text), in the order of
/// the table. Rows without a key are kept: nobody knows whose they are.
///
/// Text and instants are compared in full, so that two answers of one day are told apart by their time.
///
/// # Errors
/// `UnknownName` for a column; `InvalidArgument` naming the row of a key that comes again without a date; `Conflict` naming two rows of one
/// key and the same date, of which neither is the last.
pub fn last_responses(table: &Table, key: &str, collected_at: &str) -> Result<Table> {
    let keys = labels(&table.column(key)?)?;
    dates(table, collected_at)?;
    let times = labels(&table.column(collected_at)?)?;
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut kept = Vec::new();
    for (row, key) in keys.iter().enumerate() {
        match key {
            Some(key) => rows.entry(key).or_default().push(row),
            None => kept.push(row),
        }
    }
    let time = |row: usize| times.get(row).and_then(Option::as_deref).filter(|time| !time.trim().is_empty());
    for rows in rows.values() {
        if let Some(&unknown) = rows.iter().find(|&&row| rows.len() > 1 && time(row).is_none()) {
            return Err(bad_row(collected_at, unknown, "the respondent answered more than once, and this answer has no date"));
        }
        let mut ordered = rows.clone();
        ordered.sort_by_key(|&row| time(row));
        if let [.., before, last] = ordered.as_slice()
            && time(*before) == time(*last)
        {
            let (first, second) = (before.min(last) + 1, before.max(last) + 1);
            let message = format!("column `{collected_at}`: rows {first} and {second} are of one respondent and the same time; remove one");
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        kept.extend(ordered.last());
    }
    kept.sort_unstable();
    table.take(&kept)
}
