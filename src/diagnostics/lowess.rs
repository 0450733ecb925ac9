//! A smooth curve through a scatter, for the eye: LOWESS.

use ndarray::{Array1, ArrayView1, Axis};
use serde::{Deserialize, Serialize};

use crate::check::{check_finite, check_length, check_parameter, check_positive, setters};
use crate::data::quantile;
use crate::error::{Error, Result};

/// Steps of the abscissa with a vertex of [`Lowess::curve`].
const VERTICES: f64 = 300.0;

/// Locally weighted regression, robust against outliers.
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`frac`](Self::frac) | 2/3 | share of the points that each local fit sees | (0, 1] |
/// | [`iterations`](Self::iterations) | 3 | robustifying steps | |
/// | [`delta`](Self::delta) | 0.01 of the range | distance within which values are interpolated | ≥ 0 |
///
/// At each point a line is fitted to its nearest neighbours with tricube weights, and again with bisquare weights of
/// the residuals. Source: Cleveland, *Robust locally weighted regression and smoothing scatterplots*, 1979, and his
/// `lowess` routine of 1981, which R's `lowess` is.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::Lowess;
/// use ndarray::Array1;
///
/// let x = Array1::from_iter((0..50).map(f64::from));
/// let y = x.mapv(|v| 2.0 * v + 1.0);
/// let smooth = Lowess::new().smooth(x.view(), y.view())?;
/// assert!((&smooth - &y).iter().all(|d| d.abs() < 1e-9));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lowess {
    frac: f64,
    iterations: usize,
    delta: Option<f64>,
}

impl Default for Lowess {
    fn default() -> Self {
        Self {
            frac: 2.0 / 3.0,
            iterations: 3,
            delta: None,
        }
    }
}

impl Lowess {
    /// Creates a smoother with the defaults of R's `lowess`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// Sets the share of the points that each local fit sees; R calls it `f`, statsmodels `frac`.
        frac: f64;
        /// Sets the number of robustifying steps.
        iterations: usize;
    }

    /// Sets the distance within which the curve is interpolated; 0 fits at every point.
    #[must_use]
    pub fn delta(mut self, delta: f64) -> Self {
        self.delta = Some(delta);
        self
    }

    /// The curve at each `x` `(n,)`, in the order of the rows.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::ShapeMismatch`], [`Error::NonFinite`]; [`Error::InvalidParameter`] for a share or a
    /// distance out of range.
    pub fn smooth(&self, x: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>) -> Result<Array1<f64>> {
        check_positive("frac", self.frac)?;
        check_parameter(self.frac <= 1.0, "frac", self.frac, "at most 1")?;
        if let Some(delta) = self.delta {
            crate::check::check_non_negative("delta", delta)?;
        }
        check_length("length of y", x.len(), y.len())?;
        check_finite("x", x)?;
        check_finite("y", y)?;
        let n = x.len();
        if n == 0 {
            return Err(Error::empty("x"));
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        let sorted_x: Vec<f64> = order.iter().map(|&i| x[i]).collect();
        let sorted_y: Vec<f64> = order.iter().map(|&i| y[i]).collect();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a count
        let neighbours = ((self.frac * n as f64 + 1e-7) as usize).clamp(2.min(n), n);
        let range = sorted_x[n - 1] - sorted_x[0];
        let curve = Curve {
            x: &sorted_x,
            y: &sorted_y,
            neighbours,
            delta: self.delta.unwrap_or(0.01 * range),
        };
        let mut robust = vec![1.0; n];
        let mut fitted = curve.pass(&robust);
        for _ in 0..self.iterations {
            let pairs = fitted.iter().zip(&sorted_y);
            let residuals: Array1<f64> = pairs.map(|(f, y)| (y - f).abs()).collect();
            let scale = residuals.mean().unwrap_or(0.0);
            let spread = 6.0 * quantile(residuals.view(), 0.5)?;
            // Residuals that are nothing but rounding weigh alike.
            if spread < 1e-7 * scale || spread == 0.0 {
                break;
            }
            for (weight, r) in robust.iter_mut().zip(&residuals) {
                *weight = if *r <= 0.001 * spread {
                    1.0
                } else if *r <= 0.999 * spread {
                    (1.0 - (r / spread).powi(2)).powi(2)
                } else {
                    0.0
                };
            }
            fitted = curve.pass(&robust);
        }
        let mut smooth = Array1::zeros(n);
        for (&row, value) in order.iter().zip(fitted) {
            smooth[row] = value;
        }
        Ok(smooth)
    }

    /// The curve as a line to draw, ascending in `x`: points that are not finite are left out, values of `x` nearer
    /// than a three-hundredth of their range to a vertex have none of their own. Empty for fewer than three points.
    ///
    /// # Errors
    ///
    /// As [`smooth`](Self::smooth).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::diagnostics::Lowess;
    /// use ndarray::array;
    ///
    /// let (x, y) = (array![3.0, 1.0, 2.0, 4.0], array![6.0, 2.0, 4.0, f64::NAN]);
    /// let curve = Lowess::new().curve(x.view(), y.view())?;
    /// assert_eq!(curve.iter().map(|point| point.0).collect::<Vec<_>>(), [1.0, 2.0, 3.0]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn curve(&self, x: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>) -> Result<Vec<(f64, f64)>> {
        check_length("length of y", x.len(), y.len())?;
        let mut rows: Vec<usize> = (0..x.len())
            .filter(|&row| x[row].is_finite() && y[row].is_finite())
            .collect();
        if rows.len() < 3 {
            return Ok(Vec::new());
        }
        rows.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        let (x, y) = (x.select(Axis(0), &rows), y.select(Axis(0), &rows));
        let smooth = self.smooth(x.view(), y.view())?;
        let (last, vertices) = (x.len() - 1, x.iter().copied().zip(smooth));
        let step = (x[last] - x[0]) / VERTICES;
        let mut kept: Vec<(f64, f64)> = Vec::new();
        for (i, vertex) in vertices.enumerate() {
            let after = kept
                .last()
                .map_or(f64::INFINITY, |before| vertex.0 - before.0);
            if after > 0.0 && (after >= step || i == last) {
                kept.push(vertex);
            }
        }
        Ok(kept)
    }
}

