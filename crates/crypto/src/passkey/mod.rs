//! Passkeys (WebAuthn Level 3): a key that never leaves its authenticator signs a challenge for one site, after
//! the person unlocked it. Nothing is shared, nothing can be typed into another site (M9).
//!
//! A ceremony begins with options for the browser and a state that stays in the database, is taken once and
//! never goes to a client. It ends here with proof or with a [`Refusal`] that names the fault for the log. That
//! a signature counter only ever goes up is the database's part, which compares and sets the last one.

mod refusal;
mod site;

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use webauthn_rs::prelude::{
    Credential, DiscoverableAuthentication, Passkey as Verifier, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};

pub use refusal::Refusal;
pub use site::{Site, Unusable};

/// What an authenticator calls one of its keys: public, random, of at most 1023 bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    /// An id that is stored.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store or look up.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialId")
    }
}

/// A stored text is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored state of a passkey is not of the form expected")]
pub struct NotOfThisForm;

/// The public half of a passkey and what verifying needs beside it; sealed where it is stored, so that whoever
/// writes to the database alone puts no key of their own there.
#[derive(Clone)]
pub struct Passkey(Verifier);

impl Passkey {
    /// As it is stored.
    ///
    /// # Errors
    /// [`NotOfThisForm`] when it cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NotOfThisForm> {
        serde_json::to_vec(&self.0).map_err(|_| NotOfThisForm)
    }

    /// As it was stored.
    ///
    /// # Errors
    /// [`NotOfThisForm`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotOfThisForm> {
        serde_json::from_slice(bytes).map(Self).map_err(|_| NotOfThisForm)
    }
}

impl fmt::Debug for Passkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passkey")
    }
}

/// What is told of a passkey beside its key.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    /// What its authenticator calls it.
    pub id: CredentialId,
    /// What verifies it.
    pub passkey: Passkey,
    /// How its authenticator is reached, such as `internal` or `usb`.
    pub transports: Vec<String>,
    /// What the authenticator had counted.
    pub counter: u32,
    /// Whether it may be copied to other devices of the person.
    pub backup_eligible: bool,
    /// Whether it has been.
    pub backed_up: bool,
}

/// What a right assertion says beside that it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asserted {
    /// What the authenticator has counted; zero for those that do not count.
    pub counter: u32,
    /// Whether the passkey has been copied to other devices of the person.
    pub backed_up: bool,
}

/// The state of a registration. Stays in the database.
pub struct Registration(PasskeyRegistration);

/// The state of an assertion. Stays in the database.
pub struct Challenge(DiscoverableAuthentication);

macro_rules! state {
    ($name:ident) => {
        impl $name {
            /// As it is stored until the browser answers.
            ///
            /// # Errors
            /// [`NotOfThisForm`] when it cannot be written.
            pub fn to_text(&self) -> Result<String, NotOfThisForm> {
                serde_json::to_string(&self.0).map_err(|_| NotOfThisForm)
            }

            /// As it was stored.
            ///
            /// # Errors
            /// [`NotOfThisForm`].
            pub fn from_text(text: &str) -> Result<Self, NotOfThisForm> {
                serde_json::from_str(text)
                    .map(Self)
                    .map_err(|_| NotOfThisForm)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}
state!(Registration);
state!(Challenge);

/// What a browser answers to a registration.
pub struct Attestation(RegisterPublicKeyCredential);

/// What a browser answers to a challenge.
pub struct Assertion(PublicKeyCredential);

impl Attestation {
    /// Reads `RegistrationResponseJSON`.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn read(answer: Value) -> Result<Self, Refusal> {
        read(answer).map(Self)
    }
}

impl Assertion {
    /// Reads `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn read(answer: Value) -> Result<Self, Refusal> {
        read(answer).map(Self)
    }

    /// Which passkey is said to have signed.
    #[must_use]
    pub fn credential(&self) -> CredentialId {
        CredentialId(self.0.get_credential_id().to_vec())
    }
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Refusal> {
    serde_json::from_value(answer).map_err(|_| Refusal::Malformed)
}

/// Whether the answer names whose key it is, as it may, and must where nobody was named before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// By a session or a ticket: what the answer says must not differ.
    Before,
    /// By the answer alone.
    ByTheAnswer,
}

/// The ways that a browser may be told later; what is not one of WebAuthn's is left out.
fn transports(credential: &Credential) -> Vec<String> {
    let told = credential.transports.iter().flatten();
    let names = told.filter_map(|way| serde_json::to_value(way).ok()?.as_str().map(str::to_owned));
    names.filter(|name| name != "unknown").take(8).collect()
}

/// A passkey that a browser may be asked for or told of.
#[derive(Debug, Clone)]
pub struct Known {
    /// What its authenticator calls it.
    pub id: CredentialId,
    /// How its authenticator is reached.
    pub transports: Vec<String>,
}

impl Site {
    /// Finishes a registration.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn register(&self, begun: &Registration, answer: &Attestation) -> Result<NewPasskey, Refusal> {
        let registered = self.webauthn.finish_passkey_registration(&answer.0, &begun.0)?;
        let mut credential = Credential::from(registered);
        let counter = credential.counter;
        // The library's own comparison never refuses: the last count is in the database, which compares there.
        credential.counter = 0;
        Ok(NewPasskey {
            id: CredentialId(credential.cred_id.to_vec()),
            counter,
            transports: transports(&credential),
            backup_eligible: credential.backup_eligible,
            backed_up: credential.backup_state,
            passkey: Passkey(Verifier::from(credential)),
        })
    }

    /// Whether this passkey, of this person, signed this challenge for this site.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn verify(
        &self,
        begun: Challenge,
        answer: &Assertion,
        passkey: &Passkey,
        owner: Uuid,
        named: Named,
    ) -> Result<Asserted, Refusal> {
        match answer.0.get_user_unique_id() {
            None if named == Named::Before => {}
            None => return Err(Refusal::NamesNobody),
            Some(handle) if handle == owner.as_bytes() => {}
            Some(_) => return Err(Refusal::OfSomebodyElse),
        }
        let result = self
            .webauthn
            .finish_discoverable_authentication_v2(&answer.0, begun.0, &passkey.0)?;
        if !result.user_verified() {
            return Err(Refusal::NotVerified);
        }
        Ok(Asserted {
            counter: result.counter(),
            backed_up: result.backup_state(),
        })
    }
}
