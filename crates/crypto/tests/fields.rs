//! Field encryption: what moves, changes or meets another key does not open (E7, E9).

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_assert_ne, prop_assume, proptest};
use safeshipper_crypto::Rng;
use safeshipper_crypto::field::{
    BlindIndex, DataKey, DataKeyId, FieldContext, FieldError, Keychain, MasterKey, Purpose, Sealed,
    WrappedKey, normalise_email,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

const OURS: Uuid = Uuid::from_u128(0xa);
const THEIRS: Uuid = Uuid::from_u128(0xb);

const HERE: FieldContext<'static> = FieldContext {
    table: "contacts",
    column: "phone",
    row: Uuid::from_u128(0x1),
    company: OURS,
};

fn key_of(id: u128, company: Uuid, purpose: Purpose) -> DataKey {
    DataKey::generate(DataKeyId(Uuid::from_u128(id)), company, purpose, &Rng::system()).unwrap()
}

fn contact_key(id: u128) -> DataKey {
    key_of(id, OURS, Purpose::Contact)
}

fn chain() -> Keychain {
    Keychain::new(&contact_key(1))
}

fn seal(chain: &Keychain, text: &str) -> Sealed {
    chain.seal(&HERE, text.as_bytes(), &Rng::system()).unwrap()
}

fn refused(chain: &Keychain, place: &FieldContext<'_>, sealed: &Sealed) -> FieldError {
    chain.open(place, sealed).map(|_| "opened").unwrap_err()
}

#[test]
fn a_sealed_text_opens_where_it_belongs() {
    let chain = chain();
    let opened = chain.open_text(&HERE, &seal(&chain, "+1 703 555 0100")).unwrap();
    assert_eq!(opened.expose_secret(), "+1 703 555 0100");
}

#[test]
fn the_envelope_is_as_documented_and_the_text_is_not_in_it_e1_e11() {
    let sealed = seal(&chain(), "+1 703 555 0100");
    let bytes = sealed.as_bytes();
    assert_eq!(bytes.len(), 2 + 16 + 32 + 12 + 15 + 16);
    assert_eq!(bytes[..2], [1, 1]);
    assert_eq!(bytes[2..18], Uuid::from_u128(1).into_bytes());
    assert!(!bytes.windows(3).any(|part| part == b"703"));
    assert_eq!(sealed.key_id(), Ok(DataKeyId(Uuid::from_u128(1))));
}

#[test]
fn the_same_text_sealed_twice_differs() {
    let chain = chain();
    assert_ne!(seal(&chain, "same").as_bytes(), seal(&chain, "same").as_bytes());
}

#[test]
fn a_value_moved_to_another_row_column_or_table_does_not_open_e7() {
    let chain = chain();
    let sealed = seal(&chain, "secret");
    for place in [
        FieldContext {
            row: Uuid::from_u128(0x2),
            ..HERE
        },
        FieldContext {
            column: "email",
            ..HERE
        },
        FieldContext {
            table: "consignees",
            ..HERE
        },
        FieldContext {
            table: "contactsp",
            column: "hone",
            ..HERE
        },
        FieldContext {
            table: "",
            column: "contactsphone",
            ..HERE
        },
    ] {
        assert_eq!(
            refused(&chain, &place, &sealed),
            FieldError::NotAuthentic,
            "{place:?}"
        );
    }
}

#[test]
fn a_value_moved_to_another_company_does_not_open_e7() {
    let key = contact_key(1);
    let ours = Keychain::new(&key);
    let sealed = seal(&ours, "secret");
    let there = FieldContext {
        company: THEIRS,
        ..HERE
    };
    assert_eq!(refused(&ours, &there, &sealed), FieldError::OtherCompany);
    let theirs = Keychain::new(&key_of(2, THEIRS, Purpose::Contact));
    assert_eq!(
        refused(&theirs, &there, &sealed),
        FieldError::UnknownKey(Uuid::from_u128(1))
    );
    assert_eq!(refused(&theirs, &HERE, &sealed), FieldError::OtherCompany);
}

#[test]
fn even_the_same_key_in_another_companys_hands_does_not_open_e7() {
    let master = MasterKey::generate(&Rng::system()).unwrap();
    let key = contact_key(1);
    let wrapped = master.wrap(&key, &Rng::system()).unwrap();
    let moved = master.unwrap(&wrapped, key.id(), THEIRS, Purpose::Contact);
    assert_eq!(moved.unwrap_err(), FieldError::NotAuthentic);
}

