//! Reports: one self-contained, accessible HTML page with charts as SVG and the table behind each; and tables as a workbook.
//!
//! A [`Report`] takes what the core computes: a membership, audiences, tables of scores and of effects. It needs no script and
//! nothing from the network, prints well, and escapes whatever is not its own words.
#![forbid(unsafe_code)]

mod chart;
mod figure;
mod html;
mod numbers;
mod sections;
mod workbook;

use std::io::Write as _;
use std::path::Path;

use citx_core::audience::Audience;
use citx_core::consent::Policy;
use citx_core::segments::{Membership, SegmentBook};
use citx_core::table::Table;
use citx_core::{Error, ErrorKind, Result};

pub use figure::{Figure, Peers, Sample, Standing};
pub use numbers::{count, ordinal};
pub use workbook::Workbook;

use html::Page;
pub use sections::{AudienceCounts, Effect};
use sections::{SegmentPart, TablePart};

/// A report being put together.
///
/// # Example
/// ```
/// use citx_core::segments::{SegmentBook, SegmentDefinition};
/// use citx_report::Report;
///
/// let page = Report::new("Annual survey <2026>").lead("7 in 10 are satisfied").source("Answers", "answers.csv").to_html();
/// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Annual survey &lt;2026&gt;"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    title: String,
    as_of: Option<String>,
    notices: Vec<String>,
    lead: Vec<String>,
    segments: Option<SegmentPart>,
    audiences: Vec<(String, AudienceCounts)>,
    standings: Vec<Standing>,
    units: Vec<Standing>,
    scores: Vec<(String, Vec<Figure>)>,
    effects: Vec<(String, Vec<Effect>)>,
    tables: Vec<TablePart>,
    sources: Vec<(String, String)>,
}

/// What a page says where the consent records it rests on were made up.
pub const GENERATED_CONSENT: &str =
    "The consent records behind this page are generated: no real person said any of it, and who is allowed or refused is an illustration.";

impl Report {
    /// A report of this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// For which instant the report was made, as a person reads it.
    #[must_use]
    pub fn as_of(mut self, as_of: impl Into<String>) -> Self {
        self.as_of = Some(as_of.into());
        self
    }

    /// Says on top that the consent records are generated.
    #[must_use]
    pub fn generated_consent(self) -> Self {
        self.notice(GENERATED_CONSENT)
    }

    /// A notice on top.
    #[must_use]
    pub fn notice(mut self, text: impl Into<String>) -> Self {
        self.notices.push(text.into());
        self
    }

    /// One more of the few sentences that a reader in a hurry sees.
    #[must_use]
    pub fn lead(mut self, sentence: impl Into<String>) -> Self {
        self.lead.push(sentence.into());
        self
    }

    /// How many are in each segment; with a book, by which rule.
    #[must_use]
    pub fn segments(mut self, membership: &Membership, book: Option<&SegmentBook>) -> Self {
        self.segments = Some(SegmentPart::new(membership, book));
        self
    }

    /// Who may be contacted, by channel and basis, and why the others may not.
    ///
    /// # Errors
    /// `UnknownName` if the audience's tables lack a column.
    pub fn audience(mut self, name: impl Into<String>, audience: &Audience) -> Result<Self> {
        self.audiences.push((name.into(), AudienceCounts::of(audience)?));
        Ok(self)
    }

    /// One unit's figures beside its peers'.
    #[must_use]
    pub fn standing(mut self, standing: Standing) -> Self {
        self.standings.push(standing);
        self
    }

    /// Every unit, in one table that is folded away.
    #[must_use]
    pub fn units(mut self, units: Vec<Standing>) -> Self {
        self.units = units;
        self
    }

    /// Figures with their intervals: a table as `Survey::scores` makes it.
    ///
    /// # Errors
    /// As [`Figure::read`].
    pub fn scores(self, title: impl Into<String>, scores: &Table) -> Result<Self> {
        Ok(self.figures(title, Figure::read(scores)?))
    }

    /// Figures with their intervals.
    #[must_use]
    pub fn figures(mut self, title: impl Into<String>, figures: Vec<Figure>) -> Self {
        self.scores.push((title.into(), figures));
        self
    }

    /// What a campaign changed against the arm called `control`: a table as `uplift` makes it.
    ///
    /// # Errors
    /// `UnknownName` if the table lacks a column.
    pub fn uplift(mut self, name: impl Into<String>, effects: &Table, control: &str) -> Result<Self> {
        self.effects.push((name.into(), Effect::read(effects, control)?));
        Ok(self)
    }

