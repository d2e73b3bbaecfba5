//! What sealing a field costs beside the bare AEAD under it, and opening what a page of fifty rows shows.
//!
//! Run with `cargo bench -p safeshipper-crypto --bench fields`.

use std::hint::black_box;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use criterion::{Criterion, criterion_group, criterion_main};
use safeshipper_crypto::Rng;
use safeshipper_crypto::field::{DataKey, DataKeyId, FieldContext, Keychain, Purpose, Sealed};
use uuid::Uuid;

const TEXT: &[u8] = b"{\"street\":\"Waalhaven 12\",\"postcode\":\"3089 JH\",\"city\":\"Rotterdam\",\"country\":\"Netherlands\"}";

#[expect(clippy::expect_used, reason = "a benchmark that cannot start may stop")]
fn fields(criterion: &mut Criterion) {
    let (rng, company) = (Rng::system(), Uuid::nil());
    let key = DataKey::generate(DataKeyId(Uuid::nil()), company, Purpose::Contact, &rng).expect("a key");
    let chain = Keychain::new(&key);
    let place = |column, row| FieldContext {
        table: "shipments",
        column,
        row: Uuid::from_u128(row),
        company,
    };
    let at = place("contact_phone_sealed", 1);
    criterion.bench_function("field sealed, 86 bytes", |bencher| {
        bencher.iter(|| chain.seal(&at, black_box(TEXT), &rng));
    });
    let sealed = chain.seal(&at, TEXT, &rng).expect("seals");
    criterion.bench_function("field opened, 86 bytes", |bencher| {
        bencher.iter(|| chain.open(&at, black_box(&sealed)));
    });

    // The same bytes under the bare cipher, a random nonce and associated data of the same length.
    let bare = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("a key"));
    let data = [7_u8; 162];
    let nonce = || Nonce::assume_unique_for_key(rng.bytes::<NONCE_LEN>().expect("randomness"));
    criterion.bench_function("bare AES-256-GCM sealed, 86 bytes", |bencher| {
        bencher.iter(|| {
            let mut bytes = TEXT.to_vec();
            bare.seal_in_place_append_tag(nonce(), Aad::from(data), &mut bytes)
                .map(|()| bytes)
        });
    });
    let mut closed = TEXT.to_vec();
    let fixed = || Nonce::assume_unique_for_key([7; NONCE_LEN]);
    bare.seal_in_place_append_tag(fixed(), Aad::from(data), &mut closed)
        .expect("seals");
    criterion.bench_function("bare AES-256-GCM opened, 86 bytes", |bencher| {
        bencher.iter(|| {
            let mut bytes = black_box(&closed).clone();
            bare.open_in_place(fixed(), Aad::from(data), &mut bytes)
                .map(|plain| plain.len())
        });
    });

    let columns = ["contact_phone_sealed", "contact_email_sealed"];
    let rows: Vec<(FieldContext<'_>, Sealed)> = (0..50)
        .flat_map(|row| columns.map(|column| place(column, row)))
        .map(|at| (at, chain.seal(&at, TEXT, &rng).expect("seals")))
        .collect();
    criterion.bench_function("fifty rows of two fields opened", |bencher| {
        bencher.iter(|| {
            let opened = rows.iter().map(|(at, sealed)| chain.open(at, sealed));
            opened.filter(Result::is_ok).count()
        });
    });
}

criterion_group!(benches, fields);
criterion_main!(benches);
