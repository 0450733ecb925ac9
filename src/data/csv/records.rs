//! Records of a block and their fields: `csv-core` knows separators, quotes and line ends.
//!
//! A quote opens only at the start of a field, a doubled one inside stands for itself, and what follows the closing
//! quote belongs to the field as it is. A record ends in LF; the CR of a CRLF is white space of its last field.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use memchr::{memchr, memrchr};

use super::delimiter::Delimiter;
use crate::error::{Error, Result};

const QUOTE: u8 = b'"';
const NUL: u8 = 0;

/// Form of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    pub(super) delimiter: Delimiter,
    /// A line that begins with it is no record.
    pub(super) comment: Option<u8>,
    /// The encoding of the input, to be named.
    pub(super) encoding: &'static str,
}

impl Format {
    /// The byte between two fields.
    fn separator(self) -> u8 {
        match self.delimiter {
            Delimiter::Byte(byte) => byte,
            // Other white space is gone: see `Aligned`.
            Delimiter::Whitespace => b' ',
        }
    }
}

/// A place in bytes that begin at the start of a record, and the record before it.
#[derive(Debug)]
pub(super) struct Records<'a> {
    parser: Reader,
    format: Format,
    /// The record and what follows it.
    start: &'a [u8],
    /// Bytes that were not read yet.
    pub(super) rest: &'a [u8],
    /// The fields of the record, without quotes, one after the other.
    text: Vec<u8>,
    /// Where they end.
    ends: Vec<usize>,
    count: usize,
    /// The line on which the record begins, from 1.
    pub(super) line: u64,
    /// A line end closed the record, and not the end of the bytes.
    closed: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(format: Format, bytes: &'a [u8], line: u64) -> Self {
        // Built for each block, because its `Clone` leaves out where the final states begin.
        let mut parser = ReaderBuilder::new()
            .delimiter(format.separator())
            .terminator(Terminator::Any(b'\n'))
            .build();
        // It takes a byte order mark for that of the file only where it has read nothing.
        parser.read_record(b"\n", &mut [0], &mut [0]);
        parser.set_line(line);
        Self {
            parser,
            format,
            start: bytes,
            rest: bytes,
            text: vec![0; 1 << 10],
            ends: vec![0; 1 << 6],
            count: 0,
            line,
            closed: false,
        }
    }

    /// Goes to the next record that is not blank; whether there is one.
    #[inline]
    pub(super) fn advance(&mut self) -> bool {
        loop {
            // The parser skips blank lines too, and counts them to the record.
            while let Some((first, rest)) = self.rest.split_first() {
                if *first == b'\n' {
                    self.rest = rest;
                } else if Some(*first) == self.format.comment {
                    match memchr(b'\n', rest) {
                        Some(end) => self.rest = &rest[end + 1..],
                        None => return false,
                    }
                } else {
                    break;
                }
                self.parser.set_line(self.parser.line() + 1);
            }
            self.line = self.parser.line();
            self.start = self.rest;
            if !self.read() {
                return false;
            }
            let is_blank = self.count == 1 && self.field(0).trim_ascii().is_empty();
            // Of a text that ends in quotes nothing is left out.
            if !is_blank || (!self.closed && self.check_quotes(&[]).is_err()) {
                return true;
            }
        }
    }

    #[inline]
    fn read(&mut self) -> bool {
        let mut length = 0;
        self.count = 0;
        loop {
            let (text, ends) = (&mut self.text[length..], &mut self.ends[self.count..]);
            let (result, read, written, ended) = self.parser.read_record(self.rest, text, ends);
            self.rest = &self.rest[read..];
            length += written;
            self.count += ended;
            match result {
                ReadRecordResult::Record => {
                    self.closed = read > 0;
                    return true;
                }
                ReadRecordResult::End => return false,
                // Called without bytes, it closes the record.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(2 * self.text.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
            }
        }
    }

    /// A line end closed the record.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Refuses a record that a quote makes of several lines by mistake, that has zero bytes if the block has some, or
    /// that is not UTF-8.
    #[inline]
    pub(super) fn check(&self, header: &[String], has_zeros: bool) -> Result<()> {
        if !self.closed || self.parser.line() > self.line + 1 {
            self.check_quotes(header)?;
        }
        if has_zeros {
            self.check_zeros(header)?;
        }
        if self.is_text() {
            return Ok(());
        }
        let (line, encoding) = (self.line, self.format.encoding);
        Err(Error::WrongEncoding { line, encoding })
    }

    /// Refuses a quote that is never closed, or closed on a later line by one that belongs to something else: text
    /// follows it.
    #[cold]
    fn check_quotes(&self, header: &[String]) -> Result<()> {
        let separator = self.format.separator();
        let (mut place, mut field) = (Place::Start, 0);
        let (mut line, mut opened) = (self.line, self.line);
        for byte in &self.start[..self.start.len() - self.rest.len()] {
            place = match (place, *byte) {
                (Place::Quoted, QUOTE) => Place::Quote,
                (Place::Quoted, _) | (Place::Quote, QUOTE) => Place::Quoted,
                (_, byte) if byte == separator => {
                    field += 1;
                    Place::Start
                }
                (Place::Start, QUOTE) => {
                    opened = line;
                    Place::Quoted
                }
                (Place::Quote | Place::Between, b' ' | b'\t' | b'\r' | b'\n') => Place::Between,
                (Place::Quote | Place::Between, _) if line > opened => {
                    return Err(Error::StrayQuote {
                        line: opened,
                        column: name_of(header, field),
                        end: line,
                    });
                }
                _ => Place::Field,
            };
            line += u64::from(*byte == b'\n');
        }
        if place == Place::Quoted {
            let column = name_of(header, field);
            return Err(Error::UnclosedQuote {
                line: opened,
                column,
            });
        }
        Ok(())
    }

    #[cold]
    fn check_zeros(&self, header: &[String]) -> Result<()> {
        match (0..self.count).find(|place| self.field(*place).contains(&NUL)) {
            Some(field) => Err(Error::ZeroByte {
                line: self.line,
                column: name_of(header, field),
            }),
            None => Ok(()),
        }
    }

    /// The number of fields of the record.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// A field of the record, by its place.
    #[inline]
    pub(super) fn field(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[place]]
    }

    /// A field as text without white space around it; of bytes that are not UTF-8, the empty text.
    pub(super) fn text(&self, place: usize) -> &str {
        str::from_utf8(self.field(place)).unwrap_or_default().trim()
    }

    /// UTF-8 in all fields of the record.
    #[inline]
    fn is_text(&self) -> bool {
        let whole = self.count.checked_sub(1).map_or(0, |last| self.ends[last]);
        self.text[..whole].is_ascii()
            || (0..self.count).all(|place| str::from_utf8(self.field(place)).is_ok())
    }
}

