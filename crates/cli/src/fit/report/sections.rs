//! The parts of the page, from the top.

use elltwo::report::format::{optional, short, statistic};
use elltwo::report::{Note, Summary, escape_html};

use super::figures::{Figures, MOST_COEFFICIENTS};
use super::html::{cards, grid, notes, paragraph, section, table};
use super::readings;
use crate::failure::plural;
use crate::fit::document::Document;
use crate::fit::tables;
use crate::fit::training::Fit;
use crate::input::name_of;

/// What was fitted, and how well.
pub(super) fn head(document: &Document, title: &str) -> String {
    let (data, model) = (&document.data, &document.model);
    let kind = match (model.kind, model.lambda > 0.0) {
        ("ridge", false) => "Least squares".to_owned(),
        ("ridge", true) => format!("Ridge regression, λ = {}", short(model.lambda)),
        (_, penalized) => {
            let penalty = if penalized {
                format!(", λ = {}", short(model.lambda))
            } else {
                String::new()
            };
            format!("Minibatch descent, {} loss{penalty}", model.loss)
        }
    };
    let columns = data.design_columns.len();
    let lead = format!(
        "{kind}: {} explained by {columns} {}, from {} of {} rows of {}.",
        data.target,
        plural(columns, "column", "columns"),
        data.n_used,
        data.n_rows,
        name_of(&data.file)
    );
    let (train, inference) = (&document.train.measures, &document.inference);
    let mut values = vec![
        ("R²", train.r2.map_or_else(|| optional(None), statistic)),
        ("RMSE", short(train.rmse)),
        ("MAE", short(train.mae)),
    ];
    if let Some(test) = &document.test {
        let r2 = test.r2.map_or_else(|| optional(None), statistic);
        values.push(("R², held-out rows", r2));
        values.push(("RMSE, held-out rows", short(test.rmse)));
    }
    if let Some(sigma) = inference.sigma {
        values.push(("Residual standard error", short(sigma)));
    }
    format!(
        "<header>\n<h1>{}</h1>\n{}{}</header>\n",
        escape_html(title),
        paragraph(&lead),
        cards(&values)
    )
}

pub(super) fn warnings(found: &[Note]) -> String {
    if found.is_empty() {
        return section("Warnings", &paragraph("None."));
    }
    section("Warnings", &notes(found))
}

/// Rows and columns, where they need a word.
pub(super) fn data(fit: &Fit<'_>, document: &Document) -> String {
    let data = &document.data;
    let mut items = Vec::new();
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
        items.push("Columns are scaled to a standard deviation of 1: a coefficient is the change of the target by one.".to_owned());
    }
    if let Some(degree) = document.model.degree {
        items.push(format!("The columns are powers of one, up to {degree}."));
    }
    for (column, levels) in &data.levels {
        if let Some((base, others)) = levels.split_first() {
            items.push(format!(
                "{column} is a category; the base is {base}. The coefficients of {} are differences from it.",
                named(others, |level| format!("{column}={level}"))
            ));
        }
    }
    if items.is_empty() {
        return String::new();
    }
    let items: String = items
        .iter()
        .map(|item| format!("<li>{}</li>\n", escape_html(item)))
        .collect();
    section("Data", &format!("<ul>\n{items}</ul>\n"))
}

/// Some of the names, and how many more.
fn named(names: &[String], name: impl Fn(&String) -> String) -> String {
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
) -> String {
    let facts = match parameters {
        Some(summary) => summary.facts_table(),
        None => tables::descent(document),
    };
    let press = document.diagnostics.press.filter(|press| press.is_finite());
    let press = press.map_or_else(String::new, |press| {
        paragraph(&format!(
            "PRESS, the sum of the squared errors of rows that are each predicted by a fit without it: {}.",
            short(press)
        ))
    });
    let body = table("Errors", &tables::errors(document))
        + &press
        + "<div class=\"beside\">\n"
        + &table("Facts of the fit", &facts)
        + &grid(&figures.predictions)
        + "</div>\n";
    section("Fit", &body)
}

