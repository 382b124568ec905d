//! Typed operations, shared: the same expression anywhere in a book is one operation, planned once.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::Result;
use crate::citizens::ElementType;
use crate::time::Interval;

use super::ast::{Arithmetic, Part, Target};
use super::like::Pattern;
use super::places::PlaceSet;
use super::regexp::Regexp;
use super::row::{Scalar, apply};

/// The index of an operation; operands come before the operations that use them.
pub(super) type OpId = u32;

/// The type of a value as rules compute with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Type {
    /// Always null: fits everywhere.
    Null,
    Boolean,
    Integer,
    Float,
    /// Exact decimals with so many digits behind the point.
    Decimal(i8),
    Text,
    Date,
    Timestamp,
    /// A list: only a column is one, and only `has_any`, `has_all` and IS NULL read it.
    List(ElementType),
}

impl Type {
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Null | Self::Integer | Self::Float | Self::Decimal(_))
    }

    /// The type of a list's elements.
    pub fn of_element(element: ElementType) -> Self {
        match element {
            ElementType::Null => Self::Null,
            ElementType::Boolean => Self::Boolean,
            ElementType::Integer => Self::Integer,
            ElementType::Float => Self::Float,
            ElementType::Decimal { scale, .. } => Self::Decimal(scale),
            ElementType::Text => Self::Text,
            ElementType::Date => Self::Date,
            ElementType::Timestamp => Self::Timestamp,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a condition",
            Self::Integer => "an integer",
            Self::Float => "a float",
            Self::Decimal(_) => "a decimal",
            Self::Text => "text",
            Self::Date => "a date",
            Self::Timestamp => "a timestamp",
            Self::List(_) => "a list",
        }
    }
}

/// A value written in a rule, or computed from such. Floats by their bits, so that equal constants are one operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Constant {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(u64),
    Decimal(i128, i8),
    Text(Arc<str>),
    Date(i32),
    Timestamp(i64),
}

/// Which events: of a kind, perhaps only through one channel, perhaps only of the last while.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sought {
    pub kind: Arc<str>,
    pub channel: Option<Arc<str>>,
    pub window: Option<Interval>,
}

/// One operation. Except where said, it is null (unknown) where an operand is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    Constant(Constant),
    /// The attribute at this index of the schema.
    Column(u32),
    AsOf,
    ToFloat(OpId),
    /// An integer, or a decimal of a smaller scale, at this scale.
    ToDecimal(OpId, i8),
    /// A date as its local midnight.
    ToTimestamp(OpId),
    /// A timestamp as its local date.
    ToDate(OpId),
    /// What CAST makes of a value where none of the above does it; null where it cannot.
    Cast(OpId, Target),
    Arithmetic(Arithmetic, OpId, OpId),
    Negate(OpId),
    Abs(OpId),
    /// To so many digits behind the point, or, if negative, in front of it; halves away from zero.
    Round(OpId, i32),
    Floor(OpId),
    Ceil(OpId),
    /// Null only where all operands are; two or more, of one type (decimals of one scale).
    Least(Box<[OpId]>),
    Greatest(Box<[OpId]>),
    /// A date and an interval without a time of day.
    ShiftDate(OpId, Interval),
    ShiftTimestamp(OpId, Interval),
    /// A date and so many days.
    AddDays(OpId, OpId),
    /// Days from the second date to the first.
    DaysBetween(OpId, OpId),
    /// Whole years from the second date, a birth, to the first.
    YearsBetween(OpId, OpId),
    /// A part of a date, or of a timestamp's wall clock.
    Extract(Part, OpId),
    /// The start of the year, month and so on in which a date or timestamp lies.
    Truncate(Part, OpId),
    Lower(OpId),
    Upper(OpId),
    Length(OpId),
    Concat(Box<[OpId]>),
    /// A text without those of the second text's characters that it starts or ends with.
    Trim(Side, OpId, OpId),
    Equal(OpId, OpId),
    Less(OpId, OpId),
    /// Both null, or equal; never unknown.
    Same(OpId, OpId),
    /// Whether a value is in the set of this index.
    In(OpId, u32),
    /// Whether a text fits the pattern of this index.
    Like(OpId, u32),
    /// Whether a text fits the pattern that the second operand is.
    LikeValue {
        value: OpId,
        pattern: OpId,
        escape: Option<char>,
        fold: bool,
    },
    /// Whether the regular expression of this index is found in a text.
    Regexp(OpId, u32),
    /// Whether a list holds a value; unknown only where the list is null.
    Holds(OpId, OpId),
    /// Whether a list holds a value of the set of this index.
    HoldsAny(OpId, u32),
    StartsWith(OpId, OpId),
    EndsWith(OpId, OpId),
    Contains(OpId, OpId),
    WithinM([OpId; 5]),
    /// Latitude, longitude, metres, and the set of places of this index.
    WithinMAny([OpId; 3], u32),
    /// How many events; never null.
    EventCount(Sought),
    /// When the last of these events was, or the first; null without one.
    EventAt {
        sought: Sought,
        last: bool,
    },
    /// A purpose and a channel; never unknown.
    MayContact(Arc<str>, Arc<str>),
    Not(OpId),
    /// Three-valued; two or more operands.
    And(Box<[OpId]>),
    Or(Box<[OpId]>),
    /// Never unknown.
    IsNull(OpId),
    /// Never unknown.
    IsTrue(OpId),
    /// The value of the first condition that is true, or the value behind the last: one more value than conditions.
    Case(Box<[OpId]>, Box<[OpId]>),
}

