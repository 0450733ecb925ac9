//! From a table to a model: rows held out, columns scaled, the penalty, the fit and its errors.

use elltwo::data::{Dataset, Frame, ReadNote, Split, Table, train_test_split};
use elltwo::diagnostics::Residuals;
use elltwo::formula::Formula;
use elltwo::inference::{Estimate, Inference, QuantileErrors};
use elltwo::loss::{QuantileLoss, Reduction, RegressionLoss, SquaredError};
use elltwo::model::{Absorbed, FitReport, LinearModel, RidgeFit};
use elltwo::report::{Note, Table as Cells};
use ndarray::{Array1, ArrayView1};

use super::estimate::{self, CrossValidation};
use super::learnt::Learnt;
use super::notes;
use crate::args::{FitArgs, ModelKind};
use crate::columns::{Columns, Imputed, Rows, Source, imputed, imputed_in, learn};
use crate::design::{Design, Fitted, Sample};
use crate::facts;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::measures::{Measures, defined};
use crate::model_file::ModelFile;
use crate::output::field;
use crate::progress::Progress;

/// Rows of the file as those of the model, and the penalty.
pub(super) struct Prepared {
    pub(super) n_rows: usize,
    pub(super) n_used: usize,
    pub(super) n_dropped: usize,
    pub(super) n_imputed: usize,
    pub(super) facts: Vec<ReadNote>,
    /// Notes on what reading the rows brought to light, and what became of them.
    pub(super) notes: Vec<Note>,
    /// Rule by which the columns of the file become those of the design.
    pub(super) read: Columns,
    pub(super) design: Design,
    pub(super) columns: Vec<String>,
    /// The rows to train on before they became those of the design of a formula, kept for `--report`.
    pub(super) frame: Option<Frame>,
    /// The place among the used rows of each row of `train`.
    pub(super) rows: Vec<usize>,
    pub(super) train: Sample,
    pub(super) test: Option<Sample>,
    /// Cluster of each row to train on, in one way or two.
    pub(super) clusters: Vec<Vec<usize>>,
    /// Groups whose effects are absorbed: the rows to train on are then about the means of these, and their texts.
    pub(super) absorbed: Option<(Absorbed, Vec<String>)>,
    pub(super) lambda: f64,
    pub(super) cv: Option<CrossValidation>,
}

impl Prepared {
    /// Splits, scales and chooses the penalty.
    pub(super) fn new(args: &FitArgs, source: Source, progress: Progress) -> Result<Self, Failure> {
        let failed = |error: elltwo::Error| Failure::in_file(&args.asked(), &error);
        let (n_rows, n_dropped, facts) = (source.n_rows, source.n_dropped, source.notes);
        let n_used = n_rows - n_dropped;
        let split = split(args, n_used).map_err(failed)?;
        let parts = match (source.rows, &args.formula) {
            (Rows::Frame(frame), Some(formula)) => {
                Parts::of_frame(args, formula, frame, split.as_ref())
            }
            (Rows::Frame(_), None) => Err(elltwo::Error::Empty {
                what: "the formula",
            }),
            (Rows::Table(table), _) => {
                if let Some(degree) = args.poly {
                    let features = table.schema().feature_names();
                    estimate::check_powers(degree.get(), &features).map_err(Failure::Usage)?;
                }
                Parts::of_table(args, *table, split.as_ref())
            }
        };
        let Parts {
            read,
            imputed,
            learnt,
            data,
            held_out,
            frame,
        } = parts.map_err(failed)?;
        let mut design = Design {
            degree: args.poly.map(std::num::NonZeroUsize::get),
            scaler: None,
        };
        let columns = design.names(&read.names()).map_err(failed)?;
        if columns.is_empty() {
            args.check_without_columns()?;
        }
        let mut notes = facts::of_read(&args.asked(), &facts);
        notes.extend(facts::dropped(n_dropped, n_rows));
        notes.extend(notes::of_data(
            args,
            &read,
            &data,
            &imputed,
            split.is_some(),
        ));
        let n_imputed = imputed.iter().map(|imputed| imputed.count).sum();
        let rows = split.map_or_else(Vec::new, |split| split.train);
        if args.standardize {
            design
                .standardize(data.x(), data.weights(), args.fit_intercept())
                .map_err(failed)?;
        }
        let (keys, data) = Keys::take(&args.groups, data).map_err(failed)?;
        let mut train = design.sample(data).map_err(failed)?;
        let mut absorbed = None;
        if let Some((groups, texts)) = keys.absorbed {
            let about = train
                .samples()
                .and_then(|samples| Absorbed::new(&samples, &groups));
            let about = about.map_err(failed)?;
            train = train.about(&about, &columns).map_err(failed)?;
            absorbed = Some((about, texts));
        }
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
            read,
            design,
            columns,
            frame: frame.filter(|_| args.report.is_some()),
            rows,
            train,
            test,
            clusters: keys.clusters,
            absorbed,
            lambda,
            cv,
        })
    }
}

