//! Pages of `--report`.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::common::{stdout, with};

/// The page of a fit, in a folder that goes with the returned value.
pub(crate) fn report(options: &[&str]) -> (TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.html");
    let option = format!("--report={}", path.display());
    assert_eq!(stdout(&with(options, &[&option, "--quiet"])), "");
    let page = std::fs::read_to_string(&path).expect("the report");
    (folder, path, page)
}

/// The plots: what is said of each to those who do not see it, and how many circles it has.
pub(crate) fn plots(page: &str) -> Vec<(String, usize)> {
    let elements = page.split("<svg").skip(1);
    elements
        .map(|rest| {
            let (element, _) = rest.split_once("</svg>").expect("an end");
            let (_, title) = element.split_once("<title>").expect("a title");
            let (title, marks) = title.split_once("</title>").expect("its end");
            assert!(
                marks.contains("<poly") || marks.contains("<line"),
                "{title}"
            );
            (title.to_owned(), marks.matches("<circle").count())
        })
        .collect()
}
