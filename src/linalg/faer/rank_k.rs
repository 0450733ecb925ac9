//! Symmetric rank-k updates.

use ::faer::linalg::matmul::matmul as product;
use ::faer::linalg::matmul::triangular::{BlockStructure, matmul};
use ::faer::{Accum, MatMut, MatRef, Par};
use ndarray::Array2;

use crate::linalg::panels;
use crate::parallel;
use crate::samples::Cancellation;

/// Rows of the result that one thread works on, on average and at least.
const PANEL_ROWS: usize = 256;
/// Terms of the products that are taken at a time: the rows they are of stay in the second-level cache.
const TERMS: usize = 256;

/// Adds `BᵀB` to the lower triangle of `gram`; `block` holds `rows` rows of `gram`'s width, one after the other.
pub(in crate::linalg) fn add_gram(gram: &mut [f64], block: &[f64], rows: usize, width: usize) {
    let factor = MatRef::from_row_major_slice(block, rows, width).transpose();
    add_products(gram, 0, factor);
}

/// The lower triangle of `X Xᵀ`; something else if it is cancelled.
pub(in crate::linalg) fn gram_of_rows(
    x: &Array2<f64>,
    cancellation: Cancellation<'_>,
) -> Array2<f64> {
    let n = x.nrows();
    let x = x.as_standard_layout();
    let mut gram = Array2::zeros((n, n));
    if let (Some(gram), Some(values)) = (gram.as_slice_mut(), x.as_slice()) {
        let p = x.ncols();
        let x = MatRef::from_row_major_slice(values, n, p);
        parallel::for_each(panels(gram, n, PANEL_ROWS), |(start, panel)| {
            // Memory that is written before it is read is mapped once.
            panel.fill(0.0);
            for first in (0..p).step_by(TERMS) {
                if cancellation.is_raised() {
                    return;
                }
                let terms = x.subcols(first, TERMS.min(p - first));
                add_products(panel, start, terms);
            }
        });
    }
    gram
}

/// Adds the rows of `F Fᵀ` from `start`, up to the diagonal.
fn add_products(panel: &mut [f64], start: usize, factor: MatRef<'_, f64>) {
    let n = factor.nrows();
    let height = panel.len() / n;
    let own = factor.subrows(start, height);
    let panel = MatMut::from_row_major_slice_mut(panel, height, n);
    let (before, rest) = panel.split_at_col_mut(start);
    product(
        before,
        Accum::Add,
        own,
        factor.subrows(0, start).transpose(),
        1.0,
        Par::Seq,
    );
    matmul(
        rest.subcols_mut(0, height),
        BlockStructure::TriangularLower,
        Accum::Add,
        own,
        BlockStructure::Rectangular,
        own.transpose(),
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
}
