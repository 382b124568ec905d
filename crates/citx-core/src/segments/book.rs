use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::citizens::{AttributeType, Population, Schema};
use crate::rules::{Context, Explanation, Places, Plan, Rule, Sources, order, schema_of, type_of};
use crate::run::Run;
use crate::table::{Record, Table, Value, unknown_name};
use crate::time::Date;
use crate::{Error, ErrorKind, Result};

use super::records::{RecordPlan, RecordPlans};
use super::{Membership, is_name};

/// The most segments of a book.
const MAX_SEGMENTS: usize = 65_535;

/// A set of named rules. Clones share what they have compiled.
///
/// # Example
/// ```
/// use citx_core::rules::Context;
/// use citx_core::segments::{SegmentBook, SegmentDefinition};
/// use citx_core::table::{Record, Value};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let book = SegmentBook::new([
///     SegmentDefinition::new("older", "age(dob) >= 65"),
///     SegmentDefinition::new("older_sleepy", "in_segment('older') AND clicks = 0"),
/// ])?;
/// let context = Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC)?, time_zone: TimeZone::UTC };
/// let citizen: Record =
///     [("dob".to_owned(), Value::Date("1950-01-31".parse()?)), ("clicks".to_owned(), Value::Integer(2))].into_iter().collect();
/// assert_eq!(book.match_record(&citizen, &context)?, ["older"]);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SegmentBook {
    definitions: Arc<[SegmentDefinition]>,
    rules: Arc<[Rule]>,
    places: Places,
    by_name: Arc<HashMap<String, usize>>,
    plans: Arc<RecordPlans>,
}

/// One segment's rule, and who answers for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SegmentDefinition {
    /// `[A-Za-z][A-Za-z0-9_-]{0,63}`.
    pub name: String,
    /// The rule's text.
    pub rule: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it is to be looked at again, `2027-04-01`.
    pub review_by: Option<String>,
}

impl SegmentDefinition {
    /// A segment without description, owner or review date.
    pub fn new(name: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { name: name.into(), rule: rule.into(), ..Self::default() }
    }
}

impl SegmentBook {
    /// A book of these segments; every rule is parsed.
    ///
    /// # Errors
    /// `InvalidArgument` for a name that is not one or appears twice; `RuleSyntax`; `UnknownName` or `RuleSyntax` for `in_segment` of
    /// an unknown segment or in a circle; `LimitExceeded` beyond 65,535 segments.
    pub fn new(definitions: impl IntoIterator<Item = SegmentDefinition>) -> Result<Self> {
        let mut by_name = HashMap::new();
        let (mut kept, mut rules) = (Vec::new(), Vec::new());
        for definition in definitions {
            if kept.len() == MAX_SEGMENTS {
                return Err(Error::new(ErrorKind::LimitExceeded, format!("a book has at most {MAX_SEGMENTS} segments")));
            }
            check(&definition)?;
            if by_name.insert(definition.name.clone(), kept.len()).is_some() {
                return Err(Error::new(ErrorKind::InvalidArgument, format!("two segments are named `{}`", definition.name)));
            }
            rules.push(Rule::parse(&definition.name, &definition.rule)?);
            kept.push(definition);
        }
        order(&rules)?;
        let (definitions, by_name, plans) = (kept.into(), Arc::new(by_name), Arc::new(RecordPlans::new(&rules)));
        Ok(Self { definitions, rules: rules.into(), by_name, places: Places::default(), plans })
    }

