//! The company's data keys and how far a rotation is.

use askama::Template;

use super::{Moment, Section, Shell};

/// All of them, by what they are for.
#[derive(Template)]
#[template(path = "data_keys.html")]
pub struct DataKeysPage {
    /// The frame.
    pub shell: Shell,
    /// What there are keys for.
    pub purposes: Vec<PurposeView>,
    /// Whether who looks at the page may have another made, after a second factor.
    pub may_rotate: bool,
}

impl DataKeysPage {
    /// Whether something changes while one looks.
    pub fn is_running(&self) -> bool {
        let mut last = self.purposes.iter().filter_map(|purpose| purpose.last.as_ref());
        last.any(|rotation| rotation.is_running)
    }
}

/// The keys for one purpose.
#[derive(Clone, Debug)]
pub struct PurposeView {
    /// Its name.
    pub purpose: String,
    /// What is sealed for it, in words; none where nothing is, and the key does not rotate.
    pub seals: Option<&'static str>,
    /// The keys, newest first.
    pub keys: Vec<DataKeyView>,
    /// The last rotation.
    pub last: Option<RotationView>,
}

impl PurposeView {
    /// Whether another key can be made now.
    pub fn can_rotate(&self) -> bool {
        let runs = self.last.as_ref().is_some_and(|rotation| rotation.is_running);
        self.seals.is_some() && !runs && self.keys.iter().any(|key| key.slug == "active")
    }
}

/// A data key. Nothing here is secret.
#[derive(Clone, Debug)]
pub struct DataKeyView {
    /// Names it.
    pub id: String,
    /// Where it stands, in a word.
    pub state: &'static str,
    /// The class in the stylesheet.
    pub slug: String,
    /// Values under it now.
    pub values: i64,
    /// When it was made.
    pub created: Moment,
    /// When it was destroyed.
    pub destroyed: Option<Moment>,
}

/// How far a rotation is.
#[derive(Clone, Debug)]
pub struct RotationView {
    /// Whether it goes on.
    pub is_running: bool,
    /// Whether a count has found nothing under another key.
    pub is_whole: bool,
    /// Values there were to seal anew.
    pub total: i64,
    /// Of those, how many are.
    pub done: i64,
    /// Values under another key now, or when it ended.
    pub remaining: i64,
    /// Values that did not open.
    pub unreadable: i64,
    /// When it began.
    pub started: Moment,
    /// When it ended.
    pub finished: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::{DataKeyView, DataKeysPage, PurposeView, RotationView, Section};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{moment, shell};

    fn key(id: &str, state: &'static str, slug: &str, values: i64) -> DataKeyView {
        DataKeyView {
            id: id.to_owned(),
            state,
            slug: slug.to_owned(),
            values,
            created: moment("22 Nov 2026, 12:55 UTC"),
            destroyed: None,
        }
    }

    fn page(is_running: bool, may_rotate: bool) -> DataKeysPage {
        let rotation = RotationView {
            is_running,
            is_whole: !is_running,
            total: 1200,
            done: if is_running { 800 } else { 1200 },
            remaining: if is_running { 400 } else { 0 },
            unreadable: 0,
            started: moment("22 Nov 2026, 12:55 UTC"),
            finished: (!is_running).then(|| moment("22 Nov 2026, 13:05 UTC")),
        };
        DataKeysPage {
            shell: shell(Section::Security),
            purposes: vec![
                PurposeView {
                    purpose: "contact".into(),
                    seals: Some("Addresses, phones and e-mails of shipments"),
                    keys: vec![
                        key("new-key", "In use", "active", 800),
                        key("old-key", "Retired", "retired", 400),
                    ],
                    last: Some(rotation),
                },
                PurposeView {
                    purpose: "blind_index".into(),
                    seals: None,
                    keys: vec![key("index-key", "In use", "active", 0)],
                    last: None,
                },
            ],
            may_rotate,
        }
    }

    #[test]
    fn a_rotation_shows_how_far_it_is_and_offers_no_second_one_data_3() {
        let html = render("data-keys-running", &page(true, true));
        for part in [
            "800 of 1200",
            "max=\"1200\"",
            "value=\"800\"",
            "old-key",
            "hx-trigger=\"every 2s\"",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(!html.contains("action=\"/data-keys/rotate\""));
    }

    #[test]
    fn a_key_that_seals_can_be_rotated_by_who_may_and_a_key_of_an_index_by_nobody_data_3() {
        let html = render("data-keys", &page(false, true));
        assert_eq!(html.matches("action=\"/data-keys/rotate\"").count(), 1);
        assert!(html.contains("nothing is under another key") && !html.contains("hx-trigger"));
        let html = render("data-keys-read", &page(false, false));
        assert!(!html.contains("action=\"/data-keys/rotate\""));
    }
}
