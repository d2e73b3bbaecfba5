//! Why an answer of a browser is refused: one reason each for the log, one answer to the caller.

use webauthn_rs::prelude::WebauthnError;

/// Why an answer proves nothing. Quotes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not the JSON of WebAuthn Level 3, or what is in it cannot be read.
    #[error("the answer cannot be read")]
    Malformed,
    /// An assertion where a registration was asked for, or the reverse.
    #[error("the answer is of the other ceremony")]
    OtherCeremony,
    /// Signed for another challenge: a replay, or an answer to another ceremony.
    #[error("the answer is to another challenge")]
    OtherChallenge,
    /// Made on the page of another site.
    #[error("the answer was made on the page of another site")]
    OtherOrigin,
    /// Made for another relying party.
    #[error("the answer is for another relying party")]
    OtherSite,
    /// Nobody touched the authenticator.
    #[error("nobody was present at the authenticator")]
    NotPresent,
    /// The authenticator did not ask for its PIN, fingerprint or face.
    #[error("the authenticator did not verify the person")]
    NotVerified,
    /// The signature is not of this key over this data.
    #[error("the signature does not hold")]
    Signature,
    /// Signed by another passkey than the one that is looked at.
    #[error("the answer is of another passkey")]
    OtherPasskey,
    /// The passkey of one person, shown for another.
    #[error("the answer names somebody else as the owner of the passkey")]
    OfSomebodyElse,
    /// Where nobody is known yet, the answer must say who.
    #[error("the answer does not say whose passkey it is")]
    NamesNobody,
    /// What can be copied to other devices is fixed when a passkey is made.
    #[error("whether the passkey may be copied is not as it was")]
    Copies,
    /// An algorithm or a form of key that was not asked for.
    #[error("the key is not of a kind that was asked for")]
    Key,
    /// The passkey was to be none of those that are there.
    #[error("the passkey is there already")]
    There,
    /// A statement about the authenticator that does not hold.
    #[error("what the authenticator states about itself does not hold")]
    Statement,
    /// Whatever else the library refuses.
    #[error("the answer is refused for a reason without a name here")]
    Other,
}

impl From<WebauthnError> for Refusal {
    fn from(error: WebauthnError) -> Self {
        use WebauthnError as E;
        match error {
            E::ParseBase64Failure(_)
            | E::ParseCBORFailure(_)
            | E::ParseJSONFailure(_)
            | E::ParseNOMFailure
            | E::ParseInsufficientBytesAvailable
            | E::MissingAttestationCredentialData => Self::Malformed,
            E::InvalidClientDataType => Self::OtherCeremony,
            E::MismatchedChallenge | E::ChallengeNotFound => Self::OtherChallenge,
            E::InvalidRPOrigin | E::CredentialCrossOrigin => Self::OtherOrigin,
            E::InvalidRPIDHash => Self::OtherSite,
            E::UserNotPresent => Self::NotPresent,
            E::UserNotVerified | E::InconsistentUserVerificationPolicy => Self::NotVerified,
            E::AuthenticationFailure | E::SignatureInvalid => Self::Signature,
            E::CredentialNotFound => Self::OtherPasskey,
            E::CredentialBackupEligibilityInconsistent => Self::Copies,
            E::CredentialAlteredAlgFromRequest
            | E::CredentialInsecureCryptography
            | E::COSEKeyInvalidCBORValue
            | E::COSEKeyInvalidType
            | E::COSEKeyInvalidAlgorithm
            | E::COSEKeyECDSAXYInvalid
            | E::COSEKeyECDSAInvalidCurve => Self::Key,
            E::CredentialExcludedFromRequest | E::CredentialAlreadyExists => Self::There,
            E::AttestationStatementSigInvalid
            | E::AttestationStatementMapInvalid
            | E::AttestationNotSupported
            | E::AttestationNotVerifiable => Self::Statement,
            _ => Self::Other,
        }
    }
}
