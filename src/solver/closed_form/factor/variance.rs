//! Variances of the coefficients and of their combinations, in units of the noise's.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::Factor;
use crate::linalg::{placed_columns, solve_upper};

/// A direction is outside the rows of the design when this share of it is.
const NOT_ESTIMABLE: f64 = 1e-8;

impl Factor {
    /// `B`, `(1 + rank, 1 + p)` with an intercept: parameters, the intercept first, from scores
    /// `(Σ √(sᵢ/W) zᵢ, Σ tᵢ zᵢ)`.
    pub(crate) fn to_parameters(&self) -> Array2<f64> {
        let slopes = self.to_coefficients.t();
        if !self.fit_intercept {
            return slopes.to_owned();
        }
        let (rank, p) = slopes.dim();
        let mean = self.feature_means();
        let mut to_parameters = Array2::zeros((rank + 1, p + 1));
        to_parameters[[0, 0]] = 1.0 / self.location.weight_sum.sqrt();
        let (mut intercept, mut rest) = to_parameters.view_mut().split_at(Axis(1), 1);
        for (k, row) in slopes.rows().into_iter().enumerate() {
            intercept[[k + 1, 0]] = -row.dot(&mean);
            rest.row_mut(k + 1).assign(&row);
        }
        to_parameters
    }

    /// Number of scores: the rank, and one for the intercept.
    pub(crate) fn score_len(&self) -> usize {
        self.rank() + usize::from(self.fit_intercept)
    }

    /// `S` with `SᵀS = Cov(scores)/σ²`: `R_data R⁻¹` with a penalty; `None` for the identity, without one.
    pub(crate) fn score_root(&self) -> Option<Array2<f64>> {
        let data = self.triangles.data.as_ref()?;
        let kept = data.view().split_at(Axis(1), self.rank()).0;
        let inverse = solve_upper(self.leading.view(), Array2::eye(self.rank()).view());
        let slopes = kept.dot(&inverse);
        if !self.fit_intercept {
            return Some(slopes);
        }
        let mut root = Array2::zeros((slopes.nrows() + 1, slopes.ncols() + 1));
        root[[0, 0]] = 1.0;
        let below = root.view_mut().split_at(Axis(0), 1).1;
        below.split_at(Axis(1), 1).1.assign(&slopes);
        Some(root)
    }

    /// The trace of the hat matrix: the rank without a penalty; the intercept's 1 included.
    pub(crate) fn effective_df(&self) -> f64 {
        match self.score_root() {
            None => self.score_len() as f64,
            Some(root) => root.iter().map(|v| v * v).sum(),
        }
    }

    /// [`explained`](Self::explained) of each coefficient alone, `(rank, p)`.
    pub(crate) fn directions(&self) -> Array2<f64> {
        let triangles = &self.triangles;
        let data = triangles.data.as_ref().unwrap_or(&triangles.r);
        let scale = ArrayView1::from(&triangles.scale);
        let scaled = data * &scale;
        let coordinates = placed_columns(scale.len(), &triangles.order, scaled.t());
        let active = match &triangles.lift {
            None => coordinates,
            Some(lift) => coordinates.dot(&lift.t()),
        };
        placed_columns(self.n_features, &self.active, active.t())
    }

    /// `R_data D w`, whose square is `Σ s (ŷ − ȳ)²`: without a penalty the scores of the slopes.
    pub(crate) fn explained(&self, coefficients: ArrayView1<'_, f64>) -> Array1<f64> {
        let coordinates = self.coordinates(coefficients).0;
        let triangles = &self.triangles;
        let scale = ArrayView1::from(&triangles.scale);
        let scaled = coordinates.select(Axis(0), &triangles.order) * scale;
        triangles.data.as_ref().unwrap_or(&triangles.r).dot(&scaled)
    }

    /// True if `direction · w`, of the columns that vary, is the same for every solution: it lies in the span of the
    /// design's rows.
    pub(crate) fn estimable(&self, direction: ArrayView1<'_, f64>) -> bool {
        let (coordinates, outside) = self.coordinates(direction);
        let active = direction.select(Axis(0), &self.active);
        if outside > NOT_ESTIMABLE * active.dot(&active).sqrt() && self.triangles.data.is_none() {
            return false;
        }
        let scale = ArrayView1::from(&self.triangles.scale);
        let scaled = coordinates.select(Axis(0), &self.triangles.order) / scale;
        let (leading, rest) = scaled.view().split_at(Axis(0), self.rank());
        let length = scaled.dot(&scaled).sqrt();
        // The cosine between the direction and each relation among the columns.
        rest.iter().zip(self.relations.columns()).all(|(own, t)| {
            (own - t.dot(&leading)).abs() <= NOT_ESTIMABLE * length * (1.0 + t.dot(&t)).sqrt()
        })
    }

