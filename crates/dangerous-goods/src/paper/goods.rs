//! One line of a load as one item of a paper: what its row says, what the line says, nothing else.
//!
//! Rows that say the same on paper need no choice; rows that do not are a fault that names the field
//! in which to choose.

use super::entries;
use super::fault::Fault;
use super::{Basis, Inhalation, PackingGroup, PaperLine, Quantity, TunnelCode};
use crate::catalogue::{Admission, Catalogue, Row};
use crate::check::resolve;
use crate::check::stated::{self, KnownZone};
use crate::identity::Regime;
use crate::load::{self, Containment, Line, Unit};

/// What becomes of a line of the load.
pub(super) enum Listed {
    /// An item of the paper.
    Item(Box<PaperLine>),
    /// The regime does not apply to the goods: their number and name.
    NotSubject(String),
}

/// The line as the paper of the regime lists it.
///
/// # Errors
/// What keeps the goods from being named or described.
pub(super) fn listed(
    catalogue: &Catalogue,
    regime: Regime,
    at: usize,
    line: &Line,
    further: Vec<String>,
) -> Result<Listed, Vec<Fault>> {
    let field = match regime {
        Regime::Us => "us_row",
        Regime::Adr => "adr_row",
    };
    let choose = || {
        let field = format!("lines[{at}].{field}");
        Fault::Missing {
            field,
            clause: "a paper names one row of the table; choose it",
        }
    };
    let rows = resolve::rows(catalogue, regime, line).map_err(|_| vec![choose()])?;
    if rows.iter().all(|row| row.admission() == Admission::NotSubject) {
        return Ok(Listed::NotSubject(resolve::label(line, &rows)));
    }
    let mut items = Vec::with_capacity(1);
    for row in &rows {
        let item = item(catalogue, at, line, row, further.clone())?;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    match (items.pop(), items.is_empty()) {
        (Some(item), true) => Ok(Listed::Item(Box::new(item))),
        _ => Err(vec![choose()]),
    }
}

fn item(
    catalogue: &Catalogue,
    at: usize,
    line: &Line,
    row: &Row,
    further: Vec<String>,
) -> Result<PaperLine, Vec<Fault>> {
    let missing = |field: &str, clause| Fault::Missing {
        field: format!("lines[{at}].{field}"),
        clause,
    };
    let number = row
        .number()
        .ok_or_else(|| vec![missing("goods", "the row has no identification number")])?;
    let name = name(catalogue, line, row).ok_or_else(|| {
        let clause =
            "choose the US row: the name in the ADR table is not certain, and the paper names the goods";
        vec![missing("us_row", clause)]
    })?;
    let faults = entries::faults(at, line, row);
    if !faults.is_empty() {
        return Err(faults);
    }
    let (class, subsidiary, labels) = hazards(line, row);
    let (packages, packaging) = packaging(line, row.regime());
    let mut entries = entries::printed(line, row);
    entries.extend(further);
    Ok(PaperLine {
        line: at,
        identification_number: number.to_string(),
        proper_shipping_name: proper(name).to_owned(),
        technical_name: line.technical_name.clone(),
        technical_name_required: needs_technical_name(row),
        class,
        subsidiary,
        packing_group: Some(packing_group(row)),
        inhalation: inhalation(line, row),
        tunnel_code: tunnel(row),
        labels,
        containment: line.containment,
        quantity: quantity(line),
        gross_mass: line.gross_mass.map(load::Quantity::value),
        packages,
        packaging,
        limited_quantity: line.limited_quantity,
        excepted_quantity: line.excepted_quantity,
        empty_uncleaned: line.empty_uncleaned,
        reportable_quantity: line.reportable_quantity,
        environmentally_hazardous: line.environmentally_hazardous,
        radioactive_category: line.radioactive_category.filter(|_| line.is_stated()),
        transport_category: transport_category(line, row),
        entries,
    })
}

/// The proper shipping name. Where the name of an ADR row is not certain, that of the row chosen in the other
/// table, which follows the same model regulations, or of its only row with this number and packing group.
fn name(catalogue: &Catalogue, line: &Line, row: &Row) -> Option<&'static str> {
    if !row.name().is_empty() {
        return Some(row.name());
    }
    if let Some(chosen) = line.us_row.as_ref().and_then(|id| catalogue.row(id)) {
        return (chosen.number() == row.number() && !chosen.name().is_empty()).then(|| chosen.name());
    }
    let mut candidates = catalogue.rows(row.number()?, Regime::Us);
    candidates.retain(|other| other.packing_group() == row.packing_group());
    match candidates.as_slice() {
        [only] => Some(only.name()),
        _ => None,
    }
}

/// The name without what the table only explains by: words after "includes" and "see" stand in italics there
/// and are no part of it (49 CFR 172.101 (c)(2), ADR 3.1.2.1).
fn proper(name: &str) -> &str {
    let ends = [" includes ", " see "];
    let end = ends.iter().filter_map(|word| name.find(word)).min();
    end.map_or(name, |end| name[..end].trim_end_matches(','))
}

