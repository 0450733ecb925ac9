//! Distributions of test statistics and the results of tests: what `inference` and
//! [`diagnostics`](crate::diagnostics) share.

mod beta;
mod distribution;
mod hypothesis;

pub use distribution::Reference;
pub(crate) use distribution::{normal_quantile, normal_upper, student_quantile};
pub use hypothesis::{HypothesisTest, Test};
