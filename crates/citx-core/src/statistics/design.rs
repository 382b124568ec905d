//! How a sample was drawn: strata, nested sampling units, finite populations, weights.

use std::sync::Arc;

use super::adjustment::{Adjusted, Adjustment};
use super::codes::{Codes, bad_row};
use super::crossed::greatest;
use super::exact::times_power_of_two;
use super::replicates::Replicates;
use crate::{Error, ErrorKind, Result};

/// What to do with a stratum of which one unit was drawn, and whose variance cannot be estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LonelyPsu {
    /// Refuse.
    #[default]
    Fail,
    /// It was drawn with certainty and adds no variance.
    Certainty,
    /// Its unit differs from the mean of all, not of its stratum.
    Adjust,
    /// It adds as much variance as the other strata do on average.
    Average,
}

impl LonelyPsu {
    /// The policy named `fail`, `certainty` (or `remove`, R's other name for it), `adjust` or `average`.
    ///
    /// # Errors
    /// `InvalidArgument` for another name.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "fail" => Ok(Self::Fail),
            "certainty" | "remove" => Ok(Self::Certainty),
            "adjust" => Ok(Self::Adjust),
            "average" => Ok(Self::Average),
            _ => {
                let message = format!("`lonely_psu` is `fail`, `certainty`, `adjust` or `average`, not `{name}`");
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
        }
    }
}

/// The columns a design is made of.
#[derive(Debug, Default)]
pub(crate) struct DesignColumns {
    pub rows: usize,
    pub weights: Option<(String, Vec<f64>)>,
    pub strata: Option<(String, Codes)>,
    pub psu: Vec<(String, Codes)>,
    pub fpc: Vec<(String, Vec<f64>)>,
    pub frame_size: Option<u64>,
    pub lonely: LonelyPsu,
}

/// A sample's design, checked and in the order that variances visit it.
#[derive(Clone, Debug)]
pub(crate) struct Design {
    /// Weight of each row, scaled by a power of two so that the largest lies in [1, 2).
    pub weights: Arc<Vec<f64>>,
    /// That power of two: a weight x 2^-`exponent` is what it is here.
    pub(super) exponent: i32,
    /// How many respondents each row stands for, where rows are counts.
    pub counts: Option<Vec<f64>>,
    /// Rows by stratum and unit.
    pub order: Arc<Vec<u32>>,
    pub(super) stages: Arc<Vec<Stage>>,
    pub(super) lonely: LonelyPsu,
    pub(super) strata: Option<String>,
    /// The weightings that it has been through, in order.
    pub(super) adjustments: Vec<Arc<Adjusted>>,
    /// Where variances come from replicate weights instead of the stages.
    pub(super) replicates: Option<Arc<Replicates>>,
}

/// A row's place in the first stage of sampling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Primary {
    pub stratum: u32,
    /// Its unit; nothing where each row is one.
    pub unit: Option<u32>,
    /// Units drawn in the stratum.
    pub sampled: f64,
    /// The share of the stratum that was not drawn.
    pub left_out: f64,
}

/// One stage of sampling: units drawn within parents (strata first, then units of the stage before).
#[derive(Clone, Debug)]
pub(super) struct Stage {
    /// Parent of each row.
    pub parents: Vec<u32>,
    /// Unit of each row; without, each row is a unit.
    pub units: Option<Vec<u32>>,
    /// Units drawn in each parent.
    pub sampled: Vec<f64>,
    /// Units there are in each parent.
    pub population: Option<Vec<f64>>,
}

impl Stage {
    /// The share of its units that was drawn from `parent`; 0 from an infinite population.
    pub fn fraction(&self, parent: u32) -> f64 {
        let at = parent as usize;
        self.population.as_ref().map_or(0.0, |population| self.sampled[at] / population[at])
    }
}

impl Design {
    /// The design of a table's columns, each as long as the table.
    ///
    /// # Errors
    /// `InvalidArgument` naming column and row, `OutOfRange` for a frame smaller than the sample, `InsufficientData` without a weight above 0.
    pub fn new(columns: DesignColumns) -> Result<Self> {
        let rows = columns.rows;
        let mut stages = nested_stages(&columns);
        if columns.fpc.is_empty() {
            if let (Some(frame), true) = (columns.frame_size, columns.psu.is_empty()) {
                use_frame(&mut stages, rows, frame)?;
            }
        } else {
            use_populations(&mut stages, &columns.fpc)?;
        }
        let mut weights = match columns.weights {
            Some((name, weights)) => {
                if let Some(row) = weights.iter().position(|weight| *weight < 0.0) {
                    return Err(bad_row(&name, row, "a weight must be 0 or more"));
                }
                weights
            }
            None if columns.fpc.is_empty() => vec![1.0; rows],
            None => (0..rows).map(|row| stages.iter().map(|stage| 1.0 / stage.fraction(stage.parents[row])).product()).collect(),
        };
        let exponent = scale(&mut weights)?;
        let mut order: Vec<u32> = (0..rows as u32).collect();
        if columns.strata.is_some() || !columns.psu.is_empty() {
            let path = |row: u32| stages.iter().map(move |stage| (stage.parents[row as usize], stage.unit(row)));
            order.sort_by(|&a, &b| path(a).cmp(path(b)));
        }
        let strata = columns.strata.map(|(name, _)| name);
        Ok(Self {
            weights: Arc::new(weights),
            exponent,
            counts: None,
            order: Arc::new(order),
            stages: Arc::new(stages),
            lonely: columns.lonely,
            strata,
            adjustments: Vec::new(),
            replicates: None,
        })
    }

