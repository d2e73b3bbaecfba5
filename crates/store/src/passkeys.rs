//! A person's own passkeys, what waits for a browser's answer, and signing in with a passkey alone (AUTH-11, M9).
//!
//! The state of a ceremony belongs to a session, a ticket or an attempt that names nobody, and is taken by whoever
//! answers there: once, within five minutes, whether the answer is right or not.

use access::actor::Actor;
use access::grant::Grant;
use access::ids::{CompanyId, FactorId, SessionId, UserId};
use access::permission::{EnrolFactors, ManageFactors};
use crypto::backup::BackupCodeHash;
use crypto::field::Sealed;
use crypto::opaque::{PasskeyAttemptHash, SignInTicketHash};
use crypto::passkey::{Asserted, CredentialId, Known as KnownPasskey, NewPasskey};
use time::OffsetDateTime;

use crate::admission::{Admission, NetworkMark};
use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::factors::bytes;
use crate::notices::Notice;
use crate::pool::Store;
use crate::proof::own_event;
use crate::second_step::{Kind, Proof, Spent, WENT_BACK, mark, spend};
use crate::sessions::{Known, Limits, NewSession, Opening, SignInEvent, open, record};

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct OwnPasskey {
    /// Which.
    pub id: FactorId,
    /// What a browser is told of it.
    pub known: KnownPasskey,
    /// What its owner calls it.
    pub label: String,
    /// Whether it may be copied to other devices of the person.
    pub backup_eligible: bool,
    /// Whether it has been.
    pub backed_up: bool,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last shown.
    pub last_used_at: Option<OffsetDateTime>,
    /// Since when its count speaks of a copy.
    pub suspect_since: Option<OffsetDateTime>,
}

/// A stored passkey that an answer names, of an active person.
pub struct StoredPasskey {
    /// Whose it is.
    pub owner: Known,
    /// Which.
    pub id: FactorId,
    /// What verifies it, sealed for `passkeys.credential_sealed`.
    pub sealed: Sealed,
}

/// A passkey to be stored.
pub struct Addition<'a> {
    /// Its id here.
    pub id: FactorId,
    /// What is told of it.
    pub new: &'a NewPasskey,
    /// What verifies it, sealed for its row.
    pub sealed: &'a Sealed,
    /// What its owner calls it.
    pub label: &'a str,
    /// The backup codes that come with a first factor.
    pub codes: &'a [BackupCodeHash],
}

/// What became of an addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is there, and is the person's first factor: the backup codes are there too.
    First,
    /// It is there.
    Another,
    /// The person has ten.
    Full,
    /// Somebody has registered this credential.
    There,
}

