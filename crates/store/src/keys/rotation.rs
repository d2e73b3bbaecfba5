//! Another data key while everybody works (DATA-3, E3): begun at once, and then everything sealed anew in batches.
//!
//! A batch is one transaction, which holds the rotation's row: of two nodes one works at it, and one that is killed
//! has done whole batches or nothing. A value is replaced only while it is as it was read, and a row that somebody
//! holds is passed over, so that no writer waits for long or is overwritten. Passes repeat until a count over every
//! encrypted column finds nothing under another key.

use access::ids::{AuditEventId, CompanyId};
use crypto::field::{FieldContext, Keychain, MasterKey, Purpose, Sealed};
use crypto::{Rng, field::DataKeyId};
use sqlx::{Acquire, PgConnection, PgTransaction};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{chain_of, columns_of};
use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::pool::Store;
use crate::provision::NewKey;

/// In the trail, for what a node does by itself.
const NODE: &str = "key rotation";

/// A connection that may work at rotations: the directory's of a server, or the owner's of a command.
pub struct Rotations<'c>(Connection<'c>);

enum Connection<'c> {
    Pooled(sqlx::pool::PoolConnection<sqlx::Postgres>),
    Owner(&'c mut PgConnection),
}

/// What became of asking for a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// The new key seals from now on.
    Done,
    /// One is running already.
    Running,
    /// The company's key for this purpose was destroyed.
    Destroyed,
    /// The company has no key for this purpose.
    Absent,
}

impl Begun {
    pub(super) fn parse(word: &str) -> Result<Self, StoreError> {
        match word {
            "begun" => Ok(Self::Done),
            "running" => Ok(Self::Running),
            "destroyed" => Ok(Self::Destroyed),
            "absent" => Ok(Self::Absent),
            _ => Err(StoreError::Corrupt("guard.start_key_rotation")),
        }
    }
}

/// What one batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// No rotation runs, or another node is at all that do.
    Nothing,
    /// So many values were sealed anew, and so many did not open.
    Worked {
        /// Sealed anew.
        resealed: usize,
        /// Altered, or sealed for another place.
        unreadable: usize,
    },
    /// Everything found in the rotation of this name is done; what others may still write with the key before, and
    /// rows that somebody held, are looked for later.
    Waiting(Uuid),
    /// It has ended: nothing is under another key.
    Completed,
    /// It has ended, and some values do not open.
    Incomplete,
}

/// A rotation, to somebody who looks after it.
#[derive(Debug, Clone)]
pub struct RotationRow {
    /// Names it.
    pub id: Uuid,
    /// What the keys are for.
    pub purpose: String,
    /// The key that seals since.
    pub key: Uuid,
    /// `running`, `done`, `incomplete` or `abandoned`.
    pub state: String,
    /// Values there were when it began.
    pub total: i64,
    /// Sealed anew since.
    pub resealed: i64,
    /// Of this pass, those that did not open.
    pub unreadable: i64,
    /// Under another key: counted now, or when it ended.
    pub remaining: i64,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When it ended.
    pub finished_at: Option<OffsetDateTime>,
}

impl Store {
    /// The rotations, for a server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rotations(&self) -> Result<Rotations<'static>, StoreError> {
        Ok(Rotations(Connection::Pooled(self.directory.acquire().await?)))
    }
}

