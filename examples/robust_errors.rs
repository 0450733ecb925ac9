//! Standard errors where the noise grows with a feature: the classical ones beside HC0–HC3, and which of them is right.
//!
//! ```text
//! cargo run --release --example robust_errors
//! ```
//!
//! Fuel economy of cars: light cars vary more than heavy ones. Then data made by a known law, where the truth can be
//! counted.
#![allow(clippy::print_stdout)] // an example shows its results

use std::error::Error;

use elltwo::Samples;
use elltwo::data::{CsvReader, MissingPolicy, synthetic};
use elltwo::diagnostics::BreuschPagan;
use elltwo::inference::{Covariance, Inference};
use elltwo::model::RidgeRegression;
use ndarray::{Array1, ArrayView1, ArrayView2, Axis};

const KINDS: [(&str, Covariance<'static>); 5] = [
    ("classical", Covariance::Classical),
    ("HC0", Covariance::Hc0),
    ("HC1", Covariance::Hc1),
    ("HC2", Covariance::Hc2),
    ("HC3", Covariance::Hc3),
];

/// An analysis for each covariance.
fn analyses(x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>) -> elltwo::Result<Vec<Inference>> {
    let fit = RidgeRegression::new().analyse(&Samples::new(x, y, None)?)?;
    KINDS.iter().map(|(_, kind)| fit.inference(*kind)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let data = CsvReader::new("mpg")
        .exclude(["car_name", "origin"])
        .missing(MissingPolicy::DropRows)
        .read_path(concat!(env!("CARGO_MANIFEST_DIR"), "/data/auto_mpg.csv"))?
        .into_dataset();
    let (x, y) = (data.x(), data.y());
    let fit = RidgeRegression::new().analyse(&data.samples()?)?;
    let test = fit.breusch_pagan(BreuschPagan::Koenker)?.chi_squared;
    println!("Fuel economy of {} cars\n  {test}\n", data.n_samples());

    print!("Standard errors     estimate");
    KINDS.iter().for_each(|(name, _)| print!("{name:>12}"));
    println!();
    let all = analyses(x, y)?;
    for (j, name) in data.feature_names().iter().enumerate() {
        let estimates = all.iter().filter_map(|inference| inference.feature(j));
        let value = all[0].feature(j).map_or(f64::NAN, |e| e.value);
        print!("  {name:<14}{value:>12.6}");
        estimates.for_each(|e| print!("{:>12.6}", e.standard_error.unwrap_or(f64::NAN)));
        println!();
    }

    // A law that is known: y = 1 + 2x + noise of standard deviation x². How often does the 95 % interval hold the
    // slope?
    let (samples, repeats) = (60, 1000);
    let x = Array1::linspace(0.1, 2.0, samples).insert_axis(Axis(1));
    let scale = x.column(0).mapv(|v| v * v);
    let noise = synthetic::regression(repeats * samples, 1)
        .n_informative(0)
        .noise(1.0)
        .seed(11)
        .generate()?
        .dataset;
    let mut covered = [0.0; KINDS.len()];
    for repeat in 0..repeats {
        let rows = repeat * samples..(repeat + 1) * samples;
        let z = Array1::from_iter(rows.map(|row| noise.y()[row]));
        let y = &x.column(0) * 2.0 + 1.0 + &z * &scale;
        for (count, inference) in covered.iter_mut().zip(analyses(x.view(), y.view())?) {
            let slope = inference.feature(0).ok_or("one feature")?;
            let interval = slope.interval(0.95)?.ok_or("an interval")?;
            *count += f64::from(u8::from(interval.lower <= 2.0 && 2.0 <= interval.upper));
        }
    }
    println!(
        "\nShare of {repeats} nominal 95 % intervals that hold the true slope, {samples} samples each"
    );
    for ((name, _), count) in KINDS.iter().zip(covered) {
        println!("  {name:<10} {:>6.1} %", 100.0 * count / repeats as f64);
    }

    // Check: the classical intervals are too short for this noise, those of HC3 hold what they promise, and HC0–HC3
    // grow in this order.
    let share = |kind: usize| covered[kind] / repeats as f64;
    assert!(share(0) < 0.92, "classical: {}", share(0));
    assert!((share(4) - 0.95).abs() < 0.02, "HC3: {}", share(4));
    for j in 0..data.n_features() {
        let error = |kind: usize| all[kind].feature(j).and_then(|e| e.standard_error);
        assert!(error(1) < error(2) && error(1) < error(3) && error(3) < error(4));
    }
    println!("\ncheck: HC3 covers within two points of 95 %, the classical errors do not");
    Ok(())
}
