//! Satisfaction: instruments, surveys and their estimates. No figure without its uncertainty.

use crate::citizens::Population;
use crate::table::Table;
use crate::{Bitmap, Result};

/// A published standard's measures, or scales of one's own: which answers count, which are left out, how it is rounded.
#[derive(Clone, Debug)]
pub struct Instrument {
    _todo: (),
}

/// Answers with their design: weights, strata, PSUs. Immutable.
#[derive(Clone, Debug)]
pub struct Survey {
    _todo: (),
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
    /// Columns of the PSUs, one for each stage.
    pub psu: Vec<String>,
    /// Columns of the finite populations, one for each stage.
    pub fpc: Vec<String>,
    /// How many there are in the sample frame.
    pub frame_size: Option<u64>,
    /// How the sample was drawn: `srs`, `systematic`, `stratified`, `quota` or `census`.
    pub selection: Option<String>,
    /// Column of the mode of collection.
    pub mode: Option<String>,
    /// Column of the date of collection.
    pub collected_at: Option<String>,
}

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
}

/// A figure with its uncertainty, base, unit and method.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The figure; a share is in [0, 1].
    pub value: f64,
    /// Its design-based standard error.
    pub std_error: f64,
    /// The interval, low and high.
    pub ci: (f64, f64),
    /// The interval's level, such as 0.95.
    pub level: f64,
    /// Degrees of freedom of the design.
    pub df: f64,
    /// How many answers it rests on, unweighted.
    pub n: u64,
    /// Effective sample size.
    pub n_eff: f64,
    /// Design effect.
    pub deff: f64,
    /// Margin of error: half the interval's width.
    pub moe: f64,
    /// `proportion`, `mean`, ...
    pub unit: String,
    /// How value and interval were made.
    pub method: String,
    /// The standard's own text form, or `[S]`.
    pub published: Option<String>,
    /// Unit of `published`, such as `percent`.
    pub published_unit: Option<String>,
    /// What to keep in mind: `NonProbabilitySample`, `SmallBase`, ...
    pub warnings: Vec<String>,
}

/// How scores are computed and withheld.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ScoreOptions {
    /// Level of the interval.
    pub level: f64,
    /// Fewer answers than this are suppressed.
    pub min_base: u64,
    /// Interval of a proportion: `wilson` or `logit`.
    pub method: String,
}

/// Where a figure stands among its peers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Benchmark {
    /// 1 (best) to 4.
    pub quartile: u8,
    /// How many peers.
    pub peers: u64,
    /// Lower quartile, median, upper quartile of the peers, as proportions.
    pub quartiles: (f64, f64, f64),
    /// Rank among the peers (1 is best), where each peer's figure is known.
    pub rank: Option<u64>,
}

/// The sample a standard requires.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SampleSize {
    /// Margin of error required, as a proportion.
    pub moe: f64,
    /// Sample required, before rounding.
    pub exact: f64,
    /// Sample required.
    pub required: u64,
}

impl Instrument {
    /// An instrument that ships with citx: `tsm-2022`.
    ///
    /// # Errors
    /// `UnknownName`.
    pub fn builtin(name: &str) -> Result<Self> {
        let _ = name;
        unimplemented!()
    }

    /// An instrument of one's own from TOML.
    ///
    /// # Errors
    /// `InvalidArgument`.
    pub fn parse(text: &str) -> Result<Self> {
        let _ = text;
        unimplemented!()
    }

    /// Its name and version.
    pub fn name(&self) -> &str {
        unimplemented!()
    }

    /// Its measures as a table: measure, asks_about, scale, excluded, filter, tenures, source.
    pub fn explain(&self) -> Table {
        unimplemented!()
    }

    /// Where `estimate` stands among its national peers.
    ///
    /// # Errors
    /// `NotFound` for a measure, peer group or year without figures.
    pub fn benchmark(&self, measure: &str, estimate: &Estimate, peer: &str, year: &str) -> Result<Benchmark> {
        let _ = (measure, estimate, peer, year);
        unimplemented!()
    }

    /// The sample that the standard requires of a population.
    ///
    /// # Errors
    /// `Unsupported` for an instrument that requires none, `OutOfRange` for a population of 0.
    pub fn sample_size(&self, population: u64) -> Result<SampleSize> {
        let _ = population;
        unimplemented!()
    }

