//! Leave-one-out, generalised and 5-fold cross-validation of the diabetes data, side by side.
//!
//! `cargo run --example cross_validation`

#![allow(clippy::print_stdout)] // an example shows what it does

use std::error::Error;
use std::path::Path;

use elltwo::data::{CsvReader, StandardScaler};
use elltwo::model::{CvStrategy, Estimator, RidgeCv, RidgeCvFit, Selection};
use ndarray::Array2;

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/diabetes.csv");
    let data = CsvReader::new("progression")
        .read_path(file)?
        .into_dataset();
    let x: Array2<f64> = StandardScaler.fit(data.x())?.transform(data.x())?;
    let n = data.n_samples() as f64;
    // scikit-learn's alpha, two for each power of ten.
    let alphas: Vec<f64> = (0..13)
        .map(|i| 10.0_f64.powf(f64::from(i) / 2.0 - 3.0))
        .collect();
    let lambdas: Vec<f64> = alphas.iter().map(|alpha| alpha / n).collect();

    let strategies = [
        ("leave-one-out", CvStrategy::LeaveOneOut),
        ("generalised", CvStrategy::Gcv),
        (
            "5 folds",
            CvStrategy::KFold {
                k: 5,
                shuffle: Some(1),
            },
        ),
    ];
    let mut fits: Vec<RidgeCvFit<f64>> = Vec::new();
    for (_, strategy) in &strategies {
        let cv = RidgeCv::new().lambdas(lambdas.clone());
        fits.push(cv.strategy(strategy.clone()).fit(x.view(), data.y())?);
    }

    println!("mean squared error on unseen rows, and its standard error\n");
    print!("{:>10} {:>10}", "alpha", "lambda");
    for (name, _) in &strategies {
        print!("  {name:>17}");
    }
    println!();
    for (i, alpha) in alphas.iter().enumerate() {
        print!("{alpha:>10.3} {:>10.2e}", lambdas[i]);
        for fit in &fits {
            let mark = if fit.best_index() == i { '*' } else { ' ' };
            let curve = fit.curve();
            let (mse, error) = (curve.mse[[i, 0]], curve.standard_error[[i, 0]]);
            print!("  {mse:>9.2} ±{error:>4.0} {mark}");
        }
        println!();
    }
    let careful = RidgeCv::new()
        .selection(Selection::OneStandardError)
        .fit(x.view(), data.y())?;
    println!(
        "\none standard error above the least: lambda {:.3} instead of {:.4}",
        careful.lambda(),
        fits[0].lambda()
    );

    // Check: the penalties that scikit-learn 1.9.1's RidgeCV (leave-one-out) and the Golub-Heath-Wahba score choose.
    assert_eq!((fits[0].best_index(), fits[1].best_index()), (6, 7));
    assert!((fits[0].curve().mse[[6, 0]] / 3_000.009_759_347_554 - 1.0).abs() < 1e-12);
    assert!(careful.lambda() > fits[0].lambda());
    println!("check: leave-one-out chooses alpha 1, generalised cross-validation 3.16");
    Ok(())
}
