//! A landlord's return: from its own survey and figures, and from the regulator's data set.

mod common;

use common::{Example, citx, folder, number, status, stderr, stdout, text};
use serde_json::Value as Json;

const PROJECT: &str = r#"
[tsm]
landlord = "Anytown Homes"
year = "2024/25"
landlord_type = "PRP"
lcra_homes = 1200
[tsm.management]
source = "figures.csv"
[tsm.LCRA]
source = "answers.csv"
key = "tenant"
mode = "mode"
collected_at = "on"
selection = "srs"
population = 1180
household = "home"
targets = "tenants.csv"
filters = { TP02 = "had_repair" }
[tsm.LCRA.post_stratify]
by = "age"
totals = { under_65 = 0.6, over_65 = 0.4 }
[tsm.approach]
incentives = "none"
[tsm.LCRA.approach]
sample_method = "drawn at random from the rent roll, as it is complete"
"#;

const FIGURES: &str = "measure,numerator,denominator\nBS01,1079,1080\nRP02(1),900,1000\nRP02(2),95,100\nBS05,0,0\n";

const TENANTS: &str = "characteristic,category,share\nage,under_65,0.6\nage,over_65,0.4\n";

/// 400 answers, 3 in 4 satisfied; the older ones more.
fn answers() -> String {
    let mut answers = "tenant,home,age,mode,on,had_repair,TP01,TP02\n".to_owned();
    for at in 0..400 {
        let age = if at % 2 == 0 { "over_65" } else { "under_65" };
        let good = if at % 2 == 0 { at % 10 != 0 } else { at % 5 < 3 };
        let answer = if good { "Very satisfied" } else { "Fairly dissatisfied" };
        let (repair, repaired) = if at % 4 == 0 { ("yes", answer) } else { ("no", "") };
        answers += &format!("T{at:03},H{at:03},{age},Telephone,2024-06-{:02},{repair},{answer},{repaired}\n", 1 + at % 28);
    }
    answers
}

fn landlord(project: &str) -> tempfile::TempDir {
    folder(&[("citx.toml", project), ("figures.csv", FIGURES), ("answers.csv", &answers()), ("tenants.csv", TENANTS)])
}

fn json(output: &std::process::Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {}", stdout(output)))
}

fn measure(made: &Json, code: &str) -> Json {
    let rows = made["measures"].as_array().expect("rows");
    rows.iter().find(|row| row["measure"] == code).unwrap_or_else(|| panic!("no {code}")).clone()
}

#[test]
fn a_return_is_made_of_a_survey_and_figures() {
    let folder = landlord(PROJECT);
    let output = citx(folder.path(), &["tsm", "--json"]);
    assert_eq!(status(&output), 0, "{}", stdout(&output));
    let made = json(&output);
    // Of the older 4 in 5 are satisfied and of the younger 3 in 5, weighted to 4 and 6 of 10.
    let tp01 = measure(&made, "TP01");
    assert_eq!((&tp01["published"], &tp01["n"]), (&"68.0".into(), &400.into()));
    assert!((tp01["value"].as_f64().expect("a value") - 0.68).abs() < 1e-12);
    assert_eq!((measure(&made, "BS01")["published"].as_str(), measure(&made, "BS05")["published"].as_str()), (Some("99.9"), Some("[U]")));
    assert_eq!(measure(&made, "TP12")["published"], "[X]");
    let codes: Vec<&str> = made["warnings"].as_array().expect("rows").iter().filter_map(|row| row["code"].as_str()).collect();
    assert!(codes.contains(&"MeasureMissing") && !codes.contains(&"IncentivesUndisclosed"), "{codes:?}");
    let sample = &made["sample"][0];
    assert_eq!((&sample["population"], &sample["achieved"], &sample["selection"]), (&1180.into(), &400.into(), &"srs".into()));
    let approach = citx(folder.path(), &["tsm", "--show", "approach"]);
    let approach = stdout(&approach);
    for words in ["collected from 2024-06-01 to 2024-06-28", "Telephone 400 (100.0 percent)", "drawn at random from the rent roll", "none"]
    {
        assert!(approach.contains(words), "{words}: {approach}");
    }
    for what in ["samples", "answers", "methods", "management", "representativeness", "characteristics", "weighting", "warnings", "sources"]
    {
        let output = citx(folder.path(), &["tsm", "citx.toml", "--show", what]);
        assert!(status(&output) == 0 && !stdout(&output).is_empty(), "{what}");
    }
    let output = citx(folder.path(), &["tsm", "--to", "return.xlsx"]);
    assert!(status(&output) == 0 && stdout(&output).contains("what a regulator would ask about"), "{}", stderr(&output));
    let mut options = citx::ReadOptions::default();
    options.sheet = Some("Measures".into());
    let sheet = citx::read_table(folder.path().join("return.xlsx"), &[], &options).expect("a sheet");
    assert_eq!((sheet.num_rows(), text(&sheet, "measure", 0), number(&sheet, "n", 0)), (26, "TP01".to_owned(), Some(400.0)));
}