/// Who answers: the state waits for them and for nobody else.
#[derive(Clone, Copy)]
pub enum Holder<'a> {
    /// A living session that registers a passkey.
    Registering(&'a Actor),
    /// A living session that is proved anew.
    Proving(&'a Actor),
    /// A sign-in whose password was right.
    Ticket(&'a SignInTicketHash, Kind),
    /// A sign-in that names nobody yet.
    Attempt(&'a PasskeyAttemptHash),
}

impl Holder<'_> {
    fn hash(&self) -> &[u8] {
        match self {
            Self::Registering(actor) | Self::Proving(actor) => actor.handle_hash(),
            Self::Ticket(ticket, _) => ticket.as_bytes(),
            Self::Attempt(attempt) => attempt.as_bytes(),
        }
    }

    const fn purpose(&self) -> &'static str {
        match self {
            Self::Registering(_) => "register",
            Self::Proving(_) => "prove",
            Self::Ticket(..) => "second_step",
            Self::Attempt(_) => "sign_in",
        }
    }
}

fn known(credential_id: Vec<u8>, transports: Vec<String>) -> KnownPasskey {
    KnownPasskey {
        id: CredentialId::from_bytes(credential_id),
        transports,
    }
}

impl Store {
    /// The person's passkeys, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_passkeys(&self, actor: &Actor) -> Result<Vec<OwnPasskey>, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", credential_id as "credential_id!", label as "label!",
                   transports as "transports!", backup_eligible as "backup_eligible!", backed_up as "backed_up!",
                   created_at as "created_at!", last_used_at, suspect_since
               from guard.own_passkeys($1)"#,
            actor.handle_hash(),
        )
        .fetch_all(&self.directory)
        .await?;
        let passkeys = rows.into_iter().map(|row| OwnPasskey {
            id: FactorId::from_uuid(row.id),
            known: known(row.credential_id, row.transports),
            label: row.label,
            backup_eligible: row.backup_eligible,
            backed_up: row.backed_up,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            suspect_since: row.suspect_since,
        });
        Ok(passkeys.collect())
    }

    /// The passkeys that may be shown with a ticket; none for one that is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ticket_passkeys(
        &self,
        ticket: &SignInTicketHash,
        kind: Kind,
    ) -> Result<Vec<KnownPasskey>, StoreError> {
        let rows = sqlx::query!(
            r#"select credential_id as "credential_id!", transports as "transports!"
               from guard.ticket_passkeys($1, $2)"#,
            ticket.as_bytes(),
            kind.as_str(),
        )
        .fetch_all(&self.directory)
        .await?;
        let passkeys = rows
            .into_iter()
            .map(|row| known(row.credential_id, row.transports));
        Ok(passkeys.collect())
    }

    /// Keeps the state of a registration. False for who has ten passkeys.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn begin_passkey(
        &self,
        grant: &Grant<EnrolFactors>,
        state: &str,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let begun = sqlx::query_scalar!(
            r#"select guard.begin_passkey($1, $2) as "begun!""#,
            grant.actor().handle_hash(),
            state,
        )
        .fetch_one(&mut *tx)
        .await?;
        if begun {
            let what = "enrolment of a passkey begun";
            let event = own_event(grant.actor(), EventType::Create, Severity::Medium, what);
            record(&mut tx, &event, origin, now).await?;
        }
        tx.commit().await?;
        Ok(begun)
    }

    /// Keeps the state of a challenge, in place of one before of the same holder. A ticket that is over is absent;
    /// those that name nobody are bounded, for each network and in all.
    ///
    /// # Errors
    /// When the session is over or the database fails.
    pub async fn ask_passkey(
        &self,
        holder: Holder<'_>,
        state: &str,
        network: &NetworkMark,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Admission, StoreError> {
        let kind = match holder {
            Holder::Ticket(_, kind) => Some(kind.as_str()),
            _ => None,
        };
        let mut tx = self.directory.begin().await?;
        let asked = sqlx::query_scalar!(
            r#"select guard.ask_passkey($1, $2, $3, $4, $5) as "asked!""#,
            holder.hash(),
            holder.purpose(),
            kind,
            state,
            &network[..],
        )
        .fetch_one(&mut *tx)
        .await?;
        let asked = Admission::parse(&asked, "guard.ask_passkey")?;
        if let (Holder::Proving(actor), Admission::Begun) = (holder, asked) {
            let what = "passkey asked for";
            let event = own_event(actor, EventType::Login, Severity::Low, what);
            record(&mut tx, &event, origin, now).await?;
        }
        tx.commit().await?;
        Ok(asked)
    }

    /// Takes what waits for this holder, once; nothing where nothing waits any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_ceremony(&self, holder: Holder<'_>) -> Result<Option<String>, StoreError> {
        let state = sqlx::query_scalar!(
            "select guard.take_ceremony($1, $2)",
            holder.hash(),
            holder.purpose()
        )
        .fetch_one(&self.directory)
        .await?;
        Ok(state)
    }

    /// The passkey that an answer names, of an active person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_passkey(&self, id: &CredentialId) -> Result<Option<StoredPasskey>, StoreError> {
        let row = sqlx::query!(
            r#"select company_id as "company!", user_id as "user!", display_name as "name!", id as "id!",
                   credential_sealed as "sealed!"
               from guard.find_passkey($1)"#,
            id.as_bytes(),
        )
        .fetch_optional(&self.directory)
        .await?;
        row.map(|row| {
            Ok(StoredPasskey {
                owner: Known {
                    company: CompanyId::from_uuid(row.company),
                    user: UserId::from_uuid(row.user),
                    display_name: row.name,
                },
                id: FactorId::from_uuid(row.id),
                sealed: Sealed::from_bytes(row.sealed)
                    .map_err(|_| StoreError::Corrupt("passkeys.credential_sealed"))?,
            })
        })
        .transpose()
    }

    /// Stores a passkey, which has proved this session.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn add_passkey(
        &self,
        grant: &Grant<EnrolFactors>,
        addition: Addition<'_>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Added, StoreError> {
        let new = addition.new;
        let mut tx = self.directory.begin().await?;
        let became = sqlx::query_scalar!(
            r#"select guard.add_passkey($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as "became!""#,
            grant.actor().handle_hash(),
            addition.id.uuid(),
            new.id.as_bytes(),
            addition.sealed.as_bytes(),
            addition.label,
            &new.transports,
            i64::from(new.counter),
            new.backup_eligible,
            new.backed_up,
            &bytes(addition.codes),
        )
        .fetch_one(&mut *tx)
        .await?;
        let (added, what) = match became.as_str() {
            "first" => (
                Added::First,
                "second factor active: passkey, with new backup codes",
            ),
            "added" => (Added::Another, "second factor active: passkey"),
            "full" => return Ok(Added::Full),
            "there" => return Ok(Added::There),
            _ => return Err(StoreError::Corrupt("guard.add_passkey")),
        };
        let event = own_event(grant.actor(), EventType::Create, Severity::High, what);
        record(&mut tx, &event, origin, now).await?;
        self.tell_own(&mut tx, grant.actor(), &Notice::PasskeyAdded, origin, now)
            .await?;
        tx.commit().await?;
        Ok(added)
    }

    /// Calls a passkey otherwise. False where the person has no such one.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn rename_passkey(
        &self,
        grant: &Grant<ManageFactors>,
        id: FactorId,
        label: &str,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let renamed = sqlx::query_scalar!(
            r#"select guard.rename_passkey($1, $2, $3) as "renamed!""#,
            grant.actor().handle_hash(),
            id.uuid(),
            label,
        )
        .fetch_one(&mut *tx)
        .await?;
        if renamed {
            let event = own_event(grant.actor(), EventType::Update, Severity::Low, "passkey renamed");
            record(&mut tx, &event, origin, now).await?;
        }
        tx.commit().await?;
        Ok(renamed)
    }

    /// Removes a passkey, with the last of all factors the backup codes, and voids what was proved. False where the
    /// person has no such one.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn remove_passkey(
        &self,
        grant: &Grant<ManageFactors>,
        id: FactorId,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let removed = sqlx::query_scalar!(
            r#"select guard.remove_passkey($1, $2) as "removed!""#,
            grant.actor().handle_hash(),
            id.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if removed {
            let what = "second factor removed: passkey";
            let event = own_event(grant.actor(), EventType::Delete, Severity::High, what);
            record(&mut tx, &event, origin, now).await?;
            self.tell_own(&mut tx, grant.actor(), &Notice::PasskeyRemoved, origin, now)
                .await?;
        }
        tx.commit().await?;
        Ok(removed)
    }

    /// Opens a session for who has shown a passkey and nothing else; none where the passkey is gone or its count went
    /// back, which the trail then tells.
    ///
    /// # Errors
    /// [`StoreError::NotActive`] when the account was locked meanwhile; when the database fails.
    pub async fn sign_in_with_passkey(
        &self,
        passkey: &StoredPasskey,
        asserted: Asserted,
        new: &NewSession,
        limits: Limits,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Option<SessionId>, StoreError> {
        let who = &passkey.owner;
        let proof = Proof::Passkey(passkey.id, asserted);
        let mut tx = self.directory.begin().await?;
        let spent = spend(&mut tx, who.company, who.user, proof).await?;
        let (severity, why) = match spent {
            Spent::Done => {
                let opening = Opening {
                    company: who.company,
                    user: who.user,
                    name: &who.display_name,
                    second_factor: true,
                    how: "signed in with a passkey",
                    severity: Severity::Low,
                    outbox: &self.outbox,
                };
                let session = open(&mut tx, &self.handles, &opening, new, limits, origin, now).await?;
                let handle = self.handles.handle(session.uuid()).hash();
                mark(&mut tx, handle.as_bytes(), proof, Some(&[])).await?;
                tx.commit().await?;
                return Ok(Some(session));
            }
            Spent::Before => (Severity::Medium, "sign-in refused: the passkey was removed"),
            Spent::WentBack => (Severity::High, WENT_BACK),
        };
        let event = SignInEvent {
            event_type: EventType::Login,
            severity,
            outcome: Outcome::Failure,
            company: who.company,
            user: who.user,
            name: &who.display_name,
            session: None,
            description: why,
        };
        record(&mut tx, &event, origin, now).await?;
        if spent == Spent::WentBack {
            let person = (who.company, who.user);
            self.outbox
                .tell(&mut tx, person, &Notice::PasskeyWentBack, origin, now)
                .await?;
        }
        tx.commit().await?;
        Ok(None)
    }
}
