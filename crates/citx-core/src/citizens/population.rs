use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Weak};

use citx_kernels::Spare;

use super::keys::{self, Keys};
use super::upsert::upsert;
use super::{Compact, FactColumns, Rejected, Rejection, Schema};
use crate::table::{Column, Record, Table};
use crate::{Error, ErrorKind, Result};

/// Citizens at one moment: a table with unique, non-null keys. Immutable; a clone shares everything.
///
/// A key is text or a whole number. It is compared by the bytes of its canonical text: 17 is `17`, and ` 17`, `017` and `+17`
/// are other keys. Empty text is no key.
///
/// `Debug` shows the shape only.
///
/// # Example
/// ```
/// use citx_core::citizens::Population;
/// use citx_core::table::{Column, Table, Value};
///
/// let table = Table::from_columns([
///     Column::text("citizen_id", [Some("C-17"), Some("C-18")]),
///     Column::integer("opens_90d", [Some(4), None]),
/// ])?;
/// let people = Population::from_table(table, "citizen_id")?;
/// assert_eq!(people.row("C-17")?.get("opens_90d"), Some(&Value::Integer(4)));
///
/// let rows = Table::from_columns([Column::text("citizen_id", [Some("C-18"), Some("C-19")]), Column::integer("opens_90d", [Some(1), Some(2)])])?;
/// let later = people.upsert(&rows)?;
/// assert_eq!((people.len(), later.len()), (2, 3));
/// assert!(later.row("C-20").is_err());
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Population {
    inner: Arc<Inner>,
}

/// Bytes of the key index for each row.
const KEY_BYTES: usize = 5;

struct Inner {
    table: Table,
    schema: Schema,
    key: String,
    keys: Arc<Keys>,
    facts: Option<FactColumns>,
    rejected: Table,
    /// Memory of the last result over these citizens.
    spare: Spare,
    compact: Arc<Compact>,
}

impl Population {
    /// Citizens from a table whose column `key` names each.
    ///
    /// # Errors
    /// `UnknownName` without that column; `InvalidArgument` naming the rows where a key is null, empty or appears twice, for a key that is
    /// not text or a whole number, and for two columns of one name; `LimitExceeded` beyond 2^32 - 2 rows.
    pub fn from_table(table: Table, key: &str) -> Result<Self> {
        let keys = index(&table, key)?;
        match keys {
            (keys, problems) if problems.is_empty() => Self::new(table, key, keys, &Rejected::default()),
            (_, problems) => Err(keys::refuse(key, &problems)),
        }
    }

    /// The same, but rows whose key is null, empty or in an earlier row are set aside in [`Population::rejected`] with a reason.
    /// `rejected` is what a reader set aside before.
    ///
    /// # Errors
    /// As [`Population::from_table`], but for the rows set aside.
    pub fn from_table_quarantined(table: Table, key: &str, mut rejected: Rejected) -> Result<Self> {
        let (keys, problems) = index(&table, key)?;
        if problems.is_empty() {
            return Self::new(table, key, keys, &rejected);
        }
        for problem in &problems {
            let (row, line) = rejected.origin(problem.row);
            let reason = problem.what.reason(|row| rejected.origin(row).0);
            rejected.push(Rejection { row, line, column: Some(key.to_owned()), reason });
        }
        let mut bad = problems.iter().map(|problem| problem.row).peekable();
        let kept: Vec<usize> = (0..table.num_rows()).filter(|row| bad.next_if_eq(row).is_none()).collect();
        let table = table.take(&kept)?;
        let (keys, _) = index(&table, key)?;
        Self::new(table, key, keys, &rejected)
    }

