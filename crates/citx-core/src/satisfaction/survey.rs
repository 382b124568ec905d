use std::fmt;
use std::sync::Arc;

use super::answers::{Answers, NONE, Question};
use super::base::Base;
use super::counts::{Counts, CountsOptions, Selection};
use super::estimate::{Estimate, ScoreOptions};
use super::groups::People;
use super::instrument::{Instrument, Reading, Scale, invalid};
use super::scores::table;
use crate::citizens::Population;
use crate::statistics::ShortDecimal;
use crate::statistics::codes::{Codes, bad_row, labels, numbers};
use crate::statistics::design::{Design, DesignColumns, LonelyPsu};
use crate::table::Table;
use crate::{Bitmap, Error, ErrorKind, Result, Run};

/// Answers with their design: weights, strata, PSUs. Immutable; a clone shares everything.
///
/// ```
/// use std::sync::Arc;
/// use citx_core::satisfaction::{Instrument, ScoreOptions, Survey, SurveyOptions};
/// use citx_core::table::{Column, Table};
/// # use arrow_array::{Float64Array, StringArray};
/// let table = Table::from_columns([
///     Column::new("TP01", Arc::new(StringArray::from(vec!["Very satisfied", "Neither", "Fairly satisfied", "Very dissatisfied"]))),
///     Column::new("wt", Arc::new(Float64Array::from(vec![1.0, 2.0, 1.5, 0.5]))),
/// ])?;
/// let mut options = SurveyOptions::default();
/// options.instrument = Some(Instrument::builtin("tsm-2022")?);
/// options.weights = Some("wt".into());
/// let estimate = Survey::from_table(&table, &options)?.score("TP01", None, &ScoreOptions::default())?;
/// assert_eq!((estimate.value, estimate.n, estimate.published.as_deref()), (0.5, 4, Some("50.0")));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Survey {
    pub(super) inner: Source,
}

#[derive(Clone)]
pub(super) enum Source {
    Answers(Arc<Answers>),
    Counts(Arc<Counts>),
}

/// Which columns of a table of answers are what.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SurveyOptions {
    /// The instrument whose measures the answers are of.
    pub instrument: Option<Instrument>,
    /// Measure and column, such as `TP01` and `q1`; without any, columns named as measures are taken.
    pub questions: Vec<(String, String)>,
    /// Column of the citizen's key.
    pub key: Option<String>,
    /// Column of the weights.
    pub weights: Option<String>,
    /// Column of the strata.
    pub strata: Option<String>,
    /// Columns of the PSUs, one for each stage. A unit is told apart within its stratum or its unit of the stage before.
    pub psu: Vec<String>,
    /// Columns of the finite populations, one for each stage: sizes, or sampling fractions if none is above 1.
    pub fpc: Vec<String>,
    /// How many there are in the sample frame; without `fpc` and `psu` it is the finite population.
    pub frame_size: Option<u64>,
    /// How the sample was drawn: `srs`, `systematic`, `stratified`, `quota` or `census`.
    pub selection: Option<String>,
    /// Column of the mode of collection.
    pub mode: Option<String>,
    /// Column of the date of collection.
    pub collected_at: Option<String>,
    /// What one row stands for: `answer` (the default), `citizen`, `household` or `home`. Each figure names it; all but answers may be
    /// there once only.
    pub base: Option<String>,
    /// Column that tells citizens, households or homes apart; without it `key`.
    pub base_key: Option<String>,
    /// What to do with a stratum of one PSU: `fail` (the default), `certainty`, `adjust` or `average`.
    pub lonely_psu: Option<String>,
}

impl Survey {
    /// A survey from answers, one row for each respondent.
    ///
    /// # Errors
    /// `UnknownName` for a column or measure, `InvalidArgument` naming column and row, also of a citizen, household or home that is unknown
    /// or there twice where it is the base; `InsufficientData` without rows.
    pub fn from_table(table: &Table, options: &SurveyOptions) -> Result<Self> {
        if table.num_rows() == 0 {
            return Err(Error::new(ErrorKind::InsufficientData, "the table of answers has no rows"));
        }
        for column in [&options.key, &options.mode, &options.collected_at].into_iter().flatten() {
            table.column(column)?;
        }
        let base = options.base.as_deref().map(Base::parse).transpose()?.unwrap_or_default();
        base.check(table, options.base_key.as_deref().or(options.key.as_deref()))?;
        let selection = options.selection.as_deref().map(Selection::parse).transpose()?;
        let (design, decimals) = design(table, options)?;
        let answers = Answers {
            table: table.clone(),
            instrument: options.instrument.clone(),
            questions: Arc::new(questions(table, options)?),
            design: Arc::new(design),
            decimals: Arc::new(decimals.into()),
            base,
            selection,
            non_probability: selection.is_some_and(Selection::is_non_probability),
            people: None,
            options: Arc::new(options.clone()),
            weighting: None,
            kept_groups: Arc::default(),
            kept_histogram: Arc::default(),
            kept_weights: Arc::default(),
            kept_classification: Arc::default(),
        };
        Ok(Self { inner: Source::Answers(Arc::new(answers)) })
    }

