mod scale;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use arrow_array::{BooleanArray, StringArray};
use serde::Deserialize;

pub use scale::ScaleOptions;
pub(crate) use scale::{Figure, Reading, Scale};

use super::sample_size::Precision;
use crate::statistics::{DecimalSum, round_half_up};
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
    ratios: Vec<Ratio>,
    precision: Option<Precision>,
    experimental: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    pub code: String,
    #[serde(default)]
    asks_about: String,
    /// The scale of its question, or of each of its items.
    scale: String,
    #[serde(default)]
    pub not_applicable: bool,
    #[serde(default)]
    pub filter: String,
    #[serde(default)]
    pub tenures: Vec<String>,
    /// Codes of the measures whose values are averaged for each respondent who answered all of them.
    #[serde(default)]
    pub items: Vec<String>,
    /// What each item counts; without, all count the same.
    #[serde(default)]
    item_weights: Vec<f64>,
    /// Why the measure is not yet confirmed against its source.
    #[serde(default)]
    experimental: String,
    #[serde(skip)]
    scale_at: usize,
}

/// A figure of counts, not of answers: completed by started, cost by transaction.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ratio {
    code: String,
    asks_about: String,
    numerator: String,
    denominator: String,
    #[serde(default)]
    times: u32,
    unit: String,
    decimals: u32,
    /// Whether the numerator is part of the denominator.
    #[serde(default)]
    part: bool,
    #[serde(default)]
    polarity: String,
    definition: String,
    #[serde(default)]
    experimental: String,
}

/// A figure of counts that were all counted, so that no sample stands between them and it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Counted {
    /// The figure: a proportion where the numerator is part of the denominator.
    pub value: f64,
    /// Sum of the numerators.
    pub numerator: f64,
    /// Sum of the denominators.
    pub denominator: f64,
    /// The standard's own text form.
    pub published: String,
    /// Its unit.
    pub published_unit: String,
    /// Whether the value is exactly 1, which the text may say of one that is not.
    pub is_exactly_1: bool,
    /// The method in words.
    pub definition: String,
    /// As those of [`super::Estimate`].
    pub warnings: Vec<String>,
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
    #[serde(default)]
    experimental: String,
    #[serde(default)]
    scale: BTreeMap<String, ScaleOptions>,
    #[serde(default)]
    measure: Vec<Measure>,
    #[serde(default)]
    ratio: Vec<Ratio>,
    precision: Option<Precision>,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { suppressed: "[S]".into(), no_answers: None }
    }
}

macro_rules! shipped {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../data/instruments/", $name, ".toml")))),*]
    };
}

const BUILTIN: [(&str, &str); 18] = shipped![
    "acsi",
    "canada-cmt",
    "ces-1",
    "ces-2",
    "csat",
    "govmetric",
    "govuk-satisfaction",
    "govuk-service",
    "nhs-fft",
    "nhs-fft-2013",
    "nhs-fft-2014",
    "nps",
    "omb-a11-280-2018",
    "omb-a11-280-2024",
    "star-2020",
    "start-2015",
    "tsm-2022",
    "ukcsi"
];

