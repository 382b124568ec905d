//! Engagement: did a campaign change anything?

use crate::Result;
use crate::table::Table;

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

/// What each arm changed against the control: arm, effect, std_error, ci_low, ci_high, n, ...
///
/// # Errors
/// `UnknownName` for a column, `NotFound` for the control arm, `InvalidArgument` naming column and row, `InsufficientData`.
pub fn uplift(table: &Table, options: &UpliftOptions) -> Result<Table> {
    let _ = (table, options);
    unimplemented!()
}
