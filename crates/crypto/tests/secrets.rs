//! Bearer secrets, passwords, derived keys, CSRF tokens.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use std::collections::BTreeSet;

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use safeshipper_crypto::Rng;
use safeshipper_crypto::csrf::{CsrfKey, CsrfRefused};
use safeshipper_crypto::derive::{InstallationSecret, derive_secret};
use safeshipper_crypto::field::{DataKey, DataKeyId, MasterKey, Purpose};
use safeshipper_crypto::opaque::{OpaqueError, RefreshToken, SessionHandle, SessionToken, SessionTokenHash};
use safeshipper_crypto::password::{
    Argon2Params, PasswordError, PasswordHash, PasswordPolicy, Verdict, WeakPassword, decoy, hash, verify,
};
use secrecy::SecretString;
use uuid::Uuid;

fn rng() -> Rng {
    Rng::system()
}

/// What a key for this purpose makes.
fn installation(key: &DataKey) -> InstallationSecret {
    InstallationSecret::new(key).unwrap()
}

fn inherited() -> InstallationSecret {
    // The bytes 0 to 31.
    let text = SecretString::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let master = MasterKey::from_base64(&text).unwrap();
    installation(&DataKey::inherited(DataKeyId(Uuid::nil()), Uuid::nil(), &master))
}

fn another() -> InstallationSecret {
    let id = DataKeyId(Uuid::nil());
    installation(&DataKey::generate(id, Uuid::nil(), Purpose::Installation, &rng()).unwrap())
}

// Bearer secrets

#[test]
fn a_secret_reads_back_from_its_text() {
    let token = SessionToken::generate(&rng()).unwrap();
    let text = token.expose();
    assert!(
        text.starts_with("sst_") && text.len() == 4 + 43 + 6,
        "{}",
        text.len()
    );
    assert_eq!(SessionToken::parse(&text).unwrap().hash(), token.hash());
    let handle = SessionHandle::generate(&rng()).unwrap();
    assert_eq!(handle.expose().len(), 4 + 22 + 6);
    assert_eq!(
        SessionHandle::parse(&handle.expose()).unwrap().hash(),
        handle.hash()
    );
}

#[test]
fn a_secret_of_another_kind_is_refused_and_hashes_otherwise() {
    let text = SessionToken::generate(&rng()).unwrap().expose();
    let error = RefreshToken::parse(&text).unwrap_err();
    assert_eq!(error, OpaqueError::Prefix { expected: "srt_" });
    // Relabelled, the checksum no longer fits: it covers the prefix.
    assert_eq!(
        RefreshToken::parse(&text.replace("sst_", "srt_")).unwrap_err(),
        OpaqueError::Checksum
    );
}

#[test]
fn a_mistyped_or_cut_secret_is_refused_without_a_look_up() {
    let text = SessionToken::generate(&rng()).unwrap().expose();
    let cut = SessionToken::parse(&text[..text.len() - 1]).unwrap_err();
    assert_eq!(
        cut,
        OpaqueError::Length {
            found: 48,
            expected: 49
        }
    );
    assert_eq!(
        SessionToken::parse(&format!("{}=", &text[..52])).unwrap_err(),
        OpaqueError::Encoding
    );
    assert_eq!(
        SessionToken::parse(&format!("sst_{}", "\u{e9}".repeat(24) + "A")).unwrap_err(),
        OpaqueError::Encoding
    );
    assert!(SessionToken::parse("").is_err());
}

proptest! {
    #[test]
    fn any_one_character_changed_is_noticed(at in 4..53usize, to in "[A-Za-z0-9_-]") {
        let text = SessionToken::generate(&rng()).unwrap().expose();
        let mut changed = text.to_string();
        changed.replace_range(at..=at, &to);
        prop_assert_eq!(SessionToken::parse(&changed).is_ok(), changed == *text);
    }

    #[test]
    fn no_text_makes_parsing_panic(text in any::<String>()) {
        prop_assert!(SessionToken::parse(&text).is_err());
        let handle = ["sid_", &text].concat();
        prop_assert!(SessionHandle::parse(&handle).is_err());
    }
}

#[test]
fn secrets_are_not_repeated() {
    let texts: BTreeSet<String> = (0..1000)
        .map(|_| SessionToken::generate(&rng()).unwrap().expose().to_string())
        .collect();
    assert_eq!(texts.len(), 1000);
}

#[test]
fn a_secret_prints_its_name_alone() {
    let token = RefreshToken::generate(&rng()).unwrap();
    assert_eq!(
        format!("{token:?} {:?}", token.hash()),
        "RefreshToken RefreshTokenHash"
    );
    let error = RefreshToken::parse(&token.expose()[..20]).unwrap_err();
    assert!(!error.to_string().contains(&token.expose()[4..12]));
}