impl Instrument {
    /// The instruments that ship with citx, by name.
    pub fn builtin_names() -> Vec<&'static str> {
        BUILTIN.iter().map(|(name, _)| *name).collect()
    }

    /// An instrument that ships with citx, such as `tsm-2022` or `nps`.
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
            experimental: String::new(),
            scale,
            measure: Vec::new(),
            ratio: Vec::new(),
            precision: None,
        })
    }

    fn from_file(mut file: InstrumentFile) -> Result<Self> {
        let called = format!("instrument `{}`", file.name);
        let named = |error: Error| error.context(called.clone());
        let scales: Vec<Scale> = std::mem::take(&mut file.scale)
            .into_iter()
            .map(|(name, options)| Scale::new(name, options))
            .collect::<Result<_>>()
            .map_err(named)?;
        let mut measures = std::mem::take(&mut file.measure);
        if (scales.is_empty() && file.ratio.is_empty()) || (measures.is_empty() && scales.len() > 1) {
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
        check_items(&measures).map_err(named)?;
        if let Some(ratio) = file.ratio.iter().find(|ratio| measures.iter().any(|measure| measure.code == ratio.code)) {
            return Err(named(invalid(format!("measure `{}` is there twice", ratio.code))));
        }
        if let Some(precision) = &file.precision {
            precision.check().map_err(named)?;
        }
        let InstrumentFile { name, title, source, symbols, precision, experimental, ratio, .. } = file;
        Ok(Self { inner: Arc::new(Inner { name, title, source, symbols, scales, measures, ratios: ratio, precision, experimental }) })
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

    /// Its measures as a table: measure, asks_about, scale, excluded, filter, tenures, not_applicable, source, figure, answers, polarity,
    /// definition, experimental. Those of counts have no scale; their `answers` are numerator and denominator.
    pub fn explain(&self) -> Table {
        let Inner { measures, ratios, scales, source, experimental, .. } = &*self.inner;
        let own = |note: &str| Some(if note.is_empty() { experimental } else { note }.to_owned()).filter(|note| !note.is_empty());
        let polarity = |lower: bool| Some(if lower { "lower" } else { "higher" }.to_owned());
        let text = |name: &str,
                    of_measure: &dyn Fn(&Measure, Option<&Scale>) -> Option<String>,
                    of_ratio: &dyn Fn(&Ratio) -> Option<String>| {
            let cells = measures.iter().map(|measure| of_measure(measure, scales.get(measure.scale_at))).chain(ratios.iter().map(of_ratio));
            Column::new(name, Arc::new(cells.collect::<StringArray>()))
        };
        let not_applicable = measures.iter().map(|measure| Some(measure.not_applicable)).chain(ratios.iter().map(|_| Some(false)));
        let columns = [
            text("measure", &|measure, _| Some(measure.code.clone()), &|ratio| Some(ratio.code.clone())),
            text("asks_about", &|measure, _| Some(measure.asks_about.clone()), &|ratio| Some(ratio.asks_about.clone())),
            text("scale", &|_, scale| scale.map(|scale| scale.name.clone()), &|_| None),
            text("excluded", &|_, scale| scale.map(|scale| scale.excluded.join(", ")), &|_| None),
            text("filter", &|measure, _| (!measure.filter.is_empty()).then(|| measure.filter.clone()), &|_| None),
            text("tenures", &|measure, _| Some(measure.tenures.join(", ")), &|_| None),
            Column::new("not_applicable", Arc::new(not_applicable.collect::<BooleanArray>())),
            text("source", &|_, _| Some(source.clone()), &|_| Some(source.clone())),
            text("figure", &|_, scale| scale.map(|scale| scale.figure.unit().to_owned()), &|ratio| Some(ratio.unit.clone())),
            text("answers", &|_, scale| scale.map(|scale| scale.answers().join(", ")), &|ratio| {
                Some(format!("{}, {}", ratio.numerator, ratio.denominator))
            }),
            text("polarity", &|_, scale| scale.and_then(|scale| polarity(scale.lower_is_better)), &|ratio| {
                polarity(ratio.polarity == "lower")
            }),
            text("definition", &|_, scale| scale.map(|scale| scale.definition.clone()), &|ratio| Some(ratio.definition.clone())),
            text("experimental", &|measure, _| own(&measure.experimental), &|ratio| own(&ratio.experimental)),
        ];
        Table::from_columns(columns)
            .unwrap_or_else(|_| Table::from_batch(arrow_array::RecordBatch::new_empty(Arc::new(arrow_schema::Schema::empty()))))
    }

    /// A measure of counts, pooled over periods: the sum of the numerators by the sum of the denominators, never a mean of means.
    ///
    /// ```
    /// # use citx_core::satisfaction::Instrument;
    /// let service = Instrument::builtin("govuk-service")?;
    /// let completed = service.counted("COMPLETION_RATE", &[(90.0, 100.0), (40.0, 100.0)])?;
    /// assert_eq!((completed.value, completed.published.as_str()), (0.65, "65.0"));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `UnknownName` for the measure, `InvalidArgument` for counts below 0 or a part that is more than the whole, `InsufficientData` where
    /// nothing was counted.
    pub fn counted(&self, measure: &str, periods: &[(f64, f64)]) -> Result<Counted> {
        let ratio = self.inner.ratios.iter().find(|ratio| ratio.code == measure);
        let ratio =
            ratio.ok_or_else(|| unknown_name("measure of counts", measure, self.inner.ratios.iter().map(|ratio| ratio.code.as_str())))?;
        if let Some(at) = periods.iter().position(|(a, b)| !(*a >= 0.0 && *b >= 0.0 && a.is_finite() && b.is_finite())) {
            return Err(invalid(format!("period {}: `{}` and `{}` are numbers of 0 or more", at + 1, ratio.numerator, ratio.denominator)));
        }
        if let Some(at) = periods.iter().position(|(a, b)| ratio.part && a > b) {
            return Err(invalid(format!("period {}: `{}` is part of `{}` and cannot be more", at + 1, ratio.numerator, ratio.denominator)));
        }
        let sum = |of: fn(&(f64, f64)) -> f64| {
            periods.iter().map(of).fold(DecimalSum::default(), |mut sum, term| {
                sum.merge(&DecimalSum::from(term));
                sum
            })
        };
        let (a, b) = (sum(|period| period.0), sum(|period| period.1));
        let total = |of: fn(&(f64, f64)) -> f64| periods.iter().map(of).collect::<crate::statistics::ExactSum>().value();
        let (numerator, denominator) = (total(|period| period.0), total(|period| period.1));
        let published = round_half_up(&a, &b, ratio.times.max(1), ratio.decimals);
        let published = published.ok_or_else(|| Error::new(ErrorKind::InsufficientData, format!("`{}` is 0", ratio.denominator)))?;
        let experimental = !(ratio.experimental.is_empty() && self.inner.experimental.is_empty());
        Ok(Counted {
            value: numerator / denominator,
            numerator,
            denominator,
            published,
            published_unit: ratio.unit.clone(),
            is_exactly_1: numerator == denominator,
            definition: ratio.definition.clone(),
            warnings: if experimental { vec!["Experimental".into()] } else { Vec::new() },
        })
    }

    /// Whether a measure is not yet confirmed against its source.
    pub(crate) fn is_experimental(&self, measure: &str) -> bool {
        let own = self.inner.measures.iter().find(|known| known.code == measure).is_some_and(|known| !known.experimental.is_empty());
        own || !self.inner.experimental.is_empty()
    }

    /// The items of a composite measure with their weights, which add up to 1; none of a single question.
    pub(crate) fn items(&self, measure: &str) -> Vec<(&str, f64)> {
        let Some(measure) = self.inner.measures.iter().find(|known| known.code == measure) else { return Vec::new() };
        let all = if measure.item_weights.is_empty() { measure.items.len() as f64 } else { measure.item_weights.iter().sum() };
        let weight = |at: usize| measure.item_weights.get(at).copied().unwrap_or(1.0) / all;
        measure.items.iter().enumerate().map(|(at, item)| (item.as_str(), weight(at))).collect()
    }

    pub(crate) fn definitions(&self) -> &[Measure] {
        &self.inner.measures
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

    pub(crate) fn symbols(&self) -> &Symbols {
        &self.inner.symbols
    }

    pub(crate) fn precision(&self) -> Option<&Precision> {
        self.inner.precision.as_ref()
    }
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

/// Items are measures of their own, answered on the composite's scale.
fn check_items(measures: &[Measure]) -> Result<()> {
    for measure in measures.iter().filter(|measure| !measure.items.is_empty()) {
        let single =
            |item: &String| measures.iter().any(|known| known.code == *item && known.items.is_empty() && known.scale == measure.scale);
        if !measure.items.iter().all(single) {
            return Err(invalid(format!("measure `{}`: its `items` are not measures of its scale", measure.code)));
        }
        let weights = &measure.item_weights;
        if !weights.is_empty()
            && (weights.len() != measure.items.len() || weights.iter().any(|weight| !(*weight > 0.0 && weight.is_finite())))
        {
            return Err(invalid(format!("measure `{}`: `item_weights` are one number above 0 for each item", measure.code)));
        }
    }
    Ok(())
}

impl fmt::Debug for Instrument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instrument({}, {} measures)", self.inner.name, self.inner.measures.len())
    }
}

#[cfg(test)]
mod tests;
