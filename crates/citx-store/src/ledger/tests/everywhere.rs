//! What holds wherever a ledger is kept: each test runs on a file, in memory and, where `CITX_POSTGRES` names a server, on that.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A place for one ledger.
enum Place {
    Memory,
    /// A file of a format.
    File(TempDir, u8),
    #[cfg(feature = "postgres")]
    Server(String),
}

impl Place {
    fn all() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut places = vec![Self::Memory, Self::file(1), Self::file(2)];
        #[cfg(feature = "postgres")]
        places.extend(Self::server());
        places
    }

    /// Those that a second opening finds again.
    fn lasting() -> Vec<Self> {
        Self::all().into_iter().filter(|place| !matches!(place, Self::Memory)).collect()
    }

    fn file(format: u8) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        if format == 1 {
            sqlite::create_format_1(&folder.path().join("consent.db")).expect("created");
        }
        Self::File(folder, format)
    }

    /// Tables of their own on the server.
    #[cfg(feature = "postgres")]
    fn server() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(address) = std::env::var("CITX_POSTGRES") else {
            eprintln!("SKIPPED: no PostgreSQL server; `scripts/with_postgres` starts one");
            return None;
        };
        let schema = format!("citx_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut client = ::postgres::Client::connect(&address, ::postgres::NoTls).expect("a server");
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).expect("a schema");
        Some(Self::Server(format!("{address}?options=-csearch_path%3D{schema}")))
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::Memory => ":memory:".into(),
            Self::File(folder, _) => folder.path().join("consent.db"),
            #[cfg(feature = "postgres")]
            Self::Server(address) => address.into(),
        }
    }

    fn open(&self) -> Result<ConsentLedger> {
        super::open(&self.path())
    }

    /// Runs SQL behind the ledger's back: on a file of one table the second text, else the first, with the table names of a file.
    fn tamper(&self, text: &str, one_table: &str) {
        match self {
            Self::Memory => unreachable!("nobody else gets there"),
            Self::File(_, 1) => sql_on(&self.path(), text),
            Self::File(..) => sql_on(&self.path(), one_table),
            #[cfg(feature = "postgres")]
            Self::Server(address) => {
                let mut text = text.replace("randomblob(32)", "sha256(random()::text::bytea)");
                text = text.replace("= x'", r"= '\x");
                for table in ["events", "personal", "meta"] {
                    text = text.replace(&format!(" {table}"), &format!(" citx_{table}"));
                }
                let mut client = ::postgres::Client::connect(address, ::postgres::NoTls).expect("a server");
                client.batch_execute(&text).expect("runs");
            }
        }
    }
}

#[test]
fn a_grant_permits_until_it_is_withdrawn() -> Result<()> {
    for place in Place::lasting() {
        let ledger = place.open()?;
        assert!(ledger.is_empty()?);
        assert_eq!(ledger.append(&event("C-17", Status::Given, "2026-03-01"))?, 1);
        assert_eq!(ledger.append(&event("C-18", Status::Given, "2026-03-01"))?, 2);
        assert_eq!(ledger.append(&event("C-17", Status::Withdrawn, "2026-04-01"))?, 3);
        let rule = |day: &str| ledger.decide(&newsletter("C-17"), at(day)).map(|decision| decision.rule);
        assert_eq!([rule("2026-02-01")?, rule("2026-03-05")?, rule("2026-05-01")?], ["R07b", "R13", "R07"]);
        let decision = ledger.decide(&newsletter("C-17"), at("2026-03-05"))?;
        assert_eq!((decision.evidence, decision.until), (vec![1], Some(at("2026-04-01"))));
        assert_eq!((ledger.len()?, ledger.verify()?, ledger.head()?.0), (3, 3, 3));
        let history = ledger.history("C-17")?;
        assert_eq!(history.iter().map(|event| event.id).collect::<Vec<_>>(), [1, 3]);
        assert!(history.iter().is_sorted_by_key(|event| event.recorded_at));
        assert!(ledger.history("nobody")?.is_empty());
        let head = ledger.head()?;
        drop(ledger);
        let again = place.open()?;
        assert_eq!(again.head()?, head);
        assert_eq!(again.as_of(at("2026-05-01"), None)?.decide(&newsletter("C-18"))?.rule, "R13");
    }
    Ok(())
}

