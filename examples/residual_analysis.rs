//! Residual analysis of a model of fuel economy: what the tests say, which cars do not fit and which ones move the fit.
//!
//! ```text
//! cargo run --release --example residual_analysis --features plot
//! ```
//!
//! With the feature `plot` the plots are written to `target/plots/`.
#![allow(clippy::print_stdout)] // an example shows its results

use std::error::Error;

use elltwo::Samples;
use elltwo::data::{CsvReader, MissingPolicy};
use elltwo::diagnostics::{NormalityMoments, Residuals, normality_moments};
use elltwo::inference::{Covariance, Inference, Term};
use elltwo::model::{Estimator, RidgeRegression};
use elltwo::report::{ResidualReport, Summary};

fn main() -> Result<(), Box<dyn Error>> {
    let data = CsvReader::new("mpg")
        .categorical(["origin"])
        .labels("car_name")
        .missing(MissingPolicy::DropRows)
        .read_path(concat!(env!("CARGO_MANIFEST_DIR"), "/data/auto_mpg.csv"))?
        .into_dataset();
    let cars = data.labels().ok_or("the cars have names")?;
    let fit = RidgeRegression::new().analyse(&data.samples()?)?;

    let inference = fit.inference(Covariance::Classical)?;
    let names = data.feature_names().iter().cloned();
    println!("{}", Summary::new(&inference).names(names)?.target("mpg"));

    let report = ResidualReport::of_dataset(&fit, &data)?.top(8);
    println!("{report}");
    let residuals: &Residuals = report.residuals();
    let NormalityMoments {
        skewness, kurtosis, ..
    } = normality_moments(residuals.raw())?;
    println!("Skewness {skewness:.3}, kurtosis {kurtosis:.3} (0 and 3 for normal errors)\n");

    // What each car does to single coefficients, in standard errors.
    let changes = fit.dfbetas()?;
    println!("The car that moves each coefficient most, by DFBETAS");
    for (estimate, column) in inference.estimates().iter().zip(changes.columns()) {
        let name = match estimate.term {
            Term::Intercept => "(intercept)",
            Term::Feature(j) => &data.feature_names()[j],
        };
        let largest = column
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        let (row, change) = largest.ok_or("there are cars")?;
        println!("  {name:<14}{change:>8.3}   {}", cars[row]);
    }

    #[cfg(feature = "plot")]
    plots(&data, fit.model(), &inference, residuals)?;

    // Check: leverage sums to the parameters; the linear model misses a curve, and its errors are not of one variance.
    assert!((residuals.leverage().sum() - 9.0).abs() < 1e-9);
    let worst = residuals.bonferroni_outliers(0.05)?;
    assert!(worst.iter().any(|outlier| cars[outlier.row] == "mazda glc"));
    for test in report.tests() {
        assert!(test.p_value < 0.01, "{test}");
    }
    println!(
        "\ncheck: every test of the assumptions speaks against this model, and `mazda glc` is an outlier by Bonferroni's rule"
    );
    Ok(())
}

/// Writes every plot as SVG and as PNG.
#[cfg(feature = "plot")]
fn plots(
    data: &elltwo::data::Dataset,
    model: &elltwo::model::LinearModel<f64>,
    inference: &Inference,
    residuals: &Residuals,
) -> Result<(), Box<dyn Error>> {
    use elltwo::data::StandardScaler;
    use elltwo::model::{CvStrategy, Predictor, RidgeCv, RidgePath, SgdRegressor};
    use elltwo::report::plot::{self, ResidualPlots};

    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/plots");
    std::fs::create_dir_all(&folder)?;
    let fitted = model.predict(data.x())?;
    let mut all = ResidualPlots::new(residuals, fitted.view())?
        .labels(data.labels().unwrap_or_default().iter().cloned())?
        .target("(miles per gallon)")
        .all()?;

    // Coefficients and penalties are comparable where the features are on one scale.
    let x = StandardScaler.fit(data.x())?.transform(data.x())?;
    let (x, y, names) = (x.view(), data.y(), data.feature_names());
    let scaled = Inference::new(
        &RidgeRegression::new().fit(x, y)?,
        &Samples::new(x, y, None)?,
    )?;
    all.push(("coefficients", plot::coefficients(&scaled, names, 0.95)?));
    all.push((
        "ridge_trace",
        plot::ridge_trace(&RidgePath::new().fit(&Samples::new(x, y, None)?)?, names)?,
    ));
    let folds = CvStrategy::KFold {
        k: 10,
        shuffle: Some(1),
    };
    let cv = RidgeCv::new().strategy(folds).fit(x, y)?;
    all.push(("cv_curve", plot::cv_curve(cv.curve(), Some(cv.lambda()))?));
    let sgd = SgdRegressor::new().lambda(1e-3).fit(x, y)?;
    let history = sgd
        .report()
        .and_then(|report| report.sgd())
        .map(|sgd| &sgd.history);
    all.push((
        "learning_curve",
        plot::learning_curve(history.ok_or("a descent")?)?,
    ));

    println!("\nPlots");
    for (name, plot) in &all {
        for format in ["svg", "png"] {
            let file = format!("{name}.{format}");
            plot.save(folder.join(&file))?;
            println!("  target/plots/{file}");
        }
    }
    assert_eq!(inference.estimates().len(), scaled.estimates().len());
    Ok(())
}
