//! The papers of a shipment, only from a checked load (DG-4). Every issue of one is an export in the trail.

use access::grant::Grant;
use access::ids::ShipmentId;
use access::permission::CreateManifests;
use dangerous_goods::paper::{
    self, Basis, EmergencyContact, Fault, PackingGroup, PaperError, PaperLine, Party as PaperParty, Quantity,
    ShippingPaper, Signer, TunnelCode, Zone,
};
use dangerous_goods::{CheckResult, Line, Regime, Row, Unit};
use secrecy::ExposeSecret;
use serde_json::json;
use store::audit::{Changes, EventType};

use super::read::opened;
use super::write::event;
use super::{Address, Party, Shipment, Status, name_of, row_for};
use crate::{App, Error, FieldProblem, Origin};

/// A paper to hand over.
pub struct Paper {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// What to call the file.
    pub file_name: String,
}

/// The paper of a regime: US shipping paper or ADR transport document.
///
/// # Errors
/// [`Error::State`] unless the shipment's load is checked and compatible under this regime; [`Error::Invalid`]
/// naming everything the law asks for that the shipment does not say.
pub async fn issue(
    app: &App,
    grant: &Grant<CreateManifests>,
    origin: &Origin,
    id: ShipmentId,
    regime: Regime,
) -> Result<Paper, Error> {
    let tx = app.store.write(grant, origin).await?;
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
    let check = store::shipments::last_check(&mut tx, &row, grant).await?;
    drop(tx);
    let tracking_number = row.tracking_number.clone();
    let shipment = opened(app, grant, row, check, true).await?;
    let result = checked(&shipment, regime)?;
    let Filled {
        paper,
        places,
        mut problems,
    } = fill(app, &shipment, result, name_of(grant.actor()));
    let (content, kind) = match regime {
        Regime::Us => (paper::us_shipping_paper(&paper), "us-shipping-paper"),
        Regime::Adr => (paper::adr_transport_document(&paper), "adr-transport-document"),
    };
    let content = match content {
        Ok(content) if problems.is_empty() => content,
        Ok(_) => return Err(Error::Invalid(problems)),
        Err(error) => {
            problems.extend(faults(&error, &places));
            return Err(Error::Invalid(problems));
        }
    };
    let pdf = tokio::task::spawn_blocking(move || paper::pdf::render(&content))
        .await
        .map_err(|_| Error::Internal("typesetting was interrupted"))?
        .map_err(|error| Error::Invalid(faults(&error, &places)))?;
    // A fresh transaction: none is held while the document is typeset. The paper goes out only if the shipment
    // is still the one it was made from, and stays it until the event is durable.
    let mut tx = app.store.write(grant, origin).await?;
    if store::shipments::hold_version(&mut tx, grant, id).await? != Some(shipment.version) {
        return Err(Error::Conflict);
    }
    let additional = json!({"document": kind, "load_hash": result.load_hash, "bytes": pdf.len()});
    let event = event(
        EventType::Export,
        (id, &tracking_number),
        "transport document issued",
        Changes::default(),
        additional,
    );
    tx.commit(event, app.now()).await?;
    Ok(Paper {
        pdf,
        file_name: format!("{tracking_number}-{kind}.pdf"),
    })
}

/// The result that the paper rests on: of exactly this load, under this regime, and compatible.
fn checked(shipment: &Shipment, regime: Regime) -> Result<&CheckResult, Error> {
    let check = shipment
        .check
        .as_ref()
        .ok_or(Error::State("the load has not been checked"))?;
    if check.outdated
        || check
            .results
            .iter()
            .any(|result| result.load_hash != shipment.load.hash())
    {
        return Err(Error::State(
            "the load or the law's data have changed since the check; check it again",
        ));
    }
    if shipment.status == Status::Draft {
        return Err(Error::State(
            "the shipment is a draft; papers are issued for a checked load",
        ));
    }
    let result = check.results.iter().find(|result| result.regime == regime);
    let result = result.ok_or(Error::State("the shipment does not travel under this regime"))?;
    if !check.is_compatible || !result.is_compatible {
        return Err(Error::State(
            "the load is not compatible; no paper is issued for it",
        ));
    }
    Ok(result)
}

/// A paper as far as the shipment goes, and what is missing before its content can be judged.
struct Filled {
    paper: ShippingPaper,
    /// The line of the load that each line of the paper is.
    places: Vec<usize>,
    problems: Vec<FieldProblem>,
}

