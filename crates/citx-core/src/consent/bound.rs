//! A view bound to a population: what decisions about everyone need of both, kept for the next question.
//!
//! Most citizens have no event that reaches a given purpose and channel. They have the state of nobody, so that what is decided of them follows
//! from their facts alone: the rules that state settles are settled once. The others' states are folded once and kept as columns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt8Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, StringArray, UInt8Array};

use super::decision::Outcome;
use super::engine::Fixed;
use super::facts::{absent_column, bars_column, contact_points, fact_column, typed};
use super::gates::{Gates, Hits};
use super::state::{Reach, State};
use super::view::ConsentView;
use super::vocabulary::{Built, Item, Origin};
use crate::citizens::{AttributeType, Keys, Population, Snapshot};
use crate::table::{Column, Table, Value};
use crate::{Bitmap, Error, ErrorKind, Result, Run};

/// No row has this citizen, or no event this row's.
const NOBODY: u32 = Keys::NONE;
/// Rows that are looked up or folded in one piece.
const PIECE: usize = 16_384;
/// So many states before a citizen's their events are asked for: the citizens of a purpose lie far apart.
const AHEAD: usize = 8;

/// The number of a citizen among those with events, and the row.
type Member = (u32, u32);

/// What is kept of a population.
pub(super) struct Bound {
    snapshot: Snapshot,
    /// By number of the citizen.
    rows: Vec<u32>,
    reaches: Vec<(Reach, Vec<u32>)>,
    /// Those whose state may differ from nobody's for any question: erased, merged, or with a contact point that
    /// someone restricts.
    always: Vec<Member>,
    erased: HashMap<u32, u64>,
    /// Facts by their numbers, and what is built of them by channel.
    facts: Box<[OnceLock<Option<Column>>]>,
    built: Mutex<HashMap<(Built, String), Option<Column>>>,
    pairs: Mutex<HashMap<Asking, Arc<Pair>>>,
}

/// Purpose, channel, and whether special category data chose the citizens.
type Asking = (String, String, bool);

/// What is kept for one purpose and channel.
pub(super) struct Pair {
    /// Those without a state of their own.
    others: Stages,
    everyone: Option<Table>,
    /// Those with one.
    rows: Vec<u32>,
    own: Stages,
    theirs: Option<Table>,
}

/// The stages for one purpose and channel.
struct Stages {
    permission: Gates,
    timing: Gates,
}

impl Bound {
    /// # Errors
    /// `Cancelled`.
    pub(super) fn new(view: &ConsentView, people: &Population, run: &Run) -> Result<Self> {
        let index = view.index();
        let citizens: Vec<&str> = index.keys().collect();
        let pieces: Vec<&[&str]> = citizens.chunks(PIECE).collect();
        let found = run.map(pieces.len(), |piece| Ok(people.key_index().find_each(pieces.get(piece).copied().unwrap_or_default())))?;
        let rows = found.concat();
        let data = view.policy().data();
        let mut bound = Self {
            snapshot: Snapshot::of(people),
            rows,
            reaches: index.reaches(),
            always: Vec::new(),
            erased: HashMap::new(),
            facts: (0..data.facts.len()).map(|_| OnceLock::new()).collect(),
            built: Mutex::default(),
            pairs: Mutex::default(),
        };
        bound.find_erased(view, people, run)?;
        bound.find_sharers(view, people, run)?;
        let merged: Vec<Member> = index.merged().map(|citizen| (citizen, bound.row(citizen))).filter(|(_, row)| *row != NOBODY).collect();
        bound.always.extend(merged);
        Ok(bound)
    }

    pub(super) fn is_of(&self, people: &Population) -> bool {
        self.snapshot.is_of(people)
    }

    fn find_erased(&mut self, view: &ConsentView, people: &Population, run: &Run) -> Result<()> {
        let Some(erased) = &view.index().erased else { return Ok(()) };
        let find = |row: usize| Some((u32::try_from(row).ok()?, erased(&people.key_text(row)?)?));
        self.erased = by_rows(people.len(), run, |rows| Ok(rows.filter_map(find).collect()))?.into_iter().collect();
        let citizens = self.citizens(people);
        self.always.extend(self.erased.keys().map(|row| (citizens.get(*row as usize).copied().unwrap_or(NOBODY), *row)));
        Ok(())
    }

