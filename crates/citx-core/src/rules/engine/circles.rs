//! Distances from fixed points: a grid tells which cells of the map lie wholly in a circle, and which its edge crosses; only citizens in
//! the latter are measured.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow_buffer::BooleanBuffer;
use citx_kernels::{BLOCK_ROWS, Grid, Level, Mask, PLACES, Table, Translation, blend_nulls, in_range, lookup, translate};

use crate::citizens::Map;

use super::super::functions::{EARTH_RADIUS_M, distance_m, within_m};
use super::super::plan::OpId;
use super::codes::whole_block;
use super::column::{join, read_bits};
use super::network::Side;

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
    /// What is answered, by slot from the first.
    pub sides: Vec<Side>,
    first_slot: usize,
    lat: &'a [f64],
    lon: &'a [f64],
    /// Which rows have coordinates, where some have none.
    valid: [Option<&'a BooleanBuffer>; 2],
    /// The cells of all citizens, where they are kept.
    cells: Option<&'a [u16]>,
    grid: Grid,
    circles: Vec<Circle>,
    /// Circles, in their order, by the cells that they hold.
    groups: Vec<Group>,
    /// By the last group's kind: whether edges cross such a cell.
    crossed: Table,
    /// By cell, and one more: where the circles begin whose edges cross it.
    starts: Vec<u32>,
    edges: Vec<u32>,
    /// The slots of those in a circle, and of those known to be outside.
    outsides: Vec<(usize, usize)>,
}

/// Circles that divide the cells into fewer than 256 kinds, by which of them hold all of a cell.
struct Group {
    circles: usize,
    kinds: Translation,
    /// By kind: which of the circles hold such a cell.
    table: Table,
}

/// Room for the cells of a block, their kinds, and what is near an edge.
pub(super) struct CircleRoom {
    cells: Box<[u16; BLOCK_ROWS]>,
    kinds: Box<[u8; BLOCK_ROWS]>,
    /// Rows and circles whose edges are near.
    near: Vec<(u32, u32)>,
}

impl CircleRoom {
    pub fn new() -> Self {
        Self { cells: Box::new([Grid::NOWHERE; BLOCK_ROWS]), kinds: Box::new([0; BLOCK_ROWS]), near: Vec::new() }
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
            // Products, not quotients: a division takes as long as all the rest.
            const SIXTH: f64 = 1.0 / 6.0;
            const TWELFTH: f64 = 1.0 / 12.0;
            const TWENTIETH: f64 = 1.0 / 20.0;
            const THIRTIETH: f64 = 1.0 / 30.0;
            let (north, half_east) = (north.to_radians(), east.to_radians() * 0.5);
            let square = north * north;
            let cos = 1.0 - square * 0.5 * (1.0 - square * TWELFTH * (1.0 - square * THIRTIETH));
            let sin = north * (1.0 - square * SIXTH * (1.0 - square * TWENTIETH));
            let cos_lat = self.cos_lat * cos - self.sin_lat * sin;
            let half_sin = |half: f64| {
                let square = half * half;
                half * (1.0 - square * SIXTH * (1.0 - square * TWENTIETH))
            };
            let (up, aside) = (half_sin(north * 0.5), half_sin(half_east));
            let haversine = up * up + self.cos_lat * cos_lat * aside * aside;
            if (haversine - self.haversine).abs() > 1e-9 * self.haversine + 1e-18 {
                return haversine < self.haversine;
            }
        }
        within_m(lat, lon, self.lat, self.lon, self.metres) == Some(true)
    }
}

/// A grid over what the circles cover.
fn grid_over<'c>(circles: impl Iterator<Item = &'c Circle>) -> Grid {
    let (mut south, mut north, mut west, mut east) = (90.0_f64, -90.0_f64, 180.0_f64, -180.0_f64);
    for edges in circles.filter_map(Circle::edges) {
        (south, north, west, east) = (south.min(edges.0), north.max(edges.1), west.min(edges.2), east.max(edges.3));
    }
    Grid::over(south, north, west, east)
}

/// How far from its middle the corners of a cell are, at most, whose middle is at this latitude.
fn reach(grid: &Grid, lat: f64) -> f64 {
    let (half_lat, half_lon) = (0.5 / grid.to_north, 0.5 / grid.to_east);
    let corners = [-half_lat, half_lat].map(|up| distance_m(lat, 0.0, lat + up, half_lon));
    corners[0].max(corners[1]) * 1.01 + MARGIN_M
}

/// Where a circle lies on a grid: the cells that it holds, and those that its edge crosses.
struct Cover {
    whole: Vec<u16>,
    edge: Vec<u16>,
}

