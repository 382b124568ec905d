//! A book as SQL.

use crate::Result;
use crate::citizens::Schema;
use crate::rules::{Context, Dialect};

use super::SegmentBook;

impl SegmentBook {
    /// Each segment's name and its rule as a condition to stand behind `WHERE` over a table of this schema; segments that it calls are
    /// written out in it.
    ///
    /// # Errors
    /// As [`SegmentBook::compile`] and [`Plan::to_sql`](crate::rules::Plan::to_sql).
    ///
    /// # Example
    /// ```
    /// # use citx_core::{citizens::*, rules::*, segments::*, time::*};
    /// let book = SegmentBook::parse_toml("older = 'age(dob) >= 65'\nrest = \"NOT in_segment('older')\"")?;
    /// let schema = Schema::new([Attribute { name: "dob".to_owned(), data_type: AttributeType::Date }]);
    /// let context = Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC)?, time_zone: TimeZone::UTC };
    /// let sql = book.to_sql(Dialect::Spark, &schema, &context)?;
    /// let older = "CAST(floor((20261122 - ((year(`dob`)) * 10000 + month(`dob`) * 100 + day(`dob`))) / 10000.0) AS BIGINT) >= 65L";
    /// assert_eq!(sql[0], ("older".to_owned(), older.to_owned()));
    /// assert_eq!(sql[1], ("rest".to_owned(), format!("NOT (({older}) IS TRUE)")));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn to_sql(&self, dialect: Dialect, schema: &Schema, context: &Context) -> Result<Vec<(String, String)>> {
        let plan = self.compile(schema)?;
        let segments = self.definitions().iter().enumerate();
        segments.map(|(index, definition)| Ok((definition.name.clone(), plan.to_sql(index, dialect, context)?))).collect()
    }
}
