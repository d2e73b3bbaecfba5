//! A lost second factor, reset by two administrators and a day of waiting (M10, docs/decisions/0014).
//!
//! Steps are functions of the guard (migrations/0018): they judge once more who asks and who approves, and none
//! commits without its event. A reset takes effect by the clock; [`Store::settle_factor_reset`] only clears up.

use access::grant::Grant;
use access::ids::{AuditEventId, CompanyId, FactorResetId, UserId};
use access::permission::{AdministerUsers, ResetFactors, SignedIn};
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;

use crate::audit::Origin;
use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::lockdown::tell;
use crate::notices::{Notice, Outbox};
use crate::pool::Store;
use crate::tx::{ReadTx, WriteTx};

/// A reset under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorReset {
    /// Its id: who approves names what they have read.
    pub id: FactorResetId,
    /// Who asked, with their name; absent for the platform's operator.
    pub asked_by: Option<(UserId, String)>,
    /// When.
    pub asked_at: OffsetDateTime,
    /// Why.
    pub reason: String,
    /// How the person proved again who they are.
    pub identity: String,
    /// Who approved and when it takes effect; absent until somebody did.
    pub approved: Option<Approved>,
}

/// The second half of a reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// The name of who approved; absent for the platform's operator.
    pub by: Option<String>,
    /// When it takes effect.
    pub due_at: OffsetDateTime,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetOutcome {
    /// It is done.
    Done,
    /// The company has no such person or no such reset.
    Absent,
    /// Not in this state of the account or of the reset.
    State,
    /// It takes somebody else.
    Oneself,
}

impl ResetOutcome {
    fn parse(word: Option<&str>) -> Result<Self, StoreError> {
        match word {
            Some("done") => Ok(Self::Done),
            Some("absent") => Ok(Self::Absent),
            Some("state") => Ok(Self::State),
            Some("self") => Ok(Self::Oneself),
            _ => Err(StoreError::Corrupt("guard.ask_reset")),
        }
    }
}

async fn under_way(
    tx: &mut ReadTx,
    company: CompanyId,
    user: UserId,
) -> Result<Option<FactorReset>, StoreError> {
    let row = sqlx::query!(
        r#"select r.id, r.asked_by, r.asked_at, r.reason, r.identity, r.due_at,
               a.display_name as "asker?", b.display_name as "approver?"
           from factor_resets r
           left join users a on a.company_id = r.company_id and a.id = r.asked_by
           left join users b on b.company_id = r.company_id and b.id = r.approved_by
           where r.company_id = $1 and r.user_id = $2 and r.closed_at is null
             and (r.due_at > now() or (r.due_at is null and r.asked_at > now() - interval '7 days'))"#,
        company.uuid(),
        user.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| FactorReset {
        id: FactorResetId::from_uuid(row.id),
        asked_by: row.asked_by.map(UserId::from_uuid).zip(row.asker),
        asked_at: row.asked_at,
        reason: row.reason,
        identity: row.identity,
        approved: row.due_at.map(|due_at| Approved {
            by: row.approver,
            due_at,
        }),
    }))
}

/// The reset of a person's factors that is under way.
///
/// # Errors
/// When the database fails.
pub async fn of_person(
    tx: &mut ReadTx,
    grant: &Grant<AdministerUsers>,
    user: UserId,
) -> Result<Option<FactorReset>, StoreError> {
    under_way(tx, grant.actor().company(), user).await
}

/// The reset of one's own factors that is under way.
///
/// # Errors
/// When the database fails.
pub async fn own(tx: &mut ReadTx, grant: &Grant<SignedIn>) -> Result<Option<FactorReset>, StoreError> {
    under_way(tx, grant.actor().company(), grant.actor().user()).await
}

/// Asks for a reset.
///
/// # Errors
/// [`StoreError::NotProved`] without a second factor within 900 seconds; when the database fails.
pub async fn ask(
    tx: &mut WriteTx,
    _grant: &Grant<ResetFactors>,
    user: UserId,
    reset: FactorResetId,
    reason: &str,
    identity: &str,
) -> Result<ResetOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.ask_factor_reset($1, $2, $3, $4)",
        user.uuid(),
        reset.uuid(),
        reason,
        identity,
    )
    .fetch_one(tx.connection())
    .await?;
    ResetOutcome::parse(done.as_deref())
}

/// Approves a reset that another administrator asked for.
///
/// # Errors
/// As those of [`ask`].
pub async fn approve(
    tx: &mut WriteTx,
    _grant: &Grant<ResetFactors>,
    user: UserId,
    reset: FactorResetId,
) -> Result<ResetOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.approve_factor_reset($1, $2)",
        user.uuid(),
        reset.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    ResetOutcome::parse(done.as_deref())
}

/// Takes back a reset that is not in effect yet.
///
/// # Errors
/// When the database fails.
pub async fn cancel(
    tx: &mut WriteTx,
    _grant: &Grant<AdministerUsers>,
    user: UserId,
    reset: FactorResetId,
) -> Result<ResetOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.cancel_factor_reset($1, $2)",
        user.uuid(),
        reset.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    ResetOutcome::parse(done.as_deref())
}

/// Objects to the reset of one's own factors; whether one was under way.
///
/// # Errors
/// When the database fails.
pub async fn object(tx: &mut WriteTx, _grant: &Grant<SignedIn>) -> Result<bool, StoreError> {
    let done = sqlx::query_scalar!(r#"select guard.object_to_factor_reset() as "done!""#)
        .fetch_one(tx.connection())
        .await?;
    Ok(done)
}

impl Store {
    /// Clears up after a reset of this person's factors that is due: they are gone, and sessions from before.
    /// Whatever opens sessions asks this before it looks at factors; until then none opens.
    ///
    /// # Errors
    /// When the database fails; then everything is as it was.
    pub async fn settle_factor_reset(
        &self,
        person: (CompanyId, UserId),
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let done = settle(&mut tx, &self.outbox, person, origin, now).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// [`Store::settle_factor_reset`] in a transaction that goes on.
///
/// # Errors
/// When the database fails.
pub(crate) async fn settle(
    tx: &mut PgConnection,
    outbox: &Outbox,
    (company, user): (CompanyId, UserId),
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    let done = sqlx::query_scalar!(
        r#"select guard.settle_factor_reset($1, $2, $3) as "done!""#,
        company.uuid(),
        user.uuid(),
        AuditEventId::generate(now).uuid(),
    )
    .fetch_one(&mut *tx)
    .await?;
    if done {
        outbox
            .tell(tx, (company, user), &Notice::FactorsReset, origin, now)
            .await?;
    }
    Ok(done)
}

impl Owner {
    /// Asks for and approves a reset of the factors of the person with this address; the waiting is the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset_factors(
        &mut self,
        company: CompanyId,
        email_index: &[u8],
        reason: &str,
        identity: &str,
        now: OffsetDateTime,
        outbox: &Outbox,
    ) -> Result<ResetOutcome, StoreError> {
        let mut tx = self.0.begin().await?;
        let done = sqlx::query_scalar!(
            "select guard.operator_resets_factors($1, $2, $3, $4, $5, $6)",
            company.uuid(),
            email_index,
            FactorResetId::generate(now).uuid(),
            reason,
            identity,
            AuditEventId::generate(now).uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        let done = ResetOutcome::parse(done.as_deref())?;
        if done == ResetOutcome::Done {
            let by = "The platform's operator".to_owned();
            let notice = &Notice::FactorResetApproved { by };
            tell(&mut tx, outbox, (company, email_index), notice, now).await?;
        }
        tx.commit().await?;
        Ok(done)
    }
}
