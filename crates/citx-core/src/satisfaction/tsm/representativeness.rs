use super::super::answers::Answers;
use super::super::instrument::invalid;
use super::super::survey::Survey;
use crate::statistics::codes::{Codes, bad_row, numbers};
use crate::statistics::{ExactSum, chi_squared_upper};
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result};

/// A sample beside the population it is to stand for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Representativeness {
    /// One row for each category: characteristic, category, population_share, n, sample_share, weighted_share, difference_pp,
    /// weighted_difference_pp, residual (adjusted standardized, of the unweighted sample), note.
    pub categories: Table,
    /// One row for each characteristic: characteristic, n, missing, chi_squared, df, p_value, largest_difference_pp,
    /// largest_weighted_difference_pp, dissimilarity, weighted_dissimilarity, r_indicator, propensity_cv, effect_pp (what weighting by this
    /// characteristic alone would do to the headline measure), material.
    pub characteristics: Table,
}

/// How representativeness is judged.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RepresentativenessOptions {
    /// The measure on which the effect of weighting is judged.
    pub measure: String,
    /// An effect on it of at least so many percentage points is material. The regulator names no number: this one is ours.
    pub material_pp: f64,
    /// How many there are in the population, for the R-indicator; without, what the survey knows of its frame.
    pub population: Option<u64>,
}

impl Default for RepresentativenessOptions {
    fn default() -> Self {
        Self { measure: "TP01".into(), material_pp: 1.0, population: None }
    }
}

impl Survey {
    /// The sample, unweighted and weighted, beside the population's shares of some characteristics.
    ///
    /// `population` has a row for each category: `characteristic` (a column of the answers, or an attribute of the population joined
    /// to them), `category`, and `share` (of the characteristic, in [0, 1]) or `count`.
    ///
    /// | Column | Formula |
    /// |---|---|
    /// | `chi_squared` | sum of (n_c - n P_c)^2 / (n P_c), goodness of fit of the unweighted sample, `df` = categories - 1 |
    /// | `residual` | (n_c - n P_c) / sqrt(n P_c (1 - P_c)) |
    /// | `dissimilarity` | half the sum of the absolute differences of shares |
    /// | `r_indicator` | 1 - 2 S of the response propensities n_c / N_c (Schouten, Cobben and Bethlehem 2009), of this characteristic alone |
    /// | `propensity_cv` | S over the mean propensity |
    /// | `effect_pp` | the measure post-stratified to P_c less the measure as it is, in percentage points |
    ///
    /// # Errors
    /// `InvalidArgument` for a survey of counts, shares that do not add up to 1 or a category named twice; `UnknownName` for a characteristic.
    pub fn representativeness(&self, population: &Table, options: &RepresentativenessOptions) -> Result<Representativeness> {
        let answers = self.answers()?;
        let targets = targets(population)?;
        let size = options.population.or(answers.options.frame_size);
        let assessed: Vec<Assessed> = targets.iter().map(|target| Assessed::new(answers, target, size, options)).collect::<Result<_>>()?;
        Ok(Representativeness { categories: categories(&assessed)?, characteristics: characteristics(&assessed)? })
    }
}

/// The population's shares of one characteristic.
struct Target {
    characteristic: String,
    categories: Vec<(String, f64)>,
}

fn targets(table: &Table) -> Result<Vec<Target>> {
    if table.num_rows() == 0 {
        return Err(Error::new(ErrorKind::InsufficientData, "the table of the population's shares has no rows"));
    }
    let counted = !table.column_names().contains(&"share");
    let column = if counted { "count" } else { "share" };
    let of = |name: &str, what: &str| Codes::of(&table.column(name)?)?.require(name, what);
    let (names, categories) = (of("characteristic", "characteristic")?, of("category", "category")?);
    let mut targets: Vec<Target> =
        names.labels.iter().map(|name| Target { characteristic: name.clone(), categories: Vec::new() }).collect();
    for (row, share) in numbers(&table.column(column)?)?.into_iter().enumerate() {
        let share = share.filter(|share| *share >= 0.0).ok_or_else(|| bad_row(column, row, "a number of 0 or more is wanted"))?;
        let category = categories.labels.get(categories.codes[row] as usize).cloned().unwrap_or_default();
        let Some(target) = targets.get_mut(names.codes[row] as usize) else { continue };
        if target.categories.iter().any(|(known, _)| *known == category) {
            return Err(bad_row("category", row, "the same category of the same characteristic is in an earlier row too"));
        }
        target.categories.push((category, share));
    }
    for target in &mut targets {
        target.categories.sort_by(|a, b| a.0.cmp(&b.0));
        let sum = target.categories.iter().map(|(_, share)| *share).collect::<ExactSum>().value();
        if !sum.is_finite() || sum <= 0.0 || (!counted && (sum - 1.0).abs() > 0.01) {
            let name = &target.characteristic;
            return Err(invalid(format!("the shares of characteristic `{name}` must add up to 1, they add up to {sum}")));
        }
        target.categories.iter_mut().for_each(|(_, share)| *share /= sum);
    }
    Ok(targets)
}

