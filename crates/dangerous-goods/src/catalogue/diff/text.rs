//! The changes as text: a line a change.

use std::fmt::Write as _;

use super::{Diff, Kind, RowChange};

/// Renders the changes, the editions first; "no changes" where there are none.
#[must_use]
pub fn text(diff: &Diff) -> String {
    let mut out = format!("{}: {} -> {}\n", diff.regime, diff.old, diff.new);
    // Writing to a text cannot fail.
    for change in &diff.edition {
        let _ = writeln!(out, "data set: {}", change.words);
    }
    for row in &diff.rows {
        write_row(&mut out, row);
    }
    for synonym in &diff.synonyms {
        let word = if synonym.added { "added" } else { "removed" };
        let _ = writeln!(
            out,
            "other name `{}` of `{}` {word}",
            synonym.term, synonym.target
        );
    }
    let count = |kind: Kind| diff.rows.iter().filter(|row| row.kind == kind).count();
    let _ = if diff.is_empty() {
        writeln!(out, "no changes")
    } else {
        writeln!(
            out,
            "rows: {} added, {} removed, {} changed",
            count(Kind::Added),
            count(Kind::Removed),
            count(Kind::Changed)
        )
    };
    out
}

fn write_row(out: &mut String, row: &RowChange) {
    let name = if row.name.is_empty() || row.name == row.goods {
        String::new()
    } else {
        format!(", {}", row.name)
    };
    let _ = match row.kind {
        Kind::Added => writeln!(out, "{}{name}: added", row.goods),
        Kind::Removed => writeln!(out, "{}{name}: removed", row.goods),
        Kind::Changed => row
            .changes
            .iter()
            .try_for_each(|change| writeln!(out, "{}: {}", row.goods, change.words)),
    };
}
