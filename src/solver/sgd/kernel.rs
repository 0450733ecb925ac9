//! The loops over a batch: rows brought into coordinates, predictions, and the gradient from slopes.
//!
//! A batch is small enough for the first cache, so X is read from memory once for all three. The accumulators are fixed
//! in the source: the instruction set chosen at run time changes the speed and not the bits.

use std::hint::black_box;

use ndarray::ArrayView2;
use pulp::{Arch, Simd, WithSimd};

use crate::scalar::Scalar;

/// Rows are padded to a multiple of this many coordinates.
pub(super) const LANES: usize = 4;
/// Independent sums of a product of vectors, which do not wait for each other.
const SUMS: usize = 4;
/// Rows that are added to a gradient together.
const ROWS: usize = 4;
/// Rows from all over X that are asked for all at once, and arrive while those before them are worked on.
const AHEAD: usize = 32;
/// Bytes that memory hands over at a time.
const LINE: usize = 64;

/// `out[i] ← rowᵢ · θ` for rows of the length of `theta`, a multiple of [`LANES`].
pub(super) fn predict(rows: &[f64], theta: &[f64], out: &mut [f64]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let rows = rows.chunks_exact(theta.len());
            let theta = theta.as_chunks::<LANES>().0;
            for (to, row) in out.iter_mut().zip(rows) {
                *to = dot(row.as_chunks::<LANES>().0, theta);
            }
        },
    );
}

/// `gradient ← Σ slopeᵢ rowᵢ`.
pub(super) fn accumulate(rows: &[f64], slopes: &[f64], gradient: &mut [f64]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let width = gradient.len();
            gradient.fill(0.0);
            let (blocks, rest) = slopes.as_chunks::<ROWS>();
            let mut groups = rows.chunks_exact(ROWS * width);
            for (s, group) in blocks.iter().zip(&mut groups) {
                let (a, group) = group.split_at(width);
                let (b, group) = group.split_at(width);
                let (c, d) = group.split_at(width);
                for ((((g, a), b), c), d) in gradient.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                    *g += (s[0] * a + s[1] * b) + (s[2] * c + s[3] * d);
                }
            }
            for (s, row) in rest.iter().zip(groups.remainder().chunks_exact(width)) {
                for (g, a) in gradient.iter_mut().zip(row) {
                    *g += s * a;
                }
            }
        },
    );
}

/// `a · b` of rows of a length that is a multiple of [`LANES`].
#[inline]
pub(super) fn product(a: &[f64], b: &[f64]) -> f64 {
    dot(a.as_chunks::<LANES>().0, b.as_chunks::<LANES>().0)
}

/// The sum of products, in [`SUMS`] sums of [`LANES`] lanes.
#[inline(always)]
fn dot(row: &[[f64; LANES]], theta: &[[f64; LANES]]) -> f64 {
    let mut sums = [[0.0; LANES]; SUMS];
    let (row, row_rest) = row.as_chunks::<SUMS>();
    let (theta, theta_rest) = theta.as_chunks::<SUMS>();
    for (a, t) in row.iter().zip(theta) {
        for sum in 0..SUMS {
            for lane in 0..LANES {
                sums[sum][lane] += a[sum][lane] * t[sum][lane];
            }
        }
    }
    let [mut lanes, b, c, d] = sums;
    for (a, t) in row_rest.iter().zip(theta_rest) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * t[lane];
        }
    }
    for lane in 0..LANES {
        lanes[lane] = (lanes[lane] + b[lane]) + (c[lane] + d[lane]);
    }
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

/// Writes the rows `order` of X, `(xⱼ − location[j]) · scale[j]`, to the beginnings of the rows of `out`, `width`
/// apart.
#[derive(Debug)]
pub(super) struct Gather<'a, F> {
    pub(super) x: ArrayView2<'a, F>,
    pub(super) order: &'a [u32],
    pub(super) location: &'a [f64],
    pub(super) scale: &'a [f64],
    pub(super) width: usize,
    pub(super) out: &'a mut [f64],
}

impl<F: Scalar> Gather<'_, F> {
    pub(super) fn run(self) {
        Arch::new().dispatch(self);
    }
}

impl<F: Scalar> WithSimd for Gather<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self {
            x,
            order,
            location,
            scale,
            width,
            out,
        } = self;
        let p = x.ncols();
        let (location, scale) = (&location[..p], &scale[..p]);
        if let Some(slice) = x.as_slice() {
            let lines = |row: &u32| {
                let row = &slice[*row as usize * p..][..p];
                let first = row.iter().step_by(LINE / size_of::<F>());
                first.map(|v| v.wide()).sum::<f64>() + row[p - 1].wide()
            };
            for (group, out) in out.chunks_mut(AHEAD * width).enumerate() {
                let (now, later) = order[group * AHEAD..].split_at(out.len() / width);
                // The sum is of no use, but the numbers must be there for it.
                black_box(later.iter().take(AHEAD).map(lines).sum::<f64>());
                for (to, &row) in out.chunks_exact_mut(width).zip(now) {
                    let from = &slice[row as usize * p..][..p];
                    for (((to, v), m), d) in to.iter_mut().zip(from).zip(location).zip(scale) {
                        *to = (v.wide() - m) * d;
                    }
                }
            }
            return;
        }
        // Column by column: where X is stored by columns, rows that follow each other are one run of memory.
        for ((j, (m, d)), column) in location.iter().zip(scale).enumerate().zip(x.columns()) {
            let to = out[j..].iter_mut().step_by(width);
            to.zip(order)
                .for_each(|(to, &row)| *to = (column[row as usize].wide() - m) * d);
        }
    }
}
