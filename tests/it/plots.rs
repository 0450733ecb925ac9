//! Plots hold what they should, as text and as pixels.
#![cfg(feature = "plot")]

use crate::common::{load, samples};
use elltwo::Error;
use elltwo::data::{Frame, StandardScaler, synthetic};
use elltwo::diagnostics::Residuals;
use elltwo::formula::Formula;
use elltwo::inference::{Covariance, Inference};
use elltwo::model::{Estimator, Predictor, RidgeCv, RidgePath, RidgeRegression, SgdRegressor};
use elltwo::report::plot::{
    Plot, PredictionPlots, ResidualPlots, coefficients, cv_curve, effect, learning_curve,
    ridge_trace, standardized_coefficients,
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, array};

fn residuals(x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>) -> (Residuals, Array1<f64>) {
    let model = RidgeRegression::new().fit(x, y).expect("a fit");
    let residuals = Residuals::new(&model, &samples(x, y, None)).expect("residuals");
    (residuals, model.predict(x).expect("predictions"))
}

fn svg(plot: &Plot) -> String {
    let svg = plot.svg().expect("it draws");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    svg
}

/// Width, height and the pixels, three bytes each.
fn pixels(plot: &Plot) -> (u32, u32, Vec<u8>) {
    let bytes = plot.png().expect("it draws");
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("an image");
    (info.width, info.height, pixels)
}

/// Values of an attribute of an SVG.
fn numbers(svg: &str, attribute: &str) -> Vec<f64> {
    let start = format!(" {attribute}=\"");
    let values = svg.split(start.as_str()).skip(1);
    values
        .filter_map(|rest| rest.split('"').next()?.parse().ok())
        .collect()
}

#[test]
fn every_plot_of_a_fit_has_its_axes_points_and_names() {
    let data = load("auto_mpg");
    let (residuals, fitted) = residuals(data.x(), data.y());
    let labels = data.labels().expect("names").iter().cloned();
    let plots = ResidualPlots::new(&residuals, fitted.view())
        .and_then(|plots| plots.labels(labels))
        .expect("as many")
        .target("mpg");
    for (name, plot) in plots.all().expect("plots") {
        let svg = svg(&plot);
        let circles = svg.matches("<circle").count();
        assert!(circles >= data.n_samples() + 3, "{name}: {circles} circles");
        for axis in ["fitted mpg", "leverage", "normal quantile", "observed mpg"] {
            let expected = match name {
                "residuals_vs_fitted" | "scale_location" => "fitted mpg",
                "normal_qq" => "normal quantile",
                "residuals_vs_leverage" => "leverage",
                _ => "observed mpg",
            };
            assert_eq!(
                svg.contains(&format!("\n{axis}\n")),
                axis == expected,
                "{name}: {axis}"
            );
        }
        let outlier = if name == "residuals_vs_leverage" {
            "buick estate wagon (sw)"
        } else {
            "mazda glc"
        };
        assert!(svg.contains(outlier), "{name}");
        // Nothing lies outside the picture.
        let (x, y) = (numbers(&svg, "cx"), numbers(&svg, "cy"));
        assert!(
            x.iter().all(|x| (0.0..=800.0).contains(x))
                && y.iter().all(|y| (0.0..=600.0).contains(y))
        );

        let (width, height, pixels) = pixels(&plot);
        assert_eq!((width, height), (800, 600));
        let inked = pixels
            .chunks(3)
            .filter(|p| p.iter().any(|v| *v < 200))
            .count();
        assert!(
            (3000..200_000).contains(&inked),
            "{name}: {inked} dark pixels"
        );
    }
}

