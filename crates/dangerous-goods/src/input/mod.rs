//! Loads as they arrive: a table from a spreadsheet (CSV), JSON, or arguments of a command line.
//!
//! Every fault of every row is found at once and named with its row, its column and what was expected. Nothing
//! is guessed and nothing is passed over: a column, a cell or a unit that cannot be read refuses the load, for
//! goods that were dropped would be goods that nobody checked. A new fact of a line is one line of `column.rs`.

mod column;
mod csv;
mod fault;
mod json;
mod quoting;
#[cfg(test)]
mod tests;

use std::str::FromStr;

pub use self::column::Column;
pub use self::csv::to_csv;
pub use self::fault::{Fault, InvalidInput, Place};
use crate::identity::clip;
use crate::load::{Line, LineSpec, Load};

/// The most bytes a load may have as text; a load of 200 lines with every column filled has a tenth.
pub const MAX_BYTES: usize = 1 << 20;
/// The most characters a cell may have.
pub const MAX_CELL: usize = 1_000;

/// How a load is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table with a header, its columns named as the fields of [`Line`]; separated by comma, semicolon or
    /// tab, whichever the header has (RFC 4180).
    Csv,
    /// A [`Load`] as JSON.
    Json,
}

impl Format {
    /// The format that the name of a file ends in.
    ///
    /// # Errors
    /// A name that ends in neither `.csv`, `.tsv` nor `.json`.
    pub fn of_file(name: &str) -> Result<Self, UnknownFormat> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ending.parse().map_err(|_| UnknownFormat(clip(name)))
    }
}

/// Text that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the format of `{0}` is not known, expected `csv` or `json`")]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat(clip(text))),
        }
    }
}

/// Reads a load.
///
/// ```
/// use dangerous_goods::input::{self, Format};
/// let load = input::from_bytes(b"goods;quantity;packages\r\nUN1203;200 L;1\r\n", Format::Csv)?;
/// assert_eq!(load.lines[0].quantity, Some("200 L".parse()?));
///
/// let faults = input::from_bytes(b"goods,quantity\nUN12,3 barrels\n", Format::Csv).unwrap_err();
/// assert_eq!(faults.faults.len(), 2);
/// assert!(faults.to_string().starts_with("row 2, column `goods`: `UN12` is not an identification number"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Every fault there is, each with its place.
pub fn from_bytes(bytes: &[u8], format: Format) -> Result<Load, InvalidInput> {
    let text = text(bytes)?;
    match format {
        Format::Csv => csv::read(text),
        Format::Json => json::read(text),
    }
}

/// Reads a load from lines in their short form, one each; see [`LineSpec`].
///
/// # Errors
/// Every text that is no line, and a load that is too long.
pub fn from_specs<S: AsRef<str>>(specs: &[S]) -> Result<Load, InvalidInput> {
    let (mut lines, mut places, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for spec in specs.iter().map(AsRef::as_ref) {
        let place = Place::Argument(clip(spec));
        match spec.parse::<LineSpec>() {
            Ok(line) => {
                lines.push(Line::from(line));
                places.push(place);
            }
            Err(error) => faults.push(Fault {
                place,
                sentence: error.to_string(),
            }),
        }
    }
    finished(lines, faults, |line| places[line].clone())
}

/// The load of these lines, if there is no fault; `place` says where a line was given.
fn finished(
    lines: Vec<Line>,
    mut faults: Vec<Fault>,
    place: impl Fn(usize) -> Place,
) -> Result<Load, InvalidInput> {
    for (at, line) in lines.iter().enumerate() {
        if let Err(contradiction) = line.validate() {
            faults.push(Fault {
                place: place(at),
                sentence: contradiction.to_string(),
            });
        }
    }
    if faults.is_empty() && lines.is_empty() {
        faults.push(Fault::of_all("there are no goods in it"));
    }
    if !faults.is_empty() {
        return Err(InvalidInput::of(faults));
    }
    Load::new(lines).map_err(|error| Fault::of_all(error.to_string()).into())
}

fn text(bytes: &[u8]) -> Result<&str, InvalidInput> {
    if bytes.len() > MAX_BYTES {
        let size = bytes.len();
        return Err(Fault::of_all(format!("{size} bytes are over the limit of {MAX_BYTES}")).into());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Fault::of_all("it is UTF-16 text; save it as UTF-8").into());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let row = 1 + bytes[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        InvalidInput::from(Fault {
            place: Place::Row { row, column: None },
            sentence: "it is not UTF-8 text; save it as UTF-8".to_owned(),
        })
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
