//! What stands where on the paper: head, parties, the table of goods, statements, signature, the
//! carrier's fields, and what every page repeats.

use std::num::NonZeroU16;

use krilla::tagging::Tag;

use super::footer::Footer;
use super::sheet::{Element, HAIR, INK, Sheet, Style};
use super::table::Table;
use crate::paper::{Block, Content, Fault, PaperError};

pub(super) const MARGIN: f32 = 40.0;
pub(super) const FINE: Style = Style::new(7.0).quiet();
pub(super) const CAPTION: Style = Style::new(7.0).bold().quiet();
const BODY: Style = Style::new(9.0);

/// Lays out the whole paper.
pub(super) fn lay_out(sheet: &mut Sheet, content: &Content) -> Result<(), PaperError> {
    let footer = Footer::new(sheet, content);
    let bottom = sheet.height - MARGIN - footer.height() - 10.0;
    let mut flow = Flow {
        y: MARGIN,
        bottom,
        left: MARGIN,
        right: sheet.width - MARGIN,
        sheet,
        content,
    };
    flow.head();
    flow.parties();
    if flow.space() < flow.sheet.height / 3.0 {
        let what = "names and addresses leave no room for the goods".to_owned();
        return Err(Fault::Rendering(what).into());
    }
    Table::new(&mut flow).draw(&mut flow);
    for block in &content.statements {
        flow.statement(block);
    }
    flow.signature()?;
    flow.carrier()?;
    footer.draw(sheet);
    Ok(())
}

/// The place the next thing goes to.
pub(super) struct Flow<'a> {
    pub(super) sheet: &'a mut Sheet,
    pub(super) content: &'a Content,
    pub(super) y: f32,
    pub(super) bottom: f32,
    pub(super) left: f32,
    pub(super) right: f32,
}

