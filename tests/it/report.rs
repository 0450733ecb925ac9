//! Tables of fits and of their residuals.

use crate::common::{load, samples};
use elltwo::Error;
use elltwo::diagnostics::Residuals;
use elltwo::inference::{Clusters, Covariance, Inference, ParameterCount, WeightKind};
use elltwo::loss::Huber;
use elltwo::model::{Estimator, LinearModel, RidgeFit, RidgeRegression, SgdRegressor};
use elltwo::report::{Align, ResidualReport, Summary, fit_notes};
use ndarray::{Array1, Array2, array, concatenate, s};

fn analyse(x: &Array2<f64>, y: &Array1<f64>, lambda: f64) -> (LinearModel<f64>, Inference) {
    let model = RidgeRegression::new()
        .lambda(lambda)
        .fit(x.view(), y.view())
        .expect("a fit");
    let inference = Inference::new(&model, &samples(x.view(), y.view(), None)).expect("inference");
    (model, inference)
}

fn noisy(n: usize, p: usize) -> (Array2<f64>, Array1<f64>) {
    let x = Array2::from_shape_fn((n, p), |(i, j)| ((i * (7 * j + 3) + j) % 11) as f64 + 10.0);
    let y = Array1::from_shape_fn(n, |i| x[[i, 0]] + ((i * 5) % 7) as f64);
    (x, y)
}

/// The cells of a line of text, which are two spaces apart or more.
fn cells(line: &str) -> Vec<&str> {
    line.split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect()
}

fn line<'a>(text: &'a str, start: &str) -> &'a str {
    let found = text
        .lines()
        .find(|line| line.trim_start().starts_with(start));
    found.unwrap_or_else(|| panic!("no line `{start}` in\n{text}"))
}

#[test]
fn the_summary_of_longley_prints_the_certified_table() {
    let data = load("longley");
    let model = RidgeRegression::new()
        .fit(data.x(), data.y())
        .expect("a fit");
    let inference = Inference::new(&model, &samples(data.x(), data.y(), None)).expect("inference");
    let residuals = Residuals::new(&model, &samples(data.x(), data.y(), None)).expect("residuals");
    let summary = Summary::new(&inference)
        .names(data.feature_names().iter().cloned())
        .and_then(|summary| summary.residuals(&residuals))
        .expect("six names")
        .target("TOTEMP");
    let text = summary.to_string();
    assert!(text.starts_with("Least squares: TOTEMP\n"));
    // R 4: summary(lm(TOTEMP ~ ., longley)); the values are NIST's.
    assert_eq!(
        cells(line(&text, "(intercept)"))[1..5],
        ["-3482259", "890420", "-3.911", "0.00356"]
    );
    assert_eq!(
        cells(line(&text, "GNPDEFL"))[1..],
        ["15.1", "84.9", "0.177", "0.863", "[-177.0, 207.2]"]
    );
    assert_eq!(
        cells(line(&text, "residuals"))[1..],
        ["-410.115", "-157.675", "-28.1620", "101.550", "455.394"]
    );
    for fact in [
        "304.854",
        "0.995479",
        "0.992465",
        "overall F  F(6, 9) = 330.3, p = 4.98e-10",
        "-109.617",
        "233.235",
        "238.643",
        "6 of 6",
        "classical",
    ] {
        assert!(text.contains(fact), "no {fact} in\n{text}");
    }
    assert!(text.contains("The condition number 111"), "{text}");
    assert!(!text.contains('*'), "stars are off:\n{text}");
    // R's AIC and BIC: 235.2349 and 241.4156.
    let counted = summary
        .parameter_count(ParameterCount::CoefficientsAndVariance)
        .to_string();
    assert!(
        counted.contains("235.235") && counted.contains("241.416"),
        "{counted}"
    );
}

#[test]
fn stars_and_level_are_what_was_asked_for() {
    let (x, y) = noisy(30, 2);
    let (_, inference) = analyse(&x, &y, 0.0);
    let summary = Summary::new(&inference)
        .level(0.999)
        .expect("a level")
        .stars(true);
    let text = summary.to_string();
    assert!(
        text.contains("99.9% interval") && text.contains("***"),
        "{text}"
    );
    let wide = inference
        .feature(0)
        .expect("a slope")
        .interval(0.999)
        .expect("a level")
        .expect("defined");
    let csv = summary.to_csv();
    assert!(
        csv.contains(&format!("{:?},{:?}", wide.lower, wide.upper)),
        "{csv}"
    );
    for level in [0.0, 1.0, f64::NAN] {
        assert!(matches!(
            Summary::new(&inference).level(level),
            Err(Error::InvalidParameter { name: "level", .. })
        ));
    }
    assert!(matches!(
        Summary::new(&inference).names(["one"]),
        Err(Error::ShapeMismatch { .. })
    ));
}

