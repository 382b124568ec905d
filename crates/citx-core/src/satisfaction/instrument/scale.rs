use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::invalid;
use crate::Result;
use crate::statistics::{DecimalSum, ShortDecimal, round_half_up};

/// A scale: what may be answered and what is made of it. Also the form of `[survey.scale]` in a project file and of `[scale.NAME]` in
/// an instrument's TOML.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ScaleOptions {
    /// The answers that count towards the base, as the data write them.
    #[serde(deserialize_with = "texts")]
    pub answers: Vec<String>,
    /// Those of them that count as positive; for a figure that is a proportion or net.
    #[serde(deserialize_with = "texts")]
    pub positive: Vec<String>,
    /// Those of them that are taken from the positive; for a net figure.
    #[serde(deserialize_with = "texts")]
    pub negative: Vec<String>,
    /// Answers left out of numerator and denominator, such as don't know.
    #[serde(deserialize_with = "texts")]
    pub excluded: Vec<String>,
    /// Other spellings of an answer.
    pub spellings: BTreeMap<String, Vec<String>>,
    /// What is made of the answers:
    ///
    /// | Figure | Value | Published |
    /// |---|---|---|
    /// | `proportion` (default) | share of the positive answers, in [0, 1] | percent |
    /// | `net` | share of the positive less share of the negative answers, in [-1, 1] | points: times 100 |
    /// | `mean` | mean of the answers' numbers | as it is |
    /// | `index` | mean of the answers' numbers over `divide_by` | index: times 100 |
    pub figure: String,
    /// For a mean or an index, the number of each answer; without, the answers are numbers themselves.
    pub values: Vec<f64>,
    /// What an index divides each number by.
    pub divide_by: Option<f64>,
    /// What the value is multiplied by to be published: 100, for a mean 1, unless said otherwise.
    pub times: Option<u32>,
    /// Decimals of the published text: 1 for a percentage, 2 for a mean unless said otherwise.
    pub decimals: Option<u32>,
    /// Whether a `higher` (the default) or a `lower` figure is better.
    pub polarity: String,
    /// The method in words, which goes with every result.
    pub definition: String,
}

/// What an answer makes of a respondent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The answer at this place of the scale.
    Answer(u8),
    /// Left out of the base.
    Excluded,
}

/// What a scale makes of its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    Proportion,
    Net,
    Mean,
    Index,
}

impl Figure {
    fn parse(name: &str) -> Result<Self> {
        match name {
            "" | "proportion" => Ok(Self::Proportion),
            "net" => Ok(Self::Net),
            "mean" => Ok(Self::Mean),
            "index" => Ok(Self::Index),
            _ => Err(invalid("`figure` is `proportion`, `net`, `mean` or `index`")),
        }
    }

