//! Shipments and the checks of their loads (DG-3). Encrypted columns take and give [`Sealed`] only.

use access::grant::{EmergencyReach, Grant, Scopes};
use access::ids::{CheckId, ShipmentId, UserId};
use access::permission::{Permission, ViewShipments};
use crypto::field::Sealed;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::audit::Changes;
use crate::error::StoreError;
use crate::tx::{ReadTx, WriteTx};

/// A shipment as it is stored.
#[derive(Debug, Clone)]
pub struct ShipmentRow {
    /// Its id.
    pub id: ShipmentId,
    /// The number people use.
    pub tracking_number: String,
    /// `draft`, `checked` or `ready`. What was past draft and passes no more, because a permit is over, is a draft.
    pub status: String,
    /// The regimes it travels under: `us`, `adr`.
    pub regimes: Vec<String>,
    /// The regimes it travels under that the company loads itself: `imdg`, `adg`, `iata`.
    pub data_sets: Vec<String>,
    /// Who sends.
    pub consignor_name: String,
    /// Their address.
    pub consignor_address: Sealed,
    /// Who receives.
    pub consignee_name: String,
    /// Their address.
    pub consignee_address: Sealed,
    /// Whom to call.
    pub contact_name: String,
    /// Their phone.
    pub contact_phone: Sealed,
    /// Their e-mail.
    pub contact_email: Sealed,
    /// The goods.
    pub load: Value,
    /// SHA-256 of what a check reads of the goods.
    pub load_hash: Vec<u8>,
    /// Counts changes, from 1.
    pub version: i32,
    /// The last check.
    pub last_check: Option<CheckId>,
    /// Who made it.
    pub created_by: UserId,
    /// Everybody who changed its load or what it travels under, the maker first.
    pub load_authors: Vec<UserId>,
    /// Who carries it.
    pub assigned_to: Option<UserId>,
    /// Their name.
    pub carrier: Option<String>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// What is written of a new shipment.
pub struct NewShipment<'a> {
    /// Its id.
    pub id: ShipmentId,
    /// The number people use.
    pub tracking_number: &'a str,
    /// The regimes it travels under.
    pub regimes: &'a [String],
    /// The regimes it travels under that the company loads itself.
    pub data_sets: &'a [String],
    /// Who sends.
    pub consignor_name: &'a str,
    /// Their address.
    pub consignor_address: &'a Sealed,
    /// Who receives.
    pub consignee_name: &'a str,
    /// Their address.
    pub consignee_address: &'a Sealed,
    /// Whom to call.
    pub contact_name: &'a str,
    /// Their phone.
    pub contact_phone: &'a Sealed,
    /// Their e-mail.
    pub contact_email: &'a Sealed,
    /// The goods.
    pub load: &'a Value,
    /// Their hash.
    pub load_hash: &'a [u8; 32],
}