/// Rows that are held out at random, in the order of the file, which tests of autocorrelation need.
fn split(args: &FitArgs, n_used: usize) -> elltwo::Result<Option<Split>> {
    let Some(fraction) = args.test_fraction else {
        return Ok(None);
    };
    let mut split = train_test_split(n_used, fraction, args.seed.unwrap_or(0))?;
    split.train.sort_unstable();
    split.test.sort_unstable();
    Ok(Some(split))
}

/// The rows of a file, to train and held out, and how they became rows of the design.
struct Parts<'a> {
    read: Columns,
    imputed: Vec<Imputed>,
    learnt: Option<Learnt<'a>>,
    data: Dataset,
    held_out: Option<Dataset>,
    /// The rows to train on, of a formula.
    frame: Option<Frame>,
}

impl<'a> Parts<'a> {
    fn of_table(
        args: &'a FitArgs,
        mut table: Table,
        split: Option<&Split>,
    ) -> elltwo::Result<Self> {
        if let Some(split) = split {
            table.impute_by(&split.train)?;
        }
        let (read, imputed) = (Columns::Schema(table.schema().clone()), imputed_in(&table));
        let learnt = Learnt::of_table(args, &table, split);
        let data = table.into_dataset();
        let (data, held_out) = match split {
            None => (data, None),
            Some(split) => (
                data.select_rows(&split.train)?,
                Some(data.select_rows(&split.test)?),
            ),
        };
        Ok(Self {
            read,
            imputed,
            learnt,
            data,
            held_out,
            frame: None,
        })
    }

    /// Learns the design of a formula from the training rows, and from all rows their levels.
    fn of_frame(
        args: &'a FitArgs,
        formula: &'a Formula,
        frame: Frame,
        split: Option<&Split>,
    ) -> elltwo::Result<Self> {
        let (train, test) = match split {
            None => (frame, None),
            Some(split) => (
                frame.select_rows(&split.train)?,
                Some(frame.select_rows(&split.test)?),
            ),
        };
        let weights = args.columns.weights.as_deref();
        let imputes = args.reading.imputes();
        let design = learn(formula, weights, imputes, &train, test.as_ref())?;
        Ok(Self {
            imputed: imputed(&design, &train)?,
            learnt: Learnt::of_formula(args, formula, &design, &train),
            data: design.dataset(&train)?,
            held_out: test.map(|test| design.dataset(&test)).transpose()?,
            read: Columns::Formula(Box::new(design)),
            frame: Some(train),
        })
    }
}

/// A model and all that it was made from.
pub(super) struct Fit<'a> {
    pub(super) args: &'a FitArgs,
    pub(super) data: &'a Prepared,
    pub(super) model: Fitted,
    /// The fit with its factor; none of another loss than the squared, nor by SGD.
    pub(super) analysis: Option<RidgeFit<'a>>,
    /// Models of the other quantiles that were asked for.
    pub(super) quantiles: Vec<LinearModel<f64>>,
    /// Parameters with their errors, of an exact quantile without a penalty.
    pub(super) estimates: Option<Vec<Estimate>>,
    /// Predictions of the training rows, kept for `--rows` and `--report`.
    pub(super) predictions: Option<Array1<f64>>,
    /// Residuals `y − ŷ` by the model's own predictions, where the analysis has none as good.
    pub(super) residuals: Option<Array1<f64>>,
}

