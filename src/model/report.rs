//! Fit reports: how a model was fitted, and how well it stands.

use std::fmt;

use ndarray::{ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::{ExactReport, SgdReport};
use crate::loss::{L2, RegressionLoss};
use crate::scalar::Scalar;
use crate::solver::{Backend, Fallback, Precision, Solver, Termination};

/// Report of how a fit was computed and how well it stands: facts of every estimator, and in [`method`](Self::method)
/// those of one.
///
/// `Display` prints one fact a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FitReport {
    /// Rows of positive weight.
    pub n_samples: usize,
    /// Columns of the design.
    pub n_features: usize,
    /// `W`, the sum of the weights; the number of rows without weights.
    pub weight_sum: f64,
    /// The penalty of each target.
    pub lambda: Vec<f64>,
    /// True if an intercept was fitted.
    pub fit_intercept: bool,
    /// Weighted mean squared error of each target on the training data.
    pub mse: Vec<f64>,
    /// Objective `J` that was minimised: the mean squared errors and the penalties, summed over targets.
    pub objective: f64,
    /// Termination: how the fit stopped.
    pub termination: Termination,
    /// Method that computed it.
    pub method: Method,
}

/// Method that computed a fit, with its own facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Method {
    /// [`RidgeRegression`](super::RidgeRegression).
    Ridge(RidgeReport),
    /// [`SgdRegressor`](super::SgdRegressor).
    Sgd(SgdReport),
    /// [`QuantileRegression`](super::QuantileRegression), [`LeastAbsoluteDeviations`](super::LeastAbsoluteDeviations),
    /// [`EpsilonInsensitiveRegression`](super::EpsilonInsensitiveRegression),
    /// [`HuberRegression`](super::HuberRegression).
    Exact(ExactReport),
}

/// Report of the solvers of [`RidgeRegression`](super::RidgeRegression).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RidgeReport {
    /// The solver that ran; with penalties that differ between targets, the most careful of those that did.
    pub solver: Solver,
    /// Backend of its matrix products and factorisations.
    pub backend: Backend,
    /// The precision of the arithmetic.
    pub precision: Precision,
    /// Solvers that [`Solver::Auto`] passed over before, and why.
    pub fallbacks: Vec<Fallback>,
    /// Independent columns of the system that was solved: centred with an intercept, and with a penalty augmented by
    /// it, so that `λ > 0` gives full rank, but for constant columns. `None` from [`Solver::Lsqr`], which cannot tell.
    pub rank: Option<usize>,
    /// Condition number of that system with its columns scaled to unit norm; of the independent ones when the rank is
    /// deficient. An estimate, seldom off by a factor of two, for the Cholesky and dual solvers; from below for
    /// [`Solver::Lsqr`].
    pub condition_number: f64,
    /// Effective degrees of freedom of each target, the trace of its hat matrix `[1] + Σ σⱼ² / (σⱼ² + Wλ)` over the
    /// singular values of the design, the intercept included. `None` from [`Solver::Lsqr`], which has no factor.
    pub degrees_of_freedom: Option<Vec<f64>>,
    /// KKT residual `‖XᵀSr/W − λw‖∞` of each target, on centred columns with an intercept: zero at the minimum, in
    /// units of the targets times the features. From the moments where they gave the solution ([`Solver::Cholesky`]),
    /// else from the residuals of the data.
    pub kkt_residual: Vec<f64>,
}

impl RidgeReport {
    fn target(&self, target: usize) -> Self {
        Self {
            degrees_of_freedom: self.degrees_of_freedom.as_ref().map(|df| vec![df[target]]),
            kkt_residual: vec![self.kkt_residual[target]],
            ..self.clone()
        }
    }
}

impl FitReport {
    /// `J` of coefficients `(p, k)`: losses and penalties, summed over targets.
    pub(super) fn objective_at<F: Scalar>(&self, coefficients: ArrayView2<'_, F>) -> f64 {
        let columns = coefficients.columns().into_iter();
        match &self.method {
            Method::Ridge(_) => {
                let penalty = |(w, &lambda)| L2::new(lambda).map_or(0.0, |l2: L2| l2.value(w));
                let penalties: f64 = columns.zip(&self.lambda).map(penalty).sum();
                self.mse.iter().sum::<f64>() + penalties
            }
            Method::Sgd(sgd) => {
                let penalties: f64 = columns.map(|w| sgd.penalty.value(w)).sum();
                sgd.losses.iter().sum::<f64>() + penalties
            }
            Method::Exact(exact) => {
                let penalties: f64 = columns.map(|w| exact.penalty.value(w)).sum();
                exact.losses.iter().sum::<f64>() + penalties
            }
        }
    }

