//! Shapes inside the axes. Lines are cut where they leave them, and labels find a place: plotters does neither.

use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, WHITE};

use super::frame::{clip, holds};
use super::label::{Rect, place};
use super::scene::{BLACK, Plot, Point, Shape, Stroke};
use super::text::{Area, Drawn, SMALL, anchored, fitting, font, measure};

/// Length of a dash, and of the gap after it.
const DASH: i32 = 7;

/// A line through pixels, dashed or not.
pub(super) fn path<B: DrawingBackend>(
    area: &Area<B>,
    points: Vec<(i32, i32)>,
    stroke: Stroke,
) -> Drawn<(), B> {
    let style = stroke.colour.stroke_width(stroke.width);
    if stroke.dashed {
        area.draw(&DashedPathElement::new(points, DASH, DASH, style))
    } else {
        area.draw(&PathElement::new(points, style))
    }
}

/// The inside of the axes.
pub(super) struct Canvas<'a, B: DrawingBackend> {
    pub(super) area: &'a Area<B>,
    pub(super) chart: &'a DrawingArea<B, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
}

impl<B: DrawingBackend> Canvas<'_, B> {
    fn frame(&self) -> Rect {
        let (x, y) = self.chart.get_pixel_range();
        (x.start, y.start, x.end, y.end)
    }

    pub(super) fn pixel(&self, point: &Point) -> (i32, i32) {
        self.chart.map_coordinate(point)
    }

    fn inside(&self, point: &Point) -> bool {
        holds(&self.chart.get_x_range(), point.0) && holds(&self.chart.get_y_range(), point.1)
    }

    fn line(&self, points: &[Point], stroke: Stroke) -> Drawn<(), B> {
        let ranges = (self.chart.get_x_range(), self.chart.get_y_range());
        clip(points, &ranges).into_iter().try_for_each(|piece| {
            let pixels = piece.iter().map(|point| self.pixel(point)).collect();
            path(self.area, pixels, stroke)
        })
    }

    pub(super) fn shape(&self, shape: &Shape) -> Drawn<(), B> {
        let (left, top, right, bottom) = self.frame();
        let (x, y) = (self.chart.get_x_range(), self.chart.get_y_range());
        match shape {
            Shape::Points(points, colour) => {
                let style = colour.mix(0.65).filled();
                for point in points.iter().filter(|point| self.inside(point)) {
                    self.area.draw(&Circle::new(self.pixel(point), 3, style))?;
                }
            }
            Shape::Line(points, stroke) => self.line(points, *stroke)?,
            Shape::Band(edges, colour) => {
                let lower = edges.iter().map(|(x, low, _)| (*x, *low));
                let upper = edges.iter().rev().map(|(x, _, high)| (*x, *high));
                let held = |(x, y): (i32, i32)| (x, y.clamp(top, bottom));
                let corners: Vec<_> = (lower.chain(upper))
                    .map(|corner| held(self.pixel(&corner)))
                    .collect();
                self.area
                    .draw(&Polygon::new(corners, colour.mix(0.3).filled()))?;
            }
            Shape::Intervals(intervals, colour) => {
                let stroke = Stroke::solid(*colour);
                for interval in intervals {
                    self.line(interval, stroke)?;
                    let upright = interval[0].0 == interval[1].0;
                    for end in interval.iter().filter(|end| upright && self.inside(end)) {
                        let (x, y) = self.pixel(end);
                        path(self.area, vec![(x - 4, y), (x + 4, y)], stroke)?;
                    }
                }
            }
            Shape::Level(at, stroke) if holds(&y, *at) => {
                let (_, y) = self.pixel(&(x.start, *at));
                path(self.area, vec![(left, y), (right, y)], *stroke)?;
            }
            Shape::Upright(at, stroke) if holds(&x, *at) => {
                let (x, _) = self.pixel(&(*at, y.start));
                path(self.area, vec![(x, bottom), (x, top)], *stroke)?;
            }
            Shape::Level(..) | Shape::Upright(..) | Shape::Labels(_) => {}
        }
        Ok(())
    }

    /// Draws the labels, last, so that nothing covers them.
    pub(super) fn labels(&self, plot: &Plot) -> Drawn<(), B> {
        let style = font(SMALL, BLACK);
        let frame = self.frame();
        let (mut points, mut anchors) = (Vec::new(), Vec::new());
        let (mut sizes, mut shown) = (Vec::new(), Vec::new());
        for layer in &plot.layers {
            match &layer.shape {
                Shape::Points(at, _) => points.extend(at.iter().map(|point| self.pixel(point))),
                Shape::Labels(labels) => {
                    for (at, text) in labels.iter().filter(|(at, _)| self.inside(at)) {
                        let text = fitting(self.area, text, &style, (frame.2 - frame.0) / 3)?;
                        anchors.push(self.pixel(at));
                        sizes.push(measure(self.area, &text, &style)?);
                        shown.push(text);
                    }
                }
                _ => {}
            }
        }
        // A ring says whose a label is.
        for anchor in &anchors {
            self.area.draw(&Circle::new(*anchor, 5, BLACK))?;
        }
        let corner = anchored(&style, HPos::Left, VPos::Top);
        let veil = WHITE.mix(0.7).filled();
        let places = place(&anchors, &sizes, frame, &points);
        for ((text, at), size) in shown.iter().zip(places).zip(&sizes) {
            // What lies below stays visible, and the letters readable.
            let below = Rectangle::new([at, (at.0 + size.0, at.1 + size.1)], veil);
            self.area.draw(&below)?;
            self.area.draw_text(text, &corner, at)?;
        }
        Ok(())
    }
}
