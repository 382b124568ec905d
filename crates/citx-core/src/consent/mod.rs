//! Consent: events, the policy (ordered rules as data), the state events fold into, and the decision.
//!
//! A [`Policy`] decides in three stages. *Definitions* re-class the message; *permission* rules are asked in order, the first hit
//! wins and the last denies; *timing* may defer what was permitted. Guards are conditions of the rule language over a published
//! vocabulary: the state that a citizen's events fold into, facts, and constants of the purpose. `docs/spec/consent.md` has it all.

mod bound;
mod capped;
mod case;
mod citizens;
mod data;
mod decision;
mod disclosures;
pub mod dynamics;
mod engine;
mod event;
mod expiry;
mod explain;
mod facts;
mod gates;
mod merges;
mod policy;
pub mod records;
pub mod signals;
mod state;
mod status;
#[cfg(test)]
mod tests;
mod timing;
mod view;
mod vocabulary;

pub use decision::{Decision, Outcome, Question, Verdict, Verdicts};
pub use disclosures::Disclosures;
pub(crate) use disclosures::Recorder;
pub use event::{Event, RecordedEvent};
pub use facts::Facts;
pub use policy::{Controller, Policy, PolicyRule, Purpose};
pub use status::{Scope, Status};
pub use timing::{FrequencyCap, QuietHours};
pub use view::{ConsentView, ViewBuilder};
