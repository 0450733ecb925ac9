//! The Frisch–Newton method: a primal-dual interior point whose every step is one weighted Gram matrix.
//!
//! ```text
//! min  Σ uᵢ pᵢ + lᵢ mᵢ + ½ Σ κⱼ vⱼ²    with  p − m = y − A v,  p, m ≥ 0
//! max  yᵀd − ½ Σ (Aᵀd)ⱼ²/κⱼ             with  −l ≤ d ≤ u,  Aᵀd = κ∘v (zero where κ is)
//! ```
//!
//! With `s = u − d` and `t = d + l` the conditions are `p s = m t = 0`; Newton's step on `p s = m t = μ` is
//! `(AᵀQA + κ) Δv = Aᵀd − κ v + AᵀQ(r + μ/t − μ/s)`, `Q = 1/(p/s + m/t)`. A loss that a curve
//! `c` rounds off near zero is the least of `e²/2c` and the loss of `r − e`: it takes `c d` from `r`, and adds `c` to
//! `1/Q`. Sources: Portnoy & Koenker, *The Gaussian
//! hare and the Laplacian tortoise*, 1997; Mehrotra, *On the implementation of a primal-dual interior point method*,
//! 1992.

use ndarray::{Array2, Axis};

use super::rows::Rows;
use crate::error::Result;
use crate::linalg::{Backend, Cholesky};
use crate::samples::Cancellation;

/// Share of the way to the boundary that a step takes.
const STEP: f64 = 0.9995;
const MAX_ITERATIONS: usize = 80;
/// Iterations without progress that end it.
const PATIENCE: usize = 4;

/// A point near the minimum.
#[derive(Debug)]
pub(super) struct Interior {
    pub(super) v: Vec<f64>,
    /// The dual variables, strictly inside their bounds.
    pub(super) d: Vec<f64>,
    pub(super) iterations: usize,
}

struct State<'a> {
    rows: &'a Rows,
    kappa: &'a [f64],
    v: Vec<f64>,
    d: Vec<f64>,
    p: Vec<f64>,
    m: Vec<f64>,
}

/// Steps of the variables of the rows.
struct Direction {
    v: Vec<f64>,
    d: Vec<f64>,
    p: Vec<f64>,
    m: Vec<f64>,
}

/// Goes on until the gap is `tolerance` of the objective, or nothing improves it.
pub(super) fn solve(
    rows: &Rows,
    kappa: &[f64],
    tolerance: f64,
    cancellation: Cancellation<'_>,
) -> Result<Interior> {
    let mut state = State::new(rows, kappa)?;
    let joint = kappa.iter().chain(&rows.curve).any(|k| *k > 0.0);
    let (mut best, mut best_gap, mut idle) = (state.point(), f64::INFINITY, 0);
    let mut iterations = 0;
    while iterations < MAX_ITERATIONS && idle < PATIENCE {
        cancellation.check()?;
        let mut r = rows.residuals(&state.v)?;
        let left = state.dual_residual();
        let objective = state.objective(&r);
        let curves = r.iter_mut().zip(&rows.curve).zip(&state.d);
        curves.for_each(|((r, curve), d)| *r -= curve * d);
        let complementarity = state.complementarity();
        let size = state.v.iter().zip(&left).map(|(v, l)| (v * l).abs());
        let gap = complementarity + size.sum::<f64>();
        if gap.is_nan() {
            break;
        }
        if gap < 0.9 * best_gap {
            (best, best_gap, idle) = (state.point(), gap, 0);
        } else {
            idle += 1;
        }
        if gap <= tolerance * objective {
            break;
        }
        if !state.advance(&r, &left, complementarity, joint)? {
            break;
        }
        iterations += 1;
    }
    let (v, d) = best;
    Ok(Interior { v, d, iterations })
}

