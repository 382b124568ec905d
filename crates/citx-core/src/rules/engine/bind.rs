//! A plan bound to a table and an instant: which leaves there are, and how each is answered.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, TimeUnit};
use citx_kernels::{BLOCK_ROWS, Level, Mask, Outputs};

use crate::Result;
use crate::citizens::{Compact, Days, NONE};
use crate::run::Run;

use super::super::columns::Reader;
use super::super::plan::{Depends, Op, OpId, Set, Type};
use super::super::row::Scalar;
use super::circles::{Circle, CircleRoom, Circles};
use super::class::{Class, Predicate};
use super::coarse;
use super::codes::{CodeRoom, Codes};
use super::column::{Raw, all_rows, join, read_bits, valid_bits};
use super::cuts::Cutter;
use super::general::General;
use super::network::{Needs, Network, Side};
use super::{NEAR_BYTES, PIECE_ROWS, Question, Scratch};

/// Starting threads takes as long as binding some hundred leaves.
const FEW_LEAVES: usize = 500;

/// A leaf that is read from a column as it lies there: where a boolean column is true, or false; where a column is null, or has a value.
struct Plain<'a> {
    column: u32,
    /// A boolean column's values; `None` where nulls are asked for.
    flags: Option<&'a BooleanBuffer>,
    valid: Option<&'a BooleanBuffer>,
    side: bool,
    slot: usize,
}

/// A plan bound to a table and an instant.
pub(super) struct Bound<'a> {
    level: Level,
    rows: usize,
    classes: Vec<Class<'a>>,
    circles: Vec<Circles<'a>>,
    plain: Vec<Plain<'a>>,
    general: General<'a>,
    /// For each leaf that is computed: its place in what is computed, its side, its slot.
    computed: Vec<(usize, bool, usize)>,
    network: Network,
}

/// How a column's conditions can be told from codes.
enum Coding {
    /// Where the answers of each condition change, by operation.
    Cuts(HashMap<OpId, Vec<i64>>),
    Dictionary,
}

struct Binder<'q, 'a> {
    question: &'q Question<'a>,
    scalars: &'a [Scalar<'a>],
    columns: HashMap<u32, &'a ArrayRef>,
    codings: HashMap<u32, Coding>,
    /// By operation: whether its answer can be told from the codes of its one column.
    coded: Vec<bool>,
}

