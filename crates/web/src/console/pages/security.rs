//! A person's own second factors, and what their company demands.

use askama::Template;

use super::{Moment, PasskeyView, ResetView, Section, Shell};

/// What one has to show beside the password.
#[derive(Template)]
#[template(path = "security.html")]
pub struct Security {
    /// The frame.
    pub shell: Shell,
    /// Since when an app is active.
    pub active_since: Option<Moment>,
    /// Whether an enrolment waits for its first code.
    pub pending: bool,
    /// Backup codes not used yet.
    pub codes_left: u32,
    /// The person's passkeys.
    pub passkeys: Vec<PasskeyView>,
    /// Whether more can be made at this address.
    pub passkeys_available: bool,
    /// Whether it is a passkey that must be shown before.
    pub passkey_demanded: bool,
    /// A reset of their second factors that somebody asked for.
    pub reset: Option<ResetView>,
    /// The providers of the company, and who the person is there.
    pub identities: Vec<IdentityView>,
    /// Whether the person may do nothing else before.
    pub demanded: bool,
    /// Of whom the company demands a second factor, in words.
    pub demands: String,
    /// Of whom it demands a passkey, in words.
    pub demands_passkeys: String,
    /// Whether the platform's signing keys are open to this person.
    pub may_see_keys: bool,
    /// What it may demand instead; empty for who may not say so.
    pub policies: Vec<PolicyChoice>,
    /// As `policies`, of passkeys.
    pub passkey_policies: Vec<PolicyChoice>,
}

impl Security {
    /// Whether the person has any second factor.
    fn has_factor(&self) -> bool {
        self.active_since.is_some() || !self.passkeys.is_empty()
    }

    /// Whether the person has what is demanded, and need only show it.
    fn can_show(&self) -> bool {
        if self.passkey_demanded {
            !self.passkeys.is_empty()
        } else {
            self.has_factor()
        }
    }
}

/// A provider of one's company, and who one is there.
#[derive(Clone, Debug)]
pub struct IdentityView {
    /// The provider's id.
    pub provider: String,
    /// What people call it.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// Whether people may sign in there.
    pub enabled: bool,
    /// The id of the link and since when it is there.
    pub linked: Option<(String, Moment)>,
}

/// One thing a company may demand.
#[derive(Clone, Debug)]
pub struct PolicyChoice {
    /// The value of the form.
    pub value: String,
    /// In words.
    pub text: String,
    /// Whether it is what the company demands now.
    pub chosen: bool,
}

/// The secret of an app that is being enrolled, as a QR code and as text. Not `Debug`.
#[derive(Template)]
#[template(path = "enrol_totp.html")]
pub struct EnrolTotp {
    /// The frame.
    pub shell: Shell,
    /// In groups of four.
    pub secret: String,
    /// The same for an app on this very device.
    pub uri: String,
    /// Why the last code was refused.
    pub error: Option<String>,
}

/// Backup codes, shown this once. Not `Debug`.
#[derive(Template)]
#[template(path = "backup_codes.html")]
pub struct BackupCodes {
    /// The frame.
    pub shell: Shell,
    /// The codes.
    pub codes: Vec<String>,
    /// Whether an app was made active with them.
    pub just_enrolled: bool,
}

