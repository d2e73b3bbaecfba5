//! From a checked load to its paper: the one place where the two meet.
//!
//! A paper speaks of exactly the load that was checked. So the check is compared with the load by hash and
//! with the law's data by hash, and the verdict is asked for anew: a stored or sent result is a claim, and
//! only what the engine says of this load now lets a paper out.

use time::{Date, OffsetDateTime};

use super::content::Block;
use super::fault::Fault;
use super::goods::{self, Listed};
use super::{
    CategoryPoints, Content, EmergencyContact, PaperError, PaperLine, Party, Points, ShippingPaper, Signer,
    adr_transport_document, us_shipping_paper,
};
use crate::catalogue::Catalogue;
use crate::check::{CheckResult, Overridable, Verdict, check, overridable};
use crate::consequence::adr::{self, Exemption};
use crate::identity::Regime;
use crate::load::{Load, LoadHash};

/// What a paper says besides the load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The document's own number.
    pub number: String,
    /// When it is made out.
    pub issued_at: OffsetDateTime,
    /// Who offers the goods.
    pub consignor: Party,
    /// Who receives them.
    pub consignee: Party,
    /// Who answers day and night.
    pub emergency_contact: Option<EmergencyContact>,
    /// Who certifies the shipment.
    pub signer: Option<Signer>,
    /// Further entries after the description that no rule asks for of the goods, such as the number of a special
    /// permit. What a rule asks for is a fact of the line, in its `entries`.
    pub entries: Vec<Entry>,
    /// The override under which a load travels that the check prohibits. Every paper of the load names it.
    pub overridden: Option<Override>,
}

/// An approved override of the check: who answers for it, since when, and what makes it lawful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Its number.
    pub number: String,
    /// The special permit or the authority's approval, such as `DOT-SP 12345`.
    pub authority: String,
    /// The last day on which that may be used.
    pub valid_until: Date,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: OffsetDateTime,
    /// What it sets aside, under every regime of the load.
    pub covers: Vec<Overridable>,
}

/// A further text that is printed after the description of one line, such as `DOT-SP 12345`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position of the line in the load, from zero.
    pub line: usize,
    /// The text.
    pub text: String,
}

/// Why there is no paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The check is of another load: a line was changed after it, or another file was taken.
    #[error("the check is of the load {checked}, this load is {load}; check it again")]
    OtherLoad {
        /// What was checked.
        checked: LoadHash,
        /// What the paper is asked for.
        load: LoadHash,
    },
    /// The check is under other rules.
    #[error("the check is under `{checked}`, the paper under `{asked}`")]
    OtherRegime {
        /// What it was checked under.
        checked: Regime,
        /// What the paper is under.
        asked: Regime,
    },
    /// The check rests on other data.
    #[error("the check rests on {checked}, the law's data are now {current}; check it again")]
    OtherEdition {
        /// Edition and hash of the check.
        checked: String,
        /// Edition and hash now.
        current: String,
    },
    /// The load may not travel as it is.
    #[error("the load is not compatible ({}); no paper is made for it", .0.words())]
    NotCompatible(Verdict),
    /// What makes the load lawful is over.
    #[error("the permit or approval was valid until {0}; no paper is made after that")]
    PermitOver(Date),
    /// No line is dangerous goods under the regime.
    #[error("the load holds nothing that the regime applies to")]
    NothingToDeclare,
    /// What the law asks for is missing or cannot be printed.
    #[error(transparent)]
    Incomplete(#[from] PaperError),
}

