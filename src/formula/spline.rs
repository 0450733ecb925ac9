//! B-splines and natural cubic splines with the knots of R's `bs` and `ns`.

use serde::{Deserialize, Serialize};

use super::functions::Arguments;
use super::problem::Problem;
use super::syntax::Node;
use crate::data::quantile_of_sorted;

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
        values.sort_unstable_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        let boundary = self.boundary.unwrap_or((first, last));
        let inner = match &self.inner {
            Inner::Given(knots) => knots.clone(),
            Inner::Quantiles(count) => {
                let inside = |value: &f64| (boundary.0..=boundary.1).contains(value);
                values.retain(inside);
                if values.is_empty() {
                    return None;
                }
                let step = (*count + 1) as f64;
                let knots =
                    (1..=*count).map(|place| quantile_of_sorted(&values, place as f64 / step));
                knots.collect()
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
    /// For natural splines, the reflections that take the second derivatives at both ends to the first two columns.
    natural: Option<[Vec<f64>; 2]>,
    width: usize,
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
            let curvature = |x: f64| {
                let mut row = vec![0.0; spline.n_splines()];
                spline.splines(x, 2, &mut row);
                row.split_off(spline.skip)
            };
            spline.natural = Some(reflections(curvature(low), curvature(high)));
        }
        spline
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    fn n_splines(&self) -> usize {
        self.knots.len() - self.order
    }

    /// The columns of one value; `work` is for [`n_splines`](Self::n_splines) numbers.
    pub(super) fn fill(&self, x: f64, work: &mut Vec<f64>, out: &mut [f64]) {
        work.clear();
        work.resize(self.n_splines(), 0.0);
        let (low, high) = self.boundary;
        if self.natural.is_some() && !(low..=high).contains(&x) {
            // Linear from the boundary on.
            let end = if x < low { low } else { high };
            self.splines(end, 0, work);
            let mut slope = vec![0.0; work.len()];
            self.splines(end, 1, &mut slope);
            for (value, slope) in work.iter_mut().zip(&slope) {
                *value += slope * (x - end);
            }
        } else {
            self.splines(x, 0, work);
        }
        let row = &mut work[self.skip..];
        match &self.natural {
            None => out.copy_from_slice(row),
            Some(reflections) => {
                for reflection in reflections {
                    reflect(reflection, row);
                }
                out.copy_from_slice(&row[2..]);
            }
        }
    }

    /// Derivative `d` of all B-splines at `x`, by the recursion of Cox and de Boor; beyond the boundary, of the polynomials next to
    /// it.
    fn splines(&self, x: f64, d: usize, out: &mut [f64]) {
        let (order, knots) = (self.order, &self.knots);
        // knots[at] ≤ x < knots[at + 1], and an interval that is not empty at both ends.
        let last = knots.len() - order;
        let mut at = knots[order..last].partition_point(|knot| *knot <= x) + order - 1;
        while at > order - 1 && knots[at] == knots[at + 1] {
            at -= 1;
        }
        // values[j] is spline (at − order + 1 + j) of the order reached.
        let mut values = vec![0.0; order + 1];
        values[order - 1] = 1.0;
        for m in 2..=order {
            let differentiate = m > order - d;
            for j in order - m..order {
                let i = at + 1 + j - order;
                let left = knots[i + m - 1] - knots[i];
                let right = knots[i + m] - knots[i + 1];
                let part = |value: f64, above: f64, width: f64| {
                    if width > 0.0 {
                        value * above / width
                    } else {
                        0.0
                    }
                };
                values[j] = if differentiate {
                    let slope = part(values[j], 1.0, left) - part(values[j + 1], 1.0, right);
                    slope * (m - 1) as f64
                } else {
                    part(values[j], x - knots[i], left)
                        + part(values[j + 1], knots[i + m] - x, right)
                };
            }
        }
        out.fill(0.0);
        let first = at + 1 - order;
        out[first..=at].copy_from_slice(&values[..order]);
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
