//! Training on data that come in pieces.

use std::marker::PhantomData;

use ndarray::{Array1, ArrayView, ArrayView1, ArrayView2, Ix1, Ix2};
use serde::{Deserialize, Serialize};

use super::{SgdRegressor, start_from};
use crate::check::{check_finite, check_length};
use crate::error::{Error, Result};
use crate::model::LinearModel;
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::sgd::{Source, Training};
use crate::version::{Format, Version};
use crate::views::{AsView, AsWeights};

/// A training that goes on as data come: coefficients, the optimizer's memory, and the rows that wait for their batch
/// to be full.
///
/// It is made by [`SgdRegressor::start`] from a sample, the first piece for example, which decides the coordinates, the
/// step and the batch size, and on which it is not yet trained. After a sample of fewer than eight rows, or one in
/// which a column is constant, they are decided anew, from all that was seen, when a piece shows more. Otherwise, and
/// without shuffling, pieces of any size give the bits of one pass over all their rows. Serialized and read again, it
/// goes on with the same bits; another version of the format, or parts that do not fit, are refused. While streaming,
/// the step of [`Schedule::Auto`] is constant, and the weights count as they are: they should have mean 1.
///
/// [`Schedule::Auto`]: crate::solver::sgd::Schedule::Auto
///
/// # Examples
///
/// ```
/// use elltwo::data::synthetic;
/// use elltwo::model::{LinearModel, SgdRegressor};
/// use ndarray::Axis;
///
/// let data = synthetic::regression(4000, 3).noise(0.1).intercept(5.0).seed(2).generate()?.dataset;
/// let (x, y) = (data.x(), data.y());
/// let pieces = || x.axis_chunks_iter(Axis(0), 300).zip(y.axis_chunks_iter(Axis(0), 300)).collect::<Vec<_>>();
/// let (x, y) = pieces()[0];
/// let mut state = SgdRegressor::new().start(x, y, None)?;
/// for (x, y) in pieces() {
///     state.partial_fit(x, y, None)?;
/// }
/// state.flush()?; // the last batch was not full
/// let model: LinearModel<f64> = state.model()?;
/// assert!((model.intercept() - 5.0).abs() < 0.05);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Stored", into = "Stored")]
pub struct SgdState<F: Scalar, D: TargetDim = Ix1> {
    training: Training,
    buffers: Buffers,
    element: PhantomData<(F, D)>,
}

/// The serialized form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename = "SgdState")]
struct Stored {
    format_version: Version<Self>,
    training: Training,
}

impl Format for Stored {
    const WHAT: &'static str = "a stored training";
    const VERSION: u32 = 1;
}

impl<F: Scalar, D: TargetDim> From<SgdState<F, D>> for Stored {
    fn from(state: SgdState<F, D>) -> Self {
        Self {
            format_version: Version::CURRENT,
            training: state.training,
        }
    }
}

impl<F: Scalar, D: TargetDim> TryFrom<Stored> for SgdState<F, D> {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        if !stored.training.is_consistent() {
            return Err(Stored::malformed("its parts do not fit together"));
        }
        let n_targets = stored.training.n_targets();
        if D::NDIM == Some(1) && n_targets != 1 {
            return Err(Error::ShapeMismatch {
                what: "targets of a stored training",
                expected: 1,
                found: n_targets,
            });
        }
        Ok(Self {
            training: stored.training,
            buffers: Buffers::default(),
            element: PhantomData,
        })
    }
}

/// The order of the rows of a piece.
#[derive(Clone, Debug, Default)]
struct Buffers {
    rows: Vec<u32>,
    order: Vec<u32>,
}

