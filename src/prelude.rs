//! The names most programs need: `use elltwo::prelude::*;`.

/// Data: files, rows with their names, scaling, folds.
pub use crate::data::{CsvReader, Dataset, KFold, MissingPolicy, StandardScaler};
/// Residuals, leverage and influence of a fit.
pub use crate::diagnostics::Residuals;
/// Standard errors, tests and intervals.
pub use crate::inference::{Covariance, Inference};
/// The squared error and other losses.
pub use crate::loss::{Loss, Reduction, SquaredError};
/// Errors of predictions: `metrics::rmse(&y, &predicted)`, `metrics::weighted::rmse(&y, &predicted, &weights)`.
pub use crate::metrics::{self, Metric};
/// Estimators and what they fit.
pub use crate::model::{
    BoxedEstimator, CvStrategy, Estimator, FormulaRegression, LinearModel, Pipeline,
    PolynomialRegression, Predictor, RidgeCv, RidgeFit, RidgeRegression, SgdRegressor,
    cross_validate,
};
/// Rows that have been checked.
pub use crate::samples::{Samples, ToSamples};
/// Algorithm of the closed form.
pub use crate::solver::Solver;
