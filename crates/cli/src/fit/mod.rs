//! `elltwo fit`.

mod analysis;
mod document;
mod estimate;
mod outcome;
mod rows;
mod summary;
mod warnings;

use std::collections::BTreeMap;

use elltwo::data::quantile::quantile;
use elltwo::data::{Schema, SchemaColumn, Table, train_test_split};
use elltwo::diagnostics::Residuals;
use elltwo::inference::{Covariance, Inference};
use elltwo::loss::{Reduction, SquaredError};
use elltwo::model::{FitReport, Method};
use ndarray::Array1;

use crate::args::{FitArgs, ModelKind};
use crate::design::{Design, Fitted, Sample};
use crate::failure::Failure;
use crate::input::{name_of, read_table};
use crate::measures::Measures;
use crate::model_file::ModelFile;
use crate::output::{print, print_json, write_file};
use crate::progress::Progress;
use document::{Document, Scaling};
use estimate::CrossValidation;
use outcome::Outcome;

/// Fits, writes the files that were asked for, and then prints: a result that was printed is one that is complete.
pub(crate) fn run(args: &FitArgs) -> Result<(), Failure> {
    args.check()?;
    let progress = Progress::new(args.quiet);
    let reader = args.reading.apply(args.columns.reader());
    let table = read_table(&args.file, &reader, &args.reading, progress)?;
    let failed = |error: elltwo::Error| Failure::in_file(name_of(&args.file), &error);

    let fit = Fit::new(args, table, progress)?;
    let covariance = args.covariance();
    // Leverage and errors are those of squared errors at their minimum: a descent has none.
    let closed = args.model == ModelKind::Ridge;
    let printed = args.json || !args.quiet;
    let (residuals, inference) = {
        let _bar = progress.spinner("residuals");
        let (model, train) = (fit.model.linear(), &fit.train);
        let residuals = (closed && (printed || args.rows.is_some()))
            .then(|| Residuals::new(model, train.x(), train.y(), train.weights()));
        let inference = (closed && (printed || args.save.is_some()))
            .then(|| analysis::inference(model, train, covariance));
        (
            residuals.transpose().map_err(failed)?,
            inference.transpose().map_err(failed)?,
        )
    };
    if let Some(path) = &args.rows {
        write_file(path, |out| rows::write(out, &fit, residuals.as_ref()))?;
    }
    if let Some(path) = &args.save {
        fit.model_file(inference.as_ref()).save(path)?;
    }
    if !printed {
        return Ok(());
    }
    // The rest of the residuals is as large as most designs: gone before the tests.
    let outcome = Outcome::new(&fit, residuals);
    let document = fit
        .document(&outcome, inference.as_ref(), args.json)
        .map_err(failed)?;
    if args.json {
        return print_json(&document);
    }
    let five = [0.0, 0.25, 0.5, 0.75, 1.0].map(|q| quantile(outcome.raw.view(), q));
    print(&summary::text(&document, five))
}

/// A model and all that it was made from.
struct Fit<'a> {
    args: &'a FitArgs,
    n_rows: usize,
    n_used: usize,
    n_dropped: usize,
    imputed: Vec<elltwo::data::Imputation>,
    schema: Schema,
    design: Design,
    columns: Vec<String>,
    /// The place among the used rows of each row of `train`.
    rows: Vec<usize>,
    train: Sample,
    test: Option<Sample>,
    cv: Option<CrossValidation>,
    model: Fitted,
    /// The errors on `train`.
    measures: Measures,
    /// Of `train`, kept for `--rows`.
    predictions: Option<Array1<f64>>,
    /// `y − ŷ` of `train` by the model's own predictions, kept where the analysis of residuals has none as good.
    residuals: Option<Array1<f64>>,
}

impl<'a> Fit<'a> {
    fn new(args: &'a FitArgs, table: Table, progress: Progress) -> Result<Self, Failure> {
        let failed = |error: elltwo::Error| Failure::in_file(name_of(&args.file), &error);
        let (n_rows, n_dropped) = (table.n_rows(), table.n_dropped());
        let (schema, imputed) = (table.schema().clone(), table.imputations().to_vec());
        let data = table.into_dataset();
        let n_used = data.n_samples();
        if let Some(degree) = args.poly {
            estimate::check_powers(degree.get(), data.feature_names()).map_err(Failure::Usage)?;
        }
        let mut design = Design {
            degree: args.poly.map(std::num::NonZeroUsize::get),
            scaler: None,
        };
        let columns = design.names(data.feature_names()).map_err(failed)?;
        let (data, held_out, rows) = match args.test_fraction {
            None => (data, None, Vec::new()),
            Some(fraction) => {
                let seed = args.seed.unwrap_or(0);
                let mut split = train_test_split(n_used, fraction, seed).map_err(failed)?;
                // In the order of the file, which tests of autocorrelation need.
                split.train.sort_unstable();
                split.test.sort_unstable();
                let train = data.select_rows(&split.train).map_err(failed)?;
                let test = data.select_rows(&split.test).map_err(failed)?;
                (train, Some(test), split.train)
            }
        };
        let mut train = design.sample(data).map_err(failed)?;
        if args.standardize {
            design
                .standardize(&train, !args.no_intercept)
                .map_err(failed)?;
            train = design.sample(train.data).map_err(failed)?;
        }
        let test = held_out
            .map(|data| design.sample(data))
            .transpose()
            .map_err(failed)?;
        let (lambda, cv) = estimate::penalty(args, &train, progress).map_err(failed)?;
        let model = estimate::model(args, &train, lambda, progress).map_err(failed)?;
        let predictions = model.predict(&train).map_err(failed)?;
        let measures =
            Measures::new(train.y(), predictions.view(), train.weights()).map_err(failed)?;
        let own = args.model == ModelKind::Sgd || matches!(model, Fitted::Polynomial(_));
        let residuals = own.then(|| {
            let mut residuals = predictions.clone();
            SquaredError
                .residual_in_place(train.y(), residuals.view_mut(), None, Reduction::Sum)
                .map(|_| residuals)
        });
        let residuals = residuals.transpose().map_err(failed)?;
        let predictions = args.rows.is_some().then_some(predictions);
        Ok(Self {
            args,
            n_rows,
            n_used,
            n_dropped,
            imputed,
            schema,
            design,
            columns,
            rows,
            train,
            test,
            cv,
            model,
            measures,
            predictions,
            residuals,
        })
    }

