//! Minima with a smooth penalty or a curved loss: there is no vertex, but the rows that are fitted exactly, those where
//! the loss is curved and the sides of the others make a linear system, whose solution has all the digits.

use ndarray::{Array2, Axis};

use super::rows::Rows;
use super::{CLOSE, Found, gap, interior};
use crate::error::Result;
use crate::linalg::PivotedQr;
use crate::samples::Cancellation;

/// Systems that are solved one after the other, while they improve the gap.
const STEPS: usize = 20;
/// Largest system that is solved for the last digits.
const LARGEST: usize = 2000;

pub(super) fn minimum(rows: &Rows, kappa: &[f64], cancellation: Cancellation<'_>) -> Result<Found> {
    let interior = interior::solve(rows, kappa, CLOSE, cancellation)?;
    let mut found = Found {
        v: interior.v,
        d: interior.d,
        vertex: None,
        is_unique: true,
        iterations: interior.iterations,
        pivots: 0,
    };
    let (mut best, _) = gap(rows, kappa, &found.v, &found.d)?;
    for _ in 0..STEPS {
        let Some((v, d)) = polished(rows, kappa, &found)? else {
            break;
        };
        let (next, _) = gap(rows, kappa, &v, &d)?;
        if next.is_nan() || next >= best {
            break;
        }
        (found.v, found.d, best) = (v, d, next);
    }
    Ok(found)
}

/// Solves `(κ + A_IᵀC⁻¹A_I) v − A_Zᵀ d_Z = A_Nᵀ d_N + A_IᵀC⁻¹y_I`, `A_Z v = y_Z`: of `Z` the residuals are zero, of `I` the
/// loss is curved, `d = r/c`, and the others stand at a bound.
fn polished(rows: &Rows, kappa: &[f64], found: &Found) -> Result<Option<(Vec<f64>, Vec<f64>)>> {
    let k = rows.k;
    let r = rows.residuals(&found.v)?;
    let room = |i: usize| {
        let (u, l, d) = (rows.upper[i], rows.lower[i], found.d[i]);
        (u - d).min(d + l) / (u + l)
    };
    let is_exact = |&i: &usize| rows.curve[i] == 0.0 && room(i) > r[i].abs();
    let exact: Vec<usize> = (0..rows.len()).filter(is_exact).collect();
    let size = k + exact.len();
    if exact.len() > k || size > LARGEST {
        return Ok(None);
    }
    let inside = |i: usize| rows.is_inside(i, r[i]);
    let outside = |i: usize| if inside(i) { 0.0 } else { rows.slope(i, r[i]) };
    let mut d: Vec<f64> = (0..rows.len()).map(outside).collect();
    exact.iter().for_each(|&i| d[i] = 0.0);
    let weight = |i: usize| if inside(i) { 1.0 / rows.curve[i] } else { 0.0 };
    let weights: Vec<f64> = (0..rows.len()).map(weight).collect();
    let (gram, curved) = rows.gram(&weights, &rows.y);
    let mut matrix = Array2::zeros((size, size));
    let mut right = Array2::zeros((size, 1));
    for (j, sum) in rows.transpose_times(&d).into_iter().enumerate() {
        right[[j, 0]] = sum + curved[j];
        for i in 0..k {
            // The lower triangle is kept up.
            matrix[[i, j]] = gram[[i.max(j), i.min(j)]];
        }
        matrix[[j, j]] += kappa[j];
    }
    for (place, &i) in exact.iter().enumerate() {
        for (j, a) in rows.row(i).iter().enumerate() {
            matrix[[j, k + place]] = -a;
            matrix[[k + place, j]] = *a;
        }
        right[[k + place, 0]] = rows.y[i];
    }
    let qr = PivotedQr::new(matrix.view());
    let diagonal = qr.diagonal();
    let largest = diagonal.first().map_or(0.0, |d| d.abs());
    if diagonal.iter().any(|d| d.abs() <= 1e-14 * largest) {
        return Ok(None);
    }
    let ordered = qr.solve_upper(qr.q_transpose(right.view(), size).view(), size);
    let mut solution = vec![0.0; size];
    for (&place, value) in qr.order().iter().zip(ordered.index_axis(Axis(1), 0)) {
        solution[place] = *value;
    }
    for (&i, value) in exact.iter().zip(&solution[k..]) {
        d[i] = value.clamp(-rows.lower[i], rows.upper[i]);
    }
    solution.truncate(k);
    let r = rows.residuals(&solution)?;
    for i in (0..rows.len()).filter(|&i| weights[i] > 0.0) {
        d[i] = rows.slope(i, r[i]);
    }
    Ok(Some((solution, d)))
}
