use std::sync::Arc;

use citx::report::count;
use citx::satisfaction::Weighting;
use citx::{Error, Result, Survey, Table};
use serde_json::{Value as Json, json};

use crate::json;
use crate::project::{Replicates, WeightingSection};

/// The survey with replicates and new weights, in the order in which [`WeightingSection`] has them, and how each weighting went.
pub(super) fn weighted(survey: Survey, section: &WeightingSection, place: &str) -> Result<(Survey, Vec<Arc<Weighting>>)> {
    let within = |key: &str| {
        let key = format!("[{place}.{key}]");
        move |error: Error| error.context(key)
    };
    let mut survey = match &section.replicates {
        Some(Replicates::Made(kind, count, seed)) => survey.replicated(kind, *count, *seed).map_err(within("replicates"))?,
        Some(Replicates::Given(options)) => survey.with_replicate_weights(options).map_err(within("replicates"))?,
        None => survey,
    };
    let mut steps = Vec::new();
    let mut step = |next: Option<Result<Survey>>, key: &str| -> Result<Option<Survey>> {
        let next = next.transpose().map_err(within(key))?;
        steps.extend(next.as_ref().and_then(Survey::weighting));
        Ok(next)
    };
    let next = section.post_stratify.as_ref().map(|margin| survey.post_stratify(margin));
    survey = step(next, "post_stratify")?.unwrap_or(survey);
    let next = section.rake.as_ref().map(|(margins, options)| survey.rake(margins, options));
    survey = step(next, "rake")?.unwrap_or(survey);
    let next = section.calibrate.as_ref().map(|options| survey.calibrate(options));
    survey = step(next, "calibrate")?.unwrap_or(survey);
    let next = section.trim.as_ref().map(|options| survey.trim(options));
    survey = step(next, "trim")?.unwrap_or(survey);
    Ok((survey, steps))
}

/// One weighting. Where figures are protected, the sums of before are left out: of equal weights they are numbers of people.
pub(super) fn as_json(step: &Weighting, protected: bool) -> Result<Json> {
    Ok(json!({
        "method": step.method,
        "iterations": step.iterations,
        "gap": step.gap,
        "n": step.n,
        "n_eff_before": step.n_eff_before,
        "n_eff": step.n_eff,
        "deff_before": step.deff_before,
        "deff": step.deff,
        "efficiency": step.efficiency,
        "smallest": step.smallest,
        "largest": step.largest,
        "factors": [step.factors.0, step.factors.1],
        "trimmed": step.trimmed,
        "margins": json::rows(&margins(step, protected)?),
    }))
}

pub(super) fn margins(step: &Weighting, protected: bool) -> Result<Table> {
    Table::from_columns(step.margins.columns().filter(|column| !protected || column.name() != "before"))
}

pub(super) fn sentence(step: &Weighting) -> String {
    let trimmed = if step.trimmed > 0 { format!(", {} weights trimmed", count(step.trimmed)) } else { String::new() };
    format!(
        "weighted by {}: {} answers count as {:.0} (design effect of the weights {:.2} before, {:.2} after){trimmed}",
        step.method,
        count(step.n),
        step.n_eff,
        step.deff_before,
        step.deff
    )
}
