use citx_core::Result;
use citx_core::table::{Table, Value};

use crate::chart::{self, Axis, IntervalRow};
use crate::figure::{number, text};
use crate::html::{Align, Page};
use crate::numbers::{count, level, percent, points};

/// What a campaign changed, arm by arm.
#[derive(Clone, Debug)]
pub(crate) struct EffectsPart {
    name: String,
    level: f64,
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    arm: String,
    group: Option<String>,
    outcome: Option<f64>,
    effect: f64,
    std_error: f64,
    ci: (f64, f64),
    n: u64,
}

impl EffectsPart {
    pub(crate) fn new(name: String, table: &Table) -> Result<Self> {
        let column = |name: &str| table.column(name);
        let (arm, effect, std_error, n) = (column("arm")?, column("effect")?, column("std_error")?, column("n")?);
        let (low, high) = (column("ci_low")?, column("ci_high")?);
        let optional = |name: &str, row: usize| table.column(name).map_or(Value::Null, |column| column.value(row));
        let float = |value: &Value| number(value).unwrap_or(f64::NAN);
        let line = |row: usize| Line {
            arm: text(&arm.value(row)).unwrap_or_default(),
            group: text(&optional("group", row)),
            outcome: number(&optional("rate", row)),
            effect: float(&effect.value(row)),
            std_error: float(&std_error.value(row)),
            ci: (float(&low.value(row)), float(&high.value(row))),
            n: number(&n.value(row)).unwrap_or(0.0) as u64,
        };
        let level = number(&optional("level", 0)).unwrap_or(0.95);
        Ok(Self { name, level, lines: (0..table.num_rows()).map(line).collect() })
    }
}

/// What each campaign changed.
pub(crate) fn effects(page: &mut Page, parts: &[EffectsPart]) {
    page.raw("<section aria-labelledby=\"effects\">\n<h2 id=\"effects\">Did it change anything?</h2>\n");
    for part in parts {
        let level = level(part.level);
        page.element("h3", &[], &part.name);
        page.paragraph(&format!(
            "Each effect is the difference from those who were left alone, in percentage points, with its {level} interval. \
             An interval that does not reach zero is a change that chance alone hardly explains.",
        ));
        chart(page, part, &level);
        table(page, part, &level);
    }
    page.raw("</section>\n");
}

fn chart(page: &mut Page, part: &EffectsPart, level: &str) {
    let rows: Vec<IntervalRow> = part
        .lines
        .iter()
        .filter(|line| !line.is_control())
        .map(|line| IntervalRow {
            label: line.group.as_ref().map_or_else(|| line.arm.clone(), |group| format!("{} ({group})", line.arm)),
            figure: Some((line.effect, line.ci.0, line.ci.1)),
            band: None,
            text: format!("{} points", points(line.effect)),
        })
        .collect();
    let axis = Axis::around(part.lines.iter().flat_map(|line| [line.ci.0, line.ci.1]), |at| format!("{:+.1}", at * 100.0));
    chart::intervals(
        page,
        &format!("Effects of {}", part.name),
        &format!("Difference from control in percentage points, with {level} interval."),
        &rows,
        axis,
    );
}

fn table(page: &mut Page, part: &EffectsPart, level: &str) {
    let interval = format!("{level} interval");
    let mut headings = vec![("Arm", Align::Text)];
    let grouped = part.lines.iter().any(|line| line.group.is_some());
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
    let row = |line: &Line| {
        let mut row = vec![line.arm.clone()];
        if grouped {
            row.push(line.group.clone().unwrap_or_else(|| "everyone".to_owned()));
        }
        row.push(line.outcome.map_or_else(|| "-".to_owned(), percent));
        if line.is_control() {
            row.extend(["control", "-", "-"].map(str::to_owned));
        } else {
            row.extend([
                points(line.effect),
                points(line.std_error).trim_start_matches('+').to_owned(),
                format!("{} to {}", points(line.ci.0), points(line.ci.1)),
            ]);
        }
        row.push(count(line.n));
        row
    };
    page.table(&format!("Effects of {}", part.name), &headings, &part.lines.iter().map(row).collect::<Vec<_>>());
}

impl Line {
    /// The control arm, where the table lists it, has no effect of its own.
    fn is_control(&self) -> bool {
        self.effect.is_nan() || (self.effect == 0.0 && self.std_error == 0.0)
    }
}
