//! The second step of signing in: a ticket, and the proof that spends it (docs/decisions/0008).
//!
//! A ticket is no rung of the ladder: nothing runs on it but what is here. An attempt holds ticket and factor for
//! the rest of its transaction, so that attempts at once take turns, and ends in one of three ways: it is
//! [accepted](SecondStep::accept) or [refused](SecondStep::refuse), each with its event, or dropped and has not
//! been.

use access::ids::{CompanyId, FactorId, SessionId, UserId};
use crypto::backup::BackupCodeHash;
use crypto::field::Sealed;
use crypto::opaque::{HandleKey, SignInTicketHash};
use crypto::totp::Step;
use sqlx::{PgConnection, Postgres, Transaction};
use time::{Duration, OffsetDateTime};

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::oidc::Through;
use crate::pool::Store;
use crate::sessions::{Candidate, Limits, NewSession, Opening, SignInEvent, open, record};

/// What kind of session a sign-in is to end in; a ticket of one kind is unknown to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A browser.
    Console,
    /// A client of the API.
    Api,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Api => "api",
        }
    }
}

/// The active factor of a person.
pub struct StoredTotp {
    /// Which.
    pub id: FactorId,
    /// Its secret, sealed for `totp_factors.secret_sealed`.
    pub secret: Sealed,
}

/// What is to be spent.
#[derive(Debug, Clone, Copy)]
pub enum Proof {
    /// The time step of a right one-time password of this factor.
    Step(FactorId, Step),
    /// A backup code.
    BackupCode(BackupCodeHash),
}

/// One attempt of a ticket, under way.
pub struct SecondStep {
    tx: Transaction<'static, Postgres>,
    handles: HandleKey,
    ticket: SignInTicketHash,
    company: CompanyId,
    user: UserId,
    name: String,
    factor: Option<StoredTotp>,
    wait: Duration,
}

impl Store {
    /// Stores a ticket if the person has a second factor to show; whether they have.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_second_factor(
        &self,
        who: &Candidate,
        kind: Kind,
        ticket: &SignInTicketHash,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let asked = sqlx::query_scalar!(
            r#"select guard.ask_second_factor($1, $2, $3, $4) as "asked!""#,
            who.company.uuid(),
            who.user.uuid(),
            kind.as_str(),
            ticket.as_bytes(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if asked {
            let event = SignInEvent {
                event_type: EventType::Login,
                severity: Severity::Low,
                outcome: Outcome::Success,
                company: who.company,
                user: who.user,
                name: &who.display_name,
                session: None,
                description: "password accepted, second factor asked for",
            };
            record(&mut tx, &event, origin, now).await?;
        }
        tx.commit().await?;
        Ok(asked)
    }

    /// The company a living ticket belongs to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn company_of_ticket(
        &self,
        ticket: &SignInTicketHash,
        kind: Kind,
    ) -> Result<Option<CompanyId>, StoreError> {
        let company = sqlx::query_scalar!(
            "select guard.company_of_ticket($1, $2)",
            ticket.as_bytes(),
            kind.as_str(),
        )
        .fetch_one(&self.directory)
        .await?;
        Ok(company.map(CompanyId::from_uuid))
    }

    /// Begins an attempt, unless the ticket is unknown, over, used up or of the other kind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_step(
        &self,
        ticket: SignInTicketHash,
        kind: Kind,
    ) -> Result<Option<SecondStep>, StoreError> {
        let mut tx = self.directory.begin().await?;
        let row = sqlx::query!(
            r#"select company_id as "company!", user_id as "user!", display_name as "name!", factor_id,
                   secret_sealed, wait as "wait!"
               from guard.attempt_second_step($1, $2)"#,
            ticket.as_bytes(),
            kind.as_str(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(SecondStep {
            tx,
            handles: self.handles.clone(),
            ticket,
            company: CompanyId::from_uuid(row.company),
            user: UserId::from_uuid(row.user),
            name: row.name,
            factor: stored(row.factor_id, row.secret_sealed)?,
            wait: Duration::seconds_f64(row.wait),
        }))
    }
}

