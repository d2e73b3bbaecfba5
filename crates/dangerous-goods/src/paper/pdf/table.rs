//! The table of goods: real columns, a head on every page, rows that break only when they must.

use krilla::tagging::{TableHeaderScope, Tag};

use super::font::CAPITAL;
use super::layout::{CAPTION, Flow};
use super::sheet::{Element, HAIR, INK, SHADE, Style};
use crate::paper::{PaperKind, Row};

const PACKAGES: Style = Style::new(9.2);
const DESCRIPTION: Style = Style::new(9.6).bold();
const QUANTITY: Style = Style::new(9.6).bold();
const LABEL: f32 = 26.0;
const PAD: f32 = 5.0;
const GUTTER: f32 = 10.0;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    /// The column of 49 CFR 172.201 (a)(1)(iii).
    HazardousMaterial,
    Packages,
    Description,
    Labels,
    Category,
    Quantity,
}

impl Column {
    fn caption(self, kind: PaperKind) -> &'static str {
        match (self, kind) {
            (Self::HazardousMaterial, _) => "HM",
            (Self::Packages, _) => "PACKAGES",
            (Self::Description, PaperKind::UsShippingPaper) => {
                "ID NUMBER, PROPER SHIPPING NAME, CLASS, PACKING GROUP"
            }
            (Self::Description, PaperKind::AdrTransportDocument) => {
                "UN NUMBER, NAME, LABELS, PACKING GROUP, (TUNNEL)"
            }
            (Self::Labels, _) => "LABELS",
            (Self::Category, _) => "CAT.",
            (Self::Quantity, _) => "QUANTITY",
        }
    }
}

/// The columns with left edge and width.
pub(super) struct Table {
    columns: Vec<(Column, f32, f32)>,
    element: Element,
}

impl Table {
    pub(super) fn new(flow: &mut Flow<'_>) -> Self {
        let us = flow.content.kind() == PaperKind::UsShippingPaper;
        let mut widths = vec![(Column::Packages, 96.0), (Column::Description, 0.0)];
        if us {
            widths.insert(1, (Column::HazardousMaterial, 24.0));
        }
        let most = flow
            .content
            .rows
            .iter()
            .map(|row| row.labels.len())
            .max()
            .unwrap_or(0)
            .clamp(1, 3);
        #[expect(clippy::cast_precision_loss, reason = "three at most")]
        widths.push((Column::Labels, (most as f32 * (LABEL + 2.0)).max(30.0) + GUTTER));
        if flow.content.rows.iter().any(|row| row.category.is_some()) {
            widths.push((Column::Category, 24.0));
        }
        widths.push((Column::Quantity, 74.0));
        let fixed: f32 = widths.iter().map(|(_, width)| width).sum();
        let mut x = flow.left;
        let columns = widths
            .into_iter()
            .map(|(column, width)| {
                let width = if width > 0.0 {
                    width
                } else {
                    flow.right - flow.left - fixed
                };
                x += width;
                (column, x - width, width)
            })
            .collect();
        Self {
            columns,
            element: flow.sheet.element(None, Tag::Table),
        }
    }

    pub(super) fn draw(&self, flow: &mut Flow<'_>) {
        let head = flow.sheet.element(Some(self.element), Tag::TR);
        self.head(flow, Some(head));
        for row in &flow.content.rows {
            self.row(flow, row);
        }
        flow.sheet
            .rule((flow.left, flow.y), (flow.right, flow.y), 1.2, INK);
        let packages: u64 = flow
            .content
            .rows
            .iter()
            .map(|row| u64::from(row.package_count))
            .sum();
        let items = flow.content.rows.len();
        let items = if items == 1 {
            "1 item".to_owned()
        } else {
            format!("{items} items")
        };
        let packages = if packages == 1 {
            "1 package".to_owned()
        } else {
            format!("{packages} packages")
        };
        let element = flow.sheet.element(None, Tag::P);
        let end = format!("End of list: {items}, {packages}");
        flow.sheet
            .text_right(flow.right, flow.y + 11.0, CAPTION, &end, Some(element));
        flow.y += 16.0;
    }

    fn head(&self, flow: &mut Flow<'_>, row: Option<Element>) {
        flow.sheet
            .area(flow.left, flow.y, flow.right - flow.left, 17.0, SHADE);
        flow.sheet
            .rule((flow.left, flow.y), (flow.right, flow.y), 0.8, INK);
        for &(column, x, width) in &self.columns {
            // Read out once, repeated to the eye on every page.
            let cell = row.map(|row| flow.sheet.element(Some(row), Tag::TH(TableHeaderScope::Column)));
            let caption = column.caption(flow.content.kind());
            let style = Style { size: 6.4, ..CAPTION };
            let baseline = flow.y + 11.0;
            if column == Column::Quantity {
                flow.sheet
                    .text_right(x + width - 4.0, baseline, style, caption, cell);
            } else {
                flow.sheet.text(x + 4.0, baseline, style, caption, cell);
            }
        }
        flow.y += 17.0;
    }

