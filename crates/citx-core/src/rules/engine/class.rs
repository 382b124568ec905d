//! The conditions on one column, taken together: each code of the column says which of them hold.
//!
//! A column of ordered values is cut where its conditions change, a dictionary has its keys: either way a few codes stand for all values, and
//! null is one of them. A condition is then a set of codes. A few conditions are compared directly; many are looked up together.

use std::ops::Range;

use arrow_buffer::BooleanBuffer;
use citx_kernels::{BLOCK_ROWS, Level, Mask, PLACES, Table, Translation, in_range, lookup, translate};

use crate::citizens::Coarse;

use super::coarse::{self, Edges};
use super::codes::{AnyCoder, CodeRoom, Codes, Narrow, code_width, coder, exact_codes, keys, places, read, whole_block};
use super::column::{Position, Raw, read_bits, trim};

/// A stretch of codes, `from..=to`.
type Stretch = (u32, u32);

/// One condition on a column: for whom it is true, or for whom it is false.
pub(super) struct Predicate {
    /// For each code; the last is null's.
    pub holds: Vec<bool>,
}

/// The conditions on a column, the way they are answered, and where their masks go.
pub(super) struct Class<'a> {
    pub column: u32,
    pub codes: Codes<'a>,
    /// Which rows have a value, where some have none.
    valid: Option<&'a BooleanBuffer>,
    /// The slot of the first; the others follow.
    pub first_slot: usize,
    pub predicates: usize,
    form: Form<'a>,
    /// Cycles for a block, by compares and by look-ups.
    costs: (usize, usize),
}

enum Form<'a> {
    /// Stretches of codes that are compared, for each predicate; and whether it holds for null.
    Compare(Vec<(Vec<Stretch>, bool)>),
    /// Bit rows by code, 64 predicates each.
    Lookup { table: Table, coder: Option<AnyCoder> },
    /// Bit rows by the pattern that a place has; null has a place of its own.
    Patterns { groups: Vec<Group>, coder: Option<AnyCoder>, null: u16 },
    /// The same by coarse codes; `open` tells the rows of which the last group's patterns leave something open.
    Coarse { groups: Vec<Group>, coarse: &'a Coarse, open: Table, edges: Edges },
}

/// Predicates that have fewer than 256 patterns of truth among them.
struct Group {
    /// By place: a dictionary key, a place between cuts, or a code.
    by_place: Translation,
    table: Table,
    predicates: usize,
}

/// What a form costs for a block, in cycles of a core with 512-bit vectors. Estimated 2026-11-22 on an AMD Zen 5 server core; only their
/// proportions matter.
mod cost {
    use citx_kernels::Level;

    /// A compare reads a vector, compares it and keeps its bits.
    pub fn compare(width: usize) -> usize {
        60 + width * 80
    }
    /// A cell, a load and two compares for each row.
    pub const CODE: usize = 24_000;
    /// Places are computed by vectors.
    pub const PLACE: usize = 600;
    /// A load from a table for each row.
    const TRANSLATE: usize = 5_000;
    /// The same by byte permutes, of 128 places each, where there are few.
    pub fn translate(places: usize, level: Level) -> usize {
        if level == Level::Avx512 && places <= 4_096 { places.div_ceil(128) * 120 } else { TRANSLATE }
    }
    /// A byte permute, for eight predicates.
    pub const EIGHT_BY_BYTES: usize = 350;
    /// A load and a transposition, for 64 predicates.
    pub const GROUP_BY_ROWS: usize = 11_000;
    /// A few rows whose values are read beside their coarse codes.
    pub const OPEN: usize = 1_500;
}

/// Predicates times codes beyond which patterns are not looked for.
const MOST_PATTERN_WORK: usize = 1 << 24;

