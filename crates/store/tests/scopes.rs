//! The scopes own, assigned, team, emergency and company, each said twice: as a condition of the policies and as a filter
//! in SQL. People, roles, grants, teams, shipments and incidents are made up at random; for everybody both say the same
//! (AUTHZ-5, P7).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use access::actor::Actor;
use access::document::DocumentType;
use access::grant::Scopes;
use access::ids::{CompanyId, IncidentId, UserId};
use access::permission::{ViewDocuments, ViewPeople, ViewShipments};
use access::policy::{Resource, ResourceKind};
use access::role::Role;
use common::shipment;
use crypto::Rng as Randomness;
use crypto::opaque::SessionToken;
use fastrand::Rng;
use safeshipper_store::audit::Origin;
use safeshipper_store::sessions::{Limits, NewSession};
use safeshipper_store::{documents, people, shipments};
use sqlx::PgPool;
use testkit::{Company, World, now};
use time::Duration;
use uuid::Uuid;

const LIMITS: Limits = Limits {
    idle: Duration::hours(1),
    absolute: Duration::hours(12),
};
const PEOPLE: usize = 70;
const SHIPMENTS: usize = 90;
const ROLES: [Role; 6] = [
    Role::Viewer,
    Role::Driver,
    Role::Operator,
    Role::Supervisor,
    Role::Manager,
    Role::Admin,
];
const DOCUMENTS: usize = 120;
const PERMISSIONS: [&str; 6] = [
    "shipments.view",
    "shipments.view.assigned",
    "shipments.view.own",
    "documents.view",
    "documents.view.all",
    "sds.library.view",
];

/// Somebody who was made up.
struct Person {
    id: UserId,
    company: Company,
    role: Role,
}

struct Scene {
    world: World,
    pool: PgPool,
    people: Vec<Person>,
}

fn email(n: usize) -> String {
    format!("person-{n}@random.example")
}

impl Scene {
    async fn new(rng: &mut Rng) -> Self {
        let world = World::create().await;
        shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await;
        shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
        let pool = world.database.superuser().await;
        let mut scene = Self {
            world,
            pool,
            people: Vec::new(),
        };
        for n in 0..PEOPLE {
            scene.person(n, rng).await;
        }
        for n in 0..SHIPMENTS {
            scene.shipment(n, rng).await;
        }
        scene.documents(rng).await;
        scene.teams(rng).await;
        scene.emergencies(rng).await;
        scene
    }

