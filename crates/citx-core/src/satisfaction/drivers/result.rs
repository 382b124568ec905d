use super::{Analysis, DriverOptions, Unusable};
use crate::satisfaction::benchmark::quantile;
use crate::satisfaction::rows::Results;
use crate::statistics::regression::Importance;
use crate::table::Table;
use crate::{Result, Run};

/// What drives an outcome.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Drivers {
    /// The measure or column that is driven.
    pub outcome: String,
    /// The share of its weighted variance that all drivers account for together.
    pub r_squared: f64,
    /// Bootstrap interval of that share, low and high; NaN without replicates.
    pub r_squared_ci: (f64, f64),
    /// Level of the intervals.
    pub level: f64,
    /// Respondents it rests on.
    pub n: u64,
    /// Kish's effective number of them.
    pub n_eff: f64,
    /// Respondents who answered the outcome.
    pub n_outcome: u64,
    /// How missing answers were dealt with: `listwise`, `pairwise` or `indicator`.
    pub missing: String,
    /// What numbers answers were given: `order` or `values`.
    pub coding: String,
    /// Bootstrap replicates that could be evaluated.
    pub replicates: u64,
    /// What to keep in mind:
    ///
    /// | Warning | Meaning |
    /// |---|---|
    /// | `Collinear` | some drivers are determined by others, so that coefficients are not defined; shares still are |
    /// | `HighVif` | a variance inflation factor above 10: coefficients swing, use the shares |
    /// | `DriverLeftOut` | a driver does not vary or nobody answered it; its `reason` says which |
    /// | `BaseHalved` | fewer than half of those who answered the outcome are in the base |
    /// | `SmallBase` | fewer than 10 respondents for each driver |
    /// | `LonelyPsu` | a stratum of one unit, whose variation the intervals do not show |
    /// | `ReplicatesLost` | some bootstrap replicates could not be evaluated |
    /// | `NonProbabilitySample` | a quota sample or a self-selected census |
    pub warnings: Vec<String>,
    /// One row for each driver, the most important first: driver, rank, lmg, lmg_low, lmg_high, lmg_share, relative_weight,
    /// relative_weight_low, relative_weight_high, first, last, pratt, beta, vif, correlation, performance, performance_unit, quadrant, n,
    /// dont_know, dont_know_share, reason. Shares of R squared, of 1. `n` of those who answered the outcome answered the driver,
    /// `dont_know` did not (don't know, refused or not asked). `quadrant` (Martilla and James 1977) sets `lmg` and `performance` against
    /// their means over the drivers: `concentrate_here`, `keep_up`, `low_priority` or `possible_overkill`; it is null for columns and for
    /// measures of unlike figures, which cannot be compared.
    pub table: Table,
}

/// Beyond it a coefficient's variance is ten times what it were without the others (Kutner et al. 2005, 10.5).
const HIGH_VIF: f64 = 10.0;

/// The usual least number of observations for each predictor (Harrell 2015, 4.4: 10 to 20).
const LEAST_EACH: u64 = 10;

impl Analysis {
    pub(super) fn result(self, options: &DriverOptions, run: &Run) -> Result<Drivers> {
        let replicates = self.bootstrap(options, run)?;
        let interval = |of: &dyn Fn(&Importance) -> f64| {
            let mut values: Vec<f64> = replicates.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            let tail = (1.0 - options.level) / 2.0;
            if values.len() < 2 { (f64::NAN, f64::NAN) } else { (quantile(&values, tail), quantile(&values, 1.0 - tail)) }
        };
        let r_squared_ci = interval(&|importance| importance.r_squared);
        let mut place = 0;
        let rows = self.unusable.iter().enumerate().map(|(driver, unusable)| {
            let at = unusable.is_none().then_some(place);
            place += usize::from(unusable.is_none());
            let (lmg, relative) = at.map_or(((f64::NAN, f64::NAN), (f64::NAN, f64::NAN)), |at| {
                (interval(&|importance| importance.lmg[at]), interval(&|importance| importance.relative[at]))
            });
            Row { driver, at, lmg, relative }
        });
        let mut rows: Vec<Row> = rows.collect();
        let lmg = |row: &Row| row.at.map_or(f64::NEG_INFINITY, |at| self.importance.lmg[at]);
        rows.sort_by(|a, b| lmg(b).total_cmp(&lmg(a)));
        Ok(Drivers {
            outcome: self.outcome.name.clone(),
            r_squared: self.importance.r_squared,
            r_squared_ci,
            level: options.level,
            n: self.base.0,
            n_eff: self.base.1,
            n_outcome: self.outcome_answered,
            missing: self.missing.name().into(),
            coding: options.coding.clone(),
            replicates: replicates.len() as u64,
            warnings: self.warnings(options.replicates - replicates.len()),
            table: self.table(&rows)?,
        })
    }

