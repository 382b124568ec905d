mod everywhere;

use std::fs;
use std::path::PathBuf;

use citx_core::consent::{Controller, Facts, Purpose, Scope, Status};
use citx_core::table::{Column, Value};
use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

fn policy() -> Policy {
    let zone = "Europe/London".parse().expect("a zone");
    Policy::builtin("uk-2026")
        .and_then(|policy| policy.with_controller(Controller::new("Anytown Council", "public_authority", zone)))
        .and_then(|policy| policy.with_purpose(Purpose::new("newsletter", "direct_marketing", "consent")))
        .and_then(|policy| policy.with_purpose(Purpose::new("repairs", "service", "contract")))
        .expect("a policy")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, TimeZone::UTC).expect("an instant")
}

fn event(citizen: &str, status: Status, captured_at: &str) -> Event {
    let mut event = Event::new(citizen, status, at(captured_at));
    event.purpose = Some("newsletter".to_owned());
    event.channel = Some("email".to_owned());
    event
}

/// An event with a value in every personal field.
fn personal(citizen: &str, status: Status, captured_at: &str) -> Event {
    let mut event = event(citizen, status, captured_at);
    event.contact = Some(format!("{citizen}@Example.org"));
    event.evidence_ref = Some(format!("form of {citizen}"));
    event.actor = Some(format!("mother of {citizen}"));
    event.idempotency_key = Some(format!("{citizen}/{captured_at}"));
    event
}

fn with(event: &Event, change: impl FnOnce(&mut Event)) -> Event {
    let mut event = event.clone();
    change(&mut event);
    event
}

fn newsletter(citizen: &str) -> Question {
    Question::new(citizen, "newsletter", "email")
}

fn open(path: &Path) -> Result<ConsentLedger> {
    ConsentLedger::open(path, &policy(), &LedgerOptions::new())
}

fn open_read_only(path: &Path) -> Result<ConsentLedger> {
    ConsentLedger::open(path, &policy(), &LedgerOptions::new().read_only(true))
}

fn kind<T>(result: Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

/// A folder with a closed ledger of five events; `C-17` withdrew.
fn filled() -> (TempDir, PathBuf) {
    filled_in(2)
}

/// The same in a file of a format.
fn filled_in(format: u8) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consent.db");
    if format == 1 {
        sqlite::create_format_1(&path).expect("created");
    }
    fill(&open(&path).expect("a ledger"));
    (folder, path)
}

fn fill(ledger: &ConsentLedger) {
    for (citizen, status, day) in [
        ("C-17", Status::Given, "2026-03-01"),
        ("C-18", Status::Given, "2026-03-02"),
        ("C-17", Status::Withdrawn, "2026-04-01"),
        ("C-19", Status::Objected, "2026-04-02"),
        ("C-18", Status::Renewed, "2026-04-03"),
    ] {
        ledger.append(&personal(citizen, status, day)).expect("appended");
    }
}

fn sql_on(path: &Path, text: &str) {
    let connection = Connection::open(path).expect("opens");
    connection.execute_batch(text).expect("runs");
}

#[test]
fn a_ledger_for_reading_changes_nothing_and_creates_nothing() -> Result<()> {
    let (folder, path) = filled();
    let listing = || {
        let entries = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<(PathBuf, Vec<u8>)> = entries.map(|path| (path.clone(), fs::read(path).expect("a file"))).collect();
        files.sort();
        files
    };
    let before = listing();
    let ledger = open_read_only(&path)?;
    assert_eq!((ledger.verify()?, ledger.decide(&newsletter("C-17"), at("2026-05-01"))?.rule), (5, "R07".to_owned()));
    assert_eq!(kind(ledger.append(&event("C-17", Status::Given, "2026-03-01"))), Some(ErrorKind::Unsupported));
    assert_eq!(kind(ledger.erase("C-17")), Some(ErrorKind::Unsupported));
    assert_eq!(listing(), before);
    // A writer beside it is seen, while it is open and after it closed.
    let writer = open(&path)?;
    writer.append(&event("C-17", Status::Given, "2026-05-02"))?;
    assert_eq!((ledger.len()?, ledger.decide(&newsletter("C-17"), at("2026-06-01"))?.rule), (6, "R13".to_owned()));
    drop(writer);
    assert_eq!(ledger.verify()?, 6);
    let absent = folder.path().join("absent.db");
    assert_eq!(kind(open_read_only(&absent)), Some(ErrorKind::Io));
    assert!(!absent.exists());
    Ok(())
}

