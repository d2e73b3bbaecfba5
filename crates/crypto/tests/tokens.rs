//! Access tokens: what is issued verifies, and what an attacker sends does not.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use safeshipper_crypto::Rng;
use safeshipper_crypto::opaque::SessionHandle;
use safeshipper_crypto::token::{
    KeyRing, LEEWAY_SECONDS, LIFETIME_SECONDS, SigningKey, Subject, TokenError, TokenRefusal, Verified,
};
use serde_json::{Value, json};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
const ISSUER: &str = "https://safeshipper.example";
const AUDIENCE: &str = "https://safeshipper.example/api";

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());
static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());
static RING: LazyLock<KeyRing> = LazyLock::new(|| KeyRing::new(ISSUER, AUDIENCE, KEY.clone()).unwrap());

fn subject() -> Subject {
    Subject {
        user_id: "usr_1".into(),
        username: "ann@example.com".into(),
        company_id: "cmp_1".into(),
        role: "OPERATOR".into(),
        permissions: vec!["shipments.create".into()],
        session: SessionHandle::generate(&Rng::system()).unwrap(),
    }
}

fn token() -> String {
    let claims = RING.claims(subject(), "console", NOW, &Rng::system()).unwrap();
    RING.issue(&claims).unwrap()
}

fn good_header() -> Value {
    json!({"alg": "RS256", "typ": "at+jwt", "kid": KEY.kid()})
}

