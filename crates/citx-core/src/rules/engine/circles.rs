//! Distances from fixed points: a grid tells which cells of the map lie wholly in a circle, and which its edge crosses; only citizens in
//! the latter are measured.

use std::collections::HashMap;

use citx_kernels::{BLOCK_ROWS, Grid, Level, Mask, PLACES, lookup, translate};

use crate::citizens::Map;

use super::super::functions::{EARTH_RADIUS_M, distance_m, within_m};
use super::column::trim;

/// A circle on the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circle {
    lat: f64,
    lon: f64,
    metres: f64,
    cos_lat: f64,
    sin_lat: f64,
    /// The haversine of the angle that the radius has at the centre of the earth.
    haversine: f64,
}

/// Circles around fixed points, over one pair of columns.
pub(super) struct Circles<'a> {
    pub columns: (u32, u32),
    lat: &'a [f64],
    lon: &'a [f64],
    /// The cells of all citizens, where they are kept.
    cells: Option<&'a [u16]>,
    grid: Grid,
    circles: Vec<Circle>,
    /// By cell: which set of circles holds all of it.
    sets: Sets,
    /// Bit rows by set, 64 circles each.
    tables: Vec<Vec<u64>>,
    /// By cell, and one more: where the circles whose edges cross it begin.
    starts: Vec<u32>,
    edges: Vec<u32>,
    /// The slots of a circle: for those in it, and for those known to be outside.
    slots: Vec<(Option<usize>, Option<usize>)>,
}

/// The set of circles of each cell, by number; 0 is none.
enum Sets {
    Few(Box<[u8; PLACES]>),
    Many(Vec<u16>),
}

/// Room for the sets of a block, the masks of 64 circles, and the rows near an edge.
pub(super) struct CircleRoom {
    cells: Box<[u16; BLOCK_ROWS]>,
    few: Box<[u8; BLOCK_ROWS]>,
    many: Box<[u16; BLOCK_ROWS]>,
    masks: Vec<Mask>,
    near: Vec<u32>,
}

impl CircleRoom {
    pub fn new() -> Self {
        let (cells, few, many) = (Box::new([Grid::NOWHERE; BLOCK_ROWS]), Box::new([0; BLOCK_ROWS]), Box::new([0; BLOCK_ROWS]));
        Self { cells, few, many, masks: vec![[0; 64]; 64], near: vec![0; BLOCK_ROWS + 1] }
    }
}

/// Metres that rounding may move a citizen or an edge, and far more.
const MARGIN_M: f64 = 1.0;

/// Degrees up to which the series of `Circle::holds` are exact to a part in 10^10.
const NEAR: f64 = 2.5;

impl Circle {
    pub fn new(lat: f64, lon: f64, metres: f64) -> Self {
        let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
        Self { lat, lon, metres, cos_lat, sin_lat, haversine: (metres / EARTH_RADIUS_M / 2.0).sin().powi(2) }
    }

    /// South, north, west and east edge in degrees, outside the circle; `None` where it holds a pole or crosses the 180th meridian.
    fn edges(&self) -> Option<(f64, f64, f64, f64)> {
        let angle = (self.metres + MARGIN_M) / EARTH_RADIUS_M;
        let is_small = self.metres >= 0.0 && angle < 1.0;
        if !is_small || self.lat.abs() + angle.to_degrees() >= 89.0 || angle.sin() >= self.cos_lat {
            return None;
        }
        let (up, aside) = (angle.to_degrees() * 1.000_001, (angle.sin() / self.cos_lat).asin().to_degrees() * 1.000_001);
        let edges = (self.lat - up, self.lat + up, self.lon - aside, self.lon + aside);
        (edges.2 > -180.0 && edges.3 < 180.0).then_some(edges)
    }

    /// Whether the grid can be used for it.
    pub fn is_plain(&self) -> bool {
        self.lat.abs() <= 90.0 && self.lon.abs() <= 180.0 && self.edges().is_some()
    }

    /// Whether a place on earth lies in it, as `within_m` says: by series where they decide, measured where it is close.
    fn holds(&self, lat: f64, lon: f64) -> bool {
        let (north, east) = (lat - self.lat, lon - self.lon);
        if north.abs() < NEAR && east.abs() < NEAR {
            let (north, half_east) = (north.to_radians(), east.to_radians() / 2.0);
            let square = north * north;
            let cos = 1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0));
            let sin = north * (1.0 - square / 6.0 * (1.0 - square / 20.0));
            let cos_lat = self.cos_lat * cos - self.sin_lat * sin;
            let half_sin = |half: f64| {
                let square = half * half;
                half * (1.0 - square / 6.0 * (1.0 - square / 20.0))
            };
            let (up, aside) = (half_sin(north / 2.0), half_sin(half_east));
            let haversine = up * up + self.cos_lat * cos_lat * aside * aside;
            if (haversine - self.haversine).abs() > 1e-9 * self.haversine + 1e-18 {
                return haversine < self.haversine;
            }
        }
        within_m(lat, lon, self.lat, self.lon, self.metres) == Some(true)
    }
}

