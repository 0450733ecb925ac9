//! A loss chosen at run time, for the estimators that minimise more than one.

use std::fmt;
use std::str::FromStr;

use ndarray::{ArrayView1, ArrayViewMut1};
use serde::{Deserialize, Serialize};

use super::{
    AbsoluteError, EpsilonInsensitive, Huber, Loss, QuantileLoss, SquaredEpsilonInsensitive,
    SquaredError, kernel,
};
use crate::check::by_name;
use crate::error::{Error, Result};

/// A loss to train with: one of the losses of this module, as a value.
///
/// # Examples
///
/// ```
/// use elltwo::loss::{Huber, RegressionLoss};
///
/// let loss = RegressionLoss::from(Huber { delta: 2.0 });
/// assert_eq!((loss.name(), loss.curvature()), ("Huber", Some(1.0)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RegressionLoss {
    /// [`SquaredError`]; the default.
    #[default]
    Squared,
    /// [`Huber`], with the ½ of its definition.
    Huber(Huber),
    /// [`AbsoluteError`].
    Absolute,
    /// [`EpsilonInsensitive`].
    EpsilonInsensitive(EpsilonInsensitive),
    /// [`SquaredEpsilonInsensitive`].
    SquaredEpsilonInsensitive(SquaredEpsilonInsensitive),
    /// [`QuantileLoss`].
    Quantile(QuantileLoss),
}

/// Runs the same expression with the loss as its own type, so that its loops are compiled for it.
macro_rules! with_loss {
    ($choice:expr, $loss:ident => $body:expr) => {
        match $choice {
            RegressionLoss::Squared => {
                let $loss = &SquaredError;
                $body
            }
            RegressionLoss::Huber($loss) => $body,
            RegressionLoss::Absolute => {
                let $loss = &AbsoluteError;
                $body
            }
            RegressionLoss::EpsilonInsensitive($loss) => $body,
            RegressionLoss::SquaredEpsilonInsensitive($loss) => $body,
            RegressionLoss::Quantile($loss) => $body,
        }
    };
}

impl RegressionLoss {
    /// Every loss, with the default of its parameter.
    #[must_use]
    pub fn all() -> [Self; 6] {
        [
            Self::Squared,
            Self::Huber(Huber::default()),
            Self::Absolute,
            Self::EpsilonInsensitive(EpsilonInsensitive::default()),
            Self::SquaredEpsilonInsensitive(SquaredEpsilonInsensitive::default()),
            Self::Quantile(QuantileLoss::default()),
        ]
    }

    /// The parameter: Huber's `δ`, `ε`, or the quantile.
    fn parameter(&mut self) -> Option<&mut f64> {
        match self {
            Self::Squared | Self::Absolute => None,
            Self::Huber(loss) => Some(&mut loss.delta),
            Self::EpsilonInsensitive(loss) => Some(&mut loss.epsilon),
            Self::SquaredEpsilonInsensitive(loss) => Some(&mut loss.epsilon),
            Self::Quantile(loss) => Some(&mut loss.quantile),
        }
    }

    /// Name in reports, without the parameter; [`FromStr`] reads it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Squared => "squared",
            Self::Huber(_) => "Huber",
            Self::Absolute => "absolute",
            Self::EpsilonInsensitive(_) => "epsilon-insensitive",
            Self::SquaredEpsilonInsensitive(_) => "squared epsilon-insensitive",
            Self::Quantile(_) => "quantile",
        }
    }

    /// The largest second derivative `∂²ℓ/∂ŷ²`; `None` for a loss with a kink, whose slope jumps.
    #[must_use]
    pub fn curvature(self) -> Option<f64> {
        match self {
            Self::Squared | Self::SquaredEpsilonInsensitive(_) => Some(2.0),
            Self::Huber(_) => Some(1.0),
            Self::Absolute | Self::EpsilonInsensitive(_) | Self::Quantile(_) => None,
        }
    }

    /// Checks the loss's own parameter.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) if it is out of range.
    pub fn validate(self) -> Result<()> {
        with_loss!(&self, loss => loss.validate())
    }

    /// `ℓ(y, ŷ)`.
    pub(crate) fn value(self, target: f64, prediction: f64) -> f64 {
        with_loss!(&self, loss => loss.value(target, prediction))
    }

    /// `Σ wᵢ ℓ(yᵢ, ŷᵢ)`; the lengths agree.
    pub(crate) fn sum<F: crate::scalar::Scalar>(
        self,
        y_true: ArrayView1<'_, F>,
        y_pred: ArrayView1<'_, F>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> f64 {
        with_loss!(&self, loss => kernel::sum(loss, y_true, y_pred, weights))
    }

    /// `ŷᵢ ← wᵢ ℓ′(yᵢ, ŷᵢ)`; the lengths agree.
    pub(crate) fn slopes_in_place(
        self,
        y_true: ArrayView1<'_, f64>,
        y_pred: ArrayViewMut1<'_, f64>,
        weights: ArrayView1<'_, f64>,
    ) {
        with_loss!(&self, loss => {
            kernel::map(y_true, y_pred, Some(weights), |t, p, w| w * loss.derivative(t, p));
        });
    }
}

impl fmt::Display for RegressionLoss {
    /// Writes the [name](Self::name), and behind a colon the parameter: `Huber:1.35`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let mut loss = *self;
        loss.parameter()
            .map_or(Ok(()), |value| write!(f, ":{value}"))
    }
}

impl FromStr for RegressionLoss {
    type Err = Error;

    /// Reads a [name](Self::name) in letters of any case, with spaces or hyphens, perhaps with a parameter behind a
    /// colon.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownName`], which lists the names; [`Error::InvalidParameter`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::loss::{Huber, RegressionLoss};
    ///
    /// let loss = RegressionLoss::from(Huber { delta: 2.5 });
    /// assert_eq!(loss.to_string(), "Huber:2.5");
    /// assert_eq!("huber:2.5".parse::<RegressionLoss>()?, loss);
    /// assert_eq!("quantile".parse::<RegressionLoss>()?.name(), "quantile");
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self> {
        let (name, value) = match text.split_once(':') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let mut loss = by_name("loss", name, &Self::all(), Self::name)?;
        if let Some(value) = value {
            let refused = Error::parameter(
                "loss parameter",
                f64::NAN,
                "a number, for a loss that has one: huber, epsilon-insensitive, \
                squared-epsilon-insensitive, quantile",
            );
            match (loss.parameter(), value.parse()) {
                (Some(parameter), Ok(value)) => *parameter = value,
                _ => return Err(refused),
            }
        }
        loss.validate()?;
        Ok(loss)
    }
}

impl From<SquaredError> for RegressionLoss {
    fn from(_: SquaredError) -> Self {
        Self::Squared
    }
}

impl From<Huber> for RegressionLoss {
    fn from(loss: Huber) -> Self {
        Self::Huber(loss)
    }
}

impl From<AbsoluteError> for RegressionLoss {
    fn from(_: AbsoluteError) -> Self {
        Self::Absolute
    }
}

impl From<EpsilonInsensitive> for RegressionLoss {
    fn from(loss: EpsilonInsensitive) -> Self {
        Self::EpsilonInsensitive(loss)
    }
}

impl From<SquaredEpsilonInsensitive> for RegressionLoss {
    fn from(loss: SquaredEpsilonInsensitive) -> Self {
        Self::SquaredEpsilonInsensitive(loss)
    }
}

impl From<QuantileLoss> for RegressionLoss {
    fn from(loss: QuantileLoss) -> Self {
        Self::Quantile(loss)
    }
}
