//! [`CsvReader`]: the columns to read from a file, and the form of the file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::date::DatePart;
use super::delimiter::Delimiter;
use super::schema::Schema;
use crate::notation::NumberFormat;
use crate::notation::name::canonical_name;

/// Distinct texts of a category that are still taken for a category.
///
/// A level is a column of eight bytes a row, and the work of a fit grows with the square of the columns. A column
/// with more texts than this is nearly always a name, a date or an identifier.
pub const DEFAULT_MAX_LEVELS: usize = 1000;

/// Treatment of rows in which a used value is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MissingPolicy {
    /// Refuse the file: [`Error::MissingValue`](crate::Error::MissingValue).
    #[default]
    Error,
    /// Leave the row out. Values of columns that are not used do not matter.
    DropRows,
    /// Put the mean of the column's other values in its place; with a [`Schema`](super::Schema), the mean it holds. A
    /// mean cannot stand for a target, a weight or a category: these are still
    /// [`Error::MissingValue`](crate::Error::MissingValue).
    MeanImpute,
}

/// Levels of the first category that have an indicator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FirstCategory {
    #[default]
    BesideBase,
    EveryLevel,
}

/// Treatment of a text that is no level of its category in the [`Schema`](super::Schema).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnseenLevel {
    /// Refuse it: [`Error::UnseenLevel`](crate::Error::UnseenLevel).
    #[default]
    Error,
    /// Take it for the base level: all indicators are 0, and the category adds nothing to a prediction.
    Base,
}

/// Reads a CSV file: target, features, and optionally weights and row labels.
///
/// - **Numbers** are what Rust's `f64` parses and is finite: `3504.`, `.5`, `1e3`, `+1`. So are texts that can only be
///   one number, with a [note](super::Table::notes): a typographic minus, digits of other scripts, Excel's `="1"`,
///   `np.float64(1)`. Another notation, decimal commas, thousands, percent, currencies or units, is read by
///   [`number_format`](Self::number_format); without it a used column in one is refused,
///   [`Error::DisguisedNumber`](crate::Error::DisguisedNumber).
/// - **Categories.** A feature in which *no* value is a number becomes indicator columns
///   ([`Coding`](crate::data::Coding)); so does one named by [`categorical`](Self::categorical). A feature that mixes
///   numbers with other text is refused, because one mistyped number would otherwise turn a measurement into hundreds
///   of categories without a word; so is text of which most rows have their own, which names rows and explains
///   nothing. Digits of one width, some with a leading zero, are codes, and a category.
/// - **Dates** of ISO 8601 are numbers where they are declared, by [`date`](Self::date) or
///   [`date_parts`](Self::date_parts), and refused as features where they are not.
/// - **Columns** come in file order, those of a category in the place of its column. Levels are those of the rows
///   that are kept.
/// - **Text** may be quoted, with delimiters and line ends inside. White space around fields is removed, names are
///   compared as [`canonical_name`] has them; a byte order mark and blank lines are skipped. Lines end in LF, CRLF or
///   CR, the last may lack its end. A quote that is never closed is refused.
/// - **Bytes** are UTF-8, UTF-16 (with the feature `encoding`) or what [`encoding`](Self::encoding) says, and may be
///   compressed by gzip, bzip2, xz or zstd (features of these names), which is told by the bytes and not by a name.
///   Files that are no CSV are named for what they are: [`Error::NotCsv`](crate::Error::NotCsv).
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
    #[serde(default)]
    pub(super) keys: Vec<String>,
    #[serde(default)]
    pub(super) labels_from_unused: bool,
    pub(super) delimiter: Option<Delimiter>,
    #[serde(default)]
    pub(super) encoding: Option<String>,
    #[serde(default)]
    pub(super) comment: Option<u8>,
    #[serde(default)]
    pub(super) skip_rows: usize,
    #[serde(default)]
    pub(super) skip_rows_after_header: usize,
    pub(super) has_header: bool,
    pub(super) missing_tokens: Vec<String>,
    /// Texts known from columns of numbers do not count.
    #[serde(default)]
    pub(super) only_missing_tokens: bool,
    pub(super) missing: MissingPolicy,
    pub(super) unseen_level: UnseenLevel,
    pub(super) max_levels: usize,
    #[serde(default)]
    pub(super) first_category: FirstCategory,
    pub(super) schema: Option<Schema>,
    #[serde(default)]
    pub(super) number_format: Option<NumberFormat>,
    #[serde(default)]
    pub(super) column_formats: BTreeMap<String, NumberFormat>,
    #[serde(default)]
    pub(super) dates: BTreeMap<String, Vec<DatePart>>,
}

