//! The pack for the data protection officer.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use citx::Run;
use citx_cli::{DpoPack, dpo_pack};
use common::{citx, folder, status, stderr, text};

const PROJECT: &str = r#"
time_zone = "Europe/London"
[citizens]
source = "people.csv"
key = "id"
[citizens.facts]
email = "email"
special_category = ["ethnicity"]
[controller]
name = "Anytown Council"
kind = "public_authority"
[consent]
import = "consent.csv"
[purpose.newsletter]
message_class = "direct_marketing"
basis = "consent"
[purpose.walks]
message_class = "public_task_promotion"
basis = "public_task"
justification = { task = "health", power = "NHS Act 2006 s. 2B", necessity = "n", proportionality = "p", approved_by = "DPO", review_by = "2026-11-01" }
[segments]
older = "age(born) >= 65"
named = { rule = "in_segment('chosen') AND email IS NOT NULL", owner = "Comms", review_by = "2027-04-01" }
chosen = "ethnicity = 'x'"
"#;

const PEOPLE: &str = "id,born,email,ethnicity\nC-1,1950-01-01,ann.secret@example.org,x\nC-2,1990-01-01,bob@example.org,y\n";
const CONSENT: &str = "citizen,purpose,channel,status,captured_at\nC-1,newsletter,email,given,2026-01-05\n";

fn project() -> tempfile::TempDir {
    folder(&[("citx.toml", PROJECT), ("people.csv", PEOPLE), ("consent.csv", CONSENT)])
}

/// `uk-2026` without the rule that lets consent allow e-mail.
fn earlier(folder: &Path) -> String {
    let policy =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../citx-core/data/policies/uk-2026.toml")).expect("the policy");
    let path = folder.join("earlier.toml");
    std::fs::write(&path, policy.replace("\r\n", "\n").replace("id = \"R13\"", "id = \"R13old\"")).expect("can be written");
    path.display().to_string()
}

fn made(folder: &Path, since: Option<&str>) -> DpoPack {
    dpo_pack(folder.join("citx.toml"), "2026-11-22", folder.join("pack"), since, &Run::new()).expect("a pack")
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder.join("pack")).expect("the pack").map(|entry| entry.expect("an entry").path());
    entries.map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(&path).expect("a file"))).collect()
}

#[test]
fn the_pack_says_what_is_decided_by_and_what_is_due() {
    let folder = project();
    let pack = made(folder.path(), None);
    assert_eq!((pack.purposes, &pack.head), (2, &None));
    assert_eq!(pack.overdue, ["purposes: walks"]);
    assert_eq!(pack.sensitive_segments, ["named", "chosen"]);
    let files = files(folder.path());
    assert_eq!(files.keys().collect::<Vec<_>>(), ["index.html", "pack.json", "policy.csv", "purposes.csv", "segments.csv"]);
    assert!(files.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("secret")));
    let purposes = citx::read_table(folder.path().join("pack/purposes.csv"), &[], &citx::ReadOptions::default()).expect("a table");
    assert_eq!((text(&purposes, "purpose", 1), text(&purposes, "power", 1)), ("walks".into(), "NHS Act 2006 s. 2B".into()));
    let page = String::from_utf8_lossy(&files["index.html"]).into_owned();
    assert!(page.contains("review overdue: purposes: walks") && page.contains("Register of purposes") && page.contains(&pack.policy));
}

#[test]
fn decisions_that_changed_are_counted_by_rule() {
    let folder = project();
    let earlier = earlier(folder.path());
    let pack = made(folder.path(), Some(&earlier));
    assert_eq!(pack.changed_decisions, Some(1));
    let changed = citx::read_table(folder.path().join("pack/decisions-changed.csv"), &[], &citx::ReadOptions::default()).expect("a table");
    let row = ["purpose", "channel", "from_rule", "to_rule"].map(|name| text(&changed, name, 0));
    assert_eq!(row, ["newsletter", "email", "R13old", "R13"]);
    assert!(files(folder.path()).contains_key("policy-changes.csv"));
    made(folder.path(), None);
    assert!(!files(folder.path()).contains_key("decisions-changed.csv"), "what is not made any more is taken away");
    assert_eq!(made(folder.path(), Some("uk-2026")).changed_decisions, Some(0));
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    let folder = project();
    let earlier = earlier(folder.path());
    let pack = made(folder.path(), Some(&earlier));
    let before = files(folder.path());
    assert_eq!(made(folder.path(), Some(&earlier)), pack);
    assert_eq!(files(folder.path()), before);
    std::fs::write(folder.path().join("citx.toml"), PROJECT.replace("age(born) >= 65", "age(born) >= 66")).expect("can be written");
    assert_ne!(made(folder.path(), Some(&earlier)).project_sha256, pack.project_sha256);
}

#[test]
fn a_ledger_that_is_kept_is_named_by_its_head() {
    let folder = project();
    let kept = PROJECT.replace("[consent]\n", "[consent]\nledger = \"consent.db\"\n");
    std::fs::write(folder.path().join("citx.toml"), kept).expect("can be written");
    citx_cli::run(folder.path().join("citx.toml"), "2026-11-22", &Run::new()).expect("the run");
    let pack = made(folder.path(), None);
    assert_eq!(pack.head.as_ref().map(|(number, hash)| (*number, hash.len())), Some((1, 64)));
    let before = files(folder.path());
    assert_eq!((made(folder.path(), None), files(folder.path())), (pack, before));
}

#[test]
fn the_program_makes_it_and_refuses_what_is_no_policy() {
    let folder = project();
    let output = citx(folder.path(), &["dpo-pack", "--as-of", "2026-11-22", "--to", "pack", "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["overdue"][0].as_str(), Some("purposes: walks"));
    assert_ne!(status(&citx(folder.path(), &["dpo-pack", "--as-of", "2026-11-22", "--to", "pack", "--since", "uk-1998"])), 0);
    assert_eq!(status(&citx(folder.path(), &["dpo-pack", "--as-of", "2026-11-22"])), 2);
    std::fs::write(folder.path().join("citx.toml"), "[citizens]\nsource = \"people.csv\"\nkey = \"id\"\n").expect("can be written");
    assert_eq!(status(&citx(folder.path(), &["dpo-pack", "--as-of", "2026-11-22", "--to", "pack"])), 10);
}
