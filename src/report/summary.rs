//! The summary of a fit.

use std::borrow::Cow;
use std::fmt;

use ndarray::Ix1;

use super::format::{UNDEFINED, exact, number, p_value, percent, statistic, supported};
use super::notes::{self, Note};
use super::table::{Table, bullets, one_line, write_pairs};
use crate::check::{check_length, check_open_unit};
use crate::diagnostics::{FiveNumbers, Residuals};
use crate::error::Result;
use crate::inference::{Covariance, Estimate, Inference, Interval, ParameterCount, Term};
use crate::model::{LinearModel, RidgeFit};
use crate::samples::ToSamples;
use crate::scalar::Scalar;

/// Label of the F test that every slope is zero.
pub(super) const OVERALL_F: &str = "overall F";

/// Summary of a fit, as R's `summary(lm)` and statsmodels print it: a line for every parameter, facts of the whole, and
/// in plain words whatever makes the numbers doubtful.
///
/// | setting | default | |
/// |---|---|---|
/// | [`names`](Self::names) | the model's, else `x0`, `x1`, … | of the features |
/// | [`target`](Self::target) | the model's, else none | name of the target, for the heading |
/// | [`level`](Self::level) | 0.95 | of the confidence intervals |
/// | [`stars`](Self::stars) | off | marks of significance |
/// | [`parameter_count`](Self::parameter_count) | coefficients | what AIC and BIC count |
/// | [`residuals`](Self::residuals) | none | adds their five numbers |
/// | [`with_notes`](Self::with_notes) | none | adds notes to those of the fit |
///
/// `Display` prints text; [`to_markdown`](Self::to_markdown) and [`to_csv`](Self::to_csv) are other forms. `NA` stands
/// where theory has no value. Probabilities below the rounding unit print as `<2e-16`, but in CSV as they are.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::Inference;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use elltwo::report::Summary;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 5.3, 5.8];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let inference = Inference::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
/// let summary = Summary::new(&inference).names(["dose"])?.level(0.9)?;
/// let text = summary.to_string();
/// assert!(text.contains("  dose ") && text.contains("90% interval"));
/// assert!(summary.to_csv().starts_with("term,estimate,standard_error,t,p_value,lower,upper\n(intercept),"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Summary<'a> {
    pub(super) inference: Cow<'a, Inference>,
    names: Option<Vec<String>>,
    target: Option<String>,
    level: f64,
    stars: bool,
    pub(super) count: ParameterCount,
    residuals: Option<FiveNumbers>,
    more_notes: Vec<Note>,
}

impl<'a> Summary<'a> {
    /// The summary of an analysis, whichever covariance it has.
    #[must_use]
    pub fn new(inference: &'a Inference) -> Self {
        Self::of(Cow::Borrowed(inference))
    }

    fn of(inference: Cow<'a, Inference>) -> Self {
        Self {
            names: inference.feature_names().map(<[String]>::to_vec),
            target: inference.target_name().map(str::to_owned),
            inference,
            level: 0.95,
            stars: false,
            count: ParameterCount::Coefficients,
            residuals: None,
            more_notes: Vec::new(),
        }
    }

