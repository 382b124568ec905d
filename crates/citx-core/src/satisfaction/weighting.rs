//! Weights that meet a population's known totals, each weighting a new survey.

use std::sync::Arc;

use arrow_array::{Float64Array, StringArray};

use super::Survey;
use super::answers::Answers;
use super::groups::Groups;
use super::instrument::invalid;
use crate::statistics::adjustment::{Adjustment, Regression};
use crate::statistics::codes::{bad_row, numbers};
use crate::statistics::crossed::{CellTable, Crossed};
use crate::statistics::design::unscale;
use crate::statistics::weighting::calibrate::{Distance, calibrate};
use crate::statistics::weighting::rake::{Raked, by_category, rake};
use crate::statistics::weighting::trim::{TrimRule, trim};
use crate::statistics::{ExactSum, Parts};
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result};

/// A classification of citizens whose totals are known: names as in [`Survey::scores`], crossed where there are several, and the total of
/// each category. Totals are numbers of citizens, or shares where they add up to 1, which are of the sum of the weights.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Margin {
    /// Names, crossed where there are several.
    pub by: Vec<String>,
    /// Category and total; categories of a crossed margin are written as its groups are, `a x b`.
    pub totals: Vec<(String, f64)>,
}

impl Margin {
    /// The totals of the categories of `by`.
    pub fn new(by: impl Into<Vec<String>>, totals: impl Into<Vec<(String, f64)>>) -> Self {
        Self { by: by.into(), totals: totals.into() }
    }
}

/// When raking stops.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RakeOptions {
    /// Largest distance of a category from its target, as a share of the margin's total.
    pub tolerance: f64,
    /// Rounds over all margins before it is given up.
    pub max_iterations: usize,
}

impl Default for RakeOptions {
    fn default() -> Self {
        Self { tolerance: 1e-12, max_iterations: 1000 }
    }
}

/// What calibration meets, and how.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CalibrateOptions {
    /// Categorical columns with the total of each category.
    pub margins: Vec<Margin>,
    /// Numeric columns with the total of each.
    pub totals: Vec<(String, f64)>,
    /// How many citizens there are, where no margin says so.
    pub population: Option<f64>,
    /// `linear` (the default), `raking` or `logit`, which needs bounds.
    pub distance: String,
    /// Least and greatest factor of a weight; without, any.
    pub bounds: Option<(f64, f64)>,
    /// Largest distance of a total from its target, over 1 + the target.
    pub tolerance: f64,
    /// Steps before it is given up.
    pub max_iterations: usize,
}

impl Default for CalibrateOptions {
    fn default() -> Self {
        Self {
            margins: Vec::new(),
            totals: Vec::new(),
            population: None,
            distance: "linear".into(),
            bounds: None,
            tolerance: 1e-11,
            max_iterations: 200,
        }
    }
}

/// Which weights are trimmed, and what becomes of what they lose.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrimOptions {
    /// Weights below are raised to this.
    pub lower: Option<f64>,
    /// Weights above are cut to this.
    pub upper: Option<f64>,
    /// What the bounds are: `weight` (the default), multiples of the `mean` weight, or `quantile`s of the weights (Hyndman and Fan's type 7).
    pub of: String,
    /// What becomes of the weight taken away:
    ///
    /// | Rule | What is taken is |
    /// |---|---|
    /// | `redistribute` (default) | shared out equally over the weights not trimmed, some of which may pass the cap (R `trimWeights`) |
    /// | `strict` | shared out again until no weight is outside (R `strict = TRUE`) |
    /// | `rescale` | restored by multiplying all weights, so that trimmed ones may pass the cap (balance) |
    pub rule: String,
}

impl Default for TrimOptions {
    fn default() -> Self {
        Self { lower: None, upper: None, of: "weight".into(), rule: "redistribute".into() }
    }
}