impl<'a> Fit<'a> {
    /// Fits.
    pub(super) fn new(
        args: &'a FitArgs,
        data: &'a Prepared,
        progress: Progress,
    ) -> elltwo::Result<Self> {
        let train = &data.train;
        let (model, analysis) = match &data.absorbed {
            Some((absorbed, _)) => estimate::absorbing(args, absorbed, data.lambda)?,
            None => estimate::model(args, train, data.lambda, progress)?,
        };
        let losses: Vec<RegressionLoss> = (args.quantiles.iter().flatten())
            .map(|&quantile| QuantileLoss { quantile }.into())
            .collect();
        let quantiles = match losses.as_slice() {
            [] => Vec::new(),
            losses => estimate::exact(args, &train.samples()?, data.lambda, losses)?,
        };
        let has_errors = data.lambda == 0.0
            && args.model() == ModelKind::Exact
            && !matches!(args.loss(), RegressionLoss::EpsilonInsensitive(_));
        let estimates = has_errors
            .then(|| {
                defined(QuantileErrors::default().estimates(model.linear(), &train.samples()?))
            })
            .transpose()?;
        let own = analysis.is_none() || matches!(model, Fitted::Polynomial(_));
        let kept = args.rows.is_some() || args.report.is_some();
        let predictions = (own || kept).then(|| model.predict(train)).transpose()?;
        let residuals = predictions.as_ref().filter(|_| own).map(|predictions| {
            let mut residuals = predictions.clone();
            SquaredError
                .residual_in_place(train.y(), residuals.view_mut(), None, Reduction::Sum)
                .map(|_| residuals)
        });
        Ok(Self {
            args,
            data,
            model,
            analysis,
            quantiles,
            estimates: estimates.flatten(),
            predictions: predictions.filter(|_| kept),
            residuals: residuals.transpose()?,
        })
    }

    /// The absorbed effects, a row for each group.
    pub(super) fn effects(&self) -> elltwo::Result<Cells> {
        let name = self.args.groups.absorb.as_deref().unwrap_or_default();
        let mut table = Cells::new([name, "n_rows", "effect"]);
        if let Some((absorbed, texts)) = &self.data.absorbed {
            let effects = absorbed.effects(self.model.linear())?;
            let sizes = absorbed.sizes();
            for ((group, size), effect) in absorbed.keys().iter().zip(sizes).zip(effects) {
                table.row([texts[*group].clone(), size.to_string(), field(effect)]);
            }
        }
        Ok(table)
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

    /// Errors on the training rows.
    pub(super) fn measures(&self, residuals: Option<&Residuals>) -> elltwo::Result<Measures> {
        let train = &self.data.train;
        Measures::of_residuals(train.y(), self.raw_residuals(residuals), train.weights())
    }

    pub(super) fn report(&self) -> elltwo::Result<&FitReport> {
        let report = self.model.linear().report();
        report.ok_or(elltwo::Error::Unreported {
            what: "the summary",
        })
    }

    /// The model for a file; with the factor from medians to means, if its target is a logarithm.
    pub(super) fn model_file(&self, inference: Option<&Inference>) -> elltwo::Result<ModelFile> {
        let train = &self.data.train;
        let response = match &self.data.read {
            Columns::Schema(_) => None,
            Columns::Formula(design) => design.response(),
        };
        let smearing = response.map(|response| {
            let residuals = &train.y() - &self.model.predict(train)?;
            response.smearing(residuals.view(), train.weights())
        });
        Ok(ModelFile::new(
            self.data.read.clone(),
            self.data.columns.clone(),
            self.data.design.clone(),
            self.model.clone(),
            inference.map(Inference::prediction_errors),
            smearing.transpose()?,
        ))
    }
}
