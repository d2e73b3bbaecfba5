//! The emergency panel as a printed A4 sheet: one page for the loads that are usual, readable without
//! colour, the telephone numbers and the distances first.
//!
//! The sizes shrink until the sheet fits one page; where even the smallest do not, it goes over pages at a
//! size that reads well.

use std::num::NonZeroU16;

use krilla::tagging::Tag;
use time::{OffsetDateTime, UtcOffset};

use super::emergency_flow::Columns;
use super::emergency_text::{capital, distances, mark};
use super::font::Fonts;
use super::measure::Words;
use super::sheet::{Element, HAIR, INK, SHADE, Sheet, Style};
use crate::emergency::{Farthest, LinePanel, Panel};
use crate::label::LabelModel;
use crate::paper::PaperError;

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
pub(super) const MARGIN: f32 = 34.0;
const FOOT: f32 = 40.0;
/// From the size that reads best to the smallest that still reads.
const SCALES: [f32; 8] = [1.25, 1.12, 1.0, 0.93, 0.87, 0.81, 0.76, 0.72];
/// Over several pages.
const OVER_PAGES: f32 = 0.93;

/// The sheet of a panel as a PDF, one page wherever it fits; `printed_at` is the time in its properties.
///
/// # Errors
/// [`crate::paper::Fault::MissingCharacter`] for each character of a name that the embedded font lacks, and
/// [`crate::paper::Fault::Rendering`] where the file cannot be written.
pub fn sheet(panel: &Panel, printed_at: OffsetDateTime) -> Result<Vec<u8>, PaperError> {
    let mut drawn = fitting(panel)?;
    foot(&mut drawn, panel);
    let id = format!("emergency {} {}", panel.load_hash, panel.guidebook.hash);
    drawn.write(
        "Emergency sheet",
        id,
        super::date_time(printed_at.to_offset(UtcOffset::UTC)),
    )
}

/// At the largest size that fits one page, otherwise over pages.
fn fitting(panel: &Panel) -> Result<Sheet, PaperError> {
    let mut words = Words::default();
    for scale in SCALES {
        let drawn = draw(panel, scale, &mut words)?;
        if drawn.page_count() == 1 {
            return Ok(drawn);
        }
    }
    draw(panel, OVER_PAGES, &mut words)
}

fn draw(panel: &Panel, scale: f32, words: &mut Words) -> Result<Sheet, PaperError> {
    let fonts = Fonts::load()?;
    let contact = panel
        .contact
        .iter()
        .flat_map(|contact| [&contact.name, &contact.phone]);
    let contact = contact.map(|text| ("emergency contact".to_owned(), text.as_str()));
    let goods = panel.lines.iter().flat_map(|line| {
        let texts = [line.goods.as_str(), line.tell.as_str()];
        texts.map(|text| (format!("lines[{}]", line.line), text))
    });
    fonts.check(contact.chain(goods))?;
    let mut page = Page {
        sheet: Sheet::new(fonts, WIDTH, HEIGHT),
        y: MARGIN,
        scale,
        words,
    };
    page.head(panel);
    page.worst(panel);
    page.missing(panel);
    page.lines(panel);
    Columns::new(&mut page, panel).draw(&mut page);
    Ok(page.sheet)
}

/// The sheet while it is laid out.
pub(super) struct Page<'a> {
    pub(super) sheet: Sheet,
    pub(super) y: f32,
    scale: f32,
    words: &'a mut Words,
}

