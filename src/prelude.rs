//! The names most programs need: `use elltwo::prelude::*;`.

pub use crate::data::{CsvReader, Dataset, MissingPolicy};
pub use crate::diagnostics::Residuals;
pub use crate::loss::{Loss, Reduction, SquaredError};
pub use crate::model::{
    Estimator, LinearModel, Predictor, RidgeCv, RidgeFit, RidgeRegression, SgdRegressor,
};
pub use crate::samples::Samples;
pub use crate::solver::Solver;
