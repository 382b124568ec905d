//! Returns of the Tenant Satisfaction Measures.

use std::mem::MaybeUninit;

use engine::report::Workbook;
use engine::satisfaction::{PerceptionPart, Representativeness, RepresentativenessOptions, SummaryOfApproach, TsmReturn, TsmReturnOptions};
use engine::{Error, ErrorKind, Result, TsmRelease, read_tsm_release};

use super::error::{citx_error, citx_status};
use super::management::citx_management;
use super::sampling::citx_tallies;
use super::survey::citx_survey;
use super::table::citx_table;
use super::text::{citx_names, citx_text};
use super::weighting::{citx_totals, given_or};
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_pairs, citx_str};

/// A landlord's return: all 22 measures with the sample rule, representativeness, the summary of approach, the national position,
/// and what a regulator would ask. Never changes.
pub struct citx_tsm_return(Shared<TsmReturn>);
shared!(citx_tsm_return, TsmReturn);

/// A sample beside the population it is to stand for. Never changes.
pub struct citx_representativeness(Shared<Representativeness>);
shared!(citx_representativeness, Representativeness);

/// How a survey was done, items a to k of the Tenant Survey Requirements. Never changes.
pub struct citx_summary_of_approach(Shared<SummaryOfApproach>);
shared!(citx_summary_of_approach, SummaryOfApproach);

/// The regulator's data set of all landlords' returns of a year. Never changes.
pub struct citx_tsm_release(Shared<TsmRelease>);
shared!(citx_tsm_release, TsmRelease);

/// The perception survey of one tenure; `tenure` and `survey` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_perception_part {
    /// sizeof(citx_perception_part).
    pub struct_size: usize,
    /// `LCRA`, `LCHO` or `Combined`.
    pub tenure: citx_str,
    /// The answers, already weighted where they are to be, or counts of answers.
    pub survey: *const citx_survey,
    /// The landlord, in a survey of counts that has several.
    pub unit: citx_str,
    /// The relevant tenant population; NULL for the size of the survey's frame.
    pub population: *const u64,
    /// How many answered, of a survey of counts; NULL for the base of TP01.
    pub achieved: *const u64,
    /// How the sample was drawn, of a survey of counts.
    pub selection: citx_str,
    /// Answers by mode, of a survey of counts.
    pub modes: citx_tallies,
    /// The columns of the filter questions: measure, such as `TP02`, and column of yes and no.
    pub filters: citx_pairs,
    /// The population's shares, as citx_survey_representativeness takes them; NULL for none.
    pub targets: *const citx_table,
    /// The column of the household, of which one answers.
    pub household: citx_str,
    /// Households left out of the frame in exceptional circumstances; NULL where nobody said.
    pub excluded: *const u64,
    /// Respondents by answer to TP01 without weights, for a survey of weighted counts.
    pub unweighted: citx_totals,
    /// The predominant method of collection of the year before.
    pub previous_mode: citx_str,
    /// What only people know of how it was done, as citx_survey_summary_of_approach takes it.
    pub approach: citx_pairs,
}

// SAFETY: `repr(C)`, a size first, and zeros are NULL, empty texts and empty lists.
unsafe impl Options for citx_perception_part {
    const NAME: &'static str = "citx_perception_part";
}

/// The surveys of a return, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_perception_parts {
    /// Pointers to them.
    items: *const *const citx_perception_part,
    /// How many.
    len: usize,
}

/// What a return is about, and with what it is compared; `landlord` and `year` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_tsm_return_options {
    /// sizeof(citx_tsm_return_options).
    pub struct_size: usize,
    /// The landlord.
    pub landlord: citx_str,
    /// The reporting year, such as `2024/25`: 1 April to 31 March.
    pub year: citx_str,
    /// `PRP` or `LA` (also `LARP`), to be ranked among the same type of landlord; left out for all.
    pub landlord_type: citx_str,
    /// The year of the national figures; left out for the reporting year, or the last before it that there are figures of.
    pub benchmark_year: citx_str,
    /// Low cost rental homes owned at year end; NULL for unknown.
    pub lcra_homes: *const u64,
    /// Low cost home ownership homes owned at year end; NULL for unknown.
    pub lcho_homes: *const u64,
    /// Level of the intervals; 0 for 0.95.
    pub level: f64,
}

// SAFETY: `repr(C)`, a size first, and zeros are NULL, empty texts and 0.
unsafe impl Options for citx_tsm_return_options {
    const NAME: &'static str = "citx_tsm_return_options";
}

