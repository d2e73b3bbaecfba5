//! Backups: opened by whom they are for, whole or not at all, and told from what somebody else made (DATA-9).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use safeshipper_crypto::Rng;
use safeshipper_crypto::archive::{Identities, OpenError, PartyError, Recipients, Seal, Sum};
use safeshipper_crypto::derive::InstallationSecret;
use safeshipper_crypto::field::{DataKey, DataKeyId, Purpose};
use secrecy::SecretString;
use uuid::Uuid;

/// Longer than a piece that age encrypts at once.
fn plain() -> Vec<u8> {
    (0..200_000_u32).map(|n| (n % 251) as u8).collect()
}

fn identities(of: &Identity) -> Identities {
    let text = format!("# a comment\n\n{}\n", of.to_string().expose_secret());
    Identities::parse(&SecretString::from(text)).unwrap()
}

fn sealed(recipients: &[&Identity]) -> Vec<u8> {
    let names: Vec<String> = recipients.iter().map(|one| one.to_public().to_string()).collect();
    let recipients = Recipients::parse(names.iter().map(String::as_str)).unwrap();
    let mut file = recipients.seal(Vec::new()).unwrap();
    file.write_all(&plain()).unwrap();
    file.finish().unwrap()
}

fn read(file: &[u8], by: &Identity) -> Result<Vec<u8>, String> {
    let opened = identities(by).open(Cursor::new(file));
    let mut opened = opened.map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    opened
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[test]
fn each_recipient_opens_a_backup_alone_and_nobody_else_does_data_9() {
    let (first, second, other) = (Identity::generate(), Identity::generate(), Identity::generate());
    let file = sealed(&[&first, &second]);
    for one in [&first, &second] {
        assert_eq!(read(&file, one).unwrap(), plain());
    }
    let refused = identities(&other).open(Cursor::new(&file)).err().unwrap();
    assert_eq!(refused, OpenError::OtherIdentity);
    let mut again = identities(&first).open(Cursor::new(&file)).unwrap();
    again.seek(SeekFrom::Start(150_000)).unwrap();
    let mut end = Vec::new();
    again.read_to_end(&mut end).unwrap();
    assert_eq!(end, plain()[150_000..]);
}

#[test]
fn a_backup_that_was_cut_or_altered_anywhere_does_not_read_to_its_end_data_9() {
    let one = Identity::generate();
    let file = sealed(&[&one]);
    let length = file.len();
    // Every place of the beginning, and some of the rest: where pieces meet, too.
    let places = (0..400)
        .chain((400..length).step_by(9973))
        .chain(length - 40..length);
    for at in places {
        assert!(read(&file[..at], &one).is_err(), "cut at {at}");
        let mut altered = file.clone();
        altered[at] ^= 1;
        assert!(read(&altered, &one).is_err(), "altered at {at}");
    }
    let mut longer = file.clone();
    longer.push(0);
    assert!(read(&longer, &one).is_err());
}

#[test]
fn what_names_nobody_is_told_by_its_place_and_never_repeated_data_9() {
    let one = Identity::generate();
    let (secret, public) = (one.to_string(), one.to_public().to_string());
    let refused = |texts: &[&str]| Recipients::parse(texts.iter().copied()).err().unwrap();
    assert_eq!(refused(&[]), PartyError::Nobody);
    assert_eq!(refused(&[&public, "age1other"]), PartyError::Recipient(2));
    let given = refused(&[secret.expose_secret()]);
    assert_eq!(given, PartyError::SecretGiven(1));
    let parsed = |text: &str| Identities::parse(&SecretString::from(text)).err().unwrap();
    assert_eq!(parsed("# nothing\n"), PartyError::NoIdentity);
    assert_eq!(parsed(&format!("# c\n{public}\n")), PartyError::Identity(2));
    for error in [given, parsed(&public)] {
        let text = format!("{error} {error:?}");
        assert!(
            !text.contains(secret.expose_secret()) && !text.contains(&public),
            "{text}"
        );
    }
    assert_eq!(format!("{:?}", identities(&one)), "Identities");
}

#[test]
fn a_seal_is_of_one_installation_and_one_text_data_9() {
    let seal = || {
        let id = DataKeyId(Uuid::new_v4());
        let key = DataKey::generate(id, Uuid::nil(), Purpose::Installation, &Rng::system()).unwrap();
        Seal::derive(&InstallationSecret::new(&key).unwrap())
    };
    let (ours, theirs) = (seal(), seal());
    let on_it = ours.of(b"a manifest");
    assert_eq!(ours.verify(b"a manifest", &on_it), Ok(()));
    assert!(ours.verify(b"b manifest", &on_it).is_err());
    assert!(theirs.verify(b"a manifest", &on_it).is_err());
    for other in ["", "00", &on_it[..62], "zz", "é"] {
        assert!(ours.verify(b"a manifest", other).is_err(), "{other}");
    }
    let mut sum = Sum::default();
    sum.add(b"a");
    sum.add(b"bc");
    // FIPS 180-2, appendix B.1.
    assert_eq!(
        sum.finish(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}
