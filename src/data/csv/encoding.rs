//! Text of any encoding to UTF-8.

use crate::error::{Error, Result};

/// The encoding of text that is read as it is.
const UTF_8: &str = "UTF-8";
/// Bytes in which zeros are counted.
const COUNTED: usize = 4096;

/// Decoder of a text, block by block.
pub(super) struct Text {
    encoding: &'static str,
    /// None for UTF-8, whose bytes stay where they are.
    #[cfg(feature = "encoding")]
    decoder: Option<encoding_rs::Decoder>,
}

/// Byte order of UTF-16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Utf16 {
    Le,
    Be,
}

impl Text {
    /// The decoder of a text that begins like this: as its byte order mark says, as asked for by name, or as every
    /// second byte shows that is zero.
    pub(super) fn of(start: &[u8], asked: Option<&str>) -> Result<Self> {
        let marked = match start {
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
                return Err(Error::NotCsv {
                    found: "text in UTF-32",
                    remedy: "convert it to UTF-8",
                });
            }
            [0xFF, 0xFE, ..] => Some(Utf16::Le),
            [0xFE, 0xFF, ..] => Some(Utf16::Be),
            [0xEF, 0xBB, 0xBF, ..] => return Ok(Self::utf_8()),
            _ => None,
        };
        match (marked, asked) {
            (None, Some(name)) => Self::named(name, start),
            (marked, _) => match marked.or_else(|| zeros_of(start)) {
                Some(order) => Self::utf_16(order),
                None => Ok(Self::utf_8()),
            },
        }
    }

    /// The name of the encoding.
    pub(super) fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// The text is read as it is.
    pub(super) fn is_utf_8(&self) -> bool {
        self.encoding == UTF_8
    }
}

#[cfg(feature = "encoding")]
impl Text {
    fn utf_8() -> Self {
        Self {
            encoding: UTF_8,
            decoder: None,
        }
    }

    #[allow(clippy::unnecessary_wraps)] // an error without the feature
    fn utf_16(order: Utf16) -> Result<Self> {
        Ok(Self::decoded(match order {
            Utf16::Le => encoding_rs::UTF_16LE,
            Utf16::Be => encoding_rs::UTF_16BE,
        }))
    }

    fn decoded(encoding: &'static encoding_rs::Encoding) -> Self {
        Self {
            encoding: encoding.name(),
            decoder: Some(encoding.new_decoder_without_bom_handling()),
        }
    }

    fn named(name: &str, start: &[u8]) -> Result<Self> {
        let Some(encoding) = encoding_rs::Encoding::for_label_no_replacement(name.as_bytes())
        else {
            return Err(Error::UnknownName {
                what: "encoding",
                name: name.to_owned(),
                known: "utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15, shift_jis, gb18030, and others of the \
                        WHATWG's Encoding Standard"
                    .to_owned(),
            });
        };
        if encoding == encoding_rs::UTF_8 {
            return Ok(Self::utf_8());
        }
        // Named without its order, it has the one that the zeros show.
        if name.trim().eq_ignore_ascii_case("utf-16") {
            return Self::utf_16(zeros_of(start).unwrap_or(Utf16::Le));
        }
        Ok(Self::decoded(encoding))
    }

    /// Makes UTF-8 of the bytes from `start` on, which follow those of the call before; at the end of the text with
    /// `ended`. What is no text of the encoding becomes a byte that is none of UTF-8 either.
    pub(super) fn decode(&mut self, bytes: &mut Vec<u8>, start: usize, ended: bool) {
        let Some(decoder) = &mut self.decoder else {
            return;
        };
        let raw = bytes.split_off(start);
        let mut read = 0;
        loop {
            let room = decoder.max_utf8_buffer_length_without_replacement(raw.len() - read);
            let from = bytes.len();
            bytes.resize(from + room.unwrap_or(raw.len()).max(16), 0);
            let (result, taken, written) =
                decoder.decode_to_utf8_without_replacement(&raw[read..], &mut bytes[from..], ended);
            read += taken;
            bytes.truncate(from + written);
            match result {
                encoding_rs::DecoderResult::InputEmpty => return,
                encoding_rs::DecoderResult::OutputFull => {}
                encoding_rs::DecoderResult::Malformed(..) => bytes.push(0xFF),
            }
        }
    }
}

#[cfg(not(feature = "encoding"))]
impl Text {
    fn utf_8() -> Self {
        Self { encoding: UTF_8 }
    }

    fn utf_16(_: Utf16) -> Result<Self> {
        Err(Error::Malformed {
            what: "the CSV input",
            problem: "it is in UTF-16, which needs the feature `encoding`",
        })
    }

    fn named(name: &str, _: &[u8]) -> Result<Self> {
        if ["utf-8", "utf8"].contains(&name.trim().to_ascii_lowercase().as_str()) {
            return Ok(Self::utf_8());
        }
        Err(Error::Malformed {
            what: "the CSV input",
            problem: "another encoding than UTF-8 needs the feature `encoding`",
        })
    }

    #[allow(clippy::unused_self)] // the same call with the feature
    pub(super) fn decode(&mut self, _: &mut Vec<u8>, _: usize, _: bool) {}
}

/// The order of UTF-16 without a mark: half the bytes of digits, separators and line ends are zero.
fn zeros_of(start: &[u8]) -> Option<Utf16> {
    let pairs = start[..start.len().min(COUNTED)].as_chunks::<2>().0;
    let zeros = |place: usize| pairs.iter().filter(|pair| pair[place] == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let mostly = |many: usize, few: usize| 4 * many >= pairs.len() && many >= 16 * few && many > 1;
    if mostly(low, high) {
        Some(Utf16::Le)
    } else if mostly(high, low) {
        Some(Utf16::Be)
    } else {
        None
    }
}
