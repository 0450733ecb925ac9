//! From a point near the minimum to a vertex that is one: the simplex method for piecewise-linear losses.
//!
//! `k` rows, the basis, are fitted exactly. The dual variables of the other rows stand at the bound of their sign, and
//! those of the basis follow from `Aᵀd = 0`. One that is beyond its bounds names an edge along which the loss falls;
//! the minimum on it is a weighted median (Barrodale & Roberts, *An improved algorithm for discrete l₁ linear
//! approximation*, 1973). Residuals that are zero have the sign they would have if the targets were moved by very
//! little, each row by its own amount: ties cannot make the method run in circles.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ndarray::{Array2, ArrayView1};

use super::rows::Rows;
use crate::error::Result;
use crate::linalg::{PivotedQr, accurate_dot};
use crate::samples::Cancellation;

/// Residuals below this many roundings of their terms are zero.
const ROUNDINGS: f64 = 64.0;
/// Share of its room by which a dual variable must be beyond a bound.
const TOLERANCE: f64 = 1e-9;
/// Share of its length below which what is left of a row depends on the rows before it.
const DEPENDENT: f64 = 1e-7;
/// Pivots after which the inverse is computed afresh.
const REFRESH: usize = 25;

/// A vertex: the basis, the inverse of its rows, and the sides of the other rows.
#[derive(Debug)]
pub(super) struct Vertex {
    basis: Vec<usize>,
    is_basic: Vec<bool>,
    /// The side of each row that is not in the basis.
    above: Vec<bool>,
    inverse: Array2<f64>,
    pub(super) v: Vec<f64>,
    pub(super) r: Vec<f64>,
    moved: Vec<f64>,
    norms: Vec<f64>,
    pub(super) pivots: usize,
}

/// End of a run of pivots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Optimal,
    Limit,
}

/// A dual variable beyond its bound: place in the basis, the side its row goes to, and the slope of the loss along the
/// edge.
struct Violation {
    place: usize,
    above: bool,
    slope: f64,
}

impl Vertex {
    /// The vertex of independent rows, those of small residual first; none if there are not `k` of them.
    pub(super) fn near(rows: &Rows, v: &[f64]) -> Result<Option<Self>> {
        let r = rows.residuals(v)?;
        let norms = rows.norms();
        let mut order: Vec<usize> = (0..rows.len()).filter(|i| norms[*i] > 0.0).collect();
        order.sort_by(|&i, &j| (r[i].abs() / norms[i]).total_cmp(&(r[j].abs() / norms[j])));
        let Some(basis) = independent(rows, &order, &norms) else {
            return Ok(None);
        };
        Self::of(rows, basis, norms)
    }

    fn of(rows: &Rows, basis: Vec<usize>, norms: Vec<f64>) -> Result<Option<Self>> {
        let (n, k) = (rows.len(), rows.k);
        let mut vertex = Self {
            is_basic: vec![false; n],
            above: vec![false; n],
            inverse: Array2::zeros((k, k)),
            v: Vec::new(),
            r: Vec::new(),
            moved: Vec::new(),
            pivots: 0,
            basis,
            norms,
        };
        vertex.basis.iter().for_each(|&i| vertex.is_basic[i] = true);
        if !vertex.invert(rows) {
            return Ok(None);
        }
        vertex.place(rows)?;
        vertex.take_sides(rows);
        Ok(Some(vertex))
    }

    /// Basis of before among rows that have become more, or have other slopes or targets.
    pub(super) fn among(self, rows: &Rows) -> Result<Option<Self>> {
        Self::of(rows, self.basis, rows.norms())
    }

    pub(super) fn basis(&self) -> &[usize] {
        &self.basis
    }

