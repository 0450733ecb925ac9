//! Distributions of test statistics and the results of tests: what `inference` and
//! [`diagnostics`](crate::diagnostics) share.

mod beta;
mod distribution;
mod hypothesis;
mod quantile;
pub(crate) mod stored;

pub use distribution::Reference;
pub(crate) use distribution::normal_upper;
pub use hypothesis::{HypothesisTest, Test};
pub(crate) use quantile::{beta_quantile_logit, normal_quantile, student_quantile};
