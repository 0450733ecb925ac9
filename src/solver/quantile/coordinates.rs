//! Coordinates of a problem: centred columns of unit spread, those alone that do not depend on others.

use ndarray::{Array1, Array2, ArrayView1, Axis, Ix2};

use super::rows::Rows;
use super::{Kinks, Problem};
use crate::error::{Error, Result};
use crate::linalg::{Backend, PivotedCholesky, PivotedQr, accurate_dot, minimum_norm, placed};
use crate::loss::Penalty;
use crate::moments::Moments;
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Rest that Cholesky of a unit diagonal leaves of a column that may depend on others: below it the design itself is
/// asked.
const DOUBTFUL: f64 = 1e-7;
/// Values of the largest design that is copied for it.
const LARGEST: usize = 1 << 27;

/// From the columns of the data to those of the solver, and back.
#[derive(Debug)]
pub(super) struct Coordinates {
    fit_intercept: bool,
    n_features: usize,
    /// Columns of the data that the solver's are.
    kept: Vec<usize>,
    /// Mean and spread of each of them.
    centre: Vec<f64>,
    scale: Vec<f64>,
    y_centre: f64,
    y_scale: f64,
    /// Equations of the shortest solution with the same predictions; none where every column is kept.
    shortest: Option<Array2<f64>>,
    /// Factor of weights that makes their mean 1.
    weight: f64,
    pub(super) rank: usize,
    pub(super) n_samples: usize,
    pub(super) weight_sum: f64,
}

impl Coordinates {
    /// Finds them; with a penalty all columns that vary are kept.
    pub(super) fn new<F: Scalar>(
        samples: &Samples<'_, F, Ix2>,
        fit_intercept: bool,
        target: usize,
        penalised: bool,
    ) -> Result<Self> {
        let (p, k) = (samples.n_features(), samples.n_targets());
        let mut moments = Moments::new(p, k)?;
        moments.accumulate(*samples);
        samples.cancellation().check()?;
        if !moments.is_finite() {
            samples.check_values()?;
            return Err(Error::overflow("a square of the data"));
        }
        let total = moments.weight_sum();
        let mean = |mean: f64| if fit_intercept { mean } else { 0.0 };
        let spread = |square: f64, mean: f64| {
            let about_zero = if fit_intercept { 0.0 } else { mean * mean };
            (square / total + about_zero).sqrt()
        };
        let scatter = moments.feature_scatter();
        let (x_mean, y_mean) = (moments.feature_means(), moments.target_means());
        let scale: Vec<f64> = (0..p).map(|j| spread(scatter[[j, j]], x_mean[j])).collect();
        let active: Vec<usize> = (0..p).filter(|&j| scale[j] > 0.0).collect();
        let correlation = Array2::from_shape_fn((active.len(), active.len()), |(a, b)| {
            let (i, j) = (active[a], active[b]);
            let about_zero = if fit_intercept {
                0.0
            } else {
                x_mean[i] * x_mean[j]
            };
            (scatter[[i, j]] / total + about_zero) / (scale[i] * scale[j])
        });
        let mut coordinates = Self {
            fit_intercept,
            n_features: p,
            centre: active.iter().map(|&j| mean(x_mean[j])).collect(),
            scale: active.iter().map(|&j| scale[j]).collect(),
            y_centre: mean(y_mean[target]),
            y_scale: {
                let scale = spread(moments.target_scatter()[target], y_mean[target]);
                if scale > 0.0 { scale } else { 1.0 }
            },
            rank: active.len(),
            kept: active,
            shortest: None,
            n_samples: moments.n_samples(),
            weight_sum: total,
            weight: moments.n_samples() as f64 / total,
        };
        if !penalised {
            coordinates.keep_independent(samples, &correlation);
        }
        Ok(coordinates)
    }

