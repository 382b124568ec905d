use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use arrow_array::{BooleanArray, StringArray};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::sample_size::Precision;
use crate::statistics::{DecimalSum, ShortDecimal, round_half_up};
use crate::table::{Column, Table, unknown_name};
use crate::{Error, ErrorKind, Result};

/// A published standard's measures, or scales of one's own: which answers count, which are left out, how it is rounded.
///
/// Answers are matched without regard to case, and blanks, `_`, `-` and `/` between words are one: `Very satisfied` is
/// `very_satisfied`. Numbers are answers only of a scale that lists them.
///
/// ```
/// use citx_core::satisfaction::{Instrument, ScaleOptions};
/// let tsm = Instrument::builtin("tsm-2022")?;
/// assert_eq!(tsm.sample_size(7271)?.required, 555);
/// let mut scale = ScaleOptions::default();
/// scale.answers = ["1", "2", "3", "4"].map(String::from).to_vec();
/// scale.positive = ["1", "2"].map(String::from).to_vec();
/// scale.excluded = vec!["5".into()];
/// let community = Instrument::scale("community", scale)?;
/// assert_eq!(community.name(), "community");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Instrument {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    title: String,
    source: String,
    symbols: Symbols,
    scales: Vec<Scale>,
    measures: Vec<Measure>,
    precision: Option<Precision>,
}

/// A scale: what may be answered and what is made of it. Also the form of `[survey.scale]` in a project file and of `[scale.NAME]` in
/// an instrument's TOML.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ScaleOptions {
    /// The answers that count towards the base, as the data write them.
    #[serde(deserialize_with = "texts")]
    pub answers: Vec<String>,
    /// Those of them that count as positive; for a figure that is a proportion.
    #[serde(deserialize_with = "texts")]
    pub positive: Vec<String>,
    /// Answers left out of numerator and denominator, such as don't know.
    #[serde(deserialize_with = "texts")]
    pub excluded: Vec<String>,
    /// Other spellings of an answer.
    pub spellings: BTreeMap<String, Vec<String>>,
    /// `proportion` (the default) of the positive answers, or `mean`.
    pub figure: String,
    /// For a mean, the number of each answer; without, the answers are numbers themselves.
    pub values: Vec<f64>,
    /// Decimals of the published text: 1 for a percentage, 2 for a mean unless said otherwise.
    pub decimals: Option<u32>,
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
    Mean,
}

#[derive(Clone, Debug)]
pub(crate) struct Scale {
    name: String,
    pub figure: Figure,
    /// The value of each answer: 1 or 0 for a proportion.
    pub values: Vec<f64>,
    excluded: Vec<String>,
    readings: HashMap<String, Reading>,
    known: Vec<String>,
    decimals: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    pub code: String,
    #[serde(default)]
    asks_about: String,
    scale: String,
    #[serde(default)]
    pub not_applicable: bool,
    #[serde(default)]
    pub filter: String,
    #[serde(default)]
    pub tenures: Vec<String>,
    #[serde(skip)]
    scale_at: usize,
}

/// What stands in place of a figure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Symbols {
    pub suppressed: String,
    pub no_answers: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentFile {
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    symbols: Symbols,
    scale: BTreeMap<String, ScaleOptions>,
    #[serde(default)]
    measure: Vec<Measure>,
    precision: Option<Precision>,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { suppressed: "[S]".into(), no_answers: None }
    }
}

const BUILTIN: [(&str, &str); 1] = [("tsm-2022", include_str!("../../data/instruments/tsm-2022.toml"))];

/// An answer's place is kept in a byte, with room for excluded and missing.
const MOST_ANSWERS: usize = 250;

