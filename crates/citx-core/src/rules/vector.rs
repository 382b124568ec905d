//! Values of one operation for the rows of one block.

mod texts;

use std::borrow::Cow;
use std::sync::Arc;

use super::plan::Type;
use super::row::Scalar;
pub(super) use texts::{Strings, Texts};

/// True and false bits of a condition; a row in neither is unknown. Bits beyond the rows are zero.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mask {
    pub truths: Vec<u64>,
    pub falses: Vec<u64>,
}

/// Which rows have a value; `None` is all of them. Bits beyond the rows are zero.
pub(super) type Valid = Option<Vec<u64>>;

/// Values of a fixed width; what stands where there is no value means nothing.
#[derive(Clone, Debug)]
pub(super) struct Values<'a, T: Copy> {
    pub data: Cow<'a, [T]>,
    pub valid: Valid,
}

#[derive(Clone, Debug)]
pub(super) enum Vector<'a> {
    Mask(Mask),
    /// Whole numbers; timestamps in microseconds; dates in days.
    Integers(Values<'a, i64>),
    Floats(Values<'a, f64>),
    Decimals(Values<'a, i128>),
    Texts(Texts<'a>),
    Lists(Lists<'a>),
}

/// Lists: where each one's elements lie among those of all.
#[derive(Clone, Debug)]
pub(super) struct Lists<'a> {
    pub ranges: Vec<(usize, usize)>,
    pub elements: Arc<Vector<'a>>,
    pub valid: Valid,
}

/// `rows` ones.
pub(super) fn ones(rows: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; rows.div_ceil(64)];
    if let (Some(last), used @ 1..) = (words.last_mut(), rows % 64) {
        *last = (1 << used) - 1;
    }
    words
}

/// Bit `i` of the result is `test(i)`.
pub(super) fn bits(rows: usize, test: impl Fn(usize) -> bool) -> Vec<u64> {
    (0..rows.div_ceil(64))
        .map(|word| {
            let start = word * 64;
            (start..rows.min(start + 64)).fold(0, |bits, row| bits | u64::from(test(row)) << (row - start))
        })
        .collect()
}

/// Bit `i` of the result is `test` of value `i`.
pub(super) fn bits_of<T: Copy>(data: &[T], test: impl Fn(T) -> bool) -> Vec<u64> {
    let word = |chunk: &[T]| chunk.iter().enumerate().fold(0, |bits, (bit, &value)| bits | u64::from(test(value)) << bit);
    data.chunks(64).map(word).collect()
}

fn zip(a: &[u64], b: &[u64], op: impl Fn(u64, u64) -> u64) -> Vec<u64> {
    a.iter().zip(b).map(|(&a, &b)| op(a, b)).collect()
}

/// The rows that have a value in both.
pub(super) fn both(a: &Valid, b: &Valid) -> Valid {
    match (a, b) {
        (None, one) | (one, None) => one.clone(),
        (Some(a), Some(b)) => Some(zip(a, b, |a, b| a & b)),
    }
}

impl Mask {
    /// The same for every row.
    pub fn constant(rows: usize, value: Option<bool>) -> Self {
        let none = || vec![0; rows.div_ceil(64)];
        match value {
            Some(true) => Self { truths: ones(rows), falses: none() },
            Some(false) => Self { truths: none(), falses: ones(rows) },
            None => Self { truths: none(), falses: none() },
        }
    }

    /// What `truths` says, unknown where there is no value.
    pub fn known(rows: usize, truths: Vec<u64>, valid: &Valid) -> Self {
        match valid {
            None => Self { falses: zip(&ones(rows), &truths, |all, truths| all & !truths), truths },
            Some(valid) => Self {
                falses: zip(valid, &truths, |valid, truths| valid & !truths),
                truths: zip(valid, &truths, |valid, truths| valid & truths),
            },
        }
    }

    pub fn known_words(&self) -> Vec<u64> {
        zip(&self.truths, &self.falses, |truths, falses| truths | falses)
    }

    pub fn not(&self) -> Self {
        Self { truths: self.falses.clone(), falses: self.truths.clone() }
    }

    pub fn and_with(&mut self, other: &Self) {
        self.truths.iter_mut().zip(&other.truths).for_each(|(a, b)| *a &= b);
        self.falses.iter_mut().zip(&other.falses).for_each(|(a, b)| *a |= b);
    }

    pub fn or_with(&mut self, other: &Self) {
        self.truths.iter_mut().zip(&other.truths).for_each(|(a, b)| *a |= b);
        self.falses.iter_mut().zip(&other.falses).for_each(|(a, b)| *a &= b);
    }

    pub fn equal(&self, other: &Self) -> Self {
        let truths = zip(&zip(&self.truths, &other.truths, |a, b| a & b), &zip(&self.falses, &other.falses, |a, b| a & b), |a, b| a | b);
        let falses = zip(&zip(&self.truths, &other.falses, |a, b| a & b), &zip(&self.falses, &other.truths, |a, b| a & b), |a, b| a | b);
        Self { truths, falses }
    }

    /// False is less than true.
    pub fn less(&self, other: &Self) -> Self {
        let truths = zip(&self.falses, &other.truths, |a, b| a & b);
        let known = zip(&self.known_words(), &other.known_words(), |a, b| a & b);
        Self { falses: zip(&known, &truths, |known, truths| known & !truths), truths }
    }

    pub fn get(&self, row: usize) -> Option<bool> {
        let bit = |words: &[u64]| words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
        if bit(&self.truths) {
            Some(true)
        } else if bit(&self.falses) {
            Some(false)
        } else {
            None
        }
    }
}

impl<T: Copy> Values<'_, T> {
    pub fn rows(&self) -> usize {
        self.data.len()
    }
}

/// An operand: different in each row, or the same in all, where `None` is null.
#[derive(Clone, Copy)]
pub(super) enum Operand<'v, T: Copy> {
    Each(&'v [T], &'v Valid),
    All(Option<T>),
}