    pub fn unit(self) -> &'static str {
        match self {
            Self::Proportion => "proportion",
            Self::Net => "net",
            Self::Mean => "mean",
            Self::Index => "index",
        }
    }

    fn published_unit(self, times: u32) -> &'static str {
        match self {
            Self::Proportion if times == 100 => "percent",
            Self::Net if times == 100 => "points",
            _ => self.unit(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Scale {
    pub name: String,
    pub figure: Figure,
    /// The value of each answer: 1 or 0 for a proportion, 1, 0 or -1 for a net figure.
    pub values: Vec<f64>,
    /// The values before they are divided, which are exact in decimals.
    points: Vec<f64>,
    divide_by: f64,
    times: u32,
    pub excluded: Vec<String>,
    readings: HashMap<String, Reading>,
    known: Vec<String>,
    decimals: u32,
    pub lower_is_better: bool,
    pub definition: String,
}

impl Scale {
    pub fn new(name: String, options: ScaleOptions) -> Result<Self> {
        let figure = Figure::parse(&options.figure)?;
        let numbered = matches!(figure, Figure::Mean | Figure::Index);
        let divide_by = options.divide_by.unwrap_or(1.0);
        if !(divide_by > 0.0 && divide_by.is_finite()) || (options.divide_by.is_some() && figure != Figure::Index) {
            return Err(invalid(format!("scale `{name}`: `divide_by` is a number above 0, of an index")));
        }
        if !options.negative.is_empty() && figure != Figure::Net {
            return Err(invalid(format!("scale `{name}`: only a net figure has `negative` answers")));
        }
        let lower_is_better = match options.polarity.as_str() {
            "" | "higher" => false,
            "lower" => true,
            _ => return Err(invalid(format!("scale `{name}`: `polarity` is `higher` or `lower`"))),
        };
        let times = options.times.unwrap_or(if figure == Figure::Mean { 1 } else { 100 });
        let decimals = options.decimals.unwrap_or(if figure == Figure::Mean { 2 } else { 1 });
        if decimals > 12 {
            return Err(invalid(format!("scale `{name}`: at most 12 `decimals`")));
        }
        let ScaleOptions { answers, positive, negative, excluded, spellings, values, definition, .. } = options;
        if answers.is_empty() || answers.len() > MOST_ANSWERS {
            return Err(invalid(format!("scale `{name}` needs 1 to {MOST_ANSWERS} `answers`, found {}", answers.len())));
        }
        let mut readings = HashMap::new();
        let all = answers.iter().enumerate().map(|(at, answer)| (answer, Reading::Answer(at as u8)));
        for (answer, reading) in all.chain(excluded.iter().map(|answer| (answer, Reading::Excluded))) {
            let own = std::iter::once(answer).chain(spellings.get(answer).into_iter().flatten());
            for spelling in own {
                let before = readings.insert(normal(spelling), reading);
                if before.is_some_and(|before| before != reading) || (before.is_some() && spelling == answer) {
                    return Err(invalid(format!("scale `{name}`: `{spelling}` is there twice")));
                }
            }
        }
        if let Some(unknown) = spellings.keys().find(|key| !answers.contains(key) && !excluded.contains(key)) {
            return Err(invalid(format!("scale `{name}`: `spellings` are given for `{unknown}`, which is no answer")));
        }
        let points = if numbered {
            mean_values(&name, &answers, &positive, values)?
        } else if values.is_empty() {
            signed_values(&name, &answers, &positive, &negative, figure, &readings)?
        } else {
            return Err(invalid(format!("scale `{name}`: only a mean or an index has `values`")));
        };
        let values = points.iter().map(|point| point / divide_by).collect();
        let known = answers.into_iter().chain(excluded.iter().cloned()).collect();
        Ok(Self { name, figure, values, points, divide_by, times, excluded, readings, known, decimals, lower_is_better, definition })
    }

    /// What the answer written `text` means; nothing for one the scale does not have.
    pub fn read(&self, text: &str) -> Option<Reading> {
        self.readings.get(&normal(text)).copied()
    }

    /// The answers that the scale knows, for a message.
    pub fn known(&self) -> String {
        self.known.join(", ")
    }

    /// The answers that count, in the scale's order.
    pub fn answers(&self) -> &[String] {
        self.known.get(..self.values.len()).unwrap_or_default()
    }

    /// The published text of the exact sums of weights of each answer, and its unit.
    pub fn published(&self, sums: &[DecimalSum]) -> Option<(String, &'static str)> {
        let (mut numerator, mut denominator) = (DecimalSum::default(), DecimalSum::default());
        for (sum, point) in sums.iter().zip(&self.points) {
            numerator.merge_times(sum, ShortDecimal::of(*point)?);
            denominator.merge_times(sum, ShortDecimal::of(self.divide_by)?);
        }
        Some((round_half_up(&numerator, &denominator, self.times, self.decimals)?, self.figure.published_unit(self.times)))
    }

    /// The published text of a value that is no share of answers, by the shortest decimal that it is.
    pub fn published_value(&self, value: f64) -> Option<(String, &'static str)> {
        let text = round_half_up(&DecimalSum::from(value), &DecimalSum::from(1.0), self.times, self.decimals)?;
        Some((text, self.figure.published_unit(self.times)))
    }
}

/// 1 for positive and -1 for negative answers.
fn signed_values(
    name: &str,
    answers: &[String],
    positive: &[String],
    negative: &[String],
    figure: Figure,
    readings: &HashMap<String, Reading>,
) -> Result<Vec<f64>> {
    if positive.is_empty() || (figure == Figure::Net && negative.is_empty()) {
        let problem = "a proportion needs `positive` answers, a net figure `negative` ones too; for numbers say figure = \"mean\"";
        return Err(invalid(format!("scale `{name}`: {problem}")));
    }
    let mut values = vec![0.0; answers.len()];
    for (answer, value) in positive.iter().map(|answer| (answer, 1.0)).chain(negative.iter().map(|answer| (answer, -1.0))) {
        let Some(Reading::Answer(at)) = readings.get(&normal(answer)) else {
            return Err(invalid(format!("scale `{name}`: `{answer}` is positive or negative but not among `answers`")));
        };
        let own = &mut values[usize::from(*at)];
        if *own == -value {
            return Err(invalid(format!("scale `{name}`: `{answer}` is positive and negative")));
        }
        *own = value;
    }
    Ok(values)
}

fn mean_values(name: &str, answers: &[String], positive: &[String], values: Vec<f64>) -> Result<Vec<f64>> {
    if !positive.is_empty() {
        return Err(invalid(format!("scale `{name}`: a mean or an index has no `positive` answers")));
    }
    let values = if values.is_empty() { answers.iter().map(|answer| answer.trim().parse().unwrap_or(f64::NAN)).collect() } else { values };
    if values.len() != answers.len() || values.iter().any(|value| !value.is_finite()) {
        return Err(invalid(format!("scale `{name}`: a mean needs a number for each answer: number the answers or give `values`")));
    }
    Ok(values)
}

/// The form in which answers are compared: numbers by value; words in lower case, separated by one blank, apostrophes dropped.
fn normal(text: &str) -> String {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return format!("{}", if number == 0.0 { 0.0 } else { number });
    }
    let lower = text.to_lowercase();
    let kept: String = lower.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
    let separator = |c: char| c.is_whitespace() || matches!(c, '_' | '-' | '/' | '\u{2013}' | '\u{2014}');
    kept.split(separator).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Texts, also written as numbers or booleans.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let values = Vec::<toml::Value>::deserialize(deserializer)?;
    let text = |value| match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Boolean(value) => Ok(value.to_string()),
        _ => Err(D::Error::custom("an answer is text, a number or a boolean")),
    };
    values.into_iter().map(text).collect()
}

/// An answer's place is kept in a byte, with room for excluded and missing.
const MOST_ANSWERS: usize = 250;
