//! CSV files as grids of cells.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use citx_core::citizens::Rejection;
use citx_core::{Error, ErrorKind, Result};
use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{DecoderResult, Encoding, UTF_8};

use super::grid::{Cells, Faults, Grid};
use super::{ReadOptions, io_failure};

/// A record behind the file's last: where it does not come out as a record of its own, a quote was left open and has swallowed it.
const END: &str = "citxendofrecords";
const SWALLOWED: &[u8] = b"\ncitxendofrecords\n";

/// What stands between the cells where nothing was said and the header has no comma: Excel writes `;` wherever the comma is for decimals.
const OTHER_DELIMITERS: [char; 3] = [';', '\t', '|'];

/// How the file ends its lines, as seen at the end of the first.
#[derive(Clone, Copy)]
enum LineEnd {
    Lf,
    CrLf,
    Cr,
}

/// A header longer than this may be off by one in its line numbers.
const LOOK_AHEAD: usize = 1 << 16;

struct Input {
    text: Box<dyn Read>,
    line_end: LineEnd,
}

struct Records {
    line_end: LineEnd,
    reader: csv::Reader<Box<dyn Read>>,
    record: ByteRecord,
    count: u64,
}

/// One record's place: its number from 0 and the line it begins on, where lines can be told.
#[derive(Clone, Copy)]
struct Place {
    number: u64,
    line: Option<u64>,
}

pub(super) fn read(path: &Path, tabs: bool, options: &ReadOptions) -> Result<Grid> {
    let (mut records, names) = start(path, tabs, options)?;
    let mut grid = Grid {
        columns: names.iter().map(|_| Cells::default()).collect(),
        names,
        origins: Vec::new(),
        faults: Faults::new(options.on_error),
        iso_dates: false,
    };
    while let Some(place) = records.advance()? {
        let fault = |column: Option<&String>, reason: &str| Rejection {
            row: place.number,
            line: place.line,
            column: column.cloned(),
            reason: reason.to_owned(),
        };
        let wanted = grid.names.len();
        if records.record.len() != wanted {
            let reason = format!("expected {wanted} cells as in the header, found {}", records.record.len());
            grid.faults.add(fault(None, &reason))?;
            continue;
        }
        let cells: Vec<Result<&str, &str>> = records.record.iter().map(cell).collect();
        let bad = grid.names.iter().zip(&cells).find_map(|(name, cell)| cell.err().map(|reason| (name, reason)));
        if let Some((name, reason)) = bad {
            grid.faults.add(fault(Some(name), reason))?;
            continue;
        }
        grid.origins.push((place.number, place.line));
        for (column, cell) in grid.columns.iter_mut().zip(cells) {
            column.push(cell.unwrap_or_default())?;
        }
    }
    Ok(grid)
}

/// The records behind the header, and the names in it.
fn start(path: &Path, tabs: bool, options: &ReadOptions) -> Result<(Records, Vec<String>)> {
    let with = |delimiter| {
        let mut records = Records::new(open(path, options)?, delimiter)?;
        let names = records.header()?;
        Ok((records, names))
    };
    let (records, names) = with(options.delimiter.unwrap_or(if tabs { '\t' } else { ',' }))?;
    let other = match (names.as_slice(), options.delimiter) {
        ([only], None) => OTHER_DELIMITERS.into_iter().find(|other| only.contains(*other)),
        _ => None,
    };
    let (records, names) = other.map_or(Ok((records, names)), with)?;
    Grid::check_names(&names)?;
    Ok((records, names))
}

fn cell(bytes: &[u8]) -> Result<&str, &'static str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err("a NUL byte; the file is damaged, or its encoding is another"),
        Ok(text) => Ok(text),
        Err(_) => Err("not UTF-8; name the file's encoding, such as windows-1252"),
    }
}