// Passwords

const CHEAP: Argon2Params = Argon2Params {
    memory_kib: 64,
    iterations: 1,
    parallelism: 1,
};

fn password() -> SecretString {
    SecretString::from("correct horse battery staple")
}

#[test]
fn the_right_password_matches_and_a_wrong_one_does_not() {
    let stored = hash(&password(), CHEAP, &rng()).unwrap();
    assert_eq!(
        verify(&password(), &stored, CHEAP),
        Verdict {
            matches: true,
            needs_rehash: false
        }
    );
    for wrong in ["", "correct horse battery stapl", "correct horse battery staple "] {
        let verdict = verify(&SecretString::from(wrong), &stored, CHEAP);
        assert_eq!(
            verdict,
            Verdict {
                matches: false,
                needs_rehash: false
            },
            "{wrong}"
        );
    }
}

#[test]
fn the_default_hash_is_argon2id_with_19_mib_and_two_passes() {
    let stored = hash(&password(), Argon2Params::default(), &rng()).unwrap();
    assert!(stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(verify(&password(), &stored, Argon2Params::default()).matches);
}

#[test]
fn a_hash_of_other_parameters_still_matches_and_asks_to_be_renewed() {
    let stored = hash(&password(), CHEAP, &rng()).unwrap();
    let wanted = Argon2Params {
        iterations: 2,
        ..CHEAP
    };
    assert_eq!(
        verify(&password(), &stored, wanted),
        Verdict {
            matches: true,
            needs_rehash: true
        }
    );
    assert!(!verify(&SecretString::from("wrong"), &stored, wanted).needs_rehash);
}

#[test]
fn the_decoy_costs_what_a_hash_costs_and_matches_nothing_auth_1() {
    let decoy = decoy(CHEAP, &rng()).unwrap();
    let parameters = |hash: &PasswordHash| hash.as_str().split('$').take(4).collect::<Vec<_>>().join("$");
    assert_eq!(
        parameters(&decoy),
        parameters(&hash(&password(), CHEAP, &rng()).unwrap())
    );
    assert!(!verify(&password(), &decoy, CHEAP).matches);
    assert!(!verify(&SecretString::from(""), &decoy, CHEAP).matches);
}

#[test]
fn the_same_password_hashed_twice_differs() {
    let stored = || hash(&password(), CHEAP, &rng()).unwrap();
    assert!(stored() != stored());
}

#[test]
fn a_text_that_is_no_argon2id_hash_is_refused() {
    let good = hash(&password(), CHEAP, &rng()).unwrap();
    assert!(PasswordHash::parse(good.as_str()).is_ok());
    let cut = &good.as_str()[..good.as_str().rfind('$').unwrap()];
    let other = good.as_str().replace("argon2id", "argon2i");
    for text in ["", "correct horse battery staple", "$2b$12$abc", cut, &other] {
        assert_eq!(
            PasswordHash::parse(text).unwrap_err(),
            PasswordError::NotAHash,
            "{text}"
        );
    }
    assert_eq!(format!("{good:?}"), "PasswordHash");
}

#[test]
fn parameters_argon2_does_not_allow_are_refused() {
    let params = Argon2Params {
        memory_kib: 1,
        iterations: 0,
        parallelism: 0,
    };
    assert_eq!(
        hash(&password(), params, &rng()).unwrap_err(),
        PasswordError::Parameters
    );
}

#[test]
fn a_new_password_has_15_to_256_characters_and_no_control_character() {
    let check = |text: &str| PasswordPolicy::ALONE.check(&SecretString::from(text), &[]);
    assert_eq!(check("fourteen chars"), Err(WeakPassword::TooShort { min: 15 }));
    assert_eq!(check("fifteen chars.."), Ok(()));
    let accented = |count| {
        "\u{e9}\u{df}q7\u{f8}z"
            .chars()
            .cycle()
            .take(count)
            .collect::<String>()
    };
    assert_eq!(check(&accented(14)), Err(WeakPassword::TooShort { min: 15 }));
    assert_eq!(check(&accented(257)), Err(WeakPassword::TooLong { max: 256 }));
    assert_eq!(check("fifteen chars..\u{7}"), Err(WeakPassword::ControlCharacter));
    let beside = PasswordPolicy::WITH_SECOND_FACTOR;
    let eight = |text: &str| beside.check(&SecretString::from(text), &[]);
    assert_eq!(eight("t7#Qx9w"), Err(WeakPassword::TooShort { min: 8 }));
    assert_eq!(eight("t7#Qx9wR"), Ok(()), "beside a second factor eight do");
}

#[test]
fn a_password_that_is_tried_first_is_refused_however_long_it_is_auth_1() {
    let about = ["Olivia Petrova", "olivia.petrova@northwind.example"];
    let check = |text: &str| PasswordPolicy::ALONE.check(&SecretString::from(text), &about);
    for text in [
        "passwordpassword",
        "password123456789",
        "123456789012345678",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "olivia.petrova@northwind.example",
        "OliviaPetrova2026",
        "northwindnorthwind",
        "safeshippersafeshipper",
    ] {
        assert_eq!(check(text), Err(WeakPassword::Guessable), "{text}");
    }
    for text in [
        "correct horse battery staple",
        "tide-lantern-orchid-58-quarry",
        "mZ8vK2pQx7LwTr4",
    ] {
        assert_eq!(check(text), Ok(()), "{text}");
    }
}

// Derived keys

#[test]
fn a_derived_secret_depends_on_the_installation_and_the_label() {
    let other = another();
    assert_eq!(derive_secret(&inherited(), "a"), derive_secret(&inherited(), "a"));
    assert_ne!(derive_secret(&inherited(), "a"), derive_secret(&inherited(), "b"));
    assert_ne!(derive_secret(&inherited(), "a"), derive_secret(&other, "a"));
}

#[test]
fn derivation_is_hkdf_sha256_and_stays_the_same() {
    // HKDF-SHA-256 computed independently: salt `safeshipper/derive/v1`, info `database`.
    let derived: String = derive_secret(&inherited(), "database")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        derived,
        "c86382bb342ab3bb176a2e6132ffcbcf806b72a46fab9aa5c7407a8f4d1cb18e"
    );
}

