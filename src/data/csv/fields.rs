//! Fields of records: the one place that knows separators, quotes and line ends.
//!
//! The grammar is that of the `csv` crate: a quote opens only at the start of a field, a doubled one inside stands for itself, and
//! what follows the closing quote belongs to the field as it is. A record ends in LF; the CR of a CRLF is white space of its last field.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::decimal;
use super::policy::Separator;

const QUOTE: u8 = b'"';

/// A place in bytes that begin at the start of a record.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    separator: Separator,
    /// The next byte.
    pub(super) at: usize,
    /// The line of the next byte, from 1.
    pub(super) line: u64,
    /// Whether the last record ended in a line end, and not with the bytes.
    terminated: bool,
}

/// The bytes of a field as they stand in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    raw: &'a [u8],
    quoted: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], separator: Separator, line: u64) -> Self {
        Self {
            bytes,
            separator,
            at: 0,
            line,
            terminated: false,
        }
    }

    /// Goes to the next record that is not blank; whether there is one.
    #[inline]
    pub(super) fn next_record(&mut self) -> bool {
        loop {
            if self.separator == Separator::Whitespace {
                self.skip_white();
            }
            let Some(&first) = self.bytes.get(self.at) else {
                return false;
            };
            if first > b' ' && first != QUOTE {
                return true;
            }
            // A record of one field of white space is a blank line.
            let mut ahead = self.clone();
            let blank = ahead.field().is_blank();
            if ahead.next_field() || !blank {
                return true;
            }
            *self = ahead;
        }
    }

    /// The field that begins here; goes to its end.
    pub(super) fn field(&mut self) -> Field<'a> {
        let start = self.at;
        let quoted = self.bytes.get(start) == Some(&QUOTE);
        if quoted {
            self.at = self.end_of_quotes(start + 1);
            self.line += memchr_iter(b'\n', &self.bytes[start..self.at]).count() as u64;
        }
        let rest = &self.bytes[self.at..];
        let length = match self.separator {
            Separator::Byte(byte) => memchr2(byte, b'\n', rest),
            Separator::Whitespace => rest.iter().position(|b| is_white(*b) || *b == b'\n'),
        };
        self.at += length.unwrap_or(rest.len());
        Field {
            raw: &self.bytes[start..self.at],
            quoted,
        }
    }

    /// The finite number that is the whole field that begins here, white space after it aside, and nothing but the usual digits;
    /// otherwise stays. The separator must not be a character of a number.
    #[inline]
    pub(super) fn number(&mut self) -> Option<f64> {
        let rest = &self.bytes[self.at..];
        let (value, mut end) = match decimal::parse(rest) {
            Some(found) => found,
            None => fast_float2::parse_partial::<f64, _>(rest).ok()?,
        };
        loop {
            match rest.get(end) {
                None | Some(b'\n') => break,
                Some(byte) if self.separates(*byte) => break,
                Some(byte) if is_white(*byte) => end += 1,
                Some(_) => return None,
            }
        }
        if !value.is_finite() {
            return None;
        }
        self.at += end;
        Some(value)
    }

    /// The bytes from an earlier place up to the next byte.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    /// Goes from the end of a field to the start of the next; whether the record has one.
    #[inline]
    pub(super) fn next_field(&mut self) -> bool {
        if self.separator == Separator::Whitespace {
            self.skip_white();
        }
        match self.bytes.get(self.at) {
            None => {
                self.terminated = false;
                false
            }
            Some(b'\n') => {
                self.at += 1;
                self.line += 1;
                self.terminated = true;
                false
            }
            Some(_) => {
                // White space is behind already.
                self.at += usize::from(self.separator != Separator::Whitespace);
                true
            }
        }
    }

    #[inline]
    fn separates(&self, byte: u8) -> bool {
        match self.separator {
            Separator::Byte(separator) => byte == separator,
            Separator::Whitespace => is_white(byte),
        }
    }

    fn skip_white(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| is_white(*byte)) {
            self.at += 1;
        }
    }

    /// The byte after the closing quote, or the end: a quote that is never closed swallows the rest.
    fn end_of_quotes(&self, mut at: usize) -> usize {
        while let Some(length) = memchr(QUOTE, &self.bytes[at..]) {
            at += length + 1;
            if self.bytes.get(at) != Some(&QUOTE) {
                return at;
            }
            at += 1;
        }
        self.bytes.len()
    }
}

