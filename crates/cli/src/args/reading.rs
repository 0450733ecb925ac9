//! Options of every command that reads rows: the form of the file, and the columns that are used.

use clap::{Args, ValueEnum};
use elltwo::data::{CsvReader, DEFAULT_MAX_LEVELS, Delimiter, MissingPolicy};

use super::columns::{DateColumn, Names};
use super::notation::NotationArgs;
use super::values;
use crate::failure::{Asked, Command};

/// The form of a CSV file.
#[derive(Args, Clone, Debug)]
pub(crate) struct FormatArgs {
    /// The separator of fields: a character, `tab`, or `space` for columns aligned by white space; if not given, the
    /// one that the first lines show clearly, or the comma
    #[arg(long, value_name = "C", value_parser = values::delimiter, help_heading = "Reading")]
    pub(crate) delimiter: Option<Delimiter>,
    /// The encoding of the text, such as `windows-1252`, `latin1`, `utf-16le`, `shift_jis`; if not given, UTF-8, or
    /// UTF-16 where the bytes show it
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    encoding: Option<String>,
    /// Lines that begin with this character are not read
    #[arg(long, value_name = "C", value_parser = values::character, help_heading = "Reading")]
    pub(crate) comment: Option<u8>,
    /// Lines before the header that are not read
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        help_heading = "Reading",
        allow_negative_numbers = true
    )]
    skip_rows: usize,
    /// Lines after the header that are not read, such as one of units
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        conflicts_with = "no_header",
        help_heading = "Reading",
        allow_negative_numbers = true
    )]
    skip_rows_after_header: usize,
    /// The first line is data; columns are named `column_1`, `column_2`, …
    #[arg(long, help_heading = "Reading")]
    pub(crate) no_header: bool,
    /// More texts that stand for a missing value, than the empty field, `NA`, `NaN` and `?`; numbers match by their
    /// value. In columns of numbers `#N/A`, `NULL`, `-` and others do by themselves
    #[arg(
        long,
        value_name = "TOKEN,..",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Reading"
    )]
    pub(crate) na: Vec<String>,
    /// The only texts that stand for a missing value; with `--na-only ''` a level may be called `NA`
    #[arg(
        long,
        value_name = "TOKEN,..",
        value_delimiter = ',',
        allow_hyphen_values = true,
        conflicts_with = "na",
        help_heading = "Reading"
    )]
    pub(crate) na_only: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) notation: NotationArgs,
}

impl FormatArgs {
    /// Tells whether an option is given.
    pub(crate) fn is_given(&self) -> bool {
        self.no_header
            || self.delimiter.is_some()
            || self.encoding.is_some()
            || self.comment.is_some()
            || self.skip_rows + self.skip_rows_after_header > 0
            || !self.na.is_empty()
            || self.na_only.is_some()
            || self.notation.is_given()
    }

    /// The reader with these options.
    pub(crate) fn apply(&self, reader: CsvReader) -> CsvReader {
        let mut reader = reader
            .has_header(!self.no_header)
            .skip_rows(self.skip_rows)
            .skip_rows_after_header(self.skip_rows_after_header);
        reader = match self.delimiter {
            Some(Delimiter::Byte(byte)) => reader.delimiter(byte),
            Some(Delimiter::Whitespace) => reader.whitespace(),
            None => reader,
        };
        if let Some(encoding) = &self.encoding {
            reader = reader.encoding(encoding.as_str());
        }
        if let Some(comment) = self.comment {
            reader = reader.comment(comment);
        }
        reader = self.notation.apply(reader);
        match &self.na_only {
            Some(tokens) => reader.missing_tokens_only(tokens.iter().map(String::as_str)),
            None => reader.missing_tokens(self.na.iter().map(String::as_str)),
        }
    }
}

/// Reading of a CSV file.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReadingArgs {
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    /// Treatment of a row in which a used value is missing
    #[arg(long, value_enum, default_value = "error", help_heading = "Reading")]
    missing: Missing,
}

