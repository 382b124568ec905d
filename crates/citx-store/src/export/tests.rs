use std::fs;

use citx_core::audience::AudienceOptions;
use citx_core::citizens::{FactColumns, Population};
use citx_core::consent::{ConsentView, Controller, Policy, Purpose};
use citx_core::rules::Context;
use citx_core::segments::{SegmentBook, SegmentDefinition};
use citx_core::time::{TimeZone, Timestamp};
use citx_core::{ErrorKind, Run};

use super::*;

/// Everyone in the table, asked about repairs, which need no consent.
fn audience(table: Table, facts: FactColumns, channels: &[&str]) -> Audience {
    let as_of = Timestamp::parse("2026-11-22", TimeZone::UTC).unwrap();
    let people = Population::from_table(table, "id").and_then(|people| people.with_facts(facts)).unwrap();
    let policy = Policy::builtin("uk-2026")
        .and_then(|policy| policy.with_controller(Controller::new("Anytown Homes", "housing_association", TimeZone::UTC)))
        .and_then(|policy| policy.with_purpose(Purpose::new("repairs", "service", "contract")))
        .unwrap();
    let view = ConsentView::from_events([], &policy, as_of).unwrap();
    let book = SegmentBook::new([SegmentDefinition::new("all", "id IS NOT NULL")]).unwrap();
    let members = book.evaluate(&people, &Context { as_of, time_zone: TimeZone::UTC }, &Run::new()).unwrap();
    let options = AudienceOptions::new("repairs", channels.iter().copied());
    members.segment("all").unwrap().audience(&view, &options, &Run::new()).unwrap()
}

fn facts() -> FactColumns {
    FactColumns::new().email("email").phone("mobile").address(["address"]).preferred_channel("wish")
}

fn residents() -> Table {
    Table::from_columns([
        Column::text("id", ["a", "b", "c", "d", "e", "f"].map(Some)),
        Column::text(
            "email",
            ["a@example.org", "not an address", "c@example.org", "d@example.org", "e@example.org", "f@example.org"].map(Some),
        ),
        Column::text("mobile", ["+447700900123", "07700 900124", "020 7946 0000", "07700900126", "07700900127", "07700900128"].map(Some)),
        Column::text(
            "address",
            [
                "A Person\n1 High Street\nAB1 2CD",
                "B, 2 High Street, AB1 2CD",
                "C, 3 High Street, AB1 2CD",
                "nowhere",
                "E, 5 Rue Haute, France",
                "F, AB1 2CD",
            ]
            .map(Some),
        ),
        Column::text("wish", [Some("email"), Some("email"), Some("sms"), Some("post"), Some("post"), Some("email")]),
        Column::text("first_name", [Some("=Ann"), Some("Bea"), Some("Cy"), Some("Di"), Some("\u{c9}mile"), None]),
        Column::integer("balance", [Some(-5), Some(0), Some(1), Some(2), Some(3), Some(4)]),
    ])
    .unwrap()
}

