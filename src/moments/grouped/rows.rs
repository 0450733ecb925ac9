//! Rows into the records of their groups, on all threads: each takes the groups of its part of the records, in the
//! order of the rows.

use ndarray::{Array2, Ix2};
use pulp::{Arch, Simd, WithSimd};

use super::super::record;
use super::Detail;
use super::records::Records;
use crate::linalg::Backend;
use crate::parallel;
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Rows of a chunk: their groups and their values stay in the cache while every part of the records takes its own.
pub(super) const CHUNK_ROWS: usize = 1 << 16;
/// Parts of the records: enough for balance, few enough that looking through the groups of all rows costs little.
const PARTS: usize = 8;
/// Rows with which a second thread pays.
const PARALLEL_ROWS: usize = 1 << 12;
/// Rows within groups whose products are taken together.
const BLOCK_ROWS: usize = 256;

/// Number of the first group, the records from there on, and sums over their rows.
type Part<'a> = (u32, &'a mut [f64], Option<Array2<f64>>);

/// Rows, and the group of each, `u32::MAX` of a row that does not count.
pub(super) struct Chunk<'a, F: Scalar> {
    rows: Samples<'a, F, Ix2>,
    places: &'a [u32],
}

impl<'a, F: Scalar> Chunk<'a, F> {
    pub(super) fn new(rows: Samples<'a, F, Ix2>, places: &'a [u32]) -> Self {
        Self { rows, places }
    }

    /// Adds the rows to their groups, and what they add within groups to the sum of that.
    pub(super) fn add_to(&self, records: &mut Records, within: Option<&mut Array2<f64>>) {
        let (size, detail) = (records.numbers_of_a_group(), records.detail());
        let groups = records.values().len() / size;
        let parts = if self.places.len() < PARALLEL_ROWS {
            1
        } else {
            PARTS
        };
        let per_part = groups.div_ceil(parts).max(1);
        let width = self.rows.width();
        let sums = within.is_some();
        let empty = || sums.then(|| Array2::zeros((width, width)));
        let parts = records.parts(per_part).into_iter();
        let mut parts: Vec<Part<'_>> = parts
            .zip((0_u32..).step_by(per_part))
            .map(|(records, first)| (first, records, empty()))
            .collect();
        parallel::for_each(
            parts.iter_mut().collect(),
            |(first, records, within): &mut Part<'_>| {
                self.add_part(*first, records, size, detail, within.as_mut());
            },
        );
        if let Some(within) = within {
            for (_, _, part) in &parts {
                part.iter().for_each(|part| *within += part);
            }
        }
    }

    fn add_part(
        &self,
        first: u32,
        part: &mut [f64],
        size: usize,
        detail: Detail,
        within: Option<&mut Array2<f64>>,
    ) {
        macro_rules! by_width {
            ($($width:literal)*) => {
                match self.rows.width() {
                    $($width => Arch::new().dispatch(Add::<F, $width> {
                        rows: self.rows, places: self.places, first, part, size, detail, within,
                    }),)*
                    _ => Arch::new().dispatch(Add::<F, 0> {
                        rows: self.rows, places: self.places, first, part, size, detail, within,
                    }),
                }
            };
        }
        by_width!(2 3 4 5 6 7 8 9 10 11 12);
    }
}

/// Adds the rows of one part of the records; `WIDTH` 0 stands for one that is not known before.
struct Add<'a, F: Scalar, const WIDTH: usize> {
    rows: Samples<'a, F, Ix2>,
    places: &'a [u32],
    first: u32,
    part: &'a mut [f64],
    size: usize,
    detail: Detail,
    within: Option<&'a mut Array2<f64>>,
}

impl<F: Scalar, const WIDTH: usize> WithSimd for Add<'_, F, WIDTH> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let width = if WIDTH == 0 { self.rows.width() } else { WIDTH };
        let (x, y) = (self.rows.x(), self.rows.y());
        let stored = (x.as_slice(), y.as_slice(), y.ncols());
        let p = x.ncols();
        let groups = self.part.len() / self.size;
        let mut block = Block::new(width, self.within);
        let (mut row, mut distance) = (vec![0.0; width], vec![0.0; width]);
        for (i, place) in self.places.iter().enumerate() {
            let Some(place) = place.checked_sub(self.first).map(|place| place as usize) else {
                continue;
            };
            if place >= groups {
                continue;
            }
            let weight = self.rows.weight(i);
            if weight == 0.0 {
                continue;
            }
            if let (Some(x), Some(y), k) = stored {
                let (features, targets) = row[..width].split_at_mut(p);
                let from = x[i * p..(i + 1) * p].iter();
                features
                    .iter_mut()
                    .zip(from)
                    .for_each(|(to, v)| *to = v.wide());
                let from = y[i * k..(i + 1) * k].iter();
                targets
                    .iter_mut()
                    .zip(from)
                    .for_each(|(to, v)| *to = v.wide());
            } else {
                let values = x.row(i).into_iter().chain(y.row(i));
                row.iter_mut()
                    .zip(values)
                    .for_each(|(to, v)| *to = v.wide());
            }
            let record = &mut self.part[place * self.size..(place + 1) * self.size];
            let Some(factor) = record::add_mean(record, &row, weight, &mut distance) else {
                continue;
            };
            match self.detail {
                Detail::Full => {
                    let cross = &mut record[record::COUNTS + 2 * width..];
                    record::add_square(cross, &distance, factor);
                }
                Detail::Means => block.push(&distance, factor.sqrt()),
            }
        }
        block.flush();
    }
}

/// Rows that wait for their products.
struct Block<'a> {
    width: usize,
    rows: Vec<f64>,
    within: Option<&'a mut Array2<f64>>,
}

impl<'a> Block<'a> {
    fn new(width: usize, within: Option<&'a mut Array2<f64>>) -> Self {
        Self {
            width,
            rows: Vec::new(),
            within,
        }
    }

    #[inline(always)]
    fn push(&mut self, row: &[f64], factor: f64) {
        self.rows.extend(row.iter().map(|v| factor * v));
        if self.rows.len() >= BLOCK_ROWS * self.width {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let (rows, width) = (self.rows.len() / self.width, self.width);
        if rows == 0 {
            return;
        }
        if let Some(within) = self
            .within
            .as_mut()
            .and_then(|within| within.as_slice_mut())
        {
            Backend::default().add_gram(within, &self.rows, rows, width);
        }
        self.rows.clear();
    }
}