impl Cover {
    fn new(circle: &Circle, grid: &Grid) -> Self {
        let mut cover = Self { whole: Vec::new(), edge: Vec::new() };
        let Some((south, north, west, east)) = circle.edges() else { return cover };
        let range = |from: f64, to: f64, start: f64, scale: f64| {
            let at = |degrees: f64| ((degrees - start) * scale) as i64;
            (at(from) - 1).clamp(0, Grid::SIDE as i64) as usize..(at(to) + 2).clamp(0, Grid::SIDE as i64) as usize
        };
        for row in range(south, north, grid.south, grid.to_north) {
            let lat = grid.south + (row as f64 + 0.5) / grid.to_north;
            let reach = reach(grid, lat);
            for column in range(west, east, grid.west, grid.to_east) {
                let lon = grid.west + (column as f64 + 0.5) / grid.to_east;
                let distance = distance_m(lat, lon, circle.lat, circle.lon);
                let cell = (row * Grid::SIDE + column) as u16;
                if distance + reach <= circle.metres {
                    cover.whole.push(cell);
                } else if distance - reach <= circle.metres {
                    cover.edge.push(cell);
                }
            }
        }
        cover
    }
}

/// The kinds of cells, by which sets of cells they are in.
struct Kinds {
    by_cell: Vec<u8>,
    /// By kind: the numbers of the sets.
    sets: Vec<Vec<usize>>,
}

impl Kinds {
    fn new() -> Self {
        Self { by_cell: vec![0; PLACES], sets: vec![Vec::new()] }
    }

    /// Divides the kinds of these cells from those of all others; false, and nothing done, if there were too many.
    fn divide(&mut self, cells: &[u16], set: usize) -> bool {
        let mut divided: [Option<usize>; 256] = [None; 256];
        let mut sets = self.sets.clone();
        for cell in cells {
            let old = usize::from(self.by_cell[usize::from(*cell)]);
            divided[old].get_or_insert_with(|| {
                sets.push(self.sets[old].iter().copied().chain([set]).collect());
                sets.len() - 1
            });
        }
        if sets.len() > divided.len() {
            return false;
        }
        self.sets = sets;
        for cell in cells {
            let kind = &mut self.by_cell[usize::from(*cell)];
            *kind = divided[usize::from(*kind)].unwrap_or(0) as u8;
        }
        true
    }

    fn table(&self, sets: Range<usize>) -> Table {
        Table::new(sets.len(), self.sets.len(), |set, kind| self.sets[kind].contains(&(sets.start + set)))
    }

    fn group(self, circles: Range<usize>) -> Group {
        Group { circles: circles.len(), table: self.table(circles), kinds: Translation::new(self.by_cell) }
    }
}

