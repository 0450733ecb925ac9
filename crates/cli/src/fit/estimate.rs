//! The penalty, and the model.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use elltwo::Samples;
use elltwo::data::PolynomialFeatures;
use elltwo::loss::{L2, RegressionLoss};
use elltwo::model::{
    Absorbed, CvCurve, CvStrategy, EpsilonInsensitiveRegression, Estimator,
    LeastAbsoluteDeviations, LinearModel, PolynomialRegression, QuantileRegression, RidgeCv,
    RidgeFit, RidgeRegression, SgdRegressor,
};
use elltwo::solver::Precision;
use elltwo::{Error, Result};
use serde::Serialize;

use super::learnt::Learnt;
use crate::args::{CvKind, FitArgs, Lambda, ModelKind};
use crate::design::{Fitted, Sample};
use crate::progress::Progress;

/// The errors on unseen rows, as the document has them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CrossValidation {
    /// `loo` or `kfold`.
    pub(crate) kind: &'static str,
    /// The number of folds.
    pub(crate) folds: Option<usize>,
    /// True if rows were assigned to folds at random.
    pub(crate) shuffled: bool,
    /// True if the scale of the columns and the means of missing values are those of the training rows of each fold;
    /// none if there are neither.
    pub(crate) learnt_by_fold: Option<bool>,
    pub(crate) lambdas: Vec<f64>,
    /// The mean over rows.
    pub(crate) mse: Vec<f64>,
    pub(crate) best_lambda: f64,
    #[serde(skip)]
    pub(crate) title: String,
    /// The errors with their standard errors, for the plot.
    #[serde(skip)]
    pub(crate) curve: CvCurve,
}

impl CrossValidation {
    fn new(kind: CvKind, shuffled: bool, learnt_by_fold: Option<bool>, curve: CvCurve) -> Self {
        Self {
            kind: match kind {
                CvKind::LeaveOneOut => "loo",
                CvKind::Folds(_) => "kfold",
            },
            folds: match kind {
                CvKind::LeaveOneOut => None,
                CvKind::Folds(k) => Some(k),
            },
            shuffled,
            learnt_by_fold,
            mse: curve.row_mse().column(0).to_vec(),
            best_lambda: curve.lambdas[curve.best_by_rows()],
            lambdas: curve.lambdas.clone(),
            title: kind.to_string(),
            curve,
        }
    }
}

/// The penalty of the model, and the errors on unseen rows if they were asked for or chose it.
pub(crate) fn penalty(
    args: &FitArgs,
    sample: &Sample,
    learnt: Option<&Learnt<'_>>,
    progress: Progress,
) -> Result<(f64, Option<CrossValidation>)> {
    let fixed = match (args.alpha, args.lambda) {
        (Some(alpha), _) => {
            let total = sample
                .weights()
                .map_or(sample.y().len() as f64, |weights| weights.sum());
            Some(L2::from_sklearn_ridge_alpha(alpha, total)?.lambda())
        }
        (None, Lambda::Value(lambda)) => Some(lambda),
        (None, Lambda::Auto) => None,
    };
    let Some(kind) = args.cv.or(fixed.is_none().then_some(CvKind::LeaveOneOut)) else {
        return Ok((fixed.unwrap_or(0.0), None));
    };
    let _bar = progress.spinner("cross-validation");
    let shuffle = args.seed.filter(|_| kind != CvKind::LeaveOneOut);
    let mut cv = RidgeCv::new()
        .fit_intercept(args.fit_intercept())
        .strategy(match kind {
            CvKind::LeaveOneOut => CvStrategy::LeaveOneOut,
            CvKind::Folds(k) => CvStrategy::KFold { k, shuffle },
        });
    if let Some(lambdas) = args.lambdas.clone().or(fixed.map(|lambda| vec![lambda])) {
        cv = cv.lambdas(lambdas);
    }
    let samples = sample.samples()?;
    let by_fold = learnt.filter(|_| kind != CvKind::LeaveOneOut || Learnt::is_quick(&samples));
    let curve = match by_fold {
        Some(learnt) => cv.curve_by(&samples, |split| learnt.columns(split, samples.weights()))?,
        None => cv.curve(&samples)?,
    };
    if !curve.mse.iter().all(|v| v.is_finite()) {
        return Err(Error::Overflow {
            what: "the mean squared error of cross-validation",
        });
    }
    let learnt_by_fold = learnt.map(|_| by_fold.is_some());
    let found = CrossValidation::new(kind, shuffle.is_some(), learnt_by_fold, curve);
    Ok((fixed.unwrap_or(found.best_lambda), Some(found)))
}

