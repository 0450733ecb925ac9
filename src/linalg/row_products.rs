//! Rows against coefficients: predictions `X w + b`, and the way back, `Xᵀ f(X w)`, each reading a row once.
//!
//! Predictions are accumulated in `f64` whatever the element type, by blocks of rows on all threads, without
//! allocating.
//!
//! A prediction is the sum of eight lanes, each of every eighth product, added in pairs. Contiguous rows take their
//! lanes side by side, other layouts lane by lane along the columns: the bits depend neither on the layout nor on the
//! threads.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, Slice};
use pulp::{Arch, Simd, WithSimd};

use crate::check::are_finite;
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;

/// Independent accumulators of a dot product.
const LANES: usize = 8;
/// Values of X that are worth a second thread.
const SPLIT: usize = 1 << 19;

/// `out ← X W + 1 bᵀ`: `x` is `(n, p)`, `coefficients` `(p, k)`, `intercepts` `(k,)`, `out` `(n, k)`.
///
/// # Errors
///
/// [`Error::Overflow`] if a prediction is not finite; one of a row that is not finite never is.
pub(crate) fn affine_into<F: Scalar>(
    x: ArrayView2<'_, F>,
    coefficients: ArrayView2<'_, F>,
    intercepts: ArrayView1<'_, F>,
    out: ArrayViewMut2<'_, F>,
) -> Result<()> {
    let n = x.nrows();
    if n > 1 && x.len() >= SPLIT {
        let (first, second) = x.split_at(Axis(0), n / 2);
        let (out_first, out_second) = out.split_at(Axis(0), n / 2);
        let (a, b) = parallel::join(
            || affine_into(first, coefficients, intercepts, out_first),
            || affine_into(second, coefficients, intercepts, out_second),
        );
        return a.and(b);
    }
    let arch = Arch::new();
    // Columns are followed for some pages at a time; a few rows do not wait for so much scratch to be cleared.
    let finite = if n > 64 {
        arch.dispatch(Affine::<_, 512, 1024>(x, coefficients, intercepts, out))
    } else {
        arch.dispatch(Affine::<_, 8, 64>(x, coefficients, intercepts, out))
    };
    if finite {
        Ok(())
    } else {
        Err(Error::overflow("a prediction"))
    }
}

/// `X`, `W`, `b` and where the predictions go.
struct Affine<'a, F, const ROWS: usize, const CHUNK: usize>(
    ArrayView2<'a, F>,
    ArrayView2<'a, F>,
    ArrayView1<'a, F>,
    ArrayViewMut2<'a, F>,
);

impl<F: Scalar, const ROWS: usize, const CHUNK: usize> WithSimd for Affine<'_, F, ROWS, CHUNK> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> bool {
        let Self(x, coefficients, intercepts, mut out) = self;
        let mut scratch = Scratch::<ROWS, CHUNK> {
            w: [0.0; CHUNK],
            sums: [0.0; ROWS],
            lanes: [[0.0; ROWS]; LANES],
        };
        let by_rows = x.ncols() == 1 || x.ncols() > 1 && x.strides()[1] == 1;
        let mut finite = true;
        let blocks = x.axis_chunks_iter(Axis(0), ROWS);
        for (x, mut out) in blocks.zip(out.axis_chunks_iter_mut(Axis(0), ROWS)) {
            let targets = coefficients.columns().into_iter().zip(intercepts);
            for ((w, b), out) in targets.zip(out.columns_mut()) {
                if by_rows {
                    scratch.add_rows(x, w);
                } else {
                    scratch.add_columns(x, w);
                }
                finite &= scratch.write(b.wide(), out);
            }
        }
        finite
    }
}

/// Scratch of a block of rows, on the stack.
struct Scratch<const ROWS: usize, const CHUNK: usize> {
    /// Some of the coefficients, and zeros up to a whole number of lanes.
    w: [f64; CHUNK],
    /// Sums of the rows.
    sums: [f64; ROWS],
    /// Lanes of the rows, side by side or one after the other.
    lanes: [[f64; ROWS]; LANES],
}

impl<const ROWS: usize, const CHUNK: usize> Scratch<ROWS, CHUNK> {
    /// `sums ← X w` of contiguous rows.
    #[inline(always)]
    fn add_rows<F: Scalar>(&mut self, x: ArrayView2<'_, F>, w: ArrayView1<'_, F>) {
        let (n, p) = x.dim();
        let (sums, lanes) = (&mut self.sums[..n], self.lanes.as_flattened_mut());
        for start in (0..p).step_by(CHUNK) {
            let columns = Slice::from(start..p.min(start + CHUNK));
            let chunk = w.slice_axis(Axis(0), columns);
            let len = chunk.len();
            let padded = &mut self.w[..len.next_multiple_of(LANES)];
            let pairs = padded.iter_mut().zip(chunk);
            pairs.for_each(|(to, w)| *to = w.wide());
            padded[len..].fill(0.0);
            let w = &*padded;
            if let (Some(values), true) = (x.as_slice(), len == p) {
                // A row is read up to a whole number of lanes, if there is so much: what follows it counts zero times.
                let whole = n.saturating_sub((w.len() - p).div_ceil(p));
                for (i, sum) in sums.iter_mut().enumerate() {
                    let end = i * p + if i < whole { w.len() } else { p };
                    *sum = add_up(add_products([0.0; LANES], &values[i * p..end], w));
                }
                return;
            }
            let x = x.slice_axis(Axis(1), columns);
            let lanes = lanes.as_chunks_mut::<LANES>().0;
            for ((row, lanes), sum) in x.rows().into_iter().zip(lanes).zip(&mut *sums) {
                let before = if start == 0 { [0.0; LANES] } else { *lanes };
                *lanes = add_products(before, row.as_slice().unwrap_or_default(), w);
                *sum = add_up(*lanes);
            }
        }
    }