impl<'a> State<'a> {
    fn new(rows: &'a Rows, kappa: &'a [f64]) -> Result<Self> {
        let n = rows.len();
        let weights: Vec<f64> = (0..n).map(|i| rows.upper[i] + rows.lower[i]).collect();
        let (gram, right) = rows.gram(&weights, &rows.y);
        let v = solve_gram(gram, kappa, &right).unwrap_or_else(|| vec![0.0; rows.k]);
        let r = rows.residuals(&v)?;
        let mean = r.iter().map(|r| r.abs()).sum::<f64>() / n.max(1) as f64;
        let room = if mean > 0.0 { mean } else { 1.0 };
        // Zero is feasible where it is inside the bounds; two rows of one sign each cancel in the middle.
        let start = |(u, l): (&f64, &f64)| {
            if *u > 0.0 && *l > 0.0 {
                0.0
            } else {
                0.5 * (u - l)
            }
        };
        Ok(Self {
            rows,
            kappa,
            d: rows.upper.iter().zip(&rows.lower).map(start).collect(),
            p: r.iter().map(|r| r.max(0.0) + room).collect(),
            m: r.iter().map(|r| (-r).max(0.0) + room).collect(),
            v,
        })
    }

    fn point(&self) -> (Vec<f64>, Vec<f64>) {
        (self.v.clone(), self.d.clone())
    }

    fn room(&self, i: usize) -> (f64, f64) {
        // Rounding may leave no room beside a bound.
        let (u, l, d) = (self.rows.upper[i], self.rows.lower[i], self.d[i]);
        let least = 1e-18 * (u + l);
        ((u - d).max(least), (d + l).max(least))
    }

    /// `Aᵀd − κ v`.
    fn dual_residual(&self) -> Vec<f64> {
        let mut left = self.rows.transpose_times(&self.d);
        let values = left.iter_mut().zip(self.kappa).zip(&self.v);
        values.for_each(|((left, kappa), v)| *left -= kappa * v);
        left
    }

    fn objective(&self, r: &[f64]) -> f64 {
        let losses: f64 = (0..r.len()).map(|i| self.rows.loss(i, r[i])).sum();
        let penalty = |(kappa, v): (&f64, &f64)| 0.5 * kappa * v * v;
        losses + self.kappa.iter().zip(&self.v).map(penalty).sum::<f64>()
    }

    fn complementarity(&self) -> f64 {
        let product = |i: usize| {
            let (s, t) = self.room(i);
            self.p[i] * s + self.m[i] * t
        };
        (0..self.d.len()).map(product).sum()
    }

    /// Predictor and corrector; false if the system cannot be solved.
    fn advance(
        &mut self,
        r: &[f64],
        left: &[f64],
        complementarity: f64,
        joint: bool,
    ) -> Result<bool> {
        let n = self.d.len();
        let q: Vec<f64> = (0..n)
            .map(|i| {
                let (s, t) = self.room(i);
                1.0 / (self.p[i] / s + self.m[i] / t + self.rows.curve[i])
            })
            .collect();
        let (gram, mut right) = self.rows.gram(&q, r);
        right.iter_mut().zip(left).for_each(|(to, l)| *to += l);
        let Some(factor) = factor(gram, self.kappa) else {
            return Ok(false);
        };
        let predictor = self.direction(&q, r, back(&factor, &right), |_| (0.0, 0.0))?;
        let (primal, dual) = self.steps(&predictor);
        let after = |i: usize| {
            let (s, t) = self.room(i);
            let d = dual * predictor.d[i];
            (self.p[i] + primal * predictor.p[i]) * (s - d)
                + (self.m[i] + primal * predictor.m[i]) * (t + d)
        };
        let after: f64 = (0..n).map(after).sum();
        let centring = (after / complementarity).clamp(0.0, 1.0).powi(3);
        let mu = centring * complementarity / (2 * n) as f64;
        // What the products become, less what is there: `μ + Δp Δd` and `μ − Δm Δd`.
        let target = |i: usize| {
            let (dp, dm, dd) = (predictor.p[i], predictor.m[i], predictor.d[i]);
            (mu + dp * dd, mu - dm * dd)
        };
        let corrected: Vec<f64> = (0..n)
            .map(|i| {
                let ((s, t), (above, below)) = (self.room(i), target(i));
                q[i] * (r[i] + below / t - above / s)
            })
            .collect();
        let mut right = self.rows.transpose_times(&corrected);
        right.iter_mut().zip(left).for_each(|(to, l)| *to += l);
        let step = self.direction(&q, r, back(&factor, &right), target)?;
        let (mut primal, mut dual) = self.steps(&step);
        if joint {
            // A penalty or a curved loss ties the two together.
            (primal, dual) = (primal.min(dual), primal.min(dual));
        }
        let add = |to: &mut [f64], by: &[f64], step: f64| {
            to.iter_mut().zip(by).for_each(|(to, by)| *to += step * by);
        };
        add(&mut self.v, &step.v, primal);
        add(&mut self.p, &step.p, primal);
        add(&mut self.m, &step.m, primal);
        add(&mut self.d, &step.d, dual);
        Ok(self.v.iter().all(|v| v.is_finite()))
    }

