//! Members as portable Roaring bytes, which the Roaring libraries of other languages read and write.

use ::roaring::RoaringBitmap;

use crate::citizens::Population;
use crate::rules::Context;
use crate::table::unknown_name;
use crate::{Bitmap, Error, ErrorKind, Result};

use super::{Membership, Segment, SegmentBook};

impl Segment {
    /// The members as Roaring bytes: the portable 32-bit format, with runs where they are shorter.
    ///
    /// The numbers in them are rows of the population, from 0, not keys: whoever reads them needs the same citizens in the same order.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{Run, citizens::Population, rules::Context, segments::*, table::*, time::*};
    /// # let people = Population::from_table(Table::from_columns([Column::integer("id", [Some(1), Some(2), Some(3)])])?, "id")?;
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let late = SegmentBook::parse_toml("late = 'id > 1'")?.evaluate(&people, &context, &Run::new())?.segment("late")?;
    /// let bytes = late.to_roaring();
    /// let again = Segment::from_roaring(&people, &context, "again", &bytes)?.with_columns_used(["id"])?;
    /// assert_eq!(again.bitmap(), late.bitmap());
    /// assert!(Segment::from_roaring(&people, &context, "cut", &bytes[..bytes.len() - 1]).is_err());
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn to_roaring(&self) -> Vec<u8> {
        let words: Vec<u8> = self.bitmap().words().iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut members = RoaringBitmap::from_lsb0_bytes(0, &words);
        members.optimize();
        let mut bytes = Vec::with_capacity(members.serialized_size());
        match members.serialize_into(&mut bytes) {
            Ok(()) => bytes,
            // A vector takes all that is written.
            Err(_) => Vec::new(),
        }
    }

    /// A segment of the rows in Roaring bytes. Which attributes decided who is in it is not known: say so by
    /// [`Segment::with_columns_used`], or a selection by sensitive ones is not recognised.
    ///
    /// # Errors
    /// `Corrupted` for bytes that are not portable Roaring of 32 bits, or are followed by others; `OutOfRange` for a row beyond the
    /// population.
    pub fn from_roaring(people: &Population, context: &Context, name: impl Into<String>, bytes: &[u8]) -> Result<Self> {
        let name = name.into();
        let members = members(people, bytes).map_err(|error| error.context(format!("segment `{name}`")))?;
        Ok(Self::new(name, members, Vec::new(), people, *context))
    }

    /// The same members, chosen by these attributes.
    ///
    /// # Errors
    /// `UnknownName` for an attribute that the population does not have.
    pub fn with_columns_used<S: Into<String>>(self, columns: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let known = || self.population().schema().attributes().iter().map(|attribute| attribute.name.as_str());
        if let Some(unknown) = columns.iter().find(|column| !known().any(|name| name == column.as_str())) {
            return Err(unknown_name("attribute", unknown, known()));
        }
        columns.sort_unstable();
        columns.dedup();
        Ok(Self::new(self.name().to_owned(), self.bitmap().clone(), columns, self.population(), *self.context()))
    }
}

impl Membership {
    /// A membership that was kept as Roaring bytes, one piece for each segment of the book, in any order.
    ///
    /// # Errors
    /// As [`Segment::from_roaring`]; `UnknownName` for a segment that the book lacks; `InvalidArgument` for one that comes twice or not at all;
    /// `UnknownName` and `RuleType` if the book is not one of rules over these people.
    pub fn from_roaring<'a>(
        book: &SegmentBook,
        people: &Population,
        context: &Context,
        segments: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self> {
        let plan = book.compile(people.schema())?;
        let mut found: Vec<Option<Bitmap>> = vec![None; book.len()];
        for (name, bytes) in segments {
            let slot = found.get_mut(book.index(name)?);
            let members = members(people, bytes).map_err(|error| error.context(format!("segment `{name}`")))?;
            if slot.is_some_and(|slot| slot.replace(members).is_some()) {
                return Err(Error::new(ErrorKind::InvalidArgument, format!("segment `{name}` comes twice")));
            }
        }
        let segment = |((index, definition), members): ((usize, &super::SegmentDefinition), Option<Bitmap>)| {
            let missing = || Error::new(ErrorKind::InvalidArgument, format!("there are no bytes for segment `{}`", definition.name));
            Ok((definition.name.clone(), members.ok_or_else(missing)?, plan.columns_used(index)))
        };
        let segments = book.definitions().iter().enumerate().zip(found).map(segment).collect::<Result<Vec<_>>>()?;
        Ok(Self::new(book.clone(), people.clone(), *context, segments.into_iter()))
    }
}

fn members(people: &Population, mut bytes: &[u8]) -> Result<Bitmap> {
    let corrupted = |what: &str| Error::new(ErrorKind::Corrupted, format!("{what}; expected portable Roaring bytes of 32 bits"));
    let members = RoaringBitmap::deserialize_from(&mut bytes).map_err(|error| corrupted("the bytes cannot be read").caused_by(error))?;
    if !bytes.is_empty() {
        return Err(corrupted(&format!("{} bytes follow the last container", bytes.len())));
    }
    let rows = people.len();
    if let Some(last) = members.max().filter(|last| *last as usize >= rows) {
        return Err(Error::new(ErrorKind::OutOfRange, format!("row {last} is a member, the population has {rows} rows, counted from 0")));
    }
    let mut words = vec![0_u64; rows.div_ceil(64)];
    for row in members {
        if let Some(word) = words.get_mut(row as usize / 64) {
            *word |= 1 << (row % 64);
        }
    }
    Ok(Bitmap::from_words(words, rows))
}
