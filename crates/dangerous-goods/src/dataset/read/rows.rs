//! The table of goods.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::{Names, Reader};
use crate::dataset::hexadecimal;
use crate::dataset::model::{Facts, Hazard, Limit, Matrix, Named, Row, RowCode};
use crate::dataset::regime::OtherRegime;
use crate::dataset::sheet::Record;
use crate::identity::{PackingGroup, UnNumber, clip};
use crate::load::{PhysicalState, Quantity};

const COLUMNS: [&str; 11] = [
    "number",
    "name",
    "class",
    "subsidiary_hazards",
    "packing_group",
    "state",
    "groups",
    "row_codes",
    "limited_quantity",
    "carriage",
    "texts",
];

/// The most rows of a table of goods.
const MOST_ROWS: usize = 20_000;

/// What rows refer to.
pub(super) struct Known<'a> {
    pub(super) regime: Option<OtherRegime>,
    pub(super) hazards: &'a Names<Hazard>,
    pub(super) compatibility: &'a Matrix,
    pub(super) groups: &'a Names<Named>,
    pub(super) codes: &'a Names<RowCode>,
    pub(super) texts: &'a Names<Named>,
}

impl Reader<'_> {
    pub(super) fn rows(&mut self, known: &Known<'_>) -> Vec<Row> {
        let records = self.section("rows", &COLUMNS);
        if let Some(record) = records.get(MOST_ROWS) {
            self.faults
                .add(record.line, format!("more than {MOST_ROWS} rows"));
            return Vec::new();
        }
        if records.is_empty() && self.faults.is_empty() {
            self.faults.add(0, "section `rows` has no row");
        }
        let mut rows = Vec::with_capacity(records.len());
        let mut seen: HashMap<Vec<&str>, usize> = HashMap::with_capacity(records.len());
        for record in records {
            // What tells rows apart: number, name, class, subsidiary hazards, packing group, state.
            let key = (0..6).map(|column| record.field(column)).collect();
            if let Some(first) = seen.insert(key, record.line) {
                self.faults.add(
                    record.line,
                    format!("the row is the same as that of line {first}"),
                );
            }
            rows.extend(self.row(record, known));
        }
        name_apart(&mut rows, known);
        rows
    }

    fn row(&mut self, record: &Record, known: &Known<'_>) -> Option<Row> {
        let number = match record.field(0) {
            "-" => None,
            text => Some(self.faults.keep(record.line, text.parse::<UnNumber>())?),
        };
        let name = self.words(record, 1, "name");
        let (class, compatibility) = self.class(record, known)?;
        let mut hazards = vec![class];
        hazards.extend(self.list(record, 3, known.hazards, "hazard").unwrap_or_else(|| {
            self.faults.add(
                record.line,
                "the subsidiary hazards are not given, expected hazards or `-` for none",
            );
            Vec::new()
        }));
        let packing_group = match record.field(4) {
            "" | "-" => None,
            text => self.faults.keep(record.line, text.parse::<PackingGroup>()),
        };
        Some(Row {
            id: String::new(),
            number,
            name,
            packing_group,
            state: self.state(record),
            facts: Facts {
                hazards,
                compatibility,
                groups: self.list(record, 6, known.groups, "group"),
                codes: self.list(record, 7, known.codes, "row code"),
                limit: self.limit(record),
                is_forbidden: self.is_forbidden(record),
                texts: self.list(record, 10, known.texts, "text").unwrap_or_default(),
            },
        })
    }

    /// A class such as `3`, or a division with its compatibility group such as `1.1D`.
    fn class(&mut self, record: &Record, known: &Known<'_>) -> Option<(usize, Option<usize>)> {
        let class = record.field(2);
        if let Some(hazard) = known.hazards.position(class) {
            return Some((hazard, None));
        }
        let split = class.char_indices().next_back().map(|(at, _)| class.split_at(at));
        let parts = split.and_then(|(division, group)| {
            Some((
                known.hazards.position(division)?,
                known.compatibility.position(group),
            ))
        });
        match parts {
            Some((hazard, Some(group))) => Some((hazard, Some(group))),
            Some((_, None)) if !known.compatibility.keys.is_empty() => {
                self.faults.add(
                    record.line,
                    format!("the compatibility group of class `{class}` is not in section `compatibility`"),
                );
                None
            }
            _ => {
                self.faults
                    .add(record.line, format!("unknown class `{}`", clip(class)));
                None
            }
        }
    }

    /// Names separated by spaces; `-` is none of them, and an empty field does not say.
    fn list<T>(
        &mut self,
        record: &Record,
        column: usize,
        names: &Names<T>,
        what: &str,
    ) -> Option<Vec<usize>> {
        let field = record.field(column);
        match field {
            "" => return None,
            "-" => return Some(Vec::new()),
            _ => {}
        }
        let mut list = Vec::new();
        for name in field.split_ascii_whitespace() {
            match names.position(name) {
                None => self
                    .faults
                    .add(record.line, format!("unknown {what} `{}`", clip(name))),
                Some(at) if list.contains(&at) => {
                    self.faults
                        .add(record.line, format!("{what} `{name}` is given twice"));
                }
                Some(at) => list.push(at),
            }
        }
        Some(list)
    }

    fn state(&mut self, record: &Record) -> Option<PhysicalState> {
        match record.field(5) {
            "" => None,
            "solid" => Some(PhysicalState::Solid),
            "liquid" => Some(PhysicalState::Liquid),
            "gas" => Some(PhysicalState::Gas),
            other => {
                let other = clip(other);
                self.faults.add(
                    record.line,
                    format!("`{other}` is no state, expected `solid`, `liquid`, `gas` or nothing"),
                );
                None
            }
        }
    }

    fn limit(&mut self, record: &Record) -> Limit {
        match record.field(8) {
            "" => Limit::Unknown,
            "-" | "0" => Limit::Never,
            text => self
                .faults
                .keep(record.line, text.parse::<Quantity>())
                .map_or(Limit::Unknown, Limit::UpTo),
        }
    }

    fn is_forbidden(&mut self, record: &Record) -> bool {
        match record.field(9) {
            "permitted" => false,
            "prohibited" => true,
            other => {
                let other = clip(other);
                self.faults.add(
                    record.line,
                    format!("`{other}` is no carriage, expected `permitted` or `prohibited`"),
                );
                true
            }
        }
    }
}

