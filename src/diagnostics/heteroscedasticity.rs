//! Tests of heteroscedasticity: errors of more than one variance.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::auxiliary::{Auxiliary, LagrangeMultiplier, row_order, sum_about_mean, widened};
use crate::check::{check_finite, check_length, check_rows};
use crate::error::{Error, Result};
use crate::linalg::max_abs;
use crate::model::RidgeFit;
use crate::scalar::Scalar;
use crate::solver::closed_form::Care;
use crate::statistics::{HypothesisTest, Reference, Test};

/// The forms of the Breusch–Pagan test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BreuschPagan {
    /// Koenker's, `n R²`: does not need normal errors.
    #[default]
    Koenker,
    /// The original, half the explained sum of squares of `e²/σ²`: for normal errors.
    Original,
}

/// The Breusch–Pagan test that the variance of the errors does not depend linearly on the columns of the design.
///
/// The squared residuals `(n,)` are regressed on the design `(n, p)` and an intercept. Statistics are χ² with as many
/// degrees of freedom as independent columns; the F form is the same for both. NaN where the squared residuals do not
/// vary. Source: Breusch & Pagan, *A simple test for heteroscedasticity*, 1979; Koenker, *A note on studentizing a test
/// for heteroscedasticity*, 1981.
///
/// # Errors
///
/// [`Error::ShapeMismatch`], [`Error::NonFinite`]; [`Error::TooFewSamples`] unless rows outnumber the parameters.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::{BreuschPagan, breusch_pagan};
/// use ndarray::Array;
///
/// let x = Array::from_shape_fn((80, 1), |(i, _)| i as f64);
/// let fan = Array::from_shape_fn(80, |i| if i % 2 == 0 { i as f64 } else { -(i as f64) });
/// let test = breusch_pagan(fan.view(), x.view(), BreuschPagan::Koenker)?;
/// assert!(test.chi_squared.p_value < 1e-6);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn breusch_pagan<F: Scalar>(
    residuals: ArrayView1<'_, f64>,
    x: ArrayView2<'_, F>,
    form: BreuschPagan,
) -> Result<LagrangeMultiplier> {
    let squares = squares(residuals, x)?;
    let auxiliary = Auxiliary::fit(F::wide_view(x).view(), squares.view(), true)?;
    multipliers(auxiliary, form)
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// [`breusch_pagan`] of the residuals on the features. Of least squares with an intercept and without weights, the
    /// factor of the fit gives the auxiliary regression by one pass over the rows.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] unless rows outnumber the parameters; [`Error::Overflow`].
    pub fn breusch_pagan(&self, form: BreuschPagan) -> Result<LagrangeMultiplier> {
        let (x, residuals) = (self.samples().x(), &self.training_residuals()?.raw);
        if !self.is_plain() || !self.report().fit_intercept {
            return breusch_pagan(residuals.view(), x, form);
        }
        let squares = squares(residuals.view(), x)?;
        let factor = self.factor(Care::Leverage)?;
        let scores = factor.scores(&self.problem(), squares.view());
        let total = sum_about_mean(squares.view());
        let sums = ((total - scores.dot(&scores)).max(0.0), total);
        let auxiliary = Auxiliary::new(squares.len(), sums, factor.rank(), true);
        multipliers(auxiliary, form)
    }
}

fn multipliers(auxiliary: Auxiliary, form: BreuschPagan) -> Result<LagrangeMultiplier> {
    let auxiliary = auxiliary.with_residual_df("the Breusch–Pagan test")?;
    Ok(match form {
        BreuschPagan::Koenker => auxiliary.multiplier(Test::Koenker),
        BreuschPagan::Original => {
            // The squares are of mean 1: σ² divides out.
            let statistic = match 0.5 * (auxiliary.total - auxiliary.residual).max(0.0) {
                explained if auxiliary.total > 0.0 => explained,
                _ => f64::NAN,
            };
            let reference = Reference::ChiSquared {
                df: auxiliary.rank as f64,
            };
            LagrangeMultiplier {
                chi_squared: HypothesisTest::new(Test::BreuschPagan, statistic, reference),
                ..auxiliary.multiplier(Test::BreuschPagan)
            }
        }
    })
}

