//! The parties, the contact and the regimes of a shipment as typed.

use app::masking::Address;
use app::shipments::{Contact, Draft, Party, SeenParty, Shipment};
use dangerous_goods::dataset::OtherRegime;
use dangerous_goods::{EntryKind, Regime};
use secrecy::SecretString;

use super::{Posted, Typed, Unreadable, labelled};
use crate::console::law::Law;
use crate::console::pages::{ContactForm, FieldProblem, PartyForm, RegimeChoice};
use crate::console::view::{other_name, regime_name, shipments};

/// Everything of a shipment's form beside its lines. Not `Debug`: it holds what is stored encrypted.
#[derive(Clone, Default)]
pub(in crate::console) struct Fields {
    pub(in crate::console) consignor: PartyForm,
    pub(in crate::console) consignee: PartyForm,
    pub(in crate::console) contact: ContactForm,
    pub(in crate::console) regimes: Vec<Regime>,
    pub(in crate::console) data_sets: Vec<OtherRegime>,
}

impl Fields {
    /// Of a new shipment: under every regime that there is something to check with.
    pub(in crate::console) fn new(law: &Law) -> Self {
        Self {
            regimes: Regime::ALL.into(),
            data_sets: law.loaded(),
            ..Self::default()
        }
    }

    /// As posted; every field must be there, whatever it holds.
    pub(in crate::console) fn read(form: &Posted) -> Result<Self, Unreadable> {
        let text = |name| form.required(name).map(str::to_owned);
        Ok(Self {
            consignor: PartyForm {
                name: text("consignor_name")?,
                street: text("consignor_street")?,
                city: text("consignor_city")?,
                postcode: text("consignor_postcode")?,
                country: text("consignor_country")?,
            },
            consignee: PartyForm {
                name: text("consignee_name")?,
                street: text("consignee_street")?,
                city: text("consignee_city")?,
                postcode: text("consignee_postcode")?,
                country: text("consignee_country")?,
            },
            contact: ContactForm {
                name: text("contact_name")?,
                phone: text("contact_phone")?,
                email: text("contact_email")?,
            },
            regimes: form
                .all("regime")
                .filter_map(|regime| regime.parse().ok())
                .collect(),
            data_sets: form
                .all("regime")
                .filter_map(|regime| regime.parse().ok())
                .collect(),
        })
    }

    /// Of a stored shipment, as far as the person may see it.
    pub(in crate::console) fn of(shipment: &Shipment) -> Self {
        Self {
            consignor: party_form(&shipment.consignor),
            consignee: party_form(&shipment.consignee),
            contact: shipments::contact(&shipment.contact),
            regimes: shipment.regimes.clone(),
            data_sets: shipment.data_sets.clone(),
        }
    }

    /// The draft that was written.
    pub(in crate::console) fn draft(&self, typed: &Typed, confirm: Vec<String>) -> Draft {
        Draft {
            regimes: self.regimes.clone(),
            data_sets: Some(self.data_sets.clone()),
            consignor: party(&self.consignor),
            consignee: party(&self.consignee),
            contact: Contact {
                name: self.contact.name.trim().to_owned(),
                phone: SecretString::from(self.contact.phone.trim()).into(),
                email: SecretString::from(self.contact.email.trim()).into(),
            },
            load: typed.load.clone(),
            confirm,
        }
    }

    /// The regimes to tick: those of the catalogue, and of the others those that are loaded or asked for.
    pub(in crate::console) fn choices(&self, law: &Law) -> Vec<RegimeChoice> {
        let own = Regime::ALL.into_iter().map(|regime| RegimeChoice {
            key: regime.code().to_owned(),
            name: regime_name(regime).to_owned(),
            chosen: self.regimes.contains(&regime),
        });
        let others = OtherRegime::ALL.into_iter().filter_map(|regime| {
            let (chosen, loaded) = (self.data_sets.contains(&regime), law.data_set(regime).is_some());
            let name = match loaded {
                true => other_name(regime).to_owned(),
                false => format!("{} (no data set is loaded)", other_name(regime)),
            };
            (chosen || loaded).then(|| RegimeChoice {
                key: regime.code().to_owned(),
                name,
                chosen,
            })
        });
        own.chain(others).collect()
    }
}

fn party_form(party: &SeenParty) -> PartyForm {
    let Address {
        street,
        postcode,
        city,
        country,
    } = party.address.address().clone();
    PartyForm {
        name: party.name.clone(),
        street,
        city,
        postcode,
        country,
    }
}

