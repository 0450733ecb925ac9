//! Exact minima of piecewise-linear losses, absolute, quantile and ε-insensitive, and of Huber's, with L1 and L2
//! penalties.
//!
//! The interior point comes near the minimum in some twenty weighted Gram matrices, and a few pivots of the simplex
//! method end at a vertex: its objective is exact, and the dual variables there prove it. Of very many rows most are
//! only ever on one side, and are taken together.

mod coordinates;
mod interior;
mod reduce;
mod rows;
mod smooth;
mod vertex;

use ndarray::{Array1, Ix2};

use crate::error::Result;
use crate::loss::{Penalty, RegressionLoss};
use crate::samples::{Cancellation, Samples};
use crate::scalar::Scalar;
use crate::solver::Termination;
use coordinates::{Coordinates, gather};
use rows::Rows;
use vertex::{End, Vertex};

/// Gap at which the interior point hands over to the simplex method.
const NEAR: f64 = 1e-8;
/// Gap at which it stops where the penalty is smooth, and there is no vertex.
const CLOSE: f64 = 1e-15;
/// Gap of a solution that has converged, relative to the objective.
const CONVERGED: f64 = 1e-10;

/// A loss as a sum of pieces `max(u r, −l r)` of residuals `r = y + shift − ŷ`.
#[derive(Clone, Debug)]
pub(crate) struct Kinks {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    shift: f64,
    upper: f64,
    lower: f64,
    /// The second derivative near zero; none for a kink.
    curvature: Option<f64>,
}

impl Kinks {
    /// The pieces of a loss; none if it is curved.
    pub(crate) fn of(loss: RegressionLoss) -> Option<Self> {
        let piece = |shift, upper, lower| Piece {
            shift,
            upper,
            lower,
            curvature: None,
        };
        let pieces = match loss {
            RegressionLoss::Absolute => vec![piece(0.0, 1.0, 1.0)],
            RegressionLoss::Quantile(loss) => {
                vec![piece(0.0, loss.quantile, 1.0 - loss.quantile)]
            }
            RegressionLoss::EpsilonInsensitive(loss) if loss.epsilon == 0.0 => {
                vec![piece(0.0, 1.0, 1.0)]
            }
            RegressionLoss::EpsilonInsensitive(loss) => {
                vec![
                    piece(-loss.epsilon, 1.0, 0.0),
                    piece(loss.epsilon, 0.0, 1.0),
                ]
            }
            RegressionLoss::Huber(loss) => vec![Piece {
                curvature: Some(1.0),
                ..piece(0.0, loss.delta, loss.delta)
            }],
            _ => return None,
        };
        Some(Self { pieces })
    }
}

/// Samples of which one target is fitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem<'a, F: Scalar> {
    pub(crate) samples: Samples<'a, F, Ix2>,
    pub(crate) target: usize,
    pub(crate) penalty: Penalty,
    pub(crate) fit_intercept: bool,
}

/// Coefficients at a minimum, and what proves it.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// `(p,)`
    pub(crate) coefficients: Array1<f64>,
    pub(crate) intercept: f64,
    /// Duality gap: what the objective is above its minimum, at most.
    pub(crate) duality_gap: f64,
    /// Independent columns, where there is no penalty.
    pub(crate) rank: usize,
    /// False if another solution of the same objective was seen.
    pub(crate) is_unique: bool,
    /// Steps of the interior point, and pivots.
    pub(crate) iterations: usize,
    pub(crate) pivots: usize,
    pub(crate) termination: Termination,
    pub(crate) n_samples: usize,
    pub(crate) weight_sum: f64,
}

/// A minimum in the solver's coordinates.
#[derive(Debug)]
struct Found {
    v: Vec<f64>,
    d: Vec<f64>,
    /// None with a smooth penalty.
    vertex: Option<Vertex>,
    is_unique: bool,
    iterations: usize,
    pivots: usize,
}

/// A problem in the coordinates in which it is solved, for one loss after the other.
#[derive(Debug)]
pub(crate) struct Minimizer<'a, F: Scalar> {
    problem: Problem<'a, F>,
    coordinates: Coordinates,
    kappa: Vec<f64>,
}

impl<'a, F: Scalar> Minimizer<'a, F> {
    pub(crate) fn new(problem: Problem<'a, F>) -> Result<Self> {
        let penalty = problem.penalty;
        let penalised = penalty.l1().lambda() > 0.0 || penalty.l2().lambda() > 0.0;
        let coordinates = Coordinates::new(
            &problem.samples,
            problem.fit_intercept,
            problem.target,
            penalised,
        )?;
        Ok(Self {
            kappa: coordinates.kappa(penalty),
            problem,
            coordinates,
        })
    }