#[test]
fn a_chain_seals_nothing_for_another_company() {
    let there = FieldContext {
        company: THEIRS,
        ..HERE
    };
    let sealed = chain().seal(&there, b"secret", &Rng::system());
    assert_eq!(sealed.unwrap_err(), FieldError::OtherCompany);
}

#[test]
fn another_key_under_the_same_id_is_told_by_its_commitment() {
    let sealed = seal(&chain(), "secret");
    assert_eq!(refused(&chain(), &HERE, &sealed), FieldError::WrongKey);
}

#[test]
fn an_earlier_key_opens_and_the_active_one_seals_e3() {
    let (old, new) = (contact_key(1), contact_key(2));
    let sealed = seal(&Keychain::new(&old), "secret");
    let chain = Keychain::new(&new).with_earlier(&old).unwrap();
    assert_eq!(chain.open_text(&HERE, &sealed).unwrap().expose_secret(), "secret");
    assert_eq!(seal(&chain, "secret").key_id(), Ok(new.id()));
    assert_eq!(
        refused(&Keychain::new(&new), &HERE, &sealed),
        FieldError::UnknownKey(old.id().0)
    );
}

#[test]
fn a_chain_takes_no_key_of_another_company_or_purpose_e2_e20() {
    let chain = chain();
    let theirs = chain.clone().with_earlier(&key_of(2, THEIRS, Purpose::Contact));
    assert_eq!(theirs.unwrap_err(), FieldError::OtherCompany);
    let other = chain.with_earlier(&key_of(2, OURS, Purpose::SigningKey));
    assert_eq!(other.unwrap_err(), FieldError::OtherPurpose);
}

#[test]
fn a_text_that_looks_sealed_is_sealed_like_any_other_e8() {
    let chain = chain();
    let text = "enc:gAAAAABm";
    assert_eq!(
        chain
            .open_text(&HERE, &seal(&chain, text))
            .unwrap()
            .expose_secret(),
        text
    );
}

#[test]
fn a_header_of_another_version_algorithm_or_length_is_refused() {
    let good = seal(&chain(), "").as_bytes().to_vec();
    assert!(Sealed::from_bytes(good.clone()).is_ok());
    let with = |index: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[index] = value;
        Sealed::from_bytes(bytes).unwrap_err()
    };
    assert_eq!(with(0, 2), FieldError::UnknownVersion(2));
    assert_eq!(with(1, 0), FieldError::UnknownAlgorithm(0));
    for length in 0..good.len() {
        let error = Sealed::from_bytes(good[..length].to_vec()).unwrap_err();
        assert_eq!(
            error,
            FieldError::Truncated {
                found: length,
                least: 78
            }
        );
    }
    assert!(Sealed::from_bytes(b"+1 703 555 0100".to_vec()).is_err());
}

#[test]
fn bytes_that_are_no_text_are_an_error_and_not_an_absent_value_e9() {
    let chain = chain();
    let sealed = chain.seal(&HERE, &[0xff, 0xfe], &Rng::system()).unwrap();
    assert_eq!(chain.open_text(&HERE, &sealed).unwrap_err(), FieldError::Form);
    assert_eq!(*chain.open(&HERE, &sealed).unwrap(), [0xff, 0xfe]);
}

// Master key

#[test]
fn a_data_key_survives_wrapping_and_only_in_its_place() {
    let master = MasterKey::generate(&Rng::system()).unwrap();
    let key = contact_key(1);
    let wrapped =
        WrappedKey::from_bytes(master.wrap(&key, &Rng::system()).unwrap().as_bytes().to_vec()).unwrap();
    let again = master.unwrap(&wrapped, key.id(), OURS, Purpose::Contact).unwrap();
    let sealed = seal(&Keychain::new(&key), "secret");
    assert_eq!(
        Keychain::new(&again)
            .open_text(&HERE, &sealed)
            .unwrap()
            .expose_secret(),
        "secret"
    );
    for (id, company, purpose) in [
        (DataKeyId(Uuid::from_u128(2)), OURS, Purpose::Contact),
        (key.id(), THEIRS, Purpose::Contact),
        (key.id(), OURS, Purpose::Identity),
    ] {
        assert_eq!(
            master.unwrap(&wrapped, id, company, purpose).unwrap_err(),
            FieldError::NotAuthentic
        );
    }
}

