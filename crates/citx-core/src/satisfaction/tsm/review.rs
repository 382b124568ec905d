//! What a regulator would ask about a return.

use super::super::ReturnWarning;
use super::super::instrument::invalid;
use super::facts::dates;
use super::returns::{Part, Perception, TsmReturn};
use super::tables::{complaint_tenures, is_weighted, predominant, rule, sums, unweighted_tp01};
use super::warnings::Warnings;
use crate::table::Value;
use crate::time::Date;
use crate::{Error, ErrorKind, Result};

/// An effective sample of less than this share of the answers is dear.
const DEAR: f64 = 0.5;
/// A weighted sample still this far from its target, in percentage points, missed it.
const MISSED_PP: f64 = 1.0;
/// Below, a sample's differences from its population are chance.
const LEVEL: f64 = 0.05;

pub(super) fn review(tsm: &TsmReturn) -> Result<Vec<ReturnWarning>> {
    let mut all = Warnings::default();
    tenures(tsm, &mut all);
    for part in &tsm.parts {
        let mut found = Warnings::of(&part.given.tenure);
        sample(part, tsm, &mut found);
        answers(part, tsm, &mut found);
        respondents(part, tsm, &mut found)?;
        weighting(part, &mut found);
        approach(part, tsm, &mut found);
        all.all.extend(found.all);
    }
    management(tsm, &mut all);
    Ok(all.all)
}

/// The first and last day of a reporting year such as `2024/25`.
pub(super) fn reporting_year(year: &str) -> Result<(Date, Date)> {
    let wrong = || invalid("`year` is a reporting year such as `2024/25`");
    let (first, last) = year.split_once('/').ok_or_else(wrong)?;
    let number: i32 = first.parse().map_err(|_| wrong())?;
    let next = number.checked_add(1).ok_or_else(wrong)?;
    if first.len() != 4 || last.len() != 2 || last.parse() != Ok(next.rem_euclid(100)) {
        return Err(wrong());
    }
    Date::from_ymd(number, 4, 1)
        .zip(Date::from_ymd(next, 3, 31))
        .ok_or_else(|| Error::new(ErrorKind::OutOfRange, "the reporting year is out of range"))
}

/// Which tenures must, and may, be surveyed.
fn tenures(tsm: &TsmReturn, found: &mut Warnings) {
    let has = |tenure: &str| tsm.parts.iter().any(|part| part.given.tenure == tenure);
    let rules = &tsm.requirements.rules;
    let (lcra, lcho) = (tsm.options.lcra_homes, tsm.options.lcho_homes);
    if lcho.is_some_and(|homes| homes >= rules.lcho_survey_from) && !has("LCHO") && !has("Combined") {
        let sentence = format!(
            "with {} low cost home ownership homes their tenants must be surveyed: {} is the number from which",
            lcho.unwrap_or_default(),
            rules.lcho_survey_from
        );
        found.add("LchoMissing", None, sentence);
    }
    if lcho.is_some_and(|homes| homes < rules.lcho_survey_from) && has("LCHO") {
        found.add(
            "LchoNotCompulsory",
            None,
            format!("below {} low cost home ownership homes their survey is not compulsory", rules.lcho_survey_from),
        );
    }
    if has("Combined") && tsm.parts.len() > 1 {
        found.add("CombinedBeside", None, "a combined return stands in place of separate ones, not beside them");
    } else if let (true, Some(lcra), Some(lcho)) = (has("Combined"), lcra, lcho)
        && (lcra >= rules.small_landlord_below || lcho >= rules.lcho_survey_from)
    {
        let sentence = "the tenures are reported apart unless each has fewer than 1,000 homes and both together have that many";
        found.add("CombinedNotAllowed", None, sentence);
    }
    if let (Some(lcra), Some(lcho)) = (lcra, lcho)
        && lcra + lcho < rules.small_landlord_below
    {
        let sentence =
            format!("with fewer than {} homes the measures are published, and need not be submitted", rules.small_landlord_below);
        found.add("SmallLandlord", None, sentence);
    }
}

fn sample(part: &Part, tsm: &TsmReturn, found: &mut Warnings) {
    let Some(population) = part.population else {
        return found.add(
            "PopulationUnknown",
            None,
            "the relevant tenant population is not known, so that the sample rule cannot be checked",
        );
    };
    if part.achieved > population {
        found.add("SampleAbovePopulation", None, format!("{} answers of a population of {population}", part.achieved));
    }
    let Ok(size) = part.instrument.sample_size(population) else { return };
    let margin = part.instrument.margin_of_error(part.achieved, population).map_or(f64::NAN, |margin| 100.0 * margin);
    let (achieved, required, wanted) = (part.achieved, size.required, 100.0 * size.moe);
    match rule(part) {
        "not met" => {
            let sentence = format!(
                "{achieved} answers, {required} are required of {population}: a margin of error of {margin:.2} percent against {wanted:.0}"
            );
            found.add("SampleShort", None, sentence);
            if population <= tsm.requirements.rules.census_suffices_to {
                let sentence =
                    format!("for a population of {population} a census suffices where the margin cannot be reached; this survey is none");
                found.add("CensusWouldSuffice", None, sentence);
            }
        }
        "met by census" => {
            let sentence = format!(
                "{achieved} answers to a census, {required} would be required of a sample: it suffices for a population of {population}"
            );
            found.add("SampleShortCensus", None, sentence);
        }
        _ => {}
    }
    let n_eff = part.given.survey.respondents().map(|answers| answers.weight_facts().0);
    if let Some(n_eff) = n_eff.filter(|n_eff| achieved >= required && *n_eff < size.exact) {
        let sentence = format!(
            "the weights leave an effective sample of {n_eff:.0}, below the {required} required; the regulator's margin does not show it"
        );
        found.add("EffectiveSampleShort", None, sentence);
    }
    if part.selection.as_deref() == Some("quota") {
        found.add(
            "QuotaSample",
            None,
            "margins of error are of random samples; a quota sample needs the description of the Tenant Survey Requirements",
        );
    }
}

