//! Segments of a project that read events, places and consent, and the questions that the program answers about them.

mod common;

use common::{citx, folder, status, stderr, stdout};
use serde_json::{Value as Json, json};

const PROJECT: &str = r#"
time_zone = "Europe/London"
[citizens]
source = "people.csv"
key = "id"
[citizens.facts]
email = "email"
[controller]
name = "Anytown Council"
kind = "public_authority"
[consent]
ledger = "consent.db"
import = "consent.csv"
[purpose.newsletter]
message_class = "direct_marketing"
basis = "consent"
[events]
source = "events.csv"
citizen = "who"
kind = "what"
at = "day"
channel = "way"
[places.hubs]
source = "hubs.csv"
lat = "north"
lon = "east"
[segments]
clicked = "event_count('click', INTERVAL '30 days') >= 1"
close = "within_m_any(lat, lon, 'hubs', 500)"
reachable = "may_contact('newsletter', 'email')"
[audience.news]
segment = "reachable"
purpose = "newsletter"
channels = ["email"]
"#;

const FILES: [(&str, &str); 4] = [
    ("people.csv", "id,email,lat,lon\nC-1,ann.secret@example.org,51.5033,-0.1195\nC-2,bob@example.org,52,0\nC-3,cat@example.org,,\n"),
    ("consent.csv", "citizen,purpose,channel,status,captured_at\nC-1,newsletter,email,given,2026-01-05\n"),
    ("events.csv", "who,what,day,way\nC-2,click,2026-11-02,email\nC-3,click,2026-02-02,\nC-9,click,2026-11-03,sms\n"),
    ("hubs.csv", "north,east\n51.5033,-0.1195\n10,10\n"),
];

const AT: [&str; 2] = ["--as-of", "2026-11-22"];

fn project(text: &str, other: &str) -> tempfile::TempDir {
    let mut files = FILES.to_vec();
    files.push(("citx.toml", text));
    files.push(("other.toml", other));
    folder(&files)
}

