//! One pass over the data: rows against coefficients, and what became of that against the rows.

use ndarray::{Array2, ArrayView1};

use super::Problem;
use crate::linalg::project_rows;
use crate::moments::{Centre, for_each_block};
use crate::scalar::Scalar;

/// What a pass found.
pub(super) struct Projection {
    /// `v`, `(targets, n)`.
    pub(super) values: Array2<f64>,
    /// `v X`, `(targets, p)`.
    pub(super) sums: Array2<f64>,
}

/// `v = f(X w)` and `v X` of the rows `√s (x − c)`, for rows `w`, `(targets, p)`; `value` makes `v` of the row's index, the target's, the
/// row's targets `√s (y − c)`, and `x·w`. On all threads, in bands of rows whose sums are added in order.
pub(super) fn project<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: ArrayView1<'_, f64>,
    w: &Array2<f64>,
    value: impl Fn(usize, usize, &[f64], f64) -> f64 + Send + Sync,
) -> Projection {
    let (samples, (k, p)) = (problem.samples(), w.dim());
    let w: Vec<f64> = w.iter().copied().collect();
    let bands = samples.map_bands(|first, band| {
        let (mut values, mut sums) = (Vec::with_capacity(band.x.nrows() * k), vec![0.0; k * p]);
        let mut start = first;
        for_each_block(band, Centre::Given(centre), |block| {
            let (rows, width) = block.rows();
            project_rows(rows, width, (&w, p), &mut sums, |i, target, product| {
                let y = &rows[i * width + p..(i + 1) * width];
                let v = value(start + i, target, y, product);
                values.push(v);
                v
            });
            start += block.n_rows;
        });
        (first, values, sums)
    });
    let mut projection = Projection {
        values: Array2::zeros((k, samples.x.nrows())),
        sums: Array2::zeros((k, p)),
    };
    for (first, values, sums) in bands {
        for (target, mut row) in projection.values.rows_mut().into_iter().enumerate() {
            let own = values.iter().skip(target).step_by(k);
            row.iter_mut()
                .skip(first)
                .zip(own)
                .for_each(|(to, v)| *to = *v);
        }
        projection
            .sums
            .iter_mut()
            .zip(&sums)
            .for_each(|(to, sum)| *to += sum);
    }
    projection
}