/// The measures: asked at all, of enough people, with the answers they should have.
fn answers(part: &Part, tsm: &TsmReturn, found: &mut Warnings) {
    let rules = &tsm.requirements.rules;
    for perception in &part.measures {
        let measure = Some(perception.measure.as_str());
        let Some(estimate) = &perception.estimate else {
            if perception.required {
                found.add("MeasureMissing", measure, "the question is required of this tenure, and there are no answers to it");
            } else if !perception.counts.is_empty() {
                found.add("MeasureNotForTenure", measure, "the question is not for this tenure, and its answers are left out");
            }
            continue;
        };
        if ["TP09", "TP12"].contains(&perception.measure.as_str()) && estimate.n < rules.small_base {
            found.add("SmallBase", measure, format!("it rests on {} answers: its breakdowns swing too much to be read", estimate.n));
        }
        not_applicable(part, perception, tsm, found);
        if let Some(filter) = perception.filter.filter(|filter| filter.contradicting > 0) {
            let sentence = format!("{} answered although they said no to the question that leads to it", filter.contradicting);
            found.add("AnsweredDespiteFilter", measure, sentence);
        }
        let filtered = part.instrument.definitions().iter().any(|known| known.code == perception.measure && !known.filter.is_empty());
        if filtered && perception.filter.is_none() && part.given.survey.respondents().is_some() {
            found.add(
                "FilterMissing",
                measure,
                "the share of those who may answer it is published too, and its question is not among the filters",
            );
        }
    }
}

/// Those who said that a question does not apply to them, beside what they say elsewhere.
fn not_applicable(part: &Part, perception: &Perception, tsm: &TsmReturn, found: &mut Warnings) {
    let (_, base, excluded) = sums(part, perception);
    let measure = Some(perception.measure.as_str());
    let (share, all) = (excluded / (base + excluded), base + excluded);
    let offered = part.instrument.definitions().iter().any(|known| known.code == perception.measure && known.not_applicable);
    if !offered {
        if excluded > 0.0 {
            let sentence = format!(
                "{:.1} percent are left out of the base, yet the question offers no `not applicable / don't know`: was the required scale used?",
                100.0 * share
            );
            found.add("ScaleMismatch", measure, sentence);
        }
        return;
    }
    let Some(&usual) = tsm.requirements.rules.not_applicable.get(&perception.measure).filter(|_| part.given.tenure == "LCRA") else {
        return;
    };
    let unusual = if share > usual { share > 2.0 * usual && excluded >= 30.0 } else { share < usual / 4.0 && usual * all >= 30.0 };
    if unusual {
        let sentence = format!(
            "{:.1} percent said not applicable or don't know, {:.1} percent do nationally: was the required scale used?",
            100.0 * share,
            100.0 * usual
        );
        found.add("NotApplicableUnusual", measure, sentence);
    }
}

/// Who answered, how and when.
fn respondents(part: &Part, tsm: &TsmReturn, found: &mut Warnings) -> Result<()> {
    if let (Some(before), Some(now)) = (&part.given.previous_mode, predominant(tsm, part))
        && *before != now
    {
        let sentence = format!(
            "collected mostly by {now}, the year before by {before}: landlords' satisfaction by telephone is some 15 points above that by internet, so a change between the years may be the method's"
        );
        found.add("ModeChange", None, sentence);
    }
    let Some(answers) = part.given.survey.respondents() else { return Ok(()) };
    if let Some(column) = &answers.options.collected_at {
        let (first, last) = reporting_year(&tsm.options.year)?;
        let dates = dates(&answers.table, column)?;
        let outside = dates.iter().flatten().filter(|date| **date < first || **date > last).count();
        if outside > 0 {
            found.add("OutsideReportingYear", None, format!("{outside} answers were not collected between {first} and {last}"));
        }
        let missing = dates.iter().filter(|date| date.is_none()).count();
        if missing > 0 {
            found.add("DateUnknown", None, format!("the date of {missing} answers is not known"));
        }
    }
    let repeated = |column: &Option<String>| column.as_ref().map_or(Ok(0), |column| answers.repeated(column));
    let tenants = repeated(&answers.options.key)?;
    if tenants > 0 {
        found.add(
            "DuplicateRespondents",
            None,
            format!("{tenants} answers are of tenants who answered before; `last_responses` keeps the last of each"),
        );
    }
    let households = repeated(&part.given.household)?;
    if households > 0 {
        found.add(
            "DuplicateHouseholds",
            None,
            format!("{households} answers are of households that answered before; one answer stands for a household"),
        );
    }
    Ok(())
}

