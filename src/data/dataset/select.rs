//! Parts of a [`Dataset`]: some rows, some features, training and test, another element type.

use ndarray::{Array2, Axis};

use super::{Dataset, check_distinct, missing_column};
use crate::check::{check_length, check_weights};
use crate::data::split::train_test_split;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

impl<F: Scalar> Dataset<F> {
    /// These rows, in this order; a row may be taken several times.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for no row, [`Error::InvalidParameter`] for an index of no row,
    /// [`Error::ZeroWeights`] if all of the rows have weight 0.
    pub fn select_rows(&self, rows: &[usize]) -> Result<Self> {
        if rows.is_empty() {
            return Err(Error::empty("the selection of rows"));
        }
        if let Some(row) = rows.iter().find(|row| **row >= self.n_samples()) {
            return Err(Error::parameter(
                "row",
                *row as f64,
                "below the number of rows",
            ));
        }
        let weights = self.weights.as_ref().map(|w| w.select(Axis(0), rows));
        check_weights(weights.as_ref().map(|w| w.view()), rows.len())?;
        Ok(Self {
            x: self.x.select(Axis(0), rows),
            y: self.y.select(Axis(0), rows),
            weights,
            feature_names: self.feature_names.clone(),
            target_name: self.target_name.clone(),
            labels: pick(self.labels.as_deref(), rows),
            lines: pick(self.lines.as_deref(), rows),
        })
    }

    /// The features with these names, in this order.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for no name, [`Error::MissingColumn`] for an unknown one, [`Error::DuplicateColumn`] for one
    /// given twice.
    pub fn select_features(&self, names: &[&str]) -> Result<Self> {
        if names.is_empty() {
            return Err(Error::empty("the selection of features"));
        }
        check_distinct(names)?;
        let known = || self.feature_names.iter().map(String::as_str);
        let columns = names
            .iter()
            .map(|name| {
                known()
                    .position(|candidate| candidate == *name)
                    .ok_or_else(|| missing_column(name, known()))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            x: self.x.select(Axis(1), &columns),
            feature_names: names.iter().map(|&name| name.to_owned()).collect(),
            ..self.clone()
        })
    }

    /// Replaces the features of the rows.
    pub(in crate::data) fn with_design(&self, x: Array2<F>, names: Vec<String>) -> Result<Self> {
        check_length("rows of x", self.n_samples(), x.nrows())?;
        Self { x, ..self.clone() }.with_feature_names(names)
    }

    /// A training and a test part: [`train_test_split`] applied to the rows.
    ///
    /// # Errors
    ///
    /// As [`train_test_split`] and [`select_rows`](Self::select_rows).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::synthetic;
    ///
    /// let data = synthetic::regression(100, 3).generate()?.dataset;
    /// let (train, test) = data.split(0.25, 42)?;
    /// assert_eq!((train.n_samples(), test.n_samples()), (75, 25));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn split(&self, test_fraction: f64, seed: u64) -> Result<(Self, Self)> {
        let split = train_test_split(self.n_samples(), test_fraction, seed)?;
        Ok((
            self.select_rows(&split.train)?,
            self.select_rows(&split.test)?,
        ))
    }

    /// Casts to another element type, each value rounded to the nearest; beyond its range the value becomes infinite.
    #[must_use]
    pub fn cast<G: Scalar>(&self) -> Dataset<G> {
        Dataset {
            x: self.x.mapv(|v| G::of(v.wide())),
            y: self.y.mapv(|v| G::of(v.wide())),
            weights: self.weights.as_ref().map(|w| w.mapv(|v| G::of(v.wide()))),
            feature_names: self.feature_names.clone(),
            target_name: self.target_name.clone(),
            labels: self.labels.clone(),
            lines: self.lines.clone(),
        }
    }
}

/// The values of these rows.
fn pick<T: Clone>(values: Option<&[T]>, rows: &[usize]) -> Option<Vec<T>> {
    values.map(|values| rows.iter().map(|row| values[*row].clone()).collect())
}
