use citx::satisfaction::QuantileOptions;
use citx::{Column, Estimate, Result, ScoreOptions, Survey, Table};

use super::together;
use crate::project::FigureKind;

/// Named estimates of everyone.
pub(crate) fn figure(survey: &Survey, name: Option<&str>, kind: &FigureKind, options: &ScoreOptions) -> Result<Vec<(String, Estimate)>> {
    let name = name.map_or_else(|| title(kind), str::to_owned);
    let estimate = match kind {
        FigureKind::Mean { column } => survey.mean(column, options)?,
        FigureKind::Total { column, equals } => survey.total(column, equals.as_deref(), options)?,
        FigureKind::Proportion { column, equals } => survey.proportion(column, equals, options)?,
        FigureKind::Ratio { numerator, denominator } => survey.ratio(numerator, denominator, options)?,
        FigureKind::Quantile { column, shares, rule, method } => {
            let estimates = survey.quantile(column, shares, &quantile_options(rule.as_ref(), method.as_ref(), options))?;
            return Ok(shares.iter().map(|share| format!("{name}[{share}]")).zip(estimates).collect());
        }
    };
    Ok(vec![(name, estimate)])
}

/// The figure of everyone, and of each group of `by`, as the table of `Survey::scores`.
pub(crate) fn figure_table(
    survey: &Survey,
    name: Option<&str>,
    kind: &FigureKind,
    by: &[Vec<String>],
    options: &ScoreOptions,
) -> Result<Table> {
    let everyone = figure(survey, name, kind, options)?;
    let titles: Vec<String> = everyone.iter().map(|(title, _)| title.clone()).collect();
    let groups = match kind {
        FigureKind::Mean { column } => survey.mean_by(column, by, options)?,
        FigureKind::Total { column, equals } => survey.total_by(column, equals.as_deref(), by, options)?,
        FigureKind::Proportion { column, equals } => survey.proportion_by(column, equals, by, options)?,
        FigureKind::Ratio { numerator, denominator } => survey.ratio_by(numerator, denominator, by, options)?,
        FigureKind::Quantile { column, shares, rule, method } => {
            survey.quantile_by(column, shares, by, &quantile_options(rule.as_ref(), method.as_ref(), options))?
        }
    };
    // Groups come with all shares of one before the next.
    let named = Column::text("measure", titles.iter().cycle().take(groups.num_rows()).map(Some));
    let others = groups.columns().filter(|column| column.name() != "measure");
    let groups = Table::from_columns(std::iter::once(named).chain(others))?;
    together(&[Estimate::table(everyone)?, groups])
}

/// What a figure is called, where nothing else is said.
fn title(kind: &FigureKind) -> String {
    match kind {
        FigureKind::Mean { column } | FigureKind::Total { column, equals: None } | FigureKind::Quantile { column, .. } => column.clone(),
        FigureKind::Proportion { column, equals } | FigureKind::Total { column, equals: Some(equals) } => format!("{column} = {equals}"),
        FigureKind::Ratio { numerator, denominator } => format!("{numerator} / {denominator}"),
    }
}

fn quantile_options(rule: Option<&String>, method: Option<&String>, options: &ScoreOptions) -> QuantileOptions {
    let mut quantile = QuantileOptions::default();
    (quantile.level, quantile.min_base) = (options.level, options.min_base);
    if let Some(rule) = rule {
        quantile.rule.clone_from(rule);
    }
    if let Some(method) = method {
        quantile.method.clone_from(method);
    }
    quantile
}
