//! Labels 0 and 1 fitted with the squared error: which wines are rated 6 or better, and what such a fit is not.
//!
//! ```text
//! cargo run --release --example l2_for_classification
//! ```
#![allow(clippy::print_stdout)] // an example shows its results

use elltwo::data::{CsvReader, Dataset, StandardScaler};
use elltwo::loss::{LogLoss, Loss};
use elltwo::metrics;
use elltwo::model::{Estimator, Predictor, RidgeRegression};
use ndarray::{Array1, ArrayView1};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wine = CsvReader::new("quality")
        .read_path(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/data/wine_quality_red.csv"
        ))?
        .into_dataset();
    let labels = wine.y().mapv(|quality| f64::from(quality >= 6.0));
    let data = Dataset::new(wine.x().to_owned(), labels)?;

    let (train, test) = data.split(0.3, 7)?;
    let scaler = StandardScaler.fit(train.x())?;
    let x_train = scaler.transform(train.x())?;
    let model = RidgeRegression::new()
        .lambda(1e-3)
        .fit(x_train.view(), train.y())?;
    let on_train = model.predict(x_train.view())?;
    let scores = model.predict(scaler.transform(test.x())?.view())?;
    let y = test.y();

    let base = share(train.y().iter().map(|&label| label == 1.0));
    let majority = share(y.iter().map(|&label| (label == 1.0) == (base >= 0.5)));
    let hits = scores
        .iter()
        .zip(y)
        .map(|(&s, &label)| (s >= 0.5) == (label == 1.0));
    let accuracy = share(hits);
    println!(
        "{} wines to train on, {} to test; {:.1} % are rated 6 or better",
        train.n_samples(),
        test.n_samples(),
        100.0 * base
    );
    println!("\nThe L2 fit of the labels, on the test wines");
    println!(
        "  mean squared error        {:.4}",
        metrics::mse(y, scores.view())?
    );
    println!("  accuracy (score ≥ 0.5)    {accuracy:.4}");
    println!("  always the larger class   {majority:.4}");

    // The fit is the best linear approximation of the probability, and a line does not stay in [0, 1].
    let outside = share(scores.iter().map(|s| !(0.0..=1.0).contains(s)));
    let (low, high) = scores
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &s| {
            (low.min(s), high.max(s))
        });
    println!("\nAs probabilities the fitted values fail");
    println!("  range                     {low:.3} to {high:.3}");
    println!("  outside [0, 1]            {:.1} %", 100.0 * outside);

    // Cross-entropy wants logits. A clipped score is one way; the scores' own normal model (Fisher's discriminant) a
    // better one.
    let constant = Array1::from_elem(scores.len(), logit(base));
    let clipped = scores.mapv(|s| logit(s.clamp(1e-3, 1.0 - 1e-3)));
    let logits = discriminant(on_train.view(), train.y(), scores.view());
    let entropy = |logits: &Array1<f64>| LogLoss.mean(y, logits.view(), None);
    let (constant, clipped, discriminant) =
        (entropy(&constant)?, entropy(&clipped)?, entropy(&logits)?);
    println!("\nCross-entropy on the test wines");
    println!("  the base rate             {constant:.4}");
    println!("  scores clipped to 0.001   {clipped:.4}");
    println!("  discriminant of scores    {discriminant:.4}");

    println!(
        "\nThe direction is Fisher's, so ranking and accuracy are sound when the classes are balanced and similar in"
    );
    println!(
        "spread. Do not use it when the values must be probabilities, a class is rare, or far but correctly classified"
    );
    println!(
        "points exist: the squared error punishes a score of 2 for a label of 1. Use logistic regression there."
    );

    // The example checks itself.
    if accuracy < majority + 0.1 || outside == 0.0 || discriminant >= constant {
        return Err(
            format!("unexpected: accuracy {accuracy}, cross-entropy {discriminant}").into(),
        );
    }
    Ok(())
}

fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

fn share(flags: impl ExactSizeIterator<Item = bool>) -> f64 {
    let n = flags.len() as f64;
    flags.filter(|&flag| flag).count() as f64 / n
}

/// Logits of `scores` if each class's are normal with a common variance: `z = (m₁ − m₀)(s − (m₀ + m₁)/2)/σ² +
/// ln(n₁/n₀)`.
fn discriminant(
    fitted: ArrayView1<'_, f64>,
    labels: ArrayView1<'_, f64>,
    scores: ArrayView1<'_, f64>,
) -> Array1<f64> {
    let (n1, n) = (labels.sum(), labels.len() as f64);
    let (m1, all) = (fitted.dot(&labels) / n1, fitted.sum());
    let m0 = (all - m1 * n1) / (n - n1);
    let within = &fitted - &labels.mapv(|label| if label == 1.0 { m1 } else { m0 });
    let variance = within.pow2().sum() / (n - 2.0);
    scores.mapv(|s| (m1 - m0) * (s - f64::midpoint(m0, m1)) / variance + (n1 / (n - n1)).ln())
}