impl<'a> Class<'a> {
    /// Chooses the cheapest form, for masks from slot 0 on; `coarse` gives the column's coarse codes, where there is memory for them.
    pub fn new(
        column: u32,
        codes: Codes<'a>,
        valid: Option<&'a BooleanBuffer>,
        predicates: &[Predicate],
        level: Level,
        coarse: impl FnOnce() -> Option<&'a Coarse>,
    ) -> Self {
        let stretches: Vec<(Vec<Stretch>, bool)> = predicates.iter().map(stretches).collect();
        let compares = match &codes {
            Codes::Cut { raw, .. } => cost::compare(raw.width()),
            Codes::Keys { .. } => cost::compare(code_width(codes.count())),
        } * stretches.iter().map(|(stretches, _)| stretches.len()).sum::<usize>();
        let group = |predicates: usize| match level {
            Level::Avx512 => predicates.div_ceil(8) * cost::EIGHT_BY_BYTES,
            _ => predicates.div_ceil(64) * cost::GROUP_BY_ROWS,
        };
        let coder = coder(&codes);
        let coding = match (&codes, &coder) {
            (Codes::Keys { .. }, _) => 0,
            (_, Some(coder)) if coder.is_exact() => cost::PLACE,
            _ => cost::CODE,
        };
        let is_byte = matches!(codes, Codes::Keys { .. }) && codes.count() < 256;
        let by_rows = if is_byte {
            group(predicates.len())
        } else {
            predicates.len().div_ceil(64) * cost::GROUP_BY_ROWS + cost::CODE.min(coding * 20)
        };
        let place_codes = place_codes(&codes, coder.as_ref());
        let translation = cost::translate(place_codes.len(), level);
        let groupings = if is_byte || compares <= by_rows.min(translation) { Vec::new() } else { groupings(predicates, codes.count()) };
        let by_pattern: usize = groupings.iter().map(|one| translation + group(one.members.len())).sum::<usize>() + coding;
        let by_pattern = if groupings.is_empty() || place_codes.len() > PLACES { usize::MAX } else { by_pattern };
        let lookups = by_pattern.min(by_rows);
        // Cuts that no coder takes are compared, whatever it costs.
        let must_compare = coder.is_none() && !matches!(codes, Codes::Keys { .. });
        let by_coarse = cost::translate(coarse::MOST_BOUNDS, level) + group(predicates.len() + 1) + cost::OPEN;
        let wants_coarse = by_coarse < compares.min(lookups) && coder.as_ref().is_some_and(|coder| !coder.is_exact());
        let in_coarse = if wants_coarse { coarse().and_then(|coarse| in_coarse_codes(coarse, &codes, predicates)) } else { None };
        let (form, lookups) = if let Some(form) = in_coarse {
            (form, by_coarse)
        } else if compares <= lookups || must_compare {
            (Form::Compare(stretches), lookups)
        } else if by_pattern <= by_rows {
            let null = place_codes.len() as u16 - 1;
            let groups = groupings.iter().map(|one| one.group(predicates, &place_codes)).collect();
            (Form::Patterns { groups, null, coder }, lookups)
        } else {
            (Form::Lookup { table: table(predicates, codes.count() + 1, |code| code), coder }, lookups)
        };
        Self { column, codes, valid, first_slot: 0, predicates: predicates.len(), form, costs: (compares, lookups) }
    }

