//! `elltwo`: linear regression from a CSV file. It reads, asks the library, and prints; it has no arithmetic of its
//! own.
// Text that is put together reads best as it will look; `write!` to a string has an error that cannot be.
#![allow(clippy::format_push_string, clippy::format_collect)]

mod args;
mod columns;
mod compare;
mod describe;
mod design;
mod evaluate;
mod facts;
mod failure;
mod files;
mod fit;
mod groups;
mod input;
mod keys;
mod measures;
mod model_file;
mod output;
mod predict;
mod progress;
mod shell;
mod windows;

use std::io::{Write, stderr};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    files::clean_up_when_interrupted();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to do if stderr is closed.
            let _ = writeln!(stderr(), "error: {}", failure.message());
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Fit(args) => fit::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Describe(args) => describe::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { folder } => shell::man(&folder),
    }
}
