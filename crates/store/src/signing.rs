//! The keys that sign access tokens and papers, as rows (AUTH-5): what is sealed here opens nothing without the
//! master key. Each change leaves its event in the platform's trail.

use access::ids::AuditEventId;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::pool::Store;

/// Where a signing key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyState {
    /// Published, does not sign yet.
    Pending,
    /// Signs.
    Active,
    /// Signs no more, still verifies.
    Retired {
        /// Since when.
        since: OffsetDateTime,
    },
    /// Its private half is gone; this is the public one (RFC 7518 section 6.3.1).
    Destroyed {
        /// The modulus in base64url.
        n: String,
        /// The exponent in base64url.
        e: String,
    },
}

/// A signing key.
pub struct StoredKey {
    /// Its name: the RFC 7638 thumbprint.
    pub kid: String,
    /// The sealed private half; none of a destroyed key.
    pub sealed: Option<Vec<u8>>,
    /// Where it stands.
    pub state: KeyState,
    /// When it was published.
    pub published_at: OffsetDateTime,
    /// When it began to sign.
    pub activated_at: Option<OffsetDateTime>,
}

/// Who changes keys, as the trail names them, and when.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The name in the trail.
    pub actor: &'a str,
    /// The time of the clock that decides about keys.
    pub now: OffsetDateTime,
}

/// The public half of a key to be destroyed.
#[derive(Debug, Clone, Copy)]
pub struct PublicHalf<'a> {
    /// The modulus in base64url.
    pub n: &'a str,
    /// The exponent in base64url.
    pub e: &'a str,
}

/// A connection that may change signing keys: the directory's of a server, or the owner's of a command.
pub struct SigningKeys<'c>(Connection<'c>);

enum Connection<'c> {
    Pooled(sqlx::pool::PoolConnection<sqlx::Postgres>),
    Owner(&'c mut PgConnection),
}

impl Store {
    /// The signing keys, for a server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn signing_keys(&self) -> Result<SigningKeys<'static>, StoreError> {
        Ok(SigningKeys(Connection::Pooled(self.directory.acquire().await?)))
    }
}

impl Owner {
    /// The signing keys, for a command.
    pub fn signing_keys(&mut self) -> SigningKeys<'_> {
        SigningKeys(Connection::Owner(&mut self.0))
    }
}

impl SigningKeys<'_> {
    fn connection(&mut self) -> &mut PgConnection {
        match &mut self.0 {
            Connection::Pooled(connection) => connection,
            Connection::Owner(connection) => connection,
        }
    }

    /// All of them, newest first.
    ///
    /// # Errors
    /// When the database fails, or a row is none that this program writes.
    pub async fn list(&mut self) -> Result<Vec<StoredKey>, StoreError> {
        let rows = sqlx::query!(
            r#"select kid as "kid!", private_sealed, state as "state!", created_at as "created_at!", activated_at,
                   retired_at, public_n, public_e
               from guard.signing_keys()"#
        )
        .fetch_all(self.connection())
        .await?;
        let key = |row| stored_key(row).ok_or(StoreError::Corrupt("signing_keys"));
        rows.into_iter()
            .map(|row| {
                key((
                    row.kid,
                    row.private_sealed,
                    row.state,
                    row.created_at,
                    row.activated_at,
                    row.retired_at,
                    row.public_n.zip(row.public_e),
                ))
            })
            .collect()
    }

    /// Publishes a key that is to replace the active one of this name; the first one of all replaces none and
    /// signs at once. Tells whether it was stored: of two nodes that publish at the same time one does, and none
    /// once another key signs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add(
        &mut self,
        kid: &str,
        sealed: &[u8],
        replacing: Option<&str>,
        by: By<'_>,
    ) -> Result<bool, StoreError> {
        let added = sqlx::query_scalar!(
            r#"select guard.add_signing_key($1, $2, $3, $4, $5, $6) as "added!""#,
            kid,
            sealed,
            replacing,
            by.now,
            AuditEventId::generate(by.now).uuid(),
            by.actor,
        )
        .fetch_one(self.connection())
        .await?;
        Ok(added)
    }

    /// Lets the published key sign if it was published at this time or before; the one before retires.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn activate(
        &mut self,
        published_before: OffsetDateTime,
        by: By<'_>,
    ) -> Result<Option<String>, StoreError> {
        let kid = sqlx::query_scalar!(
            "select guard.activate_signing_key($1, $2, $3, $4)",
            published_before,
            by.now,
            AuditEventId::generate(by.now).uuid(),
            by.actor,
        )
        .fetch_one(self.connection())
        .await?;
        Ok(kid)
    }

    /// Destroys the private half of a key that retired at this time or before; tells whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn destroy(
        &mut self,
        kid: &str,
        public: PublicHalf<'_>,
        retired_before: OffsetDateTime,
        by: By<'_>,
    ) -> Result<bool, StoreError> {
        let destroyed = sqlx::query_scalar!(
            r#"select guard.destroy_signing_key($1, $2, $3, $4, $5, $6, $7) as "destroyed!""#,
            kid,
            public.n,
            public.e,
            retired_before,
            by.now,
            AuditEventId::generate(by.now).uuid(),
            by.actor,
        )
        .fetch_one(self.connection())
        .await?;
        Ok(destroyed)
    }
}

type Row = (
    String,
    Option<Vec<u8>>,
    String,
    OffsetDateTime,
    Option<OffsetDateTime>,
    Option<OffsetDateTime>,
    Option<(String, String)>,
);

fn stored_key(
    (kid, sealed, state, published_at, activated_at, retired_at, public): Row,
) -> Option<StoredKey> {
    let state = match state.as_str() {
        "pending" => KeyState::Pending,
        "active" => KeyState::Active,
        "retired" => KeyState::Retired { since: retired_at? },
        "destroyed" => {
            let (n, e) = public?;
            KeyState::Destroyed { n, e }
        }
        _ => return None,
    };
    Some(StoredKey {
        kid,
        sealed,
        state,
        published_at,
        activated_at,
    })
}