/// Test of a block with zero bytes, which no text has.
pub(super) fn has_zeros(bytes: &[u8]) -> bool {
    memchr(NUL, bytes).is_some()
}

/// The name of a column, or the one it would have without a header.
fn name_of(header: &[String], field: usize) -> String {
    let name = header.get(field).filter(|name| !name.is_empty());
    name.cloned().unwrap_or_else(|| column_name(field + 1))
}

/// The name of a column, counted from 1, in a file without a header.
pub(super) fn column_name(number: usize) -> String {
    format!("column_{number}")
}

/// The length of the whole records at the start of the bytes; the last may be cut.
pub(super) fn whole_records(format: Format, bytes: &[u8]) -> usize {
    if memchr(QUOTE, bytes).is_none() {
        return memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    }
    let mut records = Records::new(format, bytes, 1);
    let mut end = 0;
    while records.advance() {
        if records.closed {
            end = bytes.len() - records.rest.len();
        }
    }
    end
}

/// Columns aligned by white space, made one space between fields and none around them.
#[derive(Debug)]
pub(super) struct Aligned {
    place: Place,
    comment: Option<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    #[default]
    Start,
    Field,
    Between,
    Quoted,
    /// After a quote inside quotes: the closing one, or the first of two.
    Quote,
    /// In a line that is no record.
    Comment,
}

impl Aligned {
    pub(super) fn new(comment: Option<u8>) -> Self {
        let place = Place::Start;
        Self { place, comment }
    }

