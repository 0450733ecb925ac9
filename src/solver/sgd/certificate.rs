//! Duality gap: a bound of the distance from the minimum, for a fit with a loss that has kinks.
//!
//! Such a loss is the largest of lines, `ℓ = max u r − ε|u|` over slopes `u` in a box. Slopes for which `Σ s u (1,
//! x)/W` is a subgradient of the penalty give a lower bound of every objective, and the objective less that bound is
//!
//! ```text
//! gap = (1/W) Σ sᵢ (ℓ(rᵢ) − uᵢ rᵢ + ε|uᵢ|)  +  Σⱼ (g(wⱼ) + g*(zⱼ) − zⱼ wⱼ)        z = (1/W) Σ sᵢ uᵢ xᵢ
//! ```
//!
//! a sum of terms that are not negative (Fenchel–Young; Boyd & Vandenberghe, *Convex Optimization*, 2004, §5.5). Slopes
//! are those of the loss with its kinks rounded off, near its minimum, which Newton's method follows from the fit on
//! while the rounding shrinks (Chen, *A smoothing for quantile regression*, 2007, has the same path); what their sums
//! then lack is added where residuals are near a kink, and slopes are shrunk into the box. The least gap of all the
//! roundings counts.

use ndarray::{Array1, Array2, ArrayView1};

use super::conditioning::Frame;
use super::settings::Settings;
use super::source::Source;
use super::step_size::for_blocks;
use crate::linalg::{Backend, Svd, max_abs};
use crate::loss::{Lines, Penalty, RegressionLoss};
use crate::scalar::Scalar;

/// Widths of the rounding, the first the mean distance of residuals from a kink: each is this share of the one before.
const SHARE: f64 = 0.3;
/// Widths at most, and at least; between, as many as keep the products of rows below those of an epoch or two.
const MOST_WIDTHS: usize = 16;
const LEAST_WIDTHS: usize = 6;
const WIDTH_WORK: usize = 1200;
/// Newton's steps for a width.
const STEPS: usize = 2;
/// A step moves no residual by more than so many widths.
const REACH: f64 = 10.0;
/// Times that slopes are moved to meet the condition: once, and what rounding left of it.
const MOVES: usize = 3;
/// Room that slopes far from a kink have, so that their sums can meet any condition.
const LEAST_ROOM: f64 = 1e-9;
/// Sums that miss the condition by more, in units in which a row is of the order of 1, give no bound.
const MISSED: f64 = 1e-10;
/// Singular values below this share of the largest are rounding.
const RANK_TOLERANCE: f64 = 1e-13;
/// Coordinates beyond which a decomposition would cost more than the fit.
const LARGEST: usize = 1024;

/// The objective of a target and its duality gap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    pub(super) objective: f64,
    pub(super) gap: f64,
}

/// The gap of the coordinates `theta` of one target, or one that is below `tolerance` times the objective; `None` for a
/// loss without a kink, and beyond 1024 coordinates.
pub(super) fn gap<F: Scalar>(
    frame: &Frame,
    source: &Source<'_, F>,
    rows: &[u32],
    settings: &Settings,
    target: usize,
    theta: &[f64],
) -> Option<Gap> {
    let (loss, penalty) = (settings.loss, settings.penalty);
    let lines = loss.lines().filter(|_| frame.width() <= LARGEST)?;
    let theta = ArrayView1::from(theta);
    let (mut residuals, mut weights) = (Vec::new(), Vec::new());
    let mut losses = 0.0;
    for_blocks(frame, source, rows, |block| {
        let fitted = Array1::from_iter(block.each().map(|row| row.dot(&theta)));
        let (y, s) = (block.target(target), ArrayView1::from(block.weights));
        losses += loss.sum(y, fitted.view(), Some(s));
        residuals.extend(&y - &fitted);
        weights.extend_from_slice(block.weights);
    });
    let problem = Problem {
        frame,
        source,
        rows,
        loss,
        lines,
        penalty,
        theta,
        residuals,
        total: weights.iter().sum(),
        weights,
    };
    let coefficients = problem.coefficients(theta);
    let objective = losses / problem.total + penalty.value(coefficients.view());
    let distances = problem.residuals.iter().map(|r| lines.distance(*r));
    let mut width = (distances.sum::<f64>() / rows.len() as f64).max(f64::MIN_POSITIVE);
    let widths = (WIDTH_WORK / frame.width()).clamp(LEAST_WIDTHS, MOST_WIDTHS);
    let mut near = Near {
        theta: theta.to_owned(),
        residuals: problem.residuals.clone(),
    };
    let mut least = None;
    for _ in 0..widths {
        for _ in 0..STEPS {
            problem.follow(&mut near, width)?;
        }
        let gap = problem.gap(&near, width)?;
        least = Some(least.map_or(gap, |least: f64| least.min(gap)));
        if gap <= settings.tolerance * objective {
            break;
        }
        width *= SHARE;
    }
    let gap = least.filter(|gap| gap.is_finite())?;
    Some(Gap { objective, gap })
}

