//! [`RidgeFit`]: a ridge regression with its data and the factor that solved it, to be asked for everything that
//! follows.

use std::sync::{Arc, OnceLock};

use ndarray::{Array1, Axis, Ix1};

use super::{Effects, FitReport, LinearModel, RidgeRegression, SgdReport};
use crate::check::{check_length, check_parameter};
use crate::error::{Error, Result};
use crate::linalg::affine_into;
use crate::loss::{Penalty, Reduction, RegressionLoss, SquaredError, kernel};
use crate::samples::{Samples, ToSamples, WeightKind};
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor, Kept, NormalEquations, Problem, solve_and_factor};
use crate::solver::{Backend, Precision, Solver, TrainingResiduals, rounding_shows};

/// A ridge or least-squares fit of one target that keeps its data and its factor: fitted once, asked for much.
///
/// | question | method | cost beside the fit |
/// |---|---|---|
/// | standard errors, tests, intervals, predictions | [`inference`](Self::inference) | a pass over the rows |
/// | inference under HC0, HC1, HC2 and HC3 | [`heteroscedastic`](Self::heteroscedastic) | one more pass |
/// | residuals, leverage, influence | [`residuals`](Self::residuals) | a pass over the rows |
/// | coefficients without each row | [`dfbeta`](Self::dfbeta), [`dfbetas`](Self::dfbetas) | a pass over the rows |
/// | collinearity | [`variance_inflation`](Self::variance_inflation) | `p³` |
/// | | [`condition_indices`](Self::condition_indices) | `p³` |
/// | tests of the assumptions | [`assumptions`](Self::assumptions) | a regression each |
/// | | [`breusch_pagan`](Self::breusch_pagan), [`reset`](Self::reset) | |
///
/// All of it comes from the factor that gave the coefficients, by the same [`Backend`], wherever the measured
/// conditioning leaves the digits: up to a condition number of 67 the Cholesky factor keeps twelve digits of a
/// covariance, up to 1000 ten digits of a leverage. Beyond, one QR of the design is made when it is first needed, and
/// kept. Without a fit at hand, for a model that was loaded or came from elsewhere, [`from_model`](Self::from_model)
/// makes the factor when it is first needed.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::Covariance;
/// use elltwo::model::RidgeRegression;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 5.3, 5.8];
/// let samples = Samples::new(x.view(), y.view(), None)?;
/// let fit = RidgeRegression::new().analyse(&samples)?;
///
/// let classical = fit.inference(Covariance::Classical)?;
/// let robust = fit.inference(Covariance::Hc3)?;
/// assert_eq!(classical.feature(0).map(|e| e.value), robust.feature(0).map(|e| e.value));
/// assert!((fit.residuals()?.leverage().sum() - 2.0).abs() < 1e-12); // slope and intercept
/// assert_eq!(fit.model().coefficients().len(), 1);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Debug)]
pub struct RidgeFit<'a, F: Scalar = f64> {
    samples: Samples<'a, F>,
    model: LinearModel<F>,
    report: FitReport,
    weight_kind: WeightKind,
    backend: Backend,
    kept: OnceLock<Option<Kept>>,
    /// Factor of the kept normal equations.
    normal: OnceLock<Arc<Factor>>,
    orthogonal: OnceLock<Arc<Factor>>,
    residuals: OnceLock<TrainingResiduals>,
    /// Groups about whose means the rows are.
    effects: Option<&'a Effects>,
}

impl RidgeRegression {
    /// Fits one target and keeps the factor, to be asked for standard errors, residuals, influence, collinearity and
    /// tests. Takes `&samples`, `&dataset` or `(&x, &y)`.
    ///
    /// # Errors
    ///
    /// As [`fit_samples`](super::Estimator::fit_samples).
    pub fn analyse<'a, F: Scalar>(
        &self,
        data: impl ToSamples<'a, Elem = F, Dim = Ix1>,
    ) -> Result<RidgeFit<'a, F>> {
        let samples = data.to_samples()?;
        let (model, kept) = self.fit_with(&samples, solve_and_factor)?;
        let mut fit = RidgeFit::from_model(&model, &samples)?;
        if let Some(kept) = kept {
            fit.kept = OnceLock::from(Some(kept));
        }
        Ok(fit)
    }
}

impl<'a, F: Scalar> RidgeFit<'a, F> {
    /// Takes a model, loaded or fitted elsewhere, and the rows it was fitted to.
    ///
    /// # Errors
    ///
    /// [`Error::Unreported`] for a model made from parts, whose penalty is unknown; [`Error::OtherObjective`] for one
    /// that minimised another loss or penalty; [`Error::ShapeMismatch`] for another number of features.
    pub fn from_model(
        model: &LinearModel<F>,
        data: impl ToSamples<'a, Elem = F, Dim = Ix1>,
    ) -> Result<Self> {
        let samples = data.to_samples()?;
        let report = model
            .report()
            .ok_or(Error::Unreported { what: "analysis" })?;
        check_objective(report)?;
        check_length("columns of x", model.n_features(), samples.n_features())?;
        Ok(Self {
            samples,
            report: report.clone(),
            backend: report
                .ridge()
                .map_or_else(Backend::default, |ridge| ridge.backend),
            model: model.clone(),
            weight_kind: WeightKind::default(),
            kept: OnceLock::new(),
            normal: OnceLock::new(),
            orthogonal: OnceLock::new(),
            residuals: OnceLock::new(),
            effects: None,
        })
    }

