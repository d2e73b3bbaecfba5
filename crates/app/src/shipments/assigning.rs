//! Who carries a shipment: whoever may edit it says so, and whoever it is assigned to sees it (AUTHZ-5, DG-3).

use access::grant::Grant;
use access::ids::{ShipmentId, UserId};
use access::permission::EditShipments;
use access::role::Role;
use serde_json::json;
use store::audit::EventType;
use store::people::{self, PersonRow, PersonState};

use super::row_for;
use super::write::event;
use crate::{App, Error, FieldProblem, Origin};

/// What a person needs to see what is assigned to them.
const SEES: &str = "shipments.view.assigned";

/// Somebody to whom shipments can be assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
}

/// The active people of the company who would see a shipment that is assigned to them, drivers first, then by name; at most
/// two hundred.
///
/// # Errors
/// When the store fails.
pub async fn carriers(app: &App, grant: &Grant<EditShipments>) -> Result<Vec<Carrier>, Error> {
    let sees = |role: &Role| sees_assigned(app, grant, *role);
    let roles: Vec<Role> = Role::ALL.into_iter().filter(sees).collect();
    let mut tx = app.store.read(grant).await?;
    let people = people::active_of_roles(&mut tx, grant, &roles).await?;
    let carrier = |(id, name, role)| Carrier { id, name, role };
    Ok(people.into_iter().map(carrier).collect())
}

/// Whether somebody of this role sees what is assigned to them.
fn sees_assigned(app: &App, grant: &Grant<EditShipments>, role: Role) -> bool {
    app.policies
        .held_by(role, grant.actor().company())
        .contains(&SEES)
}

/// Assigns a shipment to somebody, or to nobody any more.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a person whom the company does not have, who is not active, or whose role does
/// not see what is assigned to it; [`Error::Conflict`] when it was changed meanwhile.
pub async fn assign(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    id: ShipmentId,
    to: Option<UserId>,
) -> Result<(), Error> {
    let tx = app.store.write(grant, origin).await?;
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
    if let Some(user) = to {
        // Asked for by themselves: the list of those who can carry it ends somewhere.
        let person = people::get(&mut tx, grant, user).await?;
        let carries =
            |person: PersonRow| person.state == PersonState::Active && sees_assigned(app, grant, person.role);
        if !person.is_some_and(carries) {
            let detail = "nobody active in your company with this id sees what is assigned to them";
            return Err(Error::Invalid(vec![FieldProblem::new("/user", detail)]));
        }
    }
    let changes = store::shipments::assign(&mut tx, &row, to).await?;
    let about = (id, row.tracking_number.as_str());
    let event = event(EventType::Update, about, "shipment assigned", changes, json!({}));
    tx.commit(event, app.now()).await?;
    Ok(())
}