impl ReadingArgs {
    /// Tells whether a missing number is replaced by the mean of its column.
    pub(crate) fn imputes(&self) -> bool {
        self.missing == Missing::Mean
    }

    /// The reader with these options.
    pub(crate) fn apply(&self, reader: CsvReader) -> CsvReader {
        self.format.apply(reader).missing(match self.missing {
            Missing::Error => MissingPolicy::Error,
            Missing::Drop => MissingPolicy::DropRows,
            Missing::Mean => MissingPolicy::MeanImpute,
        })
    }
}

/// Columns that are used, and their roles.
#[derive(Args, Clone, Debug)]
pub(crate) struct ColumnArgs {
    /// The column to explain
    #[arg(
        long,
        value_name = "NAME",
        value_parser = values::name,
        required_unless_present = "formula",
        conflicts_with = "formula"
    )]
    pub(crate) target: Option<String>,
    /// The columns to explain it with; all others if not given. A name with a comma outside of brackets stands in
    /// double quotes: `'"weight, kg",age'`
    #[arg(long, value_name = "A,B", conflicts_with_all = ["exclude", "formula"])]
    pub(crate) features: Option<Vec<Names>>,
    /// Columns to leave out
    #[arg(long, value_name = "A,B")]
    exclude: Vec<Names>,
    /// Columns of numbers that are categories. Columns of text are anyway: an indicator NAME=LEVEL for every level but
    /// the first
    #[arg(long, value_name = "A,B")]
    categorical: Vec<Names>,
    /// A column of dates, YYYY-MM-DD with or without a time of day: days since the first, seconds if there are times,
    /// or the parts that are named, of `year`, `month`, `day`, `weekday`, `hour`, `minute`
    #[arg(long, value_name = "COLUMN[:PART,..]", conflicts_with = "formula")]
    date: Vec<DateColumn>,
    /// The column of sample weights: the variance of a row's noise is as 1 / weight
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    pub(crate) weights: Option<String>,
    /// Distinct texts that a category may have
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_LEVELS, help_heading = "Reading", allow_negative_numbers = true)]
    pub(crate) max_levels: usize,
}

impl ColumnArgs {
    /// Request of a file, for messages.
    pub(crate) fn asked<'a>(
        &'a self,
        command: Command,
        path: &'a str,
        reading: &ReadingArgs,
    ) -> Asked<'a> {
        Asked {
            target: self.target.as_deref(),
            weights: self.weights.as_deref(),
            imputes: reading.imputes(),
            ..Asked::new(command, path)
        }
    }

    /// The columns to explain the target with, if they are named.
    pub(crate) fn chosen(&self) -> Option<Vec<&str>> {
        self.features.as_ref().map(|lists| names(lists).collect())
    }

    /// The columns to leave out.
    pub(crate) fn excluded(&self) -> impl Iterator<Item = &str> {
        names(&self.exclude)
    }

    /// The columns of numbers that are categories.
    pub(crate) fn coded(&self) -> impl Iterator<Item = &str> {
        names(&self.categorical)
    }

    /// The reader with these options.
    pub(crate) fn reader(&self) -> CsvReader {
        let target = self.target.as_deref().unwrap_or_default();
        let mut reader = CsvReader::new(target)
            .exclude(self.excluded())
            .categorical(self.coded())
            .max_levels(self.max_levels);
        if let Some(features) = &self.features {
            reader = reader.features(names(features));
        }
        for date in &self.date {
            reader = reader.date_parts(date.name.as_str(), date.parts.iter().copied());
        }
        match &self.weights {
            Some(weights) => reader.weights(weights.as_str()),
            None => reader,
        }
    }
}

/// The names of all lists.
fn names(lists: &[Names]) -> impl Iterator<Item = &str> {
    lists.iter().flat_map(|list| &list.0).map(String::as_str)
}

/// Treatment of a row in which a used value is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Missing {
    /// Refuse the file, naming the first such line
    Error,
    /// Leave the row out
    Drop,
    /// Put the column's mean in its place
    Mean,
}
