//! The project file as the documentation shows it: citizens, consent, audiences, survey and uplift in one run.

mod common;

use common::{citx, number, status, stderr, stdout, text};

const PROJECT: &str = r#"
[citizens]
source = "residents.csv"          # .csv .parquet .arrow .xlsx
key = "citizen_id"
[citizens.facts]
email = "email"
birth_date = "dob"
address = ["street", "town", "postcode"]

[controller]
name = "Anytown Homes"
kind = "housing_association"
time_zone = "Europe/London"

[consent]
policy = "uk-2026"
ledger = "consent.db"             # created where absent
import = "consent.csv"            # appended once: idempotent by key

[purpose.newsletter]
message_class = "direct_marketing"
basis = "consent"

[segments]
over_65 = "age(dob) >= 65"

[audience.re_engage]
segment = "over_65"
purpose = "newsletter"
channels = ["email", "post"]
export = "notify"                 # notify | csv | parquet
[audience.re_engage.personalisation]
name = "first_name"

[survey]
source = "answers.csv"            # or counts = "returns.csv"
instrument = "tsm-2022"           # or a scale of one's own: [survey.scale]
key = "citizen_id"
weights = "wt"
strata = "area"
by = ["tenure", "segment:over_65", ["tenure", "area"]]
[survey.questions]
TP01 = "q1"

[uplift.mailing]                  # a randomised campaign's outcome
source = "residents.csv"
arm = "treatment"
control = "Control"
outcome = "voted"
cluster = "hh_id"

[output]
folder = "out"
report = "report.html"
"#;

/// Twenty residents, ten of them over 65, in two areas and two tenures.
fn folder() -> tempfile::TempDir {
    let mut residents = "citizen_id,first_name,dob,email,street,town,postcode,tenure,treatment,voted,hh_id\n".to_owned();
    let mut answers = "citizen_id,q1,wt,area\n".to_owned();
    let mut consent = "citizen,purpose,channel,status,captured_at,idempotency_key\n".to_owned();
    for number in 0..20 {
        let born = if number % 2 == 0 { 1950 } else { 1990 };
        let email = if number == 4 { String::new() } else { format!("r{number}@example.org") };
        let (tenure, arm, voted) =
            (["rented", "shared"][number / 10], ["Control", "Letter"][number / 2 % 2], ["yes", "no"][usize::from(number % 3 == 0)]);
        residents += &format!(
            "R{number:02},Ann {number},{born}-03-01,{email},{number} High Street,Anytown,AN1 {}XY,{tenure},{arm},{voted},{}\n",
            number % 10,
            number / 2
        );
        let answer = ["Very satisfied", "Fairly satisfied", "Neither", "Fairly dissatisfied", "Very dissatisfied"][number % 5];
        answers += &format!("R{number:02},{answer},{}.5,{}\n", 1 + number % 3, ["north", "south"][number / 5 % 2]);
        let channel = if number == 4 { "post" } else { "email" };
        if number % 4 == 0 {
            consent += &format!("R{number:02},newsletter,{channel},given,2026-01-0{},form {number}\n", 1 + number % 9);
        }
    }
    consent += "R08,newsletter,email,withdrawn,2026-05-01,form 99\n";
    common::folder(&[("citx.toml", PROJECT), ("residents.csv", &residents), ("answers.csv", &answers), ("consent.csv", &consent)])
}

