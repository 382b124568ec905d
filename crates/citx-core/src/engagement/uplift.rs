use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};

use crate::statistics::codes::{Codes, bad_row, plain};
use crate::statistics::{ExactSum, symmetric_interval, t_quantile};
use crate::table::{Column, Table, Value, nearest};
use crate::{Error, ErrorKind, Result};

/// Which columns of a campaign's outcome are what.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpliftOptions {
    /// Column of the arm.
    pub arm: String,
    /// Column of the outcome: boolean, a number, or yes / no text.
    pub outcome: String,
    /// The arm that was left alone.
    pub control: String,
    /// Column of what was randomised, such as the household.
    pub cluster: Option<String>,
    /// Column to break down by.
    pub by: Option<String>,
    /// Level of the intervals.
    pub level: f64,
}

impl UpliftOptions {
    /// Individuals randomised, no breakdown, 95 % intervals.
    pub fn new(arm: impl Into<String>, outcome: impl Into<String>, control: impl Into<String>) -> Self {
        Self { arm: arm.into(), outcome: outcome.into(), control: control.into(), cluster: None, by: None, level: 0.95 }
    }
}

/// What each arm changed against the control: the difference of means with its cluster-robust interval.
///
/// Rows without an arm or an outcome are left out and counted in `excluded`. The standard error is that of least squares on arm
/// dummies with CR0 clusters, or HC0 without a cluster column; the interval is Student's t with clusters - 1 degrees of freedom.
/// Columns: by and group (with `by` only), arm, effect, std_error, ci_low, ci_high, level, n, n_control, mean, mean_control,
/// clusters, excluded, unit, method. What cannot be estimated is null.
///
/// ```
/// use std::sync::Arc;
/// use citx_core::engagement::{UpliftOptions, uplift};
/// use citx_core::table::{Column, Table};
/// # use arrow_array::{BooleanArray, StringArray};
/// let table = Table::from_columns([
///     Column::new("arm", Arc::new(StringArray::from(vec!["letter", "letter", "none", "none"]))),
///     Column::new("voted", Arc::new(BooleanArray::from(vec![true, true, true, false]))),
/// ])?;
/// let effects = uplift(&table, &UpliftOptions::new("arm", "voted", "none"))?;
/// assert_eq!(effects.column("effect")?.value(0), citx_core::table::Value::Float(0.5));
/// # Ok::<(), citx_core::Error>(())
/// ```
///
/// # Errors
/// `UnknownName` for a column, `NotFound` for the control arm, `InvalidArgument` naming column and row, `OutOfRange` for the level,
/// `InsufficientData` without rows.
pub fn uplift(table: &Table, options: &UpliftOptions) -> Result<Table> {
    if !(options.level > 0.0 && options.level < 1.0) {
        return Err(Error::new(ErrorKind::OutOfRange, format!("`level` must lie between 0 and 1, such as 0.95, found {}", options.level)));
    }
    let arms = Codes::of(&table.column(&options.arm)?)?;
    let (outcomes, unit) = outcomes(&table.column(&options.outcome)?)?;
    let clusters = options.cluster.as_ref().map(|name| Codes::of(&table.column(name)?)?.require(name, "cluster")).transpose()?;
    let groups = options.by.as_ref().map(|name| Codes::of(&table.column(name)?)).transpose()?;
    if table.num_rows() == 0 {
        return Err(Error::new(ErrorKind::InsufficientData, "the table of outcomes has no rows"));
    }
    let control = arms.labels.iter().position(|label| *label == options.control).ok_or_else(|| {
        let known = nearest(&options.control, arms.labels.iter().map(String::as_str));
        let suggestion = known.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Error::new(ErrorKind::NotFound, format!("column `{}` has no arm `{}`{suggestion}", options.arm, options.control))
    })?;
    let trial = Trial { arms: &arms, control: control as u32, outcomes: &outcomes, clusters: clusters.as_ref(), level: options.level };
    let mut effects = Vec::new();
    match &groups {
        None => effects.extend(trial.effects(&(0..table.num_rows() as u32).collect::<Vec<_>>(), None)),
        Some(groups) => {
            let mut members = vec![Vec::new(); groups.len()];
            for (row, &code) in groups.codes.iter().enumerate() {
                if let Some(members) = members.get_mut(code as usize) {
                    members.push(row as u32);
                }
            }
            for (label, members) in groups.labels.iter().zip(&members) {
                effects.extend(trial.effects(members, Some(label)));
            }
        }
    }
    result(&effects, options, unit)
}

struct Trial<'a> {
    arms: &'a Codes,
    control: u32,
    outcomes: &'a [Option<f64>],
    clusters: Option<&'a Codes>,
    level: f64,
}

/// One arm against the control.
struct Effect {
    group: Option<String>,
    arm: String,
    value: f64,
    std_error: f64,
    ci: (f64, f64),
    mean: f64,
    mean_control: f64,
    n: u64,
    n_control: u64,
    clusters: u64,
    excluded: u64,
}

