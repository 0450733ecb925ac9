//! Where the label of a point goes: beside it, inside the plot, and not on another.

/// A rectangle in pixels: left, top, right, bottom.
pub(super) type Rect = (i32, i32, i32, i32);

/// Between a point and its label.
const GAP: i32 = 9;

/// Nearer than this is on each other.
const NEAR: i32 = 3;

/// The left upper corners of labels of these sizes at these points, in the order given. Each takes, of eight places
/// about its point, the one that leaves the frame least, covers the fewest labels placed before, then the fewest
/// points.
pub(super) fn place(
    anchors: &[(i32, i32)],
    sizes: &[(i32, i32)],
    frame: Rect,
    points: &[(i32, i32)],
) -> Vec<(i32, i32)> {
    let mut placed: Vec<Rect> = Vec::new();
    for (&(x, y), &(width, height)) in anchors.iter().zip(sizes) {
        let (left, right) = (x - GAP - width, x + GAP);
        let (above, below, middle) = (y - GAP - height, y + GAP, y - height / 2);
        let centre = x - width / 2;
        let corners = [
            (right, middle),
            (left, middle),
            (centre, above),
            (centre, below),
            (right, above),
            (left, above),
            (right, below),
            (left, below),
        ];
        let cost = |&(left, top): &(i32, i32)| {
            let rect = (left, top, left + width, top + height);
            let outside = (frame.0 - rect.0).max(0)
                + (frame.1 - rect.1).max(0)
                + (rect.2 - frame.2).max(0)
                + (rect.3 - frame.3).max(0);
            let labels = placed.iter().filter(|other| overlap(rect, **other)).count();
            let covered = points
                .iter()
                .filter(|p| overlap(rect, (p.0, p.1, p.0, p.1)))
                .count();
            (outside, labels, covered)
        };
        let best = corners.iter().min_by_key(|corner| cost(corner));
        let (left, top) = best.copied().unwrap_or((right, middle));
        placed.push((left, top, left + width, top + height));
    }
    placed.iter().map(|rect| (rect.0, rect.1)).collect()
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.0 <= b.2 + NEAR && b.0 <= a.2 + NEAR && a.1 <= b.3 + NEAR && b.1 <= a.3 + NEAR
}

#[cfg(test)]
mod tests {
    use super::{GAP, place};

    const FRAME: (i32, i32, i32, i32) = (0, 0, 200, 200);

    #[test]
    fn labels_of_neighbours_do_not_overlap() {
        let places = place(&[(100, 100), (104, 102)], &[(50, 12); 2], FRAME, &[]);
        let (a, b) = (places[0], places[1]);
        assert!(
            (a.0 - b.0).abs() > 50 || (a.1 - b.1).abs() > 12,
            "{places:?}"
        );
    }

    #[test]
    fn a_label_at_the_border_stays_inside() {
        for point in [(199, 100), (1, 1), (100, 199), (100, 1), (199, 199)] {
            let (left, top) = place(&[point], &[(60, 12)], FRAME, &[])[0];
            assert!(
                left >= 0 && top >= 0 && left + 60 <= 200 && top + 12 <= 200,
                "{point:?}"
            );
        }
    }

    #[test]
    fn a_label_covers_no_points_where_it_need_not() {
        let crowd: Vec<(i32, i32)> = (0..10).map(|i| (110 + 5 * i, 100)).collect();
        let (left, _) = place(&[(100, 100)], &[(50, 12)], FRAME, &crowd)[0];
        assert_eq!(left, 100 - GAP - 50);
    }
}
