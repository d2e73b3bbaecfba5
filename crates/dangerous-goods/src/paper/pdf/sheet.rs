//! Pages as lists of marks.
//!
//! Marks are gathered first and written last (`write`), because "page 1 of 3" is known only at the
//! end. Every mark belongs to an element of the document's structure or is an artifact (footers,
//! lines).

use krilla::geom::Rect;
use krilla::tagging::{BBox, Tag, TagKind};

use super::font::{Face, Fonts};
use crate::label::{Colour, LabelModel};

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
pub(super) enum Mark {
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
pub(super) struct Element(pub(super) usize);

/// An element of the structure and where it belongs.
pub(super) struct Node {
    pub(super) tag: TagKind,
    pub(super) parent: Option<Element>,
}

/// The document while it is laid out.
pub(super) struct Sheet {
    pub(super) fonts: Fonts,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) pages: Vec<Vec<(Mark, Option<Element>)>>,
    pub(super) nodes: Vec<Node>,
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
}