impl<'a> Bound<'a> {
    pub fn new(question: &Question<'a>, scalars: &'a [Scalar<'a>], wanted: &[Side], run: &Run) -> Result<Self> {
        let columns =
            question.columns.iter().filter_map(|(index, place)| Some((*index, question.table.batch().columns().get(*place)?))).collect();
        let mut binder = Binder { question, scalars, columns, codings: HashMap::new(), coded: Vec::new() };
        binder.find_coded();
        let needs = Needs { operations: question.operations, scalars, whole: &binder.coded };
        let leaves = needs.leaves(wanted);
        binder.bind(&needs, leaves, wanted, run)
    }

    /// How many blocks are answered together.
    pub fn blocks_at_once(&self) -> usize {
        let most = self.rows.min(PIECE_ROWS).div_ceil(BLOCK_ROWS).max(1);
        (NEAR_BYTES / size_of::<Mask>() / self.network.slots.max(1)).clamp(1, most)
    }

    pub fn scratch(&self, outputs: usize) -> Scratch {
        Scratch {
            masks: vec![vec![[0; 64]; self.network.slots]; self.blocks_at_once()],
            codes: CodeRoom::new(),
            circles: CircleRoom::new(),
            counts: vec![0; outputs],
        }
    }

    /// Answers for these rows, up to [`Bound::blocks_at_once`] blocks, whose words begin at `at` in the outputs.
    pub fn blocks(&self, rows: Range<usize>, at: usize, outputs: &mut [&mut [u64]], scratch: &mut Scratch) {
        let Scratch { masks, codes, circles: room, counts } = scratch;
        let first = rows.start;
        let blocks = || rows.clone().step_by(BLOCK_ROWS).map(|start| (start, BLOCK_ROWS.min(rows.end - start)));
        for class in &self.classes {
            for ((start, rows), masks) in blocks().zip(&mut *masks) {
                class.fill(self.level, start, rows, codes, masks);
            }
        }
        for circles in &self.circles {
            for ((start, rows), masks) in blocks().zip(&mut *masks) {
                circles.fill(self.level, start, rows, room, masks);
            }
        }
        for plain in &self.plain {
            for ((start, rows), masks) in blocks().zip(&mut *masks) {
                plain.fill(start, rows, masks);
            }
        }
        for ((start, rows), masks) in blocks().zip(&mut *masks) {
            let all = all_rows(rows);
            self.compute(start, rows, masks);
            if let Some(slot) = self.network.everyone {
                masks[slot as usize] = all;
            }
            if let Some(slot) = self.network.nobody {
                masks[slot as usize] = [0; 64];
            }
            let at = at + (start - first) / 64;
            let mut outputs = Outputs { rows: outputs, place: at..at + rows.div_ceil(64), counts };
            citx_kernels::run(self.level, &self.network.program, masks, &all, &mut outputs);
        }
    }

    fn compute(&self, start: usize, rows: usize, masks: &mut [Mask]) {
        if self.computed.is_empty() {
            return;
        }
        let answers = self.general.block(start, rows);
        for (place, side, slot) in &self.computed {
            if let Some(answer) = answers.get(*place) {
                let words = if *side { &answer.truths } else { &answer.falses };
                masks[*slot] = [0; 64];
                masks[*slot].iter_mut().zip(words).for_each(|(to, word)| *to = *word);
            }
        }
    }

    /// How each part is answered: what it reads, the form, how many conditions, and why.
    pub fn describe(&self, name: impl Fn(u32) -> String) -> Vec<(String, &'static str, usize, String)> {
        let mut parts = Vec::new();
        for class in &self.classes {
            let (form, why) = class.describe();
            parts.push((name(class.column), form, class.predicates, why));
        }
        for circles in &self.circles {
            let (count, why) = circles.describe();
            parts.push((format!("{}, {}", name(circles.columns.0), name(circles.columns.1)), "grid", count, why));
        }
        for plain in &self.plain {
            let why = match (plain.flags.is_some(), plain.side) {
                (true, true) => "true",
                (true, false) => "false",
                (false, true) => "null",
                (false, false) => "not null",
            };
            parts.push((name(plain.column), "bits", 1, format!("the column's own bits: where it is {why}")));
        }
        if !self.computed.is_empty() {
            parts.push((
                String::new(),
                "compute",
                self.computed.len(),
                "several columns, or values that have no codes: computed row by row".to_owned(),
            ));
        }
        let masks = self.network.slots;
        let why = format!("{masks} masks of {BLOCK_ROWS} rows, {} KiB", masks * BLOCK_ROWS / 8 / 1024);
        parts.push((String::new(), "join", self.network.program.instructions.len(), why));
        parts
    }
}

impl Plain<'_> {
    fn fill(&self, start: usize, rows: usize, masks: &mut [Mask]) {
        let mask = &mut masks[self.slot];
        match (self.flags, self.valid) {
            (Some(bits), _) | (None, Some(bits)) => read_bits(bits, start, rows, mask),
            (None, None) => *mask = all_rows(rows),
        }
        let is_null_wanted = self.flags.is_none() && self.side;
        if is_null_wanted || self.flags.is_some() && !self.side {
            join(mask, &all_rows(rows), |bit, all| !bit & all);
        }
        if let (Some(_), Some(valid)) = (self.flags, self.valid) {
            let mut known = [0; 64];
            read_bits(valid, start, rows, &mut known);
            join(mask, &known, |flag, known| flag & known);
        }
    }
}

