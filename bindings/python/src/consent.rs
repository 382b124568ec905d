//! Consent: policy, decision, view.

use std::path::PathBuf;

use citx::{Bitmap, Controller, Facts, FrequencyCap, Purpose, Question, QuietHours, TimeZone, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyDict, PyInt, PyMapping, PyString, PyTuple};

use crate::citizens::Population;
use crate::error::{Answer, detached, invalid};
use crate::input;
use crate::options::{Count, instant, key, zone};
use crate::run::{CancelToken, Long};
use crate::table::{Column, Table};
use crate::value::{at, from_python, to_python, type_name};

/// Versioned rule data, made the body's own by its controller and purposes.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Policy(pub(crate) citx::Policy);

/// One rule of a policy, as a lawyer reads it.
#[pyclass(frozen, eq, get_all, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct PolicyRule {
    id: String,
    stage: String,
    guard: String,
    outcome: String,
    when_unknown: String,
    reason: String,
    source: String,
}

/// The answer, with its legal reason and evidence.
#[pyclass(frozen, eq, get_all, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct Decision {
    allowed: bool,
    outcome: String,
    rule: String,
    permitted_by: Option<String>,
    basis: Option<String>,
    reason: String,
    evidence: Vec<u64>,
    until: Option<chrono::DateTime<chrono::Utc>>,
    policy: String,
}

/// The consent of everyone at one instant.
#[pyclass(frozen, module = "citx")]
pub(crate) struct ConsentView(pub(crate) citx::ConsentView);

/// The zone in which a policy's days begin.
pub(crate) fn zone_of(policy: &citx::Policy) -> TimeZone {
    policy.controller().map_or(TimeZone::UTC, |controller| controller.time_zone)
}

/// A purpose's constant as the text that the core takes.
fn constant(name: &str, given: &Bound<'_, PyAny>) -> Answer<String> {
    if let Ok(truth) = given.cast::<PyBool>() {
        return Ok(if truth.is_true() { "true" } else { "false" }.into());
    }
    if given.is_instance_of::<PyString>() || given.is_instance_of::<PyInt>() || given.is_instance_of::<PyDate>() {
        return Ok(given.str()?.to_cow()?.into_owned());
    }
    Err(invalid(format!("`{name}` must be text, a number, a date or a boolean, not {}", type_name(given))))
}

