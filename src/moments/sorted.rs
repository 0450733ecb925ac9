//! Moments per key of rows that are sorted by it: the group at hand, and no other.

use ndarray::{ArrayView, ArrayView1, ArrayView2, Axis, Slice};

use super::Moments;
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::scalar::{Scalar, TargetDim};

/// Groups of rows that come in the order of their keys: a group is handed over when the next begins. Memory for one,
/// whatever their number.
///
/// # Examples
///
/// ```
/// use elltwo::moments::Sorted;
/// use ndarray::array;
///
/// let mut sizes = Vec::new();
/// let mut count = |key: &u32, moments: elltwo::moments::Moments| {
///     sizes.push((*key, moments.n_samples()));
///     Ok(())
/// };
/// let mut groups = Sorted::new(1, 1)?;
/// groups.update(&[1, 1, 2], array![[1.0], [2.0], [4.0]].view(), array![1.0, 3.0, 5.0].view(), None, &mut count)?;
/// groups.update(&[2, 7], array![[5.0], [9.0]].view(), array![6.0, 2.0].view(), None, &mut count)?;
/// groups.finish(&mut count)?;
/// assert_eq!(sizes, [(1, 2), (2, 2), (7, 1)]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted<K> {
    key: Option<K>,
    moments: Moments,
}

impl<K: Ord + Clone> Sorted<K> {
    /// No rows yet.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without features or targets.
    pub fn new(n_features: usize, n_targets: usize) -> Result<Self> {
        Ok(Self {
            key: None,
            moments: Moments::new(n_features, n_targets)?,
        })
    }

    /// Adds rows as [`Grouped::update`](super::Grouped::update), and calls `each` with every group that is complete.
    ///
    /// # Errors
    ///
    /// As [`Moments::update`]; [`Error::Unsorted`] for a key below the one before it; whatever `each` returns. Groups
    /// that were handed over stay so.
    pub fn update<F: Scalar, D: TargetDim>(
        &mut self,
        keys: &[K],
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
        mut each: impl FnMut(&K, Moments) -> Result<()>,
    ) -> Result<()> {
        let y = D::as_columns(y);
        check_length("length of the keys", x.nrows(), keys.len())?;
        check_length("rows of y", x.nrows(), y.nrows())?;
        let n_weights = weights.map_or(keys.len(), |weights| weights.len());
        check_length("length of weights", keys.len(), n_weights)?;
        let below = self.key.as_ref().zip(keys.first());
        if below.is_some_and(|(last, key)| key < last) {
            return Err(Error::Unsorted { row: 0 });
        }
        if let Some(row) = keys.windows(2).position(|pair| pair[1] < pair[0]) {
            return Err(Error::Unsorted { row: row + 1 });
        }
        let mut start = 0;
        for run in keys.chunk_by(PartialEq::eq) {
            let end = start + run.len();
            let rows = Slice::from(start..end);
            if let Some(done) = self
                .key
                .replace(run[0].clone())
                .filter(|key| *key != run[0])
            {
                self.hand_over(&done, &mut each)?;
            }
            self.moments.update(
                x.slice_axis(Axis(0), rows),
                y.slice_axis(Axis(0), rows),
                weights
                    .as_ref()
                    .map(|weights| weights.slice_axis(Axis(0), rows)),
            )?;
            start = end;
        }
        Ok(())
    }

    /// Hands over the last group.
    ///
    /// # Errors
    ///
    /// Whatever `each` returns.
    pub fn finish(mut self, mut each: impl FnMut(&K, Moments) -> Result<()>) -> Result<()> {
        match self.key.take() {
            Some(key) => self.hand_over(&key, &mut each),
            None => Ok(()),
        }
    }

    /// Begins a new group; one whose rows all have the weight 0 is none.
    fn hand_over(
        &mut self,
        key: &K,
        each: &mut impl FnMut(&K, Moments) -> Result<()>,
    ) -> Result<()> {
        let empty = self.moments.empty();
        let moments = std::mem::replace(&mut self.moments, empty);
        if moments.n_samples() == 0 {
            return Ok(());
        }
        each(key, moments)
    }
}
