use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_buffer::{BooleanBuffer, Buffer};
use arrow_schema::{Field, Schema};

use crate::citizens::Population;
use crate::rules::Context;
use crate::table::{Column, Table, unknown_name};
use crate::{Bitmap, Error, ErrorKind, Result};

/// Who is in which segment, at one instant. Clones share everything.
#[derive(Clone, Debug)]
pub struct Membership {
    segments: Arc<[Segment]>,
    by_name: Arc<HashMap<String, usize>>,
    people: Population,
    context: Context,
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
    /// Members by segment, with the attributes each rule reads.
    pub(super) fn new(people: Population, context: Context, segments: impl Iterator<Item = (String, Bitmap, Vec<String>)>) -> Self {
        let segments: Arc<[Segment]> = segments
            .map(|(name, members, mut columns)| {
                columns.sort_unstable();
                Segment { name, members: Arc::new(members), columns: columns.into(), people: people.clone(), context }
            })
            .collect();
        let by_name = segments.iter().enumerate().map(|(index, segment)| (segment.name.clone(), index)).collect();
        Self { segments, by_name: Arc::new(by_name), people, context }
    }

    /// The segments' names, in the book's order.
    pub fn names(&self) -> Vec<&str> {
        self.segments.iter().map(Segment::name).collect()
    }

    /// How many members each segment has, in the book's order.
    pub fn counts(&self) -> Vec<(String, usize)> {
        self.segments.iter().map(|segment| (segment.name.clone(), segment.len())).collect()
    }

    /// One segment.
    ///
    /// # Errors
    /// `UnknownName`, with a suggestion.
    pub fn segment(&self, name: &str) -> Result<Segment> {
        let found = self.by_name.get(name).and_then(|index| self.segments.get(*index));
        found.cloned().ok_or_else(|| unknown_name("segment", name, self.segments.iter().map(Segment::name)))
    }

    /// The citizens it was evaluated over.
    pub fn population(&self) -> &Population {
        &self.people
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
        let bytes: Vec<u8> = self.members.words().iter().flat_map(|word| word.to_le_bytes()).collect();
        let buffer = BooleanBuffer::new(Buffer::from_vec(bytes), 0, self.members.len());
        let array: ArrayRef = Arc::new(BooleanArray::new(buffer, None));
        Column::new(&self.name, array)
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
        let mut columns: Vec<String> = self.columns.iter().chain(other.columns.iter()).cloned().collect();
        columns.sort_unstable();
        columns.dedup();
        Ok(Self {
            name: format!("{} {operator} {}", self.operand(), other.operand()),
            members: Arc::new(op(&self.members, &other.members)),
            columns: columns.into(),
            people: self.people.clone(),
            context: self.context,
        })
    }

    /// The name as part of an expression: in parentheses if it is one itself.
    fn operand(&self) -> String {
        if self.name.contains(' ') { format!("({})", self.name) } else { self.name.clone() }
    }
}
