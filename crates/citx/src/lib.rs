//! An embeddable engine for citizen experience: whom does this concern, may we contact them and how, how do they feel, did it change
//! anything.
#![forbid(unsafe_code)]

pub use citx_core::audience::{Audience, AudienceOptions};
pub use citx_core::citizens::{Attribute, AttributeType, FactColumns, Population, Schema};
pub use citx_core::consent::{
    ConsentView, Controller, Decision, Event, Facts, Outcome, Policy, Purpose, Question, RecordedEvent, Scope, Status,
};
pub use citx_core::engagement::{UpliftOptions, uplift};
pub use citx_core::rules::{Context, Explanation};
pub use citx_core::satisfaction::{
    Benchmark, CountsOptions, Estimate, Instrument, SampleSize, ScaleOptions, ScoreOptions, Survey, SurveyOptions,
};
pub use citx_core::segments::{Membership, Segment, SegmentBook, SegmentDefinition};
pub use citx_core::table::{Column, Decimal, Record, Table, Value};
pub use citx_core::time::{Date, Interval, TimeZone, Timestamp};
pub use citx_core::{Bitmap, CancelToken, Error, ErrorKind, Result, RuleLocation, Run};
pub use citx_core::{audience, citizens, consent, engagement, rules, satisfaction, segments, statistics, table, time};
#[cfg(feature = "report")]
pub use citx_report as report;
pub use citx_store::*;