/// How a weighting went.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Weighting {
    /// `post-stratification`, `raking`, `calibration` with its distance, or `trimming` with its rule.
    pub method: String,
    /// Rounds or steps.
    pub iterations: u64,
    /// Largest distance from a target: of a category as a share of its margin's total, of a calibrated total over 1 + the total.
    pub gap: f64,
    /// For each category or total: margin, category, target, before, after.
    pub margins: Table,
    /// Respondents with a weight above 0.
    pub n: u64,
    /// Kish's effective sample size before, in respondents.
    pub n_eff_before: f64,
    /// Kish's effective sample size after.
    pub n_eff: f64,
    /// Kish's design effect of the weights before: n sum(w^2) / sum(w)^2.
    pub deff_before: f64,
    /// Kish's design effect of the weights after.
    pub deff: f64,
    /// `n_eff` over `n`, a proportion: the weighting efficiency.
    pub efficiency: f64,
    /// Least weight after.
    pub smallest: f64,
    /// Greatest weight after.
    pub largest: f64,
    /// Least and greatest factor of a weight.
    pub factors: (f64, f64),
    /// How many weights were trimmed.
    pub trimmed: u64,
}

/// What a weighting makes of one set of weights.
struct Weighted {
    weights: Vec<f64>,
    adjustment: Option<Adjustment>,
    iterations: usize,
    gap: f64,
    trimmed: usize,
    /// Sum of each category of each margin before, and after.
    reached: Vec<(Vec<f64>, Vec<f64>)>,
}

/// The respondents by the margins asked for last, kept for the next time the same are.
pub(super) struct Classification {
    names: Vec<Vec<String>>,
    margins: Vec<Arc<Groups>>,
    crossed: Arc<Crossed>,
    /// The sums of the survey's own weights by cell.
    sums: Vec<CellTable>,
    /// For each margin which categories have a respondent with a weight.
    present: Vec<Vec<bool>>,
}

/// A survey's weights on their own scale, kept from weighting to weighting.
pub(super) struct OwnWeights {
    weights: Vec<f64>,
    sum: f64,
    spread: Spread,
}

/// How weights are spread out.
struct Spread {
    /// How many are above 0.
    count: f64,
    /// Kish's effective sample size: sum(w)^2 / sum(w^2).
    effective: f64,
    smallest: f64,
    largest: f64,
    /// Least and greatest factor from the weights before to these.
    factors: (f64, f64),
}

/// Margins and a target for each category of each.
struct Classified {
    of: Arc<Classification>,
    targets: Vec<Vec<f64>>,
}

impl Survey {
    /// The same survey with weights that meet the total of each category of one margin, or of each cell of several names crossed
    /// (Holt and Smith 1979). Variances are of what the post-strata leave.
    ///
    /// # Errors
    /// `InvalidArgument` naming a category without a target or a target that nobody in the sample is of, a row without category, or a total
    /// that is not above 0.
    pub fn post_stratify(&self, margin: &Margin) -> Result<Self> {
        let answers = self.answers()?;
        let margins = answers.classified(std::slice::from_ref(margin))?;
        answers.weigh("post-stratification", &margins, &[], |weights| {
            let raked = margins.rake(answers, weights, 0.0, 1);
            let adjustment = Some(Adjustment::PostStrata(Arc::clone(&margins.of.crossed)));
            Ok(Weighted { gap: raked.gap, reached: raked.reached, ..Weighted::new(raked.weights, adjustment, 1) })
        })
    }