/// The return of these surveys and figures; `management` is NULL for none.
///
/// `*out` is to be freed with citx_tsm_return_free; it may outlive all that it was made from. Status: INVALID_ARGUMENT for a
/// tenure that is none or comes twice, a year that is none, a filter that is none, or figures of several landlords, UNKNOWN_NAME
/// for a column or an item of the summary of approach, OUT_OF_RANGE for the level, and as citx_survey_score. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_tsm_return_new(
    parts: citx_perception_parts,
    management: Option<&citx_management>,
    options: *const citx_tsm_return_options,
    out: Option<&mut MaybeUninit<Box<citx_tsm_return>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { return_options(options) }?;
        let management = management.map(|management| guard::given(Some(management), "management")).transpose()?;
        out.write(citx_tsm_return::boxed(TsmReturn::new(parts.parts()?, management, &options)?));
        Ok(())
    })
}

/// All measures of each tenure: measure, tenure, kind, value, value_unit, published, published_unit, symbol, numerator,
/// denominator, n, regulator_moe, moe, ci_low, ci_high, n_eff, deff, not_applicable_share, filter_share, is_exactly_100,
/// quartile (1 best), quartile_method, benchmark_year, peers, peer_group, peer_lower, peer_median, peer_upper, warnings. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_measures(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.measures()?));
        Ok(())
    })
}

/// The sample rule for each tenure: tenure, population, achieved, selection, required, required_exact, moe_required,
/// moe_achieved, n_eff, moe_weighted, short_by, census_suffices, rule. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_samples(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.samples()?));
        Ok(())
    })
}

/// Answers by method of collection: tenure, method, responses, share, predominant, value, published. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_methods(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.methods()?));
        Ok(())
    })
}

/// Answers to each question: tenure, measure, answer, in_base, respondents, weighted. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_answer_counts(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.answer_counts()?));
        Ok(())
    })
}

/// The sample beside the population, by tenure and category. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_representativeness(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.representativeness()?));
        Ok(())
    })
}

/// The same by characteristic, with what weighting by it would do to TP01. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_characteristics(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.characteristics()?));
        Ok(())
    })
}

/// What weighting did: tenure, weighted, n, n_eff, efficiency, largest_weight, tp01_unweighted, tp01_weighted, effect_pp. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_weighting(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.weighting()?));
        Ok(())
    })
}

/// The summary of approach of each tenure: tenure, item, name, heading, text, complete. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_summary_of_approach(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.summary_of_approach()?));
        Ok(())
    })
}

/// What a regulator would ask about: code, tenure, measure, sentence. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_warnings(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_table::boxed(made.warning_table()?));
        Ok(())
    })
}

/// The management figures as they were given and computed, as citx_management_table. `*out` is to be freed with
/// citx_table_free. Status: NOT_FOUND where none were given, LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_management(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        let out = guard::place(out, "out")?;
        let none = || Error::new(ErrorKind::NotFound, "the return was given no management figures");
        out.write(citx_table::boxed(made.management()?.ok_or_else(none)?));
        Ok(())
    })
}

/// The summary of approach as Markdown. `*out` is to be freed with
/// citx_text_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_summary_markdown(
    made: Option<&citx_tsm_return>,
    out: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| {
        guard::place(out, "out")?.write(citx_text::boxed(made.summary_markdown()));
        Ok(())
    })
}

/// Writes the return's workbook (XLSX), a sheet for each of the tables above. Status: IO, LIMIT_EXCEEDED, INVALID_ARGUMENT. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_write(
    made: Option<&citx_tsm_return>,
    path: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(made, err, |made| Workbook::new().sheets(&made.sheets()?)?.write(path.text("path")?))
}

/// Frees a return; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_return_free(made: Option<Box<citx_tsm_return>>) {
    guard::free(made);
}

/// The sample, unweighted and weighted, beside the population's shares of some characteristics.
///
/// `population` has a row for each category: `characteristic` (a column of the answers, or an attribute of their citizens),
/// `category`, and `share` (of the characteristic, in [0, 1]) or `count`. `measure`, left out for `TP01`, is that on which the
/// effect of weighting is judged. `*out` is to be freed with citx_representativeness_free. Status: INVALID_ARGUMENT for a survey of
/// counts, shares that do not add up to 1 or a category named twice, UNKNOWN_NAME for a characteristic, INSUFFICIENT_DATA. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_representativeness(
    survey: Option<&citx_survey>,
    population: Option<&citx_table>,
    measure: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_representativeness>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        let population = guard::given(population, "population")?;
        let mut options = RepresentativenessOptions::default();
        measure.maybe("measure")?.into_iter().for_each(|measure| options.measure = measure);
        out.write(citx_representativeness::boxed(survey.representativeness(population, &options)?));
        Ok(())
    })
}

