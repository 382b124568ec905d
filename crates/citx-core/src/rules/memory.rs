//! How much memory an evaluation takes at most, told before it starts.

use std::collections::HashMap;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use citx_kernels::{BLOCK_ROWS, Mask};

use crate::table::Table;

use super::Plan;
use super::engine::{NEAR_BYTES, PIECE_ROWS};
use super::plan::{Depends, Op, Type};

/// Words in a cache line, to which the masks of a rule are rounded.
const LINE_WORDS: u64 = 8;

/// Bytes for a condition and a code of its column: what it comes to, for whom it holds on either side, and a bit in a look-up table.
const CODE_BYTES: u64 = 4;

/// Bytes of a value of a dictionary that is decoded for the conditions that read it beside other columns.
const DECODED_BYTES: u64 = 17;

/// Bits for each row of a block that an operation's values take at most, validity included: of text, where it lies and how long it is.
fn bits_per_row(data_type: Type) -> u64 {
    match data_type {
        Type::Null => 0,
        Type::Boolean => 2,
        Type::Integer | Type::Float | Type::Date | Type::Timestamp => 65,
        _ => 129,
    }
}

impl Plan {
    /// At most how many bytes [`Plan::members`] takes over this table on so many threads: a bit for each rule and row; what each condition comes
    /// to for each code of its column; and for each thread the values of all operations in one block of rows. Text that rules join or change
    /// comes on top, one block of it for each thread, and so does what a consent view needs to answer.
    ///
    /// # Example
    /// ```
    /// use citx_core::citizens::Schema;
    /// use citx_core::rules::{Plan, Rule};
    /// use citx_core::table::{Column, Table};
    ///
    /// let table = Table::from_columns([Column::integer("clicks", (0..100_000).map(Some))])?;
    /// let plan = Plan::compile(&[Rule::parse("active", "clicks > 5")?], &Schema::of(&table))?;
    /// assert!((12_500..200_000).contains(&plan.memory_bytes(&table, 1)));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn memory_bytes(&self, table: &Table, threads: usize) -> u64 {
        let rows = table.num_rows();
        let (rules, words) = (self.len() as u64, (rows as u64).div_ceil(64).next_multiple_of(LINE_WORDS));
        // Each piece of parallel work knows where its words are, and counts its ones.
        let piece_bytes = (rows.div_ceil(PIECE_ROWS) as u64).saturating_mul((size_of::<&mut [u64]>() + size_of::<u64>()) as u64);
        let masks = rules.saturating_mul((words * 8).saturating_add(piece_bytes)).saturating_add(LINE_WORDS * 8);
        let operations = &self.inner.operations;
        let bits: u64 = operations.types.iter().map(|data_type| bits_per_row(*data_type)).sum();
        let block = bits.saturating_mul((rows.min(BLOCK_ROWS) as u64).next_multiple_of(64)) / 8;
        // Both sides of each condition, and two that are constant, in the blocks that are answered together.
        let sides = 2 * operations.types.iter().filter(|data_type| **data_type == Type::Boolean).count() as u64 + 2;
        let blocks = rows.min(PIECE_ROWS).div_ceil(BLOCK_ROWS) as u64;
        let together = sides.saturating_mul(blocks * size_of::<Mask>() as u64).min(NEAR_BYTES as u64);
        masks
            .saturating_add(block.saturating_add(together).saturating_mul(threads.max(1) as u64))
            .saturating_add(self.code_bytes(table))
            .saturating_add(self.source_bytes(rows as u64))
    }

    /// Conditions on one column are decided once for each code: a key of its dictionary, or a stretch between the values they compare with.
    fn code_bytes(&self, table: &Table) -> u64 {
        let operations = &self.inner.operations;
        let (mut conditions, mut stretches) = (HashMap::<u32, u64>::new(), HashMap::<u32, u64>::new());
        for ((op, data_type), depends) in operations.ops.iter().zip(&operations.types).zip(&operations.depends) {
            let Depends::Column(column) = depends else { continue };
            *conditions.entry(*column).or_default() += u64::from(*data_type == Type::Boolean);
            let listed = match op {
                Op::In(_, set) => operations.sets.get(*set as usize).map_or(0, |set| set.len()),
                _ => 0,
            };
            *stretches.entry(*column).or_insert(1) += 2 * (1 + listed as u64);
        }
        let bytes = conditions.into_iter().map(|(column, conditions)| {
            let attribute = self.inner.schema.attributes().get(column as usize);
            let array = attribute.and_then(|attribute| table.batch().column_by_name(&attribute.name));
            let decided = |codes: u64| (codes + 1).saturating_mul(conditions).saturating_mul(CODE_BYTES);
            match array.and_then(|array| array.as_any_dictionary_opt()) {
                Some(dictionary) => {
                    let values = dictionary.values().len() as u64;
                    decided(values).saturating_add(values * DECODED_BYTES)
                }
                None => decided(stretches.get(&column).copied().unwrap_or(0)),
            }
        });
        bytes.fold(0, u64::saturating_add)
    }

    /// A number for each citizen where rules ask for events, a mask for each question of consent.
    fn source_bytes(&self, rows: u64) -> u64 {
        let ops = &self.inner.operations.ops;
        let events = ops.iter().any(|op| matches!(op, Op::EventCount(_) | Op::EventAt { .. }));
        let consent = ops.iter().filter(|op| matches!(op, Op::MayContact(..))).count() as u64;
        u64::from(events) * rows * 4 + consent.saturating_mul(rows.div_ceil(8))
    }
}
