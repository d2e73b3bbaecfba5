//! Seeing what is masked, for a reason that is in the trail first (DATA-8, E16).

use access::grant::Grant;
use access::ids::ShipmentId;
use access::permission::{RevealPersonalData, ViewShipments};
use serde_json::json;
use store::audit::{Changes, Event, EventType, Severity};

use super::read::{opened, shown};
use super::write::event;
use super::{Shipment, last_check, overrides, resource, row_for};
use crate::masking::Sight;
use crate::people::reason_of;
use crate::{App, Error, Origin};

/// A shipment that the caller sees with its personal data in clear, once it is in the trail who wanted it and why.
///
/// # Errors
/// [`Error::Invalid`] for a reason too short or too long; [`Error::NotFound`] for none and another company's;
/// [`Error::Refused`] outside one's scope.
pub async fn reveal(
    app: &App,
    grant: &Grant<RevealPersonalData>,
    origin: &Origin,
    id: ShipmentId,
    reason: &str,
) -> Result<Shipment, Error> {
    let reason = reason_of(reason)?;
    let seen = app.authorize::<ViewShipments>(grant.actor(), origin).await?;
    let tx = app.store.write(&seen, origin).await?;
    let (tx, row) = row_for(app, tx, &seen, origin, id).await?;
    let decided = app
        .policies
        .authorize_on(grant, &resource(grant.actor(), &row), app.now());
    let (mut tx, _) = app.unless_refused(tx, grant, origin, decided).await?;
    let check = last_check(app, &mut tx, &seen, &row).await?;
    let overrides = overrides::of(&mut tx, &seen, id).await?;
    drop(tx);
    // Opened first, so that the trail never tells of what nobody saw; no transaction is held meanwhile.
    let stored = opened(app, grant, &row).await?;
    let additional =
        json!({"reason": reason, "fields": ["consignor.address", "consignee.address", "contact"]});
    let about = (id, row.tracking_number.as_str());
    let event = Event {
        severity: Severity::High,
        ..event(
            EventType::View,
            about,
            "personal data revealed",
            Changes::default(),
            additional,
        )
    };
    let receipt = app
        .store
        .write(grant, origin)
        .await?
        .commit(event, app.now())
        .await?;
    shown(row, (check, overrides), stored, &Sight::revealed(&receipt))
}
