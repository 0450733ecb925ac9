//! The incomplete beta and gamma functions, regularised, with the relative error of either tail kept to the smallest
//! denormal.

use std::f64::consts::TAU;

/// Terms of a continued fraction at most; about `√(a + b)` are needed.
const MAX_TERMS: u32 = 200_000;
/// In place of a zero in Lentz's algorithm.
const TINY: f64 = 1e-300;

/// `lnΓ(z) − (z − ½) ln z + z − ½ ln 2π`: what Stirling's formula leaves.
pub(super) fn stirling_error(z: f64) -> f64 {
    let (mut z, mut error) = (z, 0.0);
    while z < 16.0 {
        error += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let s = 1.0 / (z * z);
    let series = 1.0 / 12.0
        - s * (1.0 / 360.0
            - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s * (1.0 / 1188.0 - s * 691.0 / 360_360.0))));
    error + series / z
}

/// `x ln(x/m) + m − x`, without cancellation where `x ≈ m` (Loader, *Fast and accurate computation of binomial
/// probabilities*, 2000).
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    let square = v * v;
    for j in 1..1000 {
        power *= square;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// `ln (xᵃ yᵇ / B(a, b))`, `x + y = 1`, by the saddle-point expansion: no large terms cancel.
pub(super) fn ln_beta_kernel(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x)
        - deviance(b, n * y)
        + 0.5 * (a * (b / n) / TAU).ln()
}

/// `I_x(a, b)`, `y = 1 − x` given so that neither loses digits.
pub(super) fn beta_lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    ln_beta_lower(a, b, x, y).exp()
}

/// `ln I_x(a, b)`: by a continued fraction, beyond the mean by that of the other tail.
pub(super) fn ln_beta_lower(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x <= 0.0 {
        f64::NEG_INFINITY
    } else if y <= 0.0 {
        0.0
    } else if x < (a + 1.0) / (a + b + 2.0) {
        ln_beta_kernel(a, b, x, y) + beta_fraction(a, b, x, y).ln()
    } else {
        let other = ln_beta_kernel(b, a, y, x) + beta_fraction(b, a, y, x).ln();
        (-other.exp()).ln_1p()
    }
}

/// The continued fraction of `I_x(a, b) / (xᵃ yᵇ / B(a, b))`, its even part, whose terms do not cancel where `x` is
/// near 1 (DiDonato & Morris, *Significant digit computation of the incomplete beta function ratios*, 1992, eq. 9).
fn beta_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let rest = |m: f64| (a + m) * (a * y - b * x + 1.0 + m * (1.0 + y)) / (a + 2.0 * m + 1.0);
    let term = |m: f64| m + m * (b - m) * x / (a + 2.0 * m - 1.0) + rest(m);
    let mut fraction = guard(rest(0.0));
    let (mut c, mut d) = (fraction, 0.0);
    for m in 1..MAX_TERMS {
        let m = f64::from(m);
        let share = x / (a + 2.0 * m - 1.0);
        let numerator = ((a + m - 1.0) * share) * ((a + b + m - 1.0) * m * (b - m) * share);
        d = 1.0 / guard(term(m) + numerator * d);
        c = guard(term(m) + numerator / c);
        let step = c * d;
        fraction *= step;
        if (step - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    1.0 / fraction
}

/// `Q(a, x)`, the upper tail of the gamma distribution.
pub(super) fn gamma_upper(a: f64, x: f64) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x.is_infinite() {
        return 0.0;
    }
    let ln_kernel = 0.5 * (a / TAU).ln() - stirling_error(a) - deviance(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_TERMS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term <= sum * f64::EPSILON {
                break;
            }
        }
        return 1.0 - (ln_kernel + sum.ln()).exp();
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / b);
    let mut fraction = d;
    for i in 1..MAX_TERMS {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
        d = 1.0 / guard(an * d + b);
        c = guard(b + an / c);
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    (ln_kernel + fraction.ln()).exp()
}
