//! Blocks of whole records from the bytes of a file: decompressed, in UTF-8, without what stands before the records.

use std::io::Read;
use std::path::PathBuf;

use memchr::{memchr, memchr_iter, memchr2};

use super::delimiter::{Delimiter, named_by_first_line, shown_by};
use super::encoding::Text;
use super::foreign;
use super::note::ReadNote;
use super::options::CsvReader;
use super::records::{Aligned, Format, Records, has_zeros, whole_records};
use super::schema::SchemaColumn;
use super::source::Source;
use crate::error::{Error, Result};
use crate::notation::name::canonical_name;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Bytes in a block, if its records are shorter.
const BLOCK: usize = 256 << 10;

/// Some whole records.
#[derive(Default)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// The line of the first byte, from 1.
    pub(super) line: u64,
}

/// The text of an input, block by block.
pub(super) struct Blocks<R: Read> {
    source: Source<R>,
    path: PathBuf,
    text: Text,
    /// Lines end in CR: whether the last byte was one.
    returns: Option<bool>,
    aligned: Option<Aligned>,
    pub(super) format: Format,
    /// Bytes read after the whole records of the last block.
    rest: Vec<u8>,
    /// The line of the first byte of `rest`.
    line: u64,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    /// Begins to read, and finds out the form of the text as far as the reader does not know it; what was found goes
    /// to the notes.
    pub(super) fn open(
        input: R,
        reader: &CsvReader,
        path: PathBuf,
        notes: &mut Vec<ReadNote>,
    ) -> Result<Self> {
        let failed = |source| Error::Io {
            path: path.clone(),
            source,
        };
        let mut source = Source::new(input).map_err(failed)??;
        let mut start = Vec::new();
        let read = source.append(BLOCK, &mut start).map_err(failed)?;
        foreign::check(&start)?;
        let text = Text::of(&start, reader.encoding.as_deref())?;
        if text.is_utf_8() {
            foreign::check_text(&start)?;
        } else if reader.encoding.is_none() {
            notes.push(ReadNote::Encoding {
                encoding: text.encoding().to_owned(),
            });
        }
        let mut blocks = Self {
            source,
            path,
            format: Format {
                delimiter: reader.delimiter.unwrap_or(Delimiter::Byte(b',')),
                comment: reader.comment,
                encoding: text.encoding(),
            },
            text,
            returns: None,
            aligned: None,
            rest: start,
            line: 1,
            ended: read < BLOCK,
        };
        blocks.text.decode(&mut blocks.rest, 0, blocks.ended);
        if blocks.rest.starts_with(BYTE_ORDER_MARK) {
            blocks.rest.drain(..BYTE_ORDER_MARK.len());
        }
        if ends_in_returns(&blocks.rest) {
            let mut after = false;
            rewrite_returns(&mut blocks.rest, 0, &mut after);
            blocks.returns = Some(after);
        }
        blocks.skip_and_separate(reader, notes)?;
        if blocks.format.delimiter == Delimiter::Whitespace {
            let mut aligned = Aligned::new(reader.comment);
            aligned.rewrite(&mut blocks.rest, 0, blocks.ended);
            blocks.aligned = Some(aligned);
        }
        Ok(blocks)
    }

    /// Skips the lines before the records, and finds the separator.
    fn skip_and_separate(&mut self, reader: &CsvReader, notes: &mut Vec<ReadNote>) -> Result<()> {
        let named = named_by_first_line(&self.rest);
        self.skip_lines(reader.skip_rows.max(usize::from(named.is_some())))?;
        if reader.delimiter.is_some() {
            return Ok(());
        }
        // A name that must be there.
        let of_schema = reader
            .schema
            .as_ref()
            .and_then(|schema| schema.columns().first());
        let name = of_schema.map_or(reader.target.as_str(), SchemaColumn::name);
        let found = named.or_else(|| shown_by(&self.rest, self.format, name, reader.has_header));
        if let Some(delimiter) = found {
            self.format.delimiter = delimiter;
            if delimiter != Delimiter::Byte(b',') {
                notes.push(ReadNote::Delimiter { delimiter });
            }
        }
        Ok(())
    }

