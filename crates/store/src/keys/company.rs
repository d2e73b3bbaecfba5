//! What a company's administrators see of its data keys, and another key at their word (DATA-3). The database asks once
//! more who they are, and for a second factor of whoever begins a rotation.

use access::grant::Grant;
use access::permission::{ConfigureSecurity, ConfigureSystem};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Begun, KeyRow, RotationRow};
use crate::error::StoreError;
use crate::provision::NewKey;
use crate::tx::{ReadTx, WriteTx};

/// The data keys of the caller's company, by purpose and age.
///
/// # Errors
/// When the database fails.
pub async fn own_keys(tx: &mut ReadTx, _grant: &Grant<ConfigureSystem>) -> Result<Vec<KeyRow>, StoreError> {
    Ok(sqlx::query_as!(
        KeyRow,
        r#"select id as "id!", purpose as "purpose!", state as "state!", created_at as "created_at!", destroyed_at,
               sealed as "sealed!"
           from guard.own_data_keys()"#,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The rotations of the caller's company, newest first.
///
/// # Errors
/// When the database fails.
pub async fn own_rotations(
    tx: &mut ReadTx,
    _grant: &Grant<ConfigureSystem>,
) -> Result<Vec<RotationRow>, StoreError> {
    Ok(sqlx::query_as!(
        RotationRow,
        r#"select id as "id!", purpose as "purpose!", key_id as "key!", state as "state!", total as "total!",
               resealed as "resealed!", unreadable as "unreadable!", coalesce(remaining, 0) as "remaining!",
               started_at as "started_at!", finished_at
           from guard.own_key_rotations()"#,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// A rotation that is begun with its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnRotation {
    /// Names it.
    pub id: Uuid,
    /// The key that sealed before.
    pub key_before: Option<Uuid>,
    /// Values there are to seal anew.
    pub total: i64,
}

/// Makes a key active in the place of the one of its purpose, and has everything sealed anew. For as long as
/// `settles` nodes may still seal with the key before.
///
/// # Errors
/// When the database fails.
pub async fn begin_own_rotation(
    tx: &mut WriteTx,
    _grant: &Grant<ConfigureSecurity>,
    key: &NewKey,
    settles: Duration,
    now: OffsetDateTime,
) -> Result<Result<OwnRotation, Begun>, StoreError> {
    let id = Uuid::now_v7();
    let row = sqlx::query!(
        r#"select outcome as "outcome!", key_before, total from guard.begin_own_key_rotation($1, $2, $3, $4, $5, $6)"#,
        key.key.purpose().as_str(),
        id,
        key.key.id().0,
        key.wrapped.as_bytes(),
        now,
        now + settles,
    )
    .fetch_one(tx.connection())
    .await?;
    match Begun::parse(&row.outcome)? {
        Begun::Done => Ok(Ok(OwnRotation {
            id,
            key_before: row.key_before,
            total: row.total.unwrap_or_default(),
        })),
        why => Ok(Err(why)),
    }
}
