//! Rules as SQL conditions that mean the same over the same table. What a dialect cannot mean is refused as `Unsupported`.
//!
//! Values in the SQL are as rules compute with them: integers in 64 bits, floats in double, instants as whole microseconds since
//! 1970. What depends on the instant and the zone alone is computed here. Specified in `docs/spec/rule-forms.md`.

mod casts;
mod dialect;
mod lists;
mod numbers;
mod texts;
mod times;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use crate::citizens::{AttributeType, Schema};
use crate::{Error, ErrorKind, Result};

use super::plan::{Constant, Op, OpId, Operations, Type};
use super::row::{Scalar, apply};
use super::{Context, Plan};

/// The longest SQL of a rule, in bytes: what one rule shares with another is written out each time.
const MAX_BYTES: usize = 1024 * 1024;
/// The most SQL that is written on the way to it, in bytes.
const MAX_WORK: usize = 1024 * MAX_BYTES;

/// A database's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// DuckDB 1.3 or later.
    DuckDb,
    /// PostgreSQL 14 or later, in a database of encoding UTF8.
    Postgres,
    /// Spark SQL 4.0 or later.
    Spark,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::Postgres, Self::Spark];

    /// `duckdb`, `postgres` or `spark`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|dialect| dialect.name() == name);
        found.ok_or_else(|| {
            Error::new(ErrorKind::InvalidArgument, format!("expected the dialect duckdb, postgres or spark, found `{name}`"))
        })
    }
}

impl Plan {
    /// The rule at `index` as a condition to stand behind `WHERE`: true for the rows for which the rule is true, and unknown for those
    /// for which it is unknown. Columns stand in it by their names.
    ///
    /// # Errors
    /// `OutOfRange` for a rule that is not there; `Unsupported` for what the dialect cannot mean, which the message names;
    /// `LimitExceeded` for SQL of more than a megabyte.
    ///
    /// # Example
    /// ```
    /// use citx_core::citizens::Schema;
    /// use citx_core::rules::{Context, Dialect, Plan, Rule};
    /// use citx_core::table::{Column, Table};
    /// use citx_core::time::{TimeZone, Timestamp};
    ///
    /// let table = Table::from_columns([Column::integer("clicks", [Some(7)]), Column::text("ward", [Some("North")])])?;
    /// let rules = [Rule::parse("active", "clicks > 5 AND ward <> 'South'")?];
    /// let plan = Plan::compile(&rules, &Schema::of(&table))?;
    /// let context = Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC)?, time_zone: TimeZone::UTC };
    /// let sql = plan.to_sql(0, Dialect::DuckDb, &context)?;
    /// assert_eq!(sql, r#"TRY_CAST("clicks" AS BIGINT) > 5 AND "ward" <> 'South'"#);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn to_sql(&self, index: usize, dialect: Dialect, context: &Context) -> Result<String> {
        let Some(rule) = self.inner.rules.get(index) else {
            return Err(Error::new(ErrorKind::OutOfRange, format!("there are {} rules, asked for number {index}", self.len())));
        };
        let writer = Writer::new(&self.inner.operations, &self.inner.schema, dialect, context);
        writer.write(rule.root).map_err(|error| error.context(format!("rule `{}` as SQL of {dialect}", rule.rule.name())))
    }
}

/// How tightly a piece of SQL binds: dialects differ between these levels, but not across them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Or,
    And,
    /// Comparisons, tests and operators: in parentheses wherever an operand stands.
    Test,
    Atom,
}

/// A piece of SQL.
#[derive(Clone, Debug)]
struct Sql {
    text: String,
    binds: Binds,
}

impl Sql {
    fn atom(text: impl Into<String>) -> Self {
        Self { text: text.into(), binds: Binds::Atom }
    }

    fn test(text: impl Into<String>) -> Self {
        Self { text: text.into(), binds: Binds::Test }
    }

    fn at_least(&self, binds: Binds) -> String {
        if self.binds < binds { format!("({})", self.text) } else { self.text.clone() }
    }
}

