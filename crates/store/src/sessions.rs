//! Sessions: the living truth behind tokens and cookies, and what happens before there is an actor.
//!
//! Everything here runs as `safeshipper_directory`, which can call these functions and read no table.

use access::actor::LiveSession;
use access::ids::{AuditEventId, CompanyId, SessionId, UserId};
use crypto::opaque::{HandleKey, RefreshTokenHash, SessionHandle, SessionTokenHash};
use crypto::password::PasswordHash;
use crypto::token::{Claims, Verified};
use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;
use time::{Duration, OffsetDateTime};

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::notices::{Notice, Outbox};
use crate::passwords::still_holds;
use crate::pool::Store;
use crate::session_row::Row;

/// A person who may sign in, found by e-mail.
pub struct Candidate {
    /// Their company.
    pub company: CompanyId,
    /// Who.
    pub user: UserId,
    /// Their name.
    pub display_name: String,
    /// What their password must match.
    pub password: PasswordHash,
    /// Counts the passwords they have had, whatever their hashes.
    pub password_version: i32,
    /// Whether it is long enough without a second factor; none while nobody has looked.
    pub stands_alone: Option<bool>,
}

/// Somebody who is known before there is a session, and not proved to be there.
#[derive(Debug, Clone)]
pub struct Known {
    /// Their company.
    pub company: CompanyId,
    /// Who.
    pub user: UserId,
    /// Their name.
    pub display_name: String,
}

impl From<Candidate> for Known {
    fn from(who: Candidate) -> Self {
        Self {
            company: who.company,
            user: who.user,
            display_name: who.display_name,
        }
    }
}

/// What a session is opened with, beside whose it is.
pub enum NewSession {
    /// A cookie's token.
    Console(SessionTokenHash),
    /// The first refresh token of a family.
    Api(RefreshTokenHash),
}

/// How long sessions live at most; the database shortens it by role (`guard.session_limits`).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Without use.
    pub idle: Duration,
    /// At the latest.
    pub absolute: Duration,
}

/// What became of a refresh token that was presented.
pub enum Refreshed {
    /// It was good, or is repeated by the client that spent it: its one successor is stored, the session lives on.
    Rotated(SessionId),
    /// It was spent before and is no such repeat: somebody holds a copy, and the session has been ended (J9).
    Reused,
    /// It is not known, or its session is over.
    Unknown,
}

/// What the events of signing in and of proving say, and about whom.
pub(crate) struct SignInEvent<'a> {
    pub(crate) event_type: EventType,
    pub(crate) severity: Severity,
    pub(crate) outcome: Outcome,
    pub(crate) company: CompanyId,
    pub(crate) user: UserId,
    pub(crate) name: &'a str,
    pub(crate) session: Option<SessionId>,
    pub(crate) description: &'a str,
}

impl Store {
    /// The handle by which the database knows a session.
    #[must_use]
    pub fn handle(&self, session: SessionId) -> SessionHandle {
        self.handles.handle(session.uuid())
    }

    /// The live session a verified access token names, unless the token alone was revoked.
    ///
    /// # Errors
    /// When the database fails: then nobody is let in (J8).
    pub async fn session_of_token(
        &self,
        token: &Verified<Claims>,
    ) -> Result<Option<LiveSession>, StoreError> {
        let claims = token.get();
        let handle = claims.sid.hash();
        self.live_session(Some(handle.as_bytes()), None, "api", Some(&claims.jti))
            .await
    }

    /// The live session a console cookie names.
    ///
    /// # Errors
    /// When the database fails: then nobody is let in.
    pub async fn session_of_cookie(
        &self,
        token: &SessionTokenHash,
    ) -> Result<Option<LiveSession>, StoreError> {
        self.live_session(None, Some(token.as_bytes()), "console", None)
            .await
    }

