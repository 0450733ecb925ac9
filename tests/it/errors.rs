//! Every variant of `Error` is produced by bad input, and its message names the thing, the number and the rule.

use std::sync::atomic::AtomicBool;

use crate::common::samples;
use elltwo::Error;
use elltwo::data::{
    CsvReader, Dataset, Frame, KFold, NumberFormat, Schema, SchemaColumn, StandardScaler,
};
use elltwo::diagnostics::Residuals;
use elltwo::formula::{Formula, Learner};
use elltwo::loss::{Huber, L2, Loss, RegressionLoss, SquaredError};
use elltwo::metrics;
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression, SgdRegressor};
use elltwo::moments::{Moments, Sorted};
use elltwo::solver::Solver;
use ndarray::{Array1, Array2, array};

fn fit(x: Array2<f64>, y: Array1<f64>, weights: Option<Array1<f64>>) -> Option<Error> {
    RidgeRegression::new()
        .fit_weighted(x.view(), y.view(), weights.as_ref().map(|w| w.view()))
        .err()
}

fn read(text: &str) -> Option<Error> {
    CsvReader::new("y").read(text.as_bytes()).err()
}

/// New data of a schema whose one category has the levels `u` and `v`.
fn read_new(text: &str) -> Option<Error> {
    let schema = Schema::new("y", [SchemaColumn::category("g", ["u", "v"])]).expect("a schema");
    CsvReader::with_schema(schema).read(text.as_bytes()).err()
}

/// A formula and the design it makes of three rows.
fn design(formula: &str) -> Option<Error> {
    let numbers = Frame::default().with_numbers("y", [1.0, 2.0, 4.0]);
    let frame = numbers.and_then(|frame| frame.with_numbers("x", [-1.0, 0.0, 2.0]));
    let frame = frame.expect("the columns fit");
    let learnt = formula.parse().and_then(|formula: Formula| {
        let mut learner = Learner::new(&formula).max_columns(3);
        learner.update(&frame)?;
        learner.finish()
    });
    learnt.and_then(|design| design.matrix(&frame)).err()
}

