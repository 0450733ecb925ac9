//! The gradient of the objective, from the residuals of the data themselves.

use ndarray::{Array2, ArrayView1, ArrayView2, aview1};

use super::Problem;
use crate::moments::{Centre, for_each_block};
use crate::scalar::Scalar;

/// `XᵀS(y − Xw) − Wλw` of the data, centred by `centre`, for each target and its `ridge = Wλ`, `(p, k)`: `−W/2` times the
/// gradient. One pass.
pub(super) fn gradient<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: ArrayView1<'_, f64>,
    ridges: &[f64],
    targets: &[usize],
    coefficients: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let (p, k) = coefficients.dim();
    // A row for each target, so that the inner loops run along memory.
    let w = coefficients.t().as_standard_layout().into_owned();
    let mut gradient = Array2::<f64>::zeros((k, p));
    for_each_block(
        problem.x,
        problem.y,
        problem.weights,
        Centre::Given(centre),
        |block| {
            let (rows, width) = block.rows();
            for row in rows.chunks_exact(width) {
                let (x, y) = row.split_at(p);
                for ((w, mut gradient), &target) in
                    w.rows().into_iter().zip(gradient.rows_mut()).zip(targets)
                {
                    let residual = y[target] - aview1(x).dot(&w);
                    gradient
                        .iter_mut()
                        .zip(x)
                        .for_each(|(g, x)| *g += residual * x);
                }
            }
        },
    );
    for ((mut gradient, w), ridge) in gradient.rows_mut().into_iter().zip(w.rows()).zip(ridges) {
        gradient.scaled_add(-ridge, &w);
    }
    gradient.reversed_axes()
}
