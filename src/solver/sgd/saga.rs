//! What SAGA remembers: the last slope of every row, and the gradient they make.

use std::ops::Range;

/// A slope for each row and target, and the mean of slope times row for each target.
#[derive(Clone, Debug)]
pub(super) struct Slopes {
    n_rows: f64,
    /// By the row of the data; one target after the other.
    last: Vec<f64>,
    stride: usize,
    gradient: Vec<f64>,
    width: usize,
}

impl Slopes {
    /// For `n_rows` training rows among `stride` rows of data.
    pub(super) fn new(n_rows: usize, stride: usize, n_targets: usize, width: usize) -> Self {
        Self {
            n_rows: n_rows as f64,
            last: vec![0.0; stride * n_targets],
            stride,
            gradient: vec![0.0; width * n_targets],
            width,
        }
    }

    /// The slopes of rows that have none yet, and what they add to the gradient.
    pub(super) fn start(&mut self, target: usize, rows: &[u32], slopes: &[f64], gradient: &[f64]) {
        let known = &mut self.last[target * self.stride..];
        for (&row, &slope) in rows.iter().zip(slopes) {
            known[row as usize] = slope;
        }
        let mean = &mut self.gradient[target * self.width..][..self.width];
        for (mean, g) in mean.iter_mut().zip(gradient) {
            *mean += g / self.n_rows;
        }
    }

    /// Remembers the slopes of a batch, and leaves in their place how much they changed.
    pub(super) fn replace(&mut self, target: usize, rows: &[u32], slopes: &mut [f64]) {
        let known = &mut self.last[target * self.stride..];
        for (&row, slope) in rows.iter().zip(slopes) {
            let before = std::mem::replace(&mut known[row as usize], *slope);
            *slope -= before;
        }
    }

    /// Adds the mean gradient to the change of a batch's, and the change to the mean.
    pub(super) fn correct(&mut self, at: Range<usize>, batch: usize, change: &mut [f64]) {
        let share = batch as f64 / self.n_rows;
        for (mean, change) in self.gradient[at].iter_mut().zip(change) {
            let before = *mean;
            *mean += share * *change;
            *change += before;
        }
    }
}
