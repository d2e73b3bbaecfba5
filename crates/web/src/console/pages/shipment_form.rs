//! A shipment being written or changed: parties, emergency contact, lines, and the answer for the load.

use askama::Template;

use super::{LinesEditor, ResultView, Section, Shell, Show, Verdict};

/// The form of a new or changed shipment.
#[derive(Template)]
#[template(path = "shipment_form.html")]
pub struct ShipmentForm {
    /// The frame.
    pub shell: Shell,
    /// The shipment's id when it exists.
    pub id: Option<String>,
    /// Its tracking number when it exists.
    pub tracking_number: Option<String>,
    /// Consignor; its fields are named `consignor_…`.
    pub consignor: PartyForm,
    /// Consignee; its fields are named `consignee_…`.
    pub consignee: PartyForm,
    /// Emergency contact; its fields are named `contact_…`.
    pub contact: ContactForm,
    /// The regimes to travel under.
    pub regimes: Vec<RegimeChoice>,
    /// The version that is changed; none for a new shipment.
    pub version: Option<String>,
    /// The lines; its `action` is `/shipments` or `/shipments/{id}`.
    pub editor: LinesEditor,
    /// The answer for the load.
    pub result: ResultView,
    /// Which regimes' details are shown.
    pub show: Show,
    /// What was refused; listed on top and told at each field.
    pub problems: Vec<FieldProblem>,
}

impl ShipmentForm {
    /// What is wrong with a field, if anything.
    pub fn problem(&self, field: &str) -> Option<&str> {
        self.problems
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.message.as_str())
    }

    /// The two parties with the prefix of their field names and their headings.
    pub fn parties(&self) -> [(&'static str, &'static str, &PartyForm); 2] {
        [
            ("consignor", "Consignor", &self.consignor),
            ("consignee", "Consignee", &self.consignee),
        ]
    }
}

/// A regime to travel under.
#[derive(Clone, Debug)]
pub struct RegimeChoice {
    /// `us` or `adr`.
    pub key: String,
    /// Such as `US highway`.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A party as typed.
#[derive(Clone, Debug, Default)]
pub struct PartyForm {
    /// Name.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// City.
    pub city: String,
    /// Postcode.
    pub postcode: String,
    /// Country.
    pub country: String,
}

impl PartyForm {
    /// Every field: name suffix, label, value, and the browser's autocomplete token.
    pub fn fields(&self) -> [(&'static str, &'static str, &str, &'static str); 5] {
        [
            ("name", "Name", &self.name, "organization"),
            ("street", "Street and number", &self.street, "street-address"),
            ("postcode", "Postcode", &self.postcode, "postal-code"),
            ("city", "City", &self.city, "address-level2"),
            ("country", "Country", &self.country, "country-name"),
        ]
    }
}

/// The emergency contact as typed. Not `Debug`: phone and e-mail are kept encrypted and stay out of logs.
#[derive(Clone, Default)]
pub struct ContactForm {
    /// Name.
    pub name: String,
    /// Phone, answered at all hours (49 CFR 172.604).
    pub phone: String,
    /// E-mail.
    pub email: String,
}

impl ContactForm {
    /// Every field: name suffix, label, value, and the input's type.
    pub fn fields(&self) -> [(&'static str, &'static str, &str, &'static str); 3] {
        [
            ("name", "Name", &self.name, "text"),
            ("phone", "Phone, answered at all hours", &self.phone, "tel"),
            ("email", "E-mail", &self.email, "email"),
        ]
    }
}

/// One refused field.
#[derive(Clone, Debug)]
pub struct FieldProblem {
    /// The field's element id: `consignor_name`, `contact_phone`, `goods-3`, `quantity-3`, …
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::{ContactForm, FieldProblem, PartyForm, RegimeChoice, ShipmentForm};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, clear_result, editor, shell};
    use crate::console::pages::{Section, Show};

    fn page() -> ShipmentForm {
        let party = PartyForm {
            name: "Northwind Chemicals".into(),
            street: "Waalhaven 12".into(),
            city: "Rotterdam".into(),
            postcode: "3089 JH".into(),
            country: "Netherlands".into(),
        };
        let mut editor = editor("/shipments");
        editor.lines.truncate(3);
        ShipmentForm {
            shell: shell(Section::Shipments),
            id: None,
            tracking_number: None,
            consignee: PartyForm {
                name: HOSTILE.into(),
                ..party.clone()
            },
            consignor: party,
            contact: ContactForm {
                name: "Duty officer".into(),
                phone: "+31 10 555 0100".into(),
                email: String::new(),
            },
            regimes: [("us", "US highway"), ("adr", "ADR")]
                .map(|(key, name)| RegimeChoice {
                    key: key.into(),
                    name: name.into(),
                    chosen: key == "us",
                })
                .into(),
            version: None,
            editor,
            result: clear_result(false),
            show: Show::All,
            problems: Vec::new(),
        }
    }

    #[test]
    fn a_new_shipment_posts_its_parties_and_lines() {
        let html = render("shipment-new", &page());
        assert!(html.contains("action=\"/shipments\"") && html.contains("name=\"consignor_postcode\""));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(!html.contains("aria-invalid") && !html.contains("name=\"version\""));
        assert!(html.contains("value=\"us\" id=\"regime-us\" checked"));
        assert_eq!(html.matches("name=\"regime\"").count(), 2);
    }

    #[test]
    fn each_problem_is_listed_on_top_and_tied_to_its_field() {
        let problems = vec![
            FieldProblem {
                field: "contact_phone".into(),
                message: "Emergency phone: write it with its country code".into(),
            },
            FieldProblem {
                field: "quantity-2".into(),
                message: "Line 2: the quantity must be above zero".into(),
            },
        ];
        let html = render("shipment-problems", &ShipmentForm { problems, ..page() });
        assert!(html.contains("2 fields need attention") && html.contains("href=\"#quantity-2\""));
        assert!(html.contains("aria-invalid=\"true\" aria-describedby=\"contact_phone-problem\""));
    }

    #[test]
    fn an_edit_links_back_to_its_shipment() {
        let page = ShipmentForm {
            id: Some("shp_0197".into()),
            tracking_number: Some("SS-2026-000124".into()),
            version: Some("7".into()),
            ..page()
        };
        let html = render("shipment-edit", &page);
        assert!(html.contains("href=\"/shipments/shp_0197\""));
        assert!(html.contains("name=\"version\" value=\"7\""));
    }
}
