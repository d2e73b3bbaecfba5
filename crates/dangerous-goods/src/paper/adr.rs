//! The ADR transport document: ADR 5.4.1.1.

use super::check::{self, Clauses};
use super::content::{Block, Content, PaperKind, Row};
use super::fault::{Faults, PaperError};
use super::{PaperLine, ShippingPaper, TunnelCode, exemption};
use crate::consequence::Amount;

const CLAUSES: Clauses = Clauses {
    identification_number: "ADR 5.4.1.1.1 (a)",
    proper_shipping_name: "ADR 5.4.1.1.1 (b)",
    technical_name: "ADR 3.1.2.8",
    class: "ADR 5.4.1.1.1 (c)",
    packing_group: "ADR 5.4.1.1.1 (d)",
    quantity: "ADR 5.4.1.1.1 (f)",
    packages: "ADR 5.4.1.1.1 (e)",
    needs_quantity: |goods| !goods.empty_uncleaned,
    consignor: "ADR 5.4.1.1.1 (g)",
    consignee: "ADR 5.4.1.1.1 (h)",
};

/// The transport document's content.
///
/// # Errors
/// Every field that ADR 5.4.1.1 asks for and that is missing or unusable.
pub(super) fn adr_transport_document(paper: &ShippingPaper) -> Result<Content, PaperError> {
    let mut faults = Faults::default();
    check::common(paper, &CLAUSES, &mut faults);
    let points = !paper.points.is_empty();
    for goods in &paper.lines {
        line(goods, &check::at(goods), points, &mut faults);
    }
    let statements = [
        exemption::statement(&paper.points, &mut faults),
        explosives(paper),
        not_listed(paper),
    ];
    let mut parties = vec![
        check::party_block("Consignor", &paper.consignor),
        check::party_block("Consignee", &paper.consignee),
    ];
    parties.extend(contact(paper, &mut faults));
    faults.into_result(Content {
        kind: PaperKind::AdrTransportDocument,
        paper: paper.clone(),
        parties,
        rows: paper.lines.iter().map(|goods| row(goods, points)).collect(),
        statements: statements.into_iter().flatten().collect(),
        signature: None,
    })
}

fn line(goods: &PaperLine, at: &str, points: bool, faults: &mut Faults) {
    let given = &goods.identification_number;
    if !given.trim().is_empty() && check::number(given, false).is_none() {
        faults.invalid(
            format!("{at}.identification_number"),
            given,
            "`UN` and four digits",
        );
    }
    if goods.class == check::COMBUSTIBLE {
        faults.invalid(format!("{at}.class"), &goods.class, "a class of ADR");
    }
    match &goods.tunnel_code {
        None => faults.missing(format!("{at}.tunnel_code"), "ADR 5.4.1.1.1 (k)"),
        Some(TunnelCode::Code(code)) if !is_tunnel_code(code) => {
            faults.invalid(
                format!("{at}.tunnel_code"),
                code,
                "a tunnel restriction code of ADR 8.6.4",
            );
        }
        Some(_) => {}
    }
    match goods.transport_category {
        None if points && !is_excepted(goods) => {
            faults.missing(format!("{at}.transport_category"), "ADR 1.1.3.6.3");
        }
        Some(category) if category > 4 => {
            faults.invalid(
                format!("{at}.transport_category"),
                &category.to_string(),
                "0 to 4",
            );
        }
        Some(0) if points && !is_excepted(goods) => {
            let expected = "1 to 4, as ADR 1.1.3.6 allows nothing of category 0";
            faults.invalid(format!("{at}.transport_category"), "0", expected);
        }
        _ => {}
    }
}

/// Limited and excepted quantities do not count for 1.1.3.6 (1.1.3.6.5).
const fn is_excepted(goods: &PaperLine) -> bool {
    goods.limited_quantity || goods.excepted_quantity
}

/// `B`, `B1000C`, `C/E` and so on, or a dash where no tunnel is closed.
fn is_tunnel_code(code: &str) -> bool {
    matches!(
        code,
        "B" | "B1000C" | "B/D" | "B/E" | "C" | "C5000D" | "C/D" | "C/E" | "D" | "D/E" | "E" | "-" | "–" | "—"
    )
}

