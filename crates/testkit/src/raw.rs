//! What a thief of the database's files or of a backup holds: the raw bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::running::RunningApp;

/// A text in every form in which it may lie about.
pub struct Canary {
    /// What it is, for the message.
    pub name: &'static str,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    /// A text: as UTF-8 and UTF-16, and these in hexadecimal and base64 wherever in a longer text they begin.
    #[must_use]
    pub fn text(name: &'static str, text: &str) -> Self {
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let mut canary = Self::bytes(name, text.as_bytes());
        canary.forms.push(("UTF-16LE", wide(u16::to_le_bytes)));
        canary.forms.push(("UTF-16BE", wide(u16::to_be_bytes)));
        canary
    }

    /// Bytes: as they are, in hexadecimal and in base64.
    #[must_use]
    pub fn bytes(name: &'static str, bytes: &[u8]) -> Self {
        let mut hex = String::new();
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        let mut forms = vec![
            ("as it is", bytes.to_vec()),
            ("in hexadecimal", hex.to_uppercase().into_bytes()),
            ("in hexadecimal", hex.into_bytes()),
        ];
        // Three bytes are four characters: it depends on what stands before.
        for skipped in 0..3 {
            let whole = bytes.get(skipped..).unwrap_or_default();
            let whole = &whole[..whole.len() - whole.len() % 3];
            forms.push(("in base64", STANDARD_NO_PAD.encode(whole).into_bytes()));
            forms.push(("in base64url", URL_SAFE_NO_PAD.encode(whole).into_bytes()));
        }
        Self { name, forms }
    }

    /// In which form it stands in the bytes; none where it does not.
    #[must_use]
    pub fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        let found = self.forms.iter().find(|(_, form)| {
            let (first, rest) = form.split_first().expect("not empty");
            bytes
                .iter()
                .enumerate()
                .filter(|(_, byte)| *byte == first)
                .any(|(at, _)| bytes[at + 1..].starts_with(rest))
        });
        found.map(|(form, _)| *form)
    }

    /// Those of these files in which it stands. By `grep`, which is quick with much of it.
    ///
    /// # Panics
    /// When there is no `grep` that knows Perl's patterns.
    #[must_use]
    pub fn files_with_it(&self, files: &[PathBuf]) -> Vec<String> {
        let escaped = |form: &Vec<u8>| {
            form.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "\\x{byte:02x}");
                text
            })
        };
        let forms: Vec<String> = self.forms.iter().map(|(_, form)| escaped(form)).collect();
        let found = Command::new("grep")
            .env("LC_ALL", "C")
            .args([
                "--text",
                "--files-with-matches",
                "--no-messages",
                "--perl-regexp",
                "--",
            ])
            .arg(forms.join("|"))
            .args(files)
            .output()
            .expect("grep runs");
        // 2 besides: a segment of the log went meanwhile, and holds nothing.
        assert!(found.status.code().is_some_and(|code| code <= 2));
        let names = String::from_utf8_lossy(&found.stdout);
        names.lines().map(str::to_owned).collect()
    }
}

impl RunningApp {
    /// The files in which the server keeps this database, and the log it writes ahead, after everything was written.
    ///
    /// # Panics
    /// When the server's directory cannot be read: the tests run beside it, as the same person or as root.
    pub async fn data_files(&self) -> Vec<PathBuf> {
        sqlx::query("checkpoint")
            .execute(&self.behind)
            .await
            .expect("a superuser may");
        let (directory, database): (String, String) = sqlx::query_as(
            "select current_setting('data_directory'), oid::text from pg_database where datname = current_database()",
        )
        .fetch_one(&self.behind)
        .await
        .expect("the server says where it is");
        let directory = PathBuf::from(directory);
        let folders = [directory.join("base").join(database), directory.join("pg_wal")];
        let entries = folders
            .iter()
            .flat_map(|folder| fs::read_dir(folder).expect("the folder is read"));
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.is_file()).collect()
    }

    /// What `pg_dump` writes of this database, in a file that is gone with the test.
    ///
    /// # Panics
    /// When it fails.
    pub async fn pg_dump(&self) -> tempfile::NamedTempFile {
        let bin: String = sqlx::query_scalar("select setting from pg_config where name = 'BINDIR'")
            .fetch_one(&self.behind)
            .await
            .expect("the server says where its programs are");
        let file = tempfile::NamedTempFile::new().expect("a file");
        let dump = Command::new(PathBuf::from(bin).join("pg_dump"))
            .arg("--file")
            .arg(file.path())
            .arg(self.world.database.url())
            .output()
            .expect("pg_dump runs");
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        file
    }
}