    /// The same survey with weights that meet the totals of each margin, by iterative proportional fitting (Deming and Stephan 1940).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use citx_core::satisfaction::{Margin, RakeOptions, Survey, SurveyOptions};
    /// # use citx_core::table::{Column, Table};
    /// # use arrow_array::StringArray;
    /// let column = |name: &str, values: [&'static str; 4]| Column::new(name, Arc::new(StringArray::from(values.to_vec())));
    /// let table = Table::from_columns([column("age", ["young", "young", "young", "old"]), column("sex", ["f", "m", "f", "m"])])?;
    /// let margin = |name: &str, totals: [(&str, f64); 2]| {
    ///     Margin::new([name.to_owned()], totals.map(|(category, total)| (category.to_owned(), total)))
    /// };
    /// let margins = [margin("age", [("young", 0.5), ("old", 0.5)]), margin("sex", [("f", 0.4), ("m", 0.6)])];
    /// let survey = Survey::from_table(&table, &SurveyOptions::default())?.rake(&margins, &RakeOptions::default())?;
    /// let old = survey.proportion("age", "old", &Default::default())?;
    /// assert_eq!((old.value * 1e9).round(), 5e8);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Survey::post_stratify`]; `InvalidArgument` for margins of different totals, `NotConverged` naming the margin and the gap.
    pub fn rake(&self, margins: &[Margin], options: &RakeOptions) -> Result<Self> {
        let answers = self.answers()?;
        if margins.is_empty() || options.tolerance.is_nan() || options.tolerance < 0.0 || options.max_iterations == 0 {
            return Err(invalid("raking needs a margin, a `tolerance` of 0 or more and `max_iterations` of 1 or more"));
        }
        let margins = answers.classified(margins)?;
        answers.weigh("raking", &margins, &[], |weights| {
            let tolerance = options.tolerance.max(1e-15);
            let raked = margins.rake(answers, weights, tolerance, options.max_iterations);
            if raked.gap > tolerance || !raked.gap.is_finite() {
                let name = &margins.of.margins[raked.worst].name;
                let message = format!(
                    "raking is {:.3e} of the total from the target of margin `{name}` after {} rounds",
                    raked.gap, raked.iterations
                );
                return Err(Error::new(ErrorKind::NotConverged, message));
            }
            let adjustment = Some(Adjustment::Raking(Arc::clone(&margins.of.crossed)));
            Ok(Weighted { gap: raked.gap, reached: raked.reached, ..Weighted::new(raked.weights, adjustment, raked.iterations) })
        })
    }

    /// The same survey with weights as close as may be to those of before that meet categories' and columns' totals (Deville and Sarndal
    /// 1992; R `calibrate`).
    ///
    /// # Errors
    /// As [`Survey::post_stratify`]; `InvalidArgument` for bounds that do not hold 1 between them, `NotConverged` naming the total and the gap.
    pub fn calibrate(&self, options: &CalibrateOptions) -> Result<Self> {
        let answers = self.answers()?;
        let (distance, bounds) = options.checked()?;
        let margins = answers.classified(&options.margins)?;
        let totals = answers.totals(options)?;
        let (auxiliaries, targets, names) = auxiliaries(&margins, &totals);
        answers.weigh(&format!("calibration, {}", options.distance), &margins, &totals, |weights| {
            let found =
                calibrate(weights, &auxiliaries, &targets, (distance, bounds), (options.tolerance.max(1e-15), options.max_iterations));
            let found = found.ok_or_else(|| {
                let message = "the totals cannot be met: auxiliary variables depend on each other, or bounds are too narrow";
                Error::new(ErrorKind::NotConverged, message)
            })?;
            if found.gap.is_nan() || found.gap > options.tolerance.max(1e-15) {
                let message =
                    format!("calibration is {:.3e} from the total of {} after {} steps", found.gap, names[found.worst], found.iterations);
                return Err(Error::new(ErrorKind::NotConverged, message));
            }
            let after: Vec<f64> = weights.iter().zip(&found.factors).map(|(weight, factor)| weight * factor).collect();
            if after.iter().any(|weight| *weight < 0.0) {
                let message = "calibration makes weights below 0; give `bounds`, or use the distance `raking`";
                return Err(Error::new(ErrorKind::NotConverged, message));
            }
            let adjustment = Adjustment::Calibration(Regression::new(&auxiliaries, weights, &after));
            Ok(Weighted { gap: found.gap, ..Weighted::new(after, Some(adjustment), found.iterations) })
        })
    }

    /// The same survey without weights beyond bounds. What is taken from some is given to others, by the rule that is named; variances are
    /// as before.
    ///
    /// # Errors
    /// `InvalidArgument` without a bound, for bounds that cross, or where no weight is left to take what others lose.
    pub fn trim(&self, options: &TrimOptions) -> Result<Self> {
        let answers = self.answers()?;
        let rule = match options.rule.as_str() {
            "redistribute" => TrimRule::Redistribute,
            "strict" => TrimRule::RedistributeStrictly,
            "rescale" => TrimRule::Rescale,
            other => return Err(invalid(format!("`rule` is `redistribute`, `strict` or `rescale`, not `{other}`"))),
        };
        let (lower, upper) = options.bounds(&answers.own().weights)?;
        answers.weigh(&format!("trimming, {}", options.rule), &answers.classified(&[])?, &[], |weights| {
            let (weights, trimmed, rounds) = trim(weights, lower, upper, rule)
                .ok_or_else(|| invalid("no weight lies within the bounds, to take what the others lose"))?;
            Ok(Weighted { trimmed, ..Weighted::new(weights, None, rounds) })
        })
    }

