//! Shipments, first form (DG-3): draft → checked → ready. What was checked is what travels: a changed load is
//! a draft again, and papers carry the hash of the load that was checked.

mod assigning;
mod checking;
mod draft;
mod fields;
pub mod overrides;
pub mod papers;
mod read;
mod reveal;
mod write;

pub use assigning::{Carrier, assign, carriers};
pub use checking::{check, mark_ready};
pub use draft::{Contact, Draft, Party};
pub use overrides::LoadOverride;
pub use read::{Page, SeenContact, SeenParty, Summary, get, list};
pub use reveal::reveal;
pub use store::shipments::Filter;
pub use write::{Created, create, update};

use access::actor::Actor;
use access::grant::Grant;
use access::ids::{IncidentId, ShipmentId, UserId};
use access::permission::{Permission, Scope, ViewShipments};
use access::policy::{Resource, ResourceKind};
use dangerous_goods::dataset::{DataSetResult, OtherRegime};
use dangerous_goods::{CheckResult, Load, NotOverridable, Overridable, Regime, overridable};
use store::incidents;
use store::shipments::{InCompany, ShipmentRow};
use time::OffsetDateTime;

use crate::data_sets::Current;
use crate::{App, EditionWarning, Error, Origin, editions};

/// Where a shipment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written, or changed since its check, or not compatible.
    Draft,
    /// Its load was checked and is compatible under every regime it travels under, or what prohibits it is overridden.
    Checked,
    /// Checked, and declared ready to leave.
    Ready,
}

impl Status {
    /// Every status in its order.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Checked, Self::Ready];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Checked => "checked",
            Self::Ready => "ready",
        }
    }

    /// The status a word names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// A shipment as people may see it.
pub struct Shipment {
    /// Its id.
    pub id: ShipmentId,
    /// The number people use.
    pub tracking_number: String,
    /// Where it stands.
    pub status: Status,
    /// The regimes it travels under.
    pub regimes: Vec<Regime>,
    /// The regimes it travels under that the company loads itself.
    pub data_sets: Vec<OtherRegime>,
    /// Who sends.
    pub consignor: SeenParty,
    /// Who receives.
    pub consignee: SeenParty,
    /// Whom to call.
    pub contact: SeenContact,
    /// The goods, with what was confirmed.
    pub load: Load,
    /// The last check.
    pub check: Option<Check>,
    /// The overrides of its checks, the newest first.
    pub overrides: Vec<LoadOverride>,
    /// Who carries it, with their name.
    pub assigned_to: Option<(UserId, String)>,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// A check of a shipment's load.
pub struct Check {
    /// A result a regime.
    pub results: Vec<CheckResult>,
    /// A result a regime that the company loads itself.
    pub data_sets: Vec<DataSetResult>,
    /// Whether the load was compatible under every regime.
    pub is_compatible: bool,
    /// Whether the load, what it travels under or the law has changed since, a data set taken out of force
    /// included.
    pub outdated: bool,
    /// When.
    pub checked_at: OffsetDateTime,
    /// By whom.
    pub checked_by: String,
    /// What is to be said of the editions today.
    pub warnings: Vec<EditionWarning>,
}

impl Shipment {
    /// The override under which the load travels, where it does.
    #[must_use]
    pub fn overridden(&self) -> Option<&LoadOverride> {
        overridden(self.check.as_ref()?, &self.overrides)
    }

    /// What is shown in part, by JSON Pointer (RFC 6901) into a shipment as it is written.
    #[must_use]
    pub fn masked(&self) -> Vec<&'static str> {
        let (consignor, consignee) = (&self.consignor.address, &self.consignee.address);
        let contact = &self.contact;
        [
            (consignor.is_masked(), "/consignor/street"),
            (consignor.is_masked(), "/consignor/postcode"),
            (consignee.is_masked(), "/consignee/street"),
            (consignee.is_masked(), "/consignee/postcode"),
            (contact.phone.is_masked(), "/contact/phone"),
            (contact.email.is_masked(), "/contact/email"),
        ]
        .into_iter()
        .filter_map(|(is_masked, place)| is_masked.then_some(place))
        .collect()
    }
}

/// The approved override, not over, under which a load travels whose check found it not compatible.
fn overridden<'a>(check: &Check, overrides: &'a [LoadOverride]) -> Option<&'a LoadOverride> {
    let mut overrides = overrides.iter();
    let approved = overrides.find(|one| one.state == overrides::State::Approved)?;
    (!check.is_compatible && !check.outdated).then_some(approved)
}

impl Check {
    /// What an override of it would set aside, or why there can be none.
    ///
    /// # Errors
    /// What stands against one.
    pub fn overridable(&self) -> Result<Vec<Overridable>, NotOverridable> {
        overridable(&self.results, &self.data_sets)
    }
}

/// The row with this id, decided by the policies on the row itself (P6): absent and another company's are
/// the same 404, out of one's scope is a refusal. Takes the transaction and gives it back, so that a refusal
/// is recorded after its connection is free: a request never holds two.
async fn row_for<P: Permission, T: InCompany>(
    app: &App,
    tx: T,
    grant: &Grant<P>,
    origin: &Origin,
    id: ShipmentId,
) -> Result<(T, ShipmentRow), Error> {
    row_and_scope(app, tx, grant, origin, id)
        .await
        .map(|(tx, row, _)| (tx, row))
}

