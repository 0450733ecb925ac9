//! The errors of held-out folds under every penalty, from the moments of the folds.

use ndarray::{Array1, Array2, Array3, ArrayView2, Axis};

use super::{Gram, Problem, Spectrum, centre};
use crate::error::{Error, Result};
use crate::linalg::accurate_dot;
use crate::moments::{Centre, Location, Moments, for_each_block, merge_all_but_each};
use crate::scalar::Scalar;

/// Up to this condition number of the unit-norm columns the Gram matrix of a training part gives nine digits.
const GRAM_CONDITION: f64 = 100.0;
/// Below this share of the held-out sum of squares, an error from moments has lost too many digits.
const RESIDUAL_SHARE: f64 = 1e-5;

/// What cross-validation by folds measures.
#[derive(Debug)]
pub(crate) struct FoldErrors {
    /// Weighted mean squared error of each fold, penalty and target: `(folds, L, k)`.
    pub(crate) mse: Array3<f64>,
    /// The folds that were computed from the rows, because their moments would lose digits.
    pub(crate) from_rows: Vec<usize>,
}

/// For each fold the model of the other folds' rows, for each penalty, on the fold's rows. `λ` is the objective's, beside the *mean*
/// squared error of whatever rows are fitted.
///
/// # Errors
///
/// [`Error::ZeroWeights`] if a fold, or all the others, has no weight; [`Error::Overflow`].
pub(crate) fn fold_errors<F: Scalar>(
    problem: &Problem<'_, F>,
    folds: &[Vec<usize>],
    lambdas: &[f64],
) -> Result<FoldErrors> {
    let parts = folds
        .iter()
        .map(|rows| {
            let rows = Rows::new(problem, rows);
            let mut moments = Moments::new(problem.x.ncols(), problem.y.ncols())?;
            moments.accumulate(
                rows.x.view(),
                rows.y.view(),
                rows.weights.as_ref().map(|w| w.view()),
            );
            Ok(moments)
        })
        .collect::<Result<Vec<Moments>>>()?;
    if parts.iter().filter(|part| part.weight_sum() > 0.0).count() < folds.len().max(2) {
        return Err(Error::ZeroWeights);
    }
    let trainings = if parts.iter().all(Moments::is_finite) {
        // Sums that overflow only when merged leave the folds to their rows as well.
        merge_all_but_each(&parts).ok()
    } else {
        None
    };
    let mut errors = FoldErrors {
        mse: Array3::zeros((folds.len(), lambdas.len(), problem.y.ncols())),
        from_rows: Vec::new(),
    };
    for (fold, part) in parts.iter().enumerate() {
        let sums = trainings
            .as_ref()
            .and_then(|trainings| from_moments(problem, &trainings[fold], part, lambdas));
        let sums = if let Some(sums) = sums {
            sums
        } else {
            errors.from_rows.push(fold);
            from_rows(problem, folds, fold, lambdas)?
        };
        let mse = sums / part.weight_sum();
        if !mse.iter().all(|v| v.is_finite()) {
            return Err(Error::Overflow {
                what: "the mean squared error of a fold",
            });
        }
        errors.mse.index_axis_mut(Axis(0), fold).assign(&mse);
    }
    Ok(errors)
}

