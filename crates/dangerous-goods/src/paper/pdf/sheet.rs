//! Pages as lists of marks, and their writing as a tagged, archivable PDF.
//!
//! Marks are gathered first and written last, because "page 1 of 3" is known only at the end. Every
//! mark belongs to an element of the document's structure or is an artifact (footers, lines), so
//! that the file satisfies PDF/UA-1 and PDF/A-2a.

use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, color::rgb};

use super::font::{Face, Fonts};
use crate::label::{self, Colour, LabelModel, Paint, Shape, Step};
use crate::paper::{Fault, PaperError};

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) ink: Colour,
}

pub(super) const INK: Colour = Colour(0x14, 0x14, 0x14);
pub(super) const QUIET: Colour = Colour(0x55, 0x55, 0x55);
pub(super) const HAIR: Colour = Colour(0xb0, 0xb0, 0xb0);
pub(super) const SHADE: Colour = Colour(0xee, 0xee, 0xee);

impl Style {
    pub(super) const fn new(size: f32) -> Self {
        Self {
            size,
            bold: false,
            ink: INK,
        }
    }
    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
    pub(super) const fn quiet(self) -> Self {
        Self { ink: QUIET, ..self }
    }
    /// Distance between baselines.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.32
    }
}

/// Something on a page, in points from the top left corner.
enum Mark {
    Text {
        x: f32,
        baseline: f32,
        style: Style,
        text: String,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        colour: Colour,
    },
    Area {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        colour: Colour,
    },
    Label {
        x: f32,
        y: f32,
        size: f32,
        model: LabelModel,
    },
}

/// Index of an element of the structure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(usize);

struct Node {
    tag: TagKind,
    parent: Option<Element>,
}

/// The document while it is laid out.
pub(super) struct Sheet {
    pub(super) fonts: Fonts,
    pub(super) width: f32,
    pub(super) height: f32,
    pages: Vec<Vec<(Mark, Option<Element>)>>,
    nodes: Vec<Node>,
}

impl Sheet {
    pub(super) fn new(fonts: Fonts, width: f32, height: f32) -> Self {
        Self {
            fonts,
            width,
            height,
            pages: vec![Vec::new()],
            nodes: Vec::new(),
        }
    }

    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    pub(super) fn add_page(&mut self) {
        self.pages.push(Vec::new());
    }

    pub(super) fn element(&mut self, parent: Option<Element>, tag: impl Into<TagKind>) -> Element {
        self.nodes.push(Node {
            tag: tag.into(),
            parent,
        });
        Element(self.nodes.len() - 1)
    }

    pub(super) fn face(&self, style: Style) -> &Face {
        if style.bold {
            &self.fonts.bold
        } else {
            &self.fonts.regular
        }
    }

    pub(super) fn wrap(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        self.face(style).wrap(text, style.size, width)
    }

    fn mark(&mut self, mark: Mark, element: Option<Element>) {
        if let Some(page) = self.pages.last_mut() {
            page.push((mark, element));
        }
    }

    pub(super) fn text(&mut self, x: f32, baseline: f32, style: Style, text: &str, element: Option<Element>) {
        self.mark(
            Mark::Text {
                x,
                baseline,
                style,
                text: text.to_owned(),
            },
            element,
        );
    }

    pub(super) fn text_right(
        &mut self,
        right: f32,
        baseline: f32,
        style: Style,
        text: &str,
        element: Option<Element>,
    ) {
        let x = right - self.face(style).width(text) * style.size;
        self.text(x, baseline, style, text, element);
    }

    pub(super) fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: Colour) {
        self.mark(
            Mark::Line {
                from,
                to,
                width,
                colour,
            },
            None,
        );
    }

    pub(super) fn area(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Colour) {
        self.mark(
            Mark::Area {
                x,
                y,
                width,
                height,
                colour,
            },
            None,
        );
    }

    /// A label of `size` by `size` points, a figure with its title for those who cannot see it.
    pub(super) fn label(
        &mut self,
        x: f32,
        y: f32,
        size: f32,
        model: &LabelModel,
        parent: Element,
    ) -> Option<()> {
        let bounds = BBox::new(self.pages.len() - 1, Rect::from_xywh(x, y, size, size)?);
        let element = self.element(
            Some(parent),
            Tag::Figure(Some(model.title())).with_bbox(Some(bounds)),
        );
        self.mark(
            Mark::Label {
                x,
                y,
                size,
                model: model.clone(),
            },
            Some(element),
        );
        Some(())
    }

    /// Runs `draw` for every page with its number, to add what every page repeats.
    pub(super) fn on_every_page(&mut self, mut draw: impl FnMut(&mut Self, usize)) {
        let pages = std::mem::take(&mut self.pages);
        let mut done = Vec::with_capacity(pages.len());
        for (index, page) in pages.into_iter().enumerate() {
            self.pages = vec![page];
            draw(self, index + 1);
            done.append(&mut self.pages);
        }
        self.pages = done;
    }

    /// Writes the file; the same marks give the same bytes.
    pub(super) fn write(self, title: &str, id: String, created: DateTime) -> Result<Vec<u8>, PaperError> {
        let fault = |what: String| PaperError::from(Fault::Rendering(what));
        let configuration = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A2_A)
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|error| fault(format!("{error:?}")))?;
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
            PageSettings::from_wh(self.width, self.height).ok_or_else(|| fault("no page size".to_owned()))?;

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
        document.finish().map_err(|error| fault(format!("{error:?}")))
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
