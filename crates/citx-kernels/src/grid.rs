use crate::{BLOCK_ROWS, Level, simd};

/// Cells of equal degrees over a part of the map, counted from its south-west corner, row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The southern edge, in degrees.
    pub south: f64,
    /// The western edge, in degrees.
    pub west: f64,
    /// Cells to a degree of latitude.
    pub to_north: f64,
    /// Cells to a degree of longitude.
    pub to_east: f64,
}

impl Grid {
    /// Cells along each side.
    pub const SIDE: usize = 255;

    /// All cells.
    pub const CELLS: usize = Self::SIDE * Self::SIDE;

    /// What stands for a place on no cell, or for none.
    pub const NOWHERE: u16 = u16::MAX;

    /// A grid from edge to edge; an edge itself lies in it.
    pub fn over(south: f64, north: f64, west: f64, east: f64) -> Self {
        let side = Self::SIDE as f64 * (1.0 - 1e-9);
        Self { south, west, to_north: side / (north - south).max(1e-6), to_east: side / (east - west).max(1e-6) }
    }

    /// The cell of a place.
    #[inline(always)]
    pub fn cell(&self, lat: f64, lon: f64) -> u16 {
        let (north, east) = ((lat - self.south) * self.to_north, (lon - self.west) * self.to_east);
        let side = Self::SIDE as f64;
        let inside = (north >= 0.0) & (north < side) & (east >= 0.0) & (east < side);
        // From 2^52 to 2^53 doubles are the whole numbers: adding 3 * 2^51 leaves the nearest in the lowest bits. Unlike a cast it is one vector
        // instruction.
        let whole = |number: f64| (number - 0.5 + (3_u64 << 51) as f64).to_bits() as u16;
        if inside { whole(north).wrapping_mul(Self::SIDE as u16).wrapping_add(whole(east)) } else { Self::NOWHERE }
    }

    /// The cells of up to a block of places; what is beyond them stays as it is.
    pub fn cells(&self, level: Level, lats: &[f64], lons: &[f64], out: &mut [u16; BLOCK_ROWS]) {
        simd::cells(level.or_less(), self, lats, lons, out);
    }

    #[inline(always)]
    pub(crate) fn cells_here(&self, lats: &[f64], lons: &[f64], out: &mut [u16; BLOCK_ROWS]) {
        for ((cell, lat), lon) in out.iter_mut().zip(lats).zip(lons) {
            *cell = self.cell(*lat, *lon);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_level_finds_the_cell(near in proptest::collection::vec((0.0..1.0, 0.0..1.0), 1..200), places in proptest::collection::vec((-91.0..91.0, -181.0..181.0), 1..200), size in 0.001..50.0) {
            let grid = Grid::over(10.0, 10.0 + size, -20.0, -20.0 + size);
            let near = near.into_iter().map(|(up, aside): (f64, f64)| (10.0 + up * up * size, -20.0 + aside * aside * size));
            let (lats, lons): (Vec<f64>, Vec<f64>) = places.into_iter().chain(near).chain([(f64::NAN, 0.0), (10.0, -20.0), (10.0 + size, -20.0 + size)]).unzip();
            for level in Level::available() {
                let mut cells = [7; BLOCK_ROWS];
                grid.cells(level, &lats, &lons, &mut cells);
                for (row, (lat, lon)) in lats.iter().zip(&lons).enumerate() {
                    prop_assert_eq!(cells[row], grid.cell(*lat, *lon));
                    let inside = *lat >= 10.0 && *lat <= 10.0 + size && *lon >= -20.0 && *lon <= -20.0 + size;
                    prop_assert!(!inside || usize::from(cells[row]) < Grid::CELLS);
                    if inside {
                        let corner = (usize::from(cells[row]) / Grid::SIDE, usize::from(cells[row]) % Grid::SIDE);
                        let (north, east) = ((lat - grid.south) * grid.to_north, (lon - grid.west) * grid.to_east);
                        for (cell, exact) in [(corner.0, north), (corner.1, east)] {
                            prop_assert!((-1e-9..=1.0 + 1e-9).contains(&(exact - cell as f64)), "{exact} in cell {cell}");
                        }
                    }
                }
            }
        }
    }
}
