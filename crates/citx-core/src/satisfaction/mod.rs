//! Satisfaction: instruments, surveys and their estimates. No figure without its uncertainty.
//!
//! An [`Instrument`] says which answers count. A [`Survey`] holds answers, one row a respondent with weights and design, or counts of
//! answers by unit. [`Survey::score`] and [`Survey::scores`] make [`Estimate`]s of them. The methods are described in `docs/methods`.

mod answers;
mod base;
mod benchmark;
mod compare;
mod counts;
mod disclosure;
mod dispositions;
mod drivers;
mod estimate;
mod figures;
mod groups;
mod index;
mod inference;
mod instrument;
mod quantile;
mod replicates;
mod rows;
mod sample_size;
mod sampling;
mod scores;
mod survey;
#[cfg(test)]
mod tests;
mod tsm;
mod weighting;

pub use benchmark::{Benchmark, Standing, quantile, standings};
pub use compare::{
    ColumnLetters, CompareOptions, Comparison, GroupOptions, LetterOptions, RollingOptions, Trend, TrendOptions, UnitOptions, compare,
    compare_measures, compare_units, rolling, trend,
};
pub use counts::CountsOptions;
pub use disclosure::{AuditOptions, CellOptions, DisclosureRule, SuppressOptions, audit, protect_scores, suppress, with_totals};
pub use dispositions::{coverage, response_rates};
pub use drivers::{DriverOptions, Drivers};
pub use estimate::{Estimate, ScoreOptions};
pub use index::{CitxIndex, IndexColumns, IndexParameters};
pub use inference::Test;
pub use instrument::{Counted, Instrument, ScaleOptions};
pub use quantile::QuantileOptions;
pub use replicates::ReplicateOptions;
pub use sample_size::{SampleForm, SampleSize};
pub use sampling::{Allocation, DrawOptions};
pub use survey::{Survey, SurveyOptions};
pub use tsm::{
    ApproachItem, Management, ManagementFigure, ManagementOptions, PerceptionPart, Representativeness, RepresentativenessOptions,
    ReturnWarning, SummaryOfApproach, TsmReturn, TsmReturnOptions, last_responses,
};
pub use weighting::{CalibrateOptions, Margin, RakeOptions, TrimOptions, Weighting};
