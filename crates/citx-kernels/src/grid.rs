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
        let cell = (north as i32).wrapping_mul(Self::SIDE as i32).wrapping_add(east as i32);
        if inside { cell as u16 } else { Self::NOWHERE }
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
        fn every_level_finds_the_cell(places in proptest::collection::vec((-91.0..91.0, -181.0..181.0), 1..200), size in 0.001..50.0) {
            let grid = Grid::over(10.0, 10.0 + size, -20.0, -20.0 + size);
            let (lats, lons): (Vec<f64>, Vec<f64>) = places.into_iter().chain([(f64::NAN, 0.0), (10.0, -20.0), (10.0 + size, -20.0 + size)]).unzip();
            for level in Level::available() {
                let mut cells = [7; BLOCK_ROWS];
                grid.cells(level, &lats, &lons, &mut cells);
                for (row, (lat, lon)) in lats.iter().zip(&lons).enumerate() {
                    prop_assert_eq!(cells[row], grid.cell(*lat, *lon));
                    let inside = *lat >= 10.0 && *lat <= 10.0 + size && *lon >= -20.0 && *lon <= -20.0 + size;
                    prop_assert!(!inside || usize::from(cells[row]) < Grid::CELLS);
                }
            }
        }
    }
}