    /// A book from TOML: `name = "rule"`, or a table `[name]` with `rule`, `description`, `owner`, `review_by`. All of it may
    /// stand below `[segments]`, as it does in a project file.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is not such TOML; as [`SegmentBook::new`].
    ///
    /// # Example
    /// ```
    /// use citx_core::segments::SegmentBook;
    /// let book = SegmentBook::parse_toml(
    ///     r#"
    ///     over_65 = "age(dob) >= 65"
    ///     [sleepy]
    ///     rule = "days_since(last_click_at) > 180"
    ///     owner = "communications"
    ///     review_by = "2027-04-01"
    ///     "#,
    /// )?;
    /// assert_eq!(book.definitions().len(), 2);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn parse_toml(text: &str) -> Result<Self> {
        let mut table: toml::Table = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1);
            Error::new(ErrorKind::InvalidArgument, format!("not a TOML file: {} (line {line})", error.message()))
        })?;
        if table.len() == 1
            && let Some(toml::Value::Table(below)) = table.get_mut("segments")
            && !below.contains_key("rule")
        {
            table = std::mem::take(below);
        }
        Self::new(table.into_iter().map(|(name, value)| definition(name, value)).collect::<Result<Vec<_>>>()?)
    }

    /// The segments, in order.
    pub fn definitions(&self) -> &[SegmentDefinition] {
        &self.definitions
    }

    /// One segment's rule, description, owner and review date.
    ///
    /// # Errors
    /// `UnknownName`, with a suggestion.
    pub fn definition(&self, name: &str) -> Result<&SegmentDefinition> {
        self.definitions.get(self.index(name)?).ok_or_else(|| self.unknown(name))
    }

    /// The segments that were to be looked at again on `date` or before, in order.
    ///
    /// # Example
    /// ```
    /// use citx_core::segments::SegmentBook;
    ///
    /// let book = SegmentBook::parse_toml("[old]\nrule = 'age(dob) >= 65'\nreview_by = 2026-04-01\n[new]\nrule = 'TRUE'\nreview_by = 2027-04-01")?;
    /// let due: Vec<&str> = book.due_for_review("2026-11-22".parse()?).iter().map(|segment| segment.name.as_str()).collect();
    /// assert_eq!(due, ["old"]);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn due_for_review(&self, date: Date) -> Vec<&SegmentDefinition> {
        let review = |segment: &SegmentDefinition| segment.review_by.as_ref().and_then(|review| review.parse::<Date>().ok());
        self.definitions.iter().filter(|segment| review(segment).is_some_and(|review| review <= date)).collect()
    }

    /// How many segments.
    pub fn len(&self) -> usize {
        self.definitions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    pub(super) fn index(&self, name: &str) -> Result<usize> {
        self.by_name.get(name).copied().ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> Error {
        unknown_name("segment", name, self.rules.iter().map(Rule::name))
    }

    /// The sets of places that its rules may name.
    pub fn places(&self) -> &Places {
        &self.places
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of a segment.
    pub(super) fn rule(&self, name: &str) -> Option<&Rule> {
        self.by_name.get(name).and_then(|index| self.rules.get(*index))
    }

    /// The same book with a set of places, latitude and longitude in degrees, for `within_m_any`; a set of that name is replaced.
    ///
    /// # Errors
    /// `InvalidArgument` for a name that is not one, `OutOfRange` naming the first place that is not on earth, `LimitExceeded` beyond a
    /// million places.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{rules::Context, segments::*, table::*, time::*};
    /// let book = SegmentBook::new([SegmentDefinition::new("near_library", "within_m_any(lat, lon, 'libraries', 800)")])?
    ///     .with_places("libraries", [(51.5299, -0.1277), (51.5152, -0.0922)])?;
    /// let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let at = |lat, lon| [("lat".to_owned(), Value::Float(lat)), ("lon".to_owned(), Value::Float(lon))].into_iter().collect::<Record>();
    /// assert_eq!(book.match_record(&at(51.5160, -0.0940), &context)?, ["near_library"]);
    /// assert!(book.match_record(&at(51.5033, -0.1195), &context)?.is_empty());
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn with_places(&self, name: &str, places: impl IntoIterator<Item = (f64, f64)>) -> Result<Self> {
        if !is_name(name) {
            let message = format!("`{name}` is not the name of a set of places: a letter, then at most 63 letters, digits, `_` or `-`");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        let mut book = Self { plans: Arc::new(RecordPlans::new(&self.rules)), ..self.clone() };
        book.places.set(name, places)?;
        Ok(book)
    }

    /// Checks every rule against a schema.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate`].
    pub fn check(&self, schema: &Schema) -> Result<()> {
        self.compile(schema).map(|_| ())
    }

    /// The book compiled against a schema, in the order of the definitions.
    ///
    /// # Errors
    /// `UnknownName`, `RuleType`.
    pub fn compile(&self, schema: &Schema) -> Result<Plan> {
        Plan::compile_with(&self.rules, schema, &self.places)
    }

    /// How the book would be answered for these citizens, part by part, and why so: see [`Plan::explain_forms`].
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate_with`].
    pub fn explain_plan(&self, people: &Population, context: &Context, sources: &Sources<'_>, run: &Run) -> Result<Table> {
        self.compile(people.schema())?.explain_forms(people, context, sources, run)
    }

    /// Who is in which segment. A citizen is a member only where the rule is true: unknown is not.
    ///
    /// # Errors
    /// `UnknownName`, `RuleType`, `LimitExceeded` (see [`SegmentBook::memory_needed`]), `Cancelled`; `Conflict` if a segment is called as the key column is, because
    /// both become columns of [`Membership::to_table`].
    pub fn evaluate(&self, people: &Population, context: &Context, run: &Run) -> Result<Membership> {
        self.evaluate_with(people, context, &Sources::new(), run)
    }

    /// The same where rules read events or consent.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate`]; `InvalidArgument` if a rule reads events or consent and none were given; `UnknownName` for a purpose or
    /// channel of `may_contact` that the consent policy does not have.
    pub fn evaluate_with(&self, people: &Population, context: &Context, sources: &Sources<'_>, run: &Run) -> Result<Membership> {
        self.check_key(people.key_name())?;
        let plan = self.compile(people.schema())?;
        run.check_memory("the memberships", plan.memory_bytes(people.table(), run.thread_count()))?;
        let members = plan.members_with(people, context, sources, run)?;
        let columns = (0..plan.len()).map(|index| plan.columns_used(index));
        let segments = self.definitions.iter().map(|definition| definition.name.clone()).zip(members).zip(columns);
        let segments = segments.map(|((name, members), columns)| (name, members, columns));
        Ok(Membership::new(self.clone(), people.clone(), *context, segments))
    }

    /// Whether no segment is called as the key column is.
    pub(super) fn check_key(&self, key: &str) -> Result<()> {
        if self.definitions.iter().any(|definition| definition.name == key) {
            let message = format!("a segment is called `{key}`, as the key column is; rename the segment");
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        Ok(())
    }

    /// The names of the segments that one record is in, in the book's order. No population is needed.
    ///
    /// # Cost
    /// The book is compiled for the first record and for one that brings a type of value not seen before. Nulls and attributes that no rule
    /// reads are not such, so that all else takes microseconds.
    ///
    /// # Errors
    /// `UnknownName` for an attribute that a rule reads and the record lacks (a null value is not a lack); `RuleType`.
    pub fn match_record(&self, record: &Record, context: &Context) -> Result<Vec<String>> {
        self.match_record_with(record, context, &Sources::new())
    }

    /// The same where rules read events or consent, which are looked up by the record's key.
    ///
    /// # Errors
    /// As [`SegmentBook::match_record`] and [`SegmentBook::evaluate_with`]; `InvalidArgument` if a rule needs the key and the record has none.
    pub fn match_record_with(&self, record: &Record, context: &Context, sources: &Sources<'_>) -> Result<Vec<String>> {
        let (plan, values) = self.plan_for(record)?;
        let outcomes = plan.evaluate_record(&values, record, context, sources)?;
        let members = self.definitions.iter().zip(outcomes).filter(|(_, outcome)| *outcome == Some(true));
        Ok(members.map(|(definition, _)| definition.name.clone()).collect())
    }

    /// At most how many bytes evaluating the book takes, the memberships included and the citizens not; [`Run::memory_limit`] holds
    /// it to a limit before it starts.
    ///
    /// # Errors
    /// As [`SegmentBook::compile`].
    ///
    /// # Example
    /// ```
    /// # use citx_core::{ErrorKind, Run, citizens::Population, rules::Context, segments::SegmentBook, table::*, time::*};
    /// # let people = Population::from_table(Table::from_columns([Column::integer("id", (0..1000).map(Some))])?, "id")?;
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let book = SegmentBook::parse_toml("a = 'id > 1'\nb = 'id > 2'")?;
    /// let needed = book.memory_needed(&people, &Run::new())?;
    /// assert!(book.evaluate(&people, &context, &Run::new().memory_limit(needed)).is_ok());
    /// let error = book.evaluate(&people, &context, &Run::new().memory_limit(needed - 1)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn memory_needed(&self, people: &Population, run: &Run) -> Result<u64> {
        Ok(self.compile(people.schema())?.memory_bytes(people.table(), run.thread_count()))
    }

    /// The first segment that one record is in, if any: the book's order is an order of precedence, as in [`Membership::exclusive`].
    ///
    /// # Errors
    /// As [`SegmentBook::match_record_with`].
    pub fn match_first(&self, record: &Record, context: &Context, sources: &Sources<'_>) -> Result<Option<String>> {
        Ok(self.match_record_with(record, context, sources)?.into_iter().next())
    }

    /// A plan that answers this record, and the values that it reads. Other records with values of these types, or nulls, share it.
    fn plan_for<'r>(&self, record: &'r Record) -> Result<(Plan, Vec<&'r Value>)> {
        let Some(values) = self.plans.values(record) else {
            return Ok((self.compile(&schema_of(record))?, record.fields().iter().map(|(_, value)| value).collect()));
        };
        let types: Vec<AttributeType> = values.iter().map(|value| type_of(value)).collect();
        if let Some(plan) = self.plans.find(&types) {
            return Ok((plan, values));
        }
        let compile = |types: Vec<AttributeType>| Ok(RecordPlan { plan: self.compile(&self.plans.schema(&types))?, types });
        let joined = self.plans.joined(&types).and_then(|types: Vec<_>| compile(types).ok());
        let plan = match joined.filter(|joined| joined.answers(&types)) {
            Some(joined) => joined,
            None => compile(types)?,
        };
        self.plans.keep(plan.clone());
        Ok((plan.plan, values))
    }

    /// Why one record is in a segment or not.
    ///
    /// # Errors
    /// `UnknownName` for the segment or an attribute; `RuleType`.
    pub fn explain(&self, name: &str, record: &Record, context: &Context) -> Result<Explanation> {
        self.explain_with(name, record, context, &Sources::new())
    }

    /// The same where rules read events or consent, which are looked up by the record's key.
    ///
    /// # Errors
    /// As [`SegmentBook::explain`] and [`SegmentBook::match_record_with`].
    pub fn explain_with(&self, name: &str, record: &Record, context: &Context, sources: &Sources<'_>) -> Result<Explanation> {
        self.explain_record(name, record, &schema_of(record), context, sources)
    }

    /// The same for a record of a known schema.
    pub(super) fn explain_record(
        &self,
        name: &str,
        record: &Record,
        schema: &Schema,
        context: &Context,
        sources: &Sources<'_>,
    ) -> Result<Explanation> {
        let rules: Vec<Rule> = self.closure([name])?.iter().filter_map(|index| self.rules.get(*index).cloned()).collect();
        let index = rules.iter().position(|rule| rule.name() == name).unwrap_or(0);
        Plan::compile_with(&rules, schema, &self.places)?.explain_with(index, &values(record), context, sources)
    }

    /// The book of these segments and those that they call, in this book's order.
    pub(super) fn with_called<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let kept = self.closure(names)?;
        let definitions: Arc<[_]> = kept.iter().filter_map(|index| self.definitions.get(*index).cloned()).collect();
        let rules: Vec<Rule> = kept.iter().filter_map(|index| self.rules.get(*index).cloned()).collect();
        let by_name = definitions.iter().enumerate().map(|(index, definition)| (definition.name.clone(), index)).collect();
        let plans = Arc::new(RecordPlans::new(&rules));
        Ok(Self { definitions, rules: rules.into(), by_name: Arc::new(by_name), places: self.places.clone(), plans })
    }

    /// The attributes that a segment reads, through `in_segment` too, and what it asks of events and consent (`event:open`,
    /// `consent:newsletter/email`), sorted.
    ///
    /// # Errors
    /// `UnknownName` for the segment.
    pub fn columns_used(&self, name: &str) -> Result<Vec<String>> {
        let rules = self.closure([name])?;
        let rules = rules.iter().filter_map(|index| self.rules.get(*index));
        let names = rules.flat_map(|rule| rule.names().into_iter().map(str::to_owned).chain(rule.asked()));
        Ok(names.collect::<BTreeSet<String>>().into_iter().collect())
    }

    /// The indices of segments and of those they call, ascending.
    fn closure<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<BTreeSet<usize>> {
        let mut open = names.into_iter().map(|name| self.index(name)).collect::<Result<Vec<usize>>>()?;
        let mut found: BTreeSet<usize> = open.iter().copied().collect();
        while let Some(rule) = open.pop().and_then(|index| self.rules.get(index)) {
            for called in rule.segments().into_iter().filter_map(|called| self.by_name.get(called)) {
                if found.insert(*called) {
                    open.push(*called);
                }
            }
        }
        Ok(found)
    }
}

