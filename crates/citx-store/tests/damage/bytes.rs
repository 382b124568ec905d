//! Single bytes that changed.

use super::contents::{Bench, Contents, Files, Found, Small};
use super::{Random, thorough};

/// What a byte is changed by, rotated from place to place.
const PATTERNS: [u8; 3] = [0x01, 0x0f, 0xff];

/// Changes bytes of one file, all of them where `thorough`, else about `sample`, and returns how many changes were found and how many did no harm.
fn flip(files: &Files, which: usize, patterns: &[u8], sample: u64) -> (u64, u64) {
    let bench = Bench::new();
    let truth: Contents = bench.contents(files);
    assert!(truth.allowed() > 0, "somebody may be contacted");
    let length = files.of(which).len() as u64;
    let (mut random, mut found, mut no_harm) = (Random(length), 0, 0);
    for place in 0..length {
        for pattern in patterns.iter().map(|pattern| pattern.rotate_left(place as u32 % 8)) {
            if !thorough() && random.below(patterns.len() as u64 * length) >= sample {
                continue;
            }
            let changed = files.with(which, |bytes| bytes[place as usize] ^= pattern);
            match bench.judge(&changed, &format!("file {which}, byte {place}, pattern {pattern:#x}"), &[&truth]) {
                Found::Damage => found += 1,
                Found::NoHarm => no_harm += 1,
            }
        }
    }
    eprintln!("file {which}: {found} changes found, {no_harm} without harm");
    (found, no_harm)
}

#[test]
fn a_changed_byte_of_the_database() {
    let (found, no_harm) = flip(&Small::new().closed, Files::DATABASE, &PATTERNS, 900);
    assert!(found > no_harm / 10, "found {found}, no harm {no_harm}");
}

#[test]
fn a_changed_byte_of_the_database_beneath_a_log() {
    flip(&Small::new().killed, Files::DATABASE, &[0xff], 200);
}

#[test]
fn a_changed_byte_of_the_log() {
    let (found, _) = flip(&Small::new().killed, Files::LOG, &PATTERNS, 2000);
    assert!(found > 0);
}

#[test]
fn a_changed_byte_of_the_head_file() {
    let small = Small::new();
    for files in [small.closed, small.killed] {
        let (_, no_harm) = flip(&files, Files::HEAD, &PATTERNS, 300);
        assert_eq!(no_harm, 0, "every byte of it counts");
    }
}
