//! A plan bound to a table and an instant: which leaves there are, and how each is answered.

use std::collections::{BTreeMap, HashMap};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use citx_kernels::{BLOCK_ROWS, Level, Mask, Outputs};

use crate::citizens::{Compact, Days, NONE};

use super::super::columns::Reader;
use super::super::plan::{Depends, Op, OpId, Type};
use super::super::row::Scalar;
use super::circles::{Circle, CircleRoom, Circles};
use super::class::{Class, CodeRoom, Codes, Predicate};
use super::column::{Raw, all_rows, read_bits, trim, valid_bits};
use super::cuts::Cutter;
use super::general::General;
use super::network::{Needs, Network, Side};
use super::{Question, Scratch};

/// Leaves that are read from a column as they lie there.
enum Plain {
    /// A boolean column: where it is true, or false.
    Flag { column: u32, side: bool, slot: usize },
    /// Where a column is null, or has a value.
    Null { column: u32, side: bool, slot: usize },
}

/// A plan bound to a table and an instant.
pub(super) struct Bound<'a> {
    level: Level,
    columns: HashMap<u32, &'a ArrayRef>,
    classes: Vec<Class<'a>>,
    circles: Vec<Circles<'a>>,
    plain: Vec<Plain>,
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
    pub fn new(question: &Question<'a>, scalars: &'a [Scalar<'a>], wanted: &[Side], level: Level) -> Self {
        let columns =
            question.columns.iter().filter_map(|(index, place)| Some((*index, question.table.batch().columns().get(*place)?))).collect();
        let mut binder = Binder { question, scalars, columns, codings: HashMap::new(), coded: Vec::new() };
        binder.find_coded();
        let needs = Needs { operations: question.operations, scalars, whole: &binder.coded };
        let leaves = needs.leaves(wanted);
        binder.bind(&needs, leaves, wanted, level)
    }

    pub fn scratch(&self, outputs: usize) -> Scratch {
        Scratch {
            masks: vec![[0; 64]; self.network.slots],
            codes: CodeRoom::new(),
            circles: CircleRoom::new(),
            valid: HashMap::new(),
            counts: vec![0; outputs],
        }
    }

    /// Answers for `rows` rows from `start`, whose words begin at `at` in the outputs.
    pub fn block(&self, start: usize, rows: usize, at: usize, outputs: &mut [&mut [u64]], scratch: &mut Scratch) {
        let Scratch { masks, codes, circles: room, valid, counts } = scratch;
        let all = all_rows(rows);
        self.read_valid(start, rows, valid);
        for class in &self.classes {
            let valid = valid.get(&class.column).filter(|_| class.has_nulls_apart());
            class.fill(self.level, start, rows, valid, codes, masks);
        }
        for circles in &self.circles {
            let both = match (valid.get(&circles.columns.0), valid.get(&circles.columns.1)) {
                (None, None) => None,
                (Some(one), None) | (None, Some(one)) => Some(*one),
                (Some(a), Some(b)) => Some(std::array::from_fn(|word| a[word] & b[word])),
            };
            circles.fill(self.level, start, rows, both.as_ref(), room, masks);
        }
        for plain in &self.plain {
            self.fill_plain(plain, start, rows, &all, valid, masks);
        }
        if !self.computed.is_empty() {
            let answers = self.general.block(start, rows);
            for (place, side, slot) in &self.computed {
                if let Some(answer) = answers.get(*place) {
                    let words = if *side { &answer.truths } else { &answer.falses };
                    masks[*slot] = [0; 64];
                    masks[*slot].iter_mut().zip(words).for_each(|(to, word)| *to = *word);
                }
            }
        }
        if let Some(slot) = self.network.everyone {
            masks[slot as usize] = all;
        }
        if let Some(slot) = self.network.nobody {
            masks[slot as usize] = [0; 64];
        }
        let mut outputs = Outputs { rows: outputs, place: at..at + rows.div_ceil(64), counts };
        citx_kernels::run(self.level, &self.network.program, masks, &all, &mut outputs);
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
            let (column, why) = match plain {
                Plain::Flag { column, side, .. } => (column, if *side { "true" } else { "false" }),
                Plain::Null { column, side, .. } => (column, if *side { "null" } else { "not null" }),
            };
            parts.push((name(*column), "bits", 1, format!("the column's own bits: where it is {why}")));
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

    fn read_valid(&self, start: usize, rows: usize, valid: &mut HashMap<u32, Mask>) {
        let by_class = self.classes.iter().filter(|class| class.has_nulls_apart()).map(|class| class.column);
        let by_circles = self.circles.iter().flat_map(|circles| [circles.columns.0, circles.columns.1]);
        let plain = self.plain.iter().map(|plain| match plain {
            Plain::Flag { column, .. } | Plain::Null { column, .. } => *column,
        });
        for column in by_class.chain(by_circles).chain(plain) {
            if let Some(bits) = self.columns.get(&column).and_then(|array| valid_bits(array)) {
                read_bits(bits, start, rows, valid.entry(column).or_insert([0; 64]));
            }
        }
    }

    fn fill_plain(&self, plain: &Plain, start: usize, rows: usize, all: &Mask, valid: &HashMap<u32, Mask>, masks: &mut [Mask]) {
        match plain {
            Plain::Flag { column, side, slot } => {
                let Some(array) = self.columns.get(column) else { return };
                let mask = &mut masks[*slot];
                *mask = [0; 64];
                read_bits(array.as_boolean().values(), start, rows, mask);
                let known = valid.get(column).unwrap_or(all);
                for (word, known) in mask.iter_mut().zip(known) {
                    *word = if *side { *word & known } else { !*word & known };
                }
            }
            Plain::Null { column, side, slot } => {
                let known = valid.get(column).unwrap_or(all);
                for (word, (known, all)) in masks[*slot].iter_mut().zip(known.iter().zip(all)) {
                    *word = if *side { all & !known } else { *known };
                }
            }
        }
        trim(
            rows,
            &mut masks[match plain {
                Plain::Flag { slot, .. } | Plain::Null { slot, .. } => *slot,
            }],
        );
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

    fn bind(&self, needs: &Needs<'_>, leaves: Vec<Side>, wanted: &[Side], level: Level) -> Bound<'a> {
        let (mut by_column, mut by_pair) = (BTreeMap::<u32, Vec<Side>>::new(), BTreeMap::<(u32, u32), Vec<(Side, Circle)>>::new());
        let (mut as_they_are, mut others) = (Vec::new(), Vec::new());
        for side in leaves {
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
        for (column, sides) in by_column {
            match self.class(column, &sides, slots.len(), level) {
                Some(class) => {
                    classes.push(class);
                    slots.extend(sides);
                }
                None => others.extend(sides),
            }
        }
        let mut circles = Vec::new();
        for (pair, sides) in by_pair {
            circles.extend(self.circles(pair, &sides, slots.len()));
            slots.extend(sides.iter().map(|(side, _)| *side));
        }
        let mut plain = Vec::new();
        for (side, column, flag) in as_they_are {
            let (slot, wanted) = (slots.len(), side.1);
            plain.push(if flag { Plain::Flag { column, side: wanted, slot } } else { Plain::Null { column, side: wanted, slot } });
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
        Bound { level, columns: self.columns.clone(), classes, circles, plain, general, computed, network }
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
        let mut by_id: BTreeMap<OpId, (Circle, [Option<usize>; 2])> = BTreeMap::new();
        for (index, ((id, side), circle)) in sides.iter().enumerate() {
            by_id.entry(*id).or_insert((*circle, [None; 2])).1[usize::from(!*side)] = Some(first_slot + index);
        }
        let (circles, slots) = by_id.into_values().map(|(circle, [inside, outside])| (circle, (inside, outside))).unzip();
        let map = self.kept(pair.0).zip(self.kept(pair.1)).and_then(|((compact, lat), (_, lon))| compact.map(lat, lon));
        Some(Circles::new(pair, (values(pair.0)?, values(pair.1)?), map, circles, slots))
    }

    /// The class of the conditions on a column: each decided for one value of each code.
    fn class(&self, column: u32, sides: &[Side], first_slot: usize, level: Level) -> Option<Class<'a>> {
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
                        (Codes::Days { raw: Raw::U16(&days.codes), cuts: codes.into_iter().chain([i64::from(NONE)]).collect() }, positions)
                    }
                    None => {
                        let before = cuts.first().map_or(0, |first| first - 1);
                        let positions = std::iter::once(before).chain(cuts.iter().copied()).collect();
                        (Codes::Cut { raw, cuts }, positions)
                    }
                };
                (codes, raw.representatives(&positions, array.data_type())?)
            }
        };
        let mut asked: Vec<OpId> = sides.iter().map(|(id, _)| *id).collect();
        asked.dedup();
        let answers = self.answers(column, &representatives, &asked);
        let predicate = |(id, side): &Side| {
            let answer = asked.binary_search(id).ok().and_then(|place| answers.get(place));
            let mut holds: Vec<bool> = answer.into_iter().flatten().map(|truth| *truth == Some(*side)).collect();
            if let (Codes::Days { .. }, Some(null)) = (&codes, holds.last()) {
                holds.push(*null);
            }
            Predicate { holds }
        };
        let predicates: Vec<Predicate> = sides.iter().map(predicate).collect();
        Some(Class::new(column, codes, &predicates, first_slot, level))
    }

    /// What the conditions come to for each of the representatives, and for null.
    fn answers(&self, column: u32, representatives: &ArrayRef, asked: &[OpId]) -> Vec<Vec<Option<bool>>> {
        let count = representatives.len();
        let readers = HashMap::from([(column, Reader::Plain(representatives))]);
        let general = General::new(self.question, readers, self.scalars, asked.to_vec());
        let mut answers: Vec<Vec<Option<bool>>> = asked.iter().map(|_| Vec::with_capacity(count + 1)).collect();
        for start in (0..count).step_by(BLOCK_ROWS) {
            let rows = BLOCK_ROWS.min(count - start);
            for (answer, mask) in answers.iter_mut().zip(general.block(start, rows)) {
                answer.extend((0..rows).map(|row| mask.get(row)));
            }
        }
        for (answer, id) in answers.iter_mut().zip(asked) {
            // Everything was evaluated once with all attributes null.
            answer.push(self.scalars.get(*id as usize).and_then(Scalar::truth));
        }
        answers
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