    fn invert(&mut self, rows: &Rows) -> bool {
        let k = rows.k;
        let matrix = Array2::from_shape_fn((k, k), |(i, j)| {
            rows.row(self.basis[i])[j] / self.norms[self.basis[i]]
        });
        let qr = PivotedQr::new(matrix.view());
        let diagonal = qr.diagonal();
        let largest = diagonal.first().map_or(0.0, |d| d.abs());
        let singular = |d: &f64| d.is_nan() || d.abs() <= 1e-14 * largest;
        if diagonal.iter().any(singular) {
            return false;
        }
        let solution = qr.solve_upper(qr.q_transpose(Array2::eye(k).view(), k).view(), k);
        for (place, row) in qr.order().iter().zip(solution.rows()) {
            self.inverse.row_mut(*place).assign(&row);
        }
        for (mut column, &i) in self.inverse.columns_mut().into_iter().zip(&self.basis) {
            column /= self.norms[i];
        }
        true
    }

    /// `B⁻¹ z` of values of the rows in the basis, refined once.
    fn solve(&self, rows: &Rows, z: impl Fn(usize) -> f64) -> Vec<f64> {
        let values: Vec<f64> = self.basis.iter().map(|&i| z(i)).collect();
        let mut v = self.inverse.dot(&ArrayView1::from(&values[..]));
        for _ in 0..2 {
            let left = self.basis.iter().zip(&values).map(|(&i, z)| {
                let products = rows.row(i).iter().zip(&v).map(|(a, v)| (-a, *v));
                accurate_dot(*z, products)
            });
            let left: Vec<f64> = left.collect();
            v += &self.inverse.dot(&ArrayView1::from(&left[..]));
        }
        v.to_vec()
    }

    /// The point, and the residuals there.
    fn place(&mut self, rows: &Rows) -> Result<()> {
        self.v = self.solve(rows, |i| rows.y[i]);
        for &i in &self.basis {
            // A coefficient that its penalty holds at zero is zero, not rounding.
            let mut places = (0..rows.k).filter(|&j| rows.row(i)[j] != 0.0);
            if let (0.0, Some(j), None) = (rows.y[i], places.next(), places.next()) {
                self.v[j] = 0.0;
            }
        }
        self.r = rows.residuals(&self.v)?;
        let moved = self.solve(rows, amount);
        self.moved = rows.times(&moved)?;
        for (i, moved) in self.moved.iter_mut().enumerate() {
            *moved = amount(i) - *moved;
        }
        for &i in &self.basis {
            (self.r[i], self.moved[i]) = (0.0, 0.0);
        }
        let size = norm(&self.v);
        for (i, r) in self.r.iter_mut().enumerate() {
            let rounding = ROUNDINGS * f64::EPSILON * (rows.y[i].abs() + self.norms[i] * size);
            if r.abs() <= rounding {
                *r = 0.0;
            }
        }
        Ok(())
    }

    fn side(&self, i: usize) -> bool {
        if self.r[i] == 0.0 {
            self.moved[i] > 0.0
        } else {
            self.r[i] > 0.0
        }
    }

    fn take_sides(&mut self, rows: &Rows) {
        for i in 0..rows.len() {
            self.above[i] = self.side(i);
        }
    }

    /// Pivots until no edge leads down.
    pub(super) fn descend(
        &mut self,
        rows: &Rows,
        limit: usize,
        cancellation: Cancellation<'_>,
    ) -> Result<End> {
        let end = self.pivots + limit;
        loop {
            cancellation.check()?;
            let sums = rows.transpose_times(&self.outside(rows));
            let Some(violation) = self.violation(rows, &sums) else {
                if self.is_consistent() {
                    return Ok(End::Optimal);
                }
                // What rounding did to the inverse or to a side is undone, and the search goes on.
                if self.pivots >= end || !self.invert(rows) {
                    return Ok(End::Limit);
                }
                self.pivots += 1;
                self.place(rows)?;
                self.take_sides(rows);
                continue;
            };
            if self.pivots >= end || !self.pivot(rows, &violation)? {
                return Ok(End::Limit);
            }
        }
    }

    fn is_consistent(&self) -> bool {
        let holds = |i: usize| self.r[i] == 0.0 || self.above[i] == (self.r[i] > 0.0);
        (0..self.r.len()).all(|i| self.is_basic[i] || holds(i))
    }

