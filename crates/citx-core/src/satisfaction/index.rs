//! How one citizen's experience stands, from what they said and did at each touchpoint.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, StringArray};
use serde::Deserialize;

use super::instrument::invalid;
use crate::statistics::codes::{Codes, bad_row, numbers};
use crate::statistics::{ExactSum, symmetric_interval, t_quantile};
use crate::table::{Column, Table, Value, unknown_name};
use crate::time::{DAY_MICROS, TimeZone, Timestamp};
use crate::{Bitmap, Error, ErrorKind, Result, citizens::Population};

/// What the index is made of: versioned data that a data protection officer can read and change.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IndexParameters {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it is described.
    pub source: String,
    /// Weight at neutral that stands against the first touchpoints.
    pub prior: f64,
    /// Touchpoints older than this are left out, in days.
    pub window_days: f64,
    kind: BTreeMap<String, Kind>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    worst: Option<f64>,
    best: Option<f64>,
    /// The value of every touchpoint of this kind, in [-1, 1].
    fixed: Option<f64>,
    weight: f64,
    half_life_days: f64,
    reason: String,
}

/// Which columns of a table of touchpoints are what.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct IndexColumns {
    /// Column of the citizen's key.
    pub citizen: String,
    /// Column of the instant or date (midnight UTC).
    pub at: String,
    /// Column of the kind, as the parameters name it.
    pub kind: String,
    /// Column of the number; null for kinds of a fixed value.
    pub value: Option<String>,
    /// Column of the channel.
    pub channel: Option<String>,
    /// Column of the service.
    pub service: Option<String>,
    /// Column of an id by which a touchpoint that comes twice is counted once.
    pub id: Option<String>,
}

impl IndexColumns {
    /// Touchpoints of these columns.
    pub fn new(citizen: impl Into<String>, at: impl Into<String>, kind: impl Into<String>, value: impl Into<String>) -> Self {
        Self { citizen: citizen.into(), at: at.into(), kind: kind.into(), value: Some(value.into()), ..Self::default() }
    }
}

/// The CitX index of every citizen with a touchpoint: 50 + 50 sum(w v) / (sum(w) + prior), where v in [-1, 1] is what a touchpoint says and
/// w = weight x 2^(-age / half life). Experimental, a construct of citx; it is no ground for a decision about what a citizen is entitled to.
///
/// ```
/// use std::sync::Arc;
/// use citx_core::satisfaction::{CitxIndex, IndexColumns, IndexParameters};
/// use citx_core::table::{Column, Table, Value};
/// use citx_core::time::{TimeZone, Timestamp};
/// let at = |text: &str| Timestamp::parse(text, TimeZone::UTC).ok();
/// let touchpoints = Table::from_columns([
///     Column::text("id", [Some("C-17"), Some("C-17")]),
///     Column::timestamp("at", [at("2026-11-01"), at("2026-05-05")]),
///     Column::text("kind", [Some("rating"), Some("complaint")]),
///     Column::float("value", [Some(5.0), None]),
/// ])?;
/// let as_of = Timestamp::parse("2026-11-01", TimeZone::UTC)?;
/// let index = CitxIndex::new(&touchpoints, &IndexColumns::new("id", "at", "kind", "value"), &IndexParameters::builtin()?, as_of)?;
/// // 1 at weight 1, -1 at weight 1.5 x 2^(-180 / 365)
/// let complaint = 1.5 * (-180.0_f64 / 365.0).exp2();
/// assert_eq!(index.table().column("citx_index")?.value(0), Value::Float(50.0 + 50.0 * (1.0 - complaint) / (1.0 + complaint + 1.0)));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CitxIndex {
    parameters: IndexParameters,
    key: String,
    citizens: Vec<String>,
    kinds: Vec<String>,
    /// Sorted by citizen, then instant, kind and value.
    touchpoints: Vec<Touchpoint>,
    /// Where each citizen's touchpoints begin.
    starts: Vec<usize>,
    channels: Option<Codes>,
    services: Option<Codes>,
}

#[derive(Clone, Copy, Debug)]
struct Touchpoint {
    citizen: u32,
    at: i64,
    kind: u32,
    value: f64,
    weight: f64,
    row: u32,
}

const BUILTIN: &str = include_str!("../../data/index/citx-index.toml");

/// Fewer citizens than this make a mean that swings too much to be read without care.
const SMALL_BASE: u64 = 30;

impl IndexParameters {
    /// The parameters that ship with citx.
    ///
    /// # Errors
    /// None that are known of.
    pub fn builtin() -> Result<Self> {
        Self::parse(BUILTIN)
    }

