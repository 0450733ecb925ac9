//! Progress on stderr, of what takes more than a second, on a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work shows nothing.
const DELAY: Duration = Duration::from_secs(1);
/// Between turns of a spinner.
const TICK: Duration = Duration::from_millis(200);

/// Whether and how progress is shown.
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
    pub(crate) fn bytes(self, total: Option<u64>) -> Bar {
        let template = match total {
            Some(_) => "{msg} {wide_bar} {bytes}/{total_bytes}",
            None => "{msg} {spinner} {bytes}",
        };
        self.bar("reading", total, template)
    }

    /// A bar of so many epochs.
    pub(crate) fn epochs(self, total: usize) -> Bar {
        self.bar("epochs", Some(total as u64), "{msg} {wide_bar} {pos}/{len}")
    }

    /// Something that runs, for work without a measure.
    pub(crate) fn spinner(self, what: &'static str) -> Bar {
        let mut bar = self.bar(what, None, "{msg} {spinner} {elapsed}");
        bar.delayed = bar.inner.clone().map(Delayed::new);
        bar
    }

    fn bar(self, what: &'static str, total: Option<u64>, template: &str) -> Bar {
        let inner = self.enabled.then(|| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_message(what);
            bar
        });
        Bar {
            inner,
            start: Instant::now(),
            delayed: None,
        }
    }
}

/// A spinner that waits before it turns.
#[derive(Debug)]
struct Delayed {
    /// Closed to end the wait.
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Delayed {
    fn new(bar: ProgressBar) -> Self {
        let (done, wait) = channel();
        let thread = spawn(move || {
            if wait.recv_timeout(DELAY) == Err(RecvTimeoutError::Timeout) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(TICK);
            }
        });
        Self {
            done: Some(done),
            thread: Some(thread),
        }
    }
}

impl Drop for Delayed {
    fn drop(&mut self) {
        drop(self.done.take());
        // It has nothing left to do; if it failed, nothing was shown.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A bar that appears after a second, and goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Bar {
    inner: Option<ProgressBar>,
    start: Instant,
    delayed: Option<Delayed>,
}

impl Bar {
    /// How far the work has come.
    pub(crate) fn set(&self, position: u64) {
        let Some(bar) = &self.inner else { return };
        if bar.is_hidden() && self.start.elapsed() > DELAY {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(position);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        drop(self.delayed.take());
        if let Some(bar) = &self.inner {
            bar.finish_and_clear();
        }
    }
}
