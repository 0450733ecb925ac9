//! Very many rows: most are on one side of the minimum whatever happens there, and count as one row each side.
//!
//! The loss of a sum of rows is at most the sum of their losses, and equal if they are all on one side: a minimum over
//! a few rows and such sums is the minimum over all rows, once every row in a sum is seen to be on its side (Portnoy &
//! Koenker, 1997, section 5).

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::coordinates::gather;
use super::rows::Rows;
use super::vertex::End;
use super::{Found, Kinks, Minimizer, Solution, interior};
use crate::error::Result;
use crate::parallel;
use crate::scalar::Scalar;

/// Rows from which it is worth it.
const MANY: usize = 40_000;
/// Rows that one thread looks at.
const BAND: usize = 1 << 14;
/// Gap of the minimum over a sample, from which the sides are guessed.
const GUESS: f64 = 1e-5;
/// Rows kept for each of the sample.
const KEPT: f64 = 1.25;
/// Times that rows on the wrong side are put back.
const ROUNDS: usize = 20;

/// Where a row is: kept by itself, or in the sum of those above or below.
const KEPT_ROW: u8 = 0;
const ABOVE: u8 = 1;
const BELOW: u8 = 2;

/// The minimum, and the rows and sums over which it was found; none if there are few rows, or the guess was no use.
pub(super) fn solve<F: Scalar>(
    minimizer: &Minimizer<'_, F>,
    kinks: &Kinks,
    start: Option<&Solution>,
) -> Result<Option<(Rows, Found)>> {
    let (n, k) = (
        minimizer.problem.samples.n_rows(),
        minimizer.coordinates.len(),
    );
    // Positive and below 2⁵³.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let m = ((k * n) as f64).powf(2.0 / 3.0).ceil() as usize;
    let is_curved = kinks.pieces.iter().any(|piece| piece.curvature.is_some());
    if is_curved || n < MANY || k == 0 || 3 * m > n {
        return Ok(None);
    }
    let sample = sampled(n, m);
    let places = |rows: &[usize]| {
        let pieces = 0..kinks.pieces.len();
        let pairs = rows
            .iter()
            .flat_map(|&i| pieces.clone().map(move |piece| (i, piece)));
        pairs.collect::<Vec<_>>()
    };
    let sample = gather(
        &minimizer.problem,
        &minimizer.coordinates,
        kinks,
        places(&sample),
    );
    let v = match start {
        Some(start) => shifted(minimizer, &sample, start)?,
        None => guess(minimizer, &sample, m as f64 / n as f64)?,
    };
    let mut sizes: Vec<f64> = sample.residuals(&v)?.iter().map(|r| r.abs()).collect();
    if sizes.is_empty() {
        return Ok(None);
    }
    // A share of the sample.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let place = (KEPT * m as f64 / n as f64 * sizes.len() as f64) as usize;
    let place = place.min(sizes.len() - 1);
    let (_, width, _) = sizes.select_nth_unstable_by(place, f64::total_cmp);
    let mut reduced = Reduced::new(minimizer, kinks, &v, *width);
    reduced.minimum()
}

/// A row from each stretch of the rows.
fn sampled(n: usize, m: usize) -> Vec<usize> {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(0);
    let row = |j: usize| {
        let (from, to) = (j * n / m, (j + 1) * n / m);
        generator.random_range(from..to)
    };
    (0..m).map(row).collect()
}

/// The minimum over a sample, near enough.
fn guess<F: Scalar>(minimizer: &Minimizer<'_, F>, sample: &Rows, share: f64) -> Result<Vec<f64>> {
    let kappa: Vec<f64> = minimizer.kappa.iter().map(|kappa| kappa * share).collect();
    let found = interior::solve(sample, &kappa, GUESS, minimizer.cancellation())?;
    Ok(found.v)
}

/// The minimum of a neighbouring loss, moved so that as many rows of the sample are above it as this one wants.
fn shifted<F: Scalar>(
    minimizer: &Minimizer<'_, F>,
    sample: &Rows,
    start: &Solution,
) -> Result<Vec<f64>> {
    let coordinates = &minimizer.coordinates;
    let mut v = coordinates.inward(&start.coefficients, start.intercept);
    if minimizer.problem.fit_intercept
        && let (Some(last), Some(upper), Some(lower)) =
            (v.last_mut(), sample.upper.first(), sample.lower.first())
    {
        let mut r = sample.residuals(&coordinates.inward(&start.coefficients, start.intercept))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let place = (upper / (upper + lower) * r.len() as f64) as usize;
        let place = place.min(r.len() - 1);
        *last += *r.select_nth_unstable_by(place, f64::total_cmp).1;
    }
    Ok(v)
}

