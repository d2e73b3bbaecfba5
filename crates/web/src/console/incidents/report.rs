//! Reporting an incident, from beside it.

use access::permission::ReportIncidents;
use app::incidents::{self, Report, Severity};
use app::{Error, FieldProblem as Fault};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::form::Posted;
use super::super::pages::{FieldProblem, IncidentForm, Section};
use super::super::view::{incidents as view, sentence};
use super::super::{page, session_of, shell};
use super::done;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/incidents/new", new)
        .post("/incidents", report)
}

/// The longest tracking number taken from an address.
const MAX_NUMBER: usize = 40;

#[derive(Deserialize, Default)]
#[serde(default)]
struct About {
    shipment: String,
}

async fn new(
    allowed: Allowed<ReportIncidents>,
    State(state): State<WebState>,
    Query(about): Query<About>,
) -> Result<Response, Problem> {
    Ok(page(&IncidentForm {
        shell: shell(state.app(), session_of(&allowed)?, Section::Incidents),
        kinds: view::kinds(""),
        severities: view::severities(""),
        description: String::new(),
        shipments: about.shipment.chars().take(MAX_NUMBER).collect(),
        drill: false,
        problems: Vec::new(),
    }))
}

async fn report(
    allowed: Allowed<ReportIncidents>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let app = state.app();
    let severity = Severity::parse(form.one("severity"))
        .ok_or_else(|| Problem::invalid("/severity", "expected `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`"))?;
    let shipments = numbers(form.one("shipments"));
    let drill = form.one("drill") == "yes";
    let sent = Report {
        kind: form.one("kind"),
        severity,
        description: form.one("description"),
        shipments: &shipments,
        drill,
    };
    match incidents::report(app, &allowed.grant, &allowed.origin, &sent).await {
        Ok(id) => Ok(done(id, "reported").into_response()),
        Err(Error::Invalid(problems)) => {
            let shown = IncidentForm {
                shell: shell(app, session_of(&allowed)?, Section::Incidents),
                kinds: view::kinds(sent.kind),
                severities: view::severities(severity.as_str()),
                description: sent.description.to_owned(),
                shipments: form.one("shipments").to_owned(),
                drill,
                problems: problems.iter().map(|problem| told(problem, &shipments)).collect(),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Tracking numbers, one a line, as the papers print them.
fn numbers(text: &str) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for line in text.split(['\n', ',']) {
        let number = line.trim().to_uppercase();
        if !number.is_empty() && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// A problem at the field of the form that it is about; a tracking number is named.
fn told(problem: &Fault, numbers: &[String]) -> FieldProblem {
    let mut parts = problem.pointer.split('/').skip(1);
    let field = parts.next().unwrap_or_default().to_owned();
    let number = parts.next().and_then(|at| numbers.get(at.parse::<usize>().ok()?));
    let message = match (field.as_str(), number) {
        ("kind", _) => "Choose what happened.".to_owned(),
        (_, Some(number)) => format!("{number}: {}", sentence(&problem.detail)),
        _ => sentence(&problem.detail),
    };
    FieldProblem { field, message }
}

#[cfg(test)]
mod tests {
    use app::FieldProblem as Fault;

    use super::{numbers, told};

    #[test]
    fn tracking_numbers_are_read_one_a_line_however_they_are_typed() {
        let typed = " ss-1234-5678-9012\r\n\r\nSS-1234-5678-9012, SS-2222-3333-4444\n";
        assert_eq!(numbers(typed), ["SS-1234-5678-9012", "SS-2222-3333-4444"]);
        assert!(numbers(" \r\n").is_empty());
    }

    #[test]
    fn a_problem_with_a_tracking_number_names_it_at_its_field() {
        let problem = Fault::new("/shipments/1", "the company has no such shipment");
        let shown = told(&problem, &["SS-1".to_owned(), "SS-2".to_owned()]);
        assert_eq!(shown.field, "shipments");
        assert_eq!(shown.message, "SS-2: The company has no such shipment.");
        assert_eq!(told(&Fault::new("/kind", "x"), &[]).field, "kind");
    }
}