#[test]
fn every_field_comes_back_as_it_went_in() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        let mut full = personal("C-17 \u{1f600}", Status::Given, "2026-03-01");
        (full.topic, full.notice, full.scope) = (Some("parks".to_owned()), Some("n".to_owned()), Scope::Purpose);
        (full.valid_from, full.valid_until) = (Some(Timestamp::from_micros(i64::MIN)), Some(Timestamp::from_micros(i64::MAX)));
        (full.method, full.jurisdiction, full.source) = (Some("web".to_owned()), Some("GB-ENG".to_owned()), Some("c\u{e9}".to_owned()));
        ledger.append(&full)?;
        ledger.append(&event("C-18", Status::Given, "1900-01-01"))?;
        let events: Vec<Event> = ledger.events()?.into_iter().map(|recorded| recorded.event).collect();
        assert_eq!(events, [full, event("C-18", Status::Given, "1900-01-01")]);
        assert_eq!(ledger.verify()?, 2);
    }
    Ok(())
}

#[test]
fn an_idempotency_key_is_appended_once() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        fill(&ledger);
        let same = personal("C-18", Status::Given, "2026-03-02");
        assert_eq!(ledger.append(&same)?, 2);
        let other = with(&same, |event| event.method = Some("web".to_owned()));
        let error = ledger.append(&other).expect_err("other content");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(!error.to_string().contains("C-18"), "{error}");
        let new = personal("C-20", Status::Given, "2026-03-02");
        assert_eq!(ledger.append_all(&[same.clone(), new.clone(), new.clone()])?, [2, 6, 6]);
        let twice = [personal("C-21", Status::Given, "2026-03-02"), other.clone()];
        let error = ledger.append_all(&twice).expect_err("other content");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.to_string().contains("row 2"), "{error}");
        let within = with(&new, |event| event.idempotency_key = Some("new".to_owned()));
        let differs = with(&within, |event| event.method = Some("web".to_owned()));
        assert_eq!(kind(ledger.append_all(&[within, differs])), Some(ErrorKind::Conflict));
        assert_eq!(ledger.len()?, 6, "nothing of a refused call is appended");
    }
    Ok(())
}

#[test]
fn names_and_events_are_checked_before_anything_is_appended() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        let good = event("C-17", Status::Given, "2026-03-01");
        let purpose = with(&good, |event| event.purpose = Some("newsleter".to_owned()));
        let channel = with(&good, |event| event.channel = Some("fax".to_owned()));
        let unspecific = with(&good, |event| event.purpose = None);
        assert_eq!(kind(ledger.append(&purpose)), Some(ErrorKind::UnknownName));
        assert_eq!(kind(ledger.append(&channel)), Some(ErrorKind::UnknownName));
        assert_eq!(kind(ledger.append(&unspecific)), Some(ErrorKind::InvalidArgument));
        let error = ledger.append_all(&[good.clone(), purpose]).expect_err("an unknown purpose");
        assert!(error.to_string().contains("row 2") && !error.to_string().contains("newsleter"), "{error}");
        assert_eq!(ledger.len()?, 0);
        assert!(ledger.append_all(&[])?.is_empty());
    }
    Ok(())
}

#[test]
fn a_table_is_appended_once() -> Result<()> {
    let table = Table::from_columns([
        Column::integer("citizen", [Some(1), Some(2)]),
        Column::text("purpose", [Some("newsletter"), Some("newsletter")]),
        Column::text("status", [Some("given"), Some("given")]),
        Column::text("captured_at", [Some("2026-07-01"), Some("2026-07-01")]),
        Column::integer("idempotency_key", [Some(1), Some(2)]),
    ])?;
    for place in Place::all() {
        let ledger = place.open()?;
        assert_eq!((ledger.append_table(&table)?, ledger.append_table(&table)?, ledger.len()?), (2, 0, 2));
        assert_eq!(ledger.history("1")?[0].event.captured_at, at("2026-06-30T23:00:00Z"), "midnight of the controller's zone");
    }
    Ok(())
}

#[test]
fn more_events_than_are_read_at_a_time_keep_their_order() -> Result<()> {
    let citizen = |number: usize| format!("C-{:05}", number * 7919 % 10_007);
    let events: Vec<Event> = (0..10_007).map(|number| personal(&citizen(number), Status::Given, "2026-03-01")).collect();
    for place in Place::all() {
        let ledger = place.open()?;
        assert_eq!(ledger.append_all(&events)?, (1..=10_007).collect::<Vec<u64>>());
        assert_eq!(ledger.append_all(&events[5_000..6_000])?, (5_001..=6_000).collect::<Vec<u64>>());
        let shuffled = [7, 3, 3, 9_000, 7].map(|row: usize| events[row].clone());
        assert_eq!(ledger.append_all(&shuffled)?, [8, 4, 4, 9_001, 8]);
        assert_eq!(ledger.verify()?, 10_007);
        assert!(ledger.events()?.into_iter().map(|recorded| recorded.event).eq(events.iter().cloned()));
        assert_eq!(ledger.history(&citizen(9_999))?[0].id, 10_000);
    }
    Ok(())
}

