//! What sample weights mean: they give the same coefficients either way, but not the same errors.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::check::check_weights;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// What weights mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WeightKind {
    /// The variance of a row's noise is `σ²/s`: weights are relative, `n` counts the rows of positive weight. R's `lm(weights)`, statsmodels'
    /// `WLS`.
    Analytic,
    /// The row was seen `s` times: `s` is a whole number and `n = Σ s`.
    Frequency,
}

/// Sample weights `(n,)` and what they mean.
#[derive(Clone, Copy, Debug)]
pub enum SampleWeights<'a, F> {
    /// [`WeightKind::Analytic`].
    Analytic(ArrayView1<'a, F>),
    /// [`WeightKind::Frequency`].
    Frequency(ArrayView1<'a, F>),
}

impl<'a, F: Scalar> SampleWeights<'a, F> {
    /// The weights.
    #[must_use]
    pub fn values(self) -> ArrayView1<'a, F> {
        match self {
            Self::Analytic(values) | Self::Frequency(values) => values,
        }
    }

    /// What they mean.
    #[must_use]
    pub fn kind(self) -> WeightKind {
        match self {
            Self::Analytic(_) => WeightKind::Analytic,
            Self::Frequency(_) => WeightKind::Frequency,
        }
    }

    /// Refuses bad weights, and frequencies that are not whole.
    pub(super) fn check(self, n_samples: usize) -> Result<()> {
        check_weights(Some(self.values()), n_samples)?;
        match self {
            Self::Analytic(_) => Ok(()),
            Self::Frequency(values) => values.iter().try_for_each(|s| check_whole(s.wide())),
        }
    }
}

/// Refuses a frequency that is not whole.
pub(super) fn check_whole(value: f64) -> Result<()> {
    if value.fract() == 0.0 {
        Ok(())
    } else {
        Err(Error::InvalidParameter {
            name: "weights",
            value,
            requirement: "a whole number, being a frequency",
        })
    }
}
