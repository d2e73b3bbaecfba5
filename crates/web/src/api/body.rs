//! Reading what a client sends, with a clear problem for everything that is wrong with it.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use access::ids::{Id, Kind};

use crate::problem::Problem;

/// A JSON body. Problems carry the JSON Pointer of the place; what was sent is not repeated, for it may be a
/// secret.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::of_status(rejection.status()))?;
        read(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "Malformed request",
            "the body is not valid UTF-8",
        ));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            Problem::invalid(pointer, what(&inner.to_string()))
        } else {
            let detail = format!(
                "the body is not valid JSON at line {}, column {}",
                inner.line(),
                inner.column()
            );
            Problem::new(StatusCode::BAD_REQUEST, "malformed", "Malformed request", detail)
        }
    })?;
    json.end().map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "Malformed request",
            "more follows after the JSON value",
        )
    })?;
    Ok(value)
}

/// The message without the position, which the pointer says better, without the value where it is of the wrong
/// type, which may be a secret, and of bounded length.
fn what(message: &str) -> String {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message);
    let message = match wrong_type(message) {
        Some((kind, expected)) => format!("expected {expected}, not {kind}"),
        None => message.to_owned(),
    };
    message.chars().take(300).collect()
}

/// The kind that was sent and what was expected: serde writes "invalid type: integer `12`, expected a string".
fn wrong_type(message: &str) -> Option<(&str, &str)> {
    let found = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))?;
    let (_, expected) = found.rsplit_once(", expected ")?;
    let kind = found.split(['`', '"', ',']).next().unwrap_or_default();
    Some((kind.trim(), expected))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => "/?".to_owned(),
        })
        .collect()
}

/// The id in the path. What is not an id names nothing: 404, as for one that does not exist (P19).
pub(crate) struct IdPath<K>(pub(crate) Id<K>);

impl<S: Send + Sync, K: Kind> FromRequestParts<S> for IdPath<K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nothing = || Problem::of_status(StatusCode::NOT_FOUND);
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| nothing())?;
        text.parse().map(Self).map_err(|_| nothing())
    }
}

/// The query of the address.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(value) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|error| {
                Problem::invalid(
                    "",
                    format!("the query cannot be used: {}", what(&error.body_text())),
                )
            })?;
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests {
    use super::what;

    #[test]
    fn a_value_of_the_wrong_type_is_not_repeated() {
        for (message, told) in [
            (
                "invalid type: integer `7355608`, expected a string at line 1 column 9",
                "expected a string, not integer",
            ),
            (
                "invalid type: string \"a, expected b\", expected u32",
                "expected u32, not string",
            ),
            (
                "invalid value: integer `-1`, expected u32",
                "expected u32, not integer",
            ),
            (
                "invalid type: null, expected struct SignIn",
                "expected struct SignIn, not null",
            ),
            (
                "missing field `email` at line 1 column 2",
                "missing field `email`",
            ),
        ] {
            assert_eq!(what(message), told);
        }
    }
}