#[test]
fn plots_of_predictions_need_no_fit_and_are_those_of_one_where_there_is_one() {
    let data = load("auto_mpg");
    let (residuals, fitted) = residuals(data.x(), data.y());
    let of_fit = ResidualPlots::new(&residuals, fitted.view()).expect("plots");
    let alone = PredictionPlots::new(data.y(), fitted.view()).expect("plots");
    let (of_fit, alone) = (of_fit.label_count(0), alone.label_count(0));
    let place = |plot: Plot, attribute: &str| numbers(&svg(&plot), attribute);
    for attribute in ["cx", "cy"] {
        let mut pairs = vec![(
            place(of_fit.residuals_vs_fitted().expect("a plot"), attribute),
            place(alone.residuals_vs_fitted().expect("a plot"), attribute),
        )];
        pairs.push((
            place(of_fit.predicted_vs_observed().expect("a plot"), attribute),
            place(alone.predicted_vs_observed().expect("a plot"), attribute),
        ));
        for (a, b) in pairs {
            assert_eq!(a.len(), data.n_samples());
            // A pixel may round the other way.
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= 1.0));
        }
    }
    let far = PredictionPlots::new(array![1.0, 2.0, 9.0].view(), array![1.0, 2.0, 3.0].view())
        .and_then(|plots| plots.label_count(1).labels(["a", "b", "far"]))
        .and_then(|plots| plots.target("dose").residuals_vs_fitted())
        .expect("a plot");
    let text = svg(&far);
    assert!(text.contains("\nfar\n") && text.contains("residual dose"));
    let bad = PredictionPlots::new(array![1.0].view(), array![1.0, 2.0].view());
    assert!(matches!(bad, Err(Error::ShapeMismatch { .. })));
    let bad = PredictionPlots::new(array![1.0].view(), array![f64::NAN].view());
    assert!(matches!(bad, Err(Error::NonFinite { .. })));
}

#[test]
fn coefficients_per_standard_deviation_are_those_of_scaled_features() {
    let data = load("auto_mpg");
    let scaler = StandardScaler.fit(data.x()).expect("a scale");
    let scaled = scaler.transform(data.x()).expect("scaled");
    let plot_of = |x: ArrayView2<'_, f64>, scale: Option<ArrayView1<'_, f64>>| {
        let model = RidgeRegression::new().fit(x, data.y()).expect("a fit");
        let inference = Inference::new(&model, &samples(x, data.y(), None)).expect("inference");
        let names = data.feature_names();
        let plot = match scale {
            Some(scale) => standardized_coefficients(&inference, names, 0.9, scale),
            None => coefficients(&inference, names, 0.9),
        };
        svg(&plot.expect("a plot"))
    };
    let of_scaled = plot_of(scaled.view(), None);
    let scaled_after = plot_of(data.x(), Some(scaler.scale()));
    assert_eq!(numbers(&of_scaled, "cx"), numbers(&scaled_after, "cx"));
    assert_ne!(
        numbers(&of_scaled, "cx"),
        numbers(&plot_of(data.x(), None), "cx")
    );
}

#[test]
fn a_plot_is_described_in_words() {
    let (x, y) = (array![1.0, 2.0, 3.0], array![1.1, 1.9, 3.2]);
    let plots = PredictionPlots::new(x.view(), y.view())
        .expect("plots")
        .target("dose");
    let plot = plots.predicted_vs_observed().expect("a plot");
    let words = "Predicted vs observed: predicted dose against observed dose";
    assert_eq!(plot.description(), words);
    assert!(
        plot.title("Held-out rows")
            .description()
            .starts_with("Held-out rows: ")
    );
}

#[test]
fn penalties_epochs_and_coefficients_are_drawn_with_their_names() {
    let data = load("longley");
    let x = StandardScaler
        .fit(data.x())
        .and_then(|scaler| scaler.transform(data.x()))
        .expect("scaled");
    let (y, names) = (data.y(), data.feature_names());
    let path = RidgePath::new()
        .fit(&samples(x.view(), y, None))
        .expect("a path");
    let trace = svg(&ridge_trace(&path, names).expect("a plot"));
    assert!(names.iter().all(|name| trace.contains(name.as_str())));
    assert!(trace.matches("<polyline").count() >= names.len());

    let cv = RidgeCv::new().fit(x.view(), y).expect("a fit");
    let curve = svg(&cv_curve(cv.curve(), Some(cv.lambda())).expect("a plot"));
    assert!(curve.contains("chosen λ = ") && curve.contains("one standard error"));
    assert!(!svg(&cv_curve(cv.curve(), None).expect("a plot")).contains("chosen"));

    let model = RidgeRegression::new().fit(x.view(), y).expect("a fit");
    let inference = Inference::new(&model, &samples(x.view(), y, None)).expect("inference");
    let plot = svg(&coefficients(&inference, names, 0.9).expect("a plot"));
    assert!(names.iter().all(|name| plot.contains(name.as_str())) && plot.contains("90% interval"));

    let made = synthetic::regression(300, 3)
        .noise(1.0)
        .seed(2)
        .generate()
        .expect("data")
        .dataset;
    let sgd = SgdRegressor::new().fit(made.x(), made.y()).expect("a fit");
    let history = &sgd
        .report()
        .and_then(|report| report.sgd())
        .expect("an SGD report")
        .history;
    assert!(svg(&learning_curve(history).expect("a plot")).contains("epoch"));
    assert!(svg(&learning_curve(&history[..1]).expect("one epoch")).contains("<circle"));
}