    /// Fills the masks of the predicates for `rows` rows from `start`.
    pub fn fill(&self, level: Level, start: usize, rows: usize, room: &mut CodeRoom, masks: &mut [Mask]) {
        // Coarse codes know of null.
        let valid = self.valid.filter(|_| !matches!(self.form, Form::Coarse { .. }));
        let mut known = [0; 64];
        if let Some(valid) = valid {
            read_bits(valid, start, rows, &mut known);
        }
        let valid = valid.map(|_| &known);
        let Some(masks) = masks.get_mut(self.first_slot..self.first_slot + self.predicates) else { return };
        match (&self.form, &self.codes) {
            (Form::Compare(predicates), Codes::Cut { raw, cuts, .. }) => {
                compare_values(level, *raw, cuts, predicates, start, rows, valid, masks)
            }
            (Form::Compare(predicates), Codes::Keys { raw, values }) => match code_width(*values) {
                1 => {
                    compare_codes(level, keys(level, *raw, start, rows, valid, *values, &mut room.narrow), predicates, rows, *values, masks)
                }
                2 => compare_codes(level, keys(level, *raw, start, rows, valid, *values, &mut room.wide), predicates, rows, *values, masks),
                _ => {
                    compare_codes(level, keys(level, *raw, start, rows, valid, *values, &mut room.widest), predicates, rows, *values, masks)
                }
            },
            (Form::Patterns { groups, coder, null }, codes) => {
                let CodeRoom { narrow, wide, .. } = room;
                let places = places(level, codes, coder.as_ref(), *null, start, rows, valid, wide);
                look_up(level, places, groups, narrow, masks);
            }
            (Form::Coarse { groups, coarse, open, edges }, Codes::Cut { raw, .. }) => {
                let CodeRoom { narrow, wide, .. } = room;
                let places = whole_block(coarse.codes.get(start..start + rows).unwrap_or_default(), wide);
                look_up(level, places, groups, narrow, masks);
                let mut rows_left = [[0; 64]];
                lookup(level, narrow, open, &mut rows_left);
                trim(rows, &mut rows_left[0]);
                edges.close(*raw, start, places, &rows_left[0], masks);
            }
            // Only ordered values have coarse codes.
            (Form::Coarse { .. }, Codes::Keys { .. }) => {}
            (Form::Lookup { table, coder }, codes) => match code_width(codes.count()) {
                1 => lookup(level, read(level, codes, coder, start, rows, valid, &mut room.narrow), table, masks),
                2 => lookup(level, read(level, codes, coder, start, rows, valid, &mut room.wide), table, masks),
                _ => lookup(level, read(level, codes, coder, start, rows, valid, &mut room.widest), table, masks),
            },
        }
        if rows < BLOCK_ROWS {
            masks.iter_mut().for_each(|mask| trim(rows, mask));
        }
    }

    /// Its form, and why it was chosen.
    pub fn describe(&self) -> (&'static str, String) {
        let of = match &self.codes {
            Codes::Cut { cuts, days: false, .. } => format!("{} cut points", cuts.len()),
            Codes::Cut { cuts, days: true, .. } => format!("{} cut points, all midnights, in days kept with the population", cuts.len()),
            Codes::Keys { values, .. } => format!("{values} dictionary keys"),
        };
        let (compares, lookups) = self.costs;
        let form = match &self.form {
            Form::Compare(_) => "compare",
            Form::Lookup { .. } => "look up",
            Form::Patterns { .. } => "look up patterns",
            Form::Coarse { .. } => "look up patterns of coarse codes",
        };
        (form, format!("{of}; a block costs about {compares} cycles compared, {lookups} looked up"))
    }
}

fn stretches(predicate: &Predicate) -> (Vec<Stretch>, bool) {
    let (null, values) = predicate.holds.split_last().map_or((false, &[][..]), |(null, values)| (*null, values));
    let mut stretches: Vec<Stretch> = Vec::new();
    for (code, _) in values.iter().enumerate().filter(|(_, holds)| **holds) {
        let code = code as u32;
        match stretches.last_mut() {
            Some((_, to)) if *to + 1 == code => *to = code,
            _ => stretches.push((code, code)),
        }
    }
    (stretches, null)
}

/// The predicates by row; `code_of` names for each row a code that stands for it.
fn table(predicates: &[Predicate], rows: usize, code_of: impl Fn(usize) -> usize) -> Table {
    Table::new(predicates.len(), rows, |predicate, row| {
        predicates.get(predicate).and_then(|predicate| predicate.holds.get(code_of(row))).copied().unwrap_or(false)
    })
}

/// Predicates that have fewer than 256 patterns of truth among them, and the pattern of each code.
struct Grouping {
    members: Range<usize>,
    patterns: Vec<u8>,
}

impl Grouping {
    /// By pattern: a code that has it.
    fn codes(&self) -> Vec<usize> {
        let most = self.patterns.iter().max().map_or(0, |most| usize::from(*most));
        let mut codes = vec![0; most + 1];
        for (code, pattern) in self.patterns.iter().enumerate() {
            codes[usize::from(*pattern)] = code;
        }
        codes
    }

