//! ID tokens and logout tokens of providers: what is accepted, and each forgery for its own reason (AUTH-9, J16).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use safeshipper_crypto::oidc::{
    Expected, Logout, ProviderKeys, Refusal, verify_id_token, verify_logout_token,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

const NOW: i64 = 1_800_000_000;
const EXPECTED: Expected<'_> = Expected {
    issuer: "https://login.example",
    client_id: "client",
};

struct Provider {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
}

impl Provider {
    fn new() -> Self {
        Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
            ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
        }
    }

    fn rsa_jwk(&self, more: &Value) -> Value {
        let public = self.rsa.public_key();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let n = part(public.modulus().big_endian_without_leading_zero());
        let e = part(public.exponent().big_endian_without_leading_zero());
        with(json!({"kty": "RSA", "n": n, "e": e}), more)
    }

    fn ec_jwk(&self, more: &Value) -> Value {
        let point = self.ec.public_key().as_ref();
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        with(
            json!({"kty": "EC", "crv": "P-256", "x": part(1..33), "y": part(33..65)}),
            more,
        )
    }

    /// A token signed as its header says.
    fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", encode(header), encode(claims));
        let random = SystemRandom::new();
        let rsa = |padding| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa
                .sign(padding, &random, text.as_bytes(), &mut signature)
                .unwrap();
            signature
        };
        let signature = match header["alg"].as_str() {
            Some("ES256") => self.ec.sign(&random, text.as_bytes()).unwrap().as_ref().to_vec(),
            Some("PS256") => rsa(&RSA_PSS_SHA256),
            _ => rsa(&RSA_PKCS1_SHA256),
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Members put in; a null takes one away.
fn with(mut value: Value, change: &Value) -> Value {
    let members = value.as_object_mut().unwrap();
    for (name, change) in change.as_object().unwrap() {
        if change.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), change.clone());
        }
    }
    value
}

fn keys(keys: &[Value]) -> Result<ProviderKeys, Refusal> {
    ProviderKeys::read(json!({ "keys": keys }).to_string().as_bytes())
}

fn id_claims() -> Value {
    json!({
        "iss": "https://login.example", "sub": "ada", "aud": "client", "exp": NOW + 300, "iat": NOW,
        "nonce": "nonce", "sid": "session",
    })
}

