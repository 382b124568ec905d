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

/// A table of this many entries stays in the cache; above it combinations are hashed.
const TABLE: u64 = 1 << 20;

impl Occupied {
    /// Of a row that is in no cell.
    pub const NONE: u32 = u32::MAX;

    /// Of classifications by their codes, each below its number of categories. Rows for which `keep` does not hold are left out.
    pub fn new(codes: &[&[u32]], sizes: &[usize], rows: usize, keep: &dyn Fn(usize) -> bool) -> Self {
        let possible = sizes.iter().try_fold(1_u64, |all, &size| all.checked_mul(size.max(1) as u64));
        let Some(possible) = possible else { return Self::of_pairs(codes, sizes, rows, keep) };
        let mut keys = vec![0_u64; rows];
        for (codes, &size) in codes.iter().zip(sizes) {
            keys.iter_mut().zip(*codes).for_each(|(key, &code)| *key = *key * size.max(1) as u64 + u64::from(code));
        }
        let kept = keys.iter().enumerate().filter(|&(row, _)| keep(row)).map(|(_, &key)| key);
        let mut of_row = vec![Self::NONE; rows];
        let distinct: Vec<u64> = if possible <= TABLE {
            let mut table = vec![Self::NONE; possible as usize];
            kept.for_each(|key| table[key as usize] = 0);
            let distinct: Vec<u64> = (0..possible).filter(|&key| table[key as usize] == 0).collect();
            distinct.iter().enumerate().for_each(|(cell, &key)| table[key as usize] = cell as u32);
            (0..rows).filter(|&row| keep(row)).for_each(|row| of_row[row] = table[keys[row] as usize]);
            distinct
        } else {
            let mut cells: HashMap<u64, u32> = HashMap::new();
            kept.for_each(|key| {
                cells.entry(key).or_insert(0);
            });
            let mut distinct: Vec<u64> = cells.keys().copied().collect();
            distinct.sort_unstable();
            distinct.iter().enumerate().for_each(|(cell, &key)| {
                cells.insert(key, cell as u32);
            });
            (0..rows).filter(|&row| keep(row)).for_each(|row| of_row[row] = cells.get(&keys[row]).copied().unwrap_or(Self::NONE));
            distinct
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
    fn of_pairs(codes: &[&[u32]], sizes: &[usize], rows: usize, keep: &dyn Fn(usize) -> bool) -> Self {
        let (Some((last, before)), Some((size, sizes))) = (codes.split_last(), sizes.split_last()) else {
            return Self { of_row: vec![0; rows], categories: Vec::new(), count: 1 };
        };
        let first = Self::new(before, sizes, rows, keep);
        let mut both = Self::new(&[&first.of_row, last], &[first.count, *size], rows, keep);
        let own = both.categories.pop().unwrap_or_default();
        let of_first = both.categories.pop().unwrap_or_default();
        let mut categories: Vec<Vec<u32>> =
            first.categories.iter().map(|categories| of_first.iter().map(|&cell| categories[cell as usize]).collect()).collect();
        categories.push(own);
        Self { categories, ..both }
    }
}
