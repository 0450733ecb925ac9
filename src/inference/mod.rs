//! Statistical inference on one fit: standard errors, tests, intervals, information criteria and predictions with their
//! errors, under the classical assumptions or with covariances that stand without them.
//!
//! Least squares without a penalty is what the distribution theory is about. With a penalty, variances and degrees of
//! freedom are those of the ridge estimator (`σ² A⁻¹ XᵀSX A⁻¹` with `A = XᵀSX + WλI`, and the trace of the hat matrix),
//! but the estimator is *biased*: intervals are centred on the shrunken coefficient and do not account for the bias,
//! and p-values test the expected shrunken value. The overall F test and the comparison of nested models are then
//! withheld.
//!
//! Nothing inverts `XᵀX`: covariances come from a triangular factor of the centred design with columns of unit norm.

mod analysis;
mod anova;
mod bootstrap;
mod chow;
mod cluster_scores;
mod clusters;
mod covariance;
mod dependence;
mod effects;
mod estimate;
mod fit;
mod from_moments;
mod groups;
mod prediction;
mod prediction_errors;
mod quantile;
mod restrictions;
mod rolling;

pub use crate::samples::WeightKind;
pub use analysis::Inference;
pub use anova::{SumOfSquares, TermTest};
pub use bootstrap::{BootstrapTest, Multipliers, WildBootstrap};
pub use chow::chow_test;
pub use clusters::{ClusterCorrection, Clusters};
pub use covariance::{Covariance, CovarianceKind};
pub use effects::{Effect, EffectCurve};
pub use estimate::{Estimate, Interval, Term};
pub use fit::{FitStatistics, ParameterCount};
pub use groups::{GroupFit, GroupedFit, NoModel};
pub use prediction::{Intervals, Prediction};
pub use prediction_errors::PredictionErrors;
pub use quantile::QuantileErrors;
pub use rolling::{RollingRegression, Span};
