//! What changed between two editions of a data set, in the terms of the trade.
//!
//! Works on the texts of the data sets as `examples/build-data.rs` writes them. Columns are found by their
//! names, so that an edition with more or fewer of them is compared as well; to name a new column in words is
//! one line of `words.rs`.

mod pairing;
mod read;
#[cfg(test)]
mod tests;
mod text;
mod words;

use serde::Serialize;

pub use read::InvalidDataSet;
pub use text::text;

use self::read::{DataSet, RowText};

/// Every change from one data set of a regime to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The regime of both.
    pub regime: String,
    /// The older edition.
    pub old: String,
    /// The newer edition.
    pub new: String,
    /// What the first lines say differently: edition, source, validity.
    pub edition: Vec<Change>,
    /// Rows added, removed or changed, in the order of their numbers.
    pub rows: Vec<RowChange>,
    /// References from other names that are only in one of them.
    pub synonyms: Vec<SynonymChange>,
}

/// What happened to one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// The goods as a person calls them: `UN1263 PG III`.
    pub goods: String,
    /// The name, of the newer row where there is one.
    pub name: String,
    /// The row id in the older data set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_row: Option<String>,
    /// The row id in the newer data set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_row: Option<String>,
    /// Whether the row came, went or changed.
    pub kind: Kind,
    /// What changed; none where the row came or went.
    pub changes: Vec<Change>,
}

/// Whether something came, went or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Only in the newer data set.
    Added,
    /// Only in the older data set.
    Removed,
    /// In both, and different.
    Changed,
}

/// One column that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The column.
    pub column: String,
    /// Its older content.
    pub old: String,
    /// Its newer content.
    pub new: String,
    /// The change in words: `limited quantity 5 L -> 1 L`.
    pub words: String,
}

/// A reference from another name that came or went.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SynonymChange {
    /// The other name.
    pub term: String,
    /// The name it refers to.
    pub target: String,
    /// Whether it came.
    pub added: bool,
}

impl Diff {
    /// Whether the data sets say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edition.is_empty() && self.rows.is_empty() && self.synonyms.is_empty()
    }
}

/// Compares two data sets of one regime.
///
/// Rows are matched by number, or by name where the law gives no number, then by the best likeness among the
/// rows of that number: a row whose packing group or hazards changed is a change, not one row less and one
/// more, as long as nothing else that tells it from its siblings changed with it.
///
/// # Errors
/// A text that is no data set, or two of different regimes.
pub fn diff(old: &str, new: &str) -> Result<Diff, InvalidDataSet> {
    let (old, new) = (
        read::read(old).map_err(|fault| fault.of("older"))?,
        read::read(new).map_err(|fault| fault.of("newer"))?,
    );
    if old.head("regime") != new.head("regime") {
        return Err(InvalidDataSet::Regimes(
            old.head("regime").to_owned(),
            new.head("regime").to_owned(),
        ));
    }
    let mut rows: Vec<RowChange> = Vec::new();
    for (before, after) in pairing::pairs(&old, &new)? {
        rows.extend(row_change(&old, &new, before, after));
    }
    Ok(Diff {
        regime: old.head("regime").to_owned(),
        old: old.head("edition").to_owned(),
        new: new.head("edition").to_owned(),
        edition: words::edition(&old, &new),
        rows,
        synonyms: synonyms(&old, &new),
    })
}

fn row_change(
    old: &DataSet<'_>,
    new: &DataSet<'_>,
    before: Option<&RowText<'_>>,
    after: Option<&RowText<'_>>,
) -> Option<RowChange> {
    let (kind, changes) = match (before, after) {
        (Some(before), Some(after)) => (Kind::Changed, words::changes(old, new, before, after)),
        (None, _) => (Kind::Added, Vec::new()),
        (_, None) => (Kind::Removed, Vec::new()),
    };
    if kind == Kind::Changed && changes.is_empty() {
        return None;
    }
    let shown = after.or(before)?;
    Some(RowChange {
        goods: words::goods(shown),
        name: shown.name().to_owned(),
        old_row: before.map(|row| row.id().to_owned()),
        new_row: after.map(|row| row.id().to_owned()),
        kind,
        changes,
    })
}

fn synonyms(old: &DataSet<'_>, new: &DataSet<'_>) -> Vec<SynonymChange> {
    let only = |these: &DataSet<'_>, those: &DataSet<'_>, added: bool| {
        let gone = these.synonyms.difference(&those.synonyms);
        gone.map(|&(term, target)| SynonymChange {
            term: term.to_owned(),
            target: target.to_owned(),
            added,
        })
        .collect::<Vec<_>>()
    };
    let mut changes = only(old, new, false);
    changes.extend(only(new, old, true));
    changes.sort_unstable();
    changes
}
