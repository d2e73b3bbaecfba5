//! What both papers ask of their input, and the parts of a description they share.

use super::content::Block;
use super::fault::Faults;
use super::{Basis, PackingGroup, PaperLine, Party, Quantity, ShippingPaper};
use crate::label::LabelModel;
use crate::load::{Containment, RadioactiveCategory};

/// The clause of each field, which differs between the regimes.
pub(super) struct Clauses {
    pub(super) identification_number: &'static str,
    pub(super) proper_shipping_name: &'static str,
    pub(super) technical_name: &'static str,
    pub(super) class: &'static str,
    pub(super) packing_group: &'static str,
    pub(super) quantity: &'static str,
    pub(super) packages: &'static str,
    /// Whether the total quantity of the item must be stated.
    pub(super) needs_quantity: fn(&PaperLine) -> bool,
    pub(super) consignor: &'static str,
    pub(super) consignee: &'static str,
}

/// Checks everything that is not particular to one regime.
pub(super) fn common(paper: &ShippingPaper, clauses: &Clauses, faults: &mut Faults) {
    faults.require(&paper.number, "number", "the document's own number");
    party(&paper.consignor, "consignor", clauses.consignor, faults);
    party(&paper.consignee, "consignee", clauses.consignee, faults);
    hash(
        &paper.load_hash,
        "load_hash",
        "only a checked load has papers",
        faults,
    );
    let clause = "the data the load was checked with";
    hash(&paper.data_hash, "data_hash", clause, faults);
    faults.require(
        &paper.edition,
        "edition",
        "the edition the load was checked under",
    );
    if paper.lines.is_empty() {
        faults.missing("lines", clauses.proper_shipping_name);
    }
    for goods in &paper.lines {
        line(goods, &at(goods), clauses, faults);
    }
}

/// What faults call a line by: its place in the load.
pub(super) fn at(goods: &PaperLine) -> String {
    format!("lines[{}]", goods.line)
}

fn hash(text: &str, field: &str, clause: &'static str, faults: &mut Faults) {
    if text.trim().is_empty() {
        faults.missing(field, clause);
    } else if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        faults.invalid(field, text, "a SHA-256 in hexadecimal");
    }
}

fn party(party: &Party, field: &str, clause: &'static str, faults: &mut Faults) {
    faults.require(&party.name, format!("{field}.name"), clause);
    if party.address.iter().all(|entry| entry.trim().is_empty()) {
        faults.missing(format!("{field}.address"), clause);
    }
}

fn line(goods: &PaperLine, at: &str, clauses: &Clauses, faults: &mut Faults) {
    faults.require(
        &goods.identification_number,
        format!("{at}.identification_number"),
        clauses.identification_number,
    );
    faults.require(
        &goods.proper_shipping_name,
        format!("{at}.proper_shipping_name"),
        clauses.proper_shipping_name,
    );
    if goods.technical_name_required
        && goods
            .technical_name
            .as_deref()
            .is_none_or(|n| n.trim().is_empty())
    {
        faults.missing(format!("{at}.technical_name"), clauses.technical_name);
    }
    class(goods, at, clauses, faults);
    if goods.packing_group.is_none() {
        faults.missing(format!("{at}.packing_group"), clauses.packing_group);
    }
    match &goods.quantity {
        Some(given) => {
            // Of empty packagings only their own mass is known, if anything.
            let explosive = is_class_1(goods) && !goods.empty_uncleaned;
            quantity(given, explosive, at, clauses.quantity, faults);
        }
        None if (clauses.needs_quantity)(goods) => {
            faults.missing(format!("{at}.quantity"), clauses.quantity);
        }
        None => {}
    }
    match goods.packages {
        None if goods.containment == Containment::Bulk => {}
        None => faults.missing(format!("{at}.packages"), clauses.packages),
        Some(0) => faults.invalid(format!("{at}.packages"), "0", "at least one package"),
        Some(_) => {}
    }
    faults.require(&goods.packaging, format!("{at}.packaging"), clauses.packages);
}

fn class(goods: &PaperLine, at: &str, clauses: &Clauses, faults: &mut Faults) {
    if goods.class.trim().is_empty() {
        faults.missing(format!("{at}.class"), clauses.class);
        return;
    }
    let with_group = |label: &LabelModel| {
        !matches!(
            label,
            LabelModel::ExplosiveSubsidiary
                | LabelModel::Explosive { group: None, .. }
                | LabelModel::ExplosiveNumber { group: None, .. }
        )
    };
    if goods.class != COMBUSTIBLE && !label(&goods.class).is_some_and(|label| with_group(&label)) {
        faults.invalid(
            format!("{at}.class"),
            &goods.class,
            "a class or division, in class 1 with its compatibility group",
        );
    }
    for (n, subsidiary) in goods.subsidiary.iter().enumerate() {
        if label(subsidiary).is_none() {
            faults.invalid(format!("{at}.subsidiary[{n}]"), subsidiary, "a class or division");
        }
    }
}

fn quantity(quantity: &Quantity, class_1: bool, at: &str, clause: &'static str, faults: &mut Faults) {
    let field = format!("{at}.quantity");
    if quantity.value.trim().is_empty() {
        faults.missing(format!("{field}.value"), clause);
    } else if !is_positive_decimal(&quantity.value) {
        faults.invalid(
            format!("{field}.value"),
            &quantity.value,
            "a decimal number above zero",
        );
    }
    faults.require(&quantity.unit, format!("{field}.unit"), clause);
    if class_1 && quantity.basis != Basis::NetExplosiveMass {
        faults.invalid(
            format!("{field}.basis"),
            basis_word(quantity.basis),
            "net explosive mass, for class 1",
        );
    }
}

