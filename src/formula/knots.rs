//! [`SplineKind`]: the spline that a formula asks for, and [`Knots`], learnt from values as R's `bs` and `ns` do.

use serde::{Deserialize, Serialize};

use super::functions::Arguments;
use super::problem::Problem;
use super::syntax::Node;
use crate::data::quantiles;

/// Spline that a formula asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SplineKind {
    /// Linear beyond the boundary, which takes two columns; always cubic.
    pub(super) natural: bool,
    pub(super) degree: usize,
    inner: Inner,
    boundary: Option<(f64, f64)>,
    pub(super) intercept: bool,
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
    pub(super) inner: Vec<f64>,
    pub(super) boundary: (f64, f64),
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
