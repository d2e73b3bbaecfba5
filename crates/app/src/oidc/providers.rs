//! The providers of a company: added only once they answer as a provider does.

use access::grant::Grant;
use access::ids::IdentityProviderId;
use access::permission::ConfigureSecurity;
use crypto::field::Sealed;
use secrecy::{ExposeSecret, SecretString};
use store::oidc::{AddOutcome, NewProvider, ProviderChange, ProviderRow};

use super::secret_place;
use crate::{App, Error, FieldProblem, Origin};

/// A provider as typed.
pub struct Draft {
    /// What people call it.
    pub name: String,
    /// Its issuer, to the letter.
    pub issuer: String,
    /// This client there.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: SecretString,
}

/// What can change. The issuer cannot: people are linked to who they are there.
pub struct Change {
    /// What people call it.
    pub name: String,
    /// This client there.
    pub client_id: String,
    /// The client's secret; absent, it stays.
    pub client_secret: Option<SecretString>,
    /// Whether people may sign in there.
    pub enabled: bool,
}

/// The company's providers by name.
///
/// # Errors
/// [`Error::NotProved`] without a fresh second factor; when the store fails.
pub async fn list(app: &App, grant: &Grant<ConfigureSecurity>) -> Result<Vec<ProviderRow>, Error> {
    Ok(app.store.identity_providers(grant).await?)
}

/// Adds a provider after asking it who it is.
///
/// # Errors
/// [`Error::Invalid`] with what is wrong with the fields or with the provider; [`Error::State`] when it is there.
pub async fn add(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    draft: Draft,
    origin: &Origin,
) -> Result<IdentityProviderId, Error> {
    let mut problems = common(&draft.name, &draft.client_id);
    let issuer = draft.issuer.trim();
    if !(9..=255).contains(&issuer.len()) || !issuer.bytes().all(|byte| byte.is_ascii_graphic()) {
        problems.push(FieldProblem::new(
            "/issuer",
            "an issuer is a URL of at most 255 characters",
        ));
    }
    problems.extend(secret_problem(&draft.client_secret));
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    probe(app, issuer).await?;
    let id = IdentityProviderId::generate(app.now());
    let secret = seal(app, grant, id, &draft.client_secret, origin).await?;
    let new = NewProvider {
        id,
        issuer,
        client_id: draft.client_id.trim(),
        secret: &secret,
        name: draft.name.trim(),
    };
    let outcome = app.store.add_identity_provider(grant, &new, origin, app.now());
    match outcome.await? {
        AddOutcome::Done => Ok(id),
        AddOutcome::Exists => Err(Error::State("a provider with this issuer is there already")),
        AddOutcome::Full => Err(Error::State("a company has at most ten providers")),
    }
}

/// Changes a provider. Switched on, it must answer; switched off, it need not, and what came through it ends.
///
/// # Errors
/// [`Error::Invalid`] as for [`add`]; [`Error::NotFound`] where the company has no such provider.
pub async fn change(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    id: IdentityProviderId,
    change: Change,
    origin: &Origin,
) -> Result<(), Error> {
    let mut problems = common(&change.name, &change.client_id);
    problems.extend(change.client_secret.as_ref().and_then(secret_problem));
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let known = list(app, grant).await?.into_iter().find(|row| row.id == id);
    let known = known.ok_or(Error::NotFound("provider"))?;
    if change.enabled {
        probe(app, &known.issuer).await?;
    }
    let secret = match &change.client_secret {
        Some(secret) => Some(seal(app, grant, id, secret, origin).await?),
        None => None,
    };
    let change = ProviderChange {
        client_id: change.client_id.trim(),
        secret: secret.as_ref(),
        name: change.name.trim(),
        enabled: change.enabled,
    };
    let changed = app
        .store
        .change_identity_provider(grant, id, &change, origin, app.now());
    if changed.await? {
        Ok(())
    } else {
        Err(Error::NotFound("provider"))
    }
}

/// Removes a provider with its links, and ends what came through it.
///
/// # Errors
/// [`Error::NotFound`] where the company has no such provider.
pub async fn remove(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    id: IdentityProviderId,
    origin: &Origin,
) -> Result<(), Error> {
    let removed = app.store.remove_identity_provider(grant, id, origin, app.now());
    if removed.await? {
        Ok(())
    } else {
        Err(Error::NotFound("provider"))
    }
}

/// Whether the issuer answers as a provider that can be used.
async fn probe(app: &App, issuer: &str) -> Result<(), Error> {
    let asked = app.oidc.probe(issuer, app.now()).await;
    asked.map_err(|why| Error::Invalid(vec![FieldProblem::new("/issuer", why.to_string())]))
}

async fn seal(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    id: IdentityProviderId,
    secret: &SecretString,
    origin: &Origin,
) -> Result<Sealed, Error> {
    let keys = app.credential_keys_or_new(grant.actor(), origin).await?;
    let place = secret_place(id.uuid(), grant.actor().company().uuid());
    keys.seal(&place, secret.expose_secret().trim().as_bytes(), &app.rng)
        .map_err(|_| Error::Internal("a secret could not be sealed"))
}

fn common(name: &str, client_id: &str) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let name = name.trim();
    if !(1..=60).contains(&name.chars().count()) || name.contains(char::is_control) {
        problems.push(FieldProblem::new(
            "/name",
            "a name is one line of 1 to 60 characters",
        ));
    }
    let client_id = client_id.trim();
    let plain = client_id.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !(1..=255).contains(&client_id.len()) || !plain {
        problems.push(FieldProblem::new(
            "/client_id",
            "a client id is 1 to 255 characters of ASCII",
        ));
    }
    problems
}

fn secret_problem(secret: &SecretString) -> Option<FieldProblem> {
    let good = (1..=1000).contains(&secret.expose_secret().trim().len());
    (!good).then(|| FieldProblem::new("/client_secret", "a secret is 1 to 1000 characters"))
}
