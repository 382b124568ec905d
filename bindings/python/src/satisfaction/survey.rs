//! Surveys.

use std::collections::BTreeMap;

use citx::satisfaction::{CalibrateOptions, DriverOptions, LetterOptions, QuantileOptions, RakeOptions, ReplicateOptions, TrimOptions};
use citx::{CountsOptions, ScoreOptions, SurveyOptions};
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use super::compare::{self, ColumnLetters, Drivers};
use super::tsm::{self, Representativeness, SummaryOfApproach};
use super::weighting::margin;
use super::{Estimate, Test, Weighting, value_text};
use crate::citizens::Population;
use crate::error::{Answer, invalid};
use crate::input;
use crate::options::{Count, Names, breakdowns, count, pairs};
use crate::run::Long;
use crate::segments::Membership;
use crate::table::{Column, Table};

/// Answers with their design: weights, strata, PSUs.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Survey(pub(crate) citx::Survey);

fn options(level: f64, min_base: u64, method: &str, deff: &str) -> ScoreOptions {
    let mut options = ScoreOptions::default();
    options.level = level;
    options.min_base = min_base;
    options.method = method.to_owned();
    options.deff_reference = deff.to_owned();
    options
}

/// An Estimate, or with breakdowns a Table.
fn answer<'py>(
    py: Python<'py>,
    by: Option<Vec<Vec<String>>>,
    one: impl FnOnce() -> citx::Result<citx::Estimate> + Send,
    many: impl FnOnce(&[Vec<String>]) -> citx::Result<citx::Table> + Send,
) -> Answer<Bound<'py, PyAny>> {
    Ok(match by {
        None => Bound::new(py, Estimate(Long::default().call(py, |_| one())?))?.into_any(),
        Some(by) => Bound::new(py, Table(Long::default().call(py, |_| many(&by))?))?.into_any(),
    })
}

