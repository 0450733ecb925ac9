//! The loops over a batch: rows brought into coordinates, predictions, and the gradient from slopes.
//!
//! A batch is small enough for the first cache, so X is read from memory once for all three. The accumulators are fixed in the
//! source: the instruction set chosen at run time changes the speed and not the bits.

use ndarray::ArrayView2;
use pulp::{Arch, Simd, WithSimd};

use crate::scalar::Scalar;

/// Rows are padded to a multiple of this many coordinates.
pub(super) const LANES: usize = 4;
/// Rows that are worked on together.
const ROWS: usize = 4;

/// `out[i] ← rowᵢ · θ` for rows of the length of `theta`, a multiple of [`LANES`].
pub(super) fn predict(rows: &[f64], theta: &[f64], out: &mut [f64]) {
    Arch::new().dispatch(Predict { rows, theta, out });
}

/// `gradient ← Σ slopeᵢ rowᵢ`.
pub(super) fn accumulate(rows: &[f64], slopes: &[f64], gradient: &mut [f64]) {
    Arch::new().dispatch(Accumulate {
        rows,
        slopes,
        gradient,
    });
}

/// Writes the rows `order` of X, `(xⱼ − location[j]) · scale[j]`, to the beginnings of the rows of `out`, `width` apart.
pub(super) fn gather<F: Scalar>(
    x: ArrayView2<'_, F>,
    order: &[u32],
    location: &[f64],
    scale: &[f64],
    width: usize,
    out: &mut [f64],
) {
    Arch::new().dispatch(Gather {
        x,
        order,
        location,
        scale,
        width,
        out,
    });
}

struct Predict<'a> {
    rows: &'a [f64],
    theta: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Predict<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { rows, theta, out } = self;
        let width = theta.len();
        let (blocks, rest) = out.as_chunks_mut::<ROWS>();
        let theta = theta.as_chunks::<LANES>().0;
        let mut rows = rows.chunks_exact(width);
        for block in blocks {
            let mut lanes = [[0.0; LANES]; ROWS];
            let four: [&[[f64; LANES]]; ROWS] =
                std::array::from_fn(|_| rows.next().unwrap_or_default().as_chunks::<LANES>().0);
            let [a, b, c, d] = four;
            for ((((t, a), b), c), d) in theta.iter().zip(a).zip(b).zip(c).zip(d) {
                for lane in 0..LANES {
                    lanes[0][lane] += a[lane] * t[lane];
                    lanes[1][lane] += b[lane] * t[lane];
                    lanes[2][lane] += c[lane] * t[lane];
                    lanes[3][lane] += d[lane] * t[lane];
                }
            }
            for (to, lanes) in block.iter_mut().zip(lanes) {
                *to = fold(lanes);
            }
        }
        for (to, row) in rest.iter_mut().zip(rows) {
            let mut lanes = [0.0; LANES];
            for (t, a) in theta.iter().zip(row.as_chunks::<LANES>().0) {
                for lane in 0..LANES {
                    lanes[lane] += a[lane] * t[lane];
                }
            }
            *to = fold(lanes);
        }
    }
}

#[inline(always)]
fn fold(lanes: [f64; LANES]) -> f64 {
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

struct Accumulate<'a> {
    rows: &'a [f64],
    slopes: &'a [f64],
    gradient: &'a mut [f64],
}

impl WithSimd for Accumulate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self {
            rows,
            slopes,
            gradient,
        } = self;
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
    }
}

struct Gather<'a, F> {
    x: ArrayView2<'a, F>,
    order: &'a [u32],
    location: &'a [f64],
    scale: &'a [f64],
    width: usize,
    out: &'a mut [f64],
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
            for (to, &row) in out.chunks_exact_mut(width).zip(order) {
                let from = &slice[row as usize * p..][..p];
                for (((to, v), m), d) in to.iter_mut().zip(from).zip(location).zip(scale) {
                    *to = (v.wide() - m) * d;
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
