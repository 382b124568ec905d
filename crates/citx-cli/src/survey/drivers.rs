use citx::report::count;
use citx::satisfaction::Drivers;
use citx::{Result, Run, Survey, Table, Value};
use serde_json::{Value as Json, json};

use super::Protection;
use crate::json;
use crate::project::DriversSection;
use crate::text::cell;

/// What moves a measure, as it may be shown.
pub(crate) struct Driven {
    pub(crate) found: Drivers,
    pub(crate) table: Table,
}

impl Driven {
    pub(super) fn new(section: &DriversSection, survey: &Survey, protection: Option<&Protection>, run: &Run) -> Result<Self> {
        let found = survey
            .drivers_with(&section.outcome, &section.drivers, &section.options, run)
            .map_err(|error| error.context("[survey.drivers]"))?;
        let table = protection.map_or_else(|| Ok(found.table.clone()), |protection| protection.drivers(&found.table))?;
        Ok(Self { found, table })
    }

    pub(super) fn as_json(&self) -> Json {
        let found = &self.found;
        json!({
            "outcome": found.outcome,
            "r_squared": found.r_squared,
            "r_squared_ci": [found.r_squared_ci.0, found.r_squared_ci.1],
            "level": found.level,
            "n": found.n,
            "n_eff": found.n_eff,
            "n_outcome": found.n_outcome,
            "missing": found.missing,
            "coding": found.coding,
            "replicates": found.replicates,
            "warnings": found.warnings,
            "drivers": json::rows(&self.table),
        })
    }

    pub(super) fn sentence(&self) -> Result<String> {
        let (driver, share) = (self.table.column("driver")?, self.table.column("lmg_share")?);
        let first = match (self.table.num_rows() > 0).then(|| share.value(0)) {
            Some(Value::Float(share)) => format!("; {} the most, {:.0} percent of that", cell(&driver.value(0)), share * 100.0),
            _ => String::new(),
        };
        let (found, percent) = (&self.found, self.found.r_squared * 100.0);
        Ok(format!("{}: its drivers account for {percent:.0} percent of its variance ({} answers){first}", found.outcome, count(found.n)))
    }
}
