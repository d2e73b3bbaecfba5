//! The papers' words, against the clauses.

use time::macros::datetime;

use super::{
    Basis, CategoryPoints, EmergencyContact, Fault, Inhalation, PackingGroup, PaperError, PaperLine, Party,
    Points, Quantity, ShippingPaper, Signer, TunnelCode, adr_transport_document, us_shipping_paper,
};
use crate::catalogue::Zone;
use crate::load::Containment;

pub(super) const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn quantity(value: &str, unit: &str, basis: Basis) -> Option<Quantity> {
    Some(Quantity {
        value: value.into(),
        unit: unit.into(),
        basis,
    })
}

fn goods(number: &str, name: &str, class: &str, group: PackingGroup, tunnel: &str) -> PaperLine {
    PaperLine {
        line: 0,
        identification_number: number.into(),
        proper_shipping_name: name.into(),
        technical_name: None,
        technical_name_required: false,
        class: class.into(),
        subsidiary: Vec::new(),
        packing_group: Some(group),
        inhalation: Inhalation::None,
        tunnel_code: Some(TunnelCode::Code(tunnel.into())),
        labels: vec![class.into()],
        containment: Containment::Packages,
        quantity: quantity("200", "kg", Basis::NetMass),
        gross_mass: None,
        packages: Some(4),
        packaging: "steel drum (1A1)".into(),
        limited_quantity: false,
        excepted_quantity: false,
        empty_uncleaned: false,
        reportable_quantity: false,
        environmentally_hazardous: false,
        radioactive_category: None,
        transport_category: Some(2),
        entries: Vec::new(),
    }
}

fn allyl_alcohol() -> PaperLine {
    PaperLine {
        subsidiary: vec!["3".into()],
        labels: vec!["6.1".into(), "3".into()],
        inhalation: Inhalation::Poison(Zone::B),
        transport_category: Some(1),
        ..goods("UN1098", "Allyl alcohol", "6.1", PackingGroup::I, "C/D")
    }
}

/// With their places in the load.
fn numbered(lines: Vec<PaperLine>) -> Vec<PaperLine> {
    let place = |(line, goods)| PaperLine { line, ..goods };
    lines.into_iter().enumerate().map(place).collect()
}

/// The real load of the README with one more line for the inhalation zone.
pub(super) fn paper() -> ShippingPaper {
    let petrol = PaperLine {
        quantity: quantity("800", "L", Basis::Volume),
        environmentally_hazardous: true,
        ..goods("UN1203", "Gasoline", "3", PackingGroup::II, "D/E")
    };
    let flammable = PaperLine {
        technical_name: Some("acetone, toluene".into()),
        technical_name_required: true,
        ..goods(
            "UN1993",
            "Flammable liquids, n.o.s.",
            "3",
            PackingGroup::II,
            "D/E",
        )
    };
    let chlorine = PaperLine {
        subsidiary: vec!["5.1".into(), "8".into()],
        labels: vec!["2.3".into(), "5.1".into(), "8".into()],
        inhalation: Inhalation::Poison(Zone::B),
        reportable_quantity: true,
        environmentally_hazardous: true,
        packages: Some(2),
        packaging: "cylinder".into(),
        transport_category: Some(1),
        ..goods("UN1017", "Chlorine", "2.3", PackingGroup::NotAssigned, "C/D")
    };
    let paint = PaperLine {
        limited_quantity: true,
        packaging: "fibreboard box".into(),
        quantity: quantity("12.5", "kg", Basis::GrossMass),
        ..goods("UN1263", "Paint", "3", PackingGroup::II, "D/E")
    };
    ShippingPaper {
        number: "SP-2026-000142".into(),
        issued_at: datetime!(2026-11-22 09:30 UTC),
        consignor: Party {
            name: "Řezníček & Söhne Chemie GmbH".into(),
            address: vec!["Hafenstraße 12".into(), "20457 Hamburg".into(), "Germany".into()],
        },
        consignee: Party {
            name: "Χημικά Αιγαίου Α.Ε.".into(),
            address: vec![
                "Λεωφόρος Αθηνών 100".into(),
                "104 42 Athens".into(),
                "Greece".into(),
            ],
        },
        emergency_contact: Some(EmergencyContact {
            name: "CHEMTREC".into(),
            phone: "+1 800 424 9300".into(),
            contract: Some("CCN 12345".into()),
        }),
        lines: numbered(vec![petrol, allyl_alcohol(), flammable, chlorine, paint]),
        load_hash: HASH.into(),
        edition: "49 CFR as published, read 2026-11".into(),
        data_hash: HASH.into(),
        signer: Some(Signer {
            name: "Jana Dvořáková".into(),
            title: Some("Dangerous goods safety adviser".into()),
        }),
        points: Vec::new(),
        not_listed: Vec::new(),
    }
}

fn us(paper: &ShippingPaper) -> Vec<String> {
    us_shipping_paper(paper)
        .unwrap()
        .rows()
        .iter()
        .map(|row| row.description.clone())
        .collect()
}

fn adr(paper: &ShippingPaper) -> Vec<String> {
    adr_transport_document(paper)
        .unwrap()
        .rows()
        .iter()
        .map(|row| row.description.clone())
        .collect()
}

