//! Estimators and what they fit: the two traits, [`RidgeRegression`], [`SgdRegressor`] and the [`LinearModel`] they
//! return; [`RidgePath`] for every penalty, [`RidgeCv`] for the best; [`PolynomialRegression`] and its
//! [`PolynomialModel`]; [`QuantileRegression`], [`LeastAbsoluteDeviations`] and [`EpsilonInsensitiveRegression`] for
//! losses with a kink, [`HuberRegression`]; [`Pipeline`] and [`FormulaRegression`], which prepare columns for an
//! estimator, and [`cross_validate`].

mod absorb;
mod cross_validation;
mod cv;
mod epsilon_insensitive;
mod estimator;
mod exact;
mod fit_moments;
mod formula_regression;
mod huber;
mod linear_model;
mod path;
mod pipeline;
mod polynomial;
mod polynomial_model;
mod quantile;
mod report;
mod ridge;
mod ridge_fit;
mod sgd;
mod sgd_report;

pub use absorb::Absorbed;
pub(crate) use absorb::Effects;
pub use cross_validation::{CvScores, HeldOut, cross_validate};
pub use cv::{CvCurve, CvStrategy, RidgeCv, RidgeCvFit, Selection};
pub use epsilon_insensitive::EpsilonInsensitiveRegression;
pub use estimator::{BoxedEstimator, Estimator, Predictor};
pub use exact::ExactReport;
pub use formula_regression::{FormulaModel, FormulaRegression};
pub use huber::HuberRegression;
pub use linear_model::LinearModel;
pub use path::{RidgePath, RidgePathFit};
pub use pipeline::{Pipeline, PipelineModel};
pub use polynomial::PolynomialRegression;
pub use polynomial_model::PolynomialModel;
pub use quantile::{LeastAbsoluteDeviations, QuantileRegression};
pub use report::{FitReport, Method, RidgeReport};
pub use ridge::RidgeRegression;
pub use ridge_fit::RidgeFit;
pub(crate) use ridge_fit::{check_objective, check_whole};
pub use sgd::{SgdRegressor, SgdState};
pub use sgd_report::SgdReport;
