//! A fitted polynomial.

use ndarray::{Array1, Array2, ArrayView, ArrayView2, ArrayViewMut, Axis, Ix1};
use serde::{Deserialize, Serialize};

use super::{FitReport, LinearModel, Predictor};
use crate::check::{check_finite, check_length, check_range};
use crate::error::Result;
use crate::linalg::DoubleDouble;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::closed_form::ExtendedSolution;

/// A polynomial of one feature: `ŷ = b + Σₖ wₖ xᵏ`, with its coefficients and the report of its fit.
///
/// Predictions do not come from the rounded coefficients, whose terms may cancel in all their digits, but from those of
/// the powers of `(x − c)/s` in double-double arithmetic, by Horner's rule, rounded once.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, PolynomialRegression, Predictor};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0]];
/// let model = PolynomialRegression::new(2).fit(x.view(), array![2.0, 5.0, 10.0, 17.0].view())?;
/// assert!((&model.coefficients() - &array![0.0, 1.0]).iter().all(|d: &f64| d.abs() <= 1e-15));
/// assert_eq!(model.predict(array![[10.0]].view())?, array![101.0]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct PolynomialModel<F: Scalar, D: TargetDim = Ix1> {
    linear: LinearModel<F, D>,
    expansion: Expansion,
}

impl<F: Scalar, D: TargetDim> PolynomialModel<F, D> {
    pub(super) fn new(linear: LinearModel<F, D>, expansion: Expansion) -> Self {
        Self { linear, expansion }
    }

    /// Model of the coefficients as they are.
    pub(super) fn from_linear(linear: LinearModel<F, D>) -> Self {
        let columns = D::as_columns(linear.coefficients());
        let mut hi = Array2::zeros((columns.nrows() + 1, columns.ncols()));
        let (mut constant, mut powers) = hi.view_mut().split_at(Axis(0), 1);
        constant
            .row_mut(0)
            .assign(&linear.intercepts().mapv(F::wide));
        powers.assign(&columns.mapv(F::wide));
        let expansion = Expansion {
            lo: Array2::zeros(hi.dim()),
            hi,
            centre: 0.0,
            scale: 0,
        };
        Self { linear, expansion }
    }

    /// Coefficients `w` of `x`, `x²`, …: `(degree,)` for one target, `(degree, k)` for several.
    #[must_use]
    pub fn coefficients(&self) -> ArrayView<'_, F, D> {
        self.linear.coefficients()
    }

    /// Intercept `b`: a number for one target, `(k,)` for several; zero when none was fitted.
    #[must_use]
    pub fn intercept(&self) -> D::PerTarget<F> {
        self.linear.intercept()
    }

    /// The degree.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.linear.n_features()
    }

    /// Report of how the model was fitted; with [`Precision::Extended`](crate::solver::Precision::Extended) rank and
    /// condition number are those of the powers that were fitted.
    #[must_use]
    pub fn report(&self) -> Option<&FitReport> {
        self.linear.report()
    }

    /// Linear model on a design of the powers `x, x², …`, for analyses of linear models.
    #[must_use]
    pub fn linear(&self) -> &LinearModel<F, D> {
        &self.linear
    }
}

impl<F: Scalar, D: TargetDim> Predictor<F, D> for PolynomialModel<F, D> {
    fn n_targets(&self) -> usize {
        self.linear.n_targets()
    }

    fn predict_into(&self, x: ArrayView2<'_, F>, mut out: ArrayViewMut<'_, F, D>) -> Result<()> {
        check_length("columns of x", 1, x.ncols())?;
        check_length("rows of out", x.nrows(), out.shape()[0])?;
        check_length("targets of out", x.nrows() * self.n_targets(), out.len())?;
        check_finite("x", x)?;
        let mut columns = D::as_columns_mut(out.view_mut());
        for (x, mut out) in x.iter().zip(columns.rows_mut()) {
            for (target, to) in out.iter_mut().enumerate() {
                *to = F::of(self.expansion.value(x.wide(), target));
            }
        }
        check_range("a prediction", &out)
    }
}

/// `Σₖ aₖ tᵏ`, `t = (x − c) / 2^scale`, `aₖ = hiₖ + loₖ`; from the constant up, a column a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Expansion {
    hi: Array2<f64>,
    lo: Array2<f64>,
    centre: f64,
    scale: i32,
}

impl Expansion {
    pub(super) fn new(solution: &ExtendedSolution, centre: f64, scale: i32) -> Self {
        let (p, k) = solution.coefficients.dim();
        let part = |part: fn(DoubleDouble) -> f64| {
            Array2::from_shape_fn((p + 1, k), |(power, target)| match power.checked_sub(1) {
                Some(j) => part(solution.coefficients[[j, target]]),
                None => part(solution.intercepts[target]),
            })
        };
        Self {
            hi: part(DoubleDouble::hi),
            lo: part(DoubleDouble::lo),
            centre,
            scale,
        }
    }

    /// The coefficients of `x, x², …` and the constants.
    pub(super) fn in_powers_of_x(&self) -> (Array2<DoubleDouble>, Array1<DoubleDouble>) {
        let (length, k) = self.hi.dim();
        let mut powers = Array2::from_elem((length, k), DoubleDouble::ZERO);
        let centre = DoubleDouble::new(self.centre);
        for (target, mut column) in powers.columns_mut().into_iter().enumerate() {
            // Horner's rule on polynomials: multiply by (x − c)/s, add the next coefficient.
            for k in (0..length).rev() {
                for j in (0..length).rev() {
                    let below = match j.checked_sub(1) {
                        Some(below) => column[below],
                        None => DoubleDouble::ZERO,
                    };
                    column[j] = (below - centre * column[j]).scaled(-self.scale);
                }
                column[0] += self.coefficient(k, target);
            }
        }
        let (constant, powers) = powers.view().split_at(Axis(0), 1);
        (powers.to_owned(), constant.row(0).to_owned())
    }

    fn coefficient(&self, power: usize, target: usize) -> DoubleDouble {
        DoubleDouble::sum(self.hi[[power, target]], self.lo[[power, target]])
    }

    /// The value at `x`, by Horner's rule.
    fn value(&self, x: f64, target: usize) -> f64 {
        let t = DoubleDouble::sum(x, -self.centre).scaled(-self.scale);
        let powers = (0..self.hi.nrows()).rev();
        let next = |value: DoubleDouble, k: usize| value * t + self.coefficient(k, target);
        powers.fold(DoubleDouble::ZERO, next).hi()
    }
}
