//! The coordinates in which a fit takes its steps. The data are never copied: a batch is transformed as it is read.

use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::kernel::LANES;
use super::survey::Survey;
use crate::error::{Error, Result};
use crate::linalg::Svd;
use crate::loss::{L2, Penalty};

/// The coordinates of the steps. The objective is the same in all of them, the penalty always on the original
/// coefficients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Conditioning {
    /// [`Whiten`](Self::Whiten) for [`Optimizer::Saga`](super::Optimizer::Saga) with up to 256 features and without an
    /// L1 penalty, else
    /// [`Standardize`](Self::Standardize).
    #[default]
    Auto,
    /// The original ones: steps as in the textbook. Features of different scales make it slow or unstable.
    None,
    /// Columns are centred (with an intercept) and divided by `√(sdⱼ² + λ)`, `λ` that of the L2 penalty. The curvature
    /// of the mean squared error and the penalty together is then at most 1 in every coordinate, however small a
    /// column.
    Standardize,
    /// Standardized, and gradients are multiplied by the inverse of the second moments, so that the curvature of a
    /// squared error is 1 in every direction (preconditioning as in Gonen, Orabona & Shalev-Shwartz, *Solving ridge
    /// regression using sketched preconditioned SVRG*, 2016, from all rows instead of a sketch: rows of rare levels
    /// count). Costs `2 p` multiplications for each number of X once, as much as the closed form, and `p` for each
    /// coordinate of an update.
    Whiten,
}

/// Coordinates `θⱼ = wⱼ / scaleⱼ`, and the intercept at the column means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Frame {
    n_features: usize,
    fit_intercept: bool,
    /// `width` numbers each, 0 from the features on.
    location: Vec<f64>,
    scale: Vec<f64>,
}

impl Frame {
    pub(super) fn original(n_features: usize, fit_intercept: bool) -> Self {
        let mut frame = Self::empty(n_features, fit_intercept);
        frame.scale[..n_features].fill(1.0);
        frame
    }

    fn empty(n_features: usize, fit_intercept: bool) -> Self {
        let width = (n_features + usize::from(fit_intercept)).next_multiple_of(LANES);
        Self {
            n_features,
            fit_intercept,
            location: vec![0.0; width],
            scale: vec![0.0; width],
        }
    }

    /// Columns of unit deviation, the penalty included, about their means or without an intercept about 0.
    pub(super) fn standardizing(
        survey: &Survey,
        n_features: usize,
        fit_intercept: bool,
        penalty: L2,
    ) -> Self {
        let mut frame = Self::empty(n_features, fit_intercept);
        for j in 0..n_features {
            let (mean, deviation) = (survey.mean(j), survey.deviation(j));
            let (location, spread) = if fit_intercept {
                (mean, deviation)
            } else {
                (0.0, hypotenuse(mean.abs(), deviation))
            };
            frame.location[j] = location;
            // From a constant column there is nothing to learn: its coefficient stays 0.
            if spread > 0.0 {
                frame.scale[j] = 1.0 / hypotenuse(spread, penalty.lambda().sqrt());
            }
        }
        frame
    }

    /// Mean square length of a row in these coordinates, which whitening brings down to no more than their number.
    pub(super) fn mean_square(&self, survey: &Survey) -> f64 {
        let square = |j: usize| {
            let distance = hypotenuse(
                (survey.mean(j) - self.location[j]).abs(),
                survey.deviation(j),
            );
            (self.scale[j] * distance).powi(2)
        };
        f64::from(u8::from(self.fit_intercept)) + (0..self.n_features).map(square).sum::<f64>()
    }

    /// Tells whether the parts of a frame that was read fit together.
    pub(super) fn is_consistent(&self) -> bool {
        let width = self
            .n_features
            .saturating_add(usize::from(self.fit_intercept));
        self.n_features > 0
            && width.checked_next_multiple_of(LANES) == Some(self.location.len())
            && self.scale.len() == self.location.len()
            && self.scale[self.n_features..].iter().all(|d| *d == 0.0)
    }

    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    /// Length of a row: features, intercept and padding.
    pub(super) fn width(&self) -> usize {
        self.location.len()
    }

    /// The coordinate of the intercept.
    pub(super) fn constant(&self) -> Option<usize> {
        self.fit_intercept.then_some(self.n_features)
    }

    pub(super) fn location(&self) -> &[f64] {
        &self.location
    }

    /// Factor of a coordinate that makes it a coefficient; 0 for the intercept and the padding.
    pub(super) fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// The coefficients into `coefficients` `(p,)`, and the intercept.
    pub(super) fn unfold(&self, theta: &[f64], coefficients: &mut [f64]) -> f64 {
        let mut intercept = self.constant().map_or(0.0, |j| theta[j]);
        for (j, w) in coefficients.iter_mut().enumerate() {
            *w = theta[j] * self.scale[j];
            if self.fit_intercept {
                intercept -= *w * self.location[j];
            }
        }
        intercept
    }

