//! To whom: a person with their sealed address, found as the role at hand may find them.

use access::ids::{CompanyId, UserId};
use crypto::field::{DataKeyId, Sealed, WrappedKey};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::StoreError;

/// To whom a notice goes; the address is sealed, and opens with a key that the master key unwraps.
pub struct Addressee {
    /// Their company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their address, sealed for `users.email_sealed`.
    pub email: Sealed,
    /// The company's keys for the purpose `identity`, wrapped.
    pub keys: Vec<(DataKeyId, WrappedKey)>,
}

/// A person as somebody to tell; as the directory or the owner.
pub(crate) async fn account(
    tx: &mut PgConnection,
    company: CompanyId,
    user: UserId,
) -> Result<Addressee, StoreError> {
    let row = sqlx::query!(
        r#"select company_name as "company_name!", display_name as "display_name!", email_sealed as "email!",
               key_ids as "key_ids!", keys as "keys!"
           from guard.addressee($1, $2)"#,
        company.uuid(),
        user.uuid(),
    )
    .fetch_optional(tx)
    .await?
    .ok_or(StoreError::Notice("there is nobody to tell"))?;
    Ok(Addressee {
        company,
        company_name: row.company_name,
        user,
        name: row.display_name,
        email: sealed_address(row.email)?,
        keys: wrapped(row.key_ids.into_iter().zip(row.keys))?,
    })
}

/// A person of the company of the context, as somebody to tell; as the application.
pub(crate) async fn colleague(
    tx: &mut PgConnection,
    company: CompanyId,
    user: UserId,
) -> Result<Addressee, StoreError> {
    let row = sqlx::query!(
        "select c.name, u.display_name, u.email_sealed
         from users u join companies c on c.id = u.company_id
         where u.company_id = $1 and u.id = $2",
        company.uuid(),
        user.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(StoreError::Notice("there is nobody to tell"))?;
    let keys = sqlx::query!(
        r#"select id, wrapped as "wrapped!" from data_keys
           where company_id = $1 and purpose = 'identity' and wrapped is not null"#,
        company.uuid(),
    )
    .fetch_all(tx)
    .await?;
    Ok(Addressee {
        company,
        company_name: row.name,
        user,
        name: row.display_name,
        email: sealed_address(row.email_sealed)?,
        keys: wrapped(keys.into_iter().map(|key| (key.id, key.wrapped)))?,
    })
}

fn sealed_address(bytes: Vec<u8>) -> Result<Sealed, StoreError> {
    Sealed::from_bytes(bytes).map_err(|_| StoreError::Corrupt("users.email_sealed"))
}

fn wrapped(keys: impl Iterator<Item = (Uuid, Vec<u8>)>) -> Result<Vec<(DataKeyId, WrappedKey)>, StoreError> {
    keys.map(|(id, bytes)| {
        let key = WrappedKey::from_bytes(bytes).map_err(|_| StoreError::Corrupt("data_keys.wrapped"))?;
        Ok((DataKeyId(id), key))
    })
    .collect()
}
