//! What a design learns from the rows to train on, and learns again in each fold of a cross-validation.

use elltwo::data::{Split, Table};
use elltwo::{Result, Samples};
use ndarray::{Array2, ArrayView1, Axis};

use crate::args::{FitArgs, Lambda};
use crate::design::Design;

/// Multiplications up to which each row that is left out has a design and a fit of its own: some seconds.
const LEAVE_ONE_OUT_WORK: f64 = 1e10;

/// The rows before missing values and scales were learnt from all of them.
pub(super) struct Learnt<'a> {
    args: &'a FitArgs,
    table: Table,
    /// The place in the table of each row to train on; none where they are all.
    rows: Option<Vec<usize>>,
}

impl<'a> Learnt<'a> {
    /// None if there is nothing to learn, or nothing to cross-validate.
    pub(super) fn new(args: &'a FitArgs, table: &Table, split: Option<&Split>) -> Option<Self> {
        let learns = args.standardize || !table.imputations().is_empty();
        let validates = args.cv.is_some() || args.lambda == Lambda::Auto;
        (learns && validates).then(|| Self {
            args,
            table: table.clone(),
            rows: split.map(|split| split.train.clone()),
        })
    }

    /// Whether leaving out the rows one by one takes no more than seconds.
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
        let place = |row: &usize| self.rows.as_ref().map_or(*row, |rows| rows[*row]);
        let (train, test) = self.table.split_features(&Split {
            train: split.train.iter().map(place).collect(),
            test: split.test.iter().map(place).collect(),
        })?;
        let mut design = Design {
            degree: self.args.poly.map(std::num::NonZeroUsize::get),
            scaler: None,
        };
        if self.args.standardize {
            let weights = weights.map(|weights| weights.select(Axis(0), &split.train));
            let weights = weights.as_ref().map(|weights| weights.view());
            design.standardize(train.view(), weights, !self.args.no_intercept)?;
        }
        let of = |features: Array2<f64>| {
            let columns = design.columns(features.view())?;
            Ok::<_, elltwo::Error>(columns.unwrap_or(features))
        };
        Ok((of(train)?, of(test)?))
    }
}
