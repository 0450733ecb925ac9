//! Effects of the columns of a formula: predictions along a grid that is made by hand here.

use elltwo::data::{CsvReader, Frame, MissingPolicy, StandardScaler};
use elltwo::formula::{Along, Design, Formula, Held};
use elltwo::inference::{Covariance, Effect, Inference};
use elltwo::model::{Predictor, RidgeRegression};
use elltwo::{LinearModel, Result};
use ndarray::Array1;

fn frame(formula: &str, file: &str) -> Frame {
    let formula: Formula = formula.parse().expect("a formula");
    let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
    let path = format!("{}/data/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    formula.read_path(&reader, path).expect("the file reads")
}

fn fit(formula: &str, frame: &Frame) -> Result<(Design, Inference, LinearModel<f64>)> {
    let design = formula.parse::<Formula>()?.design(frame)?;
    let data = design.dataset(frame)?;
    let fit = RidgeRegression::new().analyse(&data.samples()?)?;
    Ok((
        design,
        fit.inference(Covariance::Classical)?,
        fit.into_model(),
    ))
}

fn numbers(effect: &Effect) -> &[f64] {
    match &effect.along {
        Along::Numbers(numbers) => numbers,
        Along::Levels(levels) => panic!("{}: {levels:?}", effect.column),
    }
}

fn close(a: &Array1<f64>, b: &Array1<f64>, what: &str) {
    let pairs = a.iter().zip(b);
    let worst = pairs.fold(0.0_f64, |worst, (a, b)| worst.max((a - b).abs()));
    assert!(a.len() == b.len() && worst < 1e-9, "{what}: {worst:e}");
}

#[test]
fn an_effect_is_the_prediction_along_its_column_and_its_band_the_interval_of_the_mean() -> Result<()>
{
    let text =
        "body_mass_g ~ flipper_length_mm * species + log(bill_length_mm) + C(year, ref=2008)";
    let frame = frame(text, "penguins");
    let (design, inference, model) = fit(text, &frame)?;
    let effects = inference.effects(&design, &frame, None, 0.9)?;
    let names: Vec<&str> = effects
        .iter()
        .map(|effect| effect.column.as_str())
        .collect();
    assert_eq!(
        names,
        ["flipper_length_mm", "species", "bill_length_mm", "year"]
    );

    let mean = |name: &str| frame.column(name).map(|x| x.sum() / x.len() as f64);
    let (bill, flipper) = (mean("bill_length_mm")?, mean("flipper_length_mm")?);
    let check = |effect: &Effect, curve: usize, rows: &Frame| -> Result<()> {
        let x = design.matrix(rows)?;
        let curve = &effect.curves[curve];
        close(&curve.mean, &model.predict(x.view())?, &effect.column);
        let band = inference.predict(x.view())?.confidence_intervals(0.9)?;
        close(&curve.lower, &band.lower, &effect.column);
        close(&curve.upper, &band.upper, &effect.column);
        assert!(
            curve
                .lower
                .iter()
                .zip(&curve.upper)
                .all(|(low, high)| low < high)
        );
        Ok(())
    };

    // A curve for each species, over the whole range.
    let along = numbers(&effects[0]);
    let x = frame.column("flipper_length_mm")?;
    let (least, greatest) = x
        .iter()
        .fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
    assert_eq!((along[0], along[along.len() - 1]), (least, greatest));
    assert!(
        along
            .windows(2)
            .all(|pair| (pair[1] - pair[0] - (greatest - least) / 60.0).abs() < 1e-9)
    );
    assert_eq!(effects[0].by.as_deref(), Some("species"));
    for (place, species) in ["Adelie", "Chinstrap", "Gentoo"].into_iter().enumerate() {
        assert_eq!(effects[0].curves[place].level.as_deref(), Some(species));
        let n = along.len();
        let rows = Frame::default()
            .with_numbers("flipper_length_mm", along.iter().copied())?
            .with_category("species", vec![species; n])?
            .with_numbers("bill_length_mm", vec![bill; n])?
            .with_numbers("year", vec![2008.0; n])?;
        check(&effects[0], place, &rows)?;
    }
    assert_eq!(effects[0].held.len(), 2);
    assert!(
        matches!(&effects[0].held[0], (name, Held::Mean(mean)) if name == "bill_length_mm" && (mean - bill).abs() < 1e-9)
    );
    assert_eq!(
        effects[0].held[1],
        ("year".to_owned(), Held::Base("2008".to_owned()))
    );

    // A category of texts, and one of numbers.
    let species = ["Adelie", "Chinstrap", "Gentoo"];
    assert_eq!(effects[1].along.levels(), species);
    let rows = Frame::default()
        .with_numbers("flipper_length_mm", [flipper; 3])?
        .with_category("species", species)?
        .with_numbers("bill_length_mm", [bill; 3])?
        .with_numbers("year", [2008.0; 3])?;
    check(&effects[1], 0, &rows)?;
    assert_eq!(effects[3].along.levels(), ["2007", "2008", "2009"]);
    let rows = Frame::default()
        .with_numbers("flipper_length_mm", [flipper; 3])?
        .with_category("species", ["Adelie"; 3])?
        .with_numbers("bill_length_mm", [bill; 3])?
        .with_numbers("year", [2007.0, 2008.0, 2009.0])?;
    check(&effects[3], 0, &rows)
}

#[test]
fn the_band_of_a_line_is_that_of_the_textbook() -> Result<()> {
    let (x, y) = (
        [11.0, 12.0, 14.0, 17.0, 21.0_f64],
        [3.0, 5.0, 4.0, 9.0, 8.0],
    );
    let frame = Frame::default()
        .with_numbers("x", x)?
        .with_numbers("y", y)?;
    let (design, inference, _) = fit("y ~ x", &frame)?;
    let effects = inference.effects(&design, &frame, None, 0.95)?;
    let mean = x.iter().sum::<f64>() / 5.0;
    let spread: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
    let sigma = inference.fit().sigma.expect("it is known");
    // The quantile of t with 3 degrees of freedom.
    let t = 3.182_446_305_284_263;
    let curve = &effects[0].curves[0];
    for (place, x) in numbers(&effects[0]).iter().enumerate() {
        let error = sigma * (0.2 + (x - mean).powi(2) / spread).sqrt();
        let half = (curve.upper[place] - curve.lower[place]) / 2.0;
        assert!((half - t * error).abs() < 1e-9, "{half} {}", t * error);
        assert!(
            (f64::midpoint(curve.upper[place], curve.lower[place]) - curve.mean[place]).abs()
                < 1e-12
        );
    }
    assert!(inference.effects(&design, &frame, None, 1.0).is_err());
    Ok(())
}

#[test]
fn means_are_weighted_offsets_count_and_scales_are_those_of_the_fit() -> Result<()> {
    let frame = Frame::default()
        .with_numbers("y", [3.0, 5.0, 4.0, 9.0, 8.0, 7.0])?
        .with_numbers("x", [11.0, 12.0, 14.0, 17.0, 21.0, 99.0])?
        .with_numbers("z", [1.0, 2.0, 1.5, 2.5, 1.0, 50.0])?
        .with_numbers("w", [1.0, 2.0, 1.0, 1.0, 2.0, 0.0])?;
    let formula: Formula = "y ~ x + offset(z)".parse()?;
    let mut learner = elltwo::formula::Learner::new(&formula).weights("w");
    learner.update(&frame)?;
    let design = learner.finish()?;
    let data = design.dataset(&frame)?;
    let scaler = StandardScaler.fit_weighted(data.x(), data.weights())?;
    let scaled = scaler.transform(data.x())?;
    let analyse = |x: ndarray::ArrayView2<'_, f64>| {
        let samples = elltwo::Samples::new(x, data.y(), data.weights())?;
        RidgeRegression::new()
            .analyse(&samples)?
            .inference(Covariance::Hc1)
    };
    let plain = analyse(data.x())?.effects(&design, &frame, None, 0.95)?;
    let scaled = analyse(scaled.view())?.effects(&design, &frame, Some(&scaler), 0.95)?;
    // The offset has no effect to look at; a row without weight shapes neither range nor mean.
    assert_eq!(plain.len(), 1);
    assert_eq!(numbers(&plain[0])[60], 21.0);
    let z = (1.0 + 4.0 + 1.5 + 2.5 + 2.0) / 7.0;
    assert!(matches!(plain[0].held[0].1, Held::Mean(mean) if (mean - z).abs() < 1e-12));
    close(&plain[0].curves[0].mean, &scaled[0].curves[0].mean, "mean");
    close(
        &plain[0].curves[0].upper,
        &scaled[0].curves[0].upper,
        "upper",
    );
    let line = RidgeRegression::new()
        .analyse(&data.samples()?)?
        .into_model();
    let at = line.predict(ndarray::array![[11.0]].view())?[0] + z;
    assert!((plain[0].curves[0].mean[0] - at).abs() < 1e-12);
    Ok(())
}

