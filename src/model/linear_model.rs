//! A fitted linear model.

use ndarray::{Array, Array1, Array2, ArrayView, ArrayView1, ArrayView2, ArrayViewMut, Ix1, Ix2};
use serde::{Deserialize, Serialize};

use super::{FitReport, Predictor};
use crate::check::{check_finite, check_length, check_range};
use crate::error::{Error, Result};
use crate::linalg::affine_into;
use crate::samples::Names;
use crate::scalar::{Scalar, TargetDim};
use crate::version::{Format, Version};

/// Coefficients and intercepts: `ŷ = X w + b`.
///
/// Predictions are accumulated in `f64`, whatever the element type. A model that was fitted to columns with names,
/// those of a [`Dataset`](crate::data::Dataset), has them; `Display` prints its parameters by name, `x0`, `x1`, …
/// without.
///
/// # Examples
///
/// ```
/// use elltwo::model::{LinearModel, Predictor};
/// use ndarray::array;
///
/// let model = LinearModel::from_parts(array![2.0, -1.0], 0.5)?;
/// assert_eq!(model.predict(&array![[1.0, 1.0], [3.0, 0.0]])?, array![1.5, 6.5]);
/// # Ok::<(), elltwo::Error>(())
/// ```
///
/// JSON is exact to the bit with the feature `float_roundtrip` of `serde_json`, without which some last digits change
/// when it is read. Serialized with a `format_version`; another version, or parts that do not fit, are refused when it
/// is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Stored<F, D>", into = "Stored<F, D>")]
pub struct LinearModel<F: Scalar, D: TargetDim = Ix1> {
    coefficients: Array<F, D>,
    intercepts: Array1<F>,
    names: Option<ColumnNames>,
    report: Option<FitReport>,
}

/// Names of the features and targets that a model was fitted to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ColumnNames {
    features: Vec<String>,
    targets: Vec<String>,
}

impl From<Names<'_>> for ColumnNames {
    fn from(names: Names<'_>) -> Self {
        Self {
            features: names.features.to_vec(),
            targets: names.targets.to_vec(),
        }
    }
}

impl<F: Scalar, D: TargetDim> LinearModel<F, D> {
    /// A fitted model; the shapes agree.
    pub(crate) fn fitted(
        coefficients: Array<F, D>,
        intercepts: Array1<F>,
        report: FitReport,
    ) -> Self {
        Self {
            coefficients,
            intercepts,
            names: None,
            report: Some(report),
        }
    }

    /// The model with the names of its samples.
    pub(super) fn named(self, names: Option<Names<'_>>) -> Self {
        Self {
            names: names.map(ColumnNames::from),
            ..self
        }
    }

    /// A model of coefficients `(p,)` and an intercept, or `(p, k)` and intercepts `(k,)`; it has no report.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without coefficients, [`Error::ShapeMismatch`], [`Error::NonFinite`].
    pub fn from_parts(coefficients: Array<F, D>, intercept: D::PerTarget<F>) -> Result<Self> {
        if coefficients.is_empty() {
            return Err(Error::empty("coefficients"));
        }
        Self::of(coefficients, intercept)
    }

    /// Parts that fit each other; a fitted model may be an intercept alone.
    fn of(coefficients: Array<F, D>, intercept: D::PerTarget<F>) -> Result<Self> {
        let intercepts = D::per_target_array(intercept);
        let columns = D::as_columns(coefficients.view());
        check_length("intercepts", columns.ncols(), intercepts.len())?;
        check_finite("coefficients", coefficients.view())?;
        check_finite("intercepts", intercepts.view())?;
        Ok(Self {
            coefficients,
            intercepts,
            names: None,
            report: None,
        })
    }

    /// Coefficients `w`: `(p,)` for one target, `(p, k)` for several.
    #[must_use]
    pub fn coefficients(&self) -> ArrayView<'_, F, D> {
        self.coefficients.view()
    }

    /// Intercept `b`: a number for one target, `(k,)` for several; zero when none was fitted.
    #[must_use]
    pub fn intercept(&self) -> D::PerTarget<F> {
        D::per_target(self.intercepts.view())
    }

    /// Intercepts `b` of every target, `(k,)` whatever the rank.
    #[must_use]
    pub fn intercepts(&self) -> ArrayView1<'_, F> {
        self.intercepts.view()
    }

    /// Number of features `p`.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.coefficients.shape()[0]
    }

    /// Names of the features, `(p,)`; `None` of a model fitted to arrays.
    #[must_use]
    pub fn feature_names(&self) -> Option<&[String]> {
        self.names.as_ref().map(|names| names.features.as_slice())
    }

    /// Names of the targets, `(k,)`; `None` of a model fitted to arrays.
    #[must_use]
    pub fn target_names(&self) -> Option<&[String]> {
        self.names.as_ref().map(|names| names.targets.as_slice())
    }

    /// The model with names of its features, of moments whose targets have none: `y`, or `y0`, `y1`, ….
    pub(super) fn with_feature_names(self, features: &[String]) -> Self {
        let targets = match self.intercepts.len() {
            1 => vec!["y".to_owned()],
            k => (0..k).map(|target| format!("y{target}")).collect(),
        };
        let names = Some(ColumnNames {
            features: features.to_vec(),
            targets,
        });
        Self { names, ..self }
    }

    /// The model, if its fit converged; closed forms and [models made from parts](LinearModel::from_parts) have nothing
    /// to converge.
    ///
    /// # Errors
    ///
    /// [`Error::NotConverged`].
    pub fn ensure_converged(self) -> Result<Self> {
        if let Some(report) = &self.report {
            report.termination.ensure_converged()?;
        }
        Ok(self)
    }

    /// Report of how the model was fitted; `None` for one [made from parts](LinearModel::from_parts).
    #[must_use]
    pub fn report(&self) -> Option<&FitReport> {
        self.report.as_ref()
    }
}

