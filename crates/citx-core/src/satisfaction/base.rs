use super::instrument::invalid;
use crate::statistics::codes::{Codes, bad_row};
use crate::table::Table;
use crate::{Error, Result};

/// What one row of answers stands for, and a figure's `n` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Base {
    #[default]
    Answer,
    Citizen,
    Household,
    Home,
}

impl Base {
    const ALL: [Self; 4] = [Self::Answer, Self::Citizen, Self::Household, Self::Home];

    pub fn parse(name: &str) -> Result<Self> {
        let known = || invalid(format!("`base` is one of {}, not `{name}`", Self::ALL.map(Self::name).join(", ")));
        Self::ALL.into_iter().find(|base| base.name() == name).ok_or_else(known)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Citizen => "citizen",
            Self::Household => "household",
            Self::Home => "home",
        }
    }

    /// Refuses answers whose unit is unknown, or has answered in an earlier row: they would be counted as a unit more. `key` tells the
    /// units apart; answers need none.
    pub fn check(self, table: &Table, key: Option<&str>) -> Result<()> {
        if self == Self::Answer {
            return Ok(());
        }
        let name = self.name();
        let key = key.ok_or_else(|| invalid(format!("`base` is `{name}`, but neither `base_key` nor `key` says which {name} answered")))?;
        let codes = Codes::of(&table.column(key)?)?.require(key, name)?;
        let mut first = vec![None; codes.len()];
        for (row, &code) in codes.codes.iter().enumerate() {
            if let Some(earlier) = first[code as usize].replace(row) {
                return Err(twice(key, name, earlier, row));
            }
        }
        Ok(())
    }
}

fn twice(key: &str, name: &str, earlier: usize, row: usize) -> Error {
    bad_row(key, row, &format!("the {name} of row {} again; keep one answer of each, or let `base` be `answer`", earlier + 1))
}
