//! The tests of the assumptions, and their table.

use super::format::{UNDEFINED, p_value, statistic};
use super::residuals::ResidualReport;
use super::table::Table;

impl ResidualReport {
    pub(super) fn tests_table(&self) -> Table {
        let header = ["test", "statistic", "distribution", "p", "null hypothesis"];
        let mut table = Table::new(header).last_left();
        let undefined = || UNDEFINED.to_owned();
        for (test, outcome) in &self.assumptions.tests {
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
        if let Some(outcome) = &self.assumptions.durbin_watson {
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
