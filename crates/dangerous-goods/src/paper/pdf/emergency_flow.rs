//! The sentences of the emergency sheet in two columns, each heading with the first sentence under it.

use krilla::tagging::Tag;

use super::emergency::Page;
use super::sheet::{Element, Style};
use crate::emergency::{Action, Panel, Step, is_named};

const GAP: f32 = 14.0;
const INDENT: f32 = 8.0;

/// A sentence, with the heading before it where it is the first of its step.
struct Item {
    heading: Option<&'static str>,
    lines: Vec<String>,
}

/// ` [3, 5]`; the foot of the sheet says what it means.
fn lines(panel: &Panel, action: &Action) -> String {
    if is_named(panel, action) {
        return String::new();
    }
    let numbers: Vec<String> = action.lines.iter().map(|line| (line + 1).to_string()).collect();
    format!(" [{}]", numbers.join(", "))
}

/// The sentences on their way into the columns.
pub(super) struct Columns {
    items: Vec<Item>,
    width: f32,
    style: Style,
    title: Style,
}

impl Columns {
    pub(super) fn new(page: &mut Page<'_>, panel: &Panel) -> Self {
        let width = (Page::RIGHT - Page::LEFT - GAP) / 2.0;
        let (style, title) = (page.style(8.5), page.style(10.0).bold());
        let mut items = Vec::new();
        for section in &panel.sections {
            let mut heading = Some(section.step.title());
            // What is on each line stands in the rows above.
            let own = |action: &&Action| section.step != Step::Tell || action.lines.is_empty();
            for action in section.actions.iter().filter(own) {
                let text = format!("{}{}", action.text, lines(panel, action));
                items.push(Item {
                    heading: heading.take(),
                    lines: page.wrap(&text, style, width - INDENT),
                });
            }
        }
        Self {
            items,
            width,
            style,
            title,
        }
    }

    fn height(&self, item: &Item) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "lines of a sentence")]
        let lines = item.lines.len() as f32;
        let heading = item.heading.map_or(0.0, |_| self.title.leading() + 3.0);
        heading + lines * self.style.leading() + 1.5
    }

    /// How many of the items from `first` fit a column of this height; one at least.
    fn fit(&self, first: usize, height: f32) -> usize {
        let mut used = 0.0;
        let fitting = self.items.iter().skip(first).take_while(|item| {
            used += self.height(item);
            used <= height
        });
        fitting.count().max(1)
    }

    /// Fills two columns a page; on the last page both are as even as they can be.
    pub(super) fn draw(&self, page: &mut Page<'_>) {
        let mut first = 0;
        // Less than this is not worth a column.
        page.room(60.0);
        while first < self.items.len() {
            let room = Page::BOTTOM - page.y;
            let rest = self.items.len() - first;
            let mut height = room;
            let both = |height: f32| {
                let left = self.fit(first, height);
                left + self.fit((first + left).min(self.items.len()), height)
            };
            if both(room) >= rest {
                let total: f32 = self.items.iter().skip(first).map(|item| self.height(item)).sum();
                height = total / 2.0;
                while height < room && both(height) < rest {
                    height += 2.0;
                }
                height = height.min(room);
            }
            let top = page.y;
            for x in [Page::LEFT, Page::LEFT + self.width + GAP] {
                let count = self.fit(first, height).min(self.items.len() - first);
                self.column(page, x, top, first..first + count);
                first += count;
                if first >= self.items.len() {
                    break;
                }
            }
            if first < self.items.len() {
                page.next_page();
            }
        }
    }

    fn column(&self, page: &mut Page<'_>, x: f32, top: f32, items: std::ops::Range<usize>) {
        let mut y = top;
        for item in self.items.get(items).unwrap_or_default() {
            if let Some(heading) = item.heading {
                let element = page.heading(2, heading);
                y += self.title.leading();
                page.sheet
                    .text(x, y, self.title, &heading.to_uppercase(), Some(element));
                y += 3.0;
            }
            let element: Element = page.sheet.element(None, Tag::P);
            for (index, line) in item.lines.iter().enumerate() {
                y += self.style.leading();
                if index == 0 {
                    page.sheet.text(x, y, self.style.bold(), "•", Some(element));
                }
                page.sheet.text(x + INDENT, y, self.style, line, Some(element));
            }
            y += 1.5;
        }
    }
}