    /// Rewrites the bytes from `start` on, which follow those of the call before; at the end of the text with `ended`.
    pub(super) fn rewrite(&mut self, bytes: &mut Vec<u8>, start: usize, ended: bool) {
        let mut to = start;
        for at in start..bytes.len() {
            let mut byte = bytes[at];
            self.place = match (self.place, byte) {
                (Place::Quoted, QUOTE) => Place::Quote,
                (Place::Start, byte) if Some(byte) == self.comment => Place::Comment,
                (Place::Quoted, _) | (Place::Quote | Place::Start | Place::Between, QUOTE) => {
                    Place::Quoted
                }
                (Place::Comment, byte) if byte != b'\n' => Place::Comment,
                (place, b'\n') => {
                    // The space before it separates nothing.
                    to -= usize::from(place == Place::Between);
                    Place::Start
                }
                (Place::Start | Place::Between, b' ' | b'\t' | b'\r') => continue,
                (Place::Field | Place::Quote, b' ' | b'\t' | b'\r') => {
                    byte = b' ';
                    Place::Between
                }
                _ => Place::Field,
            };
            bytes[to] = byte;
            to += 1;
        }
        bytes.truncate(to - usize::from(ended && self.place == Place::Between));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: Format = Format {
        delimiter: Delimiter::Byte(b','),
        comment: None,
        encoding: "UTF-8",
    };
    const SPACE: Format = Format {
        delimiter: Delimiter::Whitespace,
        ..COMMA
    };
    const QUOTED: &str = "[a \t\n\"]{1,6}";

    /// The fields of each record, and its line.
    fn records(text: &[u8], format: Format, line: u64) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(format, text, line);
        let mut found = Vec::new();
        while records.advance() {
            let fields = (0..records.count()).map(|place| records.text(place).to_owned());
            found.push((records.line, fields.collect()));
        }
        found
    }

    fn aligned(text: &str, cut: usize) -> Vec<u8> {
        let (mut rewriter, cut) = (Aligned::new(None), cut.min(text.len()));
        let mut bytes = text.as_bytes()[..cut].to_vec();
        rewriter.rewrite(&mut bytes, 0, false);
        let start = bytes.len();
        bytes.extend_from_slice(&text.as_bytes()[cut..]);
        rewriter.rewrite(&mut bytes, start, true);
        bytes
    }

    #[test]
    fn a_record_is_on_the_line_where_it_begins() {
        let text = "\n \r\n\"one\n\ntwo\",1\n\n\n2,\"\n\"\n3\n\"open\n";
        let lines: Vec<u64> = records(text.as_bytes(), COMMA, 7)
            .iter()
            .map(|(line, _)| *line)
            .collect();
        assert_eq!(lines, [9, 14, 16, 17]);
    }

    #[test]
    fn a_mark_in_the_middle_of_a_file_is_text() {
        let found = records("\u{feff}a,b".as_bytes(), COMMA, 1);
        assert_eq!(found, [(1, vec!["\u{feff}a".to_owned(), "b".to_owned()])]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn text_cut_after_whole_records_has_the_same_records(text in "[ab,\" \n]{0,40}", cut in 0_usize..40) {
            let (first, _) = text.as_bytes().split_at(cut.min(text.len()));
            let (first, rest) = text.as_bytes().split_at(whole_records(COMMA, first));
            let lines = first.split(|byte| *byte == b'\n').skip(1).count() as u64;
            let parts = [records(first, COMMA, 1), records(rest, COMMA, 1 + lines)].concat();
            prop_assert_eq!(parts, records(text.as_bytes(), COMMA, 1));
        }

        #[test]
        fn fields_aligned_by_white_space_are_those_between_it(text in "[a1 \t\r\n]{0,40}", cut in 0_usize..40) {
            let found = records(&aligned(&text, cut), SPACE, 1);
            let lines = text.split('\n').zip(1..).map(|(line, number)| {
                (number, line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            });
            prop_assert_eq!(found, lines.filter(|(_, fields)| !fields.is_empty()).collect::<Vec<_>>());
        }

        #[test]
        fn white_space_inside_quotes_stays(fields in prop::collection::vec(QUOTED, 1..5), cut in 0_usize..40) {
            let quoted = fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
            let text = quoted.collect::<Vec<_>>().join(" \t ");
            let found = records(&aligned(&text, cut), SPACE, 1);
            let expected: Vec<String> = fields.iter().map(|field| field.trim().to_owned()).collect();
            prop_assert!(expected == [""] && found.is_empty() || found == [(1, expected)]);
        }
    }
}
