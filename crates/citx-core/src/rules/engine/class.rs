//! The conditions on one column, taken together: each code of the column says which of them hold.
//!
//! A column of ordered values is cut where its conditions change, a dictionary has its keys: either way a few codes stand for all values, and
//! null is one of them. A condition is then a set of codes. A few conditions are compared directly; many are looked up together.

use citx_kernels::{BLOCK_ROWS, Coder, Level, Mask, PLACES, blend_nulls, in_range, lookup, translate};

use super::column::{Position, Raw, trim};

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
    /// The slot of the first; the others follow.
    pub first_slot: usize,
    pub predicates: usize,
    form: Form,
    /// Cycles for a block, by compares and by look-ups.
    costs: (usize, usize),
}

/// How codes are had.
pub(super) enum Codes<'a> {
    /// Where each value lies between cut points, given as positions.
    Cut { raw: Raw<'a>, cuts: Vec<i64> },
    /// Where the day of each instant lies between cut points; the code behind the last is null.
    Days { raw: Raw<'a>, cuts: Vec<i64> },
    /// The keys of a dictionary of so many values.
    Keys { raw: Raw<'a>, values: usize },
}

enum Form {
    /// Stretches of codes that are compared, for each predicate; and whether it holds for null.
    Compare(Vec<(Vec<Stretch>, bool)>),
    /// Bit rows by code, 64 predicates each.
    Lookup { tables: Vec<Vec<u64>>, coder: Option<AnyCoder> },
    /// Bit rows by the pattern that a place has.
    Patterns { groups: Vec<Group>, coder: Option<AnyCoder> },
}

/// Predicates that have fewer than 256 patterns of truth among them.
struct Group {
    /// By place: a dictionary key, a day, a place between cuts, or a code.
    by_place: Box<[u8; PLACES]>,
    /// Bit rows by pattern, 64 predicates each.
    tables: Vec<Vec<u64>>,
    predicates: usize,
}

/// A coder for the width of its column.
enum AnyCoder {
    I8(Coder<i8>),
    I16(Coder<i16>),
    I32(Coder<i32>),
    I64(Coder<i64>),
    U8(Coder<u8>),
    U16(Coder<u16>),
    U32(Coder<u32>),
    U64(Coder<u64>),
    F32(Coder<f32>),
    F64(Coder<f64>),
}

/// Room for the codes of a block.
pub(super) struct CodeRoom {
    narrow: Box<[u8; BLOCK_ROWS]>,
    wide: Box<[u16; BLOCK_ROWS]>,
    widest: Box<[u32; BLOCK_ROWS]>,
}

impl CodeRoom {
    pub fn new() -> Self {
        Self { narrow: Box::new([0; BLOCK_ROWS]), wide: Box::new([0; BLOCK_ROWS]), widest: Box::new([0; BLOCK_ROWS]) }
    }
}

/// What a form costs for a block, in cycles of a core with 512-bit vectors. Estimated 2026-11-22 on an AMD Zen 5 server core; only their
/// proportions matter.
mod cost {
    /// A compare reads a vector, compares it and keeps its bits.
    pub fn compare(width: usize) -> usize {
        60 + width * 80
    }
    /// A cell, a load and a compare for each row.
    pub const CODE: usize = 16_000;
    /// Places are computed by vectors.
    pub const PLACE: usize = 600;
    /// A load from a table for each row.
    pub const TRANSLATE: usize = 5_000;
    /// A byte permute, for eight predicates.
    pub const EIGHT_BY_BYTES: usize = 350;
    /// A load and a transposition, for 64 predicates.
    pub const GROUP_BY_ROWS: usize = 11_000;
}

/// Predicates times codes beyond which patterns are not looked for.
const MOST_PATTERN_WORK: usize = 1 << 24;

impl Codes<'_> {
    /// Codes of values, that of null apart.
    pub fn count(&self) -> usize {
        match self {
            Self::Cut { cuts, .. } | Self::Days { cuts, .. } => cuts.len() + 1,
            Self::Keys { values, .. } => *values,
        }
    }
}

impl<'a> Class<'a> {
    /// Chooses the cheaper form.
    pub fn new(column: u32, codes: Codes<'a>, predicates: &[Predicate], first_slot: usize, level: Level) -> Self {
        let stretches: Vec<(Vec<Stretch>, bool)> = predicates.iter().map(stretches).collect();
        let compares = match &codes {
            Codes::Cut { raw, .. } | Codes::Days { raw, .. } => cost::compare(raw.width()),
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
        let groups =
            if is_byte || compares <= by_rows.min(cost::TRANSLATE) { Vec::new() } else { groups(predicates, &codes, coder.as_ref()) };
        let by_pattern: usize = groups.iter().map(|one| cost::TRANSLATE + group(one.predicates)).sum::<usize>() + coding;
        let by_pattern = if groups.is_empty() { usize::MAX } else { by_pattern };
        let lookups = by_pattern.min(by_rows);
        // Cuts that no coder takes are compared, whatever it costs.
        let must_compare = coder.is_none() && !matches!(codes, Codes::Keys { .. });
        let form = if compares <= lookups || must_compare {
            Form::Compare(stretches)
        } else if by_pattern <= by_rows {
            Form::Patterns { groups, coder }
        } else {
            Form::Lookup { tables: predicates.chunks(64).map(|group| table(group, codes.count())).collect(), coder }
        };
        Self { column, codes, first_slot, predicates: predicates.len(), form, costs: (compares, lookups) }
    }

    /// Fills the masks of the predicates for `rows` rows from `start`; `valid` is given where the column has nulls.
    pub fn fill(&self, level: Level, start: usize, rows: usize, valid: Option<&Mask>, room: &mut CodeRoom, masks: &mut [Mask]) {
        let Some(masks) = masks.get_mut(self.first_slot..self.first_slot + self.predicates) else { return };
        match (&self.form, &self.codes) {
            (Form::Compare(predicates), Codes::Cut { raw, cuts } | Codes::Days { raw, cuts }) => {
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
            (Form::Patterns { groups, coder }, codes) => {
                let CodeRoom { narrow, wide, .. } = room;
                let places = places(level, codes, coder.as_ref(), start, rows, valid, wide);
                let mut masks = &mut masks[..];
                for group in groups {
                    let (own, rest) = masks.split_at_mut(group.predicates.min(masks.len()));
                    translate(places, &group.by_place, narrow);
                    look_up(level, narrow, &group.tables, own);
                    masks = rest;
                }
            }
            (Form::Lookup { tables, coder }, codes) => {
                let count = codes.count();
                match code_width(count) {
                    1 => look_up(level, read(level, codes, coder, start, rows, valid, &mut room.narrow), tables, masks),
                    2 => look_up(level, read(level, codes, coder, start, rows, valid, &mut room.wide), tables, masks),
                    _ => look_up(level, read(level, codes, coder, start, rows, valid, &mut room.widest), tables, masks),
                }
            }
        }
        if rows < BLOCK_ROWS {
            masks.iter_mut().for_each(|mask| trim(rows, mask));
        }
    }

    /// Whether the column's nulls must be read beside its codes.
    pub fn has_nulls_apart(&self) -> bool {
        !matches!(self.codes, Codes::Days { .. })
    }

    /// Its form, and why it was chosen.
    pub fn describe(&self) -> (&'static str, String) {
        let of = match &self.codes {
            Codes::Cut { cuts, .. } => format!("{} cut points", cuts.len()),
            Codes::Days { cuts, .. } => format!("{} cut points, all midnights, in days kept with the population", cuts.len() - 1),
            Codes::Keys { values, .. } => format!("{values} dictionary keys"),
        };
        let (compares, lookups) = self.costs;
        let form = match &self.form {
            Form::Compare(_) => "compare",
            Form::Lookup { .. } => "look up",
            Form::Patterns { .. } => "look up patterns",
        };
        (form, format!("{of}; a block costs about {compares} cycles compared, {lookups} looked up"))
    }
}

/// Bytes of a code, with room for null's.
fn code_width(codes: usize) -> usize {
    match codes {
        0..256 => 1,
        256..65_536 => 2,
        _ => 4,
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

/// For each code, null's last, a bit for each predicate of the group.
fn table(group: &[Predicate], codes: usize) -> Vec<u64> {
    let mut rows = vec![0_u64; codes + 1];
    for (bit, predicate) in group.iter().enumerate() {
        for (row, holds) in rows.iter_mut().zip(&predicate.holds) {
            *row |= u64::from(*holds) << bit;
        }
    }
    rows
}

/// Puts predicates together, in their order, as long as they have fewer than 256 patterns of truth; none if that is too much work, or
/// places do not fit.
fn groups(predicates: &[Predicate], codes: &Codes<'_>, coder: Option<&AnyCoder>) -> Vec<Group> {
    let count = codes.count();
    if count >= PLACES - 1 || predicates.len() * count > MOST_PATTERN_WORK {
        return Vec::new();
    }
    let mut groups = Vec::new();
    let mut rest = predicates;
    while !rest.is_empty() {
        let (patterns, taken) = patterns(rest, count);
        let (group, later) = rest.split_at(taken);
        let most = patterns.iter().max().map_or(0, |most| usize::from(*most));
        let tables = group.chunks(64).map(|group| {
            let by_code = table(group, count);
            let mut rows = vec![0; most + 1];
            for (pattern, bits) in patterns.iter().zip(by_code) {
                rows[usize::from(*pattern)] = bits;
            }
            rows
        });
        groups.push(Group { tables: tables.collect(), predicates: taken, by_place: by_place(&patterns, codes, coder) });
        rest = later;
    }
    groups
}

/// The pattern of each code, null's last, among the first predicates, and how many of them.
fn patterns(predicates: &[Predicate], count: usize) -> (Vec<u8>, usize) {
    let mut patterns = vec![0_u8; count + 1];
    let mut found = 1;
    for (taken, predicate) in predicates.iter().enumerate() {
        // Each pattern divides into those that hold and those that do not: the first kind met keeps its number.
        let mut kept: [Option<bool>; 256] = [None; 256];
        let mut split: [u16; 256] = [0; 256];
        let mut more = found;
        let divided: Vec<u16> = patterns
            .iter()
            .zip(&predicate.holds)
            .map(|(pattern, holds)| {
                let old = usize::from(*pattern);
                if *kept[old].get_or_insert(*holds) == *holds {
                    return u16::from(*pattern);
                }
                if split[old] == 0 {
                    split[old] = more;
                    more += 1;
                }
                split[old]
            })
            .collect();
        if more > 256 && taken > 0 {
            return (patterns, taken);
        }
        found = more;
        patterns = divided.into_iter().map(|pattern| pattern as u8).collect();
    }
    (patterns, predicates.len())
}

fn by_place(patterns: &[u8], codes: &Codes<'_>, coder: Option<&AnyCoder>) -> Box<[u8; PLACES]> {
    let null = patterns.last().copied().unwrap_or(0);
    let at = |code: usize| patterns.get(code).copied().unwrap_or(null);
    let exact = coder.filter(|_| !matches!(codes, Codes::Keys { .. })).map(AnyCoder::codes_of_places).filter(|codes| !codes.is_empty());
    let by_place: Vec<u8> = (0..PLACES)
        .map(|place| match exact {
            Some(codes) => codes.get(place).map_or(null, |code| at(usize::from(*code))),
            None => at(place),
        })
        .collect();
    by_place.into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([0; PLACES]))
}

/// The places of a block: keys, places between cuts, or codes; null has the last.
fn places<'r>(
    level: Level,
    codes: &Codes<'_>,
    coder: Option<&AnyCoder>,
    start: usize,
    rows: usize,
    valid: Option<&Mask>,
    room: &'r mut [u16; BLOCK_ROWS],
) -> &'r [u16; BLOCK_ROWS] {
    const NULL: u16 = u16::MAX;
    match (codes, coder) {
        (Codes::Keys { raw, .. }, _) => {
            keys(level, *raw, start, rows, None, 0, room);
        }
        (Codes::Cut { raw, .. } | Codes::Days { raw, .. }, Some(coder)) if coder.is_exact() => coder.places(level, *raw, start, rows, room),
        (Codes::Cut { raw, .. } | Codes::Days { raw, .. }, Some(coder)) => encode(level, *raw, coder, start, rows, room),
        _ => {}
    }
    if let Some(valid) = valid {
        blend_nulls(level, room, valid, NULL);
    }
    room
}

fn coder(codes: &Codes<'_>) -> Option<AnyCoder> {
    let (Codes::Cut { raw, cuts } | Codes::Days { raw, cuts }) = codes else { return None };
    fn of<T: Position + citx_kernels::Ordered>(cuts: &[i64]) -> Option<Coder<T>> {
        Coder::new(cuts.iter().map(|cut| T::at(*cut)).collect())
    }
    Some(match raw {
        Raw::I8(_) => AnyCoder::I8(of(cuts)?),
        Raw::I16(_) => AnyCoder::I16(of(cuts)?),
        Raw::I32(_) => AnyCoder::I32(of(cuts)?),
        Raw::I64(_) => AnyCoder::I64(of(cuts)?),
        Raw::U8(_) => AnyCoder::U8(of(cuts)?),
        Raw::U16(_) => AnyCoder::U16(of(cuts)?),
        Raw::U32(_) => AnyCoder::U32(of(cuts)?),
        Raw::U64(_) => AnyCoder::U64(of(cuts)?),
        Raw::F32(_) => AnyCoder::F32(of(cuts)?),
        Raw::F64(_) => AnyCoder::F64(of(cuts)?),
    })
}

impl AnyCoder {
    fn is_exact(&self) -> bool {
        !self.codes_of_places().is_empty()
    }

    fn codes_of_places(&self) -> &[u16] {
        match self {
            Self::I8(coder) => coder.codes_of_places(),
            Self::I16(coder) => coder.codes_of_places(),
            Self::I32(coder) => coder.codes_of_places(),
            Self::I64(coder) => coder.codes_of_places(),
            Self::U8(coder) => coder.codes_of_places(),
            Self::U16(coder) => coder.codes_of_places(),
            Self::U32(coder) => coder.codes_of_places(),
            Self::U64(coder) => coder.codes_of_places(),
            Self::F32(coder) => coder.codes_of_places(),
            Self::F64(coder) => coder.codes_of_places(),
        }
    }

    fn places(&self, level: Level, raw: Raw<'_>, start: usize, rows: usize, room: &mut [u16; BLOCK_ROWS]) {
        macro_rules! widths {
            ($($width:ident)*) => {
                match (raw, self) {
                    $((Raw::$width(values), Self::$width(coder)) => {
                        coder.places(level, values.get(start..start + rows).unwrap_or_default(), room);
                    })*
                    _ => {}
                }
            };
        }
        widths!(I8 I16 I32 I64 U8 U16 U32 U64 F32 F64);
    }
}

/// Codes as wide as they must be.
trait Narrow: citx_kernels::Code {
    const GREATEST: u32;
    fn narrow(code: u32) -> Self;
}

impl Narrow for u8 {
    const GREATEST: u32 = u8::MAX as u32;
    fn narrow(code: u32) -> Self {
        code as Self
    }
}

impl Narrow for u16 {
    const GREATEST: u32 = u16::MAX as u32;
    fn narrow(code: u32) -> Self {
        code as Self
    }
}

impl Narrow for u32 {
    const GREATEST: u32 = Self::MAX;
    fn narrow(code: u32) -> Self {
        code
    }
}

fn read<'r, C: Narrow>(
    level: Level,
    codes: &Codes<'_>,
    coder: &Option<AnyCoder>,
    start: usize,
    rows: usize,
    valid: Option<&Mask>,
    room: &'r mut [C; BLOCK_ROWS],
) -> &'r [C; BLOCK_ROWS] {
    match codes {
        Codes::Keys { raw, values } => keys(level, *raw, start, rows, valid, *values, room),
        Codes::Cut { raw, cuts } | Codes::Days { raw, cuts } => {
            if let Some(coder) = coder {
                encode(level, *raw, coder, start, rows, room);
            }
            if let Some(valid) = valid {
                blend_nulls(level, room, valid, C::narrow(cuts.len() as u32 + 1));
            }
            room
        }
    }
}

