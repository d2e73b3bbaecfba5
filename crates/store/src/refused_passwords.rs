//! Passwords that a company refuses beside those of the operator's list (AUTH-1). The database has a keyed hash of each;
//! it asks once more who puts another list in the place of the one there is.

use access::grant::Grant;
use access::ids::CompanyId;
use access::permission::{ConfigureSecurity, ConfigureSystem};
use sqlx::PgExecutor;

use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::pool::Store;
use crate::tx::{ReadTx, WriteTx};

/// Names a refused password, for whoever has the platform's key.
pub type RefusedMark = [u8; 16];

/// How many passwords a company refused, and refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// By the list before.
    pub before: i32,
    /// By the list there is now.
    pub after: i32,
}

/// How many passwords the caller's company refuses by a list of its own.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut ReadTx, _grant: &Grant<ConfigureSystem>) -> Result<i32, StoreError> {
    Ok(
        sqlx::query_scalar!(r#"select guard.refused_passwords() as "count!""#)
            .fetch_one(tx.connection())
            .await?,
    )
}

/// Puts these in the place of all there were; none at all is a list too.
///
/// # Errors
/// [`StoreError::NotProved`] without a fresh second factor; when the database fails.
pub async fn replace(
    tx: &mut WriteTx,
    _grant: &Grant<ConfigureSecurity>,
    marks: &[RefusedMark],
) -> Result<Replaced, StoreError> {
    let values: Vec<Vec<u8>> = marks.iter().map(|mark| mark.to_vec()).collect();
    Ok(sqlx::query_as!(
        Replaced,
        r#"select before as "before!", after as "after!" from guard.refuse_passwords($1)"#,
        &values,
    )
    .fetch_one(tx.connection())
    .await?)
}

async fn is_refused(
    executor: impl PgExecutor<'_>,
    company: CompanyId,
    mark: &RefusedMark,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select guard.is_password_refused($1, $2) as "refused!""#,
        company.uuid(),
        mark,
    )
    .fetch_one(executor)
    .await?)
}

impl Store {
    /// Whether a company refuses a password.
    ///
    /// # Errors
    /// When the database fails: nobody knows then.
    pub async fn is_password_refused(
        &self,
        company: CompanyId,
        mark: &RefusedMark,
    ) -> Result<bool, StoreError> {
        is_refused(&self.directory, company, mark).await
    }
}

impl Owner {
    /// As [`Store::is_password_refused`], for a command.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_password_refused(
        &mut self,
        company: CompanyId,
        mark: &RefusedMark,
    ) -> Result<bool, StoreError> {
        is_refused(&mut self.0, company, mark).await
    }
}