/// New values for a shipment; an encrypted field is given only when it changed, else it stays.
pub struct ShipmentUpdate<'a> {
    /// The regimes it travels under.
    pub regimes: &'a [String],
    /// The regimes it travels under that the company loads itself.
    pub data_sets: &'a [String],
    /// Who sends.
    pub consignor_name: &'a str,
    /// Their address.
    pub consignor_address: Option<Sealed>,
    /// Who receives.
    pub consignee_name: &'a str,
    /// Their address.
    pub consignee_address: Option<Sealed>,
    /// Whom to call.
    pub contact_name: &'a str,
    /// Their phone.
    pub contact_phone: Option<Sealed>,
    /// Their e-mail.
    pub contact_email: Option<Sealed>,
    /// The goods.
    pub load: &'a Value,
    /// Their hash.
    pub load_hash: &'a [u8; 32],
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct ShipmentSummary {
    /// Its id.
    pub id: ShipmentId,
    /// The number people use.
    pub tracking_number: String,
    /// `draft`, `checked` or `ready`.
    pub status: String,
    /// The regimes it travels under.
    pub regimes: Vec<String>,
    /// Who sends.
    pub consignor_name: String,
    /// Who receives.
    pub consignee_name: String,
    /// The goods.
    pub load: Value,
    /// The verdicts of the last check of exactly this load, by regime.
    pub verdicts: Option<Value>,
    /// Whether an override of that check is approved; none where there is no such, or it is void, refused or over.
    pub overridden: Option<bool>,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

/// A stored check.
#[derive(Debug, Clone)]
pub struct CheckRow {
    /// Its id.
    pub id: CheckId,
    /// The hash of the load it looked at.
    pub load_hash: Vec<u8>,
    /// Whether the load was compatible under every regime of the shipment.
    pub is_compatible: bool,
    /// A result a regime.
    pub results: Value,
    /// A result a regime that the company loads itself.
    pub data_set_results: Value,
    /// When.
    pub checked_at: OffsetDateTime,
    /// By whom: their name now.
    pub checked_by: String,
}

/// A check to be stored.
pub struct NewCheck<'a> {
    /// Its id.
    pub id: CheckId,
    /// The goods with what has been confirmed: a check may confirm more than was stored.
    pub load: &'a Value,
    /// The hash of the load it looked at.
    pub load_hash: &'a [u8; 32],
    /// Whether the load was compatible under every regime of the shipment.
    pub is_compatible: bool,
    /// SHA-256 over the whole answer: what an override is of.
    pub findings_hash: &'a [u8; 32],
    /// What an override would set aside; none where there is nothing, or something else stands against the load.
    pub overridable: Option<&'a Value>,
    /// Whether an approved override of exactly this answer stands; the database looks again.
    pub overridden: bool,
    /// The verdicts by regime.
    pub verdicts: &'a Value,
    /// A result a regime.
    pub results: &'a Value,
    /// A result a regime that the company loads itself.
    pub data_set_results: &'a Value,
}

/// Which shipments to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this status.
    pub status: Option<&'static str>,
    /// Only older than this one: the next page.
    pub older_than: Option<ShipmentId>,
}

impl ShipmentRow {
    /// Its encrypted values.
    #[must_use]
    pub fn sealed(&self) -> [&Sealed; 4] {
        [
            &self.consignor_address,
            &self.consignee_address,
            &self.contact_phone,
            &self.contact_email,
        ]
    }
}

/// A connection in a company's context, read or write.
pub trait InCompany {
    /// The connection.
    #[doc(hidden)]
    fn scoped(&mut self) -> Scoped<'_>;
}

/// Keeps the connection within this crate.
pub struct Scoped<'a>(pub(crate) &'a mut PgConnection);

impl InCompany for ReadTx {
    fn scoped(&mut self) -> Scoped<'_> {
        Scoped(self.connection())
    }
}

impl InCompany for WriteTx {
    fn scoped(&mut self) -> Scoped<'_> {
        Scoped(self.connection())
    }
}

fn sealed(bytes: Vec<u8>, column: &'static str) -> Result<Sealed, StoreError> {
    Sealed::from_bytes(bytes).map_err(|_| StoreError::Corrupt(column))
}

