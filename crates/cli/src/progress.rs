//! Progress on stderr, on a terminal, for work that takes more than a second.

use std::io::{IsTerminal, stderr};
use std::thread::{sleep, spawn};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

/// Shorter work shows nothing.
const DELAY: Duration = Duration::from_secs(1);
/// Between turns of a spinner.
const TICK: Duration = Duration::from_millis(200);

/// Progress, which is shown on a terminal alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    enabled: bool,
}

impl Progress {
    /// Shown unless the user wants quiet, or stderr is no terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            enabled: !quiet && stderr().is_terminal(),
        }
    }

    /// A bar of so many bytes; a count without an end if that is not known.
    pub(crate) fn bytes(self, total: Option<u64>) -> ProgressBar {
        let template = match total {
            Some(_) => "{msg} {wide_bar} {bytes}/{total_bytes}",
            None => "{msg} {spinner} {bytes}",
        };
        self.bar("reading", total, template)
    }

    /// A bar of so many epochs.
    pub(crate) fn epochs(self, total: usize) -> ProgressBar {
        self.bar("epochs", Some(total as u64), "{msg} {wide_bar} {pos}/{len}")
    }

    /// A spinner, for work without a measure.
    pub(crate) fn spinner(self, what: &'static str) -> ProgressBar {
        self.bar(what, None, "{msg} {spinner} {elapsed}")
    }

    /// A bar that appears after a second, if it is still there, and goes when it is dropped.
    fn bar(self, what: &'static str, total: Option<u64>, template: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        if !self.enabled {
            return bar;
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        let bar = bar.with_finish(ProgressFinish::AndClear);
        let later = bar.downgrade();
        spawn(move || {
            sleep(DELAY);
            if let Some(bar) = later.upgrade() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(TICK);
            }
        });
        bar
    }
}
