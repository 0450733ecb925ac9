//! Quantiles: the tails of [`Reference`](super::Reference), undone.

use std::f64::consts::TAU;

use super::beta::{beta_lower, ln_beta_kernel, ln_beta_lower};
use super::distribution::{normal_upper, student_shares};

/// Steps at most; a dozen of Newton's are usual.
const MAX_STEPS: usize = 200;

/// The `z` with `P(Z ≤ z) = p`, for `0 < p < 1`.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        // 1 − p is exact here.
        return normal_isf(1.0 - p);
    }
    -normal_isf(p)
}

/// The `z ≥ 0` with `P(Z > z) = q`, `q ≤ ½`. `ln P` is concave, so Newton's steps come from one side.
fn normal_isf(q: f64) -> f64 {
    let mut z = (-2.0 * (2.0 * q).ln()).max(0.0).sqrt();
    for _ in 0..MAX_STEPS {
        let tail = normal_upper(z);
        let slope = (-0.5 * z * z).exp() / (TAU.sqrt() * tail);
        let step = (tail / q).ln() / slope;
        z += step;
        if step.abs() <= f64::EPSILON * z.abs() {
            break;
        }
    }
    z.max(0.0)
}

/// The `t > 0` with `P(|T| > t) = p`, for `0 < p < 1`: Newton's method on `ln p` against `ln t`, from the right.
pub(crate) fn student_quantile(p: f64, df: f64) -> f64 {
    let ln_tail = |t| {
        let (x, y) = student_shares(t, df);
        ln_beta_lower(0.5 * df, 0.5, x, y)
    };
    let mut t = normal_isf(0.5 * p).max(1e-300);
    while ln_tail(t) > p.ln() && t < 1e150 {
        t *= 2.0;
    }
    for _ in 0..MAX_STEPS {
        let (x, y) = student_shares(t, df);
        let tail = ln_tail(t);
        let slope = 2.0 * (ln_beta_kernel(0.5 * df, 0.5, x, y) - tail).exp();
        let next = t * ((tail - p.ln()) / slope).exp();
        if !next.is_finite() || (next - t).abs() <= f64::EPSILON * t {
            break;
        }
        t = next;
    }
    t
}

/// The `x` with `P(X ≤ x) = p` for a beta variable with parameters `a, b ≥ ½`, `0 < p < 1`, as its logit
/// `ln x − ln(1 − x)`, which keeps the digits at both ends. Bisection: the tail is monotone.
pub(crate) fn beta_quantile_logit(p: f64, a: f64, b: f64) -> f64 {
    let shares = |logit: f64| {
        let e = (-logit.abs()).exp();
        let (large, small) = (1.0 / (1.0 + e), e / (1.0 + e));
        if logit >= 0.0 {
            (large, small)
        } else {
            (small, large)
        }
    };
    let (mut low, mut high) = (-700.0, 700.0);
    for _ in 0..MAX_STEPS {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        let (x, y) = shares(middle);
        if beta_lower(a, b, x, y) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::{beta_quantile_logit, normal_quantile, student_quantile};
    use crate::statistics::Reference;
    use crate::statistics::beta::beta_lower;

    /// Relative error, in units of the smallest denormal where the value is one.
    fn error(found: f64, exact: f64) -> f64 {
        (found - exact).abs() / exact.abs().max(2e-308)
    }

    #[test]
    fn quantiles_undo_tails() {
        for df in [0.5, 1.0, 2.0, 3.7, 10.0, 431.0, 1e6] {
            for p in [0.999_999, 0.9, 0.5, 0.1, 0.05, 0.01, 1e-6, 1e-100] {
                let t = student_quantile(p, df);
                if t < 1e150 {
                    let back = Reference::StudentT { df }.p_value(t);
                    assert!(
                        error(back, p) <= 1e-12 * (1.0 + df.min(1e3)),
                        "t({df}): {p} → {t} → {back}"
                    );
                }
            }
        }
        for p in [1e-300, 1e-10, 0.025, 0.3, 0.5, 0.7, 0.975, 1.0 - 1e-10] {
            let back = 1.0 - Reference::Normal.upper_tail(normal_quantile(p));
            assert!((back - p).abs() <= 1e-15, "{p}");
        }
        assert_eq!(normal_quantile(0.5), 0.0);
    }

    #[test]
    fn beta_quantiles_undo_the_incomplete_beta_function() {
        for (a, b) in [
            (1.0, 1.0),
            (1.0, 20.0),
            (20.0, 1.0),
            (3.0, 5.0),
            (500.0, 501.0),
            (0.5, 0.5),
        ] {
            for p in [1e-6, 0.025, 0.5, 0.975] {
                let logit: f64 = beta_quantile_logit(p, a, b);
                let (x, y) = (1.0 / (1.0 + (-logit).exp()), 1.0 / (1.0 + logit.exp()));
                assert!(
                    error(beta_lower(a, b, x, y), p) < 1e-11,
                    "beta({a}, {b}) at {p}: {logit}"
                );
            }
        }
        // The largest of n uniforms is below x with probability xⁿ.
        let logit = beta_quantile_logit(0.5, 10.0, 1.0);
        assert!((1.0 / (1.0 + (-logit).exp()) - 0.5_f64.powf(0.1)).abs() < 1e-14);
    }
}
