//! Exact minima of losses other than the squared one, as models with a report.

use std::fmt;

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::report::listed;
use super::sgd::mean_losses;
use super::{FitReport, LinearModel, Method};
use crate::check::check_range;
use crate::error::{Error, Result};
use crate::loss::{Penalty, RegressionLoss};
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::Termination;
use crate::solver::quantile::{Kinks, Minimizer, Problem, Solution};

/// Facts of an exact minimum beside the common ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExactReport {
    /// Name of the solver.
    pub solver: String,
    /// The loss that was minimised.
    pub loss: RegressionLoss,
    /// The penalty that was added.
    pub penalty: Penalty,
    /// Mean loss of each target.
    pub losses: Vec<f64>,
    /// Duality gap of each target, an upper bound of what the objective is above its minimum: rounding, at a vertex.
    pub duality_gap: Vec<f64>,
    /// False for a target that has other solutions with the same objective, as the median of an even number of values
    /// has.
    pub is_unique: Vec<bool>,
    /// Independent columns; `None` with a penalty, which does not ask for it.
    pub rank: Option<usize>,
    /// Steps of the interior point, of all targets.
    pub iterations: usize,
    /// Pivots from there to a vertex, of all targets.
    pub pivots: usize,
}

impl ExactReport {
    pub(super) fn target(&self, target: usize) -> Self {
        Self {
            losses: vec![self.losses[target]],
            duality_gap: vec![self.duality_gap[target]],
            is_unique: vec![self.is_unique[target]],
            ..self.clone()
        }
    }
}

impl fmt::Display for ExactReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "loss               {}", self.loss)?;
        if let Some(rank) = self.rank {
            writeln!(f, "rank               {rank}")?;
        }
        let gaps = listed(&self.duality_gap, |gap| format!("{gap:.1e}"));
        write!(f, "duality gap        {gaps}")?;
        if self.is_unique.contains(&false) {
            write!(
                f,
                "\nnot unique         other coefficients have the same objective"
            )?;
        }
        Ok(())
    }
}

/// An exact minimum of a loss with kinks, and the parameters that it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exact {
    pub(super) loss: RegressionLoss,
    pub(super) penalty: Penalty,
    pub(super) fit_intercept: bool,
}

impl Exact {
    pub(super) fn fit<F: Scalar, D: TargetDim>(
        self,
        samples: &Samples<'_, F, D>,
    ) -> Result<LinearModel<F, D>> {
        let models = self.fit_each(samples, &[self.loss])?;
        models.into_iter().next().ok_or(Error::empty("quantiles"))
    }

    /// A model for each of several losses, each started from the one before.
    pub(super) fn fit_each<F: Scalar, D: TargetDim>(
        self,
        samples: &Samples<'_, F, D>,
        losses: &[RegressionLoss],
    ) -> Result<Vec<LinearModel<F, D>>> {
        let kinks = losses.iter().map(|loss| {
            loss.validate()?;
            Kinks::of(*loss).ok_or(Error::SolverFailed {
                solver: "interior point",
                reason: "it minimises the absolute, quantile, epsilon-insensitive and Huber loss",
            })
        });
        let kinks = kinks.collect::<Result<Vec<_>>>()?;
        let columns = samples.columns();
        let mut solutions: Vec<Vec<Solution>> = vec![Vec::new(); losses.len()];
        for target in 0..samples.n_targets() {
            let minimizer = Minimizer::new(Problem {
                samples: columns,
                target,
                penalty: self.penalty,
                fit_intercept: self.fit_intercept,
            })?;
            let mut start = None;
            for (kinks, found) in kinks.iter().zip(&mut solutions) {
                let solution = minimizer.minimize(kinks, start.as_ref())?;
                found.push(solution.clone());
                start = Some(solution);
            }
        }
        let of = |(solutions, loss): (Vec<Solution>, &RegressionLoss)| {
            Self {
                loss: *loss,
                ..self
            }
            .model(samples, &solutions)
        };
        solutions.into_iter().zip(losses).map(of).collect()
    }

    fn model<F: Scalar, D: TargetDim>(
        self,
        samples: &Samples<'_, F, D>,
        solutions: &[Solution],
    ) -> Result<LinearModel<F, D>> {
        let first = solutions.first().ok_or(Error::empty("y (columns)"))?;
        let (p, k) = (samples.n_features(), solutions.len());
        let coefficients =
            Array2::from_shape_fn((p, k), |(j, t)| F::of(solutions[t].coefficients[j]));
        let intercepts: Array1<F> = solutions.iter().map(|s| F::of(s.intercept)).collect();
        check_range("a coefficient", coefficients.iter().chain(&intercepts))?;
        let columns = samples.columns();
        let [mse, losses] = mean_losses(
            columns,
            self.loss,
            &coefficients,
            &intercepts,
            first.weight_sum,
        );
        let mut terminations = solutions.iter().map(|s| s.termination);
        let stalled = terminations.find(|t| t.ensure_converged().is_err());
        let sum = |f: fn(&Solution) -> usize| solutions.iter().map(f).sum();
        let exact = ExactReport {
            solver: if self.loss.curvature().is_some() {
                "interior point and Newton".to_owned()
            } else if self.penalty.l2().lambda() > 0.0 {
                "interior point".to_owned()
            } else {
                "interior point and simplex".to_owned()
            },
            loss: self.loss,
            penalty: self.penalty,
            losses,
            duality_gap: solutions.iter().map(|s| s.duality_gap).collect(),
            is_unique: solutions.iter().map(|s| s.is_unique).collect(),
            rank: (self.penalty.value(ndarray::array![1.0].view()) == 0.0).then_some(first.rank),
            iterations: sum(|s| s.iterations),
            pivots: sum(|s| s.pivots),
        };
        let report = FitReport {
            n_samples: first.n_samples,
            n_features: p,
            weight_sum: first.weight_sum,
            lambda: vec![self.penalty.l2().lambda(); k],
            fit_intercept: self.fit_intercept,
            mse,
            objective: 0.0,
            termination: stalled.unwrap_or(Termination::Converged {
                iterations: exact.iterations + exact.pivots,
            }),
            method: Method::Exact(exact),
        };
        LinearModel::rounded(
            &coefficients.mapv(Scalar::wide),
            &intercepts.mapv(Scalar::wide),
        )?
        .with_report(report)
    }
}
