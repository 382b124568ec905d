//! Bloomington's residents: the four published results, and breakdowns by area and segment.

mod common;

use common::{Example, number, text};

const AS_OF: &str = "2017-05-05";

#[test]
fn the_published_results_are_reproduced_with_rs_standard_errors() {
    let example = Example::new("bloomington");
    let summary = example.run(AS_OF);
    let published: Vec<(&str, f64, &str, u64)> = summary
        .survey
        .iter()
        .take(4)
        .map(|figure| {
            (
                figure.measure.as_str(),
                figure.value.expect("a value"),
                figure.published.as_deref().expect("published"),
                figure.n.expect("a base"),
            )
        })
        .collect();
    let expected = [
        ("neighbourhood", 0.73603, "74", 591),
        ("work", 0.65040, "65", 547),
        ("homelessness", 0.6126, "61", 555),
        ("supportive_housing", 0.6906, "69", 551),
    ];
    for ((measure, value, text, n), (wanted, share, percent, base)) in published.into_iter().zip(expected) {
        assert_eq!((measure, text, n), (wanted, percent, base));
        assert!((value - share).abs() < 1e-4, "{measure}: {value}");
    }
    // R survey 4.1: svymean of q1b and q1d.
    let table = example.table("out/estimates.csv");
    for (measure, value, std_error) in
        [("neighbourhood", 0.736_028_778_436, 0.022_459_453_317_7), ("work", 0.650_398_173_614, 0.024_049_962_218)]
    {
        let overall = |row: &usize| text(&table, "measure", *row) == measure && text(&table, "by", *row).is_empty();
        let row = (0..table.num_rows()).find(overall).expect("a row");
        assert!((number(&table, "value", row).expect("a value") / value - 1.0).abs() < 1e-9);
        assert!((number(&table, "std_error", row).expect("an error") / std_error - 1.0).abs() < 1e-9);
    }
}

#[test]
fn breakdowns_are_weighted_and_follow_the_segments() {
    let example = Example::new("bloomington");
    let summary = example.run(AS_OF);
    let (residents, estimates) = (example.table("residents.csv"), example.table("out/estimates.csv"));
    let share = |group: &dyn Fn(usize) -> bool| {
        let rows =
            || (0..residents.num_rows()).filter(|row| group(*row) && number(&residents, "q1b", *row).is_some_and(|answer| answer <= 4.0));
        let weight = |row: usize| number(&residents, "wt", row).expect("a weight");
        let satisfied: f64 = rows().filter(|row| number(&residents, "q1b", *row).expect("an answer") <= 2.0).map(weight).sum();
        satisfied / rows().map(weight).sum::<f64>()
    };
    let recommends = |row: usize| number(&residents, "q3a", row).is_some_and(|answer| answer <= 2.0);
    let estimate = |by: &str, group: &str| {
        let row = (0..estimates.num_rows()).find(|row| {
            text(&estimates, "measure", *row) == "neighbourhood"
                && text(&estimates, "by", *row) == by
                && text(&estimates, "group", *row) == group
        });
        number(&estimates, "value", row.expect("a row")).expect("a value")
    };
    assert!((estimate("segment:recommends", "in") - share(&recommends)).abs() < 1e-12);
    assert!((estimate("segment:recommends", "out") - share(&|row| !recommends(row))).abs() < 1e-12);
    for area in 1..=4 {
        let wanted = share(&|row| number(&residents, "area", row) == Some(f64::from(area)));
        assert!((estimate("area", &area.to_string()) - wanted).abs() < 1e-12, "area {area}");
    }
    let members = summary.segments.iter().find(|segment| segment.segment == "recommends").expect("a segment").members;
    assert_eq!(members, (0..residents.num_rows()).filter(|row| recommends(*row)).count() as u64);
}

#[test]
fn every_output_is_there_and_a_second_run_gives_the_same_bytes() {
    let example = Example::new("bloomington");
    let summary = example.run(AS_OF);
    let first = example.outputs();
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(names, ["compare-groups.csv", "estimates.csv", "estimates.json", "memberships.parquet", "report.html", "run.json"]);
    assert_eq!(summary.files, ["compare-groups.csv", "estimates.csv", "estimates.json", "memberships.parquet", "report.html"]);
    example.run(AS_OF);
    assert!(example.outputs() == first);
    let members = example.table("out/memberships.parquet");
    assert_eq!((members.num_rows(), members.num_columns()), (595, 9));
}

#[test]
fn the_quality_of_life_goes_with_what_the_readme_says() {
    let example = Example::new("bloomington");
    citx_cli::run(example.path("drivers.toml"), AS_OF, &citx::Run::new()).expect("runs");
    let drivers = example.table("out/drivers/drivers.csv");
    let points = |row: usize| ["lmg", "lmg_low", "lmg_high"].map(|name| (number(&drivers, name, row).expect("known") * 100.0).round());
    assert_eq!((text(&drivers, "driver", 0), points(0)), ("reputation".to_owned(), [13.0, 9.0, 19.0]));
    assert_eq!((text(&drivers, "driver", 1), points(1)), ("community".to_owned(), [6.0, 4.0, 9.0]));
    let all: f64 = (0..drivers.num_rows()).filter_map(|row| number(&drivers, "lmg", row)).sum();
    assert_eq!((all * 100.0).round(), 49.0);
    let needed: Vec<String> = (0..drivers.num_rows())
        .filter(|row| text(&drivers, "quadrant", *row) == "concentrate_here")
        .map(|row| text(&drivers, "driver", row))
        .collect();
    assert_eq!(needed, ["community", "economy"]);
}