impl CsvReader {
    /// Reads the column `target` as the target and all others as features.
    #[must_use]
    pub fn new(target: impl Into<String>) -> Self {
        Self {
            target: canonical_name(&target.into()),
            features: None,
            exclude: Vec::new(),
            categorical: Vec::new(),
            weights: None,
            labels: None,
            keys: Vec::new(),
            labels_from_unused: false,
            delimiter: None,
            encoding: None,
            comment: None,
            skip_rows: 0,
            skip_rows_after_header: 0,
            has_header: true,
            missing_tokens: texts(["", "NA", "NaN", "?"]),
            only_missing_tokens: false,
            missing: MissingPolicy::default(),
            unseen_level: UnseenLevel::default(),
            max_levels: DEFAULT_MAX_LEVELS,
            first_category: FirstCategory::default(),
            schema: None,
            number_format: None,
            column_formats: BTreeMap::new(),
            dates: BTreeMap::new(),
        }
    }

    /// Reads the columns of a schema into its design: found by name, in any order, others ignored. A number is a
    /// number and a category has the schema's levels, whatever the values look like.
    ///
    /// Target and weights are read if the file has them; [`exclude`](Self::exclude) leaves them unread even so.
    /// Without a target every one is NaN, which every fit and metric refuses. Features or categories that are named
    /// must agree with the schema.
    #[must_use]
    pub fn with_schema(schema: Schema) -> Self {
        Self {
            schema: Some(schema.clone()),
            ..Self::new(schema.target())
        }
    }

