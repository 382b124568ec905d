//! A contact list, decided again just before it is sent.

mod common;

use std::path::Path;

use citx::Run;
use citx_cli::{Recheck, RecheckOptions, recheck, run};
use common::{citx, folder, status, stderr, stdout};

const PROJECT: &str = r#"
time_zone = "Europe/London"
[citizens]
source = "people.csv"
key = "id"
[citizens.facts]
email = "email"
phone = "phone"
[controller]
name = "Anytown Council"
kind = "public_authority"
[consent]
import = "consent.csv"
[purpose.newsletter]
message_class = "direct_marketing"
basis = "consent"
[segments]
grown = "age(born) >= 18"
[audience.news]
segment = "grown"
purpose = "newsletter"
channels = ["email", "sms"]
prefer = "listed"
export = "EXPORT"
PERSONAL
"#;

/// C-2 and C-5 share a mailbox, and so does C-6, who is a child.
const PEOPLE: &str = "id,born,email,phone,name
C-1,1950-01-01,ann@example.org,,Ann
C-2,1990-01-01,home@example.org,,Bob
C-3,1940-05-05,,07700 900123,Cy
C-4,1960-05-05,dee@example.org,,Dee
C-5,1970-05-05,Home@Example.org,,Eve
C-6,2015-05-05,home@example.org,,Fay
";

const CONSENT: &str = "citizen,purpose,channel,status,captured_at,valid_until
C-1,newsletter,email,given,2026-01-05,
C-2,newsletter,email,given,2026-01-05,
C-3,newsletter,sms,given,2026-01-05,
C-4,newsletter,email,given,2026-01-05,2026-12-24
C-5,newsletter,email,given,2026-01-05,
";

const THEN: &str = "2026-11-22";

fn project(export: &str, personal: &str) -> tempfile::TempDir {
    let text = PROJECT.replace("EXPORT", export).replace("PERSONAL", personal);
    let folder = folder(&[("citx.toml", &text), ("people.csv", PEOPLE), ("consent.csv", CONSENT)]);
    run(folder.path().join("citx.toml"), THEN, &Run::new()).expect("the run");
    folder
}

fn add(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).expect("the file");
    assert!(text.contains(from));
    std::fs::write(path, text.replace(from, to)).expect("can be written");
}

fn again(folder: &Path, file: &str, as_of: &str) -> Recheck {
    let mut options = RecheckOptions::default();
    options.out = Some(folder.join("out").join("rest"));
    recheck(folder.join("citx.toml"), folder.join("out").join(file), as_of, &options, &Run::new()).expect("a recheck")
}

fn told(found: &Recheck) -> Vec<String> {
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    found.removed.iter().map(|one| format!("{} {} {} {}", one.row, word(&one.key), one.channel, word(&one.rule))).collect()
}

fn rest(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("out/rest")).expect("the others")
}

#[test]
fn a_list_with_keys_loses_those_who_changed_their_mind_moved_or_went() {
    let folder = project("csv", "");
    let before = again(folder.path(), "audience-news.csv", THEN);
    assert_eq!((before.rows, before.kept, told(&before)), (5, 5, vec![]));
    assert_eq!(before.expires_at.as_deref(), Some("2026-12-24T00:00:00Z"));
    assert_eq!(rest(folder.path()), std::fs::read_to_string(folder.path().join("out/audience-news.csv")).expect("the list"));
    add(folder.path(), "consent.csv", "C-5,", "C-1,newsletter,email,withdrawn,2026-11-23,\nC-5,");
    add(folder.path(), "people.csv", "07700 900123", "07700 900124");
    add(folder.path(), "people.csv", "C-5,1970", "C-9,1970");
    let after = again(folder.path(), "audience-news.csv", "2026-12-24");
    assert_eq!(told(&after), ["1 C-1 email R07", "3 C-3 sms ", "4 C-4 email R07", "5 C-5 email "]);
    assert_eq!((after.kept, after.purpose.as_str(), after.expires_at), (1, "newsletter", None));
    assert_eq!(rest(folder.path()), "key,channel,contact,basis,rule\nC-2,email,home@example.org,consent,R13\n");
}

