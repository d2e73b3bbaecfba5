//! Notices: telling people what was done with their account, by an outbox (docs/decisions/0008).
//!
//! A notice commits with what caused it, or not at all: whoever does something of which a person must be told
//! calls [`Outbox::tell`] beside recording the event. What it says and how it is sealed is the [`NoticeWriter`]'s;
//! here are the facts, the person they go to, and the rows. The rows show neither.
//!
//! To add a notice: a variant of [`Notice`], its words in `app::notices::texts` (the compiler asks for them), and
//! the call where it is caused.
//!
//! - `outbox`: telling
//! - `addressee`: whom
//! - `sending`: what the sender takes and gives back

mod addressee;
mod outbox;
mod sending;

use std::fmt;
use std::net::IpAddr;

use access::actor::{PasskeyPolicy, SecondFactorPolicy};
use access::role::Role;
use secrecy::SecretString;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

pub use addressee::Addressee;
pub(crate) use addressee::{account, colleague};
pub use outbox::Outbox;
pub use sending::{FailedNotice, Faults, Taken};

use crate::audit::Origin;

/// What a person is told.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Somebody began to enrol a second factor.
    FactorBegun,
    /// A second factor is active, in place of one before.
    FactorActive,
    /// There are new backup codes; those before are void.
    BackupCodesRenewed,
    /// The second factor and its backup codes are gone.
    FactorRemoved,
    /// A passkey is active.
    PasskeyAdded,
    /// A passkey is gone.
    PasskeyRemoved,
    /// A passkey was refused, because its authenticator has counted less than before.
    PasskeyWentBack,
    /// Signed in with a backup code.
    SignedInWithBackupCode {
        /// Codes that are left.
        left: i64,
    },
    /// The password was right, the second factor was not.
    WrongSecondFactor,
    /// Ten wrong proofs in a row have ended a session.
    SessionEndedByWrongProofs,
    /// A living session was proved anew with a backup code.
    ProvedWithBackupCode {
        /// Codes that are left.
        left: i64,
    },
    /// A refresh token was shown a second time; its session is over.
    RefreshTokenReused,
    /// The account was locked down.
    LockedDown,
    /// The account was unlocked.
    Unlocked,
    /// An administrator asked for a reset of the person's second factors.
    FactorResetAsked {
        /// Who asked.
        by: String,
    },
    /// A reset of the person's second factors takes effect after a day.
    FactorResetApproved {
        /// Who approved it.
        by: String,
    },
    /// The reset was taken back.
    FactorResetTakenBack,
    /// The person's second factors were reset.
    FactorsReset,
    /// What the company demands of sign-ins changed; told to its administrators.
    DemandChanged {
        /// Who changed it.
        by: String,
        /// Of whom a second factor was demanded before.
        before: SecondFactorPolicy,
        /// Of whom one is demanded now.
        after: SecondFactorPolicy,
        /// Of whom a passkey was demanded before and is now, where that was set too.
        passkeys: Option<[PasskeyPolicy; 2]>,
    },
    /// A permission was given to the person, withheld, or is no longer; see [`crate::permission_grants`].
    PermissionDecided {
        /// Who decided it.
        by: String,
        /// What, in words.
        what: String,
        /// Until when, where it ends by itself.
        until: Option<OffsetDateTime>,
    },
    /// The person's role changed; their sessions are over.
    RoleAssigned {
        /// Who decided it.
        by: String,
        /// The role before.
        before: Role,
        /// The role now.
        after: Role,
    },
    /// Somebody asks for emergency access or took it; told to everybody who may approve and judges it.
    EmergencyAccess {
        /// Who.
        by: String,
        /// Why, in their words.
        justification: String,
        /// Whether it waits for a second person.
        waiting: bool,
        /// Whether it is an exercise.
        drill: bool,
    },
    /// What became of the person's emergency access.
    EmergencyAccessDecided {
        /// Who decided it.
        by: String,
        /// What, in words.
        what: &'static str,
    },
    /// Somebody asks that a load travel against its check; told to everybody who may decide.
    OverrideAsked {
        /// Who.
        by: String,
        /// The shipment's tracking number.
        shipment: String,
        /// Why, in their words.
        reason: String,
        /// The special permit or the authority's approval.
        authority: String,
        /// Its last day.
        valid_until: Date,
    },
    /// It was approved or refused; told to who asked.
    OverrideDecided {
        /// Who decided it.
        by: String,
        /// The shipment's tracking number.
        shipment: String,
        /// Which of the two.
        approved: bool,
    },
    /// It was taken back; told to who asked, who approved and who carries the load.
    OverrideWithdrawn {
        /// Who took it back.
        by: String,
        /// The shipment's tracking number.
        shipment: String,
    },
    /// An identity at a provider was linked.
    IdentityLinked {
        /// What people call the provider.
        provider: String,
    },
    /// It was unlinked.
    IdentityUnlinked {
        /// What people call the provider.
        provider: String,
    },
    /// A provider that the company's people sign in at was added, changed or removed; told to its administrators.
    ProviderChanged {
        /// Who did.
        by: String,
        /// What, as the trail says it.
        what: String,
    },
    /// Signed in from a device or a network that is new.
    NewPlace {
        /// The country, if the person has not signed in from there lately.
        new_country: Option<Country>,
    },
    /// The password was changed in a session.
    PasswordChanged,
    /// Somebody asked for a link to reset the password.
    PasswordResetAsked {
        /// The link's token: the one secret that a notice carries.
        token: SecretString,
    },
    /// The password was reset with a link.
    PasswordReset,
}