    /// Forgets so many lines, or all that there are.
    fn skip_lines(&mut self, count: usize) -> Result<()> {
        let mut end = 0;
        for _ in 0..count {
            end += loop {
                if let Some(at) = memchr(b'\n', &self.rest[end..]) {
                    self.line += 1;
                    break at + 1;
                }
                if self.ended {
                    break self.rest.len() - end;
                }
                let mut rest = std::mem::take(&mut self.rest);
                let read = self.read_more(BLOCK, &mut rest);
                self.rest = rest;
                read?;
            };
        }
        self.rest.drain(..end);
        Ok(())
    }

    /// The line and the trimmed fields of the first record, which is taken, and some lines after it, if it is a header.
    pub(super) fn first_record(
        &mut self,
        reader: &CsvReader,
    ) -> Result<Option<(u64, Vec<String>)>> {
        let mut block = Block::default();
        while self.next_block(&mut block)? {
            let mut records = Records::new(self.format, &block.bytes, block.line);
            if !records.advance() {
                continue;
            }
            let zeros = has_zeros(&block.bytes[..block.bytes.len() - records.rest.len()]);
            records.check(&[], zeros)?;
            let fields = (0..records.count()).map(|place| canonical_name(records.text(place)));
            let found = (records.line, fields.collect());
            let taken = if reader.has_header {
                block.bytes.len() - records.rest.len()
            } else {
                0
            };
            // Back in front of what was read beyond the block.
            self.line = block.line + line_ends(&block.bytes[..taken]);
            self.rest.splice(..0, block.bytes.drain(taken..));
            self.skip_lines(reader.skip_rows_after_header)?;
            return Ok(Some(found));
        }
        Ok(None)
    }

    /// Puts the next whole records into `block`; whether there are any.
    pub(super) fn next_block(&mut self, block: &mut Block) -> Result<bool> {
        let Block { bytes, line } = block;
        bytes.clear();
        bytes.append(&mut self.rest);
        *line = self.line;
        let mut wanted = BLOCK;
        loop {
            if !self.ended && bytes.len() < wanted {
                self.read_more(wanted - bytes.len(), bytes)?;
            }
            if self.ended {
                break;
            }
            let whole = whole_records(self.format, bytes);
            if whole > 0 {
                self.rest.extend(bytes.drain(whole..));
                break;
            }
            // A record longer than that: twice as far each time, so that the search for its end stays linear.
            wanted = wanted.max(bytes.len()).saturating_mul(2);
        }
        self.line += line_ends(bytes);
        Ok(!bytes.is_empty())
    }

    /// Appends the text of so many bytes, or of fewer at the end of the input.
    fn read_more(&mut self, count: usize, bytes: &mut Vec<u8>) -> Result<()> {
        let start = bytes.len();
        let read = (self.source.append(count, bytes)).map_err(|source| Error::Io {
            path: self.path.clone(),
            source,
        })?;
        self.ended = read < count;
        self.text.decode(bytes, start, self.ended);
        if let Some(after) = &mut self.returns {
            rewrite_returns(bytes, start, after);
        }
        if let Some(aligned) = &mut self.aligned {
            aligned.rewrite(bytes, start, self.ended);
        }
        Ok(())
    }
}

/// Test of a text whose first line ends in CR alone, and at least as many lines as in LF: of a Mac before 2001, or of
/// Excel for the Mac, which ends lines inside a field in LF.
fn ends_in_returns(text: &[u8]) -> bool {
    let Some(end) = memchr2(b'\r', b'\n', text) else {
        return false;
    };
    let is_alone = |at: usize| text.get(at + 1) != Some(&b'\n');
    let alone = memchr_iter(b'\r', text).filter(|at| is_alone(*at)).count() as u64;
    text[end] == b'\r' && is_alone(end) && alone >= line_ends(text)
}

/// Makes LF of CR and CRLF from `start` on; `after` tells whether the last byte before, and then the last, was CR.
fn rewrite_returns(bytes: &mut Vec<u8>, start: usize, after: &mut bool) {
    let mut to = start;
    for at in start..bytes.len() {
        let byte = bytes[at];
        let is_second = byte == b'\n' && *after;
        *after = byte == b'\r';
        if !is_second {
            bytes[to] = if *after { b'\n' } else { byte };
            to += 1;
        }
    }
    bytes.truncate(to);
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