#[test]
fn what_was_known_then_is_what_was_recorded_by_then() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        ledger.append(&event("C-17", Status::Given, "2026-03-01"))?;
        let known = ledger.history("C-17")?[0].recorded_at;
        let late = loop {
            let id = ledger.append(&event("C-17", Status::Withdrawn, "2026-03-02"))?;
            if ledger.history("C-17")?.last().is_some_and(|event| event.recorded_at > known) {
                break id;
            }
        };
        let rule = |known_at| ledger.as_of(at("2026-04-01"), known_at).and_then(|view| view.decide(&newsletter("C-17")));
        assert_eq!(rule(Some(known))?.rule, "R13");
        assert_eq!((rule(None)?.rule, rule(None)?.evidence), ("R07".to_owned(), vec![late]));
        assert_eq!(rule(Some(Timestamp::from_micros(0)))?.rule, "R07b");
    }
    Ok(())
}

#[test]
fn others_who_share_a_contact_point_are_heeded_however_it_is_written() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        fill(&ledger);
        let mut other = personal("C-30", Status::Objected, "2026-05-01");
        other.contact = Some(" c-18@EXAMPLE.org".to_owned());
        ledger.append(&other)?;
        let mut question = newsletter("C-18");
        question.facts = Facts::new().with("email", Value::Text("C-18@example.org".to_owned()));
        let decision = ledger.decide(&question, at("2026-06-01"))?;
        assert_eq!((decision.rule.as_str(), decision.evidence.as_slice()), ("R06", &[6][..]));
        assert_eq!(ledger.as_of(at("2026-06-01"), None)?.decide(&question)?, decision);
    }
    Ok(())
}

#[test]
fn erasing_forgets_the_citizen_and_keeps_the_chain() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        fill(&ledger);
        let before = ledger.head()?;
        assert_eq!(kind(ledger.erase("nobody")), Some(ErrorKind::NotFound));
        assert_eq!(ledger.erase("C-17")?, 6);
        assert_eq!((ledger.verify()?, ledger.len()?), (6, 6));
        assert_ne!(ledger.head()?, before);
        assert!(ledger.history("C-17")?.is_empty());
        // Earlier instants too: midnight of the day of the erasure is one.
        for instant in ["2026-05-01", "2100-01-01"].map(at) {
            for decision in [ledger.decide(&newsletter("C-17"), instant)?, ledger.as_of(instant, None)?.decide(&newsletter("C-17"))?] {
                assert_eq!((decision.rule.as_str(), decision.evidence.as_slice()), ("R00", &[6][..]));
            }
        }
        assert_eq!(ledger.decide(&newsletter("C-18"), at("2026-05-01"))?.rule, "R13");
        // A stale import does not bring consent back to life.
        ledger.append(&personal("C-17", Status::Given, "2026-03-01"))?;
        assert_eq!(ledger.decide(&newsletter("C-17"), at("2100-01-01"))?.rule, "R00");
        assert_eq!((ledger.erase("C-17")?, ledger.verify()?), (8, 8));
    }
    Ok(())
}

#[test]
fn threads_and_ledgers_beside_each_other_append_without_loss() -> Result<()> {
    for place in Place::lasting() {
        let shared = place.open()?;
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (shared, place) = (&shared, &place);
                scope.spawn(move || {
                    let own = place.open().expect("a ledger");
                    for index in 0..20 {
                        let ledger = if index % 2 == 0 { shared } else { &own };
                        ledger.append(&event(&format!("{thread}/{index}"), Status::Given, "2026-03-01")).expect("appended");
                        ledger.decide(&newsletter("0/0"), at("2026-04-01")).expect("decided");
                    }
                });
            }
        });
        assert_eq!((shared.verify()?, shared.len()?), (80, 80));
        drop(shared);
        assert_eq!(place.open()?.len()?, 80);
    }
    Ok(())
}