impl Notice {
    /// A name for what is told at most once in a while, and the while.
    const fn at_most(&self) -> Option<(&'static str, Duration)> {
        match self {
            Self::WrongSecondFactor => Some(("wrong-second-factor", Duration::HOUR)),
            Self::PasskeyWentBack => Some(("passkey-went-back", Duration::HOUR)),
            // Begun as often as one likes, and nothing has changed yet. What has is told each time.
            Self::FactorBegun => Some(("factor-begun", Duration::HOUR)),
            _ => None,
        }
    }

    /// How soon it is sent among what waits for the same person; never before what waits for others.
    pub(crate) const fn urgency(&self) -> i16 {
        match self {
            Self::FactorActive
            | Self::BackupCodesRenewed
            | Self::FactorRemoved
            | Self::PasskeyAdded
            | Self::PasskeyRemoved
            | Self::LockedDown
            | Self::FactorResetAsked { .. }
            | Self::FactorResetApproved { .. }
            | Self::FactorsReset
            | Self::PermissionDecided { .. }
            | Self::RoleAssigned { .. }
            | Self::EmergencyAccess { .. }
            | Self::IdentityLinked { .. }
            | Self::IdentityUnlinked { .. }
            | Self::PasswordChanged
            | Self::PasswordResetAsked { .. }
            | Self::PasswordReset => 0,
            Self::PasskeyWentBack
            | Self::SignedInWithBackupCode { .. }
            | Self::WrongSecondFactor
            | Self::SessionEndedByWrongProofs
            | Self::ProvedWithBackupCode { .. }
            | Self::RefreshTokenReused
            | Self::Unlocked
            | Self::FactorResetTakenBack
            | Self::EmergencyAccessDecided { .. }
            | Self::OverrideAsked { .. }
            | Self::OverrideDecided { .. }
            | Self::OverrideWithdrawn { .. }
            | Self::DemandChanged { .. }
            | Self::ProviderChanged { .. }
            | Self::NewPlace { .. } => 1,
            Self::FactorBegun => 2,
        }
    }
}

/// A country, as people are told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// Its code of ISO 3166-1, two letters.
    pub code: String,
    /// Its English name, where that is known.
    pub name: Option<String>,
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({})", self.code),
            None => f.write_str(&self.code),
        }
    }
}

/// A notice, written and sealed.
pub struct SealedLetter {
    /// Names it.
    pub id: Uuid,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// In whose turn it is sent.
    pub lanes: Lanes,
}

/// Whose letter it is, as hashes that only who writes can compute: letters to one person, and to one company's people,
/// take turns with others'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    /// Of the person's company.
    pub company: [u8; 16],
    /// Of the person.
    pub person: [u8; 16],
}

/// Finds the words for a notice and seals them. Quick: it is called within a transaction.
pub trait NoticeWriter: Send + Sync + 'static {
    /// The country that an address is in; none where that is not known.
    fn country(&self, address: IpAddr) -> Option<Country>;

    /// Writes a notice.
    ///
    /// # Errors
    /// What went wrong, without what was to be written.
    fn write(
        &self,
        notice: &Notice,
        to: &Addressee,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<SealedLetter, &'static str>;
}