    /// Leaves out columns that depend on others.
    fn keep_independent<F: Scalar>(
        &mut self,
        samples: &Samples<'_, F, Ix2>,
        correlation: &Array2<f64>,
    ) {
        let q = self.kept.len();
        let cholesky = PivotedCholesky::new(correlation.view(), DOUBTFUL);
        let found = cholesky.l.ncols();
        if found == q {
            return;
        }
        let (order, equations) = if samples.n_rows().saturating_mul(q) > LARGEST {
            (cholesky.order, cholesky.l.reversed_axes())
        } else {
            let design = self.design(samples);
            let qr = PivotedQr::new(design.view());
            let epsilon = F::epsilon().wide();
            let far = self.centre.iter().zip(&self.scale);
            let far = far.fold(1.0_f64, |far, (c, s)| far.max(c.abs() / s));
            let rounding = Backend::default().rounding(design.nrows(), q) + 8.0 * epsilon * far;
            let dependent = |d: &&f64| d.abs() > rounding;
            let rank = qr.diagonal().iter().take_while(dependent).count();
            (qr.order().to_vec(), qr.r(rank))
        };
        let rank = equations.nrows();
        self.rank = rank;
        if rank == q {
            return;
        }
        // In the places and the units of the data.
        let mut wide = placed(
            self.n_features,
            order.iter().map(|&i| &self.kept[i]),
            equations.t(),
        );
        for (&j, scale) in self.kept.iter().zip(&self.scale) {
            wide.row_mut(j).mapv_inplace(|v| v * scale);
        }
        self.shortest = Some(wide.reversed_axes());
        let mut places = order[..rank].to_vec();
        places.sort_unstable();
        let of = |values: &[f64]| places.iter().map(|&i| values[i]).collect();
        (self.centre, self.scale) = (of(&self.centre), of(&self.scale));
        self.kept = places.iter().map(|&i| self.kept[i]).collect();
    }

    /// The columns of unit norm, times the roots of the weights.
    fn design<F: Scalar>(&self, samples: &Samples<'_, F, Ix2>) -> Array2<f64> {
        let (x, n) = (samples.x(), samples.n_rows());
        Array2::from_shape_fn((n, self.kept.len()), |(i, a)| {
            let root = (samples.weight(i) / self.weight_sum).sqrt();
            root * (x[[i, self.kept[a]]].wide() - self.centre[a]) / self.scale[a]
        })
    }

    /// Number of the solver's coefficients, the intercept last.
    pub(super) fn len(&self) -> usize {
        self.kept.len() + usize::from(self.fit_intercept)
    }

    /// Weight of a row: 1 on average.
    pub(super) fn weight<F: Scalar>(&self, samples: &Samples<'_, F, Ix2>, i: usize) -> f64 {
        samples.weight(i) * self.weight
    }

    /// Writes a row of the data.
    pub(super) fn row<F: Scalar>(&self, x: ArrayView1<'_, F>, to: &mut [f64]) {
        let columns = self.kept.iter().zip(self.centre.iter().zip(&self.scale));
        for (to, (&j, (centre, scale))) in to.iter_mut().zip(columns) {
            *to = (x[j].wide() - centre) / scale;
        }
        if self.fit_intercept {
            to[self.kept.len()] = 1.0;
        }
    }

    /// A target, moved by `shift`.
    pub(super) fn target(&self, y: f64, shift: f64) -> f64 {
        ((y - self.y_centre) + shift) / self.y_scale
    }

    /// Twice the L2 penalty of each coefficient, beside the sum of the losses.
    pub(super) fn kappa(&self, penalty: Penalty) -> Vec<f64> {
        let lambda = penalty.l2().lambda() * self.n_samples as f64;
        let slopes = self
            .scale
            .iter()
            .map(|s| 2.0 * lambda * self.y_scale / (s * s));
        let mut kappa: Vec<f64> = slopes.collect();
        kappa.resize(self.len(), 0.0);
        kappa
    }

    /// The L1 penalty as rows: `λ |w| = max(λ w, −λ w)` is a loss of the residual `0 − w`.
    pub(super) fn penalty_rows(&self, penalty: Penalty) -> Rows {
        let mut rows = Rows::new(self.len());
        let lambda = penalty.l1().lambda() * self.n_samples as f64;
        if lambda > 0.0 {
            for (j, scale) in self.scale.iter().enumerate() {
                let mut row = vec![0.0; self.len()];
                row[j] = 1.0 / scale;
                rows.push(&row, 0.0, lambda, lambda);
            }
        }
        rows
    }

