use super::exact::Parts;

/// Rows classified by several margins, in groups of margins whose cells are few enough for a table: what raking does to the margins of
/// a group happens in its table, and the rows are passed over once for each group, not for each margin.
#[derive(Debug)]
pub(crate) struct Crossed {
    groups: Vec<Group>,
}

/// Margins one after the other, and the cells of their cross-classification.
#[derive(Debug)]
struct Group {
    /// Cell of each row; of a row without weight the one beyond all others.
    of_row: Vec<u32>,
    /// For each margin the category of each cell.
    categories: Vec<Vec<u32>>,
    cells: usize,
}

/// A number for each cell of a group, and one for rows without weight.
pub(crate) type CellTable = Vec<f64>;

/// Cells of a table that stays near the core.
const NEAR: usize = 1 << 16;

/// Rows that are worked on while they are in the cache.
const BLOCK: usize = 1024;

impl Crossed {
    /// Of margins by their codes and numbers of categories; the codes of rows without weight may be any.
    pub fn new(codes: &[&[u32]], sizes: &[usize], weights: &[f64]) -> Self {
        let margins_within = |first: usize, most: usize| {
            let mut cells = 1_usize;
            let fits = |size: &&usize| {
                cells = cells.saturating_mul(**size);
                cells <= most
            };
            sizes.iter().skip(first).take_while(fits).count().max(1)
        };
        // One table of no more cells than a quarter of the rows costs less than passing over the rows.
        let everything = margins_within(0, NEAR.max(weights.len() / 4)) == sizes.len();
        let mut groups = Vec::new();
        let mut first = 0;
        while first < sizes.len() {
            let last = if everything { sizes.len() } else { first + margins_within(first, NEAR) };
            groups.push(Group::new(&codes[first..last], &sizes[first..last], weights));
            first = last;
        }
        Self { groups }
    }

    /// For each group, for each of its margins, the category of each cell.
    pub fn categories(&self) -> impl ExactSizeIterator<Item = &[Vec<u32>]> {
        self.groups.iter().map(|group| group.categories.as_slice())
    }

    /// A table for each group, with the same number everywhere.
    pub fn tables(&self, number: f64) -> Vec<CellTable> {
        self.groups.iter().map(|group| vec![number; group.cells + 1]).collect()
    }

    /// For each cell of each group the sum of `weights`.
    pub fn weights(&self, weights: &[f64]) -> Vec<CellTable> {
        let largest = greatest(weights);
        (0..self.groups.len()).map(|group| self.sums(group, weights, &[], largest, |weight, _| weight)).collect()
    }

    /// For each cell of one group the sum of its rows' `numbers`, each changed by what the tables of the other groups have for the row, to no
    /// more than `most` in either direction. No order of the rows changes it.
    pub fn sums(&self, group: usize, numbers: &[f64], tables: &[CellTable], most: f64, change: impl Fn(f64, f64) -> f64) -> CellTable {
        let own = &self.groups[group];
        let parts = Parts::new(most, numbers.len());
        let mut sums = vec![[0.0; 2]; own.cells + 1];
        let mut add = |cell: u32, number: f64| {
            let (sum, [high, low]) = (&mut sums[cell as usize], parts.of(number));
            sum[0] += high;
            sum[1] += low;
        };
        // Two groups are what several mostly are; one loop over the rows is a sixth faster than three over each block.
        if let ([first, second], [_, _]) = (self.groups.as_slice(), tables) {
            let (other, table) = if group == 0 { (second, &tables[1]) } else { (first, &tables[0]) };
            for ((&cell, &other), &number) in own.of_row.iter().zip(&other.of_row).zip(numbers) {
                add(cell, change(number, table[other as usize]));
            }
        } else {
            let mut changed = [0.0; BLOCK];
            for (block, (cells, numbers)) in own.of_row.chunks(BLOCK).zip(numbers.chunks(BLOCK)).enumerate() {
                let changed = &mut changed[..numbers.len()];
                changed.copy_from_slice(numbers);
                self.change(block, changed, tables, Some(group), &change);
                cells.iter().zip(&*changed).for_each(|(&cell, &number)| add(cell, number));
            }
        }
        sums.into_iter().map(|[high, low]| high + low).collect()
    }

