//! What a named person states of goods where the table leaves it open. A statement without a name, or
//! one that the table contradicts, fills no gap.

use crate::catalogue::{Row, Zone};
use crate::load::{Line, PhysicalState, RadioactiveCategory};

/// The divisions of class 1, as texts that outlive a line.
const DIVISIONS: [&str; 6] = ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"];

/// What is known of the zone of poison by inhalation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownZone {
    Is(Zone),
    /// Nobody says that there is one.
    None,
    /// Somebody who is not named says that there is one.
    Unvouched,
}

pub(crate) fn zone(row: &Row, line: &Line) -> KnownZone {
    match (row.zone(), line.zone) {
        (Some(zone), _) => KnownZone::Is(zone),
        (None, Some(zone)) if line.is_stated() => KnownZone::Is(zone),
        (None, Some(_)) => KnownZone::Unvouched,
        (None, None) => KnownZone::None,
    }
}

/// What is known of the state the goods travel in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownState {
    Is(PhysicalState),
    /// Nobody says.
    None,
    /// Somebody who is not named says that it is not liquid, which is the milder case.
    NotLiquidUnvouched,
}

pub(crate) fn state(row: &Row, line: &Line) -> KnownState {
    match row.physical_state().or(line.physical_state) {
        None => KnownState::None,
        Some(state) if row.physical_state().is_some() || line.is_stated() => KnownState::Is(state),
        Some(PhysicalState::Liquid) => KnownState::Is(PhysicalState::Liquid),
        Some(PhysicalState::Solid | PhysicalState::Gas) => KnownState::NotLiquidUnvouched,
    }
}

/// Whether the zone stated is another than that of the table.
pub(crate) fn contradicts_zone(row: &Row, line: &Line) -> bool {
    line.is_stated() && line.zone.is_some() && row.zone().is_some() && line.zone != row.zone()
}

/// The division and the group of explosives: those of the row, or stated where the row has none.
pub(crate) fn division(row: &Row, line: &Line) -> (&'static str, Option<char>) {
    if row.division().is_empty() {
        explosive(line).map_or(("", None), |(division, group)| (division, Some(group)))
    } else {
        (row.division(), row.compatibility_group())
    }
}

/// The division and the group of the first label, such as `1.4S`. Samples of group A, initiating
/// explosives, have a row of their own.
fn explosive(line: &Line) -> Option<(&'static str, char)> {
    let label = line.labels.first().filter(|_| line.is_stated())?;
    let (division, group) = label.split_at_checked(3)?;
    let division = *DIVISIONS.iter().find(|known| **known == division)?;
    let mut letters = group.chars();
    let group = letters.next().filter(|group| ('B'..='S').contains(group))?;
    letters.next().is_none().then_some((division, group))
}

/// The division behind a label for a subsidiary explosive hazard, which carries none.
pub(crate) fn subsidiary_division(line: &Line) -> Option<&'static str> {
    let labels = line.labels.iter().filter(|_| line.is_stated());
    let mut divisions = labels.filter_map(|label| DIVISIONS.iter().find(|known| label.starts_with(*known)));
    divisions.next().copied()
}

/// The labels stated for goods whose labels depend on what they contain, primary hazard first.
pub(crate) fn labels<'a>(row: &Row, line: &'a Line) -> Option<&'a [String]> {
    let first = line.labels.first().filter(|_| line.is_stated())?;
    let class = row.division();
    let is_primary = first == class || (class == "2" && first.starts_with("2."));
    is_primary.then_some(&line.labels)
}

/// The category of the label of radioactive material, where a named person states it.
pub(crate) fn category(line: &Line) -> Option<RadioactiveCategory> {
    line.radioactive_category.filter(|_| line.is_stated())
}