impl<'v, T: Copy + Default> Operand<'v, T> {
    pub fn valid(self, rows: usize) -> Valid {
        match self {
            Self::Each(_, valid) => valid.clone(),
            Self::All(Some(_)) => None,
            Self::All(None) => Some(vec![0; rows.div_ceil(64)]),
        }
    }
}

/// `f` of each value; null where `f` gives none.
pub(super) fn map<T: Copy, U: Copy + Default>(values: &Values<'_, T>, mut f: impl FnMut(T) -> Option<U>) -> Values<'static, U> {
    build(values.rows(), values.valid.clone(), |row| values.data.get(row).and_then(|&value| f(value)))
}

/// `f` of each pair; null where `f` gives none.
pub(super) fn map_two<T: Copy + Default, V: Copy + Default, U: Copy + Default>(
    rows: usize,
    a: Operand<'_, T>,
    b: Operand<'_, V>,
    f: impl Fn(T, V) -> Option<U>,
) -> Values<'static, U> {
    let valid = both(&a.valid(rows), &b.valid(rows));
    match (a, b) {
        (Operand::Each(a, _), Operand::Each(b, _)) => build(rows, valid, |row| f(*a.get(row)?, *b.get(row)?)),
        (Operand::Each(a, _), Operand::All(b)) => build(rows, valid, |row| f(*a.get(row)?, b?)),
        (Operand::All(a), Operand::Each(b, _)) => build(rows, valid, |row| f(a?, *b.get(row)?)),
        (Operand::All(a), Operand::All(b)) => build(rows, valid, |_| f(a?, b?)),
    }
}

/// Whether `test` holds of each pair; unknown where either is null.
pub(super) fn test_two<T: Copy + Default>(rows: usize, a: Operand<'_, T>, b: Operand<'_, T>, test: impl Fn(T, T) -> bool) -> Mask {
    let valid = both(&a.valid(rows), &b.valid(rows));
    let truths = match (a, b) {
        (Operand::Each(a, _), Operand::Each(b, _)) => {
            bits(rows, |row| matches!((a.get(row), b.get(row)), (Some(a), Some(b)) if test(*a, *b)))
        }
        (Operand::Each(a, _), Operand::All(Some(b))) => bits_of(a, |a| test(a, b)),
        (Operand::All(Some(a)), Operand::Each(b, _)) => bits_of(b, |b| test(a, b)),
        (Operand::All(Some(a)), Operand::All(Some(b))) => bits(rows, |_| test(a, b)),
        _ => vec![0; rows.div_ceil(64)],
    };
    Mask::known(rows, truths, &valid)
}

/// Values from a function of the row; null also where it gives none.
pub(super) fn build<U: Copy + Default>(rows: usize, valid: Valid, mut f: impl FnMut(usize) -> Option<U>) -> Values<'static, U> {
    let mut data = Vec::with_capacity(rows);
    let mut failed: Option<Vec<u64>> = None;
    for row in 0..rows {
        let value = f(row);
        if value.is_none()
            && let Some(word) = failed.get_or_insert_with(|| vec![0; rows.div_ceil(64)]).get_mut(row / 64)
        {
            *word |= 1 << (row % 64);
        }
        data.push(value.unwrap_or_default());
    }
    let valid = match failed {
        None => valid,
        Some(failed) => Some(zip(&valid.unwrap_or_else(|| ones(rows)), &failed, |valid, failed| valid & !failed)),
    };
    Values { data: Cow::Owned(data), valid }
}