    /// The coordinates of coefficients and an intercept; what a constant column contributes goes to the intercept.
    pub(super) fn fold(&self, coefficients: ArrayView2<'_, f64>, intercepts: &[f64]) -> Vec<f64> {
        let mut theta = vec![0.0; self.width() * intercepts.len()];
        let targets = coefficients.columns().into_iter().zip(intercepts);
        for ((w, intercept), theta) in targets.zip(theta.chunks_exact_mut(self.width())) {
            for j in 0..self.n_features {
                if self.scale[j] > 0.0 {
                    theta[j] = w[j] / self.scale[j];
                }
            }
            if let Some(constant) = self.constant() {
                let at_means = w.iter().zip(&self.location).map(|(w, m)| w * m);
                theta[constant] = intercept + at_means.sum::<f64>();
            }
        }
        theta
    }

    /// Adds the gradient of the penalty, `∂/∂θⱼ λ (scaleⱼ θⱼ)²`.
    pub(super) fn add_penalty_gradient(&self, penalty: L2, theta: &[f64], gradient: &mut [f64]) {
        for ((g, t), d) in gradient.iter_mut().zip(theta).zip(&self.scale) {
            *g += d * penalty.slope(d * t);
        }
    }

    /// The penalty of one target; `coefficients` is a buffer as long.
    pub(super) fn penalty_value(
        &self,
        penalty: Penalty,
        theta: &[f64],
        coefficients: &mut [f64],
    ) -> f64 {
        let pairs = theta.iter().zip(&self.scale);
        let to = coefficients.iter_mut().zip(pairs);
        to.for_each(|(to, (t, d))| *to = t * d);
        penalty.value(ArrayView1::from(&*coefficients))
    }

    /// The largest curvature the penalty has in a coordinate, with that of the squared error `2`: `λ scaleⱼ²`.
    pub(super) fn penalty_curvature(&self, penalty: L2) -> f64 {
        let slopes = self.scale.iter().map(|d| d * penalty.slope(*d) / 2.0);
        slopes.fold(0.0, f64::max)
    }
}

/// `√(a² + b²)` without overflow, by operations that round the same everywhere.
fn hypotenuse(a: f64, b: f64) -> f64 {
    let (large, small) = (a.max(b), a.min(b));
    if large == 0.0 {
        return 0.0;
    }
    let ratio = small / large;
    large * (1.0 + ratio * ratio).sqrt()
}

/// The inverse second moments, `(width, width)`; symmetric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Whitener {
    inverse: Array2<f64>,
}

/// Directions whose second moment is below this part of the largest are left alone: the data say nothing about them.
const RANK_TOLERANCE: f64 = 1e-11;

impl Whitener {
    /// Inverts the second moments in the frame, the penalty included.
    pub(super) fn new(frame: &Frame, survey: &Survey, penalty: L2) -> Result<Self> {
        let (p, width) = (frame.n_features, frame.width());
        // The penalty's own second derivative, halved like that of the squared error.
        let mut penalties = vec![0.0; width];
        frame.add_penalty_gradient(penalty, &vec![1.0; width], &mut penalties);
        let scaled_mean = |j: usize| (survey.mean(j) - frame.location[j]) * frame.scale[j];
        let moments = Array2::from_shape_fn((width, width), |(i, j)| {
            let moment = if i < p && j < p {
                let (a, b) = (frame.scale[i], frame.scale[j]);
                survey.covariance((i, a), (j, b)) + scaled_mean(i) * scaled_mean(j)
            } else {
                f64::from(u8::from(i == j && frame.constant() == Some(i)))
            };
            if i == j {
                moment + penalties[i] / 2.0
            } else {
                moment
            }
        });
        let svd = Svd::new(moments.view()).map_err(|_| Error::SolverFailed {
            solver: "SGD",
            reason: "the second moments have no decomposition",
        })?;
        Ok(Self {
            inverse: svd.symmetric_inverse(RANK_TOLERANCE),
        })
    }

    /// Tells whether a whitener that was read is of this size.
    pub(super) fn is_consistent(&self, width: usize) -> bool {
        self.inverse.dim() == (width, width)
    }

    pub(super) fn inverse(&self) -> ArrayView2<'_, f64> {
        self.inverse.view()
    }

    /// `out ← P gradient`.
    pub(super) fn apply(&self, gradient: &[f64], out: &mut [f64]) {
        if let Some(inverse) = self.inverse.as_slice() {
            super::kernel::predict(inverse, gradient, out);
        }
    }
}
