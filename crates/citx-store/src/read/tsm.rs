//! The regulator's data set of all landlords' Tenant Satisfaction Measures, of whatever year.
//!
//! Sheets are found by `TSMnn_TENURE_Perception` and `TSMnn_Management`, columns by their `(TPnn)` code and their order, never by
//! wording: in the data sets of 2023/24 and 2024/25 the headings over the counts of some measures carry one another's words.

use std::collections::BTreeMap;
use std::path::Path;

use citx_core::satisfaction::{CountsOptions, Instrument, Management, ManagementOptions, PerceptionPart, Survey};
use citx_core::table::{Column, Table, Value};
use citx_core::{Error, ErrorKind, Result};

use super::file_name;
use super::xlsx::{SheetText, sheets};

/// The regulator's data set of one year.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TsmRelease {
    /// One row for each return: landlord, code, type, region, tenure, population, required, achieved, moe_percent, excluded, selection (`sample`
    /// or `census`), predominant (method of collection), weighted (`Yes` or `No`).
    pub returns: Table,
    /// Counts of answers, as `Survey::from_counts` takes them: return (the landlord and its tenure), landlord, code, type, tenure, population,
    /// responses, measure, answer, count. Weighted counts may be fractional.
    pub counts: Table,
    /// What the regulator published of each return and measure: return, landlord, code, type, tenure, measure, percent, symbol.
    pub published: Table,
    /// Answers by method of collection: return, landlord, code, tenure, method, responses, percent (of TP01), symbol.
    pub methods: Table,
    /// Answers to filter questions: return, landlord, code, tenure, measure, yes, no.
    pub filters: Table,
    /// Answers to TP01 without weights, where they were given: return, landlord, code, tenure, answer, count.
    pub unweighted: Table,
    /// Numerators, denominators and figures of the management measures, as `Management::from_table` takes them: landlord, code, type, tenure,
    /// measure, numerator, denominator, symbol, published.
    pub management: Table,
}

const SATISFIED: [&str; 5] =
    ["Very satisfied", "Fairly satisfied", "Neither satisfied nor dissatisfied", "Fairly dissatisfied", "Very dissatisfied"];
const AGREE: [&str; 5] = ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"];
const NOT_APPLICABLE: &str = "Not applicable/don't know";

/// The data set in the regulator's workbook at `path`.
///
/// # Errors
/// `Io`; `Corrupted` for a file that is no workbook; `InvalidArgument` for one without the sheets and columns of the data set.
pub fn read_tsm_release(path: impl AsRef<Path>) -> Result<TsmRelease> {
    let path = path.as_ref();
    read(path).map_err(|error| error.context(file_name(path)))
}

impl TsmRelease {
    /// The perception surveys of one landlord's returns, by tenure, as `TsmReturn::new` takes them: counts of answers, with what the data
    /// set says of population, sample and methods.
    ///
    /// # Errors
    /// `NotFound` for a landlord without a return.
    pub fn parts(&self, landlord: &str) -> Result<Vec<PerceptionPart>> {
        let returns = rows_of(&self.returns, "landlord", landlord)?;
        if returns.num_rows() == 0 {
            return Err(Error::new(ErrorKind::NotFound, "the data set has no return of such a landlord"));
        }
        let instrument = Instrument::builtin("tsm-2022")?;
        let part = |row: usize| {
            let own = returns.row(row);
            let text = |column: &str| own.get(column).and_then(as_text);
            let whole = |column: &str| own.get(column).and_then(as_number).map(|number| number as u64);
            let (name, tenure) = (text("return").unwrap_or_default(), text("tenure").unwrap_or_default());
            let mut options = CountsOptions::new(instrument.clone(), "return", "measure", "answer", "count");
            options.frame_size = Some("population".into());
            let survey = Survey::from_counts(&rows_of(&self.counts, "return", &name)?, &options)?;
            let mut part = PerceptionPart::new(tenure, survey);
            (part.population, part.achieved, part.excluded) = (whole("population"), whole("achieved"), whole("excluded"));
            part.selection = text("selection");
            let counted = |table: &Table, label: &str, count: &str| -> Result<Vec<(String, f64)>> {
                let table = rows_of(table, "return", &name)?;
                let row = |row: usize| Some((as_text(table.row(row).get(label)?)?, as_number(table.row(row).get(count)?)?));
                Ok((0..table.num_rows()).filter_map(row).filter(|(_, count)| *count > 0.0).collect())
            };
            let modes = counted(&self.methods, "method", "responses")?;
            part.modes = modes.into_iter().map(|(method, responses)| (method, responses as u64)).collect();
            part.unweighted = counted(&self.unweighted, "answer", "count")?;
            part.unit = Some(name);
            Ok(part)
        };
        (0..returns.num_rows()).map(part).collect()
    }

