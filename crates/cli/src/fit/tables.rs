//! The tables of a fit that text and page share.

use elltwo::report::Table;
use elltwo::report::format::{UNDEFINED, number, p_value, statistic};
use elltwo::statistics::Test;

use super::document::{Document, FanLine};
use super::estimate::CrossValidation;
use super::training::Fit;
use crate::measures;

/// Number of penalties that a text lists without leaving any out.
const SHORT: usize = 12;

/// The coefficients of a model that is not of least squares, with their errors where it has some.
pub(super) fn estimates(document: &Document) -> Table {
    let inference = &document.inference;
    if inference.covariance.is_some() {
        let level = 100.0 * inference.confidence;
        let [low, high] = ["lower", "upper"].map(|end| format!("{level} % {end}"));
        let mut table = Table::new(["term", "estimate", "std. error", "t", "p", &low, &high]);
        for (i, term) in inference.terms.iter().enumerate() {
            let shown = |values: &[Option<f64>], form: fn(f64) -> String| {
                values[i].map_or_else(|| UNDEFINED.to_owned(), form)
            };
            table.row([
                if term == "intercept" && i == 0 && document.model.fit_intercept {
                    "(intercept)".to_owned()
                } else {
                    term.clone()
                },
                number(inference.estimates[i]),
                shown(&inference.std_errors, number),
                shown(&inference.t, statistic),
                shown(&inference.p, p_value),
                shown(&inference.ci_low, number),
                shown(&inference.ci_high, number),
            ]);
        }
        return table;
    }
    let mut table = Table::new(["term", "estimate"]);
    let model = &document.model;
    if model.fit_intercept {
        table.row(["(intercept)", &number(model.intercept)]);
    }
    for (name, value) in document.data.design_columns.iter().zip(&model.coefficients) {
        table.row([name, &number(*value)]);
    }
    table
}

/// The terms of the formula and their tests.
pub(super) fn terms(document: &Document) -> Table {
    let undefined = || UNDEFINED.to_owned();
    let mut table = Table::new(["term", "df", "F", "p", "partial R²", "GVIF^(1/2df)"]);
    for term in &document.terms {
        let scaled = |gvif: f64| statistic(gvif.powf(0.5 / term.df.max(1) as f64));
        table.row([
            term.name.clone(),
            term.df.to_string(),
            term.f.map_or_else(undefined, statistic),
            term.p.map_or_else(undefined, p_value),
            term.partial_r2.map_or_else(undefined, statistic),
            term.gvif.map_or_else(undefined, scaled),
        ]);
    }
    table
}

/// The coefficients of each of the quantiles.
pub(super) fn quantiles(document: &Document) -> Table {
    let fan = &document.quantiles;
    let head = fan.iter().map(|q| format!("τ = {}", q.quantile));
    let header: Vec<String> = std::iter::once("term".to_owned()).chain(head).collect();
    let mut table = Table::new(header.iter().map(String::as_str));
    let mut row = |name: &str, values: &dyn Fn(&FanLine) -> f64| {
        let values = fan.iter().map(|q| number(values(q)));
        table.row(std::iter::once(name.to_owned()).chain(values));
    };
    if document.model.fit_intercept {
        row("(intercept)", &|q| q.intercept);
    }
    for (j, name) in document.data.design_columns.iter().enumerate() {
        row(name, &|q| q.coefficients[j]);
    }
    row("objective", &|q| q.objective);
    table
}

/// The loss, the solver and the end of a fit that is not of least squares.
pub(super) fn of_loss(document: &Document) -> Table {
    let (model, fit) = (&document.model, &document.fit);
    let mut table = Table::new(["fit", "value"]);
    table.row(["loss", model.loss]);
    if let Some(quantile) = model.quantile {
        table.row(["quantile", &number(quantile)]);
    }
    let solver = if model.kind == "sgd" {
        "optimizer"
    } else {
        "solver"
    };
    table.row([solver, &fit.solver]);
    if let Some(gap) = fit.duality_gap {
        table.row(["duality gap", &number(gap)]);
    }
    if let Some(covariance) = &document.inference.covariance {
        table.row(["standard errors", covariance]);
    }
    if model.lambda > 0.0 {
        table.row(["λ", &number(model.lambda)]);
    }
    table.row(["termination", &fit.termination]);
    table.row(["objective", &number(document.train.objective)]);
    table
}