impl Trial<'_> {
    /// The effect of each arm but the control, over some rows.
    fn effects(&self, rows: &[u32], group: Option<&String>) -> Vec<Effect> {
        let mut by_arm: Vec<Vec<(u32, f64)>> = vec![Vec::new(); self.arms.len()];
        for &row in rows {
            let arm = by_arm.get_mut(self.arms.codes[row as usize] as usize);
            if let (Some(arm), Some(outcome)) = (arm, self.outcomes[row as usize]) {
                arm.push((row, outcome));
            }
        }
        let excluded = rows.len() as u64 - by_arm.iter().map(|arm| arm.len() as u64).sum::<u64>();
        let control = &by_arm[self.control as usize];
        let treated = (0..self.arms.len()).filter(|&arm| arm != self.control as usize);
        treated.map(|arm| Effect { group: group.cloned(), excluded, ..self.effect(arm, &by_arm[arm], control) }).collect()
    }

    fn effect(&self, arm: usize, treated: &[(u32, f64)], control: &[(u32, f64)]) -> Effect {
        let (mean, mean_control) = (mean(treated), mean(control));
        // Influence of each row on the difference; a cluster may have rows in both arms.
        let influence = |rows: &[(u32, f64)], mean: f64, sign: f64| {
            let share = sign / rows.len() as f64;
            rows.iter().map(move |&(row, outcome)| (row, share * (outcome - mean))).collect::<Vec<_>>()
        };
        let mut influences = influence(treated, mean, 1.0);
        influences.extend(influence(control, mean_control, -1.0));
        let (variance, clusters) = self.robust_variance(&mut influences);
        let estimable = treated.len() > 1 && control.len() > 1 && clusters > 1;
        let std_error = if estimable { variance.sqrt() } else { f64::NAN };
        let value = mean - mean_control;
        // Without any variation in either arm there is nothing to say of the uncertainty, least of all that there is none.
        let t = if variance > 0.0 { t_quantile(1.0 - (1.0 - self.level) / 2.0, clusters as f64 - 1.0) } else { f64::NAN };
        let ci = symmetric_interval(value, std_error, t);
        let (n, n_control) = (treated.len() as u64, control.len() as u64);
        Effect {
            group: None,
            arm: self.arms.labels[arm].clone(),
            value,
            std_error,
            ci,
            mean,
            mean_control,
            n,
            n_control,
            clusters,
            excluded: 0,
        }
    }

    /// The sum over clusters of the squared sum of influences, and how many clusters.
    fn robust_variance(&self, influences: &mut [(u32, f64)]) -> (f64, u64) {
        let cluster = |row: u32| self.clusters.map_or(row, |clusters| clusters.codes[row as usize]);
        influences.sort_unstable_by_key(|&(row, _)| cluster(row));
        let mut squares = ExactSum::new();
        let mut clusters = 0;
        for members in influences.chunk_by(|a, b| cluster(a.0) == cluster(b.0)) {
            let total = match members {
                [(_, one)] => *one,
                many => many.iter().map(|&(_, influence)| influence).collect::<ExactSum>().value(),
            };
            squares.add(total * total);
            clusters += 1;
        }
        (squares.value(), clusters)
    }
}

fn mean(rows: &[(u32, f64)]) -> f64 {
    rows.iter().map(|&(_, outcome)| outcome).collect::<ExactSum>().value() / rows.len() as f64
}

/// The outcome of each row as a number, and the unit of its mean.
fn outcomes(column: &Column) -> Result<(Vec<Option<f64>>, &'static str)> {
    let array = plain(column.array());
    let name = column.name();
    let mut unit = None;
    let mut outcomes = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        let value = Value::read(&array, row);
        let outcome = match &value {
            Value::Null => None,
            Value::Boolean(yes) => Some(f64::from(u8::from(*yes))),
            Value::Text(text) => match yes_or_no(text) {
                Some(yes) => Some(f64::from(u8::from(yes))),
                None => return Err(bad_row(name, row, "an outcome as text is yes or no, true or false, 1 or 0")),
            },
            _ => None,
        };
        unit = unit.or_else(|| outcome.map(|_| "proportion"));
        if outcome.is_none() && !matches!(value, Value::Null) {
            let numbers = crate::statistics::codes::numbers(&Column::new(name, array))?;
            return Ok((numbers, "mean"));
        }
        outcomes.push(outcome);
    }
    Ok((outcomes, unit.unwrap_or("mean")))
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn result(effects: &[Effect], options: &UpliftOptions, unit: &str) -> Result<Table> {
    let method = if options.cluster.is_some() { "difference of means, CR0" } else { "difference of means, HC0" };
    let text = |name: &str, cell: &dyn Fn(&Effect) -> Option<String>| {
        Column::new(name, Arc::new(effects.iter().map(cell).collect::<StringArray>()) as ArrayRef)
    };
    let number = |name: &str, cell: &dyn Fn(&Effect) -> f64| {
        let numbers = effects.iter().map(|effect| Some(cell(effect)).filter(|number| number.is_finite()));
        Column::new(name, Arc::new(numbers.collect::<Float64Array>()) as ArrayRef)
    };
    let whole = |name: &str, cell: &dyn Fn(&Effect) -> u64| {
        Column::new(name, Arc::new(effects.iter().map(|effect| i64::try_from(cell(effect)).ok()).collect::<Int64Array>()) as ArrayRef)
    };
    let mut columns = Vec::new();
    if let Some(by) = &options.by {
        columns.push(text("by", &|_| Some(by.clone())));
        columns.push(text("group", &|effect| effect.group.clone()));
    }
    columns.extend([
        text("arm", &|effect| Some(effect.arm.clone())),
        number("effect", &|effect| effect.value),
        number("std_error", &|effect| effect.std_error),
        number("ci_low", &|effect| effect.ci.0),
        number("ci_high", &|effect| effect.ci.1),
        number("level", &|_| options.level),
        whole("n", &|effect| effect.n),
        whole("n_control", &|effect| effect.n_control),
        number("mean", &|effect| effect.mean),
        number("mean_control", &|effect| effect.mean_control),
        whole("clusters", &|effect| effect.clusters),
        whole("excluded", &|effect| effect.excluded),
        text("unit", &|_| Some(unit.to_owned())),
        text("method", &|_| Some(method.to_owned())),
    ]);
    Table::from_columns(columns)
}
