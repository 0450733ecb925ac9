//! Standard errors of regression quantiles.

use std::fmt;

use ndarray::{Array1, Array2, Axis, stack};
use serde::{Deserialize, Serialize};

use super::estimate::{Estimate, Term};
use crate::check::{check_parameter, check_rows};
use crate::data::quantile;
use crate::error::Result;
use crate::linalg::PivotedQr;
use crate::loss::RegressionLoss;
use crate::model::{Estimator, LinearModel, Predictor, QuantileRegression};
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::statistics::normal_quantile;

/// Residuals below this are those of rows that are fitted exactly.
const EXACT: f64 = 1.490_116_119_384_765_6e-8;

/// Estimator of the errors of a regression quantile.
///
/// ```text
/// Iid         τ (1 − τ) s² (XᵀX)⁻¹, s the sparsity: the slope of the quantiles of the residuals near τ
/// Kernel      τ (1 − τ) J⁻¹ XᵀX J⁻¹, J = Σ f(rᵢ) xᵢxᵢᵀ, f a Gaussian kernel of the residuals
/// ```
///
/// Bandwidths are Hall and Sheather's. Values are those of R's `summary.rq` of quantreg with `se = "iid"` and `"ker"`;
/// rows are taken times their weights, as there. Sources: Koenker & Bassett, *Regression quantiles*, 1978; Powell,
/// *Estimation of monotonic regression models under quantile restrictions*, 1991.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::QuantileErrors;
/// use elltwo::model::{Estimator, QuantileRegression};
/// use ndarray::{Array1, Array2};
///
/// let x = Array2::from_shape_fn((40, 1), |(i, _)| i as f64);
/// let y = Array1::from_shape_fn(40, |i| 2.0 * i as f64 + (i as f64 * 1.7).sin());
/// let samples = Samples::new(&x, &y, None)?;
/// let model = QuantileRegression::new(0.5).fit_samples(&samples)?;
/// let estimates = QuantileErrors::Kernel.estimates(&model, &samples)?;
/// let slope = estimates[1].interval(0.95)?.expect("it is defined");
/// assert!(slope.lower < 2.0 && 2.0 < slope.upper && slope.upper - slope.lower < 0.1);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum QuantileErrors {
    /// Residuals of one distribution, whatever the features.
    Iid,
    /// Powell's sandwich: residuals whose density may depend on the features. The default.
    #[default]
    Kernel,
}

impl fmt::Display for QuantileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Iid => "one density of the residuals",
            Self::Kernel => "kernel sandwich",
        })
    }
}

/// Rows times their weights, in the coordinates of the errors.
struct Rows {
    /// Columns centred and of norm 1 before the column of ones, `(n, k)`.
    x: Array2<f64>,
    residuals: Array1<f64>,
    /// Place of each column among the features; the intercept has none.
    places: Vec<usize>,
    centre: Vec<f64>,
    scale: Vec<f64>,
    fit_intercept: bool,
}

impl QuantileErrors {
    /// Estimates of the parameters, the intercept first if there is one, with errors, tests on Student's t with `n − k`
    /// degrees of freedom, and intervals. Those of columns that depend on others are undefined.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a model of another loss than the quantile or the
    /// absolute one, or with a penalty; [`Error::ShapeMismatch`](crate::Error::ShapeMismatch);
    /// [`Error::TooFewSamples`](crate::Error::TooFewSamples) unless there are more rows than parameters.
    pub fn estimates<F: Scalar>(
        self,
        model: &LinearModel<F>,
        samples: &Samples<'_, F>,
    ) -> Result<Vec<Estimate>> {
        let report = model.report();
        let tau = match report.map(crate::model::FitReport::loss) {
            Some(RegressionLoss::Absolute) => 0.5,
            Some(RegressionLoss::Quantile(loss)) => loss.quantile,
            _ => f64::NAN,
        };
        let rule = "that of a model of the quantile or the absolute loss";
        check_parameter(tau.is_finite(), "quantile", tau, rule)?;
        let exact = report.and_then(|report| report.exact());
        let penalty = exact.map_or(f64::NAN, |e| e.penalty.value(ndarray::array![1.0].view()));
        let rule = "0, by an exact fit, for the errors of a quantile";
        check_parameter(penalty == 0.0, "penalty", penalty, rule)?;
        let fit_intercept = report.is_some_and(|report| report.fit_intercept);
        let rows = Rows::new(model, samples, fit_intercept)?;
        let (n, k) = rows.x.dim();
        check_rows("the error of a quantile", k + 1, n)?;
        let df = (n - k) as f64;
        let covariance = match self {
            Self::Iid => rows.iid(tau)?,
            Self::Kernel => rows.kernel(tau)?,
        };
        Ok(rows.estimates(model, covariance.as_ref(), df))
    }
}

