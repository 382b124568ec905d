use hashbrown::HashMap;

/// The combinations of several classifications that occur, numbered in sorted order.
#[derive(Clone, Debug)]
pub(crate) struct Occupied {
    /// Cell of each row; [`Occupied::NONE`] for a row left out.
    pub of_row: Vec<u32>,
    /// For each classification the category of each cell.
    pub categories: Vec<Vec<u32>>,
    pub count: usize,
}

/// Combinations up to this many are looked up in a table; above it they are hashed.
const TABLE: u64 = 1 << 23;

/// Rows whose keys are made while they are in the cache.
const BLOCK: usize = 1024;

impl Occupied {
    /// Of a row that is in no cell.
    pub const NONE: u32 = u32::MAX;

    /// Of classifications by their codes, each below its number of categories where a row has a weight; others are left out.
    pub fn new(codes: &[&[u32]], sizes: &[usize], weights: &[f64]) -> Self {
        let possible = sizes.iter().try_fold(1_u64, |all, &size| all.checked_mul(size.max(1) as u64));
        let Some(possible) = possible else { return Self::of_pairs(codes, sizes, weights) };
        let keys = keys(codes, sizes, weights.len());
        let kept = || keys.iter().zip(weights).filter(|(_, weight)| **weight > 0.0).map(|(&key, _)| key);
        let each = |cell: &dyn Fn(u64) -> u32| {
            keys.iter().zip(weights).map(|(&key, &weight)| if weight > 0.0 { cell(key) } else { Self::NONE }).collect()
        };
        let (of_row, distinct): (Vec<u32>, Vec<u64>) = if possible <= TABLE {
            let mut table = vec![Self::NONE; possible as usize];
            kept().for_each(|key| table[key as usize] = 0);
            let distinct: Vec<u64> = (0..possible).filter(|&key| table[key as usize] == 0).collect();
            distinct.iter().enumerate().for_each(|(cell, &key)| table[key as usize] = cell as u32);
            (each(&|key| table[key as usize]), distinct)
        } else {
            let mut cells: HashMap<u64, u32> = HashMap::new();
            kept().for_each(|key| {
                cells.entry(key).or_insert(0);
            });
            let mut distinct: Vec<u64> = cells.keys().copied().collect();
            distinct.sort_unstable();
            distinct.iter().enumerate().for_each(|(cell, &key)| {
                cells.insert(key, cell as u32);
            });
            (each(&|key| cells.get(&key).copied().unwrap_or(Self::NONE)), distinct)
        };
        let count = distinct.len();
        let mut rest = distinct;
        let mut categories = vec![Vec::new(); sizes.len()];
        for (categories, &size) in categories.iter_mut().zip(sizes).rev() {
            let size = size.max(1) as u64;
            *categories = rest.iter().map(|key| (key % size) as u32).collect();
            rest.iter_mut().for_each(|key| *key /= size);
        }
        Self { of_row, categories, count }
    }

    /// One classification after the other, where the combinations do not fit in 64 bits.
    fn of_pairs(codes: &[&[u32]], sizes: &[usize], weights: &[f64]) -> Self {
        let (Some((last, before)), Some((size, sizes))) = (codes.split_last(), sizes.split_last()) else {
            return Self { of_row: vec![0; weights.len()], categories: Vec::new(), count: 1 };
        };
        let first = Self::new(before, sizes, weights);
        let mut both = Self::new(&[&first.of_row, last], &[first.count, *size], weights);
        let own = both.categories.pop().unwrap_or_default();
        let of_first = both.categories.pop().unwrap_or_default();
        let mut categories: Vec<Vec<u32>> =
            first.categories.iter().map(|categories| of_first.iter().map(|&cell| categories[cell as usize]).collect()).collect();
        categories.push(own);
        Self { categories, ..both }
    }
}

/// The place of each row's combination among all that are possible; of a row without weight, whose codes may be none, any number.
fn keys(codes: &[&[u32]], sizes: &[usize], rows: usize) -> Vec<u64> {
    let mut keys = vec![0_u64; rows];
    for (block, keys) in keys.chunks_mut(BLOCK).enumerate() {
        for (codes, &size) in codes.iter().zip(sizes) {
            let codes = codes.iter().skip(block * BLOCK);
            keys.iter_mut().zip(codes).for_each(|(key, &code)| *key = key.wrapping_mul(size.max(1) as u64).wrapping_add(u64::from(code)));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_share_a_cell_where_they_share_all_codes(
            rows in proptest::collection::vec((0_u32..3, 0_u32..4, 0_u32..2, 0_u8..4), 0..60),
            large in any::<bool>(),
        ) {
            let column = |of: fn(&(u32, u32, u32, u8)) -> u32| rows.iter().map(of).collect::<Vec<u32>>();
            let codes = [column(|row| row.0), column(|row| row.1), column(|row| row.2)];
            let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.3.min(1))).collect();
            // Sizes beyond a table, and beyond 64 bits, give the same cells.
            let sizes = if large { [1 << 30, 1 << 30, 1 << 30] } else { [3, 4, 2] };
            let cells = Occupied::new(&codes.each_ref().map(Vec::as_slice), &sizes, &weights);
            for (at, weight) in weights.iter().enumerate() {
                let cell = cells.of_row[at];
                prop_assert_eq!(cell == Occupied::NONE, *weight == 0.0);
                if cell != Occupied::NONE {
                    prop_assert!((0..3).all(|which| cells.categories[which][cell as usize] == codes[which][at]));
                }
            }
            let distinct: std::collections::BTreeSet<_> = rows.iter().filter(|row| row.3 > 0).map(|row| (row.0, row.1, row.2)).collect();
            prop_assert_eq!(cells.count, distinct.len());
        }
    }
}
