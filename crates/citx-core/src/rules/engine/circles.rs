//! Distances from fixed points: a grid tells which cells of the map lie wholly in a circle, and which its edge crosses; only citizens in
//! the latter are measured.

use citx_kernels::{BLOCK_ROWS, Mask};

use super::super::functions::{distance_m, within_m};
use super::column::trim;

/// A circle on the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circle {
    pub lat: f64,
    pub lon: f64,
    pub metres: f64,
}

/// What the circles of a grid are to a cell.
#[derive(Clone, Copy)]
struct Entry {
    circle: u32,
    /// All of the cell is in the circle.
    whole: bool,
}

/// Circles around fixed points, over one pair of columns.
pub(super) struct Circles<'a> {
    pub columns: (u32, u32),
    lat: &'a [f64],
    lon: &'a [f64],
    circles: Vec<Circle>,
    grid: Grid,
    /// By cell, and one more: where its entries begin.
    starts: Vec<u32>,
    entries: Vec<Entry>,
    /// The slots of a circle: for those in it, and for those known to be outside.
    pub slots: Vec<(Option<usize>, Option<usize>)>,
}

/// Cells of equal degrees over what the circles cover.
#[derive(Clone, Copy, Debug)]
struct Grid {
    south: f64,
    west: f64,
    /// Cells to a degree.
    lat_scale: f64,
    lon_scale: f64,
    rows: usize,
    columns: usize,
}

/// Cells along a side, at most.
const SIDE: usize = 192;

/// Metres that rounding may move a citizen or an edge, and far more.
const MARGIN_M: f64 = 1.0;

impl Circle {
    /// South, north, west and east edge in degrees, outside the circle; `None` where it holds a pole or crosses the 180th meridian.
    fn edges(&self) -> Option<(f64, f64, f64, f64)> {
        let angle = (self.metres + MARGIN_M) / 6_371_008.8;
        let cos = self.lat.to_radians().cos();
        if !(self.metres >= 0.0) || angle >= 1.0 || self.lat.abs() + angle.to_degrees() >= 89.0 || angle.sin() >= cos {
            return None;
        }
        let (up, aside) = (angle.to_degrees() * 1.000_001, (angle.sin() / cos).asin().to_degrees() * 1.000_001);
        let edges = (self.lat - up, self.lat + up, self.lon - aside, self.lon + aside);
        (edges.2 > -180.0 && edges.3 < 180.0).then_some(edges)
    }

    /// Whether the grid can be used for it.
    pub fn is_plain(&self) -> bool {
        self.lat.abs() <= 90.0 && self.lon.abs() <= 180.0 && self.edges().is_some()
    }
}

impl Grid {
    fn over(circles: &[Circle]) -> Self {
        let (mut south, mut north, mut west, mut east) = (90.0_f64, -90.0_f64, 180.0_f64, -180.0_f64);
        for edges in circles.iter().filter_map(Circle::edges) {
            (south, north, west, east) = (south.min(edges.0), north.max(edges.1), west.min(edges.2), east.max(edges.3));
        }
        let (height, width) = ((north - south).max(1e-9), (east - west).max(1e-9));
        let side = SIDE as f64;
        Self { south, west, lat_scale: side / height, lon_scale: side / width, rows: SIDE, columns: SIDE }
    }

    /// The cell of a point, or the number of cells if it is on none.
    #[inline(always)]
    fn cell(&self, lat: f64, lon: f64) -> u32 {
        let (row, column) = ((lat - self.south) * self.lat_scale, (lon - self.west) * self.lon_scale);
        let inside = row >= 0.0 && row < self.rows as f64 && column >= 0.0 && column < self.columns as f64;
        let cell = (row as i32 as u32).wrapping_mul(self.columns as u32).wrapping_add(column as i32 as u32);
        if inside { cell } else { (self.rows * self.columns) as u32 }
    }

    /// The middle of a cell, and how far from it its corners are, at most.
    fn middle(&self, row: usize, column: usize) -> (f64, f64, f64) {
        let (half_lat, half_lon) = (0.5 / self.lat_scale, 0.5 / self.lon_scale);
        let (lat, lon) = (self.south + (row as f64 + 0.5) / self.lat_scale, self.west + (column as f64 + 0.5) / self.lon_scale);
        let reach = [-half_lat, half_lat].map(|up| distance_m(lat, lon, lat + up, lon + half_lon));
        (lat, lon, reach[0].max(reach[1]) * 1.01 + MARGIN_M)
    }
}

