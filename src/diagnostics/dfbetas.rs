//! Parameters without each row.

use std::sync::Arc;

use ndarray::{Array1, Array2, Axis};

use super::residuals::Residuals;
use crate::error::Result;
use crate::model::RidgeFit;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor};

impl<F: Scalar> RidgeFit<'_, F> {
    /// Change of each parameter when each row is left out, `β − β₍ᵢ₎`, `(n, k)`, the intercept first if there is one;
    /// in units of the parameters.
    ///
    /// ```text
    /// β − β₍ᵢ₎ = A⁻¹ xᵢ sᵢ eᵢ / (1 − hᵢ)
    /// ```
    ///
    /// With a penalty `Wλ` is taken as fixed. NaN in the rows where the leverage is 1 and, with deficient rank, in the
    /// columns of aliased parameters. Memory is that of the result. Source: Belsley, Kuh & Welsch, *Regression
    /// Diagnostics*, 1980.
    ///
    /// # Errors
    ///
    /// As [`residuals`](Self::residuals).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::{array, s};
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
    /// let ols = RidgeRegression::new();
    /// let fit = ols.analyse(&Samples::new(x.view(), y.view(), None)?)?;
    /// let without = ols.fit(x.slice(s![..4, ..]), y.slice(s![..4]))?;
    /// let slope = fit.model().coefficients()[0];
    /// assert!((fit.dfbeta()?[[4, 1]] - (slope - without.coefficients()[0])).abs() < 1e-12);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn dfbeta(&self) -> Result<Array2<f64>> {
        Ok(self.moved()?.0)
    }

    /// Change of each parameter when each row is left out, `(n, k)`, in units of the parameter's standard error, with
    /// `σ` estimated without the row: `(β − β₍ᵢ₎)ⱼ / (σ₍ᵢ₎ √(Cov(β)ⱼⱼ/σ²))`.
    ///
    /// Rows where one exceeds `2/√n` in magnitude deserve a look (Belsley, Kuh & Welsch, 1980).
    ///
    /// # Errors
    ///
    /// As [`residuals`](Self::residuals).
    pub fn dfbetas(&self) -> Result<Array2<f64>> {
        let (mut moved, factor, residuals) = self.moved()?;
        let parameters = factor.to_parameters();
        let root = match factor.score_root() {
            None => parameters,
            Some(root) => root.dot(&parameters),
        };
        let errors = root.map_axis(Axis(0), |column| column.dot(&column).sqrt());
        let sigma = residuals.sigma_without();
        for (mut row, sigma) in moved.rows_mut().into_iter().zip(&sigma) {
            row.zip_mut_with(&errors, |v, error| {
                let unit = sigma * error;
                *v = if unit > 0.0 { *v / unit } else { f64::NAN };
            });
        }
        Ok(moved)
    }

    fn moved(&self) -> Result<(Array2<f64>, &Arc<Factor>, Residuals)> {
        let residuals = self.residuals()?;
        let factor = self.factor(Care::Covariance)?;
        let samples = self.samples().columns();
        let to_parameters = factor.to_parameters();
        let mut moved = Array2::zeros((samples.n_rows(), to_parameters.ncols()));
        let sizes: Array1<f64> = (0..samples.n_rows())
            .map(|row| residuals.weighted()[row] / residuals.gap(row))
            .collect();
        let offset = usize::from(factor.fit_intercept);
        factor.for_each_block(samples, |start, scores| {
            for (i, scores) in scores.rows().into_iter().enumerate() {
                let row = start + i;
                moved
                    .row_mut(row)
                    .assign(&(scores.dot(&to_parameters) * sizes[row]));
            }
        });
        samples.cancellation().check()?;
        for parameter in factor.aliased() {
            moved.column_mut(parameter + offset).fill(f64::NAN);
        }
        if offset == 1 && !factor.intercept_estimable() {
            moved.column_mut(0).fill(f64::NAN);
        }
        Ok((moved, factor, residuals))
    }
}