    /// The design of answers counted: each row stands for `counts` respondents of a simple random sample of `sampled`.
    pub fn of_counts(counts: Vec<f64>, sampled: f64, frame: Option<f64>) -> Self {
        let rows = counts.len();
        let stage = Stage { parents: vec![0; rows], units: None, sampled: vec![sampled], population: frame.map(|frame| vec![frame]) };
        let order = Arc::new((0..rows as u32).collect());
        Self {
            weights: Arc::new(vec![1.0; rows]),
            exponent: 0,
            counts: Some(counts),
            order,
            stages: Arc::new(vec![stage]),
            lonely: LonelyPsu::Fail,
            strata: None,
            adjustments: Vec::new(),
            replicates: None,
        }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.weights.len()
    }

    /// For a design that drew respondents one by one, within strata or not, and whose variances are of its stages alone: the stratum of
    /// each, and how many were drawn in each stratum.
    pub fn strata_of_respondents(&self) -> Option<(&[u32], &[f64])> {
        let [stage] = self.stages.as_slice() else { return None };
        let plain = stage.units.is_none() && self.counts.is_none() && self.adjustments.is_empty() && self.replicates.is_none();
        plain.then_some((stage.parents.as_slice(), stage.sampled.as_slice()))
    }

    /// How many were drawn in a stratum of the first stage, and the share of it that was left out.
    pub fn stratum(&self, stratum: u32) -> (f64, f64) {
        self.stages.first().map_or((f64::NAN, f64::NAN), |stage| {
            let left_out = 1.0 - stage.fraction(stratum);
            (stage.sampled.get(stratum as usize).copied().unwrap_or(f64::NAN), if left_out < CERTAIN { 0.0 } else { left_out })
        })
    }

    /// What a scaled weight of 1 is on the weights' own scale.
    pub fn unit_weight(&self) -> f64 {
        times_power_of_two(1.0, self.exponent)
    }

    /// Where a row stands in the first stage.
    pub fn primary(&self, row: u32) -> Primary {
        self.stages.first().map_or(Primary { stratum: 0, unit: None, sampled: 0.0, left_out: 1.0 }, |stage| {
            let stratum = stage.parents[row as usize];
            let unit = stage.units.as_ref().map(|units| units[row as usize]);
            Primary { stratum, unit, sampled: stage.sampled[stratum as usize], left_out: 1.0 - stage.fraction(stratum) }
        })
    }

    /// The weights on their own scale.
    pub fn own_weights(&self) -> Vec<f64> {
        self.weights.iter().map(|weight| times_power_of_two(*weight, self.exponent)).collect()
    }

    /// The same design after a weighting: new weights on their own scale and, where the weighting met known totals, what it explains.
    ///
    /// # Errors
    /// `InsufficientData` without a weight above 0.
    pub fn reweighted(&self, mut weights: Vec<f64>, adjustment: Option<Adjustment>) -> Result<Self> {
        let exponent = scale(&mut weights)?;
        let weights = Arc::new(weights);
        let adjusted = |adjustment| Arc::new(Adjusted { adjustment, before: Arc::clone(&self.weights), after: Arc::clone(&weights) });
        let adjustments = self.adjustments.iter().cloned().chain(adjustment.map(adjusted)).collect();
        Ok(Self { weights, exponent, adjustments, ..self.clone() })
    }

    /// Whether respondents were drawn one by one from the whole population, and are weighted as they were drawn.
    pub fn is_simple(&self) -> bool {
        self.strata.is_none() && self.adjustments.is_empty() && self.stages.first().is_some_and(|stage| stage.units.is_none())
    }

    /// Whether variances come from replicate weights.
    pub fn has_replicates(&self) -> bool {
        self.replicates.is_some()
    }

    /// Whether it is a simple random sample in which all who count weigh the same, so that textbook formulas hold.
    pub fn is_unweighted(&self) -> bool {
        let mut counted = self.weights.iter().filter(|weight| **weight > 0.0);
        let first = counted.next().copied();
        self.is_simple() && self.replicates.is_none() && counted.all(|weight| Some(*weight) == first)
    }

    /// How many there are in the population that a simple sample was drawn from, where that is known.
    pub fn population(&self) -> Option<f64> {
        let stage = self.stages.first()?;
        stage.population.as_ref().and_then(|population| population.first()).copied().filter(|_| self.is_simple())
    }

