//! What lists hold.

use super::super::vector::Lists;
use super::*;

impl Block<'_, '_> {
    fn lists(&self, id: OpId) -> Option<&Lists<'_>> {
        match self.vector(id) {
            Some(Vector::Lists(lists)) => Some(lists),
            _ => None,
        }
    }

    fn element_type(&self, list: OpId) -> Type {
        if let Type::List(element) = self.type_of(list) { Type::of_element(element) } else { Type::Null }
    }

    /// Whether each list holds a value; unknown only where the list is null.
    pub(super) fn holds(&self, list: OpId, value: OpId) -> Mask {
        let Some(lists) = self.lists(list) else { return Mask::constant(self.rows, None) };
        let element = self.element_type(list);
        let truths = match self.vector(value) {
            None => any_in_range(lists, &equal_to(&lists.elements, self.scalar(value), element)),
            Some(values) => bits(self.rows, |row| {
                let wanted = values.scalar(row, self.type_of(value));
                let (start, end) = lists.ranges.get(row).copied().unwrap_or_default();
                (start..end).any(|index| row::equal(&lists.elements.scalar(index, element), &wanted))
            }),
        };
        Mask::known(self.rows, truths, &lists.valid)
    }

    /// Whether each list holds a value of a set.
    pub(super) fn holds_any(&self, list: OpId, set: u32) -> Mask {
        let (Some(lists), Some(set)) = (self.lists(list), self.operations.sets.get(set as usize)) else {
            return Mask::constant(self.rows, None);
        };
        let elements = lists.elements.as_ref();
        let found = match elements {
            Vector::Integers(values) => bits_of(&values.data, |value| set.has_integer(value)),
            Vector::Floats(values) => bits_of(&values.data, |value| set.has_float(value)),
            Vector::Decimals(values) => bits_of(&values.data, |digits| set.has_decimal(digits)),
            Vector::Texts(texts) => {
                let set = TextSet::of(set);
                texts.bits(|text| set.has(text))
            }
            Vector::Mask(_) | Vector::Lists(_) => Vec::new(),
        };
        Mask::known(self.rows, any_in_range(lists, &with_value(elements, found)), &lists.valid)
    }
}

/// Which elements equal a value.
fn equal_to(elements: &Vector<'_>, value: &Scalar<'_>, element: Type) -> Vec<u64> {
    let found = match (elements, value) {
        (Vector::Integers(values), value) => match integer_of(value) {
            Some(wanted) => bits_of(&values.data, |value| value == wanted),
            None => Vec::new(),
        },
        (Vector::Floats(values), Scalar::Float(wanted)) => bits_of(&values.data, |value| f::float_equal(value, *wanted)),
        (Vector::Decimals(values), Scalar::Decimal(wanted, scale)) => {
            let own = if let Type::Decimal(own) = element { own } else { 0 };
            bits_of(&values.data, |digits| f::compare_decimals(digits, own, *wanted, *scale).is_eq())
        }
        (Vector::Texts(texts), Scalar::Text(wanted)) => texts.bits(|text| text == wanted),
        (Vector::Mask(mask), Scalar::Boolean(wanted)) => {
            if *wanted {
                mask.truths.clone()
            } else {
                mask.falses.clone()
            }
        }
        _ => Vec::new(),
    };
    with_value(elements, found)
}

/// `found`, without the elements that are null.
fn with_value(elements: &Vector<'_>, mut found: Vec<u64>) -> Vec<u64> {
    if let Some(valid) = elements.valid() {
        found.iter_mut().zip(valid).for_each(|(found, valid)| *found &= valid);
    }
    found
}

/// Whether a bit is set in each list's range.
fn any_in_range(lists: &Lists<'_>, found: &[u64]) -> Vec<u64> {
    if found.iter().all(|word| *word == 0) {
        return vec![0; lists.ranges.len().div_ceil(64)];
    }
    let is_found = |index: usize| found.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1);
    bits(lists.ranges.len(), |row| lists.ranges.get(row).is_some_and(|(start, end)| (*start..*end).any(is_found)))
}
