//! The ridge trace of the Longley data: how the coefficients of six collinear columns settle as the penalty grows.
//!
//! `cargo run --example ridge_path` writes the whole path to `target/ridge_path.csv`.

#![allow(clippy::print_stdout)] // an example shows what it does

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use elltwo::Samples;
use elltwo::data::{CsvReader, StandardScaler};
use elltwo::model::{Estimator, RidgePath, RidgePathFit, RidgeRegression};
use ndarray::Array2;

const WIDTH: usize = 61;
const HEIGHT: usize = 21;

/// A letter for each feature, its coefficient from bottom to top, the penalty from left to right.
fn plot(path: &RidgePathFit) -> Result<String, std::fmt::Error> {
    let coefficients = path.coefficients();
    let highest = coefficients.fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let lowest = coefficients.fold(f64::INFINITY, |a, v| a.min(*v));
    let mut cells = Array2::from_elem((HEIGHT, WIDTH), ' ');
    for at in 0..WIDTH {
        let column = at * (coefficients.ncols() - 1) / (WIDTH - 1);
        for (letter, value) in ('a'..).zip(coefficients.column(column)) {
            let share = (highest - value) / (highest - lowest);
            let row = (0..HEIGHT)
                .find(|r| share * (HEIGHT - 1) as f64 <= *r as f64 + 0.5)
                .unwrap_or(HEIGHT - 1);
            cells[[row, at]] = letter;
        }
    }
    let mut text = String::new();
    for (row, line) in cells.rows().into_iter().enumerate() {
        let value = highest - (highest - lowest) * row as f64 / (HEIGHT - 1) as f64;
        let line: String = line.iter().collect();
        writeln!(text, "{value:>9.0} |{line}")?;
    }
    Ok(text)
}

fn csv(path: &RidgePathFit, names: &[String]) -> Result<String, std::fmt::Error> {
    let mut text = format!("lambda,df,mse,intercept,{}\n", names.join(","));
    for (i, lambda) in path.lambdas().iter().enumerate() {
        let (df, mse, b) = (
            path.degrees_of_freedom()[i],
            path.mse()[i],
            path.intercepts()[i],
        );
        write!(text, "{lambda},{df},{mse},{b}")?;
        for w in path.coefficients().column(i) {
            write!(text, ",{w}")?;
        }
        text.push('\n');
    }
    Ok(text)
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = CsvReader::new("TOTEMP")
        .read_path(root.join("data/longley.csv"))?
        .into_dataset();
    let x: Array2<f64> = StandardScaler.fit(data.x())?.transform(data.x())?;

    let path = RidgePath::new().fit(&Samples::new(x.view(), data.y(), None)?)?;
    println!(
        "Longley, standardised: {} penalties from one factorisation ({}), condition number {:.0}",
        path.lambdas().len(),
        path.solver(),
        path.condition_number()
    );
    println!("{}", plot(&path)?);
    for (letter, name) in ('a'..).zip(data.feature_names()) {
        println!("  {letter}  {name}");
    }
    println!("\n    lambda      df          mse");
    for i in (0..100).step_by(11) {
        println!(
            "{:>10.2e} {:>7.3} {:>12.1}",
            path.lambdas()[i],
            path.degrees_of_freedom()[i],
            path.mse()[i]
        );
    }

    let file = root.join("target/ridge_path.csv");
    std::fs::create_dir_all(root.join("target"))?;
    std::fs::write(&file, csv(&path, data.feature_names())?)?;
    println!("\nwritten to target/ridge_path.csv");

    // Check: every point of the path is the fit of its penalty.
    for (i, &lambda) in path.lambdas().iter().enumerate() {
        let model = RidgeRegression::new()
            .lambda(lambda)
            .fit(x.view(), data.y())?;
        let off = (&path.coefficients().column(i) - &model.coefficients())
            .fold(0.0_f64, |a, d| a.max(d.abs()));
        let size = model.coefficients().fold(0.0_f64, |a, w| a.max(w.abs()));
        assert!(off <= 1e-9 * size, "lambda {lambda}: {off:e}");
    }
    println!("check: the path agrees with a fit of each penalty to nine digits");
    Ok(())
}