    /// Restrictions of a contact point matter to all who use it, whoever made them.
    fn find_sharers(&mut self, view: &ConsentView, people: &Population, run: &Run) -> Result<()> {
        let index = view.index();
        let sharers = index.sharers();
        if sharers.is_empty() {
            return Ok(());
        }
        let sharers = sharers.into_iter().map(|citizen| (citizen, self.row(citizen))).filter(|(_, row)| *row != NOBODY);
        let sharers: Vec<Member> = sharers.collect();
        self.always.extend(sharers);
        let citizens = self.citizens(people);
        let mut seen: Vec<&str> = Vec::new();
        for channel in view.policy().channels() {
            // Channels that use one contact point find the same citizens.
            match view.policy().contact_fact(channel) {
                Some(fact) if !seen.contains(&fact) => seen.push(fact),
                _ => continue,
            }
            let shared = by_rows(people.len(), run, |rows| {
                let rows: Vec<u32> = rows.filter_map(|row| u32::try_from(row).ok()).collect();
                let contacts = contacts(view, people, &rows, channel)?;
                let shared = rows.iter().zip(contacts).filter(|(_, contact)| contact.is_some_and(|contact| index.is_restricted(contact)));
                Ok(shared.map(|(row, _)| *row).collect())
            })?;
            self.always.extend(shared.into_iter().map(|row| (citizens.get(row as usize).copied().unwrap_or(NOBODY), row)));
        }
        Ok(())
    }

    fn row(&self, citizen: u32) -> u32 {
        self.rows.get(citizen as usize).copied().unwrap_or(NOBODY)
    }

    /// The numbers of citizens by row.
    fn citizens(&self, people: &Population) -> Vec<u32> {
        let mut citizens = vec![NOBODY; people.len()];
        for (row, citizen) in self.rows.iter().zip(0..) {
            if let Some(place) = citizens.get_mut(*row as usize) {
                *place = citizen;
            }
        }
        citizens
    }

    /// What is kept for a purpose and channel; made the first time.
    ///
    /// # Errors
    /// `Cancelled`, `UnknownName` for a mapped column that is not there.
    pub(super) fn pair(&self, view: &ConsentView, people: &Population, asking: &Asking, run: &Run) -> Result<Arc<Pair>> {
        if let Some(pair) = lock(&self.pairs).get(asking) {
            return Ok(pair.clone());
        }
        let pair = Arc::new(Pair::new(self, view, people, asking, run)?);
        lock(&self.pairs).insert(asking.clone(), pair.clone());
        Ok(pair)
    }

    /// Those whose state may differ from nobody's. In the order of the citizens' numbers, which is that of their events.
    fn members(&self, view: &ConsentView, asking: &Asking) -> Vec<Member> {
        let asked = view.asked((&asking.0, &asking.1, None), view.as_of());
        let reached = self.reaches.iter().filter(|(reach, _)| reach.matters(&asked)).flat_map(|(_, citizens)| citizens);
        let reached = reached.map(|citizen| (*citizen, self.row(*citizen))).filter(|(_, row)| *row != NOBODY);
        let mut members: Vec<Member> = reached.chain(self.always.iter().copied()).collect();
        // Stable, because that makes use of the order that each part has.
        members.sort();
        members.dedup();
        members
    }

