//! Designs equal R's, column by column: `tests/golden/make_formulas.R` has the formulas.

use elltwo::data::{CsvReader, Frame, MissingPolicy};
use elltwo::formula::{Design, Formula, Learner};
use ndarray::{Array2, Axis, concatenate};
use serde::Deserialize;
use serde_json::Value;

use crate::common::golden;

#[derive(Deserialize)]
struct Golden {
    made: Vec<(String, Vec<Value>)>,
    formulas: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    data: String,
    formula: String,
    n: usize,
    intercept: bool,
    targets: usize,
    offset: bool,
    terms: Vec<String>,
    assign: Vec<usize>,
    names: Vec<String>,
    rows: Vec<usize>,
    values: Vec<Vec<f64>>,
    sums: Vec<f64>,
    squares: Vec<f64>,
}

fn made(columns: &[(String, Vec<Value>)]) -> Frame {
    columns
        .iter()
        .fold(Frame::default(), |frame, (name, values)| {
            let frame = if values[0].is_string() {
                frame.with_category(name, values.iter().filter_map(Value::as_str))
            } else {
                frame.with_numbers(name, values.iter().filter_map(Value::as_f64))
            };
            frame.expect("the columns fit")
        })
}

fn read() -> Golden {
    serde_json::from_value(golden("formulas")).expect("its parts")
}

fn path(set: &str) -> String {
    let file = if set == "wine" {
        "wine_quality_red"
    } else {
        set
    };
    format!("{}/data/{file}.csv", env!("CARGO_MANIFEST_DIR"))
}

fn frame(golden: &Golden, case: &Case, formula: &Formula) -> Frame {
    if case.data == "made" {
        return made(&golden.made);
    }
    let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
    formula
        .read_path(&reader, path(&case.data))
        .expect("the file reads")
}

/// Targets, offset if there is one, and design.
fn columns(design: &Design, frame: &Frame, case: &Case) -> Array2<f64> {
    let x = design.matrix(frame).expect("the design is made");
    let y = design.targets(frame).expect("the targets are made");
    assert_eq!(design.has_offset(), case.offset, "{}", case.formula);
    let offset = design
        .offset(frame)
        .expect("the offset is made")
        .insert_axis(Axis(1));
    if case.offset {
        concatenate![Axis(1), y, offset, x]
    } else {
        concatenate![Axis(1), y, x]
    }
}

#[test]
fn designs_equal_those_of_r() {
    let golden: Golden = read();
    assert!(golden.formulas.len() >= 250, "{}", golden.formulas.len());
    let mut failures = Vec::new();
    for case in &golden.formulas {
        let text = &case.formula;
        let formula: Formula = text
            .parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        let frame = frame(&golden, case, &formula);
        let design = formula
            .design(&frame)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = columns(&design, &frame, case);
        let assign: Vec<usize> = (design.terms().iter().enumerate())
            .flat_map(|(term, t)| t.columns.clone().map(move |_| term + 1))
            .collect();
        let mut check = |holds: bool, what: &str| {
            if !holds {
                failures.push(format!(
                    "{text}: {what}\n  {:?}\n  {:?}",
                    design.column_names(),
                    case.names
                ));
            }
        };
        check(design.intercept() == case.intercept, "intercept");
        check(design.terms().len() == case.terms.len(), "number of terms");
        check(assign == case.assign, "terms of the columns");
        check(design.target_names().len() == case.targets, "targets");
        check(found.dim() == (case.n, case.values.len()), "shape");
        if found.dim() != (case.n, case.values.len()) {
            continue;
        }
        for (j, column) in found.columns().into_iter().enumerate() {
            let scale = column.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            let worst = case.rows.iter().zip(&case.values[j]);
            let worst = worst.fold(0.0_f64, |m, (row, v)| m.max((column[*row] - v).abs()));
            check(
                worst <= 1e-12 * scale,
                &format!("column {j} by {worst:e} of {scale}"),
            );
            let sum: f64 = column.sum();
            let n = case.n as f64;
            check(
                (sum - case.sums[j]).abs() <= 1e-12 * n * scale,
                &format!("sum of column {j}"),
            );
            let squares: f64 = column
                .iter()
                .zip(1..)
                .map(|(v, i)| f64::from(i) * v * v)
                .sum();
            let bound = 1e-12 * n * n * scale * scale;
            check(
                (squares - case.squares[j]).abs() <= bound,
                &format!("squares of column {j}"),
            );
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn streamed_designs_have_the_bits_of_those_in_memory_whatever_the_chunks() {
    let golden: Golden = read();
    for case in golden.formulas.iter().filter(|case| case.data != "made") {
        let formula: Formula = case.formula.parse().expect("it parses");
        let whole = frame(&golden, case, &formula);
        let design = formula.design(&whole).expect("it is learnt");
        let expected = columns(&design, &whole, case);
        let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
        for rows in [1, 7, 10_000] {
            let chunks = || {
                formula
                    .frames_path(&reader, path(&case.data), rows)
                    .expect("it opens")
            };
            let mut learner = Learner::new(&formula);
            for chunk in chunks() {
                learner
                    .update(&chunk.expect("a chunk"))
                    .expect("it is learnt");
            }
            let streamed = learner.finish().expect("it is learnt");
            assert_eq!(streamed, design, "{}", case.formula);
            let mut start = 0;
            for chunk in chunks() {
                let part = columns(&streamed, &chunk.expect("a chunk"), case);
                let end = start + part.nrows();
                let same = expected.slice(ndarray::s![start..end, ..]);
                assert_eq!(part, same, "{}, rows {start} to {end}", case.formula);
                start = end;
            }
            assert_eq!(start, case.n);
        }
    }
}

#[test]
fn designs_that_were_stored_make_the_same_columns() {
    let golden: Golden = read();
    for case in &golden.formulas {
        let formula: Formula = case.formula.parse().expect("it parses");
        let frame = frame(&golden, case, &formula);
        let design = formula.design(&frame).expect("it is learnt");
        let json = serde_json::to_string(&design).expect("it is written");
        let read: Design = serde_json::from_str(&json)
            .unwrap_or_else(|error| panic!("{}: {error}\n{json}", case.formula));
        assert_eq!(read, design, "{}", case.formula);
        assert_eq!(
            read.matrix(&frame).ok(),
            design.matrix(&frame).ok(),
            "{}",
            case.formula
        );
    }
}
