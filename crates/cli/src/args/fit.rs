//! The options of `elltwo fit`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use elltwo::formula::Formula;
use elltwo::inference::{Clusters, Covariance};
use elltwo::loss::RegressionLoss;
use elltwo::solver::sgd::Optimizer;
use elltwo::solver::{Precision, Solver};

use super::names::{self, ModelKind, Robust, RobustName};
use super::values::{self, CvKind, Lambda};
use super::{ColumnArgs, GroupArgs, ReadingArgs, WindowArgs};
use crate::failure::{Asked, Command, Failure};
use crate::input::STDIN;

/// The level of intervals unless given.
const DEFAULT_CONFIDENCE: f64 = 0.95;

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a flag
#[command(after_help = "Examples:
  elltwo fit data/diabetes.csv --target progression
  elltwo fit data/auto_mpg.csv --target mpg --exclude car_name --categorical origin --missing drop --robust hc3
  elltwo fit data/diabetes.csv --target progression --standardize --lambda auto --json
  elltwo fit data/diabetes.csv --target progression --test-fraction 0.25 --seed 1 --save model.json
  elltwo fit data/auto_mpg.csv --target mpg --features weight --poly 2 --precision extended
  elltwo fit data/auto_mpg.csv --formula 'log(mpg) ~ log(weight) * C(origin) + ns(model_year, 3)'
  elltwo fit data/auto_mpg.csv --target mpg --exclude car_name --missing drop --report mpg.html
  elltwo fit data/auto_mpg.csv --target mpg --features weight --by origin
  elltwo fit data/auto_mpg.csv --target mpg --features weight --rolling 100 --windows windows.csv
  elltwo fit data/auto_mpg.csv --target mpg --features weight --absorb model_year --cluster model_year --robust cr2

The objective is the mean squared error and lambda times the sum of squared coefficients; the intercept is not penalised. \
Standard errors of a ridge fit do not account for its bias. With weights, the tests of the residuals take them times the root of the weight.")]
pub(crate) struct FitArgs {
    /// The CSV file; `-` is standard input
    pub(crate) file: String,
    /// The target and the terms that explain it, as `y ~ x * C(g) + log(z) + poly(v, 2)`; see the guide on formulas
    #[arg(long, value_name = "FORMULA", conflicts_with_all = ["poly", "no_intercept"])]
    pub(crate) formula: Option<Formula>,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    #[command(flatten)]
    pub(crate) groups: GroupArgs,
    #[command(flatten)]
    pub(crate) windows: WindowArgs,

