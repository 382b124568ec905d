use proptest::prelude::*;

use super::*;
use crate::ErrorKind;
use crate::consent::signals::Document;
use crate::consent::{ConsentView, Controller, Purpose, Question};
use crate::table::Value;

fn policy() -> Policy {
    let zone = "Europe/London".parse().expect("a zone");
    let controller = Controller::new("Anytown Homes", "company", zone);
    let calls = Purpose::new("calls", "direct_marketing", "legitimate_interests");
    let policy = Policy::builtin("uk-2026").and_then(|policy| policy.with_controller(controller)?.with_purpose(calls));
    let letters = Purpose::new("letters", "direct_marketing", "legitimate_interests");
    policy.and_then(|policy| policy.with_purpose(letters)).expect("a policy")
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn start(text: &str) -> Value {
    Value::Timestamp(midnight(day(text), &policy()).expect("an instant"))
}

fn list(released: &str, file: &str) -> NumberList {
    NumberList::parse("tps.txt", file.as_bytes(), day(released), &policy()).expect("a list")
}

fn people(phones: &[Option<&str>]) -> Population {
    let ids = (0..phones.len()).map(|row| Some(format!("C-{row}")));
    let table = Table::from_columns([Column::text("id", ids), Column::text("phone", phones.iter().copied())]).expect("a table");
    let facts = FactColumns::new().phone("phone");
    Population::from_table(table, "id").and_then(|people| people.with_facts(facts)).expect("citizens")
}

fn values(table: &Table, column: &str) -> Vec<Value> {
    table.column(column).expect("a column").values().collect()
}

const NOBODY: &str = "01632 999999\n";

fn screen(people: &Population, tps: &NumberList, previous: Option<&Table>) -> Table {
    let ctps = NumberList::parse("ctps.txt", NOBODY.as_bytes(), tps.released(), &policy()).expect("a list");
    screen_calls(people, tps, &ctps, previous, &policy()).expect("a screening")
}

#[test]
fn a_number_is_found_however_it_is_written() {
    let written =
        ["01632 960000", "+44 1632 960000", "0044 1632 960000", "+44 (0)1632-960000", "1632960000", "441632960000", "(01632) 960.000"];
    let tps = list("2026-11-01", "\u{feff}number\r\n\"01632960000\",landline\r\n\r\n");
    let people = people(&written.map(Some));
    let screening = screen(&people, &tps, None);
    assert!(values(&screening, "tps_listed_at").iter().all(|at| *at != Value::Null));
    for written in written {
        let list = list("2026-11-01", &format!("{written}\n01632960000\n"));
        assert_eq!(list.len(), tps.len(), "{written}");
    }
}

#[test]
fn a_number_that_cannot_be_read_is_not_screened() {
    let people = people(&[None, Some(""), Some("ex-directory"), Some("999"), Some("01632 960000 ext 5"), Some("01632 960001")]);
    let screening = screen(&people, &list("2026-11-01", "01632960000"), None);
    let screened: Vec<bool> = values(&screening, "tps_screened_at").iter().map(|at| *at != Value::Null).collect();
    assert_eq!(screened, [false, false, false, false, false, true]);
    assert_eq!(values(&screening, "evidence").iter().filter(|words| **words == Value::Null).count(), 5);
}

#[test]
fn a_listing_counts_at_once_unless_it_is_known_to_be_new() {
    let people = people(&[Some("01632960000"), Some("01632960001"), Some("01632960002"), Some("01632960003")]);
    let first = screen(&people, &list("2026-09-01", "01632960000\n"), None);
    assert_eq!(values(&first, "tps_listed_at"), [start("2026-08-04"), Value::Null, Value::Null, Value::Null]);
    assert_eq!(values(&first, "tps_screened_at"), vec![start("2026-09-01"); 4]);
    // One more was registered since; one was taken off; one changed to a number that nobody screened.
    let second = screen(&people, &list("2026-09-20", "01632960000\n01632960001"), Some(&first));
    assert_eq!(values(&second, "tps_listed_at"), [start("2026-08-04"), start("2026-09-01"), Value::Null, Value::Null]);
    let moved = self::people(&[Some("01632960009"), Some("01632960001"), Some("01632960002"), None]);
    let third = screen(&moved, &list("2026-10-10", "01632960001\n01632960009\n01632960002"), Some(&second));
    assert_eq!(values(&third, "tps_listed_at"), [start("2026-09-12"), start("2026-09-01"), start("2026-09-20"), Value::Null]);
    // Off the list and on again is a new registration.
    let off = screen(&moved, &list("2026-10-20", NOBODY), Some(&third));
    assert!(values(&off, "tps_listed_at").iter().all(|at| *at == Value::Null));
    let again = screen(&moved, &list("2026-10-30", "01632960001"), Some(&off));
    assert_eq!(values(&again, "tps_listed_at")[1], start("2026-10-20"));
}

#[test]
fn the_policy_counts_28_days_from_what_a_screening_gives() {
    let people = people(&[Some("01632960000"), Some("01632960001")]);
    let before = screen(&people, &list("2026-09-01", NOBODY), None);
    let after = screen(&people, &list("2026-09-20", "01632960000"), Some(&before));
    let people = with_screening(&people, &after).expect("screened");
    let rule = |row: usize, at: &str| {
        let at = Timestamp::parse(at, "Europe/London".parse().expect("a zone")).expect("an instant");
        let view = ConsentView::from_events([], &policy(), at).expect("a view");
        let mut question = Question::new(format!("C-{row}"), "calls", "phone");
        question.facts = crate::consent::Facts::of_citizen(&people, row, "phone", &policy()).expect("facts");
        view.decide(&question).expect("a decision").rule
    };
    assert_eq!([rule(0, "2026-09-28T22:59:59.999999Z"), rule(0, "2026-09-29")], ["R22", "R20"], "day 27 and day 28 of the listing");
    assert_eq!([rule(1, "2026-09-29"), rule(1, "2026-10-18")], ["R22", "R22"]);
    assert_eq!(rule(1, "2026-10-17T23:00:00.000001Z"), "R23", "a screening lasts 28 days");
}

#[test]
fn both_lists_count_and_the_older_one_dates_the_screening() {
    let people = people(&[Some("01632960000"), Some("01632960001"), Some("01632960002")]);
    let (tps, ctps) = (list("2026-09-20", "01632960000"), list("2026-09-10", "01632960001"));
    let screening = screen_calls(&people, &tps, &ctps, None, &policy()).expect("a screening");
    assert_eq!(values(&screening, "tps_listed_at"), [start("2026-08-23"), start("2026-08-13"), Value::Null]);
    assert_eq!(values(&screening, "tps_screened_at"), vec![start("2026-09-10"); 3]);
    let Value::Text(evidence) = &values(&screening, "evidence")[1] else { panic!("evidence is text") };
    assert!(evidence.contains(" of 2026-09-20: not listed; ") && evidence.ends_with(" of 2026-09-10: listed"), "{evidence}");
    assert_eq!(evidence.matches("sha256:").count(), 2);
}

#[test]
fn files_that_are_no_list_are_errors_without_their_values() {
    for (file, place) in
        [("01632960000\nJane Doe\n", "row 2"), ("number\n1632\n", "row 2"), ("01632960000\n,x\n", "row 2"), ("\u{0}7\n", "row 1")]
    {
        let error = NumberList::parse("tps.txt", file.as_bytes(), day("2026-11-01"), &policy()).expect_err(file);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        let message = error.to_string();
        assert!(message.contains(place) && !message.contains("Jane") && !message.contains("1632"), "{message}");
    }
    for file in ["", "\n\n", "number\n"] {
        assert!(NumberList::parse("tps.txt", file.as_bytes(), day("2026-11-01"), &policy()).is_err(), "nobody is on it");
    }
    let other = Policy::builtin("dynamics-365").expect("a policy");
    assert!(NumberList::parse("tps.txt", b"01632960000", day("2026-11-01"), &other).is_err(), "no prefix of a country");
}

#[test]
fn a_screening_is_of_the_same_citizens() {
    let two = people(&[Some("01632960000"), None]);
    let screening = screen(&two, &list("2026-11-01", "01632960000"), None);
    let screened = with_screening(&two, &screening).expect("screened");
    assert_eq!(screened.len(), 2);
    assert!(with_screening(&screened, &screening).is_ok(), "once more is the same");
    assert!(with_screening(&people(&[None]), &screening).is_err());
    let turned = screening.take(&[1, 0]).expect("rows");
    assert_eq!(with_screening(&two, &turned).expect_err("another order").kind(), ErrorKind::InvalidArgument);
    assert!(with_screening(&two, two.table()).is_err(), "nothing was screened");
    let plain = Population::from_table(two.table().clone(), "id").expect("citizens");
    assert!(screen_calls(&plain, &list("2026-11-01", NOBODY), &list("2026-11-01", NOBODY), None, &policy()).is_err());
}

fn post(listed: &[(&str, &str)], homes: &[(&str, &str)], surnames: bool) -> Vec<Value> {
    let table = |rows: &[(&str, &str)]| {
        Table::from_columns([
            Column::integer("id", (0..rows.len() as i64).map(Some)),
            Column::text("surname", rows.iter().map(|row| Some(row.0))),
            Column::text("address", rows.iter().map(|row| Some(row.1))),
        ])
        .expect("a table")
    };
    let mut columns = AddressColumns::new(["address"]);
    columns.surname = surnames.then(|| "surname".to_owned());
    let mps = AddressList::new(Document::of("mps.csv", b""), day("2026-11-01"), &table(listed), &columns).expect("a list");
    let people = Population::from_table(table(homes), "id").expect("citizens");
    values(&screen_post(&people, &mps, Some(&columns)).expect("a screening"), "mps_listed")
}

#[test]
fn addresses_are_the_same_by_postcode_and_numbers() {
    let listed = [("Vimes", "Flat 3, 12 High Street, Anytown, AB1 2CD"), ("", "Rose Cottage, Mill Lane, AB1 2CE")];
    let (yes, no, unknown) = (Value::Boolean(true), Value::Boolean(false), Value::Null);
    for (surname, home, expected) in [
        ("VIMES", "12 high st\nflat 3\nab12cd", &yes),
        ("Vimes", "12 High Street, Anytown AB1 2CD", &no),
        ("Ramkin", "Flat 3, 12 High Street, AB1 2CD", &no),
        ("", "Flat 3, 12 High Street, AB1 2CD", &yes),
        ("Aching", "Rose Cottage, AB1 2CE", &yes),
        ("Aching", "Thorn Cottage, AB1 2CE", &no),
        ("Vimes", "Flat 3, 12 High Street, Anytown", &unknown),
        ("Vimes", "AB1 2CD", &unknown),
        ("Vimes", "", &unknown),
    ] {
        assert_eq!(post(&listed, &[(surname, home)], true), std::slice::from_ref(expected), "{surname}: {home}");
    }
    assert_eq!(post(&listed, &[("Ramkin", "12/3 High Street AB1 2CD")], false), [Value::Boolean(true)], "whoever lives there");
}

#[test]
fn a_list_without_addresses_is_an_error_and_rows_without_are_counted() {
    let table = |homes: &[Option<&str>]| Table::from_columns([Column::text("home", homes.iter().copied())]).expect("a table");
    let columns = AddressColumns::new(["home"]);
    let document = Document::of("mps.csv", b"");
    let list = |homes: &[Option<&str>]| AddressList::new(document.clone(), day("2026-11-01"), &table(homes), &columns);
    let some = list(&[Some("1 High Street, AB1 2CD"), None, Some("Anytown")]).expect("a list");
    assert_eq!((some.len(), some.unread()), (1, 2));
    assert_eq!(list(&[None]).expect_err("nobody").kind(), ErrorKind::InvalidArgument);
    assert!(AddressList::new(document.clone(), day("2026-11-01"), &table(&[]), &AddressColumns::new(["street"])).is_err());
    assert!(!format!("{some:?}").contains("High"));
}

#[test]
fn the_policy_heeds_the_mps() {
    let table = Table::from_columns([
        Column::text("id", [Some("C-0"), Some("C-1")]),
        Column::text("home", [Some("1 High Street, AB1 2CD"), Some("2 High Street, AB1 2CD")]),
    ]);
    let facts = FactColumns::new().address(["home"]);
    let people = table.and_then(|table| Population::from_table(table, "id")?.with_facts(facts)).expect("citizens");
    let columns = AddressColumns::new(["home"]);
    let one = people.table().take(&[0]).expect("a row");
    let mps = AddressList::new(Document::of("mps.csv", b""), day("2026-11-01"), &one, &columns).expect("a list");
    let people = screen_post(&people, &mps, None).and_then(|screening| with_screening(&people, &screening)).expect("screened");
    let view = ConsentView::from_events([], &policy(), Timestamp::from_micros(1_795_000_000_000_000)).expect("a view");
    let mask = view.decide_many(&people, &crate::Bitmap::ones(2), "letters", "post", &[], &crate::Run::new()).expect("decisions");
    let rules: Vec<&str> =
        mask.iter().map(|verdict| policy().rules()[verdict.rule].id.clone()).map(|id| if id == "R24" { "R24" } else { "R25" }).collect();
    assert_eq!(rules, ["R24", "R25"]);
}

proptest! {
    /// Two numbers that the policy compares as the same are the same on a list.
    #[test]
    fn numbers_are_read_as_the_policy_compares_them(text in "(\\+44|0044|0|)[ (]{0,1}[1-9][0-9 ()-]{8,14}", other in "(\\+44|0|)[1-9][0-9]{6,12}") {
        let policy = policy();
        let reader = numbers::Reader::new(&policy).expect("a reader");
        let [normal, plain] = [&text, &other].map(|text| policy.normal_contact(text));
        let (read, compared) = (reader.number(&text), reader.number(&other));
        if normal == plain {
            prop_assert_eq!(read, compared);
        }
        if let (Some(read), true) = (read, normal.starts_with('+')) {
            prop_assert_eq!(format!("+{read}"), normal.as_str());
        }
        if let (Some(read), Some(compared), true) = (read, compared, normal.starts_with('+') && plain.starts_with('+')) {
            prop_assert_eq!(read == compared, normal == plain);
        }
    }

    /// No file panics, and none is read in which a row is no number.
    #[test]
    fn files_are_read_or_refused(file in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(list) = NumberList::parse("tps.txt", &file, day("2026-11-01"), &policy()) {
            prop_assert!(list.len() <= file.split(|byte| *byte == b'\n').count());
        }
    }

    #[test]
    fn addresses_of_any_text_are_compared_without_panic(text in ".{0,60}") {
        let mut own = vec![("", text.as_str()), ("", "1 High Street, AB1 2CD")];
        let found = post(&own, &own, true);
        prop_assert!(found.iter().all(|listed| *listed != Value::Boolean(false)));
        own.reverse();
        prop_assert_eq!(post(&own, &own, true).into_iter().rev().collect::<Vec<_>>(), found);
    }
}
