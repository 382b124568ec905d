//! Quiet hours, caps, and numbers that objected to calls.

use super::*;

/// The council's policy with quiet hours for calls and texts, and at most two marketing messages a week.
fn waiting() -> Policy {
    let quiet = QuietHours::new("21:00", "08:00").channel_kinds(["electronic_mail"]);
    let policy = policy("public_authority").with_quiet_hours(quiet).expect("quiet hours");
    policy.with_frequency_cap(FrequencyCap::new(2, "7 days").message_classes(["direct_marketing"])).expect("a cap")
}

fn decide(policy: &Policy, events: Vec<Event>, purpose: &str, channel: &str, when: &str) -> Decision {
    let view = ConsentView::from_events(recorded(events), policy, at(when)).expect("a view");
    view.decide(&Question::new("c1", purpose, channel)).expect("a decision")
}

fn told(decision: &Decision) -> (Outcome, &str, Option<Timestamp>) {
    (decision.outcome, &decision.rule, decision.until)
}

fn given() -> Event {
    event(Status::Given, "email", "2026-01-01")
}

#[test]
fn quiet_hours_defer_until_they_end() {
    let ask = |purpose: &str, when: &str| decide(&waiting(), vec![given()], purpose, "email", when);
    // In summer 21:00 is 20:00 UTC.
    let before = ask("news", "2026-06-01T19:59:59.999999Z");
    assert_eq!(told(&before), (Outcome::Allow, "R13", Some(at("2026-06-01T20:00:00Z"))));
    let quiet = ask("news", "2026-06-01T20:00:00Z");
    assert_eq!(told(&quiet), (Outcome::Defer, "R29", Some(at("2026-06-02T07:00:00Z"))));
    assert_eq!((quiet.permitted_by.as_deref(), quiet.basis.as_deref()), (Some("R13"), Some("consent")));
    assert_eq!(told(&ask("news", "2026-06-02T06:59:59Z")).0, Outcome::Defer);
    assert_eq!(told(&ask("news", "2026-06-02T07:00:00Z")).0, Outcome::Allow);
    assert_eq!(told(&ask("repairs", "2026-06-01T23:00:00Z")).1, "R29", "service messages keep quiet hours");
    for (purpose, rule) in [("arrears", "R08"), ("flood", "R02")] {
        assert_eq!(told(&ask(purpose, "2026-06-01T23:00:00Z")), (Outcome::Allow, rule, None), "{purpose}");
    }
    assert_eq!(told(&ask("ads", "2026-06-01T23:00:00Z")).1, "R07b", "what is denied is not deferred");
    assert_eq!(told(&decide(&waiting(), Vec::new(), "repairs", "post", "2026-06-01T23:00:00Z")).1, "R09", "post is no electronic mail");
}

#[test]
fn the_longer_quiet_wins_where_the_clock_changes() {
    let quiet = |from: &str, to: &str| policy("public_authority").with_quiet_hours(QuietHours::new(from, to)).expect("quiet hours");
    let ask = |policy: &Policy, when: &str| decide(policy, Vec::new(), "repairs", "email", when).outcome;
    let edges = |policy: &Policy, last_quiet: &str, first_free: &str| {
        assert_eq!((ask(policy, last_quiet), ask(policy, first_free)), (Outcome::Defer, Outcome::Allow), "{last_quiet}");
    };
    // 25 October 2026: 02:00 summer time is 01:00 again. 01:30 occurs at 00:30 and at 01:30 UTC.
    edges(&quiet("21:00", "01:30"), "2026-10-25T01:29:59Z", "2026-10-25T01:30:00Z");
    let late = quiet("01:30", "03:00");
    assert_eq!((ask(&late, "2026-10-25T00:29:59Z"), ask(&late, "2026-10-25T00:30:00Z")), (Outcome::Allow, Outcome::Defer));
    assert_eq!(ask(&late, "2026-10-25T01:15:00Z"), Outcome::Defer, "01:15 again, but quiet has begun");
    edges(&late, "2026-10-25T02:59:59Z", "2026-10-25T03:00:00Z");
    // 29 March 2026: 01:00 is 02:00 summer time. 01:30 is read as 00:30 UTC and as 01:30 UTC.
    edges(&quiet("21:00", "01:30"), "2026-03-29T01:29:59Z", "2026-03-29T01:30:00Z");
    let early = quiet("01:30", "03:00");
    assert_eq!((ask(&early, "2026-03-29T00:29:59Z"), ask(&early, "2026-03-29T00:30:00Z")), (Outcome::Allow, Outcome::Defer));
    edges(&early, "2026-03-29T01:59:59Z", "2026-03-29T02:00:00Z");
    // On all other days it is the wall clock.
    edges(&quiet("21:00", "08:00"), "2026-03-29T06:59:59Z", "2026-03-29T07:00:00Z");
    edges(&quiet("21:00", "08:00"), "2026-10-25T07:59:59Z", "2026-10-25T08:00:00Z");
}

