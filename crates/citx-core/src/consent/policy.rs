use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::data::RuleData;
use super::timing::{Cap, FrequencyCap, Quiet, QuietHours};
use super::vocabulary::Origin;
use crate::citizens::{Population, Schema};
use crate::table::{Column, Table, Value, unknown_name};
use crate::time::TimeZone;
use crate::{Error, ErrorKind, Result};

/// The policies that ship with citx: name and file.
const FILES: [(&str, &str); 3] = [
    ("uk-2026", include_str!("../../data/policies/uk-2026.toml")),
    ("us-local", include_str!("../../data/policies/us-local.toml")),
    ("dynamics-365", include_str!("../../data/policies/dynamics-365.toml")),
];

/// Whose policy it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Controller {
    /// The body's name.
    pub name: String,
    /// `public_authority`, `housing_association`, `charity` or `company`.
    pub kind: String,
    /// The zone in which its days begin.
    pub time_zone: TimeZone,
}

/// What the controller contacts people for, and on which lawful basis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Purpose {
    /// Its name.
    pub name: String,
    /// `direct_marketing`, `service`, ...: the policy's message classes.
    pub message_class: String,
    /// `consent`, `contract`, ...: the policy's lawful bases.
    pub basis: String,
    /// Further constants of the purpose by name, as the policy's vocabulary lists them: `justification.task`,
    /// `article9_condition`, `incident_reference`, `assessment_reference`, ...
    pub constants: Vec<(String, String)>,
}

/// Versioned rule data, made the body's own by its controller and purposes. Immutable; `with_*` returns a new one.
///
/// # Example
/// ```
/// use citx_core::consent::{Controller, Policy, Purpose};
///
/// let policy = Policy::builtin("uk-2026")?
///     .with_controller(Controller::new("Anytown Homes", "housing_association", "Europe/London".parse()?))?
///     .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
/// assert!(policy.id().starts_with("uk-2026@1.0.0#"));
/// assert!(policy.with_purpose(Purpose::new("news", "advertising", "consent")).is_err(), "no such message class");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Policy {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    data: Arc<RuleData>,
    controller: Option<Controller>,
    purposes: Vec<Purpose>,
    /// The controller's own, beside those of the rule data.
    quiet: Vec<Quiet>,
    caps: Vec<Cap>,
    id: String,
}

/// One rule of a policy, as a lawyer reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyRule {
    /// `R13`.
    pub id: String,
    /// `definition`, `permission` or `timing`.
    pub stage: String,
    /// The condition, in the rule language.
    pub guard: String,
    /// What it does when the guard is true: `allow`, `deny`, `defer`, or `class` for a definition.
    pub outcome: String,
    /// The message class that a definition gives the message.
    pub becomes: Option<String>,
    /// The basis that a rule allows on: a lawful basis, `soft_opt_in`, `charity_soft_opt_in`, or `purpose` for that of the purpose.
    pub basis: Option<String>,
    /// What an allowed message must do, such as offer an opt-out.
    pub condition: Option<String>,
    /// What it does when the guard is unknown: `fires`, `passes` or `skip`.
    pub when_unknown: String,
    /// Why it skips.
    pub because: Option<String>,
    /// The reason, in plain words.
    pub reason: String,
    /// Where it comes from.
    pub source: String,
    /// `H`, `M` or `L`: read in the primary text, in a secondary source, or general knowledge.
    pub confidence: String,
}

impl Controller {
    /// A controller.
    pub fn new(name: impl Into<String>, kind: impl Into<String>, time_zone: TimeZone) -> Self {
        Self { name: name.into(), kind: kind.into(), time_zone }
    }
}

impl Purpose {
    /// A purpose with no further constants.
    pub fn new(name: impl Into<String>, message_class: impl Into<String>, basis: impl Into<String>) -> Self {
        Self { name: name.into(), message_class: message_class.into(), basis: basis.into(), constants: Vec::new() }
    }

    /// The same with one more constant. `justification.task` and `justification_task` are the same name.
    #[must_use]
    pub fn constant(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.constants.push((name.into(), value.into()));
        self
    }
}

impl PolicyRule {
    /// Whether an unknown guard counts as a hit.
    pub(super) fn fires_when_unknown(&self) -> bool {
        self.when_unknown == "fires"
    }
}

impl Policy {
    /// The names of the policies that ship with citx.
    pub const BUILTIN: [&'static str; 3] = [FILES[0].0, FILES[1].0, FILES[2].0];

    /// A policy that ships with citx: `uk-2026`, `us-local` or `dynamics-365`.
    ///
    /// # Errors
    /// `UnknownName`.
    pub fn builtin(name: &str) -> Result<Self> {
        let file = FILES.iter().find(|(known, _)| *known == name);
        file.map_or_else(|| Err(unknown_name("built-in policy", name, Self::BUILTIN)), |(_, text)| Self::parse(text))
    }

    /// A policy from its TOML text.
    ///
    /// # Errors
    /// `PolicyInvalid` with the rule and place, `PolicyUnsupported` for a newer `format`.
    pub fn parse(text: &str) -> Result<Self> {
        let data = Arc::new(RuleData::parse(text)?);
        let (purposes, quiet, caps) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self::seal(Inner { data, controller: None, purposes, quiet, caps, id: String::new() }))
    }

