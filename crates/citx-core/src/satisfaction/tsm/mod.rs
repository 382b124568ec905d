//! A return of the Tenant Satisfaction Measures: all 22 measures with the sample rule, representativeness, the summary of approach, the
//! national position, and what a regulator would ask about.

mod approach;
mod facts;
mod management;
mod representativeness;
mod respondents;
mod returns;
mod review;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod warnings;

pub use approach::{ApproachItem, SummaryOfApproach};
pub use management::{Management, ManagementFigure, ManagementOptions};
pub use representativeness::{Representativeness, RepresentativenessOptions};
pub use respondents::last_responses;
pub use returns::{PerceptionPart, TsmReturn, TsmReturnOptions};
pub use warnings::ReturnWarning;
