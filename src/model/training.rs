//! The residuals of a model on its training data.

use ndarray::{Array1, ArrayView1, ArrayView2, Axis};

use super::{FitReport, LinearModel};
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::linalg::{accurate_dot, affine_into};
use crate::loss::{Penalty, Reduction, RegressionLoss, SquaredError};
use crate::scalar::Scalar;
use crate::solver::Precision;

/// `y − ŷ` of each row, and `Σ s (y − ŷ)²` by the shared kernel.
#[derive(Debug)]
pub(crate) struct TrainingResiduals {
    pub(crate) raw: Array1<f64>,
    pub(crate) sum_of_squares: f64,
}

/// Refuses a model whose loss is not the squared error or whose penalty is not L2: its hat matrix is another, or it has none.
pub(crate) fn check_objective(report: &FitReport) -> Result<()> {
    match report.sgd() {
        Some(sgd)
            if !matches!(sgd.loss, RegressionLoss::Squared)
                || !matches!(sgd.penalty, Penalty::L2(_)) =>
        {
            Err(Error::OtherObjective)
        }
        _ => Ok(()),
    }
}

/// The data have passed the checks of a fit. Of a model fitted in extended precision, each residual is accumulated in twice the precision and rounded once.
pub(crate) fn training_residuals<F: Scalar>(
    model: &LinearModel<F>,
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
    weights: Option<ArrayView1<'_, F>>,
) -> Result<TrainingResiduals> {
    model.report().map_or(Ok(()), check_objective)?;
    check_length("columns of x", model.n_features(), x.ncols())?;
    let mut values = Array1::zeros(x.nrows());
    // The design was checked with the targets; `predict` would look at every value once more.
    affine_into(
        x,
        model.coefficients().insert_axis(Axis(1)),
        model.intercepts(),
        values.view_mut().insert_axis(Axis(1)),
    );
    if !values.iter().all(|v| v.is_finite()) {
        return Err(Error::Overflow {
            what: "a prediction",
        });
    }
    let extended = model
        .report()
        .and_then(FitReport::ridge)
        .is_some_and(|ridge| ridge.precision == Precision::Extended);
    if !extended {
        let sum_of_squares =
            SquaredError.residual_in_place(y, values.view_mut(), weights, Reduction::Sum)?;
        let raw = values.mapv(Scalar::wide);
        return Ok(TrainingResiduals {
            raw,
            sum_of_squares,
        });
    }
    let intercept = model.intercept().wide();
    let raw = Array1::from_shape_fn(x.nrows(), |i| {
        let products = x.row(i).into_iter().zip(model.coefficients());
        let terms = products.map(|(x, w)| (-x.wide(), w.wide()));
        accurate_dot(y[i].wide(), terms.chain([(-1.0, intercept)]))
    });
    let wide = weights.map(|w| w.mapv(Scalar::wide));
    let mut zeros = Array1::zeros(raw.len());
    let sum_of_squares = SquaredError.residual_in_place(
        raw.view(),
        zeros.view_mut(),
        wide.as_ref().map(|w| w.view()),
        Reduction::Sum,
    )?;
    if raw.iter().all(|r| r.is_finite()) {
        Ok(TrainingResiduals {
            raw,
            sum_of_squares,
        })
    } else {
        Err(Error::Overflow { what: "a residual" })
    }
}