#[test]
fn what_is_erased_is_in_no_file_any_more() -> Result<()> {
    let (folder, path) = filled();
    let ledger = open(&path)?;
    ledger.append(&event("C-18", Status::Given, "2026-05-01"))?;
    ledger.merge("C-17", "C-18", at("2026-05-02"), Some("sister of C-17"))?;
    ledger.erase("C-17")?;
    // Read while the ledger is open too: the log is emptied at once.
    let is_there = || {
        let files = fs::read_dir(folder.path()).expect("a folder").map(|file| fs::read(file.expect("an entry").path()).expect("a file"));
        files.into_iter().any(|bytes| bytes.windows(4).any(|window| window == b"C-17"))
    };
    assert!(!is_there());
    assert_eq!(ledger.verify()?, 9);
    drop(ledger);
    assert!(!is_there());
    assert_eq!(open(&path)?.verify()?, 9);
    Ok(())
}

#[test]
fn tampering_through_sql_is_found() {
    let both = [
        "UPDATE meta SET value = randomblob(16) WHERE name = 'ledger_id'",
        "UPDATE meta SET value = randomblob(32) WHERE name = 'mark_key'",
        "DELETE FROM meta",
        "CREATE TABLE more (a)",
        "PRAGMA application_id = 0",
        "PRAGMA user_version = 0",
        "UPDATE events SET hash = randomblob(32) WHERE id = 2",
        "DELETE FROM events WHERE id = 3",
        "DELETE FROM events WHERE id = 5",
    ];
    let format_1 = [
        "UPDATE personal SET value = 'C-99' WHERE event = 3 AND field = 1",
        "UPDATE personal SET value = 'x' WHERE event = 2 AND field = 2",
        "UPDATE personal SET value = 'x' WHERE event = 2 AND field = 3",
        "UPDATE personal SET value = 'x' WHERE event = 2 AND field = 5",
        "UPDATE personal SET value = 'x' WHERE event = 2 AND field = 6",
        "UPDATE personal SET salt = randomblob(32) WHERE event = 2 AND field = 1",
        "DELETE FROM personal WHERE event = 3",
        "DELETE FROM personal WHERE event = 3 AND field = 4",
        "INSERT INTO personal VALUES (9, 1, randomblob(32), 'C-99')",
        "INSERT INTO personal VALUES (2, 7, randomblob(32), 'x')",
        "UPDATE events SET status = 'given' WHERE id = 3",
        "UPDATE events SET captured_at = captured_at + 1 WHERE id = 3",
        "UPDATE events SET recorded_at = recorded_at + 1 WHERE id = 5",
        "UPDATE events SET purpose = NULL WHERE id = 3",
        "UPDATE events SET valid_until = 1 WHERE id = 1",
        "UPDATE events SET scope = 'all' WHERE id = 4",
        "UPDATE events SET hash = randomblob(32) WHERE id = 2",
        "UPDATE events SET citizen_hash = randomblob(32) WHERE id = 2",
        "UPDATE events SET citizen_hash = x'00' WHERE id = 2",
        "UPDATE events SET erases = x'0300000000000000', mark = randomblob(32) WHERE id = 5",
        "DELETE FROM events WHERE id = 3",
        "DELETE FROM events WHERE id = 5; DELETE FROM personal WHERE event = 5",
        "DELETE FROM events; DELETE FROM personal",
        "UPDATE events SET id = 30 WHERE id = 3; UPDATE personal SET event = 30 WHERE event = 3",
        "UPDATE events SET id = 9 WHERE id = 3; UPDATE events SET id = 3 WHERE id = 4; UPDATE events SET id = 4 WHERE id = 9",
        "INSERT INTO events (id, recorded_at, captured_at, status, scope, citizen_hash, hash) \
         VALUES (6, 9223372036854775807, 1, 'given', 'all', randomblob(32), randomblob(32))",
        "DROP TABLE personal",
        "DROP INDEX personal_citizen",
        "CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM personal WHERE event = new.id; END",
    ];
    let format_2 = [
        "UPDATE events SET citizen = 'C-99' WHERE id = 3",
        "UPDATE events SET contact = 'x' WHERE id = 2",
        "UPDATE events SET evidence_ref = 'x' WHERE id = 2",
        "UPDATE events SET actor = NULL WHERE id = 3",
        "UPDATE events SET idempotency_key = 'x' WHERE id = 2",
        "UPDATE events SET contact_key = 'x' WHERE id = 2",
        "UPDATE events SET salts = randomblob(192) WHERE id = 2",
        "UPDATE events SET salts = substr(salts, 1, 160) WHERE id = 2",
        "UPDATE events SET salts = substr(salts, 1, 160), contact_key = NULL WHERE id = 2",
        "UPDATE events SET salts = NULL WHERE id = 2",
        "UPDATE events SET salts = NULL, citizen = NULL, contact = NULL, evidence_ref = NULL, actor = NULL, idempotency_key = NULL, \
         contact_key = NULL WHERE id = 3",
        "UPDATE events SET sealed = unhex(replace(hex(sealed), hex('withdrawn'), hex('withdrawm'))) WHERE id = 3",
        "UPDATE events SET sealed = unhex('00' || substr(hex(sealed), 3)) WHERE id = 5",
        "UPDATE events SET sealed = unhex(hex(sealed) || '00') WHERE id = 3",
        "UPDATE events SET sealed = x'' WHERE id = 5",
        "UPDATE events SET hash = x'00' WHERE id = 5",
        "UPDATE events SET mark = randomblob(32) WHERE id = 5",
        "UPDATE events SET mark = x'00' WHERE id = 3",
        "DELETE FROM events",
        "UPDATE events SET id = 30 WHERE id = 3",
        "UPDATE events SET id = -5 WHERE id = 5",
        "UPDATE events SET id = 9 WHERE id = 3; UPDATE events SET id = 3 WHERE id = 4; UPDATE events SET id = 4 WHERE id = 9",
        "INSERT INTO events (id, hash, sealed) VALUES (6, randomblob(32), randomblob(150))",
        "INSERT INTO events (id, hash, sealed) VALUES (0, randomblob(32), randomblob(150))",
        "DROP INDEX events_citizen",
        "CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM events WHERE id = new.id; END",
    ];
    for (format, case) in [1, 2].into_iter().flat_map(|format| {
        let own = if format == 1 { &format_1[..] } else { &format_2[..] };
        both.iter().chain(own).map(move |case| (format, *case))
    }) {
        let (_folder, path) = filled_in(format);
        sql_on(&path, case);
        for opened in [open(&path), open_read_only(&path)] {
            let error = opened.expect_err(case);
            assert_eq!(error.kind(), ErrorKind::Corrupted, "{case}: {error}");
            assert!(!error.to_string().contains("C-1"), "{error}");
        }
    }
}