    /// Powers of the only feature, as columns NAME, NAME^2, …
    #[arg(
        long,
        value_name = "DEGREE",
        help_heading = "Model",
        allow_negative_numbers = true
    )]
    pub(crate) poly: Option<NonZeroUsize>,
    /// The estimator of the coefficients; if not given, the exact one of the --loss: ridge for the squared
    #[arg(long, value_enum, help_heading = "Model")]
    model: Option<ModelKind>,
    /// The loss: squared, absolute, quantile[:Q] and epsilon-insensitive[:E], exact unless --model sgd; huber[:DELTA]
    /// and squared-epsilon-insensitive[:E] by --model sgd
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    loss: Option<RegressionLoss>,
    /// Models of these quantiles beside that of --loss quantile:Q
    #[arg(long, value_name = "Q1,Q2,..", value_delimiter = ',', value_parser = values::open_unit,
          help_heading = "Model", allow_negative_numbers = true)]
    pub(crate) quantiles: Option<Vec<f64>>,
    /// The penalty; 0 is least squares. `auto` takes the best by --cv, leave-one-out if not given
    #[arg(
        long,
        value_name = "L|auto",
        default_value = "0",
        help_heading = "Model",
        allow_negative_numbers = true
    )]
    pub(crate) lambda: Lambda,
    /// The penalty on the scale of scikit-learn's Ridge: lambda = A / sum of weights
    #[arg(long, value_name = "A", conflicts_with = "lambda", value_parser = values::non_negative,
          help_heading = "Model", allow_negative_numbers = true)]
    pub(crate) alpha: Option<f64>,
    /// Scale every column of the design to mean 0 and population standard deviation 1; coefficients are those of the
    /// scaled columns
    #[arg(long, help_heading = "Model")]
    pub(crate) standardize: bool,
    /// No intercept; the first category then has an indicator for every level, and with --standardize columns keep
    /// their means
    #[arg(long, help_heading = "Model")]
    pub(crate) no_intercept: bool,
    /// The solver of the closed form; `auto` if not given
    #[arg(long, value_parser = names::one_of::<Solver>(&Solver::ALL.map(Solver::name)), value_name = "NAME",
          help_heading = "Model")]
    solver: Option<Solver>,
    /// The precision of the arithmetic: `double`, 16 digits, if not given, or `extended`, all that the data hold
    #[arg(long, value_parser = names::one_of::<Precision>(&["double", "extended"]), help_heading = "Model")]
    precision: Option<Precision>,

    /// The optimizer; `sgd` if not given
    #[arg(
        long,
        value_parser = names::optimizers(),
        value_name = "NAME",
        help_heading = "SGD (--model sgd)"
    )]
    optimizer: Option<Optimizer>,
    /// Maximum passes over the data; 50 if not given
    #[arg(
        long,
        value_name = "N",
        help_heading = "SGD (--model sgd)",
        allow_negative_numbers = true
    )]
    pub(crate) epochs: Option<NonZeroUsize>,
    /// Rows in a batch; from the data if not given
    #[arg(
        long,
        value_name = "N",
        help_heading = "SGD (--model sgd)",
        allow_negative_numbers = true
    )]
    pub(crate) batch: Option<NonZeroUsize>,
    /// The first step size; from the data if not given
    #[arg(long, value_name = "S", value_parser = values::positive, help_heading = "SGD (--model sgd)", allow_negative_numbers = true)]
    pub(crate) step: Option<f64>,

    /// Errors on unseen rows, one at a time or in so many folds, of the penalty or of each of --lambdas
    #[arg(
        long,
        value_name = "loo|K",
        help_heading = "Unseen rows",
        allow_negative_numbers = true
    )]
    pub(crate) cv: Option<CvKind>,
    /// The penalties of --cv, and those `--lambda auto` chooses from; from the data if not given
    #[arg(long, value_name = "L1,L2,..", value_delimiter = ',', value_parser = values::non_negative,
          help_heading = "Unseen rows", allow_negative_numbers = true)]
    pub(crate) lambdas: Option<Vec<f64>>,
    /// Hold out this share of the rows, at random, and measure the errors there
    #[arg(long, value_name = "F", value_parser = values::open_unit, help_heading = "Unseen rows", allow_negative_numbers = true)]
    pub(crate) test_fraction: Option<f64>,
    /// The seed of held-out rows and of SGD, 0 if not given; with it folds are at random, without it in the order of
    /// the file
    #[arg(
        long,
        value_name = "N",
        help_heading = "Unseen rows",
        allow_negative_numbers = true
    )]
    pub(crate) seed: Option<u64>,

    /// Standard errors robust to heteroscedasticity, or with --cluster to dependence within clusters
    #[arg(long, value_enum, help_heading = "Result")]
    robust: Option<RobustName>,
    /// The level of the intervals; 0.95 if not given
    #[arg(long, value_name = "LEVEL", value_parser = values::open_unit, help_heading = "Result", allow_negative_numbers = true)]
    confidence: Option<f64>,
    /// Mark p-values below 0.1, 0.05, 0.01 and 0.001 with `.`, `*`, `**` and `***`
    #[arg(long, help_heading = "Result")]
    pub(crate) stars: bool,
    /// Write a CSV line for each row: prediction, residual, leverage, influence
    #[arg(long, value_name = "FILE.csv", help_heading = "Result")]
    pub(crate) rows: Option<PathBuf>,
    /// Write a page of HTML to look at: summary, plots, influential rows, warnings, and the command
    #[arg(long, value_name = "FILE.html", help_heading = "Result")]
    pub(crate) report: Option<PathBuf>,
    /// Write the model, for `elltwo predict` and `elltwo evaluate`
    #[arg(long, value_name = "MODEL.json", help_heading = "Result")]
    pub(crate) save: Option<PathBuf>,
    /// One JSON document instead of the summary
    #[arg(long, help_heading = "Result")]
    pub(crate) json: bool,
    /// No summary, and no progress
    #[arg(long, help_heading = "Result")]
    pub(crate) quiet: bool,
}

