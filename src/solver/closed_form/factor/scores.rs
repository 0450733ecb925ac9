//! Rows of a design in the coordinates in which the fit is a projection.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Ix2};

use super::super::{Problem, centre, project::project_to_sums};
use super::Factor;
use crate::linalg::{divide_rows, multiply_rows, solve_upper_transpose, square_norms};
use crate::moments::{Centre, for_each_block};
use crate::samples::Samples;
use crate::scalar::Scalar;

impl Factor {
    /// Rows `x` relative to the means; as they are without an intercept.
    pub(crate) fn centre_rows(&self, rows: &mut Array2<f64>) {
        if self.fit_intercept {
            *rows -= &self.feature_means();
            *rows -= &self.feature_rests();
        }
    }

    /// `tᵢ` of rows `√s (x − x̄)`, `(m, p)`: `(m, rank)`.
    pub(crate) fn whiten(&self, rows: ArrayView2<'_, f64>) -> Array2<f64> {
        if self.well_conditioned {
            return rows.dot(&self.to_coefficients);
        }
        let rank = self.rank();
        let mut coordinates = rows.select(Axis(1), &self.active);
        if let Some(lift) = &self.triangles.lift {
            coordinates = coordinates.dot(lift);
        }
        let mut leading = coordinates.select(Axis(1), &self.triangles.order[..rank]);
        divide_rows(leading.view_mut().reversed_axes(), &self.triangles.scale);
        solve_upper_transpose(self.leading.view(), leading.t()).reversed_axes()
    }

    /// `G`, `(p, rank)`: whitens rows `x − x̄`, with an error of `κ` roundings.
    pub(crate) fn whitening(&self) -> ArrayView2<'_, f64> {
        self.to_coefficients.view()
    }

    /// Calls `f` with the first row's number and the scores `(√(sᵢ/W), tᵢ)` of the rows of each block, in order; the
    /// first only with an intercept. Their squares add up to the leverage
    /// `hᵢᵢ = [sᵢ/W] + sᵢ (xᵢ − x̄)ᵀ (XᵀSX + WλI)⁻¹ (xᵢ − x̄)`.
    pub(crate) fn for_each_block<F: Scalar>(
        &self,
        samples: Samples<'_, F, Ix2>,
        mut f: impl FnMut(usize, ArrayViewMut2<'_, f64>),
    ) {
        let centre = centre(samples, self.fit_intercept, &self.location);
        let width = self.score_len();
        let offset = width - self.rank();
        let (mut start, mut scores) = (0, Vec::new());
        for_each_block(samples, Centre::Given(&centre), |block| {
            let (values, stride) = block.rows();
            let n = block.n_rows;
            scores.resize(n * width, 0.0);
            if self.well_conditioned && self.rank() > 0 {
                let matrix = self.to_coefficients.view();
                multiply_rows((values, n, stride), matrix, (&mut scores[offset..], width));
            } else if let Ok(rows) = ArrayView2::from_shape((n, stride), values) {
                let whitened = self.whiten(rows.split_at(Axis(1), self.n_features).0);
                for (to, from) in scores.chunks_exact_mut(width.max(1)).zip(whitened.rows()) {
                    to[offset..]
                        .iter_mut()
                        .zip(from)
                        .for_each(|(to, from)| *to = *from);
                }
            }
            for (i, row) in scores
                .chunks_exact_mut(width.max(1))
                .enumerate()
                .take(n * offset)
            {
                row[0] = self.intercept_share(samples.weight(start + i)).sqrt();
            }
            if let Ok(scores) = ArrayViewMut2::from_shape((n, width), &mut scores) {
                f(start, scores);
            }
            start += n;
        });
    }

    /// Scores `Σ tᵢ zᵢ` of values `(n,)` with rows of weight 1.
    pub(crate) fn scores<F: Scalar>(
        &self,
        problem: &Problem<'_, F>,
        values: ArrayView1<'_, f64>,
    ) -> Array1<f64> {
        let nothing = Array2::zeros((1, self.n_features));
        let centre = centre(problem.samples, self.fit_intercept, &self.location);
        let sums = project_to_sums(problem, &centre, &nothing, |row, _, _, _| values[row]);
        self.whiten(sums.view()).index_axis_move(Axis(0), 0)
    }

    /// The share of the intercept in the leverage of a row, `s / W`.
    pub(crate) fn intercept_share(&self, weight: f64) -> f64 {
        if self.fit_intercept {
            weight / self.location.weight_sum
        } else {
            0.0
        }
    }

    /// Writes the leverage of each of the samples. Rounding may carry one of exactly 1 past it, and does not here.
    pub(crate) fn leverage_into<F: Scalar>(&self, samples: Samples<'_, F, Ix2>, out: &mut [f64]) {
        self.for_each_block(samples, |start, scores| {
            let out = &mut out[start..start + scores.nrows()];
            square_norms(scores.as_slice().unwrap_or_default(), out);
            out.iter_mut().for_each(|h| *h = h.min(1.0));
        });
    }
}
