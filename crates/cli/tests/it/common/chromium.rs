//! A headless Chromium, where one is installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
/// What the browser asks for by itself.
const ITS_OWN: [&str; 3] = ["google.com", "googleapis.com", "gvt1.com"];

/// What a page did.
pub(crate) struct Visit {
    /// The document as the browser has it.
    pub(crate) dom: String,
    /// What it complained of.
    pub(crate) console: Vec<String>,
    /// Addresses it asked the network for.
    pub(crate) requests: Vec<String>,
}

/// The browser's path, if there is one.
pub(crate) fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut places = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.find(|place| place.is_file())
}

/// Loads a file, with no name resolved, so that nothing can come from elsewhere.
pub(crate) fn visit(browser: &Path, file: &Path) -> Visit {
    let folder: TempDir = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("net.json");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-default-apps",
            "--enable-logging=stderr",
            "--allow-file-access-from-files",
            "--virtual-time-budget=4000",
            "--window-size=1280,1000",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", folder.path().display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser runs");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "the browser failed: {errors}");
    let console = errors.lines().filter(|line| line.contains("CONSOLE"));
    // The file lacks its end if the browser was quick to leave.
    let net = std::fs::read_to_string(&log).expect("the log of requests");
    let found = net.split("\"url\":\"").skip(1);
    let mut requests: Vec<String> = found
        .filter_map(|rest| rest.split('"').next())
        .filter(|url| {
            let host = url.split("://").nth(1).unwrap_or_default();
            let host = host.split(['/', ':', '?']).next().unwrap_or_default();
            url.starts_with("http") && !ITS_OWN.iter().any(|own| host.ends_with(own))
        })
        .map(str::to_owned)
        .collect();
    requests.dedup();
    Visit {
        dom: String::from_utf8_lossy(&output.stdout).into_owned(),
        console: console.map(str::to_owned).collect(),
        requests,
    }
}

/// By how many pixels the content of a page is wider than a window of each width.
pub(crate) fn overflow(browser: &Path, file: &Path, widths: &[u32]) -> Vec<u32> {
    let folder = tempfile::tempdir().expect("a folder");
    let frames: Vec<String> = widths
        .iter()
        .map(|width| {
            format!(
                "<iframe src=\"file://{}\" width=\"{width}\" height=\"900\" style=\"border:0\"></iframe>",
                file.display()
            )
        })
        .collect();
    let page = format!(
        "<body>{}<output></output><script>onload = () => {{ const widths = [...document.querySelectorAll('iframe')].map(f => \
         f.contentDocument.documentElement).map(e => e.scrollWidth - e.clientWidth); document.querySelector('output').textContent = JSON.stringify(widths); }}</script>",
        frames.concat()
    );
    let path = folder.path().join("frames.html");
    std::fs::write(&path, page).expect("it is written");
    let dom = visit(browser, &path).dom;
    let found = dom
        .split_once("<output>")
        .and_then(|(_, rest)| rest.split_once("</output>"));
    let (text, _) = found.unwrap_or_else(|| panic!("no widths in {dom}"));
    let values: Value = serde_json::from_str(text).expect("numbers");
    let values = values.as_array().expect("numbers").iter();
    values
        .map(|v| u32::try_from(v.as_u64().expect("a width")).expect("a width"))
        .collect()
}
