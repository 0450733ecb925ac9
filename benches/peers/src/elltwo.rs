//! elltwo, on `ndarray` as its users have it.

use elltwo::Samples;
use elltwo::data::CsvReader;
use elltwo::inference::Covariance;
use elltwo::model::{
    CvStrategy, Estimator, LinearModel, RidgeCv, RidgeRegression, SgdRegressor, SgdState,
};
use elltwo::solver::sgd::{Monitor, Shuffle};
use ndarray::{Array1, Array2, Axis, Ix2};
use serde_json::json;

use crate::contender::{Contender, Outcome, Request};
use crate::data::Data;

#[derive(Default)]
pub struct Elltwo {
    x: Array2<f64>,
    y: Array1<f64>,
    /// For several targets.
    targets: Option<Array2<f64>>,
}

impl Contender for Elltwo {
    fn load(&mut self, data: Data) -> Result<(), String> {
        let Data {
            x,
            y,
            n,
            p,
            targets,
        } = data;
        let shape = |error| format!("{error}");
        self.x = Array2::from_shape_vec((n, p), x).map_err(shape)?;
        if targets == 1 {
            self.y = Array1::from(y);
        } else {
            self.targets = Some(Array2::from_shape_vec((n, targets), y).map_err(shape)?);
        }
        Ok(())
    }

    fn run(&mut self, request: &Request) -> Result<Outcome, String> {
        let (x, y) = (self.x.view(), self.y.view());
        let ridge = RidgeRegression::new().lambda(request.lambda);
        let grid = RidgeCv::new().lambdas(request.lambdas.clone());
        match request.method.as_str() {
            "ridge" | "ols" => {
                if let Some(targets) = &self.targets {
                    let (seconds, model) = request.time(|| ridge.fit(x, targets.view()))?;
                    return Ok(of_targets(seconds, &model));
                }
                let (seconds, model) = request.time(|| ridge.fit(x, y))?;
                Ok(of(seconds, &model))
            }
            "ols with inference" => {
                let (seconds, (model, table)) = request.time(|| {
                    let fit = ridge.analyse(&Samples::new(x, y, None)?)?;
                    let table = fit.inference(Covariance::Classical)?;
                    Ok::<_, elltwo::Error>((fit.into_model(), table))
                })?;
                let first = table.feature(0).ok_or("no estimate")?;
                let error = first.standard_error;
                Ok(of(seconds, &model).with_facts(json!({ "std_error": error })))
            }
            "leave-one-out" | "5 folds" => {
                let strategy = match request.method.as_str() {
                    "5 folds" => CvStrategy::KFold {
                        k: 5,
                        shuffle: None,
                    },
                    _ => CvStrategy::LeaveOneOut,
                };
                let grid = grid.strategy(strategy);
                let (seconds, fit) = request.time(|| grid.fit(x, y))?;
                let facts = json!({ "lambda": fit.lambda() });
                Ok(of(seconds, fit.model()).with_facts(facts))
            }
            "sgd" | "sgd, running monitor" => {
                let monitor = match request.method.as_str() {
                    "sgd" => Monitor::Exact,
                    _ => Monitor::Running,
                };
                let sgd = SgdRegressor::new()
                    .lambda(request.lambda)
                    .epochs(request.epochs)
                    .tolerance(0.0)
                    .patience(request.epochs)
                    .monitor(monitor);
                let (seconds, model) = request.time(|| sgd.fit(x, y))?;
                Ok(of(seconds, &model))
            }
            "epoch" | "epoch of shuffled batches" | "epoch in order" => {
                let shuffle = match request.method.as_str() {
                    "epoch" => Shuffle::Rows,
                    "epoch in order" => Shuffle::None,
                    _ => Shuffle::Batches,
                };
                let sgd = SgdRegressor::new()
                    .lambda(request.lambda)
                    .shuffle(shuffle)
                    .monitor(Monitor::Running);
                let sample = x.nrows().min(10_000);
                let (first, _) = x.split_at(Axis(0), sample);
                let (targets, _) = y.split_at(Axis(0), sample);
                let mut state: SgdState<f64> =
                    sgd.start(first, targets, None).map_err(|e| e.to_string())?;
                let (seconds, _) = request.time(|| state.partial_fit(x, y, None))?;
                let model = state.model().map_err(|e| e.to_string())?;
                Ok(of(seconds, &model))
            }
            "csv" => {
                let reader = CsvReader::new("y");
                let (seconds, table) = request.time(|| reader.read_path(&request.path))?;
                let data = table.dataset();
                let x = data.x();
                let mut sums: Vec<f64> = x.columns().into_iter().map(|c| c.sum()).collect();
                sums.push(data.y().sum());
                let facts = json!({ "rows": data.n_samples(), "sums": sums });
                let outcome = Outcome::model(seconds, vec![], vec![]);
                Ok(outcome.with_facts(facts))
            }
            _ => Err(request.unknown()),
        }
    }
}

fn of(seconds: Vec<f64>, model: &LinearModel<f64>) -> Outcome {
    let coefficients = model.coefficients().to_vec();
    Outcome::model(seconds, coefficients, vec![model.intercept()])
}

fn of_targets(seconds: Vec<f64>, model: &LinearModel<f64, Ix2>) -> Outcome {
    let coefficients = model.coefficients().iter().copied().collect();
    Outcome::model(seconds, coefficients, model.intercept().to_vec())
}
