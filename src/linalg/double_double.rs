//! Numbers of twice the precision of `f64`: the unevaluated sum of two, about 31 digits.
//!
//! The arithmetic is that of `qd`, which is in the tree already beneath `faer`; only this file names it. Its operators
//! `+` and `−` are the fast ones, whose relative error has no bound where terms cancel, so the accurate addition
//! (Joldes, Muller & Popescu, *Tight and rigorous error bounds for basic building blocks of double-word arithmetic*,
//! 2017, algorithm 6) is taken here. The other candidate, `twofloat` 0.8.4, divides by a double-double with a product
//! that is rounded where the published algorithm 18 has a fused one, and so to the precision of `f64`.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use ndarray::ArrayView2;
use qd::Quad;

use crate::scalar::Scalar;

/// Steps in which a power of two is applied: each is a normal number.
const EXPONENT_STEP: i32 = 1000;
/// Bias of the exponent of an `f64`, less one: significands here are in `[½, 1)`.
const EXPONENT_BIAS: i32 = 1022;

/// The unevaluated sum `hi + lo`, `|lo| ≤ ½ ulp(hi)`; relative error of an operation below `10⁻³¹`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DoubleDouble(Quad);

impl DoubleDouble {
    pub(crate) const ZERO: Self = Self(Quad::ZERO);
    pub(crate) const ONE: Self = Self(Quad::ONE);

    /// An `f64`, exactly.
    pub(crate) fn new(value: f64) -> Self {
        Self(Quad::from_f64(value))
    }

    /// The sum of two `f64`, exactly.
    pub(crate) fn sum(a: f64, b: f64) -> Self {
        Self(Quad::from_f64(a).add_accurate(Quad::from_f64(b)))
    }

    /// The nearest `f64`.
    pub(crate) fn hi(self) -> f64 {
        self.0.0
    }

    /// Rest that [`hi`](Self::hi) leaves.
    pub(crate) fn lo(self) -> f64 {
        self.0.1
    }

    pub(crate) fn is_finite(self) -> bool {
        self.0.is_finite()
    }

    pub(crate) fn sqrt(self) -> Self {
        Self(self.0.sqrt())
    }

    /// `self · 2^exponent`, exactly unless it leaves the range.
    pub(crate) fn scaled(self, exponent: i32) -> Self {
        let (mut left, mut value) = (exponent, self);
        while left != 0 {
            let step = left.clamp(-EXPONENT_STEP, EXPONENT_STEP);
            let factor = 2.0_f64.powi(step);
            value = Self(Quad(value.hi() * factor, value.lo() * factor));
            left -= step;
        }
        // An infinity has no rest.
        if value.hi().is_finite() {
            value
        } else {
            Self::new(value.hi())
        }
    }
}

/// Binary operators of [`DoubleDouble`], each as an operation on the numbers inside.
macro_rules! operators {
    ($($operator:ident $name:ident: |$a:ident, $b:ident| $result:expr;)*) => {
        $(impl $operator for DoubleDouble {
            type Output = Self;
            #[inline]
            fn $name(self, other: Self) -> Self {
                let ($a, $b) = (self.0, other.0);
                Self($result)
            }
        })*
    };
}

operators! {
    Add add: |a, b| a.add_accurate(b);
    Sub sub: |a, b| a.sub_accurate(b);
    Mul mul: |a, b| a * b;
    Div div: |a, b| a / b;
}

impl AddAssign for DoubleDouble {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Neg for DoubleDouble {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// The `e` with `½ ≤ |value| / 2^e < 1`; the least there is for zero.
pub(crate) fn exponent(value: f64) -> i32 {
    let biased = |value: f64| i32::try_from((value.to_bits() >> 52) & 0x7ff).unwrap_or(0);
    match biased(value) {
        // Subnormal numbers have no exponent of their own.
        0 => biased(value * 2.0_f64.powi(EXPONENT_STEP)) - EXPONENT_STEP - EXPONENT_BIAS,
        normal => normal - EXPONENT_BIAS,
    }
}

/// Values in twice the precision, exactly.
pub(crate) fn widened<F: Scalar>(values: ArrayView2<'_, F>) -> ndarray::Array2<DoubleDouble> {
    values.mapv(|value| DoubleDouble::new(value.wide()))
}

#[cfg(test)]
mod tests {
    use super::{DoubleDouble, exponent};

    fn distance(a: DoubleDouble, b: DoubleDouble) -> f64 {
        ((a - b) / b).hi().abs()
    }

    #[test]
    fn operations_keep_thirty_one_digits() {
        let mut state = 1_u64;
        let mut next = || {
            let mut part = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 11) as f64 / (1_u64 << 53) as f64 + 0.5
            };
            let hi = part();
            DoubleDouble::sum(hi, part() * 1e-17)
        };
        for _ in 0..1000 {
            let (a, b) = (next(), next());
            assert!(distance(a / b * b, a) < 1e-31);
            assert!(distance(a.sqrt() * a.sqrt(), a) < 1e-31);
            assert!(distance((a + b) * (a - b) + b * b, a * a) < 1e-30);
        }
    }

    #[test]
    fn sums_that_cancel_keep_what_is_left() {
        let third = DoubleDouble::ONE / DoubleDouble::new(3.0);
        let left = third + third - (DoubleDouble::ONE - third);
        assert!(left.hi().abs() < 1e-31);
        let tiny = DoubleDouble::sum(1.0, 1e-30) - DoubleDouble::ONE;
        assert_eq!(tiny.hi(), 1e-30);
    }

    #[test]
    fn powers_of_two_are_exact_across_the_range() {
        let value = DoubleDouble::sum(1.0, 1e-20);
        assert_eq!(value.scaled(900).scaled(-900), value);
        assert_eq!(
            DoubleDouble::new(f64::MIN_POSITIVE)
                .scaled(1022 + 1023)
                .hi(),
            2.0_f64.powi(1023)
        );
        for (value, expected) in [(1.0, 1), (0.5, 0), (0.75, 0), (-8.0, 4), (5e-324, -1073)] {
            assert_eq!(exponent(value), expected, "{value}");
        }
    }
}
