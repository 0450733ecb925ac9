//! The report of a residual analysis.

use std::fmt;

use super::format::{UNDEFINED, count, number, p_value, statistic};
use super::summary::five_numbers;
use super::table::{Table, bullets};
use crate::check::check_length;
use crate::data::Dataset;
use crate::diagnostics::{Assumptions, FiveNumbers, Residuals};
use crate::error::Result;
use crate::model::RidgeFit;
use crate::scalar::Scalar;
use crate::statistics::HypothesisTest;

/// The samples listed unless [`top`](ResidualReport::top) says otherwise.
const TOP: usize = 5;
/// The level of Bonferroni's rule.
const LEVEL: f64 = 0.05;

/// The residual analysis of a fit as text: five numbers, tests of the assumptions, the most influential samples,
/// collinearity.
///
/// Tests are those of [`RidgeFit::assumptions`]; for a fit that they do not apply to, they are left out and a note says
/// so. A single test that does not apply, for too few samples say, has `NA` and the reason. Samples are listed by
/// Cook's distance.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::model::RidgeRegression;
/// use elltwo::report::ResidualReport;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 9.0, 6.1];
/// let fit = RidgeRegression::new().analyse(&Samples::new(x.view(), y.view(), None)?)?;
/// let report = ResidualReport::new(&fit)?.labels(["a", "b", "c", "d", "e", "f"])?.top(2);
/// assert!(report.to_string().contains("  e "));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Debug)]
pub struct ResidualReport {
    residuals: Residuals,
    five: FiveNumbers,
    assumptions: Assumptions,
    inflation: Vec<f64>,
    condition_index: Option<f64>,
    names: Option<Vec<String>>,
    labels: Option<Vec<String>>,
    top: usize,
}

impl ResidualReport {
    /// Analyses a fit.
    ///
    /// # Errors
    ///
    /// As [`RidgeFit::residuals`].
    pub fn new<F: Scalar>(fit: &RidgeFit<'_, F>) -> Result<Self> {
        let residuals = fit.residuals()?;
        let index = fit.condition_indices().ok();
        Ok(Self {
            five: residuals.five_numbers()?,
            assumptions: fit.assumptions()?,
            inflation: fit.variance_inflation()?.to_vec(),
            condition_index: index.and_then(|index| index.indices.last().copied()),
            residuals,
            names: None,
            labels: None,
            top: TOP,
        })
    }

    /// Analyses a fit, with the names and labels of its data set.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for another data set.
    pub fn of_dataset<F: Scalar>(fit: &RidgeFit<'_, F>, data: &Dataset<F>) -> Result<Self> {
        let report = Self::new(fit)?;
        let report = report.names(data.feature_names().iter().cloned())?;
        match data.labels() {
            Some(labels) => report.labels(labels.iter().cloned()),
            None => Ok(report),
        }
    }

