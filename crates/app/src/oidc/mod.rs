//! Sign-in at OpenID providers (AUTH-9, J16; docs/decisions/0013): the providers a company trusts, going there and
//! coming back, linking, and being signed out from there.
//!
//! A provider proves one factor and nothing else: who has a second one is asked for it, and who is linked to
//! nobody here is nobody here, whatever address the provider tells. `crypto::oidc` judges tokens, `partners::oidc`
//! speaks to providers, and nothing is held in the database meanwhile.

mod back_channel;
mod come_back;
mod go;
mod identities;
mod link;
mod providers;

use crypto::field::FieldContext;
use crypto::oidc::{Expected, ProviderKeys, Refusal};
use crypto::opaque::OidcStateHash;
use secrecy::SecretString;
use store::oidc::Provider;
use uuid::Uuid;

pub use back_channel::log_out;
pub use come_back::{Answer, Returned, come_back};
pub use go::{Begun, Leaving, begin_link, begin_sign_in};
pub use identities::{list as own_identities, unlink};
pub use link::{Offer, confirm_link};
pub use providers::{Change, Draft, add, change, list, remove};
pub use store::oidc::{OwnIdentity, ProviderRow};

use crate::keys::unopened;
use crate::{App, Error};

/// Where every provider sends people back to, below the address people use.
pub const CALLBACK: &str = "/sign-in/provider/callback";

impl App {
    /// The one redirect URI of this installation: what a company registers at its provider.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        format!("{}{CALLBACK}", self.public_url)
    }

    /// Where a provider posts its logout tokens to.
    #[must_use]
    pub fn back_channel_logout_uri(&self, provider: access::ids::IdentityProviderId) -> String {
        let below = format!("/api/v1/identity-providers/{provider}/back-channel-logout");
        format!("{}{below}", self.public_url)
    }

    /// The client's secret of a provider.
    async fn client_secret(&self, provider: &Provider) -> Result<SecretString, Error> {
        let keys = self
            .credential_keys(provider.company, &[&provider.secret])
            .await?;
        let keys = keys.ok_or(Error::Internal("a provider without the company's key"))?;
        let place = secret_place(provider.id.uuid(), provider.company.uuid());
        let opened = keys.open(&place, &provider.secret);
        let column = "identity_providers.client_secret_sealed";
        let opened = opened.map_err(unopened(column))?;
        let text = std::str::from_utf8(&opened).map_err(|_| Error::Undecryptable(column))?;
        Ok(SecretString::from(text))
    }

    /// What `verify` makes of a provider's token, with its keys as known, and where they lack the one named, with
    /// its keys as they are now.
    async fn with_keys<T>(
        &self,
        issuer: &str,
        verify: impl Fn(&ProviderKeys) -> Result<T, Refusal>,
    ) -> Result<Result<T, Refusal>, Error> {
        let now = self.now();
        let metadata = self.oidc.metadata(issuer, now).await?;
        match verify(&*self.oidc.keys(&metadata, now).await?) {
            Err(Refusal::UnknownKey) => Ok(verify(&*self.oidc.newer_keys(&metadata, now).await?)),
            judged => Ok(judged),
        }
    }
}

/// Who must have issued a token, and for whom.
fn expected(provider: &Provider) -> Expected<'_> {
    Expected {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
    }
}

/// Where the secret of a client is sealed for.
fn secret_place(provider: Uuid, company: Uuid) -> FieldContext<'static> {
    FieldContext {
        table: "identity_providers",
        column: "client_secret_sealed",
        row: provider,
        company,
    }
}

/// Where a code verifier is sealed for: the row has no id but the hash of its state.
fn verifier_place(state: &OidcStateHash, company: Uuid) -> FieldContext<'static> {
    let mut row = [0; 16];
    for (to, from) in row.iter_mut().zip(state.as_bytes()) {
        *to = *from;
    }
    FieldContext {
        table: "oidc_attempts",
        column: "verifier_sealed",
        row: Uuid::from_bytes(row),
        company,
    }
}
