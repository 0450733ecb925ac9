//! The penalty chosen from the moments of folds, the data gone.

use super::{CvCurve, RidgeCv, RidgeCvFit};
use crate::error::{Error, Result};
use crate::model::fit_moments::check_targets;
use crate::model::path::default_lambdas;
use crate::moments::Moments;
use crate::scalar::TargetDim;
use crate::solver::closed_form::{Spectrum, fold_errors_of_moments};

impl RidgeCv {
    /// Chooses the penalty, and fits, from the moments of at least two folds: each fold is predicted by the model of
    /// the others. The parts are the folds, whatever the [`strategy`](Self::strategy): those of a file read in chunks,
    /// of several files, or of machines.
    ///
    /// Errors have about `16 − 2 log₁₀ κ` digits for the condition number `κ` of the training rows; the curve names the
    /// folds where that is less than nine.
    ///
    /// # Errors
    ///
    /// As [`validate`](Self::validate); [`Error::TooFewSamples`] for fewer than two parts; [`Error::ZeroWeights`] for
    /// one without weight; [`Error::ShapeMismatch`] and [`Error::NameMismatch`] for parts that do not fit each other,
    /// or the model's rank; [`Error::SolverFailed`] where squares of the data leave the floating-point range;
    /// [`Error::Overflow`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::synthetic;
    /// use elltwo::model::{LinearModel, RidgeCv, RidgeCvFit};
    /// use elltwo::moments::Moments;
    /// use ndarray::Axis;
    ///
    /// let data = synthetic::regression(60, 5).noise(5.0).seed(1).generate()?.dataset;
    /// let (x, y) = (data.x(), data.y());
    /// let chunks = x.axis_chunks_iter(Axis(0), 20).zip(y.axis_chunks_iter(Axis(0), 20));
    /// let parts = chunks
    ///     .map(|(x, y)| Moments::from_data(x, y, None))
    ///     .collect::<Result<Vec<_>, _>>()?;
    /// let fit: RidgeCvFit<f64> = RidgeCv::new().fit_moments(&parts)?;
    /// assert_eq!(fit.curve().fold_mse.as_ref().map(|mse| mse.dim().0), Some(3));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn fit_moments<D: TargetDim>(&self, parts: &[Moments]) -> Result<RidgeCvFit<f64, D>> {
        self.validate()?;
        let Some((first, others)) = parts.split_first().filter(|(_, others)| !others.is_empty())
        else {
            return Err(Error::too_few("cross-validation by parts", 2, parts.len()));
        };
        check_targets::<D>(first.n_targets())?;
        let mut all = first.clone();
        others.iter().try_for_each(|part| all.merge(part))?;
        let own = || default_lambdas(&Spectrum::from_moments(&all, self.fit_intercept)?);
        let lambdas = self.lambdas.clone().map_or_else(own, Ok)?;
        let errors = fold_errors_of_moments(parts, self.fit_intercept, &lambdas)?;
        let curve = CvCurve::of_folds(lambdas, errors);
        self.choose(curve, |ridge| ridge.fit_moments(&all))
    }
}
