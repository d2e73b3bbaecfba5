//! What the platform's operator does to data keys by command: looking, destroying, wrapping them anew.

use access::ids::{AuditEventId, CompanyId};
use crypto::Rng;
use crypto::field::{DataKeyId, MasterKey, Purpose, WrappedKey};
use sqlx::{Connection, PgTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::unwrap;
use crate::bootstrap::Owner;
use crate::error::StoreError;

/// In the trail, for what a command does.
const OPERATOR: &str = "platform operator";

/// A data key, to somebody who looks after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Names it.
    pub id: Uuid,
    /// What it is for.
    pub purpose: String,
    /// `active`, `retired` or `destroyed`.
    pub state: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was destroyed.
    pub destroyed_at: Option<OffsetDateTime>,
    /// Values under it now.
    pub sealed: i64,
}

/// What became of asking for a company's keys to be destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShredOutcome {
    /// They are, once it is committed.
    Done,
    /// There is no such company.
    Absent,
    /// It is the platform's own, without which nothing starts.
    Platform,
    /// People of it could still sign in.
    Active,
    /// They were destroyed before.
    Destroyed,
}

/// The keys of a company destroyed, but for the commit.
pub struct Shredding<'c> {
    tx: PgTransaction<'c>,
    company: CompanyId,
    /// The keys, and what each had sealed.
    pub keys: Vec<KeyRow>,
}

impl Owner {
    /// The data keys of a company.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys_of(&mut self, company: CompanyId) -> Result<Vec<KeyRow>, StoreError> {
        let mut tx = self.0.begin().await?;
        keys_of(&mut tx, company).await
    }

    /// Destroys every data key of a company, where nobody of it can sign in or `although_active`. Nothing has
    /// happened before [`Shredding::commit`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shred(
        &mut self,
        company: CompanyId,
        although_active: bool,
    ) -> Result<Result<Shredding<'_>, ShredOutcome>, StoreError> {
        let mut tx = self.0.begin().await?;
        let done = sqlx::query_scalar!(
            r#"select guard.shred_company($1, $2) as "done!""#,
            company.uuid(),
            although_active,
        )
        .fetch_one(&mut *tx)
        .await?;
        let why = match done.as_str() {
            "done" => {
                let keys = keys_of(&mut tx, company).await?;
                return Ok(Ok(Shredding { tx, company, keys }));
            }
            "absent" => ShredOutcome::Absent,
            "platform" => ShredOutcome::Platform,
            "active" => ShredOutcome::Active,
            "destroyed" => ShredOutcome::Destroyed,
            _ => return Err(StoreError::Corrupt("guard.shred_company")),
        };
        Ok(Err(why))
    }

    /// Wraps every data key anew that another master key has wrapped, all or none; how many, and how many there
    /// still are that this one has not: none.
    ///
    /// # Errors
    /// When a key opens with none of the master keys at hand, or the database fails; then nothing has changed.
    pub async fn rewrap(
        &mut self,
        master: &MasterKey,
        rng: &Rng,
        now: OffsetDateTime,
    ) -> Result<(usize, usize), StoreError> {
        let mut tx = self.0.begin().await?;
        let mut done = 0;
        let rows = wrapped_keys(&mut tx).await?;
        let mut rest = rows
            .into_iter()
            .filter(|row| !master.has_wrapped(&row.wrapped))
            .peekable();
        while let Some(company) = rest.peek().map(|row| row.company) {
            let (mut ids, mut old, mut new) = (Vec::new(), Vec::new(), Vec::new());
            while let Some(row) = rest.next_if(|row| row.company == company) {
                let before = row.wrapped.as_bytes().to_vec();
                let key = unwrap(before.clone(), row.id.0, company, row.purpose, master)?;
                let wrapped = master
                    .wrap(&key, rng)
                    .map_err(|_| StoreError::Corrupt("a data key could not be wrapped"))?;
                ids.push(row.id.0);
                old.push(before);
                new.push(wrapped.as_bytes().to_vec());
            }
            let changed = sqlx::query_scalar!(
                r#"select guard.rewrap_keys($1, $2, $3, $4, $5, $6) as "changed!""#,
                company,
                &ids,
                &old,
                &new,
                AuditEventId::generate(now).uuid(),
                OPERATOR,
            )
            .fetch_one(&mut *tx)
            .await?;
            done += usize::try_from(changed).unwrap_or(0);
        }
        let left = wrapped_keys(&mut tx).await?;
        let left = left
            .iter()
            .filter(|row| !master.has_wrapped(&row.wrapped))
            .count();
        tx.commit().await?;
        Ok((done, left))
    }
}

impl Shredding<'_> {
    /// Records why, with the receipt, and makes it so.
    ///
    /// # Errors
    /// When the database fails; then no key was destroyed.
    pub async fn commit(
        mut self,
        reason: &str,
        receipt: &str,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let about = serde_json::json!({"reason": reason, "receipt": receipt});
        sqlx::query_scalar!(
            "select guard.record_data_key($1, $2, $3, 'DELETE', 'CRITICAL', 'SUCCESS', $4,
                 'data keys of the company destroyed', $5)",
            self.company.uuid(),
            self.company.uuid(),
            AuditEventId::generate(now).uuid(),
            OPERATOR,
            about,
        )
        .fetch_one(&mut *self.tx)
        .await?;
        Ok(self.tx.commit().await?)
    }
}

async fn keys_of(tx: &mut PgTransaction<'_>, company: CompanyId) -> Result<Vec<KeyRow>, StoreError> {
    Ok(sqlx::query_as!(
        KeyRow,
        r#"select id as "id!", purpose as "purpose!", state as "state!", created_at as "created_at!", destroyed_at,
               sealed as "sealed!"
           from guard.keys_of_company($1)"#,
        company.uuid(),
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A data key as it is stored.
struct Wrapped {
    company: Uuid,
    id: DataKeyId,
    purpose: Purpose,
    wrapped: WrappedKey,
}

/// Every data key that is not destroyed, by company.
async fn wrapped_keys(tx: &mut PgTransaction<'_>) -> Result<Vec<Wrapped>, StoreError> {
    let rows = sqlx::query!(
        r#"select company_id as "company!", id as "id!", purpose as "purpose!", wrapped as "wrapped!"
           from guard.wrapped_keys()"#
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Wrapped {
                company: row.company,
                id: DataKeyId(row.id),
                purpose: row
                    .purpose
                    .parse()
                    .map_err(|_| StoreError::Corrupt("data_keys.purpose"))?,
                wrapped: WrappedKey::from_bytes(row.wrapped)
                    .map_err(|_| StoreError::Corrupt("data_keys.wrapped"))?,
            })
        })
        .collect()
}