    /// Whether everyone was asked, so that sampling left no uncertainty.
    pub fn is_exhaustive(&self) -> bool {
        self.stages.iter().all(|stage| (0..stage.sampled.len() as u32).all(|parent| 1.0 - stage.fraction(parent) < CERTAIN))
    }
}

/// Below this share left out, everything was drawn (R `survey`, `onestrat`).
pub(super) const CERTAIN: f64 = 1e-7;

impl Stage {
    /// The unit of a row, within all units of the stage.
    pub fn unit(&self, row: u32) -> u32 {
        self.units.as_ref().map_or(row, |units| units[row as usize])
    }
}

/// Stages from strata and unit columns: a unit is the pair of its parent and its label, so labels may repeat between parents.
fn nested_stages(columns: &DesignColumns) -> Vec<Stage> {
    let mut parents = columns.strata.as_ref().map_or_else(|| vec![0; columns.rows], |(_, codes)| codes.codes.clone());
    let mut groups = columns.strata.as_ref().map_or(1, |(_, codes)| codes.len());
    if columns.psu.is_empty() {
        let mut sampled = vec![0.0; groups];
        parents.iter().for_each(|&parent| sampled[parent as usize] += 1.0);
        return vec![Stage { parents, units: None, sampled, population: None }];
    }
    let mut stages = Vec::new();
    for (_, codes) in &columns.psu {
        let pairs: Vec<(u32, u32)> = parents.iter().copied().zip(codes.codes.iter().copied()).collect();
        let mut distinct = pairs.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let mut sampled = vec![0.0; groups];
        distinct.iter().for_each(|&(parent, _)| sampled[parent as usize] += 1.0);
        let units: Vec<u32> = pairs.iter().map(|pair| distinct.binary_search(pair).map_or(0, |at| at as u32)).collect();
        groups = distinct.len();
        let own_parents = std::mem::replace(&mut parents, units.clone());
        stages.push(Stage { parents: own_parents, units: Some(units), sampled, population: None });
    }
    stages
}

/// The frame's size shared out over the strata as the sample is: the same sampling fraction everywhere.
fn use_frame(stages: &mut [Stage], rows: usize, frame: u64) -> Result<()> {
    if frame < rows as u64 {
        return Err(Error::new(ErrorKind::OutOfRange, format!("`frame_size` is {frame}, but there are {rows} respondents")));
    }
    if let Some(stage) = stages.first_mut() {
        stage.population = Some(stage.sampled.iter().map(|sampled| sampled * frame as f64 / rows as f64).collect());
    }
    Ok(())
}

fn use_populations(stages: &mut [Stage], fpc: &[(String, Vec<f64>)]) -> Result<()> {
    if fpc.len() != stages.len() {
        let (wanted, found) = (stages.len(), fpc.len());
        return Err(Error::new(ErrorKind::InvalidArgument, format!("`fpc` needs one column for each of {wanted} stages, found {found}")));
    }
    let sizes = fpc.iter().any(|(_, values)| values.iter().any(|&value| value > 1.0));
    for (stage, (name, values)) in stages.iter_mut().zip(fpc) {
        let mut population = vec![f64::NAN; stage.sampled.len()];
        for (row, (&value, &parent)) in values.iter().zip(&stage.parents).enumerate() {
            let sampled = stage.sampled[parent as usize];
            if value <= 0.0 || (sizes && value < 1.0) {
                return Err(bad_row(name, row, "a finite population is a size of 1 or more, or everywhere a share in (0, 1]"));
            }
            let size = if sizes { value } else { sampled / value };
            let known = population[parent as usize];
            if !known.is_nan() && known != size {
                return Err(bad_row(name, row, "the finite population differs from that of earlier rows of the same stratum or unit"));
            }
            if size < sampled {
                return Err(bad_row(name, row, "the finite population is smaller than the sample drawn from it"));
            }
            population[parent as usize] = size;
        }
        stage.population = Some(population);
    }
    Ok(())
}

/// Scales by a power of two, which rounds nothing, so that no weight is too large or small to square; the power taken away.
fn scale(weights: &mut [f64]) -> Result<i32> {
    let exponent =
        exponent_of_largest(weights).ok_or_else(|| Error::new(ErrorKind::InsufficientData, "no respondent has a weight above 0"))?;
    match times_power_of_two(1.0, -exponent) {
        power if power.is_normal() => weights.iter_mut().for_each(|weight| *weight *= power),
        _ => weights.iter_mut().for_each(|weight| *weight = times_power_of_two(*weight, -exponent)),
    }
    Ok(exponent)
}

/// The power of two by which the largest weight is not far from 1, and no weight too large to square.
pub(crate) fn unscale(weights: &[f64]) -> f64 {
    times_power_of_two(1.0, -exponent_of_largest(weights).unwrap_or(0))
}

fn exponent_of_largest(weights: &[f64]) -> Option<i32> {
    let largest = greatest(weights);
    (largest > 0.0).then(|| (largest.to_bits() >> 52) as i32 - 1023)
}
