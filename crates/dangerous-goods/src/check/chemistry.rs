//! Which goods are cyanides and which are acids, as far as their names tell.
//!
//! 49 CFR 177.848(c) keeps them apart where hydrogen cyanide could form, and no column of the table
//! says which goods they are. Where the name leaves it open the answer is a condition, never a yes.

use crate::catalogue::Row;

/// Whether goods would give off hydrogen cyanide with an acid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cyanide {
    No,
    /// Organic cyanides and hydrogen cyanide itself: chemistry, not the name, decides.
    Maybe,
    Yes,
}

/// Whether goods are an acid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acid {
    No,
    /// A corrosive whose name does not tell acid from alkali.
    Maybe,
    Yes,
}

pub(super) fn cyanide(row: &Row) -> Cyanide {
    let name = row.name();
    // One pass over the names of nearly all goods, which have nothing to do with cyanides.
    if !contains(name, "cyan")
        || !["cyanide", "cyanogen", "cyanohydrin"]
            .iter()
            .any(|word| contains(name, word))
    {
        return Cyanide::No;
    }
    let open = [
        "benzyl",
        "hydrogen cyanide",
        "hydrocyanic",
        "cyanogen",
        "cyanohydrin",
    ];
    if open.iter().any(|word| contains(name, word)) {
        Cyanide::Maybe
    } else {
        Cyanide::Yes
    }
}

pub(super) fn acid(row: &Row) -> Acid {
    let name = row.name();
    if words(name).any(|word| {
        ["acid", "acids", "acidic"]
            .iter()
            .any(|acid| word.eq_ignore_ascii_case(acid))
    }) {
        return Acid::Yes;
    }
    if !row.labels().any(|label| label == "8") {
        return Acid::No;
    }
    let alkaline = [
        "hydroxide",
        "alkali",
        "alkaline",
        "caustic",
        "basic",
        "ammonia",
        "amine",
        "amines",
        "hypochlorite",
        "hypochlorites",
    ];
    let is_alkaline = words(name).any(|word| {
        alkaline
            .iter()
            .any(|alkaline| word.eq_ignore_ascii_case(alkaline))
            || ends(word, "amine")
    });
    if is_alkaline { Acid::No } else { Acid::Maybe }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
}

/// Whether a name holds a word or part of one, whatever its case.
pub(super) fn contains(name: &str, part: &str) -> bool {
    let (name, part) = (name.as_bytes(), part.as_bytes());
    let Some(first) = part.first() else { return true };
    let starts = name
        .iter()
        .enumerate()
        .filter(|(_, byte)| byte.eq_ignore_ascii_case(first));
    starts.into_iter().any(|(at, _)| {
        name.get(at..at + part.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(part))
    })
}

fn ends(word: &str, end: &str) -> bool {
    word.len() >= end.len() && word.as_bytes()[word.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}
