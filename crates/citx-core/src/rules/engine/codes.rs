//! How the values of a column become codes: keys of a dictionary, or where a value lies between cut points.

use citx_kernels::{BLOCK_ROWS, Coder, Level, Mask, blend_nulls, copy};

use super::column::{Position, Raw};

/// How codes are had.
pub(super) enum Codes<'a> {
    /// Where each value, or the day of each instant, lies between cut points, given as positions.
    Cut { raw: Raw<'a>, cuts: Vec<i64>, days: bool },
    /// The keys of a dictionary of so many values.
    Keys { raw: Raw<'a>, values: usize },
}

impl Codes<'_> {
    /// Codes of values, that of null apart.
    pub fn count(&self) -> usize {
        match self {
            Self::Cut { cuts, .. } => cuts.len() + 1,
            Self::Keys { values, .. } => *values,
        }
    }
}

/// Room for the codes of a block.
pub(super) struct CodeRoom {
    pub narrow: Box<[u8; BLOCK_ROWS]>,
    pub wide: Box<[u16; BLOCK_ROWS]>,
    pub widest: Box<[u32; BLOCK_ROWS]>,
}

impl CodeRoom {
    pub fn new() -> Self {
        Self { narrow: Box::new([0; BLOCK_ROWS]), wide: Box::new([0; BLOCK_ROWS]), widest: Box::new([0; BLOCK_ROWS]) }
    }
}

/// Bytes of a code, with room for null's.
pub(super) fn code_width(codes: usize) -> usize {
    match codes {
        0..256 => 1,
        256..65_536 => 2,
        _ => 4,
    }
}

/// The codes of places that tell them at once.
pub(super) fn exact_codes<'c>(codes: &Codes<'_>, coder: Option<&'c AnyCoder>) -> Option<&'c [u16]> {
    coder.filter(|_| !matches!(codes, Codes::Keys { .. })).map(AnyCoder::codes_of_places).filter(|codes| !codes.is_empty())
}

/// Codes that lie in memory as a block, where they are a whole one, or copied to `room`.
pub(super) fn whole_block<'r>(codes: &'r [u16], room: &'r mut [u16; BLOCK_ROWS]) -> &'r [u16; BLOCK_ROWS] {
    match codes.try_into() {
        Ok(whole) => whole,
        Err(_) => {
            room.iter_mut().zip(codes).for_each(|(code, kept)| *code = *kept);
            room
        }
    }
}

/// A coder for the width of its column.
pub(super) enum AnyCoder {
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

/// The places of a block: keys, places between cuts, or codes; null has the place `null`.
#[expect(clippy::too_many_arguments, reason = "one block of one column, and where its places go")]
pub(super) fn places<'r>(
    level: Level,
    codes: &Codes<'_>,
    coder: Option<&AnyCoder>,
    null: u16,
    start: usize,
    rows: usize,
    valid: Option<&Mask>,
    room: &'r mut [u16; BLOCK_ROWS],
) -> &'r [u16; BLOCK_ROWS] {
    match (codes, coder) {
        (Codes::Keys { raw, .. }, _) => {
            keys(level, *raw, start, rows, None, 0, room);
        }
        (Codes::Cut { raw, .. }, Some(coder)) if coder.is_exact() => coder.places(level, *raw, start, rows, room),
        (Codes::Cut { raw, .. }, Some(coder)) => encode(level, *raw, coder, start, rows, room),
        _ => {}
    }
    if let Some(valid) = valid {
        blend_nulls(level, room, valid, null);
    }
    room
}

pub(super) fn coder(codes: &Codes<'_>) -> Option<AnyCoder> {
    let Codes::Cut { raw, cuts, .. } = codes else { return None };
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
    pub fn is_exact(&self) -> bool {
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
pub(super) trait Narrow: citx_kernels::Code {
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

pub(super) fn read<'r, C: Narrow>(
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
        Codes::Cut { raw, cuts, .. } => {
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

pub(super) fn encode<C: Narrow>(level: Level, raw: Raw<'_>, coder: &AnyCoder, start: usize, rows: usize, room: &mut [C; BLOCK_ROWS]) {
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
pub(super) fn keys<'r, C: Narrow>(
    level: Level,
    raw: Raw<'_>,
    start: usize,
    rows: usize,
    valid: Option<&Mask>,
    null: usize,
    room: &'r mut [C; BLOCK_ROWS],
) -> &'r [C; BLOCK_ROWS] {
    macro_rules! copied {
        ($values:expr) => {
            copy(level, $values.get(start..start + rows).unwrap_or_default(), |key| C::narrow(key as u32), room)
        };
    }
    match raw {
        Raw::I8(values) => copied!(values),
        Raw::I16(values) => copied!(values),
        Raw::I32(values) => copied!(values),
        Raw::I64(values) => copied!(values),
        Raw::U8(values) => copied!(values),
        Raw::U16(values) => copied!(values),
        Raw::U32(values) => copied!(values),
        Raw::U64(values) => copied!(values),
        Raw::F32(_) | Raw::F64(_) => {}
    }
    if let Some(valid) = valid {
        blend_nulls(level, room, valid, C::narrow(null as u32));
    }
    room
}
