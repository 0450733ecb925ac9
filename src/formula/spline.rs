//! B-splines and natural cubic splines with the knots of R's `bs` and `ns`.

use super::knots::{Knots, SplineKind};

/// Splines of known knots.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spline {
    order: usize,
    /// Inner knots, between as many of the boundary as the order.
    knots: Vec<f64>,
    boundary: (f64, f64),
    /// Columns of B-splines that are left out: the first, unless there is an intercept.
    skip: usize,
    natural: Option<Natural>,
    width: usize,
}

/// Natural splines as sums of B-splines.
#[derive(Clone, Debug, PartialEq)]
struct Natural {
    /// The columns of each B-spline, one after the other.
    shares: Vec<f64>,
    /// The columns at both ends of the boundary, and their slopes.
    ends: [[Vec<f64>; 2]; 2],
}

impl Spline {
    pub(super) fn new(kind: &SplineKind, knots: &Knots) -> Self {
        let order = if kind.natural { 4 } else { kind.degree + 1 };
        let (low, high) = knots.boundary;
        let mut all = vec![low; order];
        all.extend(&knots.inner);
        all.extend(std::iter::repeat_n(high, order));
        let mut spline = Self {
            order,
            knots: all,
            boundary: knots.boundary,
            skip: usize::from(!kind.intercept),
            natural: None,
            width: kind.width(),
        };
        if kind.natural {
            spline.natural = Some(spline.natural());
        }
        spline
    }

    /// Rotates the B-splines so that the second derivatives at both ends are in the first two columns, which go.
    fn natural(&self) -> Natural {
        let (low, high) = self.boundary;
        let n = self.knots.len() - self.order;
        let mut values = Vec::new();
        let mut columns = |x: f64, d: usize| {
            let first = self.splines(x, d, &mut values);
            let mut row = vec![0.0; n];
            row[first..first + self.order].copy_from_slice(&values[..self.order]);
            row.split_off(self.skip)
        };
        let reflections = reflections(columns(low, 2), columns(high, 2));
        let natural = |mut row: Vec<f64>| {
            reflections.iter().for_each(|v| reflect(v, &mut row));
            row.split_off(2)
        };
        let mut shares = vec![0.0; self.skip * self.width];
        for spline in self.skip..n {
            let mut row = vec![0.0; n - self.skip];
            row[spline - self.skip] = 1.0;
            shares.extend(natural(row));
        }
        let mut end = |x: f64| [natural(columns(x, 0)), natural(columns(x, 1))];
        Natural {
            shares,
            ends: [end(low), end(high)],
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The columns of one value; `work` is for some numbers.
    pub(super) fn fill(&self, x: f64, work: &mut Vec<f64>, out: &mut [f64]) {
        let (low, high) = self.boundary;
        let Some(natural) = &self.natural else {
            let first = self.splines(x, 0, work);
            out.fill(0.0);
            for (spline, value) in (first..).zip(&work[..self.order]) {
                if let Some(column) = spline.checked_sub(self.skip) {
                    out[column] = *value;
                }
            }
            return;
        };
        if !(low..=high).contains(&x) {
            // Linear from the boundary on.
            let (end, [values, slopes]) = if x < low {
                (low, &natural.ends[0])
            } else {
                (high, &natural.ends[1])
            };
            for (out, (value, slope)) in out.iter_mut().zip(values.iter().zip(slopes)) {
                *out = value + slope * (x - end);
            }
            return;
        }
        let first = self.splines(x, 0, work);
        out.fill(0.0);
        let shares = natural.shares[first * self.width..].chunks_exact(self.width);
        for (value, shares) in work[..self.order].iter().zip(shares) {
            for (out, share) in out.iter_mut().zip(shares) {
                *out += value * share;
            }
        }
    }

    /// Derivative `d` at `x` of the B-splines that are not 0 there, as many as the order, and the place of the first;
    /// beyond the boundary of the polynomials next to it.
    fn splines(&self, x: f64, d: usize, values: &mut Vec<f64>) -> usize {
        let (order, knots) = (self.order, self.knots.as_slice());
        // knots[at] ≤ x < knots[at + 1], and an interval that is not empty at both ends.
        let last = knots.len() - order;
        let mut at = knots[order..last].partition_point(|knot| *knot <= x) + order - 1;
        while at > order - 1 && knots[at] == knots[at + 1] {
            at -= 1;
        }
        let first = at + 1 - order;
        values.clear();
        values.resize(order + 1, 0.0);
        let knots = &knots[first..first + 2 * order];
        if order == 4 && d == 0 {
            // The compiler unrolls the loops of numbers that it knows.
            recursion(4, knots, x, 0, values);
        } else {
            recursion(order, knots, x, d, values);
        }
        first
    }
}

/// The recursion of Cox and de Boor for derivative `d` of the splines of some order over twice as many knots, between the
/// middle two of which `x` is or which are next to it.
#[inline(always)]
fn recursion(order: usize, knots: &[f64], x: f64, d: usize, values: &mut [f64]) {
    let (knots, values) = (&knots[..2 * order], &mut values[..=order]);
    // values[j] is the spline from knots[j] on, of the order reached.
    values[order - 1] = 1.0;
    for m in 2..=order {
        let differentiate = m > order - d;
        // A spline by the width that it spans.
        let mut left = 0.0;
        for j in order - m..order {
            let (from, to) = (knots[j], knots[j + m]);
            let width = to - knots[j + 1];
            let right = if width > 0.0 {
                values[j + 1] / width
            } else {
                0.0
            };
            values[j] = if differentiate {
                (left - right) * (m - 1) as f64
            } else {
                left * (x - from) + right * (to - x)
            };
            left = right;
        }
    }
}

/// The Householder vectors that make two rows upper triangular, LINPACK's: a reflection is `y − v (v·y)/v₀` from the
/// vector's own place on.
fn reflections(first: Vec<f64>, second: Vec<f64>) -> [Vec<f64>; 2] {
    let vector = |row: &[f64], place: usize| {
        let mut v = vec![0.0; row.len()];
        v[place..].copy_from_slice(&row[place..]);
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let norm = if v[place] < 0.0 { -norm } else { norm };
        if norm != 0.0 {
            v.iter_mut().for_each(|x| *x /= norm);
            v[place] += 1.0;
        }
        v
    };
    let one = vector(&first, 0);
    let mut second = second;
    reflect(&one, &mut second);
    let two = vector(&second, 1);
    [one, two]
}

fn reflect(v: &[f64], y: &mut [f64]) {
    let Some(place) = v.iter().position(|x| *x != 0.0) else {
        return;
    };
    let product: f64 = v.iter().zip(y.iter()).map(|(v, y)| v * y).sum();
    let t = product / v[place];
    y.iter_mut().zip(v).for_each(|(y, v)| *y -= t * v);
}
