//! Quotation marks of a table, strictly as RFC 4180 has them.
//!
//! The reader of the `csv` crate is lenient: a mark that never closes takes the following rows into its cell,
//! and with them the goods they name. So the marks are checked first.

use super::fault::{Fault, Place};

enum At {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// Every place where a quotation mark is out of place. Rows are counted as the physical lines are.
pub(super) fn faults(text: &str, separator: u8) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (mut at, mut row, mut opened) = (At::Start, 1, 1);
    for byte in text.bytes() {
        at = match (at, byte) {
            (At::Start, b'"') | (At::Closed, b'"') => {
                opened = row;
                At::Quoted
            }
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (_, b'\n' | b'\r') => At::Start,
            (_, byte) if byte == separator => At::Start,
            (At::Bare, b'"') => {
                faults.push(fault(
                    row,
                    "a quotation mark inside a cell that has none around it",
                ));
                At::Bare
            }
            (At::Closed, _) => {
                faults.push(fault(row, "text after the closing quotation mark of a cell"));
                At::Bare
            }
            (At::Start | At::Bare, _) => At::Bare,
        };
        row += usize::from(byte == b'\n');
    }
    if matches!(at, At::Quoted) {
        faults.push(fault(opened, "a quotation mark that never closes"));
    }
    faults
}

fn fault(row: usize, what: &str) -> Fault {
    Fault {
        place: Place::Row { row, column: None },
        sentence: format!("{what}; put the whole cell in quotation marks and double those inside"),
    }
}