/// Sorted points.
struct Curve<'a> {
    x: &'a [f64],
    y: &'a [f64],
    neighbours: usize,
    delta: f64,
}

impl Curve<'_> {
    /// The curve at every point, for these robustness weights.
    fn pass(&self, robust: &[f64]) -> Vec<f64> {
        let n = self.x.len();
        let mut fitted = vec![0.0; n];
        let (mut left, mut right) = (0, self.neighbours - 1);
        // The last point that was fitted.
        let mut last: Option<usize> = None;
        let mut i = 0;
        loop {
            // The nearest neighbours of x[i].
            while right < n - 1 && self.x[i] - self.x[left] > self.x[right + 1] - self.x[i] {
                left += 1;
                right += 1;
            }
            fitted[i] = self.local(i, (left, right), robust).unwrap_or(self.y[i]);
            if let Some(last) = last {
                let width = self.x[i] - self.x[last];
                for j in last + 1..i {
                    let share = (self.x[j] - self.x[last]) / width;
                    fitted[j] = share * fitted[i] + (1.0 - share) * fitted[last];
                }
            }
            let mut done = i;
            let cut = self.x[done] + self.delta;
            i = done + 1;
            while i < n && self.x[i] <= cut {
                if self.x[i] == self.x[done] {
                    fitted[i] = fitted[done];
                    done = i;
                }
                i += 1;
            }
            last = Some(done);
            if done >= n - 1 {
                return fitted;
            }
            i = (done + 1).max(i - 1);
        }
    }

    /// The weighted line through the neighbours, at point `i`; `None` if every weight is zero.
    fn local(&self, i: usize, (left, right): (usize, usize), robust: &[f64]) -> Option<f64> {
        let at = self.x[i];
        let reach = (at - self.x[left]).max(self.x[right] - at);
        let mut weights = Vec::new();
        let mut total = 0.0;
        for (j, &x) in self.x.iter().enumerate().skip(left) {
            let distance = (x - at).abs();
            if distance <= 0.999 * reach {
                let tricube = if distance <= 0.001 * reach {
                    1.0
                } else {
                    (1.0 - (distance / reach).powi(3)).powi(3)
                };
                total += tricube * robust[j];
                weights.push((j, tricube * robust[j]));
            } else if x > at {
                break;
            }
        }
        if total <= 0.0 {
            return None;
        }
        let mean: f64 = weights.iter().map(|(j, w)| w / total * self.x[*j]).sum();
        let square = |(j, w): &(usize, f64)| w / total * (self.x[*j] - mean).powi(2);
        let squares: f64 = weights.iter().map(square).sum();
        let range = self.x[self.x.len() - 1] - self.x[0];
        let slope = if squares.sqrt() > 0.001 * range {
            (at - mean) / squares
        } else {
            0.0
        };
        let share = |j: usize, w: f64| w / total * (1.0 + slope * (self.x[j] - mean));
        Some(weights.iter().map(|&(j, w)| share(j, w) * self.y[j]).sum())
    }
}
