//! A policy as tables that a lawyer reads: its rules, what differs from another, which rules allow what.

use super::data::{Named, RuleData};
use super::policy::{Policy, PolicyRule};
use super::vocabulary::{Built, Item, Origin, StateColumn};
use crate::rules::{Domain, Possible, Rule};
use crate::table::{Column, Table, Value};

const UNCHECKED: &str = "not checked";

impl Policy {
    /// Its rules as a table, in the order in which they are asked: `order`, `stage`, `id`, `guard`, `outcome`, `basis`, `when_unknown`,
    /// `because` (why it skips), `reason`, `condition`, `source`, `confidence`, and `reach`: `unreachable`, with the reason, where that
    /// is proved; otherwise `not checked`.
    pub fn explain(&self) -> Table {
        let rules = self.rules();
        let text = |name: &str, of: fn(&PolicyRule) -> Option<&str>| Column::text(name, rules.iter().map(of));
        let columns = [
            Column::integer("order", (1..).take(rules.len()).map(Some)),
            text("stage", |rule| Some(&rule.stage)),
            text("id", |rule| Some(&rule.id)),
            text("guard", |rule| Some(&rule.guard)),
            text("outcome", |rule| Some(rule.becomes.as_deref().unwrap_or(&rule.outcome))),
            text("basis", |rule| rule.basis.as_deref()),
            text("when_unknown", |rule| Some(&rule.when_unknown)),
            text("because", |rule| rule.because.as_deref()),
            text("reason", |rule| Some(&rule.reason)),
            text("condition", |rule| rule.condition.as_deref()),
            text("source", |rule| Some(&rule.source)),
            text("confidence", |rule| Some(&rule.confidence)),
            Column::text("reach", reach(self.data()).into_iter().map(|reach| Some(reach.unwrap_or_else(|| UNCHECKED.to_owned())))),
        ];
        table(columns)
    }

