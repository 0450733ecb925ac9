//! A table of text, aligned for a terminal, or as Markdown or CSV.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthStr;

/// Alignment of a column of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// To the left: names and words.
    Left,
    /// To the right: numbers.
    Right,
}

/// Cells under a header: names in the first column, to the left, and numbers in the others, to the right.
///
/// `Display` prints lines with columns two spaces apart, as wide as they are on a terminal, indented by two.
///
/// # Examples
///
/// ```
/// use elltwo::report::Table;
///
/// let mut table = Table::new(["city", "people"]);
/// table.row(["Bonn", "336 465"]);
/// table.row(["Köln, Rhein", "1 084 831"]);
/// assert_eq!(table.to_string(), "  city            people\n  Bonn           336 465\n  Köln, Rhein  1 084 831\n");
/// assert!(table.to_csv().ends_with("\"Köln, Rhein\",1 084 831\n"));
/// assert_eq!(table.rows()[0], ["Bonn", "336 465"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    header: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Creates a table without rows.
    #[must_use]
    pub fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let aligns = std::iter::once(Align::Left).chain(std::iter::repeat(Align::Right));
        let header = header.into_iter().map(Into::into).zip(aligns);
        Self {
            header: header.collect(),
            rows: Vec::new(),
        }
    }

    /// Aligns the last column to the left, for words.
    #[must_use]
    pub fn last_left(mut self) -> Self {
        if let Some((_, align)) = self.header.last_mut() {
            *align = Align::Left;
        }
        self
    }

    /// Adds a row. Cells that are missing at its end are empty; those beyond the header are not shown.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        let mut cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        cells.resize(self.header.len(), String::new());
        self.rows.push(cells);
    }

    /// True if it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Titles of the columns and their alignment.
    #[must_use]
    pub fn header(&self) -> &[(String, Align)] {
        &self.header
    }

    /// Cells of the rows, as many in each as the header has.
    #[must_use]
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// The table in GitHub's Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = String>| {
            cells.for_each(|cell| out.extend(["| ", &cell, " "]));
            out += "|\n";
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

    /// The table as CSV by RFC 4180, lines ended by LF.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let quoted = |text: &str| {
            if text.contains(['"', ',', '\n', '\r']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        let line = |cells: Vec<String>| cells.join(",") + "\n";
        let mut out = line(self.header.iter().map(|(title, _)| quoted(title)).collect());
        let rows = self.rows.iter();
        out.extend(rows.map(|row| line(row.iter().map(|cell| quoted(cell)).collect())));
        out
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { header, rows } = self;
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
pub(super) fn bullets(items: &[impl fmt::Display]) -> String {
    let lines: Vec<String> = items.iter().map(|item| format!("- {item}\n")).collect();
    lines.concat()
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
        assert_eq!(table().to_string(), expected);
    }

    #[test]
    fn markdown_and_csv_escape_what_they_must() {
        let markdown =
            "| name | value |\n| :-- | --: |\n| a\\|b, \"c\" | 1.5 |\n| 重量 kg | -22.25 |\n";
        assert_eq!(table().to_markdown(), markdown);
        let csv = "name,value\n\"a|b, \"\"c\"\"\",1.5\n\"重量\nkg\",-22.25\n";
        assert_eq!(table().to_csv(), csv);
    }
}