#[pymethods]
impl Survey {
    /// A survey from answers, one row for each respondent.
    #[staticmethod]
    #[pyo3(signature = (table, *, instrument=None, questions=None, key=None, weights=None, strata=None, psu=None, fpc=None,
        frame_size=None, selection=None, mode=None, collected_at=None, lonely_psu=None,
        base=None, base_key=None))]
    #[allow(clippy::too_many_arguments)]
    fn from_arrow(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        instrument: Option<&Bound<'_, PyAny>>,
        questions: Option<&Bound<'_, PyAny>>,
        key: Option<String>,
        weights: Option<String>,
        strata: Option<String>,
        psu: Option<Names>,
        fpc: Option<Names>,
        frame_size: Option<Count>,
        selection: Option<String>,
        mode: Option<String>,
        collected_at: Option<String>,
        lonely_psu: Option<String>,
        base: Option<String>,
        base_key: Option<String>,
    ) -> Answer<Self> {
        let mut options = SurveyOptions::default();
        options.instrument = instrument.map(|given| super::instrument(py, given)).transpose()?;
        options.questions = pairs("questions", questions)?;
        options.key = key;
        options.weights = weights;
        options.strata = strata;
        options.psu = psu.unwrap_or_default().0;
        options.fpc = fpc.unwrap_or_default().0;
        options.frame_size = frame_size.map(|size| size.0);
        options.selection = selection;
        options.mode = mode;
        options.collected_at = collected_at;
        options.lonely_psu = lonely_psu;
        options.base = base;
        options.base_key = base_key;
        let table = input::table(py, table)?;
        Ok(Self(Long::default().call(py, |_| citx::Survey::from_table(&table, &options))?))
    }

    /// A survey from counts of answers, one row for each unit, measure and answer.
    #[staticmethod]
    #[pyo3(signature = (table, *, instrument, unit, measure, answer, count, frame_size=None, selection=None, base=None))]
    #[allow(clippy::too_many_arguments)]
    fn from_counts(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        instrument: &Bound<'_, PyAny>,
        unit: String,
        measure: String,
        answer: String,
        count: String,
        frame_size: Option<String>,
        selection: Option<String>,
        base: Option<String>,
    ) -> Answer<Self> {
        let mut options = CountsOptions::new(super::instrument(py, instrument)?, unit, measure, answer, count);
        options.frame_size = frame_size;
        options.selection = selection;
        options.base = base;
        let table = input::table(py, table)?;
        Ok(Self(Long::default().call(py, |_| citx::Survey::from_counts(&table, &options))?))
    }

    /// The same answers, each with its citizen's attributes and segments.
    #[pyo3(signature = (people, membership=None))]
    fn with_population(&self, py: Python<'_>, people: &Bound<'_, Population>, membership: Option<&Bound<'_, Membership>>) -> Answer<Self> {
        let (people, membership) = (&people.get().0, membership.map(|membership| &membership.get().0));
        let survey = Long::default().call(py, |_| {
            let names = membership.map(citx::Membership::names).unwrap_or_default();
            let segment = |name: &str| Ok((name.to_owned(), membership.map(|all| all.segment(name)).transpose()?));
            let segments: Vec<_> = names.into_iter().map(segment).collect::<citx::Result<_>>()?;
            let masks: Vec<_> =
                segments.into_iter().filter_map(|(name, segment)| segment.map(|segment| (name, segment.bitmap().clone()))).collect();
            self.0.with_population(people, &masks)
        });
        Ok(Self(survey?))
    }

    /// The score of one measure, for one unit where the survey has units.
    #[pyo3(signature = (measure, *, unit=None, level=0.95, min_base=0, method="wilson", deff="srswr"))]
    #[allow(clippy::too_many_arguments)]
    fn score(
        &self,
        py: Python<'_>,
        measure: &str,
        unit: Option<&str>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
        deff: &str,
    ) -> Answer<Estimate> {
        let options = options(level, min_base, method, deff);
        Ok(Estimate(Long::default().call(py, |_| self.0.score(measure, unit, &options))?))
    }

    /// All measures, overall or by unit, and by each breakdown.
    #[pyo3(signature = (by=None, *, level=0.95, min_base=0, method="wilson", deff="srswr"))]
    fn scores(
        &self,
        py: Python<'_>,
        by: Option<&Bound<'_, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
        deff: &str,
    ) -> Answer<Table> {
        let (by, options) = (breakdowns(by)?.unwrap_or_default(), options(level, min_base, method, deff));
        Ok(Table(Long::default().call(py, |run| self.0.scores_with(&by, &options, run))?))
    }

    /// The mean of a numeric column: an Estimate, or a Table with by.
    #[pyo3(signature = (column, *, by=None, level=0.95, min_base=0, method="t", deff="srswr"))]
    #[allow(clippy::too_many_arguments)]
    fn mean<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        by: Option<&Bound<'py, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
        deff: &str,
    ) -> Answer<Bound<'py, PyAny>> {
        let (by, options) = (breakdowns(by)?, options(level, min_base, method, deff));
        answer(py, by, || self.0.mean(column, &options), |by| self.0.mean_by(column, by, &options))
    }

    /// The population's total of a numeric column, or of a value: an Estimate, or a Table with by.
    #[pyo3(signature = (column, *, equals=None, by=None, level=0.95, min_base=0, method="t", deff="srswr"))]
    #[allow(clippy::too_many_arguments)]
    fn total<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        equals: Option<&Bound<'py, PyAny>>,
        by: Option<&Bound<'py, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
        deff: &str,
    ) -> Answer<Bound<'py, PyAny>> {
        let equals = equals.map(|equals| value_text("`equals`", equals)).transpose()?;
        let (by, options) = (breakdowns(by)?, options(level, min_base, method, deff));
        let equals = equals.as_deref();
        answer(py, by, || self.0.total(column, equals, &options), |by| self.0.total_by(column, equals, by, &options))
    }

    /// The total of one column by that of another: an Estimate, or a Table with by.
    #[pyo3(signature = (numerator, denominator, *, by=None, level=0.95, min_base=0, method="t", deff="srswr"))]
    #[allow(clippy::too_many_arguments)]
    fn ratio<'py>(
        &self,
        py: Python<'py>,
        numerator: &str,
        denominator: &str,
        by: Option<&Bound<'py, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
        deff: &str,
    ) -> Answer<Bound<'py, PyAny>> {
        let (by, options) = (breakdowns(by)?, options(level, min_base, method, deff));
        let of = (numerator, denominator);
        answer(py, by, || self.0.ratio(of.0, of.1, &options), |by| self.0.ratio_by(of.0, of.1, by, &options))
    }

    /// The share whose value is this: an Estimate, or a Table with by.
    #[pyo3(signature = (column, *, equals, by=None, level=0.95, min_base=0, method="wilson", deff="srswr"))]
    #[allow(clippy::too_many_arguments)]
    fn proportion<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        equals: &Bound<'py, PyAny>,
        by: Option<&Bound<'py, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
        deff: &str,
    ) -> Answer<Bound<'py, PyAny>> {
        let (equals, by, options) = (value_text("`equals`", equals)?, breakdowns(by)?, options(level, min_base, method, deff));
        answer(py, by, || self.0.proportion(column, &equals, &options), |by| self.0.proportion_by(column, &equals, by, &options))
    }

    /// Quantiles of a numeric column: an Estimate for one share, a list for several, or a Table with by.
    #[pyo3(signature = (column, shares, *, by=None, rule="math", level=0.95, min_base=0, method="t"))]
    #[allow(clippy::too_many_arguments)]
    fn quantile<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        shares: &Bound<'py, PyAny>,
        by: Option<&Bound<'py, PyAny>>,
        rule: &str,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
    ) -> Answer<Bound<'py, PyAny>> {
        let one: Option<f64> = shares.extract().ok();
        let shares: Vec<f64> = match one {
            Some(share) => vec![share],
            None => shares.extract().map_err(|_| invalid("`shares` is a number between 0 and 1, or a list of them"))?,
        };
        let mut options = QuantileOptions::default();
        (options.rule, options.method) = (rule.to_owned(), method.to_owned());
        (options.level, options.min_base) = (level, min_base);
        if let Some(by) = breakdowns(by)? {
            return Ok(Bound::new(py, Table(Long::default().call(py, |_| self.0.quantile_by(column, &shares, &by, &options))?))?.into_any());
        }
        let mut estimates = Long::default().call(py, |_| self.0.quantile(column, &shares, &options))?;
        match (one, estimates.pop()) {
            (Some(_), Some(estimate)) => Ok(Bound::new(py, Estimate(estimate))?.into_any()),
            (_, last) => {
                let all: Vec<Estimate> = estimates.into_iter().chain(last).map(Estimate).collect();
                Ok(all.into_pyobject(py)?.into_any())
            }
        }
    }

    /// Whether the means of two groups differ, or a mean from a number.
    #[pyo3(signature = (column, *, by=None, mean=None, level=0.95))]
    fn test(&self, py: Python<'_>, column: &str, by: Option<&str>, mean: Option<f64>, level: f64) -> Answer<Test> {
        let test = match (by, mean) {
            (Some(by), None) => Long::default().call(py, |_| self.0.test(column, by, level))?,
            (None, mean) => Long::default().call(py, |_| self.0.test_mean(column, mean.unwrap_or_default(), level))?,
            (Some(_), Some(_)) => return Err(invalid("a test compares the groups of `by`, or the mean with `mean`, not both")),
        };
        Ok(test.into())
    }

    /// Whether two categorical columns are associated.
    #[pyo3(signature = (rows, columns, *, statistic="F"))]
    fn chi_squared(&self, py: Python<'_>, rows: &str, columns: &str, statistic: &str) -> Answer<Test> {
        Ok(Long::default().call(py, |_| self.0.chi_squared(rows, columns, statistic))?.into())
    }

    /// A measure in each group against the others, corrected for their number.
    #[pyo3(signature = (measure, by, *, level=0.95, adjust=None, reference=None, group=None, interval=None, min_base=0))]
    #[allow(clippy::too_many_arguments)]
    fn compare_groups(
        &self,
        py: Python<'_>,
        measure: &str,
        by: &Bound<'_, PyAny>,
        level: f64,
        adjust: Option<String>,
        reference: Option<String>,
        group: Option<String>,
        interval: Option<String>,
        #[pyo3(from_py_with = count)] min_base: u64,
    ) -> Answer<Table> {
        compare::groups(py, &self.0, measure, compare::Groups { by, level, adjust, reference, group, interval, min_base })
    }

    /// Which columns of a question's shares differ, by letters.
    #[pyo3(signature = (question, by, *, mode="dim", level=None, strict_level=None, bonferroni=None, min_base=None, small_base=None))]
    #[allow(clippy::too_many_arguments)]
    fn column_letters(
        &self,
        py: Python<'_>,
        question: &str,
        by: &Bound<'_, PyAny>,
        mode: &str,
        level: Option<f64>,
        strict_level: Option<f64>,
        bonferroni: Option<bool>,
        min_base: Option<f64>,
        small_base: Option<f64>,
    ) -> Answer<ColumnLetters> {
        let mut options = LetterOptions::default();
        options.mode = mode.to_owned();
        level.into_iter().for_each(|level| options.level = level);
        strict_level.into_iter().for_each(|level| options.strict_level = level);
        bonferroni.into_iter().for_each(|bonferroni| options.bonferroni = bonferroni);
        min_base.into_iter().for_each(|base| options.min_base = base);
        small_base.into_iter().for_each(|base| options.small_base = base);
        compare::letters(py, &self.0, question, by, &options)
    }

    /// What moves a measure: shares of R squared and their kin.
    #[pyo3(signature = (outcome, drivers=None, *, missing="listwise", coding="order", replicates=200, seed=0, level=0.95))]
    #[allow(clippy::too_many_arguments)]
    fn drivers(
        &self,
        py: Python<'_>,
        outcome: &str,
        drivers: Option<Vec<String>>,
        missing: &str,
        coding: &str,
        replicates: usize,
        seed: u64,
        level: f64,
    ) -> Answer<Drivers> {
        let mut options = DriverOptions::default();
        (options.missing, options.coding) = (missing.to_owned(), coding.to_owned());
        (options.replicates, options.seed, options.level) = (replicates, seed, level);
        compare::drivers(py, &self.0, outcome, &drivers.unwrap_or_default(), &options)
    }

    /// The sample beside its population, by characteristic.
    #[pyo3(signature = (population, *, measure=None))]
    fn representativeness(&self, py: Python<'_>, population: &Bound<'_, PyAny>, measure: Option<String>) -> Answer<Representativeness> {
        tsm::representativeness(py, &self.0, population, measure)
    }

    /// How the survey was done, items a to k.
    #[pyo3(signature = (approach=None))]
    fn summary_of_approach(&self, py: Python<'_>, approach: Option<BTreeMap<String, String>>) -> Answer<SummaryOfApproach> {
        tsm::summary_of_approach(py, &self.0, &approach.unwrap_or_default())
    }

    /// The same survey with variances by replicates made of its sampling units.
    #[pyo3(signature = (kind, *, replicates=200, seed=0))]
    fn replicated(&self, py: Python<'_>, kind: &str, #[pyo3(from_py_with = count)] replicates: u64, seed: u64) -> Answer<Self> {
        let replicates = usize::try_from(replicates).unwrap_or(usize::MAX);
        Ok(Self(Long::default().call(py, |_| self.0.replicated(kind, replicates, seed))?))
    }

    /// The same survey with variances by replicate weights that came with the data.
    #[pyo3(signature = (columns, *, kind, scale=None, rscales=None, rho=0.0, factors=false, mse=false))]
    #[allow(clippy::too_many_arguments)]
    fn with_replicate_weights(
        &self,
        py: Python<'_>,
        columns: Vec<String>,
        kind: String,
        scale: Option<f64>,
        rscales: Option<Vec<f64>>,
        rho: f64,
        factors: bool,
        mse: bool,
    ) -> Answer<Self> {
        let mut options = ReplicateOptions::default();
        (options.columns, options.kind, options.scale) = (columns, kind, scale);
        options.rscales = rscales.unwrap_or_default();
        (options.rho, options.factors, options.mse) = (rho, factors, mse);
        Ok(Self(Long::default().call(py, |_| self.0.with_replicate_weights(&options))?))
    }

    /// The same survey with weights that meet the total of each category.
    fn post_stratify(&self, py: Python<'_>, by: &Bound<'_, PyAny>, totals: &Bound<'_, PyAny>) -> Answer<Self> {
        let margin = margin(by, totals)?;
        Ok(Self(Long::default().call(py, |_| self.0.post_stratify(&margin))?))
    }

    /// The same survey with weights that meet the totals of each margin.
    #[pyo3(signature = (margins, *, tolerance=1e-12, max_iterations=1000))]
    fn rake(&self, py: Python<'_>, margins: &Bound<'_, PyAny>, tolerance: f64, max_iterations: usize) -> Answer<Self> {
        let margins = items(margins)?.iter().map(|(by, totals)| margin(by, totals)).collect::<Answer<Vec<_>>>()?;
        let mut options = RakeOptions::default();
        (options.tolerance, options.max_iterations) = (tolerance, max_iterations);
        Ok(Self(Long::default().call(py, |_| self.0.rake(&margins, &options))?))
    }

    /// The same survey with weights close to those of before that meet categories' and columns' totals.
    #[pyo3(signature = (totals, *, population=None, distance="linear", bounds=None, tolerance=1e-11, max_iterations=200))]
    #[allow(clippy::too_many_arguments)]
    fn calibrate(
        &self,
        py: Python<'_>,
        totals: &Bound<'_, PyAny>,
        population: Option<f64>,
        distance: &str,
        bounds: Option<(f64, f64)>,
        tolerance: f64,
        max_iterations: usize,
    ) -> Answer<Self> {
        let mut options = CalibrateOptions::default();
        for (name, total) in items(totals)? {
            match total.extract::<f64>() {
                Ok(total) => options.totals.push((name.extract().map_err(|_| invalid("a number is the total of one column"))?, total)),
                Err(_) => options.margins.push(margin(&name, &total)?),
            }
        }
        (options.population, options.distance, options.bounds) = (population, distance.to_owned(), bounds);
        (options.tolerance, options.max_iterations) = (tolerance, max_iterations);
        Ok(Self(Long::default().call(py, |_| self.0.calibrate(&options))?))
    }

    /// The same survey without weights beyond bounds.
    #[pyo3(signature = (*, lower=None, upper=None, of="weight", rule="redistribute"))]
    fn trim(&self, py: Python<'_>, lower: Option<f64>, upper: Option<f64>, of: &str, rule: &str) -> Answer<Self> {
        let mut options = TrimOptions::default();
        (options.lower, options.upper, options.of, options.rule) = (lower, upper, of.to_owned(), rule.to_owned());
        Ok(Self(Long::default().call(py, |_| self.0.trim(&options))?))
    }

    /// How the last weighting went.
    #[getter]
    fn weighting(&self) -> Option<Weighting> {
        self.0.weighting().map(Weighting)
    }

    /// The weight of each respondent, in the order of the answers.
    #[getter]
    fn weights(&self) -> Answer<Column> {
        let weights = self.0.weights()?.into_iter().map(citx::Value::Float);
        Ok(Column(citx::Column::from_values("weight", weights)?))
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// The items of a dict.
fn items<'py>(given: &Bound<'py, PyAny>) -> Answer<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
    let mapping = given.cast::<PyMapping>().map_err(|_| invalid("totals are a dict of margin or column to totals"))?;
    mapping.items()?.try_iter()?.map(|item| Ok(item?.extract()?)).collect()
}
