//! Formulas: what they refuse, what they warn of, and designs of new data.

use elltwo::data::{CsvReader, Dataset, Frame, MissingPolicy, UnseenLevel};
use elltwo::formula::{Design, Formula, Learner};
use elltwo::inference::{Covariance, SumOfSquares};
use elltwo::model::{Estimator, Predictor, RidgeCv, RidgePath, RidgeRegression, SgdRegressor};
use elltwo::solver::{Precision, Solver};
use elltwo::{Error, LinearModel, Result};
use ndarray::{Array1, Array2, array, s};
use proptest::prelude::*;

fn formula(text: &str) -> Formula {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn small() -> Frame {
    let frame = Frame::default().with_numbers("y", [1.0, 2.0, 4.0, 3.0, 6.0, 5.0]);
    let frame = frame.and_then(|f| f.with_numbers("x", [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]));
    let frame = frame.and_then(|f| f.with_numbers("u", [-1.0, 0.0, 3.0, 4.0, -5.0, 7.0]));
    let frame = frame.and_then(|f| f.with_category("g", ["b", "a", "c", "a", "b", "c"]));
    frame.expect("the columns fit")
}

fn names(text: &str) -> Vec<String> {
    let design = formula(text)
        .design(&small())
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    design.column_names().to_vec()
}

#[test]
#[allow(clippy::too_many_lines)] // a table
fn a_mistake_is_shown_in_its_place_with_what_was_expected() {
    for (text, place, expected, found) in [
        ("y ~", 4, "a name, a number or `(`", "the end"),
        ("", 1, "a name, a number or `(`", "the end"),
        ("y", 2, "an operator, or `~` and the features", "the end"),
        ("y ~ x +", 8, "a name, a number or `(`", "the end"),
        ("y ~ x + * z", 9, "a name, a number or `(`", "`*`"),
        ("y ~ (x + z", 11, "an operator or `)`", "the end"),
        ("y ~ x z", 7, "an operator or the end", "the name `z`"),
        ("y ~ x ~ z", 7, "only one `~`", "`~`"),
        ("y ~ log(x", 10, "an operator, `,` or `)`", "the end"),
        ("y ~ x # z", 7, "an operator, a name or a number", "`#`"),
        ("y ~ 1e999", 5, "a finite number", "`1e999`"),
        (
            "y ~ `x",
            5,
            "` at the end of the text too",
            "` without another",
        ),
        ("y ~ lgo(x)", 5, "a function: did you mean log()?", "lgo()"),
        ("y ~ frobnicate(x)", 5, "one of log, log2", "frobnicate()"),
        (
            "y ~ lag(x, 1)",
            5,
            "the rows of a design have no order",
            "lag()",
        ),
        (
            "y ~ 2 + x",
            5,
            "a column, or 0 or 1 for the intercept",
            "the number 2",
        ),
        ("y ~ x^z", 7, "a whole number from 1 to 100", "`z`"),
        ("y ~ I(x:z)", 9, "arithmetic: one of + - * / ^", "`:`"),
        ("y ~ log(.)", 9, "the name of one column", "`.`"),
        ("y ~ I(2)", 5, "a column in it", "`I(2)`"),
        (
            "y ~ log(x, 2)",
            12,
            "no other arguments of log()",
            "the argument `2`",
        ),
        ("y ~ log()", 5, "log(x, …)", "log() without `x`"),
        ("y ~ poly(x)", 5, "poly(degree, …)", "without `degree`"),
        ("y ~ poly(x, 0)", 13, "a whole number from 1", "`0`"),
        (
            "y ~ poly(x, 2, row=true)",
            20,
            "no other arguments of poly()",
            "`row =`",
        ),
        (
            "y ~ 0",
            5,
            "a term, or 1 for the intercept alone",
            "`0`, which leaves nothing",
        ),
        ("y ~ x - x - 1", 5, "a term, or 1", "leaves nothing"),
        (
            "y ~ I(poly(x, 2))",
            7,
            "a number or a function of one number",
            "poly()",
        ),
        (
            "y ~ C(g, sums)",
            10,
            "treatment, sum, helmert or poly",
            "`sums`",
        ),
        (
            "y ~ C(g, sum, ref=\"a\")",
            19,
            "treatment contrasts",
            "ref = ",
        ),
        (
            "y ~ cut(x, c(3, 1))",
            12,
            "numbers in ascending order",
            "`c(3, 1)`",
        ),
        ("y ~ ns(x, 0)", 11, "a whole number from 1", "`0`"),
        ("y ~ bs(x, 2)", 11, "a df of at least 3", "the df 2"),
        ("y ~ y + x", 5, "a feature", "the target `y`"),
        ("y + y ~ x", 5, "another target", "the target `y` again"),
        ("y - x ~ z", 5, "targets with `+` between them", "`y - x`"),
        ("scale(y) ~ x", 1, "a target that is a column", "`scale(y)`"),
        (
            "y ~ x * offset(z)",
            9,
            "an offset that is a summand",
            "offset()",
        ),
        ("y ~ cbind(x, z)", 5, "only on the left", "cbind()"),
    ] {
        let Err(error) = text.parse::<Formula>() else {
            panic!("{text} is accepted");
        };
        let message = error.to_string();
        let Error::Formula { position, .. } = error else {
            panic!("{text}: {message}");
        };
        assert_eq!(text[..position].chars().count() + 1, place, "{message}");
        assert!(
            message.contains(&format!("character {place}: expected ")),
            "{message}"
        );
        assert!(
            message.contains(expected) && message.contains(found),
            "{message}"
        );
        let caret = message.lines().nth(2).expect("a third line");
        assert_eq!(caret.chars().count(), place + 2, "{message}");
        assert!(caret.ends_with('^'), "{message}");
    }
    // Wide characters take two places.
    let error = "y ~ 重 + ?"
        .parse::<Formula>()
        .expect_err("it is refused")
        .to_string();
    assert!(error.ends_with("\n  y ~ 重 + ?\n           ^"), "{error}");
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    for (text, warning) in [
        ("y ~ x + x", "`x` is in the formula twice and counts once"),
        ("y ~ a*b + a", "`a` is in the formula twice"),
        ("y ~ x^2", "`x^2` is `x` in a formula; its power is I(x^2)"),
    ] {
        let warnings = formula(text).warnings().to_vec();
        assert!(
            warnings.len() == 1 && warnings[0].contains(warning),
            "{text}: {warnings:?}"
        );
    }
    for text in [
        "y ~ a*b + c",
        "y ~ x + .",
        "y ~ (a + b)^2",
        "y ~ I(x^2)",
        "y ~ a/b",
    ] {
        assert!(formula(text).warnings().is_empty(), "{text}");
    }
}

#[test]
fn columns_have_the_names_of_their_levels_and_functions() {
    for (text, expected) in [
        ("y ~ x*g", "x, g=b, g=c, x:g=b, x:g=c"),
        ("y ~ C(g, ref=\"c\")", "g=a, g=b"),
        ("y ~ C(g, sum) + I(x^2)", "g[S.a], g[S.b], I(x^2)"),
        ("y ~ C(g, helmert)", "g[H.b], g[H.c]"),
        ("y ~ C(g, poly)", "g[.L], g[.Q]"),
        ("y ~ 0 + C(g, sum)", "g=a, g=b, g=c"),
        (
            "y ~ poly(x, 2) + poly(u, 2, raw=T)",
            "poly(x, 2)[1], poly(x, 2)[2], u, u^2",
        ),
        ("y ~ ns( x,df = 2 )", "ns(x, df = 2)[1], ns(x, df = 2)[2]"),
        ("y ~ cut(x, c(0, 2.5, 9))", "x=(2.5,9]"),
        ("y ~ bin(u, 0)", "u=(0,inf)"),
        ("y ~ bin(u, c(0, 4), right=false)", "u=[0,4), u=[4,inf)"),
        ("y ~ 0 + C(u)", "u=-5, u=-1, u=0, u=3, u=4, u=7"),
        ("y ~ C(u > 0)", ""),
        (
            "y ~ log(x + 1)/g",
            "log(x + 1), log(x + 1):g=b, log(x + 1):g=c",
        ),
    ] {
        if expected.is_empty() {
            assert!(text.parse::<Formula>().is_err(), "{text}");
            continue;
        }
        assert_eq!(names(text).join(", "), expected, "{text}");
    }
}

#[test]
fn a_formula_that_does_not_fit_the_columns_is_refused_before_work_starts() {
    let frame = small();
    let refused = |text: &str| {
        formula(text)
            .design(&frame)
            .expect_err("it is refused")
            .to_string()
    };
    assert_eq!(refused("y ~ xx"), "no column named `xx`: did you mean `x`?");
    let error = refused("y ~ x + log(g)");
    assert!(error.starts_with("formula, character 13: expected a column of numbers, found the category `g` (3 levels)\n"), "{error}");
    assert!(
        refused("g ~ x").contains("line 1: the target `g` is `b`"),
        "{}",
        refused("g ~ x")
    );
    let error = refused("y ~ C(g, ref=\"z\")");
    assert!(
        error.contains("expected a level: one of a, b, c, found the reference `z`"),
        "{error}"
    );
    assert!(
        refused("y ~ poly(x, 6)").contains("more than 6 distinct values"),
        "{}",
        refused("y ~ poly(x, 6)")
    );
    assert!(
        refused("y ~ g + C(g)").contains("two columns are named `g=b`"),
        "{}",
        refused("y ~ g + C(g)")
    );
    let one = Frame::default()
        .with_numbers("y", [1.0, 2.0])
        .expect("a column");
    let error = formula("y ~ .")
        .design(&one)
        .expect_err("it is refused")
        .to_string();
    assert!(
        error.contains("expected a column beside the target"),
        "{error}"
    );
}

#[test]
fn ten_thousand_levels_in_an_interaction_are_refused_by_their_number() {
    let text =
        |prefix: char, count: usize| (0..20_000).map(move |i| format!("{prefix}{}", i % count));
    let frame = Frame::default()
        .with_numbers("y", (0..20_000).map(f64::from))
        .and_then(|f| f.with_category("g", text('g', 10_000)))
        .and_then(|f| f.with_category("h", text('h', 5)))
        .expect("the columns fit");
    let error = formula("y ~ g*h")
        .design(&frame)
        .expect_err("it is refused");
    assert!(
        matches!(&error, Error::TooManyColumns { term, columns: 39_996, total: 49_999, limit: 10_000 } if term == "g:h"),
        "{error}"
    );
    assert!(formula("y ~ g").design(&frame).is_ok());
    let mut learner = Learner::new(&formula("y ~ h")).max_columns(3);
    learner.update(&frame).expect("it is learnt");
    assert!(matches!(
        learner.finish(),
        Err(Error::TooManyColumns {
            columns: 4,
            total: 4,
            limit: 3,
            ..
        })
    ));
}

#[test]
fn values_outside_a_domain_are_named_by_line_and_value() -> Result<()> {
    let text = "y,x\n1,2\n2,0.5\n\n3,-1\n";
    let case = |formula_text: &str, expected: &str| -> Result<()> {
        let formula = formula(formula_text);
        let frame = formula.read(&CsvReader::columns(), text.as_bytes())?;
        let error = formula
            .design(&frame)
            .and_then(|design| design.dataset(&frame))
            .expect_err("it is refused");
        assert_eq!(error.to_string(), expected, "{formula_text}");
        Ok(())
    };
    case(
        "y ~ log(x)",
        "line 5: the argument of log must be above 0, and it is -1",
    )?;
    case(
        "y ~ sqrt(x + 0.5)",
        "line 5: the argument of sqrt must be at least 0, and it is -0.5",
    )?;
    case(
        "y ~ log1p(x)",
        "line 5: the argument of log1p must be above -1, and it is -1",
    )?;
    case(
        "y ~ I(1/(x + 1))",
        "line 5: a divisor must not be 0, and it is 0",
    )?;
    case(
        "y ~ I(x^0.5)",
        "line 5: its power must be a number, and it is -1",
    )?;
    case(
        "y ~ scale(log(x))",
        "line 5: the argument of log must be above 0, and it is -1",
    )?;
    case(
        "log(y - 2) ~ x",
        "line 2: the argument of log must be above 0, and it is -1",
    )?;
    case(
        "y ~ exp(x*1000)",
        "line 2: its value must be within the range of a number, and it is 2000",
    )?;
    case(
        "y ~ cut(x, c(0, 1, 5))",
        "line 5: it must be between the edges of cut(); bin() has intervals beyond them, and it is -1",
    )
}

#[test]
fn new_data_have_the_columns_of_the_training_data() -> Result<()> {
    let formula = formula("log(price) ~ scale(size)*town + C(rooms) + poly(age, 2)");
    let train = "price,size,town,rooms,age\n100,80,Ulm,2,1\n120,60,Bonn,3,4\n90,100,Ulm,2,9\n80,70,Bonn,4,3\n";
    let frame = formula.read(&CsvReader::columns(), train.as_bytes())?;
    let design = formula.design(&frame)?;
    let all = design.matrix(&frame)?;
    // Another order, another column, no target, levels that look like numbers only in part.
    let new = "age,extra,rooms,town,size\n3,x,4,Bonn,70\n9,y,2,Ulm,100\n";
    let new = design.read(&CsvReader::columns(), new.as_bytes())?;
    assert!(!design.has_targets(&new) && design.has_targets(&frame));
    assert_eq!(
        design.matrix(&new)?,
        ndarray::stack![ndarray::Axis(0), all.row(3), all.row(2)]
    );

    let read = |text: &str| {
        let frame = design.read(&CsvReader::columns(), text.as_bytes())?;
        design.matrix(&frame)
    };
    let error = read("size,town,rooms\n80,Ulm,2\n").expect_err("it is refused");
    assert_eq!(error.to_string(), "no column named `age`");
    let error = read("size,town,rooms,age\n80,Ulm,2,1\n80,Köln,2,1\n").expect_err("it is refused");
    assert!(
        matches!(&error, Error::UnseenLevel { line: 3, column, level, known: 2 } if column == "town" && level == "Köln"),
        "{error}"
    );
    let error = read("size,town,rooms,age\n80,Ulm,7,1\n").expect_err("it is refused");
    assert!(
        matches!(&error, Error::UnseenLevel { line: 2, column, level, known: 3 } if column == "C(rooms)" && level == "7"),
        "{error}"
    );
    let error = read("size,town,rooms,age\n80,Ulm,2,old\n").expect_err("it is refused");
    assert!(
        matches!(&error, Error::ParseNumber { line: 2, column, .. } if column == "age"),
        "{error}"
    );

    let lenient = design.clone().unseen_level(UnseenLevel::Base);
    let frame = lenient.read(
        &CsvReader::columns(),
        "size,town,rooms,age\n80,Köln,7,1\n".as_bytes(),
    )?;
    let row = lenient.matrix(&frame)?;
    let zero = lenient
        .terms()
        .iter()
        .filter(|term| term.name.contains("town") || term.name.contains("rooms"));
    assert_eq!(
        zero.flat_map(|term| term.columns.clone())
            .map(|j| row[[0, j]])
            .sum::<f64>(),
        0.0
    );
    Ok(())
}

#[test]
fn missing_values_matter_in_the_columns_that_are_used() -> Result<()> {
    let text = "y,x,z,g\n1,2,,a\n2,NA,3,b\n4,4,5,\n3,5,6,b\n5,9,1,a\n";
    let read = |formula_text: &str, policy| {
        let formula = formula(formula_text);
        let frame = formula.read(&CsvReader::columns().missing(policy), text.as_bytes())?;
        Ok::<_, Error>((formula, frame))
    };
    for (formula_text, rows) in [
        ("y ~ x", 4),
        ("y ~ z", 4),
        ("y ~ x + z", 3),
        ("y ~ . - g", 3),
        ("y ~ .", 2),
        ("y ~ g", 4),
    ] {
        assert_eq!(
            read(formula_text, MissingPolicy::DropRows)?.1.n_rows(),
            rows,
            "{formula_text}"
        );
    }
    let error = read("y ~ x", MissingPolicy::Error).expect_err("it is refused");
    assert!(
        matches!(&error, Error::MissingValue { line: 3, column, rows: 1, .. } if column == "x"),
        "{error}"
    );
    assert!(matches!(
        read("y ~ g", MissingPolicy::MeanImpute),
        Err(Error::MissingValue { line: 4, .. })
    ));

    // Imputed: the mean of x is 5, and so it is in new data.
    let (formula, frame) = read("y ~ center(x)", MissingPolicy::MeanImpute)?;
    assert!(formula.design(&frame).is_err());
    let mut learner = Learner::new(&formula).impute_means(&frame)?;
    learner.update(&frame)?;
    let design = learner.finish()?;
    assert_eq!(
        design.matrix(&frame)?,
        array![[-3.0], [0.0], [-1.0], [0.0], [4.0]]
    );
    let new = design.read(
        &CsvReader::columns().missing(MissingPolicy::MeanImpute),
        "x,k\n,1\n7,1\n".as_bytes(),
    )?;
    assert_eq!(design.matrix(&new)?, array![[0.0], [2.0]]);
    Ok(())
}

#[test]
fn weights_enter_means_and_are_no_column_of_the_dot() -> Result<()> {
    let text = "y,x,w\n1,1,3\n2,2,1\n3,4,0\n";
    let formula = formula("y ~ .");
    let reader = CsvReader::columns().weights("w");
    let centred: Formula = "y ~ center(x)".parse()?;
    let frame = centred.read(&reader, text.as_bytes())?;
    let mut learner = Learner::new(&centred).weights("w");
    learner.update(&frame)?;
    let data = learner.finish()?.dataset(&frame)?;
    assert_eq!(data.x(), array![[-0.25], [0.75], [2.75]]);
    assert_eq!(data.weights(), Some(array![3.0, 1.0, 0.0].view()));

    let mut learner = Learner::new(&formula).weights("w");
    learner.update(&formula.read(&reader, text.as_bytes())?)?;
    assert_eq!(learner.finish()?.column_names(), ["x"]);

    // An integer weight is a repeated row.
    let repeated = Frame::default()
        .with_numbers("y", [1.0; 4])?
        .with_numbers("x", [1.0, 1.0, 1.0, 2.0])?;
    assert_eq!(centred.design(&repeated)?.matrix(&repeated)?[[3, 0]], 0.75);
    Ok(())
}

#[test]
fn a_dataset_has_the_target_less_the_offset() -> Result<()> {
    let design = formula("log(y) ~ x + offset(u)").design(&small())?;
    let data: Dataset = design.dataset(&small())?;
    assert_eq!(data.target_name(), "log(y)");
    assert_eq!(data.y()[2], 4.0_f64.ln() - 3.0);
    assert_eq!(design.offset(&small())?[2], 3.0);
    assert_eq!(data.feature_names(), ["x"]);
    assert!(formula("~ x").design(&small())?.dataset(&small()).is_err());
    Ok(())
}

#[test]
fn the_intercept_alone_is_a_model() -> Result<()> {
    let design = formula("y ~ 1").design(&small())?;
    assert_eq!((design.n_columns(), design.intercept()), (0, true));
    let data = design.dataset(&small())?;
    assert_eq!((data.n_samples(), data.n_features()), (6, 0));
    let samples = data.samples()?;
    let fit = RidgeRegression::new().analyse(&samples)?;
    let y = data.y();
    assert_eq!(fit.model().intercept(), 3.5);
    let inference = fit.inference(Covariance::Classical)?;
    // The mean, its error, and the deviation of the values.
    let deviation = (y.mapv(|y| (y - 3.5).powi(2)).sum() / 5.0).sqrt();
    assert!(
        inference
            .fit()
            .sigma
            .is_some_and(|s| (s - deviation).abs() < 1e-15)
    );
    let error = inference
        .intercept()
        .and_then(|estimate| estimate.standard_error);
    assert!(error.is_some_and(|error| (error - deviation / 6.0_f64.sqrt()).abs() < 1e-15));
    assert_eq!(inference.fit().r2, Some(0.0));
    assert_eq!(inference.fit().f_test, None);
    let leverage = fit.residuals()?.leverage().to_owned();
    assert!(leverage.iter().all(|h| (h - 1.0 / 6.0).abs() < 1e-15));
    assert_eq!(inference.anova(design.terms(), SumOfSquares::TypeTwo)?, []);
    assert_eq!(
        fit.model().predict(design.matrix(&small())?.view())?,
        Array1::from_elem(6, 3.5)
    );

    // Estimators that are about features say that there are none, or fit the intercept.
    assert!(
        RidgeRegression::new()
            .fit_intercept(false)
            .fit_samples(&samples)
            .is_err()
    );
    assert!(
        RidgeRegression::new()
            .lambda(0.5)
            .fit_samples(&samples)?
            .intercept()
            == 3.5
    );
    assert!(SgdRegressor::new().fit_samples(&samples).is_err());
    let _ = RidgeCv::new().fit_samples(&samples);
    let _ = RidgePath::new().fit(&samples);
    let stored = serde_json::to_string(fit.model()).expect("it is written");
    let read: LinearModel<f64> = serde_json::from_str(&stored).expect("it is read");
    assert_eq!(&read, fit.model());
    for robust in fit.heteroscedastic()? {
        assert!(
            robust
                .intercept()
                .is_some_and(|estimate| estimate.standard_error.is_some())
        );
    }
    let _ = (
        fit.dfbeta(),
        fit.dfbetas(),
        fit.variance_inflation(),
        fit.condition_indices(),
        fit.assumptions(),
    );
    for solver in [
        Solver::Cholesky,
        Solver::Qr,
        Solver::Svd,
        Solver::Eigen,
        Solver::Lsqr,
        Solver::Dual,
    ] {
        if let Ok(model) = RidgeRegression::new().solver(solver).fit_samples(&samples) {
            assert_eq!(model.intercept(), 3.5, "{solver}");
        }
    }
    let extended = RidgeRegression::new()
        .precision(Precision::Extended)
        .fit_samples(&samples);
    assert!(extended.is_ok_and(|model| model.intercept() == 3.5));
    Ok(())
}

#[test]
fn a_column_keeps_its_kind() -> Result<()> {
    // A category in the place of numbers is never taken by the places of its levels.
    let numbers = Frame::default().with_numbers("x", [1.0, 2.0, 3.0])?;
    let texts = Frame::default().with_category("x", ["1", "2", "3"])?;
    for text in ["~ x", "~ C(x)", "~ ns(x, 1)", "~ scale(x)"] {
        let mut learner = Learner::new(&formula(text));
        learner.update(&numbers)?;
        let refused = learner
            .update(&texts)
            .expect_err("it is refused")
            .to_string();
        assert!(
            refused.contains("found the category `x` (3 levels)"),
            "{refused}"
        );
        if text != "~ C(x)" {
            assert!(
                formula(text).design(&numbers)?.matrix(&texts).is_err(),
                "{text}"
            );
        }
    }
    let design = formula("~ C(x)").design(&numbers)?;
    assert_eq!(design.matrix(&texts)?, design.matrix(&numbers)?);
    Ok(())
}

#[test]
fn what_is_within_a_function_is_learnt_first() -> Result<()> {
    let text = "y,x,w\n1,1,3\n2,2,1\n3,4,0\n4,8,2\n";
    let formula = formula("y ~ center(scale(x)) + I(scale(x)^2):center(I(center(x)^2))");
    let frame = formula.read(&CsvReader::columns().weights("w"), text.as_bytes())?;
    let mut learner = Learner::new(&formula).weights("w");
    learner.update(&frame)?;
    let x = learner.finish()?.matrix(&frame)?;
    let (values, weights) = ([1.0, 2.0, 4.0, 8.0_f64], [3.0, 1.0, 0.0, 2.0]);
    let mean = |values: [f64; 4]| -> f64 {
        values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / 6.0
    };
    let centred = values.map(|v| v - mean(values));
    let scale = (mean(centred.map(|v| v * v)) * 3.0 / 2.0).sqrt();
    let squares = centred.map(|v| v * v);
    for row in 0..4 {
        let scaled = centred[row] / scale;
        assert!((x[[row, 0]] - scaled).abs() < 1e-15, "{x}");
        let product = scaled * scaled * (squares[row] - mean(squares));
        assert!((x[[row, 1]] - product).abs() < 1e-13, "{x}");
    }
    let negative = "y ~ ns(log(scale(x)), 2)"
        .parse::<Formula>()?
        .design(&frame);
    let error = negative.expect_err("it is refused").to_string();
    assert!(
        error.starts_with("line 2: the argument of log must be above 0, and it is -0.8"),
        "{error}"
    );
    Ok(())
}

#[test]
fn blocks_of_rows_are_parts_of_the_matrix() -> Result<()> {
    let n = 10_000;
    let frame = Frame::default()
        .with_numbers("x", (0..n).map(|i| f64::from(i % 97)))?
        .with_category("g", (0..n).map(|i| format!("g{}", i % 7)))?;
    let design = formula("~ ns(x, 4)*C(g, sum) + g:x").design(&frame)?;
    let all = design.matrix(&frame)?;
    let mut block = Array2::zeros((1000, design.n_columns()));
    for start in [0, 4090, 9000] {
        design.fill(&frame, start..start + 1000, block.view_mut())?;
        assert_eq!(block, all.slice(s![start..start + 1000, ..]));
        // In any layout of memory.
        let mut wide = Array2::zeros((1000, 2 * design.n_columns()));
        design.fill(&frame, start..start + 1000, wide.slice_mut(s![.., ..;2]))?;
        assert_eq!(block, wide.slice(s![.., ..;2]));
    }
    assert!(design.fill(&frame, 9500..10_500, block.view_mut()).is_err());
    Ok(())
}

#[test]
fn stored_designs_that_do_not_fit_are_refused() -> Result<()> {
    let design = formula("y ~ ns(x, 2) + g + poly(u, 2)").design(&small())?;
    let json = serde_json::to_string(&design).expect("it is written");
    for (part, other) in [
        ("\"format_version\":2", "\"format_version\":3"),
        ("ns(x, 2)", "ns(x, 3)"),
        ("y ~ ns", "y ~ . + ns"),
        ("\"a\",\"b\",\"c\"", "\"a\",\"b\",\"b\""),
        ("\"a\",\"b\",\"c\"", ""),
        ("poly(u, 2)", "poly(u, 3)"),
        ("y ~ ns(x, 2) + g", "y ~ ns(x, 2)"),
        ("y ~ ns(x, 2) + g", "y ~ ns(x, 2"),
    ] {
        let changed = json.replace(part, other);
        assert_ne!(changed, json, "{part}");
        assert!(
            serde_json::from_str::<Design>(&changed).is_err(),
            "{part} to {other}"
        );
    }
    Ok(())
}

#[test]
fn long_and_deep_formulas_end_in_time() {
    let depth = 100_000;
    for text in [
        format!("y ~ {}x", "(".repeat(depth)),
        format!("y ~ {}x", "-".repeat(depth)),
        format!("y ~ {}x", "log(".repeat(depth)),
        format!("y ~ x{}", "^2".repeat(depth)),
        format!(
            "y ~ ({})^9",
            (0..40)
                .map(|i| format!("x{i}"))
                .collect::<Vec<_>>()
                .join(" + ")
        ),
        "x".repeat(2 << 20),
    ] {
        assert!(text.parse::<Formula>().is_err());
    }
    let wide: Vec<String> = (0..20_000).map(|i| format!("x{i}")).collect();
    assert!(
        format!("y ~ {}", wide.join(" + "))
            .parse::<Formula>()
            .is_ok()
    );
    assert!(
        format!("y ~ {} - {}", wide.join(" + "), wide.join(" - "))
            .parse::<Formula>()
            .is_ok()
    );
}

/// Words of the language, to be put together by chance.
const WORDS: [&str; 44] = [
    "y",
    "x",
    "u",
    "g",
    "z",
    "0",
    "1",
    "2",
    "3.5",
    "1e3",
    "~",
    "~",
    "+",
    "+",
    "-",
    "*",
    "/",
    ":",
    "^",
    "**",
    "%in%",
    ".",
    "(",
    ")",
    "(",
    ")",
    ",",
    "=",
    "I(",
    "log(",
    "sqrt(",
    "C(",
    "poly(",
    "ns(",
    "bs(x, 4)",
    "scale(x)",
    "cut(",
    "c(1, 3)",
    "offset(u)",
    "`x`",
    "\"a\"",
    "sum",
    "ref",
    "cbind(",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = text.parse::<Formula>();
    }

    #[test]
    fn no_words_make_it_panic_and_what_it_accepts_is_displayed_in_one_form(
        words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..14), spaced in any::<bool>()
    ) {
        let text = words.join(if spaced { " " } else { "" });
        for text in [text.clone(), format!("y ~ {text}"), format!("y ~ x + {text})")] {
            let Ok(formula) = text.parse::<Formula>() else { continue };
            let displayed = formula.to_string();
            let again: Formula = displayed.parse().expect("it parses again");
            prop_assert_eq!(again.to_string(), displayed);
            prop_assert_eq!(&again, &formula);
            let frame = small();
            if let Ok(design) = formula.design(&frame) {
                if let Ok(x) = design.matrix(&frame) {
                    prop_assert!(x.iter().all(|v| v.is_finite()));
                    prop_assert_eq!(x.ncols(), design.n_columns());
                }
                let json = serde_json::to_string(&design).expect("it is written");
                let read: Design = serde_json::from_str(&json).expect("it is read");
                prop_assert_eq!(read, design);
            }
        }
    }
}

