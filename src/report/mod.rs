//! Tables, and with the feature `plot` pictures, of fits, their inference and their diagnostics. Numbers are formed
//! here and computed by the modules below.
//!
//! ```
//! use elltwo::prelude::*;
//! use ndarray::array;
//!
//! let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
//! let y = array![1.1, 1.9, 3.2, 3.9, 5.3, 5.8];
//! println!("{}", RidgeRegression::new().analyse((&x, &y))?.summary()?.names(["dose"])?.target("response"));
//! # Ok::<(), elltwo::Error>(())
//! ```

mod facts;
pub mod format;
mod model;
mod notes;
#[cfg(feature = "plot")]
pub mod plot;
mod residuals;
mod summary;
mod table;

pub use notes::{Note, fit_notes};
pub use residuals::ResidualReport;
pub use summary::{Summary, five_numbers};
pub use table::{Align, Table};
