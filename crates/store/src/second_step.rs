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
use crypto::passkey::Asserted;
use crypto::totp::Step;
use sqlx::{PgConnection, Postgres, Transaction};
use time::{Duration, OffsetDateTime};

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::notices::{Notice, Outbox};
use crate::oidc::Through;
use crate::passwords::still_holds;
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
    pub(crate) const fn as_str(self) -> &'static str {
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
    /// What this passkey signed.
    Passkey(FactorId, Asserted),
}

/// What became of a proof that was to be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It was good, and is spent.
    Done,
    /// It was spent before, or is gone.
    Before,
    /// The passkey's authenticator has counted less than it had before: there may be a copy.
    WentBack,
}

/// What may be shown with a ticket beside a backup code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// A code of an app.
    pub totp: bool,
    /// A passkey.
    pub passkey: bool,
}

/// One attempt of a ticket, under way.
pub struct SecondStep {
    tx: Transaction<'static, Postgres>,
    handles: HandleKey,
    outbox: Outbox,
    ticket: SignInTicketHash,
    company: CompanyId,
    user: UserId,
    name: String,
    factor: Option<StoredTotp>,
    wait: Duration,
}

impl Store {
    /// Stores a ticket if the person has a second factor to show, and says which; none for who has none.
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
    ) -> Result<Option<Asked>, StoreError> {
        let mut tx = self.directory.begin().await?;
        if !still_holds(&mut tx, who).await? {
            return Err(StoreError::NotActive);
        }
        let asked = sqlx::query_scalar!(
            r#"select guard.ask_second_factor($1, $2, $3, $4) as "asked!""#,
            who.company.uuid(),
            who.user.uuid(),
            kind.as_str(),
            ticket.as_bytes(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if !asked {
            return Ok(None);
        }
        let may = may_show(&mut tx, ticket, kind).await?;
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
        tx.commit().await?;
        Ok(Some(may))
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
            outbox: self.outbox.clone(),
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
        match spend(&mut self.tx, self.company, self.user, proof).await? {
            Spent::Done => {}
            Spent::Before => {
                self.refuse(Some(proof), origin, now).await?;
                return Ok(None);
            }
            Spent::WentBack => {
                let notice = &Notice::PasskeyWentBack;
                self.refused((Severity::High, WENT_BACK), notice, origin, now)
                    .await?;
                return Ok(None);
            }
        }
        let through = Through::of_ticket(&mut self.tx, &self.ticket).await?;
        sqlx::query_scalar!("select guard.spend_ticket($1)", self.ticket.as_bytes())
            .fetch_one(&mut *self.tx)
            .await?;
        let (with, severity) = match proof {
            Proof::Step(..) => ("a one-time password", Severity::Low),
            Proof::BackupCode(_) => ("a backup code", Severity::Medium),
            Proof::Passkey(..) => ("a passkey", Severity::Low),
        };
        let (how, first) = match &through {
            None => (format!("signed in with a password and {with}"), "pwd"),
            Some(_) => (format!("signed in at a provider and with {with}"), "fed"),
        };
        let opening = Opening {
            company: self.company,
            user: self.user,
            name: &self.name,
            second_factor: true,
            how: &how,
            severity,
            outbox: &self.outbox,
        };
        let session = open(&mut self.tx, &self.handles, &opening, new, limits, origin, now).await?;
        if let Proof::BackupCode(_) = proof {
            let person = (self.company, self.user);
            let left = codes_left(&mut self.tx, person).await?;
            let notice = &Notice::SignedInWithBackupCode { left };
            self.outbox
                .tell(&mut self.tx, person, notice, origin, now)
                .await?;
        }
        if let Some(through) = through {
            through.note(&mut self.tx, self.company, session).await?;
        }
        let handle = self.handles.handle(session.uuid()).hash();
        mark(&mut self.tx, handle.as_bytes(), proof, Some(&[first])).await?;
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
        let why = match spent {
            None => "sign-in refused: wrong one-time password",
            Some(Proof::Step(..)) => "sign-in refused: one-time password shown before",
            Some(Proof::BackupCode(_)) => "sign-in refused: no such backup code",
            Some(Proof::Passkey(..)) => "sign-in refused: the passkey was removed",
        };
        self.refused((Severity::Medium, why), &Notice::WrongSecondFactor, origin, now)
            .await
    }

    /// Records an answer that no passkey of the person gave: the attempt counts, and slows nothing, for a signature
    /// is not guessed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse_passkey(
        self,
        why: &str,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let why = format!("sign-in refused: passkey: {why}");
        self.refused((Severity::Medium, &why), &Notice::WrongSecondFactor, origin, now)
            .await
    }

    async fn refused(
        mut self,
        (severity, why): (Severity, &str),
        notice: &Notice,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let event = SignInEvent {
            event_type: EventType::Login,
            severity,
            outcome: Outcome::Failure,
            company: self.company,
            user: self.user,
            name: &self.name,
            session: None,
            description: why,
        };
        record(&mut self.tx, &event, origin, now).await?;
        let person = (self.company, self.user);
        self.outbox
            .tell(&mut self.tx, person, notice, origin, now)
            .await?;
        Ok(self.tx.commit().await?)
    }
}

