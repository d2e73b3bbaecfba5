//! The way from an incident to emergency access because of it.

use access::permission::{RequestEmergencyAccess, ViewIncidents};
use app::Error;
use app::{emergency_access, incidents};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::form::Posted;
use super::super::page;
use super::super::pages::Choice;
use super::super::view::{sentence, shipments};
use super::{done, id_of, page_of};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console).post("/incidents/{id}/emergency-access", request)
}

/// Why somebody needs the papers of an incident at once: what is chosen is the justification, and may be added to (P13).
const REASONS: [(&str, &str); 3] = [
    ("beside", "I am beside it and must know what it is"),
    ("services", "The emergency services ask what it is"),
    ("hurt", "Somebody is hurt or was exposed"),
];

/// The reasons there are to choose from.
pub(super) fn reasons(chosen: &str) -> Vec<Choice> {
    let choice = |(value, text)| Choice {
        value,
        text,
        chosen: value == chosen,
    };
    REASONS.map(choice).into()
}

/// Asks for emergency access; reading leads straight to the shipment where the incident names one.
async fn request(
    allowed: Allowed<RequestEmergencyAccess>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(&id)?);
    let permissions: Vec<String> = form.all("permission").map(str::to_owned).collect();
    let why = justification(form.one("reason"), form.one("words"));
    let asked = emergency_access::request(app, &allowed.grant, &allowed.origin, id, &permissions, &why).await;
    // Whoever asked need not see the incident: then their access is what there is to look at.
    let sees = app.may::<ViewIncidents>(allowed.actor());
    let requested = match (asked, &sees) {
        (Ok(requested), _) => requested,
        (Err(Error::Invalid(problems)), Some(grant)) => {
            let allowed = Allowed {
                grant: app
                    .authorize::<ViewIncidents>(grant.actor(), &allowed.origin)
                    .await?,
                origin: allowed.origin,
                session: allowed.session,
            };
            let mut shown = page_of(&allowed, &state, id).await?;
            let Some(ask) = &mut shown.ask else {
                return Err(Error::Invalid(problems).into());
            };
            ask.words = form.one("words").to_owned();
            ask.error = problems.first().map(|problem| sentence(&problem.detail));
            ask.reasons = reasons(form.one("reason"));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
        }
        (Err(error), _) => return Err(error.into()),
    };
    let Some(grant) = sees else {
        return Ok(Redirect::to("/emergency-access").into_response());
    };
    let incident = match incidents::get(app, &grant, &allowed.origin, id).await {
        Ok(incident) => incident,
        Err(Error::NotFound(_)) => return Ok(Redirect::to("/emergency-access").into_response()),
        Err(error) => return Err(error.into()),
    };
    Ok(match (requested.granted, incident.shipments.as_slice()) {
        (false, _) => done(id, "waiting"),
        _ if incident.drill => done(id, "drilled"),
        (true, [(shipment, _)]) => Redirect::to(&shipments::path(*shipment)),
        _ => done(id, "granted"),
    }
    .into_response())
}

/// The reason chosen, and what was added to it.
fn justification(reason: &str, words: &str) -> String {
    let chosen = REASONS.iter().find(|(value, _)| *value == reason);
    match (chosen, words.trim()) {
        (Some((_, text)), "") => (*text).to_owned(),
        (Some((_, text)), words) => format!("{text}: {words}"),
        (None, words) => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::justification;

    /// P13: a reason is chosen or written, and never made up.
    #[test]
    fn a_justification_is_what_was_chosen_and_added_and_nothing_where_neither_was() {
        assert_eq!(
            justification("beside", " drum 3 "),
            "I am beside it and must know what it is: drum 3"
        );
        assert_eq!(justification("hurt", ""), "Somebody is hurt or was exposed");
        assert_eq!(justification("", "because I say so"), "because I say so");
        assert_eq!(justification("no such reason", " "), "");
    }
}
