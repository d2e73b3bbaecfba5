//! What to do beside a load that leaks or burns (DG-6). For a shipment nothing is written on the way: its panel
//! must come whatever else is out of order.

use access::grant::Grant;
use access::permission::ViewEmergencyProcedures;
use dangerous_goods::Load;
use dangerous_goods::emergency::{self, Contact, Panel, Situation};
use serde_json::json;
use store::audit::Severity;

use crate::checks::{load_event, state};
use crate::shipments::Shipment;
use crate::{App, Error, FieldProblem, Origin};

/// The panel of a load that somebody describes, its facts in their name, and records that it was asked for.
///
/// # Errors
/// [`Error::Invalid`] for a load that no panel can be made of.
pub async fn of_load(
    app: &App,
    grant: &Grant<ViewEmergencyProcedures>,
    origin: &Origin,
    load: Load,
    situation: &Situation,
) -> Result<Panel, Error> {
    let mut load = load
        .validated()
        .map_err(|error| Error::Invalid(vec![FieldProblem::new("/lines", error.to_string())]))?;
    state(grant.actor(), &mut load);
    let additional =
        json!({"operation_type": "emergency_panel", "load_hash": load.hash(), "situation": situation});
    let event = load_event(
        Severity::High,
        load.lines.len(),
        "emergency panel asked for",
        additional,
    );
    app.store
        .write(grant, origin)
        .await?
        .commit(event, app.now())
        .await?;
    Ok(emergency::panel(app.catalogue, &load, situation, None))
}

/// The panel of a shipment that the caller may see, with its emergency contact for those who may see that.
#[must_use]
pub fn of_shipment(app: &App, shipment: &Shipment) -> Panel {
    let Shipment { contact, .. } = shipment;
    // Half a number helps nobody beside a leaking drum.
    let contact = (!contact.phone.is_masked()).then(|| Contact {
        name: contact.name.clone(),
        phone: contact.phone.as_str().to_owned(),
    });
    emergency::panel(
        app.catalogue,
        &shipment.load,
        &Situation::default(),
        contact.as_ref(),
    )
}

/// The panel as a sheet to print.
///
/// # Errors
/// [`Error::Invalid`] where a text cannot be typeset.
pub async fn sheet(app: &App, panel: Panel) -> Result<Vec<u8>, Error> {
    let printed_at = app.now();
    tokio::task::spawn_blocking(move || emergency::sheet(&panel, printed_at))
        .await
        .map_err(|_| Error::Internal("typesetting was interrupted"))?
        .map_err(|error| {
            let problem = |fault: &dangerous_goods::paper::Fault| FieldProblem::new("", fault.to_string());
            Error::Invalid(error.faults.iter().map(problem).collect())
        })
}