impl Page<'_> {
    pub(super) const LEFT: f32 = MARGIN;
    pub(super) const RIGHT: f32 = WIDTH - MARGIN;
    pub(super) const BOTTOM: f32 = HEIGHT - FOOT;

    pub(super) const fn style(&self, size: f32) -> Style {
        Style::new(size * self.scale)
    }

    pub(super) fn wrap(&mut self, text: &str, style: Style, width: f32) -> Vec<String> {
        self.words.wrap(&self.sheet, text, style, width)
    }

    pub(super) fn next_page(&mut self) {
        self.sheet.add_page();
        let title = Style::new(10.0).bold();
        self.sheet.text(
            Self::LEFT,
            MARGIN + 8.0,
            title,
            "Emergency sheet, continued",
            None,
        );
        self.sheet.rule(
            (Self::LEFT, MARGIN + 13.0),
            (Self::RIGHT, MARGIN + 13.0),
            1.2,
            INK,
        );
        self.y = MARGIN + 22.0;
    }

    pub(super) fn heading(&mut self, level: u16, title: &str) -> Element {
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.sheet.element(None, Tag::Hn(level, Some(title.to_owned())))
    }

    fn paragraph(&mut self) -> Element {
        self.sheet.element(None, Tag::P)
    }

    /// Text in a column; the y of the next baseline comes back.
    fn lines_of(&mut self, x: f32, first: f32, width: f32, style: Style, text: &str) -> f32 {
        let element = self.paragraph();
        let mut baseline = first;
        for line in self.wrap(text, style, width) {
            self.sheet.text(x, baseline, style, &line, Some(element));
            baseline += style.leading();
        }
        baseline
    }

    /// The title and whom to call.
    fn head(&mut self, panel: &Panel) {
        let title = self.heading(1, "Emergency");
        self.sheet.text(
            Self::LEFT,
            self.y + 20.0,
            Style::new(24.0).bold(),
            "EMERGENCY",
            Some(title),
        );
        let mut x = Self::LEFT + 175.0;
        for call in &panel.calls {
            let element = self.paragraph();
            let number = Style::new(24.0).bold();
            self.sheet
                .text(x, self.y + 20.0, number, call.number, Some(element));
            let place = Style::new(8.0);
            self.sheet
                .text(x + 46.0, self.y + 20.0, place, call.place, Some(element));
            x += 46.0 + 84.0;
        }
        let guides: Vec<String> = panel.guides.iter().map(|guide| guide.guide.to_string()).collect();
        let guides = format!("Guides: {}", guides.join(", "));
        let width = Self::RIGHT - Self::LEFT;
        let mut baseline = self.y + 34.0;
        if let Some(contact) = &panel.contact {
            let text = format!("Then call {}: {}", contact.name, contact.phone);
            baseline = self.lines_of(Self::LEFT, baseline, width, Style::new(11.0).bold(), &text);
        }
        baseline = self.lines_of(Self::LEFT, baseline, width, Style::new(9.0), &guides);
        self.y = baseline - 6.0;
        self.sheet
            .rule((Self::LEFT, self.y), (Self::RIGHT, self.y), 1.6, INK);
        self.y += 6.0;
    }

    /// The farthest distances over the load, in large figures.
    fn worst(&mut self, panel: &Panel) {
        let worst = &panel.worst;
        let columns: [(&str, &Farthest, Option<&Farthest>); 3] = [
            (
                "SMALL LEAK (ONE DRUM)",
                &worst.small,
                worst.small_downwind.as_ref(),
            ),
            ("LARGE LEAK", &worst.large, worst.large_downwind.as_ref()),
            ("FIRE AT THE LOAD", &worst.fire, None),
        ];
        let heading = self.heading(2, "Stay away, everyone");
        let title = Style::new(9.0).bold();
        self.sheet.text(
            Self::LEFT,
            self.y + 9.0,
            title,
            "Stay away, everyone, in all directions:",
            Some(heading),
        );
        let top = self.y + 14.0;
        let width = (Self::RIGHT - Self::LEFT) / 3.0;
        let height = 46.0;
        self.sheet
            .area(Self::LEFT, top, Self::RIGHT - Self::LEFT, height, SHADE);
        for (index, (caption, farthest, downwind)) in columns.into_iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "three columns")]
            let x = Self::LEFT + 8.0 + width * index as f32;
            let element = self.paragraph();
            let small = Style::new(7.0);
            self.sheet
                .text(x, top + 10.0, small.bold(), caption, Some(element));
            let figure = format!("{}{}", farthest.distance, mark(farthest.source));
            self.sheet
                .text(x, top + 26.0, Style::new(15.0).bold(), &figure, Some(element));
            let mut below = farthest
                .line
                .map_or_else(String::new, |line| format!("line {}", line + 1));
            if let Some(downwind) = downwind {
                let line = downwind.line.map_or(0, |line| line + 1);
                below.push_str(&format!("; downwind {}, line {line}", downwind.distance));
            }
            self.sheet
                .text(x, top + 39.0, Style::new(7.5), &below, Some(element));
        }
        self.y = top + height + 6.0;
    }

    fn missing(&mut self, panel: &Panel) {
        let width = Self::RIGHT - Self::LEFT;
        let style = self.style(8.0).bold();
        for sentence in &panel.missing {
            let lines = self.wrap(&format!("Not known: {sentence}."), style, width);
            for line in lines {
                self.room(style.leading());
                let element = self.paragraph();
                self.sheet
                    .text(Self::LEFT, self.y + style.size, style, &line, Some(element));
                self.y += style.leading();
            }
        }
    }

    pub(super) fn room(&mut self, height: f32) {
        if self.y + height > Self::BOTTOM {
            self.next_page();
        }
    }

    /// One row for each line, the farthest first.
    fn lines(&mut self, panel: &Panel) {
        for line in panel.order.iter().filter_map(|line| panel.lines.get(*line)) {
            self.line(line);
        }
        self.y += 4.0;
    }

    fn line(&mut self, line: &LinePanel) {
        let size = 20.0 * self.scale;
        let labels: Vec<LabelModel> = line
            .labels
            .iter()
            .filter_map(|label| label.parse().ok())
            .take(3)
            .collect();
        let text_x = Self::LEFT + 3.0 * (size + 2.0) + 4.0;
        let width = Self::RIGHT - text_x;
        let (bold, plain) = (self.style(8.5).bold(), self.style(7.5));
        let mut texts = vec![(capital(&line.tell), bold)];
        texts.extend(distances(line).into_iter().map(|text| (text, plain)));
        let choose = line
            .choose
            .iter()
            .map(|choose| (format!("{}.", capital(choose)), plain));
        texts.extend(choose);
        let mut rows: Vec<(String, Style)> = Vec::new();
        for (text, style) in texts {
            rows.extend(self.wrap(&text, style, width).into_iter().map(|row| (row, style)));
        }
        let text: f32 = rows.iter().map(|(_, style)| style.leading()).sum();
        let height = text.max(size) + 5.0;
        self.room(height);
        self.sheet
            .rule((Self::LEFT, self.y), (Self::RIGHT, self.y), 0.5, HAIR);
        let element = self.paragraph();
        for (index, model) in labels.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "three labels")]
            let x = Self::LEFT + index as f32 * (size + 2.0);
            self.sheet.label(x, self.y + 2.0, size, model, element);
        }
        let mut baseline = self.y + 1.0;
        for (row, style) in rows {
            baseline += style.leading();
            self.sheet.text(text_x, baseline, style, &row, Some(element));
        }
        self.y += height;
    }
}

fn foot(sheet: &mut Sheet, panel: &Panel) {
    let pages = sheet.page_count();
    let texts = [
        "* Our own rule by hazard, for the first minutes; from no guidebook. Other distances: ".to_owned()
            + panel.guidebook.edition
            + ". In brackets: the lines a sentence is about.",
        format!("Load {}", panel.load_hash),
        format!("Distances {}", panel.guidebook.hash),
    ];
    sheet.on_every_page(|sheet, page| {
        let style = Style::new(6.5);
        let mut baseline = Page::BOTTOM + 12.0;
        let number = format!("Page {page} of {pages}");
        sheet.rule(
            (Page::LEFT, Page::BOTTOM + 3.0),
            (Page::RIGHT, Page::BOTTOM + 3.0),
            0.6,
            INK,
        );
        sheet.text_right(Page::RIGHT, baseline, style.bold(), &number, None);
        for text in &texts {
            sheet.text(Page::LEFT, baseline, style, text, None);
            baseline += style.leading();
        }
    });
}