/// One row for each category: characteristic, category, population_share, n, sample_share, weighted_share, difference_pp,
/// weighted_difference_pp, residual, note. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_representativeness_categories(
    found: Option<&citx_representativeness>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(found, err, |found| {
        guard::place(out, "out")?.write(citx_table::boxed(found.categories.clone()));
        Ok(())
    })
}

/// One row for each characteristic: characteristic, n, missing, chi_squared, df, p_value, largest_difference_pp,
/// largest_weighted_difference_pp, dissimilarity, weighted_dissimilarity, r_indicator, propensity_cv, effect_pp, material. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_representativeness_characteristics(
    found: Option<&citx_representativeness>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(found, err, |found| {
        guard::place(out, "out")?.write(citx_table::boxed(found.characteristics.clone()));
        Ok(())
    })
}

/// Frees what was found; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_representativeness_free(found: Option<Box<citx_representativeness>>) {
    guard::free(found);
}

/// The summary of approach, items a to k: from the survey's own facts where it has them, from `approach` where only people know.
/// What nobody states is `not stated` and not complete.
///
/// Names of `approach` are the items' names or letters: `achieved_sample`, `timing`, `collection_methods`, `sample_method`,
/// `representativeness`, `weighting`, `contractors`, `exclusions`, `sample_shortfall`, `incentives`, `other_issues`. `*out` is to be
/// freed with citx_summary_of_approach_free. Status: UNKNOWN_NAME for a name, INVALID_ARGUMENT for dates that cannot be read. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_summary_of_approach(
    survey: Option<&citx_survey>,
    approach: citx_pairs,
    out: Option<&mut MaybeUninit<Box<citx_summary_of_approach>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        let approach = approach.pairs("approach")?.into_iter().collect();
        out.write(citx_summary_of_approach::boxed(survey.summary_of_approach(&approach)?));
        Ok(())
    })
}

/// One row for each item: item, name, heading, text, complete. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_summary_of_approach_table(
    summary: Option<&citx_summary_of_approach>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(summary, err, |summary| {
        guard::place(out, "out")?.write(citx_table::boxed(summary.table()?));
        Ok(())
    })
}

/// The headings of what is not stated. `*out` is to be freed with
/// citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_summary_of_approach_missing(
    summary: Option<&citx_summary_of_approach>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(summary, err, |summary| {
        guard::place(out, "out")?.write(citx_names::boxed(summary.missing().into_iter().map(str::to_owned).collect()));
        Ok(())
    })
}

/// The text to publish, as Markdown. `*out` is to be freed with
/// citx_text_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_summary_of_approach_markdown(
    summary: Option<&citx_summary_of_approach>,
    out: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(summary, err, |summary| {
        guard::place(out, "out")?.write(citx_text::boxed(summary.to_markdown()));
        Ok(())
    })
}

/// Frees a summary of approach; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_summary_of_approach_free(summary: Option<Box<citx_summary_of_approach>>) {
    guard::free(summary);
}

/// The data set in the regulator's workbook at `path`. `*out` is to be freed with citx_tsm_release_free. Status: IO, CORRUPTED for a
/// file that is no workbook, INVALID_ARGUMENT for one without the sheets and columns of the data set. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_read(
    path: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_tsm_release>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_tsm_release::boxed(read_tsm_release(path.text("path")?)?));
        Ok(())
    })
}

/// One row for each return: landlord, code, type, region, tenure, population, required, achieved, moe_percent, excluded,
/// selection, predominant, weighted. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_returns(
    release: Option<&citx_tsm_release>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(release, err, |release| {
        guard::place(out, "out")?.write(citx_table::boxed(release.returns.clone()));
        Ok(())
    })
}

/// Counts of answers, as citx_survey_from_counts takes them: return, landlord, code, type, tenure, population, responses,
/// measure, answer, count. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_counts(
    release: Option<&citx_tsm_release>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(release, err, |release| {
        guard::place(out, "out")?.write(citx_table::boxed(release.counts.clone()));
        Ok(())
    })
}

