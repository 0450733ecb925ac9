//! Specification tests: is the model linear in its features?

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, concatenate};

use super::auxiliary::{Auxiliary, row_order, sum_about_mean, widened};
use crate::check::{check_open_unit, check_parameter, check_rows};
use crate::error::{Error, Result};
use crate::linalg::extent;
use crate::model::RidgeFit;
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::closed_form::Care;
use crate::statistics::{HypothesisTest, Reference, Test};

/// A column of which less than this is left depends on the others.
const DEPENDENT: f64 = 1e-10;

/// Ramsey's RESET of the design `(n, p)` and target `(n,)`: the F test that the powers 2 … `max_power` of the fitted
/// values add nothing to a fit with an intercept.
///
/// Source: Ramsey, *Tests for specification errors in classical linear least-squares regression analysis*, 1969.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `2 ≤ max_power ≤ 10`; whatever is wrong with the data, as in a fit;
/// [`Error::TooFewSamples`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::reset;
/// use ndarray::Array;
///
/// let x = Array::from_shape_fn((40, 1), |(i, _)| i as f64);
/// let y = Array::from_shape_fn(40, |i| (i * i) as f64 + if i % 3 == 0 { 1.0 } else { -0.5 });
/// assert!(reset(x.view(), y.view(), 3)?.p_value < 1e-10);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn reset<F: Scalar>(
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    max_power: u8,
) -> Result<HypothesisTest> {
    check_power(max_power)?;
    Samples::new(x, y, None)?;
    let (x, y) = (F::wide_view(x), y.mapv(Scalar::wide));
    let (linear, fitted) = Auxiliary::with_fitted(x.view(), y.view(), true)?;
    against_powers(x.view(), y.view(), &linear, &fitted, max_power)
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// [`reset`] of the fit: of least squares with an intercept and without weights, only the regression with the
    /// powers is made.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `2 ≤ max_power ≤ 10`; [`Error::TooFewSamples`]; [`Error::Overflow`].
    pub fn reset(&self, max_power: u8) -> Result<HypothesisTest> {
        let (x, y) = (self.samples().x(), self.samples().y());
        if !self.is_plain() || !self.report().fit_intercept {
            return reset(x, y, max_power);
        }
        check_power(max_power)?;
        let found = self.training_residuals()?;
        let rank = self.factor(Care::Leverage)?.rank();
        let (x, y) = (F::wide_view(x), y.mapv(Scalar::wide));
        let sums = (found.sum_of_squares, sum_about_mean(y.view()));
        let linear = Auxiliary::new(y.len(), sums, rank, true);
        against_powers(x.view(), y.view(), &linear, &(&y - &found.raw), max_power)
    }
}

fn check_power(max_power: u8) -> Result<()> {
    let holds = (2..=10).contains(&max_power);
    check_parameter(holds, "max_power", f64::from(max_power), "from 2 to 10")
}

/// F test of a linear fit against one with powers of its fitted values.
fn against_powers(
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
    linear: &Auxiliary,
    fitted: &Array1<f64>,
    max_power: u8,
) -> Result<HypothesisTest> {
    // Powers of the fitted values about their middle span the same with 1 and x, and depend less on each other.
    let (low, high) = extent(fitted.iter().copied());
    let (middle, half) = (f64::midpoint(low, high), 0.5 * (high - low));
    let scaled = fitted.mapv(|v| if half > 0.0 { (v - middle) / half } else { 0.0 });
    let count = usize::from(max_power) - 1;
    let powers = Array2::from_shape_fn((y.len(), count), |(i, k)| {
        (0..k + 2).map(|_| scaled[i]).product::<f64>()
    });
    let both = concatenate(Axis(1), &[x, powers.view()]).map_err(|_| Error::empty("x (rows)"))?;
    let whole = Auxiliary::fit(both.view(), y, true)?.with_residual_df("the RESET test")?;
    Ok(whole.against(Test::Reset, linear.residual, linear.df))
}

