//! The gradient of the objective, from the residuals of the data themselves.

use ndarray::{Array2, ArrayView2};

use super::Problem;
use super::project::project_to_sums;
use crate::loss;
use crate::moments::Location;
use crate::scalar::Scalar;

/// `XᵀS(y − Xw) − Wλw` of the data, centred by `centre`, for each target and its `ridge = Wλ`, `(p, k)`: `−W/2` times
/// the gradient. One pass.
pub(super) fn gradient<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: &Location,
    ridges: &[f64],
    targets: &[usize],
    coefficients: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let w = coefficients.t().to_owned();
    let residual = |_, target: usize, y: &[f64], fitted| loss::residual(y[targets[target]], fitted);
    let mut gradient = project_to_sums(problem, centre, &w, residual);
    for ((mut gradient, w), ridge) in gradient.rows_mut().into_iter().zip(w.rows()).zip(ridges) {
        gradient.scaled_add(-ridge, &w);
    }
    gradient.reversed_axes()
}