impl<'a> Binder<'_, 'a> {
    fn op(&self, id: OpId) -> Option<&'a Op> {
        self.question.operations.ops.get(id as usize)
    }

    fn depends(&self, id: OpId) -> Depends {
        self.question.operations.depends.get(id as usize).copied().unwrap_or(Depends::Nothing)
    }

    fn is_condition(&self, id: OpId) -> bool {
        self.question.operations.types.get(id as usize) == Some(&Type::Boolean)
    }

    /// Marks what can be told from codes: conditions on one column, and what joins only such of the same column.
    fn find_coded(&mut self) {
        let count = self.question.operations.ops.len();
        self.coded = vec![false; count];
        for index in 0..count {
            let id = index as OpId;
            let Depends::Column(column) = self.depends(id) else { continue };
            if !self.is_condition(id) || !self.is_codable(column) {
                continue;
            }
            let joins = self.op(id).is_some_and(|op| op.is_logical() || matches!(op, Op::IsNull(inner) if self.is_joint(*inner)));
            self.coded[index] = if joins {
                let mut all = true;
                if let Some(op) = self.op(id) {
                    op.operands(|part| all &= !self.depends(part).on_rows() || self.coded.get(part as usize).copied().unwrap_or(false));
                }
                all
            } else {
                self.has_codes(column, id)
            };
        }
    }

    fn is_joint(&self, id: OpId) -> bool {
        self.is_condition(id) && !matches!(self.op(id), Some(Op::Column(_)))
    }

    fn is_codable(&mut self, column: u32) -> bool {
        if self.codings.contains_key(&column) {
            return true;
        }
        let Some(mut array) = self.columns.get(&column).copied() else { return false };
        if let Some(codes) = self.kept(column).and_then(|(compact, place)| compact.codes(place)) {
            self.columns.insert(column, codes);
            array = codes;
        }
        let coding = match array.as_any_dictionary_opt() {
            Some(dictionary) if dictionary.values().len() <= array.len() => Coding::Dictionary,
            Some(_) => return false,
            None if Raw::of(array).is_some() => Coding::Cuts(HashMap::new()),
            None => return false,
        };
        self.codings.insert(column, coding);
        true
    }

    /// What is kept of a column beside the table, and the column's place in it.
    fn kept(&self, column: u32) -> Option<(&'a Compact, usize)> {
        Some((self.question.compact?, *self.question.columns.get(&column)?))
    }

    fn has_codes(&mut self, column: u32, id: OpId) -> bool {
        if matches!(self.codings.get(&column), Some(Coding::Dictionary)) {
            return true;
        }
        let Some((array, raw)) = self.columns.get(&column).and_then(|array| Some((*array, Raw::of(array)?))) else { return false };
        let value = |position: i64| value_at(array.data_type(), position);
        let (plain, minute) = plain_and_minute(array.data_type());
        let cutter = Cutter {
            operations: self.question.operations,
            context: self.question.context,
            scalars: self.scalars,
            column,
            raw,
            value: &value,
            plain,
            minute,
        };
        let mut cuts = Vec::new();
        let found = cutter.cuts(id, &mut cuts).is_some();
        if let (true, Some(Coding::Cuts(by_op))) = (found, self.codings.get_mut(&column)) {
            by_op.insert(id, cuts);
        }
        found
    }

    fn bind(&self, needs: &Needs<'_>, sides: Vec<Side>, wanted: &[Side], run: &Run) -> Result<Bound<'a>> {
        let leaves = sides.len();
        let (mut by_column, mut by_pair) = (BTreeMap::<u32, Vec<Side>>::new(), BTreeMap::<(u32, u32), Vec<(Side, Circle)>>::new());
        let (mut as_they_are, mut others) = (Vec::new(), Vec::new());
        for side in sides {
            match (self.depends(side.0), self.op(side.0)) {
                (Depends::Column(column), _) if self.coded.get(side.0 as usize) == Some(&true) => {
                    by_column.entry(column).or_default().push(side)
                }
                (_, Some(Op::Column(column))) if self.is_flag(*column) => as_they_are.push((side, *column, true)),
                (_, Some(Op::IsNull(inner))) if self.plain_column(*inner).is_some() => {
                    as_they_are.extend(self.plain_column(*inner).map(|column| (side, column, false)));
                }
                (_, Some(Op::WithinM(parts))) => match self.circle(parts) {
                    Some((pair, circle)) => by_pair.entry(pair).or_default().push((side, circle)),
                    None => others.push(side),
                },
                _ => others.push(side),
            }
        }
        let mut slots: Vec<Side> = Vec::new();
        let mut classes = Vec::new();
        let by_column: Vec<(u32, Vec<Side>)> = by_column.into_iter().collect();
        let one = |index: usize| Ok(by_column.get(index).and_then(|(column, sides)| self.class(*column, sides, run.kernels())));
        let found = run.quiet().threads(if leaves < FEW_LEAVES { 1 } else { run.thread_count() }).map(by_column.len(), one)?;
        for ((_, sides), class) in by_column.into_iter().zip(found) {
            match class {
                Some(mut class) => {
                    class.first_slot = slots.len();
                    classes.push(class);
                    slots.extend(sides);
                }
                None => others.extend(sides),
            }
        }
        let mut circles = Vec::new();
        for (pair, sides) in by_pair {
            match self.circles(pair, &sides, slots.len()) {
                Some(these) => {
                    slots.extend(&these.sides);
                    circles.push(these);
                }
                None => others.extend(sides.into_iter().map(|(side, _)| side)),
            }
        }
        let mut plain = Vec::new();
        for (side, column, flag) in as_they_are {
            let Some(array) = self.columns.get(&column) else { continue };
            let flags = flag.then(|| array.as_boolean().values());
            plain.push(Plain { column, flags, valid: valid_bits(array), side: side.1, slot: slots.len() });
            slots.push(side);
        }
        others.sort_unstable();
        let mut asked: Vec<OpId> = others.iter().map(|(id, _)| *id).collect();
        asked.dedup();
        let mut computed = Vec::new();
        for side in others {
            if let Ok(place) = asked.binary_search(&side.0) {
                computed.push((place, side.1, slots.len()));
                slots.push(side);
            }
        }
        let readers = if asked.is_empty() {
            HashMap::new()
        } else {
            self.columns.iter().map(|(index, array)| (*index, Reader::new(array))).collect()
        };
        let general = General::new(self.question, readers, self.scalars, asked);
        let network = Network::new(needs, slots, wanted);
        Ok(Bound { level: run.kernels(), rows: self.question.table.num_rows(), classes, circles, plain, general, computed, network })
    }

    fn is_flag(&self, column: u32) -> bool {
        self.columns.get(&column).is_some_and(|array| *array.data_type() == DataType::Boolean)
    }

    /// The column that an operation reads, if its nulls are those of the Arrow column.
    fn plain_column(&self, id: OpId) -> Option<u32> {
        let Some(Op::Column(column)) = self.op(id) else { return None };
        let data_type = self.columns.get(column)?.data_type();
        let same_nulls = Reader::keeps_nulls(data_type);
        same_nulls.then_some(*column)
    }

    fn circle(&self, parts: &[OpId; 5]) -> Option<((u32, u32), Circle)> {
        let [lat, lon, lat0, lon0, metres] = parts;
        let column = |id: &OpId| match self.op(*id) {
            Some(Op::Column(column)) if *self.columns.get(column)?.data_type() == DataType::Float64 => Some(*column),
            _ => None,
        };
        let number = |id: &OpId| match self.scalars.get(*id as usize) {
            Some(Scalar::Float(value)) if !self.depends(*id).on_rows() => Some(*value),
            _ => None,
        };
        let circle = Circle::new(number(lat0)?, number(lon0)?, number(metres)?);
        circle.is_plain().then_some(((column(lat)?, column(lon)?), circle))
    }

    fn circles(&self, pair: (u32, u32), sides: &[(Side, Circle)], first_slot: usize) -> Option<Circles<'a>> {
        let values = |column: u32| match self.columns.get(&column).and_then(|array| Raw::of(array)) {
            Some(Raw::F64(values)) => Some(values),
            _ => None,
        };
        let mut asked: BTreeMap<OpId, (Circle, [bool; 2])> = BTreeMap::new();
        for ((id, side), circle) in sides {
            asked.entry(*id).or_insert((*circle, [false; 2])).1[usize::from(*side)] = true;
        }
        let map = self.kept(pair.0).zip(self.kept(pair.1)).and_then(|((compact, lat), (_, lon))| compact.map(lat, lon));
        let valid = [pair.0, pair.1].map(|column| self.columns.get(&column).and_then(|array| valid_bits(array)));
        Some(Circles::new(pair, (values(pair.0)?, values(pair.1)?), valid, map, asked, first_slot))
    }

    /// The class of the conditions on a column: each decided for one value of each code.
    fn class(&self, column: u32, sides: &[Side], level: Level) -> Option<Class<'a>> {
        let array = *self.columns.get(&column)?;
        let (codes, representatives) = match self.codings.get(&column)? {
            Coding::Dictionary => {
                let dictionary = array.as_any_dictionary_opt()?;
                let raw = Raw::of_keys(dictionary.keys())?;
                (Codes::Keys { raw, values: dictionary.values().len() }, dictionary.values().clone())
            }
            Coding::Cuts(by_op) => {
                let mut cuts = self.cuts_below(sides, by_op);
                cuts.sort_unstable();
                cuts.dedup();
                let raw = Raw::of(array)?;
                let days = self.kept(column).filter(|_| raw.width() == 8).and_then(|(compact, place)| days(compact, place, &cuts));
                let (codes, positions) = match days {
                    Some((days, codes)) => {
                        let first = std::iter::once(0).chain(codes.iter().copied());
                        let positions: Vec<i64> = first.map(|code| (days.first + code) * days.unit).collect();
                        (Codes::Cut { raw: Raw::U16(&days.codes), cuts: codes, days: true }, positions)
                    }
                    None => {
                        let before = cuts.first().map_or(0, |first| first - 1);
                        let positions = std::iter::once(before).chain(cuts.iter().copied()).collect();
                        (Codes::Cut { raw, cuts, days: false }, positions)
                    }
                };
                (codes, raw.representatives(&positions, array.data_type())?)
            }
        };
        let mut asked: Vec<OpId> = sides.iter().map(|(id, _)| *id).collect();
        asked.dedup();
        let answers = self.answers(column, &representatives, &asked);
        let predicate = |(id, side): &Side| {
            let answer = asked.binary_search(id).ok().and_then(|place| answers.get(place)).map(Vec::as_slice).unwrap_or_default();
            Predicate { holds: answer.iter().map(|truth| *truth == Some(*side)).collect() }
        };
        let predicates: Vec<Predicate> = sides.iter().map(predicate).collect();
        let coarse = || {
            let raw = Raw::of(array)?;
            self.kept(column).and_then(|(compact, place)| compact.coarse(place, || coarse::make(raw, valid_bits(array))))
        };
        Some(Class::new(column, codes, valid_bits(array), &predicates, level, coarse))
    }

    /// What the conditions come to for each of the representatives, and for null.
    fn answers(&self, column: u32, representatives: &ArrayRef, asked: &[OpId]) -> Vec<Vec<Option<bool>>> {
        let count = representatives.len();
        let readers = HashMap::from([(column, Reader::Plain(representatives))]);
        let texts = Texts::of(representatives);
        let found: Vec<Option<Vec<Option<bool>>>> = asked.iter().map(|id| self.answer_by_text(*id, texts.as_ref()?)).collect();
        let computed: Vec<OpId> = asked.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(id, _)| *id).collect();
        let general = General::new(self.question, readers, self.scalars, computed.clone());
        let mut by_value: Vec<Vec<Option<bool>>> = computed.iter().map(|_| Vec::with_capacity(count + 1)).collect();
        if !computed.is_empty() {
            for start in (0..count).step_by(BLOCK_ROWS) {
                let rows = BLOCK_ROWS.min(count - start);
                for (answer, mask) in by_value.iter_mut().zip(general.block(start, rows)) {
                    answer.extend((0..rows).map(|row| mask.get(row)));
                }
            }
        }
        let mut by_value = by_value.into_iter();
        let mut answers: Vec<Vec<Option<bool>>> =
            found.into_iter().map(|found| found.or_else(|| by_value.next()).unwrap_or_default()).collect();
        for (answer, id) in answers.iter_mut().zip(asked) {
            // Everything was evaluated once with all attributes null.
            answer.push(self.scalars.get(*id as usize).and_then(Scalar::truth));
        }
        answers
    }

    /// What `column = text` and `column IN (texts)` come to for each of the texts.
    fn answer_by_text(&self, id: OpId, texts: &Texts<'_>) -> Option<Vec<Option<bool>>> {
        let is_column = |id: &OpId| matches!(self.op(*id), Some(Op::Column(_)));
        let text = |id: &OpId| match self.scalars.get(*id as usize) {
            Some(Scalar::Text(text)) if !self.depends(*id).on_rows() => Some(&**text),
            _ => None,
        };
        match self.op(id)? {
            Op::In(value, set) if is_column(value) => match self.question.operations.sets.get(*set as usize)? {
                Set::Texts(wanted) => Some(texts.among(wanted.iter().map(|text| &**text))),
                _ => None,
            },
            Op::Equal(a, b) if is_column(a) => Some(texts.among([text(b)?])),
            Op::Equal(a, b) if is_column(b) => Some(texts.among([text(a)?])),
            _ => None,
        }
    }

    /// The cuts of all comparisons that the conditions are made of.
    fn cuts_below(&self, sides: &[Side], by_op: &HashMap<OpId, Vec<i64>>) -> Vec<i64> {
        let mut seen = std::collections::HashSet::new();
        let mut open: Vec<OpId> = sides.iter().map(|(id, _)| *id).collect();
        let mut cuts = Vec::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match by_op.get(&id) {
                Some(own) => cuts.extend(own),
                None => {
                    if let Some(op) = self.op(id) {
                        op.operands(|part| open.push(part));
                    }
                }
            }
        }
        cuts
    }
}