fn encode<C: Narrow>(level: Level, raw: Raw<'_>, coder: &AnyCoder, start: usize, rows: usize, room: &mut [C; BLOCK_ROWS]) {
    macro_rules! widths {
        ($($width:ident)*) => {
            match (raw, coder) {
                $((Raw::$width(values), AnyCoder::$width(coder)) => {
                    coder.encode(level, values.get(start..start + rows).unwrap_or_default(), room, |code| C::narrow(code.into()));
                })*
                _ => {}
            }
        };
    }
    widths!(I8 I16 I32 I64 U8 U16 U32 U64 F32 F64);
}

/// Dictionary keys as codes; null, and a key beyond the dictionary, which only a null row has, has the code `null`.
fn keys<'r, C: Narrow>(
    level: Level,
    raw: Raw<'_>,
    start: usize,
    rows: usize,
    valid: Option<&Mask>,
    null: usize,
    room: &'r mut [C; BLOCK_ROWS],
) -> &'r [C; BLOCK_ROWS] {
    macro_rules! copy {
        ($values:expr) => {
            for (code, key) in room.iter_mut().zip($values.get(start..start + rows).unwrap_or_default()) {
                *code = C::narrow(*key as u32);
            }
        };
    }
    match raw {
        Raw::I8(values) => copy!(values),
        Raw::I16(values) => copy!(values),
        Raw::I32(values) => copy!(values),
        Raw::I64(values) => copy!(values),
        Raw::U8(values) => copy!(values),
        Raw::U16(values) => copy!(values),
        Raw::U32(values) => copy!(values),
        Raw::U64(values) => copy!(values),
        Raw::F32(_) | Raw::F64(_) => {}
    }
    if let Some(valid) = valid {
        blend_nulls(level, room, valid, C::narrow(null as u32));
    }
    room
}

fn look_up<C: Narrow>(level: Level, codes: &[C; BLOCK_ROWS], tables: &[Vec<u64>], masks: &mut [Mask]) {
    for (table, masks) in tables.iter().zip(masks.chunks_mut(64)) {
        lookup(level, codes, table, masks);
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
