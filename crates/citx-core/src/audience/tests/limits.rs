//! Caps, quiet hours and holdouts of one audience.

use proptest::prelude::*;

use super::*;
use crate::consent::FrequencyCap;
use crate::engagement::{EventColumns, Events};
use crate::statistics::draw;

const EVERYONE: [(&str, &str); 5] = [("a", "email"), ("b", "email"), ("c", "email"), ("d", "email"), ("e", "email")];

/// Citizen, kind, instant and channel of each.
fn contacts(made: &[(&str, &str, &str, Option<&str>)]) -> Events {
    let table = Table::from_columns([
        Column::text("id", made.iter().map(|one| Some(one.0))),
        Column::text("kind", made.iter().map(|one| Some(one.1))),
        Column::timestamp("at", made.iter().map(|one| Some(at(one.2)))),
        Column::text("channel", made.iter().map(|one| one.3)),
    ]);
    Events::from_table(&table.unwrap(), &EventColumns::default().channel("channel")).unwrap()
}

fn sent(made: &[(&str, &str)]) -> Events {
    contacts(&made.iter().map(|(who, when)| (*who, "sent", *when, None)).collect::<Vec<_>>())
}

fn pass(view: &ConsentView, options: &AudienceOptions) -> Result<Audience> {
    segment("id <> 'x'").audience(view, options, &Run::new())
}

fn newsletter() -> AudienceOptions {
    AudienceOptions::new("newsletter", ["email"])
}

#[test]
fn a_cap_defers_by_the_policys_own_rule_at_its_own_boundary() {
    let view = view(&EVERYONE);
    // The view stands for 2026-11-22 00:00. Of two in 30 days: one ends at that very instant, one a microsecond later, one is in the future.
    let made = sent(&[
        ("a", "2026-10-23T00:00:00Z"),
        ("a", "2026-11-01"),
        ("b", "2026-10-23T00:00:00.000001Z"),
        ("b", "2026-11-22"),
        ("c", "2026-11-22T00:00:00.000001Z"),
        ("c", "2026-11-01"),
    ]);
    let audience = pass(&view, &newsletter().cap(Cap::new(2, 30, made.clone()))).unwrap();
    assert_eq!(columns(audience.allowed(), &["key"]), ["a", "c", "d", "e"]);
    let reason = "these are quiet hours, or the citizen has had as many messages as the body allows itself";
    assert_eq!(texts(audience.refused()), [["b", "email", reason, "R29"]]);
    assert_eq!(columns(&audience.summary(), &["outcome", "rule", "citizens"]), ["allow R13 4", "defer R29 1"]);
    let service = AudienceOptions::new("repairs", ["email"]).cap(Cap::new(1, 400, made));
    assert_eq!(pass(&view, &service).unwrap().allowed().num_rows(), 5, "service messages are exempt");
}

#[test]
fn a_cap_counts_the_kinds_and_channels_it_names() {
    let view = view(&[EVERYONE.as_slice(), &[("a", "sms")]].concat());
    let made = contacts(&[
        ("a", "sent", "2026-11-20", Some("email")),
        ("b", "sent", "2026-11-20", Some("sms")),
        ("c", "open", "2026-11-20", None),
    ]);
    let allowed = |cap: Cap| columns(pass(&view, &newsletter().cap(cap)).unwrap().allowed(), &["key"]).concat();
    assert_eq!(allowed(Cap::new(1, 7, made.clone())), "de");
    assert_eq!(allowed(Cap::new(1, 7, made.clone()).kinds(["sent"])), "cde");
    assert_eq!(allowed(Cap::new(1, 7, made.clone()).kinds(["sent"]).channels(["email"])), "bcde");
    // What is full on one channel is open on the next.
    let both = AudienceOptions::new("newsletter", ["email", "sms"]).prefer_citizen(false).cap(Cap::new(1, 7, made).channels(["email"]));
    assert_eq!(columns(pass(&view, &both).unwrap().allowed(), &["key", "channel"])[0], "a sms");
}

