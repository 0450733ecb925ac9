//! The rows of matrices in panels, one for each call of a thread.

use ndarray::Array2;

use crate::parallel;

/// Rows that are written together: few enough that a column of them stays in the first cache.
const BAND_ROWS: usize = 32;

/// A matrix whose rows `fill` writes, in bands: it gets the number of a band's first row, and the rows.
pub(crate) fn by_bands(
    (rows, columns): (usize, usize),
    fill: impl Fn(usize, &mut [f64]) + Send + Sync,
) -> Array2<f64> {
    let mut matrix = Array2::zeros((rows, columns));
    if let (Some(values), true) = (matrix.as_slice_mut(), columns > 0) {
        let bands = values.chunks_mut(BAND_ROWS * columns).enumerate();
        parallel::for_each(bands.collect(), |(band, values)| {
            fill(band * BAND_ROWS, values);
        });
    }
    matrix
}

/// The rows of an `n × n` matrix in panels of about the same work left of the diagonal, each with its first row's
/// number. Their number is a power of two, which most numbers of threads divide, and they have at least `height` rows
/// on average.
pub(crate) fn panels(matrix: &mut [f64], n: usize, height: usize) -> Vec<(usize, &mut [f64])> {
    let count = 1_usize << (n / height).max(1).ilog2();
    // The area left of the diagonal grows with the square of the row.
    let bound = |panel: usize| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let row = (n as f64 * (panel as f64 / count as f64).sqrt()).round() as usize;
        row.min(n)
    };
    let mut rest = matrix;
    let cut = |panel| {
        let (start, end) = (bound(panel), bound(panel + 1));
        let (rows, others) = std::mem::take(&mut rest).split_at_mut((end - start) * n);
        rest = others;
        (start, rows)
    };
    (0..count).map(cut).collect()
}
