//! The rows of a batch, in the coordinates of the fit.

use ndarray::{ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::conditioning::Frame;
use super::kernel::Gather;
use crate::check::are_finite;
use crate::scalar::Scalar;

/// What to read: views of the data, and what weights are divided by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a, F: Scalar> {
    pub(crate) x: ArrayView2<'a, F>,
    pub(crate) y: ArrayView2<'a, F>,
    pub(crate) weights: Option<ArrayView1<'a, F>>,
    /// The mean weight of the training rows: inside, weights have mean 1.
    pub(crate) mean_weight: f64,
    /// Whether X is known to be finite.
    pub(crate) is_checked: bool,
}

impl<F: Scalar> Source<'_, F> {
    /// The weight of a row relative to the mean.
    pub(super) fn weight(&self, row: u32) -> f64 {
        self.weights.map_or(1.0, |weights| {
            weights[row as usize].wide() / self.mean_weight
        })
    }
}

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
    /// Where each row came from.
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
        (self.capacity, self.width) == (other.capacity, other.width)
            && self.rows() == other.rows()
            && self.weights() == other.weights()
            && self.indices() == other.indices()
            && targets(self) == targets(other)
    }
}

impl Batch {
    pub(super) fn new(capacity: usize, frame: &Frame, n_targets: usize) -> Self {
        let width = frame.width();
        let mut rows = vec![0.0; capacity * width];
        if let Some(constant) = frame.constant() {
            rows.iter_mut()
                .skip(constant)
                .step_by(width)
                .for_each(|v| *v = 1.0);
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

    /// Whether the parts of one that was read fit together.
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

    pub(super) fn is_full(&self) -> bool {
        self.len == self.capacity
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// How many more rows it takes.
    pub(super) fn room(&self) -> usize {
        self.capacity - self.len
    }

    /// Keeps the first rows.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Becomes the first rows of another batch of the same training; nothing is allocated.
    pub(super) fn copy_first(&mut self, len: usize, other: &Self) {
        let values = len * self.width;
        self.rows[..values].copy_from_slice(&other.rows[..values]);
        let targets = self.targets.chunks_exact_mut(self.capacity);
        for (to, from) in targets.zip(other.targets.chunks_exact(self.capacity)) {
            to[..len].copy_from_slice(&from[..len]);
        }
        self.weights[..len].copy_from_slice(&other.weights[..len]);
        self.indices[..len].copy_from_slice(&other.indices[..len]);
        self.len = len;
    }

    /// Adds rows, no more than there is room for, and asks for those ahead. `false` if one of X that was not checked is not finite, and then nothing is added.
    pub(super) fn extend<F: Scalar>(
        &mut self,
        frame: &Frame,
        source: &Source<'_, F>,
        order: &[u32],
        ahead: &[u32],
    ) -> bool {
        let (start, end) = (self.len, self.len + order.len());
        let rows = &mut self.rows[start * self.width..end * self.width];
        Gather {
            x: source.x,
            order,
            ahead,
            location: frame.location(),
            scale: frame.scale(),
            width: self.width,
            out: rows,
        }
        .run();
        let rows = &mut self.rows[start * self.width..end * self.width];
        if !source.is_checked && !are_finite(rows) {
            // A stored training holds them, and JSON has no NaN.
            let features = rows.chunks_exact_mut(self.width);
            features.for_each(|row| row[..source.x.ncols()].fill(0.0));
            return false;
        }
        for (targets, y) in self
            .targets
            .chunks_exact_mut(self.capacity)
            .zip(source.y.columns())
        {
            for (to, &row) in targets[start..end].iter_mut().zip(order) {
                *to = y[row as usize].wide();
            }
        }
        for (to, &row) in self.weights[start..end].iter_mut().zip(order) {
            *to = source.weight(row);
        }
        self.indices[start..end].copy_from_slice(order);
        self.len = end;
        true
    }

    /// `(len, width)`, one row after the other.
    pub(super) fn rows(&self) -> &[f64] {
        &self.rows[..self.len * self.width]
    }

    pub(super) fn target(&self, target: usize) -> ArrayView1<'_, f64> {
        ArrayView1::from(&self.targets[target * self.capacity..][..self.len])
    }

    pub(super) fn weights(&self) -> ArrayView1<'_, f64> {
        ArrayView1::from(&self.weights[..self.len])
    }

    pub(super) fn indices(&self) -> &[u32] {
        &self.indices[..self.len]
    }
}
