//! [`Table`]: a data set read from a CSV file.

use serde::{Deserialize, Serialize};

use super::note::ReadNote;
use super::schema::Schema;
use crate::data::{Coding, Dataset};

/// A data set read from a file, and what was done to read it.
///
/// # Examples
///
/// ```
/// use elltwo::data::{CsvReader, MissingPolicy};
///
/// let text = "mpg,hp,origin\n18,130,usa\n25,?,europe\n27,88,japan\n";
/// let table = CsvReader::new("mpg").missing(MissingPolicy::DropRows).read(text.as_bytes())?;
/// assert_eq!((table.n_rows(), table.n_dropped()), (3, 1));
/// assert_eq!(table.codings()[0].levels(), ["japan", "usa"]);
/// let data = table.into_dataset();
/// assert_eq!(data.feature_names(), ["hp", "origin=usa"]);
/// assert_eq!(data.lines(), Some(&[2, 4][..]));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub(super) dataset: Dataset,
    pub(super) codings: Vec<Coding>,
    pub(super) imputations: Vec<Imputation>,
    pub(super) n_rows: usize,
    pub(super) has_target: bool,
    pub(super) schema: Schema,
    #[serde(default)]
    pub(super) notes: Vec<ReadNote>,
}

/// A column whose missing values were replaced by the mean of the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imputation {
    /// The column.
    pub column: String,
    /// The mean of the values that were there, unweighted, in units of the column.
    pub mean: f64,
    /// Number of missing values.
    pub count: usize,
}

impl Table {
    /// The data.
    #[must_use]
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The data, by value.
    #[must_use]
    pub fn into_dataset(self) -> Dataset {
        self.dataset
    }

    /// The levels of each coded column, in the order of the design.
    #[must_use]
    pub fn codings(&self) -> &[Coding] {
        &self.codings
    }

    /// The columns with imputed values, in the order of the design.
    #[must_use]
    pub fn imputations(&self) -> &[Imputation] {
        &self.imputations
    }

    /// Facts about the file that whoever uses the numbers should know.
    #[must_use]
    pub fn notes(&self) -> &[ReadNote] {
        &self.notes
    }

    /// Schema that reads another file into the same columns. It has means if missing values were to be imputed.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Presence of the target's column in the file. Without, which only a schema allows, each target is NaN.
    #[must_use]
    pub fn has_target(&self) -> bool {
        self.has_target
    }

    /// The number of data rows in the file, dropped ones included.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The number of rows left out because a used value was missing.
    #[must_use]
    pub fn n_dropped(&self) -> usize {
        self.n_rows.saturating_sub(self.dataset.n_samples())
    }

    /// The number of values that were imputed.
    #[must_use]
    pub fn n_imputed(&self) -> usize {
        self.imputations.iter().map(|i| i.count).sum()
    }
}
