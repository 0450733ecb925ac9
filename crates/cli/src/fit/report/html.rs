//! The elements of the page. Every text goes through [`maud`], which escapes it; plots and the style are inserted as
//! they are.

use elltwo::report::plot::Plot;
use elltwo::report::{Align, Table};
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use crate::fit::notes::Warning;

/// Nothing may be loaded, not even by mistake.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// The file around the body.
pub(super) fn document(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="generator" content={ "elltwo " (env!("CARGO_PKG_VERSION")) };
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body { main { (body) } }
        }
    };
    // A name may hold other control characters, which have no glyph and which HTML does not allow.
    let page = page.into_string();
    page.replace(|c: char| c.is_control() && c != '\n', " ") + "\n"
}

/// A part with a heading, which links lead to.
pub(super) fn section(title: &str, body: impl Render) -> Markup {
    html! { section id=(place(title)) { h2 { (title) } (body) } "\n" }
}

/// The name of a part in links.
fn place(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

/// A whole table, which scrolls sideways where it is wider than the page. Cells of words have the class `text`.
pub(super) fn table(name: &str, table: &Table) -> Markup {
    let header = table.header();
    let class = |column: usize| (column > 0 && header[column].1 == Align::Left).then_some("text");
    html! {
        div class="scroll" role="region" aria-label=(name) tabindex="0" {
            table {
                thead {
                    tr {
                        @for (column, (title, _)) in header.iter().enumerate() {
                            th scope="col" class=[class(column)] { (title) }
                        }
                    }
                }
                tbody {
                    @for row in table.rows() {
                        tr {
                            @for (column, cell) in row.iter().enumerate() {
                                @if column == 0 {
                                    th scope="row" { (cell) }
                                } @else {
                                    td class=[class(column)] { (cell) }
                                }
                            }
                        }
                        "\n"
                    }
                }
            }
        }
    }
}

/// A plot as wide as its place, with words on how to read it, and for those who do not see it. Its text takes the
/// page's font, and the style sheet gives its colours dark twins.
pub(super) fn figure(plot: Plot, size: (u32, u32), caption: &str) -> elltwo::Result<Markup> {
    let (width, height) = size;
    let plot = plot.size(width, height)?;
    let svg = plot.svg()?;
    // The root element ends with the first `>`: its attributes are numbers and the name space, which HTML does without.
    let inside = svg.split_once('>').map_or("", |(_, inside)| inside);
    let inside = inside.trim_end().trim_end_matches("</svg>");
    Ok(html! {
        figure {
            svg viewBox={ "0 0 " (width) " " (height) } role="img" {
                title { (plot.description()) }
                (PreEscaped(inside))
            }
            figcaption { (caption) }
        }
    })
}

/// Plots side by side where there is room.
pub(super) fn grid(figures: &[Markup]) -> Markup {
    html! { div class="grid" { @for figure in figures { (figure) } } }
}

/// Findings, with what to try and a link to the part that shows more.
pub(super) fn notes(warnings: &[Warning]) -> Markup {
    html! {
        ul class="notes" {
            @for Warning { note, part } in warnings {
                li {
                    (note.finding)
                    @if let Some(advice) = &note.advice {
                        br; span class="try" { "What to try:" } " " (advice)
                    }
                    " " a href={ "#" (place(part)) } { (part) }
                }
                "\n"
            }
        }
    }
}

/// The numbers that matter most.
pub(super) fn cards(values: &[(&str, String)]) -> Markup {
    html! {
        dl class="cards" {
            @for (name, value) in values { div { dt { (name) } dd { (value) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use elltwo::report::Table;

    #[test]
    fn a_table_holds_any_text() {
        let mut table = Table::new(["<b>", "n", "words"]).last_left();
        table.row(["</th><script>alert(1)</script>", "1"]);
        let html = super::table("\"&", &table).into_string();
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(html.contains("aria-label=\"&quot;&amp;\""), "{html}");
        let header = "<th scope=\"col\">n</th><th scope=\"col\" class=\"text\">words</th>";
        assert!(html.contains(header), "{html}");
        assert!(html.contains("<td>1</td><td class=\"text\"></td></tr>"));
    }
}
