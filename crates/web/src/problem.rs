//! Problems: the one form of every error (RFC 9457). Two texts: what the caller may know stands in the
//! document, what the log needs stays in the log.
//!
//! A handler returns a [`Problem`]; `edge` adds the request's id and, for the console, makes a page of it.

use access::grant::Reason;
use app::{Error, FieldProblem};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use store_reasons::Seen;

/// The media type of RFC 9457.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, as the caller may know it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// What kind, stable: `urn:safeshipper:problem:` goes before it.
    pub kind: &'static str,
    /// The kind in a few words.
    pub title: &'static str,
    /// This occurrence: what the caller can do about it.
    pub detail: String,
    /// What exactly is wrong with what was sent.
    pub errors: Vec<FieldProblem>,
    /// What a 401 asks for (RFC 6750 section 3, RFC 9470 section 3).
    pub authenticate: &'static str,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<i64>,
}

/// The session must have been proved within 900 seconds (RFC 9470).
const PROVE_AGAIN: &str = "Bearer error=\"insufficient_user_authentication\", \
    error_description=\"a fresh proof in this session is needed\", max_age=900";
/// The session must have shown a passkey, whenever (OpenID EAP ACR Values 1.0).
const PROVE_PASSKEY: &str = "Bearer error=\"insufficient_user_authentication\", \
    error_description=\"a passkey shown in this session is needed\", acr_values=\"phr\"";
/// The session must have shown a second factor, whenever.
const PROVE_MORE: &str = "Bearer error=\"insufficient_user_authentication\", \
    error_description=\"a second factor shown in this session is needed\"";