/// The company's shipment with this id; none when there is none or it is another company's (P19).
///
/// # Errors
/// When the database fails.
pub async fn get<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    id: ShipmentId,
) -> Result<Option<ShipmentRow>, StoreError> {
    let row = sqlx::query!(
        r#"select s.*, c.display_name as "carrier?",
               case when s.status = 'draft' or guard.passes(s) then s.status else 'draft' end as "standing!"
           from shipments s
           left join users c on c.company_id = s.company_id and c.id = s.assigned_to
           where s.company_id = $1 and s.id = $2"#,
        grant.actor().company().uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.scoped().0)
    .await?;
    row.map(|row| {
        Ok(ShipmentRow {
            id,
            tracking_number: row.tracking_number,
            status: row.standing,
            regimes: row.regimes,
            data_sets: row.data_sets,
            consignor_name: row.consignor_name,
            consignor_address: sealed(row.consignor_address_sealed, "shipments.consignor_address_sealed")?,
            consignee_name: row.consignee_name,
            consignee_address: sealed(row.consignee_address_sealed, "shipments.consignee_address_sealed")?,
            contact_name: row.contact_name,
            contact_phone: sealed(row.contact_phone_sealed, "shipments.contact_phone_sealed")?,
            contact_email: sealed(row.contact_email_sealed, "shipments.contact_email_sealed")?,
            load: row.load,
            load_hash: row.load_hash,
            version: row.version,
            last_check: row.last_check_id.map(CheckId::from_uuid),
            created_by: UserId::from_uuid(row.created_by),
            load_authors: row.load_authors.into_iter().map(UserId::from_uuid).collect(),
            assigned_to: row.assigned_to.map(UserId::from_uuid),
            carrier: row.carrier,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    })
    .transpose()
}

/// The newest `limit` shipments within the grant's scope.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut ReadTx,
    grant: &Grant<ViewShipments>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<ShipmentSummary>, StoreError> {
    let Scopes {
        company,
        assigned,
        own,
        emergency,
        ..
    } = grant.scopes();
    let incident = match emergency {
        Some(EmergencyReach::Incident(incident)) => Some(incident.uuid()),
        Some(EmergencyReach::Company) | None => None,
    };
    let rows = sqlx::query!(
        r#"select s.id, s.tracking_number, x.standing as "standing!", s.regimes, s.consignor_name, s.consignee_name, s.load,
               c.verdicts as "verdicts?", o.id is not null and o.approved is not null as "overridden!",
               o.id is not null as "asked!", s.updated_at
           from shipments s
           left join shipment_checks c on c.company_id = s.company_id and c.id = s.last_check_id
               and c.load_hash = s.load_hash
           left join load_overrides o on o.company_id = s.company_id and o.shipment_id = s.id
               and o.voided_at is null and o.approved is distinct from false
               and o.authority_valid_until >= (now() at time zone 'UTC')::date
           -- As `guard.passes` has it: an override that is not void is of the last check.
           cross join lateral (select case when c.is_compatible or o.approved then s.status else 'draft' end as standing) x
           where s.company_id = $1
             and ($2 or ($3 and s.assigned_to = $4) or ($5 and s.created_by = $4)
                 or ($9 and ($10::uuid is null or s.id in (select n.shipment_id from incident_shipments n
                     where n.company_id = $1 and n.incident_id = $10))))
             and ($6::text is null or x.standing = $6)
             and ($7::uuid is null or s.id < $7)
           order by s.id desc
           limit $8"#,
        grant.actor().company().uuid(),
        company,
        assigned,
        grant.actor().user().uuid(),
        own,
        filter.status,
        filter.older_than.map(ShipmentId::uuid),
        limit,
        emergency.is_some(),
        incident,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ShipmentSummary {
            id: ShipmentId::from_uuid(row.id),
            tracking_number: row.tracking_number,
            status: row.standing,
            regimes: row.regimes,
            consignor_name: row.consignor_name,
            consignee_name: row.consignee_name,
            load: row.load,
            verdicts: row.verdicts,
            overridden: row.asked.then_some(row.overridden),
            updated_at: row.updated_at,
        })
        .collect())
}

/// Stores a new draft of the transaction's actor.
///
/// # Errors
/// When the tracking number is taken or the database fails.
pub async fn insert(tx: &mut WriteTx, new: &NewShipment<'_>) -> Result<(), StoreError> {
    let (company, user) = (tx.actor().company().uuid(), tx.actor().user().uuid());
    sqlx::query!(
        "insert into shipments (company_id, id, tracking_number, regimes, data_sets, consignor_name,
             consignor_address_sealed, consignee_name, consignee_address_sealed, contact_name,
             contact_phone_sealed, contact_email_sealed, load, load_hash, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        company,
        new.id.uuid(),
        new.tracking_number,
        new.regimes,
        new.data_sets,
        new.consignor_name,
        new.consignor_address.as_bytes(),
        new.consignee_name,
        new.consignee_address.as_bytes(),
        new.contact_name,
        new.contact_phone.as_bytes(),
        new.contact_email.as_bytes(),
        new.load,
        &new.load_hash[..],
        user,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Changes a shipment that still has the version `old` was read with, and says what changed. A changed load
/// or regime makes it a draft again: it must be checked again.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed it meanwhile.
pub async fn update(
    tx: &mut WriteTx,
    old: &ShipmentRow,
    new: &ShipmentUpdate<'_>,
) -> Result<Changes, StoreError> {
    let same_regimes = old.regimes == new.regimes && old.data_sets == new.data_sets;
    let same_goods = old.load_hash == new.load_hash && same_regimes;
    let status = if same_goods { old.status.as_str() } else { "draft" };
    let company = tx.actor().company().uuid();
    let done = sqlx::query!(
        "update shipments set status = $4, regimes = $5, consignor_name = $6,
             consignor_address_sealed = coalesce($7, consignor_address_sealed), consignee_name = $8,
             consignee_address_sealed = coalesce($9, consignee_address_sealed), contact_name = $10,
             contact_phone_sealed = coalesce($11, contact_phone_sealed),
             contact_email_sealed = coalesce($12, contact_email_sealed), load = $13, load_hash = $14,
             data_sets = $15, version = version + 1, updated_at = now()
         where company_id = $1 and id = $2 and version = $3",
        company,
        old.id.uuid(),
        old.version,
        status,
        new.regimes,
        new.consignor_name,
        new.consignor_address.as_ref().map(Sealed::as_bytes),
        new.consignee_name,
        new.consignee_address.as_ref().map(Sealed::as_bytes),
        new.contact_name,
        new.contact_phone.as_ref().map(Sealed::as_bytes),
        new.contact_email.as_ref().map(Sealed::as_bytes),
        new.load,
        &new.load_hash[..],
        new.data_sets,
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Conflict);
    }
    let mut changes = Changes::default();
    changes.compare("status", &old.status, &status, true);
    changes.compare("regimes", &old.regimes, &new.regimes, true);
    changes.compare("data_sets", &old.data_sets, &new.data_sets, true);
    changes.compare("consignor_name", &old.consignor_name, &new.consignor_name, false);
    changes.compare("consignee_name", &old.consignee_name, &new.consignee_name, false);
    changes.compare("contact_name", &old.contact_name, &new.contact_name, false);
    changes.compare("load", &old.load, new.load, true);
    for (field, value) in [
        ("consignor_address", &new.consignor_address),
        ("consignee_address", &new.consignee_address),
        ("contact_phone", &new.contact_phone),
        ("contact_email", &new.contact_email),
    ] {
        if value.is_some() {
            changes.masked(field);
        }
    }
    Ok(changes)
}

/// Stores a check of the load `old` was read with and makes it the shipment's last; a compatible load makes
/// a draft `checked`, as one of which exactly this answer is overridden; any other makes it `draft`.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed the shipment meanwhile.
pub async fn record_check(
    tx: &mut WriteTx,
    old: &ShipmentRow,
    check: &NewCheck<'_>,
) -> Result<Changes, StoreError> {
    let (company, user) = (tx.actor().company().uuid(), tx.actor().user().uuid());
    sqlx::query!(
        "insert into shipment_checks (company_id, id, shipment_id, load_hash, is_compatible, verdicts, results,
             data_set_results, checked_by, findings_hash, overridable)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        company,
        check.id.uuid(),
        old.id.uuid(),
        &check.load_hash[..],
        check.is_compatible,
        check.verdicts,
        check.results,
        check.data_set_results,
        user,
        &check.findings_hash[..],
        check.overridable,
    )
    .execute(tx.connection())
    .await?;
    let status = match (check.is_compatible || check.overridden, old.status.as_str()) {
        (false, _) => "draft",
        (true, "ready") => "ready",
        (true, _) => "checked",
    };
    move_to(tx, old, status, Some(check.id), (check.load, check.load_hash)).await
}

/// Moves a draft to `checked` whose last check is overridden.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed the shipment meanwhile; when no such override stands.
pub async fn mark_overridden(tx: &mut WriteTx, old: &ShipmentRow) -> Result<Changes, StoreError> {
    move_to(tx, old, "checked", old.last_check, (&old.load, &old.load_hash)).await
}

/// Makes a draft of a shipment whose override was withdrawn.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed the shipment meanwhile.
pub async fn mark_draft(tx: &mut WriteTx, old: &ShipmentRow) -> Result<Changes, StoreError> {
    move_to(tx, old, "draft", old.last_check, (&old.load, &old.load_hash)).await
}

/// Moves a checked shipment to `ready`.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed the shipment meanwhile.
pub async fn mark_ready(tx: &mut WriteTx, old: &ShipmentRow) -> Result<Changes, StoreError> {
    move_to(tx, old, "ready", old.last_check, (&old.load, &old.load_hash)).await
}

async fn move_to(
    tx: &mut WriteTx,
    old: &ShipmentRow,
    status: &str,
    check: Option<CheckId>,
    (load, load_hash): (&Value, &[u8]),
) -> Result<Changes, StoreError> {
    let company = tx.actor().company().uuid();
    let done = sqlx::query!(
        "update shipments set status = $4, last_check_id = $5, load = $6, load_hash = $7, version = version + 1,
             updated_at = now()
         where company_id = $1 and id = $2 and version = $3",
        company,
        old.id.uuid(),
        old.version,
        status,
        check.map(CheckId::uuid),
        load,
        load_hash,
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Conflict);
    }
    let mut changes = Changes::default();
    changes.compare("status", &old.status, &status, true);
    changes.compare("last_check", &old.last_check, &check, false);
    changes.compare("load", &old.load, load, true);
    Ok(changes)
}

