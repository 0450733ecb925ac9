//! [`Delimiter`]: separator of fields, and its detection by the first lines.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::records::{Aligned, Format, Records};
use crate::notation::name::canonical_name;
use crate::notation::parse_number;

/// Characters that may separate fields unasked.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records that are looked at.
const RECORDS: usize = 20;
/// Begins the line by which Excel is told the separator.
const SEP: &[u8] = b"sep=";

/// Separator of two fields.
///
/// Printed, it is the character, `tab` or `space`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delimiter {
    /// An ASCII character, each time.
    Byte(u8),
    /// Spaces and tabs, however many.
    Whitespace,
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(b'\t') => f.write_str("tab"),
            Self::Byte(byte) => write!(f, "{}", char::from(*byte)),
            Self::Whitespace => f.write_str("space"),
        }
    }
}

/// The separator that a first line `sep=;` names, as Excel writes and reads it.
pub(super) fn named_by_first_line(text: &[u8]) -> Option<Delimiter> {
    let line = text.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    let inside = line
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    let line = inside.unwrap_or(line);
    let (sep, rest) = line.split_at_checked(SEP.len())?;
    let is_tab = rest.is_empty() && text.get(SEP.len()) == Some(&b'\t');
    match rest {
        _ if !sep.eq_ignore_ascii_case(SEP) => None,
        [] if is_tab => Some(Delimiter::Byte(b'\t')),
        [byte] if byte.is_ascii() && *byte != b'"' => Some(Delimiter::Byte(*byte)),
        _ => None,
    }
}

/// The separator that the first records show clearly, of the bytes at the start of a text that may be cut; `None` for
/// a text that may be of one or another.
///
/// It is clear where the header holds one of the candidates alone, or has this name by one of them alone, or where one
/// alone gives all records the same number of fields; white space, where there is no candidate, records have equally
/// many fields and most of those after the header are numbers.
pub(super) fn shown_by(
    text: &[u8],
    format: Format,
    name: &str,
    has_header: bool,
) -> Option<Delimiter> {
    let fields = CANDIDATES.map(|byte| {
        let delimiter = Delimiter::Byte(byte);
        (
            delimiter,
            first_records(
                text,
                Format {
                    delimiter,
                    ..format
                },
            ),
        )
    });
    let header = |records: &[Vec<String>]| records.first().map_or(0, Vec::len);
    let present: Vec<&(Delimiter, Vec<Vec<String>>)> = fields
        .iter()
        .filter(|(_, records)| header(records) > 1)
        .collect();
    let only = |found: &mut dyn Iterator<Item = &&(Delimiter, Vec<Vec<String>>)>| match (
        found.next(),
        found.next(),
    ) {
        (Some((delimiter, _)), None) => Some(*delimiter),
        _ => None,
    };
    if present.is_empty() {
        return is_aligned(text, format, has_header).then_some(Delimiter::Whitespace);
    }
    let has_name = |records: &[Vec<String>]| {
        has_header
            && !name.is_empty()
            && records[0].iter().any(|other| canonical_name(other) == name)
    };
    if let Some(delimiter) = only(&mut present.iter().filter(|(_, records)| has_name(records))) {
        return Some(delimiter);
    }
    let divides = |records: &[Vec<String>]| {
        records.len() == 1 || records[1..].iter().any(|record| record.len() > 1)
    };
    if let [(delimiter, records)] = present[..] {
        return divides(records).then_some(*delimiter);
    }
    let is_even =
        |records: &[Vec<String>]| records.iter().all(|record| record.len() == header(records));
    only(&mut present.iter().filter(|(_, records)| is_even(records)))
}

/// The fields of the first whole records.
fn first_records(text: &[u8], format: Format) -> Vec<Vec<String>> {
    let mut records = Records::new(format, text, 1);
    let mut found = Vec::new();
    while found.len() < RECORDS && records.advance() && (records.is_closed() || found.is_empty()) {
        let fields = (0..records.count()).map(|place| records.text(place).to_owned());
        found.push(fields.collect());
    }
    found
}

/// Test of columns aligned by white space.
fn is_aligned(text: &[u8], format: Format, has_header: bool) -> bool {
    let mut lines = text.to_vec();
    lines.truncate(1 << 14);
    Aligned::new(format.comment).rewrite(&mut lines, 0, false);
    let delimiter = Delimiter::Whitespace;
    let records = first_records(
        &lines,
        Format {
            delimiter,
            ..format
        },
    );
    let width = records.first().map_or(0, Vec::len);
    let rows = records.get(usize::from(has_header)..).unwrap_or_default();
    let is_number = |field: &&String| parse_number(field.as_bytes()).is_some();
    let numbers = rows.iter().flatten().filter(is_number).count();
    width > 1
        && !rows.is_empty()
        && rows.iter().all(|row| row.len() == width)
        && 2 * numbers > width * rows.len()
}
