//! Chow's test: one model for all groups, or one for each.

use std::hash::Hash;

use crate::check::{check_length, check_rows};
use crate::error::{Error, Result};
use crate::model::{LinearModel, RidgeRegression};
use crate::moments::{Detail, Grouped, Moments};
use crate::statistics::{HypothesisTest, Reference, Test};

/// Tests that one least-squares model holds in every group, against a model for each, from the moments of the groups.
///
/// ```text
/// F = ((RSS − Σ_g RSS_g) / (k (G − 1))) / (Σ_g RSS_g / (n − G k))     k parameters, the intercept included
/// ```
///
/// Digits are those of a difference of sums, see [`Moments::residual_sums`]. Source: Chow, *Tests of equality between
/// sets of coefficients in two linear regressions*, 1960.
///
/// # Errors
///
/// [`Error::TooFewSamples`] with one group, and for a group with no more rows than parameters; [`Error::SolverFailed`]
/// if the columns of a group depend on each other; [`Error::ShapeMismatch`] for more than one target;
/// [`Error::InvalidParameter`] for groups of means alone.
///
/// # Examples
///
/// ```
/// use elltwo::inference::chow_test;
/// use elltwo::moments::Grouped;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [1.0], [2.0], [3.0], [4.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 4.1, 2.8, 2.1, 1.2];
/// let mut groups = Grouped::new(1, 1)?;
/// groups.update(&[0, 0, 0, 0, 1, 1, 1, 1], x.view(), y.view(), None)?;
/// assert!(chow_test(&groups, true)?.p_value < 0.001);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn chow_test<K: Eq + Hash + Clone>(
    groups: &Grouped<K>,
    fit_intercept: bool,
) -> Result<HypothesisTest> {
    const WHAT: &str = "the Chow test";
    check_length("targets of the groups", 1, groups.n_targets())?;
    if groups.detail() != Detail::Full {
        let rule = "Detail::Full, for a model of each group";
        return Err(Error::parameter("detail", 0.0, rule));
    }
    check_rows("the Chow test (of groups)", 2, groups.len())?;
    let parameters = groups.n_features() + usize::from(fit_intercept);
    let least_squares = RidgeRegression::new().fit_intercept(fit_intercept);
    let residual_sum = |moments: &Moments| {
        check_rows(WHAT, parameters + 1, moments.n_samples())?;
        let model: LinearModel<f64> = least_squares.fit_moments(moments)?;
        if model
            .report()
            .is_none_or(crate::model::FitReport::is_rank_deficient)
        {
            return Err(Error::SolverFailed {
                solver: "Chow",
                reason: "the columns of a group depend on each other",
            });
        }
        model.residual_sum_of_squares_on(moments)
    };
    let own = (0..groups.len())
        .filter_map(|group| groups.moments_at(group))
        .map(|moments| residual_sum(&moments))
        .collect::<Result<Vec<f64>>>()?;
    let own: f64 = own.iter().sum();
    let total = groups.total()?;
    let restrictions = (parameters * (groups.len() - 1)) as f64;
    let df = (total.n_samples() - parameters * groups.len()) as f64;
    let f = (residual_sum(&total)? - own) / restrictions / (own / df);
    Ok(HypothesisTest::new(
        Test::Chow,
        f,
        Reference::f(restrictions, df),
    ))
}
