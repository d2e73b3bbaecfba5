//! What follows from a load under one regime: points, tunnels, plates and placards, duties. Shown beside the
//! verdict of the regime; shared by the checker, the shipment form and the shipment's page.

use super::Verdict;

/// What follows for one vehicle or transport unit.
#[derive(Clone, Debug, Default)]
pub struct FollowsView {
    /// Such as `Vehicles 1 and 2`; empty where there is only one.
    pub title: String,
    /// Points of 1.1.3.6, or the mass that decides on placards.
    pub gauge: Option<GaugeView>,
    /// Tunnels, under ADR.
    pub tunnels: Option<TunnelsView>,
    /// Plates, placards and marks to show.
    pub outside: Vec<OutsideView>,
    /// Said where nothing is to be shown outside, or beside what is.
    pub outside_notes: Vec<String>,
    /// What else has to be there, or not.
    pub duties: Vec<DutyView>,
    /// What is missing for a certain answer, each once.
    pub missing: Vec<String>,
}

/// A quantity against the limit that decides.
#[derive(Clone, Debug)]
pub struct GaugeView {
    /// What is counted, with its clause, such as `Points (1.1.3.6)`.
    pub title: &'static str,
    /// How much, with its unit, such as `999 points`.
    pub value: String,
    /// Of how much, such as `1,000`.
    pub limit: &'static str,
    /// How full the gauge is, 0 to 100.
    pub fill: u8,
    /// What it means for the load.
    pub tone: Tone,
    /// The meaning in a few words, such as `within the exemption`.
    pub says: &'static str,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// How each line counts.
    pub rows: Vec<GaugeRow>,
}

/// One line of the sum.
#[derive(Clone, Debug)]
pub struct GaugeRow {
    /// 1-based line.
    pub line: usize,
    /// How it counts, such as `333 L × 3 = 999`.
    pub said: String,
    /// The sum up to and with this line.
    pub running: String,
}

/// What an answer means for the person who has to act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do.
    Free,
    /// Something to do.
    Asked,
    /// Not known.
    Unknown,
}

impl Tone {
    /// From a yes, a no, or neither.
    pub fn of(needed: Option<bool>) -> Self {
        match needed {
            Some(true) => Self::Asked,
            Some(false) => Self::Free,
            None => Self::Unknown,
        }
    }

    /// The class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Free => Verdict::Permitted.slug(),
            Self::Asked => Verdict::Conditional.slug(),
            Self::Unknown => Verdict::NotCleared.slug(),
        }
    }

    /// The icon's id in the layout's sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Free => Verdict::Permitted.icon(),
            Self::Asked => Verdict::Conditional.icon(),
            Self::Unknown => Verdict::NotCleared.icon(),
        }
    }
}

/// The tunnel categories and what stands before each.
#[derive(Clone, Debug)]
pub struct TunnelsView {
    /// The code of the load, such as `(C/D)`; empty where there is none.
    pub code: String,
    /// B to E.
    pub mouths: Vec<TunnelMouth>,
    /// The answer in words.
    pub says: String,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
}

/// One tunnel category.
#[derive(Clone, Copy, Debug)]
pub struct TunnelMouth {
    /// `B`, `C`, `D` or `E`.
    pub category: char,
    /// Whether the load may not pass.
    pub closed: bool,
}

/// A plate, placard or mark on the vehicle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideView {
    /// The drawing under `/assets/labels/`, such as `3` or `33/1203`; empty for a plain orange plate.
    pub drawing: Option<String>,
    /// What it is called, such as `FLAMMABLE`.
    pub name: String,
    /// Where it goes and for which lines.
    pub where_: String,
    /// Shown only if what is missing does not turn out otherwise.
    pub possible: bool,
    /// A plain orange plate.
    pub plain_plate: bool,
}

/// Something that has to be there, need not be, or may have to be.
#[derive(Clone, Debug)]
pub struct DutyView {
    /// Whether it is asked for.
    pub tone: Tone,
    /// What, such as `Instructions in writing`.
    pub what: String,
    /// `needed`, `not needed`, `not known`, or what was compared.
    pub says: String,
    /// The clause.
    pub clause: String,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
}
