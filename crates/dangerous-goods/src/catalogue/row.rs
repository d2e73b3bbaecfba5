//! One row of one regime's table of dangerous goods, as the law prints it.
//!
//! A column that a later rule needs is one field here, one accessor and one column in `data.rs`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::nature::Lazy;
use crate::identity::{PackingGroup, Regime, RowId, UnNumber};
use crate::load::PhysicalState;

/// Zone of poison by inhalation (49 CFR 173.116 and 173.133), from A, the worst, to D.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Zone {
    /// Zone A.
    A,
    /// Zone B.
    B,
    /// Zone C, gases only.
    C,
    /// Zone D, gases only.
    D,
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// How well the English name of a row is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameQuality {
    /// The name of the corresponding row of the same class and packing group.
    Exact,
    /// The only name known for the number; the row's own wording may differ.
    Single,
    /// Several names fit; the row's name may be empty.
    Ambiguous,
}

/// How the row stands to the regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// May be carried under the rules of the regime.
    Admitted,
    /// May not be carried at all (49 CFR 173.21(a); ADR "not admitted to carriage").
    Forbidden,
    /// The regime says that it does not apply to the goods.
    NotSubject,
}

/// In the data: packages bear no label.
const NO_LABEL: &str = "-";
/// In the data: the labels are those of what the article contains (ADR 5.2.2.1.12).
const BY_CONTENTS: &str = "?";

/// One row of 49 CFR 172.101 or of ADR table A.
///
/// A column the regime does not have, or that is blank in the row, is an empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub(super) id: RowId,
    pub(super) number: Option<UnNumber>,
    pub(super) name: &'static str,
    pub(super) name_quality: NameQuality,
    pub(super) admission: Admission,
    pub(super) reading_confirmed: bool,
    pub(super) class: &'static str,
    pub(super) classification_code: &'static str,
    pub(super) labels: &'static str,
    pub(super) packing_group: Option<PackingGroup>,
    pub(super) zone: Option<Zone>,
    pub(super) symbols: &'static str,
    pub(super) special_provisions: &'static str,
    pub(super) limited_quantity: &'static str,
    pub(super) excepted_quantity: &'static str,
    pub(super) packaging: &'static str,
    pub(super) transport_category: &'static str,
    pub(super) tunnel_code: &'static str,
    pub(super) hazard_identification_number: &'static str,
    pub(super) loading_provisions: &'static str,
    pub(super) guide: &'static str,
    pub(super) physical_state: Option<PhysicalState>,
    pub(super) nature: Lazy,
}