impl Flow<'_> {
    pub(super) fn space(&self) -> f32 {
        self.bottom - self.y
    }

    /// Starts a page with a short head that says which paper it belongs to.
    pub(super) fn break_page(&mut self) {
        self.sheet.add_page();
        let style = Style::new(9.0).bold();
        let title = self.content.kind().title();
        self.sheet.text(self.left, MARGIN + 8.0, style, title, None);
        let room = (self.right - self.left) / 2.0;
        let number = self.sheet.wrap(self.content.number(), style, room).swap_remove(0);
        self.sheet
            .text_right(self.right, MARGIN + 8.0, style, &number, None);
        self.sheet
            .rule((self.left, MARGIN + 15.0), (self.right, MARGIN + 15.0), 1.2, INK);
        self.y = MARGIN + 26.0;
    }

    fn heading(&mut self, level: u16, title: &str) -> Element {
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.sheet.element(None, Tag::Hn(level, Some(title.to_owned())))
    }

    /// Lines one under the other; the y of the next baseline comes back.
    fn lines(&mut self, x: f32, first: f32, style: Style, lines: &[String], element: Element) -> f32 {
        let mut baseline = first;
        for line in lines {
            self.sheet.text(x, baseline, style, line, Some(element));
            baseline += style.leading();
        }
        baseline
    }

    fn head(&mut self) {
        let (title, law) = (self.content.kind().title(), self.content.kind().law());
        let half = (self.right - self.left) * 0.69;
        let style = Style::new(18.0).bold();
        let heading = self.heading(1, title);
        let lines = self.sheet.wrap(title, style, half);
        let after_title =
            self.lines(self.left, MARGIN + 15.0, style, &lines, heading) - style.leading() + 13.0;
        let element = self.sheet.element(None, Tag::P);
        self.sheet.text(self.left, after_title, FINE, law, Some(element));

        let x = self.left + half + 16.0;
        let mut y = MARGIN + 6.0;
        let facts = [
            ("NUMBER", self.content.number().to_owned(), 12.0),
            ("ISSUED", self.content.issued(), 9.5),
        ];
        for (caption, value, size) in facts {
            let element = self.sheet.element(None, Tag::P);
            self.sheet.text(x, y, CAPTION, caption, Some(element));
            let style = Style::new(size).bold();
            let lines = self.sheet.wrap(&value, style, self.right - x);
            y = self.lines(x, y + size + 1.5, style, &lines, element) - style.leading() + 13.0;
        }
        self.y = f32::max(after_title, y - 13.0) + 11.0;
        self.sheet
            .rule((self.left, self.y), (self.right, self.y), 1.6, INK);
    }

    /// The parties side by side, the first line of each in bold.
    fn parties(&mut self) {
        let blocks = &self.content.parties;
        #[expect(clippy::cast_precision_loss, reason = "three at most")]
        let column = (self.right - self.left) / blocks.len() as f32;
        let top = self.y;
        let mut lowest = top;
        for (index, block) in blocks.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "three at most")]
            let x = self.left + column * index as f32 + if index == 0 { 0.0 } else { 10.0 };
            let heading = self.heading(2, &block.heading);
            self.sheet.text(
                x,
                top + 15.0,
                CAPTION,
                &block.heading.to_uppercase(),
                Some(heading),
            );
            let element = self.sheet.element(None, Tag::P);
            let mut baseline = top + 29.0;
            for (n, line) in block.lines.iter().enumerate() {
                // The third block is the emergency telephone, which is read in a hurry.
                let size = if index == 2 { 12.5 } else { 10.5 };
                let style = if n == 0 { Style::new(size).bold() } else { BODY };
                let width = column - if index == 0 { 10.0 } else { 20.0 };
                let lines = self.sheet.wrap(line, style, width);
                baseline = self.lines(x, baseline, style, &lines, element);
                if n == 0 {
                    baseline += 0.5;
                }
            }
            lowest = lowest.max(baseline);
        }
        self.y = lowest - 2.0;
        for index in 1..blocks.len() {
            #[expect(clippy::cast_precision_loss, reason = "three at most")]
            let x = self.left + column * index as f32;
            self.sheet.rule((x, top + 8.0), (x, self.y - 4.0), 0.5, HAIR);
        }
        self.y += 6.0;
    }

    /// A headed paragraph, kept on one page where it fits on one.
    fn statement(&mut self, block: &Block) {
        let width = self.right - self.left;
        let lines: Vec<String> = block
            .lines
            .iter()
            .flat_map(|line| self.sheet.wrap(line, BODY, width))
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "lines of a paragraph")]
        let height = 22.0 + lines.len() as f32 * BODY.leading();
        // The signature belongs under its certification, and no page holds the carrier's fields alone.
        let after = 76.0
            + if self.content.signature.is_some() {
                50.0
            } else {
                0.0
            };
        if self.space() < height + after {
            self.break_page();
        }
        self.y += 12.0;
        let heading = self.heading(2, &block.heading);
        self.sheet.text(
            self.left,
            self.y,
            CAPTION,
            &block.heading.to_uppercase(),
            Some(heading),
        );
        self.y += 13.0;
        let element = self.sheet.element(None, Tag::P);
        for line in &lines {
            if self.space() < BODY.leading() {
                self.break_page();
                self.y += BODY.size;
            }
            self.sheet.text(self.left, self.y, BODY, line, Some(element));
            self.y += BODY.leading();
        }
    }

    /// The signature by mechanical means, with name, function and date.
    fn signature(&mut self) -> Result<(), PaperError> {
        let Some(signature) = &self.content.signature else {
            return Ok(());
        };
        let date = self
            .content
            .issued_at()
            .to_offset(time::UtcOffset::UTC)
            .date()
            .to_string();
        let fields = [
            ("SIGNED BY", format!("/s/ {}", signature.name), 0.42),
            ("FUNCTION", signature.title.clone().unwrap_or_default(), 0.36),
            ("DATE", date, 0.22),
        ];
        self.fields(&fields, Style::new(10.5).bold())
    }

    /// Fields that the carrier fills in by hand.
    fn carrier(&mut self) -> Result<(), PaperError> {
        if self.space() < 76.0 {
            self.break_page();
        }
        self.y += 22.0;
        let heading = self.heading(2, "Received by the carrier");
        self.sheet.text(
            self.left,
            self.y,
            CAPTION,
            "RECEIVED BY THE CARRIER",
            Some(heading),
        );
        let fields = [
            ("CARRIER", String::new(), 0.3),
            ("VEHICLE", String::new(), 0.2),
            ("DRIVER'S NAME AND SIGNATURE", String::new(), 0.3),
            ("DATE AND TIME", String::new(), 0.2),
        ];
        self.fields(&fields, BODY)
    }

    /// Values on lines with their captions beneath.
    fn fields(&mut self, fields: &[(&str, String, f32)], style: Style) -> Result<(), PaperError> {
        let width = self.right - self.left;
        let wrapped: Vec<Vec<String>> = fields
            .iter()
            .map(|(_, value, share)| self.sheet.wrap(value, style, width * share - 12.0))
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "lines of a name")]
        let extra =
            wrapped.iter().map(Vec::len).max().unwrap_or(1).saturating_sub(1) as f32 * style.leading();
        if extra > self.sheet.height / 3.0 {
            return Err(Fault::Rendering("the signer's name or title is too long".to_owned()).into());
        }
        if self.space() < 40.0 + extra {
            self.break_page();
        }
        let line = self.y + 26.0 + extra;
        let mut x = self.left;
        for ((caption, _, share), lines) in fields.iter().zip(&wrapped) {
            let end = x + width * share;
            let element = self.sheet.element(None, Tag::P);
            #[expect(clippy::cast_precision_loss, reason = "lines of a name")]
            let first = line - 4.0 - (lines.len() - 1) as f32 * style.leading();
            let lines: Vec<String> = lines.iter().filter(|line| !line.is_empty()).cloned().collect();
            self.lines(x, first, style, &lines, element);
            let gap = if end < self.right - 1.0 { 12.0 } else { 0.0 };
            self.sheet.rule((x, line), (end - gap, line), 0.6, INK);
            self.sheet
                .text(x, line + 9.0, Style::new(6.2).quiet(), caption, Some(element));
            x = end;
        }
        self.y = line + 12.0;
        Ok(())
    }
}
