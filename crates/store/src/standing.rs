//! What the policies would decide a person's session by: for the operator who asks why somebody may or may not.

use access::actor::SessionRow;
use access::ids::CompanyId;
use sqlx::Connection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::session_row::Row;

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
        let row = sqlx::query_as!(
            Row,
            r#"select u.company_id, c.name as company_name, u.id as user_id, u.display_name, u.role, u.status,
                   $4::uuid as "session_id!", $3::timestamptz + interval '1 hour' as "expires_at!",
                   null::timestamptz as second_factor_at, $3::timestamptz as "authenticated_at!",
                   array[]::text[] as "amr!", guard.has_second_factor(u.company_id, u.id) as "has_second_factor!",
                   c.second_factor_policy, guard.has_passkey(u.company_id, u.id) as "has_passkey!",
                   null::timestamptz as phishing_resistant_at, null::timestamptz as backup_code_at, c.passkey_policy,
                   granted as "granted!", withheld as "withheld!", emergency_id, emergency_incident,
                   emergency_permissions, emergency_until, emergency_incident_only
               from safeshipper.users u join safeshipper.companies c on c.id = u.company_id,
                   guard.personal(u.company_id, u.id)
               where u.company_id = $1 and u.email_index = $2"#,
            company.uuid(),
            email_index,
            now,
            Uuid::nil(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        tx.rollback().await?;
        row.map(|row| row.read([0; 32])).transpose()
    }
}
