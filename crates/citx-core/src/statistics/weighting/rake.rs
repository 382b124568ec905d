use crate::statistics::crossed::{CellTable, Crossed, greatest};

/// Raked weights, and how they came about.
#[derive(Clone, Debug)]
pub(crate) struct Raked {
    pub weights: Vec<f64>,
    pub iterations: usize,
    /// Largest distance of a category from its target, as a share of the margin's total, after the last round.
    pub gap: f64,
    /// The margin of that category.
    pub worst: usize,
    /// Sum of each category of each margin before, and after.
    pub reached: Vec<(Vec<f64>, Vec<f64>)>,
}

/// Iterative proportional fitting (Deming and Stephan 1940), margin after margin, of what `crossed` has of the rows. `start` is its sums of
/// the weights, `targets` the total of each category of each margin. Rows of weight 0 keep it.
pub(crate) fn rake(weights: &[f64], start: &[CellTable], crossed: &Crossed, targets: &[&[f64]], tolerance: f64, most: usize) -> Raked {
    let mut fit = Fit::new(weights, start, crossed, targets);
    let mut raked = Raked { weights: Vec::new(), iterations: 0, gap: f64::INFINITY, worst: 0, reached: Vec::new() };
    let before = fit.reached();
    while raked.iterations < most {
        raked.iterations += 1;
        (0..fit.groups.len()).for_each(|group| fit.meet(group));
        (raked.gap, raked.worst) = fit.largest_gap(if raked.iterations < most { tolerance } else { f64::INFINITY });
        if raked.gap <= tolerance {
            break;
        }
    }
    raked.reached = before.into_iter().zip(fit.reached()).collect();
    raked.weights = crossed.changed(weights, &fit.factors, |weight, factor| weight * factor);
    raked
}

struct Fit<'a> {
    weights: &'a [f64],
    /// The largest weight.
    largest: f64,
    crossed: &'a Crossed,
    groups: Vec<FitGroup<'a>>,
    /// For each group the factor of each cell.
    factors: Vec<CellTable>,
}

/// Margins that share a table.
struct FitGroup<'a> {
    /// For each margin the category of each cell.
    categories: &'a [Vec<u32>],
    /// For each margin the total of each category.
    targets: &'a [&'a [f64]],
    /// Sums of the weights by cell, with the factors of the other groups; nothing since those changed.
    sums: Option<CellTable>,
}

impl<'a> Fit<'a> {
    fn new(weights: &'a [f64], start: &[CellTable], crossed: &'a Crossed, targets: &'a [&'a [f64]]) -> Self {
        let mut left = targets;
        let group = |(categories, start): (&'a [Vec<u32>], &CellTable)| {
            let (targets, rest) = left.split_at(categories.len());
            left = rest;
            FitGroup { categories, targets, sums: Some(start.clone()) }
        };
        let groups = crossed.categories().zip(start).map(group).collect();
        // Of cells without weight the factors could grow without end.
        let factors = start.iter().map(|sums| sums.iter().map(|&sum| f64::from(u8::from(sum > 0.0))).collect()).collect();
        Self { weights, largest: greatest(weights), crossed, groups, factors }
    }

    /// Makes the margins of a group meet their targets, one after the other.
    fn meet(&mut self, group: usize) {
        let sums = self.take_sums(group);
        let (own, factors) = (&self.groups[group], &mut self.factors[group]);
        for (categories, targets) in own.categories.iter().zip(own.targets) {
            let reached = by_category(weighted(&sums, factors), categories, targets.len());
            let steps: Vec<f64> =
                targets.iter().zip(reached).map(|(target, reached)| if reached > 0.0 { target / reached } else { 1.0 }).collect();
            factors.iter_mut().zip(categories).for_each(|(factor, &category)| *factor *= steps[category as usize]);
        }
        self.groups.iter_mut().for_each(|group| group.sums = None);
        self.groups[group].sums = Some(sums);
    }

    fn take_sums(&mut self, group: usize) -> CellTable {
        let kept = self.groups[group].sums.take();
        kept.unwrap_or_else(|| {
            let others = self.factors.iter().enumerate().filter(|&(other, _)| other != group);
            let most = others.fold(self.largest, |most, (_, factors)| most * greatest(factors));
            self.crossed.sums(group, self.weights, &self.factors, most, |weight, factor| weight * factor)
        })
    }

    /// The sum of each category of each margin of a group.
    fn reached_in(&mut self, group: usize) -> Vec<Vec<f64>> {
        let sums = self.take_sums(group);
        let own = &mut self.groups[group];
        let margins = own.categories.iter().zip(own.targets);
        let reached =
            margins.map(|(categories, targets)| by_category(weighted(&sums, &self.factors[group]), categories, targets.len())).collect();
        own.sums = Some(sums);
        reached
    }

    fn reached(&mut self) -> Vec<Vec<f64>> {
        (0..self.groups.len()).flat_map(|group| self.reached_in(group)).collect()
    }

    /// The largest distance of a category from its target, as a share of the margin's total, and that category's margin; or one that is
    /// above `enough`, found sooner.
    fn largest_gap(&mut self, enough: f64) -> (f64, usize) {
        let mut worst = (0.0, 0);
        // The group that was met last has its sums at hand.
        for group in (0..self.groups.len()).rev() {
            let reached = self.reached_in(group);
            let first: usize = self.groups[..group].iter().map(|group| group.targets.len()).sum();
            for (margin, (targets, reached)) in self.groups[group].targets.iter().zip(reached).enumerate() {
                let all: f64 = targets.iter().sum();
                for gap in targets.iter().zip(reached).map(|(target, reached)| (target - reached).abs() / all) {
                    if gap > worst.0 || gap.is_nan() {
                        worst = (gap, first + margin);
                    }
                }
            }
            if worst.0 > enough {
                break;
            }
        }
        worst
    }
}

fn weighted<'a>(sums: &'a [f64], factors: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    sums.iter().zip(factors).map(|(sum, factor)| sum * factor)
}

/// The sum of each category of a margin from the sums of cells.
pub(crate) fn by_category(sums: impl IntoIterator<Item = f64>, categories: &[u32], count: usize) -> Vec<f64> {
    let mut reached = vec![0.0; count];
    sums.into_iter().zip(categories).for_each(|(sum, &category)| reached[category as usize] += sum);
    reached
}
