//! `elltwo compare`: penalties, SGD and robust losses on one split.

use elltwo::Samples;
use elltwo::loss::{Huber, RegressionLoss};
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression, SgdRegressor};
use elltwo::solver::sgd::Optimizer;
use ndarray::Array1;
use serde::Serialize;

use elltwo::data::{Dataset, ReadNote, StandardScaler, train_test_split};
use elltwo::inference::Covariance;

use crate::args::CompareArgs;
use crate::facts;
use crate::failure::Failure;
use crate::input::{name_of, read_table};
use crate::measures::Measures;
use crate::output::{print, print_json};
use crate::progress::Progress;
use elltwo::report::format::{optional, short};
use elltwo::report::{Note, Table};

/// The document `elltwo.compare/1`.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: &'static str,
    data: Data<'a>,
    models: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    file: &'a str,
    target: &'a str,
    n_rows: usize,
    n_dropped_missing: usize,
    n_train: usize,
    n_test: usize,
    seed: u64,
    design_columns: Vec<String>,
    notes: Vec<ReadNote>,
    /// The notes in words, and others.
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    kind: &'static str,
    loss: &'static str,
    lambda: f64,
    termination: String,
    /// Of the standardized columns.
    intercept: f64,
    coefficients: Vec<f64>,
    train: Measures,
    test: Measures,
}

/// Rows of standardized columns.
struct Part {
    x: ndarray::Array2<f64>,
    y: Array1<f64>,
    weights: Option<Array1<f64>>,
}

impl Part {
    fn measure(&self, model: &LinearModel<f64>) -> elltwo::Result<Measures> {
        let predictions = model.predict(self.x.view())?;
        let weights = self.weights.as_ref().map(|w| w.view());
        Measures::new(self.y.view(), predictions.view(), weights)
    }
}

pub(crate) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let progress = Progress::new(args.quiet);
    let reader = args.reading.apply(args.columns.reader());
    let read = read_table(&args.asked(), &reader, &args.reading, progress)?;
    let failed = |error: elltwo::Error| Failure::in_file(&args.asked(), &error);
    let (n_rows, n_dropped) = (read.n_rows(), read.n_dropped());
    let notes = read.notes().to_vec();
    let design_columns = read.schema().feature_names();
    let (train, test, warnings) = split(read, args).map_err(failed)?;
    let _bar = progress.spinner("fitting");
    let document = Document {
        schema: "elltwo.compare/1",
        data: Data {
            file: &args.file,
            target: &args.columns.target,
            n_rows,
            n_dropped_missing: n_dropped,
            n_train: train.y.len(),
            n_test: test.y.len(),
            seed: args.seed,
            design_columns,
            notes,
            warnings: warnings.iter().map(Note::to_string).collect(),
        },
        models: entries(args, &train, &test).map_err(failed)?,
    };
    if args.json {
        print_json(&document)
    } else if args.quiet {
        Ok(())
    } else {
        print(&text(&document))
    }
}

/// The training and the held-out rows, imputed and scaled by the training rows, and notes on them.
fn split(
    mut read: elltwo::data::Table,
    args: &CompareArgs,
) -> elltwo::Result<(Part, Part, Vec<Note>)> {
    let n = read.dataset().n_samples();
    let mut split = train_test_split(n, args.test_fraction, args.seed)?;
    split.train.sort_unstable();
    split.test.sort_unstable();
    read.impute_by(&split.train)?;
    let mut notes = facts::of_read(&read);
    notes.extend(facts::dropped(&read));
    notes.extend(facts::imputed(&read, " of the training rows"));
    notes.extend(facts::of_columns(read.schema()));
    let data = read.into_dataset();
    let (train, test) = (
        data.select_rows(&split.train)?,
        data.select_rows(&split.test)?,
    );
    let scaler = StandardScaler.fit_weighted(train.x(), train.weights())?;
    let part = |rows: &Dataset| {
        Ok(Part {
            x: scaler.transform(rows.x())?,
            y: rows.y().to_owned(),
            weights: rows.weights().map(|weights| weights.to_owned()),
        })
    };
    let (train, test) = (part(&train)?, part(&test)?);
    notes.extend(data.weights().and_then(|weights| {
        let name = args.columns.weights.as_deref()?;
        Some(facts::weighted(name, weights))
    }));
    let weights = test.weights.as_ref().map(|weights| weights.view());
    notes.extend(facts::constant(test.y.view(), weights, "the held-out rows"));
    Ok((train, test, notes))
}

