//! Linear regression on `ndarray`.
#![forbid(unsafe_code)]

pub mod data;
pub mod diagnostics;
pub mod error;
pub(crate) mod linalg;
pub mod loss;
pub mod metrics;
pub mod model;
pub mod moments;
pub mod scalar;
pub mod solver;
pub use error::{Error, Result};
