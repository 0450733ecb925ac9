//! The page of a fit: one file of HTML with its style and its plots inside, which asks for nothing from elsewhere.

mod command;
mod figures;
mod html;
mod influence;
mod sections;

use elltwo::report::Summary;

pub(super) use figures::{Figures, figures};

use super::document::Document;
use super::notes::Warning;
use super::training::Fit;

/// The whole page.
pub(super) fn page(
    fit: &Fit<'_>,
    document: &Document,
    parameters: Option<&Summary<'_>>,
    warnings: &[Warning],
    figures: &Figures,
) -> String {
    let title = format!("Regression of {}", document.data.target);
    let line = command::line(std::env::args_os().skip(1));
    let parts = [
        sections::head(document, &title),
        sections::warnings(warnings),
        sections::data(fit, document),
        sections::fit(document, parameters, figures),
        sections::coefficients(fit, document, parameters, figures),
        sections::effects(fit, document, figures),
        sections::residuals(document, figures),
        sections::influence(figures),
        sections::collinearity(document),
        sections::unseen_rows(document, figures),
        sections::learning(figures),
        sections::command(&line),
    ];
    html::document(&title, &maud::html! { @for part in parts { (part) } })
}
