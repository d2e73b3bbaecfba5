//! The rows of goods as a person chooses among them.

use super::check::known;
use super::model::{Draft, Row};
use super::{DataSet, DataSetRowId};
use crate::identity::{PackingGroup, UnNumber};
use crate::load::{Goods, PhysicalState};

/// What tells one row of a data set from the others of the same goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSetChoice {
    /// Names the row on a line.
    pub id: DataSetRowId,
    /// The number; none where the law gives none.
    pub number: Option<UnNumber>,
    /// The proper shipping name.
    pub name: String,
    /// The class, with the compatibility group of explosives, then the subsidiary hazards.
    pub hazards: Vec<String>,
    /// The packing group, where the row has one.
    pub packing_group: Option<PackingGroup>,
    /// The state the goods travel in, where the row tells it.
    pub state: Option<PhysicalState>,
}

impl DataSetChoice {
    fn of(draft: &Draft, row: &Row) -> Option<Self> {
        let mut hazards: Vec<String> = row
            .facts
            .hazards
            .iter()
            .map(|hazard| draft.hazards[*hazard].name.clone())
            .collect();
        if let (Some(class), Some(group)) = (hazards.first_mut(), row.facts.compatibility) {
            class.push_str(&draft.compatibility.keys[group]);
        }
        Some(Self {
            id: row.id.parse().ok()?,
            number: row.number,
            name: row.name.clone(),
            hazards,
            packing_group: row.packing_group,
            state: row.state,
        })
    }
}

impl DataSet {
    /// The rows of these goods that a line may choose, in the order of the data set; none of goods it does not
    /// know.
    #[must_use]
    pub fn choices(&self, goods: &Goods) -> Vec<DataSetChoice> {
        known(&self.draft, goods)
            .into_iter()
            .filter_map(|row| DataSetChoice::of(&self.draft, row))
            .collect()
    }
}
