//! Fits, metrics and residuals of the real data sets against answers computed in exact arithmetic (`golden/make_exact.py`).

use crate::common::{golden, load, number, relative, samples};
use elltwo::data::{Dataset, StandardScaler};
use elltwo::diagnostics::Residuals;
use elltwo::loss::L2;
use elltwo::metrics;
use elltwo::model::{Estimator, LinearModel, Predictor};
use elltwo::solver::Solver;
use ndarray::{Array2, ArrayView2};
use serde_json::Value;

const SETS: [&str; 3] = ["diabetes", "auto_mpg", "penguins"];
const SOLVERS: [Solver; 5] = [
    Solver::Auto,
    Solver::Cholesky,
    Solver::RefinedCholesky,
    Solver::Qr,
    Solver::Svd,
];

/// The coefficient of each of the golden file's columns in the order of the data set's.
fn coefficients(golden: &Value, block: &Value, dataset: &Dataset) -> Vec<f64> {
    let names: Vec<&str> = golden["design_columns"]
        .as_array()
        .expect("names")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let coefficients = block["coef"].as_array().expect("coefficients");
    assert_eq!(names.len(), dataset.n_features());
    let at = |name: &String| {
        names
            .iter()
            .position(|n| n == name)
            .unwrap_or_else(|| panic!("no column {name}"))
    };
    dataset
        .feature_names()
        .iter()
        .map(|name| number(&coefficients[at(name)]))
        .collect()
}

fn check(
    what: &str,
    model: &LinearModel<f64>,
    x: ArrayView2<'_, f64>,
    dataset: &Dataset,
    golden: &Value,
    block: &Value,
) {
    let near = |label: &str, found: f64, exact: f64| {
        let error = relative(found, exact);
        assert!(
            error <= 1e-10,
            "{what}: {label} is {found}, exactly {exact}: {error:.1e}"
        );
    };
    for (name, (found, exact)) in dataset.feature_names().iter().zip(
        model
            .coefficients()
            .iter()
            .zip(coefficients(golden, block, dataset)),
    ) {
        near(name, *found, exact);
    }
    near("intercept", model.intercept(), number(&block["intercept"]));
    let predictions = model.predict(x).expect("predictions");
    let n = dataset.n_samples() as f64;
    let mse = if block["mse"].is_null() {
        number(&block["rss"]) / n
    } else {
        number(&block["mse"])
    };
    near(
        "mse",
        metrics::mse(dataset.y(), predictions.view()).expect("mse"),
        mse,
    );
    near(
        "r2",
        metrics::r2(dataset.y(), predictions.view()).expect("r2"),
        number(&block["r2"]),
    );
    near(
        "reported mse",
        model.report().expect("a report").mse[0],
        mse,
    );
}

#[test]
fn least_squares_is_exact_to_ten_digits_whatever_the_solver() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        assert_eq!(
            dataset.n_samples() as u64,
            golden["n_used"].as_u64().expect("a count")
        );
        for solver in SOLVERS {
            let model = crate::common::ridge()
                .solver(solver)
                .fit(dataset.x(), dataset.y())
                .expect("a fit");
            let what = format!("{name} least squares {solver}");
            check(
                &what,
                &model,
                dataset.x(),
                &dataset,
                &golden,
                &golden["exact"]["ols"],
            );
        }
    }
}

#[test]
fn ridge_is_exact_to_ten_digits_raw_and_standardised() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let scaled: Array2<f64> = StandardScaler
            .fit(dataset.x())
            .and_then(|s| s.transform(dataset.x()))
            .expect("scaled columns");
        for (block, x) in [
            ("ridge_raw", dataset.x()),
            ("ridge_standardised", scaled.view()),
        ] {
            for (alpha, exact) in golden["exact"][block].as_object().expect("a block") {
                let alpha: f64 = alpha.parse().expect("an alpha");
                let penalty = L2::from_sklearn_ridge_alpha(alpha, dataset.n_samples() as f64)
                    .expect("a penalty");
                for solver in [
                    Solver::Auto,
                    Solver::RefinedCholesky,
                    Solver::Qr,
                    Solver::Svd,
                ] {
                    let estimator = crate::common::ridge()
                        .lambda(penalty.lambda())
                        .solver(solver);
                    let model = estimator.fit(x, dataset.y()).expect("a fit");
                    check(
                        &format!("{name} {block} {alpha} {solver}"),
                        &model,
                        x,
                        &dataset,
                        &golden,
                        exact,
                    );
                }
            }
        }
    }
}

