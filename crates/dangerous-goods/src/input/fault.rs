//! Why a load cannot be read: every fault at once, each with its place.

use std::fmt;

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the whole of it.
    Whole,
    /// In a row of a table, the header being row 1, as a spreadsheet numbers them; the column where one is
    /// meant.
    Row {
        /// The row, from one.
        row: usize,
        /// The name of the column.
        column: Option<String>,
    },
    /// In a line of a JSON load.
    Line {
        /// The line, from one.
        line: usize,
        /// The field.
        field: Option<String>,
    },
    /// In this argument.
    Argument(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the load"),
            Self::Row { row, column } => {
                write!(f, "row {row}")?;
                column
                    .as_ref()
                    .map_or(Ok(()), |column| write!(f, ", column `{column}`"))
            }
            Self::Line { line, field } => {
                write!(f, "line {line}")?;
                field.as_ref().map_or(Ok(()), |field| write!(f, ", `{field}`"))
            }
            Self::Argument(text) => write!(f, "`{text}`"),
        }
    }
}

/// One thing that keeps a load from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What is wrong, and what was expected.
    pub sentence: String,
}

impl Fault {
    pub(super) fn of_all(sentence: impl Into<String>) -> Self {
        Self {
            place: Place::Whole,
            sentence: sentence.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.sentence)
    }
}

/// A load that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct InvalidInput {
    /// At least one, in the order of the rows.
    pub faults: Vec<Fault>,
}

impl InvalidInput {
    pub(super) fn of(mut faults: Vec<Fault>) -> Self {
        let row = |fault: &Fault| match &fault.place {
            Place::Row { row, .. } => *row,
            Place::Line { line, .. } => *line,
            Place::Whole | Place::Argument(_) => 0,
        };
        faults.sort_by_key(row);
        Self { faults }
    }
}

impl From<Fault> for InvalidInput {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}
