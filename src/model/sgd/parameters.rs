//! The parameters of [`SgdRegressor`], and their checks.

use super::SgdRegressor;
use crate::error::Result;
use crate::loss::{L2, Penalty, RegressionLoss};
use crate::solver::sgd::{
    Averaging, Clock, Conditioning, GradientClip, Monitor, Optimizer, Schedule, Shuffle,
};

impl SgdRegressor {
    /// Least squares with an intercept, by SGD with steps from the data.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The L2 penalty `λ`, the same as that of [`RidgeRegression`](crate::model::RidgeRegression). Checked when the
    /// model is fitted.
    #[must_use]
    pub fn lambda(mut self, lambda: f64) -> Self {
        self.settings.penalty = Penalty::L2(L2::unchecked(lambda));
        self
    }

    /// Another penalty, in the place of [`lambda`](Self::lambda): [`L1`](crate::loss::L1) and
    /// [`ElasticNet`](crate::loss::ElasticNet) by proximal steps. An averaged solution has small coefficients where the
    /// last one has zeros: choose
    /// [`Averaging::None`] for those.
    #[must_use]
    pub fn penalty(mut self, penalty: impl Into<Penalty>) -> Self {
        self.settings.penalty = penalty.into();
        self
    }

    /// The loss: a [`RegressionLoss`], or one of the losses it holds.
    #[must_use]
    pub fn loss(mut self, loss: impl Into<RegressionLoss>) -> Self {
        self.settings.loss = loss.into();
        self
    }

    /// Fits an intercept, or none.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.settings.fit_intercept = fit_intercept;
        self
    }

    /// The most passes over the data.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.settings.epochs = epochs;
        self
    }

    /// Rows of a batch; as many as there are if there are fewer. The last batch of an epoch may be smaller.
    #[must_use]
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.settings.batch_size = Some(batch_size);
        self
    }

    /// Shuffling of the rows.
    #[must_use]
    pub fn shuffle(mut self, shuffle: Shuffle) -> Self {
        self.settings.shuffle = shuffle;
        self
    }

    /// The seed of the order of the rows and of the held-out ones.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// The rule of a step.
    #[must_use]
    pub fn optimizer(mut self, optimizer: Optimizer) -> Self {
        self.settings.optimizer = optimizer;
        self
    }

    /// The initial step `η₀`, in the coordinates of the [`conditioning`](Self::conditioning).
    #[must_use]
    pub fn step_size(mut self, step_size: f64) -> Self {
        self.settings.step_size = Some(step_size);
        self
    }

    /// Change of the step over the fit.
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.settings.schedule = schedule;
        self
    }

    /// Unit of the schedule's time.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.settings.clock = clock;
        self
    }

    /// Number of updates with steps rising linearly to those of the schedule.
    #[must_use]
    pub fn warm_up(mut self, updates: usize) -> Self {
        self.settings.warm_up = updates;
        self
    }

    /// Average of the coefficients that is returned.
    #[must_use]
    pub fn averaging(mut self, averaging: Averaging) -> Self {
        self.settings.averaging = averaging;
        self
    }

    /// The coordinates of the steps.
    #[must_use]
    pub fn conditioning(mut self, conditioning: Conditioning) -> Self {
        self.settings.conditioning = conditioning;
        self
    }

    /// A bound on the gradient of a batch.
    #[must_use]
    pub fn gradient_clip(mut self, clip: GradientClip) -> Self {
        self.settings.clip = Some(clip);
        self
    }

    /// The relative improvement of the objective that counts as progress; 0 lets only stagnation stop the fit.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.settings.tolerance = tolerance;
        self
    }

    /// Epochs in a row without progress that stop the fit.
    #[must_use]
    pub fn patience(mut self, epochs: usize) -> Self {
        self.settings.patience = epochs;
        self
    }

    /// Holds out `⌈fraction · n⌉` rows at random: their mean loss decides about progress, and the coefficients where it
    /// was lowest are returned.
    #[must_use]
    pub fn validation_fraction(mut self, fraction: f64) -> Self {
        self.settings.validation_fraction = Some(fraction);
        self
    }

    /// Objective that is followed.
    #[must_use]
    pub fn monitor(mut self, monitor: Monitor) -> Self {
        self.settings.monitor = monitor;
        self
    }

    /// Checks the parameters, as `fit` does first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for one out of its range, or two that contradict
    /// each other: a loss with a kink or clipping with SAGA, whitening with an L1 penalty or an adaptive optimizer.
    pub fn validate(&self) -> Result<()> {
        self.settings.validate()
    }
}
