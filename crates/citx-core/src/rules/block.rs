//! What an operation comes to for the rows of one block.

mod lists;
mod texts;
mod times;

use std::borrow::Cow;

use crate::time::Date;

use super::Context;
use super::ast::Arithmetic;
use super::functions as f;
use super::plan::{Op, OpId, Operations, Set, Type};
use super::row::{self, Scalar};
use super::vector::{Mask, Operand, Texts, Valid, Values, Vector, bits, bits_of, both, build, integer_of, map, map_two, ones, test_two};
use texts::TextSet;

/// The operands of an operation: vectors of the block, or values that are the same for all rows.
pub(super) struct Block<'b, 'a> {
    pub rows: usize,
    pub operations: &'b Operations,
    pub context: &'b Context,
    /// By operation; `None` if it is not one of rows, or not needed.
    pub vectors: &'b [Option<Vector<'a>>],
    /// By operation; meaningful where it is not one of rows.
    pub scalars: &'b [Scalar<'a>],
}

/// A text operand.
#[derive(Clone, Copy)]
enum TextOperand<'v> {
    Each(&'v Texts<'v>),
    All(Option<&'v str>),
}

impl<'v> TextOperand<'v> {
    fn valid(self, rows: usize) -> Valid {
        match self {
            Self::Each(texts) => texts.valid.clone(),
            Self::All(Some(_)) => None,
            Self::All(None) => Some(vec![0; rows.div_ceil(64)]),
        }
    }

    fn get(self, row: usize) -> &'v str {
        match self {
            Self::Each(texts) => texts.get(row),
            Self::All(text) => text.unwrap_or(""),
        }
    }
}