    fn table(&self, predicates: &[Predicate]) -> Table {
        let codes = self.codes();
        table(predicates, codes.len(), |pattern| codes[pattern])
    }

    /// `place_codes` gives the code of each place.
    fn group(&self, predicates: &[Predicate], place_codes: &[usize]) -> Group {
        let (from, to) = (self.members.start.min(predicates.len()), self.members.end.min(predicates.len()));
        let members = predicates.get(from..to).unwrap_or_default();
        let by_place = place_codes.iter().map(|code| self.patterns.get(*code).copied().unwrap_or(0));
        Group { by_place: Translation::new(by_place), table: self.table(members), predicates: members.len() }
    }
}

/// Puts predicates together, in their order, as long as they have fewer than 256 patterns among `count` codes and null's; none if that is
/// too much work.
fn groupings(predicates: &[Predicate], count: usize) -> Vec<Grouping> {
    if predicates.len() * count > MOST_PATTERN_WORK {
        return Vec::new();
    }
    let mut groupings = Vec::new();
    let mut first = 0;
    while let Some(rest) = predicates.get(first..).filter(|rest| !rest.is_empty()) {
        let (patterns, taken) = patterns(rest, count);
        groupings.push(Grouping { members: first..first + taken, patterns });
        first += taken;
    }
    groupings
}

/// The code of each place of a block, null's last.
fn place_codes(codes: &Codes<'_>, coder: Option<&AnyCoder>) -> Vec<usize> {
    match exact_codes(codes, coder) {
        Some(exact) => exact.iter().map(|code| usize::from(*code)).chain([codes.count()]).collect(),
        None => (0..=codes.count()).collect(),
    }
}

/// Conditions by coarse codes. An exact code counts twice: once where the coarse code settles everything, once where it leaves something open.
fn in_coarse_codes<'a>(coarse: &'a Coarse, codes: &Codes<'_>, predicates: &[Predicate]) -> Option<Form<'a>> {
    let Codes::Cut { cuts, .. } = codes else { return None };
    let edges = Edges::new(coarse, cuts, predicates);
    let null = 2 * codes.count();
    let doubled = |predicate: &Predicate| Predicate {
        holds: (0..=null).map(|code| predicate.holds.get(code / 2).copied().unwrap_or(false)).collect(),
    };
    let is_open = Predicate { holds: (0..=null).map(|code| code % 2 == 1).collect() };
    let mut all: Vec<Predicate> = predicates.iter().map(doubled).collect();
    all.push(is_open);
    let groupings = groupings(&all, null);
    let place_codes: Vec<usize> = edges.least().map(|(code, open)| 2 * code + usize::from(open)).chain([null]).collect();
    let is_open = all.split_off(predicates.len());
    let open = groupings.last()?.table(&is_open);
    let groups = groupings.iter().map(|one| one.group(&all, &place_codes)).collect();
    Some(Form::Coarse { groups, coarse, open, edges })
}

/// The pattern of each code, null's last, among the first predicates, and how many of them.
fn patterns(predicates: &[Predicate], count: usize) -> (Vec<u8>, usize) {
    let mut patterns = vec![0_u8; count + 1];
    // By pattern: how many codes have it.
    let mut sizes = [0_usize; 256];
    sizes[0] = count + 1;
    let mut found = 1;
    for (taken, predicate) in predicates.iter().enumerate() {
        let codes: Vec<usize> = predicate.holds.iter().enumerate().filter_map(|(code, holds)| holds.then_some(code)).collect();
        let mut hits = [0_usize; 256];
        for code in &codes {
            hits[usize::from(patterns[*code])] += 1;
        }
        // A pattern some of whose codes the predicate holds for, and some not, is divided.
        let divided: Vec<usize> = (0..found).filter(|pattern| (1..sizes[*pattern]).contains(&hits[*pattern])).collect();
        if found + divided.len() > sizes.len() {
            return (patterns, taken);
        }
        let mut becomes: [u8; 256] = std::array::from_fn(|pattern| pattern as u8);
        for pattern in divided {
            becomes[pattern] = found as u8;
            sizes[found] = hits[pattern];
            sizes[pattern] -= hits[pattern];
            found += 1;
        }
        for code in codes {
            patterns[code] = becomes[usize::from(patterns[code])];
        }
    }
    (patterns, predicates.len())
}

