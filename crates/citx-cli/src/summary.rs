//! What a run found, as plain data: printed, written to `run.json`, handed to Python and C.

use citx::report::{AudienceCounts, Effect, Figure, Standing, count, ordinal};
use serde::Serialize;

use crate::text::aligned;

/// What a run found and wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// The version of citx.
    pub version: String,
    /// The project file, as given.
    pub project: String,
    /// The instant the run stands for, in UTC.
    pub as_of: String,
    /// The folder of the results.
    pub folder: String,
    /// The files in it.
    pub files: Vec<String>,
    /// The report's path.
    pub report: String,
    /// The few sentences that matter.
    pub headlines: Vec<String>,
    /// How many citizens there are, and how many rows were set aside.
    pub citizens: Option<Citizens>,
    /// How many are in each segment.
    pub segments: Vec<SegmentCount>,
    /// The ledger after the run.
    pub consent: Option<ConsentState>,
    /// Who may be contacted.
    pub audiences: Vec<AudienceResult>,
    /// What was asked.
    pub survey: Vec<SurveyFigure>,
    /// What was changed.
    pub uplifts: Vec<UpliftEffect>,
}

/// How many citizens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Citizens {
    /// Read.
    pub count: u64,
    /// Set aside, each with a reason.
    pub rejected: u64,
}

/// How many members a segment has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SegmentCount {
    /// The segment.
    pub segment: String,
    /// Its members.
    pub members: u64,
}

/// The ledger after the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConsentState {
    /// The policy's identity.
    pub policy: String,
    /// How many events the ledger holds.
    pub events: u64,
    /// How many of them this run appended.
    pub imported: u64,
    /// The last event's number and chain hash.
    pub head: (u64, String),
    /// Whether the records are made up.
    pub generated: bool,
}

/// An audience's counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AudienceResult {
    /// Its name.
    pub audience: String,
    /// The purpose of the message.
    pub purpose: String,
    /// Citizens who may be contacted.
    pub allowed: u64,
    /// Citizens refused on every channel tried.
    pub refused: u64,
    /// Citizens held out; left out where there are none.
    #[serde(skip_serializing_if = "nobody")]
    pub held_out: u64,
    /// Those who may, by channel, basis and rule.
    pub by_basis: Vec<Allowed>,
    /// The refusals, by reason, channel and rule.
    pub by_reason: Vec<Refused>,
}

/// Citizens who may be contacted in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
#[non_exhaustive]
pub struct Allowed {
    pub channel: String,
    pub basis: String,
    pub rule: String,
    pub citizens: u64,
}

/// Channels tried in vain for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
#[non_exhaustive]
pub struct Refused {
    pub reason: String,
    pub channel: String,
    pub rule: String,
    pub attempts: u64,
}

/// One figure of the survey: of the unit in the foreground, or of everyone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SurveyFigure {
    /// The unit, where the survey has units.
    pub unit: Option<String>,
    /// The measure.
    pub measure: String,
    /// What it asks about.
    pub about: Option<String>,
    /// The figure.
    pub value: Option<f64>,
    /// Its interval, low and high.
    pub ci: Option<(f64, f64)>,
    /// The interval's level.
    pub level: f64,
    /// How many answers.
    pub n: Option<u64>,
    /// Its unit of measurement.
    pub of: String,
    /// The standard's own text form.
    pub published: Option<String>,
    /// Its rank among the peers.
    pub rank: Option<u64>,
    /// How many peers, itself included.
    pub peers: Option<u64>,
    /// Its quartile, 1 the best.
    pub quartile: Option<u8>,
}

/// What one arm changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UpliftEffect {
    /// The campaign.
    pub uplift: String,
    /// The arm.
    pub arm: String,
    /// The group, in a breakdown.
    pub group: Option<String>,
    /// The arm's mean outcome.
    pub outcome: Option<f64>,
    /// The difference from the control; nothing for the control itself.
    pub effect: Option<f64>,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// Its interval, low and high.
    pub ci: Option<(f64, f64)>,
    /// How many people.
    pub n: u64,
    /// `proportion` or `mean`.
    pub unit: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn nobody(count: &u64) -> bool {
    *count == 0
}

impl AudienceResult {
    pub(crate) fn new(name: &str, counts: &AudienceCounts) -> Self {
        let allowed = |([channel, basis, rule], citizens): &([String; 3], u64)| Allowed {
            channel: channel.clone(),
            basis: basis.clone(),
            rule: rule.clone(),
            citizens: *citizens,
        };
        let refused = |([reason, channel, rule], attempts): &([String; 3], u64)| Refused {
            reason: reason.clone(),
            channel: channel.clone(),
            rule: rule.clone(),
            attempts: *attempts,
        };
        Self {
            audience: name.to_owned(),
            purpose: counts.purpose.clone(),
            allowed: counts.allowed_citizens,
            refused: counts.refused_citizens,
            held_out: counts.held_out_citizens,
            by_basis: counts.allowed.iter().map(allowed).collect(),
            by_reason: counts.refused.iter().map(refused).collect(),
        }
    }
}

