//! The functions of `include/citx.h`, one file for each type of its overview.

pub mod audience;
pub mod book;
pub mod decision;
pub mod error;
pub mod ledger;
pub mod membership;
pub mod policy;
pub mod population;
pub mod project;
pub mod record;
pub mod run;
pub mod survey;
pub mod table;
pub mod text;
pub mod uplift;
pub mod version;
pub mod view;