    fn seal(mut inner: Inner) -> Self {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        part("citx policy 1");
        if let Some(controller) = &inner.controller {
            ["controller", &controller.name, &controller.kind, controller.time_zone.name()].into_iter().for_each(&mut part);
        }
        for purpose in &inner.purposes {
            ["purpose", &purpose.name, &purpose.message_class, &purpose.basis].into_iter().for_each(&mut part);
            for (name, value) in &purpose.constants {
                ["constant", name, value].into_iter().for_each(&mut part);
            }
        }
        for Quiet { given, .. } in &inner.quiet {
            let lists = [&given.days, &given.channel_kinds, &given.message_classes].map(|list| list.join(","));
            ["quiet_hours", &given.from, &given.to, given.source.as_deref().unwrap_or("")].into_iter().for_each(&mut part);
            lists.iter().map(String::as_str).for_each(&mut part);
        }
        for Cap { given, .. } in &inner.caps {
            let lists = [&given.channel_kinds, &given.message_classes].map(|list| list.join(","));
            ["cap", &given.at_most.to_string(), &given.within, given.source.as_deref().unwrap_or("")].into_iter().for_each(&mut part);
            lists.iter().map(String::as_str).for_each(&mut part);
        }
        hash.update(inner.data.digest);
        let hex: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        inner.id = format!("{}@{}#{hex}", inner.data.name, inner.data.version);
        Self { inner: Arc::new(inner) }
    }

    /// The same rules for this controller.
    ///
    /// # Errors
    /// `InvalidArgument` for an unknown kind.
    pub fn with_controller(&self, controller: Controller) -> Result<Self> {
        let kinds = &self.inner.data.controller_kinds;
        if !kinds.contains(&controller.kind) {
            let message = format!("the controller's kind must be one of {}, found `{}`", kinds.join(", "), controller.kind);
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        Ok(Self::seal(Inner { controller: Some(controller), ..Inner::clone(&self.inner) }))
    }

    /// The same with one more purpose (or another one of that name).
    ///
    /// # Errors
    /// `InvalidArgument` for a name that is not one, an unknown class or basis, or a constant's value of another type; `UnknownName` for
    /// an unknown constant.
    pub fn with_purpose(&self, purpose: Purpose) -> Result<Self> {
        let purpose = self.checked(purpose)?;
        let mut inner = Inner::clone(&self.inner);
        inner.purposes.retain(|known| known.name != purpose.name);
        inner.purposes.push(purpose);
        // Two policies of the same content have the same id, in whatever order they were made.
        inner.purposes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self::seal(inner))
    }

    /// The same with more quiet hours, which the timing rules heed.
    ///
    /// # Errors
    /// `PolicyInvalid` for a time or day that is none, a kind that no channel has, or an unknown message class.
    pub fn with_quiet_hours(&self, quiet: QuietHours) -> Result<Self> {
        let quiet = Quiet::new(quiet, (&self.kinds(), &self.inner.data.classes)).map_err(|error| error.context("quiet hours"))?;
        let mut inner = Inner::clone(&self.inner);
        inner.quiet.retain(|known| known.given != quiet.given);
        inner.quiet.push(quiet);
        inner.quiet.sort_by(|a, b| a.given.cmp(&b.given));
        Ok(Self::seal(inner))
    }

    /// The same with one more cap on how often a citizen is contacted, which the timing rules heed.
    ///
    /// # Errors
    /// `PolicyInvalid` for no message, a time that is none, a kind that no channel has, or an unknown message class.
    pub fn with_frequency_cap(&self, cap: FrequencyCap) -> Result<Self> {
        let cap = Cap::new(cap, (&self.kinds(), &self.inner.data.classes)).map_err(|error| error.context("frequency cap"))?;
        let mut inner = Inner::clone(&self.inner);
        inner.caps.retain(|known| known.given != cap.given);
        inner.caps.push(cap);
        inner.caps.sort_by(|a, b| a.given.cmp(&b.given));
        Ok(Self::seal(inner))
    }

