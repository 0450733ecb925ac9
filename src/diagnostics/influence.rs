//! What the fit would be without each row, from one fit.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::residuals::{LEVERAGE_GAP, Residuals};
use crate::error::{Error, Result, check_positive};
use crate::model::LinearModel;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor, Problem};
use crate::solver::{Backend, Solver};

/// What follows from residuals and leverage alone.
///
/// ```text
/// e₍ᵢ₎  = eᵢ / (1 − hᵢ)                               deleted: the error of the row under the fit without it
/// PRESS = Σ sᵢ e₍ᵢ₎²        predicted R² = 1 − PRESS / TSS
/// DFFITS    = tᵢ √(hᵢ / (1 − hᵢ))
/// COVRATIO  = (σ₍ᵢ₎²/σ²)^df / (1 − hᵢ) = 1 / (((n − df − 1 + tᵢ²)/(n − df))^df (1 − hᵢ))
/// ```
///
/// With a penalty these take `Wλ` as fixed when the row is left out. NaN where the leverage is 1: no other row holds the direction.
/// Source: Belsley, Kuh & Welsch, *Regression Diagnostics*, 1980; Allen, *The relationship between variable selection and data
/// augmentation and a method for prediction*, 1974.
impl Residuals {
    /// `e₍ᵢ₎`: what leaving the row out and predicting it would leave.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::diagnostics::Residuals;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
    /// assert!(residuals.deleted()[4].abs() > residuals.raw()[4].abs());
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn deleted(&self) -> Array1<f64> {
        Array1::from_shape_fn(self.raw().len(), |i| self.raw()[i] / self.gap(i))
    }

    /// `Σ s e₍ᵢ₎²`, of the rows of positive weight: the leave-one-out sum of squares.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::diagnostics::Residuals;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
    /// assert!(residuals.press() > residuals.sum_of_squares()); // rows that are not seen are missed by more
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn press(&self) -> f64 {
        // √s e = z σ, which is zero for a weight of zero.
        let weighted = |i: usize| self.weighted()[i] / self.gap(i);
        (0..self.raw().len()).map(|i| weighted(i).powi(2)).sum()
    }

    /// `1 − PRESS / TSS`: the share of the variance that the model predicts of rows it has not seen; NaN for a constant target.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::diagnostics::Residuals;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
    /// assert!(residuals.predicted_r2() < 0.5); // R² is 0.94: it hangs on the last row
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn predicted_r2(&self) -> f64 {
        if self.total_sum_of_squares > 0.0 {
            1.0 - self.press() / self.total_sum_of_squares
        } else {
            f64::NAN
        }
    }

    /// How many of its standard errors the row's own prediction moves without it.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::diagnostics::Residuals;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
    /// assert!(residuals.dffits()[4].abs() > 2.0);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn dffits(&self) -> Array1<f64> {
        let t = self.studentized_external();
        Array1::from_shape_fn(t.len(), |i| {
            t[i] * (self.leverage()[i] / self.gap(i)).sqrt()
        })
    }

    /// The determinant of the coefficients' covariance without the row, relative to that with it: below 1 the row makes them less
    /// certain.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::diagnostics::Residuals;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
    /// assert!(residuals.covariance_ratio()[4] < 0.5);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn covariance_ratio(&self) -> Array1<f64> {
        let (t, df) = (self.studentized_external(), self.residual_df());
        Array1::from_shape_fn(t.len(), |i| {
            let share = (df - 1.0 + t[i] * t[i]) / df;
            1.0 / (share.powf(self.model_df()) * self.gap(i))
        })
    }

    /// `1 − h`, NaN where that is rounding.
    fn gap(&self, row: usize) -> f64 {
        let gap = 1.0 - self.leverage()[row];
        if gap > LEVERAGE_GAP { gap } else { f64::NAN }
    }
}

/// The internally studentized residual, up to its sign, at which a row of this leverage has this Cook's distance in a fit that used `df`:
/// the contours of a plot of residuals against leverage.
///
/// ```text
/// r = √(D df (1 − h) / h)
/// ```
///
/// Infinite at a leverage of 0. Source: Cook, *Detection of influential observations*, 1977.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the distance and `df` are finite and above 0 and the leverage is in `[0, 1]`.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::{Residuals, cooks_contour};
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
/// let (d, h) = (residuals.cooks_distance()[4], residuals.leverage()[4]);
/// let r = cooks_contour(d, h, residuals.model_df())?;
/// assert!((r - residuals.studentized_internal()[4].abs()).abs() < 1e-12);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn cooks_contour(distance: f64, leverage: f64, df: f64) -> Result<f64> {
    check_positive("distance", distance)?;
    check_positive("df", df)?;
    if !(0.0..=1.0).contains(&leverage) {
        return Err(Error::InvalidParameter {
            name: "leverage",
            value: leverage,
            requirement: "between 0 and 1",
        });
    }
    Ok((distance * df * (1.0 - leverage) / leverage).sqrt())
}