    /// The names of the features, `(p,)`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for another number of names.
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let p = self.inference.report().n_features;
        check_length("feature names", p, names.len())?;
        self.names = Some(names);
        Ok(self)
    }

    /// The name of the target.
    #[must_use]
    pub fn target(mut self, name: impl Into<String>) -> Self {
        self.target = Some(name.into());
        self
    }

    /// The probability with which the intervals hold their parameters.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 < level < 1`.
    pub fn level(mut self, level: f64) -> Result<Self> {
        check_open_unit("level", level)?;
        self.level = level;
        Ok(self)
    }

    /// Marks p-values below 0.1, 0.05, 0.01 and 0.001, as R does.
    #[must_use]
    pub fn stars(mut self, stars: bool) -> Self {
        self.stars = stars;
        self
    }

    /// Sets what AIC and BIC count as parameters: statsmodels' way or R's.
    #[must_use]
    pub fn parameter_count(mut self, count: ParameterCount) -> Self {
        self.count = count;
        self
    }

    /// Adds the five numbers of the fit's residuals.
    ///
    /// # Errors
    ///
    /// As [`Residuals::five_numbers`].
    pub fn residuals(mut self, residuals: &Residuals) -> Result<Self> {
        self.residuals = Some(residuals.five_numbers()?);
        Ok(self)
    }

    /// Adds notes of the caller's, on how the data or the penalty came about, after those of the fit.
    #[must_use]
    pub fn with_notes(mut self, notes: impl IntoIterator<Item = Note>) -> Self {
        self.more_notes.extend(notes);
        self
    }

    /// The summary as Markdown: the tables of the coefficients and of the facts, and the notes as a list.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = format!(
            "{}\n{}",
            self.coefficients().to_markdown(),
            self.facts_table().to_markdown()
        );
        let notes = self.notes();
        if !notes.is_empty() {
            out.push('\n');
            out.push_str(&bullets(&notes));
        }
        out
    }

    /// The coefficients as CSV, all digits: `term,estimate,standard_error,t,p_value,lower,upper`.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let header = [
            "term",
            "estimate",
            "standard_error",
            "t",
            "p_value",
            "lower",
            "upper",
        ];
        let mut table = Table::new(header);
        let optional = |v: Option<f64>| v.map_or_else(|| UNDEFINED.to_owned(), exact);
        for estimate in self.inference.estimates() {
            let interval = self.interval(estimate);
            table.row([
                self.name(estimate.term),
                exact(estimate.value),
                optional(estimate.standard_error),
                optional(estimate.t),
                optional(estimate.p_value),
                optional(interval.map(|i| i.lower)),
                optional(interval.map(|i| i.upper)),
            ]);
        }
        table.to_csv()
    }

    fn name(&self, term: Term) -> String {
        match (term, &self.names) {
            (Term::Intercept, _) => "(intercept)".to_owned(),
            (Term::Feature(j), Some(names)) => names[j].clone(),
            (Term::Feature(j), None) => format!("x{j}"),
        }
    }

    /// The level was checked when it was set.
    fn interval(&self, estimate: &Estimate) -> Option<Interval> {
        estimate.interval(self.level).ok().flatten()
    }

    /// The table of the parameters: estimate, standard error, t, p and interval, to the digits that the error supports.
    #[must_use]
    pub fn coefficients(&self) -> Table {
        let percent = percent(self.level);
        let mut header: Vec<String> = ["term", "estimate", "std. error", "t", "p"]
            .map(str::to_owned)
            .into();
        if self.stars {
            header.push(String::new());
        }
        header.push(format!("{percent}% interval"));
        let mut table = Table::new(header);
        for estimate in self.inference.estimates() {
            let undefined = || UNDEFINED.to_owned();
            let error = estimate.standard_error;
            let rounded = |value: f64| supported(value, error.unwrap_or(0.0));
            let mut cells = vec![
                self.name(estimate.term),
                rounded(estimate.value),
                error.map_or_else(undefined, rounded),
                estimate.t.map_or_else(undefined, statistic),
                estimate.p_value.map_or_else(undefined, p_value),
            ];
            if self.stars {
                cells.push(stars(estimate.p_value).to_owned());
            }
            cells.push(self.interval(estimate).map_or_else(undefined, |i| {
                format!("[{}, {}]", rounded(i.lower), rounded(i.upper))
            }));
            table.row(cells);
        }
        table
    }

    /// Notes on what makes the numbers doubtful, and what to try; most serious first, the caller's last.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = notes::of(&self.inference, |term| one_line(&self.name(term)));
        notes.extend(self.more_notes.iter().cloned());
        notes
    }
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// Summary with the classical covariance and the five numbers of the residuals; [`Summary::new`] takes another
    /// covariance.
    ///
    /// # Errors
    ///
    /// As [`RidgeFit::inference`] and [`RidgeFit::residuals`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::prelude::*;
    ///
    /// let text = "weight,age,price\n3.5,2,19\n2.1,1,31\n2.6,5,21\n4.1,7,10\n3.0,3,22\n";
    /// let data = CsvReader::new("price").read(text.as_bytes())?.into_dataset();
    /// let summary = RidgeRegression::new().analyse(&data)?.summary()?.to_string();
    /// assert!(summary.starts_with("Least squares: price\n") && summary.contains("\n  age "));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn summary(&self) -> Result<Summary<'static>> {
        let inference = self.inference(Covariance::Classical)?;
        Summary::of(Cow::Owned(inference)).residuals(&self.residuals()?)
    }
}

