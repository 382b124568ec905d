//! The rule language: SQL boolean expressions, parsed, resolved against a schema, planned once for a whole book, and
//! evaluated for everyone at once or for one record. Segments and consent policies both use this engine.
//!
//! ```text
//! text --lex, parse--> Ast --resolve--> Operations (shared by the book) --evaluate--> Truths, or one row --explain--> tree
//! ```
//!
//! The language is specified in `docs/spec/rules.md`.

mod ast;
mod block;
mod casts;
mod clock;
mod columns;
mod engine;
mod explain;
mod functions;
mod json;
mod lex;
mod like;
mod literal;
mod live;
mod memory;
mod parse;
mod parts;
mod places;
mod plan;
mod possible;
mod references;
mod regexp;
mod resolve;
mod row;
mod sources;
mod sql;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod vector;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use crate::citizens::{Attribute, AttributeType, ElementType, Population, Schema};
use crate::run::Run;
use crate::table::{Column, Decimal, Record, Table, Value};
use crate::time::{TimeZone, Timestamp};
use crate::{Bitmap, Error, ErrorKind, Result};

use ast::{Ast, NodeId, Syntax};
use citx_kernels::Spare;
use plan::{OpId, Operations, Type};
use resolve::{Resolver, Typed};
use sources::Bound;

pub use explain::Explanation;
pub(crate) use json::text_of as text_of_json;
pub(crate) use live::{Cells, Standing};
pub use places::Places;
pub(crate) use possible::{Domain, Possible};
pub(crate) use references::order;
pub(crate) use resolve::find as find_attribute;
pub(crate) use row::Scalar;
pub(crate) use sources::in_pieces;
pub use sources::{Event, EventFilter, EventSource, MaskSource, NO_EVENTS, Sources};
pub use sql::Dialect;

/// A parsed rule.
#[derive(Clone)]
pub struct Rule {
    name: String,
    text: String,
    ast: Arc<Ast>,
}

/// What a rule may read beside the citizen: the instant and the zone.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The instant for which the rule is asked.
    pub as_of: Timestamp,
    /// The zone in which dates begin.
    pub time_zone: TimeZone,
}

/// A book of rules compiled against a schema. It does not depend on `as_of`. Clones share it.
#[derive(Clone)]
pub struct Plan {
    inner: Arc<Inner>,
}

struct Inner {
    schema: Schema,
    operations: Operations,
    rules: Vec<Compiled>,
    /// Which of the rules ask a source themselves.
    asking: Vec<usize>,
    /// Attributes for which it matters whether they are null as such, or nulls of their type.
    marked: BTreeSet<u32>,
}

/// One rule in a plan.
struct Compiled {
    rule: Rule,
    root: OpId,
    /// By node of the tree.
    nodes: Vec<Typed>,
    /// Indices of attributes, ascending, through `in_segment` too.
    columns: Vec<u32>,
    /// What it asks of sources, sorted, through `in_segment` too.
    asked: Vec<String>,
}

/// The outcome of one rule for everyone; a row in neither bitmap is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Truths {
    /// For whom the rule is true.
    pub is_true: Bitmap,
    /// For whom it is false.
    pub is_false: Bitmap,
}

impl Compiled {
    fn node(&self, node: NodeId) -> Option<OpId> {
        match self.nodes.get(node) {
            Some(Typed::Value(id, _)) => Some(*id),
            _ => None,
        }
    }

    fn is_condition(&self, node: NodeId) -> bool {
        matches!(self.nodes.get(node), Some(Typed::Value(_, Type::Boolean)))
    }
}

