//! What options choose from by name.

use clap::ValueEnum;
use elltwo::inference::Covariance;
use elltwo::solver::sgd::Optimizer;
use elltwo::solver::{Precision, Solver};

/// How coefficients are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelKind {
    /// In closed form; least squares without a penalty
    Ridge,
    /// By minibatch descent, for other losses than the squared
    Sgd,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SolverName {
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
pub(crate) enum PrecisionName {
    /// 16 digits
    Double,
    /// 31 digits: all that the data hold
    Extended,
}

impl From<PrecisionName> for Precision {
    fn from(name: PrecisionName) -> Self {
        match name {
            PrecisionName::Double => Self::Double,
            PrecisionName::Extended => Self::Extended,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OptimizerName {
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
pub(crate) enum RobustName {
    Hc0,
    Hc1,
    Hc2,
    Hc3,
}

impl From<RobustName> for Covariance<'static> {
    fn from(name: RobustName) -> Self {
        match name {
            RobustName::Hc0 => Self::Hc0,
            RobustName::Hc1 => Self::Hc1,
            RobustName::Hc2 => Self::Hc2,
            RobustName::Hc3 => Self::Hc3,
        }
    }
}