#[test]
fn columns_align_with_names_of_any_length_and_script() {
    let (x, y) = noisy(30, 3);
    let (_, inference) = analyse(&x, &y, 0.0);
    let long = "a name that is longer than all that is reasonable to expect of anyone";
    let summary = Summary::new(&inference)
        .names([long, "重量", "line\nbreak"])
        .expect("three names");
    let text = summary.to_string();
    // Every line of the table ends at the same column, wide characters counted as two.
    let width = |line: &str| {
        line.chars()
            .map(|c| if c > '\u{2E80}' { 2 } else { 1 })
            .sum::<usize>()
    };
    let table: Vec<&str> = text.lines().skip(2).take(5).collect();
    assert!(
        table.iter().all(|line| width(line) == width(table[0])),
        "{text}"
    );
    assert!(text.contains("  line break  "));
    let markdown = summary.to_markdown();
    assert!(
        markdown
            .lines()
            .take(6)
            .all(|line| line.starts_with("| ") && line.ends_with(" |")),
        "{markdown}"
    );
    assert!(summary.to_csv().contains("\"line\nbreak\","));
}

#[test]
fn csv_holds_every_digit() {
    let (x, y) = noisy(40, 2);
    let (_, inference) = analyse(&x, &y, 0.0);
    let summary = Summary::new(&inference);
    for (line, estimate) in summary.to_csv().lines().skip(1).zip(inference.estimates()) {
        let numbers: Vec<f64> = line
            .split(',')
            .skip(1)
            .map(|cell| cell.parse().expect("a number"))
            .collect();
        assert_eq!(numbers[0], estimate.value);
        assert_eq!(Some(numbers[1]), estimate.standard_error);
        assert_eq!(Some(numbers[3]), estimate.p_value);
    }
    let facts = summary.facts_to_csv();
    let r2 = facts
        .lines()
        .find_map(|line| line.strip_prefix("r2,"))
        .expect("R²");
    assert_eq!(r2.parse().ok(), inference.fit().r2);
}

#[test]
fn what_makes_numbers_doubtful_is_said_in_words() {
    let (x, y) = noisy(30, 2);
    let said = |x: &Array2<f64>, y: &Array1<f64>, lambda: f64| {
        let (_, inference) = analyse(x, y, lambda);
        Summary::new(&inference).to_string()
    };
    assert!(!said(&x, &y, 0.0).contains("Notes"));

    let twice = concatenate![ndarray::Axis(1), x, x.slice(s![.., ..1])];
    let text = said(&twice, &y, 0.0);
    assert!(
        text.contains("Not determined by the data (NA): x0, x2."),
        "{text}"
    );
    assert!(
        cells(line(&text, "x0"))[2..]
            .iter()
            .all(|cell| *cell == "NA"),
        "{text}"
    );
    assert!(text.contains("2 of 3"), "{text}");

    let line = x.column(0).mapv(|v| 2.0 * v + 1.0);
    assert!(said(&x, &line, 0.0).contains("Essentially perfect fit"));
    assert!(said(&x, &Array1::ones(30), 0.0).contains("R² is undefined"));
    let ridge = said(&x, &y, 0.5);
    assert!(
        ridge.starts_with("Ridge regression")
            && ridge.contains(
                "λ = 0.500000: errors are those of the ridge estimator and ignore its bias"
            )
    );
    let few = said(
        &x.slice(s![..3, ..]).to_owned(),
        &array![1.0, 5.0, 2.0],
        0.0,
    );
    assert!(few.contains("No degree of freedom is left"), "{few}");
    let shifted = concatenate![
        ndarray::Axis(1),
        x,
        x.slice(s![.., ..1]).mapv(|v| v + 1e-3 * (v * 7.0).sin())
    ];
    assert!(said(&shifted, &y, 0.0).contains("is above 30: collinear"));
}

