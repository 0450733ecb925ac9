//! CSV files to a [`Table`], or to [`Chunks`] of rows: numbers, coded categories, and complaints that name line and
//! column.
//!
//! | file | what it holds |
//! |---|---|
//! | `options` | [`CsvReader`], [`MissingPolicy`], [`UnseenLevel`] |
//! | `read` | its methods that read |
//! | `input` | text in blocks of whole records: byte order mark, line ends, lines that are skipped |
//! | `source`, `zstd` | bytes of an input, decompressed |
//! | `foreign` | files that are no CSV |
//! | `encoding` | text to UTF-8 |
//! | `delimiter` | [`Delimiter`], and its detection |
//! | `records` | records of a block and their fields |
//! | `plan` | which column is target, weights, label, feature, and what its values must be |
//! | `missing` | texts that stand for a missing value |
//! | `column` | state of a column so far: number or category, missing or not, levels |
//! | `used` | what the values of a used column must be, and the notation of its numbers |
//! | `value` | meaning of a text in a column: number, date, code, or level |
//! | `levels` | texts of a category in the order of their appearance |
//! | `disguise` | numbers in disguise, dates and names of rows, told from categories |
//! | `date` | [`DateCoding`], [`DatePart`]: dates as features |
//! | `moment` | dates from texts |
//! | `parse` | a block to numbers |
//! | `rows`, `stream` | blocks parsed on all threads, their rows in order |
//! | `layout` | the columns to a design matrix |
//! | `schema` | [`Schema`]: what the columns mean, for the next file |
//! | `chunks` | [`Chunks`]: some rows at a time |
//! | `frames` | [`Frames`]: columns as they are, for a [`Frame`](crate::data::Frame) |
//! | `describe` | [`Description`]: contents of columns, before anything is decided about them |
//! | `table` | [`Table`]: the result and what was done to get it |
//! | `note` | [`ReadNote`]: what whoever uses the result should know |
//!
//! The file is read in blocks of some hundred kilobytes, and a block is reduced to one `f64` for each used field;
//! only labels and the distinct levels of a category are kept as text. Blocks are cut by their size alone and put
//! together in order: the result, and the error if there is one, does not depend on the number of threads. While some
//! blocks are parsed, the next are read.
//!
//! Records and quotes are those of `csv-core`, the parser inside the `csv` crate, which reads bytes where they are,
//! and knows the line of each record where the crate's own reader counts blank lines to the record after them.
//! `simd-csv` is faster, but takes a quote inside a field for an opening one and swallows the lines up to the next.
//! Numbers are `fast-float2`'s.

mod chunks;
mod column;
mod date;
mod delimiter;
mod describe;
mod disguise;
mod encoding;
mod foreign;
mod frames;
mod input;
mod layout;
mod levels;
mod missing;
mod moment;
mod note;
mod options;
mod parse;
mod plan;
mod read;
mod records;
mod rows;
mod schema;
mod source;
mod stream;
mod table;
mod used;
mod value;
#[cfg(feature = "zstd")]
mod zstd;

pub use chunks::Chunks;
pub use date::{DateCoding, DatePart, TimeUnit};
pub use delimiter::Delimiter;
pub use describe::{ColumnDescription, Content, Description};
pub use frames::Frames;
pub(crate) use frames::ReadAs;
pub use note::ReadNote;
pub use options::{CsvReader, DEFAULT_MAX_LEVELS, MissingPolicy, UnseenLevel};
pub use schema::{Schema, SchemaColumn};
pub use table::{Imputation, Table};
