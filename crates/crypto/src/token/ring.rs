//! Issuing and verifying.
//!
//! Signing uses the cached key pair: the JWT library would parse the private key on every call.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::claims::{Claims, LIFETIME_SECONDS, Subject};
use super::header::{self, Header};
use super::key::SigningKey;
use super::{TokenError, TokenRefusal};
use crate::rng::Rng;

/// How far clocks may differ, in seconds.
pub const LEEWAY_SECONDS: i64 = 5;

/// No token issued comes near this many bytes.
const LONGEST: usize = 8192;

/// A public key as published.
struct PublicKey {
    n: String,
    e: String,
    decoding: DecodingKey,
}

/// What a signature and the claims have been checked for. Only [`KeyRing::verify`] makes one.
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// What was verified.
    #[must_use]
    pub fn get(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verified")
    }
}

/// The keys of one issuer: one signs, each known one verifies.
pub struct KeyRing {
    issuer: String,
    audience: String,
    active: SigningKey,
    known: BTreeMap<String, PublicKey>,
    validation: Validation,
}

impl KeyRing {
    /// A ring that signs with `active` as `issuer` for `audience`.
    ///
    /// # Errors
    /// When the key cannot be used.
    pub fn new(issuer: &str, audience: &str, active: SigningKey) -> Result<Self, TokenError> {
        let ring = Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            known: BTreeMap::new(),
            active: active.clone(),
            validation: signature_only(),
        };
        ring.with_known(&active)
    }

    /// Also accepts what `key` has signed or will sign.
    ///
    /// # Errors
    /// When the key cannot be used.
    pub fn with_known(mut self, key: &SigningKey) -> Result<Self, TokenError> {
        let (n, e) = key.public();
        let decoding = DecodingKey::from_rsa_components(&n, &e).map_err(|_| TokenError::Key)?;
        self.known
            .insert(key.kid().to_owned(), PublicKey { n, e, decoding });
        Ok(self)
    }

    /// The claims of a token for `subject` asked for by `client_id` at `now`.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn claims(
        &self,
        subject: Subject,
        client_id: &str,
        now: OffsetDateTime,
        rng: &Rng,
    ) -> Result<Claims, TokenError> {
        let now = now.unix_timestamp();
        let jti: [u8; 16] = rng.bytes().map_err(|_| TokenError::Randomness)?;
        Ok(Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: subject.user_id.clone(),
            client_id: client_id.to_owned(),
            exp: now.saturating_add(LIFETIME_SECONDS),
            iat: now,
            nbf: now,
            jti: URL_SAFE_NO_PAD.encode(jti),
            sid: subject.session,
            user_id: subject.user_id,
            username: subject.username,
            company_id: subject.company_id,
            role: subject.role,
            permissions: subject.permissions,
            token_type: "access".to_owned(),
        })
    }

    /// Signs `claims` with the active key.
    ///
    /// # Errors
    /// When the library fails to sign.
    pub fn issue(&self, claims: &Claims) -> Result<String, TokenError> {
        let header = Header {
            alg: header::ALGORITHM.to_owned(),
            typ: header::TYPE.to_owned(),
            kid: self.active.kid().to_owned(),
        };
        let mut token = format!("{}.{}", part(&header)?, part(claims)?);
        let signature = self.active.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// Accepts a token of this issuer, for this audience, living at `now`.
    ///
    /// # Errors
    /// The first thing wrong with it, for the log; callers give one answer to all.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Verified<Claims>, TokenRefusal> {
        if token.len() > LONGEST {
            return Err(TokenRefusal::TooLong);
        }
        let mut parts = token.split('.');
        let (Some(first), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenRefusal::Shape);
        };
        let header = header::parse(first)?;
        let key = self.known.get(&header.kid).ok_or(TokenRefusal::UnknownKey)?;
        let claims = decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(|error| self.explain(error.kind(), token, &key.decoding))?
            .claims;
        self.check(&claims, now.unix_timestamp())?;
        Ok(Verified(claims))
    }

    /// Whether a token that verified before is living at `now`.
    ///
    /// # Errors
    /// What has become wrong with it: its time is over.
    pub fn still_lives(&self, token: &Verified<Claims>, now: OffsetDateTime) -> Result<(), TokenRefusal> {
        self.check(token.get(), now.unix_timestamp())
    }

    /// The public keys as a JSON Web Key Set (RFC 7517 section 5).
    #[must_use]
    pub fn jwks(&self) -> Value {
        let key = |(kid, key): (&String, &PublicKey)| jwk(kid, &key.n, &key.e);
        json!({"keys": self.known.iter().map(key).collect::<Vec<_>>()})
    }

    /// The key that signs.
    pub(super) fn active(&self) -> &SigningKey {
        &self.active
    }

    fn check(&self, claims: &Claims, now: i64) -> Result<(), TokenRefusal> {
        if claims.iss != self.issuer {
            return Err(TokenRefusal::Issuer);
        }
        if claims.aud != self.audience {
            return Err(TokenRefusal::Audience);
        }
        if claims.token_type != "access" {
            return Err(TokenRefusal::TokenType);
        }
        if claims.sub != claims.user_id {
            return Err(TokenRefusal::Subject);
        }
        let soon = now.saturating_add(LEEWAY_SECONDS);
        if claims.iat > soon {
            return Err(TokenRefusal::IssuedInFuture);
        }
        if claims.nbf > soon {
            return Err(TokenRefusal::NotYetValid);
        }
        if claims.exp.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(TokenRefusal::Expired);
        }
        if claims.exp.saturating_sub(claims.iat) > LIFETIME_SECONDS {
            return Err(TokenRefusal::Lifetime);
        }
        Ok(())
    }

    /// Why the library refused. A claim is named only once the signature is known to be good.
    fn explain(&self, kind: &ErrorKind, token: &str, key: &DecodingKey) -> TokenRefusal {
        match kind {
            ErrorKind::InvalidSignature => TokenRefusal::Signature,
            ErrorKind::InvalidAlgorithm => TokenRefusal::Algorithm,
            ErrorKind::Json(_) => decode::<serde_json::Map<String, Value>>(token, key, &self.validation)
                .ok()
                .and_then(|data| {
                    Claims::NAMES
                        .into_iter()
                        .find(|name| !data.claims.contains_key(*name))
                })
                .map_or(TokenRefusal::Claims, TokenRefusal::MissingClaim),
            _ => TokenRefusal::Shape,
        }
    }
}

/// A public key as a JSON Web Key (RFC 7517 section 4): its name, and modulus and exponent in base64url.
#[must_use]
pub fn jwk(kid: &str, n: &str, e: &str) -> Value {
    json!({"kty": "RSA", "use": "sig", "alg": header::ALGORITHM, "kid": kid, "n": n, "e": e})
}

/// Names a token in memory without holding it: SHA-256 of the whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// That of a token, whatever it is.
    #[must_use]
    pub fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// The library checks the signature; the claims are typed, required and checked here, against the clock given.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

fn part<T: Serialize>(value: &T) -> Result<String, TokenError> {
    serde_json::to_vec(value)
        .map(|json| URL_SAFE_NO_PAD.encode(json))
        .map_err(|_| TokenError::Signing)
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({})", self.active.kid())
    }
}
