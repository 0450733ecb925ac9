//! Fonts, and texts that must fit.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont, RGBColor, TextStyle};

use super::canvas::{Area, Drawn};
use super::frame::Range;
use super::scene::Colour;
use crate::report::format::{significant, trimmed};
use crate::report::table::one_line;

/// The name under which the embedded font is registered.
pub(super) const FONT: &str = "sans-serif";
pub(super) const TITLE: i32 = 20;
pub(super) const TEXT: i32 = 15;
pub(super) const SMALL: i32 = 13;

pub(super) fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

pub(super) fn font(size: i32, colour: Colour) -> TextStyle<'static> {
    (FONT, size).into_font().color(&rgb(colour))
}

pub(super) fn anchored(
    style: &TextStyle<'static>,
    horizontal: HPos,
    vertical: VPos,
) -> TextStyle<'static> {
    style.pos(Pos::new(horizontal, vertical))
}

/// Width and height of a text in pixels.
pub(super) fn measure<B: DrawingBackend>(
    area: &Area<B>,
    text: &str,
    style: &TextStyle<'_>,
) -> Drawn<(i32, i32), B> {
    let (width, height) = area.estimate_text_size(text, style)?;
    let pixels = |v: u32| i32::try_from(v).unwrap_or(i32::MAX);
    Ok((pixels(width), pixels(height)))
}

/// The text, or as much of its beginning as fits, with an ellipsis.
pub(super) fn fitting<B: DrawingBackend>(
    area: &Area<B>,
    text: &str,
    style: &TextStyle<'_>,
    widest: i32,
) -> Drawn<String, B> {
    let text = one_line(text);
    let mut kept: Vec<char> = text.chars().collect();
    let mut shown = text.clone();
    while kept.len() > 1 && measure(area, &shown, style)?.0 > widest {
        kept.pop();
        shown = kept.iter().collect::<String>().trim_end().to_owned() + "…";
    }
    Ok(shown)
}

/// A number beside an axis.
pub(super) fn tick_label(value: f64, log: bool, range: &Range) -> String {
    if log {
        let decade = value.round();
        let near = (value - decade).abs() < 1e-9;
        return match near {
            true if (-3.0..=4.0).contains(&decade) => format!("{}", 10_f64.powf(decade)),
            true => format!("1e{decade}"),
            false => significant(10_f64.powf(value), 2),
        };
    }
    if value.abs() < 1e-9 * (range.high - range.low) {
        return "0".to_owned();
    }
    trimmed(&significant(value, 6))
}
