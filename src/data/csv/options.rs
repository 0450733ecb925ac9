//! [`CsvReader`]: what to read from a file, and how.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::assemble::assemble;
use super::records::Records;
use super::roles::Roles;
use super::table::Table;
use crate::error::{Error, Result};

/// What to do with a row in which a used value is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MissingPolicy {
    /// Refuse the file: [`Error::MissingValue`].
    #[default]
    Error,
    /// Leave the row out. Values of columns that are not used do not matter.
    DropRows,
    /// Put the mean of the column's other values in its place. A mean cannot stand for a target, a weight or a
    /// category: these are still [`Error::MissingValue`].
    MeanImpute,
}

/// Reads a CSV file: target, features, and optionally weights and row labels.
///
/// - **Numbers** are what Rust's `f64` parses and is finite: `3504.`, `.5`, `1e3`, `+1`.
/// - **Categories.** A feature in which *no* value is a number becomes indicator columns ([`Coding`](crate::data::Coding));
///   so does one named by [`categorical`](Self::categorical). A feature that mixes numbers with other text is refused, because
///   one mistyped number would otherwise turn a measurement into hundreds of categories without a word.
/// - **Columns** come in file order, those of a category in the place of its column. Levels are those of the rows that are kept.
/// - **Text** may be quoted, with delimiters and line ends inside. White space around names and fields is removed, a byte order mark
///   and blank lines are skipped, lines end in LF or CRLF, the last may lack its end.
///
/// # Examples
///
/// ```
/// use elltwo::data::{CsvReader, MissingPolicy};
///
/// let text = "name;price;size;town\n\"Elm St; 4\";310;80.5;Bonn\nOak Av 1;290;NA;Ulm\n";
/// let table = CsvReader::new("price")
///     .delimiter(b';')
///     .labels("name")
///     .missing(MissingPolicy::MeanImpute)
///     .read(text.as_bytes())?;
/// let data = table.dataset();
/// assert_eq!(data.feature_names(), ["size", "town=Ulm"]);
/// assert_eq!(data.x()[[1, 0]], 80.5);
/// assert_eq!(data.labels().map(|l| l[0].as_str()), Some("Elm St; 4"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CsvReader {
    pub(super) target: String,
    pub(super) features: Option<Vec<String>>,
    pub(super) exclude: Vec<String>,
    pub(super) categorical: Vec<String>,
    pub(super) weights: Option<String>,
    pub(super) labels: Option<String>,
    pub(super) delimiter: u8,
    pub(super) has_header: bool,
    pub(super) missing_tokens: Vec<String>,
    pub(super) missing: MissingPolicy,
}

impl CsvReader {
    /// Reads the column `target` as the target and all others as features.
    #[must_use]
    pub fn new(target: impl Into<String>) -> Self {
        Self {
            target: target.into(),
            features: None,
            exclude: Vec::new(),
            categorical: Vec::new(),
            weights: None,
            labels: None,
            delimiter: b',',
            has_header: true,
            missing_tokens: texts(["", "NA", "NaN", "?"]),
            missing: MissingPolicy::default(),
        }
    }

    /// The features, by name; they still come in file order. Default: every column without another role.
    #[must_use]
    pub fn features<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.features = Some(texts(names));
        self
    }

    /// Columns that are not read. Default: none.
    #[must_use]
    pub fn exclude<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.exclude = texts(names);
        self
    }

    /// Features to code as categories although they look like numbers. Default: none.
    #[must_use]
    pub fn categorical<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.categorical = texts(names);
        self
    }

    /// The column of sample weights. Default: none.
    #[must_use]
    pub fn weights(mut self, name: impl Into<String>) -> Self {
        self.weights = Some(name.into());
        self
    }

    /// A column of text that identifies the rows and is not a feature; any text will do, nothing counts as missing. Default: none.
    #[must_use]
    pub fn labels(mut self, name: impl Into<String>) -> Self {
        self.labels = Some(name.into());
        self
    }

    /// What separates fields, an ASCII character. Default: comma.
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Whether the first line names the columns; otherwise they are `column_1`, `column_2`, … Default: yes.
    #[must_use]
    pub fn has_header(mut self, yes: bool) -> Self {
        self.has_header = yes;
        self
    }

    /// The texts that stand for a missing value, compared after white space is removed; `NaN`, if among them, in any case.
    /// Default: the empty field, `NA`, `NaN`, `?`.
    #[must_use]
    pub fn missing_tokens<S: Into<String>>(mut self, tokens: impl IntoIterator<Item = S>) -> Self {
        self.missing_tokens = texts(tokens);
        self
    }

    /// What to do about missing values. Default: [`MissingPolicy::Error`].
    #[must_use]
    pub fn missing(mut self, policy: MissingPolicy) -> Self {
        self.missing = policy;
        self
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] with the path, and everything [`read`](Self::read) returns.
    pub fn read_path(&self, path: impl AsRef<Path>) -> Result<Table> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|source| Error::Io {
            path: path.to_owned(),
            source,
        })?;
        self.read_named(file, path)
    }

    /// Reads CSV text from anywhere; reading is buffered.
    ///
    /// # Errors
    ///
    /// - the input: [`Error::Io`], [`Error::NotUtf8`], [`Error::Empty`] for no text at all, [`Error::NoRows`] for a header only or
    ///   no row without a missing value, [`Error::RaggedRow`];
    /// - the columns: [`Error::DuplicateColumn`], [`Error::MissingColumn`], [`Error::ColumnRole`], [`Error::AllMissing`],
    ///   and [`Error::Empty`] if no feature is left;
    /// - the fields: [`Error::ParseNumber`], [`Error::MissingValue`];
    /// - the weights: [`Error::NegativeWeight`], [`Error::ZeroWeights`];
    /// - [`Error::InvalidParameter`] for a delimiter that is a quote, a line end or not ASCII.
    pub fn read(&self, input: impl Read) -> Result<Table> {
        self.read_named(input, Path::new("CSV input"))
    }

    fn read_named(&self, input: impl Read, path: &Path) -> Result<Table> {
        if !self.delimiter.is_ascii() || matches!(self.delimiter, b'"' | b'\n' | b'\r') {
            return Err(Error::InvalidParameter {
                name: "delimiter",
                value: f64::from(self.delimiter),
                requirement: "an ASCII code other than those of a quote and a line end",
            });
        }
        let records = Records::new(input, self.delimiter, self.has_header, PathBuf::from(path))?;
        let roles = Roles::assign(self, records.header())?;
        assemble(self, &roles, records)
    }

    /// Whether the trimmed text stands for a missing value.
    pub(super) fn is_missing(&self, text: &str) -> bool {
        self.missing_tokens.iter().any(|token| {
            token == text || (token.eq_ignore_ascii_case("nan") && text.eq_ignore_ascii_case("nan"))
        })
    }
}

/// Owned, trimmed texts: names and tokens are compared with trimmed fields.
fn texts<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Vec<String> {
    values
        .into_iter()
        .map(|value| {
            let value: String = value.into();
            value.trim().to_owned()
        })
        .collect()
}
