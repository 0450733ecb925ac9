//! Where the separators and line ends of a block are, sixty-four bytes at a time.
//!
//! Once they are known, no field waits for the end of the one before it: the processor reads several at once. G. Langdale and
//! D. Lemire, *Parsing gigabytes of JSON per second*, VLDB Journal 28(6), 2019.

use pulp::{Arch, Simd, WithSimd};

const WORD: usize = 64;

/// The places of the separator and of LF in the bytes, quotes or not.
pub(super) fn places(bytes: &[u8], separator: u8, places: &mut Vec<usize>) {
    places.clear();
    Arch::new().dispatch(Search {
        bytes,
        separator,
        places,
    });
}

/// The search, compiled for each instruction set.
struct Search<'a> {
    bytes: &'a [u8],
    separator: u8,
    places: &'a mut Vec<usize>,
}

impl WithSimd for Search<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let (words, rest) = self.bytes.as_chunks::<WORD>();
        let mut last = [0; WORD];
        last[..rest.len()].copy_from_slice(rest);
        let mut start = 0;
        for word in words.iter().chain([&last]) {
            let mut hits = hits(word, self.separator);
            while hits != 0 {
                self.places.push(start + hits.trailing_zeros() as usize);
                hits &= hits - 1;
            }
            start += WORD;
        }
    }
}

/// A bit for each byte.
#[inline(always)]
fn hits(word: &[u8; WORD], separator: u8) -> u64 {
    // Where bit 8 i goes to bit 56 + i, and no two meet.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let marks = word.map(|byte| u8::from(byte == separator) | u8::from(byte == b'\n'));
    let (eights, _) = marks.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, marks| {
        (bits << 8) | (u64::from_le_bytes(*marks).wrapping_mul(GATHER) >> 56)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_separator_and_line_end_is_found(text in "[a1,;\n]{0,300}", separator in "[,;]") {
            let separator = separator.as_bytes()[0];
            let mut found = vec![7];
            places(text.as_bytes(), separator, &mut found);
            let expected = text.bytes().enumerate().filter(|(_, b)| *b == separator || *b == b'\n');
            prop_assert_eq!(found, expected.map(|(at, _)| at).collect::<Vec<usize>>());
        }
    }
}
