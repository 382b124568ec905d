//! Where each unit of a survey from counts stands: its sample against the one required, and its figures among its peers'.

use std::collections::{BTreeMap, HashMap};

use citx::report::{Figure, Peers, Sample, Standing};
use citx::satisfaction::{quantile, standings};
use citx::{Column, Instrument, Result, Table, Value};

use crate::project::CountsColumns;
use crate::survey::{Asked, UNIT};
use crate::text;

/// What the counts' table says of each unit beside its counts.
struct Unit {
    /// The first column of its name.
    name: String,
    population: Option<u64>,
    responses: Option<u64>,
    peers: String,
}

/// Every unit's figures with their places among the peers.
pub(crate) struct Standings {
    units: BTreeMap<String, Unit>,
    figures: Vec<(String, Figure)>,
    /// Where each unit's figures stand in `figures`.
    of_unit: HashMap<String, Vec<usize>>,
}

impl Standings {
    /// The standings of a table of scores by unit; nothing where the survey is not from counts.
    pub(crate) fn new(asked: &Asked, scores: &Table, columns: &CountsColumns) -> Result<Option<Self>> {
        let Some(counts) = &asked.counts else { return Ok(None) };
        let units = units(counts, columns)?;
        let about = asks_about(asked.instrument.as_ref());
        let mut figures: Vec<(String, Figure)> = Vec::new();
        for mut figure in Figure::read(scores)? {
            let Some(unit) = figure.group.take().filter(|group| units.contains_key(group)) else { continue };
            figure.by = None;
            figure.about = about.get(&figure.measure).cloned();
            figures.push((unit, figure));
        }
        place(&units, &mut figures);
        let mut of_unit: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, (unit, _)) in figures.iter().enumerate() {
            of_unit.entry(unit.clone()).or_default().push(at);
        }
        Ok(Some(Self { units, figures, of_unit }))
    }

    /// The units called `landlord`: by their whole name, or by its first column.
    pub(crate) fn called(&self, landlord: &str, instrument: Option<&Instrument>) -> Vec<Standing> {
        let called = |(name, unit): &(&String, &Unit)| *name == landlord || unit.name == landlord;
        self.units.iter().filter(called).map(|(name, unit)| self.standing(name, unit, instrument)).collect()
    }

    /// Every unit.
    pub(crate) fn all(&self, instrument: Option<&Instrument>) -> Vec<Standing> {
        self.units.iter().map(|(name, unit)| self.standing(name, unit, instrument)).collect()
    }

    /// Each unit's sample against the one that the standard requires.
    pub(crate) fn samples(&self, instrument: &Instrument) -> Result<Table> {
        let samples: Vec<(&String, Sample)> =
            self.units.iter().filter_map(|(name, unit)| Some((name, sample(unit, instrument)?))).collect();
        let whole = |name: &str, cell: fn(&Sample) -> u64| {
            Column::integer(name, samples.iter().map(|(_, sample)| i64::try_from(cell(sample)).ok()))
        };
        let share = |name: &str, cell: fn(&Sample) -> f64| Column::float(name, samples.iter().map(|(_, sample)| Some(cell(sample))));
        Table::from_columns([
            Column::text(UNIT, samples.iter().map(|(name, _)| Some(name))),
            whole("population", |sample| sample.population),
            whole("required", |sample| sample.required),
            whole("achieved", |sample| sample.achieved),
            share("required_moe", |sample| sample.required_moe),
            share("achieved_moe", |sample| sample.achieved_moe),
        ])
    }

    /// The name among the units that may have been meant.
    pub(crate) fn nearest(&self, landlord: &str) -> Option<&str> {
        let names = self.units.iter().flat_map(|(name, unit)| [name.as_str(), unit.name.as_str()]);
        let similar = names.map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &landlord.to_lowercase()), name));
        similar.filter(|(likeness, _)| *likeness > 0.85).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
    }

    fn standing(&self, name: &str, unit: &Unit, instrument: Option<&Instrument>) -> Standing {
        let mut standing = Standing::default();
        name.clone_into(&mut standing.name);
        standing.peers = if unit.peers.is_empty() { "all units".to_owned() } else { unit.peers.clone() };
        let figures = self.of_unit.get(name).into_iter().flatten();
        standing.figures = figures.filter_map(|at| self.figures.get(*at)).map(|(_, figure)| figure.clone()).collect();
        standing.sample = instrument.and_then(|instrument| sample(unit, instrument));
        standing
    }

    /// The scores with the columns `peers`, `rank` and `quartile`.
    pub(crate) fn add_to(&self, scores: &Table) -> Result<Table> {
        let places: HashMap<(String, String), &Peers> = self
            .figures
            .iter()
            .filter_map(|(unit, figure)| Some(((unit.clone(), figure.measure.clone()), figure.peers.as_ref()?)))
            .collect();
        let (measure, group) = (scores.column("measure")?, scores.column("group")?);
        let key = |row: usize| (text::cell(&group.value(row)), text::cell(&measure.value(row)));
        let cells: Vec<Option<&Peers>> = (0..scores.num_rows()).map(|row| places.get(&key(row)).copied()).collect();
        let column = |name: &str, cell: fn(&Peers) -> u64| {
            Column::integer(name, cells.iter().map(|peers| peers.and_then(|peers| i64::try_from(cell(peers)).ok())))
        };
        let added = [
            column("peers", |peers| peers.count),
            column("rank", |peers| peers.rank),
            column("quartile", |peers| u64::from(peers.quartile)),
        ];
        Table::from_columns(scores.columns().chain(added))
    }
}