    /// What a name is for everyone: a column where it differs, or the value that all have.
    fn known(&self, item: &Item, fixed: &Fixed<'_>, people: &Population) -> Result<Source> {
        let data = fixed.policy.data();
        let zone = fixed.context.time_zone;
        let fact = |number: usize| -> Result<Option<Column>> {
            let Some(place) = self.facts.get(number) else { return Ok(None) };
            if let Some(made) = place.get() {
                return Ok(made.clone());
            }
            let made = fact_column(people, number, data, zone)?;
            Ok(place.get_or_init(|| made).clone())
        };
        let built = |built: Built, make: &dyn Fn() -> Result<Option<Column>>| -> Result<Option<Column>> {
            let place = (built, fixed.channel.to_owned());
            if let Some(made) = lock(&self.built).get(&place) {
                return Ok(made.clone());
            }
            let made = make()?;
            lock(&self.built).insert(place, made.clone());
            Ok(made)
        };
        let column = match item.origin {
            Origin::State(_) => return Ok(Source::State),
            Origin::Fact(number) => fact(number)?,
            Origin::FactOrConstant(number, _) => match (fact(number)?, fixed.value(item, None)) {
                (Some(column), Value::Null) => Some(column),
                (Some(column), constant) => {
                    let filled = column.values().map(|value| if matches!(value, Value::Null) { constant.clone() } else { value });
                    Some(typed(&item.name, item.data_type, filled))
                }
                (None, _) => None,
            },
            Origin::Built(Built::ContactAbsent) => built(Built::ContactAbsent, &|| absent_column(people, fixed.channel, data, zone))?,
            Origin::Built(Built::SafeContactBars) => built(Built::SafeContactBars, &|| bars_column(people, fixed.channel, data, zone))?,
            Origin::Built(_) | Origin::Constant(_) => None,
        };
        Ok(match column {
            Some(column) => Source::Column(column.renamed(item.name.clone())),
            // Of the names that differ by citizen only this is known of those of whom no fact is held: that there is no instruction.
            None if item.origin == Origin::Built(Built::SafeContactBars) => Source::Same(Value::Boolean(false)),
            None => Source::Same(fixed.value(item, None)),
        })
    }
}

/// Where the values of a name come from for everyone.
enum Source {
    Column(Column),
    State,
    Same(Value),
}

impl Pair {
    fn new(bound: &Bound, view: &ConsentView, people: &Population, asking: &Asking, run: &Run) -> Result<Self> {
        let fixed = view.fixed((&asking.0, &asking.1), asking.2)?;
        let data = view.policy().data();
        let read = |(number, item): (usize, &Item)| {
            if data.reads(number) { bound.known(item, &fixed, people) } else { Ok(Source::Same(Value::Null)) }
        };
        let sources: Vec<Source> = data.vocabulary.iter().enumerate().map(read).collect::<Result<_>>()?;
        let nobody = State::default();
        let given = |stateless: bool| -> Vec<Option<Value>> {
            let value = |(item, source): (&Item, &Source)| match (source, item.origin) {
                (Source::Same(value), _) => Some(value.clone()),
                (Source::State, Origin::State(column)) if stateless => Some(nobody.value(column)),
                _ => None,
            };
            data.vocabulary.iter().zip(&sources).map(value).collect()
        };
        let stages = |given: Vec<Option<Value>>| -> Result<Stages> {
            let gates = |stage| Gates::new(data, stage, &given);
            Ok(Stages { permission: gates(&data.permission)?, timing: gates(&data.timing)? })
        };
        let (others, own) = (stages(given(true))?, stages(given(false))?);
        let facts = |stages: &Stages| -> Vec<Column> {
            let used = stages.columns_used();
            sources
                .iter()
                .filter_map(|source| if let Source::Column(column) = source { Some(column.clone()) } else { None })
                .filter(|column| used.iter().any(|name| name == column.name()))
                .collect()
        };
        let members = bound.members(view, asking);
        let rows: Vec<usize> = members.iter().map(|(_, row)| *row as usize).collect();
        let mut theirs: Vec<Column> = facts(&own).iter().map(|column| column.take(&rows)).collect::<Result<_>>()?;
        theirs.extend(states(bound, view, people, asking, (&members, &own.columns_used()), run)?);
        Ok(Self {
            everyone: table(facts(&others))?,
            others,
            rows: members.iter().map(|(_, row)| *row).collect(),
            theirs: table(theirs)?,
            own,
        })
    }