#[test]
fn a_reader_does_not_wait_for_a_writer() -> Result<()> {
    for place in Place::lasting() {
        let ledger = place.open()?;
        fill(&ledger);
        ledger.store.write(&mut |rows, last| {
            let read = std::thread::scope(|scope| {
                let reader = scope.spawn(|| (ledger.decide(&newsletter("C-17"), at("2026-05-01")), ledger.as_of(at("2026-05-01"), None)));
                reader.join().expect("read")
            });
            assert_eq!((read.0?.rule.as_str(), read.1?.decide(&newsletter("C-17"))?.rule.as_str()), ("R07", "R07"));
            rows.last().map(|_| last)
        })?;
    }
    Ok(())
}

#[test]
fn the_first_bad_event_is_named() {
    let forget = "UPDATE events SET salts = NULL, citizen = NULL, contact = NULL, evidence_ref = NULL, actor = NULL, idempotency_key = NULL, \
                  contact_key = NULL WHERE id = 2";
    for (case, one_table, named) in [
        ("UPDATE events SET status = 'given' WHERE id IN (3, 4)", "UPDATE events SET sealed = randomblob(9) WHERE id IN (3, 4)", "event 3"),
        (
            "UPDATE events SET hash = x'00' WHERE id = 2; UPDATE events SET status = 'given' WHERE id = 4",
            "UPDATE events SET hash = x'00' WHERE id = 2; UPDATE events SET sealed = x'' WHERE id = 4",
            "event 2",
        ),
        ("UPDATE personal SET value = 'C-99' WHERE event = 4 AND field = 1", "UPDATE events SET citizen = 'C-99' WHERE id = 4", "event 4"),
        ("DELETE FROM personal WHERE event = 2", forget, "event 2"),
        ("DELETE FROM events WHERE id = 3", "DELETE FROM events WHERE id = 3", "event 3"),
    ] {
        for place in Place::lasting() {
            fill(&place.open().expect("a ledger"));
            place.tamper(case, one_table);
            let error = place.open().expect_err(case);
            assert_eq!(error.kind(), ErrorKind::Corrupted, "{case}");
            assert!(error.to_string().contains(named) && !error.to_string().contains("C-1"), "{case}: {error}");
        }
    }
}

fn statuses() -> impl Strategy<Value = Vec<(u8, Status, i64, Option<u8>)>> {
    let status = proptest::sample::select(vec![Status::Given, Status::Withdrawn, Status::Objected, Status::Renewed, Status::Refused]);
    proptest::collection::vec((0_u8..3, status, 0_i64..20, proptest::option::of(0_u8..4)), 1..12)
}

fn numbered((citizen, status, day, key): (u8, Status, i64, Option<u8>)) -> Event {
    let mut event = event(&format!("c{citizen}"), status, "2026-03-01");
    event.captured_at = Timestamp::from_micros(event.captured_at.as_micros() + day * 86_400_000_000);
    event.idempotency_key = key.map(|key| key.to_string());
    event
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_ledger_is_a_list_of_events(events in statuses()) {
        let policy = policy();
        for place in Place::all() {
        let ledger = place.open().expect("a ledger");
        let mut model: Vec<Event> = Vec::new();
        for event in events.iter().copied().map(numbered) {
            let known = model.iter().position(|known| known.idempotency_key.is_some() && known.idempotency_key == event.idempotency_key);
            let found = ledger.append(&event);
            match known {
                Some(at) if model[at] == event => prop_assert_eq!(found.ok(), Some(at as u64 + 1)),
                Some(_) => prop_assert_eq!(kind(found), Some(ErrorKind::Conflict)),
                None => {
                    model.push(event);
                    prop_assert_eq!(found.ok(), Some(model.len() as u64));
                }
            }
        }
        let stored: Vec<Event> = ledger.events().expect("read").into_iter().map(|recorded| recorded.event).collect();
        prop_assert_eq!(&stored, &model);
        prop_assert_eq!(ledger.verify().ok(), Some(model.len() as u64));
        let recorded = model.into_iter().zip(1..).map(|(event, id)| RecordedEvent { id, recorded_at: at("2026-03-01"), event });
        let now = at("2026-03-15");
        let view = ConsentView::from_events(recorded, &policy, now).expect("a view");
        for citizen in ["c0", "c1", "c2"] {
            prop_assert_eq!(ledger.decide(&newsletter(citizen), now).ok(), view.decide(&newsletter(citizen)).ok());
        }
        }
    }
}

#[cfg(feature = "postgres")]
mod server {
    use super::*;

