//! Request: by which command, of which file, and what its columns are for.

use std::slice;

use elltwo::formula::Formula;

use crate::args::ReadingArgs;
use crate::columns::Columns;
use crate::input::name_of;
use crate::model_file::ModelFile;

/// Command that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Fit,
    Compare,
    Predict,
    Evaluate,
    Describe,
}

/// Request: the command, the file, and what its columns are for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) command: Command,
    pub(crate) path: &'a str,
    pub(crate) target: Option<&'a str>,
    pub(crate) weights: Option<&'a str>,
    /// The formulas that name the columns, if there are any.
    pub(crate) formulas: &'a [Formula],
    /// A solver was asked for by name.
    pub(crate) solver: bool,
    /// Missing numbers are replaced by means already.
    pub(crate) imputes: bool,
    /// There are means to replace them by.
    pub(crate) has_means: bool,
}

/// Role of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Feature,
    Target,
    Weights,
}

impl<'a> Asked<'a> {
    /// A command that reads a file without a model.
    pub(crate) fn new(command: Command, path: &'a str) -> Self {
        Self {
            command,
            path,
            target: None,
            weights: None,
            formulas: &[],
            solver: false,
            imputes: false,
            has_means: true,
        }
    }

    /// A command that applies a model to a file.
    pub(crate) fn of_model(
        command: Command,
        path: &'a str,
        model: &'a ModelFile,
        reading: &ReadingArgs,
    ) -> Self {
        Self {
            target: Some(model.data.target()),
            weights: model.data.weights(),
            formulas: match &model.data {
                Columns::Schema(_) => &[],
                Columns::Formula(design) => slice::from_ref(design.formula()),
            },
            has_means: model.data.has_means(),
            imputes: reading.imputes(),
            ..Self::new(command, path)
        }
    }

    /// The file as messages call it.
    pub(crate) fn file(&self) -> &'a str {
        name_of(self.path)
    }

    /// True if it learns a model from the file.
    pub(super) fn fits(&self) -> bool {
        matches!(self.command, Command::Fit | Command::Compare)
    }

    /// True if it applies a model to the file.
    pub(super) fn applies(&self) -> bool {
        matches!(self.command, Command::Predict | Command::Evaluate)
    }

    /// True if the columns are those of a formula that was given.
    pub(super) fn by_formula(&self) -> bool {
        self.fits() && !self.formulas.is_empty()
    }

    /// True if a formula that was given names the column, so that it cannot be left out but there.
    pub(super) fn is_in_formula(&self, column: &str) -> bool {
        let names = |formula: &Formula| formula.term_columns().contains(&column);
        self.by_formula() && self.formulas.iter().any(names)
    }

    pub(super) fn role(&self, column: &str) -> Role {
        let is = |name: Option<&str>| name == Some(column);
        let names = |formula: &Formula| formula.target_columns().contains(&column);
        if is(self.target) || self.formulas.iter().any(names) {
            Role::Target
        } else if is(self.weights) {
            Role::Weights
        } else {
            Role::Feature
        }
    }
}
