//! A session and whose it is, as the database tells it: what the policies decide by is read in one place.

use access::actor::{AccountState, EmergencyAccess, Passkeys, Personal, SessionRow};
use access::ids::{CompanyId, EmergencyAccessId, IncidentId, SessionId, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;

/// The columns, named as `guard.live_session`, `guard.resistance` and `guard.personal` name theirs.
pub(crate) struct Row {
    pub(crate) company_id: Uuid,
    pub(crate) company_name: String,
    pub(crate) user_id: Uuid,
    pub(crate) display_name: String,
    pub(crate) role: String,
    pub(crate) status: String,
    pub(crate) session_id: Uuid,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) second_factor_at: Option<OffsetDateTime>,
    pub(crate) authenticated_at: OffsetDateTime,
    pub(crate) amr: Vec<String>,
    pub(crate) has_second_factor: bool,
    pub(crate) second_factor_policy: String,
    pub(crate) has_passkey: bool,
    pub(crate) phishing_resistant_at: Option<OffsetDateTime>,
    pub(crate) backup_code_at: Option<OffsetDateTime>,
    pub(crate) passkey_policy: String,
    pub(crate) granted: Vec<String>,
    pub(crate) withheld: Vec<String>,
    pub(crate) emergency_id: Option<Uuid>,
    pub(crate) emergency_incident: Option<Uuid>,
    pub(crate) emergency_permissions: Option<Vec<String>>,
    pub(crate) emergency_until: Option<OffsetDateTime>,
    pub(crate) emergency_incident_only: Option<bool>,
}

impl Row {
    /// The session, by whose handle the database knows it.
    pub(crate) fn read(self, handle_hash: [u8; 32]) -> Result<SessionRow, StoreError> {
        let emergency = self.emergency();
        let policy = StoreError::Corrupt("companies.second_factor_policy");
        let passkey_policy = StoreError::Corrupt("companies.passkey_policy");
        Ok(SessionRow {
            session: SessionId::from_uuid(self.session_id),
            handle_hash,
            user: UserId::from_uuid(self.user_id),
            company: CompanyId::from_uuid(self.company_id),
            company_name: self.company_name,
            role: self.role.parse().map_err(|_| StoreError::Corrupt("users.role"))?,
            account: if self.status == "active" {
                AccountState::Active
            } else {
                AccountState::Suspended
            },
            display_name: self.display_name,
            second_factor_at: self.second_factor_at,
            authenticated_at: self.authenticated_at,
            amr: self.amr,
            has_second_factor: self.has_second_factor,
            second_factor_policy: self.second_factor_policy.parse().map_err(|_| policy)?,
            passkeys: Passkeys {
                enrolled: self.has_passkey,
                shown_at: self.phishing_resistant_at,
                backup_code_at: self.backup_code_at,
                policy: self.passkey_policy.parse().map_err(|_| passkey_policy)?,
            },
            personal: Personal {
                granted: self.granted,
                withheld: self.withheld,
                emergency,
            },
            expires_at: self.expires_at,
        })
    }

    /// Emergency access, of which `guard.personal` tells all columns or none; what is not whole permits nothing.
    fn emergency(&self) -> Option<EmergencyAccess> {
        Some(EmergencyAccess {
            id: EmergencyAccessId::from_uuid(self.emergency_id?),
            incident: IncidentId::from_uuid(self.emergency_incident?),
            permissions: self.emergency_permissions.clone()?,
            until: self.emergency_until?,
            incident_only: self.emergency_incident_only?,
        })
    }
}
