//! Values turned into codes: between which of some sorted cuts they lie.

use std::borrow::Cow;

use super::super::functions::float_key;
use super::super::plan::{Constant, Op, OpId, Operations, Set, Type};
use super::super::row::Scalar;

/// The code of a value; [`NULL`] stands for none.
pub(super) type Code = u16;
pub(super) const NULL: Code = Code::MAX;

/// The most cuts that codes can tell apart.
pub(super) const MAX_CUTS: usize = NULL as usize - 1;

/// Sorted cuts of the values of one type. The code of a value is how many of them it has reached.
pub(super) enum Cuts {
    /// Booleans, whole numbers, days, microseconds, and floats by [`float_order`].
    Whole(Vec<i64>, Type),
    /// Digits at this scale.
    Decimal(Vec<i128>, i8),
    /// A text, and whether only what is greater has reached the cut.
    Text(Vec<(Box<str>, bool)>),
}

/// Whole numbers in the order of floats: NaN is greatest, -0 is 0.
fn float_order(value: f64) -> i64 {
    let bits = float_key(value) as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

fn float_of(order: i64) -> f64 {
    // -0 is 0, so that the first float below lies two places on.
    let order = if order == -1 { -2 } else { order };
    f64::from_bits(if order < 0 { order ^ i64::MAX } else { order } as u64)
}

/// The whole number that a value is compared by.
pub(super) fn whole(value: &Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Boolean(value) => Some(i64::from(*value)),
        Scalar::Integer(value) | Scalar::Timestamp(value) => Some(*value),
        Scalar::Date(days) => Some(i64::from(*days)),
        Scalar::Float(value) => Some(float_order(*value)),
        _ => None,
    }
}

impl Cuts {
    /// No cuts yet, for values of a type; `None` for a type that has no order.
    pub fn of(data_type: Type) -> Option<Self> {
        match data_type {
            Type::Boolean | Type::Integer | Type::Float | Type::Date | Type::Timestamp => Some(Self::Whole(Vec::new(), data_type)),
            Type::Decimal(scale) => Some(Self::Decimal(Vec::new(), scale)),
            Type::Text => Some(Self::Text(Vec::new())),
            _ => None,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Whole(cuts, _) => cuts.len(),
            Self::Decimal(cuts, _) => cuts.len(),
            Self::Text(cuts) => cuts.len(),
        }
    }

    pub fn code(&self, value: &Scalar<'_>) -> Code {
        let reached = match (self, value) {
            (Self::Whole(cuts, _), value) => whole(value).map(|key| reached(cuts, |cut| *cut <= key)),
            (Self::Decimal(cuts, _), Scalar::Decimal(digits, _)) => Some(reached(cuts, |cut| cut <= digits)),
            (Self::Text(cuts), Scalar::Text(text)) => {
                let text = text.as_bytes();
                Some(reached(cuts, |(cut, beyond)| if *beyond { cut.as_bytes() < text } else { cut.as_bytes() <= text }))
            }
            _ => None,
        };
        reached.map_or(NULL, |reached| reached as Code)
    }

