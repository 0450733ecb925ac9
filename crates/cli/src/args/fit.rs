//! The options of `elltwo fit`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use elltwo::inference::Covariance;
use elltwo::loss::{
    EpsilonInsensitive, Huber, Loss, QuantileLoss, RegressionLoss, SquaredEpsilonInsensitive,
};
use elltwo::solver::sgd::Optimizer;
use elltwo::solver::{Precision, Solver};

use super::values::{self, CvKind, Lambda};
use super::{ColumnArgs, ReadingArgs};
use crate::failure::Failure;

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a flag
#[command(after_help = "Examples:
  elltwo fit data/diabetes.csv --target progression
  elltwo fit data/auto_mpg.csv --target mpg --exclude car_name --categorical origin --missing drop --robust hc3
  elltwo fit data/diabetes.csv --target progression --standardize --lambda auto --json
  elltwo fit data/diabetes.csv --target progression --test-fraction 0.25 --seed 1 --save model.json
  elltwo fit data/auto_mpg.csv --target mpg --features weight --poly 2 --precision extended

The objective is the mean squared error and lambda times the sum of squared coefficients; the intercept is not penalised. Standard errors
of a ridge fit do not account for its bias. With weights, the tests of the residuals take them times the root of the weight.")]
pub(crate) struct FitArgs {
    /// The CSV file; `-` is standard input
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) columns: ColumnArgs,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,

    /// Powers of the only feature, as columns NAME, NAME^2, …
    #[arg(long, value_name = "DEGREE", help_heading = "Model")]
    pub(crate) poly: Option<NonZeroUsize>,
    /// How coefficients are found
    #[arg(long, value_enum, default_value = "ridge", help_heading = "Model")]
    pub(crate) model: ModelKind,
    /// The penalty; 0 is least squares. `auto` takes the best by --cv, leave-one-out if not given
    #[arg(
        long,
        value_name = "L|auto",
        default_value = "0",
        help_heading = "Model"
    )]
    pub(crate) lambda: Lambda,
    /// The penalty on the scale of scikit-learn's Ridge: lambda = A / sum of weights
    #[arg(long, value_name = "A", conflicts_with = "lambda", value_parser = values::non_negative, help_heading = "Model")]
    pub(crate) alpha: Option<f64>,
    /// Scale every column of the design to mean 0 and population standard deviation 1; coefficients are those of the scaled columns
    #[arg(long, help_heading = "Model")]
    pub(crate) standardize: bool,
    /// No intercept; with --standardize columns then keep their means
    #[arg(long, help_heading = "Model")]
    pub(crate) no_intercept: bool,
    /// The solver of the closed form; `auto` if not given
    #[arg(long, value_enum, value_name = "NAME", help_heading = "Model")]
    solver: Option<SolverName>,
    /// The precision of the arithmetic; `double` if not given
    #[arg(long, value_enum, help_heading = "Model")]
    precision: Option<PrecisionName>,

    /// The rule of a step; `sgd` if not given
    #[arg(
        long,
        value_enum,
        value_name = "NAME",
        help_heading = "Descent (--model sgd)"
    )]
    optimizer: Option<OptimizerName>,
    /// Passes over the data, at most; 50 if not given
    #[arg(long, value_name = "N", help_heading = "Descent (--model sgd)")]
    pub(crate) epochs: Option<NonZeroUsize>,
    /// Rows of a batch; from the data if not given
    #[arg(long, value_name = "N", help_heading = "Descent (--model sgd)")]
    pub(crate) batch: Option<NonZeroUsize>,
    /// The first step; from the data if not given
    #[arg(long, value_name = "S", value_parser = values::positive, help_heading = "Descent (--model sgd)")]
    pub(crate) step: Option<f64>,
    /// The loss: squared, absolute, huber[:DELTA], epsilon-insensitive[:E], squared-epsilon-insensitive[:E], quantile[:Q]
    #[arg(long, value_name = "NAME", help_heading = "Descent (--model sgd)")]
    loss: Option<LossName>,

    /// Errors on unseen rows, one at a time or in so many folds, of the penalty or of each of --lambdas
    #[arg(long, value_name = "loo|K", help_heading = "Unseen rows")]
    pub(crate) cv: Option<CvKind>,
    /// The penalties of --cv, and those `--lambda auto` chooses from; from the data if not given
    #[arg(long, value_name = "L1,L2,..", value_delimiter = ',', value_parser = values::non_negative, help_heading = "Unseen rows")]
    pub(crate) lambdas: Option<Vec<f64>>,
    /// Hold out this share of the rows, at random, and measure the errors there
    #[arg(long, value_name = "F", value_parser = values::open_unit, help_heading = "Unseen rows")]
    pub(crate) test_fraction: Option<f64>,
    /// The seed of held-out rows and of descent, 0 if not given; folds are then at random, and in the order of the file without it
    #[arg(long, value_name = "N", help_heading = "Unseen rows")]
    pub(crate) seed: Option<u64>,

    /// Standard errors that stand without one variance of the noise
    #[arg(long, value_enum, help_heading = "Result")]
    robust: Option<RobustName>,
    /// The level of the intervals
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, value_parser = values::open_unit, help_heading = "Result")]
    pub(crate) confidence: f64,
    /// Write a line for each row: prediction, residual, leverage, influence
    #[arg(long, value_name = "FILE.csv", help_heading = "Result")]
    pub(crate) rows: Option<PathBuf>,
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
    pub(crate) fn solver(&self) -> Solver {
        self.solver.map_or(Solver::Auto, Solver::from)
    }

    pub(crate) fn precision(&self) -> Precision {
        match self.precision {
            Some(PrecisionName::Extended) => Precision::Extended,
            _ => Precision::Double,
        }
    }

    pub(crate) fn optimizer(&self) -> Optimizer {
        self.optimizer.map_or(Optimizer::Sgd, Optimizer::from)
    }

    pub(crate) fn loss(&self) -> RegressionLoss {
        self.loss.map_or(RegressionLoss::Squared, |loss| loss.0)
    }

    pub(crate) fn covariance(&self) -> Covariance<'static> {
        match self.robust {
            None => Covariance::Classical,
            Some(RobustName::Hc0) => Covariance::Hc0,
            Some(RobustName::Hc1) => Covariance::Hc1,
            Some(RobustName::Hc2) => Covariance::Hc2,
            Some(RobustName::Hc3) => Covariance::Hc3,
        }
    }

    /// Refuses options that do not go together.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let sgd_only = [
            ("--optimizer", self.optimizer.is_some()),
            ("--epochs", self.epochs.is_some()),
            ("--batch", self.batch.is_some()),
            ("--step", self.step.is_some()),
            ("--loss", self.loss.is_some()),
        ];
        let ridge_only = [
            ("--solver", self.solver.is_some()),
            ("--precision", self.precision.is_some()),
            ("--robust", self.robust.is_some()),
            ("--lambda auto", self.lambda == Lambda::Auto),
            ("--cv", self.cv.is_some()),
        ];
        let (foreign, needed) = match self.model {
            ModelKind::Ridge => (&sgd_only, "sgd"),
            ModelKind::Sgd => (&ridge_only, "ridge"),
        };
        let refuse = |message: String| Err(Failure::Usage(message));
        if let Some((option, _)) = foreign.iter().find(|(_, given)| *given) {
            return refuse(format!("{option} needs --model {needed}."));
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
}

