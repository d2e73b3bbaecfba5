//! The form of a new or changed shipment. A refused form comes back with everything that was typed.

use access::grant::Grant;
use access::permission::{CheckCompatibility, CreateShipments, EditShipments, ViewShipments};
use app::identity::ConsoleSession;
use app::shipments::{self, Draft, Shipment};
use app::{App, Error};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::checker::Asked;
use super::super::form::{Action, Fields, Lines, Posted, Typed, problems_of};
use super::super::law::Law;
use super::super::pages::{FieldProblem, Notice, NoticeKind, ResultView, Section, ShipmentForm, Show};
use super::super::view::lines::{details, editor};
use super::super::view::shipments::{last_check, path};
use super::super::{page, session_of, shell};
use super::id_of;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/shipments/new", new)
        .post("/shipments", create)
        .get("/shipments/{id}/edit", edit)
        .post("/shipments/{id}", update)
}

/// A shipment's form on its way back to the browser.
pub(in crate::console) struct Writing {
    pub(in crate::console) fields: Fields,
    pub(in crate::console) lines: Lines,
    pub(in crate::console) show: Show,
    /// Id, tracking number and version of the shipment that is changed.
    changed: Option<(String, String, String)>,
    problems: Vec<FieldProblem>,
    notice: Option<Notice>,
    status: StatusCode,
}

impl Writing {
    /// Of a new shipment.
    pub(in crate::console) fn new(fields: Fields, lines: Lines) -> Self {
        Self {
            fields,
            lines,
            show: Show::All,
            changed: None,
            problems: Vec::new(),
            notice: None,
            status: StatusCode::OK,
        }
    }

    fn of(shipment: &Shipment, version: String, fields: Fields, lines: Lines) -> Self {
        let changed = Some((shipment.id.to_string(), shipment.tracking_number.clone(), version));
        Self {
            changed,
            ..Self::new(fields, lines)
        }
    }
}

/// The form as a page.
pub(in crate::console) fn show(
    (app, law): (&App, &Law),
    session: &ConsoleSession,
    writing: Writing,
    typed: &Typed,
    result: ResultView,
) -> Result<Response, Problem> {
    let Writing {
        fields,
        lines,
        show,
        changed,
        problems,
        notice,
        status,
    } = writing;
    let mut shell = shell(app, session, Section::Shipments);
    shell.notice = notice;
    let action = changed
        .as_ref()
        .map_or_else(|| "/shipments".to_owned(), |(id, ..)| format!("/shipments/{id}"));
    let (id, tracking_number, version) = match changed {
        Some((id, number, version)) => (Some(id), Some(number), Some(version)),
        None => (None, None, None),
    };
    let regimes = fields.choices(law);
    let details = details(law, &fields.regimes, &lines, typed);
    let form = ShipmentForm {
        shell,
        id,
        tracking_number,
        consignor: fields.consignor,
        consignee: fields.consignee,
        contact: fields.contact,
        regimes,
        version,
        editor: editor(action, &lines, details),
        result,
        show,
        problems,
    };
    Ok((status, page(&form)).into_response())
}

async fn new(allowed: Allowed<CreateShipments>, State(state): State<WebState>) -> Result<Response, Problem> {
    let lines = Lines::read(&Posted::read(b"")?)?;
    let law = Law::of(state.app(), &allowed.grant).await?;
    let writing = Writing::new(Fields::new(&law), lines);
    show(
        (state.app(), &law),
        session_of(&allowed)?,
        writing,
        &Typed::default(),
        ResultView::default(),
    )
}

async fn create(
    allowed: Allowed<CreateShipments>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, session) = (state.app(), session_of(&allowed)?);
    let law = Law::of(app, &allowed.grant).await?;
    let mut sent = Sent::read(&law, &form)?;
    let mut writing = Writing {
        show: form.show(),
        ..Writing::new(sent.fields.clone(), sent.lines.clone())
    };
    if sent.action == Action::Save {
        let draft = sent.draft();
        match shipments::create(app, &allowed.grant, &allowed.origin, &draft).await {
            Ok(created) => {
                return Ok(Redirect::to(&format!("{}?done=created", path(created.id))).into_response());
            }
            Err(Error::Invalid(problems)) => sent.refuse(&mut writing, &problems),
            Err(error) => return Err(error.into()),
        }
    }
    let result = sent.answer((app, &law), session, &allowed.origin).await?;
    writing.lines = sent.lines;
    show((app, &law), session, writing, &sent.typed, result)
}

async fn edit(
    allowed: Allowed<EditShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (app, session) = (state.app(), session_of(&allowed)?);
    let shipment = stored(app, &allowed, &id).await?;
    let lines = Lines::of(&shipment.load);
    let law = Law::of(app, &allowed.grant).await?;
    let typed = lines.parse(&law);
    let current = last_check(app.catalogue(), &shipment, true)
        .filter(|_| shipment.check.as_ref().is_some_and(|check| !check.outdated));
    let result = current.map(|check| check.result).unwrap_or_else(|| ResultView {
        hindrance: Some("This load has not been checked yet. Press “Check load”, or change it.".to_owned()),
        kept: shipment
            .load
            .confirmed
            .iter()
            .map(|confirmed| confirmed.condition.clone())
            .collect(),
        ..ResultView::default()
    });
    let writing = Writing::of(
        &shipment,
        shipment.version.to_string(),
        Fields::of(&shipment),
        lines,
    );
    show((app, &law), session, writing, &typed, result)
}

