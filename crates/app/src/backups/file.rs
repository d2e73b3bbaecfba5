//! The form of a backup: a file of the age format, in it
//!
//! 1. a line of JSON, the [`Manifest`], known before the dump
//! 2. the dump, in PostgreSQL's custom form
//! 3. a line feed and a line of JSON, the [`Sums`] over both, with the installation's seal
//!
//! So it is written and read as a stream, and without this program: `age --decrypt --identity KEY FILE | tail -n +2`
//! is a dump that `pg_restore` reads. Nothing of it is ever written to a disk in the clear.

use std::io::{self, BufRead as _, BufReader, Read, Seek, SeekFrom, Write};

use crypto::archive::{Identities, Opened, Recipients, Seal, Sealing, Sum};
use crypto::field::MasterKey;

use super::BackupError;
use super::manifest::{Manifest, Sums, says};

/// Bytes of the first line at most.
const FIRST_LINE: u64 = 1 << 20;
/// Bytes of the last line at most, with the line feeds around it.
const LAST_LINE: u64 = 512;

/// Where a dump is written to: encrypted, summed and counted on the way.
pub struct Dumping<W: Write> {
    file: Sealing<W>,
    sum: Sum,
    bytes: u64,
}

impl<W: Write> Write for Dumping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.add(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a backup; `dump` returns when the dump is whole.
pub(super) fn write<W: Write>(
    output: W,
    recipients: &Recipients,
    manifest: &Manifest,
    seal: &Seal,
    dump: impl FnOnce(&mut Dumping<W>) -> Result<(), Box<dyn std::error::Error + Send + Sync>>,
) -> Result<(W, Sums), BackupError> {
    let failed = |error: io::Error| BackupError::Io("the backup cannot be written", error.kind());
    let line = serde_json::to_vec(manifest).map_err(|_| BackupError::NoBackup)?;
    let mut file = recipients.seal(output).map_err(failed)?;
    file.write_all(&line)
        .and_then(|()| file.write_all(b"\n"))
        .map_err(failed)?;
    let mut dumping = Dumping {
        file,
        sum: Sum::default(),
        bytes: 0,
    };
    dump(&mut dumping).map_err(BackupError::Copy)?;
    let Dumping { mut file, sum, bytes } = dumping;
    let sums = Sums::sealed(&line, bytes, sum.finish(), seal);
    let last = serde_json::to_string(&sums).map_err(|_| BackupError::NoBackup)?;
    file.write_all(format!("\n{last}\n").as_bytes()).map_err(failed)?;
    Ok((file.finish().map_err(failed)?, sums))
}

/// A backup that opened. What it says is not believed yet.
pub struct Backup<R> {
    opened: Opened<R>,
    line: Vec<u8>,
    manifest: Manifest,
}

/// A backup of this installation, whole and as it was made.
pub struct Verified<R> {
    opened: Opened<R>,
    manifest: Manifest,
    sums: Sums,
    begins: u64,
}

impl<R: Read + Seek> Backup<R> {
    /// Opens a backup and reads what it says of itself.
    ///
    /// # Errors
    /// When it does not open, is no backup, or is of a newer version.
    pub fn open(input: R, identities: &Identities) -> Result<Self, BackupError> {
        let mut opened = identities.open(input)?;
        let mut line = Vec::new();
        // What is read too far is read again: all that follows seeks first.
        BufReader::new(opened.by_ref().take(FIRST_LINE))
            .read_until(b'\n', &mut line)
            .map_err(unread)?;
        if line.pop() != Some(b'\n') {
            return Err(BackupError::NoBackup);
        }
        let manifest = Manifest::read(&line)?;
        Ok(Self {
            opened,
            line,
            manifest,
        })
    }

    /// Reads all of it, and believes it if the seal is that of the installation this master key belongs to.
    ///
    /// # Errors
    /// [`BackupError::OtherMasterKey`], [`BackupError::Damaged`], [`BackupError::Seal`].
    pub fn verify(self, master: &MasterKey) -> Result<Verified<R>, BackupError> {
        let Self {
            mut opened,
            line,
            manifest,
        } = self;
        let seal = Seal::derive(&manifest.secret(master)?);
        let end = opened.seek(SeekFrom::End(0)).map_err(unread)?;
        let begins = line.len() as u64 + 1;
        let (sums, last) = last_line(&mut opened, end, begins)?;
        if begins.checked_add(sums.bytes) != Some(last) {
            return Err(BackupError::Damaged);
        }
        let sha256 = sum_of(&mut opened, begins, sums.bytes)?;
        seal.verify(&says(&line, sums.bytes, &sha256), &sums.seal)?;
        Ok(Verified {
            opened,
            manifest,
            sums,
            begins,
        })
    }
}

impl<R: Read + Seek> Verified<R> {
    /// What it says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The sums over it.
    #[must_use]
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// The dump, from its beginning. It is decrypted with the key under which it was verified, so it is the same one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn dump(&mut self) -> Result<impl Read + '_, BackupError> {
        self.opened.seek(SeekFrom::Start(self.begins)).map_err(unread)?;
        Ok(self.opened.by_ref().take(self.sums.bytes))
    }
}

/// The sums in the last line, and where the line feed before it is.
fn last_line<R: Read + Seek>(
    opened: &mut Opened<R>,
    end: u64,
    begins: u64,
) -> Result<(Sums, u64), BackupError> {
    let from = end.saturating_sub(LAST_LINE).max(begins);
    opened.seek(SeekFrom::Start(from)).map_err(unread)?;
    let mut tail = Vec::new();
    opened
        .by_ref()
        .take(LAST_LINE)
        .read_to_end(&mut tail)
        .map_err(unread)?;
    let text = tail.strip_suffix(b"\n").ok_or(BackupError::Damaged)?;
    let at = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .ok_or(BackupError::Damaged)?;
    let sums = serde_json::from_slice(text.get(at + 1..).unwrap_or_default());
    Ok((sums.map_err(|_| BackupError::Damaged)?, from + at as u64))
}

fn sum_of<R: Read + Seek>(opened: &mut Opened<R>, begins: u64, bytes: u64) -> Result<String, BackupError> {
    opened.seek(SeekFrom::Start(begins)).map_err(unread)?;
    let (mut sum, mut left) = (Sum::default(), opened.by_ref().take(bytes));
    let mut buffer = vec![0; 64 << 10];
    loop {
        match left.read(&mut buffer).map_err(unread)? {
            0 => return Ok(sum.finish()),
            read => sum.add(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// What does not decrypt is damaged; what cannot be read at all is something else.
fn unread(error: io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => {
            BackupError::Damaged
        }
        kind => BackupError::Io("the backup cannot be read", kind),
    }
}
