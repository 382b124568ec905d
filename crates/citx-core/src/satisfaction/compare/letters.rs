use super::is_share;
use crate::satisfaction::answers::Answers;
use crate::satisfaction::groups::SEGMENT;
use crate::satisfaction::instrument::invalid;
use crate::satisfaction::rows::Results;
use crate::satisfaction::survey::Survey;
use crate::statistics::codes::Codes;
use crate::statistics::{ExactSum, normal_quantile, normal_two_sided, t_two_sided};
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// How column proportions are compared.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LetterOptions {
    /// The program whose test it is:
    ///
    /// | `mode` | Standard error | Base | Against |
    /// |---|---|---|---|
    /// | `dim` (the default) | pooled, less the overlap of columns that share respondents | effective | t |
    /// | `askia` | unpooled | unweighted | 1.65, 1.96, 2.576; cells with fewer than 5 expected answers are left out |
    /// | `ctables` | pooled | effective | z |
    pub mode: String,
    /// Level of a lower-case letter, as the chance of a false finding.
    pub level: f64,
    /// Level of an upper-case letter; at most `level`.
    pub strict_level: f64,
    /// Whether p values are multiplied by the comparisons in their row, as SPSS CTABLES does.
    pub bonferroni: bool,
    /// Columns with a smaller base get `**` instead of letters, and are compared with nothing.
    pub min_base: f64,
    /// Columns with a smaller base get `*` beside their letters.
    pub small_base: f64,
}

impl Default for LetterOptions {
    fn default() -> Self {
        Self { mode: "dim".into(), level: 0.05, strict_level: 0.01, bonferroni: false, min_base: 10.0, small_base: 30.0 }
    }
}

/// A crosstab with a letter for each column, and the tests behind the letters.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ColumnLetters {
    /// One row for each answer and column: answer, group, column (its letter), count, n (unweighted count), proportion, letters, flag, base,
    /// base_n (unweighted), base_eff (Kish's). `letters` are those of the columns whose proportion is significantly lower, in upper case
    /// at the stricter level; `flag` is `**` or `*` for small bases.
    pub cells: Table,
    /// One row for each answer and pair of columns: answer, column_a, group_a, column_b, group_b, proportion_a, proportion_b, difference,
    /// std_error, statistic, df, p_value, p_adjusted, comparisons, reason. `reason` says why there is no test: `zero_or_one`, `base`,
    /// `expected` or `no_variance`.
    pub tests: Table,
    /// The mode it was made in.
    pub mode: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Dim,
    Askia,
    Ctables,
}

/// One column: who is in it and has an answer.
struct Group {
    name: String,
    letter: String,
    members: Vec<bool>,
    base: f64,
    base_n: f64,
    base_eff: f64,
}

struct Cell {
    answer: String,
    group: usize,
    count: f64,
    n: f64,
    letters: String,
}

struct Pair {
    answer: String,
    a: usize,
    b: usize,
    proportions: (f64, f64),
    std_error: f64,
    statistic: f64,
    df: f64,
    p_value: f64,
    p_adjusted: f64,
    comparisons: usize,
    reason: Option<&'static str>,
}

/// Columns beyond which the pairs are too many to be read.
const MOST_COLUMNS: usize = 100;
/// Expected answers below which `askia` leaves a cell out.
const LEAST_EXPECTED: f64 = 5.0;

impl Survey {
    /// The answers to `question`, a measure or any column, in the columns of `by`, each compared with each other column. `by` is one
    /// breakdown (crossed, if there are several names), or several segments, `segment:NAME`, whose members are the columns and may overlap.
    /// A measure that is a proportion has a last row `(positive)` for its score.
    ///
    /// # Errors
    /// `UnknownName`, `InvalidArgument` for options that are none, `InsufficientData` for fewer than two columns or no answers,
    /// `LimitExceeded` for more than 100 columns.
    pub fn column_letters(&self, question: &str, by: &[String], options: &LetterOptions) -> Result<ColumnLetters> {
        let mode = options.check()?;
        let answers = self.answers()?;
        let rows = answers.rows_of(question)?;
        let columns = answers.columns(by, &rows)?;
        let (mut cells, mut pairs) = (Vec::new(), Vec::new());
        for (label, members) in &rows.answers {
            let count = |group: &Group, of: &dyn Fn(usize) -> f64| -> f64 {
                let inside = group.members.iter().zip(members).enumerate().filter(|(_, (group, answer))| **group && **answer);
                inside.map(|(row, _)| of(row)).collect::<ExactSum>().value()
            };
            let weight = |row: usize| answers.design.weights[row] * answers.design.unit_weight();
            let first = cells.len();
            for (group, column) in columns.iter().enumerate() {
                let (count, n) = (count(column, &weight), count(column, &|_| 1.0));
                cells.push(Cell { answer: label.clone(), group, count, n, letters: String::new() });
            }
            let mut own = Row { label, columns: &columns, cells: &cells[first..], answers, mode, options }.pairs();
            set_letters(&mut cells[first..], &mut own, &columns, mode, options);
            pairs.extend(own);
        }
        Ok(ColumnLetters {
            cells: cells_table(&cells, &columns, mode, options)?,
            tests: tests_table(&pairs, &columns)?,
            mode: options.mode.clone(),
        })
    }
}