    /// Coefficients `(p,)` and the intercept, of the data's columns.
    pub(super) fn back(&self, v: &[f64]) -> (Array1<f64>, f64) {
        let mut w = Array1::zeros(self.n_features);
        for ((&j, scale), v) in self.kept.iter().zip(&self.scale).zip(v) {
            w[j] = v / scale * self.y_scale;
        }
        // The mean of each column, by which the predictions of the kept ones were centred.
        let products = self.kept.iter().zip(&self.centre).map(|(&j, c)| (-c, w[j]));
        let start = v
            .last()
            .filter(|_| self.fit_intercept)
            .map_or(0.0, |b| b * self.y_scale);
        let intercept = accurate_dot(start, products.chain([(1.0, self.y_centre)]));
        (w, if self.fit_intercept { intercept } else { 0.0 })
    }

    /// The solver's coefficients for those of the data; of columns that are left out nothing is taken.
    pub(super) fn inward(&self, w: &Array1<f64>, intercept: f64) -> Vec<f64> {
        let columns = self.kept.iter().zip(&self.scale);
        let mut v: Vec<f64> = columns
            .map(|(&j, scale)| w[j] * scale / self.y_scale)
            .collect();
        if self.fit_intercept {
            let products = self.kept.iter().zip(&self.centre).map(|(&j, c)| (*c, w[j]));
            let at_centre = accurate_dot(intercept, products);
            v.push((at_centre - self.y_centre) / self.y_scale);
        }
        v
    }

    /// The shortest coefficients with the same predictions on the samples.
    pub(super) fn shorten<F: Scalar>(
        &self,
        samples: &Samples<'_, F, Ix2>,
        w: Array1<f64>,
        intercept: f64,
    ) -> (Array1<f64>, f64) {
        let Some(equations) = &self.shortest else {
            return (w, intercept);
        };
        let right = equations.dot(&w).insert_axis(Axis(1));
        let shortest = minimum_norm(equations.view(), right.view())
            .column(0)
            .to_owned();
        if !self.fit_intercept {
            return (shortest, intercept);
        }
        // Differences of the coefficients are orthogonal to the centred rows: any row tells the intercept, on average
        // all.
        let mean = mean_of(samples);
        let change = &w - &shortest;
        let intercept = accurate_dot(intercept, mean.into_iter().zip(change));
        (shortest, intercept)
    }

    /// The units of the objective: what a sum of losses in the solver's units is as a mean in the data's.
    pub(super) fn mean_loss(&self, sum: f64) -> f64 {
        sum * self.y_scale / self.n_samples as f64
    }
}

/// Weighted means of the columns.
fn mean_of<F: Scalar>(samples: &Samples<'_, F, Ix2>) -> Vec<f64> {
    let total: f64 = (0..samples.n_rows()).map(|i| samples.weight(i)).sum();
    let columns = samples.x();
    let mean = |column: ArrayView1<'_, F>| {
        let terms = column.iter().enumerate();
        let terms = terms.map(|(i, x)| (x.wide(), samples.weight(i) / total));
        accurate_dot(0.0, terms)
    };
    columns.columns().into_iter().map(mean).collect()
}

/// Rows of the pieces of some rows of the data, those of no weight left out.
pub(super) fn gather<F: Scalar>(
    problem: &Problem<'_, F>,
    coordinates: &Coordinates,
    kinks: &Kinks,
    rows: impl IntoIterator<Item = (usize, usize)>,
) -> Rows {
    let samples = &problem.samples;
    let (x, y) = (samples.x(), samples.y());
    let mut found = Rows::new(coordinates.len());
    let mut row = vec![0.0; coordinates.len()];
    for (i, piece) in rows {
        let weight = coordinates.weight(samples, i);
        if weight > 0.0 {
            coordinates.row(x.row(i), &mut row);
            let piece = &kinks.pieces[piece];
            let target = coordinates.target(y[[i, problem.target]].wide(), piece.shift);
            found.push(&row, target, weight * piece.upper, weight * piece.lower);
            if let (Some(curvature), Some(curve)) = (piece.curvature, found.curve.last_mut()) {
                *curve = 1.0 / (curvature * weight * coordinates.y_scale);
            }
        }
    }
    found
}