impl Rows {
    fn new<F: Scalar>(
        model: &LinearModel<F>,
        samples: &Samples<'_, F>,
        fit_intercept: bool,
    ) -> Result<Self> {
        let predictions = model.predict(samples.x())?;
        let kept: Vec<usize> = (0..samples.n_rows())
            .filter(|&i| samples.weight(i) > 0.0)
            .collect();
        let weights: Array1<f64> = kept.iter().map(|&i| samples.weight(i)).collect();
        let residual = |&i: &usize| samples.y()[i].wide() - predictions[i].wide();
        let residuals = kept.iter().map(residual).collect::<Array1<f64>>() * &weights;
        let total = weights.sum();
        let mut rows = Self {
            x: Array2::zeros((0, 0)),
            residuals,
            places: Vec::new(),
            centre: Vec::new(),
            scale: Vec::new(),
            fit_intercept,
        };
        let mut columns = Vec::new();
        for (place, column) in samples.x().columns().into_iter().enumerate() {
            let values: Array1<f64> = kept.iter().map(|&i| column[i].wide()).collect();
            let centre = if fit_intercept {
                values.dot(&weights) / total
            } else {
                0.0
            };
            let scaled = (values - centre) * &weights;
            let scale = scaled.dot(&scaled).sqrt();
            let size = centre.abs() * weights.dot(&weights).sqrt();
            if scale > 1e-14 * size {
                columns.push(scaled / scale);
                rows.places.push(place);
                rows.centre.push(centre);
                rows.scale.push(scale);
            }
        }
        if fit_intercept {
            columns.push(weights);
        }
        let views: Vec<_> = columns.iter().map(|column| column.view()).collect();
        if !views.is_empty() {
            rows.x = stack(Axis(1), &views).map_err(|_| crate::Error::empty("x (columns)"))?;
        }
        Ok(rows)
    }

    /// `(XᵀFX)⁻¹`; none if columns depend on each other.
    fn inverse(&self, f: Option<&Array1<f64>>) -> Option<Array2<f64>> {
        let k = self.x.ncols();
        let weighted = match f {
            None => self.x.clone(),
            Some(f) => &self.x * &f.mapv(f64::sqrt).insert_axis(Axis(1)),
        };
        let qr = PivotedQr::new(weighted.view());
        let diagonal = qr.diagonal();
        let largest = diagonal.first().map_or(0.0, |d| d.abs());
        if diagonal
            .iter()
            .any(|d| d.is_nan() || d.abs() <= 1e-13 * largest)
        {
            return None;
        }
        let root = qr.solve_upper(Array2::eye(k).view(), k);
        let ordered = root.dot(&root.t());
        let mut inverse = Array2::zeros((k, k));
        for (i, &to_i) in qr.order().iter().enumerate() {
            for (j, &to_j) in qr.order().iter().enumerate() {
                inverse[[to_i, to_j]] = ordered[[i, j]];
            }
        }
        Some(inverse)
    }

