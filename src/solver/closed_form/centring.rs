//! Where the data lie: means, the point they are centred by, and the intercept that follows.

use ndarray::{Array1, ArrayView2, Axis};

use super::Problem;
use crate::error::Result;
use crate::linalg::accurate_dot;
use crate::moments::{Centre, Location, Moments, for_each_block};
use crate::scalar::Scalar;

/// A centred column is constant when its root mean square is below this many roundings of its mean.
const CONSTANT_ROUNDINGS: f64 = 8.0;

pub(super) fn gram_moments<F: Scalar>(problem: &Problem<'_, F>) -> Result<Moments> {
    let mut moments = Moments::new(problem.x.ncols(), problem.y.ncols())?;
    moments.accumulate_by(problem.backend, problem.x, problem.y, problem.weights);
    Ok(moments)
}

/// Means without cross-products.
pub(super) fn locate<F: Scalar>(problem: &Problem<'_, F>) -> Location {
    let mut location = Location::new(problem.x.ncols() + problem.y.ncols());
    for_each_block(
        problem.x,
        problem.y,
        problem.weights,
        Centre::Block,
        |block| {
            if block.weight_sum > 0.0 {
                location.absorb(
                    (block.n_positive, block.weight_sum),
                    (block.mean, block.mean_rest),
                    |_, _| (),
                );
            }
        },
    );
    location
}

pub(super) fn centre<F>(problem: &Problem<'_, F>, location: &Location) -> Array1<f64> {
    if problem.fit_intercept {
        location.mean.clone()
    } else {
        Array1::zeros(location.mean.len())
    }
}

/// `b = ȳ − x̄·w`, with products and sums in twice the precision: `x̄` may be far from zero.
pub(super) fn intercepts(
    fit_intercept: bool,
    location: &Location,
    coefficients: ArrayView2<'_, f64>,
) -> Array1<f64> {
    let (p, k) = coefficients.dim();
    if !fit_intercept {
        return Array1::zeros(k);
    }
    let (x_mean, y_mean) = location.mean.view().split_at(Axis(0), p);
    let (x_rest, y_rest) = location.rest.view().split_at(Axis(0), p);
    Array1::from_shape_fn(k, |target| {
        let w = coefficients.column(target);
        let means = x_mean
            .iter()
            .zip(w)
            .chain(x_rest.iter().zip(w))
            .map(|(m, w)| (-m, *w));
        accurate_dot(
            y_mean[target],
            std::iter::once((1.0, y_rest[target])).chain(means),
        )
    })
}

/// Whether a centred column of this norm is constant but for rounding.
pub(super) fn is_constant(norm: f64, mean: f64, weight_sum: f64) -> bool {
    norm <= CONSTANT_ROUNDINGS * f64::EPSILON * mean.abs() * weight_sum.sqrt()
}
