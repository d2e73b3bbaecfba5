//! The standard tool of the age format: what we write it reads, and what it writes we read.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use access::ids::PLATFORM_COMPANY;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use crypto::archive::{Seal, Sum};
use crypto::derive::InstallationSecret;
use crypto::field::{DataKeyId, MasterKey, Purpose, WrappedKey};
use secrecy::SecretString;
use serde_json::{Value, json};

/// A new identity in a file, and its recipient.
pub(super) fn identity(directory: &Path, name: &str) -> (PathBuf, String) {
    let path = directory.join(name);
    let made = Command::new("age-keygen").arg("--output").arg(&path).output();
    let made = made.expect("age-keygen runs: install the package `age`");
    assert!(made.status.success());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let recipient = text.lines().find_map(|line| line.strip_prefix("# public key: "));
    (path, recipient.unwrap().to_owned())
}

/// What is in a file.
pub(super) fn decrypt(file: &Path, identity: &Path) -> Vec<u8> {
    let output = Command::new("age")
        .args(["--decrypt", "--identity"])
        .args([identity, file])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// A file for a recipient.
pub(super) fn encrypt(plain: &[u8], recipient: &str, file: &Path) {
    let mut child = Command::new("age")
        .args(["--recipient", recipient, "--output"])
        .arg(file)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(plain).unwrap();
    assert!(child.wait().unwrap().success());
}

/// The parts of a backup.
pub(super) struct Parts {
    pub(super) manifest: Value,
    pub(super) dump: Vec<u8>,
    pub(super) sums: Value,
}

impl Parts {
    pub(super) fn of(plain: &[u8]) -> Self {
        let first = plain.iter().position(|byte| *byte == b'\n').unwrap();
        let text = plain.strip_suffix(b"\n").unwrap();
        let last = text.iter().rposition(|byte| *byte == b'\n').unwrap();
        Self {
            manifest: serde_json::from_slice(&plain[..first]).unwrap(),
            dump: plain[first + 1..last].to_vec(),
            sums: serde_json::from_slice(&text[last + 1..]).unwrap(),
        }
    }

    /// As a whole again, with the sums there were.
    pub(super) fn joined(&self) -> Vec<u8> {
        let (first, last) = (self.manifest.to_string(), self.sums.to_string());
        [first.as_bytes(), b"\n", &self.dump, b"\n", last.as_bytes(), b"\n"].concat()
    }

    /// As whoever holds the master key could make it.
    pub(super) fn sealed_anew(mut self, master: &Path) -> Vec<u8> {
        let text = SecretString::from(fs::read_to_string(master).unwrap());
        let master = MasterKey::from_base64(&text).unwrap();
        let key = &self.manifest["installation_key"];
        let wrapped = STANDARD.decode(key["wrapped"].as_str().unwrap()).unwrap();
        let id = DataKeyId(key["id"].as_str().unwrap().parse().unwrap());
        let wrapped = WrappedKey::from_bytes(wrapped).unwrap();
        let company = PLATFORM_COMPANY.uuid();
        let key = master
            .unwrap(&wrapped, id, company, Purpose::Installation)
            .unwrap();
        let seal = Seal::derive(&InstallationSecret::new(&key).unwrap());
        let mut sum = Sum::default();
        sum.add(&self.dump);
        let (bytes, sha256) = (self.dump.len(), sum.finish());
        let says = format!("{}\n{bytes}\n{sha256}", self.manifest);
        self.sums = json!({"bytes": bytes, "sha256": sha256, "seal": seal.of(says.as_bytes())});
        self.joined()
    }
}
