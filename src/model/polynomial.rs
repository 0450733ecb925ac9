//! Polynomials of one feature, their powers formed in the precision of the fit.

use ndarray::{Array2, ArrayView2, Ix2};
use serde::{Deserialize, Serialize};

use super::polynomial_model::{Expansion, PolynomialModel};
use super::{Estimator, RidgeRegression};
use crate::check::{check_length, check_parameter, setters};
use crate::data::PolynomialFeatures;
use crate::error::{Error, Result};
use crate::linalg::{DoubleDouble, exponent, extent, widened};
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::Precision;
use crate::solver::closed_form::{ExtendedProblem, ExtendedSolution, solve_extended};

/// Rounding of the powers of the feature: a few units of twice the precision.
const POWER_ROUNDING: f64 = 1e-30;
/// More powers than a regression has.
const MAX_DEGREE: usize = 1000;

/// Regression on the powers of one feature, with an L2 penalty on their coefficients.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ (yᵢ − b − Σₖ wₖ xᵢᵏ)²  +  λ ‖w‖²        k = 1 … degree
/// ```
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`new`](Self::new) | | the degree | 1 … 1000 |
/// | [`lambda`](Self::lambda) | 0 | penalty on the coefficients of the powers; 0 is least squares | finite, ≥ 0 |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
/// | [`precision`](Self::precision) | [`Precision::Extended`] | of the powers and of the fit | |
///
/// A matrix of powers in `f64` is rounded, and rounding is all that ill-conditioned powers need to lose their digits:
/// of NIST's Filip problem, of degree 10, an exact solver would recover 7.6. Here powers are formed, and fitted, in
/// double-double arithmetic. Without a penalty they are those of `(x − c)/s`, which are well conditioned; the result is
/// expanded in powers of `x` and rounded once.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, PolynomialRegression, Predictor};
/// use ndarray::{Array2, Axis};
///
/// // (x + 6)³ = 216 + 108 x + 18 x² + x³, far from zero.
/// let x = Array2::from_shape_fn((12, 1), |(i, _)| -9.0 + i as f64 / 2.0);
/// let y = x.column(0).mapv(|x: f64| (x + 6.0).powi(3));
/// let model = PolynomialRegression::new(3).fit(x.view(), y.view())?;
/// for (found, exact) in model.coefficients().iter().zip([108.0, 18.0, 1.0]) {
///     assert!((found - exact).abs() <= 1e-15 * exact);
/// }
/// assert!((model.intercept() - 216.0).abs() <= 1e-13);
/// assert!((&model.predict(x.view())? - &y).iter().all(|d| d.abs() <= 1e-14));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolynomialRegression {
    degree: usize,
    lambda: f64,
    fit_intercept: bool,
    precision: Precision,
}

impl PolynomialRegression {
    /// Least squares on the powers up to this degree, and an intercept.
    #[must_use]
    pub fn new(degree: usize) -> Self {
        Self {
            degree,
            lambda: 0.0,
            fit_intercept: true,
            precision: Precision::Extended,
        }
    }

    setters! {
        /// Sets the penalty `λ` on the coefficients of the powers of `x`.
        lambda: f64;
        /// Fits an intercept, or none.
        fit_intercept: bool;
        /// Sets the precision of the powers and of the fit.
        precision: Precision;
    }

    /// The degree.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// Checks the parameters, as `fit` does first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a degree of 0 or above 1000, or a penalty that is NaN, infinite or negative.
    pub fn validate(&self) -> Result<()> {
        let holds = (1..=MAX_DEGREE).contains(&self.degree);
        check_parameter(holds, "degree", self.degree as f64, "from 1 to 1000")?;
        self.linear().validate()
    }

    /// The regression on the powers.
    fn linear(&self) -> RidgeRegression {
        RidgeRegression::new()
            .lambda(self.lambda)
            .fit_intercept(self.fit_intercept)
            .precision(self.precision)
    }

