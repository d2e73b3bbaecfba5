//! What the panel of a load holds. Every text in it is ready to be shown; nothing has to be looked up.

use serde::Serialize;

use super::distance::Distance;
use super::gas::Gas;
use super::guide::Guide;
use super::hazard::Hazard;
use super::reach::{Source, Spread};
use super::situation::{Contact, Container, Situation};
use super::tables::{ByContainer, Edition};
use crate::identity::{Regime, RowId};
use crate::load::LoadHash;

/// What to do beside a load that leaks or burns. Never empty: what is not known is shown at its worst.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Panel {
    /// The guidebook of the distances, with the hash of the data set.
    pub guidebook: Edition,
    /// The tables the goods were looked up in.
    pub catalogues: Vec<CatalogueEdition>,
    /// The hash of the load.
    pub load_hash: LoadHash,
    /// What was known of the accident.
    pub situation: Situation,
    /// Whom to call.
    pub calls: Vec<Call>,
    /// Whom the company has named for this load.
    pub contact: Option<Contact>,
    /// The guides of the whole load, the worst first.
    pub guides: Vec<GuideOfLines>,
    /// The farthest distances over the load.
    pub worst: Worst,
    /// The positions of the lines from zero, the one with the largest isolation distance first.
    pub order: Vec<usize>,
    /// One for each line, in the order of the load.
    pub lines: Vec<LinePanel>,
    /// What to do, in the order to do it.
    pub sections: Vec<Section>,
    /// What is not known about the load, in sentences.
    pub missing: Vec<String>,
}

/// The edition of a regime's table of goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogueEdition {
    /// The regime.
    pub regime: Regime,
    /// The edition.
    pub edition: &'static str,
    /// SHA-256 of the data set.
    pub hash: String,
}

/// A number of the emergency services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Where it answers.
    pub place: &'static str,
    /// The number.
    pub number: &'static str,
}

/// The emergency services where the regimes of this crate apply.
pub(super) const CALLS: [Call; 2] = [
    Call {
        place: "Europe",
        number: "112",
    },
    Call {
        place: "United States",
        number: "911",
    },
];

/// A guide and the lines it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuideOfLines {
    /// The guide.
    pub guide: Guide,
    /// The positions of its lines, from zero; none for a load that names no goods.
    pub lines: Vec<usize>,
}

/// The farthest distances over the load, each with the line it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worst {
    /// In all directions from the leak of the situation: of a large spill unless it is known to be small.
    pub leak: Farthest,
    /// Downwind from that leak; none where none is published for any line.
    pub leak_downwind: Option<Farthest>,
    /// In all directions from a small spill.
    pub small: Farthest,
    /// Downwind from a small spill; none where none is published for any line.
    pub small_downwind: Option<Farthest>,
    /// In all directions from a large spill.
    pub large: Farthest,
    /// Downwind from a large spill; none where none is published for any line.
    pub large_downwind: Option<Farthest>,
    /// In all directions from a fire that reaches the load.
    pub fire: Farthest,
}

/// One distance with the line it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Farthest {
    /// The distance.
    pub distance: Distance,
    /// The position of the line, from zero; none for a load that names no goods.
    pub line: Option<usize>,
    /// Where the distance comes from.
    pub source: Source,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinePanel {
    /// The position, from zero.
    pub line: usize,
    /// `UN1203 Gasoline`.
    pub goods: String,
    /// The rows that may be meant; none where the goods are not known.
    pub rows: Vec<RowId>,
    /// The labels, the primary hazard first.
    pub labels: Vec<String>,
    /// The hazards, the one to act on first before the others.
    pub hazards: Vec<Hazard>,
    /// The guides, the worst first.
    pub guides: Vec<Guide>,
    /// Why several readings are shown.
    pub choose: Option<String>,
    /// How far to stay away.
    pub spreads: Vec<Spread>,
    /// How far to stay away from a fire that reaches the goods, in all directions; our own rule.
    pub fire: Distance,
    /// Large spills of a gas of table 3, by container.
    pub by_container: Vec<ByContainer>,
    /// Those of the containers that may be meant.
    pub containers: Vec<Container>,
    /// The toxic gases that the goods give off with water.
    pub water_gases: Vec<Gas>,
    /// Whether no water may reach the goods.
    pub no_water: bool,
    /// What to tell the emergency services about this line.
    pub tell: String,
    /// What is not known, in sentences.
    pub missing: Vec<String>,
}

/// When something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// In the first minute.
    FirstMinute,
    /// On the telephone.
    Tell,
    /// When something burns.
    Fire,
    /// When something leaks.
    Spill,
    /// When somebody is hurt.
    FirstAid,
}

impl Step {
    /// In the order to do them.
    pub const ALL: [Self; 5] = [
        Self::FirstMinute,
        Self::Tell,
        Self::Fire,
        Self::Spill,
        Self::FirstAid,
    ];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::FirstMinute => "First minute",
            Self::Tell => "Tell the emergency services",
            Self::Fire => "Fire",
            Self::Spill => "Leak or spill",
            Self::FirstAid => "First aid",
        }
    }
}

/// What to do at one step, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// When.
    pub step: Step,
    /// What.
    pub actions: Vec<Action>,
}

/// One thing to do or to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// The sentence.
    pub text: String,
    /// The positions of the lines it is about, from zero; none where it is about the whole load.
    pub lines: Vec<usize>,
}
