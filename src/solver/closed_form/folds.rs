//! The errors of held-out folds under every penalty, from the moments of the folds.

use ndarray::{Array1, Array2, Array3, ArrayView2, Axis, CowArray, Ix1, Ix2, Slice};

use super::{Gram, Problem, Spectrum, centre, failure};
use crate::check::check_range;
use crate::data::FoldRows;
use crate::error::{Error, Result};
use crate::linalg::{accurate_dot, affine_into};
use crate::loss::{SquaredError, kernel};
use crate::moments::{Centre, Location, Moments, for_each_block, merge_all_but_each};
use crate::parallel;
use crate::samples::{Cancellation, Samples};
use crate::scalar::Scalar;
use crate::solver::{FallbackReason, Solver};

/// Up to this condition number of the unit-norm columns the Gram matrix of a training part gives nine digits.
const GRAM_CONDITION: f64 = 100.0;
/// Below this share of the held-out sum of squares, an error from moments has lost too many digits.
const RESIDUAL_SHARE: f64 = 1e-5;

/// Rows of a scattered fold that are brought together at a time.
const GATHERED_ROWS: usize = 4096;

/// Errors of cross-validation by folds.
#[derive(Debug)]
pub(crate) struct FoldErrors {
    /// Weighted mean squared error of each fold, penalty and target: `(folds, L, k)`.
    pub(crate) mse: Array3<f64>,
    /// The sum of the weights of each fold, `(folds,)`.
    pub(crate) weights: Array1<f64>,
    /// The folds whose moments would lose digits, or did where there are no rows to turn to.
    pub(crate) ill_conditioned: Vec<usize>,
}

/// For each fold the model of the other folds' rows, for each penalty, on the fold's rows. `λ` is the objective's,
/// beside the *mean* squared error of whatever rows are fitted. Folds whose moments would lose digits are computed from
/// their rows. With them the moments of all rows, unless some would. X need not have been checked without weights: the
/// moments say what is not finite.
///
/// # Errors
///
/// [`Error::ZeroWeights`] if a fold, or all the others, has no weight; [`Error::Overflow`].
pub(crate) fn fold_errors<F: Scalar>(
    problem: &Problem<'_, F>,
    folds: &[FoldRows],
    lambdas: &[f64],
) -> Result<(FoldErrors, Option<Moments>)> {
    let moments = |rows: &FoldRows| {
        let rows = Rows::new(problem, rows);
        let mut moments = Moments::of(problem.samples.x().ncols(), problem.samples.y().ncols());
        moments.accumulate(rows.samples());
        problem.samples.cancellation().check()?;
        Ok(moments)
    };
    let part = |rows: &FoldRows| match rows {
        FoldRows::Range(_) => moments(rows),
        // Scattered rows are brought together in pieces that stay in the cache.
        FoldRows::List(list) => {
            let pieces: Vec<&[usize]> = list.chunks(GATHERED_ROWS).collect();
            let pieces = parallel::map(pieces.len(), |piece| {
                moments(&FoldRows::List(pieces[piece].to_vec()))
            });
            let mut pieces = pieces.into_iter();
            let first = pieces.next().unwrap_or(Err(Error::ZeroWeights))?;
            pieces.try_fold(first, |mut merged, piece| {
                merged.absorb(&piece?);
                Ok(merged)
            })
        }
    };
    let parts = folds.iter().map(part).collect::<Result<Vec<Moments>>>()?;
    if !parts.iter().all(Moments::is_finite) {
        // A value that is not finite, or sums that left the range.
        problem.samples.check_values()?;
    }
    let errors = held_out(&parts, problem.fit_intercept, lambdas, |fold, errors| {
        if errors.precise {
            Ok(errors.sums)
        } else {
            from_rows(problem, folds, fold, lambdas).map(Some)
        }
    })?;
    let whole = if errors.ill_conditioned.is_empty() {
        let mut whole = Moments::of(problem.samples.x().ncols(), problem.samples.y().ncols());
        let merged = parts.iter().try_for_each(|part| whole.merge(part));
        merged.ok().map(|()| whole)
    } else {
        None
    };
    Ok((errors, whole))
}

