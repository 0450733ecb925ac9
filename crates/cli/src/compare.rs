//! `elltwo compare`: penalties, SGD and robust losses on one split.

use elltwo::Samples;
use elltwo::loss::{Huber, RegressionLoss};
use elltwo::model::{
    Estimator, LeastAbsoluteDeviations, LinearModel, Predictor, RidgeRegression, SgdRegressor,
};
use elltwo::solver::sgd::Optimizer;
use ndarray::Array1;
use serde::Serialize;

use elltwo::data::{Dataset, Frame, ReadNote, Split, StandardScaler, train_test_split};
use elltwo::formula::{Formula, read_frames};
use elltwo::inference::Covariance;

use crate::args::CompareArgs;
use crate::columns::{Columns, Rows, Source, imputed_in, learn};
use crate::facts;
use crate::failure::Failure;
use crate::input::{name_of, read};
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
    target: String,
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
    /// With columns in the place of `.`.
    #[serde(skip_serializing_if = "Option::is_none")]
    formula: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    design_columns: Option<Vec<String>>,
    kind: &'static str,
    loss: &'static str,
    lambda: f64,
    termination: String,
    /// Intercept of the standardized columns, and of those of a formula as they are.
    intercept: f64,
    coefficients: Vec<f64>,
    train: Measures,
    test: Measures,
}

impl Entry {
    fn new(
        name: String,
        kind: &'static str,
        loss: &'static str,
        model: &LinearModel<f64>,
        train: &Part,
        test: &Part,
    ) -> elltwo::Result<Self> {
        let report = model.report().ok_or(elltwo::Error::Unreported {
            what: "the comparison",
        })?;
        Ok(Self {
            name,
            formula: None,
            design_columns: None,
            kind,
            loss,
            lambda: report.lambda[0],
            termination: report.termination.to_string(),
            intercept: model.intercept(),
            coefficients: model.coefficients().to_vec(),
            train: train.measure(model)?,
            test: test.measure(model)?,
        })
    }
}

/// The penalties unless others are given.
const LAMBDAS: [f64; 5] = [0.0, 0.001, 0.01, 0.1, 1.0];

/// Rows of the columns of a model.
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
    let asked = args.asked();
    let failed = |error: elltwo::Error| Failure::in_file(&asked, &error);
    let target = match args.formulas.as_slice() {
        [] => args.columns.target.clone(),
        [first, others @ ..] => {
            let target = first.target();
            if let Some(other) = others.iter().find(|other| other.target() != target) {
                return Err(Failure::Usage(format!(
                    "formulas of one target can be compared, and these are `{first}` and `{other}`."
                )));
            }
            target
        }
    };
    let source = read(&asked, &args.reading, progress, |input| {
        if args.formulas.is_empty() {
            return reader.read(input).map(Source::of_table);
        }
        Source::of_frames(read_frames(&args.formulas, &reader, input, usize::MAX)?)
    })?;
    let (n_rows, n_dropped, facts) = (source.n_rows, source.n_dropped, source.notes);
    let split = split(n_rows - n_dropped, args).map_err(failed)?;
    let mut warnings = facts::of_read(&asked, &facts);
    warnings.extend(facts::dropped(n_dropped, n_rows));
    let _bar = progress.spinner("fitting");
    let (design_columns, models) = match source.rows {
        Rows::Table(table) => {
            let columns = table.schema().feature_names();
            let (train, test, notes) = standardized(*table, &split, args).map_err(failed)?;
            warnings.extend(notes);
            (columns, entries(args, &train, &test).map_err(failed)?)
        }
        Rows::Frame(frame) => {
            let said = args.formulas.iter().flat_map(Formula::warnings);
            warnings.extend(said.map(|warning| facts::remark(format!("{warning}."))));
            let models = of_formulas(args, &frame, &split).map_err(failed)?;
            (Vec::new(), models)
        }
    };
    let document = Document {
        schema: "elltwo.compare/1",
        data: Data {
            file: &args.file,
            target: target.unwrap_or_default(),
            n_rows,
            n_dropped_missing: n_dropped,
            n_train: split.train.len(),
            n_test: split.test.len(),
            seed: args.seed,
            design_columns,
            notes: facts,
            warnings: warnings.iter().map(Note::to_string).collect(),
        },
        models,
    };
    if args.json {
        print_json(&document)
    } else if args.quiet {
        Ok(())
    } else {
        print(&text(&document, !args.formulas.is_empty()))
    }
}

