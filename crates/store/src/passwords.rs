//! Passwords: changed, reset by a link, hashed anew (AUTH-1, M10). What is done here the database demands once more:
//! the fresh proof before a change, and that a link is spent by deleting it, in one statement.

use access::actor::Actor;
use access::grant::Grant;
use access::ids::{CompanyId, UserId};
use access::permission::ManageFactors;
use crypto::opaque::{ResetToken, ResetTokenHash};
use crypto::password::PasswordHash;
use secrecy::SecretString;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::notices::{Addressee, Notice, account};
use crate::pool::Store;
use crate::proof::own_event;
use crate::sessions::{Candidate, SignInEvent, record};

/// Who is to get a new password by a link.
pub struct Resetting {
    /// Who, as somebody to write to.
    pub person: Addressee,
    /// Whether they have a second factor beside it.
    pub has_second_factor: bool,
}

/// A password that was judged and is to become somebody's.
pub struct NewPassword {
    /// Its hash.
    pub hash: PasswordHash,
    /// Whether it is long enough without a second factor.
    pub stands_alone: bool,
}

/// What the trail says of a password of somebody who is not signed in.
fn event<'a>(
    (company, user): (CompanyId, UserId),
    name: &'a str,
    severity: Severity,
    description: &'a str,
) -> SignInEvent<'a> {
    SignInEvent {
        event_type: EventType::Update,
        severity,
        outcome: Outcome::Success,
        company,
        user,
        name,
        session: None,
        description,
    }
}

/// Whether what a sign-in has proved is still the person's password; holds the person until the commit.
pub(crate) async fn still_holds(tx: &mut PgConnection, who: &Candidate) -> Result<bool, StoreError> {
    let holds = sqlx::query_scalar!(
        r#"select guard.holds_password($1, $2, $3) as "holds!""#,
        who.company.uuid(),
        who.user.uuid(),
        who.password_version,
    )
    .fetch_one(tx)
    .await?;
    Ok(holds)
}

impl Store {
    /// Who a caller is, as somebody to write to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_account(&self, actor: &Actor) -> Result<Addressee, StoreError> {
        let mut connection = self.directory.acquire().await?;
        account(&mut connection, actor.company(), actor.user()).await
    }

    /// Puts a new password in the place of the one that was just verified, and ends every other session. False
    /// when it was changed meanwhile, or the second factor that the new one leans on is gone.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn change_password(
        &self,
        grant: &Grant<ManageFactors>,
        old: &PasswordHash,
        new: &NewPassword,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let actor = grant.actor();
        let mut tx = self.directory.begin().await?;
        let changed = sqlx::query_scalar!(
            r#"select guard.change_password($1, $2, $3, $4) as "changed!""#,
            actor.handle_hash(),
            old.as_str(),
            new.hash.as_str(),
            new.stands_alone,
        )
        .fetch_one(&mut *tx)
        .await?;
        if changed {
            let what = "password changed, every other session ended";
            let event = own_event(actor, EventType::Update, Severity::High, what);
            record(&mut tx, &event, origin, now).await?;
            self.tell_own(&mut tx, actor, &Notice::PasswordChanged, origin, now)
                .await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Stores the same password under a hash of the parameters in force, unless it was changed meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rehash_password(
        &self,
        who: &Candidate,
        new: &PasswordHash,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let rehashed = sqlx::query_scalar!(
            r#"select guard.rehash_password($1, $2, $3, $4) as "rehashed!""#,
            who.company.uuid(),
            who.user.uuid(),
            who.password.as_str(),
            new.as_str(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if rehashed {
            let what = "password stored under a hash of the parameters in force";
            let person = (who.company, who.user);
            let event = event(person, &who.display_name, Severity::Low, what);
            record(&mut tx, &event, origin, now).await?;
        }
        tx.commit().await?;
        Ok(rehashed)
    }

    /// Notes whether a password that was just verified is long enough without a second factor, unless that is known or
    /// it was changed meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_password_length(
        &self,
        who: &Candidate,
        stands_alone: bool,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut tx = self.directory.begin().await?;
        let noted = sqlx::query_scalar!(
            r#"select guard.note_password_length($1, $2, $3, $4) as "noted!""#,
            who.company.uuid(),
            who.user.uuid(),
            who.password_version,
            stands_alone,
        )
        .fetch_one(&mut *tx)
        .await?;
        if noted {
            let what = "noted whether the password is long enough without a second factor";
            let person = (who.company, who.user);
            let event = event(person, &who.display_name, Severity::Low, what);
            record(&mut tx, &event, origin, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Stores a link to reset a password beside those before, and writes it to the person. False when they have had
    /// three within an hour, when their mailbox opens nothing yet after a lockdown, or they are not active any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_password_reset(
        &self,
        who: &Candidate,
        token: &ResetToken,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let person = (who.company, who.user);
        let hash = token.hash();
        let mut tx = self.directory.begin().await?;
        let asked = sqlx::query_scalar!(
            r#"select guard.ask_password_reset($1, $2, $3) as "asked!""#,
            who.company.uuid(),
            who.user.uuid(),
            hash.as_bytes(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if asked {
            let what = "a link to reset the password was asked for";
            let event = event(person, &who.display_name, Severity::Medium, what);
            record(&mut tx, &event, origin, now).await?;
            let notice = Notice::PasswordResetAsked {
                token: SecretString::from(token.expose().to_string()),
            };
            self.outbox.tell(&mut tx, person, &notice, origin, now).await?;
        }
        tx.commit().await?;
        Ok(asked)
    }

    /// Whose living link it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_of_reset(&self, token: &ResetTokenHash) -> Result<Option<Resetting>, StoreError> {
        let mut connection = self.directory.acquire().await?;
        let row = sqlx::query!(
            r#"select company_id as "company!", user_id as "user!", has_second_factor as "has_second_factor!"
               from guard.person_of_reset($1)"#,
            token.as_bytes(),
        )
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (company, user) = (CompanyId::from_uuid(row.company), UserId::from_uuid(row.user));
        Ok(Some(Resetting {
            person: account(&mut connection, company, user).await?,
            has_second_factor: row.has_second_factor,
        }))
    }

    /// Spends a link and sets the password; every other link and every session of the person is over. False where there
    /// was nothing to spend, or the second factor that the new password leans on is gone.
    ///
    /// # Errors
    /// When the database fails; then the link is as it was.
    pub async fn reset_password(
        &self,
        token: &ResetTokenHash,
        new: &NewPassword,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let row = sqlx::query!(
            r#"select company_id as "company!", user_id as "user!", display_name as "name!"
               from guard.reset_password($1, $2, $3)"#,
            token.as_bytes(),
            new.hash.as_str(),
            new.stands_alone,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(false) };
        let person = (CompanyId::from_uuid(row.company), UserId::from_uuid(row.user));
        let what = "password reset by a link, every session ended";
        record(
            &mut tx,
            &event(person, &row.name, Severity::High, what),
            origin,
            now,
        )
        .await?;
        self.outbox
            .tell(&mut tx, person, &Notice::PasswordReset, origin, now)
            .await?;
        tx.commit().await?;
        Ok(true)
    }
}