    /// The rows' `numbers`, each changed by what the tables have for the row.
    pub fn changed(&self, numbers: &[f64], tables: &[CellTable], change: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let mut all = Vec::with_capacity(numbers.len());
        for (block, numbers) in numbers.chunks(BLOCK).enumerate() {
            all.extend_from_slice(numbers);
            self.change(block, &mut all[block * BLOCK..], tables, None, &change);
        }
        all
    }

    fn change(&self, block: usize, numbers: &mut [f64], tables: &[CellTable], but: Option<usize>, change: &impl Fn(f64, f64) -> f64) {
        for (_, (group, table)) in self.groups.iter().zip(tables).enumerate().filter(|&(at, _)| Some(at) != but) {
            let cells = group.of_row.iter().skip(block * BLOCK);
            numbers.iter_mut().zip(cells).for_each(|(number, &cell)| *number = change(*number, table[cell as usize]));
        }
    }
}

impl Group {
    fn new(codes: &[&[u32]], sizes: &[usize], weights: &[f64]) -> Self {
        let cells: usize = sizes.iter().product();
        let mut of_row = vec![0_u32; weights.len()];
        for (block, (own, weights)) in of_row.chunks_mut(BLOCK).zip(weights.chunks(BLOCK)).enumerate() {
            for (codes, &size) in codes.iter().zip(sizes) {
                let codes = codes.iter().skip(block * BLOCK);
                own.iter_mut().zip(codes).for_each(|(cell, &code)| *cell = cell.wrapping_mul(size as u32).wrapping_add(code));
            }
            own.iter_mut().zip(weights).filter(|(_, weight)| **weight == 0.0).for_each(|(cell, _)| *cell = cells as u32);
        }
        let mut rest = cells;
        let category = |&size: &usize| {
            rest /= size.max(1);
            (0..cells).map(|cell| (cell / rest % size) as u32).collect()
        };
        Self { of_row, categories: sizes.iter().map(category).collect(), cells }
    }
}

/// The largest of numbers' magnitudes; 0 for none.
pub(crate) fn greatest(numbers: &[f64]) -> f64 {
    // Lane by lane, which the compiler turns into vectors.
    let mut lanes = [0.0_f64; 8];
    let (chunks, last) = numbers.as_chunks::<8>();
    for numbers in chunks {
        lanes.iter_mut().zip(numbers).for_each(|(lane, number)| *lane = if number.abs() > *lane { number.abs() } else { *lane });
    }
    last.iter().map(|number| number.abs()).chain(lanes).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_single_rows(
            rows in proptest::collection::vec((0_u32..3, 0_u32..400, 0_u32..300, 0_u8..4), 1..60),
        ) {
            let column = |of: fn(&(u32, u32, u32, u8)) -> u32| rows.iter().map(of).collect::<Vec<u32>>();
            let codes = [column(|row| row.0), column(|row| row.1), column(|row| row.2)];
            let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.3)).collect();
            // The first two margins share a table, the third does not fit in.
            let crossed = Crossed::new(&codes.each_ref().map(Vec::as_slice), &[3, 400, 300], &weights);
            let categories: Vec<&[Vec<u32>]> = crossed.categories().collect();
            prop_assert_eq!(categories.iter().map(|margins| margins.len()).collect::<Vec<_>>(), [2, 1]);
            let mut tables = crossed.tables(1.0);
            for (cell, number) in tables[1].iter_mut().take(300).enumerate() {
                *number = 1.0 + cell as f64;
            }
            let sums = crossed.sums(0, &weights, &tables, 1200.0, |a, b| a * b);
            for (cell, sum) in sums.iter().take(1200).enumerate() {
                let own = rows.iter().filter(|row| row.0 == categories[0][0][cell] && row.1 == categories[0][1][cell]);
                prop_assert_eq!(*sum, own.map(|row| f64::from(row.3) * f64::from(1 + row.2)).sum::<f64>());
            }
            let changed = crossed.changed(&weights, &tables, |a, b| a * b);
            let expected: Vec<f64> = rows.iter().map(|row| f64::from(row.3) * f64::from(1 + row.2)).collect();
            prop_assert_eq!(changed, expected);
            prop_assert_eq!(crossed.weights(&weights)[1].iter().sum::<f64>(), weights.iter().sum::<f64>());
        }
    }
}
