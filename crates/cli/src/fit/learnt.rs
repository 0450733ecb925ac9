//! Learning of a design from the rows to train on, and again in each fold of a cross-validation.

use elltwo::data::{Frame, Split, Table};
use elltwo::formula::{self, Formula};
use elltwo::{Result, Samples};
use ndarray::{Array2, ArrayView1, Axis};

use crate::args::{FitArgs, Lambda};
use crate::columns::learn;
use crate::design::Design;

/// Multiplications up to which each row that is left out has a design and a fit of its own: some seconds.
const LEAVE_ONE_OUT_WORK: f64 = 1e10;

/// The rows before missing values, scales and the terms of a formula were learnt from all of them.
pub(super) struct Learnt<'a> {
    args: &'a FitArgs,
    rows: Rows<'a>,
}

enum Rows<'a> {
    /// Those of a file, and the place among them of each row to train on; none where they are all.
    Table(Box<Table>, Option<Vec<usize>>),
    /// The rows to train on, and the formula that they are columns of.
    Frame(Box<Frame>, &'a Formula),
}

impl<'a> Learnt<'a> {
    /// None if there is nothing to learn, or nothing to cross-validate.
    pub(super) fn of_table(
        args: &'a FitArgs,
        table: &Table,
        split: Option<&Split>,
    ) -> Option<Self> {
        Self::new(args, !table.imputations().is_empty(), || {
            let rows = split.map(|split| split.train.clone());
            Rows::Table(Box::new(table.clone()), rows)
        })
    }

    /// Rows to train on by a formula, and the design that was learnt from all of them.
    pub(super) fn of_formula(
        args: &'a FitArgs,
        formula: &'a Formula,
        design: &formula::Design,
        train: &Frame,
    ) -> Option<Self> {
        Self::new(args, design.depends_on_rows(), || {
            Rows::Frame(Box::new(train.clone()), formula)
        })
    }

    fn new(args: &'a FitArgs, learns: bool, rows: impl FnOnce() -> Rows<'a>) -> Option<Self> {
        let validates = args.cv.is_some() || args.lambda == Lambda::Auto;
        ((learns || args.standardize) && validates).then(|| Self { args, rows: rows() })
    }

    /// The features of a split of the training rows.
    fn features(&self, split: &Split) -> Result<(Array2<f64>, Array2<f64>)> {
        match &self.rows {
            Rows::Table(table, rows) => {
                let place = |row: &usize| rows.as_ref().map_or(*row, |rows| rows[*row]);
                table.split_features(&Split {
                    train: split.train.iter().map(place).collect(),
                    test: split.test.iter().map(place).collect(),
                })
            }
            Rows::Frame(frame, formula) => {
                let train = frame.select_rows(&split.train)?;
                let test = frame.select_rows(&split.test)?;
                let weights = self.args.columns.weights.as_deref();
                let imputes = self.args.reading.imputes();
                let design = learn(formula, weights, imputes, &train, Some(&test))?;
                let of = |rows| Ok(design.dataset(rows)?.x().to_owned());
                Ok((of(&train)?, of(&test)?))
            }
        }
    }

    /// True if leaving out the rows one by one takes no more than seconds.
    pub(super) fn is_quick(samples: &Samples<'_, f64>) -> bool {
        let (n, p) = (samples.n_rows() as f64, samples.n_features() as f64);
        n * p * p * (n + p) <= LEAVE_ONE_OUT_WORK
    }

    /// The columns of the model of a split of the training rows, learnt from its training part.
    pub(super) fn columns(
        &self,
        split: &Split,
        weights: Option<ArrayView1<'_, f64>>,
    ) -> Result<(Array2<f64>, Array2<f64>)> {
        let (train, test) = self.features(split)?;
        let mut design = Design {
            degree: self.args.poly.map(std::num::NonZeroUsize::get),
            scaler: None,
        };
        if self.args.standardize {
            let weights = weights.map(|weights| weights.select(Axis(0), &split.train));
            let weights = weights.as_ref().map(|weights| weights.view());
            design.standardize(train.view(), weights, self.args.fit_intercept())?;
        }
        let of = |features: Array2<f64>| {
            let columns = design.columns(features.view())?;
            Ok::<_, elltwo::Error>(columns.unwrap_or(features))
        };
        Ok((of(train)?, of(test)?))
    }
}
