//! What the platform's operator does to an account, by command: audited in the person's company.

use access::ids::{AuditEventId, CompanyId, UserId};
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;

use crate::audit::Origin;
use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::notices::{Notice, Outbox};
use crate::people::LockOutcome;

impl Owner {
    /// Locks the account with this address and ends its sessions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock(
        &mut self,
        company: CompanyId,
        email_index: &[u8],
        reason: &str,
        now: OffsetDateTime,
        outbox: &Outbox,
    ) -> Result<LockOutcome, StoreError> {
        let mut tx = self.0.begin().await?;
        let event = AuditEventId::generate(now).uuid();
        let done = sqlx::query_scalar!(
            "select guard.operator_locks($1, $2, $3, $4)",
            company.uuid(),
            email_index,
            reason,
            event,
        )
        .fetch_one(&mut *tx)
        .await?;
        let done = LockOutcome::parse(done.as_deref())?;
        if done == LockOutcome::Done {
            tell(&mut tx, outbox, (company, email_index), &Notice::LockedDown, now).await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    /// Lets the person with this address sign in again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unlock(
        &mut self,
        company: CompanyId,
        email_index: &[u8],
        reason: &str,
        now: OffsetDateTime,
        outbox: &Outbox,
    ) -> Result<LockOutcome, StoreError> {
        let mut tx = self.0.begin().await?;
        let event = AuditEventId::generate(now).uuid();
        let done = sqlx::query_scalar!(
            "select guard.operator_unlocks($1, $2, $3, $4)",
            company.uuid(),
            email_index,
            reason,
            event,
        )
        .fetch_one(&mut *tx)
        .await?;
        let done = LockOutcome::parse(done.as_deref())?;
        if done == LockOutcome::Done {
            tell(&mut tx, outbox, (company, email_index), &Notice::Unlocked, now).await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    /// Ends the sessions of the person with this address; how many there were, or none without such a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(
        &mut self,
        company: CompanyId,
        email_index: &[u8],
        now: OffsetDateTime,
    ) -> Result<Option<i32>, StoreError> {
        let event = AuditEventId::generate(now).uuid();
        let ended = sqlx::query_scalar!(
            "select guard.operator_ends_sessions($1, $2, $3)",
            company.uuid(),
            email_index,
            event,
        )
        .fetch_one(&mut self.0)
        .await?;
        Ok(ended)
    }
}

/// Tells the person with this address; a command comes from nowhere on the network.
pub(crate) async fn tell(
    tx: &mut PgConnection,
    outbox: &Outbox,
    (company, email_index): (CompanyId, &[u8]),
    notice: &Notice,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let user = sqlx::query_scalar!(
        r#"select guard.user_by_email($1, $2) as "user!""#,
        company.uuid(),
        email_index,
    )
    .fetch_one(&mut *tx)
    .await?;
    let person = (company, UserId::from_uuid(user));
    outbox.tell(tx, person, notice, &Origin::default(), now).await
}