/// What the regulator published: return, landlord, code, type, tenure, measure, percent, symbol. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_published(
    release: Option<&citx_tsm_release>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(release, err, |release| {
        guard::place(out, "out")?.write(citx_table::boxed(release.published.clone()));
        Ok(())
    })
}

/// Answers by method of collection: return, landlord, code, tenure, method, responses, percent, symbol. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_methods(
    release: Option<&citx_tsm_release>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(release, err, |release| {
        guard::place(out, "out")?.write(citx_table::boxed(release.methods.clone()));
        Ok(())
    })
}

/// Answers to filter questions: return, landlord, code, tenure, measure, yes, no. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_filters(
    release: Option<&citx_tsm_release>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(release, err, |release| {
        guard::place(out, "out")?.write(citx_table::boxed(release.filters.clone()));
        Ok(())
    })
}

/// Answers to TP01 without weights, where they were given: return, landlord, code, tenure, answer, count. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_unweighted(
    release: Option<&citx_tsm_release>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(release, err, |release| {
        guard::place(out, "out")?.write(citx_table::boxed(release.unweighted.clone()));
        Ok(())
    })
}

/// Figures as citx_management_from_table takes them: landlord, code, type, tenure, measure, numerator, denominator, symbol,
/// published. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_management(
    release: Option<&citx_tsm_release>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(release, err, |release| {
        guard::place(out, "out")?.write(citx_table::boxed(release.management.clone()));
        Ok(())
    })
}

/// Frees a release; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tsm_release_free(release: Option<Box<citx_tsm_release>>) {
    guard::free(release);
}

impl citx_perception_parts {
    fn parts(&self) -> Result<Vec<PerceptionPart>> {
        // SAFETY: the caller promises `len` pointers at `items` for the time of the call.
        let items = unsafe { raw::slice(self.items, self.len, "parts") }?;
        // SAFETY: NULL or a part with its size, as the header asks.
        items.iter().map(|item| unsafe { part(*item) }).collect()
    }
}

/// # Safety
/// As [`raw::options`]; what it points at is NULL or live.
unsafe fn part(pointer: *const citx_perception_part) -> Result<PerceptionPart> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("part"))?;
    // SAFETY: as promised by the caller.
    let survey = unsafe { raw::given(given.survey, "survey") }?.ok_or_else(|| guard::null("survey"))?;
    let mut part = PerceptionPart::new(given.tenure.text("tenure")?, survey.clone());
    part.unit = given.unit.maybe("unit")?;
    // SAFETY: NULL or a number, as promised by the caller.
    part.population = unsafe { raw::item(given.population, "population") }?;
    // SAFETY: NULL or a number, as promised by the caller.
    part.achieved = unsafe { raw::item(given.achieved, "achieved") }?;
    part.selection = given.selection.maybe("selection")?;
    part.modes = given.modes.tallies("modes")?;
    part.filters = given.filters.pairs("filters")?;
    // SAFETY: as promised by the caller.
    part.targets = unsafe { raw::given(given.targets, "targets") }?.cloned();
    part.household = given.household.maybe("household")?;
    // SAFETY: NULL or a number, as promised by the caller.
    part.excluded = unsafe { raw::item(given.excluded, "excluded") }?;
    part.unweighted = given.unweighted.totals()?;
    part.previous_mode = given.previous_mode.maybe("previous_mode")?;
    part.approach = given.approach.pairs("approach")?.into_iter().collect();
    Ok(part)
}

/// # Safety
/// As [`raw::options`]; the numbers are NULL or readable.
unsafe fn return_options(pointer: *const citx_tsm_return_options) -> Result<TsmReturnOptions> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("options"))?;
    let mut options = TsmReturnOptions::default();
    options.landlord = given.landlord.text("landlord")?.to_owned();
    options.year = given.year.text("year")?.to_owned();
    options.landlord_type = given.landlord_type.maybe("landlord_type")?;
    options.benchmark_year = given.benchmark_year.maybe("benchmark_year")?;
    // SAFETY: NULL or a number, as promised by the caller.
    options.lcra_homes = unsafe { raw::item(given.lcra_homes, "lcra_homes") }?;
    // SAFETY: NULL or a number, as promised by the caller.
    options.lcho_homes = unsafe { raw::item(given.lcho_homes, "lcho_homes") }?;
    options.score.level = given_or(given.level, options.score.level);
    Ok(options)
}
