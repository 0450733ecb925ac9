//! Statistics of one target that metrics are made of: means, spreads, a maximum and a median, all of a loss.

use ndarray::{ArrayView, ArrayView1, Axis};

use super::in_range;
use crate::error::{Error, Result};
use crate::loss::{AbsoluteError, Loss, SquaredError, kernel, residual};
use crate::scalar::{Scalar, TargetDim};

/// One target, its prediction and the sample weights, already checked.
pub(super) struct Target<'a, F> {
    y_true: ArrayView1<'a, F>,
    y_pred: ArrayView1<'a, F>,
    weights: Option<ArrayView1<'a, F>>,
}

impl<'a, F: Scalar> Target<'a, F> {
    /// Every target of the arrays.
    pub(super) fn all<D: TargetDim>(
        y_true: ArrayView<'a, F, D>,
        y_pred: ArrayView<'a, F, D>,
        weights: Option<ArrayView1<'a, F>>,
    ) -> impl Iterator<Item = Self> {
        let (y_true, y_pred) = (D::as_columns(y_true), D::as_columns(y_pred));
        (0..y_true.ncols()).map(move |j| Self {
            y_true: y_true.index_axis_move(Axis(1), j),
            y_pred: y_pred.index_axis_move(Axis(1), j),
            weights,
        })
    }

    /// `Σ wᵢ ℓᵢ`.
    pub(super) fn sum(&self, loss: impl Loss) -> Result<f64> {
        in_range(kernel::sum(&loss, self.y_true, self.y_pred, self.weights))
    }

    /// `Σ wᵢ ℓᵢ / W`.
    pub(super) fn mean(&self, loss: impl Loss) -> Result<f64> {
        Ok(self.sum(loss)? / self.weight_sum())
    }

    /// `W`.
    fn weight_sum(&self) -> f64 {
        self.weights.map_or(self.y_true.len() as f64, kernel::total)
    }

    /// Rows of positive weight as (target, prediction, weight).
    fn rows(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let pairs = self.y_true.iter().zip(self.y_pred).enumerate();
        pairs
            .map(|(i, (t, p))| {
                (
                    t.wide(),
                    p.wide(),
                    self.weights.map_or(1.0, |w| w[i].wide()),
                )
            })
            .filter(|(_, _, weight)| *weight > 0.0)
    }

    /// The number of rows of positive weight.
    pub(super) fn n_positive(&self) -> usize {
        self.rows().count()
    }

    /// The largest loss of a row of positive weight.
    pub(super) fn max(&self, loss: impl Loss) -> f64 {
        self.rows()
            .map(|(t, p, _)| loss.value(t, p))
            .fold(0.0, f64::max)
    }

    /// The weighted median of the losses.
    pub(super) fn median(&self, loss: impl Loss) -> f64 {
        let mut losses: Vec<(f64, f64)> =
            self.rows().map(|(t, p, w)| (loss.value(t, p), w)).collect();
        losses.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = losses.iter().map(|(_, w)| w).sum();
        // Cumulative weights round; a tie that is one in exact arithmetic must stay one when the weights are rescaled.
        let tolerance = total * f64::EPSILON * losses.len() as f64;
        let mut below = 0.0;
        let middle = losses.iter().position(|(_, w)| {
            below += w;
            2.0 * below >= total - tolerance
        });
        let Some(middle) = middle else { return 0.0 };
        match losses.get(middle + 1) {
            Some((next, _)) if 2.0 * below <= total + tolerance => {
                f64::midpoint(losses[middle].0, *next)
            }
            _ => losses[middle].0,
        }
    }

    /// `1 − unexplained / Σ wᵢ (yᵢ − ȳ)²`, by convention 1 or 0 where `y` is constant.
    pub(super) fn explained(&self, unexplained: f64) -> Result<f64> {
        /// Below this, squares lose digits to underflow.
        const SMALLEST: f64 = f64::MIN_POSITIVE / f64::EPSILON;
        let total = self.target_spread()?;
        if total >= SMALLEST {
            return Ok(1.0 - unexplained / total);
        }
        let first = self.rows().next().map(|(t, ..)| t);
        if self.rows().any(|(t, ..)| Some(t) != first) {
            return Err(Error::overflow(
                "the inverse of the sum of squares of y_true",
            ));
        }
        Ok(if unexplained == 0.0 { 1.0 } else { 0.0 })
    }

    /// `Σ wᵢ (yᵢ − ȳ)² / W`.
    pub(super) fn target_variance(&self) -> Result<f64> {
        Ok(self.target_spread()? / self.weight_sum())
    }

    /// `Σ wᵢ (yᵢ − ȳ)²`.
    fn target_spread(&self) -> Result<f64> {
        self.spread(Quantity::Target)
    }

    /// `Σ wᵢ (rᵢ − r̄)²`, `r = y − ŷ`.
    pub(super) fn residual_spread(&self) -> Result<f64> {
        self.spread(Quantity::Residual)
    }

    /// `Σ wᵢ (zᵢ − z̄)²` of `z = y` or `z = y − ŷ`, by the corrected two-pass algorithm (Chan, Golub & LeVeque,
    /// *Algorithms for computing the sample variance*, 1983), which a large mean does not hurt.
    fn spread(&self, of: Quantity) -> Result<f64> {
        // Starting from a value of the data makes the mean of a constant exact, and its spread 0.
        let first = self.rows().next().map_or(0.0, |(t, p, _)| of.value(t, p));
        let mean_about = |centre| {
            self.mean(About {
                of,
                centre,
                loss: Bias,
            })
        };
        let centre = first - mean_about(first)?;
        let drift = mean_about(centre)?;
        let loss = SquaredError;
        let about_centre = self.sum(About { of, centre, loss })?;
        in_range((about_centre - drift * drift * self.weight_sum()).max(0.0))
    }
}

/// The signed error `ŷ − y`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bias;

impl Loss for Bias {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        -residual(target, prediction)
    }

    fn derivative(&self, _target: f64, _prediction: f64) -> f64 {
        1.0
    }
}

/// The absolute error relative to the target.
#[derive(Clone, Copy, Debug)]
pub(super) struct AbsolutePercentageError;

impl AbsolutePercentageError {
    /// scikit-learn's floor of the denominator, the same for `f32`.
    #[inline(always)]
    fn scale(target: f64) -> f64 {
        target.abs().max(f64::EPSILON)
    }
}

impl Loss for AbsolutePercentageError {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        AbsoluteError.value(target, prediction) / Self::scale(target)
    }

    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        AbsoluteError.derivative(target, prediction) / Self::scale(target)
    }
}

/// Quantity of a row that has a spread.
#[derive(Clone, Copy, Debug)]
enum Quantity {
    Target,
    Residual,
}

impl Quantity {
    #[inline(always)]
    fn value(self, target: f64, prediction: f64) -> f64 {
        match self {
            Self::Target => target,
            Self::Residual => residual(target, prediction),
        }
    }
}

/// A loss of a row's quantity against a constant.
#[derive(Clone, Copy, Debug)]
struct About<L> {
    of: Quantity,
    centre: f64,
    loss: L,
}

impl<L: Loss> Loss for About<L> {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        self.loss
            .value(self.of.value(target, prediction), self.centre)
    }

    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        self.loss
            .derivative(self.of.value(target, prediction), self.centre)
    }
}
