//! What the policies would decide by, of a person's session and of an object: for the operator who asks why somebody may
//! or may not. That they asked is in the company's trail.

use std::fmt;

use access::actor::SessionRow;
use access::ids::{AuditEventId, CompanyId, IncidentId, OverrideId, ShipmentId, UserId};
use access::policy::{Resource, ResourceKind};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::session_row::Row;

/// An object that is stored, by its id: of the kinds that the server decides about one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectId {
    /// A shipment.
    Shipment(ShipmentId),
    /// An incident.
    Incident(IncidentId),
    /// An override of a check of a shipment's load.
    Override(OverrideId),
    /// A person.
    Person(UserId),
}

impl ObjectId {
    /// What it is, in words.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Shipment(_) => "shipment",
            Self::Incident(_) => "incident",
            Self::Override(_) => "override",
            Self::Person(_) => "person",
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shipment(id) => id.fmt(f),
            Self::Incident(id) => id.fmt(f),
            Self::Override(id) => id.fmt(f),
            Self::Person(id) => id.fmt(f),
        }
    }
}

/// What decides about a person.
pub struct Standing {
    /// The session they would have.
    pub session: SessionRow,
    /// The object asked about; none where none was, or where the company has none such.
    pub object: Option<Resource>,
}

impl Owner {
    /// The session that the person with this address would have, had they signed in with their password `now`, and the
    /// object as a request of theirs would find it. The session is none: no handle opens it. What is told is in the trail;
    /// without such a person or object nothing is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(
        &mut self,
        (company, email_index): (CompanyId, &[u8]),
        (permission, object): (&str, Option<ObjectId>),
        now: OffsetDateTime,
    ) -> Result<Option<Standing>, StoreError> {
        let mut tx = self.0.begin().await?;
        // The owner sees no rows of any company; the role of the definer functions, which it may take, does.
        sqlx::query("set local role safeshipper_guard")
            .execute(&mut *tx)
            .await?;
        let Some(session) = session(&mut tx, company, email_index, now).await? else {
            return Ok(None);
        };
        let found = match object {
            Some(id) => resource(&mut tx, &session, id).await?,
            None => None,
        };
        if found.is_some() == object.is_some() {
            let more = json!({"permission": permission, "object": object.map(|id| id.to_string())});
            sqlx::query_scalar!(
                "select guard.record_operator($1, $2, $3, 'VIEW', 'asked what this person may do, and why', $4)",
                company.uuid(),
                session.user.uuid(),
                AuditEventId::generate(now).uuid(),
                more,
            )
            .fetch_one(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        Ok(Some(Standing {
            session,
            object: found,
        }))
    }
}

async fn session(
    tx: &mut PgConnection,
    company: CompanyId,
    email_index: &[u8],
    now: OffsetDateTime,
) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query_as!(
            Row,
            r#"select u.company_id, c.name as company_name, u.id as user_id, u.display_name, u.role, u.status,
                   $4::uuid as "session_id!", $3::timestamptz + interval '1 hour' as "expires_at!",
                   null::timestamptz as second_factor_at, $3::timestamptz as "authenticated_at!",
                   array[]::text[] as "amr!", guard.has_second_factor(u.company_id, u.id) as "has_second_factor!",
                   c.second_factor_policy, guard.has_passkey(u.company_id, u.id) as "has_passkey!",
                   null::timestamptz as phishing_resistant_at, null::timestamptz as backup_code_at, c.passkey_policy,
                   granted as "granted!", withheld as "withheld!", emergency_id, emergency_incident,
                   emergency_permissions, emergency_until, emergency_incident_only
               from safeshipper.users u join safeshipper.companies c on c.id = u.company_id,
                   guard.personal(u.company_id, u.id)
               where u.company_id = $1 and u.email_index = $2"#,
            company.uuid(),
            email_index,
            now,
            Uuid::nil(),
        )
        .fetch_optional(&mut *tx)
        .await?;
    row.map(|row| row.read([0; 32])).transpose()
}

/// An object as the policies see it when the person of this session asks for it.
async fn resource(
    tx: &mut PgConnection,
    asker: &SessionRow,
    object: ObjectId,
) -> Result<Option<Resource>, StoreError> {
    let company = asker.company.uuid();
    let incident = asker.personal.emergency.as_ref().map(|access| access.incident);
    let named = |is_named: bool| incident.filter(|_| is_named);
    let user = |id: Uuid| Some(UserId::from_uuid(id));
    let of = |kind, id| Resource::new(kind, id, asker.company);
    Ok(match object {
        ObjectId::Shipment(id) => sqlx::query!(
            r#"select created_by, assigned_to, exists(select from safeshipper.incident_shipments n
                   where n.company_id = s.company_id and n.incident_id = $3 and n.shipment_id = s.id) as "named!"
               from safeshipper.shipments s where company_id = $1 and id = $2"#,
            company,
            id.uuid(),
            incident.map(IncidentId::uuid),
        )
        .fetch_optional(&mut *tx)
        .await?
        .map(|row| Resource {
            created_by: user(row.created_by),
            assigned_to: row.assigned_to.and_then(user),
            incident: named(row.named),
            ..of(ResourceKind::Shipment, id.uuid())
        }),
        ObjectId::Incident(id) => sqlx::query_scalar!(
            "select reported_by from safeshipper.incidents where company_id = $1 and id = $2",
            company,
            id.uuid(),
        )
        .fetch_optional(&mut *tx)
        .await?
        .map(|reporter| Resource {
            created_by: user(reporter),
            ..of(ResourceKind::Incident, id.uuid())
        }),
        ObjectId::Override(id) => sqlx::query!(
            r#"select asked_by, created_by, load_authors, exists(select from safeshipper.incident_shipments n
                   where n.company_id = o.company_id and n.incident_id = $3 and n.shipment_id = o.shipment_id) as "named!"
               from safeshipper.load_overrides o where company_id = $1 and id = $2"#,
            company,
            id.uuid(),
            incident.map(IncidentId::uuid),
        )
        .fetch_optional(&mut *tx)
        .await?
        .map(|row| Resource {
            asked_by: user(row.asked_by),
            created_by: user(row.created_by),
            load_authors: Some(row.load_authors.into_iter().map(UserId::from_uuid).collect()),
            incident: named(row.named),
            ..of(ResourceKind::Override, id.uuid())
        }),
        ObjectId::Person(id) => {
            let row = sqlx::query!(
                r#"select role, exists(select from safeshipper.team_members t where t.company_id = u.company_id
                       and t.lead_id = $3 and t.member_id = u.id) as "led!"
                   from safeshipper.users u where company_id = $1 and id = $2"#,
                company,
                id.uuid(),
                asker.user.uuid(),
            )
            .fetch_optional(&mut *tx)
            .await?;
            let person = |role: &str, is_led: bool| {
                let role = role.parse().map_err(|_| StoreError::Corrupt("users.role"))?;
                Ok::<_, StoreError>(Resource {
                    led_by: is_led.then_some(asker.user),
                    ..Resource::person(id, asker.company, role)
                })
            };
            row.map(|row| person(&row.role, row.led)).transpose()?
        }
    })
}
