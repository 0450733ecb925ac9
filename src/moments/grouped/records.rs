//! Records that are kept of the groups, one after the other.

use super::super::record::{self, COUNTS, triangle};
use super::super::{Location, Moments};
use super::Detail;

/// Records of all groups, side by side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Records {
    width: usize,
    detail: Detail,
    values: Vec<f64>,
}

impl Records {
    pub(super) fn new(width: usize, detail: Detail) -> Self {
        Self {
            width,
            detail,
            values: Vec::new(),
        }
    }

    /// `None` if the numbers are no whole number of records that can be.
    pub(super) fn from_values(width: usize, detail: Detail, values: Vec<f64>) -> Option<Self> {
        let records = Self {
            width,
            detail,
            values,
        };
        let is_count = |n: f64| n >= 1.0 && n.fract() == 0.0 && n <= (1_u64 << 53) as f64;
        let possible = |record: &[f64]| {
            let finite = record.iter().all(|v| v.is_finite());
            let cross = &record[COUNTS + 2 * width..];
            let squares = (0..width).filter_map(|i| cross.get(triangle(i + 1) - 1));
            finite && is_count(record[0]) && record[1] > 0.0 && squares.clone().all(|v| *v >= 0.0)
        };
        let size = records.numbers_of_a_group();
        let (whole, rest) = (
            records.values.chunks_exact(size),
            records.values.len() % size,
        );
        (rest == 0 && whole.clone().all(possible)).then_some(records)
    }

    pub(super) fn numbers_of_a_group(&self) -> usize {
        let cross = match self.detail {
            Detail::Full => triangle(self.width),
            Detail::Means => 0,
        };
        COUNTS + 2 * self.width + cross
    }

    pub(super) fn detail(&self) -> Detail {
        self.detail
    }

    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The records of so many groups at a time, to be written apart.
    pub(super) fn parts(&mut self, groups: usize) -> Vec<&mut [f64]> {
        let size = self.numbers_of_a_group();
        self.values.chunks_mut(groups.max(1) * size).collect()
    }

    /// One more group, without rows.
    pub(super) fn push(&mut self) {
        let len = self.values.len() + self.numbers_of_a_group();
        self.values.resize(len, 0.0);
    }

    pub(super) fn truncate(&mut self, groups: usize) {
        self.values.truncate(groups * self.numbers_of_a_group());
    }

    fn record(&self, group: usize) -> &[f64] {
        let size = self.numbers_of_a_group();
        &self.values[group * size..(group + 1) * size]
    }

    /// Number of rows of a group.
    pub(super) fn count(&self, group: usize) -> usize {
        record::count(self.record(group))
    }

    pub(super) fn weight_sum(&self, group: usize) -> f64 {
        self.record(group)[1]
    }

    /// First row of a group, and the mean about it.
    pub(super) fn means(&self, group: usize) -> (&[f64], &[f64]) {
        let means = &self.record(group)[COUNTS..COUNTS + 2 * self.width];
        means.split_at(self.width)
    }

    /// Takes in the group of another set; `shifts` becomes `√(W₁W₂/W)` times the distance of the means.
    pub(super) fn absorb(&mut self, to: u32, other: &Self, from: u32, shifts: &mut Vec<f64>) {
        let size = self.numbers_of_a_group();
        let first = to as usize * size;
        let mine = &mut self.values[first..first + size];
        record::absorb(mine, other.record(from as usize), self.width, shifts);
    }

    /// Writes the moments of a group over those of no rows; false if they are not kept.
    pub(super) fn write(&self, group: usize, moments: &mut Moments) -> bool {
        record::write(self.record(group), moments)
    }

    /// Adds the rows of a group to moments, but for `shifts`, which becomes the row whose square the scatter of all
    /// rows gains.
    pub(super) fn add_to(&self, group: usize, moments: &mut Moments, shifts: &mut [f64]) {
        let record = self.record(group);
        let mut location = Location::new(self.width);
        location.n_samples = self.count(group);
        location.weight_sum = record[1];
        for j in 0..self.width {
            (location.mean[j], location.rest[j]) = record::mean(record, self.width, j);
        }
        moments
            .location
            .absorb_location(&location, |j, shift| shifts[j] = shift);
        let mut cross = record[COUNTS + 2 * self.width..].iter();
        for i in 0..self.width {
            for j in 0..=i {
                match cross.next() {
                    Some(value) => moments.cross[[i, j]] += value,
                    None => return,
                }
            }
        }
    }
}
