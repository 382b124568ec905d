use super::*;
use citx_core::Run;
use citx_core::citizens::Population;
use citx_core::rules::Context;
use citx_core::segments::SegmentDefinition;
use citx_core::table::Column;
use citx_core::time::{TimeZone, Timestamp};

const HOSTILE: &str = "</title><script>alert('x')</script> & \"Sons\" \u{202e}";

fn hostile_figure(measure: &str) -> Figure {
    Figure {
        measure: measure.to_owned(),
        about: Some(HOSTILE.to_owned()),
        value: Some(0.654),
        ci: Some((0.624, 0.683)),
        level: 0.95,
        n: Some(1003),
        unit: "proportion".into(),
        warnings: vec!["NonProbabilitySample".into()],
        peers: Some(Peers { count: 355, rank: 249, quartile: 3, quartiles: (0.6, 0.7, 0.8) }),
        ..Figure::default()
    }
}

fn membership() -> (Membership, SegmentBook) {
    let people =
        Table::from_columns([Column::integer("id", (1..=4).map(Some)), Column::integer("age", [Some(70), Some(30), None, Some(66)])]);
    let people = Population::from_table(people.expect("columns of one length"), "id").expect("unique keys");
    let mut definition = SegmentDefinition::new("over_65", "age >= 65 AND '<b>' <> 'x'");
    definition.description = Some(HOSTILE.into());
    let book = SegmentBook::new([definition]).expect("a rule");
    let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    (book.evaluate(&people, &context, &Run::new()).expect("evaluates"), book)
}

fn effects() -> Table {
    let text = |name: &str, value: &str| Column::text(name, [Some(value.to_owned())]);
    let number = |name: &str, value: f64| Column::float(name, [Some(value)]);
    let whole = |name: &str, value: i64| Column::integer(name, [Some(value)]);
    Table::from_columns([
        text("arm", HOSTILE),
        number("effect", 0.0813),
        number("std_error", 0.0034),
        number("ci_low", 0.0747),
        number("ci_high", 0.0879),
        number("level", 0.95),
        whole("n", 38_201),
        whole("n_control", 191_243),
        number("mean", 0.378),
        number("mean_control", 0.297),
        text("unit", "proportion"),
        text("method", "difference of means, CR0"),
    ])
    .expect("columns of one length")
}

fn everything() -> String {
    let (membership, book) = membership();
    let standing = Standing {
        name: HOSTILE.into(),
        peers: HOSTILE.into(),
        sample: Some(Sample { population: 12_438, required: 983, achieved: 1_005, required_moe: 0.03, achieved_moe: 0.0297 }),
        figures: vec![hostile_figure("TP01"), hostile_figure("TP02")],
    };
    Report::new(HOSTILE)
        .as_of("22 November 2026")
        .generated_consent()
        .lead(HOSTILE)
        .segments(&membership, Some(&book))
        .standing(standing.clone())
        .units(vec![standing])
        .figures(HOSTILE, vec![hostile_figure("q")])
        .uplift(HOSTILE, &effects(), HOSTILE)
        .expect("a table of effects")
        .source("Answers", HOSTILE)
        .to_html()
}

/// Every tag of the page, opening and closing, in order.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|part| part.split(['>', ' ', '\n']).next()).collect()
}

#[test]
fn hostile_names_are_text_everywhere() {
    let html = everything();
    assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains('\u{202e}') && !html.contains(HOSTILE));
    assert!(html.contains("&lt;/title&gt;&lt;script&gt;"));
}

#[test]
fn every_element_is_closed_in_order() {
    let html = everything();
    let mut open: Vec<&str> = Vec::new();
    for tag in tags(&html) {
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed)),
            None if ["!DOCTYPE", "meta"].contains(&tag) => (),
            None => open.push(tag),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_page_needs_nothing_from_outside() {
    let html = everything();
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
}

#[test]
fn charts_are_images_with_a_name_and_tables_have_captions_and_scopes() {
    let html = everything();
    let count = |what: &str| html.matches(what).count();
    assert!(count("<svg ") >= 4);
    assert_eq!(count("<svg "), count("role=\"img\""));
    assert_eq!(count("<svg "), count("<desc>"));
    assert_eq!(count("<table>"), count("<caption>"));
    assert_eq!(count("<th "), count("scope=\"col\"") + count("scope=\"row\""));
    assert!(html.contains("<html lang=\"en-GB\">") && count("<h1>") == 1);
}

#[test]
fn figures_have_base_and_interval_and_generated_records_a_notice() {
    let html = everything();
    for words in [
        "65.4%",
        "62.4% to 68.3%",
        "1,003",
        "249th of 355",
        "983 answers are required",
        "+8.1",
        "+7.5 to +8.8",
        "37.8%",
        "29.7%",
        GENERATED_CONSENT,
    ] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn nobody_and_nothing_make_a_page_too() {
    let html = Report::new("").figures("Nothing", Vec::new()).to_html();
    assert!(html.contains("There are no figures."));
    let withheld = Figure { published: Some("[S]".into()), ..Figure::default() };
    assert_eq!((withheld.value_text(), withheld.interval_text()), ("withheld [S]".to_owned(), "-".to_owned()));
}

#[test]
fn a_report_replaces_the_last_one() {
    let folder = std::env::temp_dir().join(format!("citx-report-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("report.html");
    for title in ["first", "second"] {
        Report::new(title).write(&path).expect("can be written");
    }
    let html = std::fs::read_to_string(&path).expect("can be read");
    assert!(html.contains("<title>second</title>"));
    let error = Report::new("x").write(folder.join("none").join("report.html")).expect_err("no such folder");
    assert_eq!(error.kind(), ErrorKind::Io);
    std::fs::remove_dir_all(&folder).expect("can be removed");
}
