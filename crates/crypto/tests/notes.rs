//! Signed texts: what a trusted key signed opens, and nothing else does.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use safeshipper_crypto::Rng;
use safeshipper_crypto::note::{KeyError, NoteError, SignerKey, VerifierKey, open};
use secrecy::{ExposeSecret, SecretString};

/// The worked example of the Go project's package `note`, which the form comes from.
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PRIVATE: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SIGNATURE: &str = "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn key(name: &str) -> SignerKey {
    SignerKey::generate(name, &Rng::system()).unwrap()
}

fn published() -> SignerKey {
    SignerKey::from_text(&SecretString::from(PRIVATE)).unwrap()
}

#[test]
fn the_published_example_is_signed_to_the_byte_and_opens() {
    let note = published().sign(TEXT).unwrap();
    assert_eq!(note, format!("{TEXT}{SIGNATURE}"));
    let opened = open(note.as_bytes(), &[PUBLIC.parse().unwrap()]).unwrap();
    assert_eq!((opened.text, opened.key), (TEXT, "PeterNeumann"));
}

#[test]
fn keys_are_read_back_as_they_were_written() {
    let key = key("example.org/publisher");
    let again = SignerKey::from_text(&key.to_text()).unwrap();
    assert_eq!(again.verifier(), key.verifier());
    let public = key.verifier().to_string();
    assert_eq!(public.parse::<VerifierKey>().unwrap(), *key.verifier());
    assert_eq!(published().verifier().to_string(), PUBLIC);
    assert_eq!(published().to_text().expose_secret(), PRIVATE);
}

#[test]
fn a_private_key_is_never_printed_nor_taken_for_a_public_one() {
    assert_eq!(format!("{:?}", published()), "SignerKey(\"PeterNeumann\")");
    assert_eq!(PRIVATE.parse::<VerifierKey>(), Err(KeyError::Private));
}

#[test]
fn a_key_that_was_changed_or_cut_off_is_refused() {
    let wrong_hash = PUBLIC.replace("c74f20a3", "c74f20a4");
    assert_eq!(wrong_hash.parse::<VerifierKey>(), Err(KeyError::Hash));
    let wrong_name = PUBLIC.replace("Peter", "Petra");
    assert_eq!(wrong_name.parse::<VerifierKey>(), Err(KeyError::Hash));
    for wrong in [
        "",
        "name",
        "name+c74f20a3",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcshortkeyofanotherKind",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q",
    ] {
        assert_eq!(wrong.parse::<VerifierKey>(), Err(KeyError::Form), "{wrong}");
    }
    for name in ["", "a b", "a+b", "a\nb"] {
        assert!(SignerKey::generate(name, &Rng::system()).is_err(), "{name:?}");
    }
}

#[test]
fn another_key_of_the_same_name_opens_nothing() {
    let note = key("publisher").sign(TEXT).unwrap();
    let error = open(note.as_bytes(), &[key("publisher").verifier().clone()]).unwrap_err();
    assert_eq!(error, NoteError::Unknown("`publisher`".to_owned()));
    assert!(open(note.as_bytes(), &[]).is_err());
}

#[test]
fn a_note_with_a_second_signature_opens_with_either_key_and_with_no_false_one() {
    let (first, second) = (key("first"), key("second"));
    let one = first.sign(TEXT).unwrap();
    let two = second.sign(TEXT).unwrap();
    let both = format!(
        "{one}{}",
        two.lines().last().map(|line| format!("{line}\n")).unwrap()
    );
    for key in [&first, &second] {
        assert_eq!(
            open(both.as_bytes(), &[key.verifier().clone()]).unwrap().text,
            TEXT
        );
    }
    let other = second.sign("Something else.\n").unwrap();
    let mixed = format!("{one}{}\n", other.lines().last().unwrap());
    let trusted = [first.verifier().clone(), second.verifier().clone()];
    assert_eq!(
        open(mixed.as_bytes(), &trusted),
        Err(NoteError::Signature("second".to_owned()))
    );
}

#[test]
fn what_is_not_of_the_form_is_refused() {
    let trusted = [PUBLIC.parse().unwrap()];
    let note = format!("{TEXT}{SIGNATURE}");
    for wrong in [
        String::new(),
        TEXT.to_owned(),
        SIGNATURE.to_owned(),
        note.trim_end().to_owned(),
        format!("{note}x"),
        format!("{note}\n"),
        format!("{note}trailing\n"),
        note.replace('\n', "\r\n"),
        note.replace("\u{2014} ", "- "),
        note.replace("x08go/", "x08go"),
        note.replace("problem,", "problem,\t"),
        format!("{note}{}", SIGNATURE.trim_start().repeat(17)),
    ] {
        let error = open(wrong.as_bytes(), &trusted).unwrap_err();
        assert!(
            matches!(error, NoteError::Malformed | NoteError::Text),
            "{wrong:?}: {error}"
        );
    }
    assert_eq!(published().sign("a\tb\n"), Err(NoteError::Text));
    assert_eq!(published().sign("no end"), Err(NoteError::Text));
}

proptest! {
    #[test]
    fn a_note_with_any_byte_changed_never_opens_as_another_text(at in any::<Index>(), to in any::<u8>()) {
        let mut note = format!("{TEXT}{SIGNATURE}").into_bytes();
        let at = at.index(note.len());
        note[at] = to;
        if let Ok(opened) = open(&note, &[PUBLIC.parse().unwrap()]) {
            prop_assert_eq!(opened.text, TEXT);
        }
    }

    #[test]
    fn whatever_is_signed_opens_as_what_it_was(text in "[ -~é—\n]{0,200}\n") {
        let key = published();
        let note = key.sign(&text).unwrap();
        let trusted = [key.verifier().clone()];
        let opened = open(note.as_bytes(), &trusted).unwrap();
        prop_assert_eq!(opened.text, text.as_str());
    }

    #[test]
    fn no_bytes_open_by_chance(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open(&bytes, &[PUBLIC.parse().unwrap()]).is_err());
    }
}
