//! The data directory of a private installation: the cluster and the secrets that go with it.
//!
//! | name | what | mode |
//! |---|---|---|
//! | `postgres/` | the cluster | see the cluster crate |
//! | `keys/master` | the master key, base64 | 0600 |
//! | `keys/former` | the master key before, until `safeshipper keys rewrap-master` has run | 0600 |
//! | `keys/superuser` | the cluster's superuser password | 0600 |
//! | `mail/` | what a demonstration would send, a file a mail | 0700 |
//! | `keys/demo` | the password of the demo sign-ins | 0600 |
//!
//! Secrets are made with the cluster, at the first start, and the demo's with its companies. A cluster without its master key is never given a
//! new one: that would lose every encrypted value and call it a start (E4).

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use crypto::Rng;
use crypto::field::MasterKey;
use secrecy::{ExposeSecret, SecretString};

/// An open data directory.
pub(crate) struct DataDir {
    root: PathBuf,
    /// Whether there was a cluster before.
    used: bool,
}

impl DataDir {
    /// Opens the directory, making it if needed.
    pub(crate) fn open(root: &Path) -> anyhow::Result<Self> {
        let make = |path: &Path, mode| {
            DirBuilder::new()
                .recursive(true)
                .mode(mode)
                .create(path)
                .with_context(|| format!("cannot make {}", path.display()))
        };
        make(root, 0o755)?;
        let root = root
            .canonicalize()
            .with_context(|| format!("cannot use {}", root.display()))?;
        must_be_ours(&root, 0o002)?;
        make(&root.join("keys"), 0o700)?;
        must_be_ours(&root.join("keys"), 0o077)?;
        let used = root.join("postgres/pgdata").exists();
        Ok(Self { root, used })
    }

    /// Where the cluster lives.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// Where a demonstration keeps its mails.
    pub(crate) fn mail(&self) -> PathBuf {
        self.root.join("mail")
    }

    /// The master key, which knows the former one where that is kept.
    pub(crate) fn master_key(&self) -> anyhow::Result<MasterKey> {
        let text = self.secret("master", || Ok(MasterKey::generate(&Rng::system())?.to_base64()))?;
        let key = MasterKey::from_base64(&text).context("keys/master is not a master key")?;
        match self.read("former")? {
            Some(text) => {
                let former = MasterKey::from_base64(&text).context("keys/former is not a master key")?;
                Ok(key.with_former(&former))
            }
            None => Ok(key),
        }
    }

    /// The master key of a directory that has one: none is made.
    pub(crate) fn kept_master_key(root: &Path) -> anyhow::Result<MasterKey> {
        let file = root.join("keys/master");
        if !file.exists() {
            bail!(
                "there is no master key: put it into {} (mode 600, its directory 700), or name it with `--master-key-file`",
                file.display()
            );
        }
        Self::open(root)?.master_key()
    }

    /// The cluster's superuser password.
    pub(crate) fn superuser_password(&self) -> anyhow::Result<SecretString> {
        self.secret("superuser", || {
            Ok(MasterKey::generate(&Rng::system())?.to_base64())
        })
    }

    /// The password of the demo sign-ins. It is made with the first demo company, which may be long after the
    /// cluster.
    pub(crate) fn demo_password(&self, has_companies: bool) -> anyhow::Result<SecretString> {
        match self.read("demo")? {
            Some(password) => Ok(password),
            None if has_companies => bail!(
                "{} is missing, and the demo companies have its password; restore it, or move {} away",
                self.path("demo").display(),
                self.root.display()
            ),
            None => self.write("demo", passphrase()?),
        }
    }

    /// Reads a master key from a file that nobody else may read.
    pub(crate) fn read_master_key(file: &Path) -> anyhow::Result<MasterKey> {
        MasterKey::from_base64(&Self::read_secret(file)?)
            .with_context(|| format!("{} does not hold 32 bytes in base64", file.display()))
    }

    /// Reads a file that nobody else may read.
    pub(crate) fn read_secret(file: &Path) -> anyhow::Result<SecretString> {
        closed(file, 0o077)?;
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(SecretString::from(text.trim().to_owned()))
    }

