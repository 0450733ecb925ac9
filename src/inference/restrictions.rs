//! Tests of linear restrictions, and of a model against a larger one.

use ndarray::{Array1, ArrayView1, ArrayView2, Axis};

use super::analysis::Inference;
use super::covariance::CovarianceKind;
use crate::check::{check_finite, check_length, check_parameter};
use crate::error::{Error, Result};
use crate::linalg::quadratic_form;
use crate::statistics::{HypothesisTest, Reference, Test};

/// The sums of squares of two fits of the same data differ by rounding alone.
const SAME: f64 = 1e-8;

impl Inference {
    /// The Wald test of `R β = q`, for restrictions `(m, k)` on the parameters in the order of
    /// [`estimates`](Self::estimates) and values `(m,)`, with the covariance `V` in use:
    ///
    /// ```text
    /// F = (Rβ − q)ᵀ (R V Rᵀ)⁻¹ (Rβ − q) / m      on m and the residual degrees of freedom
    /// ```
    ///
    /// Source: Wald, *Tests of statistical hypotheses concerning several parameters*, 1943.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`], [`Error::NonFinite`], [`Error::Empty`] without restrictions;
    /// [`Error::InvalidParameter`] if the restrictions depend on each other, or one is not estimable;
    /// [`Error::TooFewSamples`] without residual degrees of freedom.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::inference::Inference;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0], [5.0, 3.0]];
    /// let y = array![1.1, 3.0, 8.2, 5.9, 8.1];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let inference = Inference::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
    /// // Both slopes are 1: parameters are the intercept, then the features.
    /// let restrictions = array![[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    /// let test = inference.wald(restrictions.view(), array![1.0, 1.0].view())?;
    /// assert!(test.p_value > 0.05);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn wald(
        &self,
        restrictions: ArrayView2<'_, f64>,
        values: ArrayView1<'_, f64>,
    ) -> Result<HypothesisTest> {
        let (m, k) = restrictions.dim();
        check_length("columns of restrictions", self.estimates().len(), k)?;
        check_length("length of values", m, values.len())?;
        if m == 0 {
            return Err(Error::empty("restrictions"));
        }
        check_finite("restrictions", restrictions)?;
        check_finite("values", values)?;
        let rule = "estimable: this row involves parameters that the data do not determine";
        for (row, restriction) in restrictions.rows().into_iter().enumerate() {
            let estimable = self.is_estimable(restriction);
            check_parameter(estimable, "restrictions", row as f64, rule)?;
        }
        let Some(root) = &self.root else {
            return Err(Error::too_few("a Wald test", k + 1, k));
        };
        let parameters: Array1<f64> = self.estimates().iter().map(|e| e.value).collect();
        let distance = restrictions.dot(&parameters) - values;
        let combined = root.dot(&restrictions.t());
        let statistic = if self.fit().sigma == Some(0.0)
            && self.covariance_kind() == CovarianceKind::Classical
        {
            f64::NAN
        } else {
            let rule = "independent of each other under the covariance";
            let singular = Error::parameter("restrictions", m as f64, rule);
            quadratic_form(combined.view(), distance.view()).ok_or(singular)?
        };
        let m = m as f64;
        let reference = Reference::f(m, self.df);
        Ok(HypothesisTest::new(Test::Wald, statistic / m, reference))
    }

    /// True if a combination of parameters is the same for every solution.
    fn is_estimable(&self, restriction: ArrayView1<'_, f64>) -> bool {
        let offset = usize::from(self.factor.fit_intercept);
        let (intercept, slopes) = restriction.split_at(Axis(0), offset);
        let constant = |j: usize| !self.factor.active.contains(&j);
        if (0..slopes.len()).any(|j| slopes[j] != 0.0 && constant(j)) {
            return false;
        }
        // c₀ b + c·w = c₀ (ȳ − x̄·w) + c·w
        let mut direction = slopes.to_owned();
        if let Some(c) = intercept.first() {
            direction.scaled_add(-c, &self.factor.feature_means());
        }
        self.factor.estimable(direction.view())
    }

    /// The F test of a smaller model against this one, both without a penalty and fitted to the same rows and weights,
    /// the features of the smaller in the span of those of this one:
    ///
    /// ```text
    /// F = ((RSS₀ − RSS)/(df − df₀)) / σ²
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if a fit has a penalty, the other is not smaller, fits better than this one, or was
    /// fitted to another number of rows or another target; [`Error::TooFewSamples`] without residual degrees of
    /// freedom.
    pub fn compare(&self, smaller: &Self) -> Result<HypothesisTest> {
        let (full, part) = (self.fit(), smaller.fit());
        let refuse = |value, requirement| Err(Error::parameter("smaller", value, requirement));
        if full.lambda > 0.0 || part.lambda > 0.0 {
            return refuse(part.lambda.max(full.lambda), "compared without a penalty");
        }
        if full.n_observations != part.n_observations {
            return refuse(part.n_observations, "fitted to the same number of rows");
        }
        let same_intercept = full.fit_intercept == part.fit_intercept;
        let (total, other) = (full.total_sum_of_squares, part.total_sum_of_squares);
        if same_intercept && (total - other).abs() > SAME * total {
            return refuse(other, "fitted to the same target");
        }
        let numerator_df = full.effective_df - part.effective_df;
        if numerator_df < 0.5 {
            return refuse(part.effective_df, "a model of fewer parameters");
        }
        let rss = full.residual_sum_of_squares;
        let gain = part.residual_sum_of_squares - rss;
        if gain < -SAME * rss {
            return refuse(
                part.residual_sum_of_squares,
                "contained in the larger model",
            );
        }
        let Some(sigma) = full.sigma else {
            let k = self.estimates().len();
            return Err(Error::too_few("a comparison of models", k + 1, k));
        };
        let statistic = gain.max(0.0) / numerator_df / (sigma * sigma);
        let reference = Reference::f(numerator_df, full.residual_df);
        Ok(HypothesisTest::new(
            Test::NestedModels,
            statistic,
            reference,
        ))
    }
}