    /// The rules that can be shown never to decide: a guard that cannot hold over the values its names can have, or one that implies the
    /// guard of an earlier rule of its stage. Columns: `rule`, `finding`. A rule that is not here may still be unreachable.
    ///
    /// # Example
    /// ```
    /// use citx_core::consent::Policy;
    ///
    /// let policy = Policy::builtin("uk-2026")?;
    /// assert_eq!(policy.check().num_rows(), 0);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn check(&self) -> Table {
        let found: Vec<(&str, String)> =
            self.rules().iter().zip(reach(self.data())).filter_map(|(rule, reach)| Some((rule.id.as_str(), reach?))).collect();
        table([
            Column::text("rule", found.iter().map(|(rule, _)| Some(rule))),
            Column::text("finding", found.iter().map(|(_, finding)| Some(finding))),
        ])
    }

    /// What is different in another policy: `what` (`policy`, `controller`, `purpose`, `channel`, `fact`, `constant`, `matters`,
    /// `quiet_hours`, `cap`, `rule`), `name`, `change` (`added`, `removed`, `changed`), and for a change `field`, `from`, `to`.
    ///
    /// # Example
    /// ```
    /// use citx_core::consent::{Policy, Purpose};
    ///
    /// let before = Policy::builtin("uk-2026")?;
    /// let after = before.with_purpose(Purpose::new("repairs", "service", "contract"))?;
    /// let diff = before.diff(&after);
    /// assert_eq!((diff.num_rows(), before.diff(&before).num_rows()), (1, 0));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn diff(&self, other: &Self) -> Table {
        let (before, after) = (self.parts(other), other.parts(self));
        let mut lines: Vec<[Option<String>; 6]> = Vec::new();
        let one = |part: &Part, change: &str| [Some(part.what.to_owned()), Some(part.name.clone()), Some(change.to_owned())];
        for part in &before {
            let Some(then) = after.iter().find(|then| then.is(part)) else {
                let [what, name, change] = one(part, "removed");
                lines.push([what, name, change, None, None, None]);
                continue;
            };
            for ((field, from), (_, to)) in part.fields.iter().zip(&then.fields).filter(|((_, from), (_, to))| from != to) {
                let [what, name, change] = one(part, "changed");
                lines.push([what, name, change, Some((*field).to_owned()), from.clone(), to.clone()]);
            }
        }
        for part in after.iter().filter(|part| !before.iter().any(|earlier| earlier.is(part))) {
            let [what, name, change] = one(part, "added");
            lines.push([what, name, change, None, None, None]);
        }
        let column = |(index, name): (usize, &str)| Column::text(name, lines.iter().map(|line| line.get(index)?.as_deref()));
        table(["what", "name", "change", "field", "from", "to"].into_iter().enumerate().map(column))
    }

    /// Which rules can allow a message, by message class (after the definitions; a row each) and kind of channel (a column each), with
    /// the basis unless it is the purpose's own: `R13 consent, R14 soft_opt_in`; `-` for none. What else they need, and what denies
    /// before them, is in [`Policy::explain`].
    pub fn compact(&self) -> Table {
        let data = self.data();
        let mut kinds: Vec<&str> = Vec::new();
        for channel in &data.channels {
            if !kinds.contains(&channel.kind.as_str()) {
                kinds.push(&channel.kind);
            }
        }
        let classes: Vec<&String> = data.classes.iter().filter(|class| !always_becomes_another(data, class)).collect();
        let cell = |class: &str, kind: &str| {
            let allowed = allowing(data, class, kind);
            if allowed.is_empty() { "-".to_owned() } else { allowed.join(", ") }
        };
        let column = |kind: &&str| Column::text(*kind, classes.iter().map(|class| Some(cell(class, kind))));
        table(std::iter::once(Column::text("message_class", classes.iter().map(Some))).chain(kinds.iter().map(column)))
    }

    /// Everything that two policies are compared by.
    fn parts(&self, other: &Self) -> Vec<Part> {
        let data = self.data();
        let mut parts = vec![Part {
            what: "policy",
            name: String::new(),
            fields: vec![
                field("name", &data.name),
                field("version", &data.version),
                field("title", &data.title),
                field("effective", data.effective),
                field("sources", data.sources.join("; ")),
                field("controller_kinds", data.controller_kinds.join(", ")),
                field("message_classes", data.classes.join(", ")),
                field("bases", data.bases.join(", ")),
                ("phone_prefix", data.phone_prefix.clone()),
                field("instants", data.instants.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            ],
        }];
        parts.extend(self.controller().map(|controller| Part {
            what: "controller",
            name: String::new(),
            fields: vec![field("name", &controller.name), field("kind", &controller.kind), field("time_zone", controller.time_zone.name())],
        }));
        let constants =
            |constants: &[(String, String)]| constants.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        parts.extend(self.purposes().iter().map(|purpose| Part {
            what: "purpose",
            name: purpose.name.clone(),
            fields: vec![
                field("message_class", &purpose.message_class),
                field("basis", &purpose.basis),
                field("constants", constants(&purpose.constants).join(", ")),
            ],
        }));
        parts.extend(data.channels.iter().map(|channel| Part {
            what: "channel",
            name: channel.name.clone(),
            fields: vec![field("kind", &channel.kind), ("contact", self.contact_fact(&channel.name).map(str::to_owned))],
        }));
        parts.extend(data.facts.iter().map(|fact| named("fact", fact, data)));
        parts.extend(data.constants.iter().map(|constant| named("constant", constant, data)));
        parts.extend(data.matters.iter().map(|(number, steps)| Part {
            what: "matters",
            name: data.vocabulary.get(*number).map_or(String::new(), |item| item.name.clone()),
            fields: vec![field("steps", format!("{steps:?}"))],
        }));
        // Quiet hours and caps have no names: another one is one added and one removed.
        parts.extend(self.quiet_hours().map(|quiet| Part { what: "quiet_hours", name: words_of_quiet(quiet), fields: Vec::new() }));
        parts.extend(self.frequency_caps().map(|cap| Part { what: "cap", name: words_of_cap(cap), fields: Vec::new() }));
        let common: Vec<&PolicyRule> = self.rules().iter().filter(|rule| other.rules().iter().any(|known| known.id == rule.id)).collect();
        parts.extend(self.rules().iter().map(|rule| {
            let before = common.iter().position(|known| known.id == rule.id).and_then(|place| place.checked_sub(1));
            let after = before.and_then(|place| common.get(place)).map(|rule| rule.id.clone());
            rule_part(rule, after, self.becomes_constant(&rule.id))
        }));
        parts
    }

    fn becomes_constant(&self, id: &str) -> Option<String> {
        let data = self.data();
        let place = data.rules.iter().filter(|rule| rule.stage == "definition").position(|rule| rule.id == id)?;
        data.becomes_constant.get(place)?.and_then(|number| data.constants.get(number)).map(|constant| constant.name.clone())
    }
}

