//! Count, weight, mean and cross-products of rows as one run of numbers: many of them fit side by side.
//!
//! ```text
//! n   W   first row (w)   mean about it (w)   [lower triangle of C (w (w + 1)/2)]
//! ```
//!
//! The mean is the sum of two numbers, so that rows far from zero keep their digits.

use super::Moments;
use super::location::{quick_two_sum, two_sum};

/// Numbers before the first row.
pub(super) const COUNTS: usize = 2;

/// Numbers of the lower triangle.
pub(super) fn triangle(width: usize) -> usize {
    width * (width + 1) / 2
}

/// Numbers of a record with cross-products.
pub(super) fn size(width: usize) -> usize {
    COUNTS + 2 * width + triangle(width)
}

/// Takes a row into count, weight and mean; `distance` becomes what it is from the mean before, and the square of that
/// times the result is what the cross-products gain (West, 1979). `None` for the first row, which gives them nothing,
/// and for one of weight 0.
#[inline(always)]
pub(super) fn add_mean(
    record: &mut [f64],
    row: &[f64],
    weight: f64,
    distance: &mut [f64],
) -> Option<f64> {
    if weight == 0.0 {
        return None;
    }
    let width = row.len();
    let (counts, record) = record.split_at_mut(COUNTS);
    let (base, record) = record.split_at_mut(width);
    let mean = &mut record[..width];
    let distance = &mut distance[..width];
    counts[0] += 1.0;
    let before = counts[1];
    counts[1] += weight;
    if before == 0.0 {
        base.copy_from_slice(row);
        return None;
    }
    let share = weight / counts[1];
    for j in 0..width {
        distance[j] = (row[j] - base[j]) - mean[j];
        mean[j] += share * distance[j];
    }
    Some(before * share)
}

/// Adds `factor d dᵀ` to the lower triangle of cross-products.
#[inline(always)]
pub(super) fn add_square(cross: &mut [f64], distance: &[f64], factor: f64) {
    let mut rest = cross;
    for (a, d) in distance.iter().enumerate() {
        let scaled = factor * d;
        let (lower, others) = rest.split_at_mut(a + 1);
        rest = others;
        for (to, other) in lower.iter_mut().zip(distance) {
            *to += scaled * other;
        }
    }
}

/// Takes in the rows of another record; `shifts` becomes `√(W₁W₂/W)` times the distance of the means.
pub(super) fn absorb(mine: &mut [f64], theirs: &[f64], width: usize, shifts: &mut Vec<f64>) {
    shifts.clear();
    shifts.resize(width, 0.0);
    if theirs[1] == 0.0 {
        return;
    }
    if mine[1] == 0.0 {
        mine.copy_from_slice(theirs);
        return;
    }
    let total = mine[1] + theirs[1];
    let share = theirs[1] / total;
    let factor = (mine[1] * share).sqrt();
    for (base, shift) in (COUNTS..).zip(shifts.iter_mut()) {
        let mean = base + width;
        let distance = (theirs[base] - mine[base]) + (theirs[mean] - mine[mean]);
        mine[mean] += share * distance;
        *shift = factor * distance;
    }
    mine[0] += theirs[0];
    mine[1] = total;
    let (mut mine, mut theirs) = (
        &mut mine[COUNTS + 2 * width..],
        &theirs[COUNTS + 2 * width..],
    );
    if mine.is_empty() {
        return;
    }
    for (a, shift) in shifts.iter().enumerate() {
        let (lower, others) = mine.split_at_mut(a + 1);
        let (from, rest) = theirs.split_at(a + 1);
        (mine, theirs) = (others, rest);
        let pairs = lower.iter_mut().zip(from).zip(&*shifts);
        pairs.for_each(|((to, from), other)| *to = (*to + from) + shift * other);
    }
}

/// Number of rows.
pub(super) fn count(record: &[f64]) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count, below 2^53
    {
        record[0] as usize
    }
}

/// Mean of a column, and what rounding left of it.
pub(super) fn mean(record: &[f64], width: usize, column: usize) -> (f64, f64) {
    let (mean, lost) = two_sum(record[COUNTS + column], record[COUNTS + width + column]);
    quick_two_sum(mean, lost)
}

/// Writes a record over the moments of no rows; false if it has no cross-products.
pub(super) fn write(record: &[f64], moments: &mut Moments) -> bool {
    let width = moments.location.mean.len();
    let location = &mut moments.location;
    location.n_samples = count(record);
    location.weight_sum = record[1];
    for j in 0..width {
        (location.mean[j], location.rest[j]) = mean(record, width, j);
    }
    let mut cross = &record[COUNTS + 2 * width..];
    if cross.is_empty() {
        return false;
    }
    for (a, mut row) in moments.cross.rows_mut().into_iter().enumerate() {
        let (lower, rest) = cross.split_at(a + 1);
        cross = rest;
        row.iter_mut()
            .zip(lower)
            .for_each(|(to, value)| *to = *value);
    }
    true
}