/// The US class that has no label (49 CFR 173.150 (f)).
pub(super) const COMBUSTIBLE: &str = "Combustible liquid";

pub(super) fn is_class_1(goods: &PaperLine) -> bool {
    goods.class.starts_with("1.")
}

/// A decimal number with digits on both sides of the point and a value above zero.
pub(super) fn is_positive_decimal(text: &str) -> bool {
    is_decimal(text) && text.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

/// Digits, with at most one point between digits.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

/// The four digits after `UN` (or after `NA`, where that is allowed), with the prefix.
pub(super) fn number(text: &str, north_america: bool) -> Option<(&'static str, &str)> {
    let text = text.trim();
    let (prefix, rest) = match text.get(..2)? {
        "UN" => ("UN", &text[2..]),
        "NA" if north_america => ("NA", &text[2..]),
        _ => return None,
    };
    let digits = rest.trim_start();
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())).then_some((prefix, digits))
}

/// Proper shipping name with the technical names in brackets.
pub(super) fn name(goods: &PaperLine) -> String {
    let name = goods.proper_shipping_name.trim();
    match goods.technical_name.as_deref().map(str::trim) {
        Some(technical) if !technical.is_empty() => format!("{name} ({technical})"),
        _ => name.to_owned(),
    }
}

/// Class with the subsidiary hazards in brackets; lithium batteries (label 9A) are of class 9.
pub(super) fn class_text(goods: &PaperLine) -> String {
    let class = if goods.class == "9A" {
        "9"
    } else {
        goods.class.trim()
    };
    if goods.subsidiary.is_empty() {
        class.to_owned()
    } else {
        format!("{class} ({})", goods.subsidiary.join(", "))
    }
}

/// Packing group in Roman numerals, nothing where the entry has none.
pub(super) fn packing_group(group: Option<PackingGroup>) -> Option<String> {
    let numeral = match group? {
        PackingGroup::I => "I",
        PackingGroup::II => "II",
        PackingGroup::III => "III",
        PackingGroup::NotAssigned => return None,
    };
    Some(format!("PG {numeral}"))
}

/// Number and kind of packages, tanks or vehicles.
pub(super) fn packages(goods: &PaperLine) -> String {
    let kind = goods.packaging.trim();
    match (goods.packages, goods.containment) {
        (Some(number), Containment::Packages) => format!("{number} × {kind}"),
        (Some(number), _) => format!("{number} {kind}"),
        (None, _) => kind.to_owned(),
    }
}

/// Packages as the end of the list counts them.
pub(super) fn package_count(goods: &PaperLine) -> u32 {
    let packages = goods.packages.filter(|_| goods.containment.is_packages());
    packages.unwrap_or_default()
}

/// Quantity with unit and, for a mass, what was weighed; the gross mass beside the net amount. Of empty
/// packagings there is none.
pub(super) fn quantity_text(goods: &PaperLine) -> String {
    let Some(quantity) = goods.quantity.as_ref().filter(|_| !goods.empty_uncleaned) else {
        return String::new();
    };
    let amount = format!("{} {}", quantity.value, quantity.unit.trim());
    let amount = match quantity.basis {
        Basis::Volume | Basis::Activity => amount,
        basis => format!("{amount} {}", basis_word(basis)),
    };
    match &goods.gross_mass {
        Some(mass) if quantity.basis != Basis::GrossMass => format!("{amount}, {mass} kg gross"),
        _ => amount,
    }
}

/// The category of a label of class 7 in the words of both laws (172.203 (d)(4), 5.4.1.2.5.1 (d)).
pub(super) fn radioactive(category: RadioactiveCategory) -> String {
    match category {
        RadioactiveCategory::White1 => "RADIOACTIVE WHITE-I",
        RadioactiveCategory::Yellow2 => "RADIOACTIVE YELLOW-II",
        RadioactiveCategory::Yellow3 => "RADIOACTIVE YELLOW-III",
    }
    .to_owned()
}

fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Volume => "volume",
        Basis::GrossMass => "gross",
        Basis::NetMass => "net",
        Basis::NetExplosiveMass => "net explosive mass",
        Basis::Activity => "activity",
        Basis::WaterCapacity => "water capacity",
    }
}

fn label(text: &str) -> Option<LabelModel> {
    text.parse().ok().filter(|label| {
        !matches!(
            label,
            LabelModel::LimitedQuantity | LabelModel::OrangePlate { .. }
        )
    })
}

/// The labels of a line; a limited quantity bears its mark alone (ADR 3.4.7, 49 CFR 172.315), an excepted
/// quantity none (ADR 3.5.4, 49 CFR 173.4a (g)).
pub(super) fn labels(goods: &PaperLine) -> Vec<LabelModel> {
    if goods.limited_quantity {
        return vec![LabelModel::LimitedQuantity];
    }
    if goods.excepted_quantity {
        return Vec::new();
    }
    goods.labels.iter().filter_map(|text| label(text)).collect()
}

/// A party as a block.
pub(super) fn party_block(heading: &str, party: &Party) -> Block {
    let address = party
        .address
        .iter()
        .map(|entry| entry.trim().to_owned())
        .filter(|entry| !entry.is_empty());
    Block {
        heading: heading.to_owned(),
        lines: std::iter::once(party.name.trim().to_owned())
            .chain(address)
            .collect(),
    }
}