#[test]
fn the_optimum_of_other_libraries_is_ours_by_the_conversion_of_the_penalty() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let scaled: Array2<f64> = StandardScaler
            .fit(dataset.x())
            .and_then(|s| s.transform(dataset.x()))
            .expect("scaled columns");
        let (x, y) = (scaled.view(), dataset.y());
        for (alpha, exact) in golden["exact"]["sgd_optimum_standardised"]
            .as_object()
            .expect("a block")
        {
            let alpha: f64 = alpha.parse().expect("an alpha");
            // scikit-learn's SGDRegressor: mean of ½ r² plus ½ alpha ‖w‖².
            let sgd = L2::from_sklearn_sgd_alpha(alpha).expect("a penalty");
            assert_eq!(sgd.sklearn_sgd_alpha(), alpha);
            let model = crate::common::ridge()
                .lambda(sgd.lambda())
                .fit(x, y)
                .expect("a fit");
            for (found, exact) in model
                .coefficients()
                .iter()
                .zip(coefficients(&golden, exact, &dataset))
            {
                assert!(
                    relative(*found, exact) <= 1e-10,
                    "{name} {alpha}: {found}, exactly {exact}"
                );
            }
            let objective = model.report().expect("a report").objective;
            assert!(relative(objective / 2.0, number(&exact["objective"])) <= 1e-10);

            let w = model.coefficients().to_owned();
            let residuals = &y - &model.predict(x).expect("predictions");
            let n = y.len() as f64;
            let slope = x.t().dot(&residuals) / n;
            // glmnet: (1/2n) ‖y/s − Xβ‖² + (ℓ/2s) ‖β‖² with w = s β, stationary at ℓ = λ s.
            let sd = y.std(0.0);
            let glmnet = sgd.glmnet_lambda(sd).expect("a lambda");
            let stationary = &slope / sd - &w / sd * (glmnet / sd);
            assert!(stationary.iter().all(|g| g.abs() <= 1e-10));
            assert!(
                relative(
                    L2::from_glmnet_lambda(glmnet, sd)
                        .expect("a penalty")
                        .lambda(),
                    alpha
                ) <= 1e-15
            );
            // torch: MSELoss, and weight_decay · w added to its gradient; Keras: MSE + l ‖w‖².
            let decay = sgd.torch_weight_decay();
            assert!((&slope * -2.0 + &w * decay).iter().all(|g| g.abs() <= 1e-9));
            assert!(
                (&slope * -2.0 + &w * (2.0 * sgd.keras_l2()))
                    .iter()
                    .all(|g| g.abs() <= 1e-9)
            );
            assert_eq!(L2::from_torch_weight_decay(decay).expect("a penalty"), sgd);
            assert_eq!(L2::from_keras_l2(sgd.keras_l2()).expect("a penalty"), sgd);
        }
    }
}

#[test]
fn residuals_and_influence_are_exact_to_nine_digits() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let model = crate::common::ridge()
            .fit(dataset.x(), dataset.y())
            .expect("a fit");
        let residuals =
            Residuals::new(&model, &samples(dataset.x(), dataset.y(), None)).expect("residuals");
        let rows = &golden["exact"]["influence"]["first_20"];
        let columns = [
            ("residual", residuals.raw()),
            ("leverage", residuals.leverage()),
            ("cooks_distance", residuals.cooks_distance()),
            ("studentized_internal", residuals.studentized_internal()),
            ("studentized_external", residuals.studentized_external()),
        ];
        for (column, found) in columns {
            let exact = rows[column].as_array().expect("rows");
            assert_eq!(exact.len(), 20);
            for (row, exact) in exact.iter().map(number).enumerate() {
                let error = relative(found[row], exact);
                assert!(
                    error <= 1e-9,
                    "{name}: {column}[{row}] is {}, exactly {exact}: {error:.1e}",
                    found[row]
                );
            }
        }
        let sigma = number(&golden["exact"]["ols"]["sigma"]);
        assert!(relative(residuals.sigma(), sigma) <= 1e-9);
        for i in 0..dataset.n_samples() {
            let standardized = residuals.raw()[i] / sigma;
            assert!(
                (residuals.standardized()[i] - standardized).abs() <= 1e-9 * standardized.abs()
            );
        }
    }
}
