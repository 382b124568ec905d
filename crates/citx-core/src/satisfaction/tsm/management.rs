use std::collections::{BTreeMap, BTreeSet};

use super::rules::{Part, Requirements};
use super::warnings::{ReturnWarning, Warnings, table as warning_table};
use crate::statistics::codes::{Codes, bad_row, label, plain};
use crate::statistics::{DecimalSum, round_half_up};
use crate::table::{Column, Table, Value, unknown_name};
use crate::{Error, ErrorKind, Result};

/// The management measures of one or many landlords, from their numerators and denominators.
///
/// ```
/// use citx_core::satisfaction::{Management, ManagementOptions};
/// use citx_core::table::{Column, Table};
/// let table = Table::from_columns([
///     Column::text("measure", [Some("BS01"), Some("NM01(1)"), Some("BS05")]),
///     Column::float("numerator", [Some(23_432.0), Some(1873.0), Some(0.0)]),
///     Column::float("denominator", [Some(23_464.0), Some(32_416.0), Some(0.0)]),
/// ])?;
/// let management = Management::from_table(&table, &ManagementOptions::default())?;
/// let published: Vec<_> = management.figures().iter().map(|figure| figure.published.as_deref()).collect();
/// assert_eq!(published, [Some("99.9"), Some("57.8"), Some("[U]")]);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Management {
    figures: Vec<ManagementFigure>,
    requirements: Requirements,
}

/// Which columns of a table of management figures are what. A column that is optional is left out where the table does not have it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ManagementOptions {
    /// Column of the measure: `BS01`, `RP02(1)`, or `RP02` with the part in its own column.
    pub measure: String,
    /// Column of the part, 1 or 2; optional.
    pub part: String,
    /// Column of `LCRA`, `LCHO` or `Combined` for the measures of complaints; optional.
    pub tenure: String,
    /// Column of the numerator: a number, or a symbol such as `[X]`.
    pub numerator: String,
    /// Column of the denominator: a number, or a symbol.
    pub denominator: String,
    /// Column of a symbol in place of the figure; optional.
    pub symbol: String,
    /// Column of the landlord, where there are several.
    pub unit: Option<String>,
}

impl Default for ManagementOptions {
    fn default() -> Self {
        let names = ["measure", "part", "tenure", "numerator", "denominator", "symbol"];
        let [measure, part, tenure, numerator, denominator, symbol] = names.map(str::to_owned);
        Self { measure, part, tenure, numerator, denominator, symbol, unit: None }
    }
}

/// One management measure, or one part of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ManagementFigure {
    /// The landlord, where there are several.
    pub unit: Option<String>,
    /// `LCRA`, `LCHO` or `Combined` for the measures of complaints.
    pub tenure: Option<String>,
    /// The measure with its part, such as `RP02(1)`.
    pub measure: String,
    /// What is counted; nothing where a symbol stands in its place.
    pub numerator: Option<f64>,
    /// Out of how many.
    pub denominator: Option<f64>,
    /// The figure: a share in [0, 1], or cases for each 1,000 homes. NaN where it is not known or not defined.
    pub value: f64,
    /// `proportion` or `per_1000`.
    pub unit_of_value: &'static str,
    /// The figure as it is published, with one decimal, a half rounded up; or a symbol.
    pub published: Option<String>,
    /// `percent` or `per_1000`.
    pub published_unit: &'static str,
    /// The symbol that stands in place of the figure: `[X]`, `[Z]`, `[S]`, `[E]` as given, `[U]` for a denominator of 0.
    pub symbol: Option<String>,
    /// Whether a share is 1 without rounding: `100.0` is also what 99.95 percent looks like.
    pub is_exactly_100: bool,
}

/// A cell of a numerator or denominator.
#[derive(Clone, Debug, PartialEq)]
enum Count {
    Number(f64),
    Symbol(String),
    Blank,
}