    /// Who may be contacted.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(super) fn allowed(&self, view: &ConsentView, rows: usize, run: &Run) -> Result<Bitmap> {
        let allowed = |stages: &Stages, table: Option<&Table>, rows: usize| -> Result<Bitmap> {
            let (permission, timing) = stages.hits(view, table, rows, run)?;
            let allowed = permission.whom(view.policy().data(), Outcome::Allow);
            Ok(if let Some(timing) = timing { allowed.and(&timing.nobody()) } else { allowed })
        };
        let others = allowed(&self.others, self.everyone.as_ref(), rows)?;
        let own = allowed(&self.own, self.theirs.as_ref(), self.rows.len())?;
        let mut words = others.words().to_vec();
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(word) = words.get_mut(*row as usize / 64) {
                let bit = row % 64;
                *word = *word & !(1 << bit) | u64::from(own.get(index)) << bit;
            }
        }
        Ok(Bitmap::from_words(words, rows))
    }

    /// The rule that decides, by row.
    ///
    /// # Errors
    /// `Cancelled`; `LimitExceeded` for a policy of more than 65,535 rules.
    pub(super) fn rules(&self, view: &ConsentView, rows: usize, run: &Run) -> Result<Vec<u16>> {
        let rules = |stages: &Stages, table: Option<&Table>, rows: usize| -> Result<Vec<u16>> {
            let (permission, timing) = stages.hits(view, table, rows, run)?;
            let mut rules = vec![0; rows];
            for (rule, whom) in permission.by_rule() {
                write(&mut rules, rule, whom)?;
            }
            let allowed = permission.whom(view.policy().data(), Outcome::Allow);
            for (rule, whom) in timing.iter().flat_map(Hits::by_rule) {
                write(&mut rules, rule, &whom.and(&allowed))?;
            }
            Ok(rules)
        };
        let mut everyone = rules(&self.others, self.everyone.as_ref(), rows)?;
        for (row, rule) in self.rows.iter().zip(rules(&self.own, self.theirs.as_ref(), self.rows.len())?) {
            if let Some(place) = everyone.get_mut(*row as usize) {
                *place = rule;
            }
        }
        Ok(everyone)
    }
}

impl Stages {
    fn columns_used(&self) -> Vec<String> {
        self.permission.columns_used().chain(self.timing.columns_used()).collect()
    }

    /// Whom the rules hit; timing only where there is such a stage.
    fn hits(&self, view: &ConsentView, table: Option<&Table>, rows: usize, run: &Run) -> Result<(Hits, Option<Hits>)> {
        let context = view.context();
        let hits = |gates: &Gates| gates.hits(table, rows, &context, run);
        let timed = !view.policy().data().timing.reads.is_empty();
        Ok((hits(&self.permission)?, if timed { Some(hits(&self.timing)?) } else { None }))
    }
}

/// A rule's position in two bytes.
pub(super) fn position(rule: usize) -> Result<u16> {
    u16::try_from(rule).map_err(|_| Error::new(ErrorKind::LimitExceeded, "a policy of more than 65,535 rules"))
}

/// Writes a rule's position to those whom it hits.
fn write(rules: &mut [u16], rule: usize, whom: &Bitmap) -> Result<()> {
    let rule = position(rule)?;
    for (rules, word) in rules.chunks_mut(64).zip(whom.words()) {
        if *word == u64::MAX {
            rules.fill(rule);
            continue;
        }
        let mut left = *word;
        while left != 0 {
            if let Some(place) = rules.get_mut(left.trailing_zeros() as usize) {
                *place = rule;
            }
            left &= left - 1;
        }
    }
    Ok(())
}

fn table(columns: Vec<Column>) -> Result<Option<Table>> {
    if columns.is_empty() { Ok(None) } else { Table::from_columns(columns).map(Some) }
}

