//! Arrow IPC files and streams.
//!
//! The bytes are checked before they are decoded: a damaged length must not become an allocation.

use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{FileDecoder, StreamDecoder};
use arrow_ipc::{Block, CompressionType, Message, root_as_footer, root_as_message};
use citx_core::table::Table;
use citx_core::{Error, ErrorKind, Result};

use super::{damaged, guarded, io_failure};

/// Both ends of a file.
const MARK: &[u8] = b"ARROW1";
/// What precedes the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// No LZ4 block is more than 255 times smaller than its text, no Zstandard block (128 KiB) of the shortest form (4 bytes) more than this.
const LZ4_RATIO: i64 = 256;
const ZSTD_RATIO: i64 = 32_768;

pub(super) fn read(path: &Path) -> Result<Table> {
    let bytes = std::fs::read(path).map_err(io_failure)?;
    guarded("Arrow", || {
        if bytes.starts_with(b"FEA1") {
            return Err(Error::new(ErrorKind::Unsupported, "this is Feather version 1; save it as version 2 (Arrow IPC) or Parquet"));
        }
        let bytes = Buffer::from_vec(bytes);
        if bytes.starts_with(MARK) { file(&bytes) } else { stream(bytes) }
    })
}

/// A file: blocks, and a footer that says where they are.
fn file(bytes: &Buffer) -> Result<Table> {
    let wrong = || damaged("Arrow");
    let before = bytes.strip_suffix(MARK).and_then(<[u8]>::split_last_chunk::<4>);
    let (before, length) = before.ok_or_else(wrong)?;
    let length = usize::try_from(i32::from_le_bytes(*length)).map_err(|_| wrong())?;
    let footer = before.len().checked_sub(length).and_then(|at| before.get(at..)).and_then(|bytes| root_as_footer(bytes).ok());
    let footer = footer.ok_or_else(wrong)?;
    let schema = Arc::new(fb_to_schema(footer.schema().ok_or_else(wrong)?));
    let mut decoder = FileDecoder::new(schema.clone(), footer.version());
    for block in footer.dictionaries().into_iter().flatten() {
        decoder.read_dictionary(block, &checked_block(bytes, block)?).map_err(|error| wrong().caused_by(error))?;
    }
    let mut batches: Vec<RecordBatch> = Vec::new();
    for block in footer.recordBatches().into_iter().flatten() {
        let batch = decoder.read_record_batch(block, &checked_block(bytes, block)?).map_err(|error| wrong().caused_by(error))?;
        batches.extend(batch);
    }
    Table::from_batches(schema, &batches)
}

/// The bytes of a block, which must be one message and its body.
fn checked_block(bytes: &Buffer, block: &Block) -> Result<Buffer> {
    let within = |block: &Block| {
        let (offset, metadata) = (usize::try_from(block.offset()).ok()?, usize::try_from(block.metaDataLength()).ok()?);
        let length = metadata.checked_add(usize::try_from(block.bodyLength()).ok()?)?;
        let all = bytes.get(offset..offset.checked_add(length)?)?;
        let (metadata, body) = all.split_at_checked(metadata)?;
        let message = metadata.strip_prefix(&CONTINUATION).unwrap_or(metadata).get(4..)?;
        check_sizes(&root_as_message(message).ok()?, body).ok()?;
        Some(bytes.slice_with_length(offset, length))
    };
    within(block).ok_or_else(|| damaged("Arrow"))
}

/// A stream: message after message.
fn stream(bytes: Buffer) -> Result<Table> {
    let messages = messages_length(&bytes)?;
    let mut rest = bytes.slice_with_length(0, messages);
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
