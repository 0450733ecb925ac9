//! The ranges of the axes, and what of a line lies between them.

use std::ops::Range;

use super::scene::{Plot, Point, Scale, Shape};
use crate::error::{Error, Result};
use crate::linalg::extent;

/// Beyond the outermost values, as a share of their range.
const PADDING: f64 = 0.05;

/// The ranges of the abscissa and of the ordinate; that of names runs down.
pub(super) type Ranges = (Range<f64>, Range<f64>);

/// A range around these values, finite ones alone.
fn around(values: impl Iterator<Item = f64>) -> Result<Range<f64>> {
    let (low, high) = extent(values.filter(|v| v.is_finite()));
    if low > high {
        return Err(Error::empty("the plot"));
    }
    // Values that are all the same have a range of their own size, or of one.
    let size = low.abs().max(high.abs());
    let pad = if high - low > 1e-12 * size {
        PADDING * (high - low)
    } else if size > 0.0 {
        0.5 * size
    } else {
        0.5
    };
    let range = low - pad..high + pad;
    if (range.end - range.start).is_finite() && range.start < range.end {
        Ok(range)
    } else {
        Err(Error::overflow("the range of an axis"))
    }
}

/// True if a range, which may run down, holds a value.
pub(super) fn holds(range: &Range<f64>, value: f64) -> bool {
    value >= range.start.min(range.end) && value <= range.start.max(range.end)
}

/// The points that the axes must reach; NaN where a shape leaves an axis free.
fn reach(shape: &Shape) -> Vec<Point> {
    match shape {
        Shape::Points(points, _) | Shape::Line(points, _) => points.clone(),
        Shape::Band(edges, _) => (edges.iter())
            .flat_map(|&(x, low, high)| [(x, low), (x, high)])
            .collect(),
        Shape::Intervals(intervals, _) => intervals.concat(),
        Shape::Level(y, _) => vec![(f64::NAN, *y)],
        Shape::Upright(x, _) => vec![(*x, f64::NAN)],
        Shape::Labels(_) => Vec::new(),
    }
}

/// The ranges that hold every framed layer; names have theirs.
pub(super) fn frame(plot: &Plot) -> Result<Ranges> {
    let framed = plot.layers.iter().filter(|layer| layer.framed);
    let points: Vec<Point> = framed.flat_map(|layer| reach(&layer.shape)).collect();
    let y = match &plot.y.scale {
        Scale::Names(names) => names.len() as f64 - 0.5..-0.5,
        _ => around(points.iter().map(|p| p.1))?,
    };
    Ok((around(points.iter().map(|p| p.0))?, y))
}

/// The pieces of a line that lie inside the ranges.
pub(super) fn clip(points: &[Point], ranges: &Ranges) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    for pair in points.windows(2) {
        let Some((from, to)) = segment(pair[0], pair[1], ranges) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of a segment between the ranges, by the shares at which it enters and leaves them (Liang & Barsky, 1984).
fn segment(from: Point, to: Point, ranges: &Ranges) -> Option<(Point, Point)> {
    let finite = [from.0, from.1, to.0, to.1].iter().all(|v| v.is_finite());
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, end, range) in [(from.0, to.0, &ranges.0), (from.1, to.1, &ranges.1)] {
        let (low, high) = (range.start.min(range.end), range.start.max(range.end));
        let step = end - start;
        if step == 0.0 {
            if !holds(range, start) {
                return None;
            }
            continue;
        }
        let (a, b) = ((low - start) / step, (high - start) / step);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    if !finite || enter > leave {
        return None;
    }
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        _ => (
            from.0 + share * (to.0 - from.0),
            from.1 + share * (to.1 - from.1),
        ),
    };
    Some((at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::{Ranges, around, clip, holds};

    fn unit() -> Ranges {
        (0.0..1.0, 0.0..1.0)
    }

    #[test]
    fn a_line_is_cut_where_it_leaves_and_goes_on_where_it_returns() {
        let line = [
            (-1.0, 0.5),
            (0.5, 0.5),
            (0.5, 2.0),
            (0.75, 2.0),
            (0.75, 0.0),
        ];
        let pieces = clip(&line, &unit());
        assert_eq!(
            pieces,
            [
                vec![(0.0, 0.5), (0.5, 0.5), (0.5, 1.0)],
                vec![(0.75, 1.0), (0.75, 0.0)]
            ]
        );
        assert!(clip(&[(2.0, 0.0), (2.0, 1.0)], &unit()).is_empty());
        assert!(clip(&[(0.5, f64::INFINITY), (0.6, 0.5)], &unit()).is_empty());
    }

    #[test]
    fn a_range_holds_its_values_and_is_never_empty() {
        for values in [
            vec![1.0],
            vec![0.0, 0.0],
            vec![-5.0, 3.0],
            vec![1e300, -1e300],
            vec![1e-300],
        ] {
            let range = around(values.iter().copied()).expect("a range");
            assert!(range.start < range.end && values.iter().all(|v| holds(&range, *v)));
        }
        assert!(around([f64::NAN].into_iter()).is_err());
        assert!(around([f64::MAX, -f64::MAX].into_iter()).is_err());
    }
}
