//! People and objects for the tests.

#![allow(dead_code, unreachable_pub, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use std::sync::{Arc, LazyLock};

use safeshipper_access::actor::{
    AccountState, Actor, EmergencyAccess, LiveSession, PasskeyPolicy, Passkeys, Personal, SecondFactorPolicy,
    SessionRow,
};
use safeshipper_access::ids::{CompanyId, PLATFORM_COMPANY, SessionId, UserId};
use safeshipper_access::permission::{Permission, Scope};
use safeshipper_access::policy::{Policies, Resource, ResourceKind};
use safeshipper_access::role::Role;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
pub const OURS: CompanyId = CompanyId::from_uuid(Uuid::from_u128(0xa));
pub const THEIRS: CompanyId = CompanyId::from_uuid(Uuid::from_u128(0xb));
pub const ME: UserId = UserId::from_uuid(Uuid::from_u128(0x1));
pub const COLLEAGUE: UserId = UserId::from_uuid(Uuid::from_u128(0x2));

static POLICIES: LazyLock<Policies> = LazyLock::new(|| Policies::embedded().unwrap());

pub fn policies() -> &'static Policies {
    &POLICIES
}

pub struct Person(SessionRow);

impl Person {
    /// Somebody of this role in its natural company, without a second factor.
    pub fn of(role: Role) -> Self {
        Self(SessionRow {
            session: SessionId::from_uuid(Uuid::from_u128(0x5e5)),
            handle_hash: [7; 32],
            user: ME,
            company: if role == Role::SuperAdmin {
                PLATFORM_COMPANY
            } else {
                OURS
            },
            company_name: "Example Chemicals".into(),
            role,
            account: AccountState::Active,
            display_name: "Example Person".into(),
            second_factor_at: None,
            authenticated_at: NOW,
            amr: Vec::new(),
            has_second_factor: false,
            second_factor_policy: SecondFactorPolicy::Optional,
            passkeys: Passkeys::default(),
            personal: Personal::default(),
            expires_at: NOW + Duration::HOUR,
        })
    }

    pub fn in_company(mut self, company: CompanyId) -> Self {
        self.0.company = company;
        self
    }

    pub fn with_fresh_second_factor(self) -> Self {
        self.with_second_factor_at(NOW)
    }

    pub fn with_second_factor_at(mut self, at: OffsetDateTime) -> Self {
        self.0.second_factor_at = Some(at);
        self
    }

    /// Of a company that demands second factors of these.
    pub fn under(mut self, policy: SecondFactorPolicy) -> Self {
        self.0.second_factor_policy = policy;
        self
    }

    /// Who has a second factor, shown in this session or not.
    pub fn with_a_factor(mut self) -> Self {
        self.0.has_second_factor = true;
        self
    }

    /// Of a company that demands passkeys from MANAGER up.
    pub fn under_passkeys(mut self) -> Self {
        self.0.passkeys.policy = PasskeyPolicy::Managers;
        self
    }

    /// Who has a passkey, shown in this session or not.
    pub fn with_a_passkey(mut self) -> Self {
        self.0.passkeys.enrolled = true;
        self.with_a_factor()
    }

    /// A passkey is a second factor.
    pub fn with_passkey_at(mut self, at: OffsetDateTime) -> Self {
        self.0.passkeys.shown_at = Some(at);
        self.with_a_passkey().with_second_factor_at(at)
    }

    /// A backup code counts as a second factor.
    pub fn with_backup_code_at(mut self, at: OffsetDateTime) -> Self {
        self.0.passkeys.backup_code_at = Some(at);
        self.with_second_factor_at(at)
    }

    pub fn with_password_at(mut self, at: OffsetDateTime) -> Self {
        self.0.authenticated_at = at;
        self
    }

    /// Who was given these permissions.
    pub fn given(mut self, permissions: &[&str]) -> Self {
        self.0.personal.granted = permissions.iter().map(ToString::to_string).collect();
        self
    }

    /// From whom these permissions are withheld.
    pub fn without(mut self, permissions: &[&str]) -> Self {
        self.0.personal.withheld = permissions.iter().map(ToString::to_string).collect();
        self
    }

    /// Who has emergency access.
    pub fn in_an_emergency(mut self, access: EmergencyAccess) -> Self {
        self.0.personal.emergency = Some(access);
        self
    }

    pub fn suspended(mut self) -> Self {
        self.0.account = AccountState::Suspended;
        self
    }

    pub fn row(self) -> SessionRow {
        self.0
    }

    pub fn actor(self) -> Arc<Actor> {
        Actor::from_live_session(LiveSession::from_row(self.0))
    }
}

/// A shipment of our company that nobody created and nobody carries.
pub fn shipment() -> Resource {
    Resource::new(ResourceKind::Shipment, Uuid::from_u128(0x5), OURS)
}

/// An override in our company, all of it a colleague's.
pub fn load_override() -> Resource {
    Resource {
        asked_by: Some(COLLEAGUE),
        created_by: Some(COLLEAGUE),
        load_authors: Some(vec![COLLEAGUE]),
        ..Resource::new(ResourceKind::Override, Uuid::from_u128(0x6), OURS)
    }
}

/// A critical permission.
pub type Override = safeshipper_access::permission::OverrideCompatibility;

/// One more, which administrators only inherit.
pub struct Resolve;

impl Permission for Resolve {
    const NAME: &'static str = "emergency.incidents.resolve";
    const VARIANTS: &'static [(Scope, &'static str)] = &[(Scope::Company, Self::NAME)];
}