impl Management {
    /// The figures of a table, one row for each measure or part, and landlord.
    ///
    /// # Errors
    /// `UnknownName` for a column or measure; `InvalidArgument` naming column and row for a count that is neither a number of 0 or more
    /// nor a symbol, for a part or tenure that the measure does not have, and for a measure that is there twice.
    pub fn from_table(table: &Table, options: &ManagementOptions) -> Result<Self> {
        let requirements = Requirements::current()?;
        let optional = |name: &String| -> Result<Option<Codes>> {
            if table.column_names().contains(&name.as_str()) { Ok(Some(Codes::of(&table.column(name)?)?)) } else { Ok(None) }
        };
        let measures = Codes::of(&table.column(&options.measure)?)?.require(&options.measure, "measure")?;
        let (parts, tenures) = (optional(&options.part)?, optional(&options.tenure)?);
        let units = options.unit.as_ref().map(|name| Codes::of(&table.column(name)?)?.require(name, "landlord")).transpose()?;
        let numerators = counts(&table.column(&options.numerator)?, &requirements)?;
        let denominators = counts(&table.column(&options.denominator)?, &requirements)?;
        let symbols = match table.column_names().contains(&options.symbol.as_str()) {
            true => counts(&table.column(&options.symbol)?, &requirements)?,
            false => Vec::new(),
        };
        let mut figures = Vec::new();
        let mut seen = BTreeMap::new();
        for (row, (numerator, denominator)) in numerators.into_iter().zip(denominators).enumerate() {
            let text = |codes: &Codes| codes.codes.get(row).and_then(|&code| codes.labels.get(code as usize)).cloned();
            let written = text(&measures).unwrap_or_default();
            let part = find(&requirements, &written, parts.as_ref().and_then(text).as_deref())
                .map_err(|error| error.context(format!("column `{}`, row {}", options.measure, row + 1)))?;
            let tenure = tenure(part, tenures.as_ref().and_then(text), &options.tenure, row)?;
            let numerator = symbols.get(row).filter(|symbol| matches!(symbol, Count::Symbol(_))).unwrap_or(&numerator);
            let figure = ManagementFigure::new(part, units.as_ref().and_then(text), tenure, numerator, &denominator);
            let place = (figure.unit.clone(), figure.tenure.clone(), figure.measure.clone());
            if let Some(earlier) = seen.insert(place, row) {
                return Err(bad_row(&options.measure, row, &format!("the same measure is in row {} too", earlier + 1)));
            }
            figures.push(figure);
        }
        Ok(Self { figures, requirements })
    }

    /// The figures, in the order of the table.
    pub fn figures(&self) -> &[ManagementFigure] {
        &self.figures
    }

    /// The landlords, sorted; none where the table names none.
    pub fn units(&self) -> Vec<&str> {
        self.figures.iter().filter_map(|figure| figure.unit.as_deref()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The same of one landlord.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn of_unit(&self, unit: &str) -> Result<Self> {
        let figures: Vec<_> = self.figures.iter().filter(|figure| figure.unit.as_deref() == Some(unit)).cloned().collect();
        if figures.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, "there are no management figures of such a landlord"));
        }
        Ok(Self { figures, requirements: self.requirements.clone() })
    }

    /// The figures as a table: unit, tenure, measure, counts (what is counted), of (out of what), numerator, denominator, value, value_unit,
    /// published, published_unit, symbol, is_exactly_100, to_publish (what must be published beside it).
    ///
    /// # Errors
    /// `LimitExceeded` for more rows than a table has.
    pub fn table(&self) -> Result<Table> {
        let rows = &self.figures;
        let text = |name: &str, cell: &dyn Fn(&ManagementFigure) -> Option<String>| Column::text(name, rows.iter().map(cell));
        let known = |value: f64| Some(value).filter(|value| value.is_finite());
        let part = |figure: &ManagementFigure| self.requirements.management.iter().find(|part| part.code() == figure.measure);
        Table::from_columns([
            text("unit", &|figure| figure.unit.clone()),
            text("tenure", &|figure| figure.tenure.clone()),
            text("measure", &|figure| Some(figure.measure.clone())),
            text("counts", &|figure| part(figure).map(|part| part.numerator.clone())),
            text("of", &|figure| part(figure).map(|part| part.denominator.clone())),
            Column::float("numerator", rows.iter().map(|figure| figure.numerator)),
            Column::float("denominator", rows.iter().map(|figure| figure.denominator)),
            Column::float("value", rows.iter().map(|figure| known(figure.value))),
            text("value_unit", &|figure| Some(figure.unit_of_value.to_owned())),
            text("published", &|figure| figure.published.clone()),
            text("published_unit", &|figure| Some(figure.published_unit.to_owned())),
            text("symbol", &|figure| figure.symbol.clone()),
            Column::boolean("is_exactly_100", rows.iter().map(|figure| figure.value.is_finite().then_some(figure.is_exactly_100))),
            text("to_publish", &|figure| part(figure).map(|part| part.publish.clone()).filter(|text| !text.is_empty())),
        ])
    }

    /// What does not fit together, as a table: unit, code, tenure, measure, sentence.
    ///
    /// # Errors
    /// As [`Management::table`].
    pub fn checks(&self) -> Result<Table> {
        let units: BTreeSet<Option<&str>> = self.figures.iter().map(|figure| figure.unit.as_deref()).collect();
        let found: Vec<(Option<&str>, ReturnWarning)> =
            units.into_iter().flat_map(|unit| self.warnings(unit).into_iter().map(move |warning| (unit, warning))).collect();
        let all: Vec<ReturnWarning> = found.iter().map(|(_, warning)| warning.clone()).collect();
        let columns = warning_table(&all)?;
        Table::from_columns(std::iter::once(Column::text("unit", found.iter().map(|(unit, _)| *unit))).chain(columns.columns()))
    }

    /// What does not fit together among the figures of one landlord.
    pub(super) fn warnings(&self, unit: Option<&str>) -> Vec<ReturnWarning> {
        let own: Vec<&ManagementFigure> = self.figures.iter().filter(|figure| figure.unit.as_deref() == unit).collect();
        let mut found = Warnings::default();
        for figure in &own {
            found.tenure.clone_from(&figure.tenure);
            figure.check(&mut found);
        }
        let tenures: BTreeSet<&Option<String>> = own.iter().map(|figure| &figure.tenure).collect();
        for tenure in tenures {
            found.tenure.clone_from(tenure);
            let of = |code: &str| own.iter().find(|figure| figure.measure == code && figure.tenure == *tenure).copied();
            reconcile(&of, &mut found);
        }
        reconcile_homes(&own, &mut found);
        found.all
    }
}