    #[test]
    fn tampering_through_sql_is_found() {
        for case in [
            "UPDATE personal SET value = 'x' WHERE event = 2 AND field = 5",
            "UPDATE personal SET salt = randomblob(32) WHERE event = 2 AND field = 1",
            "DELETE FROM personal WHERE event = 3 AND field = 4",
            "INSERT INTO personal VALUES (9, 1, randomblob(32), 'C-99')",
            "INSERT INTO personal VALUES (-2, 1, randomblob(32), 'C-99')",
            "INSERT INTO personal VALUES (2, 7, randomblob(32), 'x')",
            "UPDATE events SET captured_at = captured_at + 1 WHERE id = 3",
            "UPDATE events SET citizen_hash = x'00' WHERE id = 2",
            "UPDATE events SET erases = x'0300000000000000', mark = randomblob(32) WHERE id = 5",
            "INSERT INTO events (id, recorded_at, captured_at, status, scope, citizen_hash, hash) \
             VALUES (0, 0, 1, 'given', 'all', randomblob(32), randomblob(32))",
            "UPDATE meta SET value = randomblob(32) WHERE name = 'mark_key'",
            "DELETE FROM meta",
            "DROP INDEX citx_personal_citizen",
            "ALTER TABLE events ADD COLUMN more text",
            "ALTER TABLE events ALTER COLUMN hash DROP NOT NULL",
            "DROP TABLE personal",
            "CREATE RULE r AS ON DELETE TO personal DO INSTEAD NOTHING",
        ] {
            let Some(place) = Place::server() else { return };
            fill(&place.open().expect("a ledger"));
            place.tamper(case, "");
            assert_eq!(kind(place.open()), Some(ErrorKind::Corrupted), "{case}");
        }
    }

    #[test]
    fn events_lost_beneath_an_open_ledger_are_missed() -> Result<()> {
        let Some(place) = Place::server() else { return Ok(()) };
        let ledger = place.open()?;
        fill(&ledger);
        place.tamper("DELETE FROM events WHERE id = 5; DELETE FROM personal WHERE event = 5", "");
        assert_eq!(kind(ledger.decide(&newsletter("C-17"), at("2026-05-01"))), Some(ErrorKind::Corrupted));
        assert_eq!(kind(ledger.append(&event("C-17", Status::Given, "2026-05-01"))), Some(ErrorKind::Corrupted));
        Ok(())
    }

    #[test]
    fn a_ledger_for_reading_creates_nothing() -> Result<()> {
        let Some(place) = Place::server() else { return Ok(()) };
        assert_eq!(kind(open_read_only(&place.path())), Some(ErrorKind::Io));
        fill(&place.open()?);
        let reader = open_read_only(&place.path())?;
        assert_eq!((reader.verify()?, reader.decide(&newsletter("C-17"), at("2026-05-01"))?.rule), (5, "R07".to_owned()));
        assert_eq!(kind(reader.append(&event("C-17", Status::Given, "2026-03-01"))), Some(ErrorKind::Unsupported));
        assert_eq!(kind(reader.erase("C-17")), Some(ErrorKind::Unsupported));
        Ok(())
    }

    #[test]
    fn a_newer_format_is_not_read() {
        let Some(place) = Place::server() else { return };
        fill(&place.open().expect("a ledger"));
        place.tamper("UPDATE meta SET value = x'02' WHERE name = 'format'", "");
        assert_eq!(kind(place.open()), Some(ErrorKind::FormatVersion));
        assert_eq!(kind(ConsentLedger::accept_head(place.path(), &policy())), Some(ErrorKind::Unsupported));
    }

    #[test]
    fn a_connection_that_was_cut_is_made_anew() -> Result<()> {
        let Some(Place::Server(address)) = Place::server() else { return Ok(()) };
        let place = Place::Server(format!("{address}&application_name=citx_to_be_cut"));
        let ledger = place.open()?;
        fill(&ledger);
        place.tamper(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'citx_to_be_cut' AND pid <> pg_backend_pid()",
            "",
        );
        // A reader does not notice; a writer may find the connection cut, once.
        assert_eq!(ledger.len()?, 5);
        assert_eq!((ledger.len()?, ledger.append(&event("C-17", Status::Given, "2026-05-02"))?), (5, 6));
        Ok(())
    }

