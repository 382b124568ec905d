use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Area, tenure, and whether there is an e-mail address.
type Who = (Option<&'static str>, Option<&'static str>, bool);

fn audience(people: &[Who]) -> Audience {
    let table = Table::from_columns([
        Column::text("id", (0..people.len()).map(|number| Some(format!("c{number}")))),
        Column::text("area", people.iter().map(|who| who.0)),
        Column::text("tenure", people.iter().map(|who| who.1)),
        Column::text("email", people.iter().map(|who| who.2.then_some("x@example.org"))),
    ]);
    let people = Population::from_table(table.unwrap(), "id").unwrap().with_facts(FactColumns::new().email("email")).unwrap();
    let book = SegmentBook::new([SegmentDefinition::new("s", "id IS NOT NULL")]).unwrap();
    let members = book.evaluate(&people, &Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC }, &Run::new()).unwrap();
    let options = AudienceOptions::new("repairs", ["email"]);
    members.segment("s").unwrap().audience(&view(&[]), &options, &Run::new()).unwrap()
}

fn groups(of: &[(Option<&'static str>, Option<&'static str>, usize, usize)]) -> Audience {
    let one = |(area, tenure, members, allowed): &(Option<&'static str>, Option<&'static str>, usize, usize)| {
        (0..*members).map(|number| (*area, *tenure, number < *allowed)).collect::<Vec<Who>>()
    };
    audience(&of.iter().flat_map(one).collect::<Vec<Who>>())
}

fn by(names: &[&[&str]]) -> Vec<Vec<String>> {
    names.iter().map(|names| names.iter().map(|name| (*name).to_owned()).collect()).collect()
}

fn shown(audience: &Audience, names: &[&[&str]], min_base: u64) -> Vec<String> {
    let table = audience.equality(&by(names), &EqualityOptions::default().min_base(min_base)).unwrap();
    columns(&table, &["by", "group", "members", "allowed"])
}

#[test]
fn each_group_is_set_beside_the_best_and_the_rest() {
    // The example of Newcombe (1998), method 10.
    let audience = groups(&[(Some("north"), None, 70, 56), (Some("south"), None, 80, 48)]);
    let table = audience.equality(&by(&[&["area"]]), &EqualityOptions::default()).unwrap();
    assert_eq!(
        table.column_names(),
        [
            "by",
            "group",
            "members",
            "allowed",
            "share",
            "ci_low",
            "ci_high",
            "ratio",
            "difference",
            "difference_ci_low",
            "difference_ci_high",
            "level",
            "suppressed"
        ]
    );
    assert_eq!(columns(&table, &["by", "group", "members", "allowed"]), ["  150 104", "area north 70 56", "area south 80 48"]);
    let near = |name: &str, row: usize, wanted: f64| match table.column(name).unwrap().value(row) {
        Value::Float(found) => assert!((found - wanted).abs() < 5e-5, "{name} {row}: {found}"),
        other => panic!("{name} {row}: {other:?}"),
    };
    near("share", 1, 0.8);
    near("difference", 1, 0.2);
    near("difference_ci_low", 1, 0.0524);
    near("difference_ci_high", 1, 0.3339);
    near("difference_ci_low", 2, -0.3339);
    near("ratio", 1, 1.0);
    near("ratio", 2, 0.75);
    assert_eq!(table.column("ratio").unwrap().value(0), Value::Null);
    assert_eq!(table.column("difference").unwrap().value(0), Value::Null);
}

#[test]
fn a_small_group_is_withheld_and_cannot_be_found_by_subtraction() {
    let audience = groups(&[(Some("a"), None, 40, 30), (Some("b"), None, 12, 9), (Some("c"), None, 3, 1), (None, None, 20, 5)]);
    assert_eq!(shown(&audience, &[&["area"]], 10), ["  75 45", "area a 40 30", "area b  ", "area c  ", "area  20 5"]);
    assert_eq!(shown(&audience, &[&["area"]], 0), ["  75 45", "area a 40 30", "area b 12 9", "area c 3 1", "area  20 5"]);
    assert_eq!(shown(&audience, &[&["area"]], 100), ["   ", "area a  ", "area b  ", "area c  ", "area   "]);
    let alone = groups(&[(Some("a"), None, 12, 3)]);
    assert_eq!(shown(&alone, &[&["area"]], 10), ["  12 3", "area a 12 3"]);
}