    fn new(table: Table, key: &str, keys: Keys, rejected: &Rejected) -> Result<Self> {
        let compact = Arc::new(Compact::new(&table, table.num_rows() * KEY_BYTES));
        let inner = Inner {
            schema: Schema::of(&table),
            table,
            key: key.to_owned(),
            keys: Arc::new(keys),
            facts: None,
            rejected: rejected.to_table()?,
            spare: Spare::new(),
            compact,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// How many citizens.
    pub fn len(&self) -> usize {
        self.inner.table.num_rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The attributes.
    pub fn schema(&self) -> &Schema {
        &self.inner.schema
    }

    /// The name of the key column.
    pub fn key_name(&self) -> &str {
        &self.inner.key
    }

    /// All citizens as a table, the types as they came.
    pub fn table(&self) -> &Table {
        &self.inner.table
    }

    /// The key column, in its own type.
    pub fn keys(&self) -> Column {
        let column = self.inner.table.column(&self.inner.key);
        // The column was there when the population was made, and tables do not change.
        column.unwrap_or_else(|_| Column::text(self.inner.key.clone(), std::iter::empty::<Option<&str>>()))
    }

    /// The key of a row as canonical text: 17 is `17`. `None` beyond the end.
    pub fn key(&self, row: usize) -> Option<String> {
        self.key_text(row).map(Cow::into_owned)
    }

    /// The same, borrowed where the key is text.
    pub fn key_text(&self, row: usize) -> Option<Cow<'_, str>> {
        self.inner.keys.text(row)
    }

    /// The index of the keys; snapshots of the same citizens share it.
    pub(crate) fn key_index(&self) -> &Arc<Keys> {
        &self.inner.keys
    }

    /// The row of a key given as canonical text.
    pub fn find(&self, key: &str) -> Option<usize> {
        self.inner.keys.find(key)
    }

    /// One citizen: names and values in the schema's order.
    ///
    /// # Errors
    /// `NotFound` for a key that is not there.
    pub fn row(&self, key: &str) -> Result<Record> {
        let row = self.find(key);
        row.map(|row| self.inner.table.row(row)).ok_or_else(|| Error::new(ErrorKind::NotFound, "no citizen has that key"))
    }

    /// A new snapshot with `rows` written into it: an absent column keeps its value, a null writes null, a new key inserts (absent columns null).
    /// Values take the type of the column they go to, where nothing is lost.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there or an absent key column; `InvalidArgument` naming column and row for a value that does
    /// not fit, and for a key that is null or appears twice.
    ///
    /// # Cost
    /// Each column named is copied once; the others are shared unless keys are inserted.
    pub fn upsert(&self, rows: &Table) -> Result<Self> {
        self.with_table(upsert(self, rows, &|_, _| true)?)
    }

    /// The same for records, each of which may lack other columns.
    ///
    /// # Errors
    /// As [`Population::upsert`].
    pub fn upsert_records(&self, records: &[Record]) -> Result<Self> {
        if records.is_empty() {
            return Ok(self.clone());
        }
        let present = |name: &str, row: usize| records.get(row).is_some_and(|record| record.get(name).is_some());
        self.with_table(upsert(self, &Table::from_records(records)?, &present)?)
    }

    /// The same keys, facts and rejected rows over a table that has more rows or other values.
    pub(crate) fn with_table(&self, table: Table) -> Result<Self> {
        let keys = if table.num_rows() == self.len() { self.inner.keys.clone() } else { Arc::new(index(&table, self.key_name())?.0) };
        let (facts, rejected) = (self.inner.facts.clone(), self.inner.rejected.clone());
        let compact = Compact::new(&table, table.num_rows() * KEY_BYTES);
        Ok(Self {
            inner: Arc::new(Inner {
                schema: Schema::of(&table),
                table,
                key: self.inner.key.clone(),
                keys,
                facts,
                rejected,
                spare: Spare::new(),
                compact: Arc::new(compact),
            }),
        })
    }

    /// The same citizens, knowing which columns are facts.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there, `InvalidArgument` for one of a type that cannot be that fact.
    pub fn with_facts(&self, facts: FactColumns) -> Result<Self> {
        facts.check(self.table())?;
        let Inner { table, schema, key, keys, rejected, spare, compact, .. } = &*self.inner;
        let (table, schema, key, spare) = (table.clone(), schema.clone(), key.clone(), spare.clone());
        let compact = compact.clone();
        Ok(Self {
            inner: Arc::new(Inner {
                table,
                schema,
                key,
                keys: keys.clone(),
                facts: Some(facts),
                rejected: rejected.clone(),
                spare,
                compact,
            }),
        })
    }

    /// Compact forms of the columns.
    pub(crate) fn compact(&self) -> &Compact {
        &self.inner.compact
    }

    /// Memory of the last result over these citizens, for the next.
    pub(crate) fn spare(&self) -> &Spare {
        &self.inner.spare
    }

    /// Which columns are facts.
    pub fn facts(&self) -> Option<&FactColumns> {
        self.inner.facts.as_ref()
    }

    /// Row, line, column, reason of the rows that were set aside; empty unless quarantined.
    pub fn rejected(&self) -> &Table {
        &self.inner.rejected
    }

    /// Whether both are one snapshot, not only equal.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

/// One snapshot, without keeping it.
pub(crate) struct Snapshot(Weak<Inner>);

impl Snapshot {
    pub(crate) fn of(people: &Population) -> Self {
        Self(Arc::downgrade(&people.inner))
    }

    pub(crate) fn is_of(&self, people: &Population) -> bool {
        self.0.upgrade().is_some_and(|inner| Arc::ptr_eq(&inner, &people.inner))
    }
}

fn index(table: &Table, key: &str) -> Result<(Keys, Vec<keys::Problem>)> {
    let names = table.column_names();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair.first() == pair.last()) {
        let name = pair.first().copied().unwrap_or_default();
        return Err(Error::new(ErrorKind::InvalidArgument, format!("two columns are named `{name}`; rename one")));
    }
    Keys::index(&table.column(key).map_err(|error| error.context("the key"))?)
}

impl fmt::Debug for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Population({} citizens, {} attributes)", self.len(), self.schema().attributes().len())
    }
}
