//! What is looked up and changed past the application.

use std::collections::{BTreeMap, HashSet};

use access::role::Role;
use crypto::Rng;
use crypto::password::{self, Argon2Params};
use secrecy::SecretString;
use sqlx::{Postgres, Transaction};
use time::Duration;
use uuid::Uuid;

use super::RunningApp;
use crate::world::{Company, PASSWORD};

/// An event of the trail, as far as tests ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its kind.
    pub event_type: String,
    /// How it ended.
    pub outcome: String,
    /// At which path.
    pub path: Option<String>,
    /// The UUID of the thing it happened to.
    pub resource: Option<Uuid>,
}

/// The events there were at some moment.
pub struct Mark(HashSet<Uuid>);

impl RunningApp {
    /// A transaction in which no trigger fires, the demand for an event included.
    async fn unwatched(&self) -> Transaction<'static, Postgres> {
        let mut tx = self.behind.begin().await.expect("begins");
        sqlx::query("set local session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        tx
    }

    /// Changes what no use case changes and the triggers would not let pass.
    ///
    /// # Panics
    /// When the statement fails.
    pub async fn behind_the_back(&self, sql: &'static str) {
        let mut tx = self.unwatched().await;
        sqlx::query(sql).execute(&mut *tx).await.expect("changes");
        tx.commit().await.expect("commits");
    }

    /// What stands in an id of this company's, after its prefix: the first that `sql` selects, which takes the company as `$1`.
    ///
    /// # Panics
    /// When there is none.
    pub async fn id_of(&self, company: Company, sql: &'static str) -> String {
        let id: Uuid = sqlx::query_scalar(sql)
            .bind(self.world.id(company).uuid())
            .fetch_one(&self.behind)
            .await
            .expect("there is one");
        id.simple().to_string()
    }

