//! Analysis of variance: an F test for each term of a formula.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Slice};
use serde::{Deserialize, Serialize};

use super::analysis::Inference;
use crate::check::{check_length, check_parameter};
use crate::error::Result;
use crate::formula::Term;
use crate::linalg::{PivotedQr, max_abs, quadratic_form};
use crate::statistics::{HypothesisTest, Reference, Test};

/// A column of which less than this share is left depends on the others.
const DEPENDENT: f64 = 1e-10;

/// Terms that stay in the model that a term is tested against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SumOfSquares {
    /// Those that do not contain the term: main effects are tested in a model without their interactions. It does not
    /// depend on the contrasts.
    #[default]
    TypeTwo,
    /// All others. Main effects beside their interactions are comparable only if contrasts sum to zero over the levels.
    TypeThree,
}

/// A term and what it explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TermTest {
    /// The name of the term.
    pub name: String,
    /// Its columns of the design.
    pub columns: Range<usize>,
    /// Degrees of freedom: columns that do not depend on those of the other terms.
    pub df: usize,
    /// Sum of squares that it explains beside the other terms.
    pub sum_of_squares: f64,
    /// The F test that its coefficients are zero; `None` without degrees of freedom of the term or of the residuals, or
    /// if the residuals are nothing but rounding.
    pub f_test: Option<HypothesisTest>,
    /// `SS / (SS + RSS)`; `None` if both are zero.
    pub partial_r2: Option<f64>,
    /// Generalised variance inflation of its columns by all others; infinite if they depend on each other. Of a single
    /// column it is its variance inflation; `gvif^(1/(2 df))` is comparable between terms as the root of that.
    pub gvif: f64,
}

impl Inference {
    /// Tests each term of a design in least squares, by the classical covariance, whatever that of the inference:
    ///
    /// ```text
    /// F = (SS/df) / σ²      SS = RSS(model without the term) − RSS(model with it)
    /// GVIF = det(C_tt) det(C_oo) / det(C)      C = XᵀSX, centred with an intercept; t the term's columns, o all others
    /// ```
    ///
    /// Everything comes from the factor of the fit; no model is fitted again. Source: Fox, *Applied Regression Analysis
    /// and Generalized Linear Models*, 2016; Fox & Monette, *Generalized collinearity diagnostics*, 1992.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a fit with a penalty;
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) if the terms are of a design with other columns.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::formula::Formula;
    /// use elltwo::inference::{Covariance, SumOfSquares};
    /// use elltwo::model::RidgeRegression;
    /// use elltwo::data::{CsvReader, MissingPolicy};
    ///
    /// let formula: Formula = "body_mass_g ~ species + flipper_length_mm".parse()?;
    /// let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
    /// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/penguins.csv");
    /// let frame = formula.read_path(&reader, path)?;
    /// let design = formula.design(&frame)?;
    /// let data = design.dataset(&frame)?;
    /// let inference = RidgeRegression::new().analyse(&data.samples()?)?.inference(Covariance::Classical)?;
    ///
    /// let tests = inference.anova(design.terms(), SumOfSquares::TypeTwo)?;
    /// assert_eq!((tests[0].name.as_str(), tests[0].df), ("species", 2));
    /// assert!(tests[0].f_test.is_some_and(|test| test.p_value < 1e-6));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn anova(&self, terms: &[Term], squares: SumOfSquares) -> Result<Vec<TermTest>> {
        let fit = self.fit();
        let rule = "0: the tests of terms are those of least squares";
        check_parameter(fit.lambda == 0.0, "lambda", fit.lambda, rule)?;
        let p = self.estimates().len() - usize::from(fit.fit_intercept);
        let end = terms.iter().map(|term| term.columns.end).max();
        check_length("columns of the terms", p, end.unwrap_or(0))?;
        let slopes = Slopes::new(self, p);
        Ok(terms
            .iter()
            .map(|term| slopes.test(term, terms, squares))
            .collect())
    }
}

/// The slopes of a fit, and the factor of the design: `X = U R`, `U` orthonormal.
struct Slopes<'a> {
    inference: &'a Inference,
    coefficients: Array1<f64>,
    /// `Uᵀ y`.
    scores: Array1<f64>,
    /// `R`.
    factor: Array2<f64>,
    /// `S` with `SᵀS = (XᵀX)⁻¹`.
    inverse: Array2<f64>,
    aliased: Vec<bool>,
}

impl<'a> Slopes<'a> {
    fn new(inference: &'a Inference, p: usize) -> Self {
        let offset = inference.estimates().len() - p;
        let estimates = &inference.estimates()[offset..];
        let coefficients: Array1<f64> = estimates.iter().map(|e| e.value).collect();
        let scores = inference.factor.explained(coefficients.view());
        let factor = inference.factor.directions();
        let parameters = inference.factor.to_parameters();
        let slopes = parameters.view().split_at(Axis(0), offset).1;
        let inverse = slopes.split_at(Axis(1), offset).1.to_owned();
        Self {
            inference,
            aliased: estimates.iter().map(|e| e.aliased).collect(),
            coefficients,
            scores,
            factor,
            inverse,
        }
    }

