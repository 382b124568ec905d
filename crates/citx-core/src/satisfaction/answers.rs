//! Answers of respondents, and what is estimated from them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::base::Base;
use super::counts::Selection;
use super::estimate::{Estimate, ScoreOptions};
use super::groups::{Groups, People};
use super::instrument::{Figure, Instrument, Scale, Symbols, invalid};
use super::scores::{Cell, Rows, table};
use super::survey::{Source, Survey, SurveyOptions};
use super::weighting::{Classification, OwnWeights, Weighting};
use crate::citizens::AttributeType;
use crate::statistics::codes::{Codes, numbers};
use crate::statistics::design::Design;
use crate::statistics::histogram::{Histogram, Tally};
use crate::statistics::variance::{Domain, Moments};
use crate::statistics::{DecimalSum, ShortDecimal};
use crate::table::Table;
use crate::{Error, ErrorKind, Result, Run};

/// One row for each respondent.
#[derive(Clone)]
pub(super) struct Answers {
    pub table: Table,
    pub instrument: Option<Instrument>,
    pub questions: Arc<Vec<Question>>,
    pub design: Arc<Design>,
    /// What the weights were written as, for sums without rounding.
    pub decimals: Arc<OnceLock<Vec<ShortDecimal>>>,
    pub base: Base,
    pub selection: Option<Selection>,
    pub non_probability: bool,
    pub people: Option<People>,
    /// What it was made with: how the sample was drawn, and the columns of modes and dates.
    pub options: Arc<SurveyOptions>,
    pub weighting: Option<Arc<Weighting>>,
    /// Groups by their names: finding them takes longer than what is made of them.
    pub kept_groups: Arc<Mutex<HashMap<Vec<String>, Arc<Groups>>>>,
    /// The histogram of the breakdowns asked for last, or that there is none.
    pub kept_histogram: Arc<Mutex<KeptHistogram>>,
    pub kept_weights: Arc<OnceLock<OwnWeights>>,
    pub kept_classification: Arc<Mutex<Option<Arc<Classification>>>>,
}

/// Questions that one piece of work counts together.
const AT_ONCE: usize = 6;

pub(super) type KeptHistogram = Option<(Vec<Vec<String>>, Option<Arc<Histogram>>)>;

pub(super) struct Question {
    pub measure: String,
    /// Place of each respondent's answer on the scale, or [`NONE`].
    pub answers: Vec<u8>,
}

/// No answer that counts: excluded, refused, not asked.
pub(super) const NONE: u8 = u8::MAX;

/// What is estimated: a value for each respondent, NaN where there is none.
pub(super) struct Variable<'a> {
    pub name: String,
    pub figure: Figure,
    pub values: Vec<f64>,
    pub made: Made,
    /// For a measure: its scale and answers.
    pub measure: Option<(&'a Scale, &'a [u8])>,
    /// How many answered, where they are the sample.
    pub base: Option<f64>,
    pub warning: Option<&'static str>,
}

/// What is made of a variable's values.
pub(super) enum Made {
    Mean,
    /// The mean of what several answers make of each respondent.
    Composite,
    Total,
    /// The total of the values by the total of these.
    Ratio(Vec<f64>),
}

impl Answers {
    /// The same answers with another design.
    pub fn with_design(&self, design: Design) -> Survey {
        Self { design: Arc::new(design), ..self.clone() }.fresh()
    }

    /// The same answers after a weighting, with its design.
    pub fn reweighted(&self, design: Design, weighting: Weighting) -> Survey {
        let (decimals, weighting) = (Arc::default(), Some(Arc::new(weighting)));
        Self { design: Arc::new(design), decimals, weighting, ..self.clone() }.fresh()
    }

    /// A survey that keeps nothing made with another design.
    fn fresh(self) -> Survey {
        let (kept_histogram, kept_weights, kept_classification) = Default::default();
        Survey { inner: Source::Answers(Arc::new(Self { kept_histogram, kept_weights, kept_classification, ..self })) }
    }

