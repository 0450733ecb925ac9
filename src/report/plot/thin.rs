//! A share of very many points, so that a plot stays a picture.

/// Points that are drawn at most, but for labelled ones.
pub(super) const POINTS: usize = 4000;
/// Vertices of a curve through them.
const VERTICES: usize = 300;

/// Evenly spaced positions among `n`, the first and last included, at most `most` of them.
pub(super) fn positions(n: usize, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    (0..most).map(|i| i * (n - 1) / (most - 1)).collect()
}

/// What to say of points that are not all drawn.
pub(super) fn note(n: usize) -> Option<String> {
    (n > POINTS).then(|| format!("{POINTS} of {n} points are drawn, evenly chosen"))
}

/// A curve through points in any order: sorted, and one vertex for each of many steps of the abscissa.
pub(super) fn curve(mut points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
        return points;
    };
    let step = (last.0 - first.0) / VERTICES as f64;
    let mut kept = vec![first];
    for point in points {
        if kept
            .last()
            .is_some_and(|k| point.0 >= k.0 + step && point.0 > k.0)
        {
            kept.push(point);
        }
    }
    if kept.last().is_some_and(|k| k.0 < last.0) {
        kept.push(last);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{curve, positions};

    #[test]
    fn few_are_all_kept_and_of_many_the_ends_stay() {
        assert_eq!(positions(3, 10), [0, 1, 2]);
        assert_eq!(positions(0, 10), [0; 0]);
        let some = positions(1_000_000, 10);
        assert_eq!((some.len(), some[0], some[9]), (10, 0, 999_999));
    }

    #[test]
    fn a_curve_ascends_and_keeps_its_ends() {
        let points = (0..10_000).rev().map(|i| (f64::from(i), f64::from(2 * i)));
        let kept = curve(points.collect());
        assert!(kept.len() <= 302 && kept.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(
            (kept[0], kept[kept.len() - 1]),
            ((0.0, 0.0), (9999.0, 19998.0))
        );
        assert_eq!(curve(vec![(1.0, 2.0), (1.0, 2.0)]), [(1.0, 2.0)]);
    }
}
