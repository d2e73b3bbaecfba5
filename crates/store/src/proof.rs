//! Proving a living session anew: a second factor, or the password of who has none (AUTH-8, M7).
//!
//! An attempt is counted before what was shown is looked at, so that attempts at once do not outrun the count;
//! after ten wrong ones in a row the session is over.

use access::actor::Actor;
use crypto::password::PasswordHash;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::notices::Notice;
use crate::pool::Store;
use crate::second_step::{Proof, Spent, StoredTotp, WENT_BACK, codes_left, mark, spend, stored};
use crate::sessions::{SignInEvent, record};

/// What may be shown.
pub struct Asked {
    /// The active factor, if the person has one.
    pub factor: Option<StoredTotp>,
    /// What their password must match.
    pub password: PasswordHash,
}

/// What the trail says of a person's act on how they are proved.
pub(crate) fn own_event<'a>(
    actor: &'a Actor,
    event_type: EventType,
    severity: Severity,
    description: &'a str,
) -> SignInEvent<'a> {
    SignInEvent {
        event_type,
        severity,
        outcome: Outcome::Success,
        company: actor.company(),
        user: actor.user(),
        name: actor.display_name(),
        session: Some(actor.session()),
        description,
    }
}

impl Store {
    /// Counts an attempt and says what may be shown; none when it was one too many and has ended the session.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn attempt_proof(
        &self,
        actor: &Actor,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Option<Asked>, StoreError> {
        let mut tx = self.directory.begin().await?;
        let row = sqlx::query!(
            r#"select ended as "ended!", factor_id, secret_sealed, password_hash
               from guard.attempt_proof($1)"#,
            actor.handle_hash(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if row.ended {
            let what = "ten wrong proofs in a row: session ended";
            let event = SignInEvent {
                outcome: Outcome::Denied,
                ..own_event(actor, EventType::Logout, Severity::High, what)
            };
            record(&mut tx, &event, origin, now).await?;
            self.tell_own(&mut tx, actor, &Notice::SessionEndedByWrongProofs, origin, now)
                .await?;
            tx.commit().await?;
            return Ok(None);
        }
        tx.commit().await?;
        let password = row.password_hash.as_deref().map(PasswordHash::parse);
        let Some(Ok(password)) = password else {
            return Err(StoreError::Corrupt("passwords.hash"));
        };
        Ok(Some(Asked {
            factor: stored(row.factor_id, row.secret_sealed)?,
            password,
        }))
    }

    /// Spends a second factor and marks this session; what became of the proof. Only one that is good, or went back,
    /// leaves an event here.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn step_up(
        &self,
        actor: &Actor,
        proof: Proof,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Spent, StoreError> {
        let mut tx = self.directory.begin().await?;
        let spent = spend(&mut tx, actor.company(), actor.user(), proof).await?;
        let event = match spent {
            Spent::Before => return Ok(spent),
            Spent::WentBack => SignInEvent {
                outcome: Outcome::Failure,
                ..own_event(actor, EventType::Login, Severity::High, WENT_BACK)
            },
            Spent::Done => {
                if !matches!(proof, Proof::Passkey(..)) {
                    sqlx::query_scalar!("select guard.mark_second_factor($1)", actor.handle_hash())
                        .fetch_one(&mut *tx)
                        .await?;
                }
                mark(&mut tx, actor.handle_hash(), proof, None).await?;
                let (what, severity) = match proof {
                    Proof::Step(..) => ("second factor shown: one-time password", Severity::Low),
                    Proof::BackupCode(_) => ("second factor shown: backup code", Severity::Medium),
                    Proof::Passkey(..) => ("second factor shown: passkey", Severity::Low),
                };
                own_event(actor, EventType::Login, severity, what)
            }
        };
        record(&mut tx, &event, origin, now).await?;
        if let Spent::WentBack = spent {
            self.tell_own(&mut tx, actor, &Notice::PasskeyWentBack, origin, now)
                .await?;
        } else if let Proof::BackupCode(_) = proof {
            let left = codes_left(&mut tx, (actor.company(), actor.user())).await?;
            let notice = &Notice::ProvedWithBackupCode { left };
            self.tell_own(&mut tx, actor, notice, origin, now).await?;
        }
        tx.commit().await?;
        Ok(spent)
    }

    /// Tells a person what was done with their account in their own session.
    pub(crate) async fn tell_own(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        notice: &Notice,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let person = (actor.company(), actor.user());
        self.outbox.tell(tx, person, notice, origin, now).await
    }

    /// Marks this session as one whose password was shown again.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn mark_password(
        &self,
        actor: &Actor,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut tx = self.directory.begin().await?;
        sqlx::query_scalar!("select guard.mark_password($1)", actor.handle_hash())
            .fetch_one(&mut *tx)
            .await?;
        let event = own_event(actor, EventType::Login, Severity::Low, "password shown again");
        record(&mut tx, &event, origin, now).await?;
        Ok(tx.commit().await?)
    }

    /// Records a wrong proof in a living session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_failed_proof(
        &self,
        actor: &Actor,
        what: &str,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let event = SignInEvent {
            outcome: Outcome::Failure,
            ..own_event(actor, EventType::Login, Severity::Medium, what)
        };
        let mut connection = self.directory.acquire().await?;
        record(&mut connection, &event, origin, now).await
    }
}