impl Row {
    /// The key as text that outlives the row.
    pub(super) fn id_text(&self) -> &'static str {
        self.id.embedded_text()
    }

    /// The key of the row.
    #[must_use]
    pub const fn id(&self) -> &RowId {
        &self.id
    }

    /// The regime whose table holds the row.
    #[must_use]
    pub fn regime(&self) -> Regime {
        self.id.regime()
    }

    /// The identification number; 256 forbidden rows of the United States have none.
    #[must_use]
    pub const fn number(&self) -> Option<UnNumber> {
        self.number
    }

    /// The proper shipping name; empty where [`Row::name_quality`] is ambiguous.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How well the name is known.
    #[must_use]
    pub const fn name_quality(&self) -> NameQuality {
        self.name_quality
    }

    /// Whether the goods may be carried at all.
    #[must_use]
    pub const fn admission(&self) -> Admission {
        self.admission
    }

    /// Whether carriage is forbidden whatever else is on the vehicle.
    #[must_use]
    pub const fn is_forbidden(&self) -> bool {
        matches!(self.admission, Admission::Forbidden)
    }

    /// Whether two independent readings of the published table agree on this row.
    #[must_use]
    pub const fn is_reading_confirmed(&self) -> bool {
        self.reading_confirmed
    }

    /// The class or division without the compatibility group: `3`, `6.1`, `1.1`; empty if not given.
    #[must_use]
    pub fn division(&self) -> &'static str {
        if self.compatibility_group().is_some() {
            &self.class[..3]
        } else {
            self.class
        }
    }

    /// The class alone: `3`, `6`, `1`.
    #[must_use]
    pub fn class(&self) -> &'static str {
        self.class.split('.').next().unwrap_or_default()
    }

    /// The compatibility group of explosives, `A` to `S`.
    #[must_use]
    pub fn compatibility_group(&self) -> Option<char> {
        let mut letters = self.class.strip_prefix("1.")?.chars();
        letters.next()?;
        letters.next().filter(char::is_ascii_uppercase)
    }

    /// The classification code of ADR 2.2, such as `F1` or `2TOC`.
    #[must_use]
    pub const fn classification_code(&self) -> &'static str {
        self.classification_code
    }

    /// The labels, primary hazard first. In the United States without the compatibility group.
    ///
    /// None where no label is required ([`Row::requires_no_label`]) and where the table does not tell
    /// ([`Row::are_labels_known`]).
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &'static str> + Clone + use<> {
        self.labels
            .split_ascii_whitespace()
            .filter(|label| !matches!(*label, NO_LABEL | BY_CONTENTS))
    }

    /// Whether the table says that packages bear no danger label.
    #[must_use]
    pub fn requires_no_label(&self) -> bool {
        self.labels == NO_LABEL
    }

    /// Whether the table tells the labels, if only that there are none.
    #[must_use]
    pub fn are_labels_known(&self) -> bool {
        !matches!(self.labels, "" | BY_CONTENTS)
    }

    /// The hazards shown by labels after the first.
    pub fn subsidiary_hazards(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.labels().skip(1)
    }

    /// The packing group.
    #[must_use]
    pub const fn packing_group(&self) -> Option<PackingGroup> {
        self.packing_group
    }

    /// The zone of poison by inhalation; United States only, from special provisions 1 to 4.
    #[must_use]
    pub const fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// The symbols of column 1 of 49 CFR 172.101: `+`, `A`, `D`, `G`, `I`, `W`.
    pub fn symbols(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.symbols.split_ascii_whitespace()
    }

    /// Whether the name must be followed by a technical name in brackets.
    #[must_use]
    pub fn needs_technical_name(&self) -> bool {
        match self.regime() {
            Regime::Us => self.symbols().any(|symbol| symbol == "G"),
            Regime::Adr => self.special_provisions().any(|provision| provision == "274"),
        }
    }

    /// The codes of the special provisions.
    pub fn special_provisions(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.special_provisions.split_ascii_whitespace()
    }

    /// Whether this provision is among them; most rows are done with one look at the whole text.
    pub(crate) fn has_special_provision(&self, code: &str) -> bool {
        self.special_provisions.contains(code) && self.special_provisions().any(|provision| provision == code)
    }

    /// ADR: the limit per inner packaging (`1 L`, `0`). United States: the sections of column 8A.
    #[must_use]
    pub const fn limited_quantity(&self) -> &'static str {
        self.limited_quantity
    }

    /// The code of ADR 3.5.1.2, `E0` to `E5`.
    #[must_use]
    pub const fn excepted_quantity(&self) -> &'static str {
        self.excepted_quantity
    }

    /// United States: the sections of part 173 for packagings other than bulk (column 8B).
    #[must_use]
    pub const fn packaging(&self) -> &'static str {
        self.packaging
    }

    /// The transport category of ADR 1.1.3.6, `0` to `4`, or `-`.
    #[must_use]
    pub const fn transport_category(&self) -> &'static str {
        self.transport_category
    }

    /// The tunnel restriction code of ADR 8.6, such as `D/E`.
    #[must_use]
    pub const fn tunnel_code(&self) -> &'static str {
        self.tunnel_code
    }

    /// The hazard identification number of ADR 5.3.2.3, such as `33`.
    #[must_use]
    pub const fn hazard_identification_number(&self) -> &'static str {
        self.hazard_identification_number
    }

    /// The provisions for loading and handling of ADR 7.5.11, `CV1` to `CV38`.
    pub fn loading_provisions(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.loading_provisions.split_ascii_whitespace()
    }

    /// The guide of the Emergency Response Guidebook 2024; several where the number has several.
    #[must_use]
    pub const fn guide(&self) -> &'static str {
        self.guide
    }

    /// The state the goods travel in, where the table makes it certain.
    #[must_use]
    pub const fn physical_state(&self) -> Option<PhysicalState> {
        self.physical_state
    }
}
