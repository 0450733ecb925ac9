//! The ridge path: the solution for every penalty, from one factorisation.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::LinearModel;
use crate::check::{check_length, check_non_negative, check_parameter, check_range, setters};
use crate::error::{Error, Result};
use crate::moments::Moments;
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::Solver;
use crate::solver::closed_form::{Problem, Spectrum};

/// Penalties of the default grid.
const GRID: usize = 100;
/// The largest penalty of the grid, over the largest `σ²/W`.
const ABOVE: f64 = 1e3;
/// The smallest, over the smallest `σ²/W`, and what it is at least, over the largest.
const BELOW: (f64, f64) = (1e-3, 1e-16);

/// Ridge regression of one target for many penalties at the price of one.
///
/// ```text
/// √S (X − 1x̄ᵀ) = U diag(σ) Vᵀ      w(λ) = V diag(σ / (σ² + Wλ)) Uᵀ √S (y − ȳ)      df(λ) = [1] + Σ σ² / (σ² + Wλ)
/// ```
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`lambdas`](Self::lambdas) | from the data | the penalties, in any order | finite, ≥ 0 |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
///
/// `λ` is that of [`RidgeRegression`](super::RidgeRegression). The default grid is 100 penalties in equal ratios,
/// ascending, from `σ²ₘᵢₙ/1000W` (no less than `10⁻¹⁶ σ²ₘₐₓ/W`), where nothing is shrunk, to `1000 σ²ₘₐₓ/W`, where
/// nearly all is. The factorisation is that of the Gram matrix where its conditioning costs no digit, else of the
/// design itself; singular values come from one-sided Jacobi, and keep their digits when columns have very different
/// scales. Source: Hoerl & Kennard, *Ridge regression*, 1970; Hastie, Tibshirani & Friedman, *The Elements of
/// Statistical Learning*, §3.4.1.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::model::RidgePath;
/// use ndarray::array;
///
/// let x = array![[1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0]];
/// let y = array![3.0, 4.0, 1.0, 7.0];
/// let samples = Samples::new(x.view(), y.view(), None)?;
/// let path = RidgePath::new().lambdas([0.0, 0.1, 1e6]).fit(&samples)?;
/// assert_eq!(path.coefficients().dim(), (2, 3));
/// assert!((path.degrees_of_freedom()[0] - 3.0).abs() < 1e-12);
/// assert!(path.mse()[0] < path.mse()[1]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgePath {
    lambdas: Option<Vec<f64>>,
    fit_intercept: bool,
}

impl Default for RidgePath {
    fn default() -> Self {
        Self {
            lambdas: None,
            fit_intercept: true,
        }
    }
}

impl RidgePath {
    /// The default grid, with an intercept.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the penalties.
    #[must_use]
    pub fn lambdas(mut self, lambdas: impl Into<Vec<f64>>) -> Self {
        self.lambdas = Some(lambdas.into());
        self
    }

    setters! {
        /// Fits an intercept, or none.
        fit_intercept: bool;
    }

    /// Checks the parameters, as `fit` does first.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for an empty grid; [`Error::InvalidParameter`] for a penalty that is NaN, infinite or negative.
    pub fn validate(&self) -> Result<()> {
        check_lambdas(self.lambdas.as_deref())
    }

    /// The path of samples of one target.
    ///
    /// # Errors
    ///
    /// As [`validate`](Self::validate), and for data that the method cannot bear; see [`Error`].
    pub fn fit<F: Scalar>(&self, samples: &Samples<'_, F>) -> Result<RidgePathFit> {
        self.validate()?;
        let problem = Problem::least_squares(samples.columns(), self.fit_intercept);
        self.walk(&Spectrum::new(&problem)?)
    }

    /// The path of the rows that `moments` have seen. There are no rows to turn to: about `16 − 2 log₁₀ κ` digits.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit); [`Error::ShapeMismatch`] for more than one target; [`Error::Empty`] of no rows;
    /// [`Error::SolverFailed`] where squares of the data leave the floating-point range.
    pub fn fit_moments(&self, moments: &Moments) -> Result<RidgePathFit> {
        self.validate()?;
        check_length("targets of the moments", 1, moments.n_targets())?;
        if moments.weight_sum() <= 0.0 {
            return Err(Error::empty("moments"));
        }
        self.walk(&Spectrum::from_moments(moments, self.fit_intercept)?)
    }

