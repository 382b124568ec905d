//! The functions of `include/citx.h`, one file for each type of its overview.

pub(crate) mod audience;
pub(crate) mod book;
pub(crate) mod decision;
pub(crate) mod error;
pub(crate) mod ledger;
pub(crate) mod membership;
pub(crate) mod policy;
pub(crate) mod population;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod survey;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod uplift;
pub(crate) mod version;
pub(crate) mod view;
