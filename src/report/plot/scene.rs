//! A plot before it is drawn: layers of points and lines in the coordinates of the axes.

use plotters::style::RGBColor as Colour;

use crate::check::check_parameter;
use crate::error::Result;

pub(super) const BLACK: Colour = Colour(0, 0, 0);
pub(super) const GREY: Colour = Colour(110, 110, 110);
pub(super) const BLUE: Colour = Colour(0, 114, 178);
pub(super) const VERMILLION: Colour = Colour(213, 94, 0);
pub(super) const GREEN: Colour = Colour(0, 158, 115);
pub(super) const SKY: Colour = Colour(86, 180, 233);
/// The colour of intervals: a light blue behind their points.
pub(super) const INTERVAL: Colour = Colour(150, 190, 220);
/// The colour of lines without a colour of their own.
pub(super) const FAINT: Colour = Colour(190, 190, 190);
/// Okabe and Ito's colours, the yellow, too light for lines, left out.
pub(super) const PALETTE: [Colour; 7] = [
    BLUE,
    VERMILLION,
    GREEN,
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    SKY,
    BLACK,
];

/// The least width and height in pixels.
const LEAST: u32 = 200;
/// The largest width and height in pixels.
const LARGEST: u32 = 10_000;

/// Abscissa and ordinate.
pub(super) type Point = (f64, f64);

/// Values along an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scale {
    Linear,
    /// Decimal logarithms: a tick is labelled by the number it is the logarithm of. (The logarithmic axis of plotters
    /// labels whole decades alone, which an axis from 6 to 40 has one of.)
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
    pub(super) fn new(label: impl Into<String>, scale: Scale) -> Self {
        let label = label.into();
        Self { label, scale }
    }

    pub(super) fn linear(label: impl Into<String>) -> Self {
        Self::new(label, Scale::Linear)
    }
}

/// The style of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) colour: Colour,
    pub(super) width: u32,
    pub(super) dashed: bool,
}

impl Stroke {
    const fn new(colour: Colour, width: u32, dashed: bool) -> Self {
        Self {
            colour,
            width,
            dashed,
        }
    }

    pub(super) const fn solid(colour: Colour) -> Self {
        Self::new(colour, 2, false)
    }

    pub(super) const fn thin(colour: Colour) -> Self {
        Self::new(colour, 1, false)
    }

    pub(super) const fn dashed(colour: Colour) -> Self {
        Self::new(colour, 1, true)
    }
}

/// A shape to draw, and its name in the legend if it has one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    pub(super) name: Option<String>,
    pub(super) shape: Shape,
    /// True if the axes must reach it.
    pub(super) framed: bool,
}

/// Shapes in the coordinates of the axes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Points(Vec<Point>, Colour),
    Line(Vec<Point>, Stroke),
    /// The area between a lower and an upper line, `(x, lower, upper)`.
    Band(Vec<(f64, f64, f64)>, Colour),
    /// Intervals from point to point; an upright one has caps.
    Intervals(Vec<[Point; 2]>, Colour),
    /// A line across the whole plot at this ordinate.
    Level(f64, Stroke),
    /// A line across the whole plot at this abscissa.
    Upright(f64, Stroke),
    /// Text at points.
    Labels(Vec<(Point, String)>),
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

    pub(super) fn layer(self, name: Option<&str>, shape: Shape) -> Self {
        self.add(name, shape, true)
    }

    /// Adds a layer that the axes need not reach.
    pub(super) fn backdrop(self, name: Option<&str>, shape: Shape) -> Self {
        self.add(name, shape, false)
    }

    fn add(mut self, name: Option<&str>, shape: Shape, framed: bool) -> Self {
        let name = name.map(str::to_owned);
        self.layers.push(Layer {
            name,
            shape,
            framed,
        });
        self
    }

    pub(super) fn note(mut self, note: Option<String>) -> Self {
        self.note = note;
        self
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets width and height in pixels; 800 × 600 unless set.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless both are between 200 and 10 000.
    pub fn size(mut self, width: u32, height: u32) -> Result<Self> {
        for (name, value) in [("width", width), ("height", height)] {
            let fits = (LEAST..=LARGEST).contains(&value);
            check_parameter(fits, name, f64::from(value), "between 200 and 10000 pixels")?;
        }
        self.size = (width, height);
        Ok(self)
    }

    /// The plot in words, for those who do not see it: its title and its axes.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::report::plot::PredictionPlots;
    /// use ndarray::array;
    ///
    /// let plots = PredictionPlots::new(array![1.0, 2.0, 3.0].view(), array![1.1, 1.9, 3.2].view())?;
    /// let plot = plots.predicted_vs_observed()?;
    /// assert_eq!(plot.description(), "Predicted vs observed: predicted against observed");
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn description(&self) -> String {
        match (self.y.label.as_str(), self.x.label.as_str()) {
            ("", x) => format!("{}: {x}", self.title),
            (y, x) => format!("{}: {y} against {x}", self.title),
        }
    }
}
