use citx_core::Result;
use citx_core::table::{Table, Value};

use crate::chart::{self, Axis, IntervalRow};
use crate::figure::{number, text};
use crate::html::{Align, Page};
use crate::numbers::{count, level, percent, points};

/// What one arm of a campaign changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Effect {
    /// The arm.
    pub arm: String,
    /// The group, in a breakdown.
    pub group: Option<String>,
    /// The mean outcome of the arm, where the table has it.
    pub outcome: Option<f64>,
    /// The difference from the control; `None` for the control itself.
    pub effect: Option<f64>,
    /// The effect's standard error.
    pub std_error: f64,
    /// The effect's interval.
    pub ci: (f64, f64),
    /// The interval's level.
    pub level: f64,
    /// How many people.
    pub n: u64,
}

impl Effect {
    /// The effects of a table as `uplift` makes it, in its order.
    ///
    /// # Errors
    /// `UnknownName` if a column is missing.
    pub fn read(table: &Table) -> Result<Vec<Self>> {
        let column = |name: &str| table.column(name);
        let (arm, effect, std_error, n) = (column("arm")?, column("effect")?, column("std_error")?, column("n")?);
        let (low, high) = (column("ci_low")?, column("ci_high")?);
        let optional = |name: &str, row: usize| table.column(name).map_or(Value::Null, |column| column.value(row));
        let float = |value: &Value| number(value).unwrap_or(f64::NAN);
        let line = |row: usize| Self {
            arm: text(&arm.value(row)).unwrap_or_default(),
            group: text(&optional("group", row)),
            outcome: number(&optional("outcome", row)),
            effect: number(&effect.value(row)),
            std_error: float(&std_error.value(row)),
            ci: (float(&low.value(row)), float(&high.value(row))),
            level: number(&optional("level", row)).unwrap_or(0.95),
            n: number(&n.value(row)).unwrap_or(0.0) as u64,
        };
        Ok((0..table.num_rows()).map(line).collect())
    }
}

/// What each campaign changed.
pub(crate) fn effects(page: &mut Page, parts: &[(String, Vec<Effect>)]) {
    page.raw("<section aria-labelledby=\"effects\">\n<h2 id=\"effects\">Did it change anything?</h2>\n");
    for (name, effects) in parts {
        let level = level(effects.first().map_or(0.95, |effect| effect.level));
        page.element("h3", &[], name);
        page.paragraph(&format!(
            "Each effect is the difference from those who were left alone, in percentage points, with its {level} interval. \
             An interval that does not reach zero is a change that chance alone hardly explains.",
        ));
        chart(page, name, effects, &level);
        table(page, name, effects, &level);
    }
    page.raw("</section>\n");
}

fn chart(page: &mut Page, name: &str, effects: &[Effect], level: &str) {
    let row = |line: &Effect| {
        let effect = line.effect?;
        Some(IntervalRow {
            label: line.group.as_ref().map_or_else(|| line.arm.clone(), |group| format!("{} ({group})", line.arm)),
            figure: Some((effect, line.ci.0, line.ci.1)),
            band: None,
            text: format!("{} (n = {})", points(effect), count(line.n)),
        })
    };
    let rows: Vec<IntervalRow> = effects.iter().filter_map(row).collect();
    let axis = Axis::around(effects.iter().flat_map(|line| [line.ci.0, line.ci.1]), |at| format!("{:+.1}", at * 100.0));
    chart::intervals(
        page,
        &format!("Effects of {}", name),
        &format!("Difference from control in percentage points, with {level} interval."),
        &rows,
        axis,
    );
}

fn table(page: &mut Page, name: &str, effects: &[Effect], level: &str) {
    let interval = format!("{level} interval");
    let mut headings = vec![("Arm", Align::Text)];
    let grouped = effects.iter().any(|line| line.group.is_some());
    if grouped {
        headings.push(("Group", Align::Text));
    }
    headings.extend([
        ("Outcome", Align::Number),
        ("Effect, points", Align::Number),
        ("Standard error", Align::Number),
        (&interval, Align::Number),
        ("People", Align::Number),
    ]);
    let row = |line: &Effect| {
        let mut row = vec![line.arm.clone()];
        if grouped {
            row.push(line.group.clone().unwrap_or_else(|| "everyone".to_owned()));
        }
        row.push(line.outcome.map_or_else(|| "-".to_owned(), percent));
        row.extend(match line.effect {
            None => ["control", "-", "-"].map(str::to_owned),
            Some(effect) => {
                [points(effect), format!("{:.2}", line.std_error * 100.0), format!("{} to {}", points(line.ci.0), points(line.ci.1))]
            }
        });
        row.push(count(line.n));
        row
    };
    page.table(&format!("Effects of {}", name), &headings, &effects.iter().map(row).collect::<Vec<_>>());
}