#[test]
fn quiet_days_and_whole_days() {
    let sundays = policy("public_authority").with_quiet_hours(QuietHours::new("00:00", "24:00").days(["sunday"])).expect("quiet hours");
    let ask = |when: &str| decide(&sundays, Vec::new(), "repairs", "email", when);
    // 7 June 2026 is a Sunday.
    assert_eq!(told(&ask("2026-06-06T22:59:59Z")), (Outcome::Allow, "R09", Some(at("2026-06-07"))));
    assert_eq!(told(&ask("2026-06-07")), (Outcome::Defer, "R29", Some(at("2026-06-08"))));
    assert_eq!(ask("2026-06-08").until, Some(at("2026-06-14")));
    let always = sundays.with_quiet_hours(QuietHours::new("00:00", "24:00")).expect("quiet hours");
    assert_eq!(told(&decide(&always, Vec::new(), "repairs", "email", "2026-06-08")), (Outcome::Defer, "R29", None));
}

#[test]
fn a_cap_counts_what_was_disclosed() {
    let sent = |purpose: &str, when: &str| {
        let mut event = event(Status::Disclosed, "sms", when);
        event.purpose = Some(purpose.to_owned());
        event
    };
    let ask = |sent: Vec<Event>, purpose: &str, when: &str| {
        decide(&waiting(), std::iter::once(given()).chain(sent).collect(), purpose, "email", when)
    };
    let week =
        || vec![sent("news", "2026-06-01T12:00:00Z"), sent("offers", "2026-06-03T12:00:00Z"), sent("repairs", "2026-06-04T12:00:00Z")];
    assert_eq!(ask(week(), "news", "2026-06-02T12:00:00Z").outcome, Outcome::Allow, "one so far");
    let full = ask(week(), "news", "2026-06-05T12:00:00Z");
    assert_eq!(told(&full), (Outcome::Defer, "R29", Some(at("2026-06-08T12:00:00Z"))), "quiet hours change nothing meanwhile");
    assert_eq!(full.evidence, [3], "the last that counts; a service message does not");
    assert_eq!(ask(week(), "news", "2026-06-08T11:59:59.999999Z").outcome, Outcome::Defer);
    assert_eq!(ask(week(), "news", "2026-06-08T12:00:00Z").outcome, Outcome::Allow, "a week after the first");
    assert_eq!(ask(week(), "repairs", "2026-06-05T12:00:00Z").rule, "R09", "no cap on service messages");
    // A month is a calendar step: from 31 January to 28 February.
    let monthly = policy("public_authority").with_frequency_cap(FrequencyCap::new(1, "1 month")).expect("a cap");
    let month = |when: &str| decide(&monthly, vec![given(), sent("news", "2026-01-31T12:00:00Z")], "news", "email", when);
    assert_eq!(told(&month("2026-02-28T11:00:00Z")), (Outcome::Defer, "R29", Some(at("2026-02-28T12:00:00Z"))));
    assert!(month("2026-02-28T12:00:00Z").allowed());
}

#[test]
fn everyone_at_once_waits_too() -> Result<()> {
    let people = Population::from_table(Table::from_columns([Column::text("id", [Some("c1"), Some("c2")])])?, "id")?;
    for (when, outcome) in [("2026-06-01T12:00:00Z", Outcome::Allow), ("2026-06-01T22:00:00Z", Outcome::Defer)] {
        let view = ConsentView::from_events(recorded([given()]), &waiting(), at(when))?;
        let verdicts = view.decide_many(&people, &Bitmap::ones(2), "news", "email", &[], &Run::new())?;
        assert_eq!(verdicts.iter().map(|verdict| verdict.outcome).collect::<Vec<_>>(), [outcome, Outcome::Deny]);
        let everyone = view.rules_of_everyone(&people, ("news", "email", false), &Run::new())?;
        assert_eq!(everyone, verdicts.rules());
    }
    Ok(())
}

#[test]
fn quiet_hours_and_caps_are_part_of_the_policy() -> Result<()> {
    let base = Policy::builtin("uk-2026")?;
    let (night, noon) = (QuietHours::new("21:00", "08:00"), QuietHours::new("12:00", "13:00"));
    let one = base.with_quiet_hours(night.clone())?.with_quiet_hours(noon.clone())?;
    let other = base.with_quiet_hours(noon)?.with_quiet_hours(night.clone())?.with_quiet_hours(night.clone())?;
    assert_eq!((one.id(), one.quiet_hours().count()), (other.id(), 2));
    assert_ne!(one.id(), base.id());
    let file = format!("{UK_2026}\n[[quiet_hours]]\nfrom = \"21:00\"\nto = \"08:00\"\n[[cap]]\nat_most = 1\nwithin = \"1 day\"\n");
    assert_eq!(Policy::parse(&file)?.quiet_hours().next(), Some(&night));
    for (from, to) in
        [("21:00", "21:00"), ("24:00", "08:00"), ("9:00", "10:00"), ("09:60", "10:00"), ("23:00", "24:01"), ("", ""), ("é:00", "1:000")]
    {
        assert_eq!(base.with_quiet_hours(QuietHours::new(from, to)).expect_err(from).kind(), ErrorKind::PolicyInvalid);
    }
    for wrong in [night.clone().days(["Sunday"]), night.clone().channel_kinds(["email"]), night.message_classes(["spam"])] {
        assert_eq!(base.with_quiet_hours(wrong).expect_err("a word").kind(), ErrorKind::PolicyInvalid);
    }
    for (at_most, within) in [(0, "7 days"), (1, "0 days"), (1, "-1 days"), (1, "soon"), (1, "")] {
        assert_eq!(base.with_frequency_cap(FrequencyCap::new(at_most, within)).expect_err(within).kind(), ErrorKind::PolicyInvalid);
    }
    for broken in ["[[quiet_hours]]\nfrom = \"21:00\"", "[[quiet_hours]]\nfrom = 21\nto = 8", "[[cap]]\nat_most = -1\nwithin = \"1 day\""] {
        let error = Policy::parse(&format!("{UK_2026}\n{broken}\n")).expect_err(broken);
        assert_eq!(error.kind(), ErrorKind::PolicyInvalid, "{error}");
    }
    Ok(())
}

