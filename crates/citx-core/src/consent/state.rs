//! The fold of events into state. Fixed code with a published vocabulary: docs/spec/consent.md says the same in words.

use std::sync::Arc;

use hashbrown::HashMap;

use super::citizens::{Citizens, Gathered};
use super::event::Event;
use super::merges::Merges;
use super::status::{Scope, Status};
use super::timing::counts_still;
use crate::time::{Interval, TimeZone, Timestamp};

/// A name that no event has.
pub(super) const NO_SUCH: u32 = u32::MAX;
/// A field that an event leaves out.
const ABSENT: u32 = 0;

/// The `actor` of an event who is a parent, or has a parent's responsibility.
const PARENT: &str = "parent";

/// What decisions need of an event: 72 bytes, names as numbers.
#[derive(Clone, Copy)]
struct Entry {
    id: u64,
    captured_at: i64,
    valid_from: i64,
    valid_until: i64,
    citizen: u32,
    purpose: u32,
    channel: u32,
    topic: u32,
    contact: u32,
    notice: u32,
    status: Status,
    scope: Scope,
    by_parent: bool,
}

/// Everyone's events, by citizen and then in the order in which they count.
#[derive(Default)]
pub(super) struct Index {
    names: HashMap<Box<str>, u32>,
    /// Until all are there.
    gathered: Gathered<Entry>,
    /// Those of the events that join records, with the citizens' keys.
    joins: Vec<Join>,
    citizens: Citizens,
    /// Where each citizen's entries begin; one more at the end.
    starts: Vec<usize>,
    entries: Vec<Entry>,
    /// The citizens who restrict a contact point. Not those who only permit: they may be many, where one number stands for "none".
    by_contact: HashMap<u32, Vec<u32>>,
    /// Whether an event names a contact point.
    pub(super) has_contacts: bool,
    merges: Merges,
    /// Who was erased although no event names them any more.
    pub(super) erased: Option<Erased>,
}

/// Two records joined, or taken apart.
struct Join {
    citizens: [Box<str>; 2],
    captured_at: i64,
    merged: bool,
}

/// The event that erased a citizen, for those whose events were taken out of the ledger.
pub(super) type Erased = Arc<dyn Fn(&str) -> Option<u64> + Send + Sync>;

/// What is asked of the fold, its names as the index numbers them.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) purpose: u32,
    pub(super) channel: u32,
    pub(super) topic: u32,
    /// The contact point that would be used; `None` if it is not known.
    pub(super) contact: Option<u32>,
    pub(super) at: Timestamp,
    /// The notices under which consent still counts; `None` for all.
    pub(super) notices: Option<Vec<u32>>,
    /// The caps that hold for the purpose and channel.
    pub(super) caps: Vec<AskedCap>,
}

/// At most so many messages for any of these purposes on any of these channels, in any such stretch of time.
#[derive(Clone)]
pub(super) struct AskedCap {
    pub(super) at_most: usize,
    pub(super) within: Interval,
    pub(super) zone: TimeZone,
    pub(super) purposes: Vec<u32>,
    pub(super) channels: Vec<u32>,
}

/// Consent to one purpose on one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Consent {
    #[default]
    None,
    Given,
    Refused,
    Withdrawn,
    Expired,
    Reconsent,
}

/// An objection to processing on a public task (Art. 21(1)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Qualified {
    #[default]
    None,
    Pending,
    Upheld,
    Overridden,
}

