//! Rows of data, in bands for threads.

use ndarray::{ArrayView1, ArrayView2, Axis, Slice};

use crate::parallel;
use crate::scalar::Scalar;

/// Values of a band, at least: the work of some ten microseconds.
const BAND_VALUES: usize = 1 << 17;
/// Bands at most: enough for balance, few enough that what is added up at the end takes no time to speak of.
const MAX_BANDS: usize = 16;

/// Rows of features, targets and weights.
#[derive(Debug)]
pub(crate) struct Samples<'a, F> {
    pub(crate) x: ArrayView2<'a, F>,
    pub(crate) y: ArrayView2<'a, F>,
    pub(crate) weights: Option<ArrayView1<'a, F>>,
}

impl<F> Clone for Samples<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Samples<'_, F> {}

impl<'a, F: Scalar> Samples<'a, F> {
    /// Some of them, in order; those beyond the last there are not.
    pub(crate) fn range(&self, start: usize, count: usize) -> Samples<'a, F> {
        let rows = Slice::from(start..(start + count).min(self.x.nrows()));
        Samples {
            x: self.x.slice_axis_move(Axis(0), rows),
            y: self.y.slice_axis_move(Axis(0), rows),
            weights: self.weights.map(|w| w.slice_axis_move(Axis(0), rows)),
        }
    }

    /// How many rows a band has, from the shape alone: a part for one thread, in passes that read each row once.
    pub(crate) fn band_rows(&self) -> usize {
        let values = self.x.nrows().saturating_mul(self.width());
        let bands = (values / BAND_VALUES).clamp(1, MAX_BANDS);
        self.x.nrows().div_ceil(bands).max(1)
    }

    /// What `f` makes of each band of the rows, given the index of its first one, in order, on all threads.
    pub(crate) fn map_bands<T: Send>(
        &self,
        f: impl Fn(usize, Samples<'a, F>) -> T + Send + Sync,
    ) -> Vec<T> {
        let rows = self.band_rows();
        parallel::map(self.x.nrows().div_ceil(rows), |band| {
            f(band * rows, self.range(band * rows, rows))
        })
    }

    /// How many values a row of features and targets has.
    pub(crate) fn width(&self) -> usize {
        self.x.ncols() + self.y.ncols()
    }
}
