//! Moments of parts, merged in any order, against those of one pass.

use crate::common::Uniform;
use elltwo::moments::Moments;
use ndarray::{Array1, Array2, ArrayView2, s};

/// The largest difference, relative to the largest element.
fn worst(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> f64 {
    let largest = b.fold(0.0_f64, |m, v| m.max(v.abs()));
    (&a - &b).fold(0.0_f64, |m, v| m.max(v.abs())) / largest
}

fn assert_alike(merged: &Moments, whole: &Moments) {
    assert_eq!(merged.n_samples(), whole.n_samples());
    assert!((merged.weight_sum() / whole.weight_sum() - 1.0).abs() <= 1e-14);
    let off = worst(
        merged.feature_scatter().view(),
        whole.feature_scatter().view(),
    );
    assert!(off <= 1e-12, "{off:.1e}");
    let off = worst(merged.cross_scatter().view(), whole.cross_scatter().view());
    assert!(off <= 1e-12, "{off:.1e}");
    for (merged, whole) in merged.target_scatter().iter().zip(&whole.target_scatter()) {
        assert!((merged / whole - 1.0).abs() <= 1e-12);
    }
    let means = merged.feature_means().to_owned() - whole.feature_means();
    assert!(
        means
            .iter()
            .zip(whole.feature_means())
            .all(|(d, m)| d.abs() <= 1e-15 * m.abs())
    );
}

#[test]
fn parts_of_any_split_merged_in_any_tree_are_one_shot_far_from_zero() {
    let mut random = Uniform(19);
    for round in 0..40 {
        let n = 200 + 31 * round;
        let (x, y) = (random.matrix(n, 4, 1e9), random.matrix(n, 2, 1e9));
        let weights = Array1::from_shape_fn(n, |i| (i % 3) as f64 + 0.5);
        let whole = Moments::from_data(x.view(), y.view(), Some(weights.view())).expect("moments");
        // Cuts anywhere, some of them twice: parts of no row and of one row occur.
        let pick = |random: &mut Uniform, below: usize| {
            let at = random.next();
            (0..below)
                .rfind(|&i| at >= 2.0 * i as f64 / below as f64 - 1.0)
                .unwrap_or(0)
        };
        let mut cuts: Vec<usize> = (0..12).map(|_| pick(&mut random, n + 1)).collect();
        cuts.extend([0, 0, 1, n]);
        cuts.sort_unstable();
        let part = |cut: &[usize]| {
            let (from, to) = (cut[0], cut[1]);
            let mut part = Moments::new(4, 2).expect("moments");
            if from < to {
                let weights = weights.slice(s![from..to]);
                part.update(
                    x.slice(s![from..to, ..]),
                    y.slice(s![from..to, ..]),
                    Some(weights),
                )
                .expect("an update");
            }
            part
        };
        let mut parts: Vec<Moments> = cuts.windows(2).map(part).collect();
        while parts.len() > 1 {
            let (first, second) = (
                pick(&mut random, parts.len()),
                pick(&mut random, parts.len() - 1),
            );
            let first = parts.swap_remove(first);
            parts[second].merge(&first).expect("a merge");
        }
        assert_alike(&parts[0], &whole);
    }
}

#[test]
fn rows_one_at_a_time_are_one_shot() {
    let mut random = Uniform(20);
    let (x, y) = (random.matrix(500, 3, 1e9), random.vector(500, -1e9));
    let whole = Moments::from_data(x.view(), y.view(), None).expect("moments");
    let mut by_rows = Moments::new(3, 1).expect("moments");
    for i in 0..500 {
        by_rows
            .update(x.slice(s![i..=i, ..]), y.slice(s![i..=i]), None)
            .expect("an update");
    }
    assert_alike(&by_rows, &whole);
    // Against the scatter of exactly centred data: integers about an integer mean.
    let x = Array2::from_shape_fn((401, 1), |(i, _)| 1e9 + i as f64 - 200.0);
    let moments = Moments::from_data(x.view(), x.column(0), None).expect("moments");
    let exact: f64 = (1..=200).map(|i| 2.0 * f64::from(i * i)).sum();
    assert_eq!(moments.feature_scatter()[[0, 0]], exact);
    assert_eq!(moments.feature_means()[0], 1e9);
}

#[test]
fn features_that_appear_later_were_zero_before() {
    // Integers: sums are exact, and so is the comparison.
    let x = Array2::from_shape_fn((8, 2), |(i, j)| ((i * (3 + j)) % 7) as f64);
    let y = Array2::from_shape_fn((8, 2), |(i, j)| ((i * i + j) % 5) as f64);
    let wide = Array2::from_shape_fn((8, 4), |(i, j)| match j {
        0 | 1 => x[[i, j]],
        _ if i < 4 => 0.0,
        _ => ((i + j) % 2) as f64,
    });
    let part = |x: &Array2<f64>, from: usize, to: usize| {
        let (x, y) = (x.slice(s![from..to, ..]), y.slice(s![from..to, ..]));
        Moments::from_data(x, y, None).expect("moments")
    };
    let mut grown = part(&x, 0, 4);
    grown.extend(2).expect("two features");
    assert_eq!(grown, part(&wide, 0, 4));
    grown.merge(&part(&wide, 4, 8)).expect("a merge");
    assert_alike(&grown, &part(&wide, 0, 8));
    assert_eq!(
        grown.select(&[0, 1]).expect("features").feature_scatter(),
        part(&x, 0, 8).feature_scatter()
    );

    let mut named = part(&x, 0, 4)
        .with_feature_names(["a", "g=1"])
        .expect("names");
    let before = named.clone();
    assert!(named.extend(1).is_err());
    assert!(named.extend_named(["g=1"]).is_err());
    assert_eq!(named, before);
    named.extend_named(["g=2", "g=3"]).expect("two features");
    assert_eq!(
        named.feature_names(),
        Some(&["a", "g=1", "g=2", "g=3"].map(String::from)[..])
    );
    // Names follow the features that are chosen, so that the levels of a category may stand together again.
    let sorted = named.select(&[0, 3, 1]).expect("features");
    assert_eq!(
        sorted.feature_names(),
        Some(&["a", "g=3", "g=1"].map(String::from)[..])
    );
    assert!(grown.extend_named(["a"]).is_err());
}
