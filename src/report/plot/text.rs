//! Fonts, and texts that must fit.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont, RGBColor, TextStyle};

use super::scene::Scale;
use crate::report::format::{significant, trimmed};
use crate::report::table::one_line;

/// The name under which the embedded font is registered.
pub(super) const FONT: &str = "sans-serif";
pub(super) const TITLE: i32 = 20;
pub(super) const TEXT: i32 = 15;
pub(super) const SMALL: i32 = 13;

/// The pixels of a picture.
pub(super) type Area<B> = DrawingArea<B, Shift>;
/// A result of drawing.
pub(super) type Drawn<T, B> =
    std::result::Result<T, DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

pub(super) fn font(size: i32, colour: RGBColor) -> TextStyle<'static> {
    (FONT, size).into_font().color(&colour)
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
    Ok((pixels(width), pixels(height)))
}

/// A length as a coordinate.
pub(super) fn pixels(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
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
    let mut shown = text;
    while kept.len() > 1 && measure(area, &shown, style)?.0 > widest {
        kept.pop();
        shown = kept.iter().collect::<String>().trim_end().to_owned() + "…";
    }
    Ok(shown)
}

/// A number beside an axis, whose values span this much.
pub(super) fn tick_label(value: f64, scale: &Scale, span: f64) -> String {
    if *scale == Scale::Log {
        let decade = value.round();
        return match (value - decade).abs() < 1e-9 {
            true if (-3.0..=4.0).contains(&decade) => format!("{}", 10_f64.powf(decade)),
            true => format!("1e{decade}"),
            false => significant(10_f64.powf(value), 2),
        };
    }
    if value.abs() < 1e-9 * span {
        return "0".to_owned();
    }
    trimmed(&significant(value, 6))
}
