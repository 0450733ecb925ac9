//! anofox-regression on faer's matrix: Cholesky, its fastest solver, without inference where none is asked for.

use anofox_regression::core::SolverType;
use anofox_regression::faer::{Col, Mat};
use anofox_regression::solvers::{FittedRegressor, OlsRegressor, Regressor, RidgeRegressor};
use serde_json::json;

use crate::contender::{Contender, Outcome, Request};
use crate::data::Data;

#[derive(Default)]
pub struct Anofox {
    data: Option<(Mat<f64>, Col<f64>)>,
}

impl Contender for Anofox {
    fn load(&mut self, data: Data) -> Result<(), String> {
        data.one_target()?;
        let x = Mat::from_fn(data.n, data.p, |row, column| data.x[row * data.p + column]);
        self.data = Some((x, Col::from_fn(data.n, |row| data.y[row])));
        Ok(())
    }

    fn run(&mut self, request: &Request) -> Result<Outcome, String> {
        let (x, y) = self.data.as_ref().ok_or("one target only")?;
        match request.method.as_str() {
            "ridge" => {
                let ridge = RidgeRegressor::builder()
                    .lambda(x.nrows() as f64 * request.lambda)
                    .compute_inference(false)
                    .solve_method(SolverType::Cholesky)
                    .build();
                let (seconds, model) = request.time(|| ridge.fit(x, y))?;
                outcome(seconds, &model)
            }
            "ols" | "ols with inference" => {
                let inference = request.method != "ols";
                let ols = OlsRegressor::builder()
                    .compute_inference(inference)
                    .solve_method(SolverType::Cholesky)
                    .build();
                let (seconds, model) = request.time(|| ols.fit(x, y))?;
                let errors = model.result().std_errors.as_ref();
                let facts = json!({ "std_error": errors.map(|errors| errors[0]) });
                Ok(outcome(seconds, &model)?.with_facts(facts))
            }
            _ => Err(request.unknown()),
        }
    }
}

fn outcome(seconds: Vec<f64>, model: &impl FittedRegressor) -> Result<Outcome, String> {
    let coefficients = model.coefficients().iter().copied().collect();
    let intercept = model.intercept().ok_or("no intercept")?;
    Ok(Outcome::model(seconds, coefficients, vec![intercept]))
}