/// One characteristic of a sample beside its population.
struct Assessed {
    name: String,
    categories: Vec<Category>,
    n: f64,
    missing: usize,
    r_indicator: f64,
    propensity_cv: f64,
    effect_pp: f64,
    material: Option<bool>,
}

struct Category {
    name: String,
    population: f64,
    n: f64,
    sample: f64,
    weighted: f64,
    residual: f64,
    note: Option<&'static str>,
}

impl Assessed {
    fn new(answers: &Answers, target: &Target, size: Option<u64>, options: &RepresentativenessOptions) -> Result<Self> {
        let codes = answers.codes(&target.characteristic)?;
        let weights = answers.scaled_weights();
        let mut tallies = vec![Tally::default(); codes.len()];
        let values = answers.measure(&options.measure).map(|variable| variable.values).unwrap_or_default();
        let mut missing = 0;
        for (row, &code) in codes.codes.iter().enumerate() {
            match tallies.get_mut(code as usize) {
                Some(tally) => tally.add(weights[row], values.get(row).copied().unwrap_or(f64::NAN)),
                None => missing += 1,
            }
        }
        let n = tallies.iter().map(|tally| tally.n).sum::<f64>();
        let all = tallies.iter().map(|tally| tally.weight.value()).collect::<ExactSum>().value();
        if n == 0.0 {
            return Err(Error::new(ErrorKind::InsufficientData, format!("nobody has a value of `{}`", target.characteristic)));
        }
        let found = |name: &String| codes.labels.iter().position(|label| label == name).and_then(|at| tallies.get(at));
        let others = codes.labels.iter().filter(|label| !target.categories.iter().any(|(name, _)| name == *label));
        let planned = target.categories.iter().cloned().chain(others.map(|label| (label.clone(), 0.0)));
        let category = |(name, population): (String, f64)| {
            let (seen, weight) = found(&name).map_or((0.0, 0.0), |tally| (tally.n, tally.weight.value()));
            let residual = (seen - n * population) / (n * population * (1.0 - population)).sqrt();
            let note = match () {
                () if population == 0.0 => Some("NotInPopulation"),
                () if seen == 0.0 => Some("NobodyAnswered"),
                () if n * population < 5.0 => Some("SmallExpectedCount"),
                () => None,
            };
            Category { name, population, n: seen, sample: seen / n, weighted: weight / all, residual, note }
        };
        let categories: Vec<Category> = planned.map(category).collect();
        let (r_indicator, propensity_cv) = propensities(&categories, n, size);
        let effect_pp = effect(&categories, &found, &tallies);
        let material = effect_pp.is_finite().then(|| effect_pp.abs() >= options.material_pp);
        Ok(Self { name: target.characteristic.clone(), categories, n, missing, r_indicator, propensity_cv, effect_pp, material })
    }

    fn chi_squared(&self) -> f64 {
        let term = |category: &Category| (category.n - self.n * category.population).powi(2) / (self.n * category.population);
        let sum = self.categories.iter().map(term).sum::<f64>();
        if sum.is_finite() { sum } else { f64::NAN }
    }

    fn df(&self) -> f64 {
        (self.categories.len() as f64 - 1.0).max(0.0)
    }

    fn largest(&self, share: fn(&Category) -> f64) -> f64 {
        self.categories.iter().map(|category| (share(category) - category.population).abs()).fold(0.0, f64::max)
    }

    fn dissimilarity(&self, share: fn(&Category) -> f64) -> f64 {
        self.categories.iter().map(|category| (share(category) - category.population).abs()).sum::<f64>() / 2.0
    }
}

/// The respondents of one category.
#[derive(Clone, Default)]
struct Tally {
    n: f64,
    weight: ExactSum,
    base: ExactSum,
    positive: ExactSum,
}

