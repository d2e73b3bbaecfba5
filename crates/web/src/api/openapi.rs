//! The OpenAPI description, generated from the handlers; `docs/openapi.json` is its committed copy.

use axum::Json;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{
    audit, checks, data_keys, data_sets, documents, emergency, emergency_access, factor_reset, factors,
    goods, identity_providers, incidents, me, metadata, my_sessions, passkeys, passwords, permissions,
    refused_passwords, revocation, schema, sessions, shipments, splits, users,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "SafeShipper", description = "Plan, check, document and answer for dangerous goods."),
    paths(
        sessions::jwks, sessions::document_keys, metadata::metadata, sessions::sign_in, sessions::second_factor, sessions::refresh,
        sessions::sign_out, me::me,
        factors::step_up, factors::list, factors::begin, factors::picture, factors::confirm, factors::remove,
        factors::renew_backup_codes, factors::demand,
        refused_passwords::count, refused_passwords::replace, refused_passwords::clear,
        passkeys::list, passkeys::begin, passkeys::finish, passkeys::rename, passkeys::remove, passkeys::ask_step_up,
        passkeys::ask_second_factor, passkeys::invite, passkeys::accept,
        passwords::change, passwords::ask, passwords::set,
        identity_providers::list, identity_providers::add, identity_providers::change, identity_providers::remove,
        identity_providers::own, identity_providers::unlink, identity_providers::back_channel_logout,
        my_sessions::list, my_sessions::end, my_sessions::end_others, my_sessions::end_all, revocation::revoke,
        users::list, users::sessions, users::end_sessions, users::lock_down, users::unlock, users::reveal,
        users::end_sessions_of_company,
        factor_reset::own, factor_reset::object,
        factor_reset::of_person, factor_reset::ask, factor_reset::approve, factor_reset::cancel,
        permissions::of_person, permissions::give, permissions::end, permissions::assign_role,
        incidents::list, incidents::get, incidents::report, incidents::confirm, incidents::close,
        emergency_access::list, emergency_access::request, emergency_access::approve, emergency_access::refuse,
        emergency_access::end, emergency_access::review,
        goods::search, goods::rows, checks::check, splits::propose, emergency::panel,
        shipments::list::list, shipments::read::get, shipments::read::reveal,
        shipments::write::create, shipments::write::update, shipments::write::check, shipments::write::mark_ready,
        shipments::assigning::carriers, shipments::assigning::assign, users::team, users::set_team,
        shipments::overrides::ask, shipments::overrides::approve, shipments::overrides::refuse,
        shipments::overrides::withdraw,
        shipments::papers::us, shipments::papers::us_json, shipments::papers::us_signature,
        shipments::papers::adr, shipments::papers::adr_json, shipments::papers::adr_signature,
        shipments::papers::schema,
        emergency::of_shipment,
        data_keys::list, data_keys::rotate,
        documents::list, documents::upload, documents::get, documents::content, documents::of_shipment,
        data_sets::list_keys, data_sets::add_key, data_sets::delete_key,
        data_sets::get, data_sets::put, data_sets::delete,
        audit::list,
    ),
    components(responses(schema::ProblemDocument), schemas(schema::FieldProblemDocument)),
    modifiers(&Bearer),
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The description of the API.
#[must_use]
pub fn document() -> Document {
    Description::openapi()
}

pub(crate) async fn serve() -> Json<Document> {
    Json(document())
}
