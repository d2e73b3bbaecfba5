//! What each person may do and why, over the API: permissions given for a time or withheld, and roles (AUTHZ-2).

use access::ids::{PermissionGrantId, UserId};
use access::permission::{AssignRoles, GivePermissions, ManagePeople};
use app::permissions::{self, Asked, Effect, Line, PermissionGrant, Why};
use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::body::{IdPath, Json};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A permission given to a person or withheld from them.
#[derive(Serialize, ToSchema)]
#[schema(as = PermissionGrant)]
pub(crate) struct GrantDocument {
    /// Its id, `pgr_…`.
    id: String,
    /// Why.
    reason: String,
    /// Who decided it.
    given_by: String,
    /// When (RFC 3339).
    given_at: String,
    /// When it ends by itself (RFC 3339); what is withheld may stay.
    expires_at: Option<String>,
}

impl From<&PermissionGrant> for GrantDocument {
    fn from(grant: &PermissionGrant) -> Self {
        let text = |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
        Self {
            id: grant.id.to_string(),
            reason: grant.reason.clone(),
            given_by: grant.given_by.clone(),
            given_at: text(grant.given_at),
            expires_at: grant.expires_at.map(text),
        }
    }
}

/// One permission, as a person holds it.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldPermission)]
pub(crate) struct LineDocument {
    /// `domain.action[.scope]`.
    #[schema(example = "shipments.edit")]
    permission: &'static str,
    /// What it lets one do.
    description: &'static str,
    /// Whether using it needs a second factor within 900 seconds.
    critical: bool,
    /// Whether it can be given to one person or withheld; otherwise it comes with a role alone.
    personal: bool,
    /// Whether the person holds it.
    held: bool,
    /// `role`, `given`, `withheld` or `not_held`.
    why: &'static str,
    /// What gave it or withholds it.
    grant: Option<GrantDocument>,
}

impl From<Line> for LineDocument {
    fn from(line: Line) -> Self {
        let (why, grant) = match &line.why {
            Why::Role => ("role", None),
            Why::NotHeld => ("not_held", None),
            Why::Given(grant) => ("given", Some(grant.into())),
            Why::Withheld(grant) => ("withheld", Some(grant.into())),
        };
        Self {
            permission: line.name,
            description: line.description,
            critical: line.critical,
            personal: line.personal,
            held: line.held(),
            why,
            grant,
        }
    }
}

/// Everything a person may do, and may not.
#[derive(Serialize, ToSchema)]
pub(crate) struct HeldPermissions {
    /// The person's name.
    name: String,
    /// The person's role.
    #[schema(example = "OPERATOR")]
    role: String,
    /// Every permission there is, by name.
    permissions: Vec<LineDocument>,
}

/// What to give or withhold.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GiveForm {
    /// One whose `personal` is true, that one's own role holds.
    #[schema(example = "audit.logs.view")]
    permission: String,
    /// `granted` or `withheld`.
    effect: String,
    /// For the audit trail and the person: one line of 10 to 500 characters.
    #[schema(example = "stands in for Dana until she is back")]
    reason: String,
    /// When it ends by itself (RFC 3339), within 366 days; what is withheld may have none.
    #[schema(example = "2026-12-31T18:00:00Z")]
    expires_at: Option<String>,
}

/// What was given or withheld.
#[derive(Serialize, ToSchema)]
pub(crate) struct Given {
    /// Its id, `pgr_…`.
    id: String,
}

/// A role and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleForm {
    /// Not above one's own.
    #[schema(example = "SUPERVISOR")]
    role: String,
    /// For the audit trail: one line of 10 to 500 characters.
    #[schema(example = "leads the night shift from Monday")]
    reason: String,
}

/// What a person may do, and why.
#[utoipa::path(get, path = "/api/v1/users/{id}/permissions", tag = "users", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = HeldPermissions),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn of_person(
    caller: Allowed<ManagePeople>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
) -> Result<Answer<HeldPermissions>, Problem> {
    let (person, lines) = permissions::of_person(state.app(), &caller.grant, id).await?;
    Ok(Answer(HeldPermissions {
        name: person.display_name,
        role: person.role.to_string(),
        permissions: lines.into_iter().map(Into::into).collect(),
    }))
}

/// Gives a person a permission for a time, or withholds one; what was decided of it before is over.
#[utoipa::path(post, path = "/api/v1/users/{id}/permissions", tag = "users", params(("id" = String, Path)),
    request_body = GiveForm, security(("bearer" = [])), responses(
    (status = 201, body = Given),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn give(
    caller: Allowed<GivePermissions>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<GiveForm>,
) -> Result<(StatusCode, Answer<Given>), Problem> {
    let effect = Effect::parse(&form.effect)
        .ok_or_else(|| Problem::invalid("/effect", "expected `granted` or `withheld`"))?;
    let expires_at = form.expires_at.map(|text| OffsetDateTime::parse(&text, &Rfc3339));
    let expires_at = expires_at
        .transpose()
        .map_err(|_| Problem::invalid("/expires_at", "expected a time as of RFC 3339"))?;
    let asked = Asked {
        permission: &form.permission,
        effect,
        reason: &form.reason,
        expires_at,
    };
    let given = permissions::give(state.app(), &caller.grant, &caller.origin, id, &asked).await?;
    Ok((
        StatusCode::CREATED,
        Answer(Given {
            id: given.to_string(),
        }),
    ))
}

/// Ends a permission that was given before its time, or that it is withheld.
#[utoipa::path(delete, path = "/api/v1/users/{id}/permissions/{grant}", tag = "users",
    params(("id" = String, Path), ("grant" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Ended"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn end(
    caller: Allowed<GivePermissions>,
    State(state): State<WebState>,
    Path((id, grant)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let none = || Problem::from(app::Error::NotFound("permission"));
    let id: UserId = id.parse().map_err(|_| none())?;
    let grant: PermissionGrantId = grant.parse().map_err(|_| none())?;
    permissions::end(state.app(), &caller.grant, &caller.origin, id, grant).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a person's role; their sessions end.
#[utoipa::path(post, path = "/api/v1/users/{id}/role", tag = "users", params(("id" = String, Path)),
    request_body = RoleForm, security(("bearer" = [])), responses(
    (status = 204, description = "Changed"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn assign_role(
    caller: Allowed<AssignRoles>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<RoleForm>,
) -> Result<StatusCode, Problem> {
    let role = form
        .role
        .parse()
        .map_err(|_| Problem::invalid("/role", "no role has this name"))?;
    permissions::assign_role(state.app(), &caller.grant, &caller.origin, id, role, &form.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
