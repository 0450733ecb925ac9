//! Terms of formulas: coefficients, errors and F tests equal statsmodels', `tests/golden/make_anova.py`.

use std::collections::BTreeSet;

use elltwo::Result;
use elltwo::data::{CsvReader, Frame, MissingPolicy};
use elltwo::diagnostics::variance_inflation;
use elltwo::formula::{Design, Formula};
use elltwo::inference::{Covariance, Inference, SumOfSquares, TermTest};
use ndarray::Axis;
use serde::Deserialize;

use crate::common::{golden, ridge};

#[derive(Deserialize)]
struct Case {
    data: String,
    formula: String,
    n: usize,
    terms: Vec<String>,
    columns: Vec<String>,
    coefficients: Vec<f64>,
    errors: Vec<f64>,
    two: Table,
    three: Table,
}

#[derive(Deserialize)]
struct Table {
    df: Vec<usize>,
    sum_of_squares: Vec<f64>,
    f: Vec<f64>,
    p: Vec<f64>,
}

/// The factors of a name, in the spelling of both.
fn factors(name: &str) -> BTreeSet<String> {
    let mut name = name
        .replace("np.", "")
        .replace(" / ", "/")
        .replace(" ** ", "^");
    while let Some(start) = name.find("C(") {
        let length = name[start..].find(')').expect("its end");
        let column = name[start + 2..start + length]
            .split(',')
            .next()
            .expect("a column")
            .to_owned();
        name.replace_range(start..=start + length, &column);
    }
    name.split(':').map(str::to_owned).collect()
}

