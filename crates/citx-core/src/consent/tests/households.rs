//! Households: who shares an e-mail address, a number or a postal address is heeded; and children who grow up.

use super::*;
use crate::audience::AudienceOptions;

/// A couple at one address, with one mailbox and one telephone, written differently; and a neighbour.
fn household() -> Population {
    let table = Table::from_columns([
        Column::text("id", [Some("c1"), Some("c2"), Some("c3")]),
        Column::text("email", [Some("home@example.org"), Some(" Home@Example.ORG"), Some("own@example.org")]),
        Column::text("phone", [Some("0161 496 0000"), Some("+44 (0)161 4960000"), Some("0161 496 0001")]),
        Column::text("street", [Some("1 High Street"), Some("1, HIGH STREET"), Some("2 High Street")]),
        Column::text("postcode", [Some("AB1 2CD"), Some("ab12cd"), Some("AB1 2CD")]),
        Column::date("screened", ["2026-05-10"; 3].map(|day| day.parse().ok())),
    ]);
    let facts = FactColumns::new().email("email").phone("phone").address(["street", "postcode"]).tps_screened_at("screened");
    Population::from_table(table.expect("a table"), "id").and_then(|people| people.with_facts(facts)).expect("a population")
}

/// The rules for the three by one decision, by few, by everyone at once, by the mask and by an audience.
fn decided(events: Vec<Event>, channel: &str) -> [String; 3] {
    let people = household();
    let view = ConsentView::from_events(recorded(events), &policy("public_authority"), at("2026-05-15")).expect("a view");
    let few = view.decide_many(&people, &Bitmap::ones(3), "news", channel, &[], &Run::new()).expect("verdicts");
    let everyone = view.rules_of_everyone(&people, ("news", channel, false), &Run::new()).expect("rules");
    let mask = view.mask(&people, "news", channel, &Run::new()).expect("a mask");
    let book = SegmentBook::new([SegmentDefinition::new("all", "id IS NOT NULL")]).expect("a book");
    let members = book.evaluate(&people, &Context { as_of: at("2026-05-15"), time_zone: zone() }, &Run::new()).expect("members");
    let options = AudienceOptions::new("news", [channel]);
    let audience = members.segment("all").and_then(|all| all.audience(&view, &options, &Run::new())).expect("an audience");
    [0, 1, 2].map(|row| {
        let mut question = Question::new(format!("c{}", row + 1), "news", channel);
        question.facts = Facts::of_citizen(&people, row, channel, view.policy()).expect("facts");
        let decision = view.decide(&question).expect("a decision");
        let verdict = few.get(row).expect("a verdict");
        assert_eq!(view.policy().rules()[verdict.rule].id, decision.rule, "{channel} {row}: few");
        assert_eq!(usize::from(everyone[row]), verdict.rule, "{channel} {row}: everyone");
        assert_eq!(mask.value(row), Value::Boolean(decision.allowed()), "{channel} {row}: mask");
        assert_eq!(audience.allowed_rows().contains(&row), decision.allowed(), "{channel} {row}: audience");
        decision.rule
    })
}

fn all_give(channel: &str) -> Vec<Event> {
    let give = |citizen: &str| Event { citizen: citizen.to_owned(), ..event(Status::Given, channel, "2026-01-01") };
    ["c1", "c2", "c3"].map(give).to_vec()
}

#[test]
fn a_refusal_for_a_shared_contact_point_counts_for_all_who_use_it() {
    for (channel, contact, allowed) in [
        ("email", "HOME@example.org", "R13"),
        ("sms", "0044 161 496 0000", "R13"),
        ("auto_call", "01614960000", "R18"),
        ("phone", "+441614960000", "R22"),
        ("post", "1 High Street, AB1 2CD", "R25"),
    ] {
        assert_eq!(decided(all_give(channel), channel), [allowed; 3], "{channel}");
        for (status, rule) in [(Status::Withdrawn, "R07"), (Status::Refused, "R07"), (Status::Objected, "R06"), (Status::Bounced, "R01")] {
            let mut said = Event { citizen: "c2".to_owned(), ..event(status, channel, "2026-02-01") };
            said.contact = Some(contact.to_owned());
            let mut events = all_give(channel);
            events.push(said.clone());
            assert_eq!(decided(events, channel), [rule, rule, allowed], "{channel} {status:?}");
            // Somebody who is no citizen of this population, on the same contact point.
            let stranger = Event { citizen: "c9".to_owned(), ..said };
            let mut events = all_give(channel);
            events.push(stranger);
            assert_eq!(decided(events, channel), [rule, rule, allowed], "{channel} {status:?} by a stranger");
        }
    }
}

