//! Reading project files: whatever they hold, the answer is a project or problems with places.

use citx_cli::Project;
use proptest::prelude::*;

const PROJECT: &str = include_str!("../../../examples/voters/citx.toml");

fn read(text: &[u8]) -> citx::Result<Project> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("citx.toml");
    std::fs::write(&path, text).expect("can be written");
    Project::read(&path)
}

#[test]
fn the_examples_are_read() {
    let project = read(PROJECT.as_bytes()).expect("sound");
    assert_eq!((project.segments.len(), project.audiences.len(), project.uplifts.len()), (8, 2, 2));
    assert_eq!(project.segments[0].name, "over_65", "in the order of the file");
    assert_eq!(project.segments[4].owner.as_deref(), Some("Elections office"));
    let letter = &project.purposes[0];
    assert!(letter.constants.contains(&("justification.review_by".to_owned(), "2007-04-01".to_owned())), "{:?}", letter.constants);
    assert_eq!(project.time_zone.name(), "America/Detroit");
}

#[test]
fn a_byte_order_mark_is_no_matter_and_other_encodings_are_refused() {
    assert!(read(format!("\u{feff}{PROJECT}").as_bytes()).is_ok());
    assert_eq!(read(b"title = \"caf\xe9\"").expect_err("latin-1").kind(), citx::ErrorKind::InvalidArgument);
    assert_eq!(read(&[0xff, 0xfe, b'a', 0]).expect_err("UTF-16").kind(), citx::ErrorKind::InvalidArgument);
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(deep.as_bytes()).is_err());
    let tables: String = (0..2_000).map(|_| "[purpose.a.b.c.d.e.f.g.h]\n").collect();
    assert!(read(tables.as_bytes()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_it_panic(cuts in prop::collection::vec((0..PROJECT.len(), 0_usize..20, "[\\[\\]{}=\"'.,#a-z0-9\n\\\\ ]{0,6}"), 1..4)) {
        let mut text = PROJECT.as_bytes().to_vec();
        for (at, length, new) in cuts {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, new.bytes());
        }
        if let Err(error) = read(&text) {
            prop_assert!(error.to_string().contains("line "), "{error}");
        }
    }
}
