//! Moments of some of the features.

use ndarray::Axis;

use super::{Location, Moments};
use crate::error::{Error, Result};

impl Moments {
    /// The moments of these features, in this order, and of all the targets: what one pass over the chosen columns
    /// would give.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without features; [`Error::InvalidParameter`] if there is no such feature;
    /// [`Error::DuplicateColumn`] if a named one is chosen twice.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let x = array![[1.0, 2.0], [3.0, 5.0], [4.0, 4.0]];
    /// let y = array![1.0, 2.0, 4.0];
    /// let second = Moments::from_data(x.view(), y.view(), None)?.select(&[1])?;
    /// assert_eq!(second.n_features(), 1);
    /// assert!((second.feature_means()[0] - 11.0 / 3.0).abs() < 1e-15);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn select(&self, features: &[usize]) -> Result<Self> {
        if let Some(&feature) = features.iter().find(|&&j| j >= self.n_features) {
            return Err(Error::InvalidParameter {
                name: "features",
                value: feature as f64,
                requirement: "below the number of features",
            });
        }
        let mut selected = Self::new(features.len(), self.n_targets)?;
        if let Some(names) = &self.feature_names {
            selected = selected.with_feature_names(features.iter().map(|&j| names[j].as_str()))?;
        }
        let targets = self.n_features..self.n_features + self.n_targets;
        let kept: Vec<usize> = features.iter().copied().chain(targets).collect();
        selected.location = Location {
            n_samples: self.location.n_samples,
            weight_sum: self.location.weight_sum,
            mean: self.location.mean.select(Axis(0), &kept),
            rest: self.location.rest.select(Axis(0), &kept),
        };
        for ((i, j), value) in selected.cross.indexed_iter_mut() {
            let (a, b) = (kept[i], kept[j]);
            *value = self.cross[[a.max(b), a.min(b)]];
        }
        Ok(selected)
    }
}