    /// Dual variables of the rows outside the basis, zero for those in it.
    fn outside(&self, rows: &Rows) -> Vec<f64> {
        let bound = |i: usize| match (self.is_basic[i], self.above[i]) {
            (true, _) => 0.0,
            (false, true) => rows.upper[i],
            (false, false) => -rows.lower[i],
        };
        (0..rows.len()).map(bound).collect()
    }

    /// The dual variables of the rows in the basis, from the sums `Aᵀd` over the others.
    fn inside(&self, sums: &[f64]) -> Vec<f64> {
        let sums = ArrayView1::from(sums);
        self.inverse
            .columns()
            .into_iter()
            .map(|c| -c.dot(&sums))
            .collect()
    }

    /// All dual variables, inside their bounds.
    pub(super) fn dual(&self, rows: &Rows) -> Vec<f64> {
        let mut d = self.outside(rows);
        let inside = self.inside(&rows.transpose_times(&d));
        for (&i, value) in self.basis.iter().zip(inside) {
            d[i] = value.clamp(-rows.lower[i], rows.upper[i]);
        }
        d
    }

    /// The steepest edge down.
    fn violation(&self, rows: &Rows, sums: &[f64]) -> Option<Violation> {
        let mut steepest: Option<(f64, Violation)> = None;
        for (place, d) in self.inside(sums).into_iter().enumerate() {
            let i = self.basis[place];
            let (u, l) = (rows.upper[i], rows.lower[i]);
            let (above, slope) = if d > u { (true, u - d) } else { (false, d + l) };
            if slope >= -TOLERANCE * (u + l).max(d.abs()) {
                continue;
            }
            let steepness = slope / norm(&self.inverse.column(place).to_vec());
            if steepest.as_ref().is_none_or(|(s, _)| steepness < *s) {
                let found = Violation {
                    place,
                    above,
                    slope,
                };
                steepest = Some((steepness, found));
            }
        }
        steepest.map(|(_, violation)| violation)
    }

    /// The direction of the edge on which a row of the basis goes to one side.
    fn edge(&self, place: usize, above: bool) -> Vec<f64> {
        let sign = if above { -1.0 } else { 1.0 };
        self.inverse
            .column(place)
            .iter()
            .map(|v| sign * v)
            .collect()
    }

    /// Rows whose residuals come to zero along an edge, nearest first out of the heap.
    fn crossings(&self, rows: &Rows, edge: &[f64]) -> Result<BinaryHeap<Crossing>> {
        let along = rows.times(edge)?;
        let size = norm(edge);
        let crossing = |i: usize| {
            let a = along[i];
            let counts = !self.is_basic[i]
                && a.abs() > 1e-12 * self.norms[i] * size
                && self.above[i] == (a > 0.0);
            counts.then(|| Crossing {
                step: self.r[i].abs() / a.abs(),
                moved: self.moved[i] / a,
                row: i,
                change: (rows.upper[i] + rows.lower[i]) * a.abs(),
            })
        };
        Ok((0..rows.len()).filter_map(crossing).collect())
    }

    /// Goes along an edge to its minimum; false if there is none.
    fn pivot(&mut self, rows: &Rows, violation: &Violation) -> Result<bool> {
        let edge = self.edge(violation.place, violation.above);
        let mut crossings = self.crossings(rows, &edge)?;
        let mut slope = violation.slope;
        let entering = loop {
            let Some(next) = crossings.pop() else {
                return Ok(false);
            };
            slope += next.change;
            if slope >= 0.0 {
                break next.row;
            }
            self.above[next.row] = !self.above[next.row];
        };
        let leaving = std::mem::replace(&mut self.basis[violation.place], entering);
        (self.is_basic[leaving], self.is_basic[entering]) = (false, true);
        self.above[leaving] = violation.above;
        self.pivots += 1;
        if self.pivots.is_multiple_of(REFRESH) {
            if !self.invert(rows) {
                return Ok(false);
            }
        } else {
            let row = ArrayView1::from(rows.row(entering)).dot(&self.inverse);
            let pivot = row[violation.place];
            let column = &self.inverse.column(violation.place) / pivot;
            for (j, mut other) in self.inverse.columns_mut().into_iter().enumerate() {
                if j == violation.place {
                    other.assign(&column);
                } else {
                    other.scaled_add(-row[j], &column);
                }
            }
        }
        self.place(rows)?;
        Ok(true)
    }