    /// `sums ← X w` of columns, whatever their stride.
    #[inline(always)]
    fn add_columns<F: Scalar>(&mut self, x: ArrayView2<'_, F>, w: ArrayView1<'_, F>) {
        let (n, p) = x.dim();
        let columns = |from: usize| (from..p).step_by(LANES);
        let mut lanes = self.lanes.each_mut().map(|lane| &mut lane[..n]);
        for (lane, sums) in lanes.iter_mut().enumerate() {
            sums.fill(0.0);
            let column = |j: usize| (x.index_axis_move(Axis(1), j), w[j].wide());
            let mut next = lane;
            while next < p {
                next += LANES
                    * match columns(next).len() {
                        1 => add_some(sums, [next].map(column)),
                        2 | 3 => add_some(sums, [next, next + LANES].map(column)),
                        _ => add_some(sums, [0, 1, 2, 3].map(|k| column(next + k * LANES))),
                    };
            }
        }
        let [a, b, c, d, e, f, g, h] = lanes;
        for (i, sum) in self.sums[..n].iter_mut().enumerate() {
            *sum = add_up([a[i], b[i], c[i], d[i], e[i], f[i], g[i], h[i]]);
        }
    }

    /// `out ← sums + b`, and whether all of it is finite.
    #[inline(always)]
    fn write<F: Scalar>(&mut self, b: f64, mut out: ArrayViewMut1<'_, F>) -> bool {
        let sums = &mut self.sums[..out.len()];
        sums.iter_mut()
            .for_each(|sum| *sum = F::of(*sum + b).wide());
        let to = |(to, sum): (&mut F, &f64)| *to = F::of(*sum);
        match out.as_slice_mut() {
            Some(out) => out.iter_mut().zip(&*sums).for_each(to),
            None => out.iter_mut().zip(&*sums).for_each(to),
        }
        are_finite(sums)
    }
}

/// Adds columns times a number each, and returns how many they are.
#[inline(always)]
fn add_some<F: Scalar, const N: usize>(
    sums: &mut [f64],
    columns: [(ArrayView1<'_, F>, f64); N],
) -> usize {
    let n = sums.len();
    let slices = columns.each_ref().map(|(x, w)| (x.as_slice(), *w));
    if slices.iter().all(|(x, _)| x.is_some()) {
        let slices = slices.map(|(x, w)| (&x.unwrap_or_default()[..n], w));
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum = slices
                .iter()
                .fold(*sum, |sum, (x, w)| sum + x[i].wide() * w);
        }
    } else {
        for (column, w) in columns {
            let rows = sums.iter_mut().zip(column);
            rows.for_each(|(sum, x)| *sum += x.wide() * w);
        }
    }
    N
}

/// For each of the `rows`, which are `width` apart and begin with the features, and each of the coefficient rows `w`,
/// `p` apart: adds `v x` to the target's `sums`, laid out like `w`, where `v` is what `value` makes of the row's
/// number, the target's and `x·w`.
pub(crate) fn project_rows(
    rows: &[f64],
    width: usize,
    (w, p): (&[f64], usize),
    sums: &mut [f64],
    mut value: impl FnMut(usize, usize, f64) -> f64,
) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (i, row) in rows.chunks_exact(width).enumerate() {
                let length = p.max(1);
                let targets = w.chunks_exact(length).zip(sums.chunks_exact_mut(length));
                for (target, (w, sums)) in targets.enumerate() {
                    let value = value(i, target, dot(&row[..p], w));
                    let sums = sums.iter_mut().zip(row);
                    sums.for_each(|(sum, x)| *sum += value * x);
                }
            }
        },
    );
}

/// Writes `‖x‖²` of each of the rows, which have as many values each.
pub(crate) fn square_norms(rows: &[f64], out: &mut [f64]) {
    let width = rows.len() / out.len().max(1);
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let rows = out.iter_mut().zip(rows.chunks_exact(width.max(1)));
            rows.for_each(|(to, row)| *to = dot(row, row));
        },
    );
}

/// A dot product in `f64`, in the instructions of the function it is inlined into.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    add_up(add_products([0.0; LANES], a, b))
}

#[inline(always)]
fn add_up([a, b, c, d, e, f, g, h]: [f64; LANES]) -> f64 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[inline(always)]
fn add_products<F: Scalar>(mut lanes: [f64; LANES], a: &[F], b: &[f64]) -> [f64; LANES] {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.split_at(b.len().min(a.len() * LANES));
    for (a, b) in a.iter().zip(b.as_chunks::<LANES>().0) {
        let a = a.map(F::wide);
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    for (lane, (a, b)) in lanes.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *lane += a.wide() * b;
    }
    lanes
}