fn missing(error: &PaperError) -> Vec<String> {
    let field = |fault: &Fault| match fault {
        Fault::Missing { field, .. } | Fault::Invalid { field, .. } => field.clone(),
        other => other.to_string(),
    };
    error.faults.iter().map(field).collect()
}

#[test]
fn a_us_description_keeps_the_sequence_and_ends_with_what_the_law_adds_dg_4() {
    assert_eq!(
        us(&paper()),
        [
            "UN1203, Gasoline, 3, PG II, Marine Pollutant",
            "UN1098, Allyl alcohol, 6.1 (3), PG I, Poison-Inhalation Hazard, Zone B",
            "UN1993, Flammable liquids, n.o.s. (acetone, toluene), 3, PG II",
            "RQ, UN1017, Chlorine, 2.3 (5.1, 8), Poison-Inhalation Hazard, Zone B, Marine Pollutant",
            "UN1263, Paint, 3, PG II, Limited Quantity",
        ]
    );
}

#[test]
fn an_adr_description_keeps_the_sequence_and_ends_with_what_the_law_adds_dg_4() {
    assert_eq!(
        adr(&paper()),
        [
            "UN 1203, Gasoline, 3, PG II, (D/E), ENVIRONMENTALLY HAZARDOUS",
            "UN 1098, Allyl alcohol, 6.1 (3), PG I, (C/D)",
            "UN 1993, Flammable liquids, n.o.s. (acetone, toluene), 3, PG II, (D/E)",
            "UN 1017, Chlorine, 2.3 (5.1, 8), (C/D), ENVIRONMENTALLY HAZARDOUS",
            "UN 1263, Paint, 3, PG II, (D/E), LTD QTY",
        ]
    );
}

#[test]
fn the_us_paper_carries_the_prescribed_certification_the_number_and_the_load() {
    let text = us_shipping_paper(&paper()).unwrap().to_string();
    for expected in [
        "This is to certify that the above-named materials are properly classified, described, packaged, marked \
         and labeled, and are in proper condition for transportation according to the applicable regulations of \
         the Department of Transportation.",
        "24-hour emergency response: +1 800 424 9300, CHEMTREC, Contract CCN 12345",
        "Signed: Jana Dvořáková, Dangerous goods safety adviser",
        "4 × steel drum (1A1) | UN1203, Gasoline, 3, PG II, Marine Pollutant | 800 L",
        "Issued: 2026-11-22 09:30 UTC",
        HASH,
    ] {
        assert!(text.contains(expected), "`{expected}` is not in:\n{text}");
    }
}

#[test]
fn the_adr_document_states_the_points_per_category_when_they_are_given() {
    let mut paper = paper();
    paper.lines = vec![allyl_alcohol()];
    paper.points = vec![Points {
        vehicles: Vec::new(),
        total: "1000".into(),
        categories: vec![CategoryPoints {
            category: 1,
            quantity: "20 kg".into(),
            value: "1000".into(),
        }],
    }];
    let text = adr_transport_document(&paper).unwrap().to_string();
    assert!(text.contains("ADR 1.1.3.6: calculated value 1000, not above 1000. Transport category 1: 20 kg, calculated value 1000."));
    assert!(
        !adr_transport_document(&super::tests::paper())
            .unwrap()
            .to_string()
            .contains("1.1.3.6")
    );
}

#[test]
fn points_above_a_thousand_or_with_category_zero_are_refused() {
    let mut paper = paper();
    paper.lines = vec![PaperLine {
        transport_category: Some(0),
        ..allyl_alcohol()
    }];
    paper.points = vec![Points {
        vehicles: Vec::new(),
        total: "1000.01".into(),
        categories: vec![CategoryPoints {
            category: 0,
            quantity: "20 kg".into(),
            value: "x".into(),
        }],
    }];
    assert_eq!(
        missing(&adr_transport_document(&paper).unwrap_err()),
        [
            "lines[0].transport_category",
            "points[0].total",
            "points[0].categories[0].category",
            "points[0].categories[0].value"
        ]
    );
}

#[test]
fn every_missing_field_is_named_with_its_clause() {
    let mut paper = paper();
    paper.number = " ".into();
    paper.consignor.address.clear();
    paper.consignee.name.clear();
    paper.emergency_contact = None;
    paper.signer = None;
    paper.load_hash.clear();
    paper.edition.clear();
    paper.data_hash.clear();
    paper.lines.truncate(3);
    paper.lines[0].packing_group = None;
    paper.lines[0].packages = None;
    paper.lines[1].packaging.clear();
    paper.lines[1].quantity.as_mut().unwrap().unit.clear();
    paper.lines[2].technical_name = None;
    paper.lines[2].class.clear();
    let error = us_shipping_paper(&paper).unwrap_err();
    assert_eq!(
        missing(&error),
        [
            "number",
            "consignor.address",
            "consignee.name",
            "load_hash",
            "data_hash",
            "edition",
            "lines[0].packing_group",
            "lines[0].packages",
            "lines[1].quantity.unit",
            "lines[1].packaging",
            "lines[2].technical_name",
            "lines[2].class",
            "emergency_contact",
            "signer.name",
        ]
    );
    assert!(
        error
            .to_string()
            .contains("`lines[0].packing_group` is missing (49 CFR 172.202 (a)(4))")
    );
}

