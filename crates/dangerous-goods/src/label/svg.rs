//! Shapes as an SVG document.

use std::fmt::Write as _;

use super::shape::{Colour, Paint, Shape};

/// The document; attributes only, no style and no script, so that a strict content security policy
/// shows it.
pub(super) fn document(title: &str, shapes: &[Shape]) -> String {
    let mut svg =
        String::from(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img">"#);
    push(&mut svg, format_args!("<title>{}</title>", escaped(title)));
    for shape in shapes {
        match shape {
            Shape::Path {
                d,
                paint: Paint::Fill(colour),
            } => {
                push(
                    &mut svg,
                    format_args!(r#"<path fill="{}" d="{d}"/>"#, hex(*colour)),
                );
            }
            Shape::Path {
                d,
                paint: Paint::Stroke(colour, width),
            } => {
                let colour = hex(*colour);
                push(
                    &mut svg,
                    format_args!(r#"<path fill="none" stroke="{colour}" stroke-width="{width}" d="{d}"/>"#),
                );
            }
            Shape::Text {
                x,
                y,
                size,
                text,
                colour,
            } => {
                let (colour, text) = (hex(*colour), escaped(text));
                push(
                    &mut svg,
                    format_args!(
                        r#"<text x="{x}" y="{y}" fill="{colour}" font-family="Arial, Helvetica, sans-serif" font-size="{size}" font-weight="700" text-anchor="middle" aria-hidden="true">{text}</text>"#
                    ),
                );
            }
        }
    }
    svg.push_str("</svg>");
    svg
}

fn push(svg: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    let _ = svg.write_fmt(part);
}

fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