fn analyse(formula: &str, data: &str) -> Result<(Design, Frame, Inference)> {
    let formula: Formula = formula.parse()?;
    let file = if data == "wine" {
        "wine_quality_red"
    } else {
        data
    };
    let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
    let path = format!("{}/data/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    let frame = formula.read_path(&reader, path)?;
    let design = formula.design(&frame)?;
    let rows = design.dataset(&frame)?;
    let inference = ridge()
        .analyse(&rows.samples()?)?
        .inference(Covariance::Classical)?;
    Ok((design, frame, inference))
}

fn close(found: f64, expected: f64, what: &str) {
    let distance = (found - expected).abs() / expected.abs();
    assert!(
        distance <= 1e-9,
        "{what}: {found:e}, expected {expected:e}, by {distance:e}"
    );
}

fn compare(tests: &[TermTest], case: &Case, table: &Table) {
    for (at, name) in case.terms.iter().enumerate() {
        let what = format!("{}, {name}", case.formula);
        let test = tests
            .iter()
            .find(|test| factors(&test.name) == factors(name))
            .expect(&what);
        assert_eq!(test.df, table.df[at], "{what}");
        close(test.sum_of_squares, table.sum_of_squares[at], &what);
        let f = test.f_test.expect(&what);
        close(f.statistic, table.f[at], &what);
        // Statsmodels' own tail probability has some digits fewer where it is tiny.
        if table.p[at] > 1e-200 {
            let distance = (f.p_value / table.p[at]).ln().abs();
            assert!(
                distance <= 1e-9 * table.p[at].ln().abs().max(1.0),
                "{what}: {:e}",
                f.p_value
            );
        }
    }
}

#[test]
fn coefficients_errors_and_tests_equal_those_of_statsmodels() -> Result<()> {
    let cases: Vec<Case> =
        serde_json::from_value(golden("anova")["cases"].clone()).expect("its parts");
    assert!(cases.len() >= 20);
    for case in &cases {
        let (design, frame, inference) = analyse(&case.formula, &case.data)?;
        assert_eq!(frame.n_rows(), case.n, "{}", case.formula);
        for (at, column) in case.columns.iter().enumerate() {
            let what = format!("{}, {column}", case.formula);
            let estimate = if column == "Intercept" {
                inference.intercept()
            } else {
                let place = design
                    .column_names()
                    .iter()
                    .position(|name| factors(name) == factors(column));
                inference.feature(place.expect(&what))
            };
            let estimate = estimate.expect(&what);
            close(estimate.value, case.coefficients[at], &what);
            close(
                estimate.standard_error.expect(&what),
                case.errors[at],
                &what,
            );
        }
        compare(
            &inference.anova(design.terms(), SumOfSquares::TypeTwo)?,
            case,
            &case.two,
        );
        compare(
            &inference.anova(design.terms(), SumOfSquares::TypeThree)?,
            case,
            &case.three,
        );
    }
    Ok(())
}

#[test]
fn type_two_does_not_depend_on_the_contrasts_and_is_a_comparison_of_fits() -> Result<()> {
    let sums = |formula: &str| -> Result<Vec<f64>> {
        let (design, _, inference) = analyse(formula, "penguins")?;
        let tests = inference.anova(design.terms(), SumOfSquares::TypeTwo)?;
        Ok(tests.iter().map(|test| test.sum_of_squares).collect())
    };
    let by_sum = sums("body_mass_g ~ C(species, sum)*C(sex, sum)*bill_depth_mm")?;
    for other in [
        sums("body_mass_g ~ species*sex*bill_depth_mm")?,
        sums("body_mass_g ~ C(species, helmert)*C(sex, ref=\"male\")*bill_depth_mm")?,
    ] {
        for (a, b) in by_sum.iter().zip(&other) {
            assert!((a - b).abs() <= 1e-9 * b, "{a} {b}");
        }
    }
    let rss = |formula: &str| -> Result<f64> {
        Ok(analyse(formula, "penguins")?
            .2
            .fit()
            .residual_sum_of_squares)
    };
    let gain =
        rss("body_mass_g ~ sex*bill_depth_mm")? - rss("body_mass_g ~ sex*bill_depth_mm + species")?;
    assert!((by_sum[0] - gain).abs() <= 1e-8 * gain);
    Ok(())
}

#[test]
fn inflation_of_a_single_column_is_its_variance_inflation() -> Result<()> {
    let (design, frame, inference) = analyse(
        "mpg ~ weight + horsepower + C(origin) + model_year",
        "auto_mpg",
    )?;
    let tests = inference.anova(design.terms(), SumOfSquares::TypeThree)?;
    let all = variance_inflation(design.matrix(&frame)?.view(), None)?;
    for test in &tests {
        if test.df == 1 {
            let single = all[test.columns.start];
            assert!((test.gvif / single - 1.0).abs() < 1e-9, "{test:?}");
        } else {
            // det(R_tt) det(R_oo) / det(R) of the correlations, by its definition.
            let x = design.matrix(&frame)?;
            let x = &x - &x.mean_axis(Axis(0)).expect("rows");
            let volume = |columns: &[usize]| {
                let x = x.select(Axis(1), columns);
                log_determinant(&x.t().dot(&x))
            };
            let own: Vec<usize> = test.columns.clone().collect();
            let others: Vec<usize> = (0..x.ncols()).filter(|j| !own.contains(j)).collect();
            let every: Vec<usize> = (0..x.ncols()).collect();
            let expected = (volume(&own) + volume(&others) - volume(&every)).exp();
            assert!(
                (test.gvif / expected - 1.0).abs() < 1e-6,
                "{} {expected}",
                test.gvif
            );
        }
        let fit = inference.fit();
        let share = test.sum_of_squares / (test.sum_of_squares + fit.residual_sum_of_squares);
        assert_eq!(test.partial_r2, Some(share));
    }
    Ok(())
}

/// By elimination without pivoting, which a positive definite matrix bears.
fn log_determinant(matrix: &ndarray::Array2<f64>) -> f64 {
    let mut a = matrix.clone();
    let mut sum = 0.0;
    for k in 0..a.nrows() {
        sum += a[[k, k]].ln();
        for i in k + 1..a.nrows() {
            let factor = a[[i, k]] / a[[k, k]];
            for j in k..a.ncols() {
                a[[i, j]] -= factor * a[[k, j]];
            }
        }
    }
    sum
}

#[test]
fn terms_that_depend_on_others_lose_degrees_of_freedom() -> Result<()> {
    // R codes both categories by all levels here: one column too many beside the intercept.
    let (design, _, inference) = analyse("body_mass_g ~ species:sex", "penguins")?;
    let tests = inference.anova(design.terms(), SumOfSquares::TypeThree)?;
    assert_eq!((design.n_columns(), tests[0].df), (6, 5));
    let (other, _, full) = analyse("body_mass_g ~ species*sex", "penguins")?;
    assert_eq!(other.n_columns(), 5);
    let overall = full.fit().f_test.expect("it is defined").statistic;
    let found = tests[0].f_test.expect("it is defined").statistic;
    assert!((found / overall - 1.0).abs() < 1e-9, "{found} {overall}");
    assert!(tests[0].gvif.is_infinite());

    let (design, _, inference) = analyse(
        "body_mass_g ~ bill_length_mm + I(2*bill_length_mm) + sex",
        "penguins",
    )?;
    let tests = inference.anova(design.terms(), SumOfSquares::TypeTwo)?;
    assert_eq!(
        tests.iter().map(|test| test.df).collect::<Vec<_>>(),
        [0, 0, 1]
    );
    assert!(tests[0].f_test.is_none() && tests[2].f_test.is_some());
    Ok(())
}

#[test]
fn a_penalty_or_terms_of_another_design_are_refused() -> Result<()> {
    let (design, frame, inference) = analyse("mpg ~ weight + horsepower", "auto_mpg")?;
    assert!(
        inference
            .anova(&design.terms()[..1], SumOfSquares::TypeTwo)
            .is_err()
    );
    let rows = design.dataset(&frame)?;
    let penalised = ridge()
        .lambda(0.1)
        .analyse(&rows.samples()?)?
        .inference(Covariance::Classical)?;
    let error = penalised
        .anova(design.terms(), SumOfSquares::TypeTwo)
        .expect_err("a penalty");
    assert!(
        error.to_string().starts_with("lambda = 0.1: must be 0"),
        "{error}"
    );
    Ok(())
}