/// The same, and by which scope it is reached.
pub(crate) async fn row_and_scope<P: Permission, T: InCompany>(
    app: &App,
    mut tx: T,
    grant: &Grant<P>,
    origin: &Origin,
    id: ShipmentId,
) -> Result<(T, ShipmentRow, Scope), Error> {
    let (row, resource) = found(&mut tx, grant, id)
        .await?
        .ok_or(Error::NotFound("shipment"))?;
    let decided = app.policies.authorize_on(grant, &resource, app.now());
    let (tx, scope) = app.unless_refused(tx, grant, origin, decided).await?;
    Ok((tx, row, scope))
}

/// The row with this id, and as the policies see it.
async fn found<P: Permission, T: InCompany>(
    tx: &mut T,
    grant: &Grant<P>,
    id: ShipmentId,
) -> Result<Option<(ShipmentRow, Resource)>, Error> {
    let Some(row) = store::shipments::get(tx, grant, id).await? else {
        return Ok(None);
    };
    let resource = Resource {
        incident: incident(tx, grant, id).await?,
        ..resource(grant.actor(), &row)
    };
    Ok(Some((row, resource)))
}

/// The incident of the actor's emergency access, where it names the shipment.
async fn incident<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    shipment: ShipmentId,
) -> Result<Option<IncidentId>, Error> {
    match grant.actor().emergency().map(|access| access.incident) {
        Some(incident) if incidents::names(tx, grant, incident, shipment).await? => Ok(Some(incident)),
        _ => Ok(None),
    }
}

/// How the holder of a grant sees a shipment that something else belongs to.
pub(crate) struct Sighting {
    /// The number people use.
    pub(crate) tracking_number: String,
    /// By which scope they see it; none where they do not.
    pub(crate) scope: Option<Scope>,
}

/// How somebody sees a shipment who acts by another permission; none where the company has no such shipment.
pub(crate) async fn sighting<P: Permission, T: InCompany>(
    app: &App,
    tx: &mut T,
    grant: &Grant<P>,
    id: ShipmentId,
) -> Result<Option<Sighting>, Error> {
    Ok(found(tx, grant, id).await?.map(|(row, resource)| {
        let decided = app
            .policies
            .decide_on::<ViewShipments>(grant.actor(), &resource, app.now());
        Sighting {
            tracking_number: row.tracking_number,
            scope: decided.ok(),
        }
    }))
}

/// The row as the policies see it, apart from any incident.
fn resource(actor: &Actor, row: &ShipmentRow) -> Resource {
    Resource {
        created_by: Some(row.created_by),
        assigned_to: row.assigned_to,
        ..Resource::new(ResourceKind::Shipment, row.id.uuid(), actor.company())
    }
}

fn load_of_row(row: &ShipmentRow) -> Result<Load, Error> {
    serde_json::from_value(row.load.clone()).map_err(|_| Error::Internal("a stored load cannot be read"))
}

fn regimes_of_row(row: &ShipmentRow) -> Result<Vec<Regime>, Error> {
    let parse = |text: &String| text.parse::<Regime>();
    row.regimes
        .iter()
        .map(parse)
        .collect::<Result<_, _>>()
        .map_err(|_| Error::Internal("an unknown regime is stored"))
}

fn data_sets_of_row(row: &ShipmentRow) -> Result<Vec<OtherRegime>, Error> {
    let parse = |text: &String| text.parse::<OtherRegime>();
    row.data_sets
        .iter()
        .map(parse)
        .collect::<Result<_, _>>()
        .map_err(|_| Error::Internal("an unknown data set is stored"))
}

/// The last check of a shipment, and whether it still speaks of the shipment as it is and of the law as it is.
async fn last_check<P: Permission>(
    app: &App,
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    row: &ShipmentRow,
) -> Result<Option<Check>, Error> {
    let Some(check) = store::shipments::last_check(tx, row, grant).await? else {
        return Ok(None);
    };
    let (asked, wanted) = (regimes_of_row(row)?, data_sets_of_row(row)?);
    let current = Current::read(app, tx, grant, &wanted).await?;
    let broken = |_| Error::Internal("a stored check cannot be read");
    let results: Vec<CheckResult> = serde_json::from_value(check.results).map_err(broken)?;
    let data_sets: Vec<DataSetResult> = serde_json::from_value(check.data_set_results).map_err(broken)?;
    let is_current = |result: &CheckResult| result.edition_hash == app.catalogue.edition(result.regime).hash;
    let outdated = check.load_hash != row.load_hash
        || results.iter().map(|result| result.regime).ne(asked)
        || data_sets.iter().map(|result| result.regime).ne(wanted)
        || !results.iter().all(is_current)
        || !data_sets.iter().all(|result| current.gives(result));
    let regimes = results.iter().map(|result| result.regime);
    Ok(Some(Check {
        warnings: editions::warnings(app.catalogue, regimes, app.now().date()),
        results,
        data_sets,
        is_compatible: check.is_compatible,
        outdated,
        checked_at: check.checked_at,
        checked_by: check.checked_by,
    }))
}

/// Who, for the name of a confirmation and of a paper's signer.
fn name_of(actor: &Actor) -> &str {
    actor.display_name()
}
