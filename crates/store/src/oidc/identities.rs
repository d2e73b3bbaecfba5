//! Who is whom at a provider: signing in as them, linking, and taking a link away.

use access::grant::Grant;
use access::ids::{CompanyId, IdentityId, IdentityProviderId, SessionId, UserId};
use access::permission::{ManageFactors, SignedIn};
use crypto::oidc::Identity;
use crypto::opaque::SignInTicketHash;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::factor_reset::settle;
use crate::notices::Notice;
use crate::pool::Store;
use crate::proof::own_event;
use crate::second_step::{Asked, Kind, may_show};
use crate::sessions::{self, Limits, NewSession, Opening, SignInEvent};

/// Who somebody proved to be, and where.
pub struct Federated<'a> {
    /// The company that trusts the provider.
    pub company: CompanyId,
    /// The provider.
    pub provider: IdentityProviderId,
    /// What people call it.
    pub provider_name: &'a str,
    /// Who, there.
    pub identity: &'a Identity,
}

/// Where a sign-in at a provider leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// Into a session.
    Session(SessionId),
    /// To the second step: the ticket is stored, and this may be shown with it.
    SecondFactor(Asked),
    /// Nowhere: nobody active is linked to this identity.
    NotLinked,
}

/// What became of an identity that was to be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOutcome {
    /// It is linked.
    Done,
    /// Somebody of the company is linked to it already.
    Taken,
    /// The person is linked to another one there.
    HasOne,
    /// The provider is gone or switched off.
    Absent,
}

/// What became of a link that was to be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlinkOutcome {
    /// It is gone.
    Done,
    /// The person has no such link.
    Absent,
    /// Without it the person could not sign in.
    OnlyWay,
}

/// A provider of one's company, and who one is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnIdentity {
    /// The provider.
    pub provider: IdentityProviderId,
    /// What people call it.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// Whether people may sign in there.
    pub enabled: bool,
    /// The link and since when, if there is one.
    pub linked: Option<(IdentityId, OffsetDateTime)>,
}

