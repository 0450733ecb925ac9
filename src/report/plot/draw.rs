//! From a plot to SVG or pixels.

use std::fmt::Display;
use std::path::Path;
use std::sync::OnceLock;

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, register_font};

use super::canvas::{Area, Canvas, Drawn};
use super::frame::{Range, frame};
use super::legend::{MARGIN, legend};
use super::scene::{BLACK, GREY, Plot, Scale};
use super::text::{FONT, SMALL, TEXT, TITLE, anchored, fitting, font, measure, rgb, tick_label};
use crate::error::{Error, Result};

/// The widest text beside an axis of names, as a share of the plot.
const WIDEST: f64 = 0.35;

pub(super) fn svg(plot: &Plot) -> Result<String> {
    let ranges = prepared(plot)?;
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, plot.size).into_drawing_area();
    draw(plot, ranges, &area).map_err(|error| failure(Path::new("SVG"), error))?;
    drop(area);
    Ok(text)
}

pub(super) fn png(plot: &Plot) -> Result<Vec<u8>> {
    let ranges = prepared(plot)?;
    let (width, height) = plot.size;
    let mut pixels = vec![0; 3 * width as usize * height as usize];
    let area = BitMapBackend::with_buffer(&mut pixels, plot.size).into_drawing_area();
    draw(plot, ranges, &area).map_err(|error| failure(Path::new("PNG"), error))?;
    drop(area);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels));
    written.map_err(|error| failure(Path::new("PNG"), error))?;
    Ok(bytes)
}

/// What kept a file, or a drawing, from being written.
pub(super) fn failure(path: &Path, reason: impl Display) -> Error {
    Error::Io {
        path: path.to_owned(),
        source: std::io::Error::other(reason.to_string()),
    }
}

/// The ranges of the axes, with the fonts at hand.
fn prepared(plot: &Plot) -> Result<(Range, Range)> {
    static FONTS: OnceLock<bool> = OnceLock::new();
    let ready = *FONTS.get_or_init(|| {
        let regular = register_font(FONT, FontStyle::Normal, dejavu::sans::regular());
        let bold = register_font(FONT, FontStyle::Bold, dejavu::sans::bold());
        regular.is_ok() && bold.is_ok()
    });
    if !ready {
        return Err(failure(Path::new("DejaVu Sans"), "the font cannot be used"));
    }
    frame(plot)
}

fn draw<B: DrawingBackend>(plot: &Plot, ranges: (Range, Range), area: &Area<B>) -> Drawn<(), B> {
    area.fill(&rgb((255, 255, 255)))?;
    let (width, height) = area.dim_in_pixel();
    let (width, height) = (
        i32::try_from(width).unwrap_or(0),
        i32::try_from(height).unwrap_or(0),
    );
    let title = (FONT, TITLE, FontStyle::Bold)
        .into_font()
        .color(&rgb(BLACK));
    let shown = fitting(area, &plot.title, &title, width - 2 * MARGIN)?;
    area.draw_text(
        &shown,
        &anchored(&title, HPos::Left, VPos::Top),
        (MARGIN, MARGIN),
    )?;
    let top = legend(plot, area, MARGIN + TITLE + 8, width)?;
    let mut bottom = height - MARGIN;
    if let Some(note) = &plot.note {
        let style = font(SMALL, GREY);
        let note = fitting(area, note, &style, width - 2 * MARGIN)?;
        area.draw_text(
            &note,
            &anchored(&style, HPos::Right, VPos::Bottom),
            (width - MARGIN, bottom),
        )?;
        bottom -= SMALL + 6;
    }

    let names = match &plot.y.scale {
        Scale::Names(names) => names.as_slice(),
        _ => &[],
    };
    let tick = font(SMALL, BLACK);
    #[allow(clippy::cast_possible_truncation)] // pixels
    let widest = (WIDEST * f64::from(width)) as i32;
    let mut shown_names = Vec::with_capacity(names.len());
    let mut beside = 0;
    for name in names {
        let name = fitting(area, name, &tick, widest)?;
        beside = beside.max(measure(area, &name, &tick)?.0);
        shown_names.push(name);
    }
    let left = if names.is_empty() { 78 } else { beside + 48 };

    let mut chart = ChartBuilder::on(area)
        .margin_top(top)
        .margin_bottom(height - bottom)
        .margin_left(MARGIN / 2)
        .margin_right(2 * MARGIN)
        .x_label_area_size(50)
        .y_label_area_size(left)
        .build_cartesian_2d(ranges.0.low..ranges.0.high, ranges.1.low..ranges.1.high)?;
    let (log_x, log_y) = (plot.x.scale == Scale::Log, plot.y.scale == Scale::Log);
    let label_x = |v: &f64| tick_label(*v, log_x, &ranges.0);
    let label_y = |v: &f64| tick_label(*v, log_y, &ranges.1);
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(plot.x.label.as_str())
        .axis_desc_style(font(TEXT, BLACK))
        .label_style(font(SMALL, BLACK))
        .bold_line_style(rgb((225, 225, 225)))
        .light_line_style(rgb((255, 255, 255)).mix(0.0))
        .axis_style(rgb(GREY))
        .x_labels(8)
        .y_labels(8)
        .x_label_formatter(&label_x)
        .y_label_formatter(&label_y)
        .y_desc(plot.y.label.as_str());
    if !names.is_empty() {
        mesh.y_labels(0).disable_y_mesh();
    }
    mesh.draw()?;

    let canvas = Canvas {
        area,
        frame: {
            let (x, y) = chart.plotting_area().get_pixel_range();
            (x.start, y.start, x.end, y.end)
        },
        ranges,
        logs: (log_x, log_y),
    };
    let aside = anchored(&tick, HPos::Right, VPos::Center);
    for (position, name) in shown_names.iter().enumerate() {
        let (_, y) = canvas.pixel((0.0, position as f64));
        area.draw_text(name, &aside, (canvas.frame.0 - 8, y))?;
    }
    for layer in &plot.layers {
        canvas.shape(&layer.shape)?;
    }
    canvas.labels(plot)?;
    area.present()
}
