//! HTTP: the JSON API, the console, and the edge around both.
//!
//! Every route is declared once, in [`routes`], with a handler whose first argument is [`Allowed`] for the
//! permission it needs, or with the reason why it is public. `api/` answers bearers of access tokens with
//! JSON, `console/` answers holders of a session cookie with pages; neither accepts the other's proof.

mod allowed;
pub mod api;
pub mod console;
pub mod edge;
mod health;
mod problem;
mod routes;
mod serve;
mod state;

pub use allowed::Allowed;
pub use api::openapi::document as openapi;
pub use problem::Problem;
pub use routes::{Access, Audience, RouteInfo};
pub use serve::serve;
pub use state::WebState;

use axum::Router;

/// Every route of the product, in the order of its declaration.
#[must_use]
pub fn route_table() -> Vec<RouteInfo> {
    let mut table = health::routes().into_table();
    table.extend(api::routes().into_table());
    table.extend(console::routes().into_table());
    table
}

/// The whole service, ready to be served with `ConnectInfo<SocketAddr>`.
pub fn service(state: WebState) -> Router {
    let api = edge::api(health::routes().merge(api::routes()).into_router(), &state);
    let console = edge::console(console::routes().into_router(), &state);
    edge::around(console.merge(api).with_state(state))
}