    fn direction(
        &self,
        q: &[f64],
        r: &[f64],
        v: Vec<f64>,
        target: impl Fn(usize) -> (f64, f64),
    ) -> Result<Direction> {
        let n = q.len();
        let moved = self.rows.times(&v)?;
        let (mut d, mut p, mut m) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        for i in 0..n {
            let ((s, t), (above, below)) = (self.room(i), target(i));
            d[i] = q[i] * (r[i] - moved[i] + below / t - above / s);
            p[i] = above / s - self.p[i] + self.p[i] / s * d[i];
            m[i] = below / t - self.m[i] - self.m[i] / t * d[i];
        }
        Ok(Direction { v, d, p, m })
    }

    /// The longest steps inside the bounds, of the primal and of the dual variables.
    fn steps(&self, by: &Direction) -> (f64, f64) {
        let (mut primal, mut dual) = (1.0 / STEP, 1.0 / STEP);
        let shorten = |step: &mut f64, value: f64, change: f64| {
            if value + *step * change < 0.0 {
                *step = value / -change;
            }
        };
        for i in 0..self.d.len() {
            let (s, t) = self.room(i);
            shorten(&mut primal, self.p[i], by.p[i]);
            shorten(&mut primal, self.m[i], by.m[i]);
            shorten(&mut dual, s, -by.d[i]);
            shorten(&mut dual, t, by.d[i]);
        }
        (STEP * primal, STEP * dual)
    }
}

/// The factor of `AᵀQA + κ`, with as much on its diagonal as it takes.
fn factor(mut gram: Array2<f64>, kappa: &[f64]) -> Option<(Cholesky, Vec<f64>)> {
    gram.diag_mut()
        .iter_mut()
        .zip(kappa)
        .for_each(|(g, k)| *g += k);
    // Of unit diagonal: the rows at their bounds count for nothing, and columns for unlike much.
    let scale: Vec<f64> = gram.diag().iter().map(|g| g.sqrt()).collect();
    if !scale.iter().all(|s| *s > 0.0 && s.is_finite()) {
        return None;
    }
    for ((i, j), value) in gram.indexed_iter_mut() {
        *value /= scale[i] * scale[j];
    }
    [0.0, 1e-14, 1e-12, 1e-10].into_iter().find_map(|more| {
        let mut matrix = gram.clone();
        matrix.diag_mut().iter_mut().for_each(|g| *g += more);
        let factor = Cholesky::new(matrix, Backend::default(), Cancellation::default())?;
        Some((factor, scale.clone()))
    })
}

fn back((factor, scale): &(Cholesky, Vec<f64>), right: &[f64]) -> Vec<f64> {
    let scaled: Vec<f64> = right.iter().zip(scale).map(|(r, s)| r / s).collect();
    let column = ndarray::Array1::from(scaled).insert_axis(Axis(1));
    let solution = factor.solve(column.view());
    solution.iter().zip(scale).map(|(v, s)| v / s).collect()
}

fn solve_gram(gram: Array2<f64>, kappa: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    Some(back(&factor(gram, kappa)?, right))
}