#[test]
fn an_unknown_tunnel_code_is_missing_in_the_adr_document_only() {
    let mut paper = paper();
    paper.lines[0].tunnel_code = None;
    assert_eq!(
        missing(&adr_transport_document(&paper).unwrap_err()),
        ["lines[0].tunnel_code"]
    );
    assert!(us_shipping_paper(&paper).is_ok());
    paper.lines[0].tunnel_code = Some(TunnelCode::NoTunnel);
    assert_eq!(
        adr(&paper)[0],
        "UN 1203, Gasoline, 3, PG II, ENVIRONMENTALLY HAZARDOUS"
    );
    paper.lines[0].tunnel_code = Some(TunnelCode::Code("-".into()));
    assert_eq!(
        adr(&paper)[0],
        "UN 1203, Gasoline, 3, PG II, (-), ENVIRONMENTALLY HAZARDOUS"
    );
}

#[test]
fn values_that_cannot_be_printed_as_the_law_asks_are_refused() {
    let mut paper = paper();
    paper.lines.truncate(1);
    for (number, class, value) in [
        ("1203", "3", "1"),
        ("UN12O3", "3", "1"),
        ("UN1203", "2", "1"),
        ("UN1203", "LQ", "1"),
        ("UN1203", "3", "-1"),
        ("UN1203", "3", "0.0"),
        ("UN1203", "3", "1,5"),
        ("UN1203", "3", "1e3"),
    ] {
        paper.lines[0].identification_number = number.into();
        paper.lines[0].class = class.into();
        paper.lines[0].quantity.as_mut().unwrap().value = value.into();
        let error = adr_transport_document(&paper).unwrap_err();
        assert_eq!(error.faults.len(), 1, "{number} {class} {value}: {error}");
    }
}

#[test]
fn no_packages_at_all_are_refused() {
    let mut paper = paper();
    paper.lines[1].packages = Some(0);
    assert_eq!(
        missing(&us_shipping_paper(&paper).unwrap_err()),
        ["lines[1].packages"]
    );
}

#[test]
fn a_north_american_number_is_refused_by_adr() {
    let mut paper = paper();
    paper.lines.truncate(1);
    paper.lines[0].identification_number = "NA1993".into();
    paper.lines[0].class = "Combustible liquid".into();
    assert_eq!(
        us(&paper),
        ["NA1993, Gasoline, Combustible liquid, PG II, Marine Pollutant"]
    );
    let error = adr_transport_document(&paper).unwrap_err();
    assert_eq!(
        missing(&error),
        ["lines[0].identification_number", "lines[0].class"]
    );
}

#[test]
fn class_1_needs_its_compatibility_group_and_net_explosive_mass() {
    let mut paper = paper();
    paper.lines = vec![goods(
        "UN0336",
        "Fireworks",
        "1.4G",
        PackingGroup::NotAssigned,
        "E",
    )];
    assert_eq!(
        missing(&adr_transport_document(&paper).unwrap_err()),
        ["lines[0].quantity.basis"]
    );
    paper.lines[0].quantity.as_mut().unwrap().basis = Basis::NetExplosiveMass;
    let content = adr_transport_document(&paper).unwrap();
    assert_eq!(content.rows()[0].description, "UN 0336, Fireworks, 1.4G, (E)");
    assert_eq!(content.rows()[0].quantity, "200 kg net explosive mass");
}

#[test]
fn lithium_batteries_are_of_class_9_with_label_9a() {
    let mut paper = paper();
    paper.lines = vec![goods(
        "UN3480",
        "Lithium ion batteries",
        "9A",
        PackingGroup::NotAssigned,
        "E",
    )];
    assert_eq!(adr(&paper), ["UN 3480, Lithium ion batteries, 9, (E)"]);
    let labels = adr_transport_document(&paper).unwrap().rows()[0].labels.clone();
    assert_eq!(labels, [crate::label::LabelModel::LithiumBattery]);
}

#[test]
fn only_a_load_of_limited_quantities_may_lack_the_emergency_number() {
    let mut paper = paper();
    paper.emergency_contact = None;
    assert_eq!(
        missing(&us_shipping_paper(&paper).unwrap_err()),
        ["emergency_contact"]
    );
    paper.lines.drain(..4);
    assert!(us_shipping_paper(&paper).is_ok());
}

#[test]
fn a_refused_telephone_number_stays_out_of_the_error_and_of_debug() {
    let mut paper = paper();
    paper.emergency_contact.as_mut().unwrap().phone = "424 9300".into();
    let error = us_shipping_paper(&paper).unwrap_err();
    assert!(!error.to_string().contains("9300"), "{error}");
    assert!(!format!("{:?}", paper.emergency_contact).contains("9300"));
    let content = us_shipping_paper(&self::paper()).unwrap();
    assert!(!format!("{content:?}").contains("9300"));
}
