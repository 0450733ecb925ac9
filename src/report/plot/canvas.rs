//! Shapes inside the axes, in pixels.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, ShapeStyle};

use super::frame::{Range, clip};
use super::label::{Rect, place};
use super::scene::{BLACK, Plot, Shape, Stroke};
use super::text::{SMALL, anchored, fitting, font, measure, rgb};

/// Length of a dash, and of the gap after it.
const DASH: f64 = 7.0;

pub(super) type Area<B> = DrawingArea<B, Shift>;
pub(super) type Drawn<T, B> =
    std::result::Result<T, DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// A line through pixels, dashed or not.
pub(super) fn path<B: DrawingBackend>(
    area: &Area<B>,
    points: &[(i32, i32)],
    stroke: Stroke,
) -> Drawn<(), B> {
    let style = ShapeStyle {
        color: rgb(stroke.colour).to_rgba(),
        filled: false,
        stroke_width: stroke.width,
    };
    if !stroke.dashed {
        return area.draw(&PathElement::new(points.to_vec(), style));
    }
    let mut along = 0.0;
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        let length = dx.hypot(dy);
        let at = |distance: f64| {
            let share = distance / length;
            let rounded = |v: f64| {
                #[allow(clippy::cast_possible_truncation)] // pixels
                let pixel = v.round() as i32;
                pixel
            };
            (from.0 + rounded(share * dx), from.1 + rounded(share * dy))
        };
        let mut done = 0.0;
        while done < length {
            let phase = (along + done) % (2.0 * DASH);
            let (on, left) = (
                phase < DASH,
                if phase < DASH {
                    DASH - phase
                } else {
                    2.0 * DASH - phase
                },
            );
            let next = (done + left.max(0.5)).min(length);
            if on {
                area.draw(&PathElement::new(vec![at(done), at(next)], style))?;
            }
            done = next;
        }
        along += length;
    }
    Ok(())
}

/// The inside of the axes.
pub(super) struct Canvas<'a, B: DrawingBackend> {
    pub(super) area: &'a Area<B>,
    pub(super) frame: Rect,
    pub(super) ranges: (Range, Range),
    pub(super) logs: (bool, bool),
}