/// The sums of squared errors `(L, k)` of the rows of `part`, or `None` where they would lose digits.
fn from_moments<F>(
    problem: &Problem<'_, F>,
    training: &Moments,
    part: &Moments,
    lambdas: &[f64],
) -> Option<Array2<f64>> {
    let gram = Gram::new(training, problem.fit_intercept);
    gram.in_range().then_some(())?;
    if !gram.active.is_empty() {
        let (factor, _) = gram.factor(0.0)?;
        (factor.condition_number().sqrt() <= GRAM_CONDITION).then_some(())?;
    }
    let spectrum = Spectrum::from_moments(training, problem.fit_intercept).ok()?;
    let mut sums = Array2::zeros((lambdas.len(), part.n_targets()));
    for (lambda, mut sums) in lambdas.iter().zip(sums.rows_mut()) {
        let coefficients = spectrum.coefficients(*lambda).ok()?;
        let origin = problem.fit_intercept.then(|| training.location());
        let gaps = gaps(part.location(), origin, coefficients.view());
        let found = part
            .residual_sums_with_gaps(coefficients.view(), gaps.view())
            .ok()?;
        let kept = found
            .iter()
            .zip(&part.target_scatter())
            .all(|(sum, total)| *sum >= RESIDUAL_SHARE * total);
        kept.then_some(())?;
        sums.assign(&found);
    }
    Some(sums)
}

/// `(ȳ − ȳ₀) − (x̄ − x̄₀)·w` of each target: mean target less mean prediction, for a model through the means `origin`, or through zero.
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

/// The same from the rows themselves, by a factorisation of the training design.
fn from_rows<F: Scalar>(
    problem: &Problem<'_, F>,
    folds: &[Vec<usize>],
    fold: usize,
    lambdas: &[f64],
) -> Result<Array2<f64>> {
    let mut others: Vec<usize> = (0..folds.len())
        .filter(|f| *f != fold)
        .flat_map(|f| folds[f].iter().copied())
        .collect();
    others.sort_unstable();
    let training = Rows::new(problem, &others);
    let spectrum = Spectrum::from_data(&training.problem(problem))?;
    let (test, k) = (Rows::new(problem, &folds[fold]), problem.y.ncols());
    let test = test.problem(problem);
    // Rows are centred by the training mean: predictions and targets far from zero would cancel.
    let centre = centre(problem, &spectrum.location);
    let rests = if problem.fit_intercept {
        spectrum.location.rest.clone()
    } else {
        Array1::zeros(centre.len())
    };
    let (x_rest, y_rest) = rests.view().split_at(Axis(0), problem.x.ncols());
    let mut sums = Array2::zeros((lambdas.len(), k));
    for (lambda, mut sums) in lambdas.iter().zip(sums.rows_mut()) {
        let coefficients = spectrum.coefficients(*lambda)?;
        let shift = Array1::from_shape_fn(k, |t| y_rest[t] - x_rest.dot(&coefficients.column(t)));
        let mut start = 0;
        for_each_block(
            test.x,
            test.y,
            test.weights,
            Centre::Given(centre.view()),
            |block| {
                let (rows, width) = block.rows();
                for (i, row) in rows.chunks_exact(width).enumerate() {
                    let root = test.weights.map_or(1.0, |w| w[start + i].wide()).sqrt();
                    let (x, y) = row.split_at(width - k);
                    for t in 0..k {
                        let fitted: f64 = x
                            .iter()
                            .zip(coefficients.column(t))
                            .map(|(x, w)| x * w)
                            .sum();
                        let error = y[t] - fitted - root * shift[t];
                        sums[t] += error * error;
                    }
                }
                start += block.n_rows;
            },
        );
    }
    Ok(sums)
}

/// Some of the rows of a problem.
struct Rows<F> {
    x: Array2<F>,
    y: Array2<F>,
    weights: Option<Array1<F>>,
}

impl<F: Scalar> Rows<F> {
    fn new(problem: &Problem<'_, F>, rows: &[usize]) -> Self {
        Self {
            x: problem.x.select(Axis(0), rows),
            y: problem.y.select(Axis(0), rows),
            weights: problem.weights.map(|w| w.select(Axis(0), rows)),
        }
    }

    fn problem(&self, of: &Problem<'_, F>) -> Problem<'_, F> {
        Problem {
            x: self.x.view(),
            y: self.y.view(),
            weights: self.weights.as_ref().map(|w| w.view()),
            lambda: &[],
            fit_intercept: of.fit_intercept,
            solver: of.solver,
            backend: of.backend,
        }
    }
}
