//! Linear regression on `ndarray`.
pub mod data;
pub mod error;
pub mod loss;
pub mod metrics;
pub mod scalar;
pub use error::{Error, Result};