impl Rule {
    /// Parses a rule.
    ///
    /// # Errors
    /// `RuleSyntax` with line, column and a caret line; `UnknownName` for a function that is not there, `RuleType` for a wrong number of
    /// arguments; `LimitExceeded` beyond 64 KiB, depth 1,000 or 100,000 nodes.
    ///
    /// # Example
    /// ```
    /// use citx_core::rules::Rule;
    /// assert!(Rule::parse("older", "age(dob) >= 65").is_ok());
    /// let error = Rule::parse("older", "age(dob) >= 65 64").unwrap_err();
    /// assert_eq!(error.rule_error().map(|place| (place.line, place.column)), Some((1, 16)));
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let ast = parse::parse(text).map_err(|error| error.context(format!("rule `{name}`")))?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), ast: Arc::new(ast) })
    }

    /// The name by which other rules call it with `in_segment`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of the attributes it reads itself, as they are written in it, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .ast
            .nodes
            .iter()
            .filter_map(|node| if let Syntax::Column(name) = &node.syntax { Some(name.as_str()) } else { None })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The names of the rules it calls with `in_segment`, sorted.
    pub fn segments(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .ast
            .nodes
            .iter()
            .filter_map(|node| if let Syntax::InSegment(name) = &node.syntax { Some(name.as_str()) } else { None })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What it asks of events and consent itself, sorted: `event:open`, `consent:newsletter/email`.
    pub fn asked(&self) -> Vec<String> {
        let mut asked: Vec<String> = sources::asked(&self.ast).map(|(asked, _)| asked.lineage()).collect();
        asked.sort_unstable();
        asked.dedup();
        asked
    }

    /// The names of the sets of places that it names itself.
    pub(crate) fn places(&self) -> Vec<&str> {
        let nodes = &self.ast.nodes;
        let text = |node: &NodeId| match nodes.get(*node).map(|node| &node.syntax) {
            Some(Syntax::Literal(ast::Literal::Text(name))) => Some(name.as_str()),
            _ => None,
        };
        let set = |node: &'_ ast::Node| match &node.syntax {
            Syntax::Call(functions::Function::WithinMAny, arguments) => arguments.iter().find_map(text),
            _ => None,
        };
        nodes.iter().filter_map(set).collect()
    }

    fn ast(&self) -> &Ast {
        &self.ast
    }
}

impl Plan {
    /// Resolves names and types against `schema` and plans all rules as one.
    ///
    /// # Errors
    /// `UnknownName` with a suggestion, `RuleType`, `LimitExceeded`; each with its place and the rule's name.
    ///
    /// # Example
    /// ```
    /// use citx_core::Run;
    /// use citx_core::citizens::Schema;
    /// use citx_core::rules::{Context, Plan, Rule};
    /// use citx_core::table::{Column, Table};
    /// use citx_core::time::{TimeZone, Timestamp};
    ///
    /// let table = Table::from_columns([Column::integer("clicks", [Some(7), Some(0), None])])?;
    /// let rules = [Rule::parse("active", "clicks > 5")?, Rule::parse("rest", "NOT in_segment('active')")?];
    /// let plan = Plan::compile(&rules, &Schema::of(&table))?;
    /// let context = Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC)?, time_zone: TimeZone::UTC };
    /// let truths = plan.evaluate(&table, &context, &Run::new())?;
    /// assert_eq!((truths[0].is_true.count_ones(), truths[0].is_false.count_ones()), (1, 1)); // one is unknown,
    /// assert_eq!(truths[1].is_true.count_ones(), 2); // and is not a member
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn compile(rules: &[Rule], schema: &Schema) -> Result<Self> {
        Self::compile_with(rules, schema, &Places::default())
    }

    /// The same with sets of places, for `within_m_any`.
    ///
    /// # Errors
    /// As [`Plan::compile`].
    pub fn compile_with(rules: &[Rule], schema: &Schema, places: &Places) -> Result<Self> {
        Self::compile_given(rules, schema, places, &[])
    }