    /// How the last weighting went; nothing for weights as they came.
    pub fn weighting(&self) -> Option<Arc<Weighting>> {
        self.answers().ok().and_then(|answers| answers.weighting.clone())
    }
}

impl Weighted {
    fn new(weights: Vec<f64>, adjustment: Option<Adjustment>, iterations: usize) -> Self {
        Self { weights, adjustment, iterations, gap: 0.0, trimmed: 0, reached: Vec::new() }
    }
}

impl CalibrateOptions {
    fn checked(&self) -> Result<(Distance, (f64, f64))> {
        let distance = match self.distance.as_str() {
            "linear" => Distance::Linear,
            "raking" => Distance::Raking,
            "logit" => Distance::Logit,
            other => return Err(invalid(format!("`distance` is `linear`, `raking` or `logit`, not `{other}`"))),
        };
        let (low, high) = self.bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        if !(low < 1.0 && high > 1.0) {
            return Err(invalid("`bounds` are a factor below 1 and one above 1"));
        }
        if distance == Distance::Logit && !(low.is_finite() && high.is_finite()) {
            return Err(invalid("the distance `logit` needs finite `bounds`"));
        }
        if self.margins.is_empty() && self.totals.is_empty() && self.population.is_none() {
            return Err(invalid("calibration needs the totals of a column"));
        }
        Ok((distance, (low, high)))
    }
}

impl TrimOptions {
    fn bounds(&self, weights: &[f64]) -> Result<(f64, f64)> {
        let mut positive: Vec<f64> = weights.iter().copied().filter(|weight| *weight > 0.0).collect();
        positive.sort_unstable_by(f64::total_cmp);
        let bound = |bound: f64| match self.of.as_str() {
            "weight" => Ok(bound),
            "mean" => Ok(bound * positive.iter().sum::<f64>() / positive.len() as f64),
            "quantile" if (0.0..=1.0).contains(&bound) => Ok(super::quantile(&positive, bound)),
            "quantile" => Err(invalid("a quantile lies between 0 and 1")),
            other => Err(invalid(format!("`of` is `weight`, `mean` or `quantile`, not `{other}`"))),
        };
        let lower = self.lower.map_or(Ok(0.0), bound)?;
        let upper = self.upper.map_or(Ok(f64::INFINITY), bound)?;
        if self.lower.is_none() && self.upper.is_none() || !(lower >= 0.0 && lower < upper) {
            return Err(invalid("trimming needs `lower` or `upper`, of 0 or more and the lower below the upper"));
        }
        Ok((lower, upper))
    }
}

impl Answers {
    /// A new survey of the weights that `weighting` makes of this one's, and of each replicate's.
    fn weigh(
        &self,
        method: &str,
        margins: &Classified,
        totals: &[(String, Vec<f64>, f64)],
        weighting: impl Fn(&[f64]) -> Result<Weighted>,
    ) -> Result<Survey> {
        let OwnWeights { weights: before, spread: spread_before, .. } = self.own();
        let Weighted { weights, adjustment, iterations, gap, trimmed, reached } = weighting(before)?;
        let spread = Spread::of(&weights, before);
        let diagnostics = Weighting {
            method: method.to_owned(),
            iterations: iterations as u64,
            gap,
            margins: margins_table(margins, totals, reached, (before, &weights))?,
            n: spread_before.count as u64,
            n_eff_before: spread_before.effective,
            n_eff: spread.effective,
            deff_before: spread_before.count / spread_before.effective,
            deff: spread_before.count / spread.effective,
            efficiency: spread.effective / spread_before.count,
            smallest: spread.smallest,
            largest: spread.largest,
            factors: spread.factors,
            trimmed: trimmed as u64,
        };
        let design = self.design.reweighted(weights, adjustment)?;
        let design = design.with_replicates_reweighted(&self.design, |weights| Ok(weighting(weights)?.weights))?;
        Ok(self.reweighted(design, diagnostics))
    }

