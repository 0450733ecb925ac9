//! Rows in the coordinates of the fit: those of a batch, and those that come next.

use std::mem;
use std::ops::Range;

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use super::conditioning::Frame;
use super::kernel::Gather;
use super::source::Source;
use crate::check::are_finite;
use crate::parallel;
use crate::scalar::Scalar;

/// A buffer of rows, targets and weights, of fixed capacity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Batch {
    capacity: usize,
    width: usize,
    len: usize,
    rows: Vec<f64>,
    /// One target after the other, `capacity` apart.
    targets: Vec<f64>,
    weights: Vec<f64>,
    /// Row of the data that each is.
    indices: Vec<u32>,
}

impl PartialEq for Batch {
    /// By the rows that wait; what is behind them is left over.
    fn eq(&self, other: &Self) -> bool {
        let targets = |batch: &Self| -> Vec<f64> {
            let columns = batch.targets.chunks_exact(batch.capacity);
            columns
                .flat_map(|column| column[..batch.len].to_vec())
                .collect()
        };
        let (mine, others) = (self.rows(), other.rows());
        (self.capacity, self.width) == (other.capacity, other.width)
            && mine.values == others.values
            && mine.weights == others.weights
            && mine.indices == others.indices
            && targets(self) == targets(other)
    }
}

/// Views of rows in a buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a> {
    /// One row after the other.
    pub(super) values: &'a [f64],
    targets: &'a [f64],
    stride: usize,
    pub(super) weights: &'a [f64],
    pub(super) indices: &'a [u32],
}

impl<'a> Rows<'a> {
    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    /// Each of the rows.
    pub(super) fn each(&self) -> impl Iterator<Item = ArrayView1<'a, f64>> + use<'a> {
        let width = self.values.len() / self.len().max(1);
        self.values.chunks_exact(width.max(1)).map(ArrayView1::from)
    }

    pub(super) fn target(&self, target: usize) -> ArrayView1<'a, f64> {
        ArrayView1::from(&self.targets[target * self.stride..][..self.len()])
    }
}

impl Batch {
    pub(super) fn new(capacity: usize, frame: &Frame, n_targets: usize) -> Self {
        let width = frame.width();
        let mut rows = vec![0.0; capacity * width];
        if let Some(constant) = frame.constant() {
            let ones = rows.iter_mut().skip(constant).step_by(width);
            ones.for_each(|v| *v = 1.0);
        }
        Self {
            capacity,
            width,
            len: 0,
            rows,
            targets: vec![0.0; capacity * n_targets],
            weights: vec![0.0; capacity],
            indices: vec![0; capacity],
        }
    }

    /// The rows in other coordinates, with room for as many as that. A column that had none was constant.
    pub(super) fn moved(&self, from: &Frame, to: &Frame, capacity: usize) -> Self {
        let mut moved = Self {
            len: 0,
            ..Self::new(capacity, to, self.targets.len() / self.capacity)
        };
        moved.append(self.rows());
        for row in moved.rows[..moved.len * moved.width].chunks_exact_mut(moved.width) {
            for (j, v) in row.iter_mut().enumerate().take(to.n_features()) {
                let scale = from.scale()[j];
                let distance = if scale > 0.0 { *v / scale } else { 0.0 };
                *v = (from.location()[j] - to.location()[j] + distance) * to.scale()[j];
            }
        }
        moved
    }

    /// Tells whether the parts of a batch that was read fit together.
    pub(super) fn is_consistent(&self, capacity: usize, width: usize, n_targets: usize) -> bool {
        let size = |count: usize| capacity.checked_mul(count);
        self.capacity == capacity
            && self.width == width
            && self.len < capacity
            && size(width) == Some(self.rows.len())
            && size(n_targets) == Some(self.targets.len())
            && self.weights.len() == capacity
            && self.indices.len() == capacity
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Rows it still takes.
    pub(super) fn room(&self) -> usize {
        self.capacity - self.len
    }

    /// Keeps the first rows.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// All the rows.
    pub(super) fn rows(&self) -> Rows<'_> {
        self.range(0..self.len)
    }

