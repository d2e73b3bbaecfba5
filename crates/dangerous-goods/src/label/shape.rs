//! The few shapes every label is made of, on a field of 100 by 100 units with y downwards.
//!
//! The same shapes are written as SVG and drawn into PDF, so a path uses absolute `M`, `L`, `C` and
//! `Z` only, which both understand.

/// A colour of ADR 5.2.2.2.2 or 5.3.2.2.1 as red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(super) const BLACK: Colour = Colour(0x11, 0x11, 0x11);
pub(super) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
pub(super) const RED: Colour = Colour(0xd8, 0x0f, 0x1e);
pub(super) const ORANGE: Colour = Colour(0xff, 0x80, 0x00);
pub(super) const YELLOW: Colour = Colour(0xff, 0xd5, 0x00);
pub(super) const GREEN: Colour = Colour(0x00, 0x85, 0x3f);
pub(super) const BLUE: Colour = Colour(0x00, 0x57, 0xb8);

/// How a shape is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Paint {
    /// Filled, by the non-zero rule.
    Fill(Colour),
    /// Drawn as a line of this width with mitred corners and butt ends.
    Stroke(Colour, f32),
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// A path of absolute commands.
    Path {
        /// `M`, `L`, `C`, `Z` with coordinates separated by a space.
        d: &'static str,
        /// Fill or line.
        paint: Paint,
    },
    /// Bold text centred on `x`.
    Text {
        /// Horizontal centre.
        x: f32,
        /// Baseline.
        y: f32,
        /// Font size.
        size: f32,
        /// ASCII letters, digits and points.
        text: String,
        /// Colour of the letters.
        colour: Colour,
    },
}

pub(super) fn fill(d: &'static str, colour: Colour) -> Shape {
    Shape::Path {
        d,
        paint: Paint::Fill(colour),
    }
}

pub(super) fn stroke(d: &'static str, colour: Colour, width: f32) -> Shape {
    Shape::Path {
        d,
        paint: Paint::Stroke(colour, width),
    }
}

pub(super) fn text(x: f32, y: f32, size: f32, text: impl Into<String>, colour: Colour) -> Shape {
    Shape::Text {
        x,
        y,
        size,
        text: text.into(),
        colour,
    }
}

/// One step of a path.
#[cfg(any(test, feature = "pdf"))]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    Cubic([f32; 6]),
    Close,
}

/// The steps of a path, or `None` where it is not of the form promised above.
#[cfg(any(test, feature = "pdf"))]
pub(crate) fn steps(d: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = d;
    while let Some(command) = rest.chars().next() {
        let tail = rest.get(1..)?;
        let end = tail.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let numbers = tail[..end]
            .split_ascii_whitespace()
            .map(|n| n.parse().ok())
            .collect::<Option<Vec<f32>>>()?;
        steps.push(match (command, numbers.as_slice()) {
            ('M', [x, y]) => Step::Move(*x, *y),
            ('L', [x, y]) => Step::Line(*x, *y),
            ('C', six) => Step::Cubic(six.try_into().ok()?),
            ('Z', []) => Step::Close,
            _ => return None,
        });
        rest = &tail[end..];
    }
    Some(steps)
}
