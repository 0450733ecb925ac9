//! Moments of rows, on all threads.
//!
//! The rows are cut into chunks by their number and width alone; each chunk has moments of its own, which are merged in order: threads
//! change the speed and not the bits.

use ndarray::Ix2;

use super::Moments;
use super::block::{Centre, for_each_block};
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
                }
            }
        });
    }
}
