//! A person's own second factors (AUTH-6, AUTH-7), and what their company demands (M11).
//!
//! Everything here names the session by its handle; the database finds the person and demands a fresh proof
//! itself, so that a grant that should not have been given changes nothing.

use access::actor::{Actor, PasskeyPolicy, SecondFactorPolicy};
use access::grant::Grant;
use access::ids::FactorId;
use access::permission::{ConfigureSecurity, EnrolFactors, ManageFactors, SignedIn};
use crypto::backup::BackupCodeHash;
use crypto::field::Sealed;
use crypto::totp::Step;
use time::OffsetDateTime;

use crate::audit::{EventType, Origin, Severity};
use crate::error::StoreError;
use crate::notices::Notice;
use crate::pool::Store;
use crate::proof::own_event;
use crate::second_step::{StoredTotp, stored};
use crate::sessions::record;

/// What a person has to show beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnFactors {
    /// Since when one-time passwords are active.
    pub active_since: Option<OffsetDateTime>,
    /// Whether this session is enrolling.
    pub pending: bool,
    /// Backup codes not used yet.
    pub codes_left: u32,
}

impl Store {
    /// The person's factors.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn own_factors(&self, grant: &Grant<SignedIn>) -> Result<OwnFactors, StoreError> {
        let row = sqlx::query!(
            r#"select activated_at, pending as "pending!", codes_left as "codes_left!" from guard.own_factors($1)"#,
            grant.actor().handle_hash(),
        )
        .fetch_optional(&self.directory)
        .await?
        .ok_or(StoreError::SessionOver)?;
        Ok(OwnFactors {
            active_since: row.activated_at,
            pending: row.pending,
            codes_left: u32::try_from(row.codes_left).unwrap_or_default(),
        })
    }

    /// Stores a secret as pending: it proves nothing yet, and an active factor stays (M5, M6).
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn begin_totp(
        &self,
        grant: &Grant<EnrolFactors>,
        id: FactorId,
        secret: &Sealed,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut tx = self.directory.begin().await?;
        sqlx::query_scalar!(
            "select guard.begin_totp($1, $2, $3)",
            grant.actor().handle_hash(),
            id.uuid(),
            secret.as_bytes(),
        )
        .fetch_one(&mut *tx)
        .await?;
        let what = "enrolment of one-time passwords begun";
        let event = own_event(grant.actor(), EventType::Create, Severity::Medium, what);
        record(&mut tx, &event, origin, now).await?;
        self.tell_own(&mut tx, grant.actor(), &Notice::FactorBegun, origin, now)
            .await?;
        Ok(tx.commit().await?)
    }

    /// What this session is enrolling.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pending_totp(&self, actor: &Actor) -> Result<Option<StoredTotp>, StoreError> {
        let row = sqlx::query!(
            "select id, secret_sealed from guard.pending_totp($1)",
            actor.handle_hash(),
        )
        .fetch_optional(&self.directory)
        .await?;
        row.map_or(Ok(None), |row| stored(row.id, row.secret_sealed))
    }

    /// Makes the pending factor the active one after its first good code, with these backup codes. False when it
    /// is pending no longer.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn confirm_totp(
        &self,
        grant: &Grant<EnrolFactors>,
        id: FactorId,
        step: Step,
        codes: &[BackupCodeHash],
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let confirmed = sqlx::query_scalar!(
            r#"select guard.confirm_totp($1, $2, $3, $4) as "confirmed!""#,
            grant.actor().handle_hash(),
            id.uuid(),
            step.number(),
            &bytes(codes),
        )
        .fetch_one(&mut *tx)
        .await?;
        if confirmed {
            let what = "second factor active: one-time passwords, with new backup codes";
            let event = own_event(grant.actor(), EventType::Create, Severity::High, what);
            record(&mut tx, &event, origin, now).await?;
            self.tell_own(&mut tx, grant.actor(), &Notice::FactorActive, origin, now)
                .await?;
        }
        tx.commit().await?;
        Ok(confirmed)
    }

    /// Puts new backup codes in place of all before. False for a person without a factor.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn replace_backup_codes(
        &self,
        grant: &Grant<ManageFactors>,
        codes: &[BackupCodeHash],
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let replaced = sqlx::query_scalar!(
            r#"select guard.replace_backup_codes($1, $2) as "replaced!""#,
            grant.actor().handle_hash(),
            &bytes(codes),
        )
        .fetch_one(&mut *tx)
        .await?;
        if replaced {
            let what = "backup codes made anew, those before void";
            let event = own_event(grant.actor(), EventType::Update, Severity::High, what);
            record(&mut tx, &event, origin, now).await?;
            self.tell_own(&mut tx, grant.actor(), &Notice::BackupCodesRenewed, origin, now)
                .await?;
        }
        tx.commit().await?;
        Ok(replaced)
    }

    /// Removes the factor, with the last of all factors the backup codes, and voids what was proved. False for a person
    /// without one.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn remove_totp(
        &self,
        grant: &Grant<ManageFactors>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let removed = sqlx::query_scalar!(
            r#"select guard.remove_totp($1) as "removed!""#,
            grant.actor().handle_hash(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if removed {
            let what = "second factor removed: one-time passwords";
            let event = own_event(grant.actor(), EventType::Delete, Severity::High, what);
            record(&mut tx, &event, origin, now).await?;
            self.tell_own(&mut tx, grant.actor(), &Notice::FactorRemoved, origin, now)
                .await?;
        }
        tx.commit().await?;
        Ok(removed)
    }

    /// Sets of whom the company demands a second factor, and, unless that is to stay as it is, a passkey.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh second factor; when the session is over or the database fails.
    pub async fn demand_factors(
        &self,
        grant: &Grant<ConfigureSecurity>,
        policy: SecondFactorPolicy,
        passkeys: Option<PasskeyPolicy>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut tx = self.directory.begin().await?;
        let before = sqlx::query!(
            r#"select policy as "policy!", passkeys as "passkeys!" from guard.demand_factors($1, $2, $3)"#,
            grant.actor().handle_hash(),
            policy.as_str(),
            passkeys.map(PasskeyPolicy::as_str),
        )
        .fetch_one(&mut *tx)
        .await?;
        let mut what = format!(
            "second factor demanded: `{}`, before `{}`",
            policy.as_str(),
            before.policy
        );
        if let Some(passkeys) = passkeys {
            let (now, before) = (passkeys.as_str(), &before.passkeys);
            what.push_str(&format!("; passkey demanded: `{now}`, before `{before}`"));
        }
        let event = own_event(grant.actor(), EventType::PermissionChange, Severity::High, &what);
        record(&mut tx, &event, origin, now).await?;
        let earlier = before
            .passkeys
            .parse()
            .map_err(|_| StoreError::Corrupt("companies.passkey_policy"))?;
        let notice = Notice::DemandChanged {
            by: grant.actor().display_name().to_owned(),
            before: before
                .policy
                .parse()
                .map_err(|_| StoreError::Corrupt("companies.second_factor_policy"))?,
            after: policy,
            passkeys: passkeys.map(|after| [earlier, after]),
        };
        let company = grant.actor().company();
        self.outbox
            .tell_administrators(&mut tx, company, &notice, origin, now)
            .await?;
        Ok(tx.commit().await?)
    }
}

pub(crate) fn bytes(codes: &[BackupCodeHash]) -> Vec<Vec<u8>> {
    codes.iter().map(|code| code.as_bytes().to_vec()).collect()
}