#[test]
fn tampering_beneath_an_open_ledger_is_found() -> Result<()> {
    for (format, case, decides) in [
        (1, "UPDATE events SET status = 'given' WHERE id = 3", false),
        (1, "DELETE FROM events WHERE id = 5", false),
        (1, "UPDATE personal SET value = 'x' WHERE event = 1 AND field = 3", false),
        (1, "UPDATE events SET status = 'given' WHERE id = 4", true),
        (2, "UPDATE events SET sealed = randomblob(150) WHERE id = 3", false),
        (2, "DELETE FROM events WHERE id = 5", false),
        (2, "UPDATE events SET evidence_ref = 'x' WHERE id = 1", false),
        (2, "UPDATE events SET sealed = randomblob(150) WHERE id = 4", true),
    ] {
        let (_folder, path) = filled_in(format);
        let ledger = open(&path)?;
        sql_on(&path, case);
        assert_eq!(kind(ledger.verify()), Some(ErrorKind::Corrupted), "{case}");
        assert_eq!(kind(ledger.as_of(at("2026-05-01"), None)), Some(ErrorKind::Corrupted), "{case}");
        let decision = ledger.decide(&newsletter("C-17"), at("2026-05-01"));
        assert_eq!(decision.as_ref().map(|decision| decision.rule.as_str()).ok(), decides.then_some("R07"), "{case}");
    }
    Ok(())
}

/// A closed ledger of so many events, each of a citizen of its own, after one who was erased.
fn long(format: u8, events: usize) -> (TempDir, PathBuf) {
    let (folder, path) = filled_in(format);
    let ledger = open(&path).expect("a ledger");
    ledger.erase("C-18").expect("erased");
    let of_one = |number: usize| event(&format!("c{number}"), Status::Given, "2026-03-01");
    ledger.append_all(&(7..=events).map(of_one).collect::<Vec<_>>()).expect("appended");
    (folder, path)
}

