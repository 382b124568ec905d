//! Charts as SVG, set by hand: a title and a description for those who hear the page, and words beside every mark, so that colour
//! says nothing alone. The caller puts the table behind each.

use crate::html::Page;

const WIDTH: f64 = 860.0;
const LABEL: f64 = 330.0;
const VALUE: f64 = 160.0;
const ROW: f64 = 34.0;
const TOP: f64 = 8.0;
const AXIS: f64 = 34.0;
/// Characters of a label that fit into its column.
const LABEL_CHARACTERS: usize = 46;

/// A figure with its interval, and where its peers lie.
#[derive(Clone, Debug)]
pub(crate) struct IntervalRow {
    pub label: String,
    /// Value, low, high; `None` where the figure is withheld.
    pub figure: Option<(f64, f64, f64)>,
    /// Lower quartile, median, upper quartile of the peers.
    pub band: Option<(f64, f64, f64)>,
    /// What stands at the right.
    pub text: String,
}

/// The horizontal axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    step: f64,
    format: fn(f64) -> String,
}

impl Axis {
    /// Shares from nothing to all.
    pub(crate) fn shares() -> Self {
        Self { low: 0.0, high: 1.0, step: 0.2, format: |at| format!("{:.0}%", at * 100.0) }
    }

    /// An axis that holds these values and the zero.
    pub(crate) fn around(values: impl IntoIterator<Item = f64>, format: fn(f64) -> String) -> Self {
        let (low, high) = values
            .into_iter()
            .filter(|value| value.is_finite())
            .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let span = if high > low { high - low } else { 1.0 };
        let power = 10_f64.powf((span / 4.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| span / step <= 6.0).unwrap_or(span);
        Self { low: (low / step).floor() * step, high: ((low + span) / step).ceil() * step, step, format }
    }

    fn ticks(&self) -> Vec<f64> {
        let ticks = ((self.high - self.low) / self.step).round().clamp(0.0, 20.0) as usize;
        (0..=ticks).map(|tick| self.low + tick as f64 * self.step).collect()
    }

    fn x(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        LABEL + share * (WIDTH - LABEL - VALUE)
    }
}

/// Figures with their intervals, one below the other.
pub(crate) fn intervals(page: &mut Page, title: &str, description: &str, rows: &[IntervalRow], axis: Axis) {
    let bottom = TOP + ROW * rows.len() as f64;
    start(page, title, description, bottom + AXIS);
    grid(page, &axis, bottom);
    for (index, row) in rows.iter().enumerate() {
        let middle = TOP + ROW * (index as f64 + 0.5);
        label(page, &row.label, middle);
        if let Some((q1, median, q3)) = row.band {
            rectangle(page, "band", axis.x(q1), middle - 10.0, axis.x(q3) - axis.x(q1), 20.0);
            line(page, "median", axis.x(median), middle - 10.0, axis.x(median), middle + 10.0);
        }
        if let Some((value, low, high)) = row.figure {
            line(page, "interval", axis.x(low), middle, axis.x(high), middle);
            for end in [low, high] {
                line(page, "interval", axis.x(end), middle - 5.0, axis.x(end), middle + 5.0);
            }
            page.open("circle", &[("class", "dot"), ("cx", &at(axis.x(value))), ("cy", &at(middle)), ("r", "5")]);
            page.close("circle");
        }
        text(page, "value", WIDTH, middle + 5.0, "end", &row.text);
    }
    page.close("svg");
    page.close("div");
}

/// Lengths, one below the other; each text says the number.
pub(crate) fn bars(page: &mut Page, title: &str, description: &str, rows: &[(String, u64, String)]) {
    let longest = rows.iter().map(|(_, length, _)| *length).max().unwrap_or(0).max(1) as f64;
    start(page, title, description, TOP + ROW * rows.len() as f64 + 4.0);
    for (index, (name, length, value)) in rows.iter().enumerate() {
        let middle = TOP + ROW * (index as f64 + 0.5);
        label(page, name, middle);
        rectangle(page, "bar", LABEL, middle - 9.0, (WIDTH - LABEL - VALUE) * *length as f64 / longest, 18.0);
        text(page, "value", WIDTH, middle + 5.0, "end", value);
    }
    page.close("svg");
    page.close("div");
}

fn start(page: &mut Page, title: &str, description: &str, height: f64) {
    page.open("div", &[("class", "scroll chart"), ("role", "region"), ("aria-label", title), ("tabindex", "0")]);
    page.open(
        "svg",
        &[("viewBox", &format!("0 0 {WIDTH} {}", at(height))), ("role", "img"), ("aria-label", &format!("{title}. {description}"))],
    );
    page.element("title", &[], title);
    page.element("desc", &[], description);
}

fn grid(page: &mut Page, axis: &Axis, bottom: f64) {
    for tick in axis.ticks() {
        let x = axis.x(tick);
        line(page, if tick.abs() < axis.step / 1e6 { "zero" } else { "grid" }, x, TOP, x, bottom);
        text(page, "tick", x, bottom + 20.0, "middle", &(axis.format)(tick));
    }
}

/// The label, on two lines where one is too short.
fn label(page: &mut Page, label: &str, middle: f64) {
    let (first, second) = split(label);
    if second.is_empty() {
        text(page, "label", 0.0, middle + 5.0, "start", &first);
    } else {
        text(page, "label", 0.0, middle - 3.0, "start", &first);
        text(page, "label", 0.0, middle + 12.0, "start", &second);
    }
}

fn split(label: &str) -> (String, String) {
    let mut lines = [String::new(), String::new()];
    let mut line = 0;
    for word in label.split_whitespace() {
        let wanted = lines[line].chars().count() + word.chars().count() + 1;
        if wanted > LABEL_CHARACTERS && !lines[line].is_empty() && line == 0 {
            line = 1;
        }
        if !lines[line].is_empty() {
            lines[line].push(' ');
        }
        lines[line].push_str(word);
    }
    lines
        .map(|line| {
            if line.chars().count() > LABEL_CHARACTERS + 2 {
                line.chars().take(LABEL_CHARACTERS).chain(['\u{2026}']).collect()
            } else {
                line
            }
        })
        .into()
}

fn line(page: &mut Page, class: &str, x1: f64, y1: f64, x2: f64, y2: f64) {
    page.open("line", &[("class", class), ("x1", &at(x1)), ("y1", &at(y1)), ("x2", &at(x2)), ("y2", &at(y2))]);
    page.close("line");
}

fn rectangle(page: &mut Page, class: &str, x: f64, y: f64, width: f64, height: f64) {
    page.open("rect", &[("class", class), ("x", &at(x)), ("y", &at(y)), ("width", &at(width.max(0.0))), ("height", &at(height))]);
    page.close("rect");
}

fn text(page: &mut Page, class: &str, x: f64, y: f64, anchor: &str, text: &str) {
    page.element("text", &[("class", class), ("x", &at(x)), ("y", &at(y)), ("text-anchor", anchor)], text);
}

fn at(position: f64) -> String {
    let text = format!("{position:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_take_two_lines_and_no_more() {
        assert_eq!(split("TP01 overall"), ("TP01 overall".into(), String::new()));
        let (first, second) =
            split("TP10 keeps communal areas clean and well maintained everywhere and always, for ever, and for everyone who lives there");
        assert!(first.chars().count() <= LABEL_CHARACTERS && second.ends_with('\u{2026}'));
        assert_eq!(split(&"x".repeat(90)).0.chars().count(), LABEL_CHARACTERS + 1);
    }

    #[test]
    fn an_axis_holds_its_values_and_zero() {
        for values in [vec![], vec![0.0], vec![0.018, 0.087], vec![-3.0, 1.0], vec![f64::NAN], vec![1e-9], vec![1e12, -1e-3]] {
            let axis = Axis::around(values.clone(), |at| at.to_string());
            assert!(axis.low <= 0.0 && axis.high > axis.low, "{values:?}");
            assert!(values.iter().all(|value| !value.is_finite() || (axis.low <= *value && *value <= axis.high * 1.000_001)), "{values:?}");
            assert!(axis.ticks().len() <= 9, "{values:?}: {} ticks", axis.ticks().len());
        }
    }
}
