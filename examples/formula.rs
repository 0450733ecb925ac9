//! Formulas on penguins and cars: terms, tests of terms, and a design for new data.

#![allow(clippy::print_stdout)] // an example shows its results

use elltwo::Result;
use elltwo::data::{CsvReader, Frame, MissingPolicy};
use elltwo::formula::{Design, Formula};
use elltwo::inference::{Covariance, Inference, SumOfSquares};
use elltwo::model::{Predictor, RidgeRegression};
use elltwo::report::Table;
use elltwo::report::format::{number, p_value};

fn fit(formula: &str, file: &str) -> Result<(Design, Inference, elltwo::LinearModel<f64>)> {
    let formula: Formula = formula.parse()?;
    let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
    let path = format!("{}/data/{file}.csv", env!("CARGO_MANIFEST_DIR"));
    let frame = formula.read_path(&reader, path)?;
    let design = formula.design(&frame)?;
    let data = design.dataset(&frame)?;
    let fit = RidgeRegression::new()
        .fit_intercept(design.intercept())
        .analyse(&data.samples()?)?;
    let inference = fit.inference(Covariance::Classical)?;
    Ok((design, inference, fit.into_model()))
}

fn print(design: &Design, inference: &Inference) -> Result<()> {
    println!("{}\n", design.formula());
    let mut table = Table::new(["term", "df", "F", "p"]);
    for test in inference.anova(design.terms(), SumOfSquares::TypeTwo)? {
        let f = test
            .f_test
            .map_or_else(String::new, |f| number(f.statistic));
        let p = test.f_test.map_or_else(String::new, |f| p_value(f.p_value));
        table.row([test.name, test.df.to_string(), f, p]);
    }
    println!("{table}");
    Ok(())
}

fn main() -> Result<()> {
    let (design, inference, _) = fit(
        "body_mass_g ~ species * sex + ns(flipper_length_mm, 3)",
        "penguins",
    )?;
    print(&design, &inference)?;
    let tests = inference.anova(design.terms(), SumOfSquares::TypeTwo)?;
    assert!(
        tests
            .iter()
            .all(|test| test.f_test.is_some_and(|f| f.p_value < 0.01))
    );

    let (design, inference, model) = fit(
        "log(mpg) ~ log(weight) + C(origin) + poly(model_year, 2)",
        "auto_mpg",
    )?;
    print(&design, &inference)?;
    let weight = inference.feature(0).map_or(0.0, |estimate| estimate.value);
    println!("One percent more weight: {weight:.2} percent more miles per gallon.");
    assert!((-1.0..-0.7).contains(&weight));

    let new = Frame::default()
        .with_numbers("weight", [2000.0, 4000.0])?
        .with_numbers("origin", [1.0, 1.0])?
        .with_numbers("model_year", [80.0, 80.0])?;
    let logs = model.predict(design.matrix(&new)?.view())?;
    println!(
        "2000 and 4000 pounds: {:.1} and {:.1} miles per gallon.",
        logs[0].exp(),
        logs[1].exp()
    );
    assert!(logs[0] > logs[1]);
    Ok(())
}
