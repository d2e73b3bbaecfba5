//! The rung between a grant and the rows: a transaction in one company's context (DATA-5, DATA-7).
//!
//! A transaction opens by handing the database the handle of the caller's live session; the database itself
//! decides whose rows that is (migrations/0001). The context is transaction-local: it cannot leak through
//! the pool. A write ends in [`WriteTx::commit`], which takes the audit event; a dropped transaction rolls back.

use access::actor::Actor;
use access::grant::{Grant, Refusal};
use access::ids::{AuditEventId, UserId};
use access::permission::Permission;
use serde_json::json;
use sqlx::{PgConnection, Postgres, Transaction};
use time::OffsetDateTime;

use crate::audit::{Changes, Event, EventType, Origin, Outcome, Severity, cut};
use crate::error::StoreError;
use crate::notices::{Notice, Outbox, colleague};
use crate::pool::Store;

/// Reads in the context of one company.
pub struct ReadTx {
    inner: Transaction<'static, Postgres>,
}

/// Reads and writes in the context of one company; commits with an audit event.
pub struct WriteTx {
    inner: Transaction<'static, Postgres>,
    actor: std::sync::Arc<Actor>,
    origin: Origin,
    outbox: Outbox,
}

/// Proof that a write is durable together with its event.
#[derive(Debug, Clone, Copy)]
pub struct Receipt {
    /// The event that records it.
    pub event: AuditEventId,
}

/// A transaction in the context of the actor's company.
async fn enter(store: &Store, actor: &Actor) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut tx = store.app.begin().await?;
    sqlx::query_scalar!("select guard.enter($1)", actor.handle_hash())
        .fetch_one(&mut *tx)
        .await?;
    Ok(tx)
}

impl Store {
    /// Opens a transaction to read.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn read<P: Permission>(&self, grant: &Grant<P>) -> Result<ReadTx, StoreError> {
        Ok(ReadTx {
            inner: enter(self, grant.actor()).await?,
        })
    }

    /// Opens a transaction to write.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn write<P: Permission>(
        &self,
        grant: &Grant<P>,
        origin: &Origin,
    ) -> Result<WriteTx, StoreError> {
        Ok(WriteTx {
            inner: enter(self, grant.actor()).await?,
            actor: grant.actor().clone(),
            origin: origin.clone(),
            outbox: self.outbox.clone(),
        })
    }

    /// Records that the policies refused an actor something (AUTHZ-8).
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn record_refusal(
        &self,
        actor: &std::sync::Arc<Actor>,
        origin: &Origin,
        refusal: &Refusal,
        now: OffsetDateTime,
    ) -> Result<Receipt, StoreError> {
        let tx = WriteTx {
            inner: enter(self, actor).await?,
            actor: actor.clone(),
            origin: origin.clone(),
            outbox: self.outbox.clone(),
        };
        tx.commit(
            Event {
                event_type: EventType::View,
                severity: Severity::Medium,
                outcome: Outcome::Denied,
                resource_type: "permission",
                resource_id: None,
                resource_name: refusal.permission.to_owned(),
                description: format!("refused: {}", refusal.reason.as_str()),
                changes: Changes::default(),
                additional: json!({"permission": refusal.permission}),
            },
            now,
        )
        .await
    }
}

impl ReadTx {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

impl WriteTx {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Tells a person of the company what is done here, if it is done.
    ///
    /// # Errors
    /// When the company has no such person, the notice cannot be written, or the database fails.
    pub async fn tell(
        &mut self,
        user: UserId,
        notice: &Notice,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let company = self.actor.company();
        let to = colleague(&mut self.inner, company, user).await?;
        self.outbox
            .post(&mut self.inner, &to, notice, &self.origin, now)
            .await
    }

    /// Writes the event and commits both (AUDIT-1, A7). `now` orders the event's id; the time it records is
    /// the database's.
    ///
    /// # Errors
    /// When the database fails; then nothing was stored.
    pub async fn commit(mut self, event: Event, now: OffsetDateTime) -> Result<Receipt, StoreError> {
        let id = AuditEventId::generate(now);
        sqlx::query!(
            "insert into audit_events (company_id, id, event_type, severity, outcome, actor_company_id,
                 actor_user_id, actor_name, session_id, resource_type, resource_id, resource_name, ip_address,
                 user_agent, request_method, request_path, request_id, description, changed_fields, additional_data)
             values ($1, $2, $3, $4, $5, $1, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            self.actor.company().uuid(),
            id.uuid(),
            event.event_type.as_str(),
            event.severity.as_str(),
            event.outcome.as_str(),
            self.actor.user().uuid(),
            self.actor.display_name(),
            self.actor.session().uuid(),
            event.resource_type,
            event.resource_id,
            cut(&event.resource_name, 200),
            self.origin.ip as _,
            self.origin.recorded_agent(),
            self.origin.method,
            self.origin.recorded_path(),
            self.origin.request.map(|request| request.uuid()),
            event.description,
            json!(event.changes),
            event.additional,
        )
        .execute(&mut *self.inner)
        .await?;
        self.inner.commit().await?;
        Ok(Receipt { event: id })
    }
}
