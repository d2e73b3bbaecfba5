//! What goods are looked up in while they are typed: the catalogue, and the data sets that answer for the
//! company.

use std::sync::Arc;

use access::grant::Grant;
use access::permission::Permission;
use app::{App, data_sets};
use dangerous_goods::dataset::{DataSet, DataSetRowId, OtherRegime};
use dangerous_goods::{Catalogue, Line};
use time::Date;

use crate::problem::Problem;

/// The catalogue and the company's data sets, on a day.
pub(super) struct Law {
    pub(super) catalogue: &'static Catalogue,
    data_sets: Vec<Arc<DataSet>>,
    pub(super) today: Date,
}

impl Law {
    /// What answers for the caller's company now.
    pub(super) async fn of<P: Permission>(app: &App, grant: &Grant<P>) -> Result<Self, Problem> {
        Ok(Self {
            catalogue: app.catalogue(),
            data_sets: data_sets::loaded(app, grant).await?,
            today: app.now().date(),
        })
    }

    /// The catalogue alone.
    #[cfg(test)]
    pub(super) fn catalogue() -> Self {
        Self::with(Vec::new())
    }

    /// The catalogue and these data sets.
    #[cfg(test)]
    pub(super) fn with(data_sets: Vec<Arc<DataSet>>) -> Self {
        Self {
            catalogue: Catalogue::embedded(),
            data_sets,
            today: time::macros::date!(2026 - 06 - 01),
        }
    }

    /// The data set of a regime, where one answers.
    pub(super) fn data_set(&self, regime: OtherRegime) -> Option<&DataSet> {
        let mut sets = self.data_sets.iter();
        sets.find(|set| set.head().regime == regime).map(|set| &**set)
    }

    /// The regimes of which a data set answers.
    pub(super) fn loaded(&self) -> Vec<OtherRegime> {
        OtherRegime::ALL
            .into_iter()
            .filter(|regime| self.data_set(*regime).is_some())
            .collect()
    }

    /// Whether the row is, or may be, one of the goods of the line. Where no data set can tell, a choice made
    /// before is kept.
    pub(super) fn may_be_of(&self, row: &DataSetRowId, line: &Line) -> bool {
        match self.data_set(row.regime()) {
            Some(set) => set.choices(&line.goods).iter().any(|choice| choice.id == *row),
            None => row.may_be_of(&line.goods),
        }
    }
}