    #[test]
    fn text_that_a_server_does_not_keep_is_refused_whole() -> Result<()> {
        let Some(place) = Place::server() else { return Ok(()) };
        let ledger = place.open()?;
        let null = event("C\0 17", Status::Given, "2026-05-02");
        assert_eq!(kind(ledger.append_all(&[event("C-17", Status::Given, "2026-05-02"), null])), Some(ErrorKind::InvalidArgument));
        // An index of PostgreSQL takes values of some 2,700 bytes, compressed.
        let long: String = (0_u64..5_000).map(|number| char::from(b'a' + (number.pow(3) % 25) as u8)).collect();
        let long: String =
            long.chars().rev().zip(0_u32..).map(|(letter, place)| char::from_u32(u32::from(letter) + place).unwrap_or(letter)).collect();
        assert_eq!(kind(ledger.append(&event(&long, Status::Given, "2026-05-02"))), Some(ErrorKind::LimitExceeded));
        assert_eq!(ledger.verify()?, ledger.len()?);
        Ok(())
    }

    #[test]
    fn a_server_that_is_not_there_is_named_by_nothing() {
        let error =
            ConsentLedger::open("postgresql://citx:secret@127.0.0.1:1/db", &policy(), &LedgerOptions::new()).expect_err("no server");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(!format!("{error:?} {error}").contains("secret"));
    }
}

#[test]
fn merged_records_count_together_until_they_are_taken_apart() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        ledger.append(&event("C-1", Status::Given, "2026-03-01"))?;
        ledger.append(&event("C-2", Status::Objected, "2026-02-01"))?;
        assert_eq!(kind(ledger.merge("C-1", "C-1", at("2026-06-01"), None)), Some(ErrorKind::InvalidArgument));
        assert_eq!(kind(ledger.merge("C-8", "C-9", at("2026-06-01"), None)), Some(ErrorKind::NotFound));
        assert_eq!(ledger.merge("C-1", "C-2", at("2026-06-01"), Some("registrar"))?, [3, 4]);
        assert_eq!(ledger.unmerge("C-2", "C-1", at("2026-08-01"), None)?, [5, 6]);
        for (day, rule) in [("2026-05-31", "R13"), ("2026-06-01", "R06"), ("2026-08-01", "R13")] {
            let decision = ledger.decide(&newsletter("C-1"), at(day))?;
            assert_eq!(decision.rule, rule, "{day}");
            assert_eq!(ledger.as_of(at(day), None)?.decide(&newsletter("C-1"))?, decision);
        }
        let until = ledger.decide(&newsletter("C-1"), at("2026-05-31"))?.until;
        assert_eq!(until, Some(at("2026-06-01")));
        assert_eq!(ledger.history("C-1")?.len(), 3, "nothing of either changes");
        assert_eq!(ledger.history_of_person("C-1")?.iter().map(|event| event.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        ledger.erase("C-1")?;
        assert_eq!(ledger.history("C-2")?.len(), 1, "what the other record said of the erased one is gone");
        assert_eq!((ledger.decide(&newsletter("C-2"), at("2026-07-01"))?.rule.as_str(), ledger.verify()?), ("R06", 7));
    }
    Ok(())
}

#[test]
fn a_rectified_event_says_nothing_any_more() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        fill(&ledger);
        let right = with(&personal("C-17", Status::Withdrawn, "2026-04-02"), |event| event.idempotency_key = Some("corrected".to_owned()));
        assert_eq!(kind(ledger.rectify(99, &right)), Some(ErrorKind::NotFound));
        assert_eq!(kind(ledger.rectify(0, &right)), Some(ErrorKind::NotFound));
        assert_eq!(ledger.rectify(3, &right)?, 7);
        assert_eq!(kind(ledger.rectify(3, &right)), Some(ErrorKind::NotFound), "it is gone");
        assert_eq!(kind(ledger.rectify(6, &right)), Some(ErrorKind::NotFound), "an erasure stands");
        assert_eq!(ledger.history("C-17")?.iter().map(|event| event.id).collect::<Vec<_>>(), [1, 7]);
        let rule = |day: &str| ledger.decide(&newsletter("C-17"), at(day)).map(|decision| decision.rule);
        assert_eq!([rule("2026-04-01")?, rule("2026-04-02")?], ["R13", "R07"], "nobody is erased");
        assert_eq!(ledger.as_of(at("2026-04-02"), None)?.decide(&newsletter("C-17"))?.rule, "R07");
        assert_eq!(ledger.verify()?, 7);
    }
    Ok(())
}