/// The model of a penalty, and its analysis where theory has one.
pub(super) fn model<'a>(
    args: &FitArgs,
    sample: &'a Sample,
    lambda: f64,
    progress: Progress,
) -> Result<(Fitted, Option<RidgeFit<'a>>)> {
    let samples = sample.samples()?;
    match (args.model(), args.poly) {
        (ModelKind::Sgd, _) => {
            let model = descent(args, &samples, lambda, progress)?;
            Ok((Fitted::Linear(model), None))
        }
        (ModelKind::Exact, _) => {
            let models = exact(args, &samples, lambda, &[args.loss()])?;
            let model = models.into_iter().next();
            let model = model.ok_or(Error::Empty { what: "the loss" })?;
            Ok((Fitted::Linear(model), None))
        }
        (ModelKind::Ridge, Some(degree)) if args.precision() == Precision::Extended => {
            let model = PolynomialRegression::new(degree.get())
                .lambda(lambda)
                .fit_intercept(args.fit_intercept())
                .fit_weighted(sample.data.x(), sample.y(), sample.weights())?;
            let analysis = RidgeFit::from_model(model.linear(), &samples)?;
            Ok((Fitted::Polynomial(model), Some(analysis)))
        }
        (ModelKind::Ridge, _) => {
            let analysis = RidgeRegression::new()
                .lambda(lambda)
                .fit_intercept(args.fit_intercept())
                .solver(args.solver())
                .precision(args.precision())
                .analyse(&samples)?;
            Ok((Fitted::Linear(analysis.model().clone()), Some(analysis)))
        }
    }
}

/// The model of rows about the means of their groups, and its analysis.
pub(super) fn absorbing<'a>(
    args: &FitArgs,
    absorbed: &'a Absorbed,
    lambda: f64,
) -> Result<(Fitted, Option<RidgeFit<'a>>)> {
    let ridge = RidgeRegression::new().lambda(lambda).solver(args.solver());
    let analysis = absorbed.analyse(&ridge)?;
    Ok((Fitted::Linear(analysis.model().clone()), Some(analysis)))
}

/// Exact minima of some losses.
pub(super) fn exact(
    args: &FitArgs,
    samples: &Samples<'_, f64>,
    lambda: f64,
    losses: &[RegressionLoss],
) -> Result<Vec<LinearModel<f64>>> {
    let penalty = L2::new(lambda)?;
    let intercept = args.fit_intercept();
    let quantiles: Vec<f64> = losses
        .iter()
        .filter_map(|loss| quantile_of(*loss))
        .collect();
    match losses {
        [RegressionLoss::Absolute] => LeastAbsoluteDeviations::new()
            .penalty(penalty)
            .fit_intercept(intercept)
            .fit_samples(samples)
            .map(|model| vec![model]),
        [RegressionLoss::EpsilonInsensitive(loss)] => {
            EpsilonInsensitiveRegression::new(loss.epsilon)
                .penalty(penalty)
                .fit_intercept(intercept)
                .fit_samples(samples)
                .map(|model| vec![model])
        }
        _ => QuantileRegression::new(0.5)
            .penalty(penalty)
            .fit_intercept(intercept)
            .fit_quantiles(samples, &quantiles),
    }
}

/// The quantile of its loss.
pub(super) fn quantile_of(loss: RegressionLoss) -> Option<f64> {
    match loss {
        RegressionLoss::Quantile(loss) => Some(loss.quantile),
        _ => None,
    }
}

fn descent(
    args: &FitArgs,
    samples: &Samples<'_, f64>,
    lambda: f64,
    progress: Progress,
) -> Result<elltwo::LinearModel<f64>> {
    let mut sgd = SgdRegressor::new()
        .lambda(lambda)
        .fit_intercept(args.fit_intercept())
        .loss(args.loss())
        .optimizer(args.optimizer())
        .seed(args.seed.unwrap_or(0));
    if let Some(batch) = args.batch {
        sgd = sgd.batch_size(batch.get());
    }
    if let Some(step) = args.step {
        sgd = sgd.step_size(step);
    }
    let epochs = args.epochs.map(NonZeroUsize::get);
    if let Some(epochs) = epochs {
        sgd = sgd.epochs(epochs);
    }
    let bar = progress.epochs(epochs.unwrap_or(DEFAULT_EPOCHS));
    sgd.fit_observed(samples, &mut |record| {
        bar.set_position(record.epoch as u64);
        ControlFlow::Continue(())
    })
}

/// Epochs of [`SgdRegressor`] at most, if it is not told.
const DEFAULT_EPOCHS: usize = 50;

/// Refuses a degree for anything but one feature.
pub(crate) fn check_powers(degree: usize, names: &[String]) -> std::result::Result<(), String> {
    if names.len() != 1 {
        return Err(format!(
            "--poly takes powers of a single feature, and there are {}: {}. Choose one with --features.",
            names.len(),
            names.join(", ")
        ));
    }
    PolynomialFeatures::new(degree)
        .feature_names(names)
        .map(drop)
        .map_err(|error| error.to_string())
}
