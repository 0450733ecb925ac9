//! Estimators and what they fit: the two traits, [`RidgeRegression`], [`SgdRegressor`] and the [`LinearModel`] they
//! return; [`RidgePath`] for every penalty, [`RidgeCv`] for the best; [`PolynomialRegression`] and its
//! [`PolynomialModel`]; [`QuantileRegression`] and [`LeastAbsoluteDeviations`] for losses with a kink.

mod absorb;
mod cv;
mod estimator;
mod exact;
mod fit_moments;
mod linear_model;
mod path;
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
pub use cv::{CvCurve, CvStrategy, RidgeCv, RidgeCvFit, Selection};
pub use estimator::{BoxedEstimator, Estimator, Predictor};
pub use exact::ExactReport;
pub use linear_model::LinearModel;
pub use path::{RidgePath, RidgePathFit};
pub use polynomial::PolynomialRegression;
pub use polynomial_model::PolynomialModel;
pub use quantile::{LeastAbsoluteDeviations, QuantileRegression};
pub use report::{FitReport, Method, RidgeReport};
pub use ridge::RidgeRegression;
pub use ridge_fit::RidgeFit;
pub(crate) use ridge_fit::{check_objective, check_whole};
pub use sgd::{SgdRegressor, SgdState};
pub use sgd_report::SgdReport;
