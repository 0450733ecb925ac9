//! How far each row moves each parameter.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use super::residuals::Residuals;
use crate::error::{Error, Result};
use crate::model::LinearModel;
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor, Problem};
use crate::solver::{Backend, Solver};

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
        samples: Samples::trusted(x, y, weights).columns(),
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
