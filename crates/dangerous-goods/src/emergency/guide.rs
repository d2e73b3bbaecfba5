//! The guide of the Emergency Response Guidebook that goods are found under.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use super::hazard::Hazard;
use crate::catalogue::Row;

/// The number of a guide, with its mark that the goods may polymerize.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guide {
    /// 111 to 175.
    pub number: u16,
    /// Printed as `P` after the number.
    pub polymerizes: bool,
}

/// For goods that are not known.
pub(super) const NOT_KNOWN: Guide = Guide::new(111);

/// From the guide whose goods leave the least time to get away: explosives, what is not known, toxic gases,
/// what may explode, flammable gases, what burns or gives off gas by itself, liquids, solids. A guide of a
/// later edition that is not here comes last.
const WORST_FIRST: [u16; 64] = [
    112, 111, 117, 119, 124, 123, 125, 118, 168, 173, 113, 114, 150, 149, 148, 146, 145, 116, 115, 174, 122,
    175, 142, 131, 136, 139, 144, 138, 135, 137, 155, 156, 157, 166, 132, 134, 130, 129, 128, 127, 143, 141,
    140, 147, 133, 170, 151, 152, 154, 153, 160, 159, 165, 164, 163, 162, 161, 120, 121, 126, 158, 172, 169,
    171,
];

impl Guide {
    const fn new(number: u16) -> Self {
        Self {
            number,
            polymerizes: false,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (digits, polymerizes) = match text.strip_suffix('P') {
            Some(digits) => (digits, true),
            None => (text, false),
        };
        let number = digits
            .parse()
            .ok()
            .filter(|number| (111..=199).contains(number))?;
        Some(Self { number, polymerizes })
    }

    fn rank(self) -> (usize, u16) {
        let at = WORST_FIRST.iter().position(|number| *number == self.number);
        (at.unwrap_or(WORST_FIRST.len()), self.number)
    }
}

/// Every guide the rows name, the worst first.
pub(super) fn of_rows(rows: &[&Row]) -> Vec<Guide> {
    let found: BTreeSet<Guide> = rows
        .iter()
        .flat_map(|row| row.guide().split(' ').filter_map(Guide::read))
        .collect();
    sorted(found.into_iter().collect())
}

/// The guides of goods, completed: explosives by division, and 111 where anything is unknown.
pub(super) fn complete(mut guides: Vec<Guide>, hazards: &BTreeSet<Hazard>) -> Vec<Guide> {
    if guides.is_empty() {
        for (hazard, number) in [(Hazard::Explosive, 112), (Hazard::MinorExplosive, 114)] {
            if hazards.contains(&hazard) {
                guides.push(Guide::new(number));
            }
        }
    }
    if (guides.is_empty() || hazards.contains(&Hazard::Unknown)) && !guides.contains(&NOT_KNOWN) {
        guides.push(NOT_KNOWN);
    }
    sorted(guides)
}

/// Each once, the worst first.
pub(super) fn sorted(mut guides: Vec<Guide>) -> Vec<Guide> {
    guides.sort_by_key(|guide| guide.rank());
    guides.dedup();
    guides
}

impl fmt::Display for Guide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, if self.polymerizes { "P" } else { "" })
    }
}

/// As printed: `119P`.
impl Serialize for Guide {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