impl<F: Scalar> LinearModel<F, Ix2> {
    /// Rounds coefficients `(p, k)` and intercepts `(k,)`, which must stay in range.
    pub(super) fn rounded(coefficients: &Array2<f64>, intercepts: &Array1<f64>) -> Result<Self> {
        let model = Self {
            coefficients: coefficients.mapv(F::of),
            intercepts: intercepts.mapv(F::of),
            names: None,
            report: None,
        };
        let values = model.coefficients.iter().chain(&model.intercepts);
        check_range("a coefficient", values)?;
        Ok(model)
    }

    /// The model with the report of its fit, whose objective is computed here.
    pub(super) fn with_report<D: TargetDim>(
        self,
        mut report: FitReport,
    ) -> Result<LinearModel<F, D>> {
        report.objective = report.objective_at(self.coefficients.view());
        if !report.objective.is_finite() {
            return Err(Error::overflow("the objective"));
        }
        Ok(LinearModel {
            coefficients: D::from_columns(self.coefficients),
            intercepts: self.intercepts,
            names: None,
            report: Some(report),
        })
    }

    /// The model of one of the targets, for analyses that take one.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if there is no such target.
    pub fn target(&self, target: usize) -> Result<LinearModel<F, Ix1>> {
        if target >= self.intercepts.len() {
            let requirement = "below the number of targets";
            return Err(Error::parameter("target", target as f64, requirement));
        }
        let coefficients = self.coefficients.column(target);
        let report = |report: &FitReport| report.target(target, coefficients);
        let names = self.names.as_ref().map(|names| ColumnNames {
            features: names.features.clone(),
            targets: vec![names.targets[target].clone()],
        });
        Ok(LinearModel {
            names,
            report: self.report.as_ref().map(report),
            coefficients: coefficients.to_owned(),
            intercepts: Array1::from_elem(1, self.intercepts[target]),
        })
    }
}

impl<F: Scalar, D: TargetDim> Predictor<F, D> for LinearModel<F, D> {
    fn n_targets(&self) -> usize {
        self.intercepts.len()
    }

    fn predict_into(&self, x: ArrayView2<'_, F>, out: ArrayViewMut<'_, F, D>) -> Result<()> {
        check_length("columns of x", self.n_features(), x.ncols())?;
        check_length("rows of out", x.nrows(), out.shape()[0])?;
        check_length("targets of out", x.nrows() * self.n_targets(), out.len())?;
        let coefficients = D::as_columns(self.coefficients.view());
        let out = D::as_columns_mut(out);
        // A value that is not finite shows in its row's prediction: X is read once more only then.
        affine_into(x, coefficients, self.intercepts.view(), out)
            .or_else(|overflow| check_finite("x", x).and(Err(overflow)))
    }
}

/// The serialized form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "", rename = "LinearModel")]
struct Stored<F: Scalar, D: TargetDim> {
    format_version: Version<Self>,
    coefficients: Array<F, D>,
    intercepts: Array1<F>,
    #[serde(default)]
    names: Option<ColumnNames>,
    report: Option<FitReport>,
}

impl<F: Scalar, D: TargetDim> Format for Stored<F, D> {
    const WHAT: &'static str = "a stored model";
    const VERSION: u32 = 1;
}

impl<F: Scalar, D: TargetDim> From<LinearModel<F, D>> for Stored<F, D> {
    fn from(model: LinearModel<F, D>) -> Self {
        let LinearModel {
            coefficients,
            intercepts,
            names,
            report,
        } = model;
        Self {
            format_version: Version::CURRENT,
            coefficients,
            intercepts,
            names,
            report,
        }
    }
}

impl<F: Scalar, D: TargetDim> TryFrom<Stored<F, D>> for LinearModel<F, D> {
    type Error = Error;

    fn try_from(stored: Stored<F, D>) -> Result<Self> {
        let n_targets = D::as_columns(stored.coefficients.view()).ncols();
        check_length("intercepts", n_targets, stored.intercepts.len())?;
        if let Some(report) = &stored.report {
            check_length("lambda of the report", n_targets, report.lambda.len())?;
            check_length("mse of the report", n_targets, report.mse.len())?;
            if let Some(gaps) = report.duality_gap() {
                check_length("duality_gap of the report", n_targets, gaps.len())?;
            }
            if let Some(exact) = report.exact() {
                check_length("losses of the report", n_targets, exact.losses.len())?;
                check_length("is_unique of the report", n_targets, exact.is_unique.len())?;
            }
            if let Some(ridge) = report.ridge() {
                let df = ridge
                    .degrees_of_freedom
                    .as_ref()
                    .map_or(n_targets, Vec::len);
                check_length("degrees_of_freedom of the report", n_targets, df)?;
                let found = ridge.kkt_residual.len();
                check_length("kkt_residual of the report", n_targets, found)?;
            }
        }
        if let Some(names) = &stored.names {
            let n_features = stored.coefficients.shape()[0];
            check_length("feature names", n_features, names.features.len())?;
            check_length("target names", n_targets, names.targets.len())?;
        }
        let intercept = D::per_target(stored.intercepts.view());
        let model = match &stored.report {
            Some(report) if report.n_features == 0 => Self::of(stored.coefficients, intercept),
            _ => Self::from_parts(stored.coefficients, intercept),
        }?;
        Ok(Self {
            names: stored.names,
            report: stored.report,
            ..model
        })
    }
}
