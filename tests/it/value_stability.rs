//! Seeds give the same values in every release and on every platform; a change here is a breaking change.

use elltwo::Result;
use elltwo::data::{KFold, synthetic, train_test_split};
use elltwo::model::{Estimator, SgdRegressor};
use elltwo::solver::sgd::Shuffle;
use ndarray::{Array1, Array2};

#[test]
fn train_test_split_keeps_its_rows() -> Result<()> {
    let split = train_test_split(10, 0.3, 42)?;
    assert_eq!(split.test, [2, 1, 4]);
    assert_eq!(split.train, [6, 9, 5, 3, 8, 7, 0]);
    Ok(())
}

#[test]
fn shuffled_folds_keep_their_rows() -> Result<()> {
    let folds = KFold::new(3).shuffle(42).split(10)?;
    assert_eq!(folds[0].test, [1, 2, 4, 6]);
    assert_eq!(folds[1].test, [3, 5, 9]);
    Ok(())
}

#[test]
fn synthetic_data_keep_their_values() -> Result<()> {
    let made = synthetic::regression(3, 2).noise(1.0).seed(42).generate()?;
    // The last bits of a normal variate may depend on the platform's exponential function.
    let found = [
        made.dataset.x()[[0, 0]],
        made.coefficients[0],
        made.dataset.y()[2],
    ];
    for (found, pinned) in found.into_iter().zip([
        0.834_397_546_843_795_9,
        -1.377_317_256_766_816_2,
        0.753_917_591_357_869_1,
    ]) {
        assert!((found - pinned).abs() < 1e-12, "{found:?}");
    }
    Ok(())
}

#[test]
fn sgd_keeps_its_bits() -> Result<()> {
    const PINNED: [[u64; 3]; 3] = [
        [
            0xBFAA_4EBC_B932_7EDE,
            0x3FA1_3A4E_E640_5BB2,
            0x3FFA_E5AC_0FA9_4CC4,
        ],
        [
            0xBFB6_756A_73B5_511B,
            0x3FB2_0C37_12C9_7853,
            0x3FFA_F153_E9F1_3F40,
        ],
        [
            0xBF75_97B4_E592_35E5,
            0xBF89_D50A_01CA_47AB,
            0x3FFA_F164_7B3F_238C,
        ],
    ];
    // Halves and quarters: the data are exact.
    let x = Array2::from_shape_fn((64, 2), |(i, j)| {
        ((i * (3 + 4 * j)) % 13) as f64 / 4.0 + 10.0
    });
    let y = Array1::from_shape_fn(64, |i| ((i * 5) % 7) as f64 / 2.0);
    let fit = |shuffle| {
        SgdRegressor::new()
            .lambda(0.125)
            .shuffle(shuffle)
            .seed(42)
            .epochs(3)
            .fit(x.view(), y.view())
    };
    let found = [Shuffle::Rows, Shuffle::Batches, Shuffle::None].map(|shuffle| {
        let model = fit(shuffle)?;
        let w = model.coefficients();
        Ok([w[0], w[1], model.intercept()].map(f64::to_bits))
    });
    let found = found.into_iter().collect::<Result<Vec<_>>>()?;
    assert_eq!(found, PINNED);
    Ok(())
}
