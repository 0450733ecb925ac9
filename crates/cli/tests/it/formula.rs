//! `--formula`: fit, predict, evaluate, describe and compare.

use crate::common::{elltwo, failure, file, json, stdout, text};

const CARS: &str = "data/auto_mpg.csv";

fn column(csv: &str, name: &str) -> Vec<f64> {
    let mut lines = csv.lines();
    let header = lines.next().expect("a header");
    let place = header
        .split(',')
        .position(|other| other == name)
        .expect("the column");
    let value = |line: &str| line.split(',').nth(place).and_then(|v| v.parse().ok());
    lines.map(|line| value(line).expect("a number")).collect()
}

#[test]
fn the_document_has_the_formula_its_terms_and_their_columns() {
    let formula = "mpg ~ weight * C(origin) + poly(model_year, 2)";
    let document = json(&["fit", CARS, "--formula", formula, "--json"]);
    assert_eq!(document["formula"], formula);
    let columns = &document["data"]["design_columns"];
    assert_eq!(columns.as_array().map(Vec::len), Some(7));
    assert_eq!(columns[5], "weight:origin=2");
    let terms = document["terms"].as_array().expect("terms");
    let names: Vec<_> = terms
        .iter()
        .map(|term| (&term["name"], &term["df"]))
        .collect();
    assert_eq!(names[0], (&"weight".into(), &1.into()));
    assert_eq!(names[1], (&"C(origin)".into(), &2.into()));
    assert_eq!(names[3], (&"weight:C(origin)".into(), &2.into()));
    for term in terms {
        assert!(term["f"].as_f64().is_some_and(|f| f > 0.0), "{term}");
        assert!(
            term["p"].as_f64().is_some_and(|p| (0.0..=1.0).contains(&p)),
            "{term}"
        );
    }
    let text = stdout(&["fit", CARS, "--formula", formula]);
    assert!(
        text.contains(&format!("\nFormula: {formula}\n")) && text.contains("\nTerms, type II\n"),
        "{text}"
    );
}

#[test]
fn the_short_way_is_a_formula_that_gives_the_same_fit() {
    for options in [
        &[
            "--target",
            "mpg",
            "--exclude",
            "car_name",
            "--categorical",
            "origin",
        ][..],
        &["--target", "mpg", "--features", "weight", "--poly", "2"],
        &[
            "--target",
            "mpg",
            "--features",
            "weight,acceleration",
            "--no-intercept",
        ],
        &[
            "--target=mpg",
            "--exclude=car_name,horsepower",
            "--weights=weight",
            "--categorical=origin,cylinders",
        ],
    ] {
        let fit = |options: &[&str]| {
            json(&[&["fit", CARS, "--missing", "drop", "--json"], options].concat())
        };
        let short = fit(options);
        let formula = short["formula"].as_str().expect("a formula");
        let weights = options
            .iter()
            .filter(|option| option.starts_with("--weights"));
        let long = [
            &["--formula", formula][..],
            &weights.copied().collect::<Vec<_>>(),
        ]
        .concat();
        let long = fit(&long);
        assert_eq!(
            long["data"]["design_columns"], short["data"]["design_columns"],
            "{formula}"
        );
        let pairs = |document: &serde_json::Value| -> Vec<f64> {
            let values = document["model"]["coefficients"]
                .as_array()
                .expect("a list");
            values
                .iter()
                .filter_map(serde_json::Value::as_f64)
                .collect()
        };
        for (a, b) in pairs(&short).iter().zip(&pairs(&long)) {
            assert!((a - b).abs() <= 1e-12 * b.abs(), "{formula}: {a} {b}");
        }
        assert_eq!(
            long["model"]["fit_intercept"],
            short["model"]["fit_intercept"]
        );
    }
}