    /// The same where some attributes have one value for everyone, `given` in the schema's order: what follows from them is settled now, and
    /// tables need not have them.
    pub(crate) fn compile_given(rules: &[Rule], schema: &Schema, places: &Places, given: &[Option<Value>]) -> Result<Self> {
        let order = order(rules)?;
        let builder = plan::Builder::default();
        let (segments, names, marked) = (HashMap::new(), HashMap::new(), BTreeSet::new());
        let is_given = |index: &usize| given.get(*index).is_some_and(Option::is_some);
        let mut resolver = Resolver { schema, places, given, builder, segments, names, marked };
        let mut compiled: Vec<Option<Compiled>> = rules.iter().map(|_| None).collect();
        let mut columns: HashMap<&str, (Vec<u32>, Vec<String>)> = HashMap::new();
        for index in order {
            let Some(rule) = rules.get(index) else { continue };
            let resolved = resolver.rule(rule).map_err(|error| error.context(format!("rule `{}`", rule.name())))?;
            let own = rule.names().into_iter().filter_map(|name| resolver.find(name)).filter(|index| !is_given(index));
            let own: Vec<u32> = own.map(|index| index as u32).collect();
            let called = rule.segments();
            let called: Vec<_> = called.iter().filter_map(|name| columns.get(name)).collect();
            let mut all: Vec<u32> = own.into_iter().chain(called.iter().flat_map(|(columns, _)| columns.iter().copied())).collect();
            all.sort_unstable();
            all.dedup();
            let mut asked: Vec<String> =
                rule.asked().into_iter().chain(called.iter().flat_map(|(_, asked)| asked.iter().cloned())).collect();
            asked.sort_unstable();
            asked.dedup();
            columns.entry(rule.name()).or_insert_with(|| (all.clone(), asked.clone()));
            if let Some(slot) = compiled.get_mut(index) {
                *slot = Some(Compiled { rule: rule.clone(), root: resolved.root, nodes: resolved.nodes, columns: all, asked });
            }
        }
        let rules: Vec<Compiled> = compiled.into_iter().flatten().collect();
        let asks = |compiled: &Compiled| sources::asked(compiled.rule.ast()).next().is_some();
        let asking = rules.iter().enumerate().filter(|(_, compiled)| asks(compiled)).map(|(index, _)| index).collect();
        let (operations, marked) = (resolver.builder.operations, resolver.marked);
        Ok(Self { inner: Arc::new(Inner { schema: schema.clone(), operations, rules, asking, marked }) })
    }

    /// What a rule comes to for everyone, if that is settled.
    pub(crate) fn settled(&self, index: usize) -> Option<Option<bool>> {
        match self.inner.operations.ops.get(self.inner.rules.get(index)?.root as usize)? {
            plan::Op::Constant(plan::Constant::Boolean(truth)) => Some(Some(*truth)),
            plan::Op::Constant(plan::Constant::Null) => Some(None),
            _ => None,
        }
    }

    /// How many rules.
    pub fn len(&self) -> usize {
        self.inner.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.inner.rules.is_empty()
    }

    /// The schema it was compiled against.
    pub fn schema(&self) -> &Schema {
        &self.inner.schema
    }

    /// Evaluates every rule for every row of `table`, whose columns are found by name.
    ///
    /// # Errors
    /// `InvalidArgument` if the table is not of the schema compiled against; `Cancelled`.
    pub fn evaluate(&self, table: &Table, context: &Context, run: &Run) -> Result<Vec<Truths>> {
        let sides = self.sides(&[true, false], (table, None), context, &Sources::new(), &Spare::new(), run)?;
        Ok(pairs(&sides))
    }

    /// For whom each rule is true; takes half the memory of [`Plan::evaluate`].
    ///
    /// # Errors
    /// As [`Plan::evaluate`].
    pub fn members(&self, table: &Table, context: &Context, run: &Run) -> Result<Vec<Bitmap>> {
        self.sides(&[true], (table, None), context, &Sources::new(), &Spare::new(), run)
    }

