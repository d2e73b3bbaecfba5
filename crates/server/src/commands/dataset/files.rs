//! What the commands read and write, with errors that name the file.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crypto::note::VerifierKey;
use dangerous_goods::dataset::MAX_BUNDLE_BYTES;
use secrecy::SecretString;

use super::{Failed, UNUSABLE};

fn failed(path: &Path, why: impl std::fmt::Display) -> Failed {
    (UNUSABLE, format!("{}: {why}", path.display()))
}

/// The bytes of a file, and one byte more than any bundle may have.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    let most = MAX_BUNDLE_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| failed(path, error))?;
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(path, error))?;
    Ok(bytes)
}

/// A text as a spreadsheet wrote it: without its byte order mark, lines ending with LF alone.
pub(super) fn read_text(path: &Path) -> Result<String, Failed> {
    let text = String::from_utf8(read(path)?).map_err(|_| failed(path, "not UTF-8 text"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(text.replace("\r\n", "\n"))
}

/// Public keys, each given as itself or as a file that holds it.
pub(super) fn keys(given: &[String]) -> Result<Vec<VerifierKey>, Failed> {
    let key = |given: &String| {
        let text = match fs::read_to_string(given) {
            Ok(text) => text,
            Err(_) => given.clone(),
        };
        text.trim().parse::<VerifierKey>().map_err(|error| {
            // Not repeated: a private key may have been given by mistake.
            (UNUSABLE, format!("--key: {error}"))
        })
    };
    given.iter().map(key).collect()
}

pub(super) fn read_secret(path: &Path) -> Result<SecretString, Failed> {
    let text = fs::read_to_string(path).map_err(|error| failed(path, error))?;
    Ok(text.into())
}

/// A new file that its owner alone may read.
pub(super) fn write_secret(path: &Path, text: &str) -> Result<(), Failed> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    file.and_then(|mut file| {
        writeln!(file, "{text}")?;
        file.sync_all()
    })
    .map_err(|error| failed(path, error))
}