fn look_up(level: Level, places: &[u16; BLOCK_ROWS], groups: &[Group], room: &mut [u8; BLOCK_ROWS], masks: &mut [Mask]) {
    let mut masks = masks;
    for group in groups {
        let (own, rest) = masks.split_at_mut(group.predicates.min(masks.len()));
        translate(level, places, &group.by_place, room);
        lookup(level, room, &group.table, own);
        masks = rest;
    }
}

fn compare_codes<C: Narrow + citx_kernels::Comparable>(
    level: Level,
    codes: &[C; BLOCK_ROWS],
    predicates: &[(Vec<Stretch>, bool)],
    rows: usize,
    null: usize,
    masks: &mut [Mask],
) {
    let codes = codes.get(..rows).unwrap_or(codes);
    for ((stretches, holds_for_null), mask) in predicates.iter().zip(masks) {
        let null = [(null as u32, null as u32)];
        let mut stretches = stretches.iter().chain(null.iter().filter(|_| *holds_for_null));
        let bounds = |(from, to): &Stretch| {
            ((*from > 0).then(|| C::narrow(*from)), Some(C::narrow(to.wrapping_add(1))).filter(|_| *to < C::GREATEST))
        };
        *mask = [0; 64];
        if let Some(first) = stretches.next() {
            let (low, high) = bounds(first);
            in_range(level, codes, low, high, mask);
        }
        for stretch in stretches {
            let (low, high) = bounds(stretch);
            let mut more = [0; 64];
            in_range(level, codes, low, high, &mut more);
            mask.iter_mut().zip(more).for_each(|(word, more)| *word |= more);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one block of one column, and where its masks go")]
fn compare_values(
    level: Level,
    raw: Raw<'_>,
    cuts: &[i64],
    predicates: &[(Vec<Stretch>, bool)],
    start: usize,
    rows: usize,
    valid: Option<&Mask>,
    masks: &mut [Mask],
) {
    fn each<T: Position + citx_kernels::Comparable>(level: Level, values: &[T], cuts: &[i64], stretches: &[Stretch], mask: &mut Mask) {
        // Code `k` is the values from cut `k - 1` to below cut `k`.
        let bound = |index: Option<usize>| index.and_then(|index| cuts.get(index)).map(|cut| T::at(*cut));
        *mask = [0; 64];
        for (index, (from, to)) in stretches.iter().enumerate() {
            let (low, high) = (bound((*from as usize).checked_sub(1)), bound(Some(*to as usize)));
            if index == 0 {
                in_range(level, values, low, high, mask);
            } else {
                let mut more = [0; 64];
                in_range(level, values, low, high, &mut more);
                mask.iter_mut().zip(more).for_each(|(word, more)| *word |= more);
            }
        }
    }
    for ((stretches, holds_for_null), mask) in predicates.iter().zip(masks) {
        match raw {
            Raw::F32(values) => {
                let values: Vec<f64> = values.get(start..start + rows).unwrap_or_default().iter().map(|value| f64::from(*value)).collect();
                let cuts: Vec<i64> = cuts.iter().map(|cut| f64::from(f32::at(*cut)).position()).collect();
                each(level, &values, &cuts, stretches, mask);
            }
            Raw::I8(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::I16(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::I32(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::I64(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::U8(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::U16(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::U32(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::U64(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
            Raw::F64(values) => each(level, values.get(start..start + rows).unwrap_or_default(), cuts, stretches, mask),
        }
        match (valid, holds_for_null) {
            (None, _) => {}
            (Some(valid), false) => mask.iter_mut().zip(valid).for_each(|(word, valid)| *word &= valid),
            (Some(valid), true) => mask.iter_mut().zip(valid).for_each(|(word, valid)| *word = *word & valid | !valid),
        }
    }
}
