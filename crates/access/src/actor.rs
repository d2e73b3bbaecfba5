//! The person behind a request, taken from the live session row and never from a token's copies (J7).
//!
//! [`LiveSession::from_row`] is one of the five constructors that a review of access control reads.
//! Only the store crate calls it, with a row it has just found live; tests do as well.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::ids::{CompanyId, EmergencyAccessId, IncidentId, SessionId, UserId};
use crate::role::Role;

/// Whether an account may act at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// May act.
    Active,
    /// May do nothing until it is active again.
    Suspended,
}

/// Of whom a company demands a second factor (M11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecondFactorPolicy {
    /// Of nobody; critical permissions need one all the same.
    Optional,
    /// From SUPERVISOR up.
    Supervisors,
    /// Of everyone.
    Everyone,
}

/// A text that names no such policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `optional`, `supervisors` or `everyone`")]
pub struct UnknownSecondFactorPolicy;

impl SecondFactorPolicy {
    /// Every policy, from the least demanding.
    pub const ALL: [Self; 3] = [Self::Optional, Self::Supervisors, Self::Everyone];

    /// The word of the database, the API and the policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Supervisors => "supervisors",
            Self::Everyone => "everyone",
        }
    }
}

impl FromStr for SecondFactorPolicy {
    type Err = UnknownSecondFactorPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownSecondFactorPolicy> {
        let named = Self::ALL.into_iter().find(|policy| policy.as_str() == text);
        named.ok_or(UnknownSecondFactorPolicy)
    }
}

/// Of whom a company demands what cannot be phished: a passkey (M9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PasskeyPolicy {
    /// Of nobody.
    #[default]
    Optional,
    /// From MANAGER up.
    Managers,
}

/// A text that names no such policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `optional` or `managers`")]
pub struct UnknownPasskeyPolicy;

impl PasskeyPolicy {
    /// Every policy, from the least demanding.
    pub const ALL: [Self; 2] = [Self::Optional, Self::Managers];

    /// The word of the database, the API and the policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Managers => "managers",
        }
    }
}

impl FromStr for PasskeyPolicy {
    type Err = UnknownPasskeyPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownPasskeyPolicy> {
        let named = Self::ALL.into_iter().find(|policy| policy.as_str() == text);
        named.ok_or(UnknownPasskeyPolicy)
    }
}

/// What is known of passkeys in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passkeys {
    /// Whether the user has one, shown in this session or not.
    pub enrolled: bool,
    /// When this session last showed one.
    pub shown_at: Option<OffsetDateTime>,
    /// When this session last showed a backup code, which stands in for one only to enrol another.
    pub backup_code_at: Option<OffsetDateTime>,
    /// Of whom the company demands one.
    pub policy: PasskeyPolicy,
}

/// What a person may do beside what their role holds, at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Personal {
    /// Permissions given to the person (AUTHZ-2). A name that the policies do not know gives nothing.
    pub granted: Vec<String>,
    /// Permissions withheld from the person.
    pub withheld: Vec<String>,
    /// Emergency access that is granted and not over (AUTHZ-6).
    pub emergency: Option<EmergencyAccess>,
}

/// Emergency access that the database has just found granted, in time, and of an open incident that is no drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyAccess {
    /// Which.
    pub id: EmergencyAccessId,
    /// Because of which incident.
    pub incident: IncidentId,
    /// What it permits.
    pub permissions: Vec<String>,
    /// When it ends at the latest.
    pub until: OffsetDateTime,
    /// Whether even reading reaches no further than what the incident names.
    pub incident_only: bool,
}

/// The columns a live session row brings.
#[derive(Clone)]
pub struct SessionRow {
    /// The session.
    pub session: SessionId,
    /// SHA-256 of the secret that named the session (token or handle).
    pub handle_hash: [u8; 32],
    /// Whose session it is.
    pub user: UserId,
    /// The company the user belongs to.
    pub company: CompanyId,
    /// That company's name, for display.
    pub company_name: String,
    /// The user's role now.
    pub role: Role,
    /// Whether the account may act.
    pub account: AccountState,
    /// The user's name, for display.
    pub display_name: String,
    /// When this session last proved a second factor, if it did (M7: per session, not per user).
    pub second_factor_at: Option<OffsetDateTime>,
    /// When this session last proved the password.
    pub authenticated_at: OffsetDateTime,
    /// How this session was proved (RFC 8176), such as `pwd`, `otp`, `mfa`.
    pub amr: Vec<String>,
    /// Whether the user has an active second factor.
    pub has_second_factor: bool,
    /// Of whom the company demands one.
    pub second_factor_policy: SecondFactorPolicy,
    /// What is known of passkeys.
    pub passkeys: Passkeys,
    /// What the person may do beside what the role holds.
    pub personal: Personal,
    /// When the session ends at the latest.
    pub expires_at: OffsetDateTime,
}