#[test]
fn crossed_groups_do_not_give_away_each_others_margins() {
    let audience = groups(&[
        (Some("a"), Some("rent"), 30, 20),
        (Some("a"), Some("own"), 4, 2),
        (Some("b"), Some("rent"), 50, 20),
        (Some("b"), Some("own"), 60, 10),
    ]);
    assert_eq!(
        shown(&audience, &[&["area", "tenure"]], 10),
        ["  144 52", "area x tenure a x own  ", "area x tenure a x rent  ", "area x tenure b x own  ", "area x tenure b x rent  "]
    );
    assert_eq!(shown(&groups(&[]), &[&["area"]], 10), ["   "]);
}

#[test]
fn what_is_asked_of_the_groups_is_checked() {
    let audience = groups(&[(Some("a"), None, 12, 3)]);
    let kind = |names: &[&[&str]], options: EqualityOptions| audience.equality(&by(names), &options).expect_err("refused").kind();
    assert_eq!(kind(&[&["aera"]], EqualityOptions::default()), ErrorKind::UnknownName);
    assert_eq!(kind(&[&[]], EqualityOptions::default()), ErrorKind::InvalidArgument);
    for level in [0.0, 1.0, f64::NAN] {
        assert_eq!(kind(&[&["area"]], EqualityOptions::default().level(level)), ErrorKind::OutOfRange);
    }
}

fn who() -> impl Strategy<Value = Who> {
    let area = proptest::sample::select(vec![None, Some("a"), Some("a"), Some("b"), Some("c")]);
    let tenure = proptest::sample::select(vec![None, Some("rent"), Some("own"), Some("own")]);
    (area, tenure, any::<bool>())
}

/// Members and allowed by breakdown and group; `None` where they are withheld.
type Shown = BTreeMap<(String, String), Option<(i64, i64)>>;

fn read(table: &Table) -> Shown {
    let whole = |value: Value| if let Value::Integer(number) = value { Some(number) } else { None };
    let text = |value: Value| if let Value::Text(text) = value { text } else { String::new() };
    let value = |name: &str, row: usize| table.column(name).unwrap().value(row);
    let row = |row: usize| {
        let counts = whole(value("members", row)).zip(whole(value("allowed", row)));
        ((text(value("by", row)), text(value("group", row))), counts)
    };
    (0..table.num_rows()).map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_total_gives_a_withheld_group_away(people in proptest::collection::vec(who(), 0..90), min_base in 0_u64..14) {
        let audience = audience(&people);
        let names = by(&[&["area"], &["tenure"], &["area", "tenure"]]);
        let all = read(&audience.equality(&names, &EqualityOptions::default().min_base(0)).unwrap());
        let some = read(&audience.equality(&names, &EqualityOptions::default().min_base(min_base)).unwrap());
        prop_assert_eq!(all.keys().collect::<Vec<_>>(), some.keys().collect::<Vec<_>>());
        let members = |key: &(String, String)| all[key].unwrap().0;
        for (key, counts) in &some {
            prop_assert!(counts.is_none() || *counts == all[key]);
            prop_assert!(counts.is_none() || members(key) >= min_base as i64);
        }
        let is_whole = |key: &(String, String)| key.0.is_empty();
        let everyone = (String::new(), String::new());
        // Each line whose total can be known: a breakdown, and the crossed groups of one value.
        let mut lines: Vec<Vec<(String, String)>> = names.iter().map(|names| names.join(" x ")).map(|name| all.keys().filter(|key| key.0 == name).cloned().collect()).collect();
        for value in ["a", "b", "c", "rent", "own"] {
            let crossed = |key: &&(String, String)| key.0.contains(" x ") && key.1.split(" x ").any(|part| part == value);
            lines.push(all.keys().filter(crossed).cloned().collect());
        }
        for line in lines {
            let withheld: Vec<i64> = line.iter().filter(|key| some[*key].is_none()).map(members).collect();
            let all_withheld = withheld.len() == line.len();
            prop_assert!(withheld.is_empty() || all_withheld || withheld.len() > 1 && withheld.iter().sum::<i64>() >= min_base as i64, "{:?} {:?}", line, withheld);
        }
        prop_assert!(some[&everyone].is_some() || some.values().all(Option::is_none) && is_whole(&everyone));
    }
}