#[test]
fn a_saved_model_predicts_evaluates_and_describes_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("model.json").display().to_string();
    let formula = "log(mpg) ~ ns(weight, 3) + C(origin) + offset(acceleration)";
    let fitted = json(&[
        "fit",
        CARS,
        "--formula",
        formula,
        "--json",
        "--save",
        &model,
    ]);
    let evaluated = json(&["evaluate", &model, CARS, "--json"]);
    let rmse = |value: &serde_json::Value| value["rmse"].as_f64().expect("a number");
    assert!((rmse(&evaluated["metrics"]) - rmse(&fitted["train"])).abs() < 1e-12);

    // Logarithms, with the offset; without the target's column, in another order.
    let logs = column(&stdout(&["predict", &model, CARS, "--quiet"]), "prediction");
    let new = folder.path().join("new.csv");
    std::fs::write(&new, "origin,acceleration,weight\n1,12.0,3504\n").expect("written");
    let new = new.display().to_string();
    let one = column(&stdout(&["predict", &model, &new]), "prediction");
    assert!((one[0] - logs[0]).abs() < 1e-12);

    let output = elltwo(&["predict", &model, CARS, "--response"])
        .output()
        .expect("it runs");
    let said = text(&output.stderr);
    assert!(
        said.contains(
            "Predictions are means of mpg, from the model of log(mpg) by the smearing estimate"
        ),
        "{said}"
    );
    let responses = column(&text(&output.stdout), "prediction");
    let factor = responses[0] / logs[0].exp();
    assert!(
        factor > 1.0
            && responses
                .iter()
                .zip(&logs)
                .all(|(r, l)| (r / l.exp() - factor).abs() < 1e-9)
    );

    let described = stdout(&["describe", &model]);
    assert!(
        described.contains(&format!("Formula: {formula}")),
        "{described}"
    );

    let plain = folder.path().join("plain.json").display().to_string();
    stdout(&[
        "fit",
        CARS,
        "--formula",
        "mpg ~ weight",
        "--quiet",
        "--save",
        &plain,
    ]);
    let refused = failure(&["predict", &plain, CARS, "--response"], 1);
    assert!(
        refused.contains("mpg, is not the logarithm of a response"),
        "{refused}"
    );
}

#[test]
fn formulas_are_compared_on_the_same_rows() {
    let arguments = [
        "compare",
        CARS,
        "--formula",
        "mpg ~ weight",
        "--formula",
        "mpg ~ weight + horsepower",
        "--missing",
        "drop",
        "--json",
    ];
    let document = json(&arguments);
    assert_eq!(
        (
            document["data"]["n_train"].as_u64(),
            document["data"]["n_test"].as_u64()
        ),
        (Some(294), Some(98))
    );
    let models = document["models"].as_array().expect("models");
    assert_eq!(models.len(), 2);
    assert_eq!(models[1]["name"], "mpg ~ weight + horsepower");
    assert_eq!(
        models[1]["design_columns"],
        serde_json::json!(["weight", "horsepower"])
    );
    let refused = failure(
        &[
            "compare",
            CARS,
            "--formula",
            "mpg ~ weight",
            "--formula",
            "weight ~ mpg",
        ],
        2,
    );
    assert!(
        refused.contains("formulas of one target can be compared"),
        "{refused}"
    );
}

#[test]
fn mistakes_are_refused_with_the_remedy() {
    let run = |formula: &str| {
        let output = elltwo(&["fit", CARS, "--formula", formula])
            .output()
            .expect("it runs");
        (output.status.code(), text(&output.stderr))
    };
    let (code, said) = run("mpg ~ wieght");
    assert!(
        code == Some(1) && said.contains("Did you mean `weight`?"),
        "{said}"
    );
    let (code, said) = run("mpg ~ weight +");
    assert!(
        code == Some(2) && said.contains("\n  mpg ~ weight +\n                ^\n"),
        "{said}"
    );
    let coded = ["--formula=mpg ~ log(car_name)", "--categorical=car_name"];
    let output = elltwo(&[&["fit", CARS][..], &coded].concat()).output();
    let said = text(&output.expect("it runs").stderr);
    assert!(said.contains("found the category `car_name`"), "{said}");
    let (code, said) = run("mpg ~ log(weight - 3504)");
    assert!(
        code == Some(1)
            && said.contains("line 2: the argument of log must be above 0, and it is 0"),
        "{said}"
    );
    let wide: Vec<String> = (0..40_000)
        .map(|i| format!("{},g{},h{}\n", i % 11, i % 10_000, i % 7))
        .collect();
    let (_folder, path) = crate::common::file("wide.csv", format!("y,g,h\n{}", wide.concat()));
    let refused = failure(
        &["fit", &path, "--max-levels=20000", "--formula=y ~ g*h"],
        1,
    );
    assert!(
        refused.contains("69999 columns, 59994 of them for the term `g:h`"),
        "{refused}"
    );
    assert!(!refused.contains("max_columns"), "{refused}");
    let both = elltwo(&["fit", CARS, "--formula", "mpg ~ weight", "--target", "mpg"])
        .output()
        .expect("it runs");
    assert_eq!(both.status.code(), Some(2));
    let warned = stdout(&["fit", CARS, "--formula", "mpg ~ weight^2"]);
    assert!(warned.contains("its power is I(weight^2)"), "{warned}");
}

