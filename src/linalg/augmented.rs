//! Least squares and shortest solutions to the last digit, from a factor in `f64`.
//!
//! ```text
//! ⎡ I   A ⎤ ⎡r⎤   ⎡f⎤        least squares:      f = b, g = 0:   w = argmin ‖b − A w‖, r the residual
//! ⎣ Aᵀ  0 ⎦ ⎣w⎦ = ⎣g⎦        shortest solution:  f = 0, g = c:   r = argmin ‖r‖ subject to Aᵀ r = c
//! ```
//!
//! Residual *and* solution are refined (Björck, *Iterative refinement of linear least squares solutions I*, 1967): the
//! defects of both equations in twice the precision, the corrections from the QR factor in `f64`. A step gains `−log₁₀
//! κ ε` digits, `κ` that of columns of unit norm, until those of twice the precision are reached; it costs `O(np)`.

use ndarray::{Array2, ArrayView2, Axis};

use super::{DoubleDouble, PivotedQr, max_abs};

/// A componentwise change below this is beyond what the final rounding sees.
const CONVERGED: f64 = 1e-28;
/// A solution whose last correction is larger, relative to its largest element, has not converged.
const SETTLED: f64 = 1e-18;
/// Bound as [`SETTLED`] in units of the right-hand side, for solutions that are zero.
const SETTLED_AT_ZERO: f64 = 1e-27;
/// Steps without progress, after which there will be none.
const STALLED_STEPS: usize = 2;
/// More steps than any system takes that converges.
const MAX_STEPS: usize = 60;

/// The solution of the augmented system.
#[derive(Debug)]
pub(crate) struct Augmented {
    /// `r`, `(m, k)`
    pub(crate) residuals: Array2<DoubleDouble>,
    /// `w`, `(r, k)`
    pub(crate) solution: Array2<DoubleDouble>,
    /// Corrections after the first solution.
    pub(crate) steps: usize,
}

/// Solves the augmented system of `matrix` `(m, r)` for each column of `f` `(m, k)` and `g` `(r, k)`; `None` if the
/// refinement does not converge. `qr` is the factor of a matrix whose first `r` pivoted columns are those of `matrix`;
/// elements of `matrix` are of the order of 1.
pub(crate) fn solve_augmented(
    matrix: ArrayView2<'_, DoubleDouble>,
    qr: &PivotedQr,
    f: ArrayView2<'_, DoubleDouble>,
    g: ArrayView2<'_, DoubleDouble>,
) -> Option<Augmented> {
    let (m, rank) = matrix.dim();
    let mut residuals = Array2::from_elem(f.dim(), DoubleDouble::ZERO);
    let mut solution = Array2::from_elem(g.dim(), DoubleDouble::ZERO);
    let (mut best, mut stalled) = (f64::INFINITY, 0);
    for steps in 0..MAX_STEPS {
        let (top, bottom) = defects(matrix, f, g, residuals.view(), solution.view());
        let shift = qr.solve_upper_transpose(bottom.view(), rank);
        let mut rotated = qr.q_transpose(top.view(), m);
        let mut leading = rotated.view_mut().split_at(Axis(0), rank).0;
        let correction = qr.solve_upper((&leading - &shift).view(), rank);
        leading.assign(&shift);
        residuals.zip_mut_with(&qr.q(rotated.view()), |r, d| *r += DoubleDouble::new(*d));
        solution.zip_mut_with(&correction, |w, d| *w += DoubleDouble::new(*d));

        let change = largest_change(&correction, &solution);
        if !change.is_finite() {
            return None;
        }
        stalled = if change > best / 2.0 { stalled + 1 } else { 0 };
        best = best.min(change);
        if change < CONVERGED || stalled == STALLED_STEPS {
            return is_settled(&correction, &solution).then_some(Augmented {
                residuals,
                solution,
                steps,
            });
        }
    }
    None
}

/// `f − r − A w` and `g − Aᵀ r`, in twice the precision and then rounded.
fn defects(
    matrix: ArrayView2<'_, DoubleDouble>,
    f: ArrayView2<'_, DoubleDouble>,
    g: ArrayView2<'_, DoubleDouble>,
    residuals: ArrayView2<'_, DoubleDouble>,
    solution: ArrayView2<'_, DoubleDouble>,
) -> (Array2<f64>, Array2<f64>) {
    let mut top = Array2::zeros(f.dim());
    let mut bottom = g.to_owned();
    for (i, row) in matrix.rows().into_iter().enumerate() {
        for t in 0..f.ncols() {
            let r = residuals[[i, t]];
            let mut defect = f[[i, t]] - r;
            for (j, &a) in row.iter().enumerate() {
                defect = defect - a * solution[[j, t]];
                bottom[[j, t]] = bottom[[j, t]] - a * r;
            }
            top[[i, t]] = defect.hi();
        }
    }
    (top, bottom.mapv(DoubleDouble::hi))
}

/// The largest relative change of an element.
fn largest_change(correction: &Array2<f64>, solution: &Array2<DoubleDouble>) -> f64 {
    correction
        .iter()
        .zip(solution)
        .filter(|(d, _)| **d != 0.0)
        .map(|(d, w)| (d / w.hi()).abs())
        .fold(0.0, |a, change| {
            if change > a || change.is_nan() {
                change
            } else {
                a
            }
        })
}

/// True if the last correction is nothing beside each column of the solution.
fn is_settled(correction: &Array2<f64>, solution: &Array2<DoubleDouble>) -> bool {
    let mut columns = correction.columns().into_iter().zip(solution.columns());
    columns.all(|(d, w)| {
        let step = max_abs(d);
        step <= SETTLED_AT_ZERO || step <= SETTLED * max_abs(&w.mapv(DoubleDouble::hi))
    })
}
