use std::collections::BTreeMap;

use super::super::instrument::{Instrument, invalid};
use super::super::{Estimate, Representativeness, RepresentativenessOptions, ReturnWarning, ScoreOptions, Survey};
use super::approach::{Known, SummaryOfApproach, summary};
use super::facts::{AnswerCount, Filter, Mode};
use super::management::Management;
use super::review;
use super::rules::Requirements;
use super::tables;
use crate::table::{Table, unknown_name};
use crate::{ErrorKind, Result};

/// The perception survey of one tenure.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PerceptionPart {
    /// `LCRA`, `LCHO` or `Combined`.
    pub tenure: String,
    /// The answers, already weighted where they are to be, or counts of answers.
    pub survey: Survey,
    /// The landlord, in a survey of counts that has several.
    pub unit: Option<String>,
    /// The relevant tenant population; without, the size of the survey's frame.
    pub population: Option<u64>,
    /// How many answered; of a survey of counts it must be said, else the base of TP01 stands for it.
    pub achieved: Option<u64>,
    /// How the sample was drawn, of a survey of counts.
    pub selection: Option<String>,
    /// Answers by mode, of a survey of counts.
    pub modes: Vec<(String, u64)>,
    /// The columns of the filter questions: measure, such as `TP02`, and column of yes and no.
    pub filters: Vec<(String, String)>,
    /// The population's shares, as [`Survey::representativeness`] takes them.
    pub targets: Option<Table>,
    /// The column of the household, of which one answers.
    pub household: Option<String>,
    /// Households left out of the frame in exceptional circumstances.
    pub excluded: Option<u64>,
    /// Respondents by answer to TP01 without weights, for a survey of weighted counts.
    pub unweighted: Vec<(String, f64)>,
    /// The predominant method of collection of the year before.
    pub previous_mode: Option<String>,
    /// What only people know of how it was done, as [`Survey::summary_of_approach`] takes it.
    pub approach: BTreeMap<String, String>,
}

impl PerceptionPart {
    /// The survey of a tenure, of which nothing else is said yet.
    pub fn new(tenure: impl Into<String>, survey: Survey) -> Self {
        Self {
            tenure: tenure.into(),
            survey,
            unit: None,
            population: None,
            achieved: None,
            selection: None,
            modes: Vec::new(),
            filters: Vec::new(),
            targets: None,
            household: None,
            excluded: None,
            unweighted: Vec::new(),
            previous_mode: None,
            approach: BTreeMap::new(),
        }
    }
}

/// What a return is about, and with what it is compared.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TsmReturnOptions {
    /// The landlord.
    pub landlord: String,
    /// The reporting year, such as `2024/25`: 1 April to 31 March.
    pub year: String,
    /// `PRP` or `LA` (also `LARP`), to be ranked among the same type of landlord; without, among all.
    pub landlord_type: Option<String>,
    /// The year of the national figures; without, the reporting year, or the last year before it that there are figures of.
    pub benchmark_year: Option<String>,
    /// Low cost rental homes owned at year end.
    pub lcra_homes: Option<u64>,
    /// Low cost home ownership homes owned at year end.
    pub lcho_homes: Option<u64>,
    /// How figures are computed.
    pub score: ScoreOptions,
    /// How representativeness is judged.
    pub representativeness: RepresentativenessOptions,
}