    /// Parameters of one's own from TOML, as `data/index/citx-index.toml`.
    ///
    /// # Errors
    /// `InvalidArgument` naming the line, or what is out of range.
    pub fn parse(text: &str) -> Result<Self> {
        let parameters: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
            invalid(format!("the parameters cannot be read, line {line}: {}", error.message()))
        })?;
        let positive = |x: f64| x > 0.0 && x.is_finite();
        if !(parameters.prior >= 0.0 && parameters.prior.is_finite() && positive(parameters.window_days)) {
            return Err(invalid("`prior` must be 0 or more, `window_days` above 0"));
        }
        for (name, kind) in &parameters.kind {
            let scale = match (kind.fixed, kind.worst, kind.best) {
                (Some(fixed), None, None) => (-1.0..=1.0).contains(&fixed),
                (None, Some(worst), Some(best)) => worst.is_finite() && best.is_finite() && worst != best,
                _ => false,
            };
            if !(scale && positive(kind.weight) && positive(kind.half_life_days)) || kind.reason.is_empty() {
                let needs = "`worst` and `best` or a `fixed` value in [-1, 1], `weight` and `half_life_days` above 0, and a `reason`";
                return Err(invalid(format!("kind `{name}` needs {needs}")));
            }
        }
        Ok(parameters)
    }
}

impl CitxIndex {
    /// The index of everyone with a touchpoint in the window that ends at `as_of`; what is later is not known yet and left out.
    ///
    /// # Errors
    /// `UnknownName` for a column or kind; `InvalidArgument` naming column and row of a null citizen, an instant that is none, or a value
    /// off its scale.
    pub fn new(table: &Table, columns: &IndexColumns, parameters: &IndexParameters, as_of: Timestamp) -> Result<Self> {
        let codes = |name: &str| Codes::of(&table.column(name)?);
        let citizens = codes(&columns.citizen)?.require(&columns.citizen, "citizen")?;
        let kinds = codes(&columns.kind)?.require(&columns.kind, "kind")?;
        let known: Vec<&Kind> = kinds
            .labels
            .iter()
            .map(|label| {
                parameters
                    .kind
                    .get(label)
                    .ok_or_else(|| unknown_name("kind of touchpoint", label, parameters.kind.keys().map(String::as_str)))
            })
            .collect::<Result<_>>()?;
        let values = match &columns.value {
            Some(name) => numbers(&table.column(name)?)?,
            None => vec![None; table.num_rows()],
        };
        let at = instants(&table.column(&columns.at)?, &columns.at)?;
        let ids = columns.id.as_deref().map(codes).transpose()?;
        let mut seen = ids.as_ref().map(|ids| vec![false; ids.len()]);
        let mut touchpoints = Vec::new();
        for row in 0..table.num_rows() {
            let kind = known[kinds.codes[row] as usize];
            let value = kind
                .value(values[row])
                .ok_or_else(|| bad_row(columns.value.as_deref().unwrap_or("value"), row, "not a number of this kind's scale"))?;
            let age = (as_of.as_micros() - at[row]) as f64 / DAY_MICROS as f64;
            if !(0.0..=parameters.window_days).contains(&age) {
                continue;
            }
            if let (Some(ids), Some(seen)) = (&ids, &mut seen)
                && let Some(seen) = seen.get_mut(ids.codes[row] as usize)
                && std::mem::replace(seen, true)
            {
                continue;
            }
            let weight = kind.weight * (-age / kind.half_life_days).exp2();
            touchpoints.push(Touchpoint {
                citizen: citizens.codes[row],
                at: at[row],
                kind: kinds.codes[row],
                value,
                weight,
                row: row as u32,
            });
        }
        touchpoints.sort_unstable_by(|a, b| {
            (a.citizen, a.at, a.kind).cmp(&(b.citizen, b.at, b.kind)).then(a.value.total_cmp(&b.value)).then(a.row.cmp(&b.row))
        });
        let mut starts: Vec<usize> =
            (0..touchpoints.len()).filter(|&at| at == 0 || touchpoints[at].citizen != touchpoints[at - 1].citizen).collect();
        let names = starts.iter().map(|&at| citizens.labels[touchpoints[at].citizen as usize].clone()).collect();
        starts.push(touchpoints.len());
        let optional = |name: &Option<String>| name.as_deref().map(codes).transpose();
        Ok(Self {
            parameters: parameters.clone(),
            key: columns.citizen.clone(),
            citizens: names,
            kinds: kinds.labels,
            channels: optional(&columns.channel)?,
            services: optional(&columns.service)?,
            touchpoints,
            starts,
        })
    }