#[test]
fn an_event_has_a_receipt() -> Result<()> {
    for place in Place::all() {
        let ledger = place.open()?;
        fill(&ledger);
        ledger.append(&with(&event("C-30", Status::Objected, "2026-05-01"), |event| (event.purpose, event.scope) = (None, Scope::All)))?;
        let receipt = ledger.receipt(3, None)?;
        for shown in ["Anytown Council", "newsletter", "withdrawn", "C-17"] {
            assert!(receipt.to_lowercase().contains(&shown.to_lowercase()), "{shown}: {receipt}");
        }
        assert_eq!(receipt, ledger.receipt(3, None)?);
        assert_eq!([kind(ledger.receipt(0, None)), kind(ledger.receipt(99, None))], [Some(ErrorKind::NotFound); 2]);
        assert_eq!(kind(ledger.receipt(6, None)), Some(ErrorKind::InvalidArgument));
        ledger.erase("C-17")?;
        assert_eq!(kind(ledger.receipt(3, None)), Some(ErrorKind::NotFound));
    }
    Ok(())
}

#[test]
fn a_subject_is_shown_everything() -> Result<()> {
    use citx_core::citizens::{FactColumns, Population};
    use citx_core::rules::Sources;
    use citx_core::segments::{SegmentBook, SegmentDefinition};

    let ledger = ConsentLedger::open(":memory:", &policy(), &LedgerOptions::new())?;
    fill(&ledger);
    ledger.append(&with(&event("C-17", Status::Disclosed, "2026-05-01"), |event| event.source = Some("mailing house".to_owned())))?;
    let column = |name: &str, values: [&str; 2]| Column::text(name, values.map(Some));
    let residents = Table::from_columns([column("id", ["C-17", "C-18"]), column("email", ["c17@example.org", "c18@example.org"])])?;
    let people = Population::from_table(residents, "id")?.with_facts(FactColumns::new().email("email"))?;
    let book = SegmentBook::new([SegmentDefinition::new("reachable", "email IS NOT NULL AND email LIKE '%@%'")])?;
    let answers = Table::from_columns([column("tenant", ["C-18", "C-17"]), column("TP01", ["satisfied", "dissatisfied"])])?;
    let held = ledger
        .subject_access("C-17", Some(at("2026-06-01")))?
        .with_population(&people, &ledger)?
        .with_segments(&book, &Sources::new())?
        .with_table("survey", &answers, "tenant")?;
    assert_eq!(held.recipients().count(), 1);
    let (text, json) = (held.to_text(), held.to_json());
    for shown in ["c17@example.org", "reachable", "mailing house", "dissatisfied", "form of C-17", "R07"] {
        assert!(text.contains(shown), "{shown}: {text}");
        assert!(json.contains(shown), "{shown}: {json}");
    }
    for hidden in ["c18", "C-18", " satisfied"] {
        assert!(!text.contains(hidden) && !json.contains(hidden), "{hidden}");
    }
    let portable = held.to_portable_json();
    assert!(portable.contains("c17@example.org") && !portable.contains("reachable") && !portable.contains("mailing house"));
    assert!(!format!("{held:?}").contains("C-17"));
    assert_eq!(kind(held.with_table("survey", &answers, "tenant")), Some(ErrorKind::Conflict));
    let nobody = ledger.subject_access("nobody", None)?;
    assert!(nobody.to_text().contains("R07b") && nobody.recipients().count() == 0);
    Ok(())
}

