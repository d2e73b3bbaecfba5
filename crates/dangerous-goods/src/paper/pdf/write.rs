//! Writing of pages as a tagged PDF that can be archived (PDF/A-2a) and read aloud (PDF/UA-1).

use std::fmt::Debug;

use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings, color::rgb};

use super::font::Fonts;
use super::sheet::{Mark, Node, Sheet};
use crate::label::{self, Colour, Paint, Shape, Step};
use crate::paper::{Fault, PaperError};

/// The library's names of what went wrong, without the texts of the paper that its errors carry.
fn fault(error: &dyn Debug) -> PaperError {
    let names: String = format!("{error:?}")
        .chars()
        .take_while(|c| *c != '"')
        .take(120)
        .collect();
    Fault::Rendering(names).into()
}

impl Sheet {
    /// Writes the file; the same marks give the same bytes.
    pub(super) fn write(self, title: &str, id: String, created: DateTime) -> Result<Vec<u8>, PaperError> {
        let configuration = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A2_A)
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|error| fault(&error))?;
        let mut document = Document::new_with(SerializeSettings {
            configuration,
            ..SerializeSettings::default()
        });
        document.set_metadata(
            Metadata::new()
                .title(title.to_owned())
                .language("en".to_owned())
                .creator("SafeShipper".to_owned())
                .creation_date(created)
                .document_id(id),
        );
        let settings =
            PageSettings::from_wh(self.width, self.height).ok_or_else(|| fault(&"the page has no size"))?;

        let mut leaves: Vec<Vec<Identifier>> = self.nodes.iter().map(|_| Vec::new()).collect();
        for marks in &self.pages {
            let mut page = document.start_page_with(settings.clone());
            let mut surface = page.surface();
            for (mark, element) in marks {
                let tag = match (element, mark) {
                    (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                    (Some(_), Mark::Text { .. }) => ContentTag::Span(SpanTag::empty()),
                    (Some(_), _) => ContentTag::Other,
                };
                let identifier = surface.start_tagged(tag);
                if let Some(leaf) = element.and_then(|element| leaves.get_mut(element.0)) {
                    leaf.push(identifier);
                }
                draw(&mut surface, &self.fonts, mark);
                surface.end_tagged();
            }
            surface.finish();
            page.finish();
        }

        let mut outline = Outline::new();
        outline.push_child(OutlineNode::new(
            title.to_owned(),
            XyzDestination::new(0, Point::from_xy(0.0, 0.0)),
        ));
        document.set_outline(outline);
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        for group in groups(self.nodes, leaves) {
            tree.push(group);
        }
        document.set_tag_tree(tree);
        document.finish().map_err(|error| fault(&error))
    }
}

/// The elements without a parent, each with what was drawn for it and then its children in the
/// order they were added.
fn groups(nodes: Vec<Node>, leaves: Vec<Vec<Identifier>>) -> Vec<TagGroup> {
    let mut children: Vec<Vec<TagGroup>> = nodes.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    // Children come after their parents, so from the end every element is complete when it is met.
    for (index, (node, leaves)) in nodes.into_iter().zip(leaves).enumerate().rev() {
        let mut group = TagGroup::new(node.tag);
        leaves.into_iter().for_each(|leaf| group.push(leaf));
        std::mem::take(&mut children[index])
            .into_iter()
            .rev()
            .for_each(|child| group.push(child));
        match node.parent {
            Some(parent) => children[parent.0].push(group),
            None => roots.push(group),
        }
    }
    roots.reverse();
    roots
}

fn paint(surface: &mut Surface<'_>, paint: Paint) {
    let colour = |Colour(red, green, blue): Colour| rgb::Color::new(red, green, blue).into();
    match paint {
        Paint::Fill(ink) => {
            surface.set_fill(Some(Fill {
                paint: colour(ink),
                ..Fill::default()
            }));
            surface.set_stroke(None);
        }
        Paint::Stroke(ink, width) => {
            surface.set_stroke(Some(Stroke {
                paint: colour(ink),
                width,
                ..Stroke::default()
            }));
            surface.set_fill(None);
        }
    }
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    match mark {
        Mark::Text {
            x,
            baseline,
            style,
            text,
        } => {
            let face = if style.bold { &fonts.bold } else { &fonts.regular };
            paint(surface, Paint::Fill(style.ink));
            let start = Point::from_xy(*x, *baseline);
            surface.draw_glyphs(
                start,
                &face.shape(text),
                face.font.clone(),
                text,
                style.size,
                false,
            );
        }
        Mark::Line {
            from,
            to,
            width,
            colour,
        } => {
            paint(surface, Paint::Stroke(*colour, *width));
            path(surface, &[Step::Move(from.0, from.1), Step::Line(to.0, to.1)]);
        }
        Mark::Area {
            x,
            y,
            width,
            height,
            colour,
        } => {
            paint(surface, Paint::Fill(*colour));
            let (right, bottom) = (x + width, y + height);
            let corners = [
                Step::Line(right, *y),
                Step::Line(right, bottom),
                Step::Line(*x, bottom),
                Step::Close,
            ];
            path(surface, &[&[Step::Move(*x, *y)], corners.as_slice()].concat());
        }
        Mark::Label { x, y, size, model } => {
            let scale = size / 100.0;
            surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, *x, *y));
            for shape in label::shapes(model) {
                draw_shape(surface, fonts, &shape);
            }
            surface.pop();
        }
    }
}

fn draw_shape(surface: &mut Surface<'_>, fonts: &Fonts, shape: &Shape) {
    match shape {
        Shape::Path { d, paint: how } => {
            paint(surface, *how);
            path(surface, &label::steps(d).unwrap_or_default());
        }
        Shape::Text {
            x,
            y,
            size,
            text,
            colour,
        } => {
            paint(surface, Paint::Fill(*colour));
            let glyphs = fonts.bold.shape(text);
            let width: f32 = glyphs.iter().map(|glyph| glyph.x_advance).sum();
            let start = Point::from_xy(x - width * size / 2.0, *y);
            // Outlines, so that the numbers of the labels do not mix with the text when it is copied.
            surface.draw_glyphs(start, &glyphs, fonts.bold.font.clone(), text, *size, true);
        }
    }
}

fn path(surface: &mut Surface<'_>, steps: &[Step]) {
    let mut builder = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move(x, y) => builder.move_to(x, y),
            Step::Line(x, y) => builder.line_to(x, y),
            Step::Cubic([a, b, c, d, x, y]) => builder.cubic_to(a, b, c, d, x, y),
            Step::Close => builder.close(),
        }
    }
    if let Some(path) = builder.finish() {
        surface.draw_path(&path);
    }
}