    fn report(&self) -> elltwo::Result<&FitReport> {
        let report = self.model.linear().report();
        report.ok_or(elltwo::Error::Unreported {
            what: "the summary",
        })
    }

    fn model_file(&self, inference: Option<&Inference>) -> ModelFile {
        ModelFile::new(
            self.schema.clone(),
            self.columns.clone(),
            self.design.clone(),
            self.model.clone(),
            inference.map(Inference::prediction_errors),
        )
    }

    /// The document; `complete` for all the robust errors.
    fn document(
        &self,
        outcome: &Outcome,
        inference: Option<&Inference>,
        complete: bool,
    ) -> elltwo::Result<Document> {
        let (args, train) = (self.args, &self.train);
        let (linear, report) = (self.model.linear(), self.report()?);
        let (ridge, sgd) = (report.ridge(), report.sgd());
        let test = self.test.as_ref().map(|test| {
            let predictions = self.model.predict(test)?;
            Measures::new(test.y(), predictions.view(), test.weights())
        });
        let block = match inference {
            Some(inference) => {
                let kinds = [
                    Covariance::Hc0,
                    Covariance::Hc1,
                    Covariance::Hc2,
                    Covariance::Hc3,
                ];
                let robust = kinds
                    .into_iter()
                    .filter(|_| complete)
                    .map(|kind| analysis::inference(linear, train, kind))
                    .collect::<elltwo::Result<Vec<_>>>()?;
                analysis::inference_block(inference, &robust, &self.columns, args.confidence)?
            }
            None => {
                analysis::no_inference(linear, report.fit_intercept, &self.columns, args.confidence)
            }
        };
        Ok(Document {
            schema: "elltwo.fit/1",
            data: self.data(),
            model: document::Model {
                kind: match args.model {
                    ModelKind::Ridge => "ridge",
                    ModelKind::Sgd => "sgd",
                },
                lambda: report.lambda[0],
                intercept: linear.intercept(),
                coefficients: linear.coefficients().to_vec(),
                fit_intercept: report.fit_intercept,
                loss: sgd.map_or("squared", |sgd| sgd.loss.name()),
                degree: self.design.degree,
                scaling: self.design.scaler.as_ref().map(|scaler| Scaling {
                    mean: scaler.center().to_vec(),
                    standard_deviation: scaler.scale().to_vec(),
                }),
            },
            fit: document::Fit {
                solver: match &report.method {
                    Method::Ridge(ridge) => ridge.solver.to_string(),
                    Method::Sgd(sgd) => sgd.optimizer.name().to_owned(),
                    _ => String::new(),
                },
                precision: ridge.map(|ridge| ridge.precision.name()),
                rank: report.rank(),
                condition_number: ridge.map(|ridge| ridge.condition_number),
                degrees_of_freedom: ridge
                    .and_then(|ridge| Some(ridge.degrees_of_freedom.as_ref()?[0])),
                termination: report.termination.to_string(),
                epochs: sgd.map(|sgd| sgd.epochs),
                warnings: self.warnings(report, inference),
            },
            train: document::Train {
                measures: self.measures,
                objective: report.objective,
            },
            test: test.transpose()?,
            inference: block,
            diagnostics: analysis::diagnostics(outcome, train)?,
            cv: self.cv.clone(),
        })
    }

    fn data(&self) -> document::Data {
        let categories = self
            .schema
            .columns()
            .iter()
            .filter_map(|column| match column {
                SchemaColumn::Category(coding) => {
                    Some((coding.column().to_owned(), coding.levels().to_vec()))
                }
                SchemaColumn::Number { .. } => None,
            });
        document::Data {
            file: self.args.file.clone(),
            n_rows: self.n_rows,
            n_used: self.n_used,
            n_dropped_missing: self.n_dropped,
            n_imputed: self.imputed.iter().map(|column| column.count).sum(),
            n_train: self.train.y().len(),
            n_test: self.test.as_ref().map_or(0, |test| test.y().len()),
            target: self.schema.target().to_owned(),
            weights: self.schema.weights().map(str::to_owned),
            design_columns: self.columns.clone(),
            levels: categories.collect::<BTreeMap<_, _>>(),
        }
    }

    fn warnings(&self, report: &FitReport, inference: Option<&Inference>) -> Vec<String> {
        warnings::all(&warnings::Facts {
            n_rows: self.n_rows,
            n_dropped: self.n_dropped,
            imputed: &self.imputed,
            columns: &self.columns,
            report,
            inference,
        })
    }
}