    /// As [`Plan::evaluate`], for citizens of whom `sources` know more.
    ///
    /// # Errors
    /// As [`Plan::evaluate`]; `InvalidArgument` if a rule asks for a source that is not there; `UnknownName` for a purpose or channel
    /// that the consent view does not know.
    pub fn evaluate_with(&self, people: &Population, context: &Context, sources: &Sources<'_>, run: &Run) -> Result<Vec<Truths>> {
        let sides = self.sides(&[true, false], (people.table(), Some(people)), context, sources, &Spare::new(), run)?;
        Ok(pairs(&sides))
    }

    /// As [`Plan::members`], for citizens of whom `sources` know more.
    ///
    /// # Errors
    /// As [`Plan::evaluate_with`].
    pub fn members_with(&self, people: &Population, context: &Context, sources: &Sources<'_>, run: &Run) -> Result<Vec<Bitmap>> {
        self.sides(&[true], (people.table(), Some(people)), context, sources, people.spare(), run)
    }

    /// How the rules would be answered for these citizens: a row for each column's conditions and for the rest, with the form that was
    /// chosen and why. Columns: `reads`, `form` (`compare`, `look up`, `grid`, `bits`, `compute`, `join`), `conditions`, `why`.
    ///
    /// # Errors
    /// As [`Plan::members_with`].
    pub fn explain_forms(&self, people: &Population, context: &Context, sources: &Sources<'_>, run: &Run) -> Result<Table> {
        self.check(sources)?;
        let bound = Bound::to_people(&self.inner.operations, sources, people, run)?;
        let columns = self.columns_of(people.table())?;
        let (table, compact, spare) = (people.table(), Some(people.compact()), people.spare());
        let question =
            engine::Question { operations: &self.inner.operations, columns: &columns, table, context, sources: &bound, compact, spare };
        let wanted: Vec<_> = self.inner.rules.iter().map(|rule| (rule.root, true)).collect();
        let name = |column: u32| self.inner.schema.attributes().get(column as usize).map_or(String::new(), |one| one.name.clone());
        let parts = engine::explain(&question, &wanted, run, name)?;
        Table::from_columns([
            Column::text("reads", parts.iter().map(|(reads, ..)| Some(reads.as_str()))),
            Column::text("form", parts.iter().map(|(_, form, ..)| Some(*form))),
            Column::integer("conditions", parts.iter().map(|(_, _, conditions, _)| Some(*conditions as i64))),
            Column::text("why", parts.iter().map(|(.., why)| Some(why.as_str()))),
        ])
    }

    fn sides(
        &self,
        sides: &[bool],
        (table, people): (&Table, Option<&Population>),
        context: &Context,
        sources: &Sources<'_>,
        spare: &Spare,
        run: &Run,
    ) -> Result<Vec<Bitmap>> {
        self.check(sources)?;
        let bound = match people {
            Some(people) => Bound::to_people(&self.inner.operations, sources, people, run)?,
            None => Bound::default(),
        };
        let columns = self.columns_of(table)?;
        let question = engine::Question {
            operations: &self.inner.operations,
            columns: &columns,
            table,
            context,
            sources: &bound,
            compact: people.map(Population::compact),
            spare,
        };
        let wanted: Vec<_> = self.inner.rules.iter().flat_map(|rule| sides.iter().map(|side| (rule.root, *side))).collect();
        engine::evaluate(&question, &wanted, run)
    }

    /// Whether the rules can have what they ask of sources.
    fn check(&self, sources: &Sources<'_>) -> Result<()> {
        sources.check(self.inner.asking.iter().filter_map(|index| self.inner.rules.get(*index)).map(|compiled| &compiled.rule))
    }

    /// The purposes and channels that rules ask a consent view about.
    pub(crate) fn asked_consent(&self) -> Vec<(&str, &str)> {
        fn pair(op: &plan::Op) -> Option<(&str, &str)> {
            if let plan::Op::MayContact(purpose, channel) = op { Some((purpose, channel)) } else { None }
        }
        self.inner.operations.ops.iter().filter_map(pair).collect()
    }

