//! What the policies would decide a person's session by: for the operator who asks why somebody may or may not.

use access::actor::{AccountState, Passkeys, Personal, SessionRow};
use access::ids::{CompanyId, SessionId, UserId};
use sqlx::Connection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::sessions::emergency;

impl Owner {
    /// The session that the person with this address would have, had they signed in with their password `now`. It is
    /// none: no handle opens it, and nothing is written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(
        &mut self,
        company: CompanyId,
        email_index: &[u8],
        now: OffsetDateTime,
    ) -> Result<Option<SessionRow>, StoreError> {
        let mut tx = self.0.begin().await?;
        // The owner sees no rows of any company; the role of the definer functions, which it may take, does.
        sqlx::query("set local role safeshipper_guard")
            .execute(&mut *tx)
            .await?;
        let row = sqlx::query!(
            r#"select u.id, u.display_name, u.role, u.status, c.name as company_name, c.second_factor_policy,
                   c.passkey_policy, guard.has_second_factor(u.company_id, u.id) as "has_second_factor!",
                   guard.has_passkey(u.company_id, u.id) as "has_passkey!", granted as "granted!",
                   withheld as "withheld!", emergency_id, emergency_incident, emergency_permissions, emergency_until,
                   emergency_incident_only
               from safeshipper.users u join safeshipper.companies c on c.id = u.company_id,
                   guard.personal(u.company_id, u.id)
               where u.company_id = $1 and u.email_index = $2"#,
            company.uuid(),
            email_index,
        )
        .fetch_optional(&mut *tx)
        .await?;
        tx.rollback().await?;
        row.map(|row| {
            Ok(SessionRow {
                session: SessionId::from_uuid(Uuid::nil()),
                handle_hash: [0; 32],
                user: UserId::from_uuid(row.id),
                company,
                company_name: row.company_name,
                role: row.role.parse().map_err(|_| StoreError::Corrupt("users.role"))?,
                account: if row.status == "active" {
                    AccountState::Active
                } else {
                    AccountState::Suspended
                },
                display_name: row.display_name,
                second_factor_at: None,
                authenticated_at: now,
                amr: Vec::new(),
                has_second_factor: row.has_second_factor,
                second_factor_policy: row
                    .second_factor_policy
                    .parse()
                    .map_err(|_| StoreError::Corrupt("companies.second_factor_policy"))?,
                passkeys: Passkeys {
                    enrolled: row.has_passkey,
                    shown_at: None,
                    backup_code_at: None,
                    policy: row
                        .passkey_policy
                        .parse()
                        .map_err(|_| StoreError::Corrupt("companies.passkey_policy"))?,
                },
                personal: Personal {
                    granted: row.granted,
                    withheld: row.withheld,
                    emergency: emergency(
                        row.emergency_id,
                        row.emergency_incident,
                        row.emergency_permissions,
                        row.emergency_until,
                        row.emergency_incident_only,
                    ),
                },
                expires_at: now + Duration::HOUR,
            })
        })
        .transpose()
    }
}
