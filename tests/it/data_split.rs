//! Splits cover every row once, count as scikit-learn does, and say why they cannot.

use elltwo::data::{Dataset, KFold, train_test_split};
use elltwo::{Error, Result};
use ndarray::array;
use proptest::prelude::*;

#[test]
fn the_test_part_is_rounded_up() -> Result<()> {
    for (n, fraction, expected) in [(10, 0.25, 3), (442, 0.2, 89), (2, 0.01, 1), (4, 0.5, 2)] {
        assert_eq!(train_test_split(n, fraction, 0)?.test.len(), expected);
    }
    Ok(())
}

#[test]
fn a_split_without_a_train_or_test_row_is_refused() {
    for fraction in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
        assert!(matches!(
            train_test_split(10, fraction, 0),
            Err(Error::InvalidParameter {
                name: "test_fraction",
                ..
            })
        ));
    }
    for (n, fraction, least) in [(0, 0.5, 2), (1, 0.1, 2), (3, 0.75, 4)] {
        assert!(matches!(
            train_test_split(n, fraction, 0),
            Err(Error::TooFewSamples { required, found, .. }) if required == least && found == n
        ));
        assert!(train_test_split(least, fraction, 0).is_ok());
    }
}

#[test]
fn contiguous_folds_are_those_of_scikit_learn() -> Result<()> {
    // sklearn.model_selection.KFold(3).split(range(7))
    let folds = KFold::new(3).split(7)?;
    assert_eq!(folds[0].test, [0, 1, 2]);
    assert_eq!(folds[1].test, [3, 4]);
    assert_eq!(folds[2].test, [5, 6]);
    assert_eq!(folds[1].train, [0, 1, 2, 5, 6]);
    Ok(())
}

#[test]
fn shuffling_changes_the_folds_by_seed() -> Result<()> {
    let plain = KFold::new(4);
    assert_ne!(plain.split(20)?, plain.shuffle(1).split(20)?);
    assert_ne!(plain.shuffle(2).split(20)?, plain.shuffle(1).split(20)?);
    assert_eq!(plain.shuffle(1).split(20)?, plain.shuffle(1).split(20)?);
    assert_eq!(
        (plain.k(), plain.seed(), plain.shuffle(1).seed()),
        (4, None, Some(1))
    );
    Ok(())
}

#[test]
fn one_fold_or_more_folds_than_rows_are_refused() {
    assert!(matches!(
        KFold::new(1).split(5),
        Err(Error::InvalidParameter { name: "k", .. })
    ));
    assert!(matches!(
        KFold::new(6).split(5),
        Err(Error::TooFewSamples {
            required: 6,
            found: 5,
            ..
        })
    ));
}

#[test]
fn a_selection_keeps_what_belongs_to_its_rows_and_columns() -> Result<()> {
    let data = Dataset::new(array![[1., 2.], [3., 4.], [5., 6.]], array![10., 20., 30.])?
        .with_weights(array![1., 0., 3.])?
        .with_labels(["a", "b", "c"])?
        .with_lines(vec![2, 3, 4])?;
    assert_eq!(data.feature_names(), ["x0", "x1"]);
    let part = data.select_rows(&[2, 0])?.select_features(&["x1"])?;
    assert_eq!(part.x(), array![[6.], [2.]]);
    assert_eq!(part.y(), array![30., 10.]);
    assert_eq!(part.weights(), Some(array![3., 1.].view()));
    assert_eq!(part.labels(), Some(&["c".to_owned(), "a".to_owned()][..]));
    assert_eq!(part.lines(), Some(&[4, 2][..]));
    assert_eq!(data.cast::<f32>().y(), array![10_f32, 20., 30.]);
    Ok(())
}

#[test]
fn a_data_set_with_shapes_that_disagree_is_refused() -> Result<()> {
    let data = Dataset::new(array![[1., 2.], [3., 4.]], array![1., 2.])?;
    let again = || data.clone();
    assert!(matches!(
        Dataset::new(array![[1.]], array![1., 2.]),
        Err(Error::ShapeMismatch { .. })
    ));
    assert!(matches!(
        Dataset::<f64>::new(ndarray::Array2::zeros((0, 1)), array![]),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(
        Dataset::<f64>::new(ndarray::Array2::zeros((1, 0)), array![1.]),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(
        again().with_weights(array![1.]),
        Err(Error::ShapeMismatch { .. })
    ));
    assert!(matches!(
        again().with_labels(["a"]),
        Err(Error::ShapeMismatch { .. })
    ));
    assert!(matches!(
        again().with_lines(vec![1]),
        Err(Error::ShapeMismatch { .. })
    ));
    assert!(matches!(
        again().with_feature_names(["a"]),
        Err(Error::ShapeMismatch { .. })
    ));
    assert!(matches!(
        again().with_feature_names(["a", "a"]),
        Err(Error::DuplicateColumn { .. })
    ));
    assert!(matches!(data.select_rows(&[]), Err(Error::Empty { .. })));
    assert!(matches!(
        data.select_rows(&[2]),
        Err(Error::InvalidParameter { name: "row", .. })
    ));
    assert!(matches!(
        data.select_features(&[]),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(
        data.select_features(&["x2"]),
        Err(Error::MissingColumn {
            nearest: Some(_),
            ..
        })
    ));
    Ok(())
}

#[test]
fn json_round_trips_and_cannot_break_the_shapes()
-> std::result::Result<(), Box<dyn std::error::Error>> {
    let data = Dataset::new(array![[0.1, 2.], [3., 4.]], array![1., 2.])?.with_target_name("t");
    let json = serde_json::to_string(&data)?;
    assert_eq!(serde_json::from_str::<Dataset>(&json)?, data);
    let broken = json.replace("\"x0\",", "");
    assert!(serde_json::from_str::<Dataset>(&broken).is_err());
    Ok(())
}

proptest! {
    #[test]
    fn every_row_is_tested_exactly_once(n in 2_usize..60, k in 2_usize..10, seed: u64) {
        prop_assume!(k <= n);
        for folds in [KFold::new(k).split(n), KFold::new(k).shuffle(seed).split(n)] {
            let folds = folds.map_err(|e| TestCaseError::fail(e.to_string()))?;
            let mut tested: Vec<usize> = folds.iter().flat_map(|f| f.test.clone()).collect();
            tested.sort_unstable();
            prop_assert_eq!(tested, (0..n).collect::<Vec<_>>());
            for fold in folds {
                prop_assert_eq!(fold.train.len() + fold.test.len(), n);
                prop_assert!(fold.train.iter().all(|row| !fold.test.contains(row)));
            }
        }
    }
}
