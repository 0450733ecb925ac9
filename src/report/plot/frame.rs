//! The ranges of the axes, and what of a line lies between them.

use super::scene::{Plot, Scale, Shape};
use crate::error::{Error, Result};

/// Beyond the outermost values, as a share of their range.
const PADDING: f64 = 0.05;

/// From `low` to `high`, on the axis: logarithms where it is logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Range {
    /// Around these values, finite ones alone.
    fn around(values: impl Iterator<Item = f64>) -> Result<Self> {
        let finite = values.filter(|v| v.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
        if low > high {
            return Err(Error::Empty { what: "the plot" });
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
        let range = Self {
            low: low - pad,
            high: high + pad,
        };
        if (range.high - range.low).is_finite() && range.high > range.low {
            Ok(range)
        } else {
            Err(Error::Overflow {
                what: "the range of an axis",
            })
        }
    }

    /// 0 at the low end, 1 at the high one.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        value >= self.low.min(self.high) && value <= self.low.max(self.high)
    }
}

/// The ranges that hold every framed layer; names have theirs.
pub(super) fn frame(plot: &Plot) -> Result<(Range, Range)> {
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for layer in plot.layers.iter().filter(|layer| layer.framed) {
        match &layer.shape {
            Shape::Points(points, _) | Shape::Line(points, _) => {
                xs.extend(points.iter().map(|p| p.0));
                ys.extend(points.iter().map(|p| p.1));
            }
            Shape::Band(edges, _) | Shape::Bars(edges, _) => {
                xs.extend(edges.iter().map(|e| e.0));
                ys.extend(edges.iter().flat_map(|e| [e.1, e.2]));
            }
            Shape::Spans(spans, _) => {
                ys.extend(spans.iter().map(|e| e.0));
                xs.extend(spans.iter().flat_map(|e| [e.1, e.2]));
            }
            Shape::Level(y, _) => ys.push(*y),
            Shape::Upright(x, _) => xs.push(*x),
            Shape::Labels(_) => {}
        }
    }
    let range = |values: Vec<f64>, scale: &Scale| match scale {
        Scale::Linear => Range::around(values.into_iter()),
        Scale::Log => Range::around(values.into_iter().map(f64::log10)),
        Scale::Names(names) => Ok(Range {
            low: names.len() as f64 - 0.5,
            high: -0.5,
        }),
    };
    Ok((range(xs, &plot.x.scale)?, range(ys, &plot.y.scale)?))
}

/// The pieces of a line that lie inside the ranges.
pub(super) fn clip(points: &[(f64, f64)], ranges: &(Range, Range)) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
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

/// Liang and Barsky's: the shares of the segment at which it enters and leaves.
fn segment(
    from: (f64, f64),
    to: (f64, f64),
    ranges: &(Range, Range),
) -> Option<((f64, f64), (f64, f64))> {
    let finite = [from.0, from.1, to.0, to.1].iter().all(|v| v.is_finite());
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, end, range) in [(from.0, to.0, ranges.0), (from.1, to.1, ranges.1)] {
        let (low, high) = (range.low.min(range.high), range.low.max(range.high));
        let step = end - start;
        if step == 0.0 {
            if start < low || start > high {
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
    let at = |share: f64, end: (f64, f64)| {
        if share <= 0.0 {
            from
        } else if share >= 1.0 {
            end
        } else {
            (
                from.0 + share * (to.0 - from.0),
                from.1 + share * (to.1 - from.1),
            )
        }
    };
    Some((at(enter, to), at(leave, to)))
}

#[cfg(test)]
mod tests {
    use super::{Range, clip};

    fn unit() -> (Range, Range) {
        let range = Range {
            low: 0.0,
            high: 1.0,
        };
        (range, range)
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
            let range = Range::around(values.iter().copied()).expect("a range");
            assert!(range.low < range.high && values.iter().all(|v| range.holds(*v)));
        }
        assert!(Range::around([f64::NAN].into_iter()).is_err());
        assert!(Range::around([f64::MAX, -f64::MAX].into_iter()).is_err());
    }
}
