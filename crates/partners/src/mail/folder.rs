//! A letter as a file that mail programs open, where there is no server. Nobody but the owner reads it: it holds
//! what letters hold.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::MailError;

/// Keeps a letter; one of the same name, of a try before, is replaced.
pub(super) async fn keep(folder: PathBuf, id: Uuid, message: Vec<u8>) -> Result<(), MailError> {
    let kept = tokio::task::spawn_blocking(move || write(&folder, id, &message)).await;
    kept.map_err(|_| MailError::Folder)?
        .map_err(|_| MailError::Folder)
}

fn write(folder: &Path, id: Uuid, message: &[u8]) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let file = |ending: &str| folder.join(format!("{id}.{ending}"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    // Whole under its name or not at all.
    let mut draft = options.open(file("draft"))?;
    draft.write_all(message)?;
    draft.sync_all()?;
    std::fs::rename(file("draft"), file("eml"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use uuid::Uuid;

    use super::keep;

    #[tokio::test]
    async fn a_letter_is_a_whole_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let mail = folder.path().join("mail");
        keep(mail.clone(), Uuid::nil(), b"Subject: x\r\n\r\n".to_vec())
            .await
            .unwrap();
        let files: Vec<_> = std::fs::read_dir(&mail).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].file_name(), format!("{}.eml", Uuid::nil()).as_str());
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
