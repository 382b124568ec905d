//! The program: exit statuses, JSON, and bad input of every kind, whose messages name places and never values.

mod common;

use citx_cli::main_with;
use common::{citx, folder, status, stderr, stdout};
use serde_json::Value as Json;

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
[segments]
older = "age(born) >= 65"
reachable = { rule = "email IS NOT NULL", owner = "Comms" }
[audience.news]
segment = "older"
purpose = "newsletter"
channels = ["email"]
export = "csv"
"#;

const PEOPLE: &str = "id,born,email,score\nC-1,1950-01-01,ann.secret@example.org,3\nC-2,1990-01-01,bob@example.org,\nC-3,1940-05-05,,1\n";

const CONSENT: &str = "citizen,purpose,channel,status,captured_at\nC-1,newsletter,email,given,2026-01-05\nC-3,newsletter,email,given,2026-01-05\nC-1,newsletter,email,given,2026-01-05\n";

fn project(project: &str, people: &str, consent: &str) -> tempfile::TempDir {
    folder(&[("citx.toml", project), ("people.csv", people), ("consent.csv", consent)])
}

fn sound() -> tempfile::TempDir {
    project(PROJECT, PEOPLE, CONSENT)
}

fn json(output: &std::process::Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {}", stdout(output)))
}

#[test]
fn usage_is_2_and_help_is_0() {
    let folder = sound();
    for wrong in [
        &["run"][..],
        &["fly"],
        &["run", "--as-of"],
        &[],
        &["explain", "older", "--as-of", "2026-11-22"],
        &["sample-size", "--population", "-1"],
    ] {
        let output = citx(folder.path(), wrong);
        assert_eq!(status(&output), 2, "{wrong:?}");
        assert!(stdout(&output).is_empty() && !stderr(&output).is_empty());
    }
    let output = citx(folder.path(), &["run", "--json"]);
    assert_eq!((status(&output), json(&output)["error"]["code"].as_i64()), (2, Some(2)));
    for right in ["--help", "--version"] {
        assert_eq!(status(&citx(folder.path(), &[right])), 0);
    }
}

#[test]
fn the_library_runs_the_program_too() {
    assert_eq!(main_with(["citx", "sample-size", "--population", "7271"]), 0);
    assert_eq!(main_with(["citx", "sample-size", "--population", "0"]), 11);
    assert_eq!(main_with(["citx", "sample-size", "--population", "10", "--instrument", "tsm"]), 22);
}

#[test]
fn commands_answer_in_text_and_json() {
    let folder = sound();
    let run = |arguments: &[&str]| {
        let output = citx(folder.path(), arguments);
        assert_eq!(status(&output), 0, "{arguments:?}: {}", stderr(&output));
        output
    };
    let segments = json(&run(&["segments", "--as-of", "2026-11-22", "--json"]));
    assert_eq!(segments["segments"][0], serde_json::json!({ "segment": "older", "members": 2 }));
    assert_eq!(stdout(&run(&["segments", "--as-of", "2026-11-22", "--keys", "older"])), "C-1\nC-3\n");
    let explained = json(&run(&["explain", "citx.toml", "older", "C-2", "--as-of", "2026-11-22", "--json"]));
    assert_eq!(explained["explanation"]["outcome"], false);
    assert!(stdout(&run(&["explain", "reachable", "C-3", "--as-of", "2026-11-22"])).starts_with("false: "));
    assert_eq!(json(&run(&["ledger", "import", "consent.csv", "--json"])), serde_json::json!({ "read": 3, "new": 3, "events": 3 }));
    assert_eq!(json(&run(&["ledger", "import", "citx.toml", "consent.csv", "--json"]))["new"], 0);
    assert_eq!(json(&run(&["ledger", "verify", "--json"]))["verified"], 3);
    assert_eq!(json(&run(&["ledger", "history", "C-1", "--json"]))["events"].as_array().map(Vec::len), Some(2));
    let decide = ["decide", "--citizen", "C-1", "--purpose", "newsletter", "--channel", "email", "--at", "2026-11-22", "--json"];
    assert_eq!(json(&run(&decide))["rule"], "R13");
    let mut dead = decide.to_vec();
    dead.extend(["--fact", "deceased=true"]);
    let dead = json(&run(&dead));
    assert_eq!((&dead["outcome"], &dead["rule"]), (&"deny".into(), &"R01".into()), "a deny is an answer");
    assert_eq!(json(&run(&["sample-size", "--population", "7271", "--json"]))["required"], 555);
    assert_eq!(json(&run(&["check", "--json"]))["problems"].as_array().map(Vec::len), Some(0));
}

