//! One pass over a file in chunks: moments saved, merged, a penalty chosen and a model fitted, with nothing kept of the
//! data.
//!
//! `cargo run --example one_pass_moments`

#![allow(clippy::print_stdout)] // an example shows what it does

use std::error::Error;
use std::fs;
use std::path::Path;

use elltwo::data::CsvReader;
use elltwo::model::{Estimator, LinearModel, RidgeCv, RidgeCvFit, RidgeRegression, Selection};
use elltwo::moments::Moments;

const ROWS: usize = 400;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (file, reader) = (
        root.join("data/wine_quality_red.csv"),
        CsvReader::new("quality"),
    );
    let folder = root.join("target/one_pass_moments");
    fs::create_dir_all(&folder)?;

    // The only pass: a chunk at a time, each to moments, and those to a file.
    let chunks = reader.chunks_path(&file, ROWS)?;
    let names = chunks.schema().feature_names();
    let mut saved = Vec::new();
    for chunk in chunks {
        let chunk = chunk?;
        let mut moments = Moments::new(names.len(), 1)?.with_feature_names(names.clone())?;
        moments.update(chunk.x(), chunk.y(), chunk.weights())?;
        let path = folder.join(format!("part{}.moments", saved.len()));
        let bytes = moments.to_bytes();
        println!(
            "{} rows: {} bytes of moments",
            chunk.n_samples(),
            bytes.len()
        );
        fs::write(&path, bytes)?;
        saved.push(path);
    }

    // From here on there are only the saved moments.
    let parts = saved
        .iter()
        .map(|path| Ok(Moments::from_bytes(&fs::read(path)?)?))
        .collect::<Result<Vec<Moments>, Box<dyn Error>>>()?;
    let cv = RidgeCv::new().selection(Selection::OneStandardError);
    let fit: RidgeCvFit<f64> = cv.fit_moments(&parts)?;
    let mut all = parts[0].clone();
    for part in &parts[1..] {
        all.merge(part)?;
    }
    let model = fit.model();
    println!("\n{} rows, {} parts as folds", all.n_samples(), parts.len());
    println!(
        "lambda {:.4} of {} by the one-standard-error rule",
        fit.lambda(),
        fit.curve().lambdas.len()
    );
    println!(
        "R² {:.4}, mean squared error {:.4}",
        model.r2_on(&all)?,
        model.mse_on(&all)?
    );
    for (name, w) in names.iter().zip(model.coefficients()) {
        println!("  {name:<22} {w:>10.4}");
    }

    // Least squares of the three columns that matter, of the same moments: what inference starts from.
    let wanted = ["alcohol", "volatile acidity", "sulphates"];
    let columns: Vec<usize> = wanted
        .iter()
        .filter_map(|wanted| names.iter().position(|name| name == wanted))
        .collect();
    let few: LinearModel<f64> = RidgeRegression::new().fit_moments(&all.select(&columns)?)?;
    let variance = few.residual_variance_on(&all.select(&columns)?)?;
    println!(
        "\n{}: R² {:.4}, residual variance {variance:.4}",
        wanted.join(", "),
        few.r2_on(&all.select(&columns)?)?
    );

    // Check: the data, read at once, give the same.
    let data = reader.read_path(&file)?.into_dataset();
    let direct = RidgeRegression::new()
        .lambda(fit.lambda())
        .fit(data.x(), data.y())?;
    for (moments, data) in model.coefficients().iter().zip(direct.coefficients()) {
        assert!((moments / data - 1.0).abs() <= 1e-9, "{moments} {data}");
    }
    println!("check: a fit of all rows gives the same coefficients");
    Ok(())
}
