//! Facts of a fit as a whole, in a summary.

use super::format::{UNDEFINED, count, exact, number, optional, p_value, significant};
use super::summary::{OVERALL_F, Summary};
use super::table::Table;
use crate::inference::CovarianceKind;

impl Summary<'_> {
    /// The facts of the fit as CSV, all digits: `statistic,value`.
    #[must_use]
    pub fn facts_to_csv(&self) -> String {
        let fit = self.inference.fit();
        let f = fit.f_test.as_ref();
        let facts = [
            ("n_observations", Some(fit.n_observations)),
            ("effective_df", Some(fit.effective_df)),
            ("residual_df", Some(fit.residual_df)),
            ("sigma", fit.sigma),
            ("residual_sum_of_squares", Some(fit.residual_sum_of_squares)),
            ("r2", fit.r2),
            ("adjusted_r2", fit.adjusted_r2),
            ("f", f.map(|test| test.statistic)),
            ("f_p_value", f.map(|test| test.p_value)),
            ("log_likelihood", fit.log_likelihood),
            ("aic", fit.aic(self.count)),
            ("bic", fit.bic(self.count)),
            ("lambda", Some(fit.lambda)),
        ];
        let mut table = Table::new(["statistic", "value"]);
        for (name, value) in facts {
            table.row([name.to_owned(), exact(value.unwrap_or(f64::NAN))]);
        }
        table.to_csv()
    }

    /// The facts of the fit as a table: observations, degrees of freedom, σ, R², F, criteria, solver, rank, condition
    /// number.
    #[must_use]
    pub fn facts_table(&self) -> Table {
        let mut table = Table::new(["fit", "value"]);
        for (label, value) in self.facts() {
            table.row([label.to_owned(), value]);
        }
        table
    }

    /// Labels and values, in the order they are printed.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let (fit, report) = (self.inference.fit(), self.inference.report());
        let centred = fit.fit_intercept;
        let mut facts = vec![
            ("observations", count(fit.n_observations)),
            ("degrees of freedom", count(fit.effective_df)),
            ("residual df", count(fit.residual_df)),
            ("σ", optional(fit.sigma)),
            (
                match centred {
                    true => "R²",
                    false if fit.absorbed_df > 0.0 => "R² (within)",
                    false => "R² (uncentred)",
                },
                optional(fit.r2),
            ),
            ("adjusted R²", optional(fit.adjusted_r2)),
        ];
        if let Some(test) = &fit.f_test {
            let p = p_value(test.p_value);
            let p = match p.strip_prefix('<') {
                Some(limit) => format!("p < {limit}"),
                None => format!("p = {p}"),
            };
            let (reference, f) = (&test.reference, significant(test.statistic, 4));
            facts.push((OVERALL_F, format!("{reference} = {f}, {p}")));
        }
        facts.push(("log-likelihood", optional(fit.log_likelihood)));
        facts.push(("AIC", optional(fit.aic(self.count))));
        facts.push(("BIC", optional(fit.bic(self.count))));
        if fit.lambda > 0.0 {
            facts.push(("λ", number(fit.lambda)));
        }
        if let Some(ridge) = report.ridge() {
            facts.push(("solver", format!("{} by {}", ridge.solver, ridge.backend)));
            let of = |rank| format!("{rank} of {}", report.n_features);
            facts.push(("rank", ridge.rank.map_or_else(|| UNDEFINED.to_owned(), of)));
            facts.push(("condition number", number(ridge.condition_number)));
        }
        if let Some(sgd) = report.sgd() {
            facts.push(("solver", format!("SGD, {} epochs", sgd.epochs)));
        }
        let kind = match self.inference.covariance_kind() {
            CovarianceKind::Classical => "classical".to_owned(),
            robust => format!("robust: {robust}"),
        };
        facts.push(("covariance", kind));
        facts
    }
}