fn logout_claims() -> Value {
    json!({
        "iss": "https://login.example", "sub": "ada", "aud": ["client"], "exp": NOW + 120, "iat": NOW, "jti": "1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    })
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn id(token: &str, keys: &ProviderKeys) -> Result<String, Refusal> {
    verify_id_token(token, keys, EXPECTED, "nonce", Some("access"), now()).map(|identity| identity.subject)
}

#[test]
fn rs256_ps256_and_es256_are_accepted_with_a_key_of_the_kind_and_no_other_algorithm_j16() {
    let provider = Provider::new();
    let published = keys(&[
        provider.rsa_jwk(&json!({"kid": "rsa"})),
        provider.ec_jwk(&json!({"kid": "ec"})),
    ])
    .unwrap();
    for (alg, kid) in [("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "ec")] {
        let token = provider.sign(&json!({"alg": alg, "kid": kid}), &id_claims());
        assert_eq!(id(&token, &published).as_deref(), Ok("ada"), "{alg}");
        let unnamed = provider.sign(&json!({"alg": alg, "typ": "jwt"}), &id_claims());
        assert_eq!(id(&unnamed, &published).as_deref(), Ok("ada"), "{alg}");
    }
    for (alg, kid, refusal) in [
        ("ES256", "rsa", Refusal::UnknownKey),
        ("RS256", "ec", Refusal::UnknownKey),
        ("none", "rsa", Refusal::Algorithm),
        ("None", "rsa", Refusal::Algorithm),
        ("HS256", "rsa", Refusal::Algorithm),
        ("RS512", "rsa", Refusal::Algorithm),
        ("rs256", "rsa", Refusal::Algorithm),
        ("EdDSA", "ec", Refusal::Algorithm),
    ] {
        let token = provider.sign(&json!({"alg": alg, "kid": kid}), &id_claims());
        assert_eq!(id(&token, &published), Err(refusal), "{alg} {kid}");
    }
}

#[test]
fn a_key_is_used_for_what_it_was_published_for_and_never_guessed() {
    let provider = Provider::new();
    let token = |alg| provider.sign(&json!({"alg": alg}), &id_claims());
    let only = |key: Value| keys(&[key]);
    assert_eq!(
        id(
            &token("PS256"),
            &only(provider.rsa_jwk(&json!({"alg": "RS256"}))).unwrap()
        ),
        Err(Refusal::UnknownKey)
    );
    for useless in [
        provider.rsa_jwk(&json!({"use": "enc"})),
        provider.rsa_jwk(&json!({"key_ops": ["encrypt"]})),
        provider.rsa_jwk(&json!({"alg": "RS512"})),
        provider.ec_jwk(&json!({"crv": "P-384"})),
        json!({"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}),
        json!({"kty": "unheard of"}),
    ] {
        assert_eq!(
            only(useless.clone()).err(),
            Some(Refusal::UnknownKey),
            "{useless}"
        );
    }
    let two = keys(&[
        provider.rsa_jwk(&json!({"kid": "1"})),
        provider.rsa_jwk(&json!({"kid": "2"})),
    ])
    .unwrap();
    assert_eq!(id(&token("RS256"), &two), Err(Refusal::UnknownKey));
    assert_eq!(ProviderKeys::read(b"[]").err(), Some(Refusal::UnknownKey));
}

#[test]
fn each_forged_id_token_is_refused_for_its_own_reason_j16() {
    let provider = Provider::new();
    let published = keys(&[provider.ec_jwk(&json!({"kid": "ec"}))]).unwrap();
    let header = json!({"alg": "ES256", "kid": "ec"});
    let hash = digest(&SHA256, b"access");
    let right = json!({"at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]), "azp": "client"});
    let token = provider.sign(&header, &with(id_claims(), &right));
    assert_eq!(id(&token, &published).as_deref(), Ok("ada"));
    for (change, refusal) in [
        (json!({"iss": "https://login.example/"}), Refusal::Issuer),
        (json!({"aud": "other"}), Refusal::Audience),
        (json!({"aud": ["client", "other"]}), Refusal::Audience),
        (json!({"aud": []}), Refusal::Audience),
        (json!({"azp": "other"}), Refusal::AuthorizedParty),
        (json!({"nonce": "nonc"}), Refusal::Nonce),
        (json!({"nonce": null}), Refusal::Claims),
        (json!({"exp": NOW - 60}), Refusal::Expired),
        (json!({"iat": NOW + 61}), Refusal::IssuedInFuture),
        (json!({"iat": NOW - 661}), Refusal::TooOld),
        (json!({"iat": "now"}), Refusal::Claims),
        (json!({"sub": ""}), Refusal::Subject),
        (json!({"sub": "é"}), Refusal::Subject),
        (json!({"sub": "a".repeat(256)}), Refusal::Subject),
        (json!({"sid": "\n"}), Refusal::Session),
        (
            json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
            Refusal::AccessTokenHash,
        ),
    ] {
        let token = provider.sign(&header, &with(id_claims(), &change));
        assert_eq!(id(&token, &published), Err(refusal), "{change}");
    }
    for (change, refusal) in [
        (json!({"typ": "at+jwt"}), Refusal::Type),
        (json!({"typ": "logout+jwt"}), Refusal::Type),
        (json!({"typ": 1}), Refusal::Type),
        (json!({"kid": "other"}), Refusal::UnknownKey),
        (json!({"kid": 1}), Refusal::Header),
        (json!({"alg": null}), Refusal::Header),
        (json!({"jwk": {}}), Refusal::HeaderMember("jwk")),
        (
            json!({"jku": "https://evil.example"}),
            Refusal::HeaderMember("jku"),
        ),
        (json!({"crit": ["exp"]}), Refusal::HeaderMember("crit")),
    ] {
        let token = provider.sign(&with(header.clone(), &change), &id_claims());
        assert_eq!(id(&token, &published), Err(refusal), "{change}");
    }
    let (text, _) = token.rsplit_once('.').unwrap();
    assert_eq!(id(&format!("{text}."), &published), Err(Refusal::Signature));
    assert_eq!(id(text, &published), Err(Refusal::Shape));
    assert_eq!(id(&"x".repeat(20_000), &published), Err(Refusal::TooLong));
    // A claim that is there twice.
    let twice = r#"{"sub":"eve","iss":"https://login.example","sub":"ada","aud":"client"}"#;
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(twice)
    );
    let signature = provider.ec.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(id(&token, &published), Err(Refusal::Claims));
}

#[test]
fn a_logout_token_names_whom_it_signs_out_and_each_forgery_is_refused_for_its_own_reason() {
    let provider = Provider::new();
    let published = keys(&[provider.rsa_jwk(&json!({"kid": "rsa"}))]).unwrap();
    let verify = |header: &Value, change: &Value| {
        let token = provider.sign(header, &with(logout_claims(), change));
        verify_logout_token(&token, &published, EXPECTED, now()).map(|token| match token.logout {
            Logout::Subject(subject) => (None, Some(subject)),
            Logout::Session { session, subject } => (Some(session), subject),
        })
    };
    let header = json!({"alg": "RS256", "typ": "logout+jwt", "kid": "rsa"});
    assert_eq!(verify(&header, &json!({})), Ok((None, Some("ada".to_owned()))));
    let session = (Some("session".to_owned()), None);
    assert_eq!(
        verify(&header, &json!({"sub": null, "sid": "session"})),
        Ok(session)
    );
    for (change, refusal) in [
        (json!({"nonce": "x"}), Refusal::Nonce),
        (json!({"events": {}}), Refusal::Events),
        (json!({"events": null}), Refusal::Claims),
        (json!({"jti": null}), Refusal::Claims),
        (json!({"jti": ""}), Refusal::TokenId),
        (json!({"sub": null}), Refusal::Nobody),
        (json!({"aud": "other"}), Refusal::Audience),
        (json!({"iss": "https://evil.example"}), Refusal::Issuer),
        (json!({"iat": NOW - 661}), Refusal::TooOld),
        (json!({"exp": NOW - 60}), Refusal::Expired),
    ] {
        assert_eq!(verify(&header, &change), Err(refusal), "{change}");
    }
    let access = json!({"alg": "RS256", "typ": "at+jwt", "kid": "rsa"});
    assert_eq!(verify(&access, &json!({})), Err(Refusal::Type));
    // An ID token is none.
    let token = provider.sign(&json!({"alg": "RS256", "kid": "rsa"}), &id_claims());
    assert_eq!(
        verify_logout_token(&token, &published, EXPECTED, now()).err(),
        Some(Refusal::Claims)
    );
}
