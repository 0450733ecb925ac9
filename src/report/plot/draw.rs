//! A plot as SVG, as pixels, and in a file.

use std::fmt::Display;
use std::path::Path;
use std::sync::OnceLock;

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::chart::ChartBuilder;
use plotters::drawing::IntoDrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{FontStyle, IntoFont, RGBColor, TRANSPARENT, WHITE, register_font};

use super::canvas::Canvas;
use super::frame::{Ranges, frame};
use super::legend::{MARGIN, legend};
use super::scene::{BLACK, GREY, Plot, Scale};
use super::text::{
    Area, Drawn, FONT, SMALL, TEXT, TITLE, anchored, fitting, font, measure, pixels, tick_label,
};
use crate::error::{Error, Result};

impl Plot {
    /// The plot as SVG; text stays text, in the viewer's sans-serif font.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`] if the range of an axis is beyond the floating-point range; [`Error::Io`] if drawing fails.
    pub fn svg(&self) -> Result<String> {
        let ranges = prepared(self)?;
        let mut text = String::new();
        let area = SVGBackend::with_string(&mut text, self.size).into_drawing_area();
        draw(self, ranges, &area).map_err(|error| failure("SVG", error))?;
        drop(area);
        Ok(text)
    }

    /// The plot as PNG. The font has Latin, Greek, Cyrillic and mathematical letters, not those of East Asia.
    ///
    /// # Errors
    ///
    /// As [`svg`](Self::svg).
    pub fn png(&self) -> Result<Vec<u8>> {
        let ranges = prepared(self)?;
        let (width, height) = self.size;
        let mut pixels = vec![0; 3 * width as usize * height as usize];
        let area = BitMapBackend::with_buffer(&mut pixels, self.size).into_drawing_area();
        draw(self, ranges, &area).map_err(|error| failure("PNG", error))?;
        drop(area);
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&pixels));
        written.map_err(|error| failure("PNG", error))?;
        Ok(bytes)
    }

    /// Writes the plot to a file, in the format that its extension names, `.svg` or `.png`: the one place of the
    /// library that writes files, as [`CsvReader`](crate::data::CsvReader) is the one that reads them.
    ///
    /// # Errors
    ///
    /// As [`svg`](Self::svg); [`Error::Io`] for another extension, or if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let bytes = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => self.svg()?.into_bytes(),
            Some("png") => self.png()?,
            _ => return Err(failure(path, "a plot is saved as .svg or .png")),
        };
        std::fs::write(path, bytes).map_err(|source| Error::Io {
            path: path.to_owned(),
            source,
        })
    }
}

/// The error of a file, or of a drawing, that could not be made.
fn failure(path: impl AsRef<Path>, reason: impl Display) -> Error {
    Error::Io {
        path: path.as_ref().to_owned(),
        source: std::io::Error::other(reason.to_string()),
    }
}

/// Registers the fonts, and finds the ranges of the axes.
fn prepared(plot: &Plot) -> Result<Ranges> {
    static FONTS: OnceLock<bool> = OnceLock::new();
    let ready = *FONTS.get_or_init(|| {
        let regular = register_font(FONT, FontStyle::Normal, dejavu::sans::regular());
        let bold = register_font(FONT, FontStyle::Bold, dejavu::sans::bold());
        regular.is_ok() && bold.is_ok()
    });
    if !ready {
        return Err(failure("DejaVu Sans", "the font cannot be used"));
    }
    frame(plot)
}

fn draw<B: DrawingBackend>(plot: &Plot, ranges: Ranges, area: &Area<B>) -> Drawn<(), B> {
    area.fill(&WHITE)?;
    let (width, height) = (pixels(plot.size.0), pixels(plot.size.1));
    let title = (FONT, TITLE, FontStyle::Bold).into_font().color(&BLACK);
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

    let small = font(SMALL, BLACK);
    let names = match &plot.y.scale {
        // Beside the axis, no wider than about a third of the plot.
        Scale::Names(names) => (names.iter())
            .map(|name| fitting(area, name, &small, 7 * width / 20))
            .collect::<Drawn<Vec<_>, B>>()?,
        _ => Vec::new(),
    };
    let mut left = if names.is_empty() { 78 } else { 48 };
    let mut widest = 0;
    for name in &names {
        widest = widest.max(measure(area, name, &small)?.0);
    }
    left += widest;

    let spans = [&ranges.0, &ranges.1].map(|range| (range.end - range.start).abs());
    let mut chart = ChartBuilder::on(area)
        .margin_top(top)
        .margin_bottom(height - bottom)
        .margin_left(MARGIN / 2)
        .margin_right(2 * MARGIN)
        .x_label_area_size(50)
        .y_label_area_size(left)
        .build_cartesian_2d(ranges.0, ranges.1)?;
    let label_x = |v: &f64| tick_label(*v, &plot.x.scale, spans[0]);
    let label_y = |v: &f64| tick_label(*v, &plot.y.scale, spans[1]);
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(plot.x.label.as_str())
        .y_desc(plot.y.label.as_str())
        .axis_desc_style(font(TEXT, BLACK))
        .label_style(small.clone())
        .bold_line_style(RGBColor(225, 225, 225))
        .light_line_style(TRANSPARENT)
        .axis_style(GREY)
        .x_labels(8)
        .y_labels(8)
        .x_label_formatter(&label_x)
        .y_label_formatter(&label_y);
    if !names.is_empty() {
        mesh.y_labels(0).disable_y_mesh();
    }
    mesh.draw()?;

    let canvas = Canvas {
        area,
        chart: chart.plotting_area(),
    };
    let aside = anchored(&small, HPos::Right, VPos::Center);
    let start = canvas.chart.get_x_axis_pixel_range().start;
    for (position, name) in names.iter().enumerate() {
        let (_, y) = canvas.pixel(&(0.0, position as f64));
        area.draw_text(name, &aside, (start - 8, y))?;
    }
    for layer in &plot.layers {
        canvas.shape(&layer.shape)?;
    }
    canvas.labels(plot)?;
    area.present()
}