#[test]
fn a_curve_has_a_gap_where_the_formula_has_no_value() -> Result<()> {
    let frame = Frame::default()
        .with_numbers("y", [3.0, 5.0, 4.0, 9.0, 8.0, 2.0])?
        .with_numbers("x", [1.0, 2.0, 3.0, 4.0, 5.0, 9.0])?
        .with_numbers("z", [0.0, 0.0, 0.0, 1.0, 2.0, 8.0])?
        .with_numbers("k", [1.0; 6])?;
    let (design, inference, _) = fit("y ~ log(x - z)", &frame)?;
    let effects = inference.effects(&design, &frame, None, 0.95)?;
    // z is held at 11/6, and log(x − z) has no value below.
    let curve = &effects[0].curves[0];
    let undefined = |x: &f64| *x <= 11.0 / 6.0;
    assert!(numbers(&effects[0]).iter().any(undefined));
    for (x, mean) in numbers(&effects[0]).iter().zip(&curve.mean) {
        assert_eq!(undefined(x), mean.is_nan(), "{x}");
    }
    // A column that does not vary has no effect, and neither has the intercept.
    let (design, inference, _) = fit("y ~ x + I(x*k)", &frame)?;
    assert_eq!(inference.effects(&design, &frame, None, 0.95)?.len(), 1);
    let (design, inference, _) = fit("y ~ 1", &frame)?;
    assert_eq!(inference.effects(&design, &frame, None, 0.95)?, []);
    Ok(())
}

#[test]
fn of_many_levels_some_are_shown_and_it_says_so() -> Result<()> {
    let n = 400;
    let frame = Frame::default()
        .with_numbers("y", (0..n).map(|i| f64::from(i * 7 % 31)))?
        .with_category("g", (0..n).map(|i| format!("g{:02}", i % 40)))?
        .with_category("h", (0..n).map(|i| format!("h{}", i / 40)))?
        .with_numbers("x", (0..n).map(|i| f64::from(i * 11 % 53)))?;
    let (design, inference, _) = fit("y ~ g + x*h", &frame)?;
    let effects = inference.effects(&design, &frame, None, 0.95)?;
    assert_eq!((effects[0].along.len(), effects[0].left_out), (30, [10, 0]));
    assert_eq!((effects[1].curves.len(), effects[1].left_out), (6, [0, 4]));
    assert_eq!(effects[2].curves.len(), 1);
    Ok(())
}
