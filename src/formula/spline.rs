//! B-splines and natural cubic splines with the knots of R's `bs` and `ns`.

use serde::{Deserialize, Serialize};

use super::functions::Arguments;
use super::problem::Problem;
use super::syntax::Node;
use crate::data::quantiles;

/// Spline that a formula asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SplineKind {
    /// Linear beyond the boundary, which takes two columns; always cubic.
    natural: bool,
    degree: usize,
    inner: Inner,
    boundary: Option<(f64, f64)>,
    intercept: bool,
}

/// The inner knots: given, or so many at quantiles.
#[derive(Clone, Debug, PartialEq)]
enum Inner {
    Given(Vec<f64>),
    Quantiles(usize),
}

/// Knots that were learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Knots {
    inner: Vec<f64>,
    boundary: (f64, f64),
}

impl SplineKind {
    /// The arguments of `bs(x, df, knots, degree, intercept, Boundary.knots)` and `ns(x, df, knots, intercept,
    /// Boundary.knots)`.
    pub(super) fn new(
        natural: bool,
        call: &Node,
        arguments: &mut Arguments<'_>,
    ) -> Result<Self, Problem> {
        let df = arguments.next("df");
        let knots = arguments
            .next("knots")
            .map(Arguments::ascending)
            .transpose()?;
        let degree = if natural {
            None
        } else {
            arguments.next("degree")
        };
        let degree = degree.map(|node| Arguments::whole(node, 1)).transpose()?;
        let degree = degree.unwrap_or(3);
        let intercept = arguments.next("intercept").map(Arguments::logical);
        let intercept = intercept.transpose()?.unwrap_or(false);
        let boundary = match arguments.next("Boundary.knots") {
            Some(node) => match Arguments::ascending(node)?.as_slice() {
                [low, high] => Some((*low, *high)),
                _ => {
                    return Err(Problem::new(
                        node.at,
                        format!("`{node}`"),
                        "two knots, as c(0, 10)",
                    ));
                }
            },
            None => None,
        };
        let inner = match (knots, df) {
            (Some(knots), _) => {
                if let Some((low, high)) = boundary
                    && knots.iter().any(|knot| *knot <= low || *knot >= high)
                {
                    let expected = "knots between those of the boundary";
                    return Err(Problem::new(call.at, format!("`{call}`"), expected));
                }
                Inner::Given(knots)
            }
            (None, Some(node)) => {
                let least = usize::from(intercept) + if natural { 1 } else { degree };
                let df = Arguments::whole(node, 1)?;
                let Some(count) = df.checked_sub(least) else {
                    let expected = format!("a df of at least {least}");
                    return Err(Problem::new(node.at, format!("the df {df}"), expected));
                };
                Inner::Quantiles(count)
            }
            (None, None) => Inner::Quantiles(0),
        };
        Ok(Self {
            natural,
            degree,
            inner,
            boundary,
            intercept,
        })
    }

    /// The number of its columns.
    pub(super) fn width(&self) -> usize {
        let inner = match &self.inner {
            Inner::Given(knots) => knots.len(),
            Inner::Quantiles(count) => *count,
        };
        inner + usize::from(self.intercept) + if self.natural { 1 } else { self.degree }
    }

    /// Knots at quantiles of the values within the boundary; `None` if that is no interval.
    pub(super) fn learn(&self, mut values: Vec<f64>) -> Option<Knots> {
        let boundary = match self.boundary {
            Some(boundary) => boundary,
            None => (
                values.iter().copied().min_by(f64::total_cmp)?,
                values.iter().copied().max_by(f64::total_cmp)?,
            ),
        };
        let inner = match &self.inner {
            Inner::Given(knots) => knots.clone(),
            Inner::Quantiles(count) => {
                let inside = |value: &f64| (boundary.0..=boundary.1).contains(value);
                values.retain(inside);
                if values.is_empty() {
                    return None;
                }
                let step = (*count + 1) as f64;
                let shares: Vec<f64> = (1..=*count).map(|place| place as f64 / step).collect();
                quantiles(values, &shares)
            }
        };
        let knots = Knots { inner, boundary };
        self.accepts(&knots).then_some(knots)
    }

    /// True if the knots are those of such a spline.
    pub(super) fn accepts(&self, knots: &Knots) -> bool {
        let (low, high) = knots.boundary;
        let count = match &self.inner {
            Inner::Given(given) => given.len(),
            Inner::Quantiles(count) => *count,
        };
        let within = |knot: &f64| (low..=high).contains(knot);
        low < high
            && high - low < f64::INFINITY
            && knots.inner.len() == count
            && knots.inner.iter().all(within)
            && knots.inner.is_sorted()
    }
}

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
    /// by the recursion of Cox and de Boor, beyond the boundary of the polynomials next to it.
    fn splines(&self, x: f64, d: usize, values: &mut Vec<f64>) -> usize {
        let (order, knots) = (self.order, self.knots.as_slice());
        // knots[at] ≤ x < knots[at + 1], and an interval that is not empty at both ends.
        let last = knots.len() - order;
        let mut at = knots[order..last].partition_point(|knot| *knot <= x) + order - 1;
        while at > order - 1 && knots[at] == knots[at + 1] {
            at -= 1;
        }
        // values[j] is spline (at − order + 1 + j) of the order reached.
        values.clear();
        values.resize(order + 1, 0.0);
        values[order - 1] = 1.0;
        let first = at + 1 - order;
        for m in 2..=order {
            let differentiate = m > order - d;
            // A spline by the width that it spans.
            let mut left = 0.0;
            for j in order - m..order {
                let (from, to) = (knots[first + j], knots[first + j + m]);
                let width = to - knots[first + j + 1];
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
        first
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
