//! Hazard labels as the project's own drawings (ADR 5.2.2.2, 49 CFR 172.400 and following), the
//! limited-quantity mark and the orange plate.
//!
//! `model` says which labels there are, `draw` which shapes make them, `pictogram` holds the paths,
//! `svg` writes them; the PDF draws the same shapes. A new label is a variant of [`LabelModel`] and
//! an arm in `draw`.

mod draw;
mod model;
mod pictogram;
mod shape;
mod svg;
#[cfg(test)]
mod tests;

#[cfg(feature = "pdf")]
pub(crate) use draw::shapes;
pub use model::{InvalidLabel, LabelModel};
#[cfg(feature = "pdf")]
pub(crate) use shape::{Colour, Paint, Shape, Step, steps};

/// The label as a stand-alone SVG document of 100 by 100 units, with an accessible title and
/// presentation attributes only, so that a strict content security policy serves it.
#[must_use]
pub fn svg(model: &LabelModel) -> String {
    svg::document(&model.title(), &draw::shapes(model))
}
