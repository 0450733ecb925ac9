//! Losses that are the largest of lines.

use super::RegressionLoss;

/// Slopes of the lines of a loss with kinks, `ℓ = max u r − ε|u|` over `low ≤ u ≤ high`, of the residual `r = y − ŷ`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    low: f64,
    high: f64,
    /// `ε`: the kinks are at `r = ±ε`.
    pub(crate) epsilon: f64,
}

impl RegressionLoss {
    /// The lines of which the loss is the largest; `None` for one without a kink.
    pub(crate) fn lines(self) -> Option<Lines> {
        let (low, high, epsilon) = match self {
            Self::Absolute => (-1.0, 1.0, 0.0),
            Self::EpsilonInsensitive(loss) => (-1.0, 1.0, loss.epsilon),
            Self::Quantile(loss) => (loss.quantile - 1.0, loss.quantile, 0.0),
            Self::Squared | Self::Huber(_) | Self::SquaredEpsilonInsensitive(_) => return None,
        };
        Some(Lines { low, high, epsilon })
    }
}

impl Lines {
    /// Distance of a residual from the nearest kink.
    pub(crate) fn distance(self, residual: f64) -> f64 {
        (residual.abs() - self.epsilon).abs()
    }

    /// The slope at a residual, `dℓ/dr`, with the kinks rounded off over this width.
    pub(crate) fn rounded_slope(self, residual: f64, width: f64) -> f64 {
        let step = |distance: f64| {
            let t = distance / width;
            0.5 + 0.5 * t / t.hypot(1.0)
        };
        self.high * step(residual - self.epsilon) + self.low * step(-residual - self.epsilon)
    }

    /// The derivative of [`rounded_slope`](Self::rounded_slope).
    pub(crate) fn rounded_curvature(self, residual: f64, width: f64) -> f64 {
        let rate = |distance: f64| 0.5 / width / (distance / width).hypot(1.0).powi(3);
        self.high * rate(residual - self.epsilon) - self.low * rate(-residual - self.epsilon)
    }

    /// Divisor that brings a slope into the box; 1 for one that lies in it.
    pub(crate) fn beyond(self, slope: f64) -> f64 {
        let bound = if slope > 0.0 { self.high } else { self.low };
        (slope / bound).max(1.0)
    }
}