/// A grid over what the circles cover.
fn grid_over(circles: &[Circle]) -> Grid {
    let (mut south, mut north, mut west, mut east) = (90.0_f64, -90.0_f64, 180.0_f64, -180.0_f64);
    for edges in circles.iter().filter_map(Circle::edges) {
        (south, north, west, east) = (south.min(edges.0), north.max(edges.1), west.min(edges.2), east.max(edges.3));
    }
    Grid::over(south, north, west, east)
}

/// The middle of a cell, and how far from it its corners are, at most.
fn middle(grid: &Grid, row: usize, column: usize) -> (f64, f64, f64) {
    let (half_lat, half_lon) = (0.5 / grid.to_north, 0.5 / grid.to_east);
    let (lat, lon) = (grid.south + (row as f64 + 0.5) / grid.to_north, grid.west + (column as f64 + 0.5) / grid.to_east);
    let reach = [-half_lat, half_lat].map(|up| distance_m(lat, lon, lat + up, lon + half_lon));
    (lat, lon, reach[0].max(reach[1]) * 1.01 + MARGIN_M)
}

impl<'a> Circles<'a> {
    /// `map` is used where its cells are not too large for the circles.
    pub fn new(
        columns: (u32, u32),
        (lat, lon): (&'a [f64], &'a [f64]),
        map: Option<&'a Map>,
        circles: Vec<Circle>,
        slots: Vec<(Option<usize>, Option<usize>)>,
    ) -> Self {
        let own = grid_over(&circles);
        let is_fine = |map: &&Map| {
            let mut radii: Vec<f64> = circles.iter().map(|circle| circle.metres).collect();
            radii.sort_by(f64::total_cmp);
            let median = radii.get(radii.len() / 2).copied().unwrap_or(0.0);
            map.grid.to_north * 8.0 > own.to_north || middle(&map.grid, Grid::SIDE / 2, Grid::SIDE / 2).2 < median
        };
        let map = map.filter(is_fine);
        let grid = map.map_or(own, |map| map.grid);
        let (mut whole, mut edges) = (Vec::<(u32, u32)>::new(), Vec::<(u32, u32)>::new());
        for (index, circle) in circles.iter().enumerate() {
            let Some((south, north, west, east)) = circle.edges() else { continue };
            let range = |from: f64, to: f64, start: f64, scale: f64| {
                let at = |degrees: f64| ((degrees - start) * scale) as i64;
                (at(from) - 1).clamp(0, Grid::SIDE as i64) as usize..(at(to) + 2).clamp(0, Grid::SIDE as i64) as usize
            };
            for row in range(south, north, grid.south, grid.to_north) {
                for column in range(west, east, grid.west, grid.to_east) {
                    let (lat, lon, reach) = middle(&grid, row, column);
                    let distance = distance_m(lat, lon, circle.lat, circle.lon);
                    let cell = (row * Grid::SIDE + column) as u32;
                    if distance + reach <= circle.metres {
                        whole.push((cell, index as u32));
                    } else if distance - reach <= circle.metres {
                        edges.push((cell, index as u32));
                    }
                }
            }
        }
        let (sets, tables) = sets(whole, circles.len());
        edges.sort_unstable();
        // Nowhere has no edges.
        let mut starts = vec![0; PLACES + 1];
        for (cell, _) in &edges {
            starts[*cell as usize + 1] += 1;
        }
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let edges = edges.into_iter().map(|(_, circle)| circle).collect();
        Self { columns, lat, lon, cells: map.map(|map| map.cells.as_slice()), grid, circles, sets, tables, starts, edges, slots }
    }

