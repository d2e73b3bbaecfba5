//! The providers of a company, in the hands of its administrators. The secret goes in and never comes out.

use access::grant::Grant;
use access::ids::{CompanyId, IdentityProviderId};
use access::permission::ConfigureSecurity;
use crypto::field::Sealed;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Provider;
use crate::audit::{EventType, Origin, Severity};
use crate::error::StoreError;
use crate::notices::Notice;
use crate::pool::Store;
use crate::proof::own_event;
use crate::sessions;

/// A provider as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// Which.
    pub id: IdentityProviderId,
    /// Its issuer, to the letter.
    pub issuer: String,
    /// This client there.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// Whether people may sign in there.
    pub enabled: bool,
    /// How many people are linked.
    pub linked: u32,
}

/// A provider to be added.
pub struct NewProvider<'a> {
    /// Which.
    pub id: IdentityProviderId,
    /// Its issuer, to the letter.
    pub issuer: &'a str,
    /// This client there.
    pub client_id: &'a str,
    /// The client's secret.
    pub secret: &'a Sealed,
    /// What people call it.
    pub name: &'a str,
}

/// What of a provider can change: not its issuer, to which people are linked.
pub struct ProviderChange<'a> {
    /// This client there.
    pub client_id: &'a str,
    /// The client's secret; absent, it stays.
    pub secret: Option<&'a Sealed>,
    /// What people call it.
    pub name: &'a str,
    /// Whether people may sign in there; switched off, what came through it ends.
    pub enabled: bool,
}

/// What became of a provider that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddOutcome {
    /// It is there.
    Done,
    /// One with this issuer is there already.
    Exists,
    /// The company has as many as it may.
    Full,
}

impl Store {
    /// The company's providers by name.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh second factor; when the session is over or the database fails.
    pub async fn identity_providers(
        &self,
        grant: &Grant<ConfigureSecurity>,
    ) -> Result<Vec<ProviderRow>, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", issuer as "issuer!", client_id as "client_id!", name as "name!",
                   enabled as "enabled!", linked as "linked!" from guard.identity_providers($1)"#,
            grant.actor().handle_hash(),
        )
        .fetch_all(&self.directory)
        .await?;
        let rows = rows.into_iter().map(|row| ProviderRow {
            id: IdentityProviderId::from_uuid(row.id),
            issuer: row.issuer,
            client_id: row.client_id,
            name: row.name,
            enabled: row.enabled,
            linked: u32::try_from(row.linked).unwrap_or_default(),
        });
        Ok(rows.collect())
    }

    /// Adds a provider.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh second factor; when the session is over or the database fails.
    pub async fn add_identity_provider(
        &self,
        grant: &Grant<ConfigureSecurity>,
        new: &NewProvider<'_>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<AddOutcome, StoreError> {
        let mut tx = self.directory.begin().await?;
        let outcome = sqlx::query_scalar!(
            r#"select guard.add_identity_provider($1, $2, $3, $4, $5, $6) as "outcome!""#,
            grant.actor().handle_hash(),
            new.id.uuid(),
            new.issuer,
            new.client_id,
            new.secret.as_bytes(),
            new.name,
        )
        .fetch_one(&mut *tx)
        .await?;
        let outcome = match outcome.as_str() {
            "done" => AddOutcome::Done,
            "exists" => return Ok(AddOutcome::Exists),
            "full" => return Ok(AddOutcome::Full),
            _ => return Err(StoreError::Corrupt("guard.add_identity_provider")),
        };
        let what = format!("provider `{}` to sign in at added: {}", new.name, new.issuer);
        let event = own_event(grant.actor(), EventType::PermissionChange, Severity::High, &what);
        sessions::record(&mut tx, &event, origin, now).await?;
        self.tell_of_provider(&mut tx, grant, &what, origin, now).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Changes a provider; false where the company has no such one.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh second factor; when the session is over or the database fails.
    pub async fn change_identity_provider(
        &self,
        grant: &Grant<ConfigureSecurity>,
        id: IdentityProviderId,
        change: &ProviderChange<'_>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let changed = sqlx::query_scalar!(
            r#"select guard.change_identity_provider($1, $2, $3, $4, $5, $6) as "changed!""#,
            grant.actor().handle_hash(),
            id.uuid(),
            change.client_id,
            change.secret.map(Sealed::as_bytes),
            change.name,
            change.enabled,
        )
        .fetch_one(&mut *tx)
        .await?;
        if changed {
            let state = if change.enabled {
                "on"
            } else {
                "off, sessions through it ended"
            };
            let secret = change.secret.map_or("", |_| ", with a new secret");
            let what = format!(
                "provider `{}` to sign in at changed: client `{}`{secret}, switched {state}",
                change.name, change.client_id
            );
            let event = own_event(grant.actor(), EventType::PermissionChange, Severity::High, &what);
            sessions::record(&mut tx, &event, origin, now).await?;
            self.tell_of_provider(&mut tx, grant, &what, origin, now).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Tells the company's administrators; `what` is what the trail says.
    async fn tell_of_provider(
        &self,
        tx: &mut PgConnection,
        grant: &Grant<ConfigureSecurity>,
        what: &str,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let notice = Notice::ProviderChanged {
            by: grant.actor().display_name().to_owned(),
            what: what.to_owned(),
        };
        self.outbox
            .tell_administrators(tx, grant.actor().company(), &notice, origin, now)
            .await
    }

    /// Removes a provider with its links, and ends what came through it; false where the company has no such one.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh second factor; when the session is over or the database fails.
    pub async fn remove_identity_provider(
        &self,
        grant: &Grant<ConfigureSecurity>,
        id: IdentityProviderId,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let name = sqlx::query_scalar!(
            "select guard.remove_identity_provider($1, $2)",
            grant.actor().handle_hash(),
            id.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        let Some(name) = name else { return Ok(false) };
        let what = format!("provider `{name}` to sign in at removed, links gone, sessions through it ended");
        let event = own_event(grant.actor(), EventType::PermissionChange, Severity::High, &what);
        sessions::record(&mut tx, &event, origin, now).await?;
        self.tell_of_provider(&mut tx, grant, &what, origin, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Where the people of a company may sign in, by the company's short name: nowhere where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn providers_of_company(
        &self,
        slug: &str,
    ) -> Result<Vec<(IdentityProviderId, String)>, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", name as "name!" from guard.providers_of_company($1)"#,
            slug,
        )
        .fetch_all(&self.directory)
        .await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|row| (IdentityProviderId::from_uuid(row.id), row.name))
            .collect())
    }

    /// A provider that is switched on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn identity_provider(&self, id: IdentityProviderId) -> Result<Option<Provider>, StoreError> {
        let row = sqlx::query!(
            r#"select company_id as "company!", issuer as "issuer!", client_id as "client_id!",
                   client_secret_sealed as "secret!", name as "name!" from guard.identity_provider($1)"#,
            id.uuid(),
        )
        .fetch_optional(&self.directory)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let secret = Sealed::from_bytes(row.secret);
        Ok(Some(Provider {
            id,
            company: CompanyId::from_uuid(row.company),
            issuer: row.issuer,
            client_id: row.client_id,
            secret: secret.map_err(|_| StoreError::Corrupt("identity_providers.client_secret_sealed"))?,
            name: row.name,
        }))
    }
}