    fn warnings(&self, lost: usize) -> Vec<String> {
        let vif = &self.importance.vif;
        let warnings = [
            (vif.iter().any(|vif| vif.is_infinite()), "Collinear"),
            (vif.iter().any(|vif| vif.is_finite() && *vif > HIGH_VIF), "HighVif"),
            (self.unusable.iter().any(Option::is_some), "DriverLeftOut"),
            (self.base.0 * 2 < self.outcome_answered, "BaseHalved"),
            (self.base.0 < LEAST_EACH * self.products.blocks().len() as u64, "SmallBase"),
            (self.products.has_lonely(), "LonelyPsu"),
            (lost > 0, "ReplicatesLost"),
            (self.non_probability, "NonProbabilitySample"),
        ];
        warnings.into_iter().filter(|(applies, _)| *applies).map(|(_, warning)| warning.to_owned()).collect()
    }

    fn table(&self, rows: &[Row]) -> Result<Table> {
        let found = &self.importance;
        let share = |row: &Row, of: &[f64]| row.at.map_or(f64::NAN, |at| of[at]);
        let results = Results(rows);
        let rank = |row: &Row| row.at.map(|at| 1 + found.lmg.iter().filter(|lmg| **lmg > found.lmg[at]).count() as u64);
        let missing = |row: &Row| self.outcome_answered - self.answered[row.driver];
        let quadrants = self.quadrants();
        Table::from_columns([
            results.text("driver", |row| self.drivers[row.driver].name.as_str()),
            results.whole("rank", rank),
            results.number("lmg", |row| share(row, &found.lmg)),
            results.number("lmg_low", |row| row.lmg.0),
            results.number("lmg_high", |row| row.lmg.1),
            results.number("lmg_share", |row| share(row, &found.lmg) / found.r_squared),
            results.number("relative_weight", |row| share(row, &found.relative)),
            results.number("relative_weight_low", |row| row.relative.0),
            results.number("relative_weight_high", |row| row.relative.1),
            results.number("first", |row| share(row, &found.first)),
            results.number("last", |row| share(row, &found.last)),
            results.number("pratt", |row| share(row, &found.pratt)),
            results.number("beta", |row| share(row, &found.beta)),
            results.number("vif", |row| share(row, &found.vif)),
            results.number("correlation", |row| share(row, &self.with_outcome)),
            results.number("performance", |row| self.drivers[row.driver].performance),
            results.text("performance_unit", |row| self.drivers[row.driver].unit()),
            results.maybe("quadrant", |row| row.at.and_then(|at| quadrants.get(at).copied())),
            results.whole("n", |row| Some(self.answered[row.driver])),
            results.whole("dont_know", |row| Some(missing(row))),
            results.number("dont_know_share", |row| missing(row) as f64 / self.outcome_answered as f64),
            results.maybe("reason", |row| self.reason(row)),
        ])
    }

    fn reason(&self, row: &Row) -> Option<&'static str> {
        match (self.unusable[row.driver], row.at) {
            (Some(Unusable::NoAnswers), _) => Some("no_answers"),
            (Some(Unusable::Constant), _) => Some("constant"),
            (None, Some(at)) if self.importance.vif[at].is_infinite() => Some("collinear"),
            (None, _) => None,
        }
    }

    /// The quadrant of each driver that varies; none where their performances are not of one kind.
    fn quadrants(&self) -> Vec<&'static str> {
        let used: Vec<_> =
            self.drivers.iter().zip(&self.unusable).filter(|(_, unusable)| unusable.is_none()).map(|(driver, _)| driver).collect();
        let Some(figure) = used.first().and_then(|driver| driver.figure) else { return Vec::new() };
        if used.iter().any(|driver| driver.figure != Some(figure)) {
            return Vec::new();
        }
        let count = used.len() as f64;
        let important = self.importance.lmg.iter().sum::<f64>() / count;
        let performing = used.iter().map(|driver| driver.performance).sum::<f64>() / count;
        let quadrant = |(driver, &lmg): (&&super::Coded, &f64)| match (lmg >= important, driver.performance >= performing) {
            (true, false) => "concentrate_here",
            (true, true) => "keep_up",
            (false, false) => "low_priority",
            (false, true) => "possible_overkill",
        };
        used.iter().zip(&self.importance.lmg).map(quadrant).collect()
    }
}

struct Row {
    driver: usize,
    /// Its place among the drivers that vary.
    at: Option<usize>,
    lmg: (f64, f64),
    relative: (f64, f64),
}