    /// A survey from counts of answers, one row for each unit, measure and answer.
    ///
    /// # Errors
    /// As [`Survey::from_table`].
    pub fn from_counts(table: &Table, options: &CountsOptions) -> Result<Self> {
        Ok(Self { inner: Source::Counts(Arc::new(Counts::new(table, options)?)) })
    }

    /// The same answers, each with its citizen's attributes, and with segments as masks over `people`.
    ///
    /// # Errors
    /// `InvalidArgument` without a key, or with a mask of another length.
    pub fn with_population(&self, people: &Population, segments: &[(String, Bitmap)]) -> Result<Self> {
        let answers = self.answers()?;
        let key = answers.options.key.as_ref().ok_or_else(|| invalid("the survey has no `key`, which says whose each answer is"))?;
        let keys = labels(&answers.table.column(key)?)?;
        let people = People::join(&keys, people, segments)?;
        Ok(Self {
            inner: Source::Answers(Arc::new(Answers {
                people: Some(people),
                kept_groups: Arc::default(),
                kept_histogram: Arc::default(),
                kept_weights: Arc::default(),
                kept_classification: Arc::default(),
                ..Answers::clone(answers)
            })),
        })
    }

    /// The measures it has answers to.
    pub fn measures(&self) -> Vec<&str> {
        match &self.inner {
            Source::Answers(answers) => answers.scored(),
            Source::Counts(counts) => counts.measures(),
        }
    }

    /// The weight of each respondent, in the order of the answers, on its own scale.
    ///
    /// # Errors
    /// `InvalidArgument` for a survey of counts, which has no respondents.
    pub fn weights(&self) -> Result<Vec<f64>> {
        Ok(self.answers()?.design.own_weights())
    }

    /// The units counted, sorted; none for a survey of answers.
    pub fn units(&self) -> Vec<&str> {
        match &self.inner {
            Source::Answers(_) => Vec::new(),
            Source::Counts(counts) => counts.units(),
        }
    }

    /// The score of one measure, for one unit where the survey has units.
    ///
    /// # Errors
    /// `UnknownName` for the measure, `NotFound` for the unit, `InsufficientData` without answers.
    pub fn score(&self, measure: &str, unit: Option<&str>, options: &ScoreOptions) -> Result<Estimate> {
        options.check()?;
        match &self.inner {
            Source::Counts(counts) => counts.score(measure, unit, options),
            Source::Answers(_) if unit.is_some() => Err(Error::new(ErrorKind::NotFound, "a survey of answers has no units")),
            Source::Answers(answers) => {
                let variable = answers.measure(measure)?;
                answers.overall(&variable, options)
            }
        }
    }

    /// All measures, overall (or by unit) and by each breakdown; an item of several names is crossed. A name is a column of the
    /// answers, an attribute of the population, or `segment:NAME` with the groups `in` and `out`. Overall rows have null for `by` and `group`.
    ///
    /// # Errors
    /// `UnknownName` for a column or segment.
    pub fn scores(&self, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        self.scores_with(by, options, &Run::new())
    }

    /// [`Survey::scores`] on as many threads as `run` says, one piece of work for each measure and breakdown.
    ///
    /// # Errors
    /// As [`Survey::scores`], and `Cancelled`.
    pub fn scores_with(&self, by: &[Vec<String>], options: &ScoreOptions, run: &Run) -> Result<Table> {
        options.check()?;
        match &self.inner {
            Source::Counts(counts) if by.is_empty() => table(&counts.scores(options)?),
            Source::Counts(_) => Err(invalid("a survey of counts has no respondents to break down; its scores are by unit")),
            Source::Answers(answers) => table(&answers.scores(by, options, run)?),
        }
    }

    /// The mean of a numeric column; nulls are left out.
    ///
    /// # Errors
    /// `UnknownName`, `InvalidArgument` for a column that is not numeric, `InsufficientData`.
    pub fn mean(&self, column: &str, options: &ScoreOptions) -> Result<Estimate> {
        options.check()?;
        let answers = self.answers()?;
        answers.overall(&answers.numeric(column)?, options)
    }

    /// The mean of a numeric column in each group of `by`, as the table of [`Survey::scores`].
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn mean_by(&self, column: &str, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        options.check()?;
        let answers = self.answers()?;
        answers.breakdowns(&answers.numeric(column)?, by, options)
    }

    /// The share whose value in `column` is written `equals`; nulls are left out.
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn proportion(&self, column: &str, equals: &str, options: &ScoreOptions) -> Result<Estimate> {
        options.check()?;
        let answers = self.answers()?;
        answers.overall(&answers.indicator(column, equals)?, options)
    }