/// Errors of held-out folds from the moments of the folds alone: those that lose digits are what they are.
///
/// # Errors
///
/// As [`fold_errors`]; [`Error::SolverFailed`] where squares of the data leave the floating-point range.
pub(crate) fn fold_errors_of_moments(
    parts: &[Moments],
    fit_intercept: bool,
    lambdas: &[f64],
) -> Result<FoldErrors> {
    held_out(parts, fit_intercept, lambdas, |_, errors| Ok(errors.sums))
}

/// The errors of each part under the models of the others; `take` decides what becomes of what the moments say.
fn held_out(
    parts: &[Moments],
    fit_intercept: bool,
    lambdas: &[f64],
    take: impl Fn(usize, MomentErrors) -> Result<Option<Array2<f64>>>,
) -> Result<FoldErrors> {
    if parts.iter().filter(|part| part.weight_sum() > 0.0).count() < parts.len().max(2) {
        return Err(Error::ZeroWeights);
    }
    let trainings = if parts.iter().all(Moments::is_finite) {
        // Sums that overflow only when merged are none that can serve.
        merge_all_but_each(parts).ok()
    } else {
        None
    };
    let mut found = FoldErrors {
        mse: Array3::zeros((parts.len(), lambdas.len(), parts[0].n_targets())),
        weights: parts.iter().map(Moments::weight_sum).collect(),
        ill_conditioned: Vec::new(),
    };
    for (fold, part) in parts.iter().enumerate() {
        let errors = trainings
            .as_ref()
            .map_or_else(MomentErrors::none, |trainings| {
                MomentErrors::new(&trainings[fold], part, fit_intercept, lambdas)
            });
        if !errors.precise {
            found.ill_conditioned.push(fold);
        }
        let sums = take(fold, errors)?
            .ok_or_else(|| failure(Solver::Eigen, FallbackReason::OutOfRange))?;
        let mse = sums / part.weight_sum();
        check_range("the mean squared error of a fold", &mse)?;
        found.mse.index_axis_mut(Axis(0), fold).assign(&mse);
    }
    Ok(found)
}

/// The sums of squared errors of a part's rows, from moments.
struct MomentErrors {
    /// `(L, k)`; `None` where squares leave the floating-point range.
    sums: Option<Array2<f64>>,
    /// They have nine digits.
    precise: bool,
}

impl MomentErrors {
    fn none() -> Self {
        Self {
            sums: None,
            precise: false,
        }
    }

    fn new(training: &Moments, part: &Moments, fit_intercept: bool, lambdas: &[f64]) -> Self {
        let gram = Gram::new(training, fit_intercept);
        if !gram.in_range() {
            return Self::none();
        }
        let well_conditioned = gram.condition_is_below(GRAM_CONDITION, Cancellation::default());
        let sums = Self::sums(training, part, fit_intercept, lambdas).ok();
        let scatter = part.target_scatter();
        let kept = sums.iter().flat_map(|sums| sums.rows()).all(|sums| {
            let mut shares = sums.iter().zip(&scatter);
            shares.all(|(sum, total)| *sum >= RESIDUAL_SHARE * total)
        });
        Self {
            precise: well_conditioned && kept && sums.is_some(),
            sums,
        }
    }

    fn sums(
        training: &Moments,
        part: &Moments,
        fit_intercept: bool,
        lambdas: &[f64],
    ) -> Result<Array2<f64>> {
        let spectrum = Spectrum::from_moments(training, fit_intercept)?;
        let origin = fit_intercept.then(|| training.location());
        let mut sums = Array2::zeros((lambdas.len(), part.n_targets()));
        for (lambda, mut sums) in lambdas.iter().zip(sums.rows_mut()) {
            let coefficients = spectrum.coefficients(*lambda)?;
            let gaps = gaps(part.location(), origin, coefficients.view());
            sums.assign(&part.residual_sums_with_gaps(coefficients.view(), gaps.view())?);
        }
        Ok(sums)
    }
}

/// `(ȳ − ȳ₀) − (x̄ − x̄₀)·w` of each target: mean target less mean prediction, for a model through the means `origin`,
/// or through zero.
fn gaps(
    location: &Location,
    origin: Option<&Location>,
    coefficients: ArrayView2<'_, f64>,
) -> Array1<f64> {
    let (p, k) = coefficients.dim();
    // Differences of the leading parts are exact or as good; the rests follow.
    let leading = |j: usize| location.mean[j] - origin.map_or(0.0, |o| o.mean[j]);
    let rest = |j: usize| location.rest[j] - origin.map_or(0.0, |o| o.rest[j]);
    Array1::from_shape_fn(k, |t| {
        let w = coefficients.column(t);
        let products = (0..p)
            .flat_map(|j| [(-leading(j), w[j]), (-rest(j), w[j])])
            .chain(std::iter::once((rest(p + t), 1.0)));
        accurate_dot(leading(p + t), products)
    })
}

