//! A whole number by a power of ten, rounded to the nearest double.

use super::{MOST_DIGITS, TEN_TO};

/// Mantissas of at most 15 digits, which are doubles.
const FEW: u64 = 1_000_000_000_000_000;

const TEN_TO_EXACTLY: [f64; MOST_DIGITS + 1] = {
    let mut powers = [1.0; MOST_DIGITS + 1];
    let mut k = 0;
    while k <= MOST_DIGITS {
        powers[k] = TEN_TO[k] as f64;
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

/// The double nearest to `mantissa · 10^−decimals`; `None` where that is not decided by 128 bits.
#[inline]
#[allow(clippy::cast_possible_truncation)] // 53 bits of 128
pub(super) fn scaled(mantissa: u64, decimals: usize) -> Option<f64> {
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
