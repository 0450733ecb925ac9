//! [`Pipeline`]: powers and scaling before an estimator, its coefficients back in original units.

use ndarray::{Array2, ArrayView, ArrayView2, ArrayViewMut, Axis, Ix1};
use serde::{Deserialize, Serialize};

use super::{Estimator, FitReport, LinearModel, Predictor};
use crate::check::check_length;
use crate::data::{PolynomialFeatures, RobustScaler, StandardScaler};
use crate::error::Result;
use crate::samples::{Names, Samples};
use crate::scalar::{Scalar, TargetDim};

/// An estimator on columns that are prepared for it: powers and products first, then one scale.
///
/// All that is learnt, the mean and scale of columns, is learnt from the rows that are fitted, so that a pipeline can
/// be [cross-validated](super::cross_validate) honestly. The model predicts from original columns, and its coefficients
/// are in their units: `wⱼ = vⱼ/scaleⱼ`, `b = a − Σⱼ wⱼ centreⱼ`.
///
/// | parameter | default | meaning |
/// |---|---|---|
/// | [`polynomial`](Self::polynomial) | none | powers and products of the columns |
/// | [`standardize`](Self::standardize) | no | each less its weighted mean, over its standard deviation |
/// | [`robust_scale`](Self::robust_scale) | no | each less its median, over its interquartile range; weights do not count |
///
/// # Examples
///
/// ```
/// use elltwo::prelude::*;
///
/// let text = "x,y\n1,2\n2,5\n3,10\n4,17\n5,26\n6,37\n"; // y = x² + 1
/// let data = CsvReader::new("y").read(text.as_bytes())?.into_dataset();
/// let pipeline = Pipeline::new(RidgeRegression::new()).polynomial(2).standardize();
/// let model = pipeline.fit_dataset(&data)?;
/// assert_eq!(model.feature_names(), Some(&["x".to_owned(), "x^2".to_owned()][..]));
/// assert!((model.coefficients()[1] - 1.0).abs() < 1e-10);
/// assert!((model.predict(&elltwo::ndarray::array![[10.0]])?[0] - 101.0).abs() < 1e-8);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pipeline<E> {
    estimator: E,
    polynomial: Option<PolynomialFeatures>,
    scaling: Option<Scaling>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Scaling {
    Standard,
    Robust,
}

impl<E> Pipeline<E> {
    /// The estimator on the columns as they are.
    #[must_use]
    pub fn new(estimator: E) -> Self {
        Self {
            estimator,
            polynomial: None,
            scaling: None,
        }
    }

    /// Adds powers and products of the columns up to a degree, before they are scaled.
    #[must_use]
    pub fn polynomial(mut self, degree: usize) -> Self {
        self.polynomial = Some(PolynomialFeatures::new(degree));
        self
    }

    /// Adds products of distinct columns up to a degree, but no powers.
    #[must_use]
    pub fn interactions(mut self, degree: usize) -> Self {
        self.polynomial = Some(PolynomialFeatures::new(degree).interaction_only(true));
        self
    }

    /// Puts the columns on one scale, as [`StandardScaler`] does.
    #[must_use]
    pub fn standardize(mut self) -> Self {
        self.scaling = Some(Scaling::Standard);
        self
    }

    /// Puts the columns on one scale, as [`RobustScaler`] does.
    #[must_use]
    pub fn robust_scale(mut self) -> Self {
        self.scaling = Some(Scaling::Robust);
        self
    }
}