    /// False if an edge of some length, along which the loss stays the same, was seen from an optimal vertex: there are
    /// other solutions.
    pub(super) fn is_unique(&self, rows: &Rows) -> Result<bool> {
        let sums = rows.transpose_times(&self.outside(rows));
        for (place, d) in self.inside(&sums).into_iter().enumerate() {
            let i = self.basis[place];
            let (u, l) = (rows.upper[i], rows.lower[i]);
            for (above, slope) in [(true, u - d), (false, d + l)] {
                if slope > TOLERANCE * (u + l) {
                    continue;
                }
                let nearest = self.crossings(rows, &self.edge(place, above))?.pop();
                if nearest.is_none_or(|crossing| crossing.step > 0.0) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// By how much the target of a row is moved, in units of very little: anything that no two rows share.
fn amount(i: usize) -> f64 {
    let mut z = (i as u64)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    0.5 + ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn norm(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// A row whose residual comes to zero along an edge.
#[derive(Debug)]
struct Crossing {
    step: f64,
    moved: f64,
    row: usize,
    change: f64,
}

impl Ord for Crossing {
    /// The nearest is the largest.
    fn cmp(&self, other: &Self) -> Ordering {
        let by = |c: &Self| (c.step, c.moved, c.row);
        let ((a, b, c), (d, e, f)) = (by(other), by(self));
        a.total_cmp(&d).then(b.total_cmp(&e)).then(c.cmp(&f))
    }
}

impl PartialOrd for Crossing {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Crossing {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Crossing {}

/// The first `k` rows in this order that do not depend on those before.
fn independent(rows: &Rows, order: &[usize], norms: &[f64]) -> Option<Vec<usize>> {
    let k = rows.k;
    let mut basis = Vec::with_capacity(k);
    let mut orthogonal: Vec<Vec<f64>> = Vec::with_capacity(k);
    for &i in order {
        if basis.len() == k {
            break;
        }
        let mut left: Vec<f64> = rows.row(i).iter().map(|a| a / norms[i]).collect();
        for _ in 0..2 {
            for q in &orthogonal {
                let share: f64 = q.iter().zip(&left).map(|(q, a)| q * a).sum();
                left.iter_mut().zip(q).for_each(|(a, q)| *a -= share * q);
            }
        }
        let size = norm(&left);
        if size > DEPENDENT {
            left.iter_mut().for_each(|a| *a /= size);
            orthogonal.push(left);
            basis.push(i);
        }
    }
    (basis.len() == k).then_some(basis)
}

#[cfg(test)]
mod tests {
    use super::{End, Vertex};
    use crate::samples::Cancellation;
    use crate::solver::quantile::rows::Rows;

    #[test]
    fn the_median_of_few_values_is_found_from_any_of_them() {
        let mut rows = Rows::new(1);
        for y in [3.0, 9.0, 1.0, 7.0, 5.0] {
            rows.push(&[1.0], y, 0.5, 0.5);
        }
        for start in [-10.0, 1.0, 4.9, 100.0] {
            let found = Vertex::near(&rows, &[start]).expect("finite");
            let mut vertex = found.expect("independent");
            let end = vertex.descend(&rows, 10, Cancellation::default());
            assert_eq!(end.expect("finite"), End::Optimal);
            assert_eq!(vertex.v, [5.0]);
            assert!(vertex.is_unique(&rows).expect("finite"));
        }
    }
}