#[test]
fn quiet_hours_of_the_audience_add_to_those_of_the_policy() {
    let view = view(&EVERYONE);
    let rules = |options: &AudienceOptions| columns(&pass(&view, options).unwrap().summary(), &["outcome", "rule", "citizens"]);
    assert_eq!(rules(&newsletter().quiet_hours(QuietHours::new("21:00", "08:00"))), ["defer R29 5"]);
    assert_eq!(rules(&newsletter().quiet_hours(QuietHours::new("00:01", "08:00"))), ["allow R13 5"]);
    let quiet = newsletter().quiet_hours(QuietHours::new("09:00", "17:00"));
    assert_eq!(pass(&view, &quiet).unwrap().expires_at(), Some(at("2026-11-22T09:00:00Z")), "the list stands until they begin");
    let own = policy().with_quiet_hours(QuietHours::new("00:00", "06:00")).unwrap();
    let strict = ConsentView::from_events([], &own, at("2026-11-22")).unwrap();
    let repairs = AudienceOptions::new("repairs", ["email"]).quiet_hours(QuietHours::new("12:00", "13:00"));
    assert_eq!(pass(&strict, &repairs).unwrap().allowed().num_rows(), 0, "the policy's own still hold");
}

#[test]
fn a_holdout_is_the_published_draw() {
    let view = view(&EVERYONE);
    let audience = pass(&view, &newsletter().holdout(0.5, 7)).unwrap();
    let held: Vec<&str> = EVERYONE.iter().map(|(key, _)| *key).filter(|key| draw(7, 0, &format!("holdout citizen {key}")) < 0.5).collect();
    assert!(!held.is_empty() && held.len() < 5);
    assert_eq!(columns(audience.held_out(), &["key"]), held);
    assert_eq!(audience.held_out().column_names(), ["key", "channel"]);
    assert_eq!(audience.allowed().num_rows() + held.len(), 5);
    assert_eq!(audience.allowed_rows().len(), audience.allowed().num_rows());
    assert!(columns(&audience.summary(), &["outcome", "rule", "citizens"]).contains(&format!("held_out holdout {}", held.len())));
    assert_eq!(audience.refused().num_rows(), 0, "held out is not refused");
}

#[test]
fn households_are_held_out_together() {
    let view = view(&EVERYONE);
    for seed in 0..40 {
        let audience = pass(&view, &newsletter().one_per_household(true).holdout(0.5, seed)).unwrap();
        let held = columns(audience.held_out(), &["key"]);
        assert_eq!(held.contains(&"a".to_owned()), draw(seed, 0, "holdout household 1") < 0.5);
        assert!(columns(audience.refused(), &["key", "rule"]).contains(&"b household".to_owned()));
        assert!(held.iter().all(|key| key != "b"), "one stands for the household");
        let reason = &texts(audience.refused())[0][2];
        assert_eq!(reason.contains("held out"), held.contains(&"a".to_owned()), "{reason}");
    }
}

