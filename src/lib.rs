//! Linear regression on `ndarray`: least squares and ridge in closed form, SGD, and the statistics of a fit.
//!
//! One target or several, `f32` or `f64`, sample weights throughout; the linear algebra is
//! [faer](https://docs.rs/faer), in Rust. Start with the [guide]: it answers the questions of the L2 loss, helps to
//! choose an estimator, and has pages for those who come from scikit-learn, statsmodels and R.
//!
//! ```
//! use elltwo::data::synthetic;
//! use elltwo::prelude::*;
//!
//! let made = synthetic::regression(200, 4).noise(0.1).intercept(7.0).seed(3).generate()?;
//! let (train, test) = made.dataset.split(0.25, 42)?;
//!
//! let model = RidgeRegression::new().lambda(1e-3).fit_dataset(&train)?;
//! assert!(model.score(test.x(), test.y())? > 0.95);
//! assert!((model.intercept() - 7.0).abs() < 0.1);
//!
//! let residuals = Residuals::new(&model, &train)?;
//! assert!(residuals.outliers(6.0)?.is_empty());
//! # Ok::<(), elltwo::Error>(())
//! ```
//!
//! # Objective
//!
//! ```text
//! J(w, b) = (1/W) Σᵢ sᵢ (yᵢ − xᵢ·w − b)²  +  λ ‖w‖²        sᵢ ≥ 0 sample weights (default 1), W = Σ sᵢ
//! ```
//!
//! There is no ½: the training loss is the reported mean squared error. The intercept `b` is never penalised. Because
//! of the division by `W`, scaling all weights changes nothing, a whole-number weight is a repeated row and a weight of
//! 0 a removed one. Residuals are `y − ŷ`. [`loss::L2`] converts `λ` to and from the parameters of other libraries.
//!
//! The squared error is written in `loss/squared.rs` alone, in two forms: over arrays (the kernel: all its uses, in
//! training, metrics and residual analysis, agree bit for bit) and over moments (the quadratic form: equal to 1e-12
//! relative).
//!
//! # Architecture
//!
//! A module uses only modules above it in this table; a test reads the imports and enforces it.
//!
//! | modules | what they hold |
//! |---|---|
//! | [`error`], [`scalar`], [`Samples`], `notation`, `parallel` | the one [`Error`]; element types; checked rows; numbers as people write them; work on threads |
//! | [`loss`], `linalg`, [`statistics`] | losses and penalties; factorisations; distributions of test statistics |
//! | [`moments`], [`data`], [`metrics`] | centred sums of products in one pass; files to arrays; metrics |
//! | [`formula`] | from the columns of a file to those of a design |
//! | [`solver`] | from arrays and a penalty to coefficients |
//! | [`model`] | [`Estimator`], [`Predictor`], [`RidgeRegression`], [`SgdRegressor`], [`LinearModel`] |
//! | [`inference`], [`diagnostics`] | standard errors, tests, intervals; residuals, leverage, influence, assumptions |
//! | [`report`] | tables and plots of them |
//!
//! Models take views of arrays and never see a [`Dataset`](data::Dataset); only [`CsvReader`](data::CsvReader) reads
//! files; nothing prints. Bad data and parameters are an [`Error`] that names the thing, the number and the rule.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `gzip` | yes | reads CSV files compressed by gzip |
//! | `bzip2`, `xz`, `zstd` | no | read CSV files compressed by these |
//! | `encoding` | no | reads CSV files in UTF-16, Windows-1252 and other encodings |
//! | `plot` | no | [`report`] draws: SVG and PNG, with no system library |
//! | `rayon` | yes | threads; the bits of a fit do not depend on it, nor on how many there are |
//! | `openblas-system`, … | no | [`solver::Backend`] LAPACK, see [solvers and accuracy](guide::solvers) |
#![forbid(unsafe_code)]

pub(crate) mod check;
pub mod data;
pub mod diagnostics;
pub mod error;
pub mod formula;
pub mod guide;
pub mod inference;
pub(crate) mod linalg;
pub mod loss;
pub mod metrics;
pub mod model;
pub mod moments;
pub(crate) mod notation;
pub(crate) mod parallel;
pub mod prelude;
pub mod report;
mod samples;
pub mod scalar;
pub mod solver;
pub mod statistics;
mod version;
mod views;

pub use error::{Error, Result};
pub use model::{Estimator, LinearModel, Predictor, RidgeRegression, SgdRegressor};
/// Arrays: the version of `ndarray` that everything here takes.
pub use ndarray;
pub use samples::{Samples, ToSamples};
pub use views::{AsView, AsWeights};

/// Example of the README, run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExample;