fn good_claims() -> Value {
    serde_json::to_value(RING.claims(subject(), "console", NOW, &Rng::system()).unwrap()).unwrap()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Signs any two texts with a key, as a thief of the key or a mistaken issuer would.
fn sign_texts(key: &SigningKey, header: &str, claims: &str) -> String {
    let pair = KeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    let message = format!("{}.{}", b64(header), b64(claims));
    let mut signature = vec![0; pair.public_modulus_len()];
    let rng = aws_lc_rs::rand::SystemRandom::new();
    pair.sign(&RSA_PKCS1_SHA256, &rng, message.as_bytes(), &mut signature)
        .unwrap();
    format!("{message}.{}", b64(signature))
}

fn sign(header: &Value, claims: &Value) -> String {
    sign_texts(&KEY, &header.to_string(), &claims.to_string())
}

fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    object[name] = value.into();
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

fn refusal(token: &str) -> TokenRefusal {
    RING.verify(token, NOW).map(|_| "accepted").unwrap_err()
}

#[test]
fn an_issued_token_verifies_and_carries_the_claims_of_the_requirements() {
    let token = token();
    let verified = RING.verify(&token, NOW).unwrap();
    let claims = verified.get();
    assert_eq!((claims.sub.as_str(), claims.user_id.as_str()), ("usr_1", "usr_1"));
    assert_eq!(
        (claims.username.as_str(), claims.company_id.as_str()),
        ("ann@example.com", "cmp_1")
    );
    assert_eq!(
        (claims.role.as_str(), claims.token_type.as_str()),
        ("OPERATOR", "access")
    );
    assert_eq!(claims.permissions, ["shipments.create"]);
    assert_eq!(claims.exp - claims.iat, LIFETIME_SECONDS);
}

#[test]
fn the_helper_of_the_forgeries_signs_what_verifies() {
    assert!(RING.verify(&sign(&good_header(), &good_claims()), NOW).is_ok());
}

#[test]
fn the_session_in_a_token_is_the_one_it_was_issued_for() {
    let subject = subject();
    let session = subject.session.hash();
    let claims = RING.claims(subject, "console", NOW, &Rng::system()).unwrap();
    let verified = RING.verify(&RING.issue(&claims).unwrap(), NOW).unwrap();
    assert_eq!(verified.get().sid.hash(), session);
}

#[test]
fn a_token_lives_an_hour_and_the_leeway() {
    let token = token();
    let at = |seconds| RING.verify(&token, NOW + Duration::seconds(seconds)).map(|_| ());
    assert_eq!(at(-LEEWAY_SECONDS), Ok(()));
    assert_eq!(at(-LEEWAY_SECONDS - 1), Err(TokenRefusal::IssuedInFuture));
    assert_eq!(at(LIFETIME_SECONDS + LEEWAY_SECONDS - 1), Ok(()));
    assert_eq!(at(LIFETIME_SECONDS + LEEWAY_SECONDS), Err(TokenRefusal::Expired));
}

#[test]
fn a_token_without_any_one_of_its_claims_is_refused_j5_j6() {
    let claims = good_claims();
    let names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names.len(), 15);
    for name in names {
        let found = refusal(&sign(&good_header(), &without(claims.clone(), &name)));
        assert!(
            matches!(found, TokenRefusal::MissingClaim(missing) if missing == name),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn a_claim_of_the_wrong_type_is_refused() {
    let now = NOW.unix_timestamp();
    for (name, value) in [
        ("exp", json!(now.to_string())),
        ("exp", json!(now as f64 + 60.5)),
        ("exp", json!(1e300)),
        ("exp", json!(null)),
        ("iat", json!(true)),
        ("nbf", json!([now])),
        ("aud", json!([AUDIENCE])),
        ("aud", json!(null)),
        ("iss", json!({"iss": ISSUER})),
        ("sub", json!(1)),
        ("sid", json!("ses_1")),
        ("sid", json!("' OR 1=1 --")),
        ("jti", json!(7)),
        ("permissions", json!("*")),
        ("role", json!(["SUPER_ADMIN"])),
    ] {
        let claims = with(good_claims(), name, value.clone());
        assert_eq!(
            refusal(&sign(&good_header(), &claims)),
            TokenRefusal::Claims,
            "{name} = {value}"
        );
    }
}

#[test]
fn a_claim_of_the_wrong_value_is_refused_for_what_it_is() {
    let now = NOW.unix_timestamp();
    for (name, value, expected) in [
        ("iss", json!("https://evil.example"), TokenRefusal::Issuer),
        ("iss", json!(format!("{ISSUER}/")), TokenRefusal::Issuer),
        ("iss", json!(""), TokenRefusal::Issuer),
        ("aud", json!("https://other.example/api"), TokenRefusal::Audience),
        ("aud", json!(ISSUER), TokenRefusal::Audience),
        ("token_type", json!("refresh"), TokenRefusal::TokenType),
        ("token_type", json!("Access"), TokenRefusal::TokenType),
        ("sub", json!("usr_2"), TokenRefusal::Subject),
        ("user_id", json!("usr_2"), TokenRefusal::Subject),
        ("iat", json!(now + 3600), TokenRefusal::IssuedInFuture),
        ("nbf", json!(now + 60), TokenRefusal::NotYetValid),
        ("exp", json!(now - 60), TokenRefusal::Expired),
        ("exp", json!(0), TokenRefusal::Expired),
        ("exp", json!(i64::MIN), TokenRefusal::Expired),
        ("exp", json!(now + 36_000), TokenRefusal::Lifetime),
        ("exp", json!(i64::MAX), TokenRefusal::Lifetime),
        ("iat", json!(0), TokenRefusal::Lifetime),
    ] {
        let claims = with(good_claims(), name, value.clone());
        assert_eq!(
            refusal(&sign(&good_header(), &claims)),
            expected,
            "{name} = {value}"
        );
    }
}

#[test]
fn a_header_that_steers_verification_is_refused() {
    let (n, e) = {
        let jwks = KeyRing::new(ISSUER, AUDIENCE, STRANGER.clone()).unwrap().jwks();
        (jwks["keys"][0]["n"].clone(), jwks["keys"][0]["e"].clone())
    };
    let header = |name, value: Value| with(good_header(), name, value);
    for (header, expected) in [
        (
            header("jwk", json!({"kty": "RSA", "n": n, "e": e})),
            TokenRefusal::HeaderMember("jwk"),
        ),
        (
            header("jku", json!("https://evil.example/jwks")),
            TokenRefusal::HeaderMember("jku"),
        ),
        (
            header("x5u", json!("https://evil.example/cert")),
            TokenRefusal::HeaderMember("x5u"),
        ),
        (header("x5c", json!(["MIIB"])), TokenRefusal::HeaderMember("x5c")),
        (header("crit", json!(["exp"])), TokenRefusal::HeaderMember("crit")),
        (header("crit", json!([])), TokenRefusal::HeaderMember("crit")),
        (header("b64", json!(false)), TokenRefusal::HeaderMember("b64")),
        (header("zip", json!("DEF")), TokenRefusal::HeaderMember("zip")),
        (header("cty", json!("JWT")), TokenRefusal::Header),
        (header("alg", json!("none")), TokenRefusal::Algorithm),
        (header("alg", json!("None")), TokenRefusal::Algorithm),
        (header("alg", json!("nOnE")), TokenRefusal::Algorithm),
        (header("alg", json!("")), TokenRefusal::Algorithm),
        (header("alg", json!(null)), TokenRefusal::Algorithm),
        (header("alg", json!(["RS256"])), TokenRefusal::Algorithm),
        (header("alg", json!("rs256")), TokenRefusal::Algorithm),
        (header("alg", json!("RS512")), TokenRefusal::Algorithm),
        (header("alg", json!("PS256")), TokenRefusal::Algorithm),
        (header("alg", json!("HS256")), TokenRefusal::Algorithm),
        (header("typ", json!("JWT")), TokenRefusal::Type),
        (header("typ", json!("application/at+jwt")), TokenRefusal::Type),
        (header("typ", json!("rt+jwt")), TokenRefusal::Type),
        (header("kid", json!(STRANGER.kid())), TokenRefusal::UnknownKey),
        (
            header("kid", json!("../../../../dev/null")),
            TokenRefusal::UnknownKey,
        ),
        (
            header("kid", json!("x' UNION SELECT 'key' --")),
            TokenRefusal::UnknownKey,
        ),
        (header("kid", json!("")), TokenRefusal::UnknownKey),
        (header("kid", json!([KEY.kid()])), TokenRefusal::Header),
        (without(good_header(), "alg"), TokenRefusal::Algorithm),
        (without(good_header(), "typ"), TokenRefusal::Type),
        (without(good_header(), "kid"), TokenRefusal::UnknownKey),
        (json!([]), TokenRefusal::Header),
        (json!("RS256"), TokenRefusal::Header),
    ] {
        assert_eq!(refusal(&sign(&header, &good_claims())), expected, "{header}");
    }
}

#[test]
fn a_member_given_twice_is_refused() {
    let claims = good_claims().to_string();
    let header = good_header().to_string();
    let twice = |json: &str, name: &str| json.replacen('{', &format!(r#"{{"{name}":"x","#), 1);
    let alg = sign_texts(&KEY, &twice(&header, "alg"), &claims);
    assert_eq!(refusal(&alg), TokenRefusal::Header);
    let sub = sign_texts(&KEY, &header, &twice(&claims, "sub"));
    assert_eq!(refusal(&sub), TokenRefusal::Claims);
}

#[test]
fn claims_that_are_not_an_object_are_refused() {
    let header = good_header().to_string();
    for claims in ["", "null", "[]", "\"x\"", "{", "{}{}", "\u{feff}{}"] {
        let found = refusal(&sign_texts(&KEY, &header, claims));
        assert!(
            matches!(found, TokenRefusal::Claims | TokenRefusal::MissingClaim(_)),
            "{claims}: {found:?}"
        );
    }
}

#[test]
fn a_signature_that_is_not_the_keys_is_refused() {
    let good = token();
    let parts: Vec<&str> = good.split('.').collect();
    let other = token();
    let others: Vec<&str> = other.split('.').collect();
    let raised = with(good_claims(), "role", "SUPER_ADMIN").to_string();
    let hs256 = |secret: &[u8]| {
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, secret),
            format!("{}.{}", parts[0], parts[1]).as_bytes(),
        );
        format!("{}.{}.{}", parts[0], parts[1], b64(tag))
    };
    let modulus = URL_SAFE_NO_PAD
        .decode(RING.jwks()["keys"][0]["n"].as_str().unwrap())
        .unwrap();
    let mut flipped = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    flipped[200] ^= 1;
    for (name, token) in [
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        (
            "another token's claims",
            format!("{}.{}.{}", parts[0], others[1], parts[2]),
        ),
        (
            "another token's signature",
            format!("{}.{}.{}", parts[0], parts[1], others[2]),
        ),
        (
            "raised claims",
            format!("{}.{}.{}", parts[0], b64(raised), parts[2]),
        ),
        (
            "flipped bit",
            format!("{}.{}.{}", parts[0], parts[1], b64(&flipped)),
        ),
        (
            "cut signature",
            format!("{}.{}.{}", parts[0], parts[1], b64(&flipped[..383])),
        ),
        (
            "longer signature",
            format!(
                "{}.{}.{}",
                parts[0],
                parts[1],
                b64([flipped.as_slice(), &[0]].concat())
            ),
        ),
        ("zeroes", format!("{}.{}.{}", parts[0], parts[1], b64([0; 384]))),
        (
            "another key's",
            sign_texts(&STRANGER, &good_header().to_string(), &good_claims().to_string()),
        ),
        ("hmac of the modulus", hs256(&modulus)),
        (
            "hmac of the published key set",
            hs256(RING.jwks().to_string().as_bytes()),
        ),
        ("hmac of nothing", hs256(b"")),
    ] {
        assert_eq!(refusal(&token), TokenRefusal::Signature, "{name}");
    }
}

#[test]
fn an_hmac_with_the_public_key_under_hs256_is_refused() {
    let header = b64(with(good_header(), "alg", "HS256").to_string());
    let message = format!("{header}.{}", b64(good_claims().to_string()));
    let secret = RING.jwks()["keys"][0].to_string();
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
        message.as_bytes(),
    );
    assert_eq!(
        refusal(&format!("{message}.{}", b64(tag))),
        TokenRefusal::Algorithm
    );
}

#[test]
fn a_token_of_another_shape_is_refused() {
    let good = token();
    let parts: Vec<&str> = good.split('.').collect();
    let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    for (name, token) in [
        ("empty", String::new()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{good}.")),
        ("five parts, as a jwe", "a.b.c.d.e".into()),
        (
            "padded header",
            format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        ),
        (
            "standard base64 header",
            format!("{}.{}.{}", STANDARD.encode([0xfb, 0xff]), parts[1], parts[2]),
        ),
        (
            "padded signature",
            format!("{}.{}.{}", parts[0], parts[1], URL_SAFE.encode(&signature[..383])),
        ),
        ("white space before", format!(" {good}")),
        ("line feed after", format!("{good}\n")),
        ("scheme left in", format!("Bearer {good}")),
        (
            "signature in other letters",
            format!("{}.{}.{}+", parts[0], parts[1], parts[2]),
        ),
    ] {
        assert_eq!(refusal(&token), TokenRefusal::Shape, "{name}");
    }
    assert_eq!(refusal(".."), TokenRefusal::Header);
    assert_eq!(
        refusal(&format!(".{}.{}", parts[1], parts[2])),
        TokenRefusal::Header
    );
    assert_eq!(refusal(&"a".repeat(100_000)), TokenRefusal::TooLong);
}

#[test]
fn stray_bits_in_the_last_character_of_a_part_are_refused() {
    // A header of 2 modulo 3 bytes leaves two unused bits in its last character.
    let mut header = good_header().to_string();
    while header.len() % 3 != 2 {
        header.push(' ');
    }
    let good = sign_texts(&KEY, &header, &good_claims().to_string());
    assert!(RING.verify(&good, NOW).is_ok());
    let (head, rest) = good.split_once('.').unwrap();
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet
        .iter()
        .position(|c| *c == *head.as_bytes().last().unwrap())
        .unwrap();
    let malleated = format!("{}{}.{rest}", &head[..head.len() - 1], alphabet[last | 1] as char);
    assert_ne!(malleated, good);
    assert_eq!(refusal(&malleated), TokenRefusal::Shape);
}

#[test]
fn a_token_of_any_known_key_verifies_and_is_published_j2() {
    let both = KeyRing::new(ISSUER, AUDIENCE, STRANGER.clone())
        .unwrap()
        .with_known(&KEY)
        .unwrap();
    assert!(both.verify(&token(), NOW).is_ok());
    let jwks = both.jwks();
    let kids: Vec<_> = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap())
        .collect();
    assert!(kids.contains(&KEY.kid()) && kids.contains(&STRANGER.kid()));
    let mut members: Vec<_> = jwks["keys"][0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
}

#[test]
fn a_signing_key_survives_its_encoding_and_keeps_its_name() {
    let again = SigningKey::from_pkcs8(&KEY.to_pkcs8().unwrap()).unwrap();
    assert_eq!(again.kid(), KEY.kid());
    let ring = KeyRing::new(ISSUER, AUDIENCE, again).unwrap();
    assert!(ring.verify(&token(), NOW).is_ok());
}

#[test]
fn a_signing_key_of_2048_bits_is_refused_j12() {
    use aws_lc_rs::encoding::AsDer;
    let small = KeyPair::generate(KeySize::Rsa2048).unwrap();
    assert_eq!(
        SigningKey::from_pkcs8(small.as_der().unwrap().as_ref()).unwrap_err(),
        TokenError::Key
    );
    assert_eq!(SigningKey::from_pkcs8(b"no key").unwrap_err(), TokenError::Key);
}

#[test]
fn nothing_printed_quotes_a_token_or_its_claims_j11() {
    let token = token();
    let verified: Verified<_> = RING.verify(&token, NOW).unwrap();
    let broken = RING.verify(&token[..token.len() - 1], NOW).unwrap_err();
    let printed = format!(
        "{verified:?} {:?} {:?} {:?} {:?} {broken:?} {broken}",
        verified.get(),
        subject(),
        *RING,
        *KEY
    );
    for secret in ["usr_1", "ann@example.com", "OPERATOR", "eyJ", &token[..40]] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