fn fill(app: &App, shipment: &Shipment, result: &CheckResult, signer: &str) -> Filled {
    let (mut lines, mut places, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for (at, line) in shipment.load.lines.iter().enumerate() {
        let filled = row_of(app, result, at)
            .ok_or_else(|| {
                let detail = "choose the row of the table: the paper names one";
                FieldProblem::new(format!("/lines/{at}"), detail)
            })
            .and_then(|row| paper_line(app, line, row, at));
        match filled {
            Ok(line) => {
                lines.push(line);
                places.push(at);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let paper = ShippingPaper {
        number: shipment.tracking_number.clone(),
        issued_at: app.now(),
        consignor: party(&shipment.consignor),
        consignee: party(&shipment.consignee),
        emergency_contact: shipment.contact.as_ref().map(|contact| EmergencyContact {
            name: contact.name.clone(),
            phone: contact.phone.expose_secret().to_owned(),
            contract: None,
        }),
        lines,
        load_hash: result.load_hash.to_string(),
        editions: vec![result.edition.to_string()],
        signer: Some(Signer {
            name: signer.to_owned(),
            title: None,
        }),
        // The first form claims no exemption: the sum of 1.1.3.6 is printed only where it is relied on.
        points: None,
    };
    Filled {
        paper,
        places,
        problems,
    }
}

fn party(party: &Party) -> PaperParty {
    let Address {
        street,
        postcode,
        city,
        country,
    } = &party.address;
    PaperParty {
        name: party.name.clone(),
        address: vec![street.clone(), format!("{postcode} {city}"), country.clone()],
    }
}

/// The one row a line means. Rows with the same hazards need no choice for the check, but a paper names one.
fn row_of(app: &App, result: &CheckResult, at: usize) -> Option<&'static Row> {
    let line = result.lines.iter().find(|line| line.line == at)?;
    let id = match (&line.row, line.same_hazards.as_slice()) {
        (Some(row), _) => row,
        (None, [only]) => only,
        (None, _) => return None,
    };
    app.catalogue.row(id)
}

/// The proper shipping name. Where the name of an ADR row is not certain, that of the row chosen in the other
/// table, which follows the same model regulations, or of its only row with this number and packing group.
fn name_of_goods(app: &App, line: &Line, row: &Row) -> Option<&'static str> {
    if !row.name().is_empty() {
        return Some(row.name());
    }
    if let Some(chosen) = line.us_row.as_ref().and_then(|id| app.catalogue.row(id)) {
        return (chosen.number() == row.number() && !chosen.name().is_empty()).then(|| chosen.name());
    }
    let mut candidates = app.catalogue.rows(row.number()?, Regime::Us);
    candidates.retain(|other| other.packing_group() == row.packing_group());
    match candidates.as_slice() {
        [only] => Some(only.name()),
        _ => None,
    }
}

fn paper_line(app: &App, line: &Line, row: &Row, at: usize) -> Result<PaperLine, FieldProblem> {
    let missing = |field: &str, detail: &str| FieldProblem::new(format!("/lines/{at}/{field}"), detail);
    let number = row
        .number()
        .ok_or_else(|| missing("goods", "has no identification number"))?;
    let proper_shipping_name = name_of_goods(app, line, row).ok_or_else(|| {
        missing(
            "us_row",
            "choose the US row: the name in the ADR table is not certain, and the paper names the goods",
        )
    })?;
    // Without a quantity the paper itself says that it is missing, among all else that is.
    let (unit, basis) = match line.quantity.map(dangerous_goods::Quantity::unit) {
        None | Some(Unit::Kilogram) => ("kg", Basis::NetMass),
        Some(Unit::Litre) => ("L", Basis::Volume),
        Some(Unit::NetExplosiveKilogram) => ("kg", Basis::NetExplosiveMass),
        Some(Unit::WaterCapacityLitre) => ("L", Basis::WaterCapacity),
    };
    let adr = row.regime() == Regime::Adr;
    let mut labels = row.labels();
    let class_one = row.class() == "1" || row.division().starts_with("1.");
    let (class, subsidiary) = if adr && !class_one {
        let first = labels.next().unwrap_or_else(|| row.class());
        (first, labels.map(str::to_owned).collect())
    } else if adr {
        (
            row.classification_code(),
            row.subsidiary_hazards().map(str::to_owned).collect(),
        )
    } else {
        (
            row.division(),
            row.subsidiary_hazards().map(str::to_owned).collect::<Vec<_>>(),
        )
    };
    let class = match row.compatibility_group() {
        Some(group) if !adr && !class.ends_with(group) => format!("{class}{group}"),
        _ => class.to_owned(),
    };
    Ok(PaperLine {
        identification_number: number.to_string(),
        proper_shipping_name: proper_shipping_name.to_owned(),
        technical_name: line.technical_name.clone(),
        technical_name_required: row.needs_technical_name(),
        class,
        subsidiary,
        packing_group: Some(packing_group(row)),
        inhalation_zone: row.zone().map(zone),
        tunnel_code: adr.then(|| tunnel(row)).flatten(),
        quantity: Quantity {
            value: line
                .quantity
                .map(dangerous_goods::Quantity::value)
                .unwrap_or_default(),
            unit: unit.to_owned(),
            basis,
        },
        packages: line.packages,
        packaging: line.packaging.clone().unwrap_or_default(),
        limited_quantity: line.limited_quantity,
        reportable_quantity: false,
        environmentally_hazardous: false,
        transport_category: row.transport_category().parse().ok(),
        marks: Vec::new(),
    })
}

fn packing_group(row: &Row) -> PackingGroup {
    match row.packing_group() {
        Some(dangerous_goods::PackingGroup::I) => PackingGroup::I,
        Some(dangerous_goods::PackingGroup::II) => PackingGroup::II,
        Some(dangerous_goods::PackingGroup::III) => PackingGroup::III,
        None => PackingGroup::NotAssigned,
    }
}

fn zone(zone: dangerous_goods::Zone) -> Zone {
    match zone {
        dangerous_goods::Zone::A => Zone::A,
        dangerous_goods::Zone::B => Zone::B,
        dangerous_goods::Zone::C => Zone::C,
        dangerous_goods::Zone::D => Zone::D,
    }
}

/// Blank in the table is unknown, and a fault of the paper; `-` is the law's own "none".
fn tunnel(row: &Row) -> Option<TunnelCode> {
    let code = row.tunnel_code();
    (!code.is_empty()).then(|| TunnelCode::Code(code.to_owned()))
}

/// What a paper lacks, as problems with the shipment, its lines numbered as the load's.
fn faults(error: &PaperError, places: &[usize]) -> Vec<FieldProblem> {
    let problem = |fault: &Fault| {
        let text = fault.to_string();
        let line = text.split_once("lines[").and_then(|(before, rest)| {
            let (at, after) = rest.split_once(']')?;
            let place = places.get(at.parse::<usize>().ok()?)?;
            Some(format!("{before}lines[{place}]{after}"))
        });
        FieldProblem::new("", line.unwrap_or(text))
    };
    error.faults.iter().map(problem).collect()
}
