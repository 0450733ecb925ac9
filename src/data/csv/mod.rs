//! CSV files to a [`Table`]: numbers, coded categories, and complaints that name line and column.
//!
//! | file | what it holds |
//! |---|---|
//! | [`options`] | [`CsvReader`]: what the caller wants |
//! | `records` | rows of text: byte order mark, line numbers, UTF-8, ragged rows |
//! | `roles` | which column is target, weights, label, feature |
//! | `column` | one column: number or category, missing or not |
//! | `assemble` | the columns to a design matrix |
//! | [`table`] | [`Table`]: the result and what was done to get it |
//!
//! A row is read, checked and reduced to one `f64` for each used column before the next is read; only labels and the
//! distinct levels of a category are kept as text.

mod assemble;
mod column;
pub mod options;
mod records;
mod roles;
pub mod table;

pub use options::{CsvReader, MissingPolicy};
pub use table::{Imputation, Table};
