//! A data set as text: head, columns, rows, synonyms, all borrowed from what was given.

use std::collections::{BTreeMap, BTreeSet};

use crate::identity::clip;

/// A text that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDataSet {
    /// A text that is no data set.
    #[error("the {which} data set, line {line}: {fault}")]
    Line {
        /// Which of the two.
        which: &'static str,
        /// The line, from one.
        line: usize,
        /// What is wrong there.
        fault: String,
    },
    /// Two regimes.
    #[error("the data sets are of different regimes, `{0}` and `{1}`")]
    Regimes(String, String),
    /// More rows of one number than any law has.
    #[error("`{0}` has more than {max} rows", max = super::pairing::MOST_SIBLINGS)]
    TooManySiblings(String),
}

/// A fault in one of the two.
#[derive(Debug)]
pub(super) struct Fault {
    line: usize,
    fault: String,
}

impl Fault {
    pub(super) fn of(self, which: &'static str) -> InvalidDataSet {
        InvalidDataSet::Line {
            which,
            line: self.line,
            fault: self.fault,
        }
    }
}

pub(super) struct DataSet<'a> {
    head: BTreeMap<&'a str, &'a str>,
    pub(super) columns: Vec<&'a str>,
    pub(super) rows: Vec<RowText<'a>>,
    pub(super) synonyms: BTreeSet<(&'a str, &'a str)>,
}

/// The fields of a row in the order of its data set's columns; id and name first.
pub(super) struct RowText<'a> {
    fields: Vec<&'a str>,
}

impl<'a> RowText<'a> {
    pub(super) fn id(&self) -> &'a str {
        self.at(0)
    }

    pub(super) fn name(&self) -> &'a str {
        self.at(1)
    }

    /// The number, or `forbidden` and the name where there is none: what every sibling shares.
    pub(super) fn number(&self) -> &'a str {
        let rest = self.id().split_once(':').map_or("", |(_, rest)| rest);
        match rest.split_once(':') {
            Some(("forbidden", _)) | None => rest,
            Some((number, _)) => number,
        }
    }

    /// The rest of the id, which tells the row from its siblings.
    pub(super) fn telling(&self) -> &'a str {
        let number = self.number();
        let id = self.id();
        id.split_once(number)
            .map_or("", |(_, rest)| rest.trim_start_matches(':'))
    }

    fn at(&self, at: usize) -> &'a str {
        self.fields.get(at).copied().unwrap_or_default()
    }
}

impl<'a> DataSet<'a> {
    pub(super) fn head(&self, key: &str) -> &'a str {
        self.head.get(key).copied().unwrap_or_default()
    }

    pub(super) fn head_keys(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.head.keys().copied()
    }

    /// The row's field of this column; empty where the data set has no such column.
    pub(super) fn field(&self, row: &RowText<'a>, column: &str) -> &'a str {
        let at = self.columns.iter().position(|known| *known == column);
        at.map_or("", |at| row.at(at))
    }
}

pub(super) fn read(text: &str) -> Result<DataSet<'_>, Fault> {
    let fault = |line: usize, fault: String| Fault { line, fault };
    let mut lines = text.lines().zip(1..);
    let mut head = BTreeMap::new();
    for (line, at) in lines.by_ref().take_while(|(line, _)| !line.is_empty()) {
        let (key, value) = line
            .split_once('\t')
            .ok_or_else(|| fault(at, format!("expected a key and a value, not `{}`", clip(line))))?;
        head.insert(key, value);
    }
    for key in ["regime", "edition"] {
        if head.get(key).is_none_or(|value| value.is_empty()) {
            return Err(fault(1, format!("`{key}` is missing")));
        }
    }
    let (header, at) = lines.next().unwrap_or(("", 1));
    let columns: Vec<&str> = header.split('\t').collect();
    let distinct: BTreeSet<&&str> = columns.iter().collect();
    if columns.get(..2) != Some(&["id", "name"]) || distinct.len() != columns.len() {
        return Err(fault(
            at,
            "expected the names of the columns, `id` and `name` first".to_owned(),
        ));
    }
    let (mut rows, mut ids) = (Vec::new(), BTreeSet::new());
    for (line, at) in lines.by_ref().take_while(|(line, _)| !line.is_empty()) {
        let row = RowText {
            fields: line.split('\t').collect(),
        };
        if row.fields.len() > columns.len() || row.number().is_empty() {
            return Err(fault(at, format!("`{}` is not a row", clip(line))));
        }
        if !ids.insert(row.id()) {
            return Err(fault(at, format!("the row id `{}` occurs twice", clip(row.id()))));
        }
        rows.push(row);
    }
    let mut synonyms = BTreeSet::new();
    for (line, at) in lines {
        let synonym = line
            .split_once('\t')
            .ok_or_else(|| fault(at, "expected a term and a name".to_owned()))?;
        synonyms.insert(synonym);
    }
    Ok(DataSet {
        head,
        columns,
        rows,
        synonyms,
    })
}
