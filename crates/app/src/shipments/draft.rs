//! What a person writes of a shipment, and every reason why it cannot be stored, all at once.

use crate::FieldProblem;
use crate::masking::{Address, Email, Personal, Phone, is_partial};
use dangerous_goods::dataset::OtherRegime;
use dangerous_goods::{Load, Regime};

/// A shipment as it is written.
pub struct Draft {
    /// The regimes it travels under.
    pub regimes: Vec<Regime>,
    /// The regimes it travels under that the company loads itself. Where nothing is said, a new shipment asks for
    /// every one that is loaded, and a stored one for what it asked for.
    pub data_sets: Option<Vec<OtherRegime>>,
    /// Who sends.
    pub consignor: Party,
    /// Who receives.
    pub consignee: Party,
    /// Whom to call, at any hour.
    pub contact: Contact,
    /// The goods; nothing of it is confirmed yet.
    pub load: Load,
    /// Ids of conditions that the writer states to be fulfilled.
    pub confirm: Vec<String>,
}

/// A name and an address.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// The person's or company's name.
    pub name: String,
    /// Where; stored encrypted.
    pub address: Address,
}

/// The emergency contact. Phone and e-mail are stored encrypted.
#[derive(Clone)]
pub struct Contact {
    /// Who answers.
    pub name: String,
    /// The number, answered at all hours (49 CFR 172.604).
    pub phone: Phone,
    /// The address.
    pub email: Email,
}

impl Draft {
    /// Everything wrong with the parties and the contact; the lines are judged with the load.
    pub(super) fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        for (who, party) in [("consignor", &self.consignor), ("consignee", &self.consignee)] {
            let Address {
                street,
                postcode,
                city,
                country,
            } = &party.address;
            for (field, value, most) in [
                ("name", &party.name, 200),
                ("street", street, 200),
                ("postcode", postcode, 20),
                ("city", city, 100),
                ("country", country, 100),
            ] {
                text(&mut problems, &format!("/{who}/{field}"), value, most);
            }
        }
        text(&mut problems, "/contact/name", &self.contact.name, 200);
        phone(&mut problems, self.contact.phone.as_str());
        email(&mut problems, self.contact.email.as_str());
        for (at, line) in self.load.lines.iter().enumerate() {
            for (field, value) in [
                ("packaging", &line.packaging),
                ("technical_name", &line.technical_name),
            ] {
                if let Some(value) = value {
                    text(&mut problems, &format!("/lines/{at}/{field}"), value, 200);
                }
            }
            if line.packages == Some(0) {
                problems.push(FieldProblem::new(
                    format!("/lines/{at}/packages"),
                    "at least one package",
                ));
            }
        }
        problems
    }
}

/// What is stored of a shipment's personal data.
pub(super) struct Stored {
    pub(super) consignor: Address,
    pub(super) consignee: Address,
    pub(super) phone: Phone,
    pub(super) email: Email,
}

impl Draft {
    /// Whether somebody sends back what they were shown masked.
    pub(super) fn is_masked(&self) -> bool {
        let Draft {
            consignor,
            consignee,
            contact,
            ..
        } = self;
        is_partial(&consignor.address.street)
            || is_partial(&consignee.address.street)
            || is_partial(contact.phone.as_str())
            || is_partial(contact.email.as_str())
    }

    /// What is sent back exactly as it was masked stays what it is; anything else that is partial is refused after.
    pub(super) fn unmask(&mut self, stored: Stored) {
        if self.consignor.address == stored.consignor.partial() {
            self.consignor.address = stored.consignor;
        }
        if self.consignee.address == stored.consignee.partial() {
            self.consignee.address = stored.consignee;
        }
        if self.contact.phone.as_str() == stored.phone.partial().as_str() {
            self.contact.phone = stored.phone;
        }
        if self.contact.email.as_str() == stored.email.partial().as_str() {
            self.contact.email = stored.email;
        }
    }
}

fn text(problems: &mut Vec<FieldProblem>, pointer: &str, value: &str, most: usize) {
    let length = value.chars().count();
    if value.trim().is_empty() {
        problems.push(FieldProblem::new(pointer, "is missing"));
    } else if length > most {
        problems.push(FieldProblem::new(
            pointer,
            format!("has {length} characters, at most {most} fit"),
        ));
    } else if value.chars().any(char::is_control) {
        problems.push(FieldProblem::new(pointer, "holds a control character"));
    } else if is_partial(value) {
        problems.push(FieldProblem::new(pointer, MASKED));
    }
}

/// Why nobody stores a partial form for a value.
const MASKED: &str = "has a part hidden by `***`; only the whole is stored";

fn phone(problems: &mut Vec<FieldProblem>, value: &str) {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let fits = value.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    if !fits || !(6..=20).contains(&digits) || value.len() > 40 {
        problems.push(FieldProblem::new(
            "/contact/phone",
            "expected a telephone number of 6 to 20 digits, such as `+1 800 555 0100`",
        ));
    }
}

fn email(problems: &mut Vec<FieldProblem>, value: &str) {
    if is_partial(value) {
        problems.push(FieldProblem::new("/contact/email", MASKED));
        return;
    }
    let fits = value.len() <= 254
        && !value.chars().any(|c| c.is_control() || c.is_whitespace())
        && matches!(value.split_once('@'), Some((local, domain))
            if !local.is_empty() && domain.contains('.') && !domain.contains('@')
                && !domain.starts_with('.') && !domain.ends_with('.'));
    if !fits {
        problems.push(FieldProblem::new(
            "/contact/email",
            "expected an e-mail address, such as `desk@example.com`",
        ));
    }
}
