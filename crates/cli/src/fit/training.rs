//! From a table to a model: rows held out, columns scaled, the penalty, the fit and its errors.

use elltwo::data::{ReadNote, Schema, Table, train_test_split};
use elltwo::diagnostics::Residuals;
use elltwo::inference::Inference;
use elltwo::loss::{Reduction, SquaredError};
use elltwo::model::{FitReport, RidgeFit};
use elltwo::report::Note;
use ndarray::{Array1, ArrayView1};

use super::estimate::{self, CrossValidation};
use super::learnt::Learnt;
use super::notes;
use crate::args::FitArgs;
use crate::design::{Design, Fitted, Sample};
use crate::failure::Failure;
use crate::measures::Measures;
use crate::model_file::ModelFile;
use crate::progress::Progress;

/// Rows of the file as those of the model, and the penalty.
pub(super) struct Prepared {
    pub(super) n_rows: usize,
    pub(super) n_used: usize,
    pub(super) n_dropped: usize,
    pub(super) n_imputed: usize,
    pub(super) facts: Vec<ReadNote>,
    /// What reading the rows brought to light, and what became of them.
    pub(super) notes: Vec<Note>,
    pub(super) schema: Schema,
    pub(super) design: Design,
    pub(super) columns: Vec<String>,
    /// The place among the used rows of each row of `train`.
    pub(super) rows: Vec<usize>,
    pub(super) train: Sample,
    pub(super) test: Option<Sample>,
    lambda: f64,
    pub(super) cv: Option<CrossValidation>,
}

impl Prepared {
    /// Splits, scales and chooses the penalty.
    pub(super) fn new(
        args: &FitArgs,
        mut table: Table,
        progress: Progress,
    ) -> Result<Self, Failure> {
        let failed = |error: elltwo::Error| Failure::in_file(&args.asked(), &error);
        let (n_rows, n_dropped) = (table.n_rows(), table.n_dropped());
        let facts = table.notes().to_vec();
        let features = table.schema().feature_names();
        let n_used = table.dataset().n_samples();
        if let Some(degree) = args.poly {
            estimate::check_powers(degree.get(), &features).map_err(Failure::Usage)?;
        }
        let mut design = Design {
            degree: args.poly.map(std::num::NonZeroUsize::get),
            scaler: None,
        };
        let columns = design.names(&features).map_err(failed)?;
        let split = args.test_fraction.map(|fraction| {
            let mut split = train_test_split(n_used, fraction, args.seed.unwrap_or(0))?;
            // In the order of the file, which tests of autocorrelation need.
            split.train.sort_unstable();
            split.test.sort_unstable();
            table.impute_by(&split.train)?;
            Ok(split)
        });
        let split = split.transpose().map_err(failed)?;
        let (schema, n_imputed) = (table.schema().clone(), table.n_imputed());
        let notes = notes::of_data(&table, split.is_some());
        let learnt = Learnt::new(args, &table, split.as_ref());
        let data = table.into_dataset();
        let (data, held_out, rows) = match split {
            None => (data, None, Vec::new()),
            Some(split) => {
                let train = data.select_rows(&split.train).map_err(failed)?;
                let test = data.select_rows(&split.test).map_err(failed)?;
                (train, Some(test), split.train)
            }
        };
        if args.standardize {
            design
                .standardize(data.x(), data.weights(), !args.no_intercept)
                .map_err(failed)?;
        }
        let train = design.sample(data).map_err(failed)?;
        let test = held_out
            .map(|data| design.sample(data))
            .transpose()
            .map_err(failed)?;
        let (lambda, cv) =
            estimate::penalty(args, &train, learnt.as_ref(), progress).map_err(failed)?;
        Ok(Self {
            n_rows,
            n_used,
            n_dropped,
            n_imputed,
            facts,
            notes,
            schema,
            design,
            columns,
            rows,
            train,
            test,
            lambda,
            cv,
        })
    }
}

/// A model and all that it was made from.
pub(super) struct Fit<'a> {
    pub(super) args: &'a FitArgs,
    pub(super) data: &'a Prepared,
    pub(super) model: Fitted,
    /// The fit with its factor; none by SGD.
    pub(super) analysis: Option<RidgeFit<'a>>,
    /// Errors on the training rows.
    pub(super) measures: Measures,
    /// Predictions of the training rows, kept for `--rows` and `--report`.
    pub(super) predictions: Option<Array1<f64>>,
    /// Residuals `y − ŷ` by the model's own predictions, where the analysis has none as good.
    pub(super) residuals: Option<Array1<f64>>,
}

impl<'a> Fit<'a> {
    /// Fits and measures.
    pub(super) fn new(
        args: &'a FitArgs,
        data: &'a Prepared,
        progress: Progress,
    ) -> elltwo::Result<Self> {
        let train = &data.train;
        let (model, analysis) = estimate::model(args, train, data.lambda, progress)?;
        let predictions = model.predict(train)?;
        let measures = Measures::new(train.y(), predictions.view(), train.weights())?;
        let own = analysis.is_none() || matches!(model, Fitted::Polynomial(_));
        let residuals = own.then(|| {
            let mut residuals = predictions.clone();
            SquaredError
                .residual_in_place(train.y(), residuals.view_mut(), None, Reduction::Sum)
                .map(|_| residuals)
        });
        let kept = args.rows.is_some() || args.report.is_some();
        Ok(Self {
            args,
            data,
            model,
            analysis,
            measures,
            predictions: kept.then_some(predictions),
            residuals: residuals.transpose()?,
        })
    }

    /// Residuals `y − ŷ`: the model's own, or those of the analysis.
    pub(super) fn raw_residuals<'r>(
        &'r self,
        residuals: Option<&'r Residuals>,
    ) -> ArrayView1<'r, f64> {
        let own = self.residuals.as_ref().map(|own| own.view());
        own.or_else(|| residuals.map(Residuals::raw))
            .unwrap_or_else(|| ArrayView1::from(&[]))
    }

    pub(super) fn report(&self) -> elltwo::Result<&FitReport> {
        let report = self.model.linear().report();
        report.ok_or(elltwo::Error::Unreported {
            what: "the summary",
        })
    }

    pub(super) fn model_file(&self, inference: Option<&Inference>) -> ModelFile {
        ModelFile::new(
            self.data.schema.clone(),
            self.data.columns.clone(),
            self.data.design.clone(),
            self.model.clone(),
            inference.map(Inference::prediction_errors),
        )
    }
}
