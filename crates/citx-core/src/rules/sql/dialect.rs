//! How dialects spell names, values and types, and how they bind a variable.

use crate::Result;
use crate::table::Decimal;
use crate::time::{Date, Timestamp};

use super::super::plan::{Constant, OpId, Type};
use super::super::text::quoted;
use super::{Dialect, Sql, Writer};

/// Operands up to this length are written out more than once rather than bound to a variable.
const SHORT: usize = 60;

impl Writer<'_> {
    pub(super) fn name(&self, name: &str) -> String {
        quoted(name, if self.dialect == Dialect::Spark { '`' } else { '"' })
    }

    pub(super) fn quoted(&self, text: &str) -> Result<String> {
        match self.dialect {
            Dialect::Postgres if text.contains('\0') => self.unsupported("text with a zero byte"),
            // A backslash escapes in Spark's literals.
            Dialect::Spark => Ok(format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))),
            _ => Ok(quoted(text, '\'')),
        }
    }

    pub(super) fn type_name(&self, data_type: Type) -> String {
        match (data_type, self.dialect) {
            (Type::Null | Type::Boolean, _) => "BOOLEAN".to_owned(),
            (Type::Integer | Type::Timestamp, _) => "BIGINT".to_owned(),
            (Type::Float, Dialect::Postgres) => "DOUBLE PRECISION".to_owned(),
            (Type::Float, _) => "DOUBLE".to_owned(),
            (Type::Decimal(scale), _) => self.decimal_type(38, scale),
            (Type::Text, Dialect::Postgres) => "TEXT".to_owned(),
            (Type::Text, Dialect::DuckDb) => "VARCHAR".to_owned(),
            (Type::Text, Dialect::Spark) => "STRING".to_owned(),
            (Type::Date, _) => "DATE".to_owned(),
            (Type::List(_), _) => "BOOLEAN[]".to_owned(),
        }
    }

    pub(super) fn decimal_type(&self, digits: u32, scale: i8) -> String {
        match self.dialect {
            Dialect::Postgres => "NUMERIC".to_owned(),
            _ => format!("DECIMAL({}, {scale})", digits.clamp(1, 38)),
        }
    }

    pub(super) fn null(&self, data_type: Type) -> Sql {
        Sql::atom(format!("CAST(NULL AS {})", self.type_name(data_type)))
    }

    /// A column as rules compute with it.
    pub(super) fn read(&self, name: &str, data_type: Type) -> Sql {
        Sql::atom(match (data_type, self.dialect) {
            // A whole number beyond 64 bits is null.
            (Type::Integer, Dialect::DuckDb) => format!("TRY_CAST({name} AS BIGINT)"),
            (Type::Integer | Type::Float, _) => format!("CAST({name} AS {})", self.type_name(data_type)),
            (Type::Text, Dialect::Postgres) => return Sql::test(format!("{name} COLLATE \"C\"")),
            (Type::Timestamp, Dialect::DuckDb) => format!("epoch_us({name})"),
            (Type::Timestamp, Dialect::Postgres) => format!("CAST(extract(epoch FROM {name}) * 1000000 AS BIGINT)"),
            (Type::Timestamp, Dialect::Spark) => format!("unix_micros({name})"),
            _ => name.to_owned(),
        })
    }

    pub(super) fn constant(&mut self, id: OpId, constant: &Constant) -> Result<Sql> {
        Ok(match constant {
            Constant::Null => match self.type_of(id) {
                Type::Null => Sql::atom("NULL"),
                other => self.null(other),
            },
            Constant::Boolean(value) => Sql::atom(if *value { "TRUE" } else { "FALSE" }),
            Constant::Integer(value) => Sql::atom(self.integer(*value)),
            Constant::Float(bits) => Sql::atom(self.float(f64::from_bits(*bits))),
            Constant::Decimal(digits, scale) => {
                let (text, count) = self.decimal(*digits, *scale)?;
                self.digits.insert(id, count);
                Sql::atom(text)
            }
            Constant::Text(text) => Sql::atom(self.quoted(text)?),
            Constant::Date(days) => Sql::atom(self.date(*days)?),
            Constant::Timestamp(micros) => Sql::atom(self.instant(*micros)),
        })
    }

    pub(super) fn integer(&self, value: i64) -> String {
        match self.dialect {
            Dialect::Spark if value == i64::MIN => format!("CAST('{value}' AS BIGINT)"),
            Dialect::Spark => format!("{value}L"),
            _ if value < 0 => format!("({value})"),
            _ => value.to_string(),
        }
    }

    pub(super) fn float(&self, value: f64) -> String {
        let word = match value {
            value if value.is_nan() => "NaN",
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            // Numbers are exact in PostgreSQL, even with an exponent.
            _ if self.dialect == Dialect::Postgres || value.is_sign_negative() => {
                return format!("CAST('{value:e}' AS {})", self.type_name(Type::Float));
            }
            _ => return format!("{value:e}"),
        };
        format!("CAST('{word}' AS {})", self.type_name(Type::Float))
    }

    /// A decimal, and how many digits it has.
    pub(super) fn decimal(&self, digits: i128, scale: i8) -> Result<(String, u32)> {
        let text = Decimal { digits, scale }.to_string();
        let count = text.bytes().filter(u8::is_ascii_digit).count() as u32;
        if count > 38 || scale < 0 {
            return self.unsupported("a decimal of more than 38 digits");
        }
        let text = match self.dialect {
            Dialect::Spark => format!("CAST('{text}' AS DECIMAL({count}, {scale}))"),
            _ if scale == 0 => format!("CAST({text} AS {})", self.decimal_type(count, scale)),
            _ if digits < 0 => format!("({text})"),
            _ => text,
        };
        Ok((text, count))
    }

    pub(super) fn date(&self, days: i32) -> Result<String> {
        let beyond = match Date::from_days(days).ymd() {
            Some((year, month, day)) if year > 0 => return Ok(format!("DATE '{year:04}-{month:02}-{day:02}'")),
            Some((year, month, day)) if year > -4712 || self.dialect == Dialect::DuckDb => (1 - year, month, day),
            _ => return self.unsupported("a date so far from today"),
        };
        let (year, month, day) = beyond;
        match self.dialect {
            Dialect::DuckDb => Ok(format!("DATE '{year:04}-{month:02}-{day:02} (BC)'")),
            Dialect::Postgres => Ok(format!("DATE '{year:04}-{month:02}-{day:02} BC'")),
            Dialect::Spark => self.unsupported("a date before the year 1"),
        }
    }

    /// An instant in microseconds, and for readers as a time of day.
    pub(super) fn instant(&self, micros: i64) -> String {
        format!("{} /* {} */", self.integer(micros), Timestamp::from_micros(micros))
    }

    /// An expression of a value, which is computed once however often the expression has it.
    pub(super) fn bind(&mut self, value: &Sql, body: impl FnOnce(&mut Self, &str) -> Result<String>) -> Result<Sql> {
        if value.text.len() <= SHORT {
            let operand = value.to_string();
            return body(self, &operand).map(Sql::atom);
        }
        self.bound += 1;
        let name = format!("v{}", self.bound);
        let body = body(self, &name)?;
        Ok(Sql::atom(match self.dialect {
            Dialect::DuckDb => format!("list_transform([{}], lambda {name}: {body})[1]", value.text),
            // With an offset it is not written out in place of the name, over and over.
            Dialect::Postgres => format!("(SELECT {body} FROM (SELECT {} AS {name} OFFSET 0) AS s{})", value.text, self.bound),
            Dialect::Spark => format!("transform(array({}), {name} -> {body})[0]", value.text),
        }))
    }

    /// A value, or null where it is not between two others.
    pub(super) fn between(&mut self, value: &Sql, low: &str, high: &str) -> Result<Sql> {
        self.bind(value, |_, v| Ok(format!("CASE WHEN {v} BETWEEN {low} AND {high} THEN {v} END")))
    }
}
