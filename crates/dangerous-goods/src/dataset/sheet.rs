//! From bytes to sections of records: the comma-separated sheet that any spreadsheet writes.
//!
//! Everything is bounded before anything is read, so that a hostile file costs no more than its bytes.

use csv::ReaderBuilder;

use super::fault::{Faults, Malformed};
use crate::identity::clip;

/// The largest data set, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most lines of a data set.
pub const MAX_LINES: usize = 60_000;
/// The longest line, in bytes.
pub const MAX_LINE: usize = 16 * 1024;
/// The most fields on one line.
const MAX_FIELDS: usize = 128;

/// One line of the sheet, without the empty fields a spreadsheet leaves at its end.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) fields: Vec<String>,
}

impl Record {
    /// The field in this column; empty where the line is shorter.
    pub(super) fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}

/// The lines between one heading in brackets and the next.
#[derive(Debug)]
pub(super) struct Section {
    /// Empty for the lines above the first heading.
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) records: Vec<Record>,
}

impl Section {
    /// The records under the line of column names, if that line is as it must be.
    pub(super) fn under(&self, columns: &[&str], faults: &mut Faults) -> &[Record] {
        let expected = || format!("expected the columns `{}`", columns.join(","));
        let Some((head, records)) = self.records.split_first() else {
            faults.add(
                self.line,
                format!("section `{}` is empty, {}", self.name, expected()),
            );
            return &[];
        };
        if head.fields != columns {
            faults.add(head.line, expected());
            return &[];
        }
        for record in records
            .iter()
            .filter(|record| record.fields.len() > columns.len())
        {
            let (found, most) = (record.fields.len(), columns.len());
            faults.add(record.line, format!("{found} fields, expected at most {most}"));
        }
        records
    }
}

/// Cuts the bytes into sections.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Section>, Malformed> {
    let mut faults = Faults::default();
    let text = plain_text(bytes, &mut faults);
    let Some(text) = text.filter(|_| faults.is_empty()) else {
        return Err(faults.into_malformed());
    };
    let mut sections = vec![Section {
        name: String::new(),
        line: 1,
        records: Vec::new(),
    }];
    let text = without_comments(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    for record in reader.records() {
        let Some(record) = faults.keep(0, record) else {
            break;
        };
        let line = record.position().map_or(0, |position| {
            usize::try_from(position.line()).unwrap_or(usize::MAX)
        });
        let mut fields: Vec<String> = record.iter().map(|field| field.trim().to_owned()).collect();
        while fields.last().is_some_and(String::is_empty) {
            fields.pop();
        }
        if fields.len() > MAX_FIELDS {
            faults.add(line, format!("more than {MAX_FIELDS} fields"));
            continue;
        }
        if fields.iter().any(|field| field.contains('\n')) {
            faults.add(line, "a quotation mark is not closed on its line");
            continue;
        }
        match fields.as_slice() {
            [] => {}
            [heading] if heading.starts_with('[') => {
                open_section(&mut sections, heading, line, &mut faults);
            }
            _ => {
                if let Some(section) = sections.last_mut() {
                    section.records.push(Record { line, fields });
                }
            }
        }
    }
    if faults.is_empty() {
        return Ok(sections);
    }
    Err(faults.into_malformed())
}

/// Puts a line without fields where a comment or nothing stands: the reader would not count those lines.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.lines() {
        let is_empty = line.is_empty() || line.starts_with('#');
        out.extend([if is_empty { "," } else { line }, "\n"]);
    }
    out
}

fn open_section(sections: &mut Vec<Section>, heading: &str, line: usize, faults: &mut Faults) {
    let name = heading.trim_matches(['[', ']']).to_owned();
    if sections.iter().any(|section| section.name == name) {
        faults.add(line, format!("section `{}` appears twice", clip(&name)));
    }
    sections.push(Section {
        name,
        line,
        records: Vec::new(),
    });
}

/// The text, if it is one: bounded, UTF-8, lines that end with LF alone, no other control characters.
fn plain_text<'a>(bytes: &'a [u8], faults: &mut Faults) -> Option<&'a str> {
    if bytes.len() > MAX_BYTES {
        faults.add(
            0,
            format!("{} bytes are over the limit of {MAX_BYTES} bytes", bytes.len()),
        );
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            faults.add(line, "not UTF-8 text");
            return None;
        }
    };
    if text.starts_with('\u{feff}') {
        faults.add(1, "a byte order mark, expected UTF-8 without one");
    }
    if !text.ends_with('\n') {
        faults.add(
            text.lines().count(),
            "the last line is cut off, expected a line end",
        );
    }
    let mut lines = 0;
    for (at, line) in text.split_terminator('\n').enumerate() {
        lines = at + 1;
        if lines > MAX_LINES {
            faults.add(lines, format!("more than {MAX_LINES} lines"));
            break;
        }
        if line.len() > MAX_LINE {
            faults.add(lines, format!("the line is over the limit of {MAX_LINE} bytes"));
        }
        if line.ends_with('\r') {
            // Every line would say the same.
            faults.add(lines, "the line ends with CR LF, expected LF alone");
            break;
        }
        if let Some(control) = line.chars().find(|char| char.is_control()) {
            let control = u32::from(control);
            faults.add(lines, format!("a control character (U+{control:04X})"));
        }
    }
    if lines == 0 {
        faults.add(0, "the file is empty");
    }
    Some(text)
}
