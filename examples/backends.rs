//! The same fits by faer and by LAPACK, side by side: results within rounding, and the time of each.
//!
//! `cargo run --release --example backends --features openblas-system` (Debian: `libopenblas-dev`); without a LAPACK
//! feature it shows faer alone.

#![allow(clippy::print_stdout)] // an example shows what it does

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use elltwo::data::{CsvReader, Dataset, synthetic};
use elltwo::model::{Estimator, LinearModel, RidgeRegression};
use elltwo::solver::{Backend, Solver};
use ndarray::{ArrayView1, ArrayView2};

const BACKENDS: &[Backend] = &[
    Backend::Faer,
    #[cfg(feature = "lapack")]
    Backend::Lapack,
];

/// Fits, the backends by turns.
const ROUNDS: usize = 5;

/// The model of each backend, and its least time.
fn timed(
    ridge: &RidgeRegression,
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
) -> elltwo::Result<Vec<(LinearModel<f64>, Duration)>> {
    let fit = |backend: &Backend| {
        let start = Instant::now();
        let model = ridge.clone().backend(*backend).fit(x, y)?;
        Ok((model, start.elapsed()))
    };
    let mut best: Vec<_> = BACKENDS.iter().map(fit).collect::<elltwo::Result<_>>()?;
    for _ in 1..ROUNDS {
        for (backend, best) in BACKENDS.iter().zip(&mut best) {
            best.1 = best.1.min(fit(backend)?.1);
        }
    }
    Ok(best)
}

fn made((n, p): (usize, usize)) -> elltwo::Result<Dataset> {
    let data = synthetic::regression(n, p).noise(1.0).seed(1);
    Ok(data.generate()?.dataset)
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    // Sizes at which the libraries differ; without optimisation a tenth of the work is enough to see that they agree.
    let large = if cfg!(debug_assertions) {
        [("1000 × 60", (1000, 60)), ("300 × 120", (300, 120))]
    } else {
        [("5000 × 200", (5000, 200)), ("2000 × 800", (2000, 800))]
    };
    let data = [
        (
            "Longley",
            CsvReader::new("TOTEMP")
                .read_path(root.join("longley.csv"))?
                .into_dataset(),
        ),
        (
            "diabetes",
            CsvReader::new("progression")
                .read_path(root.join("diabetes.csv"))?
                .into_dataset(),
        ),
        (large[0].0, made(large[0].1)?),
        (large[1].0, made(large[1].1)?),
    ];
    println!(
        "{:<12} {:<18} {:<8} {:>10} {:>22}",
        "data", "solver", "backend", "time", "first coefficient"
    );
    for (name, data) in &data {
        for solver in [Solver::Auto, Solver::Qr, Solver::Svd] {
            let ridge = RidgeRegression::new().lambda(1e-3).solver(solver);
            let fits = timed(&ridge, data.x(), data.y())?;
            for (model, time) in &fits {
                let report = model.report().and_then(|report| report.ridge());
                let report = report.ok_or("a fit has a report")?;
                println!(
                    "{name:<12} {:<18} {:<8} {:>7.2} ms {:>22.15e}",
                    report.solver.name(),
                    report.backend.name(),
                    1e3 * time.as_secs_f64(),
                    model.coefficients()[0]
                );
            }
            let models: Vec<_> = fits.into_iter().map(|(model, _)| model).collect();
            // Check: the backends agree.
            for other in models.iter().skip(1) {
                let off = &other.coefficients() - &models[0].coefficients();
                let size = models[0]
                    .coefficients()
                    .fold(0.0_f64, |a, w| a.max(w.abs()));
                let worst = off.fold(0.0_f64, |a, d| a.max(d.abs())) / size;
                assert!(worst <= 1e-9, "{name}, {solver}: {worst:.1e}");
            }
        }
    }
    if BACKENDS.len() == 1 {
        println!("\nLAPACK is not in this build: add --features openblas-system");
    } else {
        println!("\ncheck: the backends agree to nine digits of the largest coefficient");
    }
    Ok(())
}
