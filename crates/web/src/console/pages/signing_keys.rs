//! The platform's signing keys.

use askama::Template;

use super::{Moment, Section, Shell};

/// All of them, newest first.
#[derive(Template)]
#[template(path = "signing_keys.html")]
pub struct SigningKeys {
    /// The frame.
    pub shell: Shell,
    /// When another key begins to sign at the latest.
    pub next_rotation: Option<Moment>,
    /// The keys.
    pub keys: Vec<KeyView>,
}

/// A signing key. Nothing here is secret.
#[derive(Clone, Debug)]
pub struct KeyView {
    /// Its name: the thumbprint of the public half.
    pub kid: String,
    /// Where it stands, in a word.
    pub state: &'static str,
    /// The class in the stylesheet.
    pub slug: &'static str,
    /// What its signature is good for.
    pub verifies: &'static str,
    /// Until when access tokens, of a retired one.
    pub until: Option<Moment>,
    /// When it was published.
    pub published: Moment,
    /// Since when it signed.
    pub signed_from: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::{KeyView, Section, SigningKeys};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{moment, shell};

    #[test]
    fn every_key_is_told_by_its_thumbprint_what_it_verifies_and_when_auth_5() {
        let key = |kid: &str, state, slug, verifies, until: Option<&str>| KeyView {
            kid: kid.to_owned(),
            state,
            slug,
            verifies,
            until: until.map(moment),
            published: moment("22 Nov 2026, 12:55 UTC"),
            signed_from: (slug != "pending").then(|| moment("22 Nov 2026, 13:05 UTC")),
        };
        let kid = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        let html = render(
            "signing-keys",
            &SigningKeys {
                shell: shell(Section::Security),
                next_rotation: Some(moment("22 Dec 2026, 12:55 UTC")),
                keys: vec![
                    key("pending-key", "Published", "pending", "nothing yet", None),
                    key(kid, "Signs", "active", "access tokens and papers", None),
                    key(
                        "retired-key",
                        "Retired",
                        "retired",
                        "papers",
                        Some("23 Nov 2026, 14:01 UTC"),
                    ),
                    key(
                        "destroyed-key",
                        "Destroyed",
                        "destroyed",
                        "papers it signed",
                        None,
                    ),
                ],
            },
        );
        for part in [
            kid,
            "pending-key",
            "retired-key",
            "Signs",
            "Destroyed",
            "22 Dec 2026",
            "23 Nov 2026",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(
            !html.contains("<form method=\"post\" action=\"/signing-keys"),
            "nothing is done here"
        );
    }
}