    /// The secret of this name; made with the cluster, never afterwards.
    fn secret(
        &self,
        name: &str,
        make: impl FnOnce() -> anyhow::Result<SecretString>,
    ) -> anyhow::Result<SecretString> {
        if let Some(secret) = self.read(name)? {
            return Ok(secret);
        }
        if self.used {
            bail!(
                "{} is missing beside an existing cluster; restore it, or move {} away",
                self.path(name).display(),
                self.root.display()
            );
        }
        self.write(name, make()?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join("keys").join(name)
    }

    /// The secret of this name, if there is one.
    fn read(&self, name: &str) -> anyhow::Result<Option<SecretString>> {
        let path = self.path(name);
        if path.exists() {
            closed(&path, 0o077)?;
        }
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(SecretString::from(text.trim().to_owned()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Keeps a secret under a name that it gets only when it is complete and on the disk.
    fn write(&self, name: &str, secret: SecretString) -> anyhow::Result<SecretString> {
        let (path, half) = (self.path(name), self.path(&format!("{name}.new")));
        let write = || {
            // One that a start left half written.
            match fs::remove_file(&half) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&half)?;
            file.write_all(secret.expose_secret().as_bytes())?;
            file.sync_all()?;
            fs::rename(&half, &path)?;
            File::open(self.root.join("keys"))?.sync_all()
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(secret)
    }
}

/// Refuses a file or directory that gives others any of these permissions.
fn closed(path: &Path, forbidden: u32) -> anyhow::Result<Metadata> {
    let metadata = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mode = metadata.mode() & 0o777;
    if mode & forbidden != 0 {
        bail!(
            "{} is open to others (mode {mode:03o}); run `chmod {:03o} {}`",
            path.display(),
            mode & !forbidden,
            path.display()
        );
    }
    Ok(metadata)
}

/// As [`closed`], and refuses a directory of somebody else: who owns it can replace what is in it.
fn must_be_ours(dir: &Path, forbidden: u32) -> anyhow::Result<()> {
    let owner = closed(dir, forbidden)?.uid();
    let own = fs::metadata("/proc/self")
        .context("cannot tell which user this is")?
        .uid();
    if owner != own {
        bail!(
            "{} belongs to user {owner}, and this is user {own}",
            dir.display()
        );
    }
    Ok(())
}

/// Eighty random bits as four groups of four characters that are told apart easily.
pub(crate) fn passphrase() -> anyhow::Result<SecretString> {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let bytes: [u8; 16] = Rng::system().bytes()?;
    let characters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(SecretString::from(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_that_a_start_left_half_written_is_made_anew_before_there_is_a_cluster() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::open(dir.path()).unwrap();
        fs::write(dir.path().join("keys/master.new"), "half a k").unwrap();
        let made = data.master_key().unwrap().to_base64();
        let again = DataDir::open(dir.path())
            .unwrap()
            .master_key()
            .unwrap()
            .to_base64();
        assert_eq!(made.expose_secret(), again.expose_secret());
        assert!(!dir.path().join("keys/master.new").exists());
    }

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_master_key_that_others_can_read_is_refused_with_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("master");
        let key = MasterKey::generate(&Rng::system()).unwrap().to_base64();
        fs::write(&file, key.expose_secret()).unwrap();
        for open in [0o644, 0o640, 0o604, 0o620, 0o777] {
            mode(&file, open);
            let refused = DataDir::read_master_key(&file).err().unwrap().to_string();
            assert!(
                refused.contains("is open to others") && refused.contains("chmod"),
                "{refused}"
            );
        }
        for closed in [0o600, 0o400] {
            mode(&file, closed);
            assert!(DataDir::read_master_key(&file).is_ok());
        }
    }

    #[test]
    fn no_key_is_made_where_others_can_change_or_read_it() {
        let dir = tempfile::tempdir().unwrap();
        mode(dir.path(), 0o777);
        assert!(DataDir::open(dir.path()).is_err());
        assert!(!dir.path().join("keys").exists());
        mode(dir.path(), 0o755);
        fs::create_dir(dir.path().join("keys")).unwrap();
        mode(&dir.path().join("keys"), 0o755);
        assert!(DataDir::open(dir.path()).is_err());
        mode(&dir.path().join("keys"), 0o700);
        let data = DataDir::open(dir.path()).unwrap();
        assert!(data.master_key().is_ok());
        mode(&dir.path().join("keys/master"), 0o644);
        assert!(data.master_key().is_err());
    }
}
