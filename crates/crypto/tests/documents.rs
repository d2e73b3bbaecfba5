//! Signatures over documents, and the attacks on them: a changed document, another key, another header, a token
//! offered as a signature and a signature offered as a token.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use safeshipper_crypto::opaque::SessionHandle;
use safeshipper_crypto::rng::Rng;
use safeshipper_crypto::token::{
    DocumentType, KeyRing, SignatureRefusal, SigningKey, Subject, TokenRefusal, verify_document,
};
use serde_json::json;
use time::macros::datetime;

static RING: LazyLock<KeyRing> =
    LazyLock::new(|| KeyRing::new("issuer", "audience", SigningKey::generate().unwrap()).unwrap());
static STRANGER: LazyLock<KeyRing> =
    LazyLock::new(|| KeyRing::new("issuer", "audience", SigningKey::generate().unwrap()).unwrap());

const PAPER: &[u8] = b"{\"load_hash\": \"9f86\"}\n";

fn signed() -> String {
    RING.sign_document(DocumentType::ShippingPaper, PAPER).unwrap()
}

fn verify(signature: &str, document: &[u8]) -> Result<String, SignatureRefusal> {
    verify_document(
        DocumentType::ShippingPaper,
        &RING.jwks().to_string(),
        signature,
        document,
    )
}

/// The signature with another header, as an attacker without the key can make it.
fn with_header(header: &serde_json::Value) -> String {
    let signature = signed();
    let (_, rest) = signature.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

fn token() -> String {
    let subject = Subject {
        user_id: "usr_1".into(),
        username: "a".into(),
        company_id: "com_1".into(),
        role: "OPERATOR".into(),
        permissions: Vec::new(),
        session: SessionHandle::generate(&Rng::system()).unwrap(),
    };
    let now = datetime!(2026-11-22 09:30 UTC);
    let claims = RING.claims(subject, "console", now, &Rng::system()).unwrap();
    RING.issue(&claims).unwrap()
}

#[test]
fn a_signature_verifies_over_exactly_the_document_with_the_published_keys_alone_dg_4() {
    let kid = verify(&signed(), PAPER).unwrap();
    assert_eq!(RING.jwks()["keys"][0]["kid"], json!(kid));
    assert_eq!(signed(), signed(), "the same document has the same signature");
    assert_eq!(
        verify(&format!("{}\n", signed()), PAPER),
        Ok(kid),
        "a file ends with a line"
    );
}

#[test]
fn a_document_changed_in_any_byte_does_not_verify_dg_4() {
    for at in 0..PAPER.len() {
        let mut changed = PAPER.to_vec();
        changed[at] ^= 1;
        assert_eq!(
            verify(&signed(), &changed),
            Err(SignatureRefusal::Signature),
            "byte {at}"
        );
    }
    for other in [&b""[..], &PAPER[..PAPER.len() - 1], &[PAPER, b"\n"].concat()] {
        assert_eq!(verify(&signed(), other), Err(SignatureRefusal::Signature));
    }
}

#[test]
fn the_signature_of_a_stranger_does_not_verify_though_it_names_our_key() {
    let foreign = STRANGER
        .sign_document(DocumentType::ShippingPaper, PAPER)
        .unwrap();
    assert_eq!(verify(&foreign, PAPER), Err(SignatureRefusal::UnknownKey));
    let header = signed().split('.').next().unwrap().to_owned();
    let forged = format!("{header}..{}", foreign.rsplit('.').next().unwrap());
    assert_eq!(verify(&forged, PAPER), Err(SignatureRefusal::Signature));
}

#[test]
fn a_header_that_steers_the_verification_is_refused() {
    let kid = RING.jwks()["keys"][0]["kid"].clone();
    let typ = "shipping-paper+jws";
    for (header, refusal) in [
        (
            json!({"alg": "none", "typ": typ, "kid": kid}),
            SignatureRefusal::Algorithm,
        ),
        (
            json!({"alg": "HS256", "typ": typ, "kid": kid}),
            SignatureRefusal::Algorithm,
        ),
        (
            json!({"alg": "RS256", "typ": "JWT", "kid": kid}),
            SignatureRefusal::Type(typ),
        ),
        (
            json!({"alg": "RS256", "typ": typ, "kid": "other"}),
            SignatureRefusal::UnknownKey,
        ),
        (json!({"alg": "RS256", "typ": typ}), SignatureRefusal::Header),
        (
            json!({"alg": "RS256", "typ": typ, "kid": kid, "b64": false, "crit": ["b64"]}),
            SignatureRefusal::Header,
        ),
        (
            json!({"alg": "RS256", "typ": typ, "kid": kid, "jwk": {"kty": "RSA"}}),
            SignatureRefusal::Header,
        ),
    ] {
        assert_eq!(verify(&with_header(&header), PAPER), Err(refusal), "{header}");
    }
}

#[test]
fn an_access_token_is_never_taken_for_the_signature_of_a_document_dg_4() {
    let token = token();
    let parts: Vec<&str> = token.split('.').collect();
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    // The claims as a document, the token's own signature over exactly these bytes.
    let detached = format!("{}..{}", parts[0], parts[2]);
    assert_eq!(
        verify(&detached, &claims),
        Err(SignatureRefusal::Type("shipping-paper+jws"))
    );
    assert_eq!(verify(&token, &claims), Err(SignatureRefusal::Shape));
}

#[test]
fn the_signature_of_a_document_is_never_taken_for_an_access_token_dg_4() {
    // A document that reads as the claims of an administrator, signed by the right key.
    let token = token();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let signature = RING.sign_document(DocumentType::ShippingPaper, &claims).unwrap();
    let (header, rest) = signature.split_once("..").unwrap();
    let attached = format!("{header}.{}.{rest}", URL_SAFE_NO_PAD.encode(&claims));
    let now = datetime!(2026-11-22 09:30 UTC);
    assert!(RING.verify(&token, now).is_ok(), "the claims themselves are good");
    assert_eq!(RING.verify(&attached, now).unwrap_err(), TokenRefusal::Type);
    assert!(RING.verify(&signature, now).is_err());
}

#[test]
fn a_short_key_a_key_for_something_else_and_no_key_set_at_all_are_refused() {
    let set = |edit: &dyn Fn(&mut serde_json::Value)| {
        let mut keys = RING.jwks();
        edit(&mut keys["keys"][0]);
        verify_document(DocumentType::ShippingPaper, &keys.to_string(), &signed(), PAPER)
    };
    let short = URL_SAFE_NO_PAD.encode([0xff; 256]);
    assert_eq!(set(&|key| key["n"] = json!(short)), Err(SignatureRefusal::Key));
    assert_eq!(set(&|key| key["kty"] = json!("oct")), Err(SignatureRefusal::Key));
    assert_eq!(
        set(&|key| key["alg"] = json!("RS512")),
        Err(SignatureRefusal::Key)
    );
    assert_eq!(set(&|key| key["use"] = json!("enc")), Err(SignatureRefusal::Key));
    let none = verify_document(DocumentType::ShippingPaper, "{}", &signed(), PAPER);
    assert_eq!(none, Err(SignatureRefusal::Keys));
}
