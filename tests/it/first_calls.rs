//! The calls somebody guesses who has not read the documentation: arrays, references and views alike.

use elltwo::ndarray::{Array1, Array2, ArrayView2, CowArray, array, aview1, s};
use elltwo::prelude::*;

fn rows() -> (Array2<f64>, Array1<f64>, Array1<f64>) {
    let x = array![[1.0, 0.5], [2.0, 0.1], [3.0, 0.9], [4.0, 0.3], [5.0, 0.2]];
    (
        x,
        array![3.1, 4.2, 7.9, 8.1, 10.3],
        array![1.0, 2.0, 1.0, 0.0, 1.0],
    )
}

/// The model, or what went wrong.
fn sound<T>(fitted: elltwo::Result<T>) -> T {
    fitted.expect("it fits")
}

#[test]
fn arrays_views_slices_and_vectors_give_the_same_model() {
    let (x, y, weights) = rows();
    let ridge = RidgeRegression::new().lambda(0.1);
    let expected: LinearModel<f64> = sound(ridge.fit(&x, &y));
    let (view, list): (ArrayView2<'_, f64>, Vec<f64>) = (x.view(), y.to_vec());
    let shared = CowArray::from(x.view());
    assert_eq!(sound(ridge.fit(x.view(), y.view())), expected);
    assert_eq!(sound(ridge.fit(&view, &list)), expected);
    assert_eq!(sound(ridge.fit(view, &list[..])), expected);
    assert_eq!(sound(ridge.fit(&shared, aview1(&list))), expected);
    assert_eq!(sound(ridge.fit(x.slice(s![.., ..]), &y)), expected);
    assert_eq!(sound(ridge.fit_weighted(&x, &y, None)), expected);

    let weighted = sound(ridge.fit_weighted(&x, &y, &weights));
    assert_ne!(weighted, expected);
    let of_view = ridge.fit_weighted(x.view(), y.view(), Some(weights.view()));
    assert_eq!(sound(of_view), weighted);
    let of_list = ridge.fit_weighted(&x, &y, &weights.to_vec());
    assert_eq!(sound(of_list), weighted);
    let samples = sound(Samples::new(&x, &y, &weights));
    assert_eq!(sound(ridge.fit_samples(&samples)), weighted);
}

#[test]
fn estimators_of_every_kind_stand_in_one_list_and_fit_the_same_inside_and_outside() {
    let (x, y, weights) = rows();
    let list: Vec<BoxedEstimator> = vec![
        RidgeRegression::new().lambda(0.5).boxed(),
        RidgeCv::new().boxed(),
        SgdRegressor::new().lambda(0.5).boxed(),
    ];
    let alone = [
        RidgeRegression::new().lambda(0.5).fit(&x, &y),
        RidgeCv::new().fit(&x, &y).map(LinearModel::from),
        SgdRegressor::new().lambda(0.5).fit(&x, &y),
    ];
    for (boxed, alone) in list.iter().zip(alone) {
        assert_eq!(sound(boxed.fit(&x, &y)), sound(alone));
        let weighted = sound(boxed.fit_weighted(&x, &y, &weights));
        assert!(sound(weighted.score(&x, &y)) > 0.5);
    }
    // Named by its type, as before.
    let named: Box<dyn Estimator<f64, Fitted = LinearModel<f64>>> =
        Box::new(RidgeRegression::new());
    let expected: LinearModel<f64> = sound(RidgeRegression::new().fit(&x, &y));
    assert_eq!(sound(named.fit(&x, &y)), expected);
    let behind: &dyn Estimator<f64, Fitted = LinearModel<f64>> = &RidgeRegression::new();
    let fitted = behind.fit_views(x.view(), y.view(), None);
    assert_eq!(sound(fitted), expected);
}

#[test]
fn names_and_weights_of_a_dataset_travel_into_the_model_and_its_statistics() {
    let (x, y, weights) = rows();
    let data = Dataset::new(x.clone(), y.clone())
        .and_then(|data| data.with_feature_names(["age", "dose"]))
        .and_then(|data| {
            data.with_target_name("response")
                .with_weights(weights.clone())
        })
        .expect("it is sound");
    let model = RidgeRegression::new().fit_dataset(&data).expect("it fits");
    let plain: LinearModel<f64> = sound(RidgeRegression::new().fit_weighted(&x, &y, &weights));
    assert_eq!(model.coefficients(), plain.coefficients());
    assert_eq!((plain.feature_names(), plain.target_names()), (None, None));
    assert_eq!(model.feature_names(), Some(data.feature_names()));
    assert_eq!(model.target_names(), Some(&["response".to_owned()][..]));

    let text = model.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains("response"), "{text}");
    assert!(lines[1].contains("(intercept)") && lines[3].contains("dose"));
    assert!(plain.to_string().contains("x1"));

    let inference = Inference::new(&model, &data).expect("it is least squares");
    assert_eq!(inference.named("dose"), inference.feature(1));
    assert_eq!(inference.named("nothing"), None);
    let summary = model.summary(&data).expect("it is least squares");
    assert!(summary.to_string().starts_with("Least squares: response"));
    assert!(summary.to_csv().contains("\ndose,"));

    let text = serde_json::to_string(&model).expect("it serializes");
    assert_eq!(
        serde_json::from_str::<LinearModel<f64>>(&text).ok(),
        Some(model.clone())
    );
    let renamed = text.replace(r#"["age","dose"]"#, r#"["age"]"#);
    assert_ne!(renamed, text);
    assert!(serde_json::from_str::<LinearModel<f64>>(&renamed).is_err());
    // Models stored before they had names.
    let start = text.find(r#""names":"#).expect("it is stored");
    let end = text.find(r#""report":"#).expect("it is stored");
    let before = format!("{}{}", &text[..start], &text[end..]);
    let read: LinearModel<f64> = serde_json::from_str(&before).expect("it is read");
    assert_eq!(read.feature_names(), None);

    let names = (
        ["age".to_owned(), "dose".to_owned()],
        ["a".to_owned(), "b".to_owned()],
    );
    let both = elltwo::ndarray::stack![elltwo::ndarray::Axis(1), y, y];
    let samples = Samples::new(&x, &both, None)
        .and_then(|samples| samples.with_names(&names.0, &names.1))
        .expect("it is sound");
    let several = RidgeRegression::new()
        .fit_samples(&samples)
        .expect("it fits");
    let second = several.target(1).expect("there are two");
    assert_eq!(second.target_names(), Some(&["b".to_owned()][..]));
    assert!(samples.with_names(&names.0, &names.0[..1]).is_err());
}