    /// One row a citizen, by key: the key column, citx_index (0 to 100), touchpoints, weight, last_at.
    pub fn table(&self) -> Table {
        let each = || self.starts.windows(2).map(|range| &self.touchpoints[range[0]..range[1]]);
        let columns = [
            Column::text(self.key.clone(), self.citizens.iter().map(Some)),
            Column::new("citx_index", Arc::new(each().map(|own| self.index(own.iter())).collect::<Float64Array>())),
            Column::new("touchpoints", Arc::new(each().map(|own| Some(own.len() as i64)).collect::<Int64Array>())),
            Column::new("weight", Arc::new(each().map(|own| Some(weight(own.iter()))).collect::<Float64Array>())),
            Column::timestamp("last_at", each().map(|own| own.last().map(|last| Timestamp::from_micros(last.at)))),
        ];
        Table::from_columns(columns)
            .unwrap_or_else(|_| Table::from_batch(arrow_array::RecordBatch::new_empty(Arc::new(arrow_schema::Schema::empty()))))
    }

    /// One citizen's touchpoints, the newest first, with what each adds to the index above or below 50: at, kind, channel, service, value
    /// (in [-1, 1]), weight, contribution. The contributions and 50 add up to the index.
    ///
    /// # Errors
    /// `NotFound` for a citizen without touchpoints.
    pub fn explain(&self, citizen: &str) -> Result<Table> {
        let place = self.citizens.iter().position(|known| known == citizen);
        let place = place.ok_or_else(|| Error::new(ErrorKind::NotFound, "the citizen has no touchpoint in the window"))?;
        let own: Vec<&Touchpoint> = self.touchpoints[self.starts[place]..self.starts[place + 1]].iter().rev().collect();
        let all = weight(own.iter().copied()) + self.parameters.prior;
        let label = |codes: &Option<Codes>, row: u32| {
            codes.as_ref().and_then(|codes| codes.labels.get(codes.codes[row as usize] as usize).cloned())
        };
        let number = |name: &str, of: &dyn Fn(&Touchpoint) -> f64| {
            Column::new(name, Arc::new(own.iter().map(|touchpoint| Some(of(touchpoint))).collect::<Float64Array>()))
        };
        Table::from_columns([
            Column::timestamp("at", own.iter().map(|touchpoint| Some(Timestamp::from_micros(touchpoint.at)))),
            Column::text("kind", own.iter().map(|touchpoint| self.kinds.get(touchpoint.kind as usize))),
            Column::text("channel", own.iter().map(|touchpoint| label(&self.channels, touchpoint.row))),
            Column::text("service", own.iter().map(|touchpoint| label(&self.services, touchpoint.row))),
            number("value", &|touchpoint| touchpoint.value),
            number("weight", &|touchpoint| touchpoint.weight),
            number("contribution", &|touchpoint| 50.0 * touchpoint.weight * touchpoint.value / all),
        ])
    }

    /// The mean index of the citizens of a segment, or of all, overall and by `channel` or `service`, where each counts only the
    /// touchpoints there: by, group, value, std_error, ci_low, ci_high, level, n, unit, method, warnings. Citizens are taken as a simple
    /// sample of those the service will have.
    ///
    /// # Errors
    /// `InvalidArgument` for another breakdown, or one whose column was not named.
    pub fn by(&self, breakdowns: &[&str], members: Option<(&Population, &Bitmap)>, level: f64) -> Result<Table> {
        super::estimate::check_level(level)?;
        let member = |citizen: &str| members.is_none_or(|(people, mask)| people.find(citizen).is_some_and(|row| mask.get(row)));
        let included: Vec<bool> = self.citizens.iter().map(|citizen| member(citizen)).collect();
        let mut rows = vec![(None, None, self.means(&included, None))];
        for name in breakdowns {
            let codes = match *name {
                "channel" => self.channels.as_ref(),
                "service" => self.services.as_ref(),
                _ => return Err(invalid("the index is broken down by `channel` or `service`")),
            };
            let codes = codes.ok_or_else(|| invalid(format!("the touchpoints have no column for `{name}`")))?;
            for (code, label) in codes.labels.iter().enumerate() {
                rows.push((Some(*name), Some(label.as_str()), self.means(&included, Some((codes, code as u32)))));
            }
        }
        means_table(&rows, level)
    }

    /// The index of each included citizen from the touchpoints of one group.
    fn means(&self, included: &[bool], group: Option<(&Codes, u32)>) -> Vec<f64> {
        let own = |(range, _): (&[usize], _)| {
            let touchpoints = self.touchpoints[range[0]..range[1]].iter();
            self.index(touchpoints.filter(|touchpoint| group.is_none_or(|(codes, code)| codes.codes[touchpoint.row as usize] == code)))
        };
        self.starts.windows(2).zip(included).filter(|(_, included)| **included).filter_map(own).collect()
    }

