//! From a file, or a generator, to the arrays a model takes: reading, coding, splitting, scaling.
//!
//! | to | use |
//! |---|---|
//! | read a CSV file | [`CsvReader`], to a [`Table`] or to [`Chunks`]; [`Schema`]: the same columns from the next file |
//! | read numbers and dates as people write them | [`NumberFormat`], [`DatePart`]; [`ReadNote`]: what was found |
//! | see what a file holds | [`CsvReader::describe`] |
//! | keep columns of numbers and categories, for a [formula](crate::formula) | [`Frame`], [`CsvReader::read_frame`] |
//! | keep design, target, weights and their names together | [`Dataset`] |
//! | code a category | [`Coding`]: levels and indicator columns |
//! | split rows | [`train_test_split`], [`KFold`]; [`GroupKFold`] keeps groups together |
//! | scale columns | [`StandardScaler`], [`RobustScaler`], and coefficients back in original units |
//! | find or tame outliers | [`winsorize`], [`mad_outliers`], [`iqr_outliers`], [`quantile()`] |
//! | add powers and products | [`PolynomialFeatures`] |
//! | make data whose answer is known | [`synthetic::regression`] |
//!
//! Models take views of arrays and never see a [`Dataset`]; only [`CsvReader`] reads files.

mod csv;
mod dataset;
mod encode;
mod frame;
mod group_fold;
mod outliers;
mod polynomial;
mod quantile;
mod scale;
mod split;
pub mod synthetic;

pub use crate::notation::name::canonical_name;
pub use crate::notation::{NumberFormat, Percent};
pub(crate) use csv::ReadAs;
pub use csv::{
    Chunks, ColumnDescription, Content, CsvReader, DEFAULT_MAX_LEVELS, DateCoding, DatePart,
    Delimiter, Description, Frames, Imputation, MissingPolicy, ReadNote, Schema, SchemaColumn,
    Table, TimeUnit, UnseenLevel,
};
pub use dataset::Dataset;
pub(crate) use dataset::{check_distinct, nearest};
pub use encode::Coding;
pub use frame::Frame;
pub use group_fold::GroupKFold;
pub use outliers::{DEFAULT_MAD_THRESHOLD, TUKEY_FENCE, iqr_outliers, mad_outliers, winsorize};
pub use polynomial::PolynomialFeatures;
pub(crate) use quantile::of_values as quantiles;
pub use quantile::quantile;
pub use scale::{FittedScaler, RobustScaler, StandardScaler};
pub(crate) use split::FoldRows;
pub use split::{Folds, KFold, Split, train_test_split};