impl<'a> Circles<'a> {
    /// `map` is used where its cells are not too large for the circles; of a circle one side is asked for, or both.
    pub fn new(
        columns: (u32, u32),
        (lat, lon): (&'a [f64], &'a [f64]),
        valid: [Option<&'a BooleanBuffer>; 2],
        map: Option<&'a Map>,
        asked: BTreeMap<OpId, (Circle, [bool; 2])>,
        first_slot: usize,
    ) -> Self {
        let own = grid_over(asked.values().map(|(circle, _)| circle));
        let is_fine = |map: &&Map| {
            let mut radii: Vec<f64> = asked.values().map(|(circle, _)| circle.metres).collect();
            radii.sort_by(f64::total_cmp);
            let median = radii.get(radii.len() / 2).copied().unwrap_or(0.0);
            map.grid.to_north * 8.0 > own.to_north
                || reach(&map.grid, map.grid.south + Grid::SIDE as f64 / 2.0 / map.grid.to_north) < median
        };
        let map = map.filter(is_fine);
        let grid = map.map_or(own, |map| map.grid);
        let (mut groups, mut kinds, mut first) = (Vec::new(), Kinds::new(), 0);
        let mut edges: Vec<(u16, u32)> = Vec::new();
        for (index, (circle, _)) in asked.values().enumerate() {
            let cover = Cover::new(circle, &grid);
            edges.extend(cover.edge.iter().map(|cell| (*cell, index as u32)));
            if !kinds.divide(&cover.whole, index) {
                groups.push(std::mem::replace(&mut kinds, Kinds::new()).group(first..index));
                first = index;
                kinds.divide(&cover.whole, index);
            }
        }
        edges.sort_unstable();
        let mut crossed: Vec<u16> = edges.iter().map(|(cell, _)| *cell).collect();
        crossed.dedup();
        let count = asked.len();
        if !kinds.divide(&crossed, count) {
            groups.push(std::mem::replace(&mut kinds, Kinds::new()).group(first..count));
            first = count;
            kinds.divide(&crossed, count);
        }
        let crossed = kinds.table(count..count + 1);
        groups.push(kinds.group(first..count));
        // Nowhere has no edges.
        let mut starts = vec![0; PLACES + 1];
        for (cell, _) in &edges {
            starts[usize::from(*cell) + 1] += 1;
        }
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let mut sides: Vec<Side> = asked.iter().map(|(id, (_, sides))| (*id, sides[1])).collect();
        let mut outsides = Vec::new();
        for (index, (id, (_, asked))) in asked.iter().enumerate() {
            match asked {
                [true, true] => {
                    outsides.push((first_slot + index, first_slot + sides.len()));
                    sides.push((*id, false));
                }
                [true, false] => outsides.push((first_slot + index, first_slot + index)),
                _ => {}
            }
        }
        Self {
            columns,
            sides,
            first_slot,
            lat,
            lon,
            valid,
            cells: map.map(|map| map.cells.as_slice()),
            grid,
            circles: asked.into_values().map(|(circle, _)| circle).collect(),
            groups,
            crossed,
            starts,
            edges: edges.into_iter().map(|(_, circle)| circle).collect(),
            outsides,
        }
    }

    /// Which rows have both coordinates, where some have not.
    fn valid(&self, start: usize, rows: usize) -> Option<Mask> {
        let masks = self.valid.into_iter().flatten().map(|valid| {
            let mut mask = [0; 64];
            read_bits(valid, start, rows, &mut mask);
            mask
        });
        masks.reduce(|lat, lon| both(lat, &lon))
    }

    /// Fills the masks for `rows` rows from `start`.
    pub fn fill(&self, level: Level, start: usize, rows: usize, room: &mut CircleRoom, masks: &mut [Mask]) {
        let (lats, lons) = (self.lat.get(start..start + rows).unwrap_or_default(), self.lon.get(start..start + rows).unwrap_or_default());
        let kept = self.cells.and_then(|cells| cells.get(start..start + rows));
        if kept.is_none_or(|kept| kept.len() < BLOCK_ROWS) {
            room.cells.fill(Grid::NOWHERE);
        }
        let cells = match kept {
            Some(kept) => whole_block(kept, &mut room.cells),
            None => {
                self.grid.cells(level, lats, lons, &mut room.cells);
                if let Some(valid) = self.valid(start, rows) {
                    blend_nulls(level, &mut room.cells, &valid, Grid::NOWHERE);
                }
                &room.cells
            }
        };
        let Some(inside) = masks.get_mut(self.first_slot..self.first_slot + self.circles.len()) else { return };
        let mut rest = &mut inside[..];
        for group in &self.groups {
            let (own, others) = rest.split_at_mut(group.circles.min(rest.len()));
            translate(level, cells, &group.kinds, &mut room.kinds);
            lookup(level, &room.kinds, &group.table, own);
            rest = others;
        }
        let mut crossed = [[0; 64]];
        lookup(level, &room.kinds, &self.crossed, &mut crossed);
        room.near.clear();
        for (index, mut word) in crossed[0].iter().copied().enumerate() {
            while word != 0 {
                let row = index * 64 + word.trailing_zeros() as usize;
                word &= word - 1;
                let cell = usize::from(cells[row]);
                let edges = &self.edges[self.starts[cell] as usize..self.starts[cell + 1] as usize];
                room.near.extend(edges.iter().map(|circle| (row as u32, *circle)));
            }
        }
        // Apart from finding them, so that the arithmetic of one does not wait for the next to be found.
        for (row, circle) in &room.near {
            let (row, circle) = (*row as usize, *circle as usize);
            let holds = self.circles[circle].holds(lats[row], lons[row]);
            inside[circle][row / 64] |= u64::from(holds) << (row % 64);
        }
        if !self.outsides.is_empty() {
            let known = if kept.is_some() { on_the_map(level, cells) } else { on_earth(level, lats, lons, self.valid(start, rows)) };
            for (inside, outside) in &self.outsides {
                let mut rest = known;
                join(&mut rest, &masks[*inside], |known, inside| known & !inside);
                masks[*outside] = rest;
            }
        }
    }

    /// How they are answered, in words.
    pub fn describe(&self) -> (usize, String) {
        let kept = if self.cells.is_some() { "cells kept with the population" } else { "cells computed from the coordinates" };
        (self.circles.len(), format!("a grid of {0} x {0} cells; {kept}", Grid::SIDE))
    }
}

/// Who has a cell of a map of all places.
fn on_the_map(level: Level, cells: &[u16; BLOCK_ROWS]) -> Mask {
    let mut known = [0; 64];
    in_range(level, cells, None, Some(Grid::NOWHERE), &mut known);
    known
}

/// Who has a place on earth.
fn on_earth(level: Level, lats: &[f64], lons: &[f64], valid: Option<Mask>) -> Mask {
    let (mut known, mut lon_known) = ([0; 64], [0; 64]);
    in_range(level, lats, Some(-90.0), Some(90.0_f64.next_up()), &mut known);
    in_range(level, lons, Some(-180.0), Some(180.0_f64.next_up()), &mut lon_known);
    let known = both(known, &lon_known);
    valid.map_or(known, |valid| both(known, &valid))
}

fn both(mut mask: Mask, other: &Mask) -> Mask {
    join(&mut mask, other, |a, b| a & b);
    mask
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