/// The errors of the predictions.
pub(super) fn errors(document: &Document) -> Table {
    let train = ("train", &document.train.measures);
    let left_out = (document.left_out.as_ref()).map(|left_out| ("left out", &left_out.measures));
    let test = document.test.as_ref().map(|test| ("held out", test));
    measures::table(std::iter::once(train).chain(left_out).chain(test))
}

/// The tests of the assumptions.
pub(super) fn assumptions(document: &Document) -> Table {
    let diagnostics = &document.diagnostics;
    let (variance, normal) = (&diagnostics.breusch_pagan, &diagnostics.jarque_bera);
    let undefined = || UNDEFINED.to_owned();
    let mut table = Table::new(["test", "statistic", "p", "null hypothesis"]).last_left();
    table.row([
        "Durbin–Watson".to_owned(),
        diagnostics.durbin_watson.map_or_else(undefined, statistic),
        String::new(),
        "2 where neighbouring rows are independent".to_owned(),
    ]);
    for (test, value, p) in [
        (Test::Koenker, variance.lm, variance.lm_p),
        (Test::JarqueBera, normal.statistic, normal.p),
    ] {
        table.row([
            test.name().to_owned(),
            value.map_or_else(undefined, statistic),
            p.map_or_else(undefined, p_value),
            test.null_hypothesis().to_owned(),
        ]);
    }
    table
}

/// A term of several columns, or any of a formula, has a joint test.
pub(super) fn has_joint_terms(document: &Document, fit: &Fit<'_>) -> bool {
    let mut terms = document.terms.iter();
    let joint = terms.any(|term| term.columns.len() > 1);
    !document.terms.is_empty() && (fit.args.formula.is_some() || joint)
}

/// The variance inflation of a term or a column.
pub(super) struct Inflation {
    pub(super) name: String,
    pub(super) df: usize,
    /// `GVIF^(1/df)`, of a single column its variance inflation; none where it is infinite or undefined.
    pub(super) factor: Option<f64>,
}

/// The variance inflation of each term, or with a penalty of each column.
pub(super) fn inflations(document: &Document) -> Vec<Inflation> {
    if document.terms.is_empty() {
        let names = document.data.design_columns.iter();
        let columns = names.zip(&document.diagnostics.vif);
        let of = |(name, vif): (&String, &Option<f64>)| Inflation {
            name: name.clone(),
            df: 1,
            factor: *vif,
        };
        return columns.map(of).collect();
    }
    let terms = document.terms.iter();
    terms
        .map(|term| Inflation {
            name: term.name.clone(),
            df: term.df,
            factor: (term.gvif).map(|gvif| gvif.powf(1.0 / term.df.max(1) as f64)),
        })
        .collect()
}

/// The variance inflation of each term or column.
pub(super) fn collinearity(document: &Document) -> Table {
    let mut table = Table::new(["term", "df", "variance inflation"]);
    for of in inflations(document) {
        let factor = of.factor.map_or_else(|| UNDEFINED.to_owned(), statistic);
        table.row([of.name, of.df.to_string(), factor]);
    }
    table
}

/// The errors on unseen rows.
pub(super) fn validation(cv: &CrossValidation) -> Table {
    validation_of(cv, |_| true)
}

/// The errors on unseen rows; of a long list the ends and the best.
pub(super) fn validation_in_short(cv: &CrossValidation) -> Table {
    let last = cv.lambdas.len().saturating_sub(1);
    validation_of(cv, |i| {
        last < SHORT || i == 0 || i == last || is_best(cv, i)
    })
}

fn is_best(cv: &CrossValidation, i: usize) -> bool {
    cv.lambdas[i] == cv.best_lambda
}

fn validation_of(cv: &CrossValidation, kept: impl Fn(usize) -> bool) -> Table {
    let mut table = Table::new(["λ", "MSE", ""]);
    for (i, (lambda, mse)) in cv.lambdas.iter().zip(&cv.mse).enumerate() {
        if !kept(i) {
            continue;
        }
        let best = is_best(cv, i) && cv.lambdas.len() > 1;
        let remark = if best { "smallest" } else { "" };
        table.row([number(*lambda), number(*mse), remark.to_owned()]);
    }
    table
}
