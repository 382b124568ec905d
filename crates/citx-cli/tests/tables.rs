//! The commands that take citizens or a table: draws, response rates, suppression and its audit.

mod common;

use common::{citx, folder, number, status, stderr, stdout, text};
use serde_json::Value as Json;

const PROJECT: &str = "[citizens]\nsource = \"people.csv\"\nkey = \"id\"\n[segments]\nolder = \"age >= 50\"\n";

fn council() -> tempfile::TempDir {
    let person = |at: usize| format!("C-{at:02},{},H{},{}\n", ["north", "north", "north", "south"][at / 2 % 4], at / 2, 20 + at);
    let people = "id,area,home,age\n".to_owned() + &(0..80).map(person).collect::<String>();
    folder(&[("citx.toml", PROJECT), ("people.csv", &people)])
}

fn json(output: &std::process::Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {}", stdout(output)))
}

#[test]
fn draws_repeat_by_their_seed_and_keep_to_strata_households_and_segments() {
    let folder = council();
    let draw = |words: &[&str]| {
        let mut arguments = vec!["draw", "--json"];
        arguments.extend(words);
        let output = citx(folder.path(), &arguments);
        assert_eq!(status(&output), 0, "{words:?}: {}", stdout(&output));
        json(&output)["sample"].as_array().cloned().expect("a sample")
    };
    let keys = |sample: &[Json]| sample.iter().map(|row| row["id"].as_str().expect("a key").to_owned()).collect::<Vec<_>>();
    let first = draw(&["--n", "10"]);
    assert_eq!((first.len(), first[0]["weight"].as_f64()), (10, Some(8.0)));
    assert_eq!(keys(&draw(&["citx.toml", "--n", "10", "--seed", "0"])), keys(&first));
    assert_ne!(keys(&draw(&["--n", "10", "--seed", "1"])), keys(&first));
    // What the library draws, the program draws.
    let people = citx::read_population(folder.path().join("people.csv"), "id", &citx::ReadOptions::default()).expect("people");
    let own = people.draw(10, &citx::satisfaction::DrawOptions::default()).expect("a sample");
    assert_eq!((0..10).map(|row| text(&own, "id", row)).collect::<Vec<_>>(), keys(&first));
    let of = |sample: &[Json], area: &str| sample.iter().filter(|row| row["stratum"] == area).count();
    let strata = draw(&["--n", "8", "--strata", "area"]);
    assert_eq!((of(&strata, "north"), of(&strata, "south")), (6, 2));
    let equal = draw(&["--n", "8", "--strata", "area", "--allocation", "equal"]);
    assert_eq!((of(&equal, "north"), of(&equal, "south")), (4, 4));
    let given = ["--n", "8", "--strata", "area", "--allocation", "given", "--stratum", "north=1", "--stratum", "south=7"];
    assert_eq!(of(&draw(&given), "south"), 7);
    let neyman = ["--n", "8", "--strata", "area", "--allocation", "neyman", "--stratum", "north=1", "--stratum", "south=3"];
    assert_eq!(of(&draw(&neyman), "south"), 4);
    let homes = draw(&["--n", "40", "--one-per", "home"]);
    let mut units: Vec<&str> = homes.iter().filter_map(|row| row["unit"].as_str()).collect();
    units.dedup();
    assert_eq!((homes.len(), homes[0]["weight"].as_f64()), (40, Some(2.0)));
    let older = draw(&["--n", "50", "--segment", "older", "--as-of", "2026-11-22"]);
    assert!(keys(&older).iter().all(|key| key[2..].parse::<usize>().expect("a number") >= 30));
    let written = citx(folder.path(), &["draw", "--n", "5", "--to", "sample.csv"]);
    assert!(status(&written) == 0 && stdout(&written).contains("5 of 80") && !stdout(&written).contains("C-"), "{}", stderr(&written));
    let sample = citx::read_table(folder.path().join("sample.csv"), &[], &citx::ReadOptions::default()).expect("a table");
    assert_eq!((sample.num_rows(), number(&sample, "stratum_population", 0)), (5, Some(80.0)));
    for (words, code) in [
        (&["--n", "81"][..], 11),
        (&["--n", "0"], 11),
        (&["--n", "5", "--strata", "county"], 22),
        (&["--n", "5", "--strata", "area", "--allocation", "given", "--stratum", "west=5"], 22),
        (&["--n", "5", "--strata", "area", "--allocation", "given", "--stratum", "north"], 10),
        (&["--n", "5", "--strata", "area", "--allocation", "neyman", "--stratum", "north=wide"], 10),
        (&["--n", "5", "--strata", "area", "--stratum", "north=5"], 10),
        (&["--n", "5", "--segment", "younger", "--as-of", "2026-11-22"], 22),
        (&["--n", "5", "--segment", "older"], 2),
        (&["--n", "5", "--to", "sample.xlsx"], 72),
        (&[], 2),
    ] {
        let mut arguments = vec!["draw"];
        arguments.extend(words);
        let output = citx(folder.path(), &arguments);
        assert_eq!(status(&output), code, "{words:?}: {}", stderr(&output));
    }
}

