//! Where a request came from, noted once for the log, the audit trail and the answer.
//!
//! The address is the peer's. Proxy headers are not believed: there is no configured proxy yet (NET-7).

use std::net::SocketAddr;

use access::ids::RequestId;
use app::Origin;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::header::USER_AGENT;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

/// The header that carries the request's id.
pub(crate) const REQUEST_ID: &str = "x-request-id";

pub(super) async fn note(mut request: Request, next: Next) -> Response {
    let id = RequestId::from_uuid(Uuid::now_v7());
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let origin = Origin {
        ip: request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip()),
        user_agent: request
            .headers()
            .get(USER_AGENT)
            .map(|value| cut(&String::from_utf8_lossy(value.as_bytes()), 500)),
        method: Some(request.method().as_str().to_owned()),
        path: Some(cut(request.uri().path(), 500)),
        request: Some(id),
    };
    let span = tracing::info_span!("request", id = %id, method = %request.method(), path = origin.path);
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(id);
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), "answered"));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
