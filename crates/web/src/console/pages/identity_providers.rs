//! The providers that a company's people sign in at, for its administrators.

use askama::Template;

use super::{Section, Shell};

/// The providers, and one to add. Never a secret.
#[derive(Template)]
#[template(path = "identity_providers.html")]
pub struct IdentityProviders {
    /// The frame.
    pub shell: Shell,
    /// The providers by name.
    pub providers: Vec<ProviderView>,
    /// What is to be registered at a provider.
    pub redirect_uri: String,
    /// What was wrong with what was sent.
    pub error: Option<String>,
    /// The name as typed before.
    pub name: String,
    /// The issuer as typed before.
    pub issuer: String,
    /// The client id as typed before.
    pub client_id: String,
}

/// A provider.
#[derive(Clone, Debug)]
pub struct ProviderView {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// The client there.
    pub client_id: String,
    /// Whether people may sign in there.
    pub enabled: bool,
    /// How many are linked, in words.
    pub linked: String,
    /// Where it posts logout tokens to.
    pub logout_uri: String,
}

#[cfg(test)]
mod tests {
    use super::{IdentityProviders, ProviderView, Section};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, shell};

    #[test]
    fn each_provider_can_be_changed_and_removed_one_can_be_added_and_all_is_escaped() {
        let page = IdentityProviders {
            shell: shell(Section::Security),
            providers: vec![ProviderView {
                id: "idp_sample".into(),
                name: HOSTILE.into(),
                issuer: "https://login.example".into(),
                client_id: HOSTILE.into(),
                enabled: true,
                linked: "2 people".into(),
                logout_uri: "https://ship.example/logout".into(),
            }],
            redirect_uri: "https://ship.example/sign-in/provider/callback".into(),
            error: Some(HOSTILE.into()),
            name: String::new(),
            issuer: String::new(),
            client_id: String::new(),
        };
        let html = render("identity-providers", &page);
        for action in [
            "/identity-providers",
            "/identity-providers/idp_sample",
            "/identity-providers/idp_sample/remove",
        ] {
            assert!(html.contains(&format!("action=\"{action}\"")), "{action}");
        }
        assert!(html.contains("https://ship.example/sign-in/provider/callback"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(!html.contains("name=\"client_secret\" value") && html.contains("checked"));
    }
}
