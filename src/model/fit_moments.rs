//! Fits and their quality from moments alone, the data gone.

use ndarray::Array1;

use super::{LinearModel, RidgeRegression};
use crate::check::{check_length, check_rows};
use crate::error::{Error, Result};
use crate::moments::Moments;
use crate::scalar::TargetDim;
use crate::solver::closed_form::solve_moments;

impl RidgeRegression {
    /// Fits the rows that `moments` have seen: one target as `LinearModel<f64>`, any number as `LinearModel<f64, Ix2>`.
    ///
    /// By [`Cholesky`](crate::solver::Solver::Cholesky), or by [`Eigen`](crate::solver::Solver::Eigen) where the Gram
    /// matrix is ill-conditioned or singular; these two may be asked for by name. There are no rows to refine on:
    /// coefficients have about `16 − 2 log₁₀ κ` digits for the condition number `κ` of the report, whose fallbacks say
    /// what was met.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`], [`Error::ShapeMismatch`] if the number of targets is another;
    /// [`Error::Empty`] of no rows; [`Error::SolverFailed`] for a solver that needs the data; [`Error::Overflow`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::model::{Estimator, LinearModel, RidgeRegression};
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let x = array![[1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0]];
    /// let y = array![3.0, 4.0, 1.0, 7.0];
    /// let moments = Moments::from_data(x.view(), y.view(), None)?;
    /// let ridge = RidgeRegression::new().lambda(0.1);
    /// let model: LinearModel<f64> = ridge.fit_moments(&moments)?;
    /// let direct = ridge.fit(x.view(), y.view())?;
    /// assert!((&model.coefficients() - &direct.coefficients()).iter().all(|d| d.abs() < 1e-13));
    /// assert!((model.r2_on(&moments)? - 0.95).abs() < 0.05);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn fit_moments<D: TargetDim>(&self, moments: &Moments) -> Result<LinearModel<f64, D>> {
        self.validate()?;
        check_targets::<D>(moments.n_targets())?;
        let lambda = self.penalties(moments.n_targets())?;
        let (solver, backend) = (self.solver, self.backend);
        let solution = solve_moments(moments, &lambda, self.fit_intercept, solver, backend)?;
        let model = LinearModel::rounded(&solution.coefficients, &solution.intercepts)?;
        let model = model.with_report(self.report(lambda, moments.n_features(), solution))?;
        Ok(match moments.feature_names() {
            Some(features) => model.with_feature_names(features),
            None => model,
        })
    }
}

impl<D: TargetDim> LinearModel<f64, D> {
    /// `Σ sᵢ rᵢ²` on the rows that `moments` have seen; see [`Moments::residual_sums`] for its digits.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for other numbers of features or targets, [`Error::Empty`] of no rows,
    /// [`Error::Overflow`].
    pub fn residual_sum_of_squares_on(&self, moments: &Moments) -> Result<D::PerTarget<f64>> {
        Ok(D::per_target(self.sums(moments)?.view()))
    }

    /// The weighted mean squared error `RSS / W` on the rows that `moments` have seen.
    ///
    /// # Errors
    ///
    /// As [`residual_sum_of_squares_on`](Self::residual_sum_of_squares_on).
    pub fn mse_on(&self, moments: &Moments) -> Result<D::PerTarget<f64>> {
        let mse = self.sums(moments)? / moments.weight_sum();
        Ok(D::per_target(mse.view()))
    }

    /// `R² = 1 − RSS / TSS` on the rows that `moments` have seen; as [`metrics::r2`](crate::metrics::r2), 1 or 0 for a
    /// target that does not vary.
    ///
    /// # Errors
    ///
    /// As [`residual_sum_of_squares_on`](Self::residual_sum_of_squares_on).
    pub fn r2_on(&self, moments: &Moments) -> Result<D::PerTarget<f64>> {
        let mut r2 = self.sums(moments)?;
        r2.zip_mut_with(&moments.target_scatter(), |value, total| {
            *value = if *total > 0.0 {
                1.0 - *value / total
            } else {
                f64::from(u8::from(*value == 0.0))
            };
        });
        Ok(D::per_target(r2.view()))
    }

    /// The residual variance `σ² = RSS / (n − df)` on the rows that `moments` have seen, `df` the coefficients in use:
    /// the model's rank and its intercept. It estimates the noise where the model is the unpenalised fit of these rows.
    ///
    /// # Errors
    ///
    /// As [`residual_sum_of_squares_on`](Self::residual_sum_of_squares_on); [`Error::Unreported`] for a model made from
    /// parts; [`Error::TooFewSamples`] without residual degrees of freedom.
    pub fn residual_variance_on(&self, moments: &Moments) -> Result<D::PerTarget<f64>> {
        let report = self.report().ok_or(Error::Unreported {
            what: "the residual variance",
        })?;
        let rank = report.rank().ok_or(Error::Unreported {
            what: "the residual variance",
        })?;
        let used = rank + usize::from(report.fit_intercept);
        let n = moments.n_samples();
        check_rows("the residual variance", used + 1, n)?;
        let variance = self.sums(moments)? / (n - used) as f64;
        Ok(D::per_target(variance.view()))
    }

    fn sums(&self, moments: &Moments) -> Result<Array1<f64>> {
        if moments.weight_sum() <= 0.0 {
            return Err(Error::empty("moments"));
        }
        let coefficients = D::as_columns(self.coefficients());
        moments.residual_sums(coefficients, self.intercepts())
    }
}

/// One target for one-dimensional models.
pub(super) fn check_targets<D: TargetDim>(n_targets: usize) -> Result<()> {
    if D::NDIM == Some(1) {
        check_length("targets of the moments", 1, n_targets)
    } else {
        Ok(())
    }
}
