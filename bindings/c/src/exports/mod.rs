//! The functions of `include/citx.h`, one file for each type of its overview.

pub mod audience;
pub mod book;
pub mod bytes;
pub mod changes;
pub mod decision;
pub mod diff;
pub mod error;
pub mod events;
pub mod ledger;
pub mod list;
pub mod live;
pub mod membership;
pub mod overlap;
pub mod policy;
pub mod population;
pub mod project;
pub mod record;
pub mod review;
pub mod run;
pub mod sources;
pub mod survey;
pub mod table;
pub mod text;
pub mod uplift;
pub mod version;
pub mod view;