/// A question from Python's arguments.
pub(crate) fn question(
    citizen: &Bound<'_, PyAny>,
    purpose: String,
    channel: String,
    topic: Option<String>,
    facts: Option<&Bound<'_, PyAny>>,
) -> Answer<Question> {
    let mut question = Question::new(key(citizen)?, purpose, channel);
    question.topic = topic;
    if let Some(given) = facts {
        let mapping = given.cast::<PyMapping>().map_err(|_| invalid(format!("`facts` must be a dict, not {}", type_name(given))))?;
        let mut facts = Facts::new();
        for item in mapping.items()?.iter() {
            let (name, given): (String, Bound<'_, PyAny>) = item.extract().map_err(|_| invalid("the names of `facts` must be text"))?;
            let value = match from_python(&given).map_err(|failure| at(failure, &format!("fact `{name}`")))? {
                Value::Other => return Err(invalid(format!("fact `{name}`: {} is not a value citx knows", type_name(&given)))),
                value => value,
            };
            facts = facts.with(name, value);
        }
        question.facts = facts;
    }
    Ok(question)
}

#[pymethods]
impl Policy {
    /// A policy that ships with citx.
    #[staticmethod]
    fn builtin(py: Python<'_>, name: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::Policy::builtin(name))?))
    }

    /// A policy from a TOML file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> Answer<Self> {
        Ok(Self(detached(py, || citx::read_policy(&path))?))
    }

    /// A policy from TOML text.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::Policy::parse(text))?))
    }

    /// The same rules for this controller.
    #[pyo3(signature = (*, name, kind, time_zone))]
    fn with_controller(&self, py: Python<'_>, name: String, kind: String, time_zone: &str) -> Answer<Self> {
        let controller = Controller::new(name, kind, zone(time_zone)?);
        Ok(Self(detached(py, || self.0.with_controller(controller))?))
    }

    /// The same with one more purpose.
    #[pyo3(signature = (name, *, message_class, basis, justification=None, **constants))]
    fn with_purpose(
        &self,
        py: Python<'_>,
        name: String,
        message_class: String,
        basis: String,
        justification: Option<&Bound<'_, PyAny>>,
        constants: Option<&Bound<'_, PyDict>>,
    ) -> Answer<Self> {
        let mut purpose = Purpose::new(name, message_class, basis);
        if let Some(given) = justification {
            let fields = given.cast::<PyMapping>().map_err(|_| invalid("`justification` must be a dict"))?;
            for item in fields.items()?.iter() {
                let (name, value): (String, Bound<'_, PyAny>) =
                    item.extract().map_err(|_| invalid("the names of `justification` must be text"))?;
                purpose = purpose.constant(format!("justification.{name}"), constant(&name, &value)?);
            }
        }
        for (name, value) in constants.into_iter().flatten() {
            let name: String = name.extract()?;
            if !value.is_none() {
                purpose = purpose.constant(&name, constant(&name, &value)?);
            }
        }
        Ok(Self(detached(py, || self.0.with_purpose(purpose))?))
    }

    /// The same with more quiet hours.
    #[pyo3(signature = (start, end, *, days=Vec::new(), channel_kinds=Vec::new(), message_classes=Vec::new()))]
    fn with_quiet_hours(
        &self,
        py: Python<'_>,
        start: String,
        end: String,
        days: Vec<String>,
        channel_kinds: Vec<String>,
        message_classes: Vec<String>,
    ) -> Answer<Self> {
        let quiet = QuietHours::new(start, end).days(days).channel_kinds(channel_kinds).message_classes(message_classes);
        Ok(Self(detached(py, || self.0.with_quiet_hours(quiet))?))
    }

    /// The same with one more frequency cap.
    #[pyo3(signature = (at_most, within, *, channel_kinds=Vec::new(), message_classes=Vec::new()))]
    fn with_frequency_cap(
        &self,
        py: Python<'_>,
        at_most: u32,
        within: String,
        channel_kinds: Vec<String>,
        message_classes: Vec<String>,
    ) -> Answer<Self> {
        let cap = FrequencyCap::new(at_most, within).channel_kinds(channel_kinds).message_classes(message_classes);
        Ok(Self(detached(py, || self.0.with_frequency_cap(cap))?))
    }

    /// `uk-2026@1.0.0#hash`: the hash covers rules, controller and purposes.
    #[getter]
    fn id(&self, py: Python<'_>) -> Answer<String> {
        detached(py, || Ok(self.0.id()))
    }

    /// Its name.
    #[getter]
    fn name(&self, py: Python<'_>) -> Answer<String> {
        let id = self.id(py)?;
        Ok(id.split('@').next().unwrap_or_default().to_owned())
    }

    /// Its version.
    #[getter]
    fn version(&self, py: Python<'_>) -> Answer<String> {
        let id = self.id(py)?;
        Ok(id.split(['@', '#']).nth(1).unwrap_or_default().to_owned())
    }

    /// Its purposes: name to message class, basis and constants.
    #[getter]
    fn purposes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let purposes = PyDict::new(py);
        for purpose in self.0.purposes() {
            let fields = PyDict::new(py);
            fields.set_item("message_class", &purpose.message_class)?;
            fields.set_item("basis", &purpose.basis)?;
            purpose.constants.iter().try_for_each(|(name, value)| fields.set_item(name, value))?;
            purposes.set_item(&purpose.name, fields)?;
        }
        Ok(purposes)
    }

    /// The channels it knows.
    #[getter]
    fn channels(&self) -> Vec<&str> {
        self.0.channels()
    }

    /// The names of the facts a question may carry, with their types.
    #[getter]
    fn facts(&self) -> crate::citizens::Schema {
        self.0.facts().into()
    }

    /// Its rules, in the order in which they are asked.
    #[getter]
    fn rules(&self) -> Vec<PolicyRule> {
        let rule = |rule: &citx::consent::PolicyRule| PolicyRule {
            id: rule.id.clone(),
            stage: rule.stage.clone(),
            guard: rule.guard.clone(),
            outcome: rule.outcome.clone(),
            when_unknown: rule.when_unknown.clone(),
            reason: rule.reason.clone(),
            source: rule.source.clone(),
        };
        self.0.rules().iter().map(rule).collect()
    }

    /// Its rules as a table.
    fn explain(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table(detached(py, || Ok(self.0.explain()))?))
    }

    /// The rules that can be shown never to decide.
    fn check(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table(detached(py, || Ok(self.0.check()))?))
    }

    /// Which rules can allow what.
    fn compact(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table(detached(py, || Ok(self.0.compact()))?))
    }

    /// What is different in another policy.
    fn diff(&self, py: Python<'_>, other: &Bound<'_, Self>) -> Answer<Table> {
        let other = &other.get().0;
        Ok(Table(detached(py, || Ok(self.0.diff(other)))?))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0.id() == other.get().0.id())
    }

    fn __repr__(&self, py: Python<'_>) -> Answer<String> {
        Ok(format!("Policy({}, {} purposes)", self.id(py)?, self.0.purposes().len()))
    }
}

#[pymethods]
impl PolicyRule {
    fn __repr__(&self) -> String {
        format!("PolicyRule({}, {}, {})", self.id, self.stage, self.outcome)
    }
}

impl Decision {
    pub(crate) fn of(decision: citx::Decision) -> Self {
        Self {
            allowed: decision.allowed(),
            outcome: decision.outcome.as_str().into(),
            rule: decision.rule,
            permitted_by: decision.permitted_by,
            basis: decision.basis,
            reason: decision.reason,
            evidence: decision.evidence,
            until: decision.until.and_then(|until| chrono::DateTime::from_timestamp_micros(until.as_micros())),
            policy: decision.policy,
        }
    }
}

