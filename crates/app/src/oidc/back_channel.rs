//! Being signed out by a provider (OpenID Connect Back-Channel Logout 1.0): its token is the proof.

use access::ids::IdentityProviderId;
use crypto::oidc::verify_logout_token;
use store::oidc::LoggedOut;

use super::expected;
use crate::{App, Error, Origin};

/// Accepts a logout token of a provider, once, and ends the sessions it names.
///
/// # Errors
/// [`Error::LogoutRefused`] for every token that is not accepted; [`Error::Provider`] when the provider's keys
/// cannot be had.
pub async fn log_out(app: &App, id: IdentityProviderId, token: &str, origin: &Origin) -> Result<(), Error> {
    let provider = app.store.identity_provider(id).await?;
    let provider = provider.ok_or(Error::LogoutRefused)?;
    let now = app.now();
    let judged = app.with_keys(&provider.issuer, |keys| {
        verify_logout_token(token, keys, expected(&provider), now)
    });
    let token = judged.await?.map_err(|refusal| {
        tracing::warn!(reason = %refusal, provider = %id, "a logout token was refused");
        Error::LogoutRefused
    })?;
    match app
        .store
        .end_by_logout_token(&provider, &token, origin, now)
        .await?
    {
        LoggedOut::Ended(_) => Ok(()),
        LoggedOut::Spent => {
            tracing::warn!(provider = %id, "a logout token came again");
            Err(Error::LogoutRefused)
        }
    }
}