/// One thing that a policy says.
struct Part {
    what: &'static str,
    name: String,
    fields: Vec<(&'static str, Option<String>)>,
}

impl Part {
    fn is(&self, other: &Self) -> bool {
        (self.what, &self.name) == (other.what, &other.name)
    }
}

fn field(name: &'static str, value: impl ToString) -> (&'static str, Option<String>) {
    (name, Some(value.to_string()))
}

fn named(what: &'static str, named: &Named, data: &RuleData) -> Part {
    let described = data.vocabulary.iter().find(|item| item.name == named.name.replace('.', "_"));
    let default = match &named.default {
        Value::Boolean(value) => Some(value.to_string()),
        _ => None,
    };
    let fields = vec![
        field("type", named.data_type),
        field("values", named.values.join(", ")),
        ("default", default),
        ("description", described.map(|item| item.description.clone())),
    ];
    Part { what, name: named.name.clone(), fields }
}

fn rule_part(rule: &PolicyRule, after: Option<String>, becomes_constant: Option<String>) -> Part {
    let fields = vec![
        // The rule before it, of those that both policies have.
        ("after", after),
        field("stage", &rule.stage),
        field("guard", &rule.guard),
        field("outcome", &rule.outcome),
        ("becomes", rule.becomes.clone()),
        ("becomes_constant", becomes_constant),
        ("basis", rule.basis.clone()),
        ("condition", rule.condition.clone()),
        field("when_unknown", &rule.when_unknown),
        ("because", rule.because.clone()),
        field("reason", &rule.reason),
        field("source", &rule.source),
        field("confidence", &rule.confidence),
    ];
    Part { what: "rule", name: rule.id.clone(), fields }
}

fn words_of(lists: [(&str, &[String]); 3], source: Option<&str>) -> String {
    let mut words: Vec<String> =
        lists.iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| format!("{name} {}", list.join(", "))).collect();
    words.extend(source.map(|source| format!("source {source}")));
    words.iter().map(|words| format!("; {words}")).collect()
}

fn words_of_quiet(quiet: &super::QuietHours) -> String {
    let lists = [
        ("days", quiet.days.as_slice()),
        ("channel_kinds", quiet.channel_kinds.as_slice()),
        ("message_classes", quiet.message_classes.as_slice()),
    ];
    format!("{} to {}{}", quiet.from, quiet.to, words_of(lists, quiet.source.as_deref()))
}

fn words_of_cap(cap: &super::FrequencyCap) -> String {
    let lists = [("channel_kinds", cap.channel_kinds.as_slice()), ("message_classes", cap.message_classes.as_slice()), ("", &[])];
    format!("{} within {}{}", cap.at_most, cap.within, words_of(lists, cap.source.as_deref()))
}

fn table(columns: impl IntoIterator<Item = Column>) -> Table {
    Table::from_columns(columns).unwrap_or_else(|_| unreachable!("BUG: columns of one length and different names"))
}

/// The rule's guard once more: it was parsed when the policy was read.
fn parsed(rule: &PolicyRule) -> Option<Rule> {
    Rule::parse(&rule.id, &rule.guard).ok()
}

/// Whether a guard that can come to this can count as a hit.
fn can_hit(rule: &PolicyRule, possible: Possible) -> bool {
    possible.is_true || (possible.unknown && rule.fires_when_unknown())
}

/// Whether it must.
fn must_hit(rule: &PolicyRule, possible: Possible) -> bool {
    !possible.is_false && (!possible.unknown || rule.fires_when_unknown())
}

/// A rule with its guard, and what that can come to.
struct Guarded<'a> {
    rule: &'a PolicyRule,
    guard: Rule,
    possible: Possible,
}

impl Guarded<'_> {
    /// Whether no message gets past this rule to the later one.
    fn shadows(&self, later: &Self) -> bool {
        // Of definitions each is asked, whatever came of those before it.
        let asked_instead = self.rule.stage == later.rule.stage && self.rule.stage != "definition";
        let unknown_too = !later.rule.fires_when_unknown() || !later.possible.unknown || self.rule.fires_when_unknown();
        asked_instead && (must_hit(self.rule, self.possible) || (unknown_too && later.guard.implies(&self.guard)))
    }
}

/// For each rule why it is unreachable, if that is proved.
fn reach(data: &RuleData) -> Vec<Option<String>> {
    let guarded = |rule| {
        let guard = parsed(rule)?;
        Some(Guarded { rule, possible: guard.possible(|name| domain(data, name)), guard })
    };
    let rules: Vec<Option<Guarded<'_>>> = data.rules.iter().map(guarded).collect();
    let one = |(place, rule): (usize, &Option<Guarded<'_>>)| {
        let rule = rule.as_ref()?;
        if !can_hit(rule.rule, rule.possible) {
            return Some("unreachable: its guard cannot hold".to_owned());
        }
        let earlier = rules.iter().take(place).flatten().find(|earlier| earlier.shadows(rule));
        earlier.map(|earlier| format!("unreachable: shadowed by {}", earlier.rule.id))
    };
    rules.iter().enumerate().map(one).collect()
}

