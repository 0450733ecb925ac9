//! Tables and text for a page of HTML.

use super::table::{Align, Table};

impl Table {
    /// The table as an HTML element, its text escaped; cells of words have the class `text`.
    #[must_use]
    pub fn to_html(&self) -> String {
        let class = |column: usize| match self.header[column].1 {
            Align::Left if column > 0 => " class=\"text\"",
            _ => "",
        };
        let titles = self.header.iter().enumerate().map(|(column, (title, _))| {
            let title = escape_html(title);
            format!("<th scope=\"col\"{}>{title}</th>", class(column))
        });
        let rows = self.rows.iter().map(|row| {
            let cells = row.iter().enumerate().map(|(column, cell)| {
                let cell = escape_html(cell);
                match column {
                    0 => format!("<th scope=\"row\">{cell}</th>"),
                    _ => format!("<td{}>{cell}</td>", class(column)),
                }
            });
            format!("<tr>{}</tr>\n", cells.collect::<Vec<_>>().concat())
        });
        format!(
            "<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
            titles.collect::<Vec<_>>().concat(),
            rows.collect::<Vec<_>>().concat()
        )
    }
}

/// Text for a place in HTML, between tags or in the quotes of an attribute.
///
/// # Examples
///
/// ```
/// assert_eq!(elltwo::report::escape_html("<a href='x'> & \"b\""), "&lt;a href=&#39;x&#39;&gt; &amp; &quot;b&quot;");
/// ```
#[must_use]
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What has no glyph, and what HTML does not allow.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn html_holds_any_text() {
        let mut table = Table::new(["<b>", "n", "words"]).last_left();
        table.row(["</th><script>alert(1)</script>", "1"]);
        let html = table.to_html();
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(
            html.contains("<th scope=\"col\">n</th><th scope=\"col\" class=\"text\">words</th>")
        );
        assert!(html.contains("<td>1</td><td class=\"text\"></td></tr>"));
    }
}