/// A citizen's state for one purpose, channel and contact point, each part with the events behind it (0 is none).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) erased: u64,
    pub(super) restricted: u64,
    pub(super) consent: Consent,
    pub(super) consent_ids: [u64; 2],
    pub(super) given_at: Option<Timestamp>,
    pub(super) names_channel: bool,
    /// The contact point and the notice of the consent that stands.
    given_for: u32,
    given_under: u32,
    /// Whether a parent gave the consent that stands.
    pub(super) by_parent: bool,
    pub(super) objected_at: Option<Timestamp>,
    pub(super) objected_id: u64,
    pub(super) qualified: Qualified,
    pub(super) qualified_id: u64,
    pub(super) opted_out: u64,
    pub(super) agreed_at: Option<Timestamp>,
    pub(super) agreed_id: u64,
    pub(super) topic_on: Option<bool>,
    pub(super) topic_id: u64,
    pub(super) bounced: u64,
    bounced_contact: u32,
    pub(super) suppressed: u64,
    /// The objection to this channel, whatever its purpose, and when it was made.
    pub(super) line_objected: u64,
    line_objected_at: Option<Timestamp>,
    /// The last of the messages that fill a cap.
    pub(super) capped: u64,
}

impl Index {
    /// Takes one more event; `contact` is its contact point as it is compared.
    pub(super) fn push(&mut self, id: u64, event: &Event, contact: Option<&str>) {
        if let Some(other) = event.merged_with() {
            let citizens = [event.citizen.as_str(), other].map(Box::from);
            self.joins.push(Join { citizens, captured_at: event.captured_at.as_micros(), merged: event.status == Status::Merged });
        }
        let entry = Entry {
            id,
            captured_at: event.captured_at.as_micros(),
            valid_from: event.valid_from.map_or(i64::MIN, Timestamp::as_micros),
            valid_until: event.valid_until.map_or(i64::MAX, Timestamp::as_micros),
            citizen: ABSENT,
            purpose: self.number(event.purpose.as_deref()),
            channel: self.number(event.channel.as_deref()),
            topic: self.number(event.topic.as_deref()),
            contact: self.number(contact),
            notice: self.number(event.notice.as_deref()),
            status: event.status,
            scope: event.scope,
            by_parent: event.actor.as_deref().is_some_and(|actor| actor.trim().eq_ignore_ascii_case(PARENT)),
        };
        self.gathered.push(&event.citizen, entry);
    }

    /// Puts the events in order, so that states can be asked for.
    pub(super) fn finish(&mut self) {
        let gathered = std::mem::take(&mut self.gathered);
        (self.citizens, self.entries, self.starts) = gathered.finish(|entry, citizen| entry.citizen = citizen);
        for Join { citizens, captured_at, merged } in std::mem::take(&mut self.joins) {
            // Whoever has no events brings nothing to a record that is joined with theirs.
            if let [Some(citizen), Some(other)] = citizens.map(|citizen| self.citizens.find(&citizen)) {
                self.merges.push(citizen, other, captured_at, merged);
            }
        }
        for citizen in self.starts.windows(2) {
            let &[start, end] = citizen else { continue };
            let in_order = |entry: &Entry| (entry.captured_at, entry.status.rank(), entry.id);
            if let Some(entries) = self.entries.get_mut(start..end).filter(|entries| !entries.is_sorted_by_key(in_order)) {
                entries.sort_unstable_by_key(in_order);
            }
        }
        for entry in self.entries.iter().filter(|entry| entry.contact != ABSENT) {
            self.has_contacts = true;
            if entry.concerns_others() {
                let citizens = self.by_contact.entry(entry.contact).or_default();
                if citizens.last() != Some(&entry.citizen) {
                    citizens.push(entry.citizen);
                }
            }
        }
    }

