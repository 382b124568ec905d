use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{Array, RecordBatch};
use arrow_schema::{Field, Schema};

use crate::citizens::Population;
use crate::rules::{Context, Explanation, Sources};
use crate::table::{Column, Table, unknown_name};
use crate::{Bitmap, Error, ErrorKind, Result};

use super::SegmentBook;

/// Who is in which segment, at one instant. Clones share everything.
///
/// # Example
/// ```
/// use citx_core::{Run, citizens::Population, rules::Context, segments::SegmentBook, table::*, time::*};
///
/// let columns = [
///     Column::text("id", [Some("C-1"), Some("C-2"), Some("C-3")]),
///     Column::integer("clicks", [Some(0), Some(9), Some(7)]),
///     Column::text("ward", [Some("North"), Some("North"), None]),
/// ];
/// let people = Population::from_table(Table::from_columns(columns)?, "id")?;
/// let book = SegmentBook::parse_toml("active = 'clicks > 5'\nnorth = \"ward = 'North'\"")?;
/// let context = Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC)?, time_zone: TimeZone::UTC };
/// let members = book.evaluate(&people, &context, &Run::new())?;
/// assert_eq!(members.counts(), [("active".to_owned(), 2), ("north".to_owned(), 2)]);
/// assert_eq!(members.segments_of("C-2")?, ["active", "north"]);
/// assert_eq!(members.exclusive().counts(), [("active".to_owned(), 2), ("north".to_owned(), 1)]);
/// assert_eq!(members.explain("north", "C-3")?.outcome, None); // the ward is not known
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Membership {
    segments: Arc<[Segment]>,
    by_name: Arc<HashMap<String, usize>>,
    people: Population,
    context: Context,
    book: SegmentBook,
}

/// The members of one segment, or of a combination.
///
/// # Example: not a member is more than false
/// ```
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, Int64Array};
/// # use citx_core::{Run, citizens::Population, rules::Context, segments::*, table::*, time::*};
/// let key: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
/// let clicks: ArrayRef = Arc::new(Int64Array::from(vec![Some(0), Some(9), None]));
/// let people = Population::from_table(Table::from_columns([Column::new("id", key), Column::new("clicks", clicks)])?, "id")?;
/// let book = SegmentBook::new([SegmentDefinition::new("active", "clicks > 5")])?;
/// let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
/// let active = book.evaluate(&people, &context, &Run::new())?.segment("active")?;
/// assert_eq!(active.len(), 1);
/// assert_eq!(active.complement().len(), 2); // the one whose clicks are unknown included
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Segment {
    name: String,
    members: Arc<Bitmap>,
    columns: Arc<[String]>,
    people: Population,
    context: Context,
}

impl Membership {
    /// Members by segment, with the attributes each rule reads; the segments are some of the book's.
    pub(super) fn new(
        book: SegmentBook,
        people: Population,
        context: Context,
        segments: impl Iterator<Item = (String, Bitmap, Vec<String>)>,
    ) -> Self {
        let segments = segments.map(|(name, members, columns)| Segment::new(name, members, columns, &people, context)).collect();
        Self::of_segments(book, people, context, segments)
    }

    fn of_segments(book: SegmentBook, people: Population, context: Context, segments: Arc<[Segment]>) -> Self {
        let by_name = segments.iter().enumerate().map(|(index, segment)| (segment.name.clone(), index)).collect();
        Self { segments, by_name: Arc::new(by_name), people, context, book }
    }

    /// The segments' names, in the book's order.
    pub fn names(&self) -> Vec<&str> {
        self.segments.iter().map(Segment::name).collect()
    }

    /// How many members each segment has, in the book's order.
    pub fn counts(&self) -> Vec<(String, usize)> {
        self.segments.iter().map(|segment| (segment.name.clone(), segment.len())).collect()
    }

    pub(super) fn by_name(&self, name: &str) -> Option<&Segment> {
        self.by_name.get(name).and_then(|index| self.segments.get(*index))
    }

    /// One segment.
    ///
    /// # Errors
    /// `UnknownName`, with a suggestion.
    pub fn segment(&self, name: &str) -> Result<Segment> {
        self.by_name(name).cloned().ok_or_else(|| unknown_name("segment", name, self.segments.iter().map(Segment::name)))
    }

