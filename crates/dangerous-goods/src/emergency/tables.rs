//! The distances of the guidebook in memory, by the four digits of the identification number.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use super::data;
use super::distance::Distance;
use super::gas::Gas;
use super::situation::{Container, TimeOfDay, Wind};

/// Which guidebook the distances are from, and what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// The name of the tables.
    pub title: &'static str,
    /// The edition.
    pub edition: &'static str,
    /// Where they were published.
    pub source: &'static str,
    /// SHA-256 of the data set, 64 lower-case hexadecimal digits.
    pub hash: String,
}

/// The distances for a spill of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Distances {
    /// In all directions.
    pub isolate: Distance,
    /// Downwind by day.
    pub day: Distance,
    /// Downwind by night.
    pub night: Distance,
}

impl Distances {
    /// Downwind at this time; the farther where the time is not known.
    #[must_use]
    pub fn downwind(&self, time: Option<TimeOfDay>) -> Distance {
        match time {
            Some(TimeOfDay::Day) => self.day,
            Some(TimeOfDay::Night) => self.night,
            None => self.day.max(self.night),
        }
    }
}

/// A row of table 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inhalation {
    pub(super) small: Distances,
    /// None where the row refers to table 3.
    pub(super) large: Option<Distances>,
}

/// A row of table 3: a large spill of one gas from one container, by wind from the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ByContainer {
    /// What the gas was in.
    pub container: Container,
    /// In all directions.
    pub isolate: Distance,
    /// Downwind by day, by wind from the weakest.
    pub day: [Distance; 3],
    /// Downwind by night, by wind from the weakest.
    pub night: [Distance; 3],
}

impl ByContainer {
    /// Downwind at this time and wind; the farthest where either is not known.
    #[must_use]
    pub fn downwind(&self, time: Option<TimeOfDay>, wind: Option<Wind>) -> Distance {
        let of = |row: &[Distance; 3]| match wind {
            Some(Wind::Low) => row[0],
            Some(Wind::Moderate) => row[1],
            Some(Wind::High) => row[2],
            None => row[0].max(row[1]).max(row[2]),
        };
        match time {
            Some(TimeOfDay::Day) => of(&self.day),
            Some(TimeOfDay::Night) => of(&self.night),
            None => of(&self.day).max(of(&self.night)),
        }
    }
}

/// The three tables, by the four digits of the identification number.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) edition: Edition,
    pub(super) inhalation: BTreeMap<u16, Inhalation>,
    pub(super) gases: BTreeMap<u16, Vec<Gas>>,
    pub(super) containers: BTreeMap<u16, Vec<ByContainer>>,
}

impl Tables {
    /// The tables that are part of the program, read at the first use.
    pub(super) fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Tables> = LazyLock::new(|| {
            #[expect(
                clippy::expect_used,
                reason = "the data is part of the program and read by a test"
            )]
            data::read(include_str!("../../data/emergency.tsv"))
                .expect("the embedded emergency data is well formed")
        });
        &EMBEDDED
    }
}
