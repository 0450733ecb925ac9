//! linregress by its low-level functions, which take the matrix as it is.

use linregress::{
    fit_low_level_regression_model, fit_low_level_regression_model_without_statistics,
};
use serde_json::json;

use crate::contender::{Contender, Outcome, Request};
use crate::data::Data;

#[derive(Default)]
pub struct Linregress {
    /// Target, 1, features, row by row.
    rows: Vec<f64>,
    n: usize,
    columns: usize,
}

impl Contender for Linregress {
    fn load(&mut self, data: Data) -> Result<(), String> {
        data.one_target()?;
        (self.n, self.columns) = (data.n, data.p + 2);
        self.rows = Vec::with_capacity(self.n * self.columns);
        for (features, target) in data.x.chunks_exact(data.p).zip(&data.y) {
            self.rows.extend([*target, 1.0]);
            self.rows.extend_from_slice(features);
        }
        Ok(())
    }

    fn run(&mut self, request: &Request) -> Result<Outcome, String> {
        if self.rows.is_empty() {
            return Err("one target only".to_owned());
        }
        let (rows, n, columns) = (&self.rows, self.n, self.columns);
        match request.method.as_str() {
            "ols" => {
                let (seconds, parameters) = request
                    .time(|| fit_low_level_regression_model_without_statistics(rows, n, columns))?;
                Ok(outcome(seconds, &parameters))
            }
            "ols with inference" => {
                let (seconds, model) =
                    request.time(|| fit_low_level_regression_model(rows, n, columns))?;
                let facts = json!({ "std_error": model.se()[1] });
                Ok(outcome(seconds, model.parameters()).with_facts(facts))
            }
            _ => Err(request.unknown()),
        }
    }
}

fn outcome(seconds: Vec<f64>, parameters: &[f64]) -> Outcome {
    let (intercept, coefficients) = parameters.split_at(1);
    Outcome::model(seconds, coefficients.to_vec(), intercept.to_vec())
}