#[test]
fn a_list_for_notify_is_matched_by_contact_point_and_everyone_meant_must_allow() {
    let folder = project("notify", "");
    let before = again(folder.path(), "audience-news-email-1.csv", THEN);
    assert_eq!((before.rows, before.kept), (4, 4), "the child is no member: nobody meant her");
    add(folder.path(), "consent.csv", "C-5,", "C-5,newsletter,email,withdrawn,2026-11-23,\nC-5,");
    let after = again(folder.path(), "audience-news-email-1.csv", "2026-11-24");
    assert_eq!(told(&after), ["2  email R07", "4  email R07"], "either may be meant");
    assert!(!rest(folder.path()).to_lowercase().contains("home@example.org"));
    let texts = again(folder.path(), "audience-news-sms-1.csv", "2026-11-24");
    assert_eq!((texts.rows, texts.kept), (1, 1));
    add(folder.path(), "people.csv", "07700 900123", "");
    assert_eq!(told(&again(folder.path(), "audience-news-sms-1.csv", "2026-11-24")), ["1  sms "]);
}

#[test]
fn personalisation_says_who_is_meant() {
    let folder = project("notify", "[audience.news.personalisation]\nname = \"name\"");
    add(folder.path(), "consent.csv", "C-5,", "C-5,newsletter,email,withdrawn,2026-11-23,\nC-5,");
    let after = again(folder.path(), "audience-news-email-1.csv", "2026-11-24");
    assert_eq!(told(&after), ["4  email R07"]);
    assert!(rest(folder.path()).contains("home@example.org,Bob") && !rest(folder.path()).contains("Eve"));
}

#[test]
fn a_parquet_list_stays_one() {
    let folder = project("parquet", "");
    add(folder.path(), "consent.csv", "C-5,", "C-1,newsletter,email,withdrawn,2026-11-23,\nC-5,");
    let mut options = RecheckOptions::default();
    options.out = Some(folder.path().join("rest.parquet"));
    let list = folder.path().join("out/audience-news.parquet");
    let found = recheck(folder.path().join("citx.toml"), list, "2026-11-24", &options, &Run::new()).expect("a recheck");
    assert_eq!(told(&found), ["1 C-1 email R07"]);
    let rest = citx::read_table(folder.path().join("rest.parquet"), &[], &citx::ReadOptions::default()).expect("a table");
    assert_eq!((rest.num_rows(), rest.column_names().len()), (4, 5));
}

#[test]
fn the_program_answers_and_names_no_contact_point() {
    let folder = project("csv", "");
    add(folder.path(), "consent.csv", "C-5,", "C-1,newsletter,email,withdrawn,2026-11-23,\nC-5,");
    let output = citx(folder.path(), &["recheck", "out/audience-news.csv", "--as-of", "2026-11-24", "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((json["removed"][0]["key"].as_str(), json["kept"].as_u64()), (Some("C-1"), Some(4)));
    let output = citx(folder.path(), &["recheck", "citx.toml", "out/audience-news.csv", "--as-of", "2026-11-24"]);
    assert!(stdout(&output).contains("4 of 5 may be contacted") && !stdout(&output).contains('@'), "{}", stdout(&output));
}

#[test]
fn what_is_no_list_is_refused_without_its_values() {
    let folder = project("csv", "");
    let refused = |name: &str, content: &str, more: &[&str]| {
        std::fs::write(folder.path().join(name), content).expect("can be written");
        let output = citx(folder.path(), &[&["recheck", name, "--as-of", "2026-11-24"], more].concat());
        assert!(!stderr(&output).contains("secret"), "{}", stderr(&output));
        status(&output)
    };
    assert_eq!(refused("audience-news.csv", "name\nsecret\n", &[]), 10);
    assert_eq!(refused("audience-news.csv", "key,channel\nsecret\n", &[]), 10);
    assert_eq!(refused("audience-news.csv", "", &[]), 10);
    assert_eq!(refused("list.csv", "key,channel\nC-1,email\n", &[]), 10);
    assert_eq!(refused("list.csv", "key,channel\nC-1,email\n", &["--audience", "news"]), 0);
    assert_ne!(refused("list.csv", "key,channel\nC-1,email\n", &["--audience", "nobody"]), 0);
    assert_eq!(refused("list.csv", "key,channel\nC-1,smoke\n", &["--audience", "news"]), 0, "a channel that is not known is denied");
}
