//! Outliers: rows that the model misses by more than a threshold, or more than the largest of so many residuals would
//! be.

use serde::{Deserialize, Serialize};

use super::residuals::Residuals;
use crate::check::{check_open_unit, check_positive};
use crate::error::Result;
use crate::statistics::Reference;

/// A sample that the model misses by more than its noise explains.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outlier {
    /// Its row in the data, from 0.
    pub row: usize,
    /// Its raw residual.
    pub residual: f64,
    /// Its externally studentized residual.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub studentized: f64,
    /// Its leverage.
    pub leverage: f64,
}

/// A row whose residual is significant though it was picked for being large.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BonferroniOutlier {
    /// Its row in the data, from 0.
    pub row: usize,
    /// Its externally studentized residual.
    pub studentized: f64,
    /// `P(|T| ≥ |t|)` for one row chosen in advance.
    pub p_value: f64,
    /// `p_value` times the number of rows, at most 1.
    pub bonferroni_p_value: f64,
}

impl Residuals {
    /// The samples whose externally studentized residual exceeds `threshold` in magnitude, largest first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless the threshold is finite and above 0.
    pub fn outliers(&self, threshold: f64) -> Result<Vec<Outlier>> {
        check_positive("threshold", threshold)?;
        let t = self.studentized_external();
        let missed = t.iter().enumerate().filter(|(_, t)| t.abs() > threshold);
        let outlier = |(row, &studentized): (usize, &f64)| Outlier {
            row,
            residual: self.raw()[row],
            studentized,
            leverage: self.leverage()[row],
        };
        let mut outliers: Vec<Outlier> = missed.map(outlier).collect();
        outliers.sort_by(|a, b| b.studentized.abs().total_cmp(&a.studentized.abs()));
        Ok(outliers)
    }

    /// The rows whose externally studentized residual, Student's t with one degree of freedom less than the fit, is
    /// significant at `level` after Bonferroni's correction for the number of rows; most significant first.
    ///
    /// Source: Beckman & Trussell, *The distribution of an arbitrary studentized residual and the effects of updating
    /// in multiple regression*, 1974.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 < level < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::diagnostics::Residuals;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 9.0, 6.1];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let residuals = Residuals::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
    /// let outliers = residuals.bonferroni_outliers(0.05)?;
    /// assert_eq!((outliers.len(), outliers[0].row), (1, 4));
    /// assert_eq!(residuals.outliers(3.0)?[0].row, 4);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn bonferroni_outliers(&self, level: f64) -> Result<Vec<BonferroniOutlier>> {
        check_open_unit("level", level)?;
        let reference = Reference::StudentT {
            df: self.residual_df() - 1.0,
        };
        let t = self.studentized_external();
        let tested = t.iter().filter(|t| t.is_finite()).count() as f64;
        let judge = |(row, &studentized): (usize, &f64)| {
            let p_value = reference.p_value(studentized);
            BonferroniOutlier {
                row,
                studentized,
                p_value,
                bonferroni_p_value: (p_value * tested).min(1.0),
            }
        };
        let rows = t.iter().enumerate().filter(|(_, t)| t.is_finite());
        let significant = |outlier: &BonferroniOutlier| outlier.bonferroni_p_value <= level;
        let mut outliers: Vec<_> = rows.map(judge).filter(significant).collect();
        outliers.sort_by(|a, b| a.p_value.total_cmp(&b.p_value));
        Ok(outliers)
    }
}
