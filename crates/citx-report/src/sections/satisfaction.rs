use crate::chart::{self, Axis, IntervalRow};
use crate::figure::{Figure, Sample, Standing};
use crate::html::{Align, Heading, Page};
use crate::numbers::{count, counted, level, ordinal, percent, plain};

/// More rows than this make a table, not a chart.
const CHART_ROWS: usize = 40;

/// One unit in the foreground: its sample, its figures, its place among its peers.
pub(crate) fn standing(page: &mut Page, standing: &Standing) {
    page.element("h3", &[], &standing.name);
    if let Some(sample) = &standing.sample {
        required(page, sample);
    }
    figures(page, &standing.name, &standing.figures, &standing.peers);
}

fn required(page: &mut Page, sample: &Sample) {
    let verdict = if sample.achieved >= sample.required { "The sample is large enough." } else { "The sample is smaller than required." };
    page.paragraph(&format!(
        "{verdict} {} of {} answered; {} answers are required. A share of all who answered is accurate to within {:.1} percentage points \
         either way; the requirement is {:.0}.",
        count(sample.achieved),
        counted(sample.population, "person", "people"),
        count(sample.required),
        sample.achieved_moe * 100.0,
        sample.required_moe * 100.0,
    ));
}

/// Every unit in one folded table: its sample, and its figure of the first measure beside its peers'.
pub(crate) fn every_unit(page: &mut Page, standings: &[Standing]) {
    let Some(measure) = standings.iter().flat_map(|standing| &standing.figures).map(|figure| figure.title()).min() else { return };
    let dash = || "-".to_owned();
    let row = |standing: &Standing| {
        let figure = standing.figures.iter().find(|figure| figure.title() == measure);
        let place = figure.and_then(|figure| figure.peers.as_ref());
        vec![
            standing.name.clone(),
            standing.sample.map_or_else(dash, |sample| count(sample.achieved)),
            standing.sample.map_or_else(dash, |sample| count(sample.required)),
            figure.map_or_else(dash, Figure::value_text),
            figure.map_or_else(dash, Figure::interval_text),
            figure.and_then(|figure| figure.n).map_or_else(dash, count),
            place.map_or_else(dash, |peers| format!("{} of {}", ordinal(peers.rank), count(peers.count))),
            place.map_or_else(dash, |peers| ordinal(u64::from(peers.quartile))),
        ]
    };
    let headings = [
        ("Unit", Align::Text),
        ("Sample", Align::Number),
        ("Required", Align::Number),
        ("Result", Align::Number),
        ("Interval", Align::Number),
        ("Answers", Align::Number),
        ("Rank", Align::Number),
        ("Quartile", Align::Number),
    ];
    page.element("h3", &[], "Every unit");
    page.folded_table(
        &format!("All {}", counted(standings.len() as u64, "unit", "units")),
        &format!("{measure}: every unit with its sample, interval, base and place among its peers"),
        &headings,
        &standings.iter().map(row).collect::<Vec<_>>(),
    );
}

/// Figures of a survey: those for everyone, then each breakdown.
pub(crate) fn scores(page: &mut Page, title: &str, all: &[Figure]) {
    let mut breakdowns: Vec<Option<&str>> = Vec::new();
    for figure in all {
        if !breakdowns.contains(&figure.by.as_deref()) {
            breakdowns.push(figure.by.as_deref());
        }
    }
    if all.is_empty() {
        page.element("h3", &[], title);
        page.paragraph("There are no figures.");
    }
    for by in breakdowns {
        let part: Vec<Figure> = all.iter().filter(|figure| figure.by.as_deref() == by).cloned().collect();
        let heading = by.map_or_else(|| title.to_owned(), |by| format!("By {}", by.replacen("segment:", "segment ", 1)));
        page.element("h3", &[], &heading);
        figures(page, &heading, &part, "");
    }
}

fn figures(page: &mut Page, name: &str, figures: &[Figure], peers: &str) {
    let Some(first) = figures.first() else { return };
    let level = level(first.level);
    let ranked = figures.iter().any(|figure| figure.peers.is_some());
    if first.by.is_none() {
        explain(page, first, &level);
    }
    if ranked {
        page.paragraph(&format!(
            "The shaded band is the middle half of the peers ({peers}), the dashed line their median. Rank 1 and quartile 1 are the best.",
        ));
    }
    let table = |page: &mut Page, folded: bool| {
        let caption = format!("{name}: each figure with its base and {level} interval");
        let interval = format!("{level} interval");
        let headings = headings(figures, ranked, &interval, first.base_title());
        let rows: Vec<Vec<String>> = figures.iter().map(|figure| row(figure, figures, ranked)).collect();
        if folded {
            page.folded_table("The figures behind this chart", &caption, &headings, &rows);
        } else {
            page.table(&caption, &headings, &rows);
        }
    };
    if figures.len() <= CHART_ROWS {
        chart(page, name, figures, &level);
        table(page, !ranked);
    } else {
        table(page, false);
    }
    warnings(page, figures);
}