impl Store {
    /// Opens a session for the person who is linked to this identity; who has a second factor gets a ticket
    /// instead. Lockdown, role and limits are judged as for whoever comes with a password.
    ///
    /// # Errors
    /// [`StoreError::NotActive`] when account, link or provider went meanwhile; when the database fails.
    pub async fn sign_in_federated(
        &self,
        who: &Federated<'_>,
        ticket: &SignInTicketHash,
        new: &NewSession,
        limits: Limits,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Entered, StoreError> {
        let mut tx = self.directory.begin().await?;
        let person = sqlx::query!(
            r#"select user_id as "user!", display_name as "name!" from guard.find_identity($1, $2, $3)"#,
            who.company.uuid(),
            who.provider.uuid(),
            who.identity.subject,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(person) = person else {
            return Ok(Entered::NotLinked);
        };
        let user = UserId::from_uuid(person.user);
        // A reset that is due takes the factors away before they are asked for (M10).
        settle(&mut tx, &self.outbox, (who.company, user), origin, now).await?;
        let asked = sqlx::query_scalar!(
            r#"select guard.ask_second_factor($1, $2, 'console', $3) as "asked!""#,
            who.company.uuid(),
            person.user,
            ticket.as_bytes(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if asked {
            note_ticket(&mut tx, ticket, who).await?;
            let may = may_show(&mut tx, ticket, Kind::Console).await?;
            let what = format!("signed in at `{}`, second factor asked for", who.provider_name);
            let event = SignInEvent {
                event_type: EventType::Login,
                severity: Severity::Low,
                outcome: Outcome::Success,
                company: who.company,
                user,
                name: &person.name,
                session: None,
                description: &what,
            };
            sessions::record(&mut tx, &event, origin, now).await?;
            tx.commit().await?;
            return Ok(Entered::SecondFactor(may));
        }
        let how = format!("signed in at `{}`", who.provider_name);
        let opening = Opening {
            company: who.company,
            user,
            name: &person.name,
            second_factor: false,
            how: &how,
            severity: Severity::Low,
            outbox: &self.outbox,
        };
        let session = sessions::open(&mut tx, &self.handles, &opening, new, limits, origin, now).await?;
        let through = Through {
            provider: who.provider.uuid(),
            subject: who.identity.subject.clone(),
            sid: who.identity.session.clone(),
        };
        through.note(&mut tx, who.company, session).await?;
        tx.commit().await?;
        Ok(Entered::Session(session))
    }

    /// Links the person of this session, which must be the one that began.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or another, or the database fails.
    pub async fn link_identity(
        &self,
        grant: &Grant<ManageFactors>,
        began: SessionId,
        id: IdentityId,
        who: &Federated<'_>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<LinkOutcome, StoreError> {
        let mut tx = self.directory.begin().await?;
        let outcome = sqlx::query_scalar!(
            r#"select guard.link_identity($1, $2, $3, $4, $5) as "outcome!""#,
            grant.actor().handle_hash(),
            began.uuid(),
            id.uuid(),
            who.provider.uuid(),
            who.identity.subject,
        )
        .fetch_one(&mut *tx)
        .await?;
        match outcome.as_str() {
            "done" => {}
            "taken" => return Ok(LinkOutcome::Taken),
            "has" => return Ok(LinkOutcome::HasOne),
            "absent" => return Ok(LinkOutcome::Absent),
            _ => return Err(StoreError::Corrupt("guard.link_identity")),
        }
        let what = format!("identity of `{}` linked", who.provider_name);
        let event = own_event(grant.actor(), EventType::Create, Severity::High, &what);
        sessions::record(&mut tx, &event, origin, now).await?;
        let provider = who.provider_name.to_owned();
        let notice = &Notice::IdentityLinked { provider };
        self.tell_own(&mut tx, grant.actor(), notice, origin, now).await?;
        tx.commit().await?;
        Ok(LinkOutcome::Done)
    }

    /// Takes a link away, and ends what came through it but this session.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn unlink_identity(
        &self,
        grant: &Grant<ManageFactors>,
        id: IdentityId,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<UnlinkOutcome, StoreError> {
        let mut tx = self.directory.begin().await?;
        let outcome = sqlx::query_scalar!(
            "select guard.unlink_identity($1, $2)",
            grant.actor().handle_hash(),
            id.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        let Some(outcome) = outcome else {
            return Ok(UnlinkOutcome::Absent);
        };
        let Some(name) = outcome.strip_prefix("done ") else {
            return Ok(UnlinkOutcome::OnlyWay);
        };
        let what = format!("identity of `{name}` unlinked, sessions through it ended");
        let event = own_event(grant.actor(), EventType::Delete, Severity::High, &what);
        sessions::record(&mut tx, &event, origin, now).await?;
        let provider = name.to_owned();
        let notice = &Notice::IdentityUnlinked { provider };
        self.tell_own(&mut tx, grant.actor(), notice, origin, now).await?;
        tx.commit().await?;
        Ok(UnlinkOutcome::Done)
    }

    /// The providers of the person's company by name, and who they are there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_identities(&self, grant: &Grant<SignedIn>) -> Result<Vec<OwnIdentity>, StoreError> {
        let rows = sqlx::query!(
            r#"select provider_id as "provider!", name as "name!", issuer as "issuer!", enabled as "enabled!",
                   identity_id, linked_at from guard.own_identities($1)"#,
            grant.actor().handle_hash(),
        )
        .fetch_all(&self.directory)
        .await?;
        let rows = rows.into_iter().map(|row| OwnIdentity {
            provider: IdentityProviderId::from_uuid(row.provider),
            name: row.name,
            issuer: row.issuer,
            enabled: row.enabled,
            linked: row.identity_id.map(IdentityId::from_uuid).zip(row.linked_at),
        });
        Ok(rows.collect())
    }
}

/// What a sign-in came through, if it was a provider.
pub(crate) struct Through {
    provider: uuid::Uuid,
    subject: String,
    sid: Option<String>,
}

impl Through {
    /// That of a ticket; none for one that a password got.
    pub(crate) async fn of_ticket(
        tx: &mut PgConnection,
        ticket: &SignInTicketHash,
    ) -> Result<Option<Self>, StoreError> {
        let row = sqlx::query!(
            r#"select provider_id as "provider!", subject as "subject!", sid from guard.provider_of_ticket($1)"#,
            ticket.as_bytes(),
        )
        .fetch_optional(tx)
        .await?;
        Ok(row.map(|row| Self {
            provider: row.provider,
            subject: row.subject,
            sid: row.sid,
        }))
    }

    /// Notes it in a session that this transaction has opened.
    pub(crate) async fn note(
        &self,
        tx: &mut PgConnection,
        company: CompanyId,
        session: SessionId,
    ) -> Result<(), StoreError> {
        sqlx::query_scalar!(
            "select guard.note_provider($1, $2, $3, $4, $5)",
            company.uuid(),
            session.uuid(),
            self.provider,
            self.subject,
            self.sid,
        )
        .fetch_one(tx)
        .await?;
        Ok(())
    }
}

async fn note_ticket(
    tx: &mut PgConnection,
    ticket: &SignInTicketHash,
    who: &Federated<'_>,
) -> Result<(), StoreError> {
    sqlx::query_scalar!(
        "select guard.note_provider_of_ticket($1, $2, $3, $4)",
        ticket.as_bytes(),
        who.provider.uuid(),
        who.identity.subject,
        who.identity.session,
    )
    .fetch_one(tx)
    .await?;
    Ok(())
}