    fn own(&self) -> &OwnWeights {
        self.kept_weights.get_or_init(|| {
            let weights = self.design.own_weights();
            let (sum, spread) = (weights.iter().copied().collect::<ExactSum>().value(), Spread::of(&weights, &weights));
            OwnWeights { weights, sum, spread }
        })
    }

    fn classified(&self, margins: &[Margin]) -> Result<Classified> {
        let of = self.classification(margins)?;
        let targets = margins.iter().enumerate().map(|(at, margin)| of.targets(at, margin, self.own().sum)).collect::<Result<Vec<_>>>()?;
        let all = |targets: &Vec<f64>| targets.iter().sum::<f64>();
        let mut totals = of.margins.iter().zip(targets.iter().map(all));
        let (first, one) = totals.next().map_or(("", f64::NAN), |(groups, all)| (groups.name.as_str(), all));
        if let Some((groups, other)) = totals.find(|(_, other)| (one - other).abs() > 1e-6 * other) {
            let message = format!("the totals of margin `{first}` add up to {one}, those of `{}` to {other}", groups.name);
            return Err(invalid(message));
        }
        Ok(Classified { of, targets })
    }

    fn classification(&self, margins: &[Margin]) -> Result<Arc<Classification>> {
        let names = || margins.iter().map(|margin| &margin.by);
        let mut kept = self.kept_classification.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.names.iter().eq(names())) {
            return Ok(Arc::clone(kept));
        }
        let groups = names().map(|names| self.groups(names)).collect::<Result<Vec<_>>>()?;
        let present = groups.iter().map(|groups| self.present(groups)).collect::<Result<Vec<_>>>()?;
        let codes: Vec<&[u32]> = groups.iter().map(|groups| groups.codes.codes.as_slice()).collect();
        let sizes: Vec<usize> = groups.iter().map(|groups| groups.codes.len()).collect();
        let weights = &self.own().weights;
        let crossed = Crossed::new(&codes, &sizes, weights);
        let sums = crossed.weights(weights);
        let made =
            Arc::new(Classification { names: names().cloned().collect(), margins: groups, crossed: Arc::new(crossed), sums, present });
        if !margins.is_empty() {
            *kept = Some(Arc::clone(&made));
        }
        Ok(made)
    }

    /// Which categories have a respondent with a weight.
    fn present(&self, groups: &Groups) -> Result<Vec<bool>> {
        let mut present = vec![false; groups.codes.len()];
        for (row, &code) in groups.codes.codes.iter().enumerate().filter(|&(row, _)| self.design.weights[row] > 0.0) {
            match present.get_mut(code as usize) {
                Some(present) => *present = true,
                None => {
                    return Err(bad_row(&groups.name, row, "no category; leave the row out, or make missing a category of its own"));
                }
            }
        }
        Ok(present)
    }

    /// Numeric columns with their totals; the number of citizens is the total of ones.
    fn totals(&self, options: &CalibrateOptions) -> Result<Vec<(String, Vec<f64>, f64)>> {
        let rows = self.design.rows();
        let column = |(name, total): &(String, f64)| {
            let values = numbers(&self.table.column(name)?)?;
            let known = |(row, value): (usize, Option<f64>)| {
                let value = value.filter(|value| value.is_finite());
                if self.design.weights[row] > 0.0 { value.ok_or_else(|| bad_row(name, row, "no number to calibrate by")) } else { Ok(0.0) }
            };
            let values = values.into_iter().enumerate().map(known).collect::<Result<Vec<f64>>>()?;
            if total.is_finite() {
                Ok((name.clone(), values, *total))
            } else {
                Err(invalid(format!("the total of `{name}` must be a number")))
            }
        };
        let mut totals = options.totals.iter().map(column).collect::<Result<Vec<_>>>()?;
        if let Some(population) = options.population {
            if !(population > 0.0 && population.is_finite()) {
                return Err(invalid("`population` must be above 0"));
            }
            totals.insert(0, ("population".into(), vec![1.0; rows], population));
        }
        Ok(totals)
    }
}

