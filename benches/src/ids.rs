//! Whether the time of an answer tells another company's shipment from one that never was (AUTHZ-5, P19).

use anyhow::Context;
use hyper::{Method, StatusCode};
use uuid::Uuid;

use crate::client::Request;
use crate::scenarios::sign_in;
use crate::server::Server;
use crate::statistics::{Comparison, in_turns};

/// Asked of each kind.
const ASKED: usize = 2_000;

/// Asks as another company's operator, in turns.
pub(crate) async fn measure(server: &Server) -> anyhow::Result<Comparison> {
    let stranger = sign_in(server, "operator@southcross.example").await?;
    let id = server.ask("select id from shipments order by id desc limit 1")?;
    let foreign = Uuid::parse_str(id.trim()).context("no shipment to ask for")?;
    // As new as the other, so that both are looked for in the same place.
    let absent = Uuid::from_u128(foreign.as_u128() ^ 0xff);
    let read = |id: Uuid| Request {
        method: Method::GET,
        path: format!("/api/v1/shipments/shp_{}", id.simple()).into(),
        token: Some(stranger.clone()),
        body: None,
        status: StatusCode::NOT_FOUND,
    };
    in_turns(server, (&read(foreign), &read(absent)), ASKED).await
}
