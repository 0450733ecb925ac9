//! Every loss of the layer on data with outliers: why the squared error is sensitive, what the others do, and what
//! weights do.
//!
//! ```text
//! cargo run --release --example weighted_losses
//! ```
#![allow(clippy::print_stdout)] // an example shows its results

use elltwo::data::synthetic;
use elltwo::loss::{
    AbsoluteError, EpsilonInsensitive, Huber, Loss, QuantileLoss, Reduction, SmoothL1,
    SquaredEpsilonInsensitive, SquaredError,
};
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression};
use ndarray::{Array1, ArrayView1};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // y = X w + 10 + noise of standard deviation 0.5; 10 of the 200 targets are then moved by 20.
    let made = synthetic::regression(200, 3)
        .intercept(10.0)
        .noise(0.5)
        .outliers(0.05, 20.0)
        .seed(1)
        .generate()?;
    let (data, w) = (&made.dataset, &made.coefficients);
    let truth = LinearModel::<f64>::from_parts(w.clone(), made.intercept)?.predict(data.x())?;
    let (y, p) = (data.y(), truth.view());
    let mut regular = Array1::ones(data.n_samples());
    for &row in &made.outliers {
        regular[row] = 0.0;
    }
    let weights = regular.view();

    println!(
        "{} rows, {} outliers; the predictions are the true model's",
        data.n_samples(),
        made.outliers.len()
    );
    println!("loss                     regular rows   all rows   times   steepest pull");
    let squared = row("squared error", SquaredError, y, p, weights)?;
    let absolute = row("absolute error", AbsoluteError, y, p, weights)?;
    let huber = row("Huber, δ = 1", Huber { delta: 1.0 }, y, p, weights)?;
    row("smooth L1, β = 1", SmoothL1 { beta: 1.0 }, y, p, weights)?;
    let epsilon = 0.1;
    row(
        "ε-insensitive",
        EpsilonInsensitive { epsilon },
        y,
        p,
        weights,
    )?;
    row(
        "squared ε-insensitive",
        SquaredEpsilonInsensitive { epsilon },
        y,
        p,
        weights,
    )?;
    let quantile = 0.9;
    row(
        "quantile, q = 0.9",
        QuantileLoss { quantile },
        y,
        p,
        weights,
    )?;
    println!(
        "An outlier pulls on the squared losses in proportion to its distance, on the others by at most a constant."
    );

    println!("\nReductions of the squared error with weight 0 on the outliers");
    let mut means = Vec::new();
    for reduction in [Reduction::Sum, Reduction::Mean, Reduction::WeightedMean] {
        let value = SquaredError.evaluate(y, p, Some(weights), reduction)?;
        let value = value.scalar().ok_or("a sum or mean is one number")?;
        println!("  {:<13} {value:>9.4}", format!("{reduction:?}"));
        means.push(value);
    }
    let elements = SquaredError.evaluate(y, p, Some(weights), Reduction::None)?;
    let elements = elements.elements().ok_or("None keeps the elements")?;
    println!("  None          {} values", elements.len());

    // Huber regression by reweighting: a row beyond δ gets the weight δ/|residual|, so its pull stays constant.
    println!("\nRidge fits, distance of the coefficients from the truth");
    let ridge = RidgeRegression::new().lambda(1e-4);
    let distance = |model: &LinearModel<f64>| (&model.coefficients() - w).pow2().sum().sqrt();
    let mut model = ridge.fit(data.x(), y)?;
    let plain = distance(&model);
    println!("  all weights 1            {plain:.4}");
    for _ in 0..20 {
        let residuals = &y - &model.predict(data.x())?;
        let down = residuals.mapv(|e| 1.0 / e.abs().max(1.0));
        model = ridge.fit_weighted(data.x(), y, Some(down.view()))?;
    }
    let reweighted = distance(&model);
    println!("  Huber weights, δ = 1     {reweighted:.4}");
    let oracle = distance(&ridge.fit_weighted(data.x(), y, Some(weights))?);
    println!("  outliers known, weight 0 {oracle:.4}");

    // The example checks itself.
    let denominators = means[0] / means[1] == 200.0 && (means[0] / means[2] - 190.0).abs() < 1e-9;
    if !(squared > absolute && squared > huber && reweighted < 0.5 * plain && denominators) {
        return Err(
            "L2 should be the most sensitive, and reweighting should halve its error".into(),
        );
    }
    Ok(())
}

/// Prints a line of the table and returns how many times larger the mean loss is with the outliers.
fn row<L: Loss>(
    name: &str,
    loss: L,
    y: ArrayView1<'_, f64>,
    p: ArrayView1<'_, f64>,
    regular: ArrayView1<'_, f64>,
) -> elltwo::Result<f64> {
    let (without, with) = (loss.mean(y, p, Some(regular))?, loss.mean(y, p, None)?);
    let mut gradient = p.to_owned();
    loss.gradient_in_place(y, gradient.view_mut(), None, Reduction::Sum)?;
    let pull = gradient.iter().fold(0.0, |a: f64, g| a.max(g.abs()));
    println!(
        "{name:<24} {without:>12.4} {with:>10.4} {:>7.1} {pull:>15.2}",
        with / without
    );
    Ok(with / without)
}