impl Instrument {
    /// An instrument that ships with citx: `tsm-2022`.
    ///
    /// # Errors
    /// `UnknownName`.
    pub fn builtin(name: &str) -> Result<Self> {
        match BUILTIN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::parse(text),
            None => Err(unknown_name("instrument", name, BUILTIN.iter().map(|(known, _)| *known))),
        }
    }

    /// An instrument of one's own from TOML: `name`, a table `[scale.NAME]` for each scale, as [`ScaleOptions`], and `[[measure]]` with
    /// `code` and `scale`. With one scale and no measures, every measure is of that scale.
    ///
    /// # Errors
    /// `InvalidArgument`.
    pub fn parse(text: &str) -> Result<Self> {
        let file: InstrumentFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1));
            Error::new(ErrorKind::InvalidArgument, format!("the instrument cannot be read, line {line}: {}", error.message()))
        })?;
        Self::from_file(file)
    }

    /// An instrument of one scale, of which every measure is.
    ///
    /// # Errors
    /// `InvalidArgument` for a scale without answers, an answer named twice, a positive answer that is none, or an answer without a number for a mean.
    pub fn scale(name: impl Into<String>, options: ScaleOptions) -> Result<Self> {
        let scale = BTreeMap::from([("scale".to_owned(), options)]);
        let (title, source) = (String::new(), String::new());
        Self::from_file(InstrumentFile {
            name: name.into(),
            title,
            source,
            symbols: Symbols::default(),
            scale,
            measure: Vec::new(),
            precision: None,
        })
    }

    fn from_file(file: InstrumentFile) -> Result<Self> {
        let named = |error: Error| error.context(format!("instrument `{}`", file.name));
        let scales: Vec<Scale> =
            file.scale.into_iter().map(|(name, options)| Scale::new(name, options)).collect::<Result<_>>().map_err(named)?;
        let mut measures = file.measure;
        if scales.is_empty() || (measures.is_empty() && scales.len() > 1) {
            return Err(named(invalid("it needs one scale, or scales and measures that name them")));
        }
        for at in 0..measures.len() {
            let (earlier, rest) = measures.split_at_mut(at);
            let Some(measure) = rest.first_mut() else { break };
            if earlier.iter().any(|other| other.code == measure.code) {
                return Err(named(invalid(format!("measure `{}` is there twice", measure.code))));
            }
            measure.scale_at = scales
                .iter()
                .position(|scale| scale.name == measure.scale)
                .ok_or_else(|| unknown_name("scale", &measure.scale, scales.iter().map(|scale| scale.name.as_str())))
                .map_err(|error| invalid(error.to_string()).context(format!("measure `{}`", measure.code)))
                .map_err(named)?;
        }
        if let Some(precision) = &file.precision {
            precision.check().map_err(named)?;
        }
        let (name, title, source) = (file.name.clone(), file.title, file.source);
        Ok(Self { inner: Arc::new(Inner { name, title, source, symbols: file.symbols, scales, measures, precision: file.precision }) })
    }

    /// Its name and version.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What it is, in words.
    pub fn title(&self) -> &str {
        &self.inner.title
    }

    /// The documents it follows.
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    /// The codes of its measures; none where every measure is of its one scale.
    pub fn measures(&self) -> Vec<&str> {
        self.inner.measures.iter().map(|measure| measure.code.as_str()).collect()
    }

    /// Its measures as a table: measure, asks_about, scale, excluded, filter, tenures, not_applicable, source.
    pub fn explain(&self) -> Table {
        let measures = &self.inner.measures;
        let scale = |measure: &Measure| self.inner.scales.get(measure.scale_at);
        let text = |name: &str, cell: &dyn Fn(&Measure) -> Option<String>| {
            Column::new(name, Arc::new(measures.iter().map(cell).collect::<StringArray>()))
        };
        let columns = [
            text("measure", &|measure| Some(measure.code.clone())),
            text("asks_about", &|measure| Some(measure.asks_about.clone())),
            text("scale", &|measure| scale(measure).map(|scale| scale.name.clone())),
            text("excluded", &|measure| scale(measure).map(|scale| scale.excluded.join(", "))),
            text("filter", &|measure| (!measure.filter.is_empty()).then(|| measure.filter.clone())),
            text("tenures", &|measure| Some(measure.tenures.join(", "))),
            Column::new("not_applicable", Arc::new(measures.iter().map(|measure| Some(measure.not_applicable)).collect::<BooleanArray>())),
            text("source", &|_| Some(self.inner.source.clone())),
        ];
        Table::from_columns(columns)
            .unwrap_or_else(|_| Table::from_batch(arrow_array::RecordBatch::new_empty(Arc::new(arrow_schema::Schema::empty()))))
    }

    /// Where a measure stands in the instrument, and its scale. Without measures every name is one.
    pub(crate) fn measure(&self, name: &str) -> Result<(usize, &Scale)> {
        let Inner { measures, scales, .. } = &*self.inner;
        let found = match measures.iter().position(|measure| measure.code == name) {
            Some(at) => measures.get(at).and_then(|measure| scales.get(measure.scale_at)).map(|scale| (at, scale)),
            None if measures.is_empty() => scales.first().map(|scale| (0, scale)),
            None => None,
        };
        found.ok_or_else(|| unknown_name("measure", name, self.measures()).context(format!("instrument `{}`", self.inner.name)))
    }

    pub(crate) fn definitions(&self) -> &[Measure] {
        &self.inner.measures
    }

    pub(crate) fn symbols(&self) -> &Symbols {
        &self.inner.symbols
    }

    pub(crate) fn precision(&self) -> Option<&Precision> {
        self.inner.precision.as_ref()
    }
}

