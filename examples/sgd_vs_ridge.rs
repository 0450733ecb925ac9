//! SGD without scaling the features, beside the closed form: the objective epoch by epoch, the coefficients side by
//! side, and the gap to the exact solution on every data set.
//!
//! ```text
//! cargo run --release --example sgd_vs_ridge
//! ```

use elltwo::Result;
use elltwo::data::{CsvReader, Dataset, MissingPolicy};
use elltwo::model::{Estimator, LinearModel, RidgeRegression, SgdRegressor};
use elltwo::solver::sgd::Optimizer;

fn read(name: &str, reader: CsvReader) -> Result<Dataset> {
    let path = format!("{}/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let table = reader.missing(MissingPolicy::DropRows).read_path(path)?;
    Ok(table.into_dataset())
}

fn objective(model: &LinearModel<f64>) -> f64 {
    model.report().map_or(f64::NAN, |report| report.objective)
}

/// The relative gap of the objective to the exact one, and the epochs that ran.
fn gap(sgd: &SgdRegressor, data: &Dataset, exact: f64) -> Result<(f64, usize)> {
    let model = sgd.fit(data.x(), data.y())?;
    let epochs = model
        .report()
        .and_then(|report| report.sgd())
        .map_or(0, |sgd| sgd.epochs);
    Ok((objective(&model) / exact - 1.0, epochs))
}

#[allow(clippy::print_stdout)] // an example prints
fn main() -> Result<()> {
    let wine = read("wine_quality_red", CsvReader::new("quality"))?;
    let ridge = RidgeRegression::new()
        .lambda(1e-4)
        .fit(wine.x(), wine.y())?;
    let sgd = SgdRegressor::new().lambda(1e-4).fit(wine.x(), wine.y())?;

    println!(
        "Wine quality, unscaled: the objective at the start of each epoch, above that of the closed form"
    );
    let history = sgd
        .report()
        .and_then(|report| report.sgd())
        .map(|sgd| sgd.history.as_slice());
    for record in history
        .unwrap_or_default()
        .iter()
        .filter(|r| r.epoch <= 5 || r.epoch % 5 == 0)
    {
        println!(
            "  {:3}  {:10.3e}",
            record.epoch,
            record.objective / objective(&ridge) - 1.0
        );
    }
    println!("  end  {:10.3e}", objective(&sgd) / objective(&ridge) - 1.0);

    println!("\n{:22}{:>14}{:>14}", "Coefficient", "closed form", "SGD");
    for (j, name) in wine.feature_names().iter().enumerate() {
        println!(
            "{name:22}{:14.6}{:14.6}",
            ridge.coefficients()[j],
            sgd.coefficients()[j]
        );
    }
    println!(
        "{:22}{:14.6}{:14.6}",
        "(intercept)",
        ridge.intercept(),
        sgd.intercept()
    );

    println!("\nRelative gap to the closed form, and epochs");
    println!(
        "{:18}{:>9}  {:>18}  {:>18}",
        "data", "lambda", "defaults", "SAGA"
    );
    let sets = [
        ("diabetes", CsvReader::new("progression")),
        (
            "auto_mpg",
            CsvReader::new("mpg")
                .categorical(["origin"])
                .labels("car_name"),
        ),
        ("penguins", CsvReader::new("body_mass_g").exclude(["year"])),
        ("wine_quality_red", CsvReader::new("quality")),
    ];
    for (name, reader) in sets {
        let data = read(name, reader)?;
        for lambda in [0.0, 1e-4, 1e-2] {
            let exact = objective(
                &RidgeRegression::new()
                    .lambda(lambda)
                    .fit(data.x(), data.y())?,
            );
            let defaults = SgdRegressor::new().lambda(lambda);
            let saga = defaults.clone().optimizer(Optimizer::Saga).epochs(200);
            let (plain, saga) = (gap(&defaults, &data, exact)?, gap(&saga, &data, exact)?);
            println!(
                "{name:18}{lambda:9.0e}  {:10.1e} in {:4}  {:10.1e} in {:4}",
                plain.0, plain.1, saga.0, saga.1
            );
            assert!(
                plain.0.abs() <= 1e-3 && plain.1 <= 50,
                "the defaults miss the ridge solution"
            );
            assert!(
                saga.0.abs() <= 1e-8 && saga.1 <= 200,
                "SAGA misses the ridge solution"
            );
        }
    }
    Ok(())
}