/// White's test that the variance of the errors does not depend on the features, their squares and their products.
///
/// As Koenker's form of [`breusch_pagan`] with those columns; what depends on others, as the square of an indicator,
/// does not count. Source: White, *A heteroskedasticity-consistent covariance matrix estimator and a direct test for
/// heteroskedasticity*, 1980.
///
/// # Errors
///
/// [`Error::ShapeMismatch`], [`Error::NonFinite`]; [`Error::TooFewSamples`] unless rows outnumber the `p (p + 3)/2`
/// columns that are independent; [`Error::Overflow`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::white;
/// use ndarray::Array;
///
/// let x = Array::from_shape_fn((80, 1), |(i, _)| i as f64 - 40.0);
/// // As uncertain at either end: linear in the square of x.
/// let residuals = Array::from_shape_fn(80, |i| if i % 2 == 0 { 1.0 } else { -1.0 } * (i as f64 - 40.0));
/// let test = white(residuals.view(), x.view())?;
/// assert!(test.chi_squared.p_value < 1e-6);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn white<F: Scalar>(
    residuals: ArrayView1<'_, f64>,
    x: ArrayView2<'_, F>,
) -> Result<LagrangeMultiplier> {
    let squares = squares(residuals, x)?;
    let mut x = widened(x);
    // The span is that of the features as they are, and the powers of what is centred and scaled depend less on each
    // other.
    for mut column in x.columns_mut() {
        let mean = column.mean().unwrap_or(0.0);
        column -= mean;
        let largest = max_abs(&column);
        if largest > 0.0 {
            column /= largest;
        }
    }
    let p = x.ncols();
    let mut columns: Vec<Array1<f64>> = x.columns().into_iter().map(|c| c.to_owned()).collect();
    for i in 0..p {
        for j in i..p {
            columns.push(&x.column(i) * &x.column(j));
        }
    }
    let powers = Array2::from_shape_fn((x.nrows(), columns.len()), |(i, j)| columns[j][i]);
    let auxiliary = Auxiliary::fit(powers.view(), squares.view(), true)?;
    Ok(auxiliary
        .with_residual_df("White's test")?
        .multiplier(Test::White))
}

/// The Goldfeld–Quandt test that the variance does not grow along the rows, in the order of a column or their own.
///
/// The design `(n, p)` and target `(n,)` are fitted, with an intercept, to the rows before and behind the middle, of
/// which `omitted` rows are left out: `F = (RSS₂/df₂) / (RSS₁/df₁)`, upper tail. Source: Goldfeld & Quandt, *Some tests
/// for homoscedasticity*, 1965.
///
/// # Errors
///
/// [`Error::ShapeMismatch`], [`Error::NonFinite`], [`Error::InvalidParameter`] if there is no such column;
/// [`Error::TooFewSamples`] if a part leaves no degree of freedom.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::goldfeld_quandt;
/// use ndarray::Array;
///
/// let x = Array::from_shape_fn((60, 1), |(i, _)| i as f64);
/// let y = Array::from_shape_fn(60, |i| i as f64 + if i % 2 == 0 { i as f64 } else { -(i as f64) });
/// assert!(goldfeld_quandt(x.view(), y.view(), Some(0), 10)?.p_value < 1e-3);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn goldfeld_quandt<F: Scalar>(
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    order_by: Option<usize>,
    omitted: usize,
) -> Result<HypothesisTest> {
    const NAME: &str = "the Goldfeld–Quandt test";
    check_length("rows of y", x.nrows(), y.len())?;
    check_finite("x", x)?;
    let (x, y) = (widened(x), y.mapv(Scalar::wide));
    let order = row_order(x.view(), order_by)?;
    check_rows(NAME, omitted + 2, order.len())?;
    let first = (order.len() - omitted) / 2;
    let fit = |rows: &[usize]| {
        let (x, y) = (x.select(Axis(0), rows), y.select(Axis(0), rows));
        Auxiliary::fit(x.view(), y.view(), true)?.with_residual_df(NAME)
    };
    let (before, behind) = (fit(&order[..first])?, fit(&order[first + omitted..])?);
    let f = (behind.residual / behind.df) / (before.residual / before.df);
    let reference = Reference::f(behind.df, before.df);
    Ok(HypothesisTest::upper(Test::GoldfeldQuandt, f, reference))
}

/// The squared residuals, divided by their mean.
fn squares<F: Scalar>(residuals: ArrayView1<'_, f64>, x: ArrayView2<'_, F>) -> Result<Array1<f64>> {
    check_length("rows of x", residuals.len(), x.nrows())?;
    check_finite("residuals", residuals)?;
    let largest = max_abs(residuals);
    let unit = if largest > 0.0 { largest } else { 1.0 };
    let squares = residuals.mapv(|e| (e / unit).powi(2));
    let mean = squares.mean().ok_or(Error::empty("residuals"))?;
    Ok(if mean > 0.0 { squares / mean } else { squares })
}
