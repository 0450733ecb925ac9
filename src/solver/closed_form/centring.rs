//! Location of the data: means, the point they are centred by, and the intercept that follows.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Ix2};

use super::Problem;
use crate::check::check_range;
use crate::error::Result;
use crate::linalg::accurate_dot;
use crate::moments::{Centre, Location, Moments, for_each_block};
use crate::parallel;
use crate::samples::Samples;
use crate::scalar::Scalar;

pub(super) fn gram_moments<F: Scalar>(problem: &Problem<'_, F>) -> Moments {
    let mut moments = Moments::of(problem.samples.x().ncols(), problem.samples.y().ncols());
    moments.accumulate_by(problem.backend, problem.samples);
    moments
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

/// Refuses sums that left the range.
pub(super) fn check_location(location: &Location) -> Result<()> {
    let means = location.mean.iter().chain([&location.weight_sum]);
    check_range("a mean of the data, or the sum of the weights,", means)
}

/// The rows `√s (x − c)` and `√s (y − c)`. Of a column that is constant beside an intercept nothing is left, not even
/// rounding: the mean of equal values is exact.
pub(super) fn centred<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: &Location,
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

/// Share of the deviations of a column up to which the rounding of its mean is let be: rows less a rounded mean are
/// exact more often than rows less two numbers.
const REST_SHARE: f64 = 1e-13;
/// Rows whose deviations are looked at for it.
const REST_ROWS: usize = 16;

/// The point that rows are centred by: their mean, in twice the precision where that shows; or zero without an
/// intercept.
pub(super) fn centre<F: Scalar>(
    samples: Samples<'_, F, Ix2>,
    fit_intercept: bool,
    location: &Location,
) -> Location {
    if !fit_intercept {
        return Location::new(location.mean.len());
    }
    let mut centre = location.clone();
    let (x, y, n) = (samples.x(), samples.y(), samples.n_rows());
    let columns = x.columns().into_iter().chain(y.columns());
    for ((column, mean), rest) in columns.zip(&location.mean).zip(&mut centre.rest) {
        let rows = (0..REST_ROWS.min(n)).map(|k| k * n / REST_ROWS.min(n));
        let counted = rows.filter(|&i| samples.weight(i) > 0.0);
        let deviations = counted.map(|i| (column[i].wide() - mean).abs());
        if rest.abs() <= REST_SHARE * deviations.fold(0.0, f64::max) {
            *rest = 0.0;
        }
    }
    centre
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
