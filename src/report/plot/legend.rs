//! The legend, in rows below the title, where no point can be; that of plotters stands on the points, a line for each
//! name.

use plotters::element::{Circle, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

use super::canvas::path;
use super::scene::{BLACK, Plot, Shape, Stroke};
use super::text::{Area, Drawn, SMALL, anchored, fitting, font, measure};

/// Between the picture and its left and right border.
pub(super) const MARGIN: i32 = 14;

/// Draws a sample and the name of each layer that has one, in as many rows as they take; returns where the chart
/// begins.
pub(super) fn legend<B: DrawingBackend>(
    plot: &Plot,
    area: &Area<B>,
    top: i32,
    width: i32,
) -> Drawn<i32, B> {
    let style = font(SMALL, BLACK);
    let text = anchored(&style, HPos::Left, VPos::Center);
    let (mut x, mut y, mut any) = (MARGIN, top + SMALL / 2, false);
    for layer in &plot.layers {
        let Some(name) = &layer.name else { continue };
        let name = fitting(area, name, &style, width / 3)?;
        let span = 28 + 6 + measure(area, &name, &style)?.0;
        if x > MARGIN && x + span > width - MARGIN {
            (x, y) = (MARGIN, y + SMALL + 7);
        }
        let line = vec![(x, y), (x + 28, y)];
        match &layer.shape {
            Shape::Points(_, colour) => {
                area.draw(&Circle::new((x + 14, y), 4, colour.filled()))?;
            }
            Shape::Band(_, colour) => {
                let corners = [(x, y - 6), (x + 28, y + 6)];
                area.draw(&Rectangle::new(corners, colour.mix(0.3).filled()))?;
            }
            Shape::Line(_, stroke) | Shape::Level(_, stroke) | Shape::Upright(_, stroke) => {
                path(area, line, *stroke)?;
            }
            Shape::Intervals(_, colour) => path(area, line, Stroke::solid(*colour))?,
            Shape::Labels(_) => {}
        }
        area.draw_text(&name, &text, (x + 34, y))?;
        x += span + 22;
        any = true;
    }
    Ok(if any { y + SMALL + 2 } else { top })
}
