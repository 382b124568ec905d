use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::survey::Survey;
use super::facts::Mode;
use super::rules::{Item, Requirements};
use crate::Result;
use crate::table::{Column, Table, unknown_name};
use crate::time::Date;

/// What must be published of how the survey was done, items a to k.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SummaryOfApproach {
    /// The items in order.
    pub items: Vec<ApproachItem>,
}

/// One item of the summary of approach.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApproachItem {
    /// `a` to `k`.
    pub item: String,
    /// The name under which what only people know is given, such as `incentives`.
    pub name: String,
    /// What it is about.
    pub heading: String,
    /// What is known, from the survey and from people; `not stated` where nothing is.
    pub text: String,
    /// Whether nothing is missing.
    pub complete: bool,
}

/// What the survey itself says to the items.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub population: Option<u64>,
    pub achieved: Option<u64>,
    pub required: Option<u64>,
    pub period: Option<(Date, Date, usize)>,
    pub modes: Vec<Mode>,
    pub selection: Option<String>,
    /// Sentences of an assessment, if one was made.
    pub representativeness: Option<String>,
    /// Whether the answers are weighted, and what weighting did.
    pub weighted: Option<bool>,
    pub weighting: Option<String>,
    pub small: bool,
    pub census_suffices: bool,
}

const NOT_STATED: &str = "not stated";

impl Survey {
    /// The summary of approach, items a to k of the Tenant Survey Requirements: from the survey's own facts where it has them, from
    /// `approach` where only people know. Keys of `approach` are the items' names or letters: `achieved_sample`, `timing`,
    /// `collection_methods`, `sample_method`, `representativeness`, `weighting`, `contractors`, `exclusions`, `sample_shortfall`,
    /// `incentives`, `other_issues`. What nobody states is `not stated` and not complete: nothing is made up, and "none" must be said.
    ///
    /// # Errors
    /// `UnknownName` for a key; `InvalidArgument` for dates that cannot be read.
    pub fn summary_of_approach(&self, approach: &BTreeMap<String, String>) -> Result<SummaryOfApproach> {
        let requirements = Requirements::current()?;
        let known = Known::of(self, &requirements)?;
        summary(&requirements, &known, approach)
    }
}

impl Known {
    pub fn of(survey: &Survey, requirements: &Requirements) -> Result<Self> {
        let mut known = Self { population: survey.frame(None).unwrap_or_default(), ..Self::default() };
        if let Some(answers) = survey.respondents() {
            known.achieved = Some(answers.design.rows() as u64);
            known.period = answers.period()?;
            known.modes = answers.modes()?.unwrap_or_default();
            known.selection.clone_from(&answers.options.selection);
            known.weigh(answers);
        }
        known.sample(survey, requirements);
        Ok(known)
    }

    /// The sample that is required of the population.
    pub fn sample(&mut self, survey: &Survey, requirements: &Requirements) {
        let size = |population| survey.instrument().ok().and_then(|instrument| instrument.sample_size(population).ok());
        self.required = self.population.and_then(size).map(|size| size.required);
        self.census_suffices = self.population.is_some_and(|population| population <= requirements.rules.census_suffices_to)
            && self.selection.as_deref() == Some("census");
    }

    fn weigh(&mut self, answers: &super::super::answers::Answers) {
        self.weighted = Some(answers.is_weighted());
        if answers.is_weighted() {
            let (n_eff, largest) = answers.weight_facts();
            let efficiency = 100.0 * n_eff / answers.design.rows() as f64;
            let text = format!(
                "the answers are weighted: the effective sample is {n_eff:.0} ({efficiency:.1} percent of the answers), the largest weight {largest:.2} times the mean"
            );
            self.weighting = Some(text);
        }
    }

    fn short(&self) -> Option<bool> {
        Some(self.achieved? < self.required?)
    }

    /// What the survey says to an item, and whether that is all there is to say.
    fn says(&self, name: &str) -> (Option<String>, bool) {
        match name {
            "achieved_sample" => (self.sample_text(), self.achieved.is_some()),
            "timing" => (self.period_text(), self.period.is_some_and(|(_, _, missing)| missing == 0)),
            "collection_methods" => (self.modes_text(), !self.modes.is_empty()),
            "sample_method" => (self.selection.as_deref().map(|selection| selection_text(selection).to_owned()), false),
            "representativeness" => (self.representativeness.clone(), self.representativeness.is_some()),
            "weighting" if self.weighted == Some(false) => (Some("the answers are not weighted".to_owned()), false),
            "weighting" => (self.weighting.clone(), false),
            "sample_shortfall" => match (self.short(), self.small) {
                (Some(false), _) => (Some("the required sample was achieved".to_owned()), true),
                (Some(true), _) if self.census_suffices => {
                    (Some("the required sample was not achieved; everyone was asked, which suffices for this population".to_owned()), true)
                }
                _ => (None, false),
            },
            _ => (None, false),
        }
    }