/// As an operand: in parentheses, unless it needs none anywhere.
impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.binds == Binds::Atom { f.write_str(&self.text) } else { write!(f, "({})", self.text) }
    }
}

struct Writer<'a> {
    operations: &'a Operations,
    schema: &'a Schema,
    dialect: Dialect,
    context: &'a Context,
    /// What comes to the same for every row.
    constants: HashMap<OpId, Constant>,
    written: HashMap<OpId, Sql>,
    /// Of decimals, how many digits they have at most.
    digits: HashMap<OpId, u32>,
    /// How many variables were bound.
    bound: usize,
}

impl<'a> Writer<'a> {
    fn new(operations: &'a Operations, schema: &'a Schema, dialect: Dialect, context: &'a Context) -> Self {
        let constants = constants(operations, context);
        Self { operations, schema, dialect, context, constants, written: HashMap::new(), digits: HashMap::new(), bound: 0 }
    }

    fn write(mut self, root: OpId) -> Result<String> {
        let mut uses = self.uses(root);
        let mut order: Vec<OpId> = uses.keys().copied().collect();
        order.sort_unstable();
        let mut work = 0;
        for id in order {
            let sql = self.operation(id)?;
            work += sql.text.len();
            if sql.text.len() > MAX_BYTES || work > MAX_WORK {
                let message = format!("more than {MAX_BYTES} bytes; split it into segments that are tables of their own");
                return Err(Error::new(ErrorKind::LimitExceeded, message));
            }
            self.written.insert(id, sql);
            // What nothing needs any more is let go, or a long chain of segments would be kept at each of its lengths.
            for operand in self.operands(id) {
                if let Some(left) = uses.get_mut(&operand) {
                    *left -= 1;
                    if *left == 0 {
                        self.written.remove(&operand);
                    }
                }
            }
        }
        let sql = self.written.remove(&root).map(|sql| sql.text).unwrap_or_default();
        Ok(if matches!(self.constants.get(&root), Some(Constant::Null)) { self.null(Type::Boolean).text } else { sql })
    }

    fn operands(&self, id: OpId) -> Vec<OpId> {
        let mut operands = Vec::new();
        if let Some(op) = self.varying(id) {
            let written = self.negated(op).unwrap_or(op);
            written.operands(|operand| operands.push(operand));
        }
        operands
    }