    pub fn measure(&self, name: &str) -> Result<Variable<'_>> {
        let mut variable = self.question(name)?;
        if let Some(values) = self.composite(name)? {
            variable.values = values;
        } else if let Some((scale, answers)) = variable.measure {
            let value = |&answer: &u8| scale.values.get(usize::from(answer)).copied().unwrap_or(f64::NAN);
            variable.values = answers.iter().map(value).collect();
        }
        Ok(variable)
    }

    /// For a composite measure the weighted mean of each respondent's items, NaN where one was not answered.
    fn composite(&self, name: &str) -> Result<Option<Vec<f64>>> {
        let items = self.instrument.as_ref().map(|instrument| instrument.items(name)).unwrap_or_default();
        let mut values = vec![0.0; if items.is_empty() { return Ok(None) } else { self.design.rows() }];
        for (item, weight) in items {
            let own = self.measure(item)?.values;
            values.iter_mut().zip(own).for_each(|(value, own)| *value += weight * own);
        }
        Ok(Some(values))
    }

    /// A measure with its answers, without their values.
    fn question(&self, name: &str) -> Result<Variable<'_>> {
        let instrument =
            self.instrument.as_ref().ok_or_else(|| invalid("the survey has no `instrument`; use `mean` or `proportion` of a column"))?;
        let (_, scale) = instrument.measure(name)?;
        if !instrument.items(name).is_empty() {
            let (name, made) = (name.to_owned(), Made::Composite);
            let measure = Some((scale, [].as_slice()));
            return Ok(Variable { name, figure: scale.figure, values: Vec::new(), made, measure, base: None, warning: None });
        }
        let question = self.questions.iter().find(|question| question.measure == name);
        let question = question.ok_or_else(|| {
            let known = self.questions.iter().map(|question| question.measure.as_str());
            crate::table::unknown_name("question for measure", name, known)
        })?;
        Ok(Variable {
            name: name.to_owned(),
            figure: scale.figure,
            values: Vec::new(),
            made: Made::Mean,
            measure: Some((scale, &question.answers)),
            base: self.answered(&question.answers),
            warning: None,
        })
    }

    pub fn is_non_probability(&self) -> bool {
        self.non_probability
    }

    /// The measure of that name where the survey has answers to it, else the numeric column.
    pub fn variable(&self, name: &str) -> Result<Variable<'_>> {
        let asked = self.questions.iter().any(|question| question.measure == name);
        let column = self.instrument.is_none() || self.table.column_names().contains(&name);
        if !asked && column { self.numeric(name) } else { self.measure(name) }
    }

    pub fn numeric(&self, column: &str) -> Result<Variable<'_>> {
        let values = numbers(&self.table.column(column)?)?.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        let (name, made) = (column.to_owned(), Made::Mean);
        Ok(Variable { name, figure: Figure::Mean, values, made, measure: None, base: None, warning: None })
    }

    pub fn indicator(&self, column: &str, equals: &str) -> Result<Variable<'_>> {
        let data = self.table.column(column)?;
        let codes = Codes::of(&data)?;
        let wanted = codes.labels.iter().position(|label| label == equals);
        // A number may be written otherwise than its label: 4.0 is 4. Text is compared as it is.
        let number = equals.parse::<f64>().ok().filter(|_| !matches!(AttributeType::of(data.data_type()), AttributeType::Text));
        let same_number = || number.and_then(|number| codes.labels.iter().position(|label| label.parse() == Ok(number)));
        let wanted = wanted.or_else(same_number).map(|at| at as u32);
        let value = |&code: &u32| if code == Codes::NULL { f64::NAN } else { f64::from(u8::from(Some(code) == wanted)) };
        let values = codes.codes.iter().map(value).collect();
        let warning = wanted.is_none().then_some("ValueNotSeen");
        let (name, made) = (column.to_owned(), Made::Mean);
        Ok(Variable { name, figure: Figure::Proportion, values, made, measure: None, base: None, warning })
    }

    pub fn scores(&self, by: &[Vec<String>], options: &ScoreOptions, run: &Run) -> Result<Rows> {
        let breakdowns = by.iter().map(|names| self.groups(names)).collect::<Result<Vec<_>>>()?;
        let measures = self.scored();
        if let Some(histogram) = self.kept_histogram(by, &breakdowns) {
            // The questions asked come first among the measures, composites after them.
            let asked = self.questions.len();
            let pieces = asked.div_ceil(AT_ONCE) + (measures.len() - asked);
            let rows = run.map(pieces, |piece| {
                let first = piece * AT_ONCE;
                if first < asked {
                    return self.tallied(first, &measures[first..(first + AT_ONCE).min(asked)], &histogram, &breakdowns, options);
                }
                self.counted_singly(measures[asked + piece - asked.div_ceil(AT_ONCE)], &breakdowns, options)
            })?;
            return Ok(rows.into_iter().flatten().collect());
        }
        let rows = run.map(measures.len(), |at| self.counted_singly(measures[at], &breakdowns, options))?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The measures asked, and composites all of whose items were.
    pub fn scored(&self) -> Vec<&str> {
        let asked: Vec<&str> = self.questions.iter().map(|question| question.measure.as_str()).collect();
        let composites = self
            .instrument
            .iter()
            .flat_map(|instrument| instrument.definitions())
            .filter(|measure| !measure.items.is_empty() && measure.items.iter().all(|item| asked.contains(&item.as_str())));
        asked.iter().copied().chain(composites.map(|measure| measure.code.as_str())).collect()
    }

    /// The overall score of a measure, and its score in each group, each from its own respondents.
    fn counted_singly(&self, measure: &str, breakdowns: &[Arc<Groups>], options: &ScoreOptions) -> Result<Rows> {
        let variable = self.measure(measure)?;
        let estimate = self.estimate(&variable, None, options)?;
        let mut rows = vec![Cell { measure: measure.to_owned(), by: None, group: None, estimate }];
        for groups in breakdowns {
            rows.extend(self.by(&variable, groups, options)?);
        }
        Ok(rows)
    }

    /// What the weights were written as, or the shortest decimals of weights that were computed.
    fn decimals(&self) -> &[ShortDecimal] {
        let written =
            || self.design.own_weights().into_iter().map(|weight| ShortDecimal::of(weight).unwrap_or(ShortDecimal::ZERO)).collect();
        self.decimals.get_or_init(written)
    }

    /// The histogram of breakdowns, kept for the next time the same are asked for.
    fn kept_histogram(&self, by: &[Vec<String>], breakdowns: &[Arc<Groups>]) -> Option<Arc<Histogram>> {
        let mut kept = self.kept_histogram.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match &*kept {
            Some((names, histogram)) if names == by => histogram.clone(),
            _ => {
                let histogram = self.histogram(breakdowns).map(Arc::new);
                *kept = Some((by.to_vec(), histogram.clone()));
                histogram
            }
        }
    }

    /// The cells of breakdowns, where the design allows; rows without a group are in one of their own, beyond the others.
    fn histogram(&self, breakdowns: &[Arc<Groups>]) -> Option<Histogram> {
        let codes: Vec<Vec<u32>> =
            breakdowns.iter().map(|groups| groups.codes.codes.iter().map(|&code| code.min(groups.codes.len() as u32)).collect()).collect();
        let codes: Vec<&[u32]> = codes.iter().map(Vec::as_slice).collect();
        let sizes: Vec<usize> = breakdowns.iter().map(|groups| groups.codes.len() + 1).collect();
        let questions: Vec<&[u8]> = self.questions.iter().map(|question| question.answers.as_slice()).collect();
        Histogram::new(&self.design, self.decimals(), &questions, &codes, &sizes)
    }

    /// The overall scores of questions one after the other, and their scores in each group, from a histogram.
    fn tallied(
        &self,
        first: usize,
        measures: &[&str],
        histogram: &Histogram,
        breakdowns: &[Arc<Groups>],
        options: &ScoreOptions,
    ) -> Result<Rows> {
        let variables = measures.iter().map(|measure| self.question(measure)).collect::<Result<Vec<_>>>()?;
        let scales: Vec<&Scale> = variables.iter().filter_map(|variable| variable.measure.map(|(scale, _)| scale)).collect();
        let places: Vec<usize> = scales.iter().map(|scale| scale.values.len()).collect();
        let mut rows = Rows::new();
        for ((variable, scale), tallies) in variables.iter().zip(scales).zip(histogram.tally(first, &places)) {
            let k = scale.values.len();
            let cell = |by: Option<&Groups>, group: Option<&String>, tallies: &[Tally]| {
                let moments = histogram.moments(&self.design, tallies, &scale.values, variable.base);
                let estimate = self.finish(variable, &histogram.sums(tallies, k), moments.as_ref(), options)?;
                Ok::<_, Error>(Cell { measure: variable.name.clone(), by: by.map(|by| by.name.clone()), group: group.cloned(), estimate })
            };
            let mut tallies = tallies.iter();
            rows.extend(tallies.next().map(|tallies| cell(None, None, tallies)).transpose()?);
            for (groups, by) in breakdowns.iter().zip(tallies) {
                for (label, tallies) in groups.codes.labels.iter().zip(by.chunks(histogram.group_size(k))) {
                    rows.push(cell(Some(groups.as_ref()), Some(label), tallies)?);
                }
            }
        }
        Ok(rows)
    }

    pub fn overall(&self, variable: &Variable<'_>, options: &ScoreOptions) -> Result<Estimate> {
        let estimate = self.estimate(variable, None, options)?;
        if estimate.n == 0 && options.min_base == 0 {
            return Err(Error::new(ErrorKind::InsufficientData, format!("nobody has a value of `{}` and a weight above 0", variable.name)));
        }
        Ok(estimate)
    }

    pub fn breakdowns(&self, variable: &Variable<'_>, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        let mut rows = Rows::new();
        for names in by {
            rows.extend(self.by(variable, self.groups(names)?.as_ref(), options)?);
        }
        table(&rows)
    }

    /// The groups by `names`, kept for the next time they are asked for.
    pub fn groups(&self, names: &[String]) -> Result<Arc<Groups>> {
        let kept = || self.kept_groups.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(groups) = kept().get(names) {
            return Ok(Arc::clone(groups));
        }
        let groups = Arc::new(Groups::new(&self.table, self.people.as_ref(), names)?);
        kept().insert(names.to_vec(), Arc::clone(&groups));
        Ok(groups)
    }

    fn by(&self, variable: &Variable<'_>, groups: &Groups, options: &ScoreOptions) -> Result<Rows> {
        let mut members = vec![Vec::new(); groups.codes.len()];
        for &row in self.design.order.iter() {
            if let Some(members) = members.get_mut(groups.codes.codes[row as usize] as usize) {
                members.push(row);
            }
        }
        let cell = |(label, members): (&String, &Vec<u32>)| {
            let estimate = self.estimate(variable, Some(members), options)?;
            Ok(Cell { measure: variable.name.clone(), by: Some(groups.name.clone()), group: Some(label.clone()), estimate })
        };
        groups.codes.labels.iter().zip(&members).map(cell).collect()
    }

    /// The estimate of a domain: some rows in the design's order, or all.
    pub fn estimate(&self, variable: &Variable<'_>, members: Option<&[u32]>, options: &ScoreOptions) -> Result<Estimate> {
        let members = members.unwrap_or(&self.design.order);
        let rows: Vec<u32> = members.iter().copied().filter(|&row| !variable.values[row as usize].is_nan()).collect();
        let values: Vec<f64> = rows.iter().map(|&row| variable.values[row as usize]).collect();
        let domain = Domain { rows: &rows, values: &values };
        let moments = match &variable.made {
            Made::Mean | Made::Composite => self.design.moments(domain, variable.base)?,
            Made::Total => self.design.total(domain)?,
            Made::Ratio(of) => {
                let of: Vec<f64> = rows.iter().map(|&row| of[row as usize]).collect();
                self.design.ratio(domain, &of)?
            }
        };
        let mut sums = vec![DecimalSum::default(); variable.measure.map_or(0, |(scale, _)| scale.values.len())];
        if let (Some((_, answers)), Made::Mean) = (variable.measure, &variable.made) {
            rows.iter().for_each(|&row| sums[usize::from(answers[row as usize])].add(self.decimals()[row as usize]));
        }
        self.finish(variable, &sums, moments.as_ref(), options)
    }

    /// What every figure of this survey must be read with.
    pub fn caution(&self, warnings: &mut Vec<String>) {
        if self.non_probability {
            warnings.push("NonProbabilitySample".into());
        }
    }

    /// In a simple sample those who gave an answer that counts are themselves one, given their number: they are a measure's base.
    /// In strata or clusters that number is random in each, so there they are a domain, as nulls of a column are everywhere.
    fn answered(&self, answers: &[u8]) -> Option<f64> {
        self.design.is_simple().then(|| answers.iter().filter(|&&answer| answer != NONE).count() as f64)
    }

    /// The estimate of moments, published from the exact sums of the weights of each answer.
    fn finish(&self, variable: &Variable<'_>, sums: &[DecimalSum], moments: Option<&Moments>, options: &ScoreOptions) -> Result<Estimate> {
        let mut estimate = Estimate::new(moments, variable.figure, self.design.is_exhaustive(), options)?;
        estimate.base = self.base.name().into();
        match variable.made {
            Made::Mean | Made::Composite => {}
            Made::Total => estimate.unit = "total".into(),
            Made::Ratio(_) => estimate.unit = "ratio".into(),
        }
        self.caution(&mut estimate.warnings);
        variable.warning.into_iter().for_each(|warning| estimate.warn(warning));
        let symbols = self.instrument.as_ref().map_or(&Symbols::default(), |instrument| instrument.symbols()).clone();
        if self.instrument.as_ref().is_some_and(|instrument| variable.measure.is_some() && instrument.is_experimental(&variable.name)) {
            estimate.warn("Experimental");
        }
        if let Some((scale, _)) = variable.measure {
            match variable.made {
                Made::Composite => estimate.publish_value(scale, &symbols),
                _ => estimate.publish(scale, sums, &symbols),
            }
            if let (Some(instrument), Some(frame)) = (&self.instrument, self.options.frame_size) {
                estimate.standard_moe = instrument.margin_of_error(estimate.n, frame).unwrap_or(f64::NAN);
            }
        }
        Ok(estimate.suppressed_below(options.min_base, &symbols.suppressed))
    }
}