impl Scale {
    fn new(name: String, options: ScaleOptions) -> Result<Self> {
        let ScaleOptions { answers, positive, excluded, spellings, figure, values, decimals } = options;
        let figure = match figure.as_str() {
            "" | "proportion" => Figure::Proportion,
            "mean" => Figure::Mean,
            _ => return Err(invalid("`figure` is `proportion` or `mean`")),
        };
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
        let values = match figure {
            Figure::Proportion => positive_values(&name, &answers, &positive, &values, &readings)?,
            Figure::Mean => mean_values(&name, &answers, &positive, values)?,
        };
        let decimals = decimals.unwrap_or(if figure == Figure::Mean { 2 } else { 1 });
        if decimals > 12 {
            return Err(invalid(format!("scale `{name}`: at most 12 `decimals`")));
        }
        let known = answers.into_iter().chain(excluded.iter().cloned()).collect();
        Ok(Self { name, figure, values, excluded, readings, known, decimals })
    }

    /// What the answer written `text` means; nothing for one the scale does not have.
    pub fn read(&self, text: &str) -> Option<Reading> {
        self.readings.get(&normal(text)).copied()
    }

    /// The answers that count, in the scale's order.
    pub fn answers(&self) -> &[String] {
        self.known.get(..self.values.len()).unwrap_or_default()
    }

    /// The answers that the scale knows, for a message.
    pub fn known(&self) -> String {
        self.known.join(", ")
    }

    /// The published text of the exact sums of weights of each answer, and its unit.
    pub fn published(&self, sums: &[DecimalSum]) -> Option<(String, &'static str)> {
        let (mut numerator, mut denominator) = (DecimalSum::default(), DecimalSum::default());
        for (sum, value) in sums.iter().zip(&self.values) {
            numerator.merge_times(sum, ShortDecimal::of(*value)?);
            denominator.merge(sum);
        }
        let (times, unit) = if self.figure == Figure::Mean { (1, "mean") } else { (100, "percent") };
        Some((round_half_up(&numerator, &denominator, times, self.decimals)?, unit))
    }
}

fn positive_values(
    name: &str,
    answers: &[String],
    positive: &[String],
    values: &[f64],
    readings: &HashMap<String, Reading>,
) -> Result<Vec<f64>> {
    if positive.is_empty() || !values.is_empty() {
        return Err(invalid(format!(
            "scale `{name}`: a proportion needs `positive` answers and no `values`; for a mean say figure = \"mean\""
        )));
    }
    let mut shares = vec![0.0; answers.len()];
    for answer in positive {
        match readings.get(&normal(answer)) {
            Some(Reading::Answer(at)) => shares[usize::from(*at)] = 1.0,
            _ => return Err(invalid(format!("scale `{name}`: `{answer}` is positive but not among `answers`"))),
        }
    }
    Ok(shares)
}

fn mean_values(name: &str, answers: &[String], positive: &[String], values: Vec<f64>) -> Result<Vec<f64>> {
    if !positive.is_empty() {
        return Err(invalid(format!("scale `{name}`: a mean has no `positive` answers")));
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

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

impl fmt::Debug for Instrument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instrument({}, {} measures)", self.inner.name, self.inner.measures.len())
    }
}
