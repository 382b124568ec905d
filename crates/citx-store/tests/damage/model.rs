//! What the writers append, and what a ledger must then hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use citx_core::Result;
use citx_core::consent::{Controller, Event, Policy, Purpose, Question, Status};
use citx_core::time::{TimeZone, Timestamp};
use citx_store::{ConsentLedger, LedgerOptions};

use super::beside;

pub fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| {
        let zone = "Europe/London".parse().expect("a zone");
        Policy::builtin("uk-2026")
            .and_then(|policy| policy.with_controller(Controller::new("Anytown Council", "public_authority", zone)))
            .and_then(|policy| policy.with_purpose(Purpose::new("newsletter", "direct_marketing", "consent")))
            .and_then(|policy| policy.with_purpose(Purpose::new("repairs", "service", "contract")))
            .expect("a policy")
    })
}

pub fn open(path: &Path) -> Result<ConsentLedger> {
    ConsentLedger::open(path, policy(), &LedgerOptions::new())
}

pub fn open_read_only(path: &Path) -> Result<ConsentLedger> {
    ConsentLedger::open(path, policy(), &LedgerOptions::new().read_only(true))
}

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, TimeZone::UTC).expect("an instant")
}

pub fn newsletter(citizen: &str) -> Question {
    Question::new(citizen, "newsletter", "email")
}

/// An event with a value in every personal field.
pub fn event(citizen: &str, status: Status, key: &str) -> Event {
    let mut event = Event::new(citizen, status, at("2026-03-01T10:00:00Z"));
    (event.purpose, event.channel) = (Some("newsletter".to_owned()), Some("email".to_owned()));
    event.contact = Some(format!("{citizen}@example.org"));
    event.evidence_ref = Some(format!("form {key}"));
    event.actor = Some(format!("parent of {citizen}"));
    event.idempotency_key = Some(key.to_owned());
    event
}

/// One call of a writer. The same writer's step of the same number is always the same call.
pub enum Step {
    Append(Vec<Event>),
    Erase(String),
}

impl Step {
    pub fn of(writer: &str, number: u64) -> Self {
        let round = number / 10;
        let citizen = |name: &str| format!("{writer}/{round}/{name}");
        let one = |name, status| Self::Append(vec![event(&citizen(name), status, &format!("{writer} {number}"))]);
        let many = |rows: u64| {
            let given = |row| event(&citizen(&format!("{number}/{row}")), Status::Given, &format!("{writer} {number} {row}"));
            (0..rows).map(given).collect::<Vec<_>>()
        };
        match number % 10 {
            0 => one("changed", Status::Given),
            1 => one("changed", Status::Withdrawn),
            2 => one("gone", Status::Given),
            3 => one("kept", Status::Given),
            4 => one("against", Status::Objected),
            5 => Self::Append(many(3 + round % 4 * 40)),
            // Sent again, as after an answer that was lost.
            6 => Self::of(writer, number - 1),
            7 => Self::Erase(citizen("gone")),
            8 => Self::Append([Self::of(writer, number - 5).events(), many(3)].concat()),
            _ => one("last", Status::Given),
        }
    }

    fn events(self) -> Vec<Event> {
        match self {
            Self::Append(events) => events,
            Self::Erase(_) => Vec::new(),
        }
    }

    /// Makes the call, and returns the ids that it answers.
    pub fn run(&self, ledger: &ConsentLedger) -> Result<Vec<u64>> {
        match self {
            Self::Append(events) if events.len() == 1 => Ok(vec![ledger.append(&events[0])?]),
            Self::Append(events) => ledger.append_all(events),
            Self::Erase(citizen) => Ok(vec![ledger.erase(citizen)?]),
        }
    }
}

/// A writer, and the ids that each of its steps was answered with, in order.
pub struct Writer {
    pub name: String,
    pub acknowledged: Vec<Vec<u64>>,
}

impl Writer {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), acknowledged: Vec::new() }
    }

    /// The step that was not acknowledged.
    pub fn in_flight(&self) -> Step {
        Step::of(&self.name, self.acknowledged.len() as u64)
    }
}

#[derive(Default)]
struct Expected {
    events: BTreeMap<u64, Event>,
    keys: BTreeMap<String, u64>,
    /// Ids of erased events and of erasures.
    gone: BTreeSet<u64>,
    erased: BTreeMap<String, u64>,
}

impl Expected {
    fn apply(&mut self, step: Step, ids: &[u64]) {
        match step {
            Step::Append(events) => {
                assert_eq!(events.len(), ids.len());
                for (event, id) in events.into_iter().zip(ids) {
                    let known = *self.keys.entry(event.idempotency_key.clone().expect("a key")).or_insert(*id);
                    assert_eq!(known, *id, "a key has one event");
                    assert_eq!(*self.events.entry(*id).or_insert_with(|| event.clone()), event, "event {id} was acknowledged twice");
                }
            }
            Step::Erase(citizen) => {
                let ids_of = self.events.iter().filter(|(_, event)| event.citizen == citizen).map(|(id, _)| *id);
                self.gone.extend(ids_of);
                self.gone.insert(ids[0]);
                self.events.retain(|_, event| event.citizen != citizen);
                self.erased.insert(citizen, ids[0]);
            }
        }
    }