    fn number(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return ABSENT };
        if let Some(&number) = self.names.get(name) {
            return number;
        }
        let number = self.names.len() as u32 + 1;
        self.names.insert(name.into(), number);
        number
    }

    /// The number of a name; [`NO_SUCH`] if no event has it.
    pub(super) fn find(&self, name: &str) -> u32 {
        self.names.get(name).copied().unwrap_or(NO_SUCH)
    }

    /// How many citizens have events.
    pub(super) fn citizens(&self) -> usize {
        self.citizens.len()
    }

    /// How many events.
    pub(super) fn len(&self) -> usize {
        self.entries.len() + self.gathered.len()
    }

    /// Every citizen who has events, by number.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.citizens.iter()
    }

    /// For each citizen whose record counts together with others at an instant: their keys.
    pub(super) fn merged_at(&self, at: Timestamp) -> HashMap<&str, Vec<&str>> {
        let with: HashMap<u32, Vec<u32>> = self.merges.citizens().map(|citizen| (citizen, self.merges.with(citizen, at))).collect();
        let named = |citizen: &u32| self.citizens.key(*citizen);
        with.iter().filter_map(|(citizen, others)| Some((named(citizen)?, others.iter().filter_map(named).collect()))).collect()
    }

    /// The citizens whose events name a contact point, by its normal form.
    pub(super) fn citizens_by_contact(&self) -> HashMap<Box<str>, Vec<Box<str>>> {
        let mut numbers: HashMap<u32, Vec<Box<str>>> = HashMap::new();
        // The entries of a citizen stand together.
        for entry in self.entries.iter().filter(|entry| entry.contact != ABSENT) {
            let citizen = self.citizens.key(entry.citizen).unwrap_or_default();
            let named = numbers.entry(entry.contact).or_default();
            if named.last().is_none_or(|last| **last != *citizen) {
                named.push(citizen.into());
            }
        }
        self.names.iter().filter_map(|(name, number)| Some((name.clone(), numbers.remove(number)?))).collect()
    }

    /// Whether someone restricts a contact point: then it matters to all who use it.
    pub(super) fn is_restricted(&self, contact: u32) -> bool {
        self.by_contact.contains_key(&contact)
    }

    /// The citizens whose events name a contact point that someone restricts, ascending.
    pub(super) fn sharers(&self) -> Vec<u32> {
        let mut citizens: Vec<u32> =
            self.entries.iter().filter(|entry| self.is_restricted(entry.contact)).map(|entry| entry.citizen).collect();
        citizens.dedup();
        citizens
    }

    /// The citizens by what their events reach: each kind of event, and who has one of it, ascending.
    pub(super) fn reaches(&self) -> Vec<(Reach, Vec<u32>)> {
        let mut places: HashMap<_, usize> = HashMap::new();
        let mut reaches: Vec<(Reach, Vec<u32>)> = Vec::new();
        for entry in &self.entries {
            let kind = (entry.purpose, entry.channel, entry.topic, entry.scope, entry.status);
            let place = *places.entry(kind).or_insert_with(|| {
                reaches.push((Reach(*entry), Vec::new()));
                reaches.len() - 1
            });
            if let Some((_, citizens)) = reaches.get_mut(place)
                && citizens.last() != Some(&entry.citizen)
            {
                citizens.push(entry.citizen);
            }
        }
        reaches
    }

    fn of(&self, citizen: u32) -> &[Entry] {
        let range = match (self.starts.get(citizen as usize), self.starts.get(citizen as usize + 1)) {
            (Some(&start), Some(&end)) => start..end,
            _ => 0..0,
        };
        self.entries.get(range).unwrap_or(&[])
    }

    /// Asks memory for the events of a citizen, whose state will soon be asked for.
    pub(super) fn prefetch(&self, citizen: u32) {
        citx_kernels::prefetch(self.of(citizen));
    }

    /// The other citizens who restrict a contact point.
    fn sharing(&self, citizen: Option<u32>, contact: u32) -> impl Iterator<Item = u32> + '_ {
        let others = self.by_contact.get(&contact).into_iter().flatten().copied();
        others.filter(move |other| Some(*other) != citizen)
    }

    /// The state of a citizen, who may have no events.
    pub(super) fn state(&self, citizen: &str, asked: &Asked) -> State {
        self.state_of(self.citizens.find(citizen), asked, || self.erased.as_ref().and_then(|erased| erased(citizen)))
    }

    /// The same by the citizen's number; `erased` gives the event that erased a citizen of whom no event is left.
    pub(super) fn state_of(&self, number: Option<u32>, asked: &Asked, erased: impl FnOnce() -> Option<u64>) -> State {
        let entries = number.map_or(&[][..], |number| self.of(number));
        let merged: Vec<&[Entry]> =
            number.into_iter().flat_map(|number| self.merges.with(number, asked.at)).map(|other| self.of(other)).collect();
        // Not known which contact point would be used: the most restrictive over those that the events name.
        let contacts = contacts(merged.iter().copied().flatten().chain(entries), asked);
        let states = contacts.into_iter().map(|contact| self.state_at(number, entries, &merged, asked, contact));
        let mut state = states.max_by_key(State::severity).unwrap_or_default();
        if let Some(id) = erased() {
            state.erased = id;
        }
        let filled = |cap: &AskedCap| match merged.as_slice() {
            [] => cap.filled_by(entries, asked.at),
            merged => {
                let mut all = [&[entries], merged].concat().concat();
                all.sort_by_key(|entry| (entry.captured_at, entry.id));
                cap.filled_by(&all, asked.at)
            }
        };
        state.capped = asked.caps.iter().map(filled).max().unwrap_or(0);
        state
    }

    /// The state for one contact point, with what the records merged with the citizen's bring, and what the others who use it refuse.
    fn state_at(&self, number: Option<u32>, entries: &[Entry], merged: &[&[Entry]], asked: &Asked, contact: u32) -> State {
        let mut state = fold(entries, asked, contact, false);
        let mut merged: Vec<State> = merged.iter().map(|entries| fold(entries, asked, contact, false)).collect();
        if let Some(newest) = merged.iter().max_by_key(|other| (other.given_at, other.consent_ids)) {
            state.adopt(newest, contact);
        }
        for other in &merged {
            state.erased = state.erased.max(other.erased);
            state.restricted = state.restricted.max(other.restricted);
        }
        merged.extend(self.sharing(number, contact).map(|other| fold(self.of(other), asked, contact, true)));
        merged.sort_by_cached_key(State::severity);
        merged.iter().for_each(|other| state.heed(other));
        state
    }

    /// The citizens whose record was ever merged with another.
    pub(super) fn merged(&self) -> impl Iterator<Item = u32> + '_ {
        self.merges.citizens()
    }

    /// The instants at which those of a citizen's events begin, end or are captured that can change the state asked for.
    pub(super) fn instants(&self, citizen: &str, asked: &Asked) -> Vec<Timestamp> {
        let number = self.citizens.find(citizen);
        let records = number.into_iter().chain(number.into_iter().flat_map(|number| self.merges.ever(number)));
        let own: Vec<Entry> = records.flat_map(|record| self.of(record)).copied().collect();
        let others =
            contacts(own.iter(), asked).into_iter().flat_map(|contact| self.sharing(number, contact)).flat_map(|other| self.of(other));
        own.iter()
            .chain(others)
            .filter(|entry| Reach(**entry).matters(asked))
            .flat_map(|entry| [entry.captured_at, entry.valid_from, entry.valid_until])
            .filter(|at| ![i64::MIN, i64::MAX].contains(at))
            .map(Timestamp::from_micros)
            .collect()
    }
}