impl LetterOptions {
    fn check(&self) -> Result<Mode> {
        if !(self.level > 0.0 && self.level < 1.0 && self.strict_level > 0.0 && self.strict_level <= self.level) {
            return Err(Error::new(ErrorKind::OutOfRange, "`level` must lie between 0 and 1, and `strict_level` between 0 and `level`"));
        }
        if self.min_base.is_nan() || self.small_base.is_nan() {
            return Err(invalid("`min_base` and `small_base` must be numbers"));
        }
        match self.mode.as_str() {
            "dim" => Ok(Mode::Dim),
            "askia" => Ok(Mode::Askia),
            "ctables" => Ok(Mode::Ctables),
            other => Err(invalid(format!("`mode` is `dim`, `askia` or `ctables`, not `{other}`"))),
        }
    }

    fn flag(&self, group: &Group, mode: Mode) -> &'static str {
        match group.tested(mode) {
            base if base < self.min_base => "**",
            base if base < self.small_base => "*",
            _ => "",
        }
    }
}

impl Group {
    /// The base that a test of this mode has.
    fn tested(&self, mode: Mode) -> f64 {
        if mode == Mode::Askia { self.base_n } else { self.base_eff }
    }
}

/// Who answered, and who gave each answer.
struct Question {
    answered: Vec<bool>,
    answers: Vec<(String, Vec<bool>)>,
}

impl Answers {
    fn rows_of(&self, question: &str) -> Result<Question> {
        let weighs = |row: usize| self.design.weights[row] > 0.0;
        let variable = self.variable(question);
        if let Ok(Some((scale, places))) = variable.as_ref().map(|variable| variable.measure) {
            let answered: Vec<bool> =
                places.iter().enumerate().map(|(row, &place)| usize::from(place) < scale.values.len() && weighs(row)).collect();
            let gave = |at: usize| places.iter().map(|&place| usize::from(place) == at).collect::<Vec<bool>>();
            let mut answers: Vec<_> = scale.answers().iter().enumerate().map(|(at, label)| (label.clone(), gave(at))).collect();
            if is_share(scale.figure) {
                let positive = |&place: &u8| scale.values.get(usize::from(place)).is_some_and(|value| *value > 0.0);
                answers.push(("(positive)".to_owned(), places.iter().map(positive).collect()));
            }
            return Ok(Question { answered, answers });
        }
        let column = match self.table.column(question) {
            Ok(column) => column,
            Err(error) => return Err(variable.err().filter(|_| self.instrument.is_some()).unwrap_or(error)),
        };
        let codes = Codes::of(&column)?;
        let answered = codes.codes.iter().enumerate().map(|(row, &code)| code != Codes::NULL && weighs(row)).collect();
        let gave = |at: usize| codes.codes.iter().map(|&code| code as usize == at).collect::<Vec<bool>>();
        Ok(Question { answered, answers: codes.labels.iter().enumerate().map(|(at, label)| (label.clone(), gave(at))).collect() })
    }

