//! Every error and every note, for a column in every role, by every command: no message proposes what the command
//! lacks.

use clap::{Command as Options, CommandFactory};
use elltwo::Error;
use elltwo::data::{NumberFormat, ReadNote};
use elltwo::formula::Formula;

use super::{Asked, Command, Failure};
use crate::args::Cli;
use crate::facts;

/// Errors that name a column.
#[allow(clippy::too_many_lines)] // a list
fn of_column(column: &str) -> Vec<Error> {
    let column = || column.to_owned();
    let value = || "v".to_owned();
    let formats = || {
        vec![
            NumberFormat::new().decimal(','),
            NumberFormat::new().thousands(','),
        ]
    };
    vec![
        Error::MissingColumn {
            name: column(),
            nearest: None,
        },
        Error::MissingColumn {
            name: column(),
            nearest: Some(value()),
        },
        Error::DuplicateColumn { name: column() },
        Error::ColumnRole {
            name: column(),
            first: "target",
            second: "weights",
        },
        Error::ParseNumber {
            line: 2,
            column: column(),
            value: value(),
        },
        Error::ParseNumber {
            line: 2,
            column: column(),
            value: "inf".to_owned(),
        },
        Error::DisguisedNumber {
            line: 2,
            column: column(),
            value: "1,5".to_owned(),
            formats: formats(),
            may_be_category: true,
        },
        Error::DisguisedNumber {
            line: 2,
            column: column(),
            value: "1/2".to_owned(),
            formats: Vec::new(),
            may_be_category: false,
        },
        Error::NumberFormat {
            line: 2,
            column: column(),
            value: value(),
            format: NumberFormat::new().thousands('.'),
        },
        Error::MixedUnits {
            line: 2,
            column: column(),
            value: value(),
            first: value(),
        },
        Error::LeadingZero {
            line: 2,
            column: column(),
            value: "007".to_owned(),
        },
        Error::UndeclaredDate {
            line: 2,
            column: column(),
            value: value(),
            is_readable: true,
        },
        Error::UndeclaredDate {
            line: 2,
            column: column(),
            value: value(),
            is_readable: false,
        },
        Error::ParseDate {
            line: 2,
            column: column(),
            value: value(),
            problem: "it is none",
        },
        Error::NearlyUnique {
            line: 2,
            column: column(),
            value: value(),
            levels: 30,
            rows: 31,
        },
        Error::MissingValue {
            line: 2,
            column: column(),
            value: value(),
            rows: 3,
        },
        Error::AllMissing {
            column: column(),
            rows: 3,
        },
        Error::TextTarget {
            line: 2,
            column: column(),
            value: value(),
        },
        Error::TooManyLevels {
            column: column(),
            limit: 1000,
            line: 2,
        },
        Error::UnseenLevel {
            line: 2,
            column: column(),
            level: value(),
            known: 3,
        },
        Error::SchemaRequired {
            column: column(),
            what: "the mean",
        },
        Error::ZeroByte {
            line: 2,
            column: column(),
        },
        Error::UnclosedQuote {
            line: 2,
            column: column(),
        },
        Error::StrayQuote {
            line: 2,
            column: column(),
            end: 3,
        },
        Error::NegativeWeightAt {
            line: 2,
            column: column(),
            value: -1.0,
        },
        Error::TooManyColumns {
            term: column(),
            columns: 9,
            total: 9,
            limit: 8,
        },
    ]
}

/// Errors of a file or a fit.
fn others() -> Vec<Error> {
    let parameter = |name| Error::InvalidParameter {
        name,
        value: 1.0,
        requirement: "0",
    };
    vec![
        Error::Empty {
            what: "the CSV input",
        },
        Error::Empty {
            what: "the set of features",
        },
        Error::NoRows {
            what: "the CSV input",
        },
        Error::RaggedRow {
            line: 2,
            expected: 1,
            found: 2,
        },
        Error::RaggedRow {
            line: 2,
            expected: 3,
            found: 2,
        },
        Error::WrongEncoding {
            line: 2,
            encoding: "UTF-8",
        },
        Error::NotCsv {
            found: "JSON",
            remedy: "save it as CSV",
        },
        Error::ZeroWeights,
        Error::SolverFailed {
            solver: "cholesky",
            reason: "it is not definite",
        },
        Error::Diverged {
            epoch: 2,
            step_size: 1.0,
        },
        parameter("thousands"),
        parameter("comment"),
        parameter("skip_rows_after_header"),
    ]
}

fn notes(column: &str) -> Vec<ReadNote> {
    let column = || column.to_owned();
    let value = || "v".to_owned();
    vec![
        ReadNote::Spellings {
            column: column(),
            levels: vec![value()],
        },
        ReadNote::KnownMissing {
            column: column(),
            text: value(),
            count: 2,
        },
        ReadNote::NumericHeader {
            line: 1,
            numbers: 2,
            columns: 2,
            first: value(),
        },
        ReadNote::Rounded {
            column: column(),
            line: 2,
            value: value(),
            number: 1.0,
            count: 2,
        },
        ReadNote::Codes {
            column: column(),
            line: 2,
            value: value(),
        },
        ReadNote::Disguised {
            column: column(),
            line: 2,
            value: "1,5".to_owned(),
            formats: vec![NumberFormat::new().decimal(',')],
        },
        ReadNote::Dates {
            column: column(),
            line: 2,
            value: value(),
        },
    ]
}

/// The message without what it says of another command, between back quotes.
fn own(message: &str) -> String {
    let parts = message.split("`elltwo ");
    let rest = |(at, part): (usize, &str)| match at {
        0 => part.to_owned(),
        _ => part.split_once('`').map_or("", |(_, rest)| rest).to_owned(),
    };
    parts.enumerate().map(rest).collect()
}