/// The contact points to look at: the one that would be used, or, where that is not known, those that the events name; none, if they name none.
fn contacts<'e>(entries: impl Iterator<Item = &'e Entry>, asked: &Asked) -> Vec<u32> {
    if let Some(contact) = asked.contact {
        return vec![contact];
    }
    let mut contacts: Vec<u32> = entries.map(|entry| entry.contact).filter(|contact| *contact != ABSENT).collect();
    contacts.sort_unstable();
    contacts.dedup();
    if contacts.is_empty() { vec![NO_SUCH] } else { contacts }
}

/// Folds a citizen's entries, in their order, for one contact point. `shared`: only what was said about that contact point.
fn fold(entries: &[Entry], asked: &Asked, contact: u32, shared: bool) -> State {
    let mut state = State::default();
    let mut grant: Option<Entry> = None;
    let at = asked.at.as_micros();
    for entry in entries.iter().take_while(|entry| entry.captured_at <= at) {
        let about_the_citizen = matches!(entry.status, Status::Erased | Status::Restricted);
        let own = about_the_citizen || [ABSENT, contact].contains(&entry.contact);
        let counts = if shared { entry.contact == contact } else { own };
        if counts {
            state.step(entry, asked, &mut grant);
        }
    }
    if let (Consent::Given, Some(grant)) = (state.consent, grant) {
        let outdated = asked.notices.as_ref().is_some_and(|notices| !notices.contains(&grant.notice));
        if at >= grant.valid_until {
            state.consent = Consent::Expired;
        } else if outdated {
            state.consent = Consent::Reconsent;
        } else {
            (state.given_at, state.by_parent) = (Some(Timestamp::from_micros(grant.captured_at)), grant.by_parent);
        }
        (state.given_for, state.given_under) = (grant.contact, grant.notice);
    }
    // Who agreed to calls since, or consented to them by name, lifts an objection to them: for the purpose agreed to.
    let calls_given_at = state.given_at.filter(|_| state.names_channel);
    if state.line_objected_at < state.agreed_at.max(calls_given_at) {
        (state.line_objected, state.line_objected_at) = (0, None);
    }
    state
}