// CSRF

#[test]
fn a_csrf_token_is_good_for_its_session_and_key_alone() {
    let key = CsrfKey::derive(&inherited());
    let (mine, other) = (
        SessionTokenHash::from_bytes([1; 32]),
        SessionTokenHash::from_bytes([2; 32]),
    );
    let token = key.token(&mine);
    assert_eq!(token.len(), 43);
    assert_eq!(key.verify(&mine, &token), Ok(()));
    assert_eq!(key.verify(&other, &token), Err(CsrfRefused));
    let foreign = CsrfKey::derive(&another());
    assert_eq!(foreign.verify(&mine, &token), Err(CsrfRefused));
    for wrong in [
        "",
        "null",
        &token[..42],
        &format!("{token}="),
        &token.to_uppercase(),
    ] {
        assert_eq!(key.verify(&mine, wrong), Err(CsrfRefused), "{wrong}");
    }
    assert_eq!(format!("{key:?}"), "CsrfKey");
}

#[test]
fn the_handle_of_a_session_follows_from_the_installation_and_the_session_alone() {
    use safeshipper_crypto::opaque::HandleKey;
    let (one, other) = (another(), another());
    let (a, b) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    let handle = |secret: &InstallationSecret, session| HandleKey::derive(secret).handle(session).hash();
    assert_eq!(handle(&one, a), handle(&one, a));
    assert_ne!(handle(&one, a), handle(&one, b));
    assert_ne!(handle(&one, a), handle(&other, a));
}

#[test]
fn parameters_below_the_minimum_of_owasp_are_refused_and_its_own_are_taken_auth_1() {
    use safeshipper_crypto::password::{Argon2Params, UnfitParams};
    for (memory, passes) in [
        (47_104, 1),
        (19_456, 2),
        (12_288, 3),
        (9_216, 4),
        (7_168, 5),
        (7_168, 9),
    ] {
        assert!(
            Argon2Params::checked(memory, passes, 1).is_ok(),
            "{memory} {passes}"
        );
        let cheaper = Argon2Params::checked(memory - 1, passes, 1);
        assert!(
            matches!(cheaper, Err(UnfitParams::TooCheap { .. })),
            "{memory} {passes}"
        );
    }
    let default = Argon2Params::default();
    assert_eq!(Argon2Params::checked(19_456, 2, 1), Ok(default));
    for (memory, passes, lanes) in [(19_456, 0, 1), (u32::MAX, 0, 1), (19_456, 2, 0)] {
        let refused = Argon2Params::checked(memory, passes, lanes);
        assert!(
            matches!(refused, Err(UnfitParams::TooCheap { .. })),
            "{memory} {passes} {lanes}"
        );
    }
    for (memory, passes, lanes) in [(2_000_000, 2, 1), (19_456, 21, 1), (19_456, 2, 17)] {
        assert_eq!(
            Argon2Params::checked(memory, passes, lanes),
            Err(UnfitParams::TooDear)
        );
    }
}