#[test]
fn response_rates_are_aapors() {
    let cases = "final,n\nI,50\n2.11,20\n2.2,10\n3.1,20\nNE,20\n";
    let folder = folder(&[("cases.csv", cases), ("wrong.csv", "final\nI\nsecret\n")]);
    let rates = json(&citx(folder.path(), &["response-rates", "cases.csv", "--code", "final", "--count", "n", "--json"]));
    let rate =
        |name: &str| rates["rates"].as_array().expect("rows").iter().find(|row| row["rate"] == name).expect("a rate")["value"].as_f64();
    assert_eq!((rate("RR1"), rate("RR5")), (Some(0.5), Some(0.625)));
    let all = ["response-rates", "cases.csv", "--code", "final", "--count", "n", "--eligible", "1", "--json"];
    assert_eq!(json(&citx(folder.path(), &all))["rates"][2]["value"], 0.5);
    let text = stdout(&citx(folder.path(), &["response-rates", "cases.csv", "--code", "final", "--count", "n"]));
    assert!(text.contains("RR3") && text.contains("0.520833"), "{text}");
    let wrong = citx(folder.path(), &["response-rates", "wrong.csv", "--code", "final"]);
    assert!(status(&wrong) == 10 && stderr(&wrong).contains("row 2") && !stderr(&wrong).contains("secret"), "{}", stderr(&wrong));
    for (words, code) in [
        (&["none.csv", "--code", "final"][..], 60),
        (&["cases.csv", "--code", "code"], 22),
        (&["cases.csv", "--code", "final", "--eligible", "2"], 11),
        (&["cases.csv"], 2),
    ] {
        let mut arguments = vec!["response-rates"];
        arguments.extend(words);
        assert_eq!(status(&citx(folder.path(), &arguments)), code, "{words:?}");
    }
}

const COUNTS: &str = "area,age,n\nnorth,young,3\nnorth,old,20\nsouth,young,30\nsouth,old,40\nwest,young,25\nwest,old,35\n";

#[test]
fn counts_are_withheld_and_the_audit_finds_that_they_are_safe() {
    let folder = folder(&[("counts.csv", COUNTS)]);
    let cells = ["--categories", "area,age", "--count", "n"];
    let run = |words: &[&str]| {
        let output = citx(folder.path(), &[words, &cells].concat());
        (status(&output), stdout(&output) + &stderr(&output))
    };
    let (code, said) = run(&["suppress", "counts.csv", "--rule", "nhs-fft", "--with-totals", "--to", "shown"]);
    assert!(code == 0 && said.contains("4 of 12 counts withheld"), "{said}");
    let shown = std::fs::read_to_string(folder.path().join("shown/counts.csv")).expect("written");
    assert!(shown.contains("north,young,,true,*") && !shown.contains("primary") && !shown.contains("reason"), "{shown}");
    let (code, said) = run(&["audit", "shown/counts.csv"]);
    assert!(code == 0 && said.contains("all 4 withheld counts are protected"), "{said}");
    let output = citx(
        folder.path(),
        &[&["suppress", "counts.csv", "--rule", "nhs-fft", "--with-totals", "--reasons", "--json"], &cells[..]].concat(),
    );
    let kinds: Vec<&str> = json(&output)["tables"][0]["cells"]
        .as_array()
        .expect("cells")
        .iter()
        .filter_map(|cell| ["primary", "secondary"].into_iter().find(|kind| cell["suppressed"] == **kind))
        .collect::<Vec<_>>();
    assert_eq!((kinds.len(), kinds.iter().filter(|kind| **kind == "primary").count()), (4, 1));
    // One count withheld alone is found from its total.
    let open = "area,n,suppressed\nnorth,,true\nsouth,17,false\nwest,30,false\nTotal,51,false\n";
    std::fs::write(folder.path().join("open.csv"), open).expect("written");
    let output = citx(folder.path(), &["audit", "open.csv", "--categories", "area", "--count", "n", "--json"]);
    let found = json(&output);
    assert_eq!((status(&output), &found["recoverable"], &found["cells"][0]["lower"]), (52, &1.into(), &4.into()));
    let wide = ["audit", "shown/counts.csv", "--width", "50"];
    assert_eq!(run(&wide).0, 52, "not as far apart as asked for");
}