    fn next_page(&self, flow: &mut Flow<'_>) {
        flow.break_page();
        self.head(flow, None);
    }

    fn row(&self, flow: &mut Flow<'_>, row: &Row) {
        let element = flow.sheet.element(Some(self.element), Tag::TR);
        let cells: Vec<Cell> = self
            .columns
            .iter()
            .map(|column| Cell::new(flow, row, *column, element))
            .collect();
        let height = |cells: &[Cell]| cells.iter().map(Cell::height).fold(0.0, f32::max) + 2.0 * PAD;
        if flow.space() < height(&cells) {
            self.next_page(flow);
        }
        let mut cells = cells;
        // A row that no page can hold goes on over the pages, line by line.
        while flow.space() < height(&cells) {
            let room = flow.space() - 2.0 * PAD;
            let top = flow.y + PAD;
            for cell in &mut cells {
                let rest = cell.split(room);
                cell.draw(flow, top, 0.0, row);
                *cell = rest;
            }
            self.next_page(flow);
        }
        // Text that is lower than the labels stands at their middle, on one line in all columns.
        let text = cells.iter().map(Cell::text_height).fold(0.0, f32::max);
        let top = flow.y + PAD;
        let down = (height(&cells) - 2.0 * PAD - text) / 2.0;
        for cell in &cells {
            cell.draw(flow, top, down, row);
        }
        flow.y += height(&cells);
        flow.sheet
            .rule((flow.left, flow.y), (flow.right, flow.y), 0.5, HAIR);
    }
}

/// One cell, or what is left of it on the next page.
struct Cell {
    column: Column,
    x: f32,
    width: f32,
    style: Style,
    lines: Vec<String>,
    labels: usize,
    element: Element,
}

impl Cell {
    fn new(flow: &mut Flow<'_>, row: &Row, (column, x, width): (Column, f32, f32), parent: Element) -> Self {
        let (style, text) = match column {
            Column::HazardousMaterial => (PACKAGES, "X".to_owned()),
            Column::Packages => (PACKAGES, row.packages.clone()),
            Column::Description => (DESCRIPTION, row.description.clone()),
            Column::Labels => (PACKAGES, String::new()),
            Column::Category => (PACKAGES, row.category.map(|c| c.to_string()).unwrap_or_default()),
            Column::Quantity => (QUANTITY, row.quantity.clone()),
        };
        let lines = if text.is_empty() {
            Vec::new()
        } else {
            flow.sheet.wrap(&text, style, width - GUTTER)
        };
        let labels = if column == Column::Labels {
            row.labels.len()
        } else {
            0
        };
        let element = flow.sheet.element(Some(parent), Tag::TD);
        Self {
            column,
            x,
            width,
            style,
            lines,
            labels,
            element,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "lines of a row")]
    fn text_height(&self) -> f32 {
        self.lines.len() as f32 * self.style.leading()
    }

    #[expect(clippy::cast_precision_loss, reason = "labels of a row")]
    fn height(&self) -> f32 {
        self.text_height()
            .max(self.labels.div_ceil(3) as f32 * (LABEL + 2.0))
    }

    /// Keeps what fits and hands back the rest; the labels stay with the first part.
    fn split(&mut self, room: f32) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few dozen lines"
        )]
        let keep = ((room / self.style.leading()).max(1.0) as usize).min(self.lines.len());
        Self {
            lines: self.lines.split_off(keep),
            labels: 0,
            style: self.style,
            ..*self
        }
    }

    fn draw(&self, flow: &mut Flow<'_>, top: f32, down: f32, row: &Row) {
        let mut baseline = top + down + self.style.size * (0.12 + CAPITAL);
        for line in &self.lines {
            if self.column == Column::Quantity {
                flow.sheet.text_right(
                    self.x + self.width - 4.0,
                    baseline,
                    self.style,
                    line,
                    Some(self.element),
                );
            } else {
                flow.sheet
                    .text(self.x + 4.0, baseline, self.style, line, Some(self.element));
            }
            baseline += self.style.leading();
        }
        for (n, label) in row.labels.iter().take(self.labels).enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a few labels")]
            let (column, line) = ((n % 3) as f32, (n / 3) as f32);
            let step = LABEL + 2.0;
            let (x, y) = (self.x + 4.0 + column * step, top + 1.0 + line * step);
            // A label has an area, so its bounds are never refused.
            let _ = flow.sheet.label(x, y, LABEL, label, self.element);
        }
    }
}
