//! What a command does to somebody's account, and asks of it.

use access::ids::CompanyId;
use crypto::field::normalise_email;
use store::standing::{ObjectId, Standing};
use time::OffsetDateTime;

use super::Provisioner;
use crate::factor_reset::{self, Asking};
use crate::{Error, people};

impl Provisioner {
    /// Locks the account of a person and ends its sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or person; otherwise as those of [`crate::people::lock_down`].
    pub async fn lock_down(
        &mut self,
        slug: &str,
        email: &str,
        reason: &str,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let reason = people::reason_of(reason)?;
        let (company, index) = self.find(slug, email).await?;
        let outcome = self
            .owner
            .lock(company, &index, reason, now, &self.outbox)
            .await?;
        people::done(outcome, "this account is not active")
    }

    /// Lets a person sign in again.
    ///
    /// # Errors
    /// As those of [`Self::lock_down`].
    pub async fn unlock(
        &mut self,
        slug: &str,
        email: &str,
        reason: &str,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let reason = people::reason_of(reason)?;
        let (company, index) = self.find(slug, email).await?;
        let outcome = self
            .owner
            .unlock(company, &index, reason, now, &self.outbox)
            .await?;
        people::done(outcome, "this account is not locked")
    }

    /// Asks for and approves the reset of a person's second factors, in effect after the cooling period.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or person; otherwise as those of [`crate::factor_reset::ask`].
    pub async fn reset_factors(
        &mut self,
        slug: &str,
        email: &str,
        asking: Asking<'_>,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let (reason, identity) = asking.lines()?;
        let (company, index) = self.find(slug, email).await?;
        let done = self
            .owner
            .reset_factors(company, &index, reason, identity, now, &self.outbox)
            .await?;
        factor_reset::done(done, factor_reset::NOTHING_TO_RESET)
    }

    /// What the policies would decide by, had the person signed in with their password `now` and asked for this, of this
    /// object. That somebody asked is in the company's trail.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company, person or object of the company; otherwise when the store fails.
    pub async fn standing(
        &mut self,
        slug: &str,
        email: &str,
        (permission, object): (&str, Option<ObjectId>),
        now: OffsetDateTime,
    ) -> Result<Standing, Error> {
        let (company, index) = self.find(slug, email).await?;
        let asked = (permission, object);
        let standing = self.owner.standing((company, &index), asked, now).await?;
        let standing = standing.ok_or(Error::NotFound("person"))?;
        match object {
            Some(id) if standing.object.is_none() => Err(Error::NotFound(id.kind())),
            _ => Ok(standing),
        }
    }

    /// Ends every session of a person; how many there were.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or person; otherwise when the store fails.
    pub async fn end_sessions(&mut self, slug: &str, email: &str, now: OffsetDateTime) -> Result<i32, Error> {
        let (company, index) = self.find(slug, email).await?;
        let ended = self.owner.end_sessions(company, &index, now).await?;
        ended.ok_or(Error::NotFound("person"))
    }

    /// A company, and by which an address in it is found.
    async fn find(&mut self, slug: &str, email: &str) -> Result<(CompanyId, [u8; 16]), Error> {
        let company = self.company_named(slug).await?;
        Ok((company, *self.emails.of(&normalise_email(email)).as_bytes()))
    }
}
