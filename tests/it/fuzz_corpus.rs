//! Everything that parses, on the stored corpus of the fuzz targets and on each of its files cut and changed: that the
//! promises of `fuzz/checks.rs` hold.

use std::path::Path;

#[path = "../../fuzz/checks.rs"]
mod checks;

/// Changed copies of each file.
const COPIES: usize = 40;

/// Runs a check on the files of a target's corpus.
fn run(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let entries = std::fs::read_dir(&folder).expect("a corpus");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(files.len() >= 3, "{target}: {} files", files.len());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0) % below.max(1)
    };
    for file in files {
        let bytes = std::fs::read(&file).expect("a file");
        check(&bytes);
        for _ in 0..COPIES {
            let mut copy = bytes.clone();
            for _ in 0..=random(4) {
                let at = random(copy.len());
                match random(4) {
                    0 => copy.truncate(at),
                    1 if at < copy.len() => copy[at] = b"\n\",;\0\xff.-e"[random(9)],
                    2 if at < copy.len() => copy[at] ^= 1 << random(8),
                    _ => {
                        let part = copy[at..(at + random(20)).min(copy.len())].to_vec();
                        copy.splice(at..at, part);
                    }
                }
            }
            check(&copy);
        }
    }
}

#[test]
fn csv_files_are_read_or_refused() {
    run("csv", checks::csv);
}

#[test]
fn numbers_are_those_of_the_standard_library() {
    run("numbers", checks::numbers);
}

#[test]
fn stored_json_is_read_or_refused() {
    run("json", checks::json);
}

#[test]
fn stored_moments_are_read_or_refused() {
    run("moments", checks::moments);
}

#[test]
fn plain_tables_are_those_of_the_csv_crate() {
    run("differential", checks::differential);
}

#[test]
fn formulas_are_understood_or_refused_at_a_place() {
    run("formula", checks::formula);
}