    /// Whether a consent view knows what the rules ask it.
    pub(crate) fn check_view(&self, view: &dyn MaskSource) -> Result<()> {
        Sources::new().view(view).check_consent(self.inner.rules.iter().map(|compiled| &compiled.rule))
    }

    /// Where in `table` the attributes are that the rules read.
    fn columns_of(&self, table: &Table) -> Result<HashMap<u32, usize>> {
        let fields = table.batch().schema_ref().fields();
        let mut columns = HashMap::new();
        for index in self.inner.rules.iter().flat_map(|rule| rule.columns.iter().copied()) {
            let Some(attribute) = self.inner.schema.attributes().get(index as usize) else { continue };
            if columns.contains_key(&index) {
                continue;
            }
            let place = fields.iter().position(|field| *field.name() == attribute.name);
            let found = place.and_then(|place| Some((place, AttributeType::of(fields.get(place)?.data_type()))));
            match found {
                Some((place, data_type)) if fits(attribute.data_type, data_type) => columns.insert(index, place),
                Some((_, data_type)) => {
                    let message =
                        format!("column `{}` is {data_type}, the rules were compiled for {}", attribute.name, attribute.data_type);
                    return Err(Error::new(ErrorKind::InvalidArgument, message));
                }
                None => return Err(Error::new(ErrorKind::InvalidArgument, format!("the table has no column `{}`", attribute.name))),
            };
        }
        Ok(columns)
    }

    /// Evaluates every rule for one row, its values in the order of the schema: true, false, or `None` for unknown.
    ///
    /// # Errors
    /// `RuleType` if a value is not of its attribute's type.
    pub fn evaluate_row(&self, values: &[Value], context: &Context) -> Result<Vec<Option<bool>>> {
        self.evaluate_row_with(values, context, &Sources::new())
    }

    /// The same for a citizen of whom `sources` know more.
    ///
    /// # Errors
    /// As [`Plan::evaluate_row`] and [`Plan::evaluate_with`]; `InvalidArgument` if a rule asks a source and the row has no key.
    pub fn evaluate_row_with(&self, values: &[Value], context: &Context, sources: &Sources<'_>) -> Result<Vec<Option<bool>>> {
        let values: Vec<&Value> = values.iter().collect();
        Ok(self.outcomes(&self.row(&values, self.fields(&values), context, sources)?))
    }

    /// The same for a record that may have more fields than the schema; `values` are those of the schema.
    pub(crate) fn evaluate_record(
        &self,
        values: &[&Value],
        record: &Record,
        context: &Context,
        sources: &Sources<'_>,
    ) -> Result<Vec<Option<bool>>> {
        let fields = record.fields().iter().map(|(name, value)| (name.as_str(), value));
        Ok(self.outcomes(&self.row(values, fields, context, sources)?))
    }

    /// Whether the rules would say something else of records without this attribute's values if they were compiled for such alone.
    pub(crate) fn reads_null(&self, attribute: usize) -> bool {
        u32::try_from(attribute).is_ok_and(|attribute| self.inner.marked.contains(&attribute))
    }