/// Rows that are kept, and the sums of the others.
struct Reduced<'m, 'a, F: Scalar> {
    minimizer: &'m Minimizer<'a, F>,
    kinks: &'m Kinks,
    /// The place of each piece of each row.
    places: Vec<u8>,
    /// Sums of the rows above and below, for each piece: count, weight, row, target.
    sums: Vec<Vec<f64>>,
    rows: Rows,
}

impl<'m, 'a, F: Scalar> Reduced<'m, 'a, F> {
    fn new(minimizer: &'m Minimizer<'a, F>, kinks: &'m Kinks, v: &[f64], width: f64) -> Self {
        let (k, pieces) = (minimizer.coordinates.len(), kinks.pieces.len());
        let n = minimizer.problem.samples.n_rows();
        let bands = parallel::map(n.div_ceil(BAND), |band| {
            let rows = band * BAND..((band + 1) * BAND).min(n);
            let mut places = Vec::with_capacity(rows.len() * pieces);
            let mut sums = vec![vec![0.0; k + 3]; 2 * pieces];
            let mut reader = Reader::new(minimizer, kinks);
            for i in rows {
                reader.read(i);
                for piece in 0..pieces {
                    let r = reader.residual(piece, v);
                    let place = match r {
                        r if reader.weight == 0.0 || r.abs() <= width => KEPT_ROW,
                        r if r > 0.0 => ABOVE,
                        _ => BELOW,
                    };
                    places.push(place);
                    if place != KEPT_ROW {
                        reader.add(piece, 1.0, &mut sums[2 * piece + usize::from(place) - 1]);
                    }
                }
            }
            (places, sums)
        });
        let mut places = Vec::with_capacity(n * pieces);
        let mut sums = vec![vec![0.0; k + 3]; 2 * pieces];
        for (band, of_band) in bands {
            places.extend(band);
            for (sum, of_band) in sums.iter_mut().zip(of_band) {
                sum.iter_mut().zip(of_band).for_each(|(sum, v)| *sum += v);
            }
        }
        let mut reduced = Self {
            minimizer,
            kinks,
            places,
            sums,
            rows: Rows::new(k),
        };
        let zeros = vec![0.0; k];
        (0..2 * pieces).for_each(|_| reduced.rows.push(&zeros, 0.0, 0.0, 0.0));
        reduced.write_sums();
        let kept = reduced
            .places
            .iter()
            .enumerate()
            .filter(|(_, place)| **place == KEPT_ROW);
        let kept: Vec<_> = kept.map(|(at, _)| (at / pieces, at % pieces)).collect();
        let problem = &minimizer.problem;
        let rows = &mut reduced.rows;
        rows.append(gather(problem, &minimizer.coordinates, kinks, kept));
        rows.append(minimizer.coordinates.penalty_rows(problem.penalty));
        reduced
    }

    /// Number of the sums, the first of the rows.
    fn n_sums(&self) -> usize {
        2 * self.kinks.pieces.len()
    }

    /// The mean of the rows of a sum stands for them, with their weight.
    fn write_sums(&mut self) {
        for (i, sum) in self.sums.iter().enumerate() {
            let piece = &self.kinks.pieces[i / 2];
            let mut weight = sum[1];
            let mut mean: Vec<f64> = sum[2..].iter().map(|v| v / weight).collect();
            if sum[0] == 0.0 {
                // A row of zeros has no loss, whatever its slopes.
                (weight, mean) = (1.0, vec![0.0; sum.len() - 2]);
            }
            let (row, y) = mean.split_at(self.rows.k);
            self.rows
                .set(i, row, y[0], weight * piece.upper, weight * piece.lower);
        }
    }

