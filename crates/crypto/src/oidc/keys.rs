//! The keys a provider publishes (RFC 7517), and the choice of the one a token is verified with.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Refusal;

/// The algorithms taken, and no other: not `none`, nothing with a shared secret.
pub(super) const ALGORITHMS: [(&str, Algorithm); 3] = [
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
];

/// No provider's token comes near this many bytes.
const LONGEST: usize = 16 * 1024;
/// Keys looked at of one provider.
const MOST_KEYS: usize = 64;

/// Members of a header that would let a token choose how it is verified.
const STEERING: [&str; 7] = ["jku", "jwk", "x5u", "crit", "b64", "zip", "enc"];

/// The keys of one provider that can verify.
pub struct ProviderKeys(Vec<Key>);

struct Key {
    kid: Option<String>,
    /// What the key may be used with.
    algorithms: Vec<Algorithm>,
    decoding: DecodingKey,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

impl ProviderKeys {
    /// Reads a JSON Web Key Set. Keys of kinds that verify nothing here are passed over (RFC 7517 section 5);
    /// shared secrets among them too.
    ///
    /// # Errors
    /// [`Refusal::UnknownKey`] when it is no key set or holds no key that could verify.
    pub fn read(json: &[u8]) -> Result<Self, Refusal> {
        let published: Published = serde_json::from_slice(json).map_err(|_| Refusal::UnknownKey)?;
        let keys = published.keys.into_iter().take(MOST_KEYS);
        let usable: Vec<Key> = keys.filter_map(usable).collect();
        if usable.is_empty() {
            return Err(Refusal::UnknownKey);
        }
        Ok(Self(usable))
    }

    /// The claims of a token that one of these keys signed. `types` are the values that `typ` may have, beside
    /// being absent.
    pub(super) fn verified<T: DeserializeOwned>(&self, token: &str, types: &[&str]) -> Result<T, Refusal> {
        if token.len() > LONGEST {
            return Err(Refusal::TooLong);
        }
        let mut parts = token.split('.');
        let (Some(first), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Refusal::Shape);
        };
        let (algorithm, kid) = header(first, types)?;
        let key = self.choose(algorithm, kid.as_deref())?;
        let mut validation = Validation::new(algorithm);
        // The claims are typed, required and checked by whoever asks, against the clock given.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        // First as what it is signed as, so that a fault of the claims is told from one of the signature.
        decode::<Map<String, Value>>(token, &key.decoding, &validation).map_err(|error| {
            match error.kind() {
                // The library reads some claims itself, once the signature is known to be good.
                ErrorKind::Json(_) => Refusal::Claims,
                _ => Refusal::Signature,
            }
        })?;
        decode::<T>(token, &key.decoding, &validation)
            .map(|data| data.claims)
            .map_err(|_| Refusal::Claims)
    }

    /// The key named, or the only one that could be meant.
    fn choose(&self, algorithm: Algorithm, kid: Option<&str>) -> Result<&Key, Refusal> {
        let mut fitting = self.0.iter().filter(|key| {
            key.algorithms.contains(&algorithm) && kid.is_none_or(|kid| key.kid.as_deref() == Some(kid))
        });
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            _ => Err(Refusal::UnknownKey),
        }
    }
}

impl fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderKeys({})", self.0.len())
    }
}

fn header(part: &str, types: &[&str]) -> Result<(Algorithm, Option<String>), Refusal> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Shape)?;
    let members: Map<String, Value> = serde_json::from_slice(&json).map_err(|_| Refusal::Header)?;
    if let Some(name) = STEERING.into_iter().find(|name| members.contains_key(*name)) {
        return Err(Refusal::HeaderMember(name));
    }
    let algorithm = members
        .get("alg")
        .and_then(Value::as_str)
        .ok_or(Refusal::Header)?;
    let algorithm = ALGORITHMS.iter().find(|(name, _)| *name == algorithm);
    let (_, algorithm) = algorithm.ok_or(Refusal::Algorithm)?;
    match members.get("typ") {
        None => {}
        Some(Value::String(typ)) if types.iter().any(|known| typ.eq_ignore_ascii_case(known)) => {}
        Some(_) => return Err(Refusal::Type),
    }
    let kid = match members.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.clone()),
        Some(_) => return Err(Refusal::Header),
    };
    Ok((*algorithm, kid))
}

fn usable(published: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(published).ok()?;
    let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let verifies = jwk
        .common
        .key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    if !(signs && verifies) {
        return None;
    }
    let kind = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => vec![Algorithm::RS256, Algorithm::PS256],
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            vec![Algorithm::ES256]
        }
        _ => return None,
    };
    let stated = jwk.common.key_algorithm.map(|stated| stated.to_string());
    let algorithms: Vec<Algorithm> = kind
        .into_iter()
        .filter(|algorithm| {
            let name = ALGORITHMS.iter().find(|(_, known)| known == algorithm);
            stated
                .as_deref()
                .is_none_or(|stated| name.is_some_and(|(name, _)| *name == stated))
        })
        .collect();
    if algorithms.is_empty() {
        return None;
    }
    Some(Key {
        decoding: DecodingKey::from_jwk(&jwk).ok()?,
        kid: jwk.common.key_id,
        algorithms,
    })
}