    /// Fills the masks for `rows` rows from `start`; `valid` is given where a coordinate is null.
    pub fn fill(&self, level: Level, start: usize, rows: usize, valid: Option<&Mask>, room: &mut CircleRoom, masks: &mut [Mask]) {
        let (lats, lons) = (self.lat.get(start..start + rows).unwrap_or_default(), self.lon.get(start..start + rows).unwrap_or_default());
        let CircleRoom { cells, few, many, masks: answers, near } = room;
        let kept = self.cells.and_then(|cells| cells.get(start..start + rows));
        let cells: &[u16; BLOCK_ROWS] = match kept.map(|kept| (kept, <&[u16; BLOCK_ROWS]>::try_from(kept))) {
            Some((_, Ok(whole))) => whole,
            Some((kept, Err(_))) => {
                cells.fill(Grid::NOWHERE);
                cells.iter_mut().zip(kept).for_each(|(cell, kept)| *cell = *kept);
                cells
            }
            None => {
                cells.fill(Grid::NOWHERE);
                self.grid.cells(level, lats, lons, cells);
                cells
            }
        };
        match &self.sets {
            Sets::Few(sets) => translate(cells, sets, few),
            Sets::Many(sets) => many.iter_mut().zip(cells).for_each(|(set, cell)| *set = sets[usize::from(*cell)]),
        }
        for (table, slots) in self.tables.iter().zip(self.slots.chunks(64)) {
            let answers = &mut answers[..slots.len()];
            match &self.sets {
                Sets::Few(_) => lookup(level, few, table, answers),
                Sets::Many(_) => lookup(level, many, table, answers),
            }
            for (answer, (inside, outside)) in answers.iter().zip(slots) {
                if let Some(slot) = inside.or(*outside) {
                    masks[slot] = *answer;
                }
            }
        }
        let mut count = 0;
        for (row, cell) in cells.iter().enumerate().take(rows) {
            near[count] = row as u32;
            count += usize::from(self.starts[usize::from(*cell)] != self.starts[usize::from(*cell) + 1]);
        }
        for row in near[..count].iter().map(|row| *row as usize) {
            let cell = usize::from(cells[row]);
            for circle in &self.edges[self.starts[cell] as usize..self.starts[cell + 1] as usize] {
                if self.circles[*circle as usize].holds(lats[row], lons[row]) {
                    let (inside, outside) = self.slots[*circle as usize];
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
    pub fn describe(&self) -> (usize, String) {
        let kept = if self.cells.is_some() { "cells kept with the population" } else { "cells computed from the coordinates" };
        (self.circles.len(), format!("a grid of {0} x {0} cells; {kept}", Grid::SIDE))
    }
}

/// The set of circles of each cell, and a bit row for each set and 64 circles, from cells and the circles that hold all of them.
fn sets(mut whole: Vec<(u32, u32)>, circles: usize) -> (Sets, Vec<Vec<u64>>) {
    whole.sort_unstable();
    let mut numbers: HashMap<Vec<u32>, u16> = HashMap::from([(Vec::new(), 0)]);
    let mut by_cell = vec![0_u16; PLACES];
    let mut tables = vec![vec![0_u64]; circles.div_ceil(64)];
    for of_cell in whole.chunk_by(|a, b| a.0 == b.0) {
        let members: Vec<u32> = of_cell.iter().map(|(_, circle)| *circle).collect();
        let next = numbers.len() as u16;
        let number = *numbers.entry(members).or_insert(next);
        if number == next {
            tables.iter_mut().for_each(|table| table.push(0));
            for (_, circle) in of_cell {
                if let Some(bits) = tables.get_mut(*circle as usize / 64).and_then(|table| table.last_mut()) {
                    *bits |= 1 << (circle % 64);
                }
            }
        }
        if let Some(set) = of_cell.first().and_then(|(cell, _)| by_cell.get_mut(*cell as usize)) {
            *set = number;
        }
    }
    let few = (numbers.len() <= 256).then(|| by_cell.iter().map(|set| *set as u8).collect::<Vec<u8>>().into_boxed_slice());
    match few.and_then(|few| few.try_into().ok()) {
        Some(few) => (Sets::Few(few), tables),
        None => (Sets::Many(by_cell), tables),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_series_say_what_the_haversine_says(lat in -88.0..88.0_f64, lon in -170.0..170.0_f64, metres in 0.0..200_000.0_f64, bearing in 0.0..6.3_f64, nearly in 0.999_999..1.000_001_f64) {
            let circle = Circle::new(lat, lon, metres);
            prop_assume!(circle.is_plain());
            let angle = metres / EARTH_RADIUS_M * nearly;
            let north = (angle * bearing.cos()).to_degrees();
            let east = (angle * bearing.sin() / lat.to_radians().cos()).to_degrees();
            for (north, east) in [(north, east), (north / 2.0, east / 3.0), (0.0, 0.0)] {
                let (there_lat, there_lon) = (lat + north, lon + east);
                prop_assume!(there_lat.abs() <= 90.0 && there_lon.abs() <= 180.0);
                prop_assert_eq!(circle.holds(there_lat, there_lon), within_m(there_lat, there_lon, lat, lon, metres) == Some(true));
            }
        }
    }
}
