//! An access token and a paper's signature: no text stops the verifiers, and none that was not signed is accepted.
#![no_main]

use std::sync::LazyLock;

use crypto::token::{DocumentType, KeyRing, SigningKey, verify_document};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;

static RING: LazyLock<(KeyRing, String)> = LazyLock::new(|| {
    let key = SigningKey::generate().expect("a key");
    let ring = KeyRing::new("http://localhost", "safeshipper", key).expect("a ring");
    let keys = ring.jwks().to_string();
    (ring, keys)
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (ring, keys) = &*RING;
    // The key is made anew each time, so nobody has signed this.
    assert!(ring.verify(text, OffsetDateTime::UNIX_EPOCH).is_err());
    assert!(verify_document(DocumentType::ShippingPaper, keys, text, b"{}").is_err());
    let _ = verify_document(DocumentType::ShippingPaper, text, "e30..AA", b"{}");
});