type DecisionParts = (String, String, Option<String>, Option<String>, String, Vec<u64>, Option<chrono::DateTime<chrono::Utc>>, String);

#[pymethods]
impl Decision {
    #[new]
    #[allow(clippy::too_many_arguments)]
    fn new(
        outcome: String,
        rule: String,
        permitted_by: Option<String>,
        basis: Option<String>,
        reason: String,
        evidence: Vec<u64>,
        until: Option<chrono::DateTime<chrono::Utc>>,
        policy: String,
    ) -> Answer<Self> {
        if !matches!(outcome.as_str(), "allow" | "deny" | "defer") {
            return Err(invalid("`outcome` must be \"allow\", \"deny\" or \"defer\""));
        }
        Ok(Self { allowed: outcome == "allow", outcome, rule, permitted_by, basis, reason, evidence, until, policy })
    }

    fn __bool__(&self) -> bool {
        self.allowed
    }

    /// The decision as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("allowed", self.allowed)?;
        dict.set_item("outcome", &self.outcome)?;
        dict.set_item("rule", &self.rule)?;
        dict.set_item("permitted_by", &self.permitted_by)?;
        dict.set_item("basis", &self.basis)?;
        dict.set_item("reason", &self.reason)?;
        dict.set_item("evidence", &self.evidence)?;
        dict.set_item("until", self.until)?;
        dict.set_item("policy", &self.policy)?;
        Ok(dict)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, DecisionParts) {
        let this = slf.get();
        let parts = (
            this.outcome.clone(),
            this.rule.clone(),
            this.permitted_by.clone(),
            this.basis.clone(),
            this.reason.clone(),
            this.evidence.clone(),
            this.until,
            this.policy.clone(),
        );
        (slf.get_type().into_any(), parts)
    }

    fn __hash__<'py>(slf: &Bound<'py, Self>) -> PyResult<isize> {
        let py = slf.py();
        let this = slf.get();
        let evidence = PyTuple::new(py, &this.evidence)?;
        (&this.outcome, &this.rule, &this.permitted_by, &this.basis, evidence, this.until, &this.policy).into_pyobject(py)?.hash()
    }

    fn __repr__(&self) -> String {
        format!("Decision({}, rule={}, reason={:?})", self.outcome, self.rule, self.reason)
    }
}

#[pymethods]
impl ConsentView {
    /// A view over events from the host's own tables.
    #[staticmethod]
    #[pyo3(signature = (table, *, policy, as_of))]
    fn from_events(py: Python<'_>, table: &Bound<'_, PyAny>, policy: &Bound<'_, Policy>, as_of: &Bound<'_, PyAny>) -> Answer<Self> {
        let policy = &policy.get().0;
        let zone = zone_of(policy);
        let (as_of, table) = (instant("as_of", as_of, zone)?, input::table(py, table)?);
        let view = Long::default().call(py, |_| citx::ConsentView::from_table(&table, policy, as_of));
        Ok(Self(view?))
    }

    /// The instant it stands for.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyAny>> {
        to_python(py, &Value::Timestamp(self.0.as_of()))
    }

    /// The policy it decides by.
    #[getter]
    fn policy(&self) -> Policy {
        Policy(self.0.policy().clone())
    }

    /// One decision.
    #[pyo3(signature = (citizen, *, purpose, channel, topic=None, facts=None))]
    fn decide(
        &self,
        py: Python<'_>,
        citizen: &Bound<'_, PyAny>,
        purpose: String,
        channel: String,
        topic: Option<String>,
        facts: Option<&Bound<'_, PyAny>>,
    ) -> Answer<Decision> {
        let question = question(citizen, purpose, channel, topic, facts)?;
        Ok(Decision::of(detached(py, || self.0.decide(&question))?))
    }

    /// Prepares to decide about everyone in `people`.
    #[pyo3(signature = (people, *, threads=None, cancel=None, progress=None))]
    fn bind<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<()> {
        let people = &people.get().0;
        Long::new(threads, cancel, progress)?.call(py, |run| self.0.bind(people, run))
    }

    /// The outcome and the rule for each citizen, in population order.
    #[pyo3(signature = (people, *, purpose, channel, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn decide_many<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        purpose: &str,
        channel: &str,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Table> {
        let people = &people.get().0;
        let long = Long::new(threads, cancel, progress)?;
        let verdicts = long.call(py, |run| self.0.decide_many(people, &Bitmap::ones(people.len()), purpose, channel, &[], run))?;
        Ok(Table(verdicts.to_table(self.0.policy())?))
    }

    /// Whether each citizen may be contacted, in population order, without nulls.
    #[pyo3(signature = (people, *, purpose, channel, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn mask<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        purpose: &str,
        channel: &str,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Column> {
        let people = &people.get().0;
        let long = Long::new(threads, cancel, progress)?;
        Ok(Column(long.call(py, |run| self.0.mask(people, purpose, channel, run))?))
    }

    fn __repr__(&self) -> String {
        format!("ConsentView(as_of={}, policy={})", self.0.as_of(), self.0.policy().id())
    }
}