#[test]
fn another_master_key_is_told_apart_before_anything_is_opened() {
    let master = || MasterKey::generate(&Rng::system()).unwrap();
    let key = contact_key(1);
    let wrapped = master().wrap(&key, &Rng::system()).unwrap();
    let error = master()
        .unwrap(&wrapped, key.id(), OURS, Purpose::Contact)
        .unwrap_err();
    assert!(matches!(error, FieldError::UnknownKey(_)));
}

/// What a change of the master key needs (DATA-2): both are known while data keys are wrapped anew.
#[test]
fn a_master_key_that_knows_the_one_before_opens_what_both_wrapped_and_wraps_by_itself() {
    let (rng, purpose) = (Rng::system(), Purpose::Contact);
    let (old, new) = (
        MasterKey::generate(&rng).unwrap(),
        MasterKey::generate(&rng).unwrap(),
    );
    let both = new.clone().with_former(&old);
    let (key, before) = (contact_key(1), old.wrap(&contact_key(1), &rng).unwrap());
    assert!(new.unwrap(&before, key.id(), OURS, purpose).is_err());
    let opened = both.unwrap(&before, key.id(), OURS, purpose).unwrap();
    assert!(!both.has_wrapped(&before) && old.has_wrapped(&before));
    let after = both.wrap(&opened, &rng).unwrap();
    assert!(both.has_wrapped(&after) && new.unwrap(&after, key.id(), OURS, purpose).is_ok());
    assert!(old.unwrap(&after, key.id(), OURS, purpose).is_err());
    assert!(
        both.unwrap(&before, key.id(), THEIRS, purpose).is_err(),
        "the company is still bound"
    );
}

/// E20: what is lost on purpose is told apart from what a newer key sealed.
#[test]
fn a_value_of_a_destroyed_key_says_so_and_is_never_empty_data_3() {
    let (old, new) = (contact_key(1), contact_key(2));
    let sealed = seal(&Keychain::new(&old), "secret");
    let unknowing = Keychain::new(&new);
    assert!(!unknowing.knows(&sealed));
    let knowing = Keychain::new(&new).with_destroyed(old.id());
    assert!(knowing.knows(&sealed));
    assert_eq!(
        knowing.open(&HERE, &sealed).unwrap_err(),
        FieldError::DestroyedKey(old.id().0)
    );
    assert_eq!(
        unknowing.open(&HERE, &sealed).unwrap_err(),
        FieldError::UnknownKey(old.id().0)
    );
}

#[test]
fn a_master_key_reads_back_from_base64_and_nothing_else_does() {
    let master = MasterKey::generate(&Rng::system()).unwrap();
    let text = master.to_base64();
    let again = MasterKey::from_base64(&SecretString::from(format!(" {}\n", text.expose_secret()))).unwrap();
    assert_eq!(again.to_base64().expose_secret(), text.expose_secret());
    for wrong in [
        "",
        "changeme",
        "AAAA",
        &"A".repeat(43),
        &"!".repeat(44),
        &text.expose_secret()[..40],
    ] {
        let error = MasterKey::from_base64(&SecretString::from(wrong)).unwrap_err();
        assert_eq!(error.to_string(), "master key is not 32 bytes in standard base64");
    }
}

#[test]
fn every_purpose_reads_back_from_its_name() {
    for purpose in Purpose::ALL {
        assert_eq!(purpose.as_str().parse(), Ok(purpose));
    }
    assert!("contacts".parse::<Purpose>().is_err());
}

// Blind index

fn index(company: Uuid, column: &str) -> BlindIndex {
    let master = MasterKey::from_base64(&SecretString::from(
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ))
    .unwrap();
    assert!(format!("{master:?}").len() < 12);
    let key = key_of(1, company, Purpose::BlindIndex);
    BlindIndex::new(&key, column).unwrap()
}

#[test]
fn two_spellings_of_an_address_have_one_index() {
    let index = index(OURS, "users.email");
    let of = |address| index.of(&normalise_email(address));
    assert_eq!(of(" Ann@Example.COM "), of("ann@example.com"));
    assert_ne!(of("ann@example.com"), of("anne@example.com"));
}

