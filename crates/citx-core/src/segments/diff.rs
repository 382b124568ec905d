//! Who entered and who left between two memberships.

use arrow_schema::DataType;

use crate::citizens::Population;
use crate::run::Run;
use crate::table::{Column, Table, join};
use crate::{Bitmap, Error, ErrorKind, Result};

use super::{Membership, Segment, names_column, room};

/// What has changed since an earlier membership.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MembershipDiff {
    /// The segments that the earlier one lacks, in order. Their members are not listed as entering.
    pub added: Vec<String>,
    /// The segments that only the earlier one has, in its order. Their members are not listed as leaving.
    pub removed: Vec<String>,
    /// `segment`, `key` and `change`, which is `entered` or `left`: by segment, first those who entered, each in population order. Who is no
    /// longer among the citizens has left, and stands last.
    pub changes: Table,
    /// `segment`, `before`, `after`, `entered` and `left`, for every segment of either; null where one lacks it.
    pub counts: Table,
}

/// The rows of one segment that changed.
#[derive(Default)]
struct Moves {
    entered: Vec<usize>,
    left: Vec<usize>,
    /// Rows of the earlier population whose keys are no longer there.
    gone: Vec<usize>,
}

impl Membership {
    /// Who entered and who left each segment since `previous`. Citizens are compared by key, so that the populations may be two snapshots, in
    /// another order, with citizens added and removed.
    ///
    /// # Errors
    /// `LimitExceeded` where the changes are too many for a table; `Cancelled`.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{Run, citizens::Population, rules::Context, segments::SegmentBook, table::*, time::*};
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let people = |keys: [&str; 3], clicks: [i64; 3]| {
    ///     let columns = [Column::text("id", keys.map(Some)), Column::integer("clicks", clicks.map(Some))];
    ///     Population::from_table(Table::from_columns(columns)?, "id")
    /// };
    /// let book = SegmentBook::parse_toml("active = 'clicks > 5'")?;
    /// let evaluate = |people: &Population| book.evaluate(people, &context, &Run::new());
    /// let before = evaluate(&people(["a", "b", "c"], [9, 9, 0])?)?;
    /// let after = evaluate(&people(["d", "c", "b"], [9, 9, 9])?)?;
    /// let changes = after.diff(&before, &Run::new())?.changes;
    /// let text = |name: &str| changes.column(name).map(|column| column.values().collect::<Vec<_>>());
    /// let words = |words: [&str; 3]| words.map(|word| Value::Text(word.into())).to_vec();
    /// assert!(text("key")? == words(["d", "c", "a"]) && text("change")? == words(["entered", "entered", "left"]));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn diff(&self, previous: &Self, run: &Run) -> Result<MembershipDiff> {
        let common: Vec<(&Segment, &Segment)> =
            self.segments().iter().filter_map(|after| Some((previous.by_name(after.name())?, after))).collect();
        let places = Places::of(previous.population(), self.population(), run)?;
        let one = |index: usize| Ok(common.get(index).map(|(before, after)| places.moves(before, after)).unwrap_or_default());
        let moves = run.map(common.len(), one)?;
        let only_in = |one: &Self, other: &Self| -> Vec<String> {
            one.segments().iter().map(Segment::name).filter(|name| other.by_name(name).is_none()).map(str::to_owned).collect()
        };
        let (added, removed) = (only_in(self, previous), only_in(previous, self));
        let names: Vec<&str> = common.iter().map(|(_, after)| after.name()).collect();
        let changes = changes(&names, &moves, previous.population(), self.population())?;
        let counts = self.counts_beside(previous, &names.iter().copied().zip(&moves).collect::<Vec<_>>())?;
        Ok(MembershipDiff { added, removed, changes, counts })
    }

    /// The sizes before and after of all segments, those of this one first.
    fn counts_beside(&self, previous: &Self, moves: &[(&str, &Moves)]) -> Result<Table> {
        let removed = previous.segments().iter().map(Segment::name).filter(|name| self.by_name(name).is_none());
        let names: Vec<&str> = self.segments().iter().map(Segment::name).chain(removed).collect();
        let size = |membership: &Self, name: &str| membership.by_name(name).map(|segment| segment.len() as i64);
        let mut moved = moves.iter().peekable();
        let moved: Vec<Option<(i64, i64)>> = names
            .iter()
            .map(|name| moved.next_if(|(segment, _)| segment == name))
            .map(|found| found.map(|(_, moves)| (moves.entered.len() as i64, (moves.left.len() + moves.gone.len()) as i64)))
            .collect();
        Table::from_columns([
            Column::text("segment", names.iter().map(Some)),
            Column::integer("before", names.iter().map(|name| size(previous, name))),
            Column::integer("after", names.iter().map(|name| size(self, name))),
            Column::integer("entered", moved.iter().map(|moved| moved.map(|(entered, _)| entered))),
            Column::integer("left", moved.iter().map(|moved| moved.map(|(_, left)| left))),
        ])
    }
}