#[test]
fn one_decision_rests_on_the_facts_that_the_citizens_table_holds() {
    let people = "id,born,email,dec\nC-1,1950-01-01,ann@example.org,true\nC-3,1940-05-05,,false\n";
    let text = PROJECT.replace("email = \"email\"", "email = \"email\"\ndeceased = \"dec\"").replace("ledger = \"consent.db\"\n", "");
    let folder = project(&text, people, CONSENT);
    let decide = |citizen: &str, more: &[&str]| {
        let mut arguments =
            vec!["decide", "--citizen", citizen, "--purpose", "newsletter", "--channel", "email", "--at", "2026-11-22", "--json"];
        arguments.extend(more);
        let output = citx(folder.path(), &arguments);
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        json(&output)["rule"].as_str().map(str::to_owned)
    };
    assert_eq!(decide("C-1", &[]).as_deref(), Some("R01"), "known to be dead");
    assert_eq!(decide("C-1", &["--fact", "deceased=false"]).as_deref(), Some("R13"), "said otherwise");
    assert_eq!(decide("C-3", &[]).as_deref(), Some("R01"), "no e-mail address");
    assert_eq!(decide("C-9", &[]).as_deref(), Some("R07b"), "nobody the project knows");
}

#[test]
fn an_exported_ledger_is_read_back() {
    let folder = sound();
    assert_eq!(status(&citx(folder.path(), &["ledger", "import", "consent.csv"])), 0);
    assert_eq!(status(&citx(folder.path(), &["ledger", "export", "--to", "events.csv"])), 0);
    let again = citx(folder.path(), &["ledger", "import", "events.csv", "--json"]);
    assert_eq!((status(&again), json(&again)["read"].as_u64(), json(&again)["new"].as_u64()), (0, Some(3), Some(0)), "{}", stderr(&again));
}

#[test]
fn the_export_of_a_preference_centre_is_imported_once() {
    let folder = sound();
    let mapping = "citizen = \"key\"\nwords = { yes = [\"on\"], no = [\"off\"] }\n\
                   statement = [{ column = \"news\", purpose = \"newsletter\", channel = \"email\" }]\n";
    std::fs::write(folder.path().join("mapping.toml"), mapping).expect("written");
    std::fs::write(folder.path().join("export.csv"), "key,news\nC-1,off\nC-2,\nC-3,on\n").expect("written");
    let import = |more: &[&str]| {
        let mut arguments = vec!["ledger", "import", "export.csv", "--preferences", "mapping.toml", "--json"];
        arguments.extend(more);
        citx(folder.path(), &arguments)
    };
    let first = import(&["--at", "2026-11-01"]);
    assert_eq!(status(&first), 0, "{}", stderr(&first));
    assert_eq!(json(&first), serde_json::json!({ "read": 2, "new": 2, "events": 2 }));
    assert_eq!(json(&import(&["--at", "2026-11-01"]))["new"], 0);
    assert_eq!(status(&import(&[])), 10, "nobody says when it was said");
    let decide = ["decide", "--citizen", "C-1", "--purpose", "newsletter", "--channel", "email", "--at", "2026-11-22", "--json"];
    assert_eq!(json(&citx(folder.path(), &decide))["rule"], "R07");
    std::fs::write(folder.path().join("export.csv"), "key,news\nC-1,perhaps\n").expect("written");
    let unknown = import(&["--at", "2026-11-01"]);
    assert!(status(&unknown) == 10 && stdout(&unknown).contains("row 1") && !stdout(&unknown).contains("perhaps"));
    assert_eq!(status(&citx(folder.path(), &["ledger", "import", "export.csv", "--at", "2026-11-01"])), 2, "an instant without a mapping");
}

