//! The lines above the first section: what the data set says of itself.

use time::Date;
use time::macros::format_description;

use super::Reader;
use crate::dataset::model::{BetweenUnits, Head, Limited, SameClass};
use crate::dataset::sheet::Record;
use crate::identity::clip;

/// The first line of every data set: what it is, and the version of the form.
const FIRST: [&str; 2] = ["dangerous-goods data set", "1"];

const KEYS: [&str; 11] = [
    "regime",
    "edition",
    "title",
    "source",
    "valid_from",
    "valid_to",
    "company",
    "table_clause",
    "limited_quantities",
    "between_units",
    "same_class",
];

impl Reader<'_> {
    pub(super) fn head(&mut self) -> Option<Head> {
        let records = &self.sections.first()?.records;
        let (first, entries) = match records.split_first() {
            Some((first, entries)) if first.fields == FIRST => (first, entries),
            first => {
                let line = first.map_or(1, |(first, _)| first.line);
                let expected = FIRST.join(",");
                self.faults.add(
                    line,
                    format!("expected `{expected}`, the form this program reads"),
                );
                return None;
            }
        };
        self.keys(entries);
        let mut entry = |key: &str| self.entry(first.line, entries, key);
        let [
            regime,
            edition,
            title,
            source,
            from,
            to,
            company,
            clause,
            limited,
            between,
            same,
        ] = KEYS.map(&mut entry);
        let (from_line, from) = (from.map_or(0, |record| record.line), self.date(from));
        let to = self.date(to);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            self.faults
                .add(from_line, format!("`valid_from` {from} is after `valid_to` {to}"));
        }
        let limited = self.choice(
            limited,
            &[("inside", Limited::Inside), ("outside", Limited::Outside)],
        );
        let between = self.choice(
            between,
            &[
                ("compared", BetweenUnits::Compared),
                ("not_compared", BetweenUnits::NotCompared),
            ],
        );
        let same = self.choice(
            same,
            &[
                ("by_table", SameClass::ByTable),
                ("by_statement", SameClass::ByStatement),
            ],
        );
        let regime = regime.and_then(|record| self.faults.keep(record.line, record.field(1).parse()));
        Some(Head {
            regime: regime?,
            edition: self.value(edition)?,
            title: self.value(title)?,
            source: self.value(source)?,
            valid_from: from?,
            valid_to: to?,
            company: self.value(company)?,
            table_clause: self.value(clause)?,
            limited_quantities: limited?,
            between_units: between?,
            same_class: same?,
        })
    }

    fn keys(&mut self, entries: &[Record]) {
        for (at, record) in entries.iter().enumerate() {
            let key = record.field(0);
            if !KEYS.contains(&key) {
                let known = KEYS.join("`, `");
                self.faults.add(
                    record.line,
                    format!("unknown entry `{}`, expected one of `{known}`", clip(key)),
                );
            } else if entries[..at].iter().any(|earlier| earlier.field(0) == key) {
                self.faults.add(record.line, format!("`{key}` is given twice"));
            }
            if record.fields.len() > 2 {
                self.faults.add(
                    record.line,
                    format!(
                        "`{}` has more than one value; put quotation marks around a comma",
                        clip(key)
                    ),
                );
            }
        }
    }

    /// The record of a key that has a value.
    fn entry<'r>(&mut self, line: usize, entries: &'r [Record], key: &str) -> Option<&'r Record> {
        let found = entries.iter().find(|record| record.field(0) == key);
        match found {
            None => self.faults.add(line, format!("`{key}` is missing")),
            Some(record) if record.field(1).is_empty() => {
                self.faults.add(record.line, format!("`{key}` is empty"));
            }
            Some(_) => {}
        }
        found.filter(|record| !record.field(1).is_empty())
    }

    fn value(&mut self, record: Option<&Record>) -> Option<String> {
        const LONGEST: usize = 200;
        let record = record?;
        if record.field(1).chars().count() > LONGEST {
            let key = record.field(0);
            self.faults.add(
                record.line,
                format!("`{key}` is over the limit of {LONGEST} characters"),
            );
        }
        Some(record.field(1).to_owned())
    }

    fn date(&mut self, record: Option<&Record>) -> Option<Date> {
        let record = record?;
        let format = format_description!("[year]-[month]-[day]");
        let date = Date::parse(record.field(1), format);
        if date.is_err() {
            let value = clip(record.field(1));
            self.faults.add(
                record.line,
                format!("`{value}` is not a date, expected one as in `2026-01-31`"),
            );
        }
        date.ok()
    }

    fn choice<T: Copy>(&mut self, record: Option<&Record>, choices: &[(&str, T)]) -> Option<T> {
        let record = record?;
        let value = record.field(1);
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == value) {
            return Some(*choice);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        self.faults.add(
            record.line,
            format!(
                "`{}` is no value of `{}`, expected `{}`",
                clip(value),
                record.field(0),
                words.join("` or `")
            ),
        );
        None
    }
}
