//! A worker: one library, which is told by lines of JSON on standard input to load data and to fit, and answers with lines of JSON.
//!
//! ```text
//! {"load": {"x": "x.f64", "y": "y.f64", "n": 2000, "p": 5, "targets": 1}}     {"loaded": true}
//! {"run": "ridge", "lambda": 0.01, "seconds": 0.05}                            {"seconds": […], "coefficients": […], "intercepts": […]}
//! ```
//!
//! The clock runs around the fit alone, from the library's own type of matrix to its fitted model.

mod anofox;
mod contender;
mod data;
mod elltwo;
mod linfa;
mod linregress;
mod smartcore;

use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use contender::{Contender, Outcome, Request};
use serde_json::{Value, json};

fn contender(library: &str) -> Box<dyn Contender> {
    match library {
        "elltwo" => Box::new(elltwo::Elltwo::default()),
        "linfa" => Box::new(linfa::Linfa::default()),
        "smartcore" => Box::new(smartcore::Smartcore::default()),
        "anofox" => Box::new(anofox::Anofox::default()),
        "linregress" => Box::new(linregress::Linregress::default()),
        other => panic!("no library {other}"),
    }
}

fn answer(contender: &mut dyn Contender, message: &Value) -> Result<Value, String> {
    if let Some(load) = message.get("load") {
        contender.load(data::Data::read(load)?)?;
        return Ok(json!({ "loaded": true }));
    }
    let Outcome {
        seconds,
        coefficients,
        intercepts,
        facts,
    } = contender.run(&Request::new(message)?)?;
    Ok(json!({
        "seconds": seconds,
        "coefficients": coefficients,
        "intercepts": intercepts,
        "facts": facts,
    }))
}

fn main() {
    let library = std::env::args().nth(1).expect("the name of a library");
    let mut contender = contender(&library);
    for line in std::io::stdin().lock().lines() {
        let message: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        // Some peers panic on data they do not take.
        let answer = catch_unwind(AssertUnwindSafe(|| answer(contender.as_mut(), &message)));
        let answer = match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => json!({ "error": error }),
            Err(panic) => json!({ "error": format!("panic: {}", text_of(panic.as_ref())) }),
        };
        println!("{answer}");
        std::io::stdout().flush().expect("standard output");
    }
}

fn text_of(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}