#[test]
fn notes_say_what_to_try_where_something_can_be_mended() {
    let (x, y) = noisy(30, 2);
    let (_, inference) = analyse(&x, &y, 0.0);
    assert!(Summary::new(&inference).notes().is_empty());
    let twice = concatenate![ndarray::Axis(1), x, x.slice(s![.., ..1])];
    let (model, inference) = analyse(&twice, &y, 0.0);
    let summary = Summary::new(&inference);
    let notes = summary.notes();
    assert_eq!(
        notes[0].advice.as_deref(),
        Some("Leave out columns, or add a penalty.")
    );
    assert!(summary.to_string().contains(&format!("  - {}", notes[0])));
    assert!(summary.to_markdown().contains(&format!("- {}", notes[0])));
    assert!(fit_notes(model.report().expect("a report")).is_empty());
    let (_, inference) = analyse(&x, &y, 0.5);
    assert_eq!(Summary::new(&inference).notes()[0].advice, None);
}

#[test]
fn the_parts_of_a_summary_are_tables() {
    let (x, y) = noisy(30, 2);
    let (_, inference) = analyse(&x, &y, 0.0);
    let summary = Summary::new(&inference)
        .names(["a<b", "c"])
        .expect("two names");
    let text = summary.to_string();
    for table in [summary.coefficients(), summary.facts_table()] {
        assert!(!table.is_empty());
        for line in table.to_csv().lines().skip(1) {
            let name = line.split(',').next().expect("a name");
            assert!(text.contains(name), "{name}");
        }
    }
    let table = summary.coefficients();
    assert_eq!(table.header()[0], ("term".to_owned(), Align::Left));
    assert_eq!(table.rows()[1][0], "a<b");
}

#[test]
fn a_robust_covariance_is_named() {
    let (x, y) = noisy(30, 2);
    let samples = samples(x.view(), y.view(), None);
    let fit = RidgeRegression::new().analyse(&samples).expect("a fit");
    let clusters: Vec<usize> = (0..30).map(|i| i / 3).collect();
    for (covariance, name) in [
        (Covariance::Hc3, "robust: HC3"),
        (
            Covariance::Clustered(Clusters::new(&clusters)),
            "robust: clustered (10 clusters)",
        ),
        (
            Covariance::NeweyWest {
                lags: 2,
                small_sample: true,
            },
            "robust: Newey–West (2 lags)",
        ),
    ] {
        let inference = fit.inference(covariance).expect("inference");
        assert!(
            Summary::new(&inference).to_string().contains(name),
            "{name}"
        );
    }
}

#[test]
fn a_model_that_minimised_another_objective_is_refused_and_sgd_is_said() {
    let (x, y) = noisy(60, 2);
    let huber = SgdRegressor::new()
        .loss(Huber { delta: 1.0 })
        .fit(x.view(), y.view())
        .expect("a fit");
    let refused = Inference::new(&huber, &samples(x.view(), y.view(), None));
    assert!(matches!(refused, Err(Error::OtherObjective)));
    assert!(matches!(
        Residuals::new(&huber, &samples(x.view(), y.view(), None)),
        Err(Error::OtherObjective)
    ));
    let squared = SgdRegressor::new().fit(x.view(), y.view()).expect("a fit");
    let inference =
        Inference::new(&squared, &samples(x.view(), y.view(), None)).expect("inference");
    assert!(
        Summary::new(&inference)
            .to_string()
            .contains("Fitted by SGD")
    );
}

#[test]
fn the_residual_report_lists_tests_and_samples_by_name() {
    let data = load("auto_mpg");
    let samples = data.samples().expect("samples");
    let fit = RidgeRegression::new().analyse(&samples).expect("a fit");
    let report = ResidualReport::of_dataset(&fit, &data)
        .expect("a report")
        .top(4);
    let text = report.to_string();
    assert_eq!(report.tests().count(), 8);
    for name in [
        "Jarque–Bera",
        "Shapiro–Wilk",
        "Breusch–Godfrey",
        "White",
        "Ramsey RESET",
        "Durbin–Watson",
    ] {
        assert!(text.contains(name), "no {name} in\n{text}");
    }
    // Largest Cook's distance first.
    let samples: Vec<&str> = text
        .lines()
        .skip_while(|l| !l.starts_with("Most influential"))
        .skip(2)
        .take(4)
        .collect();
    let cook: Vec<f64> = samples
        .iter()
        .map(|l| cells(l)[4].parse().expect("a number"))
        .collect();
    assert!(
        cook.windows(2).all(|pair| pair[0] >= pair[1]),
        "{samples:?}"
    );
    assert!(
        samples[0].starts_with("  buick estate wagon (sw)  "),
        "{samples:?}"
    );
    assert!(text.contains("mazda glc (p = 0.0156)"), "{text}");
    assert!(text.contains("displacement") && text.contains("22.938"));
    let markdown = report.to_markdown();
    assert!(
        markdown.contains("### Assumptions\n\n| test |"),
        "{markdown}"
    );
    assert!(report.names(["one"]).is_err());
}

