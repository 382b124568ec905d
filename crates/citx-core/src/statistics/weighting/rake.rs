use crate::statistics::cells::Occupied;
use crate::statistics::exact::times_power_of_two;

/// What raking needs to know of one margin.
#[derive(Clone, Debug)]
pub(crate) struct RakingMargin<'a> {
    /// Category of each row.
    pub codes: &'a [u32],
    /// Total of each category.
    pub targets: &'a [f64],
}

/// Raked weights, and how they came about.
#[derive(Clone, Debug)]
pub(crate) struct Raked {
    pub weights: Vec<f64>,
    pub cells: Occupied,
    pub iterations: usize,
    /// Largest distance of a category from its target, as a share of the margin's total, after the last round.
    pub gap: f64,
    /// The margin of that category.
    pub worst: usize,
    /// Sum of each category of each margin before, and after.
    pub reached: Vec<(Vec<f64>, Vec<f64>)>,
}

/// Iterative proportional fitting (Deming and Stephan 1940) of the weights' cells, not of the rows: all rows of a cell keep their
/// proportions, so that one factor for each cell is all there is to find. Rows of weight 0 keep it.
///
/// Cells are visited in sorted order and their sums are free of the order of rows.
pub(crate) fn rake(weights: &[f64], margins: &[RakingMargin<'_>], tolerance: f64, most: usize) -> Raked {
    let codes: Vec<&[u32]> = margins.iter().map(|margin| margin.codes).collect();
    let sizes: Vec<usize> = margins.iter().map(|margin| margin.targets.len()).collect();
    let cells = Occupied::new(&codes, &sizes, weights);
    let start = sums_by_code(weights, &cells.of_row, cells.count);
    let mut sums = start.clone();
    let mut raked = Raked { weights: Vec::new(), cells, iterations: 0, gap: f64::INFINITY, worst: 0, reached: Vec::new() };
    while raked.iterations < most {
        raked.iterations += 1;
        for (margin, categories) in margins.iter().zip(&raked.cells.categories) {
            let reached = by_category(&sums, categories, margin.targets.len());
            let factors: Vec<f64> =
                margin.targets.iter().zip(reached).map(|(target, reached)| if reached > 0.0 { target / reached } else { 1.0 }).collect();
            sums.iter_mut().zip(categories).for_each(|(sum, &category)| *sum *= factors[category as usize]);
        }
        (raked.gap, raked.worst) = largest_gap(&sums, margins, &raked.cells.categories);
        if raked.gap <= tolerance {
            break;
        }
    }
    let each = margins.iter().zip(&raked.cells.categories);
    raked.reached =
        each.map(|(margin, own)| (by_category(&start, own, margin.targets.len()), by_category(&sums, own, margin.targets.len()))).collect();
    let factors: Vec<f64> = sums.iter().zip(&start).map(|(sum, start)| sum / start).collect();
    let factor = |(weight, &cell): (&f64, &u32)| factors.get(cell as usize).map_or(*weight, |factor| weight * factor);
    raked.weights = weights.iter().zip(&raked.cells.of_row).map(factor).collect();
    raked
}

fn by_category(sums: &[f64], categories: &[u32], count: usize) -> Vec<f64> {
    let mut reached = vec![0.0; count];
    sums.iter().zip(categories).for_each(|(sum, &category)| reached[category as usize] += sum);
    reached
}

fn largest_gap(sums: &[f64], margins: &[RakingMargin<'_>], categories: &[Vec<u32>]) -> (f64, usize) {
    let gap = |(margin, categories): (&RakingMargin<'_>, &Vec<u32>)| {
        let all: f64 = margin.targets.iter().sum();
        let reached = by_category(sums, categories, margin.targets.len());
        margin.targets.iter().zip(reached).map(|(target, reached)| (target - reached).abs() / all).fold(0.0, f64::max)
    };
    let gaps = margins.iter().zip(categories).map(gap);
    gaps.enumerate().fold((0.0, 0), |worst, (at, gap)| if gap > worst.0 || gap.is_nan() { (gap, at) } else { worst })
}

/// Sum of the weights of each code in fixed point, which no order of the rows can change: 38 bits of the largest weight and 30 below them
/// are kept, enough for sums of 2^24 rows in 63 bits and beyond what a weight says. Codes beyond `count` are left out.
pub(crate) fn sums_by_code(weights: &[f64], codes: &[u32], count: usize) -> Vec<f64> {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let exponent = 37 - ((largest.to_bits() >> 52) as i32 - 1023);
    let unit = times_power_of_two(1.0, exponent.min(1023));
    let mut sums = vec![(0_i64, 0_i64); count];
    for (&weight, &code) in weights.iter().zip(codes) {
        if let Some((high, low)) = sums.get_mut(code as usize) {
            let scaled = weight * unit;
            let whole = scaled as i64;
            *high += whole;
            *low += ((scaled - whole as f64) * (1_i64 << 30) as f64) as i64;
        }
    }
    sums.into_iter().map(|(high, low)| (high as f64 + low as f64 / (1_i64 << 30) as f64) / unit).collect()
}

/// Kish's effective sample size. The scale of the weights is no part of it, and is taken away: their squares may leave the range of doubles.
pub(crate) fn effective(weights: &[f64]) -> f64 {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let unit = times_power_of_two(1.0, 1023 - (largest.to_bits() >> 52) as i32);
    let weights: Vec<f64> = weights.iter().map(|weight| weight * unit).collect();
    let all = vec![0; weights.len()];
    let sum = |weights: &[f64]| sums_by_code(weights, &all, 1).first().copied().unwrap_or(f64::NAN);
    sum(&weights).powi(2) / sum(&weights.iter().map(|weight| weight * weight).collect::<Vec<_>>())
}