    fn iid(&self, tau: f64) -> Result<Option<Array2<f64>>> {
        let (n, k) = self.x.dim();
        let mut near = self.residuals.to_vec();
        near.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        let exact = near.iter().filter(|r| r.abs() < EXACT).count();
        // A count of rows, positive and below n.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let width = ((n as f64 * bandwidth(tau, n)).ceil() as usize).max(k + 1);
        let end = (exact + width + 1).min(n);
        let mut near = near[exact.min(end)..end].to_vec();
        if near.len() < 2 {
            return Ok(None);
        }
        near.sort_by(f64::total_cmp);
        let place = |i: usize| (exact + 1 + i) as f64 / (n - k) as f64;
        let places = Array2::from_shape_fn((near.len(), 1), |(i, _)| place(i));
        let line = QuantileRegression::new(0.5).fit(&places, &Array1::from(near))?;
        let sparsity: f64 = line.coefficients()[0];
        let factor = sparsity * sparsity * tau * (1.0 - tau);
        Ok(self.inverse(None).map(|inverse| inverse * factor))
    }

    fn kernel(&self, tau: f64) -> Result<Option<Array2<f64>>> {
        let n = self.residuals.len();
        let mut h = bandwidth(tau, n);
        while tau - h < 0.0 || tau + h > 1.0 {
            h /= 2.0;
        }
        let r = &self.residuals;
        let spread = quantile(r.view(), 0.75)? - quantile(r.view(), 0.25)?;
        let spread = r.std(1.0).min(spread / 1.34);
        let h = (normal_quantile(tau + h) - normal_quantile(tau - h)) * spread;
        if h.is_nan() || h <= 0.0 {
            return Ok(None);
        }
        let f = r.mapv(|r| density(r / h) / h);
        let Some(inverse) = self.inverse(Some(&f)) else {
            return Ok(None);
        };
        let middle = self.x.t().dot(&self.x);
        Ok(Some(
            inverse.dot(&middle).dot(&inverse) * (tau * (1.0 - tau)),
        ))
    }

    fn estimates<F: Scalar>(
        &self,
        model: &LinearModel<F>,
        covariance: Option<&Array2<f64>>,
        df: f64,
    ) -> Vec<Estimate> {
        let error = |direction: &Array1<f64>| {
            let variance = direction.dot(&covariance?.dot(direction));
            Some(variance.sqrt()).filter(|error| error.is_finite())
        };
        let k = self.x.ncols();
        let mut found = Vec::new();
        if self.fit_intercept {
            // The intercept of the centred columns less what the means take.
            let columns = self.centre.iter().zip(&self.scale);
            let parts = columns.map(|(centre, scale)| -centre / scale).chain([1.0]);
            let direction: Array1<f64> = parts.collect();
            let value = model.intercept().wide();
            found.push(Estimate::new(
                Term::Intercept,
                value,
                error(&direction),
                df,
                false,
            ));
        }
        for (j, value) in model.coefficients().iter().enumerate() {
            let column = self.places.iter().position(|place| *place == j);
            let error = column.and_then(|column| {
                let mut direction = Array1::zeros(k);
                direction[column] = 1.0 / self.scale[column];
                error(&direction)
            });
            let aliased = column.is_none();
            found.push(Estimate::new(
                Term::Feature(j),
                value.wide(),
                error,
                df,
                aliased,
            ));
        }
        found
    }
}

/// The density of the standard normal distribution.
fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
}

/// Hall and Sheather's bandwidth for a test of level 0.05 (*On the distribution of a studentized quantile*, 1988).
fn bandwidth(tau: f64, n: usize) -> f64 {
    let x = normal_quantile(tau);
    let level = normal_quantile(0.975).powf(2.0 / 3.0);
    let shape = 1.5 * density(x).powi(2) / (2.0 * x * x + 1.0);
    (n as f64).powf(-1.0 / 3.0) * level * shape.cbrt()
}
