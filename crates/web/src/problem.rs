//! Problems: the one form of every error (RFC 9457). Two texts: what the caller may know stands in the
//! document, what the log needs stays in the log.
//!
//! A handler returns a [`Problem`]; `edge` adds the request's id and, for the console, makes a page of it.

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
}

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
                Self::new(
                    StatusCode::FORBIDDEN,
                    "forbidden",
                    "Not allowed",
                    "you do not have the permission for this",
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
                    _ => "somebody else changed it meanwhile; load it again and repeat your change",
                };
                Self::new(StatusCode::CONFLICT, "conflict", "Conflict", detail)
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                tracing::error!(%error, "unavailable");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "Not available now",
                    "try again in a moment; nothing was stored",
                )
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
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Which status each error of a use case is.
mod store_reasons {
    use app::Error;
    use axum::http::StatusCode;

    pub(super) trait Seen {
        fn seen(&self) -> StatusCode;
    }

    impl Seen for Error {
        fn seen(&self) -> StatusCode {
            match self {
                Self::NotSignedIn(_) | Self::SignInRefused => StatusCode::UNAUTHORIZED,
                Self::Refused(_) => StatusCode::FORBIDDEN,
                Self::NotFound(_) => StatusCode::NOT_FOUND,
                Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Self::Conflict | Self::State(_) => StatusCode::CONFLICT,
                Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
                Self::Store(error) if error.is_unavailable() => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    }
}