#[test]
fn consent_of_one_in_the_household_is_not_consent_of_the_other() {
    for (channel, contact) in [("email", "home@example.org"), ("sms", "0161 496 0000"), ("post", "1 High Street AB1 2CD")] {
        let mut given = event(Status::Given, channel, "2026-01-01");
        given.contact = Some(contact.to_owned());
        let rules = decided(vec![given], channel);
        assert!(rules[0] != "R07b" && rules[1..] == ["R07b", "R07b"], "{channel}: {rules:?}");
    }
}

#[test]
fn birthdays_end_what_a_parent_consented_to() {
    let mut given = event(Status::Given, "email", "2024-01-01");
    given.actor = Some("parent".to_owned());
    let until = |decides_at: Option<&str>, online: bool, born: &str, now: &str| {
        let purpose = Purpose::new("news", "direct_marketing", "consent").constant("online_service", online.to_string());
        let purpose = decides_at.into_iter().fold(purpose, |purpose, age| purpose.constant("decides_at", age));
        let policy = policy("public_authority").with_purpose(purpose).expect("a purpose");
        let view = ConsentView::from_events(recorded([given.clone()]), &policy, at(now)).expect("a view");
        let mut question = Question::new("c1", "news", "email");
        question.facts = Facts::new()
            .with("birth_date", Value::Date(born.parse().expect("a date")))
            .with("parental_authorisation", Value::Boolean(true));
        let decision = view.decide(&question).expect("a decision");
        (decision.rule, decision.until)
    };
    let ends = |day: &str| ("R13".to_owned(), Some(at(day)));
    assert_eq!(until(None, false, "2008-06-01", "2026-05-15"), ends("2026-06-01"));
    assert_eq!(until(Some("16"), false, "2010-06-01", "2026-05-15"), ends("2026-06-01"));
    assert_eq!(until(None, true, "2013-06-01", "2026-05-15"), ends("2026-06-01"));
    assert_eq!(until(Some("13"), false, "2013-06-01", "2026-05-15"), ends("2026-06-01"));
    // 29 February: on 1 March where the year has no such day, else on the day.
    assert_eq!(until(None, false, "2008-02-29", "2026-01-15"), ends("2026-03-01"));
    assert_eq!(until(Some("16"), false, "2012-02-29", "2028-01-15"), ends("2028-02-29"));
    assert_eq!(until(None, true, "2012-02-29", "2025-01-15"), ends("2025-03-01"));
    assert_eq!(until(None, false, "2008-06-01", "2026-06-01").0, "R04b");
    assert_eq!(until(Some("18"), true, "2013-06-01", "2026-06-01").0, "R13");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_a_parent_said_holds_until_the_age_and_for_all_alike(
        events in events(), parents in any::<u16>(), facts in proptest::collection::vec(facts(), 3), years in proptest::sample::select(vec![13_i32, 16, 18]),
        decides_at in proptest::option::of(pick(&["13", "16", "18"])), channel in pick(&CHANNELS), days in -40_i32..40,
    ) {
        let purpose = Purpose::new("news", "direct_marketing", "consent");
        let purpose = decides_at.into_iter().fold(purpose, |purpose, age| purpose.constant("decides_at", age));
        let policy = policy("charity").with_purpose(purpose).expect("a purpose");
        let by_parents = |(number, mut recorded): (usize, RecordedEvent)| {
            recorded.event.actor = (parents >> number & 1 == 1).then(|| "Parent".to_owned());
            recorded
        };
        let events: Vec<RecordedEvent> = events.into_iter().enumerate().map(by_parents).collect();
        let born = Date::from_days(20_588 - years * 1461 / 4 + days);
        let facts: Vec<Vec<(&str, Value)>> = facts.into_iter().map(|facts| {
            facts.into_iter().map(|(name, value)| (name, if name == "birth_date" { Value::Date(born) } else { value })).collect()
        }).collect();
        let at_instant = |at: Timestamp| ConsentView::from_events(events.clone(), &policy, at).expect("a view");
        let (now, people) = (at("2026-05-15"), people(&facts));
        let view = at_instant(now);
        let everyone = view.rules_of_everyone(&people, ("news", &channel, false), &Run::new()).expect("rules");
        for (row, facts) in facts.iter().enumerate() {
            let mut question = Question::new(format!("c{}", row + 1), "news", channel.clone());
            question.facts = facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            let decision = view.decide(&question).expect("a decision");
            prop_assert_eq!(&policy.rules()[usize::from(everyone[row])].id, &decision.rule);
            let rule_at = |at: Timestamp| at_instant(at).decide(&question).map(|decision| (decision.outcome, decision.rule)).expect("a decision");
            if let Some(until) = decision.until {
                prop_assert_ne!(rule_at(until), (decision.outcome, decision.rule.clone()));
                prop_assert_eq!(rule_at(Timestamp::from_micros(until.as_micros() - 1)), (decision.outcome, decision.rule));
            }
        }
    }
}