    /// `kind` keeps the two worlds apart: a cookie is never accepted as a bearer's session, nor the reverse.
    async fn live_session(
        &self,
        handle: Option<&[u8]>,
        token: Option<&[u8]>,
        kind: &str,
        jti: Option<&str>,
    ) -> Result<Option<LiveSession>, StoreError> {
        // `guard.live_session` returns active people only.
        let row = sqlx::query_as!(
            Row,
            r#"select company_id as "company_id!", company_name as "company_name!", user_id as "user_id!",
                   display_name as "display_name!", role as "role!", 'active' as "status!",
                   session_id as "session_id!", expires_at as "expires_at!", second_factor_at,
                   authenticated_at as "authenticated_at!", amr as "amr!", has_second_factor as "has_second_factor!",
                   second_factor_policy as "second_factor_policy!", has_passkey as "has_passkey!",
                   phishing_resistant_at, backup_code_at, passkey_policy as "passkey_policy!",
                   granted as "granted!", withheld as "withheld!", emergency_id, emergency_incident,
                   emergency_permissions, emergency_until, emergency_incident_only
               from guard.live_session($1, $2), guard.resistance(company_id, user_id, session_id),
                   guard.personal(company_id, user_id)
               where kind = $3
                   and not ($4::text is not null and guard.is_token_revoked(company_id, $4))"#,
            handle,
            token,
            kind,
            jti,
        )
        .fetch_optional(&self.directory)
        .await?;
        let live = |row: Row| {
            let session = SessionId::from_uuid(row.session_id);
            row.read(*self.handle(session).hash().as_bytes())
        };
        Ok(row.map(live).transpose()?.map(LiveSession::from_row))
    }