fn party(form: &PartyForm) -> Party {
    let text = |text: &String| text.trim().to_owned();
    Party {
        name: text(&form.name),
        address: Address {
            street: text(&form.street),
            postcode: text(&form.postcode),
            city: text(&form.city),
            country: text(&form.country),
        },
    }
}

/// The problems of a use case or of a paper, tied to the fields of the form. `places` says where in the form each
/// line of the load stands.
pub(in crate::console) fn problems_of(problems: &[app::FieldProblem], places: &[usize]) -> Vec<FieldProblem> {
    problems
        .iter()
        .map(|problem| problem_of(problem, places))
        .collect()
}

fn problem_of(problem: &app::FieldProblem, places: &[usize]) -> FieldProblem {
    let at = |field: String, message: String| FieldProblem { field, message };
    let detail = &problem.detail;
    // A paper names its fields in its text: "`lines[2].packing_group` is missing (…)".
    let pointer = if problem.pointer.is_empty() {
        pointer_in(detail)
    } else {
        problem.pointer.clone()
    };
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts.as_slice() {
        ["lines", line, rest @ ..] if line.parse::<usize>().is_ok() => {
            let index = line.parse::<usize>().unwrap_or_default();
            let number = places.get(index).unwrap_or(&index) + 1;
            let (field, why) = match rest {
                ["entries", entry, ..] => of_entry(entry, detail),
                [field, ..] => (line_field(field), said_of(field, &readable(detail))),
                [] => ("us_row", readable(detail)),
            };
            at(
                format!("{field}-{number}"),
                labelled(&format!("Line {number}"), &why),
            )
        }
        [who @ ("consignor" | "consignee"), field, ..] => {
            let field = if matches!(*field, "address" | "address[0]") {
                "street"
            } else {
                field
            };
            at(
                format!("{who}_{field}"),
                labelled(&capital(who), &said_of(field, &readable(detail))),
            )
        }
        [who @ ("consignor" | "consignee")] => {
            at(format!("{who}_name"), labelled(&capital(who), &readable(detail)))
        }
        ["contact" | "emergency_contact", field, ..] => at(
            format!("contact_{field}"),
            labelled("Emergency contact", &said_of(field, &readable(detail))),
        ),
        ["contact" | "emergency_contact"] => at(
            "contact_name".to_owned(),
            labelled("Emergency contact", &readable(detail)),
        ),
        ["regimes", ..] => at(
            "regime-us".to_owned(),
            "Choose at least one regime to travel under".to_owned(),
        ),
        ["lines"] => at("goods-1".to_owned(), labelled("Load", &readable(detail))),
        _ => at("load".to_owned(), capital(detail)),
    }
}

/// The element of an entry, and what a paper says of it in the entry's own name.
fn of_entry(code: &str, detail: &str) -> (&'static str, String) {
    let Some(kind) = EntryKind::ALL.into_iter().find(|kind| kind.code() == code) else {
        return ("goods", readable(detail));
    };
    let why = detail.split_once("` ").map_or(detail, |(_, rest)| rest);
    (kind.code(), format!("{} {why}", kind.label().to_lowercase()))
}

/// The element that holds what a paper calls by this name.
fn line_field(field: &str) -> &'static str {
    match field {
        "quantity" => "quantity",
        "packages" => "packages",
        "packaging" => "packaging",
        "technical_name" => "technical_name",
        "packing_group" => "packing_group",
        "radioactive_category" => "radioactive_category",
        _ => "goods",
    }
}

/// `packages is missing` where the detail does not name the field itself.
fn said_of(field: &str, detail: &str) -> String {
    if detail.starts_with("is ") || detail.starts_with("has ") || detail.starts_with("holds ") {
        format!("{} {detail}", field.replace('_', " "))
    } else {
        detail.to_owned()
    }
}

/// Takes the path of a paper's field out of its fault: the label says where it is.
fn readable(detail: &str) -> String {
    match detail.strip_prefix('`').and_then(|rest| rest.split_once("` ")) {
        Some((path, rest)) if !path.contains(' ') => {
            let field = path
                .rsplit(['.', ']'])
                .find(|part| !part.is_empty())
                .unwrap_or(path);
            format!("{} {rest}", field.replace('_', " "))
        }
        _ => detail.to_owned(),
    }
}

/// `/lines/2/packing_group` from "`lines[2].packing_group` is missing".
fn pointer_in(detail: &str) -> String {
    let path = detail
        .strip_prefix('`')
        .and_then(|rest| rest.split_once('`'))
        .map(|(path, _)| path);
    path.map(|path| {
        format!(
            "/{}",
            path.replace("].", "/").replace(['.', '['], "/").replace(']', "")
        )
    })
    .unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().to_string() + letters.as_str())
        .unwrap_or_default()
}
