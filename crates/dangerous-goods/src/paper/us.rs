//! The US shipping paper: 49 CFR 172.201 to 172.204, with the emergency telephone of 172.604.

use super::check::{self, Clauses};
use super::content::{Block, Content, PaperKind, Row, Signature};
use super::fault::{Faults, PaperError};
use super::{EmergencyContact, Inhalation, PaperLine, ShippingPaper};

const CLAUSES: Clauses = Clauses {
    identification_number: "49 CFR 172.202 (a)(1)",
    proper_shipping_name: "49 CFR 172.202 (a)(2)",
    technical_name: "49 CFR 172.203 (k)",
    class: "49 CFR 172.202 (a)(3)",
    packing_group: "49 CFR 172.202 (a)(4)",
    quantity: "49 CFR 172.202 (a)(5)",
    packages: "49 CFR 172.202 (a)(7)",
    needs_quantity,
    consignor: "49 CFR 172.201",
    consignee: "49 CFR 172.201",
};

/// The wording of 49 CFR 172.204 (a)(1), which the law prescribes.
pub(super) const CERTIFICATION: &str = "This is to certify that the above-named materials are properly classified, \
    described, packaged, marked and labeled, and are in proper condition for transportation according to the \
    applicable regulations of the Department of Transportation.";

/// The shipping paper's content.
///
/// # Errors
/// Every field that 49 CFR 172.201 to 172.204 or 172.604 asks for and that is missing or unusable.
pub(super) fn us_shipping_paper(paper: &ShippingPaper) -> Result<Content, PaperError> {
    let mut faults = Faults::default();
    check::common(paper, &CLAUSES, &mut faults);
    for goods in &paper.lines {
        let (given, at) = (&goods.identification_number, check::at(goods));
        if !given.trim().is_empty() && check::number(given, true).is_none() {
            let field = format!("{at}.identification_number");
            faults.invalid(field, given, "`UN` or `NA` and four digits");
        }
        if goods.inhalation == Inhalation::PoisonOfUnknownZone {
            faults.missing(format!("{at}.zone"), "49 CFR 172.203 (m)");
        }
    }
    let emergency = emergency(paper, &mut faults);
    let signer = paper
        .signer
        .as_ref()
        .filter(|signer| !signer.name.trim().is_empty());
    if signer.is_none() {
        faults.missing("signer.name", "49 CFR 172.204 (d)");
    }

    let mut parties = vec![
        check::party_block("Shipper (offeror)", &paper.consignor),
        check::party_block("Consignee", &paper.consignee),
    ];
    parties.extend(emergency);
    faults.into_result(Content {
        kind: PaperKind::UsShippingPaper,
        paper: paper.clone(),
        parties,
        rows: paper.lines.iter().map(row).collect(),
        statements: vec![Block {
            heading: "Shipper's certification".to_owned(),
            lines: vec![CERTIFICATION.to_owned()],
        }],
        signature: signer.map(|signer| Signature {
            name: signer.name.trim().to_owned(),
            title: signer.title.clone(),
        }),
    })
}

/// The total quantity; not of what 172.202 (a)(5)(iii) excepts (bulk packagings, cylinders and residues, of which
/// the number of packages says enough), of radioactive material, which is measured by its activity, nor of
/// limited and excepted quantities, which need no paper (173.150 to 173.155, 173.4a) unless they are hazardous
/// substances.
fn needs_quantity(goods: &PaperLine) -> bool {
    let no_paper = (goods.limited_quantity || goods.excepted_quantity) && !goods.reportable_quantity;
    let excepted = !goods.containment.is_packages() || is_in_cylinders(goods) || goods.empty_uncleaned;
    !excepted && !no_paper && goods.class != "7"
}

/// Whether the packaging is called cylinders, which a cylindrical drum is not.
fn is_in_cylinders(goods: &PaperLine) -> bool {
    let mut words = goods.packaging.split(|char: char| !char.is_alphanumeric());
    words.any(|word| {
        ["cylinder", "cylinders", "cyl"]
            .iter()
            .any(|cylinder| word.eq_ignore_ascii_case(cylinder))
    })
}

/// The emergency telephone, which only a load of limited and excepted quantities may lack (172.604 (d)).
fn emergency(paper: &ShippingPaper, faults: &mut Faults) -> Option<Block> {
    let Some(EmergencyContact {
        name,
        phone,
        contract,
    }) = &paper.emergency_contact
    else {
        if !paper
            .lines
            .iter()
            .all(|goods| goods.limited_quantity || goods.excepted_quantity)
        {
            faults.missing("emergency_contact", "49 CFR 172.604 (a)");
        }
        return None;
    };
    faults.require(name, "emergency_contact.name", "49 CFR 172.604 (b)");
    if phone.trim().is_empty() {
        faults.missing("emergency_contact.phone", "49 CFR 172.604 (a)");
    } else if phone.bytes().filter(u8::is_ascii_digit).count() < 10 {
        // The value is personal data and stays out of the error.
        faults.invalid(
            "emergency_contact.phone",
            "…",
            "a telephone number with area code",
        );
    }
    let mut lines = vec![phone.trim().to_owned(), name.trim().to_owned()];
    lines.extend(contract.iter().map(|contract| format!("Contract {contract}")));
    Some(Block {
        heading: "24-hour emergency response".to_owned(),
        lines,
    })
}

fn row(goods: &PaperLine) -> Row {
    Row {
        packages: check::packages(goods),
        package_count: check::package_count(goods),
        description: description(goods),
        quantity: check::quantity_text(goods),
        category: None,
        labels: check::labels(goods),
    }
}

/// The sequence of 172.202 (b) with nothing in between, then the additional entries of 172.203.
///
/// `Marine Pollutant` is printed for packages too, although 171.4 (c) frees packagings that are not bulk from
/// it by highway: an intermediate bulk container is a package of the load and a bulk packaging of the law,
/// 172.201 (a)(4) allows the words, and to leave them out where they are due is the worse fault.
fn description(goods: &PaperLine) -> String {
    let mut parts = Vec::new();
    // 172.203 (c)(2): before or after the description.
    if goods.reportable_quantity {
        parts.push("RQ".to_owned());
    }
    if let Some((prefix, digits)) = check::number(&goods.identification_number, true) {
        parts.push(format!("{prefix}{digits}"));
    }
    parts.push(check::name(goods));
    parts.push(check::class_text(goods));
    parts.extend(check::packing_group(goods.packing_group));
    match goods.inhalation {
        Inhalation::None | Inhalation::PoisonOfUnknownZone => {}
        Inhalation::Hazard => parts.push("Inhalation Hazard".to_owned()),
        Inhalation::Poison(zone) => parts.push(format!("Poison-Inhalation Hazard, Zone {zone}")),
    }
    if goods.environmentally_hazardous {
        parts.push("Marine Pollutant".to_owned());
    }
    if goods.limited_quantity {
        parts.push("Limited Quantity".to_owned());
    }
    if goods.excepted_quantity {
        parts.push("Dangerous Goods in Excepted Quantities".to_owned());
    }
    parts.extend(goods.radioactive_category.map(check::radioactive));
    parts.extend(goods.entries.iter().cloned());
    let description = parts.join(", ");
    if goods.empty_uncleaned {
        return format!("RESIDUE: Last Contained {description}");
    }
    description
}