    /// A value that has reached the first `code` cuts and no more, if there is one.
    pub fn example(&self, code: usize) -> Option<Scalar<'_>> {
        let place = code.checked_sub(1);
        match self {
            Self::Whole(cuts, data_type) => {
                let key = match place {
                    Some(place) => *cuts.get(place)?,
                    None => cuts.first().map_or(Some(0), |first| first.checked_sub(1))?,
                };
                Some(match data_type {
                    Type::Boolean => Scalar::Boolean(key > 0),
                    Type::Float => Scalar::Float(float_of(key)),
                    Type::Date => Scalar::Date(i32::try_from(key).ok()?),
                    Type::Timestamp => Scalar::Timestamp(key),
                    _ => Scalar::Integer(key),
                })
            }
            Self::Decimal(cuts, scale) => {
                let digits = match place {
                    Some(place) => *cuts.get(place)?,
                    None => cuts.first().map_or(Some(0), |first| first.checked_sub(1))?,
                };
                Some(Scalar::Decimal(digits, *scale))
            }
            Self::Text(cuts) => Some(Scalar::Text(match place {
                None => Cow::Borrowed(""),
                Some(place) => match cuts.get(place)? {
                    (text, false) => Cow::Borrowed(text),
                    (text, true) => Cow::Owned(format!("{text}\0")),
                },
            })),
        }
    }

    /// Cuts before and behind a constant of the type, whatever its scale; `None` for one of another type.
    pub fn add(&mut self, constant: &Constant) -> Option<()> {
        match (self, constant) {
            // Nothing is equal to null, or less.
            (_, Constant::Null) => {}
            (Self::Decimal(cuts, scale), Constant::Decimal(digits, from)) => around(cuts, *digits, *from, *scale),
            (Self::Decimal(cuts, scale), Constant::Integer(value)) => around(cuts, i128::from(*value), 0, *scale),
            (Self::Text(cuts), Constant::Text(text)) => cuts.extend([false, true].map(|beyond| (text.as_ref().into(), beyond))),
            (Self::Whole(cuts, _), constant) => {
                let key = whole(&Scalar::of(constant))?;
                cuts.extend([Some(key), key.checked_add(1)].into_iter().flatten());
            }
            _ => return None,
        }
        Some(())
    }

    pub fn add_set(&mut self, set: &Set) -> Option<()> {
        match (self, set) {
            (Self::Whole(cuts, _), Set::Integers(set)) => {
                cuts.extend(set.iter().flat_map(|key| [Some(*key), key.checked_add(1)]).flatten());
            }
            (Self::Whole(cuts, _), Set::Floats(set)) => {
                let keys = set.iter().map(|bits| float_order(f64::from_bits(*bits)));
                cuts.extend(keys.flat_map(|key| [Some(key), key.checked_add(1)]).flatten());
            }
            (Self::Decimal(cuts, _), Set::Decimals(set)) => {
                cuts.extend(set.iter().flat_map(|digits| [Some(*digits), digits.checked_add(1)]).flatten());
            }
            (Self::Text(cuts), Set::Texts(set)) => {
                cuts.extend(set.iter().flat_map(|text| [false, true].map(|beyond| (text.as_ref().into(), beyond))));
            }
            _ => return None,
        }
        Some(())
    }

    /// The cuts of both.
    pub fn join(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Whole(cuts, _), Self::Whole(more, _)) => cuts.extend(more),
            (Self::Decimal(cuts, _), Self::Decimal(more, _)) => cuts.extend(more),
            (Self::Text(cuts), Self::Text(more)) => cuts.extend(more),
            _ => {}
        }
        self.finish();
    }

    /// Sorts, and drops what is there twice.
    pub fn finish(&mut self) {
        match self {
            Self::Whole(cuts, data_type) => {
                if *data_type == Type::Boolean {
                    cuts.push(1);
                }
                cuts.sort_unstable();
                cuts.dedup();
            }
            Self::Decimal(cuts, _) => {
                cuts.sort_unstable();
                cuts.dedup();
            }
            Self::Text(cuts) => {
                cuts.sort_unstable();
                cuts.dedup();
            }
        }
    }
}

fn reached<T>(cuts: &[T], has: impl Fn(&T) -> bool) -> usize {
    cuts.partition_point(has)
}

/// Cuts at the first digits, at scale `to`, that are not less than a decimal, and at the first that are greater.
fn around(cuts: &mut Vec<i128>, digits: i128, from: i8, to: i8) {
    let steps = i16::from(to) - i16::from(from);
    let unit = |steps: i16| u32::try_from(steps).ok().and_then(|steps| 10_i128.checked_pow(steps));
    if steps >= 0 {
        // Where it has more digits than any value of that scale, all values lie on one side of it.
        if let Some(exact) = unit(steps).and_then(|unit| digits.checked_mul(unit)) {
            cuts.extend([Some(exact), exact.checked_add(1)].into_iter().flatten());
        } else if digits == 0 {
            cuts.extend([0, 1]);
        }
        return;
    }
    let (floor, exact) = match unit(-steps) {
        Some(unit) => (digits.div_euclid(unit), digits.rem_euclid(unit) == 0),
        None => (if digits < 0 { -1 } else { 0 }, digits == 0),
    };
    cuts.extend(if exact { [Some(floor), floor.checked_add(1)] } else { [floor.checked_add(1), None] }.into_iter().flatten());
}

/// The operation whose value alone decides a condition, beside constants.
pub(super) fn decided_by(operations: &Operations, id: OpId, timed: &[bool]) -> Option<OpId> {
    let on_rows = |id: OpId| operations.depends.get(id as usize).is_some_and(|depends| depends.on_rows());
    let is_timed = |id: OpId| timed.get(id as usize) == Some(&true);
    let is_constant = |id: OpId| matches!(operations.ops.get(id as usize), Some(Op::Constant(_)));
    let value = match operations.ops.get(id as usize)? {
        Op::Column(_) | Op::MayContact(..) => id,
        Op::IsNull(a) | Op::In(a, _) => *a,
        Op::Equal(a, b) | Op::Less(a, b) | Op::Same(a, b) => match (is_constant(*a), is_constant(*b)) {
            (false, true) => *a,
            (true, false) => *b,
            _ => return None,
        },
        _ => return None,
    };
    (on_rows(value) && !is_timed(value) && Cuts::of(*operations.types.get(value as usize)?).is_some()).then_some(value)
}

/// The cuts at which that condition may change.
pub(super) fn cuts_of(operations: &Operations, id: OpId, value: OpId) -> Option<Cuts> {
    let mut cuts = Cuts::of(*operations.types.get(value as usize)?)?;
    match operations.ops.get(id as usize)? {
        Op::In(_, set) => cuts.add_set(operations.sets.get(*set as usize)?)?,
        Op::Equal(a, b) | Op::Less(a, b) | Op::Same(a, b) => {
            let other = if *a == value { *b } else { *a };
            if let Some(Op::Constant(constant)) = operations.ops.get(other as usize) {
                cuts.add(constant)?;
            }
        }
        _ => {}
    }
    cuts.finish();
    Some(cuts)
}
