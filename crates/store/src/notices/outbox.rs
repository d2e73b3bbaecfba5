//! Telling: a notice joins the transaction of what caused it.

use std::fmt;
use std::sync::Arc;

use access::ids::{CompanyId, SessionId, UserId};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::addressee::account;
use super::{Addressee, Notice, NoticeWriter};
use crate::audit::Origin;
use crate::error::StoreError;
use crate::sessions::interval;

/// Where notices wait.
#[derive(Clone, Default)]
pub struct Outbox(Option<Arc<dyn NoticeWriter>>);

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbox")
    }
}

impl Outbox {
    /// With who writes.
    #[must_use]
    pub fn new(writer: Arc<dyn NoticeWriter>) -> Self {
        Self(Some(writer))
    }

    /// Tells a person, as the directory or the owner; it commits with the rest of the transaction.
    ///
    /// # Errors
    /// When there is no such person, the notice cannot be written, or the database fails.
    pub(crate) async fn tell(
        &self,
        tx: &mut PgConnection,
        (company, user): (CompanyId, UserId),
        notice: &Notice,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        if let Some((name, pause)) = notice.at_most() {
            let may = sqlx::query_scalar!(
                r#"select guard.may_tell($1, $2, $3, $4, $5) as "may!""#,
                company.uuid(),
                user.uuid(),
                name,
                interval(pause),
                now,
            )
            .fetch_one(&mut *tx)
            .await?;
            if !may {
                return Ok(());
            }
        }
        let to = account(tx, company, user).await?;
        self.post(tx, &to, notice, origin, now).await
    }

    /// Tells every administrator of a company.
    ///
    /// # Errors
    /// As those of [`Self::tell`].
    pub(crate) async fn tell_administrators(
        &self,
        tx: &mut PgConnection,
        company: CompanyId,
        notice: &Notice,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let administrators = sqlx::query_scalar!(
            r#"select id as "id!" from guard.administrators($1) as id"#,
            company.uuid(),
        )
        .fetch_all(&mut *tx)
        .await?;
        for user in administrators {
            let person = (company, UserId::from_uuid(user));
            self.tell(tx, person, notice, origin, now).await?;
        }
        Ok(())
    }

    /// Tells a person who has just signed in, if they have before and not from there.
    ///
    /// # Errors
    /// As those of [`Self::tell`].
    pub(crate) async fn tell_of_new_place(
        &self,
        tx: &mut PgConnection,
        (company, user): (CompanyId, UserId),
        session: SessionId,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let is_new = sqlx::query_scalar!(
            r#"select guard.is_new_place($1, $2, $3, $4, $5) as "is_new!""#,
            company.uuid(),
            user.uuid(),
            session.uuid(),
            origin.recorded_agent(),
            origin.ip as _,
        )
        .fetch_one(&mut *tx)
        .await?;
        if is_new {
            let person = (company, user);
            self.tell(tx, person, &Notice::NewPlace, origin, now).await?;
        }
        Ok(())
    }

    /// Puts a notice to somebody into the outbox.
    pub(crate) async fn post(
        &self,
        tx: &mut PgConnection,
        to: &Addressee,
        notice: &Notice,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let nobody = StoreError::Notice("nobody writes notices here");
        let writer = self.0.as_ref().ok_or(nobody)?;
        let letter = writer
            .write(notice, to, origin, now)
            .map_err(StoreError::Notice)?;
        sqlx::query_scalar!(
            "select guard.post_notice($1, $2, $3)",
            letter.id,
            letter.sealed,
            now,
        )
        .fetch_one(tx)
        .await?;
        Ok(())
    }
}