    /// The features, by name; they still come in file order. Default: every column without another role.
    #[must_use]
    pub fn features<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.features = Some(canonical_names(names));
        self
    }

    /// Columns that are not read. Default: none.
    #[must_use]
    pub fn exclude<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.exclude = canonical_names(names);
        self
    }

    /// Features to code as categories although they look like numbers. Default: none.
    #[must_use]
    pub fn categorical<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.categorical = canonical_names(names);
        self
    }

    /// Notation of the numbers of all columns: target, weights, and every feature that is numbers. Default: plain.
    ///
    /// A number that does not fit it is refused, [`Error::NumberFormat`](crate::Error::NumberFormat), also a plain one.
    /// A [`Schema`] remembers the notation of each column.
    #[must_use]
    pub fn number_format(mut self, format: NumberFormat) -> Self {
        self.number_format = Some(format);
        self
    }

    /// Notation of the numbers of one column, in the place of [`number_format`](Self::number_format); it also declares
    /// that the column is numbers, leading zeros or not.
    #[must_use]
    pub fn column_format(mut self, column: impl Into<String>, format: NumberFormat) -> Self {
        let column = canonical_name(&column.into());
        self.column_formats.insert(column, format);
        self
    }

    /// Reads a feature as dates, of ISO 8601 without a time zone: days since the earliest date in the file, seconds if
    /// there are times of day. The schema remembers the earliest date.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::CsvReader;
    ///
    /// let training = CsvReader::new("y").date("day").read("day,y\n2024-02-28,1\n2024-03-01,2\n".as_bytes())?;
    /// assert_eq!(training.dataset().x(), ndarray::array![[0.0], [2.0]]);
    /// let reader = CsvReader::with_schema(training.schema().clone());
    /// assert_eq!(reader.read("day\n2024-03-05\n".as_bytes())?.dataset().x(), ndarray::array![[6.0]]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn date(self, column: impl Into<String>) -> Self {
        self.date_parts(column, [])
    }

    /// Reads parts of a feature's dates as features: see [`DatePart`]. Without parts as [`date`](Self::date).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::{CsvReader, DatePart};
    ///
    /// let reader = CsvReader::new("y").date_parts("at", [DatePart::Year, DatePart::Weekday]);
    /// let table = reader.read("at,y\n2024-02-27,1\n2024-03-04,2\n".as_bytes())?;
    /// assert_eq!(table.dataset().feature_names(), ["at.year", "at.weekday=Tue"]);
    /// assert_eq!(table.dataset().x(), ndarray::array![[2024.0, 1.0], [2024.0, 0.0]]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn date_parts(
        mut self,
        column: impl Into<String>,
        parts: impl IntoIterator<Item = DatePart>,
    ) -> Self {
        let column = canonical_name(&column.into());
        let known = self.dates.entry(column).or_default();
        for part in parts {
            if !known.contains(&part) {
                known.push(part);
            }
        }
        self
    }

    /// The column of sample weights. Default: none.
    #[must_use]
    pub fn weights(mut self, name: impl Into<String>) -> Self {
        self.weights = Some(canonical_name(&name.into()));
        self
    }

    /// A column of text that identifies the rows and is not a feature; any text will do, nothing counts as missing.
    /// Default: none.
    #[must_use]
    pub fn labels(mut self, name: impl Into<String>) -> Self {
        self.labels = Some(canonical_name(&name.into()));
        self
    }

    /// Columns whose texts say which group a row belongs to. They are no features, unless they are named as such, and
    /// the label of a row is then made of them alone: the text of each and after it the character `U+001F`. A row that
    /// misses one is treated as one that misses a used value. Default: none.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::CsvReader;
    ///
    /// let text = "region,year,x,y\nnorth,2001,1,2\nsouth,2001,3,4\n";
    /// let data = CsvReader::new("y").keys(["region", "year"]).read(text.as_bytes())?.into_dataset();
    /// assert_eq!(data.feature_names(), ["x"]);
    /// assert_eq!(data.labels().map(|l| l[1].as_str()), Some("south\u{1f}2001\u{1f}"));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn keys<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.keys = names
            .into_iter()
            .map(|name| canonical_name(&name.into()))
            .collect();
        self
    }

    /// Labels made of columns that are no features: a label is then the texts of the excluded columns, and of the
    /// other unused ones those that are no numbers, joined by `, `. Texts that stand for a missing value are left
    /// out. Default: no.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::CsvReader;
    ///
    /// let text = "name,year,hp,mpg\nbuick skylark,70,165,15\n";
    /// let reader = CsvReader::new("mpg").features(["hp"]).exclude(["year"]).labels_from_unused(true);
    /// let data = reader.read(text.as_bytes())?.into_dataset();
    /// assert_eq!(data.labels().map(|l| l[0].as_str()), Some("buick skylark, 70"));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn labels_from_unused(mut self, yes: bool) -> Self {
        self.labels_from_unused = yes;
        self
    }

    /// Separator of fields, an ASCII character. Default: the one that the first lines show clearly, of comma,
    /// semicolon, tab, bar and white space, or that a first line `sep=;` names, as Excel has it; otherwise comma. One
    /// that was found and is no comma is told by [`ReadNote::Delimiter`](super::ReadNote::Delimiter).
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = Some(Delimiter::Byte(delimiter));
        self
    }

    /// Spaces and tabs, however many, between fields, as in tables printed in columns. An empty field cannot be told
    /// then.
    #[must_use]
    pub fn whitespace(mut self) -> Self {
        self.delimiter = Some(Delimiter::Whitespace);
        self
    }

    /// Encoding of the text, by a name of the WHATWG's [Encoding Standard](https://encoding.spec.whatwg.org/):
    /// `windows-1252` (`latin1` is the same there), `utf-16le`, `shift_jis`, … A byte order mark is believed more.
    /// Default: UTF-8, or UTF-16 where every second byte is zero. Others need the feature `encoding`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "encoding")] {
    /// use elltwo::data::CsvReader;
    ///
    /// let reader = CsvReader::new("y").encoding("windows-1252");
    /// let table = reader.read(&b"gr\xF6\xDFe,y\n1,2\n2,5\n"[..])?;
    /// assert_eq!(table.dataset().feature_names(), ["größe"]);
    /// # }
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn encoding(mut self, name: impl Into<String>) -> Self {
        self.encoding = Some(name.into());
        self
    }

    /// Lines that begin with this ASCII character are no records. Default: none.
    #[must_use]
    pub fn comment(mut self, first: u8) -> Self {
        self.comment = Some(first);
        self
    }

    /// Number of lines before the header, or before the first record, that are not read. Lines in messages are still
    /// those of the file. Default: 0.
    #[must_use]
    pub fn skip_rows(mut self, lines: usize) -> Self {
        self.skip_rows = lines;
        self
    }

    /// Number of lines between the header and the first record that are not read, as one of units. Default: 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::CsvReader;
    ///
    /// let text = "# of station 7\nheight,mass\n(m),(kg)\n1.6,61\n1.8,80\n";
    /// let reader = CsvReader::new("mass").comment(b'#').skip_rows_after_header(1);
    /// let data = reader.read(text.as_bytes())?.into_dataset();
    /// assert_eq!(data.lines(), Some(&[4, 5][..]));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn skip_rows_after_header(mut self, lines: usize) -> Self {
        self.skip_rows_after_header = lines;
        self
    }

    /// First line: whether it names the columns; otherwise they are `column_1`, `column_2`, … Default: yes.
    #[must_use]
    pub fn has_header(mut self, yes: bool) -> Self {
        self.has_header = yes;
        self
    }

    /// Adds texts that stand for a missing value to the empty field, `NA`, `NaN` and `?`. They are compared after white
    /// space is removed, `NaN` in any case, and numbers by their value: `-999` is also `-999.0`.
    ///
    /// In a column that is otherwise numbers, texts that commonly stand for a missing value do so without being named:
    /// `#N/A`, `#DIV/0!`, `NULL`, `None`, `n/a`, `-`, `.` and others. Among other texts they are levels.
    #[must_use]
    pub fn missing_tokens<S: Into<String>>(mut self, tokens: impl IntoIterator<Item = S>) -> Self {
        self.missing_tokens.extend(texts(tokens));
        self
    }

    /// The texts that stand for a missing value, in the place of all others, so that a level may be called `NA`.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::CsvReader;
    ///
    /// let text = "continent,size,y\nEU,1,2\nNA,2,3\nAF,3,5\n";
    /// let table = CsvReader::new("y").missing_tokens_only([""]).read(text.as_bytes())?;
    /// assert_eq!(table.codings()[0].levels(), ["AF", "EU", "NA"]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn missing_tokens_only<S: Into<String>>(
        mut self,
        tokens: impl IntoIterator<Item = S>,
    ) -> Self {
        self.missing_tokens = texts(tokens);
        self.only_missing_tokens = true;
        self
    }

    /// Treatment of missing values. Default: [`MissingPolicy::Error`].
    #[must_use]
    pub fn missing(mut self, policy: MissingPolicy) -> Self {
        self.missing = policy;
        self
    }

    /// Treatment of a text that is no level of its category in the [`Schema`]. Default: [`UnseenLevel::Error`].
    /// Without a schema the file's own texts are the levels, and none is unseen.
    #[must_use]
    pub fn unseen_level(mut self, policy: UnseenLevel) -> Self {
        self.unseen_level = policy;
        self
    }

    /// Limit of the distinct texts of a category, beyond which the file is refused,
    /// [`Error::TooManyLevels`](crate::Error::TooManyLevels). The levels of a schema are not counted. Default:
    /// [`DEFAULT_MAX_LEVELS`].
    #[must_use]
    pub fn max_levels(mut self, limit: usize) -> Self {
        self.max_levels = limit;
        self
    }

    /// Codes the first category by an indicator for every level, or only those beside the base: for a model without an
    /// intercept, in which nothing else stands for the base. The indicators of one category add up to what an intercept
    /// is, so that later categories keep a base (R's `y ~ 0 + a + b`). A schema says itself how its categories are
    /// coded. Default: no.
    #[must_use]
    pub fn every_level(mut self, yes: bool) -> Self {
        self.first_category = if yes {
            FirstCategory::EveryLevel
        } else {
            FirstCategory::BesideBase
        };
        self
    }
}

fn canonical_names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Vec<String> {
    names
        .into_iter()
        .map(|name| canonical_name(&name.into()))
        .collect()
}

/// Owned, trimmed texts: tokens are compared with trimmed fields.
fn texts<S: Into<String>>(values: impl IntoIterator<Item = S>) -> Vec<String> {
    values
        .into_iter()
        .map(|value| {
            let value: String = value.into();
            value.trim().to_owned()
        })
        .collect()
}
