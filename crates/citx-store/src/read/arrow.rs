//! Arrow IPC files and streams.
//!
//! A file is a stream between two marks, with a footer for random access that a whole read does not need. The bytes are checked
//! before they are decoded: a damaged length must not become an allocation.

use std::path::Path;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::{CompressionType, Message, root_as_message};
use citx_core::table::Table;
use citx_core::{Error, ErrorKind, Result};

use super::{damaged, guarded, io_failure};

/// Both ends of a file; the first is padded to eight bytes.
const MARK: &[u8] = b"ARROW1";
const MARK_PADDED: usize = 8;
/// The footer's length and the closing mark.
const TAIL: usize = 10;
/// What precedes the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// No LZ4 block is more than 255 times smaller than its text, no Zstandard block (128 KiB) of the shortest form (4 bytes) more than this.
const LZ4_RATIO: i64 = 256;
const ZSTD_RATIO: i64 = 32_768;

pub(super) fn read(path: &Path) -> Result<Table> {
    let bytes = std::fs::read(path).map_err(io_failure)?;
    guarded("Arrow", || decode(bytes))
}

fn decode(bytes: Vec<u8>) -> Result<Table> {
    if bytes.starts_with(b"FEA1") {
        return Err(Error::new(ErrorKind::Unsupported, "this is Feather version 1; save it as version 2 (Arrow IPC) or Parquet"));
    }
    let bytes = Buffer::from_vec(bytes);
    let stream = if bytes.starts_with(MARK) {
        let end = bytes.len().checked_sub(TAIL).filter(|_| bytes.ends_with(MARK)).ok_or_else(|| damaged("Arrow"))?;
        // Some writers pad the mark to 64 bytes.
        let padded = bytes.get(MARK_PADDED..end).ok_or_else(|| damaged("Arrow"))?;
        let padding = padded.chunks(MARK_PADDED).take_while(|chunk| chunk.iter().all(|byte| *byte == 0)).map(<[u8]>::len).sum::<usize>();
        bytes.slice_with_length(MARK_PADDED + padding, padded.len() - padding)
    } else {
        bytes
    };
    let messages = messages_length(&stream)?;
    let mut rest = stream.slice_with_length(0, messages);
    let mut decoder = StreamDecoder::new();
    let mut batches: Vec<RecordBatch> = Vec::new();
    while !rest.is_empty() {
        batches.extend(decoder.decode(&mut rest).map_err(|error| damaged("Arrow").caused_by(error))?);
    }
    let schema = decoder.schema().ok_or_else(|| damaged("Arrow"))?;
    Table::from_batches(schema, &batches)
}

/// Walks over the messages and returns the length of all of them, without the mark of the stream's end and what follows it.
fn messages_length(stream: &[u8]) -> Result<usize> {
    let mut at = 0_usize;
    let take = |at: &mut usize, length: usize| {
        let end = at.checked_add(length)?;
        let bytes = stream.get(*at..end)?;
        *at = end;
        Some(bytes)
    };
    while at < stream.len() {
        let start = at;
        let mut word = take(&mut at, 4).ok_or_else(|| damaged("Arrow"))?;
        if word == CONTINUATION {
            word = take(&mut at, 4).ok_or_else(|| damaged("Arrow"))?;
        }
        let length = word.try_into().map_or(0, u32::from_le_bytes) as usize;
        if length == 0 {
            return Ok(start);
        }
        let message = take(&mut at, length).and_then(|bytes| root_as_message(bytes).ok()).ok_or_else(|| damaged("Arrow"))?;
        let body = usize::try_from(message.bodyLength()).ok().and_then(|length| take(&mut at, length));
        check_sizes(&message, body.ok_or_else(|| damaged("Arrow"))?)?;
    }
    Ok(at)
}

/// Whether the sizes that compressed buffers promise can be true.
fn check_sizes(message: &Message<'_>, body: &[u8]) -> Result<()> {
    let batch = message.header_as_record_batch().or_else(|| message.header_as_dictionary_batch().and_then(|batch| batch.data()));
    let Some((batch, compression)) = batch.and_then(|batch| Some((batch, batch.compression()?))) else { return Ok(()) };
    let ratio = if compression.codec() == CompressionType::LZ4_FRAME { LZ4_RATIO } else { ZSTD_RATIO };
    for buffer in batch.buffers().into_iter().flatten() {
        let range = usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
        let bytes = range.and_then(|(offset, length)| body.get(offset..offset.checked_add(length)?)).ok_or_else(|| damaged("Arrow"))?;
        let promised = bytes.first_chunk().map_or(0, |prefix| i64::from_le_bytes(*prefix));
        if promised > ratio.saturating_mul(buffer.length()) {
            return Err(damaged("Arrow"));
        }
    }
    Ok(())
}
