//! `Display` of a model: its parameters by name.

use std::fmt;

use super::format::number;
use super::table::{Table, one_line};
use crate::model::{LinearModel, PipelineModel, RidgeCvFit};
use crate::scalar::{Scalar, TargetDim};

/// A line for the intercept and each feature, a column for each target; without names `x0`, `x1`, … and `y`.
impl<F: Scalar, D: TargetDim> fmt::Display for LinearModel<F, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coefficients = D::as_columns(self.coefficients());
        let k = coefficients.ncols();
        let targets = match self.target_names() {
            Some(names) => names.iter().map(|name| one_line(name)).collect(),
            None if k == 1 => vec!["y".to_owned()],
            None => (0..k).map(|target| format!("y{target}")).collect(),
        };
        let mut table = Table::new(["term".to_owned()].into_iter().chain(targets));
        let mut row = |name: String, values: &mut dyn Iterator<Item = f64>| {
            table.row([name].into_iter().chain(values.map(number)));
        };
        row(
            "(intercept)".to_owned(),
            &mut self.intercepts().iter().map(|b| b.wide()),
        );
        for (j, values) in coefficients.rows().into_iter().enumerate() {
            let name = match self.feature_names() {
                Some(names) => one_line(&names[j]),
                None => format!("x{j}"),
            };
            row(name, &mut values.iter().map(|w| w.wide()));
        }
        write!(f, "{table}")
    }
}

/// The model, and the penalties that were chosen.
impl<F: Scalar, D: TargetDim> fmt::Display for RidgeCvFit<F, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.model())?;
        let lambda = D::per_target_array(self.best_lambda());
        let lambda: Vec<String> = lambda.iter().map(|&lambda| number(lambda)).collect();
        writeln!(f, "  lambda {}", lambda.join(", "))
    }
}

/// The coefficients in original units.
impl<F: Scalar, D: TargetDim> fmt::Display for PipelineModel<F, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.linear())
    }
}