impl<'a> Field<'a> {
    /// The trimmed text; `scratch` holds it if quotes had to be removed. Bytes that are not UTF-8 yield the empty text.
    pub(super) fn text<'s>(&self, scratch: &'s mut Vec<u8>) -> &'s str
    where
        'a: 's,
    {
        let bytes = if self.quoted {
            scratch.clear();
            self.unquote(scratch);
            scratch
        } else {
            self.raw
        };
        str::from_utf8(bytes).unwrap_or_default().trim()
    }

    fn is_blank(&self) -> bool {
        let mut scratch = Vec::new();
        if self.quoted {
            self.unquote(&mut scratch);
            scratch.trim_ascii().is_empty()
        } else {
            self.raw.trim_ascii().is_empty()
        }
    }

    fn unquote(&self, text: &mut Vec<u8>) {
        let mut rest = &self.raw[1..];
        while let Some(length) = memchr(QUOTE, rest) {
            text.extend_from_slice(&rest[..length]);
            rest = &rest[length + 1..];
            if rest.first() != Some(&QUOTE) {
                break;
            }
            text.push(QUOTE);
            rest = &rest[1..];
        }
        text.extend_from_slice(rest);
    }
}

/// The length of the whole records at the start of the bytes; the last may be cut.
pub(super) fn whole_records(bytes: &[u8], separator: Separator) -> usize {
    if memchr(QUOTE, bytes).is_none() {
        return memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    }
    let mut cursor = Cursor::new(bytes, separator, 1);
    let mut end = 0;
    while cursor.at < bytes.len() {
        loop {
            cursor.field();
            if !cursor.next_field() {
                break;
            }
        }
        if cursor.terminated {
            end = cursor.at;
        }
    }
    end
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

#[cfg(test)]
mod tests {
    use csv::{ByteRecord, ReaderBuilder, Terminator};
    use proptest::prelude::*;

    use super::*;

    fn records(text: &str, separator: Separator) -> Vec<Vec<String>> {
        let (mut cursor, mut scratch) = (Cursor::new(text.as_bytes(), separator, 1), Vec::new());
        let mut records = Vec::new();
        while cursor.next_record() {
            let mut record = Vec::new();
            loop {
                record.push(cursor.field().text(&mut scratch).to_owned());
                if !cursor.next_field() {
                    break;
                }
            }
            records.push(record);
        }
        records
    }

    /// What the csv crate makes of it, blank lines left out.
    fn expected(text: &str) -> Vec<Vec<String>> {
        let mut reader = ReaderBuilder::new()
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let (mut record, mut records) = (ByteRecord::new(), Vec::new());
        while reader.read_byte_record(&mut record).is_ok_and(|more| more) {
            let texts = record
                .iter()
                .map(|field| String::from_utf8_lossy(field).trim().to_owned());
            let texts: Vec<String> = texts.collect();
            if texts != [""] {
                records.push(texts);
            }
        }
        records
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn records_and_fields_are_those_of_the_csv_crate(text in "[ab,\"\r\n é]{0,40}") {
            prop_assert_eq!(records(&text, Separator::Byte(b',')), expected(&text));
        }

        #[test]
        fn text_cut_after_whole_records_has_the_same_records(
            text in "[ab,\" \n]{0,40}",
            cut in 0_usize..40,
        ) {
            for separator in [Separator::Byte(b','), Separator::Whitespace] {
                let end = whole_records(&text.as_bytes()[..cut.min(text.len())], separator);
                let (first, rest) = text.split_at(end);
                let parts = [records(first, separator), records(rest, separator)].concat();
                prop_assert_eq!(parts, records(&text, separator));
            }
        }
    }
}
