//! A table of text, aligned for a terminal, or as Markdown or CSV.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthStr;

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Cells under a header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    header: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A first column of names, then columns of numbers.
    pub(super) fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let header = header.into_iter().enumerate().map(|(column, title)| {
            let align = if column == 0 {
                Align::Left
            } else {
                Align::Right
            };
            (title.into(), align)
        });
        Self {
            header: header.collect(),
            rows: Vec::new(),
        }
    }

    /// Puts the text of the last column to the left.
    pub(super) fn last_left(mut self) -> Self {
        if let Some((_, align)) = self.header.last_mut() {
            *align = Align::Left;
        }
        self
    }

    /// Adds a row; as many cells as the header has.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Lines with columns two spaces apart, as wide as they need to be on a terminal, indented by two.
    pub(super) fn text(&self) -> Text<'_> {
        Text(self)
    }

    /// GitHub's table syntax.
    pub(super) fn markdown(&self) -> String {
        let mut out = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = String>| {
            cells.for_each(|cell| {
                out.push_str("| ");
                out.push_str(&cell);
                out.push(' ');
            });
            out.push_str("|\n");
        };
        let escaped = |text: &str| one_line(text).replace('\\', "\\\\").replace('|', "\\|");
        line(&mut self.header.iter().map(|(title, _)| escaped(title)));
        line(&mut self.header.iter().map(|(_, align)| {
            let rule = match align {
                Align::Left => ":--",
                Align::Right => "--:",
            };
            rule.to_owned()
        }));
        for row in &self.rows {
            line(&mut row.iter().map(|cell| escaped(cell)));
        }
        out
    }

    /// RFC 4180, lines ended by LF.
    pub(super) fn csv(&self) -> String {
        let quoted = |text: &str| {
            if text.contains(['"', ',', '\n', '\r']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        let header: Vec<String> = self.header.iter().map(|(title, _)| quoted(title)).collect();
        let mut out = header.join(",");
        out.push('\n');
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            out.push_str(&cells.join(","));
            out.push('\n');
        }
        out
    }
}

/// A table for a terminal.
pub(super) struct Text<'a>(&'a Table);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Table { header, rows } = self.0;
        let mut widths: Vec<usize> = header.iter().map(|(title, _)| title.width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(one_line(cell).width());
            }
        }
        let mut write_line = |cells: &mut dyn Iterator<Item = &str>| -> fmt::Result {
            let mut line = String::new();
            for ((cell, (_, align)), width) in cells.zip(header).zip(&widths) {
                let cell = one_line(cell);
                let space = " ".repeat(width.saturating_sub(cell.width()));
                match align {
                    Align::Left => write!(line, "  {cell}{space}")?,
                    Align::Right => write!(line, "  {space}{cell}")?,
                }
            }
            writeln!(f, "{}", line.trim_end())
        };
        write_line(&mut header.iter().map(|(title, _)| title.as_str()))?;
        rows.iter()
            .try_for_each(|row| write_line(&mut row.iter().map(String::as_str)))
    }
}

/// Labels and values in two columns, for the facts of a fit.
pub(super) fn write_pairs(
    f: &mut fmt::Formatter<'_>,
    pairs: &[(&'static str, String)],
) -> fmt::Result {
    let half = pairs.len().div_ceil(2);
    let (left, right) = pairs.split_at(half);
    let width = |pairs: &[(&str, String)]| {
        let of = |pair: &(&str, String)| (pair.0.width(), pair.1.width());
        pairs
            .iter()
            .map(of)
            .fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)))
    };
    let cell = |(label, value): &(&str, String), (labels, values): (usize, usize)| {
        let space = " ".repeat(labels - label.width() + 2 + values - value.width());
        format!("{label}{space}{value}")
    };
    for (i, pair) in left.iter().enumerate() {
        let first = cell(pair, width(left));
        match right.get(i) {
            Some(pair) => writeln!(f, "  {first}    {}", cell(pair, width(right)))?,
            None => writeln!(f, "  {first}")?,
        }
    }
    Ok(())
}

/// A Markdown list.
pub(super) fn bullets(items: &[String]) -> String {
    items
        .iter()
        .map(|item| ["- ", item, "\n"].concat())
        .collect()
}

/// Line breaks and other control characters as spaces: a name may hold them, a line may not.
pub(super) fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::Table;

    fn table() -> Table {
        let mut table = Table::new(["name", "value"]);
        table.row(["a|b, \"c\"", "1.5"]);
        table.row(["重量\nkg", "-22.25"]);
        table
    }

    #[test]
    fn columns_align_whatever_the_width_of_the_characters() {
        let expected = "  name       value\n  a|b, \"c\"     1.5\n  重量 kg   -22.25\n";
        assert_eq!(table().text().to_string(), expected);
    }

    #[test]
    fn markdown_and_csv_escape_what_they_must() {
        let markdown =
            "| name | value |\n| :-- | --: |\n| a\\|b, \"c\" | 1.5 |\n| 重量 kg | -22.25 |\n";
        assert_eq!(table().markdown(), markdown);
        let csv = "name,value\n\"a|b, \"\"c\"\"\",1.5\n\"重量\nkg\",-22.25\n";
        assert_eq!(table().csv(), csv);
    }
}