    /// The segments, in the book's order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// These segments alone, in this order; a name that comes twice counts once.
    ///
    /// # Errors
    /// `UnknownName`, with a suggestion.
    pub fn select<S: AsRef<str>>(&self, names: &[S]) -> Result<Self> {
        let mut chosen = HashSet::with_capacity(names.len());
        let names = names.iter().map(AsRef::as_ref).filter(|name| chosen.insert(*name));
        let segments = names.map(|name| self.segment(name)).collect::<Result<_>>()?;
        Ok(Self::of_segments(self.book.clone(), self.people.clone(), self.context, segments))
    }

    /// Each citizen in the first segment alone, of those they are in: the book's order is an order of precedence.
    ///
    /// `in_segment` is not touched by this, nor is [`Membership::explain`]: both tell what the rules say. The attributes that the segments
    /// before read count as read by a segment too, because who is left for it depends on them.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{Run, citizens::Population, rules::Context, segments::SegmentBook, table::*, time::*};
    /// # let people = Population::from_table(Table::from_columns([Column::integer("id", [Some(1), Some(2), Some(3)])])?, "id")?;
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let book = SegmentBook::parse_toml("gold = 'id > 2'\nsilver = 'id > 1'\neveryone = 'TRUE'")?;
    /// let members = book.evaluate(&people, &context, &Run::new())?;
    /// let counts = |members: &citx_core::segments::Membership| members.counts().iter().map(|(_, count)| *count).collect::<Vec<_>>();
    /// assert_eq!((counts(&members), counts(&members.exclusive())), (vec![1, 2, 3], vec![1, 1, 1]));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    #[must_use]
    pub fn exclusive(&self) -> Self {
        let mut taken = Bitmap::zeros(self.people.len());
        let mut columns: Arc<[String]> = Arc::from([]);
        let one = |segment: &Segment| {
            columns = union(&columns, &segment.columns);
            let members = segment.members.and_not(&taken);
            taken = taken.or(&members);
            Segment { members: Arc::new(members), columns: columns.clone(), ..segment.clone() }
        };
        let segments = self.segments.iter().map(one).collect();
        Self::of_segments(self.book.clone(), self.people.clone(), self.context, segments)
    }

    /// The names of the segments that the citizen with this key is in, in the book's order.
    ///
    /// # Errors
    /// `NotFound` for a key that is not there.
    pub fn segments_of(&self, key: &str) -> Result<Vec<&str>> {
        let row = self.row(key)?;
        Ok(self.segments.iter().filter(|segment| segment.members.get(row)).map(Segment::name).collect())
    }

    /// Why the citizen with this key is in a segment or not: each predicate of the rule, its value there, and true, false or unknown.
    ///
    /// # Errors
    /// `UnknownName` for the segment; `NotFound` for a key that is not there.
    pub fn explain(&self, name: &str, key: &str) -> Result<Explanation> {
        self.explain_with(name, key, &Sources::new())
    }

    /// The same where rules read events or consent: give the sources that it was evaluated with.
    ///
    /// # Errors
    /// As [`Membership::explain`]; `InvalidArgument` if the rule reads events or consent and none were given.
    pub fn explain_with(&self, name: &str, key: &str, sources: &Sources<'_>) -> Result<Explanation> {
        self.segment(name)?;
        let record = self.people.table().row(self.row(key)?);
        let sources = sources.key(self.people.key_name());
        let sources = self.people.facts().map_or(sources, |facts| sources.facts(facts));
        self.book.explain_record(name, &record, self.people.schema(), &self.context, &sources)
    }

    fn row(&self, key: &str) -> Result<usize> {
        self.people.find(key).ok_or_else(|| Error::new(ErrorKind::NotFound, "no citizen has that key"))
    }

    /// The citizens it was evaluated over.
    pub fn population(&self) -> &Population {
        &self.people
    }

    /// The book whose rules were evaluated.
    pub fn book(&self) -> &SegmentBook {
        &self.book
    }