/// Squared errors of a fold from the rows themselves, by a factorisation of the training design.
fn from_rows<F: Scalar>(
    problem: &Problem<'_, F>,
    folds: &[FoldRows],
    fold: usize,
    lambdas: &[f64],
) -> Result<Array2<f64>> {
    let mut others: Vec<usize> = (0..folds.len())
        .filter(|f| *f != fold)
        .flat_map(|f| folds[f].iter())
        .collect();
    others.sort_unstable();
    let others = FoldRows::List(others);
    let training = Rows::new(problem, &others);
    let spectrum = Spectrum::from_data(&Problem {
        samples: training.samples(),
        ..*problem
    })?;
    let test = Rows::new(problem, &folds[fold]);
    let test = Problem {
        samples: test.samples(),
        ..*problem
    };
    held_out_sums(&spectrum, training.samples(), &test, lambdas)
}

/// The sums of squared errors, `(L, k)`, of rows under the models of others, the `training`.
///
/// # Errors
///
/// [`Error::Overflow`].
pub(crate) fn held_out_sums<F: Scalar>(
    spectrum: &Spectrum,
    training: Samples<'_, F, Ix2>,
    problem: &Problem<'_, F>,
    lambdas: &[f64],
) -> Result<Array2<f64>> {
    let (test, k) = (problem.samples, problem.samples.y().ncols());
    // Rows are centred by the training mean: predictions and targets far from zero would cancel.
    let centre = centre(training, problem.fit_intercept, &spectrum.location);
    let mut sums = Array2::zeros((lambdas.len(), k));
    for (lambda, mut sums) in lambdas.iter().zip(sums.rows_mut()) {
        let coefficients = spectrum.coefficients(*lambda)?;
        problem.samples.cancellation().check()?;
        let nothing = Array1::zeros(k);
        for_each_block(test, Centre::Given(&centre), |block| {
            let (rows, width) = block.rows();
            let Ok(rows) = ArrayView2::from_shape((block.n_rows, width), rows) else {
                return;
            };
            let (x, y) = rows.split_at(Axis(1), width - k);
            let mut predicted = Array2::zeros(y.dim());
            // What overflows shows in the sum.
            affine_into(x, coefficients.view(), nothing.view(), predicted.view_mut()).ok();
            for (t, sum) in sums.iter_mut().enumerate() {
                *sum += kernel::sum(&SquaredError, y.column(t), predicted.column(t), None);
            }
        });
    }
    problem.samples.cancellation().check()?;
    Ok(sums)
}

/// Some of the rows of a problem.
struct Rows<'a, F> {
    x: CowArray<'a, F, Ix2>,
    y: CowArray<'a, F, Ix2>,
    weights: Option<CowArray<'a, F, Ix1>>,
    cancellation: Cancellation<'a>,
}

impl<'a, F: Scalar> Rows<'a, F> {
    fn new(problem: &Problem<'a, F>, rows: &FoldRows) -> Self {
        match rows {
            FoldRows::Range(range) => {
                let rows = Slice::from(range.clone());
                let part = |m: &ArrayView2<'a, F>| (*m).slice_axis_move(Axis(0), rows).into();
                Self {
                    x: part(&problem.samples.x()),
                    y: part(&problem.samples.y()),
                    weights: (problem.samples.weights())
                        .map(|w| w.slice_axis_move(Axis(0), rows).into()),
                    cancellation: problem.samples.cancellation(),
                }
            }
            FoldRows::List(rows) => Self {
                x: problem.samples.x().select(Axis(0), rows).into(),
                y: problem.samples.y().select(Axis(0), rows).into(),
                weights: (problem.samples.weights()).map(|w| w.select(Axis(0), rows).into()),
                cancellation: problem.samples.cancellation(),
            },
        }
    }

    fn samples(&self) -> Samples<'_, F, Ix2> {
        let weights = self.weights.as_ref().map(|w| w.view());
        Samples::trusted(self.x.view(), self.y.view(), weights).with_cancellation(self.cancellation)
    }
}
