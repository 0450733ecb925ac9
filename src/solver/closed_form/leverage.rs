//! Leverage: the diagonal of the hat matrix, from the factor that gives the fit.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::{Gram, Problem, centre, design::Design, gram_moments, locate};
use crate::error::{Error, Result};
use crate::moments::{Centre, for_each_block};
use crate::scalar::Scalar;

/// `hᵢᵢ` of each sample, intercept included, for the one penalty of a problem of one target:
///
/// ```text
/// hᵢᵢ = [sᵢ / W]  +  sᵢ (xᵢ − x̄)ᵀ (XᵀSX + WλI)⁻¹ (xᵢ − x̄)
/// ```
///
/// From the Cholesky factor in blocks where its conditioning allows, else from the QR factors of the design.
pub(crate) fn leverage<F: Scalar>(problem: &Problem<'_, F>, lambda: f64) -> Result<Array1<f64>> {
    let (n, p) = problem.x.dim();
    let (location, gram) = if n < p {
        (locate(problem), None)
    } else {
        let moments = gram_moments(problem)?;
        let gram = Gram::new(&moments, problem.fit_intercept);
        (moments.location().clone(), Some(gram))
    };
    let ridge = lambda * location.weight_sum;
    if !ridge.is_finite() {
        return Err(Error::Overflow {
            what: "lambda times the sum of the weights",
        });
    }
    let centre = centre(problem, &location);
    let mut leverage = match gram.and_then(|gram| gram.well_conditioned_factor(ridge)) {
        Some((factor, active, scale)) => {
            let mut leverage = Array1::zeros(n);
            let mut start = 0;
            for_each_block(
                problem.x,
                problem.y,
                problem.weights,
                Centre::Given(centre.view()),
                |block| {
                    let (rows, width) = block.rows();
                    let columns = Array2::from_shape_fn((active.len(), block.n_rows), |(j, i)| {
                        rows[i * width + active[j]] / scale[j]
                    });
                    let whitened = factor.solve_lower(columns.view());
                    for (i, h) in squared_column_norms(whitened.view())
                        .into_iter()
                        .enumerate()
                    {
                        leverage[start + i] = h;
                    }
                    start += block.n_rows;
                },
            );
            leverage
        }
        None => Design::new(problem, &location, centre.view())?.leverage(ridge),
    };
    if problem.fit_intercept {
        for (i, h) in leverage.iter_mut().enumerate() {
            *h += problem.weights.map_or(1.0, |w| w[i].wide()) / location.weight_sum;
        }
    }
    // Rounding may carry a leverage of exactly 1 past it.
    leverage.mapv_inplace(|h| h.min(1.0));
    Ok(leverage)
}

/// `‖aⱼ‖²` of each column.
pub(super) fn squared_column_norms(matrix: ArrayView2<'_, f64>) -> Array1<f64> {
    let mut norms = Array1::zeros(matrix.ncols());
    for row in matrix.axis_iter(Axis(0)) {
        norms.zip_mut_with(&row, |norm, v| *norm += v * v);
    }
    norms
}