    /// The management figures of one landlord, as `TsmReturn::new` takes them.
    ///
    /// # Errors
    /// `NotFound` for a landlord without any.
    pub fn management_of(&self, landlord: &str) -> Result<Management> {
        let mut options = ManagementOptions::default();
        options.unit = Some("landlord".into());
        Management::from_table(&rows_of(&self.management, "landlord", landlord)?, &options)?.of_unit(landlord)
    }
}

/// The rows with this text in a column.
fn rows_of(table: &Table, name: &str, wanted: &str) -> Result<Table> {
    let column = table.column(name)?;
    let rows: Vec<usize> = (0..table.num_rows()).filter(|row| as_text(&column.value(*row)).as_deref() == Some(wanted)).collect();
    table.take(&rows)
}

fn as_text(value: &Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text.clone()) } else { None }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

fn read(path: &Path) -> Result<TsmRelease> {
    let wanted = |name: &str| tenure(name).is_some() || is_management(name);
    let mut rows = Rows::default();
    for (name, cells) in sheets(path, wanted)? {
        let sheet = Sheet::new(&cells).map_err(|error| error.context(format!("sheet `{name}`")))?;
        let read = match tenure(&name) {
            Some(tenure) => rows.perception(&sheet, tenure),
            None => rows.management(&sheet),
        };
        read.map_err(|error| error.context(format!("sheet `{name}`")))?;
    }
    if rows.counts.is_empty() {
        return Err(wrong("no sheet is called TSMnn_TENURE_Perception"));
    }
    rows.release()
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

/// The tenure of a sheet of perception measures.
fn tenure(sheet: &str) -> Option<&'static str> {
    let rest = sheet.strip_prefix("TSM")?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    ["LCRA", "LCHO", "Combined"].into_iter().find(|tenure| rest == format!("_{tenure}_Perception"))
}

fn is_management(sheet: &str) -> bool {
    sheet.starts_with("TSM") && sheet.contains("_Management") && !sheet.ends_with("_Not_Inc")
}

/// A sheet's table: its headings, and the rows that have a landlord's code.
struct Sheet<'a> {
    cells: &'a SheetText,
    headings: BTreeMap<u32, String>,
    rows: Vec<u32>,
    code: u32,
}

/// A cell: a number, a symbol such as `[X]`, or neither.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Number(f64),
    Symbol(String),
    Blank,
}

impl Cell {
    fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    fn symbol(&self) -> Option<String> {
        if let Self::Symbol(symbol) = self { Some(symbol.clone()) } else { None }
    }
}

