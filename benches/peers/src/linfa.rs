//! linfa: `LinearRegression` by its QR in pure Rust.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray_0_16::{Array1, Array2, Ix1};

use crate::contender::{Contender, Outcome, Request};
use crate::data::Data;

#[derive(Default)]
pub struct Linfa {
    data: Option<Dataset<f64, f64, Ix1>>,
}

impl Contender for Linfa {
    fn load(&mut self, data: Data) -> Result<(), String> {
        data.one_target()?;
        let x = Array2::from_shape_vec((data.n, data.p), data.x).map_err(|e| e.to_string())?;
        self.data = Some(Dataset::new(x, Array1::from(data.y)));
        Ok(())
    }

    fn run(&mut self, request: &Request) -> Result<Outcome, String> {
        let data = self.data.as_ref().ok_or("one target only")?;
        match request.method.as_str() {
            "ols" => {
                let (seconds, model) = request.time(|| LinearRegression::new().fit(data))?;
                let coefficients = model.params().to_vec();
                Ok(Outcome::model(
                    seconds,
                    coefficients,
                    vec![model.intercept()],
                ))
            }
            _ => Err(request.unknown()),
        }
    }
}
