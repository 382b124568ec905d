use std::collections::{BTreeMap, BTreeSet};

use super::base::Base;
use super::estimate::{Estimate, ScoreOptions};
use super::instrument::{Instrument, Reading, Scale, invalid};
use super::scores::{Cell, Rows};
use crate::statistics::codes::{Codes, bad_row, numbers};
use crate::statistics::design::Design;
use crate::statistics::variance::{Domain, Moments};
use crate::statistics::{DecimalSum, ExactSum, ShortDecimal};
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// Which columns of a table of counts are what.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CountsOptions {
    /// The instrument whose measures are counted.
    pub instrument: Instrument,
    /// Column of the unit, such as the landlord.
    pub unit: String,
    /// Column of the measure.
    pub measure: String,
    /// Column of the answer.
    pub answer: String,
    /// Column of the count, which may be weighted and fractional.
    pub count: String,
    /// Column of the size of the sample frame.
    pub frame_size: Option<String>,
    /// Column of how the sample was drawn, as [`super::SurveyOptions::selection`].
    pub selection: Option<String>,
    /// What is counted: `answer` (the default), `citizen`, `household` or `home`. Each figure names it.
    pub base: Option<String>,
}

impl CountsOptions {
    /// Counts in these columns, from a frame of unknown size.
    pub fn new(
        instrument: Instrument,
        unit: impl Into<String>,
        measure: impl Into<String>,
        answer: impl Into<String>,
        count: impl Into<String>,
    ) -> Self {
        let (unit, measure, answer, count) = (unit.into(), measure.into(), answer.into(), count.into());
        Self { instrument, unit, measure, answer, count, frame_size: None, selection: None, base: None }
    }
}

/// Counts of answers by unit and measure.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    instrument: Instrument,
    base: Base,
    unit_column: String,
    units: Vec<Unit>,
    /// By unit, then by the measure's place in the instrument and its name.
    cells: BTreeMap<(u32, usize, String), Tally>,
}

#[derive(Clone, Debug)]
struct Unit {
    name: String,
    frame: Option<f64>,
    non_probability: bool,
}

/// The answers of one unit to one measure.
#[derive(Clone, Debug, Default)]
struct Tally {
    /// Respondents by the answer's place on the scale.
    answers: Vec<f64>,
    excluded: f64,
    /// Answers met so far, and excluded ones by their label, with the row of each: none may be counted twice.
    seen: BTreeMap<(Option<u8>, String), usize>,
}

impl Counts {
    pub fn new(table: &Table, options: &CountsOptions) -> Result<Self> {
        if table.num_rows() == 0 {
            return Err(Error::new(ErrorKind::InsufficientData, "the table of counts has no rows"));
        }
        let codes = |column: &str, what: &str| Codes::of(&table.column(column)?)?.require(column, what);
        let (units, measures, answers) =
            (codes(&options.unit, "unit")?, codes(&options.measure, "measure")?, codes(&options.answer, "answer")?);
        let counts = numbers(&table.column(&options.count)?)?;
        let instrument = options.instrument.clone();
        let scales: Vec<_> = measures.labels.iter().map(|name| instrument.measure(name).ok()).collect();
        let mut cells: BTreeMap<(u32, usize, String), Tally> = BTreeMap::new();
        for (row, count) in counts.into_iter().enumerate() {
            let measure = measures.codes[row] as usize;
            let (at, scale) = scales[measure].ok_or_else(|| {
                let known = instrument.measures().join(", ");
                let name = instrument.name();
                let problem = format!("column `{}`, row {}: not a measure of `{name}`, which are: {known}", options.measure, row + 1);
                Error::new(ErrorKind::UnknownName, problem)
            })?;
            let reading = scale.read(&answers.labels[answers.codes[row] as usize]).ok_or_else(|| {
                let problem = format!("not an answer of measure `{}`, which are: {}", measures.labels[measure], scale.known());
                bad_row(&options.answer, row, &problem)
            })?;
            let count = count.filter(|count| *count >= 0.0).ok_or_else(|| {
                bad_row(&options.count, row, "a count must be 0 or more; leave out the row of a question that was not asked")
            })?;
            let key = (units.codes[row], at, measures.labels[measure].clone());
            let tally = cells.entry(key).or_insert_with(|| Tally { answers: vec![0.0; scale.values.len()], ..Tally::default() });
            tally.add(reading, &answers.labels[answers.codes[row] as usize], count, row, &options.answer)?;
        }
        let units = read_units(table, options, &units)?;
        let base = options.base.as_deref().map(Base::parse).transpose()?.unwrap_or_default();
        Ok(Self { instrument, base, unit_column: options.unit.clone(), units, cells })
    }

