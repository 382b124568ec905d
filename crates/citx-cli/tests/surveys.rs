//! `[survey]` of a project: designs, weighting, figures, comparisons, drivers and protection; and the commands for one figure.

mod common;

use citx::Table;
use common::{Example, citx, folder, number, status, stderr, stdout, text};
use serde_json::Value as Json;

/// The cluster sample of California schools (tests/golden/survey).
const SCHOOLS: &str = include_str!("../../../tests/golden/survey/apiclus1.csv");

const CLUSTERS: &str = r#"
[survey]
source = "schools.csv"
weights = "pw"
psu = "dnum"
fpc = "fpc"
deff_reference = "srswor"
[[survey.figure]]
kind = "mean"
column = "api00"
by = ["stype"]
[[survey.figure]]
name = "pupils"
kind = "total"
column = "enroll"
"#;

fn schools(more: &str) -> tempfile::TempDir {
    folder(&[("citx.toml", &(CLUSTERS.to_owned() + more)), ("schools.csv", SCHOOLS)])
}

fn json(output: &std::process::Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {}", stdout(output)))
}

fn ran(folder: &tempfile::TempDir) -> Json {
    let output = citx(folder.path(), &["run", "--as-of", "2026-11-22"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    serde_json::from_slice(&std::fs::read(folder.path().join("out/estimates.json")).expect("written")).expect("JSON")
}

fn table(folder: &tempfile::TempDir, name: &str) -> Table {
    citx::read_table(folder.path().join("out").join(name), &["group"], &citx::ReadOptions::default()).expect("a table")
}

/// The row of a measure for everyone, or for a group.
fn row(estimates: &Json, measure: &str, group: Option<&str>) -> Json {
    let rows = estimates["estimates"].as_array().expect("rows");
    let found = rows.iter().find(|row| row["measure"] == measure && row["group"].as_str() == group);
    found.unwrap_or_else(|| panic!("no row {measure} {group:?}")).clone()
}

#[track_caller]
fn close(found: &Json, wanted: f64, tolerance: f64) {
    let found = found.as_f64().expect("a number");
    assert!((found / wanted - 1.0).abs() < tolerance, "{found} is not {wanted}");
}

#[test]
fn a_design_and_figures_of_columns_are_those_of_r() {
    let estimates = ran(&schools(""));
    let mean = row(&estimates, "api00", None);
    close(&mean["value"], 644.169_398_907_104, 1e-12);
    close(&mean["std_error"], 23.542_240_693_781, 1e-9);
    close(&mean["deff"], 9.345_869_450_590_95, 1e-9);
    close(&mean["ci_low"], 593.676_314_463_326, 1e-9);
    let middle = row(&estimates, "api00", Some("M"));
    close(&middle["value"], 631.44, 1e-12);
    close(&middle["std_error"], 31.609_465_227_245_5, 1e-9);
    let total = row(&estimates, "pupils", None);
    close(&total["value"], 3_404_940.134_529_11, 1e-12);
    close(&total["std_error"], 932_235.027_041_215, 1e-9);
    assert_eq!(total["unit"], "total");
    assert!(estimates.get("weighting").is_none());
}

#[test]
fn weights_meet_their_totals_and_variances_are_rs() {
    let post = "[survey.post_stratify]\nby = \"stype\"\ntotals = { E = 4421, H = 755, M = 1018 }\n";
    let rake = "[survey.rake.margins]\nstype = { E = 4421, H = 755, M = 1018 }\n\"sch.wide\" = { No = 1072, Yes = 5122 }\n";
    let calibrate = "[survey.calibrate]\ntotals = { stype = { E = 4421, H = 755, M = 1018 } }\n";
    for (more, method, value, std_error, n_eff, pupils) in [
        (post, "post-stratification", 642.310_788_211_582, 23.920_486_445_090_4, 176.070_025_647_849, 3_680_892.945_119_05),
        (rake, "raking", 641.230_320_926_82, 23.703_616_887_922_5, 174.011_158_551_058, 3_647_280.148_065_21),
        (calibrate, "calibration, linear", 642.310_788_211_582, 23.920_486_445_090_4, 176.070_025_647_849, 3_680_892.945_119_05),
    ] {
        let folder = schools(more);
        let estimates = ran(&folder);
        let mean = row(&estimates, "api00", None);
        close(&mean["value"], value, 1e-9);
        close(&mean["std_error"], std_error, 1e-7);
        close(&row(&estimates, "pupils", None)["value"], pupils, 1e-9);
        let [step] = estimates["weighting"].as_array().expect("steps").as_slice() else { panic!("one step") };
        assert_eq!((&step["method"], &step["n"]), (&Json::from(method), &Json::from(183)));
        close(&step["n_eff"], n_eff, 1e-9);
        let margins = step["margins"].as_array().expect("margins");
        assert!(margins.iter().any(|margin| margin["category"] == "E" && margin["before"].as_f64().is_some_and(|before| before > 4800.0)));
        margins.iter().for_each(|margin| close(&margin["after"], margin["target"].as_f64().expect("a target"), 1e-9));
        let report = std::fs::read_to_string(folder.path().join("out/report.html")).expect("a report");
        assert!(report.contains(&format!("Weights by {method}")) && report.contains("answers count as"), "{method}");
    }
}

#[test]
fn the_example_meets_the_state_and_is_rs() {
    let example = include_str!("../../../examples/schools/citx.toml").replace("../../tests/golden/survey/apiclus1.csv", "schools.csv");
    let estimates = ran(&folder(&[("citx.toml", &example), ("schools.csv", SCHOOLS)]));
    let mean = row(&estimates, "api00", None);
    close(&mean["value"], 641.230_320_926_82, 1e-9);
    close(&mean["std_error"], 23.703_616_887_922_5, 1e-7);
    close(&row(&estimates, "pupils", None)["value"], 3_647_280.148_065_21, 1e-9);
    assert_eq!((&mean["n"], &mean["base"]), (&183.into(), &"answer".into()));
}

#[test]
fn a_project_says_whom_a_row_stands_for() {
    let mut lines = SCHOOLS.lines();
    let names = lines.next().expect("names");
    let rows = (1..).zip(lines).map(|(id, row)| format!("{id},{row}\n")).collect::<String>();
    let project = CLUSTERS.replace("weights =", "base = \"home\"\nbase_key = \"id\"\nweights =");
    let homes = folder(&[("citx.toml", &project), ("schools.csv", &format!("id,{names}\n{rows}"))]);
    assert_eq!(row(&ran(&homes), "api00", None)["base"], "home");
    let report = std::fs::read_to_string(homes.path().join("out/report.html")).expect("a report");
    assert!(report.contains("183 homes") && report.contains(">Homes<") && !report.contains(">Answers<"));
    let twice = folder(&[("citx.toml", &project), ("schools.csv", &format!("id,{names}\n{rows}{}", rows.lines().next().expect("a row")))]);
    assert_eq!(status(&citx(twice.path(), &["run", "--as-of", "2026-11-22"])), 10);
    let wrong = project.replace("\"home\"", "\"flat\"");
    assert_eq!(status(&citx(folder(&[("citx.toml", &wrong), ("schools.csv", SCHOOLS)]).path(), &["check"])), 10);
}

#[test]
fn weighting_goes_in_one_order_whatever_the_file_says_first() {
    let more = "[survey.trim]\nupper = 1.2\nof = \"mean\"\n[survey.post_stratify]\nby = \"stype\"\ntotals = { E = 0.7, H = 0.15, M = 0.15 }\n\
                [survey.replicates]\nkind = \"jk1\"\n";
    let estimates = ran(&schools(more));
    let steps: Vec<&Json> = estimates["weighting"].as_array().expect("steps").iter().map(|step| &step["method"]).collect();
    assert_eq!(steps, ["post-stratification", "trimming, redistribute"]);
    assert!(estimates["weighting"][1]["trimmed"].as_u64().is_some_and(|trimmed| trimmed > 0));
    close(&estimates["weighting"][0]["margins"][0]["target"], 0.7 * 6194.0, 1e-6);
    // Jackknife of 15 districts: R degf 14.
    assert_eq!(row(&estimates, "api00", None)["df"], 14.0);
}

#[test]
fn given_replicates_are_read() {
    let answers = "x,w,r1,r2,r3\n1,1,0,1.5,1.5\n2,1,1.5,0,1.5\n4,1,1.5,1.5,0\n";
    let project = "[survey]\nsource = \"a.csv\"\nweights = \"w\"\n[survey.replicates]\ncolumns = [\"r1\", \"r2\", \"r3\"]\nkind = \"jk1\"\n\
                   [[survey.figure]]\nkind = \"mean\"\ncolumn = \"x\"\n";
    let estimates = ran(&folder(&[("citx.toml", project), ("a.csv", answers)]));
    // The jackknife of a mean is its usual standard error: sqrt(7/3 / 3).
    close(&row(&estimates, "x", None)["std_error"], (7.0_f64 / 9.0).sqrt(), 1e-12);
}

#[test]
fn quantiles_ratios_and_proportions_have_rows_of_their_own() {
    let more = "[[survey.figure]]\nkind = \"quantile\"\ncolumn = \"api00\"\nshares = [0.25, 0.5]\nby = [\"stype\"]\n\
                [[survey.figure]]\nkind = \"proportion\"\ncolumn = \"comp.imp\"\nequals = \"Yes\"\n\
                [[survey.figure]]\nkind = \"ratio\"\nnumerator = \"enroll\"\ndenominator = \"api00\"\nby = [[\"stype\", \"sch.wide\"]]\n";
    let estimates = ran(&schools(more));
    assert_eq!(
        (&row(&estimates, "api00[0.25]", None)["value"], &row(&estimates, "api00[0.5]", None)["value"]),
        (&552.0.into(), &652.0.into())
    );
    let lower = row(&estimates, "api00[0.25]", Some("E"))["value"].as_f64();
    assert!(lower < row(&estimates, "api00[0.5]", Some("E"))["value"].as_f64());
    assert_eq!(row(&estimates, "comp.imp = Yes", None)["unit"], "proportion");
    assert_eq!(row(&estimates, "enroll / api00", Some("H x Yes"))["by"], "stype x sch.wide");
    let folder = schools(more);
    let score = |arguments: &[&str]| {
        let output = citx(folder.path(), arguments);
        assert_eq!(status(&output), 0, "{arguments:?}: {}", stderr(&output));
        json(&output)
    };
    assert_eq!(score(&["score", "--quantile", "api00=0.25,0.5", "--json"])["scores"][1]["value"], 652.0);
    close(&score(&["score", "citx.toml", "--mean", "api00", "--json"])["value"], 644.169_398_907_104, 1e-12);
    close(&score(&["score", "--total", "enroll", "--json"])["std_error"], 932_235.027_041_215, 1e-9);
    let high = score(&["score", "--total", "stype=H", "--by", "sch.wide", "--json"]);
    assert_eq!((&high["scores"][0]["measure"], high["scores"].as_array().map(Vec::len)), (&"stype = H".into(), Some(3)));
    assert_eq!(score(&["score", "--proportion", "comp.imp=Yes", "--json"])["value"], row(&estimates, "comp.imp = Yes", None)["value"]);
    assert_eq!(score(&["score", "--ratio", "enroll/api00", "--json"])["unit"], "ratio");
    for (arguments, code) in [
        (&["score", "--proportion", "stype"][..], 10),
        (&["score", "--quantile", "api00=half"], 10),
        (&["score", "--quantile", "api00=1.5"], 11),
        (&["score", "--ratio", "api00"], 10),
        (&["score", "--mean", "api0"], 22),
        (&["score", "--mean", "stype"], 10),
        (&["score", "TP01", "--mean", "api00"], 10),
        (&["score", "--mean", "api00", "--total", "enroll"], 2),
    ] {
        assert_eq!(status(&citx(folder.path(), arguments)), code, "{arguments:?}");
    }
}

/// Two waves: 60 of 100 satisfied, and 75 of 100.
fn waves(more: &str) -> tempfile::TempDir {
    let wave = |satisfied: usize, weight: &str| {
        let row = |at: usize| {
            let (answer, sex, area) = (if at < satisfied { "good" } else { "bad" }, ["f", "m"][at % 2], ["n", "s", "w", "e"][at % 4]);
            format!("{answer},{sex},{area},{}{weight}\n", 1 + (at * 7 + at / 3) % 5)
        };
        (0..100).map(row).collect::<String>()
    };
    let project = "[survey]\nsource = \"later.csv\"\nquestions = { service = \"q\" }\nweights = \"w\"\nlevel = 0.9\nby = [\"area\"]\n\
                   scale = { answers = [\"good\", \"bad\"], positive = [\"good\"] }\n";
    let later = "q,sex,area,speed,w\n".to_owned() + &wave(75, ",2");
    let earlier = "q,sex,area,speed\n".to_owned() + &wave(60, "");
    folder(&[("citx.toml", &(project.to_owned() + more)), ("later.csv", &later), ("earlier.csv", &earlier)])
}

const COMPARE: &str = "[survey.compare]\ntest = \"pooled\"\n[survey.compare.before]\nsource = \"earlier.csv\"\nweights = false\n";

#[test]
fn a_wave_is_compared_with_the_earlier_one() {
    let folder = waves(COMPARE);
    let estimates = ran(&folder);
    let change = &estimates["compare"][0];
    close(&change["difference"], 0.15, 1e-12);
    // Pooled z of 60 and 75 of 100: 0.15 / sqrt(.675 x .325 x 2 / 100).
    close(&change["statistic"], 0.15 / (0.675_f64 * 0.325 * 0.02).sqrt(), 1e-9);
    assert_eq!((&change["level"], &change["significant"]), (&0.9.into(), &true.into()));
    assert_eq!(text(&table(&folder, "compare.csv"), "measure", 0), "service");
    let answered = |arguments: &[&str]| {
        let output = citx(folder.path(), arguments);
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        json(&output)
    };
    assert_eq!(answered(&["compare", "--json"])["compare"], estimates["compare"]);
    assert_eq!(answered(&["compare", "--measure", "speed", "--json"])["compare"][0]["before"], {
        let earlier = citx::read_table(folder.path().join("earlier.csv"), &[], &citx::ReadOptions::default()).expect("a table");
        Json::from((0..100).filter_map(|row| number(&earlier, "speed", row)).sum::<f64>() / 100.0)
    });
    let text = std::fs::read_to_string(folder.path().join("citx.toml")).expect("a project").replace(COMPARE, "");
    std::fs::write(folder.path().join("later.toml"), &text).expect("written");
    std::fs::write(folder.path().join("earlier.toml"), text.replace("later.csv", "earlier.csv").replace("weights = \"w\"\n", ""))
        .expect("written");
    let two = answered(&["compare", "earlier.toml", "later.toml", "--level", "0.99", "--json"]);
    close(&two["compare"][0]["difference"], 0.15, 1e-12);
    assert_eq!(two["compare"][0]["level"], 0.99);
    for (arguments, code) in [
        (&["compare", "later.toml"][..], 10),
        (&["compare", "earlier.toml", "none.toml"], 60),
        (&["compare", "--measure", "mood"], 22),
        (&["compare", "--adjust", "holms"], 10),
        (&["compare", "a", "b", "c"], 2),
    ] {
        assert_eq!(status(&citx(folder.path(), arguments)), code, "{arguments:?}");
    }
}

#[test]
fn groups_are_compared_and_drivers_found() {
    let more = "[survey.compare_groups]\nby = [\"sex\", \"area\"]\nadjust = \"holm\"\nmeasures = [\"service\", \"speed\"]\n\
                [survey.drivers]\noutcome = \"service\"\ndrivers = [\"speed\"]\nreplicates = 20\nseed = 7\n";
    let folder = waves(more);
    let estimates = ran(&folder);
    let groups = table(&folder, "compare-groups.csv");
    // One pair of sexes and six of areas, for two measures.
    assert_eq!(groups.num_rows(), 14);
    assert!((0..14).all(|row| text(&groups, "adjust", row) == "holm" && number(&groups, "level", row) == Some(0.9)));
    assert_eq!((text(&groups, "by", 0), text(&groups, "measure", 1)), ("sex".to_owned(), "speed".to_owned()));
    let drivers = &estimates["drivers"];
    assert_eq!((&drivers["outcome"], &drivers["n"], &drivers["replicates"]), (&"service".into(), &100.into(), &20.into()));
    assert_eq!(text(&table(&folder, "drivers.csv"), "driver", 0), "speed");
    let report = std::fs::read_to_string(folder.path().join("out/report.html")).expect("a report");
    assert!(report.contains("What drives service") && report.contains("Differences between groups"));
    let first = std::fs::read(folder.path().join("out/estimates.json")).expect("written");
    ran(&folder);
    assert_eq!(std::fs::read(folder.path().join("out/estimates.json")).expect("written"), first, "seeds make draws repeat");
}

#[test]
fn what_few_said_is_withheld_everywhere() {
    let answers = |rows: &[(&str, &str, usize, usize)]| {
        let row = |(area, sex, good, all): &(&str, &str, usize, usize)| {
            (0..*all).map(|at| format!("{},{area},{sex}\n", if at < *good { "good" } else { "bad" })).collect::<String>()
        };
        "q,area,sex\n".to_owned() + &rows.iter().map(row).collect::<String>()
    };
    let later = answers(&[
        ("north", "f", 20, 30),
        ("north", "m", 10, 30),
        ("south", "f", 15, 20),
        ("south", "m", 9, 22),
        ("west", "f", 2, 3),
        ("west", "m", 0, 8),
    ]);
    let project = "[survey]\nsource = \"a.csv\"\nquestions = { service = \"q\" }\nby = [\"area\"]\n\
                   scale = { answers = [\"good\", \"bad\"], positive = [\"good\"] }\n\
                   [survey.post_stratify]\nby = \"sex\"\ntotals = { f = 0.5, m = 0.5 }\n\
                   [survey.compare_groups]\nby = [\"area\", [\"area\", \"sex\"]]\n[survey.protect]\nrule = \"ons-10\"\n";
    let open =
        project.replace("[survey.protect]\nrule = \"ons-10\"\n", "").replace("by = [\"area\"]", "by = [\"area\", [\"area\", \"sex\"]]");
    let with = |project: &str| folder(&[("citx.toml", project), ("a.csv", &later)]);
    let shown = ran(&with(&open));
    assert!(shown["estimates"].as_array().expect("rows").iter().all(|row| row["suppressed"] == false));
    let folder = with(&project.replace("by = [\"area\"]\nscale", "by = [\"area\", [\"area\", \"sex\"]]\nscale"));
    let estimates = ran(&folder);
    let west = row(&estimates, "service", Some("west x f"));
    assert_eq!((&west["suppressed"], &west["value"], &west["n"]), (&true.into(), &Json::Null, &Json::Null));
    assert_eq!(estimates["protect"]["rule"], "ons-10");
    let pairs = estimates["compare_groups"].as_array().expect("pairs");
    let hidden = |group: &str| {
        let of = pairs.iter().filter(|pair| pair["group_a"] == group || pair["group_b"] == group);
        of.map(|pair| pair["value_a"].is_null() && pair["n_b"].is_null() && pair["p_value"].is_null() && pair["warnings"] == "Suppressed")
            .collect::<Vec<_>>()
    };
    assert!(!hidden("west x f").is_empty() && hidden("west x f").iter().all(|hidden| *hidden));
    assert!(hidden("west x m").iter().all(|hidden| *hidden), "else the other could be found from the total");
    assert!(pairs.iter().any(|pair| pair["value_a"].is_number()));
    assert!(estimates["weighting"][0]["margins"][0].get("before").is_none(), "sums of equal weights are numbers of people");
    // A breakdown that only groups are compared by is protected too.
    let alone =
        ran(&with(&project.replace("[\"area\", [\"area\", \"sex\"]]\n[survey.protect]", "[[\"area\", \"sex\"]]\n[survey.protect]")));
    assert!(alone["estimates"].as_array().expect("rows").iter().all(|row| row["by"] != "area x sex"));
    let of_west = |pair: &&Json| pair["group_a"] == "west x f" || pair["group_b"] == "west x f";
    assert!(alone["compare_groups"].as_array().expect("pairs").iter().filter(of_west).all(|pair| pair["value_a"].is_null()));
    let output = citx(folder.path(), &["score", "service", "--by", "area,sex", "--json"]);
    let scores = json(&output);
    assert_eq!(scores["scores"].as_array().expect("rows").iter().filter(|row| row["suppressed"] == true).count(), 2, "{scores}");
    std::fs::write(folder.path().join("few.toml"), project.replace("ons-10", "own.toml")).expect("written");
    std::fs::write(folder.path().join("own.toml"), "name = 'own'\nsource = 'board'\nsymbol = '[c]'\n[primary]\nunder = 200\nzero = true\n")
        .expect("written");
    let output = citx(folder.path(), &["score", "few.toml", "service"]);
    assert_eq!(status(&output), 52, "{}", stderr(&output));
    assert!(!stderr(&output).contains("113"));
}

#[test]
fn waves_of_few_are_withheld_too() {
    let project = |rule: &str| format!("[survey.protect]\nrule = \"{rule}\"\n") + COMPARE;
    let open = ran(&waves(&project("ons-10")));
    assert_eq!(open["compare"][0]["n_before"], 100);
    let folder = waves(&project("own.toml"));
    std::fs::write(folder.path().join("own.toml"), "name = 'own'\nsource = 'board'\nsymbol = '[c]'\n[primary]\nunder = 101\nzero = true\n")
        .expect("written");
    let change = ran(&folder)["compare"][0].clone();
    assert_eq!((&change["difference"], &change["n_after"], &change["warnings"]), (&Json::Null, &Json::Null, &"Suppressed".into()));
}

/// A project with one thing changed, checked and run: the exit status and a part of the message.
#[track_caller]
fn fails(more: &str, code: i32, words: &str) {
    let folder = schools(more);
    for command in [&["run", "--as-of", "2026-11-22"][..], &["check"]] {
        let output = citx(folder.path(), command);
        let said = stdout(&output) + &stderr(&output);
        assert_eq!(status(&output), code, "{command:?}: {said}");
        assert!(said.contains(words), "{command:?}: {said}");
    }
    assert!(!folder.path().join("out").join("run.json").exists());
}

#[test]
fn what_is_wrong_with_a_survey_is_said_with_its_place() {
    fails("[survey.rake]\nmargns = {}\n", 10, "line 16, column 1: [survey.rake]: a table `margins` is missing");
    fails("[survey.rake.margins]\nstype = { E = 1, H = 1, M = \"x\" }\n", 10, "expected a number, found string");
    fails(
        "[survey.rake.margins]\nstype = { E = 4421, H = 755, M = 1018, X = 1 }\n",
        10,
        "[survey.rake]: margin `stype`: nobody in the sample",
    );
    fails("[survey.rake.margins]\nstype = { E = 4421, H = 755 }\n", 10, "category `M` of the sample has no total");
    fails("[survey.rake.margins]\nschool = { E = 1 }\n", 22, "school");
    fails("[survey.post_stratify]\ntotals = { E = 1 }\n", 10, "`by = \"...\"` is missing");
    fails("[survey.post_stratify]\nby = \"stype\"\n", 10, "a table `totals`");
    fails("[survey.calibrate]\ntotals = { enroll = 3e6 }\nbounds = [0.5]\n", 10, "expected two numbers");
    fails("[survey.calibrate]\ntotals = { enroll = 9e9 }\ndistance = \"logit\"\nbounds = [0.9, 1.1]\n", 51, "[survey.calibrate]");
    fails("[survey.trim]\nlower = 5\nuper = 9\n", 22, "there is no key `uper` in [survey.trim]; did you mean `upper`?");
    fails("[survey.trim]\nupper = 4\nrule = \"cut\"\n", 10, "expected one of redistribute, strict, rescale");
    fails("[survey.replicates]\nkind = \"brr\"\n", 10, "expected one of jk1, jkn, bootstrap");
    fails("[[survey.figure]]\nkind = \"median\"\n", 10, "expected one of mean, total, proportion, ratio, quantile");
    fails("[[survey.figure]]\nkind = \"mean\"\n", 10, "`column = \"...\"` is missing");
    fails("[survey.figure]\nkind = \"mean\"\n", 10, "duplicate key");
    fails("[survey.compare]\n", 10, "a table [survey.compare.before] is missing");
    fails("[survey.compare.before]\nweights = \"pw\"\n", 10, "the table of the earlier wave");
    fails("[survey.compare.before]\nsource = \"none.csv\"\n", 60, "none.csv");
    fails("[survey.compare_groups]\nadjust = \"holm\"\n", 10, "`by = \"...\"` is missing");
    fails("[survey.compare_groups]\nby = \"stype\"\nmeasures = \"api\"\n", 22, "[survey.compare_groups]");
    fails("[survey.drivers]\nreplicates = 5\n", 10, "`outcome = \"...\"` is missing");
    fails("[survey.drivers]\noutcome = \"api00\"\ndrivers = [\"stype\"]\n", 10, "[survey.drivers]");
    fails("[survey.protect]\nrule = \"nhs\"\n", 22, "[survey.protect] rule");
    fails("[survey.protect]\nrule = \"none.toml\"\n", 60, "none.toml");
    fails("[survey.protect]\nrule = \"ons-10\"\nwidth = 0\n", 10, "[survey.protect]");
}

#[test]
fn counts_have_no_respondents_to_weight() {
    let counts = "unit,measure,answer,count\na,TP01,Very satisfied,5\na,TP01,Neither,3\n";
    let project = "[survey]\ncounts = \"c.csv\"\ninstrument = \"tsm-2022\"\n";
    for (more, key) in [("[survey.trim]\nupper = 2\n", "trim"), ("[survey.drivers]\noutcome = \"TP01\"\n", "drivers")] {
        let folder = folder(&[("citx.toml", &(project.to_owned() + more)), ("c.csv", counts)]);
        let output = citx(folder.path(), &["check"]);
        assert_eq!(status(&output), 10);
        assert!(stdout(&output).contains(&format!("`survey.{key}`: counts have no respondents")), "{}", stdout(&output));
    }
}

#[test]
fn a_stratum_of_one_is_an_error_unless_the_project_says_what_to_do() {
    let answers = "x,s\n1,a\n2,a\n3,a\n4,b\n";
    let project = "[survey]\nsource = \"a.csv\"\nstrata = \"s\"\n[[survey.figure]]\nkind = \"mean\"\ncolumn = \"x\"\n";
    let run = |project: &str| {
        let folder = folder(&[("citx.toml", project), ("a.csv", answers)]);
        citx(folder.path(), &["run", "--as-of", "2026-11-22"])
    };
    assert_eq!(status(&run(project)), 50);
    for policy in ["certainty", "adjust"] {
        assert_eq!(status(&run(&project.replace("strata", &format!("lonely_psu = \"{policy}\"\nstrata")))), 0, "{policy}");
    }
}

#[test]
fn margins_may_be_segments_and_columns_of_the_citizens() {
    let citizens =
        "id,tenure,age\n".to_owned() + &(0..40).map(|at| format!("{at},{},{}\n", ["rent", "own"][at % 2], 20 + at)).collect::<String>();
    let answers = "id,q\n".to_owned() + &(0..40).map(|at| format!("{at},{}\n", 1 + at % 3)).collect::<String>();
    let project = "[citizens]\nsource = \"people.csv\"\nkey = \"id\"\n[segments]\nolder = \"age >= 50\"\n[survey]\nsource = \"a.csv\"\nkey = \"id\"\n\
                   [[survey.figure]]\nkind = \"mean\"\ncolumn = \"q\"\n\
                   [survey.rake.margins]\ntenure = { rent = 0.7, own = 0.3 }\n\"segment:older\" = { in = 0.5, out = 0.5 }\n";
    let folder = folder(&[("citx.toml", project), ("people.csv", &citizens), ("a.csv", &answers)]);
    let estimates = ran(&folder);
    assert_eq!(estimates["weighting"][0]["margins"].as_array().map(Vec::len), Some(4));
    let value = &row(&estimates, "q", None)["value"];
    let output = citx(folder.path(), &["score", "--mean", "q", "--as-of", "2026-11-22", "--json"]);
    assert_eq!(&json(&output)["value"], value, "{}", stderr(&output));
    assert_eq!(status(&citx(folder.path(), &["score", "--mean", "q"])), 10, "a margin by segment needs an instant");
    let compare = ["compare", "citx.toml", "citx.toml", "--measure", "q", "--json", "--as-of", "2026-11-22"];
    assert_eq!(&json(&citx(folder.path(), &compare))["compare"][0]["before"], value);
    assert_eq!(status(&citx(folder.path(), &compare[..6])), 10, "here too");
    let without = project.replace("[segments]\nolder = \"age >= 50\"\n", "").replace("\"segment:older\" = { in = 0.5, out = 0.5 }\n", "");
    std::fs::write(folder.path().join("citx.toml"), without).expect("written");
    assert_eq!(ran(&folder)["weighting"][0]["margins"].as_array().map(Vec::len), Some(2));
    assert_eq!(status(&citx(folder.path(), &["score", "--mean", "q"])), 0);
}

#[test]
fn a_year_against_the_next_is_the_table_of_the_example() {
    let example = Example::new("tsm");
    citx_cli::run(example.path("year_on_year.toml"), "2025-11-25", &citx::Run::new()).expect("runs");
    let table = example.table("out/year_on_year/compare.csv");
    let found: Vec<(String, String, String, String)> = (0..table.num_rows())
        .map(|row| {
            let cell = |name: &str, times: f64, digits: usize| format!("{:.digits$}", number(&table, name, row).expect("known") * times);
            (text(&table, "unit", row), cell("difference", 100.0, 1), cell("statistic", 1.0, 2), cell("p_adjusted", 1.0, 3))
        })
        .collect();
    let row = |unit: &str, difference: &str, z: &str, p: &str| (unit.into(), difference.into(), z.into(), p.into());
    assert_eq!(
        found,
        [
            row("Abri Group Limited", "-0.5", "-0.41", "0.678"),
            row("Arches Housing Limited", "7.4", "2.28", "0.033"),
            row("Ashfield District Council", "-8.5", "-5.75", "0.000"),
        ]
    );
    for (adjust, p) in [("holm", "0.045"), ("bonferroni", "0.067")] {
        let output = citx(&example.path(""), &["compare", "year_on_year.toml", "--adjust", adjust, "--json"]);
        let rows = json(&output);
        assert_eq!(format!("{:.3}", rows["compare"][1]["p_adjusted"].as_f64().expect("known")), p, "{adjust}");
    }
}
