//! Looking up dangerous goods (DG-1). The catalogue is in memory: no transaction, no tenant.

use access::grant::Grant;
use access::permission::ViewGoods;
use dangerous_goods::{Hit, Regime, Row, UnNumber};

use crate::App;

/// The most hits one search returns.
pub const MOST_HITS: usize = 50;

/// Rows whose number or name fits, best first; at most `limit` and at most [`MOST_HITS`].
#[must_use]
pub fn search<'a>(app: &'a App, _grant: &Grant<ViewGoods>, query: &str, limit: usize) -> Vec<Hit<'a>> {
    app.catalogue.search(query, limit.min(MOST_HITS))
}

/// Every row of a number, in both regimes.
#[must_use]
pub fn rows<'a>(app: &'a App, _grant: &Grant<ViewGoods>, number: UnNumber) -> Vec<&'a Row> {
    Regime::ALL
        .into_iter()
        .flat_map(|regime| app.catalogue.rows(number, regime))
        .collect()
}