    /// Report of one target; its coefficients give its share of the objective.
    pub(super) fn target<F: Scalar>(&self, target: usize, coefficients: ArrayView1<'_, F>) -> Self {
        let mut report = Self {
            lambda: vec![self.lambda[target]],
            mse: vec![self.mse[target]],
            method: match &self.method {
                Method::Ridge(ridge) => Method::Ridge(ridge.target(target)),
                Method::Sgd(sgd) => Method::Sgd(sgd.target(target)),
                Method::Exact(exact) => Method::Exact(exact.target(target)),
            },
            ..self.clone()
        };
        report.objective = report.objective_at(coefficients.insert_axis(Axis(1)));
        report
    }

    /// Report of a ridge regression's solver; `None` of another method.
    #[must_use]
    pub fn ridge(&self) -> Option<&RidgeReport> {
        match &self.method {
            Method::Ridge(ridge) => Some(ridge),
            _ => None,
        }
    }

    /// Report of SGD; `None` of another method.
    #[must_use]
    pub fn sgd(&self) -> Option<&SgdReport> {
        match &self.method {
            Method::Sgd(sgd) => Some(sgd),
            _ => None,
        }
    }

    /// Report of an exact minimum of another loss; `None` of another method.
    #[must_use]
    pub fn exact(&self) -> Option<&ExactReport> {
        match &self.method {
            Method::Exact(exact) => Some(exact),
            _ => None,
        }
    }

    /// Loss that was minimised: the squared error of ridge regression, or another.
    #[must_use]
    pub fn loss(&self) -> RegressionLoss {
        match &self.method {
            Method::Ridge(_) => RegressionLoss::Squared,
            Method::Sgd(sgd) => sgd.loss,
            Method::Exact(exact) => exact.loss,
        }
    }

    /// Duality gap of each target, for losses with a kink: an upper bound of what the objective is above its minimum.
    #[must_use]
    pub fn duality_gap(&self) -> Option<&[f64]> {
        match &self.method {
            Method::Ridge(_) => None,
            Method::Sgd(sgd) => sgd.duality_gap.as_deref(),
            Method::Exact(exact) => Some(&exact.duality_gap),
        }
    }

    /// Independent columns of the system; `None` where the method cannot tell. See [`RidgeReport::rank`].
    #[must_use]
    pub fn rank(&self) -> Option<usize> {
        match &self.method {
            Method::Ridge(ridge) => ridge.rank,
            Method::Sgd(_) => None,
            Method::Exact(exact) => exact.rank,
        }
    }

    /// True if columns of the design (constant ones included, with an intercept) could not be told apart; the solution
    /// is then the one of smallest norm.
    #[must_use]
    pub fn is_rank_deficient(&self) -> bool {
        self.rank().is_some_and(|rank| rank < self.n_features)
    }

    fn write_ridge(&self, f: &mut fmt::Formatter<'_>, ridge: &RidgeReport) -> fmt::Result {
        writeln!(
            f,
            "solver             {} by {} ({})",
            ridge.solver, ridge.backend, self.termination
        )?;
        writeln!(f, "precision          {}", ridge.precision)?;
        for fallback in &ridge.fallbacks {
            writeln!(f, "                   {fallback}")?;
        }
        let deficient = if self.is_rank_deficient() {
            " (deficient: minimum-norm solution)"
        } else {
            ""
        };
        if let Some(rank) = ridge.rank {
            writeln!(f, "rank               {rank}{deficient}")?;
        }
        writeln!(f, "condition number   {:.3e}", ridge.condition_number)?;
        if let Some(df) = &ridge.degrees_of_freedom {
            writeln!(
                f,
                "degrees of freedom {}",
                listed(df, |v| format!("{v:.4}"))
            )?;
        }
        writeln!(
            f,
            "KKT residual       {}",
            listed(&ridge.kkt_residual, |v| format!("{v:.1e}"))
        )
    }
}

impl fmt::Display for FitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "samples            {}", self.n_samples)?;
        writeln!(f, "features           {}", self.n_features)?;
        match &self.method {
            Method::Ridge(ridge) => self.write_ridge(f, ridge)?,
            Method::Sgd(sgd) => {
                let optimizer = sgd.optimizer.name();
                writeln!(f, "solver             {optimizer} ({})", self.termination)?;
                writeln!(f, "{sgd}")?;
            }
            Method::Exact(exact) => {
                writeln!(
                    f,
                    "solver             {} ({})",
                    exact.solver, self.termination
                )?;
                writeln!(f, "{exact}")?;
            }
        }
        write!(f, "objective          {:.6e}", self.objective)
    }
}

/// The values of the targets, one after the other.
pub(super) fn listed(values: &[f64], format: impl Fn(&f64) -> String) -> String {
    values.iter().map(format).collect::<Vec<_>>().join(", ")
}
