//! Documentation of modules and public items: it begins with a word to search for, and its lines have a width.

use std::path::Path;

use crate::layering::sources;

/// Openings that need the line before, or say nothing.
const OPENINGS: [&str; 5] = ["What", "How", "Whether", "The same", "Of"];
/// Columns of a line, tables apart, whose rows are one line each.
const WIDTH: usize = 120;

/// The text of a documentation line.
fn documentation(line: &str) -> Option<&str> {
    let line = line.trim_start();
    (line
        .strip_prefix("///")
        .or_else(|| line.strip_prefix("//!")))
    .map(str::trim_start)
}

/// Lines of a source that are against the rules, as `line: text`: the documentation of modules and of public items.
fn violations(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines: Vec<&str> = source.lines().collect();
    let mut start = 0;
    while start < lines.len() {
        let text = lines[start..].iter().map_while(|line| documentation(line));
        let end = start + text.clone().count();
        let is_attribute = |line: &&&str| line.trim_start().starts_with("#[");
        let item = lines[end..].iter().find(|line| !is_attribute(line));
        let is_public = item.is_some_and(|item| item.trim_start().starts_with("pub "))
            || lines[start].trim_start().starts_with("//!");
        for (at, text) in (start..).zip(text).filter(|_| is_public) {
            let is_wide = lines[at].chars().count() > WIDTH && !text.starts_with('|');
            if is_wide || at == start && opens(text) {
                found.push(format!("{}: {}", at + 1, lines[at].trim()));
            }
        }
        start = end.max(start + 1);
    }
    found
}

/// True of a text that begins with one of the openings.
fn opens(text: &str) -> bool {
    let mut rests = OPENINGS
        .iter()
        .filter_map(|opening| text.strip_prefix(opening));
    rests.any(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[test]
fn documentation_begins_with_a_word_to_search_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "crates/cli/src"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 100, "only {} files", files.len());
    let mut found = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).expect("the file reads");
        let name = file.strip_prefix(root).unwrap_or(&file).display();
        found.extend(
            violations(&source)
                .iter()
                .map(|line| format!("{name}:{line}")),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_planted_opening_and_a_wide_line_are_found() {
    let wide = format!("/// {}\npub fn f() {{}}\n", "x".repeat(WIDTH));
    for source in [
        "/// What is left.\n#[must_use]\npub fn f() {}\n",
        "//! The same of rows.\n",
        "fn f() {}\n    /// Of rows.\n    pub x: f64,\n",
        &wide,
    ] {
        assert_eq!(violations(source).len(), 1, "{source}");
    }
    let table = format!("/// | {} |\npub fn f() {{}}\n", "x".repeat(WIDTH));
    for source in [
        "/// Offset of a row.\npub fn f() {}\n",
        "/// What is left.\nfn f() {}\n",
        "/// Rows of a file.\n/// What is left of them.\npub fn f() {}\n",
        "/// However far.\npub fn f() {}\n",
        &table,
    ] {
        assert!(violations(source).is_empty(), "{source}");
    }
}