/// Text without the blanks and zero-width blanks that the workbook is strewn with.
fn clean(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c == '\u{200b}' { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'a> Sheet<'a> {
    fn new(cells: &'a SheetText) -> Result<Self> {
        let top = cells.iter().find(|((_, column), text)| *column == 0 && clean(text) == "Landlord name").map(|((row, _), _)| *row);
        let top = top.ok_or_else(|| wrong("no row starts with `Landlord name`"))?;
        let headings: BTreeMap<u32, String> =
            cells.range((top, 0)..=(top, u32::MAX)).map(|((_, column), text)| (*column, clean(text))).collect();
        let mut sheet = Self { cells, headings, rows: Vec::new(), code: 0 };
        sheet.code = sheet.required("Landlord code")?;
        // The table ends at the first row without a code; notes follow.
        sheet.rows = (top + 1..).take_while(|&row| !sheet.text(row, sheet.code).is_empty()).collect();
        Ok(sheet)
    }

    fn find(&self, start: &str) -> Option<u32> {
        self.headings.iter().find(|(_, heading)| heading.starts_with(start)).map(|(column, _)| *column)
    }

    fn required(&self, start: &str) -> Result<u32> {
        self.find(start).ok_or_else(|| wrong(format!("no column starts with `{start}`")))
    }

    fn text(&self, row: u32, column: u32) -> String {
        self.cells.get(&(row, column)).map_or(String::new(), |text| clean(text))
    }

    fn optional(&self, row: u32, column: Option<u32>) -> Option<String> {
        column.map(|column| self.text(row, column)).filter(|text| !text.is_empty() && !text.starts_with('['))
    }

    fn cell(&self, row: u32, column: u32) -> Cell {
        let text = self.text(row, column);
        match text.replace(',', "").parse::<f64>() {
            Ok(number) if number.is_finite() => Cell::Number(number),
            _ if text.starts_with('[') && text.ends_with(']') => Cell::Symbol(text),
            _ => Cell::Blank,
        }
    }

    fn number(&self, row: u32, column: Option<u32>) -> Option<f64> {
        self.cell(row, column?).number()
    }
}

/// The last group in brackets that starts with one of the measures' prefixes, such as `CH02 1 Numerator` or `TP02 responses`.
fn code(heading: &str) -> Option<(&str, &str)> {
    let groups = heading.split('(').skip(1).filter_map(|group| group.split_once(')').map(|(inside, _)| inside));
    let is_code = |group: &&str| {
        let (prefix, number) = (group.get(..2), group.get(2..4));
        prefix.is_some_and(|prefix| ["TP", "RP", "BS", "NM", "CH"].contains(&prefix))
            && number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let group = groups.filter(is_code).last()?;
    Some((group.get(..4)?, group.get(4..)?.trim()))
}

/// One landlord's return.
#[derive(Clone)]
struct Return {
    landlord: String,
    code: String,
    kind: String,
    tenure: &'static str,
}

impl Return {
    fn name(&self) -> String {
        format!("{} ({})", self.landlord, self.tenure)
    }
}

/// Where the columns of one measure are.
#[derive(Default)]
struct Layout {
    percent: Option<u32>,
    filter: Option<(u32, u32)>,
    answers: Vec<u32>,
}

/// The columns of each measure. Of the columns of one code, the last five or six are the answers; two before them are the filter question.
fn layout(sheet: &Sheet<'_>) -> Result<BTreeMap<String, Layout>> {
    let mut layouts: BTreeMap<String, Layout> = BTreeMap::new();
    for (&column, heading) in &sheet.headings {
        let Some((measure, _)) = code(heading).filter(|(measure, rest)| measure.starts_with("TP") && rest.is_empty()) else { continue };
        if heading.contains("unweighted") || heading.contains("for each survey method") {
            continue;
        }
        let layout = layouts.entry(measure.to_owned()).or_default();
        if heading.starts_with("Proportion") {
            layout.percent.get_or_insert(column);
        } else if heading.starts_with("Number of respondents") {
            layout.answers.push(column);
        }
    }
    for (measure, layout) in &mut layouts {
        let uncoded = |column: u32| {
            sheet.headings.get(&column).is_some_and(|heading| heading.starts_with("Number of respondents") && code(heading).is_none())
        };
        let first = layout.answers.first().copied().unwrap_or(0);
        match layout.answers.len() {
            7 | 8 => {
                layout.filter = layout.answers.first().copied().zip(layout.answers.get(1).copied());
                layout.answers.drain(..2);
            }
            5 | 6 if first >= 2 && uncoded(first - 1) && uncoded(first - 2) => layout.filter = Some((first - 2, first - 1)),
            5 | 6 => {}
            found => {
                return Err(wrong(format!("measure `{measure}` has {found} columns of counts, expected 5 or 6 and a filter question")));
            }
        }
        if layout.percent.is_none() {
            return Err(wrong(format!("measure `{measure}` has counts and no percentage")));
        }
    }
    Ok(layouts)
}

fn answer(measure: &str, place: usize) -> &'static str {
    let scale = if measure == "TP08" { AGREE } else { SATISFIED };
    scale.get(place).copied().unwrap_or(NOT_APPLICABLE)
}

/// The rows of the tables.
#[derive(Default)]
#[expect(clippy::type_complexity, reason = "each is the columns of one table, row by row")]
struct Rows {
    returns: Vec<(Return, [Option<f64>; 5], [Option<String>; 4])>,
    counts: Vec<(Return, Option<f64>, Option<f64>, String, &'static str, f64)>,
    published: Vec<(Return, String, Cell)>,
    methods: Vec<(Return, String, Option<f64>, Cell)>,
    filters: Vec<(Return, String, Option<f64>, Option<f64>)>,
    unweighted: Vec<(Return, &'static str, f64)>,
    management: Vec<(Return, Option<&'static str>, String, Cell, Cell, Cell)>,
}

impl Rows {
    fn perception(&mut self, sheet: &Sheet<'_>, tenure: &'static str) -> Result<()> {
        let layouts = layout(sheet)?;
        let (name, kind) = (sheet.required("Landlord name")?, sheet.required("Landlord type")?);
        let numbers = [
            sheet.required("Relevant tenant population size")?,
            sheet.required("Required minimum sample size")?,
            sheet.required("Total sample size achieved")?,
            sheet.required("Estimated margin of error achieved")?,
        ];
        let excluded = sheet.find("Tenants excluded from sample frame");
        let texts = ["Landlord predominant region", "Sample or census", "Predominant collection method", "Were weighted responses used"]
            .map(|start| sheet.find(start));
        for &row in &sheet.rows {
            let own = Return { landlord: sheet.text(row, name), code: sheet.text(row, sheet.code), kind: sheet.text(row, kind), tenure };
            let [population, required, achieved, margin] = numbers.map(|column| sheet.number(row, Some(column)));
            let mut words = texts.map(|column| sheet.optional(row, column));
            if let Some(selection) = &mut words[1] {
                *selection = selection.to_lowercase();
            }
            self.returns.push((own.clone(), [population, required, achieved, margin, sheet.number(row, excluded)], words));
            for (measure, layout) in &layouts {
                self.measure(sheet, row, &own, measure, layout, (population, achieved));
            }
            self.by_method(sheet, row, &own);
            let unweighted = sheet.headings.iter().filter(|(_, heading)| heading.starts_with("Total number of tenants (unweighted)"));
            for (place, (&column, _)) in unweighted.enumerate() {
                if let Some(count) = sheet.number(row, Some(column)) {
                    self.unweighted.push((own.clone(), answer("TP01", place), count));
                }
            }
        }
        Ok(())
    }

    fn measure(
        &mut self,
        sheet: &Sheet<'_>,
        row: u32,
        own: &Return,
        measure: &str,
        layout: &Layout,
        (population, achieved): (Option<f64>, Option<f64>),
    ) {
        if let Some(column) = layout.percent {
            self.published.push((own.clone(), measure.to_owned(), sheet.cell(row, column)));
        }
        for (place, &column) in layout.answers.iter().enumerate() {
            if let Some(count) = sheet.number(row, Some(column)) {
                self.counts.push((own.clone(), population, achieved, measure.to_owned(), answer(measure, place), count));
            }
        }
        if let Some((yes, no)) = layout.filter {
            self.filters.push((own.clone(), measure.to_owned(), sheet.number(row, Some(yes)), sheet.number(row, Some(no))));
        }
    }

    fn by_method(&mut self, sheet: &Sheet<'_>, row: u32, own: &Return) {
        const COUNTED: &str = "Number of responses by method - ";
        for (&column, heading) in &sheet.headings {
            let Some(method) = heading.strip_prefix(COUNTED) else { continue };
            let satisfied = sheet
                .headings
                .iter()
                .find(|(_, heading)| heading.contains("for each survey method") && heading.ends_with(&format!("- {method}")));
            let percent = satisfied.map_or(Cell::Blank, |(&column, _)| sheet.cell(row, column));
            self.methods.push((own.clone(), method.to_owned(), sheet.number(row, Some(column)), percent));
        }
    }

    fn management(&mut self, sheet: &Sheet<'_>) -> Result<()> {
        let (name, kind) = (sheet.required("Landlord name")?, sheet.required("Landlord type")?);
        // Tenure, measure and part -> columns of numerator, denominator and figure.
        let mut columns: BTreeMap<(Option<&'static str>, String), [Option<u32>; 3]> = BTreeMap::new();
        for (&column, heading) in &sheet.headings {
            let Some((measure, rest)) = code(heading) else { continue };
            let tenure = ["LCRA", "LCHO", "Combined"].into_iter().find(|tenure| heading.starts_with(&format!("{tenure} - ")));
            let (part, role) = match rest.split_once(' ') {
                Some((part, role)) => (part, role),
                None if rest.bytes().all(|byte| byte.is_ascii_digit()) => (rest, ""),
                None => ("", rest),
            };
            let slot = match role {
                "Numerator" => 0,
                "Denominator" => 1,
                "" => 2,
                _ => continue,
            };
            let measure = if part.is_empty() { measure.to_owned() } else { format!("{measure}({part})") };
            if let Some(place) = columns.entry((tenure, measure)).or_default().get_mut(slot) {
                place.get_or_insert(column);
            }
        }
        for &row in &sheet.rows {
            let own =
                Return { landlord: sheet.text(row, name), code: sheet.text(row, sheet.code), kind: sheet.text(row, kind), tenure: "" };
            for ((tenure, measure), places) in &columns {
                let [numerator, denominator, figure] = places.map(|column| column.map_or(Cell::Blank, |column| sheet.cell(row, column)));
                self.management.push((own.clone(), *tenure, measure.clone(), numerator, denominator, figure));
            }
        }
        Ok(())
    }

    fn release(&self) -> Result<TsmRelease> {
        Ok(TsmRelease {
            returns: self.returns()?,
            counts: self.counts()?,
            published: self.published()?,
            methods: self.methods()?,
            filters: self.filters()?,
            unweighted: self.unweighted()?,
            management: self.management_table()?,
        })
    }

    fn returns(&self) -> Result<Table> {
        let rows = &self.returns;
        let word = |name: &str, at: usize| Column::text(name, rows.iter().map(|(_, _, words)| words.get(at).cloned().flatten()));
        let number = |name: &str, at: usize| Column::float(name, rows.iter().map(|(_, numbers, _)| numbers.get(at).copied().flatten()));
        let whole = |name: &str, at: usize| {
            let integer = |number: f64| (number.fract() == 0.0).then_some(number as i64);
            Column::integer(name, rows.iter().map(|(_, numbers, _)| numbers.get(at).copied().flatten().and_then(integer)))
        };
        let mut columns = identity(rows.iter().map(|(own, ..)| own), true);
        columns.extend([
            whole("population", 0),
            number("required", 1),
            whole("achieved", 2),
            number("moe_percent", 3),
            whole("excluded", 4),
        ]);
        columns.extend([word("region", 0), word("selection", 1), word("predominant", 2), word("weighted", 3)]);
        Table::from_columns(columns)
    }

    fn counts(&self) -> Result<Table> {
        let rows = &self.counts;
        let mut columns = identity(rows.iter().map(|row| &row.0), true);
        columns.extend([
            Column::float("population", rows.iter().map(|row| row.1)),
            Column::float("responses", rows.iter().map(|row| row.2)),
            Column::text("measure", rows.iter().map(|row| Some(&row.3))),
            Column::text("answer", rows.iter().map(|row| Some(row.4))),
            Column::float("count", rows.iter().map(|row| Some(row.5))),
        ]);
        Table::from_columns(columns)
    }

    fn published(&self) -> Result<Table> {
        let rows = &self.published;
        let mut columns = identity(rows.iter().map(|row| &row.0), true);
        columns.extend([
            Column::text("measure", rows.iter().map(|row| Some(&row.1))),
            Column::float("percent", rows.iter().map(|row| row.2.number())),
            Column::text("symbol", rows.iter().map(|row| row.2.symbol())),
        ]);
        Table::from_columns(columns)
    }

    fn methods(&self) -> Result<Table> {
        let rows = &self.methods;
        let mut columns = identity(rows.iter().map(|row| &row.0), true);
        columns.extend([
            Column::text("method", rows.iter().map(|row| Some(&row.1))),
            Column::float("responses", rows.iter().map(|row| row.2)),
            Column::float("percent", rows.iter().map(|row| row.3.number())),
            Column::text("symbol", rows.iter().map(|row| row.3.symbol())),
        ]);
        Table::from_columns(columns)
    }

    fn filters(&self) -> Result<Table> {
        let rows = &self.filters;
        let mut columns = identity(rows.iter().map(|row| &row.0), true);
        columns.extend([
            Column::text("measure", rows.iter().map(|row| Some(&row.1))),
            Column::float("yes", rows.iter().map(|row| row.2)),
            Column::float("no", rows.iter().map(|row| row.3)),
        ]);
        Table::from_columns(columns)
    }

    fn unweighted(&self) -> Result<Table> {
        let rows = &self.unweighted;
        let mut columns = identity(rows.iter().map(|row| &row.0), true);
        columns.extend([
            Column::text("answer", rows.iter().map(|row| Some(row.1))),
            Column::float("count", rows.iter().map(|row| Some(row.2))),
        ]);
        Table::from_columns(columns)
    }

    fn management_table(&self) -> Result<Table> {
        let rows = &self.management;
        let mut columns = identity(rows.iter().map(|row| &row.0), false);
        columns.extend([
            Column::text("tenure", rows.iter().map(|row| row.1)),
            Column::text("measure", rows.iter().map(|row| Some(&row.2))),
            Column::float("numerator", rows.iter().map(|row| row.3.number())),
            Column::float("denominator", rows.iter().map(|row| row.4.number())),
            Column::text("symbol", rows.iter().map(|row| row.3.symbol().or_else(|| row.4.symbol()))),
            Column::float("published", rows.iter().map(|row| row.5.number())),
        ]);
        Table::from_columns(columns)
    }
}

/// Whose the rows are; those of perception have a tenure, and with it the name of a return.
fn identity<'a>(rows: impl Iterator<Item = &'a Return> + Clone, perception: bool) -> Vec<Column> {
    let text = |name: &str, cell: fn(&Return) -> String| Column::text(name, rows.clone().map(|own| Some(cell(own))));
    let mut columns =
        vec![text("landlord", |own| own.landlord.clone()), text("code", |own| own.code.clone()), text("type", |own| own.kind.clone())];
    if perception {
        columns.insert(0, text("return", Return::name));
        columns.push(text("tenure", |own| own.tenure.to_owned()));
    }
    columns
}