impl Owner {
    /// The rotations, for a command.
    pub fn rotations(&mut self) -> Rotations<'_> {
        Rotations(Connection::Owner(&mut self.0))
    }

    /// Makes a key active in the place of the one of its purpose, and has everything sealed anew. For as long as
    /// `settles` nodes may still seal with the key before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_rotation(
        &mut self,
        company: CompanyId,
        key: &NewKey,
        settles: Duration,
        now: OffsetDateTime,
    ) -> Result<Begun, StoreError> {
        let begun = sqlx::query_scalar!(
            r#"select guard.begin_key_rotation($1, $2, $3, $4, $5, $6, $7, $8, 'platform operator') as "begun!""#,
            company.uuid(),
            key.key.purpose().as_str(),
            AuditEventId::generate(now).uuid(),
            key.key.id().0,
            key.wrapped.as_bytes(),
            now,
            now + settles,
            AuditEventId::generate(now).uuid(),
        )
        .fetch_one(&mut self.0)
        .await?;
        Begun::parse(&begun)
    }

    /// The rotations of a company, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rotations_of(&mut self, company: CompanyId) -> Result<Vec<RotationRow>, StoreError> {
        Ok(sqlx::query_as!(
            RotationRow,
            r#"select id as "id!", purpose as "purpose!", key_id as "key!", state as "state!", total as "total!",
                   resealed as "resealed!", unreadable as "unreadable!", coalesce(remaining, 0) as "remaining!",
                   started_at as "started_at!", finished_at
               from guard.key_rotations_of($1)"#,
            company.uuid(),
        )
        .fetch_all(&mut self.0)
        .await?)
    }
}

/// A rotation taken for the rest of a transaction.
struct Taken {
    company: CompanyId,
    id: Uuid,
    purpose: Purpose,
    key: DataKeyId,
    place: Option<String>,
    after: Option<Uuid>,
    settles_at: OffsetDateTime,
}

/// A batch sealed anew.
#[derive(Default)]
struct Anew {
    rows: Vec<Uuid>,
    old: Vec<Vec<u8>>,
    new: Vec<Vec<u8>>,
    unreadable: usize,
}

impl Rotations<'_> {
    /// Works at the oldest rotation that is none of these, for one batch.
    ///
    /// # Errors
    /// When the database fails, or the master key is not the one that wrapped the keys.
    pub async fn work(
        &mut self,
        but: &[Uuid],
        master: &MasterKey,
        rng: &Rng,
        now: OffsetDateTime,
    ) -> Result<Batch, StoreError> {
        let connection = match &mut self.0 {
            Connection::Pooled(connection) => &mut **connection,
            Connection::Owner(connection) => connection,
        };
        let mut tx = connection.begin().await?;
        let Some(taken) = take(&mut tx, but).await? else {
            return Ok(Batch::Nothing);
        };
        let chain = taken.chain(&mut tx, master).await?;
        let columns: Vec<_> = columns_of(taken.purpose).collect();
        let begin = columns
            .iter()
            .position(|column| Some(column.place()) == taken.place)
            .unwrap_or(0);
        let mut after = taken.after;
        for column in columns.into_iter().skip(begin) {
            let place = column.place();
            let rows = taken.batch(&mut tx, (&place, column.batch), after.take()).await?;
            let Some((last, _)) = rows.last() else { continue };
            let last = *last;
            let anew = taken.seal_anew(rows, &chain, (column.table, column.column), rng)?;
            let unreadable = anew.unreadable;
            let resealed = taken.put(&mut tx, &place, anew).await?;
            taken
                .note(&mut tx, Some((&place, last)), (resealed, unreadable), now)
                .await?;
            tx.commit().await?;
            return Ok(Batch::Worked { resealed, unreadable });
        }
        // The end of a pass.
        match taken.end(&mut tx, now).await?.as_deref() {
            Some("done") => {
                tx.commit().await?;
                Ok(Batch::Completed)
            }
            Some(_) => {
                tx.commit().await?;
                Ok(Batch::Incomplete)
            }
            None if now < taken.settles_at => Ok(Batch::Waiting(taken.id)),
            None => {
                taken.note(&mut tx, None, (0, 0), now).await?;
                tx.commit().await?;
                Ok(Batch::Waiting(taken.id))
            }
        }
    }
}

async fn take(tx: &mut PgTransaction<'_>, but: &[Uuid]) -> Result<Option<Taken>, StoreError> {
    let row = sqlx::query!(
        r#"select company_id as "company!", id as "id!", purpose as "purpose!", key_id as "key!", place, after_row,
               settles_at as "settles_at!"
           from guard.take_key_rotation($1)"#,
        but,
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| {
        Ok(Taken {
            company: CompanyId::from_uuid(row.company),
            id: row.id,
            purpose: row
                .purpose
                .parse()
                .map_err(|_| StoreError::Corrupt("key_rotations.purpose"))?,
            key: DataKeyId(row.key),
            place: row.place,
            after: row.after_row,
            settles_at: row.settles_at,
        })
    })
    .transpose()
}