/// A return of the Tenant Satisfaction Measures.
///
/// ```
/// use citx_core::satisfaction::{Instrument, Management, ManagementOptions, PerceptionPart, Survey, SurveyOptions};
/// use citx_core::satisfaction::{TsmReturn, TsmReturnOptions};
/// use citx_core::table::{Column, Table};
/// let answers = ["Very satisfied", "Fairly satisfied", "Neither", "Very dissatisfied"].repeat(80);
/// let table = Table::from_columns([Column::text("TP01", answers.into_iter().map(Some))])?;
/// let mut survey = SurveyOptions::default();
/// survey.instrument = Some(Instrument::builtin("tsm-2022")?);
/// survey.frame_size = Some(1080);
/// let part = PerceptionPart::new("LCRA", Survey::from_table(&table, &survey)?);
/// let figures = Table::from_columns([
///     Column::text("measure", [Some("BS01")]),
///     Column::integer("numerator", [Some(1079)]),
///     Column::integer("denominator", [Some(1079)]),
/// ])?;
/// let management = Management::from_table(&figures, &ManagementOptions::default())?;
/// let mut options = TsmReturnOptions::default();
/// options.year = "2024/25".into();
/// let tsm = TsmReturn::new(vec![part], Some(&management), &options)?;
/// let measures = tsm.measures()?;
/// assert_eq!(measures.num_rows(), 12 + 14);
/// assert_eq!(measures.row(0).get("published"), Some(&citx_core::table::Value::Text("50.0".into())));
/// assert!(tsm.warnings().iter().any(|warning| warning.code == "MeasureMissing"));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TsmReturn {
    pub(super) options: TsmReturnOptions,
    pub(super) parts: Vec<Part>,
    pub(super) management: Option<Management>,
    pub(super) requirements: Requirements,
    warnings: Vec<ReturnWarning>,
}

/// One tenure, computed.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub given: PerceptionPart,
    pub instrument: Instrument,
    pub population: Option<u64>,
    pub achieved: u64,
    pub selection: Option<String>,
    pub modes: Vec<Mode>,
    pub measures: Vec<Perception>,
    pub representativeness: Option<Representativeness>,
    pub known: Known,
    pub summary: SummaryOfApproach,
}

/// One perception measure, computed.
#[derive(Clone, Debug)]
pub(super) struct Perception {
    pub measure: String,
    /// Nothing where the question is not for the tenure, or was not asked.
    pub estimate: Option<Estimate>,
    pub required: bool,
    pub counts: Vec<AnswerCount>,
    pub filter: Option<Filter>,
}

impl TsmReturn {
    /// The return of these surveys and figures.
    ///
    /// # Errors
    /// `InvalidArgument` for a tenure that is none or comes twice, a year that is none, or a filter that is none; `UnknownName` for a column or
    /// an item of the summary of approach; and as [`Survey::score`].
    pub fn new(parts: Vec<PerceptionPart>, management: Option<&Management>, options: &TsmReturnOptions) -> Result<Self> {
        let requirements = Requirements::current()?;
        review::reporting_year(&options.year)?;
        for (at, part) in parts.iter().enumerate() {
            if !["LCRA", "LCHO", "Combined"].contains(&part.tenure.as_str()) {
                return Err(invalid("a tenure is `LCRA`, `LCHO` or `Combined`"));
            }
            if parts.iter().take(at).any(|earlier| earlier.tenure == part.tenure) {
                return Err(invalid(format!("there are two surveys of tenure `{}`", part.tenure)));
            }
        }
        let units = management.map_or(0, |management| management.units().len());
        if units > 1 {
            return Err(invalid(format!("the management figures are of {units} landlords; take those of one by `of_unit`")));
        }
        let compute = |part: PerceptionPart| {
            let tenure = part.tenure.clone();
            Part::new(part, options, &requirements).map_err(|error| error.context(format!("tenure `{tenure}`")))
        };
        let parts = parts.into_iter().map(compute).collect::<Result<Vec<_>>>()?;
        let mut new = Self { options: options.clone(), parts, management: management.cloned(), requirements, warnings: Vec::new() };
        new.warnings = review::review(&new)?;
        Ok(new)
    }

    /// All measures, perception and management, of each tenure: measure, tenure, kind, value, value_unit, published, published_unit, symbol,
    /// numerator, denominator (weighted where the answers are), n (respondents in the base), regulator_moe (by the regulator's formula, of
    /// that base), moe, ci_low, ci_high, n_eff, deff (by the design and the weights), not_applicable_share, filter_share, is_exactly_100,
    /// quartile (1 best), quartile_method, benchmark_year, peers, peer_group, peer_lower, peer_median, peer_upper, warnings.
    ///
    /// A measure that is not for the tenure is `[Z]`, one that nobody was asked, or of which there is no figure, `[X]`.
    ///
    /// # Errors
    /// `LimitExceeded` for more rows than a table has.
    pub fn measures(&self) -> Result<Table> {
        tables::measures(self)
    }

