//! Choices of options by name.

use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use elltwo::inference::{ClusterCorrection, Covariance};
use elltwo::solver::sgd::Optimizer;

/// The estimator of the coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelKind {
    /// In closed form; least squares without a penalty
    Ridge,
    /// By minibatch SGD, for any --loss
    Sgd,
    /// The exact minimum of --loss absolute, quantile:Q or epsilon-insensitive:E, for which it is what is taken
    Exact,
}

/// Reads one of the library's names, and lists them as they are typed.
pub(crate) fn one_of<T>(names: &[&str]) -> impl TypedValueParser<Value = T> + use<T>
where
    T: FromStr<Err = elltwo::Error> + Clone + Send + Sync + 'static,
{
    let typed = names
        .iter()
        .map(|name| name.to_lowercase().replace(' ', "-"));
    PossibleValuesParser::new(typed).try_map(|name| name.parse())
}

/// Optimizers of the objective: the decay of AdamW is of another.
pub(crate) fn optimizers() -> impl TypedValueParser<Value = Optimizer> {
    let all = Optimizer::all().into_iter();
    let kept = all.filter(|optimizer| !matches!(optimizer, Optimizer::AdamW { .. }));
    one_of(&kept.map(Optimizer::name).collect::<Vec<_>>())
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RobustName {
    Hc0,
    Hc1,
    Hc2,
    Hc3,
    Cr0,
    Cr1,
    Cr2,
    Cr3,
}

/// Errors that a name stands for.
pub(super) enum Robust {
    /// Covariance of rows of any variances.
    Rows(Covariance<'static>),
    /// Covariance of clusters.
    Clusters(ClusterCorrection),
}

impl RobustName {
    pub(super) fn errors(self) -> Robust {
        match self {
            Self::Hc0 => Robust::Rows(Covariance::Hc0),
            Self::Hc1 => Robust::Rows(Covariance::Hc1),
            Self::Hc2 => Robust::Rows(Covariance::Hc2),
            Self::Hc3 => Robust::Rows(Covariance::Hc3),
            Self::Cr0 => Robust::Clusters(ClusterCorrection::Cr0),
            Self::Cr1 => Robust::Clusters(ClusterCorrection::Cr1),
            Self::Cr2 => Robust::Clusters(ClusterCorrection::Cr2),
            Self::Cr3 => Robust::Clusters(ClusterCorrection::Cr3),
        }
    }
}