/// What events of one kind reach.
pub(super) struct Reach(Entry);

impl Reach {
    /// Whether such an event can change the state that is asked for: all others leave it as it is without events.
    pub(super) fn matters(&self, asked: &Asked) -> bool {
        let entry = &self.0;
        let about_contact = matches!(entry.status, Status::Bounced | Status::Suppressed) && entry.covers_channel(asked);
        let counted = asked.caps.iter().any(|cap| cap.counts(entry));
        let about_the_record = matches!(entry.status, Status::Erased | Status::Merged | Status::Unmerged);
        about_the_record || entry.covers(asked) || about_contact || entry.objects_to_line(asked) || counted
    }
}

impl AskedCap {
    /// Whether a message like this is counted.
    fn counts(&self, entry: &Entry) -> bool {
        let named = |names: &[u32], name: u32| name == ABSENT || names.contains(&name);
        entry.status == Status::Disclosed && named(&self.purposes, entry.purpose) && named(&self.channels, entry.channel)
    }

    /// The last of the citizen's messages that count at an instant, if they are as many as may be; 0 if there is room for one more.
    fn filled_by(&self, entries: &[Entry], at: Timestamp) -> u64 {
        let lasts = |entry: &Entry| counts_still(Timestamp::from_micros(entry.captured_at), self.within, self.zone, at);
        let before = entries.iter().take_while(|entry| entry.captured_at <= at.as_micros());
        let (count, last) =
            before.filter(|entry| self.counts(entry) && lasts(entry)).fold((0, 0), |(count, _), entry| (count + 1, entry.id));
        if count >= self.at_most { last } else { 0 }
    }
}

impl Entry {
    /// Whether it reaches the purpose, channel and topic asked about.
    fn covers(&self, asked: &Asked) -> bool {
        let purpose = self.scope == Scope::All || [ABSENT, asked.purpose].contains(&self.purpose);
        purpose && self.covers_channel(asked) && [ABSENT, asked.topic].contains(&self.topic)
    }

    /// Whether those who share its contact point must heed it: what [`State::heed`] takes over.
    fn concerns_others(&self) -> bool {
        matches!(
            self.status,
            Status::Refused
                | Status::Withdrawn
                | Status::Objected
                | Status::ObjectionUpheld
                | Status::TopicOff
                | Status::Bounced
                | Status::Suppressed
        )
    }

    fn covers_channel(&self, asked: &Asked) -> bool {
        self.scope != Scope::Channel || [ABSENT, asked.channel].contains(&self.channel)
    }

