//! Signed texts that anyone can read, keep and verify: C2SP signed-note with Ed25519 (RFC 8032).
//!
//! A note is a text, an empty line, and a line a signature. The form is a published one, so that other
//! programs sign and verify what this one does. To sign a new kind of text use a key of its own: a key
//! signs whatever it is given, and what the text means is decided by the key's name.

mod key;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use key::{GenerateError, KeyError, SignerKey, VerifierKey};

/// What begins a line with a signature.
const MARK: &str = "\u{2014} ";

/// The most signatures one note may carry.
const MOST_SIGNATURES: usize = 16;

/// Bytes that name a key before each signature.
const ID: usize = 4;

/// A note whose signature by a trusted key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'a> {
    /// The text that was signed, its last line end included.
    pub text: &'a str,
    /// The name of the trusted key that signed it; the first, where several did.
    pub key: &'a str,
}

/// Why a note is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// No text, empty line and lines of signatures.
    #[error(
        "not a signed text, expected UTF-8 text, an empty line and lines of signatures as in `{MARK}name base64`"
    )]
    Malformed,
    /// Control characters in the text.
    #[error("the text holds a control character, or its last line does not end")]
    Text,
    /// None of the signatures is by a trusted key.
    #[error("no trusted key has signed the text; it names {0}")]
    Unknown(String),
    /// A trusted key is named, and its signature does not hold.
    #[error("the signature of `{0}` does not hold: the text or the signature was changed")]
    Signature(String),
}

/// One line of a signature.
struct Signature<'a> {
    name: &'a str,
    id: [u8; ID],
    bytes: Vec<u8>,
}

/// Shows that a trusted key has signed the note.
///
/// # Errors
/// A note of another form, without a signature by a trusted key, or with one that does not hold.
pub fn open<'a>(note: &'a [u8], trusted: &[VerifierKey]) -> Result<Opened<'a>, NoteError> {
    let note = std::str::from_utf8(note).map_err(|_| NoteError::Malformed)?;
    let (text, signatures) = split(note).ok_or(NoteError::Malformed)?;
    if !is_signable(text) {
        return Err(NoteError::Text);
    }
    let mut opened = None;
    for signature in &signatures {
        let key = trusted
            .iter()
            .find(|key| key.name() == signature.name && *key.id() == signature.id);
        let Some(key) = key else { continue };
        if !key.verify(text.as_bytes(), &signature.bytes) {
            return Err(NoteError::Signature(signature.name.to_owned()));
        }
        opened.get_or_insert(Opened {
            text,
            key: signature.name,
        });
    }
    opened.ok_or_else(|| {
        let names: Vec<String> = signatures
            .iter()
            .map(|signature| format!("`{}`", signature.name))
            .collect();
        NoteError::Unknown(names.join(", "))
    })
}

/// The note's text and its signatures; nothing where a byte is out of place.
fn split(note: &str) -> Option<(&str, Vec<Signature<'_>>)> {
    let at = note.rfind("\n\n")?;
    let (text, block) = (note.get(..=at)?, note.get(at + 2..)?);
    let lines = block.strip_suffix('\n')?;
    let signatures: Option<Vec<_>> = lines
        .split('\n')
        .take(MOST_SIGNATURES + 1)
        .map(signature)
        .collect();
    signatures
        .filter(|signatures| signatures.len() <= MOST_SIGNATURES)
        .map(|signatures| (text, signatures))
}

fn signature(line: &str) -> Option<Signature<'_>> {
    let (name, encoded) = line.strip_prefix(MARK)?.split_once(' ')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (id, bytes) = bytes.split_first_chunk::<ID>()?;
    (key::is_name(name) && !bytes.is_empty()).then(|| Signature {
        name,
        id: *id,
        bytes: bytes.to_vec(),
    })
}

/// Text that a note may hold.
fn is_signable(text: &str) -> bool {
    text.ends_with('\n') && text.chars().all(|char| char == '\n' || char >= ' ')
}

impl SignerKey {
    /// The note of a text: the text, an empty line, the signature.
    ///
    /// # Errors
    /// [`NoteError::Text`] for text that no note can hold: control characters, or an unfinished line.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        if !is_signable(text) {
            return Err(NoteError::Text);
        }
        let mut bytes = self.verifier().id().to_vec();
        bytes.extend(self.signature(text.as_bytes()));
        let (name, encoded) = (self.verifier().name(), STANDARD.encode(bytes));
        Ok(format!("{text}\n{MARK}{name} {encoded}\n"))
    }
}
