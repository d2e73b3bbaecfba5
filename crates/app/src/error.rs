//! What a use case can answer instead of what was asked for: one enum, one meaning a variant.

use std::borrow::Cow;

use access::grant::{Reason, Refusal};
use store::StoreError;

/// One thing wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Where: a JSON Pointer (RFC 6901) into the request, such as `/lines/2/quantity`.
    pub pointer: String,
    /// What is wrong and what would be right; quotes at most a short piece of what was sent.
    pub detail: String,
}

impl FieldProblem {
    /// A problem at `pointer`.
    #[must_use]
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nobody is signed in, or the session is over.
    #[error("no live session: {0}")]
    NotSignedIn(&'static str),
    /// E-mail or password is wrong; never which.
    #[error("sign-in refused")]
    SignInRefused,
    /// The passkey was not accepted; never why.
    #[error("sign-in with a passkey refused")]
    PasskeyRefused,
    /// The code is wrong or was used before; the sign-in goes on.
    #[error("second factor refused")]
    SecondFactorRefused,
    /// The sign-in that waits for a second factor is unknown, has expired, or has seen too many wrong codes.
    #[error("no such sign-in waits for a second factor")]
    SignInOver,
    /// A sign-in at a provider did not come to its end; the caller is not told why.
    #[error("sign-in at a provider refused: {0}")]
    ProviderRefused(Cow<'static, str>),
    /// Somebody proved who they are at a provider, and nobody active here is linked to that.
    #[error("nobody is linked to this identity")]
    NotLinked,
    /// A logout token is not accepted; the caller is not told why.
    #[error("logout token refused")]
    LogoutRefused,
    /// A provider cannot be used or asked.
    #[error("the provider cannot be used: {0}")]
    Provider(#[from] partners::oidc::OidcError),
    /// Too many wrong codes; the next may be tried after this time.
    #[error("too many wrong codes, the next may be tried in {} s", .0.whole_seconds())]
    TooManyAttempts(time::Duration),
    /// Whoever comes from the caller's network has its share under way; how long to wait.
    #[error("too many at once from one network, come back in {} s", .0.whole_seconds())]
    NetworkShare(time::Duration),
    /// The link to reset a password is unknown, spent, voided by one that was, or too old.
    #[error("no such link to reset a password is good")]
    ResetOver,
    /// The database asks for a proof that the policies did not: it was fresh a moment ago.
    #[error("this session has not been proved as this needs")]
    NotProved,
    /// The policies refused.
    #[error(transparent)]
    Refused(Refusal),
    /// There is no such thing, or it is another company's (P19).
    #[error("no `{0}` with this id")]
    NotFound(&'static str),
    /// What was sent is not usable; every problem at once.
    #[error("{} problems with what was sent", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// Somebody else changed it meanwhile.
    #[error("changed by somebody else meanwhile")]
    Conflict,
    /// The thing is not in a state in which this can be done.
    #[error("{0}")]
    State(&'static str),
    /// Too many at once; try again.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// A stored value could not be decrypted: tampering or a wrong key, never an empty value (E9).
    #[error("column `{0}` could not be decrypted")]
    Undecryptable(&'static str),
    /// A value cannot be read because its key was destroyed on purpose: never an empty value either (E20).
    #[error("the key that sealed this was destroyed: {0}")]
    KeyDestroyed(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// A part of the program that cannot fail did.
    #[error("internal fault: {0}")]
    Internal(&'static str),
}

/// Why the last factor stays.
const LEANS: &str = "your password is good beside a second factor alone: set one of at least 15 characters first, then \
    remove the factor";

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SessionOver => Self::NotSignedIn("the session ended meanwhile"),
            StoreError::NotProved => Self::NotProved,
            // The answer of a sign-in that was overtaken by a lockdown or a new password is that of any other that is refused.
            StoreError::NotActive => Self::SignInRefused,
            StoreError::PasswordLeans => Self::State(LEANS),
            StoreError::Conflict => Self::Conflict,
            StoreError::KeyDestroyed(purpose) => Self::KeyDestroyed(purpose),
            other => Self::Store(other),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal.reason {
            Reason::OtherCompany => Self::NotFound("object"),
            _ => Self::Refused(refusal),
        }
    }
}