    /// Whether it speaks of the very purpose asked about, not of all.
    fn names_purpose(&self, asked: &Asked) -> bool {
        self.scope != Scope::All && self.purpose == asked.purpose
    }

    /// Whether it is an objection to being contacted on this channel at all, whatever purpose it names, or to everything.
    fn objects_to_line(&self, asked: &Asked) -> bool {
        let line = self.scope == Scope::All || self.names_channel(asked);
        self.status == Status::Objected && line && [ABSENT, asked.topic].contains(&self.topic)
    }

    fn names_channel(&self, asked: &Asked) -> bool {
        self.scope == Scope::Channel && self.channel == asked.channel
    }
}

impl State {
    fn step(&mut self, entry: &Entry, asked: &Asked, grant: &mut Option<Entry>) {
        let at = asked.at.as_micros();
        let (begun, ended) = (entry.valid_from <= at, entry.valid_until <= at);
        if entry.objects_to_line(asked) {
            (self.line_objected, self.line_objected_at) = (entry.id, Some(Timestamp::from_micros(entry.captured_at)));
        }
        match entry.status {
            Status::Erased => self.erased = entry.id,
            Status::Bounced if entry.covers_channel(asked) && !ended => {
                (self.bounced, self.bounced_contact) = (entry.id, entry.contact);
            }
            Status::Suppressed if entry.covers_channel(asked) && !ended => self.suppressed = entry.id,
            _ if !entry.covers(asked) => {}
            Status::Given if begun => {
                *grant = Some(*entry);
                self.consent = Consent::Given;
                self.consent_ids = [entry.id, 0];
                self.names_channel = entry.names_channel(asked);
                self.forgive();
                if entry.contact != ABSENT && entry.contact == self.bounced_contact {
                    self.bounced = 0;
                }
            }
            Status::Renewed if begun => self.renew(entry, asked, grant),
            Status::Refused | Status::Withdrawn => {
                self.consent = if entry.status == Status::Refused { Consent::Refused } else { Consent::Withdrawn };
                self.consent_ids = [entry.id, 0];
                self.names_channel = false;
                self.opt_out(entry, asked);
            }
            Status::Objected => {
                self.objected_at = Some(Timestamp::from_micros(entry.captured_at));
                self.objected_id = entry.id;
                self.opt_out(entry, asked);
            }
            Status::ObjectionUpheld => (self.qualified, self.qualified_id) = (Qualified::Upheld, entry.id),
            Status::ObjectionOverridden if begun => (self.qualified, self.qualified_id) = (Qualified::Overridden, entry.id),
            Status::Restricted => self.restricted = entry.id,
            Status::Released if begun => {
                self.restricted = 0;
                if entry.contact != ABSENT || entry.names_channel(asked) {
                    (self.bounced, self.suppressed) = (0, 0);
                }
            }
            Status::Agreed if begun && !ended => {
                self.agreed_at = Some(Timestamp::from_micros(entry.captured_at));
                self.agreed_id = entry.id;
            }
            Status::TopicOn if begun && !ended => (self.topic_on, self.topic_id) = (Some(true), entry.id),
            Status::TopicOff => (self.topic_on, self.topic_id) = (Some(false), entry.id),
            _ => {}
        }
    }

    /// A renewal extends a consent that stands, or stood until it expired; it gives none where there is none.
    fn renew(&mut self, entry: &Entry, asked: &Asked, grant: &mut Option<Entry>) {
        if let (Consent::Given, Some(grant)) = (self.consent, grant) {
            grant.captured_at = entry.captured_at;
            grant.valid_until = entry.valid_until;
            grant.by_parent = entry.by_parent;
            grant.notice = if entry.notice == ABSENT { grant.notice } else { entry.notice };
            self.names_channel |= entry.names_channel(asked);
            self.consent_ids[1] = entry.id;
            self.forgive();
        }
    }

    /// What a grant that is strictly newer ends; of one instant, restrictions come after it and win.
    fn forgive(&mut self) {
        self.opted_out = 0;
        (self.qualified, self.qualified_id) = (Qualified::None, 0);
    }

