//! Engagement: what citizens did, and whether a campaign changed anything.

mod events;
#[cfg(test)]
mod tests;
mod uplift;

pub use crate::rules::Event;
pub use events::{EventColumns, Events};
pub use uplift::{UpliftOptions, uplift};
