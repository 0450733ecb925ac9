//! Decimals as files have them, `-12.345`: read eight digits at a time, and rounded correctly.
//!
//! D. Lemire, *Number parsing at a gigabyte per second*, Software: Practice and Experience 51(8), 2021. What takes more than one
//! product of 64 × 128 bits to decide is left to `fast_float2`.

mod scaled;

use scaled::scaled;

/// Digits that a mantissa of 64 bits holds, whatever they are; `10^k` is a double up to here, and `5^k` has 64 bits.
const MOST_DIGITS: usize = 19;

const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);

/// `10^k`, as far as 64 bits go.
const TEN_TO: [u64; MOST_DIGITS + 1] = {
    let mut powers = [1; MOST_DIGITS + 1];
    let mut k = 1;
    while k <= MOST_DIGITS {
        powers[k] = 10 * powers[k - 1];
        k += 1;
    }
    powers
};

/// What a word of text holds that is a sign, digits and a point, in the highest bytes, with zeros before it.
struct Digits<T> {
    negative: bool,
    /// The digits, without sign and point, in the highest bytes.
    values: T,
    /// How many digits are behind the point, if there is one.
    decimals: Option<u32>,
}

/// Takes the last `length ≥ 1` bytes of a word as a number; `None` for anything but an optional sign, and digits with at most one point.
macro_rules! digits_of {
    ($name:ident, $word:ty) => {
        #[inline]
        #[allow(clippy::cast_possible_truncation)] // a byte is meant
        fn $name(word: $word, length: u32) -> Option<Digits<$word>> {
            /// The byte in every place.
            const fn all(byte: u8) -> $word {
                <$word>::from_le_bytes([byte; size_of::<$word>()])
            }
            const SIGN: u8 = b'-' ^ b'0';
            let start = <$word>::BITS - 8 * length;
            let mut values = (word ^ all(b'0')) >> start << start;
            let negative = (values >> start) as u8 == SIGN;
            values ^= <$word>::from(SIGN * u8::from(negative)) << start;
            // The first byte that is a point gets its high bit; those after it do not matter.
            let other = values ^ all(b'.' ^ b'0');
            let points = other.wrapping_sub(all(1)) & !other & all(0x80);
            let decimals = (points != 0).then(|| {
                let place = points.trailing_zeros() / 8;
                let before = values & !<$word>::MAX.unbounded_shl(8 * place);
                let behind = <$word>::MAX.unbounded_shl(8 * place + 8);
                values = (values & behind) | (before << 8);
                size_of::<$word>() as u32 - 1 - place
            });
            let is_number = (values.wrapping_add(all(0x76)) | values) & all(0x80) == 0;
            let count = length - u32::from(negative) - u32::from(decimals.is_some());
            (is_number && count > 0).then_some(Digits {
                negative,
                values,
                decimals,
            })
        }
    };
}
digits_of!(digits_of_8, u64);
digits_of!(digits_of_16, u128);

/// The high bit of the first byte above 9; what those after it have does not matter.
#[inline]
fn above_nine(values: u64) -> u64 {
    (values.wrapping_add(u64::from_le_bytes([0x76; 8])) | values) & HIGH_BITS
}

/// The number of sixteen digits.
#[inline]
#[allow(clippy::cast_possible_truncation)] // its halves
fn of_sixteen(values: u128) -> u64 {
    of_eight(values as u64) * TEN_TO[8] + of_eight((values >> 64) as u64)
}