    /// The instant and zone it was evaluated for.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The key and one boolean column for each segment.
    pub fn to_table(&self) -> Table {
        let columns: Vec<Column> = std::iter::once(self.people.keys()).chain(self.segments.iter().map(Segment::mask)).collect();
        let field = |column: &Column| Field::new(column.name(), column.data_type().clone(), column.array().null_count() > 0);
        let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
        let arrays = columns.iter().map(|column| column.array().clone()).collect();
        // All are as long as the population, so that they always make a batch.
        let batch = RecordBatch::try_new(Arc::new(schema), arrays);
        Table::from_batch(batch.unwrap_or_else(|_| RecordBatch::new_empty(Arc::new(Schema::empty()))))
    }
}

impl Segment {
    pub(super) fn new(name: String, members: Bitmap, mut columns: Vec<String>, people: &Population, context: Context) -> Self {
        columns.sort_unstable();
        Self { name, members: Arc::new(members), columns: columns.into(), people: people.clone(), context }
    }

    /// What it is called; a combination is called by its expression, such as `a & ~b`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many members.
    pub fn len(&self) -> usize {
        self.members.count_ones()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The members' keys in population order, in the key's own type.
    pub fn keys(&self) -> Column {
        let keys = self.people.keys();
        let rows: arrow_array::UInt32Array = self.members.ones_iter().map(|row| row as u32).collect::<Vec<u32>>().into();
        // Every row is one of the population's, so there is nothing that can fail; were it otherwise, nobody is selected.
        let taken = arrow_select::take::take(keys.array(), &rows, None).unwrap_or_else(|_| keys.array().slice(0, 0));
        Column::new(keys.name(), taken)
    }

    /// Whether each citizen is a member, in population order, without nulls.
    pub fn mask(&self) -> Column {
        Column::bits(&self.name, &self.members)
    }

    /// The members as bits.
    pub fn bitmap(&self) -> &Bitmap {
        &self.members
    }

    /// The citizens it is a segment of.
    pub fn population(&self) -> &Population {
        &self.people
    }

    /// The instant and zone it was evaluated for.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The attributes its rules read, sorted: what makes a selection sensitive is known by them.
    pub fn columns_used(&self) -> &[String] {
        &self.columns
    }

    /// Members of both.
    ///
    /// # Errors
    /// `InvalidArgument` for segments of two populations.
    pub fn and(&self, other: &Self) -> Result<Self> {
        self.combine(other, "&", Bitmap::and)
    }

    /// Members of either.
    ///
    /// # Errors
    /// As [`Segment::and`].
    pub fn or(&self, other: &Self) -> Result<Self> {
        self.combine(other, "|", Bitmap::or)
    }

    /// Members of this that are not in `other`.
    ///
    /// # Errors
    /// As [`Segment::and`].
    pub fn minus(&self, other: &Self) -> Result<Self> {
        self.combine(other, "-", Bitmap::and_not)
    }

    /// Everyone who is not a member, those for whom the rule is unknown included.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self { name: format!("~{}", self.operand()), members: Arc::new(self.members.not()), ..self.clone() }
    }

    fn combine(&self, other: &Self, operator: &str, op: fn(&Bitmap, &Bitmap) -> Bitmap) -> Result<Self> {
        if !self.people.is_same(&other.people) {
            let message = format!("`{}` and `{}` are segments of two populations; evaluate them over one", self.name, other.name);
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        Ok(Self {
            name: format!("{} {operator} {}", self.operand(), other.operand()),
            members: Arc::new(op(&self.members, &other.members)),
            columns: union(&self.columns, &other.columns),
            people: self.people.clone(),
            context: self.context,
        })
    }

    /// The name as part of an expression: in parentheses if it is one itself.
    fn operand(&self) -> String {
        if self.name.contains(' ') { format!("({})", self.name) } else { self.name.clone() }
    }
}

/// The names in either, sorted.
fn union(one: &Arc<[String]>, other: &Arc<[String]>) -> Arc<[String]> {
    if other.iter().all(|name| one.binary_search(name).is_ok()) {
        return one.clone();
    }
    let mut names: Vec<String> = one.iter().chain(other.iter()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    names.into()
}
