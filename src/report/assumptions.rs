//! The tests of the assumptions, and their table.

use ndarray::{ArrayView1, ArrayView2};

use super::format::{UNDEFINED, p_value, statistic};
use super::residuals::ResidualReport;
use super::table::Table;
use crate::diagnostics::{
    BreuschPagan, Residuals, breusch_godfrey, breusch_pagan, jarque_bera, ljung_box, omnibus,
    reset, shapiro_wilk, white,
};
use crate::error::Result;
use crate::scalar::Scalar;
use crate::statistics::{HypothesisTest, Test};

/// White's test takes the squares and products of this many features at most.
const WHITE_FEATURES: usize = 30;
impl ResidualReport {
    pub(super) fn assumptions(&self) -> Table {
        let header = ["test", "statistic", "distribution", "p", "null hypothesis"];
        let mut table = Table::new(header).last_left();
        let undefined = || UNDEFINED.to_owned();
        for (test, outcome) in &self.tests {
            match outcome {
                Ok(result) => table.row([
                    test.name().to_owned(),
                    statistic(result.statistic),
                    result.reference.to_string(),
                    p_value(result.p_value),
                    test.null_hypothesis().to_owned(),
                ]),
                Err(error) => table.row([
                    test.name().to_owned(),
                    undefined(),
                    undefined(),
                    undefined(),
                    error.to_string(),
                ]),
            }
        }
        if let Some(outcome) = &self.durbin_watson {
            let value = outcome
                .as_ref()
                .map_or_else(|_| undefined(), |d| statistic(*d));
            let meaning = "2 without autocorrelation of neighbours".to_owned();
            table.row([
                "Durbin–Watson".to_owned(),
                value,
                String::new(),
                String::new(),
                meaning,
            ]);
        }
        table
    }
}

/// Every test, of a fit that they are about.
pub(super) fn tests<F: Scalar>(
    residuals: &Residuals,
    x: ArrayView2<'_, F>,
    y: ArrayView1<'_, F>,
) -> Vec<(Test, Result<HypothesisTest>)> {
    let e = residuals.raw();
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
            breusch_pagan(e, x, BreuschPagan::Koenker).map(|t| t.chi_squared),
        ),
    ];
    if x.ncols() <= WHITE_FEATURES {
        tests.push((Test::White, white(e, x).map(|t| t.chi_squared)));
    }
    tests.push((Test::Reset, reset(x, y, 3)));
    tests
}