    fn opt_out(&mut self, entry: &Entry, asked: &Asked) {
        (self.agreed_at, self.agreed_id) = (None, 0);
        if entry.names_purpose(asked) {
            self.opted_out = entry.id;
            (self.qualified, self.qualified_id) = (Qualified::Pending, entry.id);
        }
    }

    /// Whether an objection stands: no grant is strictly newer.
    fn objection_stands(&self) -> bool {
        self.objected_at.is_some() && self.given_at <= self.objected_at
    }

    /// How much a state restricts, to choose the most restrictive among contact points.
    fn severity(&self) -> impl Ord + use<> {
        let consent = match self.consent {
            Consent::Given => 0,
            Consent::None => 1,
            Consent::Expired | Consent::Reconsent => 2,
            Consent::Refused | Consent::Withdrawn => 3,
        };
        let qualified = match self.qualified {
            Qualified::None | Qualified::Overridden => 0,
            Qualified::Pending => 1,
            Qualified::Upheld => 2,
        };
        let barred = [self.erased > 0, self.restricted > 0];
        let refused = [self.objection_stands(), self.bounced + self.suppressed > 0, self.topic_on == Some(false)];
        // The events decide between equals, so that neither the order of reading nor that of citizens does.
        let [given, renewed] = self.consent_ids;
        let others = [
            self.objected_id,
            self.qualified_id,
            self.opted_out,
            self.agreed_id,
            self.topic_id,
            self.bounced,
            self.suppressed,
            self.line_objected,
        ];
        let opted_out = [self.opted_out > 0, self.line_objected > 0, self.by_parent];
        (barred, refused, consent, qualified, opted_out, self.agreed_at.is_none(), [given, renewed], others)
    }

    /// Takes over a newer consent of a record merged with this one. It stays with its contact point, is under the notice of the consent that
    /// it follows, if there is one, and lifts no refusal.
    fn adopt(&mut self, other: &Self, contact: u32) {
        let open = !matches!(self.consent, Consent::Refused | Consent::Withdrawn) && self.opted_out == 0 && !self.objection_stands();
        let follows = self.consent == Consent::None || self.given_under == other.given_under;
        let theirs = other.consent == Consent::Given && other.given_at > self.given_at && other.given_for == contact;
        if open && follows && theirs && contact != ABSENT {
            (self.consent, self.consent_ids) = (other.consent, other.consent_ids);
            (self.given_at, self.names_channel, self.by_parent) = (other.given_at, other.names_channel, other.by_parent);
            (self.given_for, self.given_under) = (other.given_for, other.given_under);
        }
    }

    /// Takes over what another citizen refuses for the contact point that both use: all must allow.
    fn heed(&mut self, other: &Self) {
        if other.objection_stands() {
            (self.objected_at, self.objected_id) = (other.objected_at, other.objected_id);
            (self.given_at, self.agreed_at, self.agreed_id, self.by_parent) = (None, None, 0, false);
        }
        if matches!(other.consent, Consent::Refused | Consent::Withdrawn) {
            (self.consent, self.consent_ids) = (other.consent, other.consent_ids);
            (self.given_at, self.names_channel, self.by_parent) = (None, false, false);
        }
        let stopped = |state: &Self| matches!(state.qualified, Qualified::Pending | Qualified::Upheld);
        if stopped(other) && (other.qualified == Qualified::Upheld || !stopped(self)) {
            (self.qualified, self.qualified_id) = (other.qualified, other.qualified_id);
        }
        if other.topic_on == Some(false) {
            (self.topic_on, self.topic_id) = (other.topic_on, other.topic_id);
        }
        self.opted_out = self.opted_out.max(other.opted_out);
        self.bounced = self.bounced.max(other.bounced);
        self.suppressed = self.suppressed.max(other.suppressed);
        self.line_objected = self.line_objected.max(other.line_objected);
    }
}
