//! What an OpenID provider sends: its keys, ID tokens and logout tokens. No text stops the readers, and none that was
//! not signed is accepted.
#![no_main]

use std::sync::LazyLock;

use crypto::oidc::{Expected, ProviderKeys, verify_id_token, verify_logout_token};
use crypto::token::{KeyRing, SigningKey};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;

static KEYS: LazyLock<ProviderKeys> = LazyLock::new(|| {
    let key = SigningKey::generate().expect("a key");
    let ring = KeyRing::new("http://localhost", "safeshipper", key).expect("a ring");
    ProviderKeys::read(ring.jwks().to_string().as_bytes()).expect("keys")
});

const EXPECTED: Expected<'_> = Expected {
    issuer: "https://accounts.example",
    client_id: "client",
};

fuzz_target!(|bytes: &[u8]| {
    let _ = ProviderKeys::read(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let now = OffsetDateTime::UNIX_EPOCH;
    // The key is made anew each time, so nobody has signed this.
    assert!(verify_id_token(text, &KEYS, EXPECTED, "nonce", None, now).is_err());
    assert!(verify_logout_token(text, &KEYS, EXPECTED, now).is_err());
});