impl Classification {
    /// The target of each category of a margin, which may be a share of `sum`.
    fn targets(&self, at: usize, margin: &Margin, sum: f64) -> Result<Vec<f64>> {
        let (name, labels, present) = (&self.margins[at].name, &self.margins[at].codes.labels, &self.present[at]);
        let mut targets = vec![f64::NAN; labels.len()];
        for (category, total) in &margin.totals {
            if !(*total > 0.0 && total.is_finite()) {
                return Err(invalid(format!("the total of category `{category}` of margin `{name}` must be above 0")));
            }
            let Some(at) = labels.iter().position(|label| label == category) else {
                return Err(invalid(format!("margin `{name}`: nobody in the sample is of category `{category}`; merge it with another")));
            };
            if !targets[at].is_nan() {
                return Err(invalid(format!("margin `{name}`: category `{category}` is there twice")));
            }
            targets[at] = *total;
        }
        for (at, label) in labels.iter().enumerate() {
            match (present[at], targets[at].is_nan()) {
                (true, true) => return Err(invalid(format!("margin `{name}`: category `{label}` of the sample has no total"))),
                (false, false) => return Err(invalid(format!("margin `{name}`: nobody with a weight is of category `{label}`"))),
                (false, true) => targets[at] = 0.0,
                (true, false) => {}
            }
        }
        let all: f64 = targets.iter().sum();
        if (all - 1.0).abs() < 1e-6 {
            targets.iter_mut().for_each(|target| *target *= sum / all);
        }
        Ok(targets)
    }
}

impl Classification {
    /// For each margin the sum of weights of each category.
    fn by_category(&self, weights: &[f64]) -> Vec<Vec<f64>> {
        let groups = self.crossed.weights(weights);
        let margins = self.crossed.categories().zip(&groups).flat_map(|(margins, sums)| margins.iter().map(move |own| (own, sums)));
        margins.zip(&self.margins).map(|((own, sums), groups)| by_category(sums.iter().copied(), own, groups.codes.len())).collect()
    }
}

impl Classified {
    /// Margin, category of each respondent, target of each category.
    fn margins(&self) -> impl Iterator<Item = (&Groups, &Vec<f64>)> {
        self.of.margins.iter().map(Arc::as_ref).zip(&self.targets)
    }

    /// The survey's own weights raked, or those of a replicate of it.
    fn rake(&self, survey: &Answers, weights: &[f64], tolerance: f64, most: usize) -> Raked {
        let targets: Vec<&[f64]> = self.targets.iter().map(Vec::as_slice).collect();
        let crossed = &self.of.crossed;
        if std::ptr::eq(weights, survey.own().weights.as_slice()) {
            return rake(weights, &self.of.sums, crossed, &targets, tolerance, most);
        }
        rake(weights, &crossed.weights(weights), crossed, &targets, tolerance, most)
    }
}

