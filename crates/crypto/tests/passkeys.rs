//! The site that passkeys are for, and what a browser is given (AUTH-11, M9). What an authenticator answers is in the
//! tests of the running application.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use safeshipper_crypto::passkey::{
    Assertion, Attestation, CredentialId, Known, Refusal, Registration, Site, Unusable,
};
use serde_json::json;
use uuid::Uuid;

fn site() -> Site {
    Site::at("https://ship.example").unwrap()
}

#[test]
fn passkeys_are_for_names_over_https_and_for_localhost_and_off_with_a_reason_everywhere_else() {
    for usable in [
        "https://ship.example",
        "https://ship.example:8443",
        "http://localhost:8080",
        "http://localhost",
        "https://localhost",
    ] {
        assert!(Site::at(usable).is_ok(), "{usable}");
    }
    for (address, expected) in [
        ("", Unusable::NotAnAddress as fn(String) -> Unusable),
        ("ship.example", Unusable::NotAnAddress),
        ("https://192.0.2.7", Unusable::NoName),
        ("http://127.0.0.1:8080", Unusable::NoName),
        ("https://[2001:db8::1]", Unusable::NoName),
        ("http://ship.example", Unusable::Insecure),
        ("http://localhost.evil.example", Unusable::Insecure),
        ("ftp://ship.example", Unusable::Insecure),
    ] {
        let why = Site::at(address).unwrap_err();
        assert_eq!(why, expected(address.to_owned()));
        assert!(why.to_string().starts_with("passkeys are off: "), "{why}");
    }
}

#[test]
fn a_registration_asks_for_a_person_who_unlocks_it_on_this_site_and_for_no_passkey_that_is_there() {
    let there = Known {
        id: CredentialId::from_bytes(vec![1, 2, 3, 4]),
        transports: vec!["internal".into()],
    };
    let person = Uuid::from_u128(7);
    let (options, state) = site()
        .begin_registration(person, "Ada, Alpha", "Ada", &[there])
        .unwrap();
    assert_eq!(options["rp"]["id"], "ship.example");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
    assert_eq!(options["excludeCredentials"][0]["id"], "AQIDBA");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["user"]["id"], "AAAAAAAAAAAAAAAAAAAABw");
    let kept = state.to_text().unwrap();
    assert!(Registration::from_text(&kept).is_ok() && Registration::from_text("{}").is_err());
    assert_eq!(format!("{state:?}"), "Registration");
}

#[test]
fn every_challenge_is_another_one_and_names_the_passkeys_that_may_be_shown() {
    let known = Known {
        id: CredentialId::from_bytes(vec![1, 2, 3, 4]),
        transports: vec!["usb".into()],
    };
    let (one, _) = site().begin_assertion(&[known]).unwrap();
    let (two, _) = site().begin_assertion(&[]).unwrap();
    assert_ne!(one["challenge"], two["challenge"]);
    assert!(one["challenge"].as_str().unwrap().len() >= 43, "32 bytes");
    let named = json!([{"type": "public-key", "id": "AQIDBA", "transports": ["usb"]}]);
    assert_eq!(
        (&one["allowCredentials"], &two["allowCredentials"]),
        (&named, &json!([]))
    );
    assert_eq!(
        (&one["userVerification"], &one["rpId"]),
        (&json!("required"), &json!("ship.example"))
    );
}

#[test]
fn what_is_no_answer_of_a_browser_is_told_from_one_without_quoting_it() {
    for answer in [
        json!(null),
        json!("x"),
        json!({}),
        json!([1]),
        json!({"id": "hunter2"}),
    ] {
        assert_eq!(Assertion::read(answer.clone()).err(), Some(Refusal::Malformed));
        assert_eq!(Attestation::read(answer).err(), Some(Refusal::Malformed));
    }
    assert!(!Refusal::Malformed.to_string().contains("hunter2"));
}
