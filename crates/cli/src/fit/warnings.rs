//! What a user should know of a fit, in plain words: what it means, and what to try.

use elltwo::data::Imputation;
use elltwo::inference::Inference;
use elltwo::model::FitReport;

use super::analysis::aliased;
use crate::failure::plural;
use crate::text::short;

/// Belsley, Kuh & Welsch: from here on dependences among the columns do harm.
const LARGE_CONDITION: f64 = 30.0;

/// Parameters that a warning names.
const SHOWN: usize = 8;

/// What warnings are about.
pub(super) struct Facts<'a> {
    pub(super) n_rows: usize,
    pub(super) n_dropped: usize,
    pub(super) imputed: &'a [Imputation],
    pub(super) columns: &'a [String],
    pub(super) report: &'a FitReport,
    pub(super) inference: Option<&'a Inference>,
}

/// All that there is to say.
pub(super) fn all(facts: &Facts<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    if facts.n_dropped > 0 {
        warnings.push(format!(
            "{} of {} rows {} left out for a missing value.",
            facts.n_dropped,
            facts.n_rows,
            plural(facts.n_dropped, "was", "were")
        ));
    }
    for Imputation {
        column,
        mean,
        count,
    } in facts.imputed
    {
        warnings.push(format!(
            "{count} missing {} of `{column}` {} replaced by the mean {}: standard errors do not know of it.",
            plural(*count, "value", "values"),
            plural(*count, "was", "were"),
            short(*mean)
        ));
    }
    warnings.extend(
        facts
            .inference
            .and_then(|inference| dependence(facts, inference)),
    );
    let condition = facts
        .report
        .ridge()
        .map_or(1.0, |ridge| ridge.condition_number);
    if condition >= LARGE_CONDITION && !facts.report.is_rank_deficient() {
        warnings.push(format!(
            "The columns nearly depend on each other (condition number {}): some coefficients are uncertain and change much with little \
             changes of the data. Look at the variance inflation, leave out columns, or add a penalty.",
            short(condition)
        ));
    }
    if facts.report.termination.ensure_converged().is_err() {
        warnings.push(format!(
            "The fit is {}: the coefficients are not those of the minimum. Allow more epochs, or choose another solver.",
            facts.report.termination
        ));
    }
    if let Some(inference) = facts.inference {
        if inference.fit().essentially_perfect {
            warnings.push(
                "The residuals are nothing but rounding: what divides by them, errors and tests, means nothing. Is a feature a copy of \
                 the target?"
                    .to_owned(),
            );
        }
        if inference.fit().sigma.is_none() {
            warnings.push(
                "No degree of freedom is left for the noise: there are no errors and no tests. Use more rows or fewer columns."
                    .to_owned(),
            );
        }
    }
    warnings
}

/// Parameters that the data do not determine.
fn dependence(facts: &Facts<'_>, inference: &Inference) -> Option<String> {
    let names = aliased(inference, facts.columns);
    if names.is_empty() {
        return None;
    }
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown = names[..names.len().min(SHOWN)].join(", ");
    Some(format!(
        "The data do not determine {shown}{more}: a column is constant or depends on others. The shortest solution is given, without \
         errors for these. Leave out columns, or add a penalty."
    ))
}
