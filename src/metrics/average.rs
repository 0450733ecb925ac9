//! Averages of the metrics of several targets.

use ndarray::{Array1, ArrayView1};
use serde::{Deserialize, Serialize};

use super::in_range;
use crate::check::{check_length, check_non_negative, check_positive};
use crate::error::Result;

/// Average that makes one number of the metrics of several targets; with one target, all give that target's.
///
/// # Examples
///
/// ```
/// use elltwo::metrics::{Average, Metric};
/// use ndarray::array;
///
/// let y_true = array![[0.0, 0.0], [1.0, 3.0]];
/// let y_pred = array![[0.0, 0.0], [0.5, 3.0]];
/// let r2 = |average| Metric::R2.evaluate(y_true.view(), y_pred.view(), None, &average);
/// assert_eq!(r2(Average::Uniform)?, 0.75); // of 0.5 and 1
/// assert_eq!(r2(Average::VarianceWeighted)?, 0.95);
/// assert_eq!(r2(Average::Weighted(array![1.0, 0.0]))?, 0.5);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Average {
    /// Every target counts the same: `(1/k) Σ mⱼ`.
    #[default]
    Uniform,
    /// A target counts by the (weighted) variance of `y_true`: `Σ vⱼ mⱼ / Σ vⱼ`; uniform if every target is constant.
    VarianceWeighted,
    /// A target counts by a weight of its own, at least 0: `Σ aⱼ mⱼ / Σ aⱼ`.
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) unless there are as many as targets,
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for one that is negative or not finite, or when all
    /// are 0.
    Weighted(Array1<f64>),
}

impl Average {
    /// The average of the targets' metrics; `variances` is asked only when it is needed.
    pub(super) fn of(
        &self,
        per_target: ArrayView1<'_, f64>,
        variances: impl FnOnce() -> Result<Array1<f64>>,
    ) -> Result<f64> {
        match self {
            Self::Uniform => uniform(per_target),
            Self::VarianceWeighted => {
                let variances = variances()?;
                if variances.iter().all(|v| *v == 0.0) {
                    uniform(per_target)
                } else {
                    weighted(per_target, variances.view())
                }
            }
            Self::Weighted(weights) => {
                check_length(
                    "length of the target weights",
                    per_target.len(),
                    weights.len(),
                )?;
                weights
                    .iter()
                    .try_for_each(|v| check_non_negative("a target weight", *v))?;
                weighted(per_target, weights.view())
            }
        }
    }
}

fn uniform(per_target: ArrayView1<'_, f64>) -> Result<f64> {
    in_range(per_target.sum() / per_target.len() as f64)
}

fn weighted(per_target: ArrayView1<'_, f64>, weights: ArrayView1<'_, f64>) -> Result<f64> {
    check_positive("the sum of the target weights", weights.sum())?;
    in_range(per_target.dot(&weights) / weights.sum())
}
