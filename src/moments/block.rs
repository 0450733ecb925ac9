//! Rows in cache-sized blocks: centred, scaled by the root of their weights, in one reused buffer.

use ndarray::{ArrayView1, ArrayView2, Axis};

use super::centring::Centring;
use crate::scalar::Scalar;

/// Values a block aims to hold: a quarter of a MiB, which stays in the second-level cache with the data it came from.
const BLOCK_VALUES: usize = 4096;
/// Rows of a block: enough to feed the rank-k update, few enough to stay in cache.
const BLOCK_ROWS: std::ops::RangeInclusive<usize> = 256..=512;

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
    let mut centring = Centring::new(width);
    if let Centre::Given(point) = centre {
        let mean = centring.mean.iter_mut().zip(point);
        mean.for_each(|(to, from)| *to = *from);
    }
    let mut block_weights = Vec::with_capacity(rows);
    let blocks = x
        .axis_chunks_iter(Axis(0), rows)
        .zip(y.axis_chunks_iter(Axis(0), rows));
    for (index, (x, y)) in blocks.enumerate() {
        let n_rows = x.nrows();
        block_weights.clear();
        if let Some(weights) = weights {
            let start = index * rows;
            block_weights.extend((start..start + n_rows).map(|row| weights[row].wide()));
        }
        let weights = weights.map(|_| &*block_weights);
        let weight_sum = weights.map_or(n_rows as f64, |w| w.iter().sum());
        let (used, _) = values.split_at_mut(n_rows * width);
        copy(x, width, used);
        copy(y, width, &mut used[x.ncols()..]);
        if let Centre::Block = centre {
            centring.locate(used, weights, weight_sum);
        }
        centring.shift(used, weights, weight_sum);
        f(&mut Block {
            n_rows,
            n_positive: weights.map_or(n_rows, |w| w.iter().filter(|s| **s > 0.0).count()),
            weight_sum,
            mean: &centring.mean,
            mean_rest: &centring.rest,
            values: &mut values,
        });
    }
}

/// Writes the rows of a matrix `width` apart, the way it is stored.
fn copy<F: Scalar>(matrix: ArrayView2<'_, F>, width: usize, to: &mut [f64]) {
    if let Some(values) = matrix.as_slice() {
        copy_rows(values, matrix.ncols(), width, to);
    } else if matrix.strides()[1] == 1 {
        for (to, from) in to.chunks_mut(width).zip(matrix.rows()) {
            widen(to, from);
        }
    } else {
        for (j, from) in matrix.columns().into_iter().enumerate() {
            widen(to.iter_mut().skip(j).step_by(width), from);
        }
    }
}

fn widen<'a, 'b, F: Scalar>(
    to: impl IntoIterator<Item = &'a mut f64>,
    from: impl IntoIterator<Item = &'b F>,
) {
    let pairs = to.into_iter().zip(from);
    pairs.for_each(|(to, from)| *to = from.wide());
}

/// Rows that follow each other; short ones are copied by code for their length.
fn copy_rows<F: Scalar>(values: &[F], columns: usize, width: usize, to: &mut [f64]) {
    macro_rules! by_length {
        ($($length:literal)*) => {
            match columns {
                $($length => copy_short::<F, $length>(values, width, to),)*
                _ => {
                    let rows = to.chunks_mut(width).zip(values.chunks_exact(columns));
                    rows.for_each(|(to, from)| widen(to, from));
                }
            }
        };
    }
    by_length!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
}

fn copy_short<F: Scalar, const N: usize>(values: &[F], width: usize, to: &mut [f64]) {
    for (to, from) in to.chunks_mut(width).zip(values.as_chunks::<N>().0) {
        if let Some(to) = to.first_chunk_mut::<N>() {
            *to = from.map(F::wide);
        }
    }
}
