//! From a file, or a generator, to the arrays a model takes: reading, coding, splitting, scaling.
//!
//! | file | what it holds |
//! |---|---|
//! | [`csv`] | [`CsvReader`]: a CSV file to a [`Table`] or to [`Chunks`]; [`Schema`]: the same columns from the next file |
//! | [`dataset`] | [`Dataset`]: design, target, weights and their names |
//! | [`encode`] | [`Coding`]: the levels of a category and its indicator columns |
//! | [`split`] | [`train_test_split`], [`KFold`]: seeded, reproducible indices |
//! | [`group_fold`] | [`GroupKFold`]: folds that keep groups together |
//! | [`scale`] | [`StandardScaler`], [`RobustScaler`], and coefficients back in original units |
//! | [`quantile`] | [`quantile()`](quantile::quantile): linear interpolation, as numpy's default |
//! | [`outliers`] | [`winsorize`], [`mad_outliers`], [`iqr_outliers`] |
//! | [`polynomial`] | [`PolynomialFeatures`] |
//! | [`synthetic`] | [`synthetic::regression`]: data whose answer is known |
//!
//! Models take views of arrays and never see a [`Dataset`]; only [`csv`] reads files.

pub mod csv;
pub mod dataset;
pub mod encode;
pub mod group_fold;
mod nearest;
pub mod outliers;
pub mod polynomial;
pub mod quantile;
pub mod scale;
pub mod split;
pub mod synthetic;

pub use csv::{
    Chunks, ColumnDescription, Content, CsvReader, DEFAULT_MAX_LEVELS, Description, Imputation,
    MissingPolicy, Schema, SchemaColumn, Table, UnseenLevel,
};
pub use dataset::Dataset;
pub use encode::Coding;
pub use group_fold::GroupKFold;
pub use outliers::{DEFAULT_MAD_THRESHOLD, TUKEY_FENCE, iqr_outliers, mad_outliers, winsorize};
pub use polynomial::PolynomialFeatures;
pub use scale::{FittedScaler, RobustScaler, StandardScaler};
pub(crate) use split::FoldRows;
pub use split::{KFold, Split, train_test_split};