    /// Where something came from, such as `Answers` from `answers.csv`.
    #[must_use]
    pub fn source(mut self, what: impl Into<String>, from: impl Into<String>) -> Self {
        self.sources.push((what.into(), from.into()));
        self
    }

    /// A table as it is, a section of its own under this title.
    #[must_use]
    pub fn table(mut self, title: impl Into<String>, table: &Table) -> Self {
        self.tables.push(TablePart::new(title.into(), table));
        self
    }

    /// The policy by which contact was decided.
    #[must_use]
    pub fn policy(self, policy: &Policy) -> Self {
        self.source("Consent policy", policy.id())
    }

    /// The page.
    pub fn to_html(&self) -> String {
        let mut page = Page::default();
        page.raw(concat!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
            "<meta name=\"generator\" content=\"citx ",
            env!("CARGO_PKG_VERSION"),
            "\">\n"
        ));
        page.element("title", &[], &self.title);
        page.raw(concat!("<style>\n", include_str!("style.css"), "</style>\n</head>\n<body>\n"));
        page.raw("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n");
        page.element("h1", &[], &self.title);
        if let Some(as_of) = &self.as_of {
            page.element("p", &[("class", "when")], &format!("As of {as_of}"));
        }
        for notice in &self.notices {
            page.element("p", &[("class", "notice"), ("role", "note")], notice);
        }
        self.glance(&mut page);
        self.contents(&mut page);
        page.raw("</header>\n<main id=\"main\">\n");
        self.body(&mut page);
        page.raw("</main>\n<footer>\n");
        page.paragraph("Made by citx. Every share is a proportion of those who answered; every figure has its base and its interval.");
        page.raw("</footer>\n</body>\n</html>\n");
        page.finish()
    }

    fn has_figures(&self) -> bool {
        !(self.standings.is_empty() && self.units.is_empty() && self.scores.is_empty())
    }

    fn glance(&self, page: &mut Page) {
        if self.lead.is_empty() {
            return;
        }
        page.raw("<section class=\"glance\" aria-labelledby=\"glance\">\n<h2 id=\"glance\">At a glance</h2>\n<ul>\n");
        for sentence in &self.lead {
            page.element("li", &[], sentence);
        }
        page.raw("</ul>\n</section>\n");
    }

    fn contents(&self, page: &mut Page) {
        page.raw("<nav aria-label=\"Contents\"><ul>\n");
        let mut link = |there: bool, href: &'static str, text: &'static str| {
            if there {
                page.raw("<li>");
                page.element("a", &[("href", href)], text);
                page.raw("</li>");
            }
        };
        link(self.segments.is_some(), "#segments", "Segments");
        link(!self.audiences.is_empty(), "#audiences", "Who may be contacted");
        link(self.has_figures(), "#satisfaction", "Satisfaction");
        link(!self.effects.is_empty(), "#effects", "What changed");
        link(!self.tables.is_empty(), "#table-1", "Tables");
        link(true, "#sources", "Where the numbers come from");
        page.raw("</ul></nav>\n");
    }

    fn body(&self, page: &mut Page) {
        if let Some(part) = &self.segments {
            sections::segments(page, part);
        }
        if !self.audiences.is_empty() {
            sections::audiences(page, &self.audiences);
        }
        if self.has_figures() {
            page.raw("<section aria-labelledby=\"satisfaction\">\n<h2 id=\"satisfaction\">How do they feel about the service?</h2>\n");
            for standing in &self.standings {
                sections::standing(page, standing);
            }
            sections::every_unit(page, &self.units);
            for (title, figures) in &self.scores {
                sections::scores(page, title, figures);
            }
            page.raw("</section>\n");
        }
        if !self.effects.is_empty() {
            sections::effects(page, &self.effects);
        }
        for (number, part) in self.tables.iter().enumerate() {
            sections::table(page, part, number);
        }
        sections::sources(page, &self.sources, self.as_of.as_deref());
    }

    /// Writes the page to `path`: beside it first, then in its place, so that nothing half written is ever there.
    ///
    /// # Errors
    /// `Io`.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Io, "the report cannot be written").context(path.display().to_string()).caused_by(error)
        };
        let mut beside = path.as_os_str().to_owned();
        beside.push(".partial");
        let mut file = std::fs::File::create(&beside).map_err(failed)?;
        file.write_all(self.to_html().as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        drop(file);
        std::fs::rename(&beside, path).map_err(failed)
    }
}

#[cfg(test)]
mod tests;
