//! The data sets of a company, for whoever may load them.

use askama::Template;

use super::{Moment, Section, Shell};

/// What is loaded, what may sign, and the forms to change both.
#[derive(Template)]
#[template(path = "data_sets.html")]
pub struct DataSetsPage {
    /// The frame.
    pub shell: Shell,
    /// Every regime that a data set can be of.
    pub data_sets: Vec<RegimeDataSet>,
    /// The keys that are trusted, by name.
    pub keys: Vec<TrustedKey>,
    /// Why the bundle just sent was refused, one sentence each.
    pub faults: Vec<String>,
    /// Faults beyond those told.
    pub more_faults: usize,
    /// Why the key just sent was refused.
    pub key_fault: Option<String>,
}

/// A regime and what is loaded of it.
#[derive(Clone, Debug)]
pub struct RegimeDataSet {
    /// `imdg`, `adg` or `iata`.
    pub key: &'static str,
    /// Such as `IMDG`.
    pub name: &'static str,
    /// What is in force, if anything.
    pub loaded: Option<LoadedDataSet>,
}

/// A data set in force.
#[derive(Clone, Debug)]
pub struct LoadedDataSet {
    /// The edition of the law.
    pub edition: String,
    /// The name of the law.
    pub title: String,
    /// Where its tables were published.
    pub source: String,
    /// First and last day.
    pub validity: String,
    /// Why it permits nothing as it stands; empty where it does.
    pub remark: &'static str,
    /// The rows of its table of goods.
    pub rows: String,
    /// The name of the key that signed it.
    pub signed_by: String,
    /// SHA-256 of the bundle, as `sha256sum` prints it.
    pub hash: String,
    /// Since when it is in force.
    pub loaded_at: Moment,
}

/// A key that may sign data sets.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// Its name.
    pub name: String,
    /// The key as text.
    pub public_key: String,
    /// Since when it is trusted.
    pub since: Moment,
}

#[cfg(test)]
mod tests {
    use super::{DataSetsPage, LoadedDataSet, RegimeDataSet, TrustedKey};
    use crate::console::pages::Section;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, shell};

    fn page() -> DataSetsPage {
        let imdg = LoadedDataSet {
            edition: "Exampleland sea rules 7".into(),
            title: HOSTILE.into(),
            source: "invented".into(),
            validity: "2026-01-01 to 2027-12-31".into(),
            remark: "",
            rows: "18".into(),
            signed_by: "publisher.example/imdg".into(),
            hash: "31d0c9a2e6f7c35a".repeat(4),
            loaded_at: moment("22 Nov 2026, 12:55 UTC"),
        };
        let regime = |key, name, loaded| RegimeDataSet { key, name, loaded };
        DataSetsPage {
            shell: shell(Section::DataSets),
            data_sets: vec![
                regime("imdg", "IMDG", Some(imdg)),
                regime("adg", "ADG", None),
                regime("iata", "IATA", None),
            ],
            keys: vec![TrustedKey {
                name: "publisher.example/imdg".into(),
                public_key: format!("publisher.example/imdg+1a2b3c4d+{}", "A".repeat(44)),
                since: moment("22 Nov 2026, 12:50 UTC"),
            }],
            faults: Vec::new(),
            more_faults: 0,
            key_fault: None,
        }
    }

    #[test]
    fn what_is_loaded_says_edition_validity_and_who_signed_and_the_rest_is_not_checked() {
        let html = render("data-sets", &page());
        for said in [
            "Exampleland sea rules 7",
            "2026-01-01 to 2027-12-31",
            "publisher.example/imdg",
            "action=\"/data-sets/imdg/withdraw\"",
            "enctype=\"multipart/form-data\"",
        ] {
            assert!(html.contains(said), "{said}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert_eq!(html.matches("Not loaded").count(), 2);
        assert!(!html.contains("/data-sets/adg/withdraw"));
    }

    #[test]
    fn a_refused_bundle_tells_every_reason_and_how_many_more() {
        let page = DataSetsPage {
            faults: vec!["Line 32: the cell says something else.".into(), HOSTILE.into()],
            more_faults: 3,
            key_fault: Some("Not a key.".into()),
            ..page()
        };
        let html = render("data-sets-refused", &page);
        assert!(html.contains("role=\"alert\"") && html.contains("Line 32") && html.contains("3 more"));
        assert!(html.contains("aria-describedby=\"key-problem\"") && !html.contains(HOSTILE));
    }
}
