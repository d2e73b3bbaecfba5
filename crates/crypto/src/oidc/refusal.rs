//! Why a provider's token is refused: for the log; callers give one answer to all.

/// The first thing wrong with a token of a provider. Never quotes the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Longer than any provider's.
    #[error("token is too long")]
    TooLong,
    /// Not three parts of base64url.
    #[error("token is not three parts of base64url")]
    Shape,
    /// The header is not a JSON object with an `alg`.
    #[error("header is malformed")]
    Header,
    /// The header has a member that could steer verification (RFC 8725 section 3.10).
    #[error("header has the member `{0}`")]
    HeaderMember(&'static str),
    /// `alg` is none of RS256, PS256, ES256 (RFC 8725 section 3.1).
    #[error("header `alg` is none of `RS256`, `PS256`, `ES256`")]
    Algorithm,
    /// `typ` says that it is another kind of token (RFC 8725 section 3.11).
    #[error("header `typ` is that of another kind of token")]
    Type,
    /// The provider publishes no key that it could be signed with.
    #[error("no key of the provider fits the header")]
    UnknownKey,
    /// The signature is not that of the key.
    #[error("signature does not verify")]
    Signature,
    /// A claim is missing, of another type, or there twice.
    #[error("claims are malformed or one is missing")]
    Claims,
    /// `iss` is not exactly the provider's.
    #[error("claim `iss` is another issuer")]
    Issuer,
    /// `aud` is not this client, and this client alone.
    #[error("claim `aud` is not this client alone")]
    Audience,
    /// `azp` is another client.
    #[error("claim `azp` is another client")]
    AuthorizedParty,
    /// `sub` is empty, too long or not ASCII.
    #[error("claim `sub` is not 1 to 255 characters of ASCII")]
    Subject,
    /// `sid` is empty, too long or not printable ASCII.
    #[error("claim `sid` is not 1 to 255 characters of ASCII")]
    Session,
    /// `nonce` is not that of this sign-in, or a logout token has one.
    #[error("claim `nonce` is not the one expected")]
    Nonce,
    /// `exp` has passed.
    #[error("token is expired")]
    Expired,
    /// `iat` lies ahead.
    #[error("token is issued in the future")]
    IssuedInFuture,
    /// `iat` is longer ago than a sign-in lasts.
    #[error("token is older than 600 s")]
    TooOld,
    /// `at_hash` is not that of the access token beside it.
    #[error("claim `at_hash` is not that of the access token")]
    AccessTokenHash,
    /// `events` does not say that somebody is signed out.
    #[error("claim `events` does not have the member of a logout")]
    Events,
    /// A logout token says neither who nor which session.
    #[error("neither `sub` nor `sid` is there")]
    Nobody,
    /// `jti` is empty or too long.
    #[error("claim `jti` is not 1 to 255 characters")]
    TokenId,
}
