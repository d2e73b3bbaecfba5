//! Backups: encrypted for whoever holds an identity of the age format, and made by this installation.
//!
//! The two are different promises. age (<https://age-encryption.org/v1>, X25519 and ChaCha20-Poly1305) hides a backup
//! and tells when it was altered or cut short, but anybody can encrypt for a public key. So what is inside also bears
//! a [`Seal`], which nobody makes without the installation's secret: a backup that was slipped in is never run.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use age::stream::{StreamReader, StreamWriter};
use age::x25519;
use age::{DecryptError, Decryptor, Encryptor};
use aws_lc_rs::{digest, hmac};
use secrecy::{ExposeSecret, SecretString};

use crate::derive::{InstallationSecret, derive_secret};

/// Why a text names nobody to encrypt for, or is no identity. Never quotes it: it may be a secret in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartyError {
    /// Not a recipient.
    #[error("recipient {0} is none of age's: `age1` and 58 characters")]
    Recipient(usize),
    /// An identity where a recipient belongs.
    #[error(
        "recipient {0} is a secret identity of age: name the recipient that belongs to it, and keep that away"
    )]
    SecretGiven(usize),
    /// Nobody could open it.
    #[error("there is no recipient")]
    Nobody,
    /// Not an identity.
    #[error("line {0} of the identities is none of age's: `AGE-SECRET-KEY-1` and 58 characters")]
    Identity(usize),
    /// Nothing to open with.
    #[error("there is no identity of age: a line that begins with `AGE-SECRET-KEY-1`")]
    NoIdentity,
}

/// Why a file does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// No file of the age format.
    #[error("this is no file of the age format, or its beginning is damaged")]
    Format,
    /// A format of age that is newer.
    #[error("this is a file of a newer version of the age format")]
    Newer,
    /// Encrypted for somebody else.
    #[error("none of the identities opens it: it is encrypted for others")]
    OtherIdentity,
    /// The beginning was altered.
    #[error("the beginning of the file was altered")]
    Altered,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Read(io::ErrorKind),
}

/// Whom a backup is encrypted for.
pub struct Recipients(Vec<x25519::Recipient>);

impl Recipients {
    /// Reads recipients, counted from one in errors.
    ///
    /// # Errors
    /// One that is none, and none at all.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, PartyError> {
        let read = |(at, text): (usize, &str)| {
            if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
                return Err(PartyError::SecretGiven(at + 1));
            }
            text.parse().map_err(|_| PartyError::Recipient(at + 1))
        };
        let all: Vec<_> = texts
            .into_iter()
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()?;
        if all.is_empty() {
            return Err(PartyError::Nobody);
        }
        Ok(Self(all))
    }

    /// Encrypts what is written for each of them. Without [`Sealing::finish`] the file is one that was cut short.
    ///
    /// # Errors
    /// When the beginning cannot be written.
    pub fn seal<W: Write>(&self, output: W) -> io::Result<Sealing<W>> {
        let all = self.0.iter().map(|one| one as &dyn age::Recipient);
        let encryptor =
            Encryptor::with_recipients(all).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(Sealing(encryptor.wrap_output(output)?))
    }
}

impl fmt::Display for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&all.join(" "))
    }
}

/// A file that is being encrypted.
pub struct Sealing<W: Write>(StreamWriter<W>);

impl<W: Write> Sealing<W> {
    /// Writes the end, without which a file is known to be cut short.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What opens a backup.
pub struct Identities(Vec<x25519::Identity>);

impl Identities {
    /// Reads a file of identities as `age-keygen` writes it: one a line, and comments.
    ///
    /// # Errors
    /// A line that is none, and none at all.
    pub fn parse(text: &SecretString) -> Result<Self, PartyError> {
        let mut all = Vec::new();
        for (at, line) in text.expose_secret().lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                all.push(line.parse().map_err(|_| PartyError::Identity(at + 1))?);
            }
        }
        if all.is_empty() {
            return Err(PartyError::NoIdentity);
        }
        Ok(Self(all))
    }

    /// Opens a file. What is read of it later is authentic piece by piece, and an end that is missing is an error.
    ///
    /// # Errors
    /// When it is none of age's, or none for these.
    pub fn open<R: Read + Seek>(&self, input: R) -> Result<Opened<R>, OpenError> {
        let failed = |error| match error {
            DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed => OpenError::OtherIdentity,
            DecryptError::InvalidMac => OpenError::Altered,
            DecryptError::UnknownFormat => OpenError::Newer,
            DecryptError::Io(error)
                if error.kind() != io::ErrorKind::UnexpectedEof
                    && error.kind() != io::ErrorKind::InvalidData =>
            {
                OpenError::Read(error.kind())
            }
            _ => OpenError::Format,
        };
        let decryptor = Decryptor::new_buffered(BufReader::new(input)).map_err(failed)?;
        let all = self.0.iter().map(|one| one as &dyn age::Identity);
        decryptor.decrypt(all).map(Opened).map_err(failed)
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identities")
    }
}

/// The content of a file that opened, read twice under the one key: whoever changes the file meanwhile is found out.
pub struct Opened<R>(StreamReader<BufReader<R>>);

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read + Seek> Seek for Opened<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// The lines of a file that are neither blank nor comments, as files of recipients have them.
///
/// # Errors
/// When it cannot be read.
pub fn lines(file: impl BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for line in file.lines() {
        let line = line?;
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            lines.push(line.to_owned());
        }
    }
    Ok(lines)
}

/// SHA-256 of what is given to it piece by piece.
pub struct Sum(digest::Context);

impl Default for Sum {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sum {
    /// One more piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum in hexadecimal.
    #[must_use]
    pub fn finish(self) -> String {
        hex(self.0.finish().as_ref())
    }
}

/// That a backup was made by this installation.
pub struct Seal(hmac::Key);

/// The seal is another installation's, or what it is on was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the backup does not bear the seal of the installation it says it is of")]
pub struct SealRefused;

impl Seal {
    /// The seal derived from the installation's secret for this purpose.
    #[must_use]
    pub fn derive(secret: &InstallationSecret) -> Self {
        let key = derive_secret(secret, "backup seal");
        Self(hmac::Key::new(hmac::HMAC_SHA256, &key))
    }

    /// What stands on a backup that says this: HMAC-SHA-256 in hexadecimal.
    #[must_use]
    pub fn of(&self, says: &[u8]) -> String {
        hex(hmac::sign(&self.0, says).as_ref())
    }

    /// Accepts the seal on this alone, in constant time.
    ///
    /// # Errors
    /// Any other.
    pub fn verify(&self, says: &[u8], seal: &str) -> Result<(), SealRefused> {
        let bytes = unhex(seal).ok_or(SealRefused)?;
        hmac::verify(&self.0, says, &bytes).map_err(|_| SealRefused)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
        .collect()
}
