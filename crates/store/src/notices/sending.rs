//! Sending: each notice is one sender's at a time, and is gone when it was accepted.

use access::ids::AuditEventId;
use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::pool::Store;

/// A notice taken to be sent.
pub struct Taken {
    /// Which.
    pub id: Uuid,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// When it was written.
    pub written_at: OffsetDateTime,
    /// Tries, this one included.
    pub tries: i32,
    held_until: OffsetDateTime,
}

/// Notices that share a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// Its class; none before a try has failed.
    pub fault: Option<String>,
    /// How many still wait.
    pub waiting: i64,
    /// How many have failed.
    pub failed: i64,
}

impl Store {
    /// Takes the notice that has been due longest; nobody else does before `held_until`, unless this node says
    /// what became of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_notice(
        &self,
        now: OffsetDateTime,
        held_until: OffsetDateTime,
    ) -> Result<Option<Taken>, StoreError> {
        let row = sqlx::query!(
            r#"select id as "id!", letter_sealed as "sealed!", written_at as "written_at!", tries as "tries!"
               from guard.take_notice($1, $2)"#,
            now,
            held_until,
        )
        .fetch_optional(&self.directory)
        .await?;
        Ok(row.map(|row| Taken {
            id: row.id,
            sealed: row.sealed,
            written_at: row.written_at,
            tries: row.tries,
            held_until,
        }))
    }

    /// It was accepted, and is gone from here.
    ///
    /// # Errors
    /// When the database fails: then it is sent once more.
    pub async fn notice_delivered(&self, taken: &Taken) -> Result<(), StoreError> {
        sqlx::query_scalar!(
            "select guard.notice_delivered($1, $2)",
            taken.id,
            taken.held_until,
        )
        .fetch_one(&self.directory)
        .await?;
        Ok(())
    }

    /// It was not accepted, and is tried again then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_postponed(
        &self,
        taken: &Taken,
        until: OffsetDateTime,
        fault: &str,
    ) -> Result<(), StoreError> {
        sqlx::query_scalar!(
            "select guard.notice_postponed($1, $2, $3, $4)",
            taken.id,
            taken.held_until,
            until,
            fault,
        )
        .fetch_one(&self.directory)
        .await?;
        Ok(())
    }

    /// It will not be delivered, and is kept for the operator to see why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_failed(
        &self,
        taken: &Taken,
        now: OffsetDateTime,
        fault: &str,
    ) -> Result<(), StoreError> {
        sqlx::query_scalar!(
            "select guard.notice_failed($1, $2, $3, $4)",
            taken.id,
            taken.held_until,
            now,
            fault,
        )
        .fetch_one(&self.directory)
        .await?;
        Ok(())
    }

    /// Gives up what was written before this and still waits, and forgets what failed before that; how many were
    /// given up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_notices(
        &self,
        written_before: OffsetDateTime,
        failed_before: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<i64, StoreError> {
        let expired = sqlx::query_scalar!(
            r#"select guard.expire_notices($1, $2, $3) as "expired!""#,
            written_before,
            failed_before,
            now,
        )
        .fetch_one(&self.directory)
        .await?;
        Ok(expired)
    }

    /// How many notices wait, and how many have failed of what.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_faults(&self) -> Result<Vec<Faults>, StoreError> {
        faults(&self.directory).await
    }
}

/// How many notices wait, and how many have failed of what, as far as the connection may ask.
async fn faults<'e>(executor: impl PgExecutor<'e>) -> Result<Vec<Faults>, StoreError> {
    let rows = sqlx::query!(
        r#"select fault, waiting as "waiting!", failed as "failed!" from guard.notice_faults()"#
    )
    .fetch_all(executor)
    .await?;
    let faults = rows.into_iter().map(|row| Faults {
        fault: row.fault,
        waiting: row.waiting,
        failed: row.failed,
    });
    Ok(faults.collect())
}

/// A notice that has failed, as far as anybody may know it: neither whom it was for nor what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedNotice {
    /// Which.
    pub id: Uuid,
    /// When it was written.
    pub written_at: OffsetDateTime,
    /// When it was given up.
    pub failed_at: OffsetDateTime,
    /// Tries there were.
    pub tries: i32,
    /// The class of the last fault.
    pub fault: String,
}

impl Owner {
    /// How many notices wait, and how many have failed of what.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_faults(&mut self) -> Result<Vec<Faults>, StoreError> {
        faults(&mut self.0).await
    }

    /// What has failed, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn failed_notices(&mut self) -> Result<Vec<FailedNotice>, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", written_at as "written_at!", failed_at as "failed_at!", tries as "tries!",
                   fault as "fault!" from guard.failed_notices()"#
        )
        .fetch_all(&mut self.0)
        .await?;
        let failed = rows.into_iter().map(|row| FailedNotice {
            id: row.id,
            written_at: row.written_at,
            failed_at: row.failed_at,
            tries: row.tries,
            fault: row.fault,
        });
        Ok(failed.collect())
    }

    /// Has what has failed tried again: one, or all of a class of fault, or with neither all. How many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_notices(
        &mut self,
        id: Option<Uuid>,
        fault: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<i64, StoreError> {
        let again = sqlx::query_scalar!(
            r#"select guard.retry_notices($1, $2, $3, $4) as "again!""#,
            id,
            fault,
            now,
            AuditEventId::generate(now).uuid(),
        )
        .fetch_one(&mut self.0)
        .await?;
        Ok(again)
    }
}
