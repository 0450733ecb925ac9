//! Runs the command.
#![allow(dead_code)] // each test file uses some

pub(crate) mod chromium;
pub(crate) mod pages;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A fit of the cars.
pub(crate) const AUTO: [&str; 6] = [
    "fit",
    "data/auto_mpg.csv",
    "--target=mpg",
    "--exclude=car_name",
    "--categorical=origin",
    "--missing=drop",
];

/// The root of the repository, where `data/` is.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn elltwo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_elltwo"));
    command.args(arguments).current_dir(root());
    command
}

/// What it printed; it must succeed.
pub(crate) fn stdout(arguments: &[&str]) -> String {
    let output = elltwo(arguments).output().expect("it runs");
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    assert_eq!(errors, "", "{arguments:?} wrote to stderr");
    text(&output.stdout)
}

/// What it printed and what it said beside; it must succeed.
pub(crate) fn spoken(arguments: &[&str]) -> (String, String) {
    let output = elltwo(arguments).output().expect("it runs");
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    (text(&output.stdout), errors)
}

/// The one document it printed.
pub(crate) fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(arguments)).expect("exactly one JSON document")
}

/// The same with text on standard input.
pub(crate) fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = elltwo(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("piped");
    // It may have stopped reading.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// What it says when it fails with this code: one or two sentences on stderr, nothing on stdout, no trace of its insides.
pub(crate) fn failure(arguments: &[&str], code: i32) -> String {
    let output = elltwo(arguments).output().expect("it runs");
    refused(&output, code, arguments)
}

pub(crate) fn refused(output: &Output, code: i32, arguments: &[&str]) -> String {
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    for word in ["panicked", "RUST_BACKTRACE", "unwrap", "src/"] {
        assert!(!errors.contains(word), "{arguments:?}: {errors}");
    }
    assert!(errors.starts_with("error: "), "{arguments:?}: {errors}");
    if code == 1 {
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
    errors
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// A folder of its own, and a file in it.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("it is written");
    let path = path.display().to_string();
    (folder, path)
}

/// A number, or text of more digits than one has.
pub(crate) fn number(value: &Value) -> f64 {
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed
        .or_else(|| value.as_f64())
        .unwrap_or_else(|| panic!("{value} is no number"))
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    let values = value
        .as_array()
        .unwrap_or_else(|| panic!("{value} is no array"));
    values.iter().map(number).collect()
}

pub(crate) fn close(found: f64, exact: f64, tolerance: f64, what: &str) {
    let gap = (found - exact).abs();
    assert!(
        gap <= tolerance * exact.abs(),
        "{what}: {found} and not {exact}"
    );
}

/// The columns of a CSV file without quotes, by name.
pub(crate) fn column(csv: &str, name: &str) -> Vec<f64> {
    let mut lines = csv.lines();
    let header = lines.next().expect("a header");
    let at = header.split(',').position(|field| field == name);
    let at = at.unwrap_or_else(|| panic!("no column {name} in {header}"));
    let value = |line: &str| line.split(',').nth(at).and_then(|field| field.parse().ok());
    lines.map(|line| value(line).unwrap_or(f64::NAN)).collect()
}

/// Arguments and more of them.
pub(crate) fn with<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    base.iter().chain(more).copied().collect()
}

/// The same numbers, to a relative tolerance.
pub(crate) fn compare(found: &[f64], exact: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), exact.len(), "{what}");
    for (found, exact) in found.iter().zip(exact) {
        close(*found, *exact, tolerance, what);
    }
}
