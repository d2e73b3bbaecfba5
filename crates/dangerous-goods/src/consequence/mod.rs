//! What follows from a load once it may travel: exemption by quantity, tunnels, plates and placards, security.
//!
//! A consequence is never a clearance: it says what the law asks of a load, as far as the load is known. What
//! is missing is named, and until then the stricter answer stands.

pub mod adr;
mod amount;
mod goods;
pub mod limits;
pub mod us;

pub use amount::Amount;

use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::identity::Regime;
use crate::load::Load;

/// What follows from a load under each regime asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Consequences {
    /// 49 CFR: placards and identification numbers, a vehicle each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub us: Option<us::Placarding>,
    /// ADR: points, tunnels, plates, security plan, a transport unit each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adr: Option<adr::Consequences>,
    /// The limits on lines that are said to be limited or excepted quantities.
    pub limits: Vec<limits::Limit>,
}

/// What follows from a load; a regime that was not asked for says nothing.
///
/// ```
/// use dangerous_goods::{Catalogue, Line, LineSpec, Load, Regime, consequence};
/// let load = Load::new(vec![Line::from("UN1203:II:400 L".parse::<LineSpec>()?)])?;
/// let consequences = consequence::of(Catalogue::embedded(), &[Regime::Adr], &load);
/// assert!(consequences.us.is_none());
/// assert_eq!(consequences.adr.ok_or("asked for")?.units[0].tunnel.closed, ['E']);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn of(catalogue: &Catalogue, regimes: &[Regime], load: &Load) -> Consequences {
    let mut consequences = Consequences::default();
    for regime in regimes {
        consequences.limits.extend(limits::of(catalogue, *regime, load));
        match regime {
            Regime::Us => consequences.us = Some(us::of(catalogue, load)),
            Regime::Adr => consequences.adr = Some(adr::of(catalogue, load)),
        }
    }
    consequences
}