/// Where a text is trimmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Start,
    End,
    Both,
}

impl Op {
    pub fn operands(&self, mut visit: impl FnMut(OpId)) {
        match self {
            Self::Constant(_) | Self::Column(_) | Self::AsOf | Self::EventCount(_) | Self::EventAt { .. } | Self::MayContact(..) => {}
            Self::ToFloat(a)
            | Self::ToDecimal(a, _)
            | Self::ToTimestamp(a)
            | Self::ToDate(a)
            | Self::Cast(a, _)
            | Self::Negate(a)
            | Self::Abs(a)
            | Self::Round(a, _)
            | Self::Floor(a)
            | Self::Ceil(a)
            | Self::Extract(_, a)
            | Self::Truncate(_, a)
            | Self::Regexp(a, _)
            | Self::HoldsAny(a, _)
            | Self::ShiftDate(a, _)
            | Self::ShiftTimestamp(a, _)
            | Self::Lower(a)
            | Self::Upper(a)
            | Self::Length(a)
            | Self::In(a, _)
            | Self::Like(a, _)
            | Self::Not(a)
            | Self::IsNull(a)
            | Self::IsTrue(a) => visit(*a),
            Self::Arithmetic(_, a, b)
            | Self::AddDays(a, b)
            | Self::DaysBetween(a, b)
            | Self::YearsBetween(a, b)
            | Self::Trim(_, a, b)
            | Self::Holds(a, b)
            | Self::Equal(a, b)
            | Self::Less(a, b)
            | Self::Same(a, b)
            | Self::LikeValue { value: a, pattern: b, .. }
            | Self::StartsWith(a, b)
            | Self::EndsWith(a, b)
            | Self::Contains(a, b) => [*a, *b].into_iter().for_each(visit),
            Self::WithinM(parts) => parts.iter().copied().for_each(visit),
            Self::WithinMAny(parts, _) => parts.iter().copied().for_each(visit),
            Self::And(parts) | Self::Or(parts) | Self::Concat(parts) | Self::Least(parts) | Self::Greatest(parts) => {
                parts.iter().copied().for_each(visit)
            }
            Self::Case(conditions, values) => conditions.iter().chain(values.iter()).copied().for_each(visit),
        }
    }

    /// Whether it reads what no attribute says: events or consent.
    pub fn reads_source(&self) -> bool {
        matches!(self, Self::EventCount(_) | Self::EventAt { .. } | Self::MayContact(..))
    }

    /// Whether it is null as soon as one operand is.
    fn is_strict(&self) -> bool {
        !matches!(
            self,
            Self::Constant(_)
                | Self::Column(_)
                | Self::AsOf
                | Self::Same(..)
                | Self::Least(_)
                | Self::Greatest(_)
                | Self::Holds(..)
                | Self::And(_)
                | Self::Or(_)
                | Self::IsNull(_)
                | Self::IsTrue(_)
                | Self::Case(..)
        )
    }

    /// Whether it combines conditions, rather than making one from values.
    pub fn is_logical(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_) | Self::Not(_) | Self::IsTrue(_))
    }
}

