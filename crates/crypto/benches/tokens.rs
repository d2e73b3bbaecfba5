//! What access tokens and passwords cost: signing, verifying for the first time and again, and Argon2id.
//!
//! Run with `cargo bench -p safeshipper-crypto`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use safeshipper_crypto::Rng;
use safeshipper_crypto::derive::InstallationSecret;
use safeshipper_crypto::field::{DataKey, DataKeyId, Purpose};
use safeshipper_crypto::opaque::HandleKey;
use safeshipper_crypto::password::{self, Argon2Params};
use safeshipper_crypto::token::{Fingerprint, KeyRing, SigningKey, Subject};
use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

#[expect(clippy::expect_used, reason = "a benchmark that cannot start may stop")]
fn tokens(criterion: &mut Criterion) {
    let (now, rng) = (OffsetDateTime::UNIX_EPOCH + Duration::days(20_000), Rng::system());
    let key = SigningKey::generate().expect("a key");
    let ring = KeyRing::new("https://example.org", "safeshipper", key).expect("a ring");
    let id = DataKeyId(Uuid::nil());
    let key_of_all = DataKey::generate(id, Uuid::nil(), Purpose::Installation, &rng).expect("a key");
    let handles = HandleKey::derive(&InstallationSecret::new(&key_of_all).expect("of its purpose"));
    let subject = Subject {
        user_id: "usr_00000000000070008000000000000001".into(),
        username: "Example".into(),
        company_id: "cmp_00000000000070008000000000000001".into(),
        role: "OPERATOR".into(),
        permissions: (0..20)
            .map(|number| format!("permission.number.{number}"))
            .collect(),
        session: handles.handle(Uuid::nil()),
    };
    let claims = ring.claims(subject, "example", now, &rng).expect("claims");
    criterion.bench_function("token signed, RS256 3072", |bencher| {
        bencher.iter(|| ring.issue(black_box(&claims)));
    });
    let token = ring.issue(&claims).expect("a token");
    criterion.bench_function("token verified for the first time", |bencher| {
        bencher.iter(|| ring.verify(black_box(&token), now));
    });
    // What a node does that remembers it, beside one look into a table.
    let verified = ring.verify(&token, now).expect("verifies");
    criterion.bench_function("token remembered", |bencher| {
        bencher.iter(|| {
            (
                Fingerprint::of(black_box(&token)),
                ring.still_lives(&verified, now),
            )
        });
    });
}

#[expect(clippy::expect_used, reason = "a benchmark that cannot start may stop")]
fn passwords(criterion: &mut Criterion) {
    let params = Argon2Params::default();
    let password = SecretString::from("a password of some length");
    let hash = password::hash(&password, params, &Rng::system()).expect("hashes");
    criterion.bench_function("password verified, Argon2id", |bencher| {
        bencher.iter(|| password::verify(black_box(&password), &hash, params));
    });
}

criterion_group!(benches, tokens, passwords);
criterion_main!(benches);