fn changes(names: &[&str], moves: &[Moves], before: &Population, after: &Population) -> Result<Table> {
    let total = moves.iter().map(|moves| moves.entered.len() + moves.left.len() + moves.gone.len()).sum();
    let what = "the changes";
    let (mut segments, mut kinds, mut rows) = (room(total, what)?, room(total, what)?, room(total, what)?);
    for (segment, moves) in moves.iter().enumerate() {
        for (kind, piece, moved) in [(0, 0, &moves.entered), (1, 0, &moves.left), (1, 1, &moves.gone)] {
            segments.extend(std::iter::repeat_n(segment as i32, moved.len()));
            kinds.extend(std::iter::repeat_n(kind, moved.len()));
            rows.extend(moved.iter().map(|&row| (piece, row)));
        }
    }
    let (before, after) = (before.keys(), after.keys());
    let keys = if before.data_type() == after.data_type() {
        join::interleave(&[after.array().clone(), before.array().clone()], &rows)?
    } else {
        // Keys of two types are compared as text, so they are shown as text.
        let text = |column: &Column| {
            let cast = arrow_cast::cast(column.array(), &DataType::LargeUtf8);
            cast.map_err(|error| Error::new(ErrorKind::InvalidArgument, "keys that are no text").caused_by(error))
        };
        join::interleave(&[text(&after)?, text(&before)?], &rows)?
    };
    Table::from_columns([
        names_column("segment", segments, names.iter().copied())?,
        Column::new("key", keys),
        names_column("change", kinds, ["entered", "left"])?,
    ])
}

/// Where the citizens of an earlier population are in a later one.
enum Places {
    /// In the same rows, as far as both have them; so many rows are in both.
    Same { later: usize },
    /// By earlier row the later one, or [`GONE`].
    Moved { rows: Vec<u32>, later: usize },
}

const GONE: u32 = u32::MAX;

/// Keys looked up in a piece of parallel work.
const PIECE_ROWS: usize = 1 << 16;

impl Places {
    fn of(before: &Population, after: &Population, run: &Run) -> Result<Self> {
        let later = after.len();
        if before.is_same(after) {
            return Ok(Self::Same { later });
        }
        let (old, new) = (before.keys(), after.keys());
        let shared = before.len().min(later);
        if old.data_type() == new.data_type() && *old.array().slice(0, shared) == *new.array().slice(0, shared) {
            return Ok(Self::Same { later });
        }
        let find = |row: usize| before.key_text(row).and_then(|key| after.find(&key)).map_or(GONE, |row| row as u32);
        let piece = |piece: usize| {
            let start = piece * PIECE_ROWS;
            Ok((start..before.len().min(start + PIECE_ROWS)).map(find).collect::<Vec<u32>>())
        };
        let mut rows = room(before.len(), "the keys")?;
        run.map(before.len().div_ceil(PIECE_ROWS), piece)?.iter().for_each(|piece| rows.extend_from_slice(piece));
        Ok(Self::Moved { rows, later })
    }

    fn moves(&self, before: &Segment, after: &Segment) -> Moves {
        let (then, gone) = match self {
            Self::Same { later } => {
                let gone = before.bitmap().ones_iter().skip_while(|row| row < later).collect();
                (Bitmap::from_words(before.bitmap().words().to_vec(), *later), gone)
            }
            Self::Moved { rows, later } => {
                let (mut words, mut gone) = (vec![0_u64; later.div_ceil(64)], Vec::new());
                for row in before.bitmap().ones_iter() {
                    match rows.get(row).and_then(|&row| words.get_mut(row as usize / 64).map(|word| (row, word))) {
                        Some((row, word)) => *word |= 1 << (row % 64),
                        None => gone.push(row),
                    }
                }
                (Bitmap::from_words(words, *later), gone)
            }
        };
        let now = after.bitmap();
        Moves { entered: now.and_not(&then).ones_iter().collect(), left: then.and_not(now).ones_iter().collect(), gone }
    }
}