/// What an operation's value depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depends {
    Nothing,
    /// The instant or the zone.
    Context,
    /// One attribute, and perhaps the context.
    Column(u32),
    Columns,
}

impl Depends {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (Self::Context, one) | (one, Self::Context) => one,
            (Self::Column(a), Self::Column(b)) if a == b => self,
            _ => Self::Columns,
        }
    }

    pub fn on_rows(self) -> bool {
        matches!(self, Self::Column(_) | Self::Columns)
    }
}

/// The operations of a book, its literal sets and patterns.
#[derive(Clone, Debug, Default)]
pub(super) struct Operations {
    pub ops: Vec<Op>,
    pub types: Vec<Type>,
    pub depends: Vec<Depends>,
    pub sets: Vec<Set>,
    pub patterns: Vec<Pattern>,
    pub places: Vec<Arc<PlaceSet>>,
    pub regexps: Vec<Regexp>,
}

/// Constants of one type, none of them null.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Set {
    /// Whole numbers, days or microseconds, sorted.
    Integers(Arc<[i64]>),
    /// Keys of floats, sorted.
    Floats(Arc<[u64]>),
    /// Digits at the scale of what is looked up, sorted.
    Decimals(Arc<[i128]>),
    /// Sorted.
    Texts(Arc<[Arc<str>]>),
}

impl Set {
    pub fn len(&self) -> usize {
        match self {
            Self::Integers(set) => set.len(),
            Self::Floats(set) => set.len(),
            Self::Decimals(set) => set.len(),
            Self::Texts(set) => set.len(),
        }
    }

    pub fn has_integer(&self, value: i64) -> bool {
        matches!(self, Self::Integers(set) if set.binary_search(&value).is_ok())
    }

    pub fn has_float(&self, value: f64) -> bool {
        matches!(self, Self::Floats(set) if set.binary_search(&super::functions::float_key(value)).is_ok())
    }

    pub fn has_decimal(&self, digits: i128) -> bool {
        matches!(self, Self::Decimals(set) if set.binary_search(&digits).is_ok())
    }

    pub fn has_text(&self, text: &str) -> bool {
        matches!(self, Self::Texts(set) if set.binary_search_by(|one| (**one).cmp(text)).is_ok())
    }
}

/// Collects operations, each once.
#[derive(Default)]
pub(super) struct Builder {
    pub operations: Operations,
    ids: HashMap<Op, OpId>,
    sets: HashMap<Set, u32>,
    patterns: HashMap<(String, Option<char>, bool), u32>,
    regexps: HashMap<(String, String), u32>,
}

impl Builder {
    pub fn constant(&mut self, constant: Constant) -> OpId {
        let data_type = match &constant {
            Constant::Null => Type::Null,
            Constant::Boolean(_) => Type::Boolean,
            Constant::Integer(_) => Type::Integer,
            Constant::Float(_) => Type::Float,
            Constant::Decimal(_, scale) => Type::Decimal(*scale),
            Constant::Text(_) => Type::Text,
            Constant::Date(_) => Type::Date,
            Constant::Timestamp(_) => Type::Timestamp,
        };
        self.intern(Op::Constant(constant), data_type)
    }

    pub fn as_constant(&self, id: OpId) -> Option<&Constant> {
        match self.operations.ops.get(id as usize) {
            Some(Op::Constant(constant)) => Some(constant),
            _ => None,
        }
    }

    pub fn set(&mut self, set: Set) -> u32 {
        let sets = &mut self.operations.sets;
        *self.sets.entry(set).or_insert_with_key(|set| {
            sets.push(set.clone());
            sets.len() as u32 - 1
        })
    }

    /// `None` if the pattern ends in its escape character.
    pub fn pattern(&mut self, pattern: &str, escape: Option<char>, fold: bool) -> Option<u32> {
        let key = (pattern.to_owned(), escape, fold);
        if let Some(&known) = self.patterns.get(&key) {
            return Some(known);
        }
        let index = self.operations.patterns.len() as u32;
        self.operations.patterns.push(Pattern::new(pattern, escape, fold)?);
        self.patterns.insert(key, index);
        Some(index)
    }