    /// The sample rule for each tenure: tenure, population, achieved, selection, required, required_exact, moe_required, moe_achieved,
    /// n_eff, moe_weighted (the regulator's formula with Kish's effective sample), short_by, census_suffices, rule (`met`,
    /// `met by census`, `not met` or `unknown`).
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn samples(&self) -> Result<Table> {
        tables::samples(self)
    }

    /// Answers by method of collection: tenure, method, responses, share, predominant (`No predominant method` where none has more than
    /// half), value, published (`[S]` below 50 answers).
    ///
    /// # Errors
    /// As [`Survey::proportion`].
    pub fn methods(&self) -> Result<Table> {
        tables::methods(self)
    }

    /// Answers to each question: tenure, measure, answer, in_base, respondents, weighted (nothing of which only the weighted counts are
    /// known has respondents, but for TP01 where they are given).
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn answer_counts(&self) -> Result<Table> {
        tables::answer_counts(self)
    }

    /// The management figures as they were given and computed; none without any.
    ///
    /// # Errors
    /// As [`Management::table`].
    pub fn management(&self) -> Result<Option<Table>> {
        self.management.as_ref().map(Management::table).transpose()
    }

    /// The sample beside the population, by tenure: the categories, with a column `tenure` in front.
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn representativeness(&self) -> Result<Table> {
        tables::by_tenure(self, |part| part.representativeness.as_ref().map(|found| &found.categories))
    }

    /// The same by characteristic, with what weighting by it would do to TP01.
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn characteristics(&self) -> Result<Table> {
        tables::by_tenure(self, |part| part.representativeness.as_ref().map(|found| &found.characteristics))
    }

    /// What weighting did: tenure, weighted, n, n_eff, efficiency, largest_weight, tp01_unweighted, tp01_weighted, effect_pp.
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn weighting(&self) -> Result<Table> {
        tables::weighting(self)
    }

    /// The summary of approach of each tenure: tenure, item, name, heading, text, complete.
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn summary_of_approach(&self) -> Result<Table> {
        tables::approach(self)
    }