impl<'a> IntoIterator for &'a SegmentBook {
    type Item = &'a SegmentDefinition;
    type IntoIter = std::slice::Iter<'a, SegmentDefinition>;

    fn into_iter(self) -> Self::IntoIter {
        self.definitions.iter()
    }
}

fn values(record: &Record) -> Vec<Value> {
    record.fields().iter().map(|(_, value)| value.clone()).collect()
}

fn check(definition: &SegmentDefinition) -> Result<()> {
    let name = &definition.name;
    if !is_name(name) {
        let message = format!("`{name}` is not a segment's name: a letter, then at most 63 letters, digits, `_` or `-`");
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    match &definition.review_by {
        Some(date) if date.parse::<Date>().is_err() => {
            Err(Error::new(ErrorKind::InvalidArgument, format!("segment `{name}`: review_by is not a date such as 2027-04-01")))
        }
        _ => Ok(()),
    }
}

fn definition(name: String, value: toml::Value) -> Result<SegmentDefinition> {
    let wrong = |message: String| Error::new(ErrorKind::InvalidArgument, message).context(format!("segment `{name}`"));
    let mut definition = SegmentDefinition::new(name.clone(), "");
    let table = match value {
        toml::Value::String(rule) => {
            definition.rule = rule;
            return Ok(definition);
        }
        toml::Value::Table(table) => table,
        other => return Err(wrong(format!("expected a rule in quotes or a table, found {}", other.type_str()))),
    };
    let mut rule = None;
    for (key, value) in table {
        let field = match key.as_str() {
            "rule" => &mut rule,
            "description" => &mut definition.description,
            "owner" => &mut definition.owner,
            "review_by" => &mut definition.review_by,
            _ => return Err(wrong(format!("unknown key `{key}`; expected rule, description, owner or review_by"))),
        };
        *field = Some(match value {
            toml::Value::String(text) => text,
            toml::Value::Datetime(date) if key == "review_by" => date.to_string(),
            other => return Err(wrong(format!("`{key}` must be text, found {}", other.type_str()))),
        });
    }
    definition.rule = rule.ok_or_else(|| wrong("`rule` is missing".to_owned()))?;
    Ok(definition)
}
