//! From a CSV file to a fitted, evaluated and explained ridge model: fuel economy of 397 cars.
//!
//! ```text
//! cargo run --release --example quickstart
//! ```
#![allow(clippy::print_stdout)] // an example shows its results

use elltwo::data::{CsvReader, Dataset, MissingPolicy, StandardScaler, Table};
use elltwo::diagnostics::Residuals;
use elltwo::metrics;
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression};
use ndarray::ArrayView2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `origin` is a code, 1 to 3, not a quantity; five cars have no horsepower.
    let table = CsvReader::new("mpg")
        .categorical(["origin"])
        .labels("car_name")
        .missing(MissingPolicy::DropRows)
        .read_path(concat!(env!("CARGO_MANIFEST_DIR"), "/data/auto_mpg.csv"))?;
    print_table(&table);

    // A penalty compares coefficients, so the features are brought to one scale: that of the training rows.
    let (train, test) = table.dataset().split(0.25, 42)?;
    let scaler = StandardScaler.fit(train.x())?;
    let (x_train, x_test) = (scaler.transform(train.x())?, scaler.transform(test.x())?);
    let model = RidgeRegression::new()
        .lambda(0.01)
        .fit(x_train.view(), train.y())?;

    let (per_unit, intercept) = scaler.unscale(model.coefficients(), model.intercept())?;
    println!("\nCoefficients            per unit   per std. dev.");
    println!("  {:<16}{intercept:>14.6}", "(intercept)");
    let names = train.feature_names().iter();
    for ((name, unit), sd) in names.zip(&per_unit).zip(model.coefficients()) {
        println!("  {name:<16}{unit:>14.6}{sd:>16.6}");
    }

    println!("\nFit");
    if let Some(report) = model.report() {
        report
            .to_string()
            .lines()
            .for_each(|line| println!("  {line}"));
    }

    println!("\nErrors            MSE      RMSE       MAE        R²");
    print_metrics("train", &model, x_train.view(), &train)?;
    let r2 = print_metrics("test", &model, x_test.view(), &test)?;

    let residuals = Residuals::new(&model, (&x_train, train.y()))?;
    print_residuals(&residuals, &train)?;

    // The example checks itself: on cars it has not seen, the model explains most of the variance.
    if r2 < 0.75 {
        return Err(format!("test R² is {r2:.3}, expected at least 0.75").into());
    }
    Ok(())
}

fn print_table(table: &Table) {
    let data = table.dataset();
    println!("Read data/auto_mpg.csv");
    println!(
        "  rows       {} ({} dropped for a missing value, {} kept)",
        table.n_rows(),
        table.n_dropped(),
        data.n_samples()
    );
    println!("  target     {}", data.target_name());
    println!("  features   {}", data.feature_names().join(", "));
    for coding in table.codings() {
        println!(
            "  coded      {}: levels {}; the base is {}",
            coding.column(),
            coding.levels().join(", "),
            coding.base().unwrap_or("none")
        );
    }
}

/// Prints a line of the error table and returns R².
fn print_metrics(
    part: &str,
    model: &LinearModel<f64>,
    x: ArrayView2<'_, f64>,
    data: &Dataset,
) -> elltwo::Result<f64> {
    let predictions = model.predict(x)?;
    let (y, p) = (data.y(), predictions.view());
    let r2 = metrics::r2(y, p)?;
    println!(
        "  {part:<6} {:>12.4} {:>9.4} {:>9.4} {r2:>9.4}",
        metrics::mse(y, p)?,
        metrics::rmse(y, p)?,
        metrics::mae(y, p)?
    );
    Ok(r2)
}

fn print_residuals(residuals: &Residuals, data: &Dataset) -> elltwo::Result<()> {
    println!("\nResiduals (train, miles per gallon)");
    println!("{}", residuals.five_numbers()?);
    println!(
        "  standard deviation {:.4} on {:.1} degrees of freedom",
        residuals.sigma(),
        residuals.residual_df()
    );
    println!("\nCars the model misses (|studentized residual| > 3)");
    println!("  residual  studentized  leverage  Cook's D   car");
    for outlier in residuals.outliers(3.0)? {
        let name = data.labels().map_or("", |labels| &labels[outlier.row]);
        println!(
            "  {:>8.3} {:>12.3} {:>9.4} {:>9.4}   {name}",
            outlier.residual,
            outlier.studentized,
            outlier.leverage,
            residuals.cooks_distance()[outlier.row]
        );
    }
    Ok(())
}
