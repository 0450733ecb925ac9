//! One row in ten has a grossly wrong target: least squares follows it, the Huber and the absolute loss do not.
//!
//! ```text
//! cargo run --release --example robust_losses
//! ```

use elltwo::data::{CsvReader, MissingPolicy};
use elltwo::loss::{AbsoluteError, Huber, RegressionLoss};
use elltwo::model::{Estimator, Predictor, SgdRegressor};
use elltwo::{Result, metrics};

#[allow(clippy::print_stdout)] // an example prints
fn main() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/auto_mpg.csv");
    let reader = CsvReader::new("mpg")
        .categorical(["origin"])
        .labels("car_name");
    let data = reader
        .missing(MissingPolicy::DropRows)
        .read_path(path)?
        .into_dataset();

    // Every tenth car: a slipped decimal point.
    let mut spoiled = data.y().to_owned();
    spoiled.iter_mut().step_by(10).for_each(|mpg| *mpg *= 10.0);

    println!("{:10}{:>28}", "loss", "median absolute error");
    println!("{:10}{:>14}{:>14}", "", "clean data", "10 % wrong");
    let losses: [RegressionLoss; 3] = [
        RegressionLoss::Squared,
        Huber { delta: 3.0 }.into(),
        AbsoluteError.into(),
    ];
    let mut errors = Vec::new();
    for loss in losses {
        let sgd = SgdRegressor::new().loss(loss).epochs(100);
        // Both are judged by the true targets.
        let error = |y| {
            let model = sgd.fit(data.x(), y)?;
            metrics::median_absolute_error(data.y(), model.predict(data.x())?.view())
        };
        let (clean, wrong) = (error(data.y())?, error(spoiled.view())?);
        println!("{:10}{clean:14.3}{wrong:14.3}", loss.name());
        errors.push(wrong);
    }
    assert!(
        errors[0] > 3.0 * errors[1] && errors[0] > 3.0 * errors[2],
        "robust losses resist"
    );
    Ok(())
}
