//! Moments of rows, on all threads, and of rows that come as columns, as data frames and columnar files have them.
//!
//! The rows are cut into chunks by their number and width alone; each chunk has moments of its own, which are merged in
//! order: threads change the speed and not the bits.

use ndarray::{Array2, ArrayView1, Axis, Ix2, Slice};

use super::Moments;
use super::block::{Centre, for_each_block};
use crate::check::check_length;
use crate::error::Result;
use crate::linalg::Backend;
use crate::parallel;
use crate::samples::Samples;
use crate::scalar::Scalar;

/// The least work, in multiplications, that a chunk must have to be worth a thread of its own.
const CHUNK_WORK: usize = 1 << 21;
/// Rows of a chunk for each column, at least: below, merging costs as much as the products.
const CHUNK_ROWS: usize = 2;
/// Chunks at most: enough for balance, few enough that their cross-products take no memory to speak of.
const MAX_CHUNKS: usize = 16;

/// Rows gathered from columns at a time.
const GATHERED_ROWS: usize = 8192;

/// Rows of a chunk, from the shape alone. The number of chunks is a power of two, which most numbers of threads divide.
pub(super) fn chunk_rows(n_rows: usize, width: usize) -> usize {
    let work = n_rows.saturating_mul(width).saturating_mul(width.max(8));
    let chunks = (work / CHUNK_WORK).min(n_rows / (CHUNK_ROWS * width));
    let chunks = 1 << chunks.clamp(1, MAX_CHUNKS).ilog2();
    n_rows.div_ceil(chunks).max(1)
}

impl Moments {
    /// Adds checked rows; the cross-products may overflow, which [`is_finite`](Self::is_finite) tells.
    pub(crate) fn accumulate<F: Scalar>(&mut self, samples: Samples<'_, F, Ix2>) {
        self.accumulate_by(Backend::default(), samples);
    }

    /// The same with the products of a backend.
    pub(crate) fn accumulate_by<F: Scalar>(
        &mut self,
        backend: Backend,
        samples: Samples<'_, F, Ix2>,
    ) {
        let (n, width) = (samples.x().nrows(), samples.width());
        let chunk = chunk_rows(n, width);
        if chunk >= n {
            return self.accumulate_chunk(backend, samples);
        }
        let empty = self.empty();
        let mut parts = parallel::map(n.div_ceil(chunk), |index| {
            let mut part = empty.clone();
            part.accumulate_chunk(backend, samples.range(index * chunk, chunk));
            part
        });
        if self.location.weight_sum == 0.0 && !parts.is_empty() {
            *self = parts.remove(0);
        }
        self.absorb_all(&parts);
    }

    /// Adds rows block by block.
    fn accumulate_chunk<F: Scalar>(&mut self, backend: Backend, samples: Samples<'_, F, Ix2>) {
        let width = samples.width();
        for_each_block(samples, Centre::Block, |block| {
            if block.weight_sum > 0.0 {
                block.locate_in(&mut self.location);
                let (rows, count) = block.rows_and_shift();
                if let Some(cross) = self.cross.as_slice_mut() {
                    backend.add_gram(cross, rows, count, width);
                    block.correct(cross);
                }
            }
        });
    }

    /// Adds rows given as one slice for each feature and each target, all of one length; the columns are not copied
    /// whole.
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
        for start in (0..n).step_by(GATHERED_ROWS) {
            let end = (start + GATHERED_ROWS).min(n);
            let (x, y) = (gather(features, start, end), gather(targets, start, end));
            let weights = weights
                .as_ref()
                .map(|w| w.slice_axis(Axis(0), Slice::from(start..end)));
            part.update(x.view(), y.view(), weights)?;
        }
        self.merge(&part)
    }
}