fn read_all(paths: &[std::path::PathBuf]) -> Vec<(String, String)> {
    paths.iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn notify_files_hold_the_recipients_and_say_who_is_not_sent_to() {
    let audience = audience(residents(), facts(), &["email", "sms", "post"]);
    let folder = tempfile::tempdir().unwrap();
    let options = NotifyOptions::new().personalisation("name", "first_name").personalisation("balance", "balance").prefix("audience-x");
    let paths = write_notify(&audience, folder.path().join("out"), &options).unwrap();
    let expected = [
        ("audience-x-email-1.csv", "email address,name,balance\na@example.org,'=Ann,-5\n"),
        ("audience-x-email-not-sent.csv", "key,reason\nb,the e-mail address is not valid\nf,the placeholder `name` would be empty\n"),
        (
            "audience-x-post-1.csv",
            "address line 1,address line 2,address line 3,address line 4,address line 5,address line 6,address line 7,name,balance\n\
             E,5 Rue Haute,France,,,,,\u{c9}mile,3\n",
        ),
        ("audience-x-post-not-sent.csv", "key,reason\nd,the address has fewer than three lines\n"),
        ("audience-x-sms-not-sent.csv", "key,reason\nc,the phone number is not a valid mobile number\n"),
    ];
    assert_eq!(read_all(&paths), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
}

#[test]
fn an_address_may_be_a_column_for_each_line() {
    let table = Table::from_columns([
        Column::text("id", [Some("a"), Some("b")]),
        Column::text("line", [Some("1 High Street, Flat 2"), None]),
        Column::text("town", [Some("Anytown"), Some("Anytown")]),
        Column::text("postcode", [Some("AB1 2CD"), Some("AB1 2CD")]),
    ]);
    let audience = audience(table.unwrap(), FactColumns::new().address(["line", "town", "postcode"]), &["post"]);
    let folder = tempfile::tempdir().unwrap();
    let paths = write_notify(&audience, folder.path(), &NotifyOptions::new()).unwrap();
    assert!(fs::read_to_string(&paths[0]).unwrap().ends_with("\n\"1 High Street, Flat 2\",Anytown,AB1 2CD,,,,\n"));
    assert_eq!(paths[1].file_name().unwrap(), "audience-post-not-sent.csv");
}

#[test]
fn lists_are_split_at_the_row_limit() {
    let many = 100_001;
    let table = Table::from_columns([
        Column::integer("id", (0..many).map(Some)),
        Column::text("email", (0..many).map(|i| Some(format!("c{i}@example.org")))),
    ]);
    let audience = audience(table.unwrap(), FactColumns::new().email("email"), &["email"]);
    let folder = tempfile::tempdir().unwrap();
    let paths = write_notify(&audience, folder.path(), &NotifyOptions::new()).unwrap();
    let lines: Vec<usize> = paths.iter().map(|path| fs::read_to_string(path).unwrap().lines().count()).collect();
    assert_eq!(lines, [100_001, 2]);
    assert_eq!(paths[1].file_name().unwrap(), "audience-email-2.csv");
}

#[test]
fn an_old_list_does_not_outlive_its_audience() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "audience-email-1.csv",
        "audience-email-2.csv",
        "audience-sms-not-sent.csv",
        "audience-email-2.txt",
        "audience-email-x.csv",
        "other-email-2.csv",
    ] {
        fs::write(folder.path().join(name), "old").unwrap();
    }
    let audience = audience(residents(), facts(), &["email"]);
    write_notify(&audience, folder.path(), &NotifyOptions::new()).unwrap();
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(
        names,
        ["audience-email-1.csv", "audience-email-2.txt", "audience-email-not-sent.csv", "audience-email-x.csv", "other-email-2.csv"]
    );
    assert!(!fs::read_to_string(folder.path().join("audience-email-1.csv")).unwrap().contains("old"));
}

#[test]
fn what_notify_cannot_do_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let kind = |audience: &Audience, options: &NotifyOptions| write_notify(audience, folder.path(), options).expect_err("refused").kind();
    let email = audience(residents(), facts(), &["email"]);
    for placeholder in ["", "email address", "Phone_Number", "address-line 3", "POSTCODE", " "] {
        assert_eq!(
            kind(&email, &NotifyOptions::new().personalisation(placeholder, "first_name")),
            ErrorKind::InvalidArgument,
            "{placeholder}"
        );
    }
    let twice = NotifyOptions::new().personalisation("First name", "first_name").personalisation("first_name", "balance");
    assert_eq!(kind(&email, &twice), ErrorKind::InvalidArgument);
    assert_eq!(kind(&email, &NotifyOptions::new().personalisation("name", "frist_name")), ErrorKind::UnknownName);
    for prefix in ["", "../x", "a/b", "a\\b"] {
        assert_eq!(kind(&email, &NotifyOptions::new().prefix(prefix)), ErrorKind::InvalidArgument, "{prefix}");
    }
    assert_eq!(kind(&audience(residents(), facts(), &["portal"]), &NotifyOptions::new()), ErrorKind::InvalidArgument);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nobody_is_no_file() {
    let audience = audience(residents().take(&[]).unwrap(), facts(), &["email"]);
    let folder = tempfile::tempdir().unwrap();
    assert!(write_notify(&audience, folder.path(), &NotifyOptions::new()).unwrap().is_empty());
}

#[test]
fn an_audience_is_written_with_its_contacts() {
    let audience = audience(residents(), facts(), &["sms", "post", "email"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    write_audience_csv(&audience, &path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("key,channel,contact,basis,rule\na,email,a@example.org,contract,R09\nb,email,not an address,contract,R09\n"),
        "{text}"
    );
    assert!(text.contains("\nd,post,nowhere,contract,R09\n"));
    #[cfg(feature = "parquet")]
    {
        let path = folder.path().join("a.parquet");
        write_audience_parquet(&audience, &path).unwrap();
        let back = crate::read_table(&path, &[], &crate::ReadOptions::new()).unwrap();
        assert_eq!(back.column_names(), ["key", "channel", "contact", "basis", "rule"]);
        assert_eq!(back.num_rows(), 6);
    }
    let error = write_audience_csv(&audience, folder.path().join("no/such/folder.csv")).expect_err("no folder");
    assert_eq!(error.kind(), ErrorKind::Io);
}
