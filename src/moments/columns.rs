//! Rows that come as columns, as data frames and columnar files have them.

use ndarray::{Array2, ArrayView1, Axis, Slice};

use super::Moments;
use crate::check::check_length;
use crate::error::Result;
use crate::scalar::Scalar;

/// Rows gathered from the columns at a time.
const ROWS: usize = 8192;

impl Moments {
    /// Adds rows given as one slice for each feature and each target, all of one length; the columns are not copied whole.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update); the moments are then as they were.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let (age, income, spent) = ([30.0, 41.0, 25.0], [2.0, 3.0, 1.0], [0.5, 1.5, 0.25]);
    /// let mut moments = Moments::new(2, 1)?;
    /// moments.update_columns(&[&age, &income], &[&spent], None)?;
    /// let x = array![[30.0, 2.0], [41.0, 3.0], [25.0, 1.0]];
    /// assert_eq!(moments, Moments::from_data(x.view(), array![0.5, 1.5, 0.25].view(), None)?);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn update_columns<F: Scalar>(
        &mut self,
        features: &[&[F]],
        targets: &[&[F]],
        weights: Option<&[F]>,
    ) -> Result<()> {
        check_length("columns of x", self.n_features, features.len())?;
        check_length("columns of y", self.n_targets, targets.len())?;
        let n = features.first().map_or(0, |column| column.len());
        features
            .iter()
            .try_for_each(|column| check_length("length of a feature", n, column.len()))?;
        targets
            .iter()
            .try_for_each(|column| check_length("length of a target", n, column.len()))?;
        let weights = weights.map(ArrayView1::from);
        weights
            .iter()
            .try_for_each(|weights| check_length("length of weights", n, weights.len()))?;
        let gather = |columns: &[&[F]], start: usize, end: usize| {
            Array2::from_shape_fn((end - start, columns.len()), |(i, j)| columns[j][start + i])
        };
        let mut part = self.empty();
        for start in (0..n).step_by(ROWS) {
            let end = (start + ROWS).min(n);
            let (x, y) = (gather(features, start, end), gather(targets, start, end));
            let weights = weights
                .as_ref()
                .map(|w| w.slice_axis(Axis(0), Slice::from(start..end)));
            part.update(x.view(), y.view(), weights)?;
        }
        self.merge(&part)
    }
}