    /// One person, most often of A, with a role and perhaps permissions given or withheld.
    async fn person(&mut self, n: usize, rng: &mut Rng) {
        let company = if rng.u8(..8) == 0 { Company::B } else { Company::A };
        let (id, role) = (UserId::generate(now()), ROLES[rng.usize(..ROLES.len())]);
        let home = self.world.id(company).uuid();
        let mut tx = self.pool.begin().await.unwrap();
        quiet(&mut tx).await;
        sqlx::query(
            "insert into users (company_id, id, email_index, email_sealed, display_name, role)
             values ($1, $2, $3, (select email_sealed from users limit 1), $4, $5)",
        )
        .bind(home)
        .bind(id.uuid())
        .bind(&self.world.email_index(&email(n))[..])
        .bind(format!("person {n}"))
        .bind(role.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(
            "insert into passwords select (jsonb_populate_record(p, jsonb_build_object('user_id', $2::uuid))).*
             from passwords p join users u on u.company_id = p.company_id and u.id = p.user_id
             where p.company_id = $1 and u.role = 'OPERATOR' limit 1",
        )
        .bind(home)
        .bind(id.uuid())
        .execute(&mut *tx)
        .await
        .unwrap();
        for permission in PERMISSIONS {
            if rng.u8(..4) > 0 {
                continue;
            }
            // Some have run out.
            let days = if rng.u8(..4) == 0 { 3.0 } else { 0.0 };
            sqlx::query(
                "insert into permission_grants (company_id, id, user_id, permission, effect, reason, given_by, given_at,
                     expires_at)
                 select $1, gen_random_uuid(), $2, $3, $4, 'made up at random', a.id, now() - $5 * interval '1 day',
                     now() - $5 * interval '1 day' + interval '2 days'
                 from users a where a.company_id = $1 and a.role = 'ADMIN' and a.id <> $2 limit 1",
            )
            .bind(home)
            .bind(id.uuid())
            .bind(permission)
            .bind(if rng.bool() { "granted" } else { "withheld" })
            .bind(days)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        self.people.push(Person { id, company, role });
    }

    fn anybody(&self, of: Company, rng: &mut Rng) -> Option<Uuid> {
        let here: Vec<_> = self.people.iter().filter(|person| person.company == of).collect();
        here.get(rng.usize(..here.len().max(1)))
            .map(|person| person.id.uuid())
    }

    async fn shipment(&self, n: usize, rng: &mut Rng) {
        let company = if rng.u8(..5) == 0 { Company::B } else { Company::A };
        let (Some(creator), carrier) = (self.anybody(company, rng), self.anybody(company, rng)) else {
            return;
        };
        let mut tx = self.pool.begin().await.unwrap();
        quiet(&mut tx).await;
        sqlx::query(
            "insert into shipments select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
                 'tracking_number', 'SS-0000-0000-' || lpad($2, 4, '0'), 'created_by', $3::uuid, 'assigned_to', $4::uuid))).*
             from shipments s where s.company_id = $1 and s.tracking_number like 'SS-%-%-%' order by s.created_at limit 1",
        )
        .bind(self.world.id(company).uuid())
        .bind(n.to_string())
        .bind(creator)
        .bind(carrier.filter(|_| rng.u8(..3) > 0))
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Documents of anybody, of every type, of some shipment or of none.
    async fn documents(&self, rng: &mut Rng) {
        let mut tx = self.pool.begin().await.unwrap();
        quiet(&mut tx).await;
        for _ in 0..DOCUMENTS {
            let company = if rng.u8(..5) == 0 { Company::B } else { Company::A };
            let Some(uploader) = self.anybody(company, rng) else {
                continue;
            };
            let document_type = DocumentType::ALL[rng.usize(..DocumentType::ALL.len())];
            let of_one = document_type == DocumentType::ProofOfDelivery
                || (!document_type.is_for_everybody() && rng.u8(..3) > 0);
            sqlx::query(
                "insert into documents (company_id, id, document_type, shipment_id, uploaded_by, file_name_sealed,
                     media_type, size, sha256, content_sealed)
                 select $1, $2, $3, case when $4 then (select id from shipments where company_id = $1
                     order by md5(id::text || ($2::uuid)::text) limit 1) end, $5, email_sealed, 'application/pdf', 1,
                     sha256('x'), email_sealed from users limit 1",
            )
            .bind(self.world.id(company).uuid())
            .bind(Uuid::now_v7())
            .bind(document_type.as_str())
            .bind(of_one)
            .bind(uploader)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn teams(&self, rng: &mut Rng) {
        let mut tx = self.pool.begin().await.unwrap();
        quiet(&mut tx).await;
        for lead in &self.people {
            for member in &self.people {
                let together = lead.company == member.company && lead.id != member.id;
                if together && rng.u8(..10) == 0 {
                    sqlx::query(
                        "insert into team_members (company_id, lead_id, member_id) values ($1, $2, $3)",
                    )
                    .bind(self.world.id(lead.company).uuid())
                    .bind(lead.id.uuid())
                    .bind(member.id.uuid())
                    .execute(&mut *tx)
                    .await
                    .unwrap();
                }
            }
        }
        tx.commit().await.unwrap();
    }

    /// Emergency access of a few: narrow or wide, some over, some an exercise, some of an incident that is closed.
    async fn emergencies(&self, rng: &mut Rng) {
        let mut tx = self.pool.begin().await.unwrap();
        quiet(&mut tx).await;
        let chosen: Vec<_> = self.people.iter().filter(|_| rng.u8(..3) == 0).collect();
        for person in chosen {
            let (company, incident) = (
                self.world.id(person.company).uuid(),
                IncidentId::generate(now()).uuid(),
            );
            let drill = rng.u8(..5) == 0;
            sqlx::query(
                "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by, closed_by,
                     closed_at, outcome)
                 select $1, $2, 'leak', 'HIGH', 'x', $4, $3, case when $5 then $3 end, case when $5 then now() end,
                     case when $5 then 'resolved' end",
            )
            .bind(company)
            .bind(incident)
            .bind(person.id.uuid())
            .bind(drill)
            .bind(rng.u8(..6) == 0)
            .execute(&mut *tx)
            .await
            .unwrap();
            sqlx::query(
                "insert into incident_shipments select company_id, $2::uuid, id from shipments
                 where company_id = $1 order by md5(id::text || ($2::uuid)::text) limit 5",
            )
            .bind(company)
            .bind(incident)
            .execute(&mut *tx)
            .await
            .unwrap();
            sqlx::query(
                "insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
                     incident_only, granted_at, expires_at)
                 values ($1, gen_random_uuid(), $2, $3, '{dangerous_goods.emergency.access}', 'made up at random', $4, $5,
                     now() - $6 * interval '1 hour', now() - $6 * interval '1 hour' + interval '1 hour')",
            )
            .bind(company)
            .bind(incident)
            .bind(person.id.uuid())
            .bind(drill)
            .bind(rng.bool())
            .bind(if rng.u8(..5) == 0 { 2.0 } else { 0.0 })
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// The person in a session of their own.
    async fn actor(&self, n: usize) -> Arc<Actor> {
        let index = self.world.email_index(&email(n));
        let found = self
            .world
            .store
            .find_sign_in(&index, Some(self.people[n].company.slug()));
        let who = found.await.unwrap().unwrap();
        let token = SessionToken::generate(&Randomness::system()).unwrap();
        let new = NewSession::Console(token.hash());
        self.world
            .store
            .open_session(&who, &new, LIMITS, &Origin::default(), now())
            .await
            .unwrap();
        let live = self.world.store.session_of_cookie(&token.hash()).await.unwrap();
        Actor::from_live_session(live.unwrap())
    }

    /// Every shipment there is, as somebody with this incident sees it.
    async fn every_shipment(&self, incident: Option<IncidentId>) -> Vec<Resource> {
        type Row = (Uuid, Uuid, Uuid, Option<Uuid>, bool);
        let rows: Vec<Row> = sqlx::query_as(
            "select s.company_id, s.id, s.created_by, s.assigned_to, exists(select from incident_shipments n
                 where n.company_id = s.company_id and n.shipment_id = s.id and n.incident_id = $1) from shipments s",
        )
        .bind(incident.map(IncidentId::uuid))
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let resource = |(company, id, created_by, assigned_to, named): Row| Resource {
            created_by: Some(UserId::from_uuid(created_by)),
            assigned_to: assigned_to.map(UserId::from_uuid),
            incident: incident.filter(|_| named),
            ..Resource::new(ResourceKind::Shipment, id, CompanyId::from_uuid(company))
        };
        rows.into_iter().map(resource).collect()
    }

    /// Every document there is, as somebody sees it who sees these shipments.
    async fn every_document(&self, ships: &BTreeSet<Uuid>) -> Vec<Resource> {
        type Row = (Uuid, Uuid, String, Uuid, Option<Uuid>);
        let rows: Vec<Row> =
            sqlx::query_as("select company_id, id, document_type, uploaded_by, shipment_id from documents")
                .fetch_all(&self.pool)
                .await
                .unwrap();
        let resource = |(company, id, document_type, uploader, shipment): Row| Resource {
            created_by: Some(UserId::from_uuid(uploader)),
            document_type: DocumentType::parse(&document_type),
            shipment_seen: shipment.map(|shipment| ships.contains(&shipment)),
            ..Resource::new(ResourceKind::Document, id, CompanyId::from_uuid(company))
        };
        rows.into_iter().map(resource).collect()
    }

    /// Everybody there is, as this person sees them.
    async fn everybody(&self, viewer: UserId) -> Vec<Resource> {
        type Row = (Uuid, Uuid, String, bool);
        let rows: Vec<Row> = sqlx::query_as(
            "select u.company_id, u.id, u.role, exists(select from team_members t where t.company_id = u.company_id
                 and t.member_id = u.id and t.lead_id = $1) from users u",
        )
        .bind(viewer.uuid())
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let resource = |(company, id, role, led): Row| Resource {
            led_by: led.then_some(viewer),
            ..Resource::person(
                UserId::from_uuid(id),
                CompanyId::from_uuid(company),
                role.parse().unwrap(),
            )
        };
        rows.into_iter().map(resource).collect()
    }
}

