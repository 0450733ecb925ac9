//! What the command does on a terminal, and when it is interrupted.
#![cfg(target_os = "linux")] // for `script` and `timeout` as they are there
#![allow(clippy::format_collect)] // the text of a file

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use crate::common::{elltwo, fed, file, text};

/// Runs a line of shell on a terminal of its own, by util-linux's `script`; none if that is not there.
fn on_a_terminal(line: &str) -> Option<Output> {
    let output = Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .current_dir(crate::common::root())
        .output();
    output.ok()
}

/// A shell that prints a file slowly.
fn slowly(path: &str) -> String {
    format!(
        "(head -n 500 {path}; sleep 1.2; tail -n +501 {path} | head -n 500; sleep 0.2; tail -n +1001 {path})"
    )
}

#[test]
#[allow(clippy::print_stdout)] // what was not checked
fn what_takes_more_than_a_second_shows_progress_on_a_terminal_and_only_there() {
    let rows: String = (0..2000)
        .map(|i| format!("{},{},{}\n", i % 17, i % 13, i % 17 * 2 + i % 5))
        .collect();
    let (_folder, path) = file("slow.csv", format!("a,b,y\n{rows}"));
    let (exe, slow) = (env!("CARGO_BIN_EXE_elltwo"), slowly(&path));
    let run = |options: &str| {
        on_a_terminal(&format!(
            "{slow} | {exe} fit - --target y {options} >/dev/null"
        ))
    };
    let Some(shown) = run("") else {
        println!("skipped: `script` is not installed");
        return;
    };
    let shown = text(&shown.stdout);
    assert!(
        shown.contains("reading") && shown.contains("KiB"),
        "{shown}"
    );
    // It goes when the work is done.
    assert!(shown.trim_end().ends_with("\u{1b}[2K"), "{shown:?}");
    let quiet = run("--quiet").expect("it ran before");
    assert_eq!(text(&quiet.stdout), "");
    // Short work shows nothing, even there.
    let short =
        on_a_terminal(&format!("{exe} fit {path} --target y > /dev/null")).expect("it ran before");
    assert_eq!(text(&short.stdout), "");
    // A pipe has nothing but the result, however long it takes.
    let piped = Command::new("sh")
        .arg("-c")
        .arg(format!("{slow} | {exe} fit - --target y --json"))
        .output();
    let piped = piped.expect("it runs");
    assert_eq!(text(&piped.stderr), "");
    let alone = fed(
        &["fit", "-", "--target=y", "--json"],
        &fs::read(&path).expect("the data"),
    );
    assert_eq!(text(&piped.stdout), text(&alone.stdout));
}

#[test]
#[allow(clippy::print_stdout)]
fn sgd_counts_its_epochs_on_a_terminal() {
    let rows: String = (0..20_000)
        .map(|i| format!("{},{},{}\n", i % 171, i % 13, i % 17 * 2 + i % 5))
        .collect();
    let (_folder, path) = file("long.csv", format!("a,b,y\n{rows}"));
    // So many epochs that it takes seconds, were it let; it is interrupted.
    let exe = env!("CARGO_BIN_EXE_elltwo");
    let fit = format!(
        "timeout -s INT 2.5 {exe} fit {path} --target y --model sgd --optimizer adam --batch 1 --epochs 100000 --step 1e-7"
    );
    let Some(shown) = on_a_terminal(&fit) else {
        println!("skipped: `script` is not installed");
        return;
    };
    let shown = text(&shown.stdout);
    assert!(
        shown.contains("epochs") && shown.contains("/100000"),
        "{shown}"
    );
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn an_interruption_leaves_the_old_file_and_no_half_one() {
    let rows: String = (0..60_000)
        .map(|i| format!("{},{},{}\n", i % 171, i % 13, i % 17 * 2 + i % 5))
        .collect();
    let (_folder, path) = file("data.csv", format!("a,b,y\n{rows}"));
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("rows.csv");
    let option = format!("--rows={}", out.display());
    let mut interrupted = Vec::new();
    // Until each was in time once.
    for signal in ["INT", "TERM"].into_iter().cycle().take(20) {
        if interrupted.contains(&signal) {
            continue;
        }
        fs::write(&out, "old").expect("it is written");
        let mut child = elltwo(&["fit", &path, "--target=y", "--quiet", &option])
            .spawn()
            .expect("it runs");
        // Until it writes, or has written.
        while names(folder.path()).len() < 2 && child.try_wait().expect("a child").is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let kill = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(child.id().to_string())
            .output();
        kill.expect("it runs");
        let status = child.wait().expect("it ends");
        assert_eq!(names(folder.path()), ["rows.csv"], "{signal}");
        let content = fs::read_to_string(&out).expect("a file");
        if content == "old" {
            assert_eq!(status.code(), Some(130));
            interrupted.push(signal);
        } else {
            // In time, or interrupted once the file was in its place.
            assert_eq!(content.lines().count(), 60_001);
            assert!(status.success() || status.code() == Some(130));
        }
    }
    assert_eq!(interrupted.len(), 2, "never slow enough to be interrupted");
}
