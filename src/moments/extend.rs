//! Features that appear later: zero in every row before.

use ndarray::{Array1, Array2};

use super::{Location, Moments};
use crate::check::check_length;
use crate::error::Result;

impl Moments {
    /// Adds so many features that were 0 in every row so far, behind the others: the indicator of a level met for the
    /// first time.
    ///
    /// Exact: the mean, the squares and the cross-products of zeros are zeros, and nothing else changes.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) if the features have names:
    /// [`extend_named`](Self::extend_named) is for those.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let mut moments = Moments::from_data(array![[1.0], [2.0]].view(), array![3.0, 5.0].view(), None)?;
    /// moments.extend(1)?;
    /// moments.update(array![[4.0, 1.0]].view(), array![8.0].view(), None)?;
    /// let x = array![[1.0, 0.0], [2.0, 0.0], [4.0, 1.0]];
    /// let whole = Moments::from_data(x.view(), array![3.0, 5.0, 8.0].view(), None)?;
    /// assert!((moments.feature_scatter() - whole.feature_scatter()).iter().all(|d| d.abs() < 1e-15));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn extend(&mut self, n_features: usize) -> Result<()> {
        let names = self.feature_names.as_ref().map_or(0, |_| n_features);
        check_length("names of the new features", names, 0)?;
        self.grow(n_features);
        Ok(())
    }

    /// Adds features of these names that were 0 in every row so far, as [`extend`](Self::extend).
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) if the features so far have no names;
    /// [`Error::DuplicateColumn`](crate::Error::DuplicateColumn).
    pub fn extend_named<S: Into<String>>(
        &mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Result<()> {
        let mut all = self.feature_names.clone().unwrap_or_default();
        check_length("feature names", self.n_features, all.len())?;
        all.extend(names.into_iter().map(Into::into));
        let mut grown = self.clone();
        grown.grow(all.len() - self.n_features);
        *self = grown.with_feature_names(all)?;
        Ok(())
    }

    /// The zeros stand between the features and the targets.
    fn grow(&mut self, more: usize) {
        let (p, width) = (self.n_features, self.n_features + self.n_targets);
        let moved = |place: usize| if place < p { place } else { place + more };
        let mut location = Location {
            mean: Array1::zeros(width + more),
            rest: Array1::zeros(width + more),
            ..self.location
        };
        let mut cross = Array2::zeros((width + more, width + more));
        for i in 0..width {
            location.mean[moved(i)] = self.location.mean[i];
            location.rest[moved(i)] = self.location.rest[i];
            for j in 0..=i {
                cross[[moved(i), moved(j)]] = self.cross[[i, j]];
            }
        }
        (self.location, self.cross) = (location, cross);
        self.n_features += more;
    }
}