    /// The relations among the columns, each a direction of length 1 of the features divided by their norms, `(d, p)`,
    /// and those norms, `(p,)`, zero for a constant column: a direction is estimable if, so divided, it is orthogonal
    /// to all. `None` with fewer samples than features and no penalty, where the relations are too many.
    pub(crate) fn relations(&self) -> Option<(Array2<f64>, Array1<f64>)> {
        let (triangles, p) = (&self.triangles, self.n_features);
        let mut scale = Array1::zeros(p);
        if triangles.lift.is_some() {
            let penalised = triangles.data.is_some();
            return penalised.then(|| (Array2::zeros((0, p)), scale));
        }
        let feature = |position: usize| self.active[triangles.order[position]];
        for (position, norm) in triangles.scale.iter().enumerate() {
            scale[feature(position)] = *norm;
        }
        let mut directions = Array2::zeros((self.relations.ncols(), p));
        let columns = self.relations.columns().into_iter().enumerate();
        for ((k, t), mut direction) in columns.zip(directions.rows_mut()) {
            let length = (1.0 + t.dot(&t)).sqrt();
            for (position, share) in t.iter().enumerate() {
                direction[feature(position)] = -share / length;
            }
            direction[feature(self.rank() + k)] = length.recip();
        }
        Some((directions, scale))
    }

    /// `(XᵀSX)ⱼⱼ (XᵀSX)⁻¹ⱼⱼ` of each feature of a factor without a penalty; meaningless for aliased ones.
    pub(crate) fn variance_inflation(&self) -> Array1<f64> {
        let mut factors = Array1::from_elem(self.n_features, f64::NAN);
        let triangles = &self.triangles;
        for (&slot, scale) in triangles.order.iter().zip(&triangles.scale) {
            // With fewer samples than features every feature depends on others.
            if let (None, Some(&j)) = (&triangles.lift, self.active.get(slot)) {
                let row = self.to_coefficients.row(j);
                factors[j] = row.dot(&row) * scale * scale;
            }
        }
        factors
    }

    /// Triangle `T` with `TᵀT = [1 X]ᵀS[1 X]` of the data as they are, `(k, k)`, the intercept's column first if there
    /// is one; `None` with a penalty or dependent columns.
    pub(crate) fn uncentred_triangle(&self) -> Option<Array2<f64>> {
        let (rank, offset) = (self.rank(), usize::from(self.fit_intercept));
        if self.triangles.data.is_some() || rank < self.n_features {
            return None;
        }
        let mut triangle = Array2::zeros((rank + offset, rank + offset));
        let columns = self.triangles.order.iter().zip(&self.triangles.scale);
        for ((&slot, scale), from) in columns.zip(self.leading.columns()) {
            let column = triangle.column_mut(offset + self.active[slot]);
            let mut to = column.split_at(Axis(0), offset).1;
            to.assign(&(&from * *scale));
        }
        if offset == 1 {
            let root = self.location.weight_sum.sqrt();
            triangle[[0, 0]] = root;
            for j in 0..rank {
                triangle[[0, j + 1]] = root * self.location.mean[j];
            }
        }
        Some(triangle)
    }

    /// The features whose coefficients the data do not determine.
    pub(crate) fn aliased(&self) -> Vec<usize> {
        if self.rank() == self.active.len() {
            return (0..self.n_features)
                .filter(|j| !self.active.contains(j))
                .collect();
        }
        let mut unit = Array1::zeros(self.n_features);
        let mut aliased = |&j: &usize| {
            unit[j] = 1.0;
            let estimable = self.active.contains(&j) && self.estimable(unit.view());
            unit[j] = 0.0;
            !estimable
        };
        (0..self.n_features).filter(|j| aliased(j)).collect()
    }

    /// True if `ȳ − x̄·w` is the same for every solution.
    pub(crate) fn intercept_estimable(&self) -> bool {
        self.estimable(self.feature_means())
    }

    /// Means `x̄` of the features, `(p,)`.
    pub(crate) fn feature_means(&self) -> ArrayView1<'_, f64> {
        let mean = self.location.mean.view();
        mean.split_at(Axis(0), self.n_features).0
    }

    /// Rests that rounding took from the means, `(p,)`.
    pub(crate) fn feature_rests(&self) -> ArrayView1<'_, f64> {
        let rest = self.location.rest.view();
        rest.split_at(Axis(0), self.n_features).0
    }

    /// A direction of features in the coordinates, and the length of what is not in their span.
    fn coordinates(&self, direction: ArrayView1<'_, f64>) -> (Array1<f64>, f64) {
        let active = direction.select(Axis(0), &self.active);
        match &self.triangles.lift {
            None => (active, 0.0),
            Some(lift) => {
                let coordinates = lift.t().dot(&active);
                let rest = active - lift.dot(&coordinates);
                (coordinates, rest.dot(&rest).sqrt())
            }
        }
    }
}
