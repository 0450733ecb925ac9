//! Options of groups of rows.

use std::path::PathBuf;

use clap::Args;

use super::columns::Names;
use super::names::ModelKind;
use super::values::Lambda;

/// Groups of rows.
#[derive(Args, Clone, Debug)]
pub(crate) struct GroupArgs {
    /// A model for each group of rows with the same texts in these columns, which are then no features unless --features or the
    /// formula names them
    #[arg(long, value_name = "A,B", help_heading = "Groups",
          conflicts_with_all = ["poly", "alpha", "standardize", "solver", "precision", "cv", "lambdas", "test_fraction", "seed", "robust",
                                "confidence", "rows", "report", "save"])]
    by: Vec<Names>,
    /// Write a CSV line for each group: its key, rows, coefficients, standard errors and R², or the reason why it has no model
    #[arg(
        long,
        value_name = "FILE.csv",
        requires = "by",
        help_heading = "Groups"
    )]
    pub(crate) groups: Option<PathBuf>,
}

impl GroupArgs {
    /// Tells whether each group has a model of its own.
    pub(crate) fn has_models(&self) -> bool {
        !self.by.is_empty()
    }

    /// Columns that say which group a row belongs to.
    pub(crate) fn keys(&self) -> Vec<&str> {
        let names = self.by.iter().flat_map(|names| &names.0);
        names.map(String::as_str).collect()
    }

    /// What does not go together.
    pub(super) fn refused(&self, model: ModelKind, lambda: Lambda) -> Option<&'static str> {
        match (self.has_models(), model, lambda) {
            (true, ModelKind::Sgd, _) => Some("--by needs --model ridge."),
            (true, _, Lambda::Auto) => Some("--by needs a --lambda that is a number."),
            _ => None,
        }
    }
}