/// A model of each formula, and of each penalty if there are some, on the same rows; the columns are as the formula
/// makes them.
fn of_formulas(args: &CompareArgs, frame: &Frame, split: &Split) -> elltwo::Result<Vec<Entry>> {
    let (train, test) = (
        frame.select_rows(&split.train)?,
        frame.select_rows(&split.test)?,
    );
    let mut found = Vec::new();
    for formula in &args.formulas {
        let weights = args.columns.weights.as_deref();
        let design = learn(
            formula,
            weights,
            args.reading.imputes(),
            &train,
            Some(&test),
        )?;
        let part = |data: &Dataset| Part {
            x: data.x().to_owned(),
            y: data.y().to_owned(),
            weights: data.weights().map(|weights| weights.to_owned()),
        };
        let (data, held_out) = (design.dataset(&train)?, design.dataset(&test)?);
        let (train, test) = (part(&data), part(&held_out));
        for &lambda in args.lambdas.as_deref().unwrap_or(&[0.0]) {
            let model = RidgeRegression::new()
                .lambda(lambda)
                .fit_intercept(design.intercept())
                .fit_samples(&data.samples()?)?;
            let name = match lambda {
                0.0 => formula.to_string(),
                lambda => format!("{formula}, lambda {}", short(lambda)),
            };
            let mut entry = Entry::new(name, "ridge", "squared", &model, &train, &test)?;
            entry.formula = Some(design.formula().to_string());
            entry.design_columns = Some(design.column_names().to_vec());
            found.push(entry);
        }
    }
    Ok(found)
}

/// The rows to train and to test, in the order of the file.
fn split(n_used: usize, args: &CompareArgs) -> elltwo::Result<Split> {
    let mut split = train_test_split(n_used, args.test_fraction, args.seed)?;
    split.train.sort_unstable();
    split.test.sort_unstable();
    Ok(split)
}

/// The training and the held-out rows, imputed and scaled by the training rows, and notes on them.
fn standardized(
    mut read: elltwo::data::Table,
    split: &Split,
    args: &CompareArgs,
) -> elltwo::Result<(Part, Part, Vec<Note>)> {
    read.impute_by(&split.train)?;
    let mut notes = facts::imputed(&imputed_in(&read), " of the training rows");
    let columns = Columns::Schema(read.schema().clone());
    notes.extend(facts::of_columns(&args.asked(), &columns));
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
        Entry::new(name, kind, loss, &model, train, test)
    };
    let mut found = Vec::new();
    for &lambda in args.lambdas.as_deref().unwrap_or(&LAMBDAS) {
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
    for (name, loss, sgd) in fits {
        let model = sgd.fit_weighted(x, y, weights)?;
        found.push(entry(name, "sgd", loss.name(), model)?);
    }
    let model = LeastAbsoluteDeviations::new().fit_weighted(x, y, weights)?;
    let loss = RegressionLoss::Absolute.name();
    found.push(entry("absolute loss".to_owned(), "exact", loss, model)?);
    Ok(found)
}

fn text(document: &Document<'_>, of_formulas: bool) -> String {
    let data = &document.data;
    let head = format!(
        "{}, target {}: {} rows to train, {} to test, seed {}{}\n{}\n",
        name_of(data.file),
        data.target,
        data.n_train,
        data.n_test,
        data.seed,
        if of_formulas {
            ""
        } else {
            ", columns standardized"
        },
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