impl ManagementFigure {
    fn new(part: &Part, unit: Option<String>, tenure: Option<String>, numerator: &Count, denominator: &Count) -> Self {
        let (share, published_unit) = if part.per == 100 { ("proportion", "percent") } else { ("per_1000", "per_1000") };
        let number = |count: &Count| if let Count::Number(number) = count { Some(*number) } else { None };
        let (over, under) = (number(numerator), number(denominator));
        let given = [numerator, denominator].into_iter().find_map(|count| match count {
            Count::Symbol(symbol) => Some(symbol.clone()),
            Count::Blank => Some("[X]".to_owned()),
            Count::Number(_) => None,
        });
        let symbol = given.or_else(|| (under == Some(0.0)).then(|| "[U]".to_owned()));
        let (mut value, mut published) = (f64::NAN, symbol.clone());
        if let (None, Some(over), Some(under)) = (&symbol, over, under) {
            value = if part.per == 100 { over / under } else { f64::from(part.per) * over / under };
            published = round_half_up(&DecimalSum::from(over), &DecimalSum::from(under), part.per, 1);
        }
        let is_exactly_100 = part.per == 100 && symbol.is_none() && over == under;
        let (measure, unit_of_value) = (part.code(), share);
        Self {
            unit,
            tenure,
            measure,
            numerator: over,
            denominator: under,
            value,
            unit_of_value,
            published,
            published_unit,
            symbol,
            is_exactly_100,
        }
    }

    /// What one figure by itself gives reason to ask.
    fn check(&self, found: &mut Warnings) {
        let measure = Some(self.measure.as_str());
        let (Some(over), Some(under)) = (self.numerator, self.denominator) else { return };
        if under == 0.0 && over > 0.0 {
            found.add("NumeratorWithoutDenominator", measure, "something is counted although there is nothing to count it in");
        } else if over > under && self.published_unit == "percent" {
            found.add("NumeratorAboveDenominator", measure, format!("the numerator of {over} is above the denominator of {under}"));
        }
        if [over, under].iter().any(|count| count.fract() != 0.0) {
            found.add("FractionalCount", measure, "homes, repairs and complaints are counted in whole numbers");
        }
        if self.published.as_deref() == Some("100.0") && !self.is_exactly_100 && self.published_unit == "percent" {
            let missing = under - over;
            found.add("RoundsTo100", measure, format!("it is published as 100.0, yet {missing} of {under} are missing; say so beside it"));
        }
    }
}

type Find<'a> = &'a dyn Fn(&str) -> Option<&'a ManagementFigure>;

/// The relations that hold between the measures of one tenure.
fn reconcile(of: Find<'_>, found: &mut Warnings) {
    let numerator = |code: &str| of(code).and_then(|figure| figure.numerator);
    let denominator = |code: &str| of(code).and_then(|figure| figure.denominator);
    let mut at_most = |less: &str, more: &str, code: &str, sentence: &str| {
        if let (Some(a), Some(b)) = (numerator(less), numerator(more))
            && a > b
        {
            found.add(code, Some(less), format!("{sentence}: {a} against {b}"));
        }
    };
    at_most(
        "NM01(2)",
        "NM01(1)",
        "HateIncidentsAboveCases",
        "more hate incidents than cases of anti-social behaviour, of which they are a part",
    );
    at_most("CH01(2)", "CH01(1)", "StageTwoAboveStageOne", "more stage two complaints than stage one complaints");
    for (code, parts) in [("NM01", ["NM01(1)", "NM01(2)"]), ("CH01", ["CH01(1)", "CH01(2)"])] {
        if let (Some(a), Some(b)) = (denominator(parts[0]), denominator(parts[1]))
            && a != b
        {
            found.add("HomesDiffer", Some(code), format!("both parts are for each 1,000 of the same homes, yet there are {a} and {b}"));
        }
    }
    for (complaints, answered) in [("CH01(1)", "CH02(1)"), ("CH01(2)", "CH02(2)")] {
        if let (Some(a), Some(b)) = (numerator(complaints), denominator(answered))
            && a != b
        {
            let sentence = format!("{a} complaints were made by {complaints}, and {b} by the denominator of {answered}");
            found.add("ComplaintsDiffer", Some(answered), sentence);
        }
    }
}

