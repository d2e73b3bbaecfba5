//! An authenticator in software with the browser around it (WebAuthn): what both do with the options that a server
//! sends, and, told so by altered options, what an attacker would have them do.

use serde_json::{Value, json};
use webauthn_authenticator_rs::AuthenticatorBackend;
use webauthn_authenticator_rs::prelude::Url;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;

use crate::running::ISSUER;

/// Keys on one device, which counts what it signs and asks its owner when it is told to.
pub struct Authenticator {
    soft: SoftPasskey,
    page: Url,
    /// The ids of its keys, in base64url, and whose they are.
    keys: Vec<(String, Value)>,
}

impl Default for Authenticator {
    fn default() -> Self {
        Self::new()
    }
}

impl Authenticator {
    /// One without keys, on the product's own page.
    #[must_use]
    pub fn new() -> Self {
        Self {
            soft: SoftPasskey::new(true),
            page: address(ISSUER),
            keys: Vec::new(),
        }
    }

    /// Goes to another page.
    ///
    /// # Panics
    /// When it is not an address.
    pub fn go_to(&mut self, page: &str) {
        self.page = address(page);
    }

    /// `navigator.credentials.create`.
    ///
    /// # Panics
    /// When the options are not of WebAuthn.
    pub fn create(&mut self, options: &Value) -> Value {
        let read = serde_json::from_value(options.clone()).expect("options to create");
        let made = AuthenticatorBackend::perform_register(&mut self.soft, self.page.clone(), read, 1000);
        let made = json!(made.expect("a passkey"));
        let id = made["id"].as_str().expect("an id").to_owned();
        self.keys.push((id, options["user"]["id"].clone()));
        made
    }

    /// The first coordinate of the public key of what was created (RFC 9053 section 7.1.1, ES256): what a server keeps
    /// of it.
    ///
    /// # Panics
    /// When it holds no such key.
    #[must_use]
    pub fn public_key_of(made: &Value) -> Vec<u8> {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let object = made["response"]["attestationObject"]
            .as_str()
            .expect("an attestation");
        let bytes = URL_SAFE_NO_PAD.decode(object).expect("base64url");
        // The label -2 and a byte string of 32 in CBOR.
        let at = bytes.windows(3).position(|found| found == [0x21, 0x58, 0x20]);
        let at = at.expect("a key on P-256") + 3;
        bytes[at..at + 32].to_vec()
    }

    /// `navigator.credentials.get`; of several keys the first that is allowed.
    ///
    /// # Panics
    /// When the options are not of WebAuthn, or no key is allowed.
    pub fn get(&mut self, options: &Value) -> Value {
        let allowed = options["allowCredentials"].as_array().expect("a list");
        let is_allowed = |id: &String| allowed.is_empty() || allowed.iter().any(|key| key["id"] == **id);
        let key = self.keys.iter().find(|(id, _)| is_allowed(id));
        let (id, owner) = key.expect("a key that is allowed").clone();
        let mut options = options.clone();
        options["allowCredentials"] = json!([{"type": "public-key", "id": id}]);
        let read = serde_json::from_value(options).expect("options to get");
        let shown = AuthenticatorBackend::perform_auth(&mut self.soft, self.page.clone(), read, 1000);
        let mut shown = json!(shown.expect("an assertion"));
        shown["response"]["userHandle"] = owner;
        shown
    }
}

fn address(page: &str) -> Url {
    Url::parse(page).expect("an address")
}