    /// The ids of a step that was not acknowledged; `None` if nothing of it is there, and it may not be there in part.
    fn found(&self, step: &Step, ledger: &ConsentLedger, spare: &BTreeMap<u64, Option<Event>>) -> Option<Vec<u64>> {
        match step {
            Step::Append(events) => {
                let id_of = |event: &Event| {
                    let new = || spare.iter().find(|(_, found)| found.as_ref() == Some(event)).map(|(id, _)| *id);
                    self.keys.get(event.idempotency_key.as_deref().expect("a key")).copied().or_else(new)
                };
                let ids: Vec<Option<u64>> = events.iter().map(id_of).collect();
                let new: Vec<u64> = ids.iter().flatten().filter(|id| spare.contains_key(id)).copied().collect();
                assert!(new.windows(2).all(|pair| pair[0] + 1 == pair[1]), "a batch stands together: {new:?}");
                let whole: Option<Vec<u64>> = ids.into_iter().collect();
                assert!(whole.is_some() || new.is_empty(), "half a batch is there: {new:?}");
                whole.filter(|_| !new.is_empty())
            }
            Step::Erase(citizen) => {
                let decision = ledger.decide(&newsletter(citizen), at("2026-06-01")).expect("decided");
                (decision.rule == "R00").then_some(decision.evidence)
            }
        }
    }
}

/// Opens a ledger that its writers left, and requires that it holds every event that they were told of, with its content, and no other,
/// but for what was in flight, which is there whole or not at all. What is found of that counts as acknowledged from now on.
pub fn check(path: &Path, writers: &mut [Writer]) -> ConsentLedger {
    let last = writers.iter().flat_map(|writer| writer.acknowledged.iter().flatten()).max();
    assert!(last.is_none_or(|last| *last <= head_file(path)), "event {last:?} was acknowledged without its head");
    let ledger = open(path).unwrap_or_else(|error| panic!("does not open: {error}"));
    let length = ledger.verify().expect("verifies");
    assert_eq!(ledger.head().expect("a head").0, length);
    let found: BTreeMap<u64, Event> = ledger.events().expect("read").into_iter().map(|event| (event.id, event.event)).collect();
    let mut expected = Expected::default();
    for writer in &*writers {
        for (number, ids) in writer.acknowledged.iter().enumerate() {
            expected.apply(Step::of(&writer.name, number as u64), ids);
        }
    }
    let known = |expected: &Expected, id: &u64| expected.events.contains_key(id) || expected.gone.contains(id);
    let spare: BTreeMap<u64, Option<Event>> =
        (1..=length).filter(|id| !known(&expected, id)).map(|id| (id, found.get(&id).cloned())).collect();
    for writer in &mut *writers {
        let step = writer.in_flight();
        if let Some(ids) = expected.found(&step, &ledger, &spare) {
            expected.apply(step, &ids);
            writer.acknowledged.push(ids);
        }
    }
    assert!(spare.keys().all(|id| known(&expected, id)), "an event that nobody sent: {:?}", spare.keys());
    assert!(found == expected.events, "the ledger holds {:?}, expected {:?}", found.keys(), expected.events.keys());
    for (citizen, id) in &expected.erased {
        assert!(ledger.history(citizen).expect("read").is_empty());
        let decision = ledger.decide(&newsletter(citizen), at("2026-06-01")).expect("decided");
        assert_eq!((decision.rule.as_str(), decision.evidence.as_slice()), ("R00", &[*id][..]));
    }
    ledger
}

/// The sequence in a ledger's head file.
fn head_file(path: &Path) -> u64 {
    let text = std::fs::read_to_string(beside(path, ".head")).expect("a head file");
    text.lines().find_map(|line| line.strip_prefix("sequence ")).and_then(|number| number.parse().ok()).expect("a sequence")
}

/// Sends the last steps again, which gives the same ids, and goes on by one.
pub fn go_on(ledger: &ConsentLedger, writer: &mut Writer) {
    for number in (writer.acknowledged.len().saturating_sub(2)..writer.acknowledged.len()).filter(|number| number % 10 != 7) {
        let again = Step::of(&writer.name, number as u64).run(ledger).expect("sent again");
        // An erased citizen's key is gone with them.
        assert_eq!(again, writer.acknowledged[number], "step {number}");
    }
    let ids = writer.in_flight().run(ledger).expect("appending goes on");
    writer.acknowledged.push(ids);
}
