use std::collections::BTreeMap;

use citx_core::Result;
use citx_core::audience::Audience;
use citx_core::table::Table;

use crate::chart;
use crate::figure::text;
use crate::html::{Align, Page};
use crate::numbers::{count, counted};

/// What the report keeps of an audience: counts, no keys.
#[derive(Clone, Debug)]
pub(crate) struct AudiencePart {
    name: String,
    purpose: String,
    /// Channel, basis, rule.
    allowed: BTreeMap<[String; 3], u64>,
    /// Reason, channel, rule.
    refused: BTreeMap<[String; 3], u64>,
    refused_citizens: u64,
}

impl AudiencePart {
    pub(crate) fn new(name: String, audience: &Audience) -> Result<Self> {
        let refused = audience.refused();
        Ok(Self {
            name,
            purpose: audience.purpose().to_owned(),
            allowed: tally(audience.allowed(), ["channel", "basis", "rule"])?,
            refused_citizens: refused_citizens(audience)?,
            refused: tally(refused, ["reason", "channel", "rule"])?,
        })
    }

    fn allowed_citizens(&self) -> u64 {
        self.allowed.values().sum()
    }
}

/// How many citizens were refused on every channel tried: those refused somewhere who are not allowed elsewhere.
fn refused_citizens(audience: &Audience) -> Result<u64> {
    let keys = |table: &Table| -> Result<std::collections::BTreeSet<String>> {
        Ok(table.columns().next().map_or_else(Default::default, |keys| keys.values().filter_map(|key| text(&key)).collect()))
    };
    let allowed = keys(audience.allowed())?;
    Ok(keys(audience.refused())?.difference(&allowed).count() as u64)
}

/// How many rows have the same texts in these columns.
fn tally(table: &Table, names: [&str; 3]) -> Result<BTreeMap<[String; 3], u64>> {
    let [a, b, c] = names;
    let columns = [table.column(a)?, table.column(b)?, table.column(c)?];
    let mut counts = BTreeMap::new();
    for row in 0..table.num_rows() {
        let key = columns.each_ref().map(|column| text(&column.value(row)).unwrap_or_default());
        *counts.entry(key).or_insert(0) += 1;
    }
    Ok(counts)
}

/// Who may be contacted, and why not the others.
pub(crate) fn audiences(page: &mut Page, parts: &[AudiencePart]) {
    page.raw("<section aria-labelledby=\"audiences\">\n<h2 id=\"audiences\">May we contact them, and how?</h2>\n");
    for part in parts {
        page.element("h3", &[], &part.name);
        page.paragraph(&format!(
            "Purpose: {}. {} may be contacted; {} may not.",
            part.purpose,
            counted(part.allowed_citizens(), "citizen", "citizens"),
            count(part.refused_citizens),
        ));
        chart(page, part);
        allowed(page, part);
        refused(page, part);
    }
    page.raw("</section>\n");
}

fn chart(page: &mut Page, part: &AudiencePart) {
    let mut bars: BTreeMap<String, u64> = BTreeMap::new();
    for ([channel, basis, _], number) in &part.allowed {
        *bars.entry(format!("Allowed by {channel}: {}", words(basis))).or_default() += number;
    }
    let mut bars: Vec<(String, u64, String)> = bars.into_iter().map(|(name, number)| (name, number, count(number))).collect();
    bars.push(("Refused on every channel".to_owned(), part.refused_citizens, count(part.refused_citizens)));
    chart::bars(
        page,
        &format!("Citizens in {}, by outcome", part.name),
        "Number of citizens who may be contacted, by channel and lawful basis, and of those who may not.",
        &bars,
    );
}

fn allowed(page: &mut Page, part: &AudiencePart) {
    let row = |([channel, basis, rule], number): (&[String; 3], &u64)| vec![channel.clone(), words(basis), rule.clone(), count(*number)];
    page.table(
        "Allowed, by channel and lawful basis",
        &[("Channel", Align::Text), ("Lawful basis", Align::Text), ("Rule", Align::Text), ("Citizens", Align::Number)],
        &part.allowed.iter().map(row).collect::<Vec<_>>(),
    );
}

fn refused(page: &mut Page, part: &AudiencePart) {
    let row = |([reason, channel, rule], number): (&[String; 3], &u64)| vec![reason.clone(), channel.clone(), rule.clone(), count(*number)];
    let mut lines: Vec<_> = part.refused.iter().collect();
    lines.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    page.table(
        "Refused, by reason: one count for each channel tried",
        &[("Reason", Align::Text), ("Channel", Align::Text), ("Rule", Align::Text), ("Attempts", Align::Number)],
        &lines.into_iter().map(row).collect::<Vec<_>>(),
    );
}

/// `legitimate_interests` as words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}