impl Spread {
    /// Of weights, and what they have become by weights above 0 before.
    fn of(weights: &[f64], before: &[f64]) -> Self {
        // Lane by lane, which the compiler turns into vectors.
        const LANES: usize = 8;
        // The scale of the weights is no part of their effective number: without it no square leaves the range of doubles.
        let unit = unscale(weights);
        let exact = Parts::new(4.0, weights.len());
        let [mut counts, mut largest, mut greatest] = [[0.0; LANES]; 3];
        let [mut sums, mut squares] = [[[0.0; LANES]; 2]; 2];
        let [mut smallest, mut least] = [[f64::INFINITY; LANES]; 2];
        let mut add = |weights: &[f64; LANES], before: &[f64; LANES]| {
            for lane in 0..LANES {
                let (weight, counted, factor) = (weights[lane], before[lane] > 0.0, weights[lane] / before[lane]);
                let (low, scaled) = (if counted { weight } else { f64::INFINITY }, weight * unit);
                counts[lane] += if counted { 1.0 } else { 0.0 };
                for (sums, number) in [(&mut sums, scaled), (&mut squares, scaled * scaled)] {
                    let [high, low] = exact.of(number);
                    sums[0][lane] += high;
                    sums[1][lane] += low;
                }
                // Comparisons pass over the factors of rows without weight, which are not numbers.
                smallest[lane] = if low < smallest[lane] { low } else { smallest[lane] };
                largest[lane] = if weight > largest[lane] { weight } else { largest[lane] };
                least[lane] = if factor < least[lane] { factor } else { least[lane] };
                greatest[lane] = if factor > greatest[lane] { factor } else { greatest[lane] };
            }
        };
        let ((weights, last), (before, last_before)) = (weights.as_chunks(), before.as_chunks());
        weights.iter().zip(before).for_each(|(weights, before)| add(weights, before));
        let filled_up = |values: &[f64]| std::array::from_fn(|lane| values.get(lane).copied().unwrap_or(0.0));
        add(&filled_up(last), &filled_up(last_before));
        let sum = |lanes: [f64; LANES]| lanes.iter().sum::<f64>();
        let both = |[high, low]: [[f64; LANES]; 2]| sum(high) + sum(low);
        let (low, high) = (
            |lanes: [f64; LANES]| lanes.into_iter().fold(f64::INFINITY, f64::min),
            |lanes: [f64; LANES]| lanes.into_iter().fold(0.0, f64::max),
        );
        Self {
            count: sum(counts),
            effective: both(sums).powi(2) / both(squares),
            smallest: low(smallest),
            largest: high(largest),
            factors: (low(least), high(greatest)),
        }
    }
}

/// Indicators of categories and numeric columns with their targets and names. A margin beyond the first leaves out its first category,
/// which the others determine.
fn auxiliaries(margins: &Classified, totals: &[(String, Vec<f64>, f64)]) -> (Vec<Vec<f64>>, Vec<f64>, Vec<String>) {
    let (mut columns, mut targets, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (groups, own)) in margins.margins().enumerate() {
        for (code, &target) in own.iter().enumerate().skip(usize::from(at > 0)).filter(|(_, target)| **target > 0.0) {
            columns.push(groups.codes.codes.iter().map(|&own| f64::from(u8::from(own as usize == code))).collect());
            targets.push(target);
            names.push(format!("category `{}` of `{}`", groups.codes.labels[code], groups.name));
        }
    }
    for (name, values, total) in totals.iter().filter(|(name, ..)| name != "population" || margins.targets.is_empty()) {
        columns.push(values.clone());
        targets.push(*total);
        names.push(format!("`{name}`"));
    }
    (columns, targets, names)
}

/// Margin, category, target, before, after.
type Reached<'a> = (&'a str, Option<&'a str>, f64, f64, f64);

/// `reached` is what the weighting knows of its margins; without, they are added up here.
fn margins_table(
    margins: &Classified,
    totals: &[(String, Vec<f64>, f64)],
    mut reached: Vec<(Vec<f64>, Vec<f64>)>,
    (before, after): (&[f64], &[f64]),
) -> Result<Table> {
    let mut rows: Vec<Reached<'_>> = Vec::new();
    if reached.is_empty() {
        reached = margins.of.by_category(before).into_iter().zip(margins.of.by_category(after)).collect();
    }
    for ((groups, targets), (before, after)) in margins.margins().zip(reached) {
        for (at, label) in groups.codes.labels.iter().enumerate().filter(|&(at, _)| targets[at] > 0.0) {
            rows.push((&groups.name, Some(label), targets[at], before[at], after[at]));
        }
    }
    for (name, values, total) in totals {
        let sum = |weights: &[f64]| weights.iter().zip(values).map(|(weight, value)| weight * value).collect::<ExactSum>().value();
        rows.push((name, None, *total, sum(before), sum(after)));
    }
    let number = |name: &str, of: &dyn Fn(&Reached<'_>) -> f64| {
        Column::new(name, Arc::new(rows.iter().map(|row| Some(of(row))).collect::<Float64Array>()))
    };
    Table::from_columns([
        Column::new("margin", Arc::new(rows.iter().map(|row| Some(row.0)).collect::<StringArray>())),
        Column::new("category", Arc::new(rows.iter().map(|row| row.1).collect::<StringArray>())),
        number("target", &|row| row.2),
        number("before", &|row| row.3),
        number("after", &|row| row.4),
    ])
}

#[cfg(test)]
mod tests;
