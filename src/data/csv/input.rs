//! Bytes of text from bytes of a file: decompressed, without a byte order mark, in blocks of whole records.

use std::io::{Chain, Cursor as Bytes, ErrorKind, Read, Result as IoResult};
use std::path::PathBuf;

use memchr::memchr_iter;

use super::fields::{Cursor, whole_records};
use super::policy::Separator;
use crate::error::{Error, Result};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const GZIP: &[u8] = b"\x1F\x8B";

/// Bytes in a block, if its records are shorter.
const BLOCK: usize = 256 << 10;

/// Room behind the records, for who reads in words.
const BEYOND: usize = 8;

/// An input with its first bytes put back.
type Whole<R> = Chain<Bytes<Vec<u8>>, R>;

/// Where the text comes from.
enum Source<R> {
    Plain(Whole<Whole<R>>),
    #[cfg(feature = "gzip")]
    Gzip(Box<Whole<flate2::read::MultiGzDecoder<Whole<R>>>>),
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            #[cfg(feature = "gzip")]
            Self::Gzip(input) => input.read(buffer),
        }
    }
}

/// Some whole records.
#[derive(Default)]
pub(super) struct Block {
    /// Longer than the records, so that it is filled with zeros once and not for each block.
    buffer: Vec<u8>,
    length: usize,
    /// The line of the first byte, from 1.
    pub(super) line: u64,
}

impl Block {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// The bytes, and at least [`BEYOND`] others that mean nothing.
    pub(super) fn bytes_and_more(&self) -> &[u8] {
        &self.buffer
    }
}

/// The text of an input, block by block.
pub(super) struct Blocks<R> {
    source: Source<R>,
    path: PathBuf,
    separator: Separator,
    /// What was read after the whole records of the last block.
    rest: Vec<u8>,
    /// The line of the first byte of `rest`.
    line: u64,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    /// Tells compression and a byte order mark by the first bytes.
    pub(super) fn new(mut input: R, separator: Separator, path: PathBuf) -> Result<Self> {
        let source = first_bytes(&mut input, GZIP.len()).and_then(|start| {
            let gzip = start == GZIP;
            let whole = Bytes::new(start).chain(input);
            if gzip {
                decompressed(whole)
            } else {
                without_mark(whole).map(|input| Ok(Source::Plain(input)))
            }
        });
        let source = match source {
            Ok(source) => source?,
            Err(source) => return Err(Error::Io { path, source }),
        };
        Ok(Self {
            source,
            path,
            separator,
            rest: Vec::new(),
            line: 1,
            ended: false,
        })
    }

    /// The trimmed fields of the first record, which is taken if it is a header.
    pub(super) fn first_record(&mut self, is_header: bool) -> Result<Option<Vec<String>>> {
        let mut block = Block::default();
        while self.next_block(&mut block)? {
            let mut cursor = Cursor::new(block.bytes(), self.separator, block.line);
            if !cursor.next_record() {
                continue;
            }
            let (start, line) = (cursor.at, cursor.line);
            let (mut fields, mut scratch) = (Vec::new(), Vec::new());
            loop {
                fields.push(cursor.field().text(&mut scratch).to_owned());
                if !cursor.next_field() {
                    break;
                }
            }
            if str::from_utf8(&block.bytes()[start..cursor.at]).is_err() {
                return Err(Error::NotUtf8 { line });
            }
            let (unread, line_unread) = if is_header {
                (cursor.at, cursor.line)
            } else {
                (start, line)
            };
            // Back in front of what was read beyond the block.
            self.rest
                .splice(..0, block.bytes()[unread..].iter().copied());
            self.line = line_unread;
            return Ok(Some(fields));
        }
        Ok(None)
    }

    /// Puts the next whole records into `block`; whether there are any.
    pub(super) fn next_block(&mut self, block: &mut Block) -> Result<bool> {
        let Block {
            buffer,
            length,
            line,
        } = block;
        *length = self.rest.len();
        if buffer.len() < *length + BEYOND {
            buffer.resize(*length + BEYOND, 0);
        }
        buffer[..*length].copy_from_slice(&self.rest);
        self.rest.clear();
        *line = self.line;
        let mut wanted = BLOCK;
        loop {
            if !self.ended && buffer.len() < wanted + BEYOND {
                buffer.resize(wanted + BEYOND, 0);
            }
            while !self.ended && *length < wanted {
                match self.source.read(&mut buffer[*length..wanted]) {
                    Ok(read) => {
                        self.ended = read == 0;
                        *length += read;
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(source) => {
                        let path = self.path.clone();
                        return Err(Error::Io { path, source });
                    }
                }
            }
            if self.ended {
                break;
            }
            let whole = whole_records(&buffer[..*length], self.separator);
            if whole > 0 {
                self.rest.extend_from_slice(&buffer[whole..*length]);
                *length = whole;
                break;
            }
            // A record longer than that: twice as far each time, so that the search for its end stays linear.
            wanted = length.saturating_mul(2);
        }
        self.line += memchr_iter(b'\n', &buffer[..*length]).count() as u64;
        Ok(*length > 0)
    }
}

/// The first `count` bytes, or fewer if there are not as many.
fn first_bytes<R: Read>(input: &mut R, count: usize) -> IoResult<Vec<u8>> {
    let mut start = Vec::with_capacity(count);
    input.take(count as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// The text after a byte order mark, if there is one.
fn without_mark<R: Read>(mut input: R) -> IoResult<Whole<R>> {
    let mut start = first_bytes(&mut input, BYTE_ORDER_MARK.len())?;
    if start == BYTE_ORDER_MARK {
        start.clear();
    }
    Ok(Bytes::new(start).chain(input))
}

#[cfg(feature = "gzip")]
fn decompressed<R: Read>(input: Whole<R>) -> IoResult<Result<Source<R>>> {
    // A file may be several compressed ones, end to end.
    let text = without_mark(flate2::read::MultiGzDecoder::new(input))?;
    Ok(Ok(Source::Gzip(Box::new(text))))
}

#[cfg(not(feature = "gzip"))]
#[allow(clippy::unnecessary_wraps)] // as with the feature
fn decompressed<R: Read>(_: Whole<R>) -> IoResult<Result<Source<R>>> {
    Ok(Err(Error::Malformed {
        what: "the CSV input",
        problem: "it is compressed by gzip, which needs the feature `gzip`",
    }))
}