/// The paper of a load that was checked: US shipping paper or ADR transport document.
///
/// ```
/// use dangerous_goods::paper::{Details, EmergencyContact, Party, Refusal, Signer, issue};
/// use dangerous_goods::{Catalogue, Load, Regime, check};
/// let load: Load = serde_json::from_str(
///     r#"{"lines": [{"goods": "UN1203", "quantity": {"value": "200", "unit": "L"},
///         "packages": 1, "packaging": "steel drum"}]}"#,
/// )?;
/// let catalogue = Catalogue::embedded();
/// let result = check(catalogue, Regime::Us, &load);
/// let party = |name: &str| Party { name: name.to_owned(), address: vec!["1 Main St".to_owned()] };
/// let details = Details {
///     number: "SP-1".to_owned(),
///     issued_at: time::macros::datetime!(2026-11-22 09:30 UTC),
///     consignor: party("Alpha"),
///     consignee: party("Beta"),
///     emergency_contact: Some(EmergencyContact {
///         name: "Desk".to_owned(), phone: "+1 800 555 0100".to_owned(), contract: None,
///     }),
///     signer: Some(Signer { name: "M. Shipper".to_owned(), title: None }),
///     entries: Vec::new(),
///     overridden: None,
/// };
/// let paper = issue(catalogue, Regime::Us, &load, &result, &details)?;
/// assert!(paper.to_string().contains("UN1203, Gasoline"));
///
/// let mut changed = load;
/// changed.lines[0].packages = Some(2);
/// let refused = issue(catalogue, Regime::Us, &changed, &result, &details);
/// assert!(matches!(refused, Err(Refusal::OtherLoad { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Unless `result` is of exactly this load, under this regime and today's data, and compatible, or overridden in all
/// that the engine still prohibits, under a permit that is not over; and everything that the law asks for and neither load nor details say.
pub fn issue(
    catalogue: &Catalogue,
    regime: Regime,
    load: &Load,
    result: &CheckResult,
    details: &Details,
) -> Result<Content, Refusal> {
    admit(catalogue, regime, load, result, details.overridden.as_ref())?;
    if let Some(over) = details.overridden.iter().find(|one| is_over(one, details)) {
        return Err(Refusal::PermitOver(over.valid_until));
    }
    let (paper, mut faults) = filled(catalogue, regime, load, details)?;
    let content = match regime {
        Regime::Us => us_shipping_paper(&paper),
        Regime::Adr => adr_transport_document(&paper),
    };
    match content {
        Ok(mut content) if faults.is_empty() => {
            let overridden = details.overridden.as_ref();
            content.statements.extend(overridden.map(additional_information));
            Ok(content)
        }
        Ok(_) => Err(PaperError { faults }.into()),
        Err(error) => {
            // Without a line that could be listed, that there are none is no news.
            let of_lines = |fault: &Fault| fault.field() == Some("lines");
            let rest = error.faults.into_iter();
            faults.extend(rest.filter(|fault| !(of_lines(fault) && paper.lines.is_empty())));
            Err(PaperError { faults }.into())
        }
    }
}

/// The check is of exactly this load, under this regime and today's data, and compatible or overridden.
fn admit(
    catalogue: &Catalogue,
    regime: Regime,
    load: &Load,
    result: &CheckResult,
    overridden: Option<&Override>,
) -> Result<(), Refusal> {
    if result.regime != regime {
        return Err(Refusal::OtherRegime {
            checked: result.regime,
            asked: regime,
        });
    }
    let hash = load.hash();
    if result.load_hash != hash {
        return Err(Refusal::OtherLoad {
            checked: result.load_hash,
            load: hash,
        });
    }
    let edition = catalogue.edition(regime);
    if result.edition_hash != edition.hash {
        let called = |edition: &str, hash: &str| format!("{edition} ({hash})");
        return Err(Refusal::OtherEdition {
            checked: called(&result.edition, &result.edition_hash),
            current: called(edition.edition, &edition.hash),
        });
    }
    for answer in [result, &check(catalogue, regime, load)] {
        if !answer.is_compatible && !is_covered(answer, overridden) {
            return Err(Refusal::NotCompatible(answer.verdict));
        }
    }
    Ok(())
}

/// Whether the permit was over on the day, in UTC, that the paper is dated.
fn is_over(overridden: &Override, details: &Details) -> bool {
    details.issued_at.to_utc().date() > overridden.valid_until
}

/// Whether an override sets aside all that stands against the load.
fn is_covered(answer: &CheckResult, overridden: Option<&Override>) -> bool {
    let prohibited = overridable(std::slice::from_ref(answer), &[]);
    match (prohibited, overridden) {
        (Ok(prohibited), Some(overridden)) => prohibited.iter().all(|one| overridden.covers.contains(one)),
        _ => false,
    }
}

/// Prohibitions that a paper tells of in full; a great load may have hundreds.
const MOST_TOLD: usize = 10;

