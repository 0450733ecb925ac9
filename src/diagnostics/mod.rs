//! Regression diagnostics: residuals, leverage and influence; tests of
//! independence, of one variance, of normality and of linearity; collinearity; outliers; a smooth curve through a
//! scatter of residuals.
//!
//! Tests take residuals and the design they came from, and give a [`HypothesisTest`](crate::statistics::HypothesisTest)
//! with the statistic, its distribution, the p-value and the null hypothesis. They are about least squares without
//! weights.

mod assumptions;
mod autocorrelation;
mod auxiliary;
mod collinearity;
mod dfbetas;
mod five_numbers;
mod heteroscedasticity;
mod influence;
mod lowess;
mod normal_quantiles;
mod normality;
mod outliers;
mod residuals;
mod specification;

pub use assumptions::Assumptions;
pub use autocorrelation::{breusch_godfrey, durbin_watson, ljung_box};
pub use auxiliary::LagrangeMultiplier;
pub use collinearity::{ConditionIndices, condition_indices, variance_inflation};
pub use five_numbers::FiveNumbers;
pub use heteroscedasticity::{BreuschPagan, breusch_pagan, goldfeld_quandt, white};
pub use influence::cooks_contour;
pub use lowess::Lowess;
pub use normal_quantiles::{NormalQuantiles, normal_band, normal_quantiles};
pub use normality::{NormalityMoments, jarque_bera, normality_moments, omnibus, shapiro_wilk};
pub use outliers::{BonferroniOutlier, Outlier};
pub use residuals::{Residuals, prediction_residuals};
pub use specification::{harvey_collier, rainbow, reset};