impl Vector<'_> {
    /// Whether a row has a value.
    pub fn is_valid(&self, row: usize) -> bool {
        if let Self::Mask(mask) = self {
            return mask.get(row).is_some();
        }
        self.valid().as_ref().is_none_or(|words| words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1))
    }

    /// Which rows have a value; for conditions the mask itself says it.
    pub fn valid(&self) -> &Valid {
        match self {
            Self::Mask(_) => &None,
            Self::Integers(values) => &values.valid,
            Self::Floats(values) => &values.valid,
            Self::Decimals(values) => &values.valid,
            Self::Texts(texts) => &texts.valid,
            Self::Lists(lists) => &lists.valid,
        }
    }
}

impl<'a> Vector<'a> {
    /// The value of a row as one of this type.
    pub fn scalar(&self, row: usize, data_type: Type) -> Scalar<'_> {
        if !self.is_valid(row) {
            return Scalar::Null;
        }
        match (self, data_type) {
            (Self::Mask(mask), _) => mask.get(row).into(),
            (Self::Integers(values), Type::Date) => {
                let day = values.data.get(row).and_then(|days| i32::try_from(*days).ok());
                day.map_or(Scalar::Null, Scalar::Date)
            }
            (Self::Integers(values), Type::Timestamp) => values.data.get(row).map_or(Scalar::Null, |at| Scalar::Timestamp(*at)),
            (Self::Integers(values), _) => values.data.get(row).copied().into(),
            (Self::Floats(values), _) => values.data.get(row).map_or(Scalar::Null, |value| Scalar::Float(*value)),
            (Self::Decimals(values), Type::Decimal(scale)) => {
                values.data.get(row).map_or(Scalar::Null, |digits| Scalar::Decimal(*digits, scale))
            }
            (Self::Texts(texts), _) => Scalar::Text(Cow::Borrowed(texts.get(row))),
            (Self::Lists(lists), Type::List(element)) => {
                let (start, end) = lists.ranges.get(row).copied().unwrap_or_default();
                Scalar::List((start..end).map(|index| lists.elements.scalar(index, Type::of_element(element))).collect())
            }
            _ => Scalar::Null,
        }
    }

    /// Values of one type, one for each row.
    pub fn collect(rows: usize, data_type: Type, mut value: impl FnMut(usize) -> Scalar<'a>) -> Vector<'static> {
        match data_type {
            Type::Integer | Type::Date | Type::Timestamp => Vector::Integers(build(rows, None, |row| integer_of(&value(row)))),
            Type::Float => Vector::Floats(build(rows, None, |row| if let Scalar::Float(value) = value(row) { Some(value) } else { None })),
            Type::Decimal(_) => {
                Vector::Decimals(build(rows, None, |row| if let Scalar::Decimal(digits, _) = value(row) { Some(digits) } else { None }))
            }
            Type::Text => {
                let mut valid = vec![0; rows.div_ceil(64)];
                let texts = Texts::build(rows, None, |row, buffer| {
                    if let (Scalar::Text(text), Some(word)) = (value(row), valid.get_mut(row / 64)) {
                        *word |= 1 << (row % 64);
                        buffer.push_str(&text);
                    }
                });
                Vector::Texts(Texts { valid: Some(valid), ..texts })
            }
            Type::Null | Type::Boolean | Type::List(_) => {
                let (mut truths, mut falses) = (vec![0; rows.div_ceil(64)], vec![0; rows.div_ceil(64)]);
                for row in 0..rows {
                    let words = match value(row).truth() {
                        Some(true) => &mut truths,
                        Some(false) => &mut falses,
                        None => continue,
                    };
                    if let Some(word) = words.get_mut(row / 64) {
                        *word |= 1_u64 << (row % 64);
                    }
                }
                Vector::Mask(Mask { truths, falses })
            }
        }
    }
}

/// The number in a scalar of whole numbers, days or microseconds.
pub(super) fn integer_of(scalar: &Scalar<'_>) -> Option<i64> {
    match scalar {
        Scalar::Integer(value) | Scalar::Timestamp(value) => Some(*value),
        Scalar::Date(days) => Some(i64::from(*days)),
        _ => None,
    }
}