/// The rainbow test of the design `(n, p)` and target `(n,)`: a fit of the middle `share` of the rows, in the order of
/// a column or their own, is linear where the whole is not.
///
/// ```text
/// F = ((RSS − RSS_m)/(n − m)) / (RSS_m/(m − df))
/// ```
///
/// Source: Utts, *The rainbow test for lack of fit in regression*, 1982.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `0 < share < 1`, or if there is no such column; whatever is wrong with the data,
/// as in a fit; [`Error::TooFewSamples`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::rainbow;
/// use ndarray::Array;
///
/// let x = Array::from_shape_fn((40, 1), |(i, _)| i as f64);
/// let y = Array::from_shape_fn(40, |i| (i * i) as f64 + if i % 3 == 0 { 1.0 } else { -0.5 });
/// assert!(rainbow(x.view(), y.view(), Some(0), 0.5)?.p_value < 1e-6);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn rainbow<F: Scalar>(
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    order_by: Option<usize>,
    share: f64,
) -> Result<HypothesisTest> {
    check_open_unit("share", share)?;
    Samples::new(x, y, None)?;
    let (x, y) = (widened(x), y.mapv(Scalar::wide));
    let order = row_order(x.view(), order_by)?;
    let n = order.len();
    let size = n as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // shares of a count
    let (low, high) = {
        let low = (0.5 * (1.0 - share) * size).ceil();
        (low as usize, (low + share * size).floor() as usize)
    };
    let middle = &order[low.min(n)..high.clamp(low, n)];
    check_rows("the rainbow test", 1, middle.len())?;
    let whole = Auxiliary::fit(x.view(), y.view(), true)?;
    let (x, y) = (x.select(Axis(0), middle), y.select(Axis(0), middle));
    let part = Auxiliary::fit(x.view(), y.view(), true)?.with_residual_df("the rainbow test")?;
    let left = (n - middle.len()) as f64;
    let f = ((whole.residual - part.residual) / left) / (part.residual / part.df);
    let reference = Reference::f(left, part.df);
    Ok(HypothesisTest::upper(Test::Rainbow, f, reference))
}

/// The Harvey–Collier test of the design `(n, p)` and target `(n,)`: the t test that the recursive residuals, each
/// row's under the fit of those before it, have mean zero. Rows are in the order of a column or their own; a curved
/// relation along that order makes them drift.
///
/// Source: Harvey & Collier, *Testing for functional misspecification in regression analysis*, 1977; the recursive
/// residuals by Givens rotations, Gentleman, *Least squares computations by Givens transformations without square
/// roots*, 1973.
///
/// # Errors
///
/// Whatever is wrong with the data, as in a fit; [`Error::InvalidParameter`] if there is no such column;
/// [`Error::TooFewSamples`] unless two recursive residuals are left.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::harvey_collier;
/// use ndarray::Array;
///
/// let x = Array::from_shape_fn((40, 1), |(i, _)| i as f64);
/// let y = Array::from_shape_fn(40, |i| (i * i) as f64 + if i % 3 == 0 { 1.0 } else { -0.5 });
/// assert!(harvey_collier(x.view(), y.view(), Some(0))?.p_value < 1e-6);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn harvey_collier<F: Scalar>(
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    order_by: Option<usize>,
) -> Result<HypothesisTest> {
    Samples::new(x, y, None)?;
    let x = widened(x);
    let order = row_order(x.view(), order_by)?;
    let recursive = recursive_residuals(&x, &y.mapv(Scalar::wide), &order);
    let m = recursive.len();
    check_rows("the Harvey–Collier test", order.len() - m + 2, order.len())?;
    let count = m as f64;
    let mean = recursive.iter().sum::<f64>() / count;
    let squares: f64 = recursive.iter().map(|v| (v - mean).powi(2)).sum();
    let df = count - 1.0;
    let t = mean / (squares / df / count).sqrt();
    let reference = Reference::StudentT { df };
    Ok(HypothesisTest::new(Test::HarveyCollier, t, reference))
}

/// Recursive residuals: the rest of each row's target after rotating it into the triangle of the rows before; none for
/// rows that enlarge the triangle.
fn recursive_residuals(x: &Array2<f64>, y: &Array1<f64>, order: &[usize]) -> Vec<f64> {
    let k = x.ncols() + 1;
    let mean = x.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(k - 1));
    let size = Array1::from_shape_fn(k - 1, |j| {
        let largest = x.column(j).fold(0.0_f64, |a, v| a.max((v - mean[j]).abs()));
        if largest > 0.0 { largest } else { 1.0 }
    });
    let mut triangle = Array2::<f64>::zeros((k, k + 1));
    let mut residuals = Vec::new();
    for &i in order {
        let mut row = Array1::zeros(k + 1);
        row[0] = 1.0;
        (0..k - 1).for_each(|j| row[j + 1] = (x[[i, j]] - mean[j]) / size[j]);
        row[k] = y[i];
        let mut used = false;
        for j in 0..k {
            if row[j].abs() <= DEPENDENT {
                continue;
            }
            let mut own = triangle.row_mut(j);
            if own[j] == 0.0 {
                own.assign(&row);
                used = true;
                break;
            }
            let length = own[j].hypot(row[j]);
            let (c, s) = (own[j].abs() / length, row[j] / length * own[j].signum());
            for l in j..=k {
                let (a, b) = (own[l], row[l]);
                own[l] = c * a + s * b;
                row[l] = c * b - s * a;
            }
        }
        if !used {
            residuals.push(row[k]);
        }
    }
    residuals
}
