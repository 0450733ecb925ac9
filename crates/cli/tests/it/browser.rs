//! The page of `--report` in a browser, where one is installed.

use std::path::Path;

use crate::common::pages::{plots, report};
use crate::common::{AUTO, file, with};

#[test]
#[allow(clippy::print_stdout)] // what was not checked
fn a_browser_shows_it_without_a_complaint_or_a_request() {
    let Some(browser) = crate::common::chromium::find() else {
        println!("skipped: no Chromium is installed; the other tests check the page itself");
        return;
    };
    let sgd = with(&AUTO, &["--model=sgd", "--test-fraction=0.2"]);
    for options in [with(&AUTO, &["--cv=5", "--lambdas=0.001,0.01,0.1"]), sgd] {
        let (_folder, path, page) = report(&options);
        let visit = crate::common::chromium::visit(&browser, &path);
        assert!(visit.console.is_empty(), "{:?}", visit.console);
        assert!(visit.requests.is_empty(), "{:?}", visit.requests);
        assert_eq!(plots(&visit.dom), plots(&page));
        assert_eq!(
            crate::common::chromium::overflow(&browser, &path, &[400, 1280]),
            [0, 0]
        );
    }
    // The same eyes on a page that does complain and does ask.
    let (_folder, path) = file(
        "bad.html",
        "<body><img src=\"https://example.invalid/a.png\"><script>console.error('no')</script>",
    );
    let visit = crate::common::chromium::visit(&browser, Path::new(&path));
    assert!(!visit.console.is_empty());
    assert_eq!(visit.requests, ["https://example.invalid/a.png"]);
}