/// What may be shown with a ticket.
pub(crate) async fn may_show(
    tx: &mut PgConnection,
    ticket: &SignInTicketHash,
    kind: Kind,
) -> Result<Asked, StoreError> {
    let may = sqlx::query!(
        r#"select guard.ticket_has_totp($1) as "totp!",
               exists (select from guard.ticket_passkeys($1, $2)) as "passkey!""#,
        ticket.as_bytes(),
        kind.as_str(),
    )
    .fetch_one(tx)
    .await?;
    Ok(Asked {
        totp: may.totp,
        passkey: may.passkey,
    })
}

/// Backup codes a person has left.
pub(crate) async fn codes_left(
    tx: &mut PgConnection,
    (company, user): (CompanyId, UserId),
) -> Result<i64, StoreError> {
    let left = sqlx::query_scalar!(
        r#"select guard.backup_codes_left($1, $2) as "left!""#,
        company.uuid(),
        user.uuid(),
    )
    .fetch_one(tx)
    .await?;
    Ok(left)
}

/// What the trail says of a passkey whose authenticator has counted less than before.
pub(crate) const WENT_BACK: &str = "passkey refused: its counter went back, there may be a copy of it";

/// Spends a proof.
pub(crate) async fn spend(
    tx: &mut PgConnection,
    company: CompanyId,
    user: UserId,
    proof: Proof,
) -> Result<Spent, StoreError> {
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
        Proof::Passkey(passkey, asserted) => return count(tx, company, user, passkey, asserted).await,
    };
    Ok(if spent { Spent::Done } else { Spent::Before })
}

/// Compares and sets what the authenticator has counted.
async fn count(
    tx: &mut PgConnection,
    company: CompanyId,
    user: UserId,
    passkey: FactorId,
    asserted: Asserted,
) -> Result<Spent, StoreError> {
    let became = sqlx::query_scalar!(
        r#"select guard.use_passkey($1, $2, $3, $4, $5) as "became!""#,
        company.uuid(),
        user.uuid(),
        passkey.uuid(),
        i64::from(asserted.counter),
        asserted.backed_up,
    )
    .fetch_one(tx)
    .await?;
    match became.as_str() {
        "done" => Ok(Spent::Done),
        "gone" => Ok(Spent::Before),
        "count" => Ok(Spent::WentBack),
        _ => Err(StoreError::Corrupt("guard.use_passkey")),
    }
}

/// Notes in a session, which knows already that a second factor was shown, which kind it was. `before` is what it has
/// shown beside, where it is new.
pub(crate) async fn mark(
    tx: &mut PgConnection,
    handle_hash: &[u8],
    proof: Proof,
    before: Option<&[&str]>,
) -> Result<(), StoreError> {
    match proof {
        Proof::Step(..) => {}
        Proof::BackupCode(_) => {
            sqlx::query_scalar!("select guard.mark_backup_code($1)", handle_hash)
                .fetch_one(tx)
                .await?;
        }
        Proof::Passkey(..) => {
            let before: Option<Vec<String>> =
                before.map(|methods| methods.iter().map(ToString::to_string).collect());
            sqlx::query_scalar!(
                "select guard.mark_passkey($1, $2)",
                handle_hash,
                before.as_deref()
            )
            .fetch_one(tx)
            .await?;
        }
    }
    Ok(())
}