#[test]
fn linked_tables_are_protected_together() {
    let by_area = "area,n\nnorth,23\nsouth,70\nwest,60\nTotal,153\n";
    let by_age = "area,age,n\nnorth,young,3\nnorth,old,20\nsouth,young,30\nsouth,old,40\nwest,young,25\nwest,old,35\n";
    let folder = folder(&[("area.csv", by_area), ("both.csv", by_age)]);
    let arguments =
        ["suppress", "area.csv", "both.csv", "--categories", "area,age", "--count", "n", "--rule", "nhs-fft", "--with-totals", "--json"];
    let output = citx(folder.path(), &arguments);
    let tables = json(&output)["tables"].clone();
    assert_eq!(status(&output), 0, "{tables}");
    let (area, both) = (tables[0]["withheld"].as_u64(), tables[1]["withheld"].as_u64());
    assert!(area.zip(both).is_some_and(|(area, both)| both > area && area + both >= 4), "{tables}");
    let cells = |table: usize| tables[table]["cells"].as_array().map(Vec::len);
    assert_eq!((cells(0), cells(1)), (Some(4), Some(12)), "the first had totals");
    assert_eq!(status(&citx(folder.path(), &[&arguments[..10], &["--to", "shown"]].concat())), 0);
    let audit = citx(folder.path(), &["audit", "shown/area.csv", "shown/both.csv", "--categories", "area,age", "--count", "n"]);
    assert_eq!(status(&audit), 0, "{}", stdout(&audit));
    // A total of one table gives away what another withholds alone, whether or not that has rows of totals.
    let marked = |table: &str, hidden: &str| {
        let row = |row: &str| match row {
            row if row == hidden => row.rsplit_once(',').map_or(String::new(), |(cell, _)| format!("{cell},,true\n")),
            row => format!("{row},{}\n", if row.ends_with(",n") { "suppressed" } else { "false" }),
        };
        table.lines().map(row).collect::<String>()
    };
    std::fs::write(folder.path().join("area.csv"), marked(by_area, "")).expect("written");
    std::fs::write(folder.path().join("both.csv"), marked(by_age, "north,young,3")).expect("written");
    let audit = citx(folder.path(), &["audit", "area.csv", "both.csv", "--categories", "area,age", "--count", "n", "--json"]);
    assert_eq!((status(&audit), &json(&audit)["cells"][0]["upper"]), (52, &3.into()));
}

#[test]
fn tables_that_cannot_be_protected_are_said_with_their_place() {
    let folder = folder(&[
        ("counts.csv", COUNTS),
        ("bad.csv", "area,age,n\nnorth,young,-3\n"),
        ("text.csv", "area,age,n\nnorth,young,secret\n"),
        ("sum.csv", "area,age,n\nnorth,young,3\nnorth,old,4\nnorth,Total,9\n"),
    ]);
    let suppress = |table: &str, words: &[&str]| {
        let base = ["suppress", table, "--categories", "area,age", "--count", "n"];
        let output = citx(folder.path(), &[&base, words].concat());
        assert!(!stderr(&output).contains("secret"), "{}", stderr(&output));
        status(&output)
    };
    let rule = ["--rule", "nhs-fft"];
    assert_eq!(suppress("counts.csv", &["--rule", "nhs"]), 22);
    assert_eq!(suppress("counts.csv", &["--rule", "none.toml"]), 60);
    assert_eq!(suppress("none.csv", &rule), 60);
    assert_eq!(suppress("bad.csv", &rule), 10);
    assert_eq!(suppress("text.csv", &rule), 10);
    assert_eq!(suppress("sum.csv", &rule), 10);
    assert_eq!(suppress("counts.csv", &["--rule", "nhs-fft", "--to", "."]), 31, "it would write over the table");
    assert_eq!(suppress("counts.csv", &["--rule", "nhs-fft", "--hierarchy", "area"]), 10);
    assert_eq!(suppress("counts.csv", &["--rule", "nhs-fft", "--hierarchy", "area=region"]), 22);
    assert_eq!(suppress("counts.csv", &["--rule", "nhs-fft", "--figures", "mean"]), 22);
    assert_eq!(suppress("counts.csv", &[]), 2);
    let audit = citx(folder.path(), &["audit", "counts.csv", "--categories", "area,age", "--count", "n"]);
    assert_eq!(status(&audit), 22, "no column says what is withheld");
    assert!(std::fs::read_to_string(folder.path().join("counts.csv")).expect("there") == COUNTS);
}