fn weighting(part: &Part, found: &mut Warnings) {
    let weighted = is_weighted(part) == Some(true);
    if weighted && unweighted_tp01(part).is_none() {
        found.add("UnweightedMissing", Some("TP01"), "the counts are weighted; the unweighted answers to TP01 must be submitted too");
    }
    if let Some(answers) = part.given.survey.respondents().filter(|_| weighted) {
        let (n_eff, largest) = answers.weight_facts();
        let efficiency = n_eff / answers.design.rows() as f64;
        if efficiency < DEAR {
            let sentence =
                format!("the weights leave {:.0} percent of the sample, the largest is {largest:.1} times the mean", 100.0 * efficiency);
            found.add("WeightsDear", None, sentence);
        }
    }
    let Some(assessed) = &part.representativeness else { return };
    let table = &assessed.characteristics;
    for at in 0..table.num_rows() {
        let row = table.row(at);
        let number = |name: &str| if let Some(Value::Float(number)) = row.get(name) { *number } else { f64::NAN };
        let Some(Value::Text(name)) = row.get("characteristic") else { continue };
        let material = row.get("material") == Some(&Value::Boolean(true));
        if !weighted && material && number("p_value") < LEVEL {
            let sentence = format!(
                "by {name} the sample differs from the population by up to {:.1} percentage points, and weighting would change TP01 by {:+.1}: weight, or say why not",
                number("largest_difference_pp"),
                number("effect_pp")
            );
            found.add("UnrepresentativeUnweighted", None, sentence);
        }
        if weighted && number("largest_weighted_difference_pp") > MISSED_PP {
            let sentence = format!(
                "by {name} the weighted sample still differs by up to {:.1} percentage points",
                number("largest_weighted_difference_pp")
            );
            found.add("WeightingMissesTarget", None, sentence);
        }
    }
}

/// What is not stated of how it was done, or contradicts the survey.
fn approach(part: &Part, tsm: &TsmReturn, found: &mut Warnings) {
    let known_exclusions = part.given.excluded;
    for item in part.summary.items.iter().filter(|item| !item.complete) {
        match item.name.as_str() {
            "incentives" => found.add("IncentivesUndisclosed", None, "incentives and their amounts are disclosed, or that there were none"),
            "exclusions" if known_exclusions.is_some_and(|households| households > 0) => {
                let households = known_exclusions.unwrap_or_default();
                found.add(
                    "ExclusionsWithoutReason",
                    None,
                    format!("{households} households were left out of the frame, and no reason is stated"),
                );
            }
            "exclusions" if known_exclusions == Some(0) => {}
            _ => found.add(
                "ItemNotStated",
                None,
                format!("item {} of the summary of approach is not stated: {}", item.item, item.heading.to_lowercase()),
            ),
        }
    }
    let says = |name: &str| {
        let letter = tsm.requirements.items.iter().find(|item| item.name == name).map(|item| item.letter.as_str());
        let text = part.given.approach.get(name).or_else(|| part.given.approach.get(letter?));
        text.map(|text| text.to_lowercase()).unwrap_or_default()
    };
    let method = says("sample_method");
    let wrong = match part.selection.as_deref() {
        Some("quota") => ["random", "census"].into_iter().find(|word| method.contains(word)),
        Some("census") => ["quota", "random sample"].into_iter().find(|word| method.contains(word)),
        Some(_) => ["quota", "census"].into_iter().find(|word| method.contains(word)),
        None => None,
    };
    if let (Some(word), Some(selection)) = (wrong, &part.selection) {
        found.add(
            "SampleMethodContradicts",
            None,
            format!("the sample is declared as `{selection}`, and described with the word `{word}`"),
        );
    }
}

fn management(tsm: &TsmReturn, found: &mut Warnings) {
    let Some(management) = &tsm.management else {
        return found.add("ManagementMissing", None, "there are no management figures: the ten measures RP01 to CH02 are left blank");
    };
    let unit = management.figures().first().and_then(|figure| figure.unit.as_deref());
    let reviewed = management.warnings(unit);
    found.all.extend(reviewed);
    for part in &tsm.requirements.management {
        let tenures = if part.by_tenure { complaint_tenures(tsm) } else { vec![None] };
        for tenure in tenures {
            let matches = |own: &Option<String>| *own == tenure || (own.is_none() && tsm.parts.len() < 2);
            if !management.figures().iter().any(|figure| figure.measure == part.code() && matches(&figure.tenure)) {
                found.tenure.clone_from(&tenure);
                found.add("MeasureMissing", Some(&part.code()), "there is no figure of it");
            }
        }
    }
}