    fn walk(&self, spectrum: &Spectrum) -> Result<RidgePathFit> {
        let own = || default_lambdas(spectrum);
        let lambdas = self.lambdas.clone().map_or_else(own, Ok)?;
        let mut columns = Vec::with_capacity(lambdas.len());
        let (mut intercepts, mut mse) = (Vec::new(), Vec::new());
        for &lambda in &lambdas {
            let coefficients = spectrum.coefficients(lambda)?;
            intercepts.push(spectrum.intercepts(coefficients.view())[0]);
            mse.push(spectrum.mse(lambda)[0]);
            columns.push(coefficients);
        }
        let views: Vec<_> = columns.iter().map(|column| column.view()).collect();
        let coefficients =
            ndarray::concatenate(Axis(1), &views).map_err(|_| Error::empty("lambdas"))?;
        let values = intercepts.iter().chain(&mse);
        check_range("an intercept or the mean squared error", values)?;
        Ok(RidgePathFit {
            degrees_of_freedom: (lambdas.iter())
                .map(|&lambda| spectrum.degrees_of_freedom(lambda))
                .collect(),
            lambdas,
            coefficients,
            intercepts: intercepts.into(),
            mse: mse.into(),
            solver: spectrum.solver,
            rank: spectrum.rank(),
            condition_number: spectrum.condition_number,
        })
    }
}

/// Solutions along a grid of penalties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgePathFit {
    lambdas: Vec<f64>,
    coefficients: Array2<f64>,
    intercepts: Array1<f64>,
    degrees_of_freedom: Array1<f64>,
    mse: Array1<f64>,
    solver: Solver,
    rank: usize,
    condition_number: f64,
}

impl RidgePathFit {
    /// The `L` penalties, in the order given.
    #[must_use]
    pub fn lambdas(&self) -> &[f64] {
        &self.lambdas
    }

    /// Coefficients `(p, L)`: a column for each penalty, a row for each feature of the ridge trace.
    #[must_use]
    pub fn coefficients(&self) -> ArrayView2<'_, f64> {
        self.coefficients.view()
    }

    /// Intercepts `(L,)`; zero when none was fitted.
    #[must_use]
    pub fn intercepts(&self) -> ArrayView1<'_, f64> {
        self.intercepts.view()
    }

    /// The trace of each hat matrix, the intercept included, `(L,)`.
    #[must_use]
    pub fn degrees_of_freedom(&self) -> ArrayView1<'_, f64> {
        self.degrees_of_freedom.view()
    }

    /// Weighted mean squared error on the training data, `(L,)`.
    #[must_use]
    pub fn mse(&self) -> ArrayView1<'_, f64> {
        self.mse.view()
    }

    /// [`Solver::Eigen`] if the Gram matrix was factored, [`Solver::Svd`] if the design.
    #[must_use]
    pub fn solver(&self) -> Solver {
        self.solver
    }

    /// Independent columns of the centred design.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Condition number of its unit-norm columns, without a penalty.
    #[must_use]
    pub fn condition_number(&self) -> f64 {
        self.condition_number
    }

    /// The model of one of the penalties; it has no report.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if there is no such penalty.
    pub fn model(&self, index: usize) -> Result<LinearModel<f64>> {
        let (exists, rule) = (index < self.lambdas.len(), "below the number of penalties");
        check_parameter(exists, "index", index as f64, rule)?;
        let coefficients = self.coefficients.column(index).to_owned();
        LinearModel::from_parts(coefficients, self.intercepts[index])
    }
}

/// Refuses an empty grid and penalties that are none.
pub(super) fn check_lambdas(lambdas: Option<&[f64]>) -> Result<()> {
    let Some(lambdas) = lambdas else {
        return Ok(());
    };
    if lambdas.is_empty() {
        return Err(Error::empty("lambdas"));
    }
    lambdas
        .iter()
        .try_for_each(|&lambda| check_non_negative("lambdas", lambda))
}

/// Penalties in equal ratios that span what the data can tell apart; 1 alone where no column varies.
pub(super) fn default_lambdas(spectrum: &Spectrum) -> Result<Vec<f64>> {
    let Some((largest, least)) = spectrum.penalty_range() else {
        return Ok(vec![1.0]);
    };
    let high = ABOVE * largest;
    let low = (BELOW.0 * least).max(BELOW.1 * largest);
    if !high.is_finite() || low <= 0.0 {
        return Err(Error::overflow("the penalty of the default grid"));
    }
    let ratio = (high / low).ln() / (GRID - 1) as f64;
    Ok((0..GRID).map(|i| low * (ratio * i as f64).exp()).collect())
}