    /// An operation, unless it comes to the same for every row.
    fn varying(&self, id: OpId) -> Option<&'a Op> {
        if self.constants.contains_key(&id) { None } else { self.operations.ops.get(id as usize) }
    }

    /// The test of which an operation is the negation, where SQL has a word for that.
    fn negated(&self, op: &Op) -> Option<&'a Op> {
        let Op::Not(inner) = op else { return None };
        self.varying(*inner).filter(|inner| matches!(inner, Op::Equal(..) | Op::Less(..) | Op::IsNull(_)))
    }

    /// The operations that a rule needs, and how often each is an operand.
    fn uses(&self, root: OpId) -> HashMap<OpId, usize> {
        let mut uses = HashMap::from([(root, 1)]);
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            for operand in self.operands(id) {
                let count = uses.entry(operand).or_insert(0);
                *count += 1;
                if *count == 1 {
                    open.push(operand);
                }
            }
        }
        uses
    }

    fn get(&self, id: OpId) -> Sql {
        self.written.get(&id).cloned().unwrap_or_else(|| Sql::atom("NULL"))
    }

    fn type_of(&self, id: OpId) -> Type {
        self.operations.types.get(id as usize).copied().unwrap_or(Type::Null)
    }

    fn unsupported<T>(&self, what: impl fmt::Display) -> Result<T> {
        Err(Error::new(ErrorKind::Unsupported, format!("{what} cannot be said exactly in {}", self.dialect)))
    }

    fn operation(&mut self, id: OpId) -> Result<Sql> {
        if let Some(constant) = self.constants.get(&id) {
            let constant = constant.clone();
            return self.constant(id, &constant);
        }
        let Some(op) = self.operations.ops.get(id as usize) else { return Ok(Sql::atom("NULL")) };
        match op {
            Op::Column(index) => self.column(id, *index),
            Op::ToFloat(_) | Op::ToDecimal(..) | Op::Arithmetic(..) | Op::Negate(_) | Op::Abs(_) => self.number(id, op),
            Op::Round(..) | Op::Floor(_) | Op::Ceil(_) => self.rounded(id, op),
            Op::Cast(a, target) => self.cast(id, *a, *target),
            Op::ToTimestamp(_)
            | Op::ToDate(_)
            | Op::ShiftDate(..)
            | Op::ShiftTimestamp(..)
            | Op::AddDays(..)
            | Op::DaysBetween(..)
            | Op::YearsBetween(..)
            | Op::Extract(..)
            | Op::Truncate(..) => self.time(op),
            Op::Lower(_)
            | Op::Upper(_)
            | Op::Length(_)
            | Op::Concat(..)
            | Op::Like(..)
            | Op::LikeValue { .. }
            | Op::Trim(..)
            | Op::Regexp(..)
            | Op::StartsWith(..)
            | Op::EndsWith(..)
            | Op::Contains(..) => self.text(op),
            Op::EventCount(_) | Op::EventAt { .. } => self.unsupported("a rule that reads events"),
            Op::MayContact(..) => self.unsupported("may_contact"),
            _ => self.condition(id, op),
        }
    }

    /// Comparisons, logic and CASE.
    fn condition(&mut self, id: OpId, op: &Op) -> Result<Sql> {
        Ok(match op {
            Op::Equal(a, b) => self.comparison(*a, "=", *b)?,
            Op::Less(a, b) => self.comparison(*a, "<", *b)?,
            Op::Same(a, b) => {
                self.check_scales(&[*a, *b])?;
                let (a, b) = (self.get(*a), self.get(*b));
                let word = if self.dialect == Dialect::Spark { "<=>" } else { "IS NOT DISTINCT FROM" };
                Sql::test(format!("{a} {word} {b}"))
            }
            Op::In(a, set) => self.in_set(*a, *set)?,
            Op::WithinM([lat, lon, lat0, lon0, metres]) => {
                let [lat, lon, lat0, lon0, metres] = [lat, lon, lat0, lon0, metres].map(|part| self.get(*part).to_string());
                self.within(&[lat, lon], &[(lat0, lon0)], &metres)
            }
            Op::WithinMAny([lat, lon, metres], set) => {
                let [lat, lon, metres] = [lat, lon, metres].map(|part| self.get(*part).to_string());
                let places = self.operations.places.get(*set as usize);
                let places = places.iter().flat_map(|places| places.iter()).map(|(lat, lon)| (self.float(lat), self.float(lon)));
                let places: Vec<(String, String)> = places.take(MAX_BYTES / 100).collect();
                self.within(&[lat, lon], &places, &metres)
            }
            Op::Not(a) => match self.negated(op) {
                Some(Op::Equal(a, b)) => self.comparison(*a, "<>", *b)?,
                Some(Op::Less(a, b)) => self.comparison(*a, ">=", *b)?,
                Some(Op::IsNull(a)) => Sql::test(format!("{} IS NOT NULL", self.get(*a))),
                _ => Sql::test(format!("NOT {}", self.get(*a))),
            },
            Op::And(parts) => self.junction(parts, " AND ", Binds::And),
            Op::Or(parts) => self.junction(parts, " OR ", Binds::Or),
            Op::IsNull(a) => Sql::test(format!("{} IS NULL", self.get(*a))),
            Op::IsTrue(a) => Sql::test(format!("{} IS TRUE", self.get(*a))),
            Op::Least(parts) => self.extreme(id, "least", parts)?,
            Op::Greatest(parts) => self.extreme(id, "greatest", parts)?,
            Op::Holds(list, value) => self.holds(*list, *value)?,
            Op::HoldsAny(list, set) => self.holds_any(*list, *set)?,
            Op::Case(conditions, values) => self.case(id, conditions, values)?,
            _ => return self.unsupported("one of the rule's operations"),
        })
    }

    fn junction(&self, parts: &[OpId], word: &str, binds: Binds) -> Sql {
        let above = if binds == Binds::Or { Binds::And } else { Binds::Test };
        let is_null = |part: &&OpId| self.constants.get(*part) == Some(&Constant::Null);
        let unknown = parts.iter().any(|part| is_null(&part));
        let known = parts.iter().filter(|part| !is_null(part)).map(|part| self.get(*part).at_least(above));
        let text = known.collect::<Vec<String>>().join(word);
        if unknown {
            // What it would come to is unknown; DuckDB 2.0 fails on some that have a bare NULL.
            return Sql::atom(format!("NULLIF({text}, {})", if binds == Binds::And { "TRUE" } else { "FALSE" }));
        }
        Sql { text, binds }
    }

    fn case(&mut self, id: OpId, conditions: &[OpId], values: &[OpId]) -> Result<Sql> {
        if let Type::Decimal(_) = self.type_of(id) {
            let digits = values.iter().map(|value| self.digits_of(*value)).max().unwrap_or(0);
            self.digits.insert(id, digits);
        }
        // A CASE of nulls alone would be text in PostgreSQL.
        let null = self.null(self.type_of(id));
        let value =
            |value: &OpId| if self.constants.get(value) == Some(&Constant::Null) { null.text.clone() } else { self.get(*value).text };
        let mut text = "CASE".to_owned();
        for (condition, then) in conditions.iter().zip(values) {
            text.push_str(&format!(" WHEN {} THEN {}", self.get(*condition).text, value(then)));
        }
        if let Some(last) = values.get(conditions.len()) {
            text.push_str(&format!(" ELSE {}", value(last)));
        }
        Ok(Sql::atom(text + " END"))
    }

    fn extreme(&mut self, id: OpId, function: &str, parts: &[OpId]) -> Result<Sql> {
        if let Type::Decimal(_) = self.type_of(id) {
            let digits = parts.iter().map(|part| self.digits_of(*part)).max().unwrap_or(0);
            self.digits.insert(id, digits);
        }
        let parts: Vec<String> = parts.iter().map(|part| self.get(*part).text).collect();
        Ok(Sql::atom(format!("{function}({})", parts.join(", "))))
    }

    fn column(&mut self, id: OpId, index: u32) -> Result<Sql> {
        let Some(attribute) = self.schema.attributes().get(index as usize) else { return Ok(Sql::atom("NULL")) };
        let lower = attribute.name.to_lowercase();
        let alike = self.schema.attributes().iter().filter(|other| other.name.to_lowercase() == lower).count();
        if alike > 1 && self.dialect != Dialect::Postgres {
            return self.unsupported(format!("the column `{}` beside one whose name differs by case alone", attribute.name));
        }
        let name = self.name(&attribute.name);
        if let AttributeType::Decimal { precision, scale } = attribute.data_type {
            let digits = u32::from(precision);
            if scale < 0 || digits > numbers::MAX_DIGITS {
                return self.unsupported(format!("the column `{}` of type {}", attribute.name, attribute.data_type));
            }
            self.digits.insert(id, digits);
            return Ok(Sql::atom(format!("CAST({name} AS {})", self.decimal_type(digits, scale))));
        }
        Ok(self.read(&name, self.type_of(id)))
    }
}

/// The operations that come to the same for every row, for an instant and a zone.
fn constants(operations: &Operations, context: &Context) -> HashMap<OpId, Constant> {
    let mut scalars: HashMap<OpId, Scalar<'_>> = HashMap::new();
    let mut constants = HashMap::new();
    for (id, (op, depends)) in operations.ops.iter().zip(&operations.depends).enumerate() {
        if depends.on_rows() {
            continue;
        }
        let scalar = match op {
            Op::Constant(constant) => Scalar::of(constant),
            op => apply(op, operations, &|id| scalars.get(&id).unwrap_or(&Scalar::Null), Some(context)),
        };
        constants.insert(id as OpId, scalar.to_constant());
        scalars.insert(id as OpId, scalar);
    }
    constants
}
