//! Imports point one way: a module may use only modules of a lower rank, as the crate's documentation draws them.

use std::path::{Path, PathBuf};

/// The ranks, lowest first. Modules of the same rank do not know each other, except in the lowest.
const RANKS: [&[&str]; 9] = [
    &[
        "check", "error", "notation", "scalar", "parallel", "samples", "version", "views",
    ],
    &["loss", "linalg", "statistics"],
    &["moments", "data", "metrics"],
    &["formula"],
    &["solver"],
    &["model"],
    &["inference", "diagnostics"],
    &["report"],
    &["prelude", "guide"],
];

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().position(|names| names.contains(&module))
}

/// Imports of `module` against the ranks, as `line: reason`.
fn violations(module: &str, source: &str) -> Vec<String> {
    let code = code_of(source);
    let Some(own) = rank(module) else {
        return vec![format!(
            "1: module `{module}` has no rank in tests/it/layering.rs"
        )];
    };
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        // `$crate::` in a macro is the same crate; `some_crate::` is another.
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        for name in first_segments(&code[at + "crate::".len()..]) {
            if name == module || is_crate_name(&name) {
                continue;
            }
            let reason = match rank(&name) {
                None => format!("{line}: `{name}` has no rank in tests/it/layering.rs"),
                Some(other) if other < own || (other == 0 && own == 0) => continue,
                Some(other) if other == own => {
                    format!("{line}: `{module}` and `{name}` have the same rank {own}")
                }
                Some(other) => {
                    format!("{line}: `{module}` (rank {own}) uses `{name}` (rank {other})")
                }
            };
            found.push(reason);
        }
    }
    found
}

/// Names that the root re-exports for everybody: `crate::Error`, `crate::Result`. Any other type must be named by its module.
fn is_crate_name(name: &str) -> bool {
    ["Error", "Result"].contains(&name)
}

/// The first path segment of `a::b`, `a`, or of each member of `{a::{b, c}, d}`.
fn first_segments(path: &str) -> Vec<String> {
    let identifier = |text: &str| -> String {
        let text = text.trim_start();
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '*')
            .collect()
    };
    let Some(group) = path.trim_start().strip_prefix('{') else {
        return vec![identifier(path)];
    };
    let (mut depth, mut start, mut names) = (1, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            names.push(identifier(&group[start..at]));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The source with comments and unit-test modules blanked; lines keep their numbers.
pub(crate) fn code_of(source: &str) -> String {
    let mut code = String::new();
    // The indentation of the unit-test module that is being skipped: it ends at a `}` as deep.
    let mut skipped: Option<usize> = None;
    let mut test_follows = false;
    for line in source.lines() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if let Some(depth) = skipped {
            if indent == depth && text.starts_with('}') {
                skipped = None;
            }
        } else if text.starts_with("#[cfg(test)]") {
            test_follows = true;
        } else if test_follows && text.starts_with("mod ") && text.ends_with('{') {
            skipped = Some(indent);
            test_follows = false;
        } else if !text.starts_with("//") {
            test_follows &= text.starts_with("#[");
            code.push_str(text.split(" //").next().unwrap_or_default());
        }
        code.push('\n');
    }
    code
}

/// Every Rust file below a folder.
pub(crate) fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder reads") {
        let path = entry.expect("the entry reads").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn imports_point_only_to_lower_ranks() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files.sort();
    assert!(files.len() > 10, "only {} files below src", files.len());
    let mut found = Vec::new();
    for file in files {
        let below = file.strip_prefix(&src).expect("it is below src");
        let top = below.components().next().expect("it has a name");
        let module = top.as_os_str().to_string_lossy().replace(".rs", "");
        if module == "lib" {
            continue; // the root names every module
        }
        let source = std::fs::read_to_string(&file).expect("the file reads");
        let complaints = violations(&module, &source);
        found.extend(
            complaints
                .iter()
                .map(|c| format!("src/{}:{c}", below.display())),
        );
    }
    assert!(
        found.is_empty(),
        "imports against the ranks:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_planted_violation_is_found_with_its_line() {
    let lines = |module, source| -> Vec<String> {
        let found = violations(module, source);
        found
            .iter()
            .filter_map(|v| v.split(':').next().map(str::to_owned))
            .collect()
    };
    assert_eq!(
        lines("loss", "use std::fmt;\nuse crate::model::LinearModel;\n"),
        ["2"]
    );
    assert_eq!(
        lines("solver", "fn f() {\n    crate::report::table();\n}\n"),
        ["2"]
    );
    assert_eq!(lines("data", "use crate::metrics::mse;\n"), ["1"]);
    let grouped = "use crate::{\n    error::{Error, Result},\n    model::{LinearModel, Predictor},\n    diagnostics,\n};\n";
    assert_eq!(lines("solver", grouped), ["1", "1"]);
    assert_eq!(lines("metrics", "use crate::novelty::X;\n"), ["1"]);
    assert_eq!(lines("novelty", "use crate::error::Error;\n"), ["1"]);
    let after = "#[cfg(test)]\nmod tests {\n    use crate::model::A;\n}\nuse crate::model::B;\n";
    assert_eq!(lines("loss", after), ["5"]);
}

#[test]
fn what_is_allowed_passes() {
    for source in [
        "use crate::error::{Error, Result};\nuse crate::scalar::Scalar;\n",
        "use crate::{error::Error, loss::{Loss, L2}};\n",
        "/// See [`crate::model::LinearModel`].\n//! crate::report\n// crate::report\n",
        "fn f() -> crate::Result<()> { Ok(()) } // not crate::model\n",
        "use other_crate::model::X;\nuse crate::solver::closed_form::gram;\n",
        "#[cfg(test)]\nmod tests {\n    use crate::model::RidgeRegression;\n}\n",
    ] {
        let found = violations("solver", source);
        assert!(found.is_empty(), "{source}\n{found:?}");
    }
    assert!(violations("error", "use crate::scalar::Scalar;").is_empty());
}
