//! The two verifiers behind tokens and documents, against signatures made to break them (Wycheproof), and the
//! worked example of RFC 7515.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

use super::{DocumentType, SignatureRefusal, verify_document};

/// What the verifier of documents says.
fn documents(n: &[u8], e: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let key = RsaPublicKeyComponents { n, e };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        .is_ok()
}

/// What the verifier of access tokens says.
fn tokens(n: &[u8], e: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let [n, e, signature] = [n, e, signature].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    DecodingKey::from_rsa_components(&n, &e)
        .and_then(|key| jsonwebtoken::crypto::verify(&signature, message, &key, Algorithm::RS256))
        .unwrap_or(false)
}

#[test]
fn both_verifiers_take_every_good_signature_of_wycheproof_and_no_bad_one() {
    let mut seen = [0, 0];
    for name in [TestName::Rsa3072Sha256, TestName::Rsa4096Sha256] {
        for group in TestSet::load(name).expect("the vectors are there").test_groups {
            // The vectors write numbers with a sign, a JWK without.
            let n = group.key.n.as_ref();
            let (n, e) = (n.strip_prefix(&[0]).unwrap_or(n), group.key.e.as_ref());
            for test in group.tests {
                let (message, signature) = (test.msg.as_ref(), test.sig.as_ref());
                for verdict in [
                    documents(n, e, message, signature),
                    tokens(n, e, message, signature),
                ] {
                    match test.result {
                        TestResult::Valid => assert!(verdict, "{name:?} {}: {}", test.tc_id, test.comment),
                        TestResult::Invalid => assert!(!verdict, "{name:?} {}: {}", test.tc_id, test.comment),
                        // Padding without its null: either answer is right, but it is one answer.
                        TestResult::Acceptable => {}
                    }
                }
                seen[usize::from(test.result == TestResult::Valid)] += 1;
            }
        }
    }
    assert!(seen[0] > 400 && seen[1] > 10, "{seen:?}");
}

#[test]
fn the_example_of_rfc_7515_appendix_a_2_verifies_and_its_short_key_is_refused_by_us_j12() {
    const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const HEADER: &str = "eyJhbGciOiJSUzI1NiJ9";
    const PAYLOAD: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let key = DecodingKey::from_rsa_components(N, "AQAB").expect("a key");
    let input = format!("{HEADER}.{PAYLOAD}");
    let verify =
        |input: &str| jsonwebtoken::crypto::verify(SIGNATURE, input.as_bytes(), &key, Algorithm::RS256);
    assert!(verify(&input).expect("verified"));
    assert!(!verify(&input.replacen('e', "f", 1)).unwrap_or(false));

    // The same key, for one of our documents: 2048 bits are too few, whatever the signature.
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"shipping-paper+jws","kid":"rfc"}"#);
    let keys = format!(r#"{{"keys":[{{"kty":"RSA","kid":"rfc","n":"{N}","e":"AQAB"}}]}}"#);
    let refused = verify_document(
        DocumentType::ShippingPaper,
        &keys,
        &format!("{header}..{SIGNATURE}"),
        b"{}",
    );
    assert_eq!(refused, Err(SignatureRefusal::Key));
}

/// The sets of RFC 7517 appendix A: read, kinds of keys beside ours included, and none of them taken for one of ours.
#[test]
fn the_key_sets_of_rfc_7517_appendix_a_are_read_and_no_key_of_them_is_good_enough() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let public = format!(
        r#"{{"keys": [
            {{"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
              "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "use": "enc", "kid": "1"}},
            {{"kty": "RSA", "n": "{n}", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}}]}}"#
    );
    let symmetric = r#"{"keys": [
        {"kty": "oct", "alg": "A128KW", "k": "GawgguFyGrWKav7AX4VKUg"},
        {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
         "kid": "HMAC key used in JWS spec Appendix A.1 example"}]}"#;
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&public).expect("reads");
    let rsa = set.find("2011-04-29").expect("is there");
    assert!(DecodingKey::from_jwk(rsa).is_ok());
    // Ours are written as the example is.
    let written: jsonwebtoken::jwk::Jwk =
        serde_json::from_value(super::ring::jwk("2011-04-29", n, "AQAB")).expect("reads");
    assert_eq!(written.algorithm, rsa.algorithm);

    let named = |kid: &str| {
        let header = format!(
            r#"{{"alg":"RS256","typ":"{}","kid":"{kid}"}}"#,
            DocumentType::ShippingPaper.typ()
        );
        format!("{}..AAAA", URL_SAFE_NO_PAD.encode(header))
    };
    for (keys, kid) in [
        (public.as_str(), "1"),
        // 2048 bits (J12).
        (public.as_str(), "2011-04-29"),
        (symmetric, "HMAC key used in JWS spec Appendix A.1 example"),
    ] {
        let verdict = verify_document(DocumentType::ShippingPaper, keys, &named(kid), b"paper");
        assert_eq!(verdict, Err(SignatureRefusal::Key), "{kid}");
    }
}