fn entries(args: &CompareArgs, train: &Part, test: &Part) -> elltwo::Result<Vec<Entry>> {
    let (x, y) = (train.x.view(), train.y.view());
    let weights = train.weights.as_ref().map(|w| w.view());
    let entry = |name: String, kind, loss: &'static str, model: LinearModel<f64>| {
        let report = model.report().ok_or(elltwo::Error::Unreported {
            what: "the comparison",
        })?;
        Ok(Entry {
            name,
            kind,
            loss,
            lambda: report.lambda[0],
            termination: report.termination.to_string(),
            intercept: model.intercept(),
            coefficients: model.coefficients().to_vec(),
            train: train.measure(&model)?,
            test: test.measure(&model)?,
        })
    };
    let mut found = Vec::new();
    for &lambda in &args.lambdas {
        let model = RidgeRegression::new()
            .lambda(lambda)
            .fit_weighted(x, y, weights)?;
        let name = match lambda {
            0.0 => "least squares".to_owned(),
            lambda => format!("ridge, lambda {}", short(lambda)),
        };
        found.push(entry(name, "ridge", "squared", model)?);
    }
    let samples = Samples::new(x, y, weights)?;
    let least_squares = RidgeRegression::new().analyse(&samples)?;
    let sigma = least_squares.inference(Covariance::Classical)?.fit().sigma;
    let sgd = || SgdRegressor::new().seed(args.seed);
    let mut fits = vec![
        ("SGD".to_owned(), RegressionLoss::Squared, sgd()),
        (
            "SGD, optimizer SAGA".to_owned(),
            RegressionLoss::Squared,
            sgd().optimizer(Optimizer::Saga),
        ),
    ];
    // Without residuals there is no place to bend at.
    if let Some(delta) = sigma.filter(|sigma| *sigma > 0.0) {
        let loss = RegressionLoss::from(Huber { delta });
        fits.push((
            format!("Huber loss, delta {}", short(delta)),
            loss,
            sgd().loss(loss),
        ));
    }
    let loss = RegressionLoss::Absolute;
    fits.push(("absolute loss".to_owned(), loss, sgd().loss(loss)));
    for (name, loss, sgd) in fits {
        let model = sgd.fit_weighted(x, y, weights)?;
        found.push(entry(name, "sgd", loss.name(), model)?);
    }
    Ok(found)
}

fn text(document: &Document<'_>) -> String {
    let data = &document.data;
    let head = format!(
        "{}, target {}: {} rows to train, {} to test, seed {}, columns standardized\n{}\n",
        name_of(data.file),
        data.target,
        data.n_train,
        data.n_test,
        data.seed,
        facts::lines(&data.warnings)
    );
    let header = ["model", "train RMSE", "test RMSE", "test MAE", "test R²"];
    let mut table = Table::new(header);
    for entry in &document.models {
        let (train, test) = (&entry.train, &entry.test);
        let values = [Some(train.rmse), Some(test.rmse), Some(test.mae), test.r2];
        table.row(std::iter::once(entry.name.clone()).chain(values.map(optional)));
    }
    let mut out = format!("{head}{table}");
    let best = (document.models.iter()).min_by(|a, b| a.test.rmse.total_cmp(&b.test.rmse));
    if let Some(best) = best {
        out += &format!("\nSmallest RMSE on the held-out rows: {}\n", best.name);
    }
    out
}
