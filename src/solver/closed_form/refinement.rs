//! Iterative refinement, and when it stops.

/// Steps of refinement; two reach the limit, the third sees that they did.
const STEPS: usize = 3;
/// An error expected to be this small is far below that of the residuals' own rounding: there is nothing to see to.
const NEGLIGIBLE: f64 = 1e-22;
/// A step this small is one of rounding.
const ROUNDING: f64 = 1e-15;

/// Calls `step` for a correction and its size relative to the solution, and `apply` with those that help, until nothing
/// is left to gain.
///
/// The error after a step is about the step's size times the rate of convergence, and the size of the first step is
/// that rate: it is the error of the factor's own solution (Higham, *Accuracy and Stability of Numerical Algorithms*,
/// §12.1).
pub(super) fn refine<T, S>(
    solution: &mut S,
    step: impl Fn(&S) -> (T, f64),
    apply: impl Fn(&mut S, T),
) {
    let (mut rate, mut last) = (None, f64::INFINITY);
    for _ in 0..STEPS {
        let (correction, size) = step(solution);
        // A step that does not shrink is rounding.
        if size.is_nan() || size >= 0.5 * last {
            break;
        }
        apply(solution, correction);
        let rate = *rate.get_or_insert(size);
        if size <= ROUNDING || size * rate <= NEGLIGIBLE {
            break;
        }
        last = size;
    }
}