    fn fit_extended<F: Scalar>(
        &self,
        samples: &Samples<'_, F, Ix2>,
        lambda: &[f64],
    ) -> Result<(ExtendedSolution, Expansion)> {
        let solve = |(centre, scale): (f64, i32)| -> Result<_> {
            let problem = ExtendedProblem {
                x: self.powers(samples.x(), centre, scale)?,
                y: widened(samples.y()),
                weights: samples.weights().map(|weights| weights.mapv(F::wide)),
                lambda,
                fit_intercept: self.fit_intercept,
                rounding: POWER_ROUNDING,
                cancellation: samples.cancellation(),
            };
            let solution = solve_extended(&problem)?;
            let expansion = Expansion::new(&solution, centre, scale);
            Ok((solution, expansion))
        };
        if self.lambda > 0.0 {
            // The penalty is on the coefficients of the powers of x itself.
            return solve((0.0, 0));
        }
        let solved = solve(self.basis(samples.x()))?;
        // So is the length of the shortest solution.
        if solved.0.facts.rank < Some(self.degree) {
            solve((0.0, 0))
        } else {
            Ok(solved)
        }
    }

    /// `c` and the exponent of `s`: `(x − c)/s` lies in `[−1, 1]`. Without an intercept the powers must vanish at zero.
    fn basis<F: Scalar>(&self, x: ArrayView2<'_, F>) -> (f64, i32) {
        let wide = || x.iter().map(|v| v.wide());
        let (low, high) = extent(wide());
        let centre = if self.fit_intercept {
            low / 2.0 + high / 2.0
        } else {
            0.0
        };
        let largest = wide().fold(0.0_f64, |a, v| a.max((v - centre).abs()));
        let scale = if largest > 0.0 { exponent(largest) } else { 0 };
        (centre, scale)
    }

    /// The powers of `(x − c)/s`, `(n, degree)`.
    fn powers<F: Scalar>(
        &self,
        x: ArrayView2<'_, F>,
        centre: f64,
        scale: i32,
    ) -> Result<Array2<DoubleDouble>> {
        let mut powers = Array2::from_elem((x.nrows(), self.degree), DoubleDouble::ZERO);
        for (mut row, x) in powers.rows_mut().into_iter().zip(x) {
            let base = DoubleDouble::sum(x.wide(), -centre).scaled(-scale);
            let mut power = DoubleDouble::ONE;
            for to in &mut row {
                power = power * base;
                *to = power;
            }
            if !power.is_finite() {
                return Err(Error::overflow("a power of x"));
            }
        }
        Ok(powers)
    }
}

impl<F: Scalar, D: TargetDim> Estimator<F, D> for PolynomialRegression {
    type Fitted = PolynomialModel<F, D>;

    /// `x` has one column.
    ///
    /// # Errors
    ///
    /// As [`Estimator::fit_samples`]; [`Error::Overflow`] when a power of `x` is beyond the range, with a penalty or a
    /// deficient rank; [`Error::SolverFailed`] for a degree too high for the refinement to converge: above 30 or so
    /// without a penalty, 15 or so with one.
    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<PolynomialModel<F, D>> {
        self.validate()?;
        check_length("columns of x", 1, samples.n_features())?;
        if self.precision == Precision::Double {
            let powers = PolynomialFeatures::new(self.degree).transform(samples.x())?;
            let linear =
                (self.linear()).fit_weighted(powers.view(), samples.y(), samples.weights())?;
            return Ok(PolynomialModel::from_linear(linear));
        }
        let lambda = vec![self.lambda; samples.n_targets()];
        let (mut solution, expansion) = self.fit_extended(&samples.columns(), &lambda)?;
        (solution.coefficients, solution.intercepts) = expansion.in_powers_of_x();
        let linear = self
            .linear()
            .model_of(solution, lambda, &samples.columns())?;
        Ok(PolynomialModel::new(linear, expansion))
    }
}