/// The texts of a dictionary, and where each stands.
struct Texts<'t> {
    places: HashMap<&'t str, Vec<usize>>,
    /// For each: false, or unknown of a null.
    none: Vec<Option<bool>>,
}

impl<'t> Texts<'t> {
    fn of(values: &'t ArrayRef) -> Option<Self> {
        fn places<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> Texts<'t> {
            let (mut places, mut none) = (HashMap::<&str, Vec<usize>>::new(), Vec::new());
            for (place, text) in texts.enumerate() {
                none.push(text.map(|_| false));
                if let Some(text) = text {
                    places.entry(text).or_default().push(place);
                }
            }
            Texts { places, none }
        }
        match values.data_type() {
            DataType::Utf8 => Some(places(values.as_string::<i32>().iter())),
            DataType::LargeUtf8 => Some(places(values.as_string::<i64>().iter())),
            DataType::Utf8View => Some(places(values.as_string_view().iter())),
            _ => None,
        }
    }

    /// Which of them are among `wanted`.
    fn among<'w>(&self, wanted: impl IntoIterator<Item = &'w str>) -> Vec<Option<bool>> {
        let mut answers = self.none.clone();
        for place in wanted.into_iter().filter_map(|text| self.places.get(text)).flatten() {
            answers[*place] = Some(true);
        }
        answers
    }
}

