//! Rows in cache-sized blocks: centred, scaled by the root of their weights, in one reused buffer.

use ndarray::{ArrayView2, Axis, Ix2, Slice};

use super::centring::Centring;
use super::location::Location;
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Values a block aims to hold: they stay in the first-level cache.
const BLOCK_VALUES: usize = 4096;
/// Values a block holds at most: with the data they came from, they stay in the second-level cache.
const MAX_BLOCK_VALUES: usize = 1 << 17;
/// Rows of a block: enough to feed the rank-k update, few enough to stay in cache.
const BLOCK_ROWS: std::ops::RangeInclusive<usize> = 256..=512;
/// Share of a sum of squares below which the rounding of a mean is let be: far below the rounding of the sum.
const CORRECTION: f64 = 1e-20;
/// Rows of a block of very wide data.
const WIDE_BLOCK_ROWS: usize = 8;

/// What a block is centred by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Centre<'a> {
    /// The block's own weighted mean.
    Block,
    /// A given point, the features' then the targets'.
    Given(&'a Location),
}

/// A block of rows `√sᵢ (zᵢ − c)`, `z = (x, y)`, one after the other in `f64`, with room for one more behind them.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) n_rows: usize,
    /// How many rows have a positive weight.
    pub(crate) n_positive: usize,
    pub(crate) weight_sum: f64,
    centring: Centring,
    weights: Vec<f64>,
    values: Vec<f64>,
}

impl Block {
    /// With room for as many rows.
    pub(super) fn new(rows: usize, width: usize, centre: Centre<'_>) -> Self {
        let mut centring = Centring::new(width);
        if let Centre::Given(point) = centre {
            (centring.mean, centring.more) = (point.mean.to_vec(), point.rest.to_vec());
        }
        Self {
            n_rows: 0,
            n_positive: 0,
            weight_sum: 0.0,
            centring,
            weights: Vec::with_capacity(rows),
            values: vec![0.0; (rows + 1) * width],
        }
    }

    fn width(&self) -> usize {
        self.centring.mean.len()
    }

    /// The rows, and how many values each has.
    pub(crate) fn rows(&self) -> (&[f64], usize) {
        let width = self.width();
        (&self.values[..self.n_rows * width], width)
    }

    /// Takes the block's mean into a location; the shift between the two becomes one more row.
    pub(crate) fn locate_in(&mut self, location: &mut Location) {
        let width = self.width();
        let shift = &mut self.values[self.n_rows * width..(self.n_rows + 1) * width];
        location.absorb(
            (self.n_positive, self.weight_sum),
            (&self.centring.mean, &self.centring.rest),
            |j, distance| shift[j] = distance,
        );
    }

    /// The rows and the one behind them, and how many they are.
    pub(super) fn rows_and_shift(&self) -> (&[f64], usize) {
        let rows = self.n_rows + 1;
        (&self.values[..rows * self.width()], rows)
    }

    /// Adds the squares of the rows and of the one behind them to the sums of their columns.
    pub(super) fn add_squares(&self, sums: &mut [f64]) {
        for row in self.rows_and_shift().0.chunks_exact(self.width()) {
            sums.iter_mut().zip(row).for_each(|(sum, v)| *sum += v * v);
        }
        let rests = sums.iter_mut().zip(&self.centring.rest);
        for (sum, rest) in rests.filter(|(sum, rest)| self.shows(**rest, **sum)) {
            *sum -= self.weight_sum * rest * rest;
        }
    }

    /// Takes from the lower triangle of cross-products, to which the rows were added, what the rounding of the block's
    /// mean added to it: `Σ s (z − m)(z − m)ᵀ = Σ s (z − z̄)(z − z̄)ᵀ + W (z̄ − m)(z̄ − m)ᵀ`. Only far from zero it is
    /// more than the rounding of a sum.
    pub(super) fn correct(&self, cross: &mut [f64]) {
        let (width, rest) = (self.width(), &self.centring.rest);
        if !(0..width).any(|j| self.shows(rest[j], cross[j * width + j])) {
            return;
        }
        for (i, row) in cross.chunks_exact_mut(width).enumerate() {
            let share = self.weight_sum * rest[i];
            let lower = row.iter_mut().zip(rest).take(i + 1);
            lower.for_each(|(to, rest)| *to -= share * rest);
        }
    }

