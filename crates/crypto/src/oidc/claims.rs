//! ID tokens (OpenID Connect Core 1.0 section 3.1.3.7) and logout tokens (Back-Channel Logout 1.0 section 2.6).

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::keys::ProviderKeys;
use super::{LEEWAY_SECONDS, OLDEST_SECONDS, Refusal};

/// The member of `events` that makes a token a logout token.
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The longest `sub`, `sid` and `jti`, in bytes.
const LONGEST: usize = 255;

/// What a token must say.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The issuer, letter by letter.
    pub issuer: &'a str,
    /// This client at the issuer.
    pub client_id: &'a str,
}

/// Who signed in at the provider. `Debug` prints the name.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who, for ever, at this provider: never an address.
    pub subject: String,
    /// The provider's session, where it tells.
    pub session: Option<String>,
    /// When they proved who they are there, in seconds since 1970, where it tells.
    pub authenticated_at: Option<i64>,
    /// An address, as the provider says it: to be shown to the person, never to find one.
    pub email: Option<String>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// Whom a provider has signed out.
#[derive(Clone, PartialEq, Eq)]
pub enum Logout {
    /// One session of the provider's, of this person where it says so.
    Session {
        /// The `sid` of the ID token.
        session: String,
        /// The `sub` of the ID token.
        subject: Option<String>,
    },
    /// Every session of a person.
    Subject(String),
}

/// A logout token that was verified. `Debug` prints the name.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoutToken {
    /// Whom it signs out.
    pub logout: Logout,
    /// Its own id: to be accepted once.
    pub id: String,
}

impl fmt::Debug for LogoutToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogoutToken")
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// No other client is trusted, so a token for others besides is refused (section 3.1.3.7, step 3).
    fn is_only(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(several) => matches!(several.as_slice(), [one] if one == client),
        }
    }
}

#[derive(Deserialize)]
struct IdClaims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    nonce: String,
    azp: Option<String>,
    at_hash: Option<String>,
    sid: Option<String>,
    auth_time: Option<i64>,
    /// Only to be shown, so of whatever form.
    email: Option<Value>,
}

#[derive(Deserialize)]
struct LogoutClaims {
    iss: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
}

/// Accepts the ID token of this sign-in.
///
/// # Errors
/// The first thing wrong with it.
pub fn verify_id_token(
    token: &str,
    keys: &ProviderKeys,
    expected: Expected<'_>,
    nonce: &str,
    access_token: Option<&str>,
    now: OffsetDateTime,
) -> Result<Identity, Refusal> {
    let claims: IdClaims = keys.verified(token, &["JWT"])?;
    addressed(&claims.iss, &claims.aud, expected)?;
    if claims.azp.is_some_and(|party| party != expected.client_id) {
        return Err(Refusal::AuthorizedParty);
    }
    timely(claims.iat, claims.exp, now)?;
    verify_slices_are_equal(claims.nonce.as_bytes(), nonce.as_bytes()).map_err(|_| Refusal::Nonce)?;
    if let Some(hash) = claims.at_hash
        && access_token.map(half_hash).as_deref() != Some(hash.as_str())
    {
        return Err(Refusal::AccessTokenHash);
    }
    Ok(Identity {
        subject: text(claims.sub, Refusal::Subject)?,
        session: claims.sid.map(|sid| text(sid, Refusal::Session)).transpose()?,
        authenticated_at: claims.auth_time,
        email: claims.email.as_ref().and_then(Value::as_str).and_then(shown),
    })
}

/// Accepts a logout token. That it is accepted once is the caller's to see to, by its id, for
/// [`OLDEST_SECONDS`] and twice [`LEEWAY_SECONDS`].
///
/// # Errors
/// The first thing wrong with it.
pub fn verify_logout_token(
    token: &str,
    keys: &ProviderKeys,
    expected: Expected<'_>,
    now: OffsetDateTime,
) -> Result<LogoutToken, Refusal> {
    let claims: LogoutClaims = keys.verified(token, &["logout+jwt", "JWT"])?;
    addressed(&claims.iss, &claims.aud, expected)?;
    timely(claims.iat, claims.exp, now)?;
    if !claims.events.get(LOGOUT).is_some_and(Value::is_object) {
        return Err(Refusal::Events);
    }
    // An ID token is no logout token, however it came to have the event.
    if claims.nonce.is_some() {
        return Err(Refusal::Nonce);
    }
    let subject = claims.sub.map(|sub| text(sub, Refusal::Subject)).transpose()?;
    let session = claims.sid.map(|sid| text(sid, Refusal::Session)).transpose()?;
    Ok(LogoutToken {
        logout: match (session, subject) {
            (Some(session), subject) => Logout::Session { session, subject },
            (None, Some(subject)) => Logout::Subject(subject),
            (None, None) => return Err(Refusal::Nobody),
        },
        id: text(claims.jti, Refusal::TokenId)?,
    })
}

fn addressed(issuer: &str, audience: &Audience, expected: Expected<'_>) -> Result<(), Refusal> {
    if issuer != expected.issuer {
        return Err(Refusal::Issuer);
    }
    if !audience.is_only(expected.client_id) {
        return Err(Refusal::Audience);
    }
    Ok(())
}

fn timely(iat: i64, exp: i64, now: OffsetDateTime) -> Result<(), Refusal> {
    let now = now.unix_timestamp();
    if iat > now.saturating_add(LEEWAY_SECONDS) {
        return Err(Refusal::IssuedInFuture);
    }
    if iat < now.saturating_sub(OLDEST_SECONDS + LEEWAY_SECONDS) {
        return Err(Refusal::TooOld);
    }
    if exp.saturating_add(LEEWAY_SECONDS) <= now {
        return Err(Refusal::Expired);
    }
    Ok(())
}

fn text(value: String, refusal: Refusal) -> Result<String, Refusal> {
    let plain =
        (1..=LONGEST).contains(&value.len()) && value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if plain { Ok(value) } else { Err(refusal) }
}

/// An address that can be shown in a line.
fn shown(address: &str) -> Option<String> {
    let fits = address.chars().count() <= LONGEST && !address.chars().any(char::is_control);
    fits.then(|| address.to_owned())
}

/// Left half of the SHA-256, for all three algorithms (section 3.1.3.6).
fn half_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.as_ref().split_at(16).0)
}
