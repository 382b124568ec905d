//! CAST. Text and floats are read and written by each database in its own way: only DuckDB's is that of rules.

use crate::Result;

use super::super::ast::Target;
use super::super::plan::{OpId, Type};
use super::{Dialect, Sql, Writer};

impl Writer<'_> {
    pub(super) fn cast(&mut self, id: OpId, a: OpId, target: Target) -> Result<Sql> {
        let (sql, from) = (self.get(a), self.type_of(a));
        let in_duckdb = self.dialect == Dialect::DuckDb;
        let of_boolean = |yes: String, no: String| Sql::atom(format!("CASE WHEN {0} THEN {yes} WHEN NOT {0} THEN {no} END", sql));
        Ok(match (from, target) {
            (Type::Null, _) => self.null(self.type_of(id)),
            (Type::Integer | Type::Decimal(_), Target::Boolean) => Sql::test(format!("{sql} <> 0")),
            (Type::Float, Target::Boolean) => Sql::test(format!("{sql} <> {}", self.float(0.0))),
            (Type::Boolean, Target::Integer) => of_boolean(self.integer(1), self.integer(0)),
            (Type::Boolean, Target::Float) => of_boolean(self.float(1.0), self.float(0.0)),
            (Type::Boolean, Target::Text) => of_boolean("'true'".to_owned(), "'false'".to_owned()),
            (Type::Text, Target::Boolean) => {
                let word = self.mapped(&sql, false);
                let words = |words: [&str; 5]| words.map(|word| format!("'{word}'")).join(", ");
                let (yes, no) = (words(["true", "t", "yes", "y", "1"]), words(["false", "f", "no", "n", "0"]));
                Sql::atom(format!("CASE WHEN {word} IN ({yes}) THEN TRUE WHEN {word} IN ({no}) THEN FALSE END"))
            }
            (Type::Integer, Target::Text) => Sql::atom(format!("CAST({} AS {})", sql.text, self.type_name(Type::Text))),
            (Type::Integer | Type::Decimal(_), Target::Decimal { precision, scale }) => self.exactly(id, a, u32::from(precision), scale)?,
            (Type::Decimal(_), Target::Integer) => match self.dialect {
                Dialect::DuckDb => Sql::atom(format!("TRY_CAST({} AS BIGINT)", sql.text)),
                Dialect::Spark => Sql::atom(format!("TRY_CAST(round({}, 0) AS BIGINT)", sql.text)),
                Dialect::Postgres => self.in_64_bits(&Sql::atom(format!("round({}, 0)", sql.text)))?,
            },
            (Type::Float, Target::Integer) if !in_duckdb => {
                let (least, beyond) = (self.float(-9_223_372_036_854_775_808.0), self.float(9_223_372_036_854_775_808.0));
                self.bind(
                    &Sql::atom(format!("{}({})", if self.dialect == Dialect::Spark { "rint" } else { "round" }, sql.text)),
                    |_, v| Ok(format!("CASE WHEN {v} >= {least} AND {v} < {beyond} THEN CAST({v} AS BIGINT) END")),
                )?
            }
            (_, Target::Decimal { precision, scale }) if in_duckdb => {
                self.sized(id, u32::from(precision), scale, |_, data_type| format!("TRY_CAST({} AS {data_type})", sql.text))?
            }
            (Type::Date, Target::Text) if in_duckdb => self.written_date(&sql)?,
            (Type::Timestamp, _) | (_, Target::Timestamp | Target::Date) => {
                return self.unsupported(format!("CAST of {} to {target}", from.name()));
            }
            _ if in_duckdb => Sql::atom(format!("TRY_CAST({} AS {})", sql.text, self.type_name(self.type_of(id)))),
            _ => return self.unsupported(format!("CAST of {} to {target}", from.name())),
        })
    }

    /// At a scale, halves away from zero; null where it has more digits.
    fn exactly(&mut self, id: OpId, a: OpId, digits: u32, scale: i8) -> Result<Sql> {
        let sql = self.get(a).text;
        if self.dialect != Dialect::Postgres {
            return self.sized(id, digits, scale, |_, data_type| format!("TRY_CAST({sql} AS {data_type})"));
        }
        self.digits.insert(id, digits);
        let most = "9".repeat(digits as usize);
        let behind = usize::try_from(scale).unwrap_or(0).min(most.len());
        let (whole, fraction) = most.split_at(most.len() - behind);
        let most = format!("{}.{fraction}0", if whole.is_empty() { "0" } else { whole });
        self.between(&Sql::atom(format!("round(CAST({sql} AS NUMERIC), {scale})")), &format!("-{most}"), &most)
    }
}