impl Records {
    fn new(input: Input, delimiter: char) -> Result<Self> {
        let delimiter =
            u8::try_from(delimiter).ok().filter(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(byte));
        let delimiter = delimiter.ok_or_else(|| {
            Error::new(ErrorKind::InvalidArgument, "the delimiter is one ASCII character that is no letter, digit, quote or line end")
        })?;
        let text: Box<dyn Read> = Box::new(input.text.chain(SWALLOWED));
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text);
        Ok(Self { line_end: input.line_end, reader, record: ByteRecord::new(), count: 0 })
    }

    /// Moves to the next record; `None` behind the last.
    fn advance(&mut self) -> Result<Option<Place>> {
        let found = self.reader.read_byte_record(&mut self.record).map_err(failure)?;
        // The reader counts line feeds, and reads the one of a CR LF with the next record.
        let line = self.record.position().map(csv::Position::line).and_then(|line| match self.line_end {
            LineEnd::Lf => Some(line),
            LineEnd::CrLf => Some(line + u64::from(self.count > 0)),
            LineEnd::Cr => None,
        });
        let place = Place { number: self.count, line };
        if found && self.record.len() == 1 && self.record.get(0) == Some(END.as_bytes()) {
            return Ok(None);
        }
        if !found || self.record.iter().next_back().is_some_and(|cell| cell.ends_with(SWALLOWED)) {
            let line = place.line.map_or(String::new(), |line| format!(" (line {line})"));
            let row = if place.number == 0 { "the header".to_owned() } else { format!("row {}", place.number) };
            let message = format!("a quote that opens in {row}{line} is never closed");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        self.count += 1;
        Ok(Some(place))
    }

    fn header(&mut self) -> Result<Vec<String>> {
        if self.advance()?.is_none() {
            return Err(Error::new(ErrorKind::InvalidArgument, "the file is empty; expected a header line with the names of the columns"));
        }
        let wrong = |reason: &str| Error::new(ErrorKind::InvalidArgument, format!("the header is {reason}"));
        self.record.iter().map(|name| cell(name).map(str::to_owned).map_err(wrong)).collect()
    }
}

fn failure(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => io_failure(error),
        _ => Error::new(ErrorKind::InvalidArgument, "the file cannot be read as CSV"),
    }
}

/// The file's text as UTF-8, without a byte order mark. UTF-8 is streamed and checked cell by cell; other encodings are decoded at once.
fn open(path: &Path, options: &ReadOptions) -> Result<Input> {
    let named = match options.encoding.as_deref() {
        None => None,
        Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            let message = format!("there is no encoding `{label}`; expected one such as utf-8, windows-1252 or utf-16le");
            Error::new(ErrorKind::InvalidArgument, message)
        })?),
    };
    let mut file = BufReader::with_capacity(LOOK_AHEAD, File::open(path).map_err(io_failure)?);
    let start = file.fill_buf().map_err(io_failure)?;
    let (marked, mark) = Encoding::for_bom(start).map_or((None, 0), |(encoding, mark)| (Some(encoding), mark));
    let encoding = named.or(marked).unwrap_or(UTF_8);
    let line_end = line_end(start);
    if marked == Some(encoding) {
        file.consume(mark);
    }
    if encoding == UTF_8 {
        return Ok(Input { text: Box::new(file), line_end });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(io_failure)?;
    let text = decode(&bytes, encoding)?;
    let line_end = self::line_end(text.as_bytes());
    Ok(Input { text: Box::new(Cursor::new(text)), line_end })
}

fn line_end(text: &[u8]) -> LineEnd {
    let end = text.iter().position(|byte| b"\r\n".contains(byte)).and_then(|at| text.get(at..));
    match end {
        Some([b'\r', b'\n', ..]) => LineEnd::CrLf,
        Some([b'\r', ..]) => LineEnd::Cr,
        _ => LineEnd::Lf,
    }
}

fn decode(bytes: &[u8], encoding: &'static Encoding) -> Result<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let reserved = room.is_some_and(|room| text.try_reserve(room).is_ok());
    if !reserved {
        return Err(Error::new(ErrorKind::LimitExceeded, "the file is larger than the memory"));
    }
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        _ => {
            let line = text.matches('\n').count() + 1;
            let message = format!("line {line} is not {}; name the file's encoding", encoding.name());
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
    }
}