impl Taken {
    /// The company's keys, of which the active one is the rotation's.
    async fn chain(&self, tx: &mut PgTransaction<'_>, master: &MasterKey) -> Result<Keychain, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", wrapped, state as "state!" from guard.rotation_keys($1)"#,
            self.id,
        )
        .fetch_all(&mut **tx)
        .await?;
        let rows = rows.into_iter().map(|row| (row.id, row.wrapped, row.state));
        chain_of(rows, (self.company, self.purpose), master)?
            .filter(|chain| chain.active() == self.key)
            .ok_or(StoreError::Corrupt("key_rotations.key_id"))
    }

    async fn batch(
        &self,
        tx: &mut PgTransaction<'_>,
        (place, most): (&str, i32),
        after: Option<Uuid>,
    ) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
        let rows = sqlx::query!(
            r#"select row_id as "row_id!", sealed as "sealed!" from guard.sealed_batch($1, $2, $3, $4)"#,
            self.id,
            place,
            after,
            most,
        )
        .fetch_all(&mut **tx)
        .await?;
        Ok(rows.into_iter().map(|row| (row.row_id, row.sealed)).collect())
    }

    /// Opens and seals; what does not open is left as it is and counted (E9).
    fn seal_anew(
        &self,
        rows: Vec<(Uuid, Vec<u8>)>,
        chain: &Keychain,
        (table, column): (&str, &str),
        rng: &Rng,
    ) -> Result<Anew, StoreError> {
        let mut anew = Anew::default();
        for (row, old) in rows {
            let place = FieldContext {
                table,
                column,
                row,
                company: self.company.uuid(),
            };
            let opened = Sealed::from_bytes(old.clone()).and_then(|sealed| chain.open(&place, &sealed));
            let Ok(opened) = opened else {
                tracing::error!(table, column, %row, "a sealed value does not open");
                anew.unreadable += 1;
                continue;
            };
            let sealed = chain.seal(&place, &opened, rng);
            let sealed = sealed.map_err(|_| StoreError::Corrupt("a value could not be sealed"))?;
            anew.rows.push(row);
            anew.old.push(old);
            anew.new.push(sealed.as_bytes().to_vec());
        }
        Ok(anew)
    }

    async fn put(&self, tx: &mut PgTransaction<'_>, place: &str, anew: Anew) -> Result<usize, StoreError> {
        if anew.rows.is_empty() {
            return Ok(0);
        }
        let done = sqlx::query_scalar!(
            r#"select guard.reseal($1, $2, $3, $4, $5) as "done!""#,
            self.id,
            place,
            &anew.rows,
            &anew.old,
            &anew.new,
        )
        .fetch_one(&mut **tx)
        .await?;
        usize::try_from(done).map_err(|_| StoreError::Corrupt("guard.reseal"))
    }

    async fn note(
        &self,
        tx: &mut PgTransaction<'_>,
        at: Option<(&str, Uuid)>,
        (resealed, unreadable): (usize, usize),
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        sqlx::query_scalar!(
            "select guard.note_key_rotation($1, $2, $3, $4, $5, $6, $7)",
            self.id,
            at.map(|(place, _)| place),
            at.map(|(_, row)| row),
            count(resealed),
            count(unreadable),
            AuditEventId::generate(now).uuid(),
            NODE,
        )
        .fetch_one(&mut **tx)
        .await?;
        Ok(())
    }

    async fn end(
        &self,
        tx: &mut PgTransaction<'_>,
        now: OffsetDateTime,
    ) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar!(
            "select guard.end_key_rotation($1, $2, $3, $4)",
            self.id,
            now,
            AuditEventId::generate(now).uuid(),
            NODE,
        )
        .fetch_one(&mut **tx)
        .await?)
    }
}
