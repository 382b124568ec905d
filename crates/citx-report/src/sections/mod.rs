//! The parts of the page, in the order of the four questions: whom, may we, how do they feel, did it change anything.

mod audiences;
mod effects;
mod satisfaction;
mod segments;
mod sources;
mod tables;

pub use audiences::AudienceCounts;
pub(crate) use audiences::audiences;
pub use effects::Effect;
pub(crate) use effects::effects;
pub(crate) use satisfaction::{every_unit, scores, standing};
pub(crate) use segments::{SegmentPart, segments};
pub(crate) use sources::sources;
pub(crate) use tables::{TablePart, table};
