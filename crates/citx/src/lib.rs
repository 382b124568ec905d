//! An embeddable engine for citizen experience: whom does this concern, may we contact them and how, how do they feel, did it change
//! anything.
//!
//! A [`Population`] holds the citizens, a [`SegmentBook`] finds the members of segments, a [`ConsentView`] decides by a [`Policy`] who of
//! them may be contacted, and an [`Audience`] is what comes of it. A [`Survey`] makes [`Estimate`]s, [`uplift`] compares the arms of a
//! randomised campaign. Everything is here; `citx-core` computes and does no I/O, `citx-store` reads and writes.
//!
//! # Example
//! ```
//! use citx::{AudienceOptions, Column, ConsentView, Context, Controller, FactColumns, Policy, Population, Purpose, Run, SegmentBook};
//! use citx::{SegmentDefinition, Table, TimeZone, Timestamp};
//!
//! let residents = Table::from_columns([
//!     Column::text("id", [Some("C-17"), Some("C-18")]),
//!     Column::text("email", [Some("a@example.org"), None]),
//! ])?;
//! let people = Population::from_table(residents, "id")?.with_facts(FactColumns::new().email("email"))?;
//! let as_of = Timestamp::parse("2026-11-22", TimeZone::UTC)?;
//! let members = SegmentBook::new([SegmentDefinition::new("all", "id IS NOT NULL")])?
//!     .evaluate(&people, &Context { as_of, time_zone: TimeZone::UTC }, &Run::new())?;
//! let policy = Policy::builtin("uk-2026")?
//!     .with_controller(Controller::new("Anytown Homes", "housing_association", TimeZone::UTC))?
//!     .with_purpose(Purpose::new("repairs", "service", "contract"))?;
//! let view = ConsentView::from_events([], &policy, as_of)?;
//! let audience = members.segment("all")?.audience(&view, &AudienceOptions::new("repairs", ["email"]), &Run::new())?;
//! assert_eq!((audience.allowed().num_rows(), audience.refused().num_rows()), (1, 1));
//! # Ok::<(), citx::Error>(())
//! ```
//!
//! # Features
//! All are on by default.
//! - `postgres`: the consent ledger on a PostgreSQL server.
//! - `sqlite`: the consent ledger in a SQLite file.
//! - `parquet`: Parquet in and out; it costs more to compile than all the rest.
//! - `xlsx`: Excel workbooks in.
//! - `report`: the HTML report.
#![forbid(unsafe_code)]

pub use citx_core::audience::{Audience, AudienceOptions, Cap, EqualityOptions};
pub use citx_core::citizens::{Attribute, AttributeType, ElementType, FactColumns, Population, Schema};
pub use citx_core::consent::{
    ConsentView, Controller, Decision, Disclosures, Event, Facts, FrequencyCap, Outcome, Policy, Purpose, Question, QuietHours,
    RecordedEvent, Scope, Status,
};
pub use citx_core::engagement::{EventColumns, Events, FeatureOptions, UpliftOptions, uplift};
pub use citx_core::rules::{Context, Explanation, Sources};
pub use citx_core::satisfaction::{
    Benchmark, CountsOptions, Estimate, Instrument, Management, ManagementOptions, PerceptionPart, SampleForm, SampleSize, ScaleOptions,
    ScoreOptions, SummaryOfApproach, Survey, SurveyOptions, TsmReturn, TsmReturnOptions,
};
pub use citx_core::segments::{BookDiff, Membership, MembershipDiff, Segment, SegmentBook, SegmentDefinition};
pub use citx_core::table::{Column, Decimal, Record, Table, Value};
pub use citx_core::time::{Date, Interval, TimeZone, Timestamp};
pub use citx_core::{Bitmap, CancelToken, Error, ErrorKind, Result, RuleLocation, Run};
pub use citx_core::{audience, citizens, consent, engagement, rules, satisfaction, segments, statistics, table, time};
#[cfg(feature = "report")]
pub use citx_report as report;
pub use citx_store::*;
