//! Training on a CSV that is read in pieces: the state goes from one to the next, and could be saved between them.
//!
//! ```text
//! cargo run --release --example streaming_sgd
//! ```

use elltwo::data::CsvReader;
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression, SgdRegressor, SgdState};
use elltwo::solver::sgd::{Averaging, Schedule};
use elltwo::{Result, metrics};

/// Lines of a piece.
const PIECE: usize = 200;
/// Times the file is read.
const PASSES: usize = 30;

#[allow(clippy::print_stdout)] // an example prints
fn main() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/wine_quality_red.csv");
    let reader = || CsvReader::new("quality");
    let text = std::fs::read_to_string(path).map_err(|source| elltwo::Error::Io {
        path: path.into(),
        source,
    })?;
    let (header, body) = text.split_once('\n').unwrap_or_default();
    let lines: Vec<&str> = body.lines().collect();
    let piece = |lines: &[&str]| {
        let text = format!("{header}\n{}\n", lines.join("\n"));
        Ok::<_, elltwo::Error>(reader().read(text.as_bytes())?.into_dataset())
    };

    // The end of a stream is not known: the step falls with the pieces, and the coefficients are averaged.
    let sgd = SgdRegressor::new()
        .lambda(1e-3)
        .batch_size(16)
        .schedule(Schedule::InverseScaling { power: 0.5 })
        .averaging(Averaging::Polynomial { power: 4.0 });
    let first = piece(&lines[..PIECE])?;
    // The first piece decides the coordinates and the step.
    let mut state: SgdState<f64> = sgd.start(first.x(), first.y(), None)?;
    for pass in 1..=PASSES {
        let mut losses = Vec::new();
        for lines in lines.chunks(PIECE) {
            let data = piece(lines)?;
            losses.push(state.partial_fit(data.x(), data.y(), None)?);
        }
        if pass % 10 == 0 || pass == 1 {
            let mean = losses.iter().sum::<f64>() / losses.len() as f64;
            println!(
                "pass {pass:2}  mean loss {mean:.5}  updates {}",
                state.updates()
            );
        }
    }
    let streamed: LinearModel<f64> = state.model()?;

    let all = reader().read_path(path)?.into_dataset();
    let exact = RidgeRegression::new().lambda(1e-3).fit(all.x(), all.y())?;
    let mse = |model: &LinearModel<f64>| metrics::mse(all.y(), model.predict(all.x())?.view());
    let (streamed, exact) = (mse(&streamed)?, mse(&exact)?);
    println!("mean squared error: {streamed:.6} by the stream, {exact:.6} by the closed form");
    assert!(
        (streamed / exact - 1.0).abs() < 5e-3,
        "the stream misses the solution"
    );
    Ok(())
}