#[test]
fn a_column_of_a_formula_is_never_silently_a_category() {
    let y = "1,2,3,4,5".split(',');
    for (cells, options, remedy) in [
        (
            ["1,200", "2,300", "1,250", "3,000", "2,000"],
            &["--thousands=,"][..],
            "--thousands",
        ),
        (["5%", "6%", "7%", "9%", "8%"], &["--percent"], "--percent"),
        (
            [
                "2024-01-01",
                "2024-01-03",
                "2024-01-09",
                "2024-02-01",
                "2024-03-01",
            ],
            &[],
            "A formula takes no dates",
        ),
    ] {
        let rows: Vec<String> = y
            .clone()
            .zip(cells)
            .map(|(y, x)| format!("{y},\"{x}\"\n"))
            .collect();
        let (_folder, path) = crate::common::file("in.csv", format!("y,x\n{}", rows.concat()));
        let formula = ["fit", &path, "--formula=y ~ x"];
        assert!(failure(&formula, 1).contains(remedy), "{cells:?}");
        if !options.is_empty() {
            let document = json(&[&formula[..], options, &["--json"]].concat());
            assert_eq!(document["data"]["design_columns"], serde_json::json!(["x"]));
        }
    }
}

#[test]
fn a_formula_and_its_scale_are_learnt_within_each_fold() {
    let cv = |columns: &[&str]| {
        let options = [
            "--standardize",
            "--lambda=0.5",
            "--cv=4",
            "--json",
            "--missing=mean",
        ];
        let document = json(&[&["fit", CARS][..], columns, &options].concat());
        assert_eq!(document["cv"]["learnt_by_fold"], true, "{}", document["cv"]);
        document["cv"]["mse"][0].as_f64().expect("an error")
    };
    let short = cv(&["--target=mpg", "--features=weight,horsepower"]);
    let formula = cv(&["--formula=mpg ~ weight + horsepower"]);
    assert!((formula / short - 1.0).abs() < 1e-12, "{formula} {short}");
    // An orthogonal basis of the training rows is one of its own in every fold, of which the model makes the same.
    let learnt = |formula: &str| {
        let document = json(&["fit", CARS, "--formula", formula, "--cv=4", "--json"]);
        let cv = &document["cv"];
        (
            cv["mse"][0].as_f64().expect("an error"),
            cv["learnt_by_fold"].clone(),
        )
    };
    let (basis, by_fold) = learnt("mpg ~ poly(weight, 2)");
    let (powers, nothing) = learnt("mpg ~ weight + I(weight^2)");
    assert_eq!((by_fold, nothing), (true.into(), serde_json::Value::Null));
    assert!((basis / powers - 1.0).abs() < 1e-9, "{basis} {powers}");
}

#[test]
fn the_intercept_alone_is_the_mean() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (model, page) = (path("mean.json"), path("page.html"));
    let options = ["fit", CARS, "--formula=mpg ~ 1"];
    let saved = [format!("--save={model}"), format!("--report={page}")];
    let document = json(&[&options[..], &["--json", &saved[0], &saved[1]]].concat());
    let mean = document["model"]["intercept"].as_f64().expect("a number");
    assert!((23.0..24.0).contains(&mean));
    assert_eq!(document["data"]["design_columns"], serde_json::json!([]));
    assert_eq!(document["train"]["r2"], 0.0);
    assert_eq!(document["inference"]["f"], serde_json::Value::Null);
    let error = document["inference"]["std_errors"][0]
        .as_f64()
        .expect("a number");
    let sigma = document["inference"]["sigma"].as_f64().expect("a number");
    assert!((error - sigma / 397.0_f64.sqrt()).abs() < 1e-14);
    let summary = stdout(&options);
    let has = |part| summary.contains(part);
    assert!(has("Formula: mpg ~ 1\n") && has("(intercept)"), "{summary}");
    assert!(std::fs::read_to_string(&page).is_ok_and(|page| page.contains("mpg ~ 1")));

    let predicted = stdout(&["predict", &model, CARS, "--interval=confidence"]);
    assert!(
        column(&predicted, "prediction")
            .iter()
            .all(|p| (p - mean).abs() < 1e-14)
    );
    let width = column(&predicted, "upper")[0] - column(&predicted, "lower")[0];
    assert!((width / error / 2.0 - 1.966).abs() < 1e-3, "{width}");
    let evaluated = json(&["evaluate", &model, CARS, "--json"]);
    assert_eq!(evaluated["metrics"]["rmse"], document["train"]["rmse"]);
    assert!(stdout(&["describe", &model]).contains("Formula: mpg ~ 1"));
    let compared = json(&[
        "compare",
        CARS,
        "--formula=mpg ~ 1",
        "--formula=mpg ~ weight",
        "--json",
    ]);
    assert_eq!(compared["models"][0]["name"], "mpg ~ 1");

    let refused = failure(&["fit", CARS, "--formula=mpg ~ 0"], 2);
    assert!(
        refused.contains("a term, or 1 for the intercept alone"),
        "{refused}"
    );
    // What is about columns says that there are none.
    for option in ["--model=sgd", "--standardize", "--lambda=auto"] {
        let refused = failure(&["fit", CARS, "--formula=mpg ~ 1", option], 2);
        assert!(
            refused.contains("the formula has none but the intercept"),
            "{option}: {refused}"
        );
    }
    let folds = json(&["fit", CARS, "--formula=mpg ~ 1", "--cv=5", "--json"]);
    assert!(folds["cv"]["mse"][0].as_f64().is_some_and(|mse| mse > 60.0));
}