/// Symbol G; in ADR special provision 274, and 220 and 318, which ask for it in their own words.
fn needs_technical_name(row: &Row) -> bool {
    let adr = row.regime() == Regime::Adr;
    row.needs_technical_name() || (adr && row.special_provisions().any(|code| matches!(code, "220" | "318")))
}

/// The class as it is printed, the subsidiary hazards, and the labels that are drawn.
fn hazards(line: &Line, row: &Row) -> (String, Vec<String>, Vec<String>) {
    let stated = !row.are_labels_known() && line.is_stated() && !line.labels.is_empty();
    let on_packages: Vec<String> = if stated {
        line.labels.clone()
    } else {
        row.labels().map(str::to_owned).collect()
    };
    let subsidiary: Vec<String> = on_packages.iter().skip(1).cloned().collect();
    let first = on_packages.first().map(String::as_str);
    let class = match (row.regime(), row.compatibility_group()) {
        (Regime::Us, None) if row.class().starts_with("Comb") => super::check::COMBUSTIBLE.to_owned(),
        (Regime::Adr, Some(_)) => row.classification_code().to_owned(),
        (Regime::Us, Some(group)) => format!("{}{group}", row.division()),
        (Regime::Us, None) => row.division().to_owned(),
        (Regime::Adr, None) => first.unwrap_or_else(|| row.division()).to_owned(),
    };
    // The label of explosives shows division and compatibility group.
    let labels = match first {
        Some(_) if row.compatibility_group().is_some() => {
            std::iter::once(class.clone()).chain(subsidiary.clone()).collect()
        }
        _ => on_packages,
    };
    (class, subsidiary, labels)
}

fn packing_group(row: &Row) -> PackingGroup {
    match row.packing_group() {
        Some(crate::PackingGroup::I) => PackingGroup::I,
        Some(crate::PackingGroup::II) => PackingGroup::II,
        Some(crate::PackingGroup::III) => PackingGroup::III,
        None => PackingGroup::NotAssigned,
    }
}

/// Special provisions 1 to 4 or a person give the zone (a person without a name leaves it missing), 6 says that
/// there is one, 13 that the words stand alone. A gas of
/// division 2.3 always has a zone (49 CFR 173.116).
fn inhalation(line: &Line, row: &Row) -> Inhalation {
    if row.regime() != Regime::Us {
        return Inhalation::None;
    }
    let says = |code| row.special_provisions().any(|provision| provision == code);
    match stated::zone(row, line) {
        KnownZone::Is(zone) => Inhalation::Poison(zone),
        KnownZone::Unvouched => Inhalation::PoisonOfUnknownZone,
        KnownZone::None if says("6") || row.division() == "2.3" => Inhalation::PoisonOfUnknownZone,
        KnownZone::None if says("13") => Inhalation::Hazard,
        KnownZone::None => Inhalation::None,
    }
}

/// Blank in the table is unknown, and a fault of the paper; `-` is the law's own "none".
fn tunnel(row: &Row) -> Option<TunnelCode> {
    let code = row.tunnel_code();
    (row.regime() == Regime::Adr && !code.is_empty()).then(|| TunnelCode::Code(code.to_owned()))
}

/// Empty packagings that are not cleaned are of category 4, unless they held goods of category 0.
fn transport_category(line: &Line, row: &Row) -> Option<u8> {
    match row.transport_category().parse().ok()? {
        category @ 1.. if line.empty_uncleaned => Some(u8::max(category, 4)),
        category => Some(category),
    }
}

/// The net amount, or the gross mass where nothing else is known.
fn quantity(line: &Line) -> Option<Quantity> {
    let (quantity, gross) = match (line.quantity, line.gross_mass) {
        (Some(quantity), _) => (quantity, false),
        (None, mass) => (mass?, true),
    };
    let (unit, basis) = match quantity.unit() {
        Unit::Kilogram if gross => ("kg", Basis::GrossMass),
        Unit::Kilogram => ("kg", Basis::NetMass),
        Unit::Litre => ("L", Basis::Volume),
        Unit::NetExplosiveKilogram => ("kg", Basis::NetExplosiveMass),
        Unit::WaterCapacityLitre => ("L", Basis::WaterCapacity),
    };
    Some(Quantity {
        value: quantity.value(),
        unit: unit.to_owned(),
        basis,
    })
}

/// Number and kind of packages. A fixed tank is one where no number is given; a load in bulk has none.
fn packaging(line: &Line, regime: Regime) -> (Option<u32>, String) {
    let words = match (line.containment, regime) {
        (Containment::Packages, _) => "",
        (Containment::Tank, Regime::Us) => "cargo tank",
        (Containment::Tank, Regime::Adr) => "tank",
        (Containment::PortableTank, Regime::Us) => "portable tank",
        (Containment::PortableTank, Regime::Adr) => "portable tank or tank-container",
        (Containment::Bulk, _) => "in bulk",
    };
    let number = match line.containment {
        Containment::Tank => line.packages.or(Some(1)),
        _ => line.packages,
    };
    let stated = line.packaging.as_deref().map(str::trim);
    let kind = stated.filter(|kind| !kind.is_empty()).unwrap_or(words);
    (number, kind.to_owned())
}