/// The total net explosive mass of the document (5.4.1.2.1 (a)).
fn explosives(paper: &ShippingPaper) -> Option<Block> {
    let masses = paper
        .lines
        .iter()
        .filter(|goods| check::is_class_1(goods) && !goods.empty_uncleaned);
    let masses = masses.filter_map(|goods| goods.quantity.as_ref());
    // An amount that cannot be read is a fault of its line.
    let masses = masses.filter_map(|quantity| {
        crate::Quantity::parse(&quantity.value, crate::Unit::NetExplosiveKilogram).ok()
    });
    let masses: Vec<Amount> = masses.map(Amount::from).collect();
    if masses.is_empty() {
        return None;
    }
    let total: Amount = masses.into_iter().sum();
    Some(Block {
        heading: "Explosives".to_owned(),
        lines: vec![format!("Total net mass of explosive contents: {total} kg.")],
    })
}

/// Goods of the load that ADR does not apply to.
fn not_listed(paper: &ShippingPaper) -> Option<Block> {
    (!paper.not_listed.is_empty()).then(|| Block {
        heading: "Not listed".to_owned(),
        lines: vec![format!("Not subject to ADR: {}.", paper.not_listed.join("; "))],
    })
}

/// Of infectious substances the document names a person who answers for them (5.4.1.2.4).
fn contact(paper: &ShippingPaper, faults: &mut Faults) -> Option<Block> {
    let infectious = paper.lines.iter().any(|goods| {
        goods.class == "6.2" && check::number(&goods.identification_number, false) != Some(("UN", "3373"))
    });
    let Some(contact) = &paper.emergency_contact else {
        if infectious {
            faults.missing("emergency_contact", "ADR 5.4.1.2.4");
        }
        return None;
    };
    if infectious {
        faults.require(&contact.name, "emergency_contact.name", "ADR 5.4.1.2.4");
        faults.require(&contact.phone, "emergency_contact.phone", "ADR 5.4.1.2.4");
    }
    let heading = if infectious {
        "Responsible person, emergency contact"
    } else {
        "Emergency contact"
    };
    Some(Block {
        heading: heading.to_owned(),
        lines: vec![contact.phone.trim().to_owned(), contact.name.trim().to_owned()],
    })
}

fn row(goods: &PaperLine, points: bool) -> Row {
    Row {
        packages: check::packages(goods),
        package_count: check::package_count(goods),
        description: description(goods),
        quantity: check::quantity_text(goods),
        category: goods.transport_category.filter(|_| points && !is_excepted(goods)),
        labels: check::labels(goods),
    }
}

/// The sequence (a), (b), (c), (d), (k) with nothing in between, then what else the law adds.
fn description(goods: &PaperLine) -> String {
    let mut parts = Vec::new();
    if let Some((prefix, digits)) = check::number(&goods.identification_number, false) {
        parts.push(format!("{prefix} {digits}"));
    }
    parts.push(check::name(goods));
    parts.push(check::class_text(goods));
    parts.extend(check::packing_group(goods.packing_group));
    if let Some(TunnelCode::Code(code)) = &goods.tunnel_code {
        let code = if matches!(code.as_str(), "–" | "—") {
            "-"
        } else {
            code
        };
        parts.push(format!("({code})"));
    }
    // 5.4.1.1.18 leaves out the two entries whose name already says it.
    let named_so =
        goods.identification_number.ends_with("3077") || goods.identification_number.ends_with("3082");
    if goods.environmentally_hazardous && !named_so {
        parts.push("ENVIRONMENTALLY HAZARDOUS".to_owned());
    }
    if goods.limited_quantity {
        parts.push("LTD QTY".to_owned());
    }
    if goods.excepted_quantity {
        parts.push("DANGEROUS GOODS IN EXCEPTED QUANTITIES".to_owned());
    }
    parts.extend(goods.radioactive_category.map(check::radioactive));
    parts.extend(goods.entries.iter().cloned());
    let description = parts.join(", ");
    // 5.4.1.1.6.1: before or after the description, and (f) does not apply.
    if goods.empty_uncleaned {
        return format!("EMPTY, UNCLEANED, {description}");
    }
    description
}
