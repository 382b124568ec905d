use std::fmt;
use std::sync::Arc;

use super::{FactColumns, Schema};
use crate::Result;
use crate::table::{Column, Record, Table};

/// Citizens at one moment: a table with unique, non-null keys. Immutable; a clone shares everything.
///
/// `Debug` shows the shape only.
#[derive(Clone)]
pub struct Population {
    inner: Arc<Inner>,
}

struct Inner {
    table: Table,
    schema: Schema,
    key: String,
    facts: Option<FactColumns>,
    rejected: Table,
}

impl Population {
    /// Citizens from a table whose column `key` names each.
    ///
    /// # Errors
    /// `UnknownName` without that column; `InvalidArgument` naming the rows where a key is null, appears twice, or is not text or a whole number.
    pub fn from_table(table: Table, key: &str) -> Result<Self> {
        let _ = (table, key);
        unimplemented!()
    }

    /// The same, but bad rows (null or repeated keys) are set aside in [`Population::rejected`] with a reason.
    ///
    /// # Errors
    /// As [`Population::from_table`], but for the rows set aside.
    pub fn from_table_quarantined(table: Table, key: &str, rejected: Table) -> Result<Self> {
        let _ = (table, key, rejected);
        unimplemented!()
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
        unimplemented!()
    }

    /// The key of a row as canonical text: 17 is `17`.
    pub fn key(&self, row: usize) -> Option<String> {
        let _ = row;
        unimplemented!()
    }

    /// The row of a key given as canonical text.
    pub fn find(&self, key: &str) -> Option<usize> {
        let _ = key;
        unimplemented!()
    }

    /// One citizen.
    ///
    /// # Errors
    /// `NotFound` for a key that is not there.
    pub fn row(&self, key: &str) -> Result<Record> {
        let _ = key;
        unimplemented!()
    }

    /// A new snapshot with `rows` written into it: an absent column keeps its value, a null writes null, a new key inserts.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there, `InvalidArgument` for a type that does not fit or a key that appears twice.
    pub fn upsert(&self, rows: &Table) -> Result<Self> {
        let _ = rows;
        unimplemented!()
    }

    /// The same citizens, knowing which columns are facts.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there, `InvalidArgument` for one of a type that cannot be that fact.
    pub fn with_facts(&self, facts: FactColumns) -> Result<Self> {
        let _ = facts;
        unimplemented!()
    }

    /// Which columns are facts.
    pub fn facts(&self) -> Option<&FactColumns> {
        self.inner.facts.as_ref()
    }

    /// The rows that were set aside, with a reason; empty unless quarantined.
    pub fn rejected(&self) -> &Table {
        &self.inner.rejected
    }
}

impl fmt::Debug for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Population({} citizens, {} attributes)", self.len(), self.schema().attributes().len())
    }
}
