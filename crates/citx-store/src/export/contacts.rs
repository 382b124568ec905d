//! The contact point of a citizen on a channel.

use std::collections::BTreeMap;

use citx_core::Result;
use citx_core::audience::Audience;
use citx_core::table::{Column, Value};

/// The columns that hold the contact points of an audience, by channel.
pub(super) struct Contacts {
    columns: BTreeMap<String, Vec<Column>>,
}

impl Contacts {
    /// Which fact a channel needs is the policy's to say, which columns hold it the population's.
    pub(super) fn of(audience: &Audience) -> Result<Self> {
        let people = audience.population();
        let mut columns = BTreeMap::new();
        for (channel, fact) in audience.contact_facts() {
            let Some(facts) = people.facts() else { continue };
            let named = facts.columns().filter(|(name, _)| *name == fact).map(|(_, column)| people.table().column(column));
            columns.insert(channel.to_owned(), named.collect::<Result<Vec<_>>>()?);
        }
        Ok(Self { columns })
    }

    /// Whether the population has a column for the channel's contact point.
    pub(super) fn has(&self, channel: &str) -> bool {
        self.columns.get(channel).is_some_and(|columns| !columns.is_empty())
    }

    /// What the columns of the channel's contact point hold in a row, without what is empty.
    pub(super) fn parts(&self, channel: &str, row: usize) -> Vec<String> {
        let columns = self.columns.get(channel).map_or(&[][..], Vec::as_slice);
        columns.iter().map(|column| word(column, row).trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }

    /// The same as one text; `None` if it is not known.
    pub(super) fn text(&self, channel: &str, row: usize) -> Option<String> {
        let parts = self.parts(channel, row);
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The text or whole number of a cell, such as a house number; empty for anything else.
pub(super) fn word(column: &Column, row: usize) -> String {
    match column.value(row) {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    }
}
