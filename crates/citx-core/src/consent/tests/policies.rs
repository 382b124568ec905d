//! The other built-in policies against what is published, and policies as tables.

use super::*;

fn rows(table: &Table) -> Vec<Vec<String>> {
    let word = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    };
    (0..table.num_rows()).map(|row| table.row(row).fields().iter().map(|(_, value)| word(value)).collect()).collect()
}

fn own(policy: Policy, kind: &str, purpose: Purpose) -> Policy {
    policy.with_controller(Controller::new("Anytown", kind, zone())).and_then(|policy| policy.with_purpose(purpose)).expect("a policy")
}

fn said(status: Status, channel: &str, topic: Option<&str>) -> Event {
    let mut event = event(status, channel, "2026-01-01");
    event.topic = topic.map(str::to_owned);
    event
}

/// The published matrix: model, opted out, not set, opted in.
#[test]
fn dynamics_decides_by_its_published_matrix() {
    const MATRIX: [(Option<&str>, [Outcome; 3]); 4] = [
        (Some("restrictive"), [Outcome::Deny, Outcome::Deny, Outcome::Allow]),
        (Some("non_restrictive"), [Outcome::Deny, Outcome::Allow, Outcome::Allow]),
        (Some("disabled"), [Outcome::Allow, Outcome::Allow, Outcome::Allow]),
        (None, [Outcome::Deny, Outcome::Deny, Outcome::Allow]),
    ];
    let states = |on, off| [vec![off], Vec::new(), vec![on]];
    let topics = [("out", Some(Status::TopicOff)), ("not set", None), ("in", Some(Status::TopicOn))];
    for class in ["commercial", "transactional", "tracking", "custom"] {
        for channel in ["email", "sms", "phone", "app", "custom", "social"] {
            for (model, expected) in MATRIX {
                let purpose = Purpose::new("news", class, "consent");
                let purpose = model.iter().fold(purpose, |purpose, model| purpose.constant("enforcement_model", *model));
                let policy = own(Policy::builtin("dynamics-365").expect("built in"), "company", purpose);
                let ask = |events: &[Event], topic: Option<&str>| {
                    let view = ConsentView::from_events(recorded(events.to_vec()), &policy, at("2026-05-15")).expect("a view");
                    let mut question = Question::new("c1", "news", channel);
                    question.topic = topic.map(str::to_owned);
                    view.decide(&question).expect("a decision").outcome
                };
                for off in [Status::Refused, Status::Withdrawn, Status::Objected] {
                    let cells = states(said(Status::Given, channel, None), said(off, channel, None));
                    for ((events, expected), column) in cells.into_iter().zip(expected).zip(["out", "not set", "in"]) {
                        assert_eq!(ask(&events, None), expected, "{class} {channel} {model:?} {column}");
                        // With a topic both must allow, each by the model of the purpose.
                        for (word, status) in topics {
                            let with = status.map(|status| said(status, channel, Some("bins")));
                            let events: Vec<Event> = events.iter().cloned().chain(with).collect();
                            let topic_allows =
                                matches!((model, word), (Some("disabled"), _) | (_, "in") | (Some("non_restrictive"), "not set"));
                            let both = if expected == Outcome::Allow && topic_allows { Outcome::Allow } else { Outcome::Deny };
                            assert_eq!(ask(&events, Some("bins")), both, "{class} {channel} {model:?} {column}, topic {word}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn dynamics_shares_and_suppresses() {
    let purpose = Purpose::new("news", "commercial", "consent").constant("enforcement_model", "disabled");
    let policy = own(Policy::builtin("dynamics-365").expect("built in"), "company", purpose.clone());
    let ask = |policy: &Policy, events: Vec<Event>| {
        let view = ConsentView::from_events(recorded(events), policy, at("2026-05-15")).expect("a view");
        let mut question = Question::new("c1", "news", "email");
        question.facts = Facts::new().with("email", Value::Text("home@example.org".to_owned()));
        view.decide(&question).expect("a decision").rule
    };
    assert_eq!(ask(&policy, vec![said(Status::Suppressed, "email", None)]), "D2", "the suppression list comes before every model");
    assert_eq!(ask(&policy, vec![said(Status::Erased, "email", None)]), "D1");
    let restrictive = policy.with_purpose(Purpose::new("news", "commercial", "consent")).expect("a purpose");
    let mut other = said(Status::Withdrawn, "email", None);
    (other.citizen, other.contact) = ("c2".to_owned(), Some("home@example.org".to_owned()));
    assert_eq!(ask(&restrictive, vec![said(Status::Given, "email", None)]), "D7");
    assert_eq!(ask(&restrictive, vec![said(Status::Given, "email", None), other]), "D4", "all who share an address must allow");
    assert!(policy.with_purpose(purpose.constant("enforcement_model", "lax")).is_err());
}

#[test]
fn each_rule_of_us_local_has_a_hit_and_a_miss() {
    // Kind of controller, class, basis, constant, channel, what was said before noon of 15 May 2026, the rule that decides.
    type UsCase = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [Status], &'static str);
    const CASES: [UsCase; 40] = [
        ("local_government", "service", "contract", "", "sms", &[], "US1"),
        ("public_authority", "service", "contract", "", "sms", &[], "US1"),
        ("contractor", "service", "contract", "", "auto_call", &[], "US1"),
        ("local_government", "statutory", "contract", "", "auto_call", &[], "US1"),
        ("local_government", "direct_marketing", "consent", "", "sms", &[], "US1"),
        ("local_government", "service", "contract", "", "sms", &[Status::Given], "R09"),
        ("local_government", "service", "contract", "autodialer=false", "sms", &[], "R09"),
        ("local_government", "service", "contract", "autodialer=false", "auto_call", &[], "US1"),
        ("local_government", "service", "contract", "", "phone", &[], "R09"),
        ("local_government", "service", "contract", "", "email", &[], "R09"),
        ("local_government", "emergency", "vital_interests", "incident_reference=F1", "sms", &[], "R02"),
        ("local_government", "emergency", "vital_interests", "", "sms", &[], "R99"),
        ("state_government", "service", "contract", "official_business=true", "sms", &[], "US2"),
        ("federal_government", "statutory", "contract", "official_business=true", "auto_call", &[], "US2"),
        ("state_government", "service", "contract", "", "sms", &[], "R09"),
        ("contractor", "service", "contract", "official_business=true", "sms", &[], "US1"),
        ("local_government", "service", "contract", "official_business=true", "sms", &[], "US1"),
        ("state_government", "direct_marketing", "consent", "official_business=true", "sms", &[], "R07b"),
        ("state_government", "service", "contract", "official_business=true", "post", &[], "R09"),
        ("local_government", "direct_marketing", "consent", "", "sms", &[Status::Given], "US3"),
        ("contractor", "direct_marketing", "consent", "written_consent=false", "auto_call", &[Status::Given], "US3"),
        ("local_government", "direct_marketing", "consent", "written_consent=true", "sms", &[Status::Given], "R13"),
        ("company", "direct_marketing", "consent", "written_consent=true", "auto_call", &[Status::Given], "R13"),
        ("local_government", "direct_marketing", "consent", "written_consent=true", "sms", &[], "US1"),
        ("local_government", "direct_marketing", "consent", "", "email", &[Status::Given], "US5b"),
        ("local_government", "service", "contract", "", "sms", &[Status::Given, Status::Withdrawn], "US4"),
        ("local_government", "research", "public_task", "", "auto_call", &[Status::Refused], "US4"),
        ("contractor", "statutory", "contract", "", "sms", &[Status::Given, Status::Objected], "US4"),
        ("local_government", "service", "contract", "", "email", &[Status::Withdrawn], "R09"),
        ("local_government", "service", "contract", "", "phone", &[Status::Withdrawn], "R09"),
        ("state_government", "service", "contract", "", "sms", &[Status::Withdrawn], "R09"),
        ("local_government", "emergency", "vital_interests", "incident_reference=F1", "sms", &[Status::Withdrawn], "R02"),
        ("company", "direct_marketing", "legitimate_interests", "", "email", &[Status::Refused], "US5"),
        ("company", "direct_marketing", "legitimate_interests", "", "email", &[Status::Given, Status::Objected], "US5"),
        ("company", "direct_marketing", "legitimate_interests", "", "email", &[], "US5b"),
        ("company", "direct_marketing", "consent", "", "email", &[], "R07b"),
        ("company", "service", "contract", "", "email", &[Status::Objected], "R09"),
        ("company", "direct_marketing", "legitimate_interests", "", "post", &[Status::Objected], "R06"),
        ("company", "direct_marketing", "legitimate_interests", "", "post", &[], "R25"),
        ("company", "direct_marketing", "legitimate_interests", "", "phone", &[], "R99"),
    ];
    for case in CASES {
        let (kind, class, basis, constant, channel, statuses, rule) = case;
        let purpose = Purpose::new("news", class, basis);
        let purpose = constant.split_once('=').into_iter().fold(purpose, |purpose, (name, value)| purpose.constant(name, value));
        let policy = own(Policy::builtin("us-local").expect("built in"), kind, purpose);
        let events = statuses.iter().enumerate().map(|(day, status)| event(*status, channel, &format!("2026-01-0{}", day + 1)));
        let view = ConsentView::from_events(recorded(events), &policy, at("2026-05-15T12:00:00Z")).expect("a view");
        let decision = view.decide(&Question::new("c1", "news", channel)).expect("a decision");
        assert_eq!(decision.rule, rule, "{case:?}");
    }
}

#[test]
fn us_local_keeps_the_quiet_hours_of_telephone_solicitations() {
    let ask = |class: &str, basis: &str, channel: &str, when: &str| {
        let purpose = Purpose::new("news", class, basis).constant("written_consent", "true");
        let policy = own(Policy::builtin("us-local").expect("built in"), "company", purpose);
        let view = ConsentView::from_events(recorded([event(Status::Given, channel, "2026-01-01")]), &policy, at(when)).expect("a view");
        let decision = view.decide(&Question::new("c1", "news", channel)).expect("a decision");
        (decision.outcome, decision.rule)
    };
    for channel in ["sms", "phone", "auto_call"] {
        assert_eq!(ask("direct_marketing", "consent", channel, "2026-01-15T21:00:00Z"), (Outcome::Defer, "R29".to_owned()), "{channel}");
        assert_eq!(ask("direct_marketing", "consent", channel, "2026-01-15T20:59:59Z").0, Outcome::Allow);
        assert_eq!(ask("service", "contract", channel, "2026-01-15T21:00:00Z").1, "R09", "no solicitation");
    }
    assert_eq!(ask("direct_marketing", "consent", "email", "2026-01-15T21:00:00Z").1, "US5b");
}

#[test]
fn a_new_platform_is_a_line_of_data() -> Result<()> {
    let line = "[channel]\npigeon = { kind = \"electronic_mail\", contact = \"email\" }\n";
    let text = UK_2026.replacen("[channel]\n", line, 1);
    let policy = own(Policy::parse(&text)?, "public_authority", Purpose::new("news", "direct_marketing", "consent"));
    assert_eq!((policy.channel_kind("pigeon"), policy.contact_fact("pigeon")), (Some("electronic_mail"), Some("email")));
    assert!(policy.channels().contains(&"pigeon"));
    let events = recorded([event(Status::Given, "pigeon", "2026-01-01"), event(Status::Given, "email", "2026-01-01")]);
    assert!(events.iter().all(|event| policy.check_event(&event.event).is_ok()));
    let view = ConsentView::from_events(events, &policy, at("2026-05-15"))?;
    let table = Table::from_columns([
        Column::text("id", [Some("c1"), Some("c2"), Some("c3")]),
        Column::text("email", [Some("a@example.org"), Some("b@example.org"), None]),
        Column::text("safe", [None, Some("pigeon"), None]),
    ])?;
    let people = Population::from_table(table, "id")?.with_facts(FactColumns::new().email("email").safe_contact("safe"))?;
    let rule = |verdict: Verdict| policy.rules()[verdict.rule].id.clone();
    let rules = |channel: &str| -> Result<Vec<String>> {
        Ok(view.decide_many(&people, &Bitmap::ones(3), "news", channel, &[], &Run::new())?.iter().map(rule).collect())
    };
    assert_eq!(
        (rules("pigeon")?, rules("email")?),
        (vec!["R13".into(), "RS1".into(), "R01".into()], vec!["R13".into(), "R07b".into(), "R01".into()])
    );
    assert_eq!(view.decide(&Question::new("c1", "news", "pigeon"))?.rule, "R13");
    assert_eq!(view.decide(&Question::new("c1", "news", "pigeons"))?.rule, "R00");
    assert!(view.mask(&people, "news", "pigeon", &Run::new())?.values().eq([true, false, false].map(Value::Boolean)));
    let quiet = policy.with_quiet_hours(QuietHours::new("00:00", "24:00").channel_kinds(["electronic_mail"]))?;
    let view = ConsentView::from_events(recorded([event(Status::Given, "pigeon", "2026-01-01")]), &quiet, at("2026-05-15"))?;
    assert_eq!(view.decide(&Question::new("c1", "news", "pigeon"))?.rule, "R29");
    Ok(())
}

/// Section A1b's compact view: which basis each class has on each kind of channel.
#[test]
fn the_compact_view_is_the_published_one() -> Result<()> {
    let table = Policy::builtin("uk-2026")?.compact();
    let names = table.column_names();
    let cell = |class: &str, kind: &str| {
        let row = rows(&table).into_iter().find(|row| row[0] == class).expect("a class");
        row[names.iter().position(|name| *name == kind).expect("a kind")].clone()
    };
    let all = ["electronic_mail", "live_call", "automated_call", "post", "push", "portal"];
    for (class, cells) in [
        ("emergency", ["R02 vital_interests"; 6]),
        ("statutory", ["R08", "R08", "R08", "R08", "-", "-"]),
        ("service", ["R09"; 6]),
        ("research", ["R09b"; 6]),
        ("public_task_promotion", ["R10"; 6]),
        (
            "direct_marketing",
            [
                "R13 consent, R14 soft_opt_in, R15 charity_soft_opt_in, R17 legitimate_interests",
                "R21, R22",
                "R18 consent",
                "R25",
                "R26 consent",
                "R26 consent",
            ],
        ),
        ("tracking", ["R27 consent", "-", "-", "-", "R27 consent", "R27 consent"]),
        ("ad_audience", ["R28 consent", "-", "-", "-", "-", "-"]),
    ] {
        for (kind, expected) in all.iter().zip(cells) {
            assert_eq!(cell(class, kind), expected, "{class} {kind}");
        }
    }
    assert!(rows(&table).iter().all(|row| row[0] != "mixed"), "mixed becomes another class");
    Ok(())
}

/// A table as Markdown.
fn markdown(table: &Table) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let names: Vec<String> = table.column_names().into_iter().map(|name| name.replace('_', " ")).collect();
    let rule = line(vec!["---".to_owned(); names.len()]).replace(" --- ", "---");
    let body: String = rows(table).into_iter().map(line).collect();
    format!("{}{rule}{body}", line(names))
}

/// Set CITX_BLESS to write the tables of the page anew.
#[test]
fn the_page_shows_the_compact_view_of_every_policy() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/consent.md");
    let page = std::fs::read_to_string(path).expect("a page");
    let mut fresh = page.clone();
    for name in Policy::BUILTIN {
        let (begin, end) = (format!("<!-- compact {name} -->\n"), "<!-- end -->");
        let (before, rest) = fresh.split_once(&begin).expect("a mark");
        let (_, after) = rest.split_once(end).expect("its end");
        fresh = format!("{before}{begin}{}{end}{after}", markdown(&Policy::builtin(name)?.compact()));
    }
    if std::env::var_os("CITX_BLESS").is_some() {
        std::fs::write(path, &fresh).expect("written");
    }
    assert!(page == fresh, "docs/spec/consent.md differs from the policies: set CITX_BLESS=1 to write it");
    Ok(())
}

/// A policy of one channel with these permission rules (guard, outcome) before the last.
fn policy_of(rules: &[(&str, &str)]) -> Result<Policy> {
    let (head, _) = UK_2026.split_once("[[rule]]").expect("rules");
    let one = |(number, (guard, outcome)): (usize, &(&str, &str))| {
        let allow = if *outcome == "allow" { "basis = \"purpose\"\nwhen_unknown = \"passes\"" } else { "when_unknown = \"fires\"" };
        format!(
            "[[rule]]\nid = \"T{number}\"\nstage = \"permission\"\nguard = \"\"\"{guard}\"\"\"\noutcome = \"{outcome}\"\n{allow}\nreason = \"r\"\nsource = \"s\"\nconfidence = \"L\"\n"
        )
    };
    let rules: String = rules.iter().chain(&[("TRUE", "deny")]).enumerate().map(one).collect();
    Policy::parse(&format!("{head}{rules}"))
}

#[test]
fn what_can_be_shown_never_to_decide_is_found() -> Result<()> {
    let found = |rules: &[(&str, &str)]| -> Result<Vec<String>> {
        Ok(rows(&policy_of(rules)?.check()).into_iter().map(|row| row.join(" ")).collect())
    };
    let none: Vec<String> = Vec::new();
    for (rules, expected) in [
        (vec![("deceased", "deny"), ("gone_away", "deny")], none.clone()),
        // Words that a name cannot be.
        (vec![("channel_kind = 'live_cal'", "allow")], vec!["T0 unreachable: its guard cannot hold".to_owned()]),
        (
            vec![("consent_status = 'opted_in' OR topic_status IN ('yes', 'y')", "deny")],
            vec!["T0 unreachable: its guard cannot hold".to_owned()],
        ),
        (vec![("subscriber_kind = 'household'", "allow")], vec!["T0 unreachable: its guard cannot hold".to_owned()]),
        (vec![("NOT (controller_kind <> 'parish')", "allow")], vec!["T0 unreachable: its guard cannot hold".to_owned()]),
        (vec![("FALSE AND deceased", "deny")], vec!["T0 unreachable: its guard cannot hold".to_owned()]),
        // A kind may be null, and a deny fires on unknown; a fact may be written in another case.
        (vec![("channel_kind = 'live_cal'", "deny")], none.clone()),
        (vec![("subscriber_kind = 'Corporate'", "allow")], none.clone()),
        (vec![("channel_kind <> 'live_cal'", "allow")], none.clone()),
        (vec![("consent_status IS NULL", "allow")], vec!["T0 unreachable: its guard cannot hold".to_owned()]),
        // One that always hits leaves nothing, and one whose conditions are among another's neither.
        (
            vec![("TRUE", "allow"), ("deceased", "deny")],
            vec!["T1 unreachable: shadowed by T0".to_owned(), "T2 unreachable: shadowed by T0".to_owned()],
        ),
        (
            vec![("subject_erased IS NOT NULL", "deny"), ("deceased", "deny")],
            vec!["T1 unreachable: shadowed by T0".to_owned(), "T2 unreachable: shadowed by T0".to_owned()],
        ),
        (vec![("deceased", "deny"), ("gone_away AND deceased", "allow")], vec!["T1 unreachable: shadowed by T0".to_owned()]),
        (vec![("deceased OR gone_away", "deny"), ("gone_away", "deny")], vec!["T1 unreachable: shadowed by T0".to_owned()]),
        (
            vec![("channel IN ('email', 'sms')", "allow"), ("deceased AND channel = 'sms'", "allow")],
            vec!["T1 unreachable: shadowed by T0".to_owned()],
        ),
        (
            vec![
                ("effective_class = 'service' AND channel = 'sms'", "allow"),
                ("channel='sms' and ((effective_class)='service')", "allow"),
            ],
            vec!["T1 unreachable: shadowed by T0".to_owned()],
        ),
        // An allow passes on unknown, where the deny behind it fires.
        (vec![("deceased", "allow"), ("deceased", "deny")], none.clone()),
        (vec![("subject_erased", "allow"), ("subject_erased", "deny")], vec!["T1 unreachable: shadowed by T0".to_owned()]),
        (vec![("deceased", "deny"), ("deceased", "allow")], vec!["T1 unreachable: shadowed by T0".to_owned()]),
        // Not the other way round.
        (vec![("deceased AND gone_away", "deny"), ("deceased", "deny")], none.clone()),
        (vec![("channel = 'sms'", "allow"), ("channel IN ('email', 'sms')", "allow")], none),
    ] {
        assert_eq!(found(&rules)?, expected, "{rules:?}");
    }
    for name in Policy::BUILTIN {
        let policy = Policy::builtin(name)?;
        assert_eq!(rows(&policy.check()), Vec::<Vec<String>>::new(), "{name}");
        assert!(rows(&policy.explain()).iter().all(|row| row.last().is_some_and(|reach| reach == "not checked")));
    }
    Ok(())
}

/// Guards over a few columns of every kind of nullness.
fn guard() -> impl Strategy<Value = String> {
    let leaf = pick(&[
        "deceased",
        "gone_away",
        "subject_erased",
        "channel = 'sms'",
        "channel IN ('email', 'sms')",
        "consent_status = 'given'",
        "consent_status <> 'given'",
        "consent_status IN ('none', 'given')",
        "channel_kind = 'fax'",
        "deceased IS NULL",
        "TRUE",
        "FALSE",
        "subscriber_kind = 'corporate'",
        "controller_kind = 'charity'",
        "controller_kind = 'company'",
        "NULL",
        "(deceased IS NOT TRUE)",
    ]);
    leaf.prop_recursive(3, 12, 3, |part| {
        prop_oneof![
            proptest::collection::vec(part.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" AND "))),
            proptest::collection::vec(part.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            part.prop_map(|part| format!("NOT {part}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn what_is_called_unreachable_never_decides(rules in proptest::collection::vec((guard(), pick(&["allow", "deny"])), 1..5)) {
        let rules: Vec<(&str, &str)> = rules.iter().map(|(guard, outcome)| (guard.as_str(), outcome.as_str())).collect();
        let policy = own(policy_of(&rules).expect("a policy"), "charity", Purpose::new("news", "service", "contract"));
        let unreachable: Vec<String> = rows(&policy.check()).into_iter().map(|row| row[0].clone()).collect();
        for statuses in [vec![], vec![Status::Given], vec![Status::Erased], vec![Status::Withdrawn]] {
            let events = statuses.into_iter().map(|status| event(status, "sms", "2026-01-01"));
            let view = ConsentView::from_events(recorded(events), &policy, at("2026-05-15")).expect("a view");
            for channel in ["email", "sms", "post", "fax"] {
                for facts in 0..27 {
                    let mut question = Question::new("c1", "news", channel);
                    for (name, digit) in [("deceased", facts % 3), ("gone_away", facts / 3 % 3)] {
                        question.facts = if digit == 2 { question.facts } else { question.facts.with(name, Value::Boolean(digit == 1)) };
                    }
                    if let Some(word) = [None, Some("corporate"), Some(" CORPORATE")][facts / 9] {
                        question.facts = question.facts.with("subscriber_kind", Value::Text(word.to_owned()));
                    }
                    let rule = view.decide(&question).expect("a decision").rule;
                    prop_assert!(!unreachable.contains(&rule), "{} decides in {:?}", rule, rules);
                }
            }
        }
    }
}

#[test]
fn two_policies_are_compared_field_by_field() -> Result<()> {
    let base = Policy::builtin("uk-2026")?;
    let text = UK_2026
        .replacen("version = \"1.0.0\"", "version = \"1.1.0\"", 1)
        .replacen("visit = { kind = \"visit\"", "doorstep = { kind = \"visit\"", 1)
        .replacen("reason = \"processing is restricted\"", "reason = \"restricted\"", 1)
        .replacen("id = \"R05\"", "id = \"R05x\"", 1)
        .replacen("default = true, description = \"Whether an MPS", "default = false, description = \"Whether an MPS", 1)
        .replacen("birth_date = [\"13 years\", \"16 years\", \"18 years\"]", "birth_date = [\"16 years\"]", 1)
        + "\n[[cap]]\nat_most = 3\nwithin = \"30 days\"\nchannel_kinds = [\"post\"]\n";
    let other = Policy::parse(&text)?.with_purpose(Purpose::new("a", "service", "contract"))?;
    let lines: Vec<String> = rows(&base.diff(&other)).into_iter().map(|row| row[..4].join("|")).collect();
    let expected = [
        "policy||changed|version",
        "channel|visit|removed|",
        "constant|respect_mps|changed|default",
        "matters|birth_date|changed|steps",
        "rule|RS2|changed|reason",
        "rule|R05|removed|",
        "purpose|a|added|",
        "channel|doorstep|added|",
        "cap|3 within 30 days; channel_kinds post|added|",
        "rule|R05x|added|",
    ];
    assert_eq!(lines, expected);
    let version = rows(&base.diff(&other)).into_iter().find(|row| row[3] == "version").expect("a change");
    assert_eq!(version[4..], ["1.0.0", "1.1.0"]);
    let (back, names) = (base.diff(&other).num_rows(), base.diff(&other).column_names().join(" "));
    assert_eq!((other.diff(&base).num_rows(), names.as_str()), (back, "what name change field from to"));
    // A rule that moved says which one comes before it now.
    let swapped = policy_of(&[("gone_away", "deny"), ("deceased", "deny")])?;
    let moved = policy_of(&[("gone_away", "deny"), ("deceased", "deny")])?;
    assert_eq!(swapped.diff(&moved).num_rows(), 0);
    Ok(())
}
