//! One pass over the data: rows against coefficients, and what became of that against the rows.

use ndarray::Array2;

use super::Problem;
use crate::linalg::project_rows;
use crate::moments::{Centre, Location, for_each_block};
use crate::scalar::Scalar;

/// Result of a pass.
pub(super) struct Projection {
    /// `v`, `(targets, n)`.
    pub(super) values: Array2<f64>,
    /// `v X`, `(targets, p)`.
    pub(super) sums: Array2<f64>,
}

/// `v = f(X w)` and `v X` of the rows `√s (x − c)`, for rows `w`, `(targets, p)`; `value` makes `v` of the row's index,
/// the target's, the row's targets `√s (y − c)`, and `x·w`.
pub(super) fn project<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: &Location,
    w: &Array2<f64>,
    value: impl Fn(usize, usize, &[f64], f64) -> f64 + Send + Sync,
) -> Projection {
    let k = w.nrows();
    let keep = |values: &mut Vec<f64>, v| values.push(v);
    let (bands, sums) = pass(problem, centre, w, value, keep);
    let mut values = Array2::zeros((k, problem.samples.x().nrows()));
    for (first, band) in bands {
        for (target, mut row) in values.rows_mut().into_iter().enumerate() {
            let own = band.iter().skip(target).step_by(k);
            let to = row.iter_mut().skip(first).zip(own);
            to.for_each(|(to, v)| *to = *v);
        }
    }
    Projection { values, sums }
}

/// Sums `v X` alone, without `v`, which would be as long as the data.
pub(super) fn project_to_sums<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: &Location,
    w: &Array2<f64>,
    value: impl Fn(usize, usize, &[f64], f64) -> f64 + Send + Sync,
) -> Array2<f64> {
    pass(problem, centre, w, value, |(), _| ()).1
}

/// On all threads, in bands of rows whose sums are added in order: what `keep` made of the values of each, with its
/// first row, and the sums.
fn pass<F: Scalar, T: Default + Send>(
    problem: &Problem<'_, F>,
    centre: &Location,
    w: &Array2<f64>,
    value: impl Fn(usize, usize, &[f64], f64) -> f64 + Send + Sync,
    keep: impl Fn(&mut T, f64) + Send + Sync,
) -> (Vec<(usize, T)>, Array2<f64>) {
    let (k, p) = w.dim();
    let w: Vec<f64> = w.iter().copied().collect();
    let bands = problem.samples.map_bands(|first, band| {
        let (mut kept, mut sums) = (T::default(), vec![0.0; k * p]);
        let mut start = first;
        for_each_block(band, Centre::Given(centre), |block| {
            let (rows, width) = block.rows();
            project_rows(rows, width, (&w, p), &mut sums, |i, target, product| {
                let y = &rows[i * width + p..(i + 1) * width];
                let v = value(start + i, target, y, product);
                keep(&mut kept, v);
                v
            });
            start += block.n_rows;
        });
        ((first, kept), sums)
    });
    let mut total = Array2::zeros((k, p));
    let add = |(kept, sums): (_, Vec<f64>)| {
        total.iter_mut().zip(&sums).for_each(|(to, sum)| *to += sum);
        kept
    };
    let kept = bands.into_iter().map(add).collect();
    (kept, total)
}
