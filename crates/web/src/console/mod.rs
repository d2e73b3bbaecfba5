//! The console: server-rendered pages for people with a browser.
//!
//! `pages/` says what a page shows, the files here are the endpoints that fill them. To add one: a file with
//! its handlers, its routes in [`routes`].

mod account;
mod assets;
mod audit;
mod checker;
mod data_keys;
mod data_sets;
mod emergency;
mod emergency_access;
mod factor_reset;
mod form;
mod home;
mod identities;
mod identity_providers;
mod incidents;
mod law;
mod next;
pub mod pages;
mod passkey;
mod passwords;
mod people;
mod permissions;
mod provider_sign_in;
mod refused_passwords;
mod security;
mod shipments;
mod sign_in;
mod signing_keys;
mod step_up;
mod view;

use app::identity::ConsoleSession;
use app::{App, Error, passkeys};
use askama::Template;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::allowed::Allowed;
use crate::edge::{SignInToken, sign_in_cookie};
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use access::permission::{
    CheckCompatibility, ConfigureSystem, Permission, ReportIncidents, ViewAuditLogs, ViewIncidents,
    ViewPeople, ViewShipments,
};
pub(crate) use next::local_path;
use pages::{
    AskPasskey, ChooseProvider, Navigation, Notice, NoticeKind, Person, ProblemPage, ProviderChoice,
    SecondStep, Section, Shell, SignIn,
};

/// The console's routes.
#[must_use]
pub(crate) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .merge(home::routes())
        .merge(sign_in::routes())
        .merge(provider_sign_in::routes())
        .merge(step_up::routes())
        .merge(security::routes())
        .merge(passkey::routes())
        .merge(passwords::routes())
        .merge(signing_keys::routes())
        .merge(data_keys::routes())
        .merge(refused_passwords::routes())
        .merge(identities::routes())
        .merge(identity_providers::routes())
        .merge(checker::routes())
        .merge(emergency::routes())
        .merge(shipments::routes())
        .merge(data_sets::routes())
        .merge(audit::routes())
        .merge(people::routes())
        .merge(permissions::routes())
        .merge(incidents::routes())
        .merge(emergency_access::routes())
        .merge(factor_reset::routes())
        .merge(account::routes())
        .merge(assets::routes())
}

/// The session behind a page; the audience of the routes here sees to it that there is one.
pub(crate) fn session_of<P: Permission>(allowed: &Allowed<P>) -> Result<&ConsoleSession, Problem> {
    allowed
        .session
        .as_deref()
        .ok_or_else(|| Error::NotSignedIn("no console session").into())
}

/// A page as an answer.
pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}

/// The frame of a page for whoever is signed in.
pub(crate) fn shell(app: &App, session: &ConsoleSession, section: Section) -> Shell {
    let actor = &session.actor;
    Shell {
        csrf_token: app.csrf_token(session),
        person: Some(Person {
            name: actor.display_name().to_owned(),
            role: role_in_words(actor.role().as_str()),
            company: actor.company_name().to_owned(),
        }),
        navigation: Navigation {
            checker: app.may::<CheckCompatibility>(actor).is_some(),
            shipments: app.may::<ViewShipments>(actor).is_some(),
            data_sets: app.may::<ConfigureSystem>(actor).is_some(),
            audit: app.may::<ViewAuditLogs>(actor).is_some(),
            people: app.may::<ViewPeople>(actor).is_some(),
            incidents: app.may::<ViewIncidents>(actor).is_some(),
            report: app.may::<ReportIncidents>(actor).is_some(),
        },
        section,
        notice: None,
        taken: actor
            .emergency()
            .map(|access| view::incidents::taken(access, app.now())),
    }
}

/// `SUPER_ADMIN` as `Super admin`.
fn role_in_words(role: &str) -> String {
    let words = role.to_ascii_lowercase().replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
        .unwrap_or_default()
}

fn nobody(token: String) -> Shell {
    Shell {
        csrf_token: token,
        person: None,
        navigation: Navigation::default(),
        section: Section::None,
        notice: None,
        taken: None,
    }
}

/// The page to sign in with, and then go where one wanted to go.
pub(crate) fn sign_in_page(app: &App, next: Option<String>) -> Response {
    sign_in_form(app, String::new(), next, None)
}

/// The sign-in form with a fresh token.
pub(crate) fn sign_in_form(
    app: &App,
    email: String,
    next: Option<String>,
    error: Option<String>,
) -> Response {
    sign_in_form_with(app, None, email, next, error)
}

fn sign_in_form_with(
    app: &App,
    notice: Option<Notice>,
    email: String,
    next: Option<String>,
    error: Option<String>,
) -> Response {
    let passkey = passkeys::available(app).then(AskPasskey::to_sign_in);
    signing_in(|shell| {
        page(&SignIn {
            shell: Shell { notice, ..shell },
            email,
            next,
            error,
            passkey,
        })
    })
}

/// The form for the second factor of a sign-in, with a fresh token.
pub(crate) fn second_step_form(
    ticket: String,
    by_passkey: bool,
    next: Option<String>,
    error: Option<String>,
) -> Response {
    let passkey = by_passkey.then(|| AskPasskey::after_password(ticket.clone()));
    signing_in(|shell| {
        page(&SecondStep {
            shell,
            ticket,
            next,
            error,
            passkey,
        })
    })
}

/// The sign-in form of who has just set a new password.
pub(crate) fn sign_in_anew(app: &App) -> Response {
    let notice = Notice {
        kind: NoticeKind::Success,
        text: "Your new password is set. Sign in with it.".to_owned(),
    };
    sign_in_form_with(app, Some(notice), String::new(), None, None)
}

/// The choice between the providers of a company, with a fresh token.
pub(crate) fn choose_provider(
    company: String,
    providers: Vec<ProviderChoice>,
    next: Option<String>,
) -> Response {
    signing_in(|shell| {
        page(&ChooseProvider {
            shell,
            company,
            providers,
            next,
        })
    })
}

/// A form that is there with a session and without one: with the session's token, or with one of its own.
pub(crate) fn gate(
    app: &App,
    session: Option<&ConsoleSession>,
    form: impl FnOnce(Shell) -> Response,
) -> Response {
    match session {
        Some(session) => form(shell(app, session, Section::None)),
        None => signing_in(form),
    }
}

/// A form before there is a session, with a token and the cookie that it is compared with.
fn signing_in(form: impl FnOnce(Shell) -> Response) -> Response {
    let (SignInToken(token), cookie) = sign_in_cookie();
    let mut response = form(nobody(token));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// A problem as a page.
pub(crate) fn problem_page(
    app: &App,
    session: Option<&ConsoleSession>,
    problem: &Problem,
    request_id: String,
) -> Response {
    let shell = match session {
        Some(session) => shell(app, session, Section::None),
        None => nobody(String::new()),
    };
    // A single fault is the detail already.
    let more = if problem.errors.len() > 1 {
        problem.errors.as_slice()
    } else {
        &[]
    };
    let detail = std::iter::once(problem.detail.as_str())
        .chain(more.iter().map(|error| error.detail.as_str()))
        .map(view::sentence)
        .collect::<Vec<_>>()
        .join(" ");
    page(&ProblemPage {
        shell,
        status: problem.status.as_u16(),
        title: problem.title.to_owned(),
        detail,
        request_id,
        back: "/".to_owned(),
        back_text: "Back to the start".to_owned(),
    })
}