#[test]
fn a_number_that_objected_to_calls_is_not_called() {
    let company = policy("company");
    let ask = |events: Vec<Event>| {
        let mut question = Question::new("c1", "offers", "phone");
        question.facts = Facts::new().with("tps_screened_at", Value::Date("2026-05-10".parse().expect("a date")));
        question.facts = question.facts.with("phone", Value::Text("0161 496 0000".to_owned()));
        let view = ConsentView::from_events(recorded(events), &company, at("2026-05-15")).expect("a view");
        view.decide(&question).expect("a decision")
    };
    let said = |status, purpose: &str, channel: Option<&str>, when: &str| {
        let mut event = Event::new("c1", status, at(when));
        (event.purpose, event.channel) = (Some(purpose.to_owned()), channel.map(str::to_owned));
        event
    };
    let on_the_line = |mut event: Event| {
        (event.citizen, event.contact) = ("c2".to_owned(), Some("+44 161 496 0000".to_owned()));
        event
    };
    let objected = || said(Status::Objected, "news", Some("phone"), "2026-02-01");
    assert_eq!(ask(Vec::new()).rule, "R22");
    let decision = ask(vec![objected()]);
    assert_eq!((decision.rule.as_str(), decision.evidence.as_slice()), ("R19", &[1][..]), "calls for whatever purpose");
    assert_eq!(ask(vec![on_the_line(objected())]).rule, "R19", "someone else on the number");
    assert_eq!(ask(vec![said(Status::Objected, "news", Some("sms"), "2026-02-01")]).rule, "R22", "not to calls");
    let agreed = |when| said(Status::Agreed, "offers", Some("phone"), when);
    assert_eq!(ask(vec![objected(), agreed("2026-03-01")]).rule, "R22", "agreed since");
    assert_eq!(ask(vec![objected(), agreed("2026-02-01")]).rule, "R19", "at the same instant the objection wins");
    assert_eq!(ask(vec![on_the_line(objected()), agreed("2026-03-01")]).rule, "R19", "the other has not agreed");
    let consent = |channel| said(Status::Given, "offers", channel, "2026-03-01");
    assert_eq!(ask(vec![objected(), consent(None)]).rule, "R19", "consent that does not name calls");
    assert_eq!(ask(vec![objected(), consent(Some("phone"))]).rule, "R22");
    let mut lapsed = consent(Some("phone"));
    lapsed.valid_until = Some(at("2026-04-01"));
    assert_eq!(ask(vec![objected(), lapsed]).rule, "R19", "the objection stands again");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn waiting_ends_when_it_says(events in events(), (purpose, channel) in asked(), from in 0_i64..288, length in 1_i64..287, later in 0_i64..400, minutes in 0_i64..1440 * 200) {
        let clock = |five: i64| format!("{:02}:{:02}", five % 288 / 12, five % 12 * 5);
        let policy = policy("company")
            .with_quiet_hours(QuietHours::new(clock(from), clock(from + length)).days(["monday", "friday"])).expect("quiet hours")
            .with_frequency_cap(FrequencyCap::new(1, "3 days")).expect("a cap");
        // Across the changes of the clock in March and October.
        let now = Timestamp::from_micros(at("2026-04-20").as_micros() + minutes * 60_000_000);
        let at = |at: Timestamp| ConsentView::from_events(events.clone(), &policy, at).expect("a view");
        let question = Question::new("c1", purpose, channel);
        let decide = |then: Timestamp| at(then).decide(&question).map(|decision| (decision.outcome, decision.rule)).expect("a decision");
        let until = at(now).decide(&question).expect("a decision").until;
        let answer = decide(now);
        let horizon = until.unwrap_or(Timestamp::from_micros(now.as_micros() + 400 * DAY));
        if let Some(until) = until {
            prop_assert!(until > now);
            prop_assert_ne!(&decide(until), &answer);
            prop_assert_eq!(&decide(Timestamp::from_micros(until.as_micros() - 1)), &answer);
        }
        let between = now.as_micros() + (horizon.as_micros() - now.as_micros() - 1) * later / 400;
        prop_assert_eq!(decide(Timestamp::from_micros(between)), answer);
    }
}
