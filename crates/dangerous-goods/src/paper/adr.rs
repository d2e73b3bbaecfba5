//! The ADR transport document: ADR 5.4.1.1.

use super::check::{self, Clauses};
use super::content::{Block, Content, PaperKind, Row};
use super::fault::{Faults, PaperError};
use super::{PaperLine, Points, ShippingPaper, TunnelCode};

const CLAUSES: Clauses = Clauses {
    identification_number: "ADR 5.4.1.1.1 (a)",
    proper_shipping_name: "ADR 5.4.1.1.1 (b)",
    technical_name: "ADR 3.1.2.8",
    class: "ADR 5.4.1.1.1 (c)",
    packing_group: "ADR 5.4.1.1.1 (d)",
    quantity: "ADR 5.4.1.1.1 (f)",
    packages: "ADR 5.4.1.1.1 (e)",
    consignor: "ADR 5.4.1.1.1 (g)",
    consignee: "ADR 5.4.1.1.1 (h)",
};

/// The transport document's content.
///
/// # Errors
/// Every field that ADR 5.4.1.1 asks for and that is missing or unusable.
pub fn adr_transport_document(paper: &ShippingPaper) -> Result<Content, PaperError> {
    let mut faults = Faults::default();
    check::common(paper, &CLAUSES, &mut faults);
    for (index, goods) in paper.lines.iter().enumerate() {
        line(
            goods,
            &format!("lines[{index}]"),
            paper.points.is_some(),
            &mut faults,
        );
    }
    let statements = paper
        .points
        .iter()
        .map(|points| statement(points, &mut faults))
        .collect();

    let mut parties = vec![
        check::party_block("Consignor", &paper.consignor),
        check::party_block("Consignee", &paper.consignee),
    ];
    if let Some(contact) = &paper.emergency_contact {
        let lines = vec![contact.phone.trim().to_owned(), contact.name.trim().to_owned()];
        parties.push(Block {
            heading: "Emergency contact".to_owned(),
            lines,
        });
    }
    faults.into_result(Content {
        kind: PaperKind::AdrTransportDocument,
        number: paper.number.trim().to_owned(),
        issued_at: paper.issued_at,
        parties,
        rows: paper
            .lines
            .iter()
            .map(|goods| row(goods, paper.points.is_some()))
            .collect(),
        statements,
        signature: None,
        load_hash: paper.load_hash.clone(),
        editions: paper.editions.clone(),
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
        None if points && !goods.limited_quantity => {
            faults.missing(format!("{at}.transport_category"), "ADR 1.1.3.6.3");
        }
        Some(category) if category > 4 => {
            faults.invalid(
                format!("{at}.transport_category"),
                &category.to_string(),
                "0 to 4",
            );
        }
        Some(0) if points && !goods.limited_quantity => {
            let expected = "1 to 4, as ADR 1.1.3.6 allows nothing of category 0";
            faults.invalid(format!("{at}.transport_category"), "0", expected);
        }
        _ => {}
    }
}

/// `B`, `B1000C`, `C/E` and so on, or a dash where no tunnel is closed.
fn is_tunnel_code(code: &str) -> bool {
    matches!(
        code,
        "B" | "B1000C" | "B/D" | "B/E" | "C" | "C5000D" | "C/D" | "C/E" | "D" | "D/E" | "E" | "-" | "–" | "—"
    )
}

/// The sum as a whole number of thousandths, so that it compares exactly.
fn above_limit(total: &str) -> bool {
    let (whole, fraction) = total.split_once('.').unwrap_or((total, ""));
    match whole.parse::<u64>() {
        Ok(1000) => fraction.bytes().any(|b| b != b'0'),
        Ok(whole) => whole > 1000,
        Err(_) => true,
    }
}

/// Quantity and value per transport category (ADR 5.4.1.1.1 (f), note 1).
fn statement(points: &Points, faults: &mut Faults) -> Block {
    if !check::is_decimal(&points.total) {
        faults.invalid("points.total", &points.total, "a decimal number");
    } else if above_limit(&points.total) {
        faults.invalid("points.total", &points.total, "at most 1000 (ADR 1.1.3.6.4)");
    }
    if points.categories.is_empty() {
        faults.missing("points.categories", "ADR 5.4.1.1.1 (f), note 1");
    }
    let mut lines = vec![format!(
        "Load within the limits of ADR 1.1.3.6: calculated value {}, not above 1000.",
        points.total
    )];
    for (n, share) in points.categories.iter().enumerate() {
        if !(1..=4).contains(&share.category) {
            let field = format!("points.categories[{n}].category");
            faults.invalid(
                field,
                &share.category.to_string(),
                "1 to 4; category 0 is never within the limits",
            );
        }
        faults.require(
            &share.quantity,
            format!("points.categories[{n}].quantity"),
            "ADR 1.1.3.6.3",
        );
        if !check::is_decimal(&share.value) {
            faults.invalid(
                format!("points.categories[{n}].value"),
                &share.value,
                "a decimal number",
            );
        }
        lines.push(format!(
            "Transport category {}: {}, calculated value {}.",
            share.category, share.quantity, share.value
        ));
    }
    Block {
        heading: "Exemption by quantity per transport unit".to_owned(),
        lines,
    }
}

fn row(goods: &PaperLine, points: bool) -> Row {
    Row {
        packages: check::packages(goods),
        package_count: goods.packages.unwrap_or_default(),
        description: description(goods),
        quantity: check::quantity_text(&goods.quantity),
        category: goods
            .transport_category
            .filter(|_| points && !goods.limited_quantity),
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
    parts.extend(goods.marks.iter().cloned());
    parts.join(", ")
}
