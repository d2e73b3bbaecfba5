//! Tables: read with every fault, and written.

use csv::{ByteRecord, QuoteStyle, ReaderBuilder, Terminator, WriterBuilder};

use super::column::Column;
use super::fault::{Fault, InvalidInput, Place};
use super::{MAX_CELL, finished, quoting};
use crate::identity::clip;
use crate::load::{Goods, Line, Load};

/// What separates cells, the first that a header has.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

pub(super) fn read(text: &str) -> Result<Load, InvalidInput> {
    let separator = separator(text)?;
    let faults = quoting::faults(text, separator);
    if !faults.is_empty() {
        return Err(InvalidInput { faults });
    }
    let mut rows = Rows::of(text, separator);
    let header = rows.next().ok_or_else(|| Fault::of_all("it is empty"))?;
    let columns = columns(&header)?;
    let (mut lines, mut places, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows.filter(|row| !row.is_blank()) {
        if lines.len() == Load::MAX_LINES {
            let most = Load::MAX_LINES;
            faults.push(Fault::of_all(format!("more than the limit of {most} lines")));
            break;
        }
        lines.push(line(&row, &columns, &mut faults));
        places.push(row.row);
    }
    finished(lines, faults, |line| Place::Row {
        row: places[line],
        column: None,
    })
}

/// The one separator that the header has; a table of one column has none.
fn separator(text: &str) -> Result<u8, Fault> {
    let header = text.trim_start_matches(['\r', '\n']);
    let header = header.split(['\r', '\n']).next().unwrap_or_default();
    let found: Vec<u8> = SEPARATORS
        .into_iter()
        .filter(|separator| header.as_bytes().contains(separator))
        .collect();
    match found.as_slice() {
        [] => Ok(b','),
        [one] => Ok(*one),
        _ => Err(Fault {
            place: Place::Row { row: 1, column: None },
            sentence: "the header has more than one of comma, semicolon and tab; separate the columns by one of them"
                .to_owned(),
        }),
    }
}

/// One row as it stands.
struct Row {
    row: usize,
    cells: Vec<String>,
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    fn fault(&self, column: Option<&str>, sentence: String) -> Fault {
        Fault {
            place: Place::Row {
                row: self.row,
                column: column.map(str::to_owned),
            },
            sentence,
        }
    }
}

/// The rows of a text, numbered by the lines they begin on: so a spreadsheet shows them.
struct Rows<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    counted: usize,
    row: usize,
}

impl<'a> Rows<'a> {
    fn of(text: &'a str, separator: u8) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Self {
            text,
            reader,
            counted: 0,
            row: 1,
        }
    }

    /// Empty lines before a row belong to the position that the reader tells.
    fn row_at(&mut self, position: usize) -> usize {
        let rest = self.text.get(position..).unwrap_or_default();
        let start = position + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(self.counted..start).unwrap_or_default();
        self.row += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.counted = start.max(self.counted);
        self.row
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut record = ByteRecord::new();
        // Reading from memory cannot fail, nor can rows of different lengths where they are allowed.
        if !self.reader.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        let position = record.position().map_or(0, csv::Position::byte);
        let row = self.row_at(usize::try_from(position).unwrap_or(usize::MAX));
        let cells = record.iter();
        let cells = cells
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect();
        Some(Row { row, cells })
    }
}

/// What each cell of a row fills.
fn columns(header: &Row) -> Result<Vec<Column>, InvalidInput> {
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    for cell in &header.cells {
        match Column::named(cell) {
            Some(column) if columns.contains(&column) => {
                faults.push(header.fault(Some(column.name()), "the column occurs twice".to_owned()));
            }
            Some(column) => columns.push(column),
            None => {
                let known: Vec<&str> = Column::ALL.into_iter().map(Column::name).collect();
                let shown = clip(&cell.replace(char::is_control, "?"));
                let sentence = format!("no such column, expected some of {}", known.join(", "));
                faults.push(header.fault(Some(&shown), sentence));
            }
        }
    }
    if !columns.contains(&Column::Goods) {
        faults.push(header.fault(Some("goods"), "the column is missing".to_owned()));
    }
    if faults.is_empty() {
        Ok(columns)
    } else {
        Err(InvalidInput { faults })
    }
}

/// A line with what could be read; every fault of the row beside it.
fn line(row: &Row, columns: &[Column], faults: &mut Vec<Fault>) -> Line {
    let mut line = Line::new(Goods::Name(String::new()));
    if row.cells.len() != columns.len() {
        let (has, wanted) = (row.cells.len(), columns.len());
        let sentence = format!(
            "{has} cells, and the header has {wanted}; a cell that holds the separator needs quotation marks"
        );
        faults.push(row.fault(None, sentence));
        return line;
    }
    for (cell, column) in row.cells.iter().zip(columns) {
        if let Err(sentence) = filled(cell.trim(), *column, &mut line) {
            faults.push(row.fault(Some(column.name()), sentence));
        }
    }
    line
}

fn filled(cell: &str, column: Column, line: &mut Line) -> Result<(), String> {
    if cell.chars().count() > MAX_CELL {
        return Err(format!("the cell is over the limit of {MAX_CELL} characters"));
    }
    if cell.chars().any(char::is_control) {
        return Err("the cell holds a line break or another control character".to_owned());
    }
    if cell.is_empty() && column != Column::Goods {
        return Ok(());
    }
    column.read(cell, line)
}

/// Writes the lines of a load as a table that [`from_bytes`](super::from_bytes) reads back: every column that
/// any line fills, separated by commas. What is said of the load as a whole (confirmations, food on board, how the
/// vehicles travel) has no place in a table.
#[must_use]
pub fn to_csv(load: &Load) -> String {
    let filled = |column: &Column| load.lines.iter().any(|line| !column.write(line).is_empty());
    let columns: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| *column == Column::Goods || filled(column))
        .collect();
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(columns.iter().map(|column| column.name()));
    for line in &load.lines {
        let _ = writer.write_record(columns.iter().map(|column| column.write(line)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