#[test]
fn many_features_share_the_legend_and_the_picture() {
    let made = synthetic::regression(60, 40)
        .noise(1.0)
        .seed(3)
        .generate()
        .expect("data")
        .dataset;
    let path = RidgePath::new()
        .fit(&samples(made.x(), made.y(), None))
        .expect("a path");
    let names: Vec<String> = (0..40)
        .map(|j| format!("a rather long name of feature {j}"))
        .collect();
    let plot = ridge_trace(&path, &names).expect("a plot");
    let text = svg(&plot);
    assert!(
        text.contains("others") && text.matches("a rather long").count() == 14,
        "{}",
        text.len()
    );
    let model = RidgeRegression::new()
        .fit(made.x(), made.y())
        .expect("a fit");
    let inference = Inference::new(&model, &samples(made.x(), made.y(), None)).expect("inference");
    let tall = coefficients(&inference, &names, 0.95)
        .and_then(|plot| plot.size(800, 1200))
        .expect("a plot");
    assert_eq!(pixels(&tall).1, 1200);
}

#[test]
fn effects_are_drawn_with_their_bands_levels_and_gaps() -> elltwo::Result<()> {
    let n = 400;
    let frame = Frame::default()
        .with_numbers("y", (0..n).map(|i| f64::from(i * 7 % 31)))?
        .with_category("g", (0..n).map(|i| format!("g{:02}", i % 40)))?
        .with_category("h", (0..n).map(|i| format!("h{}", i / 40)))?
        .with_numbers("x", (0..n).map(|i| f64::from(i * 11 % 53)))?
        .with_numbers("z", (0..n).map(|i| f64::from(i * 11 % 53) - 1.0))?;
    let drawn = |formula: &str, place: usize| -> elltwo::Result<String> {
        let design = formula.parse::<Formula>()?.design(&frame)?;
        let data = design.dataset(&frame)?;
        let fit = RidgeRegression::new().analyse(&data.samples()?)?;
        let inference = fit.inference(Covariance::Classical)?;
        let effects = inference.effects(&design, &frame, None, 0.95)?;
        Ok(svg(&effect(&effects[place], "y")?))
    };
    let count = |svg: &str, element: &str| svg.matches(element).count();
    // A band and a line, and those of the legend; a curve for each level that is shown.
    let line = drawn("y ~ x", 0)?;
    assert!(
        line.contains("Effect of x")
            && line.contains("95% interval")
            && line.contains("predicted y")
    );
    assert_eq!(count(&line, "<polygon"), 1);
    let curves = drawn("y ~ g + x*h", 1)?;
    assert_eq!(count(&curves, "<polygon"), 6);
    assert!(
        curves.contains("Effect of x by h")
            && curves.contains("h = h5")
            && !curves.contains("h = h6")
    );
    assert!(curves.contains("not shown: 4 more levels of h"));
    // An interval and a point for each level.
    let levels = drawn("y ~ g + x*h", 0)?;
    assert_eq!(count(&levels, "<circle"), 30 + 1);
    assert!(levels.contains("\ng29\n") && levels.contains("not shown: 10 more levels of g"));
    // No value where the logarithm has none.
    let gap = drawn("y ~ log(x - z)*h + I(x - z)", 0);
    assert!(gap.is_ok(), "{gap:?}");
    Ok(())
}

#[test]
fn of_very_many_points_a_share_is_drawn_and_it_says_so() {
    let made = synthetic::regression(20_000, 2)
        .noise(1.0)
        .seed(4)
        .generate()
        .expect("data")
        .dataset;
    let (residuals, fitted) = residuals(made.x(), made.y());
    let plots = ResidualPlots::new(&residuals, fitted.view()).expect("plots");
    for (name, plot) in plots.all().expect("plots") {
        let svg = svg(&plot);
        assert!(svg.contains("4000 of 20000 points"), "{name}");
        let circles = svg.matches("<circle").count();
        assert!((4000..4010).contains(&circles), "{name}: {circles}");
        // What has a ring and a label is among them.
        let places = |radius: &str| -> Vec<String> {
            let circles = svg.split("<circle ").skip(1);
            let of = circles.filter(|circle| circle.contains(&format!(" r=\"{radius}\"")));
            of.filter_map(|circle| Some(circle.split(" r=").next()?.to_owned()))
                .collect()
        };
        let (points, rings) = (places("3"), places("5"));
        assert_eq!(rings.len(), 3, "{name}");
        assert!(rings.iter().all(|ring| points.contains(ring)), "{name}");
    }
}