#[test]
fn a_run_writes_the_return() {
    let folder = landlord(PROJECT);
    assert_eq!(status(&citx(folder.path(), &["check"])), 0);
    let run = citx(folder.path(), &["run", "--as-of", "2025-04-30", "--json"]);
    assert_eq!(status(&run), 0, "{}", stdout(&run));
    let summary = json(&run);
    let files: Vec<&str> = summary["files"].as_array().expect("files").iter().filter_map(Json::as_str).collect();
    assert_eq!(files, ["report.html", "tsm-approach.md", "tsm-measures.csv", "tsm-return.xlsx", "tsm-warnings.csv", "tsm.json"]);
    assert!(summary["headlines"][0].as_str().is_some_and(|line| line.starts_with("Anytown Homes, return for 2024/25: ")), "{summary}");
    let out = |name: &str| folder.path().join("out").join(name);
    let measures = citx::read_table(out("tsm-measures.csv"), &["published"], &citx::ReadOptions::default()).expect("a table");
    assert_eq!((measures.num_rows(), text(&measures, "published", 0)), (26, "68.0".to_owned()));
    let whole: Json = serde_json::from_slice(&std::fs::read(out("tsm.json")).expect("written")).expect("JSON");
    assert_eq!(whole, json(&citx(folder.path(), &["tsm", "--json"])));
    let report = std::fs::read_to_string(out("report.html")).expect("a report");
    assert!(report.contains("Tenant Satisfaction Measures") && report.contains("Summary of approach") && report.contains("figures.csv"));
    assert!(std::fs::read_to_string(out("tsm-approach.md")).expect("written").starts_with("# Summary of approach, LCRA"));
    assert!(!report.contains("T001"), "no tenant's key");
}