    /// Says that the rows are about the means of their groups.
    pub(super) fn with_effects(self, effects: &'a Effects) -> Self {
        Self {
            effects: Some(effects),
            ..self
        }
    }

    /// Absorbed effects.
    pub(crate) fn effects(&self) -> Option<&'a Effects> {
        self.effects
    }

    /// Degrees of freedom that absorbed effects take.
    pub(crate) fn absorbed_df(&self) -> f64 {
        self.effects.map_or(0.0, |effects| effects.count as f64)
    }

    /// Says what the sample weights mean; [`WeightKind::Analytic`] unless set.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for frequencies that are not whole.
    pub fn weight_kind(mut self, kind: WeightKind) -> Result<Self> {
        if let (WeightKind::Frequency, Some(weights)) = (kind, self.samples.weights()) {
            weights.iter().try_for_each(|s| check_whole(s.wide()))?;
        }
        self.weight_kind = kind;
        Ok(self)
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &LinearModel<F> {
        &self.model
    }

    /// The model alone, to predict with or to save.
    #[must_use]
    pub fn into_model(self) -> LinearModel<F> {
        self.model
    }

    /// The samples it was fitted to.
    #[must_use]
    pub fn samples(&self) -> &Samples<'a, F> {
        &self.samples
    }

    pub(crate) fn report(&self) -> &FitReport {
        &self.report
    }

    /// True for least squares without a penalty.
    pub(crate) fn is_unpenalised(&self) -> bool {
        self.report.lambda[0] == 0.0
    }

    /// True for least squares without weights and without a penalty.
    pub(crate) fn is_plain(&self) -> bool {
        self.samples.weights().is_none() && self.is_unpenalised()
    }

    pub(crate) fn kind(&self) -> WeightKind {
        self.weight_kind
    }

    pub(crate) fn problem(&self) -> Problem<'_, F> {
        Problem {
            samples: self.samples.columns(),
            lambda: &self.report.lambda,
            fit_intercept: self.report.fit_intercept,
            solver: Solver::Auto,
            backend: self.backend,
        }
    }

    /// Factor with the digits that are needed: that of the fit, or one orthogonal one.
    pub(crate) fn factor(&self, care: Care) -> Result<&Arc<Factor>> {
        let kept = get_or_try_init(&self.kept, || {
            let normal = NormalEquations::of(&self.problem())?;
            Ok(normal.map(|normal| Kept::Normal(Box::new(normal))))
        })?;
        match kept {
            Some(Kept::Orthogonal(factor)) => return Ok(factor),
            Some(Kept::Normal(normal)) if normal.has_digits(care) => {
                return Ok(self.normal.get_or_init(|| Arc::new(normal.factor())));
            }
            _ => {}
        }
        get_or_try_init(&self.orthogonal, || {
            Ok(Arc::new(Factor::orthogonal(&self.problem())?))
        })
    }

    /// Residuals of the model itself, as rounded to the type of the data.
    pub(crate) fn training_residuals(&self) -> Result<&TrainingResiduals> {
        get_or_try_init(&self.residuals, || {
            residuals(&self.model, &self.report, &self.samples)
        })
    }
}

fn get_or_try_init<T>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = make()?;
    Ok(cell.get_or_init(|| value))
}

/// Refuses a model whose loss is not the squared error or whose penalty is not L2: its hat matrix is another, or it has
/// none.
pub(crate) fn check_objective(report: &FitReport) -> Result<()> {
    let other_penalty = |sgd: &SgdReport| !matches!(sgd.penalty, Penalty::L2(_));
    if report.loss() != RegressionLoss::Squared || report.sgd().is_some_and(other_penalty) {
        return Err(Error::OtherObjective);
    }
    Ok(())
}

/// Refuses a frequency that is not whole.
pub(crate) fn check_whole(value: f64) -> Result<()> {
    let rule = "a whole number, being a frequency";
    check_parameter(value.fract() == 0.0, "weights", value, rule)
}

/// Residuals of a model fitted in extended precision, and others in which rounding of the predictions would show, are
/// accumulated in twice the precision.
fn residuals<F: Scalar>(
    model: &LinearModel<F>,
    report: &FitReport,
    samples: &Samples<'_, F>,
) -> Result<TrainingResiduals> {
    let (x, y, weights) = (samples.x(), samples.y(), samples.weights());
    let (coefficients, intercept) = (model.coefficients(), model.intercept());
    let columns = samples.columns();
    if report
        .ridge()
        .is_none_or(|ridge| ridge.precision != Precision::Extended)
    {
        let mut values = Array1::zeros(x.nrows());
        // The design was checked with the targets; `predict` would look at every value once more.
        affine_into(
            x,
            coefficients.insert_axis(Axis(1)),
            model.intercepts(),
            values.view_mut().insert_axis(Axis(1)),
        )?;
        let sum_of_squares =
            SquaredError.residual_in_place(y, values.view_mut(), weights, Reduction::Sum)?;
        let total = weights.map_or(x.nrows() as f64, kernel::total);
        if !rounding_shows(&columns, coefficients, intercept, sum_of_squares / total) {
            let raw = F::wide_array(values);
            return Ok(TrainingResiduals {
                raw,
                sum_of_squares,
            });
        }
    }
    TrainingResiduals::accurate(&columns, 0, coefficients, intercept, report.fit_intercept)
}