/// The homes of NM01 are those of CH01 of both tenures together.
fn reconcile_homes(own: &[&ManagementFigure], found: &mut Warnings) {
    found.tenure = None;
    let homes =
        |code: &str| -> Vec<f64> { own.iter().filter(|figure| figure.measure == code).filter_map(|figure| figure.denominator).collect() };
    let (all, by_tenure) = (homes("NM01(1)"), homes("CH01(1)"));
    let complete = own.iter().filter(|figure| figure.measure == "CH01(1)").all(|figure| figure.denominator.is_some());
    if let ([all], false, true) = (all.as_slice(), by_tenure.is_empty(), complete) {
        let sum: f64 = by_tenure.iter().sum();
        if sum > *all {
            found.add("HomesDiffer", Some("CH01"), format!("the tenures have {sum} homes together, NM01 has {all} for both"));
        }
    }
}

/// The part of a measure that is written `RP02(1)`, `RP02 1`, `RP02_1`, or `RP02` with its part apart.
fn find<'a>(requirements: &'a Requirements, written: &str, part: Option<&str>) -> Result<&'a Part> {
    let plain: String = written.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let (measure, own) = plain.split_at_checked(4).unwrap_or((plain.as_str(), ""));
    let own = Some(own).filter(|own| !own.is_empty());
    let part = part.map(str::trim).filter(|part| !part.is_empty());
    if let (Some(own), Some(part)) = (own, part)
        && own != part
    {
        return Err(Error::new(ErrorKind::InvalidArgument, "the measure and its own column name different parts"));
    }
    let number = match own.or(part) {
        Some(text) => {
            let wrong = || Error::new(ErrorKind::InvalidArgument, "a part is 1 or 2");
            Some(text.parse::<u8>().map_err(|_| wrong())?)
        }
        None => None,
    };
    let of_one = |part: &&'a Part| part.measure == measure && part.part.is_none() && number == Some(1);
    let found = requirements.part(measure, number).or_else(|| requirements.management.iter().find(of_one));
    found.ok_or_else(|| {
        let known: Vec<String> = requirements.management.iter().map(Part::code).collect();
        if known.iter().any(|code| code.starts_with(measure)) && !measure.is_empty() {
            return Error::new(
                ErrorKind::InvalidArgument,
                format!(
                    "measure `{measure}` has parts: {}",
                    known.iter().filter(|code| code.starts_with(measure)).cloned().collect::<Vec<_>>().join(", ")
                ),
            );
        }
        unknown_name("management measure", written, known.iter().map(String::as_str))
    })
}

fn tenure(part: &Part, given: Option<String>, column: &str, row: usize) -> Result<Option<String>> {
    let given = given.filter(|tenure| !tenure.trim().is_empty());
    match given.as_deref().map(str::to_uppercase).as_deref() {
        Some(known @ ("LCRA" | "LCHO")) => Ok(part.by_tenure.then(|| known.to_owned())),
        Some("COMBINED") => Ok(part.by_tenure.then(|| "Combined".to_owned())),
        None => Ok(None),
        Some(_) => Err(bad_row(column, row, "a tenure is LCRA, LCHO or Combined")),
    }
}

/// The counts of a column: numbers, symbols, blanks. Text is read as a number where it is one.
fn counts(column: &Column, requirements: &Requirements) -> Result<Vec<Count>> {
    let array = plain(column.array());
    let wanted = "a count is a number of 0 or more, or one of the symbols [X], [Z], [S], [E], [U]";
    let count = |row: usize| {
        let written = label(&Value::read(&array, row)).map_err(|()| bad_row(column.name(), row, wanted))?;
        let Some(text) = written.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(Count::Blank) };
        let symbol = text.to_uppercase();
        if requirements.symbols.contains_key(&symbol) {
            return Ok(Count::Symbol(symbol));
        }
        let number = text.replace(',', "").parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        number.map(Count::Number).ok_or_else(|| bad_row(column.name(), row, wanted))
    };
    (0..array.len()).map(count).collect()
}