    /// That share in each group of `by`, as the table of [`Survey::scores`].
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn proportion_by(&self, column: &str, equals: &str, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        options.check()?;
        let answers = self.answers()?;
        answers.breakdowns(&answers.indicator(column, equals)?, by, options)
    }

    pub(super) fn answers(&self) -> Result<&Arc<Answers>> {
        match &self.inner {
            Source::Answers(answers) => Ok(answers),
            Source::Counts(_) => Err(invalid("a survey of counts has no respondents; make it from a table of answers")),
        }
    }
}

/// The design of the options' columns, and what its weights were written as.
fn design(table: &Table, options: &SurveyOptions) -> Result<(Design, Vec<ShortDecimal>)> {
    let codes = |name: &String, what: &str| Ok((name.clone(), Codes::of(&table.column(name)?)?.require(name, what)?));
    let known = |name: &String, what: &str| {
        let values = numbers(&table.column(name)?)?;
        let known =
            values.iter().enumerate().map(|(row, value)| value.ok_or_else(|| bad_row(name, row, &format!("a {what} must not be null"))));
        Ok::<_, Error>((name.clone(), known.collect::<Result<Vec<f64>>>()?))
    };
    let columns = DesignColumns {
        rows: table.num_rows(),
        weights: options.weights.as_ref().map(|name| known(name, "weight")).transpose()?,
        strata: options.strata.as_ref().map(|name| codes(name, "stratum")).transpose()?,
        psu: options.psu.iter().map(|name| codes(name, "sampling unit")).collect::<Result<_>>()?,
        fpc: options.fpc.iter().map(|name| known(name, "finite population")).collect::<Result<_>>()?,
        frame_size: options.frame_size,
        lonely: options.lonely_psu.as_deref().map(LonelyPsu::parse).transpose()?.unwrap_or_default(),
    };
    let written = columns.weights.as_ref().map(|(_, weights)| weights.clone());
    let design = Design::new(columns)?;
    let decimals =
        written.as_ref().unwrap_or(&design.weights).iter().map(|&weight| ShortDecimal::of(weight).unwrap_or(ShortDecimal::ZERO)).collect();
    Ok((design, decimals))
}

/// The answers to each measure that the options name, or that a column is named as.
fn questions(table: &Table, options: &SurveyOptions) -> Result<Vec<Question>> {
    let Some(instrument) = &options.instrument else {
        if options.questions.is_empty() {
            return Ok(Vec::new());
        }
        return Err(invalid("`questions` need an `instrument` whose measures they are"));
    };
    let named: Vec<(String, String)> = if options.questions.is_empty() {
        let columns = table.column_names();
        let measures =
            instrument.measures().into_iter().filter(|measure| columns.contains(measure) && instrument.items(measure).is_empty());
        measures.map(|measure| (measure.to_owned(), measure.to_owned())).collect()
    } else {
        options.questions.clone()
    };
    if named.is_empty() {
        return Err(invalid(format!(
            "no column is named as a measure of `{}`; say with `questions` which column is which",
            instrument.name()
        )));
    }
    let mut questions: Vec<Question> = Vec::new();
    for (measure, column) in named {
        if questions.iter().any(|question| question.measure == measure) {
            return Err(invalid(format!("measure `{measure}` is named twice in `questions`")));
        }
        let (_, scale) = instrument.measure(&measure)?;
        if !instrument.items(&measure).is_empty() {
            return Err(invalid(format!("measure `{measure}` is made of others, whose questions are asked")));
        }
        let answers = read_answers(table, &column, &measure, scale)?;
        questions.push(Question { measure, answers });
    }
    Ok(questions)
}

fn read_answers(table: &Table, column: &str, measure: &str, scale: &Scale) -> Result<Vec<u8>> {
    let codes = Codes::of(&table.column(column)?)?;
    let readings: Vec<Option<u8>> = codes
        .labels
        .iter()
        .map(|label| match scale.read(label) {
            Some(Reading::Answer(at)) => Some(at),
            Some(Reading::Excluded) => Some(NONE),
            None => label.trim().is_empty().then_some(NONE),
        })
        .collect();
    let read = |(row, &code): (usize, &u32)| match readings.get(code as usize) {
        None => Ok(NONE),
        Some(reading) => {
            reading.ok_or_else(|| bad_row(column, row, &format!("not an answer of measure `{measure}`, which are: {}", scale.known())))
        }
    };
    codes.codes.iter().enumerate().map(read).collect()
}

impl fmt::Debug for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inner {
            Source::Answers(answers) => write!(f, "Survey({} respondents; {})", answers.design.rows(), self.measures().join(", ")),
            Source::Counts(counts) => write!(f, "Survey({} units; {})", counts.units().len(), self.measures().join(", ")),
        }
    }
}