    pub fn places(&mut self, set: &Arc<PlaceSet>) -> u32 {
        let sets = &mut self.operations.places;
        let known = sets.iter().position(|known| Arc::ptr_eq(known, set));
        known.unwrap_or_else(|| {
            sets.push(set.clone());
            sets.len() - 1
        }) as u32
    }

    /// The regular expression `pattern` with `flags`, compiled once.
    ///
    /// # Errors
    /// `RuleSyntax` if it is none, `LimitExceeded` if it is too large.
    pub fn regexp(&mut self, pattern: &str, flags: &str) -> Result<u32> {
        let key = (pattern.to_owned(), flags.to_owned());
        if let Some(&known) = self.regexps.get(&key) {
            return Ok(known);
        }
        let index = self.operations.regexps.len() as u32;
        self.operations.regexps.push(Regexp::new(pattern, flags)?);
        self.regexps.insert(key, index);
        Ok(index)
    }

    /// The id of an operation of this type: a known one, a constant that it comes to, or a new one.
    pub fn add(&mut self, op: Op, data_type: Type) -> OpId {
        match op {
            Op::And(parts) => return self.junction(parts, true),
            Op::Or(parts) => return self.junction(parts, false),
            Op::Not(inner) => {
                if let Some(Op::Not(again)) = self.operations.ops.get(inner as usize) {
                    return *again;
                }
            }
            Op::IsTrue(inner) if matches!(self.operations.ops.get(inner as usize), Some(Op::IsTrue(_) | Op::IsNull(_) | Op::Same(..))) => {
                return inner;
            }
            _ => {}
        }
        let (mut all_constant, mut any_null) = (true, false);
        op.operands(|id| match self.as_constant(id) {
            Some(Constant::Null) => any_null = true,
            Some(_) => {}
            None => all_constant = false,
        });
        if any_null && op.is_strict() {
            return self.constant(Constant::Null);
        }
        if all_constant && self.depends_of(&op) == Depends::Nothing {
            let mut scalars = Vec::new();
            op.operands(|id| scalars.extend(self.as_constant(id).map(|constant| (id, Scalar::of(constant)))));
            let scalar = |wanted: OpId| scalars.iter().find(|(id, _)| *id == wanted).map_or(&Scalar::Null, |(_, scalar)| scalar);
            let folded = apply(&op, &self.operations, &scalar, None).to_constant();
            return self.constant(folded);
        }
        self.intern(op, data_type)
    }

    /// AND or OR: flat, sorted, without repetitions and without constants that decide nothing.
    fn junction(&mut self, parts: Box<[OpId]>, and: bool) -> OpId {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match (self.operations.ops.get(part as usize), and) {
                (Some(Op::And(inner)), true) | (Some(Op::Or(inner)), false) => flat.extend_from_slice(inner),
                (Some(Op::Constant(Constant::Boolean(value))), _) => {
                    if *value != and {
                        return part;
                    }
                }
                _ => flat.push(part),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        match *flat {
            [] => self.constant(Constant::Boolean(and)),
            [one] => one,
            _ => {
                let parts = flat.into_boxed_slice();
                self.intern(if and { Op::And(parts) } else { Op::Or(parts) }, Type::Boolean)
            }
        }
    }

    fn depends_of(&self, op: &Op) -> Depends {
        let own = match op {
            Op::Column(index) => Depends::Column(*index),
            // Who a row's citizen is, is in none of its attributes.
            op if op.reads_source() => Depends::Columns,
            Op::AsOf | Op::ToTimestamp(_) | Op::ToDate(_) | Op::ShiftTimestamp(..) | Op::Cast(_, Target::Timestamp) => Depends::Context,
            Op::Extract(_, at) | Op::Truncate(_, at) if self.operations.types.get(*at as usize) == Some(&Type::Timestamp) => {
                Depends::Context
            }
            _ => Depends::Nothing,
        };
        let mut all = own;
        op.operands(|id| all = all.and(self.operations.depends.get(id as usize).copied().unwrap_or(Depends::Columns)));
        all
    }

    fn intern(&mut self, op: Op, data_type: Type) -> OpId {
        if let Some(&known) = self.ids.get(&op) {
            return known;
        }
        let id = self.operations.ops.len() as OpId;
        self.operations.depends.push(self.depends_of(&op));
        self.operations.types.push(data_type);
        self.operations.ops.push(op.clone());
        self.ids.insert(op, id);
        id
    }
}