    fn minimum(&mut self) -> Result<Option<(Rows, Found)>> {
        let minimizer = self.minimizer;
        let mut found = minimizer.minimum(&self.rows)?;
        for _ in 0..ROUNDS {
            let in_basis =
                |vertex: &super::Vertex| vertex.basis().iter().any(|&i| i < self.n_sums());
            if found.vertex.as_ref().is_some_and(in_basis) {
                return Ok(None);
            }
            let wrong = self.wrong(&found.v);
            if wrong.is_empty() {
                return Ok(Some((std::mem::take(&mut self.rows), found)));
            }
            if wrong.len() > self.rows.len() {
                return Ok(None);
            }
            self.put_back(&wrong);
            let vertex = match found.vertex {
                Some(vertex) => vertex.among(&self.rows)?,
                None => None,
            };
            let limit = 100 + 10 * self.rows.k;
            let iterations = found.iterations;
            found = match vertex.map(|v| minimizer.descend(&self.rows, v, limit, iterations)) {
                Some(Ok((End::Optimal, found))) => found,
                Some(Err(error)) => return Err(error),
                _ => minimizer.minimum(&self.rows)?,
            };
        }
        Ok(None)
    }

    /// Rows of a sum that are on the other side.
    fn wrong(&self, v: &[f64]) -> Vec<usize> {
        let n = self.minimizer.problem.samples.n_rows();
        let pieces = self.kinks.pieces.len();
        let bands = parallel::map(n.div_ceil(BAND), |band| {
            let mut reader = Reader::new(self.minimizer, self.kinks);
            let mut wrong = Vec::new();
            for i in band * BAND..((band + 1) * BAND).min(n) {
                reader.read(i);
                for piece in 0..pieces {
                    let r = reader.residual(piece, v);
                    let is_wrong = match self.places[i * pieces + piece] {
                        ABOVE => r < 0.0,
                        BELOW => r > 0.0,
                        _ => false,
                    };
                    if is_wrong {
                        wrong.push(i * pieces + piece);
                    }
                }
            }
            wrong
        });
        bands.concat()
    }

    /// Takes rows out of their sums.
    fn put_back(&mut self, wrong: &[usize]) {
        let pieces = self.kinks.pieces.len();
        let mut reader = Reader::new(self.minimizer, self.kinks);
        for &at in wrong {
            let (i, piece) = (at / pieces, at % pieces);
            reader.read(i);
            let place = usize::from(std::mem::replace(&mut self.places[at], KEPT_ROW));
            reader.add(piece, -1.0, &mut self.sums[2 * piece + place - 1]);
        }
        self.write_sums();
        let places = wrong.iter().map(|at| (at / pieces, at % pieces));
        let minimizer = self.minimizer;
        let rows = gather(
            &minimizer.problem,
            &minimizer.coordinates,
            self.kinks,
            places,
        );
        self.rows.append(rows);
    }
}

/// A row of the data in the solver's coordinates.
struct Reader<'m, 'a, F: Scalar> {
    minimizer: &'m Minimizer<'a, F>,
    kinks: &'m Kinks,
    row: Vec<f64>,
    targets: Vec<f64>,
    weight: f64,
}

impl<'m, 'a, F: Scalar> Reader<'m, 'a, F> {
    fn new(minimizer: &'m Minimizer<'a, F>, kinks: &'m Kinks) -> Self {
        Self {
            minimizer,
            kinks,
            row: vec![0.0; minimizer.coordinates.len()],
            targets: vec![0.0; kinks.pieces.len()],
            weight: 0.0,
        }
    }

    fn read(&mut self, i: usize) {
        let problem = &self.minimizer.problem;
        let coordinates = &self.minimizer.coordinates;
        coordinates.row(problem.samples.x().row(i), &mut self.row);
        self.weight = coordinates.weight(&problem.samples, i);
        let y = problem.samples.y()[[i, problem.target]].wide();
        for (to, piece) in self.targets.iter_mut().zip(&self.kinks.pieces) {
            *to = coordinates.target(y, piece.shift);
        }
    }

    fn residual(&self, piece: usize, v: &[f64]) -> f64 {
        let prediction: f64 = self.row.iter().zip(v).map(|(a, v)| a * v).sum();
        self.targets[piece] - prediction
    }

    /// Adds the row to a sum, or takes it away.
    fn add(&self, piece: usize, sign: f64, sum: &mut [f64]) {
        let weight = sign * self.weight;
        sum[0] += sign;
        sum[1] += weight;
        let values = self.row.iter().chain([&self.targets[piece]]);
        sum[2..]
            .iter_mut()
            .zip(values)
            .for_each(|(sum, v)| *sum += weight * v);
    }
}