    /// The index of some touchpoints; nothing without one.
    fn index<'a>(&self, touchpoints: impl Iterator<Item = &'a Touchpoint> + Clone) -> Option<f64> {
        let all = weight(touchpoints.clone());
        let sum = touchpoints.map(|touchpoint| touchpoint.weight * touchpoint.value).collect::<ExactSum>().value();
        (all > 0.0).then(|| 50.0 + 50.0 * sum / (all + self.parameters.prior))
    }
}

impl Kind {
    fn value(&self, given: Option<f64>) -> Option<f64> {
        match (self.fixed, self.worst, self.best) {
            (Some(fixed), ..) => Some(fixed),
            (None, Some(worst), Some(best)) => {
                let value = 2.0 * (given? - worst) / (best - worst) - 1.0;
                (-1.0..=1.0).contains(&value).then_some(value)
            }
            _ => None,
        }
    }
}

fn weight<'a>(touchpoints: impl Iterator<Item = &'a Touchpoint>) -> f64 {
    touchpoints.map(|touchpoint| touchpoint.weight).collect::<ExactSum>().value()
}

fn instants(column: &Column, name: &str) -> Result<Vec<i64>> {
    let instant = |(row, value): (usize, Value)| {
        let instant = match value {
            Value::Timestamp(at) => Some(at),
            Value::Date(date) => date.midnight(TimeZone::UTC),
            Value::Text(text) => Timestamp::parse(&text, TimeZone::UTC).ok(),
            _ => None,
        };
        instant.map(Timestamp::as_micros).ok_or_else(|| bad_row(name, row, "not an instant"))
    };
    column.values().enumerate().map(instant).collect()
}

type Mean<'a> = (Option<&'a str>, Option<&'a str>, Vec<f64>);