fn answer(folder: &tempfile::TempDir, words: &[&str]) -> Json {
    let arguments: Vec<&str> = words.iter().copied().chain(AT).chain(["--json"]).collect();
    let output = citx(folder.path(), &arguments);
    assert_eq!(status(&output), 0, "{words:?}: {}{}", stderr(&output), stdout(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn segments_read_events_places_and_the_projects_own_consent() {
    let folder = project(PROJECT, "");
    let output = citx(folder.path(), &["check"]);
    assert_eq!((status(&output), stdout(&output).as_str()), (0, "citx.toml: no problems\n"));
    assert!(!folder.path().join("consent.db").exists(), "a check writes nothing");
    let summary = answer(&folder, &["run"]);
    let counted = json!([
        { "segment": "clicked", "members": 1 }, { "segment": "close", "members": 1 }, { "segment": "reachable", "members": 1 }
    ]);
    assert_eq!(summary["segments"], counted);
    assert_eq!(summary["audiences"][0]["allowed"], 1);
    assert_eq!(answer(&folder, &["run"])["consent"]["imported"], 0);
    assert_eq!(answer(&folder, &["segments"])["segments"], counted);
    assert_eq!(answer(&folder, &["explain", "clicked", "C-2"])["explanation"]["outcome"], true);
    assert_eq!(answer(&folder, &["explain", "reachable", "C-1"])["explanation"]["outcome"], true);
    assert_eq!(answer(&folder, &["explain", "reachable", "C-2"])["explanation"]["outcome"], false);
}

#[test]
fn segments_read_events_as_columns() {
    let featured = PROJECT
        .replace("at = \"day\"", "at = \"day\"\nfeatures = [30, 365]\nfeature_kinds = [\"click\", \"gave up\"]")
        .replace("[segments]\n", "[segments]\nlapsed = 'click_30d = 0 AND click_365d > 0 AND \"gave up_365d\" = 0'\n");
    let folder = project(&featured, &featured.replace("click_30d = 0", "click_30d = 1"));
    let output = citx(folder.path(), &["check"]);
    assert_eq!((status(&output), stdout(&output).as_str()), (0, "citx.toml: no problems\n"));
    assert_eq!(answer(&folder, &["run"])["segments"][0], json!({ "segment": "lapsed", "members": 1 }));
    assert_eq!(answer(&folder, &["segments", "--keys", "lapsed"])["keys"], json!(["C-3"]));
    assert_eq!(answer(&folder, &["explain", "lapsed", "C-3"])["explanation"]["outcome"], true);
    assert_eq!(answer(&folder, &["diff", "other.toml"])["changed"], json!(["lapsed"]));
    let plain = featured.replace("may_contact('newsletter', 'email')", "TRUE").replace("within_m_any(lat, lon, 'hubs', 500)", "TRUE");
    let plain = project(&plain.replace("event_count('click', INTERVAL '30 days') >= 1", "TRUE"), "");
    assert!(answer(&plain, &["segments", "--sql", "duckdb"])["segments"][0]["sql"].as_str().is_some_and(|sql| sql.contains("click_30d")));
    let fails = |from: &str, to: &str, wanted: &str| {
        let folder = project(&featured.replace(from, to), "");
        let output = citx(folder.path(), &["check"]);
        assert_ne!(status(&output), 0, "{to}");
        assert!(stdout(&output).contains(wanted), "{to}: {}", stdout(&output));
    };
    fails("features = [30, 365]", "features = [30, 0.5]", "whole numbers");
    fails("features = [30, 365]", "features = [30, 30]", "30 days is given twice");
    fails("features = [30, 365]", "features = [-1]", "found -1");
    fails("features = [30, 365]", "features = []", "none was given");
    fails("features = [30, 365]", "features = \"30\"", "a list of numbers");
    fails("features = [30, 365]\n", "", "`features = [30, 90]`");
    fails("click_365d > 0", "click_36d > 0", "click_36d");
    let taken = project(&featured, "");
    std::fs::write(taken.path().join("people.csv"), "id,email,lat,lon,click_30d\nC-1,a@example.org,51.5,0,1\n").expect("writes");
    let output = citx(taken.path(), &["check"]);
    assert!(stdout(&output).contains("own column `click_30d`"), "{}", stdout(&output));
}

#[test]
fn segments_are_counted_together_and_written_in_other_forms() {
    let folder = project(&PROJECT.replace("reachable = \"may", "all = \"TRUE\"\nreachable = \"may"), "");
    answer(&folder, &["run"]);
    let plan = answer(&folder, &["segments", "--plan"]);
    let parts = plan["plan"].as_array().expect("rows");
    assert!(parts.iter().any(|part| part["form"] == "join"), "{plan}");
    let overlap = answer(&folder, &["segments", "--overlap"]);
    assert_eq!(overlap["overlap"].as_array().map(Vec::len), Some(16));
    let crosstab = answer(&folder, &["segments", "--crosstab", "segment:clicked"]);
    assert!(crosstab["crosstab"].as_array().is_some_and(|rows| rows.len() >= 4));
    assert_eq!(answer(&folder, &["segments", "--rules"])["segments"][1]["name"], "close");
    let wrong = |words: &[&str], expected: i32| {
        let arguments: Vec<&str> = words.iter().copied().chain(AT).collect();
        assert_eq!(status(&citx(folder.path(), &arguments)), expected, "{words:?}");
    };
    wrong(&["segments", "--overlap", "--crosstab", "email"], 2);
    wrong(&["segments", "--crosstab", "emial"], 22);
    wrong(&["segments", "--sql", "oracle"], 10);
    let plain = self::folder(&[
        ("people.csv", "id,score\n1,3\n2,9\n"),
        ("citx.toml", "[citizens]\nsource = \"people.csv\"\nkey = \"id\"\n[segments]\nhigh = \"score > 5\"\n"),
    ]);
    let sql = answer(&plain, &["segments", "--sql", "duckdb"]);
    assert!(sql["segments"][0]["sql"].as_str().is_some_and(|sql| sql.contains("score")), "{sql}");
}

#[test]
fn a_diff_says_who_would_move() {
    let changed = PROJECT.replace("INTERVAL '30 days'", "INTERVAL '300 days'").replace("close = ", "near = ");
    let folder = project(PROJECT, &changed);
    answer(&folder, &["run"]);
    let diff = answer(&folder, &["diff", "other.toml"]);
    assert_eq!((&diff["added"], &diff["removed"], &diff["changed"]), (&json!(["near"]), &json!(["close"]), &json!(["clicked"])));
    assert_eq!(diff["moves"], json!([{ "segment": "clicked", "key": "C-3", "change": "entered" }]));
    assert_eq!(answer(&folder, &["diff", "citx.toml", "other.toml", "--moves"])["moves"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer(&folder, &["diff", "citx.toml"])["moves"], json!([]));
    assert_eq!(status(&citx(folder.path(), &["diff", "absent.toml", "--as-of", "2026-11-22"])), 60);
}

#[test]
fn what_is_wrong_with_events_and_places_is_said_without_values() {
    let fails = |from: &str, to: &str, wanted: &str| {
        let folder = project(&PROJECT.replace(from, to), "");
        let output = citx(folder.path(), &["check"]);
        assert_ne!(status(&output), 0, "{to}");
        assert!(stdout(&output).contains(wanted), "{to}: {}", stdout(&output));
        assert!(!stdout(&output).contains("secret"), "{to}: {}", stdout(&output));
    };
    fails("citizen = \"who\"", "citizen = \"whom\"", "whom");
    fails("at = \"day\"", "at = \"way\"", "way");
    fails("lat = \"north\"", "lat = \"nort\"", "[places.hubs]");
    fails("'hubs', 500", "'hub', 500", "hub");
    fails("may_contact('newsletter'", "may_contact('news'", "news");
    fails("[events]\n", "[events]\nkinds = \"what\"\n", "kinds");
    fails("source = \"hubs.csv\"", "source = \"people.csv\"", "[places.hubs]");
}
