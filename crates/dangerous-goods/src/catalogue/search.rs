//! Search by number and by name, typing errors forgiven.
//!
//! Names are cut into words and words into runs of three characters; a query finds the names that
//! share most of its runs. One wrong letter breaks three runs of a word and leaves the others.

use std::collections::HashMap;

use super::{Catalogue, Row};
use crate::identity::{Regime, UnNumber};

/// One row found.
#[derive(Debug, Clone)]
pub struct Hit<'a> {
    /// The row.
    pub row: &'a Row,
    /// What of the row matched.
    pub matched: Matched,
    /// How well, from 0 to 1.
    pub score: f32,
}

/// What of a row matched a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// The whole identification number.
    Number,
    /// The first digits of the number.
    NumberPrefix,
    /// The proper shipping name.
    Name,
    /// Another name, from which the regime refers to this row.
    Synonym(&'static str),
}

/// A row by its place: regime and position in the table.
type Place = (Regime, u32);

/// A name, and the rows that bear it.
#[derive(Debug)]
struct Entry {
    text: String,
    grams: u16,
    synonym: Option<&'static str>,
    places: Vec<Place>,
}

/// Every name of the catalogue, and where each run of three characters occurs.
#[derive(Debug)]
pub(super) struct Index {
    entries: Vec<Entry>,
    exact: HashMap<String, usize>,
    /// `starts[gram]..starts[gram + 1]` of `postings` are the entries that hold the run.
    starts: Vec<u32>,
    postings: Vec<u16>,
}

/// Names that share less of the query than this are not worth showing.
const THRESHOLD: f32 = 0.45;

impl Index {
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let mut names: HashMap<String, Entry> = HashMap::with_capacity(8192);
        for regime in Regime::ALL {
            for (at, row) in (0_u32..).zip(catalogue.all(regime)) {
                let alternatives = row.name.split(" or ").filter(|part| part.len() < row.name.len());
                for name in std::iter::once(row.name).chain(alternatives) {
                    add(&mut names, name, None, (regime, at));
                }
            }
        }
        for regime in Regime::ALL {
            add_synonyms(&mut names, catalogue, regime);
        }
        let mut entries: Vec<Entry> = names.into_values().collect();
        entries.sort_unstable_by(|a, b| a.text.cmp(&b.text).then(a.synonym.cmp(&b.synonym)));
        // Postings are 16 bits wide; a catalogue ten times as large would need wider ones.
        entries.truncate(usize::from(u16::MAX));
        Self::of(entries)
    }

    fn of(mut entries: Vec<Entry>) -> Self {
        let mut pairs: Vec<(u16, u16)> = Vec::with_capacity(entries.len() * 32);
        for (at, entry) in (0_u16..).zip(&mut entries) {
            let grams = grams(&entry.text);
            entry.grams = u16::try_from(grams.len()).unwrap_or(u16::MAX);
            pairs.extend(grams.into_iter().map(|gram| (gram, at)));
        }
        pairs.sort_unstable();
        let mut starts = vec![0_u32; GRAMS + 1];
        for &(gram, _) in &pairs {
            starts[usize::from(gram) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let exact = entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.synonym.is_none())
            .map(|(at, entry)| (entry.text.clone(), at))
            .collect();
        Self {
            entries,
            exact,
            starts,
            postings: pairs.into_iter().map(|(_, at)| at).collect(),
        }
    }

    pub(super) fn named<'a>(&self, catalogue: &'a Catalogue, name: &str) -> Vec<&'a Row> {
        let found = self.exact.get(&normalised(name)).map(|&at| &self.entries[at]);
        found
            .into_iter()
            .flat_map(|entry| &entry.places)
            .map(|&place| at(catalogue, place))
            .collect()
    }

    pub(super) fn search<'a>(&self, catalogue: &'a Catalogue, query: &str, limit: usize) -> Vec<Hit<'a>> {
        let query = query.trim();
        let mut hits = by_number(catalogue, query);
        if hits.is_empty() {
            hits = self.by_name(catalogue, query, limit);
        }
        hits.truncate(limit);
        hits
    }

    fn by_name<'a>(&self, catalogue: &'a Catalogue, query: &str, limit: usize) -> Vec<Hit<'a>> {
        // Beyond any name's length more text cannot find more.
        let query: String = normalised(query).chars().take(200).collect();
        let wanted = grams(&query);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut shared = vec![0_u16; self.entries.len()];
        for gram in &wanted {
            let gram = usize::from(*gram);
            for &entry in &self.postings[self.starts[gram] as usize..self.starts[gram + 1] as usize] {
                shared[usize::from(entry)] += 1;
            }
        }
        let mut found: Vec<(f32, usize)> = shared
            .into_iter()
            .enumerate()
            .filter(|&(_, shared)| shared > 0)
            .map(|(at, shared)| (self.entries[at].score(&query, wanted.len(), shared), at))
            .filter(|&(score, _)| score >= THRESHOLD)
            .collect();
        // Best first; among equals by name, so that the answer never depends on chance.
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut hits: Vec<Hit<'a>> = Vec::new();
        for (score, entry) in found {
            if hits.len() >= limit {
                break;
            }
            let entry = &self.entries[entry];
            let matched = entry.synonym.map_or(Matched::Name, Matched::Synonym);
            for &place in &entry.places {
                let row = self::at(catalogue, place);
                if !hits.iter().any(|hit| std::ptr::eq(hit.row, row)) {
                    hits.push(Hit { row, matched, score });
                }
            }
        }
        hits
    }
}