    pub fn units(&self) -> Vec<&str> {
        self.units.iter().map(|unit| unit.name.as_str()).collect()
    }

    pub fn measures(&self) -> Vec<&str> {
        let ordered: BTreeSet<(usize, &str)> = self.cells.keys().map(|(_, at, name)| (*at, name.as_str())).collect();
        ordered.into_iter().map(|(_, name)| name).collect()
    }

    /// Respondents by the answer's place on the scale, and those whose answers are left out; nothing where a unit has no counts.
    pub fn tally(&self, measure: &str, unit: Option<&str>) -> Result<Option<(&[f64], f64)>> {
        let (at, _) = self.instrument.measure(measure)?;
        let code = self.unit(unit)?;
        Ok(self.cells.get(&(code as u32, at, measure.to_owned())).map(|tally| (tally.answers.as_slice(), tally.excluded)))
    }

    /// The size of a unit's frame.
    pub fn frame(&self, unit: Option<&str>) -> Result<Option<f64>> {
        Ok(self.units.get(self.unit(unit)?).and_then(|unit| unit.frame))
    }

    pub fn score(&self, measure: &str, unit: Option<&str>, options: &ScoreOptions) -> Result<Estimate> {
        let (at, _) = self.instrument.measure(measure)?;
        let code = self.unit(unit)?;
        let tally = self.cells.get(&(code as u32, at, measure.to_owned()));
        let tally =
            tally.ok_or_else(|| Error::new(ErrorKind::InsufficientData, format!("the unit has no counts of measure `{measure}`")))?;
        let estimate = self.estimate(&self.units[code], measure, tally, options)?;
        if estimate.n == 0 && options.min_base == 0 {
            return Err(Error::new(ErrorKind::InsufficientData, format!("nobody gave an answer to measure `{measure}` that counts")));
        }
        Ok(estimate)
    }

    /// What a comparison needs of one unit's answers to a measure.
    pub fn counted(&self, measure: &str, unit: Option<&str>, options: &ScoreOptions) -> Result<Counted<'_>> {
        let (at, scale) = self.instrument.measure(measure)?;
        let code = self.unit(unit)?;
        let unit = &self.units[code];
        let blank = Tally { answers: vec![0.0; scale.values.len()], ..Tally::default() };
        let tally = self.cells.get(&(code as u32, at, measure.to_owned())).unwrap_or(&blank);
        let (design, moments) = unit.moments(scale, tally)?;
        let estimate = self.estimate(unit, measure, tally, options)?;
        let (frame, answers, non_probability) = (design.population(), tally.answers.clone(), unit.non_probability);
        Ok(Counted { scale, moments, frame, estimate, answers, non_probability })
    }

    /// Whether answers of the unit to the measure were counted.
    pub fn has(&self, measure: &str, unit: &str) -> bool {
        let (Ok((at, _)), Ok(code)) = (self.instrument.measure(measure), self.unit(Some(unit))) else { return false };
        self.cells.contains_key(&(code as u32, at, measure.to_owned()))
    }

    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    fn unit(&self, unit: Option<&str>) -> Result<usize> {
        match unit {
            Some(name) => self
                .units
                .iter()
                .position(|unit| unit.name == name)
                .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("column `{}` has no such unit", self.unit_column))),
            None if self.units.len() == 1 => Ok(0),
            None => Err(invalid(format!("the survey has {} units; say which with `unit`", self.units.len()))),
        }
    }

    /// A row for each unit and measure, by the unit's column.
    pub fn scores(&self, options: &ScoreOptions) -> Result<Rows> {
        let mut rows = Rows::default();
        for ((unit, _, measure), tally) in &self.cells {
            let unit = &self.units[*unit as usize];
            let estimate = self.estimate(unit, measure, tally, options)?;
            rows.push(Cell { measure: measure.clone(), by: Some(self.unit_column.clone()), group: Some(unit.name.clone()), estimate });
        }
        Ok(rows)
    }

    /// The unit's respondents are a simple random sample of its frame; those who gave an answer that counts are the measure's base.
    fn estimate(&self, unit: &Unit, measure: &str, tally: &Tally, options: &ScoreOptions) -> Result<Estimate> {
        let (_, scale) = self.instrument.measure(measure)?;
        let (design, moments) = unit.moments(scale, tally)?;
        let mut estimate = Estimate::new(moments.as_ref(), scale.figure, design.is_exhaustive(), options)?;
        estimate.base = self.base.name().into();
        let mut warn = |when: bool, warning: &str| {
            if when {
                estimate.warn(warning)
            }
        };
        warn(unit.non_probability, "NonProbabilitySample");
        warn(design.population() != unit.frame, "SampleExceedsFrame");
        warn(tally.answers.iter().any(|count| count.fract() != 0.0), "WeightedCounts");
        let sums: Vec<DecimalSum> = tally.answers.iter().map(|&count| DecimalSum::from(count)).collect();
        estimate.publish(scale, &sums, self.instrument.symbols());
        if self.instrument.is_experimental(measure) {
            estimate.warn("Experimental");
        }
        if let Some(frame) = unit.frame.filter(|frame| frame.fract() == 0.0) {
            estimate.standard_moe = self.instrument.margin_of_error(estimate.n, frame as u64).unwrap_or(f64::NAN);
        }
        Ok(estimate.suppressed_below(options.min_base, &self.instrument.symbols().suppressed))
    }
}

