//! What is decided for everyone at once is what is decided one by one: special category data, and how long it holds.

use super::*;

/// Quiet hours and a cap, or none.
fn policies() -> impl Strategy<Value = Policy> {
    let kind = pick(&["public_authority", "company", "charity"]);
    (kind, any::<bool>(), any::<bool>()).prop_map(|(kind, quiet, capped)| {
        let policy = policy(&kind);
        let policy =
            if quiet { policy.with_quiet_hours(QuietHours::new("21:00", "08:00").days(["monday"])).expect("hours") } else { policy };
        if capped { policy.with_frequency_cap(FrequencyCap::new(1, "9 days")).expect("a cap") } else { policy }
    })
}

fn question(row: usize, facts: &[(&'static str, Value)], (purpose, channel): (&str, &str), special: bool) -> Question {
    let mut question = Question::new(format!("c{}", row + 1), purpose, channel);
    let special = ("special_category", Value::Boolean(special));
    question.facts = facts.iter().chain([&special]).map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    question
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn special_category_data_is_used_for_all_alike(
        events in events(), facts in proptest::collection::vec(facts(), 3), (purpose, channel) in asked(), policy in policies(), conditioned in any::<bool>(),
    ) {
        let with = |purpose: &Purpose| policy.with_purpose(purpose.clone().constant("article9_condition", "Art. 9(2)(b)")).expect("a purpose");
        let policy = policy.purpose(&purpose).filter(|_| conditioned).map_or_else(|| policy.clone(), with);
        let view = ConsentView::from_events(events, &policy, at("2026-05-15")).expect("a view");
        let people = people(&facts).with_facts(all_facts().special_category(["deceased"])).expect("facts");
        let used = ["deceased".to_owned()];
        let few = view.decide_many(&people, &Bitmap::ones(3), &purpose, &channel, &used, &Run::new()).expect("verdicts");
        let everyone = view.rules_of_everyone(&people, (&purpose, &channel, true), &Run::new()).expect("rules");
        for (row, facts) in facts.iter().enumerate() {
            let decision = view.decide(&question(row, facts, (&purpose, &channel), true)).expect("a decision");
            let verdict = few.get(row).expect("a verdict");
            prop_assert_eq!((verdict.outcome, &policy.rules()[verdict.rule].id), (decision.outcome, &decision.rule));
            prop_assert_eq!(usize::from(everyone[row]), verdict.rule);
            let without = view.decide(&question(row, facts, (&purpose, &channel), false)).expect("a decision");
            prop_assert!(decision == without || decision.rule == "R05", "special category data only ever bars");
        }
    }

    #[test]
    fn all_hold_until_the_first_of_them_changes(
        events in events(), facts in proptest::collection::vec(facts(), 3), (purpose, channel) in asked(), policy in policies(), day in 1_u32..28, special in any::<bool>(),
    ) {
        let when = at(&format!("2026-05-{day:02}"));
        let view = ConsentView::from_events(events, &policy, when).expect("a view");
        let people = people(&facts).with_facts(all_facts().special_category(["deceased"])).expect("facts");
        let used = if special { vec!["deceased".to_owned()] } else { Vec::new() };
        let verdicts = view.decide_many(&people, &Bitmap::ones(3), &purpose, &channel, &used, &Run::new()).expect("verdicts");
        let verdicts: Vec<Verdict> = verdicts.iter().collect();
        let single = |(row, facts): (usize, &Vec<(&'static str, Value)>)| {
            view.decide(&question(row, facts, (&purpose, &channel), special)).expect("a decision").until
        };
        let least = facts.iter().enumerate().filter_map(single).min();
        let change = |verdicts: &[Verdict]| view.first_change(&people, verdicts, (&purpose, &channel), &used, &Run::new()).expect("a change");
        prop_assert_eq!(change(&verdicts), least);
        prop_assert_eq!(change(&[]), None);
    }
}

fn all_facts() -> FactColumns {
    let mut columns = FactColumns::new();
    for name in
        ["email", "phone", "deceased", "birth_date", "safe_contact", "subscriber_kind", "tps_listed_at", "tps_screened_at", "mps_listed"]
    {
        columns.set(name, [name]).expect("a fact");
    }
    columns
}
