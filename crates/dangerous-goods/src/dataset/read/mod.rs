//! From a sheet to a [`Draft`]: a file a section, every fault kept, nothing guessed.
//!
//! To add a section, name it in [`SECTIONS`] and read it here, before the sections that refer to it.

mod head;
mod rows;
mod rules;
mod table;

use std::collections::HashMap;

use super::fault::{Faults, Malformed};
use super::model::Draft;
use super::sheet::{self, Record, Section};
use crate::identity::clip;

/// The sections in the order in which they are listed to a person.
const SECTIONS: [&str; 10] = [
    "hazards",
    "codes",
    "table",
    "compatibility",
    "groups",
    "group_rules",
    "row_codes",
    "texts",
    "rows",
    "end",
];

/// Sections that a data set may go without.
const OPTIONAL: [&str; 5] = ["compatibility", "groups", "group_rules", "row_codes", "texts"];

/// The most entries of any section but the rows.
const MOST_ENTRIES: usize = 2_000;

impl Draft {
    /// Reads a data set that carries no signature yet.
    ///
    /// # Errors
    /// Everything that is wrong with it, by line.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let sections = sheet::read(bytes)?;
        let mut faults = Faults::default();
        let draft = Reader::new(&sections, &mut faults).draft();
        match draft {
            Some(draft) if faults.is_empty() => Ok(draft),
            _ => Err(faults.into_malformed()),
        }
    }
}

struct Reader<'a> {
    sections: &'a [Section],
    faults: &'a mut Faults,
}

impl<'a> Reader<'a> {
    fn new(sections: &'a [Section], faults: &'a mut Faults) -> Self {
        for section in sections.iter().skip(1) {
            if !SECTIONS.contains(&section.name.as_str()) {
                let (name, known) = (clip(&section.name), SECTIONS.join("`, `"));
                faults.add(
                    section.line,
                    format!("unknown section `{name}`, expected one of `{known}`"),
                );
            }
        }
        for name in SECTIONS.iter().filter(|name| !OPTIONAL.contains(name)) {
            if !sections.iter().any(|section| section.name == *name) {
                faults.add(0, format!("section `{name}` is missing"));
            }
        }
        Self { sections, faults }
    }

    fn draft(&mut self) -> Option<Draft> {
        let head = self.head();
        let codes = self.codes();
        let codes = Names::of(codes, |code| &code.name);
        let table = self.matrix("table", &codes);
        let compatibility = self.matrix("compatibility", &codes);
        let hazards = Names::of(self.hazards(&table), |hazard| &hazard.name);
        let groups = Names::of(self.named("groups", ["group", "name"]), |group| &group.name);
        let texts = Names::of(self.named("texts", ["text", "words"]), |text| &text.name);
        let group_rules = self.group_rules(&groups, &codes);
        let row_codes = self.row_codes(&hazards, &groups, &codes);
        let row_codes = Names::of(row_codes, |code| &code.name);
        let known = rows::Known {
            regime: head.as_ref().map(|head| head.regime),
            hazards: &hazards,
            compatibility: &compatibility,
            groups: &groups,
            codes: &row_codes,
            texts: &texts,
        };
        let rows = self.rows(&known);
        self.end();
        Some(Draft {
            head: head?,
            hazards: hazards.list,
            codes: codes.list,
            table,
            compatibility,
            groups: groups.list,
            group_rules,
            row_codes: row_codes.list,
            texts: texts.list,
            rows,
        })
    }

    /// The records of a section under its column names; none where the section is missing.
    fn section(&mut self, name: &str, columns: &[&str]) -> &'a [Record] {
        let Some(section) = self.sections.iter().find(|section| section.name == name) else {
            return &[];
        };
        let records = section.under(columns, self.faults);
        if name != "rows" && records.len() > MOST_ENTRIES {
            self.faults.add(
                section.line,
                format!("section `{name}` has more than {MOST_ENTRIES} entries"),
            );
            return &[];
        }
        records
    }

    /// The last section says how many rows there are, so that a file cut short is not taken for a whole one.
    fn end(&mut self) {
        let Some(section) = self.sections.iter().find(|section| section.name == "end") else {
            return;
        };
        let written = self.sections.iter().find(|section| section.name == "rows");
        let rows = written.map_or(0, |section| section.records.len().saturating_sub(1));
        let counted = match section.records.as_slice() {
            [record] if record.fields.len() == 2 && record.field(0) == "rows" => record.field(1).parse().ok(),
            _ => None,
        };
        if counted != Some(rows) {
            self.faults.add(
                section.line,
                format!("expected the number of rows as in `rows,{rows}`, as {rows} were read"),
            );
        }
        if self.sections.last().is_some_and(|last| last.name != "end") {
            self.faults.add(section.line, "section `end` is not the last one");
        }
    }

    /// A name that cells, rows and rules can refer to.
    fn name(&mut self, record: &Record, column: usize, what: &str) -> String {
        let name = record.field(column);
        let is_plain = name.bytes().all(|byte| byte.is_ascii_graphic());
        if name.is_empty() || name.len() > 24 || !is_plain {
            self.faults.add(
                record.line,
                format!(
                    "`{}` is no {what}, expected up to 24 letters, digits and signs",
                    clip(name)
                ),
            );
        }
        name.to_owned()
    }

    /// Text that a person reads.
    fn words(&mut self, record: &Record, column: usize, what: &str) -> String {
        const LONGEST: usize = 1_000;
        let words = record.field(column);
        if words.is_empty() {
            self.faults.add(record.line, format!("the {what} is missing"));
        }
        if words.chars().count() > LONGEST {
            self.faults.add(
                record.line,
                format!("the {what} is over the limit of {LONGEST} characters"),
            );
        }
        words.to_owned()
    }

    /// What a field refers to.
    fn refer<T>(&mut self, record: &Record, column: usize, names: &Names<T>, what: &str) -> Option<usize> {
        let name = record.field(column);
        let found = names.position(name);
        if found.is_none() {
            self.faults
                .add(record.line, format!("unknown {what} `{}`", clip(name)));
        }
        found
    }
}

/// A list and the position of each of its names.
struct Names<T> {
    list: Vec<T>,
    positions: HashMap<String, usize>,
}

impl<T> Names<T> {
    fn of(list: Vec<T>, name: impl Fn(&T) -> &String) -> Self {
        let positions = list
            .iter()
            .enumerate()
            .rev()
            .map(|(at, entry)| (name(entry).clone(), at))
            .collect();
        Self { list, positions }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }
}
