//! Inference on Longley's data: the full table of the fit, and why six collinear columns make it treacherous.
//!
//! ```text
//! cargo run --release --example inference
//! ```
#![allow(clippy::print_stdout)] // an example shows its results

use std::error::Error;

use elltwo::Samples;
use elltwo::data::CsvReader;
use elltwo::diagnostics::{Residuals, condition_indices, variance_inflation};
use elltwo::inference::{Inference, Term};
use elltwo::model::{Estimator, RidgeRegression};
use elltwo::report::Summary;
use ndarray::{Axis, array};

/// Standard deviations of the estimates, intercept first, and of the residuals: certified by NIST (Statistical
/// Reference Datasets, Longley).
const CERTIFIED: [f64; 7] = [
    890_420.383_607_373,
    84.914_925_774_766_9,
    0.033_491_007_772_243_2,
    0.488_399_681_651_699,
    0.214_274_163_161_675,
    0.226_073_200_069_370,
    455.478_499_142_212,
];

fn main() -> Result<(), Box<dyn Error>> {
    let data = CsvReader::new("TOTEMP")
        .read_path(concat!(env!("CARGO_MANIFEST_DIR"), "/data/longley.csv"))?
        .into_dataset();
    let (x, y) = (data.x(), data.y());
    let ols = RidgeRegression::new();
    let model = ols.fit(x, y)?;
    let inference = Inference::new(&model, &Samples::new(x, y, None)?)?;
    let summary = Summary::new(&inference)
        .names(data.feature_names().iter().cloned())?
        .target(data.target_name())
        .residuals(&Residuals::new(&model, &Samples::new(x, y, None)?)?)?
        .stars(true);
    println!("{summary}");

    // Nearly every column follows from the others: R² of one on the rest is 1 − 1/VIF.
    println!("Variance inflation");
    for (name, factor) in data
        .feature_names()
        .iter()
        .zip(variance_inflation(x, None)?)
    {
        println!(
            "  {name:<8} {factor:>9.1}   R² on the others {:.4}",
            1.0 - 1.0 / factor
        );
    }

    // Which ones belong together: at a large index, the parameters that have most of their variance there.
    let belsley = condition_indices(x, None, true)?;
    println!("\nCondition indices above 30, and who has more than half of the variance there");
    for (index, shares) in belsley.indices.iter().zip(belsley.proportions.rows()) {
        let named = inference
            .estimates()
            .iter()
            .zip(shares)
            .filter(|(_, share)| **share > 0.5);
        let named: Vec<&str> = named
            .map(|(estimate, _)| match estimate.term {
                Term::Intercept => "(intercept)",
                Term::Feature(j) => &data.feature_names()[j],
            })
            .collect();
        if *index > 30.0 && !named.is_empty() {
            println!("  {index:>8.0}   {}", named.join(", "));
        }
    }

    // The deflator, GNP and population are not significant, each alone or all together: little is lost without them.
    let restrictions = array![
        [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    ];
    let joint = inference.wald(restrictions.view(), array![0.0, 0.0, 0.0].view())?;
    println!("\nGNPDEFL, GNP and POP together\n  {joint}");

    // Of fewer columns the errors are smaller, and the fit is hardly worse; the nested-model test is the same test.
    let kept = x.select(Axis(1), &[2, 3, 5]);
    let smaller = Inference::new(
        &ols.fit(kept.view(), y)?,
        &Samples::new(kept.view(), y, None)?,
    )?;
    println!(
        "\n{}",
        Summary::new(&smaller).names(["UNEMP", "ARMED", "YEAR"])?
    );
    println!(
        "The smaller model against the whole\n  {}",
        inference.compare(&smaller)?
    );

    // Check: two ways to one test, and the errors are those that NIST certifies.
    for (estimate, certified) in inference.estimates().iter().zip(CERTIFIED) {
        let found = estimate.standard_error.ok_or("an error is undefined")?;
        assert!(
            (found / certified - 1.0).abs() < 1e-9,
            "{:?}: {found}",
            estimate.term
        );
    }
    let same = inference.compare(&smaller)?.statistic / joint.statistic - 1.0;
    assert!(same.abs() < 1e-7, "the two tests differ by {same:e}");
    println!("\ncheck: standard errors agree with NIST's certified values to nine digits");
    Ok(())
}
