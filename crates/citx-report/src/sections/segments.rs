use citx_core::segments::{Membership, SegmentBook};

use crate::chart;
use crate::html::{Align, Page};
use crate::numbers::{count, counted, percent};

/// What the report keeps of a membership: counts and rules, no keys.
#[derive(Clone, Debug)]
pub(crate) struct SegmentPart {
    citizens: u64,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, Default)]
struct Line {
    name: String,
    members: u64,
    rule: Option<String>,
    description: Option<String>,
    owner: Option<String>,
    review_by: Option<String>,
    columns: Vec<String>,
}

impl SegmentPart {
    pub(crate) fn new(membership: &Membership, book: Option<&SegmentBook>) -> Self {
        let line = |(name, members): (String, usize)| {
            let definition = book.and_then(|book| book.definitions().iter().find(|definition| definition.name == name));
            Line {
                members: members as u64,
                rule: definition.map(|definition| definition.rule.clone()),
                description: definition.and_then(|definition| definition.description.clone()),
                owner: definition.and_then(|definition| definition.owner.clone()),
                review_by: definition.and_then(|definition| definition.review_by.clone()),
                columns: book.and_then(|book| book.columns_used(&name).ok()).unwrap_or_default(),
                name,
            }
        };
        Self { citizens: membership.population().len() as u64, lines: membership.counts().into_iter().map(line).collect() }
    }
}

/// How many are in each segment, and by which rule.
pub(crate) fn segments(page: &mut Page, part: &SegmentPart) {
    page.raw("<section aria-labelledby=\"segments\">\n<h2 id=\"segments\">Whom does this concern?</h2>\n");
    page.paragraph(&format!(
        "{} of {}. Someone is in a segment only where its rule is true; where something the rule asks is not known, they are not.",
        counted(part.lines.len() as u64, "segment", "segments"),
        counted(part.citizens, "citizen", "citizens"),
    ));
    let share = |members: u64| if part.citizens == 0 { "-".to_owned() } else { percent(members as f64 / part.citizens as f64) };
    let bars: Vec<(String, u64, String)> = part
        .lines
        .iter()
        .map(|line| (line.name.clone(), line.members, format!("{} ({})", count(line.members), share(line.members))))
        .collect();
    let about = format!("Number of members of each segment, of {}.", counted(part.citizens, "citizen", "citizens"));
    chart::bars(page, "Size of each segment", &about, &bars);
    let rows: Vec<Vec<String>> =
        part.lines.iter().map(|line| vec![line.name.clone(), count(line.members), share(line.members), line.columns.join(", ")]).collect();
    page.folded_table(
        "The figures behind this chart",
        "Members of each segment and the columns that its rule reads",
        &[("Segment", Align::Text), ("Members", Align::Number), ("Share of citizens", Align::Number), ("Columns read", Align::Text)],
        &rows,
    );
    if part.lines.iter().any(|line| line.rule.is_some()) {
        rules(page, &part.lines);
    }
    page.raw("</section>\n");
}

fn rules(page: &mut Page, lines: &[Line]) {
    page.open("details", &[]);
    page.element("summary", &[], "The rules");
    page.raw("<dl>\n");
    for line in lines {
        page.element("dt", &[], &line.name);
        page.open("dd", &[]);
        if let Some(description) = &line.description {
            page.paragraph(description);
        }
        if let Some(rule) = &line.rule {
            page.raw("<pre><code>");
            page.text(rule);
            page.raw("</code></pre>");
        }
        let owner = line.owner.as_ref().map(|owner| format!("Owner: {owner}."));
        let review = line.review_by.as_ref().map(|date| format!("To be reviewed by {date}."));
        let responsibility: Vec<String> = owner.into_iter().chain(review).collect();
        if !responsibility.is_empty() {
            page.paragraph(&responsibility.join(" "));
        }
        page.close("dd");
    }
    page.raw("</dl>\n");
    page.close("details");
}
