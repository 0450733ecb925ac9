//! The shortest of the solutions of a system of deficient rank.

use ndarray::{Array2, ArrayView2, Axis};

use crate::linalg::{DoubleDouble, PivotedQr, exponent, solve_augmented};

/// The shortest coefficients, in units of the data, that predict what `basic` `(r, k)` does alone, where column `r + j`
/// of the design is `Σᵢ relations[i, j]` times column `i`:
///
/// ```text
/// argmin ‖w‖  subject to  [I  T] w = w₁
/// ```
///
/// Column `j` of the design is that of the data divided by `2^exponents[j]`; the result, `(q, k)`, is in the units of
/// the design. With it, the steps of refinement; `None` if they do not converge.
pub(super) fn shortest(
    basic: ArrayView2<'_, DoubleDouble>,
    relations: ArrayView2<'_, DoubleDouble>,
    exponents: &[i32],
) -> Option<(Array2<DoubleDouble>, usize)> {
    let (rank, q) = (basic.nrows(), exponents.len());
    let relation = |i: usize, j: usize| match j.checked_sub(rank) {
        Some(dependent) => relations[[i, dependent]],
        None if i == j => DoubleDouble::ONE,
        None => DoubleDouble::ZERO,
    };
    let mut equations = Array2::from_elem((q, rank), DoubleDouble::ZERO);
    let mut rhs = basic.to_owned();
    let pairs = equations.columns_mut().into_iter().zip(rhs.rows_mut());
    for (i, (mut equation, mut rhs)) in pairs.enumerate() {
        let sizes = (0..q).map(|j| exponents[j] + exponent(relation(i, j).hi()));
        let size = sizes.max().unwrap_or(0);
        for (j, to) in equation.iter_mut().enumerate() {
            *to = relation(i, j).scaled(exponents[j] - size);
        }
        rhs.mapv_inplace(|c| c.scaled(-size));
    }
    let qr = PivotedQr::new(equations.mapv(DoubleDouble::hi).view());
    let matrix = equations.select(Axis(1), qr.order());
    let rhs = rhs.select(Axis(0), qr.order());
    let zero = Array2::from_elem((q, rhs.ncols()), DoubleDouble::ZERO);
    let solved = solve_augmented(matrix.view(), &qr, zero.view(), rhs.view())?;
    let mut coefficients = solved.residuals;
    for (mut row, &exponent) in coefficients.rows_mut().into_iter().zip(exponents) {
        row.mapv_inplace(|w| w.scaled(exponent));
    }
    Some((coefficients, solved.steps))
}
