//! A backup: no bytes stop the reader, as the file or as what is encrypted in it, and none that this installation has
//! not sealed are ever believed.
#![no_main]

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use age::x25519::Identity;
use app::backups::{Backup, BackupError};
use crypto::archive::{Identities, Recipients};
use crypto::field::MasterKey;
use libfuzzer_sys::fuzz_target;
use secrecy::SecretString;

/// The master key of the tests, under which the manifest's key is wrapped: in service nowhere.
const MASTER: &str = "dGVzdCBtYXN0ZXIga2V5OiBuZXZlciBpbiBzZXJ2aWM=";
/// A first line that is right, so that what follows it is read.
const MANIFEST: &[u8] = include_bytes!("../manifest.json");

/// Whom the files are for: another in every run.
static PAIR: LazyLock<(Recipients, Identities)> = LazyLock::new(|| {
    let identity = Identity::generate();
    let recipients = Recipients::parse([identity.to_public().to_string().as_str()]);
    let identities = Identities::parse(&identity.to_string());
    (recipients.expect("a recipient"), identities.expect("an identity"))
});

fn refused(file: Vec<u8>) -> BackupError {
    let master = MasterKey::from_base64(&SecretString::from(MASTER)).expect("a key");
    let backup = Backup::open(Cursor::new(file), &PAIR.1);
    match backup.and_then(|backup| backup.verify(&master)) {
        Ok(_) => panic!("a backup without a seal was believed"),
        Err(error) => error,
    }
}

fn encrypted(parts: &[&[u8]]) -> Vec<u8> {
    let mut file = PAIR.0.seal(Vec::new()).expect("begins");
    for part in parts {
        file.write_all(part).expect("into memory");
    }
    file.finish().expect("ends")
}

fuzz_target!(|bytes: &[u8]| {
    refused(bytes.to_vec());
    refused(encrypted(&[bytes]));
    let behind = refused(encrypted(&[MANIFEST, bytes]));
    assert!(
        matches!(behind, BackupError::Damaged | BackupError::Seal(_)),
        "the first line is right: {behind}"
    );
});