/// A session that the database has just confirmed to be live.
#[derive(Clone)]
pub struct LiveSession(SessionRow);

impl LiveSession {
    /// Vouches that `row` was read from the sessions table as neither revoked nor expired.
    ///
    /// One of the five constructors of the ladder: called by the store crate alone.
    #[must_use]
    pub fn from_row(row: SessionRow) -> Self {
        Self(row)
    }
}

impl fmt::Debug for LiveSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LiveSession").field(&self.0.session).finish()
    }
}

/// Who is calling: a user in its company, in one session.
pub struct Actor {
    row: SessionRow,
}

impl Actor {
    /// The actor of a live session.
    #[must_use]
    pub fn from_live_session(session: LiveSession) -> Arc<Self> {
        Arc::new(Self { row: session.0 })
    }

    /// The session it acts in.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.row.session
    }

    /// SHA-256 of the secret that named the session; the database context is issued against it.
    #[must_use]
    pub fn handle_hash(&self) -> &[u8; 32] {
        &self.row.handle_hash
    }

    /// The user.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.row.user
    }

    /// The user's company.
    #[must_use]
    pub fn company(&self) -> CompanyId {
        self.row.company
    }

    /// The company's name, for display.
    #[must_use]
    pub fn company_name(&self) -> &str {
        &self.row.company_name
    }

    /// The user's role, for display and for claims; decisions are the policies' alone.
    #[must_use]
    pub fn role(&self) -> Role {
        self.row.role
    }

    /// Whether the account may act.
    #[must_use]
    pub fn account(&self) -> AccountState {
        self.row.account
    }

    /// The user's name, for display.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.row.display_name
    }

    /// When this session last proved a second factor.
    #[must_use]
    pub fn second_factor_at(&self) -> Option<OffsetDateTime> {
        self.row.second_factor_at
    }

    /// When this session last proved the password.
    #[must_use]
    pub fn authenticated_at(&self) -> OffsetDateTime {
        self.row.authenticated_at
    }

    /// How this session was proved (RFC 8176).
    #[must_use]
    pub fn amr(&self) -> &[String] {
        &self.row.amr
    }

    /// Whether the user has an active second factor, shown in this session or not.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.row.has_second_factor
    }

    /// What is known of the user's passkeys, in this session.
    #[must_use]
    pub fn passkeys(&self) -> Passkeys {
        self.row.passkeys
    }

    /// Permissions given to this person beside the role's; decisions are the policies' alone.
    #[must_use]
    pub fn granted(&self) -> &[String] {
        &self.row.personal.granted
    }

    /// Permissions withheld from this person; decisions are the policies' alone.
    #[must_use]
    pub fn withheld(&self) -> &[String] {
        &self.row.personal.withheld
    }

    /// Emergency access that is not over; decisions are the policies' alone.
    #[must_use]
    pub fn emergency(&self) -> Option<&EmergencyAccess> {
        self.row.personal.emergency.as_ref()
    }

    /// The same person with what the role holds alone: what one may give others.
    pub(crate) fn by_role_alone(&self) -> Self {
        let row = SessionRow {
            personal: Personal {
                withheld: self.row.personal.withheld.clone(),
                ..Personal::default()
            },
            ..self.row.clone()
        };
        Self { row }
    }

    /// Whether the company demands a passkey of this user: for pages to say so; decisions are the policies' alone, and a
    /// test holds the two together.
    #[must_use]
    pub fn owes_a_passkey(&self) -> bool {
        self.row.passkeys.policy == PasskeyPolicy::Managers
            && matches!(self.row.role, Role::Manager | Role::Admin | Role::SuperAdmin)
    }

    /// Of whom the user's company demands a second factor.
    #[must_use]
    pub fn second_factor_policy(&self) -> SecondFactorPolicy {
        self.row.second_factor_policy
    }

    /// When the session ends at the latest.
    #[must_use]
    pub fn expires_at(&self) -> OffsetDateTime {
        self.row.expires_at
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor")
            .field("user", &self.row.user)
            .field("company", &self.row.company)
            .field("role", &self.row.role)
            .field("session", &self.row.session)
            .finish()
    }
}
