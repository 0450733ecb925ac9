//! Errors on unseen rows of designs that are made anew for every fold.

use ndarray::{Array1, Array2, Array3, Axis};

use super::{CvCurve, CvStrategy, RidgeCv, default_lambdas};
use crate::data::{FoldRows, Split};
use crate::error::{Error, Result};
use crate::parallel;
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::closed_form::{FoldErrors, Problem, Spectrum, held_out_sums};

impl RidgeCv {
    /// The errors on unseen rows where the design is made anew for every fold by what its training rows say: the scale
    /// of columns, means in the place of missing values. A design made once, by all rows, has seen the rows it is
    /// tested on.
    ///
    /// `design` returns the features of the rows of a split, those to train on, `(n_train, p)`, and those to test on,
    /// `(n_test, p)`, in its order. `samples` are all rows by the design of them all: they have the targets, the
    /// weights, and the penalties unless they were set. Leave-one-out takes a design and a factorisation for every row
    /// of positive weight, and keeps `α = W λ` as [`curve`](Self::curve) does. Generalised cross-validation leaves out
    /// no row: it is that of `samples`.
    ///
    /// # Errors
    ///
    /// As [`curve`](Self::curve), as `design`, and as [`Samples::new`] of what it returns.
    ///
    /// # Examples
    ///
    /// Scaled within each fold:
    ///
    /// ```
    /// use elltwo::data::{StandardScaler, synthetic};
    /// use elltwo::model::{CvStrategy, RidgeCv};
    /// use ndarray::Axis;
    ///
    /// let data = synthetic::regression(40, 3).noise(5.0).seed(1).generate()?.dataset;
    /// let cv = RidgeCv::new().lambdas([0.5]).strategy(CvStrategy::KFold { k: 4, shuffle: None });
    /// let curve = cv.curve_by(&data.samples()?, |split| {
    ///     let part = |rows: &[usize]| data.x().select(Axis(0), rows);
    ///     let (train, test) = (part(&split.train), part(&split.test));
    ///     let scaler = StandardScaler.fit(train.view())?;
    ///     Ok((scaler.transform(train.view())?, scaler.transform(test.view())?))
    /// })?;
    /// assert_eq!(curve.fold_weights.map(|w| w.len()), Some(4));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn curve_by<F: Scalar>(
        &self,
        samples: &Samples<'_, F>,
        design: impl Fn(&Split) -> Result<(Array2<F>, Array2<F>)> + Send + Sync,
    ) -> Result<CvCurve> {
        self.validate()?;
        if self.strategy == CvStrategy::Gcv {
            return self.curve(samples);
        }
        let (n, columns) = (samples.n_rows(), samples.columns());
        let weights: Array1<f64> = (0..n).map(|row| samples.weight(row)).collect();
        let folds = self.strategy.folds(n)?;
        let one_by_one = folds.is_none();
        let folds = folds.unwrap_or_else(|| {
            let counted = (0..n).filter(|row| weights[*row] > 0.0);
            counted.map(|row| FoldRows::Range(row..row + 1)).collect()
        });
        if folds.len() < 2 {
            let what = "leave-one-out cross-validation";
            return Err(Error::too_few(what, 2, folds.len()));
        }
        let own = || {
            let problem = Problem::least_squares(columns, self.fit_intercept);
            default_lambdas(&Spectrum::new(&problem)?)
        };
        let lambdas = self.lambdas.clone().map_or_else(own, Ok)?;
        let sums = |fold: usize| -> Result<Array1<f64>> {
            samples.cancellation().check()?;
            let mut is_tested = vec![false; n];
            folds[fold].iter().for_each(|row| is_tested[row] = true);
            let (test, train) = (0..n).partition(|row| is_tested[*row]);
            let split = Split { train, test };
            let (train, test) = design(&split)?;
            let part = |rows: &[usize]| {
                let weights = samples.weights().map(|w| w.select(Axis(0), rows));
                (columns.y().select(Axis(0), rows), weights)
            };
            let ((y, w), (test_y, test_w)) = (part(&split.train), part(&split.test));
            let training = Samples::new(train.view(), y.view(), w.as_ref().map(|w| w.view()))?;
            let tested = test_w.as_ref().map(|w| w.view());
            let tested = Samples::new(test.view(), test_y.view(), tested)?;
            // Beside the sum of squares of all rows, or the mean of those that are fitted.
            let share = if one_by_one {
                weights.sum() / split.train.iter().map(|row| weights[*row]).sum::<f64>()
            } else {
                1.0
            };
            let lambdas: Vec<f64> = lambdas.iter().map(|lambda| lambda * share).collect();
            let problem = |rows| Problem::least_squares(rows, self.fit_intercept);
            let spectrum = Spectrum::new(&problem(training))?;
            Ok(
                held_out_sums(&spectrum, training, &problem(tested), &lambdas)?
                    .index_axis_move(Axis(1), 0),
            )
        };
        let sums = parallel::map(folds.len(), sums);
        let sums = sums.into_iter().collect::<Result<Vec<_>>>()?;
        if one_by_one {
            let mut curve = CvCurve::empty(lambdas, 1);
            for index in 0..curve.lambdas.len() {
                let mut terms = Array2::zeros((n, 1));
                for (fold, sums) in folds.iter().zip(&sums) {
                    fold.iter().for_each(|row| terms[[row, 0]] = sums[index]);
                }
                curve.set(index, &terms, &weights, weights.sum());
            }
            return Ok(curve);
        }
        let of_fold = |fold: &FoldRows| fold.iter().map(|row| weights[row]).sum::<f64>();
        let fold_weights: Array1<f64> = folds.iter().map(of_fold).collect();
        let mse = Array3::from_shape_fn((folds.len(), lambdas.len(), 1), |(fold, index, _)| {
            sums[fold][index] / fold_weights[fold]
        });
        let errors = FoldErrors {
            mse,
            weights: fold_weights,
            ill_conditioned: Vec::new(),
        };
        Ok(CvCurve::of_folds(lambdas, errors))
    }
}
