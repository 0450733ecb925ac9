//! [`Response`]: from predictions of a logarithm back to what it is the logarithm of.

use ndarray::{Array1, ArrayView1};

use super::Design;
use super::syntax::Kind;
use crate::check::{check_length, check_range};
use crate::error::{Error, Result};

/// The target of a formula behind a logarithm on its left side: `log`, `log2`, `log10` or `log1p`.
///
/// ```text
/// y = exp(k η) − c        E[y] ≈ S exp(k η̂) − c        S = Σ s exp(k e) / Σ s, over the residuals e
/// ```
///
/// `exp` of a predicted logarithm is the median of a symmetric error's response, and too low for its mean; the smearing
/// estimate `S` makes up for it, whatever the distribution of the errors. Source: Duan, *Smearing estimate: a
/// nonparametric retransformation method*, 1983.
///
/// # Examples
///
/// ```
/// use elltwo::data::Frame;
/// use elltwo::formula::Formula;
/// use ndarray::array;
///
/// let frame = Frame::default().with_numbers("price", [1.0, 10.0])?.with_numbers("size", [1.0, 2.0])?;
/// let design = "log10(price) ~ size".parse::<Formula>()?.design(&frame)?;
/// let response = design.response().expect("a logarithm");
/// assert_eq!(response.target(), "price");
/// let smearing = response.smearing(array![0.0, 0.0].view(), None)?;
/// assert!((response.invert(array![2.0].view(), smearing)?[0] - 100.0).abs() < 1e-9);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    target: String,
    factor: f64,
    shift: f64,
}

impl Design {
    /// The response behind the target, if that is the logarithm of a column or of arithmetic.
    #[must_use]
    pub fn response(&self) -> Option<Response> {
        let left = self.formula.sides.left.as_ref()?;
        let Kind::Call(name, arguments) = &left.kind else {
            return None;
        };
        let (factor, shift) = match name.as_str() {
            "log" => (1.0, 0.0),
            "log2" => (std::f64::consts::LN_2, 0.0),
            "log10" => (std::f64::consts::LN_10, 0.0),
            "log1p" => (1.0, 1.0),
            _ => return None,
        };
        Some(Response {
            target: arguments.first()?.value.to_string(),
            factor,
            shift,
        })
    }
}

impl Response {
    /// Text of the argument of the logarithm.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The smearing estimate of the residuals of the fit.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of weights; [`Error::Empty`] without residuals; [`Error::Overflow`].
    pub fn smearing(
        &self,
        residuals: ArrayView1<'_, f64>,
        weights: Option<ArrayView1<'_, f64>>,
    ) -> Result<f64> {
        if residuals.is_empty() {
            return Err(Error::empty("residuals"));
        }
        let smeared = residuals.mapv(|e| (self.factor * e).exp());
        let smearing = match weights {
            None => smeared.sum() / smeared.len() as f64,
            Some(weights) => {
                check_length("length of weights", smeared.len(), weights.len())?;
                smeared.dot(&weights) / weights.sum()
            }
        };
        check_range("the smearing estimate", &[smearing])?;
        Ok(smearing)
    }

    /// The responses of predicted logarithms, times a smearing estimate; by 1 the medians.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`].
    pub fn invert(&self, predictions: ArrayView1<'_, f64>, smearing: f64) -> Result<Array1<f64>> {
        let responses = predictions.mapv(|eta| smearing * (self.factor * eta).exp() - self.shift);
        check_range("a response", &responses)?;
        Ok(responses)
    }
}