    fn test(&self, term: &Term, terms: &[Term], squares: SumOfSquares) -> TermTest {
        let contains = |other: &Term| {
            let wider = other.variables.len() > term.variables.len();
            wider && term.variables.iter().all(|v| other.variables.contains(v))
        };
        let relatives = terms
            .iter()
            .filter(|other| squares == SumOfSquares::TypeTwo && contains(other));
        let mut left = vec![true; self.coefficients.len()];
        relatives.for_each(|other| left[other.columns.clone()].fill(false));
        let whole = left.iter().all(|left| *left);
        left[term.columns.clone()].fill(false);
        let places = |left: bool, of: &[bool]| -> Vec<usize> {
            (0..of.len()).filter(|j| of[*j] == left).collect()
        };
        let aliased = self.aliased[term.columns.clone()]
            .iter()
            .any(|aliased| *aliased);
        let wald = if whole && !aliased {
            self.wald(term)
        } else {
            None
        };
        let (df, sum_of_squares) = wald.unwrap_or_else(|| self.gain(term, &places(true, &left)));
        let fit = self.inference.fit();
        let rss = fit.residual_sum_of_squares;
        let f_test = fit
            .sigma
            .filter(|sigma| *sigma > 0.0 && df > 0)
            .map(|sigma| {
                let statistic = sum_of_squares / df as f64 / (sigma * sigma);
                let reference = Reference::f(df as f64, fit.residual_df);
                HypothesisTest::new(Test::NestedModels, statistic, reference)
            });
        let total = sum_of_squares + rss;
        TermTest {
            name: term.name.clone(),
            columns: term.columns.clone(),
            df,
            sum_of_squares,
            f_test,
            partial_r2: (total > 0.0).then(|| sum_of_squares / total),
            gvif: if aliased {
                f64::INFINITY
            } else {
                self.inflation(term)
            },
        }
    }

    /// The gain of a term over all others, by its own coefficients.
    fn wald(&self, term: &Term) -> Option<(usize, f64)> {
        let columns = Slice::from(term.columns.clone());
        let coefficients = self.coefficients.slice_axis(Axis(0), columns);
        let gain = quadratic_form(self.inverse.slice_axis(Axis(1), columns), coefficients)?;
        Some((term.columns.len(), gain))
    }

    /// The gain of a term over some columns: what of the scores lies in the part of its columns that is orthogonal to
    /// theirs.
    fn gain(&self, term: &Term, others: &[usize]) -> (usize, f64) {
        let own: Vec<usize> = term.columns.clone().collect();
        let scores = self.scores.view().insert_axis(Axis(1));
        let own = unit_columns(&self.factor, &own);
        let others = unit_columns(&self.factor, others);
        let (own, scores) = if others.ncols() == 0 {
            (own, scores.to_owned())
        } else {
            let qr = PivotedQr::new(others.view());
            let rank = rank(&qr);
            let rows = self.factor.nrows();
            let rest = Slice::from(rank..);
            let own = qr.q_transpose(own.view(), rows);
            let scores = qr.q_transpose(scores, rows);
            (
                own.slice_axis(Axis(0), rest).to_owned(),
                scores.slice_axis(Axis(0), rest).to_owned(),
            )
        };
        if own.is_empty() {
            return (0, 0.0);
        }
        let qr = PivotedQr::new(own.view());
        let rank = rank(&qr);
        let gained = qr.q_transpose(scores.view(), rank);
        (rank, gained.iter().map(|v| v * v).sum())
    }

    fn inflation(&self, term: &Term) -> f64 {
        let columns = Slice::from(term.columns.clone());
        let own = log_volume(self.factor.slice_axis(Axis(1), columns));
        let inverse = log_volume(self.inverse.slice_axis(Axis(1), columns));
        let inflation = (2.0 * (own + inverse)).exp();
        // At least 1 but for rounding.
        if inflation.is_nan() {
            f64::INFINITY
        } else {
            inflation.max(1.0)
        }
    }
}

/// Columns of a matrix, with norm 1; those that are zero stay.
fn unit_columns(matrix: &Array2<f64>, columns: &[usize]) -> Array2<f64> {
    let mut selected = matrix.select(Axis(1), columns);
    for mut column in selected.columns_mut() {
        let norm = norm(column.view());
        if norm > 0.0 {
            column /= norm;
        }
    }
    selected
}

fn norm(column: ArrayView1<'_, f64>) -> f64 {
    let largest = max_abs(column);
    if largest == 0.0 {
        return 0.0;
    }
    largest
        * column
            .iter()
            .map(|v| (v / largest).powi(2))
            .sum::<f64>()
            .sqrt()
}

/// Columns, of norm 1 once, that do not depend on others.
fn rank(qr: &PivotedQr) -> usize {
    qr.diagonal()
        .iter()
        .take_while(|r| r.abs() > DEPENDENT)
        .count()
}

/// Half the logarithm of `det(AᵀA)`.
fn log_volume(matrix: ArrayView2<'_, f64>) -> f64 {
    let qr = PivotedQr::new(matrix);
    qr.diagonal().iter().map(|r| r.abs().ln()).sum()
}
