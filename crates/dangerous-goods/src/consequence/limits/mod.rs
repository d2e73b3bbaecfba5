//! How much a package may hold as a limited quantity (ADR 3.4, 49 CFR 173.150 to 173.155) or as an excepted
//! quantity (ADR 3.5, 49 CFR 173.4a).
//!
//! `limited` and `excepted` hold the limits; a `Measure` sets one beside what a line states. The list of limits, the
//! consequences and the check all ask the same measures. `packages` counts what a vehicle carries (ADR 3.5.5).

mod excepted;
mod limited;
mod measure;
pub(crate) mod packages;

use serde::Serialize;

use self::measure::Measure;
use super::goods::Goods;
use crate::catalogue::{Catalogue, Row};
use crate::identity::Regime;
use crate::load::{Line, Load};

/// Whether a line keeps the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// At or below the limit.
    Yes,
    /// Above it, or there is no limited or excepted quantity of these goods.
    No,
    /// Something is missing.
    NotKnown,
}

/// One limit applied to one line that is said to be a limited or excepted quantity, or to all such lines of a vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The regime whose limit it is.
    pub regime: Regime,
    /// Position of the line in the load, from zero; of several the first it depends on.
    pub line: usize,
    /// The clause.
    pub clause: &'static str,
    /// Whether it is kept.
    pub within: Within,
    /// What was compared, or what is missing, in one sentence.
    pub sentence: String,
}

/// Every limit on every line that is said to be a limited or excepted quantity.
///
/// ```
/// use dangerous_goods::consequence::limits::{self, Within};
/// use dangerous_goods::{Catalogue, Load, Regime};
/// let load: Load = serde_json::from_str(
///     r#"{"lines": [{"goods": "UN1203", "limited_quantity": true, "packages": 1,
///         "inner_quantity": {"value": "1", "unit": "L"}, "gross_mass": {"value": "30", "unit": "kg"}}]}"#,
/// )?;
/// let limits = limits::of(Catalogue::embedded(), Regime::Adr, &load);
/// assert!(limits.iter().all(|limit| limit.within == Within::Yes));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn of(catalogue: &Catalogue, regime: Regime, load: &Load) -> Vec<Limit> {
    let goods = Goods::all(catalogue, regime, load);
    let mut limits: Vec<Limit> = goods.iter().flat_map(|goods| on(regime, goods)).collect();
    if regime == Regime::Adr {
        limits.extend(packages::limits(catalogue, load));
    }
    limits
}

fn on(regime: Regime, goods: &Goods<'_>) -> Vec<Limit> {
    let line = goods.line;
    let mut measures = Vec::new();
    if line.limited_quantity {
        let inner = goods.agreed(|row| limited::inner(row, line));
        measures.push(inner.unwrap_or_else(|why| limited::inner_not_known(regime, line, why)));
        measures.push(limited::package(regime, line));
    }
    if line.excepted_quantity {
        let both = goods.agreed(|row| excepted::measures(row, line));
        measures.extend(both.unwrap_or_else(|why| vec![excepted::not_known(regime, line, why)]));
    }
    let limit = |measure: Measure| Limit {
        regime,
        line: goods.at,
        clause: measure.clause,
        within: measure.within(),
        sentence: format!("{}: {}", goods.name, measure.said()),
    };
    measures.into_iter().map(limit).collect()
}

/// The limit that the packages stated are over, so that goods of this row are no limited or excepted quantity at all.
pub(super) fn over(row: &Row, line: &Line) -> Option<Measure> {
    let is_over = Measure::is_over;
    if line.limited_quantity {
        let measures = [limited::inner(row, line), limited::package(row.regime(), line)];
        return measures.into_iter().find(is_over);
    }
    if line.excepted_quantity {
        return excepted::measures(row, line).into_iter().find(is_over);
    }
    None
}

/// Whether there is such a limit.
pub(crate) fn is_over(row: &Row, line: &Line) -> bool {
    over(row, line).is_some()
}
