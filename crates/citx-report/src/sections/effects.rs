use citx_core::Result;
use citx_core::table::{Table, Value};

use crate::chart::{self, Axis, IntervalRow};
use crate::figure::{number, text};
use crate::html::{Align, Page};
use crate::numbers::{count, level, percent, plain, points};

/// What one arm of a campaign changed.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Effect {
    /// The arm.
    pub arm: String,
    /// The group, in a breakdown.
    pub group: Option<String>,
    /// The arm's mean outcome.
    pub outcome: Option<f64>,
    /// The difference from the control; `None` for the control itself, or where it cannot be estimated.
    pub effect: Option<f64>,
    /// The effect's standard error.
    pub std_error: Option<f64>,
    /// The effect's interval.
    pub ci: Option<(f64, f64)>,
    /// The interval's level.
    pub level: f64,
    /// How many people.
    pub n: u64,
    /// Whether this is the arm that was left alone.
    pub is_control: bool,
    /// Whether the outcome is a share.
    pub is_share: bool,
    /// How it was computed.
    pub method: String,
}

impl Effect {
    /// The effects of a table as `uplift` makes it, in its order; the arm that was left alone, called `control`, stands before the others
    /// of its group.
    ///
    /// # Errors
    /// `UnknownName` if a column is missing.
    pub fn read(table: &Table, control: &str) -> Result<Vec<Self>> {
        let names =
            ["arm", "effect", "std_error", "ci_low", "ci_high", "level", "n", "n_control", "mean", "mean_control", "unit", "method"];
        let columns = names.map(|name| table.column(name));
        let columns = columns.into_iter().collect::<Result<Vec<_>>>()?;
        let cell = |name: &str, row: usize| {
            names.iter().position(|known| *known == name).and_then(|at| columns.get(at)).map_or(Value::Null, |column| column.value(row))
        };
        let (by, groups) = (table.column("by").ok(), table.column("group").ok());
        let group = |row: usize| {
            let by = by.as_ref().and_then(|by| text(&by.value(row))).unwrap_or_default();
            group_words(&by, &text(&groups.as_ref()?.value(row))?)
        };
        let mut effects: Vec<Self> = Vec::new();
        for row in 0..table.num_rows() {
            let float = |name: &str| number(&cell(name, row));
            let count = |name: &str| float(name).unwrap_or(0.0) as u64;
            let words = |name: &str| text(&cell(name, row)).unwrap_or_default();
            let common = Self {
                group: group(row),
                level: float("level").unwrap_or(0.95),
                is_share: words("unit") == "proportion",
                method: words("method"),
                ..Self::default()
            };
            if effects.last().is_none_or(|last| last.group != common.group) {
                let (outcome, n) = (float("mean_control"), count("n_control"));
                effects.push(Self { arm: control.to_owned(), outcome, n, is_control: true, ..common.clone() });
            }
            effects.push(Self {
                arm: words("arm"),
                outcome: float("mean"),
                effect: float("effect"),
                std_error: float("std_error"),
                ci: float("ci_low").zip(float("ci_high")),
                n: count("n"),
                ..common
            });
        }
        Ok(effects)
    }
}

/// A group in words: `in over_65`, `not in over_65`, `area 2`.
fn group_words(by: &str, group: &str) -> Option<String> {
    Some(match (by.strip_prefix("segment:"), group) {
        (Some(segment), "true") => format!("in {segment}"),
        (Some(segment), "false") => format!("not in {segment}"),
        _ => format!("{by} {group}"),
    })
}

/// What each campaign changed.
pub(crate) fn effects(page: &mut Page, parts: &[(String, Vec<Effect>)]) {
    page.raw("<section aria-labelledby=\"effects\">\n<h2 id=\"effects\">Did it change anything?</h2>\n");
    for (name, effects) in parts {
        let first = effects.first().cloned().unwrap_or_default();
        let level = level(first.level);
        let unit = if first.is_share { ", in percentage points" } else { "" };
        page.element("h3", &[], name);
        page.paragraph(&format!(
            "Each effect is the difference from those who were left alone{unit}, with its {level} interval. An interval that does not reach \
             zero is a change that chance alone hardly explains. Method: {}.",
            method(&first.method),
        ));
        chart(page, name, effects, &level);
        table(page, name, effects, &level);
    }
    page.raw("</section>\n");
}

/// The method in plain words.
fn method(method: &str) -> String {
    match method.rsplit_once(", ") {
        Some((what, "CR0")) => format!("{what}; the interval allows for those randomised together being alike (CR0)"),
        Some((what, "HC0")) => format!("{what}; the interval allows for arms of unequal spread (HC0)"),
        _ => method.to_owned(),
    }
}

fn label(effect: &Effect) -> String {
    effect.group.as_ref().map_or_else(|| effect.arm.clone(), |group| format!("{} ({group})", effect.arm))
}

/// A difference in the unit of its outcome.
fn change(effect: &Effect, difference: f64) -> String {
    if effect.is_share { points(difference) } else { signed(difference) }
}

fn signed(value: f64) -> String {
    format!("{value:+.2}")
}

fn chart(page: &mut Page, name: &str, effects: &[Effect], level: &str) {
    let row = |line: &Effect| {
        let (effect, (low, high)) = line.effect.zip(line.ci)?;
        Some(IntervalRow {
            label: label(line),
            figure: Some((effect, low, high)),
            band: None,
            text: format!("{} (n = {})", change(line, effect), count(line.n)),
        })
    };
    let rows: Vec<IntervalRow> = effects.iter().filter_map(row).collect();
    let values = effects.iter().filter_map(|line| line.ci).flat_map(|(low, high)| [low, high]);
    let share = effects.iter().all(|line| line.is_share);
    let axis = Axis::around(values, if share { points } else { signed });
    let about = format!("Difference from those who were left alone, with {level} interval.");
    chart::intervals(page, &format!("Effects of {name}"), &about, &rows, axis);
}

fn table(page: &mut Page, name: &str, effects: &[Effect], level: &str) {
    let interval = format!("{level} interval");
    let share = effects.iter().all(|line| line.is_share);
    let dash = || "-".to_owned();
    let row = |line: &Effect| {
        let outcome = if line.is_share { percent } else { plain };
        let error = |error: f64| if line.is_share { format!("{:.2}", error * 100.0) } else { plain(error) };
        vec![
            label(line),
            line.outcome.map_or_else(dash, outcome),
            if line.is_control { "left alone".to_owned() } else { line.effect.map_or_else(dash, |effect| change(line, effect)) },
            line.std_error.map_or_else(dash, error),
            line.ci.map_or_else(dash, |(low, high)| format!("{} to {}", change(line, low), change(line, high))),
            count(line.n),
        ]
    };
    let headings = [
        ("Arm", Align::Text),
        ("Outcome", Align::Number),
        (if share { "Effect, points" } else { "Effect" }, Align::Number),
        ("Standard error", Align::Number),
        (interval.as_str(), Align::Number),
        ("People", Align::Number),
    ];
    page.table(&format!("Effects of {name}"), &headings, &effects.iter().map(row).collect::<Vec<_>>());
}