impl FitArgs {
    pub(crate) fn model(&self) -> ModelKind {
        let exact = |loss: RegressionLoss| loss.curvature().is_none();
        let found = match self.loss {
            Some(loss) if exact(loss) => ModelKind::Exact,
            _ => ModelKind::Ridge,
        };
        self.model.unwrap_or(found)
    }

    pub(crate) fn solver(&self) -> Solver {
        self.solver.unwrap_or_default()
    }

    pub(crate) fn precision(&self) -> Precision {
        self.precision.unwrap_or_default()
    }

    pub(crate) fn optimizer(&self) -> Optimizer {
        self.optimizer.unwrap_or_default()
    }

    pub(crate) fn loss(&self) -> RegressionLoss {
        self.loss.unwrap_or_default()
    }

    /// The covariance, given the cluster of each row in one way or two, or none.
    pub(crate) fn covariance<'c>(&self, clusters: &'c [Vec<usize>]) -> Covariance<'c> {
        match (self.robust.map(RobustName::errors), clusters) {
            (Some(Robust::Rows(covariance)), _) => covariance,
            (_, []) => Covariance::Classical,
            (errors, [first, others @ ..]) => {
                let mut by = Clusters::new(first);
                if let [second, ..] = others {
                    by = by.and(second);
                }
                if let Some(Robust::Clusters(correction)) = errors {
                    by = by.correction(correction);
                }
                Covariance::Clustered(by)
            }
        }
    }

    pub(crate) fn fit_intercept(&self) -> bool {
        let formula = self.formula.as_ref();
        let own = !self.no_intercept && formula.is_none_or(Formula::has_intercept);
        own && self.groups.absorb.is_none()
    }

    pub(crate) fn confidence(&self) -> f64 {
        self.confidence.unwrap_or(DEFAULT_CONFIDENCE)
    }

    /// Request, for messages.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            formulas: self.formula.as_slice(),
            solver: self.solver.is_some(),
            ..self.columns.asked(Command::Fit, &self.file, &self.reading)
        }
    }

    /// Refuses options that do not go together.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let refuse = |message: String| Err(Failure::Usage(message));
        let on_stdout = [
            ("--rows", &self.rows),
            ("--report", &self.report),
            ("--save", &self.save),
        ];
        let mut on_stdout = on_stdout
            .iter()
            .filter(|(_, path)| path.as_ref().is_some_and(|path| path.as_os_str() == STDIN));
        if let Some((option, _)) = on_stdout.next() {
            let other = match (self.json, on_stdout.next()) {
                (_, Some((other, _))) => format!("{other} is written too: give one of them a file"),
                (true, _) => {
                    "the JSON document is printed: leave out --json, or give a file".to_owned()
                }
                (false, _) if !self.quiet => {
                    "the summary is printed: leave it out with --quiet, or give a file".to_owned()
                }
                _ => return self.check_model(),
            };
            return refuse(format!("{option} - is standard output, where {other}."));
        }
        self.check_model()
    }

    /// Refuses options that are not those of the model.
    fn check_model(&self) -> Result<(), Failure> {
        let sgd_only = [
            ("--optimizer", self.optimizer.is_some()),
            ("--epochs", self.epochs.is_some()),
            ("--batch", self.batch.is_some()),
            ("--step", self.step.is_some()),
        ];
        let ridge_only = [
            ("--solver", self.solver.is_some()),
            ("--precision", self.precision.is_some()),
            ("--robust", self.robust.is_some()),
            ("--stars", self.stars),
            ("--lambda auto", self.lambda == Lambda::Auto),
            ("--cv", self.cv.is_some()),
        ];
        let model = self.model();
        let refused = self.groups.refused(model, self.lambda);
        let refused = refused.or_else(|| self.windows.refused(model, self.lambda));
        if let Some(message) = refused {
            return Err(Failure::Usage(message.to_owned()));
        }
        let clustered = self.groups.clusters().next().is_some();
        match self.robust.map(RobustName::errors) {
            Some(Robust::Rows(_)) if clustered => {
                return Err(Failure::Usage(
                    "--cluster needs --robust cr0, cr1, cr2 or cr3.".to_owned(),
                ));
            }
            Some(Robust::Clusters(correction)) if !clustered => {
                let name = correction.to_string().to_lowercase();
                return Err(Failure::Usage(format!("--robust {name} needs --cluster.")));
            }
            _ => {}
        }
        let refuse = |message: String| Err(Failure::Usage(message));
        let given = |options: &[(&'static str, bool)]| {
            let found = options.iter().find(|(_, given)| *given);
            found.map(|(option, _)| *option)
        };
        if let Some(option) = given(&sgd_only).filter(|_| model != ModelKind::Sgd) {
            return refuse(format!("{option} needs --model sgd."));
        }
        if let Some(option) = given(&ridge_only).filter(|_| model != ModelKind::Ridge) {
            return refuse(format!("{option} needs --model ridge."));
        }
        if self.confidence.is_some() && model == ModelKind::Sgd {
            return refuse(
                "--confidence needs --model ridge or exact: SGD has no intervals.".to_owned(),
            );
        }
        let kinked = self.loss().curvature().is_none();
        match model {
            ModelKind::Ridge if self.loss() != RegressionLoss::Squared => {
                return refuse(format!(
                    "--loss {} needs --model {}.",
                    self.loss(),
                    if kinked { "exact" } else { "sgd" }
                ));
            }
            ModelKind::Exact if !kinked => {
                return refuse(
                    "--model exact needs --loss absolute, quantile:Q or epsilon-insensitive:E."
                        .to_owned(),
                );
            }
            _ => {}
        }
        let is_quantile = matches!(self.loss(), RegressionLoss::Quantile(_));
        if self.quantiles.is_some() && !(is_quantile && model == ModelKind::Exact) {
            return refuse("--quantiles needs --loss quantile, and no --model sgd.".to_owned());
        }
        if self.lambdas.is_some() && self.cv.is_none() && self.lambda != Lambda::Auto {
            return refuse("--lambdas needs --cv or --lambda auto.".to_owned());
        }
        let extended = self.precision() == Precision::Extended;
        if extended && !matches!(self.solver(), Solver::Auto | Solver::Qr) {
            return refuse("--precision extended is reached by --solver qr only.".to_owned());
        }
        if extended && self.poly.is_some() && self.standardize {
            return refuse(
                "--poly with --precision extended fits the powers of the feature as it is: leave out --standardize."
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Refuses options about columns for a formula of the intercept alone.
    pub(crate) fn check_without_columns(&self) -> Result<(), Failure> {
        let options = [
            ("--model sgd", self.model() == ModelKind::Sgd),
            ("--model exact", self.model() == ModelKind::Exact),
            ("--standardize", self.standardize),
            ("--lambda auto", self.lambda == Lambda::Auto),
        ];
        match options.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((option, _)) => Err(Failure::Usage(format!(
                "{option} is about columns, and the formula has none but the intercept: leave it out."
            ))),
        }
    }
}