#[cfg(test)]
mod tests {
    use super::{BackupCodes, EnrolTotp, IdentityView, PasskeyView, PolicyChoice, Section, Security};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, shell};

    fn security() -> Security {
        Security {
            shell: shell(Section::Security),
            active_since: None,
            pending: false,
            codes_left: 0,
            passkeys: Vec::new(),
            passkeys_available: true,
            passkey_demanded: false,
            reset: None,
            identities: Vec::new(),
            demanded: false,
            demands: "nobody".into(),
            demands_passkeys: "nobody".into(),
            may_see_keys: false,
            policies: Vec::new(),
            passkey_policies: Vec::new(),
        }
    }

    fn passkey(suspect: bool) -> PasskeyView {
        PasskeyView {
            id: "fct_1".into(),
            label: HOSTILE.into(),
            created: moment("22 Nov 2026, 12:55 UTC"),
            used: Some(moment("23 Nov 2026, 08:10 UTC")),
            copied: true,
            suspect_since: suspect.then(|| moment("24 Nov 2026, 09:00 UTC")),
        }
    }

    #[test]
    fn passkeys_are_listed_to_rename_and_remove_and_one_that_counted_backwards_is_told_of() {
        let page = |suspect| Security {
            passkeys: vec![passkey(suspect)],
            codes_left: 10,
            ..security()
        };
        let html = render("security-passkeys", &page(true));
        for action in [
            "/security/passkeys",
            "/security/passkeys/fct_1/rename",
            "/security/passkeys/fct_1/remove",
            "/security/backup-codes",
        ] {
            assert!(html.contains(&format!("action=\"{action}\"")), "{action}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(html.contains("may be a copy"));
        assert!(!render("security-passkeys-calm", &page(false)).contains("may be a copy"));
    }

    #[test]
    fn where_no_passkey_can_be_made_none_is_offered() {
        let html = render(
            "security-no-passkeys",
            &Security {
                passkeys_available: false,
                ..security()
            },
        );
        assert!(!html.contains("data-passkey") && html.contains("at this address"));
    }

    #[test]
    fn who_has_an_app_and_is_to_show_a_passkey_is_told_to_set_one_up() {
        let page = Security {
            active_since: Some(moment("22 Nov 2026, 12:55 UTC")),
            demanded: true,
            passkey_demanded: true,
            ..security()
        };
        let html = render("security-passkey-demanded", &page);
        assert!(html.contains("demands a passkey") && html.contains("Set one up below"));
        assert!(!html.contains("href=\"/step-up\""));
    }

    #[test]
    fn without_a_factor_one_is_offered_to_enrol_and_nothing_to_remove() {
        let html = render("security-none", &security());
        assert!(html.contains("action=\"/security/totp\""));
        assert!(!html.contains("/security/totp/remove") && !html.contains("/security/backup-codes"));
        assert!(!html.contains("/security/policy"));
    }

    #[test]
    fn with_a_factor_one_may_replace_it_remove_it_and_renew_the_codes() {
        let page = Security {
            active_since: Some(moment("22 Nov 2026, 12:55 UTC")),
            codes_left: 7,
            ..security()
        };
        let html = render("security", &page);
        for action in [
            "/security/totp",
            "/security/totp/remove",
            "/security/backup-codes",
        ] {
            assert!(html.contains(&format!("action=\"{action}\"")), "{action}");
        }
        assert!(html.contains("7 of 10"));
    }

    #[test]
    fn whom_the_company_catches_is_told_so_and_an_administrator_may_set_it() {
        let choice = |value: &str, chosen| PolicyChoice {
            value: value.into(),
            text: HOSTILE.into(),
            chosen,
        };
        let page = Security {
            demanded: true,
            pending: true,
            policies: vec![choice("optional", false), choice("everyone", true)],
            ..security()
        };
        let html = render("security-demanded", &page);
        assert!(html.contains("role=\"alert\"") && html.contains("value=\"everyone\" selected"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(html.contains("href=\"/security/totp\""), "the enrolment goes on");
    }

    #[test]
    fn who_one_is_at_a_provider_is_shown_to_link_and_to_unlink_and_escaped() {
        let identity = |linked| IdentityView {
            provider: "idp_sample".into(),
            name: HOSTILE.into(),
            issuer: "https://login.example".into(),
            enabled: true,
            linked,
        };
        let linked = Some(("idn_sample".into(), moment("22 Nov 2026, 12:55 UTC")));
        let page = Security {
            identities: vec![identity(None), identity(linked)],
            ..security()
        };
        let html = render("security-identities", &page);
        assert!(html.contains("name=\"provider\" value=\"idp_sample\""));
        assert!(html.contains("action=\"/security/identities/idn_sample/remove\""));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn the_secret_is_shown_as_picture_and_text() {
        let page = EnrolTotp {
            shell: shell(Section::Security),
            secret: "GEZD GNBV".into(),
            uri: "otpauth://totp/SafeShipper:Ada?secret=GEZDGNBV".into(),
            error: Some(HOSTILE.into()),
        };
        let html = render("enrol-totp", &page);
        assert!(html.contains("src=\"/security/totp/qr.png\"") && html.contains("GEZD GNBV"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn ten_codes_are_listed_to_print() {
        let page = BackupCodes {
            shell: shell(Section::Security),
            codes: (0..10)
                .map(|n| format!("AAAA{n}-BBBBB-CCCCC-DDDDD-EEEEE"))
                .collect(),
            just_enrolled: true,
        };
        let html = render("backup-codes", &page);
        assert_eq!(html.matches("-BBBBB-").count(), 10);
        assert!(html.contains("never again"));
    }
}