/// What a paper of an overridden load says below the list, so that whoever meets it on the road knows.
fn additional_information(overridden: &Override) -> Block {
    let Override {
        number,
        authority,
        valid_until,
        approved_by,
        approved_at,
        covers,
    } = overridden;
    let mut lines = vec![format!(
        "Carried against the rules of mixed loading under {}, valid until {valid_until}.",
        authority.trim()
    )];
    let told = |one: &Overridable| format!("{}, {}: {}.", one.clause, one.rule, one.sentence);
    lines.extend(covers.iter().take(MOST_TOLD).map(told));
    if let Some(more) = covers.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        lines.push(format!("And {more} more prohibitions."));
    }
    lines.push(format!(
        "Override {number}, approved by {} on {}.",
        approved_by.trim(),
        approved_at.date()
    ));
    Block {
        heading: "Additional information".to_owned(),
        lines,
    }
}

/// The paper as far as load and details go, and what keeps lines off it.
fn filled(
    catalogue: &Catalogue,
    regime: Regime,
    load: &Load,
    details: &Details,
) -> Result<(ShippingPaper, Vec<Fault>), Refusal> {
    let (mut lines, mut not_listed, mut faults): (Vec<PaperLine>, _, _) =
        (Vec::new(), Vec::new(), Vec::new());
    for (at, line) in load.lines.iter().enumerate() {
        let own = details.entries.iter().filter(|entry| entry.line == at);
        // 172.203 (a): a special permit stands with the goods it is about.
        let concerned = |one: &Overridable| one.regime == regime && one.lines.contains(&at);
        let permit = details.overridden.iter();
        let permit = permit.filter(|overridden| overridden.covers.iter().any(concerned));
        let own = own.map(|entry| entry.text.trim().to_owned());
        let own = own
            .chain(permit.map(|overridden| overridden.authority.trim().to_owned()))
            .collect();
        match goods::listed(catalogue, regime, at, line, own) {
            Ok(Listed::Item(item)) => lines.push(*item),
            Ok(Listed::NotSubject(name)) => not_listed.push(format!("line {}, {name}", at + 1)),
            Err(of_line) => faults.extend(of_line),
        }
    }
    for (n, entry) in details.entries.iter().enumerate() {
        if entry.line >= load.lines.len() {
            faults.push(Fault::Invalid {
                field: format!("entries[{n}].line"),
                value: entry.line.to_string(),
                expected: "a line of the load",
            });
        }
    }
    if lines.is_empty() && faults.is_empty() && !not_listed.is_empty() {
        return Err(Refusal::NothingToDeclare);
    }
    let edition = catalogue.edition(regime);
    let paper = ShippingPaper {
        number: details.number.clone(),
        issued_at: details.issued_at,
        consignor: details.consignor.clone(),
        consignee: details.consignee.clone(),
        emergency_contact: details.emergency_contact.clone(),
        lines,
        load_hash: load.hash().to_string(),
        edition: edition.edition.to_owned(),
        data_hash: edition.hash.clone(),
        signer: details.signer.clone(),
        points: match regime {
            Regime::Us => Vec::new(),
            Regime::Adr => points(catalogue, load),
        },
        not_listed,
    };
    Ok((paper, faults))
}

/// The sums of ADR 1.1.3.6 where every transport unit is within the limits, and nothing where one is not or
/// where it is not known: a document claims no exemption by guess.
fn points(catalogue: &Catalogue, load: &Load) -> Vec<Points> {
    let units = adr::of(catalogue, load).units;
    if units
        .iter()
        .any(|unit| unit.points.exemption != Exemption::Exempt)
    {
        return Vec::new();
    }
    let several = units.len() > 1;
    let units = units
        .into_iter()
        .filter(|unit| !unit.points.categories.is_empty());
    units
        .map(|unit| Points {
            vehicles: if several { unit.vehicles } else { Vec::new() },
            total: unit.points.total.to_string(),
            categories: unit.points.categories.iter().map(share).collect(),
        })
        .collect()
}

fn share(share: &adr::CategoryPoints) -> CategoryPoints {
    let amounts = share.quantities.iter();
    let amounts: Vec<String> = amounts.map(|(amount, unit)| format!("{amount} {unit}")).collect();
    CategoryPoints {
        category: share.category,
        quantity: amounts.join(" and "),
        value: share.points.to_string(),
    }
}