impl Entry {
    /// Mostly how much of the query the name holds, a little how much else it holds.
    fn score(&self, query: &str, wanted: usize, shared: u16) -> f32 {
        if self.text == query {
            return 1.0;
        }
        let shared = f32::from(shared);
        #[expect(clippy::cast_precision_loss, reason = "a query has at most 200 characters")]
        let coverage = shared / wanted as f32;
        let density = shared / f32::from(self.grams.max(1));
        let prefix = if self.text.starts_with(query) { 0.1 } else { 0.0 };
        (0.7 * coverage + 0.2 * density + prefix).min(0.99)
    }
}

fn add(names: &mut HashMap<String, Entry>, name: &str, synonym: Option<&'static str>, place: Place) {
    let text = normalised(name);
    if text.is_empty() {
        return;
    }
    let key = if synonym.is_some() {
        format!("={text}")
    } else {
        text.clone()
    };
    let entry = names.entry(key).or_insert(Entry {
        text,
        grams: 0,
        synonym,
        places: Vec::new(),
    });
    if !entry.places.contains(&place) {
        entry.places.push(place);
    }
}

/// A reference names the beginning of the names it refers to, often shortened with "etc".
fn add_synonyms(names: &mut HashMap<String, Entry>, catalogue: &Catalogue, regime: Regime) {
    let table = catalogue.table(regime);
    let mut sorted: Vec<(String, u32)> = (0_u32..)
        .zip(&table.rows)
        .map(|(at, row)| (normalised(row.name), at))
        .collect();
    sorted.sort_unstable();
    for synonym in &table.synonyms {
        for target in synonym.target.split(" or ") {
            let target = normalised(target.trim_end_matches('.').trim_end_matches("etc"));
            let first = sorted.partition_point(|(name, _)| *name < target);
            let meant = sorted[first..]
                .iter()
                .take_while(|(name, _)| !target.is_empty() && name.starts_with(&target));
            for &(_, at) in meant {
                add(names, synonym.term, Some(synonym.term), (regime, at));
            }
        }
    }
}

fn at(catalogue: &Catalogue, (regime, row): Place) -> &Row {
    &catalogue.all(regime)[row as usize]
}

fn by_number<'a>(catalogue: &'a Catalogue, query: &str) -> Vec<Hit<'a>> {
    if let Ok(number) = query.parse::<UnNumber>() {
        let rows = Regime::ALL
            .into_iter()
            .flat_map(|regime| catalogue.rows(number, regime));
        return rows
            .map(|row| Hit {
                row,
                matched: Matched::Number,
                score: 1.0,
            })
            .collect();
    }
    if !UnNumber::is_meant_by(query) {
        return Vec::new();
    }
    let compact: String = query
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_uppercase();
    let series = if compact.starts_with(|c: char| c.is_ascii_digit()) {
        "UN"
    } else {
        ""
    };
    let prefix = format!("{series}{compact}");
    let rows = Regime::ALL.into_iter().flat_map(|regime| catalogue.all(regime));
    let mut rows: Vec<&Row> = rows
        .filter(|row| {
            row.number.is_some()
                && row
                    .id_text()
                    .split(':')
                    .nth(1)
                    .is_some_and(|id| id.starts_with(&prefix))
        })
        .collect();
    rows.sort_by_key(|row| (row.number, row.regime()));
    rows.into_iter()
        .map(|row| Hit {
            row,
            matched: Matched::NumberPrefix,
            score: 0.9,
        })
        .collect()
}

/// Lower case, one space between words, nothing but letters and digits; sulphur spelled the American
/// way, as the tables do.
fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    if out.contains("sulph") {
        out.replace("sulph", "sulf")
    } else {
        out
    }
}

/// One more than the largest run.
const GRAMS: usize = 38 * 38 * 38;

/// The distinct runs of three characters of each word, the word set between two spaces before it and
/// one behind, so that beginnings weigh more.
fn grams(text: &str) -> Vec<u16> {
    let code = |c: char| match c {
        'a'..='z' => c as u16 - 'a' as u16 + 1,
        '0'..='9' => c as u16 - '0' as u16 + 27,
        _ => 37,
    };
    let mut grams = Vec::with_capacity(text.len() + 8);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let (mut a, mut b) = (0, 0);
        for c in word.chars().map(code).chain(std::iter::once(0)) {
            grams.push((a * 38 + b) * 38 + c);
            (a, b) = (b, c);
        }
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}