impl Problem {
    /// A problem of a kind.
    #[must_use]
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            title,
            detail: detail.into(),
            errors: Vec::new(),
            authenticate: "Bearer",
            retry_after: None,
        }
    }

    /// Something sent that cannot be used, at one place.
    #[must_use]
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Error::Invalid(vec![FieldProblem::new(pointer, detail)]).into()
    }

    /// The problem that a bare status stands for, where the framework refused before a handler ran.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let (kind, title, detail) = match status {
            StatusCode::NOT_FOUND => return Self::not_found(),
            StatusCode::BAD_REQUEST => ("malformed", "Malformed request", "the request cannot be read"),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method",
                "Method not allowed",
                "this address does not take this method",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "too-large",
                "Request too large",
                "the request's body is over the limit",
            ),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "media-type",
                "Unsupported media type",
                "the body is not of a type this address takes",
            ),
            StatusCode::UNPROCESSABLE_ENTITY => ("invalid", "Not usable", "what was sent cannot be used"),
            StatusCode::REQUEST_TIMEOUT => ("timeout", "Too slow", "the request took too long"),
            _ if status.is_server_error() => (
                "internal",
                "Internal fault",
                "something broke on our side; nothing was stored",
            ),
            _ => ("refused", "Refused", "the request was refused"),
        };
        Self::new(status, kind, title, detail)
    }

    fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Not found",
            "there is nothing at this address",
        )
    }

    /// A caller who holds the permission must prove more first, and with what.
    fn prove(reason: Reason) -> Self {
        let (kind, title, detail, authenticate) = match reason {
            Reason::SecondFactorNeeded => (
                "second-factor-needed",
                "Second factor needed",
                "show a second factor in this session and try again; it counts for 900 seconds",
                PROVE_AGAIN,
            ),
            Reason::SecondFactorDemanded => (
                "second-factor-demanded",
                "Second factor demanded",
                "your company demands a second factor: enrol one, or show the one you have",
                PROVE_MORE,
            ),
            Reason::PasskeyDemanded => (
                "passkey-demanded",
                "Passkey demanded",
                "your company demands a passkey: enrol one, or show the one you have",
                PROVE_PASSKEY,
            ),
            _ => (
                "fresh-proof-needed",
                "Fresh proof needed",
                "show your second factor, or your password where you have none, and try again; it counts for \
                 900 seconds",
                PROVE_AGAIN,
            ),
        };
        Self {
            authenticate,
            ..Self::new(StatusCode::UNAUTHORIZED, kind, title, detail)
        }
    }

    /// The document, with the request's id when it is known.
    #[must_use]
    pub fn document(&self, request_id: Option<&str>) -> Value {
        let mut document = json!({
            "type": format!("urn:safeshipper:problem:{}", self.kind),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            let error = |e: &FieldProblem| json!({"pointer": e.pointer, "detail": e.detail});
            document["errors"] = self.errors.iter().map(error).collect();
        }
        if let Some(id) = request_id {
            document["request_id"] = json!(id);
        }
        document
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error.seen() {
            StatusCode::UNAUTHORIZED if matches!(error, Error::SignInRefused) => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-refused",
                "Sign-in refused",
                "e-mail or password is wrong",
            ),
            StatusCode::UNAUTHORIZED if matches!(error, Error::PasskeyRefused) => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-refused",
                "Sign-in refused",
                "the passkey was not accepted; begin again",
            ),
            StatusCode::UNAUTHORIZED if matches!(error, Error::ProviderRefused(_) | Error::NotLinked) => {
                tracing::info!(%error, "sign-in at a provider refused");
                Self::new(
                    StatusCode::UNAUTHORIZED,
                    "sign-in-refused",
                    "Sign-in refused",
                    "the sign-in at the provider opens no account here",
                )
            }
            StatusCode::BAD_REQUEST => Self::new(
                StatusCode::BAD_REQUEST,
                "logout-refused",
                "Logout refused",
                "the logout token is not accepted",
            ),
            StatusCode::UNAUTHORIZED if matches!(error, Error::SecondFactorRefused) => Self::new(
                StatusCode::UNAUTHORIZED,
                "second-factor-refused",
                "Second factor refused",
                "the code is wrong or was used before, or the passkey was not accepted",
            ),
            StatusCode::UNAUTHORIZED if matches!(error, Error::SignInOver) => Self::new(
                StatusCode::UNAUTHORIZED,
                "sign-in-over",
                "Sign-in over",
                "the sign-in took too long or saw too many wrong codes; begin again with the password",
            ),
            StatusCode::UNAUTHORIZED if !matches!(error, Error::NotSignedIn(_)) => {
                tracing::info!(%error, "more proof needed");
                Self::prove(match error {
                    Error::Refused(refusal) => refusal.reason,
                    _ => Reason::FreshProofNeeded,
                })
            }
            StatusCode::UNAUTHORIZED => {
                tracing::info!(%error, "not signed in");
                Self::new(
                    StatusCode::UNAUTHORIZED,
                    "not-signed-in",
                    "Not signed in",
                    "sign in and try again",
                )
            }
            StatusCode::FORBIDDEN => {
                tracing::info!(%error, "refused");
                let explained = match &error {
                    Error::Refused(refusal) => app::permissions::explanation(refusal.reason),
                    _ => None,
                };
                Self::new(
                    StatusCode::FORBIDDEN,
                    "forbidden",
                    "Not allowed",
                    explained.unwrap_or("you do not have the permission for this"),
                )
            }
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::UNPROCESSABLE_ENTITY => {
                let Error::Invalid(errors) = error else {
                    return Self::of_status(StatusCode::UNPROCESSABLE_ENTITY);
                };
                let detail = match errors.as_slice() {
                    [one] => one.detail.clone(),
                    many => format!("{} things are wrong with what was sent", many.len()),
                };
                Self {
                    errors,
                    ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Not usable", detail)
                }
            }
            StatusCode::CONFLICT => {
                let detail = match error {
                    Error::State(why) => why,
                    Error::ResetOver => {
                        "the link was used, is too old, or another one was used; ask for another"
                    }
                    _ => "somebody else changed it meanwhile; load it again and repeat your change",
                };
                Self::new(StatusCode::CONFLICT, "conflict", "Conflict", detail)
            }
            StatusCode::TOO_MANY_REQUESTS if matches!(error, Error::NetworkShare(_)) => {
                tracing::warn!(%error, "a network has its share");
                let seconds = match error {
                    Error::NetworkShare(wait) => wait.whole_seconds().max(1),
                    _ => 1,
                };
                Self {
                    retry_after: Some(seconds),
                    ..Self::new(
                        StatusCode::TOO_MANY_REQUESTS,
                        "network-share",
                        "Too many from one network",
                        "your network has its share of this under way; try again a little later",
                    )
                }
            }
            StatusCode::GONE => {
                tracing::warn!(%error, "asked for what was destroyed");
                Self::new(
                    StatusCode::GONE,
                    "key-destroyed",
                    "Destroyed",
                    "the key that sealed this was destroyed at the company's end; nobody can read it again",
                )
            }
            StatusCode::TOO_MANY_REQUESTS => {
                let seconds = match error {
                    Error::TooManyAttempts(wait) => wait.whole_seconds().saturating_add(1),
                    _ => 1,
                };
                let detail = format!(
                    "too many wrong codes: the next is taken in {seconds} seconds, a backup code at once"
                );
                Self {
                    retry_after: Some(seconds),
                    ..Self::new(
                        StatusCode::TOO_MANY_REQUESTS,
                        "too-many-attempts",
                        "Too many attempts",
                        detail,
                    )
                }
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                tracing::error!(%error, "unavailable");
                Self {
                    retry_after: Some(2),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "unavailable",
                        "Not available now",
                        "try again in a moment; nothing was stored",
                    )
                }
            }
            status => {
                tracing::error!(%error, "internal fault");
                Self::of_status(status)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.document(None).to_string()).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static(self.authenticate));
        }
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Which status each error of a use case is.
mod store_reasons {
    use access::grant::Reason;
    use app::Error;
    use axum::http::StatusCode;

    pub(super) trait Seen {
        fn seen(&self) -> StatusCode;
    }

    impl Seen for Error {
        fn seen(&self) -> StatusCode {
            match self {
                Self::NotSignedIn(_)
                | Self::SignInRefused
                | Self::PasskeyRefused
                | Self::SecondFactorRefused
                | Self::SignInOver
                | Self::ProviderRefused(_)
                | Self::NotLinked
                | Self::NotProved => StatusCode::UNAUTHORIZED,
                // Held, were it proved: told as RFC 9470 has it, not as a refusal.
                Self::Refused(refusal)
                    if matches!(
                        refusal.reason,
                        Reason::SecondFactorNeeded
                            | Reason::SecondFactorDemanded
                            | Reason::PasskeyDemanded
                            | Reason::FreshProofNeeded
                    ) =>
                {
                    StatusCode::UNAUTHORIZED
                }
                Self::TooManyAttempts(_) | Self::NetworkShare(_) => StatusCode::TOO_MANY_REQUESTS,
                Self::Refused(_) => StatusCode::FORBIDDEN,
                Self::NotFound(_) => StatusCode::NOT_FOUND,
                Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Self::Conflict | Self::State(_) | Self::ResetOver => StatusCode::CONFLICT,
                Self::KeyDestroyed(_) => StatusCode::GONE,
                Self::LogoutRefused => StatusCode::BAD_REQUEST,
                Self::Busy(_) | Self::Provider(_) => StatusCode::SERVICE_UNAVAILABLE,
                Self::Store(error) if error.is_unavailable() => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    }
}