    /// Holds every person's row, so that what changes something of theirs waits until it is let go.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn hold_people(&self) -> HeldPeople {
        let mut tx = self.behind.begin().await.expect("begins");
        sqlx::query("select from users for update")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        HeldPeople(tx)
    }

    /// Every row of every table as text, to be searched for what must not stand there.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn dump(&self) -> String {
        let tables: Vec<String> = sqlx::query_scalar(
            "select query_to_xml(format('select * from safeshipper.%I', c.relname), true, true, '')::text
             from pg_class c join pg_namespace s on s.oid = c.relnamespace
             where s.nspname = 'safeshipper' and c.relkind in ('r', 'p') and not c.relispartition",
        )
        .fetch_all(&self.behind)
        .await
        .expect("the tables are read");
        tables.concat()
    }

    /// The sealed letters that wait in the outbox, as they are stored.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn outbox(&self) -> Vec<Vec<u8>> {
        sqlx::query_scalar("select letter_sealed from notices order by id")
            .fetch_all(&self.behind)
            .await
            .expect("the outbox is read")
    }

    /// Stores everybody's password under a hash of these parameters.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn hash_passwords_with(&self, params: Argon2Params) {
        let hash = password::hash(&SecretString::from(PASSWORD), params, &Rng::system()).expect("hashes");
        let mut tx = self.unwatched().await;
        sqlx::query("update passwords set hash = $1")
            .bind(hash.as_str())
            .execute(&mut *tx)
            .await
            .expect("the hashes are stored");
        tx.commit().await.expect("commits");
    }

    /// The parameters that passwords are hashed with, each once.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn password_parameters(&self) -> Vec<String> {
        sqlx::query_scalar("select distinct split_part(hash, '$', 4) from passwords order by 1")
            .fetch_all(&self.behind)
            .await
            .expect("the hashes are read")
    }

    /// How many rows each table has.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        // `query_to_xml` counts a table that is named by a row, so that the SQL stays a literal.
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select c.relname::text, (xpath('/row/n/text()', query_to_xml(
                 format('select count(*) as n from safeshipper.%I', c.relname), false, true, '')))[1]::text::bigint
             from pg_class c join pg_namespace s on s.oid = c.relnamespace
             where s.nspname = 'safeshipper' and c.relkind in ('r', 'p') and not c.relispartition",
        )
        .fetch_all(&self.behind)
        .await
        .expect("the tables are counted");
        rows.into_iter().collect()
    }

    /// The events of every company so far.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn mark(&self) -> Mark {
        let ids: Vec<Uuid> = sqlx::query_scalar("select id from audit_events")
            .fetch_all(&self.behind)
            .await
            .expect("the events are read");
        Mark(ids.into_iter().collect())
    }

    /// The events since, of every company, in their order.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn since(&self, mark: &Mark) -> Vec<Seen> {
        type Row = (Uuid, String, String, Option<String>, Option<Uuid>);
        let rows: Vec<Row> = sqlx::query_as(
            "select id, event_type, outcome, request_path, resource_id from audit_events order by id",
        )
        .fetch_all(&self.behind)
        .await
        .expect("the events are read");
        rows.into_iter()
            .filter(|(id, ..)| !mark.0.contains(id))
            .map(|(_, event_type, outcome, path, resource)| Seen {
                event_type,
                outcome,
                path,
                resource,
            })
            .collect()
    }

    /// What the trail says of every event that ended so, each with its severity before it.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn descriptions(&self, outcome: &str) -> Vec<String> {
        sqlx::query_scalar(
            "select severity || ' ' || description from audit_events where outcome = $1 order by occurred_at, id",
        )
        .bind(outcome)
        .fetch_all(&self.behind)
        .await
        .expect("the events are read")
    }

    /// Makes every signing key older, for sessions and tokens do not outlive the month that a key signs.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn age_signing_keys(&self, by: Duration) {
        let mut tx = self.unwatched().await;
        sqlx::query(
            "update signing_keys set created_at = created_at - $1 * interval '1 second',
                 activated_at = activated_at - $1 * interval '1 second',
                 retired_at = retired_at - $1 * interval '1 second'",
        )
        .bind(by.as_seconds_f64())
        .execute(&mut *tx)
        .await
        .expect("the keys are older");
        tx.commit().await.expect("commits");
    }

    /// How long the one revoked access token is kept from now on.
    ///
    /// # Panics
    /// When there is not exactly one.
    pub async fn revoked_tokens_live_for(&self) -> Duration {
        let seconds: f64 =
            sqlx::query_scalar("select extract(epoch from expires_at - now())::float8 from revoked_tokens")
                .fetch_one(&self.behind)
                .await
                .expect("one revoked token");
        Duration::seconds_f64(seconds)
    }

    /// Makes every revoked access token older.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn age_revoked_tokens(&self, by: Duration) {
        let mut tx = self.unwatched().await;
        sqlx::query("update revoked_tokens set expires_at = expires_at - $1 * interval '1 second'")
            .bind(by.as_seconds_f64())
            .execute(&mut *tx)
            .await
            .expect("the rows are older");
        tx.commit().await.expect("commits");
    }

    /// Assigns a shipment of company A to its driver, in nobody's name.
    ///
    /// # Panics
    /// When there is no such shipment.
    pub async fn assign_to_driver(&self, tracking_number: &str) {
        let mut tx = self.unwatched().await;
        let done = sqlx::query("update shipments set assigned_to = $1 where tracking_number = $2")
            .bind(self.world.user(Company::A, Role::Driver).uuid())
            .bind(tracking_number)
            .execute(&mut *tx)
            .await
            .expect("assigns");
        assert_eq!(done.rows_affected(), 1, "no shipment `{tracking_number}`");
        tx.commit().await.expect("commits");
    }
}

/// Everybody's rows, held.
pub struct HeldPeople(Transaction<'static, Postgres>);

impl HeldPeople {
    /// Lets them go.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn let_go(self) {
        self.0.rollback().await.expect("rolls back");
    }
}