#[test]
fn what_an_audience_hands_out_is_recorded_once_and_counts_for_caps() -> Result<()> {
    use citx_core::Run;
    use citx_core::audience::{Audience, AudienceOptions};
    use citx_core::citizens::{FactColumns, Population};
    use citx_core::consent::FrequencyCap;
    use citx_core::rules::Context;
    use citx_core::segments::{SegmentBook, SegmentDefinition};

    let column = |name: &str, values: [&str; 2]| Column::text(name, values.map(Some));
    let residents = Table::from_columns([column("id", ["C-18", "C-19"]), column("email", ["C-18@example.org", "c19@example.org"])])?;
    let people = Population::from_table(residents, "id")?.with_facts(FactColumns::new().email("email"))?;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.csv");
    let policy = policy().with_frequency_cap(FrequencyCap::new(1, "7 days"))?;
    for place in Place::all() {
        let ledger = ConsentLedger::open(place.path(), &policy, &LedgerOptions::new())?;
        fill(&ledger);
        let audience = |ledger: &ConsentLedger, day: &str| -> Result<Audience> {
            let context = Context { as_of: at(day), time_zone: TimeZone::UTC };
            let members = SegmentBook::new([SegmentDefinition::new("all", "id IS NOT NULL")])?.evaluate(&people, &context, &Run::new())?;
            let view = ledger.as_of(at(day), None)?;
            members.segment("all")?.audience(&view, &AudienceOptions::new("newsletter", ["email"]), &Run::new())
        };
        let first = audience(&ledger, "2026-05-01")?;
        assert_eq!(first.allowed().num_rows(), 1);
        crate::write_audience_csv(&first, &path)?;
        crate::write_audience_csv(&first, &path)?;
        let told: Vec<Event> = ledger.history("C-18")?.into_iter().map(|recorded| recorded.event).collect();
        let told: Vec<&Event> = told.iter().filter(|event| event.status == Status::Disclosed).collect();
        let [told] = told.as_slice() else { panic!("recorded {} times", told.len()) };
        assert_eq!(
            (told.purpose.as_deref(), told.channel.as_deref(), told.captured_at),
            (Some("newsletter"), Some("email"), at("2026-05-01"))
        );
        assert_eq!((told.source.as_deref(), told.method.as_deref()), (Some("csv"), Some("csv")));
        assert!(told.evidence_ref.as_ref().is_some_and(|evidence| evidence.starts_with("sha256:") && evidence.len() == 71));
        crate::write_audience_csv(&first.for_system("mailing house"), &path)?;
        assert_eq!(ledger.history("C-18")?.last().and_then(|event| event.event.source.clone()).as_deref(), Some("mailing house"));
        assert!(ledger.history("C-19")?.iter().all(|event| event.event.status != Status::Disclosed), "refused, so not handed out");
        // The cap is full for a week.
        assert_eq!(audience(&ledger, "2026-05-07")?.allowed().num_rows(), 0);
        assert_eq!(audience(&ledger, "2026-05-08")?.allowed().num_rows(), 1);
        // A ledger for reading records nothing.
        if !matches!(place, Place::Memory) {
            let reader = ConsentLedger::open(place.path(), &policy, &LedgerOptions::new().read_only(true))?;
            let events = reader.len()?;
            crate::write_audience_csv(&audience(&reader, "2026-05-08")?, &path)?;
            assert_eq!(reader.len()?, events);
        }
        // What cannot be recorded is not handed out.
        let unrecorded = folder.path().join("unrecorded.csv");
        if let Place::File(place, _) = &place {
            let audience = audience(&ledger, "2026-06-01")?;
            fs::remove_file(place.path().join("consent.db.head")).expect("removed");
            assert_eq!(kind(crate::write_audience_csv(&audience, &unrecorded)), Some(ErrorKind::Corrupted));
            assert!(!unrecorded.exists());
        }
    }
    Ok(())
}

#[test]
fn one_event_is_proved_to_whoever_noted_the_root() -> Result<()> {
    use crate::InclusionProof;

    for place in Place::all() {
        let ledger = place.open()?;
        assert_eq!(kind(ledger.root()), Some(ErrorKind::InsufficientData));
        fill(&ledger);
        let (size, root) = ledger.root()?;
        assert_eq!(size, 5);
        ledger.append(&event("C-20", Status::Given, "2026-06-01"))?;
        for id in 1..=5 {
            let json = ledger.prove(id, size)?.to_json();
            let proof = InclusionProof::read(&json)?;
            assert_eq!(proof.verify(size, &root)?, id);
            assert_eq!(kind(proof.verify(6, &ledger.root()?.1)), Some(ErrorKind::Corrupted));
            for (from, to) in [("C-1", "C-2"), ("newsletter", "repairs"), ("given", "refused"), ("email", "post")] {
                let forged = json.replace(from, to);
                assert!(forged == json || kind(InclusionProof::read(&forged)?.verify(size, &root)) == Some(ErrorKind::Corrupted), "{from}");
            }
        }
        assert_eq!(kind(ledger.prove(6, 5)), Some(ErrorKind::NotFound));
        assert_eq!(kind(ledger.prove(1, 7)), Some(ErrorKind::OutOfRange));
        assert_eq!(kind(ledger.prove(1, 5)?.verify(5, "zz")), Some(ErrorKind::InvalidArgument));
        assert_eq!(kind(InclusionProof::read("{}")), Some(ErrorKind::InvalidArgument));
        ledger.erase("C-17")?;
        let erased = ledger.prove(1, size)?;
        assert!(!erased.to_json().contains("C-17"));
        assert_eq!(erased.verify(size, &root)?, 1, "that something was said is proved, by whom is not");
    }
    Ok(())
}
