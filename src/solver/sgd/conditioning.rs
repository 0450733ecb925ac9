//! The coordinates in which a fit takes its steps. The data are never copied: a batch is transformed as it is read.

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use super::batch::Source;
use super::kernel::LANES;
use crate::loss::L2;
use crate::scalar::Scalar;

/// The coordinates of the steps. The objective is the same in all of them, the penalty always on the original coefficients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Conditioning {
    /// [`Whiten`](Self::Whiten) for [`Optimizer::Saga`](super::Optimizer::Saga) with up to 256 features and without an L1 penalty, else
    /// [`Standardize`](Self::Standardize).
    #[default]
    Auto,
    /// The original ones: steps as in the textbook. Features of different scales make it slow or unstable.
    None,
    /// Columns are centred (with an intercept) and divided by `√(sdⱼ² + λ)`, `λ` that of the L2 penalty. The curvature of the mean squared
    /// error and the penalty together is then at most 1 in every coordinate, however small a column.
    Standardize,
    /// Standardized, and gradients are multiplied by the inverse of the second moments, so that the curvature of a squared error is 1 in
    /// every direction (preconditioning as in Gonen, Orabona & Shalev-Shwartz, *Solving ridge regression using sketched
    /// preconditioned SVRG*, 2016, from all rows instead of a sketch: rows of rare levels count). Costs `2 p` multiplications for each number
    /// of X once, as much as the closed form, and `p` for each coordinate of an update.
    Whiten,
}

/// Which coordinates: `θⱼ = wⱼ / scaleⱼ`, and the intercept at the column means.
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

    /// From the weighted means and deviations of `rows`, read twice.
    pub(super) fn standardizing<F: Scalar>(
        source: &Source<'_, F>,
        rows: &[u32],
        fit_intercept: bool,
        penalty: L2,
    ) -> Self {
        let p = source.x.ncols();
        let mut frame = Self::empty(p, fit_intercept);
        // Halves, so that the range of a column does not overflow.
        let (mut low, mut high) = (vec![f64::INFINITY; p], vec![f64::NEG_INFINITY; p]);
        for &row in rows {
            let x = source.x.row(row as usize);
            for ((low, high), v) in low.iter_mut().zip(&mut high).zip(x) {
                *low = low.min(0.5 * v.wide());
                *high = high.max(0.5 * v.wide());
            }
        }
        // Without an intercept deviations are from 0.
        let centre = |j: usize| if fit_intercept { low[j] + high[j] } else { 0.0 };
        let reach = |j: usize| {
            if fit_intercept {
                high[j] - low[j]
            } else {
                2.0 * low[j].abs().max(high[j].abs())
            }
        };
        let (centres, reaches): (Vec<f64>, Vec<f64>) =
            (0..p).map(|j| (centre(j), reach(j))).unzip();
        let (mut first, mut second, mut total) = (vec![0.0; p], vec![0.0; p], 0.0);
        for &row in rows {
            let weight = source.weight(row);
            total += weight;
            let x = source.x.row(row as usize);
            for j in 0..p {
                // In [−1, 1]; NaN for a constant column, which is set aside below.
                let t = (x[j].wide() - centres[j]) / reaches[j];
                first[j] += weight * t;
                second[j] += weight * t * t;
            }
        }
        for j in 0..p {
            let (reach, mean) = (reaches[j], first[j] / total);
            if reach == 0.0 {
                // Nothing to learn from it: its coefficient stays 0.
                frame.location[j] = centres[j];
                continue;
            }
            let (mean, square) = if fit_intercept {
                (mean, mean * mean)
            } else {
                (0.0, 0.0)
            };
            // Where one value is far from all the others, rounding could leave nothing.
            let variance = (second[j] / total - square).max(f64::EPSILON);
            frame.location[j] = centres[j] + reach * mean;
            frame.scale[j] = 1.0 / hypotenuse(reach * variance.sqrt(), penalty.lambda().sqrt());
        }
        frame
    }

    /// Whether the parts of one that was read fit together.
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

    /// How long a row is: features, intercept and padding.
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

    /// What a coordinate is multiplied by to be a coefficient; 0 for the intercept and the padding.
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

    /// The penalty of one target.
    pub(super) fn penalty_value(&self, penalty: crate::loss::Penalty, theta: &[f64]) -> f64 {
        theta
            .iter()
            .zip(&self.scale)
            .map(|(t, d)| penalty.value(ndarray::aview1(&[t * d])))
            .sum()
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
    /// Inverts second moments, the penalty included. `None` if the decomposition fails.
    pub(super) fn new(moments: ArrayView2<'_, f64>) -> Option<Self> {
        let svd = crate::linalg::Svd::new(moments)?;
        let largest = svd.singular_values.iter().copied().fold(0.0, f64::max);
        let mut scaled = svd.u.clone();
        for (mut column, &s) in scaled.columns_mut().into_iter().zip(&svd.singular_values) {
            if s > RANK_TOLERANCE * largest {
                column /= s;
            } else {
                column.fill(0.0);
            }
        }
        Some(Self {
            inverse: scaled.dot(&svd.u.t()),
        })
    }

    /// Whether one that was read is of this size.
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
