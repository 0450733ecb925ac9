//! Regressions that tests make of residuals on other columns.

use std::fmt;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use crate::check::check_parameter;
use crate::error::{Error, Result};
use crate::linalg::affine_into;
use crate::loss::{Reduction, SquaredError};
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Problem, solve};
use crate::solver::{TrainingResiduals, rounding_shows};
use crate::statistics::{HypothesisTest, Reference, Test};

/// A test by an auxiliary regression, in its two forms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LagrangeMultiplier {
    /// The Lagrange multiplier statistic, asymptotically χ².
    pub chi_squared: HypothesisTest,
    /// The F statistic of the auxiliary regression, closer in small samples.
    pub f: HypothesisTest,
}

impl fmt::Display for LagrangeMultiplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.chi_squared, self.f)
    }
}

/// A least-squares fit and its sums.
#[derive(Debug)]
pub(super) struct Auxiliary {
    /// Rows.
    pub(super) n: usize,
    /// `Σ (y − ŷ)²`
    pub(super) residual: f64,
    /// `Σ (y − ȳ)²`
    pub(super) total: f64,
    /// Slopes that are not determined by others.
    pub(super) rank: usize,
    /// Rows less rank, less one for the intercept.
    pub(super) df: f64,
}

impl Auxiliary {
    /// Regresses `y` on `x`, with an intercept or not; a design without columns is the intercept alone.
    pub(super) fn fit(
        x: ArrayView2<'_, f64>,
        y: ArrayView1<'_, f64>,
        fit_intercept: bool,
    ) -> Result<Self> {
        Ok(Self::with_fitted(x, y, fit_intercept)?.0)
    }

    /// Regression as by [`fit`](Self::fit), and its fitted values.
    pub(super) fn with_fitted(
        x: ArrayView2<'_, f64>,
        y: ArrayView1<'_, f64>,
        fit_intercept: bool,
    ) -> Result<(Self, Array1<f64>)> {
        let n = y.len();
        let total = sum_about_mean(y);
        // A column of zeros has no coefficient.
        let zeros = Array2::zeros((n, 1));
        let x = if x.ncols() == 0 { zeros.view() } else { x };
        let samples = Samples::new(x, y.insert_axis(Axis(1)), None)?;
        let solution = solve(&Problem::least_squares(samples, fit_intercept), None)?;
        let mut fitted = Array1::zeros(n);
        let to = fitted.view_mut().insert_axis(Axis(1));
        affine_into(
            x,
            solution.coefficients.view(),
            solution.intercepts.view(),
            to,
        )?;
        let mut residual =
            SquaredError.residual_in_place(y, fitted.clone().view_mut(), None, Reduction::Sum)?;
        let (w, b) = (solution.coefficients.column(0), solution.intercepts[0]);
        if rounding_shows(&samples, w, b, residual / n as f64) {
            residual =
                TrainingResiduals::accurate(&samples, 0, w, b, fit_intercept)?.sum_of_squares;
        }
        // Only an iteration does not know its rank, and none is asked for.
        let rank = solution.rank.unwrap_or(x.ncols());
        let sums = Self::new(n, (residual, total), rank, fit_intercept);
        Ok((sums, fitted))
    }

    /// Regression of `n` rows with these residual and total sums of squares.
    pub(super) fn new(n: usize, sums: (f64, f64), rank: usize, fit_intercept: bool) -> Self {
        Self {
            n,
            residual: sums.0,
            total: sums.1,
            rank,
            df: n as f64 - rank as f64 - f64::from(u8::from(fit_intercept)),
        }
    }

    /// Refuses a regression that leaves no degree of freedom.
    pub(super) fn with_residual_df(self, what: &'static str) -> Result<Self> {
        if self.df > 0.5 {
            return Ok(self);
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small whole number
        let required = self.n + (-self.df).max(0.0) as usize + 1;
        Err(Error::too_few(what, required, self.n))
    }

    /// `n R²`, and the F test that every slope is zero; NaN where `y` does not vary.
    pub(super) fn multiplier(&self, test: Test) -> LagrangeMultiplier {
        let explained = (self.total - self.residual).max(0.0);
        let statistic = self.n as f64 * (explained / self.total);
        let rank = self.rank as f64;
        let f = explained / rank / (self.residual / self.df);
        LagrangeMultiplier {
            chi_squared: HypothesisTest::new(test, statistic, Reference::ChiSquared { df: rank }),
            f: HypothesisTest::new(test, f, Reference::f(rank, self.df)),
        }
    }

    /// The F test of a smaller regression with residual sum of squares and degrees of freedom against this one.
    pub(super) fn against(&self, test: Test, residual: f64, df: f64) -> HypothesisTest {
        let numerator_df = df - self.df;
        let gain = (residual - self.residual).max(0.0);
        let f = gain / numerator_df / (self.residual / self.df);
        HypothesisTest::new(test, f, Reference::f(numerator_df, self.df))
    }
}

/// `Σ (y − ȳ)²`.
pub(super) fn sum_about_mean(y: ArrayView1<'_, f64>) -> f64 {
    // From a value of the data on, so that none is lost to their distance from zero.
    let first = y.first().copied().unwrap_or_default();
    let deviations = y.mapv(|v| v - first);
    let mean = deviations.mean().unwrap_or(0.0);
    deviations.fold(0.0, |sum, d| sum + (d - mean).powi(2))
}

/// Design in `f64`.
pub(super) fn widened<F: Scalar>(x: ArrayView2<'_, F>) -> Array2<f64> {
    x.mapv(Scalar::wide)
}

/// The order of the rows by a column; their own without one.
pub(super) fn row_order(x: ArrayView2<'_, f64>, order_by: Option<usize>) -> Result<Vec<usize>> {
    let mut order: Vec<usize> = (0..x.nrows()).collect();
    if let Some(column) = order_by {
        let (exists, rule) = (column < x.ncols(), "below the number of features");
        check_parameter(exists, "order_by", column as f64, rule)?;
        order.sort_by(|&a, &b| x[[a, column]].total_cmp(&x[[b, column]]));
    }
    Ok(order)
}
