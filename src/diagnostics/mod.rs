//! What a fit leaves behind: residuals, leverage and influence.

mod residuals;

pub use residuals::{FiveNumbers, Outlier, Residuals};