impl<'b> Block<'b, '_> {
    fn vector(&self, id: OpId) -> Option<&Vector<'b>> {
        self.vectors.get(id as usize).and_then(Option::as_ref)
    }

    fn scalar(&self, id: OpId) -> &Scalar<'b> {
        self.scalars.get(id as usize).unwrap_or(&Scalar::Null)
    }

    fn type_of(&self, id: OpId) -> Type {
        self.operations.types.get(id as usize).copied().unwrap_or(Type::Null)
    }

    fn scale(&self, id: OpId) -> i8 {
        if let Type::Decimal(scale) = self.type_of(id) { scale } else { 0 }
    }

    fn integers(&self, id: OpId) -> Operand<'_, i64> {
        match self.vector(id) {
            Some(Vector::Integers(values)) => Operand::Each(&values.data, &values.valid),
            Some(_) => Operand::All(None),
            None => Operand::All(integer_of(self.scalar(id))),
        }
    }

    fn floats(&self, id: OpId) -> Operand<'_, f64> {
        match (self.vector(id), self.scalar(id)) {
            (Some(Vector::Floats(values)), _) => Operand::Each(&values.data, &values.valid),
            (None, Scalar::Float(value)) => Operand::All(Some(*value)),
            _ => Operand::All(None),
        }
    }

    fn decimals(&self, id: OpId) -> Operand<'_, i128> {
        match (self.vector(id), self.scalar(id)) {
            (Some(Vector::Decimals(values)), _) => Operand::Each(&values.data, &values.valid),
            (None, Scalar::Decimal(digits, _)) => Operand::All(Some(*digits)),
            _ => Operand::All(None),
        }
    }

    fn texts(&self, id: OpId) -> TextOperand<'_> {
        match (self.vector(id), self.scalar(id)) {
            (Some(Vector::Texts(texts)), _) => TextOperand::Each(texts),
            (None, Scalar::Text(text)) => TextOperand::All(Some(text)),
            _ => TextOperand::All(None),
        }
    }

    fn mask(&self, id: OpId) -> Cow<'_, Mask> {
        match self.vector(id) {
            Some(Vector::Mask(mask)) => Cow::Borrowed(mask),
            Some(_) => Cow::Owned(Mask::constant(self.rows, None)),
            None => Cow::Owned(Mask::constant(self.rows, self.scalar(id).truth())),
        }
    }

    /// The operation's values. Columns and sources are read elsewhere.
    pub fn apply(&self, op: &Op, data_type: Type) -> Vector<'static> {
        match op {
            Op::Constant(_) | Op::Column(_) | Op::AsOf | Op::EventCount(_) | Op::EventAt { .. } | Op::MayContact(..) => {
                Vector::Mask(Mask::constant(self.rows, None))
            }
            Op::ToFloat(a) | Op::ToDecimal(a, _) => self.cast(op, *a),
            Op::Arithmetic(arithmetic, a, b) => self.arithmetic(*arithmetic, *a, *b, data_type),
            Op::Negate(a) => self.signed(*a, data_type, i64::checked_neg, |value| -value, i128::checked_neg),
            Op::Abs(a) => self.signed(*a, data_type, i64::checked_abs, f64::abs, i128::checked_abs),
            Op::ToTimestamp(_) | Op::ToDate(_) | Op::ShiftDate(..) | Op::ShiftTimestamp(..) | Op::Extract(..) | Op::Truncate(..) => {
                self.time(op)
            }
            Op::AddDays(a, b) => self.two_integers(*a, *b, |day, days| row::add_days(i32::try_from(day).ok()?, days).map(i64::from)),
            Op::DaysBetween(a, b) => self.two_integers(*a, *b, |a, b| Some(a - b)),
            Op::YearsBetween(a, b) => self.two_integers(*a, *b, |a, b| {
                let day = |days| i32::try_from(days).ok().map(Date::from_days);
                day(a)?.age_of(day(b)?).map(i64::from)
            }),
            Op::Lower(a) => Vector::Texts(self.mapped_chars(*a, f::lower, str::make_ascii_lowercase)),
            Op::Upper(a) => Vector::Texts(self.mapped_chars(*a, f::upper, str::make_ascii_uppercase)),
            Op::Length(a) => {
                let texts = self.texts(*a);
                Vector::Integers(build(self.rows, texts.valid(self.rows), |row| Some(texts.get(row).chars().count() as i64)))
            }
            Op::Concat(parts) => self.concat(parts),
            Op::Trim(side, text, characters) => self.trim(*side, *text, *characters, op),
            Op::Cast(..) | Op::Round(..) | Op::Floor(_) | Op::Ceil(_) | Op::Least(_) | Op::Greatest(_) => self.by_rows(op, data_type),
            Op::Case(conditions, values) => self.case(conditions, values, data_type),
            condition => Vector::Mask(self.condition(condition)),
        }
    }

    fn condition(&self, op: &Op) -> Mask {
        match op {
            Op::Equal(a, b) => self.compare(*a, *b, false),
            Op::Less(a, b) => self.compare(*a, *b, true),
            Op::Same(a, b) => self.same(*a, *b),
            Op::In(a, set) => self.contained(*a, *set),
            Op::Like(a, pattern) => match self.operations.patterns.get(*pattern as usize) {
                Some(pattern) => self.like(*a, pattern),
                None => Mask::constant(self.rows, None),
            },
            Op::Regexp(a, regexp) => match self.operations.regexps.get(*regexp as usize) {
                Some(regexp) => self.test_text(*a, |text| regexp.is_in(text)),
                None => Mask::constant(self.rows, None),
            },
            Op::LikeValue { value, pattern, escape, fold } => self.like_value(*value, *pattern, *escape, *fold),
            Op::StartsWith(a, b) => self.two_texts(*a, *b, |a, b| a.starts_with(b)),
            Op::EndsWith(a, b) => self.two_texts(*a, *b, |a, b| a.ends_with(b)),
            Op::Contains(a, b) => self.contains(*a, *b),
            Op::Holds(list, value) => self.holds(*list, *value),
            Op::HoldsAny(list, set) => self.holds_any(*list, *set),
            Op::WithinM(parts) => self.within_m(parts),
            Op::WithinMAny(parts, set) => self.within_m_any(parts, *set),
            Op::Not(a) => self.mask(*a).not(),
            Op::And(parts) => self.junction(parts, Mask::and_with, true),
            Op::Or(parts) => self.junction(parts, Mask::or_with, false),
            Op::IsNull(a) => {
                let null = match (self.vector(*a), self.scalar(*a)) {
                    (Some(vector), _) => bits(self.rows, |row| !vector.is_valid(row)),
                    (None, Scalar::Null) => ones(self.rows),
                    (None, _) => vec![0; self.rows.div_ceil(64)],
                };
                Mask::known(self.rows, null, &None)
            }
            Op::IsTrue(a) => Mask::known(self.rows, self.mask(*a).truths.clone(), &None),
            _ => Mask::constant(self.rows, None),
        }
    }

    fn junction(&self, parts: &[OpId], join: fn(&mut Mask, &Mask), neutral: bool) -> Mask {
        let mut joined = Mask::constant(self.rows, Some(neutral));
        parts.iter().for_each(|part| join(&mut joined, &self.mask(*part)));
        joined
    }

    /// Row by row, as for one record: for what is seldom asked of a whole column.
    fn by_rows(&self, op: &Op, data_type: Type) -> Vector<'static> {
        let mut operands: Vec<OpId> = Vec::new();
        op.operands(|id| operands.push(id));
        let mut values: Vec<Scalar<'_>> = operands.iter().map(|id| self.scalar(*id).clone()).collect();
        Vector::collect(self.rows, data_type, |row| {
            for (value, id) in values.iter_mut().zip(&operands) {
                if let Some(vector) = self.vector(*id) {
                    *value = vector.scalar(row, self.type_of(*id));
                }
            }
            let get = |wanted: OpId| operands.iter().position(|id| *id == wanted).and_then(|at| values.get(at)).unwrap_or(&Scalar::Null);
            row::apply(op, self.operations, &get, Some(self.context)).into_owned()
        })
    }

    fn cast(&self, op: &Op, from: OpId) -> Vector<'static> {
        let scale = self.scale(from);
        match (op, self.vector(from)) {
            (Op::ToFloat(_), Some(Vector::Integers(values))) => Vector::Floats(map(values, |value| Some(value as f64))),
            (Op::ToFloat(_), Some(Vector::Decimals(values))) => {
                Vector::Floats(map(values, |digits| Some(f::decimal_to_float(digits, scale))))
            }
            (Op::ToDecimal(_, to), Some(Vector::Integers(values))) => {
                Vector::Decimals(map(values, |value| f::rescale(i128::from(value), 0, *to)))
            }
            (Op::ToDecimal(_, to), Some(Vector::Decimals(values))) => {
                Vector::Decimals(map(values, |digits| f::rescale(digits, scale, *to)))
            }
            _ => Vector::Mask(Mask::constant(self.rows, None)),
        }
    }

    fn two_integers(&self, a: OpId, b: OpId, f: impl Fn(i64, i64) -> Option<i64>) -> Vector<'static> {
        Vector::Integers(map_two(self.rows, self.integers(a), self.integers(b), f))
    }

    fn arithmetic(&self, arithmetic: Arithmetic, a: OpId, b: OpId, data_type: Type) -> Vector<'static> {
        match data_type {
            Type::Integer => match arithmetic {
                Arithmetic::Add => self.two_integers(a, b, i64::checked_add),
                Arithmetic::Subtract => self.two_integers(a, b, i64::checked_sub),
                Arithmetic::Multiply => self.two_integers(a, b, i64::checked_mul),
                Arithmetic::Remainder => self.two_integers(a, b, f::integer_remainder),
                Arithmetic::Divide => self.two_integers(a, b, |_, _| None),
            },
            Type::Decimal(_) => {
                let (rows, a, b) = (self.rows, self.decimals(a), self.decimals(b));
                Vector::Decimals(match arithmetic {
                    Arithmetic::Add => map_two(rows, a, b, i128::checked_add),
                    Arithmetic::Subtract => map_two(rows, a, b, i128::checked_sub),
                    Arithmetic::Multiply => map_two(rows, a, b, i128::checked_mul),
                    Arithmetic::Remainder => map_two(rows, a, b, f::decimal_remainder),
                    Arithmetic::Divide => map_two(rows, a, b, |_, _| None),
                })
            }
            _ => {
                let (rows, a, b) = (self.rows, self.floats(a), self.floats(b));
                Vector::Floats(match arithmetic {
                    Arithmetic::Add => map_two(rows, a, b, |a, b| Some(a + b)),
                    Arithmetic::Subtract => map_two(rows, a, b, |a, b| Some(a - b)),
                    Arithmetic::Multiply => map_two(rows, a, b, |a, b| Some(a * b)),
                    Arithmetic::Divide => map_two(rows, a, b, |a, b| Some(a / b)),
                    Arithmetic::Remainder => map_two(rows, a, b, |a, b| Some(a % b)),
                })
            }
        }
    }

    fn signed(
        &self,
        a: OpId,
        data_type: Type,
        integer: fn(i64) -> Option<i64>,
        float: fn(f64) -> f64,
        decimal: fn(i128) -> Option<i128>,
    ) -> Vector<'static> {
        match self.vector(a) {
            Some(Vector::Integers(values)) if data_type == Type::Integer => Vector::Integers(map(values, integer)),
            Some(Vector::Floats(values)) => Vector::Floats(map(values, |value| Some(float(value)))),
            Some(Vector::Decimals(values)) => Vector::Decimals(map(values, decimal)),
            _ => Vector::Mask(Mask::constant(self.rows, None)),
        }
    }

    /// Equal, or less: both operands are of one type, or one is always null.
    fn compare(&self, a: OpId, b: OpId, less: bool) -> Mask {
        let rows = self.rows;
        let data_type = if self.type_of(a) == Type::Null { self.type_of(b) } else { self.type_of(a) };
        match data_type {
            Type::Null => Mask::constant(rows, None),
            Type::Boolean if less => self.mask(a).less(&self.mask(b)),
            Type::Boolean => self.mask(a).equal(&self.mask(b)),
            Type::Integer | Type::Date | Type::Timestamp => {
                let (a, b) = (self.integers(a), self.integers(b));
                if less { test_two(rows, a, b, |a, b| a < b) } else { test_two(rows, a, b, |a, b| a == b) }
            }
            Type::Float => self.compare_floats(self.floats(a), self.floats(b), less),
            Type::Decimal(_) => {
                let (a_scale, b_scale) = (self.scale(a), self.scale(b));
                let (a, b) = (self.decimals(a), self.decimals(b));
                let order = |a, b| f::compare_decimals(a, a_scale, b, b_scale);
                if less { test_two(rows, a, b, |a, b| order(a, b).is_lt()) } else { test_two(rows, a, b, |a, b| order(a, b).is_eq()) }
            }
            Type::List(_) => Mask::constant(rows, None),
            Type::Text if less => self.two_texts(a, b, |a, b| a.as_bytes() < b.as_bytes()),
            Type::Text => self.two_texts(a, b, |a, b| a == b),
        }
    }

    /// A constant that is not NaN needs no NaN test, save that NaN is greater than it.
    fn compare_floats(&self, a: Operand<'_, f64>, b: Operand<'_, f64>, less: bool) -> Mask {
        let plain = |operand: &Operand<'_, f64>| matches!(operand, Operand::All(Some(value)) if !value.is_nan());
        match (plain(&a), plain(&b), less) {
            (_, true, true) => test_two(self.rows, a, b, |a, b| a < b),
            (true, _, true) => test_two(self.rows, a, b, |a, b| b > a || b.is_nan()),
            (_, true, false) | (true, _, false) => test_two(self.rows, a, b, |a, b| a == b),
            (false, false, true) => test_two(self.rows, a, b, f::float_less),
            (false, false, false) => test_two(self.rows, a, b, f::float_equal),
        }
    }

    /// Both null, or equal.
    fn same(&self, a: OpId, b: OpId) -> Mask {
        let valid = |id: OpId| match (self.vector(id), self.scalar(id)) {
            (Some(vector), _) => bits(self.rows, |row| vector.is_valid(row)),
            (None, Scalar::Null) => vec![0; self.rows.div_ceil(64)],
            (None, _) => ones(self.rows),
        };
        let (a_valid, b_valid) = (valid(a), valid(b));
        let equal = self.compare(a, b, false).truths;
        let all = ones(self.rows);
        let same = equal.iter().zip(a_valid.iter().zip(&b_valid)).zip(&all).map(|((equal, (a, b)), all)| equal | !(a | b) & all);
        Mask::known(self.rows, same.collect(), &None)
    }

    fn contained(&self, a: OpId, set: u32) -> Mask {
        let Some(set) = self.operations.sets.get(set as usize) else { return Mask::constant(self.rows, None) };
        match self.vector(a) {
            Some(Vector::Integers(values)) => match set {
                // A few comparisons are faster than a search.
                Set::Integers(few) if few.len() <= 8 => lookup(values, |value| few.contains(&value)),
                set => lookup(values, |value| set.has_integer(value)),
            },
            Some(Vector::Floats(values)) => lookup(values, |value| set.has_float(value)),
            Some(Vector::Decimals(values)) => lookup(values, |digits| set.has_decimal(digits)),
            Some(Vector::Texts(_)) => {
                let set = TextSet::of(set);
                self.test_text(a, |text| set.has(text))
            }
            _ => Mask::constant(self.rows, None),
        }
    }

    fn within_m(&self, parts: &[OpId; 5]) -> Mask {
        let [lat, lon, lat0, lon0, metres] = parts.map(|part| self.floats(part));
        let at = |operand: Operand<'_, f64>, row: usize| match operand {
            Operand::Each(data, _) => data.get(row).copied().unwrap_or(f64::NAN),
            Operand::All(value) => value.unwrap_or(f64::NAN),
        };
        let mut valid = None;
        for operand in [lat, lon, lat0, lon0, metres] {
            valid = both(&valid, &operand.valid(self.rows));
        }
        let near = |row| f::within_m(at(lat, row), at(lon, row), at(lat0, row), at(lon0, row), at(metres, row));
        let answers = build(self.rows, valid, near);
        let truths = bits(self.rows, |row| answers.data.get(row).copied().unwrap_or(false));
        Mask::known(self.rows, truths, &answers.valid)
    }

    fn within_m_any(&self, parts: &[OpId; 3], set: u32) -> Mask {
        let Some(set) = self.operations.places.get(set as usize) else { return Mask::constant(self.rows, None) };
        let [lat, lon, metres] = parts.map(|part| self.floats(part));
        let near = |row: usize| set.any_within(lat.get(row)?, lon.get(row)?, metres.get(row)?);
        let answers = build(self.rows, None, near);
        Mask::known(self.rows, bits_of(&answers.data, |near| near), &answers.valid)
    }

    /// For each row the value behind the first condition that is true, or the last value.
    fn case(&self, conditions: &[OpId], values: &[OpId], data_type: Type) -> Vector<'static> {
        let masks: Vec<Cow<'_, Mask>> = conditions.iter().map(|condition| self.mask(*condition)).collect();
        let chosen: Vec<OpId> = (0..self.rows)
            .map(|row| {
                let branch = masks.iter().position(|mask| mask.get(row) == Some(true)).unwrap_or(masks.len());
                values.get(branch).copied().unwrap_or_default()
            })
            .collect();
        let pick = |row: usize| chosen.get(row).copied().unwrap_or_default();
        match data_type {
            Type::Boolean | Type::Null | Type::List(_) => {
                let one = |row: usize| match self.vector(pick(row)) {
                    Some(Vector::Mask(mask)) => mask.get(row),
                    Some(_) => None,
                    None => self.scalar(pick(row)).truth(),
                };
                let bit = |wanted: bool| bits(self.rows, |row| one(row) == Some(wanted));
                Vector::Mask(Mask { truths: bit(true), falses: bit(false) })
            }
            Type::Integer | Type::Date | Type::Timestamp => {
                Vector::Integers(build(self.rows, None, |row| self.integers(pick(row)).get(row)))
            }
            Type::Float => Vector::Floats(build(self.rows, None, |row| self.floats(pick(row)).get(row))),
            Type::Decimal(_) => Vector::Decimals(build(self.rows, None, |row| self.decimals(pick(row)).get(row))),
            Type::Text => {
                let has = |row: usize| match self.texts(pick(row)) {
                    TextOperand::Each(texts) => is_set(&texts.valid, row),
                    TextOperand::All(text) => text.is_some(),
                };
                let valid = Some(bits(self.rows, has));
                Vector::Texts(Texts::build(self.rows, valid, |row, buffer| buffer.push_str(self.texts(pick(row)).get(row))))
            }
        }
    }
}

fn is_set(valid: &Valid, row: usize) -> bool {
    valid.as_ref().is_none_or(|words| words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1))
}

fn lookup<T: Copy>(values: &Values<'_, T>, test: impl Fn(T) -> bool) -> Mask {
    Mask::known(values.rows(), bits_of(&values.data, test), &values.valid)
}

impl<T: Copy> Operand<'_, T> {
    fn get(self, row: usize) -> Option<T> {
        match self {
            Self::Each(data, valid) => data.get(row).copied().filter(|_| is_set(valid, row)),
            Self::All(value) => value,
        }
    }
}
