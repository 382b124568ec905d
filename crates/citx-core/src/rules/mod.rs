//! The rule language: SQL boolean expressions, parsed, resolved against a schema, planned once for a whole book, and
//! evaluated for everyone at once or for one record. Segments, consent policies and triage all use this engine.

use crate::citizens::Schema;
use crate::run::Run;
use crate::table::{Record, Table, Value};
use crate::time::{TimeZone, Timestamp};
use crate::{Bitmap, Result};

/// A parsed rule.
#[derive(Clone, Debug)]
pub struct Rule {
    name: String,
    text: String,
}

/// What a rule may read beside the citizen: the instant and the zone.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The instant for which the rule is asked.
    pub as_of: Timestamp,
    /// The zone in which dates begin.
    pub time_zone: TimeZone,
}

/// A book of rules compiled against a schema. It does not depend on `as_of`.
#[derive(Clone, Debug)]
pub struct Plan {
    _todo: (),
}

/// The outcome of one rule for everyone; a row in neither bitmap is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Truths {
    /// For whom the rule is true.
    pub is_true: Bitmap,
    /// For whom it is false.
    pub is_false: Bitmap,
}

/// Why one rule is true, false or unknown for one record: a tree of its predicates.
#[derive(Clone, PartialEq)]
pub struct Explanation {
    /// The expression, as canonical text.
    pub text: String,
    /// True, false, or `None` for unknown; `None` also where the expression is not a condition.
    pub outcome: Option<bool>,
    /// The attribute values it read, by name.
    pub values: Vec<(String, Value)>,
    /// Its parts.
    pub parts: Vec<Explanation>,
}

impl Rule {
    /// Parses a rule.
    ///
    /// # Errors
    /// `RuleSyntax` with line, column and a caret line; `LimitExceeded` beyond 64 KiB, depth 1,000 or 100,000 nodes.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let _ = (name, text);
        unimplemented!()
    }

    /// The name by which other rules call it with `in_segment`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as given.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Plan {
    /// Resolves names and types against `schema` and plans all rules as one.
    ///
    /// # Errors
    /// `UnknownName` with a suggestion, `RuleType`, `LimitExceeded`; each with its place and the rule's name.
    pub fn compile(rules: &[Rule], schema: &Schema) -> Result<Self> {
        let _ = (rules, schema);
        unimplemented!()
    }

    /// Evaluates every rule for every row of `table`, whose columns are found by name.
    ///
    /// # Errors
    /// `InvalidArgument` if the table is not of the schema compiled against; `Cancelled`.
    pub fn evaluate(&self, table: &Table, context: &Context, run: &Run) -> Result<Vec<Truths>> {
        let _ = (table, context, run);
        unimplemented!()
    }

    /// Evaluates every rule for one row, its values in the order of the schema: true, false, or `None` for unknown.
    ///
    /// # Errors
    /// `RuleType` if a value is not of its attribute's type.
    pub fn evaluate_row(&self, values: &[Value], context: &Context) -> Result<Vec<Option<bool>>> {
        let _ = (values, context);
        unimplemented!()
    }

    /// Why the rule at `index` is what it is for one row.
    ///
    /// # Errors
    /// As [`Plan::evaluate_row`].
    pub fn explain(&self, index: usize, values: &[Value], context: &Context) -> Result<Explanation> {
        let _ = (index, values, context);
        unimplemented!()
    }

    /// The attributes that the rule at `index` reads, through `in_segment` too, in the order of the schema.
    pub fn columns_used(&self, index: usize) -> Vec<String> {
        let _ = index;
        unimplemented!()
    }
}

impl std::fmt::Debug for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explanation")
            .field("text", &self.text)
            .field("outcome", &self.outcome)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// The schema that a single record has: each value's own type.
pub fn schema_of(record: &Record) -> Schema {
    let _ = record;
    unimplemented!()
}
