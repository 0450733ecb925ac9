//! The bytes of an input, decompressed.

use std::io::{Chain, Cursor, Read, Result as IoResult};

use crate::error::{Error, Result};

/// Bytes that tell a compression.
const START: usize = 10;

/// An input with its first bytes put back.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// Compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    Bzip2,
    Gzip,
    Xz,
    Zstd,
}

impl Compression {
    /// Tells it by the first bytes.
    fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
                ..,
            ]
            | [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x17,
                0x72,
                0x45,
                0x38,
                0x50,
                0x90,
                ..,
            ] => Some(Self::Bzip2),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // The second: a frame of something else, before the first of data.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The message where its feature is off.
    #[allow(dead_code)] // with all features
    fn problem(self) -> &'static str {
        match self {
            Self::Bzip2 => "it is compressed by bzip2, which needs the feature `bzip2`",
            Self::Gzip => "it is compressed by gzip, which needs the feature `gzip`",
            Self::Xz => "it is compressed by xz, which needs the feature `xz`",
            Self::Zstd => "it is compressed by zstd, which needs the feature `zstd`",
        }
    }
}

/// Test of bytes that are compressed.
pub(super) fn is_compressed(start: &[u8]) -> bool {
    Compression::of(start).is_some()
}

/// The bytes of an input. A file may be several compressed ones, end to end.
pub(super) enum Source<R: Read> {
    Plain(Whole<R>),
    #[cfg(feature = "bzip2")]
    Bzip2(Box<bzip2::read::MultiBzDecoder<Whole<R>>>),
    #[cfg(feature = "gzip")]
    Gzip(Box<flate2::read::MultiGzDecoder<Whole<R>>>),
    #[cfg(feature = "xz")]
    Xz(Box<lzma_rust2::XzReader<std::io::BufReader<Whole<R>>>>),
    #[cfg(feature = "zstd")]
    Zstd(Box<super::zstd::Frames<Whole<R>>>),
}

impl<R: Read> Source<R> {
    pub(super) fn new(mut input: R) -> IoResult<Result<Self>> {
        let mut start = Vec::new();
        (&mut input).take(START as u64).read_to_end(&mut start)?;
        let compression = Compression::of(&start);
        let whole = Cursor::new(start).chain(input);
        Ok(match compression {
            None => Ok(Self::Plain(whole)),
            #[cfg(feature = "bzip2")]
            Some(Compression::Bzip2) => Ok(Self::Bzip2(Box::new(
                bzip2::read::MultiBzDecoder::new(whole),
            ))),
            #[cfg(feature = "gzip")]
            Some(Compression::Gzip) => Ok(Self::Gzip(Box::new(flate2::read::MultiGzDecoder::new(
                whole,
            )))),
            #[cfg(feature = "xz")]
            Some(Compression::Xz) => {
                let buffered = std::io::BufReader::with_capacity(1 << 16, whole);
                Ok(Self::Xz(Box::new(lzma_rust2::XzReader::new(
                    buffered, true,
                ))))
            }
            #[cfg(feature = "zstd")]
            Some(Compression::Zstd) => Ok(Self::Zstd(Box::new(super::zstd::Frames::new(whole)))),
            #[allow(unreachable_patterns)] // with all features
            Some(other) => Err(Error::Malformed {
                what: "the CSV input",
                problem: other.problem(),
            }),
        })
    }

    /// Appends `count` bytes, or fewer at the end of the input.
    pub(super) fn append(&mut self, count: usize, bytes: &mut Vec<u8>) -> IoResult<usize> {
        bytes.reserve(count);
        let count = count as u64;
        match self {
            Self::Plain(input) => input.take(count).read_to_end(bytes),
            #[cfg(feature = "bzip2")]
            Self::Bzip2(input) => input.take(count).read_to_end(bytes),
            #[cfg(feature = "gzip")]
            Self::Gzip(input) => input.take(count).read_to_end(bytes),
            #[cfg(feature = "xz")]
            Self::Xz(input) => input.take(count).read_to_end(bytes),
            #[cfg(feature = "zstd")]
            Self::Zstd(input) => input.take(count).read_to_end(bytes),
        }
    }
}