#[test]
fn tenants_may_be_weighted_by_segments() {
    let by_age = "by = \"age\"\ntotals = { under_65 = 0.6, over_65 = 0.4 }";
    let by_segment = PROJECT.replace(by_age, "by = \"segment:older\"\ntotals = { out = 0.6, in = 0.4 }");
    assert_ne!(by_segment, PROJECT);
    let segments = "[citizens]\nsource = \"people.csv\"\nkey = \"id\"\n[segments]\nolder = \"years >= 65\"\n";
    let folder = landlord(&(segments.to_owned() + &by_segment));
    let people = "id,years\n".to_owned() + &(0..400).map(|at| format!("T{at:03},{}\n", [80, 40][at % 2])).collect::<String>();
    std::fs::write(folder.path().join("people.csv"), people).expect("written");
    let output = citx(folder.path(), &["tsm", "--as-of", "2025-04-30", "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert_eq!(measure(&json(&output), "TP01")["published"], "68.0");
    assert_eq!(status(&citx(folder.path(), &["tsm"])), 22, "a segment has members at an instant only");
}

#[test]
fn the_survey_of_the_project_may_be_the_tenants() {
    let project = "[survey]\nsource = \"answers.csv\"\ninstrument = \"tsm-2022\"\nframe_size = 1180\n[tsm]\nlandlord = \"A\"\nyear = \"2024/25\"\n[tsm.LCRA]\n";
    let folder = landlord(project);
    let made = json(&citx(folder.path(), &["tsm", "--json"]));
    assert_eq!((&measure(&made, "TP01")["value"], &made["sample"][0]["population"]), (&0.7.into(), &1180.into()));
}

#[test]
fn counts_make_a_return_too() {
    let counts =
        "who,where,measure,answer,count,homes\nA,LCRA,TP01,Very satisfied,300,900\nA,LCRA,TP01,Neither,100,900\nB,LCRA,TP01,Neither,7,80\n";
    let project = "[tsm]\nlandlord = \"A\"\nyear = \"2024/25\"\n[tsm.LCRA]\ncounts = \"counts.csv\"\nunit = [\"who\", \"where\"]\nframe_size = \"homes\"\n\
                   achieved = 401\nmodes = { Telephone = 300, Post = 101 }\n";
    let folder = folder(&[("citx.toml", project), ("counts.csv", counts), ("other.toml", &project.replace("\"A\"", "\"C\""))]);
    let made = json(&citx(folder.path(), &["tsm", "--json"]));
    assert_eq!((&measure(&made, "TP01")["value"], &made["sample"][0]["achieved"]), (&0.75.into(), &401.into()));
    let predominant = |row: &Json| row["method"] == "Telephone" && row["predominant"] == "Telephone";
    assert!(made["methods"].as_array().expect("rows").iter().any(predominant), "{}", made["methods"]);
    assert_eq!(status(&citx(folder.path(), &["tsm", "other.toml"])), 30);
}

#[test]
fn the_regulators_data_set_is_read() {
    let example = Example::new("tsm");
    let folder = example.path("");
    let output = citx(&folder, &["tsm", "--release", "tsm2024.xlsx", "--json"]);
    assert_eq!(status(&output), 0, "{}", stdout(&output));
    let release = json(&output);
    let count = |name: &str| release[name].as_array().map(Vec::len);
    assert_eq!((count("returns"), count("published")), (Some(413), Some(4788)));
    let shown = stdout(&citx(&folder, &["tsm", "--release", "tsm2024.xlsx"]));
    assert!(shown.contains("Abri Group Limited (LCRA)") && shown.ends_with("413 returns, percentages as published\n"));
    let own = ["tsm", "--release", "tsm2024.xlsx", "--landlord", "Brighton and Hove City Council", "--year", "2023/24", "--json"];
    let own = json(&citx(&folder, &own));
    let (tp01, bs01, nm01) = (measure(&own, "TP01"), measure(&own, "BS01"), measure(&own, "NM01(1)"));
    assert_eq!((&tp01["published"], &tp01["quartile"], &tp01["peers"]), (&"65.4".into(), &3.into(), &158.0.into()));
    assert_eq!((&bs01["published"], &bs01["is_exactly_100"], &nm01["published"]), (&"100.0".into(), &false.into(), &"56.1".into()));
    assert_eq!(own["sample"][0]["rule"], "met");
    let project = json(&citx(&folder, &["tsm", "--json"]));
    assert_eq!(project, own, "the project file says the same");
    for (words, code) in [
        (&["--landlord", "Brighton and Hove", "--year", "2023/24"][..], 30),
        (&["--landlord", "Brighton and Hove City Council", "--year", "2023"], 10),
        (&["--landlord", "Brighton and Hove City Council"], 2),
        (&["--show", "everything"], 2),
    ] {
        let mut arguments = vec!["tsm", "--release", "tsm2024.xlsx"];
        arguments.extend(words);
        assert_eq!(status(&citx(&folder, &arguments)), code, "{words:?}");
    }
    assert_eq!(status(&citx(&folder, &["tsm", "--release", "none.xlsx"])), 60);
    assert_eq!(status(&citx(&folder, &["tsm", "--release", "returns.csv"])), 61);
    assert_eq!(status(&citx(&folder, &["tsm", "year_on_year.toml"])), 10);
}

#[track_caller]
fn fails(from: &str, to: &str, code: i32, words: &str) {
    assert!(PROJECT.contains(from), "{from}");
    let folder = landlord(&PROJECT.replace(from, to));
    for command in [&["run", "--as-of", "2025-04-30"][..], &["check"], &["tsm"]] {
        let output = citx(folder.path(), command);
        let said = stdout(&output) + &stderr(&output);
        assert_eq!(status(&output), code, "{command:?}: {said}");
        assert!(said.contains(words), "{command:?}: {said}");
    }
}

#[test]
fn what_is_wrong_with_a_return_is_said_with_its_place() {
    fails("landlord = \"Anytown Homes\"", "landlrd = \"Anytown Homes\"", 10, "`landlord = \"...\"` is missing");
    fails("lcra_homes = 1200", "lcra_hmes = 1200", 22, "did you mean `lcra_homes`?");
    fails("[tsm.LCRA.approach]", "[tsm.LCRA.aproach]", 22, "did you mean `approach`?");
    fails("year = \"2024/25\"", "year = \"2024\"", 10, "reporting year");
    fails("landlord_type = \"PRP\"", "landlord_type = \"council\"", 10, "expected one of PRP, LA, LARP");
    fails("incentives", "insentives", 22, "incentives");
    fails("TP02 = \"had_repair\"", "TP99 = \"had_repair\"", 22, "filters");
    fails("source = \"answers.csv\"", "", 10, "`source = \"...\"` is missing");
    fails("source = \"answers.csv\"", "source = \"tenants.csv\"", 22, "[tsm.LCRA]");
    fails("source = \"figures.csv\"", "source = \"tenants.csv\"", 22, "[tsm.management]");
    fails("targets = \"tenants.csv\"", "targets = \"nobody.csv\"", 60, "nobody.csv");
    fails("lcra_homes = 1200", "release = \"x.xlsx\"", 10, "leave out [tsm.management]");
}
