//! Records that turned out to be of one person: whose events count together at an instant.

use hashbrown::HashMap;

use crate::time::Timestamp;

/// Who was merged with whom, by the numbers of citizens.
#[derive(Default)]
pub(super) struct Merges {
    links: HashMap<u32, Vec<Link>>,
}

/// One event that joined a citizen's record with another, or took them apart.
struct Link {
    other: u32,
    captured_at: i64,
    merged: bool,
}

impl Merges {
    pub(super) fn push(&mut self, citizen: u32, other: u32, captured_at: i64, merged: bool) {
        if citizen != other {
            self.links.entry(citizen).or_default().push(Link { other, captured_at, merged });
        }
    }

    /// The citizens whose record was ever joined with another.
    pub(super) fn citizens(&self) -> impl Iterator<Item = u32> + '_ {
        self.links.keys().copied()
    }

    /// The other records that count with a citizen's at an instant, through several where need be; ascending.
    pub(super) fn with(&self, citizen: u32, at: Timestamp) -> Vec<u32> {
        self.reached(citizen, |links, other| {
            let before = links.iter().filter(|link| link.other == other && link.captured_at <= at.as_micros());
            // Of one instant the merge wins: it restricts.
            before.max_by_key(|link| (link.captured_at, link.merged)).is_some_and(|link| link.merged)
        })
    }

    /// The other records that counted with a citizen's at any time.
    pub(super) fn ever(&self, citizen: u32) -> Vec<u32> {
        self.reached(citizen, |_, _| true)
    }

    fn reached(&self, citizen: u32, joined: impl Fn(&[Link], u32) -> bool) -> Vec<u32> {
        let Some(own) = self.links.get(&citizen) else { return Vec::new() };
        let mut found = vec![citizen];
        let mut open: Vec<&[Link]> = vec![own];
        while let Some(links) = open.pop() {
            for link in links {
                if !found.contains(&link.other) && joined(links, link.other) {
                    found.push(link.other);
                    open.extend(self.links.get(&link.other).map(Vec::as_slice));
                }
            }
        }
        found.retain(|other| *other != citizen);
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Result;
    use crate::consent::{ConsentView, Controller, Event, Policy, Purpose, Question, RecordedEvent, Scope, Status};
    use crate::table::Value;
    use crate::time::TimeZone;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text, TimeZone::UTC).expect("an instant")
    }

    /// Citizen, status, day, contact, notice.
    type Said = (&'static str, Status, &'static str, Option<&'static str>, Option<&'static str>);

    /// What decides about the newsletter by e-mail to `a@example.org` for each of two records, merged on 1 June and taken apart on 1 August.
    fn decided(said: &[Said], day: &str) -> Result<[String; 2]> {
        let event = |(citizen, status, at_, contact, notice): &Said| {
            let mut event = Event::new(*citizen, *status, at(at_));
            (event.purpose, event.channel) = (Some("newsletter".to_owned()), Some("email".to_owned()));
            (event.contact, event.notice) = (contact.map(str::to_owned), notice.map(str::to_owned));
            event
        };
        let joined = |citizen: &str, other: &str, status, day| {
            let mut event = Event::new(citizen, status, at(day));
            (event.scope, event.evidence_ref) = (Scope::All, Some(other.to_owned()));
            event
        };
        let (merged, unmerged) = ((Status::Merged, "2026-06-01"), (Status::Unmerged, "2026-08-01"));
        let joins = [("1", "2", merged), ("2", "1", merged), ("1", "2", unmerged), ("2", "1", unmerged)];
        let joins = joins.map(|(citizen, other, (status, day))| joined(citizen, other, status, day));
        let events = said.iter().map(event).chain(joins).zip(1..);
        let events = events.map(|(event, id)| RecordedEvent { id, recorded_at: event.captured_at, event });
        let policy = Policy::builtin("uk-2026")?
            .with_controller(Controller::new("Anytown", "charity", TimeZone::UTC))?
            .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
        let view = ConsentView::from_events(events, &policy, at(day))?;
        let rule = |citizen: &str| {
            let mut question = Question::new(citizen, "newsletter", "email");
            question.facts = question.facts.with("email", Value::Text("a@example.org".to_owned()));
            view.decide(&question).map(|decision| decision.rule)
        };
        Ok([rule("1")?, rule("2")?])
    }

    #[test]
    fn a_refusal_of_either_record_wins_for_as_long_as_they_are_merged() -> Result<()> {
        let said: [Said; 2] = [("1", Status::Given, "2026-03-01", None, None), ("2", Status::Objected, "2026-02-01", None, None)];
        assert_eq!(decided(&said, "2026-05-31")?, ["R13", "R06"]);
        assert_eq!(decided(&said, "2026-06-01")?, ["R06", "R06"]);
        assert_eq!(decided(&said, "2026-08-01")?, ["R13", "R06"]);
        Ok(())
    }

    #[test]
    fn consent_goes_over_with_its_own_contact_point_only() -> Result<()> {
        let theirs = |contact| -> [Said; 1] { [("2", Status::Given, "2026-03-01", contact, None)] };
        assert_eq!(decided(&theirs(Some("A@example.org ")), "2026-07-01")?, ["R13", "R13"]);
        assert_eq!(decided(&theirs(Some("b@example.org")), "2026-07-01")?[0], "R07b");
        assert_eq!(decided(&theirs(None), "2026-07-01")?, ["R07b", "R13"]);
        Ok(())
    }

    #[test]
    fn consent_goes_over_under_the_same_notice_and_never_past_a_refusal() -> Result<()> {
        let own = |status, notice: &'static str| -> [Said; 2] {
            let theirs = ("2", Status::Given, "2026-04-01", Some("a@example.org"), Some("n1"));
            [("1", status, "2026-03-01", None, Some(notice)), theirs]
        };
        for status in [Status::Withdrawn, Status::Refused] {
            assert_eq!(decided(&own(status, "n1"), "2026-07-01")?, ["R07", "R07"], "{status:?}");
        }
        assert_eq!(decided(&own(Status::Objected, "n1"), "2026-07-01")?, ["R06", "R06"]);
        for notice in ["n1", "n2"] {
            assert_eq!(decided(&own(Status::Given, notice), "2026-07-01")?, ["R13", "R13"]);
        }
        Ok(())
    }
}
