//! Plots of fits and of their residuals, as SVG or PNG.
//!
//! Each function takes results of the library and gives a [`Plot`]; drawing, by [plotters](https://docs.rs/plotters)
//! with the DejaVu fonts embedded, needs no system library. [`Plot::save`] writes a file; nothing else here does.
//! Colours are those of Okabe & Ito, *Color Universal Design*, 2008, which the colour-blind tell apart. A share of very
//! many points is drawn, and the plot says so.
//!
//! ```
//! use elltwo::Samples;
//! use elltwo::diagnostics::Residuals;
//! use elltwo::model::{Estimator, Predictor, RidgeRegression};
//! use elltwo::report::plot::ResidualPlots;
//! use ndarray::array;
//!
//! let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
//! let y = array![1.1, 1.9, 3.2, 3.9, 9.0, 6.1];
//! let model = RidgeRegression::new().fit(x.view(), y.view())?;
//! let residuals = Residuals::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
//! let plots = ResidualPlots::new(&residuals, model.predict(x.view())?.view())?;
//! assert!(plots.normal_qq()?.svg()?.starts_with("<svg"));
//! # Ok::<(), elltwo::Error>(())
//! ```

mod canvas;
mod coefficients;
mod curves;
mod draw;
mod effects;
mod frame;
mod label;
mod legend;
mod predictions;
mod residuals;
mod scene;
mod text;

pub use coefficients::{coefficients, standardized_coefficients};
pub use curves::{cv_curve, learning_curve, ridge_trace};
pub use effects::effect;
pub use predictions::PredictionPlots;
pub use residuals::ResidualPlots;
pub use scene::Plot;
