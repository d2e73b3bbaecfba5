//! Shipments as a list and as a page.

use access::ids::ShipmentId;
use app::shipments::{SeenContact, SeenParty, Shipment, Status, Summary};
use dangerous_goods::dataset::OtherRegime;
use dangerous_goods::{Catalogue, Goods, Line, Load, Regime, Row, check};

use super::result::{self, About};
use super::{goods, moment, other_name, regime_name, verdict};
use crate::console::pages::{
    CheckView, ContactForm, Hazard, PartyView, RegimeVerdict, ShipmentLineView, ShipmentRow, ShipmentStatus,
};

/// Lines named in a summary before the rest is counted.
const NAMED: usize = 4;

pub(in crate::console) const fn status(status: Status) -> ShipmentStatus {
    match status {
        Status::Draft => ShipmentStatus::Draft,
        Status::Checked => ShipmentStatus::Checked,
        Status::Ready => ShipmentStatus::Ready,
    }
}

/// `US highway and ADR`, `US highway, ADR and IMDG`.
pub(in crate::console) fn regimes(regimes: &[Regime], data_sets: &[OtherRegime]) -> String {
    let own = regimes.iter().map(|regime| regime_name(*regime));
    let names: Vec<&str> = own
        .chain(data_sets.iter().map(|regime| other_name(*regime)))
        .collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// The rows each line means, as far as they are known. Each line is asked by itself: what it means does not
/// depend on the others, and the pairs of a page of long loads would be work for minutes.
fn rows<'a>(catalogue: &'a Catalogue, load: &Load) -> Vec<Vec<&'a Row>> {
    let alone = |line: &Line| Load {
        lines: vec![line.clone()],
        ..Load::default()
    };
    load.lines
        .iter()
        .map(|line| {
            let results = Regime::ALL.map(|regime| check(catalogue, regime, &alone(line)));
            let known = results.iter().flat_map(|result| &result.lines);
            known.filter_map(|line| goods::row_of(catalogue, line)).collect()
        })
        .collect()
}

/// A line of the list.
pub(in crate::console) fn row(catalogue: &Catalogue, summary: Summary) -> ShipmentRow {
    let mut hazards: Vec<Hazard> = Vec::new();
    for (line, rows) in summary.load.lines.iter().zip(rows(catalogue, &summary.load)) {
        for hazard in goods::hazards(rows, line.limited_quantity) {
            if !hazards.contains(&hazard) {
                hazards.push(hazard);
            }
        }
    }
    ShipmentRow {
        id: summary.id.to_string(),
        tracking_number: summary.tracking_number,
        status: status(summary.status),
        outdated: false,
        consignor: summary.consignor_name,
        consignee: summary.consignee_name,
        summary: summary_of(&summary.load),
        hazards,
        verdicts: summary
            .verdicts
            .into_iter()
            .map(|(regime, law)| RegimeVerdict {
                regime: regime.code().to_uppercase(),
                verdict: verdict(law),
            })
            .collect(),
        overridden: summary.overridden,
        updated: moment(summary.updated_at),
    }
}

/// `6 lines: UN 1203, UN 1830, UN 1942, UN 1017 and 2 more`.
fn summary_of(load: &Load) -> String {
    let name = |line: &Line| match &line.goods {
        Goods::Number(number) => goods::number(*number),
        Goods::Name(name) => name.chars().take(40).collect(),
    };
    let named: Vec<String> = load.lines.iter().take(NAMED).map(name).collect();
    let count = load.lines.len();
    let lines = if count == 1 {
        "1 line".to_owned()
    } else {
        format!("{count} lines")
    };
    let rest = count.saturating_sub(NAMED);
    let more = if rest == 0 {
        String::new()
    } else {
        format!(" and {rest} more")
    };
    format!("{lines}: {}{more}", named.join(", "))
}

/// The lines of a shipment's page.
pub(in crate::console) fn lines(catalogue: &Catalogue, load: &Load) -> Vec<ShipmentLineView> {
    load.lines
        .iter()
        .zip(rows(catalogue, load))
        .enumerate()
        .map(|(at, (line, rows))| {
            let group = line
                .packing_group
                .or_else(|| rows.iter().find_map(|row| row.packing_group()));
            let name = goods::name_of(rows.iter().copied()).map(str::to_owned);
            ShipmentLineView {
                number: at + 1,
                goods: goods::number_of(line, rows.first().copied()),
                name: name.unwrap_or_else(|| match &line.goods {
                    Goods::Name(name) => name.clone(),
                    Goods::Number(_) => String::new(),
                }),
                hazards: goods::hazards(rows, line.limited_quantity),
                packing_group: group.map(|group| group.to_string()).unwrap_or_default(),
                limited_quantity: line.limited_quantity,
                quantity: line
                    .quantity
                    .map_or_else(|| "–".to_owned(), |quantity| quantity.to_string()),
                packages: packages(line),
                technical_name: line.technical_name.clone(),
                entries: line
                    .entries
                    .iter()
                    .map(|(kind, text)| format!("{}: {text}", kind.label()))
                    .collect(),
            }
        })
        .collect()
}

fn packages(line: &Line) -> String {
    match (line.packages, line.packaging.as_deref()) {
        (Some(count), Some(kind)) => format!("{count} {kind}"),
        (Some(count), None) => count.to_string(),
        (None, Some(kind)) => kind.to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// A party with its address.
pub(in crate::console) fn party(party: &SeenParty) -> PartyView {
    let address = party.address.address();
    PartyView {
        name: party.name.clone(),
        address: vec![
            address.street.clone(),
            format!("{} {}", address.postcode, address.city),
            address.country.clone(),
        ],
    }
}

/// The emergency contact.
pub(in crate::console) fn contact(contact: &SeenContact) -> ContactForm {
    ContactForm {
        name: contact.name.clone(),
        phone: contact.phone.as_str().to_owned(),
        email: contact.email.as_str().to_owned(),
    }
}

/// The last check. Of a load that has changed since, the rows are named, not the lines as they are now.
pub(in crate::console) fn last_check(
    catalogue: &Catalogue,
    shipment: &Shipment,
    confirmable: bool,
) -> Option<CheckView> {
    let check = shipment.check.as_ref()?;
    let about = About {
        catalogue,
        load: (!check.outdated).then_some(&shipment.load),
        places: &[],
        warnings: &check.warnings,
    };
    Some(CheckView {
        at: moment(check.checked_at),
        by: check.checked_by.clone(),
        result: result::view(&about, &check.results, &check.data_sets, confirmable),
    })
}

/// The address of a shipment's page.
pub(in crate::console) fn path(id: ShipmentId) -> String {
    format!("/shipments/{id}")
}
