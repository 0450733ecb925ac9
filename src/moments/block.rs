//! Rows in cache-sized blocks: centred, scaled by the root of their weights, in one reused buffer.

use ndarray::{ArrayView1, ArrayView2, Axis};

use crate::scalar::Scalar;

/// Values a block aims to hold: a quarter of a MiB, which stays in the second-level cache with the data it came from.
const BLOCK_VALUES: usize = 32_768;
/// Rows of a block: enough to feed the rank-k update, few enough to stay in cache.
const BLOCK_ROWS: std::ops::RangeInclusive<usize> = 256..=1024;

/// What a block is centred by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Centre<'a> {
    /// The block's own weighted mean.
    Block,
    /// A given point, the features' then the targets'.
    Given(ArrayView1<'a, f64>),
}

/// A block of rows `√sᵢ (zᵢ − c)`, `z = (x, y)`, one after the other in `f64`, with room for one more behind them.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) n_rows: usize,
    /// How many rows have a positive weight.
    pub(crate) n_positive: usize,
    pub(crate) weight_sum: f64,
    /// The centre.
    pub(crate) mean: &'a [f64],
    /// The weighted mean of what is left after centring.
    pub(crate) mean_rest: &'a [f64],
    values: &'a mut [f64],
}

impl Block<'_> {
    /// The rows, and how many values each has.
    pub(crate) fn rows(&self) -> (&[f64], usize) {
        let width = self.mean.len();
        (&self.values[..self.n_rows * width], width)
    }

    /// The rows and the spare one.
    pub(crate) fn rows_and_spare(&self) -> &[f64] {
        &self.values[..(self.n_rows + 1) * self.mean.len()]
    }

    /// The spare row.
    pub(crate) fn spare_row(&mut self) -> &mut [f64] {
        let width = self.mean.len();
        &mut self.values[self.n_rows * width..(self.n_rows + 1) * width]
    }
}

/// Calls `f` on each block of the rows of `(x, y)` in order. The partition depends on the shape alone.
pub(crate) fn for_each_block<F: Scalar>(
    x: ArrayView2<'_, F>,
    y: ArrayView2<'_, F>,
    weights: Option<ArrayView1<'_, F>>,
    centre: Centre<'_>,
    mut f: impl FnMut(&mut Block<'_>),
) {
    let width = x.ncols() + y.ncols();
    let rows = (BLOCK_VALUES / width)
        .clamp(*BLOCK_ROWS.start(), *BLOCK_ROWS.end())
        .min(x.nrows());
    let mut values = vec![0.0; (rows + 1) * width];
    let (mut mean, mut mean_rest) = (vec![0.0; width], vec![0.0; width]);
    if let Centre::Given(point) = centre {
        mean.iter_mut()
            .zip(point)
            .for_each(|(to, from)| *to = *from);
    }
    let blocks = x
        .axis_chunks_iter(Axis(0), rows)
        .zip(y.axis_chunks_iter(Axis(0), rows));
    for (index, (x, y)) in blocks.enumerate() {
        let weight = |row: usize| weights.map_or(1.0, |w| w[index * rows + row].wide());
        let n_rows = x.nrows();
        let weight_sum: f64 = (0..n_rows).map(weight).sum();
        if let Centre::Block = centre {
            weighted_mean(x, y, weight, weight_sum, &mut mean);
        }
        mean_rest.fill(0.0);
        let mut n_positive = 0;
        for (row, to) in values.chunks_exact_mut(width).take(n_rows).enumerate() {
            let s = weight(row);
            n_positive += usize::from(s > 0.0);
            copy_row(x, y, row, to);
            for ((to, m), rest) in to.iter_mut().zip(&mean).zip(&mut mean_rest) {
                *to -= m;
                *rest += s * *to;
            }
            if s != 1.0 {
                let root = s.sqrt();
                to.iter_mut().for_each(|v| *v *= root);
            }
        }
        if weight_sum > 0.0 {
            mean_rest.iter_mut().for_each(|v| *v /= weight_sum);
        }
        f(&mut Block {
            n_rows,
            n_positive,
            weight_sum,
            mean: &mean,
            mean_rest: &mean_rest,
            values: &mut values,
        });
    }
}

/// The weighted mean of a block's rows, good enough to centre by. Means are taken from the first row that counts, so that
/// they are right to the last place however far the data are from zero.
fn weighted_mean<F: Scalar>(
    x: ArrayView2<'_, F>,
    y: ArrayView2<'_, F>,
    weight: impl Fn(usize) -> f64,
    weight_sum: f64,
    mean: &mut [f64],
) {
    mean.fill(0.0);
    let Some(first) = (0..x.nrows()).find(|&row| weight(row) > 0.0) else {
        return;
    };
    let (x_mean, y_mean) = mean.split_at_mut(x.ncols());
    for (values, mean) in [(x, x_mean), (y, y_mean)] {
        let base = values.row(first);
        for (row, from) in values.rows().into_iter().enumerate().skip(first) {
            // A share, not a sum divided at the end: sums of large values would leave the range.
            let share = weight(row) / weight_sum;
            for ((to, from), base) in mean.iter_mut().zip(from).zip(base) {
                *to += share * (from.wide() - base.wide());
            }
        }
        mean.iter_mut()
            .zip(base)
            .for_each(|(to, base)| *to += base.wide());
    }
}

/// Writes row `row` of `(x, y)` to `to`.
fn copy_row<F: Scalar>(x: ArrayView2<'_, F>, y: ArrayView2<'_, F>, row: usize, to: &mut [f64]) {
    let (to_x, to_y) = to.split_at_mut(x.ncols());
    to_x.iter_mut()
        .zip(x.row(row))
        .for_each(|(to, from)| *to = from.wide());
    to_y.iter_mut()
        .zip(y.row(row))
        .for_each(|(to, from)| *to = from.wide());
}
