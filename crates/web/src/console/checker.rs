//! The load checker: type goods, see the answer, keep it as a shipment.

use access::grant::Grant;
use access::permission::{CheckCompatibility, CreateShipments, ViewEmergencyProcedures, ViewGoods};
use app::checks::{self, Request};
use app::identity::ConsoleSession;
use app::{App, Origin, goods};
use axum::extract::{Query, State};
use axum::response::Response;
use dangerous_goods::split::Split;
use dangerous_goods::{Regime, Row};
use serde::Deserialize;

use super::form::{Action, Fields, Lines, Posted, Typed};
use super::pages::{LoadChecker, LoadResult, ResultView, Section, Show, Suggestion, Suggestions};
use super::shipments::writing::{self, Writing};
use super::view::result::{About, hindered, view};
use super::view::{self, lines::details, lines::editor};
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

/// Suggestions under a goods field.
const SUGGESTIONS: usize = 10;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/checker", empty)
        .post("/checker", act)
        .post("/checker/result", live)
        .get("/checker/suggestions", suggestions)
}

async fn empty(
    allowed: Allowed<CheckCompatibility>,
    State(state): State<WebState>,
) -> Result<Response, Problem> {
    let lines = Lines::read(&Posted::read(b"")?)?;
    show(
        session_of(&allowed)?,
        state.app(),
        &lines,
        &Typed::default(),
        ResultView::default(),
        Show::All,
    )
}

async fn act(
    allowed: Allowed<CheckCompatibility>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let app = state.app();
    let mut lines = Lines::read(&form)?;
    let action = form.action()?;
    match action {
        Action::Add => lines.add(),
        Action::Remove(number) => lines.remove(number),
        Action::Check | Action::Save | Action::Split => {}
    }
    let mut typed = lines.parse(app.catalogue());
    let confirmed = form.confirmed()?;
    let asked = Asked {
        app,
        grant: &allowed.grant,
        origin: &allowed.origin,
        regimes: &Regime::ALL,
    };
    let answer = match action {
        Action::Split => asked.split(&mut lines, &mut typed, confirmed).await?,
        _ => asked.answer(&typed, confirmed).await?,
    };
    let may_save = app.may::<CreateShipments>(allowed.actor()).is_some();
    if action == Action::Save && may_save && typed.problems.is_empty() {
        let mut writing = Writing::new(Fields::new(), lines);
        writing.show = form.show();
        return writing::show(app, session_of(&allowed)?, writing, &typed, answer);
    }
    show(session_of(&allowed)?, app, &lines, &typed, answer, form.show())
}

/// The answer while one types, for the checker and for a shipment's form.
async fn live(
    allowed: Allowed<CheckCompatibility>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let app = state.app();
    let lines = Lines::read(&form)?;
    let typed = lines.parse(app.catalogue());
    let regimes = match form.all("consignor_name").next() {
        Some(_) => Fields::read(&form)?.regimes,
        None => Regime::ALL.into(),
    };
    let asked = Asked {
        app,
        grant: &allowed.grant,
        origin: &allowed.origin,
        regimes: &regimes,
    };
    let result = asked.answer(&typed, form.confirmed()?).await?;
    Ok(page(&LoadResult {
        result,
        lines: details(app.catalogue(), &regimes, &lines, &typed),
    }))
}

pub(super) fn show(
    session: &ConsoleSession,
    app: &App,
    lines: &Lines,
    typed: &Typed,
    result: ResultView,
    show: Show,
) -> Result<Response, Problem> {
    let actor = &session.actor;
    Ok(page(&LoadChecker {
        shell: shell(app, session, Section::Checker),
        editor: editor(
            "/checker".to_owned(),
            lines,
            details(app.catalogue(), &Regime::ALL, lines, typed),
        ),
        result,
        show,
        may_save: app.may::<CreateShipments>(actor).is_some(),
        may_see_emergency: app.may::<ViewEmergencyProcedures>(actor).is_some(),
    }))
}

/// Who asks about a load that is being typed, and under which regimes.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) grant: &'a Grant<CheckCompatibility>,
    pub(super) origin: &'a Origin,
    pub(super) regimes: &'a [Regime],
}