impl<F: Scalar, D: TargetDim, E: Estimator<F, D>> Estimator<F, D> for Pipeline<E>
where
    E::Fitted: Into<LinearModel<F, D>>,
{
    type Fitted = PipelineModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<PipelineModel<F, D>> {
        let expanded: Array2<F>;
        let mut x = samples.x();
        if let Some(powers) = &self.polynomial {
            expanded = powers.transform(x)?;
            x = expanded.view();
        }
        let scaler = match self.scaling {
            None => None,
            Some(Scaling::Standard) => Some(StandardScaler.fit_weighted(x, samples.weights())?),
            Some(Scaling::Robust) => Some(RobustScaler.fit(x)?),
        };
        let scaled: Array2<F>;
        if let Some(scaler) = &scaler {
            scaled = scaler.transform(x)?;
            x = scaled.view();
        }
        let columns = Samples::new(x, samples.y(), samples.weights())?
            .with_cancellation(samples.cancellation());
        let fitted: LinearModel<F, D> = self.estimator.fit_samples(&columns)?.into();
        let report = fitted.report().cloned();
        let (mut coefficients, mut intercepts) = (
            D::as_columns(fitted.coefficients()).to_owned(),
            fitted.intercepts().to_owned(),
        );
        if let Some(scaler) = &scaler {
            let targets = coefficients.columns_mut().into_iter().zip(&mut intercepts);
            for (mut w, b) in targets {
                let (original, intercept) = scaler.unscale(w.view(), *b)?;
                w.assign(&original);
                *b = intercept;
            }
        }
        let names = samples.names().map(|names| {
            let features = match &self.polynomial {
                Some(powers) => powers.feature_names(names.features)?,
                None => names.features.to_vec(),
            };
            Ok((features, names.targets))
        });
        let mut model = LinearModel::from_parts(
            D::from_columns(coefficients),
            D::per_target(intercepts.view()),
        )?;
        if let Some((features, targets)) = names.transpose()? {
            let features = features.as_slice();
            model = model.named(Some(Names { features, targets }));
        }
        Ok(PipelineModel {
            n_features: samples.n_features(),
            polynomial: self.polynomial,
            model,
            report,
        })
    }
}

/// A fitted [`Pipeline`]: predicts from original columns, with coefficients in their units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct PipelineModel<F: Scalar, D: TargetDim = Ix1> {
    n_features: usize,
    polynomial: Option<PolynomialFeatures>,
    model: LinearModel<F, D>,
    report: Option<FitReport>,
}

impl<F: Scalar, D: TargetDim> PipelineModel<F, D> {
    /// Linear model of the columns and, of a polynomial, their powers and products, in original units; without a
    /// report.
    #[must_use]
    pub fn linear(&self) -> &LinearModel<F, D> {
        &self.model
    }

    /// Coefficients in original units, of the columns that [`feature_names`](Self::feature_names) names.
    #[must_use]
    pub fn coefficients(&self) -> ArrayView<'_, F, D> {
        self.model.coefficients()
    }

    /// Intercept in original units: a number for one target, `(k,)` for several.
    #[must_use]
    pub fn intercept(&self) -> D::PerTarget<F> {
        self.model.intercept()
    }

    /// Names of the columns, `a`, `a^2`, `a b`; `None` of a model fitted to arrays.
    #[must_use]
    pub fn feature_names(&self) -> Option<&[String]> {
        self.model.feature_names()
    }

    /// Report of the fit to the prepared columns: its condition number, penalty and objective are theirs.
    #[must_use]
    pub fn report(&self) -> Option<&FitReport> {
        self.report.as_ref()
    }
}

impl<F: Scalar, D: TargetDim> Predictor<F, D> for PipelineModel<F, D> {
    fn n_targets(&self) -> usize {
        self.model.n_targets()
    }

    /// Powers and products are made in a new array.
    ///
    /// # Errors
    ///
    /// As [`Predictor::predict_into`] and [`PolynomialFeatures::transform`].
    fn predict_into(&self, x: ArrayView2<'_, F>, out: ArrayViewMut<'_, F, D>) -> Result<()> {
        check_length("columns of x", self.n_features, x.ncols())?;
        match &self.polynomial {
            Some(powers) if x.nrows() > 0 => {
                self.model.predict_into(powers.transform(x)?.view(), out)
            }
            Some(_) => check_length("rows of out", 0, out.len_of(Axis(0))),
            None => self.model.predict_into(x, out),
        }
    }
}
