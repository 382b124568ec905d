//! Engagement: did a campaign change anything?

mod uplift;

pub use uplift::{UpliftOptions, uplift};