/// The number that is all of a field of known ends; `None` for what is no plain decimal, too long or too close to call, or too near the
/// start of the bytes. No step waits for what a digit is.
#[inline]
pub(super) fn parse_field(bytes: &[u8], start: usize, end: usize) -> Option<f64> {
    let word = |end: usize| Some(u64::from_le_bytes(*bytes.get(..end)?.last_chunk()?));
    let double = |end: usize| Some(u128::from_le_bytes(*bytes.get(..end)?.last_chunk()?));
    let length = u32::try_from(end.checked_sub(start)?).ok()?;
    let (negative, mantissa, decimals) = match length {
        1..=8 => {
            let digits = digits_of_8(word(end)?, length)?;
            (digits.negative, of_eight(digits.values), digits.decimals)
        }
        9..=16 => {
            let digits = digits_of_16(double(end)?, length)?;
            (digits.negative, of_sixteen(digits.values), digits.decimals)
        }
        17..=24 => {
            // The point is in the first word, or there is none.
            let digits = digits_of_8(word(start + 8)?, 8)?;
            let first = of_eight(digits.values);
            let start = u64::BITS - 8 * (length - 16);
            let middle = (word(end - 8)? ^ ZEROS) >> start << start;
            let last = word(end)? ^ ZEROS;
            let behind = length as usize - 8;
            let is_number = above_nine(middle) | above_nine(last) == 0;
            if !is_number || first >= TEN_TO[MOST_DIGITS - behind] {
                return None;
            }
            let rest = of_eight(middle) * TEN_TO[8] + of_eight(last);
            let mantissa = first * TEN_TO[behind] + rest;
            let decimals = digits.decimals.map(|count| count + length - 8);
            (digits.negative, mantissa, decimals)
        }
        _ => return None,
    };
    let value = scaled(mantissa, decimals.unwrap_or(0) as usize)?;
    let sign = u64::from(negative) << 63;
    Some(f64::from_bits(value.to_bits() | sign))
}

/// The number that the bytes begin with, and its length; `None` for what is no plain decimal, or too close to call, or too near the
/// end of the bytes.
#[inline]
pub(super) fn parse(bytes: &[u8]) -> Option<(f64, usize)> {
    let negative = *bytes.first()? == b'-';
    let start = usize::from(negative);
    let (whole, mut at) = digits(bytes, start, 0)?;
    let mut count = at - start;
    let (mut mantissa, mut decimals) = (whole, 0);
    if bytes[at] == b'.' {
        let point = at;
        (mantissa, at) = digits(bytes, point + 1, whole)?;
        decimals = at - point - 1;
        // Zeros in front need no room.
        count = if whole == 0 && count <= MOST_DIGITS {
            decimals + usize::from(count > 0 && decimals == 0)
        } else {
            count + decimals
        };
    }
    if count == 0 || count > MOST_DIGITS || matches!(bytes[at], b'e' | b'E') {
        return None;
    }
    let value = scaled(mantissa, decimals)?;
    Some((if negative { -value } else { value }, at))
}

/// Puts the digits from `at` on behind those of `mantissa`, modulo 2⁶⁴; goes to the byte after them, which is there.
#[inline]
fn digits(bytes: &[u8], mut at: usize, mut mantissa: u64) -> Option<(u64, usize)> {
    loop {
        let word = bytes.get(at..)?.first_chunk::<8>()?;
        let values = u64::from_le_bytes(*word) ^ ZEROS;
        let count = above_nine(values).trailing_zeros() / 8;
        // Zeros in front of fewer digits.
        let eight = of_eight(values.unbounded_shl(64 - 8 * count));
        mantissa = mantissa
            .wrapping_mul(TEN_TO[count as usize])
            .wrapping_add(eight);
        at += count as usize;
        if count < 8 {
            return Some((mantissa, at));
        }
    }
}

