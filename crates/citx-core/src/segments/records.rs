//! Plans for single records. A stream of records has few types, but many patterns of nulls: one plan answers them all.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::citizens::{Attribute, AttributeType, ElementType, Schema};
use crate::rules::{Plan, Rule, find_attribute, schema_of};
use crate::table::{Record, Value};

/// How many plans are kept, the last ones.
const KEPT: usize = 16;

/// The plans of a book for single records.
#[derive(Debug, Default)]
pub(super) struct RecordPlans {
    /// The attributes that rules read, as they write them.
    names: Vec<String>,
    places: HashMap<String, usize>,
    kept: Mutex<Vec<RecordPlan>>,
}

/// The rules compiled for attributes of these types.
#[derive(Clone, Debug)]
pub(super) struct RecordPlan {
    pub types: Vec<AttributeType>,
    pub plan: Plan,
}

impl RecordPlans {
    pub fn new(rules: &[Rule]) -> Self {
        let mut names: Vec<String> = rules.iter().flat_map(Rule::names).map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        let places = names.iter().enumerate().map(|(place, name)| (name.clone(), place)).collect();
        Self { names, places, kept: Mutex::default() }
    }

    /// What rules read of a record; `None` if it lacks some of it.
    pub fn values<'r>(&self, record: &'r Record) -> Option<Vec<&'r Value>> {
        let mut values: Vec<Option<&Value>> = vec![None; self.names.len()];
        for (name, value) in record.fields() {
            if let Some(slot) = self.places.get(name).and_then(|place| values.get_mut(*place)) {
                slot.get_or_insert(value);
            }
        }
        if values.iter().any(Option::is_none) {
            let schema = schema_of(record);
            for (name, slot) in self.names.iter().zip(&mut values).filter(|(_, slot)| slot.is_none()) {
                *slot = find_attribute(&schema, name).and_then(|index| record.fields().get(index)).map(|(_, value)| value);
            }
        }
        values.into_iter().collect()
    }

    pub fn schema(&self, types: &[AttributeType]) -> Schema {
        let attributes = self.names.iter().zip(types);
        Schema::new(attributes.map(|(name, data_type)| Attribute { name: name.clone(), data_type: *data_type }))
    }

    /// The plan that answers values of these types, if it is kept.
    pub fn find(&self, types: &[AttributeType]) -> Option<Plan> {
        self.lock().iter().rev().find(|kept| kept.answers(types)).map(|kept| kept.plan.clone())
    }

    /// The types of a plan that would answer both these values and those that a kept one does.
    pub fn joined(&self, types: &[AttributeType]) -> Option<Vec<AttributeType>> {
        self.lock().iter().rev().find_map(|kept| kept.joined(types))
    }

    /// Keeps a plan, in the place of those for which it answers too.
    pub fn keep(&self, plan: RecordPlan) {
        let mut kept = self.lock();
        kept.retain(|known| !plan.answers(&known.types));
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push(plan);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RecordPlan>> {
        // A plan is whole or not there, so a panic elsewhere leaves the list usable.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordPlan {
    /// Whether the plan says of values of these types what one compiled for them would.
    pub fn answers(&self, types: &[AttributeType]) -> bool {
        let mut pairs = self.types.iter().zip(types).enumerate();
        pairs.all(|(place, (known, found))| known == found || is_null_of(*found, *known) && !self.plan.reads_null(place))
    }

    fn joined(&self, types: &[AttributeType]) -> Option<Vec<AttributeType>> {
        let join = |(place, (known, found)): (usize, (&AttributeType, &AttributeType))| match (*known, *found) {
            (known, found) if is_null_of(found, known) => Some(if self.plan.reads_null(place) { found } else { known }),
            (known, found) => (known == found || is_null_of(known, found)).then_some(found),
        };
        self.types.iter().zip(types).enumerate().map(join).collect()
    }
}

/// Whether values of one type are nulls of another, or lists of such.
fn is_null_of(data_type: AttributeType, other: AttributeType) -> bool {
    matches!((data_type, other), (AttributeType::Null, _) | (AttributeType::List(ElementType::Null), AttributeType::List(_)))
}