    fn columns(&self, by: &[String], question: &Question) -> Result<Vec<Group>> {
        let mut named: Vec<(String, Vec<bool>)> = Vec::new();
        if by.len() > 1 && by.iter().all(|name| name.starts_with(SEGMENT)) {
            for name in by {
                let groups = self.groups(std::slice::from_ref(name))?;
                let codes = &groups.codes;
                let inside = codes.labels.iter().position(|label| label == "in");
                named.push((name.clone(), codes.codes.iter().map(|&code| Some(code as usize) == inside).collect()));
            }
        } else {
            let groups = self.groups(by)?;
            let codes = &groups.codes;
            let member = |at: usize| codes.codes.iter().map(|&code| code as usize == at).collect::<Vec<bool>>();
            named.extend(codes.labels.iter().enumerate().map(|(at, label)| (label.clone(), member(at))));
        }
        if named.len() < 2 {
            return Err(Error::new(ErrorKind::InsufficientData, format!("{} columns; a comparison needs two", named.len())));
        }
        if named.len() > MOST_COLUMNS {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("{} columns; at most {MOST_COLUMNS}", named.len())));
        }
        if !question.answered.contains(&true) {
            return Err(Error::new(ErrorKind::InsufficientData, "nobody gave an answer that counts"));
        }
        let group = |(at, (name, mut members)): (usize, (String, Vec<bool>))| {
            members.iter_mut().zip(&question.answered).for_each(|(member, answered)| *member &= answered);
            let (base, squares, base_n) = self.weights_of(&members);
            Group { name, letter: letter(at), members, base, base_n, base_eff: if base > 0.0 { base * base / squares } else { 0.0 } }
        };
        Ok(named.into_iter().enumerate().map(group).collect())
    }

    /// Sum of weights, sum of their squares, and number of some respondents.
    fn weights_of(&self, members: &[bool]) -> (f64, f64, f64) {
        let [mut sum, mut squares] = [ExactSum::new(), ExactSum::new()];
        let (mut n, unit) = (0.0, self.design.unit_weight());
        for (row, _) in members.iter().enumerate().filter(|(_, member)| **member) {
            let weight = self.design.weights[row] * unit;
            sum.add(weight);
            squares.add(weight * weight);
            n += 1.0;
        }
        (sum.value(), squares.value(), n)
    }

    /// The effective number of respondents that two columns share.
    fn shared(&self, a: &Group, b: &Group) -> f64 {
        let both: Vec<bool> = a.members.iter().zip(&b.members).map(|(a, b)| *a && *b).collect();
        let (sum, squares, n) = self.weights_of(&both);
        if n > 0.0 { sum * sum / squares } else { 0.0 }
    }
}

/// A, B, ..., Z, AA, AB, ...
fn letter(mut at: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.insert(0, char::from(b'A' + (at % 26) as u8));
        if at < 26 {
            return letters.into_iter().collect();
        }
        at = at / 26 - 1;
    }
}

/// One answer over the columns.
struct Row<'a> {
    label: &'a str,
    columns: &'a [Group],
    cells: &'a [Cell],
    answers: &'a Answers,
    mode: Mode,
    options: &'a LetterOptions,
}

impl Row<'_> {
    fn pairs(&self) -> Vec<Pair> {
        let count = self.columns.len();
        let mut pairs: Vec<Pair> = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).map(|(a, b)| self.pair(a, b)).collect();
        let comparisons = pairs.iter().filter(|pair| pair.reason.is_none()).count();
        for pair in &mut pairs {
            pair.comparisons = comparisons;
            let times = if self.options.bonferroni { comparisons as f64 } else { 1.0 };
            pair.p_adjusted = if pair.p_value.is_nan() { f64::NAN } else { (pair.p_value * times).min(1.0) };
        }
        pairs
    }

    fn proportion(&self, at: usize) -> f64 {
        self.cells[at].count / self.columns[at].base
    }

    fn excluded(&self, at: usize) -> Option<&'static str> {
        let (proportion, group) = (self.proportion(at), &self.columns[at]);
        let expected = || {
            let (counts, bases) =
                (self.cells.iter().map(|cell| cell.n).sum::<f64>(), self.columns.iter().map(|group| group.base_n).sum::<f64>());
            counts / bases * group.base_n
        };
        if group.base_n == 0.0 || self.options.flag(group, self.mode) == "**" {
            Some("base")
        } else if proportion <= 0.0 || proportion >= 1.0 {
            Some("zero_or_one")
        } else if self.mode == Mode::Askia && expected() < LEAST_EXPECTED {
            Some("expected")
        } else {
            None
        }
    }

    fn pair(&self, a: usize, b: usize) -> Pair {
        let proportions = (self.proportion(a), self.proportion(b));
        let (one, other) = (&self.columns[a], &self.columns[b]);
        let (first, second) = (one.tested(self.mode), other.tested(self.mode));
        let mut pair = Pair {
            answer: self.label.to_owned(),
            a,
            b,
            proportions,
            std_error: f64::NAN,
            statistic: f64::NAN,
            df: f64::NAN,
            p_value: f64::NAN,
            p_adjusted: f64::NAN,
            comparisons: 0,
            reason: self.excluded(a).or(self.excluded(b)),
        };
        if pair.reason.is_some() {
            return pair;
        }
        let (variance, df) = if self.mode == Mode::Askia {
            (proportions.0 * (1.0 - proportions.0) / first + proportions.1 * (1.0 - proportions.1) / second, f64::INFINITY)
        } else {
            let pooled = (self.cells[a].count + self.cells[b].count) / (one.base + other.base);
            let shared = self.answers.shared(one, other);
            let variance = pooled * (1.0 - pooled) * (1.0 / first + 1.0 / second - 2.0 * shared / (first * second));
            (variance, if self.mode == Mode::Dim { first + second - shared - 2.0 } else { f64::INFINITY })
        };
        if !(variance > 0.0 && df > 1.0) {
            pair.reason = Some("no_variance");
            return pair;
        }
        pair.std_error = variance.sqrt();
        pair.statistic = (proportions.0 - proportions.1) / pair.std_error;
        pair.df = df;
        pair.p_value = if df.is_infinite() { normal_two_sided(pair.statistic) } else { t_two_sided(pair.statistic, df) };
        pair
    }
}

