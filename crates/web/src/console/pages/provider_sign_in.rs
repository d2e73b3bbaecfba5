//! On the way to a provider: which one, and where the browser goes.

use askama::Template;

use super::{Section, Shell};

/// Asks which of a company's providers.
#[derive(Template)]
#[template(path = "choose_provider.html")]
pub struct ChooseProvider {
    /// The frame, without a person.
    pub shell: Shell,
    /// The company's short name as typed.
    pub company: String,
    /// The providers.
    pub providers: Vec<ProviderChoice>,
    /// Where to go afterwards: a path of this site, checked by the handler.
    pub next: Option<String>,
}

/// A provider to choose.
#[derive(Clone, Debug)]
pub struct ProviderChoice {
    /// Its id.
    pub id: String,
    /// What the company calls it.
    pub name: String,
}

/// Leads to a provider by itself, and says where. Not an answer that redirects: browsers hold forms to this site,
/// redirects that follow them included.
#[derive(Template)]
#[template(path = "leaving.html")]
pub struct Leaving {
    /// The frame.
    pub shell: Shell,
    /// What the company calls the provider.
    pub provider: String,
    /// The host that the browser goes to.
    pub host: String,
    /// The address, with the request.
    pub url: String,
    /// Where one came from.
    pub back: String,
}

/// Asks whether the identity that the provider names is the one to be linked.
#[derive(Template)]
#[template(path = "confirm_link.html")]
pub struct ConfirmLink {
    /// The frame.
    pub shell: Shell,
    /// What the company calls the provider.
    pub provider: String,
    /// Who says it.
    pub issuer: String,
    /// The address, as the provider says it.
    pub email: Option<String>,
    /// What is confirmed, sealed for this session.
    pub offer: String,
}

#[cfg(test)]
mod tests {
    use super::{ChooseProvider, ConfirmLink, Leaving, ProviderChoice, Section};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, nobody, shell};

    #[test]
    fn each_provider_is_a_button_and_its_name_escaped() {
        let choice = |name: &str| ProviderChoice {
            id: "idp_sample".into(),
            name: name.into(),
        };
        let page = ChooseProvider {
            shell: nobody(),
            company: "northwind".into(),
            providers: vec![choice("Google"), choice(HOSTILE)],
            next: Some("/shipments".into()),
        };
        let html = render("choose-provider", &page);
        assert_eq!(html.matches("name=\"provider\" value=\"idp_sample\"").count(), 2);
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn who_links_sees_which_identity_it_is_as_the_provider_says_it() {
        let page = |email: Option<&str>| ConfirmLink {
            shell: shell(Section::Security),
            provider: "Google".into(),
            issuer: "https://accounts.google.com".into(),
            email: email.map(str::to_owned),
            offer: "sealed".into(),
        };
        let html = render("confirm-link", &page(Some(HOSTILE)));
        assert!(
            html.contains("https://accounts.google.com") && html.contains("name=\"offer\" value=\"sealed\"")
        );
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(render("confirm-link", &page(None)).contains("tells no address"));
    }

    #[test]
    fn who_is_led_away_is_told_where_and_nothing_breaks_out_of_the_address() {
        let page = Leaving {
            shell: nobody(),
            provider: HOSTILE.into(),
            host: "login.example".into(),
            url: "https://login.example/authorize?a=1&b=\"><script>".into(),
            back: "/sign-in".into(),
        };
        let html = render("leaving", &page);
        assert!(html.contains("Continue to login.example") && html.contains("http-equiv=\"refresh\""));
        assert!(html.contains(ESCAPED) && !html.contains("\"><script>"));
    }
}