#[test]
fn wrong_facts_names_and_instants_are_typed() {
    let folder = sound();
    citx(folder.path(), &["ledger", "import", "consent.csv"]);
    let decide = |more: &[&str]| {
        let mut arguments = vec!["decide", "--citizen", "C-1", "--purpose", "newsletter", "--channel", "email", "--at", "2026-11-22"];
        arguments.extend(more);
        status(&citx(folder.path(), &arguments))
    };
    assert_eq!(decide(&["--fact", "decesed=true"]), 22);
    assert_eq!(decide(&["--fact", "deceased=perhaps"]), 10);
    assert_eq!(decide(&["--fact", "deceased"]), 10);
    assert_eq!(status(&citx(folder.path(), &["segments", "--as-of", "yesterday"])), 10);
    assert_eq!(status(&citx(folder.path(), &["segments", "--as-of", "2026-11-22", "--keys", "oldr"])), 22);
    assert_eq!(status(&citx(folder.path(), &["explain", "older", "C-99", "--as-of", "2026-11-22"])), 30);
    assert_eq!(status(&citx(folder.path(), &["score", "TP01"])), 10);
    assert_eq!(status(&citx(folder.path(), &["run", "none.toml", "--as-of", "2026-11-22"])), 60);
}

/// A project with one thing changed, checked and run: the exit status and a part of the message.
#[track_caller]
fn fails(from: &str, to: &str, code: i32, words: &str) {
    assert!(PROJECT.contains(from), "{from}");
    let folder = project(&PROJECT.replace(from, to), PEOPLE, CONSENT);
    for command in [&["run", "--as-of", "2026-11-22"][..], &["check"]] {
        let output = citx(folder.path(), command);
        let said = stdout(&output) + &stderr(&output);
        assert_eq!(status(&output), code, "{command:?}: {said}");
        assert!(said.contains(words), "{command:?}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
    assert!(!folder.path().join("out").join("run.json").exists());
}

#[test]
fn what_is_wrong_with_a_project_is_said_with_its_place() {
    fails("[citizens]", "[citizens", 10, "line 3, column");
    fails("source = \"people.csv\"", "soruce = \"people.csv\"", 10, "`source = \"...\"` is missing");
    fails(
        "segment = \"older\"",
        "segment = \"older\"\nsegmnet = \"x\"",
        22,
        "line 22, column 1: there is no key `segmnet` in [audience.news]; did you mean `segment`?",
    );
    fails("[segments]", "[segmants]", 22, "did you mean `segments`?");
    fails("[audience.news]", "[audience.\"../news\"]", 10, "a name is a letter");
    fails("[audience.news]", "[output]\nreport = \"../x.html\"\n[audience.news]", 10, "ends in .html");
    fails("export = \"csv\"", "export = \"excel\"", 10, "expected one of notify, csv, parquet, customer-match");
    fails("export = \"csv\"", "export = \"customer-match\"", 10, "needs a purpose of the class `ad_audience`");
    fails("export = \"csv\"", "holdout = 1", 11, "a share from 0 to below 1");
    fails("export = \"csv\"", "cap = { at_most = 3, days = 30 }", 10, "counts the contacts in [events]");
    fails("export = \"csv\"", "quiet_hours = [\"21:00\"]", 10, "expected two times");
    fails("export = \"csv\"", "columns = { zip = \"nope\" }", 10, "has columns");
    fails("ledger = \"consent.db\"", "ledger = \"postgresql://citx:secret@127.0.0.1:1/db\"", 60, "PostgreSQL");
    fails("key = \"id\"", "key = 7", 10, "`citizens.key`: expected text, found integer");
    fails("time_zone = \"Europe/London\"", "time_zone = \"Europe/Londn\"", 22, "time zone");
    fails("channels = [\"email\"]", "channels = [1]", 10, "expected a text or a list of texts");
    fails("[citizens.facts]\nemail = \"email\"", "[citizens.facts]\nemail = \"mail\"", 22, "did you mean `email`");
}

#[test]
fn a_body_keeps_quiet_hours_and_caps_of_its_own() {
    let quiet = "[[consent.quiet_hours]]\nfrom = \"20:00\"\nto = \"08:00\"\nchannel_kinds = [\"electronic_mail\"]\n";
    let cap = "[[consent.cap]]\nat_most = 1\nwithin = \"30 days\"\nmessage_classes = [\"direct_marketing\"]\n";
    let text = PROJECT.replace("[purpose.newsletter]", &format!("{quiet}{cap}[purpose.newsletter]"));
    let folder = project(&text, PEOPLE, CONSENT);
    let decided = |at: &str| {
        let output =
            citx(folder.path(), &["decide", "--citizen", "C-1", "--purpose", "newsletter", "--channel", "email", "--at", at, "--json"]);
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        let decision = json(&output);
        (decision["outcome"].as_str().expect("a text").to_owned(), decision["rule"].as_str().expect("a text").to_owned())
    };
    assert_eq!(status(&citx(folder.path(), &["run", "--as-of", "2026-11-22T12:00:00Z"])), 0);
    let is = |outcome: &str, rule: &str| (outcome.to_owned(), rule.to_owned());
    assert_eq!(decided("2026-11-22T11:00:00Z"), is("allow", "R13"), "before the list was written");
    assert_eq!(decided("2026-11-23T12:00:00Z"), is("defer", "R29"), "one was written");
    assert_eq!(decided("2026-12-23T12:00:00Z"), is("allow", "R13"), "more than 30 days ago");
    assert_eq!(decided("2026-12-23T20:00:00Z"), is("defer", "R29"), "quiet hours in London");
    let wrong = |from: &str, to: &str, code: i32, words: &str| {
        let folder = project(&text.replace(from, to), PEOPLE, CONSENT);
        let output = citx(folder.path(), &["check"]);
        assert_eq!(status(&output), code, "{}", stdout(&output));
        assert!(stdout(&output).contains(words), "{}", stdout(&output));
    };
    wrong("from = \"20:00\"", "from = \"25:00\"", 40, "consent");
    wrong("at_most = 1", "at_mots = 1", 10, "at_mots");
    wrong("within = \"30 days\"", "within = \"often\"", 40, "consent");
}

#[test]
fn what_a_project_names_must_be_there() {
    fails("people.csv", "persons.csv", 60, "persons.csv");
    fails("key = \"id\"", "key = \"ident\"", 22, "ident");
    fails("age(born)", "age(bron)", 22, "did you mean `born`");
    fails("age(born) >= 65", "age(born) >=", 20, "older");
    fails("age(born)", "age(email)", 21, "older");
    fails("segment = \"older\"", "segment = \"oldest\"", 22, "oldest");
    fails("basis = \"consent\"", "basis = \"consents\"", 10, "purpose.newsletter");
    fails("kind = \"public_authority\"", "kind = \"council\"", 10, "controller");
    fails("import = \"consent.csv\"", "import = \"consents.csv\"", 60, "consents.csv");
}

#[test]
fn bad_rows_are_named_by_file_column_and_row_and_never_by_value() {
    let cases = [
        ("id,born,email\nC-1,1950-01-01,ann.secret@example.org\nC-1,1951-01-01,ben.secret@example.org\n", CONSENT, "row"),
        ("id,born,email\nC-1,1950-01-01,ann.secret@example.org,too many secret\n", CONSENT, "people.csv"),
        ("id,born,email\nC-1,1950-01-01,\"ann.secret@example.org\n", CONSENT, "people.csv"),
        ("id,id,born,email\nC-1,C-1,1950-01-01,ann.secret@example.org\n", CONSENT, "people.csv"),
        (PEOPLE, "citizen,purpose,channel,status,captured_at\nsecret-7,newsletter,email,givn,2026-01-05\n", "status"),
        (PEOPLE, "citizen,purpose,channel,status,captured_at\nsecret-7,newsletter,email,given,soon-secret\n", "captured_at"),
        (PEOPLE, "citizen,purpose,channel,status,captured_at\nsecret-7,newsletter,e-mail,given,2026-01-05\n", "channel"),
        (PEOPLE, "citizen,purpose,channel,status\nsecret-7,newsletter,email,given\n", "captured_at"),
        (PEOPLE, "citizen,purpose,channel,status,captured_at,mood\nsecret-7,newsletter,email,given,2026-01-05,good\n", "mood"),
    ];
    for (people, consent, words) in cases {
        let folder = project(PROJECT, people, consent);
        for command in [&["run", "--as-of", "2026-11-22"][..], &["check"], &["run", "--as-of", "2026-11-22", "--json"]] {
            let output = citx(folder.path(), command);
            let said = stdout(&output) + &stderr(&output);
            assert!([10, 22].contains(&status(&output)), "{command:?}: {} {said}", status(&output));
            assert!(said.contains(words) && !said.contains("secret"), "{command:?}: {said}");
        }
        assert!(!folder.path().join("out").join("run.json").exists());
    }
}

#[test]
fn check_reports_every_problem_and_writes_nothing() {
    let project = PROJECT
        .replace("age(born)", "age(bron)")
        .replace("basis = \"consent\"", "basis = \"vibes\"")
        .replace("email IS NOT NULL", "emial IS NULL");
    let folder = common::folder(&[("citx.toml", project.as_str()), ("people.csv", PEOPLE), ("consent.csv", CONSENT)]);
    let output = citx(folder.path(), &["check", "--json"]);
    let problems = json(&output)["problems"].as_array().cloned().expect("a list");
    let places: Vec<_> = problems.iter().map(|problem| problem["line"].as_u64()).collect();
    assert_eq!(places, [Some(18), Some(19), Some(14)], "{problems:?}");
    assert_eq!(status(&output), 22, "the kind of the first");
    let files = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(files, 3);
    let unknown = PROJECT.replace("[citizens.facts]", "[citizens.fatcs]").replace("kind =", "knd =");
    let folder = common::folder(&[("citx.toml", unknown.as_str())]);
    let problems = json(&citx(folder.path(), &["check", "--json"]))["problems"].as_array().cloned().expect("a list");
    let places: Vec<_> = problems.iter().map(|problem| problem["line"].as_u64()).collect();
    assert_eq!(places, [Some(6), Some(8), Some(10)], "{problems:?}");
}

#[test]
fn a_failed_run_leaves_the_last_one() {
    let folder = sound();
    let run = || status(&citx(folder.path(), &["run", "--as-of", "2026-11-22"]));
    assert_eq!(run(), 0);
    let before = std::fs::read(folder.path().join("out/run.json")).expect("a finished run");
    std::fs::write(folder.path().join("people.csv"), "id,born,email\nC-1,x\n").expect("can be written");
    assert_eq!(run(), 10);
    assert_eq!(std::fs::read(folder.path().join("out/run.json")).expect("still there"), before);
    let names: Vec<String> = std::fs::read_dir(folder.path().join("out"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(names.iter().all(|name| !name.starts_with(".partial")), "{names:?}");
}

#[test]
fn a_project_may_be_one_section_only() {
    let people = "id,born,arm,voted\n1,1950-01-01,Control,yes\n2,1990-01-01,Letter,no\n3,1940-05-05,Letter,yes\n4,1980-05-05,Control,no\n";
    let uplift = "[uplift.letter]\nsource = \"people.csv\"\narm = \"arm\"\ncontrol = \"Control\"\noutcome = \"voted\"\n";
    let citizens = "[citizens]\nsource = \"people.csv\"\nkey = \"id\"\n";
    let own = uplift.replace("source = \"people.csv\"\n", "by = \"segment:old\"\n");
    let cases = [
        (uplift.to_owned(), &["report.html", "run.json", "uplift-letter.csv"][..]),
        (citizens.to_owned(), &["report.html", "run.json"]),
        (citizens.to_owned() + "[segments]\nold = \"age(born) >= 65\"\n", &["memberships.parquet", "report.html", "run.json"]),
        (
            citizens.to_owned() + "[segments]\nold = \"age(born) >= 65\"\n" + &own,
            &["memberships.parquet", "report.html", "run.json", "uplift-letter.csv"],
        ),
        (
            "[survey]\nsource = \"people.csv\"\nquestions = { turnout = \"voted\" }\nby = \"arm\"\nscale = { answers = [\"yes\", \"no\"], positive = [\"yes\"] }\n".to_owned(),
            &["estimates.csv", "estimates.json", "report.html", "run.json"],
        ),
        (String::new(), &["report.html", "run.json"]),
    ];
    for (project, files) in cases {
        let folder = folder(&[("citx.toml", &project), ("people.csv", people)]);
        for command in [&["check"][..], &["run", "--as-of", "2026-11-22"]] {
            let output = citx(folder.path(), command);
            assert_eq!(status(&output), 0, "{project}: {}{}", stdout(&output), stderr(&output));
        }
        let mut names: Vec<String> = std::fs::read_dir(folder.path().join("out"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        assert_eq!(names, files, "{project}");
    }
}

#[test]
fn a_restored_backup_is_refused_until_it_is_accepted() {
    let folder = sound();
    let run = |arguments: &[&str]| status(&citx(folder.path(), arguments));
    assert_eq!(run(&["ledger", "import", "consent.csv"]), 0);
    let ledger = folder.path().join("consent.db");
    let backup = std::fs::read(&ledger).expect("there");
    std::fs::write(
        folder.path().join("more.csv"),
        "citizen,purpose,channel,status,captured_at\nC-1,newsletter,email,withdrawn,2026-06-01\n",
    )
    .expect("can be written");
    assert_eq!(run(&["ledger", "import", "more.csv"]), 0);
    std::fs::write(&ledger, backup).expect("can be restored");
    for side in ["consent.db-wal", "consent.db-shm"] {
        drop(std::fs::remove_file(folder.path().join(side)));
    }
    let decide = ["decide", "--citizen", "C-1", "--purpose", "newsletter", "--channel", "email", "--at", "2026-11-22"];
    let (run_all, history, export) =
        (["run", "--as-of", "2026-11-22"], ["ledger", "history", "C-1"], ["ledger", "export", "--to", "out.csv"]);
    let commands: [&[&str]; 7] =
        [&["ledger", "verify"], &["ledger", "head"], &history, &export, &["ledger", "import", "more.csv"], &decide, &run_all];
    for command in commands {
        let output = citx(folder.path(), command);
        assert_eq!(status(&output), 61, "{command:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty(), "{command:?}: {}", stdout(&output));
    }
    assert_eq!(run(&["ledger", "accept-head"]), 0);
    for command in commands {
        assert_eq!(run(command), 0, "{command:?}");
    }
}

#[test]
fn rows_set_aside_are_written_with_their_reasons() {
    let people = PEOPLE.to_owned() + "C-1,1950-01-01,twice@example.org,1\n,1950-01-01,nobody@example.org,1\n";
    let folder = project(&PROJECT.replace("key = \"id\"", "key = \"id\"\non_error = \"quarantine\""), &people, CONSENT);
    let output = citx(folder.path(), &["run", "--as-of", "2026-11-22", "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let rejected = std::fs::read_to_string(folder.path().join("out/rejected.csv")).expect("written");
    assert_eq!(json(&output)["citizens"]["rejected"].as_u64(), Some(rejected.lines().count() as u64 - 1), "{rejected}");
    assert_eq!(json(&output)["citizens"]["count"], 3);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = sound();
    let run = |threads: &str| {
        assert_eq!(status(&citx(folder.path(), &["run", "--as-of", "2026-11-22", "--threads", threads, "--out", threads])), 0);
        ["audience-news.csv", "refused-news.csv", "memberships.parquet"]
            .map(|name| std::fs::read(folder.path().join(threads).join(name)).expect("written"))
    };
    let one = run("1");
    assert!(run("2") == one && run("8") == one);
    let audience = String::from_utf8(one[0].clone()).expect("UTF-8");
    assert!(audience.contains("C-1") && !audience.contains("C-2") && !audience.contains("C-3"), "{audience}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = sound();
    let program = env!("CARGO_BIN_EXE_citx");
    let script = format!(
        "{program} ledger import consent.csv >/dev/null; {{ {program} segments --as-of 2026-11-22; echo \"status $?\" >&2; }} | true"
    );
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().expect("a shell");
    let said = stderr(&output);
    assert!(said.contains("status 0") && !said.contains("panicked"), "{said}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_130_and_leaves_nothing_half_written() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let folder = sound();
    let people = folder.path().join("people.csv");
    std::fs::remove_file(&people).expect("can be removed");
    assert!(Command::new("mkfifo").arg(&people).status().expect("mkfifo").success());
    let mut program = Command::new(env!("CARGO_BIN_EXE_citx"));
    let mut child = program
        .args(["run", "--as-of", "2026-11-22", "--json"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Opening returns once the program reads: it listens for Ctrl-C by then, and waits for citizens.
    let mut pipe = std::fs::File::options().write(true).open(&people).expect("a reader");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    std::thread::sleep(std::time::Duration::from_millis(500));
    drop(pipe.write_all(PEOPLE.as_bytes()));
    drop(pipe);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(!folder.path().join("out").exists() && !folder.path().join("consent.db").exists());
}

#[test]
fn a_policy_is_read_and_compared() {
    let base = include_str!("../../citx-core/data/policies/dynamics-365.toml");
    let own = base.replacen("version = \"1.0.0\"", "version = \"2.0.0\"", 1).replacen("guard = \"TRUE\"", "guard = \"TRUE\" # the last", 1);
    let never = base.replacen("guard = \"enforcement_model = 'non_restrictive'\"", "guard = \"enforcement_model = 'lax'\"", 1);
    let files = folder(&[("own.toml", own.as_str()), ("never.toml", never.as_str()), ("broken.toml", "name = 3")]);
    let explained = json(&citx(files.path(), &["policy", "explain", "uk-2026", "--json"]));
    let rules = explained["rules"].as_array().expect("rules");
    assert_eq!((rules[0]["id"].as_str(), rules[0]["order"].as_i64()), (Some("R03"), Some(1)));
    assert!(rules.iter().all(|rule| rule["reach"] == "not checked" && rule["source"].is_string()));
    let compact = json(&citx(files.path(), &["policy", "explain", "us-local", "--compact", "--json"]));
    assert_eq!(compact["compact"][0]["message_class"], "emergency");
    let changes = json(&citx(files.path(), &["policy", "diff", "dynamics-365", "own.toml", "--json"]));
    assert_eq!(changes["changes"].as_array().expect("changes").len(), 1, "{changes}");
    assert_eq!((&changes["changes"][0]["field"], &changes["changes"][0]["to"]), (&Json::from("version"), &Json::from("2.0.0")));
    assert!(stdout(&citx(files.path(), &["policy", "diff", "uk-2026", "uk-2026"])).contains("no difference"));
    assert_eq!(json(&citx(files.path(), &["policy", "check", "never.toml", "--json"]))["findings"][0]["rule"], "D6");
    assert_eq!(json(&citx(files.path(), &["policy", "check", "us-local", "--json"]))["findings"], Json::Array(Vec::new()));
    for (words, code) in
        [(["explain", "uk-1066"], 22), (["explain", "broken.toml"], 40), (["check", "none.toml"], 60), (["diff", "uk-2026"], 2)]
    {
        let output = citx(files.path(), &["policy", words[0], words[1]]);
        assert_eq!(status(&output), code, "{}", stderr(&output));
    }
}