    /// # Errors
    /// `PolicyUnsupported` where no rule reads the name of that origin: what it says would change nothing.
    pub(super) fn heeds(&self, origin: Origin, what: &str) -> Result<()> {
        let data = &self.inner.data;
        let number = data.vocabulary.iter().position(|item| item.origin == origin);
        if number.is_some_and(|number| data.reads(number)) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::PolicyUnsupported, format!("no rule of the policy `{}` heeds {what}", data.name)))
    }

    fn kinds(&self) -> Vec<&str> {
        self.inner.data.channels.iter().map(|channel| channel.kind.as_str()).collect()
    }

    fn checked(&self, mut purpose: Purpose) -> Result<Purpose> {
        let data = &self.inner.data;
        let mut letters = purpose.name.chars();
        let good = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
            && purpose.name.len() <= 64;
        let wrong = |message: String| Err(Error::new(ErrorKind::InvalidArgument, message));
        if !good {
            return wrong("a purpose's name must be a letter and then up to 63 letters, digits, `_` or `-`".to_owned());
        }
        let place = format!("purpose `{}`", purpose.name);
        for (word, known, what) in [(&purpose.message_class, &data.classes, "message class"), (&purpose.basis, &data.bases, "lawful basis")]
        {
            if !known.contains(word) {
                return wrong(format!("{place}: the {what} must be one of {}, found `{word}`", known.join(", ")));
            }
        }
        let mut constants: Vec<(String, String)> = Vec::new();
        for (name, value) in purpose.constants {
            let Some(known) = data.constants.iter().find(|known| known.name == name || known.name.replace('.', "_") == name) else {
                let names = data.constants.iter().map(|known| known.name.as_str());
                return Err(unknown_name("constant of a purpose", &name, names).context(place));
            };
            let at = |error: Error| error.context(format!("constant `{}`", known.name)).context(place.clone());
            known.read(&value, TimeZone::UTC).map_err(at)?;
            constants.retain(|(earlier, _)| *earlier != known.name);
            constants.push((known.name.clone(), value));
        }
        constants.sort();
        purpose.constants = constants;
        Ok(purpose)
    }

    /// `uk-2026@1.0.0#hash`; the hash covers rules, controller and purposes.
    pub fn id(&self) -> String {
        self.inner.id.clone()
    }

    /// What it is called in words.
    pub fn title(&self) -> &str {
        &self.inner.data.title
    }

    /// The day from which its rules are those in force.
    pub fn effective(&self) -> crate::time::Date {
        self.inner.data.effective
    }

    /// The laws and guidance it rests on.
    pub fn sources(&self) -> &[String] {
        &self.inner.data.sources
    }

    /// Its rules, in the order in which they are asked.
    pub fn rules(&self) -> &[PolicyRule] {
        &self.inner.data.rules
    }

    /// The body whose policy it is, once given.
    pub fn controller(&self) -> Option<&Controller> {
        self.inner.controller.as_ref()
    }

    /// Its purposes, by name.
    pub fn purposes(&self) -> &[Purpose] {
        &self.inner.purposes
    }

    /// The purpose of that name.
    pub fn purpose(&self, name: &str) -> Option<&Purpose> {
        self.inner.purposes.iter().find(|purpose| purpose.name == name)
    }

    /// The channels it knows.
    pub fn channels(&self) -> Vec<&str> {
        self.inner.data.channels.iter().map(|channel| channel.name.as_str()).collect()
    }

    /// The kind of a channel: `electronic_mail`, `live_call`, `post`, ...
    pub fn channel_kind(&self, channel: &str) -> Option<&str> {
        self.inner.data.channel(channel).map(|channel| channel.kind.as_str())
    }

    /// The fact that holds the contact point of a channel: `email`, `phone` or `address`.
    pub fn contact_fact(&self, channel: &str) -> Option<&str> {
        let fact = self.inner.data.channel(channel)?.contact?;
        self.inner.data.facts.get(fact).map(|fact| fact.name.as_str())
    }

    /// The quiet hours of the policy file and of the controller.
    pub fn quiet_hours(&self) -> impl Iterator<Item = &QuietHours> {
        self.quiet().map(|quiet| &quiet.given)
    }

    /// The frequency caps of the policy file and of the controller.
    pub fn frequency_caps(&self) -> impl Iterator<Item = &FrequencyCap> {
        self.caps().map(|cap| &cap.given)
    }

    pub(super) fn quiet(&self) -> impl Iterator<Item = &Quiet> {
        self.inner.data.quiet.iter().chain(&self.inner.quiet)
    }

    pub(super) fn caps(&self) -> impl Iterator<Item = &Cap> {
        self.inner.data.caps.iter().chain(&self.inner.caps)
    }

    /// The names of the facts a question may carry, with their types.
    pub fn facts(&self) -> &Schema {
        &self.inner.data.fact_schema
    }

    /// The basis on which the rule at `rule` of [`Policy::rules`] allows a message for a purpose; `None` if it does not allow.
    pub fn basis_of(&self, rule: usize, purpose: &str) -> Option<String> {
        match self.rules().get(rule)?.basis.as_deref()? {
            "purpose" => self.purpose(purpose).map(|purpose| purpose.basis.clone()),
            basis => Some(basis.to_owned()),
        }
    }

    /// Everything a guard may read, as a table: name, type, from (state, built, fact, constant), description.
    pub fn vocabulary(&self) -> Table {
        use super::vocabulary::Origin;
        let items = &self.inner.data.vocabulary;
        let from = |origin: Origin| match origin {
            Origin::State(_) => "state",
            Origin::Built(_) => "question",
            Origin::Fact(_) => "fact",
            Origin::Constant(_) => "constant",
            Origin::FactOrConstant(..) => "fact or constant",
        };
        let columns = [
            Column::text("name", items.iter().map(|item| Some(item.name.as_str()))),
            Column::text("type", items.iter().map(|item| Some(item.data_type.to_string()))),
            Column::text("from", items.iter().map(|item| Some(from(item.origin)))),
            Column::text("description", items.iter().map(|item| Some(item.description.as_str()))),
        ];
        Table::from_columns(columns).unwrap_or_else(|_| unreachable!("BUG: columns of one length and different names"))
    }

    /// Whether an event makes sense, and speaks of a purpose and channel that the policy has.
    ///
    /// # Errors
    /// `InvalidArgument` as [`Event::check`](super::Event::check); `UnknownName`, with a suggestion.
    pub fn check_event(&self, event: &super::Event) -> Result<()> {
        event.check()?;
        let purposes = self.purposes().iter().map(|purpose| purpose.name.as_str()).collect();
        for (what, name, known) in [("purpose", &event.purpose, purposes), ("channel", &event.channel, self.channels())] {
            if let Some(name) = name
                && !known.contains(&name.as_str())
            {
                return Err(unknown_name(&format!("{what} in the policy called"), name, known));
            }
        }
        Ok(())
    }

    /// A contact point in the form in which two of them are compared: addresses without case and punctuation, numbers in full.
    pub fn normal_contact(&self, text: &str) -> String {
        let digit = |c: char| c.is_ascii_digit();
        let number = text.contains(digit) && text.chars().all(|c| digit(c) || " +-().\u{a0}".contains(c));
        if text.contains('@') {
            return text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        }
        if !number {
            return text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        }
        let digits: String = text.replace("(0)", "").chars().filter(|c| digit(*c) || *c == '+').collect();
        match (&self.inner.data.phone_prefix, digits.strip_prefix("00"), digits.strip_prefix('0')) {
            (_, Some(rest), _) => format!("+{rest}"),
            (Some(prefix), None, Some(rest)) => format!("{prefix}{rest}"),
            _ => digits,
        }
    }

    /// The contact point that a question's facts name for its channel, in the form in which two of them are compared.
    ///
    /// # Errors
    /// `UnknownName` for a fact that the policy does not know, `InvalidArgument` for one of another type.
    pub fn contact_key(&self, question: &super::Question) -> Result<Option<String>> {
        let zone = self.controller().map_or(TimeZone::UTC, |controller| controller.time_zone);
        let known = super::facts::Known::of(&question.facts, self.data(), zone)?;
        let contact = known.contact(self.data().channel(&question.channel), self.data()).flatten();
        Ok(contact.map(|contact| self.normal_contact(contact)))
    }

    /// The contact point of each citizen on a channel, in the form in which two of them are compared; `None` where there is none, or none is known.
    ///
    /// # Errors
    /// `UnknownName` for a mapped column that is not there; `LimitExceeded` for more than 4,294,967,295 citizens.
    pub fn contact_points(&self, people: &Population, channel: &str) -> Result<Vec<Option<String>>> {
        let zone = self.controller().map_or(TimeZone::UTC, |controller| controller.time_zone);
        let rows = u32::try_from(people.len()).map_err(|_| Error::new(ErrorKind::LimitExceeded, "too many citizens"))?;
        let points = super::facts::contact_points(people, &(0..rows).collect::<Vec<u32>>(), channel, self.data(), zone)?;
        Ok(points.into_iter().map(|point| point.map(|point| self.normal_contact(&point))).collect())
    }

    pub(super) fn data(&self) -> &RuleData {
        &self.inner.data
    }

    /// The constants of a purpose by their numbers, defaults where it does not state them; nulls for no purpose.
    pub(super) fn constants(&self, purpose: Option<&Purpose>) -> Vec<Value> {
        let value = |known: &super::data::Named| {
            let Some(purpose) = purpose else { return Value::Null };
            let stated = purpose.constants.iter().find(|(name, _)| *name == known.name);
            stated.and_then(|(_, text)| known.read(text, TimeZone::UTC).ok()).unwrap_or_else(|| known.default.clone())
        };
        self.inner.data.constants.iter().map(value).collect()
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({}, {} purposes)", self.inner.id, self.inner.purposes.len())
    }
}
