//! The foot of every page: the checked load, the edition, how long to keep the paper, the page.

use super::layout::{FINE, MARGIN};
use super::sheet::{INK, Sheet, Style};
use crate::paper::{Content, PaperKind};

/// What stands at the foot of every page.
pub(super) struct Footer {
    lines: Vec<String>,
}

impl Footer {
    pub(super) fn new(sheet: &Sheet, content: &Content) -> Self {
        let keep = match content.kind() {
            PaperKind::UsShippingPaper => {
                "Within the driver's reach while driving (49 CFR 177.817 (e)). Keep a copy for two years, for \
                 hazardous waste three (49 CFR 172.201 (e))."
            }
            PaperKind::AdrTransportDocument => {
                "Carried on the transport unit (ADR 8.1.2.1). Keep a copy for at least three months (ADR 5.4.4.1)."
            }
        };
        let texts = [
            format!("Checked load {}", content.load_hash()),
            format!("Checked under {}", content.checked_under()),
            keep.to_owned(),
        ];
        // The right end belongs to the page number.
        let width = sheet.width - 2.0 * MARGIN - 70.0;
        Self {
            lines: texts
                .iter()
                .flat_map(|text| sheet.wrap(text, FINE, width))
                .collect(),
        }
    }

    pub(super) fn height(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let lines = self.lines.len() as f32;
        lines * FINE.leading() + 8.0
    }

    pub(super) fn draw(&self, sheet: &mut Sheet) {
        let pages = sheet.page_count();
        let (left, right) = (MARGIN, sheet.width - MARGIN);
        let top = sheet.height - MARGIN - self.height();
        sheet.on_every_page(|sheet, page| {
            sheet.rule((left, top), (right, top), 0.6, INK);
            let mut baseline = top + 8.0 + FINE.size * 0.7;
            sheet.text_right(
                right,
                baseline,
                Style::new(8.0).bold(),
                &format!("Page {page} of {pages}"),
                None,
            );
            for line in &self.lines {
                sheet.text(left, baseline, FINE, line, None);
                baseline += FINE.leading();
            }
        });
    }
}
