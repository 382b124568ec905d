use std::collections::{BTreeMap, BTreeSet};

use citx_core::Result;
use citx_core::audience::Audience;
use citx_core::table::Table;

use crate::chart;
use crate::figure::text;
use crate::html::{Align, Page};
use crate::numbers::{count, counted};

/// An audience as counts: no keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudienceCounts {
    /// The purpose of the message.
    pub purpose: String,
    /// How many citizens may be contacted.
    pub allowed_citizens: u64,
    /// How many were refused on every channel tried.
    pub refused_citizens: u64,
    /// How many might be contacted and are held out.
    pub held_out_citizens: u64,
    /// Channel, lawful basis and rule of those who may, and how many citizens.
    pub allowed: Vec<([String; 3], u64)>,
    /// Reason, channel and rule of the refusals, and how many; the most frequent first.
    pub refused: Vec<([String; 3], u64)>,
}

impl AudienceCounts {
    /// The counts of an audience.
    ///
    /// # Errors
    /// `UnknownName` if its tables lack a column.
    pub fn of(audience: &Audience) -> Result<Self> {
        let mut refused = tally(audience.refused(), ["reason", "channel", "rule"])?;
        refused.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(Self {
            purpose: audience.purpose().to_owned(),
            allowed_citizens: audience.allowed().num_rows() as u64,
            refused_citizens: refused_citizens(audience),
            held_out_citizens: audience.held_out().num_rows() as u64,
            allowed: tally(audience.allowed(), ["channel", "basis", "rule"])?,
            refused,
        })
    }
}

/// How many citizens were refused and are not allowed on another channel.
fn refused_citizens(audience: &Audience) -> u64 {
    let keys = |table: &Table| -> BTreeSet<String> {
        table.columns().next().map_or_else(BTreeSet::new, |keys| keys.values().filter_map(|key| text(&key)).collect())
    };
    let (allowed, held_out) = (keys(audience.allowed()), keys(audience.held_out()));
    keys(audience.refused()).iter().filter(|key| !allowed.contains(*key) && !held_out.contains(*key)).count() as u64
}

/// How many rows have the same texts in these columns.
fn tally(table: &Table, names: [&str; 3]) -> Result<Vec<([String; 3], u64)>> {
    let [a, b, c] = names;
    let columns = [table.column(a)?, table.column(b)?, table.column(c)?];
    let mut counts = BTreeMap::new();
    for row in 0..table.num_rows() {
        let key = columns.each_ref().map(|column| text(&column.value(row)).unwrap_or_default());
        *counts.entry(key).or_insert(0) += 1;
    }
    Ok(counts.into_iter().collect())
}

/// Who may be contacted, and why not the others.
pub(crate) fn audiences(page: &mut Page, parts: &[(String, AudienceCounts)]) {
    page.raw("<section aria-labelledby=\"audiences\">\n<h2 id=\"audiences\">May we contact them, and how?</h2>\n");
    for (name, part) in parts {
        page.element("h3", &[], name);
        let held_out = match part.held_out_citizens {
            0 => String::new(),
            held_out => format!(" {} more might be and are held out, to compare the others with.", count(held_out)),
        };
        page.paragraph(&format!(
            "Purpose: {}. {} may be contacted; {} may not.{held_out}",
            part.purpose,
            counted(part.allowed_citizens, "citizen", "citizens"),
            count(part.refused_citizens),
        ));
        chart(page, name, part);
        allowed(page, part);
        refused(page, part);
    }
    page.raw("</section>\n");
}

fn chart(page: &mut Page, name: &str, part: &AudienceCounts) {
    let mut bars: BTreeMap<String, u64> = BTreeMap::new();
    for ([channel, basis, _], number) in &part.allowed {
        *bars.entry(format!("Allowed by {channel}: {}", words(basis))).or_default() += number;
    }
    let mut bars: Vec<(String, u64, String)> = bars.into_iter().map(|(name, number)| (name, number, count(number))).collect();
    bars.push(("Refused on every channel".to_owned(), part.refused_citizens, count(part.refused_citizens)));
    chart::bars(
        page,
        &format!("Citizens in {name}, by outcome"),
        "Number of citizens who may be contacted, by channel and lawful basis, and of those who may not.",
        &bars,
    );
}

fn allowed(page: &mut Page, part: &AudienceCounts) {
    let row = |([channel, basis, rule], number): &([String; 3], u64)| vec![channel.clone(), words(basis), rule.clone(), count(*number)];
    page.table(
        "Allowed, by channel and lawful basis",
        &[("Channel", Align::Text), ("Lawful basis", Align::Text), ("Rule", Align::Text), ("Citizens", Align::Number)],
        &part.allowed.iter().map(row).collect::<Vec<_>>(),
    );
}

fn refused(page: &mut Page, part: &AudienceCounts) {
    let row = |([reason, channel, rule], number): &([String; 3], u64)| vec![reason.clone(), channel.clone(), rule.clone(), count(*number)];
    page.table(
        "Refused, by reason: one count for each channel tried",
        &[("Reason", Align::Text), ("Channel", Align::Text), ("Rule", Align::Text), ("Attempts", Align::Number)],
        &part.refused.iter().map(row).collect::<Vec<_>>(),
    );
}

/// `legitimate_interests` as words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}