#[test]
fn tests_that_do_not_apply_are_left_out_with_the_reason() {
    let (x, y) = noisy(30, 2);
    let weights = Array1::from_elem(30, 2.0);
    let ols = RidgeRegression::new();
    let of = |model: LinearModel<f64>, weights| {
        let samples = samples(x.view(), y.view(), weights);
        let fit = RidgeFit::from_model(&model, &samples).expect("an analysis");
        ResidualReport::new(&fit).expect("a report").to_string()
    };
    let weighted = ols
        .fit_weighted(x.view(), y.view(), Some(weights.view()))
        .expect("a fit");
    let penalised = ols
        .clone()
        .lambda(1.0)
        .fit(x.view(), y.view())
        .expect("a fit");
    let through_origin = ols
        .clone()
        .fit_intercept(false)
        .fit(x.view(), y.view())
        .expect("a fit");
    for (text, reason) in [
        (of(weighted, Some(weights.view())), "The fit has weights"),
        (of(penalised, None), "The fit has a penalty"),
        (of(through_origin, None), "The fit has no intercept"),
    ] {
        assert!(text.contains(reason) && !text.contains("Jarque"), "{text}");
    }
    // Too few for the omnibus test, and for the auxiliary regression of White.
    let (x, y) = noisy(6, 2);
    let model = ols.fit(x.view(), y.view()).expect("a fit");
    let samples = samples(x.view(), y.view(), None);
    let fit = RidgeFit::from_model(&model, &samples).expect("an analysis");
    let text = ResidualReport::new(&fit).expect("a report").to_string();
    let omnibus = line(&text, "D'Agostino");
    assert!(
        omnibus.contains("NA") && omnibus.contains("at least 8 samples"),
        "{text}"
    );
}

#[test]
fn edges_print_and_do_not_panic() {
    let one = Array2::from_shape_fn((5, 1), |(i, _)| i as f64);
    let cases = [
        (one.clone(), one.column(0).to_owned()),
        (one.clone(), Array1::ones(5)),
        (one.slice(s![..2, ..]).to_owned(), array![1.0, 3.0]),
        (one.slice(s![..1, ..]).to_owned(), array![1.0]),
        (Array2::ones((4, 2)), array![1.0, 2.0, 3.0, 5.0]),
        (
            Array2::from_shape_fn((3, 6), |(i, j)| ((i + 2 * j) % 5) as f64),
            array![1.0, 2.0, 0.0],
        ),
        (
            array![[0.0], [0.0], [0.0], [1.0]],
            array![1.0, 2.0, 3.0, 9.0],
        ),
    ];
    for (x, y) in cases {
        let model = RidgeRegression::new()
            .fit(x.view(), y.view())
            .expect("a fit");
        let inference =
            Inference::new(&model, &samples(x.view(), y.view(), None)).expect("inference");
        let summary = Summary::new(&inference);
        assert!(
            summary.to_string().contains("observations") && !summary.to_string().contains("NaN")
        );
        let samples = samples(x.view(), y.view(), None);
        let fit = RidgeFit::from_model(&model, &samples).expect("an analysis");
        let report = ResidualReport::new(&fit).expect("a report");
        assert!(!report.to_string().contains("NaN"), "{report}");
        assert!(!report.top(0).to_string().contains("Most influential"));
    }
    let (x, y) = noisy(12, 2);
    let model = RidgeRegression::new()
        .fit(x.view(), y.view())
        .expect("a fit");
    let twice = Array1::from_elem(12, 2.0);
    let samples = samples(x.view(), y.view(), Some(twice.view()));
    let fit = RidgeFit::from_model(&model, &samples).expect("an analysis");
    let fit = fit
        .weight_kind(WeightKind::Frequency)
        .expect("whole frequencies");
    let inference = fit.inference(Covariance::Classical).expect("inference");
    assert!(Summary::new(&inference).to_string().contains("24"));
}