    /// Some of the rows.
    pub(super) fn range(&self, range: Range<usize>) -> Rows<'_> {
        Rows {
            values: &self.rows[range.start * self.width..range.end * self.width],
            targets: &self.targets[range.start..],
            stride: self.capacity,
            weights: &self.weights[range.clone()],
            indices: &self.indices[range],
        }
    }

    /// Adds rows of the same coordinates, no more than there is room for.
    pub(super) fn append(&mut self, rows: Rows<'_>) {
        let (start, end) = (self.len, self.len + rows.len());
        self.rows[start * self.width..end * self.width].copy_from_slice(rows.values);
        let targets = self.targets.chunks_exact_mut(self.capacity).enumerate();
        for (target, to) in targets {
            let from = &rows.targets[target * rows.stride..][..rows.len()];
            to[start..end].copy_from_slice(from);
        }
        self.weights[start..end].copy_from_slice(rows.weights);
        self.indices[start..end].copy_from_slice(rows.indices);
        self.len = end;
    }

    /// Reads rows in the place of those it had, no more than there is room for. `false` if one of X that was not
    /// checked is not finite.
    pub(super) fn read<F: Scalar>(
        &mut self,
        frame: &Frame,
        source: &Source<'_, F>,
        order: &[u32],
    ) -> bool {
        self.len = order.len();
        let rows = &mut self.rows[..order.len() * self.width];
        Gather {
            x: source.samples.x(),
            order,
            location: frame.location(),
            scale: frame.scale(),
            width: self.width,
            out: rows,
        }
        .run();
        if !source.is_checked && !are_finite(rows) {
            return false;
        }
        let targets = self.targets.chunks_exact_mut(self.capacity);
        for (targets, y) in targets.zip(source.samples.y().columns()) {
            for (to, &row) in targets.iter_mut().zip(order) {
                *to = y[row as usize].wide();
            }
        }
        for (to, &row) in self.weights.iter_mut().zip(order) {
            *to = source.weight(row);
        }
        self.indices[..order.len()].copy_from_slice(order);
        true
    }
}

/// Values of a piece that one thread reads, and pieces that are read at a time: with those before them, which are
/// worked on meanwhile, they stay in the second-level cache.
const PIECE_VALUES: usize = 4096;
const PIECES: usize = 8;

/// Rows on their way to the batches, read on all threads while those before them are worked on. What is read does not
/// depend on it.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    frame: Frame,
    n_targets: usize,
    /// Rows of a piece, a multiple of those of a batch.
    piece: usize,
    now: Vec<Batch>,
    next: Vec<Batch>,
}

impl Stage {
    pub(super) fn new(frame: &Frame, batch_size: usize, n_targets: usize) -> Self {
        let batches = PIECE_VALUES / frame.width() / batch_size;
        Self {
            frame: frame.clone(),
            n_targets,
            piece: batch_size * batches.max(1),
            now: Vec::new(),
            next: Vec::new(),
        }
    }

    /// Calls `f` with the pieces in order. `false` if a row is not finite: `f` has then seen some before it.
    pub(super) fn for_each<F: Scalar>(
        &mut self,
        source: &Source<'_, F>,
        order: &[u32],
        mut f: impl FnMut(&[Batch]) + Send,
    ) -> bool {
        let (piece, rows) = (self.piece, self.piece * PIECES);
        let is_large = order.len() > rows;
        let Self {
            frame, now, next, ..
        } = self;
        let new = || Batch::new(piece, frame, self.n_targets);
        if now.len() < PIECES && is_large {
            now.resize_with(PIECES, new);
            next.resize_with(PIECES, new);
        } else if now.is_empty() {
            now.push(new());
        }
        let mut later = order.chunks(if is_large { rows } else { piece });
        let Some(first) = later.next() else {
            return true;
        };
        let run = || {
            let mut finite = read(now, frame, source, first);
            for order in later {
                if !finite {
                    return false;
                }
                if is_large {
                    ((), finite) = parallel::join(|| f(now), || read(next, frame, source, order));
                    mem::swap(now, next);
                } else {
                    f(now);
                    finite = read(now, frame, source, order);
                }
            }
            if finite {
                f(now);
            }
            finite
        };
        if is_large {
            // On a thread of the pool from here on, so that two threads and not three share the work.
            parallel::join(run, || ()).0
        } else {
            run()
        }
    }
}

/// Reads rows into pieces, on all threads; those that get none are empty.
fn read<F: Scalar>(
    pieces: &mut [Batch],
    frame: &Frame,
    source: &Source<'_, F>,
    order: &[u32],
) -> bool {
    if let [piece] = pieces {
        return piece.read(frame, source, order);
    }
    let (left, right) = pieces.split_at_mut(pieces.len() / 2);
    let rows = left.iter().map(|piece| piece.capacity).sum::<usize>();
    let (first, later) = order.split_at(order.len().min(rows));
    let (left, right) = parallel::join(
        || read(left, frame, source, first),
        || read(right, frame, source, later),
    );
    left && right
}
