//! Ridge regression over a grid of penalties: coefficients shrink, the test error has a minimum.
//!
//! ```text
//! cargo run --release --example ridge_diabetes
//! ```
#![allow(clippy::print_stdout)] // an example shows its results

use elltwo::data::{CsvReader, StandardScaler};
use elltwo::loss::L2;
use elltwo::metrics;
use elltwo::model::{Estimator, Predictor, RidgeRegression};

/// R² of ordinary least squares on all 442 rows, computed in exact arithmetic.
const EXACT_R2: f64 = 0.517_748_422_220_349_8;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = CsvReader::new("progression")
        .read_path(concat!(env!("CARGO_MANIFEST_DIR"), "/data/diabetes.csv"))?
        .into_dataset();
    println!(
        "Diabetes: {} patients, {} features",
        data.n_samples(),
        data.n_features()
    );

    let (train, test) = data.split(0.4, 0)?;
    let scaler = StandardScaler.fit(train.x())?;
    let (x_train, x_test) = (scaler.transform(train.x())?, scaler.transform(test.x())?);
    let n = train.n_samples() as f64;

    // One λ, whatever the library: it stands beside the mean squared error here and beside the sum in scikit-learn's
    // Ridge.
    println!("\n      λ   Ridge(alpha)   ‖w‖²   train MSE    test MSE");
    let (mut norms, mut train_errors, mut test_errors) = (Vec::new(), Vec::new(), Vec::new());
    for lambda in [0.0, 1e-3, 1e-2, 0.1, 0.3, 1.0, 10.0, 100.0] {
        let penalty = L2::new(lambda)?;
        let alpha = penalty.sklearn_ridge_alpha(n)?;
        let model = RidgeRegression::new()
            .lambda(penalty.lambda())
            .fit(x_train.view(), train.y())?;
        let error = |x: &ndarray::Array2<f64>, y| -> elltwo::Result<f64> {
            metrics::mse(y, model.predict(x.view())?.view())
        };
        let norm = L2::new(1.0)?.value(model.coefficients());
        let (on_train, on_test) = (error(&x_train, train.y())?, error(&x_test, test.y())?);
        println!("{lambda:>7} {alpha:>14.3} {norm:>7.0} {on_train:>11.2} {on_test:>11.2}");
        norms.push(norm);
        train_errors.push(on_train);
        test_errors.push(on_test);
    }

    // scikit-learn's Ridge(alpha=1.0) on the same rows.
    let penalty = L2::from_sklearn_ridge_alpha(1.0, n)?;
    println!(
        "\nRidge(alpha=1.0) on these {n} rows is λ = {:.6}",
        penalty.lambda()
    );

    let ols = RidgeRegression::new().fit(data.x(), data.y())?;
    let r2 = metrics::r2(data.y(), ols.predict(data.x())?.view())?;
    println!("\nOrdinary least squares on all rows");
    for (name, w) in data.feature_names().iter().zip(ols.coefficients()) {
        println!("  {name:<4}{w:>12.6}");
    }
    println!("  R²  {r2:.16}, exactly {EXACT_R2:.16}");

    // The example checks itself.
    if (r2 - EXACT_R2).abs() > 1e-12 {
        return Err(format!("R² is {r2}, exactly {EXACT_R2}").into());
    }
    if !norms.is_sorted_by(|a, b| a > b) || !train_errors.is_sorted_by(|a, b| a < b) {
        return Err("a larger λ must shrink the coefficients and raise the training error".into());
    }
    let best = test_errors.iter().copied().fold(f64::INFINITY, f64::min);
    if best >= test_errors[0] {
        return Err("on this split some λ > 0 has a smaller test error than λ = 0".into());
    }
    Ok(())
}
