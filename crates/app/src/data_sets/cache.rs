//! Opened data sets, kept by what they are: company, hash of the bundle, key. A bundle in another company or under
//! another key is another entry, so that nothing is answered from what would not open now.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use access::ids::CompanyId;
use dangerous_goods::dataset::DataSet;

/// The most rows kept in one process, over all data sets.
const MOST_ROWS: usize = 100_000;

/// What a data set is kept by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) company: CompanyId,
    pub(super) hash: Vec<u8>,
    pub(super) public_key: String,
}

/// Data sets that were opened, the newest last.
#[derive(Default)]
pub(crate) struct Cache(Mutex<VecDeque<(Place, Arc<DataSet>)>>);

impl Cache {
    pub(super) fn get(&self, place: &Place) -> Option<Arc<DataSet>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = kept.iter();
        kept.find(|(known, _)| known == place).map(|(_, set)| set.clone())
    }

    /// Keeps a data set and lets go of the oldest until all fit; one that is too large alone is not kept.
    pub(super) fn keep(&self, place: Place, set: Arc<DataSet>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != place);
        kept.push_back((place, set));
        while kept.iter().map(|(_, set)| set.row_count()).sum::<usize>() > MOST_ROWS {
            kept.pop_front();
        }
    }
}