#[test]
fn undefined_residuals_are_left_out_and_nothing_panics() {
    // The last row alone holds its direction: leverage 1.
    let x = array![[0.0], [0.0], [0.0], [0.0], [1.0]];
    let (one, fitted) = residuals(x.view(), array![1.0, 2.0, 3.0, 2.5, 9.0].view());
    let plots = ResidualPlots::new(&one, fitted.view()).expect("plots");
    for (_, plot) in plots.all().expect("plots") {
        svg(&plot);
    }
    // Residuals that are all zero have no studentized form: plots of those say so, the others draw.
    let line = Array2::from_shape_fn((6, 1), |(i, _)| i as f64);
    let (zero, fitted) = residuals(line.view(), Array1::zeros(6).view());
    let plots = ResidualPlots::new(&zero, fitted.view()).expect("plots");
    assert!(matches!(plots.normal_qq(), Err(Error::Empty { .. })));
    let refused = plots.scale_location().and_then(|plot| plot.svg());
    assert!(matches!(refused, Err(Error::Empty { .. })));
    svg(&plots.residuals_vs_fitted().expect("a plot"));
    svg(&plots.predicted_vs_observed().expect("a plot"));
    let short = ResidualPlots::new(&one, fitted.view());
    assert!(matches!(short, Err(Error::ShapeMismatch { .. })));
}

#[test]
fn names_are_text_whatever_they_hold() {
    let data = load("longley");
    let (residuals, fitted) = residuals(data.x(), data.y());
    let labels = (0..16).map(|i| format!("<{i}> & \"重量\"\n"));
    let plots = ResidualPlots::new(&residuals, fitted.view())
        .and_then(|p| p.labels(labels))
        .expect("plots");
    let text = svg(&plots.normal_qq().expect("a plot").title("a < b & c"));
    assert!(
        text.contains("&lt;")
            && text.contains("a &lt; b &amp; c")
            && !text.contains("\"重量\"\n\n")
    );
    pixels(&plots.normal_qq().expect("a plot"));
}

#[test]
fn files_are_written_in_the_format_of_their_extension() {
    let data = load("longley");
    let (residuals, fitted) = residuals(data.x(), data.y());
    let plot = ResidualPlots::new(&residuals, fitted.view())
        .and_then(|p| p.residuals_vs_fitted())
        .expect("a plot");
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    plot.save(folder.join("plot.svg")).expect("it saves");
    assert_eq!(
        std::fs::read_to_string(folder.join("plot.svg")).ok(),
        plot.svg().ok()
    );
    plot.save(folder.join("plot.PNG")).expect("it saves");
    assert_eq!(std::fs::read(folder.join("plot.PNG")).ok(), plot.png().ok());
    for bad in ["plot.pdf", "plot", "no such folder/plot.svg"] {
        assert!(
            matches!(plot.save(folder.join(bad)), Err(Error::Io { .. })),
            "{bad}"
        );
    }
    for (width, height) in [(0, 600), (800, 199), (10_001, 600)] {
        assert!(matches!(
            plot.clone().size(width, height),
            Err(Error::InvalidParameter { .. })
        ));
    }
    assert_eq!(pixels(&plot.size(400, 300).expect("a size")).0, 400);
}

#[test]
fn bad_arguments_are_refused() {
    let data = load("longley");
    let path = RidgePath::new()
        .lambdas([0.0])
        .fit(&samples(data.x(), data.y(), None))
        .expect("a path");
    assert!(matches!(
        ridge_trace(&path, data.feature_names()),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(
        ridge_trace(&path, &["one"]),
        Err(Error::ShapeMismatch { .. })
    ));
    let path = RidgePath::new()
        .lambdas([0.0, 1.0, 10.0])
        .fit(&samples(data.x(), data.y(), None))
        .expect("a path");
    assert!(
        svg(&ridge_trace(&path, data.feature_names()).expect("a plot"))
            .contains("λ = 0 has no place")
    );
    assert!(matches!(learning_curve(&[]), Err(Error::Empty { .. })));
    let model = RidgeRegression::new()
        .fit(data.x(), data.y())
        .expect("a fit");
    let inference = Inference::new(&model, &samples(data.x(), data.y(), None)).expect("inference");
    assert!(coefficients(&inference, &["one"], 0.95).is_err());
    assert!(coefficients(&inference, data.feature_names(), 1.5).is_err());
}