    /// Whether what was left of the mean of a column shows in its sum of squares.
    fn shows(&self, rest: f64, squares: f64) -> bool {
        self.weight_sum * rest * rest > CORRECTION * squares
    }

    /// Takes rows that fit.
    pub(super) fn load<F: Scalar>(&mut self, samples: Samples<'_, F, Ix2>, centre: Centre<'_>) {
        let (x, y, weights) = (samples.x(), samples.y(), samples.weights());
        let width = self.width();
        self.n_rows = x.nrows();
        self.weights.clear();
        if let Some(weights) = weights {
            self.weights
                .extend(weights.iter().map(|weight| weight.wide()));
        }
        let weights = weights.map(|_| &*self.weights);
        self.weight_sum = weights.map_or(self.n_rows as f64, |w| w.iter().sum());
        self.n_positive = weights.map_or(self.n_rows, |w| w.iter().filter(|s| **s > 0.0).count());
        let used = &mut self.values[..self.n_rows * width];
        copy(x, width, used);
        copy(y, width, &mut used[x.ncols()..]);
        if let Centre::Block = centre {
            self.centring.locate(used, weights, self.weight_sum);
        }
        self.centring.shift(used, weights, self.weight_sum);
    }
}

/// Calls `f` on each block of the rows in order. The partition depends on the shape alone. Samples that are cancelled
/// end early: what was made of them must not be used.
pub(crate) fn for_each_block<F: Scalar>(
    samples: Samples<'_, F, Ix2>,
    centre: Centre<'_>,
    mut f: impl FnMut(&mut Block),
) {
    let (n, width) = (samples.x().nrows(), samples.width());
    let rows = (BLOCK_VALUES / width)
        .clamp(*BLOCK_ROWS.start(), *BLOCK_ROWS.end())
        .min((MAX_BLOCK_VALUES / width).max(WIDE_BLOCK_ROWS))
        .min(n);
    let mut block = Block::new(rows, width, centre);
    for start in (0..n).step_by(rows.max(1)) {
        if samples.cancellation().is_raised() {
            return;
        }
        block.load(samples.range(start, rows), centre);
        f(&mut block);
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
        let mut first = 0;
        while first < matrix.ncols() {
            let group = matrix.slice_axis(Axis(1), Slice::from(first..));
            first += match group.ncols() {
                8.. => copy_columns::<F, 8>(group, width, &mut to[first..]),
                4.. => copy_columns::<F, 4>(group, width, &mut to[first..]),
                _ => copy_columns::<F, 1>(group, width, &mut to[first..]),
            };
        }
    }
}

/// Writes the first columns side by side, so that a row's values are stored together, and returns how many they are.
fn copy_columns<F: Scalar, const N: usize>(
    matrix: ArrayView2<'_, F>,
    width: usize,
    to: &mut [f64],
) -> usize {
    let n = matrix.nrows();
    let columns: [_; N] = std::array::from_fn(|j| matrix.index_axis_move(Axis(1), j));
    let slices = columns.each_ref().map(|column| column.as_slice());
    let contiguous = slices.iter().all(Option::is_some);
    let slices = slices.map(Option::unwrap_or_default);
    if contiguous {
        let slices = slices.map(|column| &column[..n]);
        for (i, to) in (0..n).zip(to.chunks_mut(width)) {
            if let Some(to) = to.first_chunk_mut::<N>() {
                *to = slices.map(|column| column[i].wide());
            }
        }
    } else {
        for (j, from) in columns.into_iter().enumerate() {
            widen(to.iter_mut().skip(j).step_by(width), from);
        }
    }
    N
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
                0 => {}
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