    fn fields<'v>(&'v self, values: &'v [&'v Value]) -> impl Iterator<Item = (&'v str, &'v Value)> + Clone {
        self.inner.schema.attributes().iter().zip(values).map(|(attribute, value)| (attribute.name.as_str(), *value))
    }

    fn outcomes(&self, results: &[Scalar<'_>]) -> Vec<Option<bool>> {
        self.inner.rules.iter().map(|rule| results.get(rule.root as usize).and_then(Scalar::truth)).collect()
    }

    /// The values of all operations. `fields` are all that is known of the citizen.
    fn row<'a, 'f>(
        &'a self,
        values: &[&'a Value],
        fields: impl Iterator<Item = (&'f str, &'f Value)> + Clone,
        context: &Context,
        sources: &Sources<'_>,
    ) -> Result<Vec<Scalar<'a>>> {
        self.check(sources)?;
        let attributes = self.inner.schema.attributes();
        if values.len() != attributes.len() {
            let message = format!("expected {} values, one for each attribute, found {}", attributes.len(), values.len());
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        let mut scalars = Vec::with_capacity(values.len());
        for (attribute, value) in attributes.iter().zip(values) {
            scalars.push(scalar(value, attribute)?);
        }
        let column = |index: u32| scalars.get(index as usize).cloned().unwrap_or(Scalar::Null);
        let asks = !self.inner.asking.is_empty();
        let bound = if asks { Bound::to_record(&self.inner.operations, sources, fields)? } else { Bound::default() };
        Ok(row::evaluate(&self.inner.operations, column, &bound, context))
    }

    /// Why the rule at `index` is what it is for one row.
    ///
    /// # Errors
    /// As [`Plan::evaluate_row`]; `OutOfRange` for a rule that is not there.
    pub fn explain(&self, index: usize, values: &[Value], context: &Context) -> Result<Explanation> {
        self.explain_with(index, values, context, &Sources::new())
    }

    /// The same for a citizen of whom `sources` know more.
    ///
    /// # Errors
    /// As [`Plan::explain`] and [`Plan::evaluate_row_with`].
    pub fn explain_with(&self, index: usize, values: &[Value], context: &Context, sources: &Sources<'_>) -> Result<Explanation> {
        if index >= self.len() {
            return Err(Error::new(ErrorKind::OutOfRange, format!("there are {} rules, asked for number {index}", self.len())));
        }
        let borrowed: Vec<&Value> = values.iter().collect();
        let results = self.row(&borrowed, self.fields(&borrowed), context, sources)?;
        Ok(explain::explain(&self.inner, index, &results, values))
    }

    /// The attributes that the rule at `index` reads, through `in_segment` too, in the order of the schema; then what it asks of events
    /// and consent: `event:open`, `consent:newsletter/email`.
    pub fn columns_used(&self, index: usize) -> Vec<String> {
        let columns = self.inner.rules.get(index).map(|rule| rule.columns.as_slice()).unwrap_or_default();
        let attributes = columns.iter().filter_map(|column| self.inner.schema.attributes().get(*column as usize));
        let asked = self.inner.rules.get(index).map(|rule| rule.asked.as_slice()).unwrap_or_default();
        attributes.map(|attribute| attribute.name.clone()).chain(asked.iter().cloned()).collect()
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({}: {})", self.name, self.text)
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({} rules, {} operations)", self.len(), self.inner.operations.ops.len())
    }
}

fn pairs(sides: &[Bitmap]) -> Vec<Truths> {
    let pair = |[is_true, is_false]: &[Bitmap; 2]| Truths { is_true: is_true.clone(), is_false: is_false.clone() };
    sides.as_chunks::<2>().0.iter().map(pair).collect()
}

/// Whether a column of one type can stand for an attribute of another: the digits in all do not matter.
fn fits(wanted: AttributeType, found: AttributeType) -> bool {
    match (wanted, found) {
        (AttributeType::Decimal { scale: wanted, .. }, AttributeType::Decimal { scale: found, .. })
        | (
            AttributeType::List(ElementType::Decimal { scale: wanted, .. }),
            AttributeType::List(ElementType::Decimal { scale: found, .. }),
        ) => wanted == found,
        (wanted, found) => wanted == found,
    }
}

/// A value as an attribute of this type has it; null if it is of another.
pub(crate) fn scalar_of(value: &Value, data_type: AttributeType) -> Scalar<'static> {
    scalar(value, &Attribute { name: String::new(), data_type }).map_or(Scalar::Null, Scalar::into_owned)
}