/// What a name of the vocabulary can be.
fn domain(data: &RuleData, name: &str) -> Option<Domain> {
    let item = data.vocabulary.iter().find(|item| item.name == name)?;
    let words = |words: &[String], exact, nullable| Some(Domain::Words { words: words.to_vec(), exact, nullable });
    let fixed =
        |words: &[&str]| Some(Domain::Words { words: words.iter().map(|word| (*word).to_owned()).collect(), exact: true, nullable: false });
    match item.origin {
        Origin::State(StateColumn::ConsentStatus) => fixed(&["none", "given", "refused", "withdrawn", "expired", "reconsent"]),
        Origin::State(StateColumn::ObjectionStatus) => fixed(&["none", "pending", "upheld", "overridden"]),
        Origin::State(StateColumn::TopicStatus) => fixed(&["none", "on", "off"]),
        Origin::State(StateColumn::GivenAt | StateColumn::ObjectedAt | StateColumn::AgreedAt) => None,
        Origin::State(_) => Some(Domain::Truth(Possible::KNOWN)),
        Origin::Built(Built::PurposeKnown | Built::ChannelKnown | Built::SpecialCategoryUsed | Built::InQuietHours) => {
            Some(Domain::Truth(Possible::KNOWN))
        }
        Origin::Built(Built::ControllerKind) => words(&data.controller_kinds, true, false),
        Origin::Built(Built::ChannelKind) => {
            words(&data.channels.iter().map(|channel| channel.kind.clone()).collect::<Vec<_>>(), true, true)
        }
        Origin::Built(Built::MessageClass) => words(&data.classes, true, true),
        // A constant may name the class in another letter case.
        Origin::Built(Built::EffectiveClass) => words(&data.classes, false, true),
        Origin::Built(Built::Basis) => words(&data.bases, true, true),
        Origin::Built(_) => None,
        Origin::Fact(number) => words_of_named(data.facts.get(number)?),
        Origin::Constant(number) => words_of_named(data.constants.get(number)?),
        Origin::FactOrConstant(fact, constant) => {
            let (fact, constant) = (data.facts.get(fact)?, data.constants.get(constant)?);
            let both: Vec<String> = fact.values.iter().chain(&constant.values).cloned().collect();
            (!fact.values.is_empty() && !constant.values.is_empty()).then_some(Domain::Words { words: both, exact: false, nullable: true })
        }
    }
}

/// The values listed for a fact or constant; letter case and blanks around them do not matter when one is given.
fn words_of_named(named: &Named) -> Option<Domain> {
    let words: Vec<String> = named.values.iter().map(|word| word.to_lowercase()).collect();
    (!words.is_empty()).then_some(Domain::Words { words, exact: false, nullable: true })
}

/// What is known where a message is of this class, on a channel of this kind.
fn domain_of(data: &RuleData, class: &str, kind: Option<&str>, name: &str) -> Option<Domain> {
    let only = |word: &str| Some(Domain::Words { words: vec![word.to_owned()], exact: true, nullable: false });
    let item: &Item = data.vocabulary.iter().find(|item| item.name == name)?;
    match (item.origin, kind) {
        (Origin::Built(Built::MessageClass | Built::EffectiveClass), _) => only(class),
        (Origin::Built(Built::ChannelKind), Some(kind)) => only(kind),
        (Origin::Built(Built::Channel), Some(kind)) => {
            let words = data.channels.iter().filter(|channel| channel.kind == kind).map(|channel| channel.name.clone()).collect();
            Some(Domain::Words { words, exact: true, nullable: false })
        }
        (Origin::Built(Built::PurposeKnown | Built::ChannelKnown), _) => Some(Domain::Truth(Possible::TRUE)),
        _ => domain(data, name),
    }
}

/// Whether a definition gives every message that states this class another one.
fn always_becomes_another(data: &RuleData, class: &str) -> bool {
    let definitions = data.rules.iter().filter(|rule| rule.stage == "definition" && rule.becomes.as_deref() != Some(class));
    definitions
        .into_iter()
        .any(|rule| parsed(rule).is_some_and(|guard| must_hit(rule, guard.possible(|name| domain_of(data, class, None, name)))))
}

/// The rules that can allow a message of this class on a channel of this kind.
fn allowing(data: &RuleData, class: &str, kind: &str) -> Vec<String> {
    let mut allowing = Vec::new();
    for rule in data.rules.iter().filter(|rule| rule.stage == "permission") {
        let Some(guard) = parsed(rule) else { continue };
        let possible = guard.possible(|name| domain_of(data, class, Some(kind), name));
        if rule.outcome == "allow" && can_hit(rule, possible) {
            let basis = rule.basis.as_deref().filter(|basis| *basis != "purpose");
            allowing.push(basis.map_or_else(|| rule.id.clone(), |basis| format!("{} {basis}", rule.id)));
        }
        if must_hit(rule, possible) {
            break;
        }
    }
    allowing
}