/// Gives each column the letters of those with a lower proportion.
fn set_letters(cells: &mut [Cell], pairs: &mut [Pair], columns: &[Group], mode: Mode, options: &LetterOptions) {
    for pair in pairs.iter().filter(|pair| pair.reason.is_none()) {
        let found = |level: f64| match mode {
            Mode::Askia if !options.bonferroni => pair.statistic.abs() > threshold(level),
            _ => pair.p_adjusted <= level,
        };
        let (higher, lower) = if pair.proportions.0 > pair.proportions.1 { (pair.a, pair.b) } else { (pair.b, pair.a) };
        if pair.proportions.0 == pair.proportions.1 || !found(options.level) {
            continue;
        }
        let letter = &columns[lower].letter;
        let letter = if found(options.strict_level) { letter.clone() } else { letter.to_lowercase() };
        let letters = &mut cells[higher].letters;
        if !letters.is_empty() {
            letters.push(' ');
        }
        letters.push_str(&letter);
    }
}

/// The thresholds that Askia rounds its normal quantiles to.
fn threshold(level: f64) -> f64 {
    match level {
        0.1 => 1.65,
        0.05 => 1.96,
        0.01 => 2.576,
        _ => normal_quantile(1.0 - level / 2.0),
    }
}

fn cells_table(cells: &[Cell], columns: &[Group], mode: Mode, options: &LetterOptions) -> Result<Table> {
    let results = Results(cells);
    let group = |cell: &Cell| &columns[cell.group];
    Table::from_columns([
        results.text("answer", |cell| cell.answer.as_str()),
        results.text("group", |cell| group(cell).name.as_str()),
        results.text("column", |cell| group(cell).letter.as_str()),
        results.number("count", |cell| cell.count),
        results.whole("n", |cell| Some(cell.n as u64)),
        results.number("proportion", |cell| cell.count / group(cell).base),
        results.text("letters", |cell| cell.letters.as_str()),
        results.text("flag", |cell| options.flag(group(cell), mode)),
        results.number("base", |cell| group(cell).base),
        results.whole("base_n", |cell| Some(group(cell).base_n as u64)),
        results.number("base_eff", |cell| group(cell).base_eff),
    ])
}

fn tests_table(pairs: &[Pair], columns: &[Group]) -> Result<Table> {
    let results = Results(pairs);
    Table::from_columns([
        results.text("answer", |pair| pair.answer.as_str()),
        results.text("column_a", |pair| columns[pair.a].letter.as_str()),
        results.text("group_a", |pair| columns[pair.a].name.as_str()),
        results.text("column_b", |pair| columns[pair.b].letter.as_str()),
        results.text("group_b", |pair| columns[pair.b].name.as_str()),
        results.number("proportion_a", |pair| pair.proportions.0),
        results.number("proportion_b", |pair| pair.proportions.1),
        results.number("difference", |pair| pair.proportions.0 - pair.proportions.1),
        results.number("std_error", |pair| pair.std_error),
        results.number("statistic", |pair| pair.statistic),
        results.number("df", |pair| pair.df),
        results.number("p_value", |pair| pair.p_value),
        results.number("p_adjusted", |pair| pair.p_adjusted),
        results.whole("comparisons", |pair| Some(pair.comparisons as u64)),
        results.maybe("reason", |pair| pair.reason),
    ])
}
