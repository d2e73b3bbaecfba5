//! Telling: a notice joins the transaction of what caused it.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use access::ids::{CompanyId, SessionId, UserId};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::addressee::account;
use super::{Addressee, Country, Notice, NoticeWriter};
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

    /// Tells a person who has just signed in, if they have before and not from there: once, whatever of it is new.
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
        let person = (company, user);
        let new_country = self.new_country(tx, person, session, origin, is_new).await?;
        if is_new || new_country.is_some() {
            let notice = &Notice::NewPlace { new_country };
            self.tell(tx, person, notice, origin, now).await?;
        }
        Ok(())
    }

    /// The country that somebody has just signed in from, if they have signed in lately and not from there.
    async fn new_country(
        &self,
        tx: &mut PgConnection,
        (company, user): (CompanyId, UserId),
        session: SessionId,
        origin: &Origin,
        is_new_place: bool,
    ) -> Result<Option<Country>, StoreError> {
        let country = |address| self.0.as_ref()?.country(address);
        let Some(here) = origin.ip.and_then(country) else {
            return Ok(None);
        };
        let lately = sqlx::query_scalar!(
            r#"select address as "address!: IpAddr" from guard.recent_addresses($1, $2, $3) as address"#,
            company.uuid(),
            user.uuid(),
            session.uuid(),
        )
        .fetch_all(tx)
        .await?;
        // Whoever signs in for the first time is told nothing.
        let is_first = lately.is_empty() && !is_new_place;
        let was_here = |address| country(address).is_some_and(|there| there.code == here.code);
        let is_known = lately.into_iter().any(was_here);
        Ok(Some(here).filter(|_| !is_first && !is_known))
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
            "select guard.post_notice($1, $2, $3, $4, $5, $6)",
            letter.id,
            letter.sealed,
            now,
            &letter.lanes.company[..],
            &letter.lanes.person[..],
            notice.urgency(),
        )
        .fetch_one(tx)
        .await?;
        Ok(())
    }
}
