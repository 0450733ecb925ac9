//! Minima with a smooth penalty: there is no vertex, but the rows that are fitted exactly and the sides of the others
//! make a linear system, whose solution has all the digits.

use ndarray::{Array2, Axis};

use super::rows::Rows;
use super::{CLOSE, Found, gap, interior};
use crate::error::Result;
use crate::linalg::PivotedQr;
use crate::samples::Cancellation;

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
    let (before, _) = gap(rows, kappa, &found.v, &found.d)?;
    if let Some((v, d)) = polished(rows, kappa, &found)?
        && gap(rows, kappa, &v, &d)?.0 <= before
    {
        (found.v, found.d) = (v, d);
    }
    Ok(found)
}

/// Solves `κ v − A_Zᵀ d_Z = A_Nᵀ d_N`, `A_Z v = y_Z`, `Z` the rows with a residual of zero.
fn polished(rows: &Rows, kappa: &[f64], found: &Found) -> Result<Option<(Vec<f64>, Vec<f64>)>> {
    let k = rows.k;
    let r = rows.residuals(&found.v)?;
    let room = |i: usize| {
        let (u, l, d) = (rows.upper[i], rows.lower[i], found.d[i]);
        (u - d).min(d + l) / (u + l)
    };
    let exact: Vec<usize> = (0..rows.len()).filter(|&i| room(i) > r[i].abs()).collect();
    let size = k + exact.len();
    if exact.len() > k || size > LARGEST {
        return Ok(None);
    }
    let side = |i: usize| {
        if r[i] > 0.0 {
            rows.upper[i]
        } else {
            -rows.lower[i]
        }
    };
    let mut d: Vec<f64> = (0..rows.len()).map(side).collect();
    exact.iter().for_each(|&i| d[i] = 0.0);
    let mut matrix = Array2::zeros((size, size));
    let mut right = Array2::zeros((size, 1));
    for (j, (sum, kappa)) in rows.transpose_times(&d).into_iter().zip(kappa).enumerate() {
        matrix[[j, j]] = *kappa;
        right[[j, 0]] = sum;
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
    Ok(Some((solution, d)))
}
