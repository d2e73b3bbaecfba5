//! That what was restored is what was backed up: the rows, the schema, row-level security, and that the master key
//! opens it.

use std::collections::HashMap;

use crypto::field::{DataKey, DataKeyId, FieldContext, Keychain, MasterKey, Sealed, WrappedKey};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};
use uuid::Uuid;

use super::{Applied, RowCounts, count_rows, migrations, patient};
use crate::address::Address;
use crate::error::StoreError;

/// A connection to a restored database, past row-level security.
pub struct Restored(PgConnection);

/// How much of what is sealed was opened.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Data keys that the master key unwrapped: all there are.
    pub keys: usize,
    /// Values that opened: one of every encrypted column of each company.
    pub opened: usize,
    /// Those that did not.
    pub unreadable: usize,
}

impl Restored {
    /// Connects.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn connect(address: &Address) -> Result<Self, StoreError> {
        Ok(Self(patient(address.admin()).await?))
    }

    /// The rows of every table.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rows(&mut self) -> Result<RowCounts, StoreError> {
        count_rows(&mut self.0).await
    }

    /// How its schema was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn migrations(&mut self) -> Result<Vec<Applied>, StoreError> {
        migrations(&mut self.0).await
    }

    /// The tables on which row-level security is not forced: none, but the migrator's own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unforced(&mut self) -> Result<Vec<String>, StoreError> {
        let tables = sqlx::query_scalar(
            "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'safeshipper' and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
               and not (c.relrowsecurity and c.relforcerowsecurity) order by 1",
        );
        Ok(tables.fetch_all(&mut self.0).await?)
    }

    /// Unwraps every data key, and opens one value of every encrypted column of each company.
    ///
    /// # Errors
    /// When a data key does not unwrap, or the database fails.
    pub async fn open_samples(&mut self, master: &MasterKey) -> Result<Sample, StoreError> {
        let keys = keys(&mut self.0, master).await?;
        let mut sample = Sample {
            keys: keys.len(),
            ..Sample::default()
        };
        let rows = sqlx::query(
            "select distinct on (company_id, place) place, company_id, row_id, sealed from guard.sealed_values
             order by company_id, place, row_id",
        )
        .fetch_all(&mut self.0)
        .await?;
        for row in rows {
            let (place, company): (String, Uuid) = (row.try_get(0)?, row.try_get(1)?);
            let (id, sealed): (Uuid, Vec<u8>) = (row.try_get(2)?, row.try_get(3)?);
            match opens(&keys, &place, company, id, sealed) {
                Some(true) => sample.opened += 1,
                Some(false) => sample.unreadable += 1,
                // Its key was destroyed.
                None => {}
            }
        }
        Ok(sample)
    }

    /// Ends the connection: a database that is in use is not renamed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.0.close().await?)
    }
}

/// Every data key that is not destroyed.
async fn keys(
    connection: &mut PgConnection,
    master: &MasterKey,
) -> Result<HashMap<DataKeyId, DataKey>, StoreError> {
    let rows = sqlx::query(
        "select company_id, id, purpose, wrapped from safeshipper.data_keys where wrapped is not null",
    )
    .fetch_all(connection)
    .await?;
    let mut keys = HashMap::new();
    for row in rows {
        let (company, id): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
        let (purpose, wrapped): (String, Vec<u8>) = (row.try_get(2)?, row.try_get(3)?);
        let purpose = purpose
            .parse()
            .map_err(|_| StoreError::Corrupt("data_keys.purpose"))?;
        let wrapped =
            WrappedKey::from_bytes(wrapped).map_err(|_| StoreError::Corrupt("data_keys.wrapped"))?;
        let key = master
            .unwrap(&wrapped, DataKeyId(id), company, purpose)
            .map_err(|_| StoreError::WrongMasterKey)?;
        keys.insert(key.id(), key);
    }
    Ok(keys)
}

fn opens(
    keys: &HashMap<DataKeyId, DataKey>,
    place: &str,
    company: Uuid,
    row: Uuid,
    sealed: Vec<u8>,
) -> Option<bool> {
    let Some((table, column)) = place.split_once('.') else {
        return Some(false);
    };
    let Ok(sealed) = Sealed::from_bytes(sealed) else {
        return Some(false);
    };
    let key = keys.get(&sealed.key_id().ok()?)?;
    let context = FieldContext {
        table,
        column,
        row,
        company,
    };
    Some(Keychain::new(key).open(&context, &sealed).is_ok())
}