    /// Minimises the objective of a loss; `start` are coefficients and intercept of a neighbouring one.
    pub(crate) fn minimize(&self, kinks: &Kinks, start: Option<&Solution>) -> Result<Solution> {
        let (n, pieces) = (self.problem.samples.n_rows(), kinks.pieces.len());
        if let Some((rows, found)) = reduce::solve(self, kinks, start)? {
            return self.solution(&rows, found);
        }
        let places = (0..n).flat_map(|i| (0..pieces).map(move |piece| (i, piece)));
        let mut rows = gather(&self.problem, &self.coordinates, kinks, places);
        rows.append(self.coordinates.penalty_rows(self.problem.penalty));
        let found = self.minimum(&rows)?;
        self.solution(&rows, found)
    }

    fn cancellation(&self) -> Cancellation<'a> {
        self.problem.samples.cancellation()
    }

    /// The minimum over some rows.
    fn minimum(&self, rows: &Rows) -> Result<Found> {
        let mut curves = self.kappa.iter().chain(&rows.curve);
        if curves.any(|curve| *curve > 0.0) {
            return smooth::minimum(rows, &self.kappa, self.cancellation());
        }
        let interior = interior::solve(rows, &self.kappa, NEAR, self.cancellation())?;
        let Some(vertex) = Vertex::near(rows, &interior.v)? else {
            return Ok(Found {
                v: interior.v,
                d: interior.d,
                vertex: None,
                is_unique: true,
                iterations: interior.iterations,
                pivots: 0,
            });
        };
        let limit = 1000 + 20 * rows.k;
        Ok(self.descend(rows, vertex, limit, interior.iterations)?.1)
    }

    fn descend(
        &self,
        rows: &Rows,
        mut vertex: Vertex,
        limit: usize,
        iterations: usize,
    ) -> Result<(End, Found)> {
        let end = vertex.descend(rows, limit, self.cancellation())?;
        let found = Found {
            v: vertex.v.clone(),
            d: vertex.dual(rows),
            is_unique: end == End::Limit || vertex.is_unique(rows)?,
            iterations,
            pivots: vertex.pivots,
            vertex: Some(vertex),
        };
        Ok((end, found))
    }

    fn solution(&self, rows: &Rows, found: Found) -> Result<Solution> {
        let (gap, objective) = gap(rows, &self.kappa, &found.v, &found.d)?;
        let coordinates = &self.coordinates;
        let (w, intercept) = coordinates.back(&found.v);
        let (coefficients, intercept) = coordinates.shorten(&self.problem.samples, w, intercept);
        let iterations = found.iterations + found.pivots;
        // Targets have a spread of 1: where all rows are fitted exactly the gap is rounding of them.
        let rounding = 64.0 * f64::EPSILON * rows.len() as f64;
        let termination = if gap <= CONVERGED * objective + rounding {
            Termination::Converged { iterations }
        } else {
            Termination::Stalled { iterations }
        };
        Ok(Solution {
            coefficients,
            intercept,
            duality_gap: coordinates.mean_loss(gap),
            rank: coordinates.rank,
            is_unique: found.is_unique,
            iterations: found.iterations,
            pivots: found.pivots,
            termination,
            n_samples: coordinates.n_samples,
            weight_sum: coordinates.weight_sum,
        })
    }
}

/// Objective less dual objective, as a sum of terms none of which is negative, and the objective.
fn gap(rows: &Rows, kappa: &[f64], v: &[f64], d: &[f64]) -> Result<(f64, f64)> {
    let r = rows.residuals(v)?;
    let (mut gap, mut objective) = (0.0, 0.0);
    for (i, r) in r.iter().enumerate() {
        let loss = rows.loss(i, *r);
        gap += (loss - d[i] * r + 0.5 * rows.curve[i] * d[i] * d[i]).max(0.0);
        objective += loss;
    }
    let sums = rows.transpose_times(d);
    for ((sum, kappa), v) in sums.iter().zip(kappa).zip(v) {
        if *kappa > 0.0 {
            let left = kappa * v - sum;
            gap += 0.5 * left * left / kappa;
            objective += 0.5 * kappa * v * v;
        } else {
            gap += (sum * v).abs();
        }
    }
    Ok((gap, objective))
}