async fn quiet(tx: &mut sqlx::PgConnection) {
    sqlx::query("set local session_replication_role = replica")
        .execute(tx)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_sql_lists_for_anybody_made_up_is_what_the_policies_permit_them_one_by_one_p7() {
    let scene = Scene::new(&mut Rng::with_seed(20_261_126)).await;
    let policies = &scene.world.policies;
    let (mut shipments_seen, mut people_seen) = (BTreeSet::new(), BTreeSet::new());
    let mut documents_seen = BTreeSet::new();
    let mut everywhere = 0;
    for (n, person) in scene.people.iter().enumerate() {
        let actor = scene.actor(n).await;
        let label = format!("{} {n} of {}", person.role, person.company.slug());

        let incident = actor.emergency().map(|access| access.incident);
        let (mut listed, mut permitted) = (BTreeSet::new(), BTreeSet::new());
        if let Ok(grant) = policies.authorize::<ViewShipments>(&actor, now()) {
            for one in scene.every_shipment(incident).await {
                if policies.authorize_on(&grant, &one, now()).is_ok() {
                    permitted.insert(one.id);
                }
            }
            let mut tx = scene.world.store.read(&grant).await.unwrap();
            let rows = shipments::list(&mut tx, &grant, &shipments::Filter::default(), 1000).await;
            listed = rows.unwrap().into_iter().map(|row| row.id.uuid()).collect();
        }
        assert_eq!(listed, permitted, "shipments of {label}");
        shipments_seen.insert(listed.len());

        let ships = policies.authorize::<ViewShipments>(&actor, now());
        let ships = ships.map_or(Scopes::default(), |grant| grant.scopes());
        let (mut listed, mut permitted, sees) = (BTreeSet::new(), BTreeSet::new(), permitted);
        if let Ok(grant) = policies.authorize::<ViewDocuments>(&actor, now()) {
            for one in scene.every_document(&sees).await {
                if policies.authorize_on(&grant, &one, now()).is_ok() {
                    permitted.insert(one.id);
                }
            }
            let mut tx = scene.world.store.read(&grant).await.unwrap();
            let rows = documents::list(&mut tx, &grant, ships, &documents::Filter::default(), 1000).await;
            listed = rows.unwrap().into_iter().map(|row| row.id.uuid()).collect();
        }
        assert_eq!(listed, permitted, "documents of {label}");
        documents_seen.insert(listed.len());

        let (mut listed, mut permitted) = (BTreeSet::new(), BTreeSet::new());
        if let Ok(grant) = policies.authorize::<ViewPeople>(&actor, now()) {
            for one in scene.everybody(person.id).await {
                if policies.authorize_on(&grant, &one, now()).is_ok() {
                    permitted.insert(one.id);
                }
            }
            let mut tx = scene.world.store.read(&grant).await.unwrap();
            let rows = people::list(&mut tx, &grant, None, 1000).await.unwrap();
            listed = rows.into_iter().map(|row| row.id.uuid()).collect();
            everywhere += usize::from(grant.scopes().company);
        }
        assert_eq!(listed, permitted, "people of {label}");
        people_seen.insert(listed.len());
    }
    assert!(
        shipments_seen.len() > 6,
        "they differ in what they see: {shipments_seen:?}"
    );
    assert!(
        documents_seen.len() > 6,
        "they differ in what they read: {documents_seen:?}"
    );
    assert!(
        people_seen.len() > 4 && people_seen.contains(&0),
        "{people_seen:?}"
    );
    assert!(
        everywhere > 5 && everywhere < PEOPLE / 2,
        "{everywhere} see everybody"
    );
}