#[test]
fn a_model_knows_how_the_numbers_of_its_file_were_written() {
    let train = "y;x;share;w\n1.200,5;1,5;5%;1\n2.100,5;2,5;7%;1\n2.900,5;3,5;6%;2\n4.300,5;4,5;9%;1\n5.000,5;6,5;4%;1\n";
    let (folder, path) = crate::common::file("train.csv", train);
    let model = folder.path().join("model.json").display().to_string();
    let options = [
        "--thousands=.",
        "--decimal=,",
        "--percent=share",
        "--weights=w",
    ];
    let fit = [
        "fit",
        &path,
        "--formula=y ~ ns(scale(x), 2) + share",
        "--save",
        &model,
        "--json",
    ];
    let fitted = json(&[&fit[..], &options].concat());
    let evaluated = json(&["evaluate", &model, &path, "--json"]);
    let rmse = |value: &serde_json::Value| value["rmse"].as_f64().expect("a number");
    assert!((rmse(&evaluated["metrics"]) - rmse(&fitted["train"])).abs() < 1e-9);
    let described = json(&["describe", &model, "--json"]);
    assert_eq!(described["formats"]["x"]["decimal"], ",");
    assert_eq!(described["formats"]["share"]["percent"], "required");
    assert_eq!(described["formats"]["y"]["thousands"], ".");

    // Without the target and in another order; a share without its sign would be a hundred times as large.
    let new = folder.path().join("new.csv");
    std::fs::write(&new, "share;x\n5%;1,5\n").expect("written");
    let predicted = stdout(&["predict", &model, &new.display().to_string(), "--quiet"]);
    let whole = stdout(&["predict", &model, &path, "--quiet"]);
    assert_eq!(
        column(&predicted, "prediction")[0],
        column(&whole, "prediction")[0]
    );
    std::fs::write(&new, "share;x\n5;1,5\n").expect("written");
    assert!(failure(&["predict", &model, &new.display().to_string()], 1).contains("share"));
    // The options still count.
    std::fs::write(&new, "share,x\n5%,1.5\n").expect("written");
    let other = stdout(&[
        "predict",
        &model,
        &new.display().to_string(),
        "--decimal=.",
        "--quiet",
    ]);
    assert_eq!(
        column(&other, "prediction"),
        column(&predicted, "prediction")
    );

    // A model of the version before, which has no formats.
    let saved = std::fs::read_to_string(&model).expect("the model");
    let mut saved: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
    assert_eq!(saved["data"]["format_version"], 2);
    saved["data"]["format_version"] = 1.into();
    saved["data"]
        .as_object_mut()
        .expect("an object")
        .remove("formats");
    std::fs::write(&model, saved.to_string()).expect("written");
    let old = json(&[&["evaluate", &model, &path, "--json"][..], &options[..3]].concat());
    assert_eq!(old["metrics"], evaluated["metrics"]);
    assert!(failure(&["evaluate", &model, &path], 1).contains("--decimal"));
}

#[test]
fn a_weighted_model_measures_rows_without_weights_and_refuses_those_below_zero() {
    let (_folder, path) = file(
        "rows.csv",
        "x,g,w,y\n1,a,1,2\n2,b,2,5\n3,a,1,7\n4,b,1,10\n5,a,2,11\n",
    );
    let (_models, model) = file("model.json", "");
    let save = format!("--save={model}");
    stdout(&[
        "fit",
        &path,
        "--formula=y ~ x + C(g, sum)",
        "--weights=w",
        &save,
        "--quiet",
    ]);
    let (_new, unweighted) = file("new.csv", "x,g,y\n1,a,2\n2,b,6\n");
    let said = stdout(&["evaluate", &model, &unweighted]);
    assert!(
        said.contains("the weights `w`, which this file does not have"),
        "{said}"
    );
    let weighted = stdout(&["evaluate", &model, &path]);
    assert!(
        weighted.contains("Rows count by the weights `w`"),
        "{weighted}"
    );
    let (_bad, negative) = file("bad.csv", "x,g,w,y\n1,a,1,2\n2,b,-2,6\n");
    for arguments in [
        vec!["evaluate", &model, &negative],
        vec!["fit", &negative, "--formula=y ~ x", "--weights=w"],
    ] {
        let message = failure(&arguments, 1);
        assert!(
            message.contains("line 3, column `w`: `-2` is below 0"),
            "{message}"
        );
    }
}