#[test]
fn an_index_is_of_one_column_and_one_key_e14() {
    let key = key_of(1, OURS, Purpose::BlindIndex);
    let value = |key, column| BlindIndex::new(key, column).unwrap().of("ann@example.com");
    assert_eq!(value(&key, "users.email"), value(&key, "users.email"));
    assert_ne!(value(&key, "users.email"), value(&key, "contacts.email"));
    assert_ne!(
        value(&key, "users.email"),
        value(&key_of(1, THEIRS, Purpose::BlindIndex), "users.email")
    );
    assert_eq!(
        BlindIndex::new(&contact_key(1), "users.email").unwrap_err(),
        FieldError::OtherPurpose
    );
}

#[test]
fn nothing_printed_is_secret() {
    let (key, master) = (contact_key(1), MasterKey::generate(&Rng::system()).unwrap());
    let sealed = seal(&Keychain::new(&key), "secret");
    let wrapped = master.wrap(&key, &Rng::system()).unwrap();
    let index = index(OURS, "users.email");
    let printed = format!(
        "{master:?} {sealed:?} {wrapped:?} {index:?} {:?}",
        index.of("a@b")
    );
    assert_eq!(printed, "MasterKey Sealed WrappedKey BlindIndex IndexValue");
    assert_eq!(
        format!("{key:?}"),
        "DataKey(00000000-0000-0000-0000-000000000001)"
    );
}

proptest! {
    #[test]
    fn any_value_opens_in_its_place_and_no_other(
        value in any::<Vec<u8>>(), row in any::<u128>(), other in any::<u128>(),
        table in "[a-z_]{1,12}", column in "[a-z_]{1,12}", split in any::<proptest::sample::Index>(),
    ) {
        let chain = chain();
        let place = FieldContext { table: &table, column: &column, row: Uuid::from_u128(row), company: OURS };
        let sealed = chain.seal(&place, &value, &Rng::system()).unwrap();
        prop_assert_eq!(&*chain.open(&place, &sealed).unwrap(), &value);
        prop_assume!(row != other);
        let moved = FieldContext { row: Uuid::from_u128(other), ..place };
        prop_assert_eq!(refused(&chain, &moved, &sealed), FieldError::NotAuthentic);
        // The same letters cut elsewhere are another table and column.
        let letters = format!("{table}{column}");
        let (table, column) = letters.split_at(split.index(letters.len()));
        let recut = FieldContext { table, column, ..place };
        prop_assert_eq!(chain.open(&recut, &sealed).is_ok(), recut == place);
    }

    #[test]
    fn one_flipped_bit_anywhere_is_noticed(value in any::<Vec<u8>>(), at in any::<proptest::sample::Index>()) {
        let chain = chain();
        let mut bytes = chain.seal(&HERE, &value, &Rng::system()).unwrap().as_bytes().to_vec();
        let bit = at.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let opened = Sealed::from_bytes(bytes).and_then(|sealed| chain.open(&HERE, &sealed).map(|_| ()));
        prop_assert!(opened.is_err());
    }

    #[test]
    fn a_cut_or_lengthened_value_is_noticed(value in any::<Vec<u8>>(), cut in 1..64usize, tail in any::<u8>()) {
        let chain = chain();
        let good = chain.seal(&HERE, &value, &Rng::system()).unwrap().as_bytes().to_vec();
        let longer = [good.as_slice(), &[tail]].concat();
        for bytes in [good[..good.len() - cut].to_vec(), longer] {
            let opened = Sealed::from_bytes(bytes).and_then(|sealed| chain.open(&HERE, &sealed).map(|_| ()));
            prop_assert!(opened.is_err());
        }
    }

    #[test]
    fn two_values_sealed_never_share_a_nonce(value in any::<Vec<u8>>()) {
        let chain = chain();
        let nonce = || chain.seal(&HERE, &value, &Rng::system()).unwrap().as_bytes()[50..62].to_vec();
        prop_assert_ne!(nonce(), nonce());
    }

    #[test]
    fn arbitrary_bytes_are_never_opened_and_never_panic(bytes in any::<Vec<u8>>()) {
        let chain = chain();
        let opened = Sealed::from_bytes(bytes).and_then(|sealed| chain.open(&HERE, &sealed).map(|_| ()));
        prop_assert!(opened.is_err());
    }
}
