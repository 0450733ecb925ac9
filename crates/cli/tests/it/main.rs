//! The tests of the command, in one binary: `cargo test --package elltwo-cli --test it fit::` runs the tests of one file.

mod browser;
mod common;
mod describe_compare;
mod disguise;
mod errors;
mod exact;
mod faults;
mod files;
mod fit;
mod formula;
mod groups;
mod models;
mod options;
mod quantile;
mod readme;
mod report;
mod said;
mod terminal;
mod unseen;
mod windows;