/// A point near the fit, and its residuals.
struct Near {
    theta: Array1<f64>,
    residuals: Vec<f64>,
}

struct Problem<'a, F: Scalar> {
    frame: &'a Frame,
    source: &'a Source<'a, F>,
    rows: &'a [u32],
    loss: RegressionLoss,
    lines: Lines,
    penalty: Penalty,
    theta: ArrayView1<'a, f64>,
    residuals: Vec<f64>,
    weights: Vec<f64>,
    total: f64,
}

impl<F: Scalar> Problem<'_, F> {
    fn coefficients(&self, theta: ArrayView1<'_, f64>) -> Array1<f64> {
        let pairs = theta.into_iter().zip(self.frame.scale());
        pairs.map(|(t, d)| t * d).collect()
    }

    /// Slopes of the loss with its kinks rounded off at this width.
    fn slopes(&self, near: &Near, width: f64) -> Vec<f64> {
        let slope = |r: &f64| self.lines.rounded_slope(*r, width);
        near.residuals.iter().map(slope).collect()
    }

    /// A step of Newton's method to the minimum of the objective with kinks rounded off at this width.
    fn follow(&self, near: &mut Near, width: f64) -> Option<()> {
        let sums = self.sums(&self.slopes(near, width));
        let curvature = |r: &f64| self.lines.rounded_curvature(*r, width);
        let curvatures: Vec<f64> = near.residuals.iter().map(curvature).collect();
        let inverse = self.inverse(&curvatures, Some(self.penalty_curvature(near, width)))?;
        let mut direction = inverse.dot(&(&sums - &self.wanted(near, width)));
        let mut shifts = Vec::with_capacity(near.residuals.len());
        for_blocks(self.frame, self.source, self.rows, |block| {
            shifts.extend(block.each().map(|row| row.dot(&direction)));
        });
        let share = (REACH * width / max_abs(&shifts)).min(1.0);
        direction *= share;
        near.theta += &direction;
        let residuals = near.residuals.iter_mut().zip(&shifts);
        residuals.for_each(|(r, shift)| *r -= share * shift);
        Some(())
    }

    /// The gap of the fit by the slopes near it; infinite if there is none.
    fn gap(&self, near: &Near, width: f64) -> Option<f64> {
        let mut slopes = self.slopes(near, width);
        let room = |r: &f64| {
            let distance: f64 = self.lines.distance(*r) / width;
            (1.0 + distance * distance).powi(-2).max(LEAST_ROOM)
        };
        let room: Vec<f64> = near.residuals.iter().map(room).collect();
        let inverse = self.inverse(&room, None)?;
        let mut sums = self.sums(&slopes);
        let wanted = self.wanted(near, width);
        for _ in 0..MOVES {
            let direction = inverse.dot(&(&wanted - &sums));
            let mut moved = slopes.iter_mut().zip(&room);
            for_blocks(self.frame, self.source, self.rows, |block| {
                for (row, (slope, room)) in block.each().zip(&mut moved) {
                    *slope += room * row.dot(&direction);
                }
            });
            sums = self.sums(&slopes);
        }
        let beyond = slopes.iter().map(|u| self.lines.beyond(*u));
        let beyond = beyond.fold(1.0, f64::max);
        slopes.iter_mut().for_each(|u| *u /= beyond);
        sums /= beyond;
        let excess = |u: f64, r: f64| -> f64 {
            self.loss.value(r, 0.0) + self.lines.epsilon * u.abs() - u * r
        };
        let rows = slopes.iter().zip(&self.residuals).zip(&self.weights);
        let of_rows: f64 = rows.map(|((u, r), s)| s * excess(*u, *r)).sum();
        let gap: f64 = of_rows / self.total + self.of_penalty(&sums);
        Some(if gap.is_nan() { f64::INFINITY } else { gap })
    }

    /// `(1/W) Σ sᵢ uᵢ` times the rows in coordinates.
    fn sums(&self, slopes: &[f64]) -> Array1<f64> {
        let mut sums = Array1::zeros(self.frame.width());
        let mut slopes = slopes.iter();
        for_blocks(self.frame, self.source, self.rows, |block| {
            for ((row, s), u) in block.each().zip(block.weights).zip(&mut slopes) {
                sums.scaled_add(s * u / self.total, &row);
            }
        });
        sums
    }

    /// The gradient of the penalty, with its kinks rounded off too: a subgradient of it at some point.
    fn wanted(&self, near: &Near, width: f64) -> Array1<f64> {
        let (l1, l2) = (self.penalty.l1().lambda(), self.penalty.l2());
        let each = near.theta.iter().zip(self.frame.scale());
        let wanted = each.map(|(t, scale)| scale * (l1 * t / t.hypot(width) + l2.slope(t * scale)));
        wanted.collect()
    }

    /// Its derivative, which is diagonal.
    fn penalty_curvature(&self, near: &Near, width: f64) -> Array1<f64> {
        let (l1, l2) = (self.penalty.l1().lambda(), self.penalty.l2());
        let each = near.theta.iter().zip(self.frame.scale());
        let curvature = each.map(|(t, scale)| {
            let rounded = l1 / width * (width / t.hypot(width)).powi(3);
            scale * (rounded + l2.slope(*scale))
        });
        curvature.collect()
    }

    /// The inverse of `(1/W) Σ sᵢ vᵢ` times the products of the rows in coordinates, in the directions that are there;
    /// with a diagonal added, if there is one.
    fn inverse(&self, room: &[f64], diagonal: Option<Array1<f64>>) -> Option<Array2<f64>> {
        let width = self.frame.width();
        let mut moments = Array2::<f64>::zeros((width, width));
        let (mut scaled, mut room) = (Vec::new(), room.iter());
        for_blocks(self.frame, self.source, self.rows, |block| {
            scaled.clear();
            scaled.extend_from_slice(block.values);
            let rows = scaled.chunks_exact_mut(width);
            for ((row, s), v) in rows.zip(block.weights).zip(&mut room) {
                let root = (s * v / self.total).sqrt();
                row.iter_mut().for_each(|x| *x *= root);
            }
            if let Some(moments) = moments.as_slice_mut() {
                Backend::default().add_gram(moments, &scaled, block.len(), width);
            }
        });
        for i in 0..width {
            for j in i + 1..width {
                moments[[i, j]] = moments[[j, i]];
            }
        }
        if let Some(diagonal) = diagonal {
            let mut to = moments.diag_mut();
            to += &diagonal;
        }
        let svd = Svd::new(moments.view()).ok()?;
        Some(svd.symmetric_inverse(RANK_TOLERANCE))
    }

    /// `Σⱼ g(wⱼ) + g*(zⱼ) − zⱼ wⱼ`. The conjugate is infinite where `z` is beyond bounds, of the intercept beyond zero:
    /// what rounding left there counts as far as it moves the bound for a solution of this size.
    fn of_penalty(&self, sums: &Array1<f64>) -> f64 {
        let (l1, l2) = (self.penalty.l1().lambda(), self.penalty.l2().lambda());
        let spread = max_abs(&self.residuals);
        let missed = |by: f64, size: f64| {
            if by > MISSED {
                f64::INFINITY
            } else {
                by * size
            }
        };
        let each = sums.iter().zip(self.frame.scale()).zip(&self.theta);
        let of_coordinate = |((sum, scale), t): ((&f64, &f64), &f64)| {
            let size = t.abs() + spread;
            if *scale == 0.0 {
                return missed(sum.abs(), size);
            }
            let (z, w) = (sum / scale, t * scale);
            let beyond = (z.abs() - l1).max(0.0);
            if l2 > 0.0 {
                l1 * w.abs() + l2 * w * w + beyond * beyond / (4.0 * l2) - z * w
            } else {
                l1 * w.abs() - z.clamp(-l1, l1) * w + missed(beyond * scale, size)
            }
        };
        each.map(of_coordinate).sum()
    }
}