/// Checks the options that a message proposes.
fn check(message: &str, options: &Options, asked: &Asked<'_>, column: &str) {
    let own = own(message);
    let mut words = own.split([' ', '(', ')']).peekable();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else {
            continue;
        };
        let end = name.find(|c: char| !c.is_ascii_lowercase() && c != '-');
        let name = &name[..end.unwrap_or(name.len())];
        let argument = options
            .get_arguments()
            .find(|arg| arg.get_long() == Some(name));
        let Some(argument) = argument else {
            panic!("{} has no --{name}: {message}", options.get_name());
        };
        let values = argument.get_possible_values();
        if let (None, Some(next), false) = (end, words.peek(), values.is_empty()) {
            let next = next.trim_end_matches(['.', ',', ';']);
            assert!(
                values.iter().any(|value| value.matches(next, false)),
                "{message}"
            );
        }
        if asked.by_formula() {
            let conflicts = options.get_arg_conflicts_with(argument);
            let others: Vec<&str> = conflicts.iter().map(|arg| arg.get_id().as_str()).collect();
            assert!(
                !others.contains(&"formula"),
                "--{name} and --formula: {message}"
            );
        }
    }
    if ["y", "w"].contains(&column) {
        for option in ["--categorical", "--exclude", "--date", "--missing mean"] {
            assert!(!own.contains(option), "{column}: {message}");
        }
    }
    if asked.is_in_formula(column) {
        assert!(!own.contains("--exclude"), "{message}");
    }
    let is_of_library = |word: &str| {
        word.contains('_')
            && word
                .trim_matches('`')
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    assert!(!own.split(' ').any(is_of_library), "{message}");
}

#[test]
fn no_message_proposes_what_the_command_lacks() {
    let mut cli = Cli::command();
    cli.build();
    let formulas = ["y ~ x", "y ~ .", "log(y) ~ log(x)"];
    let formulas = formulas.map(|text| [text.parse::<Formula>().expect("a formula")]);
    let given: Vec<&[Formula]> = [&[][..]]
        .into_iter()
        .chain(formulas.iter().map(|f| &f[..]))
        .collect();
    let mut proposed = 0;
    for (command, name) in [
        (Command::Fit, "fit"),
        (Command::Compare, "compare"),
        (Command::Predict, "predict"),
        (Command::Evaluate, "evaluate"),
        (Command::Describe, "describe"),
    ] {
        let options = cli.find_subcommand(name).expect("a command");
        for formulas in &given {
            if command == Command::Describe && !formulas.is_empty() {
                continue;
            }
            for (solver, imputes, has_means) in [(false, false, true), (true, true, false)] {
                let asked = Asked {
                    target: formulas.is_empty().then_some("y"),
                    weights: Some("w"),
                    formulas,
                    solver: solver && command == Command::Fit,
                    imputes,
                    has_means,
                    ..Asked::new(command, "a.csv")
                };
                for error in others() {
                    let failure = Failure::in_file(&asked, &error);
                    check(failure.message(), options, &asked, "x");
                }
                for note in facts::of_read(&asked, &[ReadNote::Unnamed { place: 1 }]) {
                    check(&note.to_string(), options, &asked, "");
                }
                for column in ["x", "y", "w"] {
                    for error in of_column(column) {
                        let failure = Failure::in_file(&asked, &error);
                        proposed += own(failure.message()).matches(" --").count();
                        check(failure.message(), options, &asked, column);
                    }
                    for note in facts::of_read(&asked, &notes(column)) {
                        check(&note.to_string(), options, &asked, column);
                    }
                }
            }
        }
    }
    assert!(proposed > 1000, "{proposed}");
}

#[test]
fn remedies_are_those_of_the_role_and_the_command() {
    let formula = ["log(y) ~ x + .".parse::<Formula>().expect("a formula")];
    let fit = Asked {
        target: Some("y"),
        ..Asked::new(Command::Fit, "a.csv")
    };
    let by_formula = Asked {
        formulas: &formula,
        ..Asked::new(Command::Fit, "a.csv")
    };
    let predict = Asked {
        command: Command::Predict,
        ..fit
    };
    let text = |column: &str| Error::ParseNumber {
        line: 2,
        column: column.to_owned(),
        value: "v".to_owned(),
    };
    let date = Error::UndeclaredDate {
        line: 2,
        column: "x".to_owned(),
        value: "v".to_owned(),
        is_readable: true,
    };
    let twice = |name: &str| Error::DuplicateColumn {
        name: name.to_owned(),
    };
    for (asked, error, said) in [
        (
            fit,
            &text("a"),
            "Correct it, name it with --na if it stands for a missing value, or read the column as a category with \
             --categorical a.",
        ),
        (
            predict,
            &text("a"),
            "number. Correct it, or name it with --na if it stands for a missing value.",
        ),
        (
            by_formula,
            &text("y"),
            "missing value, choose another target, code its classes as 0 and 1, or leave out a line of units with \
             --skip-rows-after-header 1.",
        ),
        (
            by_formula,
            &twice("x"),
            "Rename one, leave the column out of the formula, or read the file with --no-header.",
        ),
        (
            by_formula,
            &twice("z"),
            "Rename one, leave the column out with --exclude z, or read the file with --no-header.",
        ),
        (predict, &twice("z"), "are named `z`. Rename one."),
        (
            fit,
            &date,
            "For the time since the first: --date x; for parts of it: --date x:year,month,weekday; to leave it out: \
             --exclude x.",
        ),
        (
            by_formula,
            &date,
            "A formula takes no dates: leave the column out of it, or fit by columns",
        ),
        (predict, &date, "is a date or a time of day."),
    ] {
        let failure = Failure::in_file(&asked, error);
        assert!(failure.message().contains(said), "{}", failure.message());
    }
}