    fn sample_text(&self) -> Option<String> {
        let mut text = format!("{} answers", self.achieved?);
        if let Some(population) = self.population {
            let _ = write!(text, " of a relevant tenant population of {population}");
        }
        if let Some(required) = self.required {
            let _ = write!(text, "; {required} are required");
        }
        Some(text)
    }

    fn period_text(&self) -> Option<String> {
        let (first, last, missing) = self.period?;
        let unknown = if missing == 0 { String::new() } else { format!("; the date of {missing} answers is not known") };
        Some(if first == last { format!("collected on {first}{unknown}") } else { format!("collected from {first} to {last}{unknown}") })
    }

    fn modes_text(&self) -> Option<String> {
        let all: u64 = self.modes.iter().map(|mode| mode.responses).sum();
        let one = |mode: &Mode| {
            let share = 100.0 * mode.responses as f64 / all as f64;
            format!("{} {} ({share:.1} percent)", mode.name, mode.responses)
        };
        (!self.modes.is_empty()).then(|| self.modes.iter().map(one).collect::<Vec<_>>().join(", "))
    }
}

fn selection_text(selection: &str) -> &str {
    match selection {
        "srs" => "simple random sample",
        "systematic" => "systematic random sample",
        "stratified" => "stratified random sample",
        "quota" => "quota sample, which is not a random one",
        "census" => "census: everyone was asked",
        other => other,
    }
}

/// The items, from what is known and what people say.
pub(super) fn summary(requirements: &Requirements, known: &Known, approach: &BTreeMap<String, String>) -> Result<SummaryOfApproach> {
    let names = || requirements.items.iter().flat_map(|item| [item.name.as_str(), item.letter.as_str()]);
    if let Some(wrong) = approach.keys().find(|key| !names().any(|name| name == key.as_str())) {
        return Err(unknown_name("item of the summary of approach", wrong, names()));
    }
    let item = |item: &Item| {
        let said = [&item.name, &item.letter].into_iter().find_map(|key| approach.get(key)).map(|text| text.trim().to_owned());
        let said = said.filter(|text| !text.is_empty());
        let (found, enough) = known.says(&item.name);
        // A method without the reason for its choice, and an unweighted return without the reason, are half an answer.
        let complete = said.is_some() || (found.is_some() && enough);
        let sentences: Vec<String> = found.into_iter().chain(said).collect();
        let text = match (sentences.is_empty(), complete) {
            (true, _) => NOT_STATED.to_owned(),
            (false, true) => sentences.join(". "),
            (false, false) => format!("{}. The reason is {NOT_STATED}", sentences.join(". ")),
        };
        ApproachItem { item: item.letter.clone(), name: item.name.clone(), heading: item.heading.clone(), text, complete }
    };
    Ok(SummaryOfApproach { items: requirements.items.iter().map(item).collect() })
}

impl SummaryOfApproach {
    /// The items as a table: item, name, heading, text, complete.
    ///
    /// # Errors
    /// None that its own items can cause.
    pub fn table(&self) -> Result<Table> {
        let text = |name: &str, cell: fn(&ApproachItem) -> &String| Column::text(name, self.items.iter().map(|item| Some(cell(item))));
        Table::from_columns([
            text("item", |item| &item.item),
            text("name", |item| &item.name),
            text("heading", |item| &item.heading),
            text("text", |item| &item.text),
            Column::boolean("complete", self.items.iter().map(|item| Some(item.complete))),
        ])
    }

    /// The names of the items that are not complete.
    pub fn missing(&self) -> Vec<&str> {
        self.items.iter().filter(|item| !item.complete).map(|item| item.name.as_str()).collect()
    }

    /// The items as Markdown, one heading each.
    pub fn to_markdown(&self) -> String {
        let mut page = String::from("# Summary of approach\n");
        for item in &self.items {
            let _ = write!(page, "\n## {}. {}\n\n{}\n", item.item, item.heading, item.text);
        }
        page
    }
}