    /// The same as Markdown.
    pub fn summary_markdown(&self) -> String {
        let one = |part: &Part| {
            let title = format!("# Summary of approach, {}\n", part.given.tenure);
            part.summary.to_markdown().replacen("# Summary of approach\n", &title, 1)
        };
        self.parts.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    /// What a regulator would ask about.
    pub fn warnings(&self) -> &[ReturnWarning] {
        &self.warnings
    }

    /// The same as a table: code, tenure, measure, sentence.
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn warning_table(&self) -> Result<Table> {
        super::warnings::table(&self.warnings)
    }

    /// What the figures come from: what, source.
    ///
    /// # Errors
    /// As [`TsmReturn::measures`].
    pub fn sources(&self) -> Result<Table> {
        tables::sources(self)
    }

    /// The return's sheets, by name, in order: everything above.
    ///
    /// # Errors
    /// As those it is made of.
    pub fn sheets(&self) -> Result<Vec<(String, Table)>> {
        let mut sheets = vec![("Measures", self.measures()?), ("Sample", self.samples()?), ("Answer counts", self.answer_counts()?)];
        sheets.push(("Methods", self.methods()?));
        if let Some(management) = self.management()? {
            sheets.push(("Management", management));
        }
        sheets.push(("Summary of approach", self.summary_of_approach()?));
        if self.parts.iter().any(|part| part.representativeness.is_some()) {
            sheets.push(("Representativeness", self.representativeness()?));
            sheets.push(("Characteristics", self.characteristics()?));
        }
        sheets.push(("Weighting", self.weighting()?));
        sheets.push(("Warnings", self.warning_table()?));
        sheets.push(("Sources", self.sources()?));
        Ok(sheets.into_iter().map(|(name, table)| (name.to_owned(), table)).collect())
    }
}

impl Part {
    fn new(given: PerceptionPart, options: &TsmReturnOptions, requirements: &Requirements) -> Result<Self> {
        let survey = &given.survey;
        let instrument = survey.instrument()?.clone();
        if instrument.name() != requirements.instrument {
            let (found, wanted) = (instrument.name(), &requirements.instrument);
            return Err(invalid(format!("a return is of instrument `{wanted}`, the survey's is `{found}`")));
        }
        let unit = given.unit.as_deref();
        let measures = perceptions(&given, &instrument, options)?;
        let answers = survey.respondents();
        let tp01 = measures.iter().find(|perception| perception.measure == "TP01");
        let counted = tp01.map_or(0.0, |perception| perception.counts.iter().map(|count| count.weighted).sum());
        let achieved = answers.map(|answers| answers.design.rows() as u64).or(given.achieved).unwrap_or(counted.round() as u64);
        let population = match given.population {
            Some(population) => Some(population),
            None => survey.frame(unit)?,
        };
        let modes = match answers {
            Some(answers) => answers.modes()?.unwrap_or_default(),
            None => given.modes.iter().map(|(name, responses)| Mode { name: name.clone(), responses: *responses }).collect(),
        };
        let selection = given.selection.clone().or_else(|| answers.and_then(|answers| answers.options.selection.clone()));
        let mut judged = options.representativeness.clone();
        judged.population = judged.population.or(population);
        let representativeness = given.targets.as_ref().map(|targets| survey.representativeness(targets, &judged)).transpose()?;
        let mut known = match answers {
            Some(_) => Known::of(survey, requirements)?,
            None => Known::default(),
        };
        (known.population, known.achieved, known.modes) = (population, Some(achieved), modes.clone());
        known.selection.clone_from(&selection);
        known.sample(survey, requirements);
        known.representativeness = representativeness.as_ref().map(tables::assessment);
        let summary = summary(requirements, &known, &given.approach)?;
        Ok(Self { given, instrument, population, achieved, selection, modes, measures, representativeness, known, summary })
    }

    pub fn estimate(&self, measure: &str) -> Option<&Estimate> {
        self.measures.iter().find(|perception| perception.measure == measure)?.estimate.as_ref()
    }
}

fn perceptions(given: &PerceptionPart, instrument: &Instrument, options: &TsmReturnOptions) -> Result<Vec<Perception>> {
    let survey = &given.survey;
    let unit = given.unit.as_deref();
    let codes = instrument.measures();
    if let Some((wrong, _)) = given.filters.iter().find(|(measure, _)| !codes.contains(&measure.as_str())) {
        return Err(unknown_name("measure", wrong, codes).context("filters"));
    }
    let asked = survey.measures();
    let one = |definition: &super::super::instrument::Measure| {
        let measure = definition.code.clone();
        // A combined return has the questions of both.
        let required = given.tenure == "Combined" || definition.tenures.contains(&given.tenure);
        let counts = if asked.contains(&measure.as_str()) { survey.answer_counts(&measure, unit)? } else { Vec::new() };
        let estimate = if counts.is_empty() || !required { None } else { scored(survey, &measure, unit, &options.score)? };
        let column = given.filters.iter().find(|(filtered, _)| *filtered == measure).map(|(_, column)| column);
        let filter = match (column, survey.respondents(), counts.is_empty()) {
            (Some(column), Some(answers), false) => Some(answers.filter(column, &measure)?),
            _ => None,
        };
        Ok(Perception { measure, estimate, required, counts, filter })
    };
    instrument.definitions().iter().map(one).collect()
}

/// The estimate; one of nobody is the symbol of a denominator of 0.
fn scored(survey: &Survey, measure: &str, unit: Option<&str>, options: &ScoreOptions) -> Result<Option<Estimate>> {
    match survey.score(measure, unit, options) {
        Ok(estimate) => Ok(Some(estimate)),
        Err(error) if error.kind() == ErrorKind::InsufficientData => {
            let published = survey.instrument()?.symbols().no_answers.clone();
            Ok(Some(Estimate { published, warnings: vec!["NoAnswers".into()], ..Estimate::blank() }))
        }
        Err(error) => Err(error),
    }
}