    /// The margin of error that `n` answers of `population` achieve by the standard's formula, as a proportion.
    ///
    /// # Errors
    /// `OutOfRange` for `n` of 0 or more than the population.
    pub fn margin_of_error(&self, n: u64, population: u64) -> Result<f64> {
        let _ = (n, population);
        unimplemented!()
    }
}

impl CountsOptions {
    /// Counts by unit, measure and answer, without the size of the sample frame.
    pub fn new(
        instrument: Instrument,
        unit: impl Into<String>,
        measure: impl Into<String>,
        answer: impl Into<String>,
        count: impl Into<String>,
    ) -> Self {
        Self { instrument, unit: unit.into(), measure: measure.into(), answer: answer.into(), count: count.into(), frame_size: None }
    }
}

impl Estimate {
    /// A figure that was computed earlier and kept elsewhere. What is not given here is not known until it is set.
    pub fn from_stored(value: f64, std_error: f64, ci: (f64, f64), level: f64, n: u64, unit: impl Into<String>) -> Self {
        Self {
            value,
            std_error,
            ci,
            level,
            df: f64::NAN,
            n,
            n_eff: f64::NAN,
            deff: f64::NAN,
            moe: (ci.1 - ci.0) / 2.0,
            unit: unit.into(),
            method: String::new(),
            published: None,
            published_unit: None,
            warnings: Vec::new(),
        }
    }
}

impl Default for ScoreOptions {
    fn default() -> Self {
        Self { level: 0.95, min_base: 0, method: "wilson".into() }
    }
}

impl Survey {
    /// A survey from answers, one row for each respondent.
    ///
    /// # Errors
    /// `UnknownName` for a column or measure, `InvalidArgument` naming column and row, `InsufficientData` without rows.
    pub fn from_table(table: &Table, options: &SurveyOptions) -> Result<Self> {
        let _ = (table, options);
        unimplemented!()
    }

    /// A survey from counts of answers, one row for each unit, measure and answer.
    ///
    /// # Errors
    /// As [`Survey::from_table`].
    pub fn from_counts(table: &Table, options: &CountsOptions) -> Result<Self> {
        let _ = (table, options);
        unimplemented!()
    }

    /// The same answers, each with its citizen's attributes, and with segments as masks over `people`.
    ///
    /// # Errors
    /// `InvalidArgument` without a key, or with a mask of another length.
    pub fn with_population(&self, people: &Population, segments: &[(String, Bitmap)]) -> Result<Self> {
        let _ = (people, segments);
        unimplemented!()
    }

    /// The score of one measure, for one unit where the survey has units.
    ///
    /// # Errors
    /// `UnknownName` for the measure, `NotFound` for the unit, `InsufficientData` without answers.
    pub fn score(&self, measure: &str, unit: Option<&str>, options: &ScoreOptions) -> Result<Estimate> {
        let _ = (measure, unit, options);
        unimplemented!()
    }

    /// All measures, overall (or by unit) and by each breakdown; an item of several names is crossed.
    ///
    /// # Errors
    /// `UnknownName` for a column or segment.
    pub fn scores(&self, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        let _ = (by, options);
        unimplemented!()
    }

    /// The mean of a numeric column.
    ///
    /// # Errors
    /// `UnknownName`, `InvalidArgument` for a column that is not numeric, `InsufficientData`.
    pub fn mean(&self, column: &str, options: &ScoreOptions) -> Result<Estimate> {
        let _ = (column, options);
        unimplemented!()
    }

    /// The mean of a numeric column in each group of `by`, as the table of [`Survey::scores`].
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn mean_by(&self, column: &str, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        let _ = (column, by, options);
        unimplemented!()
    }

    /// The share whose value in `column` is written `equals`; nulls are left out.
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn proportion(&self, column: &str, equals: &str, options: &ScoreOptions) -> Result<Estimate> {
        let _ = (column, equals, options);
        unimplemented!()
    }

    /// That share in each group of `by`, as the table of [`Survey::scores`].
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn proportion_by(&self, column: &str, equals: &str, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        let _ = (column, equals, by, options);
        unimplemented!()
    }
}
