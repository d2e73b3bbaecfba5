//! Going to a provider: what binds the answer to this request and this browser is made and remembered first.

use access::grant::Grant;
use access::ids::IdentityProviderId;
use access::permission::ManageFactors;
use crypto::oidc::{CodeVerifier, Nonce};
use crypto::opaque::{OidcBrowser, OidcState};
use partners::oidc::Authorization;
use store::oidc::{NewAttempt, Provider};
use zeroize::Zeroizing;

use super::verifier_place;
use crate::network::admitted;
use crate::{App, Error, Origin};

/// Where the browser is to go.
pub struct Leaving {
    /// The provider's address, with the request.
    pub url: String,
    /// The provider's host, to be shown.
    pub host: String,
    /// What the company calls the provider.
    pub provider: String,
    /// Keeps the answer to this browser: a cookie's value.
    pub browser: Zeroizing<String>,
}

/// What became of a wish to sign in at a company's provider.
pub enum Begun {
    /// On the way.
    Leave(Leaving),
    /// The company has several: which?
    Choose(Vec<(IdentityProviderId, String)>),
    /// There is no such company, or it has no provider: nobody is told which.
    Nowhere,
}

/// Begins a sign-in at a provider of the company with this short name.
///
/// # Errors
/// [`Error::Provider`] when the provider cannot be asked; [`Error::NetworkShare`] and [`Error::Busy`] when too many are
/// under way.
pub async fn begin_sign_in(
    app: &App,
    company: &str,
    provider: Option<IdentityProviderId>,
    return_to: &str,
    origin: &Origin,
) -> Result<Begun, Error> {
    let there = app.store.providers_of_company(company).await?;
    let chosen = match (provider, there.as_slice()) {
        (None, [(only, _)]) => Some(*only),
        (None, [_, ..]) => return Ok(Begun::Choose(there)),
        (wanted, _) => wanted.filter(|wanted| there.iter().any(|(id, _)| id == wanted)),
    };
    let Some(chosen) = chosen else {
        return Ok(Begun::Nowhere);
    };
    let Some(provider) = app.store.identity_provider(chosen).await? else {
        return Ok(Begun::Nowhere);
    };
    go(app, &provider, None, return_to, origin)
        .await
        .map(Begun::Leave)
}

/// Begins to link the person of this session to who they are at a provider of their company.
///
/// # Errors
/// [`Error::NotFound`] for another company's provider as for none; [`Error::NotProved`] without a fresh proof.
pub async fn begin_link(
    app: &App,
    grant: &Grant<ManageFactors>,
    provider: IdentityProviderId,
    return_to: &str,
    origin: &Origin,
) -> Result<Leaving, Error> {
    let provider = app.store.identity_provider(provider).await?;
    let provider = provider.filter(|provider| provider.company == grant.actor().company());
    let provider = provider.ok_or(Error::NotFound("provider"))?;
    go(app, &provider, Some(grant), return_to, origin).await
}

async fn go(
    app: &App,
    provider: &Provider,
    link: Option<&Grant<ManageFactors>>,
    return_to: &str,
    origin: &Origin,
) -> Result<Leaving, Error> {
    let metadata = app.oidc.metadata(&provider.issuer, app.now()).await?;
    let keys = app.credential_keys(provider.company, &[]).await?;
    let keys = keys.ok_or(Error::Internal("a provider without the company's key"))?;
    let no_randomness = |_| Error::Internal("no randomness");
    let state = OidcState::generate(&app.rng).map_err(no_randomness)?;
    let browser = OidcBrowser::generate(&app.rng).map_err(no_randomness)?;
    let nonce = Nonce::generate(&app.rng).map_err(no_randomness)?;
    let verifier = CodeVerifier::generate(&app.rng).map_err(no_randomness)?;
    let place = verifier_place(&state.hash(), provider.company.uuid());
    let sealed = keys.seal(&place, verifier.expose().as_bytes(), &app.rng);
    let sealed = sealed.map_err(|_| Error::Internal("a code verifier could not be sealed"))?;
    let new = NewAttempt {
        state: &state.hash(),
        browser: &browser.hash(),
        nonce: &nonce,
        verifier: &sealed,
        return_to,
        network: &app.networks.mark(origin),
    };
    let now = app.now();
    let begun = match link {
        None => app.store.begin_oidc_sign_in(provider, &new, origin, now).await?,
        Some(grant) => {
            app.store
                .begin_oidc_link(grant, provider, &new, origin, now)
                .await?
        }
    };
    if !admitted(
        begun,
        "too many sign-ins at this company's providers are under way",
    )? {
        return Err(Error::NotFound("provider"));
    }
    let (url, host) = metadata.authorization_url(Authorization {
        client_id: &provider.client_id,
        redirect_uri: &app.redirect_uri(),
        state: &state.expose(),
        nonce: &nonce,
        challenge: &verifier.challenge(),
        ask_anew: link.is_some(),
    });
    Ok(Leaving {
        url,
        host,
        provider: provider.name.clone(),
        browser: browser.expose(),
    })
}
