//! What is kept of the residuals when their analysis is over.

use elltwo::diagnostics::Residuals;
use ndarray::{Array1, ArrayView1};

use super::training::Fit;

/// The residuals that tests take.
pub(super) struct Outcome {
    /// `y − ŷ`.
    pub(super) raw: Array1<f64>,
    /// Times the root of the weights, up to a factor: of a closed form with weights.
    pub(super) weighted: Option<Array1<f64>>,
    pub(super) press: Option<f64>,
}

impl Outcome {
    pub(super) fn new(fit: &Fit<'_>, residuals: Option<Residuals>) -> Self {
        let analysed = |of: fn(&Residuals) -> ArrayView1<'_, f64>| {
            residuals.as_ref().map(|r| of(r).to_owned())
        };
        let raw = fit.residuals.clone().or_else(|| analysed(Residuals::raw));
        let weights = fit.train.weights();
        Self {
            raw: raw.unwrap_or_default(),
            weighted: weights.and_then(|_| analysed(Residuals::standardized)),
            press: residuals.as_ref().map(Residuals::press),
        }
    }
}