impl<F: Scalar> LinearModel<F> {
    /// Summary of the model on the rows it was fitted to; its errors are theirs. See [`RidgeFit::summary`].
    ///
    /// # Errors
    ///
    /// As [`RidgeFit::from_model`] and [`RidgeFit::summary`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::prelude::*;
    /// use ndarray::array;
    ///
    /// let (x, y) = (array![[1.0], [2.0], [3.0], [4.0]], array![3.1, 4.9, 7.2, 8.8]);
    /// let model = RidgeRegression::new().fit(&x, &y)?;
    /// println!("{}", model.summary((&x, &y))?);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn summary<'a>(
        &self,
        data: impl ToSamples<'a, Elem = F, Dim = Ix1>,
    ) -> Result<Summary<'static>> {
        RidgeFit::from_model(self, data)?.summary()
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match self.inference.fit().lambda {
            lambda if lambda > 0.0 => "Ridge regression",
            _ => "Least squares",
        };
        match &self.target {
            Some(target) => writeln!(f, "{method}: {}\n", one_line(target))?,
            None => writeln!(f, "{method}\n")?,
        }
        if let Some(five) = &self.residuals {
            write!(f, "{}", five_numbers(five))?;
            writeln!(f)?;
        }
        write!(f, "{}", self.coefficients())?;
        if self.stars {
            writeln!(f, "  *** p < 0.001, ** p < 0.01, * p < 0.05, . p < 0.1")?;
        }
        writeln!(f)?;
        let (overall, facts): (Vec<_>, Vec<_>) =
            (self.facts().into_iter()).partition(|(label, _)| *label == OVERALL_F);
        write_pairs(f, &facts)?;
        for (label, value) in overall {
            writeln!(f, "  {label}  {value}")?;
        }
        let notes = self.notes();
        if !notes.is_empty() {
            writeln!(f, "\nNotes")?;
        }
        notes.iter().try_for_each(|note| writeln!(f, "  - {note}"))
    }
}

/// The five numbers of residuals as a table of one row.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::FiveNumbers;
/// use elltwo::report::five_numbers;
/// use ndarray::array;
///
/// let five = FiveNumbers::new(array![-2.0, -1.0, 0.0, 1.0, 2.0].view())?;
/// assert!(five_numbers(&five).to_csv().starts_with(",min,1Q,median,3Q,max\nresiduals,-2.00000,"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[must_use]
pub fn five_numbers(five: &FiveNumbers) -> Table {
    let mut table = Table::new(["", "min", "1Q", "median", "3Q", "max"]);
    let values = [five.min, five.q1, five.median, five.q3, five.max];
    table.row(
        ["residuals".to_owned()]
            .into_iter()
            .chain(values.map(number)),
    );
    table
}

fn stars(p: Option<f64>) -> &'static str {
    match p {
        Some(p) if p < 0.001 => "***",
        Some(p) if p < 0.01 => "**",
        Some(p) if p < 0.05 => "*",
        Some(p) if p < 0.1 => ".",
        _ => "",
    }
}
