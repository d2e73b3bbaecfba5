//! What a restored database must be before anybody works in it, and what ends in it.
//!
//! It is as old as its backup: a session that was ended since would live again, a code that was spent would be good
//! again, and nobody can tell which. So all of it ends ([`settle`]). What people are, may and know is as it was then.

use crypto::Rng;
use crypto::field::MasterKey;
use crypto::password::Argon2Params;
use crypto::totp::Step;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Address;
use store::backups::{Restored, Sample};
use store::bootstrap::Preparation;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{BackupError, Manifest, Sums, differences};
use crate::Error;
use crate::keys::Receipt;
use crate::provision::Provisioner;

/// What ended because of a restore, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Ended {
    /// Sessions that were alive.
    pub sessions: i64,
    /// Sign-ins under way.
    pub begun: i64,
    /// Links to set a new password.
    pub links: i64,
    /// Backup codes.
    pub codes: i64,
    /// Emergency access.
    pub emergency: i64,
    /// Resets of second factors that had been asked for.
    pub resets: i64,
    /// Signing keys whose private half was destroyed; a new one signs.
    #[serde(default)]
    pub signing_keys: i64,
    /// Companies whose data keys were destroyed again.
    #[serde(default)]
    pub shredded: i64,
}

/// What a restore proved and did.
pub struct Report {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Its dump.
    pub sums: Sums,
    /// What was opened.
    pub sample: Sample,
    /// What ended.
    pub ended: Ended,
}

/// What the last steps of a restore need.
pub struct Finishing<'a> {
    /// The master key of the backup.
    pub master: &'a MasterKey,
    /// What the backup says of itself.
    pub manifest: &'a Manifest,
    /// Its dump.
    pub sums: &'a Sums,
    /// Receipts of keys that were destroyed since, with the signed texts.
    pub shredded: &'a [(Receipt, String)],
    /// Randomness.
    pub rng: &'a Rng,
    /// The time.
    pub now: OffsetDateTime,
}

/// Proves that a database is what was backed up, migrates it as a start does, and ends what the backup brought back.
/// Nobody works in it yet; whatever fails, it is to be dropped.
///
/// # Errors
/// Rows, schema or protection that are not those of the backup; when a data key does not unwrap, or the store fails.
pub async fn finish(restored: &Address, with: Finishing<'_>) -> Result<Report, BackupError> {
    let Finishing {
        master,
        manifest,
        sums,
        shredded,
        rng,
        now,
    } = with;
    let mut proof = Restored::connect(restored).await?;
    let differ = differences(&manifest.rows, &proof.rows().await?);
    if !differ.is_empty() {
        return Err(BackupError::OtherRows(differ));
    }
    if proof.migrations().await? != manifest.migrations()? {
        return Err(BackupError::OtherSchema);
    }
    let mut turn = Preparation::begin(restored.admin()).await?;
    let owner = turn.migrate(Some(master)).await?;
    drop(turn);
    let unforced = proof.unforced().await?;
    if !unforced.is_empty() {
        return Err(BackupError::Unforced(unforced));
    }
    let sample = proof.open_samples(master).await?;
    if sample.opened == 0 && sample.unreadable > 0 {
        return Err(BackupError::Unreadable(sample.unreadable));
    }
    proof.close().await?;
    let provisioner = Provisioner::new(owner, master.clone(), Argon2Params::default(), rng.clone()).await?;
    let about = json!({
        "backup_of": manifest.taken_at.format(&Rfc3339).unwrap_or_default(),
        "backup_sha256": sums.sha256,
        "made_by": manifest.product,
    });
    let ended = settle(provisioner, shredded, &about, now).await?;
    Ok(Report {
        manifest: manifest.clone(),
        sums: sums.clone(),
        sample,
        ended,
    })
}

/// Ends what an older state of a database has brought back, in every company, with an event in each: after a restore
/// of ours, or of the server's own snapshots.
///
/// # Errors
/// When the store fails.
pub async fn settle(
    mut provisioner: Provisioner,
    shredded: &[(Receipt, String)],
    about: &Value,
    now: OffsetDateTime,
) -> Result<Ended, Error> {
    // One step ahead: a clock that is fast may have shown its code before.
    let step = Step::at(now).number() + 1;
    let ended = provisioner
        .owner
        .settle_restore(
            "database restored: sessions, sign-ins under way, links and backup codes of before are over",
            about,
            step,
        )
        .await?;
    let mut ended: Ended =
        serde_json::from_value(ended).map_err(|_| Error::Internal("what ended could not be read"))?;
    for (receipt, note) in shredded {
        ended.shredded += i64::from(provisioner.shred_again(receipt, note, now).await?);
    }
    // One that was destroyed since for a reason signs again otherwise.
    let mut keys = provisioner.key_keeper(now).await?;
    let known = keys.list().await?;
    if !known.is_empty() {
        if known.iter().any(|key| key.state == "pending") {
            keys.rotate(true).await?;
        }
        keys.rotate(true).await?;
        for key in keys
            .list()
            .await?
            .into_iter()
            .filter(|key| key.state == "retired")
        {
            keys.destroy(&key.kid).await?;
            ended.signing_keys += 1;
        }
    }
    Ok(ended)
}
