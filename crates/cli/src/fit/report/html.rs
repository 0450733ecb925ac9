//! The elements of the page.

use elltwo::report::{Note, Table, escape_html};

/// Nothing may be loaded, not even by mistake.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The file around the body.
pub(super) fn document(title: &str, body: &str) -> String {
    let (title, style) = (escape_html(title), include_str!("style.css"));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"generator\" content=\"elltwo {}\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// A part with a heading.
pub(super) fn section(title: &str, body: &str) -> String {
    format!(
        "<section>\n<h2>{}</h2>\n{body}</section>\n",
        escape_html(title)
    )
}

pub(super) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escape_html(text))
}

/// A table that scrolls by itself where it is wider than the page, or much longer.
pub(super) fn table(name: &str, table: &Table) -> String {
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n{}</div>\n",
        escape_html(name),
        table.to_html()
    )
}

/// A plot, an element of HTML already, with words on how to read it.
pub(super) fn figure(element: &str, caption: &str) -> String {
    format!(
        "<figure>\n{element}\n<figcaption>{}</figcaption>\n</figure>\n",
        escape_html(caption)
    )
}

/// Plots side by side where there is room.
pub(super) fn grid(figures: &str) -> String {
    format!("<div class=\"grid\">\n{figures}</div>\n")
}

/// Findings, with what to try.
pub(super) fn notes(notes: &[Note]) -> String {
    let item = |note: &Note| {
        let advice = note.advice.as_ref().map_or_else(String::new, |advice| {
            format!(
                "<br><span class=\"try\">What to try:</span> {}",
                escape_html(advice)
            )
        });
        format!("<li>{}{advice}</li>\n", escape_html(&note.finding))
    };
    format!(
        "<ul class=\"notes\">\n{}</ul>\n",
        notes.iter().map(item).collect::<String>()
    )
}

/// The numbers that matter most.
pub(super) fn cards(values: &[(&str, String)]) -> String {
    let card = |(name, value): &(&str, String)| {
        format!(
            "<div><dt>{}</dt><dd>{}</dd></div>\n",
            escape_html(name),
            escape_html(value)
        )
    };
    format!(
        "<dl class=\"cards\">\n{}</dl>\n",
        values.iter().map(card).collect::<String>()
    )
}
