//! Who leads whom (AUTHZ-5, P7; docs/decisions/0020): a lead sees the people of their team, and whoever manages people says
//! who that is.

use access::grant::Grant;
use access::ids::UserId;
use access::permission::ManagePeople;
use serde_json::json;
use store::audit::{Changes, Event};
use store::people;
pub use store::teams::Candidate;
use store::teams::{self, TeamOutcome};

use crate::people::about;
use crate::{App, Error, FieldProblem, Origin};

/// People in one team.
const MOST: usize = 200;

/// Whom a person leads, by name.
///
/// # Errors
/// [`Error::NotFound`] for another company's person as for nobody.
pub async fn of_lead(
    app: &App,
    grant: &Grant<ManagePeople>,
    lead: UserId,
) -> Result<Vec<(UserId, String)>, Error> {
    let mut tx = app.store.read(grant).await?;
    let name = people::name(&mut tx, grant, lead).await?;
    name.ok_or(Error::NotFound("person"))?;
    Ok(teams::of_lead(&mut tx, grant, lead).await?)
}

/// The person's name, and who is in their team or could be, those of it first: names alone, for the form.
///
/// # Errors
/// [`Error::NotFound`] for another company's person as for nobody.
pub async fn candidates(
    app: &App,
    grant: &Grant<ManagePeople>,
    lead: UserId,
) -> Result<(String, Vec<Candidate>), Error> {
    let mut tx = app.store.read(grant).await?;
    let name = people::name(&mut tx, grant, lead).await?;
    let name = name.ok_or(Error::NotFound("person"))?;
    let candidates = teams::candidates(&mut tx, grant, lead, MOST as i64).await?;
    Ok((name, candidates))
}

/// Says whom a person leads, instead of whom they led.
///
/// # Errors
/// [`Error::NotFound`] for a person the company does not have; [`Error::Invalid`] for more than two hundred, and for a lead
/// in their own team.
pub async fn set(
    app: &App,
    grant: &Grant<ManagePeople>,
    origin: &Origin,
    lead: UserId,
    members: &[UserId],
) -> Result<(), Error> {
    let wrong = |detail: String| Err(Error::Invalid(vec![FieldProblem::new("/members", detail)]));
    if members.len() > MOST {
        return wrong(format!("a team has at most {MOST} people"));
    }
    let mut tx = app.store.write(grant, origin).await?;
    let before = teams::of_lead(&mut tx, grant, lead).await?;
    let name = people::name(&mut tx, grant, lead).await?;
    let name = name.ok_or(Error::NotFound("person"))?;
    match teams::set(&mut tx, grant, lead, members).await? {
        TeamOutcome::Done => {}
        TeamOutcome::Absent => return Err(Error::NotFound("person")),
        TeamOutcome::Oneself => return wrong("nobody leads themselves".to_owned()),
    }
    let ids = |people: Vec<(UserId, String)>| people.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let after = teams::of_lead(&mut tx, grant, lead).await?;
    let mut changes = Changes::default();
    changes.compare("team", &ids(before), &ids(after), true);
    let event = Event {
        changes,
        additional: json!({"members": members.len()}),
        ..about(lead, name, "team of a person changed")
    };
    tx.commit(event, app.now()).await?;
    Ok(())
}
