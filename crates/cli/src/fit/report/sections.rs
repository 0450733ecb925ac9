//! The parts of the page, from the top.

use elltwo::report::Summary;
use elltwo::report::format::{optional, short, statistic, supported};
use maud::{Markup, html};

use super::figures::{Figures, MOST_COEFFICIENTS};
use super::html::{cards, grid, notes, section, table};
use crate::failure::plural;
use crate::fit::document::Document;
use crate::fit::notes::Warning;
use crate::fit::readings::STRONG_INFLATION;
use crate::fit::summary::{bases, shortened};
use crate::fit::tables;
use crate::fit::training::Fit;
use crate::input::name_of;

/// Head of the page: the fit, and its quality.
pub(super) fn head(document: &Document, title: &str) -> Markup {
    let (data, model) = (&document.data, &document.model);
    let penalty = match model.lambda {
        lambda if lambda > 0.0 => format!(", λ = {}", short(lambda)),
        _ => String::new(),
    };
    let kind = match model.kind {
        "ridge" if penalty.is_empty() => "Least squares".to_owned(),
        "ridge" => format!("Ridge regression{penalty}"),
        _ => format!("SGD, {} loss{penalty}", model.loss),
    };
    let columns = data.design_columns.len();
    let (train, inference) = (&document.train.measures, &document.inference);
    let r2 = |value: Option<f64>| value.map_or_else(|| optional(None), statistic);
    let mut values = vec![
        ("R²", r2(train.r2)),
        ("RMSE", short(train.rmse)),
        ("MAE", short(train.mae)),
    ];
    if let Some(left_out) = &document.left_out {
        values.push(("Predicted R²", r2(left_out.measures.r2)));
        let error = left_out.rmse_std_error;
        values.push((
            "RMSE, rows left out one by one",
            format!(
                "{} ± {}",
                supported(left_out.measures.rmse, error),
                supported(error, error)
            ),
        ));
    }
    if let Some(test) = &document.test {
        values.push(("R², held-out rows", r2(test.r2)));
        values.push(("RMSE, held-out rows", short(test.rmse)));
    }
    if let Some(sigma) = inference.sigma {
        values.push(("Residual standard error", short(sigma)));
    }
    html! {
        header {
            h1 { (title) }
            p {
                (kind) ": " (data.target) " explained by " (columns) " " (plural(columns, "column", "columns"))
                ", from " (data.n_used) " of " (data.n_rows) " rows of " (name_of(&data.file)) "."
            }
            (cards(&values))
        }
    }
}

pub(super) fn warnings(found: &[Warning]) -> Markup {
    match found {
        [] => section("Warnings", html! { p { "None." } }),
        found => section("Warnings", notes(found)),
    }
}

/// Rows and columns, where they need a word.
pub(super) fn data(fit: &Fit<'_>, document: &Document) -> Markup {
    let data = &document.data;
    let mut items = vec![format!("The formula is {}.", shortened(&document.formula))];
    if data.n_test > 0 {
        items.push(format!(
            "{} rows were fitted, {} were held out at random, seed {}.",
            data.n_train,
            data.n_test,
            fit.args.seed.unwrap_or(0)
        ));
    }
    if let Some(weights) = &data.weights {
        items.push(format!("Rows are weighted by {weights}."));
    }
    if document.model.scaling.is_some() {
        items.push(
            "Columns are standardized: a coefficient is the change of the target per standard deviation."
                .to_owned(),
        );
    }
    if let Some(degree) = document.model.degree {
        items.push(format!(
            "The columns are the powers of one, up to {degree}."
        ));
    }
    for (column, levels) in &data.levels {
        if fit.args.formula.is_some() {
            let levels = named(levels, String::clone);
            items.push(format!("{column} is a category of the levels {levels}."));
        } else if let Some((base, others)) = levels.split_first() {
            items.push(format!(
                "{column} is a category; the base is {base}. The coefficients of {} are differences from it.",
                named(others, |level| format!("{column}={level}"))
            ));
        }
    }
    section(
        "Data",
        html! { ul { @for item in items { li { (item) } } } },
    )
}

/// Some of the names, and how many more.
pub(super) fn named(names: &[String], name: impl Fn(&String) -> String) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> = names.iter().take(SHOWN).map(name).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

pub(super) fn fit(
    document: &Document,
    parameters: Option<&Summary<'_>>,
    figures: &Figures,
) -> Markup {
    let facts = match parameters {
        Some(summary) => summary.facts_table(),
        None => tables::of_loss(document),
    };
    let press = document.diagnostics.press.filter(|press| press.is_finite());
    let body = html! {
        (table("Errors", &tables::errors(document)))
        @if let Some(press) = press {
            p { "PRESS, the sum of squared errors of rows left out one by one: " (short(press)) "." }
        }
        div class="beside" { (table("Facts of the fit", &facts)) (grid(&figures.predictions)) }
    };
    section("Fit", body)
}