/// A value as the attribute's type has it.
fn scalar<'a>(value: &'a Value, attribute: &Attribute) -> Result<Scalar<'a>> {
    let whole = |decimal: &Decimal| if decimal.scale == 0 { i64::try_from(decimal.digits).ok() } else { None };
    Ok(match (attribute.data_type, value) {
        (AttributeType::Other, _) | (_, Value::Null) => Scalar::Null,
        // A decimal of more digits than are computed with.
        (AttributeType::Decimal { .. }, Value::Other) => Scalar::Null,
        (AttributeType::Boolean, Value::Boolean(value)) => Scalar::Boolean(*value),
        (AttributeType::Integer, Value::Integer(value)) => Scalar::Integer(*value),
        // A whole number beyond i64 is null, as it is in a column.
        (AttributeType::Integer, Value::Decimal(value)) if value.scale == 0 => whole(value).into(),
        (AttributeType::Float, Value::Float(value)) => Scalar::Float(*value),
        (AttributeType::Float, Value::Integer(value)) => Scalar::Float(*value as f64),
        (AttributeType::Decimal { scale, .. }, Value::Decimal(value)) if value.scale <= scale => {
            functions::rescale(value.digits, value.scale, scale).map_or(Scalar::Null, |digits| Scalar::Decimal(digits, scale))
        }
        (AttributeType::Decimal { scale, .. }, Value::Integer(value)) => {
            functions::rescale(i128::from(*value), 0, scale).map_or(Scalar::Null, |digits| Scalar::Decimal(digits, scale))
        }
        (AttributeType::Text, Value::Text(value)) => Scalar::Text(Cow::Borrowed(value)),
        (AttributeType::Date, Value::Date(value)) => Scalar::Date(value.as_days()),
        (AttributeType::Timestamp, Value::Timestamp(value)) => Scalar::Timestamp(value.as_micros()),
        (AttributeType::List(element), Value::List(items)) => {
            let element = Attribute { name: attribute.name.clone(), data_type: element.into() };
            Scalar::List(items.iter().map(|item| scalar(item, &element)).collect::<Result<_>>()?)
        }
        (wanted, found) => {
            let message = format!("attribute `{}` is {wanted}, found {}", attribute.name, found.type_name());
            return Err(Error::new(ErrorKind::RuleType, message));
        }
    })
}

/// The schema that a single record has: each value's own type.
pub fn schema_of(record: &Record) -> Schema {
    Schema::new(record.fields().iter().map(|(name, value)| Attribute { name: name.clone(), data_type: type_of(value) }))
}

/// The type that a value has by itself.
pub(crate) fn type_of(value: &Value) -> AttributeType {
    match value {
        Value::Null => AttributeType::Null,
        Value::Boolean(_) => AttributeType::Boolean,
        Value::Integer(_) => AttributeType::Integer,
        Value::Float(_) => AttributeType::Float,
        Value::Decimal(decimal) => AttributeType::Decimal { precision: 38, scale: decimal.scale },
        Value::Text(_) => AttributeType::Text,
        Value::Date(_) => AttributeType::Date,
        Value::Timestamp(_) => AttributeType::Timestamp,
        Value::List(items) => list_type(items),
        Value::Other => AttributeType::Other,
    }
}

/// The list type whose elements all of `items` can be; none if they are of several.
fn list_type(items: &[Value]) -> AttributeType {
    use AttributeType::{Decimal, Float, Integer, Null, Other};
    let element = |item: &Value| if let Value::List(_) = item { Other } else { type_of(item) };
    let common = items.iter().map(element).fold(Null, |common, item| match (common, item) {
        (common, item) if common == item => common,
        (Null, one) | (one, Null) => one,
        (Integer, Float) | (Float, Integer) => Float,
        (Integer, decimal @ Decimal { .. }) | (decimal @ Decimal { .. }, Integer) => decimal,
        (Decimal { scale: a, .. }, Decimal { scale: b, .. }) => Decimal { precision: 38, scale: a.max(b) },
        _ => Other,
    });
    common.as_element().map_or(Other, AttributeType::List)
}