/// How coefficients are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelKind {
    /// In closed form; least squares without a penalty
    Ridge,
    /// By minibatch descent, for other losses than the squared
    Sgd,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SolverName {
    Auto,
    Cholesky,
    Eigen,
    RefinedCholesky,
    Dual,
    Qr,
    Svd,
    Lsqr,
}

impl From<SolverName> for Solver {
    fn from(name: SolverName) -> Self {
        match name {
            SolverName::Auto => Self::Auto,
            SolverName::Cholesky => Self::Cholesky,
            SolverName::Eigen => Self::Eigen,
            SolverName::RefinedCholesky => Self::RefinedCholesky,
            SolverName::Dual => Self::Dual,
            SolverName::Qr => Self::Qr,
            SolverName::Svd => Self::Svd,
            SolverName::Lsqr => Self::Lsqr,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PrecisionName {
    /// 16 digits
    Double,
    /// 31 digits: all that the data hold
    Extended,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OptimizerName {
    Sgd,
    Momentum,
    Nesterov,
    Rmsprop,
    Adam,
    Adagrad,
    Saga,
}

impl From<OptimizerName> for Optimizer {
    fn from(name: OptimizerName) -> Self {
        match name {
            OptimizerName::Sgd => Self::Sgd,
            OptimizerName::Momentum => Self::momentum(0.9),
            OptimizerName::Nesterov => Self::Nesterov { momentum: 0.9 },
            OptimizerName::Rmsprop => Self::rms_prop(),
            OptimizerName::Adam => Self::adam(),
            OptimizerName::Adagrad => Self::adagrad(),
            OptimizerName::Saga => Self::Saga,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RobustName {
    Hc0,
    Hc1,
    Hc2,
    Hc3,
}

/// A loss by name, perhaps with its parameter.
#[derive(Clone, Copy, Debug)]
struct LossName(RegressionLoss);

impl FromStr for LossName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, parameter) = match text.split_once(':') {
            Some((name, value)) => {
                let value = value
                    .parse::<f64>()
                    .map_err(|_| format!("`{value}` is not a number"))?;
                (name, Some(value))
            }
            None => (text, None),
        };
        let or = |default: f64| parameter.unwrap_or(default);
        let loss = match name {
            "squared" if parameter.is_none() => RegressionLoss::Squared,
            "absolute" if parameter.is_none() => RegressionLoss::Absolute,
            "huber" => checked(Huber {
                delta: or(Huber::default().delta),
            })?
            .into(),
            "epsilon-insensitive" => checked(EpsilonInsensitive {
                epsilon: or(EpsilonInsensitive::default().epsilon),
            })?
            .into(),
            "squared-epsilon-insensitive" => checked(SquaredEpsilonInsensitive {
                epsilon: or(SquaredEpsilonInsensitive::default().epsilon),
            })?
            .into(),
            "quantile" => checked(QuantileLoss {
                quantile: or(QuantileLoss::default().quantile),
            })?
            .into(),
            _ => {
                return Err(
                    "must be squared, absolute, huber[:DELTA], epsilon-insensitive[:E], \
                            squared-epsilon-insensitive[:E] or quantile[:Q]"
                        .to_owned(),
                );
            }
        };
        Ok(Self(loss))
    }
}

/// The loss, if its parameter is in range.
fn checked<L: Loss>(loss: L) -> Result<L, String> {
    loss.validate().map_err(|error| error.to_string())?;
    Ok(loss)
}