/// One unit's answers to a measure.
#[derive(Debug)]
pub(super) struct Counted<'a> {
    pub scale: &'a Scale,
    pub moments: Option<Moments>,
    /// Size of the sample frame.
    pub frame: Option<f64>,
    pub estimate: Estimate,
    /// Respondents by the answer's place on the scale.
    pub answers: Vec<f64>,
    pub non_probability: bool,
}

impl Unit {
    /// The design of the answers, of which those that count are the base.
    fn moments(&self, scale: &Scale, tally: &Tally) -> Result<(Design, Option<Moments>)> {
        let answered = tally.answers.iter().copied().collect::<ExactSum>().value();
        let asked = tally.answers.iter().copied().chain([tally.excluded]).collect::<ExactSum>().value();
        let design = Design::of_counts(tally.answers.clone(), asked, self.frame.filter(|&frame| frame >= asked));
        let moments = design.moments(Domain { rows: &design.order, values: &scale.values }, Some(answered))?;
        Ok((design, moments))
    }
}

impl Tally {
    fn add(&mut self, reading: Reading, label: &str, count: f64, row: usize, column: &str) -> Result<()> {
        let met = match reading {
            Reading::Answer(at) => (Some(at), String::new()),
            Reading::Excluded => (None, label.to_owned()),
        };
        if let Some(earlier) = self.seen.insert(met, row) {
            let problem = format!("the same answer of the same unit and measure is counted in row {} too; add them up first", earlier + 1);
            return Err(bad_row(column, row, &problem));
        }
        match reading {
            Reading::Answer(at) => self.answers[usize::from(at)] += count,
            Reading::Excluded => self.excluded += count,
        }
        Ok(())
    }
}

impl From<f64> for DecimalSum {
    fn from(number: f64) -> Self {
        let mut sum = Self::default();
        sum.add(ShortDecimal::of(number).unwrap_or(ShortDecimal::ZERO));
        sum
    }
}

fn read_units(table: &Table, options: &CountsOptions, units: &Codes) -> Result<Vec<Unit>> {
    let unit = |name: &String| Unit { name: name.clone(), frame: None, non_probability: false };
    let mut read: Vec<Unit> = units.labels.iter().map(unit).collect();
    if let Some(column) = &options.frame_size {
        let mut first: Vec<Option<Option<f64>>> = vec![None; read.len()];
        for (row, frame) in numbers(&table.column(column)?)?.into_iter().enumerate() {
            if frame.is_some_and(|frame| frame < 1.0) {
                return Err(bad_row(column, row, "the size of the frame must be 1 or more"));
            }
            let at = units.codes[row] as usize;
            if *first[at].get_or_insert(frame) != frame {
                return Err(bad_row(column, row, "the size of the frame differs from that of the unit's earlier rows"));
            }
            read[at].frame = frame;
        }
    }
    if let Some(column) = &options.selection {
        let selections = Codes::of(&table.column(column)?)?;
        for (row, &code) in selections.codes.iter().enumerate() {
            if let Some(selection) = selections.labels.get(code as usize) {
                let selection = Selection::parse(selection).map_err(|error| bad_row(column, row, &error.to_string()))?;
                read[units.codes[row] as usize].non_probability |= selection.is_non_probability();
            }
        }
    }
    Ok(read)
}

/// How a sample was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    Srs,
    Systematic,
    Stratified,
    Quota,
    Census,
}

impl Selection {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "srs" => Ok(Self::Srs),
            "systematic" => Ok(Self::Systematic),
            "stratified" => Ok(Self::Stratified),
            "quota" => Ok(Self::Quota),
            "census" => Ok(Self::Census),
            _ => Err(invalid("`selection` is `srs`, `systematic`, `stratified`, `quota` or `census`")),
        }
    }

    /// Who answers chose to: intervals then know nothing of the difference from those who did not.
    pub fn is_non_probability(self) -> bool {
        matches!(self, Self::Quota | Self::Census)
    }
}
