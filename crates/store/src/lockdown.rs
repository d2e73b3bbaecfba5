//! What the platform's operator does to an account, by command: audited in the person's company.

use access::ids::{AuditEventId, CompanyId};
use time::OffsetDateTime;

use crate::bootstrap::Owner;
use crate::error::StoreError;
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
    ) -> Result<LockOutcome, StoreError> {
        let event = AuditEventId::generate(now).uuid();
        let done = sqlx::query_scalar!(
            "select guard.operator_locks($1, $2, $3, $4)",
            company.uuid(),
            email_index,
            reason,
            event,
        )
        .fetch_one(&mut self.0)
        .await?;
        LockOutcome::parse(done.as_deref())
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
    ) -> Result<LockOutcome, StoreError> {
        let event = AuditEventId::generate(now).uuid();
        let done = sqlx::query_scalar!(
            "select guard.operator_unlocks($1, $2, $3, $4)",
            company.uuid(),
            email_index,
            reason,
            event,
        )
        .fetch_one(&mut self.0)
        .await?;
        LockOutcome::parse(done.as_deref())
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