impl SurveyFigure {
    pub(crate) fn new(unit: Option<&str>, figure: &Figure) -> Self {
        Self {
            unit: unit.map(str::to_owned),
            measure: figure.measure.clone(),
            about: figure.about.clone(),
            value: figure.value,
            ci: figure.ci,
            level: figure.level,
            n: figure.n,
            of: figure.unit.clone(),
            published: figure.published.clone(),
            rank: figure.peers.as_ref().map(|peers| peers.rank),
            peers: figure.peers.as_ref().map(|peers| peers.count),
            quartile: figure.peers.as_ref().map(|peers| peers.quartile),
        }
    }
}

impl UpliftEffect {
    pub(crate) fn new(uplift: &str, effect: &Effect) -> Self {
        Self {
            uplift: uplift.to_owned(),
            arm: effect.arm.clone(),
            group: effect.group.clone(),
            outcome: effect.outcome,
            effect: effect.effect,
            std_error: effect.std_error,
            ci: effect.ci,
            n: effect.n,
            unit: if effect.is_share { "proportion" } else { "mean" }.to_owned(),
        }
    }
}

/// The sentence that says whether a unit asked enough people.
pub(crate) fn sample_sentence(standing: &Standing) -> Option<String> {
    let sample = standing.sample?;
    let enough = if sample.achieved >= sample.required { "enough" } else { "too few" };
    Some(format!(
        "{}: {} of {} answered, {} required: {enough} (+/-{:.1} points achieved, +/-{:.0} required)",
        standing.name,
        count(sample.achieved),
        count(sample.population),
        count(sample.required),
        sample.achieved_moe * 100.0,
        sample.required_moe * 100.0
    ))
}

/// One figure with its interval, base and place, as a sentence.
pub(crate) fn figure_sentence(figure: &Figure) -> String {
    let base = figure.n.map_or_else(String::new, |n| format!(", {} {}", count(n), figure.base_title().to_lowercase()));
    let place = figure.peers.as_ref().map_or_else(String::new, |peers| {
        format!("; {} of {} peers, quartile {}", ordinal(peers.rank), count(peers.count), peers.quartile)
    });
    let about = figure.about.as_ref().map_or_else(String::new, |about| format!(", {about}"));
    format!("{}{about}: {} ({}{base}){place}", figure.measure, figure.value_text(), figure.interval_text())
}

impl std::fmt::Display for RunSummary {
    /// The headlines and tables that the program prints.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}, as of {}", self.project, self.as_of)?;
        for headline in &self.headlines {
            writeln!(f, "  {headline}")?;
        }
        let mut part = |headings: &[&str], rows: Vec<Vec<String>>| {
            if rows.is_empty() { Ok(()) } else { write!(f, "\n{}", aligned(headings, &rows)) }
        };
        part(&["segment", "members"], self.segments.iter().map(|line| vec![line.segment.clone(), count(line.members)]).collect())?;
        for audience in &self.audiences {
            let allowed = audience.by_basis.iter().map(|line| {
                ["allowed", &line.channel, &line.basis.replace('_', " "), &line.rule, &count(line.citizens)].map(str::to_owned).to_vec()
            });
            let refused = audience
                .by_reason
                .iter()
                .map(|line| ["refused", &line.channel, &line.reason, &line.rule, &count(line.attempts)].map(str::to_owned).to_vec());
            part(&[audience.audience.as_str(), "channel", "basis or reason", "rule", "count"], allowed.chain(refused).collect())?;
        }
        part(&["measure", "result", "interval", "answers", "rank", "quartile"], self.survey.iter().map(SurveyFigure::line).collect())?;
        part(&["arm", "outcome", "effect", "std_error", "interval", "people"], self.uplifts.iter().map(UpliftEffect::line).collect())?;
        writeln!(f, "\nreport: {}", self.report)
    }
}

impl SurveyFigure {
    fn line(&self) -> Vec<String> {
        let share = self.of == "proportion";
        let number = |value: f64| if share { format!("{:.1}%", value * 100.0) } else { format!("{value:.2}") };
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        vec![
            self.about.as_ref().map_or_else(|| self.measure.clone(), |about| format!("{}: {about}", self.measure)),
            self.value.map_or_else(|| self.published.clone().unwrap_or_else(|| "withheld".to_owned()), number),
            or_dash(self.ci.map(|(low, high)| format!("{} to {}", number(low), number(high)))),
            or_dash(self.n.map(count)),
            or_dash(self.rank.zip(self.peers).map(|(rank, peers)| format!("{rank} of {peers}"))),
            or_dash(self.quartile.map(|quartile| quartile.to_string())),
        ]
    }
}

impl UpliftEffect {
    fn line(&self) -> Vec<String> {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        vec![
            self.group.as_ref().map_or_else(|| self.arm.clone(), |group| format!("{} ({group})", self.arm)),
            or_dash(
                self.outcome
                    .map(|outcome| if self.unit == "proportion" { format!("{:.1}%", outcome * 100.0) } else { format!("{outcome:.2}") }),
            ),
            or_dash(self.effect.map(|effect| format!("{effect:+.3}"))),
            or_dash(self.std_error.map(|error| format!("{error:.4}"))),
            or_dash(self.ci.map(|(low, high)| format!("{low:+.3} to {high:+.3}"))),
            count(self.n),
        ]
    }
}
