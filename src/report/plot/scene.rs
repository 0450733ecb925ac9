//! A plot before it is drawn: layers of points and lines in the coordinates of the data.

use std::path::Path;

use super::draw;
use crate::error::{Error, Result};
use crate::report::escape_html;

/// A colour, red, green and blue.
pub(super) type Colour = (u8, u8, u8);

pub(super) const BLACK: Colour = (0, 0, 0);
pub(super) const GREY: Colour = (110, 110, 110);
pub(super) const BLUE: Colour = (0, 114, 178);
pub(super) const VERMILLION: Colour = (213, 94, 0);
pub(super) const GREEN: Colour = (0, 158, 115);
pub(super) const SKY: Colour = (86, 180, 233);
/// Okabe and Ito's colours, the yellow, too light for lines, left out.
pub(super) const PALETTE: [Colour; 7] = [
    BLUE,
    VERMILLION,
    GREEN,
    (204, 121, 167),
    (230, 159, 0),
    SKY,
    BLACK,
];

/// The least width and height in pixels.
const LEAST: u32 = 200;
/// The largest.
const LARGEST: u32 = 10_000;

/// How an axis maps its values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scale {
    Linear,
    /// By the decimal logarithm: values are above 0.
    Log,
    /// Names at 0, 1, …, from the top.
    Names(Vec<String>),
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) label: String,
    pub(super) scale: Scale,
}

impl Axis {
    pub(super) fn linear(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            scale: Scale::Linear,
        }
    }

    pub(super) fn log(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            scale: Scale::Log,
        }
    }
}

/// A line's look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) colour: Colour,
    pub(super) width: u32,
    pub(super) dashed: bool,
}

impl Stroke {
    pub(super) fn solid(colour: Colour) -> Self {
        Self {
            colour,
            width: 2,
            dashed: false,
        }
    }

    pub(super) fn thin(colour: Colour) -> Self {
        Self {
            colour,
            width: 1,
            dashed: false,
        }
    }

    pub(super) fn dashed(colour: Colour) -> Self {
        Self {
            colour,
            width: 1,
            dashed: true,
        }
    }
}

/// What is drawn, and its place in the legend if it has a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    pub(super) name: Option<String>,
    pub(super) shape: Shape,
    /// Whether the axes must reach it.
    pub(super) framed: bool,
}

/// The shapes; coordinates are those of the data.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Points(Vec<(f64, f64)>, Colour),
    Line(Vec<(f64, f64)>, Stroke),
    /// Between a lower and an upper line, `(x, lower, upper)`.
    Band(Vec<(f64, f64, f64)>, Colour),
    /// From `low` to `high` along the ordinate, `(x, low, high)`.
    Bars(Vec<(f64, f64, f64)>, Colour),
    /// The same along the abscissa, `(y, low, high)`.
    Spans(Vec<(f64, f64, f64)>, Colour),
    /// Across the whole plot at this ordinate.
    Level(f64, Stroke),
    /// Across the whole plot at this abscissa.
    Upright(f64, Stroke),
    /// Text at points.
    Labels(Vec<(f64, f64, String)>),
}

/// A plot that is ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) layers: Vec<Layer>,
    /// A line of small print.
    pub(super) note: Option<String>,
    pub(super) size: (u32, u32),
}

impl Plot {
    pub(super) fn new(title: &str, x: Axis, y: Axis) -> Self {
        Self {
            title: title.to_owned(),
            x,
            y,
            layers: Vec::new(),
            note: None,
            size: (800, 600),
        }
    }

    pub(super) fn layer(mut self, name: Option<&str>, shape: Shape) -> Self {
        self.layers.push(Layer {
            name: name.map(str::to_owned),
            shape,
            framed: true,
        });
        self
    }

    /// A layer that the axes need not reach.
    pub(super) fn backdrop(mut self, name: Option<&str>, shape: Shape) -> Self {
        self.layers.push(Layer {
            name: name.map(str::to_owned),
            shape,
            framed: false,
        });
        self
    }

    pub(super) fn note(mut self, note: Option<String>) -> Self {
        self.note = note;
        self
    }

    /// Another title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Width and height in pixels; 800 × 600 unless set.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless both are between 200 and 10 000.
    pub fn size(mut self, width: u32, height: u32) -> Result<Self> {
        for (name, value) in [("width", width), ("height", height)] {
            if !(LEAST..=LARGEST).contains(&value) {
                return Err(Error::InvalidParameter {
                    name,
                    value: f64::from(value),
                    requirement: "between 200 and 10000 pixels",
                });
            }
        }
        self.size = (width, height);
        Ok(self)
    }

    /// The plot as SVG; text stays text, in the viewer's sans-serif font.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`] if the range of an axis is beyond the floating-point range; [`Error::Io`] if drawing fails.
    pub fn svg(&self) -> Result<String> {
        draw::svg(self)
    }

    /// The plot as an element of a page of HTML: as wide as its place there, its text in the page's sans-serif font, with a title for those
    /// who do not see it. The page's style sheet may give the colours others, by selectors such as `svg [fill="#FFFFFF"]`.
    ///
    /// # Errors
    ///
    /// As [`svg`](Self::svg).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::report::plot::PredictionPlots;
    /// use ndarray::array;
    ///
    /// let plots = PredictionPlots::new(array![1.0, 2.0, 3.0].view(), array![1.1, 1.9, 3.2].view())?;
    /// let element = plots.predicted_vs_observed()?.size(500, 400)?.html()?;
    /// assert!(element.starts_with("<svg viewBox=\"0 0 500 400\" role=\"img\"><title>Predicted vs observed: predicted against observed</title>"));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn html(&self) -> Result<String> {
        let svg = self.svg()?;
        // The root element ends with the first `>`: its attributes are numbers and the name space, which HTML does without.
        let inside = svg.split_once('>').map_or("", |(_, inside)| inside);
        let (width, height) = self.size;
        let axes = match (self.y.label.as_str(), self.x.label.as_str()) {
            ("", x) => x.to_owned(),
            (y, x) => format!("{y} against {x}"),
        };
        Ok(format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\"><title>{}: {}</title>{inside}",
            escape_html(&self.title),
            escape_html(&axes)
        ))
    }

    /// The plot as PNG. The font has Latin, Greek, Cyrillic and mathematical letters, not those of East Asia.
    ///
    /// # Errors
    ///
    /// As [`svg`](Self::svg).
    pub fn png(&self) -> Result<Vec<u8>> {
        draw::png(self)
    }

    /// Writes the plot to a file, in the format that its extension names, `.svg` or `.png`.
    ///
    /// # Errors
    ///
    /// As [`svg`](Self::svg); [`Error::Io`] for another extension, or if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let extension = path.extension().and_then(|e| e.to_str());
        let bytes = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => self.svg()?.into_bytes(),
            Some("png") => self.png()?,
            _ => {
                let rule = "a plot is saved as .svg or .png";
                return Err(draw::failure(path, rule));
            }
        };
        std::fs::write(path, bytes).map_err(|source| Error::Io {
            path: path.to_owned(),
            source,
        })
    }
}
