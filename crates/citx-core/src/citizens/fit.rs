//! New values for a column of another type: taken where nothing is lost.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, FixedSizeListArray, LargeListArray, UInt64Array, new_null_array};
use arrow_cast::{CastOptions, can_cast_types, cast, cast_with_options};
use arrow_schema::{DataType, Field, FieldRef};

use super::AttributeType;
use crate::table::Value;

/// Why values do not fit a column.
pub(super) enum Misfit {
    /// No value of that type ever fits.
    Type,
    /// The value in this row cannot be held exactly.
    Row(usize),
}

/// The values of `array` in the type `target`: text of any layout, numbers that stay exact, dates, instants of any unit and
/// zone (without a zone they are UTC). Floating point may round to a narrower width, as it does whenever such a column is made.
pub(super) fn fit(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, Misfit> {
    use AttributeType::{Date, Decimal, Float, Integer, List, Text, Timestamp};
    let source = array.data_type();
    match (source, target) {
        _ if source == target => return Ok(array.clone()),
        (DataType::Null, _) => return Ok(new_null_array(target, array.len())),
        (DataType::Dictionary(_, values), _) => {
            let spelt = if AttributeType::of(values) == Text { &DataType::LargeUtf8 } else { values.as_ref() };
            return fit(&cast(array, spelt).map_err(|_| Misfit::Type)?, target);
        }
        (_, DataType::Dictionary(_, values)) => {
            // The narrowest keys of the old column may be too few: 64 bits never are, and joining the pieces promotes the old ones.
            let wide = DataType::Dictionary(Box::new(DataType::Int64), values.clone());
            let packed = cast(&fit(array, values)?, &wide).map_err(|_| Misfit::Type)?;
            return Ok(cast(&packed, target).unwrap_or(packed));
        }
        _ => {}
    }
    match (AttributeType::of(source), AttributeType::of(target)) {
        (Text, Text) => cast(array, target).map_err(|_| Misfit::Type),
        (Float, Float) => narrow(array, target),
        (Integer | Float | Decimal { .. }, Integer | Float | Decimal { .. }) | (Date, Date) => exactly(array, target),
        (Timestamp, Timestamp) => instants(array, target),
        (List(_), List(_)) => lists(array, target),
        _ => Err(Misfit::Type),
    }
}

/// Cast there and back: what comes back must be what went.
fn exactly(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, Misfit> {
    let there = convert(array, target)?;
    let back = convert(&there, array.data_type())?;
    let same = |row: &usize| match (Value::read(array, *row), Value::read(&back, *row)) {
        (Value::Float(one), Value::Float(other)) => one == other || one.is_nan() && other.is_nan(),
        (one, other) => one == other,
    };
    match (0..array.len()).find(|row| !same(row)) {
        Some(row) => Err(Misfit::Row(row)),
        None => Ok(there),
    }
}

fn narrow(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, Misfit> {
    let there = convert(array, target)?;
    let finite = |array: &ArrayRef, row| matches!(Value::read(array, row), Value::Float(value) if value.is_finite());
    match (0..array.len()).find(|&row| finite(array, row) && !finite(&there, row)) {
        Some(row) => Err(Misfit::Row(row)),
        None => Ok(there),
    }
}

/// Units are cast, zones are only relabelled: the instant is the same in every zone.
fn instants(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, Misfit> {
    let (DataType::Timestamp(_, zone), DataType::Timestamp(unit, _)) = (array.data_type(), target) else {
        return Err(Misfit::Type);
    };
    let there = exactly(array, &DataType::Timestamp(*unit, zone.clone()))?;
    let relabelled = there.to_data().into_builder().data_type(target.clone()).build().map_err(|_| Misfit::Type)?;
    Ok(arrow_array::make_array(relabelled))
}

/// Lists of any layout, whose elements fit as values do.
fn lists(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, Misfit> {
    let element = |data_type: &DataType| match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Ok(item.clone()),
        _ => Err(Misfit::Type),
    };
    let (from, to) = (element(array.data_type())?, element(target)?);
    let wide = cast(array, &DataType::LargeList(from)).map_err(|_| Misfit::Type)?;
    // What stands behind a null, or outside a slice, need not fit.
    let rows: UInt64Array = (0..wide.len() as u64).map(Some).collect();
    let wide = arrow_select::take::take(&wide, &rows, None).map_err(|_| Misfit::Type)?;
    let (_, offsets, values, nulls) = wide.as_list::<i64>().clone().into_parts();
    let values = fit(&values, to.data_type()).map_err(|misfit| match misfit {
        Misfit::Row(index) => Misfit::Row(offsets.partition_point(|offset| *offset <= index as i64).saturating_sub(1)),
        Misfit::Type => Misfit::Type,
    })?;
    let item = Arc::new(Field::new(to.name(), values.data_type().clone(), true));
    let fitted: ArrayRef = Arc::new(LargeListArray::try_new(item, offsets, values, nulls).map_err(|_| Misfit::Type)?);
    match target {
        DataType::FixedSizeList(item, length) => of_length(fitted.as_list::<i64>(), item, *length),
        _ => cast(&fitted, target).map_err(|_| Misfit::Type),
    }
}

/// Lists that are all so long; what stands where a list is null are nulls.
fn of_length(lists: &LargeListArray, item: &FieldRef, length: i32) -> Result<ArrayRef, Misfit> {
    let mut places: Vec<Option<u64>> = Vec::new();
    for row in 0..lists.len() {
        if lists.is_null(row) {
            places.extend((0..length).map(|_| None));
        } else if lists.value_length(row) == i64::from(length) {
            let start = lists.value_offsets().get(row).copied().unwrap_or(0) as u64;
            places.extend((0..length).map(|index| Some(start + index as u64)));
        } else {
            return Err(Misfit::Row(row));
        }
    }
    let places: UInt64Array = places.into_iter().collect();
    let values = arrow_select::take::take(lists.values(), &places, None).map_err(|_| Misfit::Type)?;
    let fixed = FixedSizeListArray::try_new_with_length(item.clone(), length, values, lists.nulls().cloned(), lists.len());
    Ok(Arc::new(fixed.map_err(|_| Misfit::Type)?))
}

/// A cast whose failures are nulls.
fn convert(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, Misfit> {
    if !can_cast_types(array.data_type(), target) {
        return Err(Misfit::Type);
    }
    cast_with_options(array, target, &CastOptions { safe: true, ..CastOptions::default() }).map_err(|_| Misfit::Type)
}