/// What each measure asks about, in the instrument's few words.
pub(crate) fn asks_about(instrument: Option<&Instrument>) -> HashMap<String, String> {
    let Some(table) = instrument.map(Instrument::explain) else { return HashMap::new() };
    let (Ok(measure), Ok(about)) = (table.column("measure"), table.column("asks_about")) else { return HashMap::new() };
    (0..table.num_rows())
        .map(|row| (text::cell(&measure.value(row)), text::cell(&about.value(row))))
        .filter(|(_, about)| !about.is_empty())
        .collect()
}

fn units(counts: &Table, columns: &CountsColumns) -> Result<BTreeMap<String, Unit>> {
    let column = |name: &Option<String>| name.as_ref().map(|name| counts.column(name)).transpose();
    let (unit, first) = (counts.column(UNIT)?, columns.unit.first().filter(|name| *name != UNIT));
    let first = first.map_or_else(|| counts.column(UNIT), |name| counts.column(name))?;
    let (population, responses, peers) = (column(&columns.frame_size)?, column(&columns.responses)?, column(&columns.peers)?);
    let whole = |column: &Option<Column>, row: usize| match column.as_ref()?.value(row) {
        Value::Integer(number) => u64::try_from(number).ok(),
        Value::Float(number) if (0.0..1e15).contains(&number) => Some(number.round() as u64),
        _ => None,
    };
    let mut units = BTreeMap::new();
    for row in 0..counts.num_rows() {
        units.entry(text::cell(&unit.value(row))).or_insert_with(|| Unit {
            name: text::cell(&first.value(row)),
            population: whole(&population, row),
            responses: whole(&responses, row),
            peers: peers.as_ref().map_or_else(String::new, |peers| text::cell(&peers.value(row))),
        });
    }
    Ok(units)
}

fn sample(unit: &Unit, instrument: &Instrument) -> Option<Sample> {
    let (population, achieved) = (unit.population?, unit.responses?);
    let required = instrument.sample_size(population).ok()?;
    let achieved_moe = instrument.margin_of_error(achieved, population).ok()?;
    Some(Sample { population, required: required.required, achieved, required_moe: required.moe, achieved_moe })
}

/// Gives each figure its rank and quartile among the figures of the same measure and the same peers.
fn place(units: &BTreeMap<String, Unit>, figures: &mut [(String, Figure)]) {
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, (unit, figure)) in figures.iter().enumerate() {
        let peers = units.get(unit).map_or_else(String::new, |unit| unit.peers.clone());
        groups.entry((peers, figure.measure.clone())).or_default().push(at);
    }
    for members in groups.values() {
        let value = |at: &usize| figures.get(*at).and_then(|(_, figure)| figure.value).unwrap_or(f64::NAN);
        let values: Vec<f64> = members.iter().map(value).collect();
        let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let quartiles = (quantile(&sorted, 0.25), quantile(&sorted, 0.5), quantile(&sorted, 0.75));
        for (at, place) in members.iter().zip(standings(&values)) {
            if let (Some((_, figure)), Some(place)) = (figures.get_mut(*at), place) {
                figure.peers = Some(Peers { count: place.peers, rank: place.rank, quartile: place.quartile, quartiles });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_figures_share_the_better_rank() {
        let unit = |name: &str| (name.to_owned(), Unit { name: name.into(), population: None, responses: None, peers: String::new() });
        let units = BTreeMap::from(["a", "b", "c", "d"].map(unit));
        let figure = |name: &str, value: Option<f64>| {
            let mut figure = Figure::default();
            figure.value = value;
            (name.to_owned(), figure)
        };
        let mut figures = vec![figure("a", Some(0.5)), figure("b", Some(0.7)), figure("c", Some(0.5)), figure("d", None)];
        place(&units, &mut figures);
        let ranks: Vec<Option<u64>> = figures.iter().map(|(_, figure)| figure.peers.as_ref().map(|peers| peers.rank)).collect();
        assert_eq!(ranks, [Some(2), Some(1), Some(2), None]);
        assert!(figures.iter().filter_map(|(_, figure)| figure.peers.as_ref()).all(|peers| peers.count == 3));
    }
}