/// Assigns a shipment to somebody, or to nobody.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed the shipment meanwhile.
pub async fn assign(tx: &mut WriteTx, old: &ShipmentRow, to: Option<UserId>) -> Result<Changes, StoreError> {
    let company = tx.actor().company().uuid();
    let done = sqlx::query!(
        "update shipments set assigned_to = $4, version = version + 1, updated_at = now()
         where company_id = $1 and id = $2 and version = $3",
        company,
        old.id.uuid(),
        old.version,
        to.map(UserId::uuid),
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Conflict);
    }
    let mut changes = Changes::default();
    changes.compare("assigned_to", &old.assigned_to, &to, true);
    Ok(changes)
}

/// The version of a shipment that may travel today, which nobody changes until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn hold_version<P: Permission>(
    tx: &mut WriteTx,
    grant: &Grant<P>,
    id: ShipmentId,
) -> Result<Option<i32>, StoreError> {
    let version = sqlx::query_scalar!(
        "select version from shipments s where company_id = $1 and id = $2 and guard.passes(s) for share",
        grant.actor().company().uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(version)
}

/// The last check of a shipment.
///
/// # Errors
/// When the database fails.
pub async fn last_check(
    tx: &mut impl InCompany,
    shipment: &ShipmentRow,
    grant: &Grant<impl Permission>,
) -> Result<Option<CheckRow>, StoreError> {
    let Some(id) = shipment.last_check else {
        return Ok(None);
    };
    let row = sqlx::query!(
        "select c.load_hash, c.is_compatible, c.results, c.data_set_results, c.checked_at, u.display_name
         from shipment_checks c join users u on u.company_id = c.company_id and u.id = c.checked_by
         where c.company_id = $1 and c.id = $2",
        grant.actor().company().uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.scoped().0)
    .await?;
    Ok(row.map(|row| CheckRow {
        id,
        load_hash: row.load_hash,
        is_compatible: row.is_compatible,
        results: row.results,
        data_set_results: row.data_set_results,
        checked_at: row.checked_at,
        checked_by: row.display_name,
    }))
}
