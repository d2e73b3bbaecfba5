//! The site that passkeys are for, and beginning a ceremony on it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use url::{Host, Url};
use uuid::Uuid;
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{
    CreationChallengeResponse, CredentialID, RequestChallengeResponse, WebauthnBuilder,
};

use super::{Challenge, Known, NotOfThisForm, Registration};

/// What browsers show as the place a passkey is for.
const NAME: &str = "SafeShipper";
/// How long a person may take; what waits in the database waits no longer.
const PATIENCE: Duration = Duration::from_secs(300);

/// Why there are no passkeys at an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// Not an address.
    #[error("passkeys are off: `{0}` is not an address")]
    NotAnAddress(String),
    /// Browsers make passkeys for names.
    #[error("passkeys are off: `{0}` has an IP address, and browsers make passkeys for names alone")]
    NoName(String),
    /// Browsers make passkeys where nobody reads along.
    #[error(
        "passkeys are off: `{0}` is neither https nor http://localhost, and browsers make passkeys there alone"
    )]
    Insecure(String),
    /// Whatever else the library refuses.
    #[error("passkeys are off: `{0}` cannot be a relying party")]
    Other(String),
}

/// A site that passkeys can be made for and shown to: the host people type, and the one origin of its pages.
pub struct Site {
    pub(super) webauthn: Webauthn,
}

impl Site {
    /// The site at the address that people use.
    ///
    /// # Errors
    /// [`Unusable`], which is for whoever runs the program to read.
    pub fn at(address: &str) -> Result<Self, Unusable> {
        let url = Url::parse(address).map_err(|_| Unusable::NotAnAddress(address.to_owned()))?;
        let name = match url.host() {
            Some(Host::Domain(name)) => name,
            Some(_) => return Err(Unusable::NoName(address.to_owned())),
            None => return Err(Unusable::NotAnAddress(address.to_owned())),
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && name == "localhost") {
            return Err(Unusable::Insecure(address.to_owned()));
        }
        let built = WebauthnBuilder::new(name, &url)
            .map(|builder| builder.rp_name(NAME).timeout(PATIENCE))
            .and_then(WebauthnBuilder::build);
        let webauthn = built.map_err(|_| Unusable::Other(address.to_owned()))?;
        Ok(Self { webauthn })
    }

    /// Begins to register a passkey of a person: what the browser is given
    /// (`PublicKeyCredentialCreationOptionsJSON`), and what waits here for its answer.
    ///
    /// Discoverable where the authenticator can, so that it signs in by itself; the person unlocks it always.
    ///
    /// # Errors
    /// [`NotOfThisForm`] when the library makes none.
    pub fn begin_registration(
        &self,
        person: Uuid,
        account: &str,
        name: &str,
        there: &[Known],
    ) -> Result<(Value, Registration), NotOfThisForm> {
        let there = there
            .iter()
            .map(|known| CredentialID::from(known.id.as_bytes().to_vec()));
        let there = Some(there.collect());
        let begun = self
            .webauthn
            .start_passkey_registration(person, account, name, there);
        let (CreationChallengeResponse { public_key }, state) = begun.map_err(|_| NotOfThisForm)?;
        let mut options = serde_json::to_value(public_key).map_err(|_| NotOfThisForm)?;
        options["authenticatorSelection"]["residentKey"] = Value::from("preferred");
        Ok((options, Registration(state)))
    }

    /// Begins to ask for one of these passkeys, or, of none, for whichever the person has here: what the browser is
    /// given (`PublicKeyCredentialRequestOptionsJSON`), and what waits here for its answer.
    ///
    /// # Errors
    /// [`NotOfThisForm`] when the library makes none.
    pub fn begin_assertion(&self, of: &[Known]) -> Result<(Value, Challenge), NotOfThisForm> {
        let begun = self.webauthn.start_discoverable_authentication();
        let (RequestChallengeResponse { public_key, .. }, state) = begun.map_err(|_| NotOfThisForm)?;
        let mut options = serde_json::to_value(public_key).map_err(|_| NotOfThisForm)?;
        options["allowCredentials"] = of.iter().map(descriptor).collect();
        Ok((options, Challenge(state)))
    }
}

fn descriptor(known: &Known) -> Value {
    let id = URL_SAFE_NO_PAD.encode(known.id.as_bytes());
    let mut descriptor = json!({"type": "public-key", "id": id});
    if !known.transports.is_empty() {
        descriptor["transports"] = json!(known.transports);
    }
    descriptor
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Site")
    }
}