impl<B: DrawingBackend> Canvas<'_, B> {
    /// On the axes: the logarithm where they are logarithmic.
    fn on_axes(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let of = |v: f64, log: bool| if log { v.log10() } else { v };
        (of(x, self.logs.0), of(y, self.logs.1))
    }

    fn pixel_of_axes(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let (left, top, right, bottom) = self.frame;
        let place = |share: f64, from: i32, to: i32| {
            #[allow(clippy::cast_possible_truncation)] // pixels
            let pixel = (share * f64::from(to - from)).round() as i32;
            from + pixel
        };
        let (x, y) = (self.ranges.0.share(x), self.ranges.1.share(y));
        (place(x, left, right), place(y, bottom, top))
    }

    pub(super) fn pixel(&self, point: (f64, f64)) -> (i32, i32) {
        self.pixel_of_axes(self.on_axes(point))
    }

    fn inside(&self, point: (f64, f64)) -> bool {
        let (x, y) = self.on_axes(point);
        self.ranges.0.holds(x) && self.ranges.1.holds(y)
    }

    fn line(&self, points: &[(f64, f64)], stroke: Stroke) -> Drawn<(), B> {
        let on_axes: Vec<(f64, f64)> = points.iter().map(|p| self.on_axes(*p)).collect();
        for piece in clip(&on_axes, &self.ranges) {
            let pixels: Vec<(i32, i32)> = piece.iter().map(|p| self.pixel_of_axes(*p)).collect();
            path(self.area, &pixels, stroke)?;
        }
        Ok(())
    }

    pub(super) fn shape(&self, shape: &Shape) -> Drawn<(), B> {
        match shape {
            Shape::Points(points, colour) => {
                let style = rgb(*colour).mix(0.65).filled();
                let seen = points.iter().filter(|p| self.inside(**p));
                for point in seen {
                    self.area.draw(&Circle::new(self.pixel(*point), 3, style))?;
                }
            }
            Shape::Line(points, stroke) => self.line(points, *stroke)?,
            Shape::Band(edges, colour) => {
                let held = |x: f64, y: f64| {
                    let (_, y) = self.on_axes((x, y));
                    let range = &self.ranges.1;
                    self.pixel_of_axes((self.on_axes((x, 1.0)).0, y.clamp(range.low, range.high)))
                };
                let lower = edges.iter().map(|(x, low, _)| held(*x, *low));
                let upper = edges.iter().rev().map(|(x, _, high)| held(*x, *high));
                let corners: Vec<(i32, i32)> = lower.chain(upper).collect();
                self.area
                    .draw(&Polygon::new(corners, rgb(*colour).mix(0.3).filled()))?;
            }
            Shape::Bars(bars, colour) => {
                for &(x, low, high) in bars {
                    self.line(&[(x, low), (x, high)], Stroke::solid(*colour))?;
                    for end in [low, high] {
                        if self.inside((x, end)) {
                            let (x, y) = self.pixel((x, end));
                            path(self.area, &[(x - 4, y), (x + 4, y)], Stroke::solid(*colour))?;
                        }
                    }
                }
            }
            Shape::Spans(spans, colour) => {
                for &(y, low, high) in spans {
                    self.line(&[(low, y), (high, y)], Stroke::solid(*colour))?;
                }
            }
            Shape::Level(y, stroke) => {
                let range = &self.ranges.0;
                let (_, y) = self.on_axes((1.0, *y));
                self.rule([(range.low, y), (range.high, y)], *stroke)?;
            }
            Shape::Upright(x, stroke) => {
                let range = &self.ranges.1;
                let (x, _) = self.on_axes((*x, 1.0));
                self.rule([(x, range.low), (x, range.high)], *stroke)?;
            }
            Shape::Labels(_) => {}
        }
        Ok(())
    }

    /// A straight line given on the axes.
    fn rule(&self, ends: [(f64, f64); 2], stroke: Stroke) -> Drawn<(), B> {
        for piece in clip(&ends, &self.ranges) {
            let pixels: Vec<(i32, i32)> = piece.iter().map(|p| self.pixel_of_axes(*p)).collect();
            path(self.area, &pixels, stroke)?;
        }
        Ok(())
    }

    /// Labels last, so that nothing covers them.
    pub(super) fn labels(&self, plot: &Plot) -> Drawn<(), B> {
        let style = font(SMALL, BLACK);
        let mut points = Vec::new();
        let mut texts = Vec::new();
        for layer in &plot.layers {
            match &layer.shape {
                Shape::Points(at, _) => points.extend(at.iter().map(|p| self.pixel(*p))),
                Shape::Labels(labels) => {
                    texts.extend(labels.iter().filter(|l| self.inside((l.0, l.1))));
                }
                _ => {}
            }
        }
        let (mut anchors, mut sizes, mut shown) = (Vec::new(), Vec::new(), Vec::new());
        for (x, y, text) in texts {
            let text = fitting(self.area, text, &style, (self.frame.2 - self.frame.0) / 3)?;
            anchors.push(self.pixel((*x, *y)));
            sizes.push(measure(self.area, &text, &style)?);
            shown.push(text);
        }
        // A ring says whose a label is.
        for anchor in &anchors {
            self.area.draw(&Circle::new(*anchor, 5, rgb(BLACK)))?;
        }
        let places = place(&anchors, &sizes, self.frame, &points);
        let corner = anchored(&style, HPos::Left, VPos::Top);
        let veil = rgb((255, 255, 255)).mix(0.7).filled();
        for ((text, at), size) in shown.iter().zip(places).zip(&sizes) {
            // What lies below stays visible, and the letters readable.
            let below = Rectangle::new([at, (at.0 + size.0, at.1 + size.1)], veil);
            self.area.draw(&below)?;
            self.area.draw_text(text, &corner, at)?;
        }
        Ok(())
    }
}
