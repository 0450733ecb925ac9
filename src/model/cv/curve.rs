//! The error on unseen rows as a function of the penalty.

use std::cmp::Ordering;

use ndarray::{Array1, Array2, Array3, ArrayView1, Axis};
use serde::{Deserialize, Serialize};

use super::Selection;
use crate::solver::closed_form::FoldErrors;

/// Mean squared errors of `k` targets on unseen rows, for `L` penalties.
///
/// Over rows (leave-one-out, generalised cross-validation) means are weighted, `Σ sᵢ eᵢ² / W`, and the standard error
/// is that of a weighted mean, `√(n/(n−1) Σ sᵢ²(eᵢ² − m)²) / W`: without weights the standard deviation over `√n`. Over
/// folds they are the mean of the folds' (weighted) means and their standard deviation over `√folds`, as in
/// scikit-learn and glmnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CvCurve {
    /// The penalties, in the order given.
    pub lambdas: Vec<f64>,
    /// Mean squared error of each target, shape `(L, k)`.
    pub mse: Array2<f64>,
    /// Standard error of [`mse`](Self::mse), `(L, k)`. That of generalised cross-validation takes the rows' terms for a
    /// sample, as for leave-one-out.
    pub standard_error: Array2<f64>,
    /// Mean squared error averaged over targets, `(L,)`.
    pub mean_mse: Array1<f64>,
    /// Standard error of [`mean_mse`](Self::mean_mse), `(L,)`.
    pub mean_standard_error: Array1<f64>,
    /// Mean squared error of each fold, `(folds, L, k)`; `None` without folds.
    pub fold_mse: Option<Array3<f64>>,
    /// The sum of the weights of the rows of each fold, `(folds,)`: their number without weights. `None` without folds.
    pub fold_weights: Option<Array1<f64>>,
    /// Folds whose training moments were too ill-conditioned, or whose errors were too small beside the targets:
    /// computed from a factorisation of their training rows instead, or, in a fit of moments alone, short of digits.
    pub ill_conditioned_folds: Vec<usize>,
}

impl CvCurve {
    /// The mean squared error of each target over all rows, `(L, k)`: each fold counts by its weight, where
    /// [`mse`](Self::mse) counts every fold alike. The same as `mse` without folds.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::synthetic;
    /// use elltwo::model::{CvStrategy, RidgeCv};
    ///
    /// let data = synthetic::regression(7, 1).noise(1.0).seed(1).generate()?.dataset;
    /// let cv = RidgeCv::new().lambdas([0.0]).strategy(CvStrategy::KFold { k: 2, shuffle: None });
    /// let curve = cv.curve(&data.samples()?)?;
    /// let folds = curve.fold_mse.as_ref().expect("there are folds");
    /// let rows = (4.0 * folds[[0, 0, 0]] + 3.0 * folds[[1, 0, 0]]) / 7.0;
    /// assert!((curve.row_mse()[[0, 0]] - rows).abs() < 1e-15 * rows);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn row_mse(&self) -> Array2<f64> {
        let (Some(folds), Some(weights)) = (&self.fold_mse, &self.fold_weights) else {
            return self.mse.clone();
        };
        let mut rows = Array2::zeros(self.mse.dim());
        for (fold, weight) in folds.outer_iter().zip(weights / weights.sum()) {
            rows.scaled_add(weight, &fold);
        }
        rows
    }

    /// The index of the smallest [`row_mse`](Self::row_mse), averaged over targets; of the largest penalty if there are
    /// several.
    #[must_use]
    pub fn best_by_rows(&self) -> usize {
        let rows = self.row_mse().mean_axis(Axis(1)).unwrap_or_default();
        self.least(rows.view())
    }

    /// Curve of the mean squared errors of folds.
    pub(super) fn of_folds(lambdas: Vec<f64>, errors: FoldErrors) -> Self {
        let fold_mse = errors.mse;
        let (folds, count, k) = fold_mse.dim();
        let mut curve = Self::empty(lambdas, k);
        let ones = Array1::ones(folds);
        for index in 0..count {
            let values = fold_mse.index_axis(Axis(1), index).to_owned();
            curve.set(index, &values, &ones, folds as f64);
        }
        curve.fold_mse = Some(fold_mse);
        curve.fold_weights = Some(errors.weights);
        curve.ill_conditioned_folds = errors.ill_conditioned;
        curve
    }

    /// No errors yet.
    pub(super) fn empty(lambdas: Vec<f64>, n_targets: usize) -> Self {
        let shape = (lambdas.len(), n_targets);
        Self {
            mse: Array2::zeros(shape),
            standard_error: Array2::zeros(shape),
            mean_mse: Array1::zeros(shape.0),
            mean_standard_error: Array1::zeros(shape.0),
            fold_mse: None,
            fold_weights: None,
            ill_conditioned_folds: Vec::new(),
            lambdas,
        }
    }

    /// Enters the terms `sᵢ eᵢ²` of one penalty, `(terms, k)`, with the weights `sᵢ` and their sum.
    pub(super) fn set(
        &mut self,
        index: usize,
        terms: &Array2<f64>,
        weights: &Array1<f64>,
        total: f64,
    ) {
        for (t, column) in terms.columns().into_iter().enumerate() {
            (self.mse[[index, t]], self.standard_error[[index, t]]) = mean(column, weights, total);
        }
        let rows = terms.sum_axis(Axis(1)) / terms.ncols() as f64;
        (self.mean_mse[index], self.mean_standard_error[index]) = mean(rows.view(), weights, total);
    }

    /// The index of the penalty to take, for one target or, with `None`, for all.
    pub(super) fn choose(&self, target: Option<usize>, selection: Selection) -> usize {
        let (mse, error) = match target {
            Some(t) => (self.mse.column(t), self.standard_error.column(t)),
            None => (self.mean_mse.view(), self.mean_standard_error.view()),
        };
        let least = self.least(mse);
        match selection {
            Selection::Minimum => least,
            Selection::OneStandardError => {
                let limit = mse[least] + error[least];
                (0..mse.len())
                    .filter(|&i| mse[i] <= limit)
                    .fold(least, |best, i| self.larger(best, i))
            }
        }
    }

    /// The index of the smallest error; of the largest penalty if there are several.
    fn least(&self, mse: ArrayView1<'_, f64>) -> usize {
        (1..mse.len()).fold(0, |best, i| match mse[i].partial_cmp(&mse[best]) {
            Some(Ordering::Equal) => self.larger(best, i),
            Some(Ordering::Less) => i,
            _ => best,
        })
    }

    /// Index of the larger of two penalties.
    fn larger(&self, a: usize, b: usize) -> usize {
        let larger = self.lambdas[b] > self.lambdas[a];
        if larger { b } else { a }
    }
}

/// The weighted mean of values given as `sᵢ vᵢ`, and its standard error.
fn mean(terms: ArrayView1<'_, f64>, weights: &Array1<f64>, total: f64) -> (f64, f64) {
    let mean = terms.sum() / total;
    let n = weights.iter().filter(|s| **s > 0.0).count() as f64;
    let deviations = terms.iter().zip(weights);
    let spread = deviations
        .map(|(term, s)| ((term - s * mean) / total).powi(2))
        .sum::<f64>();
    (mean, (spread * n / (n - 1.0)).sqrt())
}
