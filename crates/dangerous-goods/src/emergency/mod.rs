//! What a driver needs beside a leaking drum: guide number, distances, first actions, whom to call.
//!
//! `data` holds the distances of the guidebook, `classify` reads hazards from rows, `rule` gives distances
//! where no table does, `actions` holds the sentences, `panel` is the answer. Missing facts never make a
//! panel shorter or a distance smaller. All sentences are the project's own.

mod actions;
mod classify;
mod data;
mod distance;
mod gas;
mod goods;
mod guide;
mod hazard;
mod line;
mod panel;
mod reach;
mod rule;
mod situation;
mod tables;
mod text;

#[cfg(feature = "pdf")]
pub use crate::paper::pdf::emergency::sheet;
pub use data::InvalidEmergencyData;
pub use distance::Distance;
pub use gas::Gas;
pub use guide::Guide;
pub use hazard::Hazard;
pub use panel::{
    Action, Call, CatalogueEdition, Farthest, GuideOfLines, LinePanel, Panel, Section, Step, Worst,
};
pub use reach::{Case, Reach, Source, Spread};
pub use situation::{Contact, Container, Situation, Spill, TimeOfDay, Wind};
pub use tables::{ByContainer, Distances, Edition};
#[cfg(feature = "pdf")]
pub(crate) use text::is_named;
pub use text::text;

use self::goods::Goods;
use self::tables::Tables;
use crate::catalogue::Catalogue;
use crate::identity::Regime;
use crate::load::Load;

/// The edition of the distances that are part of the program.
#[must_use]
pub fn guidebook() -> &'static Edition {
    &Tables::embedded().edition
}

/// What to do when this load leaks or burns.
///
/// A line is read from the table of the United States, and from ADR where that does not know the goods or a
/// row of ADR alone was chosen. What the situation leaves open is taken at its worst.
///
/// ```
/// use dangerous_goods::emergency::{Distance, Situation, panel};
/// use dangerous_goods::{Catalogue, Line, LineSpec, Load};
/// let load = Load::new(vec![Line::from("UN1017".parse::<LineSpec>()?)])?;
/// let panel = panel(Catalogue::embedded(), &load, &Situation::default(), None);
/// assert_eq!(panel.guides[0].guide.to_string(), "124");
/// assert_eq!(panel.worst.small.distance, Distance::metres(60));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn panel(catalogue: &Catalogue, load: &Load, situation: &Situation, contact: Option<&Contact>) -> Panel {
    let tables = Tables::embedded();
    let goods: Vec<Goods<'_>> = load
        .lines
        .iter()
        .enumerate()
        .map(|(at, line)| Goods::of(catalogue, tables, at, line))
        .collect();
    let lines: Vec<LinePanel> = goods
        .iter()
        .map(|goods| line::of(catalogue, tables, goods, situation))
        .collect();
    let mut missing: Vec<String> = Vec::new();
    if lines.is_empty() {
        missing.push("the load names no goods; take it for the worst".to_owned());
    }
    for line in &lines {
        let place = |sentence: &String| format!("line {}: {sentence}", line.line + 1);
        missing.extend(line.missing.iter().map(place));
    }
    Panel {
        guidebook: tables.edition.clone(),
        catalogues: Regime::ALL.map(|regime| edition(catalogue, regime)).to_vec(),
        load_hash: load.hash(),
        situation: *situation,
        calls: panel::CALLS.to_vec(),
        contact: contact.cloned(),
        guides: line::guides(&lines),
        worst: line::worst(&lines, situation),
        order: line::order(&lines),
        sections: actions::sections(&lines),
        lines,
        missing,
    }
}

fn edition(catalogue: &Catalogue, regime: Regime) -> CatalogueEdition {
    let edition = catalogue.edition(regime);
    CatalogueEdition {
        regime,
        edition: edition.edition,
        hash: edition.hash.clone(),
    }
}
