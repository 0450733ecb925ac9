//! The one error type of the library.

mod excerpt;

use std::path::PathBuf;

use crate::notation::NumberFormat;
use excerpt::{caret, character};

pub use excerpt::Excerpt;

/// Result of a fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can be wrong with the data, a parameter or a file.
///
/// A message names the thing, the number and the rule. Rows and columns of arrays count from 0, as in
/// `x[[row, column]]`; lines of a file count from 1, the header included, as in an editor.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An array or a selection that must hold something holds nothing.
    #[error("{what} is empty")]
    Empty {
        /// The argument.
        what: &'static str,
    },
    /// Two lengths that must agree do not.
    #[error("{what}: expected {expected}, found {found}")]
    ShapeMismatch {
        /// Count that differs, for example `rows of y`.
        what: &'static str,
        /// The number that was needed.
        expected: usize,
        /// The number that was given.
        found: usize,
    },
    /// A value is NaN or infinite.
    #[error("{what}[{row}, {column}] is {value}: every value must be finite")]
    NonFinite {
        /// The argument.
        what: &'static str,
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0 (0 for a vector).
        column: usize,
        /// The value found.
        value: f64,
    },
    /// A sample weight is below zero.
    #[error("weights[{row}] is {value}: a sample weight must be at least 0")]
    NegativeWeight {
        /// Its row, from 0.
        row: usize,
        /// The value found.
        value: f64,
    },
    /// A sample weight of a file is below zero.
    #[error(
        "line {line}, column `{}`: `{value}` is below 0: a sample weight must be at least 0",
        Excerpt(column)
    )]
    NegativeWeightAt {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The value found.
        value: f64,
    },
    /// No sample has a positive weight.
    #[error("the sample weights sum to 0: at least one must be positive")]
    ZeroWeights,
    /// A parameter is outside its range.
    #[error("{name} = {value}: must be {requirement}")]
    InvalidParameter {
        /// The parameter, as its setter is called.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The rule.
        requirement: &'static str,
    },
    /// There are fewer samples than the method needs.
    #[error("{what} needs at least {required} samples, found {found}")]
    TooFewSamples {
        /// The method.
        what: &'static str,
        /// The least number.
        required: usize,
        /// The number given.
        found: usize,
    },
    /// Rows that must come in an order do not.
    #[error("row {row} comes before the row above it: sort the rows by their key or their time")]
    Unsorted {
        /// The first that is out of order, from 0.
        row: usize,
    },
    /// A result, or a sum on the way to it, is beyond the largest floating-point number.
    #[error("{what} exceeds the floating-point range: scale the data")]
    Overflow {
        /// Number that could not be represented.
        what: &'static str,
    },
    /// Nothing has this name.
    #[error("no {what} is named `{}`: choose one of {known}", Excerpt(name))]
    UnknownName {
        /// The kind of thing, for example `solver`.
        what: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A solver asked for by name cannot solve this system.
    #[error("solver {solver} failed: {reason}; use the solver auto, or a larger lambda")]
    SolverFailed {
        /// The solver's name.
        solver: &'static str,
        /// Reason.
        reason: &'static str,
    },
    /// A fit was asked to have converged, and had not.
    #[error(
        "not converged after {iterations} iterations: scale the features, raise lambda, or allow more iterations"
    )]
    NotConverged {
        /// Iterations, or epochs, that ran.
        iterations: usize,
    },
    /// The caller raised the flag of [`Samples::cancelled_by`](crate::Samples::cancelled_by).
    #[error("cancelled: the flag of these samples was raised before the work was finished")]
    Cancelled,
    /// An iteration left the range of useful numbers.
    #[error(
        "diverged in epoch {epoch} with step size {step_size:e}: leave step_size to be chosen from the data or lower \
         it, and keep the conditioning on"
    )]
    Diverged {
        /// The epoch, from 1; while streaming, the piece.
        epoch: usize,
        /// The last step size.
        step_size: f64,
    },
    /// An analysis needs to know how the model was fitted, and it was made from parts.
    #[error("{what} needs the model's fit report, and this model was made from parts: fit it")]
    Unreported {
        /// The analysis.
        what: &'static str,
    },
    /// An analysis of least squares or ridge is asked of a model that minimised something else.
    #[error(
        "the analysis is of squared errors with an L2 penalty, and this model minimised another objective: fit it \
         with those, or use metrics"
    )]
    OtherObjective,
    /// No column has this name.
    #[error("no column named `{}`{}", Excerpt(name), suggestion(nearest.as_deref()))]
    MissingColumn {
        /// The name asked for.
        name: String,
        /// The most similar name there is.
        nearest: Option<String>,
    },
    /// Two parts that should have the same columns do not.
    #[error(
        "feature {column} is `{}` in one part and `{}` in the other",
        Excerpt(found),
        Excerpt(expected)
    )]
    NameMismatch {
        /// The column, from 0.
        column: usize,
        /// Its name in the part merged into.
        expected: String,
        /// Its name in the other.
        found: String,
    },
    /// A formula is not understood, or does not fit the data.
    #[error(
        "formula, character {}: expected {expected}, found {}\n{}",
        character(formula, *position),
        Excerpt(found),
        caret(formula, *position)
    )]
    Formula {
        /// The formula.
        formula: String,
        /// The byte of it.
        position: usize,
        /// Part that is there.
        found: String,
        /// Part that should be there.
        expected: String,
    },
    /// A function or an operation of a formula has no value.
    #[error("line {line}: {rule}, and it is {value}")]
    OutsideDomain {
        /// Line in the file, from 1; without a file the number of the row, from 1.
        line: u64,
        /// The value of the argument.
        value: f64,
        /// The rule.
        rule: &'static str,
    },
    /// A design would have more columns than it is allowed.
    #[error(
        "the design would have {total} columns, {columns} of them for the term `{}`, and may have {limit}: leave \
         the term out, code the category by fewer levels, or raise max_columns",
        Excerpt(term)
    )]
    TooManyColumns {
        /// The term.
        term: String,
        /// Number of its columns.
        columns: usize,
        /// Number of all columns.
        total: usize,
        /// Number that is allowed.
        limit: usize,
    },
    /// Something was stored by a version of the format that this library does not read.
    #[error("{what} has format version {found}: this library reads version {supported}")]
    UnsupportedVersion {
        /// Thing that was read.
        what: &'static str,
        /// Its version.
        found: u32,
        /// The version that is read.
        supported: u32,
    },
    /// Something was stored in a kind of numbers that this library does not read.
    #[error("{what} hold {found}: this library reads {supported}")]
    UnsupportedKind {
        /// Thing that was read.
        what: &'static str,
        /// Its kind.
        found: String,
        /// The kind that is read.
        supported: &'static str,
    },
    /// Stored bytes or fields are not what they should be.
    #[error("{what} cannot be read: {problem}")]
    Malformed {
        /// Thing that was read.
        what: &'static str,
        /// Defect.
        problem: &'static str,
    },
    /// Two columns have the same name.
    #[error("two columns are named `{}`", Excerpt(name))]
    DuplicateColumn {
        /// The name.
        name: String,
    },
    /// A column is asked to be two things at once, for example target and weights.
    #[error("column `{}` cannot be both {first} and {second}", Excerpt(name))]
    ColumnRole {
        /// The column.
        name: String,
        /// One role.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A field that must be a number is not.
    #[error(
        "line {line}, column `{}`: `{}` is not a finite number",
        Excerpt(column),
        Excerpt(value)
    )]
    ParseNumber {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
    },
    /// Text that is to be a feature, a target or a weight is a number in another notation.
    #[error(
        "line {line}, column `{}`: `{}` is a number in another notation; {}",
        Excerpt(column),
        Excerpt(value),
        alternatives(formats)
    )]
    DisguisedNumber {
        /// Line of the first, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// Notations in which it is a number, and most of the other values too; none for fractions, hexadecimal digits
        /// and powers of ten written out.
        formats: Vec<NumberFormat>,
        /// The column may also be declared a category.
        may_be_category: bool,
    },
    /// A field is no number of the notation that was given.
    #[error(
        "line {line}, column `{}`: `{}` does not fit the number format {format}",
        Excerpt(column),
        Excerpt(value)
    )]
    NumberFormat {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// The notation.
        format: NumberFormat,
    },
    /// Two values of a column have different units, or only one of them has a percent sign.
    #[error(
        "line {line}, column `{}`: `{}` has another unit than `{}`; write all values in one unit",
        Excerpt(column),
        Excerpt(value),
        Excerpt(first)
    )]
    MixedUnits {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// The first of the column.
        first: String,
    },
    /// Digits with a leading zero, which a code has and a number has not, in a column where not all are digits of one
    /// width, or most are unique.
    #[error(
        "line {line}, column `{}`: `{}` has a leading zero; declare the column categorical if it holds codes, or give \
         it a number format if it holds numbers",
        Excerpt(column),
        Excerpt(value)
    )]
    LeadingZero {
        /// Line of the first, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
    },
    /// Dates or times of day are to be a feature, and were not declared.
    #[error(
        "line {line}, column `{}`: `{}` is a date or a time of day; {}",
        Excerpt(column),
        Excerpt(value),
        if *is_readable { "declare the column a date, or exclude it" } else { "write it as YYYY-MM-DD, or exclude it" }
    )]
    UndeclaredDate {
        /// Line of the first, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// It is of ISO 8601 and has no time zone.
        is_readable: bool,
    },
    /// A field that was declared a date is none.
    #[error(
        "line {line}, column `{}`: `{}` cannot be read as a date: {problem}",
        Excerpt(column),
        Excerpt(value)
    )]
    ParseDate {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// Reason.
        problem: &'static str,
    },
    /// Most rows have a text of their own in a column that is to be a category.
    #[error(
        "column `{}` has {levels} different texts in {rows} rows, `{}` on line {line} the first: exclude it, read it as \
         labels, or declare it categorical",
        Excerpt(column),
        Excerpt(value)
    )]
    NearlyUnique {
        /// Line of the first, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The first text.
        value: String,
        /// Distinct texts.
        levels: usize,
        /// Rows that have one.
        rows: usize,
    },
    /// A field is missing, and the policy is to refuse.
    #[error(
        "line {line}, column `{}`: missing value `{}` ({rows} rows are affected); drop the rows or impute",
        Excerpt(column),
        Excerpt(value)
    )]
    MissingValue {
        /// Line of the first, from 1.
        line: u64,
        /// Its column.
        column: String,
        /// The token found.
        value: String,
        /// Rows with a missing value in a used column.
        rows: usize,
    },
    /// Every field of a column is missing.
    #[error("column `{}` has no value in any of {rows} rows", Excerpt(column))]
    AllMissing {
        /// The column.
        column: String,
        /// The number of rows.
        rows: usize,
    },
    /// The target holds text.
    #[error(
        "line {line}: the target `{}` is `{}`, and a target must be a number: choose another target, or code its \
         classes as 0 and 1",
        Excerpt(column),
        Excerpt(value)
    )]
    TextTarget {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
    },
    /// A column has more distinct texts than a category is expected to have.
    #[error(
        "column `{}` has more than {limit} levels, the next on line {line}: exclude it, read it as labels, or raise \
         max_levels",
        Excerpt(column)
    )]
    TooManyLevels {
        /// The column.
        column: String,
        /// Number that is allowed.
        limit: usize,
        /// Line of the first text beyond them, from 1.
        line: u64,
    },
    /// A text is no level of its category in the schema.
    #[error(
        "line {line}, column `{}`: `{}` is none of the schema's {known} levels; correct it, or read unseen levels as \
         the base level",
        Excerpt(column),
        Excerpt(level)
    )]
    UnseenLevel {
        /// Line in the file, from 1.
        line: u64,
        /// The column.
        column: String,
        /// The text found.
        level: String,
        /// Levels of the schema.
        known: usize,
    },
    /// Layout of the columns that must be known before the rows are read, and no schema tells it.
    #[error(
        "column `{}`: {what} must come from a schema; read the training data, or a sample, whole with the same \
         missing policy and read this file with its schema",
        Excerpt(column)
    )]
    SchemaRequired {
        /// The column.
        column: String,
        /// Part that is not known.
        what: &'static str,
    },
    /// A row has more or fewer fields than the header.
    #[error("line {line}: expected {expected} fields, found {found}")]
    RaggedRow {
        /// Line in the file, from 1.
        line: u64,
        /// The header's number.
        expected: usize,
        /// This row's number.
        found: usize,
    },
    /// The file has no data row.
    #[error("{what} has no data rows")]
    NoRows {
        /// Thing that was read, for example `the CSV input`.
        what: &'static str,
    },
    /// The text is not of the encoding it was read in.
    #[error(
        "line {line}: the text is not {encoding}: tell the reader its encoding, or convert it to UTF-8"
    )]
    WrongEncoding {
        /// Line in the file, from 1.
        line: u64,
        /// Name of the encoding.
        encoding: &'static str,
    },
    /// The input is no CSV.
    #[error("the CSV input is {found}: {remedy}")]
    NotCsv {
        /// Kind of file.
        found: &'static str,
        /// Remedy.
        remedy: &'static str,
    },
    /// A field has a byte that is zero, which no text has.
    #[error(
        "line {line}, column `{}`: a byte is zero: the file is damaged, or no text",
        Excerpt(column)
    )]
    ZeroByte {
        /// Line in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
    },
    /// The file ends inside quotes.
    #[error(
        "line {line}, column `{}`: the quote that opens here is never closed",
        Excerpt(column)
    )]
    UnclosedQuote {
        /// Line of the opening quote, from 1.
        line: u64,
        /// The column's name.
        column: String,
    },
    /// A quote is closed on another line by one that text follows, so that it belongs to something else.
    #[error(
        "line {line}, column `{}`: the quote that opens here ends on line {end} with text after it: remove it, or double \
         it inside quotes",
        Excerpt(column)
    )]
    StrayQuote {
        /// Line of the opening quote, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// Line of the closing one.
        end: u64,
    },
    /// The file could not be opened, read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

fn alternatives(formats: &[NumberFormat]) -> String {
    if formats.is_empty() {
        return "write it in decimal digits".to_owned();
    }
    let formats: Vec<String> = formats.iter().map(ToString::to_string).collect();
    let formats = formats.join("; or ");
    format!("read the column with the number format {formats}")
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |n| format!(": did you mean `{}`?", Excerpt(n)))
}

impl Error {
    pub(crate) fn empty(what: &'static str) -> Self {
        Self::Empty { what }
    }

    pub(crate) fn overflow(what: &'static str) -> Self {
        Self::Overflow { what }
    }

    pub(crate) fn parameter(name: &'static str, value: f64, requirement: &'static str) -> Self {
        Self::InvalidParameter {
            name,
            value,
            requirement,
        }
    }

    pub(crate) fn too_few(what: &'static str, required: usize, found: usize) -> Self {
        Self::TooFewSamples {
            what,
            required,
            found,
        }
    }
}
