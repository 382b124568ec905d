//! Engagement: what citizens did, and whether a campaign changed anything.

mod events;
#[cfg(test)]
mod tests;
mod uplift;

pub use crate::rules::Event;
pub use events::{EventColumns, Events, FeatureOptions};
pub use uplift::{UpliftOptions, uplift};
