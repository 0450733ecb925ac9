//! [`Table`]: a data set read from a CSV file.

use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

use super::note::ReadNote;
use super::schema::{Schema, SchemaColumn};
use crate::data::frame::mean_of;
use crate::data::{Coding, Dataset, Split};
use crate::error::{Error, Result};

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
#[non_exhaustive]
pub struct Imputation {
    /// The column.
    pub column: String,
    /// The mean of the values that were there, unweighted, in units of the column.
    pub mean: f64,
    /// Rows of the data set whose value was missing, ascending, from 0.
    pub rows: Vec<usize>,
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
        self.imputations.iter().map(|i| i.rows.len()).sum()
    }

    /// Imputes again, by the means over these rows alone, which the schema then holds: over the rows to train on, so
    /// that others, held out, tell the model nothing. Nothing changes unless missing values were to be imputed.
    ///
    /// # Errors
    ///
    /// [`Error::AllMissing`] for a column without a value in these rows; [`Error::InvalidParameter`] for an index of no
    /// row.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::{CsvReader, MissingPolicy};
    ///
    /// let text = "x,y\n1,1\nNA,2\n3,3\n8,9\n";
    /// let mut table = CsvReader::new("y").missing(MissingPolicy::MeanImpute).read(text.as_bytes())?;
    /// assert_eq!(table.dataset().x()[[1, 0]], 4.0);
    /// table.impute_by(&[0, 1, 2])?;
    /// assert_eq!(table.dataset().x()[[1, 0]], 2.0);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn impute_by(&mut self, rows: &[usize]) -> Result<()> {
        let means = self.means_over(rows)?;
        let mut columns = self.schema.columns().to_vec();
        for Mean { at, feature, value } in means {
            if let SchemaColumn::Number { name, mean } = &mut columns[at] {
                *mean = Some(value);
                let imputed = self.imputations.iter_mut().find(|i| i.column == *name);
                if let Some(imputation) = imputed {
                    imputation.mean = value;
                    for &row in &imputation.rows {
                        self.dataset.x_mut()[[row, feature]] = value;
                    }
                }
            }
        }
        self.schema = self.schema.clone().with_columns(columns)?;
        Ok(())
    }

    /// Features of the rows to train on, `(n_train, p)`, and of those to test on, `(n_test, p)`, each in the order of
    /// the split, with the means over the former in the place of missing numbers.
    ///
    /// # Errors
    ///
    /// As [`impute_by`](Self::impute_by).
    pub fn split_features(&self, split: &Split) -> Result<(Array2<f64>, Array2<f64>)> {
        let means = self.means_over(&split.train)?;
        let of = |rows: &[usize]| {
            let mut x = self.dataset.x().select(Axis(0), rows);
            for mean in &means {
                let missing = self.missing_in(mean.at);
                for (to, row) in rows.iter().enumerate() {
                    if missing.binary_search(row).is_ok() {
                        x[[to, mean.feature]] = mean.value;
                    }
                }
            }
            x
        };
        Ok((of(&split.train), of(&split.test)))
    }

    /// The means over some rows of all columns whose missing values are imputed.
    fn means_over(&self, rows: &[usize]) -> Result<Vec<Mean>> {
        let n = self.dataset.n_samples();
        if let Some(row) = rows.iter().find(|row| **row >= n) {
            let rule = "below the number of rows";
            return Err(Error::parameter("row", *row as f64, rule));
        }
        let (mut means, mut feature) = (Vec::new(), 0);
        for (at, column) in self.schema.columns().iter().enumerate() {
            if let SchemaColumn::Number {
                name,
                mean: Some(_),
            } = column
            {
                let (missing, x) = (self.missing_in(at), self.dataset.x());
                let there = rows
                    .iter()
                    .filter(|row| missing.binary_search(row).is_err());
                let values: Vec<f64> = there.map(|row| x[[*row, feature]]).collect();
                let Some(value) = mean_of(|| values.iter()) else {
                    let (column, rows) = (name.clone(), rows.len());
                    return Err(Error::AllMissing { column, rows });
                };
                means.push(Mean { at, feature, value });
            }
            feature += column.feature_names().len();
        }
        Ok(means)
    }

    /// The rows whose value of a column was missing.
    fn missing_in(&self, at: usize) -> &[usize] {
        let name = self.schema.columns()[at].name();
        let imputed = self.imputations.iter().find(|i| i.column == name);
        imputed.map_or(&[], |imputation| &imputation.rows)
    }
}

/// Mean of a column: its place in the schema, and its feature.
struct Mean {
    at: usize,
    feature: usize,
    value: f64,
}
