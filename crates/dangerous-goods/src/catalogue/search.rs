//! Search by number and by name, typing errors forgiven.

use super::Row;

/// One row found.
#[derive(Debug, Clone)]
pub struct Hit<'a> {
    /// The row.
    pub row: &'a Row,
    /// What of the row matched.
    pub matched: Matched<'a>,
    /// How well, from 0 to 1.
    pub score: f32,
}

/// What of a row matched a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched<'a> {
    /// The whole identification number.
    Number,
    /// The first digits of the number.
    NumberPrefix,
    /// The proper shipping name.
    Name,
    /// Another name the regime refers to this row from.
    Synonym(&'a str),
}