/// The state columns named in `used`, of `members`.
fn states(
    bound: &Bound,
    view: &ConsentView,
    people: &Population,
    asking: &Asking,
    (members, used): (&[Member], &[String]),
    run: &Run,
) -> Result<Vec<Column>> {
    let data = view.policy().data();
    let wanted: Vec<&Item> =
        data.vocabulary.iter().filter(|item| matches!(item.origin, Origin::State(_)) && used.contains(&item.name)).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let asked = view.asked((&asking.0, &asking.1, None), view.as_of());
    let index = view.index();
    let pieces: Vec<&[Member]> = members.chunks(PIECE).collect();
    let parts: Vec<Vec<Column>> = run.map(pieces.len(), |piece| {
        let piece = pieces.get(piece).copied().unwrap_or_default();
        let rows: Vec<u32> = piece.iter().map(|(_, row)| *row).collect();
        let contacts = if index.has_contacts { contacts(view, people, &rows, &asking.1)? } else { vec![None; rows.len()] };
        let mut asked = asked.clone();
        let soon = piece.iter().skip(AHEAD).map(|(citizen, _)| *citizen).chain(std::iter::repeat(NOBODY));
        let mut state = |(((citizen, row), contact), soon): ((&Member, Option<u32>), u32)| {
            index.prefetch(soon);
            asked.contact = contact;
            let number = (*citizen != NOBODY).then_some(*citizen);
            index.state_of(number, &asked, || bound.erased.get(row).copied())
        };
        let states: Vec<State> = piece.iter().zip(contacts).zip(soon).map(&mut state).collect();
        Ok(wanted.iter().map(|item| state_column(item, &states)).collect())
    })?;
    let column = |(place, item): (usize, &&Item)| -> Result<Column> {
        let parts: Vec<&ArrayRef> = parts.iter().filter_map(|part| part.get(place)).map(Column::array).collect();
        joined(item, &parts)
    };
    wanted.iter().enumerate().map(column).collect()
}

/// One column of all parts.
fn joined(item: &Item, parts: &[&ArrayRef]) -> Result<Column> {
    let fault = |error| Error::new(ErrorKind::InvalidArgument, "states could not be joined").caused_by(error);
    if parts.is_empty() {
        return Ok(empty(item));
    }
    let arrays: Vec<&dyn Array> = parts.iter().map(|part| &***part).collect();
    let array = arrow_select::concat::concat(&arrays).map_err(fault)?;
    let array = match (item.origin, array.as_primitive_opt::<UInt8Type>()) {
        (Origin::State(column), Some(codes)) => {
            let words = StringArray::from_iter_values(column.words());
            Arc::new(DictionaryArray::<UInt8Type>::try_new(codes.clone(), Arc::new(words)).map_err(fault)?)
        }
        _ => array,
    };
    Ok(Column::new(&item.name, array))
}

fn empty(item: &Item) -> Column {
    typed(&item.name, item.data_type, std::iter::empty())
}

/// A state column of some; words by their codes.
fn state_column(item: &Item, states: &[State]) -> Column {
    let Origin::State(column) = item.origin else { return empty(item) };
    if item.data_type == AttributeType::Text {
        let codes: UInt8Array = states.iter().map(|state| state.code(column)).collect();
        return Column::new(&item.name, Arc::new(codes));
    }
    typed(&item.name, item.data_type, states.iter().map(|state| state.value(column)))
}

/// The contact points that would be used on a channel, as the index numbers them.
fn contacts(view: &ConsentView, people: &Population, rows: &[u32], channel: &str) -> Result<Vec<Option<u32>>> {
    let points = contact_points(people, rows, channel, view.policy().data(), view.context().time_zone)?;
    Ok(points.into_iter().map(|point| Some(view.index().find(&view.policy().normal_contact(&point?)))).collect())
}

/// `find` of pieces of the rows, one after the other.
fn by_rows<T: Send>(rows: usize, run: &Run, find: impl Fn(std::ops::Range<usize>) -> Result<Vec<T>> + Send + Sync) -> Result<Vec<T>> {
    let found = run.map(rows.div_ceil(PIECE), |piece| find(piece * PIECE..rows.min((piece + 1) * PIECE)))?;
    Ok(found.into_iter().flatten().collect())
}

/// A panic elsewhere leaves what is kept whole: it is only ever added to.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
