use super::Population;
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result};

impl Population {
    /// The same citizens with more columns: of `features`, which has the population's key column and one row at most for each citizen. A
    /// citizen without a row has nulls; a column that was there is replaced.
    ///
    /// ```
    /// # use citx_core::citizens::Population;
    /// # use citx_core::table::{Column, Table, Value};
    /// let people = Population::from_table(Table::from_columns([Column::text("id", [Some("a"), Some("b")])])?, "id")?;
    /// let features = Table::from_columns([Column::text("id", [Some("b")]), Column::integer("contacts", [Some(3)])])?;
    /// let people = people.with_features(&features)?;
    /// assert_eq!(people.row("a")?.get("contacts"), Some(&Value::Null));
    /// assert_eq!(people.row("b")?.get("contacts"), Some(&Value::Integer(3)));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `UnknownName` without the key column; `InvalidArgument` naming the row for a key that is null, appears twice or is no citizen's.
    pub fn with_features(&self, features: &Table) -> Result<Self> {
        let key = self.key_name();
        let keys = crate::statistics::codes::labels(&features.column(key)?)?;
        let mut rows: Vec<Option<usize>> = vec![None; self.len()];
        for (row, own) in keys.iter().enumerate() {
            let problem = |what: &str| Error::new(ErrorKind::InvalidArgument, format!("column `{key}`, row {}: {what}", row + 1));
            let own = own.as_deref().ok_or_else(|| problem("a key must not be null"))?;
            let citizen = self.find(own).ok_or_else(|| problem("no citizen has this key"))?;
            match rows.get_mut(citizen) {
                Some(place @ None) => *place = Some(row),
                _ => return Err(problem("the key is in an earlier row too")),
            }
        }
        let added: Vec<Column> =
            features.columns().filter(|column| column.name() != key).map(|column| column.take_or_null(&rows)).collect::<Result<_>>()?;
        let kept = self.table().columns().filter(|column| added.iter().all(|new| new.name() != column.name()));
        self.with_table(Table::from_columns(kept.chain(added.iter().cloned()))?)
    }
}