impl<'a> Circles<'a> {
    pub fn new(
        columns: (u32, u32),
        lat: &'a [f64],
        lon: &'a [f64],
        circles: Vec<Circle>,
        slots: Vec<(Option<usize>, Option<usize>)>,
    ) -> Self {
        let grid = Grid::over(&circles);
        let mut found: Vec<(u32, Entry)> = Vec::new();
        for (index, circle) in circles.iter().enumerate() {
            let Some((south, north, west, east)) = circle.edges() else { continue };
            let range = |from: f64, to: f64, start: f64, scale: f64, cells: usize| {
                let at = |degrees: f64| ((degrees - start) * scale) as i64;
                (at(from) - 1).clamp(0, cells as i64) as usize..(at(to) + 2).clamp(0, cells as i64) as usize
            };
            for row in range(south, north, grid.south, grid.lat_scale, grid.rows) {
                for column in range(west, east, grid.west, grid.lon_scale, grid.columns) {
                    let (lat, lon, reach) = grid.middle(row, column);
                    let distance = distance_m(lat, lon, circle.lat, circle.lon);
                    if distance - reach <= circle.metres {
                        let whole = distance + reach <= circle.metres;
                        found.push(((row * grid.columns + column) as u32, Entry { circle: index as u32, whole }));
                    }
                }
            }
        }
        found.sort_by_key(|(cell, _)| *cell);
        let mut starts = vec![0; grid.rows * grid.columns + 2];
        for (cell, _) in &found {
            starts[*cell as usize + 1] += 1;
        }
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let entries = found.into_iter().map(|(_, entry)| entry).collect();
        Self { columns, lat, lon, circles, grid, starts, entries, slots }
    }

    /// Fills the masks for `rows` rows from `start`; `valid` is given where a coordinate is null.
    pub fn fill(&self, start: usize, rows: usize, valid: Option<&Mask>, masks: &mut [Mask]) {
        let (lats, lons) = (self.lat.get(start..start + rows).unwrap_or_default(), self.lon.get(start..start + rows).unwrap_or_default());
        for slot in self.slots.iter().flat_map(|(inside, outside)| [inside, outside]).flatten() {
            masks[*slot] = [0; 64];
        }
        let mut cells = [0_u32; BLOCK_ROWS];
        for (cell, (lat, lon)) in cells.iter_mut().zip(lats.iter().zip(lons)) {
            *cell = self.grid.cell(*lat, *lon);
        }
        // A circle whose inside is asked for has that mask; the outside is made from it.
        for (row, cell) in cells.iter().enumerate().take(rows) {
            let (from, to) = (self.starts[*cell as usize] as usize, self.starts[*cell as usize + 1] as usize);
            for entry in &self.entries[from..to] {
                let circle = &self.circles[entry.circle as usize];
                if entry.whole || within_m(lats[row], lons[row], circle.lat, circle.lon, circle.metres) == Some(true) {
                    let (inside, outside) = self.slots[entry.circle as usize];
                    if let Some(slot) = inside.or(outside) {
                        masks[slot][row / 64] |= 1 << (row % 64);
                    }
                }
            }
        }
        self.finish(lats, lons, valid, masks);
    }

    /// Takes those without a value out, and makes the outsides.
    fn finish(&self, lats: &[f64], lons: &[f64], valid: Option<&Mask>, masks: &mut [Mask]) {
        if let Some(valid) = valid {
            for slot in self.slots.iter().filter_map(|(inside, outside)| inside.or(*outside)) {
                masks[slot].iter_mut().zip(valid).for_each(|(word, valid)| *word &= valid);
            }
        }
        if self.slots.iter().all(|(_, outside)| outside.is_none()) {
            return;
        }
        let mut known: Mask = [0; 64];
        for (row, (lat, lon)) in lats.iter().zip(lons).enumerate() {
            known[row / 64] |= u64::from(lat.abs() <= 90.0 && lon.abs() <= 180.0) << (row % 64);
        }
        if let Some(valid) = valid {
            known.iter_mut().zip(valid).for_each(|(word, valid)| *word &= valid);
        }
        trim(lats.len(), &mut known);
        for (inside, outside) in &self.slots {
            if let Some(slot) = outside {
                let within = masks[inside.unwrap_or(*slot)];
                for (word, (known, within)) in masks[*slot].iter_mut().zip(known.iter().zip(within)) {
                    *word = known & !within;
                }
            }
        }
    }

    /// How they are answered, in words.
    pub fn describe(&self) -> String {
        format!("{} circles over a grid of {} x {} cells", self.circles.len(), self.grid.rows, self.grid.columns)
    }
}
