//! Plots of fits and of their residuals, as SVG or PNG.
//!
//! A function takes what the library computed and gives a [`Plot`]; drawing, by [plotters](https://docs.rs/plotters) with the DejaVu
//! fonts embedded, needs no system library. Colours are those of Okabe & Ito, *Color Universal Design*, 2008, which the colour-blind tell
//! apart. Of very many points a share is drawn and the plot says so.
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
mod cloud;
mod coefficients;
mod curves;
mod draw;
mod frame;
mod label;
mod legend;
mod normal_qq;
mod predictions;
mod residuals;
mod scene;
mod text;
mod thin;

pub use coefficients::{coefficients, standardized_coefficients};
pub use curves::{cv_curve, learning_curve, ridge_trace};
pub use predictions::PredictionPlots;
pub use residuals::ResidualPlots;
pub use scene::Plot;