    /// The one active person with this address, in this company if it is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sign_in(
        &self,
        email_index: &[u8],
        company_slug: Option<&str>,
    ) -> Result<Option<Candidate>, StoreError> {
        let row = sqlx::query!(
            r#"select company_id as "company_id!", user_id as "user_id!", display_name as "display_name!",
                   password_hash as "password_hash!", password_version as "password_version!", stands_alone
               from guard.find_sign_in($1, $2)"#,
            email_index,
            company_slug,
        )
        .fetch_optional(&self.directory)
        .await?;
        row.map(|row| {
            Ok(Candidate {
                company: CompanyId::from_uuid(row.company_id),
                user: UserId::from_uuid(row.user_id),
                display_name: row.display_name,
                password: PasswordHash::parse(&row.password_hash)
                    .map_err(|_| StoreError::Corrupt("passwords.hash"))?,
                password_version: row.password_version,
                stands_alone: row.stands_alone,
            })
        })
        .transpose()
    }

    /// Opens a session for a person who has just proved who they are; the sign-in's event commits with it.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] for a person with a second factor, [`StoreError::NotActive`] when the account was
    /// locked or the password changed meanwhile; when the database fails.
    pub async fn open_session(
        &self,
        who: &Candidate,
        new: &NewSession,
        limits: Limits,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<SessionId, StoreError> {
        let mut tx = self.directory.begin().await?;
        if !still_holds(&mut tx, who).await? {
            return Err(StoreError::NotActive);
        }
        let opening = Opening {
            company: who.company,
            user: who.user,
            name: &who.display_name,
            second_factor: false,
            how: "signed in with a password",
            severity: Severity::Low,
            outbox: &self.outbox,
        };
        let session = open(&mut tx, &self.handles, &opening, new, limits, origin, now).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Records a sign-in of a known person that failed, or several, as the description says.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_failed_sign_in(
        &self,
        who: &Known,
        description: &str,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let event = SignInEvent {
            event_type: EventType::Login,
            severity: Severity::Medium,
            outcome: Outcome::Failure,
            company: who.company,
            user: who.user,
            name: &who.display_name,
            session: None,
            description,
        };
        let mut connection = self.directory.acquire().await?;
        record(&mut connection, &event, origin, now).await
    }

    /// Trades a refresh token for its successor, once more for the client whose answer was lost, or ends the
    /// family (J9, `guard.renew`).
    ///
    /// # Errors
    /// When the database fails; then the token is as it was.
    pub async fn refresh(
        &self,
        presented: &RefreshTokenHash,
        successor: &RefreshTokenHash,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Refreshed, StoreError> {
        let mut tx = self.directory.begin().await?;
        let row = sqlx::query!(
            r#"select outcome as "outcome!", company_id as "company_id!", session_id as "session_id!",
                   user_id as "user_id!", display_name as "display_name!"
               from guard.renew($1, $2, $3, $4)"#,
            presented.as_bytes(),
            successor.as_bytes(),
            origin.ip as _,
            origin.recorded_agent(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(Refreshed::Unknown);
        };
        let session = SessionId::from_uuid(row.session_id);
        let renewed = |severity, description| {
            let told = (EventType::Login, severity, Outcome::Success, description);
            (Refreshed::Rotated(session), told)
        };
        let (refreshed, (event_type, severity, outcome, description)) = match row.outcome.as_str() {
            "rotated" => renewed(Severity::Low, "access renewed with a refresh token"),
            "repeated" => renewed(
                Severity::Medium,
                "access renewed again with a refresh token, in place of tokens nobody has used",
            ),
            "reused" => {
                let what = "a spent refresh token was presented: session ended";
                let told = (EventType::Logout, Severity::High, Outcome::Denied, what);
                (Refreshed::Reused, told)
            }
            _ => return Err(StoreError::Corrupt("guard.renew")),
        };
        let event = SignInEvent {
            event_type,
            severity,
            outcome,
            company: CompanyId::from_uuid(row.company_id),
            user: UserId::from_uuid(row.user_id),
            name: &row.display_name,
            session: Some(session),
            description,
        };
        record(&mut tx, &event, origin, now).await?;
        if let Refreshed::Reused = refreshed {
            let person = (event.company, event.user);
            let notice = &Notice::RefreshTokenReused;
            self.outbox.tell(&mut tx, person, notice, origin, now).await?;
        }
        tx.commit().await?;
        Ok(refreshed)
    }

    /// The live session with this id: for issuing its next access token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_by_id(&self, session: SessionId) -> Result<Option<LiveSession>, StoreError> {
        self.live_session(Some(self.handle(session).hash().as_bytes()), None, "api", None)
            .await
    }
}

/// Whose session is opened, and how they proved who they are.
pub(crate) struct Opening<'a> {
    pub(crate) company: CompanyId,
    pub(crate) user: UserId,
    pub(crate) name: &'a str,
    pub(crate) second_factor: bool,
    pub(crate) how: &'a str,
    pub(crate) severity: Severity,
    pub(crate) outbox: &'a Outbox,
}

/// Opens a session in a transaction, with its event.
pub(crate) async fn open(
    tx: &mut PgConnection,
    handles: &HandleKey,
    who: &Opening<'_>,
    new: &NewSession,
    limits: Limits,
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<SessionId, StoreError> {
    let session = SessionId::generate(now);
    let (kind, token) = match new {
        NewSession::Console(token) => ("console", Some(token.as_bytes().as_slice())),
        NewSession::Api(_) => ("api", None),
    };
    let handle = handles.handle(session.uuid()).hash();
    sqlx::query_scalar!(
        "select guard.open_session($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        who.company.uuid(),
        who.user.uuid(),
        session.uuid(),
        kind,
        handle.as_bytes(),
        token,
        origin.recorded_agent(),
        origin.ip as _,
        interval(limits.idle),
        interval(limits.absolute),
        who.second_factor,
    )
    .fetch_one(&mut *tx)
    .await?;
    if let NewSession::Api(refresh) = new {
        add_refresh_token(tx, who.company, session, refresh).await?;
    }
    let event = SignInEvent {
        event_type: EventType::Login,
        severity: who.severity,
        outcome: Outcome::Success,
        company: who.company,
        user: who.user,
        name: who.name,
        session: Some(session),
        description: who.how,
    };
    record(tx, &event, origin, now).await?;
    let person = (who.company, who.user);
    who.outbox
        .tell_of_new_place(tx, person, session, origin, now)
        .await?;
    Ok(session)
}

pub(crate) fn interval(duration: Duration) -> PgInterval {
    let microseconds = i64::try_from(duration.whole_microseconds()).unwrap_or(i64::MAX);
    PgInterval {
        months: 0,
        days: 0,
        microseconds,
    }
}

async fn add_refresh_token(
    connection: &mut PgConnection,
    company: CompanyId,
    session: SessionId,
    token: &RefreshTokenHash,
) -> Result<(), StoreError> {
    sqlx::query_scalar!(
        "select guard.add_refresh_token($1, $2, $3)",
        company.uuid(),
        session.uuid(),
        token.as_bytes(),
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

pub(crate) async fn record(
    connection: &mut PgConnection,
    event: &SignInEvent<'_>,
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query_scalar!(
        "select guard.record_sign_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        event.company.uuid(),
        AuditEventId::generate(now).uuid(),
        event.event_type.as_str(),
        event.severity.as_str(),
        event.outcome.as_str(),
        event.user.uuid(),
        event.name,
        event.session.map(SessionId::uuid),
        origin.ip as _,
        origin.recorded_agent(),
        origin.method,
        origin.recorded_path(),
        origin.request.map(|request| request.uuid()),
        event.description,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}