fn means_table(rows: &[Mean<'_>], level: f64) -> Result<Table> {
    let mean = |values: &[f64]| values.iter().copied().collect::<ExactSum>().value() / values.len() as f64;
    let error = |values: &[f64]| {
        let (n, centre) = (values.len() as f64, mean(values));
        (values.iter().map(|value| (value - centre).powi(2)).collect::<ExactSum>().value() / (n - 1.0) / n).sqrt()
    };
    let interval = |values: &[f64]| match error(values) {
        error if error > 0.0 => symmetric_interval(mean(values), error, t_quantile(1.0 - (1.0 - level) / 2.0, values.len() as f64 - 1.0)),
        _ => (f64::NAN, f64::NAN),
    };
    let number = |name: &str, of: &dyn Fn(&[f64]) -> f64| {
        Column::new(name, Arc::new(rows.iter().map(|row| Some(of(&row.2)).filter(|x| !x.is_nan())).collect::<Float64Array>()))
    };
    let warnings = |values: &[f64]| if (values.len() as u64) < SMALL_BASE { "Experimental; SmallBase" } else { "Experimental" };
    Table::from_columns([
        Column::new("by", Arc::new(rows.iter().map(|row| row.0).collect::<StringArray>())),
        Column::new("group", Arc::new(rows.iter().map(|row| row.1).collect::<StringArray>())),
        number("value", &mean),
        number("std_error", &error),
        number("ci_low", &|values| interval(values).0),
        number("ci_high", &|values| interval(values).1),
        number("level", &|_| level),
        Column::new("n", Arc::new(rows.iter().map(|row| Some(row.2.len() as i64)).collect::<Int64Array>())),
        Column::text("unit", rows.iter().map(|_| Some("citx_index"))),
        Column::text("method", rows.iter().map(|_| Some("t"))),
        Column::text("warnings", rows.iter().map(|row| Some(warnings(&row.2)))),
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn as_of() -> Timestamp {
        Timestamp::parse("2026-11-01", TimeZone::UTC).expect("an instant")
    }

    fn made(rows: &[(&str, i64, &str, Option<f64>, &str)]) -> Result<CitxIndex> {
        let at = |days: i64| Some(Timestamp::from_micros(as_of().as_micros() - days * DAY_MICROS));
        let table = Table::from_columns([
            Column::text("id", rows.iter().map(|row| Some(row.0))),
            Column::timestamp("at", rows.iter().map(|row| at(row.1))),
            Column::text("kind", rows.iter().map(|row| Some(row.2))),
            Column::float("value", rows.iter().map(|row| row.3)),
            Column::text("channel", rows.iter().map(|row| Some(row.4))),
        ])?;
        let columns = IndexColumns { channel: Some("channel".into()), ..IndexColumns::new("id", "at", "kind", "value") };
        CitxIndex::new(&table, &columns, &IndexParameters::builtin()?, as_of())
    }

    fn numbers_of(table: &Table, column: &str) -> Vec<f64> {
        numbers(&table.column(column).expect("a column")).expect("numbers").into_iter().map(|x| x.unwrap_or(f64::NAN)).collect()
    }

    #[test]
    fn later_and_forgotten_touchpoints_say_nothing_and_one_does_not_swing_to_the_end() {
        let index =
            made(&[("a", 0, "rating", Some(5.0), "web"), ("b", -1, "rating", Some(5.0), "web"), ("c", 731, "rating", Some(5.0), "web")]);
        let table = index.expect("an index").table();
        assert_eq!((table.num_rows(), numbers_of(&table, "citx_index")), (1, vec![75.0]));
        assert!(made(&[]).expect("an index").table().num_rows() == 0);
    }

    #[test]
    fn bad_touchpoints_are_named() {
        let problem = |rows: &[(&str, i64, &str, Option<f64>, &str)]| made(rows).expect_err("bad").to_string();
        assert!(problem(&[("a", 0, "rating", Some(6.0), "web")]).contains("row 1"));
        assert!(problem(&[("a", 0, "rating", None, "web")]).contains("row 1"));
        assert!(problem(&[("a", 0, "rating", Some(f64::NAN), "web")]).contains("row 1"));
        assert!(problem(&[("a", 0, "mood", Some(1.0), "web")]).contains("kind of touchpoint"));
        let index = made(&[("a", 0, "effort", Some(7.0), "web")]).expect("an index");
        assert!(index.explain("b").is_err() && index.by(&["colour"], None, 0.95).is_err() && index.by(&["service"], None, 0.95).is_err());
        assert!(IndexParameters::parse(&BUILTIN.replace("prior = 1.0", "prior = -1.0")).is_err());
        assert!(IndexParameters::parse(&BUILTIN.replace("best = 5", "best = 1")).is_err());
    }

    #[test]
    fn groups_are_means_over_citizens_with_their_uncertainty() {
        let index =
            made(&[("a", 0, "rating", Some(5.0), "web"), ("a", 0, "rating", Some(1.0), "phone"), ("b", 0, "rating", Some(3.0), "web")])
                .expect("an index");
        let table = index.by(&["channel"], None, 0.95).expect("groups");
        assert_eq!(numbers_of(&table, "value"), [50.0, 25.0, 62.5]);
        assert!(numbers_of(&table, "ci_low")[0].is_nan(), "equal indices are no certainty");
        let people = Population::from_table(Table::from_columns([Column::text("id", [Some("b"), Some("z")])]).expect("a table"), "id")
            .expect("people");
        let mask = Bitmap::from_words(vec![0b11], 2);
        let segment = index.by(&[], Some((&people, &mask)), 0.95).expect("a segment");
        assert_eq!((numbers_of(&segment, "value"), numbers_of(&segment, "n")), (vec![50.0], vec![1.0]));
        let people = people.with_features(
            &Table::from_columns([Column::text("id", [Some("b")]), Column::float("citx_index", [Some(50.0)])]).expect("a table"),
        );
        assert_eq!(people.expect("joined").row("z").expect("a citizen").get("citx_index"), Some(&Value::Null));
    }

    proptest! {
        #[test]
        fn contributions_add_up_and_the_order_of_rows_changes_no_bit(
            rows in proptest::collection::vec((0_usize..3, 0_i64..900, 0_usize..3, 1.0_f64..5.0), 1..40),
        ) {
            let kinds = ["rating", "complaint", "effort"];
            let rows: Vec<_> = rows.iter().map(|&(citizen, days, kind, value)| (["a", "b", "c"][citizen], days, kinds[kind], Some(value), "web")).collect();
            let index = made(&rows).expect("an index");
            let table = index.table();
            let indices = numbers_of(&table, "citx_index");
            for (citizen, own) in index.citizens.iter().zip(&indices) {
                let parts: f64 = numbers_of(&index.explain(citizen).expect("touchpoints"), "contribution").iter().sum();
                prop_assert!((50.0 + parts - own).abs() < 1e-9 && (0.0..=100.0).contains(own));
            }
            let reversed: Vec<_> = rows.iter().rev().copied().collect();
            prop_assert_eq!(numbers_of(&made(&reversed).expect("an index").table(), "citx_index"), indices);
        }
    }
}
