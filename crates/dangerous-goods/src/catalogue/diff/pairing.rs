//! Which row of the newer data set is which row of the older one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::InvalidDataSet;
use super::read::{DataSet, RowText};

/// More rows than any number has; keeps the comparison of all with all small.
pub(super) const MOST_SIBLINGS: usize = 200;

/// What tells a row from its siblings, fact by fact.
const TELLING: [&[&str]; 4] = [
    &["class", "code", "labels"],
    &["packing_group"],
    &["zone"],
    &["name"],
];

type Pair<'d, 'a> = (Option<&'d RowText<'a>>, Option<&'d RowText<'a>>);
type Siblings<'d, 'a> = (Vec<&'d RowText<'a>>, Vec<&'d RowText<'a>>);

/// Every row of both, each once, by number.
pub(super) fn pairs<'d, 'a>(
    old: &'d DataSet<'a>,
    new: &'d DataSet<'a>,
) -> Result<Vec<Pair<'d, 'a>>, InvalidDataSet> {
    let mut groups: BTreeMap<&str, Siblings<'d, 'a>> = BTreeMap::new();
    for row in &old.rows {
        groups.entry(row.number()).or_default().0.push(row);
    }
    for row in &new.rows {
        groups.entry(row.number()).or_default().1.push(row);
    }
    let mut pairs = Vec::new();
    for (number, (before, after)) in groups {
        if before.len().max(after.len()) > MOST_SIBLINGS {
            return Err(InvalidDataSet::TooManySiblings(number.to_owned()));
        }
        siblings(old, new, &before, &after, &mut pairs);
    }
    Ok(pairs)
}

/// How alike two rows of a number are: telling facts in common, then columns in common.
fn likeness(
    old: &DataSet<'_>,
    new: &DataSet<'_>,
    before: &RowText<'_>,
    after: &RowText<'_>,
) -> (usize, usize) {
    let same = |column: &str| {
        // The fields borrow from different texts.
        let (before, after): (&str, &str) = (old.field(before, column), new.field(after, column));
        before == after
    };
    let telling = TELLING
        .iter()
        .filter(|fact| fact.iter().all(|column| same(column)));
    let columns = old.columns.iter().filter(|column| same(column));
    (telling.count(), columns.count())
}

/// The most alike first, each row once. What is left is paired while one fact at most tells it apart, or
/// where each side has no other row.
fn siblings<'d, 'a>(
    old: &'d DataSet<'a>,
    new: &'d DataSet<'a>,
    before: &[&'d RowText<'a>],
    after: &[&'d RowText<'a>],
    pairs: &mut Vec<Pair<'d, 'a>>,
) {
    let alone = before.len() == 1 && after.len() == 1;
    let mut likely: Vec<_> = Vec::with_capacity(before.len() * after.len());
    for (a, row) in before.iter().enumerate() {
        for (b, other) in after.iter().enumerate() {
            let (telling, columns) = likeness(old, new, row, other);
            if alone || telling + 1 >= TELLING.len() {
                likely.push((Reverse((telling, columns)), a, b));
            }
        }
    }
    likely.sort_unstable();
    let mut matched = vec![None; before.len()];
    let mut taken = vec![false; after.len()];
    for (_, a, b) in likely {
        if matched[a].is_none() && !taken[b] {
            matched[a] = Some(b);
            taken[b] = true;
        }
    }
    for (row, matched) in before.iter().zip(matched) {
        pairs.push((Some(row), matched.map(|b| after[b])));
    }
    let added = after.iter().zip(taken).filter(|(_, taken)| !taken);
    pairs.extend(added.map(|(row, _)| (None, Some(*row))));
}