impl Asked<'_> {
    /// Checks what was typed, if all of it can be read and any of it names goods; otherwise there is no verdict.
    pub(super) async fn answer(&self, typed: &Typed, confirmed: Vec<String>) -> Result<ResultView, Problem> {
        if let Some(problem) = typed.problems.first() {
            return Ok(hindered(view::sentence(&problem.message), confirmed));
        }
        if typed.load.lines.is_empty() {
            return Ok(ResultView {
                kept: confirmed,
                ..ResultView::default()
            });
        }
        if self.regimes.is_empty() {
            return Ok(hindered("Choose at least one regime to travel under.", confirmed));
        }
        let request = self.request(typed, confirmed);
        let checked = checks::run(self.app, self.grant, self.origin, request).await?;
        let about = About {
            catalogue: self.app.catalogue(),
            load: Some(&checked.load),
            places: &typed.places,
            warnings: &checked.warnings,
        };
        Ok(view(&about, &checked.results, true))
    }

    /// Puts the places of the smallest split into the form and answers for it; where no split helps, says why.
    pub(super) async fn split(
        &self,
        lines: &mut Lines,
        typed: &mut Typed,
        confirmed: Vec<String>,
    ) -> Result<ResultView, Problem> {
        let can_be_asked =
            typed.problems.is_empty() && !typed.load.lines.is_empty() && !self.regimes.is_empty();
        if !can_be_asked {
            return self.answer(typed, confirmed).await;
        }
        let request = self.request(typed, confirmed.clone());
        let split = checks::split(self.app, self.grant, self.origin, request).await?;
        if let Split::Proposed(proposal) = &split {
            lines.take_facts(&proposal.load, &typed.places);
            *typed = lines.parse(self.app.catalogue());
        }
        let mut result = self.answer(typed, confirmed).await?;
        let about = About {
            catalogue: self.app.catalogue(),
            load: None,
            places: &typed.places,
            warnings: &[],
        };
        result.split = Some(view::split::view(&about, &split));
        Ok(result)
    }

    fn request(&self, typed: &Typed, confirm: Vec<String>) -> Request {
        Request {
            regimes: self.regimes.to_vec(),
            data_sets: Vec::new(),
            load: typed.load.clone(),
            confirm,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    goods: String,
}

async fn suggestions(
    allowed: Allowed<ViewGoods>,
    State(state): State<WebState>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let query: String = wanted.goods.trim().chars().take(100).collect();
    let mut options: Vec<Suggestion> = Vec::new();
    if query.chars().count() >= 2 {
        for hit in goods::search(state.app(), &allowed.grant, &query, goods::MOST_HITS) {
            let option = suggestion(state.app(), hit.row);
            if options.len() < SUGGESTIONS && options.iter().all(|known| known.value != option.value) {
                options.push(option);
            }
        }
    }
    // A number typed out is not suggested to itself.
    let typed = query.replace(' ', "").to_uppercase();
    if options.len() == 1
        && options
            .iter()
            .all(|only| only.value == typed || only.value == format!("UN{typed}"))
    {
        options.clear();
    }
    page(&Suggestions { options })
}

fn suggestion(app: &App, row: &Row) -> Suggestion {
    let siblings: Vec<&Row> = match row.number() {
        Some(number) => Regime::ALL
            .into_iter()
            .flat_map(|regime| app.catalogue().rows(number, regime))
            .collect(),
        None => vec![row],
    };
    let mut groups: Vec<String> = siblings
        .iter()
        .filter_map(|row| row.packing_group())
        .map(|group| group.to_string())
        .collect();
    groups.sort();
    groups.dedup();
    let remark = if siblings.iter().all(|row| row.is_forbidden()) {
        "forbidden".to_owned()
    } else if groups.is_empty() {
        String::new()
    } else {
        format!("PG {}", groups.join(", "))
    };
    Suggestion {
        value: row
            .number()
            .map_or_else(|| row.name().to_owned(), |number| number.to_string()),
        number: row.number().map(view::goods::number).unwrap_or_default(),
        name: view::goods::name_of(std::iter::once(row).chain(siblings))
            .unwrap_or_default()
            .to_owned(),
        hazards: view::goods::hazards([row], false),
        remark,
    }
}
