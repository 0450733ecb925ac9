//! CSV files to a [`Table`], or to [`Chunks`] of rows: numbers, coded categories, and complaints that name line and column.
//!
//! | file | what it holds |
//! |---|---|
//! | [`options`] | [`CsvReader`]: what the caller wants |
//! | [`policy`] | [`MissingPolicy`], [`UnseenLevel`] |
//! | [`read`] | its methods that read |
//! | `input` | bytes in blocks of whole records: gzip, byte order mark |
//! | `records` | records of a block and their fields |
//! | `roles`, `plan` | which column is target, weights, label, feature, and what its values must be |
//! | `column`, `levels` | what is known of a column so far: number or category, missing or not |
//! | `parse` | a block to numbers |
//! | `rows`, `stream` | blocks parsed on all threads, their rows in order |
//! | `layout` | the columns to a design matrix |
//! | [`schema`] | [`Schema`]: what the columns mean, for the next file |
//! | [`chunks`] | [`Chunks`]: some rows at a time |
//! | [`describe`] | [`Description`]: what columns hold, before anything is decided about them |
//! | [`table`] | [`Table`]: the result and what was done to get it |
//!
//! The file is read in blocks of some hundred kilobytes, and a block is reduced to one `f64` for each used field; only labels and
//! the distinct levels of a category are kept as text. Blocks are cut by their size alone and put together in order: the result,
//! and the error if there is one, does not depend on the number of threads.

pub mod chunks;
mod column;
pub mod describe;
mod input;
mod layout;
mod levels;
pub mod options;
mod parse;
mod plan;
pub mod policy;
pub mod read;
mod records;
mod roles;
mod rows;
pub mod schema;
mod stream;
pub mod table;

pub use chunks::Chunks;
pub use describe::{ColumnDescription, Content, Description};
pub use options::{CsvReader, DEFAULT_MAX_LEVELS};
pub use policy::{MissingPolicy, UnseenLevel};
pub use schema::{Schema, SchemaColumn};
pub use table::{Imputation, Table};