impl PartialEq for Buffers {
    /// They hold nothing between pieces.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl SgdRegressor {
    /// Begins a training on data that come in pieces. The sample decides coordinates, step and batch size, as all the
    /// data do in `fit`.
    ///
    /// # Errors
    ///
    /// As `fit`; [`Error::InvalidParameter`] for what needs all the data: SAGA, a validation fraction, a schedule that
    /// falls until the end of the fit or on a plateau.
    pub fn start<F: Scalar, D: TargetDim>(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<SgdState<F, D>> {
        self.settings.validate_stream()?;
        let (_, mut source) = piece(x, y, weights)?;
        Ok(SgdState {
            training: Training::start(&self.settings, &mut source, None)?,
            buffers: Buffers::default(),
            element: PhantomData,
        })
    }

    /// Begins a training on data in pieces from the coefficients of a model.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start); [`Error::ShapeMismatch`] for a model of other features or targets.
    pub fn start_from<F: Scalar, D: TargetDim>(
        &self,
        model: &LinearModel<F, D>,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<SgdState<F, D>> {
        self.settings.validate_stream()?;
        let (samples, mut source) = piece(x, y, weights)?;
        let (coefficients, intercepts) = start_from(model, &samples)?;
        let start = Some((coefficients.view(), intercepts.as_slice()));
        Ok(SgdState {
            training: Training::start(&self.settings, &mut source, start)?,
            buffers: Buffers::default(),
            element: PhantomData,
        })
    }
}

/// The samples of a piece; without weights, which may leave out rows, X is still to be checked.
fn piece<'a, F: Scalar, D: TargetDim>(
    x: ArrayView2<'a, F>,
    y: ArrayView<'a, F, D>,
    weights: Option<ArrayView1<'a, F>>,
) -> Result<(Samples<'a, F, D>, Source<'a, F>)> {
    let samples = match weights {
        Some(_) => Samples::new(x, y, weights)?,
        None => Samples::unread(x, y)?,
    };
    let source = Source::new(samples.columns(), weights.is_some());
    Ok((samples, source))
}

impl<F: Scalar, D: TargetDim> SgdState<F, D> {
    /// Trains on every row of a piece once, and returns the mean loss of its full batches, each just before it was used
    /// (of
    /// [`Monitor::Exact`](crate::solver::sgd::Monitor::Exact), with the coefficients before the piece); NaN if no batch
    /// became full. Nothing is allocated after the first piece of a size, but where steps are decided anew.
    ///
    /// # Errors
    ///
    /// Errors of the data, as for `fit`; [`Error::Diverged`]. The state is then as it was before the piece.
    pub fn partial_fit<'a>(
        &mut self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        y: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<f64>
    where
        F: 'a,
    {
        let (x, y, weights) = (x.into_view(), y.into_view(), weights.into_weights());
        let (samples, mut source) = match piece(x, y, weights) {
            // A piece may have nothing to learn from.
            Err(Error::ZeroWeights) => return Ok(f64::NAN),
            piece => piece?,
        };
        check_finite("y", D::as_columns(y))?;
        check_length(
            "columns of x",
            self.training.n_features(),
            samples.n_features(),
        )?;
        check_length(
            "columns of y",
            self.training.n_targets(),
            samples.n_targets(),
        )?;
        let Buffers { rows, order } = &mut self.buffers;
        self.training.partial_fit(&mut source, order, rows)
    }

    /// Trains on the rows that wait for their batch to be full, as the end of an epoch does.
    ///
    /// # Errors
    ///
    /// [`Error::Diverged`].
    pub fn flush(&mut self) -> Result<()> {
        self.training.finish_piece()
    }

    /// Updates made so far.
    #[must_use]
    pub fn updates(&self) -> u64 {
        self.training.updates()
    }

    /// The step `η` of the next update.
    #[must_use]
    pub fn step_size(&self) -> f64 {
        self.training.step_size()
    }

    /// The model of what has been learnt, averaged if the training averages. It has no report: the data are gone.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`] if a coefficient is beyond the range of `F`.
    pub fn model(&self) -> Result<LinearModel<F, D>> {
        let (coefficients, intercepts) = self.training.solution();
        let coefficients = D::from_columns(coefficients.mapv(F::of));
        let intercepts: Array1<F> = intercepts.iter().map(|b| F::of(*b)).collect();
        LinearModel::from_parts(coefficients, D::per_target(intercepts.view()))
            .map_err(|_| Error::overflow("a coefficient"))
    }
}