#[test]
fn what_is_no_cap_or_holdout_is_refused() {
    let view = view(&EVERYONE);
    let kind = |options: &AudienceOptions| pass(&view, options).expect_err("refused").kind();
    for share in [1.0, -0.1, f64::NAN, f64::INFINITY] {
        assert_eq!(kind(&newsletter().holdout(share, 7)), ErrorKind::OutOfRange);
    }
    for (at_most, days) in [(0, 7), (1, 0), (1, u32::MAX)] {
        assert_eq!(kind(&newsletter().cap(Cap::new(at_most, days, sent(&[])))), ErrorKind::OutOfRange);
    }
    assert_eq!(kind(&newsletter().cap(Cap::new(1, 7, sent(&[])).channels(["smoke"]))), ErrorKind::UnknownName);
    let table = Table::from_columns([
        Column::text("id", [Some("a")]),
        Column::text("kind", [Some("sent")]),
        Column::timestamp("at", [Some(at("2026-11-01"))]),
    ]);
    let bare = Events::from_table(&table.unwrap(), &EventColumns::default()).unwrap();
    assert_eq!(kind(&newsletter().cap(Cap::new(1, 7, bare).channels(["email"]))), ErrorKind::InvalidArgument);
    for (from, to) in [("21:00", "21:00"), ("9", "10:00"), ("", "08:00")] {
        assert_eq!(kind(&newsletter().quiet_hours(QuietHours::new(from, to))), ErrorKind::InvalidArgument);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The same contacts, once counted by a cap of the audience and once, as `disclosed` events, by one of the policy.
    #[test]
    fn a_cap_is_that_of_the_policy(made in prop::collection::vec((0_usize..5, 0_i64..40 * 24), 0..30), at_most in 1_u32..4, days in 1_u32..40) {
        let begin = at("2026-10-20").as_micros();
        let instant = |hours: &i64| Timestamp::from_micros(begin + hours * 3_600_000_000);
        let table = Table::from_columns([
            Column::text("id", made.iter().map(|one| Some(EVERYONE[one.0].0))),
            Column::text("kind", made.iter().map(|_| Some("sent"))),
            Column::timestamp("at", made.iter().map(|one| Some(instant(&one.1)))),
        ]);
        let contacts = Events::from_table(&table.unwrap(), &EventColumns::default()).unwrap();
        let here = pass(&view(&EVERYONE), &newsletter().cap(Cap::new(at_most, days, contacts))).unwrap();
        let event = |status, citizen: &str, when| {
            let mut event = Event::new(citizen, status, when);
            (event.purpose, event.channel) = (Some("newsletter".into()), Some("email".into()));
            event
        };
        let given = EVERYONE.iter().map(|(who, _)| event(Status::Given, who, at("2026-01-01")));
        let events = given.chain(made.iter().map(|one| event(Status::Disclosed, EVERYONE[one.0].0, instant(&one.1))));
        let events = events.zip(1..).map(|(event, id)| RecordedEvent { id, recorded_at: event.captured_at, event });
        let policy = policy().with_frequency_cap(FrequencyCap::new(at_most, format!("{days} days"))).unwrap();
        let there = pass(&ConsentView::from_events(events, &policy, at("2026-11-22")).unwrap(), &newsletter()).unwrap();
        prop_assert_eq!(texts(here.allowed()), texts(there.allowed()));
        prop_assert_eq!(texts(here.refused()), texts(there.refused()));
    }

    /// Whoever is held out stays so in another order, among others, and at a larger share.
    #[test]
    fn a_holdout_sticks(seed: u64, share in 0.0_f64..1.0, keep in prop::collection::vec(any::<bool>(), 5)) {
        let view = view(&EVERYONE);
        let held = |rule: &str, share: f64| {
            let audience = segment(rule).audience(&view, &newsletter().holdout(share, seed), &Run::new()).unwrap();
            columns(audience.held_out(), &["key"])
        };
        let all = held("id <> 'x'", share);
        let kept: Vec<String> = EVERYONE.iter().zip(&keep).filter(|(_, keep)| **keep).map(|((key, _), _)| (*key).to_owned()).collect();
        let rule = format!("id IN ('x', {})", kept.iter().map(|key| format!("'{key}'")).chain(["'y'".to_owned()]).collect::<Vec<_>>().join(", "));
        let of_these: Vec<String> = all.iter().filter(|key| kept.contains(key)).cloned().collect();
        prop_assert_eq!(held(&rule, share), of_these);
        let more = held("id <> 'x'", f64::midpoint(share, 0.999));
        prop_assert!(share > 0.999 || all.iter().all(|key| more.contains(key)));
    }

    /// The share held out of 20,000 keys lies within five standard errors.
    #[test]
    fn a_holdout_is_of_its_share(seed: u64, share in 0.05_f64..0.95) {
        let held = (0..20_000).filter(|number| draw(seed, 0, &format!("holdout citizen C-{number}")) < share).count() as f64;
        prop_assert!((held - 20_000.0 * share).abs() < 5.0 * (20_000.0 * share * (1.0 - share)).sqrt());
    }
}
