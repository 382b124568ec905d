//! Figures as the report shows them.

use citx_core::Result;
use citx_core::table::{Table, Value};

use crate::numbers;

/// One figure with its base, its interval and what it is a figure of.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Figure {
    /// The measure's code, such as `TP01`.
    pub measure: String,
    /// What it asks about, in a few words.
    pub about: Option<String>,
    /// The breakdown it belongs to, such as `tenure`; `None` for everyone.
    pub by: Option<String>,
    /// The group within it.
    pub group: Option<String>,
    /// The figure; `None` where it is withheld or cannot be computed.
    pub value: Option<f64>,
    /// The interval.
    pub ci: Option<(f64, f64)>,
    /// The interval's level, such as 0.95.
    pub level: f64,
    /// How many answers, citizens, households or homes it rests on, as `base` says.
    pub n: Option<u64>,
    /// What `n` counts: `citizen`, `household` or `home`; else `answer`.
    pub base: Option<String>,
    /// `proportion`, `mean`, ...
    pub unit: String,
    /// The standard's own text form.
    pub published: Option<String>,
    /// How it was computed.
    pub method: Option<String>,
    /// What to keep in mind.
    pub warnings: Vec<String>,
    /// How its peers stand.
    pub peers: Option<Peers>,
}

/// How a figure's peers stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Peers {
    /// How many, itself included.
    pub count: u64,
    /// Its rank among them; 1 is best, equal figures share the better rank.
    pub rank: u64,
    /// Its quartile; 1 is best.
    pub quartile: u8,
    /// Lower quartile, median and upper quartile.
    pub quartiles: (f64, f64, f64),
}

/// The sample that a standard requires, and the one achieved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// How many could have been asked.
    pub population: u64,
    /// How many answers are required.
    pub required: u64,
    /// How many were achieved.
    pub achieved: u64,
    /// The margin of error required, as a proportion.
    pub required_moe: f64,
    /// The margin of error achieved, as a proportion.
    pub achieved_moe: f64,
}

/// One unit (a landlord, a service) in the foreground.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Who its peers are, such as `LCRA returns`.
    pub peers: String,
    /// Its sample, where the standard requires one.
    pub sample: Option<Sample>,
    /// Its figures.
    pub figures: Vec<Figure>,
}

impl Figure {
    /// The figures of a table as `Survey::scores` makes it, in its order.
    ///
    /// # Errors
    /// `UnknownName` if a column is missing.
    pub fn read(scores: &Table) -> Result<Vec<Self>> {
        let column = |name: &str| scores.column(name);
        let (measure, by, group) = (column("measure")?, column("by")?, column("group")?);
        let (value, low, high, level) = (column("value")?, column("ci_low")?, column("ci_high")?, column("level")?);
        let (n, unit, published, method) = (column("n")?, column("unit")?, column("published")?, column("method")?);
        let (suppressed, warnings) = (column("suppressed")?, column("warnings")?);
        let figure = |row: usize| {
            let withheld = suppressed.value(row) == Value::Boolean(true);
            let interval = number(&low.value(row)).zip(number(&high.value(row)));
            Self {
                measure: text(&measure.value(row)).unwrap_or_default(),
                by: text(&by.value(row)),
                group: text(&group.value(row)),
                value: number(&value.value(row)).filter(|_| !withheld),
                ci: interval.filter(|_| !withheld),
                level: number(&level.value(row)).unwrap_or(0.95),
                n: number(&n.value(row)).map(|n| n.max(0.0) as u64),
                base: scores.column("base").ok().and_then(|base| text(&base.value(row))),
                unit: text(&unit.value(row)).unwrap_or_default(),
                published: text(&published.value(row)),
                method: text(&method.value(row)),
                warnings: text(&warnings.value(row)).map_or_else(Vec::new, |words| words.split("; ").map(str::to_owned).collect()),
                ..Self::default()
            }
        };
        Ok((0..scores.num_rows()).map(figure).collect())
    }

    /// The measure with what it asks about.
    pub fn title(&self) -> String {
        self.about.as_ref().map_or_else(|| self.measure.clone(), |about| format!("{}: {about}", self.measure))
    }

    /// What its base counts: `Answers`, `Households`.
    pub fn base_title(&self) -> &'static str {
        match self.base.as_deref() {
            Some("citizen") => "Citizens",
            Some("household") => "Households",
            Some("home") => "Homes",
            _ => "Answers",
        }
    }

    /// The group in words: `area 2`, `in over_65`, `not in over_65`.
    pub fn group_text(&self) -> Option<String> {
        let group = self.group.as_ref()?;
        let by = self.by.as_deref().unwrap_or_default();
        Some(match (by.strip_prefix("segment:"), group.as_str()) {
            (Some(segment), "in") => format!("in {segment}"),
            (Some(segment), "out") => format!("not in {segment}"),
            _ if by.is_empty() => group.clone(),
            _ => format!("{by} {group}"),
        })
    }

    /// The figure in words: `65.4%`, `withheld`.
    pub fn value_text(&self) -> String {
        match (self.value, &self.published) {
            (None, Some(symbol)) if symbol.starts_with('[') => format!("withheld {symbol}"),
            (None, _) => "withheld".to_owned(),
            (Some(value), _) if self.is_share() => numbers::percent(value),
            (Some(value), _) => numbers::plain(value),
        }
    }

    /// The interval in words: `62.4% to 68.3%`.
    pub fn interval_text(&self) -> String {
        let format = if self.is_share() { numbers::percent } else { numbers::plain };
        self.ci.map_or_else(|| "-".to_owned(), |(low, high)| format!("{} to {}", format(low), format(high)))
    }

    /// Whether it is a share of those who answered.
    pub fn is_share(&self) -> bool {
        self.unit == "proportion"
    }
}

/// A value as a number, if it is one.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// A value as text, if there is any.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Date(date) => Some(date.to_string()),
        _ => None,
    }
}
