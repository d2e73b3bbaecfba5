//! Seeing shipments, as far as the caller's scope reaches.

use std::sync::Arc;

use access::grant::Grant;
use access::ids::ShipmentId;
use access::permission::{Permission, Scope, ViewShipments};
use crypto::field::Purpose;
use dangerous_goods::dataset::AnyRegime;
use dangerous_goods::{Load, Verdict};
use store::shipments::{Filter, ShipmentRow};
use time::OffsetDateTime;

use super::draft::Stored;
use super::fields::Fields;
use super::{
    Check, LoadOverride, Shipment, Status, data_sets_of_row, last_check, load_of_row, overrides,
    regimes_of_row, resource, row_and_scope,
};
use crate::masking::{Address, Email, Phone, Shown, Sight};
use crate::{App, Error, Origin, emergency_access};

/// Shipments on one page.
const PAGE: usize = 50;

/// A line of the list.
pub struct Summary {
    /// Its id.
    pub id: ShipmentId,
    /// The number people use.
    pub tracking_number: String,
    /// Where it stands.
    pub status: Status,
    /// Who sends.
    pub consignor_name: String,
    /// Who receives.
    pub consignee_name: String,
    /// The goods.
    pub load: Load,
    /// The verdicts of the last check, while it is of this load.
    pub verdicts: Vec<(AnyRegime, Verdict)>,
    /// Whether an override of its check is approved; none where none waits or stands.
    pub overridden: Option<bool>,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// Who sends or receives, as somebody is shown it.
pub struct SeenParty {
    /// The person's or company's name.
    pub name: String,
    /// Where.
    pub address: Shown<Address>,
}

/// The emergency contact, as somebody is shown it.
pub struct SeenContact {
    /// Who answers.
    pub name: String,
    /// The number.
    pub phone: Shown<Phone>,
    /// The address.
    pub email: Shown<Email>,
}

/// One page of the list, newest first.
pub struct Page {
    /// The shipments.
    pub shipments: Vec<Summary>,
    /// Whether older ones follow.
    pub more: bool,
}

/// The newest shipments within the caller's scope. Where emergency access widens it, that is recorded first.
///
/// # Errors
/// When the store fails.
pub async fn list(
    app: &App,
    grant: &Grant<ViewShipments>,
    origin: &Origin,
    filter: &Filter,
) -> Result<Page, Error> {
    let scopes = grant.scopes();
    if scopes.emergency.is_some() && !scopes.company {
        let what = "shipments listed by emergency access";
        emergency_access::used(app, grant, origin, what, (None, "shipments".to_owned())).await?;
    }
    let mut tx = app.store.read(grant).await?;
    let mut rows = store::shipments::list(&mut tx, grant, filter, PAGE as i64 + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let summary = |row: store::shipments::ShipmentSummary| {
        let verdicts = row
            .verdicts
            .and_then(|value| value.as_object().cloned())
            .unwrap_or_default();
        let verdict = |(regime, verdict): (String, serde_json::Value)| {
            Some((regime.parse().ok()?, serde_json::from_value(verdict).ok()?))
        };
        Ok(Summary {
            id: row.id,
            tracking_number: row.tracking_number,
            status: Status::parse(&row.status).ok_or(Error::Internal("an unknown status is stored"))?,
            consignor_name: row.consignor_name,
            consignee_name: row.consignee_name,
            load: serde_json::from_value(row.load)
                .map_err(|_| Error::Internal("a stored load cannot be read"))?,
            verdicts: verdicts.into_iter().filter_map(verdict).collect(),
            overridden: row.overridden,
            updated_at: row.updated_at,
        })
    };
    Ok(Page {
        shipments: rows.into_iter().map(summary).collect::<Result<_, Error>>()?,
        more,
    })
}

/// One shipment.
///
/// # Errors
/// [`Error::NotFound`] for none and for another company's; [`Error::Refused`] outside one's scope.
pub async fn get(
    app: &App,
    grant: &Grant<ViewShipments>,
    origin: &Origin,
    id: ShipmentId,
) -> Result<Shipment, Error> {
    let tx = app.store.read(grant).await?;
    let (mut tx, row, scope) = row_and_scope(app, tx, grant, origin, id).await?;
    if scope == Scope::Emergency {
        drop(tx);
        let what = "shipment read by emergency access";
        let seen = (Some(id.uuid()), row.tracking_number.clone());
        emergency_access::used(app, grant, origin, what, seen).await?;
        tx = app.store.read(grant).await?;
    }
    let check = last_check(app, &mut tx, grant, &row).await?;
    let overrides = overrides::of(&mut tx, grant, id).await?;
    drop(tx);
    let stored = opened(app, grant, &row).await?;
    let sight = Sight::decided(app, grant.actor(), resource(grant.actor(), &row));
    shown(row, (check, overrides), stored, &sight)
}

/// The personal data of a row, opened. Whom it is shown to is decided after.
pub(super) async fn opened<P: Permission>(
    app: &App,
    grant: &Grant<P>,
    row: &ShipmentRow,
) -> Result<Stored, Error> {
    let chain: Arc<_> = app.keychain_for(grant, Purpose::Contact, &row.sealed()).await?;
    let fields = Fields {
        chain: &chain,
        company: grant.actor().company(),
        shipment: row.id,
    };
    fields.stored(row)
}

/// A shipment as somebody is shown it.
pub(super) fn shown(
    row: ShipmentRow,
    (check, overrides): (Option<Check>, Vec<LoadOverride>),
    stored: Stored,
    sight: &Sight<'_>,
) -> Result<Shipment, Error> {
    let contact = SeenContact {
        name: row.contact_name.clone(),
        phone: sight.of(stored.phone),
        email: sight.of(stored.email),
    };
    Ok(Shipment {
        id: row.id,
        status: Status::parse(&row.status).ok_or(Error::Internal("an unknown status is stored"))?,
        regimes: regimes_of_row(&row)?,
        data_sets: data_sets_of_row(&row)?,
        consignor: SeenParty {
            address: sight.of(stored.consignor),
            name: row.consignor_name.clone(),
        },
        consignee: SeenParty {
            address: sight.of(stored.consignee),
            name: row.consignee_name.clone(),
        },
        contact,
        load: load_of_row(&row)?,
        check,
        overrides,
        tracking_number: row.tracking_number,
        assigned_to: row.assigned_to.zip(row.carrier),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