#[test]
fn a_long_ledger_is_read_in_parts() -> Result<()> {
    let length = 3 * CHUNK + 5;
    for format in [1, 2] {
        let (_folder, path) = long(format, length);
        let ledger = open(&path)?;
        assert_eq!(ledger.verify()?, length as u64);
        let ids: Vec<u64> = ledger.events()?.iter().map(|event| event.id).collect();
        assert!(ids.iter().copied().eq((1..=length as u64).filter(|id| ![2, 5, 6].contains(id))));
        let view = ledger.as_of(at("2026-05-01"), None)?;
        for (citizen, rule) in [("C-17", "R07"), ("C-18", "R00"), (&format!("c{length}"), "R13"), ("c4096", "R13"), ("c8193", "R13")] {
            assert_eq!(view.decide(&newsletter(citizen))?.rule, rule, "{citizen}");
        }
        // Whatever others append meanwhile, and erase: what is read is what there was.
        let walk = |rows: &mut dyn Rows| {
            let mut events = 0;
            let last = walk::walk(Some(&*ledger.store), rows, ledger.store.identity(), |_| {
                events += 1;
                Ok(())
            })?;
            Ok((last.id, events))
        };
        ledger.store.read(&mut |rows| {
            let length = length as u64;
            let before = (length, length - 3);
            assert_eq!(walk(rows)?, before);
            ledger.append(&event("c-new", Status::Given, "2026-03-01"))?;
            assert_eq!(walk(rows)?, before);
            ledger.write(|rows, mut last| {
                let mark = chain::mark(&ledger.store.identity().mark_key, "c9000");
                ledger.remove(rows, &mut last, "c9000", BTreeSet::from([9000]), mark)?;
                Ok(((), last))
            })?;
            assert_eq!(walk(rows)?, before);
            Ok(())
        })?;
        ledger.store.read(&mut |rows| {
            assert_eq!(walk(rows)?, (length as u64 + 2, length as u64 - 3));
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn the_first_bad_event_of_a_long_ledger_is_named() {
    let (folder, path) = long(2, 3 * CHUNK + 5);
    let files = ["", ".head"].map(|end| fs::read(format!("{}{end}", path.display())).expect("a file"));
    let copy = folder.path().join("copy.db");
    for (case, named) in [
        ("UPDATE events SET hash = randomblob(32) WHERE id = 4096", 4096),
        ("UPDATE events SET hash = randomblob(32) WHERE id IN (4097, 9000)", 4097),
        ("UPDATE events SET citizen = 'x' WHERE id IN (5000, 9000)", 5000),
        ("UPDATE events SET citizen = 'x' WHERE id IN (8192, 8193)", 8192),
        ("DELETE FROM events WHERE id = 8192", 8192),
        ("DELETE FROM events WHERE id = 8193", 8193),
        ("UPDATE events SET sealed = x'00' WHERE id = 8192", 8192),
        ("UPDATE events SET citizen = 'x' WHERE id = 12293", 12293),
    ] {
        for (end, bytes) in ["", ".head"].iter().zip(&files) {
            fs::write(format!("{}{end}", copy.display()), bytes).expect("written");
        }
        sql_on(&copy, case);
        let error = ConsentLedger::open(&copy, &policy(), &LedgerOptions::new().quick(true))
            .and_then(|ledger| ledger.as_of(at("2026-05-01"), None).map(drop))
            .expect_err(case);
        assert_eq!(error.kind(), ErrorKind::Corrupted, "{case}");
        assert!(error.to_string().contains(&format!("event {named} ")), "{case}: {error}");
    }
}

#[test]
fn a_newer_format_is_not_read() {
    let (_folder, path) = filled();
    sql_on(&path, "PRAGMA user_version = 3");
    assert_eq!(kind(open(&path)), Some(ErrorKind::FormatVersion));
    assert_eq!(kind(ConsentLedger::accept_head(&path, &policy())), Some(ErrorKind::FormatVersion));
}

#[test]
fn what_is_no_ledger_is_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.db");
    fs::write(&path, "citizen,purpose\n1,newsletter\n".repeat(100)).expect("written");
    assert_eq!(kind(open(&path)), Some(ErrorKind::Corrupted));
    let path = folder.path().join("theirs.db");
    sql_on(&path, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    let before = fs::read(&path).expect("a file");
    assert_eq!(kind(open(&path)), Some(ErrorKind::Corrupted));
    assert_eq!(fs::read(&path).expect("a file"), before);
    assert_eq!(kind(open(&folder.path().join("no/such/folder.db"))), Some(ErrorKind::Io));
    assert_eq!(kind(open(folder.path())), Some(ErrorKind::Io));
}

#[test]
fn a_database_behind_its_head_is_refused_until_the_head_is_accepted() -> Result<()> {
    let (folder, path) = filled();
    let backup = folder.path().join("backup.db");
    fs::copy(&path, &backup).expect("a backup");
    let ledger = open(&path)?;
    ledger.append(&personal("C-18", Status::Withdrawn, "2026-05-01"))?;
    let head = ledger.head()?;
    drop(ledger);
    fs::copy(&backup, &path).expect("restored");
    let error = open(&path).expect_err("behind its head");
    assert_eq!(error.kind(), ErrorKind::Corrupted);
    assert!(error.to_string().contains("behind"), "{error}");
    assert_eq!(kind(open_read_only(&path)), Some(ErrorKind::Corrupted));
    let accepted = ConsentLedger::accept_head(&path, &policy())?;
    assert_eq!(accepted.0, 5);
    assert_ne!(accepted, head);
    assert_eq!(open(&path)?.head()?, accepted);
    assert_eq!(kind(ConsentLedger::accept_head(folder.path().join("none.db"), &policy())), Some(ErrorKind::NotFound));
    Ok(())
}

#[test]
fn a_head_file_is_needed_and_must_be_the_ledgers_own() -> Result<()> {
    let head_of = |path: &Path| PathBuf::from(format!("{}.head", path.display()));
    let (_folder, path) = filled();
    fs::remove_file(head_of(&path)).expect("removed");
    assert_eq!(kind(open(&path)), Some(ErrorKind::Corrupted));
    ConsentLedger::accept_head(&path, &policy())?;
    assert_eq!(open(&path)?.len()?, 5);
    let (_other_folder, other) = filled();
    fs::copy(head_of(&other), head_of(&path)).expect("copied");
    assert_eq!(kind(open(&path)), Some(ErrorKind::Corrupted));
    fs::remove_file(&other).expect("removed");
    assert_eq!(kind(open(&other)), Some(ErrorKind::Corrupted), "the head is there, the database is gone");
    assert_eq!(kind(open_read_only(&other)), Some(ErrorKind::Corrupted));
    assert!(!other.exists());
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_ledger_behind_a_link_has_one_head_file() -> Result<()> {
    let folder = TempDir::new().expect("a folder");
    let (path, link) = (folder.path().join("consent.db"), folder.path().join("link.db"));
    open(&path)?.append(&event("C-1", Status::Given, "2026-01-01T09:00:00Z"))?;
    std::os::unix::fs::symlink(&path, &link).expect("a link");
    assert_eq!(open(&link)?.append(&event("C-1", Status::Withdrawn, "2026-02-01T09:00:00Z"))?, 2);
    assert_eq!(open(&path)?.head()?.0, 2);
    assert_eq!(open_read_only(&link)?.head()?.0, 2);
    assert!(!folder.path().join("link.db.head").exists());
    assert_eq!(ConsentLedger::accept_head(&link, &policy())?.0, 2);
    Ok(())
}

#[test]
fn a_database_ahead_of_its_head_moves_the_head_forward() -> Result<()> {
    let (_folder, path) = filled();
    let head = format!("{}.head", path.display());
    let before = fs::read(&head).expect("a head");
    let ledger = open(&path)?;
    ledger.append(&event("C-18", Status::Withdrawn, "2026-05-01"))?;
    drop(ledger);
    let after = fs::read(&head).expect("a head");
    fs::write(&head, before).expect("as if the writer had died before it wrote the head");
    assert_eq!(open_read_only(&path)?.len()?, 6);
    assert_eq!(open(&path)?.len()?, 6);
    assert_eq!(fs::read(&head).expect("a head"), after);
    Ok(())
}

#[test]
fn a_shortened_write_ahead_log_is_found() -> Result<()> {
    let (folder, path) = filled();
    let ledger = open(&path)?;
    ledger.append(&event("C-18", Status::Withdrawn, "2026-05-01"))?;
    let copy = folder.path().join("copy.db");
    for end in ["", "-wal", ".head"] {
        fs::copy(format!("{}{end}", path.display()), format!("{}{end}", copy.display())).expect("copied");
    }
    let wal = fs::read(format!("{}-wal", copy.display())).expect("a log");
    assert!(wal.len() > 4000);
    for keep in [0, 32, wal.len() / 2, wal.len() - 1] {
        fs::write(format!("{}-wal", copy.display()), &wal[..keep]).expect("shortened");
        assert_eq!(kind(open_read_only(&copy)), Some(ErrorKind::Corrupted), "{keep} bytes kept");
        let _ = fs::remove_file(format!("{}-shm", copy.display()));
    }
    Ok(())
}

#[test]
fn a_shortened_or_overwritten_database_is_found() {
    let (_folder, path) = filled();
    let whole = fs::read(&path).expect("a file");
    for length in [0, 1, 99, 100, 511, 4095, 4096, 4097, whole.len() / 2, whole.len() - 4096] {
        fs::write(&path, &whole[..length]).expect("shortened");
        assert_eq!(kind(open(&path)), Some(ErrorKind::Corrupted), "{length} bytes kept");
        assert_eq!(kind(open_read_only(&path)), Some(ErrorKind::Corrupted), "{length} bytes kept");
        assert_eq!(fs::metadata(&path).expect("still there").len(), length as u64, "nothing was written");
    }
    for page in 0..whole.len() / 4096 {
        let mut zeroed = whole.clone();
        zeroed[page * 4096..(page + 1) * 4096].fill(0);
        fs::write(&path, zeroed).expect("overwritten");
        assert_eq!(kind(open(&path)), Some(ErrorKind::Corrupted), "page {page}");
    }
}

#[test]
fn a_ledger_only_being_created_is_not_there_for_readers() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consent.db");
    sql_on(&path, "PRAGMA journal_mode = wal");
    assert_eq!(kind(open_read_only(&path)), Some(ErrorKind::Io));
    assert_eq!(open(&path).and_then(|ledger| ledger.verify()).ok(), Some(0));
}

/// A ledger left by a writer that was killed: database, write-ahead log and head, with the newest events in the log only.
fn killed() -> [Vec<u8>; 3] {
    let (_folder, path) = filled();
    let ledger = open(&path).expect("a ledger");
    ledger.append(&personal("C-18", Status::Withdrawn, "2026-05-01")).expect("appended");
    ["", "-wal", ".head"].map(|end| fs::read(format!("{}{end}", path.display())).expect("a file"))
}

#[test]
fn a_changed_byte_is_found_or_changes_nothing() {
    let files = killed();
    let policy = policy();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consent.db");
    let truth: Vec<Event> = {
        write(&path, &files);
        open(&path).and_then(|ledger| ledger.events()).expect("as it was").into_iter().map(|recorded| recorded.event).collect()
    };
    let (mut found, mut unharmed) = (0, 0);
    // A fixed sequence of places and bits, so that a failure comes again.
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..300 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (which, bit) = (round % 3, 1_u8 << (random >> 60 & 7));
        let place = (random >> 20) as usize % files[which].len();
        let mut changed = files.clone();
        changed[which][place] ^= bit;
        write(&path, &changed);
        match ConsentLedger::open(&path, &policy, &LedgerOptions::new()).and_then(|ledger| ledger.events()) {
            Ok(events) => {
                let events: Vec<Event> = events.into_iter().map(|recorded| recorded.event).collect();
                assert_eq!(events, truth, "file {which}, byte {place}");
                unharmed += 1;
            }
            Err(error) => {
                let kind = error.kind();
                let typed = matches!(kind, ErrorKind::Corrupted | ErrorKind::FormatVersion | ErrorKind::Io);
                assert!(typed, "file {which}, byte {place}: {error}");
                assert!(!error.to_string().contains("C-1"), "{error}");
                found += 1;
            }
        }
    }
    assert!(found > 150, "found {found}, unharmed {unharmed}");
}

fn write(path: &Path, files: &[Vec<u8>; 3]) {
    let _ = fs::remove_file(format!("{}-shm", path.display()));
    for (end, bytes) in ["", "-wal", ".head"].iter().zip(files) {
        fs::write(format!("{}{end}", path.display()), bytes).expect("written");
    }
}
