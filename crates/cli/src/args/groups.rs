//! Options of groups of rows.

use std::path::PathBuf;

use clap::Args;

use super::columns::Names;
use super::names::ModelKind;
use super::values::Lambda;

/// Options of a single model, which models of groups and of windows do not have.
pub(super) const OF_ONE_MODEL: [&str; 14] = [
    "poly",
    "alpha",
    "standardize",
    "solver",
    "precision",
    "cv",
    "lambdas",
    "test_fraction",
    "seed",
    "robust",
    "confidence",
    "rows",
    "report",
    "save",
];

/// Groups of rows.
#[derive(Args, Clone, Debug)]
pub(crate) struct GroupArgs {
    /// A model for each group of rows with the same texts in these columns, which are then no features unless
    /// --features or the formula names them
    #[arg(long, value_name = "A,B", help_heading = "Groups",
          conflicts_with_all = OF_ONE_MODEL)]
    by: Vec<Names>,
    /// Write a CSV line for each group: its key, rows, coefficients, standard errors and R², or the reason why it has
    /// no model
    #[arg(
        long,
        value_name = "FILE.csv",
        requires = "by",
        help_heading = "Groups"
    )]
    pub(crate) groups: Option<PathBuf>,
    /// A column whose every text has an intercept of its own: as an indicator for each, in one pass and for any number
    /// of them. R² is then within groups, and there is no other intercept
    #[arg(long, value_name = "NAME", help_heading = "Groups",
          conflicts_with_all = ["by", "no_intercept", "standardize", "precision", "cv", "lambdas",
                                "test_fraction", "rows", "report", "save"])]
    pub(crate) absorb: Option<String>,
    /// Write a CSV line for each absorbed intercept
    #[arg(
        long,
        value_name = "FILE.csv",
        requires = "absorb",
        help_heading = "Groups"
    )]
    pub(crate) effects: Option<PathBuf>,
    /// One column, or two, of clusters: rows of the same text in one of them may depend on each other. Standard errors
    /// are by --robust cr0, cr1, cr2 or cr3; cr1 if not given
    #[arg(
        long,
        value_name = "A[,B]",
        conflicts_with = "by",
        help_heading = "Groups"
    )]
    cluster: Option<Names>,
}

impl GroupArgs {
    /// Tells whether each group has a model of its own.
    pub(crate) fn has_models(&self) -> bool {
        !self.by.is_empty()
    }

    /// Columns that say which group a row belongs to.
    pub(crate) fn keys(&self) -> Vec<&str> {
        let by = self
            .by
            .iter()
            .flat_map(|names| &names.0)
            .map(String::as_str);
        let mut keys: Vec<&str> = Vec::new();
        for name in by.chain(self.absorb.as_deref()).chain(self.clusters()) {
            if !keys.contains(&name) {
                keys.push(name);
            }
        }
        keys
    }

    /// Columns of clusters.
    pub(crate) fn clusters(&self) -> impl Iterator<Item = &str> {
        let names = self.cluster.iter().flat_map(|names| &names.0);
        names.map(String::as_str)
    }

    /// Reason why options do not go together.
    pub(super) fn refused(&self, model: ModelKind, lambda: Lambda) -> Option<&'static str> {
        let apart = self.has_models() || self.absorb.is_some();
        match (apart || self.cluster.is_some(), model, lambda) {
            (true, model, _) if model != ModelKind::Ridge => {
                Some("--by, --absorb and --cluster need --model ridge.")
            }
            (_, _, Lambda::Auto) if apart => {
                Some("--by and --absorb need a --lambda that is a number.")
            }
            _ if self.clusters().count() > 2 => Some("--cluster takes one column or two."),
            _ => None,
        }
    }
}
