//! Decimals as files have them, `-12.345`: read eight digits at a time, and rounded correctly.
//!
//! D. Lemire, *Number parsing at a gigabyte per second*, Software: Practice and Experience 51(8), 2021. What takes more than one
//! product of 64 × 128 bits to decide is left to `fast_float2`.

/// Digits that a mantissa of 64 bits holds, whatever they are; `10^k` is a double up to here, and `5^k` has 64 bits.
const MOST_DIGITS: usize = 19;

/// Mantissas of at most 15 digits, which are doubles.
const FEW: u64 = 1_000_000_000_000_000;

const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);

/// `10^k` for the digits of one word.
const TEN_TO: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

const TEN_TO_EXACTLY: [f64; MOST_DIGITS + 1] = {
    let mut powers = [1.0; MOST_DIGITS + 1];
    let mut power = 1_u128;
    let mut k = 0;
    while k <= MOST_DIGITS {
        powers[k] = power as f64;
        power *= 10;
        k += 1;
    }
    powers
};

/// `⌊2^(127 + l) / 5^k⌋` of 128 bits, the first of them 1; and `l`, the bit length of `5^k`, but 0 of 1.
const ONE_BY_FIVE_TO: [(u128, u32); MOST_DIGITS + 1] = {
    let mut table = [(1 << 127, 0); MOST_DIGITS + 1];
    let mut five = 5_u128;
    let mut k = 1;
    while k <= MOST_DIGITS {
        let length = 128 - five.leading_zeros();
        // Long division, a bit at a time; `2^(l−1)` is the largest power of two below the divisor.
        let (mut quotient, mut rest, mut bit) = (0_u128, 1_u128 << (length - 1), 0);
        while bit < 128 {
            rest <<= 1;
            quotient <<= 1;
            if rest >= five {
                rest -= five;
                quotient |= 1;
            }
            bit += 1;
        }
        table[k] = (quotient, length);
        five *= 5;
        k += 1;
    }
    table
};

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
        // The first byte above 9 gets its high bit; those after it do not matter.
        let others = (values.wrapping_add(u64::from_le_bytes([0x76; 8])) | values) & HIGH_BITS;
        let count = others.trailing_zeros() / 8;
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

/// The double nearest to `mantissa · 10^−decimals`; `None` where that is not decided by 128 bits.
#[inline]
#[allow(clippy::cast_possible_truncation)] // 53 bits of 128
fn scaled(mantissa: u64, decimals: usize) -> Option<f64> {
    let power = *TEN_TO_EXACTLY.get(decimals)?;
    // Two exact numbers: their quotient is rounded once. Below 2⁵³ that is so too, but where a file has all digits of its numbers, this
    // is the same for nearly all of them.
    if mantissa < FEW {
        return Some(mantissa as f64 / power);
    }
    let (reciprocal, length) = ONE_BY_FIVE_TO[decimals];
    let shift = mantissa.leading_zeros();
    let wide = u128::from(mantissa << shift);
    // Rounded down, and less than 2⁶⁴ below the true product, which has 127 or 128 bits.
    let mut product = wide * (reciprocal >> 64);
    let mut short = product.leading_zeros();
    if (0x3FE..=0x400).contains(&((product << short) >> 64 & 0x7FF)) {
        // Near the middle between two doubles. Now it is at most two below.
        product += (wide * (reciprocal & u128::from(u64::MAX))) >> 64;
        short = product.leading_zeros();
        let (rest, low) = ((product << short) >> 64 & 0x7FF, (product << short) as u64);
        if (rest == 0x3FF && low >= u64::MAX - 3) || (rest == 0x400 && low == 0) {
            return None;
        }
    }
    let high = ((product << short) >> 64) as u64;
    let rounded = (high >> 11) + (high >> 10 & 1);
    // mantissa · 10^−d = rounded · 2^(12 − short − length − shift − d), the first bit of `rounded` at 52; a carry moves on by itself.
    let exponent = u64::from(1023 + 52 + 12 - short - length - shift) - decimals as u64;
    Some(f64::from_bits(((exponent - 1) << 52) + rounded))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// With room behind it, as in a file.
    fn parsed(text: &str) -> Option<(f64, usize)> {
        parse(format!("{text},        ").as_bytes())
    }

    fn agrees(text: &str) {
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
        }
        // In the middle between two doubles.
        for text in [
            "9007199254740993",
            "9007199254740993.0",
            "4503599627370496.5",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
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
