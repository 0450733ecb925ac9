//! Rows against coefficients, and back: `v = f(X w)`, `Xᵀv`, reading each row once.

use pulp::{Arch, Simd, WithSimd};

use super::affine::dot;

/// For each of the `rows`, which are `width` apart and begin with the features, and each of the coefficient rows `w`, `p` apart: adds
/// `v x` to the target's `sums`, laid out like `w`, where `v` is what `value` makes of the row's number, the target's and `x·w`.
pub(crate) fn project_rows(
    rows: &[f64],
    width: usize,
    (w, p): (&[f64], usize),
    sums: &mut [f64],
    value: impl FnMut(usize, usize, f64) -> f64,
) {
    Arch::new().dispatch(Project {
        rows,
        width,
        w,
        p,
        sums,
        value,
    });
}

struct Project<'a, V> {
    rows: &'a [f64],
    width: usize,
    w: &'a [f64],
    p: usize,
    sums: &'a mut [f64],
    value: V,
}

impl<V: FnMut(usize, usize, f64) -> f64> WithSimd for Project<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _simd: S) {
        for (i, row) in self.rows.chunks_exact(self.width).enumerate() {
            let x = &row[..self.p];
            let targets = self
                .w
                .chunks_exact(self.p)
                .zip(self.sums.chunks_exact_mut(self.p));
            for (target, (w, sums)) in targets.enumerate() {
                let value = (self.value)(i, target, dot(x, w));
                sums.iter_mut()
                    .zip(x)
                    .for_each(|(sum, x)| *sum += value * x);
            }
        }
    }
}