/// What was done, the error, and the message it must have.
#[allow(clippy::too_many_lines)] // a table
fn cases() -> Vec<(&'static str, Option<Error>, &'static str)> {
    let (x, y) = (array![[1.0], [2.0], [4.0]], array![1.0, 3.0, 2.0]);
    let model = LinearModel::from_parts(array![1.0], 0.0).expect("a model");
    let ridge = RidgeRegression::new();
    let nan = f64::NAN;
    let collinear = array![[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]];
    let cholesky = RidgeRegression::new().solver(Solver::Cholesky);
    let dual = RidgeRegression::new().solver(Solver::Dual);
    let mut graded = crate::common::Uniform(1).matrix(60, 40, 0.0);
    for (j, mut column) in graded.columns_mut().into_iter().enumerate() {
        column *= 0.4_f64.powf(j as f64);
    }
    let graded_y = graded.dot(&Array1::from_shape_fn(40, |j| 0.4_f64.powf(-(j as f64))));
    let slow = RidgeRegression::new()
        .solver(Solver::Lsqr)
        .fit(graded.view(), graded_y.view());
    let exploding = SgdRegressor::new().step_size(1e300).fit(x.view(), y.view());
    let robust = SgdRegressor::new()
        .loss(RegressionLoss::Absolute)
        .step_size(1e-3)
        .fit(x.view(), y.view())
        .expect("a fit");
    let other = Residuals::new(&robust, &samples(x.view(), y.view(), None));
    vec![
        (
            "a formula without its end",
            design("y ~ log(x"),
            "formula, character 10: expected an operator, `,` or `)`, found the end\n  y ~ log(x\n           ^",
        ),
        (
            "the logarithm of -1",
            design("y ~ log(x)"),
            "line 1: the argument of log must be above 0, and it is -1",
        ),
        (
            "a polynomial of many columns",
            design("y ~ poly(x, 9, raw=true)"),
            "the design would have 9 columns, 9 of them for the term `poly(x, 9, raw = true)`, and may have 3",
        ),
        (
            "residual analysis of least absolute errors",
            other.err(),
            "the analysis is of squared errors with an L2 penalty",
        ),
        (
            "a step that is too long",
            exploding.err(),
            "diverged in epoch 1 with step size 1e300: leave step_size to be chosen from the data",
        ),
        (
            "columns from 1 to 1e-16 by iteration",
            slow.and_then(LinearModel::ensure_converged).err(),
            "not converged after",
        ),
        (
            "no rows",
            fit(Array2::zeros((0, 1)), array![], None),
            "x (rows) is empty",
        ),
        (
            "no columns",
            fit(Array2::zeros((3, 0)), y.clone(), None),
            "x (columns) is empty",
        ),
        (
            "no targets",
            ridge.fit(x.view(), Array2::zeros((3, 0)).view()).err(),
            "y (columns) is empty",
        ),
        (
            "empty loss",
            SquaredError
                .mean(
                    Array1::<f64>::zeros(0).view(),
                    Array1::<f64>::zeros(0).view(),
                    None,
                )
                .err(),
            "y_true is empty",
        ),
        (
            "no coefficients",
            LinearModel::<f64, ndarray::Ix1>::from_parts(array![], 0.0).err(),
            "coefficients is empty",
        ),
        (
            "short y",
            fit(x.clone(), array![1.0, 2.0], None),
            "rows of y: expected 3, found 2",
        ),
        (
            "short weights",
            fit(x.clone(), y.clone(), Some(array![1.0])),
            "length of weights: expected 3, found 1",
        ),
        (
            "columns at predict",
            model.predict(array![[1.0, 2.0]].view()).err(),
            "columns of x: expected 1, found 2",
        ),
        (
            "rows of out",
            model
                .predict_into(x.view(), Array1::zeros(2).view_mut())
                .err(),
            "rows of out: expected 3, found 2",
        ),
        (
            "NaN in x",
            fit(array![[1.0], [nan], [3.0]], y.clone(), None),
            "x[1, 0] is NaN: every value must be finite",
        ),
        (
            "infinity in y",
            fit(x.clone(), array![1.0, 2.0, f64::INFINITY], None),
            "y[2, 0] is inf: every value must be finite",
        ),
        (
            "NaN weight",
            fit(x.clone(), y.clone(), Some(array![1.0, nan, 1.0])),
            "weights[1, 0] is NaN: every value must be finite",
        ),
        (
            "NaN at predict",
            model.predict(array![[nan]].view()).err(),
            "x[0, 0] is NaN: every value must be finite",
        ),
        (
            "negative weight",
            fit(x.clone(), y.clone(), Some(array![1.0, 1.0, -0.5])),
            "weights[2] is -0.5: a sample weight must be at least 0",
        ),
        (
            "zero weights",
            fit(x.clone(), y.clone(), Some(array![0.0, 0.0, 0.0])),
            "the sample weights sum to 0: at least one must be positive",
        ),
        (
            "negative lambda",
            RidgeRegression::new()
                .lambda(-1.0)
                .fit(x.view(), y.view())
                .err(),
            "lambda = -1: must be finite and at least 0",
        ),
        (
            "NaN lambda",
            RidgeRegression::new()
                .lambda(nan)
                .fit(x.view(), y.view())
                .err(),
            "lambda = NaN: must be finite and at least 0",
        ),
        (
            "NaN penalty",
            L2::new(nan).err(),
            "lambda = NaN: must be finite and at least 0",
        ),
        (
            "lambda of a target",
            ridge.clone().lambda_per_target([nan]).validate().err(),
            "lambda_per_target = NaN: must be finite and at least 0",
        ),
        (
            "lambdas",
            ridge
                .clone()
                .lambda_per_target([1.0, 2.0])
                .fit(x.view(), y.view())
                .err(),
            "length of lambda_per_target: expected 1, found 2",
        ),
        (
            "delta",
            Huber { delta: 0.0 }.mean(y.view(), y.view(), None).err(),
            "delta = 0: must be finite and above 0",
        ),
        (
            "one row of R²",
            metrics::r2(array![1.0].view(), array![1.0].view()).err(),
            "R² needs at least 2 samples, found 1",
        ),
        (
            "a loss too large",
            SquaredError
                .mean(array![1e200].view(), array![-1e200].view(), None)
                .err(),
            "the loss exceeds the floating-point range: scale the data",
        ),
        (
            "an intercept too large",
            fit(array![[1e-308], [2e-308]], array![-1e308, 1e308], None),
            "exceeds the floating-point range: scale the data",
        ),
        (
            "moments",
            Moments::from_data(
                array![[1e200], [-1e200]].view(),
                array![1.0, 2.0].view(),
                None,
            )
            .err(),
            "a cross-product exceeds the floating-point range: scale the data",
        ),
        (
            "Cholesky of collinear columns",
            cholesky.fit(collinear.view(), y.view()).err(),
            "solver Cholesky failed: the system is too ill-conditioned for it; use the solver auto, or a larger lambda",
        ),
        (
            "dual without penalty",
            dual.fit(x.view(), y.view()).err(),
            "solver dual failed: it needs lambda > 0; use the solver auto, or a larger lambda",
        ),
        (
            "a solver nobody has",
            "gauss".parse::<Solver>().err(),
            "no solver is named `gauss`: choose one of auto, cholesky, eigen, ",
        ),
        (
            "residuals of parts",
            Residuals::new(&model, &samples(x.view(), y.view(), None)).err(),
            "analysis needs the model's fit report, and this model was made from parts: fit it",
        ),
        (
            "threshold",
            ridge
                .fit(x.view(), y.view())
                .and_then(|m| Residuals::new(&m, &samples(x.view(), y.view(), None))?.outliers(0.0))
                .err(),
            "threshold = 0: must be finite and above 0",
        ),
        (
            "scaling nothing",
            StandardScaler
                .fit(Array2::<f64>::zeros((0, 2)).view())
                .err(),
            "is empty",
        ),
        ("one fold", KFold::new(1).split(10).err(), "must be"),
        (
            "an empty data set",
            Dataset::new(Array2::<f64>::zeros((0, 2)), array![]).err(),
            "is empty",
        ),
        (
            "a misspelt target",
            CsvReader::new("prise")
                .read("price,a\n1,2\n".as_bytes())
                .err(),
            "no column named `prise`: did you mean `price`?",
        ),
        (
            "two columns of a name",
            read("y,a,a\n1,2,3\n"),
            "two columns are named `a`",
        ),
        (
            "target as weights",
            CsvReader::new("y")
                .weights("y")
                .read("y,a\n1,2\n".as_bytes())
                .err(),
            "column `y` cannot be both",
        ),
        (
            "text in a number column",
            read("y,a\n1,2\n3,four\n"),
            "line 3, column `a`: `four` is not a finite number",
        ),
        (
            "a missing value",
            read("y,a\n1,2\n3,NA\n4,\n"),
            "line 3, column `a`: missing value `NA` (2 rows are affected); drop the rows or impute",
        ),
        (
            "an all-missing column",
            read("y,a\n1,NA\n3,NA\n"),
            "column `a` has no value in any of 2 rows",
        ),
        (
            "a ragged row",
            read("y,a\n1,2\n3\n"),
            "line 3: expected 2 fields, found 1",
        ),
        ("only a header", read("y,a\n"), "has no data rows"),
        ("no byte at all", read(""), "is empty"),
        (
            "a page in the place of a file",
            read("<!DOCTYPE html>\n<p>y,a"),
            "the CSV input is an HTML page: save the table",
        ),
        (
            "a zero byte",
            read("y,a\n1,2\n3,\u{0}4\n"),
            "line 3, column `a`: a byte is zero",
        ),
        (
            "an open quote",
            read("y,a\n1,2\n3,\"4\n5,6\n"),
            "line 3, column `a`: the quote that opens here is never closed",
        ),
        (
            "a quote that swallows lines",
            read("y,a\n1,2\n3,\"4\n5,6\n7,\"8\n"),
            "line 3, column `a`: the quote that opens here ends on line 5",
        ),
        (
            "not UTF-8",
            CsvReader::new("y").read(&b"y,a\n1,\xff\n"[..]).err(),
            "line 2: the text is not UTF-8",
        ),
        (
            "names",
            Moments::new(1, 1)
                .and_then(|m| m.with_feature_names(["a"]))
                .and_then(|mut m| m.merge(&Moments::new(1, 1)?.with_feature_names(["b"])?))
                .err(),
            "feature 0 is `b` in one part and `a` in the other",
        ),
        (
            "bytes",
            Moments::from_bytes(b"nothing").err(),
            "stored moments cannot be read: it is cut short",
        ),
        (
            "a later format",
            Moments::from_bytes(b"L2MOMENT\x09\0\0\0").err(),
            "stored moments has format version 9: this library reads version 1",
        ),
        (
            "sums of another kind",
            Moments::from_bytes(b"L2MOMENT\x01\0\0\0\0\x01\0\0").err(),
            "stored moments hold exact sums: this library reads floating-point sums",
        ),
        (
            "keys out of order",
            Sorted::new(1, 1)
                .and_then(|mut groups| {
                    let (x, y) = (array![[1.0], [2.0]], array![1.0, 2.0]);
                    groups.update(&["b", "a"], x.view(), y.view(), None, |_, _| Ok(()))
                })
                .err(),
            "row 1 comes before the row above it: sort the rows by their key or their time",
        ),
        (
            "a target of text",
            read("y,a\nhigh,2\n"),
            "line 2: the target `y` is `high`, and a target must be a number",
        ),
        (
            "an identifier as a category",
            CsvReader::new("y")
                .max_levels(2)
                .read("y,id\n1,a\n2,b\n3,a\n4,c\n".as_bytes())
                .err(),
            "column `id` has more than 2 levels, the next on line 5: exclude it",
        ),
        (
            "a level the training data lacks",
            read_new("g\nu\nx\n"),
            "line 3, column `g`: `x` is none of the schema's 2 levels",
        ),
        (
            "chunks of text without a schema",
            CsvReader::new("y")
                .chunks("y,g\n1,u\n".as_bytes(), 10)
                .and_then(|mut chunks| chunks.next().transpose())
                .err(),
            "column `g`: the levels of a category must come from a schema",
        ),
        (
            "a weight of a file below zero",
            CsvReader::new("y")
                .weights("w")
                .read("y,a,w\n1,2,1\n2,3,-0.5\n".as_bytes())
                .err(),
            "line 3, column `w`: `-0.5` is below 0: a sample weight must be at least 0",
        ),
        (
            "a raised flag",
            ridge
                .fit_samples(
                    &samples(x.view(), y.view(), None).cancelled_by(&AtomicBool::new(true)),
                )
                .err(),
            "cancelled: the flag of these samples was raised",
        ),
        (
            "a decimal comma",
            read("x,y\n\"1,5\",2\n"),
            "line 2, column `x`: `1,5` is a number in another notation; read the column with the number format decimal `,`",
        ),
        (
            "a number that does not fit the format",
            CsvReader::new("y")
                .number_format(NumberFormat::new().decimal(','))
                .read("x,y\n1.5,2\n".as_bytes())
                .err(),
            "line 2, column `x`: `1.5` does not fit the number format decimal `,`",
        ),
        (
            "two units",
            read("x,y\n1 kg,2\n3 g,4\n"),
            "line 3, column `x`: `3 g` has another unit than `1 kg`; write all values in one unit",
        ),
        (
            "a leading zero among numbers",
            read("x,y\n1,2\n02,4\n"),
            "line 3, column `x`: `02` has a leading zero; declare the column categorical",
        ),
        (
            "a date",
            read("x,y\n2024-02-29,2\n"),
            "line 2, column `x`: `2024-02-29` is a date or a time of day; declare the column a date, or exclude it",
        ),
        (
            "no date",
            CsvReader::new("y")
                .date("x")
                .read("x,y\n2023-02-29,2\n".as_bytes())
                .err(),
            "line 2, column `x`: `2023-02-29` cannot be read as a date: there is no such day",
        ),
        (
            "names of rows",
            read(&(b'a'..=b'z').fold("x,y\n".to_owned(), |text, name| {
                text + &char::from(name).to_string() + ",1\n"
            })),
            "column `x` has 26 different texts in 26 rows, `a` on line 2 the first: exclude it",
        ),
        (
            "no file",
            CsvReader::new("y").read_path("nowhere.csv").err(),
            "nowhere.csv: ",
        ),
    ]
}

/// `SomeVariant` of `SomeVariant { .. }`.
fn variant(error: &Error) -> String {
    format!("{error:?}")
        .split([' ', '{', '('])
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn bad_input_gets_an_error_that_says_what_and_where() {
    for (what, error, message) in cases() {
        let error = error.unwrap_or_else(|| panic!("{what}: no error"));
        assert!(
            error.to_string().contains(message),
            "{what}: `{error}` should say `{message}`"
        );
    }
}

#[test]
fn every_variant_is_produced() {
    let produced: Vec<String> = cases()
        .iter()
        .filter_map(|(_, error, _)| error.as_ref().map(variant))
        .collect();
    let source = include_str!("../../src/error.rs");
    let body = source
        .split("pub enum Error {")
        .nth(1)
        .and_then(|rest| rest.split("\n}").next())
        .expect("the enum");
    let declared: Vec<&str> = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase))
        .filter_map(|line| line.split([' ', ',', '(']).next())
        .collect();
    assert!(declared.len() >= 20, "{declared:?}");
    for name in declared {
        assert!(
            produced.iter().any(|p| p == name),
            "no test produces Error::{name}"
        );
    }
}