/// How to read the figures, once for the survey.
fn explain(page: &mut Page, first: &Figure, level: &str) {
    let method = match first.method.as_deref() {
        None | Some("") => String::new(),
        Some("wilson") => " Intervals by Wilson's method.".to_owned(),
        Some(method) => format!(" Intervals by the {method} method."),
    };
    let kind = if first.is_share() { "Each share is of those who answered the question." } else { "Each figure is of those who answered." };
    page.paragraph(&format!(
        "{kind} The line through each dot is its {level} interval: the range in which the true figure plausibly lies.{method}"
    ));
}

fn headings<'a>(figures: &[Figure], ranked: bool, interval: &'a str, base: &'a str) -> Vec<Heading<'a>> {
    let mut headings = vec![("Measure", Align::Text)];
    if figures.iter().any(|figure| figure.group.is_some()) {
        headings.push(("Group", Align::Text));
    }
    headings.extend([("Result", Align::Number), (interval, Align::Number), (base, Align::Number)]);
    if ranked {
        headings.extend([("Rank", Align::Number), ("Quartile", Align::Number), ("Peers' median", Align::Number)]);
    }
    headings
}

fn row(figure: &Figure, figures: &[Figure], ranked: bool) -> Vec<String> {
    let mut row = vec![figure.title()];
    if figures.iter().any(|figure| figure.group.is_some()) {
        row.push(figure.group_text().unwrap_or_else(|| "everyone".to_owned()));
    }
    row.extend([figure.value_text(), figure.interval_text(), figure.n.map_or_else(|| "-".to_owned(), count)]);
    if ranked {
        let format = if figure.is_share() { percent } else { plain };
        row.extend(figure.peers.as_ref().map_or_else(
            || ["-"; 3].map(str::to_owned),
            |peers| {
                [
                    format!("{} of {}", ordinal(peers.rank), count(peers.count)),
                    ordinal(u64::from(peers.quartile)),
                    format(peers.quartiles.1),
                ]
            },
        ));
    }
    row
}

fn chart(page: &mut Page, name: &str, figures: &[Figure], level: &str) {
    let label = |figure: &Figure| figure.group_text().map_or_else(|| figure.title(), |group| format!("{}: {group}", figure.measure));
    let rows: Vec<IntervalRow> = figures
        .iter()
        .map(|figure| IntervalRow {
            label: label(figure),
            figure: figure.value.zip(figure.ci).map(|(value, (low, high))| (value, low, high)),
            band: figure.peers.as_ref().map(|peers| peers.quartiles),
            text: figure.n.map_or_else(|| figure.value_text(), |n| format!("{} (n = {})", figure.value_text(), count(n))),
        })
        .collect();
    let axis = if figures.iter().all(Figure::is_share) {
        Axis::shares()
    } else {
        Axis::around(figures.iter().filter_map(|figure| figure.ci).flat_map(|(low, high)| [low, high]), plain)
    };
    let base = figures.first().map_or("answers".to_owned(), |first| first.base_title().to_lowercase());
    chart::intervals(page, name, &format!("Each figure with its {level} interval and the number of {base}."), &rows, axis);
}

fn warnings(page: &mut Page, figures: &[Figure]) {
    let mut words: Vec<&str> =
        figures.iter().flat_map(|figure| figure.warnings.iter().map(String::as_str)).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    for word in words {
        let measures: Vec<String> = figures
            .iter()
            .filter(|figure| figure.warnings.iter().any(|warning| warning == word))
            .map(|figure| figure.group_text().map_or_else(|| figure.measure.clone(), |group| format!("{}: {group}", figure.measure)))
            .collect();
        let whom = if measures.len() == figures.len() { "all figures".to_owned() } else { measures.join(", ") };
        page.element("p", &[("class", "notice"), ("role", "note")], &format!("{} ({whom})", meaning(word)));
    }
}

/// A warning in plain words.
fn meaning(warning: &str) -> String {
    match warning {
        "NonProbabilitySample" => "The respondents were not drawn at random, so the intervals show only part of the uncertainty".to_owned(),
        "SmallBase" => "Few people answered: read with care".to_owned(),
        "FewPsu" => "Few sampling units: the interval itself is uncertain".to_owned(),
        "WeightedCounts" => "The counts are weighted: the interval treats them as answers of equal weight".to_owned(),
        "SampleExceedsFrame" => "More answers than people who could be asked: the size of the population was left out".to_owned(),
        "ExtremeWeights" => "A few respondents carry much of the weight".to_owned(),
        other => other.to_owned(),
    }
}
