//! The paper as a typeset PDF: US Letter for the shipping paper, A4 for the transport document.
//!
//! `font` measures and breaks text, `sheet` keeps marks, `write` makes the file of them; `layout`,
//! `table` and `footer` say what goes where. The result is PDF/A-2a and PDF/UA-1, so that it can be archived for the years the law asks
//! for and be read aloud, and it is the same for the same input.

pub(crate) mod emergency;
mod emergency_flow;
#[cfg(test)]
mod emergency_tests;
mod emergency_text;
mod font;
mod footer;
mod layout;
mod measure;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod write;

use krilla::metadata::DateTime;
use time::{OffsetDateTime, UtcOffset};

use super::{Content, PaperError, PaperKind};
use font::Fonts;
use sheet::Sheet;

/// Typesets a paper.
///
/// # Errors
/// [`super::Fault::MissingCharacter`] for each character the embedded font lacks, and
/// [`super::Fault::Rendering`] where names and addresses leave no room for the goods or the file
/// cannot be written.
pub fn render(content: &Content) -> Result<Vec<u8>, PaperError> {
    let fonts = Fonts::load()?;
    fonts.check(texts(content))?;
    let (width, height) = match content.kind {
        PaperKind::UsShippingPaper => (612.0, 792.0),
        PaperKind::AdrTransportDocument => (595.28, 841.89),
    };
    let mut sheet = Sheet::new(fonts, width, height);
    layout::lay_out(&mut sheet, content)?;
    let title = format!("{} {}", content.kind.title(), content.number());
    sheet.write(
        &title,
        format!("{} {}", content.number(), content.load_hash()),
        created(content),
    )
}

/// Every text of the content that is not the program's own, with the place it stands in.
fn texts(content: &Content) -> impl Iterator<Item = (String, &str)> {
    let rows = content.rows.iter().zip(&content.paper.lines);
    let rows = rows.flat_map(|(row, goods)| {
        let texts = [&row.packages, &row.description, &row.quantity];
        texts.map(|text| (format!("lines[{}]", goods.line), text))
    });
    let blocks = content.parties.iter().chain(&content.statements);
    let blocks = blocks.flat_map(|block| block.lines.iter().map(|line| (block.heading.clone(), line)));
    let signature = content
        .signature
        .iter()
        .flat_map(|s| std::iter::once(&s.name).chain(&s.title));
    let rest = signature.map(|text| ("signer", text));
    let paper = &content.paper;
    let rest = rest.chain([("edition", &paper.edition), ("data_hash", &paper.data_hash)]);
    let rest = rest.chain([("number", &paper.number), ("load_hash", &paper.load_hash)]);
    let rest = rest.map(|(place, text)| (place.to_owned(), text));
    rows.chain(blocks)
        .chain(rest)
        .map(|(place, text)| (place, text.as_str()))
}

fn created(content: &Content) -> DateTime {
    date_time(content.issued_at().to_offset(UtcOffset::UTC))
}

/// A time in UTC as the file writes it.
fn date_time(at: OffsetDateTime) -> DateTime {
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(at.month().into())
        .day(at.day())
        .hour(at.hour())
        .minute(at.minute())
        .second(at.second())
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