pub(super) fn coefficients(
    fit: &Fit<'_>,
    document: &Document,
    parameters: Option<&Summary<'_>>,
    figures: &Figures,
) -> Markup {
    let list = match parameters {
        Some(summary) => summary.coefficients(),
        None => tables::estimates(document),
    };
    let columns = fit.data.columns.len();
    let body = html! {
        (table("Coefficients", &list))
        @if let Some(bases) = bases(document, fit) { p { (bases) } }
        @if tables::has_joint_terms(document, fit) {
            p { "Each term is tested against the model without it and without the terms that contain it (type II)." }
            (table("Terms", &tables::terms(document)))
        }
        @if let Some(figure) = &figures.coefficients {
            (grid(std::slice::from_ref(figure)))
        } @else if parameters.is_none() {
            p { "No plot: SGD gives no standard errors, and so no intervals." }
        } @else if columns > MOST_COEFFICIENTS {
            p { "Too many coefficients to plot (" (columns) ")." }
        } @else {
            p { "No plot: no coefficient has an interval." }
        }
    };
    section("Coefficients", body)
}

pub(super) fn effects(fit: &Fit<'_>, document: &Document, figures: &Figures) -> Markup {
    if fit.data.frame.is_none() {
        return Markup::default();
    }
    let (plots, left) = &figures.effects;
    let mean = if document.data.weights.is_some() {
        "weighted mean"
    } else {
        "mean"
    };
    let body = html! {
        @if plots.is_empty() {
            p {
                @if document.inference.covariance.is_none() {
                    "No plot: SGD gives no standard errors, and so no bands. A fit by --model ridge has them."
                } @else {
                    "No plot: no column of the formula varies."
                }
            }
        } @else {
            p {
                "Predicted " (document.data.target) " along each column of the formula, with the band that holds the mean with a "
                "probability of " (short(100.0 * document.inference.confidence)) "%. Other numbers are held at their " (mean)
                ", other categories at their base; a category that interacts with the column has a curve for each level."
                @if document.model.lambda > 0.0 { " Bands do not account for the bias of the penalty." }
            }
            (grid(plots))
            @if *left > 0 { p { (left) " more " (plural(*left, "column is", "columns are")) " not drawn." } }
        }
    };
    section("Effects", body)
}

pub(super) fn residuals(document: &Document, figures: &Figures) -> Markup {
    let body = html! {
        (grid(&figures.residuals))
        @if figures.influence.is_none() {
            p { "The other plots of residuals need leverage, which a fit by --model ridge has." }
        }
        (table("Assumptions", &tables::assumptions(document)))
    };
    section("Residuals", body)
}

pub(super) fn influence(figures: &Figures) -> Markup {
    let Some(influence) = &figures.influence else {
        return Markup::default();
    };
    let (large, outliers) = (influence.n_large, influence.n_outliers);
    let body = html! {
        p {
            "Most influential rows, by Cook's distance: " (large) " " (plural(large, "row has", "rows have"))
            " a distance above 1, " (outliers) " " (plural(outliers, "row is an outlier", "rows are outliers"))
            " by Bonferroni's rule at 0.05. Rows count from 0 among those that were used, as --rows has them; lines are "
            "those of the file. Look for errors of typing or measuring first, and fit without a row to see how much "
            "depends on it."
        }
        (table("Influential rows", &influence.table))
    };
    section("Influential rows", body)
}

pub(super) fn collinearity(document: &Document) -> Markup {
    let strong: Vec<String> = tables::inflations(document)
        .into_iter()
        .filter(|of| (of.factor).is_some_and(|factor| factor >= STRONG_INFLATION))
        .map(|of| of.name)
        .collect();
    let body = html! {
        p {
            "Variance inflation is the factor by which the other columns multiply the variance of a coefficient; of a term of "
            "several columns it is GVIF^(1/df). "
            @if strong.is_empty() {
                "None is above 10."
            } @else {
                "Above 10: " (named(&strong, String::clone)) ". The data can hardly tell these columns apart: their "
                "coefficients may change much with a few rows, while predictions may not."
            }
            @if let Some(condition) = document.fit.condition_number {
                " The condition number is " (short(condition)) "; above 30, collinearity is strong."
            }
        }
        (table("Collinearity", &tables::collinearity(document)))
    };
    section("Collinearity", body)
}

pub(super) fn unseen_rows(document: &Document, figures: &Figures) -> Markup {
    let Some(cv) = &document.cv else {
        return Markup::default();
    };
    let list = table("Errors on unseen rows", &tables::validation(cv));
    let body = html! {
        p { "Mean squared error of rows that the fit has not seen, by " (cv.title) "." }
        @if let Some(figure) = &figures.validation {
            div class="beside" { (list) (grid(std::slice::from_ref(figure))) }
        } @else {
            (list)
        }
    };
    section("Cross-validation", body)
}

pub(super) fn learning(figures: &Figures) -> Markup {
    let figure = figures.learning.iter();
    html! { @for figure in figure { (section("SGD", grid(std::slice::from_ref(figure)))) } }
}

pub(super) fn command(line: &str) -> Markup {
    let body = html! {
        pre { code { (line) } }
        p { "elltwo " (env!("CARGO_PKG_VERSION")) }
    };
    section("To reproduce this page", body)
}
