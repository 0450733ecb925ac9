//! Options that say how numbers are written, for all columns or for one.

use std::collections::BTreeMap;
use std::str::FromStr;

use clap::Args;
use elltwo::data::{CsvReader, NumberFormat, Percent, canonical_name};

use super::columns::shell;
use super::values;

/// Notation of numbers.
#[derive(Args, Clone, Debug)]
pub(crate) struct NotationArgs {
    /// The decimal mark, `.` or `,`, of all columns or of one
    #[arg(long, value_name = "[COLUMN=]MARK", help_heading = "Reading")]
    decimal: Vec<For<Decimal>>,
    /// The separator of thousands, `,` `.` `'` `_` or `space`, of all columns or of one; groups must be complete
    #[arg(long, value_name = "[COLUMN=]MARK", help_heading = "Reading")]
    thousands: Vec<For<Thousands>>,
    /// Read `5%` as 0.05, in all columns or in one, `--percent=COLUMN`. With `--strip %` it is 5
    #[arg(
        long,
        value_name = "COLUMN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        value_parser = values::name,
        help_heading = "Reading"
    )]
    percent: Vec<String>,
    /// A text to leave out before or after numbers, a currency or a unit, of all columns or of one
    #[arg(
        long,
        value_name = "[COLUMN=]TEXT",
        allow_hyphen_values = true,
        help_heading = "Reading"
    )]
    strip: Vec<For<Strip>>,
}

impl NotationArgs {
    /// True if any is given.
    pub(crate) fn is_given(&self) -> bool {
        !(self.decimal.is_empty()
            && self.thousands.is_empty()
            && self.percent.is_empty()
            && self.strip.is_empty())
    }

    /// The reader with these options. What is said of all columns holds for one of which more is said, too.
    pub(crate) fn apply(&self, mut reader: CsvReader) -> CsvReader {
        let settings = self.settings();
        let mut common = NumberFormat::new();
        for (_, setting) in settings.iter().filter(|(column, _)| column.is_none()) {
            common = setting.apply(common);
        }
        let mut formats: BTreeMap<&str, NumberFormat> = BTreeMap::new();
        for (column, setting) in &settings {
            if let Some(column) = column {
                let format = formats.entry(column).or_insert_with(|| common.clone());
                *format = setting.apply(std::mem::take(format));
            }
        }
        for (column, format) in formats {
            reader = reader.column_format(column, format);
        }
        if settings.iter().any(|(column, _)| column.is_none()) {
            reader = reader.number_format(common);
        }
        reader
    }

    /// Settings, each with the column that it is for.
    fn settings(&self) -> Vec<(Option<&str>, Setting<'_>)> {
        fn of<T>(option: &For<T>) -> (Option<&str>, &T) {
            (option.column.as_deref(), &option.value)
        }
        let decimal = self.decimal.iter().map(of);
        let decimal = decimal.map(|(column, mark)| (column, Setting::Decimal(mark.0)));
        let thousands = self.thousands.iter().map(of);
        let thousands = thousands.map(|(column, mark)| (column, Setting::Thousands(mark.0)));
        let percent = self.percent.iter().map(|column| match column.as_str() {
            "" => (None, Setting::Percent(Percent::Allowed)),
            column => (Some(column), Setting::Percent(Percent::Required)),
        });
        let strip = self.strip.iter().map(of);
        let strip = strip.map(|(column, text)| (column, Setting::Strip(&text.0)));
        decimal
            .chain(thousands)
            .chain(percent)
            .chain(strip)
            .collect()
    }
}

/// One thing that is said of numbers.
enum Setting<'a> {
    Decimal(char),
    Thousands(char),
    Percent(Percent),
    Strip(&'a str),
}

impl Setting<'_> {
    fn apply(&self, format: NumberFormat) -> NumberFormat {
        match self {
            Self::Decimal(mark) => format.decimal(*mark),
            Self::Thousands(mark) => format.thousands(*mark),
            Self::Percent(percent) => format.percent(*percent),
            Self::Strip(text) => format.strip(*text),
        }
    }
}

/// A value for all columns, or `COLUMN=VALUE`.
#[derive(Clone, Debug)]
struct For<T> {
    column: Option<String>,
    value: T,
}

impl<T: FromStr<Err = String>> FromStr for For<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (column, value) = match text.rsplit_once('=') {
            Some((column, value)) if !column.is_empty() && !value.is_empty() => {
                (Some(canonical_name(column)), value)
            }
            _ => (None, text),
        };
        let value = value.parse()?;
        Ok(Self { column, value })
    }
}

#[derive(Clone, Debug)]
struct Decimal(char);

impl FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "." => Ok(Self('.')),
            "," => Ok(Self(',')),
            _ => Err("must be `.` or `,`".to_owned()),
        }
    }
}

#[derive(Clone, Debug)]
struct Thousands(char);

impl FromStr for Thousands {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "," | "." | "'" | "_" | " " => Ok(Self(text.chars().next().unwrap_or(' '))),
            "\u{2019}" => Ok(Self('\'')),
            "space" | "\u{a0}" | "\u{202f}" | "\u{2009}" => Ok(Self(' ')),
            _ => Err("must be `,`, `.`, `'`, `_` or `space`".to_owned()),
        }
    }
}

#[derive(Clone, Debug)]
struct Strip(String);

impl FromStr for Strip {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.contains(|c: char| c.is_ascii_digit() && text.len() == 1) {
            return Err("must be a text that is no digit".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

/// The options that give a format, to all columns or to one.
pub(crate) fn options(format: &NumberFormat, column: Option<&str>) -> String {
    let of = |value: &str| match column {
        Some(column) => shell(&format!("{column}={value}")),
        None => shell(value),
    };
    let mut options = Vec::new();
    if let Some(mark) = format.decimal {
        options.push(format!("--decimal {}", of(&mark.to_string())));
    }
    match format.thousands {
        Some(' ') => options.push(format!("--thousands {}", of("space"))),
        Some(mark) => options.push(format!("--thousands {}", of(&mark.to_string()))),
        None => {}
    }
    if format.percent != Percent::Refused {
        options.push(match column {
            Some(column) => format!("--percent={}", shell(column)),
            None => "--percent".to_owned(),
        });
    }
    for text in &format.strip {
        options.push(format!("--strip {}", of(text)));
    }
    options.join(" ")
}
