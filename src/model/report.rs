//! What a fit says about itself.

use std::fmt;

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::loss::L2;
use crate::scalar::Scalar;
use crate::solver::{Fallback, Precision, Solver, Termination};

/// How a fit was computed and how well it stands.
///
/// `Display` prints one fact a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FitReport {
    /// Rows of positive weight.
    pub n_samples: usize,
    /// `W`, the sum of the weights; the number of rows without weights.
    pub weight_sum: f64,
    /// The penalty of each target.
    pub lambda: Vec<f64>,
    /// Whether an intercept was fitted.
    pub fit_intercept: bool,
    /// The solver that ran; with penalties that differ between targets, the most careful of those that did.
    pub solver: Solver,
    /// The precision of the arithmetic.
    pub precision: Precision,
    /// What [`Solver::Auto`] passed over before, and why.
    pub fallbacks: Vec<Fallback>,
    /// Independent columns of the system that was solved: centred with an intercept, and with a penalty augmented by it, so that
    /// `λ > 0` gives full rank, but for constant columns.
    pub rank: usize,
    /// Columns of the design.
    pub n_features: usize,
    /// Condition number of that system with its columns scaled to unit norm; of the independent ones when the rank is
    /// deficient. An estimate, seldom off by a factor of two, for the Cholesky and dual solvers.
    pub condition_number: f64,
    /// Weighted mean squared error of each target on the training data.
    pub mse: Vec<f64>,
    /// `J`, what was minimised: the mean squared errors and the penalties, summed over targets.
    pub objective: f64,
    /// How it stopped.
    pub termination: Termination,
}

impl FitReport {
    /// The report of one target; its coefficients give its share of the objective.
    pub(super) fn target<F: Scalar>(&self, target: usize, coefficients: ArrayView1<'_, F>) -> Self {
        let (lambda, mse) = (self.lambda[target], self.mse[target]);
        let penalty = L2::new(lambda).map_or(0.0, |penalty| penalty.value(coefficients));
        Self {
            lambda: vec![lambda],
            mse: vec![mse],
            objective: mse + penalty,
            ..self.clone()
        }
    }

    /// Whether columns of the design (constant ones included, with an intercept) could not be told apart; the solution is then
    /// the one of smallest norm.
    #[must_use]
    pub fn is_rank_deficient(&self) -> bool {
        self.rank < self.n_features
    }
}

impl fmt::Display for FitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "samples            {}", self.n_samples)?;
        writeln!(f, "features           {}", self.n_features)?;
        writeln!(
            f,
            "solver             {} ({})",
            self.solver, self.termination
        )?;
        writeln!(f, "precision          {}", self.precision)?;
        for fallback in &self.fallbacks {
            writeln!(f, "                   {fallback}")?;
        }
        let deficient = if self.is_rank_deficient() {
            " (deficient: minimum-norm solution)"
        } else {
            ""
        };
        writeln!(f, "rank               {}{deficient}", self.rank)?;
        writeln!(f, "condition number   {:.3e}", self.condition_number)?;
        write!(f, "objective          {:.6e}", self.objective)
    }
}
