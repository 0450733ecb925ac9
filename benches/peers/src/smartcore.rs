//! smartcore on its own matrix: ridge by Cholesky, least squares by QR, the faster of the solvers it has for each.

use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::linear_regression::{
    LinearRegression, LinearRegressionParameters, LinearRegressionSolverName,
};
use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};

use crate::contender::{Contender, Outcome, Request};
use crate::data::Data;

type Matrix = DenseMatrix<f64>;

#[derive(Default)]
pub struct Smartcore {
    x: Option<Matrix>,
    y: Vec<f64>,
    targets: usize,
}

impl Contender for Smartcore {
    fn load(&mut self, data: Data) -> Result<(), String> {
        let Data { x, n, p, .. } = data;
        // By columns, as its own constructors have it.
        let mut columns = Vec::with_capacity(n * p);
        for column in 0..p {
            columns.extend(x.iter().skip(column).step_by(p));
        }
        drop(x);
        self.x = Some(Matrix::new(n, p, columns, true).map_err(|e| e.to_string())?);
        (self.y, self.targets) = (data.y, data.targets);
        Ok(())
    }

    fn run(&mut self, request: &Request) -> Result<Outcome, String> {
        let (x, y) = (self.x.as_ref().ok_or("no data")?, &self.y);
        let (n, p) = x.shape();
        match request.method.as_str() {
            // `normalize` is the only way to an intercept; the columns here have unit deviation, so its penalty is that of the others.
            "ridge" if self.targets == 1 => {
                let parameters = || {
                    RidgeRegressionParameters::default()
                        .with_alpha(n as f64 * request.lambda)
                        .with_normalize(true)
                };
                let (seconds, model) = request.time(|| RidgeRegression::fit(x, y, parameters()))?;
                let coefficients = values(model.coefficients());
                Ok(Outcome::model(
                    seconds,
                    coefficients,
                    vec![*model.intercept()],
                ))
            }
            "ridge" => Err("one target only".to_owned()),
            "ols" => {
                let parameters = || {
                    LinearRegressionParameters::default()
                        .with_solver(LinearRegressionSolverName::QR)
                };
                if self.targets == 1 {
                    let (seconds, model) = request.time(|| {
                        LinearRegression::<f64, f64, Matrix, Vec<f64>>::fit(x, y, parameters())
                    })?;
                    let coefficients = values(model.coefficients());
                    return Ok(Outcome::model(
                        seconds,
                        coefficients,
                        vec![*model.intercept()],
                    ));
                }
                let targets =
                    Matrix::new(n, self.targets, y.clone(), false).map_err(|e| e.to_string())?;
                let (seconds, model) = request.time(|| {
                    LinearRegression::<f64, f64, Matrix, Vec<f64>>::fit_matrix(
                        x,
                        &targets,
                        parameters(),
                    )
                })?;
                debug_assert_eq!(model.coefficients().shape(), (p, self.targets));
                let intercepts = values(model.intercept_matrix());
                Ok(Outcome::model(
                    seconds,
                    values(model.coefficients()),
                    intercepts,
                ))
            }
            _ => Err(request.unknown()),
        }
    }
}

/// Row by row.
fn values(matrix: &Matrix) -> Vec<f64> {
    matrix.iterator(0).copied().collect()
}
