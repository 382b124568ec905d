//! Segments: named rules over citizens, and who is in them.

use crate::citizens::{Population, Schema};
use crate::rules::{Context, Explanation};
use crate::run::Run;
use crate::table::{Column, Record, Table};
use crate::{Bitmap, Result};

/// A set of named rules.
#[derive(Clone, Debug)]
pub struct SegmentBook {
    definitions: Vec<SegmentDefinition>,
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

/// Who is in which segment, at one instant.
#[derive(Clone, Debug)]
pub struct Membership {
    _todo: (),
}

/// The members of one segment, or of a combination.
#[derive(Clone, Debug)]
pub struct Segment {
    _todo: (),
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
        let _ = definitions.into_iter();
        unimplemented!()
    }

    /// A book from TOML: `name = "rule"`, or a table `[name]` with `rule`, `description`, `owner`, `review_by`.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is not such TOML; as [`SegmentBook::new`].
    pub fn parse_toml(text: &str) -> Result<Self> {
        let _ = text;
        unimplemented!()
    }

    /// The segments, in order.
    pub fn definitions(&self) -> &[SegmentDefinition] {
        &self.definitions
    }

    /// Checks every rule against a schema.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate`].
    pub fn check(&self, schema: &Schema) -> Result<()> {
        let _ = schema;
        unimplemented!()
    }

    /// Who is in which segment. A citizen is a member only where the rule is true: unknown is not.
    ///
    /// # Errors
    /// `UnknownName`, `RuleType`, `LimitExceeded`, `Cancelled`.
    pub fn evaluate(&self, people: &Population, context: &Context, run: &Run) -> Result<Membership> {
        let _ = (people, context, run);
        unimplemented!()
    }

    /// The names of the segments that one record is in, in the book's order. No population is needed.
    ///
    /// # Errors
    /// `UnknownName` for an attribute that a rule reads and the record lacks (a null value is not a lack); `RuleType`.
    pub fn match_record(&self, record: &Record, context: &Context) -> Result<Vec<String>> {
        let _ = (record, context);
        unimplemented!()
    }

    /// Why one record is in a segment or not.
    ///
    /// # Errors
    /// `UnknownName` for the segment or an attribute; `RuleType`.
    pub fn explain(&self, name: &str, record: &Record, context: &Context) -> Result<Explanation> {
        let _ = (name, record, context);
        unimplemented!()
    }

    /// The attributes that a segment reads, through `in_segment` too, sorted.
    ///
    /// # Errors
    /// `UnknownName` for the segment.
    pub fn columns_used(&self, name: &str) -> Result<Vec<String>> {
        let _ = name;
        unimplemented!()
    }
}

impl Membership {
    /// The segments' names, in the book's order.
    pub fn names(&self) -> Vec<&str> {
        unimplemented!()
    }

    /// How many members each segment has, in the book's order.
    pub fn counts(&self) -> Vec<(String, usize)> {
        unimplemented!()
    }

    /// One segment.
    ///
    /// # Errors
    /// `UnknownName`, with a suggestion.
    pub fn segment(&self, name: &str) -> Result<Segment> {
        let _ = name;
        unimplemented!()
    }

    /// The citizens it was evaluated over.
    pub fn population(&self) -> &Population {
        unimplemented!()
    }

    /// The instant and zone it was evaluated for.
    pub fn context(&self) -> &Context {
        unimplemented!()
    }

    /// The key and one boolean column for each segment.
    pub fn to_table(&self) -> Table {
        unimplemented!()
    }
}

impl Segment {
    /// What it is called; a combination is called by its expression, such as `a & ~b`.
    pub fn name(&self) -> &str {
        unimplemented!()
    }

    /// How many members.
    pub fn len(&self) -> usize {
        unimplemented!()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The members' keys in population order, in the key's own type.
    pub fn keys(&self) -> Column {
        unimplemented!()
    }

    /// Whether each citizen is a member, in population order, without nulls.
    pub fn mask(&self) -> Column {
        unimplemented!()
    }

    /// The members as bits.
    pub fn bitmap(&self) -> &Bitmap {
        unimplemented!()
    }

    /// The citizens it is a segment of.
    pub fn population(&self) -> &Population {
        unimplemented!()
    }

    /// The instant and zone it was evaluated for.
    pub fn context(&self) -> &Context {
        unimplemented!()
    }

    /// The attributes its rules read, sorted: what makes a selection sensitive is known by them.
    pub fn columns_used(&self) -> &[String] {
        unimplemented!()
    }

    /// Members of both.
    ///
    /// # Errors
    /// `InvalidArgument` for segments of two populations.
    pub fn and(&self, other: &Self) -> Result<Self> {
        let _ = other;
        unimplemented!()
    }

    /// Members of either.
    ///
    /// # Errors
    /// As [`Segment::and`].
    pub fn or(&self, other: &Self) -> Result<Self> {
        let _ = other;
        unimplemented!()
    }

    /// Members of this that are not in `other`.
    ///
    /// # Errors
    /// As [`Segment::and`].
    pub fn minus(&self, other: &Self) -> Result<Self> {
        let _ = other;
        unimplemented!()
    }

    /// Everyone who is not a member, those for whom the rule is unknown included.
    #[must_use]
    pub fn complement(&self) -> Self {
        unimplemented!()
    }
}