/// The number of eight digits, the first in the lowest byte: pairs, fours, all.
#[inline]
fn of_eight(values: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00FF_0000_00FF;
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let even = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let odd = ((pairs >> 16) & PAIRS).wrapping_mul(1 + (10_000 << 32));
    even.wrapping_add(odd) >> 32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// With room behind it, as in a file.
    fn parsed(text: &str) -> Option<(f64, usize)> {
        parse(format!("{text},        ").as_bytes())
    }

    /// The same by its ends, with other text before it.
    fn parsed_field(text: &str) -> Option<f64> {
        let before = "9-.9999999999999999999999,";
        let end = before.len() + text.len();
        parse_field(format!("{before}{text},").as_bytes(), before.len(), end)
    }

    fn agrees(text: &str) {
        if let Some(value) = parsed_field(text) {
            assert_eq!(
                Ok(value.to_bits()),
                text.parse().map(f64::to_bits),
                "{text}"
            );
        }
        if let Some((value, length)) = parsed(text) {
            assert_eq!(length, text.len(), "{text}");
            assert_eq!(
                Ok(value.to_bits()),
                text.parse().map(f64::to_bits),
                "{text}"
            );
        }
    }

    #[test]
    fn plain_decimals_are_read_and_rounded_as_the_standard_library_does() {
        for text in [
            "0",
            "-0",
            "1",
            "-1",
            "12.",
            ".5",
            "-.25",
            "0.1",
            "00.50",
            "0.",
            "123456789",
            "12345678.9",
            "0.000001",
            "10.123456789012345",
            "-0.30000000000000004",
            "1234567890123456789",
            "9999999999999999999",
            "0.9999999999999999999",
            "0.1000000000000000055",
            "179769313486231570",
            "72057594037927945",
        ] {
            let (value, length) = parsed(text).expect(text);
            assert_eq!(length, text.len(), "{text}");
            assert_eq!(
                Ok(value.to_bits()),
                text.parse().map(f64::to_bits),
                "{text}"
            );
            assert_eq!(parsed_field(text), Some(value), "{text}");
        }
    }

    #[test]
    fn anything_else_is_left_to_others() {
        for text in [
            "",
            "-",
            ".",
            "-.",
            "+1",
            "1e3",
            "1.5E-3",
            "nan",
            "inf",
            "12345678901234567890",
            "1.12345678901234567890",
            " 1",
        ] {
            assert_eq!(parsed(text), None, "{text}");
            assert_eq!(parsed_field(text), None, "{text}");
        }
        // In the middle between two doubles.
        for text in [
            "9007199254740993",
            "9007199254740993.0",
            "4503599627370496.5",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
        for text in [
            "1-",
            "1.2.3",
            "--1",
            "1 ",
            "-1.5x",
            "12345678.9-",
            "1..234567890",
            "12345678901234567890.",
            "x.1234567890123456",
            "1.2345678901234x67",
            "-.",
            "1.23456789012345.67",
        ] {
            assert_eq!(parsed_field(text), None, "{text}");
        }
        // Too near the start.
        assert_eq!(parse_field(b"1.5,", 0, 3), None);
        // Too near the end to be read in words.
        assert_eq!(parse(b"1.5"), None);
        assert_eq!(parse(b"12345678"), None);
        assert_eq!(parse(b""), None);
    }

    #[test]
    fn halfway_cases_and_their_neighbours_are_right_or_left_alone() {
        // Midpoints between doubles of 2⁵³ … 2⁶³, exactly and by one unit of the last digit.
        for bits in 53..63_u32 {
            for k in 0..50_u64 {
                let ulp = 1_u64 << (bits - 52);
                let middle = (1_u64 << bits) + k * ulp + ulp / 2;
                for number in [middle - 1, middle, middle + 1] {
                    agrees(&number.to_string());
                    agrees(&format!("-{number}.0"));
                    agrees(&format!("{}.{:03}", number / 1000, number % 1000));
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn what_is_read_is_what_the_standard_library_reads(text in "-?[0-9]{0,12}\\.?[0-9]{0,19}") {
            agrees(&text);
        }

        #[test]
        fn what_is_no_number_is_not_read(text in "[-+.0-9e ]{0,26}") {
            if let Some(value) = parsed_field(&text) {
                prop_assert_eq!(Ok(value.to_bits()), text.parse().map(f64::to_bits));
            }
        }

        #[test]
        fn every_digit_of_a_double_is_read_back(value in -1e6..1e6_f64) {
            let text = value.to_string();
            agrees(&text);
            // Seventeen digits and a point are the common case: they must not be left to others.
            if value.abs() > 1e-2 {
                prop_assert!(parsed(&text).is_some(), "{}", text);
            }
        }
    }
}
