//! A model for each group of rows, from moments per key: one pass, whatever the number of groups.
//!
//! ```text
//! cargo run --release --example a_model_per_group
//! ```
#![allow(clippy::print_stdout)] // an example shows its results

use elltwo::data::{CsvReader, MissingPolicy};
use elltwo::inference::{Covariance, GroupedFit, chow_test};
use elltwo::model::RidgeRegression;
use elltwo::moments::Grouped;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/auto_mpg.csv");
    let data = CsvReader::new("mpg")
        .features(["weight", "model_year"])
        .keys(["origin"])
        .missing(MissingPolicy::DropRows)
        .read_path(path)?
        .into_dataset();
    let samples = data.samples()?;
    let origins = data.labels().unwrap_or_default();

    let least_squares = RidgeRegression::new();
    let fits = GroupedFit::new(&least_squares, &samples, origins)?;
    println!("origin  rows   mpg per 1000 lb  mpg per year    R²");
    for (origin, fit) in fits.iter() {
        let (w, error) = (&fit.coefficients, &fit.standard_errors);
        println!(
            "{:<6} {:>5} {:>8.2} ± {:.2} {:>7.2} ± {:.2} {:>5.2}",
            origin.trim_end_matches('\u{1f}'),
            fit.n_samples,
            1000.0 * w[0],
            1000.0 * error[1],
            w[1],
            error[2],
            fit.r2.unwrap_or(f64::NAN),
        );
    }

    // Does one model hold for all? The moments of the groups tell.
    let mut groups = Grouped::new(samples.n_features(), 1)?;
    groups.update(origins, samples.x(), samples.y(), samples.weights())?;
    let chow = chow_test(&groups, true)?;
    println!("\n{chow}");
    assert!(chow.p_value < 1e-6);

    // The rows of one group alone give the same model.
    let rows: Vec<usize> = (0..origins.len())
        .filter(|i| origins[*i] == origins[0])
        .collect();
    let own = data.select_rows(&rows)?;
    let alone = least_squares
        .analyse(&own.samples()?)?
        .inference(Covariance::Classical)?;
    let found = fits.get(&origins[0]).ok_or("the first group")?;
    let gap = found.coefficients[0] - alone.feature(0).ok_or("one feature")?.value;
    assert!(gap.abs() < 1e-12);
    Ok(())
}
