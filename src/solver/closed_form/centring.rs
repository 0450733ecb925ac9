//! Where the data lie: means, the point they are centred by, and the intercept that follows.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::Problem;
use crate::error::Result;
use crate::linalg::accurate_dot;
use crate::moments::{Centre, Location, Moments, for_each_block};
use crate::parallel;
use crate::scalar::Scalar;

/// A centred column is constant when its root mean square is below this many roundings of its mean.
const CONSTANT_ROUNDINGS: f64 = 8.0;

pub(super) fn gram_moments<F: Scalar>(problem: &Problem<'_, F>) -> Result<Moments> {
    let mut moments = Moments::new(problem.samples.x().ncols(), problem.samples.y().ncols())?;
    moments.accumulate_by(problem.backend, problem.samples);
    Ok(moments)
}

/// Means without cross-products.
pub(super) fn locate<F: Scalar>(problem: &Problem<'_, F>) -> Location {
    let samples = problem.samples;
    let mut parts = samples
        .map_bands(|_, band| {
            let mut location = Location::new(band.width());
            for_each_block(band, Centre::Block, |block| {
                if block.weight_sum > 0.0 {
                    block.locate_in(&mut location);
                }
            });
            location
        })
        .into_iter();
    let mut location = parts
        .next()
        .unwrap_or_else(|| Location::new(samples.width()));
    parts
        .filter(|part| part.weight_sum > 0.0)
        .for_each(|part| location.absorb_location(&part, |_, _| ()));
    location
}

/// The rows `√s (x − c)` and `√s (y − c)`.
pub(super) fn centred<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: ArrayView1<'_, f64>,
) -> (Array2<f64>, Array2<f64>) {
    let samples = problem.samples;
    let (p, rows) = (problem.samples.x().ncols(), samples.band_rows());
    let mut x = Array2::zeros(problem.samples.x().dim());
    let mut y = Array2::zeros(problem.samples.y().dim());
    let bands = x
        .axis_chunks_iter_mut(Axis(0), rows)
        .zip(y.axis_chunks_iter_mut(Axis(0), rows))
        .enumerate();
    parallel::for_each(bands.collect(), |(band, (mut x, mut y))| {
        let mut to = x.rows_mut().into_iter().zip(y.rows_mut());
        let band = samples.range(band * rows, rows);
        for_each_block(band, Centre::Given(centre), |block| {
            let (values, width) = block.rows();
            for (from, (mut x, mut y)) in values.chunks_exact(width).zip(&mut to) {
                let (from_x, from_y) = from.split_at(p);
                x.assign(&ArrayView1::from(from_x));
                y.assign(&ArrayView1::from(from_y));
            }
        });
    });
    (x, y)
}

pub(super) fn centre<F: Scalar>(problem: &Problem<'_, F>, location: &Location) -> Array1<f64> {
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