#[test]
fn names_are_found_in_any_composition_of_their_letters() -> Result<()> {
    let (composed, taken_apart) = ("caf\u{e9}", "cafe\u{301}");
    for (header, asked) in [(composed, taken_apart), (taken_apart, composed)] {
        let rows = format!("{header},y\n1,1\n2,3\n4,5\n");
        for written in [asked.to_owned(), format!("`{asked}`")] {
            let formula = formula(&format!("y ~ log({written})"));
            assert_eq!(formula.to_string(), format!("y ~ log({composed})"));
            let frame = formula.read(&CsvReader::columns(), rows.as_bytes())?;
            assert_eq!(formula.design(&frame)?.matrix(&frame)?[[0, 0]], 0.0);
            let frame = Frame::default().with_numbers("y", [1.0, 2.0])?;
            let frame = frame.with_numbers(header, [1.0, 3.0])?;
            assert_eq!(formula.design(&frame)?.matrix(&frame)?[[0, 0]], 0.0);
            assert_eq!(frame.column(asked)?, array![1.0, 3.0]);
        }
    }
    let twice = Frame::default().with_numbers(composed, [1.0])?;
    let twice = twice.with_numbers(taken_apart, [2.0]);
    assert!(matches!(twice, Err(Error::DuplicateColumn { .. })));
    Ok(())
}

#[test]
fn a_level_of_a_row_that_is_dropped_does_not_matter_to_a_design() -> Result<()> {
    let formula = formula("y ~ x + g");
    let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
    let frame = formula.read(&reader, "x,g,y\n1,a,1\n2,b,2\n4,a,3\n".as_bytes())?;
    let design = formula.design(&frame)?;
    let new = design.read(&reader, "x,g,y\n1,a,1\n,c,2\n".as_bytes())?;
    assert_eq!(design.matrix(&new)?, array![[1.0, 0.0]]);
    Ok(())
}
