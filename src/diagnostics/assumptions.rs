//! Tests of the assumptions of least squares, all at once.

use super::{
    BreuschPagan, breusch_godfrey, durbin_watson, jarque_bera, ljung_box, omnibus, shapiro_wilk,
    white,
};
use crate::error::Result;
use crate::model::RidgeFit;
use crate::scalar::Scalar;
use crate::statistics::{HypothesisTest, Test};

/// White's test takes the squares and products of this many features at most.
const WHITE_FEATURES: usize = 30;

/// Tests of the assumptions of a least-squares fit with an intercept and without weights.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Assumptions {
    /// Tests that have a p-value, and why one could not be made; empty of another fit.
    pub tests: Vec<(Test, Result<HypothesisTest>)>,
    /// Statistic of Durbin and Watson: 2 without autocorrelation of neighbouring rows; `None` of another fit.
    pub durbin_watson: Option<Result<f64>>,
    /// Reason why the tests are not about this fit: `weights`, `a penalty` or `no intercept`.
    pub untested: Option<&'static str>,
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// Tests of normality, independence, one variance and linearity.
    ///
    /// Tests of normality are Jarque–Bera, omnibus and Shapiro–Wilk; of independence in the order of the rows
    /// Durbin–Watson, Breusch–Godfrey and Ljung–Box with `min(10, n/5)` lags (Hyndman & Athanasopoulos, *Forecasting:
    /// Principles and Practice*, 2021, §5.4); of one variance Breusch–Pagan in Koenker's form and, up to 30 features,
    /// White; of linearity RESET with squares and cubes.
    ///
    /// # Errors
    ///
    /// As [`residuals`](Self::residuals).
    pub fn assumptions(&self) -> Result<Assumptions> {
        let untested = if self.samples().weights().is_some() {
            Some("weights")
        } else if self.report().lambda[0] > 0.0 {
            Some("a penalty")
        } else if !self.report().fit_intercept {
            Some("no intercept")
        } else {
            None
        };
        if untested.is_some() {
            return Ok(Assumptions {
                untested,
                ..Assumptions::default()
            });
        }
        let (e, x) = (self.training_residuals()?.raw.view(), self.samples().x());
        let lags = (e.len() / 5).clamp(1, 10);
        let mut tests = vec![
            (Test::JarqueBera, jarque_bera(e)),
            (Test::Omnibus, omnibus(e)),
            (Test::ShapiroWilk, shapiro_wilk(e)),
            (
                Test::BreuschGodfrey,
                breusch_godfrey(e, x, lags).map(|t| t.chi_squared),
            ),
            (Test::LjungBox, ljung_box(e, lags, 0)),
            (
                Test::Koenker,
                self.breusch_pagan(BreuschPagan::Koenker)
                    .map(|t| t.chi_squared),
            ),
        ];
        if x.ncols() <= WHITE_FEATURES {
            tests.push((Test::White, white(e, x).map(|t| t.chi_squared)));
        }
        tests.push((Test::Reset, self.reset(3)));
        Ok(Assumptions {
            tests,
            durbin_watson: Some(durbin_watson(e)),
            untested,
        })
    }
}
