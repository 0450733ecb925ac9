//! Blocks of whole records from the bytes of a file: decompressed, without a byte order mark.

use std::io::{Chain, Cursor, Read, Result as IoResult};
use std::path::PathBuf;

use memchr::memchr_iter;

use super::options::Separator;
use super::records::{Aligned, Records, whole_records};
use crate::error::{Error, Result};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const GZIP: &[u8] = b"\x1F\x8B";

/// Bytes in a block, if its records are shorter.
const BLOCK: usize = 256 << 10;

/// An input with its first bytes put back.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// Where the bytes come from.
enum Source<R> {
    Plain(Whole<R>),
    #[cfg(feature = "gzip")]
    Gzip(Box<flate2::read::MultiGzDecoder<Whole<R>>>),
}

impl<R: Read> Source<R> {
    /// Tells compression by the first bytes. A file may be several compressed ones, end to end.
    fn new(mut input: R) -> IoResult<Result<Self>> {
        let mut start = Vec::new();
        (&mut input)
            .take(GZIP.len() as u64)
            .read_to_end(&mut start)?;
        let is_gzip = start == GZIP;
        let whole = Cursor::new(start).chain(input);
        #[cfg(feature = "gzip")]
        if is_gzip {
            let decoder = flate2::read::MultiGzDecoder::new(whole);
            return Ok(Ok(Self::Gzip(Box::new(decoder))));
        }
        #[cfg(not(feature = "gzip"))]
        if is_gzip {
            return Ok(Err(Error::Malformed {
                what: "the CSV input",
                problem: "it is compressed by gzip, which needs the feature `gzip`",
            }));
        }
        Ok(Ok(Self::Plain(whole)))
    }

    /// Appends `count` bytes, or fewer at the end of the input.
    fn append(&mut self, count: usize, bytes: &mut Vec<u8>) -> IoResult<usize> {
        bytes.reserve(count);
        match self {
            Self::Plain(input) => input.take(count as u64).read_to_end(bytes),
            #[cfg(feature = "gzip")]
            Self::Gzip(input) => input.take(count as u64).read_to_end(bytes),
        }
    }
}

/// Some whole records.
#[derive(Default)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// The line of the first byte, from 1.
    pub(super) line: u64,
}

/// The text of an input, block by block.
pub(super) struct Blocks<R> {
    source: Source<R>,
    path: PathBuf,
    separator: Separator,
    aligned: Option<Aligned>,
    /// Bytes read after the whole records of the last block.
    rest: Vec<u8>,
    /// The line of the first byte of `rest`.
    line: u64,
    begun: bool,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(input: R, separator: Separator, path: PathBuf) -> Result<Self> {
        let source = match Source::new(input) {
            Ok(source) => source?,
            Err(source) => return Err(Error::Io { path, source }),
        };
        Ok(Self {
            source,
            path,
            separator,
            aligned: (separator == Separator::Whitespace).then(Aligned::default),
            rest: Vec::new(),
            line: 1,
            begun: false,
            ended: false,
        })
    }

    /// The trimmed fields of the first record, which is taken if it is a header.
    pub(super) fn first_record(&mut self, is_header: bool) -> Result<Option<Vec<String>>> {
        let mut block = Block::default();
        while self.next_block(&mut block)? {
            let mut records = Records::new(self.separator, &block.bytes, block.line);
            if !records.advance() {
                continue;
            }
            if !records.is_text() {
                return Err(Error::NotUtf8 { line: records.line });
            }
            let fields = (0..records.count()).map(|place| records.text(place).to_owned());
            let fields = fields.collect();
            let taken = if is_header {
                block.bytes.len() - records.rest.len()
            } else {
                0
            };
            // Back in front of what was read beyond the block.
            self.line = block.line + line_ends(&block.bytes[..taken]);
            self.rest.splice(..0, block.bytes.drain(taken..));
            return Ok(Some(fields));
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
        while !self.ended {
            let (start, missing) = (bytes.len(), wanted.saturating_sub(bytes.len()));
            let read = (self.source.append(missing, bytes)).map_err(|source| Error::Io {
                path: self.path.clone(),
                source,
            })?;
            self.ended = read < missing;
            if !self.begun && bytes.starts_with(BYTE_ORDER_MARK) {
                bytes.drain(..BYTE_ORDER_MARK.len());
            }
            self.begun = true;
            if let Some(aligned) = &mut self.aligned {
                aligned.rewrite(bytes, start, self.ended);
            }
            if self.ended {
                break;
            }
            let whole = whole_records(self.separator, bytes);
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
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