/// A factor as it is read.
pub(crate) fn stored(
    id: Option<uuid::Uuid>,
    secret: Option<Vec<u8>>,
) -> Result<Option<StoredTotp>, StoreError> {
    let (Some(id), Some(secret)) = (id, secret) else {
        return Ok(None);
    };
    Ok(Some(StoredTotp {
        id: FactorId::from_uuid(id),
        secret: Sealed::from_bytes(secret).map_err(|_| StoreError::Corrupt("totp_factors.secret_sealed"))?,
    }))
}

impl SecondStep {
    /// Whose sign-in it is.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Their company.
    #[must_use]
    pub fn company(&self) -> CompanyId {
        self.company
    }

    /// Their active factor.
    #[must_use]
    pub fn factor(&self) -> Option<&StoredTotp> {
        self.factor.as_ref()
    }

    /// How long until another one-time password of this factor may be tried; zero but after several wrong ones.
    #[must_use]
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// Spends the proof and with it the ticket, and opens the session; none where the proof was spent before,
    /// which counts as a refusal.
    ///
    /// # Errors
    /// When the database fails; then nothing is spent.
    pub async fn accept(
        mut self,
        proof: Proof,
        new: &NewSession,
        limits: Limits,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Option<SessionId>, StoreError> {
        if !spend(&mut self.tx, self.company, self.user, proof).await? {
            self.refuse(Some(proof), origin, now).await?;
            return Ok(None);
        }
        let through = Through::of_ticket(&mut self.tx, &self.ticket).await?;
        sqlx::query_scalar!("select guard.spend_ticket($1)", self.ticket.as_bytes())
            .fetch_one(&mut *self.tx)
            .await?;
        let (with, severity) = match proof {
            Proof::Step(..) => ("a one-time password", Severity::Low),
            Proof::BackupCode(_) => ("a backup code", Severity::Medium),
        };
        let how = match &through {
            None => format!("signed in with a password and {with}"),
            Some(_) => format!("signed in at a provider and with {with}"),
        };
        let opening = Opening {
            company: self.company,
            user: self.user,
            name: &self.name,
            second_factor: true,
            how: &how,
            severity,
        };
        let session = open(&mut self.tx, &self.handles, &opening, new, limits, origin, now).await?;
        if let Some(through) = through {
            through.note(&mut self.tx, self.company, session).await?;
        }
        self.tx.commit().await?;
        Ok(Some(session))
    }

    /// Records a wrong code: the attempt counts, and where it was one of the factor's, slows the next.
    /// `spent` is the proof that had been spent before, if that was the fault.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse(
        mut self,
        spent: Option<Proof>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        if let (Some(factor), None | Some(Proof::Step(..))) = (&self.factor, spent) {
            sqlx::query_scalar!(
                "select guard.fail_totp($1, $2)",
                self.company.uuid(),
                factor.id.uuid(),
            )
            .fetch_one(&mut *self.tx)
            .await?;
        }
        let event = SignInEvent {
            event_type: EventType::Login,
            severity: Severity::Medium,
            outcome: Outcome::Failure,
            company: self.company,
            user: self.user,
            name: &self.name,
            session: None,
            description: match spent {
                None => "sign-in refused: wrong one-time password",
                Some(Proof::Step(..)) => "sign-in refused: one-time password shown before",
                Some(Proof::BackupCode(_)) => "sign-in refused: no such backup code",
            },
        };
        record(&mut self.tx, &event, origin, now).await?;
        Ok(self.tx.commit().await?)
    }
}

/// Spends a proof: whether it was there to be spent.
pub(crate) async fn spend(
    tx: &mut PgConnection,
    company: CompanyId,
    user: UserId,
    proof: Proof,
) -> Result<bool, StoreError> {
    let spent = match proof {
        Proof::Step(factor, step) => {
            sqlx::query_scalar!(
                r#"select guard.spend_step($1, $2, $3, $4) as "spent!""#,
                company.uuid(),
                user.uuid(),
                factor.uuid(),
                step.number(),
            )
            .fetch_one(tx)
            .await?
        }
        Proof::BackupCode(hash) => {
            sqlx::query_scalar!(
                r#"select guard.spend_backup_code($1, $2, $3) as "spent!""#,
                company.uuid(),
                user.uuid(),
                hash.as_bytes(),
            )
            .fetch_one(tx)
            .await?
        }
    };
    Ok(spent)
}
