//! Five optimizers on one data set, each with the step it chooses itself: epochs until the objective is within a
//! thousandth of the minimum, and the curves.
//!
//! ```text
//! cargo run --release --example optimizers
//! ```

use elltwo::Result;
use elltwo::data::{CsvReader, MissingPolicy};
use elltwo::model::{Estimator, RidgeRegression, SgdRegressor};
use elltwo::solver::sgd::Optimizer;

/// Epochs that are plotted.
const EPOCHS: usize = 50;

#[allow(clippy::print_stdout)] // an example prints
fn main() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wine_quality_red.csv");
    let reader = CsvReader::new("quality").missing(MissingPolicy::DropRows);
    let data = reader.read_path(path)?.into_dataset();
    let ridge = RidgeRegression::new()
        .lambda(1e-3)
        .fit(data.x(), data.y())?;
    let best = ridge.report().map_or(f64::NAN, |report| report.objective);

    let optimizers = [
        Optimizer::Sgd,
        Optimizer::momentum(0.9),
        Optimizer::rms_prop(),
        Optimizer::adam(),
        Optimizer::Saga,
    ];
    println!(
        "Wine quality: gap to the minimum by epoch; each character is one epoch, the digit d a gap of 1e-d"
    );
    println!("{:10}{:>12}  curve", "", "to 1e-3");
    for optimizer in optimizers {
        let sgd = SgdRegressor::new()
            .lambda(1e-3)
            .optimizer(optimizer)
            .epochs(EPOCHS);
        let model = sgd
            .tolerance(0.0)
            .patience(EPOCHS)
            .fit(data.x(), data.y())?;
        let history = model
            .report()
            .and_then(|report| report.sgd())
            .map(|sgd| &sgd.history);
        let gaps: Vec<f64> = history
            .into_iter()
            .flatten()
            .map(|r| r.objective / best - 1.0)
            .collect();
        // A record is of the start of its epoch.
        let reached = gaps.iter().position(|gap| *gap <= 1e-3);
        let curve: String = gaps.iter().map(|gap| digit(*gap)).collect();
        let reached = reached.map_or("never".to_owned(), |epochs| format!("{epochs} epochs"));
        println!("{:10}{reached:>12}  {curve}", optimizer.name());
        assert!(
            gaps.last().is_some_and(|gap| *gap <= 1e-3),
            "{} misses the minimum",
            optimizer.name()
        );
    }
    Ok(())
}

/// The gap's decimal exponent, `9` for all that is closer.
fn digit(gap: f64) -> char {
    let exponents = (0..9_u8).find(|d| gap >= 10_f64.powi(-i32::from(*d)) * 0.999);
    char::from(b'0' + exponents.unwrap_or(9))
}
