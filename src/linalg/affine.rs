//! Predictions: `X w + b` accumulated in `f64` whatever the element type, without allocating.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2};
use pulp::{Arch, Simd, WithSimd};

use crate::scalar::Scalar;

/// Elements gathered at a time from a row or a coefficient vector that is not contiguous.
const CHUNK: usize = 256;
/// Independent accumulators of a dot product.
const LANES: usize = 8;

/// `out ← X W + 1 bᵀ`: `x` is `(n, p)`, `coefficients` `(p, k)`, `intercepts` `(k,)`, `out` `(n, k)`.
pub(crate) fn affine_into<F: Scalar>(
    x: ArrayView2<'_, F>,
    coefficients: ArrayView2<'_, F>,
    intercepts: ArrayView1<'_, F>,
    out: ArrayViewMut2<'_, F>,
) {
    Arch::new().dispatch(Affine {
        x,
        coefficients,
        intercepts,
        out,
    });
}

struct Affine<'a, F> {
    x: ArrayView2<'a, F>,
    coefficients: ArrayView2<'a, F>,
    intercepts: ArrayView1<'a, F>,
    out: ArrayViewMut2<'a, F>,
}

impl<F: Scalar> WithSimd for Affine<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) {
        for (row, mut out) in self.x.rows().into_iter().zip(self.out.rows_mut()) {
            for ((column, b), to) in self
                .coefficients
                .columns()
                .into_iter()
                .zip(self.intercepts)
                .zip(&mut out)
            {
                *to = F::of(dot_views(row, column) + b.wide());
            }
        }
    }
}

/// A dot product in `f64`; the value does not depend on the strides.
#[inline(always)]
fn dot_views<F: Scalar>(a: ArrayView1<'_, F>, b: ArrayView1<'_, F>) -> f64 {
    if let (Some(a), Some(b)) = (a.as_slice(), b.as_slice()) {
        return dot(a, b);
    }
    let mut lanes = [0.0; LANES];
    let (mut a_chunk, mut b_chunk) = ([F::zero(); CHUNK], [F::zero(); CHUNK]);
    let mut start = 0;
    while start < a.len() {
        let len = CHUNK.min(a.len() - start);
        for i in 0..len {
            (a_chunk[i], b_chunk[i]) = (a[start + i], b[start + i]);
        }
        add_products(&mut lanes, &a_chunk[..len], &b_chunk[..len]);
        start += len;
    }
    sum(lanes)
}

/// A dot product in `f64`, in the instructions of the function it is inlined into.
#[inline(always)]
pub(super) fn dot<F: Scalar>(a: &[F], b: &[F]) -> f64 {
    let mut lanes = [0.0; LANES];
    add_products(&mut lanes, a, b);
    sum(lanes)
}

#[inline(always)]
fn sum(mut lanes: [f64; LANES]) -> f64 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn add_products<F: Scalar>(lanes: &mut [f64; LANES], a: &[F], b: &[F]) {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            lanes[lane] += a[lane].wide() * b[lane].wide();
        }
    }
    for (lane, (a, b)) in lanes.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *lane += a.wide() * b.wide();
    }
}
