//! Records of plain decimals and nothing else, which most files are made of: read where the separators say, without the cursor.

use super::decimal;
use super::input::Block;
use super::separators;

/// What the fields of a record are.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) separator: u8,
    /// The place of each in a row.
    pub(super) places: Vec<usize>,
}

/// The records of a block, as long as they are plain.
#[derive(Debug)]
pub(super) struct PlainRecords<'a> {
    bytes: &'a [u8],
    fields: &'a Fields,
    /// Where separators and line ends are.
    ends: Vec<usize>,
    /// The first of them that is not behind.
    next: usize,
}

impl<'a> PlainRecords<'a> {
    pub(super) fn new(block: &'a Block, fields: &'a Fields) -> Self {
        let mut ends = Vec::new();
        separators::places(block.bytes(), fields.separator, &mut ends);
        Self {
            bytes: block.bytes_and_more(),
            fields,
            ends,
            next: 0,
        }
    }

    /// Puts the record that begins at `start` into the row; where the next begins, or `None` if it is not plain.
    #[inline]
    pub(super) fn record(&mut self, mut start: usize, row: &mut [f64]) -> Option<usize> {
        // Those of records that were not plain.
        while *self.ends.get(self.next)? < start {
            self.next += 1;
        }
        let places = &self.fields.places;
        let ends = self.ends.get(self.next..self.next + places.len())?;
        let last = places.len() - 1;
        for (index, (place, &end)) in places.iter().zip(ends).enumerate() {
            let is_last = self.bytes[end] == b'\n';
            if is_last != (index == last) {
                return None;
            }
            // The CR of a CRLF is white space.
            let behind = end - usize::from(is_last && end > start && self.bytes[end - 1] == b'\r');
            row[*place] = match decimal::parse_field(self.bytes, start, behind) {
                Some(value) => value,
                None => match decimal::parse(self.bytes.get(start..)?)? {
                    (value, length) if start + length == behind => value,
                    _ => return None,
                },
            };
            start = end + 1;
        }
        self.next += places.len();
        Some(start)
    }
}