#[test]
fn the_documented_project_runs_from_end_to_end() {
    let folder = folder();
    let run = citx(folder.path(), &["run", "citx.toml", "--as-of", "2026-11-22"]);
    assert_eq!(status(&run), 0, "{}", stderr(&run));
    let table = |name: &str| citx_table(&folder.path().join("out").join(name));
    // Even numbers are over 65; of them 0, 4, 8, 12, 16 consented, 8 withdrew, and 4 said post.
    let emails = table("audience-re_engage-email-1.csv");
    let names: Vec<String> = (0..emails.num_rows()).map(|row| text(&emails, "email address", row)).collect();
    assert_eq!(names, ["r0@example.org", "r12@example.org", "r16@example.org"]);
    assert_eq!(text(&emails, "name", 1), "Ann 12");
    let letters = table("audience-re_engage-post-1.csv");
    assert_eq!((letters.num_rows(), text(&letters, "address line 1", 0)), (1, "4 High Street".to_owned()));
    let refused = table("refused-re_engage.csv");
    assert!((0..refused.num_rows()).all(|row| !text(&refused, "reason", row).is_empty() && !text(&refused, "rule", row).is_empty()));
    let estimates = table("estimates.csv");
    let groups = |by: &str| {
        (0..estimates.num_rows())
            .filter(|row| text(&estimates, "by", *row) == by)
            .map(|row| text(&estimates, "group", row))
            .collect::<Vec<_>>()
    };
    assert_eq!(groups("tenure"), ["rented", "shared"]);
    assert_eq!(groups("segment:over_65"), ["in", "out"]);
    assert!(number(&estimates, "value", 0).is_some_and(|value| value > 0.3 && value < 0.5));
    assert_eq!(table("uplift-mailing.csv").num_rows(), 1);
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("out/run.json")).expect("written")).expect("JSON");
    let handed_out = emails.num_rows() + letters.num_rows();
    assert_eq!(manifest["consent"]["events"], 6 + handed_out, "what was handed out is recorded");
    assert!(!stdout(&run).contains("@"), "no contact points on the terminal");
}

#[test]
fn a_second_run_repeats_and_a_withdrawal_takes_effect() {
    let folder = folder();
    let run = || {
        let run = citx(folder.path(), &["run", "--as-of", "2026-11-22", "--json"]);
        assert_eq!(status(&run), 0, "{}", stderr(&run));
        let summary: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
        summary
    };
    let outputs = || {
        ["audience-re_engage-email-1.csv", "refused-re_engage.csv", "estimates.json", "report.html", "run.json"]
            .map(|name| std::fs::read(folder.path().join("out").join(name)).expect("written"))
    };
    assert_eq!((run()["consent"]["imported"].as_u64(), outputs()), (Some(6), outputs()));
    let first = outputs();
    assert_eq!(run()["consent"]["imported"], 0);
    assert!(outputs() == first);
    let path = folder.path().join("consent.csv");
    let grown = std::fs::read_to_string(&path).expect("there") + "R04,newsletter,post,withdrawn,2026-10-01,form 100\n";
    std::fs::write(&path, grown).expect("can be written");
    assert_eq!(run()["consent"]["imported"], 1);
    assert!(!folder.path().join("out/audience-re_engage-post-1.csv").exists(), "last run's letters are gone");
    std::fs::write(&path, "citizen,purpose,channel,status,captured_at,idempotency_key\nR04,newsletter,post,given,2026-11-01,form 100\n")
        .expect("can be written");
    assert_eq!(status(&citx(folder.path(), &["run", "--as-of", "2026-11-22"])), 31, "one key, other content");
}

#[test]
fn a_damaged_ledger_ends_the_run() {
    let folder = folder();
    assert_eq!(status(&citx(folder.path(), &["run", "--as-of", "2026-11-22"])), 0);
    let path = folder.path().join("consent.db");
    let mut bytes = std::fs::read(&path).expect("there");
    let text = b"newsletter";
    let at = bytes.windows(text.len()).position(|window| window == text).expect("the purpose is stored");
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).expect("can be written");
    for command in [&["run", "--as-of", "2026-11-22"][..], &["ledger", "verify"], &["check"]] {
        let output = citx(folder.path(), command);
        assert_eq!(status(&output), 61, "{command:?}: {}", stderr(&output));
    }
}

#[test]
fn the_report_can_be_made_alone() {
    let folder = folder();
    assert_eq!(status(&citx(folder.path(), &["run", "--as-of", "2026-11-22"])), 0);
    let report = folder.path().join("out/report.html");
    let before = std::fs::read(&report).expect("there");
    std::fs::remove_file(&report).expect("can be removed");
    let again = citx(folder.path(), &["report", "--as-of", "2026-11-22"]);
    assert_eq!(status(&again), 0, "{}", stderr(&again));
    assert!(std::fs::read(&report).expect("made anew") == before);
}

fn citx_table(path: &std::path::Path) -> ::citx::Table {
    ::citx::read_table(path, &[], &::citx::ReadOptions::default()).expect("a table")
}