impl Tally {
    fn add(&mut self, weight: f64, value: f64) {
        self.n += 1.0;
        self.weight.add(weight);
        if !value.is_nan() {
            self.base.add(weight);
            self.positive.add_product(weight, value);
        }
    }
}

/// The R-indicator of one characteristic, and the coefficient of variation of its response propensities.
fn propensities(categories: &[Category], n: f64, size: Option<u64>) -> (f64, f64) {
    if categories.iter().any(|category| category.population == 0.0) {
        return (f64::NAN, f64::NAN);
    }
    // Propensity over the mean propensity: the sample's share over the population's.
    let squares = |category: &Category| category.population * (category.sample / category.population - 1.0).powi(2);
    let cv = categories.iter().map(squares).sum::<f64>().sqrt();
    let mean = size.map_or(f64::NAN, |size| n / size as f64);
    (1.0 - 2.0 * cv * mean, cv)
}

/// What post-stratification by these categories alone would add to the measure, in percentage points; NaN where a category of the
/// population has no answer to stand for it.
fn effect<'a>(categories: &[Category], found: &dyn Fn(&String) -> Option<&'a Tally>, tallies: &[Tally]) -> f64 {
    let share = |positive: f64, base: f64| positive / base;
    let all = |part: fn(&Tally) -> f64| tallies.iter().map(part).collect::<ExactSum>().value();
    let now = share(all(|tally| tally.positive.value()), all(|tally| tally.base.value()));
    let (mut positive, mut base) = (0.0, 0.0);
    for category in categories.iter().filter(|category| category.population > 0.0) {
        let Some(tally) = found(&category.name).filter(|tally| tally.weight.value() > 0.0) else { return f64::NAN };
        let scale = category.population / tally.weight.value();
        positive += scale * tally.positive.value();
        base += scale * tally.base.value();
    }
    100.0 * (share(positive, base) - now)
}

fn known(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

fn categories(assessed: &[Assessed]) -> Result<Table> {
    let rows: Vec<(&Assessed, &Category)> =
        assessed.iter().flat_map(|one| one.categories.iter().map(move |category| (one, category))).collect();
    let number = |name: &str, cell: &dyn Fn(&Category) -> f64| Column::float(name, rows.iter().map(|(_, category)| known(cell(category))));
    Table::from_columns([
        Column::text("characteristic", rows.iter().map(|(one, _)| Some(&one.name))),
        Column::text("category", rows.iter().map(|(_, category)| Some(&category.name))),
        number("population_share", &|category| category.population),
        Column::integer("n", rows.iter().map(|(_, category)| Some(category.n as i64))),
        number("sample_share", &|category| category.sample),
        number("weighted_share", &|category| category.weighted),
        number("difference_pp", &|category| 100.0 * (category.sample - category.population)),
        number("weighted_difference_pp", &|category| 100.0 * (category.weighted - category.population)),
        number("residual", &|category| category.residual),
        Column::text("note", rows.iter().map(|(_, category)| category.note)),
    ])
}

fn characteristics(assessed: &[Assessed]) -> Result<Table> {
    let number = |name: &str, cell: &dyn Fn(&Assessed) -> f64| Column::float(name, assessed.iter().map(|one| known(cell(one))));
    Table::from_columns([
        Column::text("characteristic", assessed.iter().map(|one| Some(&one.name))),
        Column::integer("n", assessed.iter().map(|one| Some(one.n as i64))),
        Column::integer("missing", assessed.iter().map(|one| i64::try_from(one.missing).ok())),
        number("chi_squared", &Assessed::chi_squared),
        number("df", &Assessed::df),
        number("p_value", &|one| if one.df() > 0.0 { chi_squared_upper(one.chi_squared(), one.df()) } else { f64::NAN }),
        number("largest_difference_pp", &|one| 100.0 * one.largest(|category| category.sample)),
        number("largest_weighted_difference_pp", &|one| 100.0 * one.largest(|category| category.weighted)),
        number("dissimilarity", &|one| one.dissimilarity(|category| category.sample)),
        number("weighted_dissimilarity", &|one| one.dissimilarity(|category| category.weighted)),
        number("r_indicator", &|one| one.r_indicator),
        number("propensity_cv", &|one| one.propensity_cv),
        number("effect_pp", &|one| one.effect_pp),
        Column::boolean("material", assessed.iter().map(|one| one.material)),
    ])
}