/// Gives each row an id: the number, or the name where there is none, and only what tells it from its siblings.
fn name_apart(rows: &mut [Row], known: &Known<'_>) {
    let regime = known.regime.map_or("", OtherRegime::code);
    let stem = |row: &Row| match row.number {
        Some(number) => format!("{regime}:{number}"),
        None => format!("{regime}:{}", slug(&row.name)),
    };
    let mut siblings: HashMap<String, Vec<usize>> = HashMap::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        siblings.entry(stem(row)).or_default().push(at);
    }
    for (stem, members) in siblings {
        let plain = |row: &Row| {
            let mut id = stem.clone();
            if members.len() > 1 {
                id.extend([":", &hazards(row, known)]);
                if let Some(group) = row.packing_group {
                    id.extend([":", &group.to_string()]);
                }
            }
            id
        };
        let mut shared: HashMap<String, usize> = HashMap::with_capacity(members.len());
        for at in &members {
            *shared.entry(plain(&rows[*at])).or_default() += 1;
        }
        let mut taken = HashSet::new();
        for at in &members {
            let mut id = plain(&rows[*at]);
            if shared.get(&id).is_some_and(|rows| *rows > 1) {
                id.extend([":", &rest(&rows[*at])]);
            }
            let plain = id.clone();
            let mut next = 2;
            while !taken.insert(id.clone()) {
                id = format!("{plain}:{next}");
                next += 1;
            }
            rows[*at].id = id;
        }
    }
}

fn hazards(row: &Row, known: &Known<'_>) -> String {
    let name = |hazard: &usize| known.hazards.list[*hazard].name.as_str();
    let mut text = row.facts.hazards.iter().map(name).collect::<Vec<_>>().join("+");
    if let Some(group) = row.facts.compatibility {
        text.push_str(&known.compatibility.keys[group]);
    }
    text
}

/// What else tells rows apart, in eight digits. Not a position: with the next edition another row may stand
/// there, and a choice that was made before must not come to mean it.
fn rest(row: &Row) -> String {
    let state = row.state.map_or(0, |state| state as u8 + 1);
    let text = format!("{state}{}", row.name);
    hexadecimal(&Sha256::digest(text.as_bytes())[..4])
}

fn slug(name: &str) -> String {
    let words = name
        .split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}
