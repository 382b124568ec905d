//! What the standard says of a return, as data.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Error, ErrorKind, Result};

const RETURN: &str = include_str!("../../../data/tsm_return_2022.toml");

/// A version of the requirements.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Requirements {
    #[serde(rename = "version")]
    pub instrument: String,
    pub rules: Thresholds,
    pub symbols: BTreeMap<String, String>,
    pub management: Vec<Part>,
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    pub small_landlord_below: u64,
    pub lcho_survey_from: u64,
    pub census_suffices_to: u64,
    pub predominant_above: f64,
    pub method_surveys: u64,
    pub small_base: u64,
    pub not_applicable: BTreeMap<String, f64>,
}

/// One part of a management measure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub measure: String,
    pub part: Option<u8>,
    #[serde(default = "percent")]
    pub per: u32,
    #[serde(default)]
    pub by_tenure: bool,
    pub numerator: String,
    pub denominator: String,
    #[serde(default)]
    pub publish: String,
}

/// One item of the summary of approach.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub letter: String,
    pub name: String,
    pub heading: String,
}

fn percent() -> u32 {
    100
}

impl Requirements {
    /// The requirements that go with `tsm-2022`.
    pub fn current() -> Result<Self> {
        toml::from_str(RETURN).map_err(|error| {
            Error::new(ErrorKind::Corrupted, "the requirements of a return that ship with citx cannot be read").caused_by(error)
        })
    }

    pub fn part(&self, measure: &str, part: Option<u8>) -> Option<&Part> {
        self.management.iter().find(|known| known.measure == measure && known.part == part)
    }
}

impl Part {
    /// `RP02(1)`, or `RP01` for a measure of one part.
    pub fn code(&self) -> String {
        match self.part {
            Some(part) => format!("{}({part})", self.measure),
            None => self.measure.clone(),
        }
    }
}
