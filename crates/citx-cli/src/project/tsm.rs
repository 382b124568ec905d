//! `[tsm]`: a landlord's return of the Tenant Satisfaction Measures.

use std::path::Path;

use citx::ManagementOptions;

use super::SourceFile;
use super::fields::Fields;
use super::parse::source;
use super::survey::{SurveySection, wave};

/// `[tsm]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TsmSection {
    /// The landlord.
    pub landlord: String,
    /// The reporting year, such as `2024/25`.
    pub year: String,
    /// `PRP` or `LA`.
    pub landlord_type: Option<String>,
    /// The year of the national figures.
    pub benchmark_year: Option<String>,
    /// Low cost rental homes owned at year end.
    pub lcra_homes: Option<u64>,
    /// Low cost home ownership homes owned at year end.
    pub lcho_homes: Option<u64>,
    /// Level of the intervals.
    pub level: Option<f64>,
    /// The regulator's own data set, from which the landlord's surveys and figures are taken.
    pub release: Option<SourceFile>,
    /// `[tsm.management]`: the management figures.
    pub management: Option<ManagementSection>,
    /// `[tsm.LCRA]`, `[tsm.LCHO]`, `[tsm.Combined]`: the perception surveys.
    pub parts: Vec<TsmPartSection>,
    /// `[tsm.approach]`: items of the summary of approach that hold for every tenure.
    pub approach: Vec<(String, String)>,
}

/// `[tsm.management]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ManagementSection {
    /// The table of figures.
    pub source: SourceFile,
    /// Its columns.
    pub options: ManagementOptions,
}

/// The perception survey of one tenure.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TsmPartSection {
    /// `LCRA`, `LCHO` or `Combined`.
    pub tenure: String,
    /// Its answers, or counts of them.
    pub survey: SurveySection,
    /// The relevant tenant population.
    pub population: Option<u64>,
    /// How many answered, of a survey of counts.
    pub achieved: Option<u64>,
    /// Households left out of the frame in exceptional circumstances.
    pub excluded: Option<u64>,
    /// Column of the household.
    pub household: Option<String>,
    /// The predominant method of collection of the year before.
    pub previous_mode: Option<String>,
    /// Measure and column of its filter question.
    pub filters: Vec<(String, String)>,
    /// The population's shares: characteristic, category, and share or count.
    pub targets: Option<SourceFile>,
    /// Answers by method of collection, of a survey of counts.
    pub modes: Vec<(String, u64)>,
    /// Respondents by answer to TP01 without weights, of a survey of weighted counts.
    pub unweighted: Vec<(String, f64)>,
    /// Items of the summary of approach.
    pub approach: Vec<(String, String)>,
}

const TENURES: [&str; 3] = ["LCRA", "LCHO", "Combined"];

pub(super) fn tsm(fields: &Fields<'_>, folder: &Path, survey: Option<&SurveySection>) -> TsmSection {
    let pairs = |key: &str| fields.table(key).map(|fields| fields.pairs()).unwrap_or_default();
    let section = TsmSection {
        landlord: fields.required("landlord"),
        year: fields.required("year"),
        landlord_type: fields.word("landlord_type", &["PRP", "LA", "LARP"]),
        benchmark_year: fields.text("benchmark_year"),
        lcra_homes: fields.whole("lcra_homes"),
        lcho_homes: fields.whole("lcho_homes"),
        level: fields.number("level"),
        release: fields.text("release").map(|name| SourceFile::new(name, folder, Vec::new())),
        management: fields.table("management").map(|fields| management(&fields, folder)),
        parts: TENURES.iter().filter_map(|tenure| Some(part(tenure, &fields.table(tenure)?, folder, survey))).collect(),
        approach: pairs("approach"),
    };
    if section.release.is_some() && (section.management.is_some() || !section.parts.is_empty()) {
        fields.note("`release` has the landlord's surveys and figures; leave out [tsm.management] and the tenures".to_owned());
    }
    if section.release.is_none() && section.management.is_none() && section.parts.is_empty() {
        fields.note("it needs a survey ([tsm.LCRA], [tsm.LCHO] or [tsm.Combined]), [tsm.management], or `release`".to_owned());
    }
    fields.finish();
    section
}

fn management(fields: &Fields<'_>, folder: &Path) -> ManagementSection {
    let mut options = ManagementOptions::default();
    let column = |key: &str, usual: &mut String| *usual = fields.text(key).unwrap_or_else(|| std::mem::take(usual));
    column("measure", &mut options.measure);
    column("part", &mut options.part);
    column("tenure", &mut options.tenure);
    column("numerator", &mut options.numerator);
    column("denominator", &mut options.denominator);
    column("symbol", &mut options.symbol);
    options.unit = fields.text("unit");
    let section = ManagementSection { source: source(fields, "source", folder), options };
    fields.finish();
    section
}

fn part(tenure: &str, fields: &Fields<'_>, folder: &Path, survey: Option<&SurveySection>) -> TsmPartSection {
    let own = fields.has("source") || fields.has("counts");
    if !own && survey.is_none() {
        fields.note("`source = \"...\"` is missing: the table of answers".to_owned());
    }
    let mut base = survey.filter(|_| !own).cloned().unwrap_or_default();
    if base.instrument.is_none() {
        base.instrument = Some("tsm-2022".to_owned());
    }
    let pairs = |key: &str| fields.table(key).map(|fields| fields.pairs()).unwrap_or_default();
    let whole = |(name, count): (String, f64)| {
        if count.fract() == 0.0 && (0.0..1e15).contains(&count) {
            return Some((name, count as u64));
        }
        fields.note_at("modes", citx::ErrorKind::InvalidArgument, "expected whole numbers from 0");
        None
    };
    let section = TsmPartSection {
        tenure: tenure.to_owned(),
        survey: wave(fields, folder, Some(&base)),
        population: fields.whole("population"),
        achieved: fields.whole("achieved"),
        excluded: fields.whole("excluded"),
        household: fields.text("household"),
        previous_mode: fields.text("previous_mode"),
        filters: pairs("filters"),
        targets: fields.text("targets").map(|name| SourceFile::new(name, folder, Vec::new())),
        modes: fields.totals("modes").into_iter().filter_map(whole).collect(),
        unweighted: fields.totals("unweighted"),
        approach: pairs("approach"),
    };
    fields.finish();
    section
}
