//! The JSON API under `/api/v1`, and what clients need around it.
//!
//! One endpoint, one place: its form, its handler and its description for OpenAPI stand together. To add
//! one: the handler with `#[utoipa::path]`, its line in [`routes`], and its name in `openapi.rs`; a test holds
//! the two lists together.

pub(crate) mod audit;
pub(crate) mod body;
pub(crate) mod checks;
mod consequences;
pub(crate) mod data_keys;
pub(crate) mod data_sets;
pub(crate) mod documents;
pub(crate) mod emergency;
pub(crate) mod emergency_access;
pub(crate) mod factor_reset;
pub(crate) mod factors;
pub(crate) mod goods;
pub(crate) mod identity_providers;
pub(crate) mod incidents;
pub(crate) mod me;
pub(crate) mod metadata;
pub(crate) mod my_sessions;
pub(crate) mod openapi;
mod panel;
pub(crate) mod passkeys;
pub(crate) mod passwords;
pub(crate) mod permissions;
pub(crate) mod refused_passwords;
pub(crate) mod revocation;
pub(crate) mod schema;
pub(crate) mod sessions;
pub(crate) mod shipments;
pub(crate) mod splits;
pub(crate) mod users;

use axum::http::Method;

use crate::routes::{Audience, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new(Audience::Api)
        .public(
            Method::GET,
            "/.well-known/jwks.json",
            "public keys are public",
            sessions::jwks,
        )
        .public(
            Method::GET,
            "/.well-known/document-keys.json",
            "public keys are public",
            sessions::document_keys,
        )
        .public(
            Method::GET,
            "/.well-known/oauth-authorization-server",
            "what clients discover before anybody signs in",
            metadata::metadata,
        )
        .public(
            Method::GET,
            "/api/v1/openapi.json",
            "the description names no one",
            openapi::serve,
        )
        .public(
            Method::POST,
            "/api/v1/sessions",
            "signing in is how one gets a session",
            sessions::sign_in,
        )
        .public(
            Method::POST,
            "/api/v1/sessions/second-factor",
            "the ticket and the second factor are the proof",
            sessions::second_factor,
        )
        .public(
            Method::POST,
            "/api/v1/sessions/second-factor/passkey",
            "the ticket is the proof so far",
            passkeys::ask_second_factor,
        )
        .public(
            Method::POST,
            "/api/v1/sessions/passkey/begin",
            "nobody is signed in yet, and nobody is named",
            passkeys::invite,
        )
        .public(
            Method::POST,
            "/api/v1/sessions/passkey",
            "the passkey is the proof",
            passkeys::accept,
        )
        .public(
            Method::POST,
            "/api/v1/sessions/refresh",
            "the refresh token is the proof",
            sessions::refresh,
        )
        .delete("/api/v1/sessions/current", sessions::sign_out)
        .public(
            Method::POST,
            "/api/v1/tokens/revoke",
            "the token is the proof",
            revocation::revoke,
        )
        .get("/api/v1/me", me::me)
        .public(
            Method::POST,
            "/api/v1/password-resets",
            "who has forgotten a password cannot sign in",
            passwords::ask,
        )
        .public(
            Method::POST,
            "/api/v1/password-resets/confirm",
            "the link's token is the proof",
            passwords::set,
        )
        .post("/api/v1/me/password", passwords::change)
        .post("/api/v1/me/step-up", factors::step_up)
        .post("/api/v1/me/step-up/passkey", passkeys::ask_step_up)
        .get("/api/v1/me/passkeys", passkeys::list)
        .post("/api/v1/me/passkeys/begin", passkeys::begin)
        .post("/api/v1/me/passkeys", passkeys::finish)
        .put("/api/v1/me/passkeys/{id}", passkeys::rename)
        .delete("/api/v1/me/passkeys/{id}", passkeys::remove)
        .get("/api/v1/me/factors", factors::list)
        .post("/api/v1/me/factors/totp", factors::begin)
        .get("/api/v1/me/factors/totp/qr.png", factors::picture)
        .post("/api/v1/me/factors/totp/confirm", factors::confirm)
        .delete("/api/v1/me/factors/totp", factors::remove)
        .post("/api/v1/me/factors/backup-codes", factors::renew_backup_codes)
        .put("/api/v1/company/second-factor-policy", factors::demand)
        .get("/api/v1/company/refused-passwords", refused_passwords::count)
        .put_up_to(
            refused_passwords::MAX_REQUEST,
            "/api/v1/company/refused-passwords",
            refused_passwords::replace,
        )
        .delete("/api/v1/company/refused-passwords", refused_passwords::clear)
        .get("/api/v1/me/identities", identity_providers::own)
        .delete("/api/v1/me/identities/{id}", identity_providers::unlink)
        .get("/api/v1/identity-providers", identity_providers::list)
        .post("/api/v1/identity-providers", identity_providers::add)
        .put("/api/v1/identity-providers/{id}", identity_providers::change)
        .delete("/api/v1/identity-providers/{id}", identity_providers::remove)
        .public(
            Method::POST,
            "/api/v1/identity-providers/{id}/back-channel-logout",
            "the provider's logout token is the proof",
            identity_providers::back_channel_logout,
        )
        .get("/api/v1/me/sessions", my_sessions::list)
        .delete("/api/v1/me/sessions/{id}", my_sessions::end)
        .post("/api/v1/me/sessions/end-others", my_sessions::end_others)
        .post("/api/v1/me/sessions/end-all", my_sessions::end_all)
        .get("/api/v1/me/factor-reset", factor_reset::own)
        .post("/api/v1/me/factor-reset/object", factor_reset::object)
        .get("/api/v1/users", users::list)
        .get("/api/v1/users/{id}/team", users::team)
        .put("/api/v1/users/{id}/team", users::set_team)
        .get("/api/v1/users/{id}/sessions", users::sessions)
        .delete("/api/v1/users/{id}/sessions", users::end_sessions)
        .post("/api/v1/users/{id}/lockdown", users::lock_down)
        .post("/api/v1/users/{id}/unlock", users::unlock)
        .post("/api/v1/users/{id}/reveal", users::reveal)
        .get("/api/v1/users/{id}/factor-reset", factor_reset::of_person)
        .post("/api/v1/users/{id}/factor-reset", factor_reset::ask)
        .post("/api/v1/users/{id}/factor-reset/approve", factor_reset::approve)
        .post("/api/v1/users/{id}/factor-reset/cancel", factor_reset::cancel)
        .get("/api/v1/users/{id}/permissions", permissions::of_person)
        .post("/api/v1/users/{id}/permissions", permissions::give)
        .delete("/api/v1/users/{id}/permissions/{grant}", permissions::end)
        .post("/api/v1/users/{id}/role", permissions::assign_role)
        .get("/api/v1/incidents", incidents::list)
        .post("/api/v1/incidents", incidents::report)
        .get("/api/v1/incidents/{id}", incidents::get)
        .post("/api/v1/incidents/{id}/confirm", incidents::confirm)
        .post("/api/v1/incidents/{id}/close", incidents::close)
        .get("/api/v1/emergency-access", emergency_access::list)
        .post("/api/v1/emergency-access", emergency_access::request)
        .post("/api/v1/emergency-access/{id}/approve", emergency_access::approve)
        .post("/api/v1/emergency-access/{id}/refuse", emergency_access::refuse)
        .post("/api/v1/emergency-access/{id}/end", emergency_access::end)
        .post("/api/v1/emergency-access/{id}/review", emergency_access::review)
        .post("/api/v1/company/sessions/end-all", users::end_sessions_of_company)
        .get("/api/v1/dangerous-goods", goods::search)
        .get("/api/v1/dangerous-goods/{number}", goods::rows)
        .post("/api/v1/dangerous-goods/compatibility-checks", checks::check)
        .post("/api/v1/dangerous-goods/load-splits", splits::propose)
        .post("/api/v1/dangerous-goods/emergency-panels", emergency::panel)
        .get("/api/v1/shipments", shipments::list::list)
        .post("/api/v1/shipments", shipments::write::create)
        .get("/api/v1/shipments/{id}", shipments::read::get)
        .post("/api/v1/shipments/{id}/reveal", shipments::read::reveal)
        .put("/api/v1/shipments/{id}", shipments::write::update)
        .post("/api/v1/shipments/{id}/check", shipments::write::check)
        .post("/api/v1/shipments/{id}/ready", shipments::write::mark_ready)
        .get("/api/v1/carriers", shipments::assigning::carriers)
        .put("/api/v1/shipments/{id}/assignee", shipments::assigning::assign)
        .post("/api/v1/shipments/{id}/overrides", shipments::overrides::ask)
        .post("/api/v1/overrides/{id}/approve", shipments::overrides::approve)
        .post("/api/v1/overrides/{id}/refuse", shipments::overrides::refuse)
        .post("/api/v1/overrides/{id}/withdraw", shipments::overrides::withdraw)
        .get(
            "/api/v1/shipments/{id}/us-shipping-paper.pdf",
            shipments::papers::us,
        )
        .get(
            "/api/v1/shipments/{id}/adr-transport-document.pdf",
            shipments::papers::adr,
        )
        .get("/api/v1/shipments/{id}/emergency-panel", emergency::of_shipment)
        .get(
            "/api/v1/shipments/{id}/us-shipping-paper.json",
            shipments::papers::us_json,
        )
        .get(
            "/api/v1/shipments/{id}/us-shipping-paper.json.jws",
            shipments::papers::us_signature,
        )
        .get(
            "/api/v1/shipments/{id}/adr-transport-document.json",
            shipments::papers::adr_json,
        )
        .get(
            "/api/v1/shipments/{id}/adr-transport-document.json.jws",
            shipments::papers::adr_signature,
        )
        .public(
            Method::GET,
            "/api/v1/schemas/shipping-paper.json",
            "the form of a paper names no one",
            shipments::papers::schema,
        )
        .get("/api/v1/documents", documents::list)
        .post_up_to(documents::MAX_REQUEST, "/api/v1/documents", documents::upload)
        .get("/api/v1/documents/{id}", documents::get)
        .get("/api/v1/documents/{id}/content", documents::content)
        .get("/api/v1/shipments/{id}/documents", documents::of_shipment)
        .get("/api/v1/data-keys", data_keys::list)
        .post("/api/v1/data-keys/rotations", data_keys::rotate)
        .get("/api/v1/data-set-keys", data_sets::list_keys)
        .post("/api/v1/data-set-keys", data_sets::add_key)
        .put_up_to(
            data_sets::MAX_REQUEST,
            "/api/v1/data-sets/{regime}",
            data_sets::put,
        )
        .get("/api/v1/data-sets/{regime}", data_sets::get)
        .delete("/api/v1/data-sets/{regime}", data_sets::delete)
        .delete("/api/v1/data-set-keys/{name}", data_sets::delete_key)
        .get("/api/v1/audit-events", audit::list)
}
