//! Functions that read from outside the citizens' table: events, consent and places.

use std::sync::Arc;

use crate::time::Interval;
use crate::{Error, ErrorKind, Result};

use super::super::ast::NodeId;
use super::super::functions::Function;
use super::super::plan::{Op, Sought, Type};
use super::{Scope, Typed};

impl Scope<'_, '_> {
    pub(super) fn outside(&mut self, function: Function, arguments: &[NodeId]) -> Result<Typed> {
        match (function, arguments) {
            (Function::EventCount, [kind, others @ ..]) => {
                let sought = self.sought(function, *kind, others)?;
                Ok(self.add(Op::EventCount(sought), Type::Integer))
            }
            (Function::FirstEvent | Function::LastEvent, [kind, others @ ..]) => {
                let sought = self.sought(function, *kind, others)?;
                Ok(self.add(Op::EventAt { sought, last: function == Function::LastEvent }, Type::Timestamp))
            }
            (Function::MayContact, [purpose, channel]) => {
                let purpose = self.word(function, *purpose, "a purpose")?;
                let channel = self.word(function, *channel, "a channel")?;
                Ok(self.add(Op::MayContact(purpose, channel), Type::Boolean))
            }
            (Function::WithinMAny, [lat, lon, set, metres]) => {
                let name = self.word(function, *set, "a set of places")?;
                let places = self.resolver.places;
                let Some(set) = places.get(&name) else {
                    let Some(node) = self.nodes.get(*set) else { return Err(self.type_error(*set, "there is no such set of places")) };
                    return Err(self.unknown("set of places", &name, node, places.names()));
                };
                let set = self.builder().places(set);
                let wanted = format!("{} wants", function.name());
                let mut parts = [0; 3];
                for (part, node) in parts.iter_mut().zip([lat, lon, metres]) {
                    let (id, data_type) = self.number(*node, &wanted)?;
                    *part = self.cast(id, data_type, Type::Float);
                }
                Ok(self.add(Op::WithinMAny(parts, set), Type::Boolean))
            }
            // The parser checked the number of arguments.
            _ => Err(Error::new(ErrorKind::RuleType, format!("{} wants other arguments", function.name()))),
        }
    }

    /// Text as written: a name, which no attribute can give.
    fn word(&self, function: Function, node: NodeId, what: &str) -> Result<Arc<str>> {
        match self.literal_text(node) {
            Some(text) => Ok(text.into()),
            None => Err(self.type_error(node, format!("{} wants {what} in single quotes", function.name()))),
        }
    }

    /// A kind of events, then perhaps a window, then perhaps a channel.
    fn sought(&self, function: Function, kind: NodeId, others: &[NodeId]) -> Result<Sought> {
        let kind = self.word(function, kind, "a kind of event")?;
        let (mut window, mut channel) = (None, None);
        for node in others {
            match self.typed.get(*node) {
                Some(Typed::Interval(interval)) if function == Function::EventCount && window.is_none() && channel.is_none() => {
                    if !is_forward(*interval) {
                        return Err(self.type_error(*node, "a window is longer than nothing, such as INTERVAL '90 days'"));
                    }
                    window = Some(*interval);
                }
                Some(Typed::Value(..)) if channel.is_none() => channel = Some(self.word(function, *node, "a channel")?),
                _ => {
                    let window = if function == Function::EventCount { ", then a window, " } else { " " };
                    return Err(self.type_error(*node, format!("{} wants a kind{window}and then a channel", function.name())));
                }
            }
        }
        Ok(Sought { kind, channel, window })
    }
}

/// Whether an interval goes forward in all its parts.
fn is_forward(interval: Interval) -> bool {
    interval != Interval::default() && interval.months >= 0 && interval.days >= 0 && interval.micros >= 0
}