    /// Sets the names of the features, `(p,)`; `x0`, `x1`, … unless set.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch).
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        check_length("feature names", self.inflation.len(), names.len())?;
        self.names = Some(names);
        Ok(self)
    }

    /// Sets the labels of the samples, `(n,)`; their row numbers, from 0, unless set.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch).
    pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Result<Self> {
        let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        check_length("labels", self.residuals.raw().len(), labels.len())?;
        self.labels = Some(labels);
        Ok(self)
    }

    /// Sets the number of most influential samples to list; 5 unless set.
    #[must_use]
    pub fn top(mut self, samples: usize) -> Self {
        self.top = samples;
        self
    }

    /// The residuals of the fit.
    #[must_use]
    pub fn residuals(&self) -> &Residuals {
        &self.residuals
    }

    /// The tests of the assumptions that applied, without Durbin–Watson, which has no p-value.
    pub fn tests(&self) -> impl Iterator<Item = &HypothesisTest> {
        self.assumptions
            .tests
            .iter()
            .filter_map(|(_, test)| test.as_ref().ok())
    }

    /// The report as Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let sections = self.sections().into_iter();
        let parts =
            sections.map(|(title, table)| format!("### {title}\n\n{}", table.to_markdown()));
        let mut out = parts.collect::<Vec<_>>().join("\n");
        let notes = self.notes();
        if !notes.is_empty() {
            out.push('\n');
        }
        out.push_str(&bullets(&notes));
        out
    }

    fn label(&self, row: usize) -> String {
        match &self.labels {
            Some(labels) => labels[row].clone(),
            None => row.to_string(),
        }
    }

    fn sections(&self) -> Vec<(&'static str, Table)> {
        let mut sections = vec![("Residuals", five_numbers(&self.five))];
        if self.assumptions.untested.is_none() {
            sections.push(("Assumptions", self.tests_table()));
        }
        if self.top > 0 {
            sections.push((
                "Most influential samples, by Cook's distance",
                self.influence(),
            ));
        }
        sections.push(("Collinearity", self.collinearity()));
        sections
    }

    fn tests_table(&self) -> Table {
        let header = ["test", "statistic", "distribution", "p", "null hypothesis"];
        let mut table = Table::new(header).last_left();
        let undefined = || UNDEFINED.to_owned();
        for (test, outcome) in &self.assumptions.tests {
            match outcome {
                Ok(result) => table.row([
                    test.name().to_owned(),
                    statistic(result.statistic),
                    result.reference.to_string(),
                    p_value(result.p_value),
                    test.null_hypothesis().to_owned(),
                ]),
                Err(error) => table.row([
                    test.name().to_owned(),
                    undefined(),
                    undefined(),
                    undefined(),
                    error.to_string(),
                ]),
            }
        }
        if let Some(outcome) = &self.assumptions.durbin_watson {
            let value = (outcome.as_ref()).map_or_else(|_| undefined(), |d| statistic(*d));
            let meaning = "2 without autocorrelation of neighbours";
            table.row(["Durbin–Watson", &value, "", "", meaning]);
        }
        table
    }

    fn influence(&self) -> Table {
        let header = [
            "sample",
            "residual",
            "studentized",
            "leverage",
            "Cook's D",
            "DFFITS",
        ];
        let mut table = Table::new(header);
        let (cook, dffits) = (self.residuals.cooks_distance(), self.residuals.dffits());
        for row in self.residuals.most_influential(self.top) {
            table.row([
                self.label(row),
                number(self.residuals.raw()[row]),
                statistic(self.residuals.studentized_external()[row]),
                number(self.residuals.leverage()[row]),
                number(cook[row]),
                statistic(dffits[row]),
            ]);
        }
        table
    }

    fn collinearity(&self) -> Table {
        let mut table = Table::new(["feature", "variance inflation"]);
        for (j, factor) in self.inflation.iter().enumerate() {
            let own = |names: &Vec<String>| names[j].clone();
            let name = (self.names.as_ref()).map_or_else(|| format!("x{j}"), own);
            table.row([name, statistic(*factor)]);
        }
        table
    }

    fn notes(&self) -> Vec<String> {
        let residuals = &self.residuals;
        let mut notes = vec![format!(
            "σ = {} on {} degrees of freedom; PRESS = {}, predicted R² = {}.",
            number(residuals.sigma()),
            count(residuals.residual_df()),
            number(residuals.press()),
            number(residuals.predicted_r2())
        )];
        if let Some(index) = self.condition_index {
            notes.push(format!("The largest condition index is {}.", number(index)));
        }
        if let Ok(outliers) = residuals.bonferroni_outliers(LEVEL) {
            let listed = outliers.iter().map(|outlier| {
                let (row, p) = (self.label(outlier.row), outlier.bonferroni_p_value);
                format!("{row} (p = {})", p_value(p))
            });
            let listed = listed.collect::<Vec<_>>().join(", ");
            notes.push(if listed.is_empty() {
                "No outlier by Bonferroni's rule at 0.05.".to_owned()
            } else {
                format!("Outliers by Bonferroni's rule at 0.05: {listed}.")
            });
        }
        if let Some(reason) = self.assumptions.untested {
            notes.push(format!(
                "The fit has {reason}: the tests of the assumptions do not apply and are left out."
            ));
        }
        notes
    }
}

impl fmt::Display for ResidualReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, table) in self.sections() {
            writeln!(f, "{title}\n{table}")?;
        }
        self.notes()
            .iter()
            .try_for_each(|note| writeln!(f, "  - {note}"))
    }
}