pub(super) fn coefficients(
    fit: &Fit<'_>,
    document: &Document,
    parameters: Option<&Summary<'_>>,
    figures: &Figures,
) -> String {
    let list = match parameters {
        Some(summary) => summary.coefficients(),
        None => tables::estimates(document),
    };
    let mut body = table("Coefficients", &list);
    match &figures.coefficients {
        Some(figure) => body += &grid(figure),
        None if parameters.is_none() => {
            body += &paragraph(
                "Of a descent there are no standard errors, and so no intervals to plot.",
            );
        }
        None if fit.data.columns.len() > MOST_COEFFICIENTS => {
            body += &paragraph(&format!(
                "No plot: a picture of {} coefficients is none.",
                fit.data.columns.len()
            ));
        }
        None => body += &paragraph("No plot: no coefficient has an interval."),
    }
    section("Coefficients", &body)
}

pub(super) fn residuals(fit: &Fit<'_>, document: &Document, figures: &Figures) -> String {
    let mut body = grid(&figures.residuals);
    if figures.influence.is_none() {
        body += &paragraph(
            "The other plots of residuals need leverage, which is that of squared errors at their minimum: --model ridge has them.",
        );
    }
    body += &table("Assumptions", &tables::assumptions(document));
    let readings = readings::of(fit, document);
    if !readings.is_empty() {
        body += &notes(&readings);
    }
    section("Residuals", &body)
}

pub(super) fn influence(figures: &Figures) -> String {
    let Some(influence) = &figures.influence else {
        return String::new();
    };
    let (large, outliers) = (influence.n_large, influence.n_outliers);
    let words = format!(
        "The rows that move the fit most, by Cook's distance; {large} {} of a distance above 1, {outliers} {} by Bonferroni's rule at 0.05. \
         Rows count from 0 among those that were used, as --rows has them; lines are those of the file. Look for errors of typing or measuring \
         first, and fit without a row to see what hangs on it.",
        plural(large, "row is", "rows are"),
        plural(outliers, "row is an outlier", "rows are outliers")
    );
    let body = paragraph(&words) + &table("Influential rows", &influence.table);
    section("Influential rows", &body)
}

pub(super) fn collinearity(document: &Document) -> String {
    let factors = document.diagnostics.vif.iter();
    let columns = document.data.design_columns.iter();
    let strong: Vec<String> = columns
        .zip(factors)
        .filter(|(_, vif)| vif.is_some_and(|vif| vif >= readings::STRONG_INFLATION))
        .map(|(name, _)| name.clone())
        .collect();
    let mut words =
        "By how much the other columns multiply the variance of a coefficient. ".to_owned();
    words += &if strong.is_empty() {
        "None is above 10.".to_owned()
    } else {
        format!(
            "Above 10: {}. The data can hardly tell these columns apart; their coefficients may change much with a few rows, and predictions \
             need not.",
            named(&strong, String::clone)
        )
    };
    if let Some(condition) = document.fit.condition_number {
        words += &format!(
            " The condition number is {}, and from 30 on dependences among columns do harm.",
            short(condition)
        );
    }
    let body = paragraph(&words) + &table("Collinearity", &tables::collinearity(document));
    section("Collinearity", &body)
}

pub(super) fn unseen_rows(document: &Document, figures: &Figures) -> String {
    let Some(cv) = &document.cv else {
        return String::new();
    };
    let mut body = paragraph(&format!(
        "The mean squared error of rows that the fit has not seen, by {}.",
        cv.title
    ));
    let list = table("Errors on unseen rows", &tables::validation(cv));
    body += &match &figures.validation {
        Some(figure) => format!("<div class=\"beside\">\n{list}{}</div>\n", grid(figure)),
        None => list,
    };
    section("Cross-validation", &body)
}

pub(super) fn descent(figures: &Figures) -> String {
    let figure = figures.learning.as_deref();
    figure.map_or_else(String::new, |figure| section("Descent", &grid(figure)))
}

pub(super) fn command(line: &str) -> String {
    let body = format!(
        "<pre><code>{}</code></pre>\n{}",
        escape_html(line),
        paragraph(&format!("elltwo {}", env!("CARGO_PKG_VERSION")))
    );
    section("To make this again", &body)
}