async fn update(
    allowed: Allowed<EditShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, session) = (state.app(), session_of(&allowed)?);
    let version: i32 = form
        .required("version")?
        .parse()
        .map_err(|_| Problem::invalid("/version", "expected the version of the shipment that is changed"))?;
    let law = Law::of(app, &allowed.grant).await?;
    let mut sent = Sent::read(&law, &form)?;
    let shipment = stored(app, &allowed, &id).await?;
    let mut writing = Writing {
        show: form.show(),
        ..Writing::of(
            &shipment,
            version.to_string(),
            sent.fields.clone(),
            sent.lines.clone(),
        )
    };
    if sent.action == Action::Save {
        let draft = sent.draft();
        let stored =
            shipments::update(app, &allowed.grant, &allowed.origin, shipment.id, version, draft).await;
        match stored {
            Ok(()) => return Ok(Redirect::to(&format!("{}?done=saved", path(shipment.id))).into_response()),
            Err(Error::Invalid(problems)) => sent.refuse(&mut writing, &problems),
            Err(Error::Conflict) => {
                // Read again: the form now stands on the version that the person is told about.
                let now = self::stored(app, &allowed, &id).await?;
                writing = Writing {
                    show: form.show(),
                    status: StatusCode::CONFLICT,
                    notice: Some(Notice {
                        kind: NoticeKind::Failure,
                        text: "Somebody else changed this shipment meanwhile, so nothing was saved. What you typed \
                               is below. Look at the shipment first: saving again replaces their change."
                            .to_owned(),
                    }),
                    ..Writing::of(&now, now.version.to_string(), sent.fields.clone(), sent.lines.clone())
                };
            }
            Err(error) => return Err(error.into()),
        }
    }
    let result = sent.answer((app, &law), session, &allowed.origin).await?;
    writing.lines = sent.lines;
    show((app, &law), session, writing, &sent.typed, result)
}

/// The shipment as it is stored, as far as this person may see it.
async fn stored(app: &App, allowed: &Allowed<EditShipments>, id: &str) -> Result<Shipment, Problem> {
    let grant: Grant<ViewShipments> = app.authorize(allowed.actor(), &allowed.origin).await?;
    Ok(shipments::get(app, &grant, &allowed.origin, id_of(id)?).await?)
}

/// A form that was sent.
struct Sent {
    action: Action,
    fields: Fields,
    lines: Lines,
    typed: Typed,
    confirmed: Vec<String>,
}

impl Sent {
    fn read(law: &Law, form: &Posted) -> Result<Self, Problem> {
        let action = form.action()?;
        let mut lines = Lines::read(form)?;
        match action {
            Action::Add => lines.add(),
            Action::Remove(number) => lines.remove(number),
            Action::Check | Action::Save | Action::Split => {}
        }
        let typed = lines.parse(law);
        Ok(Self {
            action,
            fields: Fields::read(form)?,
            lines,
            typed,
            confirmed: form.confirmed()?,
        })
    }

    /// The draft to store. With a line that cannot be read it has no lines, so that it is refused together with
    /// everything else that is wrong with it.
    fn draft(&self) -> Draft {
        let mut draft = self.fields.draft(&self.typed, self.confirmed.clone());
        if !self.typed.problems.is_empty() {
            draft.load.lines.clear();
        }
        draft
    }

    /// Puts everything that is wrong into the form.
    fn refuse(&mut self, writing: &mut Writing, problems: &[app::FieldProblem]) {
        let unread = !self.typed.problems.is_empty();
        let others: Vec<app::FieldProblem> = problems
            .iter()
            .filter(|problem| !(unread && problem.pointer == "/lines"))
            .cloned()
            .collect();
        writing.problems = problems_of(&others, &self.typed.places);
        writing.problems.extend(self.typed.problems.iter().cloned());
        writing.status = StatusCode::UNPROCESSABLE_ENTITY;
    }

    /// The answer; a split changes the lines.
    async fn answer(
        &mut self,
        (app, law): (&App, &Law),
        session: &ConsoleSession,
        origin: &app::Origin,
    ) -> Result<ResultView, Problem> {
        let grant: Grant<CheckCompatibility> = app.authorize(&session.actor, origin).await?;
        let asked = Asked {
            app,
            grant: &grant,
            origin,
            law,
            regimes: &self.fields.regimes,
            data_sets: &self.fields.data_sets,
        };
        let confirmed = self.confirmed.clone();
        match self.action {
            Action::Split => asked.split(&mut self.lines, &mut self.typed, confirmed).await,
            _ => asked.answer(&self.typed, confirmed).await,
        }
    }
}
