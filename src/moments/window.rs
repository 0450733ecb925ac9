//! Moments of a window that slides over rows, by merging alone.

use std::collections::VecDeque;

use ndarray::ArrayView1;

use super::{Moments, record};
use crate::check::{check_finite, check_fraction, check_length};
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// Moments of the last rows of a sequence: rows come in at one end and leave at the other.
///
/// Nothing is subtracted. The older rows have the moments of each of their suffixes, from the row to the last of them;
/// the newer ones have their sum; a window is one merge of the two, and when the older are used up the newer become the
/// older (two stacks; Tangwongsan, Hirzel & Schneider, 2017). After any number of slides the moments are as good as
/// those of a fresh pass. Memory is that of the rows and of about `2√n` moments, a slide costs about four products `p ×
/// p`.
///
/// # Examples
///
/// ```
/// use elltwo::moments::Window;
/// use ndarray::array;
///
/// let mut window = Window::new(1, 1)?;
/// for (x, y) in [(1.0, 2.0), (2.0, 3.0), (4.0, 9.0), (6.0, 7.0)] {
///     window.push(array![x].view(), array![y].view(), 1.0)?;
///     if window.len() > 3 {
///         window.pop();
///     }
/// }
/// let moments = window.moments()?;
/// assert_eq!((moments.n_samples(), moments.feature_means()[0]), (3, 4.0));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    n_features: usize,
    n_targets: usize,
    /// Values and weight of each row, the oldest first.
    rows: VecDeque<f64>,
    /// Rows of the front, whose suffixes are known.
    n_front: usize,
    /// Rows of a block of the front.
    block: usize,
    /// Suffixes from the beginning of each block but the open one, the first on top.
    closed: Vec<Vec<f64>>,
    /// Suffixes from each row of the first block, the oldest on top.
    open: Vec<Vec<f64>>,
    /// Sums of the rows behind the front.
    back: Vec<f64>,
    distance: Vec<f64>,
    shifts: Vec<f64>,
}

impl Window {
    /// No rows yet.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without features or targets.
    pub fn new(n_features: usize, n_targets: usize) -> Result<Self> {
        Moments::new(n_features, n_targets)?;
        let width = n_features + n_targets;
        Ok(Self {
            n_features,
            n_targets,
            rows: VecDeque::new(),
            n_front: 0,
            block: 1,
            closed: Vec::new(),
            open: Vec::new(),
            back: vec![0.0; record::size(width)],
            distance: vec![0.0; width],
            shifts: Vec::new(),
        })
    }

    fn width(&self) -> usize {
        self.n_features + self.n_targets
    }

    /// Number of rows, those of weight 0 included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len() / (self.width() + 1)
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes in a row at the newer end: features `(p,)`, targets `(k,)`, and its weight.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::NonFinite`]; [`Error::NegativeWeight`]. The window is then as it was.
    pub fn push<F: Scalar>(
        &mut self,
        x: ArrayView1<'_, F>,
        y: ArrayView1<'_, F>,
        weight: f64,
    ) -> Result<()> {
        check_length("columns of x", self.n_features, x.len())?;
        check_length("columns of y", self.n_targets, y.len())?;
        check_finite("x", x)?;
        check_finite("y", y)?;
        if !(weight >= 0.0 && weight.is_finite()) {
            return Err(Error::NegativeWeight {
                row: 0,
                value: weight,
            });
        }
        let values = x.iter().chain(y).map(|v| v.wide());
        self.rows.extend(values.chain([weight]));
        let last = self.len() - 1;
        let mut back = std::mem::take(&mut self.back);
        self.add(last, &mut back);
        self.back = back;
        Ok(())
    }

    /// Adds a row to a record.
    fn add(&mut self, row: usize, to: &mut [f64]) {
        let width = self.width();
        let first = row * (width + 1);
        let mut values = std::mem::take(&mut self.shifts);
        values.clear();
        values.extend(self.rows.range(first..first + width));
        let weight = self.rows[first + width];
        if let Some(factor) = record::add_mean(to, &values, weight, &mut self.distance) {
            let cross = &mut to[record::COUNTS + 2 * width..];
            record::add_square(cross, &self.distance, factor);
        }
        self.shifts = values;
    }

    /// Lets the oldest row go; false without rows.
    pub fn pop(&mut self) -> bool {
        if self.is_empty() {
            return false;
        }
        if self.n_front == 0 {
            self.turn();
        }
        self.open.pop();
        self.rows.drain(..=self.width());
        self.n_front -= 1;
        if self.open.is_empty() && self.n_front > 0 {
            self.closed.pop();
            self.open_block();
        }
        true
    }

    /// Makes all rows those of the front.
    fn turn(&mut self) {
        self.n_front = self.len();
        self.block = self.n_front.isqrt().max(1);
        self.closed.clear();
        let mut suffix = vec![0.0; self.back.len()];
        for row in (self.block..self.n_front).rev() {
            self.add(row, &mut suffix);
            if row % self.block == 0 {
                self.closed.push(suffix.clone());
            }
        }
        self.back.fill(0.0);
        self.open_block();
    }

    /// Makes the suffixes from each row of the first block.
    fn open_block(&mut self) {
        let zeros = || vec![0.0; self.back.len()];
        let mut suffix = self.closed.last().cloned().unwrap_or_else(zeros);
        for row in (0..self.block.min(self.n_front)).rev() {
            self.add(row, &mut suffix);
            self.open.push(suffix.clone());
        }
    }

    /// Moments of the rows that are in the window; of no rows if all have the weight 0.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`].
    pub fn moments(&mut self) -> Result<Moments> {
        let width = self.width();
        let mut whole = match self.open.last() {
            Some(front) => front.clone(),
            None => vec![0.0; self.back.len()],
        };
        record::absorb(&mut whole, &self.back, width, &mut self.shifts);
        let mut moments = Moments::new(self.n_features, self.n_targets)?;
        record::write(&whole, &mut moments);
        if moments.is_finite() {
            Ok(moments)
        } else {
            Err(Error::overflow("a cross-product"))
        }
    }
}

impl Moments {
    /// Multiplies the weights of all rows so far, for a memory that fades: rows of age `a` then weigh `factorᵃ`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless `0 < factor ≤ 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let mut moments = Moments::from_data(array![[1.0]].view(), array![2.0].view(), None)?;
    /// moments.decay(0.5)?;
    /// moments.update(array![[4.0]].view(), array![3.0].view(), None)?;
    /// assert_eq!((moments.weight_sum(), moments.feature_means()[0]), (1.5, 3.0));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn decay(&mut self, factor: f64) -> Result<()> {
        if factor != 1.0 {
            check_fraction("decay", factor)?;
            crate::check::check_positive("decay", factor)?;
        }
        self.location.weight_sum *= factor;
        self.cross *= factor;
        Ok(())
    }
}
