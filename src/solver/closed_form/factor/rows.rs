//! Rows of a design in the coordinates in which the fit is a projection.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Ix2};

use super::super::{Problem, project::project_to_sums};
use super::Factor;
use crate::linalg::solve_upper_transpose;
use crate::moments::{Centre, for_each_block};
use crate::parallel;
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Rows that a thread takes at a time.
const CHUNK_ROWS: usize = 16_384;

impl Factor {
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
        for (mut column, scale) in leading.columns_mut().into_iter().zip(&self.triangles.scale) {
            column /= *scale;
        }
        solve_upper_transpose(self.leading.view(), leading.t()).reversed_axes()
    }

    /// `G`, `(p, rank)`: whitens rows `x − x̄`, with an error of `κ` roundings.
    pub(crate) fn whitening(&self) -> ArrayView2<'_, f64> {
        self.to_coefficients.view()
    }

    /// Calls `f` with the first row's number and the whitened rows of each block, in order.
    pub(crate) fn for_each_block<F: Scalar>(
        &self,
        samples: Samples<'_, F, Ix2>,
        mut f: impl FnMut(usize, ArrayView2<'_, f64>),
    ) {
        let centre = self.centre();
        let mut start = 0;
        for_each_block(samples, Centre::Given(centre.view()), |block| {
            let (values, width) = block.rows();
            let n_rows = block.n_rows;
            if let Ok(rows) = ArrayView2::from_shape((n_rows, width), values) {
                let rows = rows.split_at(Axis(1), self.n_features).0;
                f(start, self.whiten(rows).view());
            }
            start += n_rows;
        });
    }

    /// The point that rows are centred by, features then target; zero without an intercept.
    fn centre(&self) -> Array1<f64> {
        if self.fit_intercept {
            self.location.mean.clone()
        } else {
            Array1::zeros(self.location.mean.len())
        }
    }

    /// Scores `Σ tᵢ zᵢ` of values `(n,)` with rows of weight 1.
    pub(crate) fn scores<F: Scalar>(
        &self,
        problem: &Problem<'_, F>,
        values: ArrayView1<'_, f64>,
    ) -> Array1<f64> {
        let nothing = Array2::zeros((1, self.n_features));
        let sums = project_to_sums(problem, self.centre().view(), &nothing, |row, _, _, _| {
            values[row]
        });
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

    /// `hᵢᵢ` of each sample, intercept included: `[sᵢ/W] + sᵢ (xᵢ − x̄)ᵀ (XᵀSX + WλI)⁻¹ (xᵢ − x̄)`. One pass, on all threads.
    pub(crate) fn leverage<F: Scalar>(&self, samples: Samples<'_, F, Ix2>) -> Array1<f64> {
        let n = samples.n_rows();
        let chunks = parallel::map(n.div_ceil(CHUNK_ROWS), |index| {
            let chunk = samples.range(index * CHUNK_ROWS, CHUNK_ROWS);
            let mut leverage = Vec::with_capacity(chunk.n_rows());
            self.for_each_block(chunk, |start, whitened| {
                for (i, row) in whitened.rows().into_iter().enumerate() {
                    let weight = chunk.weight(start + i);
                    let h = self.intercept_share(weight) + row.dot(&row);
                    // Rounding may carry a leverage of exactly 1 past it.
                    leverage.push(h.min(1.0));
                }
            });
            leverage
        });
        Array1::from_iter(chunks.into_iter().flatten())
    }
}