/// How far each parameter moves without each row, `(n, k)`, the intercept first if there is one: `β − β₍ᵢ₎`, in units of the
/// parameters.
///
/// ```text
/// β − β₍ᵢ₎ = A⁻¹ xᵢ sᵢ eᵢ / (1 − hᵢ)
/// ```
///
/// With a penalty `Wλ` is taken as fixed. NaN in the rows where the leverage is 1 and, with deficient rank, in the columns of
/// aliased parameters. Memory is that of the result.
///
/// # Errors
///
/// As [`Residuals::new`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::dfbeta;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::{array, s};
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
/// let ols = RidgeRegression::new();
/// let (model, without) = (ols.fit(x.view(), y.view())?, ols.fit(x.slice(s![..4, ..]), y.slice(s![..4]))?);
/// let moved = dfbeta(&model, x.view(), y.view(), None)?;
/// assert!((moved[[4, 1]] - (model.coefficients()[0] - without.coefficients()[0])).abs() < 1e-12);
/// # Ok::<(), elltwo::Error>(())
/// ```
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::dfbeta;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let moved = dfbeta(&model, x.view(), y.view(), None)?;
/// let (rest, others) = (array![[1.0], [2.0], [3.0], [4.0]], array![1.1, 1.9, 3.2, 3.9]);
/// let without = RidgeRegression::new().fit(rest.view(), others.view())?;
/// assert!((moved[[4, 1]] - (model.coefficients()[0] - without.coefficients()[0])).abs() < 1e-12);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn dfbeta<F: Scalar>(
    model: &LinearModel<F>,
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    weights: Option<ArrayView1<'_, F>>,
) -> Result<Array2<f64>> {
    Ok(moved(model, x, y, weights)?.0)
}

/// [`dfbeta`] in units of the parameters' standard errors, with `σ` estimated without the row:
/// `(β − β₍ᵢ₎)ⱼ / (σ₍ᵢ₎ √(Cov(β)ⱼⱼ/σ²))`.
///
/// # Errors
///
/// As [`Residuals::new`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::dfbetas;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let moved = dfbetas(&model, x.view(), y.view(), None)?;
/// assert!(moved[[4, 1]] < -2.0); // without the last row the slope is steeper
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn dfbetas<F: Scalar>(
    model: &LinearModel<F>,
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    weights: Option<ArrayView1<'_, F>>,
) -> Result<Array2<f64>> {
    let (mut moved, factor, residuals) = moved(model, x, y, weights)?;
    let root = factor.score_root().dot(&factor.to_parameters());
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

fn moved<F: Scalar>(
    model: &LinearModel<F>,
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    weights: Option<ArrayView1<'_, F>>,
) -> Result<(Array2<f64>, Factor, Residuals)> {
    let residuals = Residuals::new(model, x, y, weights)?;
    let report = model.report().ok_or(Error::Unreported {
        what: "residual analysis",
    })?;
    let problem = Problem {
        x,
        y: y.insert_axis(Axis(1)),
        weights,
        lambda: &report.lambda,
        fit_intercept: report.fit_intercept,
        solver: Solver::Auto,
        backend: Backend::default(),
    };
    let factor = Factor::from_data(&problem, Care::Covariance)?;
    let to_parameters = factor.to_parameters();
    let mut moved = Array2::zeros((x.nrows(), to_parameters.ncols()));
    let weighted = residuals.weighted();
    let offset = usize::from(report.fit_intercept);
    factor.for_each_block(&problem, |start, whitened| {
        for (i, t) in whitened.rows().into_iter().enumerate() {
            let row = start + i;
            let size = weighted[row] / residuals.gap(row);
            let (intercept, rest) = to_parameters.view().split_at(Axis(0), offset);
            let mut to = moved.row_mut(row);
            to.assign(&(t.dot(&rest) * size));
            let weight = weights.map_or(1.0, |w| w[row].wide());
            for coefficients in intercept.rows() {
                to.scaled_add(size * factor.intercept_share(weight).sqrt(), &coefficients);
            }
        }
    });
    for parameter in factor.aliased() {
        moved.column_mut(parameter + offset).fill(f64::NAN);
    }
    if offset == 1 && !factor.intercept_estimable() {
        moved.column_mut(0).fill(f64::NAN);
    }
    Ok((moved, factor, residuals))
}
