//! The command line.

mod columns;
mod fit;
mod groups;
mod names;
mod notation;
mod reading;
mod values;
mod windows;

pub(crate) use columns::{listed, shell};
pub(crate) use fit::FitArgs;
pub(crate) use groups::GroupArgs;
pub(crate) use names::ModelKind;
pub(crate) use notation::options;
pub(crate) use reading::{ColumnArgs, FormatArgs, ReadingArgs};
pub(crate) use values::{CvKind, Lambda};
pub(crate) use windows::{Stretch, WindowArgs};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use elltwo::data::UnseenLevel;
use elltwo::formula::Formula;

use crate::failure::{self, Asked};

/// Linear regression from a CSV file: fit, predict, evaluate and explain.
#[derive(Debug, Parser)]
#[command(
    name = "elltwo",
    version,
    arg_required_else_help = true,
    after_help = "Examples:
  elltwo describe data/auto_mpg.csv --target mpg
  elltwo fit data/auto_mpg.csv --target mpg --exclude car_name --categorical origin --missing drop
  elltwo fit data/auto_mpg.csv --target mpg --exclude car_name --missing drop --save mpg.json
  elltwo predict mpg.json new_cars.csv --interval prediction -o predictions.csv

A file may be `-`, standard input, and may be compressed by gzip, bzip2, xz or zstd. Exit codes: 0, 1 for an error in the data or the fit, \
2 for one in the command line. `elltwo completions SHELL` prints a completion script, `elltwo man FOLDER` writes the man pages."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fit a model to a CSV file and print a summary
    Fit(Box<FitArgs>),
    /// Predict the rows of a CSV file with a saved model
    Predict(PredictArgs),
    /// Measure the errors of a saved model on a CSV file that has the target
    Evaluate(EvaluateArgs),
    /// Show a saved model's coefficients, or the columns of a CSV file
    Describe(DescribeArgs),
    /// Compare penalties, SGD and robust losses on the same held-out rows
    Compare(CompareArgs),
    /// Print a completion script for a shell
    #[command(hide = true)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the man pages, of the command and of each subcommand, to a folder
    #[command(hide = true)]
    Man {
        /// The folder, which must exist
        folder: PathBuf,
    },
}

/// Treatment of a level that the model was not trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unseen {
    /// Refuse the file, naming the level
    Error,
    /// Take it for the base level
    Base,
}

impl From<Unseen> for UnseenLevel {
    fn from(unseen: Unseen) -> Self {
        match unseen {
            Unseen::Error => Self::Error,
            Unseen::Base => Self::Base,
        }
    }
}

/// Kind of uncertainty that an interval of a prediction covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum IntervalKind {
    /// The mean at the row's features
    Confidence,
    /// A single observation
    Prediction,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  elltwo predict mpg.json new_cars.csv
  elltwo predict mpg.json new_cars.csv --interval prediction -o predictions.csv
  gunzip -c new.csv.gz | elltwo predict mpg.json - --unseen base

Columns are found by name; the target need not be there. The output has a line for each predicted row: `row`, from 0, \
the `line` of the file it came from, `prediction`, and with --interval also `lower` and `upper`.")]
pub(crate) struct PredictArgs {
    /// A model that `elltwo fit --save` wrote
    #[arg(value_name = "MODEL.json")]
    pub(crate) model: String,
    /// The CSV file; `-` is standard input
    pub(crate) file: String,
    /// The file to write; standard output if not given
    #[arg(short, long, value_name = "OUT.csv")]
    pub(crate) output: Option<PathBuf>,
    /// Add the columns `lower` and `upper`
    #[arg(long, value_enum)]
    pub(crate) interval: Option<IntervalKind>,
    /// The level of the intervals
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, requires = "interval", value_parser = values::open_unit, allow_negative_numbers = true)]
    pub(crate) confidence: f64,
    /// Predict what a model of a logarithm is the logarithm of: by the smearing estimate, and intervals of
    /// single observations without it
    #[arg(long)]
    pub(crate) response: bool,
    /// Treatment of a category's level that the model was not trained with
    #[arg(long, value_enum, default_value = "error")]
    pub(crate) unseen: Unseen,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// No progress
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  elltwo evaluate mpg.json held_out.csv
  elltwo evaluate mpg.json held_out.csv --json")]
pub(crate) struct EvaluateArgs {
    /// A model that `elltwo fit --save` wrote
    #[arg(value_name = "MODEL.json")]
    pub(crate) model: String,
    /// The CSV file; `-` is standard input
    pub(crate) file: String,
    /// Treatment of a category's level that the model was not trained with
    #[arg(long, value_enum, default_value = "error")]
    pub(crate) unseen: Unseen,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// One JSON document instead of the table
    #[arg(long)]
    pub(crate) json: bool,
    /// No progress, and no table
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  elltwo describe data/auto_mpg.csv --target mpg
  elltwo describe mpg.json")]
pub(crate) struct DescribeArgs {
    /// A model that `elltwo fit --save` wrote, or a CSV file; `-` is a CSV file from standard input
    #[arg(value_name = "MODEL.json|FILE.csv")]
    pub(crate) file: String,
    /// The column to correlate the others with
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    /// One JSON document instead of the table
    #[arg(long)]
    pub(crate) json: bool,
    /// No progress
    #[arg(long)]
    pub(crate) quiet: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  elltwo compare data/diabetes.csv --target progression
  elltwo compare data/auto_mpg.csv --target mpg --exclude car_name --missing drop --seed 7
  elltwo compare data/auto_mpg.csv --formula 'mpg ~ weight' --formula 'mpg ~ weight * C(origin)'

Every model is fitted to the same training rows, with every column scaled by its standard deviation there, and measured on \
the same held-out rows. The Huber loss bends at one standard deviation of the residuals of least squares.")]
pub(crate) struct CompareArgs {
    /// The CSV file; `-` is standard input
    pub(crate) file: String,
    /// Formulas of one target to compare, each by least squares, or by ridge regression with --lambdas
    #[arg(long = "formula", value_name = "FORMULA", id = "formula")]
    pub(crate) formulas: Vec<Formula>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// The penalties of ridge regression; 0, 0.001, 0.01, 0.1 and 1 if not given, and 0 alone of formulas
    #[arg(long, value_name = "L1,L2,..", value_delimiter = ',', value_parser = values::non_negative,
          allow_negative_numbers = true)]
    pub(crate) lambdas: Option<Vec<f64>>,
    /// The share of the rows that is held out
    #[arg(long, value_name = "F", default_value_t = 0.25, value_parser = values::open_unit, allow_negative_numbers = true)]
    pub(crate) test_fraction: f64,
    /// The seed of the split and of SGD
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    pub(crate) seed: u64,
    /// One JSON document instead of the table
    #[arg(long)]
    pub(crate) json: bool,
    /// No progress, and no table
    #[arg(long)]
    pub(crate) quiet: bool,
}

impl CompareArgs {
    /// Request, for messages.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            formulas: &self.formulas,
            ..(self.columns).asked(failure::Command::Compare, &self.file, &self.reading)
        }
    }
}

impl DescribeArgs {
    /// What is asked, for messages.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            target: self.target.as_deref(),
            ..Asked::new(failure::Command::Describe, &self.file)
        }
    }
}