/// The days of a column, and the codes at which its cuts lie, if all of them are midnights.
fn days<'a>(compact: &'a Compact, place: usize, cuts: &[i64]) -> Option<(&'a Days, Vec<i64>)> {
    const MINUTE: i64 = 60;
    // A midnight is one in any unit; finding that out first saves making days that no rule can use.
    if cuts.iter().any(|cut| cut % MINUTE != 0) {
        return None;
    }
    let days = compact.days(place)?;
    if cuts.iter().any(|cut| cut.rem_euclid(days.unit) != 0) {
        return None;
    }
    // No citizen lies before code 0 or behind the last, so that cuts there divide nobody.
    let codes = cuts.iter().map(|cut| cut.div_euclid(days.unit).saturating_sub(days.first));
    Some((days, codes.filter(|code| (1..i64::from(NONE)).contains(code)).collect()))
}

/// Whether positions of a column are what rules compute with, and how many make a minute.
fn plain_and_minute(data_type: &DataType) -> (bool, i64) {
    match data_type {
        DataType::Timestamp(TimeUnit::Second, _) => (false, 60),
        DataType::Timestamp(TimeUnit::Millisecond, _) => (false, 60_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => (true, 60_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => (false, 60_000_000_000),
        DataType::Date64 | DataType::Float32 | DataType::Float16 => (false, 0),
        _ => (true, 0),
    }
}

/// The value at a position of a column, as rules compute with it.
fn value_at(data_type: &DataType, position: i64) -> Scalar<'static> {
    use super::column::Position;
    let timestamp = |micros: Option<i64>| micros.map_or(Scalar::Null, Scalar::Timestamp);
    match data_type {
        DataType::Date32 => i32::try_from(position).map_or(Scalar::Null, Scalar::Date),
        DataType::Date64 => i32::try_from(position.div_euclid(86_400_000)).map_or(Scalar::Null, Scalar::Date),
        DataType::Timestamp(TimeUnit::Second, _) => timestamp(position.checked_mul(1_000_000)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => timestamp(position.checked_mul(1_000)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => timestamp(Some(position)),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => timestamp(Some(position.div_euclid(1_000))),
        DataType::UInt64 => i64::try_from(u64::at(position)).map_or(Scalar::Null, Scalar::Integer),
        DataType::Float32 => Scalar::Float(f64::from(f32::at(position))),
        DataType::Float64 => Scalar::Float(f64::at(position)),
        _ => Scalar::Integer(position),
    }
}
